//! What the real tools say of the output: every file that laud emits is
//! accepted by the program that it is for.
//!
//! A tool is looked for on `PATH` and where `tests/tools/install.sh` puts it.
//! Where one is missing, its checks are skipped and say so; with
//! `LAUD_REQUIRE_TOOLS=1`, as in CI, they fail.

mod compose;
mod grafana;
mod systemd;

use camino::{Utf8Path, Utf8PathBuf};
use std::process::{Command, Output};

/// The program of that name, or `None` after saying what is skipped.
pub(crate) fn tool(name: &str) -> Option<Utf8PathBuf> {
    let found = folders().into_iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        let required = std::env::var_os("LAUD_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "`{name}` is not installed; run tests/tools/install.sh");
        // Written past the capture of the test harness: a skipped check must be seen.
        use std::io::Write;
        let _ =
            writeln!(std::io::stderr().lock(), "skipped: `{name}` is not installed (tests/tools/install.sh)");
    }
    found
}

/// Where tools are looked for: the pinned ones go first.
fn folders() -> Vec<Utf8PathBuf> {
    let variable =
        |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let tools = variable("LAUD_TOOLS").or_else(|| cache.map(|cache| cache.join("laud-tools")));
    let path = std::env::var("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .filter_map(|path| Utf8PathBuf::from_path_buf(path).ok())
        .collect::<Vec<_>>();
    tools.map(|tools| tools.join("bin")).into_iter().chain(on_path).collect()
}

/// Runs a tool in a folder; gives what it said if it is not content.
pub(crate) fn run(tool: &Utf8Path, folder: &Utf8Path, args: &[&str]) -> Result<Output, String> {
    let output = Command::new(tool).args(args).current_dir(folder).output().expect("the tool starts");
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "{} {} in {folder}:\n{}",
        tool.file_name().unwrap_or_default(),
        args.join(" "),
        String::from_utf8_lossy(&said)
    ))
}
