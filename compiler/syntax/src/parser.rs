//! Tokens to a tree: a descent that recovers.
//!
//! The verbs: `parse_x` is called where an x is due, gives one whatever comes,
//! and reports what is missing; `expect_x` takes one token or reports its
//! absence; `maybe_x` takes what is there and is content with nothing.
//!
//! An error breaks the entry (or list item, or interpolation) in which it
//! stands: nothing more is reported for it, each function returns with what it
//! has, and [`Parser::skip_entry`] and its like go on where the next one
//! starts. Mistakes whose meaning is plain are remarked upon without breaking.
//! Depth is counted, chains included, so that neither the parser nor anyone
//! who walks through the tree runs out of stack.

mod again;
mod balance;
mod declaration;
mod entry;
mod expression;
mod goes_on;
mod mistakes;
mod module;
mod number;
mod operand;
mod recovery;
mod runs;
mod shape;
mod text;
mod types;

pub use again::{Again, Roomy, parse_again};
pub use number::time_unit;

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::lexer::{self, Comment, Lexed, Token, TokenKind};
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use shape::View;

/// How deep brackets, operators and chains may nest, all together.
pub(crate) const MOST_NESTING: usize = 128;

/// What parsing gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The tree, as far as there is one.
    pub file: ast::File,
    /// The comments, doc comments included, in order.
    pub comments: Vec<Comment>,
    /// The errors, in order of position.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a file. It never fails: what does not parse is reported and stepped over.
pub fn parse(id: FileId, text: &str) -> Parsed {
    let in_runs = text.len() >= runs::WORTH_RUNS && u32::try_from(text.len()).is_ok();
    let parsed = if in_runs { runs::parse_runs(id, text, runs::RUN) } else { None };
    parsed.unwrap_or_else(|| parse_whole(id, text))
}

/// Parses a file of the library: its texts stay where they are, and its comments
/// are in the tree alone. What `read` makes of an embedded text stands in the
/// tree, for those who know what it means.
pub fn parse_library(id: FileId, text: &'static str, read: ReadEmbedded) -> Parsed {
    parse_lexed(id, text, lexer::lex(id, text), Some(Library { text, read }))
}

/// What is made of a text in an embedded language of a file with this text; nothing if nothing is.
pub type ReadEmbedded = fn(embedded: &ast::Embedded, text: &str) -> Vec<u8>;

fn parse_whole(id: FileId, text: &str) -> Parsed {
    parse_tokens(id, text, lexer::lex(id, text))
}

/// Parses the tokens of a file, or of a part of one that ends where `text` does.
fn parse_tokens(id: FileId, text: &str, lexed: Lexed) -> Parsed {
    parse_lexed(id, text, lexed, None)
}

fn parse_lexed(id: FileId, text: &str, lexed: Lexed, library: Option<Library>) -> Parsed {
    let Lexed { tokens, comments, mut diagnostics } = lexed;
    let (tokens, unbalanced) = balance::balance(text, tokens);
    diagnostics.extend(unbalanced);
    let mut parser = Parser::new(id, text, &tokens, &comments, diagnostics);
    parser.library = library;
    let entries = parser.parse_entries();
    let mut diagnostics = parser.diagnostics;
    lexer::give_back(tokens);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map(|span| span.start()));
    let span = Span::new(id, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let comments = if library.is_some() { Vec::new() } else { comments };
    Parsed { file: ast::File { id, entries, span }, comments, diagnostics }
}

/// What is known of a text of the library.
#[derive(Clone, Copy)]
struct Library {
    text: &'static str,
    read: ReadEmbedded,
}

struct Parser<'a> {
    file: FileId,
    text: &'a str,
    library: Option<Library>,
    tokens: &'a [Token],
    at: usize,
    comments: &'a [Comment],
    next_comment: usize,
    diagnostics: Vec<Diagnostic>,
    /// The entries of all open bodies, so that each body is allocated once, in
    /// its final size.
    entries: Vec<ast::Entry>,
    /// The parts of all open texts, likewise.
    parts: Vec<ast::Part>,
    /// Whether an error was reported for what is being parsed.
    broken: bool,
    depth: usize,
    /// The depth of the deepest node since the expression at hand began.
    deepest: usize,
    reported_depth: bool,
    /// Whether a name before `{` stays a name, because the brace opens a body.
    no_tag: bool,
    /// Whether line breaks mean nothing: inside of `[…]` and `(…)`.
    in_brackets: bool,
    /// Whether an entry is due, on whichever line.
    at_entry: bool,
}

/// What changes between the inside and the outside of brackets.
#[derive(Clone, Copy)]
struct Inside {
    broken: bool,
    no_tag: bool,
    in_brackets: bool,
}

impl<'a> Parser<'a> {
    fn new(
        file: FileId,
        text: &'a str,
        tokens: &'a [Token],
        comments: &'a [Comment],
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        Self {
            file,
            text,
            library: None,
            tokens,
            at: 0,
            comments,
            next_comment: 0,
            diagnostics,
            entries: Vec::new(),
            parts: Vec::new(),
            broken: false,
            depth: 0,
            deepest: 0,
            reported_depth: false,
            no_tag: false,
            in_brackets: false,
            at_entry: false,
        }
    }

    fn view(&self) -> View<'a> {
        View { text: self.text, tokens: self.tokens }
    }

    fn token(&self) -> Token {
        self.tokens[self.at]
    }

    fn kind(&self) -> TokenKind {
        self.tokens[self.at].kind
    }

    /// The kind of the next token, if it stands on this line.
    fn kind_on_line(&self) -> Option<TokenKind> {
        self.view().kind_on_line(self.at)
    }

    fn slice(&self) -> &'a str {
        self.view().slice(self.at)
    }

    fn span(&self) -> Span {
        self.token().span
    }

    fn at_kind(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    fn at_word(&self, word: &str) -> bool {
        self.view().is_word(self.at, word)
    }

    /// Where the token before ends; the start of the file before the first.
    fn end_before(&self) -> Span {
        match self.at.checked_sub(1) {
            Some(before) => self.tokens[before].span.at_end(),
            None => Span::new(self.file, 0, 0),
        }
    }

    /// From `start` to the last token taken; empty when none was.
    fn span_from(&self, start: Span) -> Span {
        let end = self.end_before();
        start.with_end(end.end().max(start.start()))
    }

    fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Takes the next token if it is of that kind.
    fn maybe(&mut self, kind: TokenKind) -> Option<Token> {
        self.at_kind(kind).then(|| self.bump())
    }

    /// Takes the next token if it is that word.
    fn maybe_word(&mut self, word: &str) -> Option<Token> {
        self.at_word(word).then(|| self.bump())
    }

    fn bump_ident(&mut self) -> ast::Ident {
        let span = self.bump().span;
        ast::Ident { text: self.copy(span), span }
    }

    /// The text under a span, for the tree. That of the library is in the program, and not copied.
    fn copy(&self, span: Span) -> LeanStr {
        match self.library {
            Some(Library { text, .. }) => LeanStr::from_static_str(&text[span.range()]),
            None => LeanStr::from(&self.text[span.range()]),
        }
    }

    /// Goes into brackets, where the rules of the outside do not hold.
    fn enter(&mut self, in_brackets: bool) -> Inside {
        let outside = Inside { broken: self.broken, no_tag: self.no_tag, in_brackets: self.in_brackets };
        self.broken = false;
        self.no_tag = false;
        self.in_brackets = in_brackets;
        outside
    }

    fn leave(&mut self, outside: Inside) {
        self.broken = outside.broken;
        self.no_tag = outside.no_tag;
        self.in_brackets = outside.in_brackets;
    }

    /// Parses one level deeper, or reports that this is too deep and skips what
    /// is there.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MOST_NESTING {
            self.report_depth();
            return None;
        }
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let parsed = parse(self);
        self.depth -= 1;
        Some(parsed)
    }
}
