//! What an editor asks of a spec, as plain data: byte spans, names and texts,
//! and nothing of the protocol by which they are asked.
//!
//! What a file says by itself ([`formatting`], [`symbols`], …) takes its text
//! and tree; what needs the whole system takes a [`System`], which a
//! [`Workspace`] compiles from open buffers and the disk.

mod complete;
mod files;
mod layout;
mod lookup;
mod ranges;
mod symbols;
mod system;
mod tokens;
mod walk;
mod workspace;

pub use complete::{Completion, completions};
pub use files::LIMIT;
pub use layout::{Edit, formatting, range_formatting};
pub use lookup::{Hover, definition, hover, links, references, renamable, rename};
pub use ranges::{Fold, FoldSort, folds, selection};
pub use symbols::{Sort, Symbol, symbols};
pub use system::System;
pub use tokens::{Piece, PieceSort, pieces};
pub use workspace::Workspace;
