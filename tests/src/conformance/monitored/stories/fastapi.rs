//! A FastAPI application in two containers, by prometheus-fastapi-instrumentator.

use super::Story;

macro_rules! backend {
    ($metric:literal $host:literal $($label:literal)*) => {
        concat!($metric, r#"{job="fastapi",service="backend",instance=""#, $host, ":8000\"" $(, ",", $label)*, "}")
    };
}

const GOOD: &str = backend!("http_requests_total" "10.0.0.5" r#"handler="/",method="GET",status="200""#);
const BAD: &str = backend!("http_requests_total" "10.0.0.6" r#"handler="/",method="GET",status="503""#);
const NOT_FOUND: &str =
    backend!("http_requests_total" "10.0.0.5" r#"handler="none",method="GET",status="404""#);
const REFUSED: [&str; 2] = [
    backend!("http_requests_total" "10.0.0.5" r#"handler="/login",method="POST",status="401""#),
    backend!("http_requests_total" "10.0.0.6" r#"handler="/users",method="GET",status="403""#),
];
const LIMITED: [&str; 2] = [
    backend!("http_requests_total" "10.0.0.5" r#"handler="/",method="GET",status="429""#),
    backend!("http_requests_total" "10.0.0.6" r#"handler="/",method="GET",status="429""#),
];
const FAST: &str = backend!("http_request_duration_highr_seconds_bucket" "10.0.0.5" r#"le="0.5""#);
const SLOW: &str = backend!("http_request_duration_highr_seconds_bucket" "10.0.0.5" r#"le="2.5""#);
const ALL: &str = backend!("http_request_duration_highr_seconds_bucket" "10.0.0.5" r#"le="+Inf""#);
const UP: [&str; 2] = [backend!("up" "10.0.0.5"), backend!("up" "10.0.0.6")];

pub(super) const STORIES: &[Story] = &[
    Story {
        alert: "BackendErrors",
        minutes: 30,
        fires: &[
            // One request of seven fails; all do, and there is no series of good ones.
            &[(GOOD, "0+60x30"), (BAD, "0+10x30")],
            &[(BAD, "0+60x30")],
        ],
        quiet: &[
            &[(GOOD, "0+990x30"), (BAD, "0+10x30")],
            &[(GOOD, "0+60x30")],
            // The one request of the night.
            &[(GOOD, "900x30"), (BAD, "0x20 1x9")],
            &[(GOOD, "0x30"), (BAD, "0x30")],
            // One container restarts, and its counter with it.
            &[(GOOD, "0+60x30"), (BAD, "5000x20 0x9")],
        ],
    },
    Story {
        alert: "BackendSlow",
        minutes: 40,
        fires: &[&[(GOOD, "0+60x40"), (FAST, "0+30x40"), (SLOW, "0+60x40"), (ALL, "0+60x40")]],
        quiet: &[
            &[(GOOD, "0+60x40"), (FAST, "0+59x40"), (SLOW, "0+60x40"), (ALL, "0+60x40")],
            // Nobody asks, so that there is no time that most exceed; and hardly anyone does.
            &[(GOOD, "60x40"), (FAST, "30x40"), (SLOW, "60x40"), (ALL, "60x40")],
            &[(GOOD, "0+2x40"), (FAST, "0+1x40"), (SLOW, "0+2x40"), (ALL, "0+2x40")],
        ],
    },
    Story {
        alert: "BackendDown",
        minutes: 10,
        // That there is none at all is as bad as two that are down.
        fires: &[&[(UP[0], "0x10"), (UP[1], "0x10")], &[], &[(UP[0], "1x5 stale"), (UP[1], "1x5 stale")]],
        // One of two is enough, whether the other is down or gone.
        quiet: &[&[(UP[0], "1x10"), (UP[1], "0x10")], &[(UP[0], "1x10")]],
    },
    // Of both kinds together: 5.8 and 4.2 a second. What is not there is not refused.
    Story {
        alert: "BackendRefused",
        minutes: 12,
        fires: &[&[(REFUSED[0], "0+200x12"), (REFUSED[1], "0+150x12")]],
        quiet: &[
            &[(REFUSED[0], "0+200x12"), (REFUSED[1], "0+50x12")],
            &[(REFUSED[0], "0+50x12"), (NOT_FOUND, "0+6000x12")],
            &[(REFUSED[0], "90000x6 0+20x6")],
        ],
    },
    Story {
        alert: "BackendLimited",
        minutes: 12,
        fires: &[&[(LIMITED[0], "0+360x12"), (LIMITED[1], "0+360x12")]],
        quiet: &[
            &[(LIMITED[0], "0+240x12"), (LIMITED[1], "0+240x12")],
            // One client tries again and again for a minute.
            &[(LIMITED[0], "0x5 6000x7")],
            &[(GOOD, "0+9000x12")],
        ],
    },
];
