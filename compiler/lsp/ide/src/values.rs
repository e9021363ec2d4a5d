//! What a field is in each environment, and what it becomes there.

use crate::emitted::{Emitted, around};
use crate::system::System;
use crate::workspace::Workspace;
use laud_analyze::{SetBy, Told, ToldField};
use laud_syntax::{FileId, Span};
use std::ops::Range;
use std::sync::Arc;

/// No more lines than this are shown of what a place becomes in an environment.
const MOST_LINES: usize = 3;

/// A spec of more bytes takes longer to emit than someone who hovers waits.
const LARGE: usize = 32 << 10;

/// No hint is longer than this many characters.
const LONGEST_HINT: usize = 48;

/// Words after a place, for what is not written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// After which byte.
    pub offset: u32,
    /// The words.
    pub text: String,
    /// More of them, in Markdown.
    pub more: String,
}

/// What a place is in the environments that agree on it.
struct Group<'t> {
    environments: Vec<&'t str>,
    words: String,
}

impl Workspace<'_> {
    /// What the name at a place is in each environment, and what it becomes, in Markdown.
    pub fn values(&self, system: &System, file: FileId, offset: u32) -> Option<String> {
        let told = self.view_of(&system.main, |view| system.program().told(view, file, offset));
        let told = told.map(|(_, told)| told).unwrap_or_default();
        let named = system.name_at(file, offset).map(|(span, _)| span);
        let sets = is_set_here(system, file, offset, named);
        let mut groups: Vec<Group<'_>> = Vec::new();
        let names = system.program().environments();
        for name in &names {
            let mut words = String::new();
            let here = told.iter().find(|one| one.environment == *name);
            if let Some(told) = here {
                words.push_str(&value_words(told, name));
            }
            let places: Vec<Span> = match (here, sets) {
                (Some(told), true) if !told.places.is_empty() => told.places[..1].to_vec(),
                (_, true) => around(system.program().parsed(file), offset).into_iter().take(1).collect(),
                (_, false) => Vec::new(),
            };
            if let (Some(place), Some(emitted)) = (places.first(), self.emitted_soon(system, name)) {
                words.push_str(&becomes(&emitted, *place));
            }
            if words.is_empty() {
                continue;
            }
            match groups.iter_mut().find(|group| group.words == words) {
                Some(group) => group.environments.push(name),
                None => groups.push(Group { environments: vec![name], words }),
            }
        }
        let lines =
            groups.iter().map(|group| format!("- **{}**{}\n", group.environments.join(", "), group.words));
        Some(lines.collect::<String>()).filter(|text| !text.is_empty())
    }

    /// What an environment becomes. Of a large system only if it was asked for
    /// since the last edit, as a preview does: whoever hovers does not wait for it.
    fn emitted_soon(&self, system: &System, environment: &str) -> Option<Arc<Emitted>> {
        match system.size() {
            0..=LARGE => self.emitted(system, environment),
            _ => system.known_emitted(environment),
        }
    }

    /// What is not written there of the fields in a range of a file: values
    /// that must be worked out, and environments that differ.
    pub fn hints(&self, system: &System, file: FileId, range: Range<u32>) -> Vec<Hint> {
        let fields = self.view_of(&system.main, |view| system.program().told_in(view, file, range));
        fields.iter().filter_map(|field| hint(system, field)).collect()
    }
}

/// Whether a name that is set stands at a place, rather than one that is referred to.
fn is_set_here(system: &System, file: FileId, offset: u32, named: Option<Span>) -> bool {
    let Some(entry) = around(system.program().parsed(file), offset).first().copied() else { return false };
    let Some(named) = named else { return false };
    let text = &system.program().sources().get(file).text;
    // What stands before it in its entry is its path, or the kind of a declaration.
    let before = text.get(entry.start() as usize..named.start() as usize).unwrap_or_default();
    before.chars().all(|c| c.is_alphanumeric() || "_. ".contains(c))
}

fn value_words(told: &Told, environment: &str) -> String {
    let by = match &told.by {
        SetBy::Base | SetBy::Expression => String::new(),
        SetBy::Default => ", by default".to_owned(),
        SetBy::Environment(other) if other == environment => ", set by the environment".to_owned(),
        SetBy::Environment(other) => format!(", set by `{other}`"),
    };
    format!(": {}{by}", code(&told.value))
}

/// A text as code in a line of Markdown, whatever it holds.
fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{}{room}{fence}", text.replace('\n', " "))
}

/// The lines that a place becomes.
fn becomes(emitted: &Emitted, place: Span) -> String {
    let mut shown = String::new();
    let mut count = 0;
    for file in &emitted.files {
        let lines: Vec<&str> = file.content.lines().collect();
        for number in emitted.lines(file, place).into_iter().flatten() {
            if count < MOST_LINES {
                let line = lines.get(number as usize).map_or("", |line| line.trim());
                shown.push_str(&format!("\n  - {}, {} line {}", code(line), file.path, number + 1));
            }
            count += 1;
        }
    }
    if count > MOST_LINES {
        shown.push_str(&format!("\n  - and {} more", count - MOST_LINES));
    }
    shown
}

/// What is not written at a field.
fn hint(system: &System, field: &ToldField) -> Option<Hint> {
    let first = field.told.first()?;
    let same = field.told.iter().all(|told| told.value == first.value);
    let sources = system.program().sources();
    let written = sources.slice(field.value);
    let by_environment = || {
        let one = |told: &Told| format!("{}: {}", told.environment, told.value);
        field.told.iter().map(one).collect::<Vec<_>>()
    };
    let words = match (field.literal, same) {
        // A value by the name that it has anyway is no news, nor is a secret's name.
        (_, true) if first.value == written || is_secret_alone(&first.value) => return None,
        (true, true) => return None,
        (false, true) => format!("= {}", first.value),
        (true, false) => {
            let others = field.told.iter().filter(|told| matches!(told.by, SetBy::Environment(_)));
            let others: Vec<String> =
                others.map(|told| format!("{}: {}", told.environment, told.value)).collect();
            if others.is_empty() || is_in_environment(system, field) {
                return None;
            }
            others.join(", ")
        }
        (false, false) => by_environment().join(", "),
    };
    let more = by_environment().iter().map(|line| format!("- {}\n", code(line))).collect();
    Some(Hint { offset: field.value.end(), text: shorten(&words), more })
}

/// Whether a value is a secret and nothing else.
fn is_secret_alone(value: &str) -> bool {
    value.strip_prefix("\"<secret ").is_some_and(|rest| rest.find('>') == Some(rest.len() - 2))
}

/// Whether a field stands in an environment, which speaks for itself alone.
fn is_in_environment(system: &System, field: &ToldField) -> bool {
    let parsed = system.program().parsed(field.name.file());
    crate::emitted::environment_at(parsed, field.name.start()).is_some()
}

fn shorten(words: &str) -> String {
    match words.char_indices().nth(LONGEST_HINT) {
        Some((cut, _)) => format!("{}…", words[..cut].trim_end()),
        None => words.to_owned(),
    }
}
