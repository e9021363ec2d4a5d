//! The words for what is wrong, and what those who come from other languages
//! are likely to have meant.

use super::Parser;
use crate::ast;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::{Token, TokenKind};
use crate::span::Span;

impl Parser<'_> {
    /// Reports that something else was due here.
    pub(super) fn report_expected(&mut self, what: &str) {
        if self.at_reported() {
            self.broken = true;
            return;
        }
        let diagnostic = self.unexpected(what);
        self.report(diagnostic);
    }

    /// Reports that something else was due here, and says what to do.
    pub(super) fn report_expected_with(&mut self, what: &str, help: &str) {
        if self.at_reported() {
            self.broken = true;
            return;
        }
        let diagnostic = self.unexpected(what);
        let diagnostic = if diagnostic.help.is_none() { diagnostic.help(help) } else { diagnostic };
        self.report(diagnostic);
    }

    /// Whether what is missing here was reported when the brackets were paired.
    pub(super) fn at_reported(&self) -> bool {
        self.at_kind(TokenKind::MissingClose)
            || self.at_kind(TokenKind::HoleClose) && self.span().start() == self.span().end()
    }

    /// Whether an error stands at the next token already.
    pub(super) fn is_blamed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.span == Some(self.span()))
    }

    /// Reports that no entry starts with the next token.
    pub(super) fn report_no_entry(&mut self) {
        self.at_entry = true;
        let help = match self.kind() {
            TokenKind::LeftBrace => "Put `{` on the line of what it opens.",
            _ => "An entry starts with a name, as in `name = value`, `name { … }` or `kind name { … }`.",
        };
        self.report_expected_with("an entry", help);
        self.at_entry = false;
    }

    /// Reports a closing bracket that closes nothing.
    pub(super) fn report_stray_close(&mut self) {
        let message = format!("`{}` closes nothing", self.slice());
        let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, self.span(), message)
            .label("nothing is open here")
            .help("Remove it, or open the bracket that it closes.");
        self.report(diagnostic);
    }

    /// The error that something else was due here.
    pub(super) fn unexpected(&self, what: &str) -> Diagnostic {
        let token = self.token();
        let message = format!("expected {what}, found {}", self.found());
        match token.kind {
            TokenKind::Unknown | TokenKind::SingleQuoted if self.found_on_line() => {
                let diagnostic = Diagnostic::new(&code::UNKNOWN_CHARACTER, token.span, message);
                self.explain_characters(diagnostic, token.span)
            }
            _ => {
                let diagnostic = Diagnostic::new(&code::UNEXPECTED_TOKEN, self.found_span(), message);
                self.explain_token(diagnostic.label(format!("expected {what}")), token)
            }
        }
    }

    /// The next token as a reader would name it.
    pub(super) fn found(&self) -> String {
        let token = self.token();
        match token.kind {
            TokenKind::End => "the end of the file".to_owned(),
            _ if !self.found_on_line() => "the end of the line".to_owned(),
            TokenKind::TextOpen | TokenKind::BlockTextOpen => "a text".to_owned(),
            _ => format!("`{}`", self.slice()),
        }
    }

    /// Whether the next token stands where something was due, rather than on a
    /// later line.
    fn found_on_line(&self) -> bool {
        !self.token().newline_before || self.in_brackets || self.at == 0 || self.at_entry
    }

    fn found_span(&self) -> Span {
        if self.at_kind(TokenKind::End) || !self.found_on_line() { self.end_before() } else { self.span() }
    }

    fn explain_token(&self, diagnostic: Diagnostic, token: Token) -> Diagnostic {
        if !self.found_on_line() {
            return diagnostic;
        }
        match token.kind {
            TokenKind::StrayClose => diagnostic.help("Remove it, or open the bracket that it closes."),
            TokenKind::Ident => match lower_keyword(self.slice()) {
                Some(keyword) => diagnostic
                    .help(format!("Keywords are written in lower case: `{keyword}`."))
                    .fix(format!("Change to `{keyword}`"), token.span, keyword),
                None => diagnostic,
            },
            TokenKind::Minus if self.end_before().end() == token.span.start() => {
                diagnostic.help("Names are made of letters, digits and `_`; a dash is no part of them.")
            }
            TokenKind::Dot | TokenKind::DotDot
                if self.view().token(self.at + 1).kind == TokenKind::Number
                    && self.end_before().end() != token.span.start() =>
            {
                diagnostic.help("A number starts with a digit, as in `0.5`.")
            }
            TokenKind::Colon
                if self.view().token(self.at + 1).kind == TokenKind::Number && !self.in_brackets =>
            {
                diagnostic.help("A port is referred to by its name, as in `NAME.http`.")
            }
            TokenKind::Pipe => diagnostic.help("`|` stands only between types; in values write `or`."),
            _ => diagnostic,
        }
    }

    /// What laud has instead of a character that it does not have.
    fn explain_characters(&self, diagnostic: Diagnostic, span: Span) -> Diagnostic {
        let text = &self.text[span.range()];
        let (help, replacement) = match text {
            ";" => ("Entries end with their line, or with a comma.", None),
            "&&" | "&" => ("Write `and`.", Some("and")),
            "||" => ("Write `or`.", Some("or")),
            "!" => ("Write `not`.", Some("not ")),
            "%" => ("A percentage has no space before its sign, as in `99.9%`; there is no remainder.", None),
            "$" if self.text[span.end() as usize..].starts_with('{') => (
                "A name stands by itself, without `${…}`; what only the deploy knows is a `setting` or a `secret`.",
                None,
            ),
            "$" if self.text[span.end() as usize..].starts_with("labels") => {
                ("In an alert, a label of its series is written `{label(\"instance\")}`.", None)
            }
            "$" if self.text[span.end() as usize..].starts_with("value") => {
                ("In an alert, what was measured is written `{measured(\"number\")}`.", None)
            }
            "$" => ("A name stands by itself, without `$`.", Some("")),
            "@" if self.end_before().end() == span.start() => ("An address is a text, in quotes.", None),
            "@" => ("Laud has no annotations; what applies to a declaration is a field in it.", None),
            "\\" => ("A value goes on over a line break when the next line opens with an operator.", None),
            "^" | "~" => (
                "A text pattern is written `Text matching \"…\"`; the path of a route has none, and one that ends \
                 in `/` takes all below it.",
                None,
            ),
            "`" => ("Name the embedded language before its back-quote, as in promql`up`.", None),
            "'" => ("Texts stand in double quotes.", Some("\"")),
            "“" | "”" | "„" | "‘" | "’" | "«" | "»" => {
                ("Texts stand in straight double quotes.", Some("\""))
            }
            "–" | "—" | "−" => ("A minus is written `-`.", Some("-")),
            "…" => ("Values are spread with three dots: `...`.", Some("...")),
            _ if text.starts_with('\'') => ("Texts stand in double quotes.", None),
            _ if text.starts_with('`') => ("Name the embedded language before its back-quote.", None),
            _ if text.chars().all(|c| c.is_whitespace() || "\u{200b}\u{2060}".contains(c)) => {
                ("This is not the space of the keyboard; replace it by one.", Some(" "))
            }
            _ if text.chars().any(char::is_alphanumeric) => {
                ("Names are made of the letters a to z, digits and `_`.", None)
            }
            _ => ("Laud has no use for it outside of texts and comments.", None),
        };
        let diagnostic = diagnostic.label("laud has no use for it").help(help);
        match replacement {
            None if text.starts_with('`') && text.len() > 1 => {
                diagnostic.fix("Make it a query", span.at_start(), "promql")
            }
            Some("") => diagnostic.fix("Remove it", span, ""),
            Some(" ") => diagnostic.fix("Change to a space", span, " "),
            Some(replacement) => {
                diagnostic.fix(format!("Change to `{}`", replacement.trim()), span, replacement)
            }
            None => diagnostic,
        }
    }

    /// Remarks that one token stands where laud has another, which is written
    /// with the space that it needs.
    pub(super) fn remark_instead(&mut self, span: Span, wrong: &str, right: &str, help: &str) {
        let name = right.trim();
        self.remark(
            Diagnostic::new(&code::UNEXPECTED_TOKEN, span, format!("expected `{name}`, found `{wrong}`"))
                .label(format!("expected `{name}`"))
                .help(help)
                .fix(format!("Change to `{name}`"), span, right),
        );
    }
}

/// The keyword that a word would be in lower case, if it is not one already.
pub(super) fn lower_keyword(word: &str) -> Option<&'static str> {
    const KEYWORDS: [&str; 26] = [
        "if",
        "then",
        "else",
        "for",
        "in",
        "not",
        "and",
        "or",
        "true",
        "false",
        "none",
        "app",
        "use",
        "kind",
        "type",
        "let",
        "metrics",
        "environment",
        "external",
        "out",
        "drop",
        "raw",
        "because",
        "matching",
        "enum",
        "as",
    ];
    let opens_upper = word.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    if !opens_upper {
        return None;
    }
    KEYWORDS.into_iter().find(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// Whether a word is a kind whose declarations have a value behind their name, as
/// `port http = 8080` has, and no field of any.
pub(super) fn declares_value(path: &[ast::Ident]) -> bool {
    matches!(path, [word] if matches!(word.text.as_str(), "port" | "setting"))
}

/// What laud calls a constant that other languages have.
pub(super) fn foreign_constant(word: &str) -> Option<&'static str> {
    match word {
        "null" | "nil" | "undefined" | "Null" | "NULL" | "Nil" | "None" | "NONE" => Some("none"),
        "True" | "TRUE" => Some("true"),
        "False" | "FALSE" => Some("false"),
        _ => None,
    }
}

/// What laud has for what stands in a template of another tool: `$labels.instance`.
pub(super) fn explain_template(diagnostic: Diagnostic, inner: &str, span: Span) -> Diagnostic {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let label = inner.strip_prefix("$labels.").or_else(|| inner.strip_prefix(".Labels."));
    let (help, written) = match label {
        Some(label) if is_name(label) => (
            "In an alert, a label of its series is written `{label(\"instance\")}`.",
            format!("{{label(\"{label}\")}}"),
        ),
        _ if inner.contains("abels.") || inner.contains("$labels") => {
            return diagnostic.help("In an alert, a label of its series is written `{label(\"instance\")}`.");
        }
        _ if inner.starts_with("$value") || inner.starts_with(".Value") => {
            let format = match inner.split_once('|').map(|(_, function)| function.trim()) {
                Some("humanizePercentage") => "percent",
                Some("humanizeDuration") => "duration",
                Some("humanize1024") => "bytes",
                Some(_) | None => "number",
            };
            (
                "In an alert, what was measured is written `{measured(\"number\")}`.",
                format!("{{measured(\"{format}\")}}"),
            )
        }
        _ if !inner.is_empty() && inner.split('.').all(is_name) => (
            "In a text a value stands in braces, as in `{x}`; a brace that is meant as text is written `\\{`.",
            format!("{{{inner}}}"),
        ),
        _ => {
            return diagnostic
                .help("In a text a value stands in braces, as in `{x}`; a brace that is meant as text is written `\\{`.");
        }
    };
    diagnostic.help(help).fix(format!("Change to `{written}`"), span, written)
}
