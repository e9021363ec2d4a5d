//! Provisioning: where Grafana finds its datasource and its dashboards.

use crate::yaml::Marked;
use laud_plan::{Grafana, Plan, Scraper};
use serde::Serialize;

/// Where the dashboards are mounted in Grafana's container.
const DASHBOARDS: &str = "/var/lib/grafana/dashboards";

/// `datasources/prometheus.yml`
#[derive(Serialize)]
pub(super) struct Datasources {
    #[serde(rename = "apiVersion")]
    api_version: u8,
    /// A datasource that is no longer in the file goes.
    prune: bool,
    datasources: Vec<Marked<Datasource>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Datasource {
    name: &'static str,
    r#type: &'static str,
    uid: String,
    access: &'static str,
    org_id: u8,
    url: String,
    is_default: bool,
    editable: bool,
    json_data: JsonData,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonData {
    http_method: &'static str,
    prometheus_type: &'static str,
    /// The least `$__rate_interval` and `$__interval` are made from it.
    time_interval: Marked<String>,
}

/// `dashboards/laud.yml`
#[derive(Serialize)]
pub(super) struct Providers {
    #[serde(rename = "apiVersion")]
    api_version: u8,
    providers: [Provider; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    name: &'static str,
    org_id: u8,
    folder: &'static str,
    r#type: &'static str,
    disable_deletion: bool,
    update_interval_seconds: u8,
    allow_ui_updates: bool,
    options: ProviderOptions,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderOptions {
    path: &'static str,
    folders_from_files_structure: bool,
}

/// The datasource, under the uid that the dashboards name.
pub(super) fn datasources(plan: &Plan, grafana: &Grafana) -> Marked<Datasources> {
    let datasources = plan.scraper.iter().map(|scraper| datasource(plan, grafana, scraper)).collect();
    Marked::new(grafana.origin, Datasources { api_version: 1, prune: true, datasources })
}

fn datasource(plan: &Plan, grafana: &Grafana, scraper: &Scraper) -> Marked<Datasource> {
    let url = format!("http://{}:{}", plan.service(scraper.service).name, scraper.port);
    let value = Datasource {
        name: "Prometheus",
        r#type: "prometheus",
        uid: escape_variables(&grafana.datasource),
        access: "proxy",
        org_id: 1,
        url: escape_variables(&url),
        is_default: true,
        editable: false,
        json_data: JsonData {
            http_method: "POST",
            prometheus_type: "Prometheus",
            time_interval: Marked::new(scraper.at("scrape_interval"), whole_seconds(scraper.scrape_interval)),
        },
    };
    Marked::new(scraper.origin, value)
}

/// The folder of dashboards.
pub(super) fn providers(grafana: &Grafana) -> Marked<Providers> {
    let provider = Provider {
        name: "laud",
        org_id: 1,
        folder: "",
        r#type: "file",
        disable_deletion: true,
        update_interval_seconds: 30,
        allow_ui_updates: false,
        options: ProviderOptions { path: DASHBOARDS, folders_from_files_structure: false },
    };
    Marked::new(grafana.origin, Providers { api_version: 1, providers: [provider] })
}

/// Grafana reads one unit here, not `1h30m`; part of a second counts as one.
fn whole_seconds(milliseconds: u64) -> String {
    format!("{}s", milliseconds.div_ceil(1_000))
}

/// Grafana puts environment variables in place of `$name` in these files.
fn escape_variables(text: &str) -> String {
    text.replace('$', "$$")
}
