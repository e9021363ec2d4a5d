//! The specs below the folders that are open, whether or not a system has them.

use crate::files::LIMIT;
use crate::workspace::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::FileKind;
use lean_string::LeanStr;

/// The most entries of folders that are looked at. Beyond it something else
/// than specs is open, such as a whole disk.
const MOST_ENTRIES: usize = 50_000;

/// Folders of other tools, in which no spec is written.
const FOREIGN: [&str; 4] = ["node_modules", "target", "vendor", "__pycache__"];

impl Workspace<'_> {
    /// The specs on disk below the folders that are open, in order, and the open ones.
    pub(crate) fn specs(&self) -> Vec<Utf8PathBuf> {
        let mut found: Vec<Utf8PathBuf> =
            self.open().filter(|path| path.is_absolute()).map(Utf8Path::to_owned).collect();
        let mut looked = 0;
        let mut folders: Vec<Utf8PathBuf> = self.roots().map(Utf8Path::to_owned).collect();
        while let Some(folder) = folders.pop() {
            for name in self.list(&folder) {
                looked += 1;
                if looked > MOST_ENTRIES {
                    break;
                }
                let path = folder.join(&name);
                if name.ends_with(".laud") {
                    found.push(path);
                } else if !name.starts_with('.')
                    && !FOREIGN.contains(&name.as_str())
                    // A name with an ending is hardly ever a folder's: its kind need not be asked.
                    && !name.contains('.')
                    && self.kind(&path) == Some(FileKind::Folder)
                {
                    folders.push(path);
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// The text of a file, open or not; nothing if it is no text, or too large.
    pub(crate) fn read(&self, path: &Utf8Path) -> Option<LeanStr> {
        let text = match self.text(path) {
            Some(text) => text,
            None => String::from_utf8(self.disk().read(path).ok()?).ok()?.into(),
        };
        Some(text).filter(|text| text.len() <= LIMIT)
    }

    /// What is at a path, open or on disk.
    pub(crate) fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        if self.text(path).is_some() { Some(FileKind::File) } else { self.disk().kind(path) }
    }

    /// The names in a folder on disk, in order.
    pub(crate) fn list(&self, folder: &Utf8Path) -> Vec<String> {
        self.disk().list(folder).unwrap_or_default()
    }
}
