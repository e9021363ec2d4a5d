//! The laud language: text to tokens to a tree, with comments beside it.
//!
//! Parsing never fails: [`parse`] gives a tree, the comments and the errors.
//! This crate does no I/O and knows nothing of kinds, targets or meaning.

pub mod ast;
mod diagnostic;
mod format;
pub mod lexer;
pub mod literal;
pub mod near;
mod packed;
pub mod parallel;
mod parser;
mod secret;
mod source;
mod span;

pub use diagnostic::{
    ALL as ALL_CODES, Code, Diagnostic, Fix, Level, code, find as find_code, gather, has_errors,
};
pub use format::format;
pub use lexer::Comment;
pub use packed::{pack_library, unpack_library, unpack_uses};
pub use parser::{Again, Parsed, ReadEmbedded, Roomy, parse, parse_again, parse_library, time_unit};
pub use source::{Position, Source, Sources};
pub use span::{FileId, Span};
