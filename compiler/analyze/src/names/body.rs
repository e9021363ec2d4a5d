//! Entries: what they declare, and what the paths in them lead to.

use super::base::Base;
use super::offer::{Around, Here};
use super::scope::{Meaning, Scope, Walker};
use super::{Symbol, SymbolSort};
use crate::types::{Record, Type};
use crate::world::{Def, KindId, type_of};
use laud_syntax::{Span, ast};
use std::rc::Rc;

/// What the entries of a body are about.
#[derive(Clone)]
pub(crate) enum Shape<'p> {
    /// The top of a file.
    File,
    /// The body of a kind, where it is declared.
    Definition,
    /// The body of a declaration of a kind.
    Of(KindId),
    /// The body of an environment.
    Environment,
    /// A record.
    Record(Rc<Record<'p>>),
    /// A map with values of a type.
    Map(Type<'p>),
    /// What has no fields that are known.
    Free,
}

impl<'p> Shape<'p> {
    /// What the body of a value of that type is about.
    pub(super) fn of(ty: &Type<'p>) -> Self {
        match ty.bare() {
            Type::Kinds(kinds) => kinds.first().map_or(Self::Free, |(kind, _)| Self::Of(*kind)),
            Type::Record(record) => Self::Record(record.clone()),
            Type::Map(value) => Self::Map(value.as_ref().clone()),
            _ => Self::Free,
        }
    }
}

impl<'p> Walker<'_, 'p> {
    /// Walks through a whole body, of the places in `span`.
    pub(super) fn walk_body(
        &mut self,
        entries: &'p [ast::Entry],
        span: Span,
        shape: &Shape<'p>,
        scope: &Scope<'p>,
    ) {
        if let Some(probe) = &mut self.probe {
            probe.enter(Around { span, shape: shape.clone(), entries }, self.base.clone());
        }
        entries.iter().for_each(|entry| self.walk_entry(entry, shape, scope));
    }

    pub(super) fn walk_top(&mut self, entry: &'p ast::Entry, scope: &Scope<'p>) {
        self.walk_entry(entry, &Shape::File, scope);
    }

    fn walk_entry(&mut self, entry: &'p ast::Entry, shape: &Shape<'p>, scope: &Scope<'p>) {
        match &entry.node {
            ast::Node::App(_) | ast::Node::Error => {}
            ast::Node::Use(used) => self.walk_use(used),
            ast::Node::Kind(kind) => self.walk_kind(kind),
            ast::Node::Type(alias) => {
                self.note_top(&alias.name);
                self.walk_type(&alias.ty, scope);
            }
            ast::Node::Let(value) => {
                match scope.kind.and_then(|kind| self.own_member(kind, &value.name)) {
                    Some(meaning) => drop(self.note(value.name.span, Some(meaning))),
                    None => self.note_top(&value.name),
                }
                self.walk_expr(&value.value, &Type::Any, scope);
            }
            ast::Node::Metrics(metrics) => {
                self.note_top(&metrics.name);
                for entry in &metrics.entries {
                    match entry {
                        ast::MetricEntry::Metric { name, ty, .. } => {
                            self.probe_new(name.span);
                            self.probe_at(ty.span, || Here::MetricType);
                        }
                        ast::MetricEntry::Spread(name) => {
                            self.probe_at(name.span, || Here::MetricSet);
                            let meaning = self.resolve(&name.text, name.span.file(), scope);
                            self.note(name.span, meaning);
                        }
                    }
                }
            }
            ast::Node::Environment(environment) => self.walk_environment(environment, &entry.doc),
            ast::Node::Decl(decl) => self.walk_decl(decl, &entry.doc, shape, scope),
            ast::Node::Param(param) => {
                if let Some(meaning) = scope.kind.and_then(|kind| self.own_member(kind, &param.name)) {
                    self.note(param.name.span, Some(meaning));
                }
                self.walk_type(&param.ty, scope);
                let ty = type_of(self.world, &param.ty);
                param.default.iter().for_each(|default| self.walk_expr(default, &ty, scope));
            }
            ast::Node::Out(out) => {
                if let Some(meaning) = scope.kind.and_then(|kind| self.own_member(kind, &out.name)) {
                    self.note(out.name.span, Some(meaning));
                }
                out.ty.iter().for_each(|ty| self.walk_type(ty, scope));
                let ty = out.ty.as_ref().map_or(Type::Any, |ty| type_of(self.world, ty));
                out.value.iter().for_each(|value| self.walk_expr(value, &ty, scope));
            }
            ast::Node::Field(field) => {
                let ty = self.walk_path(&field.path, shape, scope);
                self.walk_expr(&field.value, &ty, scope);
                field.because.iter().for_each(|text| self.walk_text(text, scope));
            }
            ast::Node::Block(block) => {
                let ty = self.walk_path(&block.path, shape, scope);
                let scope = scope.within(&block.body.entries);
                let outer = self.base.clone();
                self.base = self.base_at(&block.path, shape);
                self.walk_body(&block.body.entries, block.body.span, &Shape::of(&ty), &scope);
                self.base = outer;
            }
            ast::Node::Spread(value) => self.walk_expr(value, &Type::Any, scope),
            ast::Node::Drop(drop) => {
                if let Some(first) = drop.path.first() {
                    let base = self.base.clone();
                    self.probe_at(first.span, || Here::Dropped { shape: shape.clone(), base });
                }
                self.walk_path(&drop.path, shape, scope);
            }
            ast::Node::If(branch) => {
                self.walk_expr(&branch.condition, &Type::Bool, scope);
                let bodies = std::iter::once(&branch.then).chain(&branch.otherwise);
                bodies.for_each(|body| self.walk_body(&body.entries, body.span, shape, scope));
            }
            ast::Node::For(each) => {
                self.walk_expr(&each.list, &Type::Any, scope);
                let scope = self.turn(&each.list, &each.variable, each.value.as_ref(), scope);
                self.walk_body(&each.body.entries, each.body.span, shape, &scope);
            }
            ast::Node::Raw(raw) => {
                self.walk_body(&raw.body.entries, raw.body.span, &Shape::Free, scope);
            }
        }
    }

    fn walk_use(&mut self, used: &'p ast::Use) {
        if let Some(probe) = &mut self.probe {
            let before = probe.before(used.path.span) as usize;
            let typed = used.path.text.get(..before).unwrap_or(&used.path.text).to_owned();
            probe.touch(used.path.span, || Here::Module(typed));
        }
        for name in used.names.iter().flatten() {
            let here = name.alias.as_ref().unwrap_or(&name.name);
            let meaning =
                self.world.lookup(here.span.file(), &here.text).and_then(|def| self.definition(def));
            if let Some(meaning) = meaning {
                for place in [Some(name.name.span), name.alias.as_ref().map(|alias| alias.span)] {
                    place.into_iter().for_each(|place| self.names.add(place, meaning.symbol.clone()));
                }
            }
            if let Some(probe) = &mut self.probe {
                probe.touch(name.name.span, || Here::Taken(used));
            }
        }
    }

    fn walk_kind(&mut self, kind: &'p ast::Kind) {
        self.note_top(&kind.name);
        let id = self.world.lookup_kind(kind.name.span.file(), &kind.name.text);
        let id = id.filter(|id| std::ptr::eq(self.world.kind(*id).ast, kind));
        let scope = Scope { kind: id, ..Scope::default() };
        self.walk_body(&kind.body.entries, kind.body.span, &Shape::Definition, &scope);
    }

    fn walk_environment(&mut self, environment: &'p ast::Environment, doc: &str) {
        let name = &environment.name;
        self.probe_new(name.span);
        let symbol = self.symbol(name, SymbolSort::Environment, String::new(), None, doc);
        self.names.add(name.span, symbol);
        let scope = Scope::default().within(&environment.body.entries);
        let body = &environment.body;
        self.walk_body(&body.entries, body.span, &Shape::Environment, &scope);
    }

    fn walk_decl(&mut self, decl: &'p ast::Decl, doc: &'p str, shape: &Shape<'p>, scope: &Scope<'p>) {
        let kind = self.world.lookup_kind(decl.kind.span.file(), &decl.kind.text);
        if let Some(kind) = kind {
            let meaning = self.definition(Def::Kind(kind));
            self.note(decl.kind.span, meaning);
        }
        match &decl.name {
            ast::DeclName::Ident(name) => {
                self.probe_new(name.span);
                let stands_for = match (shape, self.world.lookup(name.span.file(), &name.text)) {
                    (Shape::Environment, Some(Def::Decl(id))) if decl.external => {
                        self.definition(Def::Decl(id))
                    }
                    _ => self.declaration(decl, doc),
                };
                self.note(name.span, stands_for);
            }
            ast::DeclName::Label(text) => self.walk_text(text, scope),
        }
        decl.description.iter().for_each(|text| self.walk_text(text, scope));
        decl.ty.iter().for_each(|ty| self.walk_type(ty, scope));
        let written = decl.ty.as_ref().map(|ty| type_of(self.world, ty));
        for (value, name) in [(&decl.target, "target"), (&decl.value, "value")] {
            let param = kind.and_then(|kind| {
                self.world
                    .kind(kind)
                    .params
                    .iter()
                    .find(|param| param.name == name)
                    .map(|param| param.ty.clone())
            });
            let ty = written.clone().or(param).unwrap_or(Type::Any);
            value.iter().for_each(|value| self.walk_expr(value, &ty, scope));
        }
        if let Some(body) = &decl.body {
            let shape = kind.map_or(Shape::Free, Shape::Of);
            self.walk_body(&body.entries, body.span, &shape, &scope.within(&body.entries));
        }
        decl.because.iter().for_each(|text| self.walk_text(text, scope));
    }

    /// Notes the names of a path; gives the type of what it leads to.
    fn walk_path(&mut self, path: &'p [ast::Ident], shape: &Shape<'p>, scope: &Scope<'p>) -> Type<'p> {
        let start = shape;
        let mut shape = shape.clone();
        let mut ty = Type::Any;
        let mut before: Option<Span> = None;
        for (index, name) in path.iter().enumerate() {
            // Of the first, the body says more: it knows what else is set.
            if index > 0 && self.probe.as_ref().is_some_and(|probe| probe.touches(name.span)) {
                let base = self.base_at(&path[..index], start);
                self.probe_at(name.span, || Here::Entry { shape: shape.clone(), entries: &[], base });
            }
            let item = before.and_then(|owner| self.item_of(owner, &name.text));
            let found = item.or_else(|| self.step(&shape, name, scope));
            before = found.as_ref().map(|found| found.symbol.span);
            ty = match (&shape, found) {
                (_, Some(meaning)) => self.note(name.span, Some(meaning)),
                (Shape::Map(value), None) => value.clone(),
                (_, None) => Type::Any,
            };
            shape = Shape::of(&ty);
        }
        ty
    }

    /// The part of the base that a path leads to, within an environment.
    fn base_at(&self, path: &'p [ast::Ident], shape: &Shape<'p>) -> Option<Base<'p>> {
        if !matches!(shape, Shape::Environment) {
            return Some(self.base.as_ref()?.part(path));
        }
        let (first, rest) = path.split_first()?;
        match self.world.lookup(first.span.file(), &first.text) {
            Some(Def::Decl(id)) => Some(Base::new(self.world.decl(id).decl, rest)),
            Some(Def::Kind(_) | Def::Alias(_) | Def::Let(_) | Def::Metrics(_)) | None => None,
        }
    }

    /// What a name at the start of an entry stands for.
    fn step(&mut self, shape: &Shape<'p>, name: &ast::Ident, scope: &Scope<'p>) -> Option<Meaning<'p>> {
        match shape {
            Shape::Of(kind) => {
                let member = self.world.kind(*kind).members.get(&name.text).copied();
                match member {
                    Some(member) => Some(self.member(*kind, member)),
                    None => self
                        .resolve(
                            &name.text,
                            name.span.file(),
                            &Scope {
                                bodies: scope.bodies.last().copied().into_iter().collect(),
                                ..Scope::default()
                            },
                        )
                        .filter(|found| found.symbol.sort == SymbolSort::Declaration),
                }
            }
            Shape::Environment => {
                let found = self.resolve(&name.text, name.span.file(), scope);
                found.or_else(|| self.part(&self.environment_type(), &name.text))
            }
            Shape::Record(record) => self.field_named(record, &name.text),
            Shape::Map(_) | Shape::File | Shape::Definition | Shape::Free => None,
        }
    }

    fn own_member(&mut self, kind: KindId, name: &ast::Ident) -> Option<Meaning<'p>> {
        let member = self.world.kind(kind).members.get(&name.text).copied()?;
        Some(self.member(kind, member)).filter(|found| found.symbol.span == name.span)
    }

    fn note_top(&mut self, name: &ast::Ident) {
        self.probe_new(name.span);
        let def = self.world.lookup(name.span.file(), &name.text);
        let meaning = def.and_then(|def| self.definition(def));
        self.note(name.span, meaning.filter(|found| found.symbol.span == name.span));
    }

    /// A name that is made up here, for which there is nothing to offer.
    fn probe_new(&mut self, name: Span) {
        self.probe_at(name, || Here::New);
    }

    /// Notes what is at a place, if that is asked about.
    pub(super) fn probe_at(&mut self, place: Span, here: impl FnOnce() -> Here<'p>) {
        if let Some(probe) = &mut self.probe {
            probe.touch(place, here);
        }
    }

    /// The scope of one turn of a loop.
    pub(super) fn turn(
        &mut self,
        list: &'p ast::Expr,
        variable: &'p ast::Ident,
        second: Option<&'p ast::Ident>,
        scope: &Scope<'p>,
    ) -> Scope<'p> {
        let (first, value) = match self.infer(list, scope).bare() {
            Type::List(item) => (item.as_ref().clone(), Type::Any),
            Type::Map(value) => (Type::TEXT, value.as_ref().clone()),
            _ => (Type::Any, Type::Any),
        };
        let mut inner = scope.clone();
        inner.locals.push((variable, first));
        inner.locals.extend(second.map(|second| (second, value)));
        let locals: Vec<(Span, Symbol)> = inner.locals[scope.locals.len()..]
            .iter()
            .map(|(name, ty)| (name.span, self.symbol(name, SymbolSort::Variable, ty.to_string(), None, "")))
            .collect();
        locals.into_iter().for_each(|(place, symbol)| self.names.add(place, symbol));
        inner
    }
}

impl<'p> Scope<'p> {
    /// The scope in a body of these entries.
    fn within(&self, entries: &'p [ast::Entry]) -> Self {
        let mut inner = self.clone();
        inner.bodies.push(entries);
        inner
    }
}
