//! Expressions: operators by precedence, and `if … then … else …`.

use super::Parser;
use crate::ast;
use crate::ast::{BinaryOp, ExprNode};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::{Token, TokenKind};
use crate::span::Span;

/// How tightly an operator binds; more is tighter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Power(u8);

impl Power {
    const LOOSEST: Self = Self(0);
    const DEFAULT: Self = Self(1);
    const OR: Self = Self(2);
    const AND: Self = Self(3);
    /// Comparisons, and what `not` takes.
    pub(super) const COMPARE: Self = Self(4);
    const SUM: Self = Self(5);
    const PRODUCT: Self = Self(6);

    fn tighter(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Parser<'_> {
    /// Any expression.
    pub(super) fn parse_expr(&mut self) -> ast::Expr {
        let start = self.span();
        if self.maybe_bare_schedule() {
            return self.error_expr(start);
        }
        let value = self.parse_operation(Power::LOOSEST);
        if self.maybe_unquoted(value.span) {
            return self.error_expr(start);
        }
        value
    }

    /// An expression in a text, where more than a value may follow by mistake.
    pub(super) fn parse_expr_in_text(&mut self) -> ast::Expr {
        self.parse_operation(Power::LOOSEST)
    }

    /// An expression before `{ … }`, where `name {` is not a tagged record.
    pub(super) fn parse_expr_before_body(&mut self) -> ast::Expr {
        let before = std::mem::replace(&mut self.no_tag, true);
        let expr = self.parse_operation(Power::LOOSEST);
        self.no_tag = before;
        expr
    }

    /// What is asked before a body or a branch. Where it is asked with one `=`,
    /// that is remarked upon, and what it says is left open.
    pub(super) fn parse_condition(&mut self) -> ast::Expr {
        let start = self.span();
        let mut condition = self.parse_expr_before_body();
        while !self.broken && self.kind_on_line() == Some(TokenKind::Equal) {
            self.remark_instead(self.span(), "=", "==", "`==` compares; `=` sets a value.");
            self.bump();
            self.parse_expr_before_body();
            condition = self.error_expr(start);
        }
        condition
    }

    /// An expression of operators that bind at least as tightly as `least`.
    pub(super) fn parse_operation(&mut self, least: Power) -> ast::Expr {
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let expr = match self.nested(|parser| parser.parse_operators(least)) {
            Some(expr) => expr,
            None => self.error_expr(self.end_before()),
        };
        self.deepest = self.deepest.max(outer);
        expr
    }

    fn parse_operators(&mut self, least: Power) -> ast::Expr {
        let start = self.span();
        let mut left = self.parse_operand();
        let mut compared: Option<Span> = None;
        while !self.broken
            && let Some((op, power)) = self.peek_operator()
            && power >= least
        {
            let token = self.bump();
            self.remark_foreign_operator(token, op);
            let chained =
                power == Power::COMPARE && self.remark_chain(compared, token) || self.remark_two_signs(token);
            let right = self.parse_operation(power.tighter());
            compared = (power == Power::COMPARE).then_some(right.span);
            let span = self.span_from(start);
            let binary = ast::Binary { op, op_span: token.span, left, right };
            let node = if chained { ExprNode::Error } else { ExprNode::Binary(Box::new(binary)) };
            left = self.wrap(span, node);
        }
        left
    }

    /// A node around what was just parsed, which thereby lies one level deeper.
    pub(super) fn wrap(&mut self, span: Span, node: ExprNode) -> ast::Expr {
        self.deepest += 1;
        if self.deepest > super::MOST_NESTING {
            self.report_depth();
        }
        ast::Expr { span, node }
    }

    fn peek_operator(&self) -> Option<(BinaryOp, Power)> {
        Some(match self.kind() {
            TokenKind::QuestionQuestion => (BinaryOp::Default, Power::DEFAULT),
            TokenKind::EqualEqual => (BinaryOp::Equal, Power::COMPARE),
            TokenKind::BangEqual => (BinaryOp::NotEqual, Power::COMPARE),
            TokenKind::Less => (BinaryOp::Less, Power::COMPARE),
            TokenKind::LessEqual => (BinaryOp::LessEqual, Power::COMPARE),
            TokenKind::Greater => (BinaryOp::Greater, Power::COMPARE),
            TokenKind::GreaterEqual => (BinaryOp::GreaterEqual, Power::COMPARE),
            TokenKind::Plus => (BinaryOp::Add, Power::SUM),
            TokenKind::Minus => (BinaryOp::Subtract, Power::SUM),
            TokenKind::Star => (BinaryOp::Multiply, Power::PRODUCT),
            TokenKind::Slash => (BinaryOp::Divide, Power::PRODUCT),
            TokenKind::Ident | TokenKind::Unknown => return self.peek_word_operator(),
            _ => return None,
        })
    }

    fn peek_word_operator(&self) -> Option<(BinaryOp, Power)> {
        let operator = match self.slice() {
            "and" | "&&" => (BinaryOp::And, Power::AND),
            "or" | "||" => (BinaryOp::Or, Power::OR),
            "in" => (BinaryOp::In, Power::COMPARE),
            _ => return None,
        };
        let is_field = self.token().newline_before && !self.view().is_continuation(self.at);
        (!is_field || self.at_kind(TokenKind::Unknown)).then_some(operator)
    }

    fn remark_foreign_operator(&mut self, token: Token, op: BinaryOp) {
        if token.kind == TokenKind::Unknown {
            let right = if op == BinaryOp::And { "and" } else { "or" };
            let wrong = &self.text[token.span.range()];
            self.remark_instead(token.span, wrong, right, &format!("Write `{right}`."));
        }
    }

    /// `a ++ b`, once the first sign is taken; whether it is that.
    fn remark_two_signs(&mut self, first: Token) -> bool {
        let (plus, next) = (TokenKind::Plus, self.span());
        if (first.kind, self.kind()) != (plus, plus) || first.span.end() != next.start() {
            return false;
        }
        self.bump();
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, first.span.to(next), "there is no operator `++`").help(
                "Lists are put together as `[...a, ...b]`, maps by `merge(a, b)`, and texts as `\"{a}{b}\"`.",
            ),
        );
        true
    }

    /// `a < b < c`, once the second operator is at hand; whether it is one.
    fn remark_chain(&mut self, middle: Option<Span>, op: Token) -> bool {
        let Some(middle) = middle else { return false };
        let again = &self.text[middle.range()];
        let diagnostic = Diagnostic::new(&code::CHAINED_COMPARISON, op.span, "a comparison of a comparison")
            .label("the left side is already true or false")
            .help("Compare twice and join the two with `and`.");
        let place = op.span.at_start();
        self.remark(match again.contains('\n') {
            true => diagnostic,
            false => diagnostic.fix("Join two comparisons", place, format!("and {again} ")),
        });
        true
    }

    /// `if c then a else b`, at its `if`.
    pub(super) fn parse_if_expr(&mut self) -> ast::Expr {
        let start = self.bump().span;
        let condition = self.parse_condition();
        if self.broken || !self.expect_branch("then") {
            return self.error_expr(start);
        }
        let then = self.parse_expr();
        if self.broken || !self.expect_branch("else") {
            return self.error_expr(start);
        }
        let otherwise = self.parse_expr();
        let node = ExprNode::If(Box::new(ast::IfExpr { condition, then, otherwise }));
        ast::Expr { span: self.span_from(start), node }
    }

    fn expect_branch(&mut self, word: &str) -> bool {
        let taken = self.maybe_word(word).is_some();
        if !taken {
            let help = "As a value, `if` is written `if condition then value else value`.";
            self.report_expected_with(&format!("`{word}`"), help);
        }
        taken
    }

    /// What stands for a value where none could be read, from `start` to here.
    pub(super) fn error_expr(&self, start: Span) -> ast::Expr {
        ast::Expr { span: self.span_from(start), node: ExprNode::Error }
    }
}
