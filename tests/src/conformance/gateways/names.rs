//! Hosts, handshakes and redirects: nothing that a request says decides where
//! it is led.

use super::live::Live;
use laud_plan::Certificate;
use laud_rig::{Answer, ask};

pub(super) fn refused(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |is: bool, what: String| wrong.extend((!is).then_some(what));
    for host in ["evil.test", "127.0.0.1", "_", &format!("{}.evil.test", live.gateway.domain)] {
        let answer = ask(live.ports[&live.gateway.http_port], host, "GET /");
        expect(answer.status == 0, format!("{host} gets {answer:?}"));
    }
    if live.is_secure() {
        let other = |name: &str, host: &str, protocol: &str| {
            live.ask(name, "/", &["-H".to_owned(), format!("Host: {host}"), protocol.to_owned()])
        };
        let domain = live.gateway.domain.as_str();
        let handshake = live.ask("evil.test", "/", &[]);
        expect(handshake.is_none(), format!("a handshake for evil.test gets {handshake:?}"));
        let mut misdirected = vec![(domain, "evil.test")];
        misdirected.extend(live.gateway.aliases.iter().map(|alias| (alias.as_str(), domain)));
        for (name, host) in misdirected {
            for protocol in ["--http1.1", "--http2"] {
                let answer = other(name, host, protocol).unwrap_or_default();
                expect(answer.status == 421, format!("{host} in a handshake for {name} gets {answer:?}"));
                for found in live.headers(&answer, None, true) {
                    expect(false, found);
                }
            }
        }
    }
    wrong
}

pub(super) fn redirected(live: &Live) -> Vec<String> {
    let gateway = live.gateway;
    let http = live.ports[&gateway.http_port];
    let to = format!("{}/a/b.png?c=d", live.origin());
    let get = |host: &str| {
        ask(http, host, "GET /a/b.png?c=d\nX-Forwarded-Host: evil.test\nX-Forwarded-Proto: evil")
    };
    let mut answers: Vec<(String, bool, Answer)> = Vec::new();
    for alias in &gateway.aliases {
        answers.push((alias.to_string(), false, get(alias)));
        if live.is_secure() {
            let answer = live.ask(alias, "/a/b.png?c=d", &[]).unwrap_or_default();
            answers.push((format!("{alias} by TLS"), true, answer));
        }
    }
    if live.is_secure() {
        let domain = &gateway.domain;
        for host in [domain.to_string(), format!("{}:99", domain.to_uppercase()), format!("{domain}.")] {
            let answer = get(&host);
            answers.push((host, false, answer));
        }
    }
    let wrong = answers.into_iter().flat_map(|(name, secure, answer)| {
        let mut found = live.headers(&answer, None, secure);
        let is_there = answer.status == 308 && answer.all("Location") == [to.as_str()];
        found.extend((!is_there).then(|| format!("not to {to}: {answer:?}")));
        found.into_iter().map(move |found| format!("{name}: {found}"))
    });
    wrong.collect()
}

pub(super) fn challenged(live: &Live) -> Vec<String> {
    let names = std::iter::once(&live.gateway.domain).chain(&live.gateway.aliases);
    let mut wrong = Vec::new();
    for name in names {
        let get = |token: &str| {
            let path = format!("GET /.well-known/acme-challenge/{token}");
            ask(live.ports[&live.gateway.http_port], name, &path)
        };
        let (known, unknown) = (get("token"), get("none"));
        let is_right = match &live.gateway.certificate {
            Some(Certificate::Acme { .. }) => {
                wrong.extend(live.headers(&known, None, false));
                wrong.extend(live.headers(&unknown, None, false));
                (known.status, known.body.as_str(), unknown.status) == (200, "proof", 404)
            }
            Some(Certificate::SelfSigned | Certificate::Files { .. }) => known.status == 308,
            None => known.body != "proof",
        };
        wrong.extend((!is_right).then(|| format!("{name}: {known:?} and {unknown:?}")));
    }
    wrong
}

pub(super) fn private(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    let status = |path: &str| ask(live.ports[&live.gateway.status_port], "anything", &format!("GET {path}"));
    let (health, figures, other) = (status("/healthz"), status("/stub_status"), status("/"));
    let is_right = health.body == "ok" && figures.body.contains("Active connections") && other.status == 404;
    wrong.extend((!is_right).then(|| format!("{health:?} {figures:?} {other:?}")));
    let outside = live.get("/stub_status", &[]);
    wrong.extend(outside.body.contains("Active connections").then(|| "the world reads it".to_owned()));
    wrong
}
