//! The entries that a word introduces.

use super::Parser;
use crate::ast;
use crate::ast::{DeclName, MetricEntries, MetricEntry, Node};
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::TokenKind;
use crate::span::Span;

impl Parser<'_> {
    pub(super) fn parse_app(&mut self) -> Node {
        self.bump();
        let name = self.expect_free_name("the system's name, without quotes");
        if !self.broken && self.kind_on_line() == Some(TokenKind::LeftBrace) {
            self.report_expected_with(
                "a line break or a comma",
                "What belongs to the system stands beside `app NAME`, at the top of the file.",
            );
        }
        Node::App(name)
    }

    /// A name that may stand at the start of a line.
    pub(super) fn parse_small_name(&mut self, what: &str) -> Option<ast::Ident> {
        if self.at_kind(TokenKind::Ident) {
            return Some(self.bump_ident());
        }
        if self.at_kind(TokenKind::TextOpen) {
            return Some(self.quoted_name(what)).filter(|name| !name.text.is_empty());
        }
        if !self.at_kind(TokenKind::Comma) {
            self.report_expected(what);
        }
        None
    }

    pub(super) fn parse_kind(&mut self, primitive: bool) -> Node {
        self.bump();
        let name = self.expect_ident("the kind's name");
        let before = self.maybe_parameters();
        let mut body = self.expect_body();
        if !before.is_empty() {
            let entries = before.into_iter().chain(body.entries).collect();
            body = ast::Body::new(entries, body.span);
        }
        Node::Kind(Box::new(ast::Kind { primitive, name, body }))
    }

    /// Parameters in parentheses behind a kind's name, which laud has in its braces.
    fn maybe_parameters(&mut self) -> Vec<ast::Entry> {
        if self.kind_on_line() != Some(TokenKind::LeftParen) {
            return Vec::new();
        }
        let open = self.bump().span;
        let entries = self.parse_items(|parser| {
            let start = parser.span();
            let node = parser.parse_pathed();
            ast::Entry { doc: ast::Doc::default(), span: parser.span_from(start), node }
        });
        let whole = self.span_from(open);
        let mut diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, open, "expected `{`, found `(`")
            .label("expected `{`")
            .help("A kind's parameters stand in its braces: `kind NAME { PARAMETER : TYPE … }`.");
        if self.at_kind(TokenKind::LeftBrace) {
            let inside = &self.text[open.end() as usize..whole.end().saturating_sub(1) as usize];
            let entries = format!(" {}\n", inside.trim().trim_end_matches(','));
            let edits = [(whole, String::new()), (self.span().at_end(), entries)];
            diagnostic = diagnostic.fix_all("Put them in braces", edits);
        }
        self.remark(diagnostic);
        entries
    }

    pub(super) fn parse_type_alias(&mut self) -> Node {
        self.bump();
        let name = self.expect_ident("the type's name");
        if self.expect_equal() {
            return Node::Type(Box::new(ast::TypeAlias { name, ty: self.parse_type() }));
        }
        let ty = ast::TypeExpr { span: self.end_before(), node: ast::TypeNode::Error };
        Node::Type(Box::new(ast::TypeAlias { name, ty }))
    }

    pub(super) fn parse_let(&mut self) -> Node {
        self.bump();
        let name = self.expect_free_name("the value's name");
        self.remark_type_of_let();
        let value = match self.expect_equal() {
            true => self.parse_expr(),
            false => self.error_expr(self.end_before()),
        };
        Node::Let(Box::new(ast::Let { name, value }))
    }

    /// `let x : Int = 1`, which laud writes `let x = 1`.
    fn remark_type_of_let(&mut self) {
        let view = self.view();
        let is_typed = self.kind_on_line() == Some(TokenKind::Colon)
            && view.kind_on_line(self.at + 1) == Some(TokenKind::Ident)
            && matches!(
                view.kind_on_line(self.at + 2),
                Some(TokenKind::Equal | TokenKind::Question | TokenKind::Less)
            );
        if is_typed {
            let before = self.end_before();
            self.bump();
            let ty = self.parse_type();
            self.remark(
                Diagnostic::new(&code::UNEXPECTED_TOKEN, ty.span, "a `let` takes no type")
                    .label("not needed")
                    .help("It has the type of its value.")
                    .fix("Remove it", before.to(ty.span), ""),
            );
        }
    }

    /// `=`, or what is written for it by mistake.
    fn expect_equal(&mut self) -> bool {
        match self.kind_on_line() {
            _ if self.broken => false,
            Some(TokenKind::Equal) => {
                self.bump();
                true
            }
            Some(kind @ (TokenKind::EqualEqual | TokenKind::Colon)) => {
                let wrong = self.slice();
                self.remark_instead(self.span(), wrong, "=", "A value is set with `=`.");
                self.bump();
                if kind == TokenKind::Colon {
                    self.maybe(TokenKind::Equal);
                }
                true
            }
            Some(_) | None => {
                self.report_expected("`=`");
                false
            }
        }
    }

    pub(super) fn parse_environment(&mut self) -> Node {
        self.bump();
        let name = self.expect_free_name("the environment's name, without quotes");
        let is_alone = self.kind_on_line().is_none() && !self.at_kind(TokenKind::LeftBrace);
        // `environment staging extends production`, or `: production`, as others have it.
        let words = matches!(self.kind_on_line(), Some(TokenKind::Ident | TokenKind::Colon)).then_some(
            "An environment starts from what is declared outside of all, and from no other environment.",
        );
        let body = match is_alone && !self.broken {
            true => self.forgotten_body("What is other in an environment stands in braces."),
            false => self.expect_body_with(words),
        };
        Node::Environment(Box::new(ast::Environment { name, body }))
    }

    /// `KIND NAME …`, after `external` where it stands.
    pub(super) fn parse_declaration(&mut self, external: bool) -> Node {
        let kind = self.bump_ident();
        self.declaration_of(external, kind)
    }

    /// `edge.route "/" { … }`, which laud writes `edge { route "/" { … } }`, after the path.
    pub(super) fn maybe_declared_in(&mut self, path: &[ast::Ident]) -> Option<Node> {
        let [first, between @ .., kind] = path else { return None };
        if !self.is_label_of_more() {
            return None;
        }
        let mut outer = ast::Path::from(first.clone());
        between.iter().for_each(|name| outer.push(name.clone()));
        let before = between.last().unwrap_or(first).span;
        let node = self.declaration_of(false, kind.clone());
        let (span, end) = (self.span_from(kind.span), self.end_before());
        let names: Vec<&str> = outer.iter().map(|name| name.text.as_str()).collect();
        let help =
            format!("What is in it stands in its braces: `{} {{ {} … }}`.", names.join("."), kind.text);
        let dot = before.at_end().to(kind.span.at_start());
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, first.span.to(kind.span), "a declaration behind a path")
                .label("stands in braces")
                .help(help)
                .fix_all("Put it in braces", [(dot, " { ".to_owned()), (end, " }".to_owned())]),
        );
        let entry = ast::Entry { doc: ast::Doc::default(), span, node };
        Some(Node::Block(ast::Block { path: outer, body: ast::Body::new(Box::new([entry]), span) }))
    }

    /// Whether a label is here, and a body or a target behind it.
    fn is_label_of_more(&self) -> bool {
        let view = self.view();
        let chunks = usize::from(view.token(self.at + 1).kind == TokenKind::Chunk);
        self.kind_on_line() == Some(TokenKind::TextOpen)
            && view.token(self.at + 1 + chunks).kind == TokenKind::TextClose
            && matches!(
                view.kind_on_line(self.at + chunks + 2),
                Some(TokenKind::LeftBrace | TokenKind::Arrow)
            )
    }

    fn declaration_of(&mut self, external: bool, kind: ast::Ident) -> Node {
        let name = self.parse_name_or_label();
        let after_name = self.end_before();
        let mut description = self.maybe_text();
        let (ty, valued) = self.maybe_type_or_value();
        let target = self.maybe_target(&name);
        let value = valued.or_else(|| self.maybe_declared_value());
        if description.is_none() && !self.broken {
            description = self.maybe_late_description(after_name);
        }
        let body = self.maybe_body().or_else(|| self.maybe_body_after_base());
        let because = self.maybe_because();
        Node::Decl(Box::new(ast::Decl {
            external,
            kind,
            name,
            description: description.map(Box::new),
            ty: ty.map(Box::new),
            target: target.map(Box::new),
            value: value.map(Box::new),
            body,
            because,
        }))
    }

    /// A body behind what others would have it start from: `postgres db extends base {`,
    /// `postgres db(base) {`. Any other word there begins a declaration of its own, before which
    /// a comma is missing.
    fn maybe_body_after_base(&mut self) -> Option<ast::Body> {
        match self.kind_on_line()? {
            _ if self.broken => return None,
            TokenKind::LeftParen => self.report_no_end(),
            TokenKind::Ident if matches!(self.slice(), "extends" | "from" | "inherits" | "like" | "with") => self
                .report_expected_with(
                    "`{`",
                    "A declaration starts from its kind alone: what several have in common stands in a kind of your own.",
                ),
            _ => return None,
        }
        self.maybe_body_after_error()
    }

    /// A description that stands behind what a declaration is, rather than behind its name.
    fn maybe_late_description(&mut self, after_name: Span) -> Option<ast::Text> {
        let end = self.end_before();
        let text = self.maybe_text()?;
        let written = &self.text[text.span.range()];
        let edits = [(after_name, format!(" {written}")), (end.with_end(text.span.end()), String::new())];
        self.remark(
            Diagnostic::new(
                &code::UNEXPECTED_TOKEN,
                text.span,
                "a description behind the rest of a declaration",
            )
            .label("belongs behind the name")
            .help("What describes a declaration stands right behind its name.")
            .fix_all("Put it behind the name", edits),
        );
        Some(text)
    }

    fn parse_name_or_label(&mut self) -> DeclName {
        match self.maybe_text().or_else(|| self.maybe_bare_path()) {
            Some(label) => DeclName::Label(Box::new(label)),
            None => DeclName::Ident(self.expect_free_name("a name")),
        }
    }

    /// A path without its quotes, as a label: `/api/`.
    fn maybe_bare_path(&mut self) -> Option<ast::Text> {
        if self.kind_on_line() != Some(TokenKind::Slash) {
            return None;
        }
        let mut span = self.bump().span;
        while self.span().start() == span.end() && self.is_in_bare_path() {
            span = span.to(self.bump().span);
        }
        self.remark(self.unquoted("a text", "path", span));
        let part = ast::Part::Literal { text: self.text[span.range()].into(), span };
        Some(ast::Text::new(span, [part].into_iter()))
    }

    fn is_in_bare_path(&self) -> bool {
        let kind = self.kind();
        !kind.opens() && !kind.closes() && !matches!(kind, TokenKind::Comma | TokenKind::End)
    }

    /// An empty body where none is written, which is remarked upon.
    fn forgotten_body(&mut self, help: &str) -> ast::Body {
        let place = self.end_before();
        let message = format!("expected `{{`, found {}", self.found());
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, place, message).label("expected `{`").help(help).fix(
                "Insert `{}`",
                place,
                " {}",
            ),
        );
        self.missing_body()
    }

    /// A name that is not a value of the language: nothing could refer to it.
    fn expect_free_name(&mut self, what: &str) -> ast::Ident {
        if self.kind_on_line() == Some(TokenKind::TextOpen) {
            return self.quoted_name(what);
        }
        let word = self.slice();
        if self.kind_on_line() == Some(TokenKind::Ident) && matches!(word, "true" | "false" | "none") {
            self.remark(
                Diagnostic::new(
                    &code::UNEXPECTED_TOKEN,
                    self.span(),
                    format!("expected {what}, found `{word}`"),
                )
                .label("a value of the language")
                .help("Give it another name: this one stands for a value."),
            );
        }
        let name = self.expect_ident(what);
        self.join_dashes(name)
    }

    /// A name in quotes, as other languages have them, as the one that was meant.
    fn quoted_name(&mut self, what: &str) -> ast::Ident {
        let diagnostic = self.unexpected(what);
        let text = self.maybe_text().and_then(|text| Some((text.literal()?.replace('-', "_"), text.span)));
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        match text.filter(|(name, _)| is_name(name)) {
            Some((name, span)) => {
                let diagnostic = Diagnostic { span: Some(span), ..diagnostic };
                self.remark(diagnostic.help("Write it without quotes.").fix(
                    format!("Change to `{name}`"),
                    span,
                    name.clone(),
                ));
                ast::Ident { text: name.into(), span }
            }
            None => {
                self.report(diagnostic.help("A name is made of letters, digits and `_`."));
                self.missing_ident()
            }
        }
    }

    /// A name with dashes, as other languages have them, as the one that was meant.
    fn join_dashes(&mut self, name: ast::Ident) -> ast::Ident {
        let Some(span) = self.maybe_dashes(name.span) else { return name };
        let text = self.text[span.range()].replace('-', "_");
        let diagnostic = self
            .dash_in_name(span)
            .help("Names are made of letters, digits and `_`; in a host name, `_` becomes `-`.")
            .fix(format!("Change to `{text}`"), span, text.clone());
        self.remark(diagnostic);
        ast::Ident { text: text.into(), span }
    }

    /// Takes the dashes and words that stand at the end of a name without a
    /// space. Gives the whole of it, if there are any.
    pub(super) fn maybe_dashes(&mut self, start: Span) -> Option<Span> {
        let mut end = start.end();
        while self.kind_on_line() == Some(TokenKind::Minus) && self.span().start() == end {
            let after = self.view().token(self.at + 1);
            if !matches!(after.kind, TokenKind::Ident | TokenKind::Number)
                || after.span.start() != self.span().end()
            {
                break;
            }
            self.bump();
            end = self.bump().span.end();
        }
        (end > start.end()).then(|| self.span_from(start))
    }

    pub(super) fn dash_in_name(&self, span: Span) -> Diagnostic {
        let written = &self.text[span.range()];
        Diagnostic::new(&code::UNEXPECTED_TOKEN, span, format!("expected a name, found `{written}`"))
            .label("a dash in a name")
    }

    /// `: T`
    fn maybe_type(&mut self) -> Option<ast::TypeExpr> {
        if self.broken || self.kind_on_line() != Some(TokenKind::Colon) {
            return None;
        }
        self.bump();
        Some(self.parse_type())
    }

    /// `: T`, or the value that someone set with `:`.
    fn maybe_type_or_value(&mut self) -> (Option<ast::TypeExpr>, Option<ast::Expr>) {
        let colon = self.span();
        if self.broken || self.kind_on_line() != Some(TokenKind::Colon) {
            return (None, None);
        }
        self.bump();
        match self.starts_value_after_colon() {
            true => {
                self.remark_colon(colon);
                (None, Some(self.parse_expr()))
            }
            false => (Some(self.parse_type()), None),
        }
    }

    /// `-> …`, also at the start of the next line.
    fn maybe_target(&mut self, name: &DeclName) -> Option<ast::Expr> {
        if self.broken || !self.maybe_arrow(name) {
            return None;
        }
        let target = self.parse_expr_before_body();
        Some(if self.maybe_port_number(target.span) { self.error_expr(target.span) } else { target })
    }

    fn maybe_arrow(&mut self, name: &DeclName) -> bool {
        const HELP: &str = "What a declaration leads to is written `-> target`.";
        if self.maybe(TokenKind::Arrow).is_some() {
            return true;
        }
        let next = self.view().token(self.at + 1);
        let joins = next.span.start() == self.span().end();
        let wrong = match (self.kind_on_line(), next.kind) {
            (Some(TokenKind::Equal), TokenKind::Greater) if joins => "=>",
            (Some(TokenKind::Less), TokenKind::Minus) if joins => "<-",
            (Some(TokenKind::Ident), TokenKind::Dot) if matches!(name, DeclName::Label(_)) => {
                self.remark_missing("->", HELP);
                return true;
            }
            _ => return false,
        };
        let both = self.bump().span.to(self.bump().span);
        self.remark_instead(both, wrong, "->", HELP);
        true
    }

    /// `= …` of a declaration, also where the `=` was forgotten.
    fn maybe_declared_value(&mut self) -> Option<ast::Expr> {
        let forgotten = matches!(
            self.kind_on_line(),
            Some(TokenKind::Number | TokenKind::LeftBracket | TokenKind::Minus | TokenKind::SingleQuoted)
        );
        if forgotten && !self.broken {
            self.remark_missing_equal();
            return Some(self.parse_expr());
        }
        self.maybe_value()
    }

    pub(super) fn parse_out(&mut self) -> Node {
        self.bump();
        let name = self.expect_ident("the output's name");
        let ty = self.maybe_type();
        let value = self.maybe_value();
        Node::Out(Box::new(ast::Out { name, ty, value }))
    }

    pub(super) fn parse_drop(&mut self) -> Node {
        self.bump();
        let path = self.parse_path();
        let name = match self.kind_on_line() {
            _ if self.broken => None,
            Some(TokenKind::TextOpen | TokenKind::Ident) => Some(self.parse_name_or_label()),
            Some(_) | None => None,
        };
        Node::Drop(Box::new(ast::Drop { path, name }))
    }

    pub(super) fn parse_raw(&mut self) -> Node {
        self.bump();
        let target = self.expect_ident("`compose`, `nginx`, `prometheus` or `grafana`");
        let words = self.kind_on_line().is_some_and(TokenKind::opens_text);
        let body = self.expect_body_with(
            words.then_some("Raw content is written as fields: `raw compose { cpuset = \"0-1\" }`."),
        );
        if words {
            return Node::Error;
        }
        let because = self.maybe_because();
        Node::Raw(Box::new(ast::Raw { target, body, because }))
    }

    pub(super) fn parse_if_entry(&mut self) -> Node {
        self.bump();
        let condition = self.parse_condition();
        self.remark_then();
        let then = self.expect_body();
        let otherwise = if self.broken { None } else { self.maybe_else() };
        Node::If(Box::new(ast::IfEntry { condition, then, otherwise }))
    }

    fn remark_then(&mut self) {
        if !self.broken && self.at_word("then") {
            let span = self.bump().span;
            self.remark(
                Diagnostic::new(&code::UNEXPECTED_TOKEN, span, "expected `{`, found `then`")
                    .label("expected `{`")
                    .help("Among entries, `if` is written `if condition { … } else { … }`.")
                    .fix("Remove it", span, ""),
            );
        }
    }

    /// `else { … }`, or `else if …` as a body of that one entry.
    fn maybe_else(&mut self) -> Option<ast::Body> {
        self.maybe_word("else")?;
        if !self.at_word("if") {
            return Some(self.expect_body());
        }
        let start = self.span();
        let node = match self.nested(Self::parse_if_entry) {
            Some(node) => node,
            None => Node::Error,
        };
        let span = self.span_from(start);
        Some(ast::Body::new(Box::new([ast::Entry { doc: ast::Doc::default(), span, node }]), span))
    }

    pub(super) fn parse_stray_else(&mut self) -> Node {
        let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, self.span(), "an `else` without its `if`")
            .label("no `if` before this")
            .help("`else` follows the closing brace of its `if`.");
        self.report(diagnostic);
        Node::Error
    }

    pub(super) fn parse_for_entry(&mut self) -> Node {
        self.bump();
        let (variable, value) = self.parse_loop_variables();
        let list = match self.broken {
            true => self.error_expr(self.end_before()),
            false => self.parse_expr_before_body(),
        };
        let body = self.expect_body();
        Node::For(Box::new(ast::ForEntry { variable, value, list, body }))
    }

    pub(super) fn parse_metrics(&mut self) -> Node {
        self.bump();
        let name = self.expect_ident("the name of the set");
        let start = self.bump().span;
        let outside = self.enter(false);
        let entries = MetricEntries::new(self.parse_metric_entries());
        self.expect_close("}");
        self.leave(outside);
        Node::Metrics(Box::new(ast::Metrics { name, entries, span: self.span_from(start) }))
    }

    fn parse_metric_entries(&mut self) -> Vec<MetricEntry> {
        let mut entries = Vec::new();
        while !self.at_close() {
            let first = self.at;
            entries.extend(self.parse_metric_entry());
            self.end_small_entry(first);
        }
        entries
    }

    fn parse_metric_entry(&mut self) -> Option<MetricEntry> {
        let doc = self.take_doc();
        if self.maybe(TokenKind::Ellipsis).is_some() {
            return Some(MetricEntry::Spread(self.expect_ident("the name of a set of metrics")));
        }
        let start = self.span();
        let name = self.parse_small_name("the name of a metric")?;
        const HELP: &str = "A metric is written `name : gauge`, with its labels in braces.";
        let is_type = matches!(name.text.as_str(), "counter" | "gauge" | "histogram" | "summary");
        let (name, ty) = match self.kind_on_line() {
            // `counter name`, as declarations are written.
            Some(TokenKind::Ident) if is_type => {
                let (ty, name) = (name, self.bump_ident());
                let span = ty.span.to(name.span);
                let ours = format!("{} : {}", name.text, ty.text);
                self.remark_instead(span, &self.text[span.range()], &ours, HELP);
                (name, ty)
            }
            _ => {
                if self.kind_on_line() == Some(TokenKind::Equal) {
                    self.remark_instead(self.span(), "=", ":", HELP);
                    self.bump();
                } else if self.maybe(TokenKind::Colon).is_none() {
                    self.report_expected_with("`:`", HELP);
                }
                (name, if self.broken { self.missing_ident() } else { self.expect_metric_type() })
            }
        };
        let has_labels = !self.broken && self.kind_on_line() == Some(TokenKind::LeftBrace);
        if !self.broken && matches!(self.kind_on_line(), Some(TokenKind::LeftBracket | TokenKind::LeftParen))
        {
            self.report_expected_with(
                "`{`",
                "The labels of a metric stand in braces: `counter { country }`.",
            );
        }
        let labels = if has_labels { self.parse_labels() } else { Vec::new() };
        Some(MetricEntry::Metric { doc, name, ty, labels, span: self.span_from(start) })
    }

    fn expect_metric_type(&mut self) -> ast::Ident {
        self.expect_ident("`counter`, `gauge`, `histogram` or `summary`")
    }

    fn parse_labels(&mut self) -> Vec<ast::Ident> {
        let mut labels = Vec::new();
        self.bump();
        let outside = self.enter(false);
        while !self.at_close() {
            let start = self.at;
            labels.extend(self.parse_small_name("the name of a label"));
            self.end_small_entry(start);
        }
        self.expect_close("}");
        self.leave(outside);
        labels
    }
}
