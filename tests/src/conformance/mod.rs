//! What the real tools say of the output: every file that laud emits is
//! accepted by the program that it is for, and does there what the plan says.
//!
//! A tool is looked for on `PATH` and where `tests/tools/install.sh` puts it.
//! Where one is missing, its checks are skipped and say so; with
//! `LAUD_REQUIRE_TOOLS=1`, as in CI, they fail.

mod compose;
mod gateways;
mod grafana;
mod monitored;
mod nginx;
mod prometheus;
mod sites;
mod systemd;

use crate::snapshot::expect_all;
use camino::Utf8Path;
pub(crate) use laud_rig::tool;
use std::process::{Command, Output};
use std::sync::Mutex;

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

/// Looks at each item, some at once since most of the time one of them waits;
/// panics with all that is found.
fn expect_each<T: Send>(items: impl IntoIterator<Item = T>, look: impl Fn(T) -> Vec<String> + Sync) {
    const AT_ONCE: usize = 6;
    let items: Vec<T> = items.into_iter().collect();
    let (next, wrong) = (Mutex::new(items.into_iter()), Mutex::new(Vec::new()));
    let take = || next.lock().expect("no look panics with it").next();
    let work = || {
        while let Some(item) = take() {
            let found = look(item);
            wrong.lock().expect("no look panics with it").extend(found);
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(work))));
    expect_all(wrong.into_inner().expect("no look panics with it").into_iter().map(Err));
}
