//! Which alerts watch what.

use laud_analyze::Kept;
use laud_plan::Alert;
use laud_syntax::Span;
use lean_string::LeanStr;
use std::collections::{BTreeMap, BTreeSet};

/// The alerts of a system, in all its environments, by what they watch.
#[derive(Debug, Default)]
pub struct Watched {
    /// By the value of the label `service`: the alerts' names, and where they are declared.
    by_subject: BTreeMap<LeanStr, BTreeSet<(LeanStr, Span)>>,
}

impl Watched {
    /// The alerts of what was kept of a system.
    pub(crate) fn of_kept(kept: &Kept) -> Self {
        let mut watched = Self::default();
        kept.alerts().for_each(|alert| watched.add(alert, kept.place(alert.origin)));
        watched
    }

    /// Notes an alert: it watches its subject, and what its query asks about.
    fn add(&mut self, alert: &Alert, place: Span) {
        let asked = alert.expression.split("service=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for subject in asked.chain([alert.subject.as_str()]) {
            let alerts = self.by_subject.entry(subject.into()).or_default();
            alerts.insert((alert.name.clone(), place));
        }
    }

    /// The alerts that watch a declaration.
    pub(crate) fn of(&self, declaration: &str) -> Vec<(LeanStr, Span)> {
        // As host names are written.
        let subject = declaration.replace('_', "-");
        self.by_subject.get(subject.as_str()).into_iter().flatten().cloned().collect()
    }
}
