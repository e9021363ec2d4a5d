//! All diagnostics of a run, as they are shown: in order of place, each once.

use super::{Diagnostic, Level, code, has_errors};
use crate::{Sources, Span};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Diagnostics in order of file, place and code; those without a place come
/// first. What several environments find alike is one finding of them all, and
/// none says what is a secret. Beside an error, what is never used is no finding:
/// what is misspelt or taken out may be what is missed.
pub fn gather(diagnostics: impl IntoIterator<Item = Diagnostic>, sources: &Sources) -> Vec<Diagnostic> {
    let mut places: HashMap<(&str, Option<Span>, Level, String), usize> = HashMap::new();
    let mut found: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        let key = (diagnostic.code.id, diagnostic.span, diagnostic.level, diagnostic.message.clone());
        match places.get(&key) {
            Some(at) => merge(&mut found[*at], diagnostic),
            None => {
                places.insert(key, found.len());
                found.push(diagnostic);
            }
        }
    }
    if has_errors(&found) {
        found.retain(|one| ![&code::UNUSED_IMPORT, &code::UNUSED_LET].contains(&one.code));
    }
    found.sort_by(by_place);
    found.iter_mut().for_each(|diagnostic| sources.conceal(diagnostic));
    found
}

/// Takes the environments of a finding that is the same. One that depends on
/// no environment stays so.
fn merge(into: &mut Diagnostic, other: Diagnostic) {
    if into.environments.is_empty() || other.environments.is_empty() {
        into.environments.clear();
        return;
    }
    for environment in other.environments {
        if !into.environments.contains(&environment) {
            into.environments.push(environment);
        }
    }
}

fn by_place(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    let place = |d: &Diagnostic| d.span.map(|span| (span.file(), span.start(), span.end()));
    place(a).cmp(&place(b)).then_with(|| a.code.id.cmp(b.code.id)).then_with(|| a.message.cmp(&b.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn at(start: u32, message: &str, environment: &str) -> Diagnostic {
        let span = Span::new(FileId(0), start, start + 1);
        let mut diagnostic = Diagnostic::new(&code::UNKNOWN_NAME, span, message);
        diagnostic.environments.extend((!environment.is_empty()).then(|| environment.to_owned()));
        diagnostic
    }

    #[test]
    fn the_same_in_several_environments_is_one() {
        let found = gather(
            [at(9, "a", "staging"), at(3, "b", "staging"), at(9, "a", "production")],
            &Sources::default(),
        );
        let shown: Vec<_> = found.iter().map(|d| (d.message.as_str(), d.environments.join(" "))).collect();
        assert_eq!(shown, [("b", "staging".to_owned()), ("a", "staging production".to_owned())]);
    }

    #[test]
    fn what_depends_on_no_environment_takes_none() {
        assert!(
            gather([at(1, "a", ""), at(1, "a", "staging")], &Sources::default())[0].environments.is_empty()
        );
        assert!(
            gather([at(1, "a", "staging"), at(1, "a", "")], &Sources::default())[0].environments.is_empty()
        );
    }

    #[test]
    fn what_is_never_used_is_no_finding_beside_an_error() {
        let unused = || Diagnostic::new(&code::UNUSED_IMPORT, Span::new(FileId(0), 3, 4), "unused");
        assert_eq!(gather([unused()], &Sources::default()).len(), 1);
        let found = gather([unused(), at(9, "a", "staging")], &Sources::default());
        assert_eq!(found.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn what_has_no_place_comes_first() {
        let found = gather(
            [at(0, "b", ""), Diagnostic::without_place(&code::UNREADABLE_FILE, "a")],
            &Sources::default(),
        );
        assert_eq!(found[0].message, "a");
    }
}
