//! Volumes and files.

use super::Lower;
use super::read::as_instance;
use crate::value::Value;
use crate::world::InstanceId;
use laud_plan::{Content, File, Mount, MountSource, Origin};
use laud_syntax::{Diagnostic, code, literal};
use lean_string::LeanStr;
use sha2::{Digest, Sha256};
use thin_vec::ThinVec;

impl<'p> Lower<'_, '_, 'p> {
    /// What is mounted into a service.
    pub(super) fn mounts(&mut self, id: InstanceId, service: &LeanStr, replicas: u32) -> ThinVec<Mount> {
        let mut mounts = ThinVec::new();
        for volume in self.instances_field(id, "volumes") {
            mounts.extend(self.volume(volume, service, replicas));
        }
        for file in self.instances_field(id, "files") {
            mounts.extend(self.file(file, service));
        }
        self.check_places(&mounts);
        mounts
    }

    fn check_places(&mut self, mounts: &[Mount]) {
        for (index, mount) in mounts.iter().enumerate() {
            if let Some(first) = mounts[..index].iter().find(|other| other.at == mount.at) {
                let diagnostic = Diagnostic::new(
                    &code::NAME_CLASH,
                    mount.origin,
                    format!("two things are mounted at `{}`", mount.at),
                )
                .related(first.origin, "the other")
                .help("Mount one of them elsewhere.");
                self.report(diagnostic);
            }
        }
    }

    fn volume(&mut self, id: InstanceId, service: &LeanStr, replicas: u32) -> Option<Mount> {
        let (origin, origins) = (self.author_of(id), self.origins(id));
        if self.eval.get(id, "at").is_error() {
            return None;
        }
        let Some(at) = self.optional_literal(id, "at") else {
            let message =
                format!("the volume `{}` has no place in the container", self.eval.instance(id).name());
            self.report(Diagnostic::new(&code::MISSING_FIELD, origin, message).help("Add `at = \"/…\"`."));
            return None;
        };
        let shared = as_instance(&self.eval.get(id, "of"));
        let name = match shared {
            Some(shared) => LeanStr::from(self.eval.full_name(shared).replace('_', "-")),
            None => LeanStr::from(format!("{service}-{}", self.eval.instance(id).name().replace('_', "-"))),
        };
        let read_only = self.bool_field(id, "read_only");
        if replicas > 1 && shared.is_none() && !read_only {
            let message = format!("{replicas} replicas would write to one volume, `{name}`");
            self.report(
                Diagnostic::new(&code::SHARED_DATA, origin, message)
                    .help("If that is meant, declare the volume at the top and mount it by `of`; else keep one replica."),
            );
        }
        Some(Mount { source: MountSource::Volume(name), at, read_only, reloads: false, origin, origins })
    }

    fn file(&mut self, id: InstanceId, service: &LeanStr) -> Option<Mount> {
        const SOURCES: [&str; 6] = ["from", "text", "yaml", "json", "generated", "host"];
        let (origin, origins) = (self.author_of(id), self.origins(id));
        if self.eval.get(id, "at").is_error() {
            return None;
        }
        let at = self.literal_field(id, "at");
        let set: Vec<&str> =
            SOURCES.into_iter().filter(|source| !matches!(self.eval.get(id, source), Value::None)).collect();
        let [source] = set.as_slice() else {
            let name = &self.eval.instance(id).name();
            let message = match set.is_empty() {
                true => format!("the file `{name}` has no content"),
                false => format!("the file `{name}` has more than one content: {}", set.join(", ")),
            };
            self.report(
                Diagnostic::new(&code::MISSING_FIELD, origin, message)
                    .help(format!("Give one of: {}.", SOURCES.join(", "))),
            );
            return None;
        };
        let reloads = self.bool_field(id, "reloads");
        if reloads && *source != "generated" {
            let span = self.author_of_field(id, "reloads");
            let message = "a file that is mounted by itself stays as it was when the container started";
            self.report(
                Diagnostic::new(&code::MISPLACED, span, message)
                    .help("Leave `reloads` out: a deploy makes the container anew when the file changes."),
            );
        }
        let source = match *source {
            "from" => {
                let path = self.literal_field(id, "from");
                MountSource::Source { digest: self.digest(&path), path }
            }
            "host" => {
                let path = self.literal_field(id, "host");
                self.waive(id, "host", service, format!("the host's `{path}` mounted"));
                MountSource::Host(path)
            }
            "generated" => MountSource::Generated(self.generated(id)?),
            content => MountSource::Generated(self.content(id, content, service, &at)),
        };
        let read_only = self.bool_field(id, "read_only");
        Some(Mount { source, at, read_only, reloads, origin, origins })
    }

    /// The digest of a file beside the spec, if it is one and can be read.
    fn digest(&self, path: &LeanStr) -> Option<LeanStr> {
        let digest = Sha256::digest(self.eval.source_content(path)?);
        Some(digest[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>().into())
    }

    /// The path of something that is emitted, within the environment's output.
    fn generated(&mut self, id: InstanceId) -> Option<LeanStr> {
        if self.eval.get(id, "generated").is_error() {
            return None;
        }
        let path = self.literal_field(id, "generated");
        let fault = match path.is_empty() {
            true => Some("a path to nothing that is emitted".to_owned()),
            false => literal::source_path(&format!("./{path}")).err().map(|fault| fault.problem),
        };
        let Some(problem) = fault else { return Some(path.trim_end_matches('/').into()) };
        let span = self.eval.span_of(id, "generated");
        self.report(
            Diagnostic::new(&code::BAD_PATH, span, problem)
                .help("Name it as it stands in the environment's output, as in `prometheus`."),
        );
        None
    }

    /// Adds a file with content of its own, and gives its path.
    fn content(&mut self, id: InstanceId, field: &'static str, service: &LeanStr, at: &LeanStr) -> LeanStr {
        let base = at.rsplit('/').find(|part| !part.is_empty()).unwrap_or("file");
        let own = self.eval.instance(id).name().replace('_', "-");
        let path = LeanStr::from(format!("files/{service}/{own}/{base}"));
        let value = self.eval.get(id, field);
        let origin = self.content_origin(id, field);
        let content = match field {
            "text" => Content::Text(self.text(&value)),
            "yaml" => Content::Yaml(self.data(&value)),
            _ => Content::Json(self.data(&value)),
        };
        self.plan.files.push(File { path: path.clone(), content, origin });
        path
    }

    /// Where the content is set, with all that it is made of if that was asked for.
    fn content_origin(&mut self, id: InstanceId, field: &'static str) -> Origin {
        let span = self.eval.span_of(id, field);
        let origin = self.origins(id).of(field).unwrap_or(span);
        self.own(id, origin)
    }
}
