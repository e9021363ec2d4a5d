//! Where files come from: disk, memory, or the editor's open buffers.
//!
//! All I/O of a compilation goes through [`Files`]; this crate has no other.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// The files that a compilation can see. A path is as the caller named the
/// main file, or relative to that: it is the implementation that knows against
/// which folder.
pub trait Files: Sync {
    /// The bytes of a file.
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError>;

    /// What is at a path, symbolic links followed; `None` when nothing is.
    fn kind(&self, path: &Utf8Path) -> Option<FileKind>;

    /// The names in a folder, sorted.
    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError>;
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Something with content.
    File,
    /// Something that holds files.
    Folder,
    /// A pipe, a socket or a device, the reading of which may never end.
    Other,
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing is at the path.
    NotFound,
    /// A folder is at the path of a file.
    IsFolder,
    /// The file is there, and may not be read.
    Denied,
    /// The file has more bytes than any spec, and was not read.
    TooLarge {
        /// How many it has.
        size: u64,
        /// How many it may have.
        limit: u64,
    },
    /// What the system says.
    Other(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such file"),
            Self::IsFolder => f.write_str("it is a folder"),
            Self::Denied => f.write_str("the permission is missing"),
            Self::TooLarge { size, limit } => {
                write!(f, "it has {size} bytes, and a spec may have {limit}")
            }
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for ReadError {}

/// Files in memory, by path; their folders are there by having files. `.` and
/// `..` in paths are followed.
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<Utf8PathBuf, Vec<u8>>);

impl Memory {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, in place of the one at that path.
    pub fn insert(&mut self, path: impl AsRef<Utf8Path>, content: impl Into<Vec<u8>>) {
        self.0.insert(normal(path.as_ref()), content.into());
    }

    /// Every file, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&Utf8Path, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_path(), content.as_slice()))
    }
}

impl<P: AsRef<Utf8Path>, C: Into<Vec<u8>>> FromIterator<(P, C)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let mut memory = Self::new();
        for (path, content) in files {
            memory.insert(path, content);
        }
        memory
    }
}

impl Files for Memory {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        match self.0.get(&normal(path)) {
            Some(content) => Ok(content.clone()),
            None if self.kind(path).is_some() => Err(ReadError::IsFolder),
            None => Err(ReadError::NotFound),
        }
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        let path = normal(path);
        if self.0.contains_key(&path) {
            return Some(FileKind::File);
        }
        let root = path.as_str().is_empty();
        (root || self.0.keys().any(|file| file.starts_with(&path))).then_some(FileKind::Folder)
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        match self.kind(folder) {
            Some(FileKind::Folder) => {}
            Some(FileKind::File | FileKind::Other) => {
                return Err(ReadError::Other("it is a file".to_owned()));
            }
            None => return Err(ReadError::NotFound),
        }
        let folder = normal(folder);
        let inside = self.0.keys().filter_map(|file| file.strip_prefix(&folder).ok());
        let names: BTreeSet<&str> = inside.filter_map(|rest| rest.iter().next()).collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}

/// A path without `.`, and without `..` where a name stands before it.
pub fn normal(path: &Utf8Path) -> Utf8PathBuf {
    let mut out = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir
                if matches!(out.components().next_back(), Some(Utf8Component::Normal(_))) =>
            {
                out.pop();
            }
            Utf8Component::ParentDir
            | Utf8Component::Prefix(_)
            | Utf8Component::RootDir
            | Utf8Component::Normal(_) => out.push(component),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        Memory::from_iter([
            ("main.laud", "app a"),
            ("lib/b.laud", "b"),
            ("lib/a.laud", "a"),
            ("lib/deep/c", "c"),
        ])
    }

    #[test]
    fn reads_by_any_spelling_of_a_path() {
        assert_eq!(memory().read("./lib/../main.laud".into()), Ok(b"app a".to_vec()));
        assert_eq!(memory().read("../main.laud".into()), Err(ReadError::NotFound));
    }

    #[test]
    fn knows_folders_by_their_files() {
        assert_eq!(memory().kind("lib".into()), Some(FileKind::Folder));
        assert_eq!(memory().kind("".into()), Some(FileKind::Folder));
        assert_eq!(memory().kind(".".into()), Some(FileKind::Folder));
        assert_eq!(memory().kind("li".into()), None);
        assert_eq!(memory().read("lib".into()), Err(ReadError::IsFolder));
    }

    #[test]
    fn lists_names_once_and_sorted() {
        assert_eq!(memory().list("lib".into()), Ok(vec!["a.laud".into(), "b.laud".into(), "deep".into()]));
        assert_eq!(memory().list(".".into()), Ok(vec!["lib".into(), "main.laud".into()]));
        assert_eq!(memory().list("none".into()), Err(ReadError::NotFound));
    }
}
