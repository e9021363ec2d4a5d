//! Where things are: the repository, its files, and folders to work in.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

/// The repository's folder.
pub(crate) fn repository() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in the repository")
}

/// An empty folder for the tests of that name to work in, the same in each run.
pub(crate) fn scratch(name: &str) -> Utf8PathBuf {
    let folder = Utf8Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's folder can be removed");
    }
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// The folders in a folder, by name.
pub(crate) fn folders(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// Every file below a folder, by path, that of hidden folders too.
pub(crate) fn files(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Every `.laud` file below a folder, by path.
pub(crate) fn specs(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    files(folder).into_iter().filter(|path| path.extension() == Some("laud")).collect()
}

/// What is in a folder, by name; nothing if there is none.
pub(crate) fn entries(folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let Ok(entries) = folder.read_dir_utf8() else {
        return Vec::new();
    };
    let mut paths: Vec<Utf8PathBuf> = entries.map(|entry| entry.expect("a UTF-8 name").into_path()).collect();
    paths.sort();
    paths
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Utf8Path, to: &Utf8Path) {
    for file in files(from) {
        let place = to.join(file.strip_prefix(from).expect("it is in there"));
        fs::create_dir_all(place.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::copy(&file, &place).expect("a file can be copied");
    }
}

/// A path within the repository, as people name it.
pub(crate) fn shown(path: &Utf8Path) -> &Utf8Path {
    path.strip_prefix(repository()).unwrap_or(path)
}
