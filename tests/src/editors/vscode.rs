//! The extension for VS Code, as far as it can be seen without the editor.

use crate::cli::LAUD;
use crate::place::{copy, entries, repository, scratch};
use crate::process::ran;
use camino::Utf8PathBuf;
use laud_syntax::{FileId, format, parse};
use serde_json::Value;
use std::fs;
use std::process::Command;

fn folder() -> Utf8PathBuf {
    repository().join("editors/vscode")
}

fn json(path: &str) -> Value {
    let text = fs::read_to_string(folder().join(path)).expect("the file can be read");
    serde_json::from_str(&text).expect("the file is JSON")
}

#[test]
fn the_manifest_names_files_that_are_there() {
    let manifest = json("package.json");
    let mut paths = Vec::new();
    collect_paths(&manifest, &mut paths);
    assert!(paths.len() > 3, "the manifest names files");
    let missing: Vec<&String> = paths.iter().filter(|path| !folder().join(path).is_file()).collect();
    assert!(missing.is_empty(), "not there: {missing:?}");
}

fn collect_paths(value: &Value, paths: &mut Vec<String>) {
    match value {
        // What is built is looked for in the package.
        Value::String(text) if text.starts_with("./dist/") => {}
        Value::String(text) if text.starts_with("./") || text.starts_with("media/") => {
            paths.push(text.clone())
        }
        Value::Array(values) => values.iter().for_each(|value| collect_paths(value, paths)),
        Value::Object(values) => values.values().for_each(|value| collect_paths(value, paths)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_files_are_json() {
    for path in ["language-configuration.json", "syntaxes/laud.tmLanguage.json"] {
        assert!(json(path).is_object(), "{path}");
    }
}

/// The package is made by its one command, and its own tests drive what is in it: by the client library of VS Code
/// against the binary.
#[test]
fn the_package_is_whole_and_its_tests_pass() {
    let Some(tool) = laud_rig::tool("vscode-extension") else { return };
    let scratch = scratch("vscode");
    let made = scratch.join("editors/vscode");
    for entry in entries(&folder()) {
        let name = entry.file_name().expect("an entry has a name");
        if entry.is_dir() && !["dist", "node_modules"].contains(&name) {
            copy(&entry, &made.join(name));
        } else if entry.is_file() && !name.ends_with(".vsix") {
            fs::create_dir_all(&made).expect("a folder can be made");
            fs::copy(&entry, made.join(name)).expect("a file can be copied");
        }
    }
    fs::copy(repository().join("LICENSE"), scratch.join("LICENSE")).expect("a file can be copied");
    let (code, said) = ran(Command::new(tool).arg(&made).env("LAUD", LAUD));
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("# SKIP"), "{said}");

    let listed = ran(Command::new("python3").args(["-m", "zipfile", "-l"]).arg(made.join("laud.vsix"))).1;
    let mut names: Vec<&str> =
        listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    names.sort_unstable();
    let expected = [
        "[Content_Types].xml",
        "extension.vsixmanifest",
        "extension/LICENSE.txt",
        "extension/dist/extension.js",
        "extension/dist/graph-view.js",
        "extension/language-configuration.json",
        "extension/media/icon.png",
        "extension/media/icon.svg",
        "extension/package.json",
        "extension/readme.md",
        "extension/snippets/laud.json",
        "extension/syntaxes/laud.tmLanguage.json",
    ];
    assert_eq!(names, expected);
}

#[test]
fn snippets_are_formatted_laud() {
    let snippets = json("snippets/laud.json");
    for (name, snippet) in snippets.as_object().expect("snippets have names") {
        let lines = snippet["body"].as_array().expect("a body is a list of lines");
        let body: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
        // A line on which the author goes on holds nothing yet, and no formatted text has such a line in a body.
        let here = |line: &&str| {
            if line.trim() == "$0" { line.replace("$0", "// here") } else { (*line).to_owned() }
        };
        let body: Vec<String> = body.iter().map(here).collect();
        let text = filled(&format!("{}\n", body.join("\n")));
        let parsed = parse(FileId(0), &text);
        assert!(parsed.diagnostics.is_empty(), "{name}: {:?}\n{text}", parsed.diagnostics);
        assert_eq!(format(&text, &parsed), text, "{name}");
    }
}

/// A snippet as it stands once it is accepted: `${1:name}` is `name`, `${1|a,b|}` is `a`, `$0` is empty.
fn filled(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let digits = after.trim_start_matches('{').trim_start_matches(|c: char| c.is_ascii_digit());
        rest = match (after.starts_with('{'), digits.split_at_checked(1)) {
            (true, Some((":", content))) => {
                let (content, rest) = content.split_once('}').expect("a field is closed");
                out.push_str(content);
                rest
            }
            (true, Some(("|", content))) => {
                let (choices, rest) = content.split_once("|}").expect("a choice is closed");
                out.push_str(choices.split(',').next().unwrap_or_default());
                rest
            }
            (_, _) => digits,
        };
    }
    out + rest
}
