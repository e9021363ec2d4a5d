//! From the plan of one environment to the files of every target.
//!
//! A target is a folder here and a line in [`TARGETS`]; targets never import
//! one another. [`check`] says what a target cannot express, before anything
//! is written; [`emit`] cannot fail. No I/O: files leave through a [`Sink`],
//! piece by piece, so that not even one need be held whole.

pub mod compose;
mod escape;
mod files;
#[cfg(test)]
mod fixture;
pub mod grafana;
mod json;
mod mounted;
pub mod nginx;
mod page;
pub mod prometheus;
mod revision;
mod serial;
mod sink;
pub mod systemd;
mod text;
mod yaml;

pub use sink::{Sink, Whole};

use laud_plan::{Origin, Plan};
use laud_syntax::Diagnostic;
use revision::Revisions;
use std::collections::BTreeSet;

/// What a file that takes comments says at its top, so that nobody edits it in vain.
pub(crate) const WRITTEN: &str = "# Written by laud from the spec; change the spec, not this file.\n";

/// An emitted file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Where, relative to the environment's output folder, `/`-separated.
    pub path: String,
    /// The content.
    pub content: String,
    /// Which line comes from where: from this line (from 0) up to the next
    /// entry's, the text was caused by that place of the spec. Ascending.
    pub origins: Vec<(u32, Origin)>,
}

/// What an emitter needs besides the plan.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The way from the environment's output folder to the spec's folder,
    /// `/`-separated: `../..`.
    pub spec_root: &'a str,
}

/// One kind of output.
pub struct Target {
    /// Its name: `compose`.
    pub name: &'static str,
    /// How large its files are beside those of the others, as a rule: shares of a large system's emission.
    pub size: u8,
    /// What of the plan it cannot express.
    refuse: fn(&Plan) -> Vec<Diagnostic>,
    /// Where it writes: the files, and, with a `/` at their ends, the folders whose files it alone knows.
    places: fn(&Plan) -> BTreeSet<String>,
    /// Its files, but for their revisions.
    files: fn(&Plan, Context<'_>, &mut dyn Sink),
}

impl Target {
    /// What of the plan it cannot express, and what is mounted of it that is not there.
    pub fn check(&self, plan: &Plan) -> Vec<Diagnostic> {
        let mut found = (self.refuse)(plan);
        found.extend(mounted::missing(plan, self));
        found
    }

    /// Its files.
    pub fn emit(&self, plan: &Plan, context: Context<'_>, sink: &mut dyn Sink) {
        let mut revisions = Revisions::new(plan, self.name, sink);
        (self.files)(plan, context, &mut revisions);
        revisions.finish();
    }
}

/// Every target, in the order of output.
pub static TARGETS: &[Target] = &[
    Target {
        name: "compose",
        size: 25,
        refuse: compose::check,
        places: compose::places,
        files: compose::emit,
    },
    Target { name: "files", size: 1, refuse: files::check, places: files::places, files: files::emit },
    Target { name: "nginx", size: 15, refuse: nginx::check, places: nginx::places, files: nginx::emit },
    Target {
        name: "prometheus",
        size: 25,
        refuse: prometheus::check,
        places: prometheus::places,
        files: prometheus::emit,
    },
    Target {
        name: "grafana",
        size: 35,
        refuse: grafana::check,
        places: grafana::places,
        files: grafana::emit,
    },
    Target {
        name: "systemd",
        size: 1,
        refuse: systemd::check,
        places: systemd::places,
        files: systemd::emit,
    },
];

/// Reads the templates that every plan needs, which is work that may be done
/// beside other work. Without it they are read when a file is first made of one.
pub fn read_templates() {
    compose::read_templates();
}

/// What any target cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    TARGETS.iter().flat_map(|target| target.check(plan)).collect()
}

/// Every file of every target, in order and each of them whole.
pub fn emit(plan: &Plan, context: Context<'_>, take: &mut dyn FnMut(File)) {
    let mut sink = Whole::new(take);
    for target in TARGETS {
        target.emit(plan, context, &mut sink);
    }
}
