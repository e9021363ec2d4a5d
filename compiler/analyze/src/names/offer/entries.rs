//! Entries: the fields of a body, the parts that it takes, what an environment
//! changes.

use super::{Fill, Offer, OfferSort, offer, plain, words};
use crate::names::base::Base;
use crate::names::body::Shape;
use crate::names::sample::Sample;
use crate::names::scope::Walker;
use crate::names::{Symbol, SymbolSort};
use crate::types::Type;
use crate::world::{Def, KindId, Member};
use laud_syntax::{FileId, ast};
use std::collections::BTreeSet;

/// The most paths into declarations that an environment is offered.
const MOST_PATHS: usize = 400;

impl<'p> Walker<'_, 'p> {
    /// What an entry could be.
    pub(super) fn entries(
        &mut self,
        shape: &Shape<'p>,
        entries: &'p [ast::Entry],
        base: Option<&Base<'p>>,
        file: FileId,
    ) -> Vec<Offer> {
        let set = set_in(entries);
        let mut found = match shape {
            Shape::File => {
                words(&["app", "use", "kind", "type", "let", "metrics", "environment", "external", "raw"])
            }
            Shape::Definition => words(&["let", "out", "if", "for"]),
            Shape::Of(_) => words(&["if", "for", "raw", "drop"]),
            Shape::Environment => words(&["drop", "external", "raw"]),
            Shape::Record(_) | Shape::Map(_) | Shape::Free => Vec::new(),
        };
        match shape {
            Shape::File => {
                found.extend(self.kinds(file, 1));
                found.extend(self.foreign_kinds(file, 4));
            }
            Shape::Definition => found.extend(self.kinds(file, 1)),
            Shape::Environment => {
                found.extend(self.kinds(file, 3));
                found.extend(self.foreign_kinds(file, 5));
                found.extend(self.visible(file, |def| matches!(def, Def::Decl(_)), 1));
                found.extend(self.overlays(file));
                let own = self.environment_type();
                found.extend(self.fields_of(&own, file));
            }
            Shape::Of(kind) => {
                found.extend(
                    self.fields_of(&Type::Kinds([(*kind, self.world.kind(*kind).name.clone())].into()), file),
                );
                found.extend(self.slots(*kind, file));
                // What the kind makes can be changed here.
                let made: Vec<_> = self.children(*kind);
                found.extend(made.into_iter().map(|symbol| Offer {
                    sets: true,
                    sort: OfferSort::Block,
                    ..offer(symbol, 3)
                }));
            }
            Shape::Record(record) => found.extend(self.fields_of(&Type::Record(record.clone()), file)),
            Shape::Map(_) => found.extend(base.into_iter().flat_map(keys)),
            Shape::Free => {}
        }
        found.retain(|offer| !set.contains(offer.name.as_str()));
        if let Some(base) = base {
            for offer in &mut found {
                offer.now = base.value(&[&offer.name]).map(|value| self.written(value));
                // Nothing must be set again, and what is set is likely to be changed.
                if offer.sets {
                    offer.rank = if offer.now.is_some() { 0 } else { offer.rank.max(1) };
                }
            }
        }
        found
    }

    /// What a `drop` could take away.
    pub(super) fn dropped(&mut self, shape: &Shape<'p>, base: Option<&Base<'p>>, file: FileId) -> Vec<Offer> {
        match shape {
            Shape::Environment => self.visible(file, |def| matches!(def, Def::Decl(_)), 1),
            Shape::Of(kind) => {
                let made = self.children(*kind).into_iter().map(|symbol| offer(symbol, 1));
                let parts: Vec<Offer> = self.slots(*kind, file);
                made.chain(base.into_iter().flat_map(keys))
                    .chain(parts.into_iter().map(|one| Offer { fill: Fill::Nothing, rank: 2, ..one }))
                    .collect()
            }
            Shape::Record(_) | Shape::Map(_) => base.into_iter().flat_map(keys).collect(),
            Shape::File | Shape::Definition | Shape::Free => Vec::new(),
        }
    }

    /// The fields that a value of a type takes.
    pub(super) fn fields_of(&mut self, ty: &Type<'p>, file: FileId) -> Vec<Offer> {
        let mut found = Vec::new();
        match ty.bare() {
            Type::Kinds(kinds) => {
                for (kind, _) in kinds.iter().take(1) {
                    for index in 0..self.world.kind(*kind).params.len() {
                        let param = &self.world.kind(*kind).params[index];
                        let needed = param.ast.default.is_none() && !param.ty.is_optional();
                        let ty = param.ty.clone();
                        let symbol = self.member(*kind, Member::Param(index)).symbol;
                        found.push(self.field(symbol, &ty, needed, file));
                    }
                }
            }
            Type::Record(record) => {
                for one in &record.fields {
                    let needed = one.default.is_none() && !one.ty.is_optional();
                    let symbol = self.record_field(one).symbol;
                    found.push(self.field(symbol, &one.ty, needed, file));
                }
            }
            _ => {}
        }
        found
    }

    /// A field to set: with a body, where its value is a record or a map.
    fn field(&mut self, symbol: Symbol, ty: &Type<'p>, needed: bool, file: FileId) -> Offer {
        let takes_body = matches!(ty.bare(), Type::Record(_) | Type::Map(_));
        let fill = match (&symbol.default, ty.bare()) {
            // What has a body is opened, and what is in it by default stays.
            (Some(_), Type::Record(_) | Type::Map(_)) => Sample::Fields(Vec::new()),
            (
                Some(default),
                Type::Int
                | Type::Bytes
                | Type::Duration
                | Type::Percent
                | Type::Rate
                | Type::Cpu
                | Type::Port
                | Type::Float,
            ) if default.starts_with(|first: char| first.is_ascii_digit()) => Sample::Value(default.clone()),
            _ => self.sample(ty, file, 0),
        };
        let rank = if needed { 0 } else { 1 };
        let offer = Offer { sets: true, fill: Fill::Value(fill), ..offer(symbol, rank) };
        if takes_body { Offer { sort: OfferSort::Block, ..offer } } else { offer }
    }

    /// The kinds of which a kind takes declarations in its body.
    fn slots(&mut self, kind: KindId, file: FileId) -> Vec<Offer> {
        let parts: Vec<KindId> = self.world.kind(kind).slots.iter().map(|(part, _)| *part).collect();
        parts.into_iter().filter_map(|part| self.kind_offer(part, None, file, 2)).collect()
    }

    /// What a kind makes, by name.
    fn children(&mut self, kind: KindId) -> Vec<Symbol> {
        let members: Vec<_> = self.world.kind(kind).members.values().copied().collect();
        let made = members.into_iter().filter(|member| matches!(member, Member::Child(_)));
        let mut symbols: Vec<Symbol> = made.map(|member| self.member(kind, member).symbol).collect();
        symbols.sort_by_key(|symbol| symbol.span);
        symbols
    }

    /// The kinds that a file sees.
    pub(super) fn kinds(&mut self, file: FileId, rank: u8) -> Vec<Offer> {
        let names: Vec<String> = self
            .world
            .visible(file, |def| matches!(def, Def::Kind(_)))
            .into_iter()
            .map(str::to_owned)
            .collect();
        let kinds = names.into_iter().filter_map(|name| Some((self.world.lookup_kind(file, &name)?, name)));
        let kinds: Vec<_> = kinds.collect();
        let primitives = self.world.primitives;
        let mut found = Vec::new();
        for (kind, name) in kinds {
            // Of what every file has, few kinds stand by themselves.
            let is_own = !self.world.kind(kind).ast.primitive
                || [primitives.service, primitives.secret].contains(&Some(kind));
            found.extend(self.kind_offer(kind, Some(name), file, if is_own { rank } else { rank + 1 }));
        }
        found
    }

    fn kind_offer(&mut self, kind: KindId, name: Option<String>, file: FileId, rank: u8) -> Option<Offer> {
        let symbol = self.definition(Def::Kind(kind))?.symbol;
        let fill = Fill::Declaration(self.form(kind, file));
        let offer = Offer { fill, ..offer(symbol, rank) };
        Some(match name {
            Some(name) => Offer { name, ..offer },
            None => offer,
        })
    }

    /// The kinds of the standard library that a file has not taken.
    fn foreign_kinds(&self, file: FileId, rank: u8) -> Vec<Offer> {
        let sort = OfferSort::Symbol(SymbolSort::Kind);
        let foreign = laud_stdlib::MODULES.iter().filter_map(|laud_stdlib::File { path, text, .. }| {
            let (folder, name) = path.rsplit_once('/')?;
            let is_kind =
                text.contains(&format!("\nkind {name} {{")) || text.starts_with(&format!("kind {name} {{"));
            let is_new = self.world.lookup(file, name).is_none();
            (is_kind && is_new).then(|| {
                let module = Some(format!("std/{folder}"));
                Offer { module, doc: doc_of(text, name), ..plain(name, sort, rank) }
            })
        });
        foreign.collect()
    }

    /// The names that a file sees and that pass.
    pub(super) fn visible(&mut self, file: FileId, pass: impl Fn(Def) -> bool, rank: u8) -> Vec<Offer> {
        let names: Vec<String> = self.world.visible(file, pass).into_iter().map(str::to_owned).collect();
        let mut found = Vec::new();
        for name in names {
            if let Some(meaning) = self.world.lookup(file, &name).and_then(|def| self.definition(def)) {
                found.push(Offer { name, ..offer(meaning.symbol, rank) });
            }
        }
        found
    }

    /// The fields that declarations set, as paths by which an environment changes them.
    fn overlays(&mut self, file: FileId) -> Vec<Offer> {
        let world = self.world;
        let names: Vec<String> =
            world.visible(file, |def| matches!(def, Def::Decl(_))).into_iter().map(str::to_owned).collect();
        let mut found = Vec::new();
        for name in names {
            let Some(Def::Decl(id)) = world.lookup(file, &name) else { continue };
            let decl = world.decl(id).decl;
            let Some(kind) = world.lookup_kind(decl.kind.span.file(), &decl.kind.text) else { continue };
            let ty = Type::Kinds([(kind, decl.kind.text.clone())].into());
            let entries = decl.body.as_ref().map_or(&[][..], |body| &body.entries);
            self.overlays_in(entries, &name, &ty, &mut found);
            if found.len() >= MOST_PATHS {
                break;
            }
        }
        found
    }

    fn overlays_in(&mut self, entries: &'p [ast::Entry], path: &str, of: &Type<'p>, found: &mut Vec<Offer>) {
        for entry in entries {
            let (steps, value) = match &entry.node {
                ast::Node::Field(field) => (&field.path, Ok(&field.value)),
                ast::Node::Block(block) => (&block.path, Err(&block.body.entries)),
                _ => continue,
            };
            let mut part = None;
            for step in steps {
                let of = part.as_ref().map_or(of, |part: &super::super::scope::Meaning<'p>| &part.ty).clone();
                part = self.part(&of, &step.text);
            }
            // The keys of maps have no declaration of their own.
            let Some(part) = part else { continue };
            let steps: Vec<&str> = steps.iter().map(|step| step.text.as_str()).collect();
            let path = format!("{path}.{}", steps.join("."));
            match value {
                Err(entries) => self.overlays_in(entries, &path, &part.ty, found),
                Ok(value) => {
                    let now = Some(self.written(value));
                    let fill = Fill::Value(Sample::Value(now.clone().unwrap_or_default()));
                    found.push(Offer { name: path, now, fill, sets: true, ..offer(part.symbol, 2) });
                }
            }
        }
    }

    /// An expression as it is written, on one line.
    fn written(&self, value: &ast::Expr) -> String {
        let text = self.world.loaded.sources.slice(value.span);
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    }
}

/// The doc comment of a kind, read off its text: to parse the whole library would take too long.
fn doc_of(text: &str, kind: &str) -> String {
    let Some((before, _)) = text.split_once(&format!("kind {kind} {{")) else { return String::new() };
    let lines = before.lines().rev().take_while(|line| line.starts_with("///"));
    let mut lines: Vec<&str> = lines.map(|line| line[3..].strip_prefix(' ').unwrap_or(&line[3..])).collect();
    lines.reverse();
    lines.join("\n")
}

/// The keys that the base of an environment sets.
fn keys(base: &Base<'_>) -> Vec<Offer> {
    let sort = OfferSort::Symbol(SymbolSort::Field);
    base.keys().into_iter().map(|key| Offer { sets: true, ..plain(&key, sort, 1) }).collect()
}

/// The fields that entries set whole.
fn set_in(entries: &[ast::Entry]) -> BTreeSet<&str> {
    entries
        .iter()
        .filter_map(|entry| match &entry.node {
            ast::Node::Field(field) if !matches!(field.value.node, ast::ExprNode::Error) => {
                match &*field.path {
                    [name] => Some(name.text.as_str()),
                    _ => None,
                }
            }
            _ => None,
        })
        .collect()
}
