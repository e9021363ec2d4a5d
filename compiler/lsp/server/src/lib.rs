//! The language server: the one place that knows the editors' protocol.
//!
//! It is synchronous: one message after the other, in the order in which they
//! came, and what is found is published when none is waiting. The features are
//! in `laud-ide`, as plain data; here positions are counted, names of methods
//! known, and nothing a client sends ends the process but `exit`.

mod across;
mod actions;
mod answer;
mod capabilities;
mod completion;
mod convert;
mod documents;
mod findings;
mod hints;
mod library;
mod names;
mod notice;
mod position;
mod preview;
mod server;
mod stdio;
mod tokens;
mod uri;

pub use library::Library;
pub use server::{Ended, serve};

use laud_analyze::Files;
use lsp_server::Notification;
use std::io;

/// Serves the editor at standard input and output, until it leaves. Without a
/// library, no name leads into the standard library.
pub fn run(disk: &dyn Files, library: Option<Library>) -> io::Result<Ended> {
    let (connection, writer) = stdio::connect()?;
    let ended = serve(&connection, disk, library);
    // What was said before is still written.
    let end = Notification { method: stdio::END.to_owned(), params: serde_json::Value::Null };
    if connection.sender.send(end.into()).is_ok() {
        let _ = writer.join();
    }
    Ok(ended)
}
