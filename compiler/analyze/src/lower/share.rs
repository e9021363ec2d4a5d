//! The declarations of a large system, shared out to several threads.

use super::Lower;
use super::dashboards::Panels;
use super::metrics::Asked;
use super::needs::StatedNeeds;
use crate::world::InstanceId;
use laud_plan::Plan;
use laud_syntax::{Diagnostic, Span};
use std::ops::Range;

/// So many declarations are worth a thread: it makes the outline of all of them first.
const WORTH_A_THREAD: usize = 500;

/// More threads than this wait for memory more than they work.
const MOST_THREADS: usize = 8;

/// A run of the declarations: this of so many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    index: usize,
    count: usize,
}

impl Share {
    /// All of the declarations.
    pub(crate) const WHOLE: Self = Self { index: 0, count: 1 };

    /// Shares for that many declarations on that many cores.
    pub(crate) fn all(declarations: usize, cores: usize) -> impl Iterator<Item = Self> {
        let count = cores.min(MOST_THREADS).min(declarations / WORTH_A_THREAD).max(1);
        (0..count).map(move |index| Self { index, count })
    }

    /// Which of the declarations it is, so that all shares are made of as many
    /// instances. Each declaration is given as the run of its instances.
    pub(super) fn of(self, declarations: &[Range<usize>]) -> Range<usize> {
        let instances = declarations.last().map_or(0, |last| last.end);
        let bound =
            |index: usize| declarations.partition_point(|one| one.start < index * instances / self.count);
        bound(self.index)..bound(self.index + 1)
    }
}

/// What lowering a share gives, to be put together with the others.
#[derive(Clone, Default)]
pub(crate) struct Part {
    pub(super) plan: Plan,
    pub(super) found: Vec<Diagnostic>,
    pub(super) missed: Vec<Diagnostic>,
    /// What the evaluation found.
    values: Vec<Diagnostic>,
    pub(super) stated_needs: Vec<StatedNeeds>,
    tiers: Vec<(u8, u8)>,
    pub(super) panels: Panels,
    asked: Asked,
    orphan: Option<Span>,
    in_url: Vec<InstanceId>,
}

impl Lower<'_, '_, '_> {
    /// What the share gave, without what only this thread knows.
    pub(crate) fn into_part(self) -> Part {
        let secrets = self.of_kind(self.eval.world.primitives.secret);
        let in_url = secrets.into_iter().filter(|id| self.eval.in_url.contains(id)).collect();
        Part {
            plan: self.plan,
            found: self.found,
            missed: self.missed,
            values: std::mem::take(&mut self.eval.diagnostics),
            stated_needs: self.stated_needs,
            tiers: self.tiers,
            panels: self.panels,
            asked: self.asked,
            orphan: self.monitoring.orphan,
            in_url,
        }
    }

    /// Takes what was lowered since the last time, but for what the evaluation found.
    pub(super) fn take_part(&mut self) -> Part {
        let plan = &mut self.plan;
        let plan = Plan {
            services: std::mem::take(&mut plan.services),
            gateways: std::mem::take(&mut plan.gateways),
            targets: std::mem::take(&mut plan.targets),
            probes: std::mem::take(&mut plan.probes),
            recordings: std::mem::take(&mut plan.recordings),
            alerts: std::mem::take(&mut plan.alerts),
            files: std::mem::take(&mut plan.files),
            waivers: std::mem::take(&mut plan.waivers),
            ..Plan::default()
        };
        Part {
            plan,
            found: std::mem::take(&mut self.found),
            missed: std::mem::take(&mut self.missed),
            values: Vec::new(),
            stated_needs: std::mem::take(&mut self.stated_needs),
            tiers: std::mem::take(&mut self.tiers),
            panels: std::mem::take(&mut self.panels),
            asked: std::mem::take(&mut self.asked),
            orphan: self.monitoring.orphan.take(),
            in_url: Vec::new(),
        }
    }

    /// Puts what a part has besides its plan behind what is there.
    pub(super) fn absorb_rest(&mut self, part: &Part) {
        self.found.extend(part.found.iter().cloned());
        self.missed.extend(part.missed.iter().cloned());
        self.stated_needs.extend(part.stated_needs.iter().cloned());
        self.tiers.extend(&part.tiers);
        self.panels.extend(part.panels.clone());
        self.asked.extend(part.asked.iter().map(|(at, asked)| (*at, asked.clone())));
        self.monitoring.orphan = self.monitoring.orphan.or(part.orphan);
    }

    /// Puts the next share behind what is there. What every share works out
    /// for itself (the names of things, what scrapes) is there already.
    pub(crate) fn absorb(&mut self, part: Part) {
        self.plan.services.extend(part.plan.services);
        self.plan.gateways.extend(part.plan.gateways);
        self.plan.targets.extend(part.plan.targets);
        self.plan.probes.extend(part.plan.probes);
        self.plan.recordings.extend(part.plan.recordings);
        self.plan.alerts.extend(part.plan.alerts);
        self.plan.files.extend(part.plan.files);
        self.plan.waivers.extend(part.plan.waivers);
        self.found.extend(part.found);
        self.missed.extend(part.missed);
        self.eval.diagnostics.extend(part.values);
        self.stated_needs.extend(part.stated_needs);
        self.tiers.extend(part.tiers);
        self.panels.extend(part.panels);
        self.asked.extend(part.asked);
        self.monitoring.orphan = self.monitoring.orphan.or(part.orphan);
        self.eval.in_url.extend(part.in_url);
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_take_every_declaration_once() {
        for (count, declarations) in [(1, 0), (1, 7), (3, 7), (8, 5), (8, 10_001)] {
            // Each is made of one instance more than the one before.
            let start = |index: usize| index * (index + 1) / 2;
            let runs: Vec<_> = (0..declarations).map(|index| start(index)..start(index + 1)).collect();
            let ranges: Vec<_> = (0..count).map(|index| Share { index, count }.of(&runs)).collect();
            let all: Vec<usize> = ranges.into_iter().flatten().collect();
            assert_eq!(all, (0..declarations).collect::<Vec<_>>());
        }
    }
}
