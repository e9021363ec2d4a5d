//! Neovim with the configuration of its page: it drives the server, and knows the grammar where its version can.

use super::{SPEC, compile};
use crate::place::{repository, scratch};
use crate::process::{command, programs, ran};
use camino::Utf8PathBuf;
use std::fs;

fn folder() -> Utf8PathBuf {
    repository().join("editors/neovim")
}

/// The oldest version that is meant to work.
#[test]
fn the_oldest_drives_the_server() {
    drive("nvim-0.7");
}

#[test]
fn the_current_one_drives_the_server() {
    drive("nvim");
}

/// Takes every step of `test/drive.lua`.
fn drive(program: &str) {
    let Some(tool) = laud_rig::tool(program) else { return };
    let scratch = scratch(&format!("neovim/{program}"));
    let bin = programs(&scratch);
    compile(&scratch.join("parser/laud.so"));
    fs::write(scratch.join("main.laud"), SPEC).expect("it can be written");
    let own = format!("vim.opt.runtimepath:append(\"{scratch}\")\n");
    fs::write(scratch.join("init.lua"), configuration() + &own).expect("it can be written");
    let script = folder().join("test/drive.lua");
    let mut nvim = command(tool, &bin);
    nvim.args(["--headless", "-u", "init.lua", "main.laud", "-c", &format!("luafile {script}")]);
    nvim.current_dir(&scratch);
    for variable in ["XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
        nvim.env(variable, scratch.join(variable));
    }
    let (_, said) = ran(&mut nvim);
    let done = fs::read_to_string(scratch.join("done")).unwrap_or_default();
    let steps = fs::read_to_string(script).expect("it can be read").matches("\nfunction steps.").count();
    let good = done.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(good == steps && steps > 10, "{good} of {steps} steps\n{done}\n{said}");
}

/// The first snippet of the page, for this repository.
fn configuration() -> String {
    let page = fs::read_to_string(folder().join("README.md")).expect("the page can be read");
    let snippet = page.split("```lua\n").nth(1).and_then(|after| after.split("```").next());
    let snippet = snippet.expect("the page has a configuration");
    assert!(snippet.contains("/path/to/laud"), "{snippet}");
    snippet.replace("/path/to/laud", repository().as_str())
}
