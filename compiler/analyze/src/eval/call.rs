//! Functions. There are few, all total, and none can be declared in laud.

use super::{Eval, Scope};
use crate::types::Type;
use crate::value::{Map, Piece, Value};
use laud_plan::ValueFormat;
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use std::rc::Rc;

/// A function: its name, its parameters and its result, as documentation and messages show them.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called: `join(list : List, between : Text) -> Text`.
    pub signature: &'static str,
    arity: usize,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    Len,
    Join,
    Split,
    Lower,
    Upper,
    Trim,
    Replace,
    Contains,
    StartsWith,
    EndsWith,
    Keys,
    Values,
    Merge,
    Min,
    Max,
    Abs,
    Round,
    Floor,
    Ceil,
    Text,
    Bytes,
    Mebibytes,
    Seconds,
    Milliseconds,
    Ratio,
    PercentEncode,
    Range,
    Label,
    Measured,
}

macro_rules! functions {
    ($($name:literal $signature:literal $arity:literal $run:ident)*) => {
        /// Every function, in order of name.
        pub static FUNCTIONS: &[Function] =
            &[$(Function { name: $name, signature: $signature, arity: $arity, run: Run::$run }),*];
    };
}

functions! {
    "abs"            "abs(x : Int | Float)"                    1 Abs
    "bytes"          "bytes(x : Bytes) -> Int"                 1 Bytes
    "ceil"           "ceil(x : Float) -> Int"                  1 Ceil
    "contains"       "contains(text : Text, part : Text) -> Bool" 2 Contains
    "ends_with"      "ends_with(text : Text, end : Text) -> Bool" 2 EndsWith
    "floor"          "floor(x : Float) -> Int"                 1 Floor
    "join"           "join(list : List, between : Text) -> Text" 2 Join
    "keys"           "keys(map : Map) -> List<Text>"           1 Keys
    "label"          "label(name : Text) -> AlertText"         1 Label
    "len"            "len(x : List | Map | Text) -> Int"       1 Len
    "lower"          "lower(text : Text) -> Text"              1 Lower
    "max"            "max(a, b)"                               2 Max
    "measured"       "measured(format : Text) -> AlertText"    1 Measured
    "mebibytes"      "mebibytes(x : Bytes) -> Int"             1 Mebibytes
    "merge"          "merge(map : Map, over : Map) -> Map"     2 Merge
    "milliseconds"   "milliseconds(x : Duration) -> Int"       1 Milliseconds
    "min"            "min(a, b)"                               2 Min
    "percent_encode" "percent_encode(text : Text) -> Text"     1 PercentEncode
    "range"          "range(from : Int, to : Int) -> List<Int>" 2 Range
    "ratio"          "ratio(x : Percent) -> Float"             1 Ratio
    "replace"        "replace(text : Text, part : Text, by : Text) -> Text" 3 Replace
    "round"          "round(x : Float) -> Int"                 1 Round
    "seconds"        "seconds(x : Duration) -> Int"            1 Seconds
    "split"          "split(text : Text, at : Text) -> List<Text>" 2 Split
    "starts_with"    "starts_with(text : Text, start : Text) -> Bool" 2 StartsWith
    "text"           "text(x) -> Text"                         1 Text
    "trim"           "trim(text : Text) -> Text"               1 Trim
    "upper"          "upper(text : Text) -> Text"              1 Upper
    "values"         "values(map : Map) -> List"               1 Values
}

/// What laud has for a function of other tools.
fn foreign_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "env" | "getenv" => "What is given at deploy time is declared, as `secret NAME` or `setting NAME`.",
        "file" | "read" | "include" | "templatefile" => {
            "A file beside the spec is mounted by `file NAME { at = \"/…\", from = \"./…\" }`."
        }
        "format" | "printf" | "concat" | "str" => "Values stand in a text in braces: `\"{a}:{b}\"`.",
        "length" | "size" | "count" => "How many there are is `len(x)`.",
        _ => return None,
    })
}

impl<'p> Eval<'_, 'p> {
    pub(super) fn eval_call(&mut self, call: &'p ast::Call, span: Span, scope: Scope) -> Value<'p> {
        let name = call.function.text.as_str();
        let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
            let diagnostic = Diagnostic::new(
                &code::UNKNOWN_FUNCTION,
                call.function.span,
                format!("there is no function `{name}`"),
            )
            .help(foreign_function(name).map_or_else(
                || {
                    let names: Vec<&str> = FUNCTIONS.iter().map(|one| one.name).collect();
                    format!("There are: {}.", names.join(", "))
                },
                str::to_owned,
            ))
            .near(name, call.function.span, FUNCTIONS.iter().map(|function| function.name));
            self.report(diagnostic);
            return Value::Error;
        };
        if call.arguments.len() != function.arity {
            let plural = if function.arity == 1 { "" } else { "s" };
            let message =
                format!("`{name}` takes {} argument{plural}, not {}", function.arity, call.arguments.len());
            self.report(
                Diagnostic::new(&code::WRONG_ARGUMENTS, span, message)
                    .help(format!("It is `{}`.", function.signature)),
            );
            return Value::Error;
        }
        let mut arguments: Vec<Value<'p>> = Vec::with_capacity(call.arguments.len());
        for (index, argument) in call.arguments.iter().enumerate() {
            arguments.push(self.eval(argument, &argument_type(function.run, index), scope));
        }
        if arguments.iter().any(has_error) {
            return Value::Error;
        }
        if arguments.iter().any(Value::is_unknown) {
            return self.call_unknown(function, &arguments, call);
        }
        match apply(function.run, &arguments) {
            Ok(value) => value,
            Err(wrong) => {
                let at = call.arguments.get(wrong.argument).map_or(span, |argument| argument.span);
                let message = match wrong.why {
                    Some(why) => why,
                    None => format!("`{name}` does not take {}", arguments[wrong.argument]),
                };
                let diagnostic = Diagnostic::new(&code::WRONG_ARGUMENTS, at, message)
                    .help(format!("It is `{}`.", function.signature));
                self.report(diagnostic);
                Value::Error
            }
        }
    }

    /// The result's type of a call of which not all arguments are known.
    fn call_unknown(
        &mut self,
        function: &Function,
        arguments: &[Value<'p>],
        call: &'p ast::Call,
    ) -> Value<'p> {
        for (value, argument) in arguments.iter().zip(&call.arguments) {
            if let Value::Unknown(Type::Optional(_)) = value {
                self.report(
                    Diagnostic::new(&code::MAYBE_NONE, argument.span, "this may be `none`")
                        .help("Ask first: `if x != none then … else …`, or give a value for it: `x ?? …`."),
                );
                return Value::Error;
            }
        }
        if let Some(wrong) = self.refused(function.run, arguments) {
            let message = format!("`{}` does not take {}", function.name, arguments[wrong]);
            self.report(
                Diagnostic::new(&code::WRONG_ARGUMENTS, call.arguments[wrong].span, message)
                    .help(format!("It is `{}`.", function.signature)),
            );
            return Value::Error;
        }
        let first = arguments.first().map_or(Type::Any, super::operate::type_of_value);
        match function.run {
            Run::Len
            | Run::Round
            | Run::Floor
            | Run::Ceil
            | Run::Bytes
            | Run::Mebibytes
            | Run::Seconds
            | Run::Milliseconds => Value::Unknown(Type::Int),
            Run::Ratio => Value::Unknown(Type::Float),
            Run::Contains | Run::StartsWith | Run::EndsWith => Value::Unknown(Type::Bool),
            Run::Keys | Run::Split => Value::Unknown(Type::List(Rc::new(Type::TEXT))),
            Run::Range => Value::Unknown(Type::List(Rc::new(Type::Int))),
            Run::Values => match first.bare() {
                Type::Map(value) => Value::Unknown(Type::List(value.clone())),
                _ => Value::Unknown(Type::List(Rc::new(Type::Any))),
            },
            Run::Min | Run::Max | Run::Abs | Run::Merge => Value::Unknown(first),
            Run::Join
            | Run::Lower
            | Run::Upper
            | Run::Trim
            | Run::Replace
            | Run::Text
            | Run::PercentEncode
            | Run::Label
            | Run::Measured => match arguments.iter().any(is_secret_text) {
                true => Value::pieces(vec![Piece::UnknownSecret]),
                false => Value::Unknown(Type::TEXT),
            },
        }
    }

    /// The first argument whose type no value of it would do, of those that are read as anything.
    fn refused(&self, run: Run, arguments: &[Value<'p>]) -> Option<usize> {
        let types: Vec<Type<'p>> = arguments.iter().map(super::operate::type_of_value).collect();
        let fits = |at: usize, ty: &Type<'p>| match (run, ty.bare()) {
            (_, Type::Any) => true,
            (Run::Len, ty) => matches!(ty, Type::List(_) | Type::Map(_) | Type::Text(_) | Type::EnvValue),
            (Run::Join, Type::List(item)) => at > 0 || self.is_shown(item),
            (Run::Join, _) => at > 0,
            (Run::Keys | Run::Values | Run::Merge, ty) => matches!(ty, Type::Map(_)),
            (Run::Abs, ty) => matches!(ty, Type::Int | Type::Float | Type::Port),
            (Run::Min | Run::Max, ty) => {
                types.iter().all(|other| super::operate::is_ordered(ty, other.bare()))
            }
            (Run::Text, ty) => self.is_shown(ty),
            _ => true,
        };
        types.iter().enumerate().position(|(at, ty)| !fits(at, ty))
    }
}

/// Whether it is, or has among its items, what was reported.
fn has_error(value: &Value<'_>) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_error),
        Value::Map(map) => map.values().any(|(value, _)| has_error(value)),
        other => other.is_error(),
    }
}

fn is_secret_text(value: &Value<'_>) -> bool {
    matches!(value, Value::Pieces(pieces) if pieces.iter().any(|p| matches!(p, Piece::UnknownSecret | Piece::Secret(_))))
}

/// What an argument is read as, where that helps.
fn argument_type<'p>(run: Run, index: usize) -> Type<'p> {
    match run {
        Run::Join if index == 1 => Type::TEXT,
        Run::Lower
        | Run::Upper
        | Run::Trim
        | Run::Replace
        | Run::Contains
        | Run::StartsWith
        | Run::EndsWith
        | Run::Split
        | Run::PercentEncode
        | Run::Label
        | Run::Measured => Type::TEXT,
        Run::Bytes | Run::Mebibytes => Type::Bytes,
        Run::Seconds | Run::Milliseconds => Type::Duration,
        Run::Ratio => Type::Percent,
        Run::Range => Type::Int,
        Run::Round | Run::Floor | Run::Ceil => Type::Float,
        Run::Len
        | Run::Join
        | Run::Keys
        | Run::Values
        | Run::Merge
        | Run::Min
        | Run::Max
        | Run::Abs
        | Run::Text => Type::Any,
    }
}

struct Wrong {
    argument: usize,
    why: Option<String>,
}

impl Wrong {
    fn at(argument: usize) -> Self {
        Self { argument, why: None }
    }

    fn because(argument: usize, why: impl Into<String>) -> Self {
        Self { argument, why: Some(why.into()) }
    }
}

fn text_of<'a>(arguments: &'a [Value<'_>], at: usize) -> Result<&'a str, Wrong> {
    match &arguments[at] {
        Value::Text(text) => Ok(text),
        Value::Pieces(_) => Err(Wrong::because(at, "this text is not known until the system is deployed")),
        _ => Err(Wrong::at(at)),
    }
}

fn apply<'p>(run: Run, arguments: &[Value<'p>]) -> Result<Value<'p>, Wrong> {
    Ok(match (run, arguments) {
        (Run::Len, [Value::List(items)]) => Value::Int(items.len() as i64),
        (Run::Len, [Value::Map(map)]) => Value::Int(map.len() as i64),
        (Run::Len, [Value::Text(text)]) => Value::Int(text.chars().count() as i64),
        (Run::Join, [Value::List(items), Value::Text(between)]) => join(items, between)?,
        (Run::Split, _) => {
            let (text, at) = (text_of(arguments, 0)?, text_of(arguments, 1)?);
            if at.is_empty() {
                return Err(Wrong::because(1, "a text cannot be split at nothing"));
            }
            Value::List(Rc::new(text.split(at).map(Value::text).collect()))
        }
        (Run::Lower, _) => Value::text(text_of(arguments, 0)?.to_lowercase()),
        (Run::Upper, _) => Value::text(text_of(arguments, 0)?.to_uppercase()),
        (Run::Trim, _) => Value::text(text_of(arguments, 0)?.trim()),
        (Run::Replace, _) => {
            let (text, part, by) = (text_of(arguments, 0)?, text_of(arguments, 1)?, text_of(arguments, 2)?);
            if part.is_empty() {
                return Err(Wrong::because(1, "an empty text cannot be replaced"));
            }
            Value::text(text.replace(part, by))
        }
        (Run::Contains, _) => Value::Bool(text_of(arguments, 0)?.contains(text_of(arguments, 1)?)),
        (Run::StartsWith, _) => Value::Bool(text_of(arguments, 0)?.starts_with(text_of(arguments, 1)?)),
        (Run::EndsWith, _) => Value::Bool(text_of(arguments, 0)?.ends_with(text_of(arguments, 1)?)),
        (Run::Keys, [Value::Map(map)]) => {
            Value::List(Rc::new(map.keys().map(|key| Value::Text(key.clone())).collect()))
        }
        (Run::Values, [Value::Map(map)]) => {
            Value::List(Rc::new(map.values().map(|(value, _)| value.clone()).collect()))
        }
        (Run::Merge, [Value::Map(map), Value::Map(over)]) => {
            let mut merged: Map<'p> = map.as_ref().clone();
            merged.extend(over.iter().map(|(key, value)| (key.clone(), value.clone())));
            Value::Map(Rc::new(merged))
        }
        (Run::Min | Run::Max, [a, b]) => pick(run, a, b)?,
        (Run::Abs, [Value::Int(value)]) => Value::Int(value.saturating_abs()),
        (Run::Abs, [Value::Float(value)]) => Value::Float(value.abs()),
        (Run::Round, [Value::Float(value)]) => whole(value.round())?,
        (Run::Floor, [Value::Float(value)]) => whole(value.floor())?,
        (Run::Ceil, [Value::Float(value)]) => whole(value.ceil())?,
        (Run::Text, [Value::Variant(variant)]) => Value::text(variant.name()),
        (Run::Text, [value]) => as_text(value)?,
        (Run::Bytes, [Value::Bytes(bytes)]) => Value::Int(*bytes as i64),
        (Run::Mebibytes, [Value::Bytes(bytes)]) => Value::Int((*bytes / (1 << 20)) as i64),
        (Run::Seconds, [Value::Duration(millis)]) => Value::Int((*millis / 1000) as i64),
        (Run::Milliseconds, [Value::Duration(millis)]) => Value::Int(*millis as i64),
        (Run::Ratio, [Value::Percent(percent)]) => Value::Float(percent / 100.0),
        (Run::PercentEncode, _) => Value::text(laud_syntax::literal::percent_encode(text_of(arguments, 0)?)),
        (Run::Range, [Value::Int(from), Value::Int(to)]) => {
            if to.saturating_sub(*from) > 10_000 {
                return Err(Wrong::because(1, "a range has at most 10,000 numbers"));
            }
            Value::List(Rc::new((*from..=*to).map(Value::Int).collect()))
        }
        (Run::Label, _) => {
            let name = text_of(arguments, 0)?;
            let good = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !good {
                return Err(Wrong::because(0, format!("`{name}` is no label")));
            }
            Value::pieces(vec![Piece::AlertLabel(LeanStr::from(name))])
        }
        (Run::Measured, _) => {
            let format = match text_of(arguments, 0)? {
                "number" => ValueFormat::Number,
                "percent" => ValueFormat::Percent,
                "bytes" => ValueFormat::Bytes,
                "duration" => ValueFormat::Duration,
                other => {
                    let why = format!("`{other}` is no format: it is number, percent, bytes or duration");
                    return Err(Wrong::because(0, why));
                }
            };
            Value::pieces(vec![Piece::AlertValue(format)])
        }
        _ => {
            let wrong = arguments.iter().position(|value| !matches!(value, Value::Text(_))).unwrap_or(0);
            return Err(Wrong::at(wrong));
        }
    })
}

fn join<'p>(items: &[Value<'p>], between: &LeanStr) -> Result<Value<'p>, Wrong> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::Literal(between.clone()));
        }
        match as_text(item)? {
            Value::Text(text) => pieces.push(Piece::Literal(text)),
            Value::Pieces(more) => pieces.extend(more.iter().cloned()),
            _ => return Err(Wrong::at(0)),
        }
    }
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Literal(last)), Piece::Literal(next)) => {
                *last = LeanStr::from(format!("{last}{next}"))
            }
            (_, piece) => joined.push(piece),
        }
    }
    Ok(Value::pieces(joined))
}

fn as_text<'p>(value: &Value<'p>) -> Result<Value<'p>, Wrong> {
    Ok(match value {
        Value::Text(_) | Value::Pieces(_) => value.clone(),
        Value::Int(value) => Value::text(value.to_string()),
        Value::Float(value) => Value::text(value.to_string()),
        Value::Bool(value) => Value::text(value.to_string()),
        Value::Cpu(millis) => Value::text((f64::from(*millis) / 1000.0).to_string()),
        Value::Variant(variant) if variant.fields.is_none() => Value::text(variant.name()),
        _ => return Err(Wrong::at(0)),
    })
}

fn whole<'p>(value: f64) -> Result<Value<'p>, Wrong> {
    match value.abs() < 9e15 {
        true => Ok(Value::Int(value as i64)),
        false => Err(Wrong::because(0, "the number is too large")),
    }
}

fn pick<'p>(run: Run, a: &Value<'p>, b: &Value<'p>) -> Result<Value<'p>, Wrong> {
    let order = match super::operate::compare(a, b) {
        Some(order) => order,
        None => return Err(Wrong::because(1, format!("{a} and {b} cannot be compared"))),
    };
    let first = order.is_le() == matches!(run, Run::Min);
    Ok(if first { a.clone() } else { b.clone() })
}
