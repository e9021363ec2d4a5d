//! Alerts, each over series for which it is to fire and over others.

use super::stories::STORIES;
use crate::conformance::{run, tool};
use crate::snapshot::expect_all;
use crate::system::{Environment, environments};
use camino::Utf8Path;
use laud_plan::{Alert, AlertGroup};
use laud_rig::Prometheus;
use serde_json::{Value, json};
use std::fs;

/// A series in promtool's words: its name with labels, and its values.
type Series<'a> = (&'a str, &'a str);

#[test]
fn alerts_tell_their_story() {
    let Some(promtool) = tool("promtool") else { return };
    let mut tests = Vec::new();
    let found = environments().find(|environment| environment.name == "examples/laudatorai in production");
    let environment = found.expect("the example is there");
    for story in STORIES {
        let alert = environment.plan.alerts.iter().find(|alert| alert.name == story.alert);
        let alert = alert.unwrap_or_else(|| panic!("there is no alert {}", story.alert));
        tests.push((alert.group, rule_test(alert, story.fires, story.minutes, true)));
        tests.push((alert.group, rule_test(alert, story.quiet, story.minutes, false)));
    }
    expect_all([run_tests(&promtool, environment, &tests)]);
}

/// Has promtool run the rules over series that make an alert fire, and over
/// others that do not: of each alert that compares one metric with a number.
pub(super) fn compared(
    promtool: &Utf8Path,
    server: &Prometheus,
    environment: &Environment,
) -> Result<(), String> {
    let simple = environment.plan.alerts.iter().filter_map(|alert| {
        let (series, bad, good) = comparison(&server.parse(&alert.expression).ok()?)?;
        let minutes = alert.hold.div_ceil(60_000) + 2;
        let test =
            |value: f64, fires| rule_test(alert, &[(&series, &format!("{value}x{minutes}"))], minutes, fires);
        Some([(alert.group, test(bad, true)), (alert.group, test(good, false))])
    });
    let tests: Vec<(AlertGroup, Value)> = simple.flatten().collect();
    // What would let this pass without a look at anything.
    if tests.len() < 10 {
        return Err(format!("only {} tests of alerts", tests.len()));
    }
    run_tests(promtool, environment, &tests)
}

/// A series, a value of it for which the comparison holds, and one for which it does not.
fn comparison(tree: &Value) -> Option<(String, f64, f64)> {
    let (metric, number) = (&tree["lhs"], tree["rhs"]["val"].as_str()?.parse::<f64>().ok()?);
    let is_plain = metric["type"] == "vectorSelector" && metric["offset"].as_i64() == Some(0);
    let (bad, good) = match tree["op"].as_str()? {
        "==" => (number, number + 1.0),
        "!=" => (number + 1.0, number),
        ">" | ">=" => (number + 1.0, number - 1.0),
        "<" | "<=" => (number - 1.0, number + 1.0),
        _ => return None,
    };
    let mut labels = Vec::new();
    for matcher in metric["matchers"].as_array()? {
        if matcher["type"] != "=" {
            return None;
        }
        let name = matcher["name"].as_str()?;
        labels.extend((name != "__name__").then(|| format!("{name}={}", matcher["value"])));
    }
    let name = metric["name"].as_str()?;
    is_plain.then(|| (format!("{name}{{{}}}", labels.join(",")), bad, good))
}

/// Whether an alert fires, as what the plan says that it is, after minutes of
/// some series; as long as it must hold, none does.
fn rule_test(alert: &Alert, series: &[Series<'_>], minutes: u64, fires: bool) -> Value {
    let firing = format!(
        "ALERTS{{alertname=\"{}\",alertstate=\"firing\",service=\"{}\",severity=\"{}\"}}",
        alert.name,
        alert.subject,
        alert.severity.name()
    );
    let series = series.iter().map(|(series, values)| json!({ "series": series, "values": values }));
    let look = |minutes: u64, fires: bool| {
        json!({
            "expr": format!("(count({firing}) or vector(0)) > bool 0"),
            "eval_time": format!("{minutes}m"),
            "exp_samples": [{ "labels": "{}", "value": i32::from(fires) }],
        })
    };
    let before = (alert.hold / 60_000).checked_sub(1).map(|minutes| look(minutes, false));
    json!({
        "interval": "1m",
        "input_series": series.collect::<Vec<_>>(),
        "promql_expr_test": before.into_iter().chain([look(minutes, fires)]).collect::<Vec<_>>(),
    })
}

/// Has promtool run tests of alerts, each over the recordings and the alerts of its own group.
fn run_tests(
    promtool: &Utf8Path,
    environment: &Environment,
    tests: &[(AlertGroup, Value)],
) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut args = vec!["test".to_owned(), "rules".to_owned()];
    for group in AlertGroup::ALL {
        let own =
            [format!("prometheus/rules/{}.yml", group.name()), "prometheus/rules/recordings.yml".to_owned()];
        let files = own.iter().filter(|path| environment.files.contains_key(*path));
        let files: Vec<String> = files.map(|path| environment.folder.join(path).into_string()).collect();
        let tests: Vec<&Value> = tests.iter().filter(|(of, _)| *of == group).map(|(_, test)| test).collect();
        let test = json!({ "rule_files": files, "evaluation_interval": "1m", "tests": tests });
        let name = format!("{}.yml", group.name());
        fs::write(folder.path().join(&name), test.to_string()).expect("a file can be written");
        args.push(name);
    }
    let folder = Utf8Path::from_path(folder.path()).expect("a UTF-8 path");
    run(promtool, folder, &args.iter().map(String::as_str).collect::<Vec<_>>()).map(drop)
}
