//! The promise of the formatter, checked where errors make it hard to keep: it
//! moves tokens, and neither loses nor changes any.

use crate::lexer::{Lexed, TokenKind};

/// Whether two texts hold the same tokens and comments in the same order, but
/// for commas, line breaks and the indentation of texts over several lines.
pub(super) fn is_same(before: &str, before_lexed: &Lexed, after: &str, after_lexed: &Lexed) -> bool {
    content(before, before_lexed).eq(content(after, after_lexed))
        && comments(before, before_lexed).eq(comments(after, after_lexed))
}

fn content<'a>(text: &'a str, lexed: &'a Lexed) -> impl Iterator<Item = &'a str> {
    let tokens = lexed.tokens.iter().filter(|token| token.kind != TokenKind::Comma);
    tokens.flat_map(|token| text[token.span.range()].lines()).map(str::trim)
}

fn comments<'a>(text: &'a str, lexed: &'a Lexed) -> impl Iterator<Item = &'a str> {
    lexed.comments.iter().flat_map(|comment| text[comment.span.range()].lines()).map(str::trim)
}
