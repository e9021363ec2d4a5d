//! A gateway, by nginx-prometheus-exporter and, from outside, by blackbox_exporter.

use super::Story;

macro_rules! edge {
    ($metric:literal) => {
        concat!($metric, r#"{job="gateway",service="edge",instance="edge-exporter:9113"}"#)
    };
}
macro_rules! probe {
    ($metric:literal) => {
        probe!($metric "laudator.example")
    };
    ($metric:literal $domain:literal) => {
        concat!($metric, r#"{job="probe",service="edge",instance="https://"#, $domain, "/\"}")
    };
}

const ACCEPTED: &str = edge!("nginx_connections_accepted");
const HANDLED: &str = edge!("nginx_connections_handled");
const REQUESTS: &str = edge!("nginx_http_requests_total");
const ANSWER: &str = probe!("probe_duration_seconds");
const REACHED: &str = probe!("probe_success");
const CERTIFICATE: &str = probe!("probe_ssl_earliest_cert_expiry");
/// Under the name that the gateway had before.
const OLD: [&str; 2] =
    [probe!("probe_ssl_earliest_cert_expiry" "laudator.test"), probe!("probe_success" "laudator.test")];

pub(super) const STORIES: &[Story] = &[
    Story {
        alert: "EdgeConnectionsDropped",
        minutes: 14,
        fires: &[&[(ACCEPTED, "0+100x14"), (HANDLED, "0+99x14")]],
        quiet: &[
            &[(ACCEPTED, "0+100x14"), (HANDLED, "0+100x14")],
            // A hundred were dropped some day; then nginx restarts.
            &[(ACCEPTED, "10100+10x14"), (HANDLED, "10000+10x14")],
            &[(ACCEPTED, "10100+10x6 50+10x7"), (HANDLED, "10000+10x6 50+10x7")],
        ],
    },
    // After a day of ten requests a second, 200; and at a day of one, 40, which is no more than it can take.
    Story {
        alert: "EdgeSurge",
        minutes: 1_460,
        fires: &[&[(REQUESTS, "0+600x1440 876000+12000x20")]],
        quiet: &[
            &[(REQUESTS, "0+600x1440 869400+5400x20")],
            &[(REQUESTS, "0+60x1440 88800+2400x20")],
            // As many as ever, though nginx has restarted; and as many as ever since there is this gateway, for two hours.
            &[(REQUESTS, "0+6000x1440 0+6000x20")],
            &[(REQUESTS, "_x1340 0+6000x120")],
        ],
    },
    Story {
        alert: "EdgeSlow",
        minutes: 18,
        fires: &[&[(ANSWER, "2.5x18")]],
        quiet: &[&[(ANSWER, "1.5x18")], &[(ANSWER, "0.2x8 9.5 0.2x9")]],
    },
    // 10 and 15 days from the start of the story; and one that was renewed in time.
    Story {
        alert: "EdgeCertificate",
        minutes: 90,
        fires: &[
            &[(REACHED, "1x90"), (CERTIFICATE, "864000x90")],
            // While it cannot be reached, nothing is known; that is no good news.
            &[(REACHED, "1x40 0x20 1x28"), (CERTIFICATE, "864000x40 stale _x20 864000x28")],
        ],
        quiet: &[
            &[(REACHED, "1x90"), (CERTIFICATE, "1296000x90")],
            &[(REACHED, "1x90"), (CERTIFICATE, "864000x30 7776000x60")],
        ],
    },
    // Two days; over for five minutes, since when nobody can connect; four days.
    Story {
        alert: "EdgeCertificateUrgent",
        minutes: 10,
        fires: &[
            &[(REACHED, "1x10"), (CERTIFICATE, "172800x10")],
            &[(REACHED, "1x5 0x5"), (CERTIFICATE, "300x5 stale")],
        ],
        quiet: &[
            &[(REACHED, "1x10"), (CERTIFICATE, "345600x10")],
            // It has got another name, with a certificate of its own.
            &[
                (OLD[0], "172800x4 stale"),
                (OLD[1], "1x4 stale"),
                (REACHED, "_x5 1x5"),
                (CERTIFICATE, "_x5 7776000x5"),
            ],
            // It speaks no TLS.
            &[(REACHED, "1x10")],
        ],
    },
];
