//! Every name of a tree, with the part that it plays where it stands.

use laud_syntax::{Span, ast};

/// The part that a name plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// An app or an environment.
    Scope,
    /// A module's path.
    Module,
    /// A name that is taken from a module.
    Imported,
    /// A kind, declared or used.
    Kind,
    /// A type, declared or used.
    Type,
    /// A variant of an enum.
    Variant,
    /// The name of a declaration.
    Declaration,
    /// A parameter of a kind, or a field of a record type.
    Parameter,
    /// A field that is set, or a part that is read.
    Field,
    /// A value's name, or a set of metrics.
    Value,
    /// A metric or a label of one.
    Metric,
    /// A function.
    Function,
    /// The language of embedded text, or the target of raw content.
    Language,
}

/// Calls `see` with each name of the entries.
pub(crate) fn walk(entries: &[ast::Entry], see: &mut dyn FnMut(Span, Role)) {
    entries.iter().for_each(|entry| walk_entry(entry, see));
}

fn walk_entry(entry: &ast::Entry, see: &mut dyn FnMut(Span, Role)) {
    match &entry.node {
        ast::Node::App(name) => see(name.span, Role::Scope),
        ast::Node::Use(used) => {
            see(used.path.span, Role::Module);
            for name in used.names.iter().flatten() {
                see(name.name.span, Role::Imported);
                name.alias.iter().for_each(|alias| see(alias.span, Role::Imported));
            }
        }
        ast::Node::Kind(kind) => {
            see(kind.name.span, Role::Kind);
            walk(&kind.body.entries, see);
        }
        ast::Node::Type(alias) => {
            see(alias.name.span, Role::Type);
            walk_type(&alias.ty, see);
        }
        ast::Node::Let(value) => {
            see(value.name.span, Role::Value);
            walk_expr(&value.value, see);
        }
        ast::Node::Metrics(metrics) => walk_metrics(metrics, see),
        ast::Node::Environment(environment) => {
            see(environment.name.span, Role::Scope);
            walk(&environment.body.entries, see);
        }
        ast::Node::Decl(decl) => walk_decl(decl, see),
        ast::Node::Param(param) => {
            see(param.name.span, Role::Parameter);
            walk_type(&param.ty, see);
            param.default.iter().for_each(|default| walk_expr(default, see));
        }
        ast::Node::Out(out) => {
            see(out.name.span, Role::Parameter);
            out.ty.iter().for_each(|ty| walk_type(ty, see));
            out.value.iter().for_each(|value| walk_expr(value, see));
        }
        ast::Node::Field(field) => {
            field.path.iter().for_each(|name| see(name.span, Role::Field));
            walk_expr(&field.value, see);
            field.because.iter().for_each(|text| walk_text(text, see));
        }
        ast::Node::Block(block) => {
            block.path.iter().for_each(|name| see(name.span, Role::Field));
            walk(&block.body.entries, see);
        }
        ast::Node::Spread(value) => walk_expr(value, see),
        ast::Node::Drop(drop) => {
            drop.path.iter().for_each(|name| see(name.span, Role::Field));
            drop.name.iter().for_each(|name| walk_decl_name(name, see));
        }
        ast::Node::If(branch) => {
            walk_expr(&branch.condition, see);
            walk(&branch.then.entries, see);
            branch.otherwise.iter().for_each(|body| walk(&body.entries, see));
        }
        ast::Node::For(each) => {
            see(each.variable.span, Role::Value);
            each.value.iter().for_each(|name| see(name.span, Role::Value));
            walk_expr(&each.list, see);
            walk(&each.body.entries, see);
        }
        ast::Node::Raw(raw) => {
            see(raw.target.span, Role::Language);
            walk(&raw.body.entries, see);
            raw.because.iter().for_each(|text| walk_text(text, see));
        }
        ast::Node::Error => {}
    }
}

fn walk_metrics(metrics: &ast::Metrics, see: &mut dyn FnMut(Span, Role)) {
    see(metrics.name.span, Role::Value);
    for entry in &metrics.entries {
        match entry {
            ast::MetricEntry::Metric { name, ty, labels, .. } => {
                see(name.span, Role::Metric);
                see(ty.span, Role::Type);
                labels.iter().for_each(|label| see(label.span, Role::Metric));
            }
            ast::MetricEntry::Spread(name) => see(name.span, Role::Value),
        }
    }
}

fn walk_decl(decl: &ast::Decl, see: &mut dyn FnMut(Span, Role)) {
    see(decl.kind.span, Role::Kind);
    walk_decl_name(&decl.name, see);
    decl.description.iter().for_each(|text| walk_text(text, see));
    decl.ty.iter().for_each(|ty| walk_type(ty, see));
    decl.target.iter().for_each(|target| walk_expr(target, see));
    decl.value.iter().for_each(|value| walk_expr(value, see));
    decl.body.iter().for_each(|body| walk(&body.entries, see));
    decl.because.iter().for_each(|text| walk_text(text, see));
}

fn walk_decl_name(name: &ast::DeclName, see: &mut dyn FnMut(Span, Role)) {
    match name {
        ast::DeclName::Ident(name) => see(name.span, Role::Declaration),
        ast::DeclName::Label(text) => walk_text(text, see),
    }
}

fn walk_type(ty: &ast::TypeExpr, see: &mut dyn FnMut(Span, Role)) {
    match &ty.node {
        ast::TypeNode::Named(_) => see(ty.span, Role::Type),
        ast::TypeNode::Generic(head, arguments) => {
            see(head.span, Role::Type);
            arguments.iter().for_each(|argument| walk_type(argument, see));
        }
        ast::TypeNode::Optional(inner) => walk_type(inner, see),
        ast::TypeNode::Enum(variants) => {
            for variant in variants {
                see(variant.name.span, Role::Variant);
                variant.fields.iter().for_each(|fields| walk(&fields.entries, see));
            }
        }
        ast::TypeNode::Record(body) => walk(&body.entries, see),
        ast::TypeNode::Union(types) => types.iter().for_each(|ty| walk_type(ty, see)),
        ast::TypeNode::Range { base, low, high } => {
            walk_type(base, see);
            walk_expr(low, see);
            walk_expr(high, see);
        }
        ast::TypeNode::Matching { base, pattern } => {
            walk_type(base, see);
            walk_text(pattern, see);
        }
        ast::TypeNode::Error => {}
    }
}

fn walk_text(text: &ast::Text, see: &mut dyn FnMut(Span, Role)) {
    for part in text.parts() {
        match part {
            ast::TextPart::Literal { .. } => {}
            ast::TextPart::Value(value) => walk_expr(value, see),
        }
    }
}

fn walk_expr(expr: &ast::Expr, see: &mut dyn FnMut(Span, Role)) {
    match &expr.node {
        ast::ExprNode::None
        | ast::ExprNode::Bool(_)
        | ast::ExprNode::Int(_)
        | ast::ExprNode::Float(_)
        | ast::ExprNode::Quantity(_)
        | ast::ExprNode::Error => {}
        ast::ExprNode::Text(text) => walk_text(text, see),
        ast::ExprNode::Embedded(embedded) => {
            see(embedded.language.span, Role::Language);
            walk_text(&embedded.content, see);
        }
        ast::ExprNode::List(items) => items.iter().for_each(|item| walk_expr(item.expr(), see)),
        ast::ExprNode::Comprehension(comprehension) => {
            walk_expr(&comprehension.value, see);
            see(comprehension.variable.span, Role::Value);
            comprehension.second.iter().for_each(|name| see(name.span, Role::Value));
            walk_expr(&comprehension.list, see);
            comprehension.condition.iter().for_each(|condition| walk_expr(condition, see));
        }
        ast::ExprNode::Record(body) => walk(&body.entries, see),
        ast::ExprNode::Tagged(tagged) => {
            see(tagged.tag.span, Role::Variant);
            walk(&tagged.body.entries, see);
        }
        ast::ExprNode::Name(_) => see(expr.span, Role::Value),
        ast::ExprNode::Member(member) => {
            walk_expr(&member.of, see);
            see(member.name.span, Role::Field);
        }
        ast::ExprNode::Index(index) => {
            walk_expr(&index.of, see);
            walk_expr(&index.index, see);
        }
        ast::ExprNode::Call(call) => {
            see(call.function.span, Role::Function);
            call.arguments.iter().for_each(|argument| walk_expr(argument, see));
        }
        ast::ExprNode::Unary(_, of) => walk_expr(of, see),
        ast::ExprNode::Binary(binary) => {
            walk_expr(&binary.left, see);
            walk_expr(&binary.right, see);
        }
        ast::ExprNode::If(branch) => {
            walk_expr(&branch.condition, see);
            walk_expr(&branch.then, see);
            walk_expr(&branch.otherwise, see);
        }
    }
}
