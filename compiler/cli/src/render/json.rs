//! For programs: one JSON array with an object for each finding.
//!
//! The schema is stable: fields are added, never renamed or taken away. Lines
//! and columns count from 1, columns in characters; offsets count bytes from 0
//! and an end lies after the last character.

use super::short::level;
use laud_syntax::{Diagnostic, Fix, Sources, Span};
use serde::Serialize;

/// The findings as a JSON array, with a line break at its end.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    text(&values(diagnostics, sources))
}

/// A JSON document, with a line break at its end.
pub(crate) fn text(value: &impl Serialize) -> String {
    // It has string keys and finite numbers alone, which always have a text.
    let text =
        serde_json::to_string_pretty(value).unwrap_or_else(|error| format!("{{\"error\": \"{error}\"}}"));
    text + "\n"
}

/// The findings as values that can be part of a greater document.
pub(crate) fn values<'d>(diagnostics: &'d [Diagnostic], sources: &'d Sources) -> Vec<Finding<'d>> {
    diagnostics.iter().map(|diagnostic| finding(diagnostic, sources)).collect()
}

/// One finding.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'d> {
    code: &'static str,
    level: &'static str,
    message: &'d str,
    /// `null`, as are `start` and `end`, when it is about no file of the spec.
    file: Option<&'d str>,
    start: Option<Place>,
    end: Option<Place>,
    label: &'d str,
    related: Vec<Related<'d>>,
    notes: &'d [String],
    help: Option<&'d str>,
    fixes: Vec<Mend<'d>>,
    environments: &'d [String],
}

/// A place in a file.
#[derive(Debug, Serialize)]
struct Place {
    line: u32,
    column: u32,
    offset: u32,
}

/// From where to where.
#[derive(Debug, Serialize)]
pub(crate) struct SpanEntry<'d> {
    file: &'d str,
    start: Place,
    end: Place,
}

/// A span as a value that can be part of a greater document.
pub(crate) fn span(span: Span, sources: &Sources) -> SpanEntry<'_> {
    SpanEntry { file: file(span, sources), start: start(span, sources), end: end(span, sources) }
}

/// Another place that matters.
#[derive(Debug, Serialize)]
struct Related<'d> {
    file: &'d str,
    start: Place,
    end: Place,
    message: &'d str,
}

/// An edit that mends it.
#[derive(Debug, Serialize)]
struct Mend<'d> {
    title: &'d str,
    edits: Vec<Edit<'d>>,
}

/// A text to put in place of another.
#[derive(Debug, Serialize)]
struct Edit<'d> {
    file: &'d str,
    start: Place,
    end: Place,
    text: &'d str,
}

fn finding<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Finding<'d> {
    Finding {
        code: diagnostic.code.id,
        level: level(diagnostic.level),
        message: &diagnostic.message,
        file: diagnostic.span.map(|span| file(span, sources)),
        start: diagnostic.span.map(|span| start(span, sources)),
        end: diagnostic.span.map(|span| end(span, sources)),
        label: &diagnostic.label,
        related: diagnostic
            .related
            .iter()
            .map(|(span, message)| Related {
                file: file(*span, sources),
                start: start(*span, sources),
                end: end(*span, sources),
                message,
            })
            .collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        fixes: diagnostic.fixes.iter().map(|fix| mend(fix, sources)).collect(),
        environments: &diagnostic.environments,
    }
}

fn mend<'d>(fix: &'d Fix, sources: &'d Sources) -> Mend<'d> {
    let edits = fix.edits.iter().map(|(span, text)| Edit {
        file: file(*span, sources),
        start: start(*span, sources),
        end: end(*span, sources),
        text,
    });
    Mend { title: &fix.title, edits: edits.collect() }
}

fn file(span: Span, sources: &Sources) -> &str {
    sources.get(span.file()).name.as_str()
}

fn start(span: Span, sources: &Sources) -> Place {
    place(span, span.start(), sources)
}

fn end(span: Span, sources: &Sources) -> Place {
    place(span, span.end(), sources)
}

fn place(span: Span, offset: u32, sources: &Sources) -> Place {
    let at = sources.get(span.file()).position(offset);
    Place { line: at.line, column: at.column, offset }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::code;

    #[test]
    fn the_schema_stays() {
        let mut sources = Sources::default();
        let file = sources.add("main.laud", "é.a = memroy\n");
        let token = Span::new(file, 7, 13);
        let mut found = Diagnostic::new(&code::UNKNOWN_NAME, token, "unknown name `memroy`")
            .label("no such name")
            .related(Span::new(file, 0, 4), "asked for here")
            .note("a fact")
            .help("Do it.")
            .fix("Change to `memory`", token, "memory");
        found.environments.push("staging".to_owned());
        let placeless = Diagnostic::without_place(&code::UNREADABLE_FILE, "gone");
        let expected = serde_json::json!([
            {
                "code": "L0201", "level": "error", "message": "unknown name `memroy`", "file": "main.laud",
                "start": { "line": 1, "column": 7, "offset": 7 }, "end": { "line": 1, "column": 13, "offset": 13 },
                "label": "no such name",
                "related": [{
                    "file": "main.laud", "start": { "line": 1, "column": 1, "offset": 0 },
                    "end": { "line": 1, "column": 4, "offset": 4 }, "message": "asked for here"
                }],
                "notes": ["a fact"], "help": "Do it.",
                "fixes": [{ "title": "Change to `memory`", "edits": [{
                    "file": "main.laud", "start": { "line": 1, "column": 7, "offset": 7 },
                    "end": { "line": 1, "column": 13, "offset": 13 }, "text": "memory"
                }] }],
                "environments": ["staging"]
            },
            {
                "code": "L0001", "level": "error", "message": "gone", "file": null, "start": null, "end": null,
                "label": "", "related": [], "notes": [], "help": null, "fixes": [], "environments": []
            }
        ]);
        let shown: serde_json::Value =
            serde_json::from_str(&json(&[found, placeless], &sources)).expect("valid JSON");
        assert_eq!(shown, expected);
        assert_eq!(json(&[], &sources), "[]\n");
    }
}
