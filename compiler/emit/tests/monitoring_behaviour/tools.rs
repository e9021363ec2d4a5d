//! Programs that tests run, and the emitted files in a folder for them.

use laud_emit::{Context, File};
use laud_plan::Plan;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A program of the tools' folder or of `PATH`. Without it the test says that
/// it skips something, or fails if `LAUD_REQUIRE_TOOLS` is 1.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/laud-tools"));
    let own = std::env::var_os("LAUD_TOOLS").map(PathBuf::from).or(home).map(|root| root.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = own.into_iter().chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    let found = found.find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var_os("LAUD_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "there is no {name}");
        eprintln!("skipped: there is no {name}");
    }
    found
}

/// Every file of the prometheus and grafana targets.
pub(crate) fn files(plan: &Plan) -> Vec<File> {
    let context = Context { spec_root: "../.." };
    let mut files = Vec::new();
    laud_emit::prometheus::emit(plan, context, &mut |file| files.push(file));
    laud_emit::grafana::emit(plan, context, &mut |file| files.push(file));
    files
}

/// The files in a folder of their own.
pub(crate) fn folder(plan: &Plan) -> TempDir {
    assert_eq!(laud_emit::prometheus::check(plan), [], "prometheus refuses the plan");
    assert_eq!(laud_emit::grafana::check(plan), [], "grafana refuses the plan");
    let root = tempfile::tempdir().expect("a folder");
    for file in files(plan) {
        let path = root.path().join(&file.path);
        std::fs::create_dir_all(path.parent().expect("files lie in folders")).expect("a folder");
        std::fs::write(path, file.content).expect("a file");
    }
    root
}

/// Runs a program to its end and asserts that it is content.
pub(crate) fn run(program: &Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("it starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{} {arguments:?}: {text}", program.display());
    text
}
