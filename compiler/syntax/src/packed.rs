//! Trees of the library as bytes, in which they stand in the program: to make
//! a tree of them takes a third of the time that reading its text does.
//!
//! The bytes are of this version of the compiler alone, and are made when it is
//! built. They have spans without their file, which is the one that a tree is
//! unpacked for.

use crate::Parsed;
use crate::ast;
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use serde::{Deserialize, Deserializer};
use std::cell::Cell;

/// What [`parse_library`](crate::parse_library) made of a file, as bytes; none
/// if it has findings, which only its text tells.
pub fn pack_library(parsed: &Parsed) -> Option<Vec<u8>> {
    let entries = &parsed.file.entries;
    let uses = entries.iter().take_while(|entry| is_use(entry)).count();
    // Whoever reads what is used reads nothing behind it.
    let is_whole = parsed.diagnostics.is_empty() && !entries[uses..].iter().any(is_use);
    is_whole.then(|| postcard::to_allocvec(&(uses, entries)).ok()).flatten()
}

/// The tree of a file of the library; none if the bytes are none of this text's.
pub fn unpack_library(id: FileId, text: &str, packed: &'static [u8]) -> Option<Parsed> {
    let ((_uses, entries), _) = take::<(usize, Vec<ast::Entry>)>(id, packed)?;
    Some(tree(id, text, entries))
}

/// The same tree with nothing in it but what the file uses.
pub fn unpack_uses(id: FileId, text: &str, packed: &'static [u8]) -> Option<Parsed> {
    let ((uses, _all), mut rest) = take::<(usize, usize)>(id, packed)?;
    let mut entries = Vec::with_capacity(uses);
    for _ in 0..uses {
        let (entry, behind) = take(id, rest)?;
        entries.push(entry);
        rest = behind;
    }
    Some(tree(id, text, entries))
}

/// What stands at the start of some bytes of a file, and the bytes behind it.
pub(crate) fn take<T: Deserialize<'static>>(
    file: FileId,
    packed: &'static [u8],
) -> Option<(T, &'static [u8])> {
    FILE.set(file);
    postcard::take_from_bytes(packed).ok()
}

fn tree(id: FileId, text: &str, entries: Vec<ast::Entry>) -> Parsed {
    let span = Span::new(id, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    Parsed { file: ast::File { id, entries, span }, ..Parsed::default() }
}

fn is_use(entry: &ast::Entry) -> bool {
    matches!(entry.node, ast::Node::Use(_))
}

thread_local! {
    /// The file of which something is being unpacked.
    static FILE: Cell<FileId> = const { Cell::new(FileId(0)) };
}

/// The file of which something is being unpacked.
pub(crate) fn file() -> FileId {
    FILE.get()
}

/// A text that stays where it stands among the bytes.
pub(crate) fn text<'de: 'static, D: Deserializer<'de>>(deserializer: D) -> Result<LeanStr, D::Error> {
    <&'static str>::deserialize(deserializer).map(LeanStr::from_static_str)
}

/// A text that most often is not there.
pub(crate) fn boxed_text<'de: 'static, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<LeanStr>>, D::Error> {
    let text = <Option<&'static str>>::deserialize(deserializer)?;
    Ok(text.map(|text| Box::new(LeanStr::from_static_str(text))))
}
