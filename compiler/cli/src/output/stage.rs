//! Comparing what is emitted with what is on disk, and writing what changed
//! to a temporary folder. Nothing that was there is touched.

use super::manifest::{self, Entry, Manifest};
use super::swap::Aside;
use super::{Output, Written, place, unwritable};
use camino::{Utf8Path, Utf8PathBuf};
use laud_emit::File;
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::sync::{Mutex, PoisonError};

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
    let (old, foreign) = read_manifest(output).map_err(|d| vec![d])?;
    let written = Written {
        environment: output.environment.to_owned(),
        folder: output.shown.clone(),
        ..Written::default()
    };
    let mut stage = Stage {
        output,
        force,
        old,
        new: Manifest::default(),
        aside: None,
        folders: BTreeSet::new(),
        written,
        in_the_way: Vec::new(),
        failed: None,
    };
    if foreign && !force {
        stage.in_the_way.push(
            foreign_file(&output.shown.join(manifest::NAME)).note("it is not a manifest that laud can read"),
        );
    }
    let stage = Mutex::new(stage);
    (output.emit)(&|file| {
        let entry = Entry::of(&file);
        locked(stage.lock()).take(&file, entry);
    });
    locked(stage.into_inner()).finish()
}

/// A poisoned lock means that another thread panicked, which ends the emission anyway.
fn locked<T>(lock: Result<T, PoisonError<T>>) -> T {
    lock.unwrap_or_else(PoisonError::into_inner)
}

/// The last build's manifest, and whether something else stands in its place.
fn read_manifest(output: &Output<'_>) -> Result<(Manifest, bool), Diagnostic> {
    let path = output.folder.join(manifest::NAME);
    let failed = |error: &io::Error| unwritable(&output.shown.join(manifest::NAME), error);
    match fs::symlink_metadata(&path) {
        Ok(about) if about.is_file() => {
            let bytes = fs::read(&path).map_err(|error| failed(&error))?;
            let found = String::from_utf8(bytes).ok().and_then(|text| Manifest::parse(&text));
            let foreign = found.is_none();
            Ok((found.unwrap_or_default(), foreign))
        }
        Ok(_) => Ok((Manifest::default(), true)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok((Manifest::default(), false)),
        Err(error) => Err(failed(&error)),
    }
}

struct Stage<'a> {
    output: &'a Output<'a>,
    force: bool,
    old: Manifest,
    new: Manifest,
    aside: Option<Aside>,
    /// Folders of the output that are real folders on disk, or not there.
    folders: BTreeSet<Utf8PathBuf>,
    written: Written,
    in_the_way: Vec<Diagnostic>,
    failed: Option<Diagnostic>,
}

/// What is on disk where a file is to go.
enum Found {
    Nothing,
    /// The very bytes.
    Same,
    /// What the last build wrote.
    Ours,
    /// Something that the last build did not write.
    Other,
    /// A folder.
    Folder,
    /// A part of the path is no folder.
    Blocked(Utf8PathBuf),
}

impl Stage<'_> {
    fn take(&mut self, file: &File, entry: Entry) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.try_take(file, entry) {
            self.failed = Some(unwritable(&self.output.shown.join(&file.path), &error));
        }
    }

    fn try_take(&mut self, file: &File, entry: Entry) -> io::Result<()> {
        if !place::is_inside(&file.path) || file.path == manifest::NAME {
            return Err(io::Error::other(
                "the path leads out of the output's folder, which is a bug in laud",
            ));
        }
        self.written.files += 1;
        self.written.bytes += entry.size;
        if self.new.files.insert(file.path.clone(), entry).is_some() {
            return Err(io::Error::other("two targets write this file, which is a bug in laud"));
        }
        match self.look(&file.path, Some(file.content.as_bytes()))? {
            Found::Same => return Ok(()),
            Found::Nothing | Found::Ours => {}
            Found::Other => self.report(&file.path),
            Found::Folder => self.report_folder(&file.path),
            Found::Blocked(by) if by.strip_prefix(&self.output.folder).is_ok_and(|by| self.is_old(by)) => {}
            Found::Blocked(by) => self.report(by.strip_prefix(&self.output.folder).unwrap_or(&by).as_str()),
        }
        self.written.changed += 1;
        if self.in_the_way.is_empty() {
            self.write(&file.path, file.content.as_bytes())?;
        }
        Ok(())
    }

    /// What is at a path of the folder; with content, whether it has it.
    fn look(&mut self, path: &str, content: Option<&[u8]>) -> io::Result<Found> {
        let whole = self.output.folder.join(path);
        if let Some(by) = self.blocked(&whole)? {
            return Ok(Found::Blocked(by));
        }
        let about = match fs::symlink_metadata(&whole) {
            Ok(about) => about,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        if about.is_dir() {
            return Ok(Found::Folder);
        }
        if !about.is_file() {
            return Ok(Found::Other);
        }
        if let Some(content) = content
            && about.len() == content.len() as u64
            && same(fs::File::open(&whole)?, content)?
        {
            return Ok(Found::Same);
        }
        match self.old.files.get(path) {
            Some(old) if old.size == about.len() && Entry::read(fs::File::open(&whole)?)? == *old => {
                Ok(Found::Ours)
            }
            _ => Ok(Found::Other),
        }
    }

    /// The part of a path's folders that is there and is no real folder. A
    /// link would lead what is written out of the output.
    fn blocked(&mut self, whole: &Utf8Path) -> io::Result<Option<Utf8PathBuf>> {
        let inside = |folder: &&Utf8Path| *folder != self.output.folder && !self.folders.contains(*folder);
        let mut unknown: Vec<&Utf8Path> = whole.ancestors().skip(1).take_while(inside).collect();
        unknown.reverse();
        for folder in unknown {
            match fs::symlink_metadata(folder) {
                Ok(about) if about.is_dir() => {}
                Ok(_) => return Ok(Some(folder.to_owned())),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            self.folders.insert(folder.to_owned());
        }
        Ok(None)
    }

    fn is_old(&self, path: &Utf8Path) -> bool {
        self.old.files.contains_key(path.as_str())
    }

    /// Says that a file is in the way, unless it may be overwritten.
    fn report(&mut self, path: &str) {
        if self.force {
            return;
        }
        let shown = self.output.shown.join(path);
        self.in_the_way.push(if self.old.files.contains_key(path) {
            Diagnostic::without_place(&code::EDITED_FILE, format!("`{shown}` was edited since laud wrote it"))
                .help("Say in the spec what the edit says, or overwrite it with `--force`.")
        } else {
            foreign_file(&shown)
        });
    }

    /// A folder may hold anything, so that not even force takes it away.
    fn report_folder(&mut self, path: &str) {
        let shown = self.output.shown.join(path);
        let words = format!("`{shown}` is a folder, and laud writes a file of that name");
        self.in_the_way.push(
            Diagnostic::without_place(&code::FOREIGN_FILE, words)
                .help("Move the folder away, or choose another `--out`."),
        );
    }

    fn write(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        let aside = match &mut self.aside {
            Some(aside) => aside,
            none => none.insert(Aside::new(&self.output.folder)?),
        };
        aside.write(path, content)
    }

    fn finish(mut self) -> Result<Staged, Vec<Diagnostic>> {
        let removed = match self.obsolete() {
            Ok(removed) => removed,
            Err(failed) => return Err(vec![self.failed.unwrap_or(failed)]),
        };
        if let Some(failed) = self.failed {
            return Err(vec![failed]);
        }
        if !self.in_the_way.is_empty() {
            // The files came in any order.
            self.in_the_way.sort_by(|a, b| a.message.cmp(&b.message));
            return Err(self.in_the_way);
        }
        let text = self.new.to_text(self.output.app, self.output.environment);
        let manifest = self.output.folder.join(manifest::NAME);
        let is_same = fs::read(&manifest).is_ok_and(|bytes| bytes == text.as_bytes());
        if self.aside.is_some() || !removed.is_empty() || !is_same {
            let written = self.write(manifest::NAME, text.as_bytes());
            written.map_err(|error| vec![unwritable(&self.output.shown.join(manifest::NAME), &error)])?;
        }
        self.written.removed = removed.len();
        Ok(Staged { folder: self.output.folder.clone(), aside: self.aside, removed, written: self.written })
    }

    /// The files of the last build that this one does not have.
    fn obsolete(&mut self) -> Result<BTreeSet<String>, Diagnostic> {
        let mut removed = BTreeSet::new();
        let gone: Vec<String> =
            self.old.files.keys().filter(|path| !self.new.files.contains_key(*path)).cloned().collect();
        for path in gone {
            let found =
                self.look(&path, None).map_err(|error| unwritable(&self.output.shown.join(&path), &error))?;
            match found {
                Found::Ours | Found::Same => {
                    removed.insert(path);
                }
                Found::Other => {
                    self.report(&path);
                    removed.insert(path);
                }
                // It is gone already, or someone put something of theirs in its place.
                Found::Nothing | Found::Folder | Found::Blocked(_) => {}
            }
        }
        Ok(removed)
    }
}

fn foreign_file(shown: &Utf8Path) -> Diagnostic {
    Diagnostic::without_place(&code::FOREIGN_FILE, format!("`{shown}` was not written by laud"))
        .help("Move it away, choose another `--out`, or overwrite it with `--force`.")
}

/// Whether a file of the right size has this content.
fn same(mut file: fs::File, mut content: &[u8]) -> io::Result<bool> {
    let mut buffer = vec![0; content.len().clamp(1, 64 << 10)];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(content.is_empty()),
            count => match content.split_at_checked(count) {
                Some((start, rest)) if start == &buffer[..count] => content = rest,
                _ => return Ok(false),
            },
        }
    }
}
