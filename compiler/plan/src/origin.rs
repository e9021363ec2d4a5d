//! Where things come from: the places of the spec that caused them.
//!
//! Every item of a plan has the place of its declaration. Where its parts were
//! set is known in a plan that was made to be asked ([`Origins`]); such a plan
//! is made when someone asks, so that a build need not hold it.

use laud_syntax::{FileId, Span};
use lean_string::LeanStr;
use std::fmt::Display;
use thin_vec::ThinVec;

/// The place in the spec that caused something. Where several did, it stands
/// for all of them: [`Causes`] knows which.
pub type Origin = Span;

/// The file of origins that stand for several places.
const SEVERAL: FileId = FileId::LAST;

/// The places for which origins of several places stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Causes(Vec<Box<[Span]>>);

impl Causes {
    /// One origin for all of them, each place once, in order.
    pub fn join(&mut self, origins: &[Origin]) -> Option<Origin> {
        let mut places: Vec<Span> = Vec::with_capacity(origins.len());
        for place in origins.iter().flat_map(|origin| self.places(origin)) {
            if !places.contains(place) {
                places.push(*place);
            }
        }
        match places.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => {
                let index = self.0.iter().rposition(|known| **known == *places).unwrap_or_else(|| {
                    self.0.push(places.into_boxed_slice());
                    self.0.len() - 1
                });
                Some(Span::new(SEVERAL, u32::try_from(index).unwrap_or(u32::MAX), 0))
            }
        }
    }

    /// The places that an origin stands for, the one that has the most to do with it first.
    pub fn places<'a>(&'a self, origin: &'a Origin) -> &'a [Span] {
        match is_one(*origin) {
            true => std::slice::from_ref(origin),
            false => self.0.get(origin.start() as usize).map_or(&[], |places| places),
        }
    }
}

/// Whether an origin is the place itself.
pub fn is_one(origin: Origin) -> bool {
    origin.file() != SEVERAL
}

/// Where parts of an item were set, by the path of the field in the item's
/// kind: `image`, `limits.memory`, `env.PORT`, `command.2`. It says nothing of
/// parts that come from the declaration as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins(ThinVec<(LeanStr, Origin)>);

impl Origins {
    /// [`Origins::of`] for an entry of a list or a map.
    pub fn of_key(&self, path: &str, key: impl Display) -> Option<Origin> {
        if self.0.is_empty() { None } else { self.of(&format!("{path}.{key}")) }
    }

    /// Notes where a part was set.
    pub fn note(&mut self, path: impl Into<LeanStr>, origin: Origin) {
        self.0.push((path.into(), origin));
    }

    /// Where all of the parts were set.
    pub fn all(&self) -> impl Iterator<Item = Origin> {
        self.0.iter().map(|(_, origin)| *origin)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a part was set, or else what it is a part of.
    pub fn of(&self, path: &str) -> Option<Origin> {
        let mut path = path;
        if self.0.is_empty() {
            return None;
        }
        loop {
            if let Some((_, origin)) = self.0.iter().find(|(known, _)| known == path) {
                return Some(*origin);
            }
            path = path.rsplit_once('.')?.0;
        }
    }
}

/// Items whose parts may have been set elsewhere.
macro_rules! parted {
    ($($item:ident)*) => {$(
        impl crate::$item {
            /// Where a part of it was set, by the path of the field.
            pub fn at(&self, path: &str) -> Origin {
                self.origins.of(path).unwrap_or(self.origin)
            }

            /// Where an entry of a part, a list or a map, was set.
            pub fn at_key(&self, path: &str, key: impl Display) -> Origin {
                self.origins.of_key(path, key).unwrap_or(self.origin)
            }
        }
    )*};
}

parted! { Alert Build Gateway Grafana Mount Port Probe Recording Route ScrapeTarget Scraper Service }

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: u32) -> Origin {
        Span::new(FileId(0), start, start + 1)
    }

    #[test]
    fn several_places_are_one_origin() {
        let mut causes = Causes::default();
        assert_eq!(causes.join(&[]), None);
        assert_eq!(causes.join(&[at(1), at(1)]), Some(at(1)));
        let two = causes.join(&[at(2), at(1)]).expect("an origin");
        assert_eq!(causes.places(&two), [at(2), at(1)]);
        let three = causes.join(&[at(3), two, at(1)]).expect("an origin");
        assert_eq!(causes.places(&three), [at(3), at(2), at(1)]);
        assert_eq!(causes.join(&[at(2), at(1)]), Some(two));
        assert!(!is_one(two) && is_one(at(2)));
    }

    #[test]
    fn a_part_comes_from_where_the_whole_does_unless_it_says_otherwise() {
        let mut origins = Origins::default();
        assert_eq!(origins.of("limits.memory"), None);
        origins.note("limits", at(1));
        origins.note("limits.memory", at(2));
        assert_eq!(origins.of("limits.memory"), Some(at(2)));
        assert_eq!(origins.of("limits.cpu"), Some(at(1)));
        assert_eq!(origins.of("image"), None);
    }
}
