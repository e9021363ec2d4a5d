//! One error is never the last: each stands at its token, and hides no other.

use crate::meaning::parsed;
use laud_syntax::ast::{DeclName, ExprNode, Node};
use laud_syntax::{Diagnostic, FileId, parse};

/// The line of each error, its code, and the source under it.
fn errors(text: &str) -> Vec<(usize, &'static str, String)> {
    let describe = |diagnostic: &Diagnostic| {
        let span = diagnostic.span?;
        let line = text[..span.start() as usize].matches('\n').count() + 1;
        Some((line, diagnostic.code.id, text[span.range()].to_owned()))
    };
    parsed(text).diagnostics.iter().filter_map(describe).collect()
}

/// The text after the first fix of each error.
fn mended(text: &str) -> String {
    let mut edits: Vec<_> =
        parsed(text).diagnostics.iter().filter_map(|d| Some(d.fixes.first()?.edits[0].clone())).collect();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start()));
    let mut out = text.to_owned();
    for (span, edit) in edits {
        out.replace_range(span.range(), &edit);
    }
    out
}

#[test]
fn ten_mistakes_are_ten_errors() {
    let text = r#"app my-app
service a {
  memory = 512Mib
  cpu = 10 20
  image = "postgres
  env { A = , B = @, C = 3 }
  list = [1, 2 3]
}
let = 5
gateway b { route "/" -> }
x = 1 < 2 < 3
y = )
z = 1.2.3
"#;
    let expected = [
        (1, "L0101", "my-app"),
        (3, "L0107", "Mib"),
        (4, "L0101", "20"),
        (5, "L0103", "\""),
        (6, "L0101", ","),
        (6, "L0102", "@"),
        (7, "L0101", "3"),
        (10, "L0101", "}"),
        (11, "L0109", "<"),
        (12, "L0101", ")"),
        (13, "L0106", "1.2.3"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(line, code, at)| (line, code, at.to_owned())).collect();
    assert_eq!(errors(text), expected);
}

#[test]
fn common_mistakes_are_mended() {
    let cases = [
        ("app my-app", "app my_app"),
        ("a: 512MiB", "a = 512MiB"),
        ("a 5", "a = 5"),
        ("a promql`up`", "a = promql`up`"),
        ("a == 5", "a = 5"),
        ("a := 5", "a = 5"),
        ("\"a\": 5", "\"a\" = 5"),
        ("a = 'x'", "a = \"x\""),
        ("a = null", "a = none"),
        ("a = True && !b || c", "a = true and not b or c"),
        ("a = 1;", "a = 1"),
        ("# c\na = 1", "// c\na = 1"),
        ("a = [1 2]", "a = [1, 2]"),
        ("a = \"${x}\"", "a = \"{x}\""),
        ("a = \"x}\"", "a = \"x\\}\""),
        ("a = \"x{\"", "a = \"x\\{\""),
        ("a = \"\\d\"", "a = \"\\\\d\""),
        ("a = 1 < 2 < 3", "a = 1 < 2 and 2 < 3"),
        ("a = 10sec", "a = 10s"),
        ("a = (1 + 2", "a = (1 + 2)"),
        ("a {\n  b {\n  c = 1\n}", "a {\n  b { }\n  c = 1\n}"),
        ("If a { b = 1 }", "if a { b = 1 }"),
        ("a b\n{ c = 1 }", "a b { c = 1 }"),
        ("r \"/\" => b.c", "r \"/\" -> b.c"),
        ("/* c */\na = 1", "// c\na = 1"),
        ("a = x AND y", "a = x and y"),
        ("a = \"\"\"\n  x\n y\n  \"\"\"", "a = \"\"\"\n  x\n  y\n  \"\"\""),
        ("let a : 5", "let a = 5"),
        ("if a then { b = 1 }", "if a  { b = 1 }"),
        ("a = 1\u{0}", "a = 1"),
    ];
    for (wrong, right) in cases {
        assert_eq!(mended(wrong), right);
        assert_eq!(errors(right), [], "{right}");
    }
}

#[test]
fn what_is_half_typed_is_there() {
    let entries = |text: &str| parse(FileId(0), text).file.entries;
    let [field] = entries("x = db.").try_into().expect("one entry");
    let Node::Field(field) = field.node else { panic!("{field:?} is no field") };
    let ExprNode::Member(member) = field.value.node else { panic!("{field:?} has no member") };
    assert_eq!(member.name.text, "");

    let names = |text: &str| -> Vec<String> {
        let name = |node: Node| match node {
            Node::Decl(decl) => match decl.name {
                DeclName::Ident(name) => format!("{} {}", decl.kind.text, name.text),
                DeclName::Label(_) => "label".to_owned(),
            },
            Node::Field(field) => {
                field.path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
            }
            Node::Block(block) => format!("{} {}", block.path[0].text, block.body.entries.len()),
            other => format!("{other:?}"),
        };
        entries(text).into_iter().map(|entry| name(entry.node)).collect()
    };
    assert_eq!(names("service a {\n  limits {\n}\nservice b { x = 1 }"), ["service a", "service b"]);
    assert_eq!(names("service \nservice b {}"), ["service", "service b"]);
    assert_eq!(names("db.\nservice b {}"), ["db.", "service b"]);
    assert_eq!(names("x =\nservice b {}"), ["x", "service b"]);
    assert_eq!(names("x = a +\ny = 2"), ["x", "y"]);
    assert_eq!(names("limits {\n  memory = 1GiB"), ["limits 1"]);
    assert_eq!(names("a b @ {\n  x = 1\n}"), ["a b"]);
    assert_eq!(names("a = [\n  1,\nb = 2"), ["a", "b"]);
}

#[test]
fn a_missing_brace_is_found_by_the_indentation() {
    let text = "a {\n  b {\n    c = 1\n\nd {\n  e = 2\n}\n";
    assert_eq!(errors(text), [(1, "L0104", "{".to_owned()), (2, "L0104", "{".to_owned())]);
    let ugly = "a {\nb {\nc = 1\n}\n}\n\nd {\n  e = (2\n}\n";
    assert_eq!(errors(ugly), [(8, "L0104", "(".to_owned())]);
    assert_eq!(errors("a {\n}\n}\nb {\n}"), [(3, "L0101", "}".to_owned())]);
}

#[test]
fn an_open_text_costs_little() {
    let text = "a = \"\"\"\n  text\nb = 1\nc = promql`up\nd = promql`down`\ne = )\n";
    let expected = [(1, "L0103", "\"\"\""), (4, "L0103", "`"), (6, "L0101", ")")];
    let expected: Vec<_> = expected.into_iter().map(|(line, code, at)| (line, code, at.to_owned())).collect();
    assert_eq!(errors(text), expected);
}

#[test]
fn an_interpolation_that_a_comment_takes_over_lines_ends_before_the_quote() {
    assert_eq!(errors("a = promql`${`/*\n*/`\n")[0], (1, "L0104", "${".to_owned()));
    assert_eq!(errors("a = promql`${`/*\n*/")[0], (1, "L0104", "${".to_owned()));
}

#[test]
fn characters_that_nobody_sees_are_shown() {
    assert_eq!(errors("a = \"\u{202e}\"").len(), 1);
    assert_eq!(errors("\u{feff}a = 1\r\nb = 2\r\n"), []);
    assert_eq!(errors("a = 1 // \u{7}"), [(1, "L0005", "\u{7}".to_owned())]);
}
