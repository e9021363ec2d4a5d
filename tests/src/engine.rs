//! The output in a Docker engine: what a deploy makes anew, and what goes on.

use crate::cli::laud_in;
use crate::conformance::tool;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// An image of nothing but busybox.
const BUSYBOX: &str = "registry.example/busybox:1.0.0";

/// A stand-in for nginx that is there to be signalled.
const NGINX: &str = r#"#!/bin/sh
if [ "$1" = -s ]; then echo "$2" >>/tmp/signals; exit; fi
mkdir /tmp/www && echo ok >/tmp/www/healthz && exec httpd -f -p 8081 -h /tmp/www
"#;

/// What tests need besides what is emitted: a test may have fewer files than a gateway asks for.
const OVERRIDE: &str = "services: { edge: { ulimits: !reset null } }\n";

/// A system with a reader of a file, one of a file beside the spec, one of nothing, and a gateway.
fn spec(word: &str, status: u16) -> String {
    let waits =
        r#"command = ["sh", "-c", "trap exit TERM; sleep 1000 & wait"], health = off because "it waits""#;
    let service = format!(r#"image = "{BUSYBOX}", {waits}, limits {{ memory = 32MiB }}"#);
    let beside = r#"file list { at = "/etc/list", from = "./list" }"#;
    format!(
        r#"
        app engine
        use std/web {{ gateway }}
        service reader {{ {service}, file conf {{ at = "/etc/word", text = "{word}" }} }}
        service lister {{ {service}, {beside} }}
        service other {{ {service} }}
        gateway edge {{
          domain            = "engine.example"
          tls               = off because "it is not for the world"
          listen            = loopback
          public_http_port  = 18080
          image             = "registry.example/nginx:1.0.0"
          route "/" {{ respond = {{ status = {status} }} }}
        }}
        environment test {{}}
        "#
    )
}

/// An engine of the test's own, with the folder of a system that it runs.
struct Engine {
    folder: Utf8PathBuf,
    docker: Utf8PathBuf,
    compose: Utf8PathBuf,
}

impl Engine {
    /// Starts it; `None` without the programs for it.
    fn start(folder: &Utf8Path) -> Option<Self> {
        let (Some(_), Some(docker), Some(compose)) =
            (tool("dockerd"), tool("docker"), tool("docker-compose"))
        else {
            return None;
        };
        let engine = Self { folder: folder.to_owned(), docker, compose };
        engine.script(&["start"]);
        engine.script(&["image", BUSYBOX]);
        let image = folder.join("image");
        fs::create_dir(&image).expect("a folder can be made");
        fs::write(image.join("nginx"), NGINX).expect("a file can be written");
        let dockerfile = format!("FROM {BUSYBOX}\nCOPY nginx /bin/nginx\nRUN chmod 755 /bin/nginx\n");
        fs::write(image.join("Dockerfile"), dockerfile).expect("a file can be written");
        engine.ran(&engine.docker, &["build", "--tag", "registry.example/nginx:1.0.0", "image"]);
        fs::write(folder.join("override.yaml"), OVERRIDE).expect("a file can be written");
        Some(engine)
    }

    /// Runs the script that manages it.
    fn script(&self, args: &[&str]) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tools/dockerd.sh");
        self.ran(Utf8Path::new(script), args);
    }

    /// Runs a program for this engine, and gives what it printed.
    fn ran(&self, program: &Utf8Path, args: &[&str]) -> String {
        let engine = self.folder.join("engine");
        let output = Command::new(program)
            .args(args)
            .current_dir(&self.folder)
            .env("LAUD_DOCKERD", &engine)
            .env("DOCKER_HOST", format!("unix://{engine}/docker.sock"))
            .env("DOCKER_CONFIG", engine.join("config"))
            .env("COMPOSE_FILE", "deploy/test/compose.yaml:override.yaml")
            .output()
            .expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {}:\n{said}", args.join(" "));
        String::from_utf8(output.stdout).expect("it prints text")
    }

    /// Builds a spec, beside which a file has some content, and deploys it, as the README has it.
    fn deploy(&self, spec: &str, list: &str) {
        fs::write(self.folder.join("main.laud"), spec).expect("a file can be written");
        fs::write(self.folder.join("list"), list).expect("a file can be written");
        let built = laud_in(&self.folder, &["build"]);
        assert_eq!(built.code, 0, "{}", built.stderr);
        self.ran(&self.compose, &["up", "--detach"]);
    }

    /// The container of a service.
    fn container(&self, service: &str) -> String {
        self.ran(&self.compose, &["ps", "--quiet", service])
    }

    /// What a file in a container of a service holds, once it is there.
    fn wait_for(&self, service: &str, file: &str) -> String {
        let end = Instant::now() + Duration::from_secs(30);
        let script = format!("cat {file} 2>/dev/null || true");
        loop {
            let found = self.ran(&self.compose, &["exec", "-T", service, "sh", "-c", &script]);
            if !found.is_empty() || Instant::now() > end {
                return found;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A failure has been told already, and another panic would hide it.
        if !std::thread::panicking() {
            self.ran(&self.compose, &["down", "--volumes", "--timeout", "0"]);
        }
        self.script(&["stop"]);
    }
}

#[test]
fn a_change_reaches_what_runs() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = Utf8Path::from_path(folder.path()).expect("a path of text");
    let Some(engine) = Engine::start(folder) else { return };
    let containers = || ["reader", "lister", "other", "edge"].map(|service| engine.container(service));
    engine.deploy(&spec("one", 404), "one");
    let before = containers();
    assert_eq!(engine.wait_for("reader", "/etc/word"), "one");

    engine.deploy(&spec("two", 410), "one");
    let after = containers();
    assert_ne!(before[0], after[0], "what reads another file is made anew");
    assert_eq!(engine.wait_for("reader", "/etc/word"), "two");
    assert_eq!(before[1..], after[1..], "the rest goes on");
    assert_eq!(
        engine.wait_for("edge", "/tmp/signals"),
        "reload\n",
        "the gateway takes its routes up by itself"
    );

    engine.deploy(&spec("two", 410), "two");
    let last = containers();
    assert_ne!(after[1], last[1], "what reads another file beside the spec is made anew");
    assert_eq!(engine.wait_for("lister", "/etc/list"), "two");
    assert_eq!((&after[0], &after[2..]), (&last[0], &last[2..]), "the rest goes on");
}
