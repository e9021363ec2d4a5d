//! Operators.

use super::{Eval, Scope};
use crate::types::{Enum, Type};
use crate::value::{Piece, Value, VariantValue};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use std::cmp::Ordering;
use std::rc::Rc;

impl<'p> Eval<'_, 'p> {
    pub(super) fn eval_unary(&mut self, op: ast::UnaryOp, of: &'p ast::Expr, scope: Scope) -> Value<'p> {
        match op {
            ast::UnaryOp::Not => match self.eval(of, &Type::Bool, scope) {
                Value::Bool(value) => Value::Bool(!value),
                other => other,
            },
            ast::UnaryOp::Negate => match self.eval(of, &Type::Any, scope) {
                Value::Int(value) => self.finite_int(value.checked_neg(), of.span),
                Value::Float(value) => Value::Float(-value),
                Value::Unknown(ty) if matches!(ty.bare(), Type::Int | Type::Float | Type::Any) => {
                    Value::Unknown(ty)
                }
                Value::Error => Value::Error,
                other => {
                    let message = format!("`-` does not take {other}");
                    let label = format!("{other}");
                    let help = match &other {
                        Value::Bytes(_)
                        | Value::Duration(_)
                        | Value::Percent(_)
                        | Value::Rate { .. }
                        | Value::Cpu(_) => format!("No {other} is below zero: leave the `-` out."),
                        _ => "It takes a number.".to_owned(),
                    };
                    self.report(
                        Diagnostic::new(&code::WRONG_OPERANDS, of.span, message).label(label).help(help),
                    );
                    Value::Error
                }
            },
        }
    }

    pub(super) fn eval_binary(&mut self, binary: &'p ast::Binary, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        match binary.op {
            ast::BinaryOp::Default => self.eval_default(binary, ty, scope),
            ast::BinaryOp::And | ast::BinaryOp::Or => self.eval_logic(binary, scope),
            ast::BinaryOp::Equal | ast::BinaryOp::NotEqual => self.eval_equality(binary, scope),
            ast::BinaryOp::In => self.eval_in(binary, scope),
            ast::BinaryOp::Less
            | ast::BinaryOp::LessEqual
            | ast::BinaryOp::Greater
            | ast::BinaryOp::GreaterEqual
            | ast::BinaryOp::Add
            | ast::BinaryOp::Subtract
            | ast::BinaryOp::Multiply
            | ast::BinaryOp::Divide => {
                let left = self.eval(&binary.left, &Type::Any, scope);
                let right = self.eval(&binary.right, &Type::Any, scope);
                self.operate(binary, left, right)
            }
        }
    }

    fn eval_default(&mut self, binary: &'p ast::Binary, ty: &Type<'p>, scope: Scope) -> Value<'p> {
        let left_type = match ty {
            Type::Any => Type::Any,
            Type::Optional(_) => ty.clone(),
            other => Type::Optional(Rc::new(other.clone())),
        };
        match self.eval(&binary.left, &left_type, scope) {
            Value::None => self.eval(&binary.right, ty, scope),
            Value::Unknown(left) => {
                let right = self.eval(&binary.right, ty, scope);
                match (left, right) {
                    (Type::Optional(inner), Value::Unknown(_)) => Value::Unknown(inner.as_ref().clone()),
                    (Type::Optional(inner), Value::None) => Value::Unknown(Type::Optional(inner)),
                    (Type::Optional(inner), _) => Value::Unknown(inner.as_ref().clone()),
                    (left, _) => Value::Unknown(left),
                }
            }
            value => value,
        }
    }

    fn eval_logic(&mut self, binary: &'p ast::Binary, scope: Scope) -> Value<'p> {
        let stops_at = binary.op == ast::BinaryOp::Or;
        match self.eval(&binary.left, &Type::Bool, scope) {
            Value::Bool(value) if value == stops_at => Value::Bool(value),
            Value::Bool(_) => self.eval(&binary.right, &Type::Bool, scope),
            Value::Unknown(_) => {
                let scope = if stops_at { scope } else { self.narrow(&binary.left, scope) };
                self.eval(&binary.right, &Type::Bool, scope);
                Value::Unknown(Type::Bool)
            }
            other => other,
        }
    }

    fn eval_equality(&mut self, binary: &'p ast::Binary, scope: Scope) -> Value<'p> {
        let left = self.eval(&binary.left, &Type::Any, scope);
        let right = self.eval_beside(&binary.left, &left, &binary.right, scope);
        if left.is_error() || right.is_error() {
            return Value::Error;
        }
        let equal = match left.is_unknown() || right.is_unknown() {
            true => may_equal(&left, &right).then_some(None),
            false => self.equal(&left, &right).map(Some),
        };
        match equal {
            Some(Some(_)) if is_deploy_time(&left, &right) => {
                let message = "this text is not known until the system is deployed, so it cannot be compared";
                let at = if matches!(left, Value::Pieces(_)) { binary.left.span } else { binary.right.span };
                self.report(Diagnostic::new(&code::DEPLOY_TIME_VALUE, at, message).help(
                    "Compare what is known when the spec is compiled: a parameter, or the environment.",
                ));
                Value::Error
            }
            Some(Some(equal)) => Value::Bool(equal == (binary.op == ast::BinaryOp::Equal)),
            Some(None) => Value::Unknown(Type::Bool),
            None => {
                let message = format!("{left} and {right} cannot be compared");
                self.report(operands(
                    Diagnostic::new(&code::WRONG_OPERANDS, binary.op_span, message),
                    binary,
                    &left,
                    &right,
                ));
                Value::Error
            }
        }
    }

    /// The value beside another with which it is compared. Where that is of an
    /// enum, a bare name asks which of its variants it is, whatever its fields.
    fn eval_beside(
        &mut self,
        other: &'p ast::Expr,
        value: &Value<'p>,
        expr: &'p ast::Expr,
        scope: Scope,
    ) -> Value<'p> {
        let ty = match value {
            Value::None | Value::Error => self.declared_type(other, scope),
            known => Some(type_of_value(known)),
        };
        match ty.as_ref().map(Type::bare) {
            Some(Type::Enum(of)) => self.eval_variant(of, expr, scope),
            // What a bare name means is not known where that is not.
            None if value.is_error() => Value::Error,
            Some(_) | None => self.eval(expr, &Type::Any, scope),
        }
    }

    fn eval_variant(&mut self, of: &Rc<Enum<'p>>, expr: &'p ast::Expr, scope: Scope) -> Value<'p> {
        let named = |name: &LeanStr| of.variants.iter().position(|variant| variant.name == *name);
        match &expr.node {
            ast::ExprNode::Name(name) if let Some(index) = named(name) => {
                let ty = of.clone();
                Value::Variant(Rc::new(VariantValue { ty, index, fields: None, span: expr.span }))
            }
            ast::ExprNode::List(items) => {
                let values = items.iter().map(|item| match item {
                    ast::ListItem::Value(item) => self.eval_variant(of, item, scope),
                    ast::ListItem::Spread(item) => self.eval(item, &Type::Any, scope),
                });
                Value::List(Rc::new(values.collect()))
            }
            _ => self.eval(expr, &Type::Optional(Rc::new(Type::Enum(of.clone()))), scope),
        }
    }

    /// The type with which a parameter or a field is declared, for what is `none`.
    fn declared_type(&mut self, expr: &'p ast::Expr, scope: Scope) -> Option<Type<'p>> {
        let (owner, name) = match &expr.node {
            ast::ExprNode::Name(name) => (scope.of?, name),
            ast::ExprNode::Member(member) => match self.eval(&member.of, &Type::Any, scope) {
                Value::Instance(id) | Value::Itself(id) => (id, &member.name.text),
                Value::Record(record) => {
                    let field = record.ty.fields.iter().find(|field| field.name == member.name.text);
                    return field.map(|field| field.ty.clone());
                }
                _ => return None,
            },
            _ => return None,
        };
        let kind = self.world.kind(self.instance(owner).kind);
        kind.params.iter().find(|param| param.name == *name).map(|param| param.ty.clone())
    }

    /// Whether two values are the same; `None` if they are of types that never are.
    fn equal(&self, left: &Value<'p>, right: &Value<'p>) -> Option<bool> {
        Some(match (left, right) {
            (Value::None, Value::None) => true,
            (Value::None, _) | (_, Value::None) => false,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b,
            (Value::Pieces(a), Value::Pieces(b)) => a == b,
            (Value::Pieces(_), Value::Text(_)) | (Value::Text(_), Value::Pieces(_)) => false,
            (Value::Variant(a), Value::Variant(b)) => {
                a.name() == b.name()
                    && match (&a.fields, &b.fields) {
                        (Some(a), Some(b)) => self.all_equal(&a.fields, &b.fields),
                        (Some(_) | None, _) => true,
                    }
            }
            (Value::Instance(a), Value::Instance(b)) => a == b,
            (Value::List(a), Value::List(b)) => self.all_equal(a, b),
            (Value::Record(a), Value::Record(b)) if Rc::ptr_eq(&a.ty, &b.ty) => {
                self.all_equal(&a.fields, &b.fields)
            }
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, (value, _))| {
                        b.get(key).is_some_and(|(other, _)| self.equal(value, other) == Some(true))
                    })
            }
            (a, b) => compare(a, b)? == Ordering::Equal,
        })
    }

    fn all_equal(&self, left: &[Value<'p>], right: &[Value<'p>]) -> bool {
        left.len() == right.len() && left.iter().zip(right).all(|(a, b)| self.equal(a, b) == Some(true))
    }

    fn eval_in(&mut self, binary: &'p ast::Binary, scope: Scope) -> Value<'p> {
        let left = self.eval(&binary.left, &Type::Any, scope);
        let right = match &binary.right.node {
            ast::ExprNode::List(_) => self.eval_beside(&binary.left, &left, &binary.right, scope),
            _ => self.eval(&binary.right, &Type::Any, scope),
        };
        match (&left, &right) {
            (Value::Error, _) | (_, Value::Error) => Value::Error,
            (_, Value::Unknown(ty)) if matches!(ty.bare(), Type::List(_) | Type::Map(_) | Type::Any) => {
                Value::Unknown(Type::Bool)
            }
            (value, Value::List(items))
                if (value.is_unknown() || items.iter().any(Value::is_unknown))
                    && items.iter().all(|item| item.is_error() || may_equal(value, item)) =>
            {
                Value::Unknown(Type::Bool)
            }
            (value, Value::Map(_)) if value.is_unknown() && may_equal(value, &Value::text("")) => {
                Value::Unknown(Type::Bool)
            }
            (value, Value::List(items))
                if !value.is_unknown() && items.iter().all(|item| self.equal(value, item).is_some()) =>
            {
                Value::Bool(items.iter().any(|item| self.equal(value, item) == Some(true)))
            }
            (Value::Text(key), Value::Map(map)) => Value::Bool(map.contains_key(key)),
            _ => {
                let message = format!("`in` does not take {left} and {right}");
                let diagnostic = Diagnostic::new(&code::WRONG_OPERANDS, binary.op_span, message)
                    .help("It takes a value and a list of such, or a key and a map.");
                self.report(operands(diagnostic, binary, &left, &right));
                Value::Error
            }
        }
    }

    fn operate(&mut self, binary: &ast::Binary, left: Value<'p>, right: Value<'p>) -> Value<'p> {
        if left.is_error() || right.is_error() {
            return Value::Error;
        }
        if left.is_unknown() || right.is_unknown() {
            return self.operate_unknown(binary, &left, &right);
        }
        let span = binary.op_span;
        match binary.op {
            ast::BinaryOp::Less
            | ast::BinaryOp::LessEqual
            | ast::BinaryOp::Greater
            | ast::BinaryOp::GreaterEqual => match compare(&left, &right) {
                Some(order) => Value::Bool(holds(binary.op, order)),
                None => self.wrong_operands(binary, &left, &right),
            },
            ast::BinaryOp::Add => match (left, right) {
                (Value::Text(a), Value::Text(b)) => Value::Text(LeanStr::from(format!("{a}{b}"))),
                (a @ (Value::Text(_) | Value::Pieces(_)), b @ (Value::Text(_) | Value::Pieces(_))) => {
                    join_texts(a, b)
                }
                (Value::List(a), Value::List(b)) => {
                    Value::List(Rc::new(a.iter().chain(b.iter()).cloned().collect()))
                }
                (left, right) => self.arithmetic(binary, left, right),
            },
            ast::BinaryOp::Subtract | ast::BinaryOp::Multiply | ast::BinaryOp::Divide => {
                self.arithmetic(binary, left, right)
            }
            ast::BinaryOp::Default
            | ast::BinaryOp::Or
            | ast::BinaryOp::And
            | ast::BinaryOp::Equal
            | ast::BinaryOp::NotEqual
            | ast::BinaryOp::In => self.no_result(span),
        }
    }

    fn arithmetic(&mut self, binary: &ast::Binary, left: Value<'p>, right: Value<'p>) -> Value<'p> {
        use ast::BinaryOp::{Add, Divide, Multiply, Subtract};
        let span = binary.op_span;
        let scaled = |value: f64, wrap: fn(u64) -> Value<'p>| {
            (0.0..9e18).contains(&value).then(|| wrap(value.round() as u64))
        };
        let result = match (binary.op, &left, &right) {
            (Divide, _, Value::Int(0)) => None,
            (Add, Value::Int(a), Value::Int(b)) => a.checked_add(*b).map(Value::Int),
            (Subtract, Value::Int(a), Value::Int(b)) => a.checked_sub(*b).map(Value::Int),
            (Multiply, Value::Int(a), Value::Int(b)) => a.checked_mul(*b).map(Value::Int),
            (Add, Value::Percent(a), Value::Percent(b)) => Some(Value::Percent(a + b)),
            (Subtract, Value::Percent(a), Value::Percent(b)) => (a >= b).then_some(Value::Percent(a - b)),
            (Add, Value::Bytes(a), Value::Bytes(b)) => a.checked_add(*b).map(Value::Bytes),
            (Subtract, Value::Bytes(a), Value::Bytes(b)) => a.checked_sub(*b).map(Value::Bytes),
            (Add, Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map(Value::Duration),
            (Subtract, Value::Duration(a), Value::Duration(b)) => a.checked_sub(*b).map(Value::Duration),
            (Divide, Value::Bytes(a), Value::Bytes(b)) | (Divide, Value::Duration(a), Value::Duration(b)) => {
                (*b != 0).then(|| Value::Float(*a as f64 / *b as f64))
            }
            (Multiply, Value::Bytes(size), factor) | (Multiply, factor, Value::Bytes(size)) => {
                match number(factor) {
                    Some(factor) => scaled(*size as f64 * factor, Value::Bytes),
                    None => return self.wrong_operands(binary, &left, &right),
                }
            }
            (Multiply, Value::Duration(time), factor) | (Multiply, factor, Value::Duration(time)) => {
                match number(factor) {
                    Some(factor) => scaled(*time as f64 * factor, Value::Duration),
                    None => return self.wrong_operands(binary, &left, &right),
                }
            }
            (Divide, Value::Bytes(size), divisor) => match number(divisor) {
                Some(divisor) => scaled(*size as f64 / divisor, Value::Bytes),
                None => return self.wrong_operands(binary, &left, &right),
            },
            (Divide, Value::Duration(time), divisor) => match number(divisor) {
                Some(divisor) => scaled(*time as f64 / divisor, Value::Duration),
                None => return self.wrong_operands(binary, &left, &right),
            },
            (op, a, b) => match (number(a), number(b)) {
                (Some(a), Some(b)) => {
                    let value = match op {
                        Add => a + b,
                        Subtract => a - b,
                        Multiply => a * b,
                        _ => a / b,
                    };
                    value.is_finite().then_some(Value::Float(value))
                }
                _ => return self.wrong_operands(binary, &left, &right),
            },
        };
        result.unwrap_or_else(|| {
            let zero = matches!(right, Value::Bytes(0) | Value::Duration(0)) || number(&right) == Some(0.0);
            match binary.op {
                Divide if zero => self.without_result(span, "a division by zero"),
                Subtract if !matches!(left, Value::Int(_)) => {
                    self.without_result(span, "the result is below zero")
                }
                _ => self.no_result(span),
            }
        })
    }

    fn no_result(&mut self, span: Span) -> Value<'p> {
        self.without_result(span, "the result is too large")
    }

    fn without_result(&mut self, span: Span, why: &str) -> Value<'p> {
        self.report(
            Diagnostic::new(&code::ARITHMETIC, span, why)
                .help("Ask first, with `if … then … else …`, or take `max` or `min` of it."),
        );
        Value::Error
    }

    fn finite_int(&mut self, value: Option<i64>, span: Span) -> Value<'p> {
        value.map_or_else(|| self.no_result(span), Value::Int)
    }

    fn wrong_operands(&mut self, binary: &ast::Binary, left: &Value<'p>, right: &Value<'p>) -> Value<'p> {
        let op = self.world.loaded.sources.slice(binary.op_span);
        let message = format!("`{op}` does not take {left} and {right}");
        self.report(operands(
            Diagnostic::new(&code::WRONG_OPERANDS, binary.op_span, message),
            binary,
            left,
            right,
        ));
        Value::Error
    }

    /// The type of a result of which the operands are not known.
    fn operate_unknown(&mut self, binary: &ast::Binary, left: &Value<'p>, right: &Value<'p>) -> Value<'p> {
        use ast::BinaryOp::{Add, Divide, Greater, GreaterEqual, Less, LessEqual, Multiply, Subtract};
        for (value, span) in [(left, binary.left.span), (right, binary.right.span)] {
            if let Value::Unknown(Type::Optional(_)) = value {
                let message = "this may be `none`";
                self.report(
                    Diagnostic::new(&code::MAYBE_NONE, span, message)
                        .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
                );
                return Value::Error;
            }
        }
        let (a, b) = (type_of_value(left), type_of_value(right));
        let numeric = is_number;
        let result = match (binary.op, a.bare(), b.bare()) {
            (Less | LessEqual | Greater | GreaterEqual, Type::Any, _) => Some(Type::Bool),
            (Less | LessEqual | Greater | GreaterEqual, _, Type::Any) => Some(Type::Bool),
            (Less | LessEqual | Greater | GreaterEqual, a, b) => is_ordered(a, b).then_some(Type::Bool),
            (_, Type::Any, _) | (_, _, Type::Any) => Some(Type::Any),
            (Add, Type::Text(_), Type::Text(_)) => {
                return match (left, right) {
                    (Value::Pieces(_), _) | (_, Value::Pieces(_)) => {
                        join_texts(as_pieces(left.clone()), as_pieces(right.clone()))
                    }
                    _ => Value::Unknown(Type::TEXT),
                };
            }
            (Add, Type::List(item), Type::List(_)) => Some(Type::List(item.clone())),
            (Add | Subtract | Multiply, Type::Int, Type::Int) => Some(Type::Int),
            (Divide, Type::Int, Type::Int) => Some(Type::Float),
            (Add | Subtract, Type::Percent, Type::Percent) => Some(Type::Percent),
            (Add | Subtract, Type::Bytes, Type::Bytes) => Some(Type::Bytes),
            (Add | Subtract, Type::Duration, Type::Duration) => Some(Type::Duration),
            (Divide, Type::Bytes, Type::Bytes) | (Divide, Type::Duration, Type::Duration) => {
                Some(Type::Float)
            }
            (Multiply | Divide, Type::Bytes, other) if numeric(other) => Some(Type::Bytes),
            (Multiply, other, Type::Bytes) if numeric(other) => Some(Type::Bytes),
            (Multiply | Divide, Type::Duration, other) if numeric(other) => Some(Type::Duration),
            (Multiply, other, Type::Duration) if numeric(other) => Some(Type::Duration),
            (_, a, b) if numeric(a) && numeric(b) => Some(Type::Float),
            _ => None,
        };
        match result {
            Some(ty) => Value::Unknown(ty),
            None => self.wrong_operands(binary, left, right),
        }
    }
}

/// Shows what stands on both sides of an operator.
fn operands(diagnostic: Diagnostic, binary: &ast::Binary, left: &Value<'_>, right: &Value<'_>) -> Diagnostic {
    let diagnostic =
        diagnostic.related(binary.left.span, left.to_string()).related(binary.right.span, right.to_string());
    let whole = match (left, right) {
        (Value::Environment, _) => binary.left.span,
        (_, Value::Environment) => binary.right.span,
        _ => return diagnostic,
    };
    diagnostic.help("The environment is told by its name.").fix(
        "Change to `environment.name`",
        whole,
        "environment.name",
    )
}

/// The type of a value, as far as operators ask.
pub(super) fn type_of_value<'p>(value: &Value<'p>) -> Type<'p> {
    match value {
        Value::Unknown(ty) => ty.clone(),
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::Int,
        Value::Float(_) => Type::Float,
        Value::Bytes(_) => Type::Bytes,
        Value::Duration(_) => Type::Duration,
        Value::Percent(_) => Type::Percent,
        Value::Rate { .. } => Type::Rate,
        Value::Cpu(_) => Type::Cpu,
        Value::Text(_) | Value::Pieces(_) => Type::TEXT,
        Value::Image(_) => Type::Image,
        Value::Query(_) => Type::PromQl,
        Value::List(_) => Type::List(Rc::new(Type::Any)),
        Value::Map(_) => Type::Map(Rc::new(Type::Any)),
        Value::Record(record) => Type::Record(record.ty.clone()),
        Value::Variant(variant) => Type::Enum(variant.ty.clone()),
        Value::Metrics(_) => Type::Metrics,
        Value::Error
        | Value::None
        | Value::Instance(_)
        | Value::Kind(_)
        | Value::App
        | Value::Environment
        | Value::Itself(_) => Type::Any,
    }
}

fn is_number(ty: &Type<'_>) -> bool {
    matches!(ty, Type::Int | Type::Float | Type::Percent | Type::Cpu | Type::Port)
}

/// Whether values of the types are less or greater than one another.
pub(super) fn is_ordered(left: &Type<'_>, right: &Type<'_>) -> bool {
    match (left, right) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Bytes, Type::Bytes) | (Type::Duration, Type::Duration) | (Type::Rate, Type::Rate) => true,
        (left, right) => is_text(left) && is_text(right) || is_number(left) && is_number(right),
    }
}

fn is_text(ty: &Type<'_>) -> bool {
    matches!(ty, Type::Text(_) | Type::EnvValue | Type::AlertText | Type::Image)
}

/// Whether two values of which one is not known are of types that can be the same.
fn may_equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (type_of_value(left).bare(), type_of_value(right).bare()) {
        (Type::Enum(left), Type::Enum(right)) => {
            Rc::ptr_eq(left, right)
                || left.variants.iter().any(|one| right.variants.iter().any(|other| other.name == one.name))
        }
        (Type::Data | Type::Secret(_), _) | (_, Type::Data | Type::Secret(_)) => true,
        (left, right) => {
            std::mem::discriminant(left) == std::mem::discriminant(right) || is_ordered(left, right)
        }
    }
}

/// Whether two texts may or may not be the same when the system is deployed.
fn is_deploy_time(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Pieces(left), Value::Pieces(right)) => left != right,
        (Value::Pieces(_), Value::Text(_)) | (Value::Text(_), Value::Pieces(_)) => true,
        _ => false,
    }
}

fn as_pieces(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Unknown(_) => Value::pieces(vec![Piece::Unknown]),
        other => other,
    }
}

fn join_texts<'p>(left: Value<'p>, right: Value<'p>) -> Value<'p> {
    let mut pieces = Vec::new();
    for value in [left, right] {
        match value {
            Value::Text(text) => pieces.push(Piece::Literal(text)),
            Value::Pieces(more) => pieces.extend(more.iter().cloned()),
            _ => {}
        }
    }
    Value::pieces(pieces)
}

fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        Value::Percent(value) => Some(*value / 100.0),
        Value::Cpu(millis) => Some(f64::from(*millis) / 1000.0),
        _ => None,
    }
}

pub(super) fn compare(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Rate { count: a, per: b }, Value::Rate { count: c, per: d }) => {
            Some((u128::from(*a) * u128::from(*d)).cmp(&(u128::from(*c) * u128::from(*b))))
        }
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Bytes(a), Value::Bytes(b)) | (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Percent(a), Value::Percent(b)) => a.partial_cmp(b),
        (a, b) => number(a)?.partial_cmp(&number(b)?),
    }
}

fn holds(op: ast::BinaryOp, order: Ordering) -> bool {
    match op {
        ast::BinaryOp::Less => order.is_lt(),
        ast::BinaryOp::LessEqual => order.is_le(),
        ast::BinaryOp::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}
