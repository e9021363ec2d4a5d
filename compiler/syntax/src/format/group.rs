//! Tokens to groups: brackets with the items in them, comments in their places.

use super::marks::{Class, Marks};
use super::spacing::Spacing;
use crate::lexer::{Lexed, Token, TokenKind};

/// What stands between two brackets.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) open: usize,
    pub(super) close: usize,
    pub(super) style: Style,
    /// A comment on the line of the opening bracket, after it.
    pub(super) head: Option<usize>,
    pub(super) lines: Vec<Line>,
    /// Whether the author wrote it on one line.
    pub(super) one_line: bool,
}

/// How the items of a group are separated, and whether it may be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// `{ … }`: by line breaks, or commas within a line.
    Body,
    /// `[a, b]`, `f(a, b)`: by commas.
    List,
    /// `[x for x in xs]`: one item, commas included.
    Comprehension,
    /// `(a + b)`, `xs[0]`: one item, on the lines of what is around it.
    Inline,
}

/// What may stand on a line of its own in a group.
#[derive(Debug)]
pub(super) enum Line {
    Comment { index: usize, blank: bool },
    Item(Item),
}

/// An entry, or an item of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) first: usize,
    pub(super) class: Class,
    pub(super) pieces: Vec<Piece>,
    /// The comment after it, on its line.
    pub(super) trailing: Option<usize>,
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
    /// Whether a comma stands before it.
    pub(super) after_comma: bool,
}

/// A part of an item.
#[derive(Debug)]
pub(super) enum Piece {
    /// A token.
    Token(usize),
    /// The tokens of a text, both quotes included.
    Text(usize, usize),
    /// Source that stays as it is: its first token, and its range of bytes.
    Verbatim(usize, u32, u32),
    /// Brackets.
    Group(Group),
    /// A comment within the item.
    Comment(usize),
}

/// The lines of a whole file; `None` when its tokens are not as the tree says.
pub(super) fn group(text: &str, lexed: &Lexed, marks: &Marks<'_>) -> Option<Vec<Line>> {
    let mut grouper = Grouper { text, lexed, marks, at: 0, comment: 0, end: 0 };
    let mut lines = Lines::new(Style::Body, false);
    grouper.fill(&mut lines)?;
    (grouper.token().kind == TokenKind::End).then_some(lines.lines)
}

struct Grouper<'a> {
    text: &'a str,
    lexed: &'a Lexed,
    marks: &'a Marks<'a>,
    at: usize,
    comment: usize,
    /// Where the last token or comment ended.
    end: u32,
}

/// The lines of a group while it is filled.
struct Lines {
    style: Style,
    in_brackets: bool,
    head: Option<usize>,
    lines: Vec<Line>,
    /// Whether the last line is an item that goes on.
    open: bool,
    /// Whether a comma was read since the last item.
    comma: bool,
}

impl Lines {
    fn new(style: Style, in_brackets: bool) -> Self {
        Self { style, in_brackets, head: None, lines: Vec::new(), open: false, comma: false }
    }

    fn last_item(&mut self) -> Option<&mut Item> {
        match self.lines.last_mut() {
            Some(Line::Item(item)) => Some(item),
            Some(Line::Comment { .. }) | None => None,
        }
    }
}

impl Grouper<'_> {
    fn token(&self) -> Token {
        self.lexed.tokens[self.at]
    }

    /// Whether an empty line stands between what ended last and an offset.
    fn blank_before(&self, start: u32) -> bool {
        self.text[self.end as usize..start as usize].bytes().filter(|byte| *byte == b'\n').count() > 1
    }

    /// Fills a group, up to its closing token, which is not taken.
    fn fill(&mut self, lines: &mut Lines) -> Option<()> {
        loop {
            let token = self.token();
            let strays = self.marks.get(self.at).verbatim.is_some();
            let ends = token.kind.closes() && !strays || token.kind == TokenKind::End;
            let by_comma = matches!(lines.style, Style::Body | Style::List);
            let separates =
                by_comma && token.kind == TokenKind::Comma && !self.marks.get(self.at).inner_comma;
            let class = self.marks.get(self.at).start.filter(|_| lines.style == Style::Body);
            if ends || separates || class.is_some() {
                lines.open = false;
            }
            self.take_comments(token.span.start(), lines);
            if ends {
                return Some(());
            }
            if separates {
                lines.comma = true;
                self.at += 1;
                self.end = token.span.end();
                continue;
            }
            if !lines.open {
                if class.is_none() && lines.style == Style::Body {
                    return None;
                }
                lines.lines.push(Line::Item(Item {
                    first: self.at,
                    class: class.unwrap_or(Class::Other),
                    pieces: Vec::new(),
                    trailing: None,
                    blank: self.blank_before(token.span.start()),
                    after_comma: std::mem::take(&mut lines.comma),
                }));
                lines.open = true;
            }
            let piece = self.piece()?;
            lines.last_item()?.pieces.push(piece);
        }
    }

    /// Puts the comments before an offset where they belong.
    fn take_comments(&mut self, before: u32, lines: &mut Lines) {
        while let Some(comment) = self.lexed.comments.get(self.comment)
            && comment.span.start() < before
        {
            let index = self.comment;
            self.comment += 1;
            let blank = self.blank_before(comment.span.start());
            self.end = comment.span.end();
            let heads =
                lines.in_brackets && lines.lines.is_empty() && lines.head.is_none() && !comment.own_line;
            let open = lines.open;
            match lines.last_item() {
                Some(item) if open => item.pieces.push(Piece::Comment(index)),
                Some(item) if !comment.own_line && item.trailing.is_none() => item.trailing = Some(index),
                None if heads => lines.head = Some(index),
                Some(_) | None => lines.lines.push(Line::Comment { index, blank }),
            }
        }
    }

    fn piece(&mut self) -> Option<Piece> {
        let index = self.at;
        let token = self.token();
        let mark = self.marks.get(index);
        if let Some(end) = mark.verbatim {
            return self.verbatim(end, mark.keeps_indentation);
        }
        if token.kind.opens_text() || token.kind == TokenKind::EmbeddedOpen {
            return self.text();
        }
        let spacing = Spacing { text: self.text, tokens: &self.lexed.tokens, marks: self.marks };
        let style = match token.kind {
            TokenKind::LeftBrace => Style::Body,
            TokenKind::LeftBracket if mark.comprehension => Style::Comprehension,
            TokenKind::LeftBracket if spacing.is_attached(index) => Style::Inline,
            TokenKind::LeftBracket => Style::List,
            TokenKind::LeftParen if spacing.is_attached(index) => Style::List,
            TokenKind::LeftParen => Style::Inline,
            _ => {
                self.at += 1;
                self.end = token.span.end();
                return Some(Piece::Token(index));
            }
        };
        self.group(style)
    }

    fn group(&mut self, style: Style) -> Option<Piece> {
        let open = self.at;
        let first_comment = self.comment;
        self.end = self.token().span.end();
        self.at += 1;
        let mut lines = Lines::new(style, true);
        self.fill(&mut lines)?;
        let close = self.at;
        let (opening, closing) = (self.lexed.tokens[open], self.token());
        if closing.kind != partner(opening.kind) {
            return None;
        }
        self.at += 1;
        self.end = closing.span.end();
        let source = &self.text[opening.span.start() as usize..closing.span.end() as usize];
        let one_line = first_comment == self.comment && !source.contains('\n');
        Some(Piece::Group(Group { open, close, style, head: lines.head, lines: lines.lines, one_line }))
    }

    fn text(&mut self) -> Option<Piece> {
        let open = self.at;
        let mut depth = 0_usize;
        loop {
            let kind = self.token().kind;
            if kind == TokenKind::End {
                return None;
            }
            if kind.opens() {
                depth += 1;
            } else if kind.closes() {
                depth -= 1;
            }
            self.end = self.token().span.end();
            self.at += 1;
            if depth == 0 {
                return Some(Piece::Text(open, self.at - 1));
            }
        }
    }

    /// Source that stays as it is; `None` when its indentation must stay, too,
    /// and something stands before it on its line.
    fn verbatim(&mut self, end: u32, keeps_indentation: bool) -> Option<Piece> {
        let first = self.at;
        let start = self.token().span.start();
        let line = self.text[..start as usize].rfind('\n').map_or(0, |at| at + 1);
        if keeps_indentation && !self.text[line..start as usize].trim().is_empty() {
            return None;
        }
        let from = if keeps_indentation { line as u32 } else { start };
        self.at = self.marks.index(end).max(first + 1);
        // What an open text or interpolation lacks is an empty token behind it.
        while self.token().kind.closes() && self.token().span.end() <= end {
            self.at += 1;
        }
        while self.lexed.comments.get(self.comment).is_some_and(|comment| comment.span.start() < end) {
            self.comment += 1;
        }
        self.end = end;
        Some(Piece::Verbatim(first, from, end))
    }
}

fn partner(open: TokenKind) -> TokenKind {
    match open {
        TokenKind::LeftBrace => TokenKind::RightBrace,
        TokenKind::LeftBracket => TokenKind::RightBracket,
        _ => TokenKind::RightParen,
    }
}
