//! A gateway and what its directives need of the plan around it: addresses,
//! and the names of zones, variables and upstreams.

use laud_plan::{
    Action, Certificate, Gateway, Interface, Plan, Port, Protocol, Route, RunsOn, ServiceId, Upstream,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// Where the webroot of the ACME challenge is mounted, or lies on the host.
pub(super) const ACME_ROOT: &str = "/var/www/acme";
/// The folder of certificates, with a folder for each domain.
pub(super) const TLS_ROOT: &str = "/etc/nginx/tls";

/// A gateway in its plan.
pub(super) struct Site<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The gateway.
    pub(super) gateway: &'a Gateway,
    /// Before each name that is global in nginx.
    prefix: String,
    /// A name for each route, unique in the gateway; few routes need theirs.
    slugs: OnceCell<Vec<String>>,
}

impl<'a> Site<'a> {
    /// The gateway with its names.
    pub(super) fn new(plan: &'a Plan, gateway: &'a Gateway) -> Self {
        let prefix = match gateway.runs_on {
            RunsOn::Container(_) => "laud_".to_owned(),
            // The host's nginx serves others too, and perhaps another environment.
            RunsOn::Host => format!("laud_{}_{}_", plan.project(), gateway.name).replace('-', "_"),
        };
        Self { plan, gateway, prefix, slugs: OnceCell::new() }
    }

    /// Every text of the spec that may stand in the gateway's file as a text.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a str> {
        let routes = &self.gateway.routes;
        let headers = self.gateway.headers.iter().chain(routes.iter().flat_map(|route| &route.headers));
        let answers = routes.iter().filter_map(|route| match &route.action {
            Action::Proxy(_) => route.strip_prefix.as_deref(),
            Action::Redirect { to, .. } => Some(to.as_str()),
            Action::Respond { body, .. } => Some(body.as_str()),
        });
        headers.map(|header| header.value.as_str()).chain(answers)
    }

    /// A name that no one else in this nginx has.
    pub(super) fn name(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }

    /// A variable of that name, as it is used.
    pub(super) fn variable(&self, name: &str) -> String {
        ["$", &self.prefix, name].concat()
    }

    /// A route's own name.
    pub(super) fn slug(&self, route: usize) -> &str {
        &self.slugs.get_or_init(|| slugs(&self.gateway.routes))[route]
    }

    /// The zone that counts a route's requests.
    pub(super) fn rate_zone(&self, route: usize) -> String {
        self.name(&format!("rate_{}", self.slug(route)))
    }

    /// The zone that counts connections.
    pub(super) fn connection_zone(&self) -> String {
        self.name("connections")
    }

    /// The name of an upstream block.
    pub(super) fn upstream(&self, upstream: Upstream) -> String {
        let service = &self.plan.service(upstream.service).name;
        let mut name = self.name(&service.replace('-', "_"));
        name.push('_');
        name.push_str(&upstream.port.to_string());
        name
    }

    /// Every upstream, once, in order of first use.
    pub(super) fn upstreams(&self) -> impl Iterator<Item = (Upstream, &'a Route)> {
        let mut known = FxHashSet::default();
        self.gateway.routes.iter().filter_map(move |route| match &route.action {
            Action::Proxy(upstream) => {
                known.insert((upstream.service, upstream.port)).then_some((*upstream, route))
            }
            Action::Redirect { .. } | Action::Respond { .. } => None,
        })
    }

    /// The address of an upstream: by name among containers, else by the port
    /// of the host, if there is one.
    pub(super) fn address(&self, upstream: Upstream) -> Option<String> {
        match self.gateway.runs_on {
            RunsOn::Container(_) => {
                let service = self.plan.service(upstream.service);
                Some([&*service.name, ":", &upstream.port.to_string()].concat())
            }
            RunsOn::Host => {
                published(self.plan, upstream.service, upstream.port).map(|port| format!("127.0.0.1:{port}"))
            }
        }
    }

    /// The port of an upstream, if the host publishes it.
    pub(super) fn published(&self, upstream: Upstream) -> Option<&'a Port> {
        let ports = &self.plan.service(upstream.service).ports;
        ports.iter().find(|port| port.number == upstream.port && port.publish.is_some())
    }

    /// `https`, or `http` without a certificate.
    pub(super) fn scheme(&self) -> &'static str {
        if self.gateway.certificate.is_some() { "https" } else { "http" }
    }

    /// The port that the world uses.
    pub(super) fn public_port(&self) -> u16 {
        if self.gateway.certificate.is_some() {
            return self.gateway.public_https_port;
        }
        match self.gateway.runs_on {
            RunsOn::Container(service) => published(self.plan, service, self.gateway.http_port).unwrap_or(80),
            RunsOn::Host => self.gateway.http_port,
        }
    }

    /// The domain, and the port unless it is the scheme's own.
    pub(super) fn authority(&self) -> String {
        let port = self.public_port();
        let usual = if self.gateway.certificate.is_some() { 443 } else { 80 };
        match port == usual {
            true => self.gateway.domain.to_string(),
            false => format!("{}:{port}", self.gateway.domain),
        }
    }

    /// The files of the certificate: the chain and the key.
    pub(super) fn certificate(&self) -> Option<(String, String)> {
        let domain = &self.gateway.domain;
        let below =
            |root: &str| (format!("{root}/{domain}/fullchain.pem"), format!("{root}/{domain}/privkey.pem"));
        Some(match (self.gateway.certificate.as_ref()?, self.gateway.runs_on) {
            (Certificate::Files { certificate, key }, RunsOn::Container(_) | RunsOn::Host) => {
                (certificate.to_string(), key.to_string())
            }
            // Where certbot keeps them.
            (Certificate::Acme { .. }, RunsOn::Host) => below("/etc/letsencrypt/live"),
            (Certificate::Acme { .. }, RunsOn::Container(_))
            | (Certificate::SelfSigned, RunsOn::Container(_) | RunsOn::Host) => below(TLS_ROOT),
        })
    }

    /// How large `/tmp` is in the container, if it is a folder in memory.
    pub(super) fn tmp_size(&self) -> Option<u64> {
        match self.gateway.runs_on {
            RunsOn::Container(service) => self
                .plan
                .service(service)
                .tmpfs
                .iter()
                .find(|folder| folder.at == "/tmp")
                .map(|folder| folder.size),
            RunsOn::Host => None,
        }
    }
}

/// The port of the host that leads to a service's port by way of loopback.
fn published(plan: &Plan, service: ServiceId, port: u16) -> Option<u16> {
    let port =
        plan.service(service).ports.iter().find(|p| p.number == port && p.protocol == Protocol::Tcp)?;
    port.publish.map(|publish| match publish.interface {
        Interface::Loopback | Interface::Ipv4 | Interface::Any => publish.port,
    })
}

/// A name for each route, of its path; equal ones are numbered.
fn slugs(routes: &[Route]) -> Vec<String> {
    let mut slugs: Vec<String> = Vec::with_capacity(routes.len());
    let mut taken = FxHashSet::default();
    // The least number that may still be free.
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    for route in routes {
        let path = route.location.path();
        let words: Vec<&str> =
            path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let slug = if words.is_empty() { "root".to_owned() } else { words.join("_") };
        let number = numbers.entry(slug.clone()).or_insert(1);
        let unique = loop {
            let name = if *number == 1 { slug.clone() } else { format!("{slug}__{number}") };
            *number += 1;
            if taken.insert(name.clone()) {
                break name;
            }
        };
        slugs.push(unique);
    }
    slugs
}
