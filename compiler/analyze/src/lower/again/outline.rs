//! The outlines of declarations, kept from one edit to the next.
//!
//! An outline is kept if its declaration alone decides about it: if nothing
//! else was read for it, and nothing found. As long as the declaration stays
//! as it is, its parts get their numbers and names from what is kept, and are
//! worked out only where someone asks for them.

use super::kept::{EntryId, KeptPlan};
use super::{Change, ChangedName, Entry};
use crate::eval::ColdPart;
use crate::eval::reads::Owner;
use crate::lower::Lower;
use crate::lower::metrics::Export;
use crate::world::InstanceId;
use laud_syntax::Span;
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// What a declaration is made of.
#[derive(Debug)]
pub(in crate::lower) struct Outline {
    /// Its parts, itself the first, in the order in which they are made.
    parts: Vec<ColdPart>,
    /// Which of them come one after the other where owners stand before what they own.
    order: Vec<u32>,
    /// The host names of its services, with where the author declared them.
    hosts: Vec<(u32, LeanStr, Span)>,
    exports: Vec<Export>,
    shape: u64,
}

/// How a declaration was outlined.
#[derive(Debug)]
pub(in crate::lower) enum Outlined {
    /// It was taken as it was.
    Kept(Arc<Outline>),
    /// It was made anew, with what it exports.
    Made(Vec<Export>),
    /// Someone had asked for a part of it before its turn came.
    Asked,
}

impl Lower<'_, '_, '_> {
    /// Outlines what an edit may have changed, and takes the rest as it was.
    pub(super) fn outline_again(
        &mut self,
        entries: &[Entry],
        old_of: &[Option<usize>],
        old: Option<&KeptPlan>,
        change: &Change,
    ) {
        let names = old.map(|old| self.changed_own(old)).unwrap_or_default();
        let old =
            old.filter(|old| !change.environments.contains(&old.environment) && !self.kinds_name(&names));
        let names: Vec<ChangedName> = names.into_iter().chain(change.names.iter().cloned()).collect();
        for (node, id) in self.eval.top.clone().into_iter().enumerate() {
            let kept = old.zip(old_of[node]).and_then(|(old, index)| old.kept[index].outline.clone());
            let is_edited = |(entry, _): &(EntryId, _)| change.edited.contains(entry);
            let is_same = entries[node].as_ref().is_some_and(|entry| !is_edited(entry));
            let is_untouched = self.eval.is_untouched(id);
            match kept.filter(|_| is_same && is_untouched && !self.may_name(node, &names)) {
                Some(outline) => self.take_outline(id, outline),
                None => {
                    self.outline_declaration(id);
                    let exports = std::mem::take(&mut self.exported);
                    self.outlined.push(if is_untouched { Outlined::Made(exports) } else { Outlined::Asked });
                }
            }
        }
    }

    fn take_outline(&mut self, id: InstanceId, outline: Arc<Outline>) {
        let start = self.all.len();
        let ids = self.eval.leave_cold(id, &outline.parts);
        self.all.extend(outline.order.iter().map(|part| ids[*part as usize]));
        for part in &outline.order {
            let ColdPart { kind, external, .. } = outline.parts[*part as usize];
            if self.eval.world.kind(kind).ast.primitive {
                self.give_number(ids[*part as usize], kind, external);
            }
        }
        for (part, name, author) in &outline.hosts {
            self.give_host_name(ids[*part as usize], name.clone(), *author);
        }
        outline.exports.iter().for_each(|one| self.export(one.clone()));
        self.declarations.push(start..self.all.len());
        self.outlined.push(Outlined::Kept(outline));
    }

    /// By declaration: its outline, if that can be kept, and its shape.
    pub(super) fn outlines(
        &mut self,
        declarations: &[Range<usize>],
    ) -> (Vec<Option<Arc<Outline>>>, Vec<u64>) {
        let mut apart: FxHashSet<Owner> = FxHashSet::default();
        if let Some(reads) = &self.eval.reads {
            apart.extend(reads.edges().into_iter().map(|(owner, _)| owner));
            apart.extend(reads.owners(&self.eval.diagnostics).map(|(owner, _)| owner));
        }
        let mut shapes = Vec::with_capacity(declarations.len());
        let mut outlines = Vec::with_capacity(declarations.len());
        for (node, outlined) in std::mem::take(&mut self.outlined).into_iter().enumerate() {
            let range = declarations[node].clone();
            let (outline, shape) = match outlined {
                Outlined::Kept(outline) => {
                    let shape = outline.shape;
                    (Some(outline), shape)
                }
                Outlined::Made(exports) if !apart.contains(&(node as Owner)) => {
                    let shape = self.shape(range.clone());
                    (self.note_outline(range, exports, shape).map(Arc::new), shape)
                }
                Outlined::Made(_) | Outlined::Asked => (None, self.shape(range)),
            };
            outlines.push(outline);
            shapes.push(shape);
        }
        (outlines, shapes)
    }

    /// What a declaration is made of that was outlined; `None` where the whole depends on more of it.
    fn note_outline(&self, range: Range<usize>, exports: Vec<Export>, shape: u64) -> Option<Outline> {
        let all = &self.all[range];
        let mut made: Vec<InstanceId> = all[1..].to_vec();
        made.sort_unstable();
        let is_one_run = made.windows(2).all(|pair| pair[0].index() + 1 == pair[1].index());
        let primitives = self.eval.world.primitives;
        let of_whole = [
            primitives.secret,
            primitives.setting,
            primitives.proxy,
            primitives.scraper,
            primitives.prober,
            primitives.viewer,
        ];
        let is_of_whole = |id: &InstanceId| {
            let instance = self.eval.instance(*id);
            of_whole.contains(&Some(instance.kind)) || !instance.raws().is_empty()
        };
        if !is_one_run || all.iter().any(is_of_whole) {
            return None;
        }
        let made = std::iter::once(all[0]).chain(made);
        let number: FxHashMap<InstanceId, u32> = made.clone().zip(0..).collect();
        let part = |id: InstanceId| {
            let instance = self.eval.instance(id);
            ColdPart {
                kind: instance.kind,
                parent: instance.parent.map(|parent| number[&parent]),
                item: instance.item,
                external: instance.external,
            }
        };
        let services = all.iter().filter(|id| self.services.contains_key(id));
        let host = |id: &InstanceId| (number[id], self.names[id].clone(), self.author_of(*id));
        Some(Outline {
            parts: made.map(part).collect(),
            order: all.iter().map(|id| number[id]).collect(),
            hosts: services.map(host).collect(),
            exports,
            shape,
        })
    }
}
