//! What nginx cannot express, or would take for something else, said before
//! anything is written.

mod texts;

use super::site::Site;
use super::{headers, rate, raw};
use laud_plan::{Action, Cache, Gateway, Plan, Route, RunsOn};
use laud_syntax::{Diagnostic, code};
use rustc_hash::FxHashSet;
pub(super) use texts::one_line;
use texts::{domain, file_path, header, path, range, redirect, text};

/// What of the plan it cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for gateway in &plan.gateways {
        let site = Site::new(plan, gateway);
        out.extend(of_gateway(&site));
        for route in &gateway.routes {
            out.extend(of_route(&site, route));
        }
        out.extend(raw::check(&site));
    }
    out.extend(shared_host(plan));
    out.extend(raw::homeless(plan));
    out
}

fn of_gateway(site: &Site<'_>) -> Vec<Diagnostic> {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let mut out = Vec::new();
    out.extend(domain(&gateway.domain, origin));
    out.extend(long_name(gateway));
    let mut known = FxHashSet::from_iter([&gateway.domain]);
    for alias in &gateway.aliases {
        out.extend(domain(alias, origin));
        if !known.insert(alias) {
            out.push(Diagnostic::new(
                &code::DUPLICATE_NAME,
                origin,
                format!("`{alias}` names the gateway twice"),
            ));
        }
    }
    out.extend(gateway.headers.iter().flat_map(|one| header(one, origin)));
    out.extend(twice(gateway.headers.iter().map(|one| one.name.as_str()), origin));
    out.extend(gateway.trusted_proxies.iter().filter_map(|one| range(one, origin)));
    if let Some((chain, key)) = site.certificate() {
        out.extend([chain, key].iter().filter_map(|one| file_path(one, origin)));
    }
    out.extend(ports(gateway));
    out
}

/// The host's nginx keeps its names in buckets of 64 bytes, and takes the
/// setting for larger ones from its own file alone.
fn long_name(gateway: &Gateway) -> Option<Diagnostic> {
    const LONGEST: usize = 46;
    let too_long = gateway.aliases.iter().chain([&gateway.domain]).find(|name| name.len() > LONGEST)?;
    match gateway.runs_on {
        RunsOn::Container(_) => None,
        RunsOn::Host => {
            let message = format!("an nginx of the host takes no name longer than {LONGEST} characters");
            Some(
                Diagnostic::new(&code::TARGET_LACKS, gateway.origin, message)
                    .note(format!("`{too_long}` has {}", too_long.len()))
                    .help("Run the gateway in a container, which has its own settings."),
            )
        }
    }
}

/// Ports of one nginx must differ.
fn ports(gateway: &Gateway) -> Option<Diagnostic> {
    let secure = gateway.certificate.is_some().then_some(gateway.https_port);
    let ports: Vec<u16> = [gateway.http_port, gateway.status_port].into_iter().chain(secure).collect();
    let clash = ports.iter().enumerate().find(|(index, port)| ports[..*index].contains(port))?.1;
    let message = format!("`{}` listens on port {clash} for two purposes", gateway.name);
    Some(
        Diagnostic::new(&code::PORT_CLASH, gateway.origin, message)
            .help("Give `http_port`, `https_port` and `status_port` different numbers."),
    )
}

fn of_route(site: &Site<'_>, route: &Route) -> Vec<Diagnostic> {
    let origin = route.origin;
    let at = route.location.path();
    let mut out: Vec<Diagnostic> = path(at, origin).into_iter().collect();
    out.extend(route.strip_prefix.as_ref().and_then(|prefix| stripped(at, prefix, route)));
    out.extend(route.headers.iter().flat_map(|one| header(one, origin)));
    let cache = route.cache.map(|_| "Cache-Control");
    out.extend(twice(route.headers.iter().map(|one| one.name.as_str()).chain(cache), origin));
    out.extend(route.allow.iter().filter_map(|one| range(one, origin)));
    out.extend(rate(route));
    out.extend(amounts(route));
    out.extend(answer(site, route));
    out
}

/// The prefix that is taken off must be of whole segments of the path.
fn stripped(at: &str, prefix: &str, route: &Route) -> Option<Diagnostic> {
    let bare = prefix.trim_end_matches('/');
    let rest = at.strip_prefix(bare);
    if prefix.starts_with('/') && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return path(prefix, route.origin);
    }
    let message = format!("`{prefix}` is no beginning of `{at}`");
    Some(
        Diagnostic::new(&code::BAD_PATH, route.origin, message)
            .help("Take off whole segments of the route's own path."),
    )
}

/// Header names that come more than once.
fn twice<'a>(names: impl Iterator<Item = &'a str>, origin: laud_plan::Origin) -> Vec<Diagnostic> {
    let names: Vec<&str> = names.collect();
    let repeated = names
        .iter()
        .enumerate()
        .filter(|(index, name)| names[..*index].iter().any(|known| known.eq_ignore_ascii_case(name)));
    repeated
        .map(|(_, name)| {
            Diagnostic::new(
                &code::DUPLICATE_FIELD,
                origin,
                format!("the header `{name}` would be sent twice"),
            )
            .help("Leave one of them; `cache` sets `Cache-Control`.")
        })
        .collect()
}

fn rate(route: &Route) -> Option<Diagnostic> {
    let limit = route.rate?;
    if rate::rate(limit).is_some() {
        return None;
    }
    let message = "nginx counts whole requests per second or per minute alone";
    let help = rate::around(limit)
        .filter(|(below, _)| *below > 0 && limit.count > 0)
        .map(|(below, above)| format!("Write `{below}/min` or `{above}/min`."));
    Some(
        Diagnostic::new(&code::TARGET_LACKS, route.origin, message)
            .maybe_help(help.or_else(|| Some("Ask for at least one request per minute.".to_owned()))),
    )
}

/// Amounts that nginx would read as something else.
fn amounts(route: &Route) -> Vec<Diagnostic> {
    let wrong = |message: &str, help: &str| {
        Diagnostic::new(&code::OUT_OF_RANGE, route.origin, message.to_owned()).help(help)
    };
    let mut out = Vec::new();
    if route.body == 0 {
        out.push(wrong("nginx takes a body limit of 0 for no limit", "Set `body` to at least one byte."));
    }
    if i64::try_from(route.body).is_err() {
        out.push(wrong("a body limit beyond what nginx can hold", "Set a smaller `body`."));
    }
    if [route.timeout, route.connect_timeout].iter().any(|time| *time == 0 || *time > i32::MAX as u64) {
        out.push(wrong("a timeout that nginx cannot keep", "Set it to between 1ms and 24d."));
    }
    match route.cache {
        Some(Cache::For(time) | Cache::Immutable(time)) if time % 1_000 != 0 || time == 0 => {
            out.push(wrong(
                "browsers keep answers for whole seconds",
                "Set `cache` to whole seconds, or `never`.",
            ));
        }
        Some(Cache::For(_) | Cache::Immutable(_) | Cache::Never) | None => {}
    }
    out
}

fn answer(site: &Site<'_>, route: &Route) -> Option<Diagnostic> {
    match &route.action {
        Action::Proxy(upstream) => {
            if site.address(*upstream).is_some() {
                return None;
            }
            let name = format!("{}:{}", site.plan.service(upstream.service).name, upstream.port);
            let message =
                format!("`{name}` is not published on the host, where the nginx of this gateway runs");
            Some(
                Diagnostic::new(&code::TARGET_LACKS, route.origin, message)
                    .help("Publish the port on loopback, or run the gateway in a container."),
            )
        }
        Action::Redirect { to, .. } => redirect(to, route.origin),
        Action::Respond { status, body } => match status {
            301 | 302 | 303 | 307 | 308 => Some(
                Diagnostic::new(
                    &code::TARGET_LACKS,
                    route.origin,
                    format!("nginx takes the body of a {status} for a place"),
                )
                .help("Use `redirect`."),
            ),
            444 | 499 => Some(Diagnostic::new(
                &code::TARGET_LACKS,
                route.origin,
                format!("{status} is a word of nginx for no answer at all"),
            )),
            204 | 205 | 304 if !body.is_empty() => Some(
                Diagnostic::new(
                    &code::TARGET_LACKS,
                    route.origin,
                    format!("an answer with status {status} has no body"),
                )
                .help("Leave the body empty, or answer with 200."),
            ),
            _ => text(body, "the body", route.origin),
        },
    }
    .or_else(|| upgrade(route))
    .or_else(|| never_kept(route))
}

/// A route without an upstream has nothing to upgrade to, strip for or wait for.
fn upgrade(route: &Route) -> Option<Diagnostic> {
    let meaningless = !headers::proxied(route) && (route.websocket || route.strip_prefix.is_some());
    meaningless.then(|| {
        Diagnostic::new(
            &code::TARGET_LACKS,
            route.origin,
            "`websocket` and `strip_prefix` are for routes that lead to a service",
        )
    })
}

/// An answer of the gateway itself has a status that may never be kept.
fn never_kept(route: &Route) -> Option<Diagnostic> {
    let status = match route.action {
        Action::Proxy(_) => return None,
        Action::Redirect { permanent: true, .. } => 308,
        Action::Redirect { permanent: false, .. } => 307,
        Action::Respond { status, .. } => status,
    };
    let asked = matches!(route.cache, Some(Cache::For(_) | Cache::Immutable(_)));
    (asked && !headers::KEPT.contains(&status)).then(|| {
        let message = format!("an answer with status {status} is never kept");
        Diagnostic::new(&code::TARGET_LACKS, route.origin, message).help("Leave `cache` out.")
    })
}

/// Gateways of one host share its nginx: a name must be one gateway's.
fn shared_host(plan: &Plan) -> Vec<Diagnostic> {
    let hosted: Vec<&Gateway> =
        plan.gateways.iter().filter(|gateway| matches!(gateway.runs_on, RunsOn::Host)).collect();
    let names =
        |gateway: &Gateway| -> Vec<_> { gateway.aliases.iter().chain([&gateway.domain]).cloned().collect() };
    let mut out = Vec::new();
    for (index, gateway) in hosted.iter().enumerate() {
        for earlier in &hosted[..index] {
            let taken = names(earlier);
            if let Some(name) = names(gateway).into_iter().find(|name| taken.contains(name)) {
                let message =
                    format!("`{}` and `{}` are both `{name}` on one host", earlier.name, gateway.name);
                out.push(
                    Diagnostic::new(&code::NAME_CLASH, gateway.origin, message)
                        .related(earlier.origin, "the other gateway"),
                );
            }
            if earlier.status_port == gateway.status_port {
                let message =
                    format!("two gateways of one host have the status port {}", gateway.status_port);
                out.push(
                    Diagnostic::new(&code::PORT_CLASH, gateway.origin, message)
                        .related(earlier.origin, "the other gateway"),
                );
            }
        }
    }
    out
}
