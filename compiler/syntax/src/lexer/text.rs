//! Texts, embedded languages and their interpolations.
//!
//! A text in single quotes of its kind, and every interpolation, ends with its
//! line at the latest: what is left open is closed there, so that a forgotten
//! quote costs one line. Texts over several lines that nobody closes end where
//! the indentation goes back to that of the line on which they open.

use super::{Class, Lexer, TokenKind};
use crate::diagnostic::{Diagnostic, code};

/// What the lexer is inside of.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// `"…"`
    Text(Opening),
    /// `"""…"""`
    Block(Opening),
    /// `` promql`…` ``
    Embedded(Opening),
    /// The code in `{…}` or `${…}`.
    Hole {
        /// Where its first character stands.
        start: usize,
        /// The braces that are open in it.
        braces: u32,
    },
}

/// Where a text opens, and what there was before, to take back what follows.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    /// Where its line, its quotes and its content start.
    line: usize,
    start: usize,
    after: usize,
    tokens: usize,
    diagnostics: usize,
    comments: usize,
}

impl Lexer<'_> {
    pub(super) fn open_text(&mut self) {
        if self.bytes[self.at..].starts_with(b"\"\"\"") {
            let opening = self.push_opening(TokenKind::BlockTextOpen, 3);
            self.modes.push(Mode::Block(opening));
        } else {
            let opening = self.push_opening(TokenKind::TextOpen, 1);
            self.modes.push(Mode::Text(opening));
        }
    }

    pub(super) fn open_embedded(&mut self) {
        let opening = self.push_opening(TokenKind::EmbeddedOpen, 1);
        self.modes.push(Mode::Embedded(opening));
    }

    fn push_opening(&mut self, kind: TokenKind, length: usize) -> Opening {
        let start = self.at;
        self.push(kind, length);
        Opening {
            line: self.line,
            start,
            after: self.at,
            tokens: self.tokens.len(),
            diagnostics: self.diagnostics.len(),
            comments: self.comments.len(),
        }
    }

    pub(super) fn lex_left_brace(&mut self) {
        if let Some(Mode::Hole { braces, .. }) = self.modes.last_mut() {
            *braces += 1;
        }
        self.push(TokenKind::LeftBrace, 1);
    }

    pub(super) fn lex_right_brace(&mut self) {
        match self.modes.last_mut() {
            Some(Mode::Hole { braces: 0, .. }) => {
                self.modes.pop();
                self.push(TokenKind::HoleClose, 1);
            }
            Some(Mode::Hole { braces, .. }) => {
                *braces -= 1;
                self.push(TokenKind::RightBrace, 1);
            }
            Some(Mode::Text(_) | Mode::Block(_) | Mode::Embedded(_)) | None => {
                self.push(TokenKind::RightBrace, 1);
            }
        }
    }

    /// Text up to an interpolation or the end of the text, and what stops it.
    pub(super) fn lex_chunk(&mut self) {
        match self.modes.last().copied() {
            Some(Mode::Text(_)) => self.lex_text_chunk(),
            Some(Mode::Block(opening)) => self.lex_block_chunk(opening),
            Some(Mode::Embedded(opening)) => self.lex_embedded_chunk(opening),
            Some(Mode::Hole { .. }) | None => {}
        }
    }

    fn lex_text_chunk(&mut self) {
        let mut end = self.at;
        loop {
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.push_chunk(end);
                    return self.close_text(1);
                }
                Some(b'{') => {
                    self.push_chunk(end);
                    return self.open_hole(1);
                }
                Some(b'\\') => end += self.escape_length(end),
                Some(b'\n') | None => {
                    let line = &self.text[self.at..end];
                    let line = line.strip_suffix('\r').unwrap_or(line);
                    self.push_chunk(self.at + self.without_closers(line).len());
                    return self.close_at_line_end();
                }
                Some(_) => end = self.end_of(Class::Chunk, end + 1),
            }
        }
    }

    fn lex_block_chunk(&mut self, opening: Opening) {
        let mut end = self.at;
        loop {
            match self.bytes.get(end) {
                Some(b'"') if self.bytes[end..].starts_with(b"\"\"\"") => {
                    if self.is_next_opening(opening, end) {
                        return self.close_unclosed(opening, end);
                    }
                    self.push_chunk(end);
                    return self.close_text(3);
                }
                Some(b'{') => {
                    self.push_chunk(end);
                    return self.open_hole(1);
                }
                Some(b'\\') => end += self.escape_length(end),
                Some(b'\n') | None if self.modes.len() > 1 => {
                    self.push_chunk(end);
                    return self.close_at_line_end();
                }
                None => return self.close_unclosed(opening, end),
                Some(b'\n') => {
                    end += 1;
                    self.line = end;
                }
                Some(_) => end = self.end_of(Class::Chunk, end + 1),
            }
        }
    }

    fn lex_embedded_chunk(&mut self, opening: Opening) {
        let mut end = self.at;
        loop {
            match self.bytes.get(end) {
                Some(b'`') => {
                    if self.is_next_opening(opening, end) {
                        return self.close_unclosed(opening, end);
                    }
                    self.push_chunk(end);
                    return self.close_text(1);
                }
                Some(b'$') if self.bytes.get(end + 1) == Some(&b'{') => {
                    self.push_chunk(end);
                    return self.open_hole(2);
                }
                Some(b'\\') => end += self.embedded_escape_length(end),
                Some(b'\n') | None if self.modes.len() > 1 => {
                    self.push_chunk(end);
                    return self.close_at_line_end();
                }
                None => return self.close_unclosed(opening, end),
                Some(b'\n') => {
                    end += 1;
                    self.line = end;
                }
                Some(_) => end = self.end_of(Class::Chunk, end + 1),
            }
        }
    }

    /// The bytes of an escape that must not be taken for anything else.
    fn escape_length(&self, at: usize) -> usize {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'{' | b'}') => 2,
            Some(b'u') if self.bytes.get(at + 2) == Some(&b'{') => {
                let digits = self.bytes[at + 3..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
                let closed = self.bytes.get(at + 3 + digits) == Some(&b'}');
                3 + digits + usize::from(closed)
            }
            Some(_) | None => 1,
        }
    }

    fn embedded_escape_length(&self, at: usize) -> usize {
        match self.bytes.get(at + 1..at + 3) {
            Some([b'`', _]) => 2,
            Some([b'$', b'{']) => 3,
            Some([_, _]) => 1,
            Some(_) | None => 1 + usize::from(self.bytes.get(at + 1) == Some(&b'`')),
        }
    }

    /// An unclosed text without the brackets at its end that close what its
    /// line opens before it.
    fn without_closers<'l>(&self, line: &'l str) -> &'l str {
        if self.modes.len() > 1 {
            return line;
        }
        let mut open = 0_usize;
        for token in self.tokens.iter().rev() {
            match token.kind {
                TokenKind::LeftBrace | TokenKind::LeftBracket | TokenKind::LeftParen => open += 1,
                TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen if open == 0 => break,
                _ => {}
            }
            if token.newline_before {
                break;
            }
        }
        let mut rest = line;
        while open > 0 {
            let Some(inner) = rest.trim_end().strip_suffix(['}', ']', ')']) else { break };
            rest = inner.trim_end();
            open -= 1;
        }
        rest
    }

    fn push_chunk(&mut self, end: usize) {
        if end > self.at {
            self.push(TokenKind::Chunk, end - self.at);
        }
    }

    fn close_text(&mut self, length: usize) {
        self.modes.pop();
        self.push(TokenKind::TextClose, length);
    }

    fn open_hole(&mut self, length: usize) {
        self.modes.push(Mode::Hole { start: self.at, braces: 0 });
        self.push(TokenKind::HoleOpen, length);
    }

    /// Closes what may not go on over the end of a line, and reports it once.
    pub(super) fn close_at_line_end(&mut self) {
        let hole = self.modes.iter().find_map(|mode| match mode {
            Mode::Hole { start, .. } => Some(*start),
            Mode::Text(_) | Mode::Block(_) | Mode::Embedded(_) => None,
        });
        if let Some(start) = hole
            && let Some(quote) = self.quote_after_hole(start)
        {
            return self.close_hole_before(start, quote);
        }
        match (hole, self.modes.last()) {
            (Some(start), _) => self.report_hole(start, None),
            (None, Some(Mode::Text(opening) | Mode::Block(opening) | Mode::Embedded(opening))) => {
                self.report_text(opening.start, opening.after);
            }
            (None, Some(Mode::Hole { .. }) | None) => {}
        }
        while let Some(mode) = self.modes.last() {
            match mode {
                Mode::Hole { .. } => self.push(TokenKind::HoleClose, 0),
                Mode::Text(_) => self.push(TokenKind::TextClose, 0),
                Mode::Block(_) | Mode::Embedded(_) if self.modes.len() > 1 => {
                    self.push(TokenKind::TextClose, 0)
                }
                Mode::Block(_) | Mode::Embedded(_) => break,
            }
            self.modes.pop();
        }
    }

    /// Where the text goes on after an unclosed interpolation that took a quote
    /// for one of its own: in a text at the first quote behind a whole value.
    fn quote_after_hole(&self, start: usize) -> Option<usize> {
        if self.retaken > self.most_retaken() {
            return None;
        }
        let inside = self.tokens.partition_point(|token| token.span.start() as usize <= start);
        match self.modes.first()? {
            Mode::Embedded(_) => {
                let quote = start + self.text[start..self.at].find('`')?;
                let texts = self.tokens[inside..].iter().filter(|token| token.kind == TokenKind::TextOpen);
                Some(texts.map(|token| token.span.start() as usize).find(|at| *at < quote).unwrap_or(quote))
            }
            Mode::Text(_) => {
                let mut depth = 0_usize;
                for pair in self.tokens[inside..].windows(2) {
                    let [value, quote] = pair else { break };
                    match value.kind {
                        kind if kind.opens() => depth += 1,
                        kind if kind.closes() => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    let ends = matches!(
                        value.kind,
                        TokenKind::Ident
                            | TokenKind::Number
                            | TokenKind::RightParen
                            | TokenKind::RightBracket
                    );
                    if depth == 0 && ends && quote.kind == TokenKind::TextOpen {
                        return Some(quote.span.start() as usize);
                    }
                }
                None
            }
            Mode::Block(_) | Mode::Hole { .. } => None,
        }
    }

    /// Closes the interpolation that starts at an offset, and goes on with the
    /// text around it at a quote.
    fn close_hole_before(&mut self, start: usize, quote: usize) {
        self.retaken += self.at - quote;
        self.tokens.retain(|token| (token.span.start() as usize) < quote);
        self.comments.retain(|comment| (comment.span.start() as usize) < quote);
        let before =
            |diagnostic: &Diagnostic| diagnostic.span.is_none_or(|span| (span.start() as usize) < quote);
        self.diagnostics.retain(before);
        self.modes.truncate(1);
        self.go_back(quote);
        self.push(TokenKind::HoleClose, 0);
        self.report_hole(start, Some(quote));
    }

    /// Reports an interpolation without its end, which a quote tells if there is one.
    fn report_hole(&mut self, start: usize, quote: Option<usize>) {
        let length = if self.bytes[start] == b'$' { 2 } else { 1 };
        let span = self.span(start, start + length);
        let help = if length == 2 {
            "Close it with `}` on the same line, or write `\\${` for the characters themselves."
        } else {
            "Close it with `}` on the same line, or write `\\{` for a brace in the text."
        };
        let diagnostic = Diagnostic::new(&code::UNCLOSED_BRACKET, span, "an interpolation is not closed")
            .label("opened here")
            .help(help);
        let is_path = |at: &usize| self.bytes[start + length..*at].iter().all(|byte| is_path_byte(*byte));
        let diagnostic = match quote.filter(is_path) {
            Some(at) => diagnostic.fix("Close it with `}`", self.span(at, at), "}"),
            None => diagnostic,
        };
        self.report(match length {
            1 => diagnostic.fix("Change to a brace in the text", span, "\\{"),
            _ => diagnostic,
        });
    }

    fn report_text(&mut self, start: usize, after: usize) {
        let quote = &self.text[start..after];
        let quote = if quote == "`" { "a back-quote".to_owned() } else { format!("`{quote}`") };
        let help = match after - start {
            3 => "Close it with `\"\"\"` on a line of its own.".to_owned(),
            _ if self.bytes[start] == b'"' => {
                "Close it with `\"` on the same line; a text over several lines stands between `\"\"\"`."
                    .to_owned()
            }
            _ => format!("Close it with {quote}."),
        };
        let span = self.span(start, after);
        let message = format!("a text that opens with {quote} is not closed");
        let diagnostic = Diagnostic::new(&code::UNCLOSED_TEXT, span, message).label("opened here").help(help);
        let line = self.text[after..].lines().next().unwrap_or_default().trim_end();
        // What ends a value may be meant as text, or not.
        let is_one_value = !line.is_empty() && !line.contains([' ', '\t', ',', '{', '}', '[', ']', '\\']);
        self.report(if quote == "`\"`" && is_one_value {
            let end = after + line.len();
            diagnostic.fix("Close it with `\"`", self.span(end, end), "\"")
        } else {
            diagnostic
        });
    }

    /// Whether the quotes at `end` rather open the next text than close this
    /// one: they follow `name =`, or the language's name, no deeper than the
    /// line on which this one opens.
    fn is_next_opening(&self, opening: Opening, end: usize) -> bool {
        if self.line <= opening.start || self.modes.len() > 1 || self.retaken > self.most_retaken() {
            return false;
        }
        let before = &self.text[self.line..end];
        if indentation(before) > self.indentation_of(opening) {
            return false;
        }
        if self.bytes[end] == b'"' {
            let head = before.trim().strip_suffix('=').map(str::trim_end);
            return head.is_some_and(|head| !head.is_empty() && head.bytes().all(is_path_byte));
        }
        let language = self.language(opening.start);
        before.strip_suffix(language).is_some_and(|head| head.trim_end().ends_with(['=', '[', '(', ',']))
    }

    /// Takes back all since the opening, and ends the text where the
    /// indentation goes back, before `limit` at the latest.
    fn close_unclosed(&mut self, opening: Opening, limit: usize) {
        if self.retaken > self.most_retaken() {
            self.push_chunk(limit);
            self.close_text(0);
            return self.report_text(opening.start, opening.after);
        }
        self.retaken += limit - opening.after;
        self.tokens.truncate(opening.tokens);
        self.comments.truncate(opening.comments);
        self.diagnostics.truncate(opening.diagnostics);
        self.modes.clear();
        let mut end = self.indented_end(opening, limit);
        self.go_back(opening.after);
        let first_line = &self.text[opening.after..end];
        if !first_line.contains('\n') {
            end = opening.after + self.without_closers(first_line).len();
        }
        self.line = self.text[..end].rfind('\n').map_or(0, |before| before + 1);
        self.push_chunk(end);
        self.push(TokenKind::TextClose, 0);
        self.report_text(opening.start, opening.after);
    }

    /// Reads on from an offset inside of a text that was read before.
    fn go_back(&mut self, at: usize) {
        self.at = at;
        self.line = self.text[..at].rfind('\n').map_or(0, |before| before + 1);
        (self.breaks, self.newline, self.no_block_end) = (0, false, false);
    }

    /// How many bytes may be read again, so that no text takes for ever.
    fn most_retaken(&self) -> usize {
        4 * self.text.len()
    }

    fn indented_end(&self, opening: Opening, limit: usize) -> usize {
        let base = self.indentation_of(opening);
        let limit = if limit == self.text.len() { limit } else { self.line };
        let mut at = opening.after;
        let mut end = opening.after;
        for (index, line) in self.text[opening.after..limit].split_inclusive('\n').enumerate() {
            let blank = line.trim().is_empty();
            if index > 0 && !blank && indentation(line) <= base {
                break;
            }
            if index == 0 || !blank {
                end = at + line.trim_end().len();
            }
            at += line.len();
        }
        end
    }

    fn indentation_of(&self, opening: Opening) -> usize {
        indentation(&self.text[opening.line..opening.start])
    }

    fn language(&self, quote: usize) -> &str {
        let word = self.bytes[..quote].iter().rev().take_while(|byte| super::is_name_byte(**byte)).count();
        &self.text[quote - word..quote]
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn is_path_byte(byte: u8) -> bool {
    super::is_name_byte(byte) || byte == b'.'
}
