//! Where the author set what a field's value is made of.
//!
//! The origin of a value is the place in the author's files that sets it, not
//! the place in the standard library by which it came: `limits = limits` hands
//! the author's `memory = 1GiB` on, and `"postgres:{version}"` comes from where
//! `version` is set. What a text or a sum is made of are several places, the
//! one that sets it before what it refers to. Where the author set nothing, the
//! place stays the standard library's, and who asks takes the declaration.
//!
//! It is worked out as fields are, and only if someone has asked for it.

use super::children::Condition;
use super::instance::FieldPart;
use super::{Eval, Scope};
use crate::value::Value;
use crate::world::{Def, InstanceId, Member};
use laud_plan::{Causes, Origin, is_one};
use laud_syntax::{Span, ast};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;

/// How far lets and outputs are followed.
const MOST_STEPS: u32 = 16;

/// The origins of the fields so far.
#[derive(Default)]
pub(crate) struct Trace {
    fields: FxHashMap<(InstanceId, u32), Origin>,
    /// For fields that are lists: the origins of the items.
    items: FxHashMap<(InstanceId, u32), Vec<Origin>>,
    /// What origins of several places stand for.
    pub(crate) causes: Causes,
}

/// The places that an expression is made of, as they are found.
#[derive(Default)]
struct Found {
    origins: Vec<Origin>,
    steps: u32,
    /// The variables of the loops and comprehensions around.
    locals: Vec<LeanStr>,
}

impl<'p> Eval<'_, 'p> {
    /// Whether origins are worked out.
    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// The origin of a field, once it is worked out; `None` where it is not set.
    pub(crate) fn field_origin(&self, id: InstanceId, param: usize) -> Option<Origin> {
        self.trace.as_ref()?.fields.get(&(id, param as u32)).copied()
    }

    /// The origins of the items of a field that is a list, once it is worked out.
    pub(crate) fn item_origins(&self, id: InstanceId, param: usize) -> &[Origin] {
        let items = self.trace.as_ref().and_then(|trace| trace.items.get(&(id, param as u32)));
        items.map_or(&[], Vec::as_slice)
    }

    /// Whether the author wrote it: it is of no file of the standard library.
    pub(crate) fn is_own(&self, origin: Origin) -> bool {
        !is_one(origin) || !self.world.is_standard(origin.file())
    }

    /// Notes the origin of a field that was worked out.
    pub(super) fn trace_field(&mut self, id: InstanceId, param: usize, parts: &[FieldPart<'p>], at: Span) {
        if self.trace.is_none() {
            return;
        }
        let origin = self.parts_origin(parts, at);
        let items = match parts {
            [FieldPart::Assign(expr, scope)] => self.list_origins(expr, *scope, at),
            _ => Vec::new(),
        };
        let Some(trace) = &mut self.trace else { return };
        trace.fields.insert((id, param as u32), origin);
        if !items.is_empty() {
            trace.items.insert((id, param as u32), items);
        }
    }

    /// The origin of what these make, the last over the others.
    pub(super) fn parts_origin(&mut self, parts: &[FieldPart<'p>], at: Span) -> Origin {
        match parts.last() {
            Some(FieldPart::Assign(expr, scope)) => self.expr_origin(expr, *scope, at),
            Some(FieldPart::Text(text, scope)) => {
                let mut found = Found::default();
                self.find_in_text(text, *scope, &mut found);
                self.made_of(&found, at)
            }
            Some(FieldPart::Value(_, span)) => *span,
            // What changes a part of it says nothing of the rest.
            Some(FieldPart::Path(..)) if parts.len() > 1 => self.parts_origin(&parts[..parts.len() - 1], at),
            Some(FieldPart::Body(..) | FieldPart::Path(..)) | None => at,
        }
    }

    fn expr_origin(&mut self, expr: &'p ast::Expr, scope: Scope, at: Span) -> Origin {
        if let Some(passed) = self.passed_on(expr, scope) {
            return passed;
        }
        let mut found = Found::default();
        self.find(expr, scope, &mut found);
        self.made_of(&found, at)
    }

    /// The origin of what stands at a place and is made of what was found.
    fn made_of(&mut self, found: &Found, at: Span) -> Origin {
        let own = self.is_own(at).then_some(at);
        let mut origins: Vec<Origin> = own.into_iter().collect();
        origins.extend(found.origins.iter().copied().filter(|origin| self.is_own(*origin)));
        let joined = self.trace.as_mut().and_then(|trace| trace.causes.join(&origins));
        joined.unwrap_or(at)
    }

    /// The origins of the items of a list that is written out or handed on.
    fn list_origins(&mut self, expr: &'p ast::Expr, scope: Scope, at: Span) -> Vec<Origin> {
        match &expr.node {
            ast::ExprNode::List(items) => {
                let mut origins = Vec::new();
                for item in items {
                    match item {
                        ast::ListItem::Value(value) => {
                            let own = if self.is_own(value.span) { value.span } else { at };
                            origins.push(self.expr_origin(value, scope, own));
                        }
                        ast::ListItem::Spread(value) => {
                            let own = if self.is_own(value.span) { value.span } else { at };
                            let of_each = self.list_origins(value, scope, own);
                            let origin = self.expr_origin(value, scope, own);
                            let count = self.quietly(|eval| match eval.eval_spread(value, scope) {
                                Value::List(items) => items.len(),
                                _ => 0,
                            });
                            let origin = |index| of_each.get(index).copied().unwrap_or(origin);
                            origins.extend((0..count).map(origin));
                        }
                    }
                }
                origins
            }
            ast::ExprNode::Name(name) => match self.member_of_kind(name, expr.span, scope) {
                Some((id, Member::Param(param))) => self.item_origins(id, param).to_vec(),
                Some((_, Member::Out(_) | Member::Let(_) | Member::Child(_))) | None => Vec::new(),
            },
            ast::ExprNode::If(branch) => {
                match self.quietly(|eval| eval.condition(&branch.condition, scope)) {
                    Condition::Holds => self.list_origins(&branch.then, scope, at),
                    Condition::Fails => self.list_origins(&branch.otherwise, scope, at),
                    Condition::Unknown | Condition::Error => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// The origin of a parameter, or of a part of one, that is handed on as it is.
    fn passed_on(&mut self, expr: &'p ast::Expr, scope: Scope) -> Option<Origin> {
        match &expr.node {
            ast::ExprNode::Name(name) => match self.member_of_kind(name, expr.span, scope)? {
                (id, Member::Param(param)) => Some(self.param_origin(id, param)),
                (_, Member::Out(_) | Member::Let(_) | Member::Child(_)) => None,
            },
            ast::ExprNode::Member(member) => {
                self.passed_on(&member.of, scope)?;
                match self.quietly(|eval| eval.eval(&member.of, &crate::types::Type::Any, scope)) {
                    Value::Record(record) => record.origin(&member.name.text),
                    Value::Variant(variant) => variant.fields.as_ref()?.origin(&member.name.text),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a name stands for in the kind in whose body it stands.
    fn member_of_kind(&self, name: &str, span: Span, scope: Scope) -> Option<(InstanceId, Member<'p>)> {
        let of = scope.of.filter(|_| self.local(scope, name).is_none())?;
        let kind = self.world.kind(self.instance(of).kind);
        let member = kind.members.get(name).copied()?;
        (kind.ast.body.span.file() == span.file()).then_some((of, member))
    }

    /// Where a parameter is set, or the place of its default.
    fn param_origin(&mut self, id: InstanceId, param: usize) -> Origin {
        if self.field_origin(id, param).is_none() {
            self.quietly(|eval| eval.param(id, param));
        }
        let kind = self.world.kind(self.instance(id).kind);
        let default = kind.params[param].ast.name.span;
        self.field_origin(id, param).unwrap_or(default)
    }

    /// Collects the origins of all that an expression refers to.
    fn find(&mut self, expr: &'p ast::Expr, scope: Scope, found: &mut Found) {
        match &expr.node {
            ast::ExprNode::None
            | ast::ExprNode::Bool(_)
            | ast::ExprNode::Int(_)
            | ast::ExprNode::Float(_)
            | ast::ExprNode::Quantity(_)
            | ast::ExprNode::Error => {}
            ast::ExprNode::Text(text) => self.find_in_text(text, scope, found),
            ast::ExprNode::Embedded(embedded) => self.find_in_text(&embedded.content, scope, found),
            ast::ExprNode::List(items) => {
                items.iter().for_each(|item| self.find(item.expr(), scope, found));
            }
            ast::ExprNode::Comprehension(of) => {
                self.find(&of.list, scope, found);
                let around = found.locals.len();
                found.locals.push(of.variable.text.clone());
                found.locals.extend(of.second.as_ref().map(|second| second.text.clone()));
                self.find(&of.value, scope, found);
                of.condition.iter().for_each(|condition| self.find(condition, scope, found));
                found.locals.truncate(around);
            }
            ast::ExprNode::Record(body) => self.find_in_body(body, scope, found),
            ast::ExprNode::Tagged(tagged) => self.find_in_body(&tagged.body, scope, found),
            ast::ExprNode::Name(name) => self.find_name(name, expr.span, scope, found),
            ast::ExprNode::Member(member) => self.find_member(expr, member, scope, found),
            ast::ExprNode::Index(index) => {
                self.find(&index.of, scope, found);
                self.find(&index.index, scope, found);
            }
            ast::ExprNode::Call(call) => {
                call.arguments.iter().for_each(|argument| self.find(argument, scope, found));
            }
            ast::ExprNode::Unary(_, value) => self.find(value, scope, found),
            ast::ExprNode::Binary(binary) => {
                self.find(&binary.left, scope, found);
                self.find(&binary.right, scope, found);
            }
            ast::ExprNode::If(branch) => {
                self.find(&branch.condition, scope, found);
                // What is not taken need not be there.
                if found.locals.is_empty() {
                    match self.quietly(|eval| eval.condition(&branch.condition, scope)) {
                        Condition::Holds => self.find(&branch.then, scope, found),
                        Condition::Fails => self.find(&branch.otherwise, scope, found),
                        Condition::Unknown | Condition::Error => {}
                    }
                }
            }
        }
    }

    fn find_in_text(&mut self, text: &'p ast::Text, scope: Scope, found: &mut Found) {
        for part in text.parts() {
            match part {
                ast::TextPart::Literal { .. } => {}
                ast::TextPart::Value(value) => self.find(value, scope, found),
            }
        }
    }

    /// The values of a body; what stands under a condition is left out.
    fn find_in_body(&mut self, body: &'p ast::Body, scope: Scope, found: &mut Found) {
        for entry in &body.entries {
            match &entry.node {
                ast::Node::Field(field) => self.find(&field.value, scope, found),
                ast::Node::Block(block) => self.find_in_body(&block.body, scope, found),
                ast::Node::Spread(value) => self.find(value, scope, found),
                ast::Node::App(_)
                | ast::Node::Use(_)
                | ast::Node::Kind(_)
                | ast::Node::Type(_)
                | ast::Node::Let(_)
                | ast::Node::Metrics(_)
                | ast::Node::Environment(_)
                | ast::Node::Decl(_)
                | ast::Node::Param(_)
                | ast::Node::Out(_)
                | ast::Node::Drop(_)
                | ast::Node::If(_)
                | ast::Node::For(_)
                | ast::Node::Raw(_)
                | ast::Node::Error => {}
            }
        }
    }

    fn find_name(&mut self, name: &LeanStr, span: Span, scope: Scope, found: &mut Found) {
        if found.locals.contains(name) || self.local(scope, name).is_some() {
            return;
        }
        match self.member_of_kind(name, span, scope) {
            Some((id, member)) => self.find_in_member(id, member, found),
            None => {
                if let Some(Def::Let(id)) = self.world.lookup(span.file(), name) {
                    let value = self.world.lets[id.0 as usize];
                    self.find_in_let(value, Scope::default(), found);
                }
            }
        }
    }

    fn find_in_let(&mut self, value: &'p ast::Let, scope: Scope, found: &mut Found) {
        found.origins.push(value.name.span);
        self.find_deeper(&value.value, scope, found);
    }

    fn find_in_member(&mut self, id: InstanceId, member: Member<'p>, found: &mut Found) {
        match member {
            Member::Param(param) => {
                let origin = self.param_origin(id, param);
                found.origins.push(origin);
                // Of a value with parts, all of them count.
                match self.quietly(|eval| eval.param(id, param)) {
                    Value::Record(record) => found.origins.extend(&record.origins),
                    Value::Variant(variant) => {
                        variant.fields.iter().for_each(|fields| found.origins.extend(&fields.origins));
                    }
                    Value::Map(map) => found.origins.extend(map.values().map(|(_, origin)| *origin)),
                    _ => {}
                }
            }
            Member::Let(value) => self.find_in_let(value, Scope::of(id), found),
            Member::Out(index) => {
                if let Some((given, scope)) = self.instance(id).given(index) {
                    found.origins.push(given.span);
                    return self.find_deeper(given, scope, found);
                }
                let kind = self.world.kind(self.instance(id).kind);
                let out = kind.outs[index].ast;
                if let Some(value) = &out.value {
                    found.origins.push(out.name.span);
                    self.find_deeper(value, Scope::of(id), found);
                } else if Some(self.instance(id).kind) == self.world.primitives.proxy {
                    // What the compiler makes the URL of.
                    for name in ["domain", "public_https_port", "tls"] {
                        if let Some(part) = kind.members.get(name).copied() {
                            self.find_in_member(id, part, found);
                        }
                    }
                }
            }
            Member::Child(_) => {}
        }
    }

    fn find_deeper(&mut self, expr: &'p ast::Expr, scope: Scope, found: &mut Found) {
        if found.steps < MOST_STEPS {
            found.steps += 1;
            let locals = std::mem::take(&mut found.locals);
            self.find(expr, scope, found);
            found.locals = locals;
            found.steps -= 1;
        }
    }

    fn find_member(&mut self, expr: &'p ast::Expr, member: &'p ast::Member, scope: Scope, found: &mut Found) {
        if let Some(passed) = self.passed_on(expr, scope) {
            return found.origins.push(passed);
        }
        if !found.locals.is_empty() || !is_path(&member.of) {
            return self.find(&member.of, scope, found);
        }
        let of = self.quietly(|eval| eval.eval(&member.of, &crate::types::Type::Any, scope));
        match of {
            Value::Instance(id) | Value::Itself(id) => {
                let kind = self.world.kind(self.instance(id).kind);
                match kind.members.get(&member.name.text).copied() {
                    Some(part) => self.find_in_member(id, part, found),
                    None => self.find_port(id, &member.name.text, found),
                }
            }
            Value::Record(record) => {
                self.find(&member.of, scope, found);
                found.origins.extend(record.origin(&member.name.text));
            }
            _ => self.find(&member.of, scope, found),
        }
    }

    /// The number of a port that a body declares.
    fn find_port(&mut self, id: InstanceId, name: &str, found: &mut Found) {
        let Some(item) = self.item_named(id, name) else { return };
        let kind = self.instance(item).kind;
        if Some(kind) == self.world.primitives.port
            && let Some(Member::Param(param)) = self.world.kind(kind).members.get("value").copied()
        {
            let origin = self.param_origin(item, param);
            found.origins.push(origin);
        }
    }

    /// What someone who only looks asks for: nothing is reported for it.
    fn quietly<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.diagnostics.len();
        let answer = ask(self);
        self.diagnostics.truncate(known);
        answer
    }
}

/// Whether an expression is a name, or a part of what a name stands for.
fn is_path(expr: &ast::Expr) -> bool {
    match &expr.node {
        ast::ExprNode::Name(_) => true,
        ast::ExprNode::Member(member) => is_path(&member.of),
        _ => false,
    }
}
