//! No nesting overflows the stack, neither in parsing nor in dropping the tree.

use crate::meaning::parsed;
use laud_syntax::{code, format};

const TIMES: usize = 100_000;

/// The ids of what is wrong with a text.
fn codes(text: &str) -> Vec<&'static str> {
    parsed(text).diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect()
}

#[test]
fn deep_nesting_is_reported_once() {
    let too_deep = [code::TOO_DEEP.id];
    let openings =
        ["[", "(", "{ a = ", "f(", "a {", "not ", "- ", "if a then b else ", "if ", "x[", "a ?? (", "[..."];
    assert_eq!(codes(&format!("x : {}", "A<".repeat(TIMES))), too_deep);
    for opening in openings {
        assert_eq!(codes(&format!("x = {}", opening.repeat(TIMES))), too_deep, "{opening}");
    }
    for entry in ["a { ", "kind a { ", "x : { ", "x : enum { a { ", "if a { ", "for x in xs { "] {
        assert_eq!(codes(&entry.repeat(TIMES)), too_deep, "{entry}");
    }
    for (head, tail) in
        [("x = a", ".b"), ("x = a", "[0]"), ("x = 1", " + 1"), ("x : T", "? "), ("if a {}", " else if b {}")]
    {
        assert_eq!(codes(&format!("{head}{}", tail.repeat(TIMES))), too_deep, "{tail}");
    }
}

#[test]
fn wide_is_not_deep() {
    assert_eq!(codes(&format!("x = [{}]", "a.b + 1, ".repeat(TIMES))), [""; 0]);
    assert_eq!(codes(&"a { b = [c] }\n".repeat(TIMES)), [""; 0]);
    assert_eq!(codes(&format!("x = {}1{}", "[".repeat(100), "]".repeat(100))), [""; 0]);
}

#[test]
fn other_endless_texts_end() {
    for piece in [
        "]",
        "}",
        "\"",
        "\"{",
        "\"\"\"",
        "promql`",
        "${",
        "'",
        "/*",
        "#",
        "@",
        "\\",
        ".",
        "..",
        "=",
        "<",
        "?",
        "a ",
        "é",
        "\"\"\"\n{",
        "/**/",
        "promql` ",
    ] {
        let text = piece.repeat(TIMES);
        let parsed = parsed(&text);
        assert!(!parsed.diagnostics.is_empty(), "{piece}");
        format(&text, &parsed);
    }
}
