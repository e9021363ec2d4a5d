//! Texts and keys that every YAML reader takes for the same text.
//!
//! Readers disagree on bare words (`no`, `22:22`, `1_000`, `2024-01-01`), so a
//! value is never bare and a key only when no reader could take it for
//! anything else. Within double quotes they disagree on little: DEL, the C1
//! controls and the Unicode line breaks, which are escaped. So are marks that
//! reorder the line for a person who reads it, and the byte order mark.

use crate::escape::{Stops, find_stop, stops};
use std::fmt::{self, Write};

/// Appends a text in double quotes.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Appends a key: bare if it is safe, else in double quotes.
pub(super) fn push_key(out: &mut String, key: &str) {
    if is_plain(key) {
        out.push_str(key);
    } else {
        push_quoted(out, key);
    }
}

/// What is formatted into it arrives escaped.
pub(super) struct Escaping<'a>(pub(super) &'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

/// Where something may have to be escaped: besides ASCII that must be, the first
/// bytes of U+0080 to U+00BF, of U+2000 to U+2FFF, and of U+F000 to U+FFFF.
static STOPS: Stops = stops(b"\x7F\xC2\xE2\xEF");

/// Appends a text as it stands between double quotes.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(stop) = find_stop(rest, &STOPS) {
        let (before, after) = rest.split_at(stop);
        let mut after = after.chars();
        out.push_str(before);
        if let Some(character) = after.next() {
            push_character(out, character);
        }
        rest = after.as_str();
    }
    out.push_str(rest);
}

fn push_character(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\u{85}' => out.push_str("\\N"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => push_hex(out, 'x', 2, character),
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            push_hex(out, 'u', 4, character);
        }
        '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => push_hex(out, 'u', 4, character),
        other => out.push(other),
    }
}

fn push_hex(out: &mut String, letter: char, digits: usize, character: char) {
    let code = character as u32;
    // Writing to a `String` cannot fail.
    let _infallible = write!(out, "\\{letter}{code:0digits$X}");
}

/// Whether no reader takes the bare key for anything but this text.
pub(super) fn is_plain(key: &str) -> bool {
    let starts_well = key.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts_well && key.bytes().fold(true, |all, byte| all & PLAIN[byte as usize]) && !is_word(key)
}

/// The bytes of a bare key.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 0x80 {
        plain[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'-' | b'.' | b'/');
        byte += 1;
    }
    plain
};

/// Whether some reader takes it for a truth value or for nothing, in some case.
fn is_word(key: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "on", "no", "yes", "off", "true", "null", "false"];
    key.len() <= 5 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(key))
}
