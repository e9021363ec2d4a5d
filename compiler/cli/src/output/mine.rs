//! Whether a file is one that laud wrote, as it wrote it.

use super::manifest::{self, Entry, Manifest};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io;

/// A file that laud wrote and nobody edited.
#[derive(Debug)]
pub(crate) struct Mine {
    /// The environment that it is of.
    pub(crate) environment: String,
    /// The environment's folder.
    pub(crate) folder: Utf8PathBuf,
    /// Its path below that folder, `/`-separated.
    pub(crate) name: String,
}

/// Why a file is none of those.
#[derive(Debug)]
pub(crate) enum Lost {
    /// There is no manifest in its folder or above.
    NoManifest,
    /// The manifest does not list it.
    NotListed,
    /// It is not what was written.
    Edited,
    /// It cannot be read.
    Unreadable(io::Error),
}

/// What laud knows of the file at an absolute path.
pub(crate) fn mine(path: &Utf8Path) -> Result<Mine, Lost> {
    for folder in path.ancestors().skip(1) {
        let Ok(text) = fs::read_to_string(folder.join(manifest::NAME)) else { continue };
        let (Some(manifest), Some(environment)) = (Manifest::parse(&text), manifest::environment(&text))
        else {
            continue;
        };
        let name = path
            .strip_prefix(folder)
            .map_or_else(|_| path.to_string(), |rest| rest.as_str().replace('\\', "/"));
        let Some(written) = manifest.files.get(&name) else { return Err(Lost::NotListed) };
        let there = fs::File::open(path).and_then(Entry::read).map_err(Lost::Unreadable)?;
        if there != *written {
            return Err(Lost::Edited);
        }
        return Ok(Mine { environment, folder: folder.to_owned(), name });
    }
    Err(Lost::NoManifest)
}
