//! Texts that must follow a rule from outside of laud: domains, image
//! references, cron schedules and the like.
//!
//! Each function takes the text as it is after escapes, and gives its parts or
//! a [`Fault`]: where it is wrong, why, and what the rule wants. The rules are
//! those of the documents that each module names, made narrower where a target
//! takes less.

mod address;
mod bucket;
mod cron;
mod domain;
mod email;
mod encode;
mod image;
mod name;
mod path;
mod url;

pub use address::{Cidr, cidr, port};
pub use bucket::bucket;
pub use cron::{Cron, CronField, cron};
pub use domain::{Domain, domain};
pub use email::email;
pub use encode::{percent_encode, render_bytes, render_duration};
pub use image::{Image, image};
pub use name::{env_name, name};
pub use path::{container_path, http_path, route_path, source_path};
pub use url::{Url, url};

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use std::ops::Range;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes that are wrong; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong there: a short lower-case fragment.
    pub problem: String,
    /// What the rule wants: a whole sentence.
    pub expected: String,
    /// The whole text as it was probably meant.
    pub offer: Option<String>,
}

impl Fault {
    fn new(range: Range<usize>, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { range, problem: problem.into(), expected: expected.into(), offer: None }
    }

    /// A fault at the first character of `rest`, the end of `text`.
    fn at(text: &str, rest: &str, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        let start = text.len() - rest.len();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        Self::new(start..start + length, problem, expected)
    }

    /// Offers what was probably meant, if that is another text and a good one.
    fn offer_good(self, text: &str, offer: impl Into<String>, good: impl Fn(&str) -> bool) -> Self {
        let offer = offer.into();
        // A check that offers something of the same text would go on forever.
        if offer != text && good(&offer) { self.offer(offer) } else { self }
    }

    /// A fault of the whole text.
    fn whole(text: &str, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::new(0..text.len(), problem, expected)
    }

    fn offer(mut self, offer: impl Into<String>) -> Self {
        self.offer = Some(offer.into());
        self
    }

    /// The same fault of a text of which the faulty one is a part, `by` bytes
    /// from its start. What is offered for the part is no offer for the whole.
    fn shifted(self, by: usize) -> Self {
        Self { range: self.range.start + by..self.range.end + by, offer: None, ..self }
    }

    /// The report for a text in the source, at the very characters where that
    /// is possible.
    pub fn diagnostic(&self, code: &'static Code, text: &ast::Text) -> Diagnostic {
        let diagnostic = Diagnostic::new(code, text.place(self.range.clone()), self.problem.clone())
            .help(self.expected.clone());
        match &self.offer {
            Some(offer) if !offer.contains(['"', '\\', '{', '}']) => {
                diagnostic.fix(format!("Change to `{offer}`"), text.span, format!("\"{offer}\""))
            }
            Some(_) | None => diagnostic,
        }
    }
}

/// A character as a message shows it.
fn shown(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", u32::from(c)),
        c => format!("`{c}`"),
    }
}

/// The first character of `rest` that fails a test, with where it stands.
fn first_bad(rest: &str, good: impl Fn(char) -> bool) -> Option<(usize, char)> {
    rest.char_indices().find(|(_, c)| !good(*c))
}
