//! The plan that the gateways of these tests are made of.

use laud_plan::{
    Action, Cache, Certificate, Gateway, Header, Interface, Location, NginxVersion, Origin, Plan, Port,
    Protocol, Publish, RateLimit, Route, RunsOn, Service, ServiceId, TlsProfile, Tmpfs, Upstream,
};
use thin_vec::{ThinVec, thin_vec};

/// The domain of every gateway here.
pub(crate) const DOMAIN: &str = "shop.test";
/// Its alias.
pub(crate) const ALIAS: &str = "www.shop.test";
/// What every answer over TLS must carry.
pub(crate) const SECURITY: [(&str, &str); 4] = [
    ("Strict-Transport-Security", "max-age=63072000"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
    ("X-Price", "$5 or 100%"),
];

/// Ports of loopback: the gateway's and those of the upstreams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) https: u16,
    pub(crate) status: u16,
    pub(crate) backend: u16,
    pub(crate) frontend: u16,
    /// Where nobody listens.
    pub(crate) dead: u16,
}

const BACKEND: u32 = 1;
const FRONTEND: u32 = 2;
const LATE: u32 = 3;

/// The plan, for one version of nginx.
pub(crate) fn plan(version: NginxVersion, ports: Ports) -> Plan {
    let mut edge = service("edge", ports.http);
    edge.tmpfs =
        thin_vec![Tmpfs { at: "/tmp".into(), size: 64 << 20, mode: "1777".into(), uid: None, gid: None }];
    Plan {
        app: "shop".into(),
        environment: "test".into(),
        services: vec![
            edge,
            service("backend", ports.backend),
            service("frontend", ports.frontend),
            service("late", ports.dead),
        ],
        gateways: vec![gateway(version, ports)],
        ..Plan::default()
    }
}

fn gateway(version: NginxVersion, ports: Ports) -> Gateway {
    Gateway {
        name: "edge".into(),
        runs_on: RunsOn::Container(ServiceId(0)),
        version,
        post_quantum: false,
        domain: DOMAIN.into(),
        domain_origin: Origin::default(),
        shares_domain: false,
        aliases: vec![ALIAS.into()],
        aliases_origin: Origin::default(),
        certificate: Some(Certificate::Acme { email: "ops@shop.test".into() }),
        profile: TlsProfile::Intermediate,
        http_port: ports.http,
        https_port: ports.https,
        public_https_port: ports.https,
        status_port: ports.status,
        headers: SECURITY.iter().map(|(name, value)| header(name, value)).collect(),
        trusted_proxies: Vec::new(),
        connections: 100,
        routes: routes(ports),
        origin: Origin::default(),
        origins: Default::default(),
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.into(), value: value.into() }
}

fn routes(ports: Ports) -> Vec<Route> {
    let backend = |path: &str| route(path, to(BACKEND, ports.backend));
    let frontend = |path: &str| route(path, to(FRONTEND, ports.frontend));
    let respond = |status, body: &str| Action::Respond { status, body: body.into() };
    vec![
        Route { websocket: true, ..backend("/api/") },
        Route { strip_prefix: Some("/v1/".into()), ..backend("/v1/") },
        backend("/health"),
        Route { rate: Some(RateLimit { count: 10, per: 1_000, burst: 20 }), ..backend("/limited/") },
        Route {
            rate: Some(RateLimit { count: 6, per: 60_000, burst: 0 }),
            ..route("/seldom", respond(200, "Rare: $5 \"and\"\nmore."))
        },
        Route { cache: Some(Cache::Immutable(31_536_000_000)), ..frontend("/static/") },
        Route { headers: thin_vec![header("X-Content-Type-Options", "")], ..frontend("/own/") },
        Route { allow: thin_vec!["192.0.2.0/24".into()], ..frontend("/private/") },
        Route { allow: thin_vec!["192.0.2.0/24".into()], ..route("/secret", respond(200, "secret")) },
        Route { buffering: false, ..backend("/stream/") },
        route("/late/", to(LATE, ports.dead)),
        route("/old/", Action::Redirect { to: "/new/$5".into(), permanent: true }),
        route("/data.json", respond(200, "text")),
        frontend("/shop/"),
    ]
}

fn to(service: u32, port: u16) -> Action {
    Action::Proxy(Upstream { service: ServiceId(service), port })
}

/// A route to a path: a prefix if it ends in a slash.
pub(crate) fn route(path: &str, action: Action) -> Route {
    Route {
        location: if path.ends_with('/') {
            Location::Prefix(path.into())
        } else {
            Location::Exact(path.into())
        },
        action,
        strip_prefix: None,
        rate: None,
        body: 1 << 20,
        connect_timeout: 2_000,
        timeout: 10_000,
        cache: None,
        websocket: false,
        buffering: true,
        allow: ThinVec::new(),
        headers: ThinVec::new(),
        origin: Origin::default(),
        origins: Default::default(),
    }
}

/// A service with one port, published on loopback under the same number.
fn service(name: &str, port: u16) -> Service {
    Service {
        ports: vec![Port {
            name: "http".into(),
            number: port,
            protocol: Protocol::Tcp,
            publish: Some(Publish { interface: Interface::Loopback, port }),
            origin: Origin::default(),
            origins: Default::default(),
        }],
        ..laud_rig::plan::service(name, Origin::default())
    }
}
