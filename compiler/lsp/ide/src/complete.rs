//! What could be written at a place.

mod promql;
mod snippet;

use crate::layout::Edit;
use crate::uses;
use crate::workspace::Workspace;
use camino::Utf8Path;
use laud_analyze::{Fill, Offer, OfferSort};
use laud_syntax::lexer::{Lexed, Token, TokenKind, lex};
use laud_syntax::{FileId, Parsed, Span, ast, parse};

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
    /// What changes elsewhere in the file: a `use` of what is taken from a module.
    pub edits: Vec<Edit>,
}

/// Stands for the name that is not written yet, so that what it is part of can be told.
const MARK: &str = "laud_name";

/// The words behind `raw`.
const TARGETS: [&str; 4] = ["compose", "nginx", "prometheus", "grafana"];

/// What could be written at a byte of an open file.
pub fn completions(workspace: &mut Workspace<'_>, path: &Utf8Path, offset: u32) -> Vec<Completion> {
    let Some(text) = workspace.text(path) else { return Vec::new() };
    let Some((before, after)) = text.split_at_checked(offset as usize) else { return Vec::new() };
    let lexed = lex(FileId(0), &text);
    match place(&lexed, &text, offset) {
        Place::Comment => Vec::new(),
        Place::Query { before, after } => in_query(workspace, path, &before, &after, offset),
        Place::Label { start, queries } => {
            let exports = workspace.system_of(path).program().exports();
            sorted(promql::shown_labels(&queries, &exports), Span::new(FileId(0), start, offset))
        }
        Place::Text(start) => {
            let offers = workspace.offers(path, text.to_string(), offset);
            let is_due =
                |offer: &Offer| matches!(offer.sort, OfferSort::File | OfferSort::Folder | OfferSort::Word);
            let span = Span::new(FileId(0), start, offset);
            offers.into_iter().filter(is_due).map(|offer| simple(offer, span)).collect()
        }
        Place::Code => match number(before) {
            Some((start, digits)) => units(workspace, path, &before[..start], digits, after),
            None => in_code(workspace, path, before, after),
        },
    }
}

/// What could be written outside of comments, texts and numbers.
fn in_code(workspace: &mut Workspace<'_>, path: &Utf8Path, before: &str, after: &str) -> Vec<Completion> {
    let offset = before.len() as u32;
    let word = tail(before, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let start = offset - word.len() as u32;
    match last_words(&before[..start as usize])[..] {
        // The name that follows is made up: the entry has none by now.
        ["app" | "kind" | "type" | "let" | "metrics" | "environment" | "out" | "for"] => return Vec::new(),
        ["raw"] => {
            let targets = TARGETS.iter().map(|target| Offer::new(target, OfferSort::Keyword, 1));
            return targets.map(|offer| simple(offer, Span::new(FileId(0), start, offset))).collect();
        }
        _ => {}
    }
    let mark = if word.is_empty() && !after.starts_with(|next: char| next.is_ascii_alphabetic()) {
        MARK
    } else {
        ""
    };
    let offers = workspace.offers(path, [before, mark, after].concat(), offset);
    let path_start =
        offset - tail(before, |byte| byte.is_ascii_alphanumeric() || b"_./".contains(&byte)).len() as u32;
    let whole = [before, after].concat();
    let parsed = std::cell::LazyCell::new(|| parse(FileId(0), uses::head(&whole)));
    let needed = needed_fields(&offers);
    let make = |offer: Offer| {
        let start = if offer.sort == OfferSort::Module { path_start } else { start };
        let edits = use_of(&offer, &whole, &parsed).into_iter().collect();
        Completion { edits, ..simple(offer, Span::new(FileId(0), start, offset)) }
    };
    let mut found: Vec<Completion> = offers.into_iter().map(make).collect();
    found.extend(needed.map(|(offer, snippet)| Completion {
        snippet,
        ..simple(offer, Span::new(FileId(0), start, offset))
    }));
    found
}

/// All fields that must be set, as one offer, if there are several.
fn needed_fields(offers: &[Offer]) -> Option<(Offer, String)> {
    let needed = offers.iter().filter(|offer| offer.sets && offer.rank == 0);
    let fields: Vec<(&str, bool, &laud_analyze::Sample)> = needed
        .filter_map(|offer| match &offer.fill {
            Fill::Value(sample) => Some((offer.name.as_str(), offer.sort == OfferSort::Block, sample)),
            Fill::Declaration(_) | Fill::Nothing => None,
        })
        .collect();
    if fields.len() < 2 {
        return None;
    }
    let names: Vec<&str> = fields.iter().map(|(name, _, _)| *name).collect();
    let offer = Offer { ty: names.join(", "), ..Offer::new("required fields", OfferSort::Fields, 0) };
    Some((offer, snippet::all_fields(&fields)))
}

/// The `use` of what an offer is taken from, if the file has none.
fn use_of(offer: &Offer, text: &str, parsed: &Parsed) -> Option<Edit> {
    let module = offer.module.as_deref()?;
    let is_taken = parsed.file.entries.iter().any(|entry| match &entry.node {
        ast::Node::Use(used) => {
            used.path.text == module
                && used
                    .names
                    .as_ref()
                    .is_none_or(|names| names.iter().any(|name| name.name.text == offer.name))
        }
        _ => false,
    });
    (!is_taken).then(|| uses::take(text, parsed, module, &offer.name))
}

/// What could be written in a query.
fn in_query(
    workspace: &mut Workspace<'_>,
    path: &Utf8Path,
    query: &str,
    after: &str,
    offset: u32,
) -> Vec<Completion> {
    let system = workspace.system_of(path);
    let exports = system.program().exports();
    let names: Vec<String> = system
        .program()
        .own_files()
        .flat_map(|file| declared(&system.program().parsed(file).file.entries))
        .collect();
    let start = offset - promql::word_at_end(query).len() as u32;
    let offers = promql::offers(query, after, &exports, &names);
    sorted(offers, Span::new(FileId(0), start, offset))
}

/// What is offered of queries, each name once, the likely first.
fn sorted(mut offers: Vec<Offer>, span: Span) -> Vec<Completion> {
    offers.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.name.cmp(&b.name)));
    let mut seen = std::collections::BTreeSet::new();
    offers.retain(|offer| seen.insert(offer.name.clone()));
    offers.into_iter().map(|offer| simple(offer, span)).collect()
}

/// The names of the declarations of a file, in the order of the file.
fn declared(entries: &[ast::Entry]) -> Vec<String> {
    let name = |entry: &ast::Entry| match &entry.node {
        ast::Node::Decl(decl) => match &decl.name {
            ast::DeclName::Ident(name) => Some(name.text.replace('_', "-")),
            ast::DeclName::Label(_) => None,
        },
        _ => None,
    };
    entries.iter().filter_map(name).collect()
}

/// The units that a number could have, each with the number.
fn units(
    workspace: &mut Workspace<'_>,
    path: &Utf8Path,
    before: &str,
    written: &str,
    after: &str,
) -> Vec<Completion> {
    let digits =
        &written[..written.bytes().take_while(|byte| byte.is_ascii_digit() || b"_.".contains(byte)).count()];
    // What is typed of a unit is none yet, so the number is asked about without it.
    let rest =
        after.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "%/".contains(letter));
    let offset = (before.len() + digits.len()) as u32;
    let offers = workspace.offers(path, [before, digits, rest].concat(), offset);
    let span = Span::new(FileId(0), before.len() as u32, (before.len() + written.len()) as u32);
    let is_due = |offer: &Offer| offer.sort == OfferSort::Unit;
    let name = |offer: Offer| Offer { name: format!("{digits}{}", offer.name), ..offer };
    offers.into_iter().filter(is_due).map(|offer| simple(name(offer), span)).collect()
}

fn simple(offer: Offer, span: Span) -> Completion {
    let (text, snippet) = snippet::written(&offer);
    Completion { offer, span, text, snippet, edits: Vec::new() }
}

/// The number, with what is written of its unit, that a text ends with, and where it starts.
fn number(before: &str) -> Option<(usize, &str)> {
    let word = tail(before, |byte| byte.is_ascii_alphanumeric() || b"_.%/".contains(&byte));
    let is_number = word.starts_with(|first: char| first.is_ascii_digit());
    is_number.then(|| (before.len() - word.len(), word))
}

/// The words of the entry before a name that is being written.
fn last_words(before: &str) -> Vec<&str> {
    let line = before.rsplit(['\n', '{', ',']).next().unwrap_or_default();
    if line.ends_with([' ', '\t']) { line.split_whitespace().collect() } else { Vec::new() }
}

/// The longest end of a text that is made of such bytes.
fn tail(text: &str, pass: impl Fn(u8) -> bool) -> &str {
    let length = text.bytes().rev().take_while(|byte| pass(*byte)).count();
    &text[text.len() - length..]
}

/// In what a place is.
enum Place {
    /// In code.
    Code,
    /// In a comment.
    Comment,
    /// In a text, which starts at a byte.
    Text(u32),
    /// In the text of `label("…")`, which starts at a byte; with the queries of the declaration around.
    Label { start: u32, queries: String },
    /// In a query, of which so much is before and behind the place; a value in it is a `0`.
    Query { before: String, after: String },
}

fn place(lexed: &Lexed, text: &str, offset: u32) -> Place {
    // A comment ends with its last letter, and its line goes on.
    let in_comment = lexed.comments.iter().any(|comment| {
        let rest = text.get(comment.span.end() as usize..offset as usize);
        (comment.span.start() < offset && offset <= comment.span.end())
            || rest.is_some_and(|rest| rest.bytes().all(|byte| byte == b' ' || byte == b'\t'))
    });
    if in_comment {
        return Place::Comment;
    }
    // What is open before the place, the innermost last.
    let mut open: Vec<(usize, &Token)> = Vec::new();
    for (index, token) in lexed.tokens.iter().enumerate() {
        if token.span.start() >= offset && token.span.end() > offset || token.kind == TokenKind::End {
            break;
        }
        // An empty place closes what the lexer closes itself: the text goes on there.
        let closes = token.kind.closes() && token.kind != TokenKind::MissingClose;
        if token.kind.opens() && token.span.end() <= offset {
            open.push((index, token));
        } else if closes
            && token.span.end() <= offset
            && (token.span.start() < token.span.end() || token.span.end() < offset)
        {
            open.pop();
        }
    }
    let Some((index, token)) = open.last() else { return Place::Code };
    let before = |back: usize| index.checked_sub(back).map(|before| &lexed.tokens[before]);
    let of_label = before(1).is_some_and(|paren| paren.kind == TokenKind::LeftParen)
        && before(2).is_some_and(|function| &text[function.span.range()] == "label");
    match token.kind {
        TokenKind::TextOpen if of_label => {
            let body = open.iter().rev().find(|(_, token)| token.kind == TokenKind::LeftBrace);
            let queries = body.map_or(String::new(), |(body, _)| queries(&lexed.tokens[body + 1..], text));
            Place::Label { start: token.span.end(), queries }
        }
        TokenKind::TextOpen | TokenKind::BlockTextOpen => Place::Text(token.span.end()),
        TokenKind::EmbeddedOpen => {
            let language = index.checked_sub(1).map_or("", |before| &text[lexed.tokens[before].span.range()]);
            if language == "promql" {
                let (before, after) = query(&lexed.tokens[index + 1..], text, offset);
                Place::Query { before, after }
            } else {
                Place::Text(token.span.end())
            }
        }
        _ => Place::Code,
    }
}

/// What is written in the queries of a body, from the tokens behind its opening brace.
fn queries(tokens: &[Token], text: &str) -> String {
    let mut found = String::new();
    let (mut depth, mut is_open) = (0_u32, false);
    for token in tokens {
        match token.kind {
            TokenKind::EmbeddedOpen => is_open = true,
            TokenKind::TextClose => is_open = false,
            TokenKind::Chunk if is_open => {
                found.push_str(&text[token.span.range()]);
                found.push(' ');
            }
            TokenKind::LeftBrace => depth += 1,
            TokenKind::RightBrace if depth == 0 => break,
            TokenKind::RightBrace => depth -= 1,
            _ => {}
        }
    }
    found
}

/// The query before and behind a place, from the tokens behind its opening quote.
fn query(tokens: &[Token], text: &str, offset: u32) -> (String, String) {
    let (mut before, mut after) = (String::new(), String::new());
    let mut depth = 0_u32;
    let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
    for token in tokens {
        match token.kind {
            TokenKind::HoleOpen => {
                depth += 1;
                if token.span.start() < offset { &mut before } else { &mut after }.push('0');
            }
            TokenKind::HoleClose => depth = depth.saturating_sub(1),
            TokenKind::Chunk if depth == 0 => {
                let (start, end) = (token.span.start(), token.span.end());
                before.push_str(slice(start.min(offset), end.min(offset)));
                after.push_str(slice(start.max(offset), end.max(offset)));
            }
            TokenKind::TextClose if depth == 0 => break,
            _ => {}
        }
    }
    (before, after)
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
        for nothing in ["// <|>", "let x = \"<|>\"", "let x = \"a<|>\"", "let <|>", "box <|>"] {
            assert_eq!(offered(&at(nothing)), Vec::<String>::new(), "{nothing}");
        }
    }
}
