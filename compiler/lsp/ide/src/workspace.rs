//! What is open, and the systems that it is of, each compiled once until a
//! file changes that it asked for.

use crate::files::{Buffers, Known, View, is_below};
use crate::system::System;
use crate::watched::Watched;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, Kept, Offer, normal, offers};
use lean_string::LeanStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

/// The open files and folders of an editor. Paths are absolute.
pub struct Workspace<'d> {
    disk: &'d dyn Files,
    roots: BTreeSet<Utf8PathBuf>,
    buffers: Buffers,
    /// By main file.
    systems: BTreeMap<Utf8PathBuf, Arc<System>>,
    /// By main file: what is kept for when it is compiled again.
    kept: BTreeMap<Utf8PathBuf, Kept>,
    /// By file: the main file of its system when that was last compiled.
    homes: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
    /// What the disk said.
    known: Known,
}

impl<'d> Workspace<'d> {
    /// Nothing is open yet; what is not open is read from `disk`.
    pub fn new(disk: &'d dyn Files) -> Self {
        Self {
            disk,
            roots: BTreeSet::new(),
            buffers: Buffers::new(),
            systems: BTreeMap::new(),
            kept: BTreeMap::new(),
            homes: BTreeMap::new(),
            known: Known::default(),
        }
    }

    /// Adds a folder that the editor works in.
    pub fn add_root(&mut self, root: &Utf8Path) {
        self.roots.insert(normal(root));
    }

    /// Takes such a folder away.
    pub fn remove_root(&mut self, root: &Utf8Path) {
        self.roots.remove(&normal(root));
    }

    /// A file is open with this text, or its text changed.
    pub fn set(&mut self, path: &Utf8Path, text: impl Into<LeanStr>) {
        let path = normal(path);
        match self.buffers.insert(path.clone(), text.into()) {
            // What is read of the disk stays as it is.
            Some(_) => self.systems.retain(|_, system| !system.depends_on(&path)),
            None => self.touch(&path),
        }
    }

    /// A file is closed: the disk has its text again.
    pub fn close(&mut self, path: &Utf8Path) {
        let path = normal(path);
        self.buffers.remove(&path);
        self.touch(&path);
    }

    /// Something at or below a path changed, came or went.
    pub fn touch(&mut self, path: &Utf8Path) {
        let path = normal(path);
        let known = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        known
            .retain(|at, _| !is_below(at, &path) && path.parent().is_none_or(|folder| folder != at.as_str()));
        self.systems.retain(|_, system| !system.depends_on(&path));
        self.forget_plans();
    }

    /// Anything may have changed.
    pub fn touch_all(&mut self) {
        self.known = Known::default();
        self.systems.clear();
        self.forget_plans();
    }

    /// What was planned may depend on what changed on disk.
    fn forget_plans(&mut self) {
        self.homes.clear();
        self.kept.values_mut().for_each(Kept::forget_plans);
    }

    /// The open files.
    pub fn open(&self) -> impl Iterator<Item = &Utf8Path> {
        self.buffers.keys().map(Utf8PathBuf::as_path)
    }

    /// The folders that are open.
    pub(crate) fn roots(&self) -> impl Iterator<Item = &Utf8Path> {
        self.roots.iter().map(Utf8PathBuf::as_path)
    }

    /// Where what is not open is read from.
    pub(crate) fn disk(&self) -> &'d dyn Files {
        self.disk
    }

    /// The text of an open file.
    pub fn text(&self, path: &Utf8Path) -> Option<LeanStr> {
        self.buffers.get(&normal(path)).cloned()
    }

    /// The system that a file is of: that of the nearest `main.laud`, in its
    /// folder or above it, which has the file in it; else the file's own.
    pub fn system_of(&mut self, path: &Utf8Path) -> Arc<System> {
        let path = normal(path);
        for main in self.mains_above(&path) {
            let system = self.system(&main);
            if system.file(&path).is_some() {
                self.homes.insert(path, main);
                return system;
            }
        }
        let system = self.system(&path);
        self.homes.insert(path.clone(), path);
        system
    }

    /// The alerts of a system, by what they watch.
    pub fn watched(&self, main: &Utf8Path) -> Watched {
        self.kept.get(main).map(Watched::of_kept).unwrap_or_default()
    }

    /// Every system of an open file, and of each root with a `main.laud`, in order of main file.
    pub fn systems(&mut self) -> Vec<Arc<System>> {
        let open: Vec<Utf8PathBuf> = self.buffers.keys().cloned().collect();
        let mut found: BTreeMap<Utf8PathBuf, Arc<System>> = BTreeMap::new();
        for path in open {
            let system = self.system_of(&path);
            found.insert(system.main.clone(), system);
        }
        let mains: Vec<Utf8PathBuf> = self.roots.iter().map(|root| root.join("main.laud")).collect();
        for main in mains.into_iter().filter(|main| self.disk.kind(main) == Some(FileKind::File)) {
            found.insert(main.clone(), self.system(&main));
        }
        // What nobody looks at any more is not kept.
        self.systems.retain(|main, _| found.contains_key(main));
        self.kept.retain(|main, _| found.contains_key(main));
        found.into_values().collect()
    }

    /// The main files that a file may be of, the nearest first.
    fn mains_above(&self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let root =
            self.roots.iter().filter(|root| path.starts_with(root)).max_by_key(|root| root.as_str().len());
        let mut mains = Vec::new();
        for folder in path.ancestors().skip(1) {
            let main = folder.join("main.laud");
            if self.buffers.contains_key(&main) || self.disk.kind(&main) == Some(FileKind::File) {
                mains.push(main);
            }
            // Beyond the folder that is open, and without one beyond the file's own, is the world of others.
            if root.is_none_or(|root| root == folder) {
                break;
            }
        }
        mains
    }

    fn system(&mut self, main: &Utf8Path) -> Arc<System> {
        if let Some(system) = self.systems.get(main) {
            return system.clone();
        }
        // What a panic would leave half done is not kept.
        let mut kept = self.kept.remove(main).unwrap_or_default();
        let system = Arc::new(self.compile(main, &self.buffers, &mut kept));
        self.kept.insert(main.to_owned(), kept);
        self.systems.insert(main.to_owned(), system.clone());
        system
    }

    fn compile(&self, main: &Utf8Path, buffers: &Buffers, kept: &mut Kept) -> System {
        let (folder, name) = split(main);
        System::compile(View::new(folder, buffers, self.disk, &self.known), main, name, kept)
    }

    /// The files as the system of a main file sees them.
    pub(crate) fn view_of<T>(&self, main: &Utf8Path, look: impl FnOnce(&dyn Files) -> T) -> T {
        let (folder, _) = split(main);
        look(&View::new(folder, &self.buffers, self.disk, &self.known))
    }

    /// A system as it would be with other texts.
    pub(crate) fn with(&self, main: &Utf8Path, texts: Vec<(Utf8PathBuf, String)>) -> System {
        let mut buffers = self.buffers.clone();
        buffers.extend(texts.into_iter().map(|(path, text)| (path, text.into())));
        self.compile(main, &buffers, &mut Kept::default())
    }

    /// What could stand at a byte of a file, if it had that text.
    pub(crate) fn offers(&mut self, path: &Utf8Path, text: String, offset: u32) -> Vec<Offer> {
        let path = normal(path);
        // What is found in it is of no interest here, so that it need not be compiled.
        let main = match self.homes.get(&path) {
            Some(main) => main.clone(),
            None => self.system_of(&path).main.clone(),
        };
        let mut buffers = self.buffers.clone();
        buffers.insert(path.clone(), text.into());
        let (folder, name) = split(&main);
        let view = View::new(folder, &buffers, self.disk, &self.known);
        // A module is named from its main file's folder, which it is in or below.
        let file = path.strip_prefix(folder).unwrap_or(&path);
        let none = Kept::default();
        offers(&view, name, file, offset, self.kept.get(&main).unwrap_or(&none))
    }
}

/// The folder and the name of a main file.
fn split(main: &Utf8Path) -> (&Utf8Path, &Utf8Path) {
    let folder = main.parent().unwrap_or(Utf8Path::new(""));
    (folder, Utf8Path::new(main.file_name().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    const MAIN: &str = "app a\nuse ./lib/team\nenvironment e {}\n";

    fn disk() -> Memory {
        Memory::from_iter([
            ("/w/main.laud", MAIN),
            ("/w/lib/team.laud", "let x = 1\n"),
            ("/w/other.laud", "let y = 1\n"),
        ])
    }

    #[test]
    fn a_module_is_of_the_main_file_that_uses_it() {
        let disk = disk();
        let mut workspace = Workspace::new(&disk);
        workspace.add_root("/w".into());
        assert_eq!(workspace.system_of("/w/lib/team.laud".into()).main, "/w/main.laud");
        assert_eq!(workspace.system_of("/w/other.laud".into()).main, "/w/other.laud");
        assert_eq!(workspace.system_of("/elsewhere/a.laud".into()).main, "/elsewhere/a.laud");
    }

    #[test]
    fn a_system_is_compiled_again_when_what_it_asked_for_changes() {
        let disk = disk();
        let mut workspace = Workspace::new(&disk);
        workspace.add_root("/w".into());
        let first = workspace.system_of("/w/main.laud".into());
        workspace.set("/w/other.laud".into(), "let y = 2\n");
        assert!(Arc::ptr_eq(&first, &workspace.system_of("/w/main.laud".into())));
        workspace.set("/w/lib/team.laud".into(), "let x = 2\n");
        assert!(!Arc::ptr_eq(&first, &workspace.system_of("/w/main.laud".into())));
        let second = workspace.system_of("/w/main.laud".into());
        workspace.touch("/w/lib".into());
        assert!(!Arc::ptr_eq(&second, &workspace.system_of("/w/main.laud".into())));
    }

    #[test]
    fn a_module_that_is_not_used_any_more_takes_its_names_along() {
        let service =
            "service web { image = \"a/b:1\", health = off because \"so\", limits { memory = 64MiB } }\n";
        let disk = Memory::from_iter([("/w/main.laud", MAIN), ("/w/lib/team.laud", service)]);
        let mut workspace = Workspace::new(&disk);
        let main = Utf8Path::new("/w/main.laud");
        for text in
            [MAIN, "app a\nenvironment e {}\n", MAIN, "app a\nuse ./lib/team { we }\nenvironment e {}\n"]
        {
            workspace.set(main, text);
            let found = workspace.system_of(main).findings.clone();
            let fresh = workspace.with(main, Vec::new()).findings;
            assert_eq!(found, fresh, "{text}");
        }
    }

    #[test]
    fn there_are_systems_of_roots_and_of_open_files() {
        let disk = disk();
        let mut workspace = Workspace::new(&disk);
        workspace.add_root("/w".into());
        workspace.set("/w/other.laud".into(), "let y = 2\n");
        let mains: Vec<Utf8PathBuf> = workspace.systems().iter().map(|system| system.main.clone()).collect();
        assert_eq!(mains, ["/w/main.laud", "/w/other.laud"]);
    }
}
