//! `use`, and the words by which other languages take something from a module.

use super::Parser;
use crate::ast;
use crate::ast::Node;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use lean_string::LeanStr;

impl Parser<'_> {
    pub(super) fn parse_use(&mut self) -> Node {
        self.bump();
        let path = self.parse_module();
        let names = match self.kind_on_line() {
            _ if self.broken => None,
            Some(TokenKind::LeftBrace) => Some(self.parse_use_names()),
            Some(TokenKind::LeftBracket | TokenKind::LeftParen | TokenKind::Ident) => {
                self.report_expected_with(
                    "`{`",
                    "What is taken of a module stands in braces: `{ postgres, redis }`.",
                );
                None
            }
            Some(_) | None => None,
        };
        Node::Use(Box::new(ast::Use { path, names }))
    }

    /// `import std/data { postgres }` and `from std/data use { postgres }`, which laud writes with `use`.
    pub(super) fn parse_import(&mut self) -> Node {
        let (word, wrong) = (self.bump().span, self.text);
        let path = self.parse_module();
        let mut edits = vec![(word, "use".to_owned())];
        while self.kind_on_line() == Some(TokenKind::Ident) {
            let before = self.end_before();
            edits.push((before.to(self.bump().span), String::new()));
        }
        let wrong = &wrong[word.range()];
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, word, format!("expected `use`, found `{wrong}`"))
                .label("expected `use`")
                .help("What a module has is taken from it by `use std/data { postgres }`.")
                .fix_all("Change to `use`", edits),
        );
        let has_names = !self.broken && self.kind_on_line() == Some(TokenKind::LeftBrace);
        let names = has_names.then(|| self.parse_use_names());
        Node::Use(Box::new(ast::Use { path, names }))
    }

    /// `import { postgres } from "std/data"`: what it takes, nobody knows.
    pub(super) fn parse_import_from(&mut self) -> Node {
        self.bump();
        let span = self.span();
        self.skip_group();
        let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, span, "expected a module, found `{`")
            .label("expected a module")
            .help("What a module has is taken from it by `use std/data { postgres }`.");
        self.report(diagnostic);
        Node::Use(Box::new(ast::Use { path: self.missing_ident(), names: None }))
    }

    /// Whether a word takes something from a module in other languages, by what follows it.
    pub(super) fn is_import(&self, word: &str) -> bool {
        let view = self.view();
        let then = view.token(self.at + 2);
        matches!(word, "import" | "from" | "include")
            && match view.kind_on_line(self.at + 1) {
                Some(TokenKind::Ident) => {
                    then.kind == TokenKind::Slash && then.span.start() == view.token(self.at + 1).span.end()
                }
                Some(TokenKind::Dot | TokenKind::DotDot) => then.kind == TokenKind::Slash,
                Some(_) | None => false,
            }
    }

    /// `import { …` with a word behind the closing brace.
    pub(super) fn is_import_from(&self, word: &str) -> bool {
        let view = self.view();
        if word != "import" || view.kind_on_line(self.at + 1) != Some(TokenKind::LeftBrace) {
            return false;
        }
        let rest = (self.at + 2..).take_while(|at| view.token(*at).kind != TokenKind::End);
        let close = rest.into_iter().find(|at| view.token(*at).kind.closes());
        close.is_some_and(|close| view.is_word(close + 1, "from"))
    }

    /// `std/data`, `./team`: tokens without space between them.
    fn parse_module(&mut self) -> ast::Ident {
        let start = self.span();
        while let Some(kind) = self.kind_on_line()
            && is_module_part(kind)
            && (self.span().start() == start.start() || self.span().start() == self.end_before().end())
            && (kind != TokenKind::Colon || self.is_double_colon())
        {
            self.bump();
        }
        let span = self.span_from(start);
        if span.start() == span.end() {
            return self.parse_quoted_module();
        }
        let path = &self.text[span.range()];
        let meant = path.replace("::", "/");
        let meant = if meant.starts_with("std.") { meant.replace('.', "/") } else { meant };
        if meant != path {
            self.remark(
                Diagnostic::new(&code::UNEXPECTED_TOKEN, span, format!("expected a module, found `{path}`"))
                    .label("the parts of a path have `/` between them")
                    .help(format!("Write `{meant}`."))
                    .fix(format!("Change to `{meant}`"), span, meant.clone()),
            );
        }
        ast::Ident { text: LeanStr::from(meant), span }
    }

    /// Whether the colon here is half of `::`.
    fn is_double_colon(&self) -> bool {
        let colon = |at: usize| self.view().token(at).kind == TokenKind::Colon;
        colon(self.at + 1) || self.at > 0 && colon(self.at - 1)
    }

    /// A module in quotes, as the one that was meant.
    fn parse_quoted_module(&mut self) -> ast::Ident {
        let help = "A module is written without quotes, as in `std/data` or `./team`.";
        let unexpected = self.unexpected("a module");
        let text = self.maybe_text().and_then(|text| Some((text.literal()?, text.span)));
        match text.filter(|(path, _)| path.contains('/') && !path.contains(char::is_whitespace)) {
            Some((path, span)) => {
                let diagnostic = Diagnostic { span: Some(span), ..unexpected };
                self.remark(diagnostic.help(help).fix(format!("Change to `{path}`"), span, path.to_string()));
                ast::Ident { text: path, span }
            }
            None => {
                self.report(if unexpected.help.is_none() { unexpected.help(help) } else { unexpected });
                self.missing_ident()
            }
        }
    }

    fn parse_use_names(&mut self) -> Vec<ast::UseName> {
        let mut names = Vec::new();
        self.bump();
        let outside = self.enter(false);
        while !self.at_close() {
            let start = self.at;
            if self.at_kind(TokenKind::Star) {
                self.remark_all();
                names.push(ast::UseName { name: self.missing_ident(), alias: None });
                continue;
            }
            if let Some(name) = self.parse_small_name("the name of a kind, type or value") {
                let aliased = self.maybe_word("as").is_some();
                let alias = aliased.then(|| self.expect_ident("its name here"));
                names.push(ast::UseName { name, alias });
            }
            self.end_small_entry(start);
        }
        self.expect_close("}");
        self.leave(outside);
        names
    }

    /// `*` for every name of a module.
    fn remark_all(&mut self) {
        let diagnostic = self.unexpected("the name of a kind, type or value");
        self.remark(diagnostic.help("Every name is taken where no braces follow: `use ./team`."));
        self.bump();
    }
}

/// Whether a token may be part of a module's path.
fn is_module_part(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Ident
            | TokenKind::Number
            | TokenKind::Dot
            | TokenKind::DotDot
            | TokenKind::Slash
            | TokenKind::Minus
            | TokenKind::Colon
    )
}
