//! Formatting while typing: of what a bracket or a line break has just ended.

use crate::layout::{Edit, formatting};
use crate::ranges::pairs;
use laud_syntax::lexer::{Token, TokenKind, lex};
use laud_syntax::{Parsed, Span, parse};

/// How far a body stands in.
const STEP: usize = 2;

/// What is changed after a `}` was typed before a byte of a file: the lines that it closes.
pub fn format_closed(text: &str, parsed: &Parsed, offset: u32) -> Vec<Edit> {
    let tokens = lex(parsed.file.id, text).tokens;
    let is_brace =
        |pair: &&Span| pair.end() == offset && text.as_bytes().get(pair.start() as usize) == Some(&b'{');
    match pairs(&tokens).iter().find(is_brace) {
        Some(closed) if !is_in_text(&tokens, offset) => {
            within(text, parsed, line_start(text, closed.start()), line_end(text, offset))
        }
        _ => Vec::new(),
    }
}

/// What is changed after a line break was typed before a byte of a file: the
/// lines of the body above it, and how far the new line stands in.
pub fn format_broken(text: &str, parsed: &Parsed, offset: u32) -> Vec<Edit> {
    let Some(line) = text.get(..offset as usize).map(|before| before.rfind('\n').map_or(0, |at| at + 1))
    else {
        return Vec::new();
    };
    let tokens = lex(parsed.file.id, text).tokens;
    if is_in_text(&tokens, offset) {
        return Vec::new();
    }
    let rest = text.get(line..).unwrap_or_default();
    let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let content = line + space;
    let open = open_at(&tokens, content as u32);
    let start = open.last().map_or(0, |open| line_start(text, open.start()));
    let mut edits = match line.checked_sub(1) {
        Some(above) if rest[space..].starts_with('\n') || rest.len() == space => {
            // An empty line may be taken out, and then what is above it would not be told apart.
            let kept = [&text[..content], "//", &text[content..]].concat();
            within(&kept, &parse(parsed.file.id, &kept), start, above)
        }
        Some(above) => within(text, parsed, start, above),
        None => Vec::new(),
    };
    // A bracket that closes stands as far in as the line that opened it.
    let closes = rest[space..].starts_with(['}', ']', ')']);
    let mut lines: Vec<usize> = open.iter().map(|open| line_start(text, open.start())).collect();
    lines.dedup();
    let depth = lines.len() - usize::from(closes && !lines.is_empty());
    let wanted = " ".repeat(depth * STEP);
    if rest[..space] != wanted {
        edits.push(Edit { span: span(parsed, line, content), text: wanted });
    }
    edits
}

/// The formatting's changes that are wholly between two bytes.
fn within(text: &str, parsed: &Parsed, start: usize, end: usize) -> Vec<Edit> {
    let inside = |edit: &Edit| edit.span.start() as usize >= start && edit.span.end() as usize <= end;
    formatting(text, parsed).into_iter().filter(inside).collect()
}

/// The brackets that are open before a byte, the outermost first.
fn open_at(tokens: &[Token], offset: u32) -> Vec<Span> {
    let mut open = Vec::new();
    for token in tokens.iter().take_while(|token| token.span.end() <= offset) {
        if token.kind.opens() {
            open.push(token.span);
        } else if token.kind.closes() && token.kind != TokenKind::MissingClose {
            open.pop();
        }
    }
    open
}

/// Whether a byte is within a text, where every space counts.
fn is_in_text(tokens: &[Token], offset: u32) -> bool {
    let mut depth = 0_usize;
    for token in tokens.iter().take_while(|token| token.span.start() < offset) {
        match token.kind {
            TokenKind::TextOpen | TokenKind::BlockTextOpen | TokenKind::EmbeddedOpen => depth += 1,
            // A text that nothing closes ends with its line, at an empty place.
            TokenKind::TextClose if token.span.end() <= offset => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth > 0
}

fn line_start(text: &str, offset: u32) -> usize {
    text[..offset as usize].rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: u32) -> usize {
    text[offset as usize..].find('\n').map_or(text.len(), |at| at + offset as usize)
}

fn span(parsed: &Parsed, start: usize, end: usize) -> Span {
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(parsed.file.id, bytes(start), bytes(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, parse};

    type Format = fn(&str, &Parsed, u32) -> Vec<Edit>;

    /// A text in which something was typed before `<|>`, as it is then.
    fn typed(text: &str, format: Format) -> String {
        let offset = text.find("<|>").expect("a cursor");
        let mut text = text.replace("<|>", "");
        let mut edits = format(&text, &parse(FileId(0), &text), offset as u32);
        edits.sort_by_key(|edit| edit.span);
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.text);
        }
        text
    }

    #[test]
    fn a_brace_formats_what_it_closes() {
        assert_eq!(
            typed("let a=1\nservice w {\nimage=\"x\"\n  replicas =  2\n}<|>\n", format_closed),
            "let a=1\nservice w {\n  image    = \"x\"\n  replicas = 2\n}\n"
        );
        for text in ["let a=\"}<|>\"\n", "let a=1}<|>\n", "// }<|>\n"] {
            assert_eq!(typed(text, format_closed), text.replace("<|>", ""));
        }
    }

    #[test]
    fn a_line_break_formats_what_is_above_and_stands_in() {
        assert_eq!(typed("service w {\n<|>", format_broken), "service w {\n  ");
        assert_eq!(typed("service w {\n<|>}\n", format_broken), "service w {\n}\n");
        assert_eq!(
            typed("service w {\n  env {\n      <|>\n  }\n}\n", format_broken),
            "service w {\n  env {\n    \n  }\n}\n"
        );
        assert_eq!(
            typed("let a=1\nservice w {\n  image=\"x\"\n  replicas=2\n<|>\n}\n", format_broken),
            "let a=1\nservice w {\n  image    = \"x\"\n  replicas = 2\n  \n}\n"
        );
        assert_eq!(typed("let a = [{\n<|>", format_broken), "let a = [{\n  ");
        for text in ["let a = \"\"\"\n<|>\n  \"\"\"\n", "let a = 1\n<|>"] {
            assert_eq!(typed(text, format_broken), text.replace("<|>", ""));
        }
    }
}
