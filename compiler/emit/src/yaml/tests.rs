//! The printer against an independent reader, which must give back the tree.

use super::*;
use crate::{File, Whole};
use laud_syntax::FileId;
use lean_string::LeanStr;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A tree as a file, and what of the overlay clashed with it.
fn printed<L: Serialize>(
    head: &str,
    tree: &impl Serialize,
    overlay: &Overlay<L>,
) -> (File, Vec<(String, Origin)>) {
    let mut file = File::default();
    let clashes = print_over(&mut Whole::new(|whole| file = whole), "a.yml", head, tree, overlay);
    (file, clashes)
}

fn text(head: &str, tree: &impl Serialize) -> String {
    printed(head, tree, &Overlay::<()>::default()).0.content
}

/// Texts that some YAML reader takes for something else when they are bare, or
/// that break out of a careless quotation.
const TRAPS: &[&str] = &[
    "",
    " ",
    " x",
    "x ",
    "no",
    "NO",
    "on",
    "Off",
    "yes",
    "y",
    "n",
    "true",
    "False",
    "null",
    "Null",
    "~",
    "22:22",
    "190:20:30",
    "59:59",
    "0755",
    "0o17",
    "0x1F",
    "08",
    "1_000",
    "1e3",
    "1.10",
    "-1",
    "+1",
    ".5",
    ".inf",
    "-.INF",
    ".nan",
    "2024-01-01",
    "2024-01-01 10:00:00",
    "=",
    "<<",
    "- x",
    "-",
    "? ",
    "? x",
    "# x",
    "x #y",
    "x: y",
    ":",
    "{",
    "{{",
    "}",
    "[",
    "]",
    ",",
    "&a",
    "*a",
    "!x",
    "|",
    ">",
    "%x",
    "@x",
    "`x`",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    "a\"b\\c",
    "a\nb",
    "\n",
    "a\n",
    "\ta\t",
    "---",
    "...",
    "--- a",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{2029}b",
    "\u{7F}",
    "\u{9F}",
    "\u{A0}",
    "\u{AD}",
    "\u{FEFF}",
    "x\u{FEFF}y",
    "\u{FFFD}",
    "\u{FFFE}",
    "\u{202E}x",
    "😀",
    "é",
    "日本語",
    "\u{10FFFF}",
    "$x",
    "${x}",
    "$$",
];

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn assert_round_trip(tree: &Value) {
    let printed = text("", tree);
    assert_eq!(&read(&printed), tree, "{printed}");
}

#[test]
fn no_text_changes() {
    assert_round_trip(&json!(TRAPS));
    for trap in TRAPS {
        assert_round_trip(&json!(trap));
    }
}

#[test]
fn no_key_changes() {
    let map: BTreeMap<&str, usize> = TRAPS.iter().copied().zip(0..).collect();
    assert_round_trip(&json!(map));
    assert_round_trip(&json!({ "k".repeat(3000): { "é".repeat(1500): [1], "\n".repeat(2000): {} } }));
}

#[test]
fn texts_are_quoted_and_never_folded() {
    let long = "word ".repeat(1000);
    let printed = text("", &json!({ "plain-key.x/y_1": long, "on": "x" }));
    assert_eq!(printed, format!("plain-key.x/y_1: \"{long}\"\n\"on\": \"x\"\n"));
}

#[test]
fn shapes_stand_in_block_style() {
    let tree = json!({
        "a": { "b": [], "c": {}, "d": null, "e": true, "f": -3, "g": 1.0, "h": [[1, [2]], { "x": 1, "z": [3] }] },
        "i": [{ "j": { "k": 1 } }, [], {}],
    });
    let expected = "\
a:
  b: []
  c: {}
  d: null
  e: true
  f: -3
  g: 1.0
  h:
    - - 1
      - - 2
    - x: 1
      z:
        - 3
i:
  - j:
      k: 1
  - []
  - {}
";
    assert_eq!(text("", &tree), expected);
    assert_round_trip(&tree);
}

#[test]
fn documents_may_be_scalars_or_empty() {
    for (tree, expected) in
        [(json!("x"), "\"x\"\n"), (json!({}), "{}\n"), (json!([]), "[]\n"), (json!(3), "3\n")]
    {
        assert_eq!(text("# head\n", &tree), format!("# head\n{expected}"));
    }
}

#[test]
fn floats_are_floats_in_every_version_of_yaml() {
    let printed = text("", &[0.5, 2.0, 1e300, 1.5e-7, -1e21]);
    assert_eq!(printed, "- 0.5\n- 2.0\n- 1.0e+300\n- 1.5e-7\n- -1.0e+21\n");
}

#[test]
fn enums_are_texts_or_maps_of_one_entry() {
    #[derive(Serialize)]
    enum Every {
        Unit,
        Newtype(u8),
        Tuple(u8, u8),
        Struct { a: u8 },
    }
    let tree = [Every::Unit, Every::Newtype(1), Every::Tuple(1, 2), Every::Struct { a: 1 }];
    let tree = BTreeMap::from([("x", tree)]);
    let printed = text("", &tree);
    assert_eq!(read(&printed), serde_json::to_value(&tree).expect("a tree"), "{printed}");
}

fn at(start: u32) -> Origin {
    Origin::new(FileId(7), start, start + 1)
}

#[test]
fn lines_know_where_they_came_from() {
    #[derive(Serialize)]
    struct Service {
        image: &'static str,
        env: BTreeMap<&'static str, Marked<&'static str>>,
        ports: Vec<Marked<BTreeMap<&'static str, u16>>>,
        last: bool,
    }
    let service = Service {
        image: "x",
        env: BTreeMap::from([("A", Marked::new(at(2), "1")), ("B", Marked::new(at(3), "2"))]),
        ports: vec![Marked::new(at(4), BTreeMap::from([("target", 1), ("zone", 2)]))],
        last: true,
    };
    let tree = BTreeMap::from([("db", Marked::new(at(1), service))]);
    let (printed, _) = printed("# head\n", &tree, &Overlay::<()>::default());
    let causes: Vec<(&str, Option<u32>)> = (0..)
        .zip(printed.content.lines())
        .map(|(number, line)| {
            let cause = printed.origins.iter().rev().find(|(first, _)| *first <= number);
            (line.trim(), cause.map(|(_, origin)| origin.start()))
        })
        .collect();
    let expected = [
        ("# head", None),
        ("db:", Some(1)),
        ("image: \"x\"", Some(1)),
        ("env:", Some(1)),
        ("A: \"1\"", Some(2)),
        ("B: \"2\"", Some(3)),
        ("ports:", Some(1)),
        ("- target: 1", Some(4)),
        ("zone: 2", Some(4)),
        ("last: true", Some(1)),
    ];
    assert_eq!(causes, expected);
    assert!(printed.origins.is_sorted_by_key(|(line, _)| *line));
    assert!(
        printed
            .origins
            .iter()
            .all(|(_, origin)| origin.file() == FileId(7) && origin.end() == origin.start() + 1)
    );
}

fn overlay(entries: &[(&[&str], u32)]) -> Overlay<u32> {
    let mut overlay = Overlay::default();
    for (path, number) in entries {
        let (key, folder) = path.split_last().expect("a path");
        let over = Over { path: path.join("."), origin: at(*number), content: Content::Leaf(*number) };
        let folder = overlay.at(folder, at(*number)).expect("no value in the way");
        assert!(folder.put(&LeanStr::from(*key), over).is_ok());
    }
    overlay
}

#[test]
fn an_overlay_adds_and_never_changes() {
    let tree = json!({ "a": { "b": 1, "c": { "d": 2 } }, "e": [1], "f": {} });
    let overlay = overlay(&[
        (&["a", "b"], 10),
        (&["a", "c", "x"], 11),
        (&["a", "y", "z"], 12),
        (&["e", "v"], 13),
        (&["f", "w"], 14),
        (&["g"], 15),
    ]);
    let (printed, clashes) = printed("", &tree, &overlay);
    let expected = json!({
        "a": { "b": 1, "c": { "d": 2, "x": 11 }, "y": { "z": 12 } },
        "e": [1],
        "f": { "w": 14 },
        "g": 15,
    });
    assert_eq!(read(&printed.content), expected, "{}", printed.content);
    assert_eq!(clashes, [("a.b".to_owned(), at(10)), ("e".to_owned(), at(13))]);
}

#[test]
fn an_overlay_says_one_thing_once() {
    let mut overlay = overlay(&[(&["a", "b"], 1)]);
    assert!(overlay.at(&["a", "b", "c"], at(2)).is_none());
    let again = Over { path: "a.b".to_owned(), origin: at(3), content: Content::Leaf(3) };
    let map = overlay.at(&["a"], at(3)).expect("a map");
    assert!(map.put(&LeanStr::from("b"), again).is_err());
}

/// Any text without control characters, other than tab and line feed.
fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![any::<char>(), proptest::sample::select(TRAPS.concat().chars().collect::<Vec<_>>())],
        0..24,
    )
    .prop_map(|chars| {
        chars
            .into_iter()
            .filter(|each| !each.is_control() || matches!(each, '\t' | '\n' | '\u{85}'))
            .collect()
    })
}

fn any_tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any_text(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_comes_back(text in any_text()) {
        assert_round_trip(&json!(text));
        assert_round_trip(&json!({ &text: &text }));
    }

    #[test]
    fn any_tree_comes_back(tree in any_tree()) {
        assert_round_trip(&tree);
    }
}
