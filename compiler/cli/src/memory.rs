//! How the system gives memory.
//!
//! A page that is touched for the first time costs 3 to 4 µs where the machine
//! is a virtual one, and a huge page of 2 MiB about 400, which is a fourth of
//! what its 512 pages would. The allocator asks for huge ones, and a small build
//! needs one for each thread. What works longer reuses what it has, and to it
//! the part of each huge page that nobody needs is memory that others lack.

use std::sync::atomic::{AtomicUsize, Ordering};

/// As much text as a system has for which the memory counts for more.
const LARGE: usize = 1 << 20;

/// Counts what was read: from so much on there are no more huge pages.
pub(crate) fn count(text: usize) {
    static READ: AtomicUsize = AtomicUsize::new(0);
    let before = READ.fetch_add(text, Ordering::Relaxed);
    if before < LARGE && before + text >= LARGE {
        spare();
    }
}

/// No huge pages from now on.
pub(crate) fn spare() {
    // Where the system knows of none, there is nothing to spare.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
