//! The systems in `examples/`: what a reader learns from must be right.

use crate::place::{folders, repository};
use crate::system::systems;

/// Those that the documents speak of.
const EXPECTED: &[&str] = &["laudatorai", "minimal", "shop"];

#[test]
fn the_expected_ones_are_there() {
    let there = folders(&repository().join("examples"));
    for name in EXPECTED {
        assert!(there.iter().any(|folder| folder.file_name() == Some(name)), "examples/{name} is missing");
    }
}

#[test]
fn each_builds_without_a_finding() {
    for system in systems().iter().filter(|system| system.name.starts_with("examples/")) {
        assert!(system.compiled.diagnostics.is_empty(), "{}:\n{}", system.name, system.report());
        assert!(!system.environments.is_empty(), "{} has no environment", system.name);
    }
}

#[test]
fn each_is_formatted() {
    for path in crate::place::specs(&repository().join("examples")) {
        let text = std::fs::read_to_string(&path).expect("a spec can be read");
        let parsed = laud_syntax::parse(laud_syntax::FileId(0), &text);
        assert_eq!(laud_syntax::format(&text, &parsed), text, "run `laud fmt examples`: {path}");
    }
}
