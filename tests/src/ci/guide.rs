//! The snippets of `docs/guides/ci.md`: a word behind the language says what they are.

use super::{holds, yaml};
use crate::place::{repository, scratch};
use crate::process::{command, programs, ran};
use camino::Utf8PathBuf;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The snippet of that kind.
fn snippet(kind: &str) -> String {
    let page = fs::read_to_string(repository().join("docs/guides/ci.md")).expect("the page can be read");
    let word = format!(" {kind}\n");
    let mut parts = page.split(&word).skip(1);
    let (Some(after), None) = (parts.next(), parts.next()) else { panic!("one snippet is a {kind}") };
    after.split("\n```").next().unwrap_or_default().to_owned() + "\n"
}

fn written(kind: &str, name: &str) -> Utf8PathBuf {
    let file = scratch(&format!("ci/{kind}")).join(name);
    fs::write(&file, snippet(kind)).expect("a file can be written");
    file
}

#[test]
fn the_workflow_is_one_and_uses_the_action_as_it_is() {
    holds("vendor.github-workflows", &written("github-workflow", "workflow.yml"));
    let workflow = yaml(&snippet("github-workflow"));
    let steps = workflow["jobs"]["laud"]["steps"].as_array().expect("steps").clone();
    let ours = steps.iter().find(|step| step["uses"].as_str().is_some_and(|uses| uses.contains("/laud@")));
    let given =
        ours.expect("a step uses the action")["with"].as_object().expect("it is given something").clone();
    let action = yaml(&fs::read_to_string(repository().join("action.yml")).expect("the action can be read"));
    assert!(given.keys().all(|name| action["inputs"].get(name).is_some()), "{given:?}");
}

/// A folder with a bad spec in `infra`, and `laud` in a path.
fn bad(name: &str) -> (Utf8PathBuf, Utf8PathBuf) {
    let folder = scratch(&format!("ci/{name}"));
    fs::create_dir(folder.join("infra")).expect("a folder can be made");
    let text = "app shop\n\nservice web { imagee = \"a:1\" }\n\nenvironment staging {}\n";
    fs::write(folder.join("infra/main.laud"), text).expect("a spec can be written");
    let bin = programs(&folder);
    (folder, bin)
}

#[test]
fn the_steps_without_the_action_annotate() {
    let (folder, bin) = bad("step");
    let (code, said) = ran(command("bash", &bin).args(["-c", &snippet("github-step")]).current_dir(folder));
    assert!(code == 0 && said.contains("::error file=infra/main.laud,line=3,"), "{code}: {said}");
}

#[test]
fn the_job_of_gitlab_is_one_and_makes_its_report() {
    holds("vendor.gitlab-ci", &written("gitlab-ci", ".gitlab-ci.yml"));
    let job = yaml(&snippet("gitlab-ci"))["laud"].take();
    let report = job["artifacts"]["reports"]["codequality"].as_str().expect("a report").to_owned();
    let (folder, bin) = bad("job");
    let mut codes = Vec::new();
    for line in job["script"].as_array().expect("lines") {
        let line = line.as_str().expect("a line is a text");
        let mut shell = command("bash", &bin);
        shell.args(["-c", line]).current_dir(&folder).env("CI_PROJECT_DIR", &folder);
        codes.push(ran(&mut shell).0);
    }
    assert_eq!(codes, [0, 1]);
    let report = fs::read_to_string(folder.join(report)).expect("there is a report");
    let report: Value = serde_json::from_str(&report).expect("valid JSON");
    let entries = report.as_array().expect("a list");
    // What GitLab asks of an entry.
    for entry in entries {
        for text in
            [&entry["description"], &entry["check_name"], &entry["fingerprint"], &entry["location"]["path"]]
        {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        }
        assert!(entry["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{entry}");
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&entry["severity"].as_str().unwrap_or_default()), "{entry}");
        assert!(!entry["location"]["path"].as_str().unwrap_or_default().starts_with(['.', '/']), "{entry}");
    }
    let prints: BTreeSet<String> = entries.iter().map(|entry| entry["fingerprint"].to_string()).collect();
    assert!(prints.len() == entries.len() && entries.len() > 1, "{report}");
}

#[test]
fn the_hooks_are_there() {
    let config = yaml(&snippet("pre-commit"));
    let manifest = fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).expect("it can be read");
    let there: Vec<Value> = yaml(&manifest).as_array().expect("a list").clone();
    for hook in config["repos"][0]["hooks"].as_array().expect("hooks") {
        assert!(there.iter().any(|known| known["id"] == hook["id"]), "{hook}");
    }
    let file = written("pre-commit", ".pre-commit-config.yaml");
    let Some(tool) = laud_rig::tool("pre-commit") else { return };
    let (code, said) = ran(command(tool, repository()).args(["validate-config", file.as_str()]));
    assert_eq!(code, 0, "{said}");
}
