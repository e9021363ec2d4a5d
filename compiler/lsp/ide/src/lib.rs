//! What an editor asks of a spec, as plain data: byte spans, names and texts,
//! and nothing of the protocol by which they are asked.
//!
//! What a file says by itself ([`format`], [`symbols`], …) takes its text and
//! tree; what needs the whole system takes a [`System`], which a [`Workspace`]
//! compiles from open buffers and the disk.

mod files;
mod system;
mod workspace;

pub use files::LIMIT;
pub use system::System;
pub use workspace::Workspace;
