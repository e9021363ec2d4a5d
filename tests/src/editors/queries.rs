//! Queries that fit the grammar, with the names of captures that editors know.

use super::{grammar, language, read};
use crate::place::{files, repository, shown};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;
use tree_sitter::{Query, QueryCursor, StreamingIterator};

/// The captures of each query that editors know. A name may go on after a dot.
const CAPTURES: &[(&str, &[&str])] = &[
    (
        "highlights",
        &[
            "boolean",
            "comment",
            "constant",
            "constructor",
            "function",
            "keyword",
            "label",
            "module",
            "namespace",
            "number",
            "operator",
            "property",
            "punctuation",
            "spell",
            "string",
            "type",
            "variable",
        ],
    ),
    ("injections", &["injection.content", "injection.language"]),
    ("locals", &["local.definition", "local.reference", "local.scope"]),
    ("folds", &["fold"]),
    ("indents", &["end", "indent", "outdent"]),
    (
        "textobjects",
        &[
            "assignment",
            "block",
            "call",
            "class",
            "comment",
            "conditional",
            "entry",
            "function",
            "loop",
            "number",
            "parameter",
        ],
    ),
    ("brackets", &["close", "open"]),
    ("rainbows", &["rainbow.bracket", "rainbow.scope"]),
    (
        "tags",
        &[
            "definition.class",
            "definition.constant",
            "definition.function",
            "definition.module",
            "definition.type",
            "name",
            "reference.class",
        ],
    ),
    ("outline", &["annotation", "context", "item", "name"]),
];

/// Every query of every editor.
fn queries() -> Vec<Utf8PathBuf> {
    let all = files(&repository().join("editors")).into_iter();
    all.filter(|path| path.extension() == Some("scm") && !path.as_str().contains("node_modules")).collect()
}

#[test]
fn queries_fit_the_grammar() {
    let mut wrong = Vec::new();
    for path in queries() {
        let text = fs::read_to_string(&path).expect("a query can be read");
        match Query::new(&language(), &text) {
            Ok(query) => wrong.extend(unknown_captures(&path, &query)),
            Err(error) => wrong.push(format!("{}: {error}", shown(&path))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Captures that no editor knows; those that open with `_` are for predicates.
fn unknown_captures(path: &Utf8Path, query: &Query) -> Vec<String> {
    let name = path.file_stem().unwrap_or_default();
    let known = CAPTURES.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, known)| known);
    let is_known = |capture: &str| {
        capture.starts_with('_')
            || known.iter().any(|known| {
                capture.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
    };
    let unknown = query.capture_names().iter().filter(|capture| !is_known(capture));
    unknown.map(|capture| format!("{}: no editor knows @{capture}", shown(path))).collect()
}

#[test]
fn every_word_and_sign_of_the_grammar_is_highlighted() {
    let text = fs::read_to_string(grammar().join("queries/highlights.scm")).expect("the query can be read");
    let language = language();
    let kinds = 0..u16::try_from(language.node_kind_count()).expect("a grammar has few kinds");
    let anonymous =
        kinds.filter(|kind| language.node_kind_is_visible(*kind) && !language.node_kind_is_named(*kind));
    let names = anonymous.filter_map(|kind| language.node_kind_for_id(kind));
    // Quotes are part of the text that they enclose, which has a colour as a whole.
    let missing: Vec<&str> = names
        .filter(|name| !["\"", "\"\"\"", "end"].contains(name) && !text.contains(&format!("\"{name}\"")))
        .collect();
    assert!(missing.is_empty(), "no colour for {missing:?}");
}

#[test]
fn every_type_of_the_language_is_highlighted() {
    let page = fs::read_to_string(repository().join("docs/language.md")).expect("the page can be read");
    let section = page.split("\n## Types\n").nth(1).expect("a section of types");
    let table = section.split("\n\n").next().unwrap_or_default();
    let cells = table.lines().skip(3).filter_map(|line| line.split('|').nth(1));
    let written = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let names = written.filter_map(|written| written.split(['<', ' ', '?']).next());
    let names: Vec<&str> =
        names.filter(|name| name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase())).collect();
    assert!(names.len() > 20, "the table has types: {names:?}");
    let mut missing = Vec::new();
    for path in ["tree-sitter-laud/queries/highlights.scm", "vscode/syntaxes/laud.tmLanguage.json"] {
        let text = fs::read_to_string(repository().join("editors").join(path)).expect("the file can be read");
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        missing.extend(names.iter().filter(|name| !words.contains(**name)).map(|name| (path, *name)));
    }
    assert!(missing.is_empty(), "no colour for {missing:?}");
}

#[test]
fn other_languages_are_found() {
    let source = r#"
        a = promql`up == ${1}`
        type b = Text matching "[a-z]+"
        file conf { at = "/etc/nginx/nginx.conf", text = "user x;" }
        file run { at = "/run.sh", text = "set -eu" }
        file init { at = "/init.sql", text = "select 1" }
        file conf { at = "/a.json", text = "[]" }
        file conf { at = "/a.yml", text = "a: 1" }
        file conf { at = "/a.toml", text = "a = 1" }
    "#;
    let text = fs::read_to_string(grammar().join("queries/injections.scm")).expect("the query can be read");
    let query = Query::new(&language(), &text).expect("the query fits");
    let index = |name| query.capture_index_for_name(name).expect("there is such a capture");
    let (language, content) = (index("injection.language"), index("injection.content"));
    let tree = read(source);
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query, tree.root_node(), source.as_bytes());
    let mut found = BTreeSet::new();
    while let Some(one) = matches.next() {
        let captured =
            |index| one.nodes_for_capture_index(index).next().map(|node| &source[node.byte_range()]);
        let set =
            query.property_settings(one.pattern_index).iter().find_map(|setting| setting.value.as_deref());
        found.insert((captured(language).or(set), captured(content)));
    }
    let expected = [
        ("bash", "set -eu"),
        ("json", "[]"),
        ("nginx", "user x;"),
        ("promql", "up == ${1}"),
        ("regex", "[a-z]+"),
        ("sql", "select 1"),
        ("toml", "a = 1"),
        ("yaml", "a: 1"),
    ];
    assert_eq!(found, expected.map(|(language, content)| (Some(language), Some(content))).into());
}
