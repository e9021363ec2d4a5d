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

use crate::snapshot::expect_all;
use laud_plan::RunsOn;
use laud_rig::binaries;
use live::Live;
use std::sync::Mutex;

/// What must hold for every gateway, in an order in which the later ones may
/// leave it unable to serve.
const CHECKS: &[(&str, fn(&Live) -> Vec<String>)] = &[
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
    ("without upstreams every answer carries the headers", routes::lose),
];

#[test]
fn clients_see_what_the_plan_says() {
    let binaries = binaries();
    let newest = binaries.iter().map(|binary| binary.version).max();
    let mut runs = Vec::new();
    for (environment, gateway) in gateways() {
        // Those of a host are an upstream's port on loopback away: the emitter's own tests run them.
        if matches!(gateway.runs_on, RunsOn::Container(_)) {
            let fit = binaries.iter().filter(|binary| {
                binary.version == gateway.version
                    || (Some(binary.version) == newest && binary.version > gateway.version)
            });
            runs.extend(fit.map(|binary| (binary, environment, gateway)));
        }
    }
    let (next, wrong) = (Mutex::new(runs.into_iter()), Mutex::new(Vec::new()));
    let take = || next.lock().expect("no check panics with it").next();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((binary, environment, gateway)) = take() {
                    let mut live = Live::start(binary, environment, gateway);
                    for (what, check) in CHECKS {
                        if *what == CHECKS[CHECKS.len() - 1].0 {
                            live.stop_upstreams();
                        }
                        let found = check(&live);
                        if !found.is_empty() {
                            let found = format!("{}: {what}:\n  {}", live.name, found.join("\n  "));
                            wrong.lock().expect("no check panics with it").push(found);
                        }
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no check panics with it");
    expect_all(wrong.into_iter().map(Err));
}
