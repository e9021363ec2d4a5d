//! Texts of the spec stay what they are, whatever nginx would make of them.

use crate::gateway::Gateway;
use crate::plan::{DOMAIN, route};
use laud_plan::{Action, Header, Location, Route, ServiceId, Upstream};
use laud_rig::{ask, binaries};
use std::fmt::Write as _;

/// Texts that mean something to nginx, and random ones of the same characters.
fn texts() -> Vec<String> {
    const OWN: [&str; 16] = [
        "a\"b",
        "a'b",
        "$5 $host ${host} $",
        "${",
        "$laud_dollar",
        "a; return 500;",
        "} server { listen 1;",
        "# none",
        "a #b",
        "\\",
        "\\n \\\\ \\\" \\$",
        "a\\",
        "100% ~^(.*)$ {2}",
        "*/ <b>&amp;</b>",
        "grüße 🎉 \u{a0}",
        "'; include /etc/passwd; '",
    ];
    const LETTERS: &[u8] = b"\"'\\$#;{}()[]~^*=,.% ax0n\\\"$";
    let mut seed: u32 = 7;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(LETTERS[(seed >> 16) as usize % LETTERS.len()])
    };
    let made = (0..24).map(|_| (0..12).map(|_| random()).collect::<String>());
    OWN.iter().map(|text| (*text).to_owned()).chain(made).collect()
}

#[test]
fn in_bodies_and_headers() {
    for binary in binaries() {
        let texts = texts();
        let gateway = Gateway::start(&binary, |plan| {
            plan.gateways[0].certificate = None;
            plan.gateways[0].routes = texts
                .iter()
                .enumerate()
                .map(|(index, text)| {
                    // A second line, which a header cannot have.
                    let body = format!("{text}\r\n\t{text}").into();
                    let answer = Action::Respond { status: 200, body };
                    let header = Header { name: "X-Text".into(), value: text.trim().into() };
                    Route { headers: [header].into(), ..route(&format!("/{index}"), answer) }
                })
                .collect();
        });
        for (index, text) in texts.iter().enumerate() {
            let answer = ask(gateway.ports.http, DOMAIN, &format!("GET /{index}"));
            assert_eq!(answer.all("X-Text"), [text.trim()], "{binary:?}");
            assert_eq!(answer.body, format!("{text}\r\n\t{text}"), "{binary:?}");
        }
    }
}

#[test]
fn in_paths() {
    const PATHS: [&str; 12] = [
        "/a b/", "/{x}/", "/$host/", "/\"q\"/", "/it's/", "/é/", "/a;b/", "/~x/", "/a\\b/", "/(.*)/", "/",
        "/+|^/",
    ];
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |plan| {
            let port = plan.services[1].ports[0].number;
            plan.gateways[0].certificate = None;
            plan.gateways[0].routes = PATHS
                .iter()
                .map(|path| {
                    let to = Action::Proxy(Upstream { service: ServiceId(1), port });
                    let route = Route { location: Location::Prefix((*path).into()), ..route("/", to) };
                    Route { strip_prefix: (path.len() > 1).then(|| (*path).into()), ..route }
                })
                .collect();
        });
        for path in PATHS {
            let mut encoded = String::new();
            for byte in path.trim_matches('/').bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
            let slash = if encoded.is_empty() { "" } else { "/" };
            let answer = ask(gateway.ports.http, DOMAIN, &format!("GET /{encoded}{slash}below?a=b"));
            assert!(
                answer.saw("GET /below?a=b HTTP/1.1"),
                "{binary:?} {path}: {answer:?} {}",
                gateway.errors()
            );
        }
    }
}
