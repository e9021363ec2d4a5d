//! An emitted file beside the spec: which of its lines the cursor causes, and back.

use crate::emitted::{Emitted, around, environment_at};
use crate::system::System;
use crate::workspace::Workspace;
use laud_syntax::{Diagnostic, FileId, Span};
use std::ops::Range;
use std::sync::Arc;

/// The way from an environment's folder to the spec's, where a build puts it by itself.
const SPEC_ROOT: &str = "../..";

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The file of the spec.
    pub file: FileId,
    /// Where the cursor is.
    pub offset: Option<u32>,
    /// An environment.
    pub environment: Option<&'a str>,
    /// An emitted file.
    pub path: Option<&'a str>,
}

/// An emitted file with what is around it.
#[derive(Debug)]
pub struct Preview {
    /// All that the environment becomes.
    pub emitted: Arc<Emitted>,
    /// Which of its files is shown.
    pub shown: usize,
    /// For each of its files, the lines that the cursor's place causes.
    pub lines: Vec<Vec<Range<u32>>>,
}

/// Why there is nothing to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPreview {
    /// Of which environment.
    pub environment: Option<String>,
    /// Why.
    pub reason: String,
}

impl Workspace<'_> {
    /// What a system becomes, seen from a place of it.
    pub fn preview(&self, system: &System, wanted: Wanted<'_>) -> Result<Preview, NoPreview> {
        let environments = system.program().environments();
        let here = wanted.offset.and_then(|at| environment_at(system.program().parsed(wanted.file), at));
        let none = |environment: Option<&str>, reason: String| NoPreview {
            environment: environment.map(str::to_owned),
            reason,
        };
        let first = environments.first().map(|first| first.as_str());
        let Some(environment) = wanted.environment.or(here).or(first) else {
            return Err(none(None, "the system has no environment".to_owned()));
        };
        if !environments.iter().any(|known| known == environment) {
            return Err(none(None, format!("there is no environment `{environment}`")));
        }
        let Some(emitted) = self.emitted(system, environment) else {
            return Err(none(Some(environment), reason(system, environment)));
        };
        let spans = wanted.offset.map(|at| around(system.program().parsed(wanted.file), at));
        let lines = lines_around(&emitted, &spans.unwrap_or_default());
        let shown = match wanted.path {
            Some(path) => emitted.files.iter().position(|file| file.path == path),
            None => best(&emitted, &lines),
        };
        let Some(shown) = shown else {
            let path = wanted.path.unwrap_or_default();
            return Err(none(Some(environment), format!("`{environment}` has no file `{path}`")));
        };
        Ok(Preview { emitted, shown, lines })
    }

    /// The place of the spec that causes a line of an emitted file.
    pub fn origin(&self, system: &System, environment: &str, path: &str, line: u32) -> Option<Span> {
        if !system.program().environments().iter().any(|known| known == environment) {
            return None;
        }
        let emitted = self.emitted(system, environment)?;
        let file = emitted.file(path)?;
        let has_line = file.content.lines().count() > line as usize;
        let places = emitted.places(file, line).iter().filter(|_| has_line);
        places.copied().find(|place| system.path(place.file()).is_some())
    }

    /// What an environment of a system becomes; `None` if it has errors. It is
    /// worked out once, when somebody first asks.
    pub fn emitted(&self, system: &System, environment: &str) -> Option<Arc<Emitted>> {
        let is_here = |one: &&Diagnostic| {
            one.environments.is_empty() || one.environments.iter().any(|name| name == environment)
        };
        if system.findings.iter().filter(is_here).any(Diagnostic::is_error) {
            return None;
        }
        system.emitted(environment, || {
            self.view_of(&system.main, |view| Emitted::new(system.program(), view, environment, SPEC_ROOT))
        })
    }
}

/// For each file, the lines that the innermost of these spans causes that causes any.
fn lines_around(emitted: &Emitted, spans: &[Span]) -> Vec<Vec<Range<u32>>> {
    for span in spans {
        let lines: Vec<_> = emitted.files.iter().map(|file| emitted.lines(file, *span)).collect();
        if lines.iter().any(|lines| !lines.is_empty()) {
            return lines;
        }
    }
    emitted.files.iter().map(|_| Vec::new()).collect()
}

/// The file that has the most lines; without any, the compose file.
fn best(emitted: &Emitted, lines: &[Vec<Range<u32>>]) -> Option<usize> {
    let count = |index: &usize| lines[*index].iter().map(|range| range.end - range.start).sum::<u32>();
    let compose = emitted.files.iter().position(|file| file.path == "compose.yaml");
    // Of several the first, which is what `max_by_key` does with the order reversed.
    let most = (0..lines.len()).rev().max_by_key(count).filter(|index| count(index) > 0);
    most.or(compose).or(if emitted.files.is_empty() { None } else { Some(0) })
}

/// Why an environment becomes nothing.
fn reason(system: &System, environment: &str) -> String {
    let here = |names: &[String]| names.is_empty() || names.iter().any(|name| name == environment);
    let errors: Vec<_> =
        system.findings.iter().filter(|one| one.is_error() && here(&one.environments)).collect();
    let Some(first) = errors.first() else {
        return format!("`{environment}` could not be worked out");
    };
    let sources = system.program().sources();
    let place = first.span.map_or_else(String::new, |span| {
        let at = sources.position(span);
        format!("{}:{}:{}: ", sources.get(span.file()).name, at.line, at.column)
    });
    match errors.len() {
        1 => format!("1 error: {place}{}", first.message),
        count => format!("{count} errors; the first: {place}{}", first.message),
    }
}
