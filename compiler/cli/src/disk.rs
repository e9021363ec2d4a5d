//! The files of a compilation, on disk and on standard input.

use crate::memory;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, ReadError};
use std::fs;
use std::io::{ErrorKind, Read};

/// The most bytes that a spec file may have. It is more than anyone writes,
/// and keeps spans small and a wrong path from filling the memory.
pub(crate) const LIMIT: u64 = 16 << 20;

/// The disk, seen from the working folder.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let file = fs::File::open(path).map_err(read_error)?;
        let about = file.metadata().map_err(read_error)?;
        if about.is_dir() {
            return Err(ReadError::IsFolder);
        }
        if about.len() > LIMIT {
            return Err(ReadError::TooLarge { size: about.len(), limit: LIMIT });
        }
        read_limited(file, about.len())
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        let path = if path.as_str().is_empty() { Utf8Path::new(".") } else { path };
        let about = fs::metadata(path).ok()?;
        Some(match about.is_dir() {
            true => FileKind::Folder,
            false if about.is_file() => FileKind::File,
            false => FileKind::Other,
        })
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).map_err(read_error)? {
            // A name that is not UTF-8 is none that a spec can say.
            names.extend(entry.map_err(read_error)?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }
}

/// The disk, with one file more: the one that came on standard input.
#[derive(Debug)]
pub(crate) struct WithStdin {
    content: Result<Vec<u8>, ReadError>,
}

impl WithStdin {
    /// How the file is named to people.
    pub(crate) const NAME: &str = "<stdin>";

    /// Reads standard input to its end.
    pub(crate) fn read() -> Self {
        Self { content: read_limited(std::io::stdin().lock(), 0) }
    }

    /// The path of the main file.
    pub(crate) fn path() -> Utf8PathBuf {
        Utf8PathBuf::from(Self::NAME)
    }
}

impl Files for WithStdin {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        if path == Self::NAME { self.content.clone() } else { Disk.read(path) }
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        if path == Self::NAME { Some(FileKind::File) } else { Disk.kind(path) }
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        Disk.list(folder)
    }
}

/// Reads to the end, but never more than the limit: a device or a pipe says
/// nothing of its size beforehand.
fn read_limited(from: impl Read, expected: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(read_error)?;
    memory::count(bytes.len());
    match bytes.len() as u64 {
        size if size > LIMIT => Err(ReadError::TooLarge { size, limit: LIMIT }),
        _ => Ok(bytes),
    }
}

fn read_error(error: std::io::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::NotFound,
        ErrorKind::IsADirectory => ReadError::IsFolder,
        ErrorKind::PermissionDenied => ReadError::Denied,
        _ => ReadError::Other(crate::failure::reason(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("a UTF-8 path");
        (folder, path)
    }

    #[test]
    fn tells_what_is_wrong_with_a_path() {
        let (_keep, path) = folder();
        assert_eq!(Disk.read(&path), Err(ReadError::IsFolder));
        assert_eq!(Disk.read(&path.join("none")), Err(ReadError::NotFound));
        assert_eq!(Disk.kind(&path), Some(FileKind::Folder));
        assert_eq!(Disk.kind(&path.join("none")), None);
        assert_eq!(Disk.kind(Utf8Path::new("/dev/null")), Some(FileKind::Other));
    }

    #[test]
    fn refuses_what_is_too_large_without_reading_it() {
        let (_keep, path) = folder();
        let large = path.join("large.laud");
        fs::File::create(&large).expect("a file").set_len(50 << 20).expect("a sparse file");
        assert_eq!(Disk.read(&large), Err(ReadError::TooLarge { size: 50 << 20, limit: LIMIT }));
    }

    #[cfg(unix)]
    #[test]
    fn never_reads_a_device_to_its_end() {
        let found = Disk.read("/dev/zero".into());
        assert_eq!(found, Err(ReadError::TooLarge { size: LIMIT + 1, limit: LIMIT }));
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_and_lists_in_order() {
        let (_keep, path) = folder();
        fs::write(path.join("b.laud"), "app b").expect("a file");
        std::os::unix::fs::symlink("b.laud", path.join("a.laud")).expect("a link");
        assert_eq!(Disk.read(&path.join("a.laud")), Ok(b"app b".to_vec()));
        assert_eq!(Disk.list(&path), Ok(vec!["a.laud".to_owned(), "b.laud".to_owned()]));
    }
}
