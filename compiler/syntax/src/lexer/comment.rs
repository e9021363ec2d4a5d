//! Comments, and what others write for comments.

use super::{Comment, Lexer};
use crate::diagnostic::{Diagnostic, code};
use crate::span::Span;

impl Lexer<'_> {
    /// `// …`, `/// …`, from the first slash to the end of the line.
    pub(super) fn lex_comment(&mut self) {
        let start = self.at;
        let length = memchr::memchr(b'\n', &self.bytes[start..]);
        let line = &self.text[start..length.map_or(self.text.len(), |length| start + length)];
        let doc = line.starts_with("///") && !line.starts_with("////");
        let written = line.trim_end();
        self.at += written.len();
        self.push_comment(self.span(start, self.at), doc);
    }

    /// `/* … */`, which is reported and read over.
    pub(super) fn lex_block_comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let closed = if self.no_block_end { None } else { rest[2..].find("*/").map(|at| at + 4) };
        self.no_block_end = closed.is_none();
        let whole = &rest[..closed.unwrap_or(rest.len())];
        let first = whole.split('\n').next().unwrap_or_default().trim_end().len();
        self.at += closed.unwrap_or(first);
        let one_line = closed == Some(first);
        if closed.is_some() && !one_line {
            self.newline = true;
            self.line = start + whole.rfind('\n').map_or(0, |at| at + 1);
        }
        let span = self.span(start, start + first);
        let diagnostic = Diagnostic::new(&code::UNCLOSED_COMMENT, span, "a comment in `/* … */`")
            .label("laud has only line comments")
            .help("Write `//` before each line of the comment.");
        self.report(if one_line && self.ends_line() {
            diagnostic.fix("Change to a line comment", span, format!("// {}", rest[2..first - 2].trim()))
        } else {
            diagnostic
        });
        self.push_comment(self.span(start, self.at), false);
    }

    /// `# …`, which is reported and read over.
    pub(super) fn lex_hash_comment(&mut self) {
        let start = self.at;
        let line = self.text[start..].split('\n').next().unwrap_or_default().trim_end();
        self.at += line.len();
        let hash = self.span(start, start + 1);
        self.report(
            Diagnostic::new(&code::UNKNOWN_CHARACTER, hash, "`#` does not open a comment")
                .label("laud has no use for it")
                .help("Comments open with `//`.")
                .fix("Change to `//`", hash, "//"),
        );
        self.push_comment(self.span(start, self.at), false);
    }

    fn push_comment(&mut self, span: Span, doc: bool) {
        let before = self.tokens.is_empty() && self.comments.is_empty();
        self.comments.push(Comment {
            span,
            doc,
            own_line: before || self.breaks > 0,
            blank_before: self.breaks > 1,
        });
        self.breaks = 0;
    }

    fn ends_line(&self) -> bool {
        let rest = self.text[self.at..].trim_start_matches([' ', '\t', '\r']);
        rest.is_empty() || rest.starts_with('\n')
    }
}
