//! A running gateway: the emitted files, with the paths and addresses of the
//! container changed to those of the test, and nginx over them.

use crate::plan::{ALIAS, DOMAIN, Ports};
use crate::stub::{Dns, Upstream};
use laud_emit::{Context, nginx};
use laud_plan::{NginxVersion, Plan, RunsOn};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::Duration;
use tempfile::TempDir;

/// An nginx and the version that is written for it.
#[derive(Clone, Debug)]
pub(crate) struct Binary {
    /// The program.
    pub(crate) path: PathBuf,
    /// The newest version that it takes.
    pub(crate) version: NginxVersion,
}

/// Every nginx that is there.
pub(crate) fn binaries() -> Vec<Binary> {
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

/// A program of the tools' folder or of `PATH`. Without it the test says that
/// it skips something, or fails if `LAUD_REQUIRE_TOOLS` is 1.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = || variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let own = variable("LAUD_TOOLS").or_else(|| cache().map(|cache| cache.join("laud-tools")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = own.map(|root| root.join("bin"));
    let found = own.into_iter().chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.into_iter().find(|file| file.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os("LAUD_REQUIRE_TOOLS").is_none_or(|value| value != "1"),
            "there is no {name}"
        );
        eprintln!("skipped: there is no {name}");
    }
    found
}

/// Ports of loopback that were free a moment ago.
pub(crate) fn free_ports() -> Ports {
    let next = free_port;
    Ports { http: next(), https: next(), status: next(), backend: next(), frontend: next(), dead: next() }
}

/// A port that no other test is given, below those that the system gives to
/// clients: one of these could be taken again before nginx listens on it.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let start = std::process::id() % 100 * 100 + u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = 20_000 + (start % 12_000) as u16;
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}

/// The emitted files in a folder, changed for this machine.
pub(crate) struct Folder {
    root: TempDir,
}

impl Folder {
    /// Emits the plan and writes its nginx files, with names found at `dns`.
    pub(crate) fn new(plan: &Plan, dns: u16) -> Self {
        assert_eq!(nginx::check(plan), [], "the plan is refused");
        let root = tempfile::tempdir().expect("a folder");
        // nginx as root gives its files to `nobody`, who must get there.
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).expect("its mode");
        let folder = Self { root };
        for below in ["run", "acme/.well-known/acme-challenge", "log"] {
            fs::create_dir_all(folder.path(below)).expect("a folder");
        }
        fs::write(folder.path("acme/.well-known/acme-challenge/token"), "proof").expect("a token");
        folder.certify();
        nginx::emit(plan, Context { spec_root: "../.." }, &mut |file| {
            let to = folder.path(&file.path);
            fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
            fs::write(to, folder.adapt(&file.content, dns)).expect("a file");
        });
        folder
    }

    /// A path in the folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    /// The only changes to what is emitted. Names are found again after 1s instead of 10s.
    fn adapt(&self, text: &str, dns: u16) -> String {
        let path = |below: &str| self.path(below).display().to_string();
        text.replace(" /tmp/", &format!(" {}/", path("run")))
            .replace("/etc/nginx/tls/", &format!("{}/", path("tls")))
            .replace("/etc/letsencrypt/live/", &format!("{}/", path("tls")))
            .replace("/var/www/acme", &path("acme"))
            .replace("/var/log/nginx/", &format!("{}/", path("log")))
            .replace("/dev/stdout", &path("log/access.log"))
            .replace("127.0.0.11 valid=10s", &format!("127.0.0.1:{dns} valid=1s"))
            .replace("resolver_timeout 5s", "resolver_timeout 1s")
    }

    /// Writes an `nginx.conf` as a host has it, around the emitted files. Some
    /// of what it says is said in them too.
    pub(crate) fn host(&self) -> &'static str {
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

    fn certify(&self) {
        let folder = self.path("tls").join(DOMAIN);
        fs::create_dir_all(&folder).expect("a folder");
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "90",
            ])
            .args([
                "-subj",
                &format!("/CN={DOMAIN}"),
                "-addext",
                &format!("subjectAltName=DNS:{DOMAIN},DNS:{ALIAS}"),
            ])
            .arg("-keyout")
            .arg(folder.join("privkey.pem"))
            .arg("-out")
            .arg(folder.join("fullchain.pem"))
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("openssl runs").success(), "openssl makes a certificate");
    }

    /// The text of an emitted file.
    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("an emitted file")
    }

    /// What `nginx -t` says of a file: warnings and errors; `Ok` if it takes it.
    pub(crate) fn test(&self, binary: &Binary, file: &str) -> Result<String, String> {
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

/// A gateway with its upstreams, which end with it.
pub(crate) struct Gateway {
    /// Its ports.
    pub(crate) ports: Ports,
    /// Its files.
    pub(crate) folder: Folder,
    /// The DNS server that it asks; it knows `backend` and `frontend`.
    pub(crate) dns: Dns,
    /// Two replicas of the backend, and the frontend.
    _upstreams: Vec<Upstream>,
    process: Child,
}

impl Gateway {
    /// Starts a gateway and waits until it listens.
    pub(crate) fn start(binary: &Binary, change: impl FnOnce(&mut Plan)) -> Self {
        let mut ports = free_ports();
        let (upstreams, backend, frontend) = upstreams();
        (ports.backend, ports.frontend) = (backend, frontend);
        let dns = Dns::start();
        let first = Ipv4Addr::LOCALHOST;
        dns.know("backend", &[first, Ipv4Addr::new(127, 0, 0, 2)]);
        dns.know("frontend", &[first]);
        let mut plan = crate::plan::plan(binary.version, ports);
        change(&mut plan);
        let folder = Folder::new(&plan, dns.port);
        let file = match plan.gateways[0].runs_on {
            RunsOn::Container(_) => "nginx/edge/nginx.conf",
            RunsOn::Host => folder.host(),
        };
        let log = File::create(folder.path("log/error.log")).expect("a log");
        let process = folder
            .nginx(binary, file)
            .args(["-g", "daemon off;"])
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts");
        let mut gateway = Self { ports, folder, dns, _upstreams: upstreams, process };
        gateway.wait();
        gateway
    }

    /// Until it listens, and knows its upstreams.
    fn wait(&mut self) {
        let http = (Ipv4Addr::LOCALHOST, self.ports.http);
        let ended =
            eventually(|| TcpStream::connect(http).is_ok() || matches!(self.process.try_wait(), Ok(Some(_))));
        assert!(ended && TcpStream::connect(http).is_ok(), "nginx does not start: {}", self.errors());
        sleep(Duration::from_millis(300));
    }

    /// Tells it to read its files again.
    pub(crate) fn reload(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.process.id().to_string()]).status();
        assert!(sent.expect("kill runs").success(), "nginx is gone");
    }

    /// What it wrote to standard error.
    pub(crate) fn errors(&self) -> String {
        self.folder.read("log/error.log")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // A killed master would leave its workers behind; this one may tell them.
        drop(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status());
        if !eventually(|| matches!(self.process.try_wait(), Ok(Some(_)))) {
            drop(self.process.kill());
            drop(self.process.wait());
        }
    }
}

/// Two replicas on one port of two addresses, and a frontend.
fn upstreams() -> (Vec<Upstream>, u16, u16) {
    let (first, second, backend) = (0..20)
        .find_map(|_| {
            let first = TcpListener::bind("127.0.0.1:0").ok()?;
            let port = first.local_addr().ok()?.port();
            Some((first, TcpListener::bind(("127.0.0.2", port)).ok()?, port))
        })
        .expect("a port that is free on two addresses");
    let third = TcpListener::bind("127.0.0.1:0").expect("a port of loopback");
    let frontend = third.local_addr().expect("a bound listener").port();
    let upstreams = vec![
        Upstream::start("backend 1", first),
        Upstream::start("backend 2", second),
        Upstream::start("frontend", third),
    ];
    (upstreams, backend, frontend)
}

/// Whether it becomes true within ten seconds.
pub(crate) fn eventually(mut test: impl FnMut() -> bool) -> bool {
    (0..100).any(|_| {
        let done = test();
        if !done {
            sleep(Duration::from_millis(100));
        }
        done
    })
}
