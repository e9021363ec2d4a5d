//! The same work for every environment or target at once.

use laud_emit::Target;
use laud_plan::Plan;
use std::cmp::Reverse;

pub(crate) use laud_syntax::parallel::{begin, map};

/// Whether a plan is so large that its targets are worth threads.
fn is_large(plan: &Plan) -> bool {
    plan.services.len() >= 200
}

/// `work` of each target for a plan. With a small plan, threads cost more than they save.
pub(crate) fn targets<R: Send>(plan: &Plan, work: impl Fn(&Target) -> R + Sync) -> Vec<R> {
    let mut targets: Vec<&Target> = laud_emit::TARGETS.iter().collect();
    // What is large and starts late ends late.
    targets.sort_by_key(|target| Reverse(target.size));
    match is_large(plan) {
        true => map(&targets, |target| work(target)),
        false => targets.into_iter().map(work).collect(),
    }
}
