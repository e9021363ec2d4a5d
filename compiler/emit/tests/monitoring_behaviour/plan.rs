//! A system that is watched in every way that the plan allows, with texts
//! that would like to be something else.

use laud_plan::*;
use laud_syntax::FileId;
use thin_vec::thin_vec;

/// Texts that some reader on the way takes for more than text.
pub(crate) const HOSTILE: &[&str] = &[
    "{{ .Foo }}",
    "{{ $labels.instance }} {{",
    "{{{{ }}}}",
    "{{/* a comment */}}",
    "{{- trim -}}",
    "{% raw %} ${HOME} $HOME $$ $5",
    "\"quoted\" 'single' `back` \\ \\n",
    "no",
    "22:22",
    "# no comment",
    "- item: {a: b}",
    "two\nlines\tand a tab",
    "é 😀 \u{85} \u{2028} \u{feff}",
    "x\"} or vector(1) #",
    "<b>bold</b> & | > %",
];

/// The `n`-th place of the spec.
pub(crate) fn at(n: u32) -> Origin {
    Origin::new(FileId(0), n * 10, n * 10 + 5)
}

/// The system.
pub(crate) fn plan() -> Plan {
    let names = ["prometheus", "backend", "db-exporter", "watch-blackbox", "grafana"];
    let mut services: Vec<Service> = (0..).zip(names).map(|(n, name)| service(name, n)).collect();
    services[1].replicas = 2;
    Plan {
        app: "shop$1".into(),
        environment: "production".into(),
        services,
        scraper: Some(Scraper {
            service: ServiceId(0),
            port: 9090,
            scrape_interval: 15_000,
            evaluation_interval: 15_000,
            retention: 30 * 86_400_000,
            origin: at(10),
            origins: Default::default(),
        }),
        targets: targets(),
        prober: Some(Prober { service: ServiceId(3), port: 9115 }),
        probes: vec![probe("https://shop.example/health?a=b$1&c={{d}}"), probe("http://backend:8000/")],
        recordings: vec![Recording {
            name: "job:up:sum".into(),
            expression: "sum by (job) (up)".into(),
            labels: vec![("by".into(), "$labels {{ x }}".into())],
            origin: at(30),
            origins: Default::default(),
        }],
        alerts: alerts(),
        grafana: Some(Grafana {
            service: ServiceId(4),
            port: 3000,
            datasource: "prom$uid".into(),
            origin: at(11),
            origins: Default::default(),
        }),
        dashboards: vec![super::dashboards::dashboard("overview"), super::dashboards::dashboard("postgres")],
        raws: vec![raw()],
        ..Plan::default()
    }
}

/// A job and a remote of the author's own.
fn raw() -> Raw {
    let text = |text: &str| Data::Text(Text::literal(text));
    let map = |key: &str, value| Data::Map(vec![(key.into(), value)]);
    let host = Data::Text(Text {
        parts: [Part::Host(ServiceId(2)), Part::Literal(":9".into())].into_iter().collect(),
    });
    let targets = map("targets", Data::List(vec![host]));
    let job = Data::Map(vec![
        ("job_name".into(), text("own")),
        ("static_configs".into(), Data::List(vec![targets])),
    ]);
    let remote = map("url", text("http://127.0.0.1:9/write"));
    let content = Data::Map(vec![
        ("scrape_configs".into(), Data::List(vec![job])),
        ("remote_write".into(), Data::List(vec![remote])),
    ]);
    Raw {
        service: None,
        gateway: None,
        target: "prometheus".into(),
        content,
        because: "the archive keeps a copy".to_owned(),
        origin: at(12),
    }
}

fn targets() -> Vec<ScrapeTarget> {
    vec![
        target("prometheus", "prometheus", 0, 9090, 20),
        target("backend", "backend", 1, 8000, 21),
        ScrapeTarget { path: "/worker".into(), ..target("backend", "worker$1", 1, 8001, 22) },
        target("postgres", "db", 2, 9187, 23),
        ScrapeTarget {
            interval: Some(5_000),
            params: vec![("collect[]".into(), "a b&c".into()), ("collect[]".into(), "d".into())],
            ..target("postgres", "archive", 2, 9188, 24)
        },
    ]
}

fn target(job: &str, subject: &str, service: u32, port: u16, place: u32) -> ScrapeTarget {
    ScrapeTarget {
        job: job.into(),
        subject: subject.into(),
        service: ServiceId(service),
        port,
        path: "/metrics".into(),
        interval: None,
        params: Vec::new(),
        origin: at(place),
        origins: Default::default(),
    }
}

fn probe(url: &str) -> Probe {
    Probe {
        subject: "edge".into(),
        url: url.into(),
        module: "http_2xx".into(),
        origin: at(25),
        origins: Default::default(),
    }
}

/// An alert for each hostile text, and one for each way to write a value.
fn alerts() -> Vec<Alert> {
    let formats = [ValueFormat::Number, ValueFormat::Percent, ValueFormat::Bytes, ValueFormat::Duration];
    let hostile = HOSTILE.iter().map(|text| (Text::literal(*text), AlertGroup::Health));
    let valued = formats.map(|format| {
        let parts = [
            Part::Literal("{".into()),
            Part::AlertLabel(Box::new("instance".into())),
            Part::Literal("} is at {{".into()),
            Part::AlertValue(format),
        ];
        (Text { parts: parts.iter().cloned().collect() }, AlertGroup::Performance)
    });
    (0..).zip(hostile.chain(valued)).map(|(n, (summary, group))| alert(n, summary, group)).collect()
}

fn alert(n: u32, summary: Text, group: AlertGroup) -> Alert {
    Alert {
        name: format!("Alert{n}").into(),
        group,
        subject: "db".into(),
        expression: "pg_lag{job=\"postgres\"} > 0.25".into(),
        hold: 60_000,
        keep: 300_000,
        severity: Severity::Critical,
        description: if n.is_multiple_of(2) { summary.clone() } else { Text::default() },
        labels: thin_vec![("team".into(), HOSTILE[n as usize % HOSTILE.len()].into())],
        summary,
        origin: at(40 + n),
        origins: Default::default(),
    }
}

fn service(name: &str, place: u32) -> Service {
    Service { networks: ["monitoring".into()].into(), ..laud_rig::plan::service(name, at(place)) }
}
