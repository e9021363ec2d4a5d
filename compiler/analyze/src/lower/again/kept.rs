//! What is kept of an environment's lowering, by declaration.

use super::outline::Outline;
use crate::eval::reads::{FACES, LETS, Owner};
use crate::lower::Part;
use crate::lower::metrics::Exports;
use crate::lower::parts::Counts;
use crate::lower::prints::Prints;
use crate::lower::routes::KeptRoute;
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{AlertGroup, Numbers, Plan, SecretId, ServiceId, SettingId};
use laud_syntax::{Diagnostic, FileId};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// What is kept of an environment's lowering.
pub(crate) struct KeptPlan {
    pub(super) environment: LeanStr,
    pub(super) kept: Vec<Kept>,
    /// The parts of the plan that declarations have, in order.
    pub(super) plan: Plan,
    /// How many waivers are among these parts; there are more behind them.
    pub(super) waivers: usize,
    /// Which declarations the `let`s of files read.
    pub(super) lets: Vec<(Owner, Owner)>,
    /// The names that the environment has of its own.
    pub(super) names: Vec<LeanStr>,
    /// The next number of a declaration.
    pub(super) next: u32,
    pub(super) whole: Whole,
    pub(super) ids: Ids,
}

impl KeptPlan {
    /// Takes the parts of the plan back, once the plan is looked at.
    pub(crate) fn keep_plan(&mut self, plan: Plan) {
        self.plan = plan;
        // What the rules of the whole give is given anew.
        self.plan.raws = Vec::new();
        self.plan.dashboards = Vec::new();
        self.plan.waivers.truncate(self.waivers);
    }

    /// The alerts.
    pub(crate) fn alerts(&self) -> &[plan::Alert] {
        &self.plan.alerts
    }

    /// Of which environment it is.
    pub(crate) fn environment(&self) -> &str {
        &self.environment
    }
}

/// What is kept of a declaration.
#[derive(Default)]
pub(super) struct Kept {
    /// The entry that declares it; `None` for one of the environment's own.
    pub(super) entry: Option<EntryId>,
    /// What it has besides its parts of the plan.
    pub(super) part: Part,
    pub(super) counts: Counts,
    /// What the evaluation of its values found.
    pub(super) found: Vec<Diagnostic>,
    pub(super) in_url: Vec<InstanceId>,
    pub(super) reads: Vec<Owner>,
    pub(super) shape: u64,
    /// What it is made of, if it alone decides about that.
    pub(super) outline: Option<Arc<Outline>>,
    /// Without those that do not tell all that others may see.
    pub(super) prints: Prints,
    /// Its routes, if it has one gateway, whose part of the plan they are.
    pub(super) routes: Vec<KeptRoute>,
    /// Whether what was found in it may be so only because of who asked for it.
    pub(super) asked: bool,
    /// Its number.
    pub(super) serial: u32,
}

/// An entry at the top of a file.
pub(crate) type EntryId = (FileId, usize);

/// What of the whole each declaration may depend on.
#[derive(PartialEq)]
pub(super) struct Whole {
    pub(super) retention: Option<u64>,
    pub(super) probed: bool,
    pub(super) shown: bool,
    pub(super) groups: Vec<AlertGroup>,
    pub(super) exports: Exports,
}

/// The ids that parts have in them.
#[derive(Default)]
pub(super) struct Ids {
    pub(super) all: Vec<InstanceId>,
    pub(super) declarations: Vec<Range<usize>>,
    pub(super) services: FxHashMap<InstanceId, ServiceId>,
    pub(super) secrets: FxHashMap<InstanceId, SecretId>,
    pub(super) settings: FxHashMap<InstanceId, SettingId>,
}

/// What is read, as declarations of now.
pub(super) fn read_now(reads: &[Owner], new_of: &[Option<usize>]) -> Vec<Owner> {
    let now = |what: &Owner| match new_of.get((*what & !FACES) as usize) {
        Some(new) => new.map(|new| new as Owner | *what & FACES),
        None => Some(*what),
    };
    reads.iter().filter_map(now).collect()
}

/// Whether it is what a declaration shows to all.
pub(super) fn is_face(what: Owner) -> bool {
    (FACES..LETS).contains(&what)
}

/// Ids of now, by those of before.
#[derive(Default)]
pub(super) struct Renumbered {
    pub(super) instances: FxHashMap<InstanceId, InstanceId>,
    pub(super) ids: Numbers,
}

impl Kept {
    pub(super) fn has_errors(&self) -> bool {
        let found = [&self.found, &self.part.found, &self.part.missed];
        found.into_iter().any(|found| !found.is_empty())
    }

    /// Gives all that it refers to its id of now; whether all of that is there.
    pub(super) fn renumber(&mut self, numbers: &Renumbered) -> bool {
        let instance = |id: &mut InstanceId| match numbers.instances.get(id) {
            Some(new) => {
                *id = *new;
                true
            }
            None => false,
        };
        let stated = self.part.stated_needs.iter_mut();
        let mut services = stated.flat_map(|needs| {
            let image = needs.image.iter_mut().map(|(service, _)| service);
            needs.services.iter_mut().chain(image)
        });
        services.all(|id| numbers.ids.service(id))
            && self.part.panels.subjects().all(instance)
            && self.in_url.iter_mut().all(instance)
    }
}
