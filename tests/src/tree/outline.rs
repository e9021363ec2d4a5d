//! A value as an outline: a line for each part, places as lines and columns,
//! and what says nothing left out.

use super::debug::Value;
use laud_syntax::{FileId, Sources};

const WIDTH: usize = 110;

/// The outline of a value, each line ended.
pub(super) fn outline(value: &Value, sources: &Sources) -> String {
    let mut out = String::new();
    Outliner { sources }.node(value).write(0, &mut out);
    out
}

/// A line, and what stands below it.
#[derive(Default)]
struct Line {
    head: String,
    below: Vec<Line>,
}

impl Line {
    fn leaf(head: impl Into<String>) -> Self {
        Self { head: head.into(), below: Vec::new() }
    }

    fn write(&self, indent: usize, out: &mut String) {
        out.push_str(&" ".repeat(indent));
        let flat = self.flat();
        if indent + flat.chars().count() <= WIDTH {
            out.push_str(&flat);
            out.push('\n');
            return;
        }
        out.push_str(&self.head);
        out.push('\n');
        for line in &self.below {
            line.write(indent + 2, out);
        }
    }

    fn flat(&self) -> String {
        let below: Vec<String> = self.below.iter().map(Self::flat).collect();
        if below.is_empty() { self.head.clone() } else { format!("{} ({})", self.head, below.join(", ")) }
    }
}

struct Outliner<'a> {
    sources: &'a Sources,
}

impl Outliner<'_> {
    fn node(&self, value: &Value) -> Line {
        match value {
            Value::Word(word) if word.contains("..") => Line::leaf(format!("@{}", self.place(word))),
            Value::Word(text) | Value::Text(text) => Line::leaf(text),
            Value::List(items) if items.is_empty() => Line::leaf("[]"),
            Value::List(items) => {
                Line { head: format!("{} of", items.len()), below: self.nodes(items.iter()) }
            }
            Value::Tuple(name, items) => self.tuple(name, items),
            Value::Record(name, fields) => self.record(name, fields),
        }
    }

    fn nodes<'v>(&self, values: impl Iterator<Item = &'v Value>) -> Vec<Line> {
        values.map(|value| self.node(value)).collect()
    }

    /// `Some(x)` is x, and `Decl(Decl { … })` says its name once.
    fn tuple(&self, name: &str, items: &[Value]) -> Line {
        match items {
            [one] if matches!(name, "Some" | "Value") => self.node(one),
            [spread @ Value::Record(..)] if name == "Spread" => {
                Line { head: name.to_owned(), below: vec![self.node(spread)] }
            }
            [Value::Record(inner, fields)] if inner == "Ident" => {
                Line::leaf(format!("{name} {}", self.record(inner, fields).head))
            }
            [Value::Record(_, fields)] => self.record(name, fields),
            [Value::List(items)] => Line { head: name.to_owned(), below: self.nodes(items.iter()) },
            [one @ (Value::Word(_) | Value::Text(_))] => {
                Line::leaf(format!("{name} {}", self.node(one).head))
            }
            items => Line { head: name.to_owned(), below: self.nodes(items.iter()) },
        }
    }

    fn record(&self, name: &str, fields: &[(String, Value)]) -> Line {
        let mut line = Line::leaf(name);
        if let Some(node) = find(fields, "node") {
            line = self.node(node);
        } else if let (Some(Value::Text(text)), "Ident" | "Literal") = (find(fields, "text"), name) {
            line.head = text.clone();
        }
        if let Some(Value::Word(span)) = find(fields, "span") {
            let place = format!(" @{}", self.place(span));
            if !line.head.ends_with(&place) {
                line.head.push_str(&place);
            }
        }
        let said = |name: &str| matches!(name, "node" | "span") || name == "text" && line.below.is_empty();
        let is_word = |value: &Value, word: &str| *value == Value::Word(word.to_owned());
        let mut below = Vec::new();
        for (name, value) in fields.iter().filter(|(name, _)| !said(name)) {
            match value {
                _ if is_word(value, "None") || is_word(value, "false") => {}
                _ if is_word(value, "true") => below.push(Line::leaf(name)),
                Value::Text(text) if text == "\"\"" => {}
                Value::List(items) if matches!(name.as_str(), "entries" | "parts" | "path") => {
                    below.extend(self.nodes(items.iter()));
                }
                value => {
                    let node = self.node(value);
                    below.push(Line { head: format!("{name}: {}", node.head), below: node.below });
                }
            }
        }
        line.below.splice(0..0, below);
        line
    }

    /// `0:12..34` as `2:3-25`, or `2:3-4:1` over several lines.
    fn place(&self, span: &str) -> String {
        let numbers: Vec<u32> = span
            .split([':', '.'])
            .filter(|part| !part.is_empty())
            .map(|n| n.parse().expect("a number"))
            .collect();
        let [file, start, end] = numbers.as_slice() else { panic!("`{span}` is no span") };
        let source = self.sources.get(FileId(*file));
        let (start, end) = (source.position(*start), source.position(*end));
        if start == end {
            format!("{}:{}", start.line, start.column)
        } else if start.line == end.line {
            format!("{}:{}-{}", start.line, start.column, end.column)
        } else {
            format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
        }
    }
}

fn find<'v>(fields: &'v [(String, Value)], name: &str) -> Option<&'v Value> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}
