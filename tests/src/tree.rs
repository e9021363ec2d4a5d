//! A syntax tree as a text that people can read and compare.

pub(crate) mod debug;
mod outline;

use laud_syntax::{Comment, Diagnostic, Parsed, Sources};

/// The tree, the comments and the errors of a file.
pub(crate) fn dump(parsed: &Parsed, sources: &Sources) -> String {
    let mut out = String::new();
    for entry in &parsed.file.entries {
        out.push_str(&outline::outline(&debug::read(&format!("{entry:?}")), sources));
    }
    if !parsed.comments.is_empty() {
        out.push_str("\ncomments\n");
        out.extend(parsed.comments.iter().map(|comment| show_comment(comment, sources)));
    }
    if !parsed.diagnostics.is_empty() {
        out.push_str("\nerrors\n");
        out.extend(parsed.diagnostics.iter().map(|diagnostic| show_error(diagnostic, sources)));
    }
    out
}

fn show_comment(comment: &Comment, sources: &Sources) -> String {
    let place = sources.position(comment.span);
    let kind = if comment.doc { "doc" } else { "comment" };
    let where_it_stands = if comment.own_line { "" } else { ", at the end of a line" };
    let blank = if comment.blank_before { ", after an empty line" } else { "" };
    let text = comment.text(&sources.get(comment.span.file()).text);
    format!("{}:{} {kind} {text:?}{where_it_stands}{blank}\n", place.line, place.column)
}

/// The code, what it stands at, the message, and what its first fix would do.
fn show_error(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let span = diagnostic.span.expect("an error of a file has a place");
    let place = sources.position(span);
    let mut out = format!(
        "{}:{} {} at {:?}: {}\n",
        place.line,
        place.column,
        diagnostic.code.id,
        sources.slice(span),
        diagnostic.message
    );
    out.extend(diagnostic.help.iter().map(|help| format!("    help: {help}\n")));
    out.extend(diagnostic.fixes.iter().map(|fix| format!("    fix: {}\n", fix.title)));
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

#[test]
fn places_are_left_out() {
    assert_eq!(without_places("A { span: 0:1..23, b: 1 }"), "A { span: , b: 1 }");
}
