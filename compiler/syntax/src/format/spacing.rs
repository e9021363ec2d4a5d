//! The space between two tokens of an item, and the places where it may break.

use super::marks::Marks;
use crate::lexer::{Token, TokenKind};

/// The tokens of a file, to ask about neighbours.
#[derive(Clone, Copy)]
pub(super) struct Spacing<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) marks: &'a Marks<'a>,
}

impl Spacing<'_> {
    /// Whether a space stands between the token that ends one piece and the
    /// one that starts the next.
    pub(super) fn is_spaced(self, left: usize, right: usize) -> bool {
        use TokenKind as Kind;
        let after = match self.tokens[left].kind {
            Kind::Dot | Kind::DotDot | Kind::Ellipsis => false,
            Kind::Less => !self.marks.get(left).angle,
            Kind::Minus => self.is_binary(left),
            _ => true,
        };
        let before = match self.tokens[right].kind {
            Kind::Dot | Kind::DotDot | Kind::Comma | Kind::Question | Kind::EmbeddedOpen => false,
            Kind::Less | Kind::Greater => !self.marks.get(right).angle,
            Kind::LeftParen | Kind::LeftBracket => !self.is_attached(right),
            _ => true,
        };
        after && before
    }

    /// Whether a bracket belongs to the operand right before it.
    pub(super) fn is_attached(self, index: usize) -> bool {
        index > 0 && !self.tokens[index].newline_before && self.ends_operand(index - 1)
    }

    /// Whether the token, an operator, has an operand on its left.
    fn is_binary(self, index: usize) -> bool {
        index > 0 && self.ends_operand(index - 1)
    }

    /// Whether an operand ends with the token.
    fn ends_operand(self, index: usize) -> bool {
        match self.tokens[index].kind {
            TokenKind::Ident => {
                let member = index > 0 && self.tokens[index - 1].kind == TokenKind::Dot;
                member || !is_operator_word(self.word(index))
            }
            TokenKind::Number
            | TokenKind::TextClose
            | TokenKind::RightBrace
            | TokenKind::RightBracket
            | TokenKind::RightParen => true,
            _ => false,
        }
    }

    /// Whether the author broke the line at this token, where it may break;
    /// `ends` tells that it is the last of its item.
    pub(super) fn breaks_before(self, index: usize, ends: bool, in_comprehension: bool) -> bool {
        use TokenKind as Kind;
        let here = self.tokens[index].newline_before;
        let after = !ends && self.tokens.get(index + 1).is_some_and(|next| next.newline_before);
        if index > 0 && self.tokens[index - 1].kind == Kind::Dot {
            return false;
        }
        match self.tokens[index].kind {
            Kind::Plus
            | Kind::Star
            | Kind::Slash
            | Kind::EqualEqual
            | Kind::BangEqual
            | Kind::LessEqual
            | Kind::GreaterEqual
            | Kind::QuestionQuestion
            | Kind::Arrow
            | Kind::Pipe => here || after,
            Kind::Minus => (here || after) && self.is_binary(index),
            Kind::Less | Kind::Greater => (here || after) && !self.marks.get(index).angle,
            Kind::Ident => match self.word(index) {
                "and" | "or" | "then" | "else" => here || after && self.is_binary(index),
                "in" | "because" => here,
                "for" | "if" => here && in_comprehension,
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the token is the `because` before a reason.
    pub(super) fn is_reason(self, index: usize) -> bool {
        self.is_word(index, "because")
            && self.tokens.get(index + 1).is_some_and(|next| next.kind.opens_text() && !next.newline_before)
    }

    /// Whether an item that starts with the token looks as if it went on with
    /// the one before.
    pub(super) fn goes_on(self, index: usize) -> bool {
        match self.tokens[index].kind {
            TokenKind::Ident => {
                matches!(self.word(index), "and" | "or" | "in" | "then" | "else" | "because" | "if" | "for")
            }
            TokenKind::TextOpen | TokenKind::Ellipsis => false,
            _ => true,
        }
    }

    pub(super) fn is_word(self, index: usize, word: &str) -> bool {
        self.tokens[index].kind == TokenKind::Ident && self.word(index) == word
    }

    fn word(&self, index: usize) -> &str {
        &self.text[self.tokens[index].span.range()]
    }
}

fn is_operator_word(word: &str) -> bool {
    matches!(word, "if" | "then" | "else" | "for" | "in" | "not" | "and" | "or")
}
