//! Sets of metrics, which may be read as late as someone asks for them.
//!
//! The library has more lines of metrics than of anything else, and a system
//! asks for a few of them by name.

use super::{Doc, Ident};
use crate::packed;
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

/// `metrics NAME { … }`: what an exporter exports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Metrics {
    /// Its name.
    pub name: Ident,
    /// The metrics; `...other` entries take those of another set.
    pub entries: MetricEntries,
    /// From `{` to `}`.
    pub span: Span,
}

/// An entry of a `metrics` declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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
    /// What they are unpacked from, if they were not read with their file.
    packed: Option<Packed>,
    index: OnceLock<Index>,
}

/// The entries of a set as bytes: each with its name before it, which is empty
/// for a set that is taken over.
#[derive(Clone, Copy, Debug)]
struct Packed {
    file: FileId,
    bytes: &'static [u8],
}

/// What a set has, by name.
#[derive(Clone, Debug, Default)]
struct Index {
    /// By metric: which entry it is, or at which of the bytes it starts.
    metrics: FxHashMap<LeanStr, usize>,
    /// The sets that are taken over.
    spreads: Vec<Ident>,
}

impl MetricEntries {
    /// Entries that were read with their file.
    pub(crate) fn new(entries: Vec<MetricEntry>) -> Self {
        Self { read: OnceLock::from(entries.into_boxed_slice()), ..Self::default() }
    }

    /// The metric of that name.
    pub fn named(&self, name: &str) -> Option<Cow<'_, MetricEntry>> {
        let place = *self.index().metrics.get(name)?;
        match &self.packed {
            None => self.get(place).map(Cow::Borrowed),
            Some(packed) => packed.entry(&packed.bytes[place..]).map(Cow::Owned),
        }
    }

    /// The sets that are taken over.
    pub fn spreads(&self) -> &[Ident] {
        &self.index().spreads
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| match &self.packed {
            None => Index::of(self),
            Some(packed) => packed.index(),
        })
    }
}

impl Deref for MetricEntries {
    type Target = [MetricEntry];

    fn deref(&self) -> &[MetricEntry] {
        self.read.get_or_init(|| self.packed.map_or_else(Box::default, Packed::entries))
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

impl Serialize for MetricEntries {
    /// As bytes within the bytes, which may be passed over.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        for entry in self {
            let name = match entry {
                MetricEntry::Metric { name, .. } => name.text.as_str(),
                MetricEntry::Spread(_) => "",
            };
            let packed = postcard::to_allocvec(entry).map_err(serde::ser::Error::custom)?;
            bytes = postcard::to_extend(&(name, packed), bytes).map_err(serde::ser::Error::custom)?;
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de: 'static> Deserialize<'de> for MetricEntries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&'static [u8]>::deserialize(deserializer)?;
        Ok(Self { packed: Some(Packed { file: packed::file(), bytes }), ..Self::default() })
    }
}

impl Index {
    fn of(entries: &[MetricEntry]) -> Self {
        let mut index = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            match entry {
                // Of two that are declared, which is reported, it is the first.
                MetricEntry::Metric { name, .. } => {
                    index.metrics.entry(name.text.clone()).or_insert(at);
                }
                MetricEntry::Spread(name) => index.spreads.push(name.clone()),
            }
        }
        index
    }
}

impl Packed {
    fn index(self) -> Index {
        let mut index = Index::default();
        let mut rest = self.bytes;
        while let Some(((name, entry), behind)) = packed::take::<(&str, &[u8])>(self.file, rest) {
            if !name.is_empty() {
                let start = self.bytes.len() - behind.len() - entry.len();
                index.metrics.insert(LeanStr::from_static_str(name), start);
            } else if let Some(MetricEntry::Spread(set)) = self.entry(entry) {
                index.spreads.push(set);
            }
            rest = behind;
        }
        index
    }

    fn entries(self) -> Box<[MetricEntry]> {
        let mut entries = Vec::new();
        let mut rest = self.bytes;
        while let Some(((_, entry), behind)) = packed::take::<(&str, &[u8])>(self.file, rest) {
            entries.extend(self.entry(entry));
            rest = behind;
        }
        entries.into()
    }

    /// The entry at the start of some bytes.
    fn entry(self, bytes: &'static [u8]) -> Option<MetricEntry> {
        packed::take(self.file, bytes).map(|(entry, _)| entry)
    }
}
