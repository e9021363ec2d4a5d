//! The patterns of texts: as types, and each compiled once for all environments.

use crate::types::{Matching, Type};
use crate::world::World;
use laud_syntax::{Diagnostic, Span, ast, code};
use regex_lite::Regex;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The patterns that a text was compared with, by where they are written: to
/// compile one takes longer than all comparisons of a system with it.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Mutex<FxHashMap<Span, Arc<OnceLock<Option<Regex>>>>>);

impl Patterns {
    /// The pattern that is written there, as one of a whole text; `None` for what is none.
    pub(crate) fn whole(&self, written: Span, pattern: &str) -> Option<Regex> {
        let known = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(written).or_default().clone()
        };
        known.get_or_init(|| Regex::new(&format!("^(?:{pattern})$")).ok()).clone()
    }
}

/// A text with a pattern; without one if what is written is none, so that nothing follows from that.
pub(crate) fn type_of<'p>(world: &World<'p>, base: Type<'p>, pattern: &'p ast::Text) -> Type<'p> {
    let Some(literal) = pattern.literal() else {
        world.report(valued_pattern(world, pattern));
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

/// Why a text is no pattern.
fn fault(pattern: &str) -> Option<String> {
    // By itself: what is put around it could make one of what is none.
    Regex::new(pattern).err().map(|error| error.to_string())
}
