//! Inputs with what they must produce, beside each other. A case is a folder:
//! adding one needs no Rust.
//!
//! ```text
//! golden/emit/<case>/          main.laud + deploy/<environment>/, all emitted files, whole
//! golden/diagnostics/<CODE>-…/ main.laud + report.snap; `command` holds another command than `check`
//! golden/format/<case>/        main.laud + formatted.snap
//! golden/lsp/<request>-…/      main.laud, with `<|>` where the cursor is, or around a range, + response.snap
//!                              `params.json` has more to ask with
//! golden/syntax/<case>/        main.laud + tree.snap
//! ```

use crate::cli::laud_in;
use crate::place::{copy, entries, folders, repository, scratch, shown};
use crate::snapshot::{all_right, blessing, compare, compare_folder, expect_all};
use crate::system::{Rooted, systems};
use crate::tree::dump;
use camino::{Utf8Path, Utf8PathBuf};
use laud::{Selection, Style};
use laud_syntax::{Sources, format, parse};
use std::collections::BTreeSet;
use std::fs;

/// The folders of `golden/`, and the name of the one snapshot that a case of each has.
const KINDS: &[(&str, Option<&str>)] = &[
    ("diagnostics", Some("report.snap")),
    ("emit", None),
    ("format", Some("formatted.snap")),
    ("lsp", Some("response.snap")),
    ("syntax", Some("tree.snap")),
];

fn cases(kind: &str) -> Vec<Utf8PathBuf> {
    folders(&repository().join("golden").join(kind))
}

#[test]
fn every_kind_has_cases() {
    for (kind, _) in KINDS {
        assert!(
            !cases(kind).is_empty(),
            "golden/{kind} has no case, so that its test would pass over nothing"
        );
    }
}

#[test]
fn emit() {
    let systems = systems().iter().filter(|system| system.name.starts_with("golden/emit/"));
    expect_all(systems.map(|system| {
        if !system.compiled.diagnostics.is_empty() {
            return Err(format!("{} has findings:\n{}", system.name, system.report()));
        }
        let expected = system.folder.join("deploy");
        let mut wrong = Vec::new();
        for environment in &system.environments {
            let folder = expected.join(environment.plan.environment.as_str());
            wrong.extend(compare_folder(&folder, &environment.files).err());
        }
        let known: BTreeSet<&str> = system.environments.iter().map(|e| e.plan.environment.as_str()).collect();
        for orphan in
            entries(&expected).into_iter().filter(|path| !known.contains(path.file_name().unwrap_or("")))
        {
            if blessing() {
                fs::remove_dir_all(&orphan).expect("a folder can be removed");
            } else {
                wrong.push(format!("{} is of no environment", shown(&orphan)));
            }
        }
        all_right(wrong)
    }));
}

#[test]
fn diagnostics() {
    expect_all(cases("diagnostics").iter().map(|case| {
        let name = case.file_name().unwrap_or_default();
        let code = name.split('-').next().unwrap_or_default();
        let (codes, report) = match fs::read_to_string(case.join("command")) {
            Ok(command) => run_command(case, command.trim()),
            Err(_) => check(case),
        };
        if !codes.iter().any(|found| found == code) {
            return Err(format!("{} finds {codes:?}, and not {code}:\n{report}", shown(case)));
        }
        compare(&case.join("report.snap"), &format!("{}\n\n{report}", codes.join(" ")))
    }));
}

/// What `laud check` finds: the codes in order, and the report.
fn check(case: &Utf8Path) -> (Vec<String>, String) {
    let compiled = laud::compile(&Rooted(case.to_owned()), "main.laud".into(), Selection::All);
    let codes = compiled.diagnostics.iter().map(|diagnostic| diagnostic.code.id.to_owned()).collect();
    (codes, laud::render::human(&compiled.diagnostics, compiled.program.sources(), Style::PLAIN))
}

/// What the binary says, in a copy of the case.
fn run_command(case: &Utf8Path, command: &str) -> (Vec<String>, String) {
    let place = scratch("commands").join(case.file_name().unwrap_or_default());
    copy(case, &place);
    let ran = laud_in(&place, &command.split_whitespace().collect::<Vec<_>>());
    let between = |part: &str| part.split_once(']').map(|(code, _)| code.to_owned());
    let starts =
        ran.stderr.lines().filter_map(|line| line.strip_prefix("error[").or(line.strip_prefix("warning[")));
    let codes: Vec<String> = starts.filter_map(between).collect();
    (codes, format!("laud {command}\nexit code {}\n\n{}{}", ran.code, ran.stdout, ran.stderr))
}

#[test]
fn formatted() {
    expect_all(cases("format").iter().map(|case| {
        let mut sources = Sources::default();
        let id = add(&mut sources, case);
        let text = &sources.get(id).text;
        compare(&case.join("formatted.snap"), &format(text, &parse(id, text)))
    }));
}

#[test]
fn syntax() {
    expect_all(cases("syntax").iter().map(|case| {
        let mut sources = Sources::default();
        let id = add(&mut sources, case);
        let parsed = parse(id, &sources.get(id).text);
        compare(&case.join("tree.snap"), &dump(&parsed, &sources))
    }));
}

fn add(sources: &mut Sources, case: &Utf8Path) -> laud_syntax::FileId {
    let text = fs::read_to_string(case.join("main.laud")).expect("a case has a main.laud");
    sources.add("main.laud", text)
}

#[test]
fn lsp() {
    expect_all(cases("lsp").iter().map(|case| {
        let name = case.file_name().unwrap_or_default();
        let (request, about) = name.split_once('-').unwrap_or((name, ""));
        let text = fs::read_to_string(case.join("main.laud")).expect("a case has a main.laud");
        let answer = crate::lsp::answer(&Rooted(case.clone()), request, about, &text);
        compare(&case.join("response.snap"), &answer)
    }));
}

#[test]
fn nothing_is_left_over() {
    let golden = repository().join("golden");
    let mut wrong = Vec::new();
    for folder in folders(&golden) {
        let name = folder.file_name().unwrap_or_default();
        if !KINDS.iter().any(|(kind, _)| *kind == name) {
            wrong.push(format!("{} is of no kind of case", shown(&folder)));
        }
    }
    for (kind, snapshot) in KINDS {
        for case in cases(kind) {
            if !case.join("main.laud").exists() && !case.join("command").exists() {
                wrong.push(format!("{} has no main.laud", shown(&case)));
            }
            for path in entries(&case) {
                let name = path.file_name().unwrap_or_default();
                if (name.ends_with(".snap") && Some(name) != *snapshot) || name.ends_with(".snap.new") {
                    wrong.push(format!("{} is of no case", shown(&path)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
