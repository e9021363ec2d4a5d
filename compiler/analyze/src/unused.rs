//! Names that are taken or declared and never used.

use crate::load::words_of;
use crate::world::World;
use laud_syntax::lexer::{TokenKind, lex};
use laud_syntax::{Diagnostic, FileId, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxHashSet;
use std::sync::OnceLock;

/// Imports, lets and what is declared for others, of the program's own files, that nothing names.
pub(crate) fn unused(world: &World<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, room) in world.loaded.rooms.iter().enumerate() {
        let file = FileId(index as u32);
        if world.is_standard(file) {
            continue;
        }
        let candidates = candidates(world, file);
        let find = || used(world, file, &candidates);
        let here = OnceLock::new();
        // The file alone decides about it.
        let used = room.as_ref().map_or(&here, |room| &room.used).get_or_init(find);
        let unused = candidates.iter().filter(|candidate| !used.contains(&candidate.name.text));
        // A name that is not there is reported as that.
        let is_there = |candidate: &&Candidate<'_>| {
            candidate.code != &code::UNUSED_IMPORT || world.lookup(file, &candidate.name.text).is_some()
        };
        let unused = unused.filter(is_there);
        found.extend(unused.map(Candidate::report));
    }
    found
}

/// A name that something should use.
struct Candidate<'p> {
    code: &'static laud_syntax::Code,
    name: &'p ast::Ident,
    how: &'static str,
    /// How it is used, if it does not say so itself.
    way: Option<&'static str>,
}

impl Candidate<'_> {
    fn report(&self) -> Diagnostic {
        let name = &self.name.text;
        let help = match self.way {
            Some(way) => format!("{}, or take it out.", way.replace("NAME", name)),
            None => "Take it out.".to_owned(),
        };
        Diagnostic::new(self.code, self.name.span, format!("`{name}` is {} and never used", self.how))
            .help(help)
    }
}

fn candidates<'p>(world: &World<'p>, file: FileId) -> Vec<Candidate<'p>> {
    let mut found = Vec::new();
    for entry in &world.loaded.files[file.0 as usize].file.entries {
        match &entry.node {
            ast::Node::Use(used) => {
                for name in used.names.iter().flatten() {
                    let name = name.alias.as_ref().unwrap_or(&name.name);
                    let (code, how) = (&code::UNUSED_IMPORT, "taken from a module");
                    found.push(Candidate { code, name, how, way: None });
                }
            }
            // What a module gives a name may be there for others.
            ast::Node::Let(value) if Some(file) == world.loaded.main && !value.name.text.is_empty() => {
                let (code, how) = (&code::UNUSED_LET, "given a value");
                found.push(Candidate { code, name: &value.name, how, way: None });
            }
            node if Some(file) == world.loaded.main
                && let Some((name, way)) = for_others(world, node) =>
            {
                found.push(Candidate { code: &code::UNUSED_LET, name, how: "declared", way });
            }
            // Nobody else sees what a kind gives a name.
            ast::Node::Kind(kind) => {
                for entry in &kind.body.entries {
                    if let ast::Node::Let(value) = &entry.node
                        && !value.name.text.is_empty()
                    {
                        let (code, how) = (&code::UNUSED_LET, "given a value");
                        found.push(Candidate { code, name: &value.name, how, way: None });
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// The name of what is there for others to use, and of no use by itself, with the way to use it:
/// what the operator gives, what services mount or export, and types.
fn for_others<'p>(world: &World<'_>, node: &'p ast::Node) -> Option<(&'p ast::Ident, Option<&'static str>)> {
    let (name, way) = match node {
        ast::Node::Metrics(metrics) => (&metrics.name, Some("Let who has them say so, `exports = [NAME]`")),
        ast::Node::Type(alias) => (&alias.name, None),
        ast::Node::Decl(decl) => {
            let kind = Some(world.lookup_kind(decl.kind.span.file(), &decl.kind.text)?);
            let ast::DeclName::Ident(name) = &decl.name else { return None };
            let of = &world.primitives;
            let way = match kind {
                _ if kind == of.volume => Some("Mount it, as `volume data { at = \"/…\", of = NAME }` does"),
                _ if kind == of.file => Some("Mount it, as in `files = [NAME]`"),
                _ if kind == of.secret || kind == of.setting => None,
                _ => return None,
            };
            (name, way)
        }
        _ => return None,
    };
    (!name.text.is_empty()).then_some((name, way))
}

/// Which of the candidates a file names, outside of `use`s and the places that
/// declare them. What stands in a text, after a dot, or before `=` or `:` is
/// another name; what a name means where it stands is not asked. Entry by
/// entry, with what is before the next, only those are looked at in which a
/// name stands that was not seen before.
fn used(world: &World<'_>, file: FileId, candidates: &[Candidate<'_>]) -> FxHashSet<LeanStr> {
    let mut wanted: FxHashSet<&str> =
        candidates.iter().map(|candidate| candidate.name.text.as_str()).collect();
    let entries = &world.loaded.files[file.0 as usize].file.entries;
    let mut holes: Vec<Span> = candidates.iter().map(|candidate| candidate.name.span).collect();
    let uses = entries.iter().filter(|entry| matches!(entry.node, ast::Node::Use(_)));
    holes.extend(uses.map(|entry| entry.span));
    let text = &*world.loaded.sources.get(file).text;
    let mut words = FxHashSet::default();
    let starts = entries.iter().map(|entry| match &entry.node {
        ast::Node::Use(_) => entry.span.end() as usize,
        _ => entry.span.start() as usize,
    });
    let ends = entries.iter().map(|entry| entry.span.start() as usize).chain([text.len()]);
    for (start, end) in std::iter::once(0).chain(starts).zip(ends) {
        if wanted.is_empty() {
            break;
        }
        let part = text.get(start..end).unwrap_or_default();
        if words_of(part).any(|word| wanted.contains(word)) {
            note_used(file, part, start as u32, &holes, &wanted, &mut words);
            wanted.retain(|name| !words.contains(*name));
        }
    }
    words
}

fn note_used(
    file: FileId,
    part: &str,
    start: u32,
    holes: &[Span],
    wanted: &FxHashSet<&str>,
    words: &mut FxHashSet<LeanStr>,
) {
    let tokens = lex(file, part).tokens;
    let mut before = None;
    for (at, token) in tokens.iter().enumerate() {
        let kind_before = before.replace(token.kind);
        let after = tokens.get(at + 1).map(|next| next.kind);
        let other =
            kind_before == Some(TokenKind::Dot) || matches!(after, Some(TokenKind::Equal | TokenKind::Colon));
        if token.kind != TokenKind::Ident || other {
            continue;
        }
        let word = &part[token.span.range()];
        let (first, last) = (start + token.span.start(), start + token.span.end());
        let in_hole = || holes.iter().any(|hole| hole.start() <= first && last <= hole.end());
        if wanted.contains(word) && !in_hole() {
            words.insert(LeanStr::from(word));
        }
    }
}
