//! The formats for services, by the word of the tools that read them.

use crate::cli::{GOOD, LAUD, laud_in, spec};
use crate::place::{folders, repository, scratch};
use crate::process::{command, ran};
use camino::Utf8Path;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// What the tool asks for that laud has not: it has no site.
const NOT_HAD: [&str; 1] = ["SARIF2005"];

/// Errors and warnings of Microsoft's reader of SARIF.
fn refusals(tool: &Utf8Path, log: &Utf8Path) -> Vec<String> {
    let mut command = Command::new(tool);
    command.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
    command.arg("validate").arg(log).args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]);
    let (code, said) = ran(&mut command);
    assert!(said.contains("Analysis completed") || code != 0, "{said}");
    let lines = said.lines().filter(|line| line.contains(": error ") || line.contains(": warning "));
    lines.filter(|line| !NOT_HAD.iter().any(|rule| line.contains(rule))).map(str::to_owned).collect()
}

/// The log of a command in a folder.
fn log(folder: &Utf8Path, command: &str) -> Value {
    let ran = laud_in(folder, &[command, "--format=sarif"]);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error} in {}", ran.stdout))
}

#[test]
fn sarif_of_every_diagnostic_is_accepted() {
    let Some(tool) = laud_rig::tool("sarif") else { return };
    let folder = scratch("ci/sarif");
    let (mut rules, mut results) = (BTreeMap::new(), Vec::new());
    let mut whole = Value::Null;
    for case in folders(&repository().join("golden/diagnostics")) {
        let mut log = log(&case, "check");
        let list = |value: &mut Value| value.as_array().cloned().expect("a list");
        for rule in list(&mut log["runs"][0]["tool"]["driver"]["rules"]) {
            rules.insert(rule["id"].as_str().expect("an id").to_owned(), rule);
        }
        results.extend(list(&mut log["runs"][0]["results"]));
        whole = log;
    }
    assert!(rules.len() > 60, "{} codes have results", rules.len());
    // One log of all of them: the tool takes seconds to start.
    for result in &mut results {
        result["ruleIndex"] = rules.keys().position(|id| result["ruleId"] == id.as_str()).into();
    }
    whole["runs"][0]["tool"]["driver"]["rules"] = rules.into_values().collect();
    whole["runs"][0]["results"] = results.into();
    let file = folder.join("all.sarif");
    fs::write(&file, whole.to_string()).expect("a log can be written");
    assert_eq!(refusals(&tool, &file), Vec::<String>::new());

    whole["runs"][0]["results"][0]["levels"] = "error".into();
    fs::write(&file, whole.to_string()).expect("a log can be written");
    assert!(!refusals(&tool, &file).is_empty(), "the tool takes anything");
}

#[test]
fn a_spec_without_findings_gives_an_empty_report() {
    let folder = spec("ci-fine", GOOD);
    let sarif = log(&folder, "check");
    assert_eq!(sarif["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(laud_in(&folder, &["check", "--format=gitlab"]).stdout, "[]\n");
    let github = laud_in(&folder, &["check", "--format=github"]);
    assert_eq!((github.code, github.stdout.as_str(), github.stderr.as_str()), (0, "", ""));
}

/// A spec with an error that a fix mends, and a warning.
const WRONG: &str = "app shop\n\nlet a = 1\n\nservice web { imagee = \"a:1\" }\n\nenvironment staging {}\n";

#[test]
fn paths_are_those_of_the_checkout() {
    let folder = spec("ci-root", "");
    let infra = folder.join("infra/shop one");
    fs::create_dir_all(&infra).expect("a folder can be made");
    fs::write(infra.join("main.laud"), WRONG).expect("a spec can be written");
    let run = |variable: &str, format: &str| {
        let mut command = command(LAUD, &folder);
        command.args(["check", "--format", format]).current_dir(&infra).env(variable, &folder);
        ran(&mut command).1
    };
    assert!(run("GITHUB_WORKSPACE", "github").contains("::error file=infra/shop one/main.laud,line=5,"));
    let report: Value = serde_json::from_str(&run("CI_PROJECT_DIR", "gitlab")).expect("valid JSON");
    assert_eq!(report[0]["location"]["path"], "infra/shop one/main.laud");
    let log: Value = serde_json::from_str(&run("GITHUB_WORKSPACE", "sarif")).expect("valid JSON");
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "infra/shop%20one/main.laud");
    assert!(run("GITHUB_WORKSPACE_OF_ANOTHER", "github").contains("::error file=main.laud,"));
}

#[test]
fn fingerprints_stay_where_lines_move() {
    let prints = |name: &str, text: &str| {
        let folder = spec(name, text);
        let gitlab: Value = serde_json::from_str(&laud_in(&folder, &["check", "--format=gitlab"]).stdout)
            .expect("valid JSON");
        let found = gitlab.as_array().expect("a list").iter();
        let found: BTreeSet<String> = found.map(|one| one["fingerprint"].to_string()).collect();
        let sarif = log(&folder, "check");
        let results = sarif["runs"][0]["results"].as_array().expect("a list");
        let same = results
            .iter()
            .all(|one| found.contains(&one["partialFingerprints"]["laudFinding/v1"].to_string()));
        assert!(same && results.len() == found.len(), "{found:?} and {sarif}");
        found
    };
    let before = prints("ci-print", WRONG);
    assert!(before.len() > 1, "{before:?}");
    assert_eq!(prints("ci-print-moved", &WRONG.replace("\nlet", "\n// Why.\n\nlet")), before);
}

#[test]
fn what_has_no_place_is_said_elsewhere() {
    let folder = scratch("ci/nothing");
    let gitlab = laud_in(&folder, &["check", "--format=gitlab"]);
    assert_eq!((gitlab.code, gitlab.stdout.as_str()), (2, "[]\n"));
    assert!(gitlab.stderr.contains("error[L0001]"), "{}", gitlab.stderr);
    let sarif = log(&folder, "check");
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert!(laud_in(&folder, &["check", "--format=github"]).stderr.starts_with("::error title=L0001"));
}

#[test]
fn other_commands_have_the_formats() {
    let folder = spec("ci-others", WRONG);
    assert!(log(&folder, "build")["runs"][0]["results"].as_array().map(Vec::len) > Some(1));
    assert!(
        laud_in(&folder, &["build", "--format=github"]).stderr.contains("::error file=main.laud,line=5,")
    );
    assert!(
        laud_in(&folder, &["graph", "--format=github"]).stderr.contains("::error file=main.laud,line=5,")
    );
    fs::write(folder.join("main.laud"), "app shop\nlet   a = 1\n").expect("a spec can be written");
    let fmt = laud_in(&folder, &["fmt", "--check", "--format=github"]);
    assert_eq!(fmt.code, 1);
    let annotation = "::error file=main.laud,line=2,title=laud fmt::`laud fmt` would change this line\n";
    assert_eq!(fmt.stdout, annotation);
}
