//! `nginx -t` takes every text that is written for its version or an older
//! one, and gixy finds nothing in them.

use crate::gateway::{folder, free_ports};
use crate::plan::{Ports, plan};
use laud_plan::{Certificate, Data, NginxVersion, Origin, Plan, Raw, RunsOn, Text, TlsProfile};
use laud_rig::{Binary, binaries, tool};
use lean_string::LeanStr;
use std::process::Command;

const CONF: &str = "nginx/edge/nginx.conf";
/// Nobody listens: the texts are only read. gixy takes any port with 443 in it for one of TLS.
const PORTS: Ports = Ports { http: 8080, https: 8443, status: 8081, backend: 8000, frontend: 3000, dead: 9 };

/// The plans of one version: with and without TLS, modern, behind proxies.
fn plans(version: NginxVersion) -> Vec<(&'static str, Plan)> {
    let variant = |name, change: fn(&mut Plan)| {
        let mut plan = plan(version, PORTS);
        change(&mut plan);
        (name, plan)
    };
    vec![
        variant("TLS", |_| {}),
        variant("modern", |plan| {
            plan.gateways[0].profile = TlsProfile::Modern;
            plan.gateways[0].certificate = Some(Certificate::SelfSigned);
            plan.gateways[0].connections = 0;
        }),
        variant("plain, behind a proxy", |plan| {
            plan.gateways[0].certificate = None;
            plan.gateways[0].trusted_proxies = vec!["127.0.0.0/8".into(), "2001:db8::/32".into()];
        }),
        variant("long texts", |plan| {
            plan.gateways[0].aliases = vec![format!("{}.shop.test", "a".repeat(63)).into()];
            plan.gateways[0].headers[2].value = "a".repeat(4_000).into();
            plan.gateways[0].routes.truncate(1);
        }),
        variant("raw", |plan| plan.raws = vec![raw()]),
    ]
}

/// Raw directives, among them one that the model sets too.
fn raw() -> Raw {
    let word = |text: &str| Data::Text(Text::literal(text));
    let entry = |key: &str, value: Data| (LeanStr::from(key), value);
    let refuse = Data::Map(vec![entry("return", word("403"))]);
    Raw {
        service: None,
        gateway: Some(0),
        target: "nginx".into(),
        content: Data::Map(vec![
            entry("keepalive_timeout", word("30s")),
            entry("send_timeout", Data::Int(20)),
            entry("proxy_buffers", Data::List(vec![Data::Int(4), word("32k")])),
            entry("error_page", Data::List(vec![Data::Int(404), Data::Int(410), word("/404")])),
            entry("if ($http_user_agent ~* \"bad bot\")", refuse),
            entry(
                "location = /404",
                Data::Map(vec![
                    entry("internal", Data::Null),
                    entry("types", Data::Map(vec![entry("text/x", word("x"))])),
                    entry("return", Data::List(vec![Data::Int(404), word("gone: $uri; }")])),
                ]),
            ),
        ]),
        because: "a test".into(),
        origin: Origin::default(),
    }
}

fn versions(binary: &Binary) -> impl Iterator<Item = NginxVersion> {
    let newest = binary.version;
    [NginxVersion::V1_22, NginxVersion::V1_28, NginxVersion::V1_30]
        .into_iter()
        .filter(move |version| *version <= newest)
}

#[test]
fn by_nginx_itself() {
    for binary in binaries() {
        for version in versions(&binary) {
            for (name, plan) in plans(version) {
                let said = folder(&plan, 53).test(&binary, CONF);
                let said = said.unwrap_or_else(|error| panic!("{binary:?}, {version:?}, {name}: {error}"));
                // A newer nginx tells that the older one's words are old.
                let quiet = version != binary.version || !said.contains("[warn]");
                assert!(quiet, "{binary:?}, {version:?}, {name}: {said}");
            }
        }
    }
}

#[test]
fn with_the_hybrid_curve_where_openssl_has_it() {
    for binary in binaries() {
        let out = Command::new(&binary.path).arg("-V").output().expect("nginx tells how it was built");
        let built = String::from_utf8_lossy(&out.stderr).into_owned();
        if built.contains("OpenSSL 3.5") || built.contains("OpenSSL 3.6") || built.contains("OpenSSL 4.") {
            let mut plan = plan(binary.version, PORTS);
            plan.gateways[0].post_quantum = true;
            let said = folder(&plan, 53).test(&binary, CONF);
            assert!(matches!(&said, Ok(said) if !said.contains("[warn]")), "{binary:?}: {said:?}");
        }
    }
}

#[test]
fn by_an_nginx_of_the_host() {
    for binary in binaries() {
        let mut plan = plan(binary.version, free_ports());
        plan.gateways[0].runs_on = RunsOn::Host;
        plan.raws = vec![raw()];
        let mut other = plan.gateways[0].clone();
        let ports = free_ports();
        (other.name, other.domain, other.status_port) = ("other".into(), "other.test".into(), ports.status);
        other.aliases.clear();
        other.certificate = None;
        plan.gateways.push(other);
        let folder = folder(&plan, 53);
        let said = folder.test(&binary, folder.host());
        assert!(matches!(&said, Ok(said) if !said.contains("[warn]")), "{binary:?}: {said:?}");
    }
}

#[test]
fn by_gixy() {
    let Some(gixy) = tool("gixy") else { return };
    for version in [NginxVersion::V1_22, NginxVersion::V1_28, NginxVersion::V1_30] {
        for (name, plan) in plans(version) {
            let folder = folder(&plan, 53);
            let out =
                Command::new(&gixy).args(["-f", "json"]).arg(folder.path(CONF)).output().expect("gixy runs");
            let found = String::from_utf8_lossy(&out.stdout);
            let unexplained: Vec<&str> = found
                .split("\"plugin\": \"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .filter(|plugin| !EXPLAINED.contains(plugin))
                .collect();
            assert!(unexplained.is_empty(), "{version:?}, {name}: {unexplained:?}\n{found}");
        }
    }
}

/// What gixy finds and is no fault.
const EXPLAINED: [&str; 2] = [
    // `/own/` gives one of the server's headers up, as its route says.
    "add_header_redefinition",
    // It asks for one path that never exists, where `return` alone would come before the limits.
    "try_files_is_evil_too",
];
