//! The grammar and the compiler read the same: every entry, expression, type and name stands where the other has it.

use super::read;
use crate::place::{repository, shown, specs};
use crate::tree::debug::{self, Value};
use camino::Utf8PathBuf;
use laud_syntax::{Code, Diagnostic, FileId, Parsed, code, parse};
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use tree_sitter::{Node, Tree};

/// What stands where, in order.
type Parts = Vec<(Range<usize>, String)>;

/// Edits of each kind that are tried on a text.
const EDITS: usize = 3;

/// The fields that both trees have, by one name.
const FIELDS: [&str; 7] = ["alias", "function", "kind", "language", "name", "tag", "variable"];

/// What the compiler refuses and the grammar takes: what is wrong is a value, or one place with another.
const BELOW_THE_GRAMMAR: [&Code; 6] = [
    &code::BAD_NUMBER,
    &code::CHAINED_COMPARISON,
    &code::CONTROL_CHARACTER,
    &code::OUTDENTED_TEXT,
    &code::TOO_DEEP,
    &code::UNKNOWN_UNIT,
];

/// A name that only the compiler refuses, for it is a value of the language.
const RESERVED: &str = "expected a name, found `none`";

fn inputs() -> Vec<(Utf8PathBuf, String, Parsed)> {
    let folders = ["golden", "examples", "stdlib"];
    let paths = folders.into_iter().flat_map(|folder| specs(&repository().join(folder)));
    let texts = paths.filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)));
    texts
        .map(|(path, text)| {
            let parsed = parse(FileId(0), &text);
            (path, text, parsed)
        })
        .collect()
}

#[test]
fn valid_inputs_read_the_same() {
    let valid = inputs().into_iter().filter(|(_, _, parsed)| parsed.diagnostics.is_empty());
    let wrong: Vec<String> = valid
        .filter_map(|(path, text, parsed)| Some(format!("{}: {}", shown(&path), difference(&text, &parsed)?)))
        .collect();
    assert!(wrong.is_empty(), "the grammar and the compiler do not agree\n{}", wrong.join("\n"));
}

/// What the edit of an author may leave: a space for a line break and the reverse, a character gone, a line gone.
#[test]
fn what_is_valid_after_an_edit_reads_the_same() {
    let mut wrong = Vec::new();
    for (path, text, _) in inputs() {
        for edited in edits(&text) {
            let parsed = parse(FileId(0), &edited);
            if parsed.diagnostics.is_empty() {
                let found =
                    difference(&edited, &parsed).filter(|_| !has_kind_like_operator(&edited, &parsed));
                wrong.extend(found.map(|found| format!("{}: {found}", shown(&path))));
            }
        }
    }
    assert!(wrong.is_empty(), "the grammar and the compiler do not agree\n{}", wrong.join("\n"));
}

/// Whether a declaration is of a kind such as `and`, which the grammar takes for an operator of the line before.
fn has_kind_like_operator(text: &str, parsed: &Parsed) -> bool {
    let words = ["and", "or", "in", "then", "else"];
    let mut kinds =
        parts_of_compiler(parsed).into_iter().filter(|(_, what)| what == "the kind of declaration");
    kinds.any(|(place, _)| words.contains(&&text[place]))
}

/// Some edits of a text, the same in each run.
fn edits(text: &str) -> impl Iterator<Item = String> {
    let step = (text.len() / EDITS).max(1);
    let places = text.char_indices().enumerate().filter(move |(index, _)| index % step == 0);
    places.flat_map(move |(_, (at, letter))| {
        let after = at + letter.len_utf8();
        let line = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let space = text[at..].find([' ', '\n']).map(|found| at + found);
        let swapped = space.map(|space| {
            let other = if text[space..].starts_with(' ') { "\n" } else { " " };
            format!("{}{other}{}", &text[..space], &text[space + 1..])
        });
        let gone = format!("{}{}", &text[..at], &text[after..]);
        let cut = format!("{}{}", &text[..at], &text[line..]);
        [Some(gone), Some(cut), swapped].into_iter().flatten()
    })
}

/// The first thing that the two read differently.
fn difference(text: &str, parsed: &Parsed) -> Option<String> {
    let tree = read(text);
    let (grammar, compiler) = (parts_of_grammar(&tree), parts_of_compiler(parsed));
    let only = |parts: &Parts, others: &Parts| {
        parts.iter().find(|part| others.binary_search_by(|other| order(other, part)).is_err()).cloned()
    };
    let (who, (place, what)) = match (only(&grammar, &compiler), only(&compiler, &grammar)) {
        (Some(part), _) => ("the grammar", part),
        (None, Some(part)) => ("the compiler", part),
        (None, None) if tree.root_node().has_error() => return Some("the grammar has an error".to_owned()),
        (None, None) => return None,
    };
    let around = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    Some(format!("only {who} has {what} `{}`, in `{}`", &text[place.clone()], &text[around..place.end]))
}

#[test]
fn errors_of_syntax_are_errors_of_the_grammar() {
    let mut wrong = String::new();
    for (path, text, parsed) in inputs() {
        let due = parsed.diagnostics.iter().find(|diagnostic| is_of_syntax(diagnostic));
        if let Some(due) = due
            && !read(&text).root_node().has_error()
        {
            let _ = writeln!(wrong, "{}: {} {}", shown(&path), due.code.id, due.message);
        }
    }
    assert!(wrong.is_empty(), "the grammar takes what the compiler refuses\n{wrong}");
}

fn is_of_syntax(diagnostic: &Diagnostic) -> bool {
    let below = BELOW_THE_GRAMMAR.iter().any(|below| below.id == diagnostic.code.id);
    !below && diagnostic.message != RESERVED
}

fn parts_of_grammar(tree: &Tree) -> Parts {
    let mut parts = Parts::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if let Some(what) = part(node) {
            parts.push((node.byte_range(), what.to_owned()));
        }
        if let Some(language) = node.child_by_field_name("language") {
            parts.push((language.end_byte()..node.end_byte(), "text".to_owned()));
        }
        // The compiler has these names without a field.
        let fields = if matches!(node.kind(), "app" | "generic_type") { &[][..] } else { &FIELDS };
        for field in fields {
            if let Some(named) = node.child_by_field_name(field) {
                parts.push((named.byte_range(), format!("the {field} of {}", node.kind())));
            }
        }
        open.extend(node.children(&mut node.walk()));
    }
    sorted(parts)
}

/// What the compiler's tree has for a node, if anything.
fn part(node: Node<'_>) -> Option<&str> {
    match node.kind() {
        _ if !node.is_named() => None,
        "true" | "false" => Some("bool"),
        "text" if node.parent().is_some_and(|parent| parent.kind() == "path") => Some("identifier"),
        "type_identifier" | "module_path" => Some("identifier"),
        // Parts of their parents in the compiler's tree, or of the lexer's.
        "source_file" | "body" | "path" | "because" | "use_names" | "use_name" | "metrics_body"
        | "metrics_spread" | "metric" | "metric_labels" | "variant" | "list_spread" | "interpolation"
        | "parenthesized" | "parenthesized_type" | "text_content" | "escape" | "embedded_content"
        | "comment" | "doc_comment" => None,
        kind => Some(kind),
    }
}

fn parts_of_compiler(parsed: &Parsed) -> Parts {
    let mut parts = Parts::new();
    for entry in &parsed.file.entries {
        collect(&debug::read(&format!("{entry:?}")), &mut parts);
    }
    sorted(parts)
}

fn collect(value: &Value, parts: &mut Parts) {
    match value {
        Value::Word(_) | Value::Text(_) => {}
        Value::List(values) => values.iter().for_each(|value| collect(value, parts)),
        Value::Tuple(_, values) => values.iter().for_each(|value| collect(value, parts)),
        Value::Record(of, fields) => {
            let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
            match (of.as_str(), field("span").and_then(span), field("node")) {
                (_, Some(span), Some(node)) => parts.push((span, kind(of, node))),
                ("Ident", Some(span), None) => parts.push((span, "identifier".to_owned())),
                ("Text", Some(span), None) => parts.push((span, "text".to_owned())),
                (_, _, _) => {}
            }
            for (name, value) in fields {
                if FIELDS.contains(&name.as_str())
                    && let Some(span) = span_below(value)
                {
                    parts.push((span, format!("the {name} of {}", owner(of))));
                }
                collect(value, parts);
            }
        }
    }
}

fn sorted(mut parts: Parts) -> Parts {
    parts.sort_by(order);
    parts.dedup();
    parts
}

fn order((a, of_a): &(Range<usize>, String), (b, of_b): &(Range<usize>, String)) -> Ordering {
    (a.start, a.end, of_a).cmp(&(b.start, b.end, of_b))
}

/// The grammar's name for a node of an entry, an expression or a type.
fn kind(of: &str, node: &Value) -> String {
    let (Value::Word(variant) | Value::Tuple(variant, _) | Value::Record(variant, _)) = node else {
        panic!("a node is a variant, and no {node:?}")
    };
    let name = match (of, variant.as_str()) {
        ("Entry", "Decl") => "declaration",
        ("Entry", "For") => "for_entry",
        ("Entry", "If") => "if_entry",
        ("Entry", "Out") => "output",
        ("Entry", "Param") => "parameter",
        ("Entry", "Type") => "type_alias",
        ("Expr", "If") => "conditional",
        ("Expr", "Int" | "Float") => "number",
        ("Expr", "Name") | ("TypeExpr", "Named") => "identifier",
        ("TypeExpr", narrowed) => return format!("{}_type", snake(narrowed)),
        (_, other) => return snake(other),
    };
    name.to_owned()
}

/// The grammar's name for a record of the tree that is no node by itself.
fn owner(record: &str) -> String {
    match record {
        "Decl" => "declaration".to_owned(),
        "Metric" => "metric".to_owned(),
        "Out" => "output".to_owned(),
        "Param" => "parameter".to_owned(),
        other => snake(other),
    }
}

/// `IfEntry` as `if_entry`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// `0:12..34`
fn span(value: &Value) -> Option<Range<usize>> {
    let Value::Word(word) = value else { return None };
    let (start, end) = word.split_once(':')?.1.split_once("..")?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

/// Where a name or a label stands, within whatever holds it.
fn span_below(value: &Value) -> Option<Range<usize>> {
    match value {
        Value::Tuple(_, values) => values.first().and_then(span_below),
        Value::Record(_, fields) => {
            fields.iter().find(|(name, _)| name == "span").and_then(|(_, value)| span(value))
        }
        Value::Word(_) | Value::Text(_) | Value::List(_) => None,
    }
}
