//! Revisions: files of variables, each with a digest of what is mounted from beside it,
//! or into a service from beside the spec.
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

/// What a revision is of, by its path.
fn stem(revision: &str) -> &str {
    revision.strip_suffix(EXTENSION).unwrap_or(revision)
}

/// Something mounted of which a change asks for another container.
enum Mounted<'a> {
    /// Of the files of laud's, by its path.
    Written(&'a str),
    /// A file beside the spec, by its digest.
    Beside(&'a str),
}

impl<'a> Mounted<'a> {
    fn of(mount: &'a Mount) -> Option<Self> {
        match &mount.source {
            MountSource::Generated(path) if !mount.reloads => Some(Self::Written(path)),
            MountSource::Source { digest: Some(digest), .. } => Some(Self::Beside(digest)),
            MountSource::Generated(_)
            | MountSource::Volume(_)
            | MountSource::Source { digest: None, .. }
            | MountSource::Host(_) => None,
        }
    }

    /// The file for what is mounted into a service: one for all files of the
    /// service's own, which are in `files/<service>/` or beside the spec, and
    /// for whatever else one beside that.
    fn revision(&self, service: &Service) -> String {
        let what = match self {
            Self::Written(path) => {
                let own = path.strip_prefix("files/").and_then(|below| below.find('/'));
                own.map_or(*path, |end| &path[.."files/".len() + end])
            }
            Self::Beside(_) => return format!("files/{}{EXTENSION}", service.name),
        };
        format!("{what}{EXTENSION}")
    }
}

/// The files for what is mounted into a service, each with the mount that asks for it first.
pub(crate) fn of(service: &Service) -> Vec<(String, &Mount)> {
    let mut paths: Vec<(String, &Mount)> = Vec::new();
    for mount in &service.mounts {
        let path = Mounted::of(mount).map(|mounted| mounted.revision(service));
        if let Some(path) = path.filter(|path| paths.iter().all(|(other, _)| other != path)) {
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
    /// Whether it is of something that laud writes.
    has_written: bool,
    /// Whether it is of something beside the spec.
    has_beside: bool,
    origin: Origin,
}

impl Revision {
    fn new(origin: Origin) -> Self {
        Self { digest: Sha256::new(), has_written: false, has_beside: false, origin }
    }
}

impl<'a> Revisions<'a> {
    pub(crate) fn new(plan: &'a Plan, target: &str, sink: &'a mut dyn Sink) -> Self {
        let (mut all, mut of) = (BTreeMap::new(), FxHashMap::default());
        let mounts = plan.services.iter().flat_map(|service| {
            service.mounts.iter().filter_map(move |mount| Some((service, mount, Mounted::of(mount)?)))
        });
        for (service, mount, mounted) in mounts {
            let path = mounted.revision(service);
            if writer(stem(&path)) != target {
                continue;
            }
            let revision = all.entry(path.clone()).or_insert_with(|| Revision::new(mount.origin));
            match mounted {
                Mounted::Written(mounted) => {
                    revision.has_written = true;
                    of.insert(mounted, path);
                }
                Mounted::Beside(digest) => {
                    revision.has_beside = true;
                    revision.digest.update(&*mount.at);
                    revision.digest.update(digest);
                }
            }
        }
        Self { sink, all, of, open: Vec::new() }
    }

    /// Writes the revisions.
    pub(crate) fn finish(self) {
        for (path, revision) in self.all {
            let stem = stem(&path);
            let name = stem.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase();
            let digest: String =
                revision.digest.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
            let from = match (revision.has_written, revision.has_beside) {
                (true, true) => &format!("{stem} and beside the spec"),
                (_, true) => "beside the spec",
                (_, false) => stem,
            };
            let content = format!(
                "{WRITTEN}# It stands for what is mounted from {from}: with another value, `docker compose up` makes the\n\
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
        let mut service = fixture::plan().services[BACKEND.0 as usize].clone();
        let path = |mounted| Mounted::Written(mounted).revision(&service);
        assert_eq!(path("files/web/conf/a.ini"), "files/web.revision");
        assert_eq!(path("nginx/edge"), "nginx/edge.revision");
        assert_eq!(path("files"), "files.revision");
        assert_eq!(Mounted::Beside("0123").revision(&service), "files/backend.revision");
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
    fn what_stands_beside_the_spec_has_one_if_its_content_is_known() {
        let mut plan = fixture::plan();
        let of = |digest: Option<&str>| {
            let source = MountSource::Source { path: "conf/a.ini".into(), digest: digest.map(Into::into) };
            Mount { source, ..mount("") }
        };
        let edge = |plan: &mut Plan, digest| {
            plan.services[EDGE.0 as usize].mounts = [of(digest)].into_iter().collect();
            revisions(plan).get("files/edge.revision").cloned()
        };
        assert_eq!(edge(&mut plan, None), None);
        let one = edge(&mut plan, Some("0123456789abcdef")).expect("it is written");
        assert!(one.contains("mounted from beside the spec: "), "{one}");
        assert_ne!(Some(one), edge(&mut plan, Some("fedcba9876543210")));
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
