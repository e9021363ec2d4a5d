//! Valid programs at random, in every layout that an author may choose, and
//! soups of tokens that no author would.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A whole file.
pub(crate) fn program() -> BoxedStrategy<String> {
    (entries(3), select(vec!["", "\n", "\n// end\n", " // end"]))
        .prop_map(|(entries, end)| format!("{entries}{end}"))
        .boxed()
}

/// Pieces of programs in any order.
pub(crate) fn soup() -> BoxedStrategy<String> {
    let piece = select(vec![
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "\"",
        "\"\"\"",
        "`",
        "promql`",
        "${",
        "\\{",
        "\\",
        "a",
        "b.c",
        "if",
        "then",
        "else",
        "for",
        "in",
        "not",
        "and",
        "true",
        "because \"x\"",
        "service db {",
        "x = 1",
        "x : Int",
        ": Text?",
        "=",
        "==",
        "->",
        "=>",
        ",",
        ";",
        "...",
        "..",
        ".",
        "-",
        "+",
        "<",
        ">",
        "|",
        "?",
        "??",
        "512MiB",
        "5%",
        "10/s",
        "1.2.3",
        "'",
        "#",
        "// c",
        "/// d",
        "/*",
        "*/",
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\r\n",
        " ",
        " ",
        "@",
        "é",
        "\u{a0}",
        "use std/a { b }",
        "metrics m {",
        "kind k {",
        "enum {",
        "List<",
        "drop a",
        "out x",
        "\t",
        "\u{0}",
        "let y = ",
    ]);
    vec(piece, 0..40).prop_map(|pieces| pieces.concat()).boxed()
}

fn name() -> BoxedStrategy<String> {
    select(vec!["a", "db", "backend", "long_name_of_it", "x1", "host", "metrics", "type", "env"])
        .prop_map(str::to_owned)
        .boxed()
}

/// A name that is no keyword at the start of any entry.
fn plain_name() -> BoxedStrategy<String> {
    select(vec!["a", "db", "backend", "long_name_of_it", "x1", "host"]).prop_map(str::to_owned).boxed()
}

fn gap() -> BoxedStrategy<&'static str> {
    prop_oneof![6 => Just(" "), 1 => Just("   "), 1 => Just("\t")].boxed()
}

/// Space in brackets, where line breaks and comments mean nothing.
fn wide_gap() -> BoxedStrategy<&'static str> {
    prop_oneof![
        8 => Just(""),
        4 => Just(" "),
        2 => Just("\n"),
        1 => Just("\n\n\n"),
        1 => Just(" // note\n"),
        1 => Just("\n// own line\n    "),
        1 => Just("\n\n  // apart\n\n"),
    ]
    .boxed()
}

/// What separates two entries.
fn separator() -> BoxedStrategy<&'static str> {
    prop_oneof![
        6 => Just("\n"),
        3 => Just(", "),
        1 => Just(","),
        1 => Just(",\n"),
        2 => Just("\n\n\n"),
        1 => Just(" // after\n"),
        1 => Just(", // after\n"),
        1 => Just("\n// before\n"),
        1 => Just("\n\n/// doc\n/// more\n"),
        1 => Just("\n/// doc\n\n"),
        1 => Just("\r\n  "),
        1 => Just("\n// alone\n\n"),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    select(vec![
        r#""""#,
        r#""plain""#,
        r#""a, b {x} c""#,
        r#""{a.b}/{f(1, "in")}""#,
        r#""quote \" back \\ brace \{\} \u{1F600} \n""#,
        r#""a rather long text that takes up a good part of the width of a line""#,
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    prop_oneof![
        4 => name(),
        2 => text(),
        3 => select(vec![
            "1", "42", "1_000", "0.5", "512MiB", "1h30m", "99.9%", "10/s", "true", "false", "none", "{}", "[]",
            "promql`up{job=\"${job}\"} > 0`", "promql`a\n  b`",
            "\"\"\"\n    text {a}\n      deeper\n\n    \"\"\"", "\"\"\"one line\"\"\"",
        ]).prop_map(str::to_owned),
    ]
    .boxed()
}

pub(crate) fn expression(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return leaf();
    }
    let inner = || expression(depth - 1);
    prop_oneof![
        6 => leaf(),
        2 => (name(), name()).prop_map(|(of, member)| format!("{of}.{member}")),
        1 => (name(), inner()).prop_map(|(of, index)| format!("{of}[{index}]")),
        1 => (inner(), inner()).prop_map(|(a, b)| format!("(({a}) + ({b})) * -2")),
        2 => list(depth - 1),
        1 => (name(), vec(inner(), 0..3), wide_gap())
            .prop_map(|(function, items, gap)| format!("{function}({})", items.join(&format!(",{gap}")))),
        1 => (operand(), operator(), operand()).prop_map(|(a, op, b)| format!("{a}{op}{b}")),
        1 => (operand(), inner(), inner(), select(vec![" ", "\n"]))
            .prop_map(|(c, a, b, s)| format!("if {c}{s}then ({a}){s}else ({b})")),
        1 => operand().prop_map(|a| format!("not {a}")),
        1 => operand().prop_map(|a| format!("-{a}")),
        1 => (plain_name(), body(depth - 1)).prop_map(|(tag, body)| format!("{tag} {body}")),
        1 => body(depth - 1),
        1 => (operand(), operand(), select(vec![" ", "\n  "]))
            .prop_map(|(a, xs, s)| format!("[{a}{s}for x, y in {xs}{s}if x == 1]")),
    ]
    .boxed()
}

fn operand() -> BoxedStrategy<String> {
    select(vec!["a", "db.host", "1", "(a or b)", "xs[0]", "f(a)", "0.5", "\"t\"", "10/s"])
        .prop_map(str::to_owned)
        .boxed()
}

fn operator() -> BoxedStrategy<String> {
    let operators = vec!["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "in", "and", "or", "??"];
    let before = select(vec![" ", " ", "\n    ", " // why\n"]);
    (before, select(operators), select(vec![" ", " ", "\n"]))
        .prop_map(|(before, op, after)| format!("{before}{op}{after}"))
        .boxed()
}

fn list(depth: u32) -> BoxedStrategy<String> {
    let item = prop_oneof![5 => expression(depth), 1 => name().prop_map(|xs| format!("...{xs}"))];
    (vec((wide_gap(), item, wide_gap()), 1..5), any::<bool>())
        .prop_map(|(items, trailing)| {
            let items: Vec<String> = items.into_iter().map(|(a, item, b)| format!("{a}{item}{b}")).collect();
            format!("[{}{}]", items.join(","), if trailing { "," } else { "" })
        })
        .boxed()
}

fn body(depth: u32) -> BoxedStrategy<String> {
    (wide_gap(), entries(depth), wide_gap())
        .prop_map(|(before, entries, after)| format!("{{{before}{entries}{after}}}"))
        .boxed()
}

fn entries(depth: u32) -> BoxedStrategy<String> {
    (vec((entry(depth), separator()), 0..5), select(vec!["", "\n/// doc\n", "\n"]))
        .prop_map(|(entries, before)| {
            let mut out = before.to_owned();
            let last = entries.len();
            for (index, (entry, separator)) in entries.into_iter().enumerate() {
                out.push_str(&entry);
                if index + 1 < last {
                    out.push_str(separator);
                }
            }
            out
        })
        .boxed()
}

fn type_expression() -> BoxedStrategy<String> {
    select(vec![
        "Int",
        "Text?",
        "List<Text>",
        "Map<Secret<Url>>?",
        "Int in 14..18",
        "Int in -1..a.b",
        "Text matching \"[a-z]+\"",
        "enum { a, b { x : Int }, c }",
        "enum {\n  /// doc\n  a // first\n  b\n}",
        "{ x : Int, y : Text = \"t\" }",
        "a | b | c",
        "(a | b)?",
    ])
    .prop_map(str::to_owned)
    .boxed()
}

fn path() -> BoxedStrategy<String> {
    prop_oneof![
        4 => plain_name(),
        2 => name(),
        1 => (plain_name(), name()).prop_map(|(a, b)| format!("{a}.{b}")),
        1 => Just("\"X-Key\"".to_owned()),
        1 => Just("a.\"b c\".d".to_owned()),
    ]
    .boxed()
}

fn entry(depth: u32) -> BoxedStrategy<String> {
    let deeper = depth.saturating_sub(1);
    let small = prop_oneof![
        8 => (path(), gap(), expression(deeper), because())
            .prop_map(|(path, gap, value, because)| format!("{path}{gap}={gap}{value}{because}")),
        2 => (plain_name(), gap(), type_expression()).prop_map(|(n, gap, ty)| format!("{n}{gap}:{gap}{ty}")),
        2 => (plain_name(), type_expression(), expression(deeper)).prop_map(|(n, ty, e)| format!("{n} : {ty} = {e}")),
        1 => (name(), expression(deeper)).prop_map(|(n, e)| format!("let {n} = {e}")),
        1 => (name(), type_expression()).prop_map(|(n, ty)| format!("type {n} = {ty}")),
        1 => (name(), expression(deeper)).prop_map(|(n, e)| format!("out {n} = {e}")),
        1 => name().prop_map(|n| format!("...{n}")),
        1 => select(vec!["drop a.b", "drop route \"/\"", "app it", "use ./team-b/x", "use std/data{a,b as c}",
            "use ../x {\n a // why\n b, c }", "metrics m { up : gauge, locks : gauge { a, b }\n ...other }",
            "metrics m {\n  /// doc\n  up:counter\n  much_longer : gauge {a}\n}"])
            .prop_map(str::to_owned),
        2 => (plain_name(), name()).prop_map(|(kind, n)| format!("{kind} {n}")),
        1 => (name(), expression(deeper)).prop_map(|(n, e)| format!("port {n} = {e}")),
        1 => (name(), text()).prop_map(|(n, d)| format!("secret {n} {d}")),
    ];
    if depth == 0 {
        return small.boxed();
    }
    prop_oneof![
        5 => small,
        3 => (path(), gap(), body(deeper)).prop_map(|(path, gap, body)| format!("{path}{gap}{body}")),
        3 => (plain_name(), name(), body(deeper), because())
            .prop_map(|(kind, n, body, because)| format!("{kind} {n} {body}{because}")),
        2 => (select(vec!["\"/\"", "\"/api/\""]), operand(), body(deeper))
            .prop_map(|(label, target, body)| format!("route {label} -> {target} {body}")),
        1 => (select(vec!["kind", "environment", "external thing", "primitive kind"]), name(), body(deeper))
            .prop_map(|(word, n, body)| format!("{word} {n} {body}")),
        1 => (operand(), body(deeper), body(deeper), select(vec![" ", "\n", " // c\n", "\n// c\n"]))
            .prop_map(|(c, a, b, s)| format!("if {c} {a}{s}else {b}")),
        1 => (operand(), body(deeper), body(deeper)).prop_map(|(c, a, b)| format!("if {c} {a} else if {c} {b}")),
        1 => (operand(), body(deeper)).prop_map(|(xs, body)| format!("for x in {xs} {body}")),
        1 => body(deeper).prop_map(|body| format!("raw compose {body} because \"so\"")),
    ]
    .boxed()
}

fn because() -> BoxedStrategy<&'static str> {
    prop_oneof![8 => Just(""), 1 => Just(" because \"of it\""), 1 => Just("\n  because \"of it\"")].boxed()
}
