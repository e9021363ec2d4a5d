//! Brackets made to pair up before anything is parsed.
//!
//! Where every bracket has its partner nothing happens. Where one is missing,
//! the indentation tells which: a line that starts an entry no deeper than the
//! line on which a bracket opens ends what that bracket holds. There an empty
//! [`TokenKind::MissingClose`] is put in; a closing bracket that closes nothing
//! becomes a [`TokenKind::StrayClose`]. So the parser needs no guesses, and
//! whatever it skips, it skips in whole groups.

use super::MOST_NESTING;
use super::shape::View;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer::{MOST_DIAGNOSTICS, Token, TokenKind};
use crate::span::Span;

/// The tokens with every bracket paired, and a report for each that was not.
pub(super) fn balance(text: &str, tokens: Vec<Token>) -> (Vec<Token>, Vec<Diagnostic>) {
    if is_balanced(&tokens) {
        return (tokens, Vec::new());
    }
    let partners = Partners::find(&tokens);
    let lines = Lines::find(text, &tokens);
    let view = View { text, tokens: &tokens };
    let mut balancer = Balancer {
        view,
        partners,
        lines,
        open: Vec::new(),
        counts: vec![[0; 3]],
        balanced: Vec::with_capacity(tokens.len() + 16),
        missing: Vec::new(),
    };
    balancer.run();
    let diagnostics = report(view, &balancer.lines, balancer.missing);
    (balancer.balanced, diagnostics)
}

/// Which bracket, if it is one that an author can forget.
fn bracket(kind: TokenKind) -> Option<usize> {
    match kind {
        TokenKind::LeftBrace | TokenKind::RightBrace => Some(0),
        TokenKind::LeftBracket | TokenKind::RightBracket => Some(1),
        TokenKind::LeftParen | TokenKind::RightParen => Some(2),
        _ => None,
    }
}

/// Whether every bracket has its partner.
pub(super) fn is_balanced(tokens: &[Token]) -> bool {
    let mut open = Vec::new();
    for token in tokens {
        if token.kind.opens() {
            open.push(bracket(token.kind));
        } else if token.kind.closes() && open.pop() != Some(bracket(token.kind)) {
            return false;
        }
    }
    open.is_empty()
}

/// For each token that opens, the one that closes it if indentation is left
/// out of account; and how many misfits there are up to each token.
struct Partners {
    of: Vec<Option<usize>>,
    misfits: Vec<u32>,
}

impl Partners {
    fn find(tokens: &[Token]) -> Self {
        let mut of = vec![None; tokens.len()];
        let mut misfits = Vec::with_capacity(tokens.len());
        let mut open: Vec<usize> = Vec::new();
        let mut counts = vec![[0_u32; 3]];
        let mut misfit = 0;
        for (index, token) in tokens.iter().enumerate() {
            if token.kind.opens() {
                enter(&mut counts, token.kind);
                open.push(index);
            } else if token.kind.closes() && !can_close(&counts, token.kind) {
                misfit += 1;
            } else if token.kind.closes() {
                while let Some(opener) = open.pop() {
                    leave(&mut counts, tokens[opener].kind);
                    if fits(tokens[opener].kind, token.kind) {
                        of[opener] = Some(index);
                        break;
                    }
                    misfit += 1;
                }
            }
            misfits.push(misfit);
        }
        Self { of, misfits }
    }

    /// The end of the group at `index`, if all in it fits.
    fn group(&self, index: usize) -> Option<usize> {
        self.of[index].filter(|end| self.misfits[*end] == self.misfits[index])
    }
}

/// Counts the open brackets by kind; a text or an interpolation counts anew.
fn enter(counts: &mut Vec<[u32; 3]>, kind: TokenKind) {
    match (bracket(kind), counts.last_mut()) {
        (Some(bracket), Some(top)) => top[bracket] += 1,
        (_, _) => counts.push([0; 3]),
    }
}

fn leave(counts: &mut Vec<[u32; 3]>, kind: TokenKind) {
    match (bracket(kind), counts.last_mut()) {
        (Some(bracket), Some(top)) => top[bracket] = top[bracket].saturating_sub(1),
        (_, _) => drop(counts.pop()),
    }
}

/// Whether anything that is open takes this closing token.
fn can_close(counts: &[[u32; 3]], kind: TokenKind) -> bool {
    match (bracket(kind), counts.last()) {
        (Some(bracket), Some(top)) => top[bracket] > 0,
        (_, _) => counts.len() > 1,
    }
}

fn fits(opener: TokenKind, closer: TokenKind) -> bool {
    match closer {
        TokenKind::HoleClose => opener == TokenKind::HoleOpen,
        TokenKind::TextClose => opener.opens_text() || opener == TokenKind::EmbeddedOpen,
        _ => bracket(opener).is_some() && bracket(opener) == bracket(closer),
    }
}

/// The line of each token, by the index of its first token and its indentation.
struct Lines {
    first: Vec<usize>,
    indentation: Vec<usize>,
}

impl Lines {
    fn find(text: &str, tokens: &[Token]) -> Self {
        let mut first = Vec::with_capacity(tokens.len());
        let mut indentation = Vec::with_capacity(tokens.len());
        let mut line = (0, 0);
        let mut before = 0;
        for (index, token) in tokens.iter().enumerate() {
            let start = token.span.start() as usize;
            if index == 0 || token.newline_before {
                let gap = &text[before..start];
                line = (index, gap.len() - gap.rfind('\n').map_or(0, |at| at + 1));
            }
            before = token.span.end() as usize;
            first.push(line.0);
            indentation.push(line.1);
        }
        Self { first, indentation }
    }

    fn opens_line(&self, index: usize) -> bool {
        self.first[index] == index
    }
}

/// A bracket that was left open, and the empty place of its partner.
struct Missing {
    opener: usize,
    depth: usize,
    place: Span,
}

struct Balancer<'a> {
    view: View<'a>,
    partners: Partners,
    lines: Lines,
    open: Vec<usize>,
    counts: Vec<[u32; 3]>,
    balanced: Vec<Token>,
    missing: Vec<Missing>,
}

impl Balancer<'_> {
    fn run(&mut self) {
        let mut index = 0;
        while index < self.view.tokens.len() {
            let token = self.view.tokens[index];
            self.close_by_indentation(index);
            if let Some(end) = self.trusted_group(index) {
                self.balanced.extend_from_slice(&self.view.tokens[index..=end]);
                index = end;
            } else if token.kind.opens() {
                enter(&mut self.counts, token.kind);
                self.open.push(index);
                self.balanced.push(token);
            } else if token.kind.closes() {
                self.close(index);
            } else {
                if token.kind == TokenKind::End {
                    while !self.open.is_empty() {
                        self.close_missing();
                    }
                }
                self.balanced.push(token);
            }
            index += 1;
        }
    }

    /// The end of a group that holds together: at the top of the file when it
    /// closes at all, deeper only when it looks as if it meant to.
    fn trusted_group(&self, index: usize) -> Option<usize> {
        if !self.view.tokens[index].kind.opens() {
            return None;
        }
        let end = self.partners.group(index)?;
        let one_line = self.lines.first[index] == self.lines.first[end];
        let in_line =
            self.lines.opens_line(end) && self.lines.indentation[end] == self.lines.indentation[index];
        (self.open.is_empty() || one_line || in_line).then_some(end)
    }

    fn close_by_indentation(&mut self, index: usize) {
        if !self.lines.opens_line(index) || self.open.is_empty() {
            return;
        }
        let here = self.lines.indentation[index];
        if self.view.is_entry(index) {
            while let Some(opener) = self.open.last()
                && bracket(self.view.tokens[*opener].kind).is_some()
                && here <= self.lines.indentation[*opener]
            {
                self.close_missing();
            }
        }
    }

    fn close(&mut self, index: usize) {
        let token = self.view.tokens[index];
        if !can_close(&self.counts, token.kind) {
            self.balanced.push(Token { kind: TokenKind::StrayClose, ..token });
            return;
        }
        while let Some(opener) = self.open.last().copied() {
            let kind = self.view.tokens[opener].kind;
            if fits(kind, token.kind) && !self.belongs_further_out(opener, index) {
                self.open.pop();
                leave(&mut self.counts, kind);
                self.balanced.push(token);
                return;
            }
            self.close_missing();
        }
    }

    /// Whether a closing bracket stands too far left for the innermost opener,
    /// and another one waits for it.
    fn belongs_further_out(&self, opener: usize, index: usize) -> bool {
        let kind = self.view.tokens[index].kind;
        let waiting = match (bracket(kind), self.counts.last()) {
            (Some(bracket), Some(top)) => top[bracket],
            (_, _) => 0,
        };
        waiting > 1
            && self.lines.opens_line(index)
            && self.lines.indentation[index] < self.lines.indentation[opener]
    }

    fn close_missing(&mut self) {
        let depth = self.open.len();
        let Some(opener) = self.open.pop() else { return };
        let kind = self.view.tokens[opener].kind;
        leave(&mut self.counts, kind);
        let before = self.balanced.last().copied().unwrap_or(self.view.tokens[opener]);
        let place = before.span.at_end();
        let close = match kind {
            TokenKind::HoleOpen => TokenKind::HoleClose,
            TokenKind::TextOpen | TokenKind::BlockTextOpen | TokenKind::EmbeddedOpen => TokenKind::TextClose,
            _ => TokenKind::MissingClose,
        };
        self.balanced.push(Token { kind: close, newline_before: false, span: place });
        self.missing.push(Missing { opener, depth, place });
    }
}

/// One report for each line that leaves brackets open, at the outermost of them.
fn report(view: View<'_>, lines: &Lines, mut missing: Vec<Missing>) -> Vec<Diagnostic> {
    if missing.iter().any(|missing| missing.depth > MOST_NESTING) {
        return Vec::new();
    }
    missing.sort_by_key(|missing| missing.opener);
    missing.dedup_by_key(|missing| lines.first[missing.opener]);
    missing.iter().take(MOST_DIAGNOSTICS).map(|missing| report_one(view, lines, missing)).collect()
}

fn report_one(view: View<'_>, lines: &Lines, missing: &Missing) -> Diagnostic {
    let token = view.tokens[missing.opener];
    let (open, close) = match token.kind {
        TokenKind::LeftBracket => ("[", "]"),
        TokenKind::LeftParen => ("(", ")"),
        _ => ("{", "}"),
    };
    let one_line = !view.text[token.span.end() as usize..missing.place.start() as usize].contains('\n');
    let edit = match (one_line, close) {
        (true, "}") => " }".to_owned(),
        (true, _) => close.to_owned(),
        (false, _) => format!("\n{}{close}", " ".repeat(lines.indentation[missing.opener])),
    };
    Diagnostic::new(&code::UNCLOSED_BRACKET, token.span, format!("`{open}` is not closed"))
        .label("opened here")
        .related(missing.place, format!("`{close}` is missing here, by the indentation"))
        .help(format!("Close it with `{close}`."))
        .fix(format!("Insert `{close}`"), missing.place, edit)
}
