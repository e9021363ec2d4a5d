//! Names that are taken or declared and never used.

use crate::world::World;
use laud_syntax::{Diagnostic, FileId, Span, ast, code};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Imports and lets of the program's own files that nothing names.
pub(crate) fn unused(world: &World<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for index in 0..world.loaded.files.len() {
        let file = FileId(index as u32);
        if !world.is_standard(file) {
            let candidates = candidates(world, file);
            let used =
                if candidates.is_empty() { FxHashSet::default() } else { used(world, file, &candidates) };
            let unused = candidates.into_iter().filter(|candidate| !used.contains(&candidate.name.text));
            found.extend(unused.map(Candidate::report));
        }
    }
    found
}

/// A name that something should use.
struct Candidate<'p> {
    code: &'static laud_syntax::Code,
    name: &'p ast::Ident,
    how: &'static str,
}

impl Candidate<'_> {
    fn report(self) -> Diagnostic {
        let name = &self.name.text;
        Diagnostic::new(self.code, self.name.span, format!("`{name}` is {} and never used", self.how))
            .help("Take it out.")
    }
}

fn candidates<'p>(world: &World<'p>, file: FileId) -> Vec<Candidate<'p>> {
    let mut found = Vec::new();
    for entry in &world.loaded.files[file.0 as usize].file.entries {
        match &entry.node {
            ast::Node::Use(used) => {
                for name in used.names.iter().flatten() {
                    let name = name.alias.as_ref().unwrap_or(&name.name);
                    // A name that is not there is reported as that.
                    if world.lookup(file, &name.text).is_some() {
                        found.push(Candidate {
                            code: &code::UNUSED_IMPORT,
                            name,
                            how: "taken from a module",
                        });
                    }
                }
            }
            // What a module gives a name may be there for others.
            ast::Node::Let(value) if Some(file) == world.loaded.main && !value.name.text.is_empty() => {
                found.push(Candidate { code: &code::UNUSED_LET, name: &value.name, how: "given a value" });
            }
            _ => {}
        }
    }
    found
}

/// Which of the candidates stand as words in a file, outside of comments,
/// `use`s and the places that declare them.
fn used(world: &World<'_>, file: FileId, candidates: &[Candidate<'_>]) -> FxHashSet<SmolStr> {
    let wanted: FxHashSet<&str> = candidates.iter().map(|candidate| candidate.name.text.as_str()).collect();
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
    let text = &world.loaded.sources.get(file).text;
    let mut words = FxHashSet::default();
    let mut from = 0;
    for hole in holes.iter().map(|span| span.range()).chain(std::iter::once(text.len()..text.len())) {
        if from < hole.start {
            let parts = text[from..hole.start].split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.extend(parts.filter(|word| wanted.contains(word)).map(SmolStr::from));
        }
        from = from.max(hole.end);
    }
    words
}
