//! The words for a value of another type than is expected, and the way out.

use super::Eval;
use crate::types::{Matching, TextForm, Type};
use crate::value::Value;
use crate::world::{Def, KindId, KindSlot};
use laud_syntax::{Diagnostic, Span, ast, code};
use smol_str::SmolStr;

impl<'p> Eval<'_, 'p> {
    /// Reports a value of another type than is expected.
    pub(super) fn wrong_type(&mut self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Value<'p> {
        if let (Value::None, false) = (value, ty.is_optional()) {
            let message = format!("expected `{ty}`, found `none`");
            self.report(Diagnostic::new(&code::MAYBE_NONE, span, message).label(format!("must be `{ty}`")));
            return Value::Error;
        }
        let found = match value {
            Value::Kind(kind) => format!("the kind `{}`", self.world.kind(*kind).name),
            other => other.to_string(),
        };
        let mut diagnostic =
            Diagnostic::new(&code::WRONG_TYPE, span, format!("expected `{ty}`, found {found}"))
                .label(format!("must be `{ty}`"))
                .maybe_help(self.type_help(value, ty));
        if let Some(bare) = self.unquoted(value, ty, span) {
            diagnostic =
                diagnostic.help("Write it without quotes.").fix(format!("Change to `{bare}`"), span, bare);
        }
        if let Some(number) = self.without_unit(value, ty, span) {
            diagnostic = diagnostic.fix(format!("Change to `{number}`"), span, number);
        }
        if let Some(cores) = self.cores(ty, span) {
            diagnostic = diagnostic.fix(format!("Change to `{cores}`"), span, cores);
        }
        self.report(diagnostic);
        Value::Error
    }

    /// Thousandths of a core, as other systems write them (`500m`), in cores.
    fn cores(&self, ty: &Type<'p>, span: Span) -> Option<String> {
        let written = self.world.loaded.sources.slice(span).trim_matches('"');
        let thousandths: u32 = written.strip_suffix('m')?.parse().ok()?;
        matches!(ty.bare(), Type::Cpu).then(|| (f64::from(thousandths) / 1000.0).to_string())
    }

    /// The number of a whole one that is written with a unit where none is due.
    fn without_unit(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let has_unit = matches!(value, Value::Bytes(_) | Value::Duration(_) | Value::Rate { .. });
        if !has_unit || !matches!(ty.bare(), Type::Int | Type::Float | Type::Port) {
            return None;
        }
        let written = self.world.loaded.sources.slice(span);
        let unit = written.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = written.strip_suffix(unit)?;
        let is_unit = unit.chars().all(|c| c.is_ascii_alphabetic() || c == '/');
        (is_unit && !number.is_empty()).then(|| number.to_owned())
    }

    /// What stands in quotes, where it is what is expected but for them.
    fn unquoted(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let Value::Text(text) = value else { return None };
        let written = self.world.loaded.sources.slice(span) == format!("\"{text}\"");
        let units: &[&str] = match ty.bare() {
            Type::Kinds(_) => {
                let names_one = matches!(self.world.lookup(span.file, text), Some(Def::Decl(_)));
                return (written && names_one).then(|| text.to_string());
            }
            Type::Enum(ty) if ty.variants.iter().any(|variant| variant.name == *text) => {
                return Some(text.to_string());
            }
            Type::Bool if matches!(text.as_str(), "true" | "false") => return Some(text.to_string()),
            Type::Int | Type::Port => &[],
            Type::Float | Type::Cpu => &["."],
            Type::Bytes => &["B", "KiB", "MiB", "GiB", "TiB", "kB", "MB", "GB", "TB"],
            Type::Duration => &["ms", "s", "m", "h", "d", "w"],
            Type::Percent => &["%"],
            Type::Rate => &["/s", "/m", "/h"],
            _ => return None,
        };
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let good = match ty.bare() {
            Type::Int | Type::Port => unit.is_empty(),
            Type::Float | Type::Cpu => text.parse::<f64>().is_ok(),
            _ => units.contains(&unit),
        };
        (written && good && text.starts_with(|c: char| c.is_ascii_digit())).then(|| text.to_string())
    }

    /// How a value of the type is written, beside one that is none.
    pub(super) fn type_help(&self, value: &Value<'p>, ty: &Type<'p>) -> Option<String> {
        let help = match (ty.bare(), value) {
            (Type::Bytes, Value::Int(_)) => "Give it a unit, as in `512MiB` or `2GiB`.",
            (Type::Duration, Value::Int(_)) => "Give it a unit, as in `500ms`, `30s` or `5m`.",
            (Type::Percent, Value::Int(_) | Value::Float(_)) => "Give it a unit, as in `99.9%`.",
            (Type::Rate, Value::Int(_)) => "Give it a unit, as in `10/s` or `600/m`.",
            (Type::Bytes, _) => "A size is written as `512MiB` or `2GiB`.",
            (Type::Duration, _) => "A time is written as `500ms`, `30s` or `5m`.",
            (Type::Percent, _) => "A share is written as `99.9%`.",
            (Type::Rate, _) => "A rate is written as `10/s` or `600/m`.",
            (Type::Int, _) => "It is a whole number without a unit, as in `3`.",
            (Type::Float, _) => "It is a number without a unit, as in `0.5`.",
            (Type::Port, _) => "A port is a number from 1 to 65535, as in `8080`.",
            (Type::Cpu, _) => "It counts cores: `0.5` is half of one.",
            (Type::Bool, _) => "It is `true` or `false`.",
            (Type::Text(_), Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Cpu(_)) => {
                "Write it in quotes, or put it in a text: `\"{value}\"`."
            }
            (Type::Text(_), Value::Bytes(_)) => "Say in which unit: `text(bytes(x))`, `text(mebibytes(x))`.",
            (Type::Text(_), Value::Duration(_)) => {
                "Say in which unit: `text(seconds(x))`, `text(milliseconds(x))`."
            }
            (Type::Text(form), _) if *form != TextForm::Plain => {
                return Some(format!("It is a text, as in `\"{}\"`.", form.sample()));
            }
            (Type::PromQl, Value::Text(_)) => "Write the query as promql`…`.",
            (Type::List(_), _) => "Write a list: `[…]`.",
            (Type::Kinds(kinds), _) => return Some(self.reference_help(kinds)),
            (Type::Enum(ty), _) => {
                return Some(ty.choice());
            }
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// What a text must be that has a pattern: in the words of where it is declared, which show one if they can.
    pub(super) fn pattern_help(&self, matching: &Matching<'p>) -> String {
        let said = self.world.said_at(matching.written);
        let rule = format!("The whole text must match `{}`", matching.pattern);
        let rule = match said.default.and_then(literal_text) {
            Some(sample) => format!("{rule}, as `{sample}` does."),
            None => format!("{rule}."),
        };
        match first_sentence(said.doc) {
            words if words.is_empty() => rule,
            words => format!("{words} {rule}"),
        }
    }

    /// What is referred to by its name is declared first.
    fn reference_help(&self, kinds: &[(KindId, SmolStr)]) -> String {
        let of = |slot: KindSlot| kinds.iter().any(|(kind, _)| Some(*kind) == slot);
        let primitives = self.world.primitives;
        if of(primitives.port) {
            return "Declare the port, `port http = 8080`, and refer to it by its name.".to_owned();
        }
        if of(primitives.volume) {
            return "Declare the volume: `volume NAME { at = \"/…\" }`; a file beside the spec is a \
                    `file NAME { at = \"/…\", from = \"./…\" }`."
                .to_owned();
        }
        if of(primitives.file) {
            return "Declare the file: `file NAME { at = \"/…\", from = \"./…\" }`.".to_owned();
        }
        let names: Vec<String> = kinds.iter().map(|(_, name)| format!("`{name}`")).collect();
        format!("It refers to a declaration of kind {}, by its name.", names.join(" or "))
    }
}

fn literal_text(expr: &ast::Expr) -> Option<SmolStr> {
    match &expr.node {
        ast::ExprNode::Text(text) => text.literal(),
        _ => None,
    }
}

/// The first sentence of a doc comment, in one line.
fn first_sentence(doc: &str) -> String {
    let paragraph = doc.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let paragraph = paragraph.trim();
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None if paragraph.is_empty() || paragraph.ends_with('.') => paragraph.to_owned(),
        None => format!("{}.", paragraph.trim_end_matches([':', ';', ','])),
    }
}
