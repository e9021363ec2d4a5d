//! The trees of the standard library's files, for those who analyse again and
//! again. The library does not change, so that they are kept for good.

use laud_syntax::{FileId, Parsed};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// So many trees are kept: each file has one for each number that it may have.
const MOST: usize = 1_000;

type Known = Mutex<FxHashMap<(FileId, usize), Arc<Parsed>>>;

fn all() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(Known::default)
}

/// The tree of a file's text, if it is known.
pub(super) fn known(id: FileId, text: &'static str) -> Option<Arc<Parsed>> {
    all().lock().unwrap_or_else(PoisonError::into_inner).get(&key(id, text)).cloned()
}

/// Keeps the tree of a file's text.
pub(super) fn know(text: &'static str, parsed: &Arc<Parsed>) {
    let mut all = all().lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() < MOST {
        all.insert(key(parsed.file.id, text), parsed.clone());
    }
}

/// A text of the library is told by where it stands in memory.
fn key(id: FileId, text: &'static str) -> (FileId, usize) {
    (id, text.as_ptr() as usize)
}
