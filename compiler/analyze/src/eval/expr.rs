//! Expressions.

use super::call::FUNCTIONS;
use super::children::Condition;
use super::mismatch::{needed, only_needed};
use super::unknown::foreign_variant;
use super::{Eval, Scope};
use crate::types::{Enum, Record, TextForm, Type};
use crate::value::{Value, VariantValue};
use crate::world::{Def, KindId};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use std::rc::Rc;

impl<'p> Eval<'_, 'p> {
    /// The value of an expression where a type is expected.
    pub(crate) fn eval(&mut self, expr: &'p ast::Expr, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        let value = match &expr.node {
            ast::ExprNode::None => Value::None,
            ast::ExprNode::Bool(value) => Value::Bool(*value),
            ast::ExprNode::Int(value) => Value::Int(*value),
            ast::ExprNode::Float(value) => Value::Float(*value),
            ast::ExprNode::Quantity(quantity) => match *quantity {
                ast::Quantity::Bytes(bytes) => Value::Bytes(bytes),
                ast::Quantity::Duration(millis) => Value::Duration(millis),
                ast::Quantity::Percent(percent) => Value::Percent(percent),
                ast::Quantity::Rate { count, per } => Value::Rate { count, per: per.into() },
            },
            // What it holds in braces is a query's, and no value of laud's.
            ast::ExprNode::Text(text) if matches!(ty.bare(), Type::PromQl) => {
                Value::Text(text.literal().unwrap_or_default())
            }
            ast::ExprNode::Text(text) => self.eval_text(text, ty, scope),
            ast::ExprNode::Embedded(embedded) => self.eval_embedded(embedded, scope),
            ast::ExprNode::List(items) => self.eval_list(items, ty, scope),
            ast::ExprNode::Comprehension(comprehension) => self.eval_comprehension(comprehension, ty, scope),
            ast::ExprNode::Record(body) => return self.eval_body(body, ty, scope, Value::None),
            ast::ExprNode::Tagged(tagged) => return self.eval_tagged(tagged, ty, scope),
            ast::ExprNode::Name(name) => self.eval_name(name, expr.span, ty, scope),
            ast::ExprNode::Member(_) if self.is_bare_domain(expr, ty, scope) => Value::Error,
            ast::ExprNode::Member(member) => self.eval_member(member, scope),
            ast::ExprNode::Index(index) => self.eval_index(index, scope),
            ast::ExprNode::Call(call) if self.is_called_variant(call, expr.span, ty) => Value::Error,
            ast::ExprNode::Call(call) if self.is_wrapped_text(call, expr.span, ty) => Value::Error,
            ast::ExprNode::Call(call) => self.eval_call(call, expr.span, scope),
            ast::ExprNode::Unary(op, of) => self.eval_unary(*op, of, scope),
            ast::ExprNode::Binary(binary)
                if matches!(ty.bare(), Type::PromQl) && binary.op != ast::BinaryOp::Default =>
            {
                return self.no_query(expr.span);
            }
            ast::ExprNode::Binary(binary) if self.is_dashed(binary, expr.span, ty, scope) => Value::Error,
            ast::ExprNode::Binary(binary) => self.eval_binary(binary, ty, scope),
            ast::ExprNode::If(branch) => return self.eval_if(branch, ty, scope),
            ast::ExprNode::Error => Value::Error,
        };
        self.coerce(value, ty, expr.span)
    }

    fn eval_name(&mut self, name: &LeanStr, span: Span, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        if let Type::Enum(wanted) = ty.bare()
            && let Some(value) = self.bare_variant(wanted, name, span)
        {
            return value;
        }
        if let Some(value) = self.name(name, span, scope) {
            return value;
        }
        if name.is_empty() {
            return Value::Error;
        }
        match ty.bare() {
            Type::Enum(wanted) => self.report_unknown_variant(wanted, name, span),
            wanted => self.report_unknown_name(name, span, scope, &unnamed(wanted, name)),
        }
        Value::Error
    }

    /// A variant by its name alone: one without fields, or whose fields all have defaults.
    fn bare_variant(&mut self, ty: &Rc<Enum<'p>>, name: &str, span: Span) -> Option<Value<'p>> {
        let index = ty.variants.iter().position(|variant| variant.name == name)?;
        let fields = match &ty.variants[index].fields {
            None => None,
            Some(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for field in &record.fields {
                    match &field.default {
                        Some(default) => fields.push(self.eval(default, &field.ty, Scope::default())),
                        None if field.ty.is_optional() => fields.push(Value::None),
                        None => {
                            let message = format!("`{name}` needs `{}`", field.name);
                            self.report(
                                Diagnostic::new(&code::MISSING_FIELD, span, message)
                                    .help(format!("Write `{name} {{ {} = … }}`.", field.name)),
                            );
                            return Some(Value::Error);
                        }
                    }
                }
                let default = |field: &crate::types::Field<'p>| field.ast.name.span;
                let origins = self.is_traced().then(|| record.fields.iter().map(default).collect());
                let origins = origins.unwrap_or_default();
                Some(Rc::new(crate::value::RecordValue { ty: record.clone(), fields, span, origins }))
            }
        };
        Some(Value::Variant(Rc::new(VariantValue { ty: ty.clone(), index, fields, span })))
    }

    /// Whether a variant is called as if it were a function, which is reported.
    fn is_called_variant(&mut self, call: &ast::Call, span: Span, ty: &Type<'p>) -> bool {
        let Type::Enum(of) = ty.bare() else { return false };
        let name = &call.function.text;
        let Some(variant) = of.variants.iter().find(|variant| variant.name == *name) else { return false };
        let message = format!("`{name}` is no function");
        let diagnostic = Diagnostic::new(&code::UNKNOWN_FUNCTION, call.function.span, message);
        let Some(record) = &variant.fields else {
            self.report(diagnostic.help(format!("It is written `{name}` alone.")));
            return true;
        };
        let diagnostic = diagnostic.help(format!("It is written `{}`.", with_needed(name, record)));
        self.report(match (only_needed(record), &*call.arguments) {
            (Some(field), [value]) => {
                let value = self.world.loaded.sources.slice(value.span);
                let ours = format!("{name} {{ {} = {value} }}", field.name);
                diagnostic.fix(format!("Change to `{ours}`"), span, ours)
            }
            _ => diagnostic,
        });
        true
    }

    /// Whether a text of a form of its own stands in a call of what is no function, as in `http("/up")`;
    /// reports it.
    fn is_wrapped_text(&mut self, call: &ast::Call, span: Span, ty: &Type<'p>) -> bool {
        let name = &call.function.text;
        let has_form = match ty.bare() {
            Type::Text(form) => *form != TextForm::Plain,
            Type::Image => true,
            _ => false,
        };
        let [ast::Expr { node: ast::ExprNode::Text(text), span: at }] = &*call.arguments else {
            return false;
        };
        if !has_form || text.literal().is_none() || FUNCTIONS.iter().any(|function| function.name == *name) {
            return false;
        }
        let ours = self.world.loaded.sources.slice(*at).to_owned();
        let message = format!("there is no function `{name}`");
        self.report(
            Diagnostic::new(&code::UNKNOWN_FUNCTION, call.function.span, message)
                .help(format!("`{}` is written as a text alone.", ty.bare()))
                .fix(format!("Change to `{ours}`"), span, ours),
        );
        true
    }

    pub(super) fn report_unknown_variant(&mut self, ty: &Rc<Enum<'p>>, name: &str, span: Span) {
        let names: Vec<&str> = ty.variants.iter().map(|variant| variant.name.as_str()).collect();
        let of = ty.name.as_ref().map_or(String::new(), |name| format!(" of `{name}`"));
        let diagnostic = Diagnostic::new(&code::UNKNOWN_VARIANT, span, format!("`{name}` is no variant{of}"))
            .help(ty.choice());
        let ours =
            foreign_variant(name).and_then(|ours| ty.variants.iter().find(|variant| variant.name == ours));
        self.report(match ours.map(|ours| (&ours.name, ours.fields.as_ref())) {
            Some((ours, Some(record))) if needed(record).next().is_some() => {
                diagnostic.help(format!("It is written `{}`.", with_needed(ours, record)))
            }
            Some((ours, _)) => diagnostic.fix(format!("Change to `{ours}`"), span, ours.as_str()),
            None => {
                let mut diagnostic = diagnostic.near(name, span, names.iter().copied());
                if diagnostic.fixes.is_empty() {
                    for whole in names.into_iter().filter(|whole| whole.split('_').any(|part| part == name)) {
                        diagnostic = diagnostic.fix(format!("Change to `{whole}`"), span, whole);
                    }
                }
                diagnostic
            }
        });
    }

    /// What is spread: a value with a name, of whichever type.
    pub(super) fn eval_spread(&mut self, expr: &'p ast::Expr, scope: Scope) -> Value<'p> {
        if let ast::ExprNode::Name(name) = &expr.node
            && !name.is_empty()
            && self.name(name, expr.span, scope).is_none()
        {
            let help = format!("What is spread has a name: `let {name} = …`.");
            self.report_unknown_name(name, expr.span, scope, &help);
            return Value::Error;
        }
        self.eval(expr, &Type::Any, scope)
    }

    pub(super) fn report_unknown_name(&mut self, name: &str, span: Span, scope: Scope, help: &str) {
        let mut names: Vec<&str> = self
            .world
            .visible(span.file(), |def| matches!(def, Def::Decl(_) | Def::Let(_) | Def::Metrics(_)));
        if let Some(of) = scope.of {
            let kind = self.world.kind(self.instance(of).kind);
            if kind.ast.body.span.file() == span.file() {
                names.extend(kind.members.keys().map(LeanStr::as_str));
            }
        }
        let mut at = scope.locals;
        while let Some(id) = at {
            let local = &self.locals[id.index()];
            names.push(&local.name);
            at = local.outer;
        }
        names.sort_unstable();
        let diagnostic =
            Diagnostic::new(&code::UNKNOWN_NAME, span, format!("nothing here is named `{name}`"))
                .near(name, span, names);
        let diagnostic = match (&diagnostic.help, self.world.lookup_kind(span.file(), name)) {
            (None, None) => match self.rate_before(name, span) {
                Some((place, rate)) => diagnostic
                    .help("The time of a rate is `s`, `m`, `h`, `d` or `w`.")
                    .fix(format!("Change to `{rate}`"), place, rate),
                None => diagnostic.help(help),
            },
            _ => diagnostic,
        };
        self.report(diagnostic);
    }

    fn eval_tagged(&mut self, tagged: &'p ast::Tagged, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        let Type::Enum(wanted) = ty.bare() else {
            return match ty.bare() {
                Type::Any | Type::Map(_) | Type::Record(_) | Type::Data => {
                    self.eval_body(&tagged.body, ty, scope, Value::None)
                }
                _ => {
                    let message = format!("expected `{ty}`, found a record named `{}`", tagged.tag.text);
                    let help = self.type_help(&Value::Error, ty);
                    self.report(
                        Diagnostic::new(&code::WRONG_TYPE, tagged.tag.span, message).maybe_help(help),
                    );
                    Value::Error
                }
            };
        };
        let Some(index) = wanted.variants.iter().position(|variant| variant.name == tagged.tag.text) else {
            self.report_unknown_variant(wanted, &tagged.tag.text, tagged.tag.span);
            return Value::Error;
        };
        let span = tagged.tag.span.to(tagged.body.span);
        let fields = match &wanted.variants[index].fields {
            Some(record) => {
                let ty = Type::Record(record.clone());
                match self.open_variant_body(&tagged.body, &ty, scope, tagged.tag.span) {
                    Value::Record(fields) => Some(fields),
                    _ => return Value::Error,
                }
            }
            None if tagged.body.entries.is_empty() => None,
            None => {
                let message = format!("`{}` takes no fields", tagged.tag.text);
                self.report(Diagnostic::new(&code::UNKNOWN_FIELD, tagged.body.span, message));
                return Value::Error;
            }
        };
        Value::Variant(Rc::new(VariantValue { ty: wanted.clone(), index, fields, span }))
    }

    fn open_variant_body(
        &mut self,
        body: &'p ast::Body,
        ty: &Type<'p>,
        scope: Scope,
        _tag: Span,
    ) -> Value<'p> {
        self.eval_body(body, ty, scope, Value::None)
    }

    fn eval_list(&mut self, items: &'p [ast::ListItem], ty: &Type<'p>, scope: Scope) -> Value<'p> {
        let item_type = match ty.bare() {
            Type::List(item) => item.as_ref().clone(),
            Type::Data => Type::Data,
            _ => Type::Any,
        };
        let mut values = Vec::with_capacity(items.len());
        let (mut unknown, mut wrong) = (false, false);
        for item in items {
            match item {
                ast::ListItem::Value(expr) => match self.eval(expr, &item_type, scope) {
                    // An external that nothing runs of has nothing to wait for.
                    Value::None if matches!(item_type, Type::Kinds(_)) => {}
                    value => values.push(value),
                },
                ast::ListItem::Spread(expr) => match self.eval_spread(expr, scope) {
                    Value::List(more) => {
                        for value in more.iter() {
                            let value = self.coerce(value.clone(), &item_type, expr.span);
                            values.push(value);
                        }
                    }
                    Value::Unknown(_) => unknown = true,
                    Value::Error => wrong = true,
                    other => {
                        let message = format!("expected a list to spread, found {other}");
                        self.report(Diagnostic::new(&code::WRONG_TYPE, expr.span, message));
                        wrong = true;
                    }
                },
            }
        }
        if wrong {
            return Value::Error;
        }
        if unknown { Value::Unknown(Type::List(Rc::new(item_type))) } else { Value::List(Rc::new(values)) }
    }

    fn eval_comprehension(&mut self, of: &'p ast::Comprehension, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        let item_type = match ty.bare() {
            Type::List(item) => item.as_ref().clone(),
            _ => Type::Any,
        };
        let mut values = Vec::new();
        let (mut unknown, mut wrong) = (false, false);
        let Some(turns) = self.turns(&of.list, &of.variable, of.second.as_ref(), scope) else {
            return Value::Error;
        };
        for scope in turns {
            let taken = match &of.condition {
                Some(condition) => self.condition(condition, scope),
                None => Condition::Holds,
            };
            match taken {
                Condition::Holds | Condition::Unknown => {
                    let value = self.eval(&of.value, &item_type, scope);
                    unknown |= taken == Condition::Unknown || value.is_unknown();
                    values.push(value);
                }
                Condition::Fails => {}
                Condition::Error => wrong = true,
            }
        }
        if wrong {
            return Value::Error;
        }
        match values.pop() {
            Some(last) if unknown => {
                let item = match last {
                    Value::Unknown(ty) => ty,
                    _ => item_type,
                };
                Value::Unknown(Type::List(Rc::new(item)))
            }
            Some(last) => {
                values.push(last);
                Value::List(Rc::new(values))
            }
            None => Value::List(Rc::new(values)),
        }
    }

    fn eval_if(&mut self, branch: &'p ast::IfExpr, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        match self.condition(&branch.condition, scope) {
            Condition::Holds => self.eval(&branch.then, ty, scope),
            Condition::Fails => self.eval(&branch.otherwise, ty, scope),
            Condition::Error => Value::Error,
            Condition::Unknown => {
                let narrowed = self.narrow(&branch.condition, scope);
                let then = self.eval(&branch.then, ty, narrowed);
                let otherwise = self.eval(&branch.otherwise, ty, scope);
                self.either(then, otherwise, ty)
            }
        }
    }

    /// One of two values, of which it is not known which.
    fn either(&mut self, one: Value<'p>, other: Value<'p>, ty: &Type<'p>) -> Value<'p> {
        if !matches!(ty, Type::Any) {
            let secret = |value: &Value<'p>| matches!(value, Value::Pieces(_));
            return if secret(&one) {
                one
            } else if secret(&other) {
                other
            } else {
                Value::Unknown(ty.clone())
            };
        }
        match (&one, &other) {
            (Value::None, _) => other,
            (_, Value::None) => one,
            (Value::Unknown(_), _) => one,
            (_, Value::Unknown(_)) => other,
            (Value::Text(_), _) => Value::Unknown(Type::TEXT),
            (Value::Int(_), _) => Value::Unknown(Type::Int),
            (Value::Bool(_), _) => Value::Unknown(Type::Bool),
            (Value::Float(_), _) => Value::Unknown(Type::Float),
            (Value::Bytes(_), _) => Value::Unknown(Type::Bytes),
            (Value::Duration(_), _) => Value::Unknown(Type::Duration),
            _ => one,
        }
    }

    /// Where a condition says that a name is not none, the scope in which it is not.
    pub(super) fn narrow(&mut self, condition: &'p ast::Expr, scope: Scope) -> Scope {
        let ast::ExprNode::Binary(binary) = &condition.node else { return scope };
        match binary.op {
            ast::BinaryOp::And => {
                let scope = self.narrow(&binary.left, scope);
                self.narrow(&binary.right, scope)
            }
            ast::BinaryOp::NotEqual if matches!(binary.right.node, ast::ExprNode::None) => {
                let ast::ExprNode::Name(name) = &binary.left.node else { return scope };
                match self.name(name, binary.left.span, scope) {
                    Some(Value::Unknown(Type::Optional(inner))) => {
                        self.with_local(scope, name.clone(), Value::Unknown(inner.as_ref().clone()))
                    }
                    Some(_) | None => scope,
                }
            }
            _ => scope,
        }
    }

    fn eval_member(&mut self, member: &'p ast::Member, scope: Scope) -> Value<'p> {
        let of = match &member.of.node {
            ast::ExprNode::Name(root) if !root.is_empty() => {
                self.name(root, member.of.span, scope).unwrap_or_else(|| {
                    self.report_unknown_name(root, member.of.span, scope, &no_root(root));
                    Value::Error
                })
            }
            _ => self.eval(&member.of, &Type::Any, scope),
        };
        let name = &member.name;
        match of {
            Value::Instance(id) | Value::Itself(id)
                if name.text == "name" && matches!(of, Value::Itself(_)) =>
            {
                if self.is_check() && self.instance(id).parent.is_none() {
                    return Value::pieces(vec![crate::value::Piece::Unknown]);
                }
                Value::Text(self.deployed_name(id))
            }
            Value::Instance(id) | Value::Itself(id) => self.member(id, name),
            Value::Record(record) => {
                match record.ty.fields.iter().position(|field| field.name == name.text) {
                    Some(index) => record.fields[index].clone(),
                    None => {
                        let names = record.ty.fields.iter().map(|field| field.name.as_str());
                        self.report_no_member(&Type::Record(record.ty.clone()).to_string(), name, names)
                    }
                }
            }
            Value::Variant(variant) => match variant.fields.as_ref() {
                Some(fields) if fields.ty.fields.iter().any(|field| field.name == name.text) => {
                    fields.get(&name.text)
                }
                _ => self.report_no_member(variant.name(), name, []),
            },
            Value::Map(map) => match map.get(&name.text) {
                Some((value, _)) => value.clone(),
                None => self.report_no_member("the map", name, map.keys().map(LeanStr::as_str)),
            },
            Value::App => self.app_member(name),
            Value::Environment => self.environment_member(name),
            Value::Unknown(ty) => self.unknown_member(&ty, name, member.of.span),
            Value::None => {
                let message = format!("this is `none`, which has no `{}`", name.text);
                self.report(
                    Diagnostic::new(&code::MAYBE_NONE, member.of.span, message)
                        .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
                );
                Value::Error
            }
            Value::Error => Value::Error,
            Value::Kind(kind) => self.no_member_of_kind(kind, member),
            other => {
                let what = other.to_string();
                self.report_no_member(&what.replace('`', ""), name, [])
            }
        }
    }

    /// Reports what is asked of a kind as if it were a declaration of it.
    fn no_member_of_kind(&mut self, kind: KindId, member: &ast::Member) -> Value<'p> {
        let (kind, name) = (&self.world.kind(kind).name, &member.name);
        if name.text.is_empty() {
            return Value::Error;
        }
        let message = format!("`{kind}` is a kind, which has no `{}`", name.text);
        let diagnostic = Diagnostic::new(&code::UNKNOWN_MEMBER, name.span, message);
        let is_declared = matches!(self.world.lookup(name.span.file(), &name.text), Some(Def::Decl(_)));
        self.report(match is_declared {
            true => diagnostic
                .help(format!("A declaration is referred to by its name alone: `{}`.", name.text))
                .fix(format!("Change to `{}`", name.text), member.of.span.to(name.span), name.text.as_str()),
            false => diagnostic.help(format!("Refer to one that is declared: `NAME.{}`.", name.text)),
        });
        Value::Error
    }

    pub(super) fn report_no_member<'a>(
        &mut self,
        of: &str,
        name: &ast::Ident,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Value<'p> {
        if !name.text.is_empty() {
            let of = if of == "the map" { of.to_owned() } else { format!("`{of}`") };
            let names: Vec<&str> = names.into_iter().collect();
            let has = (!names.is_empty()).then(|| format!("It has: {}.", names.join(", ")));
            let message = format!("{of} has no `{}`", name.text);
            let diagnostic = Diagnostic::new(&code::UNKNOWN_MEMBER, name.span, message).maybe_help(has);
            self.report(diagnostic.near(&name.text, name.span, names));
        }
        Value::Error
    }

    fn app_member(&mut self, name: &ast::Ident) -> Value<'p> {
        match name.text.as_str() {
            "name" => match self.world.app {
                Some((app, _)) if app.text.is_empty() => Value::Error,
                Some((app, _)) if !self.is_check() => Value::Text(app.text.clone()),
                Some(_) | None => Value::pieces(vec![crate::value::Piece::Unknown]),
            },
            _ => self.report_no_member("app", name, ["name"]),
        }
    }

    /// A member of a value of which only the type is known.
    fn unknown_member(&mut self, ty: &Type<'p>, name: &ast::Ident, span: Span) -> Value<'p> {
        match ty {
            Type::Optional(_) => {
                let message = format!("this may be `none`, which has no `{}`", name.text);
                self.report(
                    Diagnostic::new(&code::MAYBE_NONE, span, message)
                        .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
                );
                Value::Error
            }
            Type::Record(record) => match record.fields.iter().find(|field| field.name == name.text) {
                Some(field) => Value::Unknown(field.ty.clone()),
                None => {
                    let names = record.fields.iter().map(|field| field.name.as_str());
                    self.report_no_member(&ty.to_string(), name, names)
                }
            },
            Type::Kinds(kinds) => self.unknown_kind_member(kinds, name),
            Type::Map(value) => Value::Unknown(value.as_ref().clone()),
            Type::Any => Value::Unknown(Type::Any),
            Type::Enum(_) => Value::Unknown(Type::Any),
            other => self.report_no_member(&other.to_string(), name, []),
        }
    }

    /// A member of a declaration of which only the kinds are known: every kind must have it.
    fn unknown_kind_member(
        &mut self,
        kinds: &[(crate::world::KindId, LeanStr)],
        name: &ast::Ident,
    ) -> Value<'p> {
        if name.text == "name" {
            return Value::pieces(vec![crate::value::Piece::Unknown]);
        }
        let mut found = Value::Unknown(Type::Any);
        for (kind, kind_name) in kinds {
            let info = self.world.kind(*kind);
            match info.members.get(&name.text).copied() {
                Some(crate::world::Member::Param(index)) => {
                    found = Value::Unknown(info.params[index].ty.clone())
                }
                Some(crate::world::Member::Out(index)) => {
                    let ty = info.outs[index].ty.clone().unwrap_or(Type::Any);
                    found = match ty {
                        Type::Secret(_) => Value::pieces(vec![crate::value::Piece::UnknownSecret]),
                        other => Value::Unknown(other),
                    };
                }
                Some(crate::world::Member::Child(_)) => found = Value::Unknown(Type::Any),
                Some(crate::world::Member::Let(_)) | None => {
                    let mut names: Vec<&str> = info.public_members().collect();
                    names.sort_unstable();
                    return self.report_no_member(kind_name, name, names);
                }
            }
        }
        found
    }

    fn eval_index(&mut self, index: &'p ast::Index, scope: Scope) -> Value<'p> {
        let of = self.eval(&index.of, &Type::Any, scope);
        match of {
            Value::List(items) => match self.eval(&index.index, &Type::Int, scope) {
                Value::Int(at) => match usize::try_from(at).ok().and_then(|at| items.get(at)) {
                    Some(value) => value.clone(),
                    None => {
                        let message = format!("there is no item {at} in a list of {}", items.len());
                        self.report(
                            Diagnostic::new(&code::OUT_OF_RANGE, index.index.span, message)
                                .help("Items count from 0."),
                        );
                        Value::Error
                    }
                },
                Value::Unknown(_) => Value::Unknown(Type::Any),
                _ => Value::Error,
            },
            Value::Map(map) => match self.eval(&index.index, &Type::TEXT, scope) {
                Value::Text(key) => map.get(&key).map_or(Value::None, |(value, _)| value.clone()),
                Value::Unknown(_) | Value::Pieces(_) => Value::Unknown(Type::Any),
                _ => Value::Error,
            },
            Value::Unknown(ty) => match ty.bare() {
                Type::List(item) => Value::Unknown(item.as_ref().clone()),
                Type::Map(value) => Value::Unknown(Type::Optional(value.clone())),
                _ => Value::Unknown(Type::Any),
            },
            Value::Error => Value::Error,
            other => {
                let message = format!("expected a list or a map, found {other}");
                self.report(Diagnostic::new(&code::WRONG_TYPE, index.of.span, message));
                Value::Error
            }
        }
    }
}

/// A variant with the fields that it needs, as it is written.
fn with_needed(name: &str, record: &Record<'_>) -> String {
    let fields: Vec<String> = needed(record).map(|field| format!("{} = …", field.name)).collect();
    format!("{name} {{ {} }}", fields.join(", "))
}

/// What to do about a name that stands for nothing, of which a part is wanted.
fn no_root(name: &str) -> String {
    match name {
        "labels" | "value" => unnamed(&Type::Any, name),
        "env" | "process" | "os" => {
            "What is given at deploy time is declared, as `secret NAME` or `setting NAME`, and has no \
             other name."
                .to_owned()
        }
        "var" | "vars" | "local" | "locals" | "values" => {
            "A `let`, a `setting` and a `secret` are referred to by their names alone.".to_owned()
        }
        _ => format!("Declare it: `KIND {name} {{ … }}`."),
    }
}

/// What to do about a name that stands for nothing where a type is wanted.
pub(super) fn unnamed(wanted: &Type<'_>, name: &str) -> String {
    match wanted {
        Type::Any
        | Type::Text(_)
        | Type::Matching(_)
        | Type::Image
        | Type::AlertText
        | Type::EnvValue
        | Type::Data
        | Type::Secret(_) => match name {
            // As Prometheus calls them.
            "labels" => "In an alert, a label of its series is written `{label(\"instance\")}`.".to_owned(),
            "value" => "In an alert, what was measured is written `{measured(\"number\")}`.".to_owned(),
            // As environment variables are called.
            _ if name.contains(|c: char| c.is_ascii_uppercase())
                && !name.contains(|c: char| c.is_ascii_lowercase()) =>
            {
                "What is given at deploy time is declared, as `secret NAME` or `setting NAME`; a text \
                 stands in quotes."
                    .to_owned()
            }
            _ => format!("If it is text, write it in quotes: `\"{name}\"`."),
        },
        Type::Kinds(kinds) => match &**kinds {
            [(_, kind), ..] => format!("Declare it: `{kind} {name} …`."),
            [] => format!("Declare it: `KIND {name} …`."),
        },
        Type::Metrics => format!("Declare it: `metrics {name} {{ … }}`."),
        Type::PromQl => "A query is written promql`…`.".to_owned(),
        Type::Bool
        | Type::Int
        | Type::Float
        | Type::Bytes
        | Type::Duration
        | Type::Percent
        | Type::Rate
        | Type::Cpu
        | Type::Port
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Enum(_)
        | Type::Record(_)
        | Type::Range(_) => format!("Give it a value: `let {name} = …`."),
    }
}
