//! `.env.example`: what the one who deploys has to give, and what they may.

use super::frame::Frame;
use super::{DEFAULT_RELEASE, RELEASE, builds};
use crate::File;
use handlebars::Handlebars;
use laud_plan::{Origin, Plan, Secret, Setting};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The template's name; those of its parts go on with a dot.
const TEMPLATE: &str = "env.example";

/// The templates of this target. A value that a template shows stays in its
/// line, whatever it holds.
static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(|text| text.replace(BREAKS, " "));
    for (name, text) in laud_stdlib::TEMPLATES {
        let part = name.strip_prefix(TEMPLATE).map(|part| part.trim_start_matches('.'));
        let read = match part {
            Some("") => registry.register_template_string(TEMPLATE, text),
            Some(part) => registry.register_partial(part, text),
            None => Ok(()),
        };
        read.expect("a template of the standard library is well formed");
    }
    registry
});

/// Reads the template.
pub(super) fn read() {
    LazyLock::force(&REGISTRY);
}

/// Characters at which some reader ends a line.
const BREAKS: [char; 7] = ['\n', '\r', '\u{0B}', '\u{0C}', '\u{85}', '\u{2028}', '\u{2029}'];

/// What the template shows.
#[derive(Serialize)]
struct Page<'a> {
    app: &'a str,
    environment: &'a str,
    /// Whether there is anything to fill in.
    asks: bool,
    release: Option<String>,
    secrets: Vec<Entry<'a>>,
    settings: Vec<Entry<'a>>,
}

/// A variable with its comment.
#[derive(Serialize)]
struct Entry<'a> {
    /// The description, in lines.
    lines: Vec<&'a str>,
    /// Facts about it, a line each.
    facts: Vec<String>,
    /// `NAME=value`.
    assignment: String,
}

/// The file.
///
/// # Panics
/// If the template asks for what a page does not have; a test renders it.
pub(super) fn file(frame: &Frame<'_>) -> File {
    let plan = frame.plan;
    let files = frame.all_secret_files();
    let secrets = frame.all_secrets().into_iter();
    let page = Page {
        app: &plan.app,
        environment: &plan.environment,
        asks: asks(frame),
        release: builds(plan).then(|| format!("{RELEASE}={DEFAULT_RELEASE}")),
        secrets: secrets.map(|id| secret(plan.secret(id), files.contains(&id))).collect(),
        settings: plan.settings.iter().map(setting).collect(),
    };
    let content = REGISTRY.render(TEMPLATE, &page).expect("the template asks only for what a page has");
    File { path: ".env.example".to_owned(), origins: origins(plan, &content), content }
}

/// Whether compose needs values.
pub(super) fn asks(frame: &Frame<'_>) -> bool {
    builds(frame.plan) || !frame.plan.settings.is_empty() || !frame.all_secrets().is_empty()
}

/// Each paragraph that ends in a variable's assignment comes from the
/// variable's declaration, and the others from the app.
fn origins(plan: &Plan, content: &str) -> Vec<(u32, Origin)> {
    let secrets = plan.secrets.iter().map(|secret| (secret.variable.as_str(), secret.origin));
    let settings = plan.settings.iter().map(|setting| (setting.variable.as_str(), setting.origin));
    let declared: BTreeMap<&str, Origin> = secrets.chain(settings).collect();
    let mut origins: Vec<(u32, Origin)> = Vec::new();
    let (mut paragraph, mut caused) = (0, plan.origin);
    for (number, line) in (0..).zip(content.lines().chain([""])) {
        if let Some(origin) = line.split_once('=').and_then(|(name, _)| declared.get(name)) {
            caused = *origin;
        } else if line.is_empty() {
            if origins.last().is_none_or(|(_, last)| *last != caused) {
                origins.push((paragraph, caused));
            }
            (paragraph, caused) = (number + 1, plan.origin);
        }
    }
    origins
}

fn secret(secret: &Secret, is_file: bool) -> Entry<'_> {
    let mut facts = Vec::new();
    if secret.in_url {
        facts.push("It becomes part of a URL: letters, digits and - . _ ~ only.".to_owned());
    }
    facts.push("If you make it yourself: openssl rand -hex 32".to_owned());
    if is_file {
        let name = &secret.name;
        facts.push(format!("Containers read it as a file, which must hold the same value: secrets/{name}"));
    }
    Entry { lines: lines(&secret.description), facts, assignment: format!("{}=", secret.variable) }
}

fn setting(setting: &Setting) -> Entry<'_> {
    let need = match setting.default {
        Some(_) => "If it is empty, this default holds.",
        None => "Required.",
    };
    let value = setting.default.as_deref().map(quote).unwrap_or_default();
    Entry {
        lines: lines(&setting.description),
        facts: vec![format!("{}. {need}", setting.ty)],
        assignment: format!("{}={value}", setting.variable),
    }
}

fn lines(description: &str) -> Vec<&str> {
    description.split(BREAKS).map(str::trim_end).filter(|line| !line.is_empty()).collect()
}

/// A value as every reader of env files takes it: bare if it may be, otherwise
/// in single quotes.
fn quote(value: &str) -> Cow<'_, str> {
    let is_portable = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@%+=,-".contains(&byte);
    if value.bytes().all(is_portable) { Cow::Borrowed(value) } else { Cow::Owned(format!("'{value}'")) }
}

/// Whether [`quote`] can carry a value: no quote that would end it, no line
/// break, and no backslash that would escape the closing quote (compose reads
/// backslashes there in pairs).
pub(super) fn can_quote(value: &str) -> bool {
    let backslashes = value.bytes().rev().take_while(|byte| *byte == b'\\').count();
    !value.contains('\'') && !value.contains(BREAKS) && backslashes.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_bare_or_in_single_quotes() {
        assert_eq!(quote("a-B_1./:@%+=,"), "a-B_1./:@%+=,");
        assert_eq!(quote(""), "");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("pa$word"), "'pa$word'");
        assert_eq!(quote("x#y"), "'x#y'");
    }

    #[test]
    fn what_would_end_the_quotes_is_refused() {
        assert!(can_quote("a\\b \\\\"));
        for value in ["it's", "a\nb", "a\\", "a\\\\\\", "a\u{2028}b"] {
            assert!(!can_quote(value), "{value:?}");
        }
    }
}
