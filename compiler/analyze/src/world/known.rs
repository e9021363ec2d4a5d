//! The parameters that the compiler itself asks for, by names that it has.
//!
//! Lowering asks each service for some fifty of them. A name that is written in
//! the compiler stands in one place of it, so that where it stands tells which
//! it is: no name is read but the first time.

use super::KindId;
use std::cell::Cell;

/// So many places are kept; those that fall together take turns.
const PLACES: usize = 512;

/// For kinds and names of the compiler's own: which parameter each name stands for.
pub(crate) struct Known(Box<[Cell<Place>]>);

#[derive(Clone, Copy, Default)]
struct Place {
    /// Where the name stands, and how long it is; nothing stands at 0.
    at: usize,
    length: u32,
    kind: u32,
    param: u32,
}

impl Default for Known {
    fn default() -> Self {
        Self(vec![Cell::default(); PLACES].into())
    }
}

impl Known {
    /// The parameter of that name: as it was found before, or as it is found now.
    #[inline]
    pub(super) fn find(
        &self,
        kind: KindId,
        name: &'static str,
        find: impl FnOnce() -> Option<usize>,
    ) -> Option<usize> {
        let (at, length) = (name.as_ptr().addr(), name.len() as u32);
        // Names stand close together, at any distance: neighbours get other places.
        let place = &self.0[(at ^ (at >> 7) ^ (kind.0 as usize * 37)) % PLACES];
        let known = place.get();
        if (known.at, known.length, known.kind) == (at, length, kind.0) {
            return Some(known.param as usize);
        }
        let param = find()?;
        place.set(Place { at, length, kind: kind.0, param: param as u32 });
        Some(param)
    }
}

#[cfg(test)]
mod tests {
    use super::{KindId, Known};

    #[test]
    fn finds_each_name_whatever_stood_in_its_place() {
        // Parts of one text stand at every distance, and some of them fall together.
        const TEXT: &str = "image replicas memory health limits";
        let known = Known::default();
        for kind in [KindId(0), KindId(7), KindId(0)] {
            for start in 0..TEXT.len() {
                for end in start + 1..=TEXT.len() {
                    let param = kind.0 as usize * 10_000 + start * 100 + end;
                    assert_eq!(known.find(kind, &TEXT[start..end], || Some(param)), Some(param));
                }
            }
        }
        assert_eq!(known.find(KindId(0), "", || None), None);
    }
}
