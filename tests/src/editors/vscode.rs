//! The extension for VS Code, as far as it can be seen without the editor.

use crate::cli::LAUD;
use crate::place::{entries, repository};
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
        Value::String(text) if text.starts_with("./") => paths.push(text.clone()),
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

#[test]
fn its_own_tests_pass() {
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: there is no node");
        return;
    }
    let tests = entries(&folder().join("test")).into_iter().filter(|path| {
        // The engine that reads TextMate grammars comes with `npm ci`.
        path.file_name() != Some("grammar.test.js") || folder().join("node_modules/vscode-textmate").exists()
    });
    let output =
        Command::new("node").arg("--test").args(tests).env("LAUD", LAUD).output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
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
