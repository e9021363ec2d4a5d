//! Lowering an environment again after an edit: what the edit does not reach
//! is taken from the time before.
//!
//! What there is (the outline) and the rules of the whole are worked out anew
//! each time. What is kept is, by declaration at the top, its part of the plan
//! and what was found in it. A declaration is lowered again if it was edited,
//! if the environment changes it otherwise, if what it reads became another (of
//! other declarations, fields or what these show to all; of a file, a `let`), or
//! if a name that it might mean came or went. One that comes out as it was,
//! edited or not, is where the edit ends.

mod kept;
mod outline;
mod reach;

use super::routes::{KeptRoute, Routes, SameRoute};
use super::{Lower, parts};
use crate::eval::reads::{FACES, LETS, NOBODY, Owner, SHAPE};
use crate::lower::prints::Prints;
use crate::world::InstanceId;
pub(crate) use kept::{EntryId, KeptPlan};
use kept::{Ids, Kept, Whole, is_face, read_now};
use laud_plan::Plan;
use laud_syntax::{FileId, Sources, Span, code};
use lean_string::LeanStr;
use outline::Outline;
pub(super) use outline::Outlined;
use reach::Work;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// Which entry at the top declares something, and which it was before; `None`
/// for what an environment has of its own.
type Entry = Option<(EntryId, Option<EntryId>)>;

/// What an edit changed.
#[derive(Default)]
pub(crate) struct Change {
    /// By the address of an entry at the top: which it is, and which it was before.
    pub(crate) entries: FxHashMap<usize, (EntryId, Option<EntryId>)>,
    /// The entries that were before, and were edited.
    pub(crate) edited: FxHashSet<EntryId>,
    /// The names that came or went.
    pub(crate) names: Vec<ChangedName>,
    /// The addresses of the `let`s of files that were edited.
    pub(crate) lets: Vec<usize>,
    /// The environments that were edited.
    pub(crate) environments: Vec<LeanStr>,
}

/// A name that came or went.
#[derive(Clone, Debug)]
pub(crate) struct ChangedName {
    pub(crate) name: LeanStr,
    /// The files that see it; `None` for all.
    pub(crate) seen_from: Option<Arc<FxHashSet<FileId>>>,
}

impl ChangedName {
    /// Whether it may stand at a place as a word.
    pub(crate) fn may_stand(&self, sources: &Sources, span: Span) -> bool {
        let is_seen = self.seen_from.as_ref().is_none_or(|files| files.contains(&span.file()));
        is_seen && crate::load::has_word(sources.slice(span), &self.name)
    }
}

/// What came of lowering again.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub(crate) enum Again {
    /// What is kept for the next time, if anything can be.
    Done(Option<KeptPlan>),
    /// What was found depends on the order in which things are worked out, so
    /// that all of it has to be.
    Order,
}

impl Lower<'_, '_, '_> {
    /// Lowers what an edit reaches, and takes the rest from before.
    pub(crate) fn again(&mut self, environment: &LeanStr, old: Option<KeptPlan>, change: &Change) -> Again {
        let entries = self.entries(change);
        let none = || vec![None; entries.len()];
        let old_of = old.as_ref().map_or_else(none, |old| Self::old_of(&entries, old, change));
        self.outline_again(&entries, &old_of, old.as_ref(), change);
        self.find_whole();
        let declarations = std::mem::take(&mut self.declarations);
        self.count_parts(&declarations);
        let (outlines, shapes) = self.outlines(&declarations);
        let whole = self.whole();
        let old = old.filter(|old| old.whole == whole && !self.kinds_name(&self.changed_own(old)));
        let old_of = if old.is_some() { old_of } else { none() };
        let (found, missed) = (std::mem::take(&mut self.found), std::mem::take(&mut self.missed));
        let mut work = self.plan_work(&declarations, &entries, old, old_of, shapes, change);
        while let Some(node) = work.next() {
            self.lower_node(&mut work, node, declarations[node].clone());
        }
        (self.found, self.missed) = (found, missed);
        self.gather(environment, declarations, entries, outlines, work, whole)
    }

    /// Numbers what each declaration is made of.
    fn count_parts(&mut self, declarations: &[Range<usize>]) {
        let most = self.all.iter().map(|id| id.index() + 1).max().unwrap_or(0);
        self.ordinals = vec![u32::MAX; most];
        for range in declarations {
            for (ordinal, id) in self.all[range.clone()].iter().enumerate() {
                self.ordinals[id.index()] = ordinal as u32;
            }
        }
    }

    fn whole(&self) -> Whole {
        Whole {
            retention: self.plan.scraper.as_ref().map(|scraper| scraper.retention),
            probed: self.plan.prober.is_some(),
            shown: self.plan.grafana.is_some(),
            groups: self.monitoring.groups.clone(),
            exports: self.monitoring.exports.as_ref().clone(),
        }
    }

    /// The routes of a declaration that are what they would be.
    fn same_routes(&self, work: &mut Work, node: usize) -> Routes {
        let Work { old: Some(old), old_of, new_of, queued, whole, names, passed, .. } = work else {
            return Routes::default();
        };
        let Some(index) = old_of[node].filter(|index| !old.kept[*index].routes.is_empty()) else {
            return Routes::default();
        };
        let kept = std::mem::take(&mut old.kept[index].routes);
        // What the environment changes in it may be anything.
        if whole[node] || self.eval.instance(self.eval.top[node]).layer(1).is_some() {
            return Routes::default();
        }
        // Should it be reached once more, it is lowered once more, and all of it.
        queued[node] = false;
        let gateway: usize = old.kept[..index].iter().map(|kept| parts::gateways(&kept.counts)).sum();
        let mut routes = std::mem::take(&mut old.plan.gateways[gateway].routes).into_iter();
        let same = |mut kept: KeptRoute| {
            let route = if kept.lowered { Some(routes.next()?) } else { None };
            let is_reached = kept.reads.iter().any(|what| passed.contains(what));
            kept.reads = read_now(&kept.reads, new_of);
            (kept.alone && !is_reached).then_some(SameRoute { kept, route })
        };
        let before = kept.into_iter().map(same).collect();
        Routes { before, names: names.clone(), now: Vec::new() }
    }

    fn lower_node(&mut self, work: &mut Work, node: usize, range: Range<usize>) {
        if let Some(reads) = &mut self.eval.reads {
            reads.lowered = node as Owner;
        }
        self.eval.warm(self.eval.top[node]);
        self.routes = self.same_routes(work, node);
        let before = self.eval.turn(node as Owner);
        let parts = self.all[range.clone()].to_vec();
        self.work_out(parts.iter().copied());
        let route = self.eval.world.primitives.route;
        let tells = |id: &InstanceId| Some(self.eval.instance(*id).kind) != route;
        let tells = parts.iter().all(tells);
        let prints = if tells { self.prints(range) } else { Prints::default() };
        self.eval.release_all(parts.iter().copied());
        self.eval.turn(before);
        if let Some(reads) = &mut self.eval.reads {
            reads.lowered = NOBODY;
        }
        let routes = std::mem::take(&mut self.routes).now;
        work.lowered[node] = Some((self.take_part(), prints, routes));
        if let (Some(index), Some(old)) = (work.old_of[node], &work.old) {
            let before = old.kept[index].prints;
            if prints.face.is_none() || prints.face != before.face {
                work.pass_on(FACES | index as Owner);
            }
            if prints.all.is_none() || prints.all != before.all {
                work.pass_on(index as Owner);
            }
        }
    }

    /// Puts together what is kept and what is new.
    fn gather(
        &mut self,
        environment: &LeanStr,
        declarations: Vec<Range<usize>>,
        entries: Vec<Entry>,
        outlines: Vec<Option<Arc<Outline>>>,
        mut work: Work,
        whole: Whole,
    ) -> Again {
        let is_kept: Vec<bool> = work.lowered.iter().map(Option::is_none).collect();
        let Some(mut all) = self.put_together(&mut work, &is_kept) else { return Again::Order };
        let moved = work.new_of.iter().enumerate().any(|(index, new)| *new != Some(index));
        for ((kept, entry), outline) in all.iter_mut().zip(entries).zip(outlines) {
            (kept.entry, kept.outline) = (entry.map(|(entry, _)| entry), outline);
        }
        for kept in all.iter_mut().zip(&is_kept).filter_map(|(kept, is_kept)| is_kept.then_some(kept)) {
            if moved {
                let routes = kept.routes.iter_mut().map(|route| &mut route.reads);
                routes.chain([&mut kept.reads]).for_each(|reads| *reads = read_now(reads, &work.new_of));
            }
            self.eval.in_url.extend(kept.in_url.iter().copied());
        }
        let lets = self.note_new(&mut all, &is_kept);
        let kept = all.iter().zip(&is_kept).filter(|(_, is_kept)| **is_kept);
        self.eval.diagnostics.extend(kept.flat_map(|(kept, _)| kept.found.iter().cloned()));
        for kept in &all {
            self.absorb_rest(&kept.part);
        }
        let by_order = [&code::REFERENCE_CYCLE, &code::TOO_DEEP];
        if self.eval.diagnostics.iter().any(|one| by_order.contains(&one.code)) {
            return if is_kept.contains(&true) { Again::Order } else { Again::Done(None) };
        }
        let ids = Ids {
            all: self.all.clone(),
            declarations,
            services: self.services.clone(),
            secrets: self.secrets.clone(),
            settings: self.settings.clone(),
        };
        Again::Done(Some(KeptPlan {
            environment: environment.clone(),
            kept: all,
            plan: Plan::default(),
            waivers: self.plan.waivers.len(),
            lets,
            names: self.own_names(),
            next: work.next,
            whole,
            ids,
        }))
    }

    /// The declarations in order, and their parts in the plan: what is kept
    /// stays where it is, and what is new is put between. `None` where
    /// something is in another order than it was.
    fn put_together(&mut self, work: &mut Work, is_kept: &[bool]) -> Option<Vec<Kept>> {
        let (mut all, mut plan) = match work.old.take() {
            Some(old) => (old.kept, old.plan),
            None => (Vec::new(), Plan::default()),
        };
        // From behind, so that what is before stays where it is. So many are
        // left, of now and of before, and the latter have so much in the plan.
        let (mut node, mut end) = (is_kept.len(), all.len());
        let mut behind = parts::sum(all.iter().map(|kept| &kept.counts));
        while node > 0 || end > 0 {
            let first = is_kept[..node].iter().rposition(|is_kept| *is_kept).map_or(0, |last| last + 1);
            let start = match first.checked_sub(1) {
                Some(last) => work.old_of[last]? + 1,
                None => 0,
            };
            if start > end {
                return None;
            }
            let old = parts::sum(all[start..end].iter().map(|kept| &kept.counts));
            parts::subtract(&mut behind, &old);
            let mut parts = Plan::default();
            let new: Vec<Kept> =
                (first..node).filter_map(|node| self.new_kept(work, node, &mut parts)).collect();
            if first < node || start < end {
                parts::replace(&mut plan, &behind, &old, &mut parts);
                all.splice(start..end, new);
            }
            (node, end) = (first, start);
            while node > 0 && end > 0 && is_kept[node - 1] && work.old_of[node - 1] == Some(end - 1) {
                (node, end) = (node - 1, end - 1);
                parts::subtract(&mut behind, &all[end].counts);
            }
        }
        parts::append(&mut self.plan, &mut plan);
        Some(all)
    }

    /// What is kept of a declaration that was lowered, whose parts go to a plan.
    fn new_kept(&self, work: &mut Work, node: usize, plan: &mut Plan) -> Option<Kept> {
        let (mut part, prints, mut routes) = work.lowered[node].take()?;
        let counts = parts::append(plan, &mut part.plan);
        let reads = routes.iter().flat_map(|route| route.reads.iter().copied()).collect();
        if parts::gateways(&counts) != 1 {
            routes.clear();
        }
        let (shape, serial) = (work.shapes[node], self.serials[node]);
        Some(Kept { part, counts, reads, shape, prints, routes, serial, ..Kept::default() })
    }

    /// Notes what was read and found for what is new. Gives what `let`s read.
    fn note_new(&self, all: &mut [Kept], is_kept: &[bool]) -> Vec<(Owner, Owner)> {
        let Some(reads) = &self.eval.reads else { return Vec::new() };
        let is_new = |owner: Owner| is_kept.get(owner as usize) == Some(&false);
        let mut lets = Vec::new();
        for (owner, what) in reads.edges() {
            if is_new(owner) {
                all[owner as usize].reads.push(what);
            } else if (LETS..SHAPE).contains(&owner) {
                lets.push((owner, what));
            }
        }
        for (owner, one) in reads.owners(&self.eval.diagnostics) {
            let Some(kept) = all.get_mut(owner as usize) else { continue };
            match is_new(owner) {
                true => kept.found.push(one.clone()),
                // What is lowered now asked for it.
                false => kept.asked |= reads.late.contains(&owner),
            }
        }
        for (owner, id) in reads.in_url.iter().filter(|(owner, _)| is_new(*owner)) {
            all[*owner as usize].in_url.push(*id);
        }
        for (owner, kept) in all.iter_mut().enumerate() {
            if reads.late.contains(&(owner as Owner)) {
                kept.prints.all = None;
                kept.asked |= !kept.found.is_empty();
            }
            if reads.late.contains(&(FACES | owner as Owner)) {
                kept.prints.face = None;
            }
            // What is said of a mistake may show a place elsewhere.
            if is_new(owner as Owner) && kept.has_errors() {
                let shown = kept.reads.iter().filter(|what| is_face(**what)).map(|what| what & !FACES);
                let shown: Vec<Owner> = shown.collect();
                kept.reads.extend(shown);
            }
        }
        lets
    }
}
