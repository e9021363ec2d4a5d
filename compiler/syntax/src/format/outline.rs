//! What the formatter takes from the tree: where entries start and how they
//! align, which brackets are of types, and what did not parse.

use super::marks::{Cell, Class, Marks};
use crate::ast::{self, ExprNode, MetricEntry, Node, TextPart, TypeNode};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;

/// An entry with the entries in it, at whatever depth of expressions.
struct Outline {
    span: Span,
    inner: Vec<Outline>,
}

/// Writes what the tree says into the marks. `None` when an error stands where
/// no entry is, so that nothing may be moved.
pub(super) fn mark(
    text: &str,
    file: &ast::File,
    diagnostics: &[Diagnostic],
    marks: &mut Marks<'_>,
) -> Option<()> {
    let mut walk = Walk { marks, inner: Vec::new() };
    walk.entries(&file.entries);
    let outlines = walk.inner;
    for diagnostic in diagnostics {
        let Some(span) = diagnostic.span else { continue };
        if is_open_text(text, diagnostic) || marks.is_open_in_long_text(span) {
            let rest = text.trim_end().len() as u32;
            let from = find(&outlines, span)?.span;
            marks.keep_whole(from.with_end(from.end().max(rest)));
        } else if is_structural(diagnostic) {
            marks.keep_whole(find(&outlines, span)?.span);
        } else {
            let span = marks.blamed(span);
            if let Some(outline) = find(&outlines, span) {
                marks.keep(innermost(outline, span));
            }
        }
    }
    Some(())
}

/// Whether a text over several lines is not closed, so that every line after it
/// has a say in where it ends.
fn is_open_text(text: &str, diagnostic: &Diagnostic) -> bool {
    let quotes = diagnostic.span.map(|span| &text[span.range()]);
    std::ptr::eq(diagnostic.code, &code::UNCLOSED_TEXT) && quotes.is_some_and(|quotes| quotes != "\"")
}

/// Whether an error makes brackets or texts pair up by guess.
fn is_structural(diagnostic: &Diagnostic) -> bool {
    let codes = [&code::UNCLOSED_BRACKET, &code::UNCLOSED_TEXT];
    codes.iter().any(|code| std::ptr::eq(*code, diagnostic.code))
        || diagnostic.message.ends_with("closes nothing")
}

/// The one of several entries in which a span lies, or after which an empty
/// one stands.
fn find(outlines: &[Outline], span: Span) -> Option<&Outline> {
    let after = outlines.partition_point(|outline| outline.span.start() <= span.start());
    let ends_after = u32::from(span.start() < span.end());
    outlines[..after].last().filter(|outline| span.start() + ends_after <= outline.span.end())
}

fn innermost(outline: &Outline, span: Span) -> Span {
    let mut at = outline;
    while let Some(inner) = find(&at.inner, span) {
        at = inner;
    }
    at.span
}

fn path_class(path: &[ast::Ident]) -> Class {
    if path.len() > 1 { Class::Path } else { Class::Field }
}

struct Walk<'m, 't> {
    marks: &'m mut Marks<'t>,
    inner: Vec<Outline>,
}

impl Walk<'_, '_> {
    fn entries(&mut self, entries: &[ast::Entry]) {
        for entry in entries {
            let outer = std::mem::take(&mut self.inner);
            let class = self.node(&entry.node, entry.span);
            self.marks.start(entry.span, class);
            let inner = std::mem::replace(&mut self.inner, outer);
            self.inner.push(Outline { span: entry.span, inner });
        }
    }

    fn body(&mut self, body: &ast::Body) {
        self.entries(&body.entries);
    }

    fn node(&mut self, node: &Node, span: Span) -> Class {
        match node {
            Node::App(_) | Node::Drop(_) | Node::Error => Class::Other,
            Node::Use(entry) => self.use_entry(entry),
            Node::Kind(kind) => self.other_body(&kind.body),
            Node::Type(alias) => {
                self.ty(&alias.ty);
                Class::Other
            }
            Node::Let(entry) => {
                self.marks.cell_after(entry.name.span.end(), TokenKind::Equal, Cell::Value);
                self.expr(&entry.value);
                Class::Let
            }
            Node::Metrics(metrics) => {
                metrics.entries.iter().for_each(|entry| self.metric(entry));
                Class::Other
            }
            Node::Environment(environment) => self.other_body(&environment.body),
            Node::Decl(decl) => self.decl(decl),
            Node::Param(param) => self.param(param),
            Node::Out(out) => self.out(out),
            Node::Field(field) => {
                let end = field.path.last().map_or(span.start(), |name| name.span.end());
                self.marks.cell_after(end, TokenKind::Equal, Cell::Value);
                self.expr(&field.value);
                path_class(&field.path)
            }
            Node::Block(block) => {
                self.marks.cell_at(block.body.span.start(), Cell::Value);
                self.body(&block.body);
                path_class(&block.path)
            }
            Node::Spread(expr) => self.other_expr(expr),
            Node::If(entry) => {
                self.if_entry(entry);
                Class::If
            }
            Node::For(entry) => {
                entry.value.iter().for_each(|value| self.marks.inner_comma(value.span.start()));
                self.expr(&entry.list);
                self.other_body(&entry.body)
            }
            Node::Raw(raw) => self.other_body(&raw.body),
        }
    }

    fn other_body(&mut self, body: &ast::Body) -> Class {
        self.body(body);
        Class::Other
    }

    fn other_expr(&mut self, expr: &ast::Expr) -> Class {
        self.expr(expr);
        Class::Other
    }

    fn use_entry(&mut self, entry: &ast::Use) -> Class {
        self.marks.atom(entry.path.span);
        for name in entry.names.iter().flatten() {
            self.marks.start(name.name.span, Class::Other);
        }
        self.marks.cell_after(entry.path.span.end(), TokenKind::LeftBrace, Cell::Value);
        Class::Use
    }

    fn metric(&mut self, entry: &MetricEntry) {
        match entry {
            MetricEntry::Metric { name, ty, labels, span, .. } => {
                self.marks.start(*span, Class::Metric);
                self.marks.cell_after(name.span.end(), TokenKind::Colon, Cell::Type);
                self.marks.cell_after(ty.span.end(), TokenKind::LeftBrace, Cell::Body);
                for label in labels {
                    self.marks.start(label.span, Class::Other);
                }
            }
            MetricEntry::Spread(name) => self.marks.start_before(name.span, Class::Other),
        }
    }

    fn decl(&mut self, decl: &ast::Decl) -> Class {
        let mut end = decl.name_span().end();
        if let Some(description) = &decl.description {
            self.marks.cell_at(description.span.start(), Cell::Description);
            end = description.span.end();
        }
        if let Some(ty) = &decl.ty {
            self.marks.cell_after(end, TokenKind::Colon, Cell::Type);
            self.ty(ty);
            end = ty.span.end();
        }
        if let Some(target) = &decl.target {
            self.marks.cell_after(end, TokenKind::Arrow, Cell::Target);
            self.expr(target);
            end = target.span.end();
        }
        if let Some(value) = &decl.value {
            self.marks.cell_after(end, TokenKind::Equal, Cell::Value);
            self.expr(value);
        }
        if let Some(body) = &decl.body {
            self.marks.cell_at(body.span.start(), Cell::Body);
            self.body(body);
        }
        Class::Declaration { head: decl.kind.span.end() }
    }

    fn param(&mut self, param: &ast::Param) -> Class {
        self.marks.cell_after(param.name.span.end(), TokenKind::Colon, Cell::Type);
        self.ty(&param.ty);
        if let Some(default) = &param.default {
            self.marks.cell_after(param.ty.span.end(), TokenKind::Equal, Cell::Value);
            self.expr(default);
        }
        Class::Param
    }

    fn out(&mut self, out: &ast::Out) -> Class {
        let mut end = out.name.span.end();
        if let Some(ty) = &out.ty {
            self.marks.cell_after(end, TokenKind::Colon, Cell::Type);
            self.ty(ty);
            end = ty.span.end();
        }
        if let Some(value) = &out.value {
            self.marks.cell_after(end, TokenKind::Equal, Cell::Value);
            self.expr(value);
        }
        Class::Out
    }

    /// `else if` is no entry of its own here, but goes on with its `if`.
    fn if_entry(&mut self, entry: &ast::IfEntry) {
        self.expr(&entry.condition);
        self.body(&entry.then);
        let Some(otherwise) = &entry.otherwise else { return };
        match &*otherwise.entries {
            [ast::Entry { node: Node::If(next), span, .. }] if *span == otherwise.span => self.if_entry(next),
            entries => self.entries(entries),
        }
    }

    fn expr(&mut self, expr: &ast::Expr) {
        match &expr.node {
            ExprNode::None
            | ExprNode::Bool(_)
            | ExprNode::Int(_)
            | ExprNode::Float(_)
            | ExprNode::Quantity(_)
            | ExprNode::Name(_)
            | ExprNode::Error => {}
            ExprNode::Text(text) => self.text(text),
            ExprNode::Embedded(embedded) => self.text(&embedded.content),
            ExprNode::List(items) => items.iter().for_each(|item| self.expr(item.expr())),
            ExprNode::Comprehension(comprehension) => {
                self.marks.comprehension(expr.span);
                self.expr(&comprehension.value);
                self.expr(&comprehension.list);
                comprehension.condition.iter().for_each(|condition| self.expr(condition));
            }
            ExprNode::Record(body) => self.body(body),
            ExprNode::Tagged(tagged) => self.body(&tagged.body),
            ExprNode::Member(member) => self.expr(&member.of),
            ExprNode::Index(index) => {
                self.expr(&index.of);
                self.expr(&index.index);
            }
            ExprNode::Call(call) => call.arguments.iter().for_each(|argument| self.expr(argument)),
            ExprNode::Unary(_, operand) => self.expr(operand),
            ExprNode::Binary(binary) => {
                self.expr(&binary.left);
                self.expr(&binary.right);
            }
            ExprNode::If(choice) => {
                self.expr(&choice.condition);
                self.expr(&choice.then);
                self.expr(&choice.otherwise);
            }
        }
    }

    /// Texts keep their spelling, but an error may stand in them.
    fn text(&mut self, text: &ast::Text) {
        let outer = std::mem::take(&mut self.inner);
        for part in text.parts() {
            match part {
                TextPart::Literal { .. } => {}
                TextPart::Value(value) => self.expr(value),
            }
        }
        self.inner = outer;
    }

    fn ty(&mut self, ty: &ast::TypeExpr) {
        match &ty.node {
            TypeNode::Named(_) | TypeNode::Error => {}
            TypeNode::Generic(name, arguments) => {
                self.marks.angles(name.span.end(), ty.span.end());
                arguments.iter().for_each(|argument| self.ty(argument));
            }
            TypeNode::Optional(base) | TypeNode::Matching { base, .. } => self.ty(base),
            TypeNode::Enum(variants) => {
                for variant in variants {
                    self.marks.start(variant.name.span, Class::Other);
                    variant.fields.iter().for_each(|fields| self.body(fields));
                }
            }
            TypeNode::Record(body) => self.body(body),
            TypeNode::Union(kinds) => kinds.iter().for_each(|kind| self.ty(kind)),
            TypeNode::Range { base, low, high } => {
                self.ty(base);
                self.expr(low);
                self.expr(high);
            }
        }
    }
}
