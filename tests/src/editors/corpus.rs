//! The grammar's own cases, as `tree-sitter test` has them: a name between lines of `=`, a source, a line of `-`, and
//! the tree. `LAUD_BLESS=1` writes the trees anew.

use super::{grammar, read};
use crate::place::{files, shown};
use crate::snapshot::blessing;
use std::fmt::Write as _;
use std::fs;

const RULE: &str = "==================";

#[test]
fn cases_give_their_trees() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files(&grammar().join("test/corpus")) {
        let text = fs::read_to_string(&path).expect("a case can be read");
        let mut found = String::new();
        for (name, source, _) in cases(&text) {
            count += 1;
            let tree = indented(&read(source).root_node().to_sexp());
            let between = if found.is_empty() { "" } else { "\n" };
            let _ = write!(found, "{between}{RULE}\n{name}\n{RULE}\n{source}\n---\n{tree}\n");
        }
        if blessing() {
            fs::write(&path, &found).expect("a case can be written");
        } else if found != text {
            let old = cases(&text).into_iter().map(|(name, _, tree)| (name, tree));
            let new = cases(&found);
            let other = old.zip(new).filter(|((_, old), (_, _, new))| old != new);
            wrong.push(shown(&path).to_string());
            wrong.extend(other.map(|((name, _), (_, _, tree))| format!("{name}\n{tree}")));
        }
    }
    assert!(count > 0, "there are no cases");
    assert!(wrong.is_empty(), "another tree than expected\n{}", wrong.join("\n"));
}

/// The name, source and tree of each case.
fn cases(text: &str) -> Vec<(&str, &str, &str)> {
    let rule = format!("{RULE}\n");
    let parts: Vec<&str> = text.split(&rule).skip(1).collect();
    let pairs = parts.chunks_exact(2);
    assert!(pairs.remainder().is_empty(), "a case has a name and a body");
    pairs
        .map(|pair| {
            let (source, tree) =
                pair[1].split_once("\n---\n").expect("a line parts the source from the tree");
            (pair[0].trim(), source, tree)
        })
        .collect()
}

/// A tree with a line for each node.
fn indented(tree: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut named = false;
    for word in tree.split(' ') {
        let starts = word.starts_with('(') && !named || word.ends_with(':');
        let gap = if starts { format!("\n{}", "  ".repeat(depth)) } else { " ".to_owned() };
        out += if out.is_empty() { "\n" } else { &gap };
        out += word;
        named = word.ends_with(':');
        depth = depth + word.matches('(').count() - word.matches(')').count();
    }
    out
}
