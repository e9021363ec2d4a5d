//! Brackets: on one line, broken over lines, or around what is broken.

use super::align;
use super::group::{Group, Item, Line, Piece, Style};
use super::layout::{Draft, Layout, STEP, WIDTH};
use crate::lexer::TokenKind;

impl Layout<'_> {
    pub(super) fn group(self, group: &Group, rest: usize, draft: &mut Draft) {
        let empty = group.lines.is_empty() && group.head.is_none();
        if group.style == Style::Inline {
            self.inline_group(group, draft);
        } else if empty || draft.flat {
            draft.out.push_str(&self.flat_group(group));
        } else {
            let must_break = std::mem::take(&mut draft.must_break);
            let flat = (group.one_line && !must_break).then(|| self.flat_group(group));
            match flat.filter(|flat| draft.column() + flat.chars().count() + rest <= WIDTH) {
                Some(flat) => draft.out.push_str(&flat),
                None => match self.hugged_item(group).filter(|_| !must_break) {
                    Some(hugged) if self.fits_around(group, hugged, rest, draft) => {
                        self.hugging_group(group, hugged, draft);
                    }
                    Some(_) | None => self.broken_group(group, draft),
                },
            }
        }
    }

    /// `(a + b)`: what is in it goes on with the lines around it.
    fn inline_group(self, group: &Group, draft: &mut Draft) {
        draft.out.push_str(self.slice(group.open));
        if let Some(head) = group.head {
            draft.out.push(' ');
            draft.out.push_str(&self.comment(head));
            draft.new_line(draft.indent + STEP);
        }
        let mut after_comment = false;
        for line in &group.lines {
            if after_comment {
                draft.new_line(draft.indent + STEP);
            }
            after_comment = match line {
                Line::Comment { index, .. } => {
                    if !after_comment && draft.column() > draft.line_indent {
                        draft.new_line(draft.indent + STEP);
                    }
                    draft.out.push_str(&self.comment(*index));
                    true
                }
                Line::Item(item) => {
                    self.item(item, Style::Inline, draft);
                    let trailing = item.trailing.map(|trailing| self.comment(trailing));
                    draft.out.extend(trailing.iter().flat_map(|comment| [" ", comment]));
                    trailing.is_some()
                }
            };
        }
        if after_comment {
            draft.new_line(draft.indent);
        }
        draft.out.push_str(self.slice(group.close));
    }

    /// A group on one line; what cannot be is written as it is.
    pub(super) fn flat_group(self, group: &Group) -> String {
        let mut draft = Draft::new(0, 0);
        draft.flat = true;
        let (open, close) = (self.slice(group.open), self.slice(group.close));
        let padding = if group.style == Style::Body && !group.lines.is_empty() { " " } else { "" };
        draft.out.push_str(open);
        draft.out.push_str(padding);
        for (index, line) in group.lines.iter().enumerate() {
            if index > 0 {
                draft.out.push_str(", ");
            }
            match line {
                Line::Item(item) => self.item(item, group.style, &mut draft),
                Line::Comment { index, .. } => draft.out.push_str(&self.comment(*index)),
            }
        }
        draft.out.push_str(padding);
        draft.out.push_str(close);
        draft.out
    }

    fn broken_group(self, group: &Group, draft: &mut Draft) {
        let outer = draft.line_indent;
        draft.out.push_str(self.slice(group.open));
        if let Some(head) = group.head {
            draft.out.push(' ');
            draft.out.push_str(&self.comment(head));
        }
        draft.out.push('\n');
        if self.is_filled(group) {
            draft.out.push_str(&self.fill(group, outer + STEP));
        } else {
            let rows = self.rows(&group.lines, outer + STEP, group.style);
            draft.out.push_str(&align::join(&rows, outer + STEP));
        }
        if !group.lines.is_empty() {
            draft.out.push('\n');
        }
        draft.out.extend(std::iter::repeat_n(' ', outer));
        draft.out.push_str(self.slice(group.close));
    }

    /// The one item of a list that is broken over lines while the brackets stay
    /// with it, as in `join([ … ], ",")`.
    fn hugged_item(self, group: &Group) -> Option<usize> {
        let items: Option<Vec<&Item>> = group.lines.iter().map(plain_item).collect();
        let items = items.filter(|_| group.style == Style::List && group.head.is_none())?;
        if group.one_line {
            let is_call = self.lexed.tokens[group.open].kind == TokenKind::LeftParen;
            let items = if is_call || items.len() == 1 { items } else { return None };
            return only(&items, is_bracketed);
        }
        let breaks = |token: usize| self.lexed.tokens[token].newline_before;
        if breaks(group.close) || items.iter().any(|item| breaks(item.first)) {
            return None;
        }
        let ends = items.iter().skip(1).map(|item| item.first).chain([group.close]);
        let wraps: Vec<bool> =
            items.iter().zip(ends).map(|(item, end)| self.has_break(item.first, end)).collect();
        let hugged = wraps.iter().position(|wraps| *wraps)?;
        let alone = wraps.iter().filter(|wraps| **wraps).count() == 1;
        (alone && is_bracketed(items[hugged])).then_some(hugged)
    }

    /// Whether a line break stands between the tokens from `first` to `end`.
    fn has_break(self, first: usize, end: usize) -> bool {
        self.source(first, end - 1).contains('\n')
    }

    /// Whether what stands beside the hugged item fits on the two lines of the
    /// brackets: what is before it on the first, what is after it on the last.
    fn fits_around(self, group: &Group, hugged: usize, rest: usize, draft: &Draft) -> bool {
        let (bracket, comma) = (1, 2);
        let width = |pieces: &[Piece]| pieces.iter().map(|piece| self.flat_width(piece)).sum::<usize>();
        let opening = |item: &Item| item.pieces.split_last().map_or(0, |(_, head)| width(head) + bracket);
        let items = |lines: &[Line]| lines.iter().map(|line| self.flat_item(line) + comma).sum::<usize>();
        let (before, after) = (&group.lines[..hugged], &group.lines[hugged + 1..]);
        let first = bracket + items(before) + plain_item(&group.lines[hugged]).map_or(0, opening);
        let last = bracket + items(after) + bracket + rest;
        draft.column() + first <= WIDTH && draft.line_indent + last <= WIDTH
    }

    /// The width of an item that is on one line.
    fn flat_item(self, line: &Line) -> usize {
        let mut draft = Draft::new(0, 0);
        draft.flat = true;
        if let Line::Item(item) = line {
            self.item(item, Style::Inline, &mut draft);
        }
        draft.out.chars().count()
    }

    fn hugging_group(self, group: &Group, hugged: usize, draft: &mut Draft) {
        draft.out.push_str(self.slice(group.open));
        for (index, line) in group.lines.iter().enumerate() {
            if index > 0 {
                draft.out.push_str(", ");
            }
            if let Line::Item(item) = line {
                draft.must_break = index == hugged;
                self.item(item, Style::Inline, draft);
            }
        }
        draft.out.push_str(self.slice(group.close));
    }

    /// Whether a body holds nothing but names, of which the author put several
    /// on a line.
    fn is_filled(self, group: &Group) -> bool {
        let is_name = |line: &Line| match plain_item(line).map(|item| (item.blank, item.pieces.as_slice())) {
            Some((false, [Piece::Token(token)])) => self.lexed.tokens[*token].kind == TokenKind::Ident,
            Some(_) | None => false,
        };
        let shares_line = |line: &Line| match line {
            Line::Item(item) => !self.lexed.tokens[item.first].newline_before,
            Line::Comment { .. } => false,
        };
        group.style == Style::Body
            && group.head.is_none()
            && group.lines.iter().all(is_name)
            && group.lines.iter().skip(1).any(shares_line)
    }

    /// Names side by side, as many to a line as fit.
    fn fill(self, group: &Group, indent: usize) -> String {
        let margin = " ".repeat(indent);
        let mut out = margin.clone();
        let mut column = indent;
        for line in &group.lines {
            let Line::Item(item) = line else { continue };
            let name = self.slice(item.first);
            if column > indent && column + 2 + name.len() > WIDTH {
                out.push('\n');
                out.push_str(&margin);
                column = indent;
            } else if column > indent {
                out.push_str(", ");
                column += 2;
            }
            out.push_str(name);
            column += name.len();
        }
        out
    }
}

/// The item of a line, if no comment goes with it.
fn plain_item(line: &Line) -> Option<&Item> {
    match line {
        Line::Item(item) if item.trailing.is_none() => Some(item),
        Line::Item(_) | Line::Comment { .. } => None,
    }
}

/// Whether an item is brackets that can be broken, or a name or `...` and such.
fn is_bracketed(item: &Item) -> bool {
    match item.pieces.as_slice() {
        [Piece::Group(group)] | [Piece::Token(_), Piece::Group(group)] => {
            group.style != Style::Inline && !group.lines.is_empty()
        }
        _ => false,
    }
}

/// The place of the only item that is so.
fn only(items: &[&Item], is_so: impl Fn(&Item) -> bool) -> Option<usize> {
    let first = items.iter().position(|item| is_so(item))?;
    items[first + 1..].iter().all(|item| !is_so(item)).then_some(first)
}
