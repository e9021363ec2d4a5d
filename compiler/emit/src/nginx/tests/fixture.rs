//! A small plan: a gateway before a backend of two replicas and a frontend.

use crate::fixture::{self, at, port};
use laud_plan::{
    Action, Certificate, Gateway, Header, Interface, Limits, Location, NginxVersion, Plan, Publish, Route,
    RunsOn, Service, ServiceId, TlsProfile, Tmpfs, Upstream,
};
use thin_vec::{ThinVec, thin_vec};

/// The plan, with a gateway of three proxied routes.
pub(crate) fn plan() -> Plan {
    let mut edge = service("edge", 8080);
    edge.limits = Limits { memory: 128 << 20, cpu: 1_500, pids: 64 };
    edge.tmpfs =
        thin_vec![Tmpfs { at: "/tmp".into(), size: 64 << 20, mode: "1777".into(), uid: None, gid: None }];
    let mut backend = service("backend", 8000);
    backend.replicas = 2;
    Plan {
        app: "shop".into(),
        environment: "production".into(),
        services: vec![edge, backend, service("frontend", 3000)],
        gateways: vec![gateway()],
        ..Plan::default()
    }
}

/// The gateway of [`plan`].
fn gateway() -> Gateway {
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    Gateway {
        name: "edge".into(),
        runs_on: RunsOn::Container(ServiceId(0)),
        version: NginxVersion::V1_30,
        post_quantum: false,
        domain: "shop.example".into(),
        domain_origin: laud_plan::Origin::default(),
        shares_domain: false,
        aliases: vec!["www.shop.example".into()],
        aliases_origin: laud_plan::Origin::default(),
        certificate: Some(Certificate::Acme { email: "ops@shop.example".into() }),
        profile: TlsProfile::Intermediate,
        http_port: 8080,
        https_port: 8443,
        public_https_port: 443,
        status_port: 8081,
        headers: vec![
            header("Strict-Transport-Security", "max-age=63072000"),
            header("X-Content-Type-Options", "nosniff"),
            header("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
        ],
        trusted_proxies: Vec::new(),
        connections: 100,
        routes: vec![
            proxy(Location::Prefix("/api/".into()), 1, 8000),
            proxy(Location::Exact("/health".into()), 1, 8000),
            proxy(Location::Prefix("/".into()), 2, 3000),
        ],
        origin: at(10),
        origins: Default::default(),
    }
}

/// A route to a service.
pub(crate) fn proxy(location: Location, service: u32, port: u16) -> Route {
    route(location, Action::Proxy(Upstream { service: ServiceId(service), port }))
}

/// A route with nothing special.
pub(crate) fn route(location: Location, action: Action) -> Route {
    Route {
        location,
        action,
        strip_prefix: None,
        rate: None,
        body: 1 << 20,
        connect_timeout: 5_000,
        timeout: 60_000,
        cache: None,
        websocket: false,
        buffering: true,
        allow: ThinVec::new(),
        headers: ThinVec::new(),
        origin: at(20),
        origins: Default::default(),
    }
}

/// A service with one port, published on loopback 10000 above.
fn service(name: &str, number: u16) -> Service {
    let publish = Publish { interface: Interface::Loopback, port: number + 10_000 };
    Service { ports: vec![port("http", number, Some(publish), 2)], ..fixture::service(name, 1) }
}
