//! Rule files: one of recordings, and one for each group that has alerts.

use super::duration::duration;
use super::template::{literal, template};
use crate::yaml::Marked;
use laud_plan::{Alert, AlertGroup, Plan, Recording};
use serde::Serialize;
use std::collections::BTreeMap;

/// A rule file with its one group.
#[derive(Serialize)]
pub(super) struct RuleFile<'a, R> {
    groups: [Group<'a, R>; 1],
}

#[derive(Serialize)]
struct Group<'a, R> {
    name: &'a str,
    rules: Vec<Marked<R>>,
}

/// A recording rule.
#[derive(Serialize)]
pub(super) struct RecordingRule<'a> {
    record: &'a str,
    expr: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<&'a str, &'a str>,
}

/// An alerting rule.
#[derive(Serialize)]
pub(super) struct AlertingRule<'a> {
    alert: &'a str,
    expr: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_firing_for: Option<String>,
    labels: BTreeMap<&'a str, String>,
    annotations: Annotations,
}

#[derive(Serialize)]
struct Annotations {
    summary: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
}

/// The rule files, as `prometheus.yml` names them. Recordings come first,
/// since alerts may ask them.
pub(super) fn rule_files(plan: &Plan) -> Vec<String> {
    let recordings = (!plan.recordings.is_empty()).then(|| "rules/recordings.yml".to_owned());
    let groups = groups(plan).into_iter().map(|(group, _)| format!("rules/{}.yml", group.name()));
    recordings.into_iter().chain(groups).collect()
}

/// The groups that have alerts, in order, each with its alerts.
pub(super) fn groups(plan: &Plan) -> Vec<(AlertGroup, Vec<&Alert>)> {
    let mut groups: Vec<_> = AlertGroup::ALL.into_iter().map(|group| (group, Vec::new())).collect();
    for alert in &plan.alerts {
        if let Some((_, alerts)) = groups.iter_mut().find(|(group, _)| *group == alert.group) {
            alerts.push(alert);
        }
    }
    groups.retain(|(_, alerts)| !alerts.is_empty());
    groups
}

/// The file of a group's alerts.
pub(super) fn alerts<'a>(
    plan: &'a Plan,
    group: AlertGroup,
    alerts: &[&'a Alert],
) -> RuleFile<'a, AlertingRule<'a>> {
    let rules = alerts.iter().map(|alert| Marked::new(alert.origin, alerting(plan, alert)));
    RuleFile { groups: [Group { name: group.name(), rules: rules.collect() }] }
}

/// The file of the recording rules.
pub(super) fn recordings(recordings: &[Recording]) -> RuleFile<'_, RecordingRule<'_>> {
    let rules = recordings.iter().map(|recording| Marked::new(recording.origin, record(recording)));
    RuleFile { groups: [Group { name: "recordings", rules: rules.collect() }] }
}

fn record(recording: &Recording) -> RecordingRule<'_> {
    RecordingRule {
        record: &recording.name,
        expr: &recording.expression,
        labels: recording.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
    }
}

fn alerting<'a>(plan: &'a Plan, alert: &'a Alert) -> AlertingRule<'a> {
    AlertingRule {
        alert: &alert.name,
        expr: &alert.expression,
        r#for: (alert.hold > 0).then(|| duration(alert.hold)),
        keep_firing_for: (alert.keep > 0).then(|| duration(alert.keep)),
        labels: labels(plan, alert),
        annotations: Annotations {
            summary: template(&alert.summary, plan),
            description: template(&alert.description, plan),
        },
    }
}

/// The labels that routing goes by. They say what the alert is about even
/// when its expression drops every label of the series (`absent()`, `sum()`).
fn labels<'a>(plan: &Plan, alert: &'a Alert) -> BTreeMap<&'a str, String> {
    let own = alert.labels.iter().map(|(name, value)| (name.as_str(), literal(value)));
    let mut labels: BTreeMap<&str, String> = own.collect();
    labels.insert("env", literal(&plan.environment));
    labels.insert("group", alert.group.name().to_owned());
    labels.insert("service", literal(&alert.subject));
    labels.insert("severity", alert.severity.name().to_owned());
    labels
}
