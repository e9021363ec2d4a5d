//! The declarations of a large system, shared out to several threads.

use super::dashboards::Panels;
use super::metrics::Asked;
use super::needs::StatedNeeds;
use super::{Lower, Room, parts};
use crate::eval::Eval;
use crate::world::InstanceId;
use laud_plan::Plan;
use laud_syntax::{Diagnostic, Span, ast};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many declarations are worth a thread: it makes the outline of all of them first.
const WORTH_A_THREAD: usize = 500;

/// So many runs for each thread: who is done early, or gets less of its core, takes fewer.
const RUNS: usize = 16;

/// The declarations, in runs that the threads take as they come to them.
pub(crate) struct Shares {
    threads: usize,
    count: usize,
    next: AtomicUsize,
    /// By run: what it gave, until that is put together with the others.
    done: Mutex<FxHashMap<usize, Part>>,
}

impl Shares {
    /// For that many declarations on that many cores.
    pub(crate) fn new(declarations: usize, cores: usize) -> Self {
        let threads = cores.min(declarations / WORTH_A_THREAD).max(1);
        let count = if threads == 1 { 1 } else { threads * RUNS };
        Self { threads, count, next: AtomicUsize::new(0), done: Mutex::default() }
    }

    /// For a small system, which is shared out to be looked at.
    #[cfg(test)]
    pub(crate) fn small(threads: usize) -> Self {
        let (alone, count) = (Self::new(0, 1), if threads > 1 { threads * RUNS } else { 1 });
        Self { threads: threads.max(1), count, ..alone }
    }

    /// How many threads are to work.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    /// The next of the runs that nobody has taken.
    fn take(&self) -> Option<usize> {
        let index = self.next.fetch_add(1, Ordering::Relaxed);
        (index < self.count).then_some(index)
    }

    /// What the runs gave that are done, by number.
    fn done(&self) -> MutexGuard<'_, FxHashMap<usize, Part>> {
        // A poisoned lock means that another thread panicked, which ends the work anyway.
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a run gave, once it is done.
    fn take_done(&self, number: usize) -> Option<Part> {
        self.done().remove(&number)
    }

    /// The runs, each with its number in the order of the declarations, so that
    /// all are made of about as many instances. Each declaration is given as
    /// the run of its instances. A declaration may be larger than a run should
    /// be, and what is large and begun late ends late: the largest run is the first.
    fn runs(&self, declarations: &[Range<usize>]) -> Vec<(usize, Range<usize>)> {
        let instances = declarations.last().map_or(0, |last| last.end);
        let bound =
            |number: usize| declarations.partition_point(|one| one.start < number * instances / self.count);
        let size = |run: &Range<usize>| declarations[run.clone()].iter().map(Range::len).sum::<usize>();
        let mut runs: Vec<_> =
            (0..self.count).map(|number| (number, bound(number)..bound(number + 1))).collect();
        runs.sort_by_key(|(_, run)| Reverse(size(run)));
        runs
    }
}

/// What a thread has besides what its runs gave.
pub(crate) struct Shared {
    /// Of the first thread.
    together: Together,
    in_url: Vec<InstanceId>,
}

/// What was put together of the runs so far, from the first on.
#[derive(Default)]
struct Together {
    part: Part,
    /// How many runs that are.
    runs: usize,
}

impl Together {
    /// Takes the next runs, as far as they are done.
    fn take(&mut self, shares: &Shares) {
        while let Some(part) = shares.take_done(self.runs) {
            self.part.append(part);
            self.runs += 1;
        }
    }
}

/// What lowering a run gives, to be put together with the others.
#[derive(Clone, Default)]
pub(crate) struct Part {
    pub(super) plan: Plan,
    pub(super) found: Vec<Diagnostic>,
    pub(super) missed: Vec<Diagnostic>,
    /// What the evaluation found.
    values: Vec<Diagnostic>,
    pub(super) stated_needs: Vec<StatedNeeds>,
    tiers: Vec<(u8, u8)>,
    pub(super) panels: Panels,
    asked: Asked,
    orphan: Option<Span>,
}

impl Part {
    /// Makes room for so much.
    fn reserve(&mut self, room: Room) {
        room.reserve(&mut self.plan, &mut self.stated_needs, &mut self.tiers);
    }

    /// Puts what the next run gave behind what is there.
    fn append(&mut self, later: Self) {
        let Self { mut plan, found, missed, values, stated_needs, tiers, panels, asked, orphan } = later;
        parts::append(&mut self.plan, &mut plan);
        self.found.extend(found);
        self.missed.extend(missed);
        self.values.extend(values);
        self.stated_needs.extend(stated_needs);
        self.tiers.extend(tiers);
        self.panels.extend(&panels);
        for (at, asked) in asked {
            self.asked.entry(at).or_insert(asked);
        }
        self.orphan = self.orphan.or(orphan);
    }
}

impl<'e, 'w, 'p> Lower<'e, 'w, 'p> {
    /// Lowers runs of the declarations until there are none left. If others
    /// take some, the first thread puts together what the runs give.
    pub(crate) fn shared(
        eval: &'e mut Eval<'w, 'p>,
        environment: &'p ast::Environment,
        shares: &Shares,
        thread: usize,
    ) -> (Self, Shared) {
        let mut lower = Self::outlined(eval, environment, shares.threads == 1);
        let declarations = std::mem::take(&mut lower.declarations);
        let runs = shares.runs(&declarations);
        // What is found before the first run is found by every thread.
        let before = std::mem::take(&mut lower.eval.diagnostics);
        let mut together = Together::default();
        let is_alone = shares.threads == 1;
        if !is_alone && thread == 0 {
            together.part.reserve(lower.room());
        }
        while let Some(index) = shares.take() {
            let (number, ref run) = runs[index];
            let run = &declarations[run.clone()];
            if is_alone {
                lower.lower_run(run);
                continue;
            }
            lower.reserve_run(run);
            lower.lower_run(run);
            // What the run asked of others may be of those that other threads
            // lower. What has an error is not worked out again, to tell of it again.
            let asked = lower.eval.take_collected();
            if lower.eval.diagnostics.is_empty() {
                lower.eval.release_all(asked);
            }
            let mut part = lower.take_part();
            part.values = std::mem::take(&mut lower.eval.diagnostics);
            shares.done().insert(number, part);
            // What is taken gives its room back while there is more to be lowered.
            if thread == 0 {
                together.take(shares);
            }
        }
        lower.eval.diagnostics.splice(0..0, before);
        let secrets = lower.of_kind(lower.eval.world.primitives.secret);
        let in_url = secrets.into_iter().filter(|id| lower.eval.in_url.contains(id)).collect();
        (lower, Shared { together, in_url })
    }

    /// Completes what the first thread has put together of all runs, which are done now.
    pub(crate) fn absorb(&mut self, shares: &Shares, own: Shared, others: impl Iterator<Item = Shared>) {
        let mut together = own.together;
        together.take(shares);
        let mut part = together.part;
        parts::append(&mut self.plan, &mut part.plan);
        self.eval.diagnostics.append(&mut part.values);
        self.absorb_rest(&part);
        self.eval.in_url.extend(others.flat_map(|other| other.in_url));
    }

    /// Takes what was lowered since the last time, but for what the evaluation found.
    pub(super) fn take_part(&mut self) -> Part {
        let mut plan = Plan::default();
        parts::append(&mut plan, &mut self.plan);
        Part {
            plan,
            found: std::mem::take(&mut self.found),
            missed: std::mem::take(&mut self.missed),
            values: Vec::new(),
            stated_needs: std::mem::take(&mut self.stated_needs),
            tiers: std::mem::take(&mut self.tiers),
            panels: std::mem::take(&mut self.panels),
            asked: std::mem::take(&mut self.asked),
            orphan: self.monitoring.orphan.take(),
        }
    }

    /// Puts what a part has besides its plan behind what is there.
    pub(super) fn absorb_rest(&mut self, part: &Part) {
        self.found.extend(part.found.iter().cloned());
        self.missed.extend(part.missed.iter().cloned());
        self.stated_needs.extend(part.stated_needs.iter().cloned());
        self.tiers.extend(&part.tiers);
        self.panels.extend(&part.panels);
        for (at, asked) in &part.asked {
            self.asked.entry(*at).or_insert_with(|| asked.clone());
        }
        self.monitoring.orphan = self.monitoring.orphan.or(part.orphan);
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
    use std::ops::Range;

    #[test]
    fn a_large_system_has_more_runs_than_threads() {
        let taken = |shares: &Shares| std::iter::from_fn(|| shares.take()).count();
        let (small, large) = (Shares::new(900, 8), Shares::new(10_000, 2));
        assert_eq!((small.threads(), taken(&small)), (1, 1));
        assert_eq!((large.threads(), taken(&large)), (2, 32));
    }

    #[test]
    fn runs_take_every_declaration_once() {
        for (count, declarations) in [(1, 0), (1, 7), (3, 7), (8, 5), (8, 10_001)] {
            // Each is made of one instance more than the one before.
            let start = |index: usize| index * (index + 1) / 2;
            let declared: Vec<_> = (0..declarations).map(|index| start(index)..start(index + 1)).collect();
            let shares = Shares { count, ..Shares::new(0, 1) };
            let mut runs = shares.runs(&declared);
            let sizes =
                runs.iter().map(|(_, run)| declared[run.clone()].iter().map(Range::len).sum::<usize>());
            assert!(sizes.is_sorted_by(|before, after| before >= after));
            runs.sort_unstable_by_key(|(number, _)| *number);
            let all: Vec<usize> = runs.into_iter().flat_map(|(_, run)| run).collect();
            assert_eq!(all, (0..declarations).collect::<Vec<_>>());
        }
    }
}
