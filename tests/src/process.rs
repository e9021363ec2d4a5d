//! Other programs, run with the binary in their path.

use crate::cli::LAUD;
use camino::{Utf8Path, Utf8PathBuf};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

/// A folder with the binary in it as `laud`, and whatever else is to be found in a path before the rest.
pub(crate) fn programs(folder: &Utf8Path) -> Utf8PathBuf {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("a folder can be made");
    symlink(LAUD, bin.join("laud")).expect("a link can be made");
    bin
}

/// A command that finds these programs first, and is not told that it runs in a job or in a test of cargo's: the hook
/// takes the cargo that it is told, and Helix its runtime from beside the package.
pub(crate) fn command(program: impl AsRef<OsStr>, bin: &Utf8Path) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.env("PATH", format!("{bin}:{path}"));
    for told in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CARGO", "CARGO_MANIFEST_DIR"] {
        command.env_remove(told);
    }
    command
}

/// What a command came to: its exit code, and all that it printed.
pub(crate) fn ran(command: &mut Command) -> (i32, String) {
    let output = command.output().expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}
