//! The alerts that the standard library declares, and which of them an alert
//! of a plan is.

use crate::system::System;
use laud_plan::Alert;
use laud_syntax::ast::{Decl, DeclName, Entry, Node};
use laud_syntax::{FileId, parse};
use std::collections::BTreeMap;

/// An alert as a kind declares it: `postgres.deadlocks`.
pub(super) type Declared = String;

/// What is declared in each kind of the library, in those that it is made of too.
pub(super) struct Library {
    kinds: BTreeMap<String, Vec<Part>>,
}

/// A declaration in a kind.
struct Part {
    kind: String,
    name: String,
}

impl Library {
    pub(super) fn read() -> Self {
        let files = laud_stdlib::MODULES.iter().map(|file| parse(FileId(0), file.text).file);
        let kinds = files.flat_map(|file| file.entries).filter_map(|entry| match entry.node {
            Node::Kind(kind) => Some((kind.name.text.to_string(), parts(&kind.body.entries))),
            _ => None,
        });
        Self { kinds: kinds.collect() }
    }

    /// Every alert that it declares.
    pub(super) fn alerts(&self) -> impl Iterator<Item = Declared> {
        self.kinds.iter().flat_map(|(kind, parts)| {
            let alerts = parts.iter().filter(|part| part.kind == "alert");
            alerts.map(move |part| format!("{kind}.{}", part.name))
        })
    }

    /// The alert of which one in a plan was made; `None` if that is the author's own.
    ///
    /// It comes from where the author declares something of the kind, and its
    /// name is put together from those of all declarations on the way.
    pub(super) fn declared(&self, system: &System, alert: &Alert) -> Option<Declared> {
        let sources = system.compiled.program.sources();
        let before = &sources.get(alert.origin.file()).text[..alert.origin.start() as usize];
        let kind = before.split_whitespace().next_back()?;
        self.find(kind, &camel_case(sources.slice(alert.origin)), &alert.name)
    }

    fn find(&self, kind: &str, named: &str, alert: &str) -> Option<Declared> {
        self.kinds.get(kind)?.iter().find_map(|part| {
            let named = format!("{named}{}", camel_case(&part.name));
            match part.kind == "alert" {
                true => alert.ends_with(&named).then(|| format!("{kind}.{}", part.name)),
                false => self.find(&part.kind, &named, alert),
            }
        })
    }
}

/// What entries declare, whatever the condition.
fn parts(entries: &[Entry]) -> Vec<Part> {
    let of_entry = |entry: &Entry| match &entry.node {
        Node::Decl(decl) => vec![Part { kind: decl.kind.text.to_string(), name: name(decl) }],
        Node::If(entry) => {
            let bodies = [&entry.then].into_iter().chain(&entry.otherwise);
            bodies.flat_map(|body| parts(&body.entries)).collect()
        }
        Node::For(entry) => parts(&entry.body.entries),
        _ => Vec::new(),
    };
    entries.iter().flat_map(of_entry).collect()
}

fn name(decl: &Decl) -> String {
    match &decl.name {
        DeclName::Ident(name) => name.text.to_string(),
        DeclName::Label(label) => label.literal().unwrap_or_default().to_string(),
    }
}

/// `disk_full` is `DiskFull`.
fn camel_case(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let capital = |word: &str| word.get(..1).unwrap_or_default().to_ascii_uppercase();
    words.map(|word| capital(word) + word.get(1..).unwrap_or_default()).collect()
}
