//! A value as it is written in a hole, so that it stays that value.

use crate::duration;
use crate::template::{Hole, Quote};

/// Why a value cannot be written in a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapeError {
    /// The text stands in back-quotes, which know no escapes, and the value
    /// needs one.
    NeedsQuotes,
    /// A duration belongs here.
    NotADuration,
    /// A number belongs here.
    NotANumber,
    /// A name of a metric or label belongs here.
    NotAName,
}

impl std::fmt::Display for EscapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NeedsQuotes => "this value cannot stand in back-quotes: put the text in double quotes",
            Self::NotADuration => "a duration belongs here",
            Self::NotANumber => "a number belongs here",
            Self::NotAName => "the name of a metric or label belongs here",
        })
    }
}

impl std::error::Error for EscapeError {}

/// The value as it is written in the hole.
///
/// A duration comes as [`duration`](crate::duration()) writes it, a number as
/// a literal of any reader; a text as it is.
///
/// # Errors
/// If the value cannot be there.
pub fn escape(hole: Hole, value: &str) -> Result<String, EscapeError> {
    match hole {
        Hole::String(quote) => text(quote, value),
        Hole::Regex(quote) => regex(quote, value),
        Hole::Duration => match duration::parse(value) {
            Some(milliseconds) => Ok(duration::duration(milliseconds)),
            None => Err(EscapeError::NotADuration),
        },
        Hole::Number => number(value),
        Hole::Identifier => name(value),
    }
}

fn text(quote: Quote, value: &str) -> Result<String, EscapeError> {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        match quote {
            Quote::Double | Quote::Single => push_quoted(&mut out, quote, character),
            // Grafana would read `$name` and `[[name]]` as variables.
            Quote::Back if matches!(character, '`' | '$' | '[') => return Err(EscapeError::NeedsQuotes),
            Quote::Back => out.push(character),
        }
    }
    Ok(out)
}

/// A character between quotes. `$` and `[` go in other words, for in a panel
/// Grafana would take `$name` and `[[name]]` for its variables.
fn push_quoted(out: &mut String, quote: Quote, character: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '"' if quote == Quote::Double => out.push_str("\\\""),
        '\'' if quote == Quote::Single => out.push_str("\\'"),
        '$' | '[' | '\0'..='\u{1F}' | '\u{7F}' => out.push_str(&format!("\\x{:02x}", character as u32)),
        other => out.push(other),
    }
}

fn regex(quote: Quote, value: &str) -> Result<String, EscapeError> {
    let mut pattern = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '`' | '$' if quote == Quote::Back => pattern.push_str(&format!("\\x{:02x}", character as u32)),
            '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                pattern.push('\\');
                pattern.push(character);
            }
            other => pattern.push(other),
        }
    }
    if quote == Quote::Back {
        return Ok(pattern);
    }
    let mut out = String::with_capacity(pattern.len());
    for character in pattern.chars() {
        match character {
            // Behind its backslash it opens no variable of Grafana.
            '[' => out.push('['),
            other => push_quoted(&mut out, quote, other),
        }
    }
    Ok(out)
}

/// A number; a negative one in brackets, for `2 - -1` and `-1 ^ 2` read otherwise.
fn number(value: &str) -> Result<String, EscapeError> {
    let parsed: f64 = value.parse().map_err(|_| EscapeError::NotANumber)?;
    if !parsed.is_finite() {
        return Err(EscapeError::NotANumber);
    }
    // Printed anew: `010` would be eight.
    Ok(if parsed.is_sign_negative() { format!("({parsed})") } else { parsed.to_string() })
}

fn name(value: &str) -> Result<String, EscapeError> {
    let mut bytes = value.bytes();
    let starts = bytes.next().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic());
    if starts && bytes.all(|byte| byte == b':' || byte == b'_' || byte.is_ascii_alphanumeric()) {
        Ok(value.to_owned())
    } else {
        Err(EscapeError::NotAName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hole_has_its_own_way() {
        let text = |hole, value| escape(hole, value);
        assert_eq!(text(Hole::String(Quote::Double), "a\"b\\c$d\n").as_deref(), Ok("a\\\"b\\\\c\\x24d\\n"));
        assert_eq!(text(Hole::String(Quote::Single), "it's \"so\"").as_deref(), Ok("it\\'s \"so\""));
        assert_eq!(text(Hole::Regex(Quote::Double), "a.b").as_deref(), Ok("a\\\\.b"));
        assert_eq!(text(Hole::Regex(Quote::Back), "a.`").as_deref(), Ok("a\\.\\x60"));
        assert_eq!(text(Hole::Duration, "90m").as_deref(), Ok("1h30m"));
        assert_eq!(text(Hole::Number, "-0.5").as_deref(), Ok("(-0.5)"));
        assert_eq!(text(Hole::Number, "010").as_deref(), Ok("10"));
        assert_eq!(text(Hole::Identifier, "pg_up").as_deref(), Ok("pg_up"));
    }

    #[test]
    fn what_cannot_be_there_is_refused() {
        assert_eq!(escape(Hole::String(Quote::Back), "a`b"), Err(EscapeError::NeedsQuotes));
        assert_eq!(escape(Hole::Duration, "1.5h"), Err(EscapeError::NotADuration));
        assert_eq!(escape(Hole::Number, "1 or vector(1)"), Err(EscapeError::NotANumber));
        assert_eq!(escape(Hole::Number, "inf"), Err(EscapeError::NotANumber));
        assert_eq!(escape(Hole::Identifier, "up or vector"), Err(EscapeError::NotAName));
        assert_eq!(escape(Hole::Identifier, ""), Err(EscapeError::NotAName));
    }
}
