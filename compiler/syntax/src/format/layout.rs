//! Groups to lines: what stays on one line, what is broken, how deep.

use super::align::{self, Row};
use super::group::{Item, Line, Piece, Style};
use super::marks::{Cell, Class, Marks};
use super::spacing::Spacing;
use crate::lexer::{Lexed, TokenKind};
use std::borrow::Cow;

/// How wide a line may get before what could be broken is broken.
pub(super) const WIDTH: usize = 100;
pub(super) const STEP: usize = 2;

/// Lays out the lines of a file or of a group.
#[derive(Clone, Copy)]
pub(super) struct Layout<'a> {
    text: &'a str,
    pub(super) lexed: &'a Lexed,
    marks: &'a Marks<'a>,
}

/// An item while it is written.
pub(super) struct Draft {
    pub(super) out: String,
    /// Where each cell starts: a byte offset into `out`.
    cells: Vec<(usize, Cell)>,
    /// The indentation of the item, and of the line at hand.
    pub(super) indent: usize,
    pub(super) line_indent: usize,
    /// Whether nothing may be broken.
    pub(super) flat: bool,
    /// Whether the next group that can be broken is, for want of space.
    pub(super) must_break: bool,
    /// What follows the item: the width of its comma.
    suffix: usize,
}

impl Draft {
    pub(super) fn new(indent: usize, suffix: usize) -> Self {
        Self {
            out: String::new(),
            cells: Vec::new(),
            indent,
            line_indent: indent,
            flat: false,
            must_break: false,
            suffix,
        }
    }

    pub(super) fn column(&self) -> usize {
        match self.out.rfind('\n') {
            Some(at) => self.out[at + 1..].chars().count(),
            None => self.indent + self.out.chars().count(),
        }
    }

    pub(super) fn new_line(&mut self, indent: usize) {
        self.line_indent = indent;
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

impl<'a> Layout<'a> {
    pub(super) fn new(text: &'a str, lexed: &'a Lexed, marks: &'a Marks<'a>) -> Self {
        Self { text, lexed, marks }
    }

    /// The whole file.
    pub(super) fn file(self, lines: &[Line]) -> String {
        let mut rows = self.rows(lines, 0, Style::Body);
        align::set_apart(&mut rows);
        let mut out = align::join(&rows, 0);
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    pub(super) fn spacing(self) -> Spacing<'a> {
        Spacing { text: self.text, tokens: &self.lexed.tokens, marks: self.marks }
    }

    pub(super) fn rows(self, lines: &[Line], indent: usize, style: Style) -> Vec<Row> {
        let mut rows = Vec::with_capacity(lines.len());
        // Whether what follows would be taken for a part of what is before it,
        // were it not for the comma between them.
        let mut keeps_comma = false;
        for line in lines.iter().rev() {
            let comma = style == Style::List || keeps_comma;
            rows.push(self.row(line, indent, style, usize::from(comma)));
            if let Line::Item(item) = line {
                keeps_comma = item.after_comma && self.spacing().goes_on(item.first);
            }
        }
        rows.reverse();
        align::align(&mut rows);
        rows
    }

    fn row(self, line: &Line, indent: usize, style: Style, suffix: usize) -> Row {
        match line {
            Line::Comment { index, blank } => Row::comment(self.comment(*index), *blank),
            Line::Item(item) => {
                let mut draft = Draft::new(indent, suffix);
                self.item(item, style, &mut draft);
                let multi = draft.out.contains('\n');
                draft.out.extend(std::iter::repeat_n(',', suffix));
                if let Some(trailing) = item.trailing {
                    draft.out.push(' ');
                    draft.out.push_str(&self.comment(trailing));
                }
                Row {
                    text: draft.out,
                    cells: draft.cells,
                    run: self.run(item),
                    multi,
                    blank: item.blank,
                    is_comment: false,
                    after_comment: false,
                }
            }
        }
    }

    /// What the neighbours of an item must have in common with it to align.
    fn run(self, item: &Item) -> Option<String> {
        Some(match item.class {
            Class::Field => "field".to_owned(),
            Class::Path => "path".to_owned(),
            Class::Param => "param".to_owned(),
            Class::Let => "let".to_owned(),
            Class::Out => "out".to_owned(),
            Class::Use => "use".to_owned(),
            Class::Metric => "metric".to_owned(),
            Class::Declaration { head } => {
                let start = self.lexed.tokens[item.first].span.start();
                format!("declaration {}", &self.text[start as usize..head as usize])
            }
            Class::If | Class::Other => return None,
        })
    }

    pub(super) fn item(self, item: &Item, style: Style, draft: &mut Draft) {
        for (index, piece) in item.pieces.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &item.pieces[before]);
            let after = &item.pieces[index + 1..];
            let next_line = self.separate(item, style, before, piece, after, draft);
            if let Some(cell) = first_token(piece).and_then(|token| self.marks.get(token).cell)
                && !draft.flat
                && !next_line
                && !draft.out.contains('\n')
            {
                draft.cells.push((draft.out.len(), cell));
            }
            match piece {
                Piece::Token(token) => draft.out.push_str(self.slice(*token)),
                Piece::Text(open, close) => self.text(*open, *close, draft),
                Piece::Verbatim(_, start, end) => {
                    draft.out.push_str(&unix_lines(&self.text[*start as usize..*end as usize]));
                }
                Piece::Comment(index) => draft.out.push_str(&self.comment(*index)),
                Piece::Group(group) => {
                    let rest = self.width_after(item, piece, after, style) + draft.suffix;
                    self.group(group, rest, draft);
                }
            }
        }
    }

    /// Writes what stands between two pieces; tells whether a new line starts.
    fn separate(
        self,
        item: &Item,
        style: Style,
        before: Option<&Piece>,
        piece: &Piece,
        after: &[Piece],
        draft: &mut Draft,
    ) -> bool {
        let Some(before) = before else { return false };
        let is_else = self.is_else_of_entry(item, piece);
        let stays = is_else || style == Style::Comprehension && self.is_clause(piece);
        let indent = if stays { draft.indent } else { draft.indent + STEP };
        let breaks = match (before, piece) {
            (Piece::Comment(_), _) => true,
            (_, Piece::Comment(index)) => self.lexed.comments[*index].own_line,
            (_, Piece::Token(token)) if !is_else && !self.is_before_name(item, before) => {
                self.spacing().breaks_before(*token, after.is_empty(), style == Style::Comprehension)
                    || self.is_reason_too_long(item, *token, piece, after, draft)
            }
            (_, _) => false,
        };
        if breaks {
            draft.new_line(indent);
        } else if self.is_spaced(before, piece) {
            draft.out.push(' ');
        }
        breaks
    }

    /// Whether a `because` and its text do not fit on the line.
    fn is_reason_too_long(
        self,
        item: &Item,
        token: usize,
        piece: &Piece,
        after: &[Piece],
        draft: &Draft,
    ) -> bool {
        !draft.flat
            && self.spacing().is_reason(token)
            && draft.column() + " because".len() + self.width_after(item, piece, after, Style::List) > WIDTH
    }

    /// Whether the name of a declaration follows, which stands on the line of its
    /// kind whatever it is called.
    fn is_before_name(self, item: &Item, before: &Piece) -> bool {
        let end = self.last_token(before).map(|token| self.lexed.tokens[token].span.end());
        matches!((item.class, end), (Class::Declaration { head }, Some(end)) if end <= head)
    }

    /// Whether the piece is the `for` or `if` of a comprehension.
    fn is_clause(self, piece: &Piece) -> bool {
        let is_word =
            |token: usize| ["for", "if"].into_iter().any(|word| self.spacing().is_word(token, word));
        matches!(piece, Piece::Token(token) if is_word(*token))
    }

    fn is_else_of_entry(self, item: &Item, piece: &Piece) -> bool {
        let is_else = match piece {
            Piece::Token(token) => self.spacing().is_word(*token, "else"),
            Piece::Comment(_) => true,
            Piece::Text(..) | Piece::Verbatim(..) | Piece::Group(_) => false,
        };
        item.class == Class::If && is_else
    }

    fn is_spaced(self, before: &Piece, piece: &Piece) -> bool {
        if matches!(piece, Piece::Verbatim(..)) {
            return true;
        }
        match (self.last_token(before), first_token(piece)) {
            (Some(left), Some(right)) => self.spacing().is_spaced(left, right),
            (_, _) => true,
        }
    }

    /// The token that ends a piece; a comment has none.
    fn last_token(self, piece: &Piece) -> Option<usize> {
        match piece {
            Piece::Token(token) => Some(*token),
            Piece::Text(_, close) => Some(*close),
            Piece::Verbatim(first, _, end) => Some(self.marks.index(*end).saturating_sub(1).max(*first)),
            Piece::Group(group) => Some(group.close),
            Piece::Comment(_) => None,
        }
    }

    /// The width of what follows a group on its line, up to where the line may
    /// be broken again.
    fn width_after(self, item: &Item, group: &Piece, after: &[Piece], style: Style) -> usize {
        let mut width = 0;
        let mut before = group;
        for (index, piece) in after.iter().enumerate() {
            let ends = index + 1 == after.len();
            let spaced = usize::from(self.is_spaced(before, piece));
            width += spaced;
            match piece {
                Piece::Comment(_) => return width - spaced,
                Piece::Group(group) if group.style == Style::Inline => width += self.flat_width(piece),
                Piece::Group(_) => return width + 1,
                Piece::Token(token) if self.spacing().is_reason(*token) => return width - spaced,
                Piece::Token(token)
                    if !self.is_else_of_entry(item, piece)
                        && self.spacing().breaks_before(*token, ends, style == Style::Comprehension) =>
                {
                    return width - spaced;
                }
                Piece::Token(_) | Piece::Text(..) | Piece::Verbatim(..) => width += self.flat_width(piece),
            }
            before = piece;
        }
        width
    }

    pub(super) fn flat_width(self, piece: &Piece) -> usize {
        let source = match piece {
            Piece::Token(token) => self.slice(*token),
            Piece::Text(open, close) => self.source(*open, *close),
            Piece::Verbatim(_, start, end) => &self.text[*start as usize..*end as usize],
            Piece::Comment(_) => "",
            Piece::Group(group) => return self.flat_group(group).chars().count(),
        };
        source.split('\n').next().unwrap_or_default().chars().count()
    }

    /// A text as written; the lines of one over several move with its entry.
    fn text(self, open: usize, close: usize, draft: &mut Draft) {
        let source = self.source(open, close);
        if self.lexed.tokens[open].kind != TokenKind::BlockTextOpen || !source.contains('\n') {
            draft.out.push_str(&unix_lines(source));
            return;
        }
        let last = source.rsplit('\n').next().unwrap_or_default();
        let old = &last[..last.len() - last.trim_start_matches([' ', '\t']).len()];
        let new = " ".repeat(draft.line_indent + STEP);
        for (index, line) in source.split('\n').enumerate() {
            let line = line.trim_end_matches('\r');
            if index == 0 {
                draft.out.push_str(line);
                continue;
            }
            draft.out.push('\n');
            match line.strip_prefix(old) {
                Some("") | None => {}
                Some(content) => {
                    draft.out.push_str(&new);
                    draft.out.push_str(content);
                }
            }
        }
    }

    pub(super) fn comment(self, index: usize) -> String {
        unix_lines(&self.text[self.lexed.comments[index].span.range()]).into_owned()
    }

    pub(super) fn slice(self, token: usize) -> &'a str {
        &self.text[self.lexed.tokens[token].span.range()]
    }

    pub(super) fn source(self, first: usize, last: usize) -> &'a str {
        let tokens = &self.lexed.tokens;
        &self.text[tokens[first].span.start() as usize..tokens[last].span.end() as usize]
    }
}

/// The token with which a piece starts; a comment has none.
fn first_token(piece: &Piece) -> Option<usize> {
    match piece {
        Piece::Token(token) | Piece::Text(token, _) | Piece::Verbatim(token, _, _) => Some(*token),
        Piece::Group(group) => Some(group.open),
        Piece::Comment(_) => None,
    }
}

/// The text with line feeds alone at the ends of its lines.
fn unix_lines(text: &str) -> Cow<'_, str> {
    match text.contains("\r\n") {
        true => Cow::Owned(
            text.split('\n').map(|line| line.trim_end_matches('\r')).collect::<Vec<_>>().join("\n"),
        ),
        false => Cow::Borrowed(text),
    }
}
