//! The files of one compilation: their names, texts and line starts.

use crate::diagnostic::Diagnostic;
use crate::secret;
use crate::span::{FileId, Span};
use camino::Utf8PathBuf;
use lean_string::LeanStr;
use std::ops::Range;
use std::sync::OnceLock;

/// One source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// How the file is named to people: relative to where they stand, or `std/…`.
    pub name: Utf8PathBuf,
    /// The whole text; that of the standard library is in the program, and not copied.
    pub text: LeanStr,
    /// Whether it is of the standard library, and so on nobody's disk.
    pub standard: bool,
    /// Where each line starts, once it was asked for: a spec without a finding shows no line.
    lines: OnceLock<Vec<u32>>,
    /// Where a value stands that is a secret's, besides those of its declarations.
    hidden: Vec<Range<u32>>,
    /// What is hidden, once it was asked for.
    shown: OnceLock<Shown>,
}

/// What may be shown of a source: all but the values that it gives to secrets.
#[derive(Clone, Debug)]
struct Shown {
    text: LeanStr,
    /// In order.
    hidden: Vec<Range<u32>>,
}

/// Shorter texts than this are no secrets, and would be hidden wherever they stand.
const SHORTEST_SECRET: usize = 3;

/// All source files of one compilation, indexed by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

/// A place as people count: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

impl Sources {
    /// Adds a file and gives its id.
    pub fn add(&mut self, name: impl Into<Utf8PathBuf>, text: impl Into<LeanStr>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source::new(name.into(), text.into()));
        id
    }

    /// Adds a file of the standard library and gives its id.
    pub fn add_standard(&mut self, name: impl Into<Utf8PathBuf>, text: &'static str) -> FileId {
        let id = self.add(name, LeanStr::from_static_str(text));
        self.files[id.0 as usize].standard = true;
        id
    }

    /// The file of that id.
    ///
    /// # Panics
    /// If the id is of another set of sources.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// Every file, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        &self.get(span.file()).text[span.range()]
    }

    /// Where a span starts, as people count.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file()).position(span.start())
    }

    /// Hides what stands at a place from all who are shown the file: it is the value of a secret.
    pub fn hide(&mut self, span: Span) {
        let source = &mut self.files[span.file().0 as usize];
        source.hidden.push(span.start()..span.end());
        source.shown = OnceLock::new();
    }

    /// Takes the values of secrets out of what a diagnostic says and offers.
    pub fn conceal(&self, diagnostic: &mut Diagnostic) {
        for source in &self.files {
            for hidden in &source.shown().hidden {
                let value = &source.text[hidden.start as usize..hidden.end as usize];
                let value = value.trim().trim_matches(['"', '\'']);
                if value.len() >= SHORTEST_SECRET {
                    diagnostic.conceal(value);
                }
            }
        }
    }
}

impl Source {
    fn new(name: Utf8PathBuf, text: LeanStr) -> Self {
        Self {
            name,
            text,
            standard: false,
            lines: OnceLock::new(),
            hidden: Vec::new(),
            shown: OnceLock::new(),
        }
    }

    /// The text as it may be shown: with as many asterisks in place of each
    /// value of a secret as that has bytes, so that every place stays.
    pub fn shown_text(&self) -> &str {
        &self.shown().text
    }

    fn shown(&self) -> &Shown {
        self.shown.get_or_init(|| {
            // The library gives no secret a value, which its tests see to.
            let mut hidden = if self.standard { Vec::new() } else { secret::values(&self.text) };
            hidden.extend(self.hidden.iter().cloned());
            hidden.sort_by_key(|range| (range.start, range.end));
            Shown { text: starred(&self.text, &hidden), hidden }
        })
    }

    /// The byte offset at which each line starts.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect()
        })
    }

    /// The place of a byte offset, as people count.
    pub fn position(&self, offset: u32) -> Position {
        let lines = self.line_starts();
        let line = lines.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[lines[line] as usize..offset as usize];
        Position { line: line as u32 + 1, column: before.chars().count() as u32 + 1 }
    }

    /// The text of a line (from 1), without its line break.
    pub fn line(&self, line: u32) -> &str {
        let lines = self.line_starts();
        let start = lines[line as usize - 1] as usize;
        let end = lines.get(line as usize).map_or(self.text.len(), |next| *next as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// The text with asterisks at these places, line breaks and indentation left as they are.
fn starred(text: &LeanStr, hidden: &[Range<u32>]) -> LeanStr {
    if hidden.is_empty() {
        return text.clone();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in hidden {
        let (start, end) = ((range.start as usize).max(at), (range.end as usize).max(at));
        out.push_str(&text[at..start]);
        for letter in text[start..end].chars() {
            match letter.is_whitespace() && letter.is_ascii() {
                true => out.push(letter),
                false => out.extend(std::iter::repeat_n('*', letter.len_utf8())),
            }
        }
        at = end;
    }
    out.push_str(&text[at..]);
    out.into()
}
