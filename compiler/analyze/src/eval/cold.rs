//! Declarations that are made of what they were made of before an edit, and of
//! whose parts nobody has asked: of each part there is its number, its kind and
//! in what it stands. The rest is worked out as soon as anything of any of them
//! is asked for.

use super::instance::Progress;
use super::reads::Owner;
use super::{Eval, Instance, Scope};
use crate::world::{InstanceId, KindId};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// What there is of a part that is not worked out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ColdPart {
    pub(crate) kind: KindId,
    /// In which part it stands, by number; `None` for the declaration itself.
    pub(crate) parent: Option<u32>,
    pub(crate) item: bool,
    pub(crate) external: bool,
}

/// The declarations that are not worked out.
#[derive(Debug, Default)]
pub(super) struct Cold {
    /// By declaration: the indices of its parts besides itself, in the order in which they are made.
    parts: FxHashMap<Owner, Range<usize>>,
    /// Those of the declaration that is being worked out which are not made yet.
    unmade: Option<(Owner, Range<usize>)>,
}

impl<'p> Eval<'_, 'p> {
    /// Whether nothing of a declaration is worked out.
    pub(crate) fn is_untouched(&self, id: InstanceId) -> bool {
        self.instance(id).progress == Progress::New
    }

    /// Leaves a declaration as it is, of which it is known of what it is made:
    /// of these parts, itself the first, in the order in which they are made.
    /// Gives the number of each.
    pub(crate) fn leave_cold(&mut self, id: InstanceId, parts: &[ColdPart]) -> Vec<InstanceId> {
        let (owner, first) = (self.owner_of(id), self.instances.len());
        let mut ids = vec![id];
        ids.extend((first..first + parts.len() - 1).map(InstanceId::new));
        for part in &parts[1..] {
            let mut instance = Instance::new(part.kind, None, Scope::default());
            instance.parent = part.parent.map(|parent| ids[parent as usize]);
            (instance.item, instance.external) = (part.item, part.external);
            self.push_instance(instance, owner);
        }
        self.cold.parts.insert(owner, first..self.instances.len());
        ids
    }

    /// Whether nothing of an instance is worked out, where its declaration is
    /// not merely left as it is.
    pub(super) fn is_new(&mut self, id: InstanceId) -> bool {
        if !self.is_untouched(id) {
            return false;
        }
        self.warm(id);
        self.is_untouched(id)
    }

    /// Works out of what the declaration is made that an instance is of, if it
    /// was left as it is.
    pub(crate) fn warm(&mut self, id: InstanceId) {
        if self.cold.parts.is_empty() {
            return;
        }
        let owner = self.owner_of(id);
        let Some(parts) = self.cold.parts.remove(&owner) else { return };
        let outer = self.cold.unmade.replace((owner, parts));
        let top = self.top[owner as usize];
        self.on_behalf(owner, |eval| eval.outline_all(top, &mut Vec::new()));
        let left = std::mem::replace(&mut self.cold.unmade, outer);
        debug_assert!(left.is_some_and(|(_, left)| left.is_empty()), "it is made of less than it was");
    }

    /// Puts an instance where its place was left, or behind the others.
    pub(super) fn place_instance(&mut self, instance: Instance<'p>, owner: Owner) -> InstanceId {
        let unmade = self.cold.unmade.as_mut().filter(|(of, _)| *of == owner);
        let Some(index) = unmade.and_then(|(_, unmade)| unmade.next()) else {
            return self.push_instance(instance, owner);
        };
        debug_assert_eq!(self.instances[index].kind, instance.kind, "it is made of other parts than it was");
        self.instances[index] = instance;
        InstanceId::new(index)
    }

    fn push_instance(&mut self, instance: Instance<'p>, owner: Owner) -> InstanceId {
        let id = InstanceId::new(self.instances.len());
        self.instances.push(instance);
        if let Some(reads) = &mut self.reads {
            reads.add(owner);
        }
        id
    }
}
