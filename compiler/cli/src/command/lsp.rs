//! `laud lsp`: the language server, for an editor that starts it.

use crate::disk::Disk;
use crate::failure::Failure;
use crate::memory;
use crate::report::Status;
use camino::Utf8PathBuf;
use laud_lsp::{Ended, Library};

pub(super) fn run() -> Result<Status, Failure> {
    memory::spare();
    let cache = dirs::cache_dir().and_then(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let library = cache.map(|cache| Library::below(&cache));
    let ended =
        laud_lsp::run(&Disk, library).map_err(|error| Failure::io("the server cannot start", &error))?;
    Ok(match ended {
        Ended::Well => Status::Fine,
        Ended::Abruptly => Status::Found,
    })
}
