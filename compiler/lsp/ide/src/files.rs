//! The files of one compilation: open buffers before the disk, and a record of
//! all that was asked for, so that it is known which change touches it.

use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, ReadError, normal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes that a buffer may have to be looked at: what the command
/// line reads of a file, 16 MiB.
pub const LIMIT: usize = 16 << 20;

/// Texts that stand in for files, by absolute path.
pub(crate) type Buffers = BTreeMap<Utf8PathBuf, Arc<str>>;

/// The files as one program sees them, from its folder.
pub(crate) struct View<'w> {
    /// The program's folder; names of files are relative to it.
    pub(crate) folder: &'w Utf8Path,
    /// What is open.
    pub(crate) buffers: &'w Buffers,
    /// What is not.
    pub(crate) disk: &'w dyn Files,
    /// Every path that was asked for, whether something is there or not.
    pub(crate) asked: Mutex<BTreeSet<Utf8PathBuf>>,
}

impl View<'_> {
    fn ask(&self, path: &Utf8Path) -> Utf8PathBuf {
        let path = normal(&self.folder.join(path));
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        path
    }

    /// What is open below a folder.
    fn below<'a>(&'a self, folder: &'a Utf8Path) -> impl Iterator<Item = &'a Utf8Path> {
        self.buffers.keys().filter_map(move |path| path.strip_prefix(folder).ok())
    }
}

impl Files for View<'_> {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let path = self.ask(path);
        match self.buffers.get(&path) {
            Some(text) if text.len() > LIMIT => {
                Err(ReadError::TooLarge { size: text.len() as u64, limit: LIMIT as u64 })
            }
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.disk.read(&path),
        }
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        let path = self.ask(path);
        if self.buffers.contains_key(&path) {
            return Some(FileKind::File);
        }
        let is_above = || self.below(&path).next().is_some().then_some(FileKind::Folder);
        self.disk.kind(&path).or_else(is_above)
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        let folder = self.ask(folder);
        let open: BTreeSet<String> =
            self.below(&folder).filter_map(|rest| rest.iter().next()).map(str::to_owned).collect();
        match self.disk.list(&folder) {
            Ok(names) => Ok(open.into_iter().chain(names).collect::<BTreeSet<_>>().into_iter().collect()),
            Err(_) if !open.is_empty() => Ok(open.into_iter().collect()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    #[test]
    fn a_buffer_stands_before_the_disk() {
        let disk = Memory::from_iter([("/w/main.laud", "disk"), ("/w/other.laud", "disk")]);
        let buffers =
            Buffers::from_iter([("/w/main.laud".into(), "open".into()), ("/w/new/a.laud".into(), "".into())]);
        let view = View { folder: "/w".into(), buffers: &buffers, disk: &disk, asked: Mutex::default() };
        assert_eq!(view.read("main.laud".into()), Ok(b"open".to_vec()));
        assert_eq!(view.read("./new/../other.laud".into()), Ok(b"disk".to_vec()));
        assert_eq!(view.kind("new".into()), Some(FileKind::Folder));
        assert_eq!(view.list("".into()), Ok(vec!["main.laud".into(), "new".into(), "other.laud".into()]));
        assert!(view.asked.into_inner().is_ok_and(|asked| asked.contains(Utf8Path::new("/w/new"))));
    }

    #[test]
    fn a_buffer_may_be_too_large() {
        let buffers = Buffers::from_iter([("/main.laud".into(), " ".repeat(LIMIT + 1).into())]);
        let view =
            View { folder: "/".into(), buffers: &buffers, disk: &Memory::new(), asked: Mutex::default() };
        assert!(matches!(view.read("main.laud".into()), Err(ReadError::TooLarge { .. })));
    }
}
