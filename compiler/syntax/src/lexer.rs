//! Text to tokens, with the comments beside them.
//!
//! The lexer knows no keywords and never stops: what is no token of the
//! language becomes [`TokenKind::Unknown`], for the parser to report where it
//! hurts. A stack of modes tells code from texts, so that texts with
//! interpolations nest without recursion. It reports by itself only what no
//! parser could: texts that are not closed, and comments of other languages.

mod comment;
mod control;
mod number;
mod text;
mod token;

pub use token::{Comment, Token, TokenKind};

use crate::diagnostic::{Diagnostic, code};
use crate::span::{FileId, Span};
use std::cell::Cell;
use text::Mode;

/// More findings than this in one file help nobody, and would fill memory.
pub(crate) const MOST_DIAGNOSTICS: usize = 10_000;

/// Room for more tokens than this is not kept.
const MOST_ROOM: usize = 32 << 10;

/// There is room for this many tokens at least, so that the texts that come next
/// mostly have theirs in the same place.
const LEAST_ROOM: usize = 6 << 10;

/// A file as tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Lexed {
    /// The tokens, with [`TokenKind::End`] last.
    pub tokens: Vec<Token>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// What is wrong with texts, comments and characters.
    pub diagnostics: Vec<Diagnostic>,
}

/// Splits a text into tokens. It never fails.
pub fn lex(file: FileId, text: &str) -> Lexed {
    let mut diagnostics = Vec::new();
    if text.len() >= Span::LAST as usize {
        diagnostics.push(too_large(file));
        return Lexed { tokens: vec![end_token(file, 0)], comments: Vec::new(), diagnostics };
    }
    control::check(file, text, &mut diagnostics);
    let mut lexer = Lexer::new(file, text, 0);
    lexer.at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    lexer.diagnostics = diagnostics;
    lexer.lex_file()
}

/// The tokens of a run of whole lines: what of a file stands from `start` to
/// the end of `text`, which is the file as far as the run goes. They are those
/// that the whole file has there, if nothing is open where the run starts and
/// if there are no findings.
pub(crate) fn lex_run(file: FileId, text: &str, start: usize) -> Lexed {
    let mut lexer = Lexer::new(file, text, start);
    control::check(file, &text[start..], &mut lexer.diagnostics);
    // The line break that ends the line before.
    let breaks = u32::from(start > 0);
    (lexer.breaks, lexer.newline) = (breaks, breaks > 0);
    lexer.lex_file()
}

thread_local! {
    /// The room of tokens that were parsed, for those of the next text: memory
    /// that was used already costs less than memory that was not.
    static ROOM: Cell<Vec<Token>> = const { Cell::new(Vec::new()) };
}

/// Room for so many tokens.
fn room(count: usize) -> Vec<Token> {
    let room = ROOM.take();
    if room.capacity() >= count { room } else { Vec::with_capacity(count.max(LEAST_ROOM)) }
}

/// Gives back the room of tokens that nobody needs any more.
pub(crate) fn give_back(mut tokens: Vec<Token>) {
    if tokens.capacity() <= MOST_ROOM {
        tokens.clear();
        ROOM.set(tokens);
    }
}

fn too_large(file: FileId) -> Diagnostic {
    Diagnostic::new(&code::FILE_TOO_LARGE, Span::new(file, 0, 0), "a file of 32 MiB or more")
        .help("Split it into several files.")
}

fn end_token(file: FileId, at: u32) -> Token {
    Token { kind: TokenKind::End, newline_before: true, span: Span::new(file, at, at) }
}

struct Lexer<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the line at hand starts.
    line: usize,
    /// How many bytes were read again after a text that was not closed.
    retaken: usize,
    /// Line breaks since the last token or comment.
    breaks: u32,
    /// Whether there was a line break since the last token.
    newline: bool,
    modes: Vec<Mode>,
    /// Whether no `*/` is left, so that nobody looks for one again.
    no_block_end: bool,
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Lexer<'t> {
    fn new(file: FileId, text: &'t str, start: usize) -> Self {
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            at: start,
            line: start,
            retaken: 0,
            breaks: 0,
            newline: false,
            modes: Vec::new(),
            no_block_end: false,
            tokens: room((text.len() - start) / 5 + 1),
            comments: Vec::new(),
            diagnostics: Vec::new(),
        }
    }
}

impl Lexer<'_> {
    fn lex_file(mut self) -> Lexed {
        loop {
            match self.modes.last() {
                None | Some(Mode::Hole { .. }) => match self.byte(0) {
                    Some(byte) => self.lex_code(byte),
                    None if self.modes.is_empty() => break,
                    None => self.close_at_line_end(),
                },
                Some(Mode::Text { .. } | Mode::Block { .. } | Mode::Embedded { .. }) => self.lex_chunk(),
            }
        }
        self.tokens.push(end_token(self.file, self.text.len() as u32));
        Lexed { tokens: self.tokens, comments: self.comments, diagnostics: self.diagnostics }
    }

    /// One token, comment or space of code, by its first byte.
    fn lex_code(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' | b'\r' => self.lex_space(),
            b'\n' => self.lex_line_break(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.lex_ident(),
            b'0'..=b'9' => self.lex_number(),
            b'"' => self.open_text(),
            b'/' => self.lex_slash(),
            b'#' => self.lex_hash_comment(),
            b'{' => self.lex_left_brace(),
            b'}' => self.lex_right_brace(),
            b'[' => self.push(TokenKind::LeftBracket, 1),
            b']' => self.push(TokenKind::RightBracket, 1),
            b'(' => self.push(TokenKind::LeftParen, 1),
            b')' => self.push(TokenKind::RightParen, 1),
            b',' => self.push(TokenKind::Comma, 1),
            b'\'' => self.lex_quoted(b'\'', TokenKind::SingleQuoted),
            b'`' => self.lex_quoted(b'`', TokenKind::Unknown),
            b'=' | b':' | b'!' | b'<' | b'>' | b'+' | b'-' | b'*' | b'.' | b'?' | b'|' | b'&' => {
                self.lex_operator(byte);
            }
            b' '..=b'~' => self.push(TokenKind::Unknown, 1),
            0..b' ' | 0x7f => self.at += 1,
            0x80.. => self.lex_foreign(),
        }
    }

    fn lex_space(&mut self) {
        self.at = self.end_of(Class::Space, self.at + 1);
    }

    fn lex_line_break(&mut self) {
        if self.modes.is_empty() {
            self.at += 1;
            self.line = self.at;
            self.breaks += 1;
            self.newline = true;
        } else {
            self.close_at_line_end();
        }
    }

    fn lex_operator(&mut self, byte: u8) {
        use TokenKind as Kind;
        let next = self.byte(1);
        let (kind, length) = match (byte, next) {
            (b'=', Some(b'=')) => (Kind::EqualEqual, 2),
            (b'=', _) => (Kind::Equal, 1),
            (b':', _) => (Kind::Colon, 1),
            (b'!', Some(b'=')) => (Kind::BangEqual, 2),
            (b'<', Some(b'=')) => (Kind::LessEqual, 2),
            (b'<', _) => (Kind::Less, 1),
            (b'>', Some(b'=')) => (Kind::GreaterEqual, 2),
            (b'>', _) => (Kind::Greater, 1),
            (b'-', Some(b'>')) => (Kind::Arrow, 2),
            (b'-', _) => (Kind::Minus, 1),
            (b'+', _) => (Kind::Plus, 1),
            (b'*', _) => (Kind::Star, 1),
            (b'.', Some(b'.')) if self.byte(2) == Some(b'.') => (Kind::Ellipsis, 3),
            (b'.', Some(b'.')) => (Kind::DotDot, 2),
            (b'.', _) => (Kind::Dot, 1),
            (b'?', Some(b'?')) => (Kind::QuestionQuestion, 2),
            (b'?', _) => (Kind::Question, 1),
            (b'|', Some(b'|')) | (b'&', Some(b'&')) => (Kind::Unknown, 2),
            (b'|', _) => (Kind::Pipe, 1),
            (_, _) => (Kind::Unknown, 1),
        };
        self.push(kind, length);
    }

    fn lex_slash(&mut self) {
        match self.byte(1) {
            Some(b'/') => self.lex_comment(),
            Some(b'*') => self.lex_block_comment(),
            Some(_) | None => self.push(TokenKind::Slash, 1),
        }
    }

    fn lex_ident(&mut self) {
        let length = self.end_of(Class::Name, self.at + 1) - self.at;
        match self.byte(length) {
            Some(b'`') => {
                self.push(TokenKind::Ident, length);
                self.open_embedded();
            }
            Some(0x80..) if foreign_length(&self.text[self.at + length..]) > 0 => self.lex_foreign(),
            Some(_) | None => self.push(TokenKind::Ident, length),
        }
    }

    fn lex_number(&mut self) {
        let length = number::length(&self.text[self.at..]);
        self.push(TokenKind::Number, length);
    }

    /// What stands in quotes that are not laud's, up to its end on the same line.
    fn lex_quoted(&mut self, quote: u8, kind: TokenKind) {
        let line = self.bytes[self.at + 1..].iter().take_while(|byte| **byte != b'\n');
        match line.clone().position(|byte| *byte == quote) {
            Some(length) => self.push(kind, length + 2),
            None => self.push(TokenKind::Unknown, 1),
        }
    }

    /// A word with letters beyond ASCII, or one character that is no letter.
    fn lex_foreign(&mut self) {
        let rest = &self.text[self.at..];
        let length = foreign_length(rest);
        let first = rest.chars().next().map_or(1, char::len_utf8);
        self.push(TokenKind::Unknown, length.max(first));
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = self.span(self.at, self.at + length);
        self.tokens.push(Token { kind, newline_before: self.newline, span });
        self.at += length;
        self.newline = false;
        self.breaks = 0;
    }

    /// Where bytes of a class end that start at an offset.
    fn end_of(&self, class: Class, start: usize) -> usize {
        let other = |byte: &u8| CLASSES[usize::from(*byte)] & class as u8 == 0;
        self.bytes[start..].iter().position(other).map_or(self.bytes.len(), |length| start + length)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }
}

/// Bytes of which there are runs, a bit for each class.
#[derive(Clone, Copy)]
enum Class {
    /// Letters, digits and `_`.
    Name = 1,
    /// What stands between tokens on a line.
    Space = 2,
    /// What neither ends a text of any kind, nor a line of it, nor starts an
    /// escape or an interpolation.
    Chunk = 4,
}

/// The classes of each byte: most of a lexer's work is to ask this of the next one.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut index = 0;
    while index < classes.len() {
        let byte = index as u8;
        let name = byte.is_ascii_alphanumeric() || byte == b'_';
        let space = matches!(byte, b' ' | b'\t' | b'\r');
        let chunk = !matches!(byte, b'"' | b'`' | b'{' | b'$' | b'\\' | b'\n');
        classes[index] = if name { Class::Name as u8 } else { 0 }
            | if space { Class::Space as u8 } else { 0 }
            | if chunk { Class::Chunk as u8 } else { 0 };
        index += 1;
    }
    classes
};

/// Whether a byte may be part of a name.
fn is_name_byte(byte: u8) -> bool {
    CLASSES[usize::from(byte)] & Class::Name as u8 != 0
}

/// The length of the word at the start, of letters and digits of any script.
fn foreign_length(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}
