//! Paths lead to their routes, and routes to their upstreams.

use super::live::{Live, path, route_of, upstream};
use laud_plan::{Action, Cache, Location, Route};
use laud_rig::Answer;

/// What is asked for below a prefix, among it what rules for files of a kind would catch.
const BELOW: [&str; 6] = ["", "laud-test", "v1/files/cv.png", "a/b.min.css?v=1", "index.php", ".hidden"];

/// Paths that each gateway is asked for, whichever route takes them.
const ANYWHERE: [&str; 3] = ["/api/v1/files/cv.png", "/favicon.ico", "/a/b/c.js?x=%20"];

pub(super) fn answer(live: &Live) -> Vec<String> {
    let below = live.gateway.routes.iter().flat_map(|route| match &route.location {
        Location::Prefix(prefix) => BELOW.iter().map(|below| format!("{prefix}{below}")).collect(),
        Location::Exact(path) => vec![path.to_string(), format!("{path}?x=1")],
    });
    let paths = below.chain(ANYWHERE.map(str::to_owned));
    paths.flat_map(|path| answers(live, &path)).collect()
}

/// What is wrong with the answer to a path.
fn answers(live: &Live, path: &str) -> Vec<String> {
    let (only_path, query) = path.split_once('?').map_or((path, ""), |(path, query)| (path, query));
    let Some(route) = route_of(live.gateway, only_path) else {
        let answer = live.get(path, &[]);
        let mut wrong = live.headers(&answer, None, live.is_secure());
        wrong.extend((answer.status != 404).then(|| format!("no route takes it: {answer:?}")));
        return wrong.into_iter().map(|wrong| format!("{path}: {wrong}")).collect();
    };
    let answer = live.get(path, &live.inside(route));
    let mut wrong = live.headers(&answer, Some(route), live.is_secure());
    let mut expect = |is: bool, what: String| wrong.extend((!is).then(|| format!("{what}: {answer:?}")));
    match &route.action {
        Action::Proxy(_) => {
            let name = upstream(live.plan, route).unwrap_or_default();
            let query = if query.is_empty() { String::new() } else { format!("?{query}") };
            let line = format!("GET {}{query} HTTP/1.1", seen(route, only_path));
            let (scheme, host) = live.origin().split_once("://").map_or_else(Default::default, owned);
            expect(answer.status == 200, "200".to_owned());
            expect(answer.body.starts_with(&format!("{name}\n")), format!("`{name}` answers"));
            let lines = [line, format!("Host: {host}"), format!("X-Forwarded-Host: {host}")];
            for line in lines.into_iter().chain([format!("X-Forwarded-Proto: {scheme}")]) {
                expect(answer.saw(&line), format!("`{line}` gets there"));
            }
            expect(answer.all("X-Powered-By").is_empty(), "nobody says what powers it".to_owned());
        }
        Action::Redirect { to, permanent } => {
            expect(answer.status == if *permanent { 308 } else { 307 }, "a redirect".to_owned());
            expect(answer.all("Location") == [to.as_str()], format!("to {to}"));
        }
        Action::Respond { status, body } => {
            // An error without a body gets nginx's own page.
            let is_its_own = *status >= 400 && body.is_empty();
            let is_said = answer.body == body.as_str() || is_its_own;
            expect(answer.status == *status && is_said, format!("{status}: {body}"));
        }
    }
    wrong.extend(cached(route, &answer));
    wrong.into_iter().map(|wrong| format!("{path}: {wrong}")).collect()
}

fn owned((scheme, host): (&str, &str)) -> (String, String) {
    (scheme.to_owned(), host.to_owned())
}

/// The path as the upstream is to see it.
fn seen(route: &Route, path: &str) -> String {
    match route.strip_prefix.as_deref().map(|prefix| prefix.trim_end_matches('/')) {
        Some(prefix) if path == prefix => "/".to_owned(),
        Some(prefix) => path.strip_prefix(prefix).unwrap_or(path).to_owned(),
        None => path.to_owned(),
    }
}

/// What is wrong with what an answer lets browsers keep.
fn cached(route: &Route, answer: &Answer) -> Option<String> {
    let is_kept = matches!(answer.status, 200 | 206 | 301 | 304 | 308);
    let expected = match route.cache? {
        Cache::Never => "no-store".to_owned(),
        Cache::For(_) | Cache::Immutable(_) if !is_kept => "no-store".to_owned(),
        Cache::For(time) => format!("public, max-age={}", time / 1_000),
        Cache::Immutable(time) => format!("public, max-age={}, immutable", time / 1_000),
    };
    (answer.all("Cache-Control") != [expected.as_str()]).then(|| format!("not `{expected}`: {answer:?}"))
}

pub(super) fn fail(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in proxied(live) {
        for status in [404, 500, 503] {
            let path = format!("{}?answer={status}", path(route));
            let answer = live.get(&path, &live.inside(route));
            let mut found = live.headers(&answer, Some(route), live.is_secure());
            found.extend(cached(route, &answer));
            found.extend((answer.status != status).then(|| format!("{answer:?}")));
            wrong.extend(found.into_iter().map(|found| format!("{path}: {found}")));
        }
    }
    let long = format!("X-Long: {}", "a".repeat(70_000));
    let bad = live.get("/", &["--http1.1".to_owned(), "-H".to_owned(), long]);
    wrong.extend((bad.status != 400).then(|| format!("a header that is too long: {bad:?}")));
    wrong.extend(live.headers(&bad, None, live.is_secure()));
    wrong
}

pub(super) fn lose(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in proxied(live) {
        let answer = live.get(&path(route), &live.inside(route));
        let mut found = live.headers(&answer, Some(route), live.is_secure());
        found.extend(cached(route, &answer));
        found.extend((answer.status != 502).then(|| format!("{answer:?}")));
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", path(route))));
    }
    wrong
}

pub(super) fn keep_out(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in live.gateway.routes.iter().filter(|route| !route.allow.is_empty()) {
        let answer = live.get(&path(route), &live.outside());
        wrong.extend((answer.status != 403).then(|| format!("{}: {answer:?}", path(route))));
        wrong.extend(live.headers(&answer, Some(route), live.is_secure()));
    }
    wrong
}

pub(super) fn upgrade(live: &Live) -> Vec<String> {
    let mut wrong = Vec::new();
    for route in proxied(live) {
        let status = |protocol: &str| {
            let mut words: Vec<String> = live.inside(route).into();
            words.extend(["--http1.1", "-H", "Connection: Upgrade", "-H"].map(str::to_owned));
            words.push(format!("Upgrade: {protocol}"));
            live.get(&format!("{}?answer=101", path(route)), &words).status
        };
        let expected = if route.websocket { 101 } else { 200 };
        let found = (status("websocket"), status("h2c"));
        wrong.extend((found != (expected, 200)).then(|| format!("{}: {found:?}", path(route))));
    }
    wrong
}

fn proxied(live: &Live) -> impl Iterator<Item = &'static Route> {
    live.gateway.routes.iter().filter(|route| matches!(route.action, Action::Proxy(_)))
}
