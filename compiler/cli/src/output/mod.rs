//! Writing an environment's files so that its folder is whole at any moment.
//!
//! The folder is the operator's too: `.env`, `secrets/` and certificates stand
//! beside what laud writes, running containers have parts of it mounted, and
//! someone may have changed into it. So a build keeps the folder itself and
//! every file that it does not change, and still shows, at any moment at which
//! it might be killed, either all of the old output or all of the new.
//!
//! 1. [`stage`] compares each emitted file with the one on disk, as it comes, and
//!    writes the changed ones to a temporary folder beside the environment's. A
//!    file that was edited, or that laud did not write, stops the build here.
//! 2. [`swap`] makes the temporary folder whole with links to everything that
//!    does not change, exchanges the two folders in one step, brings the real
//!    folder up to date while the other one stands in for it, and exchanges
//!    them back. A build that finds the traces of a killed one ends its work.
//!
//! Where the file system cannot exchange folders, files are renamed into place
//! one by one, the manifest last, and a killed build is ended by the next one.
//! Nothing is flushed to the device: whole at any moment is meant of processes
//! that are killed, not of power that fails.

mod manifest;
mod mine;
mod place;
mod stage;
mod swap;
mod system;
mod writer;

pub(crate) use mine::{Lost, Mine, mine};
pub(crate) use place::{absolute, relative};
pub(crate) use stage::Stage;

use crate::failure::reason;
use crate::parallel;
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{Diagnostic, code};
use std::fs;
use std::io;

/// The files of one environment and where they go.
pub(crate) struct Output<'a> {
    /// The app's name, for the manifest.
    pub(crate) app: &'a str,
    /// The environment's name.
    pub(crate) environment: &'a str,
    /// The folder, absolute.
    pub(crate) folder: Utf8PathBuf,
    /// The folder as people call it.
    pub(crate) shown: Utf8PathBuf,
    /// Gives the files.
    pub(crate) emit: &'a Emit<'a>,
}

/// Gives files to the writers of a stage, in any order and on any thread.
pub(crate) type Emit<'a> = dyn Fn(&Stage<'_>) + Sync + 'a;

/// What was written for one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The environment's name.
    pub(crate) environment: String,
    /// The folder as people call it.
    pub(crate) folder: Utf8PathBuf,
    /// How many files the output has, without the manifest.
    pub(crate) files: usize,
    /// How many bytes they have together.
    pub(crate) bytes: u64,
    /// How many of them were new or other than before.
    pub(crate) changed: usize,
    /// How many files of the last build are gone.
    pub(crate) removed: usize,
}

/// Writes every output, or none if one is in the way.
///
/// # Errors
/// What is in the way, of all outputs, or what could not be written.
pub(crate) fn write(
    out: &Utf8Path,
    outputs: &[Output<'_>],
    force: bool,
) -> Result<Vec<Written>, Vec<Diagnostic>> {
    fs::create_dir_all(out).map_err(|error| vec![unwritable(out, &error)])?;
    // Kept until all is done: two builds to one folder take turns.
    let _turn = system::lock(out).map_err(|error| vec![unwritable(out, &error)])?;
    for output in outputs {
        swap::heal(&output.folder).map_err(|error| vec![unwritable(&output.shown, &error)])?;
    }
    let staged = parallel::map(outputs, |output| stage::stage(output, force));
    let mut refused = Vec::new();
    let mut ready = Vec::new();
    for result in staged {
        match result {
            Ok(stage) => ready.push(stage),
            Err(diagnostics) => refused.extend(diagnostics),
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let commit = |(staged, output): (stage::Staged, &Output<'_>)| {
        swap::commit(staged).map_err(|error| vec![unwritable(&output.shown, &error)])
    };
    ready.into_iter().zip(outputs).map(commit).collect()
}

fn unwritable(path: &Utf8Path, error: &io::Error) -> Diagnostic {
    Diagnostic::without_place(&code::UNWRITABLE, format!("cannot write `{path}`")).note(reason(error))
}

#[cfg(test)]
mod tests;
