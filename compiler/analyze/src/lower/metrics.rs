//! Metric contracts: a query may ask only for what something exports.

use super::Lower;
use crate::eval::Template;
use crate::value::{Piece, Query, Value};
use crate::world::{Def, InstanceId, MetricsId};
use indexmap::IndexMap;
use laud_syntax::{Diagnostic, Span, ast, code};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};
use std::rc::Rc;
use std::sync::Arc;

/// Queries as they are written, each once, with their places.
pub(super) type Asked = IndexMap<usize, (Arc<Template>, Span), FxBuildHasher>;

/// What the system exports: each metric with its labels.
#[derive(Clone, PartialEq)]
pub(super) struct Exports {
    /// `None` for labels that are not known: of a recording.
    metrics: FxHashMap<SmolStr, Option<Vec<SmolStr>>>,
    /// The sets that are in it.
    seen: FxHashSet<MetricsId>,
    /// Whether there may be more.
    pub(super) unknown: bool,
}

/// What a declaration exports.
#[derive(Clone, Debug)]
pub(super) enum Export {
    /// A set of metrics.
    Set(MetricsId),
    /// What a recording makes.
    Recording(SmolStr),
    /// It could not be read, so that it may be anything.
    Unknown,
}

/// What Prometheus itself adds to every target, with `up` first.
/// <https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series>
pub(crate) const SYNTHETIC: [&str; 8] = [
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

/// Labels that every series has, from the target or the metric's type.
pub(crate) const COMMON_LABELS: [&str; 7] =
    ["__name__", "job", "instance", "env", "service", "le", "quantile"];

impl Default for Exports {
    /// What Prometheus itself has.
    fn default() -> Self {
        let targets = SYNTHETIC.map(|name| (SmolStr::new_static(name), Some(Vec::new())));
        let alerts = ["ALERTS", "ALERTS_FOR_STATE"].map(|name| (SmolStr::new_static(name), None));
        Self {
            metrics: targets.into_iter().chain(alerts).collect(),
            seen: FxHashSet::default(),
            unknown: false,
        }
    }
}

impl<'p> Lower<'_, '_, 'p> {
    /// Notes what a declaration exports.
    pub(super) fn note_exports(&mut self, id: InstanceId) {
        let primitives = self.eval.world.primitives;
        let kind = Some(self.eval.instance(id).kind);
        if self.eval.instance(id).may_lack_parts() {
            self.note_export(Export::Unknown);
        }
        if kind == primitives.recording {
            let name = self.literal_field(id, "metric");
            self.note_export(Export::Recording(name));
        } else if kind == primitives.scrape || kind == primitives.prober {
            let sets = match self.eval.get(id, "exports") {
                Value::List(sets) => sets,
                _ => return self.note_export(Export::Unknown),
            };
            for set in sets.iter() {
                self.note_export(match set {
                    Value::Metrics(set) => Export::Set(*set),
                    _ => Export::Unknown,
                });
            }
        }
    }

    fn note_export(&mut self, one: Export) {
        if self.eval.reads.is_some() {
            self.exported.push(one.clone());
        }
        self.export(one);
    }

    /// Adds something to what the system exports.
    pub(super) fn export(&mut self, one: Export) {
        match one {
            Export::Set(set) => self.add_set(set),
            Export::Recording(name) => drop(self.exports.metrics.insert(name, None)),
            Export::Unknown => self.exports.unknown = true,
        }
    }

    fn add_set(&mut self, set: MetricsId) {
        if !self.exports.seen.insert(set) {
            return;
        }
        let world = self.eval.world;
        let entries = &world.metrics[set.0 as usize].entries;
        self.exports.metrics.reserve(entries.len());
        for entry in entries {
            match entry {
                ast::MetricEntry::Metric { name, ty, labels, .. } => {
                    for series in series_of(&name.text, &ty.text) {
                        let known = self.exports.metrics.entry(series).or_insert_with(|| Some(Vec::new()));
                        if let Some(known) = known {
                            known.extend(labels.iter().map(|label| label.text.clone()));
                        }
                    }
                }
                ast::MetricEntry::Spread(name) => {
                    if let Some(Def::Metrics(other)) = world.lookup(name.span.file, &name.text) {
                        self.add_set(other);
                    }
                }
            }
        }
    }

    /// Notes a query, the metrics and labels of which something must export.
    pub(super) fn ask_metrics(&mut self, query: &Rc<Query>) {
        // What a kind asks, each of its declarations asks.
        self.asked
            .entry(Arc::as_ptr(&query.template) as usize)
            .or_insert_with(|| (query.template.clone(), query.span));
    }

    /// Checks the queries, each once.
    pub(super) fn finish_metrics(&mut self) {
        let exports = self.monitoring.exports.clone();
        let asked = std::mem::take(&mut self.asked);
        // Without a Prometheus nothing is evaluated, and exporters need not be there.
        if self.plan.scraper.is_none() || exports.unknown {
            return;
        }
        for (template, span) in asked.into_values() {
            self.check_metrics(&exports, &template, span);
        }
    }

    /// Reports metrics and labels of a query that nothing exports.
    fn check_metrics(&mut self, exports: &Exports, template: &Template, query: Span) {
        let Some(parsed) = template.asked() else { return };
        if template.has_named_hole() {
            return;
        }
        for metric in &parsed.metrics {
            let Some(name) = &metric.name else { continue };
            let Some(labels) = exports.metrics.get(name) else {
                let span = template.source_span(query, &metric.name_range);
                let mut names: Vec<&str> = exports.metrics.keys().map(SmolStr::as_str).collect();
                names.sort_unstable();
                let diagnostic = Diagnostic::new(
                    &code::UNKNOWN_METRIC,
                    span,
                    format!("nothing here exports `{name}`"),
                )
                .help("Declare it: `metrics NAME { … }`, and name that set in the `exports` of a `scrape`.")
                .near(name, span, names);
                self.report_missed(diagnostic);
                continue;
            };
            let Some(labels) = labels else { continue };
            for matcher in &metric.matchers {
                if !has_label(labels, &matcher.label) {
                    let span = template.source_span(query, &matcher.label_range);
                    self.report_label(name, &matcher.label, labels, span);
                }
            }
        }
        for used in &parsed.labels {
            let about = parsed.metrics.get(used.metrics.clone()).unwrap_or_default();
            let known =
                about.iter().any(|metric| match metric.name.as_ref().map(|name| exports.metrics.get(name)) {
                    Some(Some(Some(labels))) => has_label(labels, &used.name),
                    Some(Some(None) | None) | None => true,
                });
            if !known && !about.is_empty() {
                let span = template.source_span(query, &used.range);
                let name = about[0].name.clone().unwrap_or_default();
                let labels = exports.metrics.get(&name).cloned().flatten().unwrap_or_default();
                self.report_label(&name, &used.name, &labels, span);
            }
        }
    }

    /// Reports labels in a text about series that the query does not give them.
    pub(super) fn check_shown_labels(&mut self, id: InstanceId, field: &'static str, query: &Rc<Query>) {
        let Value::Pieces(pieces) = self.eval.get(id, field) else { return };
        let exports = self.monitoring.exports.clone();
        if self.plan.scraper.is_none() || exports.unknown || query.template.has_named_hole() {
            return;
        }
        let span = self.eval.span_of(id, field);
        if self.eval.trusts(span.file) && self.eval.trusts(query.span.file) {
            return;
        }
        let shown = pieces.iter().filter_map(|piece| match piece {
            Piece::AlertLabel(label) => Some(label.clone()),
            _ => None,
        });
        let (Some(asked), Some(answer)) = (query.template.asked(), query.template.answer()) else { return };
        let has = |label: &str, metric: usize| match asked.metrics[metric]
            .name
            .as_ref()
            .map(|name| exports.metrics.get(name))
        {
            Some(Some(Some(labels))) => has_label(labels, label),
            Some(Some(None) | None) | None => true,
        };
        let wrong = shown.filter(|label| !answer.carried.may_have(label, |metric| has(label, metric)));
        let wrong: Vec<SmolStr> = wrong.collect();
        for label in wrong {
            let message =
                format!("the text shows the label `{label}`, which the series of the query do not have");
            let help = match &answer.carried {
                laud_promql::Carried::Only(labels) if labels.is_empty() => {
                    format!("The query gives one series without labels; keep `{label}` by `by ({label})`.")
                }
                laud_promql::Carried::Only(labels) => {
                    let labels: Vec<&str> = labels.iter().map(SmolStr::as_str).collect();
                    format!("They have: {}.", labels.join(", "))
                }
                laud_promql::Carried::Series { .. } => {
                    "Leave it out, or ask for a metric that has it.".to_owned()
                }
            };
            let diagnostic = Diagnostic::new(&code::BAD_TEMPLATE, span, message)
                .related(query.span, "the query")
                .help(help);
            self.report_missed(diagnostic);
        }
    }

    fn report_label(&mut self, metric: &str, label: &str, labels: &[SmolStr], span: Span) {
        let of_target =
            COMMON_LABELS.into_iter().filter(|name| !["__name__", "le", "quantile"].contains(name));
        let mut names: Vec<&str> = labels.iter().map(SmolStr::as_str).chain(of_target).collect();
        names.sort_unstable();
        names.dedup();
        let diagnostic =
            Diagnostic::new(&code::UNKNOWN_LABEL, span, format!("`{metric}` has no label `{label}`"))
                .help(format!("It has: {}.", names.join(", ")))
                .near(label, span, names);
        self.report_missed(diagnostic);
    }
}

fn has_label(labels: &[SmolStr], label: &str) -> bool {
    COMMON_LABELS.contains(&label) || labels.iter().any(|known| known == label)
}

/// The series of a metric, by its type (OpenMetrics 1.0, section 5).
pub(crate) fn series_of(name: &SmolStr, ty: &str) -> impl Iterator<Item = SmolStr> {
    let suffixes: &[&str] = match ty {
        "histogram" => &["_bucket", "_sum", "_count"],
        "summary" => &["_sum", "_count"],
        _ => &[],
    };
    std::iter::once(name.clone()).chain(suffixes.iter().map(move |suffix| format_smolstr!("{name}{suffix}")))
}
