//! Directives, and the one writer of nginx text.
//!
//! A file is a [`Block`] that directives are put into, one after the other: a
//! gateway may have thousands of routes, and only one of them is a tree at a
//! time.
//!
//! Quoting is not the caller's business: a directive's line is made of words and
//! texts, and each is quoted as it is added. A word is text of this crate, in
//! which `$name` is a variable; a text is of the spec, and stays itself: nginx
//! has no escape for `$`, so that a literal one becomes a variable that holds
//! it ([`DOLLAR`]), which works wherever nginx expands variables. Where it
//! expands none, such as in `location`, a word carries a `$` unharmed.

use crate::page::Page;
use laud_plan::Origin;

/// The variable that holds a literal `$`; see [`Writer::uses_dollar`].
pub(super) const DOLLAR: &str = "laud_dollar";

/// A directive: its line, and its block if it has one.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// The name and the arguments, quoted.
    line: String,
    /// What stands in its braces.
    block: Option<Vec<Directive>>,
    /// A comment in the line before, which says why; ours, never the spec's.
    why: Option<&'static str>,
    /// What caused it.
    origin: Origin,
    /// Whether its line has [`DOLLAR`].
    has_dollar: bool,
}

impl Directive {
    /// A directive of nginx, whose name needs no quotes, without arguments.
    pub(super) fn new(name: &'static str, origin: Origin) -> Self {
        debug_assert!(is_bare(name), "the directive {name:?} needs quotes");
        let mut line = String::with_capacity(64);
        line.push_str(name);
        Self { line, block: None, why: None, origin, has_dollar: false }
    }

    /// A line that begins with a word, such as an entry of a map, without arguments.
    pub(super) fn entry(word: &str, origin: Origin) -> Self {
        let mut line = String::with_capacity(64);
        push_quoted(&mut line, word);
        Self { line, block: None, why: None, origin, has_dollar: false }
    }

    /// Its name, if that needs no quotes.
    pub(super) fn name(&self) -> &str {
        self.line.split(' ').next().unwrap_or_default()
    }

    /// Adds a word.
    #[must_use]
    pub(super) fn word(mut self, word: impl AsRef<str>) -> Self {
        self.push_word(word.as_ref());
        self
    }

    fn push_word(&mut self, word: &str) {
        self.line.push(' ');
        push_quoted(&mut self.line, word);
    }

    /// Adds words that blanks separate.
    #[must_use]
    pub(super) fn words(mut self, words: &str) -> Self {
        words.split_ascii_whitespace().for_each(|word| self.push_word(word));
        self
    }

    /// Adds a number.
    #[must_use]
    pub(super) fn number(mut self, number: impl Into<u64>) -> Self {
        self.push_word(&number.into().to_string());
        self
    }

    /// Adds a text of the spec.
    #[must_use]
    pub(super) fn text(mut self, text: &str) -> Self {
        if !text.contains('$') {
            return self.word(text);
        }
        self.has_dollar = true;
        self.word(text.replace('$', &format!("${{{DOLLAR}}}")))
    }

    /// Gives it a block.
    #[must_use]
    pub(super) fn block(mut self, block: Vec<Directive>) -> Self {
        self.block = Some(block);
        self
    }

    /// Gives it another cause, with all that is in its block.
    pub(super) fn come_from(&mut self, origin: Origin) {
        self.origin = origin;
        self.block.iter_mut().flatten().for_each(|inner| inner.come_from(origin));
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
pub(super) fn lines(origin: Origin, lines: &[(&'static str, &str)]) -> Vec<Directive> {
    lines.iter().map(|(name, words)| Directive::new(name, origin).words(words)).collect()
}

/// A file of directives that is being written.
pub(super) struct Writer<'s> {
    page: Page<'s>,
    /// Whether a text of the spec had a literal `$`, so that [`DOLLAR`] must be declared.
    uses_dollar: bool,
}

impl<'s> Writer<'s> {
    /// Writes onto a page.
    pub(super) fn new(page: Page<'s>) -> Self {
        Self { page, uses_dollar: false }
    }

    /// The whole file, as a block without braces.
    pub(super) fn top(&mut self) -> Block<'_, 's> {
        Block { writer: self, depth: 0, before: None }
    }

    /// Ends the file, and says whether [`DOLLAR`] must be declared in it.
    pub(super) fn finish(self) -> bool {
        self.page.finish();
        self.uses_dollar
    }

    /// Ends the line, which that origin caused.
    fn end(&mut self, rest: &str, origin: Origin) {
        self.page.caused_by(origin);
        self.page.text.push_str(rest);
        self.page.end_line();
    }

    fn indent(&mut self, depth: usize) {
        (0..depth).for_each(|_| self.page.text.push_str("    "));
    }

    /// A directive up to where it ends or its block begins.
    fn head(&mut self, directive: &Directive, depth: usize) {
        if let Some(why) = directive.why {
            self.indent(depth);
            self.page.text.push_str("# ");
            self.end(why, directive.origin);
        }
        self.indent(depth);
        self.page.text.push_str(&directive.line);
        self.uses_dollar |= directive.has_dollar;
    }
}

/// A block that is being written.
pub(super) struct Block<'w, 's> {
    writer: &'w mut Writer<'s>,
    depth: usize,
    /// Whether the directive before is set apart, if there is one.
    before: Option<bool>,
}

impl<'s> Block<'_, 's> {
    /// Puts directives, in order.
    pub(super) fn put(&mut self, directives: impl IntoIterator<Item = Directive>) {
        directives.into_iter().for_each(|directive| self.put_one(&directive));
    }

    /// Puts a directive whose block, which is not empty, is filled as it is written.
    pub(super) fn put_filled(&mut self, directive: &Directive, fill: impl FnOnce(&mut Block<'_, 's>)) {
        self.set_apart(true, directive.origin);
        self.writer.head(directive, self.depth);
        self.writer.end(" {", directive.origin);
        fill(&mut Block { writer: self.writer, depth: self.depth + 1, before: None });
        self.writer.indent(self.depth);
        self.writer.end("}", directive.origin);
    }

    fn put_one(&mut self, directive: &Directive) {
        match &directive.block {
            Some(block) if !block.is_empty() => self.put_filled(directive, |inside| {
                block.iter().for_each(|directive| inside.put_one(directive));
            }),
            empty => {
                self.set_apart(directive.why.is_some(), directive.origin);
                self.writer.head(directive, self.depth);
                self.writer.end(if empty.is_some() { " { }" } else { ";" }, directive.origin);
            }
        }
    }

    /// A blank line between directives, where the one before or the next asks for it.
    fn set_apart(&mut self, is_apart: bool, origin: Origin) {
        if self.before.is_some_and(|before| before || is_apart) {
            self.writer.end("", origin);
        }
        self.before = Some(is_apart);
    }
}

/// Appends a token that nginx reads back as `text`: bare where every character
/// is harmless, else in double quotes, in which nginx knows `\"`, `\\`, `\n`,
/// `\r` and `\t`.
fn push_quoted(out: &mut String, text: &str) {
    if is_bare(text) {
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

/// Whether every character of a token is harmless. Nearly all tokens are bare, so
/// that it is faster to look at all of their bytes than to stop at one.
fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().fold(true, |all, byte| all & HARMLESS[byte as usize])
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
    use crate::{File, Whole};

    fn written(directive: Directive) -> (File, bool) {
        let mut file = File::default();
        let mut sink = Whole::new(|whole| file = whole);
        let mut writer = Writer::new(Page::new(&mut sink, "nginx.conf", "", None));
        writer.top().put([directive]);
        let uses_dollar = writer.finish();
        (file, uses_dollar)
    }

    fn line(directive: Directive) -> String {
        written(directive).0.content
    }

    fn one(name: &'static str) -> Directive {
        Directive::new(name, Origin::default())
    }

    #[test]
    fn quotes_what_could_leave_its_place() {
        assert_eq!(line(one("set").word("a\"b")), "set \"a\\\"b\";\n");
        assert_eq!(line(one("return").number(200_u16).text("a; } #b\\")), "return 200 \"a; } #b\\\\\";\n");
        assert_eq!(line(one("rewrite").word("^/a{2}$")), "rewrite \"^/a{2}$\";\n");
        assert_eq!(line(one("default").word("")), "default \"\";\n");
        assert_eq!(line(one("return").number(200_u16).text("a\nb")), "return 200 \"a\\nb\";\n");
    }

    #[test]
    fn keeps_a_dollar_of_the_spec() {
        let cost = one("add_header").word("X").text("$5 $USD");
        assert_eq!(line(cost.clone()), "add_header X \"${laud_dollar}5 ${laud_dollar}USD\";\n");
        assert!(written(one("http").block(vec![cost])).1);
        assert!(!written(one("set").word("$a").text("b")).1);
    }

    #[test]
    fn tells_where_lines_come_from() {
        let at = |start| Origin::new(laud_syntax::FileId(0), start, start + 1);
        let inner = Directive::new("listen", at(7)).number(80_u16);
        let (file, _) = written(Directive::new("server", at(1)).block(vec![inner]));
        assert_eq!(file.content, "server {\n    listen 80;\n}\n");
        assert_eq!(file.origins, [(0, at(1)), (1, at(7)), (2, at(1))]);
    }
}
