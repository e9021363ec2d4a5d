//! The one JSON printer: small objects and arrays on one line, the others an
//! entry a line, as formatters lay JSON out.
//!
//! What is small is not known before it ends. So a container is begun flat, and
//! broken as soon as its line grows too long; from then on it stays broken.
//! Only the line in work is ever moved, which costs the same for any size.

mod serializer;

use crate::Sink;
use crate::page::PIECE;
use laud_plan::Origin;
use serde::Serialize;

/// The longest line that a container may be on as a whole.
const LONGEST_LINE: usize = 100;

/// Columns from one level to the next.
const STEP: usize = 2;

/// Who causes the items of a list at the top of a document.
pub(crate) struct Items<'a> {
    /// The list's key.
    pub(crate) list: &'static str,
    /// The cause of each of its items, in order.
    pub(crate) causes: &'a mut dyn Iterator<Item = Origin>,
}

/// Prints a tree as the file at `path`, all of it caused by `origin`: keys in
/// the order of the tree, and a line feed at the end.
///
/// # Panics
/// If a key is no text or a `Serialize` of the tree makes an error of its own;
/// no tree of this crate does.
pub(crate) fn print(sink: &mut dyn Sink, path: &str, origin: Origin, value: &impl Serialize) {
    print_items(sink, path, origin, value, Items { list: "", causes: &mut std::iter::empty() });
}

/// [`print`] for a document with a list whose items have causes of their own.
///
/// # Panics
/// As [`print`].
pub(crate) fn print_items(
    sink: &mut dyn Sink,
    path: &str,
    origin: Origin,
    value: &impl Serialize,
    items: Items<'_>,
) {
    sink.begin(path);
    sink.origin(0, origin);
    let mut page = Page {
        opening: format!("  \"{}\": [", items.list).into_bytes(),
        causes: items.causes,
        is_in_list: false,
        sink,
        text: Vec::with_capacity(PIECE + PIECE / 8),
        line: 0,
        number: 0,
        depth: 0,
        broken: 0,
        breaks: Vec::new(),
        moved: Vec::new(),
    };
    value.serialize(&mut page).expect("trees of this crate have text keys and no errors of their own");
    page.end_line(0);
    page.hand_over();
    page.sink.end();
}

/// The text that has not gone to the sink yet.
struct Page<'s> {
    sink: &'s mut dyn Sink,
    text: Vec<u8>,
    /// Where the line in work starts.
    line: usize,
    /// Its number.
    number: u32,
    /// How many containers are open.
    depth: usize,
    /// How many of them, from the outermost on, are broken.
    broken: usize,
    /// The places in the line in work where its flat containers can break, in order.
    breaks: Vec<Break>,
    /// The end of the line in work while it is moved.
    moved: Vec<u8>,
    /// The line with which the list of [`Items`] opens.
    opening: Vec<u8>,
    /// The causes of its items to come.
    causes: &'s mut dyn Iterator<Item = Origin>,
    is_in_list: bool,
}

/// A place between two entries, or before the first.
#[derive(Clone, Copy)]
struct Break {
    /// Where it is in the text.
    at: usize,
    /// Whether a blank stands there while the container is flat.
    blank: bool,
    /// The depth of its container.
    depth: usize,
}

impl Page<'_> {
    fn open(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth += 1;
        // A document of more than a scalar has several lines.
        if self.depth == 1 {
            self.broken = 1;
        }
    }

    /// Goes to where the next entry starts.
    fn entry(&mut self, first: bool, blank: bool) {
        if !first {
            self.fit(0);
            self.text.push(b',');
        }
        if self.broken == self.depth {
            self.end_line(self.depth);
            // No flat container is open, so that nothing before this line moves any more.
            if self.text.len() >= PIECE {
                self.hand_over();
            }
            return;
        }
        self.breaks.push(Break { at: self.text.len(), blank, depth: self.depth });
        if blank {
            self.text.push(b' ');
        }
    }

    fn close(&mut self, bracket: u8, blank: bool) {
        // With no entry the bracket before is the other one.
        let is_empty = matches!(self.text.last(), Some(b'{' | b'['));
        if !is_empty {
            self.fit(if blank { 2 } else { 1 });
            if self.broken == self.depth {
                self.end_line(self.depth - 1);
            } else if blank {
                self.text.push(b' ');
            }
        }
        self.text.push(bracket);
        while self.breaks.pop_if(|last| last.depth == self.depth).is_some() {}
        self.depth -= 1;
        self.broken = self.broken.min(self.depth);
    }

    fn end_line(&mut self, level: usize) {
        self.tell_cause();
        self.text.push(b'\n');
        self.line = self.text.len();
        self.number += 1;
        self.text.resize(self.line + level * STEP, b' ');
    }

    /// Says who causes the line in work, which is whole, if an item starts on it.
    ///
    /// Indentation tells the depth: in JSON a text holds no raw line feed, so
    /// that no line of it can look like the start of an item.
    fn tell_cause(&mut self) {
        let line = &self.text[self.line..];
        if !self.is_in_list {
            self.is_in_list = line == self.opening;
        } else if line.starts_with(b"    {") {
            self.causes.next().into_iter().for_each(|cause| self.sink.origin(self.number, cause));
        } else if line.starts_with(b"  ]") {
            self.is_in_list = false;
        }
    }

    /// Hands over every line before the one in work.
    fn hand_over(&mut self) {
        // The serializer writes texts as they are, or escaped in ASCII.
        self.sink.text(str::from_utf8(&self.text[..self.line]).unwrap_or_default());
        self.text.drain(..self.line);
        self.line = 0;
    }

    /// Breaks containers, outermost first, until the line has room for so many
    /// columns more and a comma. Enough to be asked when an entry has ended: a
    /// line only grows until then, so that what breaks it breaks it then too.
    fn fit(&mut self, more: usize) {
        while self.broken < self.depth && self.text.len() - self.line + more >= LONGEST_LINE {
            self.break_open();
        }
    }

    /// Breaks the outermost container that is flat.
    // Not inlined, because few entries come to it: `fit` is small without it.
    #[inline(never)]
    fn break_open(&mut self) {
        self.broken += 1;
        let depth = self.broken;
        let Some(first) = self.breaks.first() else { return };
        let start = first.at;
        let mut moved = std::mem::take(&mut self.moved);
        moved.clear();
        moved.extend_from_slice(&self.text[start..]);
        self.text.truncate(start);
        // How much of it is back, and how many of the places are still to break at.
        let (mut back, mut kept) = (0, 0);
        for index in 0..self.breaks.len() {
            let one = self.breaks[index];
            let at = one.at - start;
            if one.depth == depth {
                self.text.extend_from_slice(&moved[back..at]);
                back = at + usize::from(one.blank);
                self.end_line(depth);
            } else {
                self.breaks[kept] = Break { at: self.text.len() + at - back, ..one };
                kept += 1;
            }
        }
        self.breaks.truncate(kept);
        self.text.extend_from_slice(&moved[back..]);
        self.moved = moved;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{File, Whole};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// The file with the causes of the items of `list`, which are numbered.
    fn printed(value: &Value, list: &'static str) -> File {
        let mut file = File::default();
        let mut sink = Whole::new(|whole| file = whole);
        let causes = &mut (1..).map(|n| Origin::new(laud_syntax::FileId(0), n, n));
        print_items(&mut sink, "a.json", Origin::default(), value, Items { list, causes });
        file
    }

    fn text(value: &Value) -> String {
        printed(value, "").content
    }

    #[test]
    fn small_containers_are_on_one_line() {
        let text = text(&json!({
            "empty": [{}, []],
            "place": { "x": 0, "of": [1, 2.5, null] },
            "long": { "text": "x".repeat(90), "list": [{ "a": true }] },
            "list": ["y".repeat(50), "y".repeat(50)],
        }));
        let (x, y) = ("x".repeat(90), "y".repeat(50));
        let expected = [
            "{",
            "  \"empty\": [{}, []],",
            "  \"place\": { \"x\": 0, \"of\": [1, 2.5, null] },",
            "  \"long\": {",
            &format!("    \"text\": \"{x}\","),
            "    \"list\": [{ \"a\": true }]",
            "  },",
            "  \"list\": [",
            &format!("    \"{y}\","),
            &format!("    \"{y}\""),
            "  ]",
            "}\n",
        ];
        assert_eq!(text, expected.join("\n"));
    }

    #[test]
    fn each_item_of_the_list_has_its_cause() {
        let value = json!({
            "before": [{ "panels": [{}] }],
            "panels": [{ "a": [{ "b": "c".repeat(90) }] }, { "panels": "x\n    {" }],
            "after": [{ "a": 1 }],
        });
        let file = printed(&value, "panels");
        let lines: Vec<&str> = file.content.lines().collect();
        let [(0, _), (one, first), (other, second)] = file.origins[..] else { panic!("{:?}", file.origins) };
        assert_eq!((first.start(), lines[one as usize]), (1, "    {"));
        assert_eq!((second.start(), lines[other as usize]), (2, "    { \"panels\": \"x\\n    {\" }"));
        assert!(file.content.ends_with("}\n"));
    }

    #[test]
    fn what_is_handed_over_in_pieces_is_whole() {
        let item = json!({ "texts": ["a".repeat(60), "b".repeat(60), "c"], "x": { "y": 1 } });
        let value = json!({ "panels": vec![item; 2_000] });
        let file = printed(&value, "panels");
        assert!(file.content.len() > 4 * PIECE);
        assert_eq!(serde_json::from_str::<Value>(&file.content).expect("JSON"), value);
        let lines: Vec<&str> = file.content.lines().collect();
        assert_eq!(file.origins.len(), 2_001);
        assert!(file.origins.iter().skip(1).all(|(line, _)| lines[*line as usize] == "    {"));
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,12}", inner), 0..6)
                    .prop_map(|all| Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// It is the same tree; every line with more than one entry or bracket
        /// pair fits, and what is broken would not have fit.
        #[test]
        fn any_tree_is_read_back(value in tree()) {
            let text = text(&value);
            prop_assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
            let compact = |line: &str| line.trim_start().trim_end_matches(',').len();
            for line in text.lines().filter(|line| line.len() > LONGEST_LINE) {
                let key_or_text = line.trim_start().starts_with('"');
                let alone = serde_json::from_str::<Value>(line.trim().trim_end_matches(',')).is_ok_and(|v| !v.is_object() && !v.is_array());
                prop_assert!(alone || key_or_text, "{} {line}", compact(line));
            }
        }
    }
}
