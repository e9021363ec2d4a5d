//! The directive tree, and the one printer of nginx text.
//!
//! Quoting is not the caller's business. A word is text of this crate, in
//! which `$name` is a variable; a text is of the spec, and stays itself: nginx
//! has no escape for `$`, so that a literal one becomes a variable that holds
//! it ([`DOLLAR`]), which works wherever nginx expands variables. Where it
//! expands none, such as in `location`, a word carries a `$` unharmed.

use laud_plan::Origin;
use smol_str::{SmolStr, ToSmolStr};

/// The variable that holds a literal `$`; see [`uses_dollar`].
pub(super) const DOLLAR: &str = "laud_dollar";

/// A directive: its name, its arguments, and its block if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Directive {
    /// `proxy_pass`
    pub(super) name: SmolStr,
    /// What follows the name.
    pub(super) args: Vec<Arg>,
    /// What stands in its braces.
    pub(super) block: Option<Vec<Directive>>,
    /// A comment in the line before, which says why; ours, never the spec's.
    pub(super) why: Option<&'static str>,
    /// What caused it.
    pub(super) origin: Origin,
}

/// An argument of a directive.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Arg {
    /// Text of this crate: `$name` is a variable.
    Word(SmolStr),
    /// Text of the spec, which stays itself.
    Text(SmolStr),
}

impl Arg {
    /// Its text, before quoting.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Word(text) | Self::Text(text) => text,
        }
    }
}

impl Directive {
    /// A directive without arguments.
    pub(super) fn new(name: impl Into<SmolStr>, origin: Origin) -> Self {
        Self { name: name.into(), args: Vec::new(), block: None, why: None, origin }
    }

    /// Adds a word.
    #[must_use]
    pub(super) fn word(mut self, word: impl ToSmolStr) -> Self {
        self.args.push(Arg::Word(word.to_smolstr()));
        self
    }

    /// Adds words that blanks separate.
    #[must_use]
    pub(super) fn words(self, words: &str) -> Self {
        words.split_ascii_whitespace().fold(self, Self::word)
    }

    /// Adds a text of the spec.
    #[must_use]
    pub(super) fn text(mut self, text: impl Into<SmolStr>) -> Self {
        self.args.push(Arg::Text(text.into()));
        self
    }

    /// Gives it a block.
    #[must_use]
    pub(super) fn block(mut self, block: Vec<Directive>) -> Self {
        self.block = Some(block);
        self
    }

    /// Says why it is there.
    #[must_use]
    pub(super) fn why(mut self, why: &'static str) -> Self {
        self.why = Some(why);
        self
    }
}

/// Directives of one origin, as a list that is written like the output:
/// a name and its words.
pub(super) fn lines(origin: Origin, lines: &[(&str, &str)]) -> Vec<Directive> {
    lines.iter().map(|(name, words)| Directive::new(*name, origin).words(words)).collect()
}

/// Whether a text of the spec in the tree has a literal `$`, so that
/// [`DOLLAR`] must be declared.
pub(super) fn uses_dollar(tree: &[Directive]) -> bool {
    tree.iter().any(|directive| {
        directive.args.iter().any(|arg| matches!(arg, Arg::Text(text) if text.contains('$')))
            || directive.block.as_deref().is_some_and(uses_dollar)
    })
}

/// The text of a tree, and which line comes from where.
pub(super) fn print(tree: &[Directive]) -> (String, Vec<(u32, Origin)>) {
    let mut page = Page::default();
    page.put(tree, 0);
    (page.text, page.origins)
}

#[derive(Default)]
struct Page {
    text: String,
    line: u32,
    origins: Vec<(u32, Origin)>,
}

impl Page {
    fn put(&mut self, tree: &[Directive], depth: usize) {
        for (index, directive) in tree.iter().enumerate() {
            if index > 0 && (directive.is_apart() || tree[index - 1].is_apart()) {
                self.end("", directive.origin);
            }
            self.put_one(directive, depth);
        }
    }

    fn put_one(&mut self, directive: &Directive, depth: usize) {
        if let Some(why) = directive.why {
            self.indent(depth);
            self.text.push_str("# ");
            self.end(why, directive.origin);
        }
        self.indent(depth);
        push_quoted(&mut self.text, &directive.name);
        for arg in &directive.args {
            self.text.push(' ');
            match arg {
                Arg::Text(text) if text.contains('$') => {
                    push_quoted(&mut self.text, &text.replace('$', &format!("${{{DOLLAR}}}")));
                }
                Arg::Word(text) | Arg::Text(text) => push_quoted(&mut self.text, text),
            }
        }
        match &directive.block {
            None => self.end(";", directive.origin),
            Some(block) if block.is_empty() => self.end(" { }", directive.origin),
            Some(block) => {
                self.end(" {", directive.origin);
                self.put(block, depth + 1);
                self.indent(depth);
                self.end("}", directive.origin);
            }
        }
    }

    fn indent(&mut self, depth: usize) {
        (0..depth).for_each(|_| self.text.push_str("    "));
    }

    /// Ends the line, which that origin caused.
    fn end(&mut self, rest: &str, origin: Origin) {
        if self.origins.last().is_none_or(|(_, last)| *last != origin) {
            self.origins.push((self.line, origin));
        }
        self.text.push_str(rest);
        self.text.push('\n');
        self.line += 1;
    }
}

impl Directive {
    /// Whether blank lines set it apart.
    fn is_apart(&self) -> bool {
        self.block.as_ref().is_some_and(|block| !block.is_empty()) || self.why.is_some()
    }
}

/// Appends a token that nginx reads back as `text`: bare where every character
/// is harmless, else in double quotes, in which nginx knows `\"`, `\\`, `\n`,
/// `\r` and `\t`.
fn push_quoted(out: &mut String, text: &str) {
    if !text.is_empty() && text.bytes().all(|byte| HARMLESS[byte as usize]) {
        return out.push_str(text);
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// The bytes of a bare token.
static HARMLESS: [bool; 256] = {
    let marks = b"_./:=~^@*+,|%!?&()<>[]-$";
    let mut harmless = [false; 256];
    let mut byte = 0;
    while byte < 0x80 {
        harmless[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < marks.len() {
        harmless[marks[index] as usize] = true;
        index += 1;
    }
    harmless
};

#[cfg(test)]
mod tests {
    use super::*;

    fn line(directive: Directive) -> String {
        print(&[directive]).0
    }

    fn one(name: &str) -> Directive {
        Directive::new(name, Origin::default())
    }

    #[test]
    fn quotes_what_could_leave_its_place() {
        assert_eq!(line(one("set").word("a\"b")), "set \"a\\\"b\";\n");
        assert_eq!(line(one("return").word(200).text("a; } #b\\")), "return 200 \"a; } #b\\\\\";\n");
        assert_eq!(line(one("rewrite").word("^/a{2}$")), "rewrite \"^/a{2}$\";\n");
        assert_eq!(line(one("default").word("")), "default \"\";\n");
        assert_eq!(line(one("return").word(200).text("a\nb")), "return 200 \"a\\nb\";\n");
    }

    #[test]
    fn keeps_a_dollar_of_the_spec() {
        let cost = one("add_header").word("X").text("$5 $USD");
        assert_eq!(line(cost.clone()), "add_header X \"${laud_dollar}5 ${laud_dollar}USD\";\n");
        assert!(uses_dollar(&[one("http").block(vec![cost])]));
        assert!(!uses_dollar(&[one("set").word("$a").text("b")]));
    }

    #[test]
    fn tells_where_lines_come_from() {
        let at = |start| Origin::new(laud_syntax::FileId(0), start, start + 1);
        let inner = Directive::new("listen", at(7)).word(80);
        let (text, origins) = print(&[Directive::new("server", at(1)).block(vec![inner])]);
        assert_eq!(text, "server {\n    listen 80;\n}\n");
        assert_eq!(origins, [(0, at(1)), (1, at(7)), (2, at(1))]);
    }
}
