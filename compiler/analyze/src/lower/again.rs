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

use super::metrics::Exports;
use super::prints::Prints;
use super::{Lower, Part};
use crate::eval::reads::{FACES, LETS, NOBODY, Owner, SHAPE};
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
    /// The names that the environment has of its own.
    names: Vec<SmolStr>,
    /// The next number of a declaration.
    next: u32,
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
    /// Without those that do not tell all that others may see.
    prints: Prints,
    /// Whether what was found in it may be so only because of who asked for it.
    asked: bool,
    /// Its number.
    serial: u32,
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
#[derive(Default)]
pub(crate) struct Change {
    /// By the address of an entry at the top: which it is, and which it was before.
    pub(crate) entries: FxHashMap<usize, (EntryId, Option<EntryId>)>,
    /// The names that came or went.
    pub(crate) names: Vec<SmolStr>,
    /// The addresses of the `let`s of files that were edited.
    pub(crate) lets: Vec<usize>,
    /// The environments that were edited.
    pub(crate) environments: Vec<SmolStr>,
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
    lowered: Vec<Option<(Part, Prints)>>,
    /// The next number of a declaration.
    next: u32,
}

impl Lower<'_, '_, '_> {
    /// Lowers what an edit reaches, and takes the rest from before.
    pub(crate) fn again(&mut self, environment: &SmolStr, old: Option<KeptPlan>, change: &Change) -> Again {
        let declarations = std::mem::take(&mut self.declarations);
        self.count_parts(&declarations);
        let whole = self.whole();
        let old = old.filter(|old| old.whole == whole && !self.kinds_name(&self.changed_own(old)));
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
        // An environment's own are as they were, or none is known.
        let is_edited = old.as_ref().is_some_and(|old| change.environments.contains(&old.environment));
        let own = kept.iter().enumerate().filter(|(_, one)| one.entry.is_none() && !is_edited);
        let mut own = own.map(|(index, _)| index);
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
            shapes: declarations.iter().map(|range| self.shape(range.clone())).collect(),
            queue: Vec::new(),
            queued: vec![false; count],
            lowered: (0..count).map(|_| None).collect(),
            next,
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
                Some(new) if old.kept[index].shape == work.shapes[new] => {
                    if old.kept[index].asked {
                        work.queue(new);
                        work.pass_on_all(index);
                    }
                }
                Some(new) => {
                    reshaped = true;
                    work.queue(new);
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
        let names: Vec<SmolStr> = change.names.iter().cloned().chain(self.changed_own(&old)).collect();
        for node in 0..declarations.len() {
            let Some(index) = work.old_of[node] else {
                reshaped = true;
                work.queue(node);
                continue;
            };
            let kept = &mut old.kept[index];
            let lost = numbers.as_ref().is_some_and(|numbers| !kept.renumber(numbers));
            let may_be = is_edited || !names.is_empty();
            if lost || may_be && kept.has_errors() || self.may_name(node, &names) {
                work.queue(node);
            }
        }
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
    fn changed_own(&self, old: &KeptPlan) -> Vec<SmolStr> {
        let now = self.own_names();
        let new = now.iter().filter(|name| old.names.binary_search(name).is_err());
        let gone = old.names.iter().filter(|name| now.binary_search(name).is_err());
        new.chain(gone).cloned().collect()
    }

    /// Whether any of the names stands in a kind of the program's own.
    fn kinds_name(&self, names: &[SmolStr]) -> bool {
        let world = self.eval.world;
        let mut own = world.kinds.iter().filter(|kind| !names.is_empty() && !kind.standard);
        own.any(|kind| {
            let text = world.loaded.sources.slice(kind.ast.body.span);
            names.iter().any(|name| crate::load::has_word(text, name))
        })
    }

    /// The names that the environment has of its own, in order.
    fn own_names(&self) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = self.eval.added.keys().chain(&self.eval.lost).cloned().collect();
        names.sort_unstable();
        names
    }

    /// Whether any of the names stands in the text of a declaration, or in what the environment sets in it.
    fn may_name(&self, node: usize, names: &[SmolStr]) -> bool {
        if names.is_empty() {
            return false;
        }
        let id = self.eval.top[node];
        let Some(entry) = self.eval.instance(id).entry() else { return true };
        let sources = &self.eval.world.loaded.sources;
        let mut texts = std::iter::once(entry.span).chain(self.layers(id)).map(|span| sources.slice(span));
        texts.any(|text| names.iter().any(|name| crate::load::has_word(text, name)))
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
        let tells = self.all[range.clone()].iter().all(tells);
        let prints = if tells { self.prints(range.clone()) } else { Prints::default() };
        self.release(range);
        self.eval.turn(before);
        if let Some(reads) = &mut self.eval.reads {
            reads.lowered = NOBODY;
        }
        work.lowered[node] = Some((self.take_part(), prints));
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
        environment: &SmolStr,
        declarations: Vec<Range<usize>>,
        entries: Vec<Option<(EntryId, Option<EntryId>)>>,
        work: Work,
        whole: Whole,
    ) -> Again {
        let Work { old, old_of, new_of, shapes, mut lowered, next: next_serial, .. } = work;
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
                (Some((mut part, prints)), _) => {
                    let (found, in_url, reads, asked) = Default::default();
                    let counts = Counts::of(&part.plan);
                    Parts::of(std::mem::take(&mut part.plan)).move_to(&mut self.plan, counts);
                    let (shape, serial) = (shapes[node], self.serials[node]);
                    all.push(Kept {
                        entry,
                        part,
                        counts,
                        found,
                        in_url,
                        reads,
                        shape,
                        prints,
                        asked,
                        serial,
                    });
                }
                (None, Some(old)) if old >= next => {
                    before[next..old].iter().for_each(|passed| parts.skip(passed.counts));
                    next = old + 1;
                    let kept = std::mem::take(&mut before[old]);
                    parts.move_to(&mut self.plan, kept.counts);
                    let now = |what: &Owner| match new_of.get((*what & !FACES) as usize) {
                        Some(new) => new.map(|new| new as Owner | *what & FACES),
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
        let (environment, names) = (environment.clone(), self.own_names());
        let kept = all;
        Again::Done(Some(KeptPlan { environment, kept, plan, lets, names, next: next_serial, whole, ids }))
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

/// Whether it is what a declaration shows to all.
fn is_face(what: Owner) -> bool {
    (FACES..LETS).contains(&what)
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

    /// Lets all be lowered again that read anything of a declaration of before.
    fn pass_on_all(&mut self, index: usize) {
        self.pass_on(index as Owner);
        self.pass_on(FACES | index as Owner);
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
