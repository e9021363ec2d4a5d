//! Revisions: files of variables, each with a digest of what is mounted from beside it.
//!
//! Compose makes a container anew when its definition is another one, and what
//! is mounted is no part of that: the process would go on with what it read
//! when it started. So the definition names such a file (`env_file`), whose
//! one variable is another one when anything that is mounted is. Where what
//! runs takes changes up by itself (`reloads`), nothing has to be made anew.

use crate::mounted::{folders, writer};
use crate::{File, Sink, WRITTEN};
use laud_plan::{Mount, MountSource, Origin, Plan, Service};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Not `.env`: many a repository ignores files of that name.
const EXTENSION: &str = ".revision";

/// What is mounted of the files of laud's, if a change of it asks for another container.
fn mounted(mount: &Mount) -> Option<&str> {
    match &mount.source {
        MountSource::Generated(path) if !mount.reloads => Some(path),
        MountSource::Generated(_)
        | MountSource::Volume(_)
        | MountSource::Source(_)
        | MountSource::Host(_) => None,
    }
}

/// The file for what is mounted from a path: one for all files of a service's
/// own, in `files/<service>/`, and beside it for whatever else.
fn path(mounted: &str) -> String {
    let own = mounted.strip_prefix("files/").and_then(|below| below.find('/'));
    let what = own.map_or(mounted, |end| &mounted[.."files/".len() + end]);
    format!("{what}{EXTENSION}")
}

/// The files for what is mounted into a service, each with the mount that asks for it first.
pub(crate) fn of(service: &Service) -> Vec<(String, &Mount)> {
    let mut paths: Vec<(String, &Mount)> = Vec::new();
    for mount in &service.mounts {
        if let Some(path) =
            mounted(mount).map(path).filter(|path| paths.iter().all(|(other, _)| other != path))
        {
            paths.push((path, mount));
        }
    }
    paths
}

/// Hands the files of a target on, and then the revisions of what is mounted of them.
pub(crate) struct Revisions<'a> {
    sink: &'a mut dyn Sink,
    /// By path.
    all: BTreeMap<String, Revision>,
    /// By what is mounted: the path of its revision.
    of: FxHashMap<&'a str, String>,
    /// Those that the file that is written is a part of.
    open: Vec<String>,
}

/// The revision of what is mounted from a place.
struct Revision {
    digest: Sha256,
    origin: Origin,
}

impl<'a> Revisions<'a> {
    pub(crate) fn new(plan: &'a Plan, target: &str, sink: &'a mut dyn Sink) -> Self {
        let (mut all, mut of) = (BTreeMap::new(), FxHashMap::default());
        for mount in plan.services.iter().flat_map(|service| &service.mounts) {
            if let Some(mounted) = mounted(mount).filter(|mounted| writer(mounted) == target) {
                let path = path(mounted);
                let new = || Revision { digest: Sha256::new(), origin: mount.origin };
                all.entry(path.clone()).or_insert_with(new);
                of.insert(mounted, path);
            }
        }
        Self { sink, all, of, open: Vec::new() }
    }

    /// Writes the revisions.
    pub(crate) fn finish(self) {
        for (path, revision) in self.all {
            let stem = path.strip_suffix(EXTENSION).unwrap_or(&path);
            let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
            let digest: String =
                revision.digest.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            let content = format!(
                "{WRITTEN}# It stands for what is mounted from {stem}: with another value, `docker compose up` makes the\n\
                 # containers anew that read it.\nLAUD_{name}={digest}\n"
            );
            File { path, content, origins: vec![(0, revision.origin)] }.give(self.sink);
        }
    }

    fn digest(&mut self, text: &str) {
        for path in &self.open {
            if let Some(revision) = self.all.get_mut(path) {
                revision.digest.update(text);
            }
        }
    }
}

impl Sink for Revisions<'_> {
    fn begin(&mut self, path: &str) {
        self.open = folders(path).filter_map(|mounted| self.of.get(mounted).cloned()).collect();
        self.open.dedup();
        self.digest(path);
        self.digest("\0");
        self.sink.begin(path);
    }

    fn text(&mut self, text: &str) {
        self.digest(text);
        self.sink.text(text);
    }

    fn origin(&mut self, line: u32, origin: Origin) {
        self.sink.origin(line, origin);
    }

    fn end(&mut self) {
        self.digest("\0");
        self.sink.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Context;
    use crate::fixture::{self, BACKEND, EDGE, at};
    use laud_plan::Part;
    use lean_string::LeanStr;

    fn emitted(plan: &Plan) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        crate::emit(plan, Context { spec_root: ".." }, &mut |file| {
            files.insert(file.path, file.content);
        });
        files
    }

    fn revisions(plan: &Plan) -> BTreeMap<String, String> {
        emitted(plan).into_iter().filter(|(path, _)| path.ends_with(EXTENSION)).collect()
    }

    fn mount(path: &str) -> Mount {
        Mount {
            source: MountSource::Generated(path.into()),
            at: "/x".into(),
            read_only: true,
            reloads: false,
            origin: at(1),
            origins: Default::default(),
        }
    }

    #[test]
    fn files_of_a_service_share_one() {
        assert_eq!(path("files/web/conf/a.ini"), "files/web.revision");
        assert_eq!(path("nginx/edge"), "nginx/edge.revision");
        assert_eq!(path("files"), "files.revision");
        let mut service = fixture::plan().services[BACKEND.0 as usize].clone();
        service.mounts = ["files/web/a/x", "prometheus", "files/web/b/y"].map(mount).into_iter().collect();
        service.mounts[1].reloads = true;
        assert_eq!(of(&service), [("files/web.revision".to_owned(), &service.mounts[0])]);
    }

    #[test]
    fn compose_names_what_is_written() {
        let mut plan = fixture::plan();
        // Something that no target writes.
        plan.services[BACKEND.0 as usize].mounts.push(mount("elsewhere/x"));
        let files = emitted(&plan);
        let written = revisions(&plan);
        assert_eq!(
            written.keys().map(String::as_str).collect::<Vec<_>>(),
            ["elsewhere/x.revision", "files/backend.revision", "nginx/edge.revision"]
        );
        for path in written.keys() {
            assert!(files["compose.yaml"].contains(&format!("- \"./{path}\"\n")), "{path}");
        }
        plan.services[EDGE.0 as usize].mounts[0].reloads = true;
        assert!(!emitted(&plan)["compose.yaml"].contains("nginx/edge.revision"));
        assert!(!revisions(&plan).contains_key("nginx/edge.revision"));
    }

    #[test]
    fn another_content_is_another_revision_of_that_alone() {
        let plan = fixture::plan();
        let before = revisions(&plan);
        assert_eq!(before, revisions(&plan));
        let mut changed = plan.clone();
        let laud_plan::Content::Yaml(laud_plan::Data::Map(entries)) = &mut changed.files[0].content else {
            panic!("the fixture's file is a map")
        };
        entries[0].1 =
            laud_plan::Data::Text(fixture::text([Part::Literal(LeanStr::from_static_str("other"))]));
        let after = revisions(&changed);
        let differ: Vec<&String> = before.keys().filter(|path| before[*path] != after[*path]).collect();
        assert_eq!(differ, ["files/backend.revision"]);
    }
}
