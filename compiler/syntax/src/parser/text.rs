//! Texts: escapes, interpolations, and the indentation of those over several lines.

use super::{Parser, mistakes};
use crate::ast;
use crate::ast::{ExprNode, Part};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;
use lean_string::LeanStr;

/// How the characters of a text are to be read.
#[derive(Clone, Copy)]
enum Reading<'a> {
    /// `"…"`
    Line,
    /// `"""…"""`, with the indentation that each line loses.
    Block(&'a str),
    /// `` promql`…` ``
    Embedded,
}

impl<'a> Parser<'a> {
    /// A text or the content of an embedded language, from quote to quote.
    pub(super) fn parse_text(&mut self) -> ast::Text {
        let opening = self.bump();
        let reading = match opening.kind {
            TokenKind::EmbeddedOpen => Reading::Embedded,
            TokenKind::BlockTextOpen => Reading::Block(self.block_indentation()),
            _ => Reading::Line,
        };
        let before = self.parts.len();
        let mut first = true;
        loop {
            match self.kind() {
                TokenKind::Chunk => {
                    let span = self.bump().span;
                    let dollar = matches!(reading, Reading::Line | Reading::Block(_))
                        && self.at_kind(TokenKind::HoleOpen)
                        && self.text[span.range()].ends_with('$');
                    if dollar {
                        self.remark_dollar(span);
                    }
                    if let Some(part) = self.read_chunk(reading, span, first) {
                        self.parts.push(part);
                    }
                }
                TokenKind::HoleOpen => {
                    let value = self.parse_hole();
                    self.parts.push(Part::Value(value));
                }
                TokenKind::TextClose => {
                    self.bump();
                    // Nobody knows what else it holds.
                    if self.is_behind_unclosed() {
                        let rest = ast::Expr { span: self.end_before(), node: ExprNode::Error };
                        self.parts.push(Part::Value(rest));
                    }
                    break;
                }
                _ => break,
            }
            first = false;
        }
        let span = self.span_from(opening.span);
        ast::Text::new(span, self.parts.drain(before..))
    }

    /// Whether what was parsed last is a text that is not closed: it ends with quotes of no length.
    pub(super) fn is_behind_unclosed(&self) -> bool {
        let last = self.tokens[..self.at].last();
        last.is_some_and(|token| token.kind == TokenKind::TextClose && token.span.start() == token.span.end())
    }

    /// A text in double quotes, if one stands on this line.
    pub(super) fn maybe_text(&mut self) -> Option<ast::Text> {
        self.kind_on_line().is_some_and(TokenKind::opens_text).then(|| self.parse_text())
    }

    fn parse_hole(&mut self) -> ast::Expr {
        let open = self.bump().span;
        if self.at_kind(TokenKind::LeftBrace) && self.span().start() == open.end() {
            return self.parse_double_braces(open);
        }
        let reported = self.diagnostics.len();
        let outside = self.enter(true);
        let expr = if self.at_kind(TokenKind::HoleClose) && self.span().start() < self.span().end() {
            self.report_expected_with("a value", "Write `\\{\\}` for the braces themselves.");
            self.error_expr(self.end_before())
        } else {
            self.parse_expr_in_text()
        };
        if !self.at_close() {
            self.report_expected_with("`}`", "A brace that is meant as text is written `\\{`.");
            while !self.at_close() {
                self.skip_group();
            }
        }
        if self.at_reported() {
            self.diagnostics.truncate(reported);
        }
        self.maybe(TokenKind::HoleClose);
        self.leave(outside);
        expr
    }

    /// A value in two pairs of braces, as the templates of other tools have it.
    fn parse_double_braces(&mut self, open: Span) -> ast::Expr {
        let start = self.span().end() as usize;
        self.skip_group();
        let inner = self.text[start..self.end_before().start() as usize].trim_end_matches('}').trim();
        while !self.at_close() {
            self.skip_group();
        }
        // What is not closed was reported where the brackets were paired.
        if !self.at_reported() {
            let span = open.to(self.span());
            let diagnostic =
                Diagnostic::new(&code::UNEXPECTED_TOKEN, span, "two pairs of braces around a value")
                    .label("one pair is enough");
            self.remark(mistakes::explain_template(diagnostic, inner, span));
        }
        self.maybe(TokenKind::HoleClose);
        self.error_expr(open)
    }

    fn remark_dollar(&mut self, chunk: Span) {
        let dollar = chunk.with_start(chunk.end() - 1);
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, dollar, "a `$` before an interpolation")
                .label("not needed")
                .help("In a text a value stands in braces alone, as in `{x}`; for a dollar sign before it write `\\u{24}`.")
                .fix("Remove it", dollar, ""),
        );
    }

    /// The white space before the closing quotes of the text that opens before
    /// the next token; empty when it opens and closes on one line.
    fn block_indentation(&self) -> &'a str {
        let mut depth = 0_usize;
        let closing = self.tokens[self.at..].iter().find(|token| {
            let outermost = depth == 0 && token.kind.closes();
            if token.kind.opens() {
                depth += 1;
            } else if token.kind.closes() {
                depth = depth.saturating_sub(1);
            }
            outermost
        });
        let Some(closing) = closing.filter(|token| token.span.start() < token.span.end()) else { return "" };
        let end = closing.span.start() as usize;
        let start = self.end_before().end() as usize;
        let last = match self.text[start..end].rfind('\n') {
            Some(at) => &self.text[start + at + 1..end],
            None => "",
        };
        &last[..last.len() - last.trim_start_matches([' ', '\t']).len()]
    }

    fn read_chunk(&mut self, reading: Reading<'_>, span: Span, first: bool) -> Option<Part> {
        let raw = &self.text[span.range()];
        let plain = match reading {
            Reading::Line => memchr::memchr2(b'\\', b'}', raw.as_bytes()).is_none(),
            Reading::Embedded => memchr::memchr2(b'\\', b'\r', raw.as_bytes()).is_none(),
            Reading::Block(_) => false,
        };
        if plain {
            return Some(Part::Literal { text: self.copy(span), span });
        }
        let mut read = String::with_capacity(raw.len());
        match reading {
            Reading::Line => self.read_line(raw, span.start(), &mut read),
            Reading::Embedded => read_embedded(raw, &mut read),
            Reading::Block(indentation) => self.read_block(raw, span.start(), indentation, first, &mut read),
        }
        let text = LeanStr::from(read);
        (!text.is_empty()).then_some(Part::Literal { text, span })
    }

    fn read_block(&mut self, raw: &str, start: u32, indentation: &str, first: bool, read: &mut String) {
        let mut at = start;
        let mut lines = raw.split('\n').enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            let ends = lines.peek().is_some();
            let content = if ends { line.strip_suffix('\r').unwrap_or(line) } else { line };
            if !(first && index == 0 && ends && is_blank(content)) {
                let skipped = if index > 0 { self.outdent(content, at, indentation, ends) } else { 0 };
                self.read_line(&content[skipped..], at + skipped as u32, read);
                if ends {
                    read.push('\n');
                }
            }
            at += line.len() as u32 + 1;
        }
    }

    /// How much of a line's start is indentation that does not belong to the text.
    fn outdent(&mut self, line: &str, at: u32, indentation: &str, ends: bool) -> usize {
        if line.starts_with(indentation) {
            return indentation.len();
        }
        let space = line.len() - line.trim_start_matches([' ', '\t']).len();
        if space < line.len() || !ends {
            let place = Span::new(self.file, at, at + space as u32);
            self.remark(
                Diagnostic::new(
                    &code::OUTDENTED_TEXT,
                    place,
                    "a line of a text stands left of its closing quotes",
                )
                .label("less indented than the closing quotes")
                .help("Indent each line at least as far as the closing quotes, with the same characters.")
                .fix("Indent it", place, indentation),
            );
        }
        space
    }

    /// Reads escapes; `start` is the offset of `raw` in the file.
    fn read_line(&mut self, raw: &str, start: u32, read: &mut String) {
        let mut rest = raw;
        while let Some(at) = rest.find(['\\', '}']) {
            read.push_str(&rest[..at]);
            let place = start + (raw.len() - rest.len() + at) as u32;
            rest = &rest[at..];
            let taken = self.read_escape(rest, place, read);
            rest = &rest[taken..];
        }
        read.push_str(rest);
    }

    /// One escape at the start of `rest`, or a brace that should be one.
    fn read_escape(&mut self, rest: &str, start: u32, read: &mut String) -> usize {
        let mut characters = rest.chars();
        let first = characters.next();
        let escaped = characters.next();
        let meant = match (first, escaped) {
            (Some('}'), _) => {
                self.remark_brace(start);
                read.push('}');
                return 1;
            }
            (_, Some('n')) => '\n',
            (_, Some('t')) => '\t',
            (_, Some(same @ ('"' | '\\' | '{' | '}'))) => same,
            (_, Some('u')) => return self.read_unicode(rest, start, read),
            (_, other) => {
                self.remark_escape(other, start);
                read.push('\\');
                return 1;
            }
        };
        read.push(meant);
        2
    }

    /// `\u{1F600}`
    fn read_unicode(&mut self, rest: &str, start: u32, read: &mut String) -> usize {
        let digits = rest
            .strip_prefix("\\u{")
            .map(|digits| &digits[..digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len())]);
        let closed = digits.filter(|digits| rest[3 + digits.len()..].starts_with('}'));
        let character =
            closed.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        let length = match (digits, closed) {
            (Some(digits), Some(_)) => digits.len() + 4,
            (Some(_), None) => 3 + wrong_digits(&rest[3..]),
            (None, _) => 2,
        };
        match character {
            Some(character) => read.push(character),
            None => {
                let span = Span::new(self.file, start, start + length as u32);
                self.remark(
                    Diagnostic::new(
                        &code::BAD_ESCAPE,
                        span,
                        format!("`{}` names no character", &rest[..length]),
                    )
                    .label("no character")
                    .help("A character is written by its number in hexadecimal digits, as in `\\u{1F600}`."),
                );
            }
        }
        length
    }

    fn remark_brace(&mut self, at: u32) {
        let span = Span::new(self.file, at, at + 1);
        self.remark(
            Diagnostic::new(&code::BAD_ESCAPE, span, "a `}` that closes no interpolation")
                .label("closes nothing")
                .help("In a text, write `\\}` for the brace itself.")
                .fix("Change to `\\}`", span, "\\}"),
        );
    }

    fn remark_escape(&mut self, escaped: Option<char>, at: u32) {
        let length = 1 + escaped.map_or(0, char::len_utf8) as u32;
        let span = Span::new(self.file, at, at + length);
        let slash = Span::new(self.file, at, at + 1);
        let shown = &self.text[span.range()];
        let help = match escaped {
            Some('r') => "A carriage return is written `\\u{D}`; for the backslash itself write `\\\\`.",
            Some('$') => "A dollar sign needs no backslash; for the backslash itself write `\\\\`.",
            Some('\'') => "A single quote needs no backslash; for the backslash itself write `\\\\`.",
            _ => {
                "Write `\\\\` for the backslash itself; \
                 the escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\{`, `\\}` and `\\u{…}`."
            }
        };
        self.remark(
            Diagnostic::new(&code::BAD_ESCAPE, span, format!("unknown escape `{shown}`"))
                .label("no escape of laud's")
                .help(help)
                .fix("Change to `\\\\`", slash, "\\\\"),
        );
    }
}

/// How much of what follows `\u{` was meant for digits: all up to the brace.
fn wrong_digits(rest: &str) -> usize {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    end + usize::from(rest[end..].starts_with('}'))
}

fn is_blank(line: &str) -> bool {
    line.trim_matches([' ', '\t', '\r']).is_empty()
}

/// Reads an embedded language, in which only `` \` `` and `\${` are escapes.
fn read_embedded(raw: &str, read: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find(['\\', '\r']) {
        read.push_str(&rest[..at]);
        let tail = &rest[at..];
        let (meant, taken) = match tail.as_bytes() {
            [b'\\', b'`', ..] => ("`", 2),
            [b'\\', b'$', b'{', ..] => ("${", 3),
            [b'\r', b'\n', ..] => ("\n", 2),
            [b'\r', ..] => ("\r", 1),
            _ => ("\\", 1),
        };
        read.push_str(meant);
        rest = &tail[taken..];
    }
    read.push_str(rest);
}
