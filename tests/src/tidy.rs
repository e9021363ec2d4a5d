//! The rules of the house, which no compiler checks.

mod parameters;

use crate::place::{files, folders, repository, shown, specs};
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{ALL_CODES, FileId, ast, format, parse};
use std::collections::BTreeSet;
use std::fs;

/// What each crate may import of the others. The crates are layers: text
/// below, plans and targets above it, the command line and the editor on top.
const EDGES: &[(&str, &[&str])] = &[
    ("laud-syntax", &[]),
    ("laud-stdlib", &[]),
    ("laud-promql", &[]),
    ("laud-plan", &["laud-syntax"]),
    ("laud-analyze", &["laud-syntax", "laud-plan", "laud-stdlib", "laud-promql"]),
    ("laud-emit", &["laud-syntax", "laud-plan", "laud-stdlib"]),
    ("laud-ide", &["laud-syntax", "laud-plan", "laud-stdlib", "laud-promql", "laud-analyze", "laud-emit"]),
    ("laud-lsp", &["laud-syntax", "laud-analyze", "laud-ide", "laud-stdlib"]),
    ("laud", &["laud-syntax", "laud-plan", "laud-analyze", "laud-emit", "laud-ide", "laud-lsp"]),
];

/// No file is longer: it would hold more than one concept.
const MOST_LINES: usize = 700;

fn expect_none(wrong: impl IntoIterator<Item = String>, rule: &str) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{rule}\n{}", wrong.join("\n"));
}

/// The names of the cases of a kind.
fn cases(kind: &str) -> BTreeSet<String> {
    let folders = folders(&repository().join("golden").join(kind));
    folders.iter().filter_map(|folder| folder.file_name().map(str::to_owned)).collect()
}

fn has_case(cases: &BTreeSet<String>, name: &str) -> bool {
    cases.iter().any(|case| case == name || case.strip_prefix(name).is_some_and(|rest| rest.starts_with('-')))
}

/// The Rust sources of the workspace.
fn rust() -> Vec<Utf8PathBuf> {
    let folders = ["compiler", "editors", "stdlib", "tests/src", "tests/rig"];
    let all = folders.into_iter().flat_map(|folder| files(&repository().join(folder)));
    all.filter(|path| path.extension() == Some("rs")).collect()
}

#[test]
fn every_code_has_a_page() {
    let too_short = ALL_CODES.iter().filter(|code| {
        let title = format!("# {}: {}", code.id, code.title);
        !code.page.starts_with(&title) || code.page.len() < title.len() + 120
    });
    expect_none(too_short.map(|code| code.id.to_owned()), "the page is its title, and then says what to do");
}

#[test]
fn every_page_is_of_a_code() {
    let pages = files(&repository().join("docs/diagnostics"));
    let orphans = pages.into_iter().filter(|page| {
        page.extension() == Some("md")
            && !ALL_CODES.iter().any(|code| page.file_stem() == Some(code.id))
            && page.file_stem() != Some("README")
    });
    expect_none(orphans.map(|page| shown(&page).to_string()), "a page is of a code");
}

#[test]
fn every_code_has_a_case() {
    let cases = cases("diagnostics");
    let without = ALL_CODES.iter().filter(|code| !has_case(&cases, code.id));
    expect_none(without.map(|code| format!("golden/diagnostics/{}", code.id)), "a code has a case");
}

#[test]
fn every_kind_has_a_case() {
    let cases = cases("emit");
    let kinds = laud_stdlib::MODULES.iter().flat_map(|file| parse(FileId(0), file.text).file.entries);
    let names = kinds.filter_map(|entry| match entry.node {
        ast::Node::Kind(kind) => Some(kind.name.text),
        _ => None,
    });
    let without = names.filter(|name| !has_case(&cases, name));
    expect_none(
        without.map(|name| format!("golden/emit/{name}")),
        "a kind of the standard library has a case",
    );
}

#[test]
fn every_module_of_the_library_is_embedded() {
    let there: BTreeSet<Utf8PathBuf> = specs(&repository().join("stdlib/std")).into_iter().collect();
    let path = |file: &laud_stdlib::File| repository().join("stdlib/std").join(format!("{}.laud", file.path));
    let embedded: BTreeSet<Utf8PathBuf> = laud_stdlib::MODULES.iter().map(path).collect();
    let wrong = there.symmetric_difference(&embedded);
    expect_none(
        wrong.map(|path| shown(path).to_string()),
        "stdlib/build.rs embeds what stands in stdlib/std",
    );
}

#[test]
fn specs_are_formatted() {
    let folders = ["stdlib", "examples", "golden/emit"];
    let paths = folders.into_iter().flat_map(|folder| specs(&repository().join(folder)));
    let wrong = paths.filter(|path| {
        let text = fs::read_to_string(path).expect("a spec can be read");
        format(&text, &parse(FileId(0), &text)) != text
    });
    expect_none(wrong.map(|path| shown(&path).to_string()), "`laud fmt` would change it");
}

#[test]
fn crates_import_downwards() {
    let mut wrong = Vec::new();
    let compiler = repository().join("compiler");
    let manifests = folders(&compiler).into_iter().chain(folders(&compiler.join("lsp")));
    let manifests = manifests.chain([repository().join("stdlib")]);
    for manifest in manifests.map(|folder| folder.join("Cargo.toml")) {
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        let name = manifest["package"]["name"].as_str().expect("a crate has a name").to_owned();
        let Some((_, allowed)) = EDGES.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is not in the list of layers"));
            continue;
        };
        let imports = manifest
            .get("dependencies")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::keys);
        let ours = imports.filter(|import| import.starts_with("laud"));
        wrong.extend(
            ours.filter(|import| !allowed.contains(&import.as_str()))
                .map(|import| format!("{name} imports {import}")),
        );
    }
    expect_none(wrong, "crates import as compiler/README.md says");
}

#[test]
fn targets_do_not_know_each_other() {
    let targets = folders(&repository().join("compiler/emit/src"));
    let names: Vec<&str> =
        targets.iter().filter_map(|target| target.file_name()).filter(|name| *name != "yaml").collect();
    let mut wrong = Vec::new();
    for (target, name) in targets.iter().filter_map(|target| target.file_name().map(|name| (target, name))) {
        for file in files(target) {
            let text = fs::read_to_string(&file).unwrap_or_default();
            let others =
                names.iter().filter(|other| **other != name && text.contains(&format!("crate::{other}")));
            wrong.extend(others.map(|other| format!("{} imports {other}", shown(&file))));
        }
    }
    expect_none(wrong, "a target never imports another");
}

#[test]
fn nothing_is_left_undone_or_taken_for_granted() {
    let mut wrong = Vec::new();
    for path in rust().into_iter().filter(|path| !path.starts_with(repository().join("tests"))) {
        for (number, line) in product(&path) {
            let found = ["todo!(", "unimplemented!(", "dbg!(", ".unwrap()"]
                .into_iter()
                .find(|word| line.contains(word));
            wrong.extend(found.map(|word| format!("{}:{number}: {word}", shown(&path))));
        }
    }
    expect_none(wrong, "outside of tests there is no todo!, unimplemented!, dbg! and unwrap");
}

/// The lines of a source that are no test, with their numbers.
fn product(path: &Utf8Path) -> Vec<(usize, String)> {
    if is_test(path) {
        return Vec::new();
    }
    let text = fs::read_to_string(path).expect("a source can be read");
    let mut lines = Vec::new();
    let mut before = "";
    for (line, number) in text.lines().zip(1..) {
        if before == "#[cfg(test)]" && line.ends_with('{') {
            break;
        }
        before = line.trim();
        if !before.starts_with("//") {
            lines.push((number, line.to_owned()));
        }
    }
    lines
}

/// Whether a file is a module that only tests have.
fn is_test(path: &Utf8Path) -> bool {
    let (Some(name), Some(folder)) = (path.file_stem(), path.parent()) else { return false };
    let above = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
    let declared = format!("#[cfg(test)]\nmod {name};");
    above.iter().any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(&declared)))
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for path in rust() {
        let text = fs::read_to_string(&path).expect("a source can be read");
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{} has {lines} lines", shown(&path)));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{} has no head", shown(&path)));
        }
    }
    expect_none(wrong, "a file has a head and at most 700 lines");
}

#[test]
fn no_text_knows_this_machine() {
    let mut wrong = Vec::new();
    let places = [repository().as_str().to_owned(), env!("CARGO_TARGET_TMPDIR").to_owned()];
    for folder in ["compiler", "docs", "editors", "examples", "golden", "stdlib", "tests"] {
        for path in files(&repository().join(folder))
            .into_iter()
            .filter(|path| !path.as_str().contains("node_modules"))
        {
            let text = fs::read_to_string(&path).unwrap_or_default();
            wrong.extend(
                places.iter().filter(|place| text.contains(place.as_str())).map(|_| shown(&path).to_string()),
            );
        }
    }
    expect_none(wrong, "no file names a place of the machine it was made on");
}
