//! What is mounted into a container: volumes, files and folders.

use crate::{Origin, Origins, Text};
use lean_string::LeanStr;

/// Something mounted into a container.
#[derive(Clone, Debug, PartialEq)]
pub struct Mount {
    /// What.
    pub source: MountSource,
    /// Where in the container, absolute.
    pub at: LeanStr,
    /// Whether the container may not write to it.
    pub read_only: bool,
    /// Whether what runs takes a change of it up by itself.
    pub reloads: bool,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// What a mount brings in.
#[derive(Clone, Debug, PartialEq)]
pub enum MountSource {
    /// A named volume of the project, shared by all services that name it.
    Volume(LeanStr),
    /// A file or folder beside the spec.
    Source {
        /// Relative to the spec's folder, without `./`.
        path: LeanStr,
        /// What the file holds, by its digest in hexadecimal digits; none of a folder, whose
        /// files come and go, and of what cannot be read.
        digest: Option<LeanStr>,
    },
    /// A file or folder that laud emits, relative to the environment's output folder.
    Generated(LeanStr),
    /// A path of the host; needs a waiver.
    Host(LeanStr),
}

/// An emitted file with content of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// Where, relative to the environment's output folder: `files/watch-blackbox/blackbox.yml`.
    pub path: LeanStr,
    /// The content.
    pub content: Content,
    /// The declaration.
    pub origin: Origin,
}

/// The content of a [`File`].
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text as it is.
    Text(Text),
    /// A tree, printed as YAML.
    Yaml(Data),
    /// A tree, printed as JSON.
    Json(Data),
}

impl Content {
    /// Looks at each of its texts, in order.
    pub fn each_text(&self, look: &mut impl FnMut(&Text)) {
        match self {
            Self::Text(text) => look(text),
            Self::Yaml(data) | Self::Json(data) => data.each_text(look),
        }
    }
}

/// A tree of plain data.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number; finite.
    Float(f64),
    /// A text.
    Text(Text),
    /// A list.
    List(Vec<Data>),
    /// A map, in order, keys unique.
    Map(Vec<(LeanStr, Data)>),
}

impl Data {
    /// Looks at each of its texts, in order; keys are none.
    pub fn each_text(&self, look: &mut impl FnMut(&Text)) {
        match self {
            Self::Text(text) => look(text),
            Self::List(items) => items.iter().for_each(|item| item.each_text(look)),
            Self::Map(entries) => entries.iter().for_each(|(_, value)| value.each_text(look)),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) => {}
        }
    }
}
