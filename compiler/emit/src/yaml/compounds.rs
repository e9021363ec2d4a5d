//! The entries of maps, lists and enum variants, for serde.

use super::printer::{Compound, Printer};
use crate::serial::{Error, Key};
use serde::ser::{self, Serialize};

impl<L: Serialize> ser::SerializeSeq for Compound<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("[]")
    }
}

impl<L: Serialize> ser::SerializeTuple for Compound<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("[]")
    }
}

impl<L: Serialize> ser::SerializeTupleStruct for Compound<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("[]")
    }
}

impl<L: Serialize> ser::SerializeMap for Compound<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(Key(|key: &str| self.key(key)))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close_map()
    }
}

impl<L: Serialize> ser::SerializeStruct for Compound<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.name(name);
        self.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close_map()
    }
}

/// The content of an enum variant: a map of one entry with it inside.
pub(super) struct Variant<'p, 'o, L> {
    content: Compound<'p, 'o, L>,
    /// The column of the entries around the outer map.
    outer: usize,
}

impl<'p, 'o, L: Serialize> Variant<'p, 'o, L> {
    pub(super) fn open(printer: &'p mut Printer<'o, L>, variant: &'static str) -> Self {
        let mut map = printer.map();
        map.key(variant);
        let (printer, outer) = map.into_parts();
        Self { content: printer.compound(None), outer }
    }

    fn close(self, empty: &str) -> Result<(), Error> {
        self.content.close_to(empty, self.outer)
    }
}

impl<L: Serialize> ser::SerializeTupleVariant for Variant<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.content.item(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("[]")
    }
}

impl<L: Serialize> ser::SerializeStructVariant for Variant<'_, '_, L> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.content.name(name);
        self.content.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("{}")
    }
}
