//! What `editors/` holds, against the compiler: the grammar reads every input as it does, the queries fit the grammar.

mod agreement;
mod corpus;
mod current;
mod derived;
mod emacs;
mod helix;
mod jetbrains;
mod neovim;
mod queries;
mod vscode;
mod zed;

use crate::place::repository;
use crate::process::ran;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::process::Command;
use tree_sitter::{Language, Parser, Tree};

/// The folder of the grammar.
fn grammar() -> Utf8PathBuf {
    repository().join("editors/tree-sitter-laud")
}

fn language() -> Language {
    Language::new(tree_sitter_laud::LANGUAGE)
}

fn read(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("the grammar is of a version that the library knows");
    parser.parse(text, None).expect("nothing stops the parser")
}

/// Compiles the grammar as the pages of editors have it, into a file for them.
fn compile(to: &Utf8Path) {
    fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder can be made");
    let source = grammar().join("src");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O0", "-I", source.as_str()]);
    compiler.args([source.join("parser.c"), source.join("scanner.c")]);
    let (code, said) = ran(compiler.args(["-o", to.as_str()]));
    assert_eq!(code, 0, "{said}");
}

/// A spec that is formatted and has no findings, in which editors work.
const SPEC: &str = r#"app shop

let pinned_image = "nginxinc/nginx-unprivileged:1.30.0"

service web {
  image = pinned_image
  port http = 8080
  health = http { port = http, path = "/", with = wget }
  limits { memory = 64MiB }
}

environment staging {}
"#;
