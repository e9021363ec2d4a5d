//! Where a service's image comes from.

use crate::{Origin, Origins, Text};
use lean_string::LeanStr;

/// The image of a service.
#[derive(Clone, Debug, PartialEq)]
pub enum Image {
    /// A pinned reference: `postgres:17.2`, `ghcr.io/a/b@sha256:…`.
    Pinned(LeanStr),
    /// Built from a source folder.
    Built(Box<Build>),
}

/// A build. Two services of one build share the image.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// The image's name within the project: `backend`.
    pub name: LeanStr,
    /// The build context, relative to the spec's folder, `/`-separated, without `./`.
    pub context: LeanStr,
    /// The Dockerfile, relative to the context.
    pub dockerfile: LeanStr,
    /// The stage to build, if not the last.
    pub target: Option<LeanStr>,
    /// Build arguments, which end up in the image: no secrets.
    pub args: Vec<(LeanStr, Text)>,
    /// The field that asks for it.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}
