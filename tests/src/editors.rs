//! What `editors/` holds, against the compiler: the grammar reads every input as it does, the queries fit the grammar.

mod agreement;
mod corpus;
mod current;
mod derived;
mod neovim;
mod queries;
mod vscode;

use crate::place::repository;
use camino::Utf8PathBuf;
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
