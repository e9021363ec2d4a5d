//! The words for a value of another type than is expected, and the way out.

use super::Eval;
use crate::shown::paragraph;
use crate::types::{Field, Matching, Record, TextForm, Type};
use crate::value::Value;
use crate::world::{Def, KindId, KindSlot, Param};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use std::rc::Rc;

impl<'p> Eval<'_, 'p> {
    /// Reports a value of another type than is expected.
    pub(super) fn wrong_type(&mut self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Value<'p> {
        if let (Value::None, false) = (value, ty.is_optional()) {
            let message = format!("expected `{ty}`, found `none`");
            let diagnostic =
                Diagnostic::new(&code::MAYBE_NONE, span, message).label(format!("must be `{ty}`"));
            self.report(match self.instead_of_none(ty, span) {
                Some((help, ours)) => diagnostic.help(help).fix(format!("Change to `{ours}`"), span, ours),
                None if self.is_written(span, "none") => {
                    let help = match self.type_help(value, ty) {
                        Some(help) => help,
                        None => format!("Where it may be `none`, its type is `{ty}?`."),
                    };
                    diagnostic.help(help)
                }
                None => diagnostic,
            });
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
        let ours = self.without_unit(value, ty, span).or_else(|| self.cores(ty, span));
        let ours = ours.or_else(|| self.size(value, ty, span)).or_else(|| self.rate(value, ty, span));
        let ours = ours.or_else(|| self.words(value, ty, span)).or_else(|| self.query(value, ty, span));
        let ours = ours.or_else(|| self.quoted(value, ty, span));
        let ours =
            ours.or_else(|| self.in_variant(value, ty, span)).or_else(|| self.in_record(value, ty, span));
        if let Some(ours) = ours {
            diagnostic = diagnostic.fix(format!("Change to `{ours}`"), span, ours);
        }
        self.report(diagnostic);
        Value::Error
    }

    /// What is meant by `none`, or by what is none, where a value of the type is due.
    fn instead_of_none(&self, ty: &Type<'p>, span: Span) -> Option<(String, String)> {
        let written = self.world.loaded.sources.slice(span);
        let empty = match ty.bare() {
            Type::Image => {
                let built = format!("{}.built", written.strip_suffix(".image")?);
                return Some((format!("What is built from a source is `{built}`."), built));
            }
            Type::List(_) => "[]",
            Type::Map(_) => "{}",
            Type::EnvValue => "\"\"",
            _ => return None,
        };
        (written == "none").then(|| (format!("One that holds nothing is `{empty}`."), empty.to_owned()))
    }

    /// Says what a parameter is that was given another quantity, in what was found since: who writes
    /// a size where a share is due takes it for something else.
    pub(super) fn say_what_it_is(&mut self, since: usize, param: &Param<'p>) {
        let quantities = [Type::Bytes, Type::Duration, Type::Percent, Type::Rate].map(|ty| format!("`{ty}`"));
        let expected = format!("`{}`", param.ty.bare());
        if param.doc.is_empty() || !quantities.contains(&expected) {
            return;
        }
        let is_other = |message: &str| {
            let found = message.strip_prefix("expected ").and_then(|rest| rest.split_once(", found "));
            found.is_some_and(|(ty, found)| ty == expected && quantities.iter().any(|one| one == found))
        };
        for one in &mut self.diagnostics[since..] {
            if one.code == &code::WRONG_TYPE && one.notes.is_empty() && is_other(&one.message) {
                one.notes.push(format!("`{}`: {}", param.name, first_sentence(param.doc)));
            }
        }
    }

    /// Thousandths of a core, as other systems write them (`500m`), in cores.
    fn cores(&self, ty: &Type<'p>, span: Span) -> Option<String> {
        let written = self.world.loaded.sources.slice(span).trim_matches('"');
        let thousandths: u32 = written.strip_suffix('m')?.parse().ok()?;
        matches!(ty.bare(), Type::Cpu).then(|| (f64::from(thousandths) / 1000.0).to_string())
    }

    fn is_written(&self, span: Span, text: &str) -> bool {
        self.world.loaded.sources.slice(span) == text
    }

    /// A size as Docker and nginx write it, where `m` is a mebibyte.
    fn size(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        if !matches!((ty.bare(), value), (Type::Bytes, Value::Text(_) | Value::Duration(_))) {
            return None;
        }
        let written = self.world.loaded.sources.slice(span).trim_matches('"');
        let unit = written.trim_start_matches(|c: char| c.is_ascii_digit());
        let ours = match unit.to_ascii_lowercase().as_str() {
            "b" => "B",
            "k" | "kb" | "ki" | "kib" => "KiB",
            "m" | "mb" | "mi" | "mib" => "MiB",
            "g" | "gb" | "gi" | "gib" => "GiB",
            _ => return None,
        };
        let number = written.strip_suffix(unit)?;
        (!number.is_empty()).then(|| format!("{number}{ours}"))
    }

    /// A rate as nginx writes it: `10r/s`.
    fn rate(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let (Type::Rate, Value::Text(text)) = (ty.bare(), value) else { return None };
        let (number, per) = text.split_once("r/")?;
        let is_rate = number.parse::<u32>().is_ok() && matches!(per, "s" | "m");
        (is_rate && self.is_written(span, &format!("\"{text}\""))).then(|| format!("{number}/{per}"))
    }

    /// A list of the words of a command line that no shell need read.
    fn words(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let (Type::List(item), Value::Text(text)) = (ty.bare(), value) else { return None };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " -_./:=,@+%".contains(c);
        let takes = matches!(item.bare(), Type::Text(_)) && text.chars().all(is_plain);
        let words: Vec<String> = text.split_whitespace().map(|word| format!("\"{word}\"")).collect();
        let is_list = takes && !words.is_empty() && self.is_written(span, &format!("\"{text}\""));
        is_list.then(|| format!("[{}]", words.join(", ")))
    }

    /// A number, a truth value or the environment as the text of it.
    fn quoted(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let is_plain = matches!(ty.bare(), Type::Text(TextForm::Plain));
        let written = self.world.loaded.sources.slice(span);
        let is_it = match value {
            Value::Int(value) => written == value.to_string(),
            // As it is written: `1.30` is a version.
            Value::Float(value) => written.parse() == Ok(*value),
            Value::Bool(value) => written == value.to_string(),
            Value::Environment if written == "environment" => {
                let takes = is_plain || matches!(ty.bare(), Type::EnvValue);
                return takes.then(|| "environment.name".to_owned());
            }
            _ => return None,
        };
        (is_plain && is_it).then(|| format!("\"{written}\""))
    }

    /// With a fix that puts what is written into quotes, if that is a number with its unit.
    pub(super) fn in_quotes(&self, diagnostic: Diagnostic, span: Span) -> Diagnostic {
        let written = self.world.loaded.sources.slice(span);
        let is_number = written.starts_with(|c: char| c.is_ascii_digit())
            && written.chars().all(|c| c.is_ascii_alphanumeric() || ".%/".contains(c));
        if !is_number {
            return diagnostic;
        }
        let quoted = format!("\"{written}\"");
        diagnostic.fix(format!("Change to `{quoted}`"), span, quoted)
    }

    /// A value that stands for a variant as the one field that the variant needs:
    /// of the variants that take it, the first. So the one that does least harm
    /// stands first in its type.
    fn in_variant(&mut self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let Type::Enum(of) = ty.bare() else { return None };
        if !matches!(
            value,
            Value::Int(_) | Value::Bytes(_) | Value::Duration(_) | Value::Text(_) | Value::List(_)
        ) {
            return None;
        }
        // A path is as likely one to ask for as a program to run.
        if matches!(value, Value::Text(text) if text.starts_with('/')) {
            return None;
        }
        let written = self.world.loaded.sources.slice(span).to_owned();
        let (value, written) = without_docker_word(value, &written).unwrap_or((value.clone(), written));
        of.variants.iter().find_map(|variant| {
            let field = only_needed(variant.fields.as_ref()?)?;
            let takes = self.takes(&value, &field.ty, span);
            takes.then(|| format!("{} {{ {} = {written} }}", variant.name, field.name))
        })
    }

    /// A value that stands for a record as the one field that the record needs.
    fn in_record(&mut self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let Type::Record(record) = ty.bare() else { return None };
        let field = only_needed(record)?;
        let takes = self.takes(value, &field.ty, span);
        takes.then(|| format!("{{ {} = {} }}", field.name, self.world.loaded.sources.slice(span)))
    }

    /// Whether a type takes a value. Nothing is said of one that it does not take.
    fn takes(&mut self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> bool {
        let before = self.diagnostics.len();
        let taken = self.coerce(value.clone(), ty, span);
        let is_good = self.diagnostics.len() == before && !taken.is_error();
        self.diagnostics.truncate(before);
        is_good
    }

    /// A query that is written as a text.
    fn query(&self, value: &Value<'p>, ty: &Type<'p>, span: Span) -> Option<String> {
        let (Type::PromQl, Value::Text(text)) = (ty.bare(), value) else { return None };
        let is_one = !text.contains('`') && self.is_written(span, &format!("\"{text}\""));
        is_one.then(|| format!("promql`{text}`"))
    }

    /// Reports a calculation where a query is due: Prometheus compares, not laud.
    pub(super) fn no_query(&mut self, span: Span) -> Value<'p> {
        let written = self.world.loaded.sources.slice(span);
        let query = format!("promql`{written}`");
        let diagnostic = Diagnostic::new(&code::WRONG_TYPE, span, "expected `PromQL`, found a calculation")
            .label("must be `PromQL`")
            .help("Write the query as promql`…`.");
        let is_plain = !written.contains('`');
        self.report(match is_plain {
            true => diagnostic.fix(format!("Change to `{query}`"), span, query),
            false => diagnostic,
        });
        Value::Error
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
                let names_one = matches!(self.world.lookup(span.file(), text), Some(Def::Decl(_)));
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
            (quantity @ (Type::Bytes | Type::Duration | Type::Percent | Type::Rate), _) => {
                return quantity.how_written().map(str::to_owned);
            }
            (Type::Int, _) => "It is a whole number without a unit, as in `3`.",
            (Type::Float, _) => "It is a number without a unit, as in `0.5`.",
            (Type::Port, _) => "A port is a number from 1 to 65535, as in `8080`.",
            (Type::Cpu, _) => "It counts cores: `0.5` is half of one.",
            (Type::Bool, _) => "It is `true` or `false`.",
            (Type::Text(_), Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::Cpu(_)) => {
                "Write it in quotes, or put it in a text: `\"{value}\"`."
            }
            (Type::Text(_) | Type::EnvValue, Value::Environment) => "Its name is `environment.name`.",
            (Type::Text(_), Value::Bytes(_)) => "Say in which unit: `text(bytes(x))`, `text(mebibytes(x))`.",
            (Type::Text(_), Value::Duration(_)) => {
                "Say in which unit: `text(seconds(x))`, `text(milliseconds(x))`."
            }
            (Type::Text(form), _) if *form != TextForm::Plain => {
                return Some(format!("It is a text, as in `\"{}\"`.", form.sample()));
            }
            (Type::PromQl, Value::Text(_)) => "Write the query as promql`…`.",
            (Type::Text(_), Value::List(_)) => "It is one text: `\"…\"`.",
            (Type::Record(record), _) => return Some(record_help(record)),
            (Type::List(item), Value::Error) if let Type::Kinds(kinds) = item.bare() => {
                return Some(self.reference_help(kinds));
            }
            (Type::List(_), _) => "Write a list: `[…]`.",
            (Type::Map(_), _) => "Write its entries in braces: `{ NAME = … }`.",
            (Type::Kinds(kinds), _) => return Some(self.reference_help(kinds)),
            (Type::Enum(ty), _) => {
                return Some(ty.choice());
            }
            (Type::EnvValue, _) => "It is a text, a number, `true` or `false`.",
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// What a text must be that has a pattern: in the words of where it is declared, which show one if they can.
    pub(super) fn pattern_help(&self, matching: &Matching<'p>, wrong: &str) -> String {
        let said = self.world.said_at(matching.written);
        let rule = format!("The whole text must match `{}`", matching.pattern);
        let rule = match said.default.and_then(literal_text).filter(|sample| sample != wrong) {
            Some(sample) => format!("{rule}, as `{sample}` does."),
            None => format!("{rule}."),
        };
        match first_sentence(said.doc) {
            words if words.is_empty() => rule,
            words => format!("{words} {rule}"),
        }
    }

    /// Offers the one declaration that there is of these kinds, or says how one is made.
    pub(super) fn offer_of_kind(
        &self,
        diagnostic: Diagnostic,
        kinds: &[(KindId, LeanStr)],
        span: Span,
    ) -> Diagnostic {
        let is_one = |kind| kinds.iter().any(|(wanted, _)| *wanted == kind);
        match (&self.world.declared_of(span.file(), is_one)[..], kinds) {
            ([name], _) => {
                diagnostic.help(format!("There is `{name}`.")).fix(format!("Change to `{name}`"), span, *name)
            }
            ([], [(_, kind), ..]) => diagnostic.help(format!("Declare one: `{kind} NAME {{ … }}`.")),
            _ => diagnostic,
        }
    }

    /// What is referred to by its name is declared first.
    fn reference_help(&self, kinds: &[(KindId, LeanStr)]) -> String {
        let of = |slot: KindSlot| kinds.iter().any(|(kind, _)| Some(*kind) == slot);
        let primitives = self.world.primitives;
        if of(primitives.port) {
            return "Refer to a port by its name, as in `NAME.http`; a `service` declares one: `port http = 8080`."
                .to_owned();
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

/// What `["CMD", …]` and `["CMD-SHELL", "…"]` of Docker stand for: the words, or the line.
fn without_docker_word<'p>(value: &Value<'p>, written: &str) -> Option<(Value<'p>, String)> {
    let Value::List(items) = value else { return None };
    let [Value::Text(word), rest @ ..] = items.as_slice() else { return None };
    let after = written.strip_prefix('[')?.trim_start().strip_prefix(&format!("\"{word}\""))?;
    let after = after.trim_start().strip_prefix(',')?.trim_start();
    match (word.as_str(), rest) {
        ("CMD", _) => Some((Value::List(Rc::new(rest.to_vec())), format!("[{after}"))),
        ("CMD-SHELL", [line]) => Some((line.clone(), after.strip_suffix(']')?.trim_end().to_owned())),
        _ => None,
    }
}

/// The fields that a record needs.
pub(super) fn needed<'r, 'p>(record: &'r Record<'p>) -> impl Iterator<Item = &'r Field<'p>> {
    record.fields.iter().filter(|field| field.is_needed())
}

/// The field that a record needs, if that is one alone.
pub(super) fn only_needed<'r, 'p>(record: &'r Record<'p>) -> Option<&'r Field<'p>> {
    let mut needed = needed(record);
    needed.next().filter(|_| needed.next().is_none())
}

/// How a record is written, with what it needs.
fn record_help(record: &Record<'_>) -> String {
    let needed: Vec<String> = needed(record).map(|field| format!("{} = …", field.name)).collect();
    match needed.is_empty() {
        true => "It has fields: write them in `{ … }`.".to_owned(),
        false => format!("It has fields: write `{{ {} }}`.", needed.join(", ")),
    }
}

fn literal_text(expr: &ast::Expr) -> Option<LeanStr> {
    match &expr.node {
        ast::ExprNode::Text(text) => text.literal(),
        _ => None,
    }
}

/// The first sentence of a doc comment, in one line.
fn first_sentence(doc: &str) -> String {
    let paragraph = paragraph(doc);
    let paragraph = paragraph.trim();
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None if paragraph.is_empty() || paragraph.ends_with('.') => paragraph.to_owned(),
        None => format!("{}.", paragraph.trim_end_matches([':', ';', ','])),
    }
}
