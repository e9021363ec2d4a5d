//! Entries of files and bodies: which one starts here, and where it ends.

use super::{Parser, goes_on, mistakes, types};
use crate::ast;
use crate::ast::Node;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;
use lean_string::LeanStr;

impl Parser<'_> {
    /// Entries up to the closing brace or the end of the file.
    pub(super) fn parse_entries(&mut self) -> Vec<ast::Entry> {
        let first = self.entries.len();
        loop {
            while self.maybe(TokenKind::Comma).is_some() {}
            if self.at_close() {
                return self.entries.split_off(first);
            }
            let entry = self.parse_entry();
            self.entries.push(entry);
        }
    }

    /// Entries in braces, at the opening one.
    pub(super) fn parse_body(&mut self) -> ast::Body {
        let start = self.span();
        let entries = self.nested(|parser| {
            parser.bump();
            let outside = parser.enter(false);
            let entries = parser.parse_entries();
            parser.expect_close("}");
            parser.leave(outside);
            entries
        });
        ast::Body::new(entries.unwrap_or_default().into(), self.span_from(start))
    }

    /// A body, after a head that cannot be without one.
    pub(super) fn expect_body(&mut self) -> ast::Body {
        self.expect_body_with(None)
    }

    /// The same, with help for where there is something else.
    pub(super) fn expect_body_with(&mut self, help: Option<&str>) -> ast::Body {
        match self.maybe_body() {
            Some(body) => body,
            None => {
                match help {
                    Some(help) => self.report_expected_with("`{`", help),
                    None => self.report_expected("`{`"),
                }
                self.maybe_body_after_error().unwrap_or_else(|| self.missing_body())
            }
        }
    }

    pub(super) fn missing_body(&self) -> ast::Body {
        ast::Body::new(Box::default(), self.end_before())
    }

    /// A body on this line; one on the next is reported and taken.
    pub(super) fn maybe_body(&mut self) -> Option<ast::Body> {
        if self.broken {
            return self.maybe_body_after_error();
        }
        if !self.at_kind(TokenKind::LeftBrace) {
            return None;
        }
        if self.token().newline_before {
            let brace = self.span();
            let gap = brace.with(self.end_before().end(), brace.start());
            let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, brace, "`{` on a line of its own")
                .label("belongs to the line before")
                .help("Put `{` on the line of what it opens.");
            let only_space = self.text[gap.range()].trim().is_empty();
            let mended = if only_space { diagnostic.fix("Join the lines", gap, " ") } else { diagnostic };
            self.remark(mended);
        }
        Some(self.parse_body())
    }

    /// The body that follows on the line of a broken head, so that what is in
    /// it is not lost.
    pub(super) fn maybe_body_after_error(&mut self) -> Option<ast::Body> {
        if !self.skip_to_body() {
            return None;
        }
        self.broken = false;
        Some(self.parse_body())
    }

    fn parse_entry(&mut self) -> ast::Entry {
        let doc = self.take_doc();
        let first = self.at;
        let start = self.span();
        let mut node = self.parse_node();
        if self.end_entry(first) {
            goes_on::lose_last(&mut node);
        }
        let span = start.to(self.end_before_commas());
        ast::Entry { doc, span, node }
    }

    /// Where the last token before this one ends that is no comma.
    fn end_before_commas(&self) -> Span {
        let before = self.tokens[..self.at].iter().rfind(|token| token.kind != TokenKind::Comma);
        before.map_or(Span::new(self.file, 0, 0), |token| token.span.at_end())
    }

    /// Whether the next name is that of another field on the line.
    fn opens_entry(&self) -> bool {
        let after = self.view().token(self.at + 1);
        after.kind == TokenKind::Equal && !after.newline_before
    }

    fn remark_no_comma(&mut self) {
        let end = self.end_before();
        let diagnostic = self
            .unexpected("a line break or a comma")
            .help("Entries on one line have commas between them.")
            .fix("Add a comma", end, ",");
        self.remark(diagnostic);
    }

    /// Steps to where the next entry starts. Gives whether the entry went on as none does.
    fn end_entry(&mut self, first: usize) -> bool {
        let goes_on = !self.broken && !self.at_separator();
        // What stands before a sign too many is whole all the same.
        let too_much = goes_on && (self.at_kind(TokenKind::StrayClose) || self.slice() == ";");
        if goes_on {
            match self.kind() {
                TokenKind::Unknown if self.slice() == ";" => self.remark_semicolon(),
                TokenKind::StrayClose => self.report_stray_close(),
                TokenKind::Question => self.report_expected_with(
                    "a line break or a comma",
                    "A choice between values is written `if condition then value else value`.",
                ),
                TokenKind::Ident if self.kind_on_line().is_some() && self.opens_entry() => {
                    self.remark_no_comma()
                }
                _ => self.report_no_end(),
            }
        }
        let lost = goes_on && !too_much && self.broken;
        if self.broken {
            if self.at == first {
                self.skip_group();
            }
            self.skip_entry();
            self.broken = false;
        }
        lost
    }

    fn remark_semicolon(&mut self) {
        let span = self.bump().span;
        let replacement = if self.at_separator() { "" } else { "," };
        self.remark(
            Diagnostic::new(&code::UNKNOWN_CHARACTER, span, "`;` does not end an entry")
                .label("laud has no use for it")
                .help("Entries end with their line, or with a comma.")
                .fix("Remove it", span, replacement),
        );
        if !self.at_separator() {
            self.broken = true;
        }
    }

    /// The doc comment before the next token.
    pub(super) fn take_doc(&mut self) -> ast::Doc {
        let before = self.span().start();
        if self.comments.get(self.next_comment).is_none_or(|comment| comment.span.start() >= before) {
            return ast::Doc::default();
        }
        let after = self.end_before_commas().end();
        let first = self.next_comment;
        let later = self.comments[first..].iter().take_while(|comment| comment.span.start() < before);
        self.next_comment += later.count();
        let comments = self.comments[first..self.next_comment].iter();
        let mut docs = comments.filter(|one| one.doc && one.own_line && one.span.start() >= after);
        match (docs.next(), docs.next()) {
            (None, _) => ast::Doc::default(),
            (Some(only), None) => self.copy(only.text_span(self.text)).into(),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(docs);
                let lines: Vec<&str> = all.map(|line| line.text(self.text)).collect();
                LeanStr::from(lines.join("\n")).into()
            }
        }
    }

    fn parse_node(&mut self) -> Node {
        match self.kind() {
            TokenKind::Ident => self.parse_worded(),
            TokenKind::TextOpen => self.parse_pathed(),
            TokenKind::Ellipsis => {
                self.bump();
                Node::Spread(self.parse_expr())
            }
            TokenKind::StrayClose => {
                self.report_stray_close();
                Node::Error
            }
            _ => {
                self.report_no_entry();
                Node::Error
            }
        }
    }

    /// An entry that starts with a word, which may be a keyword or a name.
    fn parse_worded(&mut self) -> Node {
        let word = self.slice();
        let keyword = match mistakes::lower_keyword(word) {
            Some(keyword) if self.is_keyword_here(keyword) && keyword != "if" || self.is_if(keyword) => {
                self.remark_instead(self.span(), word, keyword, "Keywords are written in lower case.");
                keyword
            }
            Some(_) | None => word,
        };
        if self.is_import(word) {
            return self.parse_import();
        }
        if self.is_import_from(word) {
            return self.parse_import_from();
        }
        if !self.is_keyword_here(keyword) {
            return if self.is_declaration() { self.parse_declaration(false) } else { self.parse_pathed() };
        }
        match keyword {
            "app" => self.parse_app(),
            "use" => self.parse_use(),
            "kind" => self.parse_kind(false),
            "primitive" => {
                self.bump();
                self.parse_kind(true)
            }
            "type" => self.parse_type_alias(),
            "let" => self.parse_let(),
            "metrics" => self.parse_metrics(),
            "environment" => self.parse_environment(),
            "external" => {
                self.bump();
                self.parse_declaration(true)
            }
            "out" => self.parse_out(),
            "drop" => self.parse_drop(),
            "raw" => self.parse_raw(),
            "if" => self.parse_if_entry(),
            "for" => self.parse_for_entry(),
            _ => self.parse_stray_else(),
        }
    }

    /// Whether the word is that keyword, by what follows on its line.
    fn is_keyword_here(&self, word: &str) -> bool {
        let view = self.view();
        let next = view.kind_on_line(self.at + 1);
        let then = view.kind_on_line(self.at + 2);
        let name = next == Some(TokenKind::Ident);
        let foreign_name =
            next == Some(TokenKind::Unknown) && view.slice(self.at + 1).starts_with(char::is_alphabetic);
        match word {
            "app" | "environment" | "kind" | "type" | "let" | "out" if foreign_name => true,
            "app" | "environment" => name || next == Some(TokenKind::TextOpen),
            "kind" | "type" | "let" | "out" | "drop" | "for" => name,
            "use" => match next {
                Some(TokenKind::Ident | TokenKind::TextOpen) => true,
                Some(TokenKind::Dot | TokenKind::DotDot) => then == Some(TokenKind::Slash),
                Some(_) | None => false,
            },
            "primitive" => view.is_word(self.at + 1, "kind") && then == Some(TokenKind::Ident),
            "metrics" => name && then == Some(TokenKind::LeftBrace),
            "raw" => {
                name && matches!(
                    then,
                    Some(TokenKind::LeftBrace | TokenKind::TextOpen | TokenKind::BlockTextOpen)
                )
            }
            "external" => name && matches!(then, Some(TokenKind::Ident | TokenKind::TextOpen)),
            "if" => self.is_if(word),
            "else" => matches!(next, Some(TokenKind::LeftBrace | TokenKind::Ident)),
            _ => false,
        }
    }

    fn is_if(&self, word: &str) -> bool {
        let next = self.view().kind_on_line(self.at + 1);
        let is_field = matches!(
            next,
            None | Some(
                TokenKind::Equal
                    | TokenKind::Colon
                    | TokenKind::Dot
                    | TokenKind::RightBrace
                    | TokenKind::Comma
            )
        );
        word == "if" && !is_field
    }

    /// Whether two words, or a word and a label, make a declaration here.
    fn is_declaration(&self) -> bool {
        let view = self.view();
        match view.kind_on_line(self.at + 1) {
            Some(TokenKind::TextOpen) => true,
            // A path without its quotes.
            Some(TokenKind::Slash) => {
                let (slash, then) = (view.token(self.at + 1), view.token(self.at + 2));
                then.span.start() == slash.span.end()
                    || matches!(then.kind, TokenKind::Arrow | TokenKind::LeftBrace)
            }
            Some(TokenKind::Ident) => {
                let then = view.kind_on_line(self.at + 2);
                let is_value = match view.slice(self.at + 1) {
                    "true" | "false" | "none" => then != Some(TokenKind::LeftBrace),
                    "not" | "if" => true,
                    _ => false,
                };
                !is_value && then != Some(TokenKind::EmbeddedOpen)
            }
            Some(_) | None => false,
        }
    }

    /// `a.b = …`, `a.b { … }` or `a : …`.
    pub(super) fn parse_pathed(&mut self) -> Node {
        let path = self.parse_path();
        if self.broken || self.is_behind_unclosed() {
            return self.unfinished_field(path);
        }
        if let Some(node) = self.maybe_declared_in(&path) {
            return node;
        }
        match self.kind_on_line() {
            Some(TokenKind::Equal) => {
                self.bump();
                self.parse_field(path)
            }
            Some(TokenKind::EqualEqual) => {
                self.remark_instead(self.span(), "==", "=", "A value is set with `=`; `==` compares.");
                self.bump();
                self.parse_field(path)
            }
            Some(TokenKind::Colon) => self.parse_param(path),
            Some(TokenKind::Question) if self.view().token(self.at + 1).kind == TokenKind::Colon => {
                self.parse_optional_param(path)
            }
            Some(_) if self.starts_value_after_path() && mistakes::declares_value(&path) => {
                self.parse_nameless(path)
            }
            Some(_) if self.starts_value_after_path() => self.parse_field_without_equal(path),
            Some(_) | None => match self.maybe_body() {
                Some(body) => Node::Block(ast::Block { path, body }),
                None => {
                    self.report_expected_with("`=` or `{`", &self.path_help(&path));
                    match self.maybe_body() {
                        Some(body) => Node::Block(ast::Block { path, body }),
                        None => self.unfinished_field(path),
                    }
                }
            },
        }
    }

    /// How to go on after a path.
    fn path_help(&self, path: &[ast::Ident]) -> String {
        let next = self.view().token(self.at + 1);
        let is_joined = next.kind == TokenKind::Equal && next.span.start() == self.span().end();
        match (self.kind_on_line(), path) {
            (Some(TokenKind::Plus | TokenKind::Minus | TokenKind::Star), _) if is_joined => {
                "A value is set as a whole, with `=`; an environment that changes one sets it anew.".to_owned()
            }
            (None, [_]) if self.at > 0 && self.tokens[self.at - 1].kind == TokenKind::TextClose => {
                "Several texts stand in a list: `[\"a\", \"b\"]`; a text that is a key has its value after `=`."
                    .to_owned()
            }
            _ => word_help(path),
        }
    }

    fn unfinished_field(&self, path: ast::Path) -> Node {
        let value = self.error_expr(self.end_before());
        Node::Field(ast::Field { path, value, because: None })
    }

    /// `a."b c".d`
    pub(super) fn parse_path(&mut self) -> ast::Path {
        let mut path = ast::Path::from(self.parse_key());
        while !self.broken && self.kind_on_line() == Some(TokenKind::Dot) {
            self.bump();
            path.push(match self.kind_on_line() {
                Some(TokenKind::Ident | TokenKind::TextOpen) => self.parse_key(),
                Some(_) | None => self.expect_ident("a name after the dot"),
            });
        }
        path
    }

    fn parse_key(&mut self) -> ast::Ident {
        if self.at_kind(TokenKind::Ident) {
            let name = self.bump_ident();
            return self.key_with_dashes(name);
        }
        let text = self.parse_text();
        match text.literal() {
            Some(literal) => ast::Ident { text: literal, span: text.span },
            None if text.is_lost() => ast::Ident { text: LeanStr::default(), span: text.span },
            None => {
                let message = "a key with an interpolation";
                let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, text.span, message)
                    .label("keys are fixed")
                    .help("Write the key out.");
                self.report(diagnostic);
                ast::Ident { text: LeanStr::default(), span: text.span }
            }
        }
    }

    /// A key with dashes, such as the name of a header, or the name that was
    /// meant: which, only the author knows, so that it is neither.
    fn key_with_dashes(&mut self, name: ast::Ident) -> ast::Ident {
        let Some(span) = self.maybe_dashes(name.span) else { return name };
        let written = &self.text[span.range()];
        let (quoted, joined) = (format!("\"{written}\""), written.replace('-', "_"));
        let diagnostic = self
            .dash_in_name(span)
            .help("Names are made of letters, digits and `_`; a key that has a dash stands in quotes.")
            .fix(format!("Change to `{quoted}`"), span, quoted)
            .fix(format!("Change to `{joined}`"), span, joined);
        self.remark(diagnostic);
        ast::Ident { text: LeanStr::default(), span }
    }

    /// A field, after its `=`.
    fn parse_field(&mut self, path: ast::Path) -> Node {
        let value = self.parse_expr();
        let because = self.maybe_because();
        Node::Field(ast::Field { path, value, because })
    }

    /// The error that something stands without its quotes: what was due, and what it is.
    pub(super) fn unquoted(&self, due: &str, what: &str, span: Span) -> Diagnostic {
        let text = &self.text[span.range()];
        let diagnostic =
            Diagnostic::new(&code::UNEXPECTED_TOKEN, span, format!("expected {due}, found `{text}`"))
                .label(format!("a {what} without quotes"))
                .help(format!("A {what} stands in double quotes."));
        match text.contains(['"', '\\', '{']) {
            true => diagnostic,
            false => diagnostic.fix("Put it in quotes", span, format!("\"{text}\"")),
        }
    }

    fn starts_value_after_path(&self) -> bool {
        match self.kind() {
            TokenKind::Number
            | TokenKind::TextOpen
            | TokenKind::BlockTextOpen
            | TokenKind::SingleQuoted
            | TokenKind::LeftBracket
            | TokenKind::Minus => true,
            TokenKind::Ident => {
                matches!(self.slice(), "true" | "false" | "none" | "not" | "if")
                    || self.view().kind_on_line(self.at + 1) == Some(TokenKind::EmbeddedOpen)
            }
            _ => false,
        }
    }

    /// `port 8080`, which laud writes `port NAME = 8080`.
    fn parse_nameless(&mut self, path: ast::Path) -> Node {
        let kind = path[0].clone();
        let name = self.missing_ident();
        let word = &kind.text;
        let diagnostic =
            self.unexpected("a name").help(format!("What is declared has a name: `{word} NAME = …`."));
        self.remark(diagnostic);
        let value = self.parse_expr();
        Node::Decl(Box::new(ast::Decl {
            external: false,
            kind,
            name: ast::DeclName::Ident(name),
            description: None,
            ty: None,
            target: None,
            value: Some(Box::new(value)),
            body: None,
            because: None,
        }))
    }

    fn parse_field_without_equal(&mut self, path: ast::Path) -> Node {
        self.remark_missing_equal();
        self.parse_field(path)
    }

    pub(super) fn remark_missing_equal(&mut self) {
        self.remark_missing("=", "A value is set with `=`.");
    }

    /// Remarks that a sign is missing before what is there.
    pub(super) fn remark_missing(&mut self, sign: &str, help: &str) {
        let place = self.span().at_start();
        self.remark(
            Diagnostic::new(
                &code::UNEXPECTED_TOKEN,
                self.span(),
                format!("expected `{sign}`, found {}", self.found()),
            )
            .label(format!("expected `{sign}` before this"))
            .help(help)
            .fix(format!("Insert `{sign}`"), place, format!("{sign} ")),
        );
    }

    /// A parameter, at its `:`; or a value that was set with `:`.
    fn parse_param(&mut self, path: ast::Path) -> Node {
        let colon = self.bump().span;
        if self.kind_on_line() == Some(TokenKind::Equal) && self.span().start() == colon.end() {
            let both = colon.to(self.bump().span);
            self.remark_instead(both, ":=", "=", "A value is set with `=`.");
            return self.parse_field(path);
        }
        let quoted = path.iter().any(|key| self.text[key.span.range()].starts_with('"'));
        if quoted || path.len() > 1 || self.starts_value_after_colon() {
            self.remark_colon(colon);
            return self.parse_field(path);
        }
        let name = path[0].clone();
        let ty = self.parse_type();
        if self.maybe_unquoted(ty.span) {
            return self.unfinished_field(name.into());
        }
        if let (true, ast::TypeNode::Named(kind)) =
            (self.kind_on_line() == Some(TokenKind::LeftBrace), &ty.node)
        {
            let kind = ast::Ident { text: kind.clone(), span: ty.span };
            return self.parse_turned_declaration(name, kind);
        }
        let default = self.maybe_value();
        Node::Param(Box::new(ast::Param { name, ty, default }))
    }

    /// `name: kind { … }`, which laud writes `kind name { … }`.
    fn parse_turned_declaration(&mut self, name: ast::Ident, kind: ast::Ident) -> Node {
        let span = name.span.to(kind.span);
        let meant = format!("{} {}", kind.text, name.text);
        self.remark(
            Diagnostic::new(
                &code::UNEXPECTED_TOKEN,
                span,
                format!("expected `{meant}`, found `{}`", &self.text[span.range()]),
            )
            .label("the kind stands first")
            .help(format!("A declaration is its kind and its name: `{meant} {{ … }}`."))
            .fix(format!("Change to `{meant}`"), span, meant),
        );
        let body = self.maybe_body();
        let because = self.maybe_because();
        let name = ast::DeclName::Ident(name);
        let (description, ty, target, value) = (None, None, None, None);
        Node::Decl(Box::new(ast::Decl {
            external: false,
            kind,
            name,
            description,
            ty,
            target,
            value,
            body,
            because,
        }))
    }

    /// `name? : T`, which laud writes `name : T?`.
    fn parse_optional_param(&mut self, path: ast::Path) -> Node {
        let question = self.bump().span;
        let mut node = self.parse_param(path);
        let mut diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, question, "expected `:`, found `?`")
            .label("belongs behind the type")
            .help("What may be absent has a type with `?`, as in `name : Text?`.");
        if let Node::Param(param) = &mut node {
            let end = param.ty.span.at_end();
            let edits = [(question, String::new()), (end, "?".to_owned())];
            diagnostic = diagnostic.fix_all("Put it behind the type", edits);
            // It need not be set, and where it is asked for nothing more is said.
            let default = self.error_expr(end);
            param.default.get_or_insert(default);
        }
        self.remark(diagnostic);
        node
    }

    pub(super) fn remark_colon(&mut self, colon: Span) {
        let before = self.text[..colon.start() as usize].ends_with([' ', '\t']);
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, colon, "expected `=`, found `:`")
                .label("expected `=`")
                .help("A value is set with `=`; `:` gives a type.")
                .fix("Change to `=`", colon, if before { "=" } else { " =" }),
        );
    }

    pub(super) fn starts_value_after_colon(&self) -> bool {
        let token = self.token();
        let view = self.view();
        if token.newline_before {
            return false;
        }
        match token.kind {
            TokenKind::LeftBrace => view.is_assignment(self.at + 1),
            TokenKind::LeftBracket => !self.is_list_type(),
            // `"low" | "high"`, as others write an enum.
            TokenKind::TextOpen if view.token(self.at + 3).kind == TokenKind::Pipe => false,
            TokenKind::Ident => {
                self.starts_value_after_path() || view.kind_on_line(self.at + 1) == Some(TokenKind::Dot)
            }
            _ => types::starts_only_value(token),
        }
    }

    /// `= …`
    pub(super) fn maybe_value(&mut self) -> Option<ast::Expr> {
        if self.broken || self.kind_on_line() != Some(TokenKind::Equal) {
            return None;
        }
        self.bump();
        Some(self.parse_expr())
    }

    /// `because "…"`, also at the start of the next line.
    pub(super) fn maybe_because(&mut self) -> Option<Box<ast::Text>> {
        if self.broken || !self.at_word("because") {
            return None;
        }
        let reason = self.view().kind_on_line(self.at + 1);
        if self.token().newline_before && !reason.is_some_and(TokenKind::opens_text) {
            return None;
        }
        self.bump();
        let text = self.maybe_text();
        if text.is_none() {
            self.report_expected_with("a text with the reason", "A reason is written `because \"…\"`.");
        }
        text.map(Box::new)
    }
}

/// What is written after a word, or after a path.
fn word_help(path: &[ast::Ident]) -> String {
    let name = match path {
        [name] => name.text.as_str(),
        _ => "name",
    };
    let meant = match name {
        "app" => "A system is named by `app its_name`.",
        "use" => "What other files offer is taken by `use std/data { postgres }`.",
        "let" => "A value is named by `let its_name = …`.",
        "kind" => "A kind is declared by `kind its_name { … }`.",
        "type" => "A type is named by `type ItsName = …`.",
        "environment" => "An environment is declared by `environment its_name { … }`.",
        "out" => "An output is declared by `out its_name = …`.",
        "drop" => "What the base has is taken away by `drop its_name`.",
        _ => "",
    };
    if !meant.is_empty() {
        return meant.to_owned();
    }
    format!(
        "A value is written `{name} = …`, a block `{name} {{ … }}`, a declaration `{name} its_name {{ … }}`."
    )
}
