//! What a run of tokens looks like, by a glance ahead and without parsing.
//!
//! Laud reserves few words, so a keyword is one only when what follows it on
//! its line fits; and recovery needs to know where an entry seems to start.

use crate::lexer::{Token, TokenKind};

/// Tokens that can be looked at ahead, with the text that they are of.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

/// Words that go on with what stands on the line before.
pub(super) const CONTINUATIONS: [&str; 6] = ["and", "or", "in", "then", "else", "because"];

impl<'a> View<'a> {
    /// The token at an index; the end goes on for ever.
    pub(super) fn token(self, index: usize) -> Token {
        match self.tokens.get(index) {
            Some(token) => *token,
            None => self.tokens[self.tokens.len() - 1],
        }
    }

    /// The kind of a token that stands on the line of the one before it.
    pub(super) fn kind_on_line(self, index: usize) -> Option<TokenKind> {
        let token = self.token(index);
        (!token.newline_before && token.kind != TokenKind::End).then_some(token.kind)
    }

    /// The source text of a token.
    pub(super) fn slice(self, index: usize) -> &'a str {
        &self.text[self.token(index).span.range()]
    }

    /// Whether the token is that word.
    pub(super) fn is_word(self, index: usize, word: &str) -> bool {
        self.token(index).kind == TokenKind::Ident && self.slice(index) == word
    }

    /// The index after the path (`a.b."c"`) at an index, if one is there. The
    /// path may end in a dot.
    pub(super) fn path_end(self, index: usize) -> Option<usize> {
        let mut at = self.key_end(index)?;
        while self.kind_on_line(at) == Some(TokenKind::Dot) {
            match self.kind_on_line(at + 1) {
                Some(TokenKind::Ident | TokenKind::TextOpen) => at = self.key_end(at + 1)?,
                Some(_) | None => return Some(at + 1),
            }
        }
        Some(at)
    }

    /// The index after a name, or a text without interpolation, at an index.
    pub(super) fn key_end(self, index: usize) -> Option<usize> {
        match (self.token(index).kind, self.token(index + 1).kind, self.token(index + 2).kind) {
            (TokenKind::Ident, _, _) => Some(index + 1),
            (TokenKind::TextOpen, TokenKind::TextClose, _) => Some(index + 2),
            (TokenKind::TextOpen, TokenKind::Chunk, TokenKind::TextClose) => Some(index + 3),
            (_, _, _) => None,
        }
    }

    /// Whether a value is set here: `a.b =`, not `a.b ==`.
    pub(super) fn is_assignment(self, index: usize) -> bool {
        self.path_end(index).is_some_and(|end| self.kind_on_line(end) == Some(TokenKind::Equal))
    }

    /// Whether what starts here can only be an entry, and no value.
    pub(super) fn is_entry(self, index: usize) -> bool {
        match self.token(index).kind {
            TokenKind::Ellipsis => true,
            TokenKind::TextOpen => self.is_assignment(index),
            TokenKind::Ident if self.is_continuation(index) => false,
            TokenKind::Ident if self.is_word(index, "if") => !self.line_has_then(index),
            TokenKind::Ident if self.is_word(index, "not") => false,
            TokenKind::Ident => self.path_end(index).is_some_and(|end| self.is_entry_after(index, end)),
            _ => false,
        }
    }

    /// Whether what follows the path from `index` to `end` makes it an entry.
    fn is_entry_after(self, index: usize, end: usize) -> bool {
        let one_name = end == index + 1;
        match self.kind_on_line(end) {
            Some(TokenKind::Ident) => one_name && !self.is_word(end, "in") && !self.continues_value(end),
            Some(TokenKind::TextOpen) => one_name,
            Some(TokenKind::Equal | TokenKind::LeftBrace | TokenKind::Colon) => true,
            Some(_) | None => false,
        }
    }

    /// Whether an entry, or another mistake, may start here, for recovery at the
    /// start of a line.
    pub(super) fn may_start_entry(self, index: usize) -> bool {
        match self.token(index).kind {
            TokenKind::Ident => !self.is_continuation(index),
            TokenKind::Ellipsis | TokenKind::Unknown | TokenKind::StrayClose => true,
            TokenKind::TextOpen => self.is_assignment(index),
            _ => false,
        }
    }

    /// Whether the word goes on with what stands before it.
    pub(super) fn is_continuation(self, index: usize) -> bool {
        CONTINUATIONS.contains(&self.slice(index))
            && !matches!(self.kind_on_line(index + 1), Some(TokenKind::Equal | TokenKind::Colon))
    }

    fn continues_value(self, index: usize) -> bool {
        ["and", "or", "then", "else", "because"].contains(&self.slice(index))
    }

    fn line_has_then(self, index: usize) -> bool {
        (index + 1..)
            .take_while(|index| self.kind_on_line(*index).is_some())
            .any(|index| self.is_word(index, "then"))
    }
}
