//! A serde serializer that puts a tree onto a page.
//!
//! It is our own because serde_json's looks at every byte of the names of
//! fields too, and of ten texts of a dashboard seven are such names.

use super::Page;
use crate::escape::{Stops, find_stop, stops};
use crate::serial::{Error, Key};
use serde::ser::{self, Impossible, Serialize};
use serde_json::ser::{CompactFormatter, Formatter};
use std::mem;

/// The entries of a list or an object.
pub(super) struct Entries<'p, 's> {
    page: &'p mut Page<'s>,
    is_first: bool,
}

impl Entries<'_, '_> {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let is_first = mem::replace(&mut self.is_first, false);
        self.page.entry(is_first, !is_first);
        value.serialize(&mut *self.page)
    }

    /// Goes to where the next key starts.
    fn start_key(&mut self) {
        self.page.entry(mem::replace(&mut self.is_first, false), true);
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        value.serialize(&mut *self.page)
    }
}

impl<'s> Page<'s> {
    fn list(&mut self) -> Entries<'_, 's> {
        self.open(b'[');
        Entries { page: self, is_first: true }
    }

    fn object(&mut self) -> Entries<'_, 's> {
        self.open(b'{');
        Entries { page: self, is_first: true }
    }
}

/// Appends a text in quotes.
fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    while let Some(stop) = find_stop(rest, &STOPS) {
        out.extend_from_slice(&rest.as_bytes()[..stop]);
        push_escape(out, rest.as_bytes()[stop]);
        // What JSON escapes is ASCII.
        rest = &rest[stop + 1..];
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

/// The bytes that a text cannot have as they are.
static STOPS: Stops = stops(b"");

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let letter = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0C => b'f',
        0..=0x1F => {
            out.extend_from_slice(b"\\u00");
            return out.extend([byte >> 4, byte & 0xF].map(|digit| HEX[digit as usize]));
        }
        other => other,
    };
    out.extend([b'\\', letter]);
}

impl ser::SerializeSeq for Entries<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.page.close(b']', false);
        Ok(())
    }
}

impl ser::SerializeTuple for Entries<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for Entries<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.start_key();
        key.serialize(Key(|key: &str| push_text(&mut self.page.text, key)))?;
        self.page.text.extend_from_slice(b": ");
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.page.close(b'}', true);
        Ok(())
    }
}

impl ser::SerializeStruct for Entries<'_, '_> {
    type Ok = ();
    type Error = Error;

    /// The name of a field is a word, in which there is nothing to escape.
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        debug_assert!(!name.bytes().any(|byte| STOPS[byte as usize]), "the field {name:?} is no word");
        self.start_key();
        self.page.text.push(b'"');
        self.page.text.extend_from_slice(name.as_bytes());
        self.page.text.extend_from_slice(b"\": ");
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeMap::end(self)
    }
}

/// Numbers, as serde_json writes them.
macro_rules! numbers {
    ($($serialize:ident($number:ty): $write:ident)*) => {
        $(fn $serialize(self, value: $number) -> Result<(), Error> {
            CompactFormatter.$write(&mut self.text, value).map_err(ser::Error::custom)
        })*
    };
}

impl<'p, 's> ser::Serializer for &'p mut Page<'s> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Entries<'p, 's>;
    type SerializeTuple = Entries<'p, 's>;
    type SerializeTupleStruct = Entries<'p, 's>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Entries<'p, 's>;
    type SerializeStruct = Entries<'p, 's>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers! {
        serialize_i8(i8): write_i8
        serialize_i16(i16): write_i16
        serialize_i32(i32): write_i32
        serialize_i64(i64): write_i64
        serialize_u8(u8): write_u8
        serialize_u16(u16): write_u16
        serialize_u32(u32): write_u32
        serialize_u64(u64): write_u64
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(f64::from(value))
    }

    /// JSON has no infinity.
    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        if !value.is_finite() {
            return self.serialize_unit();
        }
        CompactFormatter.write_f64(&mut self.text, value).map_err(ser::Error::custom)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        push_text(&mut self.text, value);
        Ok(())
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
        self.text.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(Error::Variant(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error::Variant(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Ok(self.object())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Error> {
        Ok(self.object())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error::Variant(variant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_others_do_it() {
        let all: String = (0..=0xFF_u8).map(char::from).chain(['\u{2028}', '\u{FEFF}', '😀']).collect();
        for text in [all.as_str(), "", "plain", "\"", "a\\"] {
            let mut out = Vec::new();
            push_text(&mut out, text);
            assert_eq!(String::from_utf8(out).ok(), serde_json::to_string(text).ok());
        }
    }
}
