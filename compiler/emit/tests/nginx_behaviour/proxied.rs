//! What reaches the upstreams, and what comes back.

use crate::assert_secure;
use crate::gateway::Gateway;
use crate::plan::{DOMAIN, SECURITY};
use laud_plan::Location;
use laud_rig::{Answer, Upstream, ask, binaries, connect, curl, eventually};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

fn get(gateway: &Gateway, path: &str) -> Answer {
    ask(gateway.ports.http, DOMAIN, &format!("GET {path}"))
}

fn plain(plan: &mut laud_plan::Plan) {
    plan.gateways[0].certificate = None;
}

#[test]
fn every_answer_carries_the_headers() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let expected = [
            ("/api/x", 200),
            ("/nowhere", 404),
            ("/late/x", 502),
            ("/health", 200),
            ("/data.json", 200),
            ("/static/a", 200),
        ];
        for (path, status) in expected {
            let answer = curl(gateway.ports.https, DOMAIN, path, &[]).expect("a handshake");
            assert_eq!(answer.status, status, "{binary:?} {path}: {answer:?} {}", gateway.errors());
            assert_secure(&answer, path);
            assert_eq!(answer.all("Server"), ["nginx"]);
            assert_eq!(answer.all("X-Request-ID").len(), 1);
            assert!(answer.all("X-Powered-By").is_empty());
        }
        let long = "a".repeat(70_000);
        let bad = curl(gateway.ports.https, DOMAIN, "/", &["--http1.1", "-H", &format!("X-Long: {long}")]);
        assert_secure(&bad.expect("a handshake"), "a 400");
        let own = curl(gateway.ports.https, DOMAIN, "/own/", &[]).expect("a handshake");
        assert_eq!(own.all("X-Content-Type-Options"), ["wrong"], "the upstream's own");
        assert_eq!(own.all(SECURITY[2].0), [SECURITY[2].1]);
        let text = curl(gateway.ports.https, DOMAIN, "/data.json", &[]).expect("a handshake");
        assert_eq!(text.all("Content-Type"), ["text/plain; charset=utf-8"]);
    }
}

#[test]
fn paths_reach_their_route() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        for (path, first, line) in [
            ("/api/v1/files/cv.png", "backend", "GET /api/v1/files/cv.png HTTP/1.1"),
            ("/api/a%2Fb?q=%20", "backend", "GET /api/a%2Fb?q=%20 HTTP/1.1"),
            ("/v1/x?y=z", "backend", "GET /x?y=z HTTP/1.1"),
            ("/v1/", "backend", "GET / HTTP/1.1"),
            ("/v1/a%20b%0Ac", "backend", "GET /a%20b%0Ac HTTP/1.1"),
            ("/shop/a.js", "frontend", "GET /shop/a.js HTTP/1.1"),
            ("/health", "backend", "GET /health HTTP/1.1"),
        ] {
            let answer = get(&gateway, path);
            assert!(answer.body.starts_with(first) && answer.saw(line), "{binary:?} {path}: {answer:?}");
        }
        for path in ["/apix", "/healthXYZ", "/health/", "/v1x/", "/"] {
            assert_eq!(get(&gateway, path).status, 404, "{path}");
        }
    }
}

#[test]
fn upstreams_are_told_the_truth() {
    const FORGED: &str = "GET /api/x\nX-Forwarded-For: 6.6.6.6\nX-Real-IP: 6.6.6.6\nX-Forwarded-Proto: https\n\
                          X-Forwarded-Host: evil.test\nForwarded: for=6.6.6.6\nX-Request-ID: evil\nProxy: evil\n\
                          X-Forwarded-Prefix: /evil";
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        let host = format!("{DOMAIN}:{}", gateway.ports.http);
        let answer = ask(gateway.ports.http, &host, FORGED);
        assert!(!answer.body.contains("6.6.6.6") && !answer.body.contains("evil"), "{answer:?}");
        for line in [
            format!("Host: {host}"),
            format!("X-Forwarded-Host: {host}"),
            "X-Real-IP: 127.0.0.1".to_owned(),
            "X-Forwarded-For: 127.0.0.1".to_owned(),
            "X-Forwarded-Proto: http".to_owned(),
        ] {
            assert!(answer.saw(&line), "{line}: {answer:?}");
        }
        drop(gateway);
        let gateway = Gateway::start(&binary, |plan| {
            plain(plan);
            plan.gateways[0].trusted_proxies = vec!["127.0.0.0/8".into()];
        });
        let answer = ask(gateway.ports.http, DOMAIN, FORGED);
        assert!(answer.saw("X-Real-IP: 6.6.6.6") && answer.saw("X-Forwarded-Proto: https"), "{answer:?}");
    }
}

#[test]
fn one_header_says_what_may_be_kept() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| {
            plain(plan);
            let kept = plan.gateways[0].routes.iter().find(|route| route.cache.is_some()).cloned();
            let dead = plan.gateways[0]
                .routes
                .iter_mut()
                .find(|route| route.location == Location::Prefix("/late/".into()));
            dead.expect("a dead route").cache = kept.expect("a kept route").cache;
        });
        let answer = get(&gateway, "/static/app.3f2a.js");
        assert_eq!(answer.all("Cache-Control"), ["public, max-age=31536000, immutable"]);
        assert!(answer.all("Expires").is_empty());
        let failed = get(&gateway, "/late/x");
        assert_eq!((failed.status, failed.all("Cache-Control")), (502, vec!["no-store"]));
        assert_eq!(get(&gateway, "/shop/").all("Cache-Control"), ["private"]);
    }
}

#[test]
fn websockets_pass_where_asked() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        let upgrade = |path: &str, protocol: &str| {
            let mut stream = connect(gateway.ports.http);
            let head = format!(
                "GET {path} HTTP/1.1\r\nHost: {DOMAIN}\r\nUpgrade: {protocol}\r\nConnection: Upgrade\r\n"
            );
            stream
                .write_all(format!("{head}Sec-WebSocket-Version: 13\r\n\r\n").as_bytes())
                .expect("a request");
            let mut head = [0; 12];
            stream.read_exact(&mut head).expect("an answer");
            (stream, String::from_utf8_lossy(&head).into_owned())
        };
        let (mut stream, status) = upgrade("/api/socket", "websocket");
        assert_eq!(status, "HTTP/1.1 101", "{binary:?}");
        stream.write_all(b"frame-1").expect("a frame");
        let mut seen = Vec::new();
        while !seen.ends_with(b"frame-1") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an echo");
            seen.push(byte[0]);
        }
        assert_eq!(upgrade("/shop/socket", "websocket").1, "HTTP/1.1 200", "{binary:?}");
        assert_eq!(upgrade("/api/socket", "h2c").1, "HTTP/1.1 200", "{binary:?}");
        let smuggled = ask(gateway.ports.http, DOMAIN, "GET /api/socket\nUpgrade: h2c");
        assert!(smuggled.status == 200 && !smuggled.body.contains("h2c"), "{smuggled:?}");
    }
}

#[test]
fn replicas_share_the_work() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        let answers: Vec<Answer> = (0..40).map(|_| get(&gateway, "/api/x")).collect();
        let of = |name: &str| answers.iter().filter(|answer| answer.body.starts_with(name)).count();
        let (first, second) = (of("backend 1"), of("backend 2"));
        assert!(first + second == 40 && first >= 8 && second >= 8, "{binary:?}: {first} and {second}");
    }
}

#[test]
fn a_late_upstream_is_found_without_a_reload() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        assert_eq!(get(&gateway, "/late/x").status, 502);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, gateway.ports.dead)).expect("the free port");
        let _late = Upstream::on(listener, "late");
        gateway.dns.know("late", &[Ipv4Addr::LOCALHOST]);
        let found = eventually(|| get(&gateway, "/late/x").body.starts_with("late"));
        assert!(found, "{binary:?}: {}", gateway.errors());
    }
}

#[test]
fn a_reload_loses_no_request() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        for _ in 0..3 {
            gateway.reload();
            let until = Instant::now() + Duration::from_millis(700);
            while Instant::now() < until {
                let answer = get(&gateway, "/api/x");
                assert_eq!(answer.status, 200, "{binary:?}: {answer:?} {}", gateway.errors());
            }
        }
    }
}

#[test]
fn the_log_is_json_without_queries() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, plain);
        get(&gateway, "/api/x%22y?token=hidden");
        get(&gateway, "/v1/y?token=hidden");
        let log = gateway.folder.read("log/access.log");
        assert!(!log.contains("hidden") && log.lines().count() == 2, "{log}");
        assert!(log.contains(r#""path":"/api/x%22y","protocol":"HTTP/1.1""#), "{log}");
        assert!(log.contains(r#""path":"/v1/y""#) && log.contains(r#""status":"200","#), "{log}");
    }
}
