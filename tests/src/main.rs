//! What holds for the whole of laud, in one test binary.
//!
//! - [`golden`]: inputs with what they must produce, beside each other, in `golden/`
//! - [`laws`]: what holds for every input, with nothing to write
//! - [`examples`]: the systems in `examples/`
//! - [`ci`]: what services, actions and hooks take of laud
//! - [`origins`]: where each emitted line comes from
//! - [`cli`], [`lsp`] and [`killed`]: the binary as a process
//! - [`kept`]: what a language server keeps from one edit to the next
//! - [`hostile`]: strings that try to be something else
//! - [`conformance`]: what the real tools say of the output
//! - [`engine`]: what a Docker engine makes of it
//! - [`docs`]: snippets that compile, pages that are current
//! - [`editors`]: the grammar and the queries of the editors, against the compiler
//! - [`tidy`]: the rules of the house
//!
//! `LAUD_BLESS=1 cargo test` writes what is expected anew; look at the difference.

mod ci;
mod cli;
mod conformance;
mod docs;
mod editors;
mod engine;
mod examples;
mod golden;
mod hostile;
mod kept;
mod killed;
mod laws;
mod lsp;
mod origins;
mod place;
mod process;
mod snapshot;
mod system;
mod tidy;
mod tree;
