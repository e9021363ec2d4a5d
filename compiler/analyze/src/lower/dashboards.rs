//! Dashboards: one for each kind that has panels, and one for all.

use super::Lower;
use super::read::{as_float, as_int, variant_name};
use crate::eval::Eval;
use crate::shown::paragraph;
use crate::value::Value;
use crate::world::{InstanceId, KindId};
use laud_plan as plan;
use laud_plan::{Dashboard, Panel, PanelKind, PanelUnit, Row, Severity, Threshold};
use lean_string::LeanStr;
use smallvec::SmallVec;
use std::sync::Arc;
use thin_vec::ThinVec;

/// The panels so far.
#[derive(Clone, Default)]
pub(super) struct Panels {
    overview: Rows,
    by_kind: Vec<(Option<KindId>, Rows)>,
}

impl Panels {
    /// The instances that panels are about.
    pub(super) fn subjects(&mut self) -> impl Iterator<Item = &mut InstanceId> {
        let of_kinds = self.by_kind.iter_mut().flat_map(|(_, rows)| rows);
        self.overview.iter_mut().chain(of_kinds).filter_map(|(subject, _)| subject.as_mut())
    }

    /// Adds the panels of later declarations.
    pub(super) fn extend(&mut self, later: &Self) {
        extend(&mut self.overview, &later.overview);
        for (kind, rows) in &later.by_kind {
            match self.by_kind.iter_mut().rfind(|(known, _)| known == kind) {
                Some((_, known)) => extend(known, rows),
                None => self.by_kind.push((*kind, rows.clone())),
            }
        }
    }
}

/// Panels by the instance that they are about.
type Rows = Vec<(Option<InstanceId>, Arc<Row>)>;

impl Lower<'_, '_, '_> {
    pub(super) fn find_viewer(&mut self) {
        let Some(id) = self.of_kind(self.eval.world.primitives.viewer).first().copied() else { return };
        let Value::Instance(server) = self.eval.get(id, "server") else { return };
        let port = match self.eval.get(id, "port") {
            Value::Instance(port) => self.port_of(port),
            _ => None,
        };
        let (Some(service), Some((_, port))) = (self.services.get(&server).copied(), port) else { return };
        let datasource = self.literal_field(id, "datasource");
        let (origin, origins) = (self.author_of(id), self.origins(id));
        self.plan.grafana = Some(plan::Grafana { service, port, datasource, origin, origins });
    }

    pub(super) fn lower_panel(&mut self, id: InstanceId) {
        if self.plan.grafana.is_none() {
            return;
        }
        let panel = self.panel(id);
        let owner = self.eval.instance(id).parent;
        let kind = owner.map(|owner| self.eval.instance(owner).kind);
        if self.bool_field(id, "overview") {
            add_panel(&mut self.panels.overview, self.eval, owner, panel.clone());
        }
        // Owners of a kind follow one another in all but odd specs, so the search is short.
        let by_kind = &mut self.panels.by_kind;
        let rows = match by_kind.iter_mut().rposition(|(other, _)| *other == kind) {
            Some(index) => &mut by_kind[index].1,
            None => {
                by_kind.push((kind, Rows::new()));
                &mut by_kind.last_mut().expect("one was added").1
            }
        };
        add_panel(rows, self.eval, owner, panel);
    }

    pub(super) fn finish_dashboards(&mut self) {
        let Panels { overview, by_kind } = std::mem::take(&mut self.panels);
        let app = self.plan.app.clone();
        let mut dashboards = Vec::new();
        if !overview.is_empty() {
            dashboards.push(Dashboard {
                name: LeanStr::from_static_str("overview"),
                title: "Overview".to_owned(),
                description: format!("What matters most of {app}, at a glance."),
                tags: vec![LeanStr::from_static_str("overview")],
                rows: rows(overview),
            });
        }
        for (kind, of_kind) in by_kind {
            let (name, doc) = match kind {
                Some(kind) => (self.eval.world.kind(kind).name.clone(), self.eval.world.kind(kind).doc),
                None => (app.clone(), self.eval.world.app.map_or("", |(_, doc)| doc)),
            };
            let paragraph = paragraph(doc);
            dashboards.push(Dashboard {
                name: LeanStr::from(name.replace('_', "-")),
                title: spelled(&name, &paragraph).map_or_else(|| sentence(&name), str::to_owned),
                description: kind.map_or_else(String::new, |_| paragraph),
                tags: vec![LeanStr::from(name.replace('_', "-"))],
                rows: rows(of_kind),
            });
        }
        self.plan.dashboards = dashboards;
    }

    fn panel(&mut self, id: InstanceId) -> Panel {
        let number = |lower: &mut Self, field: &'static str| as_float(&lower.eval.get(id, field));
        let mut thresholds: ThinVec<Threshold> = ThinVec::new();
        for (field, severity) in [("warning", Severity::Warning), ("critical", Severity::Critical)] {
            if let Some(from) = number(self, field) {
                thresholds.push(Threshold { from, severity: Some(severity) });
            }
        }
        thresholds.sort_by(|a, b| a.from.total_cmp(&b.from));
        let name = self.eval.instance(id).name().clone();
        Panel {
            title: if name.contains(' ') || name.contains(char::is_uppercase) {
                name
            } else {
                LeanStr::from(sentence(&name))
            },
            description: self.literal_field(id, "description"),
            kind: match variant_name(&self.eval.get(id, "show")) {
                "stat" => PanelKind::Stat,
                "table" => PanelKind::Table,
                _ => PanelKind::Timeseries,
            },
            unit: unit_of(variant_name(&self.eval.get(id, "unit"))),
            queries: self.queries(id),
            thresholds,
            min: number(self, "min"),
            max: number(self, "max"),
            stacked: self.bool_field(id, "stacked"),
            width: as_int(&self.eval.get(id, "width")).and_then(|width| u8::try_from(width).ok()),
            origin: self.panel_origin(id),
        }
    }

    /// Where a panel comes from. JSON has several of its fields in a line, so
    /// that all of its lines come from all of them.
    fn panel_origin(&mut self, id: InstanceId) -> plan::Origin {
        let author = self.author_of(id);
        if !self.eval.is_traced() {
            return author;
        }
        let mut all = vec![author];
        all.extend(self.origins(id).all());
        for query in self.instances_field(id, "queries") {
            all.extend(self.origins(query).all());
        }
        let trace = self.eval.trace.as_mut();
        trace.and_then(|trace| trace.causes.join(&all)).unwrap_or(author)
    }

    fn queries(&mut self, id: InstanceId) -> SmallVec<[plan::Query; 1]> {
        let stat = matches!(variant_name(&self.eval.get(id, "show")), "stat" | "table");
        let instances = self.instances_field(id, "queries");
        let mut queries = SmallVec::with_capacity(instances.len());
        for query in instances {
            if let Value::Query(value) = self.eval.get(query, "value") {
                let legend = self.eval.get(query, "legend");
                queries.push(plan::Query {
                    expression: value.text.as_str().into(),
                    legend: self.text(&legend),
                    instant: stat,
                });
            }
        }
        queries
    }
}

/// Adds rows; the first goes on with the last, if it is about the same.
fn extend(rows: &mut Rows, mut later: &[(Option<InstanceId>, Arc<Row>)]) {
    if let (Some((last, row)), Some(((owner, first), rest))) = (rows.last_mut(), later.split_first())
        && owner == last
    {
        Arc::make_mut(row).panels.extend(first.panels.iter().cloned());
        later = rest;
    }
    rows.extend_from_slice(later);
}

fn add_panel(rows: &mut Rows, eval: &mut Eval<'_, '_>, owner: Option<InstanceId>, panel: Panel) {
    match rows.last_mut() {
        Some((last, row)) if *last == owner => Arc::make_mut(row).panels.push(panel),
        _ => {
            let title =
                owner.map_or_else(LeanStr::default, |owner| eval.full_name(owner).replace('_', "-").into());
            if let Some((_, last)) = rows.last_mut() {
                Arc::make_mut(last).panels.shrink_to_fit();
            }
            rows.push((owner, Arc::new(Row { title, panels: vec![panel] })));
        }
    }
}

fn rows(rows: Rows) -> Vec<Arc<Row>> {
    rows.into_iter().map(|(_, row)| row).collect()
}

fn unit_of(name: &str) -> PanelUnit {
    match name {
        "bytes" => PanelUnit::Bytes,
        "bytes_per_second" => PanelUnit::BytesPerSecond,
        "seconds" => PanelUnit::Seconds,
        "ratio" => PanelUnit::Ratio,
        "requests_per_second" => PanelUnit::RequestsPerSecond,
        "operations_per_second" => PanelUnit::OperationsPerSecond,
        "up_down" => PanelUnit::UpDown,
        _ => PanelUnit::Number,
    }
}

/// `node_exporter` is `Node exporter`.
fn sentence(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => spaced,
    }
}

/// A name as words that speak of it spell it, if they do with a capital: `nextjs`
/// is `Next.js` where they say that it is a Next.js application.
fn spelled<'w>(name: &str, words: &'w str) -> Option<&'w str> {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    let starts = || words.match_indices(' ').map(|(at, _)| at + 1);
    let ends = || words.match_indices(' ').map(|(at, _)| at).chain([words.len()]);
    for start in std::iter::once(0).chain(starts()) {
        for end in ends().filter(|end| *end > start).take(name.split('_').count()) {
            let text = words[start..end].trim_matches(|c: char| !c.is_alphanumeric());
            if letters(text).eq(letters(name)) && text.contains(char::is_uppercase) {
                return Some(text);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_as_its_words_spell_it() {
        assert_eq!(spelled("nextjs", "A Next.js application."), Some("Next.js"));
        assert_eq!(spelled("cadvisor", "The containers, from cAdvisor."), Some("cAdvisor"));
        assert_eq!(spelled("node_exporter", "The Node exporter: the host."), Some("Node exporter"));
        assert_eq!(spelled("gateway", "A gateway, with `gateway`."), None);
        assert_eq!(spelled("tracked", ""), None);
        assert_eq!(spelled("redis", "Rediscovered."), None);
    }
}
