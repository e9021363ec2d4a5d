//! Expressions and types: what the names in them stand for.

use super::body::Shape;
use super::offer::Here;
use super::scope::{Scope, Walker};
use crate::types::{TextForm, Type};
use crate::world::type_of;
use laud_syntax::{Span, ast};

impl<'p> Walker<'_, 'p> {
    pub(super) fn walk_text(&mut self, text: &'p ast::Text, scope: &Scope<'p>) {
        self.walk_parts(text, &Type::EnvValue, scope);
    }

    /// Walks through the values in a text, where each is of a type.
    fn walk_parts(&mut self, text: &'p ast::Text, ty: &Type<'p>, scope: &Scope<'p>) {
        for part in text.parts() {
            match part {
                ast::TextPart::Literal { .. } => {}
                ast::TextPart::Value(value) => self.walk_expr(value, ty, scope),
            }
        }
    }

    /// Walks through an expression where a type is expected.
    pub(super) fn walk_expr(&mut self, expr: &'p ast::Expr, ty: &Type<'p>, scope: &Scope<'p>) {
        let any = Type::Any;
        match &expr.node {
            ast::ExprNode::None | ast::ExprNode::Bool(_) | ast::ExprNode::Error => {}
            ast::ExprNode::Int(_) | ast::ExprNode::Float(_) | ast::ExprNode::Quantity(_) => {
                self.probe_at(expr.span, || Here::Number(ty.clone()));
            }
            ast::ExprNode::Text(text) => {
                if let Type::Text(TextForm::SourcePath) = ty.bare() {
                    match (text.literal(), text.unclosed()) {
                        (Some(path), _) => {
                            self.probe_path(text, &path);
                            self.names.paths.push((text.span, path));
                        }
                        (None, Some(path)) => self.probe_path(text, path),
                        (None, None) => {}
                    }
                }
                self.walk_text(text, scope);
            }
            ast::ExprNode::Embedded(embedded) => self.walk_parts(&embedded.content, &any, scope),
            ast::ExprNode::List(items) => {
                let item_type = match ty.bare() {
                    Type::List(item) => item.as_ref().clone(),
                    _ => Type::Any,
                };
                for item in items {
                    match item {
                        ast::ListItem::Value(value) => self.walk_expr(value, &item_type, scope),
                        ast::ListItem::Spread(value) => self.walk_expr(value, ty, scope),
                    }
                }
            }
            ast::ExprNode::Comprehension(comprehension) => {
                self.walk_expr(&comprehension.list, &any, scope);
                let second = comprehension.second.as_ref();
                let scope = self.turn(&comprehension.list, &comprehension.variable, second, scope);
                self.walk_expr(&comprehension.value, &any, &scope);
                comprehension.condition.iter().for_each(|one| self.walk_expr(one, &Type::Bool, &scope));
            }
            ast::ExprNode::Record(body) => {
                self.walk_body(&body.entries, body.span, &Shape::of(ty), scope);
            }
            ast::ExprNode::Tagged(tagged) => {
                let fields = self.walk_variant(&tagged.tag.text, tagged.tag.span, ty);
                let shape = fields.map_or(Shape::Free, |fields| Shape::of(&fields));
                self.walk_body(&tagged.body.entries, tagged.body.span, &shape, scope);
            }
            ast::ExprNode::Name(name) => {
                self.probe_value(expr.span, ty, scope);
                if self.walk_variant(name, expr.span, ty).is_none() {
                    let meaning = self.resolve(name, expr.span.file(), scope);
                    self.note(expr.span, meaning);
                }
            }
            ast::ExprNode::Member(member) => {
                self.walk_expr(&member.of, &any, scope);
                let of = self.infer(&member.of, scope);
                let owner = match &member.of.node {
                    ast::ExprNode::Name(name) => self.resolve(name, member.of.span.file(), scope),
                    _ => None,
                };
                let owner = owner.map(|owner| owner.symbol.span);
                if let Some(probe) = &mut self.probe {
                    probe.touch(member.name.span, || Here::Part(of.clone(), owner));
                }
                let part = self.part(&of, &member.name.text);
                let meaning = part.or_else(|| self.item_of(owner?, &member.name.text));
                self.note(member.name.span, meaning);
            }
            ast::ExprNode::Index(index) => {
                self.walk_expr(&index.of, &any, scope);
                self.walk_expr(&index.index, &any, scope);
            }
            ast::ExprNode::Call(call) => {
                call.arguments.iter().for_each(|argument| self.walk_expr(argument, &any, scope));
                if let ("measured", [argument]) = (call.function.text.as_str(), &*call.arguments) {
                    self.probe_at(argument.span, || Here::Format);
                }
            }
            ast::ExprNode::Unary(_, of) => self.walk_expr(of, ty, scope),
            ast::ExprNode::Binary(binary) => {
                // Where one side is an enum, the other may be one of its variants.
                let (left, right) = (self.infer(&binary.left, scope), self.infer(&binary.right, scope));
                let expected = |other: &Type<'p>| {
                    if binary.op == ast::BinaryOp::Default { ty.clone() } else { other.clone() }
                };
                self.walk_expr(&binary.left, &expected(&right), scope);
                self.walk_expr(&binary.right, &expected(&left), scope);
            }
            ast::ExprNode::If(branch) => {
                self.walk_expr(&branch.condition, &Type::Bool, scope);
                self.walk_expr(&branch.then, ty, scope);
                self.walk_expr(&branch.otherwise, ty, scope);
            }
        }
    }

    /// Notes a variant of an enum; gives the type of its fields.
    fn walk_variant(&mut self, name: &str, place: Span, ty: &Type<'p>) -> Option<Type<'p>> {
        let Type::Enum(ty) = ty.bare() else { return None };
        let variant = ty.variants.iter().find(|variant| variant.name == name)?;
        let meaning = self.variant(variant);
        Some(self.note(place, Some(meaning)))
    }

    /// The place is in the text of a path, if it is between its quotes.
    fn probe_path(&mut self, text: &ast::Text, path: &str) {
        if let Some(probe) = &mut self.probe {
            let before = (probe.before(text.span) as usize).saturating_sub(1);
            let typed = path.get(..before).unwrap_or(path).to_owned();
            probe.touch(text.span, || Here::Path(typed));
        }
    }

    fn probe_value(&mut self, place: Span, ty: &Type<'p>, scope: &Scope<'p>) {
        if let Some(probe) = &mut self.probe {
            probe.touch(place, || Here::Value(ty.clone(), scope.clone()));
        }
    }

    pub(super) fn walk_type(&mut self, ty: &'p ast::TypeExpr, scope: &Scope<'p>) {
        match &ty.node {
            ast::TypeNode::Named(name) => {
                if let Some(probe) = &mut self.probe {
                    probe.touch(ty.span, || Here::Type);
                }
                if Type::builtin(name).is_none() {
                    let meaning =
                        self.world.lookup(ty.span.file(), name).and_then(|def| self.definition(def));
                    self.note(ty.span, meaning);
                }
            }
            ast::TypeNode::Generic(_, arguments) => {
                arguments.iter().for_each(|argument| self.walk_type(argument, scope));
            }
            ast::TypeNode::Optional(inner) => self.walk_type(inner, scope),
            ast::TypeNode::Enum(variants) => {
                if let Type::Enum(found) = type_of(self.world, ty) {
                    for variant in &found.variants {
                        let meaning = self.variant(variant);
                        self.note(variant.ast.name.span, Some(meaning));
                    }
                }
                let fields = variants.iter().filter_map(|variant| variant.fields.as_ref());
                fields.for_each(|body| self.walk_fields(body, scope));
            }
            ast::TypeNode::Record(body) => self.walk_fields(body, scope),
            ast::TypeNode::Union(types) => types.iter().for_each(|one| self.walk_type(one, scope)),
            ast::TypeNode::Range { base, .. } | ast::TypeNode::Matching { base, .. } => {
                self.walk_type(base, scope);
            }
            ast::TypeNode::Error => {
                if let Some(probe) = &mut self.probe {
                    probe.touch(ty.span, || Here::Type);
                }
            }
        }
    }

    /// The fields of a record type, where it is written.
    fn walk_fields(&mut self, body: &'p ast::Body, scope: &Scope<'p>) {
        for entry in &body.entries {
            let ast::Node::Param(param) = &entry.node else { continue };
            let ty = type_of(self.world, &param.ty);
            let default = param.default.as_ref().map(|default| default.span);
            let sort = super::SymbolSort::Field;
            let symbol = self.symbol(&param.name, sort, ty.to_string(), default, &entry.doc);
            self.note_types(&symbol, &ty);
            self.names.add(param.name.span, symbol);
            self.walk_type(&param.ty, scope);
            param.default.iter().for_each(|default| self.walk_expr(default, &ty, scope));
        }
    }
}
