//! `prometheus.yml`: intervals, labels of the whole, rule files and jobs.

use super::duration::duration;
use super::rules::rule_files;
use super::scrape::{Job, scrape_configs};
use crate::yaml::Marked;
use laud_plan::{Plan, Scraper};
use serde::Serialize;

/// The longest that one scrape may take, in milliseconds.
const SCRAPE_TIMEOUT: u64 = 10_000;

/// The document.
#[derive(Serialize)]
pub(super) struct Config<'a> {
    global: Global,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rule_files: Vec<String>,
    scrape_configs: Vec<Marked<Job<'a>>>,
}

#[derive(Serialize)]
struct Global {
    scrape_interval: Marked<String>,
    scrape_timeout: Marked<String>,
    evaluation_interval: Marked<String>,
    external_labels: ExternalLabels,
}

#[derive(Serialize)]
struct ExternalLabels {
    app: Marked<String>,
    environment: Marked<String>,
}

/// The configuration of the plan's Prometheus.
pub(super) fn config<'a>(plan: &'a Plan, scraper: &'a Scraper) -> Marked<Config<'a>> {
    let mark = |field, value| Marked::new(scraper.at(field), value);
    let global = Global {
        scrape_interval: mark("scrape_interval", duration(scraper.scrape_interval)),
        scrape_timeout: mark("scrape_interval", duration(scraper.scrape_interval.min(SCRAPE_TIMEOUT))),
        evaluation_interval: mark("evaluation_interval", duration(scraper.evaluation_interval)),
        external_labels: ExternalLabels {
            app: Marked::new(plan.origin, escape_variables(&plan.app)),
            environment: Marked::new(plan.origin, escape_variables(&plan.environment)),
        },
    };
    let value = Config { global, rule_files: rule_files(plan), scrape_configs: scrape_configs(plan) };
    Marked::new(scraper.origin, value)
}

/// Prometheus puts environment variables in place of `$name` in external labels.
fn escape_variables(text: &str) -> String {
    text.replace('$', "$$")
}
