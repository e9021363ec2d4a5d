//! Queries with holes: where a hole stands decides what may fill it and how
//! that is written, so that no value leaves its place.

use crate::check::{asked, check};
use crate::escape::{EscapeError, escape};
use crate::query::{Asked, PromqlError, Query};
use crate::scan::is_word_byte;
use lean_string::LeanString;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What belongs in a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hole {
    /// A text between quotes.
    String(Quote),
    /// A text within a regex, which matches itself alone.
    Regex(Quote),
    /// A duration: in `[…]` or after `offset`.
    Duration,
    /// A number.
    Number,
    /// The name of a metric or label, or part of one.
    Identifier,
}

/// The quotes around a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quote {
    /// `"…"`
    Double,
    /// `'…'`
    Single,
    /// A text in back-quotes, which knows no escapes.
    Back,
}

/// A query with holes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pieces: Vec<String>,
    holes: Vec<Hole>,
}

/// A template with its holes filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The query.
    pub text: String,
    /// Where each hole's value stands in it.
    pub holes: Vec<Range<usize>>,
}

/// A place of a filled text in terms of its template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a literal piece.
    Piece {
        /// Which.
        index: usize,
        /// How many bytes into it.
        offset: usize,
    },
    /// In a hole's value.
    Hole(usize),
}

impl Template {
    /// A template of the literal pieces around its holes: one more than there
    /// are holes.
    ///
    /// # Errors
    /// The hole that no value could fill safely, and why.
    pub fn new<S: Into<String>>(pieces: impl IntoIterator<Item = S>) -> Result<Self, (usize, &'static str)> {
        let pieces: Vec<String> = pieces.into_iter().map(Into::into).collect();
        let borrowed: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let holes = find(&borrowed)?;
        Ok(Self { pieces, holes })
    }

    /// The literal pieces.
    pub fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// What belongs in each hole.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// The query with a value in each hole. Holes without a value get a
    /// stand-in.
    ///
    /// # Errors
    /// The first hole whose value cannot be there.
    pub fn fill<S: AsRef<str>>(&self, values: &[S]) -> Result<Filled, (usize, EscapeError)> {
        let pieces: usize = self.pieces.iter().map(String::len).sum();
        let values_too = values.iter().map(|value| value.as_ref().len()).sum::<usize>();
        let text = String::with_capacity(pieces + values_too);
        let mut filled = Filled { text, holes: Vec::with_capacity(self.holes.len()) };
        for (index, piece) in self.pieces.iter().enumerate() {
            filled.text.push_str(piece);
            let Some(hole) = self.holes.get(index) else {
                continue;
            };
            let start = filled.text.len();
            match values.get(index) {
                Some(value) => {
                    filled.text.push_str(&escape(*hole, value.as_ref()).map_err(|error| (index, error))?);
                }
                None => filled.text.push_str(stand_in(*hole)),
            }
            filled.holes.push(start..filled.text.len());
        }
        Ok(filled)
    }

    /// Checks the query with a stand-in in each hole, for when no value is
    /// known yet.
    ///
    /// # Errors
    /// As [`check`], in terms of the template.
    pub fn check(&self) -> Result<Query, (Place, String)> {
        self.with_stand_ins(check)
    }

    /// What the query asks, with a stand-in in each hole.
    ///
    /// # Errors
    /// As [`asked`](crate::asked).
    pub fn asked(&self) -> Result<Asked, (Place, String)> {
        self.with_stand_ins(asked)
    }

    fn with_stand_ins<T>(
        &self,
        read: impl FnOnce(&str) -> Result<T, PromqlError>,
    ) -> Result<T, (Place, String)> {
        let filled = self.fill::<&str>(&[]).unwrap_or(Filled { text: String::new(), holes: Vec::new() });
        read(&filled.text).map_err(|error| (filled.place(error.range.start), error.message))
    }
}

impl Filled {
    /// Checks the query.
    ///
    /// # Errors
    /// As [`check`].
    pub fn check(&self) -> Result<Query, PromqlError> {
        check(&self.text)
    }

    /// The place of an offset of the text.
    pub fn place(&self, offset: usize) -> Place {
        let after = self.holes.partition_point(|hole| hole.end <= offset);
        match self.holes.get(after) {
            Some(hole) if hole.start <= offset => Place::Hole(after),
            Some(_) | None => {
                let start = after.checked_sub(1).map_or(0, |last| self.holes[last].end);
                Place::Piece { index: after, offset: offset - start }
            }
        }
    }
}

/// What can stand in a hole of which no value is known.
fn stand_in(hole: Hole) -> &'static str {
    match hole {
        Hole::String(_) | Hole::Regex(_) | Hole::Identifier => "x",
        Hole::Duration => "5m",
        Hole::Number => "1",
    }
}

/// What belongs in each hole between the pieces. A hole that nothing can fill
/// safely takes no part: see [`Template::new`], which says why.
pub fn holes(pieces: &[&str]) -> Vec<Hole> {
    find(pieces).unwrap_or_default()
}

fn find(pieces: &[&str]) -> Result<Vec<Hole>, (usize, &'static str)> {
    let mut reader = Reader::default();
    let mut holes = Vec::new();
    for (index, around) in pieces.windows(2).enumerate() {
        reader.read(around[0]);
        let hole = reader.hole(around[1]).map_err(|message| (index, message))?;
        reader.pass(hole);
        holes.push(hole);
    }
    Ok(holes)
}

/// Reads a query from left to right as far as is needed to tell what a place
/// is. It is more patient than the grammar, which has the last word.
#[derive(Default)]
struct Reader {
    /// The quotes that are open.
    text: Option<OpenText>,
    /// What is open: a call with its name and argument, or another bracket.
    brackets: Vec<Bracket>,
    /// The last word, in lower case, as far as a word goes that means something; empty if something
    /// other than blank came after it.
    word: LeanString,
    /// The last byte that is not blank.
    last: u8,
    /// Whether the last byte of all belongs to a name or number.
    in_word: bool,
    comment: bool,
}

struct OpenText {
    quote: Quote,
    regex: bool,
    /// The place is one where a value would not stay itself.
    unsafe_because: Option<&'static str>,
    /// A backslash of the text waits for its character.
    escaped: bool,
    /// A backslash of the regex waits for its character.
    regex_escaped: bool,
    /// Within `[…]` of the regex.
    class: bool,
}

struct Bracket {
    opening: u8,
    /// The word before it, as in [`Reader`].
    word: LeanString,
    /// How many commas came.
    argument: u32,
}

impl Reader {
    fn read(&mut self, piece: &str) {
        for byte in piece.bytes() {
            if self.comment {
                self.comment = byte != b'\n';
            } else if self.text.is_some() {
                self.read_text(byte);
            } else {
                self.read_plain(byte);
            }
        }
    }

    fn read_text(&mut self, byte: u8) {
        let Some(text) = &mut self.text else {
            return;
        };
        let end = match text.quote {
            Quote::Double => b'"',
            Quote::Single => b'\'',
            Quote::Back => b'`',
        };
        if text.escaped {
            // What an escape stands for is a character of the regex.
            text.escaped = false;
            text.read_regex(byte);
        } else if byte == end {
            self.text = None;
            self.last = byte;
            self.in_word = false;
        } else if byte == b'\\' && text.quote != Quote::Back {
            text.escaped = true;
        } else {
            text.read_regex(byte);
        }
    }

    fn read_plain(&mut self, byte: u8) {
        let is_word = is_word_byte(byte) || byte == b':';
        match byte {
            b'#' => self.comment = true,
            b'"' => self.open_text(Quote::Double),
            b'\'' => self.open_text(Quote::Single),
            b'`' => self.open_text(Quote::Back),
            b'(' | b'[' | b'{' => {
                let word = std::mem::take(&mut self.word);
                self.brackets.push(Bracket { opening: byte, word, argument: 0 });
            }
            b')' | b']' | b'}' => drop(self.brackets.pop()),
            b',' => {
                if let Some(bracket) = self.brackets.last_mut() {
                    bracket.argument += 1;
                }
            }
            _other => {}
        }
        if is_word {
            if !self.in_word {
                self.word.clear();
            }
            self.spell(byte);
        } else if !byte.is_ascii_whitespace() && byte != b'-' && byte != b'+' {
            self.word.clear();
        }
        self.in_word = is_word;
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
    }

    fn spell(&mut self, byte: u8) {
        if self.word.len() < LONGER_WORD {
            self.word.push(char::from(byte.to_ascii_lowercase()));
        }
    }

    fn open_text(&mut self, quote: Quote) {
        let call = self.brackets.last();
        let replace = call.filter(|call| call.opening == b'(' && call.word == "label_replace");
        let (regex, unsafe_because) = match replace.map(|call| call.argument) {
            Some(4) => (true, None),
            Some(2) => (false, Some("a value cannot stand in a replacement, which has `$` of its own")),
            Some(_) => (false, None),
            None => (self.last == b'~', None),
        };
        self.text = Some(OpenText {
            quote,
            regex,
            unsafe_because,
            escaped: false,
            regex_escaped: false,
            class: false,
        });
    }

    /// What belongs in a hole here, when this follows.
    fn hole(&self, next: &str) -> Result<Hole, &'static str> {
        if self.comment {
            return Err("a value cannot stand in a comment");
        }
        if let Some(text) = &self.text {
            return text.hole(next);
        }
        let bracket = self.brackets.last();
        let opening = bracket.map_or(b' ', |bracket| bracket.opening);
        if opening == b'[' || self.word == "offset" {
            return Ok(Hole::Duration);
        }
        if opening == b'{' {
            let at_label = matches!(self.last, b'{' | b',') || self.in_word;
            return if at_label {
                Ok(Hole::Identifier)
            } else {
                Err("a value of a matcher must stand in quotes")
            };
        }
        let lists_labels = bracket.is_some_and(|bracket| LABEL_LISTS.contains(&bracket.word.as_str()));
        let names = next.bytes().next().is_some_and(|byte| is_word_byte(byte) || b":{[(".contains(&byte));
        Ok(if lists_labels || self.in_word || names { Hole::Identifier } else { Hole::Number })
    }

    /// Goes on behind a hole.
    fn pass(&mut self, hole: Hole) {
        match hole {
            Hole::String(_) | Hole::Regex(_) => {}
            Hole::Duration | Hole::Number | Hole::Identifier => {
                self.spell(b'x');
                self.in_word = true;
                self.last = b'x';
            }
        }
    }
}

impl OpenText {
    fn read_regex(&mut self, byte: u8) {
        if self.regex_escaped {
            self.regex_escaped = false;
        } else {
            match byte {
                b'\\' => self.regex_escaped = true,
                b'[' => self.class = true,
                b']' => self.class = false,
                _other => {}
            }
        }
    }

    fn hole(&self, next: &str) -> Result<Hole, &'static str> {
        if let Some(because) = self.unsafe_because {
            return Err(because);
        }
        if self.escaped || (self.regex && self.regex_escaped) {
            return Err("a value cannot follow a backslash");
        }
        if !self.regex {
            return Ok(Hole::String(self.quote));
        }
        if self.class {
            return Err("a value cannot stand within a regex's `[…]`");
        }
        if next.starts_with(['*', '+', '?', '{']) {
            return Err("what follows would repeat only the value's last character: put the value in `(…)`");
        }
        Ok(Hole::Regex(self.quote))
    }
}

/// A word of so many letters is none that means something here, and a [`LeanString`] holds them in itself.
const LONGER_WORD: usize = "label_replace".len() + 1;

/// Words whose brackets hold labels.
const LABEL_LISTS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];
