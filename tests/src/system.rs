//! The systems that build, each compiled once for all tests: those in
//! `examples/` and the cases in `golden/emit/`.

use crate::place::{copy, folders, repository, scratch};
use camino::{Utf8Path, Utf8PathBuf};
use laud::{Compiled, Disk, Selection};
use laud_analyze::{FileKind, Files, ReadError};
use laud_emit::Context;
use laud_plan::Plan;
use laud_syntax::Diagnostic;
use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

/// The way from an output's folder to the spec's, with the default `--out`.
pub(crate) const SPEC_ROOT: &str = "../..";

/// A system that builds.
pub(crate) struct System {
    /// Its name: `examples/minimal`, `golden/emit/redis`.
    pub(crate) name: String,
    /// The folder of its spec, in the repository.
    pub(crate) folder: Utf8PathBuf,
    /// What was found in it.
    pub(crate) compiled: Compiled,
    /// Its environments, in the order of the spec; none if it has errors.
    pub(crate) environments: Vec<Environment>,
}

/// An environment of a system.
pub(crate) struct Environment {
    /// `examples/minimal in production`
    pub(crate) name: String,
    /// Its plan.
    pub(crate) plan: Plan,
    /// Its files, by path, without the manifest.
    pub(crate) files: BTreeMap<String, String>,
    /// Where they are on disk: in `deploy/` beside a copy of the spec.
    pub(crate) folder: Utf8PathBuf,
}

/// Every system that builds.
pub(crate) fn systems() -> &'static [System] {
    static SYSTEMS: OnceLock<Vec<System>> = OnceLock::new();
    SYSTEMS.get_or_init(|| {
        let out = scratch("systems");
        let all = folders(&repository().join("examples"))
            .into_iter()
            .chain(folders(&repository().join("golden/emit")));
        let all: Vec<Utf8PathBuf> = all.filter(|folder| folder.join("main.laud").exists()).collect();
        let build = |folder: &Utf8PathBuf| {
            let name = folder.strip_prefix(repository()).expect("it is in there").to_string();
            System::build(&name, folder, &out.join(&name))
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = all
                .chunks(all.len().div_ceil(4).max(1))
                .map(|some| scope.spawn(move || some.iter().map(build).collect::<Vec<_>>()))
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no system panics")).collect()
        })
    })
}

/// Every environment of every system that builds.
pub(crate) fn environments() -> impl Iterator<Item = &'static Environment> {
    systems().iter().flat_map(|system| &system.environments)
}

impl System {
    fn build(name: &str, folder: &Utf8Path, place: &Utf8Path) -> Self {
        let mut compiled = laud::compile(&Rooted(folder.to_owned()), "main.laud".into(), Selection::All);
        let plans = if laud_syntax::has_errors(&compiled.diagnostics) {
            Vec::new()
        } else {
            std::mem::take(&mut compiled.plans)
        };
        copy_spec(folder, place);
        let environments = plans.into_iter().map(|plan| {
            let files = emitted(&plan);
            let folder = place.join("deploy").join(plan.environment.as_str());
            for (path, content) in &files {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("a file is in a folder"))
                    .expect("a folder can be made");
                fs::write(path, content).expect("a file can be written");
            }
            Environment { name: format!("{name} in {}", plan.environment), plan, files, folder }
        });
        Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            environments: environments.collect(),
            compiled,
        }
    }

    /// What was found, as people read it.
    pub(crate) fn report(&self) -> String {
        let diagnostics: &[Diagnostic] = &self.compiled.diagnostics;
        laud::render::human(diagnostics, self.compiled.program.sources(), laud::Style::PLAIN)
    }
}

fn copy_spec(folder: &Utf8Path, place: &Utf8Path) {
    for path in crate::place::entries(folder) {
        let to = place.join(path.file_name().expect("it has a name"));
        match path.file_name() {
            Some("deploy") => {}
            _ if path.is_dir() => copy(&path, &to),
            _ => {
                fs::create_dir_all(place).expect("a folder can be made");
                fs::copy(&path, to).expect("a file can be copied");
            }
        }
    }
}

/// The files of a plan, by path.
pub(crate) fn emitted(plan: &Plan) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    laud_emit::emit(plan, Context { spec_root: SPEC_ROOT }, &mut |file| {
        let before = files.insert(file.path.clone(), file.content);
        assert!(before.is_none(), "`{}` is emitted twice", file.path);
    });
    files
}

/// The disk, seen from a folder, so that names do not depend on where the tests run.
pub(crate) struct Rooted(pub(crate) Utf8PathBuf);

impl Files for Rooted {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        Disk.read(&self.0.join(path))
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        Disk.kind(&self.0.join(path))
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        Disk.list(&self.0.join(folder))
    }
}
