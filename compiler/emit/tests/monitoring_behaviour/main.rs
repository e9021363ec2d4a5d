//! The emitted monitoring, run: promtool takes every file, Prometheus finds
//! every exporter and evaluates every rule, alerts say what was written, and
//! dashboards are of Grafana's types.
//!
//! Loopback alone; ports that were free a moment before; each test ends the
//! processes that it started.

mod dashboards;
mod plan;
mod tools;

use laud_plan::{AlertGroup, Data, Plan, Raw, Text};
use laud_rig::{Prometheus, tool};
use plan::{HOSTILE, at, plan};
use serde_json::{Value, json};
use tools::{files, folder, run};

#[test]
fn promtool_takes_every_file() {
    let Some(promtool) = tool("promtool") else {
        return;
    };
    let root = folder(&plan());
    run(&promtool, &["check", "config", "prometheus/prometheus.yml"], root.path());
    for name in ["recordings", "health", "performance"] {
        let path = format!("prometheus/rules/{name}.yml");
        run(&promtool, &["check", "rules", "--lint=all", "--lint-fatal", &path], root.path());
    }
}

#[test]
fn every_target_is_up_and_every_rule_is_well() {
    let Some(prometheus) = tool("prometheus") else {
        return;
    };
    let root = folder(&plan());
    let server = Prometheus::start(&prometheus, &root.path().join("prometheus"));
    let targets = server.targets_up();
    let mut found: Vec<String> = targets.iter().map(shown).collect();
    found.sort();
    let expected = [
        "own   /metrics",
        "backend backend production /metrics",
        "backend backend production /metrics",
        "backend worker$1 production /worker",
        "backend worker$1 production /worker",
        "postgres archive production /metrics",
        "postgres db production /metrics",
        "probe edge production /probe",
        "probe edge production /probe",
        "prometheus prometheus production /metrics",
    ];
    assert!(expected.iter().all(|target| found.iter().any(|other| other == target)), "{found:#?}");
    assert_eq!(found.len(), expected.len());
    let asked = |address: &str| server.exporters[address].asked();
    assert_eq!(asked("db-exporter:9188"), ["/metrics?collect%5B%5D=a+b%26c&collect%5B%5D=d"]);
    let mut probes = asked("watch-blackbox:9115");
    probes.sort();
    assert_eq!(
        probes,
        [
            "/probe?module=http_2xx&target=http%3A%2F%2Fbackend%3A8000%2F",
            "/probe?module=http_2xx&target=https%3A%2F%2Fshop.example%2Fhealth%3Fa%3Db%241%26c%3D%7B%7Bd%7D%7D",
        ]
    );
    let rules = server.rules_ok();
    assert_eq!(rules.len(), plan().alerts.len() + plan().recordings.len());
}

/// The labels that rules go by, and where a target is asked.
fn shown(target: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let url = text(&target["scrapeUrl"]);
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
    let path = path.unwrap_or_default();
    let path = path.split('?').next().unwrap_or("");
    let labels = &target["labels"];
    format!("{} {} {} {path}", text(&labels["job"]), text(&labels["service"]), text(&labels["env"]))
}

/// What promtool expects of one rule's alert.
fn expectation(n: usize, summary: &str) -> Value {
    let mut annotations = json!({ "summary": summary });
    if n.is_multiple_of(2) {
        annotations["description"] = json!(summary);
    }
    let group = if n < HOSTILE.len() { AlertGroup::Health } else { AlertGroup::Performance };
    json!({
        "eval_time": "5m",
        "alertname": format!("Alert{n}"),
        "exp_alerts": [{
            "exp_labels": {
                "job": "postgres",
                "instance": "a{{b}}",
                "severity": "critical",
                "service": "db",
                "env": "production",
                "group": group.name(),
                "team": HOSTILE[n % HOSTILE.len()],
            },
            "exp_annotations": annotations,
        }],
    })
}

#[test]
fn alerts_say_what_was_written() {
    let Some(promtool) = tool("promtool") else {
        return;
    };
    let root = folder(&plan());
    let valued = ["500m", "50%", "0.5B", "500ms"].map(|value| format!("{{a{{{{b}}}}}} is at {{{{{value}"));
    let summaries = HOSTILE.iter().map(|text| (*text).to_owned()).chain(valued);
    let expected: Vec<Value> = summaries.enumerate().map(|(n, summary)| expectation(n, &summary)).collect();
    let test = json!({
        "rule_files": ["prometheus/rules/health.yml", "prometheus/rules/performance.yml"],
        "evaluation_interval": "1m",
        "tests": [{
            "interval": "1m",
            "input_series": [{ "series": "pg_lag{job=\"postgres\",instance=\"a{{b}}\"}", "values": "0.5x10" }],
            "alert_rule_test": expected,
        }],
    });
    std::fs::write(root.path().join("test.yml"), ascii(&test.to_string())).expect("a file");
    run(&promtool, &["test", "rules", "test.yml"], root.path());
}

/// JSON that is YAML too, whatever a reader of YAML makes of other characters.
fn ascii(json: &str) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\U{:08x}", c as u32) };
    json.chars().map(escaped).collect()
}

#[test]
fn lines_know_where_they_come_from() {
    let plan = plan();
    for file in files(&plan) {
        let lines: Vec<&str> = file.content.lines().collect();
        assert!(file.origins.is_sorted_by_key(|(line, _)| *line), "{}", file.path);
        assert!(file.origins.iter().all(|(line, _)| (*line as usize) < lines.len()), "{}", file.path);
        let origin_of = |needle: &str| {
            let line = lines.iter().position(|line| line.contains(needle))? as u32;
            let after = file.origins.partition_point(|(start, _)| *start <= line);
            after.checked_sub(1).map(|index| file.origins[index].1)
        };
        let cases = [
            ("rules/health.yml", "\"Alert3\"", at(43)),
            ("rules/recordings.yml", "\"job:up:sum\"", at(30)),
            ("prometheus/prometheus.yml", "\"db-exporter:9188\"", at(24)),
            ("dashboards/overview.json", "\"Panel 4\"", at(104)),
        ];
        for (path, needle, origin) in cases {
            if file.path.ends_with(path) {
                assert_eq!(origin_of(needle), Some(origin), "{needle} of {path}");
            }
        }
    }
}

#[test]
fn without_a_scraper_or_a_grafana_there_is_no_file() {
    let plan = Plan { scraper: None, grafana: None, ..plan() };
    assert_eq!(files(&plan), []);
}

#[test]
fn raw_content_cannot_undo_what_laud_writes() {
    let mut plan = plan();
    let key = |key: &str, value| Data::Map(vec![(key.into(), value)]);
    let contents = [
        key("global", Data::Null),
        key("remote_wirte", Data::Null),
        key("remote_write", Data::Null),
        key("scrape_configs", Data::Null),
        key("scrape_configs", Data::List(vec![key("job_name", Data::Text(Text::literal("postgres")))])),
        key("scrape_configs", Data::List(vec![Data::Null])),
    ];
    for content in contents {
        let raw = plan.raws[0].clone();
        plan.raws.push(Raw { content, ..raw });
    }
    let found = laud_emit::prometheus::check(&plan);
    let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(codes, ["L0703", "L0702", "L0702", "L0702", "L0702", "L0702"]);
}

#[test]
fn a_deploy_time_value_in_an_alert_is_refused() {
    use laud_plan::{Part, Setting, SettingId};
    let mut plan = plan();
    let setting = Setting {
        variable: "SMTP_HOST".into(),
        description: String::new(),
        ty: "Domain".to_owned(),
        default: None,
        origin: at(1),
    };
    plan.settings.push(setting);
    plan.alerts[0].summary.push(Part::Setting(SettingId(0)));
    let found = laud_emit::prometheus::check(&plan);
    assert_eq!(found.len(), 1);
    assert!(found[0].message.contains("`SMTP_HOST`"));
}
