//! Emacs: the modes on every formatted spec, and the server by Eglot.

use super::{SPEC, compile};
use crate::place::{repository, scratch, shown, specs};
use crate::process::{command, programs, ran};
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{FileId, format, parse};
use std::fs;

fn folder() -> Utf8PathBuf {
    repository().join("editors/emacs")
}

/// Runs a script of `test/` in a program of that name, with the grammar in the folder; what it printed, unless there is no such program.
fn run(program: &str, scratch: &Utf8Path, args: &[&str]) -> Option<(i32, String)> {
    let tool = laud_rig::tool(program)?;
    compile(&scratch.join("grammar/libtree-sitter-laud.so"));
    let mut emacs = command(tool, &programs(scratch));
    emacs.args(["-Q", "--batch", "-L", folder().as_str()]);
    emacs.args(["--eval", &format!("(setq treesit-extra-load-path (list \"{scratch}/grammar\"))")]);
    Some(ran(emacs.args(args).env("HOME", scratch)))
}

/// As `package-lint` would: nothing is unknown, unused or too long.
fn compiles(program: &str, files: &[&str]) {
    let scratch = scratch(&format!("emacs/{program}-compile"));
    let out = format!(
        "(setq byte-compile-error-on-warn t byte-compile-dest-file-function \
         (lambda (file) (expand-file-name (concat (file-name-base file) \".elc\") \"{scratch}\")))"
    );
    let files: Vec<String> = files.iter().map(|file| folder().join(file).to_string()).collect();
    let mut args = vec!["--eval", &out, "-f", "batch-byte-compile"];
    args.extend(files.iter().map(String::as_str));
    let Some((code, said)) = run(program, &scratch, &args) else { return };
    assert!(code == 0 && scratch.join("laud-mode.elc").exists(), "{said}");
}

#[test]
fn files_compile_without_warnings() {
    compiles("emacs-28", &["laud-mode.el"]);
    compiles("emacs", &["laud-mode.el", "laud-ts-mode.el"]);
}

/// Every spec of the repository that is formatted.
fn formatted() -> Vec<Utf8PathBuf> {
    let folders = ["golden", "examples", "stdlib"];
    let all = folders.into_iter().flat_map(|folder| specs(&repository().join(folder)));
    let is_formatted = |path: &Utf8PathBuf| {
        let Ok(text) = fs::read_to_string(path) else { return false };
        let parsed = parse(FileId(0), &text);
        parsed.diagnostics.is_empty() && !text.contains('\r') && format(&text, &parsed) == text
    };
    all.filter(is_formatted).collect()
}

#[test]
fn specs_are_coloured_and_indented_as_they_are_formatted() {
    let files = formatted();
    assert!(files.len() > 100, "{} specs", files.len());
    let script = folder().join("test/modes.el");
    for (program, mode) in [("emacs-28", "laud-mode"), ("emacs", "laud-mode"), ("emacs", "laud-ts-mode")] {
        let mut args = vec!["-l", script.as_str(), "-f", "laud-test-modes", mode];
        args.extend(files.iter().map(|file| file.as_str()));
        let Some((code, said)) = run(program, &scratch(&format!("emacs/{program}-{mode}")), &args) else {
            continue;
        };
        let end = said.lines().last().unwrap_or_default();
        let done = format!("{} files", files.len());
        assert!(code == 0 && end == done, "{program}, {mode}: {}", shown(Utf8Path::new(&said)));
    }
}

#[test]
fn eglot_drives_the_server() {
    let scratch = scratch("emacs/eglot");
    let spec = scratch.join("system");
    fs::create_dir(&spec).expect("a folder can be made");
    fs::write(spec.join("main.laud"), SPEC).expect("a spec can be written");
    let page = fs::read_to_string(folder().join("README.md")).expect("the page can be read");
    let own = page.split("```elisp\n").nth(1).and_then(|after| after.split("```").next());
    let own = own.expect("the page has a configuration").replace("/path/to/laud", repository().as_str());
    let init = scratch.join("init.el");
    fs::write(&init, own).expect("it can be written");
    let script = folder().join("test/eglot.el");
    let args = ["-l", init.as_str(), "-l", script.as_str(), spec.as_str()];
    let Some((code, said)) = run("emacs", &scratch, &args) else { return };
    let steps: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("ok ")).collect();
    let all = ["connected", "findings", "completes", "renames", "mends", "formats", "ends"];
    assert!(code == 0 && steps == all, "{said}");
}
