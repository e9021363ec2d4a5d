//! Headers of answers: each leaf carries all of them, because one
//! `add_header` in a block makes nginx forget those of every block around it.

use super::directive::Directive;
use super::rate;
use super::site::Site;
use laud_plan::{Action, Cache, Header, Origin, Origins, Route};
use rustc_hash::FxHashSet;

/// Sent on HTTPS alone (RFC 6797, section 7.2).
const HSTS: &str = "Strict-Transport-Security";
/// Headers of several values: the upstream's stand beside the gateway's.
const LISTS: [&str; 4] = ["Link", "Server-Timing", "Set-Cookie", "Vary"];
/// What may be kept: good answers, and redirects for good.
pub(super) const KEPT: [u16; 5] = [200, 206, 301, 304, 308];

/// The directives that put every header on what a leaf answers: the gateway's
/// and the route's, the request's id, what may be kept, and when to come back.
pub(super) fn added(site: &Site<'_>, route: Option<&Route>, tls: bool, origin: Origin) -> Vec<Directive> {
    let mut out: Vec<Directive> = effective(site, route)
        .into_iter()
        .filter(|(header, _)| tls || !header.name.eq_ignore_ascii_case(HSTS))
        .map(|(header, set)| always(&header.name, set.unwrap_or(origin)).text(&header.value).word("always"))
        .collect();
    out.push(always("X-Request-ID", origin).word("$request_id").word("always"));
    if let Some((route, cache)) = route.and_then(|route| Some((route, route.cache?))) {
        out.push(always("Cache-Control", route.at("kept")).word(cache_value(site, cache)).word("always"));
    }
    if let Some((route, seconds)) = route.and_then(|route| Some((route, retry_after(site, route)?))) {
        out.push(always("Retry-After", route.at("rate")).word(retry_value(site, seconds)).word("always"));
    }
    out
}

fn always(name: &str, origin: Origin) -> Directive {
    Directive::new("add_header", origin).word(name)
}

/// The gateway's headers with the route's in their places, each with where it
/// was set. An empty value takes a header away, so that the upstream's own
/// comes through.
fn effective<'a>(site: &Site<'a>, route: Option<&'a Route>) -> Vec<(&'a Header, Option<Origin>)> {
    let own = route.map_or(&[][..], |route| &route.headers);
    let base = &site.gateway.headers;
    let from = |origins: Option<&Origins>, header: &Header| origins?.of_key("headers", &header.name);
    let of_route = |mine: &'a Header| (mine, from(route.map(|route| &route.origins), mine));
    let replaced = base.iter().map(|header| match own.iter().find(|mine| same(mine, header)) {
        Some(mine) => of_route(mine),
        None => (header, from(Some(&site.gateway.origins), header)),
    });
    let further = own.iter().filter(|mine| !base.iter().any(|header| same(mine, header))).map(of_route);
    replaced.chain(further).filter(|(header, _)| !header.value.is_empty()).collect()
}

fn same(a: &Header, b: &Header) -> bool {
    a.name.eq_ignore_ascii_case(&b.name)
}

/// Directives that hide the upstream's headers of the same names, so that none
/// comes twice.
pub(super) fn hidden(site: &Site<'_>, route: Option<&Route>, origin: Origin) -> Vec<Directive> {
    let mut names: Vec<&str> = vec!["X-Powered-By", "X-Request-ID"];
    let single = |name: &&str| !LISTS.iter().any(|list| list.eq_ignore_ascii_case(name));
    names.extend(effective(site, route).iter().map(|(header, _)| header.name.as_str()).filter(single));
    if route.is_some_and(|route| route.cache.is_some()) {
        names.extend(["Cache-Control", "Expires", "Pragma"]);
    }
    names.iter().map(|name| Directive::new("proxy_hide_header", origin).word(name)).collect()
}

/// Whether a route hides other headers than its server does.
pub(super) fn hides_others(route: &Route) -> bool {
    route.cache.is_some() || !route.headers.is_empty()
}

/// After how many seconds a client that a route refuses may come back: by its
/// rate, or as soon as one of its connections has ended. Answers of the gateway
/// itself come before connections are counted.
fn retry_after(site: &Site<'_>, route: &Route) -> Option<u64> {
    let counted = proxied(route) && site.gateway.connections > 0;
    route.rate.map(rate::retry_after).or(counted.then_some(1))
}

/// The variable that says when to come back.
fn retry_value(site: &Site<'_>, seconds: u64) -> String {
    site.variable(&("retry_after_".to_owned() + &seconds.to_string()))
}

/// The variable of a cache rule; a map gives it its value by status, so that
/// no error is ever kept.
fn cache_value(site: &Site<'_>, cache: Cache) -> String {
    match cache {
        Cache::Never => "no-store".to_owned(),
        Cache::For(time) => site.variable(&format!("cache_{}", time / 1_000)),
        Cache::Immutable(time) => site.variable(&format!("cache_{}_immutable", time / 1_000)),
    }
}

/// The maps that those variables need, each once.
pub(super) fn maps(site: &Site<'_>) -> Vec<Directive> {
    let mut out: Vec<Directive> = Vec::new();
    let (mut values, mut delays) = (FxHashSet::default(), FxHashSet::default());
    for route in &site.gateway.routes {
        let kept = route.cache.filter(|cache| values.insert(cache_value(site, *cache)));
        out.extend(kept.and_then(|cache| cache_map(site, cache, route.at("kept"))));
        let later = retry_after(site, route).filter(|seconds| delays.insert(*seconds));
        out.extend(later.map(|seconds| retry_map(site, seconds, route.at("rate"))));
    }
    out
}

fn cache_map(site: &Site<'_>, cache: Cache, origin: Origin) -> Option<Directive> {
    let value = match cache {
        Cache::Never => return None,
        Cache::For(time) => format!("public, max-age={}", time / 1_000),
        Cache::Immutable(time) => format!("public, max-age={}, immutable", time / 1_000),
    };
    let entry = |status: &str, value: &str| Directive::entry(status, origin).word(value);
    let block = KEPT.iter().map(|status| entry(&status.to_string(), &value));
    let block = std::iter::once(entry("default", "no-store")).chain(block).collect();
    let map = Directive::new("map", origin).word("$status").word(cache_value(site, cache));
    Some(map.block(block).why("An error is never kept."))
}

fn retry_map(site: &Site<'_>, seconds: u64, origin: Origin) -> Directive {
    let variable = retry_value(site, seconds);
    let block =
        vec![Directive::new("default", origin).word(""), Directive::entry("429|", origin).number(seconds)];
    let map = Directive::new("map", origin).word("$status|$upstream_status").word(variable);
    map.block(block).why("A 429 of nginx itself, not of the upstream.")
}

/// Whether the route's answer comes from an upstream.
pub(super) fn proxied(route: &Route) -> bool {
    match route.action {
        Action::Proxy(_) => true,
        Action::Redirect { .. } | Action::Respond { .. } => false,
    }
}
