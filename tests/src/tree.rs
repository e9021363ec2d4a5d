//! A syntax tree as a text that can be read and compared.

use laud_syntax::Parsed;
use std::fmt::Debug;

/// The tree, the comments and the errors of a file.
pub(crate) fn dump(parsed: &Parsed, sources: &laud_syntax::Sources) -> String {
    let mut out = String::new();
    for entry in &parsed.file.entries {
        out.push_str(&lay_out(entry));
        out.push('\n');
    }
    if !parsed.comments.is_empty() {
        out.push_str("\ncomments\n");
        for comment in &parsed.comments {
            out.push_str(&format!("{comment:?}\n"));
        }
    }
    if !parsed.diagnostics.is_empty() {
        out.push_str("\nerrors\n");
        out.push_str(&laud::render::short(&parsed.diagnostics, sources));
    }
    out
}

/// The tree without places, to compare what is written in two ways.
pub(crate) fn shape(parsed: &Parsed) -> String {
    without_places(&format!("{:?}", parsed.file.entries))
}

/// A debug text without its spans (`0:12..34`).
pub(crate) fn without_places(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("span: ") {
        let (before, after) = rest.split_at(at + "span: ".len());
        out.push_str(before);
        let end = after.find(|letter: char| !(letter.is_ascii_digit() || letter == ':' || letter == '.'));
        rest = &after[end.unwrap_or(after.len())..];
    }
    out + rest
}

const WIDTH: usize = 110;

/// A debug text with line breaks where it would not fit into a line.
fn lay_out(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let mut out = String::new();
    place(&text, 0, &mut out);
    out
}

fn place(text: &str, indent: usize, out: &mut String) {
    let opening = text.find(['{', '[', '(']);
    let (Some(open), true) = (opening, indent + text.chars().count() > WIDTH) else {
        out.push_str(text);
        return;
    };
    let close = matching(text, open);
    out.push_str(&text[..=open]);
    for part in parts(&text[open + 1..close]) {
        out.push('\n');
        out.push_str(&" ".repeat(indent + 2));
        place(part, indent + 2, out);
        out.push(',');
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push_str(&text[close..]);
}

/// Where the bracket that opens at a byte closes; texts are stepped over.
fn matching(text: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, letter) in structure(text).filter(|(at, _)| *at >= open) {
        match letter {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' if depth == 1 => return at,
            '}' | ']' | ')' => depth -= 1,
            _ => {}
        }
    }
    text.len() - 1
}

/// What stands between the commas of a bracket.
fn parts(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0, 0);
    for (at, letter) in structure(inside) {
        match letter {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(inside[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(inside[from..].trim());
    found.retain(|part| !part.is_empty());
    found
}

/// The characters of a debug text that are in no quoted text.
fn structure(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, letter)| {
        let counts = !quoted;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        counts && *letter != '"'
    })
}

#[test]
fn long_values_are_broken_at_their_brackets() {
    #[derive(Debug)]
    struct Wide {
        #[expect(dead_code, reason = "it is only shown")]
        names: Vec<&'static str>,
    }
    assert_eq!(lay_out(&Wide { names: vec!["a, (b"] }), r#"Wide { names: ["a, (b"] }"#);
    let long = "x".repeat(100);
    let names = vec![Box::leak(long.clone().into_boxed_str()) as &str, "y"];
    assert_eq!(
        lay_out(&Wide { names }),
        format!("Wide {{\n  names: [\n    \"{long}\",\n    \"y\",\n  ],\n}}")
    );
}

#[test]
fn places_are_left_out() {
    assert_eq!(without_places("A { span: 0:1..23, b: 1 }"), "A { span: , b: 1 }");
}
