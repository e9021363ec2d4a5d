//! What is mounted of the files that laud emits.

use crate::{TARGETS, Target};
use laud_plan::{MountSource, Plan};
use laud_syntax::{Diagnostic, code};

/// The target that writes what is mounted from a path, or else the first.
pub(crate) fn writer(mounted: &str) -> &'static str {
    let folder = mounted.split('/').next().unwrap_or_default();
    let target = TARGETS.iter().find(|target| target.name == folder);
    target.or(TARGETS.first()).map_or("", |target| target.name)
}

/// Whether a path is another, or leads to something below it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// What is mounted that the target would write, and does not.
pub(crate) fn missing(plan: &Plan, target: &Target) -> Vec<Diagnostic> {
    let mounts = plan.services.iter().flat_map(|service| &service.mounts);
    let missing = mounts.filter_map(|mount| match &mount.source {
        MountSource::Generated(path) if writer(path) == target.name && !(target.emits)(plan, path) => {
            let message = format!("`{path}` is not emitted in this environment");
            let origin = mount.origins.of("generated").unwrap_or(mount.origin);
            Some(Diagnostic::new(&code::MISSING_SOURCE, origin, message).help(
                "Laud emits `nginx/NAME` for each gateway, `prometheus` and `grafana` where there is a server for \
                 them, and `files/SERVICE` for files with content of their own.",
            ))
        }
        MountSource::Generated(_) | MountSource::Volume(_) | MountSource::Source(_) | MountSource::Host(_) => {
            None
        }
    });
    missing.collect()
}
