//! The same work for several things at once, with the results in their order,
//! on threads whose stacks are large enough for any of it.

#[cfg(target_os = "linux")]
mod place;

use rayon_core::{ThreadBuilder, ThreadPool, ThreadPoolBuilder};
use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

/// How much stack an evaluation may need: each value that needs another takes
/// some. The system gives of it what is used.
const STACK: usize = 1 << 30;

/// The least that there must be.
const LEAST_STACK: usize = STACK / 64;

/// More threads than this wait for memory more than they work.
const MOST_THREADS: usize = 8;

/// How many threads can work at once: one for each core, as far as more are of use.
pub fn cores() -> usize {
    // The system reads files to tell.
    static CORES: OnceLock<usize> = OnceLock::new();
    let cores = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    *CORES.get_or_init(|| cores().min(MOST_THREADS))
}

/// The threads.
struct Pool {
    threads: ThreadPool,
    /// How much stack each has.
    stack: usize,
}

thread_local! {
    /// Whether this thread is to be the first of the threads.
    static LEADS: Cell<bool> = const { Cell::new(false) };
}

/// A thread that waits for what it is to be.
type Made = Sender<ThreadBuilder>;

static POOL: OnceLock<Pool> = OnceLock::new();

/// A thread that began before it was known how many there are to be.
static EARLY: Mutex<Option<Made>> = Mutex::new(None);

/// The threads. They are made once: each that is made costs about as much as a
/// small file takes to write. The thread that asks for them first is one of them
/// if it leads. Where there is no memory to be had for so many stacks, there are
/// fewer, and the work waits its turn; where there is none for one, that is smaller.
///
/// # Panics
/// If the system makes no thread at all.
fn pool() -> &'static Pool {
    POOL.get_or_init(|| {
        let leads = LEADS.get();
        if leads {
            spread();
        }
        let early = EARLY.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (mut count, mut stack) = (cores(), STACK);
        let mut made = loop {
            let there = usize::from(leads) + usize::from(early.is_some());
            match (there..count).map(|_| make(stack, || ())).collect::<io::Result<Vec<Made>>>() {
                Ok(made) => break made,
                Err(_) if count > 1 => count /= 2,
                Err(_) if stack > LEAST_STACK => stack /= 2,
                Err(error) => panic!("no thread to work on: {error}"),
            }
        };
        if !made.is_empty() {
            let_begin();
        }
        made.extend(early);
        let mut threads = ThreadPoolBuilder::new().num_threads(count).spawn_handler(|thread| {
            let made = made.pop().ok_or(ErrorKind::NotFound)?;
            made.send(thread).map_err(|_| ErrorKind::BrokenPipe.into())
        });
        if leads {
            threads = threads.use_current_thread();
        }
        let threads = threads.build().expect("as many threads as were made");
        Pool { threads, stack }
    })
}

/// Makes a thread that does this first, and takes up its work once it is told
/// what that is, on a core of its own as far as there are so many. It ends if
/// nobody will tell it.
fn make(stack: usize, first: impl FnOnce() + Send + 'static) -> io::Result<Made> {
    let (made, work) = mpsc::channel::<ThreadBuilder>();
    thread::Builder::new().stack_size(stack).spawn(move || {
        spread();
        first();
        work.into_iter().for_each(ThreadBuilder::run);
    })?;
    Ok(made)
}

/// Lets threads that were made on this core leave it, which they cannot before they have begun.
fn let_begin() {
    thread::yield_now();
}

/// Begins this thread on a core where none of the others began.
fn spread() {
    #[cfg(target_os = "linux")]
    place::spread();
}

/// Whether there is one core only, which is told sooner than how many there are.
fn is_alone() -> bool {
    #[cfg(target_os = "linux")]
    return place::is_alone();
    #[cfg(not(target_os = "linux"))]
    return cores() == 1;
}

/// Runs on a large stack on this thread, which becomes one of the threads with
/// the first work that is for several: one fewer has to be made, and none waits
/// for another to end. Once in a process, for what that process is for.
pub fn lead<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    // That there is no memory for the stack is told by a panic, which is none of the user's.
    let mut kept = Some((run, panic::take_hook()));
    panic::set_hook(Box::new(|_| ()));
    let grown = panic::catch_unwind(AssertUnwindSafe(|| {
        stacker::grow(STACK, || {
            let (run, hook) = kept.take().expect("it is run once");
            panic::set_hook(hook);
            LEADS.set(true);
            run()
        })
    }));
    match (grown, kept) {
        (Ok(result), _) => result,
        (Err(panic), None) => panic::resume_unwind(panic),
        (Err(_), Some((run, hook))) => {
            panic::set_hook(hook);
            on_large_stack(run)
        }
    }
}

/// How deep work may go on the stacks that there are, if on one of the full
/// size it may go to `most`.
pub fn depth(most: u32) -> u32 {
    most / (STACK / pool().stack) as u32
}

/// `work` of each item, in the items' order, on as many threads as there are
/// cores. The first items are begun first.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = cores().min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Results::new(items.len());
    let run = || {
        while let Some((index, item)) = take(items, &next) {
            done.put(index, work(item));
        }
    };
    pool().threads.in_place_scope(|scope| {
        (1..threads).for_each(|_| scope.spawn(|_| run()));
        run();
    });
    done.in_order()
}

fn take<'i, T>(items: &'i [T], next: &AtomicUsize) -> Option<(usize, &'i T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    items.get(index).map(|item| (index, item))
}

/// What `own` gives on this thread, and what `work` gives of each of the others
/// meanwhile, in their order. What `own` gives stays on this thread, and need
/// not be fit to leave it.
pub fn with_others<T: Send, R: Send, O>(
    others: impl IntoIterator<Item = T>,
    work: impl Fn(T) -> R + Sync,
    own: impl FnOnce() -> O,
) -> (O, Vec<R>) {
    let done = Results::new(0);
    let result = pool().threads.in_place_scope(|scope| {
        for (index, other) in others.into_iter().enumerate() {
            let (work, done) = (&work, &done);
            scope.spawn(move |_| done.put(index, work(other)));
        }
        own()
    });
    (result, done.in_order())
}

/// Begins work on another thread, for which nobody waits: whoever needs what it
/// makes asks for that as if nobody had begun. Where there is one core, it is left to them.
///
/// Before there are threads, one is made that also finds out how many there are
/// to be, while this one goes on.
pub fn begin(work: fn()) {
    if is_alone() {
        return;
    }
    if POOL.get().is_some() || !LEADS.get() {
        pool().threads.spawn(work);
        return;
    }
    spread();
    let early = make(STACK, move || {
        cores();
        work();
    });
    // Where there is no memory for it, the work is left to them as well.
    *EARLY.lock().unwrap_or_else(PoisonError::into_inner) = early.ok();
    let_begin();
}

/// Runs on a thread whose stack is large enough for the deepest chain of
/// values; on this one, if it is.
pub fn on_large_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    pool().threads.install(run)
}

/// What several threads give, each with its place.
struct Results<R>(Mutex<Vec<(usize, R)>>);

impl<R> Results<R> {
    fn new(count: usize) -> Self {
        Self(Mutex::new(Vec::with_capacity(count)))
    }

    fn put(&self, index: usize, result: R) {
        // A poisoned lock means that another thread panicked, which ends the work anyway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
    }

    fn in_order(self) -> Vec<R> {
        let mut done = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_unstable_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, result)| result).collect()
    }
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
    fn others_work_while_this_thread_keeps_what_is_its_own() {
        let own = std::rc::Rc::new(7);
        let (seven, doubles) = super::with_others(0..50_u64, |n| n * 2, || own.clone());
        assert!(std::rc::Rc::ptr_eq(&own, &seven));
        assert_eq!(doubles, (0..50).map(|n| n * 2).collect::<Vec<_>>());
    }

    #[test]
    fn who_leads_has_a_large_stack_and_its_panics_are_its_own() {
        fn deep(levels: u32) -> u32 {
            let room = std::hint::black_box([levels as u8; 1 << 16]);
            if levels == 0 { 0 } else { deep(levels - 1) + u32::from(room[0] == levels as u8) }
        }
        assert_eq!(super::lead(|| deep(1 << 12)), 1 << 12);
        let panic = std::panic::catch_unwind(|| super::lead(|| std::panic::panic_any(7)));
        assert_eq!(panic.expect_err("a panic").downcast_ref(), Some(&7));
    }

    #[test]
    fn what_is_begun_is_done_where_there_is_a_thread_for_it() {
        static DONE: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
        let is_done = || DONE.load(std::sync::atomic::Ordering::Relaxed);
        super::begin(|| DONE.store(true, std::sync::atomic::Ordering::Relaxed));
        while super::cores() > 1 && !is_done() {
            std::thread::yield_now();
        }
        assert_eq!(is_done(), super::cores() > 1);
    }
}
