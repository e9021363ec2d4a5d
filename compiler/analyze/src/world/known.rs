//! The parameters that the compiler itself asks for, by names that it has.
//!
//! Lowering asks each service for some fifty of them. A name that is written in
//! the compiler stands in one place of it, so that where it stands tells which
//! it is: no name is read but the first time.

use std::cell::Cell;

/// So many places are kept; those that fall together take turns.
const PLACES: usize = 128;

/// For names of the compiler's own: which parameter of a kind each stands for.
#[derive(Default)]
pub(crate) struct Known(Box<[Cell<Place>]>);

#[derive(Clone, Copy, Default)]
struct Place {
    /// Where the name stands, and how long it is; nothing stands at 0.
    at: usize,
    length: u32,
    param: u32,
}

impl Known {
    /// Room for the names of one kind.
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| Cell::default()).collect())
    }

    /// The parameter of that name: as it was found before, or as it is found now.
    pub(super) fn find(&self, name: &'static str, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let (at, length) = (name.as_ptr().addr(), name.len() as u32);
        // Names stand close together, at any distance: neighbours get other places.
        let Some(place) = self.0.get((at ^ (at >> 7)) % PLACES) else { return find() };
        let known = place.get();
        if (known.at, known.length) == (at, length) {
            return Some(known.param as usize);
        }
        let param = find()?;
        place.set(Place { at, length, param: param as u32 });
        Some(param)
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn finds_each_name_whatever_stood_in_its_place() {
        // Parts of one text stand at every distance, and some of them fall together.
        const TEXT: &str = "image replicas memory health limits";
        let known = Known::new();
        for _ in 0..2 {
            for start in 0..TEXT.len() {
                for end in start + 1..=TEXT.len() {
                    let param = start * 100 + end;
                    assert_eq!(known.find(&TEXT[start..end], || Some(param)), Some(param));
                }
            }
        }
        assert_eq!(known.find("", || None), None);
    }
}
