//! The queries of editors that have other names for captures, written from those of the grammar. `LAUD_BLESS=1` writes
//! them anew.

use super::grammar;
use crate::place::{repository, shown};
use crate::snapshot::blessing;
use std::fs;

/// An editor: its folder of queries, which of them it has as they are, and its names for the captures of highlights.
struct Editor {
    folder: &'static str,
    same: &'static [&'static str],
    /// No name drops the capture.
    captures: &'static [(&'static str, Option<&'static str>)],
}

const EDITORS: [Editor; 2] = [
    Editor {
        folder: "helix/queries/laud",
        same: &["injections", "tags"],
        captures: &[
            ("boolean", Some("constant.builtin.boolean")),
            ("comment", Some("comment.line")),
            ("comment.documentation", Some("comment.line.documentation")),
            ("function.call", Some("function")),
            ("keyword.conditional", Some("keyword.control.conditional")),
            ("keyword.import", Some("keyword.control.import")),
            ("keyword.modifier", Some("keyword.storage.modifier")),
            ("keyword.repeat", Some("keyword.control.repeat")),
            ("keyword.type", Some("keyword.storage.type")),
            ("module", Some("namespace")),
            ("number", Some("constant.numeric")),
            ("property", Some("variable.other.member")),
            ("spell", None),
            ("string.escape", Some("constant.character.escape")),
            ("type.definition", Some("type")),
        ],
    },
    Editor {
        folder: "zed/languages/laud",
        same: &["injections"],
        captures: &[
            ("comment.documentation", Some("comment.doc")),
            ("function.call", Some("function")),
            ("module", Some("namespace")),
            ("spell", None),
            ("string.regexp", Some("string.regex")),
            ("type.definition", Some("type")),
            ("variable.builtin", Some("variable.special")),
        ],
    },
];

#[test]
fn queries_of_other_editors_are_current() {
    let query = |name: &str| {
        let path = grammar().join("queries").join(format!("{name}.scm"));
        fs::read_to_string(path).expect("the query can be read")
    };
    let mut wrong = Vec::new();
    for editor in EDITORS {
        let folder = repository().join("editors").join(editor.folder);
        let same = editor.same.iter().map(|name| (*name, query(name)));
        let renamed = [("highlights", renamed(&query("highlights"), editor.captures))];
        for (name, text) in same.chain(renamed) {
            let path = folder.join(format!("{name}.scm"));
            if blessing() {
                fs::write(&path, text).expect("a query can be written");
            } else if fs::read_to_string(&path).ok() != Some(text) {
                wrong.push(shown(&path).to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "not what the grammar's queries give: {wrong:?}");
}

fn renamed(query: &str, captures: &[(&str, Option<&str>)]) -> String {
    let mut out = String::new();
    let mut parts = query.split('@');
    out += parts.next().unwrap_or_default();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && !"._".contains(c)).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        match captures.iter().find(|(from, _)| *from == name) {
            Some((_, None)) => out.truncate(out.trim_end_matches(' ').len()),
            Some((_, Some(to))) => out += &format!("@{to}"),
            None => out += &format!("@{name}"),
        }
        out += rest;
    }
    out
}

#[test]
fn configurations_are_toml() {
    for path in ["helix/languages.toml", "zed/extension.toml", "zed/languages/laud/config.toml"] {
        let text = fs::read_to_string(repository().join("editors").join(path)).expect("the file can be read");
        assert!(text.parse::<toml::Table>().is_ok(), "{path} is no TOML");
    }
}
