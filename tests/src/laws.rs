//! What holds for every input in `golden/` and `examples/`, with nothing to write.

use crate::place::{entries, repository, shown, specs};
use crate::system::{Rooted, emitted, systems};
use crate::tree::shape;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, Memory, ReadError, analyze};
use laud_syntax::{FileId, Parsed, format, parse};
use std::collections::BTreeMap;
use std::fs;

const FILE: FileId = FileId(0);

/// Every spec that is text, by path.
fn texts() -> Vec<(Utf8PathBuf, String)> {
    let folders = ["golden", "examples", "stdlib"];
    let paths = folders.into_iter().flat_map(|folder| specs(&repository().join(folder)));
    paths.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))).collect()
}

/// Places to cut a text at: every one in a short text, some in a long one.
fn cuts(text: &str, most: usize) -> impl Iterator<Item = usize> {
    let step = (text.len() / most).max(1);
    text.char_indices()
        .map(|(at, _)| at)
        .enumerate()
        .filter(move |(index, _)| index % step == 0)
        .map(|(_, at)| at)
}

fn formatted(text: &str) -> (Parsed, String) {
    let parsed = parse(FILE, text);
    let formatted = format(text, &parsed);
    (parsed, formatted)
}

#[test]
fn formatting_twice_is_formatting_once() {
    for (path, text) in texts() {
        let once = formatted(&text).1;
        assert_eq!(formatted(&once).1, once, "{}", shown(&path));
    }
}

#[test]
fn formatting_changes_no_tree_and_loses_no_comment() {
    for (path, text) in texts() {
        let (before, formatted) = formatted(&text);
        let after = parse(FILE, &formatted);
        if before.diagnostics.is_empty() {
            assert_eq!(shape(&after), shape(&before), "{}", shown(&path));
        }
        let comments = |parsed: &Parsed, text: &str| -> Vec<String> {
            parsed.comments.iter().map(|comment| text[comment.span.range()].trim_end().to_owned()).collect()
        };
        assert_eq!(comments(&after, &formatted), comments(&before, &text), "{}", shown(&path));
    }
}

#[test]
fn formatting_changes_no_output() {
    for system in systems() {
        let mut files = Memory::new();
        let mut changed = false;
        for path in specs(&system.folder) {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let formatted = formatted(&text).1;
            changed |= formatted != text;
            files.insert(path.strip_prefix(&system.folder).expect("it is in there"), formatted);
        }
        if changed {
            let other = Over { texts: files, rest: Rooted(system.folder.clone()) };
            assert_eq!(build(&other), outputs(&system.name), "{}", system.name);
        }
    }
}

#[test]
fn every_prefix_is_parsed() {
    for (path, text) in texts() {
        for end in cuts(&text, 4096) {
            let start = &text[..end];
            let parsed = parse(FILE, start);
            for diagnostic in &parsed.diagnostics {
                let places =
                    diagnostic.span.into_iter().chain(diagnostic.related.iter().map(|(span, _)| *span));
                for span in places {
                    assert!(
                        start.get(span.range()).is_some(),
                        "{} cut at {end}: {diagnostic:?}",
                        shown(&path)
                    );
                }
            }
        }
    }
}

#[test]
fn every_prefix_is_formatted() {
    for (path, text) in texts() {
        for end in cuts(&text, 300) {
            let once = formatted(&text[..end]).1;
            assert_eq!(formatted(&once).1, once, "{} cut at {end}", shown(&path));
        }
    }
}

#[test]
fn half_a_spec_is_analyzed() {
    for system in systems() {
        let main = fs::read_to_string(system.folder.join("main.laud")).expect("a system has a main.laud");
        for end in cuts(&main, 40) {
            let texts = Memory::from_iter([("main.laud", &main[..end])]);
            let files = Over { texts, rest: Rooted(system.folder.clone()) };
            let program = analyze(&files, "main.laud".into());
            for environment in program.environments() {
                let _ = program.plan(&files, &environment);
            }
        }
    }
}

#[test]
fn two_builds_are_alike() {
    for system in systems() {
        assert_eq!(build(&Rooted(system.folder.clone())), outputs(&system.name), "{}", system.name);
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    for system in systems() {
        assert_eq!(build(&Reversed(Rooted(system.folder.clone()))), outputs(&system.name), "{}", system.name);
    }
}

#[test]
fn an_environment_alone_is_built_alike() {
    for system in systems() {
        for environment in &system.environments {
            let files = Rooted(system.folder.clone());
            let program = analyze(&files, "main.laud".into());
            let plan =
                program.plan(&files, &environment.plan.environment).plan.expect("it was planned before");
            assert_eq!(emitted(&plan), environment.files, "{}", environment.name);
        }
    }
}

type Outputs = BTreeMap<String, BTreeMap<String, String>>;

/// The files of every environment of a system.
fn outputs(name: &str) -> Outputs {
    let system = systems().iter().find(|system| system.name == name).expect("it is one");
    system.environments.iter().map(|e| (e.plan.environment.to_string(), e.files.clone())).collect()
}

fn build(files: &dyn Files) -> Outputs {
    let program = analyze(files, "main.laud".into());
    let names = program.environments();
    let plans = names.iter().filter_map(|name| program.plan(files, name).plan);
    plans.map(|plan| (plan.environment.to_string(), emitted(&plan))).collect()
}

/// Some files in place of those on disk.
struct Over {
    texts: Memory,
    rest: Rooted,
}

impl Files for Over {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        self.texts.read(path).or_else(|_| self.rest.read(path))
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        self.rest.kind(path)
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        self.rest.list(folder)
    }
}

/// Files that are listed the other way round.
struct Reversed(Rooted);

impl Files for Reversed {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        self.0.read(path)
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        self.0.kind(path)
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        let mut names = self.0.list(folder)?;
        names.reverse();
        Ok(names)
    }
}

#[test]
fn the_kinds_of_the_library_are_sound() {
    let modules = entries(&repository().join("stdlib/std"));
    assert!(!modules.is_empty());
    for module in modules {
        let name = module.file_name().unwrap_or_default();
        let text = format!("app library\n\nuse std/{name}\n\nenvironment test {{}}\n");
        let files = Memory::from_iter([("main.laud", text)]);
        let program = analyze(&files, "main.laud".into());
        let found: Vec<String> = program
            .diagnostics()
            .iter()
            .chain(&program.check_standard(&files))
            .map(|one| one.message.clone())
            .collect();
        assert_eq!(found, Vec::<String>::new(), "std/{name}");
    }
}

#[test]
fn what_the_library_makes_is_sound() {
    for system in systems() {
        let files = Rooted(system.folder.clone());
        let found = analyze(&files, "main.laud".into()).check_standard(&files);
        let found: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(found, Vec::<&str>::new(), "{}", system.name);
    }
}
