//! The extension for Zed: a component of WebAssembly, as Zed compiles it. The editor itself needs a screen and a GPU.

use crate::place::repository;
use std::fs;
use std::process::Command;

#[test]
fn the_extension_compiles_to_a_component() {
    let Some(tool) = laud_rig::tool("zed-extension") else { return };
    let output = Command::new(tool).output().expect("it runs");
    if output.status.code() == Some(3) {
        eprintln!("skipped: rustup has no target wasm32-wasip2");
        return;
    }
    let path = String::from_utf8(output.stdout).expect("a path");
    let bytes = fs::read(path.trim()).expect("there is a component");
    assert_eq!(bytes.get(..8), Some(&b"\0asm\x0d\0\x01\0"[..]), "it is no component");
    let has = |name: &str| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    assert!(has("language-server-command") && has("zed:api-version"));
}

#[test]
fn the_extension_names_what_is_there() {
    let folder = repository().join("editors/zed");
    let read = |name: &str| -> toml::Table {
        let text = fs::read_to_string(folder.join(name)).expect("the file can be read");
        text.parse().unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let (extension, language, manifest) =
        (read("extension.toml"), read("languages/laud/config.toml"), read("Cargo.toml"));
    assert_eq!(extension["version"], manifest["package"]["version"]);
    let grammars = extension["grammars"].as_table().expect("grammars");
    let grammar = &grammars[language["grammar"].as_str().expect("a grammar")];
    assert!(repository().join(grammar["path"].as_str().expect("a path")).join("src/parser.c").exists());
    let served = extension["language_servers"]["laud"]["languages"].as_array().expect("languages");
    assert!(served.contains(&language["name"]));
}
