//! Putting a staged output in place, so that the environment's folder is
//! whole at any moment, and ending the work of a build that was killed.
//!
//! The temporary folder, `.laud-<environment>-<random>` beside the folder,
//! carries a mark from its first moment to its last. With the two exchanged,
//! the mark stands in the environment's folder and names the temporary one,
//! which then is the real folder:
//!
//! | mark in the folder | mark aside | what a killed build was doing     | what heals it          |
//! |--------------------|------------|-----------------------------------|------------------------|
//! | no                 | yes        | staging, or clearing up           | the aside is removed   |
//! | no                 | renaming   | renaming files one by one         | the rest is renamed    |
//! | yes                | no         | bringing the real folder to date  | that, and the exchange |
//! | (no folder)        | no         | giving a first output its name    | it gets its name       |

use super::manifest::{self, Manifest};
use super::stage::Staged;
use super::{Written, system};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind};

/// Says that a folder is not the real one; holds the temporary folder's name.
const MARK: &str = ".laud-stand-in";
/// Says that a temporary folder's files are being renamed into place.
const RENAMING: &str = ".laud-renaming";
/// A file on its way to its place.
const ARRIVING: &str = ".laud-arriving";

/// A temporary folder beside an environment's folder; removed when dropped.
pub(super) struct Aside {
    path: Utf8PathBuf,
    /// Whether it still is there to be removed.
    here: bool,
}

impl Aside {
    /// Makes one for an environment's folder.
    pub(super) fn new(folder: &Utf8Path) -> io::Result<Self> {
        let (parent, prefix) = neighbours(folder)?;
        let random = RandomState::new().build_hasher().finish();
        let path = parent.join(format!("{prefix}{:08x}", random >> 32));
        fs::create_dir(&path)?;
        let aside = Self { path, here: true };
        fs::write(aside.path.join(MARK), aside.name())?;
        Ok(aside)
    }

    /// Makes a file of the output.
    pub(super) fn create(&mut self, path: &str) -> io::Result<fs::File> {
        let whole = self.path.join(path);
        match system::create_file(&whole) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                system::create_folders(whole.parent().unwrap_or(&self.path))?;
                system::create_file(&whole)
            }
            done => done,
        }
    }

    fn name(&self) -> &str {
        self.path.file_name().unwrap_or_default()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.here {
            // What cannot be removed now is removed by the next build.
            let _ = discard(&self.path);
        }
    }
}

/// Puts a staged output in place.
pub(super) fn commit(staged: Staged) -> io::Result<Written> {
    let Some(mut aside) = staged.aside else {
        return Ok(staged.written);
    };
    let folder = &staged.folder;
    if !is_there(folder) {
        fs::remove_file(aside.path.join(MARK))?;
        aside.here = false;
        fs::rename(&aside.path, folder)?;
        return Ok(staged.written);
    }
    if stand_in(&aside.path, folder, &staged.removed).is_ok() && system::exchange(&aside.path, folder).is_ok()
    {
        // From here on it is the real folder that stands aside, and a failure leaves it for the next build.
        aside.here = false;
        return_from_aside(&aside.path, folder)?;
    } else {
        fs::write(aside.path.join(RENAMING), "")?;
        update(&aside.path, folder)?;
    }
    drop(aside);
    Ok(staged.written)
}

/// Ends what a killed build left in and beside an environment's folder.
pub(super) fn heal(folder: &Utf8Path) -> io::Result<()> {
    let (parent, prefix) = neighbours(folder)?;
    let real = fs::read_to_string(folder.join(MARK)).ok();
    for name in leftovers(parent, &prefix)? {
        let aside = parent.join(&name);
        if real.as_deref() == Some(name.as_str()) {
            return_from_aside(&aside, folder)?;
        } else if is_there(&aside.join(MARK)) {
            if is_there(&aside.join(RENAMING)) {
                update(&aside, folder)?;
            }
            discard(&aside)?;
        } else if !is_there(folder) && is_there(&aside.join(manifest::NAME)) {
            fs::rename(&aside, folder)?;
        } else {
            // Killed before it was marked, or after its mark was removed. With
            // anything in it, it is nothing that laud has left.
            let _ = fs::remove_dir(&aside);
        }
    }
    Ok(())
}

/// The names of temporary folders, in order.
fn leftovers(parent: &Utf8Path, prefix: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(parent)? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        let random = name.strip_prefix(prefix);
        if random.is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// Whether anything is at a path, be it a link that leads nowhere.
fn is_there(path: &Utf8Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// With the folders exchanged: updates the real one, and exchanges them back.
fn return_from_aside(real: &Utf8Path, folder: &Utf8Path) -> io::Result<()> {
    update(folder, real)?;
    system::exchange(folder, real)?;
    discard(real)
}

/// The folder that holds an environment's folder, and how the names of the
/// temporary folders for it start.
fn neighbours(folder: &Utf8Path) -> io::Result<(&Utf8Path, String)> {
    match (folder.parent(), folder.file_name()) {
        (Some(parent), Some(name)) => Ok((parent, format!(".laud-{name}-"))),
        _ => Err(io::Error::other("it has no folder around it")),
    }
}

/// Makes the temporary folder whole: links to everything in the real folder
/// that it does not have itself and that does not go. The links lead to where
/// the real folder will be once the two are exchanged.
fn stand_in(aside: &Utf8Path, folder: &Utf8Path, removed: &BTreeSet<String>) -> io::Result<()> {
    fs::set_permissions(aside, fs::metadata(folder)?.permissions())?;
    link_rest(aside, folder, Utf8Path::new(""), aside.file_name().unwrap_or_default(), removed)
}

fn link_rest(
    aside: &Utf8Path,
    folder: &Utf8Path,
    within: &Utf8Path,
    name: &str,
    removed: &BTreeSet<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder.join(within))? {
        let entry = entry?;
        // A name that is not UTF-8 cannot be linked to by this; the caller then takes the other way.
        let file_name =
            entry.file_name().into_string().map_err(|_| io::Error::other("a name that is not UTF-8"))?;
        let path = within.join(&file_name);
        if removed.contains(path.as_str()) {
            continue;
        }
        let is_folder = entry.file_type()?.is_dir();
        let here = fs::symlink_metadata(aside.join(&path)).ok();
        match here {
            Some(here) if here.is_dir() && is_folder => link_rest(aside, folder, &path, name, removed)?,
            Some(_) => {}
            None if is_folder && removed.iter().any(|file| Utf8Path::new(file).starts_with(&path)) => {
                system::create_folders(&aside.join(&path))?;
                link_rest(aside, folder, &path, name, removed)?;
                // Without what goes it may hold nothing.
                let _ = fs::remove_dir(aside.join(&path));
            }
            None => {
                let up = "../".repeat(path.components().count());
                symlink(&format!("{up}{name}/{path}"), &aside.join(&path))?;
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn symlink(to: &str, at: &Utf8Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Utf8Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Brings an old output up to date with a new one that holds what changed as
/// real files: removes what goes, places what came, the manifest last. What
/// was done already is done again without harm.
fn update(new: &Utf8Path, old: &Utf8Path) -> io::Result<()> {
    let (kept, had) = (read_manifest(new), read_manifest(old));
    for path in had.files.keys().filter(|path| !kept.files.contains_key(*path)) {
        remove(old, Utf8Path::new(path))?;
    }
    place_all(new, old, Utf8Path::new(""))?;
    let manifest = Utf8Path::new(manifest::NAME);
    if fs::symlink_metadata(new.join(manifest)).is_ok_and(|about| about.is_file()) {
        place(new, old, manifest)?;
    }
    Ok(())
}

fn read_manifest(folder: &Utf8Path) -> Manifest {
    let text = fs::read_to_string(folder.join(manifest::NAME)).unwrap_or_default();
    Manifest::parse(&text).unwrap_or_default()
}

/// Removes a file, and the folders that hold nothing without it.
fn remove(folder: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
    match fs::remove_file(folder.join(path)) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(error);
        }
        _ => {}
    }
    for parent in path.ancestors().skip(1).filter(|parent| !parent.as_str().is_empty()) {
        if fs::remove_dir(folder.join(parent)).is_err() {
            break;
        }
    }
    Ok(())
}

fn place_all(new: &Utf8Path, old: &Utf8Path, within: &Utf8Path) -> io::Result<()> {
    for entry in new.join(within).read_dir_utf8()? {
        let entry = entry?;
        let path = within.join(entry.file_name());
        let is_own =
            within.as_str().is_empty() && [MARK, RENAMING, manifest::NAME].contains(&entry.file_name());
        let about = entry.file_type()?;
        if about.is_dir() {
            let there = old.join(&path);
            if fs::symlink_metadata(&there).is_ok_and(|about| !about.is_dir()) {
                fs::remove_file(&there)?;
            }
            system::create_folders(&there)?;
            place_all(new, old, &path)?;
        } else if about.is_file() && !is_own {
            place(new, old, &path)?;
        }
    }
    Ok(())
}

/// Puts a file in its place in one step, and leaves it where it was, too.
fn place(new: &Utf8Path, old: &Utf8Path, path: &Utf8Path) -> io::Result<()> {
    let (from, to) = (new.join(path), old.join(path));
    let arriving = to.with_file_name(ARRIVING);
    match fs::remove_file(&arriving) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if fs::hard_link(&from, &arriving).is_err() {
        fs::copy(&from, &arriving)?;
    }
    fs::rename(&arriving, &to)?;
    // Renaming a file to another name of itself does nothing.
    match fs::remove_file(&arriving) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes a temporary folder, its mark at the very end. Links are not followed.
fn discard(aside: &Utf8Path) -> io::Result<()> {
    for entry in aside.read_dir_utf8()? {
        let entry = entry?;
        if entry.file_name() == MARK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?
        } else {
            fs::remove_file(entry.path())?
        }
    }
    fs::remove_file(aside.join(MARK))?;
    fs::remove_dir(aside)
}
