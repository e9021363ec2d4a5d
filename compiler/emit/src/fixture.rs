//! A small but whole system, for the tests of every target: a gateway, a
//! backend of two containers with its worker and migration, a database with
//! its exporter, and what watches over them.
//!
//! Tests change what they are about and leave the rest. Places of the spec are
//! spans of file 0 whose start is unique: [`at`].

use laud_plan::*;
use laud_syntax::FileId;
use lean_string::LeanStr;
use thin_vec::{ThinVec, thin_vec};

/// The `n`-th place of the spec.
pub(crate) fn at(n: u32) -> Origin {
    Origin::new(FileId(0), n * 10, n * 10 + 5)
}

/// The services of [`plan`], by their place in it.
pub(crate) const EDGE: ServiceId = ServiceId(0);
/// The backend, of two containers.
pub(crate) const BACKEND: ServiceId = ServiceId(1);
/// The backend's worker, of the same image.
pub(crate) const WORKER: ServiceId = ServiceId(2);
/// The backend's migration, a job.
pub(crate) const MIGRATE: ServiceId = ServiceId(3);
/// The database.
pub(crate) const DB: ServiceId = ServiceId(4);
/// The database's exporter.
pub(crate) const DB_EXPORTER: ServiceId = ServiceId(5);
/// Prometheus.
pub(crate) const PROMETHEUS: ServiceId = ServiceId(6);

/// The database's password.
pub(crate) const DB_PASSWORD: SecretId = SecretId(0);
/// A key of a vendor.
pub(crate) const API_KEY: SecretId = SecretId(1);
/// The mail host, with a default.
pub(crate) const SMTP_HOST: SettingId = SettingId(0);
/// The sender of mail, without one.
pub(crate) const MAIL_FROM: SettingId = SettingId(1);

/// The system.
pub(crate) fn plan() -> Plan {
    Plan {
        app: "shop".into(),
        origin: at(900),
        description: "Sells things.".to_owned(),
        environment: "production".into(),
        networks: [("edge", false), ("app", false), ("data", true), ("monitoring", false)]
            .map(|(name, internal)| Network { name: name.into(), internal })
            .to_vec(),
        services: vec![edge(), backend(), worker(), migrate(), db(), db_exporter(), prometheus()],
        secrets: vec![
            Secret {
                variable: "DB_PASSWORD".into(),
                name: "db_password".into(),
                description: "The password of the database's user.".to_owned(),
                in_url: true,
                origin: at(90),
            },
            Secret {
                variable: "API_KEY".into(),
                name: "api_key".into(),
                description: "From the vendor's console".to_owned(),
                in_url: false,
                origin: at(91),
            },
        ],
        settings: vec![
            Setting {
                variable: "SMTP_HOST".into(),
                description: "Where mail goes out.".to_owned(),
                ty: "Domain".to_owned(),
                default: Some("mail.shop.example".to_owned()),
                origin: at(92),
            },
            Setting {
                variable: "MAIL_FROM".into(),
                description: "Who sends it.".to_owned(),
                ty: "Email".to_owned(),
                default: None,
                origin: at(93),
            },
        ],
        gateways: vec![gateway()],
        scraper: Some(Scraper {
            service: PROMETHEUS,
            port: 9090,
            scrape_interval: 15_000,
            evaluation_interval: 15_000,
            retention: 30 * 86_400_000,
            origin: at(80),
            origins: Default::default(),
        }),
        targets: vec![
            target("backend", "backend", BACKEND, 8000),
            target("postgres", "db", DB_EXPORTER, 9187),
        ],
        alerts: vec![Alert {
            name: "DbDown".into(),
            group: AlertGroup::Health,
            subject: "db".into(),
            expression: "pg_up{service=\"db\"} == 0".into(),
            hold: 60_000,
            keep: 0,
            severity: Severity::Critical,
            summary: Text::literal("db: PostgreSQL does not answer"),
            description: Text::default(),
            labels: ThinVec::new(),
            origin: at(81),
            origins: Default::default(),
        }],
        files: vec![File {
            path: "files/backend/settings.yml".into(),
            content: Content::Yaml(Data::Map(vec![(
                "database".into(),
                Data::Text(text([Part::Host(DB), Part::Literal(":".into()), Part::Port(DB, 5432)])),
            )])),
            origin: at(82),
        }],
        waivers: vec![Waiver {
            subject: "db".into(),
            what: "capabilities CHOWN, SETUID, SETGID".to_owned(),
            because: "the entrypoint hands the data over to its own user".to_owned(),
            origin: at(83),
        }],
        ..Plan::default()
    }
}

/// A text of parts.
pub(crate) fn text(parts: impl IntoIterator<Item = Part>) -> Text {
    Text { parts: parts.into_iter().collect() }
}

/// A safe service with nothing but an image, on the network `app`.
pub(crate) fn service(name: &str, place: u32) -> Service {
    Service { user: Some("10001:10001".into()), ..laud_rig::plan::service(name, at(place)) }
}

/// A TCP port.
pub(crate) fn port(name: &str, number: u16, publish: Option<Publish>, place: u32) -> Port {
    Port {
        name: name.into(),
        number,
        protocol: Protocol::Tcp,
        publish,
        origin: at(place),
        origins: Default::default(),
    }
}

/// A health check by a program.
pub(crate) fn health(words: &[&str], place: u32) -> Health {
    Health {
        test: Test::Exec(words.iter().map(|word| Text::literal(*word)).collect()),
        interval: 10_000,
        timeout: 5_000,
        retries: 3,
        start_period: 30_000,
        origin: at(place),
    }
}

/// A schedule.
pub(crate) fn schedule(text: &str, place: u32) -> Schedule {
    let cron = laud_syntax::literal::cron(text).expect("a schedule");
    Schedule { text: text.into(), cron, origin: at(place) }
}

/// Something that must be up.
pub(crate) fn need(service: ServiceId, condition: Condition, place: u32) -> Need {
    Need { service, condition, origin: at(place) }
}

fn names<L: FromIterator<LeanStr>>(names: &[&str]) -> L {
    names.iter().map(|name| LeanStr::from(*name)).collect()
}

fn edge() -> Service {
    let publish = |port| Some(Publish { interface: Interface::Any, port });
    Service {
        kind: "gateway".into(),
        image: Image::Pinned("nginxinc/nginx-unprivileged:1.28.0-alpine".into()),
        ports: vec![port("http", 8080, publish(80), 2), port("https", 8443, publish(443), 3)],
        health: Some(health(&["curl", "-fsS", "http://127.0.0.1:8081/health"], 4)),
        mounts: thin_vec![Mount {
            source: MountSource::Generated("nginx/edge".into()),
            at: "/etc/nginx/conf.d".into(),
            read_only: true,
            reloads: false,
            origin: at(5),
            origins: Default::default(),
        }],
        needs: vec![need(BACKEND, Condition::Healthy, 6)],
        networks: names(&["edge", "app"]),
        tmpfs: thin_vec![Tmpfs {
            at: "/tmp".into(),
            size: 16 << 20,
            mode: "1777".into(),
            uid: None,
            gid: None
        }],
        ..service("edge", 1)
    }
}

fn build() -> Build {
    Build {
        name: "backend".into(),
        context: "backend".into(),
        dockerfile: "Dockerfile".into(),
        target: None,
        args: Vec::new(),
        origin: at(11),
        origins: Default::default(),
    }
}

/// The environment of what runs the backend's image.
fn env() -> Vec<(LeanStr, Text, Origin)> {
    let url = text([
        Part::Literal("postgresql://shop:".into()),
        Part::Secret(DB_PASSWORD),
        Part::Literal("@".into()),
        Part::Host(DB),
        Part::Literal(":".into()),
        Part::Port(DB, 5432),
        Part::Literal("/shop".into()),
    ]);
    vec![
        ("API_KEY_FILE".into(), text([Part::SecretFile(API_KEY)]), at(12)),
        ("DATABASE_URL".into(), url, at(13)),
        ("MAIL_FROM".into(), text([Part::Setting(MAIL_FROM)]), at(14)),
        ("SMTP_HOST".into(), text([Part::Setting(SMTP_HOST)]), at(15)),
    ]
}

fn backend() -> Service {
    Service {
        kind: "fastapi".into(),
        description: "Answers what the shop asks.".into(),
        image: Image::Built(Box::new(build())),
        env: env(),
        ports: vec![port("http", 8000, None, 16)],
        health: Some(health(&["python", "-c", "import urllib.request"], 17)),
        mounts: thin_vec![Mount {
            source: MountSource::Generated("files/backend/settings.yml".into()),
            at: "/etc/backend/settings.yml".into(),
            read_only: true,
            reloads: false,
            origin: at(18),
            origins: Default::default(),
        }],
        replicas: 2,
        needs: vec![need(DB, Condition::Healthy, 19), need(MIGRATE, Condition::Completed, 20)],
        networks: names(&["app", "data", "monitoring"]),
        ..service("backend", 10)
    }
}

fn worker() -> Service {
    Service {
        kind: "celery".into(),
        image: Image::Built(Box::new(build())),
        command: Some(["celery", "--app", "shop", "worker"].map(Text::literal).into_iter().collect()),
        env: env(),
        needs: vec![need(DB, Condition::Healthy, 31)],
        networks: names(&["app", "data"]),
        stop_grace: Some(60_000),
        init: true,
        ..service("worker", 30)
    }
}

fn migrate() -> Service {
    Service {
        kind: "fastapi".into(),
        image: Image::Built(Box::new(build())),
        command: Some(["alembic", "upgrade", "head"].map(Text::literal).into_iter().collect()),
        env: env(),
        needs: vec![need(DB, Condition::Healthy, 41)],
        networks: names(&["data"]),
        restart: Restart::No,
        job: Some(Box::new(Job { trigger: Trigger::BeforeStart })),
        ..service("migrate", 40)
    }
}

fn db() -> Service {
    Service {
        kind: "postgres".into(),
        image: Image::Pinned("postgres:17.2".into()),
        env: vec![
            ("POSTGRES_DB".into(), Text::literal("shop"), at(51)),
            ("POSTGRES_PASSWORD_FILE".into(), text([Part::SecretFile(DB_PASSWORD)]), at(52)),
        ],
        ports: vec![port("sql", 5432, None, 53)],
        health: Some(health(&["pg_isready", "-h", "127.0.0.1", "-d", "shop"], 54)),
        mounts: thin_vec![Mount {
            source: MountSource::Volume("db".into()),
            at: "/var/lib/postgresql/data".into(),
            read_only: false,
            reloads: false,
            origin: at(55),
            origins: Default::default(),
        }],
        limits: Limits { memory: 2 << 30, cpu: 1000, pids: 200 },
        networks: names(&["data"]),
        user: None,
        capabilities: names(&["CHOWN", "SETGID", "SETUID"]),
        shm_size: Some(128 << 20),
        ..service("db", 50)
    }
}

fn db_exporter() -> Service {
    Service {
        kind: "postgres".into(),
        image: Image::Pinned("quay.io/prometheuscommunity/postgres-exporter:v0.17.1".into()),
        ports: vec![port("metrics", 9187, None, 61)],
        needs: vec![need(DB, Condition::Started, 62)],
        networks: names(&["data", "monitoring"]),
        ..service("db-exporter", 60)
    }
}

fn prometheus() -> Service {
    Service {
        kind: "prometheus".into(),
        image: Image::Pinned("prom/prometheus:v3.1.0".into()),
        ports: vec![port("http", 9090, None, 71)],
        mounts: thin_vec![Mount {
            source: MountSource::Volume("prometheus".into()),
            at: "/prometheus".into(),
            read_only: false,
            reloads: false,
            origin: at(72),
            origins: Default::default(),
        }],
        networks: names(&["monitoring"]),
        ..service("prometheus", 70)
    }
}

fn gateway() -> Gateway {
    Gateway {
        name: "edge".into(),
        runs_on: RunsOn::Container(EDGE),
        version: NginxVersion::V1_28,
        post_quantum: false,
        domain: "shop.example".into(),
        domain_origin: Origin::default(),
        shares_domain: false,
        aliases: Vec::new(),
        aliases_origin: Origin::default(),
        certificate: Some(Certificate::SelfSigned),
        profile: TlsProfile::Intermediate,
        http_port: 8080,
        https_port: 8443,
        public_https_port: 443,
        status_port: 8081,
        headers: vec![Header { name: "X-Content-Type-Options".into(), value: "nosniff".into() }],
        trusted_proxies: Vec::new(),
        connections: 0,
        routes: vec![Route {
            location: Location::Prefix("/".into()),
            action: Action::Proxy(Upstream { service: BACKEND, port: 8000 }),
            strip_prefix: None,
            rate: Some(RateLimit { count: 10, per: 1_000, burst: 20 }),
            body: 1 << 20,
            connect_timeout: 5_000,
            timeout: 60_000,
            cache: None,
            websocket: false,
            buffering: true,
            allow: ThinVec::new(),
            headers: ThinVec::new(),
            origin: at(8),
            origins: Default::default(),
        }],
        origin: at(7),
        origins: Default::default(),
    }
}

fn target(job: &str, subject: &str, service: ServiceId, port: u16) -> ScrapeTarget {
    ScrapeTarget {
        job: job.into(),
        subject: subject.into(),
        service,
        port,
        path: "/metrics".into(),
        interval: None,
        params: Vec::new(),
        origin: at(84),
        origins: Default::default(),
    }
}
