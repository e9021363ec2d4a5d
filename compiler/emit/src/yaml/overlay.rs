//! Content merged into the maps of a tree as it is printed.
//!
//! Maps merge with maps, key by key, in order of name after the tree's own
//! keys. Anything else that meets a value of the tree is a clash: the tree's
//! value stands, and the clash is reported.

use super::Marked;
use laud_plan::Origin;
use lean_string::LeanStr;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// A map to be merged.
#[derive(Clone, Debug)]
pub(crate) struct Overlay<L> {
    entries: BTreeMap<LeanStr, Over<L>>,
}

/// An entry to be merged.
#[derive(Clone, Debug)]
pub(crate) struct Over<L> {
    /// The way to it, as people read it: `services.db.deploy`.
    pub(crate) path: String,
    /// Who asked for it.
    pub(crate) origin: Origin,
    /// What it is.
    pub(crate) content: Content<L>,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub(crate) enum Content<L> {
    /// A map, to be merged further.
    Map(Overlay<L>),
    /// A value.
    Leaf(L),
}

impl<L> Default for Overlay<L> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<L> Overlay<L> {
    /// The entry of that key.
    pub(super) fn get(&self, key: &str) -> Option<&Over<L>> {
        self.entries.get(key)
    }

    /// Every entry, in order of key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&LeanStr, &Over<L>)> {
        self.entries.iter()
    }

    /// Whether there is nothing to merge.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The map at a path, made where it is missing.
    ///
    /// `None` if a value stands in the way.
    pub(crate) fn at(&mut self, path: &[&str], origin: Origin) -> Option<&mut Self> {
        let mut map = self;
        for (depth, key) in path.iter().enumerate() {
            let fresh =
                || Over { path: path[..=depth].join("."), origin, content: Content::Map(Self::default()) };
            match &mut map.entries.entry(LeanStr::from(*key)).or_insert_with(fresh).content {
                Content::Map(inner) => map = inner,
                Content::Leaf(_) => return None,
            }
        }
        Some(map)
    }

    /// Puts an entry, unless there is one, which then comes back.
    pub(crate) fn put(&mut self, key: &LeanStr, over: Over<L>) -> Result<(), &Over<L>> {
        use std::collections::btree_map::Entry;
        match self.entries.entry(key.clone()) {
            Entry::Vacant(place) => {
                place.insert(over);
                Ok(())
            }
            Entry::Occupied(place) => Err(place.into_mut()),
        }
    }
}

impl<L: Serialize> Serialize for Over<L> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.content {
            Content::Leaf(leaf) => leaf.serialize(serializer),
            Content::Map(map) => serializer
                .collect_map(map.iter().map(|(key, over)| (key.as_str(), Marked::new(over.origin, over)))),
        }
    }
}
