//! What stands around the servers: the main context, and the `http` context
//! with its maps, zones and upstreams.

use super::directive::{Block, DOLLAR, Directive, lines};
use super::site::Site;
use super::{headers, route, server, tls};
use laud_plan::{Origin, Plan, RunsOn, Service, ServiceId};

/// A whole `nginx.conf`, for a container; with a variable for the dollar sign
/// if a text has one.
pub(super) fn whole(site: &Site<'_>, service: ServiceId, has_dollar: bool, out: &mut Block<'_, '_>) {
    let origin = site.gateway.origin;
    out.put(main_context(site.plan, service, origin));
    out.put_filled(&Directive::new("http", origin), |http| {
        http.put(has_dollar.then(|| dollar(origin)));
        http.put(process_wide(origin));
        names(site, http);
        http.put(base(site));
        server::servers(site, &[], http);
    });
}

/// A file for the `http` context of an nginx that the host runs. What nginx
/// takes once only stands in each server, because the host has said its own.
pub(super) fn snippet(site: &Site<'_>, has_dollar: bool, out: &mut Block<'_, '_>) {
    out.put(has_dollar.then(|| dollar(site.gateway.origin)));
    names(site, out);
    server::servers(site, &base(site), out);
}

fn dollar(origin: Origin) -> Directive {
    let value = Directive::new("default", origin).word("$");
    let geo = Directive::new("geo", origin).word(format!("${DOLLAR}")).block(vec![value]);
    geo.why("nginx has no escape for a dollar sign.")
}

fn main_context(plan: &Plan, service: ServiceId, origin: Origin) -> Vec<Directive> {
    const CONNECTIONS: i64 = 4096;
    let service = plan.service(service);
    // `auto` would count the host's processors, not the container's share.
    let workers = service.limits.cpu.div_ceil(1_000).max(1).to_string();
    let files = open_files(service).map_or(CONNECTIONS * 3, |limit| limit.min(CONNECTIONS * 3));
    let mut out = lines(service.at("limits.cpu"), &[("worker_processes", &workers)]);
    out.extend(lines(service.at("ulimits"), &[("worker_rlimit_nofile", &files.to_string())]));
    out.extend(lines(
        origin,
        &[("worker_shutdown_timeout", "30s"), ("pid", "/tmp/nginx.pid"), ("error_log", "stderr warn")],
    ));
    let connections = CONNECTIONS.min(files / 2).max(1).to_string();
    out.push(Directive::new("events", origin).block(lines(origin, &[("worker_connections", &connections)])));
    out
}

/// How many files the container may open, if it is said.
fn open_files(service: &Service) -> Option<i64> {
    service.ulimits.iter().find(|limit| limit.name == "nofile").map(|limit| limit.hard).filter(|n| *n > 0)
}

/// Settings that only `http` takes.
fn process_wide(origin: Origin) -> Vec<Directive> {
    lines(
        origin,
        &[
            ("include", "mime.types"),
            ("default_type", "application/octet-stream"),
            ("types_hash_max_size", "2048"),
            ("server_names_hash_bucket_size", "512"),
            ("map_hash_bucket_size", "512"),
            ("variables_hash_max_size", "2048"),
            ("client_body_temp_path", "/tmp/client_body"),
            ("proxy_temp_path", "/tmp/proxy"),
            ("fastcgi_temp_path", "/tmp/fastcgi"),
            ("uwsgi_temp_path", "/tmp/uwsgi"),
            ("scgi_temp_path", "/tmp/scgi"),
        ],
    )
}

/// Settings that `http` and `server` both take.
fn base(site: &Site<'_>) -> Vec<Directive> {
    let origin = site.gateway.origin;
    let mut out = general(site);
    out.extend(gzip(origin));
    out.extend(real_ip(site));
    out.extend(tls::settings(site));
    out.extend(proxy(site));
    out
}

fn general(site: &Site<'_>) -> Vec<Directive> {
    let log = match site.gateway.runs_on {
        RunsOn::Container(_) => "/dev/stdout".to_owned(),
        RunsOn::Host => format!("/var/log/nginx/{}-{}.log", site.plan.project(), site.gateway.name),
    };
    let mut out = lines(
        site.gateway.origin,
        &[
            ("access_log", &format!("{log} {}", site.name("json"))),
            ("server_tokens", "off"),
            ("absolute_redirect", "off"),
            ("port_in_redirect", "off"),
            ("client_header_timeout", "10s"),
            ("client_body_timeout", "30s"),
            ("send_timeout", "30s"),
            ("keepalive_timeout", "65s"),
            ("reset_timedout_connection", "on"),
            ("large_client_header_buffers", "4 16k"),
            ("limit_req_status", "429"),
            ("limit_req_log_level", "warn"),
            ("limit_conn_status", "429"),
            ("limit_conn_log_level", "warn"),
        ],
    );
    match site.gateway.runs_on {
        // Docker's DNS, which follows containers as they come and go.
        RunsOn::Container(_) => out.extend(lines(
            site.gateway.origin,
            &[("resolver", "127.0.0.11 valid=10s ipv6=off"), ("resolver_timeout", "5s")],
        )),
        RunsOn::Host => {}
    }
    out
}

/// Compression of what is text; images and fonts are compressed already.
fn gzip(origin: Origin) -> Vec<Directive> {
    const TYPES: &str = "text/css text/plain text/csv text/xml text/calendar application/javascript text/javascript \
        application/json application/ld+json application/manifest+json application/xml application/rss+xml \
        application/atom+xml application/wasm image/svg+xml";
    lines(
        origin,
        &[
            ("gzip", "on"),
            ("gzip_comp_level", "5"),
            ("gzip_min_length", "1024"),
            ("gzip_proxied", "any"),
            ("gzip_vary", "on"),
            ("gzip_types", TYPES),
        ],
    )
}

/// With trusted proxies the client is the one whom they name; without, the peer.
fn real_ip(site: &Site<'_>) -> Vec<Directive> {
    let (gateway, origin) = (site.gateway, site.gateway.at("trusted_proxies"));
    if gateway.trusted_proxies.is_empty() {
        return Vec::new();
    }
    let at = |index| gateway.at_key("trusted_proxies", index);
    let from = |(index, range)| Directive::new("set_real_ip_from", at(index)).word(range);
    let mut out: Vec<Directive> = gateway.trusted_proxies.iter().enumerate().map(from).collect();
    out.extend(lines(origin, &[("real_ip_header", "X-Forwarded-For"), ("real_ip_recursive", "on")]));
    out
}

/// What every proxied route has in common.
fn proxy(site: &Site<'_>) -> Vec<Directive> {
    let origin = site.gateway.origin;
    let mut out = lines(
        origin,
        &[
            ("proxy_http_version", "1.1"),
            ("proxy_redirect", "off"),
            ("proxy_buffer_size", "16k"),
            ("proxy_buffers", "8 16k"),
            ("proxy_busy_buffers_size", "32k"),
            ("proxy_max_temp_file_size", "0"),
            // nginx never repeats a POST, LOCK or PATCH unless `non_idempotent` is said.
            ("proxy_next_upstream", "error timeout"),
            ("proxy_next_upstream_tries", "2"),
            ("proxy_headers_hash_max_size", "2048"),
            ("proxy_headers_hash_bucket_size", "128"),
        ],
    );
    out.extend(route::request_headers(site, false, None, origin));
    out.extend(headers::hidden(site, None, origin));
    out
}

/// What has a name: the log format, maps, zones, upstreams.
fn names(site: &Site<'_>, out: &mut Block<'_, '_>) {
    let gateway = site.gateway;
    out.put(log_format(site));
    out.put(maps(site));
    out.put(headers::maps(site));
    out.put(route::rate_zones(site));
    if gateway.connections > 0 {
        let words = format!("$binary_remote_addr zone={}:4m", site.connection_zone());
        out.put(lines(gateway.at("connections"), &[("limit_conn_zone", &words)]));
    }
    if !route::resolves_by_variable(site) {
        out.put(upstreams(site));
    }
}

/// A JSON object a line, without what may hold a secret: query strings,
/// referrers, cookies, authorization.
fn log_format(site: &Site<'_>) -> Vec<Directive> {
    const FIELDS: [(&str, &str, bool); 17] = [
        ("time", "$time_iso8601", true),
        ("request_id", "$request_id", true),
        ("client", "$remote_addr", true),
        ("host", "$host", true),
        ("method", "$request_method", true),
        ("path", "$PATH", true),
        ("protocol", "$server_protocol", true),
        ("tls", "$TLS", true),
        ("status", "$status", true),
        ("bytes", "$bytes_sent", false),
        ("request_bytes", "$request_length", false),
        ("seconds", "$request_time", false),
        ("upstream", "$upstream_addr", true),
        ("upstream_status", "$upstream_status", true),
        ("upstream_seconds", "$upstream_response_time", true),
        ("limited", "$limit_req_status", true),
        ("user_agent", "$http_user_agent", true),
    ];
    let origin = site.gateway.origin;
    let path = site.variable("path");
    let tls = if site.gateway.certificate.is_some() { "$ssl_protocol" } else { "" };
    let fields = FIELDS.map(|(name, value, quoted)| {
        let value = value.replace("$PATH", &path).replace("$TLS", tls);
        if quoted { format!("\"{name}\":\"{value}\"") } else { format!("\"{name}\":{value}") }
    });
    let format = Directive::new("log_format", origin).word(site.name("json")).word("escape=json");
    vec![format.word(format!("{{{}}}", fields.join(",")))]
}

fn maps(site: &Site<'_>) -> Vec<Directive> {
    let (gateway, origin) = (site.gateway, site.gateway.origin);
    let table = |kind: &'static str, source: &str, name: &str, entries: &[(&str, &str)]| {
        let entries = entries.iter().map(|(key, value)| Directive::entry(key, origin).word(value)).collect();
        Directive::new(kind, origin).word(source).word(site.variable(name)).block(entries)
    };
    let map = |source: &str, name: &str, entries: &[(&str, &str)]| table("map", source, name, entries);
    let mut out = vec![
        map("$request_uri", "path", &[("default", ""), ("~^(?<laud_path_only>[^?]*)", "$laud_path_only")])
            .why("The path as it was asked for, without the query."),
    ];
    if gateway.certificate.is_some() {
        let mut own = map("$ssl_server_name", "misdirected", &[("default", "1"), (&gateway.domain, "")]);
        own.come_from(gateway.at("domain"));
        out.push(own);
    }
    match gateway.runs_on {
        RunsOn::Container(_) => {}
        RunsOn::Host => {
            let mut entries = vec![("default", "1"), (gateway.domain.as_str(), "")];
            entries.extend(gateway.aliases.iter().map(|alias| (alias.as_str(), "")));
            let mut foreign = map("$host", "foreign", &entries);
            foreign.come_from(gateway.at("names"));
            out.push(foreign);
        }
    }
    if route::upgrades(site) {
        // To websockets alone: another protocol, such as h2c, would hide requests from the routes.
        out.push(map("$http_upgrade", "upgrade", &[("default", ""), ("websocket", "websocket")]));
        out.push(map("$http_upgrade", "connection", &[("default", ""), ("websocket", "upgrade")]));
    }
    if route::trusts_scheme(site) {
        let trusted: Vec<(&str, &str)> = std::iter::once(("default", ""))
            .chain(gateway.trusted_proxies.iter().map(|range| (range.as_str(), "trusted")))
            .collect();
        let mut geo = table("geo", "$realip_remote_addr", "peer", &trusted);
        geo.come_from(gateway.at("trusted_proxies"));
        out.push(geo);
        let source = format!("{}|$http_x_forwarded_proto", site.variable("peer"));
        out.push(map(&source, "scheme", &[("default", "http"), ("trusted|https", "https")]));
    }
    out
}

fn upstreams(site: &Site<'_>) -> impl Iterator<Item = Directive> {
    site.upstreams().filter_map(|(upstream, route)| {
        let (name, address) = (site.upstream(upstream), site.address(upstream)?);
        let rest = match site.gateway.runs_on {
            RunsOn::Container(_) => "resolve max_fails=3 fail_timeout=10s",
            RunsOn::Host => "max_fails=0",
        };
        let origin = route.at("target");
        let mut block = vec![
            Directive::new("zone", origin).word(&name).word("256k"),
            Directive::new("server", origin).word(address).words(rest),
            Directive::new("keepalive", origin).word("32"),
            // Node and uvicorn close idle connections after 5s; to be first avoids a race.
            Directive::new("keepalive_timeout", origin).word("4s"),
        ];
        if let (RunsOn::Host, Some(port)) = (site.gateway.runs_on, site.published(upstream)) {
            block[1].come_from(port.at("publish.port"));
        }
        Some(Directive::new("upstream", origin).word(name).block(block))
    })
}
