//! The prometheus target: `prometheus/prometheus.yml` and its rule files.
//!
//! Written for Prometheus 3; nothing in it is unknown to 2.42. PromQL is
//! carried as it is: the analysis has parsed it.

mod config;
mod duration;
mod raw;
mod rules;
mod scrape;
mod template;

use crate::{Context, Sink, WRITTEN, yaml};
use laud_plan::{Alert, Part, Plan, Text};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;

/// What of the plan it cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    if plan.scraper.is_none() {
        return Vec::new();
    }
    let alerts = plan.alerts.iter().filter_map(|alert| check_alert(plan, alert));
    alerts.chain(raw::check(plan)).collect()
}

/// Where it writes.
pub fn places(plan: &Plan) -> BTreeSet<String> {
    plan.scraper.iter().map(|_| "prometheus/".to_owned()).collect()
}

/// Its files; none when the plan has no Prometheus.
pub fn emit(plan: &Plan, _context: Context<'_>, sink: &mut dyn Sink) {
    let Some(scraper) = &plan.scraper else {
        return;
    };
    let config = config::config(plan, scraper);
    // `check` has refused what clashes.
    yaml::print_over(sink, "prometheus/prometheus.yml", WRITTEN, &config, &raw::overlay(plan));
    if !plan.recordings.is_empty() {
        let recordings = rules::recordings(scraper.origin, &plan.recordings);
        yaml::print(sink, "prometheus/rules/recordings.yml", WRITTEN, &recordings);
    }
    for (group, alerts) in rules::groups(plan) {
        let path = format!("prometheus/rules/{}.yml", group.name());
        yaml::print(sink, &path, WRITTEN, &rules::alerts(plan, scraper.origin, group, &alerts));
    }
}

/// An alert's texts are written when the system is built: what only the
/// deploy knows cannot stand in them.
fn check_alert(plan: &Plan, alert: &Alert) -> Option<Diagnostic> {
    let variable = deploy_time(plan, &alert.summary).or_else(|| deploy_time(plan, &alert.description))?;
    let message = format!("`{variable}` is known only at deploy time, and Prometheus cannot look it up");
    let diagnostic = Diagnostic::new(&code::TARGET_LACKS, alert.origin, message);
    Some(diagnostic.help("Write the alert's texts of labels, its value and plain words."))
}

fn deploy_time<'a>(plan: &'a Plan, text: &Text) -> Option<&'a str> {
    text.parts.iter().find_map(|part| match part {
        Part::Secret(secret) => Some(plan.secret(*secret).variable.as_str()),
        Part::Setting(setting) => Some(plan.setting(*setting).variable.as_str()),
        Part::Literal(_)
        | Part::Host(_)
        | Part::Port(..)
        | Part::SecretFile(_)
        | Part::AlertLabel(_)
        | Part::AlertValue(_) => None,
    })
}
