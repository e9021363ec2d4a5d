//! Characters that nobody sees: control characters, and those that turn the
//! direction of text so that a source reads otherwise than it is.

use crate::diagnostic::{Diagnostic, code};
use crate::span::{FileId, Span};

/// Reports control characters, runs of them as one.
pub(crate) fn check(file: FileId, text: &str, diagnostics: &mut Vec<Diagnostic>) {
    // Without an early exit, so that it runs over many bytes at once.
    if !text.bytes().fold(false, |found, byte| found | is_suspect_byte(byte)) {
        return;
    }
    let mut run: Option<(usize, usize, char)> = None;
    for (at, character) in text.char_indices() {
        if !is_control(character) || is_line_break(&text[at..]) || (at == 0 && character == '\u{feff}') {
            continue;
        }
        let end = at + character.len_utf8();
        run = match run {
            Some((start, last, first)) if last == at => Some((start, end, first)),
            Some(done) => {
                diagnostics.push(report(file, done));
                Some((at, end, character))
            }
            None => Some((at, end, character)),
        };
    }
    diagnostics.extend(run.map(|done| report(file, done)));
}

/// Whether the byte is, or may be part of, a control character.
fn is_suspect_byte(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\t') & (byte != b'\n') | (byte >= 0x7f)
}

fn is_line_break(rest: &str) -> bool {
    rest.starts_with("\r\n")
}

fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        '\0'..='\u{1f}' | '\u{7f}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{feff}' => true,
        _ => false,
    }
}

fn report(file: FileId, (start, end, first): (usize, usize, char)) -> Diagnostic {
    let span = Span::new(file, start as u32, end as u32);
    let help = match first {
        '\r' => "End lines with a line feed, alone or after a carriage return.",
        '\u{202a}'.. => "It is invisible and may hide what the source says; remove it.",
        _ => "Remove it; in a text, write it as an escape such as `\\u{1B}`.",
    };
    Diagnostic::new(&code::CONTROL_CHARACTER, span, format!("control character U+{:04X}", u32::from(first)))
        .label("not shown, but there")
        .help(help)
        .fix("Remove it", span, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<std::ops::Range<usize>> {
        let mut diagnostics = Vec::new();
        check(FileId(0), text, &mut diagnostics);
        diagnostics.iter().filter_map(|d| d.span).map(Span::range).collect()
    }

    #[test]
    fn finds_control_characters() {
        assert_eq!(found("a\0\u{1}b\u{7f}"), [1..3, 4..5]);
        assert_eq!(found("a\rb\rc"), [1..2, 3..4]);
        assert_eq!(found("\u{202e}y\u{7f}"), [0..3, 4..5]);
    }

    #[test]
    fn leaves_line_breaks_and_letters() {
        assert_eq!(found("\u{feff}a\r\n\tä\u{85}\n"), []);
    }
}
