//! Operands: literals, names, lists, and what is attached to them.

use super::expression::Power;
use super::{Library, Parser, mistakes, number};
use crate::ast;
use crate::ast::{ExprNode, UnaryOp};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;
use lean_string::LeanStr;

impl Parser<'_> {
    /// `not x`, `-x`, or a value with what is attached to it.
    pub(super) fn parse_operand(&mut self) -> ast::Expr {
        let start = self.span();
        match self.kind() {
            TokenKind::Ident if self.at_word("not") && !self.starts_next_entry() => {
                self.bump();
                self.parse_unary(start, UnaryOp::Not)
            }
            TokenKind::Unknown if self.slice() == "!" => {
                self.bump();
                self.remark_instead(start, "!", "not ", "Write `not`.");
                self.parse_unary(start, UnaryOp::Not)
            }
            TokenKind::Minus => {
                self.bump();
                self.parse_unary(start, UnaryOp::Negate)
            }
            _ => self.parse_attached(),
        }
    }

    /// A value that no operator follows, as the ends of a range are.
    pub(super) fn parse_simple(&mut self) -> ast::Expr {
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let expr = self.parse_operand();
        self.deepest = self.deepest.max(outer);
        expr
    }

    fn parse_unary(&mut self, start: Span, op: UnaryOp) -> ast::Expr {
        let operand = match op {
            UnaryOp::Not => Some(self.parse_operation(Power::COMPARE)),
            UnaryOp::Negate => self.nested(Self::parse_operand),
        };
        let Some(operand) = operand else { return self.error_expr(start) };
        ast::Expr { span: self.span_from(start), node: ExprNode::Unary(op, Box::new(operand)) }
    }

    /// A value with its members, indices, arguments or fields.
    fn parse_attached(&mut self) -> ast::Expr {
        let start = self.span();
        let mut of = self.parse_value();
        while !self.broken && !self.token().newline_before {
            of = match self.kind() {
                TokenKind::Dot => self.parse_member(start, of),
                TokenKind::LeftBracket => self.parse_index(start, of),
                TokenKind::LeftParen => self.parse_call(start, of),
                TokenKind::LeftBrace if !self.no_tag && matches!(of.node, ExprNode::Name(_)) => {
                    self.parse_tagged(of)
                }
                _ => break,
            };
        }
        of
    }

    fn parse_member(&mut self, start: Span, of: ast::Expr) -> ast::Expr {
        self.bump();
        let name = self.expect_member(&of);
        let node = ExprNode::Member(Box::new(ast::Member { of, name }));
        self.wrap(self.span_from(start), node)
    }

    fn expect_member(&mut self, of: &ast::Expr) -> ast::Ident {
        let help = match (self.kind_on_line(), &of.node) {
            (Some(TokenKind::TextOpen), _) => {
                "Texts are joined by `+`, or by braces in a text: `\"{a}{b}\"`."
            }
            (Some(TokenKind::Number), ExprNode::Name(_)) => {
                "What is declared has a name: a port is referred to as `NAME.http`, an item of a list as `NAME[0]`."
            }
            _ => return self.expect_ident("a name after the dot"),
        };
        self.report_expected_with("a name after the dot", help);
        self.missing_ident()
    }

    fn parse_index(&mut self, start: Span, of: ast::Expr) -> ast::Expr {
        self.bump();
        let outside = self.enter(true);
        let index = self.parse_expr();
        self.expect_close("]");
        self.leave(outside);
        self.wrap(self.span_from(start), ExprNode::Index(Box::new(ast::Index { of, index })))
    }

    fn parse_call(&mut self, start: Span, of: ast::Expr) -> ast::Expr {
        let open = self.bump().span;
        let arguments = self.parse_items(Self::parse_expr);
        let ExprNode::Name(text) = of.node else {
            let diagnostic =
                Diagnostic::new(&code::UNEXPECTED_TOKEN, open, "expected an operator, found `(`")
                    .label("only functions are called")
                    .help("Functions are called by their name, as in `join(names, \",\")`.");
            self.report(diagnostic);
            return self.wrap(self.span_from(start), ExprNode::Error);
        };
        let function = ast::Ident { text, span: of.span };
        let node = ExprNode::Call(Box::new(ast::Call { function, arguments: arguments.into() }));
        self.wrap(self.span_from(start), node)
    }

    fn parse_tagged(&mut self, of: ast::Expr) -> ast::Expr {
        let ExprNode::Name(text) = of.node else { return of };
        let tag = ast::Ident { text, span: of.span };
        let body = self.parse_body();
        let span = of.span.to(body.span);
        self.wrap(span, ExprNode::Tagged(Box::new(ast::Tagged { tag, body })))
    }

    /// A literal, a name, or something in brackets.
    fn parse_value(&mut self) -> ast::Expr {
        let start = self.span();
        let node = match self.kind() {
            _ if self.starts_next_entry() => return self.parse_missing(),
            TokenKind::Ident => return self.parse_word(),
            TokenKind::Number => self.parse_number(),
            TokenKind::TextOpen | TokenKind::BlockTextOpen => ExprNode::Text(self.parse_text()),
            TokenKind::LeftBracket => return self.parse_list(),
            TokenKind::LeftBrace if self.no_tag && self.opens_body() => return self.parse_missing(),
            TokenKind::LeftBrace => ExprNode::Record(Box::new(self.parse_body())),
            TokenKind::LeftParen => return self.parse_parens(),
            TokenKind::SingleQuoted => ExprNode::Text(self.parse_single_quoted()),
            _ => return self.parse_missing(),
        };
        ast::Expr { span: self.span_from(start), node }
    }

    /// No value, where one is due.
    fn parse_missing(&mut self) -> ast::Expr {
        let next = self.view().token(self.at + 1);
        let joins = !next.newline_before && next.span.start() == self.span().end();
        match self.kind_on_line() {
            Some(TokenKind::Slash) if joins && next.kind == TokenKind::Ident => {
                let span = self.to_space(self.span());
                self.report(self.unquoted("a value", "path", span));
            }
            Some(TokenKind::Less) if joins && next.kind == TokenKind::Less => {
                self.report_expected_with("a value", "A text over several lines stands between `\"\"\"`.");
            }
            Some(_) | None => self.report_expected("a value"),
        }
        self.error_expr(self.end_before())
    }

    /// Whether the brace here opens the body that a value stands before, rather
    /// than a value, on whose line the body would follow.
    fn opens_body(&self) -> bool {
        let mut depth = 0_usize;
        let mut at = self.at;
        loop {
            let kind = self.view().token(at).kind;
            depth = if kind.opens() { depth + 1 } else { depth - usize::from(kind.closes()) };
            at += 1;
            if depth == 0 || kind == TokenKind::End {
                break;
            }
        }
        !matches!(self.view().kind_on_line(at), Some(kind) if kind != TokenKind::Comma && !kind.closes())
            || self.view().is_word(at, "else")
    }

    /// Whether the next line starts another entry, so that a value is missing
    /// here rather than written there.
    fn starts_next_entry(&self) -> bool {
        self.token().newline_before
            && if self.in_brackets {
                self.view().is_assignment(self.at)
            } else {
                self.view().is_entry(self.at)
            }
    }

    fn parse_word(&mut self) -> ast::Expr {
        let start = self.span();
        let word = self.slice();
        let node = match word {
            "true" => ExprNode::Bool(true),
            "false" => ExprNode::Bool(false),
            "none" => ExprNode::None,
            "if" => return self.parse_if_expr(),
            "for" if self.in_brackets => {
                self.report_expected_with(
                    "a value",
                    "A list of another is written `[value for item in list]`.",
                );
                return self.error_expr(self.end_before());
            }
            "then" | "else" | "for" | "in" | "and" | "or" => return self.parse_missing(),
            _ => return self.parse_name(start, word),
        };
        self.bump();
        ast::Expr { span: start, node }
    }

    fn parse_name(&mut self, start: Span, word: &str) -> ast::Expr {
        if self.tokens[self.at + 1].kind == TokenKind::EmbeddedOpen {
            let language = self.bump_ident();
            let content = self.parse_text();
            let mut embedded = ast::Embedded { language, content, prepared: ast::PreparedBytes::default() };
            if let Some(Library { text, read }) = self.library {
                embedded.prepared = read(&embedded, text).into();
            }
            let node = ExprNode::Embedded(Box::new(embedded));
            return ast::Expr { span: self.span_from(start), node };
        }
        let constant = mistakes::foreign_constant(word);
        if constant.is_none() && mistakes::lower_keyword(word) == Some("if") {
            self.remark_instead(start, word, "if", "Keywords are written in lower case.");
            return self.parse_if_expr();
        }
        self.bump();
        let node = match constant {
            Some(right) => {
                self.remark_instead(start, word, right, &format!("Laud writes it `{right}`."));
                match right {
                    "true" => ExprNode::Bool(true),
                    "false" => ExprNode::Bool(false),
                    // Whether it can be none is said when it is written as laud has it.
                    _ => ExprNode::Error,
                }
            }
            None => ExprNode::Name(LeanStr::from(word)),
        };
        ast::Expr { span: start, node }
    }

    fn parse_number(&mut self) -> ExprNode {
        let token = self.bump();
        let number = &self.text[token.span.range()];
        if self.maybe_foreign_rate(token.span) {
            return ExprNode::Error;
        }
        let read = match self.maybe_unit_apart(token.span) {
            Some(unit) => number::read(&format!("{number}{unit}")),
            None => number::read(number),
        };
        match read {
            Ok(node) => node,
            Err(fault) => {
                self.remark(fault.diagnostic(token.span));
                ExprNode::Error
            }
        }
    }

    /// Remarks a rate as other tools have it: `20r/s`, `20 requests per second`. Gives whether it is one.
    fn maybe_foreign_rate(&mut self, number: Span) -> bool {
        let view = self.view();
        let on_line = |at: usize| Some(view.token(at)).filter(|token| !token.newline_before);
        let word =
            |at: usize| on_line(at).filter(|token| token.kind == TokenKind::Ident).map(|_| view.slice(at));
        let written = &self.text[number.range()];
        let (digits, counted) = number::counted(written);
        let apart = word(self.at).is_some_and(number::is_counted) && !counted;
        let sign = self.at + usize::from(apart);
        let by_word = word(sign) == Some("per");
        // Apart from its slash, and without a word, it is a division by what has that name.
        let slash = on_line(sign).is_some_and(|token| token.kind == TokenKind::Slash) && (apart || counted);
        let unit = word(sign + 1).and_then(number::time_unit).filter(|_| by_word || slash);
        let Some(unit) = unit.filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit())) else {
            return false;
        };
        let span = number.to(view.token(sign + 1).span);
        let meant = format!("{digits}/{unit}");
        self.remark(
            Diagnostic::new(
                &code::UNKNOWN_UNIT,
                span,
                format!("unknown unit in `{}`", &self.text[span.range()]),
            )
            .label(format!("perhaps `{meant}`"))
            .help(format!("Write `{meant}`: a rate is so many per `s`, `m`, `h`, `d` or `w`."))
            .fix(format!("Change to `{meant}`"), span, meant),
        );
        while self.span().start() < span.end() {
            self.bump();
        }
        true
    }

    /// The unit of a number that stands apart from it, as in `512 MiB`.
    fn maybe_unit_apart(&mut self, number: Span) -> Option<&'static str> {
        let written = &self.text[number.range()];
        let next = self.kind_on_line().filter(|_| written.bytes().all(|byte| !byte.is_ascii_alphabetic()))?;
        let unit = match next {
            TokenKind::Ident => number::unit(self.slice())?,
            TokenKind::Unknown if self.slice() == "%" => "%",
            _ => return None,
        };
        let after = self.view().token(self.at + 1);
        let ends = after.newline_before
            || after.kind.closes()
            || matches!(after.kind, TokenKind::Comma | TokenKind::Ident | TokenKind::End);
        if !ends || written.ends_with('%') {
            return None;
        }
        let word = self.slice();
        let gap = number.with(number.end(), self.span().start());
        let diagnostic =
            Diagnostic::new(&code::UNEXPECTED_TOKEN, self.span(), format!("`{word}` apart from its number"))
                .label("a unit follows its number without a space")
                .help(format!("Write `{written}{unit}`."));
        self.remark(match word == unit {
            true => diagnostic.fix("Remove the space", gap, ""),
            false => {
                let apart = gap.to(self.span());
                diagnostic.fix(format!("Change to `{written}{unit}`"), apart, unit)
            }
        });
        self.bump();
        Some(unit)
    }

    fn parse_single_quoted(&mut self) -> ast::Text {
        let span = self.span();
        let inner = &self.slice()[1..self.slice().len() - 1];
        let diagnostic = Diagnostic::new(&code::UNKNOWN_CHARACTER, span, "a text in single quotes")
            .label("laud has only double quotes")
            .help("Texts stand in double quotes.");
        let plain = !inner.contains(['"', '\\', '{', '}']);
        let text = LeanStr::from(inner);
        self.remark(match plain {
            true => diagnostic.fix("Change to double quotes", span, format!("\"{inner}\"")),
            false => diagnostic,
        });
        self.bump();
        ast::Text::new(span, [ast::Part::Literal { text, span }].into_iter())
    }

    fn parse_parens(&mut self) -> ast::Expr {
        self.bump();
        let outside = self.enter(true);
        let expr = self.parse_expr();
        self.expect_close(")");
        self.leave(outside);
        expr
    }

    /// The closing bracket; what is left before it is reported and skipped.
    pub(super) fn expect_close(&mut self, close: &str) {
        if !self.at_close() {
            let found = self.at;
            let reported = self.diagnostics.len();
            self.report_expected(&format!("`{close}`"));
            while !self.at_close() {
                self.skip_group();
            }
            // What is open to its end has been reported where it opens.
            if self.at_reported() && self.at > found {
                self.diagnostics.truncate(reported);
            }
        }
        self.bump();
    }

    fn parse_list(&mut self) -> ast::Expr {
        let start = self.bump().span;
        let outside = self.enter(true);
        let node = if self.at_close() { ExprNode::List(Box::default()) } else { self.parse_list_content() };
        self.expect_close("]");
        self.leave(outside);
        ast::Expr { span: self.span_from(start), node }
    }

    fn parse_list_content(&mut self) -> ExprNode {
        let first = self.parse_list_item();
        let first = match first {
            ast::ListItem::Value(value) if self.at_word("for") && !self.broken => {
                return self.parse_comprehension(value);
            }
            first => first,
        };
        let mut items = vec![first];
        while self.maybe_next_item() {
            items.push(self.parse_list_item());
        }
        ExprNode::List(items.into())
    }

    fn parse_list_item(&mut self) -> ast::ListItem {
        match self.maybe(TokenKind::Ellipsis) {
            Some(_) => ast::ListItem::Spread(Box::new(self.parse_expr())),
            None => ast::ListItem::Value(self.parse_expr()),
        }
    }

    fn parse_comprehension(&mut self, value: ast::Expr) -> ExprNode {
        self.bump();
        let (variable, second) = self.parse_loop_variables();
        let list = self.parse_expr();
        let condition = match self.maybe_word("if") {
            Some(_) if !self.broken => Some(self.parse_expr()),
            Some(_) | None => None,
        };
        ExprNode::Comprehension(Box::new(ast::Comprehension { value, variable, second, list, condition }))
    }

    /// `x in`, or `key, value in`.
    pub(super) fn parse_loop_variables(&mut self) -> (ast::Ident, Option<ast::Ident>) {
        let variable = self.expect_ident("the name of a variable");
        let has_second = !self.broken && self.maybe(TokenKind::Comma).is_some();
        let second = has_second.then(|| self.expect_ident("the name of the value's variable"));
        if !self.broken && self.maybe_word("in").is_none() {
            self.report_expected_with("`in`", "A loop is written `for x in xs`.");
        }
        (variable, second)
    }

    /// Arguments up to the closing bracket, which is taken.
    pub(super) fn parse_items<T>(&mut self, parse: impl Fn(&mut Self) -> T) -> Vec<T> {
        let outside = self.enter(true);
        let mut items = Vec::new();
        let mut more = !self.at_close();
        while more {
            items.push(parse(self));
            more = self.maybe_next_item();
        }
        self.expect_close(")");
        self.leave(outside);
        items
    }

    /// Goes to the next item of a list, over a comma, or over its absence.
    fn maybe_next_item(&mut self) -> bool {
        if self.broken {
            self.skip_item();
            self.broken = false;
        }
        if self.maybe(TokenKind::Comma).is_some() {
            return !self.at_close();
        }
        if self.at_close() {
            return false;
        }
        if self.starts_value() {
            if self.is_blamed() {
                return true;
            }
            let place = self.end_before();
            let diagnostic =
                Diagnostic::new(&code::UNEXPECTED_TOKEN, self.span(), self.found_instead_of_comma())
                    .label("expected `,` before this")
                    .help("Put a comma between the items of a list.")
                    .fix("Insert `,`", place, ",");
            self.remark(diagnostic);
            return true;
        }
        self.report_expected("`,` or the closing bracket");
        self.skip_item();
        self.broken = false;
        self.maybe(TokenKind::Comma).is_some() && !self.at_close()
    }

    fn found_instead_of_comma(&self) -> String {
        format!("expected `,`, found {}", self.found())
    }

    /// Whether a value could start here.
    fn starts_value(&self) -> bool {
        match self.kind() {
            TokenKind::Ident => {
                !self.view().is_continuation(self.at) && mistakes::lower_keyword(self.slice()).is_none()
            }
            TokenKind::Number
            | TokenKind::TextOpen
            | TokenKind::BlockTextOpen
            | TokenKind::SingleQuoted
            | TokenKind::LeftBrace
            | TokenKind::LeftBracket
            | TokenKind::LeftParen
            | TokenKind::Ellipsis => true,
            _ => false,
        }
    }
}
