//! Places as the protocol counts them: lines and columns from 0, columns in
//! the units that were agreed upon.

use laud_syntax::Span;
use lean_string::LeanStr;
use lsp_types::{Position, PositionEncodingKind, Range};
use std::ops;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16, which every client knows.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// The best of those that a client knows, which lists its favourites first.
    pub(crate) fn agree(known: &[PositionEncodingKind]) -> Self {
        let one = |kind: &PositionEncodingKind| match kind.as_str() {
            "utf-8" => Some(Self::Utf8),
            "utf-16" => Some(Self::Utf16),
            "utf-32" => Some(Self::Utf32),
            _ => None,
        };
        let known: Vec<Self> = known.iter().filter_map(one).collect();
        // Bytes are what spans count, so that nothing is to be counted again.
        if known.contains(&Self::Utf8) { Self::Utf8 } else { known.first().copied().unwrap_or_default() }
    }

    /// Its name in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// How many units a text has.
    pub(crate) fn len(self, text: &str) -> u32 {
        let length = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// The byte of a line at which a column starts; the line's end when it is
    /// beyond, and the start of a character when it is within one.
    fn byte(self, line: &str, column: u32) -> usize {
        let mut units = 0;
        for (at, letter) in line.char_indices() {
            let next = units + self.len(letter.encode_utf8(&mut [0; 4]));
            if next > column {
                return at;
            }
            units = next;
        }
        line.len()
    }
}

/// A text and where its lines start.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    pub(crate) text: LeanStr,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    pub(crate) fn new(text: LeanStr, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let starts = std::iter::once(0).chain(starts_in(bytes, 0..bytes.len())).collect();
        Self { text, starts, encoding }
    }

    /// Puts a text in place of these bytes.
    pub(crate) fn replace(&mut self, bytes: ops::Range<usize>, new: &str) {
        let line = |offset: usize| self.starts.partition_point(|start| *start <= offset) - 1;
        // What is typed may make one line end of two, with that of the line before.
        let (first, last) = (line(bytes.start).saturating_sub(1), line(bytes.end));
        let text = [&self.text[..bytes.start], new, &self.text[bytes.end..]].concat();
        // The lines that the edit touches end where the next starts, and what is behind only moves.
        let start = self.starts[first];
        let rest = self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        let moved = |old: usize| old - bytes.len() + new.len();
        self.starts[last + 1..].iter_mut().for_each(|start| *start = moved(*start));
        let mut within: Vec<usize> = starts_in(text.as_bytes(), start..moved(rest)).collect();
        if self.starts.len() > last + 1 {
            within.pop();
        }
        self.starts.splice(first + 1..=last, within);
        self.text = text.into();
    }

    /// The byte offset of a place; `None` when there is no such line.
    pub(crate) fn offset(&self, position: Position) -> Option<u32> {
        let line = position.line as usize;
        let start = *self.starts.get(line)?;
        let at = start + self.encoding.byte(self.line(line), position.character);
        u32::try_from(at).ok()
    }

    /// The byte offset of a place, or the text's end when there is no such line.
    pub(crate) fn offset_or_end(&self, position: Position) -> usize {
        self.offset(position).map_or(self.text.len(), |at| at as usize)
    }

    /// The place of a byte offset.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = self.encoding.len(&self.text[self.starts[line]..offset]);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character: column }
    }

    /// The range of a span.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start()), end: self.position(span.end()) }
    }

    /// How many units of the encoding stand between two bytes of one line.
    pub(crate) fn units(&self, span: Span) -> u32 {
        self.encoding.len(self.text.get(span.range()).unwrap_or_default())
    }

    /// Parts of a span, one for each line that it is on, without line breaks.
    pub(crate) fn split(&self, span: Span) -> Vec<Span> {
        let mut parts = Vec::new();
        let mut start = span.start();
        for piece in self.text.get(span.range()).unwrap_or_default().split_inclusive(['\n', '\r']) {
            let shown = piece.trim_end_matches(['\n', '\r']).len() as u32;
            if shown > 0 {
                parts.push(span.with(start, start + shown));
            }
            start += piece.len() as u32;
        }
        parts
    }

    fn line(&self, line: usize) -> &str {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        self.text[self.starts[line]..end].trim_end_matches(['\n', '\r'])
    }
}

/// Where lines start behind the first in a part of a text.
fn starts_in(text: &[u8], part: ops::Range<usize>) -> impl Iterator<Item = usize> {
    let start = part.start;
    let ends = memchr::memchr2_iter(b'\n', b'\r', &text[part]).map(move |at| start + at);
    // A `\r` alone ends a line as well.
    ends.filter(|at| text[*at] == b'\n' || text.get(at + 1) != Some(&b'\n')).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::FileId;
    use proptest::prelude::*;

    fn lines(encoding: Encoding) -> Lines {
        Lines::new("é🦀x\r\nb\rc".into(), encoding)
    }

    #[test]
    fn columns_count_what_was_agreed() {
        for (encoding, column) in [(Encoding::Utf8, 6), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            let lines = lines(encoding);
            assert_eq!(lines.position(6), Position::new(0, column));
            assert_eq!(lines.offset(Position::new(0, column)), Some(6));
            assert_eq!(lines.offset(Position::new(0, 99)), Some(7), "the line's end");
            assert_eq!(lines.offset(Position::new(2, 1)), Some(12));
            assert_eq!(lines.offset(Position::new(3, 0)), None);
            assert_eq!(lines.offset_or_end(Position::new(u32::MAX, u32::MAX)), 12);
        }
        assert_eq!(lines(Encoding::Utf16).offset(Position::new(0, 2)), Some(2), "within a character");
        assert_eq!(lines(Encoding::Utf8).position(4), Position::new(0, 2));
        assert_eq!(lines(Encoding::Utf8).position(999), Position::new(2, 1));
    }

    #[test]
    fn bytes_are_the_favourite() {
        let agree = |names: &[&'static str]| {
            Encoding::agree(&names.iter().map(|name| PositionEncodingKind::new(name)).collect::<Vec<_>>())
        };
        assert_eq!(agree(&["utf-16", "utf-8"]), Encoding::Utf8);
        assert_eq!(agree(&["utf-32", "utf-16"]), Encoding::Utf32);
        assert_eq!(agree(&["utf-7"]), Encoding::Utf16);
        assert_eq!(agree(&[]), Encoding::Utf16);
    }

    #[test]
    fn a_span_over_lines_is_split() {
        let parts = lines(Encoding::Utf8).split(Span::new(FileId(0), 6, 12));
        assert_eq!(
            parts.iter().map(|part| (part.start(), part.end())).collect::<Vec<_>>(),
            [(6, 7), (9, 10), (11, 12)]
        );
    }

    proptest! {
        #[test]
        fn a_text_that_is_changed_has_the_lines_of_a_fresh_one(
            text in "[a\\r\\né]{0,12}",
            edits in prop::collection::vec((0_usize..20, 0_usize..20, "[b\\r\\n]{0,4}"), 1..6),
        ) {
            let mut lines = Lines::new(text.into(), Encoding::Utf8);
            for (one, other, new) in edits {
                let place = |at: usize| lines.text.floor_char_boundary(at.min(lines.text.len()));
                let (one, other) = (place(one), place(other));
                lines.replace(one.min(other)..one.max(other), &new);
                prop_assert_eq!(&lines.starts, &Lines::new(lines.text.clone(), Encoding::Utf8).starts, "{:?}", lines.text);
            }
        }
    }
}
