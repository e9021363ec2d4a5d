//! The trees of the standard library's files: unpacked for a program that is
//! built; for those who analyse again and again, and look at all of it, read
//! from their texts and kept for good.

use laud_syntax::{FileId, Parsed, parse, parse_library, unpack_library, unpack_uses};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The prelude's number: it is the first file of any program.
const PRELUDE: FileId = FileId(0);

/// The prelude; whoever asks first unpacks it.
pub(super) fn prelude() -> &'static Arc<Parsed> {
    static TREE: OnceLock<Arc<Parsed>> = OnceLock::new();
    TREE.get_or_init(|| Arc::new(unpack(PRELUDE, &laud_stdlib::PRELUDE)))
}

/// A file, for programs that are built.
pub(super) fn tree(id: FileId, file: &'static laud_stdlib::File) -> Arc<Parsed> {
    if id == PRELUDE { prelude().clone() } else { Arc::new(unpack(id, file)) }
}

/// What a file uses, and nothing else of it.
pub(super) fn uses(id: FileId, file: &'static laud_stdlib::File) -> Parsed {
    unpack_uses(id, file.text, file.tree).unwrap_or_else(|| parse(id, file.text))
}

fn unpack(id: FileId, file: &'static laud_stdlib::File) -> Parsed {
    unpack_library(id, file.text, file.tree).unwrap_or_else(|| read(id, file))
}

/// A file from its text, of which nothing was prepared: it may have errors.
fn read(id: FileId, file: &'static laud_stdlib::File) -> Parsed {
    parse_library(id, file.text, |_, _| Vec::new())
}

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

#[cfg(test)]
mod tests {
    use super::super::uses as uses_of;
    use super::*;
    use laud_syntax::ast;

    fn library() -> impl Iterator<Item = &'static laud_stdlib::File> {
        laud_stdlib::MODULES.iter().chain([&laud_stdlib::PRELUDE])
    }

    #[test]
    fn a_tree_that_is_unpacked_is_the_one_of_its_text() {
        for file in library() {
            let whole = parse(FileId(3), file.text);
            assert!(whole.diagnostics.is_empty(), "in {}", file.path);
            let tree = unpack_library(FileId(3), file.text, file.tree);
            assert_eq!(tree.as_ref(), Some(&read(FileId(3), file)), "of {}", file.path);
            assert_eq!(tree.map(|tree| tree.file).as_ref(), Some(&whole.file), "of {}", file.path);
            let used = unpack_uses(FileId(3), file.text, file.tree).map(|tree| uses_of(&tree.file));
            assert_eq!(used, Some(uses_of(&whole.file)), "of {}", file.path);
            let half = &file.tree[..file.tree.len() / 2];
            assert_eq!(unpack_library(FileId(3), file.text, half), None, "half of {}", file.path);
        }
    }

    #[test]
    fn sets_of_metrics_are_the_same_whenever_they_are_unpacked() {
        let mut sets = 0;
        for file in library() {
            let tree = tree(FileId(3), file);
            for entry in &tree.file.entries {
                let ast::Node::Metrics(set) = &entry.node else { continue };
                sets += 1;
                // Asked by name before it is read, and the other way round.
                let copy = set.entries.clone();
                let spreads = set.entries.spreads().to_vec();
                let mut spread = spreads.iter();
                for entry in &copy {
                    match entry {
                        ast::MetricEntry::Metric { name, .. } => {
                            assert_eq!(set.entries.named(&name.text).as_deref(), Some(entry));
                            assert_eq!(copy.named(&name.text).as_deref(), Some(entry));
                        }
                        ast::MetricEntry::Spread(name) => assert_eq!(spread.next(), Some(name)),
                    }
                }
                assert_eq!(spread.next(), None);
                for other in ["", "gauge", "counter", "metrics", "datname"] {
                    assert_eq!(set.entries.named(other), None);
                }
            }
        }
        assert!(sets > 10);
    }

    #[test]
    fn queries_of_the_library_are_prepared() {
        thread_local! {
            static PREPARED: std::cell::RefCell<Vec<Vec<u8>>> = const { std::cell::RefCell::new(Vec::new()) };
        }
        fn prepare(embedded: &ast::Embedded, text: &str) -> Vec<u8> {
            let (pieces, starts) = embedded.content.pieces(text);
            let query = laud_promql::Prepared::new(pieces, starts).expect("a query");
            let bytes = query.to_bytes().expect("bytes");
            assert_eq!(laud_promql::Prepared::from_bytes(bytes.clone().leak()), Some(query));
            PREPARED.with_borrow_mut(|prepared| prepared.push(bytes));
            Vec::new()
        }
        let mut count = 0;
        for file in library() {
            parse_library(FileId(3), file.text, prepare);
            for bytes in PREPARED.take() {
                count += 1;
                assert!(memchr::memmem::find(file.tree, &bytes).is_some(), "in {}", file.path);
            }
        }
        assert!(count > 100);
    }
}
