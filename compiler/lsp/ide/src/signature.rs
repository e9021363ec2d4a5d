//! What is being filled in: the parameters of a function that is called, or the
//! fields of the body around a place.

use crate::system::System;
use laud_analyze::{Body, BodyField, FUNCTIONS};
use laud_syntax::lexer::{Token, TokenKind, lex};
use laud_syntax::{FileId, Span};
use std::ops::Range;

/// The most fields that are shown of a body: a service has forty.
const MOST: usize = 12;

/// What is being filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// All of it, as it would be written.
    pub label: String,
    /// Its documentation.
    pub doc: String,
    /// Its parts: the bytes of the label, and their documentation.
    pub parts: Vec<(Range<usize>, String)>,
    /// The part at the place.
    pub active: Option<usize>,
}

/// What is being filled in at a byte of a file.
pub fn signature(system: &System, file: FileId, offset: u32) -> Option<Signature> {
    let text = &system.program().sources().get(file).text;
    let tokens = lex(file, text).tokens;
    let mut open: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.span.start() >= offset {
            break;
        }
        if token.kind.opens() {
            open.push(index);
        } else if token.kind.closes() && token.kind != TokenKind::MissingClose && token.span.end() <= offset {
            open.pop();
        }
    }
    while let Some(index) = open.pop() {
        match tokens[index].kind {
            TokenKind::LeftParen => {
                let called = call(text, &tokens, index, offset);
                if called.is_some() {
                    return called;
                }
            }
            TokenKind::LeftBrace => return body(system, file, offset),
            // What stands in a text or a list is an argument all the same.
            _ => {}
        }
    }
    None
}

/// The function before an opening parenthesis, and the argument at a place.
fn call(text: &str, tokens: &[Token], paren: usize, offset: u32) -> Option<Signature> {
    let before = tokens.get(paren.checked_sub(1)?)?;
    let name = text.get(before.span.range())?;
    let function =
        FUNCTIONS.iter().find(|function| function.name == name && before.kind == TokenKind::Ident)?;
    let mut depth = 0_u32;
    let mut commas = 0;
    for token in tokens[paren + 1..].iter().take_while(|token| token.span.end() <= offset) {
        match token.kind {
            kind if kind.opens() => depth += 1,
            TokenKind::MissingClose => {}
            kind if kind.closes() => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => commas += 1,
            _ => {}
        }
    }
    let label = function.signature.to_owned();
    let (start, end) = (label.find('(')? + 1, label.find(')')?);
    let mut parts = Vec::new();
    let mut at = start;
    for part in label[start..end].split(", ") {
        parts.push((at..at + part.len(), String::new()));
        at += part.len() + 2;
    }
    let active = Some(commas).filter(|commas| *commas < parts.len());
    Some(Signature { label, doc: String::new(), parts, active })
}

/// The fields of the body at a place.
fn body(system: &System, file: FileId, offset: u32) -> Option<Signature> {
    let Body { of, doc, fields, .. } = system.program().body_at(file, offset)?;
    let is_active = |field: &BodyField| field.set.is_some_and(|entry: Span| entry.touches(offset));
    let active = fields.iter().position(is_active);
    // What must be set comes first, and what is at the place is always there.
    let mut shown: Vec<usize> = (0..fields.len()).collect();
    shown.sort_by_key(|index| (Some(*index) != active, !fields[*index].needed, *index));
    shown.truncate(MOST);
    shown.sort_by_key(|index| (!fields[*index].needed, *index));
    let mut label = if of.is_empty() { "{ ".to_owned() } else { format!("{of} {{ ") };
    let mut parts = Vec::new();
    for (position, index) in shown.iter().enumerate() {
        let symbol = &fields[*index].symbol;
        label.push_str(if position == 0 { "" } else { ", " });
        let start = label.len();
        label.push_str(&format!("{} : {}", symbol.name, symbol.ty));
        label.extend(symbol.default.as_ref().map(|default| format!(" = {default}")));
        parts.push((start..label.len(), symbol.doc.clone()));
    }
    label.push_str(if shown.len() < fields.len() { ", … }" } else { " }" });
    let active = active.and_then(|active| shown.iter().position(|index| *index == active));
    // The first paragraph says what it is; the rest is for those who look it up.
    let doc = doc.split("\n\n").next().unwrap_or_default().to_owned();
    Some(Signature { label, doc, parts, active })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use laud_analyze::Memory;

    /// The part at `<|>`, and all of it.
    fn at(text: &str) -> Option<(String, String)> {
        let offset = text.find("<|>").expect("a cursor") as u32;
        let text = text.replace("<|>", "");
        let disk = Memory::from_iter([("/main.laud", text.as_str())]);
        let mut workspace = Workspace::new(&disk);
        let (system, file) = workspace.file("/main.laud".into()).expect("a system");
        let found = signature(&system, file, offset)?;
        let active = found.active.map(|active| found.label[found.parts[active].0.clone()].to_owned());
        Some((active.unwrap_or_default(), found.label))
    }

    #[test]
    fn arguments_are_counted() {
        let active = |text: &str| at(text).map(|(active, _)| active);
        assert_eq!(active("let x = join(<|>"), Some("list : List".to_owned()));
        assert_eq!(active("let x = join([1, 2], <|>)"), Some("between : Text".to_owned()));
        assert_eq!(active("let x = join(split(\"a, b\", \"<|>\"), 1)"), Some("at : Text".to_owned()));
        assert_eq!(active("let x = join(a, b, <|>)"), Some(String::new()));
        assert_eq!(active("let x = (1 + <|>)"), None);
        assert_eq!(active("let x = <|>"), None);
    }

    #[test]
    fn fields_are_those_of_the_body() {
        let kind = "app a\nkind box { note : Text?, size : Int, room : { wide : Int } = { wide = 1 } }\nenvironment e {}\n";
        let with = |text: &str| at(&format!("{kind}{text}"));
        let whole = "box { size : Int, note : Text?, room : { wide : Int } = { wide = 1 } }";
        assert_eq!(with("box b { <|> }"), Some((String::new(), whole.to_owned())));
        assert_eq!(with("box b { size = 1<|> }"), Some(("size : Int".to_owned(), whole.to_owned())));
        assert_eq!(
            with("box b { room { wide = <|>1 } }"),
            Some(("wide : Int".to_owned(), "{ wide : Int }".to_owned()))
        );
        assert_eq!(with("environment f { <|> }"), None);
    }
}
