//! What is known of each token beyond its kind.

use crate::lexer::{Lexed, Token, TokenKind};
use crate::span::Span;

/// How the entry that starts at a token is laid out among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// `a = …`, `a { … }`
    Field,
    /// `a.b = …`, `a.b { … }`
    Path,
    /// `a : T = …`
    Param,
    /// `kind name …`; those of one kind align.
    Declaration {
        /// Where the kind's name ends.
        head: u32,
    },
    /// `let a = …`
    Let,
    /// `out a : T = …`
    Out,
    /// `use …`
    Use,
    /// `pg_up : gauge`
    Metric,
    /// `if … { … } else { … }`
    If,
    /// What does not align.
    Other,
}

/// What aligns with the same in the lines around.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// The text after a declaration's name.
    Description,
    /// `: T`
    Type,
    /// `-> x`
    Target,
    /// `= x`, and the `{` of a block among fields.
    Value,
    /// The `{` of a declaration.
    Body,
}

/// What is known of one token.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// An entry starts here.
    pub(super) start: Option<Class>,
    /// A cell starts here.
    pub(super) cell: Option<Cell>,
    /// It is `<` or `>` around the arguments of a type.
    pub(super) angle: bool,
    /// It opens a comprehension.
    pub(super) comprehension: bool,
    /// It is a comma within an entry, as in `for key, value in map { … }`.
    pub(super) inner_comma: bool,
    /// From here to this offset the source stays as it is.
    pub(super) verbatim: Option<u32>,
    /// The indentation stays, too.
    pub(super) keeps_indentation: bool,
}

/// The tokens of a file and their marks.
pub(super) struct Marks<'t> {
    tokens: &'t [Token],
    marks: Vec<Mark>,
}

impl<'t> Marks<'t> {
    pub(super) fn new(lexed: &'t Lexed) -> Self {
        Self { tokens: &lexed.tokens, marks: vec![Mark::default(); lexed.tokens.len()] }
    }

    pub(super) fn get(&self, index: usize) -> Mark {
        self.marks[index]
    }

    /// The index of the first token at or after an offset.
    pub(super) fn index(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.span.start() < offset)
    }

    /// Where the mistake is of which an error stands at `span`: what is missing
    /// before a comma or a closing bracket is missing after what is before it.
    pub(super) fn blamed(&self, span: Span) -> Span {
        let index = self.index(span.start());
        let ends = self.tokens.get(index).is_some_and(|token| {
            token.span == span && (token.kind.closes() || token.kind == TokenKind::Comma)
        });
        match index.checked_sub(1) {
            Some(before) if ends => self.tokens[before].span.at_end(),
            Some(_) | None => span,
        }
    }

    /// Whether an interpolation that is not closed opens here, in a text that
    /// goes on over lines.
    pub(super) fn is_open_in_long_text(&self, span: Span) -> bool {
        let index = self.index(span.start());
        let opens = |token: &Token| token.span == span && token.kind == TokenKind::HoleOpen;
        if !self.tokens.get(index).is_some_and(opens) {
            return false;
        }
        let mut closed = 0_usize;
        // A text over lines holds no token that follows a line break.
        let line = self.tokens[..index].iter().rposition(|token| token.newline_before).unwrap_or(0);
        self.tokens[line..index].iter().rev().any(|token| {
            let around = token.kind.opens() && closed == 0;
            if token.kind.closes() {
                closed += 1;
            } else if token.kind.opens() {
                closed = closed.saturating_sub(1);
            }
            around && matches!(token.kind, TokenKind::BlockTextOpen | TokenKind::EmbeddedOpen)
        })
    }

    pub(super) fn start(&mut self, span: Span, class: Class) {
        let index = self.index(span.start());
        self.set(index, |mark| mark.start = Some(class));
    }

    /// An entry starts at the token before the span.
    pub(super) fn start_before(&mut self, span: Span, class: Class) {
        let index = self.index(span.start()).saturating_sub(1);
        self.set(index, |mark| mark.start = Some(class));
    }

    pub(super) fn cell_at(&mut self, offset: u32, cell: Cell) {
        let index = self.index(offset);
        self.set(index, |mark| mark.cell = Some(cell));
    }

    /// Marks the first token of a kind after an offset, closing brackets in between.
    pub(super) fn cell_after(&mut self, offset: u32, kind: TokenKind, cell: Cell) {
        let mut index = self.index(offset);
        while self.tokens.get(index).is_some_and(|token| token.kind == TokenKind::RightParen) {
            index += 1;
        }
        if self.tokens.get(index).is_some_and(|token| token.kind == kind) {
            self.set(index, |mark| mark.cell = Some(cell));
        }
    }

    pub(super) fn angles(&mut self, open: u32, end: u32) {
        let opening = self.index(open);
        let closing = self.index(end).saturating_sub(1);
        self.set(opening, |mark| mark.angle = true);
        self.set(closing, |mark| mark.angle = true);
    }

    pub(super) fn comprehension(&mut self, span: Span) {
        let index = self.index(span.start());
        self.set(index, |mark| mark.comprehension = true);
    }

    /// The comma before an offset belongs to its entry.
    pub(super) fn inner_comma(&mut self, before: u32) {
        let index = self.index(before).saturating_sub(1);
        self.set(index, |mark| mark.inner_comma = true);
    }

    /// A run of tokens that is written without space.
    pub(super) fn atom(&mut self, span: Span) {
        if span.start() < span.end() {
            let index = self.index(span.start());
            self.set(index, |mark| mark.verbatim = Some(span.end()));
        }
    }

    /// An entry that stays as it is.
    pub(super) fn keep(&mut self, span: Span) {
        let index = self.index(span.start());
        self.set(index, |mark| mark.verbatim = Some(span.end().max(mark.verbatim.unwrap_or(0))));
    }

    /// An entry that stays as it is, with its indentation.
    pub(super) fn keep_whole(&mut self, span: Span) {
        self.keep(span);
        let index = self.index(span.start());
        self.set(index, |mark| mark.keeps_indentation = true);
    }

    fn set(&mut self, index: usize, change: impl FnOnce(&mut Mark)) {
        if let Some(mark) = self.marks.get_mut(index) {
            change(mark);
        }
    }
}
