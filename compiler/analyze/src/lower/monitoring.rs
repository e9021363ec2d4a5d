//! What is scraped, probed, recorded and judged.

use super::Lower;
use super::metrics::Exports;
use super::read::{as_duration, as_port, variant_name};
use crate::value::{Query, Value};
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{AlertGroup, Severity};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::rc::Rc;
use thin_vec::ThinVec;

/// What is known of an environment's monitoring before its parts are lowered.
#[derive(Default)]
pub(super) struct Monitoring {
    pub(super) exports: Rc<Exports>,
    /// The groups of alerts that are wanted.
    pub(super) groups: Vec<AlertGroup>,
    /// The first alert of the user's own that nothing evaluates.
    pub(super) orphan: Option<Span>,
}

impl<'p> Lower<'_, '_, 'p> {
    /// Finds what scrapes, probes and exports, on which the rest depends.
    pub(super) fn find_monitoring(&mut self) {
        self.find_scraper();
        self.find_prober();
        self.find_viewer();
        self.monitoring.groups = self.groups();
        self.monitoring.exports = Rc::new(std::mem::take(&mut self.exports));
    }

    pub(super) fn finish_monitoring(&mut self) {
        self.finish_metrics();
        let alerts = std::mem::take(&mut self.plan.alerts);
        let mut names = FxHashMap::with_capacity_and_hasher(alerts.len(), FxBuildHasher);
        for alert in &alerts {
            self.claim(&mut names, &alert.name, alert.origin, "alert");
        }
        self.plan.alerts = alerts;
        // Where parts may be missing because of an error, one may be the Prometheus.
        let lacks = self.monitoring.exports.unknown || self.drops_monitoring();
        if let (Some(span), false) = (self.monitoring.orphan, lacks) {
            self.report_missed(
                Diagnostic::new(
                    &code::NO_SCRAPER,
                    span,
                    "nothing evaluates this alert: the environment has no Prometheus",
                )
                .help("Add `use std/monitoring { monitoring }` and `monitoring watch {}`."),
            );
        }
    }

    pub(super) fn lower_target(&mut self, id: InstanceId) {
        let target = self.target(id);
        if self.plan.scraper.is_some() {
            self.plan.targets.extend(target);
        }
    }

    pub(super) fn lower_probe(&mut self, id: InstanceId) {
        let probe = self.probe(id);
        if self.plan.prober.is_some() {
            self.plan.probes.push(probe);
        }
    }

    /// A panel's query; the panel takes it itself.
    pub(super) fn check_query(&mut self, id: InstanceId) {
        if let Value::Query(query) = self.eval.get(id, "value") {
            self.ask_metrics(&query);
            self.check_shown_labels(id, "legend", &query);
        }
    }

    /// The only instance of a primitive kind, the others being reported.
    fn only(&mut self, kind: crate::world::KindSlot, what: &str) -> Option<InstanceId> {
        let all = self.of_kind(kind);
        for other in all.iter().skip(1) {
            let (span, first) = (self.eval.instance(*other).span(), self.eval.instance(all[0]).span());
            self.report(
                Diagnostic::new(&code::DUPLICATE_NAME, span, format!("the system has a second {what}"))
                    .related(first, "the first"),
            );
        }
        all.first().copied()
    }

    /// The service and port that a monitoring primitive names.
    fn server(&mut self, id: InstanceId) -> Option<(plan::ServiceId, u16)> {
        let Value::Instance(server) = self.eval.get(id, "server") else { return None };
        let service = *self.services.get(&server)?;
        let port = match self.eval.get(id, "port") {
            Value::Instance(port) => self.port_of(port)?.1,
            value => as_port(&value)?,
        };
        Some((service, port))
    }

    fn find_scraper(&mut self) {
        let Some(id) = self.only(self.eval.world.primitives.scraper, "Prometheus") else { return };
        let Some((service, port)) = self.server(id) else { return };
        self.plan.scraper = Some(plan::Scraper {
            service,
            port,
            scrape_interval: self.duration_field(id, "scrape_interval"),
            evaluation_interval: self.duration_field(id, "evaluation_interval"),
            // Where it could not be read, that was reported, and nothing looks back too far.
            retention: as_duration(&self.eval.get(id, "retention")).unwrap_or(u64::MAX),
            origin: self.author_of(id),
            origins: self.origins(id),
        });
    }

    fn find_prober(&mut self) {
        if let Some(id) = self.only(self.eval.world.primitives.prober, "blackbox exporter")
            && let Some((service, port)) = self.server(id)
        {
            self.plan.prober = Some(plan::Prober { service, port });
        }
    }

    /// What a monitoring primitive is about: as it says, or what it is declared in.
    pub(super) fn subject(&mut self, id: InstanceId) -> LeanStr {
        match self.optional_literal(id, "subject") {
            Some(subject) if !subject.is_empty() => subject,
            Some(_) | None => self.owner_name(id),
        }
    }

    /// The name of what something is declared in, as hosts are named; the app's at the top.
    pub(super) fn owner_name(&mut self, id: InstanceId) -> LeanStr {
        match self.eval.instance(id).parent {
            Some(parent) => LeanStr::from(self.eval.full_name(parent).replace('_', "-")),
            None => LeanStr::from(self.plan.app.replace('_', "-")),
        }
    }

    fn target(&mut self, id: InstanceId) -> Option<plan::ScrapeTarget> {
        let Value::Instance(port) = self.eval.get(id, "port") else { return None };
        let (service, number) = self.port_of(port)?;
        let owner = self.eval.instance(id).parent?;
        let above = self.eval.instance(owner).parent.unwrap_or(owner);
        let job = match self.optional_literal(id, "job") {
            Some(job) => job,
            None if above == owner => self.names.get(&owner).cloned().unwrap_or_default(),
            None => self.eval.world.kind(self.eval.instance(above).kind).name.clone(),
        };
        let subject = match self.optional_literal(id, "subject") {
            Some(subject) if !subject.is_empty() => subject,
            Some(_) | None => LeanStr::from(self.eval.full_name(above).replace('_', "-")),
        };
        Some(plan::ScrapeTarget {
            job,
            subject,
            service,
            port: number,
            path: self.literal_field(id, "path"),
            interval: as_duration(&self.eval.get(id, "interval")),
            params: self.literal_map(id, "params").into_iter().map(|(key, value, _)| (key, value)).collect(),
            origin: self.author_of(id),
            origins: self.origins(id),
        })
    }

    fn probe(&mut self, id: InstanceId) -> plan::Probe {
        plan::Probe {
            subject: self.subject(id),
            url: self.literal_field(id, "url"),
            module: self.literal_field(id, "module"),
            origin: self.author_of(id),
            origins: self.origins(id),
        }
    }

    pub(super) fn lower_recording(&mut self, id: InstanceId) {
        let Value::Query(query) = self.eval.get(id, "value") else { return };
        self.ask_metrics(&query);
        let mut labels: Vec<(LeanStr, LeanStr)> =
            self.literal_map(id, "labels").into_iter().map(|(key, value, _)| (key, value)).collect();
        labels.sort();
        let name = self.literal_field(id, "metric");
        let (origin, origins) = (self.author_of(id), self.origins(id));
        self.plan.recordings.push(plan::Recording {
            name,
            expression: query.text.as_str().into(),
            labels,
            origin,
            origins,
        });
    }

    pub(super) fn lower_alert(&mut self, id: InstanceId) {
        let Value::Query(query) = self.eval.get(id, "when") else { return };
        self.ask_metrics(&query);
        self.check_alert(&query);
        let span = self.eval.instance(id).span();
        if !self.bool_field(id, "enabled") {
            return;
        }
        if self.plan.scraper.is_none() {
            let own = !self.eval.world.is_standard(span.file());
            self.monitoring.orphan = self.monitoring.orphan.or(own.then_some(span));
            return;
        }
        self.check_alert_texts(id, &query);
        let alert = self.alert(id, &query);
        if self.monitoring.groups.contains(&alert.group) {
            self.check_retention(&query);
            self.plan.alerts.push(alert);
        }
    }

    /// Whether the system has a Prometheus in another environment, so that this one leaves it out.
    pub(super) fn drops_monitoring(&self) -> bool {
        let world = self.eval.world;
        let Some(scraper) = world.primitives.scraper else { return false };
        let in_environments = world.environments.iter().flat_map(|environment| {
            environment.body.entries.iter().filter_map(|entry| match &entry.node {
                ast::Node::Decl(decl) => Some(decl.as_ref()),
                _ => None,
            })
        });
        let decls = world.decls.iter().map(|decl| decl.decl).chain(in_environments);
        let kinds = decls.filter_map(|decl| world.lookup_kind(decl.kind.span.file(), &decl.kind.text));
        kinds.into_iter().any(|kind| crate::eval::Eval::contains(world, kind, scraper))
    }

    fn groups(&mut self) -> Vec<AlertGroup> {
        let scraper = self.of_kind(self.eval.world.primitives.scraper).first().copied();
        let Some(id) = scraper else { return Vec::new() };
        self.list_field(id, "groups").iter().map(|item| group_of(variant_name(item))).collect()
    }

    fn alert(&mut self, id: InstanceId, query: &Rc<Query>) -> plan::Alert {
        let instance = self.eval.instance(id);
        let (own, parent) = (instance.name().clone(), instance.parent);
        let (origin, origins) = (self.author_of(id), self.origins(id));
        let owner = parent.map(|parent| self.eval.full_name(parent));
        let mut labels: ThinVec<(LeanStr, LeanStr)> =
            self.literal_map(id, "labels").into_iter().map(|(key, value, _)| (key, value)).collect();
        labels.sort();
        let (summary, description) = (self.eval.get(id, "summary"), self.eval.get(id, "description"));
        plan::Alert {
            name: camel_case(owner.as_deref(), &own),
            group: group_of(variant_name(&self.eval.get(id, "group"))),
            subject: self.subject(id),
            expression: query.text.as_str().into(),
            hold: self.duration_field(id, "for"),
            keep: self.duration_field(id, "keep"),
            severity: match variant_name(&self.eval.get(id, "severity")) {
                "critical" => Severity::Critical,
                "info" => Severity::Info,
                _ => Severity::Warning,
            },
            summary: self.text(&summary),
            description: self.text(&description),
            labels,
            origin,
            origins,
        }
    }

    /// The texts of an alert show labels that its series have.
    fn check_alert_texts(&mut self, id: InstanceId, query: &Rc<Query>) {
        for field in ["summary", "description"] {
            self.check_shown_labels(id, field, query);
        }
    }

    /// An alert must be able to fire, and to see as far back as it asks.
    fn check_alert(&mut self, query: &Rc<Query>) {
        if self.eval.trusts(query.span.file()) {
            return;
        }
        let Some(answer) = query.template.answer() else { return };
        if answer.result != laud_promql::Shape::InstantVector {
            self.report(
                Diagnostic::new(
                    &code::CAN_NEVER_FIRE,
                    query.span,
                    "an alert asks for series, and this gives none",
                )
                .help("Compare a metric with a limit: promql`metric > 1`."),
            );
        } else if let (Some(never), false) = (&answer.never, query.template.has_holes()) {
            self.report(
                Diagnostic::new(&code::CAN_NEVER_FIRE, query.span, "this alert can never fire")
                    .note(never_words(never)),
            );
        }
    }

    fn retention_origin(&mut self) -> Span {
        let scraper = self.of_kind(self.eval.world.primitives.scraper).first().copied();
        scraper.map_or(Span::default(), |id| self.author_of_field(id, "retention"))
    }

    fn check_retention(&mut self, query: &Rc<Query>) {
        let (Some(scraper), Some(asked)) = (&self.plan.scraper, query.template.asked()) else { return };
        if asked.durations <= scraper.retention || query.template.has_holes() {
            return;
        }
        let Some(range) = query.template.answer().and_then(|answer| answer.longest_range) else { return };
        if range > scraper.retention {
            let (retention, origin) = (laud_promql::duration(scraper.retention), self.retention_origin());
            let asked = laud_promql::duration(range);
            self.report(
                Diagnostic::new(
                    &code::RETENTION_TOO_SHORT,
                    query.span,
                    format!("the query looks back {asked}, and Prometheus keeps {retention}"),
                )
                .related(origin, "kept for so long")
                .help(format!("Set `retention = {asked}` or longer.")),
            );
        }
    }
}

/// Why a query gives nothing, as a note.
fn never_words(never: &laud_promql::Never) -> String {
    match never {
        laud_promql::Never::False { comparison } => format!("`{comparison}` never holds"),
        laud_promql::Never::NotANumber => "nothing compares with what is no number".to_owned(),
    }
}

fn group_of(name: &str) -> AlertGroup {
    AlertGroup::ALL.into_iter().find(|group| group.name() == name).unwrap_or(AlertGroup::Health)
}

/// `db_main` and `disk_full` are `DbMainDiskFull`.
fn camel_case(owner: Option<&str>, own: &str) -> LeanStr {
    let words =
        owner.into_iter().chain([own]).flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
    let mut out = String::new();
    for word in words {
        let mut letters = word.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    LeanStr::from(out)
}
