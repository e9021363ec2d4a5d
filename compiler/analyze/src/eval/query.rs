//! Queries: promql`…`, read once for each place where one is written.

use super::{Eval, Scope};
use crate::types::Type;
use crate::value::{Query, Value};
use laud_promql::{Answer, Asked, Hole, Prepared, Template as Holes};
use laud_syntax::{Diagnostic, Span, ast, code};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A query as written, with its holes, and what is known of it.
#[derive(Debug)]
pub(crate) struct Template {
    /// `None` where the query does not parse, which was reported.
    parsed: Option<Parsed>,
    /// By piece: where its text starts in the source, if it stands there as it is.
    starts: Vec<Option<u32>>,
}

/// A query that parses.
#[derive(Debug)]
struct Parsed {
    holes: Holes,
    asked: Asked,
    /// What it gives, once that was asked for: to read the types costs more than
    /// all the rest, and those of the standard library's queries are good.
    answer: OnceLock<Option<Answer>>,
}

/// The queries that were read for any of the environments, by where they stand.
#[derive(Debug, Default)]
pub(crate) struct Templates(Mutex<FxHashMap<Span, Arc<Template>>>);

impl Templates {
    fn get(&self, span: Span) -> Option<Arc<Template>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&span).cloned()
    }

    /// Keeps what parses; the errors of the others are reported for each environment.
    fn insert(&self, span: Span, template: &Arc<Template>) {
        if template.parsed.is_some() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(span, template.clone());
        }
    }
}

impl Template {
    /// What the query asks; `None` where it does not parse.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.parsed.as_ref().map(|parsed| &parsed.asked)
    }

    /// What the query gives; `None` where it does not parse.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        let parsed = self.parsed.as_ref()?;
        let read = || parsed.holes.check().ok().map(|query| query.answer);
        parsed.answer.get_or_init(read).as_ref()
    }

    /// Whether the types were read, or there are none to read.
    fn is_checked(&self) -> bool {
        self.parsed.as_ref().is_none_or(|parsed| parsed.answer.get().is_some())
    }

    fn holes(&self) -> &[Hole] {
        self.parsed.as_ref().map_or(&[], |parsed| parsed.holes.holes())
    }

    /// Whether anything is filled in.
    pub(crate) fn has_holes(&self) -> bool {
        !self.holes().is_empty()
    }

    /// Whether a metric's name is filled in.
    pub(crate) fn has_named_hole(&self) -> bool {
        self.holes().contains(&Hole::Identifier)
    }

    /// Whether anything is filled in within a range of the query with its stand-ins.
    pub(crate) fn is_filled_in(&self, range: &std::ops::Range<usize>) -> bool {
        let filled = self.parsed.as_ref().and_then(|parsed| parsed.holes.fill::<&str>(&[]).ok());
        filled.is_none_or(|filled| {
            filled.holes.iter().any(|hole| hole.start < range.end && range.start < hole.end)
        })
    }

    /// Where a range of the query with its stand-ins lies in the source, if it lies in one piece of it.
    pub(crate) fn source_span(&self, whole: Span, range: &std::ops::Range<usize>) -> Span {
        let Some(parsed) = &self.parsed else { return whole };
        let Ok(filled) = parsed.holes.fill::<&str>(&[]) else { return whole };
        let laud_promql::Place::Piece { index, offset } = filled.place(range.start) else { return whole };
        let Some(Some(start)) = self.starts.get(index) else { return whole };
        let start = start + offset as u32;
        whole.with(start, start + (range.end - range.start) as u32)
    }
}

impl<'p> Eval<'_, 'p> {
    pub(super) fn eval_embedded(&mut self, embedded: &'p ast::Embedded, scope: Scope) -> Value<'p> {
        if embedded.language.text != "promql" {
            let language = &embedded.language;
            let diagnostic = Diagnostic::new(
                &code::UNKNOWN_NAME,
                language.span,
                format!("there is no embedded language `{}`", language.text),
            )
            .near(&language.text, language.span, ["promql"]);
            self.report(diagnostic);
            return Value::Error;
        }
        let template = match self.templates.get(&embedded.content.span) {
            Some(template) => template.clone(),
            None => {
                let span = embedded.content.span;
                let known = self.world.loaded.templates.get(span);
                let known = known.filter(|known| known.is_checked() || self.trusts(span.file()));
                let template = known.unwrap_or_else(|| Arc::new(self.read_template(embedded)));
                self.world.loaded.templates.insert(span, &template);
                self.templates.insert(span, template.clone());
                template
            }
        };
        let Some(Parsed { holes, .. }) = &template.parsed else { return Value::Error };
        let exprs = embedded.content.parts().filter_map(|part| match part {
            ast::TextPart::Value(expr) => Some(expr),
            ast::TextPart::Literal { .. } => None,
        });
        let exprs: Vec<&'p ast::Expr> = exprs.collect();
        let mut values: Vec<String> = Vec::with_capacity(exprs.len());
        for (expr, hole) in exprs.iter().zip(holes.holes()) {
            match self.eval_hole(expr, *hole, scope) {
                HoleValue::Text(text) => values.push(text),
                HoleValue::Unknown => return Value::Unknown(Type::PromQl),
                HoleValue::Error => return Value::Error,
            }
        }
        match holes.fill(&values) {
            Ok(filled) => {
                let text = in_one_line(filled.text);
                Value::Query(Rc::new(Query { text, span: embedded.content.span, template }))
            }
            Err((index, error)) => {
                let span = exprs.get(index).map_or(embedded.content.span, |expr| expr.span);
                self.report(Diagnostic::new(&code::BAD_PROMQL, span, error.to_string()));
                Value::Error
            }
        }
    }

    fn read_template(&mut self, embedded: &'p ast::Embedded) -> Template {
        let whole = embedded.content.span;
        if self.trusts(whole.file())
            && let Some(prepared) = embedded.prepared.bytes().and_then(Prepared::from_bytes)
        {
            let Prepared { template: holes, asked, starts } = prepared;
            return Template { parsed: Some(Parsed { holes, asked, answer: OnceLock::new() }), starts };
        }
        let (pieces, starts) = embedded.content.pieces(&self.world.loaded.sources.get(whole.file()).text);
        if embedded.content.is_lost() {
            return Template { parsed: None, starts };
        }
        let holes = match Holes::new(pieces) {
            Ok(holes) => holes,
            Err((index, message)) => {
                let mut exprs = embedded.content.parts().filter_map(|part| match part {
                    ast::TextPart::Value(expr) => Some(expr.span),
                    ast::TextPart::Literal { .. } => None,
                });
                self.report(Diagnostic::new(&code::BAD_PROMQL, exprs.nth(index).unwrap_or(whole), message));
                return Template { parsed: None, starts };
            }
        };
        if self.trusts(whole.file())
            && let Ok(asked) = holes.asked()
        {
            return Template { parsed: Some(Parsed { holes, asked, answer: OnceLock::new() }), starts };
        }
        match holes.check() {
            Ok(query) => {
                let answer = OnceLock::from(Some(query.answer));
                Template { parsed: Some(Parsed { holes, asked: query.asked, answer }), starts }
            }
            Err((place, message)) => {
                let span = match place {
                    laud_promql::Place::Piece { index, offset } => match starts.get(index) {
                        Some(Some(start)) => {
                            let at = start + offset as u32;
                            whole.with(at, (at + 1).min(whole.end()))
                        }
                        Some(None) | None => whole,
                    },
                    laud_promql::Place::Hole(_) => whole,
                };
                let help = if message.contains("expected type matrix") {
                    Some("Give it a range, as in `metric[5m]`.")
                } else if message.ends_with("found `=`") {
                    Some("Values are compared with `==`.")
                } else {
                    None
                };
                let message = in_our_words(&message).unwrap_or(message);
                let label = if span == whole { "in this query" } else { "here" };
                self.report(
                    Diagnostic::new(&code::BAD_PROMQL, span, format!("this is no PromQL: {message}"))
                        .label(label)
                        .maybe_help(help.map(str::to_owned)),
                );
                Template { parsed: None, starts }
            }
        }
    }

    fn eval_hole(&mut self, expr: &'p ast::Expr, hole: Hole, scope: Scope) -> HoleValue {
        let value = match hole {
            Hole::String(_) | Hole::Regex(_) | Hole::Identifier => {
                let value = self.eval(expr, &Type::Any, scope);
                let mut pieces = Vec::new();
                if !self.push_value(&mut pieces, value, expr.span) {
                    return HoleValue::Error;
                }
                let value = Value::pieces(pieces);
                self.coerce(value, &Type::TEXT, expr.span)
            }
            Hole::Duration => self.eval(expr, &Type::Duration, scope),
            Hole::Number => self.eval(expr, &Type::Any, scope),
        };
        if value.is_unknown() {
            return HoleValue::Unknown;
        }
        let text = match (hole, &value) {
            (_, Value::Error) => return HoleValue::Error,
            (_, Value::Text(text)) if !matches!(hole, Hole::Number) => text.to_string(),
            (Hole::Duration, Value::Duration(millis)) => laud_promql::duration(*millis),
            (Hole::Number, Value::Int(value)) => value.to_string(),
            (Hole::Number, Value::Float(value)) => value.to_string(),
            (Hole::Number, Value::Percent(value)) => ratio(*value),
            (Hole::Number, Value::Bytes(value)) => value.to_string(),
            (Hole::Number, Value::Duration(millis)) => ratio(*millis as f64 / 10.0),
            (Hole::Number, Value::Cpu(millis)) => ratio(f64::from(*millis) / 10.0),
            _ => {
                let wanted =
                    if matches!(hole, Hole::Number) { "a number" } else { "a text known when compiled" };
                let message = format!("the query takes {wanted} here, not {value}");
                self.report(Diagnostic::new(&code::WRONG_TYPE, expr.span, message));
                return HoleValue::Error;
            }
        };
        HoleValue::Text(text)
    }
}

/// The parser's words for a wrong argument, with our words for its types.
fn in_our_words(message: &str) -> Option<String> {
    let (wanted, rest) = message.strip_prefix("expected type ")?.split_once(" in call to function ")?;
    let (function, found) = rest.split_once(", got ")?;
    let ours = |ty: &str| match ty {
        "matrix" => Some("a range of values"),
        "vector" => Some("series"),
        "scalar" => Some("a number"),
        "string" => Some("a text"),
        _ => None,
    };
    Some(format!("{function} takes {}, not {}", ours(wanted)?, ours(found)?))
}

/// A query without the line breaks and the indentation of the spec. A comment
/// needs its line's end, so a query with one keeps its lines.
fn in_one_line(text: String) -> String {
    if !text.contains('\n') {
        return if text.trim().len() == text.len() { text } else { text.trim().to_owned() };
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).collect();
    if !text.contains('#') {
        return lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    }
    let indent = |line: &&str| line.len() - line.trim_start().len();
    // The first line stands behind the back-quote, unless nothing does.
    let common = lines.iter().filter(|line| indent(line) > 0).map(indent).min().unwrap_or(0);
    let lines = lines.iter().map(|line| &line[common.min(indent(line))..]);
    lines.collect::<Vec<_>>().join("\n")
}

/// A hundredth, as the shortest decimal: 99.9 is `0.999`.
fn ratio(percent: f64) -> String {
    let scaled = percent / 100.0;
    let rounded = (scaled * 1e12).round() / 1e12;
    rounded.to_string()
}

enum HoleValue {
    Text(String),
    Unknown,
    Error,
}

#[cfg(test)]
mod tests {
    use super::in_one_line;

    #[test]
    fn a_query_loses_the_layout_of_the_spec() {
        assert_eq!(in_one_line("\n    sum(up)\n      > 1\n  ".to_owned()), "sum(up) > 1");
        assert_eq!(in_one_line("\n    sum(up) # all\n      > 1\n  ".to_owned()), "sum(up) # all\n  > 1");
        assert_eq!(in_one_line("sum(up) # all\n      > 1".to_owned()), "sum(up) # all\n> 1");
    }
}
