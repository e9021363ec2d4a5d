//! The formatter: one way to write a file, without options.
//!
//! It walks through the tokens, not the tree, so that nothing can get lost:
//! the tree only tells where entries start. Rules: two spaces of indentation; a
//! body or list stays on one line if it was written on one and fits; otherwise
//! one entry to a line. A list keeps its brackets around the only item that is
//! broken, and names alone fill their lines. In lines of one sort that follow each other, `=`, `:`,
//! `->` and `{` stand below each other; a comment between them ends all of these columns but the first. At most one empty line stays between
//! entries. Comments stay where they are, texts and numbers as they are, and an
//! entry that does not parse stays as it is.

mod align;
mod brackets;
mod check;
mod group;
mod layout;
mod marks;
mod outline;
mod spacing;

use crate::lexer::{self, Lexed};
use crate::parser::{self, Parsed};
use crate::span::FileId;

/// The canonical text of a file; `parsed` is what parsing `text` gave.
pub fn format(text: &str, parsed: &Parsed) -> String {
    let lexed = lexer::lex(parsed.file.id, text);
    match arrange(text, parsed, &lexed) {
        Some(formatted) if parsed.diagnostics.is_empty() || is_settled(text, &lexed, &formatted) => formatted,
        Some(_) | None => text.to_owned(),
    }
}

/// Whether a text with errors was only moved, and would not be moved again: an
/// open bracket or text is closed by guess, and to move lines is to change what
/// the guess goes by.
fn is_settled(text: &str, lexed: &Lexed, formatted: &str) -> bool {
    let parsed = parser::parse(FileId::default(), formatted);
    let again = lexer::lex(FileId::default(), formatted);
    check::is_same(text, lexed, formatted, &again)
        && arrange(formatted, &parsed, &again).is_some_and(|twice| twice == formatted)
}

/// The canonical text; `None` when errors leave no way to tell what is what.
fn arrange(text: &str, parsed: &Parsed, lexed: &Lexed) -> Option<String> {
    let mut marks = marks::Marks::new(lexed);
    outline::mark(text, &parsed.file, &parsed.diagnostics, &mut marks)?;
    let lines = group::group(text, lexed, &marks)?;
    Some(layout::Layout::new(text, lexed, &marks).file(&lines))
}
