//! The standard library as files, for an editor to open. The server has its
//! text in itself; a file of it is written when a client is first led to one.

use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::Write;

/// The folder that has the standard library's files, or will have them.
pub struct Library {
    folder: Utf8PathBuf,
}

impl Library {
    /// The library of this version below a folder for what can be made again.
    pub fn below(cache: &Utf8Path) -> Self {
        Self { folder: laud_analyze::normal(&cache.join("laud").join(env!("CARGO_PKG_VERSION"))) }
    }

    /// The path of a file of the standard library, which is there from now on.
    /// Nothing if the name is of no such file or if it cannot be written.
    pub(crate) fn path(&self, name: &Utf8Path) -> Option<Utf8PathBuf> {
        let module = name.strip_prefix("std").ok()?.as_str().strip_suffix(".laud")?;
        let text = match module {
            "prelude" => laud_stdlib::PRELUDE.text,
            _ => laud_stdlib::MODULES.iter().find(|file| file.path == module)?.text,
        };
        let path = self.folder.join(name);
        let is_there = fs::read(&path).is_ok_and(|there| there == text.as_bytes());
        (is_there || write(&path, text).is_some()).then_some(path)
    }

    /// Whether a path is of the library.
    pub(crate) fn has(&self, path: &Utf8Path) -> bool {
        path.starts_with(&self.folder)
    }
}

/// Writes a file whole, for reading alone: what is changed in it changes nothing.
fn write(path: &Utf8Path, text: &str) -> Option<()> {
    let folder = path.parent()?;
    fs::create_dir_all(folder).ok()?;
    let mut file = tempfile::NamedTempFile::new_in(folder).ok()?;
    file.write_all(text.as_bytes()).ok()?;
    let mut permissions = file.as_file().metadata().ok()?.permissions();
    permissions.set_readonly(true);
    file.as_file().set_permissions(permissions).ok()?;
    file.persist(path).ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_once_it_is_asked_for() {
        let cache = tempfile::tempdir().expect("a folder");
        let library = Library::below(Utf8Path::from_path(cache.path()).expect("UTF-8"));
        let path = library.path("std/data/postgres.laud".into()).expect("a file");
        assert!(library.has(&path));
        let file = laud_stdlib::MODULES.iter().find(|file| file.path == "data/postgres").expect("a module");
        assert_eq!(fs::read_to_string(&path).expect("it can be read"), file.text);
        assert!(fs::metadata(&path).expect("it is there").permissions().readonly());
        // What is no longer as it was is written anew.
        fs::remove_file(&path).expect("it can go");
        fs::write(&path, "else").expect("it can be written");
        assert_eq!(library.path("std/data/postgres.laud".into()).as_ref(), Some(&path));
        assert_eq!(fs::read_to_string(&path).expect("it can be read"), file.text);
        assert!(library.path("std/prelude.laud".into()).is_some());
        for name in ["std/data/none.laud", "main.laud", "std/../main.laud", "std/data/postgres"] {
            assert_eq!(library.path(name.into()), None, "{name}");
        }
    }
}
