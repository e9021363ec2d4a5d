//! Prometheus and Grafana, by themselves.

use super::Story;

macro_rules! metrics {
    ($metric:literal $($label:literal)*) => {
        concat!($metric, r#"{job="prometheus",service="watch-metrics",instance="watch-metrics:9090""# $(, ",", $label)*, "}")
    };
}
macro_rules! board {
    ($handler:literal $method:literal $status:literal) => {
        concat!(
            r#"grafana_http_request_duration_seconds_count{job="grafana",service="watch-board",instance="watch-board:3000","#,
            r#"slo_group="high-medium",status_source="server",handler=""#,
            $handler, r#"",method=""#, $method, r#"",status_code=""#, $status, r#""}"#
        )
    };
}

const STARTED: &str = metrics!("process_start_time_seconds");
const FAILURES: [&str; 2] = [
    metrics!("prometheus_rule_evaluation_failures_total" r#"rule_group="/etc/prometheus/rules/health.yml;health""#),
    metrics!("prometheus_rule_evaluation_failures_total" r#"rule_group="/etc/prometheus/rules/security.yml;security""#),
];
const MISSED: [&str; 2] = [
    metrics!("prometheus_rule_group_iterations_missed_total" r#"rule_group="/etc/prometheus/rules/health.yml;health""#),
    metrics!("prometheus_rule_group_iterations_missed_total" r#"rule_group="/etc/prometheus/rules/security.yml;security""#),
];
const TEXTS: &str = metrics!("prometheus_template_text_expansion_failures_total");
const CORRUPTIONS: &str = metrics!("prometheus_tsdb_wal_corruptions_total");
const COMPACTIONS: &str = metrics!("prometheus_tsdb_compactions_failed_total");
const DUPLICATE: &str = metrics!("prometheus_target_scrapes_sample_duplicate_timestamp_total");
const OUT_OF_ORDER: &str = metrics!("prometheus_target_scrapes_sample_out_of_order_total");
const FAILED: [&str; 2] =
    [board!("/api/ds/query" "POST" "500"), board!("/api/dashboards/uid/:uid" "GET" "502")];
const ANSWERED: &str = board!("/api/ds/query" "POST" "200");
const LOGIN_REFUSED: &str = board!("/login" "POST" "401");
const LOGIN: &str = board!("/login" "POST" "200");
const ELSEWHERE_REFUSED: &str = board!("/api/search" "GET" "401");

pub(super) const STORIES: &[Story] = &[
    // While it is down it scrapes nothing, itself included.
    Story {
        alert: "WatchMetricsRestarting",
        minutes: 14,
        fires: &[&[(STARTED, "0x2 _ 210x2 _ 420x2 _ 600x4")]],
        quiet: &[&[(STARTED, "0x14")], &[(STARTED, "0x2 _ 210x4 _ 540x5")]],
    },
    Story {
        alert: "WatchMetricsRulesFailing",
        minutes: 10,
        fires: &[&[(FAILURES[0], "0+1x10"), (FAILURES[1], "0x10")]],
        quiet: &[
            &[(FAILURES[0], "0x10"), (FAILURES[1], "0x10")],
            // Once, while a query took too long; and before a restart.
            &[(FAILURES[0], "0x5 1x4"), (FAILURES[1], "0x10")],
            &[(FAILURES[0], "90x5 0x4"), (FAILURES[1], "90x5 0x4")],
        ],
    },
    Story {
        alert: "WatchMetricsRulesLate",
        minutes: 14,
        fires: &[&[(MISSED[0], "0+1x14"), (MISSED[1], "0x14")]],
        quiet: &[
            &[(MISSED[0], "3x14"), (MISSED[1], "0x14")],
            &[(MISSED[0], "0x5 1x8"), (MISSED[1], "0x14")],
            &[(MISSED[0], "90x5 0x8"), (MISSED[1], "0x14")],
        ],
    },
    Story {
        alert: "WatchMetricsTextsFailing",
        minutes: 10,
        fires: &[&[(TEXTS, "0x6 2x3")]],
        quiet: &[&[(TEXTS, "2x10")], &[(TEXTS, "2x6 0x3")]],
    },
    Story {
        alert: "WatchMetricsDataDamaged",
        minutes: 70,
        fires: &[
            &[(CORRUPTIONS, "0x70"), (COMPACTIONS, "0x30 1x39"), (STARTED, "0x70")],
            // Found while it runs; and at a start after hours in which it could not, when nothing was before.
            &[(CORRUPTIONS, "0x30 1x39"), (COMPACTIONS, "0x70"), (STARTED, "0x70")],
            &[(CORRUPTIONS, "_x40 1x30"), (COMPACTIONS, "_x40 0x30"), (STARTED, "_x40 2400x30")],
        ],
        quiet: &[
            &[(CORRUPTIONS, "0x70"), (COMPACTIONS, "0x70"), (STARTED, "0x70")],
            // Repaired, more than an hour before.
            &[(CORRUPTIONS, "1x70"), (COMPACTIONS, "2x70"), (STARTED, "0x70")],
            // A start that finds nothing, after one that did.
            &[(CORRUPTIONS, "1x40 0x29"), (COMPACTIONS, "2x40 0x29"), (STARTED, "0x40 2460x29")],
        ],
    },
    Story {
        alert: "WatchMetricsSamplesRefused",
        minutes: 14,
        fires: &[
            &[(DUPLICATE, "0+5x14"), (OUT_OF_ORDER, "0x14")],
            &[(DUPLICATE, "0x14"), (OUT_OF_ORDER, "0+5x14")],
        ],
        quiet: &[
            &[(DUPLICATE, "0x14"), (OUT_OF_ORDER, "0x14")],
            // For a moment of a deploy.
            &[(DUPLICATE, "0x5 40x8"), (OUT_OF_ORDER, "40x14")],
            &[(DUPLICATE, "40x5 0x8"), (OUT_OF_ORDER, "40x5 0x8")],
        ],
    },
    // It always fires, and there is nothing that would keep it quiet.
    Story { alert: "WatchMetricsWatchdog", minutes: 1, fires: &[&[]], quiet: &[] },
    // Neither alone is a lot.
    Story {
        alert: "WatchBoardFailing",
        minutes: 20,
        fires: &[&[(FAILED[0], "0+4x20"), (FAILED[1], "0+4x20"), (ANSWERED, "0+100x20")]],
        quiet: &[
            &[(FAILED[0], "0+2x20"), (FAILED[1], "0+2x20"), (ANSWERED, "0+100x20")],
            &[(FAILED[0], "0x9 100x10"), (ANSWERED, "0+100x20")],
            &[(FAILED[0], "9000x5 0x14"), (ANSWERED, "9000x5 0+100x14")],
        ],
    },
    Story {
        alert: "WatchBoardLoginsRefused",
        minutes: 15,
        fires: &[
            &[(LOGIN_REFUSED, "0+2x15"), (LOGIN, "3x15")],
            // The series is there from the first attempt on.
            &[(LOGIN_REFUSED, "_x6 1+2x9")],
        ],
        quiet: &[
            // Someone has forgotten a password; a browser's session has ended.
            &[(LOGIN_REFUSED, "0x6 1 2 3 4 5 6x4"), (LOGIN, "3x15")],
            &[(ELSEWHERE_REFUSED, "0+60x15"), (LOGIN, "0+60x15")],
            &[(LOGIN_REFUSED, "900x8 0x6")],
        ],
    },
];
