//! The parts of an item of the plan on their way into `compose.yaml`, each with
//! the place of the spec that set it.

use super::document::Map;
use crate::yaml::Marked;
use laud_plan::{Origin, Origins};
use std::fmt::Display;

/// Where the parts of an item come from.
#[derive(Clone, Copy)]
pub(super) struct Parts<'o> {
    /// Where the item itself does.
    pub(super) origin: Origin,
    /// What was set elsewhere.
    pub(super) origins: &'o Origins,
}

impl Parts<'_> {
    /// A part that is always there.
    pub(super) fn mark<T>(self, path: &str, value: T) -> Marked<T> {
        Marked::new(self.origins.of(path).unwrap_or(self.origin), value)
    }

    /// A part that may be there.
    pub(super) fn maybe<T>(self, path: &str, value: Option<T>) -> Option<Marked<T>> {
        value.map(|value| self.mark(path, value))
    }

    /// A part that is a list, if there is anything in it.
    pub(super) fn list<T, I: ExactSizeIterator>(
        self,
        path: &str,
        items: I,
        each: impl Fn(I::Item) -> T,
    ) -> Option<Marked<Vec<Marked<T>>>> {
        (items.len() > 0).then(|| self.items(path, items, each))
    }

    /// A part that is a list.
    pub(super) fn items<T, I: Iterator>(
        self,
        path: &str,
        items: I,
        each: impl Fn(I::Item) -> T,
    ) -> Marked<Vec<Marked<T>>> {
        let mark = |(index, item)| self.entry(path, index, each(item));
        self.mark(path, items.enumerate().map(mark).collect())
    }

    /// An entry of a part that is a list or a map.
    pub(super) fn entry<T>(self, path: &str, key: impl Display, value: T) -> Marked<T> {
        Marked::new(self.origins.of_key(path, key).unwrap_or(self.origin), value)
    }

    /// A part that is a map, if there is anything in it.
    pub(super) fn map<'a, T>(
        self,
        path: &str,
        entries: impl Iterator<Item = (&'a str, T)>,
    ) -> Option<Marked<Map<'a, Marked<T>>>> {
        let mark = |(key, value)| (key, self.entry(path, key, value));
        let entries: Vec<(&str, Marked<T>)> = entries.map(mark).collect();
        (!entries.is_empty()).then(|| self.mark(path, Map(entries)))
    }
}
