//! What could stand at a place: the names that an editor offers there.

use super::body::Shape;
use super::scope::{Scope, Walker, kinds_of};
use super::{Symbol, SymbolSort};
use crate::eval::FUNCTIONS;
use crate::files::Files;
use crate::load;
use crate::types::Type;
use crate::world::{Def, Member, World};
use camino::Utf8Path;
use laud_syntax::{FileId, Span, ast};
use std::collections::BTreeSet;

/// Something that could stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What would be written.
    pub name: String,
    /// What it is.
    pub sort: OfferSort,
    /// Its type, or a declaration's kind; may be empty.
    pub ty: String,
    /// Its default, as written.
    pub default: Option<String>,
    /// Its documentation.
    pub doc: String,
    /// How likely it is: the less, the likelier. What must be set is
    /// 0, a value of the type that is due 1.
    pub rank: u8,
    /// Whether it opens an entry that sets it.
    pub sets: bool,
}

/// What an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferSort {
    /// Something that the program declares.
    Symbol(SymbolSort),
    /// A field or a part that takes a body of its own.
    Block,
    /// A word of the language.
    Keyword,
    /// A function.
    Function,
    /// A module.
    Module,
    /// A type that is built in.
    Builtin,
}

/// A place that is asked about.
pub(crate) struct Probe<'p> {
    file: FileId,
    offset: u32,
    found: Option<Here<'p>>,
}

/// What is at a place.
pub(super) enum Here<'p> {
    /// An entry of a body.
    Entry { shape: Shape<'p>, entries: &'p [ast::Entry] },
    /// A value, of which the type is due.
    Value(Type<'p>, Scope<'p>),
    /// A part of a value of that type; where a declaration is named, of what that declares too.
    Part(Type<'p>, Option<Span>),
    /// A type.
    Type,
    /// A name that is made up.
    New,
    /// The path of a module.
    Module,
    /// A name that is taken from a module.
    Taken(&'p ast::Use),
}

impl<'p> Probe<'p> {
    /// The place is within a body, if it is between its braces.
    pub(super) fn enter(&mut self, body: Span, here: impl FnOnce() -> Here<'p>) {
        if body.file == self.file && body.start < self.offset && self.offset < body.end {
            self.found = Some(here());
        }
    }

    /// The place is at a name, if it touches it.
    pub(super) fn touch(&mut self, name: Span, here: impl FnOnce() -> Here<'p>) {
        if name.file == self.file && name.touches(self.offset) {
            self.found = Some(here());
        }
    }
}

/// What could stand at a byte of a file of the program of that main file. The
/// file's text should have some name at the place, so that it can be told what
/// it is part of. In order of likelihood, then of name.
pub fn offers(files: &dyn Files, main: &Utf8Path, file: &Utf8Path, offset: u32) -> Vec<Offer> {
    crate::on_large_stack(|| {
        let loaded = load::load(files, main);
        let named = loaded.sources.iter().find(|(_, source)| crate::files::normal(&source.name) == file);
        let Some((id, _)) = named else { return Vec::new() };
        let world = World::new(&loaded);
        let tree = &loaded.files[id.0 as usize].file;
        let top = Here::Entry { shape: Shape::File, entries: &tree.entries };
        let probe = Probe { file: id, offset, found: Some(top) };
        let mut walker = Walker::new(&world, Some(probe));
        walker.walk_file(tree);
        let Some(here) = walker.probe.take().and_then(|probe| probe.found) else { return Vec::new() };
        let mut offers = walker.offers(here, id);
        offers.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.name.cmp(&b.name)));
        offers.dedup_by(|a, b| a.name == b.name);
        offers
    })
}

impl<'p> Walker<'_, 'p> {
    fn offers(&mut self, here: Here<'p>, file: FileId) -> Vec<Offer> {
        match here {
            Here::Entry { shape, entries } => self.entries(&shape, entries, file),
            Here::Value(ty, scope) => self.values(&ty, &scope, file),
            Here::Part(of, owner) => {
                let items = owner.and_then(|owner| self.body_of(owner)).unwrap_or_default();
                let items = declarations(items).filter_map(|decl| self.declaration(decl, ""));
                let items: Vec<Offer> = items.map(|item| offer(item.symbol, 0)).collect();
                self.parts(&of).into_iter().chain(items).collect()
            }
            Here::New => Vec::new(),
            Here::Type => self.types(file),
            Here::Module => modules(),
            Here::Taken(used) => self.taken(used),
        }
    }

    /// What an entry could be.
    fn entries(&mut self, shape: &Shape<'p>, entries: &'p [ast::Entry], file: FileId) -> Vec<Offer> {
        let set = set_in(entries);
        let mut found = match shape {
            Shape::File => {
                words(&["app", "use", "kind", "type", "let", "metrics", "environment", "external"])
            }
            Shape::Definition => words(&["let", "out", "if", "for"]),
            Shape::Of(_) => words(&["if", "for", "raw"]),
            Shape::Environment => words(&["drop", "external"]),
            Shape::Record(_) | Shape::Map(_) | Shape::Free => Vec::new(),
        };
        match shape {
            Shape::File | Shape::Definition => found.extend(self.kinds(file, 1)),
            Shape::Environment => {
                found.extend(self.kinds(file, 2));
                found.extend(self.visible(file, |def| matches!(def, Def::Decl(_)), 1));
                found.extend(self.parts(&self.environment_type()));
            }
            Shape::Of(kind) => {
                let world = self.world;
                for (index, param) in world.kind(*kind).params.iter().enumerate() {
                    let needed = param.ast.default.is_none() && !param.ty.is_optional();
                    let meaning = self.member(*kind, Member::Param(index));
                    found.push(field(meaning.symbol, &param.ty, needed));
                }
                for (part, _) in &world.kind(*kind).slots {
                    found.extend(self.definition(Def::Kind(*part)).map(|part| offer(part.symbol, 2)));
                }
            }
            Shape::Record(record) => found.extend(record.fields.iter().map(|one| {
                let needed = one.default.is_none() && !one.ty.is_optional();
                field(self.record_field(one).symbol, &one.ty, needed)
            })),
            Shape::Map(_) | Shape::Free => {}
        }
        found.retain(|offer| !set.contains(offer.name.as_str()));
        found
    }

    /// What a value of a type could be.
    fn values(&mut self, ty: &Type<'p>, scope: &Scope<'p>, file: FileId) -> Vec<Offer> {
        let mut found = Vec::new();
        match ty.bare() {
            Type::Enum(ty) => found.extend(ty.variants.iter().map(|one| {
                let sort = if one.fields.is_some() {
                    OfferSort::Block
                } else {
                    OfferSort::Symbol(SymbolSort::Variant)
                };
                Offer { sort, ..offer(self.variant(one).symbol, 1) }
            })),
            Type::Bool => {
                found.extend(words(&["true", "false"]).into_iter().map(|one| Offer { rank: 1, ..one }))
            }
            _ => {}
        }
        if ty.is_optional() {
            found.extend(words(&["none"]));
        }
        let wanted: Vec<_> = kinds_of(ty).into_iter().map(|(kind, _)| kind).collect();
        let fits = |found: &Type<'p>| kinds_of(found).iter().any(|(kind, _)| wanted.contains(kind));
        for (local, local_type) in &scope.locals {
            let symbol = self.symbol(local, SymbolSort::Variable, local_type.to_string(), None, "");
            found.push(offer(symbol, 1));
        }
        if let Some(kind) = scope.kind {
            let mut members: Vec<_> = self.world.kind(kind).members.values().copied().collect();
            members.sort_by_key(|member| self.member(kind, *member).symbol.span);
            for member in members {
                let meaning = self.member(kind, member);
                found.push(offer(meaning.symbol, 2));
            }
        }
        for entries in &scope.bodies {
            for decl in declarations(entries) {
                if let Some(meaning) = self.declaration(decl, "") {
                    found.push(offer(meaning.symbol, if fits(&meaning.ty) { 1 } else { 4 }));
                }
            }
        }
        let names: Vec<String> = self.world.visible(file, |_| true).into_iter().map(str::to_owned).collect();
        for name in names {
            let def = self.world.lookup(file, &name);
            let Some(def) = def.filter(|def| !matches!(def, Def::Kind(_) | Def::Alias(_))) else { continue };
            if let Some(meaning) = self.definition(def) {
                let rank = if fits(&meaning.ty) { 1 } else { 3 };
                found.push(Offer { name, ..offer(meaning.symbol, rank) });
            }
        }
        found.extend(FUNCTIONS.iter().map(|function| Offer {
            ty: function.signature.to_owned(),
            ..plain(function.name, OfferSort::Function, 5)
        }));
        found.extend(words(&["environment", "app"]));
        found
    }

    /// The parts of a value of a type.
    fn parts(&mut self, of: &Type<'p>) -> Vec<Offer> {
        match of.bare() {
            Type::Kinds(kinds) => {
                let mut found = Vec::new();
                for (kind, _) in kinds.iter() {
                    let members: Vec<_> = self.world.kind(*kind).members.values().copied().collect();
                    for member in members.into_iter().filter(|member| !matches!(member, Member::Let(_))) {
                        let rank = if matches!(member, Member::Out(_)) { 1 } else { 2 };
                        found.push(offer(self.member(*kind, member).symbol, rank));
                    }
                }
                found
            }
            Type::Record(record) => {
                record.fields.iter().map(|field| offer(self.record_field(field).symbol, 1)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn types(&mut self, file: FileId) -> Vec<Offer> {
        let builtin = Type::BUILTIN_NAMES.iter().map(|name| plain(name, OfferSort::Builtin, 1));
        let mut found: Vec<Offer> = builtin.collect();
        found.extend(self.visible(file, |def| matches!(def, Def::Alias(_)), 2));
        found.extend(self.kinds(file, 3));
        found
    }

    fn taken(&mut self, used: &'p ast::Use) -> Vec<Offer> {
        let world = self.world;
        let standard = laud_stdlib::MODULES.iter().filter_map(|(path, _)| path.rsplit_once('/'));
        let folder = used.path.text.strip_prefix("std/");
        let standard = standard.filter(|(module, _)| folder == Some(*module)).map(|(_, name)| name);
        let sort = OfferSort::Symbol(SymbolSort::Kind);
        let mut found: Vec<Offer> = standard.map(|name| plain(name, sort, 1)).collect();
        let files = world
            .loaded
            .uses
            .get(&used.path.span)
            .map(|module| &world.loaded.modules[module.0 as usize].files);
        if let (Some(files), None) = (files, folder) {
            let here = files.first().map(|file| world.own_names(*file)).unwrap_or_default();
            for def in here {
                found.extend(self.definition(def).map(|meaning| offer(meaning.symbol, 1)));
            }
        }
        let taken: BTreeSet<&str> = used.names.iter().flatten().map(|name| name.name.text.as_str()).collect();
        found.retain(|offer| !taken.contains(offer.name.as_str()));
        found
    }

    fn kinds(&mut self, file: FileId, rank: u8) -> Vec<Offer> {
        self.visible(file, |def| matches!(def, Def::Kind(_)), rank)
    }

    fn visible(&mut self, file: FileId, pass: impl Fn(Def) -> bool, rank: u8) -> Vec<Offer> {
        let names: Vec<String> = self.world.visible(file, pass).into_iter().map(str::to_owned).collect();
        let mut found = Vec::new();
        for name in names {
            if let Some(meaning) = self.world.lookup(file, &name).and_then(|def| self.definition(def)) {
                found.push(Offer { name, ..offer(meaning.symbol, rank) });
            }
        }
        found
    }
}

fn modules() -> Vec<Offer> {
    let folders = laud_stdlib::MODULES.iter().filter_map(|(path, _)| path.rsplit_once('/'));
    let names: BTreeSet<String> = folders.map(|(folder, _)| format!("std/{folder}")).collect();
    names.iter().map(|name| plain(name, OfferSort::Module, 1)).collect()
}

fn words(words: &[&str]) -> Vec<Offer> {
    words.iter().map(|word| plain(word, OfferSort::Keyword, 6)).collect()
}

fn plain(name: &str, sort: OfferSort, rank: u8) -> Offer {
    let (ty, doc) = (String::new(), String::new());
    Offer { name: name.to_owned(), sort, ty, default: None, doc, rank, sets: false }
}

fn offer(symbol: Symbol, rank: u8) -> Offer {
    let Symbol { name, sort, ty, default, doc, .. } = symbol;
    Offer { name: name.to_string(), sort: OfferSort::Symbol(sort), ty, default, doc, rank, sets: false }
}

/// A field to set: with a body, where its value is a record or a map.
fn field(symbol: Symbol, ty: &Type<'_>, needed: bool) -> Offer {
    let takes_body = matches!(ty.bare(), Type::Record(_) | Type::Map(_));
    let offer = Offer { sets: true, ..offer(symbol, if needed { 0 } else { 1 }) };
    if takes_body { Offer { sort: OfferSort::Block, ..offer } } else { offer }
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

fn declarations(entries: &[ast::Entry]) -> impl Iterator<Item = &ast::Decl> {
    entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Decl(decl) => Some(&**decl),
        _ => None,
    })
}
