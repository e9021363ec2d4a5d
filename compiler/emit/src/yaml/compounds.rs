//! The entries of maps, lists and enum variants, for serde.

use super::printer::{Compound, Error, Printer};
use serde::ser::{self, Impossible, Serialize};

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
        key.serialize(Key(self))
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

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.key(key);
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

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.content.key(key);
        self.content.value(value)
    }

    fn end(self) -> Result<(), Error> {
        self.close("{}")
    }
}

/// A key on its way to the map: a text, or what is one inside.
struct Key<'k, 'p, 'o, L>(&'k mut Compound<'p, 'o, L>);

/// Methods that refuse everything that is no text.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*))*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<(), Error> {
            Err(Error::Key)
        })*
    };
}

impl<L: Serialize> ser::Serializer for Key<'_, '_, '_, L> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Impossible<(), Error>;
    type SerializeStructVariant = Impossible<(), Error>;

    refuse! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_f32(f32)
        serialize_f64(f64) serialize_char(char) serialize_bytes(&[u8]) serialize_none() serialize_unit()
        serialize_unit_struct(&'static str)
    }

    fn serialize_str(self, key: &str) -> Result<(), Error> {
        self.0.key(key);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> Result<(), Error> {
        key.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, key: &T) -> Result<(), Error> {
        key.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(Error::Key)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        Err(Error::Key)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        Err(Error::Key)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        Err(Error::Key)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        Err(Error::Key)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        Err(Error::Key)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Error> {
        Err(Error::Key)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        Err(Error::Key)
    }
}
