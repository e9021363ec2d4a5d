//! How a target writes the texts and the data of a plan.
//!
//! A [`Text`]'s parts mean the same to every target but are written otherwise
//! in each: a target says how in one [`Words`], and [`Said`] and [`Tree`] bring
//! that to whatever prints.

use laud_plan::{Data, Part, Plan, Text};
use serde::{Serialize, Serializer};
use std::fmt::{self, Display, Write};

/// One target's way to write a text.
pub(crate) trait Words {
    /// Writes it as it must stand where it goes; the printer's own quoting
    /// comes after.
    fn write(&self, text: &Text, out: &mut dyn Write) -> fmt::Result;
}

/// A text in a target's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a, W> {
    /// The text.
    pub(crate) text: &'a Text,
    /// The words.
    pub(crate) words: W,
}

impl<W: Words> Display for Said<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.words.write(self.text, f)
    }
}

impl<W: Words> Serialize for Said<'_, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A tree of data in a target's words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree<'a, W> {
    /// The data.
    pub(crate) data: &'a Data,
    /// The words.
    pub(crate) words: W,
}

impl<W: Words + Copy> Serialize for Tree<'_, W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = self.words;
        match self.data {
            Data::Null => serializer.serialize_unit(),
            Data::Bool(value) => serializer.serialize_bool(*value),
            Data::Int(value) => serializer.serialize_i64(*value),
            Data::Float(value) => serializer.serialize_f64(*value),
            Data::Text(text) => Said { text, words }.serialize(serializer),
            Data::List(items) => serializer.collect_seq(items.iter().map(|data| Self { data, words })),
            Data::Map(entries) => {
                serializer.collect_map(entries.iter().map(|(key, data)| (key.as_str(), Self { data, words })))
            }
        }
    }
}

/// The words of a file that is read as it is: names and numbers in place of
/// references. What only the deploy knows has no place there; `check` refuses
/// it, and nothing is written for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolved<'a>(pub(crate) &'a Plan);

impl Words for Resolved<'_> {
    fn write(&self, text: &Text, out: &mut dyn Write) -> fmt::Result {
        text.parts.iter().try_for_each(|part| match part {
            Part::Literal(literal) => out.write_str(literal),
            Part::Host(service) => out.write_str(&self.0.service(*service).name),
            Part::Port(_, port) => write!(out, "{port}"),
            Part::SecretFile(secret) => write!(out, "/run/secrets/{}", self.0.secret(*secret).name),
            Part::Secret(_) | Part::Setting(_) | Part::AlertLabel(_) | Part::AlertValue(_) => Ok(()),
        })
    }
}

/// Every text in a tree of data, in order.
pub(crate) fn texts<'a>(data: &'a Data, visit: &mut dyn FnMut(&'a Text)) {
    match data {
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {}
        Data::Text(text) => visit(text),
        Data::List(items) => items.iter().for_each(|item| texts(item, visit)),
        Data::Map(entries) => entries.iter().for_each(|(_, value)| texts(value, visit)),
    }
}
