//! A system as an editor sees it: its program and everything that is found in it.

use crate::emitted::Emitted;
use crate::files::{Answers, View};
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{Kept, Names, Program, Symbol, analyze_again, normal};
use laud_syntax::{Diagnostic, FileId, Span};
use lean_string::LeanStr;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A compiled system.
pub struct System {
    /// The main file's path.
    pub main: Utf8PathBuf,
    /// What is found, in every environment.
    pub findings: Vec<Diagnostic>,
    /// The files of its own.
    files: BTreeMap<FileId, File>,
    name: Utf8PathBuf,
    /// Where values stand that nobody may see.
    hidden: Vec<Span>,
    answers: Answers,
    /// Its trees, for those who ask for more than what is found.
    program: OnceLock<Program>,
    names: OnceLock<Names>,
    /// By environment: what it becomes, for those that someone asked for.
    emitted: Mutex<BTreeMap<String, Option<Arc<Emitted>>>>,
}

/// A file of a system's own.
struct File {
    path: Utf8PathBuf,
    text: LeanStr,
}

impl System {
    /// Compiles a system, of which something may be kept from the last time.
    pub(crate) fn compile(view: View<'_>, main: &Utf8Path, name: &Utf8Path, kept: &mut Kept) -> Self {
        let found = analyze_again(&view, name, kept, &laud_emit::check);
        let files = found.files.into_iter().map(|(id, name, text)| {
            let path = normal(&view.folder.join(name));
            (id, File { path, text })
        });
        Self {
            main: main.to_owned(),
            findings: found.diagnostics,
            files: files.collect(),
            name: name.to_owned(),
            hidden: found.hidden,
            answers: view.into_answers(),
            program: OnceLock::new(),
            names: OnceLock::new(),
            emitted: Mutex::default(),
        }
    }

    /// The program.
    pub fn program(&self) -> &Program {
        self.program.get_or_init(|| Program::read(&self.answers, &self.name, &self.hidden))
    }

    /// Every name that stands for something.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| self.program().names())
    }

    /// What the name at a place stands for, and where the name stands.
    pub(crate) fn name_at(&self, file: FileId, offset: u32) -> Option<(Span, Symbol)> {
        match self.names.get() {
            Some(names) => names.at(file, offset).map(|(span, symbol)| (span, symbol.clone())),
            None => self.program().name_at(file, offset),
        }
    }

    /// What an environment becomes, if somebody asked before.
    pub(crate) fn known_emitted(&self, environment: &str) -> Option<Arc<Emitted>> {
        let known = self.emitted.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(environment).cloned().flatten()
    }

    /// How many bytes its own files have.
    pub(crate) fn size(&self) -> usize {
        self.files.values().map(|file| file.text.len()).sum()
    }

    /// What an environment becomes, worked out once.
    pub(crate) fn emitted(
        &self,
        environment: &str,
        work_out: impl FnOnce() -> Option<Emitted>,
    ) -> Option<Arc<Emitted>> {
        let mut known = self.emitted.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(environment) {
            Some(known) => known.clone(),
            None => {
                let emitted = work_out().map(Arc::new);
                known.insert(environment.to_owned(), emitted.clone());
                emitted
            }
        }
    }

    /// Whether it would be another if something at or below the path changed.
    pub(crate) fn depends_on(&self, path: &Utf8Path) -> bool {
        self.answers.depend_on(path)
    }

    /// The path of a file; `None` for those of the standard library, which are on no disk.
    pub fn path(&self, file: FileId) -> Option<Utf8PathBuf> {
        self.files.get(&file).map(|file| file.path.clone())
    }

    /// The text of a file of the system's own.
    pub fn text(&self, file: FileId) -> Option<LeanStr> {
        self.files.get(&file).map(|file| file.text.clone())
    }

    /// The file at a path, if it is of this system.
    pub fn file(&self, path: &Utf8Path) -> Option<FileId> {
        let path = normal(path);
        self.files.iter().find(|(_, file)| file.path == path).map(|(id, _)| *id)
    }

    /// Where a finding is shown: at its place, or else at the first place in a
    /// file of the system's own that has to do with it.
    pub fn place(&self, finding: &Diagnostic) -> Option<Span> {
        let places = finding.span.into_iter().chain(finding.related.iter().map(|(span, _)| *span));
        places.into_iter().find(|span| self.files.contains_key(&span.file()))
    }
}
