//! Dashboards of every kind of panel, against Grafana's own types.

use super::plan::{at, plan};
use super::tools::{folder, run};
use laud_plan::*;
use laud_rig::tool;
use std::sync::Arc;

const KINDS: [PanelKind; 3] = [PanelKind::Stat, PanelKind::Timeseries, PanelKind::Table];

const UNITS: [PanelUnit; 8] = [
    PanelUnit::Number,
    PanelUnit::Bytes,
    PanelUnit::BytesPerSecond,
    PanelUnit::Seconds,
    PanelUnit::Ratio,
    PanelUnit::RequestsPerSecond,
    PanelUnit::OperationsPerSecond,
    PanelUnit::UpDown,
];

/// A dashboard with a row for each kind of panel, in every unit.
pub(crate) fn dashboard(name: &str) -> Dashboard {
    let panels = |kind| (0..).zip(UNITS).map(|(n, unit)| panel(kind, unit, n)).collect();
    let row = |(n, kind): (usize, PanelKind)| Row {
        title: if n == 0 { String::new() } else { format!("Row {n}") }.into(),
        panels: panels(kind),
    };
    Dashboard {
        name: name.into(),
        title: format!("The {name} of $shop \"quoted\""),
        description: "What is shown, and why: <b>100%</b>".to_owned(),
        tags: vec!["laud".into()],
        rows: KINDS.into_iter().enumerate().map(row).map(Arc::new).collect(),
    }
}

fn panel(kind: PanelKind, unit: PanelUnit, n: u32) -> Panel {
    let mut legend = Text::literal("at ");
    legend.push(Part::AlertLabel(Box::new("instance".into())));
    let query = |expression: &str, legend: &Text| Query {
        expression: expression.into(),
        legend: legend.clone(),
        instant: kind == PanelKind::Stat && n.is_multiple_of(2),
    };
    let mut queries = vec![query("rate(x{a=\"b\\\"c\"}[$__rate_interval])", &legend)];
    if n % 3 == 1 {
        queries.push(query("up", &Text::literal("Up")));
        queries.push(query("y", &Text::default()));
    }
    let threshold = |from, severity| Threshold { from, severity };
    let thresholds = vec![threshold(0.8, Some(Severity::Warning)), threshold(0.95, Some(Severity::Critical))];
    Panel {
        title: format!("Panel {n}").into(),
        description: "What to do about it".into(),
        kind,
        unit,
        queries: queries.into(),
        thresholds: if n.is_multiple_of(2) { thresholds } else { Vec::new() }.into(),
        min: (n > 2).then_some(0.0),
        max: (n > 4).then_some(1.5),
        stacked: n % 4 == 1,
        width: None,
        origin: at(100 + n),
    }
}

#[test]
fn dashboards_are_of_grafana_s_types() {
    let Some(program) = tool("check-dashboard") else {
        return;
    };
    let root = folder(&plan());
    let dashboards = ["grafana/dashboards/overview.json", "grafana/dashboards/postgres.json"];
    run(&program, &dashboards, root.path());
}

#[test]
fn what_grafana_would_replace_is_refused() {
    let mut plan = plan();
    let row = Arc::make_mut(&mut plan.dashboards[0].rows[0]);
    row.panels[0].title = "per $__interval".into();
    row.panels[1].queries[0].legend = Text::literal("{{ instance }}");
    row.panels[2].description = "since ${__from:date}".into();
    let found = laud_emit::grafana::check(&plan);
    let places: Vec<_> = found.iter().map(|diagnostic| diagnostic.span).collect();
    assert_eq!(places, [Some(at(100)), Some(at(101)), Some(at(102))]);
}
