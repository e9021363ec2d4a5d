//! How often, how much, and who.

use crate::assert_secure;
use crate::gateway::Gateway;
use crate::plan::DOMAIN;
use laud_rig::{ask, binaries, connect, curl, eventually, send};
use std::io::{Read, Write};

#[test]
fn too_many_requests_are_answered_with_429() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| plan.gateways[0].certificate = None);
        let mut stream = connect(gateway.ports.http);
        let start = std::time::Instant::now();
        let one = format!("GET /limited/ HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n");
        let last = format!("GET /limited/ HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n");
        stream.write_all(format!("{}{last}", one.repeat(79)).as_bytes()).expect("requests");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("answers");
        let (good, refused) = (text.matches("HTTP/1.1 200").count(), text.matches("HTTP/1.1 429").count());
        // One, 20 at once beyond the rate, and 10 more for each second that it took.
        let most = 22 + (start.elapsed().as_secs_f64() * 10.0).ceil() as usize;
        assert!((21..=most).contains(&good) && good + refused == 80, "{binary:?}: {good} and {refused}");
        assert_eq!(text.matches("Retry-After: 1\r\n").count(), refused);
    }
}

#[test]
fn a_429_says_when_to_come_back() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let ask = || curl(gateway.ports.https, DOMAIN, "/seldom", &[]).expect("a handshake");
        let (first, second) = (ask(), ask());
        assert_eq!((first.status, first.body.as_str()), (200, "Rare: $5 \"and\"\nmore."));
        assert_eq!((second.status, second.all("Retry-After")), (429, vec!["10"]));
        assert!(first.all("Retry-After").is_empty() && second.body.len() < 512);
        assert_secure(&second, "a 429");
    }
}

#[test]
fn too_many_connections_are_answered_with_429() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| {
            plan.gateways[0].certificate = None;
            plan.gateways[0].connections = 1;
        });
        let get = || ask(gateway.ports.http, DOMAIN, "GET /health");
        assert_eq!(get().status, 200);
        let mut held = connect(gateway.ports.http);
        let head = format!(
            "GET /api/ HTTP/1.1\r\nHost: {DOMAIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
        );
        held.write_all(head.as_bytes()).expect("a request");
        held.read_exact(&mut [0; 12]).expect("an answer");
        let refused = get();
        assert_eq!((refused.status, refused.all("Retry-After")), (429, vec!["1"]), "{binary:?}");
        drop(held);
        assert!(eventually(|| get().status == 200), "{binary:?}");
    }
}

#[test]
fn bodies_are_limited() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| plan.gateways[0].certificate = None);
        let post = |length: usize| {
            let body = "a".repeat(length.min(1 << 20));
            let head = format!(
                "POST /api/x HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\nContent-Length: {length}"
            );
            send(gateway.ports.http, &format!("{head}\r\n\r\n{body}")).status
        };
        assert_eq!([post(1 << 20), post((1 << 20) + 1)], [200, 413]);
    }
}

#[test]
fn others_are_kept_out() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        for path in ["/private/x", "/secret"] {
            let answer = curl(gateway.ports.https, DOMAIN, path, &[]).expect("a handshake");
            assert_eq!(answer.status, 403, "{path}: {answer:?}");
            assert_secure(&answer, path);
            assert!(!answer.body.contains("secret"));
        }
    }
}

#[test]
fn the_status_is_on_its_own_port() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let status = |path: &str| ask(gateway.ports.status, "anything", &format!("GET {path}"));
        assert_eq!(status("/healthz").body, "ok");
        assert!(status("/stub_status").body.contains("Active connections"));
        assert_eq!(status("/").status, 404);
        for path in ["/healthz", "/stub_status"] {
            assert_eq!(curl(gateway.ports.https, DOMAIN, path, &[]).map(|answer| answer.status), Some(404));
        }
    }
}
