//! Helix with the configuration of its page: it compiles the grammar, finds all it wants, and shows a spec in a terminal.

use super::SPEC;
use crate::place::{copy, repository, scratch};
use crate::process::{command, programs, ran};
use camino::{Utf8Path, Utf8PathBuf};
use std::ffi::OsStr;
use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A home with the configuration, and programs in a path of its own.
struct Home {
    folder: Utf8PathBuf,
    bin: Utf8PathBuf,
}

impl Home {
    fn new(name: &str) -> Self {
        let folder = scratch(name);
        let config = folder.join(".config/helix");
        let editor = repository().join("editors/helix");
        fs::create_dir_all(config.join("runtime/grammars")).expect("a folder can be made");
        copy(&editor.join("queries/laud"), &config.join("runtime/queries/laud"));
        let languages = fs::read_to_string(editor.join("languages.toml")).expect("it can be read");
        let languages = languages.replace("/path/to/laud", repository().as_str());
        fs::write(config.join("languages.toml"), languages).expect("it can be written");
        fs::write(folder.join("main.laud"), SPEC).expect("a spec can be written");
        let bin = programs(&folder);
        Self { folder, bin }
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = command(program, &self.bin);
        command.current_dir(&self.folder).env("HOME", &self.folder).env_remove("XDG_CONFIG_HOME");
        command.env_remove("XDG_CACHE_HOME");
        command
    }
}

#[test]
fn it_finds_all_it_wants() {
    let Some(hx) = laud_rig::tool("hx") else { return };
    let home = Home::new("helix/health");
    let (code, said) = ran(home.command(&hx).args(["--grammar", "build"]));
    assert!(code == 0 && home.folder.join(".config/helix/runtime/grammars/laud.so").exists(), "{said}");
    let (code, said) = ran(home.command(&hx).args(["--health", "laud"]));
    assert!(code == 0 && said.contains("laud: ") && !said.contains('\u{2718}'), "{said}");
    assert!(said.contains("Rainbow queries") && said.contains("Tags queries"), "{said}");
}

/// A terminal in which the editor runs.
struct Terminal<'a> {
    home: &'a Home,
    tmux: Utf8PathBuf,
}

impl Terminal<'_> {
    fn tmux(&self, args: &[&str]) -> String {
        let socket = self.home.folder.join("tmux");
        ran(self.home.command(&self.tmux).args(["-S", socket.as_str(), "-f", "/dev/null"]).args(args)).1
    }

    fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// The screen, once it shows something.
    fn wait(&self, what: &str) -> String {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let screen = self.tmux(&["capture-pane", "-p", "-e"]);
            let plain = plain(&screen);
            if plain.contains(what) {
                return screen;
            }
            assert!(Instant::now() < end, "{what} is not on the screen\n{plain}");
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

/// A screen without its colours.
fn plain(screen: &str) -> String {
    let mut parts = screen.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// The colour of the first such word on a screen: the last that was set before it.
fn colour<'s>(screen: &'s str, word: &str) -> Option<&'s str> {
    let before = screen.split(word).next()?;
    let codes = before.split("\u{1b}[").filter_map(|part| part.split('m').next());
    codes.filter(|code| code.starts_with(['3', '9']) && code.len() > 1).last()
}

#[test]
fn it_shows_a_spec_with_what_the_server_says() {
    let (Some(hx), Some(tmux)) = (laud_rig::tool("hx"), laud_rig::tool("tmux")) else { return };
    let home = Home::new("helix/screen");
    ran(home.command(&hx).args(["--grammar", "build"]));
    let terminal = Terminal { home: &home, tmux };
    let run = format!("TERM=xterm-256color {hx} main.laud");
    terminal.tmux(&["new-session", "-d", "-x", "120", "-y", "40", &run]);
    let screen = terminal.wait("environment staging");
    // A word of the language has another colour than a bracket.
    assert_ne!(colour(&screen, "environment"), colour(&screen, "{"), "{screen}");
    terminal.keys(&[":6", "Enter"]);
    terminal.keys(&["gse", "ax", "Escape"]);
    let finding = plain(&terminal.wait("has no field"));
    assert!(finding.contains("`imagex`"), "{finding}");
    terminal.keys(&["u"]);
    terminal.keys(&["Space", "k"]);
    terminal.wait("image : Image");
    terminal.keys(&["Escape", ":7", "Enter"]);
    terminal.keys(&["o", "   image=1", "Escape"]);
    terminal.keys(&[":format", "Enter"]);
    terminal.wait("  image = 1");
}

#[test]
fn the_page_has_the_places() {
    let page =
        fs::read_to_string(repository().join("editors/helix/README.md")).expect("the page can be read");
    for place in [
        "~/.config/helix/languages.toml",
        "~/.config/helix/runtime/queries/laud",
        "~/.config/helix/runtime/grammars",
    ] {
        assert!(page.contains(place), "{place}");
    }
    assert!(Utf8Path::new(&repository().join("editors/helix/languages.toml")).exists());
}
