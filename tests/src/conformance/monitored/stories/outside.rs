//! What no example has: a site of others, and a service in any language with metrics.

use super::Story;

const CERTIFICATE: &str = r#"probe_ssl_earliest_cert_expiry{job="probe",service="payments",instance="https://api.payments.example/health"}"#;
const REACHED: &str =
    r#"probe_success{job="probe",service="payments",instance="https://api.payments.example/health"}"#;
const UP: &str = r#"up{job="plain",service="search",instance="search:9000"}"#;
const OTHER_UP: &str = r#"up{job="prometheus",service="metrics",instance="metrics:9090"}"#;

pub(super) const WEBSITE: &[Story] = &[
    // Five and eight days from the start of the story.
    Story {
        alert: "PaymentsCertificate",
        minutes: 90,
        fires: &[
            &[(REACHED, "1x90"), (CERTIFICATE, "432000x90")],
            &[(REACHED, "1x40 0x50"), (CERTIFICATE, "432000x40 stale")],
        ],
        quiet: &[
            &[(REACHED, "1x90"), (CERTIFICATE, "691200x90")],
            &[(REACHED, "1x90"), (CERTIFICATE, "432000x30 7776000x60")],
        ],
    },
];

pub(super) const PLAIN: &[Story] = &[Story {
    alert: "SearchDown",
    minutes: 5,
    fires: &[&[(UP, "1x2 0x3"), (OTHER_UP, "1x5")], &[(OTHER_UP, "1x5")]],
    quiet: &[&[(UP, "1x5"), (OTHER_UP, "0x5")], &[(UP, "1x3 0 1")]],
}];
