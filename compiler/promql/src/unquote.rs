//! String literals of PromQL, which are those of Go.

use std::ops::Range;

/// What a literal with its quotes says, or where within it the mistake is.
pub(crate) fn unquote(literal: &str) -> Result<String, (Range<usize>, &'static str)> {
    let body = &literal[1..literal.len() - 1];
    if literal.starts_with('`') {
        return Ok(body.to_owned());
    }
    let quote = literal.chars().next().unwrap_or('"');
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(character) = rest.chars().next() {
        let at = literal.len() - 1 - rest.len();
        match character {
            '\\' => {
                let (character, length) = escape(&rest[1..], quote)
                    .map_err(|(length, message)| (at..at + 1 + length.min(rest.len() - 1), message))?;
                text.push(character);
                rest = &rest[1 + length..];
            }
            '\n' => return Err((at..at + 1, "a line feed must be written `\\n` here")),
            other => {
                text.push(other);
                rest = &rest[other.len_utf8()..];
            }
        }
    }
    Ok(text)
}

/// The character of an escape, without its backslash, and how long that is.
fn escape(rest: &str, quote: char) -> Result<(char, usize), (usize, &'static str)> {
    const UNKNOWN: &str = "an unknown escape";
    let Some(first) = rest.chars().next() else {
        return Err((0, UNKNOWN));
    };
    let simple = match first {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        'x' => return code(rest, 1, 2, 16),
        'u' => return code(rest, 1, 4, 16),
        'U' => return code(rest, 1, 8, 16),
        '0'..='7' => return code(rest, 0, 3, 8),
        other if other == quote => other,
        other => return Err((other.len_utf8(), UNKNOWN)),
    };
    Ok((simple, 1))
}

fn code(rest: &str, skip: usize, digits: usize, radix: u32) -> Result<(char, usize), (usize, &'static str)> {
    let end = skip + digits;
    let number = rest.get(skip..end).filter(|text| text.chars().all(|digit| digit.is_digit(radix)));
    let number = number.and_then(|text| u32::from_str_radix(text, radix).ok());
    let number = number.ok_or((skip, "an escape with too few digits"))?;
    // `\xNN` and `\NNN` are bytes in Go: above 7F they are half a character.
    if digits <= 3 && number > 0x7F {
        return Err((end, "an escape that is no character: write the character, or `\\u`"));
    }
    char::from_u32(number).map(|character| (character, end)).ok_or((end, "an escape that is no character"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(unquote(r#""a\"\\\n\x41\u00e9\101é""#).as_deref(), Ok("a\"\\\nAéAé"));
        assert_eq!(unquote(r"'it\'s'").as_deref(), Ok("it's"));
        assert_eq!(unquote(r"`a\n`").as_deref(), Ok("a\\n"));
    }

    #[test]
    fn mistakes_have_a_place() {
        assert_eq!(unquote(r#""a\.b""#).map_err(|(range, _)| range), Err(2..4));
        assert_eq!(unquote(r#""\xff""#).map_err(|(range, _)| range), Err(1..5));
        assert_eq!(unquote(r#""\u12""#).map_err(|(range, _)| range), Err(1..3));
        assert_eq!(unquote(r#""it\'s""#).map_err(|(range, _)| range), Err(3..5));
    }
}
