//! Generated gateways before stub upstreams: what a client sees is what the
//! plan says, for each of its routes, names, headers and limits.
//!
//! Every gateway of an example or a golden case is run by the nginx that its
//! configuration is for and by the newest. What is expected is read off the
//! plan, by a model of its own of how paths and names are matched.

mod limits;
mod live;
mod names;
mod routes;
mod tls;

pub(super) use live::{gateways, staged};

use super::expect_each;
use laud_plan::RunsOn;
use laud_rig::binaries;
use live::Live;

/// What must hold for a gateway that runs; gives what does not.
type Check = fn(&Live) -> Vec<String>;

const CHECKS: &[(&str, Check)] = &[
    ("routes reach their upstreams, with every header", routes::answer),
    ("answers that are no success carry the headers too", routes::fail),
    ("allow lists keep others out", routes::keep_out),
    ("websockets are let through where they may be", routes::upgrade),
    ("unknown names are refused", names::refused),
    ("names that are not the domain lead to it", names::redirected),
    ("the challenge of ACME is answered", names::challenged),
    ("the status is on a port of its own", names::private),
    ("bodies are limited", limits::bodies),
    ("rates are limited", limits::rates),
];

#[test]
fn clients_see_what_the_plan_says() {
    let binaries = binaries();
    let newest = binaries.iter().map(|binary| binary.version).max();
    let mut runs = Vec::new();
    // Those of a host are no other to clients, and the emitter's own tests run them.
    for (environment, gateway) in gateways().filter(|(_, gateway)| gateway.runs_on != RunsOn::Host) {
        let is_fit =
            |version| version == gateway.version || Some(version) == newest.max(Some(gateway.version));
        let fit = binaries.iter().filter(|binary| is_fit(binary.version));
        runs.extend(fit.map(|binary| (binary, environment, gateway)));
    }
    expect_each(runs, |(binary, environment, gateway)| found_in(Live::start(binary, environment, gateway)));
}

/// What is wrong with a gateway, by check.
fn found_in(mut live: Live) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut look = |live: &Live, what: &str, check: Check| {
        let found = check(live);
        if !found.is_empty() {
            wrong.push(format!("{}: {what}:\n  {}", live.name, found.join("\n  ")));
        }
    };
    for (what, check) in CHECKS {
        look(&live, what, *check);
    }
    live.stop_upstreams();
    look(&live, "without upstreams, answers carry the headers", routes::lose);
    wrong
}
