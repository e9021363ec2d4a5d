//! The emitted files in a folder, and programs that run over them.

use camino::Utf8Path;
use laud_emit::{Context, File, Whole, grafana, prometheus};
use laud_plan::Plan;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Every file of the prometheus and grafana targets.
pub(crate) fn files(plan: &Plan) -> Vec<File> {
    let context = Context { spec_root: "../.." };
    let mut files = Vec::new();
    let mut sink = Whole::new(|file| files.push(file));
    prometheus::emit(plan, context, &mut sink);
    grafana::emit(plan, context, &mut sink);
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
pub(crate) fn run(program: &Utf8Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("it starts");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{} {arguments:?}: {text}", program);
    text
}
