//! A generated gateway that runs, with a stub for each upstream that it names.

use crate::system::{Environment, environments};
use laud_plan::{Action, Gateway, Location, Plan, Route, RunsOn};
use laud_rig::{
    Answer, Binary, Dns, Folder, Moved, Running, Upstream, eventually, fetch, free_port, loopback,
};
use std::collections::BTreeMap;
use std::fs::File;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every gateway, with its environment.
pub(in crate::conformance) fn gateways() -> impl Iterator<Item = (&'static Environment, &'static Gateway)> {
    environments()
        .flat_map(|environment| environment.plan.gateways.iter().map(move |gateway| (environment, gateway)))
}

/// A gateway's files where an nginx of this machine can read them, and the one to begin with.
pub(in crate::conformance) fn staged(
    environment: &Environment,
    gateway: &Gateway,
    moved: &Moved,
) -> (Folder, String) {
    let below = format!("nginx/{}/", gateway.name);
    let files = environment.files.iter().filter(|(path, _)| path.starts_with(&below));
    let folder = Folder::new(files.map(|(path, text)| (path.as_str(), text.as_str())), moved);
    let file = match gateway.runs_on {
        RunsOn::Container(_) => format!("{below}nginx.conf"),
        RunsOn::Host => folder.host().to_owned(),
    };
    (folder, file)
}

/// A gateway that runs. Each of its upstreams is a stub that answers first with
/// its own name, `backend:8000`.
pub(super) struct Live {
    /// Its environment, its own name and the version of its nginx.
    pub(super) name: String,
    pub(super) plan: &'static Plan,
    pub(super) gateway: &'static Gateway,
    /// Where this machine listens for the gateway's ports.
    pub(super) ports: BTreeMap<u16, u16>,
    upstreams: BTreeMap<String, Upstream>,
    nginx: Running,
    _dns: Dns,
    clients: AtomicU32,
}

impl Live {
    /// Starts a gateway, and waits until it knows its upstreams.
    pub(super) fn start(
        binary: &Binary,
        environment: &'static Environment,
        gateway: &'static Gateway,
    ) -> Self {
        let plan = &environment.plan;
        let dns = Dns::start();
        let mut upstreams = BTreeMap::new();
        for route in &gateway.routes {
            if let Some(name) = upstream(plan, route) {
                dns.know(name.split(':').next().unwrap_or_default(), &[Ipv4Addr::LOCALHOST]);
                upstreams.entry(name.clone()).or_insert_with(|| Upstream::start(&name));
            }
        }
        let listened = [gateway.http_port, gateway.https_port, gateway.status_port];
        let ports: BTreeMap<u16, u16> = listened.into_iter().map(|port| (port, free_port())).collect();
        let addresses = upstreams.iter().map(|(name, stub)| {
            (
                name.clone(),
                format!("{}:{}", name.split(':').next().unwrap_or_default(), stub.address().port()),
            )
        });
        let moved = Moved { dns: dns.port, ports: ports.clone(), upstreams: addresses.collect() };
        let (folder, file) = staged(environment, gateway, &moved);
        let nginx = Running::start(binary, folder, &file, ports[&gateway.status_port]);
        let name = format!("{}, `{}`, {:?}", environment.name, gateway.name, binary.version);
        let clients = AtomicU32::new(0);
        let live = Self { name, plan, gateway, ports, upstreams, nginx, _dns: dns, clients };
        live.wait();
        live
    }

    /// Until names are found: before that, nginx answers with 502.
    fn wait(&self) {
        let proxied = self.gateway.routes.iter().filter(|route| matches!(route.action, Action::Proxy(_)));
        for route in proxied {
            let found = eventually(|| self.get(&path(route), &self.inside(route)).status != 502);
            assert!(found, "{}: no upstream: {}", path(route), self.nginx.errors());
        }
    }

    /// Ends every upstream, so that nobody listens where one was.
    pub(super) fn stop_upstreams(&mut self) {
        self.upstreams.clear();
    }

    /// Whether clients use TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.gateway.certificate.is_some()
    }

    /// The port of this machine for clients.
    pub(super) fn port(&self) -> u16 {
        let gateway = self.gateway;
        self.ports[if self.is_secure() { &gateway.https_port } else { &gateway.http_port }]
    }

    /// The domain as it is seen from outside: with the port unless it is the scheme's own.
    pub(super) fn origin(&self) -> String {
        let (scheme, usual) = if self.is_secure() { ("https", 443) } else { ("http", 80) };
        let published = || match self.gateway.runs_on {
            RunsOn::Container(service) => self
                .plan
                .service(service)
                .ports
                .iter()
                .find(|port| port.number == self.gateway.http_port)
                .and_then(|port| port.publish.map(|publish| publish.port)),
            RunsOn::Host => Some(self.gateway.http_port),
        };
        let port = if self.is_secure() { self.gateway.public_https_port } else { published().unwrap_or(80) };
        let port = if port == usual { String::new() } else { format!(":{port}") };
        format!("{scheme}://{}{port}", self.gateway.domain)
    }

    /// Asks for a path of the domain as a client that never came before.
    pub(super) fn get(&self, path: &str, more: &[String]) -> Answer {
        self.ask(&self.gateway.domain, path, more).unwrap_or_default()
    }

    /// Asks for a path of a name, which is that of the handshake too.
    pub(super) fn ask(&self, name: &str, path: &str, more: &[String]) -> Option<Answer> {
        self.ask_port(self.is_secure(), self.port(), name, path, more)
    }

    /// Asks a port of this machine. `None` if there was no handshake.
    pub(super) fn ask_port(
        &self,
        secure: bool,
        port: u16,
        name: &str,
        path: &str,
        more: &[String],
    ) -> Option<Answer> {
        let mut arguments = vec!["--path-as-is".to_owned()];
        if !more.iter().any(|argument| argument == "--interface") {
            arguments.extend(self.outside());
        }
        arguments.extend_from_slice(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        fetch(if secure { "https" } else { "http" }, port, name, path, &arguments)
    }

    /// curl's words to come from an address of loopback that none came from
    /// before, so that nothing counts against it.
    pub(super) fn outside(&self) -> [String; 2] {
        let [.., third, last] = self.clients.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        ["--interface".to_owned(), format!("127.250.{third}.{last}")]
    }

    /// curl's words to come from where a route lets clients come from.
    pub(super) fn inside(&self, route: &Route) -> [String; 2] {
        // The networks of the plan are moved to loopback.
        let network = route.allow.iter().find_map(|range| loopback(range));
        let network = network.and_then(|network| network.split('/').next()?.parse::<Ipv4Addr>().ok());
        network.map_or_else(
            || self.outside(),
            |network| {
                let client = self.clients.fetch_add(1, Ordering::Relaxed) % 250 + 1;
                ["--interface".to_owned(), Ipv4Addr::from(u32::from(network) | client).to_string()]
            },
        )
    }

    /// The path of a file that is so large.
    pub(super) fn body(&self, size: u64) -> String {
        let path = self.nginx.folder.path(&format!("body-{size}"));
        let file = File::create(&path).expect("a file");
        file.set_len(size).expect("its size");
        path.display().to_string()
    }

    /// What is wrong with the headers of an answer: each of the gateway's, or
    /// what the route has in its place, must be there once.
    pub(super) fn headers(&self, answer: &Answer, route: Option<&Route>, secure: bool) -> Vec<String> {
        let own = route.map_or(&[][..], |route| &route.headers);
        let is_own = |name: &str| own.iter().any(|header| header.name.eq_ignore_ascii_case(name));
        let others = self.gateway.headers.iter().filter(|header| !is_own(&header.name));
        let mut wrong = Vec::new();
        for header in others.chain(own).filter(|header| !header.value.is_empty()) {
            let is_sent = secure || !header.name.eq_ignore_ascii_case("Strict-Transport-Security");
            let expected: &[&str] = if is_sent { &[header.value.as_str()] } else { &[] };
            if answer.all(&header.name) != expected {
                wrong.push(format!("`{}` is not {expected:?} in {answer:?}", header.name));
            }
        }
        if answer.all("Server") != ["nginx"] || answer.all("X-Request-ID").len() != 1 {
            wrong.push(format!("who and which request it was: {answer:?}"));
        }
        wrong
    }
}

/// The name and port of a route's upstream.
pub(super) fn upstream(plan: &Plan, route: &Route) -> Option<String> {
    match &route.action {
        Action::Proxy(to) => Some(format!("{}:{}", plan.service(to.service).name, to.port)),
        Action::Redirect { .. } | Action::Respond { .. } => None,
    }
}

/// The path that a route is about.
pub(super) fn path(route: &Route) -> String {
    let (Location::Prefix(path) | Location::Exact(path)) = &route.location;
    path.to_string()
}

/// The route that a path belongs to: the one of exactly this path, or that of
/// the longest prefix.
pub(super) fn route_of<'a>(gateway: &'a Gateway, path: &str) -> Option<&'a Route> {
    let exact =
        gateway.routes.iter().find(|route| matches!(&route.location, Location::Exact(own) if own == path));
    let below = gateway.routes.iter().filter_map(|route| match &route.location {
        Location::Prefix(prefix) if path.starts_with(prefix.as_str()) => Some((prefix.len(), route)),
        Location::Prefix(_) | Location::Exact(_) => None,
    });
    exact.or_else(|| below.max_by_key(|(length, _)| *length).map(|(_, route)| route))
}
