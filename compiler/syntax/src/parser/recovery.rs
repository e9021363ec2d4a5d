//! Reporting, and going on after it.

use super::{MOST_NESTING, Parser};
use crate::ast;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::{MOST_DIAGNOSTICS, TokenKind};
use lean_string::LeanStr;

impl Parser<'_> {
    /// Reports an error after which the entry at hand makes no sense.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !self.broken {
            self.remark(diagnostic);
        }
        self.broken = true;
    }

    /// Reports a mistake whose meaning is plain; parsing goes on with it.
    pub(super) fn remark(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports once in a file that something nests too deep, and skips it.
    pub(super) fn report_depth(&mut self) {
        if !self.reported_depth {
            self.reported_depth = true;
            let message = format!("more than {MOST_NESTING} levels of nesting");
            let diagnostic = Diagnostic::new(&code::TOO_DEEP, self.span(), message)
                .label("too deep from here on")
                .help("Name the inner parts with `let` and refer to them.");
            self.remark(diagnostic);
        }
        self.broken = true;
        if self.kind().opens() {
            self.skip_group();
        }
    }

    /// A name, or one without letters where there is none.
    pub(super) fn expect_ident(&mut self, what: &str) -> ast::Ident {
        if self.kind_on_line() == Some(TokenKind::Ident) {
            return self.bump_ident();
        }
        self.report_expected(what);
        self.missing_ident()
    }

    pub(super) fn missing_ident(&self) -> ast::Ident {
        ast::Ident { text: LeanStr::default(), span: self.end_before() }
    }

    /// Steps over a whole group of brackets, or a single token.
    pub(super) fn skip_group(&mut self) {
        let mut depth = 0_usize;
        loop {
            let kind = self.kind();
            if kind == TokenKind::End {
                return;
            }
            self.bump();
            if kind.opens() {
                depth += 1;
            } else if kind.closes() {
                depth = depth.saturating_sub(1);
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Whether the brackets around what is parsed close here, or the file ends.
    pub(super) fn at_close(&self) -> bool {
        self.kind().closes() || self.at_kind(TokenKind::End)
    }

    /// Steps over the rest of a broken entry, to where the next one starts.
    pub(super) fn skip_entry(&mut self) {
        while !self.at_close() {
            let here = self.token();
            if here.newline_before && self.view().may_start_entry(self.at) {
                return;
            }
            if here.kind == TokenKind::Comma && self.view().is_entry(self.at + 1) {
                return;
            }
            self.skip_group();
        }
    }

    /// Steps over the rest of a broken item, to the comma or closing bracket.
    pub(super) fn skip_item(&mut self) {
        while !self.at_close() && !self.at_kind(TokenKind::Comma) {
            self.skip_group();
        }
    }

    /// Steps to the `{` that follows on this line after a broken head, so that
    /// the body is not lost; stays where it is when there is none.
    pub(super) fn skip_to_body(&mut self) -> bool {
        let start = self.at;
        while let Some(kind) = self.kind_on_line() {
            if kind == TokenKind::LeftBrace {
                return true;
            }
            if kind.closes() || kind == TokenKind::Comma {
                break;
            }
            self.skip_group();
        }
        self.at = start;
        false
    }
}
