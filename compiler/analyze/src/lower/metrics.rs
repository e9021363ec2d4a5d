//! Metric contracts: a query may ask only for what something exports.

use super::Lower;
use crate::eval::Template;
use crate::value::{Piece, Query, Value};
use crate::world::{Def, InstanceId, MetricsId, World};
use indexmap::IndexMap;
use laud_plan::Plan;
use laud_promql::{MatchOp, Matcher, MetricType, MetricUse};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// Queries as they are written, each once, with their places.
pub(super) type Asked = IndexMap<usize, (Arc<Template>, Span), FxBuildHasher>;

/// What the system exports.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Exports {
    /// The sets of metrics, those among them that others take over.
    sets: BTreeSet<MetricsId>,
    /// What recordings make.
    recordings: FxHashSet<LeanStr>,
    /// Whether there may be more.
    pub(super) unknown: bool,
}

/// What was worked out for a query and is of use to the next: many ask for the same.
#[derive(Default)]
struct Known {
    /// By metric: its labels.
    labels: FxHashMap<LeanStr, Option<Labels>>,
    /// Once someone asked for one of them by name.
    targets: OnceCell<Targets>,
}

/// What is scraped and probed, by the labels of its series.
struct Targets {
    services: BTreeSet<LeanStr>,
    jobs: BTreeSet<LeanStr>,
}

impl Targets {
    fn of(plan: &Plan) -> Self {
        let probed = plan.probes.iter().map(|probe| probe.subject.clone());
        Self {
            services: plan.targets.iter().map(|target| target.subject.clone()).chain(probed).collect(),
            jobs: plan.scrape_jobs().map(LeanStr::from).collect(),
        }
    }
}

/// The labels of a series; `None` where they are not known, as of a recording.
type Labels = Option<Vec<LeanStr>>;

/// What a declaration exports.
#[derive(Clone, Debug)]
pub(super) enum Export {
    /// A set of metrics.
    Set(MetricsId),
    /// What a recording makes.
    Recording(LeanStr),
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

/// The series that Prometheus makes of the alerts themselves.
/// <https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#inspecting-alerts-during-runtime>
const ALERTS: [&str; 2] = ["ALERTS", "ALERTS_FOR_STATE"];

impl Exports {
    /// Adds a set, and those that it takes over.
    fn add(&mut self, world: &World<'_>, set: MetricsId) {
        if !self.sets.insert(set) {
            return;
        }
        for name in world.metrics[set.0 as usize].entries.spreads() {
            if let Some(Def::Metrics(other)) = world.lookup(name.span.file(), &name.text) {
                self.add(world, other);
            }
        }
    }

    /// The labels of a series; `None` if nothing exports it.
    fn labels(&self, world: &World<'_>, series: &str) -> Option<Labels> {
        if ALERTS.contains(&series) || self.recordings.contains(series) {
            return Some(None);
        }
        let mut found = SYNTHETIC.contains(&series).then(Vec::new);
        for entry in self.entries_of(world, series) {
            if let ast::MetricEntry::Metric { labels, .. } = &*entry {
                found.get_or_insert_default().extend(labels.iter().map(|label| label.text.clone()));
            }
        }
        found.map(Some)
    }

    /// The metrics of which a series is, in all sets.
    fn entries_of<'w>(
        &'w self,
        world: &'w World<'_>,
        series: &'w str,
    ) -> impl Iterator<Item = Cow<'w, ast::MetricEntry>> {
        let names: SmallVec<[&str; 4]> = metrics_of(series).collect();
        let entries = self.sets.iter().flat_map(move |set| {
            let entries = &world.metrics[set.0 as usize].entries;
            names.clone().into_iter().filter_map(|name| entries.named(name))
        });
        entries.filter(move |entry| match &**entry {
            ast::MetricEntry::Metric { name, ty, .. } => is_series_of(series, &name.text, &ty.text),
            ast::MetricEntry::Spread(_) => false,
        })
    }

    /// Whether a series grows or goes up and down, and where that is declared; `None` where it is not
    /// known, or those who export it do not agree.
    fn type_of(&self, world: &World<'_>, series: &str) -> Option<(MetricType, Span)> {
        let mut found: Option<(MetricType, Span)> = None;
        for entry in self.entries_of(world, series) {
            let ast::MetricEntry::Metric { name, ty, .. } = &*entry else { continue };
            let what = match ty.text.as_str() {
                "counter" => MetricType::Counter,
                "gauge" => MetricType::Gauge,
                // Buckets, sums and counts grow; without a suffix it is a histogram as a whole.
                _ if name.text != series => MetricType::Counter,
                _ => return None,
            };
            if found.is_some_and(|(other, _)| other != what) {
                return None;
            }
            found.get_or_insert((what, name.span));
        }
        found
    }

    /// All series, in order.
    fn names(&self, world: &World<'_>) -> Vec<LeanStr> {
        let fixed = SYNTHETIC.into_iter().chain(ALERTS).map(LeanStr::from_static_str);
        let entries = self.sets.iter().flat_map(|set| &world.metrics[set.0 as usize].entries);
        let of_sets = entries.flat_map(|entry| match entry {
            ast::MetricEntry::Metric { name, ty, .. } => series_of(&name.text, &ty.text).collect(),
            ast::MetricEntry::Spread(_) => Vec::new(),
        });
        let mut names: Vec<LeanStr> = fixed.chain(of_sets).chain(self.recordings.iter().cloned()).collect();
        names.sort_unstable();
        names.dedup();
        names
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
            Export::Set(set) => self.exports.add(self.eval.world, set),
            Export::Recording(name) => drop(self.exports.recordings.insert(name)),
            Export::Unknown => self.exports.unknown = true,
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
        let mut known = Known::default();
        for (template, span) in asked.into_values() {
            self.check_metrics(&exports, &template, span, &mut known);
        }
    }

    /// Reports metrics and labels of a query that nothing exports.
    fn check_metrics(&mut self, exports: &Exports, template: &Template, query: Span, known: &mut Known) {
        let Some(parsed) = template.asked() else { return };
        if template.has_named_hole() {
            return;
        }
        let world = self.eval.world;
        for name in parsed.metrics.iter().filter_map(|metric| metric.name.as_ref()) {
            if !known.labels.contains_key(name) {
                known.labels.insert(name.clone(), exports.labels(world, name));
            }
        }
        let known = &*known;
        let labels_of = |name: &LeanStr| known.labels.get(name).and_then(Option::as_ref);
        for metric in &parsed.metrics {
            let Some(name) = &metric.name else { continue };
            let Some(labels) = labels_of(name) else {
                let span = template.source_span(query, &metric.name_range);
                let names = exports.names(world);
                let names = names.iter().map(LeanStr::as_str);
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
            if !self.eval.trusts(query.file()) {
                self.check_taken(exports, template, query, metric);
                self.check_target(template, query, labels, &metric.matchers, &known.targets);
            }
            for matcher in &metric.matchers {
                if !has_label(labels, &matcher.label) {
                    let span = template.source_span(query, &matcher.label_range);
                    self.report_label(name, &matcher.label, labels, span);
                }
            }
        }
        for used in &parsed.labels {
            let about = parsed.metrics.get(used.metrics.clone()).unwrap_or_default();
            let is_known = about.iter().any(|metric| match metric.name.as_ref().map(labels_of) {
                Some(Some(Some(labels))) => has_label(labels, &used.name),
                Some(Some(None) | None) | None => true,
            });
            if !is_known && !about.is_empty() {
                let span = template.source_span(query, &used.range);
                let name = about[0].name.clone().unwrap_or_default();
                let labels = labels_of(&name).cloned().flatten().unwrap_or_default();
                self.report_label(&name, &used.name, &labels, span);
            }
        }
    }

    /// Warns of a function that is for metrics of another type than the one it is given.
    fn check_taken(&mut self, exports: &Exports, template: &Template, query: Span, metric: &MetricUse) {
        let (Some(taken), Some(name)) = (&metric.taken, &metric.name) else { return };
        let world = self.eval.world;
        let Some((found, declared)) = exports.type_of(world, name).filter(|(found, _)| *found != taken.what)
        else {
            return;
        };
        let (span, function) = (template.source_span(query, &taken.range), taken.name);
        let is_own = !world.is_standard(declared.file());
        let (ty, help) = match found {
            MetricType::Gauge if is_own => (
                "gauge",
                format!(
                    "`{function}` takes each fall for a start at 0. A metric that only grows is a `counter`."
                ),
            ),
            MetricType::Gauge => ("gauge", format!("`{function}` takes each fall for a start at 0.")),
            MetricType::Counter => {
                ("counter", format!("`{function}` takes it for a fall when a counter starts again at 0."))
            }
        };
        let message = format!("`{function}` of `{name}`, which is a {ty}");
        let mut diagnostic = Diagnostic::new(&code::WRONG_METRIC_TYPE, span, message).help(help);
        if is_own {
            diagnostic = diagnostic.related(declared, "declared here");
        }
        // Where it stands in the source is not known of a query with escapes.
        self.report_missed(match span == query {
            true => diagnostic,
            false => diagnostic.fix(format!("Change to `{}`", taken.other), span, taken.other),
        });
    }

    /// Warns of a service of which nothing is measured and of a job that there is not,
    /// where the label is the target's.
    fn check_target(
        &mut self,
        template: &Template,
        query: Span,
        labels: &[LeanStr],
        matchers: &[Matcher],
        targets: &OnceCell<Targets>,
    ) {
        for asked in matchers {
            let is_service = asked.label == "service";
            let is_of_target = is_service || asked.label == "job";
            if !is_of_target || asked.op != MatchOp::Equal || asked.value.is_empty() {
                continue;
            }
            let has_own = labels.contains(&asked.label);
            let has_raw = self.plan.raws.iter().any(|raw| raw.target == "prometheus");
            if has_own || has_raw || template.is_filled_in(&asked.value_range) {
                continue;
            }
            let targets = targets.get_or_init(|| Targets::of(&self.plan));
            let names = if is_service { &targets.services } else { &targets.jobs };
            if names.contains(asked.value.as_str()) {
                continue;
            }
            let span = template.source_span(query, &asked.value_range);
            let names: Vec<&str> = names.iter().map(LeanStr::as_str).collect();
            let (message, help) = match is_service {
                true => (
                    format!("nothing is measured of a service `{}`", asked.value),
                    service_help(labels, &names),
                ),
                false => (
                    format!("nothing is scraped by a job `{}`", asked.value),
                    match names.len() <= MOST_NAMES {
                        true => format!("The jobs are: {}.", names.join(", ")),
                        false => format!("There are {} jobs.", names.len()),
                    },
                ),
            };
            let diagnostic = Diagnostic::new(&code::NO_SUCH_TARGET, span, message).help(help);
            let near = laud_syntax::near::nearest(&asked.value, names.iter().copied());
            self.report_missed(match near.filter(|_| span != query) {
                Some(near) => diagnostic.fix(format!("Change to `{near}`"), span, format!("\"{near}\"")),
                None => diagnostic,
            });
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
        if self.eval.trusts(span.file()) && self.eval.trusts(query.span.file()) {
            return;
        }
        let shown = pieces.iter().filter_map(|piece| match piece {
            Piece::AlertLabel(label) => Some(label.clone()),
            _ => None,
        });
        let (Some(asked), Some(answer)) = (query.template.asked(), query.template.answer()) else { return };
        let world = self.eval.world;
        let has = |label: &str, metric: usize| {
            let name = asked.metrics[metric].name.as_ref();
            match name.and_then(|name| exports.labels(world, name)).flatten() {
                Some(labels) => has_label(&labels, label),
                None => true,
            }
        };
        let wrong = shown.filter(|label| !answer.carried.may_have(label, |metric| has(label, metric)));
        let wrong: Vec<LeanStr> = wrong.collect();
        for label in wrong {
            let message =
                format!("the text shows the label `{label}`, which the series of the query do not have");
            let help = match &answer.carried {
                laud_promql::Carried::Only(labels) if labels.is_empty() => {
                    format!("The query gives one series without labels; keep `{label}` by `by ({label})`.")
                }
                laud_promql::Carried::Only(labels) => {
                    let labels: Vec<&str> = labels.iter().map(LeanStr::as_str).collect();
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

    fn report_label(&mut self, metric: &str, label: &str, labels: &[LeanStr], span: Span) {
        let of_target =
            COMMON_LABELS.into_iter().filter(|name| !["__name__", "le", "quantile"].contains(name));
        let mut names: Vec<&str> = labels.iter().map(LeanStr::as_str).chain(of_target).collect();
        names.sort_unstable();
        names.dedup();
        let diagnostic =
            Diagnostic::new(&code::UNKNOWN_LABEL, span, format!("`{metric}` has no label `{label}`"))
                .help(format!("It has: {}.", names.join(", ")))
                .near(label, span, names);
        self.report_missed(diagnostic);
    }
}

/// So many names can still be read.
const MOST_NAMES: usize = 20;

/// Which services there are, of those of which something is measured.
fn service_help(labels: &[LeanStr], names: &[&str]) -> String {
    // Of cAdvisor, whose series are of other services' containers: `container_label_…_service`.
    match labels.iter().find(|label| label.ends_with("_service")) {
        Some(own) => format!("`service` is who was asked; which service it is about, `{own}` says."),
        None if names.len() <= MOST_NAMES => {
            format!("Series have the label `service` by what they are of: {}.", names.join(", "))
        }
        None => "Series have the label `service` by what they are of.".to_owned(),
    }
}

fn has_label(labels: &[LeanStr], label: &str) -> bool {
    COMMON_LABELS.contains(&label) || labels.iter().any(|known| known == label)
}

/// The metrics of which a series may be, by their names.
fn metrics_of(series: &str) -> impl Iterator<Item = &str> {
    // A histogram has every suffix that there is.
    let shorter = suffixes("histogram").iter().filter_map(|suffix| series.strip_suffix(suffix));
    std::iter::once(series).chain(shorter)
}

/// What is added to a metric's name, by its type, to name the other series that it
/// has (OpenMetrics 1.0, section 5).
fn suffixes(ty: &str) -> &'static [&'static str] {
    match ty {
        "histogram" => &["_bucket", "_sum", "_count"],
        "summary" => &["_sum", "_count"],
        _ => &[],
    }
}

/// The series of a metric, by its type.
pub(crate) fn series_of(name: &LeanStr, ty: &str) -> impl Iterator<Item = LeanStr> {
    let others = suffixes(ty).iter().map(move |suffix| LeanStr::from(format!("{name}{suffix}")));
    std::iter::once(name.clone()).chain(others)
}

/// Whether a series is of a metric.
fn is_series_of(series: &str, name: &str, ty: &str) -> bool {
    let suffix = series.strip_prefix(name);
    suffix.is_some_and(|suffix| suffix.is_empty() || suffixes(ty).contains(&suffix))
}
