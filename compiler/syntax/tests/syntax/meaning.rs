//! What a text says, apart from where it says it.

use laud_syntax::lexer::{self, TokenKind};
use laud_syntax::{FileId, Parsed, parse};

/// Parses a text as a file of its own.
pub(crate) fn parsed(text: &str) -> Parsed {
    parse(FileId(0), text)
}

/// The tree of a text without its spans.
pub(crate) fn tree(text: &str) -> String {
    without_spans(&format!("{:?}", parsed(text).file.entries))
}

/// The tokens and comments of a text, in order, but for commas, line breaks and
/// the indentation of texts over several lines.
pub(crate) fn content(text: &str) -> Vec<String> {
    let lexed = lexer::lex(FileId(0), text);
    let tokens = lexed.tokens.iter().filter(|token| token.kind != TokenKind::Comma);
    let comments = lexed.comments.iter().map(|comment| comment.span);
    let mut spans: Vec<_> = tokens.map(|token| token.span).chain(comments).collect();
    spans.sort_by_key(|span| (span.start(), span.end()));
    let lines = spans.iter().flat_map(|span| text[span.range()].lines());
    lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Replaces every `file:start..end` by `_`.
fn without_spans(debug: &str) -> String {
    let mut out = String::new();
    let mut rest = debug;
    while let Some(at) = rest.find("0:") {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let start = digits(&rest[at + 2..]);
        let tail = &rest[at + 2 + start..];
        let is_span = start > 0 && tail.starts_with("..") && digits(&tail[2..]) > 0;
        out.push_str(&rest[..at]);
        if is_span {
            out.push('_');
            rest = &tail[2 + digits(&tail[2..])..];
        } else {
            out.push_str("0:");
            rest = &rest[at + 2..];
        }
    }
    out.push_str(rest);
    out
}

#[test]
fn spans_are_left_out() {
    assert_eq!(without_spans("Ident { span: 0:12..15 } 10:3"), "Ident { span: _ } 10:3");
    assert_eq!(tree("a=1"), tree("\n\na   =   1"));
    assert_ne!(tree("a=1"), tree("a=2"));
}
