//! The routes of a gateway, which may be thousands: after an edit, those that
//! it does not reach are taken as they were.

use super::{ChangedName, Lower};
use crate::eval::reads::Owner;
use crate::world::InstanceId;
use laud_plan as plan;
use laud_syntax::Span;

/// What is kept of a route.
#[derive(Clone, Debug)]
pub(super) struct KeptRoute {
    /// Where it stands.
    pub(super) place: Option<Span>,
    /// What it reads.
    pub(super) reads: Vec<Owner>,
    /// Whether it is in the plan.
    pub(super) lowered: bool,
    /// Whether all that lowering it gives is its part of the plan.
    pub(super) alone: bool,
}

/// A route of before that is what it would be now.
#[derive(Debug)]
pub(super) struct SameRoute {
    pub(super) kept: KeptRoute,
    pub(super) route: Option<plan::Route>,
}

/// The routes of the declaration that is lowered.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// In order, those that are as they were, if they name nothing that came or went.
    pub(super) before: Vec<Option<SameRoute>>,
    /// The names that came or went.
    pub(super) names: Vec<ChangedName>,
    /// What was noted of each, in order.
    pub(super) now: Vec<KeptRoute>,
}

impl Lower<'_, '_, '_> {
    /// Lowers the routes of a gateway one by one, and lets go of each.
    pub(super) fn lower_routes(&mut self, instances: &[InstanceId]) -> Vec<plan::Route> {
        let mut before = std::mem::take(&mut self.routes.before);
        if before.len() != instances.len() {
            before.clear();
        }
        let mut before = before.into_iter();
        let mut routes = Vec::with_capacity(instances.len());
        for id in instances {
            match before.next().flatten().filter(|same| self.is_same(*id, same.kept.place)) {
                Some(SameRoute { kept, route }) => {
                    self.eval.instance_mut(*id).released = true;
                    self.routes.now.push(kept);
                    routes.extend(route);
                }
                None => routes.extend(self.lower_route(*id)),
            }
        }
        routes
    }

    /// Whether a route stands at a place, and names nothing that came or went.
    fn is_same(&self, id: InstanceId, place: Option<Span>) -> bool {
        let Some(entry) = self.eval.instance(id).entry() else { return false };
        let sources = &self.eval.world.loaded.sources;
        place == Some(entry.span) && !self.routes.names.iter().any(|name| name.may_stand(sources, entry.span))
    }

    fn lower_route(&mut self, id: InstanceId) -> Option<plan::Route> {
        let left = self.left();
        if let Some(reads) = &mut self.eval.reads {
            reads.follow(id);
        }
        self.eval.force_own(id);
        let route = self.route(id);
        self.eval.release(id);
        if let Some(reads) = &mut self.eval.reads
            && let Some((read, alone)) = reads.followed()
        {
            // What a loop goes through is read for all of its turns.
            let alone = alone && left == self.left() && !self.eval.instance(id).is_of_turn();
            let place = self.eval.instance(id).entry().map(|entry| entry.span);
            self.routes.now.push(KeptRoute { place, reads: read, lowered: route.is_some(), alone });
        }
        route
    }

    /// How much there is besides the plan's routes that lowering one may add to.
    fn left(&self) -> [usize; 5] {
        [
            self.found.len(),
            self.missed.len(),
            self.eval.diagnostics.len(),
            self.eval.in_url.len(),
            self.plan.waivers.len(),
        ]
    }
}
