//! The same work for every environment or target at once.

use laud_emit::Target;
use std::cmp::Reverse;

pub(crate) use laud_syntax::parallel::{begin, lead, map};

/// `work` of each target.
pub(crate) fn targets<R: Send>(work: impl Fn(&Target) -> R + Sync) -> Vec<R> {
    let mut targets: Vec<&Target> = laud_emit::TARGETS.iter().collect();
    // What is large and starts late ends late.
    targets.sort_by_key(|target| Reverse(target.size));
    map(&targets, |target| work(target))
}
