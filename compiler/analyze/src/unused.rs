//! Names that are taken or declared and never used.

use crate::world::World;
use laud_syntax::{Diagnostic, FileId, Span, ast, code};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Imports and lets of the program's own files that nothing names.
pub(crate) fn unused(world: &World<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, parsed) in world.loaded.files.iter().enumerate() {
        if world.is_standard(FileId(index as u32)) {
            continue;
        }
        let words = words(world, FileId(index as u32));
        for entry in &parsed.file.entries {
            match &entry.node {
                ast::Node::Use(used) => {
                    for name in used.names.iter().flatten() {
                        let here = name.alias.as_ref().unwrap_or(&name.name);
                        // A name that is not there is reported as that.
                        let there = world.lookup(FileId(index as u32), &here.text).is_some();
                        if there && !words.contains(&here.text) {
                            found.push(report(&code::UNUSED_IMPORT, here.span, &here.text, "taken from a module"));
                        }
                    }
                }
                ast::Node::Let(value) if Some(FileId(index as u32)) == world.loaded.main => {
                    if !words.contains(&value.name.text) && !value.name.text.is_empty() {
                        found.push(report(&code::UNUSED_LET, value.name.span, &value.name.text, "given a value"));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn report(code: &'static laud_syntax::Code, span: Span, name: &str, how: &str) -> Diagnostic {
    Diagnostic::new(code, span, format!("`{name}` is {how} and never used")).help("Take it out.")
}

/// The words of a file outside of its `use`s, but for the one that declares each `let`.
fn words(world: &World<'_>, file: FileId) -> FxHashSet<SmolStr> {
    let source = world.loaded.sources.get(file);
    let parsed = &world.loaded.files[file.0 as usize];
    let mut holes: Vec<Span> = parsed.comments.iter().map(|comment| comment.span).collect();
    for entry in &parsed.file.entries {
        match &entry.node {
            ast::Node::Use(_) => holes.push(entry.span),
            ast::Node::Let(value) => holes.push(value.name.span),
            _ => {}
        }
    }
    holes.sort_by_key(|span| span.start);
    let mut words = FxHashSet::default();
    let (mut hole, mut start) = (0, None);
    let bytes = source.text.as_bytes();
    for at in 0..=bytes.len() {
        while holes.get(hole).is_some_and(|span| span.end as usize <= at) {
            hole += 1;
        }
        let hidden = holes.get(hole).is_some_and(|span| span.start as usize <= at);
        let inside = at < bytes.len() && !hidden && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_');
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.insert(SmolStr::from(&source.text[from..at]));
                start = None;
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    words
}
