//! Comparing what is emitted with what is on disk, and writing what changed
//! to a temporary folder. Nothing that was there is touched.
//!
//! Files come on any thread, through a [`Writer`](super::writer::Writer) each.

use super::manifest::{self, Entry, Manifest};
use super::swap::Aside;
use super::writer::Writer;
use super::{Output, Written, place, system, unwritable};
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An output that nothing is in the way of.
pub(super) struct Staged {
    /// The environment's folder.
    pub(super) folder: Utf8PathBuf,
    /// The temporary folder with what changed, the manifest included; `None`
    /// when all is as it was.
    pub(super) aside: Option<Aside>,
    /// The files of the last build that go, with nothing in their place.
    pub(super) removed: BTreeSet<String>,
    /// What to say of it.
    pub(super) written: Written,
}

/// Stages one output.
///
/// # Errors
/// Every file that is in the way, or what could not be written.
pub(super) fn stage(output: &Output<'_>, force: bool) -> Result<Staged, Vec<Diagnostic>> {
    let Last { manifest: old, text: old_text, foreign } = read_manifest(output).map_err(|d| vec![d])?;
    let mut progress = Progress {
        written: Written {
            environment: output.environment.to_owned(),
            folder: output.shown.clone(),
            ..Written::default()
        },
        ..Progress::default()
    };
    if foreign && !force {
        progress.in_the_way.push(
            foreign_file(&output.shown.join(manifest::NAME)).note("it is not a manifest that laud can read"),
        );
    }
    let stage = Stage { output, force, old, old_text, progress: Mutex::new(progress) };
    (output.emit)(&stage);
    stage.finish()
}

/// What the last build left in place of its manifest.
#[derive(Default)]
struct Last {
    manifest: Manifest,
    /// Its text.
    text: String,
    /// Whether something else stands there.
    foreign: bool,
}

fn read_manifest(output: &Output<'_>) -> Result<Last, Diagnostic> {
    let path = output.folder.join(manifest::NAME);
    let failed = |error: &io::Error| unwritable(&output.shown.join(manifest::NAME), error);
    match fs::symlink_metadata(&path) {
        Ok(about) if about.is_file() => {
            let bytes = fs::read(&path).map_err(|error| failed(&error))?;
            let text = String::from_utf8(bytes).unwrap_or_default();
            let found = Manifest::parse(&text);
            let foreign = found.is_none();
            Ok(Last { manifest: found.unwrap_or_default(), text, foreign })
        }
        Ok(_) => Ok(Last { foreign: true, ..Last::default() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Last::default()),
        Err(error) => Err(failed(&error)),
    }
}

/// An output that is being staged.
pub(crate) struct Stage<'a> {
    output: &'a Output<'a>,
    force: bool,
    old: Manifest,
    old_text: String,
    progress: Mutex<Progress>,
}

/// What has been staged so far.
#[derive(Default)]
struct Progress {
    new: Manifest,
    aside: Option<Aside>,
    /// Folders of the output that are real folders on disk, or not there; as texts,
    /// because to compare paths is to take them to pieces, over and over.
    folders: BTreeSet<String>,
    written: Written,
    in_the_way: Vec<Diagnostic>,
    failed: Option<Diagnostic>,
}

/// What is on disk where a file is to go.
enum Found {
    Nothing,
    /// A file.
    File(fs::Metadata),
    /// Something that laud never writes.
    Other,
    Folder,
    /// A part of the path is no folder.
    Blocked(String),
}

/// What becomes of a file that is about to come.
pub(super) enum Fate {
    /// It is compared with the file that is there.
    Compared(fs::File, fs::Metadata),
    /// It is written.
    Written,
    /// Something is in its way.
    Refused,
}

impl Stage<'_> {
    /// Takes the files of one thread.
    pub(crate) fn writer(&self) -> Writer<'_> {
        Writer::new(self)
    }

    /// Where a file goes in the end.
    pub(super) fn place_of(&self, path: &str) -> Utf8PathBuf {
        self.output.folder.join(path)
    }

    /// What becomes of a file at a path.
    pub(super) fn fate(&self, path: &str) -> io::Result<Fate> {
        if !place::is_inside(path) || path == manifest::NAME {
            return Err(io::Error::other(
                "the path leads out of the output's folder, which is a bug in laud",
            ));
        }
        let place = self.place_of(path);
        // Most files are there, and to open one is to look at it.
        if self.blocked(path)?.is_none()
            && let Some((file, about)) = system::open_file(&place)
        {
            return Ok(Fate::Compared(file, about));
        }
        let may_write = match self.look(path)? {
            Found::File(about) => return Ok(Fate::Compared(fs::File::open(place)?, about)),
            Found::Nothing => true,
            Found::Other => self.may_overwrite(path),
            Found::Folder => {
                self.report_folder(path);
                false
            }
            Found::Blocked(by) => self.old.files.contains_key(&by) || self.may_overwrite(&by),
        };
        Ok(if may_write { Fate::Written } else { Fate::Refused })
    }

    /// Whether the file of so many bytes that is there may become another.
    pub(super) fn may_change(&self, path: &str, size: u64) -> io::Result<bool> {
        Ok(self.is_ours(path, size)? || self.may_overwrite(path))
    }

    /// Whether a file of so many bytes is the one that the last build wrote.
    fn is_ours(&self, path: &str, size: u64) -> io::Result<bool> {
        Ok(match self.old.files.get(path) {
            Some(old) if old.size == size => Entry::read(fs::File::open(self.place_of(path))?)? == *old,
            Some(_) | None => false,
        })
    }

    /// A file in the temporary folder; `None` once nothing will come of the build.
    pub(super) fn create(&self, path: &str) -> io::Result<Option<fs::File>> {
        let mut progress = self.progress();
        if progress.failed.is_some() || !progress.in_the_way.is_empty() {
            return Ok(None);
        }
        progress.create(path, &self.output.folder).map(Some)
    }

    /// A file has come whole.
    pub(super) fn done(&self, path: &str, entry: Entry, is_changed: bool) {
        let mut progress = self.progress();
        progress.written.files += 1;
        progress.written.bytes += entry.size;
        progress.written.changed += usize::from(is_changed);
        if progress.new.files.insert(path.to_owned(), entry).is_some() {
            drop(progress);
            self.fail(path, &io::Error::other("two targets write this file, which is a bug in laud"));
        }
    }

    /// A file could not be written; of several the first is told.
    pub(super) fn fail(&self, path: &str, error: &io::Error) {
        let told = unwritable(&self.output.shown.join(path), error);
        self.progress().failed.get_or_insert(told);
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        locked(self.progress.lock())
    }

    /// What is at a path of the folder.
    fn look(&self, path: &str) -> io::Result<Found> {
        if let Some(by) = self.blocked(path)? {
            return Ok(Found::Blocked(by));
        }
        Ok(match fs::symlink_metadata(self.place_of(path)) {
            Ok(about) if about.is_dir() => Found::Folder,
            Ok(about) if about.is_file() => Found::File(about),
            Ok(_) => Found::Other,
            Err(error) if error.kind() == ErrorKind::NotFound => Found::Nothing,
            Err(error) => return Err(error),
        })
    }

    /// The part of a path that is no folder.
    fn blocked(&self, path: &str) -> io::Result<Option<String>> {
        self.progress().blocked(path, &self.output.folder)
    }

    /// Whether what laud did not write may be overwritten; if not, says that it is in the way.
    fn may_overwrite(&self, path: &str) -> bool {
        if self.force {
            return true;
        }
        let shown = self.output.shown.join(path);
        self.progress().in_the_way.push(if self.old.files.contains_key(path) {
            Diagnostic::without_place(&code::EDITED_FILE, format!("`{shown}` was edited since laud wrote it"))
                .help("Say in the spec what the edit says, or overwrite it with `--force`.")
        } else {
            foreign_file(&shown)
        });
        false
    }

    /// A folder may hold anything, so that not even force takes it away.
    fn report_folder(&self, path: &str) {
        let shown = self.output.shown.join(path);
        let words = format!("`{shown}` is a folder, and laud writes a file of that name");
        self.progress().in_the_way.push(
            Diagnostic::without_place(&code::FOREIGN_FILE, words)
                .help("Move the folder away, or choose another `--out`."),
        );
    }

    fn finish(self) -> Result<Staged, Vec<Diagnostic>> {
        let obsolete = self.obsolete();
        let output = self.output;
        let mut progress = locked(self.progress.into_inner());
        let removed = match (progress.failed.take(), obsolete) {
            (Some(failed), _) | (None, Err(failed)) => return Err(vec![failed]),
            (None, Ok(removed)) => removed,
        };
        if !progress.in_the_way.is_empty() {
            // The files came in any order.
            progress.in_the_way.sort_by(|a, b| a.message.cmp(&b.message));
            return Err(progress.in_the_way);
        }
        let text = progress.new.to_text(output.app, output.environment);
        let is_same = self.old_text == text;
        if progress.aside.is_some() || !removed.is_empty() || !is_same {
            let file = progress.create(manifest::NAME, &output.folder);
            file.and_then(|mut file| file.write_all(text.as_bytes()))
                .map_err(|error| vec![unwritable(&output.shown.join(manifest::NAME), &error)])?;
        }
        progress.written.removed = removed.len();
        let Progress { aside, written, .. } = progress;
        Ok(Staged { folder: output.folder.clone(), aside, removed, written })
    }

    /// The files of the last build that this one does not have.
    fn obsolete(&self) -> Result<BTreeSet<String>, Diagnostic> {
        let gone: Vec<&String> = {
            let progress = self.progress();
            self.old.files.keys().filter(|path| !progress.new.files.contains_key(*path)).collect()
        };
        let mut removed = BTreeSet::new();
        for path in gone {
            let failed = |error: io::Error| unwritable(&self.output.shown.join(path), &error);
            let goes = match self.look(path).map_err(failed)? {
                Found::File(about) => {
                    self.may_change(path, about.len()).map_err(failed)?;
                    true
                }
                Found::Other => {
                    self.may_overwrite(path);
                    true
                }
                // It is gone already, or someone put something of theirs in its place.
                Found::Nothing | Found::Folder | Found::Blocked(_) => false,
            };
            removed.extend(goes.then(|| path.clone()));
        }
        Ok(removed)
    }
}

impl Progress {
    /// A file in the temporary folder, which is made when something changes.
    fn create(&mut self, path: &str, folder: &Utf8Path) -> io::Result<fs::File> {
        let aside = match &mut self.aside {
            Some(aside) => aside,
            none => none.insert(Aside::new(folder)?),
        };
        aside.create(path)
    }

    /// The part of a path's folders that is there and is no real folder. A
    /// link would lead what is written out of the output.
    fn blocked(&mut self, path: &str, root: &Utf8Path) -> io::Result<Option<String>> {
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            if self.folders.contains(folder) {
                continue;
            }
            match fs::symlink_metadata(root.join(folder)) {
                Ok(about) if about.is_dir() => {}
                Ok(_) => return Ok(Some(folder.to_owned())),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            self.folders.insert(folder.to_owned());
        }
        Ok(None)
    }
}

/// A poisoned lock means that another thread panicked, which ends the emission anyway.
fn locked<T>(lock: Result<T, PoisonError<T>>) -> T {
    lock.unwrap_or_else(PoisonError::into_inner)
}

fn foreign_file(shown: &Utf8Path) -> Diagnostic {
    Diagnostic::without_place(&code::FOREIGN_FILE, format!("`{shown}` was not written by laud"))
        .help("Move it away, choose another `--out`, or overwrite it with `--force`.")
}
