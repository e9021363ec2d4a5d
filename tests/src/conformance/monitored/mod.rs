//! Generated monitoring before stub exporters: a real Prometheus finds every
//! target of the plan, evaluates every rule, and answers every query of the
//! dashboards; alerts fire when they are to, and only then.

mod alerts;
mod library;
mod stories;

use super::{expect_each, tool};
use crate::system::{Environment, environments};
use camino::Utf8Path;
use laud_plan::Plan;
use laud_rig::{Prometheus, REPLICAS};
use serde_json::Value;
use std::fs;

/// Labels that a series has of the target that it comes from.
const OF_TARGETS: [&str; 3] = ["env", "job", "service"];

#[test]
fn prometheus_sees_what_the_plan_says() {
    let Some(prometheus) = tool("prometheus") else { return };
    let examples = environments().filter(|environment| environment.name.starts_with("examples/"));
    let watched: Vec<_> = examples.filter(|environment| environment.plan.scraper.is_some()).collect();
    assert!(watched.len() >= 4, "two examples are watched in two environments");
    expect_each(watched, |environment| {
        let wrong = watch(&prometheus, environment);
        wrong.into_iter().map(|wrong| format!("{}: {wrong}", environment.name)).collect()
    });
}

fn watch(prometheus: &Utf8Path, environment: &Environment) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in environment.files.iter().filter(|(path, _)| path.starts_with("prometheus/")) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    let server = Prometheus::start(prometheus, &folder.path().join("prometheus"));
    let plan = &environment.plan;
    let mut wrong = targets(&server, plan);
    let rules = server.rules_ok().len();
    let meant = plan.alerts.len() + plan.recordings.len();
    wrong.extend((rules != meant).then(|| format!("{rules} rules are evaluated, and {meant} were meant")));
    wrong.extend(queries(plan).iter().flat_map(|query| answered(&server, query)));
    wrong
}

/// What differs between the targets of the plan and those that are up.
fn targets(server: &Prometheus, plan: &Plan) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: Vec<[String; 4]> = server
        .targets_up()
        .iter()
        .map(|target| {
            let url = text(&target["scrapeUrl"]);
            let path =
                url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
            let label = |name: &str| text(&target["labels"][name]);
            [label("job"), label("service"), label("env"), path.unwrap_or_default()]
        })
        .collect();
    let scraped = plan.targets.iter().flat_map(|target| {
        let is_replicated = plan.service(target.service).replicas > 1;
        let params: Vec<String> =
            target.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = if params.is_empty() { String::new() } else { format!("?{}", params.join("&")) };
        let labels = [&target.job, &target.subject, &plan.environment].map(ToString::to_string);
        let [job, service, env] = labels;
        let one = [job, service, env, format!("{}{query}", target.path)];
        vec![one; if is_replicated { REPLICAS.len() } else { 1 }]
    });
    let probed = plan.probes.iter().map(|probe| {
        let url: String = probe.url.replace(':', "%3A").replace('/', "%2F");
        let path = format!("/probe?module={}&target={url}", probe.module);
        ["probe".to_owned(), probe.subject.to_string(), plan.environment.to_string(), path]
    });
    let mut meant: Vec<[String; 4]> = scraped.chain(probed).collect();
    found.sort();
    meant.sort();
    if found == meant { Vec::new() } else { vec![format!("{found:#?} are up, and {meant:#?} were meant")] }
}

/// Every query of a plan: of alerts, of recordings, of dashboards as Grafana sends them.
fn queries(plan: &Plan) -> Vec<String> {
    let alerts = plan.alerts.iter().map(|alert| alert.expression.to_string());
    let recordings = plan.recordings.iter().map(|recording| recording.expression.to_string());
    let rows = plan.dashboards.iter().flat_map(|dashboard| &dashboard.rows);
    let panels = rows.flat_map(|row| &row.panels).flat_map(|panel| &panel.queries);
    let panels = panels.map(|query| query.expression.replace("$__rate_interval", "1m"));
    alerts.chain(recordings).chain(panels).collect()
}

/// What is wrong with a query: it gets no answer, or asks for series that no
/// target of this system has.
fn answered(server: &Prometheus, query: &str) -> Vec<String> {
    let tree = match server.query(query).and_then(|_| server.parse(query)) {
        Ok(tree) => tree,
        Err(error) => return vec![error],
    };
    let mut wrong = Vec::new();
    for selector in selectors(&tree) {
        let matchers = selector["matchers"].as_array().into_iter().flatten();
        let of_targets = matchers.filter(|matcher| OF_TARGETS.iter().any(|name| matcher["name"] == *name));
        let words: Vec<String> = of_targets
            .map(|matcher| {
                let word = |key: &str| matcher[key].as_str().unwrap_or_default();
                format!("{}{}{}", word("name"), word("type"), matcher["value"])
            })
            .collect();
        let up = server.query(&format!("up{{{}}}", words.join(",")));
        let is_there = up.is_ok_and(|up| up["result"].as_array().is_some_and(|found| !found.is_empty()));
        wrong.extend((!is_there).then(|| format!("{query}: no target is of {words:?}")));
    }
    wrong
}

/// Every selector in the tree of a query.
fn selectors(tree: &Value) -> Vec<&Value> {
    let is_one = |value: &Value| value["matchers"].is_array();
    let below = match tree {
        Value::Object(map) => map.values().flat_map(selectors).collect(),
        Value::Array(items) => items.iter().flat_map(selectors).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    std::iter::once(tree).filter(|tree| is_one(tree)).chain(below).collect()
}
