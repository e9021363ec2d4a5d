//! What `{:?}` wrote, read back: the shape of any value, without its types.

/// A value as its debug text shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `Name { field: value }`
    Record(String, Vec<(String, Value)>),
    /// `Name(value)`
    Tuple(String, Vec<Value>),
    /// `[value]`
    List(Vec<Value>),
    /// A number, a word, a span.
    Word(String),
    /// A text with its quotes.
    Text(String),
}

/// Reads the debug text of a value.
pub(crate) fn read(text: &str) -> Value {
    let mut reader = Reader { rest: text };
    let value = reader.value();
    assert!(reader.rest.is_empty(), "`{}` is left over", reader.rest);
    value
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Value {
        if self.rest.starts_with('"') {
            return Value::Text(self.text().to_owned());
        }
        if self.maybe("[") {
            return Value::List(self.items("]"));
        }
        let word = self.word().to_owned();
        if self.maybe(" { ") {
            return Value::Record(word, self.fields());
        }
        if self.maybe("(") {
            return Value::Tuple(word, self.items(")"));
        }
        Value::Word(word)
    }

    fn fields(&mut self) -> Vec<(String, Value)> {
        let mut fields = Vec::new();
        while !self.maybe(" }") {
            let (name, rest) = self.rest.split_once(": ").expect("a field has a name");
            self.rest = rest;
            fields.push((name.to_owned(), self.value()));
            self.maybe(", ");
        }
        fields
    }

    fn items(&mut self, close: &str) -> Vec<Value> {
        let mut items = Vec::new();
        while !self.maybe(close) {
            items.push(self.value());
            self.maybe(", ");
        }
        items
    }

    fn maybe(&mut self, what: &str) -> bool {
        let rest = self.rest.strip_prefix(what);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self) -> &'a str {
        let ends = |letter: char| " ,()[]{}".contains(letter);
        self.take(self.rest.find(ends).unwrap_or(self.rest.len()))
    }

    fn text(&mut self) -> &'a str {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, letter)| {
            let ends = *letter == '"' && !escaped;
            escaped = *letter == '\\' && !escaped;
            ends
        });
        self.take(end.map_or(self.rest.len(), |(at, _)| at + 1))
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

#[test]
fn a_debug_text_is_read_back() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "it is only shown")]
    struct Shown {
        name: &'static str,
        some: Option<Vec<(u8, f64)>>,
        none: Option<u8>,
    }
    let word = |text: &str| Value::Word(text.to_owned());
    let shown = Shown { name: r#"a", \(b"#, some: Some(vec![(1, 0.5)]), none: None };
    let pair = Value::Tuple(String::new(), vec![word("1"), word("0.5")]);
    let fields = [
        ("name", Value::Text(r#""a\", \\(b""#.to_owned())),
        ("some", Value::Tuple("Some".to_owned(), vec![Value::List(vec![pair])])),
        ("none", word("None")),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    assert_eq!(read(&format!("{shown:?}")), Value::Record("Shown".to_owned(), fields));
}
