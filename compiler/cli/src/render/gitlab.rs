//! GitLab's Code Quality: one JSON array, of which a merge request shows what is new.

use super::fingerprint::Fingerprints;
use super::{Checkout, json_text};
use laud_syntax::{Diagnostic, Level, Sources, Span};
use serde::Serialize;

/// The findings as a report, with a line break at its end. GitLab takes nothing without a place, so what has none is
/// left out.
pub fn gitlab(diagnostics: &[Diagnostic], sources: &Sources, checkout: &Checkout) -> String {
    let mut fingerprints = Fingerprints::default();
    let entries = diagnostics.iter().filter_map(|diagnostic| {
        let span = diagnostic.place(sources)?;
        let path = checkout.path(&sources.get(span.file()).name);
        Some(Entry {
            description: diagnostic.text(),
            check_name: diagnostic.code.id,
            fingerprint: fingerprints.of(diagnostic, &path, sources),
            severity: match diagnostic.level {
                Level::Error => "critical",
                Level::Warning => "minor",
            },
            location: Location { path, lines: lines(span, sources) },
        })
    });
    json_text(&entries.collect::<Vec<_>>())
}

/// A finding.
#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

/// Lines, from 1.
#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn lines(span: Span, sources: &Sources) -> Lines {
    let source = sources.get(span.file());
    Lines { begin: source.position(span.start()).line, end: source.position(span.end()).line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::code;

    #[test]
    fn a_report() {
        let mut sources = Sources::default();
        let standard = sources.add_standard("std/data/postgres.laud", "kind postgres {}\n");
        let file = sources.add("main.laud", "app a\nlet b = nme\n");
        let own = Diagnostic::new(&code::UNKNOWN_NAME, Span::new(file, 14, 17), "unknown name `nme`");
        let of_a_kind = Diagnostic::new(&code::UNUSED_LET, Span::new(standard, 5, 13), "in the library")
            .related(Span::new(file, 6, 9), "asked for here");
        let nowhere = Diagnostic::without_place(&code::UNREADABLE_FILE, "gone");
        let report = gitlab(&[own, of_a_kind, nowhere], &sources, &Checkout::default());
        let report: serde_json::Value = serde_json::from_str(&report).expect("valid JSON");
        assert_eq!(report.as_array().map(Vec::len), Some(2));
        assert_eq!(report[0]["severity"], "critical");
        assert_eq!(
            report[0]["location"],
            serde_json::json!({ "path": "main.laud", "lines": { "begin": 2, "end": 2 } })
        );
        assert_eq!(report[1]["location"]["path"], "main.laud");
    }
}
