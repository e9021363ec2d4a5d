//! The few lines of the sources that a diagnostic shows, as a text of their
//! own, so that showing it costs what is seen and not what the files hold.
//!
//! The lines are made safe for a terminal byte by byte, so that offsets keep
//! their distances, and long ones are cut around what they are shown for.

use super::is_hidden;
use laud_syntax::{Source, Sources, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// A span of more lines is shown by its first.
const MOST_LINES: u32 = 5;

/// No line is shown longer than this many characters, whatever the reader's width.
const MOST_COLUMNS: usize = 400;

/// Lines of the sources, joined.
pub(super) struct Excerpt {
    text: String,
    lines: Vec<Line>,
}

/// A line of an excerpt.
struct Line {
    file: String,
    /// From 1.
    number: u32,
    /// Where it starts in the excerpt.
    at: usize,
    /// Where what is left of the line starts in the excerpt, after an ellipsis.
    shown_at: usize,
    /// What is left of the line, in bytes of the file.
    shown: std::ops::Range<u32>,
    /// Characters of the line before what is left of it.
    columns_before: usize,
    /// Whether it follows the line before in the same file.
    follows: bool,
}

impl Excerpt {
    /// The lines of the spans and one more on each side, those of the first
    /// span's file first; and where each span is in it.
    pub(super) fn new(spans: &[Span], sources: &Sources, cut: Option<usize>) -> (Self, Vec<SourceSpan>) {
        let spans: Vec<Span> = spans.iter().map(|span| shorten(*span, sources.get(span.file()))).collect();
        let mut excerpt = Self { text: String::new(), lines: Vec::new() };
        let mut files = Vec::new();
        for span in &spans {
            if !files.contains(&span.file()) {
                files.push(span.file());
            }
        }
        let columns = cut.unwrap_or(MOST_COLUMNS).clamp(30, MOST_COLUMNS);
        for file in files {
            let here: Vec<Span> = spans.iter().copied().filter(|span| span.file() == file).collect();
            excerpt.add_file(sources.get(file), &here, columns);
        }
        let places = spans.iter().map(|span| excerpt.place(*span, sources.get(span.file()))).collect();
        (excerpt, places)
    }

    fn add_file(&mut self, source: &Source, spans: &[Span], columns: usize) {
        let last = source.line_starts().len() as u32;
        let mut numbers: Vec<u32> = Vec::new();
        for span in spans {
            let (from, to) = (source.position(span.start()).line, source.position(span.end()).line);
            numbers.extend(from.saturating_sub(1).max(1)..=(to + 1).min(last));
        }
        numbers.sort_unstable();
        numbers.dedup();
        // An empty last line is only worth its number when something is said of it.
        let said = spans.iter().any(|span| source.position(span.end()).line == last);
        if numbers.len() > 1 && numbers.last() == Some(&last) && source.line(last).is_empty() && !said {
            numbers.pop();
        }
        let mut before = None;
        for number in numbers {
            let start = source.line_starts()[number as usize - 1];
            let end = start + source.line(number).len() as u32;
            let wanted = spans.iter().map(|span| span.start()).find(|at| (start..=end).contains(at));
            let follows = before.is_some_and(|before| before + 1 == number);
            self.add_line(source, number, start..end, wanted.unwrap_or(start), columns, follows);
            before = Some(number);
        }
    }

    fn add_line(
        &mut self,
        source: &Source,
        number: u32,
        line: std::ops::Range<u32>,
        wanted: u32,
        columns: usize,
        follows: bool,
    ) {
        let whole = &source.shown_text()[line.start as usize..line.end as usize];
        let shown = window(whole, (wanted - line.start) as usize, columns);
        let at = self.text.len();
        if shown.start > 0 {
            self.text.push('…');
        }
        let shown_at = self.text.len();
        self.text.extend(whole[shown.clone()].chars().map(stand_in));
        if shown.end < whole.len() {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(Line {
            file: source.name.to_string(),
            number,
            at,
            shown_at,
            columns_before: whole[..shown.start].chars().count(),
            shown: line.start + shown.start as u32..line.start + shown.end as u32,
            follows,
        });
    }

    /// Where a span is in the excerpt, as far as it is shown.
    fn place(&self, span: Span, source: &Source) -> SourceSpan {
        let start = self.offset(span.start(), source);
        let end = self.offset(span.end(), source).max(start);
        (start, end - start).into()
    }

    fn offset(&self, offset: u32, source: &Source) -> usize {
        let number = source.position(offset).line;
        let name = source.name.as_str();
        let line = self.lines.iter().find(|line| line.file == name && line.number == number);
        line.map_or(0, |line| {
            line.shown_at + (offset.clamp(line.shown.start, line.shown.end) - line.shown.start) as usize
        })
    }

    fn line_at(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.at <= offset).saturating_sub(1)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let (mut first, mut last) = (self.line_at(span.offset()), self.line_at(end));
        let Some(line) = self.lines.get(first) else {
            return Err(MietteError::OutOfBounds);
        };
        if self.lines[first + 1..=last].iter().any(|line| !line.follows) {
            return Err(MietteError::OutOfBounds);
        }
        if before == 0 && after == 0 {
            let data = &self.text[span.offset()..end];
            let shown = &self.text[line.shown_at.min(span.offset())..span.offset()];
            let column = line.columns_before + shown.chars().count();
            let place = (span.offset(), span.len()).into();
            let line = (line.file.clone(), line.number as usize - 1);
            return Ok(contents(line, data, place, column, last - first + 1));
        }
        for _ in 0..before {
            first -= usize::from(self.lines[first].follows);
        }
        for _ in 0..after {
            last += usize::from(self.lines.get(last + 1).is_some_and(|line| line.follows));
        }
        let start = self.lines[first].at;
        let end = self.lines.get(last + 1).map_or(self.text.len(), |line| line.at);
        let line = (self.lines[first].file.clone(), self.lines[first].number as usize - 1);
        Ok(contents(line, &self.text[start..end], (start, end - start).into(), 0, last - first + 1))
    }
}

fn contents<'a>(
    (name, line): (String, usize),
    data: &'a str,
    place: SourceSpan,
    column: usize,
    lines: usize,
) -> Box<dyn SpanContents<'a> + 'a> {
    Box::new(MietteSpanContents::new_named(name, data.as_bytes(), place, line, column, lines))
}

/// A span of many lines, reduced to its first.
fn shorten(span: Span, source: &Source) -> Span {
    let (first, last) = (source.position(span.start()).line, source.position(span.end()).line);
    if last - first < MOST_LINES {
        return span;
    }
    let end = source.line_starts()[first as usize - 1] + source.line(first).len() as u32;
    span.with_end(end.max(span.start()))
}

/// What is left of a line cut to so many characters around a byte of it.
fn window(line: &str, wanted: usize, columns: usize) -> std::ops::Range<usize> {
    // A character has at least one byte, so that most lines need no counting.
    if line.len() <= columns || line.chars().nth(columns).is_none() {
        return 0..line.len();
    }
    let before = line[..wanted].char_indices().rev().nth(columns / 3 - 1).map_or(0, |(at, _)| at);
    let rest = &line[before..];
    let end = rest.char_indices().nth(columns - 2).map_or(line.len(), |(at, _)| before + at);
    before..end
}

/// The character itself, or one of as many bytes that no terminal obeys.
fn stand_in(letter: char) -> char {
    match (letter == '\t' || !is_hidden(letter), letter.len_utf8()) {
        (true, _) => letter,
        (false, 1) => '?',
        (false, 2) => '¿',
        (false, _) => '\u{fffd}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::FileId;

    fn sources(text: &str) -> (Sources, FileId) {
        let mut sources = Sources::default();
        let file = sources.add("a.laud", text);
        (sources, file)
    }

    #[test]
    fn holds_only_the_lines_that_are_shown() {
        let (sources, file) = sources("one\ntwo\nthree\nfour\nfive\n");
        let (excerpt, places) = Excerpt::new(&[Span::new(file, 8, 13)], &sources, None);
        assert_eq!(excerpt.text, "two\nthree\nfour\n");
        assert_eq!(places, [(4, 5).into()]);
    }

    #[test]
    fn the_end_of_a_file_is_a_place() {
        let (sources, file) = sources("one\ntwo\n");
        let (excerpt, places) = Excerpt::new(&[Span::new(file, 8, 8)], &sources, None);
        assert_eq!((excerpt.text.as_str(), &places[..]), ("two\n\n", &[(4, 0).into()][..]));
    }

    #[test]
    fn keeps_a_long_line_around_its_token() {
        let text = format!("{}token{}", "ab ".repeat(200), " cd".repeat(2000));
        let (sources, file) = sources(&text);
        let (excerpt, places) = Excerpt::new(&[Span::new(file, 600, 605)], &sources, Some(60));
        assert_eq!(excerpt.text.trim_end().chars().count(), 60);
        let place = places[0].offset()..places[0].offset() + places[0].len();
        assert_eq!(&excerpt.text[place], "token");
    }

    #[test]
    fn no_character_commands_the_terminal() {
        let (sources, file) = sources("a\u{1b}[0m \u{85} \u{202e} z");
        let (excerpt, places) = Excerpt::new(&[Span::new(file, 13, 14)], &sources, None);
        assert_eq!(excerpt.text, "a?[0m ¿ \u{fffd} z\n");
        assert_eq!(&excerpt.text[places[0].offset()..places[0].offset() + 1], "z");
    }
}
