//! Whether a text is a query, and what it asks.

use crate::query::{Answer, Asked, MatchOp, PromqlError, Query, Shape};
use crate::scan::{Kind, scan, substitute};
use crate::syntax::{Notes, walk};
use crate::{carried, fire, quantile};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{Expr, parse};
use promql_parser::util::escape_string;
use std::ops::Range;

/// The longest query that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// How many parts are tried to find the smallest that is wrong.
const MOST_TRIES: usize = 256;

/// Reads a query as Prometheus 3 does, with none of its experiments.
///
/// Grafana's `$__rate_interval`, `$__interval` and `$__range` may stand for
/// durations; [`Query::grafana`] says where, since only panels may have them.
///
/// # Errors
/// The first place that does not fit.
pub fn check(text: &str) -> Result<Query, PromqlError> {
    let (plain, grafana) = plain(text)?;
    let notes = notes(&plain)?;
    let tree = match tree(&without_regexes(&plain, &notes)) {
        Ok(tree) => tree,
        Err(message) => return Err(place(&plain, &notes, &message)),
    };
    if let Some(error) = beyond_the_parser(&plain, &notes, &tree) {
        return Err(error);
    }
    let answer = Answer {
        result: shape(tree.value_type()),
        carried: carried::carried(&tree),
        longest_range: longest_range(&tree),
        is_filter: is_filter(&tree),
        never: fire::never(&tree),
    };
    Ok(Query { asked: notes.asked, answer, grafana })
}

/// What a query asks, of which [`check`] is known to find no fault: most of
/// what a check costs is the types.
///
/// # Errors
/// The first place that does not fit, as far as the words alone tell.
pub fn asked(text: &str) -> Result<Asked, PromqlError> {
    Ok(notes(&plain(text)?.0)?.asked)
}

/// The query without Grafana's variables, and where the first of them stands.
fn plain(text: &str) -> Result<(String, Option<Range<usize>>), PromqlError> {
    if text.len() > LONGEST {
        return Err(PromqlError::new(LONGEST..text.len(), "a query longer than 64 KiB"));
    }
    Ok(substitute(text))
}

fn notes(plain: &str) -> Result<Notes, PromqlError> {
    walk(plain, &scan(plain)?)
}

/// The query with its regexes as texts that a label is not, of the same length. The
/// parser would compile each of them, which takes longer than all the rest.
/// Those that are doubtful are left for it to judge, and so are those of a
/// selector without a name, of which it asks whether they match everything.
fn without_regexes(text: &str, notes: &Notes) -> String {
    let mut out = text.to_owned();
    for matcher in
        notes.asked.metrics.iter().filter(|metric| metric.name.is_some()).flat_map(|metric| &metric.matchers)
    {
        let compares = match matcher.op {
            // Neither says which value the label has.
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
            MatchOp::Equal | MatchOp::NotEqual => continue,
        };
        if regex_syntax::parse(&matcher.value).is_err() {
            continue;
        }
        if let Some(at) = out[..matcher.value_range.start].rfind(compares) {
            out.replace_range(at..at + compares.len(), "!=");
        }
    }
    out
}

/// The parser's tree. The parser takes a backslash in a back-quoted text for an
/// escape, so it is given the same text in double quotes.
fn tree(text: &str) -> Result<Expr, String> {
    if text.contains('`') { parse(&without_back_quotes(text)) } else { parse(text) }
}

fn without_back_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut end = 0;
    let quoted = scan(text).unwrap_or_default().into_iter().filter(|token| token.kind == Kind::Quoted);
    for token in quoted.filter(|token| text[token.range.clone()].starts_with('`')) {
        out.push_str(&text[end..token.range.start]);
        out.push('"');
        out.push_str(&escape_string(&text[token.range.start + 1..token.range.end - 1]));
        out.push('"');
        end = token.range.end;
    }
    out.push_str(&text[end..]);
    out
}

fn shape(value: ValueType) -> Shape {
    match value {
        ValueType::Scalar => Shape::Scalar,
        ValueType::Vector => Shape::InstantVector,
        ValueType::Matrix => Shape::RangeVector,
        ValueType::String => Shape::String,
    }
}

/// An error of the parser, which has no place, at the smallest part that is
/// wrong by itself.
fn place(text: &str, notes: &Notes, message: &str) -> PromqlError {
    let mut parts: Vec<&Range<usize>> = notes.parts.iter().collect();
    parts.sort_by_key(|part| part.len());
    let smallest = parts
        .into_iter()
        .take(MOST_TRIES)
        .find_map(|part| tree(&text[part.clone()]).err().map(|message| (part.clone(), message)));
    let (range, message) = smallest.unwrap_or_else(|| (0..text.trim_end().len(), message.to_owned()));
    if let Some(range) = bad_regex(notes, &range, &message) {
        return PromqlError::new(range, "a regex that does not compile");
    }
    let range = if message.starts_with("unknown function") { name_at(text, range) } else { range };
    PromqlError::new(range, reword(&message))
}

/// The value of the matcher whose regex the parser means.
fn bad_regex(notes: &Notes, range: &Range<usize>, message: &str) -> Option<Range<usize>> {
    let regex = message.strip_prefix("illegal regex for ")?;
    let within = notes.asked.metrics.iter().filter(|metric| range.start <= metric.range.start);
    let mut matchers = within.flat_map(|metric| &metric.matchers);
    let is_regex = |op| matches!(op, MatchOp::Regex | MatchOp::NotRegex);
    matchers
        .find(|matcher| is_regex(matcher.op) && matcher.value == regex)
        .map(|found| found.value_range.clone())
}

/// The name that a part starts with.
fn name_at(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text[range.start..].bytes().take_while(|byte| crate::scan::is_word_byte(*byte)).count();
    range.start..range.start + length
}

/// The parser's words in the house's: names in back-quotes, shapes by name.
fn reword(message: &str) -> String {
    let quoted = message.replace('\'', "`");
    let plain = quoted.trim_end_matches('.');
    let mut characters = plain.chars();
    let first = characters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// What the parser lets through, and Prometheus does not, or makes nothing of.
fn beyond_the_parser(text: &str, notes: &Notes, tree: &Expr) -> Option<PromqlError> {
    if let Some(name) = experimental_call(tree) {
        let range = call_of(text, notes, name);
        return Some(PromqlError::new(range, format!("`{name}` is an experiment of Prometheus")));
    }
    if let Some((name, words)) = quantile::fault(tree) {
        return Some(PromqlError::new(call_of(text, notes, name), words));
    }
    let bare = notes
        .asked
        .metrics
        .iter()
        .find(|metric| metric.name.is_none() && matches_everything(&metric.matchers));
    bare.map(|metric| {
        PromqlError::new(
            metric.range.clone(),
            "a selector must name a metric, or match something that is not empty",
        )
    })
}

/// Whether no matcher keeps series without the label out. Regexes that match
/// nothing but the empty text are left to the parser.
fn matches_everything(matchers: &[crate::query::Matcher]) -> bool {
    matchers.iter().all(|matcher| match matcher.op {
        MatchOp::Equal => matcher.value.is_empty(),
        MatchOp::NotEqual => !matcher.value.is_empty(),
        MatchOp::Regex | MatchOp::NotRegex => false,
    })
}

fn experimental_call(tree: &Expr) -> Option<&'static str> {
    match tree {
        Expr::Call(call) if call.func.experimental => Some(call.func.name),
        _ => children(tree).into_iter().find_map(experimental_call),
    }
}

/// Where a function of that name is called first.
fn call_of(text: &str, notes: &Notes, name: &str) -> Range<usize> {
    let mut starts: Vec<usize> = notes.parts.iter().map(|part| part.start).collect();
    starts.sort_unstable();
    let start = starts.into_iter().find(|start| &text[name_at(text, *start..*start)] == name);
    start.map_or(0..text.len(), |start| start..start + name.len())
}

/// The expressions right below, in the order of the text.
pub(crate) fn children(tree: &Expr) -> Vec<&Expr> {
    match tree {
        Expr::Aggregate(aggregate) => {
            aggregate.param.iter().map(AsRef::as_ref).chain([&*aggregate.expr]).collect()
        }
        Expr::Unary(unary) => vec![&*unary.expr],
        Expr::Binary(binary) => vec![&*binary.lhs, &*binary.rhs],
        Expr::Paren(paren) => vec![&*paren.expr],
        Expr::Subquery(subquery) => vec![&*subquery.expr],
        Expr::Call(call) => call.args.args.iter().map(AsRef::as_ref).collect(),
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => Vec::new(),
    }
}

/// How far back the samples lie that are asked for, in milliseconds.
fn longest_range(tree: &Expr) -> Option<u64> {
    use promql_parser::parser::Offset;
    let milliseconds =
        |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let back = |offset: &Option<Offset>| match offset {
        Some(Offset::Pos(duration)) => milliseconds(*duration),
        Some(Offset::Neg(_)) | None => 0,
    };
    let below = children(tree).into_iter().filter_map(longest_range).max();
    let own = match tree {
        Expr::VectorSelector(selector) => back(&selector.offset),
        Expr::MatrixSelector(selector) => milliseconds(selector.range) + back(&selector.vs.offset),
        Expr::Subquery(subquery) => milliseconds(subquery.range) + back(&subquery.offset),
        Expr::Aggregate(_)
        | Expr::Unary(_)
        | Expr::Binary(_)
        | Expr::Paren(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::Call(_)
        | Expr::Extension(_) => 0,
    };
    (own > 0 || below.is_some()).then(|| below.unwrap_or(0).saturating_add(own))
}

/// Whether the result leaves out some of the series that are asked for.
fn is_filter(tree: &Expr) -> bool {
    use promql_parser::parser::token::{T_LAND, T_LOR, T_LUNLESS};
    match tree {
        Expr::Paren(paren) => is_filter(&paren.expr),
        Expr::Unary(unary) => is_filter(&unary.expr),
        Expr::Aggregate(aggregate) => is_filter(&aggregate.expr),
        Expr::Binary(binary) => match binary.op.id() {
            T_LAND | T_LUNLESS => true,
            T_LOR => is_filter(&binary.lhs) && is_filter(&binary.rhs),
            _other if binary.op.is_comparison_operator() => !binary.return_bool(),
            _other => is_filter(&binary.lhs) || is_filter(&binary.rhs),
        },
        // `absent` gives something only where there is nothing else.
        Expr::Call(call) => {
            call.func.name.starts_with("absent") || call.args.args.iter().any(|argument| is_filter(argument))
        }
        Expr::Subquery(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => false,
    }
}
