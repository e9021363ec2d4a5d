//! Which alerts watch what.

use laud_plan::Alert;
use laud_syntax::Span;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// The alerts of a system, in all its environments.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// By the value of the label `service`: the alerts' names, and where they are declared.
    by_subject: BTreeMap<SmolStr, BTreeSet<(SmolStr, Span)>>,
}

impl Watched {
    /// Notes an alert: it watches its subject, and what its query asks about.
    pub(crate) fn add(&mut self, alert: &Alert) {
        let asked = alert.expression.split("service=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for subject in asked.chain([alert.subject.as_str()]) {
            let alerts = self.by_subject.entry(subject.into()).or_default();
            alerts.insert((alert.name.clone(), alert.origin));
        }
    }

    /// Puts another place for each.
    pub(crate) fn relocate(&mut self, place: impl Fn(Span) -> Span) {
        for alerts in self.by_subject.values_mut() {
            *alerts = std::mem::take(alerts).into_iter().map(|(name, at)| (name, place(at))).collect();
        }
    }

    /// The alerts that watch a declaration.
    pub(crate) fn of(&self, declaration: &str) -> Vec<(SmolStr, Span)> {
        // As host names are written.
        let subject = declaration.replace('_', "-");
        self.by_subject.get(subject.as_str()).into_iter().flatten().cloned().collect()
    }
}
