//! What only follows from an error that is known: a rule that asks for what
//! the error kept from being there says nothing new.

use crate::world::World;
use laud_syntax::{Diagnostic, Span, ast, code};

/// Whether any of the errors may keep whole declarations from being there.
pub(crate) fn hides_parts(known: &[Diagnostic]) -> bool {
    known.iter().any(|one| one.code.id < "L03" || one.code == &code::UNKNOWN_PATH)
}

/// Whether a finding of the evaluation asks for what a syntax error hides.
pub(crate) fn of_syntax(
    found: &Diagnostic,
    known: &[Diagnostic],
    world: &World<'_>,
    environment: &ast::Environment,
) -> bool {
    let of_syntax =
        |one: &&Diagnostic| (&code::UNEXPECTED_TOKEN.id..=&code::OUTDENTED_TEXT.id).contains(&&one.code.id);
    asks_for_more(found) && has_error_beside(found, known.iter().filter(of_syntax), world, environment)
}

/// Whether a finding of the rules follows from an error of the evaluation: at
/// the same place, or as what is missing from a declaration that has one.
pub(crate) fn of_known(
    found: &Diagnostic,
    known: &[Diagnostic],
    world: &World<'_>,
    environment: &ast::Environment,
) -> bool {
    known.iter().any(|one| one.span == found.span)
        || is_told_twice(found, known)
        || asks_for_more(found) && has_error_beside(found, known.iter(), world, environment)
}

/// Whether two things are only too much together, and one name was given to two.
fn is_told_twice(found: &Diagnostic, known: &[Diagnostic]) -> bool {
    let of_two = [
        &code::NAME_CLASH,
        &code::PORT_CLASH,
        &code::SHARED_DATA,
        &code::DUPLICATE_ROUTE,
        &code::LIMITS_EXCEED_HOST,
    ];
    of_two.contains(&found.code) && known.iter().any(|one| one.code == &code::DUPLICATE_NAME)
}

fn asks_for_more(found: &Diagnostic) -> bool {
    [&code::MISSING_FIELD, &code::EMPTY_GATEWAY, &code::MISSING_SOURCE].contains(&found.code)
}

/// Whether the declaration at which something was found, the innermost one, or
/// what the environment says of the system, has one of the errors.
fn has_error_beside<'d>(
    found: &Diagnostic,
    mut known: impl Iterator<Item = &'d Diagnostic>,
    world: &World<'_>,
    environment: &ast::Environment,
) -> bool {
    let Some(at) = found.span else { return false };
    let of_files = world.decls.iter().map(|one| (one.entry.span, one.decl));
    let around = of_files.chain(decls(&environment.body)).find_map(|(span, decl)| innermost(span, decl, at));
    let around = around.unwrap_or(at);
    known.any(|one| {
        one.span
            .is_some_and(|span| span != at && (around.contains(span) || environment.body.span.contains(span)))
    })
}

/// The innermost declaration around a place.
fn innermost(span: Span, decl: &ast::Decl, at: Span) -> Option<Span> {
    if !span.contains(at) {
        return None;
    }
    let inner =
        decl.body.as_ref().and_then(|body| decls(body).find_map(|(span, inner)| innermost(span, inner, at)));
    Some(inner.unwrap_or(span))
}

fn decls(body: &ast::Body) -> impl Iterator<Item = (Span, &ast::Decl)> {
    body.entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Decl(decl) => Some((entry.span, decl.as_ref())),
        _ => None,
    })
}
