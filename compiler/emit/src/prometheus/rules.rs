//! Rule files: one of recordings, and one for each group that has alerts.

use super::duration::duration;
use super::template::{literal, template};
use crate::yaml::Marked;
use laud_plan::{Alert, AlertGroup, Origin, Plan, Recording};
use lean_string::LeanStr;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A rule file with its one group.
#[derive(Serialize)]
struct RuleFile<'a, R> {
    groups: [Group<'a, R>; 1],
}

#[derive(Serialize)]
struct Group<'a, R> {
    name: &'a str,
    rules: R,
}

/// Rules, each made as it is printed, so that a large system is never held twice.
struct Rules<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Rules<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// A recording rule.
#[derive(Serialize)]
struct RecordingRule<'a> {
    record: Marked<&'a str>,
    expr: Marked<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<&'a str, Marked<&'a str>>,
}

/// An alerting rule.
#[derive(Serialize)]
struct AlertingRule<'a> {
    alert: &'a str,
    expr: Marked<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#for: Option<Marked<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_firing_for: Option<Marked<String>>,
    labels: Labels<'a>,
    annotations: Annotations<'a>,
}

#[derive(Serialize)]
struct Annotations<'a> {
    summary: Marked<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Marked<Cow<'a, str>>>,
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

/// The file of a group's alerts; `origin` is that of the Prometheus.
pub(super) fn alerts<'a>(
    plan: &'a Plan,
    origin: Origin,
    group: AlertGroup,
    alerts: &'a [&'a Alert],
) -> impl Serialize + 'a {
    let rules = alerts.iter().map(|alert| Marked::new(alert.origin, alerting(plan, alert)));
    let groups = [Group { name: group.name(), rules: Rules(rules) }];
    Marked::new(origin, RuleFile { groups })
}

/// The file of the recording rules; `origin` is that of the Prometheus.
pub(super) fn recordings(origin: Origin, recordings: &[Recording]) -> impl Serialize {
    let rules = recordings.iter().map(|recording| Marked::new(recording.origin, record(recording)));
    let groups = [Group { name: "recordings", rules: Rules(rules) }];
    Marked::new(origin, RuleFile { groups })
}

fn record<'a>(recording: &'a Recording) -> RecordingRule<'a> {
    let origin = |name: &str| recording.at_key("labels", name);
    let label =
        |(name, value): &'a (LeanStr, LeanStr)| (name.as_str(), Marked::new(origin(name), value.as_str()));
    RecordingRule {
        record: Marked::new(recording.at("metric"), &recording.name),
        expr: Marked::new(recording.at("value"), &recording.expression),
        labels: recording.labels.iter().map(label).collect(),
    }
}

fn alerting<'a>(plan: &'a Plan, alert: &'a Alert) -> AlertingRule<'a> {
    AlertingRule {
        alert: &alert.name,
        expr: Marked::new(alert.at("when"), &alert.expression),
        r#for: (alert.hold > 0).then(|| Marked::new(alert.at("for"), duration(alert.hold))),
        keep_firing_for: (alert.keep > 0).then(|| Marked::new(alert.at("keep"), duration(alert.keep))),
        labels: labels(plan, alert),
        annotations: Annotations {
            summary: Marked::new(alert.at("summary"), template(&alert.summary, plan)),
            description: Some(template(&alert.description, plan))
                .filter(|text| !text.is_empty())
                .map(|text| Marked::new(alert.at("description"), text)),
        },
    }
}

/// The labels of an alert, each once and in order of name: few, so that they
/// need no tree.
struct Labels<'a>(Vec<(&'a str, Marked<Cow<'a, str>>)>);

impl<'a> Labels<'a> {
    /// Puts a label, in the place of one that has its name.
    fn put(&mut self, name: &'a str, origin: Origin, value: Cow<'a, str>) {
        let label = (name, Marked::new(origin, value));
        match self.0.binary_search_by_key(&name, |(name, _)| name) {
            Ok(place) => self.0[place] = label,
            Err(place) => self.0.insert(place, label),
        }
    }
}

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The labels that routing goes by. They say what the alert is about even
/// when its expression drops every label of the series (`absent()`, `sum()`);
/// but where it asks for others than its subject, a series says itself of whom it is.
fn labels<'a>(plan: &'a Plan, alert: &'a Alert) -> Labels<'a> {
    let mut labels = Labels(Vec::with_capacity(alert.labels.len() + 4));
    for (name, value) in &alert.labels {
        labels.put(name, alert.at_key("labels", name), literal(value));
    }
    labels.put("env", alert.at(""), literal(&plan.environment));
    labels.put("group", alert.at("group"), alert.group.name().into());
    let subject = literal(&alert.subject);
    let service = if asks_for(&alert.expression, &alert.subject) {
        subject
    } else {
        format!("{{{{ with $labels.service }}}}{{{{ . }}}}{{{{ else }}}}{subject}{{{{ end }}}}").into()
    };
    labels.put("service", alert.at("subject"), service);
    labels.put("severity", alert.at("severity"), alert.severity.name().into());
    labels
}

/// Whether an expression selects series by the label `service` of that value.
fn asks_for(expression: &str, subject: &str) -> bool {
    let is_asked = |at: usize| {
        let value = &expression[at + 1..];
        expression[..at].ends_with("service=")
            && value.strip_prefix(subject).is_some_and(|rest| rest.starts_with('"'))
    };
    // Its few quotes are found faster than the word before them.
    expression.match_indices('"').any(|(at, _)| is_asked(at))
}
