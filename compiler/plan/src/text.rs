//! Texts whose parts know what they are, so that each target can escape the
//! literal ones and put the others in its own way.

use crate::{SecretId, ServiceId, SettingId};
use lean_string::LeanStr;
use smallvec::{SmallVec, smallvec};

/// A text of parts, in order. Neighbouring literals are one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    /// The parts; most texts have one.
    pub parts: SmallVec<[Part; 1]>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it is, of any characters but control characters other than tab and line feed.
    Literal(LeanStr),
    /// The host name of a service of this plan.
    Host(ServiceId),
    /// The number of a port of a service of this plan.
    Port(ServiceId, u16),
    /// A secret's value, which only the deploy knows.
    Secret(SecretId),
    /// The path of a secret's file in the container.
    SecretFile(SecretId),
    /// A setting's value, which only the deploy knows.
    Setting(SettingId),
    /// In an alert's texts: the value of a label of the series that fires. In a
    /// box, for a second name in place would make every part larger.
    AlertLabel(Box<LeanStr>),
    /// In an alert's texts: the value of the expression.
    AlertValue(ValueFormat),
}

/// How the value of an alert is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueFormat {
    /// As a number with SI prefixes.
    Number,
    /// A ratio as percent: `0.5` is `50%`.
    Percent,
    /// Bytes with binary prefixes.
    Bytes,
    /// Seconds as a duration.
    Duration,
}

impl Text {
    /// A literal text.
    pub fn literal(text: impl Into<LeanStr>) -> Self {
        Self { parts: smallvec![Part::Literal(text.into())] }
    }

    /// The text, if all of it is known when compiled and refers to nothing.
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Adds a part, joining neighbouring literals.
    pub fn push(&mut self, part: Part) {
        match (self.parts.last_mut(), part) {
            (Some(Part::Literal(last)), Part::Literal(next)) => {
                *last = LeanStr::from(format!("{last}{next}"))
            }
            (_, part) => self.parts.push(part),
        }
    }

    /// Adds all parts of another text.
    pub fn extend(&mut self, other: &Self) {
        for part in &other.parts {
            self.push(part.clone());
        }
    }

    /// The services that it refers to.
    pub fn services(&self) -> impl Iterator<Item = ServiceId> {
        self.parts.iter().filter_map(|part| match part {
            Part::Host(service) | Part::Port(service, _) => Some(*service),
            Part::Literal(_)
            | Part::Secret(_)
            | Part::SecretFile(_)
            | Part::Setting(_)
            | Part::AlertLabel(_)
            | Part::AlertValue(_) => None,
        })
    }

    /// The secrets whose value is part of it.
    pub fn secrets(&self) -> impl Iterator<Item = SecretId> {
        self.parts.iter().filter_map(|part| match part {
            Part::Secret(secret) => Some(*secret),
            Part::Literal(_)
            | Part::Host(_)
            | Part::Port(..)
            | Part::SecretFile(_)
            | Part::Setting(_)
            | Part::AlertLabel(_)
            | Part::AlertValue(_) => None,
        })
    }

    /// The secrets whose file it names.
    pub fn secret_files(&self) -> impl Iterator<Item = SecretId> {
        self.parts.iter().filter_map(|part| match part {
            Part::SecretFile(secret) => Some(*secret),
            Part::Literal(_)
            | Part::Host(_)
            | Part::Port(..)
            | Part::Secret(_)
            | Part::Setting(_)
            | Part::AlertLabel(_)
            | Part::AlertValue(_) => None,
        })
    }
}
