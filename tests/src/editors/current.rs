//! The parser in the repository is the one that the grammar gives, as far as the tool is there to tell.

use super::grammar;
use crate::place::{copy, files, scratch};
use std::fs;
use std::process::Command;

#[test]
fn the_parser_is_current() {
    let manifest = fs::read_to_string(grammar().join("package.json")).expect("the manifest can be read");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("the manifest is JSON");
    let pinned = manifest["devDependencies"]["tree-sitter-cli"].as_str().expect("the tool is pinned");
    let arguments = manifest["scripts"]["generate"].as_str().expect("there is a command for it");
    let version = Command::new("tree-sitter").arg("--version").output();
    if !version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(pinned)) {
        eprintln!("skipped: there is no tree-sitter {pinned}");
        return;
    }
    let folder = scratch("grammar");
    copy(&grammar(), &folder);
    let status = Command::new("tree-sitter").args(arguments.split(' ').skip(1)).current_dir(&folder).status();
    assert!(status.expect("the tool runs").success(), "the grammar cannot be generated");
    for path in files(&folder.join("src")) {
        let kept = grammar().join(path.strip_prefix(&folder).expect("it is in there"));
        assert_eq!(
            fs::read(&path).ok(),
            fs::read(&kept).ok(),
            "{path} is not current; run `npm run generate`"
        );
    }
}
