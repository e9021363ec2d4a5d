//! Sets of metrics, which may be read as late as someone asks for them.
//!
//! The library has more lines of metrics than of anything else, and a system
//! asks for a few of them by name.

use super::{Doc, Ident};
use crate::lexer::is_name_byte;
use crate::parser;
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};
use std::sync::OnceLock;

/// `metrics NAME { … }`: what an exporter exports.
#[derive(Clone, Debug, PartialEq)]
pub struct Metrics {
    /// Its name.
    pub name: Ident,
    /// The metrics; `...other` entries take those of another set.
    pub entries: MetricEntries,
    /// From `{` to `}`.
    pub span: Span,
}

/// An entry of a `metrics` declaration.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricEntry {
    /// `pg_locks : gauge { datname, mode }`
    Metric {
        /// The `///` text before it.
        doc: Doc,
        /// The metric's name.
        name: Ident,
        /// `counter`, `gauge`, `histogram` or `summary`, as written.
        ty: Ident,
        /// Its labels.
        labels: Vec<Ident>,
        /// Where.
        span: Span,
    },
    /// `...NAME`
    Spread(Ident),
}

/// The entries of a set of metrics, in order.
#[derive(Clone, Default)]
pub struct MetricEntries {
    /// All of them, once they are read.
    read: OnceLock<Box<[MetricEntry]>>,
    /// What they are read from, if they were not read with their file.
    unread: Option<Unread>,
    index: OnceLock<Index>,
}

/// The entries of a set in a text that is formatted and has no errors.
#[derive(Clone, Debug)]
struct Unread {
    file: FileId,
    text: &'static str,
    /// What stands between the braces.
    body: Range<usize>,
}

/// What a set has, by name.
#[derive(Clone, Debug, Default)]
struct Index {
    /// By metric: which entry it is, or where it is read from.
    metrics: FxHashMap<LeanStr, Range<usize>>,
    /// The sets that are taken over.
    spreads: Vec<Ident>,
}

impl MetricEntries {
    /// Entries that were read with their file.
    pub(crate) fn new(entries: Vec<MetricEntry>) -> Self {
        Self { read: OnceLock::from(entries.into_boxed_slice()), ..Self::default() }
    }

    /// Entries that are read once someone asks for them.
    pub(crate) fn unread(file: FileId, text: &'static str, body: Range<usize>) -> Self {
        Self { unread: Some(Unread { file, text, body }), ..Self::default() }
    }

    /// The metric of that name.
    pub fn named(&self, name: &str) -> Option<Cow<'_, MetricEntry>> {
        let place = self.index().metrics.get(name)?.clone();
        match &self.unread {
            None => self.get(place.start).map(Cow::Borrowed),
            Some(unread) => unread.read(place).pop().map(Cow::Owned),
        }
    }

    /// The sets that are taken over.
    pub fn spreads(&self) -> &[Ident] {
        &self.index().spreads
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| match &self.unread {
            None => Index::of(self),
            Some(unread) => unread.index(),
        })
    }
}

impl Deref for MetricEntries {
    type Target = [MetricEntry];

    fn deref(&self) -> &[MetricEntry] {
        self.read.get_or_init(|| match &self.unread {
            None => Box::default(),
            Some(unread) => unread.read(unread.body.clone()).into(),
        })
    }
}

impl<'m> IntoIterator for &'m MetricEntries {
    type Item = &'m MetricEntry;
    type IntoIter = std::slice::Iter<'m, MetricEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for MetricEntries {
    /// What they are, whenever they are read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&**self).finish()
    }
}

impl PartialEq for MetricEntries {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Index {
    fn of(entries: &[MetricEntry]) -> Self {
        let mut index = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            match entry {
                // Of two that are declared, which is reported, it is the first.
                MetricEntry::Metric { name, .. } => {
                    index.metrics.entry(name.text.clone()).or_insert(at..at + 1);
                }
                MetricEntry::Spread(name) => index.spreads.push(name.clone()),
            }
        }
        index
    }
}

impl Unread {
    /// The names at which entries start.
    fn index(&self) -> Index {
        let lines = self.body.len() / SHORT_LINE;
        let metrics = FxHashMap::with_capacity_and_hasher(lines, FxBuildHasher);
        let mut index = Index { metrics, spreads: Vec::new() };
        let body = &self.text[self.body.clone()];
        let mut end = self.body.start;
        // The metric at hand, and where it starts, with the comments before it.
        let (mut metric, mut start) = (None, end);
        let breaks = memchr::memchr_iter(b'\n', body.as_bytes()).map(|at| at + 1);
        for line_end in breaks.chain([body.len()]) {
            let begin = end;
            end = self.body.start + line_end;
            let line = &self.text[begin..end];
            // What stands deeper, or closes what does, is of the entry before.
            let line = line.strip_prefix(INDENTATION).filter(|line| !line.starts_with([' ', '}']));
            let Some(line) = line else { continue };
            if let Some(name) = metric.take() {
                index.metrics.insert(name, start..begin);
                start = begin;
            }
            let name = |line| LeanStr::from_static_str(word(line));
            if let Some(rest) = line.strip_prefix("...") {
                let at = begin + INDENTATION.len() + 3;
                let (text, at) = (name(rest), at as u32);
                let span = Span::new(self.file, at, at + text.len() as u32);
                start = span.end() as usize;
                index.spreads.push(Ident { text, span });
            } else if !line.starts_with("//") {
                metric = Some(name(line));
            }
        }
        index.metrics.extend(metric.map(|name| (name, start..self.body.end)));
        index
    }

    /// The entries in a part of the text.
    fn read(&self, part: Range<usize>) -> Vec<MetricEntry> {
        parser::read_metrics(self.file, self.text, part)
    }
}

/// About as long as the lines of a set are if they are short.
const SHORT_LINE: usize = 64;

/// What the formatter puts before an entry of a body at the top.
const INDENTATION: &str = "  ";

/// The name at the start of a line.
fn word(line: &str) -> &str {
    let end = line.bytes().position(|byte| !is_name_byte(byte));
    &line[..end.unwrap_or(line.len())]
}
