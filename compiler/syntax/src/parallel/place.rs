//! On which core a thread begins.
//!
//! Linux looks for an idle core when it makes a thread. But whoever started the
//! process may not be asleep yet, so that two threads begin on one core; and once
//! the other is idle, they stay where they are until a tick of the clock, 4 ms on
//! many systems. That is a third of what a small build takes.

use rustix::thread::{sched_getaffinity, sched_getcpu, sched_setaffinity};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// Where threads began.
static TAKEN: Mutex<Vec<(ThreadId, usize)>> = Mutex::new(Vec::new());

/// Moves this thread to a core where none of the others began, if there is one,
/// once. It is free to run on any from then on, as before.
pub(super) fn spread() {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let own = thread::current().id();
    if taken.iter().any(|(thread, _)| *thread == own) {
        return;
    }
    let core = sched_getcpu();
    if taken.iter().any(|(_, taken)| *taken == core) {
        move_from(&taken);
    }
    taken.push((own, sched_getcpu()));
}

/// A thread that may not be moved stays: it only begins later.
fn move_from(taken: &[(ThreadId, usize)]) {
    let Ok(allowed) = sched_getaffinity(None) else { return };
    let mut free = allowed;
    taken.iter().for_each(|(_, core)| free.unset(*core));
    if free.count() > 0 && sched_setaffinity(None, &free).is_ok() {
        let _ = sched_setaffinity(None, &allowed);
    }
}

/// Whether there is one core only for this process.
pub(super) fn is_alone() -> bool {
    sched_getaffinity(None).is_ok_and(|allowed| allowed.count() == 1)
}
