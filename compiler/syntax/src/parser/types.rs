//! Types.

use super::{MOST_NESTING, Parser};
use crate::ast;
use crate::ast::TypeNode;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::{Token, TokenKind};
use crate::span::Span;
use lean_string::LeanStr;

impl Parser<'_> {
    /// Any type.
    pub(super) fn parse_type(&mut self) -> ast::TypeExpr {
        let start = self.span();
        let outer = std::mem::replace(&mut self.deepest, self.depth);
        let parsed = self.nested(|parser| parser.parse_union(start));
        self.deepest = self.deepest.max(outer);
        match parsed {
            Some(ty) => ty,
            None => self.error_type(),
        }
    }

    fn parse_union(&mut self, start: Span) -> ast::TypeExpr {
        let first = self.parse_narrowed(start);
        if self.broken || !self.at_kind(TokenKind::Pipe) {
            return first;
        }
        let mut kinds = vec![first];
        while !self.broken && self.maybe(TokenKind::Pipe).is_some() {
            let start = self.span();
            kinds.push(self.parse_narrowed(start));
        }
        ast::TypeExpr { span: self.span_from(start), node: TypeNode::Union(kinds) }
    }

    /// A type with `?`, `in …` or `matching …` after it.
    fn parse_narrowed(&mut self, start: Span) -> ast::TypeExpr {
        let mut ty = self.parse_plain_type();
        while !self.broken && !self.token().newline_before {
            let node = match self.kind() {
                TokenKind::Question => {
                    self.bump();
                    TypeNode::Optional(Box::new(ty))
                }
                TokenKind::Ident if self.at_word("in") => self.parse_range(ty),
                TokenKind::Ident if self.at_word("matching") => self.parse_matching(ty),
                _ => return ty,
            };
            self.deepest += 1;
            if self.deepest > MOST_NESTING {
                self.report_depth();
            }
            ty = ast::TypeExpr { span: self.span_from(start), node };
        }
        ty
    }

    fn parse_range(&mut self, base: ast::TypeExpr) -> TypeNode {
        self.bump();
        let low = self.parse_bound();
        if !self.broken && self.maybe(TokenKind::DotDot).is_none() {
            self.report_expected_with("`..`", "A range is written `low..high`, both ends included.");
        }
        let high = if self.broken { self.error_expr(self.end_before()) } else { self.parse_bound() };
        TypeNode::Range { base: Box::new(base), low: Box::new(low), high: Box::new(high) }
    }

    fn parse_bound(&mut self) -> ast::Expr {
        let before = std::mem::replace(&mut self.no_tag, true);
        let bound = self.parse_simple();
        self.no_tag = before;
        bound
    }

    fn parse_matching(&mut self, base: ast::TypeExpr) -> TypeNode {
        self.bump();
        let pattern = match self.maybe_text() {
            Some(pattern) => pattern,
            None => {
                self.report_expected("a text with a regular expression");
                ast::Text::new(self.end_before(), std::iter::empty())
            }
        };
        TypeNode::Matching { base: Box::new(base), pattern }
    }

    fn parse_plain_type(&mut self) -> ast::TypeExpr {
        let start = self.span();
        if self.token().newline_before && !self.in_brackets && self.view().is_entry(self.at) {
            return self.parse_missing_type();
        }
        let node = match self.kind() {
            TokenKind::Ident => self.parse_named_type(),
            TokenKind::LeftBrace => TypeNode::Record(self.parse_body()),
            TokenKind::LeftParen => return self.parse_type_in_parens(),
            TokenKind::LeftBracket if self.is_list_type() => self.parse_list_type(),
            TokenKind::LeftBracket => {
                let help = "A list is written `List<T>`, a map `Map<T>`.";
                self.report_expected_with("a type", help);
                TypeNode::Error
            }
            _ => return self.parse_missing_type(),
        };
        ast::TypeExpr { span: self.span_from(start), node }
    }

    /// Whether a type in brackets is here, as others write a list of it: `[Text]`.
    pub(super) fn is_list_type(&self) -> bool {
        let view = self.view();
        view.token(self.at + 1).kind == TokenKind::Ident
            && view.slice(self.at + 1).starts_with(|c: char| c.is_ascii_uppercase())
            && view.token(self.at + 2).kind == TokenKind::RightBracket
    }

    /// `[Text]`, which laud writes `List<Text>`.
    fn parse_list_type(&mut self) -> TypeNode {
        let start = self.bump().span;
        let item = self.bump_ident();
        self.bump();
        self.list_of(start, item)
    }

    /// A list that was written in brackets since `start`.
    fn list_of(&mut self, start: Span, item: ast::Ident) -> TypeNode {
        let span = self.span_from(start);
        let ours = format!("List<{}>", item.text);
        self.remark_instead(span, &self.text[span.range()], &ours, "A list of them has this type.");
        let list = ast::Ident { text: LeanStr::from_static_str("List"), span: start };
        let item = ast::TypeExpr { span: item.span, node: TypeNode::Named(item.text) };
        TypeNode::Generic(list, vec![item])
    }

    /// `List[Text]`, which laud writes `List<Text>`.
    fn parse_arguments_in_brackets(&mut self, name: ast::Ident) -> TypeNode {
        let round = self.at_kind(TokenKind::LeftParen);
        let open = self.bump().span;
        let outside = self.enter(true);
        let argument = self.parse_type();
        self.expect_close(if round { ")" } else { "]" });
        self.leave(outside);
        let (wrong, close) = (&self.text[open.range()], self.end_before());
        let mut diagnostic =
            Diagnostic::new(&code::UNEXPECTED_TOKEN, open, format!("expected `<`, found `{wrong}`"))
                .label("expected `<`")
                .help("Type arguments stand in `<` and `>`, as in `List<Text>`.");
        if !self.broken {
            let edits = [(open, "<".to_owned()), (close.with_start(close.end() - 1), ">".to_owned())];
            diagnostic = diagnostic.fix_all("Change the brackets", edits);
        }
        self.remark(diagnostic);
        TypeNode::Generic(name, vec![argument])
    }

    fn parse_missing_type(&mut self) -> ast::TypeExpr {
        let colon = self.at.checked_sub(1).is_some_and(|at| self.view().token(at).kind == TokenKind::Colon);
        if colon && self.kind_on_line().is_none() {
            self.report_expected_with("a type", "After `:` stands a type; a block is written `name { … }`.");
        } else if self.kind_on_line().is_some_and(TokenKind::opens_text) {
            self.report_expected_with("a type", "Words to choose from are `enum { a, b }`, without quotes.");
        } else {
            self.report_expected("a type");
        }
        self.error_type()
    }

    fn error_type(&self) -> ast::TypeExpr {
        ast::TypeExpr { span: self.end_before(), node: TypeNode::Error }
    }

    fn parse_type_in_parens(&mut self) -> ast::TypeExpr {
        self.bump();
        let outside = self.enter(true);
        let ty = self.parse_type();
        self.expect_close(")");
        self.leave(outside);
        ty
    }

    fn parse_named_type(&mut self) -> TypeNode {
        let name = self.bump_ident();
        match self.kind_on_line() {
            Some(TokenKind::Less) => {
                self.bump();
                let arguments = self.parse_type_arguments();
                TypeNode::Generic(name, arguments)
            }
            Some(TokenKind::LeftBrace) if name.text == "enum" => TypeNode::Enum(self.parse_variants()),
            Some(TokenKind::LeftBracket)
                if self.view().token(self.at + 1).kind == TokenKind::RightBracket =>
            {
                self.bump();
                self.bump();
                self.list_of(name.span, name)
            }
            Some(TokenKind::LeftParen | TokenKind::LeftBracket) => self.parse_arguments_in_brackets(name),
            Some(_) | None => TypeNode::Named(name.text),
        }
    }

    fn parse_type_arguments(&mut self) -> Vec<ast::TypeExpr> {
        let mut arguments = vec![self.parse_type()];
        while !self.broken && self.maybe(TokenKind::Comma).is_some() {
            arguments.push(self.parse_type());
        }
        if !self.broken && !self.maybe_greater() {
            self.report_expected("`>`");
        }
        arguments
    }

    /// `>`; one that sticks to a `=` is reported.
    fn maybe_greater(&mut self) -> bool {
        match self.kind() {
            TokenKind::Greater => {
                self.bump();
                true
            }
            TokenKind::GreaterEqual => {
                let span = self.span();
                let message = "expected `>`, found `>=`";
                self.report(
                    Diagnostic::new(&code::UNEXPECTED_TOKEN, span, message)
                        .label("expected `>`")
                        .help("Put a space between `>` and `=`.")
                        .fix("Insert a space", span, "> ="),
                );
                true
            }
            _ => false,
        }
    }

    fn parse_variants(&mut self) -> Vec<ast::Variant> {
        let mut variants = Vec::new();
        self.bump();
        let outside = self.enter(false);
        while !self.at_close() {
            let start = self.at;
            variants.push(self.parse_variant());
            self.end_small_entry(start);
        }
        self.expect_close("}");
        self.leave(outside);
        variants
    }

    fn parse_variant(&mut self) -> ast::Variant {
        let doc = self.take_doc();
        let name = match self.kind() {
            TokenKind::Ident => self.bump_ident(),
            _ => {
                self.report_expected("the name of a variant");
                self.missing_ident()
            }
        };
        let has_fields = !self.broken && self.kind_on_line() == Some(TokenKind::LeftBrace);
        let fields = has_fields.then(|| self.parse_body());
        ast::Variant { doc, name, fields }
    }

    /// Goes to the next of the small entries of an `enum`, a `use` or labels,
    /// once the one that started at a token is read.
    pub(super) fn end_small_entry(&mut self, start: usize) {
        if !self.broken && !self.at_separator() {
            self.report_expected("a comma or a line break");
        }
        if self.broken {
            if self.at == start && !self.at_close() {
                self.skip_group();
            }
            while !self.at_close() && !self.at_separator() {
                self.skip_group();
            }
            self.broken = false;
        }
        while self.maybe(TokenKind::Comma).is_some() {}
    }

    /// Whether an entry may end here.
    pub(super) fn at_separator(&self) -> bool {
        self.at_kind(TokenKind::Comma) || self.token().newline_before || self.at_close()
    }
}

/// Whether a token can start a value but no type.
pub(super) fn starts_only_value(token: Token) -> bool {
    matches!(
        token.kind,
        TokenKind::Number
            | TokenKind::TextOpen
            | TokenKind::BlockTextOpen
            | TokenKind::SingleQuoted
            | TokenKind::LeftBracket
            | TokenKind::Minus
    )
}
