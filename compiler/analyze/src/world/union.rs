//! Types of several kinds, side by side.

use super::resolve::type_of;
use super::{KindId, World, standard_module_of};
use crate::types::Type;
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;

/// `a | b`: a declaration of any of these kinds.
pub(super) fn of<'p>(world: &World<'p>, alternatives: &'p [ast::TypeExpr], span: Span) -> Type<'p> {
    if let Some(words) = words(world, alternatives) {
        let ours = format!("enum {{ {} }}", words.join(", "));
        world.report(
            Diagnostic::new(
                &code::UNKNOWN_TYPE,
                span,
                "kinds stand side by side with `|`, and these are none",
            )
            .help(format!("Words to choose from are `{ours}`."))
            .fix(format!("Change to `{ours}`"), span, ours),
        );
        return Type::Any;
    }
    let mut kinds: Vec<(KindId, LeanStr)> = Vec::new();
    for alternative in alternatives {
        match type_of(world, alternative) {
            Type::Kinds(more) => kinds.extend(more.iter().cloned()),
            Type::Any => {}
            other => world.report(
                Diagnostic::new(&code::WRONG_TYPE, alternative.span, format!("`{other}` is no kind"))
                    .help("Only kinds can stand side by side with `|`."),
            ),
        }
    }
    match kinds.is_empty() {
        true => Type::Any,
        false => Type::Kinds(kinds.into()),
    }
}

/// The alternatives, if each is a word that names nothing: variants of an enum, as other languages write one.
fn words<'t>(world: &World<'_>, alternatives: &'t [ast::TypeExpr]) -> Option<Vec<&'t str>> {
    let word = |alternative: &'t ast::TypeExpr| match &alternative.node {
        ast::TypeNode::Named(name) => {
            let file = alternative.span.file();
            let names_one = Type::builtin(name).is_some()
                || world.lookup(file, name).is_some()
                || world.is_missing(file, name)
                || standard_module_of(name).is_some();
            (!names_one && name.starts_with(|c: char| c.is_ascii_lowercase())).then_some(name.as_str())
        }
        _ => None,
    };
    alternatives.iter().map(word).collect()
}
