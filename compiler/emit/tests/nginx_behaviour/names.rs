//! Hosts, handshakes and redirects: nothing that a request says decides where
//! it is led.

use crate::assert_secure;
use crate::gateway::Gateway;
use crate::plan::{ALIAS, DOMAIN};
use laud_plan::RunsOn;
use laud_rig::{ask, binaries, curl};

#[test]
fn unknown_names_are_refused() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let (http, https) = (gateway.ports.http, gateway.ports.https);
        assert_eq!(ask(http, "evil.test", "GET /login").status, 0);
        assert_eq!(ask(http, "127.0.0.1", "GET /").status, 0);
        assert!(curl(https, "evil.test", "/", &[]).is_none());
        let other = |host: &str| curl(https, DOMAIN, "/api/", &["-H", &format!("Host: {host}")]);
        for protocol in ["--http1.1", "--http2"] {
            let evil =
                curl(https, DOMAIN, "/api/", &[protocol, "-H", "Host: evil.test"]).expect("a handshake");
            assert_eq!(evil.status, 421, "{evil:?}");
            assert_secure(&evil, "an unknown host");
        }
        assert_eq!(other(DOMAIN).map(|answer| answer.status), Some(200));
        let misdirected =
            curl(https, ALIAS, "/api/", &["-H", &format!("Host: {DOMAIN}")]).expect("a handshake");
        assert_eq!(misdirected.status, 421);
        assert_secure(&misdirected, "a 421");
    }
}

#[test]
fn redirects_are_literal() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let port = gateway.ports.https;
        let here = format!("https://{DOMAIN}:{port}/a?b=c");
        for host in [DOMAIN, ALIAS, "SHOP.test:99"] {
            let answer = ask(gateway.ports.http, host, "GET /a?b=c");
            assert_eq!((answer.status, answer.all("Location")), (308, vec![here.as_str()]), "{host}");
            assert_eq!(answer.all("X-Content-Type-Options"), ["nosniff"]);
            assert!(answer.all("Strict-Transport-Security").is_empty());
        }
        let alias = curl(port, ALIAS, "/a?b=c", &[]).expect("a handshake");
        assert_eq!((alias.status, alias.all("Location")), (308, vec![here.as_str()]));
        assert_secure(&alias, "the alias");
        let old = curl(port, DOMAIN, "/old/x", &[]).expect("a handshake");
        assert_eq!((old.status, old.all("Location")), (308, vec!["/new/$5"]));
        assert_secure(&old, "a redirect");
        let slash = curl(port, DOMAIN, "/api", &[]).expect("a handshake");
        assert_eq!((slash.status, slash.all("Location")), (301, vec!["/api/"]));
        assert_secure(&slash, "nginx's own redirect");
    }
}

#[test]
fn the_challenge_of_acme_is_answered() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let challenge =
            |name: &str| ask(gateway.ports.http, ALIAS, &format!("GET /.well-known/acme-challenge/{name}"));
        assert_eq!(challenge("token").body, "proof");
        assert_eq!(challenge("none").status, 404);
        assert_eq!(challenge("").status, 403);
    }
}

#[test]
fn without_a_certificate_it_serves() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| plan.gateways[0].certificate = None);
        let answer = ask(gateway.ports.http, DOMAIN, "GET /api/x");
        assert_eq!(answer.status, 200);
        assert!(answer.saw("X-Forwarded-Proto: http") && answer.all("Strict-Transport-Security").is_empty());
        assert_eq!(ask(gateway.ports.http, "evil.test", "GET /api/x").status, 0);
        let alias = ask(gateway.ports.http, ALIAS, "GET /");
        assert_eq!(alias.all("Location"), [format!("http://{DOMAIN}:{}/", gateway.ports.http)]);
    }
}

#[test]
fn on_a_host_it_answers_to_its_own_names_alone() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| plan.gateways[0].runs_on = RunsOn::Host);
        let (http, https) = (gateway.ports.http, gateway.ports.https);
        assert_eq!(ask(http, "evil.test", "GET /").status, 0);
        assert_eq!(curl(https, "evil.test", "/api/", &[]).map(|answer| answer.status), Some(0));
        let evil = curl(https, DOMAIN, "/api/", &["--http1.1", "-H", "Host: evil.test"]);
        assert_eq!(evil.map(|answer| answer.status), Some(0));
        let answer = curl(https, DOMAIN, "/api/x", &[]).expect("a handshake");
        assert!(answer.status == 200 && answer.saw("GET /api/x HTTP/1.1"), "{answer:?}");
        assert_secure(&answer, "a route");
        assert_eq!(answer.all("Server"), ["nginx"]);
        assert_eq!(ask(http, ALIAS, "GET /x").all("Location"), [format!("https://{DOMAIN}:{https}/x")]);
    }
}
