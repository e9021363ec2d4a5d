//! What every service of `compose.yaml` is made with: facts of the whole plan.

use crate::Context;
use laud_plan::{Content, Image, MountSource, Plan, SecretId, Service, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// What every service is made with.
pub(super) struct Frame<'a> {
    pub(super) plan: &'a Plan,
    pub(super) context: Context<'a>,
    /// The project's name, before the names of images.
    pub(super) project: String,
    /// Which service builds each image, by the image's name.
    pub(super) builders: BTreeMap<&'a str, u32>,
    /// The secrets that services read as files, by service, for those that do.
    secret_files: BTreeMap<u32, Vec<SecretId>>,
    /// If set, the services to make.
    only: Option<BTreeSet<u32>>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(plan: &'a Plan, context: Context<'a>) -> Self {
        Self {
            plan,
            context,
            project: plan.project(),
            builders: builders(plan),
            secret_files: secret_files(plan),
            only: None,
        }
    }

    /// With none but these services to make.
    pub(super) fn only(self, services: BTreeSet<u32>) -> Self {
        Self { only: Some(services), ..self }
    }

    /// The services to make, in order, each with its index.
    pub(super) fn services(&self) -> impl Iterator<Item = (u32, &'a Service)> {
        let wanted = |id: &u32| self.only.as_ref().is_none_or(|only| only.contains(id));
        (0..).zip(&self.plan.services).filter(move |(id, _)| wanted(id))
    }

    /// The secrets that a service reads as files, in the plan's order.
    pub(super) fn secret_files(&self, service: u32) -> &[SecretId] {
        self.secret_files.get(&service).map_or(&[], Vec::as_slice)
    }

    /// Every secret that some service is given, as a value or as a file. A kind
    /// may have more: an external one has no service that would need them all.
    pub(super) fn all_secrets(&self) -> BTreeSet<SecretId> {
        if self.plan.secrets.is_empty() {
            return BTreeSet::new();
        }
        let mut secrets = self.all_secret_files();
        secrets.extend(self.plan.services.iter().flat_map(texts).flat_map(Text::secrets));
        secrets
    }

    /// Every secret that some service reads as a file.
    pub(super) fn all_secret_files(&self) -> BTreeSet<SecretId> {
        self.secret_files.values().flatten().copied().collect()
    }
}

/// The secrets that each service reads as files: those that it names itself,
/// and those that a file that it mounts names.
fn secret_files(plan: &Plan) -> BTreeMap<u32, Vec<SecretId>> {
    if plan.secrets.is_empty() {
        return BTreeMap::new();
    }
    let files = secrets_in_files(plan);
    let secrets = (0..).zip(&plan.services).map(|(id, service)| {
        let mut secrets: Vec<SecretId> = texts(service).flat_map(Text::secret_files).collect();
        for mount in &service.mounts {
            if let MountSource::Generated(path) = &mount.source {
                secrets.extend(within(&files, path).into_iter().flatten());
            }
        }
        secrets.sort_unstable();
        secrets.dedup();
        (id, secrets)
    });
    secrets.filter(|(_, secrets)| !secrets.is_empty()).collect()
}

/// The secrets whose files are named in files of the output, for those files.
fn secrets_in_files(plan: &Plan) -> BTreeMap<&str, Vec<SecretId>> {
    let secrets = plan.files.iter().map(|file| {
        let mut secrets = Vec::new();
        let mut visit = |text: &Text| secrets.extend(text.secret_files());
        match &file.content {
            Content::Text(text) => visit(text),
            Content::Yaml(data) | Content::Json(data) => crate::text::texts(data, &mut visit),
        }
        (file.path.as_str(), secrets)
    });
    secrets.filter(|(_, secrets)| !secrets.is_empty()).collect()
}

/// What belongs to the file at `path`, or to those in the folder there.
fn within<'f, T>(files: &'f BTreeMap<&str, T>, path: &str) -> Vec<&'f T> {
    let folder = format!("{path}/");
    let inside = files
        .range::<str, _>((Bound::Included(folder.as_str()), Bound::Unbounded))
        .take_while(|(file, _)| file.starts_with(&folder));
    files.get(path).into_iter().chain(inside.map(|(_, value)| value)).collect()
}

/// The first service of each build, one that always runs if there is one.
fn builders(plan: &Plan) -> BTreeMap<&str, u32> {
    let mut builders = BTreeMap::new();
    for on_demand in [false, true] {
        for (service, id) in plan.services.iter().zip(0..) {
            if let Image::Built(build) = &service.image
                && service.is_on_demand() == on_demand
            {
                builders.entry(build.name.as_str()).or_insert(id);
            }
        }
    }
    builders
}

/// Every text of a service that stands in its part of `compose.yaml`.
fn texts(service: &Service) -> impl Iterator<Item = &Text> {
    let health = service.health.iter().flat_map(|health| health.test.texts());
    let args = match &service.image {
        Image::Pinned(_) => &[],
        Image::Built(build) => build.args.as_slice(),
    };
    service
        .command
        .iter()
        .chain(&service.entrypoint)
        .flatten()
        .chain(service.env.iter().map(|(_, text, _)| text))
        .chain(health)
        .chain(args.iter().map(|(_, text)| text))
        .chain(service.labels.iter().map(|(_, text)| text))
}
