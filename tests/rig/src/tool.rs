//! Where the programs are that tests run.

use camino::Utf8PathBuf;
use std::env;
use std::io::Write as _;

/// The program of that name, of where `tests/tools/install.sh` puts it or of
/// `PATH`. Without it the test says what it skips, or fails if
/// `LAUD_REQUIRE_TOOLS` is 1.
pub fn tool(name: &str) -> Option<Utf8PathBuf> {
    let found = folders().into_iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        let required = env::var_os("LAUD_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "`{name}` is not installed; run tests/tools/install.sh");
        // Written past the capture of the test harness: a skipped check must be seen.
        let line = format!("skipped: `{name}` is not installed (tests/tools/install.sh)");
        drop(writeln!(std::io::stderr().lock(), "{line}"));
    }
    found
}

/// Where tools are looked for: the pinned ones go first.
fn folders() -> Vec<Utf8PathBuf> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let tools = variable("LAUD_TOOLS").or_else(|| cache.map(|cache| cache.join("laud-tools")));
    let path = env::var("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).filter_map(|path| Utf8PathBuf::from_path_buf(path).ok());
    let on_path: Vec<Utf8PathBuf> = on_path.collect();
    tools.map(|tools| tools.join("bin")).into_iter().chain(on_path).collect()
}
