//! What a place of the spec is in each environment, for editors.
//!
//! Only what is asked for is evaluated: the field at the place, the part of it
//! that the cursor is on, or the name in an expression, in one evaluation of
//! each environment. Evaluating finds mistakes as well; they are shown where
//! the whole is checked, and not here.

use crate::Program;
use crate::eval::{Eval, Scope, Trace};
use crate::files::Files;
use crate::overlay;
use crate::shown::shown;
use crate::types::Type;
use crate::value::Value;
use crate::world::{InstanceId, Member, World};
use laud_plan::Origin;
use laud_syntax::{FileId, Span, ast};
use lean_string::LeanStr;

/// What a place is in one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The environment.
    pub environment: LeanStr,
    /// The value, as it would be written. Secrets are named, never shown.
    pub value: String,
    /// What sets it.
    pub by: SetBy,
    /// The places of the author's that set it, the nearest first.
    pub places: Vec<Span>,
}

/// What sets a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// A declaration, in every environment.
    Base,
    /// An environment, over the declaration.
    Environment(LeanStr),
    /// Nothing of the author's: it is a default.
    Default,
    /// Nothing by itself: it is a part of an expression.
    Expression,
}

/// What a program's files say, to be asked in every environment.
struct Asker<'w, 'p> {
    evals: Vec<Eval<'w, 'p>>,
}

/// Something that has a value.
enum Asked<'p> {
    /// A field of a declaration, or a part of it.
    Field { id: InstanceId, param: usize, path: Vec<LeanStr> },
    /// An expression, in a body.
    Expr { expr: &'p ast::Expr, scope: Scope },
}

/// What entries belong to.
#[derive(Clone)]
enum Owner {
    File,
    Environment,
    Instance(InstanceId),
    /// A field, or a part of one.
    Part(InstanceId, usize, Vec<LeanStr>),
}

impl Program {
    /// What the name at a byte of a file is, in each environment that has it,
    /// and where the name stands. Nothing for what has no value.
    pub fn told(&self, files: &dyn Files, file: FileId, offset: u32) -> Option<(Span, Vec<Told>)> {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut asker = Asker::new(&world, files);
            asker.tell(&self.loaded.files[file.0 as usize].file.entries, offset)
        })
    }

    /// What stands behind the fields of a file's declarations that start in a
    /// range of bytes: for each, the end of its value as it is written, whether
    /// that is a literal, and what it is in each environment.
    pub fn told_in(&self, files: &dyn Files, file: FileId, range: std::ops::Range<u32>) -> Vec<ToldField> {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut asker = Asker::new(&world, files);
            let entries = &self.loaded.files[file.0 as usize].file.entries;
            let mut fields = Vec::new();
            fields_in(entries, &range, &mut fields);
            let tell = |field: &ast::Field| {
                let name = field.path.last()?;
                let (_, told) = asker.tell(entries, name.span.start())?;
                let value = field.value.span;
                Some(ToldField { name: name.span, value, literal: is_literal(&field.value), told })
            };
            fields.into_iter().filter_map(tell).collect()
        })
    }
}

/// A field of a declaration with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldField {
    /// Its name.
    pub name: Span,
    /// Its value, as it is written.
    pub value: Span,
    /// Whether the value is written out.
    pub literal: bool,
    /// What it is in each environment.
    pub told: Vec<Told>,
}

impl<'w, 'p> Asker<'w, 'p> {
    fn new(world: &'w World<'p>, files: &'w dyn Files) -> Self {
        let eval = |environment: &&'p ast::Environment| {
            let mut eval = Eval::new(world, files, Some(*environment));
            eval.trace = Some(Box::<Trace>::default());
            overlay::instantiate(&mut eval, environment);
            eval
        };
        Self { evals: world.environments.iter().map(eval).collect() }
    }

    fn tell(&mut self, entries: &'p [ast::Entry], offset: u32) -> Option<(Span, Vec<Told>)> {
        let mut found: Option<(Span, Vec<Told>)> = None;
        for eval in &mut self.evals {
            // An environment says nothing of another.
            let Some((span, asked)) = find(eval, entries, &Owner::File, offset) else { continue };
            let told = tell(eval, asked);
            found.get_or_insert_with(|| (span, Vec::new())).1.extend(told);
        }
        found.filter(|(_, told)| !told.is_empty())
    }
}

/// The fields among entries that start in a range.
fn fields_in<'p>(entries: &'p [ast::Entry], range: &std::ops::Range<u32>, found: &mut Vec<&'p ast::Field>) {
    for entry in
        entries.iter().filter(|entry| entry.span.start() < range.end && entry.span.end() > range.start)
    {
        match &entry.node {
            ast::Node::Field(field) => {
                if range.contains(&entry.span.start()) {
                    found.push(field);
                }
                if let Some(body) = body_of(&field.value) {
                    fields_in(&body.entries, range, found);
                }
            }
            ast::Node::Block(block) => fields_in(&block.body.entries, range, found),
            ast::Node::Environment(environment) => fields_in(&environment.body.entries, range, found),
            ast::Node::Decl(decl) => decl.body.iter().for_each(|body| fields_in(&body.entries, range, found)),
            ast::Node::If(branch) => {
                fields_in(&branch.then.entries, range, found);
                branch.otherwise.iter().for_each(|body| fields_in(&body.entries, range, found));
            }
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Kind(_)
            | ast::Node::Type(_)
            | ast::Node::Let(_)
            | ast::Node::Metrics(_)
            | ast::Node::Param(_)
            | ast::Node::Out(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_)
            | ast::Node::For(_)
            | ast::Node::Raw(_)
            | ast::Node::Error => {}
        }
    }
}

/// Whether an expression is written out, with nothing to work out in it.
fn is_literal(expr: &ast::Expr) -> bool {
    match &expr.node {
        ast::ExprNode::None
        | ast::ExprNode::Bool(_)
        | ast::ExprNode::Int(_)
        | ast::ExprNode::Float(_)
        | ast::ExprNode::Quantity(_)
        | ast::ExprNode::Error
        // Its fields say what they are.
        | ast::ExprNode::Record(_)
        | ast::ExprNode::Tagged(_) => true,
        ast::ExprNode::Text(text) => text.literal().is_some(),
        ast::ExprNode::Embedded(embedded) => embedded.content.literal().is_some(),
        ast::ExprNode::List(items) => items.iter().all(|item| match item {
            ast::ListItem::Value(value) => is_literal(value),
            ast::ListItem::Spread(_) => false,
        }),
        ast::ExprNode::Unary(_, value) => is_literal(value),
        ast::ExprNode::Comprehension(_)
        | ast::ExprNode::Name(_)
        | ast::ExprNode::Member(_)
        | ast::ExprNode::Index(_)
        | ast::ExprNode::Call(_)
        | ast::ExprNode::Binary(_)
        | ast::ExprNode::If(_) => false,
    }
}

/// The body that an expression is.
fn body_of(expr: &ast::Expr) -> Option<&ast::Body> {
    match &expr.node {
        ast::ExprNode::Record(body) => Some(body),
        ast::ExprNode::Tagged(tagged) => Some(&tagged.body),
        _ => None,
    }
}

/// What is asked about at a place among entries, and the name there.
fn find<'p>(
    eval: &mut Eval<'_, 'p>,
    entries: &'p [ast::Entry],
    owner: &Owner,
    offset: u32,
) -> Option<(Span, Asked<'p>)> {
    let entry = entries.iter().find(|entry| entry.span.touches(offset))?;
    match &entry.node {
        ast::Node::Field(field) => {
            let part = match through(eval, &field.path, owner, offset)? {
                Way::At(span, asked) => return Some((span, asked)),
                Way::Through(part) => part,
            };
            match body_of(&field.value).filter(|body| body.span.touches(offset)) {
                Some(body) => find(eval, &body.entries, &part, offset),
                None => in_expr(&field.value, scope_of(owner), offset),
            }
        }
        ast::Node::Block(block) => match through(eval, &block.path, owner, offset)? {
            Way::At(span, asked) => Some((span, asked)),
            Way::Through(part) => find(eval, &block.body.entries, &part, offset),
        },
        ast::Node::Decl(decl) => {
            let id = declared(eval, decl, owner)?;
            for (value, field) in [(&decl.value, "value"), (&decl.target, "target")] {
                if let Some(value) = value.as_deref().filter(|value| value.span.touches(offset)) {
                    let param = param_of(eval, id, field);
                    return in_expr(value, scope_of(owner), offset).or_else(|| {
                        Some((value.span, Asked::Field { id, param: param?, path: Vec::new() }))
                    });
                }
            }
            let body = decl.body.as_ref().filter(|body| body.span.touches(offset))?;
            find(eval, &body.entries, &Owner::Instance(id), offset)
        }
        ast::Node::Environment(environment) => {
            find(eval, &environment.body.entries, &Owner::Environment, offset)
        }
        ast::Node::Let(value) => {
            let scope = Scope::default();
            match value.name.span.touches(offset) {
                true => Some((value.name.span, Asked::Expr { expr: &value.value, scope })),
                false => in_expr(&value.value, scope, offset),
            }
        }
        ast::Node::If(branch) => {
            if branch.condition.span.touches(offset) {
                return in_expr(&branch.condition, scope_of(owner), offset);
            }
            let mut bodies = std::iter::once(&branch.then).chain(&branch.otherwise);
            let body = bodies.find(|body| body.span.touches(offset))?;
            find(eval, &body.entries, owner, offset)
        }
        ast::Node::Spread(value) => in_expr(value, scope_of(owner), offset),
        // What a loop's entry is differs from turn to turn; a kind's, from use to use.
        ast::Node::For(_)
        | ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Kind(_)
        | ast::Node::Type(_)
        | ast::Node::Metrics(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Drop(_)
        | ast::Node::Raw(_)
        | ast::Node::Error => None,
    }
}

/// The scope in which the values of an owner's entries are looked up.
fn scope_of(owner: &Owner) -> Scope {
    match owner {
        Owner::Instance(id) | Owner::Part(id, ..) => Scope { body: Some(*id), ..Scope::default() },
        Owner::File | Owner::Environment => Scope::default(),
    }
}

/// Where a path leads.
enum Way<'p> {
    /// To the name that the cursor is on.
    At(Span, Asked<'p>),
    /// On, to what its last name stands for.
    Through(Owner),
}

/// Goes along a path, as far as the cursor.
fn through<'p>(
    eval: &mut Eval<'_, 'p>,
    path: &'p [ast::Ident],
    owner: &Owner,
    offset: u32,
) -> Option<Way<'p>> {
    let mut owner = owner.clone();
    for name in path {
        owner = step(eval, &owner, &name.text)?;
        if name.span.touches(offset) {
            let Owner::Part(id, param, path) = owner else { return None };
            return Some(Way::At(name.span, Asked::Field { id, param, path }));
        }
    }
    Some(Way::Through(owner))
}

/// What a name stands for in what it belongs to.
fn step(eval: &mut Eval<'_, '_>, owner: &Owner, name: &LeanStr) -> Option<Owner> {
    match owner {
        Owner::Environment => {
            let world = eval.world;
            let by_name = world
                .decls
                .iter()
                .find(|one| matches!(&one.decl.name, ast::DeclName::Ident(known) if known.text == *name));
            let id = match by_name {
                Some(one) => eval.by_decl.get(&std::ptr::from_ref(one.decl)).copied(),
                None => eval.added.get(name).copied(),
            };
            id.map(Owner::Instance)
        }
        Owner::Instance(id) => match param_of(eval, *id, name) {
            Some(param) => Some(Owner::Part(*id, param, Vec::new())),
            None => part_of(eval, *id, name).map(Owner::Instance),
        },
        Owner::Part(id, param, path) => {
            let path = path.iter().chain([name]).cloned().collect();
            Some(Owner::Part(*id, *param, path))
        }
        Owner::File => None,
    }
}

fn param_of(eval: &Eval<'_, '_>, id: InstanceId, name: &str) -> Option<usize> {
    match eval.world.kind(eval.instance(id).kind).members.get(name) {
        Some(Member::Param(index)) => Some(*index),
        Some(Member::Out(_) | Member::Let(_) | Member::Child(_)) | None => None,
    }
}

/// What a declaration is made of, by name: what its kind makes, or what its body declares.
fn part_of(eval: &mut Eval<'_, '_>, id: InstanceId, name: &str) -> Option<InstanceId> {
    eval.outline(id);
    let parts = eval.instance(id);
    let all = parts.children.iter().copied().chain(parts.items.iter().map(|(_, item)| *item));
    let mut named = all.filter(|part| eval.instance(*part).name() == name);
    named.next()
}

/// The instance of a declaration.
fn declared<'p>(eval: &mut Eval<'_, 'p>, decl: &'p ast::Decl, owner: &Owner) -> Option<InstanceId> {
    let name = match &decl.name {
        ast::DeclName::Ident(name) => name.text.clone(),
        ast::DeclName::Label(text) => text.literal()?,
    };
    match owner {
        Owner::File => eval.by_decl.get(&std::ptr::from_ref(decl)).copied(),
        Owner::Environment => match step(eval, owner, &name)? {
            Owner::Instance(id) => Some(id),
            Owner::File | Owner::Environment | Owner::Part(..) => None,
        },
        Owner::Instance(id) => part_of(eval, *id, &name),
        Owner::Part(..) => None,
    }
}

/// The name in an expression that a place is on, with what it is a part of.
fn in_expr<'p>(expr: &'p ast::Expr, scope: Scope, offset: u32) -> Option<(Span, Asked<'p>)> {
    if !expr.span.touches(offset) {
        return None;
    }
    let in_text = |text: &'p ast::Text| {
        text.parts().find_map(|part| match part {
            ast::TextPart::Literal { .. } => None,
            ast::TextPart::Value(value) => in_expr(value, scope, offset),
        })
    };
    match &expr.node {
        ast::ExprNode::Name(_) => Some((expr.span, Asked::Expr { expr, scope })),
        ast::ExprNode::Member(member) => match member.name.span.touches(offset) {
            true => Some((member.name.span, Asked::Expr { expr, scope })),
            false => in_expr(&member.of, scope, offset),
        },
        ast::ExprNode::Index(index) => {
            in_expr(&index.of, scope, offset).or_else(|| in_expr(&index.index, scope, offset))
        }
        ast::ExprNode::Call(call) => call.arguments.iter().find_map(|one| in_expr(one, scope, offset)),
        ast::ExprNode::Unary(_, value) => in_expr(value, scope, offset),
        ast::ExprNode::Binary(binary) => {
            in_expr(&binary.left, scope, offset).or_else(|| in_expr(&binary.right, scope, offset))
        }
        ast::ExprNode::If(branch) => [&branch.condition, &branch.then, &branch.otherwise]
            .into_iter()
            .find_map(|one| in_expr(one, scope, offset)),
        ast::ExprNode::List(items) => items.iter().find_map(|item| in_expr(item.expr(), scope, offset)),
        ast::ExprNode::Text(text) => in_text(text),
        ast::ExprNode::Embedded(embedded) => in_text(&embedded.content),
        // The variable has a value in each turn, and none here.
        ast::ExprNode::Comprehension(of) => in_expr(&of.list, scope, offset),
        ast::ExprNode::None
        | ast::ExprNode::Bool(_)
        | ast::ExprNode::Int(_)
        | ast::ExprNode::Float(_)
        | ast::ExprNode::Quantity(_)
        | ast::ExprNode::Record(_)
        | ast::ExprNode::Tagged(_)
        | ast::ExprNode::Error => None,
    }
}

/// The value, and what sets it.
fn tell<'p>(eval: &mut Eval<'_, 'p>, asked: Asked<'p>) -> Option<Told> {
    let environment = eval.environment?.name.text.clone();
    match asked {
        Asked::Expr { expr, scope } => {
            let value = eval.eval(expr, &Type::Any, scope);
            if matches!(value, Value::Instance(_) | Value::None) {
                return None;
            }
            let value = shown(eval, &value, &Type::Any)?;
            Some(Told { environment, value, by: SetBy::Expression, places: Vec::new() })
        }
        Asked::Field { id, param, path } => {
            let ty = eval.world.kind(eval.instance(id).kind).params[param].ty.clone();
            let value = eval.param(id, param);
            let origin = eval.field_origin(id, param);
            let (value, ty, origin) = part(value, ty, origin, &path)?;
            let value = shown(eval, &value, &ty)?;
            let places = origin.filter(|origin| eval.is_own(*origin)).map_or_else(Vec::new, |origin| {
                eval.trace.as_ref().map_or_else(Vec::new, |trace| trace.causes.places(&origin).to_vec())
            });
            let by = places.first().map_or(SetBy::Default, |place| set_by(eval, *place));
            Some(Told { environment, value, by, places })
        }
    }
}

/// A part of a value, with its type and its origin.
fn part<'p>(
    mut value: Value<'p>,
    mut ty: Type<'p>,
    mut origin: Option<Origin>,
    path: &[LeanStr],
) -> Option<(Value<'p>, Type<'p>, Option<Origin>)> {
    for name in path {
        let record = match &value {
            Value::Record(record) => record.clone(),
            Value::Variant(variant) => variant.fields.clone()?,
            Value::Map(map) => {
                let (inner, span) = map.get(name)?.clone();
                (value, ty, origin) = (inner, Type::Any, Some(span));
                continue;
            }
            _ => return None,
        };
        let field = record.ty.fields.iter().find(|field| field.name == *name)?;
        (value, ty, origin) = (record.get(name), field.ty.clone(), record.origin(name));
    }
    Some((value, ty, origin))
}

/// What a place belongs to.
fn set_by(eval: &Eval<'_, '_>, place: Span) -> SetBy {
    let around = eval.world.environments.iter().find(|environment| {
        let body = environment.body.span;
        body.contains(place)
    });
    around.map_or(SetBy::Base, |environment| SetBy::Environment(environment.name.text.clone()))
}
