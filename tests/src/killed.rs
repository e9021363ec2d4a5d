//! A build may be killed at any moment: what is there is whole, what is the
//! operator's is untouched, and the next build ends what was begun.

use crate::cli::{GOOD, LAUD, laud_in, spec};
use crate::place::{entries, files};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What the operator put beside the output.
const FOREIGN: &[(&str, &str)] = &[(".env", "KEY=1\n"), ("tls/live/cert.pem", "pem\n")];

type Content = BTreeMap<String, Vec<u8>>;

/// A folder that is built, and what the builds of two specs leave in it.
struct Scene {
    folder: Utf8PathBuf,
    specs: [String; 2],
    outputs: [Content; 2],
}

impl Scene {
    fn new(name: &str) -> Self {
        let specs = [
            GOOD.to_owned(),
            GOOD.replace("64MiB", "65MiB").replace("nginx-unprivileged:1.30.0", "nginx-unprivileged:1.30.1"),
        ];
        let folder = spec(name, &specs[0]);
        let mut scene = Self { folder, specs, outputs: Default::default() };
        scene.build();
        for (path, content) in FOREIGN {
            let path = scene.output().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        scene.outputs[0] = scene.content();
        scene.turn_to(1);
        scene.build();
        scene.outputs[1] = scene.content();
        assert_ne!(scene.outputs[0], scene.outputs[1]);
        scene
    }

    fn output(&self) -> Utf8PathBuf {
        self.folder.join("deploy/staging")
    }

    fn turn_to(&self, which: usize) {
        fs::write(self.folder.join("main.laud"), &self.specs[which]).expect("a spec can be written");
    }

    fn build(&self) {
        let ran = laud_in(&self.folder, &["build", "--env", "staging"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }

    /// Every file in the output, as one who opens it by its path sees it.
    fn content(&self) -> Content {
        let output = self.output();
        let mut content = Content::new();
        for file in files(&output) {
            let path = file.strip_prefix(&output).expect("it is in there");
            if path != ".laud-stand-in" {
                content.insert(path.to_string(), fs::read(&file).expect("a file can be read"));
            }
        }
        content
    }

    /// Kills a build that goes from one spec to the other, then lets one run.
    fn kill_and_heal(&self, to: usize, kill: impl FnOnce(&Utf8Path), moment: &str) {
        self.turn_to(to);
        kill(&self.folder);
        let seen = self.content();
        assert!(self.outputs.contains(&seen), "killed {moment}: {:?}", seen.keys());
        self.build();
        assert_eq!(self.content(), self.outputs[to], "after a build that was killed {moment}");
        let names: Vec<Utf8PathBuf> = entries(&self.folder.join("deploy"));
        assert_eq!(names, [self.output()], "after a build that was killed {moment}");
        let links = files(&self.output()).into_iter().filter(|file| file.is_symlink()).count();
        assert_eq!(links, 0, "after a build that was killed {moment}");
    }
}

#[test]
fn at_any_time() {
    let scene = Scene::new("killed-at-any-time");
    let start = Instant::now();
    laud_in(&scene.folder, &["build", "--env", "staging"]);
    let whole = start.elapsed().max(Duration::from_millis(2));
    for round in 0..30u32 {
        let after = whole * round / 30;
        let kill = |folder: &Utf8Path| {
            let mut command = Command::new(LAUD);
            command
                .args(["build", "--env", "staging"])
                .current_dir(folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let mut child = command.spawn().expect("the binary starts");
            std::thread::sleep(after);
            // It may be done already.
            let _ = child.kill();
            child.wait().expect("it ends");
        };
        scene.kill_and_heal(round as usize % 2, kill, &format!("after {after:?}"));
    }
}

/// The moments that matter, one by one: just before each change of the disk.
#[test]
fn before_any_change_of_the_disk() {
    if Command::new("strace").arg("-V").output().is_err() {
        println!("skipped: strace is not there to kill at a system call");
        return;
    }
    let scene = Scene::new("killed-before-any-change");
    for call in ["renameat2", "rename", "linkat", "symlink", "unlink", "rmdir", "mkdir"] {
        for number in 1..100 {
            let mut killed = true;
            let kill = |folder: &Utf8Path| {
                let inject = format!("inject={call}:signal=KILL:when={number}");
                let mut command = Command::new("strace");
                command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
                command.args([LAUD, "build", "--env", "staging"]).current_dir(folder);
                let status =
                    command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("strace runs");
                killed = !status.success();
            };
            scene.kill_and_heal(number % 2, kill, &format!("before its {call} number {number}"));
            if !killed {
                break;
            }
        }
    }
}
