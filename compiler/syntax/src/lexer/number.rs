//! How far a number reaches: digits, a fraction, and what is attached to them.
//!
//! The lexer takes everything that someone may have meant as one number, so
//! that `10sec` or `1.2.3` is one mistake; the parser reads its value.

use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{not, opt, recognize};
use nom::multi::many0_count;
use nom::sequence::{pair, terminated};
use nom::{IResult, Parser};

/// The length of the number at the start of `rest`, which opens with a digit.
pub(crate) fn length(rest: &str) -> usize {
    match number(rest) {
        Ok((_, taken)) => taken.len(),
        Err(_) => 1,
    }
}

fn number(rest: &str) -> IResult<&str, &str> {
    recognize((digits, many0_count(fraction), opt(alt((rate, unit))))).parse(rest)
}

fn digits(rest: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_digit() || c == '_').parse(rest)
}

/// `.5`, but not the first dot of `14..18`.
fn fraction(rest: &str) -> IResult<&str, &str> {
    recognize((
        char('.'),
        take_while1(|c: char| c.is_ascii_digit()),
        take_while(|c: char| c.is_ascii_digit() || c == '_'),
    ))
    .parse(rest)
}

/// `/s`, where nothing else follows that would make it a division by a name.
fn rate(rest: &str) -> IResult<&str, &str> {
    let letter = one_of("smhdw");
    terminated(recognize(pair(char('/'), letter)), not(take_while1(is_name))).parse(rest)
}

fn unit(rest: &str) -> IResult<&str, &str> {
    alt((recognize(char('%')), take_while1(|c: char| is_name(c) || !c.is_ascii() && c.is_alphanumeric())))
        .parse(rest)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn takes_what_is_attached() {
        for whole in
            ["42", "1_000", "0.5", "512MiB", "1h30m", "99.9%", "10/s", "10sec", "1.2.3", "0x1F", "1.5GiB"]
        {
            assert_eq!(length(whole), whole.len(), "{whole}");
        }
    }

    #[test]
    fn leaves_what_is_not() {
        for (text, taken) in
            [("14..18", 2), ("10/second", 2), ("10 /s", 2), ("10/x", 2), ("5.host", 1), ("7)", 1)]
        {
            assert_eq!(length(text), taken, "{text}");
        }
    }
}
