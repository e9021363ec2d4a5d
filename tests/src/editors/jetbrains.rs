//! The template for LSP4IJ: its commands run, and it has the keys that the plugin reads.

use crate::place::{repository, scratch};
use crate::process::{command, programs, ran};
use serde_json::Value;
use std::fs;
use std::process::Stdio;

fn read(path: &str) -> Value {
    let text = fs::read_to_string(repository().join("editors").join(path)).expect("the file can be read");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn the_template_starts_the_server_for_specs() {
    let template = read("jetbrains/laud/template.json");
    assert_eq!(keys(&template), ["id", "name", "programArgs", "fileTypeMappings"]);
    let bin = programs(&scratch("jetbrains"));
    let words: Vec<&str> =
        template["programArgs"]["default"].as_str().expect("a command").split(' ').collect();
    // It serves until its input ends, which it says is not as it should be.
    let (code, said) = ran(command(words[0], &bin).args(&words[1..]).stdin(Stdio::null()));
    assert_eq!(code, 1, "{said}");

    let check = read("jetbrains/laud/installer.json")["check"]["exec"]["command"]["default"].take();
    let (code, said) = ran(command("sh", &bin).args(["-c", check.as_str().expect("a command")]));
    assert!(code == 0 && said.starts_with("laud "), "{said}");

    let mapping = &template["fileTypeMappings"][0];
    let language = &read("vscode/package.json")["contributes"]["languages"][0];
    assert_eq!(mapping["languageId"], language["id"]);
    let suffix = language["extensions"][0].as_str().expect("an extension");
    assert_eq!(mapping["fileType"]["patterns"][0], format!("*{suffix}"));
    let comment = read("vscode/language-configuration.json")["comments"]["lineComment"].take();
    assert_eq!(read("jetbrains/laud/clientSettings.json")["lineCommentPrefix"], comment);
}
