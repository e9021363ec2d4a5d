//! The same work for every environment or target at once.

use laud_emit::Target;
use laud_plan::Plan;

pub(crate) use laud_syntax::parallel::map;

/// `work` of each target for a plan. With a small plan, threads cost more than they save.
pub(crate) fn targets<R: Send>(plan: &Plan, work: impl Fn(&Target) -> R + Sync) -> Vec<R> {
    const WORTH_THREADS: usize = 200;
    // The last are the largest, and what is large and starts late ends late.
    let targets: Vec<&Target> = laud_emit::TARGETS.iter().rev().collect();
    match plan.services.len() < WORTH_THREADS {
        true => targets.into_iter().map(work).collect(),
        false => map(&targets, |target| work(target)),
    }
}
