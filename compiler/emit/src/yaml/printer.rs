//! The layout: a serde serializer that streams a tree onto a page.
//!
//! A value stands in one of three places ([`Place`]); a map or list writes
//! nothing until its first entry, because only then is it known whether it
//! goes below or is empty (`{}`, `[]`).

use super::compounds::Variant;
use super::overlay::{Content, Over, Overlay};
use super::quote::{Escaping, is_plain, push_key, push_quoted};
use super::{MARK, STEPS};
use crate::page::{Page, push_blanks};
use crate::serial::Error;
use laud_plan::Origin;
use serde::ser::{self, Serialize};
use std::collections::BTreeSet;
use std::fmt::{Display, Write};

/// Columns from one level to the next.
const STEP: usize = 2;

/// The most bytes of a key before a reader may give up on it (YAML 1.2.2,
/// section 7.4.2, says 1024 characters); a longer one is written explicitly.
const LONGEST_KEY: usize = 1000;

/// Where the next value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It is the document.
    Document,
    /// After a key and its colon.
    Key,
    /// After the dash of a list's entry.
    Dash,
}

/// The serializer.
pub(super) struct Printer<'o, L> {
    page: Page<'o>,
    place: Place,
    /// The column of the entries of the innermost map or list.
    column: usize,
    /// What is to be merged into the next value.
    over: Option<&'o Over<L>>,
    /// What is to be merged into the document.
    root: Option<&'o Overlay<L>>,
    /// The place of the spec that causes what is printed now.
    origin: Option<Origin>,
    /// The first half of the origin that is on its way in.
    arriving: u32,
    clashes: Vec<(String, Origin)>,
}

impl<'o, L: Serialize> Printer<'o, L> {
    pub(super) fn new(page: Page<'o>, overlay: &'o Overlay<L>) -> Self {
        Self {
            page,
            place: Place::Document,
            column: 0,
            over: None,
            root: (!overlay.is_empty()).then_some(overlay),
            origin: None,
            arriving: 0,
            clashes: Vec::new(),
        }
    }

    /// Ends the page, and says what of the overlay could not be merged.
    pub(super) fn finish(self) -> Vec<(String, Origin)> {
        self.page.finish();
        self.clashes
    }

    fn indent(&mut self) {
        push_blanks(&mut self.page.text, self.column);
    }

    /// Writes a value of one line with what stands before it.
    fn scalar(&mut self, write: impl FnOnce(&mut String)) -> Result<(), Error> {
        self.refuse_over();
        if self.place != Place::Document {
            self.page.text.push(' ');
        }
        write(&mut self.page.text);
        self.page.end_line();
        Ok(())
    }

    fn number(&mut self, number: impl Display) -> Result<(), Error> {
        self.scalar(|out| {
            // Writing to a `String` cannot fail.
            let _infallible = write!(out, "{number}");
        })
    }

    /// What should have been merged into a value that takes nothing in.
    fn refuse_over(&mut self) {
        if let Some(over) = self.over.take() {
            self.clashes.push((over.path.clone(), over.origin));
        }
    }

    /// From the line that is being written on, `origin` is the cause.
    fn note(&mut self, origin: Option<Origin>) {
        self.origin = origin;
        if let Some(origin) = origin {
            self.page.caused_by(origin);
        }
    }

    fn marked(&mut self, origin: Origin, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let outer = self.origin;
        self.note(Some(origin));
        value.serialize(&mut *self)?;
        self.note(outer);
        Ok(())
    }

    fn list(&mut self) -> Compound<'_, 'o, L> {
        self.refuse_over();
        self.compound(None)
    }

    pub(super) fn map(&mut self) -> Compound<'_, 'o, L> {
        let overlay = match self.place {
            Place::Document => self.root.take(),
            Place::Key | Place::Dash => match self.over.map(|over| &over.content) {
                Some(Content::Map(map)) => {
                    self.over = None;
                    Some(map)
                }
                Some(Content::Leaf(_)) => {
                    self.refuse_over();
                    None
                }
                None => None,
            },
        };
        self.compound(overlay)
    }

    pub(super) fn compound(&mut self, overlay: Option<&'o Overlay<L>>) -> Compound<'_, 'o, L> {
        let outer = self.column;
        let place = self.place;
        if place != Place::Document {
            self.column += STEP;
        }
        let merge = overlay.map(|overlay| Merge { overlay, seen: BTreeSet::new() });
        Compound { printer: self, place, outer, empty: true, merge }
    }
}

/// A map or list that is being printed.
pub(super) struct Compound<'p, 'o, L> {
    printer: &'p mut Printer<'o, L>,
    place: Place,
    /// The column of the entries around it.
    outer: usize,
    empty: bool,
    merge: Option<Merge<'o, L>>,
}

/// What is merged into a map.
struct Merge<'o, L> {
    overlay: &'o Overlay<L>,
    /// The keys of it that the tree has too, so far.
    seen: BTreeSet<String>,
}

impl<'p, 'o, L: Serialize> Compound<'p, 'o, L> {
    /// Goes to where the next entry starts.
    fn start_entry(&mut self) {
        let first = std::mem::replace(&mut self.empty, false);
        match (first, self.place) {
            (true, Place::Dash) => self.printer.page.text.push(' '),
            (true, Place::Key) => {
                self.printer.page.end_line();
                self.printer.indent();
            }
            (true, Place::Document) | (false, _) => self.printer.indent(),
        }
    }

    pub(super) fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.start_entry();
        self.printer.page.text.push('-');
        self.printer.place = Place::Dash;
        value.serialize(&mut *self.printer)
    }

    pub(super) fn key(&mut self, key: &str) {
        self.start_entry();
        let out = &mut self.printer.page.text;
        let start = out.len();
        push_key(out, key);
        if out.len() - start > LONGEST_KEY {
            out.insert_str(start, "? ");
            self.printer.page.end_line();
            self.printer.indent();
        }
        self.end_key(key);
    }

    /// [`Self::key`] for the name of a struct's field, which is a word that is
    /// safe without quotes.
    pub(super) fn name(&mut self, name: &'static str) {
        debug_assert!(is_plain(name), "the field {name:?} needs quotes");
        self.start_entry();
        self.printer.page.text.push_str(name);
        self.end_key(name);
    }

    fn end_key(&mut self, key: &str) {
        self.printer.page.text.push(':');
        self.printer.place = Place::Key;
        if let Some(merge) = &mut self.merge {
            self.printer.over = merge.overlay.get(key);
            if self.printer.over.is_some() {
                merge.seen.insert(key.to_owned());
            }
        }
    }

    pub(super) fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        value.serialize(&mut *self.printer)
    }

    /// The printer and the column around it, to print on inside an entry.
    pub(super) fn into_parts(self) -> (&'p mut Printer<'o, L>, usize) {
        (self.printer, self.outer)
    }

    /// Prints what is left of the overlay, then closes.
    pub(super) fn close_map(mut self) -> Result<(), Error> {
        if let Some(Merge { overlay, seen }) = self.merge.take() {
            for (key, over) in overlay.iter() {
                if !seen.contains(key.as_str()) {
                    self.key(key);
                    self.printer.marked(over.origin, over)?;
                }
            }
        }
        self.close("{}")
    }

    pub(super) fn close(self, empty: &str) -> Result<(), Error> {
        let outer = self.outer;
        self.close_to(empty, outer)
    }

    /// Closes it and what is around it, down to a column.
    pub(super) fn close_to(self, empty: &str, outer: usize) -> Result<(), Error> {
        let printer = self.printer;
        printer.column = outer;
        if self.empty {
            printer.place = self.place;
            printer.scalar(|out| out.push_str(empty))?;
        }
        Ok(())
    }
}

/// A finite number in a form that YAML 1.1 and 1.2 both read as one: with a
/// point, and with a sign in the exponent.
fn push_float(out: &mut String, number: f64) {
    if number.is_nan() {
        return out.push_str(".nan");
    }
    if number.is_infinite() {
        return out.push_str(if number > 0.0 { ".inf" } else { "-.inf" });
    }
    let text = format!("{number:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return out.push_str(&text) };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with('-') {
        out.push('+');
    }
    out.push_str(exponent);
}

impl<'p, 'o, L: Serialize> ser::Serializer for &'p mut Printer<'o, L> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'p, 'o, L>;
    type SerializeTuple = Compound<'p, 'o, L>;
    type SerializeTupleStruct = Compound<'p, 'o, L>;
    type SerializeTupleVariant = Variant<'p, 'o, L>;
    type SerializeMap = Compound<'p, 'o, L>;
    type SerializeStruct = Compound<'p, 'o, L>;
    type SerializeStructVariant = Variant<'p, 'o, L>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.scalar(|out| out.push_str(if value { "true" } else { "false" }))
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.number(value)
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.scalar(|out| push_float(out, value))
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.scalar(|out| push_quoted(out, value))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Error> {
        let mut written = Ok(());
        self.scalar(|out| {
            out.push('"');
            written = write!(Escaping(out), "{value}");
            out.push('"');
        })?;
        written.map_err(ser::Error::custom)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.scalar(|out| out.push_str("null"))
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    // Inlined so that which of the three it is, is known when it is compiled.
    #[inline(always)]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        if name == MARK && variant == STEPS[0] {
            self.arriving = index;
            value.serialize(self)
        } else if name == MARK {
            self.marked(Origin::from_halves(self.arriving, index), value)
        } else {
            let mut map = self.map();
            map.key(variant);
            map.value(value)?;
            map.close_map()
        }
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Compound<'p, 'o, L>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _len: usize) -> Result<Compound<'p, 'o, L>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'p, 'o, L>, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Variant<'p, 'o, L>, Error> {
        Ok(Variant::open(self, variant))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Compound<'p, 'o, L>, Error> {
        Ok(self.map())
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Compound<'p, 'o, L>, Error> {
        Ok(self.map())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Variant<'p, 'o, L>, Error> {
        Ok(Variant::open(self, variant))
    }
}
