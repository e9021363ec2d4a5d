//! From text to tokens with their places.

use crate::query::PromqlError;
use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it stands, in bytes.
    pub(crate) range: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A number with a unit.
    Duration,
    /// A quoted text, quotes and all.
    Quoted,
    /// An operator or bracket of one or two characters.
    Symbol,
    /// The end of the text; an empty range.
    End,
}

/// Symbols of two characters; any other symbol is one.
const PAIRS: [&str; 7] = ["==", "!=", ">=", "<=", "=~", "!~", "^^"];

/// About as long as a query's tokens are, with the blanks between them.
const SHORT_TOKEN: usize = 4;

/// All tokens of a text, [`Kind::End`] last.
pub(crate) fn scan(text: &str) -> Result<Vec<Token>, PromqlError> {
    let mut tokens = Vec::with_capacity(text.len() / SHORT_TOKEN + 1);
    let mut at = 0;
    while let Some(start) = skip_blank(text, at) {
        let (kind, length) = token(text, start)?;
        at = start + length;
        tokens.push(Token { kind, range: start..at });
    }
    tokens.push(Token { kind: Kind::End, range: text.len()..text.len() });
    Ok(tokens)
}

/// The next byte that is no space and no comment.
fn skip_blank(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if !text[at..].starts_with('#') {
            return (at < text.len()).then_some(at);
        }
        at += text[at..].find('\n').unwrap_or(text.len() - at);
    }
}

/// The kind and the length of the token at `start`.
fn token(text: &str, start: usize) -> Result<(Kind, usize), PromqlError> {
    let rest = &text[start..];
    let first = rest.chars().next().unwrap_or('\0');
    let second = rest.chars().nth(1).unwrap_or('\0');
    match first {
        '"' | '\'' | '`' => quoted(rest, first)
            .map(|length| (Kind::Quoted, length))
            .ok_or_else(|| PromqlError::new(start..text.len(), "a text that is not closed")),
        '0'..='9' => Ok(number(rest)),
        '.' if second.is_ascii_digit() => Ok(number(rest)),
        'a'..='z' | 'A'..='Z' | '_' | ':' => {
            let length = rest.bytes().take_while(|byte| is_word_byte(*byte) || *byte == b':').count();
            // Within brackets a colon separates two durations.
            let separates = first == ':' && !(second == '_' || second.is_ascii_alphabetic());
            Ok(if separates { (Kind::Symbol, 1) } else { (Kind::Word, length) })
        }
        '(' | ')' | '{' | '}' | '[' | ']' | ',' | '+' | '-' | '*' | '/' | '%' | '^' | '@' | '=' | '!'
        | '<' | '>' => {
            let pair = PAIRS.iter().any(|pair| rest.starts_with(pair));
            Ok((Kind::Symbol, if pair { 2 } else { 1 }))
        }
        other => {
            let range = start..start + other.len_utf8();
            let known = !other.is_control();
            let shown = if known { format!("`{other}`") } else { format!("U+{:04X}", other as u32) };
            Err(PromqlError::new(range, format!("{shown} means nothing in PromQL")))
        }
    }
}

/// How long the quoted text at the start is, quotes included.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if character == '\\' && quote != '`' {
            escaped = true;
        } else if character == quote {
            return Some(at + 1);
        }
    }
    None
}

fn number(rest: &str) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    let run = |from: usize, test: fn(&u8) -> bool| bytes[from..].iter().take_while(|b| test(b)).count();
    if rest.starts_with("0x") || rest.starts_with("0X") {
        return (Kind::Number, 2 + run(2, is_word_byte_ref));
    }
    let mut length = run(0, u8::is_ascii_digit);
    let with_unit = bytes.get(length).is_some_and(|byte| b"smhdwy".contains(byte));
    if with_unit {
        return (Kind::Duration, length + run(length, is_word_byte_ref));
    }
    if bytes.get(length) == Some(&b'.') {
        length += 1 + run(length + 1, u8::is_ascii_digit);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        length += 1;
        length += usize::from(matches!(bytes.get(length), Some(b'+' | b'-')));
    }
    (Kind::Number, length + run(length, |byte| is_word_byte(*byte) || *byte == b'.'))
}

fn is_word_byte_ref(byte: &u8) -> bool {
    is_word_byte(*byte)
}

/// Whether it can stand within a name.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// Variables of Grafana that stand for a duration, and those that stand for a
/// number. Longer names first, for they begin alike.
const VARIABLES: [(&str, &str); 6] = [
    ("__rate_interval", "1m"),
    ("__interval_ms", "60000"),
    ("__interval", "1m"),
    ("__range_ms", "60000"),
    ("__range_s", "60"),
    ("__range", "1m"),
];

/// The text with a value in place of each of Grafana's variables, padded so
/// that every offset stays, and where the first of them stands.
pub(crate) fn substitute(text: &str) -> (String, Option<Range<usize>>) {
    let mut out = String::with_capacity(text.len());
    let mut first = None;
    let mut rest = text;
    while let Some(at) = rest.find(['$', '"', '\'', '`', '#']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((length, value)) = variable(rest) {
            first.get_or_insert(out.len()..out.len() + length);
            out.push_str(value);
            out.extend(std::iter::repeat_n(' ', length - value.len()));
            rest = &rest[length..];
        } else {
            let (same, after) = rest.split_at(verbatim(rest));
            out.push_str(same);
            rest = after;
        }
    }
    out.push_str(rest);
    (out, first)
}

/// How much from a quote, a comment or a lone `$` on stays as it is.
fn verbatim(rest: &str) -> usize {
    match rest.chars().next() {
        Some('#') => rest.find('\n').unwrap_or(rest.len()),
        Some('$') | None => 1.min(rest.len()),
        Some(quote) => quoted(rest, quote).unwrap_or(rest.len()),
    }
}

/// The variable at the start: how long it is written, and its stand-in.
fn variable(text: &str) -> Option<(usize, &'static str)> {
    let braced = text.strip_prefix("${");
    let name = braced.or_else(|| text.strip_prefix('$'))?;
    let (known, value) = VARIABLES.into_iter().find(|(known, _)| name.starts_with(known))?;
    match braced {
        Some(_) => name[known.len()..].starts_with('}').then_some((known.len() + 3, value)),
        None => {
            let ends = !name[known.len()..].bytes().next().is_some_and(is_word_byte);
            ends.then_some((known.len() + 1, value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let tokens = scan(text).unwrap_or_default();
        tokens.into_iter().map(|token| &text[token.range]).collect()
    }

    #[test]
    fn tokens_have_their_places() {
        let text = "sum by (a) (rate(x:y{b=~\"c\\\"\"}[5m:30s])) >= 1e-3 # end";
        let expected = [
            "sum",
            "by",
            "(",
            "a",
            ")",
            "(",
            "rate",
            "(",
            "x:y",
            "{",
            "b",
            "=~",
            "\"c\\\"\"",
            "}",
            "[",
            "5m",
            ":",
            "30s",
            "]",
            ")",
            ")",
            ">=",
            "1e-3",
            "",
        ];
        assert_eq!(words(text), expected);
    }

    #[test]
    fn variables_keep_every_offset() {
        let text = "rate(x[$__rate_interval]) + y offset ${__interval} + $__range_s";
        let (out, first) = substitute(text);
        assert_eq!(out.len(), text.len());
        assert_eq!(first.map(|range| &text[range]), Some("$__rate_interval"));
        assert!(out.contains("[1m              ]"));
        assert_eq!(substitute("x{a=~\"b$\"} $__other").0, "x{a=~\"b$\"} $__other");
    }
}
