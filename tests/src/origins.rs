//! Where each emitted line comes from: every line of every input knows the
//! place of the spec that caused it, and a field that changes changes no lines
//! but those that say that they come from it.

use crate::place::shown;
use crate::system::{Rooted, SPEC_ROOT, System, systems};
use camino::Utf8Path;
use laud_analyze::{FileKind, Files, Program, ReadError, analyze};
use laud_ide::Emitted;
use laud_syntax::{Span, has_errors};
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What all environments of a program become.
fn emitted(program: &Program, files: &dyn Files) -> Vec<Emitted> {
    let environments = program.environments();
    environments.iter().filter_map(|name| Emitted::new(program, files, name, SPEC_ROOT)).collect()
}

fn good() -> impl Iterator<Item = &'static System> {
    systems().iter().filter(|system| !has_errors(&system.compiled.diagnostics))
}

#[test]
fn every_line_comes_from_somewhere() {
    for system in good() {
        let program = &system.compiled.program;
        let files = Rooted(system.folder.clone());
        let environments = emitted(program, &files);
        assert_eq!(environments.len(), system.environments.len(), "{}", system.name);
        for (emitted, plain) in environments.iter().zip(&system.environments) {
            let texts: BTreeMap<String, String> =
                emitted.files.iter().map(|file| (file.path.clone(), file.content.clone())).collect();
            assert_eq!(texts, plain.files, "{}: to know origins changes what is emitted", plain.name);
            for file in &emitted.files {
                let ascends = file.origins.windows(2).all(|pair| pair[0].0 < pair[1].0);
                assert!(ascends, "{}: {}: {:?}", plain.name, file.path, file.origins);
                for (number, line) in (0..).zip(file.content.lines()) {
                    let places = emitted.places(file, number);
                    // The comment at the top is the same in every such file, or tells what the plan gives up.
                    let is_head =
                        file.content.lines().take(number as usize + 1).all(|line| line.starts_with('#'));
                    let at = || format!("{}: {}:{}: {line}", plain.name, file.path, number + 1);
                    assert!(!places.is_empty() || is_head, "{}", at());
                    for place in places {
                        let own = program.own_files().any(|own| own == place.file());
                        assert!(own && !program.sources().slice(*place).is_empty(), "{}: {place:?}", at());
                    }
                }
            }
        }
    }
}

/// A folder in which the main file has another text.
struct Changed<'a> {
    rest: &'a Rooted,
    main: String,
}

impl Files for Changed<'_> {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        if path == "main.laud" { Ok(self.main.clone().into_bytes()) } else { self.rest.read(path) }
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        self.rest.kind(path)
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        self.rest.list(folder)
    }
}

/// Another value than a literal, of the same type.
fn other(literal: &str) -> Option<String> {
    match literal {
        "true" => return Some("false".to_owned()),
        "false" => return Some("true".to_owned()),
        _ => {}
    }
    if let Some(text) = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return (!text.contains(['{', '\\'])).then(|| format!("\"{text}x\""));
    }
    let digits = literal.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = literal.split_at(digits);
    let number: u64 = number.parse().ok()?;
    Some(format!("{}{unit}", number + 1))
}

/// Fields that say what there is at all, or that stand wherever they are
/// referred to, so that other lines come and go with them; and why.
const OF_THE_WHOLE: &[(&str, &str)] = &[
    ("replicas", "one container is scraped by its name, several by what DNS finds"),
    ("metrics", "whether there is an exporter"),
    ("enabled", "whether there is the alert"),
    ("beat", "whether there is a scheduler"),
    ("containers", "whether there is an exporter for containers"),
    ("dashboards", "whether there is a Grafana"),
    ("host", "whether there is an exporter for the host"),
    ("probes", "whether there is a blackbox exporter"),
    ("on", "whether it is probed, in a kind of the case's own"),
    ("reload", "whether the source is mounted"),
    ("workers", "whether several processes share their figures"),
    ("websocket", "whether there are maps for it, and headers of its own"),
    ("connections", "whether there is a limit, and an answer for it"),
    ("value", "a port's number stands wherever the port is referred to"),
    ("group", "in which file the alert is"),
    ("public_http_port", "it is part of the gateway's own URL where there is no certificate"),
];

#[test]
fn a_field_that_changes_changes_its_own_lines() {
    /// So many fields of one name are tried; the others are like them.
    const MOST: usize = 3;
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong: BTreeSet<String> = BTreeSet::new();
    let mut changed_lines = 0;
    for system in good() {
        let program = &system.compiled.program;
        let rest = Rooted(system.folder.clone());
        let Some(main) = program.own_files().next() else { continue };
        let text = program.sources().get(main).text.to_string();
        let fields = program.told_in(&rest, main, 0..u32::MAX);
        let mut before: Option<Vec<Emitted>> = None;
        for field in fields.iter().filter(|field| field.literal) {
            let name = program.sources().slice(field.name).to_owned();
            let Some(value) = other(program.sources().slice(field.value)) else { continue };
            if OF_THE_WHOLE.iter().any(|(known, _)| *known == name) || tried.get(&name) >= Some(&MOST) {
                continue;
            }
            let mut text = text.clone();
            text.replace_range(field.value.range(), &value);
            let files = Changed { rest: &rest, main: text };
            let after_program = analyze(&files, "main.laud".into());
            if has_errors(after_program.diagnostics()) {
                continue;
            }
            let after = emitted(&after_program, &files);
            let before = before.get_or_insert_with(|| emitted(program, &rest));
            if after.len() != before.len() {
                continue;
            }
            *tried.entry(name.clone()).or_default() += 1;
            let within = field.name.with_end(field.value.end());
            let grown = field.name.with_end(field.value.start() + value.len() as u32);
            for (old, new) in before.iter().zip(&after) {
                for (path, line, text) in differences(old, new, within, grown, &mut changed_lines) {
                    let place = program.sources().position(field.name);
                    let at = format!("{}:{}", shown(&system.folder.join("main.laud")), place.line);
                    wrong.insert(format!("{name} ({at}): {path}:{line}: {}", text.trim()));
                }
            }
        }
    }
    assert!(tried.len() > 40 && changed_lines > 200, "{} fields, {changed_lines} lines", tried.len());
    let all: Vec<String> = wrong.into_iter().collect();
    assert!(all.is_empty(), "{} lines do not say what changes them:\n{}", all.len(), all.join("\n"));
}

/// The lines that differ and do not come from the field: `within` of the old
/// text, `grown` in the new one.
fn differences(
    old: &Emitted,
    new: &Emitted,
    within: Span,
    grown: Span,
    count: &mut usize,
) -> Vec<(String, usize, String)> {
    let is_of = |places: &[Span], field: Span| {
        places.iter().any(|place| {
            place.file() == field.file() && field.start() <= place.start() && place.end() <= field.end()
        })
    };
    let mut found = Vec::new();
    for file in &old.files {
        let Some(other) = new.file(&file.path).filter(|other| other.content != file.content) else {
            continue;
        };
        let diff = TextDiff::from_lines(&file.content, &other.content);
        for change in diff.iter_all_changes() {
            let (places, field, line) = match (change.tag(), change.old_index(), change.new_index()) {
                (ChangeTag::Delete, Some(line), _) => (old.places(file, line as u32), within, line),
                (ChangeTag::Insert, _, Some(line)) => (new.places(other, line as u32), grown, line),
                _ => continue,
            };
            *count += 1;
            // The comment at the top of `compose.yaml` tells what is given up, of the whole system; a tree
            // that is a file's content is of the content as a whole, and a revision of all that it stands for.
            let is_head = change.value().starts_with('#') && file.path == "compose.yaml";
            let is_tree = file.path.starts_with("files/")
                && [".yml", ".yaml", ".json"].iter().any(|end| file.path.ends_with(end));
            let is_revision = file.path.ends_with(".revision");
            if !is_of(places, field) && !is_head && !is_tree && !is_revision {
                found.push((file.path.clone(), line + 1, change.value().to_owned()));
            }
        }
    }
    found
}

#[test]
fn fields_of_the_whole_are_told_of() {
    let page = fs::read_to_string(crate::place::repository().join("docs/command-line.md")).expect("a page");
    for (name, _) in OF_THE_WHOLE {
        assert!(page.contains(&format!("`{name}`")), "docs/command-line.md says nothing of `{name}`");
    }
}
