//! The grafana target: provisioning files and dashboards.
//!
//! Dashboards are of the classic schema, which file provisioning loads in
//! every Grafana from 12 on.

mod dashboard;
mod layout;
mod panel;
mod provisioning;
mod text;

use crate::{Context, Sink, WRITTEN, yaml};
use laud_plan::{Dashboard, Origin, Panel, Part, Plan, Text};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;

/// What of the plan it cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    let dashboards = plan.grafana.iter().flat_map(|grafana| {
        plan.dashboards.iter().flat_map(|shown| check_dashboard(plan, shown, grafana.origin))
    });
    dashboards.chain(check_raws(plan)).collect()
}

/// Where it writes.
pub fn places(plan: &Plan) -> BTreeSet<String> {
    let folders = plan.grafana.iter().flat_map(|_| ["grafana/provisioning/", "grafana/dashboards/"]);
    folders.map(str::to_owned).collect()
}

/// Its files; none when the plan has no Grafana.
pub fn emit(plan: &Plan, _context: Context<'_>, sink: &mut dyn Sink) {
    let Some(grafana) = &plan.grafana else {
        return;
    };
    let datasources = provisioning::datasources(plan, grafana);
    yaml::print(sink, "grafana/provisioning/datasources/prometheus.yml", WRITTEN, &datasources);
    let providers = provisioning::providers(grafana);
    yaml::print(sink, "grafana/provisioning/dashboards/laud.yml", WRITTEN, &providers);
    for shown in &plan.dashboards {
        dashboard::emit(plan, grafana, shown, sink);
    }
}

fn check_dashboard(plan: &Plan, dashboard: &Dashboard, origin: Origin) -> Vec<Diagnostic> {
    let head = [dashboard.title.as_str(), &dashboard.description];
    let rows = dashboard.rows.iter().map(|row| row.title.as_str());
    let titles = head.into_iter().chain(rows).filter_map(|title| check_title(title, origin));
    let panels = dashboard.rows.iter().flat_map(|row| &row.panels);
    titles.chain(panels.flat_map(|panel| check_panel(plan, panel))).collect()
}

/// Grafana reads a folder of files, so that whoever lacks something adds one.
fn check_raws(plan: &Plan) -> impl Iterator<Item = Diagnostic> {
    plan.raws.iter().filter(|raw| raw.target == "grafana").map(|raw| {
        Diagnostic::new(&code::BAD_RAW, raw.origin, "grafana takes no raw content")
            .help("Mount a provisioning file or a dashboard of your own beside those of laud.")
    })
}

fn check_panel(plan: &Plan, panel: &Panel) -> Vec<Diagnostic> {
    let texts = [&panel.title, &panel.description];
    let titles = texts.into_iter().filter_map(|title| check_title(title, panel.origin));
    let legends = panel.queries.iter().filter_map(|query| check_legend(plan, &query.legend, panel.origin));
    titles.chain(legends).collect()
}

fn check_title(title: &str, origin: Origin) -> Option<Diagnostic> {
    text::variable(title).map(|variable| replaced(variable, origin))
}

fn check_legend(plan: &Plan, legend: &Text, origin: Origin) -> Option<Diagnostic> {
    let unknown = legend.parts.iter().find_map(|part| match part {
        Part::Secret(secret) | Part::SecretFile(secret) => Some(&plan.secret(*secret).variable),
        Part::Setting(setting) => Some(&plan.setting(*setting).variable),
        Part::Literal(_) | Part::Host(_) | Part::Port(..) | Part::AlertLabel(_) | Part::AlertValue(_) => None,
    });
    if let Some(variable) = unknown {
        let message = format!("`{variable}` is known only at deploy time, and a legend cannot look it up");
        return Some(Diagnostic::new(&code::TARGET_LACKS, origin, message));
    }
    text::misread_in_legend(legend, plan).map(|misread| replaced(&misread, origin))
}

fn replaced(text: &str, origin: Origin) -> Diagnostic {
    let message = format!("grafana would put a value of its own in place of `{text}`");
    Diagnostic::new(&code::TARGET_LACKS, origin, message)
        .note("Grafana has no escape for its variables and legend labels")
        .help("Write the text in other words.")
}
