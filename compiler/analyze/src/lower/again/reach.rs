//! What an edit reaches: by itself, and by what became another because of it.

use super::kept::{EntryId, KeptPlan, Renumbered};
use super::{Change, ChangedName, Entry};
use crate::eval::reads::{FACES, LETS, Owner, SHAPE};
use crate::lower::prints::Prints;
use crate::lower::routes::KeptRoute;
use crate::lower::{Lower, Part};
use crate::world::InstanceId;
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// What is done to lower again.
pub(super) struct Work {
    pub(super) old: Option<KeptPlan>,
    /// By declaration: which it was.
    pub(super) old_of: Vec<Option<usize>>,
    /// By declaration of before: which it is.
    pub(super) new_of: Vec<Option<usize>>,
    /// What was read before, and by whom, as declarations of now, or a `let`; in order.
    pub(super) readers: Vec<(Owner, Owner)>,
    /// What was passed on already.
    pub(super) passed: FxHashSet<Owner>,
    pub(super) shapes: Vec<u64>,
    pub(super) queue: Vec<usize>,
    pub(super) queued: Vec<bool>,
    /// By declaration: whether all of it is lowered again, if any.
    pub(super) whole: Vec<bool>,
    /// The names that came or went.
    pub(super) names: Vec<ChangedName>,
    pub(super) lowered: Vec<Option<(Part, Prints, Vec<KeptRoute>)>>,
    /// The next number of a declaration.
    pub(super) next: u32,
}

impl Work {
    /// The next declaration to be lowered: those with routes are so when it is
    /// known what became another.
    pub(super) fn next(&mut self) -> Option<usize> {
        let has_routes = |node: &usize| {
            let kept = self.old_of[*node].zip(self.old.as_ref());
            kept.is_some_and(|(index, old)| !old.kept[index].routes.is_empty())
        };
        let last = self.queue.len().checked_sub(1)?;
        let at = self.queue.iter().rposition(|node| !has_routes(node)).unwrap_or(last);
        Some(self.queue.swap_remove(at))
    }

    /// Lets all of a declaration be lowered again.
    pub(super) fn queue_whole(&mut self, node: usize) {
        self.whole[node] = true;
        self.queue(node);
    }

    pub(super) fn queue(&mut self, node: usize) {
        if !std::mem::replace(&mut self.queued[node], true) {
            self.queue.push(node);
        }
    }

    /// Lets all be lowered again that read anything of a declaration of before.
    pub(super) fn pass_on_all(&mut self, index: usize) {
        self.pass_on(index as Owner);
        self.pass_on(FACES | index as Owner);
    }

    /// Lets all be lowered again that read something which is another now.
    pub(super) fn pass_on(&mut self, what: Owner) {
        let mut open = vec![what];
        while let Some(what) = open.pop() {
            if !self.passed.insert(what) {
                continue;
            }
            let first = self.readers.partition_point(|(other, _)| *other < what);
            for index in first..self.readers.len() {
                let (other, reader) = self.readers[index];
                if other != what {
                    break;
                }
                match (reader as usize) < self.queued.len() {
                    true => self.queue(reader as usize),
                    false => open.push(reader),
                }
            }
        }
    }
}

impl Lower<'_, '_, '_> {
    /// By declaration: the entry that declares it, and which that was.
    pub(super) fn entries(&self, change: &Change) -> Vec<Entry> {
        let of = |id: &InstanceId| {
            let entry = self.eval.instance(*id).entry()?;
            change.entries.get(&(std::ptr::from_ref(entry) as usize)).copied()
        };
        self.eval.top.iter().map(of).collect()
    }

    /// By declaration: which it was.
    pub(super) fn old_of(entries: &[Entry], old: &KeptPlan, change: &Change) -> Vec<Option<usize>> {
        let kept = &old.kept;
        let known: FxHashMap<EntryId, usize> =
            kept.iter().enumerate().filter_map(|(index, one)| Some((one.entry?, index))).collect();
        // An environment's own are as they were, or none is known.
        let is_edited = change.environments.contains(&old.environment);
        let own = kept.iter().enumerate().filter(|(_, one)| one.entry.is_none() && !is_edited);
        let mut own = own.map(|(index, _)| index);
        entries
            .iter()
            .map(|entry| match entry {
                Some((_, before)) => before.as_ref().and_then(|before| known.get(before).copied()),
                None => own.next(),
            })
            .collect()
    }

    /// Finds what the edit reaches by itself.
    pub(super) fn plan_work(
        &mut self,
        declarations: &[Range<usize>],
        entries: &[Entry],
        old: Option<KeptPlan>,
        old_of: Vec<Option<usize>>,
        shapes: Vec<u64>,
        change: &Change,
    ) -> Work {
        let count = declarations.len();
        let kept = old.as_ref().map_or(&[][..], |old| &old.kept);
        let mut new_of = vec![None; kept.len()];
        for (new, old) in old_of.iter().enumerate() {
            if let Some(old) = old {
                new_of[*old] = Some(new);
            }
        }
        let mut readers: Vec<(Owner, Owner)> = Vec::new();
        for (one, new) in kept.iter().zip(&new_of) {
            if let Some(new) = new {
                readers.extend(one.reads.iter().map(|what| (*what, *new as Owner)));
            }
        }
        readers.extend(old.iter().flat_map(|old| &old.lets).map(|(reader, what)| (*what, *reader)));
        readers.sort_unstable();
        let mut next = old.as_ref().map_or(0, |old| old.next);
        self.serials = old_of
            .iter()
            .map(|old| match old {
                Some(old) => kept[*old].serial,
                None => {
                    next += 1;
                    next
                }
            })
            .collect();
        let mut work = Work {
            old,
            old_of,
            new_of,
            readers,
            passed: FxHashSet::default(),
            shapes,
            queue: Vec::new(),
            queued: vec![false; count],
            whole: vec![false; count],
            names: Vec::new(),
            lowered: (0..count).map(|_| None).collect(),
            next,
        };
        self.seed(&mut work, declarations, entries, change);
        work
    }

    pub(super) fn seed(
        &mut self,
        work: &mut Work,
        declarations: &[Range<usize>],
        entries: &[Entry],
        change: &Change,
    ) {
        let Some(mut old) = work.old.take() else {
            (0..declarations.len()).for_each(|node| work.queue_whole(node));
            return;
        };
        let mut reshaped = false;
        for (index, new) in work.new_of.clone().into_iter().enumerate() {
            match new {
                Some(new) if old.kept[index].shape == work.shapes[new] => {
                    if old.kept[index].asked {
                        work.queue_whole(new);
                        work.pass_on_all(index);
                    }
                }
                Some(new) => {
                    reshaped = true;
                    work.queue_whole(new);
                    work.pass_on_all(index);
                }
                None => {
                    reshaped = true;
                    work.pass_on_all(index);
                }
            }
        }
        let numbers = self.numbers(&old, work, declarations);
        // What is not there any more is referred to by what is lowered again alone.
        if let Some(numbers) = &numbers {
            old.plan.renumber(&numbers.ids);
        }
        let is_edited = change.environments.contains(&old.environment);
        let names: Vec<ChangedName> = change.names.iter().cloned().chain(self.changed_own(&old)).collect();
        for (node, entry) in entries.iter().enumerate() {
            let Some(index) = work.old_of[node] else {
                reshaped = true;
                work.queue_whole(node);
                continue;
            };
            if entry.is_some_and(|(entry, _)| change.edited.contains(&entry)) {
                work.queue_whole(node);
            }
            let kept = &mut old.kept[index];
            let lost = numbers.as_ref().is_some_and(|numbers| !kept.renumber(numbers));
            let may_be = is_edited || !names.is_empty();
            if lost {
                work.queue_whole(node);
            } else if may_be && kept.has_errors() || self.may_name(node, &names) {
                work.queue(node);
            }
        }
        work.names.clone_from(&names);
        if reshaped {
            work.pass_on(SHAPE);
        }
        let lets = self.eval.world.lets.iter().enumerate();
        for (index, value) in lets {
            if is_edited || !names.is_empty() || change.lets.contains(&(std::ptr::from_ref(*value) as usize))
            {
                work.pass_on(LETS | index as Owner);
            }
        }
        work.old = Some(old);
    }

    /// The names that came or went in the environment.
    pub(super) fn changed_own(&self, old: &KeptPlan) -> Vec<ChangedName> {
        let now = self.own_names();
        let new = now.iter().filter(|name| old.names.binary_search(name).is_err());
        let gone = old.names.iter().filter(|name| now.binary_search(name).is_err());
        new.chain(gone).map(|name| ChangedName { name: name.clone(), seen_from: None }).collect()
    }

    /// Whether any of the names stands in a kind of the program's own.
    pub(super) fn kinds_name(&self, names: &[ChangedName]) -> bool {
        let world = self.eval.world;
        let mut own = world.kinds.iter().filter(|kind| !names.is_empty() && !kind.standard);
        own.any(|kind| names.iter().any(|name| name.may_stand(&world.loaded.sources, kind.ast.body.span)))
    }

    /// The names that the environment has of its own, in order.
    pub(super) fn own_names(&self) -> Vec<LeanStr> {
        let mut names: Vec<LeanStr> = self.eval.added.keys().chain(&self.eval.lost).cloned().collect();
        names.sort_unstable();
        names
    }

    /// Whether any of the names stands in the text of a declaration, or in what the environment sets in it.
    pub(super) fn may_name(&self, node: usize, names: &[ChangedName]) -> bool {
        if names.is_empty() {
            return false;
        }
        let id = self.eval.top[node];
        let Some(entry) = self.eval.instance(id).entry() else { return true };
        let sources = &self.eval.world.loaded.sources;
        let mut places = std::iter::once(entry.span).chain(self.layers(id));
        places.any(|place| names.iter().any(|name| name.may_stand(sources, place)))
    }

    /// The numbers of now for those of before; `None` where they are the same.
    pub(super) fn numbers(
        &self,
        old: &KeptPlan,
        work: &Work,
        declarations: &[Range<usize>],
    ) -> Option<Renumbered> {
        let ids = &old.ids;
        let same = ids.all == self.all
            && ids.services.len() == self.services.len()
            && ids.secrets.len() == self.secrets.len()
            && ids.settings.len() == self.settings.len();
        // The same instances, of the same kinds, have the same numbers.
        if same && work.new_of.iter().enumerate().all(|(index, new)| *new == Some(index)) {
            return None;
        }
        let mut numbers = Renumbered::default();
        numbers.ids.services = vec![None; ids.services.len()];
        numbers.ids.secrets = vec![None; ids.secrets.len()];
        numbers.ids.settings = vec![None; ids.settings.len()];
        for (index, new) in work.new_of.iter().enumerate() {
            let Some(new) = new.filter(|new| old.kept[index].shape == work.shapes[*new]) else { continue };
            let before = ids.all[ids.declarations[index].clone()].iter();
            for (before, now) in before.zip(&self.all[declarations[new].clone()]) {
                numbers.instances.insert(*before, *now);
                if let Some(id) = ids.services.get(before) {
                    numbers.ids.services[id.0 as usize] = self.services.get(now).copied();
                }
                if let Some(id) = ids.secrets.get(before) {
                    numbers.ids.secrets[id.0 as usize] = self.secrets.get(now).copied();
                }
                if let Some(id) = ids.settings.get(before) {
                    numbers.ids.settings[id.0 as usize] = self.settings.get(now).copied();
                }
            }
        }
        Some(numbers)
    }
}
