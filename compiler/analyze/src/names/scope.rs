//! What a name stands for where it stands, and of which type that is.

use super::base::Base;
use super::offer::Probe;
use super::{Names, Symbol, SymbolSort};
use crate::types::{Field, Record, Type, Variant};
use crate::world::{self, Def, KindId, Member, World, type_of};
use laud_syntax::{FileId, Span, ast};
use std::rc::Rc;

/// How far types are inferred through lets and outputs, of which some could need themselves.
const MOST_STEPS: u32 = 24;

/// The walk through the files.
pub(crate) struct Walker<'w, 'p> {
    pub(crate) world: &'w World<'p>,
    pub(super) names: Names,
    /// The place that is asked about, and what is known of it.
    pub(super) probe: Option<Probe<'p>>,
    /// What is changed, within an environment.
    pub(super) base: Option<Base<'p>>,
    steps: u32,
}

/// What is around an entry or an expression.
#[derive(Clone, Default)]
pub(crate) struct Scope<'p> {
    /// The kind in whose body it stands.
    pub(super) kind: Option<KindId>,
    /// The entries of the bodies around it, the nearest last.
    pub(super) bodies: Vec<&'p [ast::Entry]>,
    /// The variables of loops, the nearest last.
    pub(super) locals: Vec<(&'p ast::Ident, Type<'p>)>,
}

/// What a name stands for.
pub(super) struct Meaning<'p> {
    pub(super) symbol: Symbol,
    pub(super) ty: Type<'p>,
}

impl<'w, 'p> Walker<'w, 'p> {
    pub(crate) fn new(world: &'w World<'p>, probe: Option<Probe<'p>>) -> Self {
        Self { world, names: Names::default(), probe, base: None, steps: 0 }
    }

    /// Notes what a name stands for; gives its type.
    pub(super) fn note(&mut self, place: Span, meaning: Option<Meaning<'p>>) -> Type<'p> {
        let Some(Meaning { symbol, ty }) = meaning else { return Type::Any };
        self.note_types(&symbol, &ty);
        self.names.add(place, symbol);
        ty
    }

    /// What a name of a value stands for, by the rules of the evaluator.
    pub(super) fn resolve(&mut self, name: &str, file: FileId, scope: &Scope<'p>) -> Option<Meaning<'p>> {
        if let Some((local, ty)) = scope.locals.iter().rev().find(|(local, _)| local.text == name) {
            let symbol = self.symbol(local, SymbolSort::Variable, ty.to_string(), None, "");
            return Some(Meaning { symbol, ty: ty.clone() });
        }
        if let Some(kind) = scope.kind {
            if let Some(member) = self.world.kind(kind).members.get(name).copied() {
                return Some(self.member(kind, member));
            }
            if name == "self" {
                let info = self.world.kind(kind);
                let ty = Type::Kinds([(kind, info.name.clone())].into());
                let symbol = self.symbol(&info.ast.name, SymbolSort::Kind, String::new(), None, info.doc);
                return Some(Meaning { symbol, ty });
            }
        }
        let around = scope.bodies.iter().rev().find_map(|entries| declared(entries, name));
        if let Some((decl, doc)) = around {
            return self.declaration(decl, doc);
        }
        match self.world.lookup(file, name) {
            Some(def) => self.definition(def),
            None => None,
        }
    }

    /// What a name at the top of a file stands for.
    pub(super) fn definition(&mut self, def: Def) -> Option<Meaning<'p>> {
        let world = self.world;
        match def {
            Def::Kind(id) => {
                let kind = world.kind(id);
                let symbol = self.symbol(&kind.ast.name, SymbolSort::Kind, String::new(), None, kind.doc);
                Some(Meaning { symbol, ty: Type::Kinds([(id, kind.name.clone())].into()) })
            }
            Def::Alias(id) => {
                let alias = &world.aliases[id.0 as usize];
                let written = world.loaded.sources.slice(alias.ast.ty.span).to_owned();
                let doc = self.doc_of(alias.ast.name.span);
                let symbol = self.symbol(&alias.ast.name, SymbolSort::Type, written, None, doc);
                Some(Meaning { symbol, ty: world.alias_type(id) })
            }
            Def::Let(id) => Some(self.let_meaning(world.lets[id.0 as usize], None)),
            Def::Metrics(id) => {
                let name = &world.metrics[id.0 as usize].name;
                let doc = self.doc_of(name.span);
                let symbol = self.symbol(name, SymbolSort::Metrics, "Metrics".to_owned(), None, doc);
                Some(Meaning { symbol, ty: Type::Metrics })
            }
            Def::Decl(id) => {
                let world::Decl { decl, entry } = world.decl(id);
                self.declaration(decl, &entry.doc)
            }
        }
    }

    /// What a declaration is, if it has a name that others can use.
    pub(super) fn declaration(&mut self, decl: &'p ast::Decl, doc: &'p str) -> Option<Meaning<'p>> {
        let ast::DeclName::Ident(name) = &decl.name else { return None };
        let symbol = self.symbol(name, SymbolSort::Declaration, decl.kind.text.to_string(), None, doc);
        let kind = self.world.lookup_kind(decl.kind.span.file(), &decl.kind.text);
        let ty = match (kind, &decl.ty) {
            // A setting is named for its value.
            (Some(kind), Some(ty)) if Some(kind) == self.world.primitives.setting => type_of(self.world, ty),
            (Some(kind), _) => Type::Kinds([(kind, decl.kind.text.clone())].into()),
            (None, _) => Type::Any,
        };
        Some(Meaning { symbol, ty })
    }

    /// What a name in a kind is.
    pub(super) fn member(&mut self, kind: KindId, member: Member<'p>) -> Meaning<'p> {
        let world = self.world;
        match member {
            Member::Param(index) => {
                let param = &world.kind(kind).params[index];
                let default = param.ast.default.as_ref().map(|default| default.span);
                let sort = SymbolSort::Parameter;
                let symbol = self.symbol(&param.ast.name, sort, param.ty.to_string(), default, param.doc);
                Meaning { symbol, ty: param.ty.clone() }
            }
            Member::Out(index) => {
                let out = &world.kind(kind).outs[index];
                let ty = match (&out.ty, &out.ast.value) {
                    (Some(ty), _) => ty.clone(),
                    (None, Some(value)) => self.infer(value, &Scope { kind: Some(kind), ..Scope::default() }),
                    (None, None) => Type::Any,
                };
                let symbol = self.symbol(&out.ast.name, SymbolSort::Output, shown(&ty), None, out.doc);
                Meaning { symbol, ty }
            }
            Member::Let(value) => self.let_meaning(value, Some(kind)),
            Member::Child(decl) => {
                let doc = self.doc_of(decl.name_span());
                self.declaration(decl, doc).unwrap_or_else(|| Meaning {
                    symbol: self.symbol(&decl.kind, SymbolSort::Declaration, String::new(), None, ""),
                    ty: Type::Any,
                })
            }
        }
    }

    fn let_meaning(&mut self, value: &'p ast::Let, kind: Option<KindId>) -> Meaning<'p> {
        let ty = self.infer(&value.value, &Scope { kind, ..Scope::default() });
        let doc = self.doc_of(value.name.span);
        let symbol = self.symbol(&value.name, SymbolSort::Let, shown(&ty), None, doc);
        Meaning { symbol, ty }
    }

    /// A field of a record.
    pub(super) fn record_field(&self, field: &Field<'p>) -> Meaning<'p> {
        let default = field.default.map(|default| default.span);
        let ty = field.ty.to_string();
        let symbol = self.symbol(&field.ast.name, SymbolSort::Field, ty, default, field.doc);
        Meaning { symbol, ty: field.ty.clone() }
    }

    /// A variant of an enum.
    pub(super) fn variant(&self, variant: &Variant<'p>) -> Meaning<'p> {
        let name = &variant.ast.name;
        let symbol = self.symbol(name, SymbolSort::Variant, String::new(), None, &variant.ast.doc);
        let ty = variant.fields.as_ref().map_or(Type::Any, |fields| Type::Record(fields.clone()));
        Meaning { symbol, ty }
    }

    /// What a part of a value of that type is: `host` of a `postgres`.
    pub(super) fn part(&mut self, of: &Type<'p>, name: &str) -> Option<Meaning<'p>> {
        match of.bare() {
            Type::Kinds(kinds) => kinds.iter().find_map(|(kind, _)| {
                let member = self.world.kind(*kind).members.get(name).copied()?;
                Some(self.member(*kind, member))
            }),
            Type::Record(record) => self.field_named(record, name),
            Type::Enum(ty) => {
                let records = ty.variants.iter().filter_map(|variant| variant.fields.clone());
                records.into_iter().find_map(|record| self.field_named(&record, name))
            }
            _ => None,
        }
    }

    /// What the declaration whose name stands at a place declares in its body.
    pub(super) fn item_of(&mut self, owner: Span, name: &str) -> Option<Meaning<'p>> {
        let (item, doc) = declared(self.body_of(owner)?, name)?;
        self.declaration(item, doc)
    }

    /// The entries of the declaration at the top of a file whose name stands at a place.
    pub(super) fn body_of(&self, owner: Span) -> Option<&'p [ast::Entry]> {
        let world = self.world;
        let found = world.decls.iter().find(|one| one.decl.name_span() == owner)?;
        Some(&found.decl.body.as_ref()?.entries)
    }

    pub(super) fn field_named(&self, record: &Rc<Record<'p>>, name: &str) -> Option<Meaning<'p>> {
        record.fields.iter().find(|field| field.name == name).map(|field| self.record_field(field))
    }

    pub(super) fn symbol(
        &self,
        name: &ast::Ident,
        sort: SymbolSort,
        ty: String,
        default: Option<Span>,
        doc: &str,
    ) -> Symbol {
        let default = default.map(|span| self.world.loaded.sources.slice(span).to_owned());
        Symbol { name: name.text.clone(), sort, span: name.span, ty, default, doc: doc.to_owned() }
    }

    /// The doc comment of the entry that declares a name.
    fn doc_of(&self, name: Span) -> &'p str {
        let entries = &self.world.loaded.files[name.file().0 as usize].file.entries;
        innermost(entries, name).map_or("", |entry| &entry.doc)
    }

    /// The type of an expression, as far as it can be told without its value.
    pub(super) fn infer(&mut self, expr: &'p ast::Expr, scope: &Scope<'p>) -> Type<'p> {
        if self.steps >= MOST_STEPS {
            return Type::Any;
        }
        self.steps += 1;
        let ty = self.infer_node(expr, scope);
        self.steps -= 1;
        ty
    }

    fn infer_node(&mut self, expr: &'p ast::Expr, scope: &Scope<'p>) -> Type<'p> {
        match &expr.node {
            ast::ExprNode::Bool(_) => Type::Bool,
            ast::ExprNode::Int(_) => Type::Int,
            ast::ExprNode::Float(_) => Type::Float,
            ast::ExprNode::Quantity(quantity) => match quantity {
                ast::Quantity::Bytes(_) => Type::Bytes,
                ast::Quantity::Duration(_) => Type::Duration,
                ast::Quantity::Percent(_) => Type::Percent,
                ast::Quantity::Rate { .. } => Type::Rate,
            },
            ast::ExprNode::Text(_) => Type::TEXT,
            ast::ExprNode::Embedded(_) => Type::PromQl,
            ast::ExprNode::List(items) => match items.first() {
                Some(ast::ListItem::Value(value)) => Type::List(Rc::new(self.infer(value, scope))),
                Some(ast::ListItem::Spread(value)) => self.infer(value, scope),
                None => Type::List(Rc::new(Type::Any)),
            },
            ast::ExprNode::Name(name) => match self.resolve(name, expr.span.file(), scope) {
                Some(meaning) => meaning.ty,
                None if name == "environment" => self.environment_type(),
                None => Type::Any,
            },
            ast::ExprNode::Member(member) => {
                let of = self.infer(&member.of, scope);
                self.part(&of, &member.name.text).map_or(Type::Any, |part| part.ty)
            }
            ast::ExprNode::Index(index) => match self.infer(&index.of, scope).bare() {
                Type::List(item) | Type::Map(item) => item.as_ref().clone(),
                _ => Type::Any,
            },
            ast::ExprNode::If(branch) => self.infer(&branch.then, scope),
            ast::ExprNode::None
            | ast::ExprNode::Comprehension(_)
            | ast::ExprNode::Record(_)
            | ast::ExprNode::Tagged(_)
            | ast::ExprNode::Call(_)
            | ast::ExprNode::Unary(..)
            | ast::ExprNode::Binary(_)
            | ast::ExprNode::Error => Type::Any,
        }
    }

    /// The type of an environment's own fields.
    pub(super) fn environment_type(&self) -> Type<'p> {
        match self.world.lookup(FileId(0), "EnvironmentFields") {
            Some(Def::Alias(alias)) => self.world.alias_type(alias),
            Some(_) | None => Type::Any,
        }
    }
}

/// A type as it is shown, or nothing where it is not known.
fn shown(ty: &Type<'_>) -> String {
    if matches!(ty, Type::Any) { String::new() } else { ty.to_string() }
}

/// What a body declares under a name, whichever way its conditions go.
fn declared<'p>(entries: &'p [ast::Entry], name: &str) -> Option<(&'p ast::Decl, &'p str)> {
    entries.iter().find_map(|entry| match &entry.node {
        ast::Node::Decl(decl) => match &decl.name {
            ast::DeclName::Ident(ident) if ident.text == name => Some((&**decl, &*entry.doc)),
            ast::DeclName::Ident(_) | ast::DeclName::Label(_) => None,
        },
        ast::Node::If(branch) => {
            let otherwise = branch.otherwise.as_ref();
            declared(&branch.then.entries, name)
                .or_else(|| otherwise.and_then(|body| declared(&body.entries, name)))
        }
        ast::Node::For(each) => declared(&each.body.entries, name),
        _ => None,
    })
}

/// The innermost entry around a place, of those in which something can be declared.
fn innermost(entries: &[ast::Entry], place: Span) -> Option<&ast::Entry> {
    let around = |entry: &&ast::Entry| entry.span.start() <= place.start() && place.end() <= entry.span.end();
    let entry = entries.iter().find(around)?;
    let inner = match &entry.node {
        ast::Node::Kind(kind) => innermost(&kind.body.entries, place),
        ast::Node::Decl(decl) => decl.body.as_ref().and_then(|body| innermost(&body.entries, place)),
        ast::Node::If(branch) => innermost(&branch.then.entries, place)
            .or_else(|| branch.otherwise.as_ref().and_then(|body| innermost(&body.entries, place))),
        ast::Node::For(each) => innermost(&each.body.entries, place),
        _ => None,
    };
    Some(inner.unwrap_or(entry))
}
