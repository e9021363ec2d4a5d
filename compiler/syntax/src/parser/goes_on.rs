//! What goes on where a value or an entry ends: what was read is then not what
//! was meant, and nothing more is said of it.

use super::Parser;
use crate::ast;
use crate::ast::{ExprNode, Node, TypeNode};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    /// Reports a text without its quotes, of which the start was read as a value:
    /// `nginx:1.27`, `ops@shop.example`. Gives whether it is one.
    pub(super) fn maybe_unquoted(&mut self, value: Span) -> bool {
        if self.broken || !self.goes_on() || self.text[value.range()].contains('"') {
            return false;
        }
        let span = self.to_space(value);
        self.report(self.unquoted("a value", "text", span));
        true
    }

    /// Reports a port by its number, or a URL, as what a declaration leads to,
    /// of which the start was read as a value. Gives whether it is one.
    pub(super) fn maybe_port_number(&mut self, target: Span) -> bool {
        if self.broken || !self.goes_on() {
            return false;
        }
        let span = self.to_space(target);
        let written = &self.text[span.range()];
        let (service, _) = written.rsplit_once(':').unwrap_or((written, ""));
        let service = service.rsplit('/').next().unwrap_or_default();
        let diagnostic = Diagnostic::new(
            &code::UNEXPECTED_TOKEN,
            span,
            format!("expected a port, found `{written}`"),
        )
        .label("must be a port by its name")
        .help(format!(
            "A port has a name, as `http` in `port http = 8080`: write `{service}.http`, or whichever port \
                     `{service}` has."
        ));
        self.remark(diagnostic);
        while self.span().start() < span.end() && !self.at_kind(TokenKind::End) {
            self.bump();
        }
        true
    }

    /// Whether what was read goes on, without a space, as no value does.
    fn goes_on(&self) -> bool {
        let joins = self.kind_on_line().is_some() && self.span().start() == self.end_before().end();
        match self.kind() {
            TokenKind::Colon => joins,
            TokenKind::Unknown => joins && self.slice().starts_with('@'),
            _ => false,
        }
    }

    /// From where something starts up to where a value without spaces ends.
    pub(super) fn to_space(&self, start: Span) -> Span {
        let rest = &self.text[start.start() as usize..];
        let length = rest.find([' ', '\t', '\r', '\n', ',', '{', '}', ']', ')']).unwrap_or(rest.len());
        start.with_end(start.start() + length as u32)
    }

    /// Reports a schedule without its quotes: `30 2 * * *`. Gives whether one is here.
    pub(super) fn maybe_bare_schedule(&mut self) -> bool {
        if self.broken || !matches!(self.kind(), TokenKind::Number | TokenKind::Star) {
            return false;
        }
        // It has five fields, which most numbers are not before.
        let next = self.view().token(self.at + 1);
        let may_go_on =
            [TokenKind::Number, TokenKind::Star, TokenKind::Slash, TokenKind::Comma, TokenKind::Minus];
        if next.newline_before || !may_go_on.contains(&next.kind) {
            return false;
        }
        let start = self.span();
        let line = self.text[start.start() as usize..].lines().next().unwrap_or_default();
        let schedule = line.split(['}', ']', ')']).next().unwrap_or_default().trim_end();
        let schedule = schedule.strip_suffix(',').unwrap_or(schedule);
        let fields = || schedule.split_ascii_whitespace();
        let is_field = |field: &str| field.chars().all(|c| c.is_ascii_alphanumeric() || "*/,-".contains(c));
        // Where a calculation has them, signs stand between numbers.
        let both = |sort: fn(char) -> bool| {
            fields().zip(fields().skip(1)).any(|(a, b)| a.starts_with(sort) && b.starts_with(sort))
        };
        let is_one = (5..=6).contains(&fields().count())
            && fields().all(is_field)
            && (both(|c| c == '*') || both(|c| c.is_ascii_digit()));
        if !is_one {
            return false;
        }
        let span = start.with_end(start.start() + schedule.len() as u32);
        self.report(self.unquoted("a value", "schedule", span));
        true
    }

    /// Reports that an entry goes on where its line, or a comma, should end it.
    pub(super) fn report_no_end(&mut self) {
        let behind = self.at.checked_sub(1).map(|before| self.tokens[before].kind);
        let help = match self.kind() {
            TokenKind::LeftParen => Some("Fields stand in braces: `{ name = value }`."),
            TokenKind::DotDot => {
                Some("A value is one of a range; the range itself is part of a type: `Int in 1..9`.")
            }
            TokenKind::TextOpen if behind == Some(TokenKind::Ident) => {
                Some("A choice with fields has them in braces: `NAME { FIELD = \"…\" }`.")
            }
            TokenKind::TextOpen if behind == Some(TokenKind::TextClose) => {
                Some("Texts are joined by `+`; several make a list: `[\"a\", \"b\"]`.")
            }
            TokenKind::LeftBrace if behind == Some(TokenKind::TextClose) => {
                Some("A text has no fields: they stand behind a name, as in `NAME { FIELD = \"…\" }`.")
            }
            TokenKind::Ident if self.slice() == "if" => {
                Some("A choice between values is written `if condition then value else value`.")
            }
            TokenKind::Ident if matches!(self.slice(), "elif" | "elsif" | "elseif") => {
                Some("A further condition is written `else if condition { … }`.")
            }
            _ => None,
        };
        match help {
            Some(help) => self.report_expected_with("a line break or a comma", help),
            None => self.report_expected("a line break or a comma"),
        }
    }
}

/// Lets go of the value or type that was read last in an entry that went on.
pub(super) fn lose_last(node: &mut Node) {
    match node {
        Node::Field(field) => lose(&mut field.value),
        Node::Spread(value) => lose(value),
        Node::Let(of) => lose(&mut of.value),
        Node::Type(alias) => lose_type(&mut alias.ty),
        Node::Param(param) => match &mut param.default {
            Some(default) => lose(default),
            None => lose_type(&mut param.ty),
        },
        Node::Out(out) => match (&mut out.value, &mut out.ty) {
            (Some(value), _) => lose(value),
            (None, Some(ty)) => {
                lose_type(ty);
                out.value = Some(missing(ty.span.at_end()));
            }
            (None, None) => out.value = Some(missing(out.name.span.at_end())),
        },
        Node::Decl(decl) if decl.body.is_none() => match (&mut decl.value, &mut decl.target, &mut decl.ty) {
            (Some(value), _, _) | (None, Some(value), _) => lose(value),
            (None, None, Some(ty)) => lose_type(ty),
            (None, None, None) => {}
        },
        Node::App(_)
        | Node::Use(_)
        | Node::Kind(_)
        | Node::Metrics(_)
        | Node::Environment(_)
        | Node::Decl(_)
        | Node::Block(_)
        | Node::Drop(_)
        | Node::If(_)
        | Node::For(_)
        | Node::Raw(_)
        | Node::Error => {}
    }
}

fn lose(value: &mut ast::Expr) {
    value.node = ExprNode::Error;
}

fn lose_type(ty: &mut ast::TypeExpr) {
    ty.node = TypeNode::Error;
}

fn missing(span: Span) -> ast::Expr {
    ast::Expr { span, node: ExprNode::Error }
}
