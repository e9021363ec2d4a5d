//! Queries of the library, which are read when it is built.

use crate::query::Asked;
use crate::template::Template;
use serde::{Deserialize, Serialize};

/// A query with what is known of it, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Prepared {
    /// The query.
    pub template: Template,
    /// What it asks.
    pub asked: Asked,
    /// By piece: where it starts in the text of its file, if it stands there as it is.
    pub starts: Vec<Option<u32>>,
}

impl Prepared {
    /// Reads a query; nothing if it is none, of which whoever uses it tells more.
    pub fn new(pieces: Vec<String>, starts: Vec<Option<u32>>) -> Option<Self> {
        let template = Template::new(pieces).ok()?;
        let asked = template.asked().ok()?;
        Some(Self { template, asked, starts })
    }

    /// As bytes, for this version of the compiler.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_allocvec(self).ok()
    }

    /// From bytes; nothing if they are none of a query.
    pub fn from_bytes(bytes: &'static [u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}
