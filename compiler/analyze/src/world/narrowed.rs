//! Types that are narrowed, by a range or by a pattern.

use super::World;
use crate::patterns::fault;
use crate::types::{Matching, Range, Type};
use laud_syntax::{Diagnostic, Span, ast, code};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// `T in LOW..HIGH`; `T` itself where the range makes no sense, so that nothing follows from that.
pub(super) fn in_range<'p>(
    world: &World<'p>,
    base: Type<'p>,
    written: Span,
    low: &ast::Expr,
    high: &ast::Expr,
) -> Type<'p> {
    let span = low.span.to(high.span);
    let text = world.loaded.sources.slice(span).to_owned();
    let unit = match base.bare() {
        Type::Any => return base,
        Type::Int | Type::Float | Type::Cpu | Type::Port => Unit::Number,
        Type::Percent => Unit::Percent,
        Type::Bytes => Unit::Bytes,
        Type::Duration => Unit::Duration,
        other => {
            let help = match other {
                Type::Text(_) => "How long a text is, a pattern says: `Text matching \".\\{1,9\\}\"`.",
                _ => "A range is one of numbers, `Percent`, `Bytes` or `Duration`.",
            };
            let message = format!("`{other}` has no ranges");
            world.report(Diagnostic::new(&code::WRONG_TYPE, written, message).help(help));
            return base;
        }
    };
    let bounds = [low, high].map(|expr| bound(world, &base, unit, expr));
    let [Some(least), Some(most)] = bounds else { return base };
    if least > most {
        world.report(Diagnostic::new(&code::OUT_OF_RANGE, span, format!("nothing is in the range `{text}`")));
        return base;
    }
    Type::Range(Rc::new(Range { base, low: least, high: most, text }))
}

/// In what the bounds of a range are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Number,
    Percent,
    Bytes,
    Duration,
}

/// A bound of a range, in the unit in which values of its type are compared.
fn bound(world: &World<'_>, base: &Type<'_>, unit: Unit, expr: &ast::Expr) -> Option<f64> {
    let (found, value) = match value_of(expr) {
        Some(value) => value,
        // It was reported.
        None if matches!(expr.node, ast::ExprNode::Error) => return None,
        None => {
            let message = "a bound of a range that is no number";
            world.report(
                Diagnostic::new(&code::WRONG_TYPE, expr.span, message)
                    .help("A range is written in numbers that are known: `1..10`, `64MiB..2GiB`."),
            );
            return None;
        }
    };
    if found == unit {
        return Some(value);
    }
    let ty = base.bare();
    let written = world.loaded.sources.slice(expr.span);
    let diagnostic =
        Diagnostic::new(&code::WRONG_TYPE, expr.span, format!("a bound of another type than `{ty}`"))
            .label(format!("must be `{ty}`"))
            .help(ty.how_written().unwrap_or("It is a number without a unit."));
    world.report(match (found, unit) {
        (Unit::Number, Unit::Percent) => {
            diagnostic.fix(format!("Change to `{written}%`"), expr.span, format!("{written}%"))
        }
        _ => diagnostic,
    });
    None
}

fn value_of(expr: &ast::Expr) -> Option<(Unit, f64)> {
    Some(match &expr.node {
        ast::ExprNode::Int(value) => (Unit::Number, *value as f64),
        ast::ExprNode::Float(value) => (Unit::Number, *value),
        ast::ExprNode::Quantity(ast::Quantity::Bytes(value)) => (Unit::Bytes, *value as f64),
        ast::ExprNode::Quantity(ast::Quantity::Duration(value)) => (Unit::Duration, *value as f64),
        ast::ExprNode::Quantity(ast::Quantity::Percent(value)) => (Unit::Percent, *value),
        ast::ExprNode::Unary(ast::UnaryOp::Negate, of) => {
            let (unit, value) = value_of(of)?;
            (unit, -value)
        }
        _ => return None,
    })
}

/// `T matching "…"`; `T` itself where the pattern makes no sense, so that nothing follows from that.
pub(super) fn matching<'p>(
    world: &World<'p>,
    base: Type<'p>,
    written: Span,
    pattern: &'p ast::Text,
) -> Type<'p> {
    match base.bare() {
        Type::Any => return base,
        Type::Text(_) => {}
        other => {
            let message = format!("`{other}` has no pattern");
            world.report(
                Diagnostic::new(&code::WRONG_TYPE, written, message)
                    .help("A pattern is one of a text: `Text matching \"…\"`."),
            );
            return base;
        }
    }
    let Some(literal) = pattern.literal() else {
        if !pattern.is_lost() {
            world.report(valued_pattern(world, pattern));
        }
        return base;
    };
    if !world.is_standard(pattern.span.file())
        && let Some(fault) = fault(&literal)
    {
        let diagnostic =
            Diagnostic::new(&code::BAD_PATTERN, pattern.span, format!("this is no pattern: {fault}"));
        world.report(diagnostic.help(
            "It is a regular expression without look-around and references back; in a text, `\\\\` stands for a \
             backslash and `\\{` for a brace.",
        ));
        return base;
    }
    Type::Matching(Rc::new(Matching {
        base,
        pattern: literal,
        written: pattern.span,
        regex: OnceCell::new(),
        matched: RefCell::default(),
    }))
}

/// A pattern with a value in it, which is likely to be how often something comes: `[0-9]{4}`.
fn valued_pattern(world: &World<'_>, pattern: &ast::Text) -> Diagnostic {
    let value = pattern.parts().find_map(|part| match part {
        ast::TextPart::Value(expr) => Some(expr),
        ast::TextPart::Literal { .. } => None,
    });
    let span = value.map_or(pattern.span, |value| value.span);
    let diagnostic = Diagnostic::new(&code::BAD_PATTERN, span, "a value in a pattern")
        .label("would be filled in")
        .help("A pattern is the same in all declarations; a brace of it is written `\\{` or `\\}`.");
    let is_count = value.is_some_and(|value| matches!(value.node, ast::ExprNode::Int(_)));
    let sources = &world.loaded.sources;
    let braces = span.with(span.start().saturating_sub(1), span.end() + 1);
    match sources.slice(span) {
        count if is_count && sources.slice(braces) == format!("{{{count}}}") => {
            let escaped = format!("\\{{{count}\\}}");
            diagnostic.fix(format!("Change to `{escaped}`"), braces, escaped)
        }
        _ => diagnostic,
    }
}
