//! SARIF 2.1.0, as code scanning services and editors take it.
//!
//! A finding with a place is a result. One without, such as a file that cannot be read, is a notification of the run:
//! services refuse results that stand nowhere. What a finding has to say of the standard library is said in words, for
//! nobody has those files.

use super::fingerprint::Fingerprints;
use super::{Checkout, json_text};
use laud_syntax::{ALL_CODES, Code, Diagnostic, Fix, Level, Sources, Span};
use serde::Serialize;
use std::fmt::Write as _;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The base of every path that is relative: the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// The findings as a log, with a line break at its end.
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources, checkout: &Checkout) -> String {
    let mut log =
        Writer { sources, checkout, rules: rules(diagnostics), fingerprints: Fingerprints::default() };
    let (placed, placeless): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        diagnostics.iter().partition(|diagnostic| diagnostic.place(sources).is_some());
    let results = placed.into_iter().filter_map(|diagnostic| log.result(diagnostic)).collect();
    let invocation = Invocation {
        execution_successful: !placeless.iter().any(|diagnostic| diagnostic.is_error()),
        tool_execution_notifications: placeless
            .into_iter()
            .map(|diagnostic| log.notification(diagnostic))
            .collect(),
    };
    let driver = Driver {
        name: "laud",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: log.rules.iter().map(|code| rule(code)).collect(),
    };
    let run =
        Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", invocations: [invocation], results };
    json_text(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// The codes that are found, in order of number.
fn rules(diagnostics: &[Diagnostic]) -> Vec<&'static Code> {
    let is_found = |code: &Code| diagnostics.iter().any(|diagnostic| diagnostic.code.id == code.id);
    ALL_CODES.iter().copied().filter(|code| is_found(code)).collect()
}

fn rule(code: &'static Code) -> Rule {
    Rule {
        id: code.id,
        name: pascal(code.name),
        short_description: Text { text: code.title.to_owned() },
        full_description: Text { text: first_paragraph(code.page) },
        default_configuration: Configuration { level: level(code.level) },
        help: Page { text: code.page, markdown: code.page },
    }
}

/// `UNKNOWN_FIELD` as `UnknownField`.
fn pascal(name: &str) -> String {
    let words = name.split('_').filter_map(|word| word.split_at_checked(1));
    words.map(|(first, rest)| format!("{first}{}", rest.to_ascii_lowercase())).collect()
}

/// What a page says below its title, on one line.
fn first_paragraph(page: &str) -> String {
    let below = page.split("\n\n").find(|part| !part.starts_with('#')).unwrap_or_default();
    below.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// What is needed to write of a finding.
struct Writer<'a> {
    sources: &'a Sources,
    checkout: &'a Checkout,
    rules: Vec<&'static Code>,
    fingerprints: Fingerprints,
}

impl Writer<'_> {
    fn result(&mut self, diagnostic: &Diagnostic) -> Option<Outcome> {
        let place = diagnostic.place(self.sources)?;
        let path = self.checkout.path(&self.sources.get(place.file()).name);
        let fingerprint = self.fingerprints.of(diagnostic, &path, self.sources);
        let mut text = diagnostic.text();
        let mut related = Vec::new();
        for (span, words) in &diagnostic.related {
            let source = self.sources.get(span.file());
            if source.standard {
                // Writing to memory does not fail.
                let _ = write!(text, "\n{}: {words}", source.name);
            } else {
                let location = self.location(*span, Some(words));
                related.push(Location { id: Some(related.len() + 1), ..location });
            }
        }
        Some(Outcome {
            rule_id: diagnostic.code.id,
            rule_index: self.rules.iter().position(|code| code.id == diagnostic.code.id),
            level: level(diagnostic.level),
            message: Text { text },
            locations: [self.location(place, None)],
            related_locations: related,
            partial_fingerprints: Partial { finding: fingerprint },
            fixes: diagnostic.fixes.iter().filter_map(|fix| self.fix(fix)).collect(),
            properties: Properties { environments: diagnostic.environments.clone() },
        })
    }

    fn notification(&self, diagnostic: &Diagnostic) -> Notification {
        Notification {
            descriptor: Descriptor { id: diagnostic.code.id },
            level: level(diagnostic.level),
            message: Text { text: diagnostic.text() },
        }
    }

    fn location(&self, span: Span, words: Option<&str>) -> Location {
        Location {
            id: None,
            physical_location: Physical { artifact_location: self.artifact(span), region: self.region(span) },
            message: words.map(|words| Text { text: words.to_owned() }),
        }
    }

    /// An edit, if it is of files that are somebody's.
    fn fix(&self, fix: &Fix) -> Option<Mend> {
        let mut changes: Vec<Change> = Vec::new();
        for (span, text) in &fix.edits {
            if self.sources.get(span.file()).standard {
                return None;
            }
            let replacement = Replacement {
                deleted_region: self.region(*span),
                inserted_content: Text { text: text.clone() },
            };
            let artifact_location = self.artifact(*span);
            match changes.iter_mut().find(|change| change.artifact_location == artifact_location) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(Change { artifact_location, replacements: vec![replacement] }),
            }
        }
        Some(Mend { description: Text { text: fix.title.clone() }, artifact_changes: changes })
    }

    fn artifact(&self, span: Span) -> Artifact {
        let path = self.checkout.path(&self.sources.get(span.file()).name);
        let has_drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with('/') || has_drive {
            let slash = if has_drive { "/" } else { "" };
            Artifact { uri: format!("file://{slash}{}", encoded(&path)), uri_base_id: None }
        } else {
            Artifact { uri: encoded(&path), uri_base_id: Some(ROOT) }
        }
    }

    fn region(&self, span: Span) -> Region {
        let source = self.sources.get(span.file());
        let (start, end) = (source.position(span.start()), source.position(span.end()));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A path, with whatever a URI gives a meaning as `%41`.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            // Writing to memory does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

// The objects of the format, as far as they are used. Names are the format's, in section 3 of its specification.

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    default_configuration: Configuration,
    help: Page,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Page {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    descriptor: Descriptor,
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
}

/// A `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: Option<usize>,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Partial,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Mend>,
    properties: Properties,
}

/// Named with the version of what it is made of.
#[derive(Serialize)]
struct Partial {
    #[serde(rename = "laudFinding/v1")]
    finding: String,
}

#[derive(Serialize)]
struct Properties {
    environments: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

/// Lines and columns from 1; the end lies after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// A `fix`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mend {
    description: Text,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::code;
    use serde_json::{Value, json};

    fn log(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
        let log = sarif(diagnostics, sources, &Checkout::default());
        serde_json::from_str(&log).expect("valid JSON")
    }

    #[test]
    fn a_finding_is_a_result_of_a_rule() {
        let mut sources = Sources::default();
        let standard = sources.add_standard("std/data/postgres.laud", "kind postgres {}\n");
        let file = sources.add("shop 1/main.laud", "é.a = memroy\n");
        let token = Span::new(file, 7, 13);
        let mut found = Diagnostic::new(&code::UNKNOWN_NAME, token, "unknown name `memroy`")
            .related(Span::new(file, 0, 4), "asked for here")
            .related(Span::new(standard, 5, 13), "declared here")
            .fix("Change to `memory`", token, "memory");
        found.environments.push("staging".to_owned());
        let unused = Diagnostic::new(&code::UNUSED_LET, token, "unused");
        let run = &log(&[found, unused], &sources)["runs"][0];
        let rules = &run["tool"]["driver"]["rules"];
        assert_eq!((&rules[0]["id"], &rules[1]["id"]), (&json!("L0201"), &json!("L0214")));
        assert_eq!(rules[0]["name"], "UnknownName");
        assert_eq!(rules[1]["defaultConfiguration"]["level"], "warning");
        assert!(rules[0]["help"]["markdown"].as_str().is_some_and(|page| page.starts_with("# L0201")));
        assert!(!rules[0]["fullDescription"]["text"].as_str().is_some_and(|text| text.starts_with('#')));
        let result = &run["results"][0];
        let artifact = json!({ "uri": "shop%201/main.laud", "uriBaseId": "%SRCROOT%" });
        let region = json!({ "startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 13 });
        assert_eq!(
            result["locations"][0]["physicalLocation"],
            json!({ "artifactLocation": artifact, "region": region })
        );
        assert_eq!(
            result["message"]["text"],
            "unknown name `memroy`\nin staging\nstd/data/postgres.laud: declared here"
        );
        let related = result["relatedLocations"].as_array().expect("a list");
        assert_eq!((related.len(), &related[0]["message"]["text"]), (1, &json!("asked for here")));
        assert_eq!(
            result["fixes"][0]["artifactChanges"],
            json!([{ "artifactLocation": artifact, "replacements": [{ "deletedRegion": region, "insertedContent": { "text": "memory" } }] }])
        );
        assert_eq!((&result["ruleIndex"], &run["results"][1]["ruleIndex"]), (&json!(0), &json!(1)));
    }

    #[test]
    fn what_stands_nowhere_is_a_notification() {
        let gone = Diagnostic::without_place(&code::UNREADABLE_FILE, "gone");
        let run = &log(&[gone], &Sources::default())["runs"][0];
        assert_eq!(run["results"], json!([]));
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]["id"], "L0001");
        let fine = &log(&[], &Sources::default())["runs"][0];
        assert_eq!(fine["invocations"][0], json!({ "executionSuccessful": true }));
    }
}
