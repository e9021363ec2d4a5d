//! Where a text gives a secret a value. It is an error to do so, and it is done
//! by mistake: what then shows the text must not show the value.
//!
//! This goes by the tokens and not by the tree, for half of a declaration is
//! no declaration, and the mistake is more often than not one of syntax.

use crate::lexer::{Token, TokenKind, lex};
use crate::span::FileId;
use std::ops::Range;

/// The places of what stands where a secret's value would, in order.
pub(crate) fn values(text: &str) -> Vec<Range<u32>> {
    // Most texts that people make mistakes in declare no secret.
    if !text.contains("secret") {
        return Vec::new();
    }
    let tokens = lex(FileId(0), text).tokens;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = match opens_secret(text, &tokens, at) {
            true => declaration(text, &tokens, at, &mut found),
            false => at + 1,
        };
    }
    found
}

/// Whether an entry that declares a secret starts at a token.
fn opens_secret(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = |index: usize| &text[tokens[index].span.range()];
    let opens_entry = |index: usize| {
        index == 0
            || tokens[index].newline_before
            || matches!(tokens[index - 1].kind, TokenKind::LeftBrace | TokenKind::Comma)
    };
    tokens[at].kind == TokenKind::Ident
        && word(at) == "secret"
        && (opens_entry(at) || (at > 0 && word(at - 1) == "external" && opens_entry(at - 1)))
}

/// Goes through a declaration, and gives the token after it.
fn declaration(text: &str, tokens: &[Token], start: usize, found: &mut Vec<Range<u32>>) -> usize {
    let mut at = start + 1;
    if on_line(tokens, at, TokenKind::Ident) {
        at += 1;
        // Its description, as everyone may read it.
        if on_line(tokens, at, TokenKind::TextOpen) {
            at = after_text(tokens, at);
        }
    }
    let mut depth = 0_usize;
    while tokens[at].kind != TokenKind::End {
        let token = tokens[at];
        let goes_on = joins(tokens[at - 1].kind) || joins(token.kind) || token.kind == TokenKind::LeftBrace;
        let ends = match token.kind {
            TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen => depth == 0,
            TokenKind::Comma => depth == 0,
            _ => depth == 0 && token.newline_before && !goes_on,
        };
        if ends {
            break;
        }
        at = match token.kind {
            TokenKind::Ident if &text[token.span.range()] == "description" && is_set(tokens, at) => {
                after_text(tokens, at + 2)
            }
            TokenKind::Ident if depth > 0 && names_field(tokens, at) => at + 1,
            // The type that a secret does not have.
            TokenKind::Ident if tokens[at - 1].kind == TokenKind::Colon && is_type(text, token) => at + 1,
            kind => {
                depth = depth.saturating_add(usize::from(kind.opens()));
                depth = depth.saturating_sub(usize::from(kind.closes()));
                if holds_value(kind) {
                    found.push(token.span.start()..token.span.end());
                }
                at + 1
            }
        };
    }
    at
}

fn on_line(tokens: &[Token], at: usize, kind: TokenKind) -> bool {
    tokens[at].kind == kind && !tokens[at].newline_before
}

/// Whether a field is set to a text at a token.
fn is_set(tokens: &[Token], at: usize) -> bool {
    tokens[at + 1].kind == TokenKind::Equal && tokens.get(at + 2).is_some_and(|next| next.kind.opens_text())
}

/// Whether a word is the name of a field, and not what it is set to.
fn names_field(tokens: &[Token], at: usize) -> bool {
    let opens =
        tokens[at].newline_before || matches!(tokens[at - 1].kind, TokenKind::LeftBrace | TokenKind::Comma);
    opens && !joins(tokens[at - 1].kind)
}

fn is_type(text: &str, token: Token) -> bool {
    ["Text", "Name", "Path", "Url", "Int", "Secret"].contains(&&text[token.span.range()])
}

/// Whether a token needs another on each side of it, on whichever line.
fn joins(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Equal | TokenKind::Colon | TokenKind::Plus | TokenKind::Arrow)
}

fn holds_value(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Chunk
            | TokenKind::Ident
            | TokenKind::Number
            | TokenKind::SingleQuoted
            | TokenKind::Unknown
    )
}

/// The token after a text, the texts in its interpolations among it.
fn after_text(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while tokens[at].kind != TokenKind::End {
        depth = depth.saturating_add(usize::from(tokens[at].kind.opens()));
        depth = depth.saturating_sub(usize::from(tokens[at].kind.closes()));
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        values(text).into_iter().map(|range| &text[range.start as usize..range.end as usize]).collect()
    }

    #[test]
    fn finds_a_value_however_it_is_written() {
        for text in [
            "secret x = \"v\"",
            "secret x \"why\" = \"v\" because \"y\"",
            "secret x =\n  \"v\"\nlet a = \"b\"",
            "secret x\n  = \"v\"",
            "secret x == \"v\"",
            "secret x: \"v\"",
            "secret x = 'v'",
            "secret x = v",
            "secret x = 5",
            "secret x { value = \"v\" }",
            "secret x { value = v, description = \"why {a}\" }",
            "secret x {\n  value = \"v\"\n  description = \"why\"\n}\nlet a = \"b\"",
            "kind a { secret x = \"v\", b : Text = \"c\" }",
            "environment a {\n  external secret x = \"v\"\n}\n",
            "secret x = \"v",
            "secret x = \"\"\"\n  v\n  \"\"\"\n",
            "secret x \"why\" \"v\"",
        ] {
            let found = hidden(text);
            assert!(found.iter().any(|one| one.contains(['v', '5'])), "{text}: {found:?}");
            assert!(
                !found.iter().any(|one| one.contains("why") || ["b", "c"].contains(one)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn leaves_the_rest() {
        for text in [
            "secret x \"From the vendor's console\"\nlet a = \"b\"",
            "secret x {\n  description = \"why\"\n}\nlet a = \"b\"",
            "secret x : Text\nlet a = \"b\"",
            "env { KEY = secret, B = \"b\" }",
            "let a = \"secret x\"",
            "/// a secret = \"x\"\nlet a = \"b\"",
        ] {
            assert_eq!(hidden(text), Vec::<&str>::new(), "{text}");
        }
    }
}
