//! What is mounted of the files that laud emits.

use crate::{TARGETS, Target};
use laud_plan::{MountSource, Plan};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;

/// The target that writes what is mounted from a path, or else the first.
pub(crate) fn writer(mounted: &str) -> &'static str {
    let folder = mounted.split('/').next().unwrap_or_default();
    let target = TARGETS.iter().find(|target| target.name == folder);
    target.or(TARGETS.first()).map_or("", |target| target.name)
}

/// A path, and the folders that it is in, from the innermost out.
pub(crate) fn folders(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |inner| Some(inner.rsplit_once('/')?.0))
}

/// What is mounted that the target would write, and does not.
pub(crate) fn missing(plan: &Plan, target: &Target) -> Vec<Diagnostic> {
    let mounts = plan.services.iter().flat_map(|service| &service.mounts);
    let mut mounts = mounts
        .filter_map(|mount| match &mount.source {
            MountSource::Generated(path) if writer(path) == target.name => Some((mount, path)),
            MountSource::Generated(_)
            | MountSource::Volume(_)
            | MountSource::Source { .. }
            | MountSource::Host(_) => None,
        })
        .peekable();
    if mounts.peek().is_none() {
        return Vec::new();
    }
    let places = (target.places)(plan);
    let missing = mounts.filter(|(_, path)| !is_there(&places, path)).map(|(mount, path)| {
        let message = format!("`{path}` is not emitted in this environment");
        let origin = mount.origins.of("generated").unwrap_or(mount.origin);
        Diagnostic::new(&code::MISSING_SOURCE, origin, message).help(
            "Laud emits `nginx/NAME` for each gateway, `prometheus` and `grafana` where there is a server for \
             them, and `files/SERVICE` for files with content of their own.",
        )
    });
    missing.collect()
}

/// Whether a path is that of a place, is in a folder that is one, or has one in it.
fn is_there(places: &BTreeSet<String>, path: &str) -> bool {
    let folder = format!("{path}/");
    let below = places.range(folder.clone()..).next().is_some_and(|place| place.starts_with(&folder));
    below || places.contains(path) || folders(path).any(|outer| places.contains(&format!("{outer}/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_folders_and_a_folder_has_places() {
        assert_eq!(folders("a/b/c").collect::<Vec<_>>(), ["a/b/c", "a/b", "a"]);
        let places = BTreeSet::from(["files/web/a.ini", "grafana/dashboards/"].map(str::to_owned));
        for path in ["files", "files/web", "files/web/a.ini", "grafana", "grafana/dashboards/x/y"] {
            assert!(is_there(&places, path), "{path}");
        }
        for path in ["file", "files/web/a", "files/web/a.ini/x", "grafana/dash", "grafana/other"] {
            assert!(!is_there(&places, path), "{path}");
        }
    }
}
