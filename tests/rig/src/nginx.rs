//! nginx over emitted files: its versions, the files with what is the
//! container's changed to what is this machine's, and the running process.

use crate::{eventually, tool};
use camino::Utf8PathBuf;
use laud_plan::NginxVersion;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// An nginx and the version that is written for it.
#[derive(Clone, Debug)]
pub struct Binary {
    /// The program.
    pub path: Utf8PathBuf,
    /// The newest version that it takes.
    pub version: NginxVersion,
}

/// Every nginx that is there.
pub fn binaries() -> Vec<Binary> {
    let of = |name: &str, versions: &[(&str, NginxVersion)]| {
        let path = tool(name)?;
        let out = Command::new(&path).arg("-v").output().expect("nginx tells its version");
        let words = String::from_utf8_lossy(&out.stderr).into_owned();
        let known = versions.iter().find(|(number, _)| words.contains(number));
        let (_, version) = known.unwrap_or_else(|| panic!("{name} is {words}"));
        Some(Binary { path, version: *version })
    };
    let current =
        [("/1.28.", NginxVersion::V1_28), ("/1.30.", NginxVersion::V1_30), ("/1.31.", NginxVersion::V1_30)];
    [
        of("nginx-1.22", &[("/1.22.", NginxVersion::V1_22)]),
        of("nginx-1.28", &[("/1.28.", NginxVersion::V1_28)]),
        of("nginx-current", &current),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What has another place on this machine than in its container.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// The port of loopback where names are found; 0 if nobody asks.
    pub dns: u16,
    /// Ports that are listened on.
    pub ports: BTreeMap<u16, u16>,
    /// Upstreams, `backend:8000`, by the address that is written.
    pub upstreams: BTreeMap<String, String>,
}

/// Emitted files in a folder, changed for this machine.
pub struct Folder {
    root: TempDir,
}

impl Folder {
    /// Writes files, each a path and its text, and beside them a webroot with
    /// a challenge, folders to write to, and the certificates that they name.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, moved: &Moved) -> Self {
        let root = tempfile::tempdir().expect("a folder");
        // nginx as root gives its files to `nobody`, who must get there.
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).expect("its mode");
        let folder = Self { root };
        for below in ["run", "log", "tls", "acme/.well-known/acme-challenge"] {
            fs::create_dir_all(folder.path(below)).expect("a folder");
        }
        fs::write(folder.path("acme/.well-known/acme-challenge/token"), "proof").expect("a token");
        let mut texts = Vec::new();
        for (path, text) in files {
            let (to, text) = (folder.path(path), folder.adapt(text, moved));
            fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
            fs::write(to, &text).expect("a file");
            texts.push(text);
        }
        folder.certify(&texts);
        folder
    }

    /// A path in the folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    /// The text of a file in the folder.
    pub fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("a file of the folder")
    }

    /// The only changes to what is emitted: places, and names are found again
    /// after 1s instead of 10s.
    fn adapt(&self, text: &str, moved: &Moved) -> String {
        let path = |below: &str| self.path(below).display().to_string();
        let text = text
            .replace(" /tmp/", &format!(" {}/", path("run")))
            .replace("/var/www/acme", &path("acme"))
            .replace("/var/log/nginx/", &format!("{}/", path("log")))
            .replace("/dev/stdout", &path("log/access.log"))
            .replace("127.0.0.11 valid=10s", &format!("127.0.0.1:{} valid=1s", moved.dns.max(1)))
            .replace("resolver_timeout 5s", "resolver_timeout 1s");
        let lines: Vec<String> = text.split('\n').map(|line| self.adapt_line(line, moved)).collect();
        lines.join("\n")
    }

    fn adapt_line(&self, line: &str, moved: &Moved) -> String {
        let words: Vec<&str> = line.trim_start().trim_end_matches(';').split(' ').collect();
        let (before, after) = match words.as_slice() {
            ["listen", address, ..] => (*address, listened(address, moved)),
            ["server", upstream, ..] | ["set", _, upstream] => {
                (*upstream, moved.upstreams.get(*upstream).cloned())
            }
            ["ssl_certificate" | "ssl_certificate_key", file] => {
                let name = file.trim_matches('"').trim_start_matches('/');
                (*file, Some(self.path("tls").join(name).display().to_string()))
            }
            ["allow", range] => (*range, loopback(range)),
            _ => return line.to_owned(),
        };
        after.map_or_else(|| line.to_owned(), |after| line.replacen(before, &after, 1))
    }

    /// Writes a certificate for all names, and its key, wherever one is looked for.
    fn certify(&self, texts: &[String]) {
        let lines =
            || texts.iter().flat_map(|text| text.lines()).map(|line| line.trim().trim_end_matches(';'));
        let places = |directive: &str| -> Vec<&str> {
            lines().filter_map(|line| line.strip_prefix(directive)?.strip_prefix(' ')).collect()
        };
        let names: BTreeSet<&str> =
            places("server_name").into_iter().flat_map(str::split_whitespace).collect();
        let (chain, key) = (self.path("tls/chain.pem"), self.path("tls/key.pem"));
        let copies = [(places("ssl_certificate"), &chain), (places("ssl_certificate_key"), &key)];
        if copies.iter().all(|(places, _)| places.is_empty()) {
            return;
        }
        let names: Vec<String> =
            names.into_iter().filter(|name| *name != "_").map(|name| format!("DNS:{name}")).collect();
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
            .args(["-days", "90", "-subj", "/CN=laud"])
            .args(["-addext", &format!("subjectAltName={}", names.join(","))])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&chain)
            .output()
            .expect("openssl runs");
        assert!(
            made.status.success(),
            "openssl makes no certificate: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        for (places, from) in copies {
            for place in places {
                let to = PathBuf::from(place.trim_matches('"'));
                fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
                fs::copy(from, to).expect("a copy");
            }
        }
    }

    /// Writes an `nginx.conf` as a host has it, around the emitted files. Some
    /// of what it says is said in them too.
    pub fn host(&self) -> &'static str {
        let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path run/{name};"));
        let text = format!(
            "pid run/host.pid;\nevents {{ }}\nhttp {{\n{}\nssl_protocols TLSv1.2;\nssl_prefer_server_ciphers on;\n\
             access_log off;\ngzip on;\nserver_tokens on;\ninclude nginx/*/*.conf;\n}}\n",
            paths.join("\n")
        );
        fs::write(self.path("host.conf"), text).expect("a file");
        "host.conf"
    }

    /// What `nginx -t` says of a file: warnings and errors; `Ok` if it takes it.
    pub fn test(&self, binary: &Binary, file: &str) -> Result<String, String> {
        let out = self.nginx(binary, file).arg("-t").output().expect("nginx runs");
        let words = String::from_utf8_lossy(&out.stderr).into_owned();
        if out.status.success() { Ok(words) } else { Err(words) }
    }

    fn nginx(&self, binary: &Binary, file: &str) -> Command {
        let mut command = Command::new(&binary.path);
        command.arg("-p").arg(self.root.path()).arg("-e").arg("stderr").arg("-c").arg(self.path(file));
        command
    }
}

/// `8443` or `[::]:8443` with its port moved.
fn listened(address: &str, moved: &Moved) -> Option<String> {
    let (before, port) = address.rsplit_once(':').map_or(("", address), |(host, port)| (host, port));
    let port = moved.ports.get(&port.parse().ok()?)?;
    Some(if before.is_empty() { port.to_string() } else { format!("{before}:{port}") })
}

/// A network of IPv4 as one of loopback, from which a test can come:
/// `10.20.0.0/16` is `127.20.0.0/16`, and `10.0.0.0/8` is `127.10.0.0/16`.
pub fn loopback(range: &str) -> Option<String> {
    let (address, length) = range.split_once('/').unwrap_or((range, "32"));
    let [first, second, third, fourth] = address.parse::<Ipv4Addr>().ok()?.octets();
    match length.parse().ok()? {
        _ if first == 127 => None,
        8 => Some(format!("127.{first}.0.0/16")),
        9..=32 => Some(format!("127.{second}.{third}.{fourth}/{length}")),
        _ => None,
    }
}

/// An nginx that runs over a folder, and ends when this is dropped.
pub struct Running {
    /// Its files.
    pub folder: Folder,
    process: Child,
}

impl Running {
    /// Starts nginx on a file of the folder and waits until it listens on a port.
    pub fn start(binary: &Binary, folder: Folder, file: &str, port: u16) -> Self {
        let log = File::create(folder.path("log/error.log")).expect("a log");
        let process = folder
            .nginx(binary, file)
            .args(["-g", "daemon off;"])
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let mut running = Self { folder, process };
        let address = (Ipv4Addr::LOCALHOST, port);
        let ended = eventually(|| {
            TcpStream::connect(address).is_ok() || matches!(running.process.try_wait(), Ok(Some(_)))
        });
        let listens = ended && TcpStream::connect(address).is_ok();
        assert!(listens, "nginx does not start: {}", running.errors());
        running
    }

    /// Tells it to read its files again.
    pub fn reload(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "nginx is gone");
    }

    /// What it wrote to standard error.
    pub fn errors(&self) -> String {
        self.folder.read("log/error.log")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A killed master would leave its workers behind; this one may tell them.
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        if !eventually(|| matches!(self.process.try_wait(), Ok(Some(_)))) {
            drop(self.process.kill());
            drop(self.process.wait());
        }
    }
}
