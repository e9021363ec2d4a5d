//! A file parsed again after an edit, so that what was not edited stays as it
//! is: its tree, and every place in it.
//!
//! For that, the text is laid out anew: it is cut where declarations most
//! probably end, and each piece has room to grow, empty lines that mean
//! nothing. What is typed into a piece moves no other, so that whatever is
//! known of the others, with places in it, holds. [`Roomy::place`] leads back
//! to the text as it is.

use super::balance::is_balanced;
use super::runs::{opens, parse_run};
use super::{Parsed, parse_tokens, parse_whole};
use crate::ast;
use crate::diagnostic::{Diagnostic, code};
use crate::lexer;
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use std::ops::Range;

/// A piece with a mistake is parsed with at most so many behind it, to see where it ends.
const LOOK_AHEAD: usize = 4;

/// The least room behind a piece, in bytes.
const LEAST_ROOM: usize = 256;

/// A text whose pieces have room.
#[derive(Clone, Debug, Default)]
pub struct Roomy {
    /// The text with room in it, of which the tree is.
    pub text: LeanStr,
    /// The text as it is.
    pub plain: LeanStr,
    pieces: Vec<Piece>,
}

/// A part of a text, which most probably is a declaration with what is said of it.
#[derive(Clone, Debug)]
struct Piece {
    /// Where it stands in the text as it is.
    plain: Range<usize>,
    /// Where it starts in the text with room.
    at: usize,
    /// How many entries of the tree are of it.
    entries: usize,
    /// Whether it means the same whatever stands around it.
    alone: bool,
}

/// What parsing a file again gives.
#[derive(Debug)]
pub struct Again {
    /// The text with room.
    pub roomy: Roomy,
    /// Its tree, without comments.
    pub parsed: Parsed,
    /// By entry of the tree: which entry of the one before it is.
    pub before: Vec<Option<usize>>,
}

impl Roomy {
    /// The place in the text as it is.
    pub fn place(&self, span: Span) -> Span {
        span.with(self.offset(span.start()), self.offset(span.end()))
    }

    /// The byte of the text with room at which that of the text as it is stands.
    pub fn inside(&self, at: u32) -> u32 {
        let index = self.pieces.partition_point(|piece| piece.plain.start <= at as usize);
        let Some(piece) = index.checked_sub(1).map(|index| &self.pieces[index]) else { return at };
        (piece.at + (at as usize - piece.plain.start)) as u32
    }

    fn offset(&self, at: u32) -> u32 {
        let index = self.pieces.partition_point(|piece| piece.at <= at as usize);
        let Some(piece) = index.checked_sub(1).map(|index| &self.pieces[index]) else { return 0 };
        (piece.plain.start + (at as usize - piece.at).min(piece.plain.len())) as u32
    }
}

/// Parses a text of which there was another before, with its tree.
pub fn parse_again(id: FileId, before: Option<(Roomy, Parsed)>, plain: &str) -> Again {
    let (old, parsed) = before.unwrap_or_default();
    let is_same = parsed.file.id == id;
    let (old, parsed) = if is_same { (old, parsed) } else { Default::default() };
    let cuts = cuts(plain);
    let same =
        |new: &Range<usize>, old_piece: &Piece| plain[new.clone()] == old.plain[old_piece.plain.clone()];
    let first = cuts.iter().zip(&old.pieces).take_while(|(new, old)| same(new, old)).count();
    let rest = cuts.len().min(old.pieces.len()) - first;
    let last =
        cuts.iter().rev().zip(old.pieces.iter().rev()).take(rest).take_while(|(new, old)| same(new, old));
    let last = last.count();
    let kept = Kept { first, last, old: &old.pieces };
    let places = kept.places(&cuts).unwrap_or_else(|| fresh_places(&cuts));
    let text = lay_out(plain, &cuts, &places);
    let moved = !kept.stays(&places);
    let parsing = Parsing { id, text: &text, cuts: &cuts, places: &places };
    let old_piece = |piece: usize| kept.old_index(piece, cuts.len()).filter(|_| !moved);
    let mut reuse = Reuse::new(&old.pieces, parsed.file.entries);
    let mut found = Found::default();
    if parsing.parse(old_piece, &mut reuse, &mut found).is_none() {
        reuse.give_back(found);
        found = parsing.parse_whole();
    }
    reuse.find_same(&mut found);
    let pieces = cuts.into_iter().zip(places).zip(found.pieces);
    let pieces = pieces.map(|((plain, at), (entries, alone))| Piece { plain, at, entries, alone }).collect();
    let span = Span::new(id, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let file = ast::File { id, entries: found.entries, span };
    let parsed = Parsed { file, comments: Vec::new(), diagnostics: found.diagnostics };
    Again { roomy: Roomy { text, plain: plain.into(), pieces }, parsed, before: found.before }
}

/// What was parsed so far.
#[derive(Default)]
struct Found {
    entries: Vec<ast::Entry>,
    before: Vec<Option<usize>>,
    diagnostics: Vec<Diagnostic>,
    /// By piece: how many entries it has, and whether it means the same whatever stands around it.
    pieces: Vec<(usize, bool)>,
}

impl Found {
    /// Takes back the last piece, if it is without a mistake.
    fn take_back(&mut self) -> Option<(Vec<ast::Entry>, Vec<Option<usize>>)> {
        let (count, _) = self.pieces.pop_if(|(_, alone)| *alone)?;
        let rest = self.entries.len() - count;
        Some((self.entries.split_off(rest), self.before.split_off(rest)))
    }

    fn add(&mut self, pieces: usize, alone: bool, entries: Vec<ast::Entry>, diagnostics: Vec<Diagnostic>) {
        self.pieces.push((entries.len(), alone));
        self.pieces.extend((1..pieces).map(|_| (0, false)));
        self.before.extend(entries.iter().map(|_| None));
        self.entries.extend(entries);
        self.diagnostics.extend(diagnostics);
    }
}

/// The tree of before, of which each entry can be taken once.
struct Reuse<'o> {
    pieces: &'o [Piece],
    /// By piece: its first entry.
    firsts: Vec<usize>,
    entries: Vec<Option<ast::Entry>>,
}

impl<'o> Reuse<'o> {
    fn new(pieces: &'o [Piece], entries: Vec<ast::Entry>) -> Self {
        let firsts = pieces.iter().scan(0, |next, piece| {
            let first = *next;
            *next += piece.entries;
            Some(first)
        });
        let firsts = firsts.collect();
        Self { pieces, firsts, entries: entries.into_iter().map(Some).collect() }
    }

    /// Takes what a piece has, if that is what it had.
    fn take(&mut self, index: usize, found: &mut Found) -> bool {
        if !self.pieces[index].alone {
            return false;
        }
        let range = self.firsts[index]..self.firsts[index] + self.pieces[index].entries;
        found.pieces.push((range.len(), true));
        found.before.extend(range.clone().map(Some));
        found.entries.extend(self.entries[range].iter_mut().filter_map(Option::take));
        true
    }

    fn give_back(&mut self, found: Found) {
        self.give_back_entries(found.entries, found.before);
    }

    fn give_back_entries(&mut self, entries: Vec<ast::Entry>, before: Vec<Option<usize>>) {
        for (entry, before) in entries.into_iter().zip(before) {
            if let Some(before) = before {
                self.entries[before] = Some(entry);
            }
        }
    }

    /// Finds the entries that are as they were, though they were parsed anew.
    fn find_same(&mut self, found: &mut Found) {
        let mut at = 0;
        for (entry, before) in found.entries.iter().zip(&mut found.before) {
            if let Some(before) = *before {
                at = before + 1;
                continue;
            }
            while self.entries.get(at).is_some_and(|old| old.as_ref().is_none_or(|old| old.span < entry.span))
            {
                at += 1;
            }
            let same = self.entries.get_mut(at).and_then(|old| old.take_if(|old| old == entry));
            *before = same.map(|_| at);
        }
    }
}

/// So many pieces at the start and at the end are as they were.
struct Kept<'o> {
    first: usize,
    last: usize,
    old: &'o [Piece],
}

impl Kept<'_> {
    /// Which piece of before a piece is.
    fn old_index(&self, piece: usize, count: usize) -> Option<usize> {
        if piece < self.first {
            Some(piece)
        } else {
            (piece >= count - self.last).then(|| piece + self.old.len() - count)
        }
    }

    /// Where each piece goes, if those that are as they were can stay.
    fn places(&self, cuts: &[Range<usize>]) -> Option<Vec<usize>> {
        if self.old.is_empty() {
            return None;
        }
        let mut places: Vec<usize> = self.old[..self.first].iter().map(|piece| piece.at).collect();
        let after = &self.old[self.old.len() - self.last..];
        let new = &cuts[self.first..cuts.len() - self.last];
        let changed = &self.old[self.first..self.old.len() - self.last];
        let end = after.first().map_or(Span::LAST as usize, |piece| piece.at);
        let ends = changed.iter().skip(1).map(|piece| piece.at).chain([end]);
        let fits = new.len() == changed.len()
            && new.iter().zip(changed).zip(ends).all(|((new, old), end)| end - old.at >= new.len());
        if fits {
            places.extend(changed.iter().map(|piece| piece.at));
        } else {
            let start = self.old[..self.first].last().map_or(0, |piece| piece.at + piece.plain.len());
            let length: usize = new.iter().map(Range::len).sum();
            let room = end.checked_sub(start)?.checked_sub(length)? / (new.len() + 1);
            let mut at = start;
            for piece in new {
                places.push(at);
                at += piece.len() + room.min(piece.len() + LEAST_ROOM);
            }
        }
        places.extend(after.iter().map(|piece| piece.at));
        Some(places)
    }

    /// Whether the pieces that are as they were are where they were.
    fn stays(&self, places: &[usize]) -> bool {
        (0..places.len()).all(|piece| {
            self.old_index(piece, places.len()).is_none_or(|old| self.old[old].at == places[piece])
        })
    }
}

/// Where a text is cut: behind a `}` that is all of its line.
fn cuts(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut cuts = Vec::new();
    let mut start = 0;
    for at in memchr::memmem::find_iter(bytes, "\n}") {
        let end = match &bytes[at + 2..] {
            [b'\n', ..] => at + 3,
            [b'\r', b'\n', ..] => at + 4,
            _ => continue,
        };
        cuts.push(start..end);
        start = end;
    }
    if start < bytes.len() || cuts.is_empty() {
        cuts.push(start..bytes.len());
    }
    cuts
}

/// Places with room behind each piece, or with none if all that would be too long.
fn fresh_places(cuts: &[Range<usize>]) -> Vec<usize> {
    let mut at = 0;
    let mut places = Vec::with_capacity(cuts.len());
    for cut in cuts {
        places.push(at);
        at += 2 * cut.len() + LEAST_ROOM;
    }
    if at < Span::LAST as usize { places } else { cuts.iter().map(|cut| cut.start).collect() }
}

/// Empty lines.
const BLANK: &str = match str::from_utf8(&[b'\n'; 1024]) {
    Ok(blank) => blank,
    Err(_) => "\n",
};

/// The pieces at their places, with empty lines between them.
fn lay_out(plain: &str, cuts: &[Range<usize>], places: &[usize]) -> LeanStr {
    let length = places.last().copied().unwrap_or(0) + cuts.last().map_or(0, Range::len);
    let mut text = String::with_capacity(length);
    for (cut, at) in cuts.iter().zip(places) {
        while text.len() < *at {
            text.push_str(&BLANK[..(at - text.len()).min(BLANK.len())]);
        }
        text.push_str(&plain[cut.clone()]);
    }
    text.into()
}

struct Parsing<'t> {
    id: FileId,
    text: &'t str,
    cuts: &'t [Range<usize>],
    places: &'t [usize],
}

impl Parsing<'_> {
    /// Parses what was not there before; `None` where a mistake goes on and on.
    fn parse(
        &self,
        old: impl Fn(usize) -> Option<usize>,
        reuse: &mut Reuse<'_>,
        found: &mut Found,
    ) -> Option<()> {
        let mut unbalanced = 0;
        while found.pieces.len() < self.cuts.len() {
            let piece = found.pieces.len();
            if old(piece).is_some_and(|index| reuse.take(index, found)) {
                continue;
            }
            if let Some(entries) = self.parse_alone(piece) {
                found.add(1, true, entries, Vec::new());
                continue;
            }
            let (pieces, parsed, balanced) = match self.parse_broken(piece) {
                Some(parsed) => parsed,
                // It may go on with what is before it.
                None => {
                    let (entries, before) = found.take_back()?;
                    reuse.give_back_entries(entries, before);
                    self.parse_broken(piece - 1)?
                }
            };
            unbalanced += usize::from(!balanced);
            // What one leaves open, another may close.
            if unbalanced > 1 {
                return None;
            }
            found.add(pieces, false, parsed.file.entries, parsed.diagnostics);
        }
        Some(())
    }

    fn parse_whole(&self) -> Found {
        let whole = parse_whole(self.id, self.text);
        let mut found = Found::default();
        found.add(self.cuts.len(), false, whole.file.entries, whole.diagnostics);
        found
    }

    /// Parses a piece that has a mistake, with those behind it into which that
    /// reaches: how many these are, and whether their brackets pair up.
    fn parse_broken(&self, first: usize) -> Option<(usize, Parsed, bool)> {
        for next in first + 1..(first + 1 + LOOK_AHEAD).min(self.cuts.len()) {
            let Some(alone) = self.parse_alone(next).filter(|entries| !entries.is_empty()) else { continue };
            let (mut parsed, balanced) = self.parse_together(first, next)?;
            let entries = &mut parsed.file.entries;
            let start = entries.len().checked_sub(alone.len());
            let start = start.filter(|start| entries[*start..] == alone[..]);
            let here = Some(self.places[next] as u32);
            if let Some(start) = start
                && parsed.diagnostics.iter().all(|one| one.span.map(|span| span.end()) <= here)
            {
                entries.truncate(start);
                return Some((next - first, parsed, balanced));
            }
        }
        let rest = self.cuts.len() - first;
        if rest > LOOK_AHEAD {
            return None;
        }
        let (parsed, balanced) = self.parse_together(first, self.cuts.len() - 1)?;
        Some((rest, parsed, balanced))
    }

    fn end(&self, piece: usize) -> usize {
        self.places[piece] + self.cuts[piece].len()
    }

    /// The entries of a piece that is without a mistake, and goes on with nothing before it.
    fn parse_alone(&self, piece: usize) -> Option<Vec<ast::Entry>> {
        parse_run(self.id, &self.text[..self.end(piece)], self.places[piece]).map(|(entries, _)| entries)
    }

    /// The tree of several pieces with their mistakes, if nothing before them
    /// goes on in them, and whether their brackets pair up.
    fn parse_together(&self, first: usize, last: usize) -> Option<(Parsed, bool)> {
        let text = &self.text[..self.end(last)];
        let lexed = match first {
            0 => lexer::lex(self.id, text),
            _ => lexer::lex_run(self.id, text, self.places[first]),
        };
        // Such a text may close anywhere behind.
        let reaches = |one: &Diagnostic| {
            let opening = one.span.and_then(|span| text.get(span.range()));
            [&code::UNCLOSED_TEXT, &code::UNCLOSED_COMMENT].contains(&one.code) && opening != Some("\"")
        };
        if lexed.diagnostics.iter().any(reaches) {
            return None;
        }
        let balanced = is_balanced(&lexed.tokens);
        opens(text, &lexed.tokens, self.places[first]).then(|| (parse_tokens(self.id, text, lexed), balanced))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, as it would be in the text as it is.
    fn plain(again: &Again) -> Vec<Diagnostic> {
        let mut found = again.parsed.diagnostics.clone();
        for one in &mut found {
            one.relocate(|span| again.roomy.place(span));
        }
        found
    }

    fn spans(entries: &[ast::Entry], place: impl Fn(Span) -> Span) -> Vec<Span> {
        entries.iter().map(|entry| place(entry.span)).collect()
    }

    #[test]
    fn an_edit_moves_nothing_else_and_gives_what_a_fresh_start_gives() {
        let north_star = include_str!("../../tests/syntax/north_star.laud");
        let mut random = 1_u64;
        let mut below = |most: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) as usize % most.max(1)
        };
        let mut text = north_star.to_owned();
        let mut before: Option<(Roomy, Parsed)> = None;
        let mut kept = 0;
        for _ in 0..500 {
            let words = [
                "x",
                "{",
                "}",
                "\"",
                "\n",
                "`",
                "[",
                "\n}\n",
                "service a {\n  b = 1\n}\n",
                "because",
                " ",
                "/",
                "// a\n",
            ];
            let mut at = below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            match below(6) {
                0 => text = north_star.to_owned(),
                1 => {
                    let end = (at + below(40)).min(text.len());
                    if text.is_char_boundary(end) {
                        text.replace_range(at..end, "");
                    }
                }
                _ => text.insert_str(at, words[below(words.len())]),
            }
            let again = parse_again(FileId(0), before.take(), &text);
            let whole = parse_whole(FileId(0), &text);
            for (one, other) in plain(&again).iter().zip(&whole.diagnostics) {
                assert_eq!(one, other, "{text}");
            }
            assert_eq!(plain(&again).len(), whole.diagnostics.len(), "{text}");
            let entries = &again.parsed.file.entries;
            assert_eq!(
                spans(entries, |span| again.roomy.place(span)),
                spans(&whole.file.entries, |span| span),
                "{text}"
            );
            // And of the text with room, the tree is the whole's.
            assert_eq!(*entries, parse_whole(FileId(0), &again.roomy.text).file.entries, "{text}");
            kept += again.before.iter().flatten().count();
            before = Some((again.roomy, again.parsed));
        }
        assert!(kept > 2_000, "only {kept} were kept");
    }
}
