//! Documents that cannot grow old: their snippets compile, and the page of the
//! standard library is what its doc comments say.
//!
//! In a Markdown file, a ```` ```laud ```` block must compile without an error;
//! a ```` ```laud L0204 ```` block must show that code. A block without `app`
//! or `environment` gets them. A ```` ```laud team.laud ```` block is the file
//! of that name for the blocks that follow on its page, and what else is named,
//! as in ```` ```laud ./backend/Dockerfile ````, lies beside the block, empty.
//! What `$ laud check` and `$ laud build` print in a ```` ```text ```` block is what they print.

mod library;
mod transcripts;

use crate::place::{files, repository, shown};
use crate::snapshot::{compare, expect_all};
use camino::{Utf8Path, Utf8PathBuf};
use laud::{Selection, Style};
use laud_analyze::Memory;
use std::fs;

#[test]
fn every_snippet_compiles() {
    expect_all(pages().flat_map(|page| {
        let text = fs::read_to_string(&page).expect("a page can be read");
        let mut modules = Memory::new();
        let mut checks = Vec::new();
        for snippet in snippets(&text) {
            match snippet.words.iter().find(|word| word.ends_with(".laud")) {
                Some(name) => modules.insert(name, snippet.text),
                None => checks.push(snippet.check(&page, modules.clone())),
            }
        }
        checks
    }));
}

#[test]
fn every_snippet_is_formatted() {
    expect_all(pages().flat_map(|page| {
        let text = fs::read_to_string(&page).expect("a page can be read");
        let unformatted = snippets(&text).into_iter().filter(|snippet| {
            let parsed = laud_syntax::parse(laud_syntax::FileId(0), &snippet.text);
            laud_syntax::format(&snippet.text, &parsed) != snippet.text
        });
        let wrong =
            |snippet: Snippet| Err(format!("{}:{}: `laud fmt` would change it", shown(&page), snippet.line));
        unformatted.map(wrong).collect::<Vec<_>>()
    }));
}

#[test]
fn the_library_page_is_current() {
    expect_all([compare(&repository().join("docs/stdlib.md"), &library::page())]);
}

/// Every Markdown file for people.
fn pages() -> impl Iterator<Item = Utf8PathBuf> {
    let mut pages = files(&repository().join("docs"));
    pages.extend(["README.md", "CONTRIBUTING.md", "compiler/README.md"].map(|name| repository().join(name)));
    pages.into_iter().filter(|path| path.extension() == Some("md") && path.exists())
}

/// A block of laud in a page.
struct Snippet {
    /// The line of the page on which it starts.
    line: usize,
    /// What stands after `laud`: codes that it must show, and files.
    words: Vec<String>,
    text: String,
}

fn snippets(page: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    let mut open: Option<Snippet> = None;
    let mut in_other = false;
    for (line, number) in page.lines().zip(1..) {
        let info = line.trim_start().strip_prefix("```");
        match (&mut open, info) {
            (Some(snippet), None) => snippet.text.push_str(&format!("{line}\n")),
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(snippet), Some(_)) => snippet.text.push_str(&format!("{line}\n")),
            (None, Some(info)) if in_other => in_other = !info.is_empty(),
            (None, Some(info)) => match info.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["laud", words @ ..] => {
                    let words = words.iter().map(|word| (*word).to_owned()).collect();
                    open = Some(Snippet { line: number, words, text: String::new() });
                }
                _ => in_other = true,
            },
            (None, None) => {}
        }
    }
    found
}

impl Snippet {
    fn check(&self, page: &Utf8Path, mut files: Memory) -> Result<(), String> {
        let has = |word: &str| self.text.lines().any(|line| line.split_whitespace().next() == Some(word));
        let mut text = self.text.clone();
        // What is added stands behind, so that lines stay what they are.
        if !has("app") {
            text.push_str("\napp example\n");
        }
        if !has("environment") {
            text.push_str("\nenvironment example {}\n");
        }
        let (codes, beside): (Vec<&str>, Vec<&str>) =
            self.words.iter().map(String::as_str).partition(|word| is_code(word));
        files.insert("main.laud", text);
        for file in beside {
            files.insert(file, "");
        }
        let compiled = laud::compile(&files, "main.laud".into(), Selection::All);
        let errors = compiled.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let found: Vec<&str> = errors.map(|diagnostic| diagnostic.code.id).collect();
        let right =
            if codes.is_empty() { found.is_empty() } else { codes.iter().all(|code| found.contains(code)) };
        if right {
            return Ok(());
        }
        let report = laud::render::human(&compiled.diagnostics, compiled.program.sources(), Style::PLAIN);
        Err(format!("{}:{} shows {found:?}, and {codes:?} is meant\n{report}", shown(page), self.line))
    }
}

/// `L0204`
fn is_code(word: &str) -> bool {
    laud_syntax::find_code(word).is_some()
}

#[test]
fn blocks_of_laud_are_found() {
    let page = "a\n```laud\napp a\n```\n```text\n```laud\n```\n  ```laud L0204 ./a/b\nb\n```\n";
    let found: Vec<_> = snippets(page).into_iter().map(|s| (s.line, s.words.join(" "), s.text)).collect();
    assert_eq!(
        found,
        [(2, String::new(), "app a\n".to_owned()), (8, "L0204 ./a/b".to_owned(), "b\n".to_owned())]
    );
}
