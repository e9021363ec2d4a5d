//! What could be written at a place.

use crate::workspace::Workspace;
use camino::Utf8Path;
use laud_analyze::{Offer, OfferSort, SymbolSort};
use laud_syntax::lexer::{TokenKind, lex};
use laud_syntax::{FileId, Span};

/// Something to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What it is.
    pub offer: Offer,
    /// What it takes the place of.
    pub span: Span,
    /// What is written.
    pub text: String,
    /// What is written where the editor takes snippets.
    pub snippet: String,
}

/// Stands for the name that is not written yet, so that what it is part of can be told.
const MARK: &str = "laud_name";

/// What could be written at a byte of an open file.
pub fn completions(workspace: &mut Workspace<'_>, path: &Utf8Path, offset: u32) -> Vec<Completion> {
    let Some(text) = workspace.text(path) else { return Vec::new() };
    let Some((before, after)) = text.split_at_checked(offset as usize) else { return Vec::new() };
    let word = tail(before, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // A number takes a unit, of which nothing is known yet.
    let is_number = word.starts_with(|first: char| first.is_ascii_digit());
    if is_number || is_new(&before[..before.len() - word.len()]) || !is_code(&text, offset) {
        return Vec::new();
    }
    let mark = if word.is_empty() && !after.starts_with(|next: char| next.is_ascii_alphabetic()) {
        MARK
    } else {
        ""
    };
    let marked = [before, mark, after].concat();
    let offers = workspace.offers(path, marked, offset);
    let start = offset - word.len() as u32;
    let path_start =
        offset - tail(before, |byte| byte.is_ascii_alphanumeric() || b"_./".contains(&byte)).len() as u32;
    let make = |offer: Offer| {
        let start = if offer.sort == OfferSort::Module { path_start } else { start };
        let (text, snippet) = written(&offer);
        Completion { span: Span::new(FileId(0), start, offset), text, snippet, offer }
    };
    offers.into_iter().map(make).collect()
}

/// Whether the name that follows is made up: the entry has none by now.
fn is_new(before: &str) -> bool {
    let line = before.rsplit(['\n', '{', ',']).next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    matches!(words[..], ["app" | "kind" | "type" | "let" | "metrics" | "environment" | "out" | "for"])
        && line.ends_with([' ', '\t'])
}

/// The longest end of a text that is made of such bytes.
fn tail(text: &str, pass: impl Fn(u8) -> bool) -> &str {
    let length = text.bytes().rev().take_while(|byte| pass(*byte)).count();
    &text[text.len() - length..]
}

/// Whether a place is neither in a comment nor in a text.
fn is_code(text: &str, offset: u32) -> bool {
    let lexed = lex(FileId(0), text);
    let within = |span: Span| span.start < offset && offset <= span.end;
    // A comment ends with its last letter, and its line goes on.
    let in_comment = lexed.comments.iter().any(|comment| {
        let rest = text.get(comment.span.end as usize..offset as usize);
        within(comment.span)
            || rest.is_some_and(|rest| rest.bytes().all(|byte| byte == b' ' || byte == b'\t'))
    });
    let in_text = lexed.tokens.windows(2).any(|pair| {
        let [left, right] = pair else { return false };
        let opens = left.kind.opens_text() || left.kind == TokenKind::EmbeddedOpen;
        // After an opening quote a text begins, whether or not it has a letter by now.
        (left.kind == TokenKind::Chunk && within(left.span))
            || (opens && left.span.end == offset && right.kind != TokenKind::HoleOpen)
    });
    !in_comment && !in_text
}

/// What is written of an offer, and as a snippet.
fn written(offer: &Offer) -> (String, String) {
    let name = &offer.name;
    match (offer.sort, offer.sets) {
        (OfferSort::Block, _) => (format!("{name} {{ }}"), format!("{name} {{ $0 }}")),
        (OfferSort::Function, _) => (format!("{name}()"), format!("{name}($0)")),
        (OfferSort::Symbol(SymbolSort::Parameter | SymbolSort::Field), true) => {
            (format!("{name} = "), format!("{name} = $0"))
        }
        (OfferSort::Symbol(_) | OfferSort::Keyword | OfferSort::Module | OfferSort::Builtin, _) => {
            (name.clone(), name.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    /// The first offers where `<|>` stands.
    fn offered(text: &str) -> Vec<String> {
        let disk = Memory::new();
        let mut workspace = Workspace::new(&disk);
        let offset = text.find("<|>").expect("a cursor");
        workspace.set("/main.laud".into(), text.replace("<|>", ""));
        let found = completions(&mut workspace, "/main.laud".into(), offset as u32);
        found.into_iter().map(|one| one.text).collect()
    }

    #[track_caller]
    fn expect(text: &str, first: &[&str]) {
        let found = offered(text);
        assert_eq!(found[..first.len().min(found.len())], *first, "{text}");
    }

    #[test]
    fn a_place_takes_what_fits() {
        let kind = "kind box { size : Size, note : Text?, room : { wide : Int, high : Int = 1 } = { wide = 1 }, out area : Int = 1 }\ntype Size = enum { small, large }\n";
        let at = |text: &str| format!("app a\n{kind}{text}\nenvironment e {{}}\n");
        expect(&at("box b { <|> }"), &["size = ", "note = ", "room { }"]);
        expect(&at("box b { note = \"x\"\n si<|>\n}"), &["size = ", "room { }"]);
        expect(&at("box b { size = <|> }"), &["large", "small"]);
        expect(&at("box b { room { <|> } }"), &["wide = ", "high = "]);
        expect(&at("box b { size = small }\nlet x = b.<|>"), &["area", "note"]);
        expect(&at("service s { port web = 80 }\nlet x = s.<|>"), &["web"]);
        expect(&at("let x : <|>"), &[]);
        expect(&at("kind k { x : <|> }"), &["AlertText"]);
        expect(&at("use std/<|>"), &["std/data", "std/mail"]);
        expect(&at("use std/mail { <|> }"), &["mailpit"]);
        expect(&at("environment f { <|> }\nbox b {}"), &["b"]);
        assert!(offered(&at("b<|>")).contains(&"box".to_owned()));
        for nothing in ["// <|>", "let x = \"<|>\"", "let x = \"a<|>\"", "let <|>", "box <|>", "let x = 1<|>"]
        {
            assert_eq!(offered(&at(nothing)), Vec::<String>::new(), "{nothing}");
        }
    }
}
