//! Prometheus' files, by promtool: every configuration and every rule.

use super::{run, tool};
use crate::snapshot::{all_right, expect_all};
use crate::system::{Environment, environments};
use camino::Utf8Path;

const FILE: &str = "prometheus/prometheus.yml";

#[test]
fn promtool_takes_every_configuration() {
    let Some(promtool) = tool("promtool") else { return };
    let with_scraper = environments().filter(|environment| environment.files.contains_key(FILE));
    expect_all(with_scraper.map(|environment| taken(&promtool, environment)));
}

/// The configuration with its rule files, then these by every lint there is.
fn taken(promtool: &Utf8Path, environment: &Environment) -> Result<(), String> {
    let mut wrong = Vec::new();
    wrong.extend(
        run(promtool, &environment.folder, &["check", "config", "--lint=all", "--lint-fatal", FILE]).err(),
    );
    let rules = rule_files(environment);
    if !rules.is_empty() {
        let mut args = vec!["check", "rules", "--lint=all", "--lint-fatal"];
        args.extend(rules);
        wrong.extend(run(promtool, &environment.folder, &args).err());
    }
    all_right(wrong)
}

/// The rule files of an environment.
fn rule_files(environment: &Environment) -> Vec<&str> {
    let files = environment.files.keys().map(String::as_str);
    files.filter(|path| path.starts_with("prometheus/rules/")).collect()
}
