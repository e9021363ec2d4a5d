//! The compose target: `compose.yaml`, and `.env.example` beside it.
//!
//! What it relies on in docker compose 2, read in its source (v2.40.3):
//!
//! - Secrets that a container reads as files are `file:` secrets. One with
//!   `environment:` is copied into the running container, which compose
//!   refuses for a read-only one ("`file` is the sole supported option").
//! - A build of several services is the business of the first of them: two
//!   builds that export one tag at once fail with "already exists". The rest
//!   name the image. `pull_policy: never` keeps compose from asking a registry
//!   for it, and still builds what is missing.
//! - Limits stand at the service (`mem_limit`, …), not under `deploy`: only
//!   there can swap be limited too, and compose takes no mixture.
//! - `depends_on` has no `restart: true`: what a service needs may be replaced
//!   under it at any deploy, and gateways resolve names anew.
//!
//! `document` holds the shape of the file, `service` and `mounts` what a
//! service becomes, `words` the interpolation, `raw` what authors add in
//! compose's own words (`schema` knows them), `check` what is refused
//! (`fault` words it), `env_example` the other file.

mod check;
mod document;
mod env_example;
mod fault;
mod frame;
mod jobs;
mod mounts;
mod parts;
mod raw;
mod schema;
mod service;
#[cfg(test)]
mod tests;
mod units;
mod words;

use crate::{Context, Sink, WRITTEN, yaml};
use frame::Frame;
use laud_plan::{Image, Plan, Waiver};
use laud_syntax::Diagnostic;
use std::collections::BTreeSet;

/// The variable that names the release to run: the tag of every image that is built.
pub const RELEASE: &str = "RELEASE";

/// The release that runs when nothing names one: what was built by hand.
pub const DEFAULT_RELEASE: &str = "local";

/// The profile of jobs that `docker compose up` leaves alone.
pub const JOBS_PROFILE: &str = "jobs";

/// What of the plan it cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    check::check(plan)
}

/// See [`crate::read_templates`].
pub(crate) fn read_templates() {
    env_example::read();
}

/// Where it writes.
pub fn places(_plan: &Plan) -> BTreeSet<String> {
    ["compose.yaml", ".env.example"].map(str::to_owned).into()
}

/// Its files.
pub fn emit(plan: &Plan, context: Context<'_>, sink: &mut dyn Sink) {
    let frame = Frame::new(plan, context);
    let example = env_example::file(&frame);
    let (head, overlay) = (head(&frame), raw::overlay(plan).overlay);
    // `check` has refused what clashes.
    yaml::print_over(sink, "compose.yaml", &head, &document::document(frame), &overlay);
    example.give(sink);
}

/// Whether any image is built here, so that [`RELEASE`] names one.
fn builds(plan: &Plan) -> bool {
    plan.services.iter().any(|service| matches!(service.image, Image::Built(_)))
}

/// The comment at the top of `compose.yaml`.
fn head(frame: &Frame<'_>) -> String {
    let plan = frame.plan;
    let mut head =
        format!("# The {} environment of {}, for docker compose.\n{WRITTEN}", plan.environment, plan.app);
    if env_example::asks(frame) {
        head.push_str("# Values come from .env beside it: see .env.example.\n");
    }
    head.push_str(&jobs::comment(plan));
    if !plan.waivers.is_empty() {
        head.push_str("# Safeguards that the spec gives up, and why:\n");
    }
    for Waiver { subject, what, because, .. } in &plan.waivers {
        head.push_str(&format!("# - {subject}: {}: {}\n", in_comment(what), in_comment(because)));
    }
    head
}

/// A text that stays in its line, and that every reader of YAML takes in a comment.
fn in_comment(text: &str) -> String {
    text.replace(|c: char| c.is_control() || "\u{2028}\u{2029}\u{feff}\u{fffe}\u{ffff}".contains(c), " ")
}
