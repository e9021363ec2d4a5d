//! `action.yml`, with its steps run as a runner of GitHub's runs them.

use super::{holds, yaml};
use crate::cli::{GOOD, LAUD, spec};
use crate::place::repository;
use crate::process::{command, programs, ran};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn action() -> Value {
    yaml(&fs::read_to_string(repository().join("action.yml")).expect("the action can be read"))
}

#[test]
fn the_action_is_one() {
    holds("vendor.github-actions", &repository().join("action.yml"));
}

/// A runner, as far as steps of a shell ask for one.
struct Runner {
    workspace: Utf8PathBuf,
    bin: Utf8PathBuf,
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
    log: String,
    /// What the steps came to that were run.
    codes: Vec<(String, i32)>,
}

impl Runner {
    fn new(name: &str, text: &str, inputs: &[(&str, &str)]) -> Self {
        let workspace = spec(name, text);
        let bin = programs(&workspace);
        let mut given = BTreeMap::new();
        for (name, input) in action()["inputs"].as_object().expect("inputs") {
            given.insert(name.clone(), input["default"].as_str().unwrap_or_default().to_owned());
        }
        for (name, value) in inputs {
            assert!(
                given.insert((*name).to_owned(), (*value).to_owned()).is_some(),
                "there is no input {name}"
            );
        }
        Self {
            workspace,
            bin,
            inputs: given,
            outputs: BTreeMap::new(),
            log: String::new(),
            codes: Vec::new(),
        }
    }

    /// Runs the steps of a shell whose conditions hold; a step that fails ends it.
    fn run(mut self) -> Self {
        for step in action()["runs"]["steps"].as_array().expect("steps") {
            let name = step["name"].as_str().expect("a step has a name").to_owned();
            let condition = step["if"].as_str().unwrap_or("true");
            if !self.holds(condition) {
                continue;
            }
            let Some(script) = step["run"].as_str() else {
                // An action of others: it is noted, with what it is given.
                let given = step["with"].as_object().cloned().unwrap_or_default();
                let given: Vec<String> =
                    given.iter().map(|(name, value)| format!("{name}={}", self.filled(value))).collect();
                self.log.push_str(&format!(
                    "uses {} {}\n",
                    step["uses"].as_str().expect("it uses one"),
                    given.join(" ")
                ));
                continue;
            };
            assert!(!script.contains("${{"), "{name}: what is put into a script can be a script");
            let code =
                self.script(script, step["env"].as_object().unwrap_or(&Map::new()), step["id"].as_str());
            self.codes.push((name, code));
            if code != 0 {
                break;
            }
        }
        self
    }

    fn script(&mut self, script: &str, env: &Map<String, Value>, id: Option<&str>) -> i32 {
        let file = self.workspace.join("step.sh");
        fs::write(&file, script).expect("a script can be written");
        let outputs = self.workspace.join("outputs");
        fs::write(&outputs, "").expect("a file can be written");
        let mut shell = command("bash", &self.bin);
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", file.as_str()]).current_dir(&self.workspace);
        shell.env("GITHUB_OUTPUT", &outputs).env("GITHUB_WORKSPACE", &self.workspace);
        shell.env("GITHUB_ACTION_PATH", repository()).env("RUNNER_TEMP", self.workspace.join("temp"));
        fs::create_dir_all(self.workspace.join("temp")).expect("a folder can be made");
        for (name, value) in env {
            shell.env(name, self.filled(value));
        }
        let (code, said) = ran(&mut shell);
        self.log.push_str(&said);
        for line in fs::read_to_string(outputs).expect("a file can be read").lines() {
            let (name, value) = line.split_once('=').expect("an output has a value");
            self.outputs
                .insert(format!("steps.{}.outputs.{name}", id.expect("it has an id")), value.to_owned());
        }
        code
    }

    /// A value with its expressions put in.
    fn filled(&self, value: &Value) -> String {
        let text = value.as_str().unwrap_or_default();
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").expect("an expression is closed");
            out += before;
            out += &self.value(expression.trim());
            rest = after;
        }
        out + rest
    }

    fn value(&self, expression: &str) -> String {
        let input = expression.strip_prefix("inputs.").and_then(|name| self.inputs.get(name));
        input.or(self.outputs.get(expression)).cloned().unwrap_or_default()
    }

    fn holds(&self, condition: &str) -> bool {
        condition == "true"
            || condition.split(" && ").all(|part| match part.split_once(" == ") {
                Some((left, right)) => self.value(left) == right.trim_matches('\''),
                None => part
                    .split_once(" != ")
                    .is_some_and(|(left, right)| self.value(left) != right.trim_matches('\'')),
            })
    }

    fn codes(&self) -> Vec<(&str, i32)> {
        self.codes.iter().map(|(name, code)| (name.as_str(), *code)).collect()
    }
}

#[test]
fn a_good_spec_passes() {
    let formatted = GOOD.replace("image  =", "image =");
    let run = Runner::new("action-good", &formatted, &[]).run();
    assert_eq!(run.codes(), [("Find the program", 0), ("Check", 0)], "{}", run.log);
    assert_eq!(run.outputs["steps.program.outputs.laud"], run.bin.join("laud").as_str());
}

#[test]
fn a_bad_spec_is_annotated_and_uploaded() {
    let text = "app shop\n\nservice web { imagee = \"a:1\" }\n\nenvironment staging {}\nlet   b = 1\n";
    let run = Runner::new("action-bad", text, &[("sarif", "true"), ("laud", LAUD)]).run();
    assert_eq!(run.codes(), [("Find the program", 0), ("Write the log", 0), ("Check", 1)], "{}", run.log);
    for part in
        ["::error file=main.laud,line=3,", "title=laud fmt::", "uses github/codeql-action/upload-sarif"]
    {
        assert!(run.log.contains(part), "{part} is not in {}", run.log);
    }
    let log = fs::read_to_string(&run.outputs["steps.log.outputs.sarif"]).expect("there is a log");
    assert!(log.contains("\"ruleId\": \"L0204\""), "{log}");
    let unformatted =
        Runner::new("action-fmt", "app shop\n\nenvironment   a {}\n", &[("fmt", "false")]).run();
    assert_eq!(unformatted.codes().last(), Some(&("Check", 0)), "{}", unformatted.log);
}

#[test]
fn a_spec_that_is_not_there_fails_before_the_upload() {
    let run =
        Runner::new("action-none", GOOD, &[("sarif", "true"), ("path", "nowhere; echo injected")]).run();
    assert_eq!(run.codes(), [("Find the program", 0), ("Write the log", 1)], "{}", run.log);
    assert!(!run.log.contains("uses github/codeql-action") && !run.log.contains("\ninjected"), "{}", run.log);
}

/// Stands for cargo where it would take minutes: it puts the binary where it is told to.
const CARGO: &str = r#"#!/bin/sh
echo "cargo $*"
while [ $# -gt 0 ]; do
  case $1 in
    --path) [ -f "$2/Cargo.toml" ] || exit 1; shift ;;
    --root) mkdir -p "$2/bin" && ln -s "$LAUD_UNDER_TEST" "$2/bin/laud"; shift ;;
  esac
  shift
done
"#;

/// Puts it into a folder of programs.
pub(super) fn cargo(bin: &Utf8Path) {
    let cargo = bin.join("cargo");
    fs::write(&cargo, CARGO.replace("$LAUD_UNDER_TEST", LAUD)).expect("a script can be written");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("it can be made a program");
}

#[test]
fn without_the_program_it_is_built() {
    let run = Runner::new("action-build", &GOOD.replace("image  =", "image ="), &[]);
    fs::remove_file(run.bin.join("laud")).expect("it is there");
    cargo(&run.bin);
    if ran(command("bash", &run.bin).args(["-c", "command -v laud"])).0 == 0 {
        eprintln!("skipped: there is a laud in the path");
        return;
    }
    let run = run.run();
    assert_eq!(run.codes(), [("Find the program", 0), ("Build the program", 0), ("Check", 0)], "{}", run.log);
    assert!(run.log.contains("uses actions/cache"), "{}", run.log);
    assert!(run.log.contains("cargo install --locked --path"), "{}", run.log);
}
