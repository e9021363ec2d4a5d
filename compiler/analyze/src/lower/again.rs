//! Lowering an environment again after an edit: what the edit does not reach
//! is taken from the time before.
//!
//! What there is (the outline) and the rules of the whole are worked out anew
//! each time. What is kept is, by declaration at the top, its part of the plan
//! and what was found in it. A declaration is lowered again if it was edited,
//! if one that it reads was edited or became another, or if a name that it
//! might mean came or went. One that comes out as it was, edited or not, is
//! where the edit ends.

use super::metrics::Exports;
use super::{Lower, Part};
use crate::eval::reads::{LETS, NOBODY, Owner, SHAPE};
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{AlertGroup, Numbers, Plan, SecretId, ServiceId, SettingId};
use laud_syntax::{Diagnostic, FileId, code};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use std::ops::Range;
use std::vec::IntoIter;

/// What is kept of an environment's lowering.
pub(crate) struct KeptPlan {
    environment: SmolStr,
    kept: Vec<Kept>,
    /// The parts of the plan that declarations have, in order.
    plan: Plan,
    /// Which declarations the `let`s of files read.
    lets: Vec<(Owner, Owner)>,
    whole: Whole,
    ids: Ids,
}

/// How much of the plan a declaration has.
#[derive(Clone, Copy, Default)]
struct Counts {
    services: usize,
    gateways: usize,
    targets: usize,
    probes: usize,
    recordings: usize,
    alerts: usize,
    files: usize,
    waivers: usize,
}

impl Counts {
    fn of(plan: &Plan) -> Self {
        Self {
            services: plan.services.len(),
            gateways: plan.gateways.len(),
            targets: plan.targets.len(),
            probes: plan.probes.len(),
            recordings: plan.recordings.len(),
            alerts: plan.alerts.len(),
            files: plan.files.len(),
            waivers: plan.waivers.len(),
        }
    }
}

/// Parts of a plan, to be taken declaration by declaration.
struct Parts {
    services: IntoIter<plan::Service>,
    gateways: IntoIter<plan::Gateway>,
    targets: IntoIter<plan::ScrapeTarget>,
    probes: IntoIter<plan::Probe>,
    recordings: IntoIter<plan::Recording>,
    alerts: IntoIter<plan::Alert>,
    files: IntoIter<plan::File>,
    waivers: IntoIter<plan::Waiver>,
}

impl Parts {
    fn of(plan: Plan) -> Self {
        Self {
            services: plan.services.into_iter(),
            gateways: plan.gateways.into_iter(),
            targets: plan.targets.into_iter(),
            probes: plan.probes.into_iter(),
            recordings: plan.recordings.into_iter(),
            alerts: plan.alerts.into_iter(),
            files: plan.files.into_iter(),
            waivers: plan.waivers.into_iter(),
        }
    }

    /// Moves the parts of the next declaration to a plan.
    fn move_to(&mut self, plan: &mut Plan, counts: Counts) {
        plan.services.extend(self.services.by_ref().take(counts.services));
        plan.gateways.extend(self.gateways.by_ref().take(counts.gateways));
        plan.targets.extend(self.targets.by_ref().take(counts.targets));
        plan.probes.extend(self.probes.by_ref().take(counts.probes));
        plan.recordings.extend(self.recordings.by_ref().take(counts.recordings));
        plan.alerts.extend(self.alerts.by_ref().take(counts.alerts));
        plan.files.extend(self.files.by_ref().take(counts.files));
        plan.waivers.extend(self.waivers.by_ref().take(counts.waivers));
    }

    /// Passes over the parts of the next declaration.
    fn skip(&mut self, counts: Counts) {
        self.move_to(&mut Plan::default(), counts);
    }
}

impl KeptPlan {
    /// Takes the parts of the plan back, once the plan is looked at.
    pub(crate) fn keep_plan(&mut self, plan: Plan) {
        self.plan = plan;
        // What the rules of the whole give is given anew.
        self.plan.raws = Vec::new();
        self.plan.dashboards = Vec::new();
        self.plan.waivers.truncate(self.kept.iter().map(|kept| kept.counts.waivers).sum());
    }

    /// Of which environment it is.
    pub(crate) fn environment(&self) -> &str {
        &self.environment
    }
}

/// What is kept of a declaration.
#[derive(Default)]
struct Kept {
    /// The entry that declares it; `None` for one of the environment's own.
    entry: Option<EntryId>,
    /// What it has besides its parts of the plan.
    part: Part,
    counts: Counts,
    /// What the evaluation of its values found.
    found: Vec<Diagnostic>,
    in_url: Vec<InstanceId>,
    reads: Vec<Owner>,
    shape: u64,
    /// `None` if others may see what it does not tell.
    print: Option<u64>,
}

/// An entry at the top of a file.
pub(crate) type EntryId = (FileId, usize);

/// What of the whole each declaration may depend on.
#[derive(PartialEq)]
struct Whole {
    retention: Option<u64>,
    probed: bool,
    shown: bool,
    groups: Vec<AlertGroup>,
    exports: Exports,
}

/// The ids that parts have in them.
#[derive(Default)]
struct Ids {
    all: Vec<InstanceId>,
    declarations: Vec<Range<usize>>,
    services: FxHashMap<InstanceId, ServiceId>,
    secrets: FxHashMap<InstanceId, SecretId>,
    settings: FxHashMap<InstanceId, SettingId>,
}

/// What an edit changed.
pub(crate) struct Change {
    /// By the address of an entry at the top: which it is, and which it was before.
    pub(crate) entries: FxHashMap<usize, (EntryId, Option<EntryId>)>,
    /// The names that came or went.
    pub(crate) names: Vec<SmolStr>,
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

/// What is done to lower again.
struct Work {
    old: Option<KeptPlan>,
    /// By declaration: which it was.
    old_of: Vec<Option<usize>>,
    /// By declaration of before: which it is.
    new_of: Vec<Option<usize>>,
    /// Who read what before, as declarations of now, or a `let`.
    readers: FxHashMap<Owner, Vec<Owner>>,
    /// What was passed on already.
    passed: FxHashSet<Owner>,
    shapes: Vec<u64>,
    queue: Vec<usize>,
    queued: Vec<bool>,
    lowered: Vec<Option<(Part, Option<u64>)>>,
}

impl Lower<'_, '_, '_> {
    /// Lowers what an edit reaches, and takes the rest from before.
    pub(crate) fn again(&mut self, environment: &SmolStr, old: Option<KeptPlan>, change: &Change) -> Again {
        let declarations = std::mem::take(&mut self.declarations);
        self.count_parts(&declarations);
        let whole = self.whole();
        let old = old.filter(|old| old.whole == whole);
        let (found, missed) = (std::mem::take(&mut self.found), std::mem::take(&mut self.missed));
        let entries = self.entries(change);
        let mut work = self.plan_work(&declarations, &entries, old, change);
        while let Some(node) = work.queue.pop() {
            self.lower_node(&mut work, node, declarations[node].clone());
        }
        (self.found, self.missed) = (found, missed);
        self.gather(environment, declarations, entries, work, whole)
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

    /// By declaration: the entry that declares it, and which that was.
    fn entries(&self, change: &Change) -> Vec<Option<(EntryId, Option<EntryId>)>> {
        let of = |id: &InstanceId| {
            let entry = self.eval.instance(*id).entry()?;
            change.entries.get(&(std::ptr::from_ref(entry) as usize)).copied()
        };
        self.eval.top.iter().map(of).collect()
    }

    /// Finds what the edit reaches by itself.
    fn plan_work(
        &mut self,
        declarations: &[Range<usize>],
        entries: &[Option<(EntryId, Option<EntryId>)>],
        old: Option<KeptPlan>,
        change: &Change,
    ) -> Work {
        let count = declarations.len();
        let kept = old.as_ref().map_or(&[][..], |old| &old.kept);
        let known: FxHashMap<EntryId, usize> =
            kept.iter().enumerate().filter_map(|(index, one)| Some((one.entry?, index))).collect();
        // An environment's own are as they were, or nothing is kept.
        let mut own = kept.iter().enumerate().filter(|(_, one)| one.entry.is_none()).map(|(index, _)| index);
        let old_of: Vec<Option<usize>> = entries
            .iter()
            .map(|entry| match entry {
                Some((_, before)) => before.as_ref().and_then(|before| known.get(before).copied()),
                None => own.next(),
            })
            .collect();
        let mut new_of = vec![None; kept.len()];
        for (new, old) in old_of.iter().enumerate() {
            if let Some(old) = old {
                new_of[*old] = Some(new);
            }
        }
        let mut readers: FxHashMap<Owner, Vec<Owner>> = FxHashMap::default();
        for (index, one) in kept.iter().enumerate() {
            if let Some(new) = new_of[index] {
                one.reads.iter().for_each(|what| readers.entry(*what).or_default().push(new as Owner));
            }
        }
        for (reader, what) in old.iter().flat_map(|old| &old.lets) {
            readers.entry(*what).or_default().push(*reader);
        }
        let mut work = Work {
            old,
            old_of,
            new_of,
            readers,
            passed: FxHashSet::default(),
            shapes: declarations.iter().map(|range| self.shape(range.clone())).collect(),
            queue: Vec::new(),
            queued: vec![false; count],
            lowered: (0..count).map(|_| None).collect(),
        };
        self.seed(&mut work, declarations, change);
        work
    }

    fn seed(&mut self, work: &mut Work, declarations: &[Range<usize>], change: &Change) {
        let Some(mut old) = work.old.take() else {
            (0..declarations.len()).for_each(|node| work.queue(node));
            return;
        };
        let mut reshaped = false;
        for (index, new) in work.new_of.clone().into_iter().enumerate() {
            match new {
                Some(new) if old.kept[index].shape == work.shapes[new] => {}
                Some(new) => {
                    reshaped = true;
                    work.queue(new);
                    work.pass_on(index as Owner);
                }
                None => {
                    reshaped = true;
                    work.pass_on(index as Owner);
                }
            }
        }
        let numbers = self.numbers(&old, work, declarations);
        // What is not there any more is referred to by what is lowered again alone.
        if let Some(numbers) = &numbers {
            old.plan.renumber(&numbers.ids);
        }
        for node in 0..declarations.len() {
            let Some(index) = work.old_of[node] else {
                reshaped = true;
                work.queue(node);
                continue;
            };
            let kept = &mut old.kept[index];
            let lost = numbers.as_ref().is_some_and(|numbers| !kept.renumber(numbers));
            if lost || !change.names.is_empty() && (kept.has_errors() || self.may_name(node, &change.names)) {
                work.queue(node);
            }
        }
        if reshaped {
            work.pass_on(SHAPE);
        }
        if !change.names.is_empty() {
            let lets: Vec<Owner> =
                work.readers.keys().copied().filter(|what| (LETS..SHAPE).contains(what)).collect();
            lets.into_iter().for_each(|of| work.pass_on(of));
        }
        work.old = Some(old);
    }

    /// Whether any of the names stands in the text of a declaration.
    fn may_name(&self, node: usize, names: &[SmolStr]) -> bool {
        let Some(entry) = self.eval.instance(self.eval.top[node]).entry() else { return true };
        let text = self.eval.world.loaded.sources.slice(entry.span);
        names.iter().any(|name| crate::load::has_word(text, name))
    }

    /// The numbers of now for those of before; `None` where they are the same.
    fn numbers(&self, old: &KeptPlan, work: &Work, declarations: &[Range<usize>]) -> Option<Renumbered> {
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

    fn lower_node(&mut self, work: &mut Work, node: usize, range: Range<usize>) {
        if let Some(reads) = &mut self.eval.reads {
            reads.lowered = node as Owner;
        }
        let before = self.eval.turn(node as Owner);
        self.work_out(range.clone());
        let route = self.eval.world.primitives.route;
        let tells = |id: &InstanceId| Some(self.eval.instance(*id).kind) != route;
        let print = self.all[range.clone()].iter().all(tells).then(|| self.print(range.clone()));
        self.release(range);
        self.eval.turn(before);
        if let Some(reads) = &mut self.eval.reads {
            reads.lowered = NOBODY;
        }
        work.lowered[node] = Some((self.take_part(), print));
        if let (Some(index), Some(old)) = (work.old_of[node], &work.old)
            && (print.is_none() || old.kept[index].print != print)
        {
            work.pass_on(index as Owner);
        }
    }

    /// Puts together what is kept and what is new.
    fn gather(
        &mut self,
        environment: &SmolStr,
        declarations: Vec<Range<usize>>,
        entries: Vec<Option<(EntryId, Option<EntryId>)>>,
        work: Work,
        whole: Whole,
    ) -> Again {
        let Work { old, old_of, new_of, shapes, mut lowered, .. } = work;
        let (mut before, parts) = match old {
            Some(old) => (old.kept, old.plan),
            None => (Vec::new(), Plan::default()),
        };
        let mut parts = Parts::of(parts);
        // The declarations of before, in order.
        let mut next = 0;
        let is_kept: Vec<bool> = lowered.iter().map(Option::is_none).collect();
        let mut all: Vec<Kept> = Vec::with_capacity(declarations.len());
        for (node, entry) in entries.iter().enumerate() {
            let entry = entry.map(|(entry, _)| entry);
            match (lowered[node].take(), old_of[node]) {
                (Some((mut part, print)), _) => {
                    let (found, in_url, reads) = Default::default();
                    let counts = Counts::of(&part.plan);
                    Parts::of(std::mem::take(&mut part.plan)).move_to(&mut self.plan, counts);
                    all.push(Kept { entry, part, counts, found, in_url, reads, shape: shapes[node], print });
                }
                (None, Some(old)) if old >= next => {
                    before[next..old].iter().for_each(|passed| parts.skip(passed.counts));
                    next = old + 1;
                    let kept = std::mem::take(&mut before[old]);
                    parts.move_to(&mut self.plan, kept.counts);
                    let now = |what: &Owner| match new_of.get(*what as usize) {
                        Some(new) => new.map(|new| new as Owner),
                        None => Some(*what),
                    };
                    let reads = kept.reads.iter().filter_map(now).collect();
                    self.eval.in_url.extend(kept.in_url.iter().copied());
                    all.push(Kept { entry, reads, ..kept });
                }
                // Something is in another order than it was.
                (None, _) => return Again::Order,
            }
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
        let plan = Plan::default();
        Again::Done(Some(KeptPlan { environment: environment.clone(), kept: all, plan, lets, whole, ids }))
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
        for (owner, one) in reads.owners(&self.eval.diagnostics).filter(|(owner, _)| is_new(*owner)) {
            all[owner as usize].found.push(one.clone());
        }
        for (owner, id) in reads.in_url.iter().filter(|(owner, _)| is_new(*owner)) {
            all[*owner as usize].in_url.push(*id);
        }
        for (owner, kept) in all.iter_mut().enumerate() {
            if reads.late.contains(&(owner as Owner)) {
                kept.print = None;
            }
        }
        lets
    }
}

/// Ids of now, by those of before.
#[derive(Default)]
struct Renumbered {
    instances: FxHashMap<InstanceId, InstanceId>,
    ids: Numbers,
}

impl Kept {
    fn has_errors(&self) -> bool {
        let found = [&self.found, &self.part.found, &self.part.missed];
        found.into_iter().any(|found| !found.is_empty())
    }

    /// Gives all that it refers to its id of now; whether all of that is there.
    fn renumber(&mut self, numbers: &Renumbered) -> bool {
        let instance = |id: &mut InstanceId| match numbers.instances.get(id) {
            Some(new) => {
                *id = *new;
                true
            }
            None => false,
        };
        let mut services = self.part.stated_needs.iter_mut().flat_map(|needs| &mut needs.services);
        services.all(|id| numbers.ids.service(id))
            && self.part.panels.subjects().all(instance)
            && self.in_url.iter_mut().all(instance)
    }
}

impl Work {
    fn queue(&mut self, node: usize) {
        if !std::mem::replace(&mut self.queued[node], true) {
            self.queue.push(node);
        }
    }

    /// Lets all be lowered again that read something which is another now.
    fn pass_on(&mut self, what: Owner) {
        let mut open = vec![what];
        while let Some(what) = open.pop() {
            if !self.passed.insert(what) {
                continue;
            }
            for reader in self.readers.get(&what).cloned().unwrap_or_default() {
                match (reader as usize) < self.queued.len() {
                    true => self.queue(reader as usize),
                    false => open.push(reader),
                }
            }
        }
    }
}
