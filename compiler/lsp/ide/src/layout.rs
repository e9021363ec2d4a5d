//! Formatting as the least edits, so that an editor keeps cursors and marks.

use laud_syntax::{FileId, Parsed, Span, format};
use similar::{DiffTag, TextDiff};

/// A text to put in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

/// What formatting changes in a file, in order of place.
pub fn formatting(text: &str, parsed: &Parsed) -> Vec<Edit> {
    let formatted = format(text, parsed);
    if formatted == text {
        return Vec::new();
    }
    changes(text, &formatted, parsed.file.id)
}

/// The edits that make one text of another, as few as lines allow.
pub(crate) fn changes(text: &str, formatted: &str, file: FileId) -> Vec<Edit> {
    // Lines end where laud's do: a lone carriage return ends none.
    let old: Vec<&str> = text.split_inclusive('\n').collect();
    let new: Vec<&str> = formatted.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&old, &new);
    let (before, after) = (starts(text), starts(formatted));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edits = changed.flat_map(|op| {
        let (old, new) = (op.old_range(), op.new_range());
        // As many lines as before are the same lines, each changed by itself.
        let pieces: Vec<_> = match old.len() == new.len() {
            true => old.zip(new).map(|(old, new)| (old..old + 1, new..new + 1)).collect(),
            false => vec![(old, new)],
        };
        pieces.into_iter().map(|(old, new)| {
            let (old, new) = (before[old.start]..before[old.end], after[new.start]..after[new.end]);
            narrow(old.start, &text[old], &formatted[new], file)
        })
    });
    edits.collect()
}

/// What formatting changes in the lines of a part of a file.
pub fn range_formatting(text: &str, parsed: &Parsed, part: Span) -> Vec<Edit> {
    let start = text[..part.start() as usize].rfind('\n').map_or(0, |at| at + 1);
    let end = text[part.end() as usize..].find('\n').map_or(text.len(), |at| at + part.end() as usize);
    let inside = |edit: &Edit| edit.span.start() as usize >= start && edit.span.end() as usize <= end;
    formatting(text, parsed).into_iter().filter(inside).collect()
}

/// The offset at which each line starts, and the text's end.
fn starts(text: &str) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for line in text.split_inclusive('\n') {
        at += line.len();
        starts.push(at);
    }
    starts
}

/// An edit without what is the same on both sides.
fn narrow(start: usize, old: &str, new: &str, file: FileId) -> Edit {
    let same: usize =
        old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (rest, other) = (&old[same..], &new[same..]);
    let pairs = rest.chars().rev().zip(other.chars().rev());
    let tail: usize = pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let bytes = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(file, bytes(start + same), bytes(start + old.len() - tail));
    Edit { span, text: other[..other.len() - tail].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::parse;

    fn apply(text: &str, edits: &[Edit]) -> String {
        let mut out = text.to_owned();
        for edit in edits.iter().rev() {
            out.replace_range(edit.span.range(), &edit.text);
        }
        out
    }

    #[test]
    fn the_edits_make_the_formatted_text() {
        for text in [
            "app  a\n\n\n\nlet é = 1\nlet xyz= 2",
            "app a\n",
            "",
            "let a = 1\n\tlet b = 2\n",
            "a\r\nb",
            "app  a\r// b\rlet  x = 1",
        ] {
            let parsed = parse(FileId(0), text);
            assert_eq!(apply(text, &formatting(text, &parsed)), format(text, &parsed), "{text:?}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        let text = "app a\n\nlet x= 1\n\nlet y = 2\n";
        let edits = formatting(text, &parse(FileId(0), text));
        assert_eq!(edits.len(), 1);
        assert_eq!((edits[0].span.start(), edits[0].span.end(), edits[0].text.as_str()), (12, 12, " "));
    }

    #[test]
    fn a_part_is_formatted_alone() {
        let text = "app  a\n\nlet x= 1\n\nlet y= 2\n";
        let part = Span::new(FileId(0), 10, 12);
        assert_eq!(
            apply(text, &range_formatting(text, &parse(FileId(0), text), part)),
            "app  a\n\nlet x = 1\n\nlet y= 2\n"
        );
    }
}
