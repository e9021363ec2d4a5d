//! The same work for several things at once, with the results in their order,
//! on threads whose stacks are large enough for any of it.

use std::cell::Cell;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};

/// How much stack an evaluation may need: each value that needs another takes
/// some. The system gives of it what is used.
const STACK: usize = 1 << 30;

thread_local! {
    /// Whether this thread has such a stack.
    static IS_LARGE: Cell<bool> = const { Cell::new(false) };
}

/// How many threads can work at once.
pub fn cores() -> usize {
    // The system reads files to tell.
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get))
}

/// `work` of each item, in the items' order, on as many threads as there are cores.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = cores().min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        while let Some((index, item)) = take(items, &next) {
            let result = work(item);
            // A poisoned lock means that another thread panicked, which ends the scope anyway.
            done.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| spawn(scope, run)).collect();
        run();
        others.into_iter().for_each(join);
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn take<'i, T>(items: &'i [T], next: &AtomicUsize) -> Option<(usize, &'i T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// What `work` gives, with other work done on another thread meanwhile, if it
/// can be; it is done when this returns, or left undone where there is one core.
pub fn beside<T>(other: impl FnOnce() + Send, work: impl FnOnce() -> T) -> T {
    if cores() <= 1 {
        return work();
    }
    std::thread::scope(|scope| {
        let other = spawn(scope, other);
        let done = work();
        join(other);
        done
    })
}

/// Runs on a thread whose stack is large enough for the deepest chain of
/// values; on this one, if it is. A program that calls this at its start has
/// one thread made instead of one for each call into the compiler.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    match IS_LARGE.get() {
        true => run(),
        false => std::thread::scope(|scope| join(spawn(scope, run))),
    }
}

/// Runs on a thread with such a stack beside this one.
///
/// # Panics
/// If the system makes no thread.
pub fn spawn<'s, T: Send + 's>(
    scope: &'s Scope<'s, '_>,
    run: impl FnOnce() -> T + Send + 's,
) -> ScopedJoinHandle<'s, T> {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
        IS_LARGE.set(true);
        run()
    });
    thread.unwrap_or_else(|error| panic!("no thread for the evaluation: {error}"))
}

/// What a thread gives; its panic is this thread's.
pub fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).rev().collect();
        let squares = super::map(&items, |n| {
            std::thread::sleep(std::time::Duration::from_micros(*n));
            n * n
        });
        assert_eq!(squares, items.iter().map(|n| n * n).collect::<Vec<_>>());
        assert!(super::map(&[] as &[u8], |n| *n).is_empty());
    }

    #[test]
    fn a_thread_beside_is_done_when_the_work_is() {
        let done = std::sync::Mutex::new(false);
        let work = super::beside(|| *done.lock().expect("nobody panics") = true, || 7);
        assert_eq!(work, 7);
        assert_eq!(done.into_inner().expect("nobody panics"), super::cores() > 1);
    }
}
