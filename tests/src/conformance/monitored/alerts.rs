//! Alerts, each over series for which it is to fire and over others: those that
//! compare a metric with a number by a value on either side, the others by their
//! stories.

use super::library::Library;
use super::stories::{self, Story};
use crate::conformance::{expect_each, run, tool};
use crate::system::{Environment, environments, systems};
use camino::Utf8Path;
use laud_plan::{Alert, AlertGroup};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_alert_of_the_library_is_tested() {
    let library = Library::read();
    let tested: BTreeSet<String> = systems()
        .iter()
        .flat_map(|system| {
            let alerts = system.environments.iter().flat_map(|environment| {
                let alerts = environment.plan.alerts.iter();
                alerts.filter(|alert| !tests(environment, alert).is_empty())
            });
            alerts.filter_map(|alert| library.declared(system, alert)).collect::<Vec<_>>()
        })
        .collect();
    let untested: Vec<String> = library.alerts().filter(|alert| !tested.contains(alert)).collect();
    assert!(
        untested.is_empty(),
        "no story in `monitored/stories/` tells when these fire and when not, or no case has them: {untested:#?}"
    );
}

#[test]
fn every_story_is_of_an_alert() {
    for (name, story) in stories::all() {
        let environment = environments().find(|environment| environment.name == name);
        let environment = environment.unwrap_or_else(|| panic!("there is no {name}"));
        let alert = environment.plan.alerts.iter().find(|alert| alert.name == story.alert);
        let alert = alert.unwrap_or_else(|| panic!("{name} has no alert {}", story.alert));
        // What asks for no series cannot be quiet.
        let always_fires = alert.expression.starts_with("vector(");
        assert!(
            !story.fires.is_empty() && story.quiet.is_empty() == always_fires,
            "{} must be seen to fire and to be quiet",
            story.alert
        );
    }
}

#[test]
fn alerts_fire_when_they_are_to_and_only_then() {
    let Some(promtool) = tool("promtool") else { return };
    let groups = environments().flat_map(|environment| AlertGroup::ALL.map(|group| (environment, group)));
    let groups = groups.filter_map(|(environment, group)| {
        let alerts = environment.plan.alerts.iter().filter(|alert| alert.group == group);
        let tests: Vec<Value> = alerts.flat_map(|alert| tests(environment, alert)).collect();
        (!tests.is_empty()).then_some((environment, group, tests))
    });
    expect_each(groups, |(environment, group, tests)| {
        run_tests(&promtool, environment, group, &tests).err().into_iter().collect()
    });
}

/// The tests of an alert; none if nothing is known of when it is to fire.
fn tests(environment: &Environment, alert: &Alert) -> Vec<Value> {
    let told = |(name, story): &(&str, &Story)| *name == environment.name && story.alert == alert.name;
    let told = stories::all().filter(told).flat_map(|(_, story)| {
        let fires = story.fires.iter().map(|series| rule_test(alert, series, story.minutes, true));
        fires.chain(story.quiet.iter().map(|series| rule_test(alert, series, story.minutes, false)))
    });
    let compared = comparison(&alert.expression).into_iter().flat_map(|(series, bad, good)| {
        let minutes = alert.hold.div_ceil(60_000) + 2;
        let test =
            |value: f64, fires| rule_test(alert, &[(series, &format!("{value}x{minutes}"))], minutes, fires);
        [test(bad, true), test(good, false)]
    });
    told.chain(compared).collect()
}

/// Of an expression that compares a metric with a number, `pg_up{service="db"} == 0`:
/// the series, a value of it for which the comparison holds, and one for which it does not.
fn comparison(expression: &str) -> Option<(&str, f64, f64)> {
    let mut words = expression.rsplitn(3, ' ');
    let (number, operator, series) = (words.next()?.parse::<f64>().ok()?, words.next()?, words.next()?);
    let (name, labels) = series.split_at(series.find('{').unwrap_or(series.len()));
    let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':');
    // Another matcher than `=` names no series, and after its labels comes nothing.
    let is_series = labels.is_empty() || labels.find('}') == Some(labels.len() - 1);
    if !is_name || !is_series || ["=~", "!=", "!~"].iter().any(|matcher| labels.contains(matcher)) {
        return None;
    }
    let (bad, good) = match operator {
        "==" => (number, number + 1.0),
        "!=" => (number + 1.0, number),
        ">" | ">=" => (number + 1.0, number - 1.0),
        "<" | "<=" => (number - 1.0, number + 1.0),
        _ => return None,
    };
    Some((series, bad, good))
}

/// Whether an alert fires, as what the plan says that it is, after minutes of
/// some series; as long as it must hold, none does.
fn rule_test(alert: &Alert, series: &[(&str, &str)], minutes: u64, fires: bool) -> Value {
    let firing = format!(
        "ALERTS{{alertname=\"{}\",alertstate=\"firing\",service=\"{}\",severity=\"{}\"}}",
        alert.name,
        alert.subject,
        alert.severity.name()
    );
    let of = series.iter().map(|(series, values)| json!({ "series": series, "values": values }));
    let look = |minutes: u64, fires: bool| {
        json!({
            // The comment is for who reads which of them failed.
            "expr": format!("(count({firing}) or vector(0)) > bool 0 # over {series:?}"),
            "eval_time": format!("{minutes}m"),
            "exp_samples": [{ "labels": "{}", "value": i32::from(fires) }],
        })
    };
    let before = (alert.hold / 60_000).checked_sub(1).map(|minutes| look(minutes, false));
    json!({
        "interval": "1m",
        "input_series": of.collect::<Vec<_>>(),
        "promql_expr_test": before.into_iter().chain([look(minutes, fires)]).collect::<Vec<_>>(),
    })
}

/// Has promtool run tests of a group's alerts over its rules and the recordings.
fn run_tests(
    promtool: &Utf8Path,
    environment: &Environment,
    group: AlertGroup,
    tests: &[Value],
) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let rules =
        [format!("prometheus/rules/{}.yml", group.name()), "prometheus/rules/recordings.yml".to_owned()];
    let rules = rules.iter().filter(|path| environment.files.contains_key(*path));
    let rules: Vec<String> = rules.map(|path| environment.folder.join(path).into_string()).collect();
    let file = json!({ "rule_files": rules, "evaluation_interval": "1m", "tests": tests });
    fs::write(folder.path().join("tests.yml"), file.to_string()).expect("a file can be written");
    let folder = Utf8Path::from_path(folder.path()).expect("a UTF-8 path");
    run(promtool, folder, &["test", "rules", "tests.yml"])
        .map(drop)
        .map_err(|said| format!("{}, {}: {said}", environment.name, group.name()))
}
