//! A route: its location, and what answers there.
//!
//! Every prefix is `^~`, so that no other location can take a path away from
//! it. The upstream's URI is never written in `proxy_pass`, whose rules for it
//! lose bytes and slashes; a prefix is taken off by `rewrite … break`.

use super::directive::{Directive, lines};
use super::site::Site;
use super::{headers, rate, units};
use laud_plan::{Action, Location, NginxVersion, Origin, Route, RunsOn, Upstream};

/// The locations of a route: one, or two when an answer without an upstream
/// must first be counted or allowed.
pub(super) fn locations(site: &Site<'_>, index: usize) -> Vec<Directive> {
    let route = &site.gateway.routes[index];
    let tls = site.gateway.certificate.is_some();
    let mut body = access(site, index);
    body.push(Directive::new("client_max_body_size", route.at("body")).word(units::size(route.body)));
    let answer = match &route.action {
        Action::Proxy(upstream) => {
            body.extend(upstream_settings(site, route, *upstream));
            return vec![location(route).block(body)];
        }
        Action::Redirect { to, permanent } => {
            let status: u16 = if *permanent { 308 } else { 307 };
            vec![Directive::new("return", route.at("redirection")).number(status).text(to)]
        }
        Action::Respond { status, body } => respond(*status, body, route.at("answer")),
    };
    let mut leaf = headers::added(site, Some(route), tls, route.origin);
    leaf.extend(answer);
    if route.rate.is_none() && route.allow.is_empty() {
        body.extend(leaf);
        return vec![location(route).block(body)];
    }
    let name = format!("@{}", site.name(&format!("answer_{}", site.slug(index))));
    body.extend(headers::added(site, Some(route), tls, route.origin));
    body.extend(lines(route.origin, &[("root", "/var/empty"), ("try_files", &format!("/none {name}"))]));
    vec![
        location(route).block(body).why("`return` comes before limits and allow lists, so it stands apart."),
        Directive::new("location", route.origin).word(name).block(leaf),
    ]
}

fn location(route: &Route) -> Directive {
    let directive = Directive::new("location", route.origin);
    match &route.location {
        Location::Prefix(path) => directive.word("^~").word(path),
        Location::Exact(path) => directive.word("=").word(path),
    }
}

/// How often one client may ask, and who may come.
fn access(site: &Site<'_>, index: usize) -> Vec<Directive> {
    let route = &site.gateway.routes[index];
    let mut out = Vec::new();
    if let Some(limit) = route.rate {
        let directive =
            Directive::new("limit_req", route.at("limit")).word(format!("zone={}", site.rate_zone(index)));
        out.push(match limit.burst {
            0 => directive,
            burst => directive.word(format!("burst={burst}")).word("nodelay"),
        });
    }
    let allow = |(index, range)| Directive::new("allow", route.at_key("allow", index)).word(range);
    out.extend(route.allow.iter().enumerate().map(allow));
    if !route.allow.is_empty() {
        out.extend(lines(route.at("allow"), &[("deny", "all")]));
    }
    out
}

/// The zones that count the requests of every route.
pub(super) fn rate_zones(site: &Site<'_>) -> impl Iterator<Item = Directive> {
    site.gateway.routes.iter().enumerate().filter_map(|(index, route)| {
        let rate = rate::rate(route.rate?)?;
        let zone = format!("zone={}:4m rate={rate}", site.rate_zone(index));
        Some(Directive::new("limit_req_zone", route.at("rate")).word("$binary_remote_addr").words(&zone))
    })
}

fn respond(status: u16, body: &str, origin: Origin) -> Vec<Directive> {
    let answer = Directive::new("return", origin).number(status);
    if matches!(status, 204 | 205 | 304) {
        return vec![answer];
    }
    // Without types, the extension in the path cannot make it something else.
    let mut out = vec![Directive::new("types", origin).block(Vec::new())];
    out.extend(lines(origin, &[("default_type", "text/plain"), ("charset", "utf-8")]));
    out.push(answer.text(body));
    out
}

fn upstream_settings(site: &Site<'_>, route: &Route, upstream: Upstream) -> Vec<Directive> {
    let origin = route.origin;
    let time = |name: &'static str, field: &str, value| {
        Directive::new(name, route.at(field)).word(units::time(value))
    };
    let mut out = vec![
        time("proxy_connect_timeout", "connect_timeout", route.connect_timeout),
        time("proxy_send_timeout", "timeout", route.timeout),
        time("proxy_read_timeout", "timeout", route.timeout),
    ];
    if !route.buffering {
        out.extend(lines(route.at("buffering"), &[("proxy_buffering", "off"), ("gzip", "off")]));
    }
    if site.tmp_size().is_some_and(|size| route.body > size / 4) {
        let streamed = Directive::new("proxy_request_buffering", route.at("body")).word("off");
        out.push(streamed.why("A body of that size would not fit into /tmp."));
    }
    let prefix = route.strip_prefix.as_deref().map(|prefix| prefix.trim_end_matches('/'));
    let prefix = prefix.filter(|prefix| !prefix.is_empty());
    if route.websocket || prefix.is_some() {
        let field = if route.websocket { "websocket" } else { "strip_prefix" };
        out.extend(request_headers(site, route.websocket, prefix, route.at(field)));
    }
    if headers::hides_others(route) {
        out.extend(headers::hidden(site, Some(route), origin));
    }
    out.extend(headers::added(site, Some(route), site.gateway.certificate.is_some(), origin));
    out.extend(pass(site, route, upstream, prefix));
    out
}

/// `proxy_pass`, and before it what changes the path.
fn pass(site: &Site<'_>, route: &Route, upstream: Upstream, prefix: Option<&str>) -> Vec<Directive> {
    let origin = route.at("target");
    let mut out = Vec::new();
    let target = if resolves_by_variable(site) {
        let address = site.address(upstream).unwrap_or_default();
        let variable = site.variable("upstream");
        out.push(Directive::new("set", origin).word(&variable).word(address));
        ["http://", &variable].concat()
    } else {
        ["http://", &site.upstream(upstream)].concat()
    };
    if let Some(prefix) = prefix {
        out.push(strip(route, prefix));
    }
    out.push(Directive::new("proxy_pass", origin).word(target));
    out
}

/// nginx 1.22 looks a name up again only if it stands in a variable; from
/// 1.27.3 on an upstream block does.
pub(super) fn resolves_by_variable(site: &Site<'_>) -> bool {
    match (site.gateway.runs_on, site.gateway.version) {
        (RunsOn::Container(_), NginxVersion::V1_22) => true,
        (RunsOn::Container(_), NginxVersion::V1_28 | NginxVersion::V1_30) | (RunsOn::Host, _) => false,
    }
}

/// Takes a prefix off. `(?s)`, because a decoded path may hold a line feed.
fn strip(route: &Route, prefix: &str) -> Directive {
    let directive = Directive::new("rewrite", route.at("strip_prefix"));
    let path = route.location.path();
    if path.as_str() == prefix {
        return directive.word("^").word("/").word("break");
    }
    directive.word(format!("(?s)^{}(/.*)", literal_regex(prefix))).word("$1").word("break")
}

fn literal_regex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !"/-_~%&=:;,@!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// What the upstream is told of the request. Each is set anew, so that nothing
/// that a client claims gets through; one `proxy_set_header` in a location
/// makes nginx forget those around it, hence all of them in one place.
pub(super) fn request_headers(
    site: &Site<'_>,
    websocket: bool,
    prefix: Option<&str>,
    origin: Origin,
) -> Vec<Directive> {
    let set = |name: &str| Directive::new("proxy_set_header", origin).word(name);
    let known = |name: &str| Directive::new("proxy_set_header", site.gateway.at("authority")).word(name);
    let connection = if websocket { site.variable("connection") } else { String::new() };
    let scheme = if trusts_scheme(site) { site.variable("scheme") } else { site.scheme().to_owned() };
    let mut out = vec![
        known("Host").word(site.authority()),
        set("Connection").word(connection),
        set("X-Real-IP").word("$remote_addr"),
        set("X-Forwarded-For").word("$remote_addr"),
        set("X-Forwarded-Proto").word(scheme),
        known("X-Forwarded-Host").word(site.authority()),
        known("X-Forwarded-Port").number(site.public_port()),
        set("X-Forwarded-Prefix").text(prefix.unwrap_or_default()),
        set("X-Request-ID").word("$request_id"),
        set("Forwarded").word(""),
        set("Proxy").word(""),
    ];
    if websocket {
        out.insert(1, set("Upgrade").word(site.variable("upgrade")));
    }
    out
}

/// Whether a trusted proxy in front ends TLS, and says so in
/// `X-Forwarded-Proto`.
pub(super) fn trusts_scheme(site: &Site<'_>) -> bool {
    site.gateway.certificate.is_none() && !site.gateway.trusted_proxies.is_empty()
}

/// Whether a route of the gateway may be upgraded.
pub(super) fn upgrades(site: &Site<'_>) -> bool {
    site.gateway.routes.iter().any(|route| route.websocket && headers::proxied(route))
}
