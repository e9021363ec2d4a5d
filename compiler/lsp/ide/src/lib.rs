//! What an editor asks of a spec, as plain data: byte spans, names and texts,
//! and nothing of the protocol by which they are asked.
//!
//! What a file says by itself ([`formatting`], [`symbols`], …) takes its text
//! and tree; what needs the whole system takes a [`System`], which a
//! [`Workspace`] compiles from open buffers and the disk.

mod actions;
mod complete;
mod emitted;
mod files;
mod goto;
mod hierarchy;
mod layout;
mod lens;
mod links;
mod lookup;
mod preview;
mod ranges;
mod search;
mod signature;
mod specs;
mod symbols;
mod system;
mod tokens;
mod typing;
mod uses;
mod values;
mod walk;
mod watched;
mod workspace;

pub use actions::{Action, ActionSort, Change, actions};
pub use complete::{Completion, completions};
pub use emitted::{Emitted, around, environment_at, file_named};
pub use files::LIMIT;
pub use goto::{declaration, implementations, type_definition};
pub use hierarchy::{Edge, Node, dependencies, dependents, node};
pub use layout::{Edit, formatting, range_formatting};
pub use lens::{Lens, LensAction, lenses};
pub use links::{Link, Target, document_links};
pub use lookup::{Hover, definition, hover, references, renamable, rename};
pub use preview::{NoPreview, Preview, Wanted};
pub use ranges::{Fold, FoldSort, folds, selection};
pub use search::{Found, search};
pub use signature::{Signature, signature};
pub use symbols::{Sort, Symbol, symbols};
pub use system::System;
pub use tokens::{Piece, PieceSort, pieces};
pub use typing::{format_broken, format_closed};
pub use values::Hint;
pub use watched::Watched;
pub use workspace::Workspace;
