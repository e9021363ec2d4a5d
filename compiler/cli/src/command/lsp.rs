//! `laud lsp`: the language server, for an editor that starts it.

use crate::disk::Disk;
use crate::failure::Failure;
use crate::report::Status;
use laud_lsp::Ended;

pub(super) fn run() -> Result<Status, Failure> {
    let ended = laud_lsp::run(&Disk).map_err(|error| Failure::io("the server cannot start", &error))?;
    Ok(match ended {
        Ended::Well => Status::Fine,
        Ended::Abruptly => Status::Found,
    })
}
