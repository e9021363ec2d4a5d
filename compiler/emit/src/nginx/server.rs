//! The servers of a gateway: those that refuse, those that redirect, the one
//! with the routes, and the internal one.

use super::directive::{Block, Directive, lines};
use super::site::{ACME_ROOT, Site};
use super::{headers, raw, route, tls};
use laud_plan::{Certificate, Gateway, Location, Origin, RunsOn};

/// Networks that may read the status: those that are never routed on the internet.
const PRIVATE: [&str; 6] =
    ["127.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// Every server, `base` in each of the public ones.
pub(super) fn servers(site: &Site<'_>, base: &[Directive], out: &mut Block<'_, '_>) {
    let gateway = site.gateway;
    out.put(refusing(site));
    if gateway.certificate.is_some() {
        out.put([server(site, plain_redirect(site), base)]);
        if !gateway.aliases.is_empty() {
            out.put([server(site, alias_redirect(site), base)]);
        }
    } else if !gateway.aliases.is_empty() {
        out.put([server(site, plain_aliases(site), base)]);
    }
    let rest = base.iter().filter(|line| !raw::sets(site, line.name())).cloned();
    let server = Directive::new("server", gateway.origin).why("The routes.");
    out.put_filled(&server, |server| main(site, rest, server));
    out.put([status(site)]);
}

fn server(
    site: &Site<'_>,
    (mut head, tail): (Vec<Directive>, Vec<Directive>),
    base: &[Directive],
) -> Directive {
    head.extend_from_slice(base);
    head.extend(tail);
    Directive::new("server", site.gateway.origin).block(head)
}

/// `listen` on a port; on the host on IPv6 too, which Docker translates for containers.
pub(super) fn listen(site: &Site<'_>, port: u16, flags: &str) -> Vec<Directive> {
    let field = if port == site.gateway.https_port { "https_port" } else { "http_port" };
    let directive =
        |address: String| Directive::new("listen", site.gateway.at(field)).word(address).words(flags);
    match site.gateway.runs_on {
        RunsOn::Container(_) => vec![directive(port.to_string())],
        RunsOn::Host => vec![directive(port.to_string()), directive(format!("[::]:{port}"))],
    }
}

/// The servers for names that are not ours. On the host its own nginx has a
/// default server, and a second one would be an error.
fn refusing(site: &Site<'_>) -> Vec<Directive> {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    match gateway.runs_on {
        RunsOn::Host => Vec::new(),
        RunsOn::Container(_) => {
            let mut plain = listen(site, gateway.http_port, "default_server");
            plain.extend(lines(origin, &[("server_name", "_"), ("return", "444")]));
            let plain = Directive::new("server", origin).block(plain).why("A host that is not ours.");
            if gateway.certificate.is_none() {
                return vec![plain];
            }
            let mut secure = tls::listen(site, "default_server", origin);
            secure.extend(lines(origin, &[("server_name", "_"), ("ssl_reject_handshake", "on")]));
            // After a handshake for one of our names HTTP can still ask for another.
            let mut misdirected = headers::added(site, None, true, origin);
            misdirected.extend(lines(origin, &[("return", "421")]));
            secure.push(Directive::new("location", origin).word("/").block(misdirected));
            let secure = Directive::new("server", origin).block(secure);
            vec![plain, secure.why("A name in the TLS handshake that is not ours.")]
        }
    }
}

/// Port 80 of a gateway with a certificate: the ACME challenge, and the way to HTTPS.
fn plain_redirect(site: &Site<'_>) -> (Vec<Directive>, Vec<Directive>) {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let mut head = listen(site, gateway.http_port, "");
    head.push(names(gateway, true));
    head.extend(foreign_host(site));
    let mut tail = headers::added(site, None, false, origin);
    if matches!(gateway.certificate, Some(Certificate::Acme { .. })) {
        let mut challenge = lines(origin, &[("root", ACME_ROOT), ("default_type", "text/plain")]);
        challenge.extend(headers::added(site, None, false, origin));
        let location = Directive::new("location", origin).words("^~ /.well-known/acme-challenge/");
        tail.push(location.block(challenge));
    }
    let mut away = headers::added(site, None, false, origin);
    away.push(to_domain(site));
    tail.push(Directive::new("location", origin).words("^~ /").block(away));
    (head, tail)
}

/// The aliases under TLS.
fn alias_redirect(site: &Site<'_>) -> (Vec<Directive>, Vec<Directive>) {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let mut head = tls::listen(site, "", origin);
    head.push(aliases(gateway));
    head.extend(certificate(site));
    head.extend(foreign_host(site));
    let mut tail = headers::added(site, None, true, origin);
    tail.push(to_domain(site));
    (head, tail)
}

/// The aliases of a gateway without a certificate.
fn plain_aliases(site: &Site<'_>) -> (Vec<Directive>, Vec<Directive>) {
    let mut head = listen(site, site.gateway.http_port, "");
    head.push(aliases(site.gateway));
    head.extend(foreign_host(site));
    let mut tail = headers::added(site, None, false, site.gateway.origin);
    tail.push(to_domain(site));
    (head, tail)
}

/// The server with the routes.
fn main(site: &Site<'_>, base: impl Iterator<Item = Directive>, out: &mut Block<'_, '_>) {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let secure = gateway.certificate.is_some();
    out.put(if secure { tls::listen(site, "", origin) } else { listen(site, gateway.http_port, "") });
    out.put([names(gateway, false)]);
    out.put(certificate(site));
    out.put(foreign_host(site));
    if secure {
        let answer = lines(origin, &[("return", "421")]);
        let test = Directive::new("if", origin).word(format!("({})", site.variable("misdirected")));
        out.put([test.block(answer).why("A host other than the one in the handshake.")]);
    }
    out.put(base);
    out.put(headers::added(site, None, secure, origin));
    if gateway.connections > 0 {
        let words = format!("{} {}", site.connection_zone(), gateway.connections);
        out.put(lines(gateway.at("connections"), &[("limit_conn", &words)]));
    }
    for index in 0..gateway.routes.len() {
        out.put(route::locations(site, index));
    }
    out.put(catch_all(site, secure));
    out.put(raw::directives(site));
}

/// Without a route `/`, what no route takes is not found.
fn catch_all(site: &Site<'_>, secure: bool) -> Option<Directive> {
    let gateway = site.gateway;
    let root = |location: &Location| matches!(location, Location::Prefix(path) if path == "/");
    if gateway.routes.iter().any(|route| root(&route.location)) {
        return None;
    }
    let mut block = headers::added(site, None, secure, gateway.origin);
    block.extend(lines(gateway.origin, &[("return", "404")]));
    Some(Directive::new("location", gateway.origin).words("^~ /").block(block))
}

/// The internal server, for the health check and the exporter.
fn status(site: &Site<'_>) -> Directive {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let address = match gateway.runs_on {
        RunsOn::Container(_) => gateway.status_port.to_string(),
        RunsOn::Host => format!("127.0.0.1:{}", gateway.status_port),
    };
    let location = |words: &str, block| Directive::new("location", origin).words(words).block(block);
    let answer = |words: &str| lines(origin, &[("default_type", "text/plain"), ("return", words)]);
    let mut figures: Vec<Directive> =
        PRIVATE.iter().map(|range| Directive::new("allow", origin).word(range)).collect();
    figures.extend(lines(origin, &[("deny", "all"), ("stub_status", "")]));
    let mut block = lines(gateway.at("status_port"), &[("listen", &address)]);
    block.extend(lines(origin, &[("server_name", "_"), ("access_log", "off")]));
    block.push(location("= /healthz", answer("200 ok")));
    block.push(location("= /stub_status", figures));
    block.push(location("^~ /", answer("404")));
    Directive::new("server", origin).block(block).why("Internal: never published.")
}

fn names(gateway: &Gateway, with_aliases: bool) -> Directive {
    let field = if with_aliases { "names" } else { "domain" };
    let directive = Directive::new("server_name", gateway.at(field)).word(&gateway.domain);
    match with_aliases {
        true => gateway.aliases.iter().fold(directive, Directive::word),
        false => directive,
    }
}

fn aliases(gateway: &Gateway) -> Directive {
    gateway.aliases.iter().fold(Directive::new("server_name", gateway.at("aliases")), Directive::word)
}

fn certificate(site: &Site<'_>) -> Vec<Directive> {
    let gateway = site.gateway;
    let (of_chain, of_key) = match &gateway.certificate {
        Some(Certificate::Files { .. }) => (gateway.at("tls.certificate"), gateway.at("tls.key")),
        Some(Certificate::SelfSigned | Certificate::Acme { .. }) | None => {
            let origin = gateway.at("certificate");
            (origin, origin)
        }
    };
    let directive =
        |name: &'static str, origin: Origin, path: String| Directive::new(name, origin).word(path);
    site.certificate().map_or_else(Vec::new, |(chain, key)| {
        vec![directive("ssl_certificate", of_chain, chain), directive("ssl_certificate_key", of_key, key)]
    })
}

/// On the host this server may be the default one, which is given every name.
fn foreign_host(site: &Site<'_>) -> Option<Directive> {
    match site.gateway.runs_on {
        RunsOn::Container(_) => None,
        RunsOn::Host => {
            let test =
                Directive::new("if", site.gateway.origin).word(format!("({})", site.variable("foreign")));
            let block = lines(site.gateway.origin, &[("return", "444")]);
            Some(test.block(block).why("A host that is not ours."))
        }
    }
}

/// To the same path at the domain: a literal, so that no request chooses where it leads.
fn to_domain(site: &Site<'_>) -> Directive {
    let url = format!("{}://{}$request_uri", site.scheme(), site.authority());
    Directive::new("return", site.gateway.at("authority")).number(308_u16).word(url)
}
