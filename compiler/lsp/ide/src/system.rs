//! A system as an editor sees it: its program and everything that is found in it.

use crate::emitted::Emitted;
use crate::files::View;
use crate::watched::Watched;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{Names, Program, analyze, normal};
use laud_syntax::{Diagnostic, FileId, Span, ast, code, gather};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A compiled system.
pub struct System {
    /// The main file's path.
    pub main: Utf8PathBuf,
    /// The program.
    pub program: Program,
    /// What is found, in every environment.
    pub findings: Vec<Diagnostic>,
    folder: Utf8PathBuf,
    asked: BTreeSet<Utf8PathBuf>,
    names: OnceLock<Names>,
    watched: Watched,
    /// By environment: what it becomes, for those that someone asked for.
    emitted: Mutex<BTreeMap<String, Option<Arc<Emitted>>>>,
}

impl System {
    pub(crate) fn compile(view: View<'_>, main: &Utf8Path, name: &Utf8Path) -> Self {
        let program = analyze(&view, name);
        let mut found = program.diagnostics().to_vec();
        let mut watched = Watched::default();
        for environment in program.environments() {
            let planned = program.plan(&view, &environment);
            planned.plan.iter().flat_map(|plan| &plan.alerts).for_each(|alert| watched.add(alert));
            let mut here = planned.diagnostics;
            here.extend(planned.plan.iter().flat_map(laud_emit::check));
            for diagnostic in &mut here {
                if diagnostic.environments.is_empty() {
                    diagnostic.environments.push(environment.to_string());
                }
            }
            found.extend(here);
        }
        if is_module(&program, name) {
            found.retain(|one| ![&code::MISSING_APP, &code::NO_ENVIRONMENT].contains(&one.code));
        }
        let findings = gather(found, program.sources());
        let folder = view.folder.to_owned();
        let asked = view.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (names, emitted) = (OnceLock::new(), Mutex::default());
        Self { main: main.to_owned(), program, findings, folder, asked, names, watched, emitted }
    }

    /// Every name that stands for something.
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| self.program.names())
    }

    /// The alerts that watch a declaration, in any environment: their names, and where they are declared.
    pub(crate) fn alerts(&self, declaration: &str) -> Vec<(SmolStr, Span)> {
        self.watched.of(declaration)
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
        let lists = || path.parent().is_some_and(|folder| self.asked.contains(folder));
        let below =
            || self.asked.range(path.to_owned()..).next().is_some_and(|asked| asked.starts_with(path));
        self.asked.contains(path) || lists() || below()
    }

    /// The path of a file; `None` for those of the standard library, which are on no disk.
    pub fn path(&self, file: FileId) -> Option<Utf8PathBuf> {
        let own = self.program.own_files().any(|own| own == file);
        own.then(|| normal(&self.folder.join(&self.program.sources().get(file).name)))
    }

    /// The file at a path, if it is of this system.
    pub fn file(&self, path: &Utf8Path) -> Option<FileId> {
        let path = normal(path);
        self.program.own_files().find(|file| self.path(*file).as_deref() == Some(&path))
    }
}

/// Whether the main file is none: it is not called so, and names no system.
fn is_module(program: &Program, name: &Utf8Path) -> bool {
    let main = program.own_files().next();
    let entries = main.map_or(&[][..], |main| &program.parsed(main).file.entries);
    let names_one =
        entries.iter().any(|entry| matches!(entry.node, ast::Node::App(_) | ast::Node::Environment(_)));
    name != "main.laud" && !names_one
}
