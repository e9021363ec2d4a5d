//! What texts parse to.

use crate::meaning::parsed;
use laud_syntax::ast::{
    Entry, Expr, ExprNode, ListItem, Node, Quantity, Text, TextPart, TypeExpr, TypeNode, UnaryOp,
};

fn entries(text: &str) -> Vec<Entry> {
    let parsed = parsed(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.file.entries
}

fn value(text: &str) -> Expr {
    match entries(&format!("x = {text}")).remove(0).node {
        Node::Field(field) => field.value,
        node => panic!("{node:?} is no field"),
    }
}

fn ty(text: &str) -> TypeExpr {
    match entries(&format!("x : {text}")).remove(0).node {
        Node::Param(param) => param.ty,
        node => panic!("{node:?} is no parameter"),
    }
}

/// An expression with its structure in parentheses.
fn shown(expr: &Expr) -> String {
    match &expr.node {
        ExprNode::Name(name) => name.to_string(),
        ExprNode::Int(int) => int.to_string(),
        ExprNode::Bool(bool) => bool.to_string(),
        ExprNode::Unary(UnaryOp::Not, of) => format!("(not {})", shown(of)),
        ExprNode::Unary(UnaryOp::Negate, of) => format!("(-{})", shown(of)),
        ExprNode::Binary(binary) => {
            format!("({} {:?} {})", shown(&binary.left), binary.op, shown(&binary.right))
        }
        ExprNode::Member(member) => format!("{}.{}", shown(&member.of), member.name.text),
        ExprNode::Index(index) => format!("{}[{}]", shown(&index.of), shown(&index.index)),
        ExprNode::Call(call) => format!("{}/{}", call.function.text, call.arguments.len()),
        ExprNode::Tagged(tagged) => format!("{}{{{}}}", tagged.tag.text, tagged.body.entries.len()),
        ExprNode::Record(body) => format!("{{{}}}", body.entries.len()),
        ExprNode::If(choice) => {
            format!("if {} {} {}", shown(&choice.condition), shown(&choice.then), shown(&choice.otherwise))
        }
        ExprNode::List(items) => format!("[{}]", items.iter().map(shown_item).collect::<Vec<_>>().join(" ")),
        other => format!("{other:?}"),
    }
}

fn shown_item(item: &ListItem) -> String {
    match item {
        ListItem::Value(value) => shown(value),
        ListItem::Spread(value) => format!("...{}", shown(value)),
    }
}

#[test]
fn operators_bind_by_their_table() {
    let cases = [
        ("a ?? b or c", "(a Default (b Or c))"),
        ("a or b and c", "(a Or (b And c))"),
        ("not a == b and c", "((not (a Equal b)) And c)"),
        ("a + b * c - d", "((a Add (b Multiply c)) Subtract d)"),
        ("a - b - c", "((a Subtract b) Subtract c)"),
        ("-a.b * 2", "((-a.b) Multiply 2)"),
        ("a in b and c in d", "((a In b) And (c In d))"),
        ("(a + b) * c", "((a Add b) Multiply c)"),
        ("if a then b else c + 1", "if a b (c Add 1)"),
        ("a\n  + b\n  and c", "((a Add b) And c)"),
        ("f(a, [b])[0].c", "f/2[0].c"),
        ("[a, ...b, -1,]", "[a ...b (-1)]"),
        ("acme { a = 1, b = 2 }", "acme{2}"),
        ("a / s", "(a Divide s)"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(&value(text)), expected, "{text}");
    }
}

#[test]
fn numbers_have_units() {
    assert_eq!(value("10/s").node, ExprNode::Quantity(Quantity::Rate { count: 10, per: 1000 }));
    assert_eq!(value("1h30m").node, ExprNode::Quantity(Quantity::Duration(5_400_000)));
    assert_eq!(value("99.9%").node, ExprNode::Quantity(Quantity::Percent(99.9)));
    assert_eq!(value("2GiB").node, ExprNode::Quantity(Quantity::Bytes(2 << 30)));
}

fn parts(text: &Text) -> Vec<String> {
    let part = |part: TextPart<'_>| match part {
        TextPart::Literal { text, .. } => text.to_string(),
        TextPart::Value(value) => format!("<{}>", shown(value)),
    };
    text.parts().map(part).collect()
}

fn text(source: &str) -> Vec<String> {
    match value(source).node {
        ExprNode::Text(text) => parts(&text),
        ExprNode::Embedded(embedded) => parts(&embedded.content),
        node => panic!("{node:?} is no text"),
    }
}

#[test]
fn texts_are_read() {
    assert_eq!(text(r#""""#), [""; 0]);
    assert_eq!(text(r#""a{b.c}d""#), ["a", "<b.c>", "d"]);
    assert_eq!(text(r#""{f("{a}", { x = 1 })}""#), ["<f/2>"]);
    assert_eq!(text(r#""\"\\\n\t\{\}\u{1F600}""#), ["\"\\\n\t{}\u{1F600}"]);
    assert_eq!(text("\"\"\"\n    a\n      {b}\n\n    \\{c\\}\n    \"\"\""), ["a\n  ", "<b>", "\n\n{c}\n"]);
    assert_eq!(text("\"\"\"\r\n  a\r\n  b\"\"\""), ["a\nb"]);
    assert_eq!(text("\"\"\"say \"hi\\\"\"\"\""), ["say \"hi\""]);
    assert_eq!(text("promql`x{a=\"\\\\d\"} > ${y} \\` \\${z}`"), ["x{a=\"\\\\d\"} > ", "<y>", " ` ${z}"]);
}

#[test]
fn types_are_read() {
    assert_eq!(ty("Text").node, TypeNode::Named("Text".into()));
    assert!(
        matches!(ty("Map<Secret<Url>>?").node, TypeNode::Optional(of) if matches!(of.node, TypeNode::Generic(..)))
    );
    assert!(matches!(ty("Int in 14..18 = 17").node, TypeNode::Range { .. }));
    assert!(matches!(ty("Text matching \"[a-z]+\"").node, TypeNode::Matching { .. }));
    assert!(matches!(ty("a | b").node, TypeNode::Union(kinds) if kinds.len() == 2));
    assert!(
        matches!(ty("enum { a, b { x : Int }\n c }").node, TypeNode::Enum(variants) if variants.len() == 3)
    );
    assert!(
        matches!(ty("{ x : Int = 1, y : Text }").node, TypeNode::Record(body) if body.entries.len() == 2)
    );
}

/// What an entry is, in a word.
fn sort(node: &Node) -> &'static str {
    match node {
        Node::App(_) => "app",
        Node::Use(_) => "use",
        Node::Kind(kind) => {
            if kind.primitive {
                "primitive"
            } else {
                "kind"
            }
        }
        Node::Type(_) => "type",
        Node::Let(_) => "let",
        Node::Metrics(_) => "metrics",
        Node::Environment(_) => "environment",
        Node::Decl(decl) => {
            if decl.external {
                "external"
            } else {
                "declaration"
            }
        }
        Node::Param(_) => "parameter",
        Node::Out(_) => "out",
        Node::Field(_) => "field",
        Node::Block(_) => "block",
        Node::Spread(_) => "spread",
        Node::Drop(_) => "drop",
        Node::If(_) => "if",
        Node::For(_) => "for",
        Node::Raw(_) => "raw",
        Node::Error => "error",
    }
}

#[test]
fn words_are_keywords_only_where_they_fit() {
    let cases = [
        ("app it", "app"),
        ("app = 1", "field"),
        ("use ./team", "use"),
        ("use ../shared/kinds-2 { a }", "use"),
        ("use = 1", "field"),
        ("kind a { }", "kind"),
        ("kind = 1", "field"),
        ("primitive kind a { }", "primitive"),
        ("primitive : Bool", "parameter"),
        ("type a = Int", "type"),
        ("type : Text", "parameter"),
        ("let a = 1", "let"),
        ("metrics a { b : gauge }", "metrics"),
        ("metrics { port = http }", "block"),
        ("metrics a", "declaration"),
        ("environment a { }", "environment"),
        ("environment = 1", "field"),
        ("external postgres db { }", "external"),
        ("external service", "declaration"),
        ("external = true", "field"),
        ("out a = 1", "out"),
        ("out { }", "block"),
        ("drop a.b", "drop"),
        ("drop route \"/\"", "drop"),
        ("drop = [ALL]", "field"),
        ("raw compose { } because \"x\"", "raw"),
        ("raw { }", "block"),
        ("if a { }", "if"),
        ("if = 1", "field"),
        ("for x in xs { }", "for"),
        ("for = 10m", "field"),
        ("in = 1", "field"),
        ("not = 1", "field"),
        ("a.b.\"c d\" = 1", "field"),
        ("a.b { }", "block"),
        ("...a", "spread"),
        ("port sql = 5432", "declaration"),
        ("setting a \"b\" : Domain = \"c\"", "declaration"),
        ("route \"/\" -> a.b { c = 1 } because \"d\"", "declaration"),
        ("route \"/\" -> a { c = 1 }", "declaration"),
    ];
    for (text, expected) in cases {
        assert_eq!(sort(&entries(text)[0].node), expected, "{text}");
    }
}

#[test]
fn fields_may_be_called_like_operators() {
    let text = "a = b\nin = 1\nand = 2\nor : Int\nthen = 3";
    assert_eq!(
        entries(text).iter().map(|entry| sort(&entry.node)).collect::<Vec<_>>(),
        ["field", "field", "field", "parameter", "field"]
    );
}

#[test]
fn docs_belong_to_what_follows() {
    let text = "/// one\n/// two\na = 1 /// no doc\n\n/// three\n\n// plain\nb { /// no doc\n  /// four\n  c = 1\n}\n/// last";
    let entries = entries(text);
    assert_eq!(&*entries[0].doc, "one\ntwo");
    assert_eq!(&*entries[1].doc, "three");
    match &entries[1].node {
        Node::Block(block) => assert_eq!(&*block.body.entries[0].doc, "four"),
        node => panic!("{node:?} is no block"),
    }
}

#[test]
fn else_if_is_a_body_of_one_entry() {
    let entries = entries("if a { x = 1 } else if b { y = 2 }\nelse { z = 3 }");
    let Node::If(first) = &entries[0].node else { panic!("no if") };
    let otherwise = first.otherwise.as_ref().expect("an else");
    assert_eq!(otherwise.entries.len(), 1);
    let Node::If(second) = &otherwise.entries[0].node else { panic!("no second if") };
    assert!(second.otherwise.is_some());
}

#[test]
fn spans_leave_parentheses_out() {
    let source = "x = (a + b) * c.d";
    let expr = value(&source[4..]);
    assert_eq!(&source[expr.span.range()], "(a + b) * c.d");
    let ExprNode::Binary(binary) = expr.node else { panic!("no operation") };
    assert_eq!(&source[binary.left.span.range()], "a + b");
    assert_eq!(&source[binary.right.span.range()], "c.d");
}
