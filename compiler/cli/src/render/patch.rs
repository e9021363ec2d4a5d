//! What a fix would make of the source: the lines before and after.

use super::visible;
use laud_syntax::{Fix, Sources};

/// More lines than this say less than the fix's title.
const MOST_LINES: usize = 4;

/// A line of a patch.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    /// It goes: its number and text.
    Gone(u32, String),
    /// It comes: its number and text.
    New(u32, String),
}

/// The lines that a fix changes, without the indentation that they share;
/// empty when they are too many, or in several files.
pub(super) fn patch(fix: &Fix, sources: &Sources) -> Vec<Change> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|(span, _)| (span.start(), span.end()));
    let (Some((first, _)), Some((last, _))) = (edits.first(), edits.last()) else {
        return Vec::new();
    };
    if edits.iter().any(|(span, _)| span.file() != first.file()) {
        return Vec::new();
    }
    let source = sources.get(first.file());
    let (from, to) = (source.position(first.start()).line, source.position(last.end()).line);
    let start = source.line_starts()[from as usize - 1] as usize;
    let end = source.line_starts()[to as usize - 1] as usize + source.line(to).len();

    let shown = source.shown_text();
    let mut after = String::new();
    let mut at = start;
    for (span, text) in edits {
        if (span.start() as usize) < at {
            return Vec::new();
        }
        after.push_str(&shown[at..span.start() as usize]);
        after.push_str(text);
        at = span.end() as usize;
    }
    after.push_str(&shown[at..end.max(at)]);
    changes(&shown[start..end], &after, from)
}

fn changes(before: &str, after: &str, number: u32) -> Vec<Change> {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    while old.last().is_some_and(|line| new.last() == Some(line)) {
        old.pop();
        new.pop();
    }
    if old.len().max(new.len()) > MOST_LINES || old.iter().chain(&new).any(|line| line.len() > 200) {
        return Vec::new();
    }
    let written = old.iter().chain(&new).filter(|line| !line.trim().is_empty());
    let indent = written.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let shown = |line: &str| visible(line.get(indent..).unwrap_or("")).into_owned();
    let first = number + same as u32;
    let gone = (first..).zip(old).map(|(number, line)| Change::Gone(number, shown(line)));
    let came = (first..).zip(new).map(|(number, line)| Change::New(number, shown(line)));
    gone.chain(came).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::Span;

    fn patched(text: &str, edits: &[(u32, u32, &str)]) -> Vec<Change> {
        let mut sources = Sources::default();
        let file = sources.add("a.laud", text);
        let edits = edits.iter().map(|(from, to, with)| (Span::new(file, *from, *to), (*with).to_owned()));
        patch(&Fix { title: String::new(), edits: edits.collect() }, &sources)
    }

    #[test]
    fn shows_the_line_before_and_after() {
        let changes = patched("a\n  memroy = 1\nb\n", &[(4, 10, "memory")]);
        assert_eq!(changes, [Change::Gone(2, "memroy = 1".into()), Change::New(2, "memory = 1".into())]);
    }

    #[test]
    fn an_insertion_is_a_new_line_alone() {
        assert_eq!(patched("a\nb\n", &[(2, 2, "new\n")]), [Change::New(2, "new".into())]);
    }

    #[test]
    fn says_nothing_of_great_changes() {
        assert_eq!(patched("a\nb\nc\nd\ne\nf\n", &[(0, 11, "")]), []);
    }
}
