//! What is written of an offer where the editor takes snippets: with places to
//! fill in, in order, each with a value to start from.

use laud_analyze::{Fill, Form, Offer, OfferSort, Sample, SampleField, SymbolSort};

/// How many fields stand on one line.
const ON_ONE_LINE: usize = 2;

/// What is written of an offer, and as a snippet.
pub(super) fn written(offer: &Offer) -> (String, String) {
    let name = &offer.name;
    let mut snippet = Snippet::default();
    match &offer.fill {
        Fill::Declaration(form) => {
            snippet.declaration(name, form);
            return (name.clone(), snippet.text);
        }
        Fill::Value(sample) if offer.sets => snippet.field(name, offer.sort == OfferSort::Block, sample),
        Fill::Value(Sample::Fields(fields)) if offer.sort == OfferSort::Block => {
            snippet.text.push_str(name);
            snippet.fields(fields);
        }
        Fill::Value(Sample::Query(query)) => snippet.value(&Sample::Query(query.clone())),
        Fill::Value(_) | Fill::Nothing => {}
    }
    let (text, plain) = match (offer.sort, offer.sets) {
        (OfferSort::Block, _) => (format!("{name} {{ }}"), format!("{} {{ $0 }}", escaped(name))),
        (OfferSort::Function, _) => (format!("{name}()"), format!("{name}($0)")),
        (OfferSort::Symbol(SymbolSort::Parameter | SymbolSort::Field), true) => {
            (format!("{name} = "), format!("{name} = $0"))
        }
        _ => (name.clone(), escaped(name)),
    };
    (text, if snippet.text.is_empty() { plain } else { snippet.text })
}

/// Fields one below the other, as a snippet.
pub(super) fn all_fields(fields: &[(&str, bool, &Sample)]) -> String {
    let mut snippet = Snippet::default();
    for (index, (name, opens, sample)) in fields.iter().enumerate() {
        if index > 0 {
            snippet.text.push('\n');
        }
        snippet.field(name, *opens, sample);
    }
    snippet.text
}

/// A snippet that is being written.
#[derive(Default)]
struct Snippet {
    text: String,
    /// How many places there are by now.
    places: u32,
}

impl Snippet {
    fn declaration(&mut self, kind: &str, form: &Form) {
        self.text.push_str(&escaped(kind));
        self.text.push(' ');
        match form.label {
            Some(label) => {
                self.text.push('"');
                self.place(label);
                self.text.push('"');
            }
            None => self.place("name"),
        }
        if let Some(target) = &form.target {
            self.text.push_str(" -> ");
            self.value(target);
        }
        if let Some(value) = &form.value {
            self.text.push_str(" = ");
            self.value(value);
        }
        let is_whole = form.target.is_some() || form.value.is_some();
        if form.fields.is_empty() {
            self.text.push_str(if is_whole { "" } else { " { $0 }" });
            return;
        }
        self.text.push_str(" {\n");
        for field in &form.fields {
            self.text.push_str("  ");
            self.field(&field.name, field.opens, &field.value);
            self.text.push('\n');
        }
        self.text.push_str("  $0\n}");
    }

    fn field(&mut self, name: &str, opens: bool, sample: &Sample) {
        self.text.push_str(&escaped(name));
        match sample {
            Sample::Fields(fields) if opens => self.fields(fields),
            sample => {
                self.text.push_str(" = ");
                self.value(sample);
            }
        }
    }

    fn value(&mut self, sample: &Sample) {
        match sample {
            Sample::Value(value) => self.place(value),
            Sample::Quoted(value) => {
                self.text.push('"');
                self.place(value);
                self.text.push('"');
            }
            Sample::Query(query) => {
                self.text.push_str("promql`");
                self.place(query);
                self.text.push('`');
            }
            Sample::Choice(words) => match &words[..] {
                [] => self.place(""),
                [word] => self.place(word),
                words => {
                    self.places += 1;
                    let words: Vec<String> = words.iter().map(|word| in_choice(word)).collect();
                    self.text.push_str(&format!("${{{}|{}|}}", self.places, words.join(",")));
                }
            },
            Sample::Fields(fields) => self.fields(fields),
            Sample::Variant(name, fields) => {
                self.text.push_str(name);
                self.fields(fields);
            }
        }
    }

    /// A body, after a space if something stands before it.
    fn fields(&mut self, fields: &[SampleField]) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        if fields.is_empty() {
            self.places += 1;
            self.text.push_str(&format!("{{ ${} }}", self.places));
            return;
        }
        let on_one_line = fields.len() <= ON_ONE_LINE;
        self.text.push_str(if on_one_line { "{ " } else { "{\n" });
        for (index, field) in fields.iter().enumerate() {
            self.text.push_str(match (on_one_line, index) {
                (true, 0) => "",
                (true, _) => ", ",
                (false, _) => "  ",
            });
            self.field(&field.name, field.opens, &field.value);
            self.text.push_str(if on_one_line { "" } else { "\n" });
        }
        self.text.push_str(if on_one_line { " }" } else { "}" });
    }

    /// A place to fill in, with what stands there at first.
    fn place(&mut self, first: &str) {
        self.places += 1;
        match first {
            "" => self.text.push_str(&format!("${}", self.places)),
            first => self.text.push_str(&format!("${{{}:{}}}", self.places, escaped(first))),
        }
    }
}

/// A text that stands for itself in a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// A word that stands for itself where one of several is chosen.
fn in_choice(word: &str) -> String {
    escaped(word).replace(',', "\\,").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(sample: &Sample) -> String {
        let mut snippet = Snippet::default();
        snippet.value(sample);
        snippet.text
    }

    #[test]
    fn samples_are_places_to_fill_in() {
        let field = |name: &str, opens, value| SampleField { name: name.to_owned(), opens, value };
        let memory = || field("memory", false, Sample::Value("256MiB".to_owned()));
        assert_eq!(value(&Sample::Quoted("a}$b".to_owned())), "\"${1:a\\}\\$b}\"");
        assert_eq!(value(&Sample::Choice(vec!["a".to_owned(), "b|c".to_owned()])), "${1|a,b\\|c|}");
        assert_eq!(
            value(&Sample::Fields(vec![memory(), memory()])),
            "{ memory = ${1:256MiB}, memory = ${2:256MiB} }"
        );
        assert_eq!(
            value(&Sample::Variant(
                "acme".to_owned(),
                vec![field("email", false, Sample::Quoted(String::new()))]
            )),
            "acme { email = \"$1\" }"
        );
        let mut snippet = Snippet::default();
        let fields = vec![field("limits", true, Sample::Fields(vec![memory()]))];
        snippet.declaration("service", &Form { label: None, target: None, value: None, fields });
        assert_eq!(snippet.text, "service ${1:name} {\n  limits { memory = ${2:256MiB} }\n  $0\n}");
        let mut snippet = Snippet::default();
        let target = Some(Sample::Value(String::new()));
        snippet.declaration("route", &Form { label: Some("/"), target, value: None, fields: Vec::new() });
        assert_eq!(snippet.text, "route \"${1:/}\" -> $2");
    }
}
