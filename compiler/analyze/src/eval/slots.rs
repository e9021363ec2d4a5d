//! The fields of an instance that are set, and which parameters these are.

use super::instance::FieldSlot;
use std::ops::{Deref, DerefMut};
use thin_vec::ThinVec;

/// The fields that are set, in the order in which they were set first.
#[derive(Debug, Default)]
pub(crate) struct Slots<'p> {
    slots: ThinVec<FieldSlot<'p>>,
    /// A bit for each parameter that is set, the last one for all from there on:
    /// of most parameters it is asked whether they are set, and they are not.
    set: u64,
}

impl<'p> Slots<'p> {
    /// Where the field of a parameter is.
    #[inline]
    pub(super) fn find(&self, param: usize) -> Option<usize> {
        if self.set & bit(param) == 0 {
            return None;
        }
        self.slots.iter().position(|slot| slot.param as usize == param)
    }

    /// Sets a parameter that is not set; gives where its field is.
    pub(super) fn push(&mut self, slot: FieldSlot<'p>) -> usize {
        self.set |= bit(slot.param as usize);
        self.slots.push(slot);
        self.slots.len() - 1
    }

    /// Takes a parameter's field away.
    pub(super) fn remove(&mut self, param: usize) {
        self.slots.retain(|slot| slot.param as usize != param);
        self.set = self.slots.iter().fold(0, |set, slot| set | bit(slot.param as usize));
    }

    /// Sets these parameters, and no others.
    pub(super) fn refill(&mut self, slots: impl Iterator<Item = FieldSlot<'p>>) {
        self.set = 0;
        self.slots.clear();
        for slot in slots {
            self.push(slot);
        }
    }

    pub(super) fn reserve(&mut self, more: usize) {
        self.slots.reserve(more);
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.slots.shrink_to_fit();
    }
}

impl<'p> Deref for Slots<'p> {
    type Target = [FieldSlot<'p>];

    fn deref(&self) -> &Self::Target {
        &self.slots
    }
}

impl DerefMut for Slots<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.slots
    }
}

/// Some parameters of a kind.
#[derive(Debug, Default)]
pub(super) struct Params {
    /// The first ones, which in most kinds are all.
    first: u64,
    rest: Vec<usize>,
}

impl Params {
    pub(super) fn contains(&self, param: usize) -> bool {
        match param < LAST {
            true => self.first & bit(param) != 0,
            false => self.rest.contains(&param),
        }
    }

    pub(super) fn insert(&mut self, param: usize) {
        match param < LAST {
            true => self.first |= bit(param),
            false => self.rest.push(param),
        }
    }
}

/// The parameter from which on there is one bit for all.
const LAST: usize = 63;

fn bit(param: usize) -> u64 {
    1 << param.min(LAST)
}

#[cfg(test)]
mod tests {
    use super::super::instance::FieldState;
    use super::*;
    use laud_syntax::Span;

    fn slot(param: u32) -> FieldSlot<'static> {
        FieldSlot { param, span: Span::default(), because: None, state: FieldState::Busy }
    }

    #[test]
    fn finds_what_is_set_also_behind_the_last_bit() {
        let mut slots = Slots::default();
        for param in [5, 63, 100, 0] {
            slots.push(slot(param));
        }
        let found = |slots: &Slots<'_>| [0, 1, 5, 62, 63, 64, 100].map(|param| slots.find(param));
        assert_eq!(found(&slots), [Some(3), None, Some(0), None, Some(1), None, Some(2)]);
        slots.remove(63);
        assert_eq!(found(&slots), [Some(2), None, Some(0), None, None, None, Some(1)]);
        slots.remove(100);
        assert_eq!(slots.find(100), None);
    }

    #[test]
    fn some_parameters_are_no_others() {
        let mut params = Params::default();
        [0, 62, 63, 200].into_iter().for_each(|param| params.insert(param));
        let there: Vec<usize> = (0..300).filter(|param| params.contains(*param)).collect();
        assert_eq!(there, [0, 62, 63, 200]);
    }
}
