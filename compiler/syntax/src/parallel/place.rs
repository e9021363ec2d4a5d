//! On which core a thread begins.
//!
//! Linux looks for an idle core when it makes a thread. But whoever started the
//! process may not be asleep yet, so that two threads begin on one core; and once
//! the other is idle, they stay where they are until a tick of the clock, 4 ms on
//! many systems. That is a third of what a small build takes.

use rustix::thread::{sched_getaffinity, sched_getcpu, sched_setaffinity};
use std::sync::{Mutex, PoisonError};

/// Where threads began.
static TAKEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Moves this thread to a core where none of the others began, if there is one.
/// It is free to run on any from then on, as before.
pub(super) fn spread() {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    if taken.contains(&sched_getcpu()) {
        move_from(&taken);
    }
    taken.push(sched_getcpu());
}

/// A thread that may not be moved stays: it only begins later.
fn move_from(taken: &[usize]) {
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let mut free = allowed;
    taken.iter().for_each(|core| free.unset(*core));
    if free.count() > 0 && sched_setaffinity(None, &free).is_ok() {
        let _ = sched_setaffinity(None, &allowed);
    }
}
