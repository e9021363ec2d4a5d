//! The whole of the target, over plans: what is written, and what is refused.

mod output;
mod raw;
mod refusals;

use crate::fixture::{self, BACKEND, DB, MIGRATE, at};
use crate::{Context, File, Whole};
use laud_plan::*;
use serde_json::Value;
use std::sync::Arc;
use thin_vec::{ThinVec, thin_vec};

/// The files of a plan whose folder is two below the spec's.
fn emit(plan: &Plan) -> [File; 2] {
    let mut files = Vec::new();
    super::emit(plan, Context { spec_root: "../.." }, &mut Whole::new(|file| files.push(file)));
    files.try_into().expect("compose.yaml and .env.example")
}

/// What an independent reader finds in `compose.yaml`.
fn read(plan: &Plan) -> Value {
    let [compose, _] = emit(plan);
    serde_yaml::from_str(&compose.content).unwrap_or_else(|error| panic!("{error}\n{}", compose.content))
}

/// The codes and messages of what is refused.
fn refused(plan: &Plan) -> Vec<(&'static str, String)> {
    let diagnostics = super::check(plan);
    diagnostics.into_iter().map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect()
}

/// Texts that mean something to compose, to YAML or to a shell.
const HOSTILE: &[&str] = &[
    "pa$word",
    "$5",
    "100%$",
    "${X}",
    "${X:-y}",
    "$$",
    "$",
    "a\nb",
    "it's \"so\"",
    "back\\slash",
    "no",
    "22:22",
    " lead and trail ",
    "# not a comment",
    "- x",
    "{{ .Name }}",
    "tab\there",
    "\u{85}\u{2028}\u{7F}é😀",
    "",
    "} ${A:?b} {",
    "=",
    "<<",
];

/// The fixture with every field of a service used, in every form.
fn full() -> Plan {
    let mut plan = fixture::plan();
    plan.networks.push(Network { name: "no".into(), internal: false });
    plan.services.push(knobs());
    plan.services.push(hostile());
    plan.services.push(ports());
    plan.services.push(Service {
        gpus: Some(0),
        networks: Arc::default(),
        user: None,
        read_only: false,
        new_privileges: true,
        privileged: true,
        host_pid: true,
        restart: Restart::OnFailure,
        ..fixture::service("bare", 140)
    });
    let triggers =
        [Trigger::AfterDeploy, Trigger::Manual, Trigger::Schedule(fixture::schedule("0 3 * * *", 151))];
    for (name, trigger) in ["warm", "seed", "prune"].into_iter().zip(triggers) {
        let job = Some(Box::new(Job { trigger }));
        plan.services.push(Service { job, restart: Restart::No, ..fixture::service(name, 150) });
    }
    plan.settings[0].default = Some("ma$il \\ é # y".to_owned());
    plan.raws = raws();
    plan
}

fn knobs() -> Service {
    Service {
        entrypoint: Some(thin_vec![Text::literal("/bin/tini"), Text::literal("--")]),
        command: Some(ThinVec::new()),
        health: Some(Health {
            test: Test::Shell(Text::literal("test \"$POSTGRES_USER\" = x")),
            start_period: 0,
            interval: 90_500,
            ..fixture::health(&[], 101)
        }),
        image: Image::Built(Box::new(Build {
            name: "knobs".into(),
            context: "".into(),
            dockerfile: "docker/Dockerfile".into(),
            target: Some("run".into()),
            args: vec![("NEXT_PUBLIC_URL".into(), Text::literal("https://shop.example/$1"))],
            origin: at(102),
            origins: Default::default(),
        })),
        mounts: thin_vec![
            mount(MountSource::Source { path: "a folder/with:$x".into(), digest: None }, "/in:side"),
            mount(MountSource::Host("/proc".into()), "/host/proc"),
        ],
        needs: vec![
            fixture::need(BACKEND, Condition::Started, 103),
            fixture::need(MIGRATE, Condition::Completed, 104),
        ],
        networks: ["app".into(), "data".into()].into(),
        tmpfs: thin_vec![Tmpfs {
            at: "/run".into(),
            size: 1000,
            mode: "700".into(),
            uid: Some(70),
            gid: Some(71),
        }],
        stop_grace: Some(90_000),
        stop_signal: Some("SIGQUIT".into()),
        init: true,
        working_dir: Some("/srv".into()),
        shm_size: Some(64 << 20),
        ulimits: thin_vec![Ulimit { name: "nofile".into(), soft: 1024, hard: 65536 }],
        sysctls: thin_vec![("net.core.somaxconn".into(), "1024".into())],
        devices: thin_vec![
            Device { host: "/dev/kvm".into(), at: "/dev/kvm".into(), permissions: "rwm".into() },
            Device {
                host: "/dev/by-path/pci-0000:00".into(),
                at: "/dev/disk".into(),
                permissions: "r".into(),
            },
        ],
        gpus: Some(2),
        replicas: 3,
        extra_hosts: thin_vec![
            ("host.docker.internal".into(), "host-gateway".into()),
            ("six".into(), "::1".into()),
        ],
        aliases: thin_vec!["old-name".into()],
        platform: Some("linux/amd64".into()),
        ..fixture::service("knobs", 100)
    }
}

fn mount(source: MountSource, at_path: &str) -> Mount {
    Mount {
        source,
        at: at_path.into(),
        read_only: false,
        reloads: false,
        origin: at(105),
        origins: Default::default(),
    }
}

fn hostile() -> Service {
    let texts = || HOSTILE.iter().map(|text| Text::literal(*text));
    Service {
        command: Some(texts().collect()),
        health: Some(Health { test: Test::Exec(texts().collect()), ..fixture::health(&[], 121) }),
        env: (0..).zip(texts()).map(|(n, text)| (format!("V{n:02}").into(), text, at(122 + n))).collect(),
        labels: HOSTILE.iter().map(|text| (format!("label {text}").into(), Text::literal(*text))).collect(),
        ..fixture::service("hostile", 120)
    }
}

fn ports() -> Service {
    let publish = |interface, port| Some(Publish { interface, port });
    Service {
        ports: vec![
            fixture::port("a", 1000, publish(Interface::Loopback, 1001), 131),
            Port { protocol: Protocol::Udp, ..fixture::port("b", 2000, publish(Interface::Any, 2001), 132) },
            fixture::port("c", 3000, None, 133),
        ],
        networks: ["no".into()].into(),
        ..fixture::service("ports", 130)
    }
}

fn map<const N: usize>(entries: [(&str, Data); N]) -> Data {
    Data::Map(entries.map(|(key, data)| (key.into(), data)).to_vec())
}

fn raw(service: Option<ServiceId>, content: Data, place: u32) -> Raw {
    let because = "the language lacks it".to_owned();
    Raw { service, gateway: None, target: "compose".into(), content, because, origin: at(place) }
}

fn word(text: &str) -> Data {
    Data::Text(Text::literal(text))
}

fn raws() -> Vec<Raw> {
    let db = map([
        ("dns", Data::List(vec![word("10.0.0.1")])),
        ("healthcheck", map([("start_interval", word("2s"))])),
        ("networks", map([("data", map([("priority", Data::Int(10))]))])),
        ("x-note", map([("cost", word("$5"))])),
    ]);
    let top = map([("volumes", map([("db", map([("driver_opts", map([("type", word("nfs"))]))]))]))]);
    vec![raw(Some(DB), db, 160), raw(None, top, 161)]
}
