//! The one YAML printer: block style, texts always in double quotes, never folded.
//!
//! It is our own because of what readers disagree on and because of speed.
//! serde-saphyr 2.1, which stays in the tests as the independent reader, can
//! quote every text, but in single quotes where it likes, and printed 32 to
//! 43 MB/s where this printer gives 300 to 400 on the same machine; a system of
//! ten thousand services is some 15 MB. Nor can it tell which line came from
//! where: here a [`Marked`] value leaves its origin beside the lines it made.
//!
//! [`quote`] holds what makes a text safe in every reader, [`printer`] the
//! layout, [`overlay`] the merging of raw content.

mod compounds;
mod overlay;
mod printer;
mod quote;
#[cfg(test)]
mod tests;

pub(crate) use overlay::{Content, Over, Overlay};

use crate::Sink;
use crate::page::Page;
use laud_plan::Origin;
use serde::{Serialize, Serializer};

/// Prints a tree as the file at `path`, under a head of whole comment lines,
/// which may be empty.
///
/// # Panics
/// If a key is no text or a `Serialize` of the tree makes an error of its own;
/// no tree of this crate does.
pub(crate) fn print(sink: &mut dyn Sink, path: &str, head: &str, tree: &(impl Serialize + ?Sized)) {
    print_over(sink, path, head, tree, &Overlay::<()>::default());
}

/// Prints a tree with an overlay merged into its maps. Gives what of the overlay
/// would have changed what the tree says: the path and the origin of each. The
/// tree's word stands.
///
/// # Panics
/// As [`print`].
pub(crate) fn print_over<L: Serialize>(
    sink: &mut dyn Sink,
    path: &str,
    head: &str,
    tree: &(impl Serialize + ?Sized),
    overlay: &Overlay<L>,
) -> Vec<(String, Origin)> {
    let mut printer = printer::Printer::new(Page::new(sink, path, head, None), overlay);
    tree.serialize(&mut printer).expect("trees of this crate have text keys and no errors of their own");
    printer.finish()
}

/// A value that knows which place of the spec caused it. The printer notes the
/// lines that it makes; any other serializer would show the note, so it is for
/// YAML alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marked<T> {
    /// The place.
    pub(crate) origin: Origin,
    /// The value.
    pub(crate) value: T,
}

/// The name under which a [`Marked`] passes its origin through serde's data
/// model, one number at a time.
const MARK: &str = "$laud::origin";

/// The steps of the passage: the halves of a span, in order.
const STEPS: [&str; 2] = ["first", "second"];

impl<T> Marked<T> {
    /// The value with its place.
    pub(crate) fn new(origin: Origin, value: T) -> Self {
        Self { origin, value }
    }
}

impl<T: Serialize> Serialize for Marked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_variant(MARK, self.origin.halves().0, STEPS[0], &Halfway(self))
    }
}

/// A [`Marked`] of whose origin the first half has passed.
struct Halfway<'a, T>(&'a Marked<T>);

impl<T: Serialize> Serialize for Halfway<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_variant(MARK, self.0.origin.halves().1, STEPS[1], &self.0.value)
    }
}
