//! Features, one test each, over a small plan.

mod fixture;
mod raw;
mod refusals;

use super::{check, emit};
use crate::fixture::at;
use crate::{Context, File, Whole};
use fixture::{plan, proxy, route};
use laud_plan::{
    Action, Cache, Certificate, Gateway, Header, Location, NginxVersion, Plan, RateLimit, RunsOn, TlsProfile,
    Ulimit,
};
use thin_vec::thin_vec;

/// The text of the first gateway after a change to it, which must pass `check`.
fn text(change: impl FnOnce(&mut Gateway)) -> String {
    let mut plan = plan();
    change(&mut plan.gateways[0]);
    files(&plan).swap_remove(0).content
}

fn files(plan: &Plan) -> Vec<File> {
    let mut files = Vec::new();
    assert_eq!(check(plan), []);
    emit(plan, Context { spec_root: "../.." }, &mut Whole::new(|file| files.push(file)));
    files
}

/// The block that begins with `head`.
fn block<'a>(text: &'a str, head: &str) -> &'a str {
    let start = text.find(&format!("{head} {{")).unwrap_or_else(|| panic!("no `{head}` in\n{text}"));
    let margin = text[..start].len() - text[..start].trim_end_matches(' ').len();
    let end = text[start..].find(&format!("\n{}}}", " ".repeat(margin))).expect("a closing brace");
    &text[start..start + end]
}

#[test]
fn writes_a_folder_for_a_container() {
    let files = files(&plan());
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["nginx/edge/nginx.conf", "nginx/edge/mime.types", "nginx/edge/tls/README.md"]);
    let text = &files[0].content;
    for line in ["worker_processes 2;", "pid /tmp/nginx.pid;", "error_log stderr warn;", "server_tokens off;"]
    {
        assert!(text.contains(line), "{line}");
    }
    assert!(files[1].content.contains("image/svg+xml svg svgz;"));
}

#[test]
fn maps_lines_back_to_routes() {
    let files = files(&plan());
    let line =
        files[0].content.lines().position(|line| line.contains("location ^~ /api/")).expect("the route");
    let last = files[0].origins.iter().take_while(|(start, _)| *start as usize <= line).last();
    assert_eq!(last.map(|(_, origin)| *origin), Some(at(20)));
}

#[test]
fn puts_every_security_header_on_every_leaf() {
    let text = text(|gateway| {
        gateway.routes.truncate(2);
        gateway.routes.push(route(
            Location::Prefix("/old/".into()),
            Action::Redirect { to: "/new/".into(), permanent: true },
        ));
    });
    for leaf in ["location ^~ /api/", "location = /health", "location ^~ /old/"] {
        let leaf = block(&text, leaf);
        assert!(leaf.contains("add_header Strict-Transport-Security max-age=63072000 always;"), "{leaf}");
        assert!(leaf.contains("add_header X-Content-Type-Options nosniff always;"), "{leaf}");
    }
    let catch_all = text.split("listen 8443").last().expect("the server");
    assert!(block(catch_all, "location ^~ /").contains("return 404;"));
    assert!(block(catch_all, "location ^~ /").contains("add_header X-Content-Type-Options nosniff always;"));
}

#[test]
fn lets_a_route_replace_and_remove_headers() {
    let text = text(|gateway| {
        gateway.routes[0].headers = thin_vec![
            Header { name: "x-content-type-options".into(), value: "".into() },
            Header { name: "Content-Security-Policy".into(), value: "default-src 'none'".into() },
        ];
    });
    let api = block(&text, "location ^~ /api/");
    assert!(!api.contains("nosniff") && !api.contains("proxy_hide_header X-Content-Type-Options"));
    assert!(api.contains("add_header Content-Security-Policy \"default-src 'none'\" always;"));
    assert!(api.contains("proxy_hide_header Content-Security-Policy;"));
    assert!(!api.contains("default-src 'self'"));
}

#[test]
fn writes_tls_as_the_version_takes_it() {
    let new = text(|gateway| gateway.post_quantum = true);
    assert!(new.contains("ssl_protocols TLSv1.2 TLSv1.3;") && new.contains("http2 on;"));
    assert!(new.contains("ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;"));
    assert!(!new.contains("ssl_session_tickets"));
    let old = text(|gateway| {
        gateway.version = NginxVersion::V1_22;
        gateway.profile = TlsProfile::Modern;
    });
    assert!(old.contains("listen 8443 ssl http2;") && !old.contains("http2 on;"));
    assert!(old.contains("ssl_session_tickets off;"));
    assert!(old.contains("ssl_protocols TLSv1.3;") && !old.contains("ssl_ciphers"));
}

#[test]
fn refuses_names_that_are_not_its_own() {
    let text = text(|_| {});
    assert!(text.contains("listen 8080 default_server;\n        server_name _;\n        return 444;"));
    assert!(text.contains("ssl_reject_handshake on;"));
    assert!(block(&text, "map $ssl_server_name $laud_misdirected").contains("shop.example \"\";"));
}

#[test]
fn redirects_to_the_literal_domain() {
    let text = text(|gateway| gateway.public_https_port = 8443);
    assert_eq!(text.matches("return 308 https://shop.example:8443$request_uri;").count(), 2);
    assert!(!text.contains("$host$request_uri") && !text.contains("https://$host"));
    assert!(block(&text, "location ^~ /.well-known/acme-challenge/").contains("root /var/www/acme;"));
    let plain = block(text.split("listen 8080;").nth(1).expect("the plain server"), "location ^~ /");
    assert!(plain.contains("nosniff") && !plain.contains("Strict-Transport-Security"));
}

#[test]
fn serves_plain_http_without_a_certificate() {
    let text = text(|gateway| gateway.certificate = None);
    assert!(
        !text.contains("ssl_")
            && !text.contains("add_header Strict-Transport-Security")
            && !text.contains("8443")
    );
    // The port that the host publishes.
    assert!(text.contains("proxy_set_header Host shop.example:18080;"));
    assert!(text.contains("proxy_set_header X-Forwarded-Proto http;"));
}

#[test]
fn limits_rates_and_connections() {
    let text = text(|gateway| {
        gateway.routes[0].rate = Some(RateLimit { count: 10, per: 1_000, burst: 20 });
        gateway.routes[1].rate = Some(RateLimit { count: 6, per: 60_000, burst: 0 });
    });
    assert!(text.contains("limit_req_zone $binary_remote_addr zone=laud_rate_api:4m rate=10r/s;"));
    assert!(text.contains("limit_req_zone $binary_remote_addr zone=laud_rate_health:4m rate=6r/m;"));
    assert!(block(&text, "location ^~ /api/").contains("limit_req zone=laud_rate_api burst=20 nodelay;"));
    assert!(
        block(&text, "location = /health").contains("add_header Retry-After $laud_retry_after_10 always;")
    );
    assert!(text.contains("limit_req_status 429;") && text.contains("limit_conn laud_connections 100;"));
}

#[test]
fn counts_before_it_answers_itself() {
    let text = text(|gateway| {
        let mut ping =
            route(Location::Exact("/ping".into()), Action::Respond { status: 200, body: "5 $".into() });
        ping.rate = Some(RateLimit { count: 1, per: 1_000, burst: 0 });
        ping.allow = thin_vec!["10.0.0.0/8".into()];
        gateway.routes.push(ping);
    });
    let outer = block(&text, "location = /ping");
    assert!(
        outer.contains("allow 10.0.0.0/8;\n            deny all;")
            && outer.contains("/none @laud_answer_ping")
    );
    assert!(block(&text, "location @laud_answer_ping").contains("return 200 \"5 ${laud_dollar}\";"));
    assert!(block(&text, "geo $laud_dollar").contains("default $;"));
}

#[test]
fn finds_upstreams_anew() {
    let new = text(|_| {});
    let upstream = block(&new, "upstream laud_backend_8000");
    assert!(upstream.contains("server backend:8000 resolve max_fails=3 fail_timeout=10s;"), "{upstream}");
    assert!(upstream.contains("zone laud_backend_8000 256k;") && upstream.contains("keepalive 32;"));
    assert_eq!(new.matches("upstream laud_backend_8000 {").count(), 1);
    let old = text(|gateway| gateway.version = NginxVersion::V1_22);
    assert!(!old.contains("upstream laud_backend_8000"));
    assert!(
        block(&old, "location ^~ /api/")
            .contains("set $laud_upstream backend:8000;\n            proxy_pass http://$laud_upstream;")
    );
}

#[test]
fn takes_a_prefix_off_by_rewrite() {
    let text = text(|gateway| {
        gateway.routes[0] = proxy(Location::Prefix("/a.b/v1/".into()), 1, 8000);
        gateway.routes[0].strip_prefix = Some("/a.b/".into());
    });
    let route = block(&text, "location ^~ /a.b/v1/");
    assert!(route.contains(r#"rewrite "(?s)^/a\\.b(/.*)" $1 break;"#), "{route}");
    assert!(route.contains("proxy_set_header X-Forwarded-Prefix /a.b;"));
    assert!(route.contains("proxy_pass http://laud_backend_8000;"));
}

#[test]
fn upgrades_where_asked() {
    let text = text(|gateway| gateway.routes[0].websocket = true);
    let route = block(&text, "location ^~ /api/");
    assert!(route.contains("proxy_set_header Upgrade $laud_upgrade;"));
    assert!(route.contains("proxy_set_header Connection $laud_connection;"));
    assert!(!block(&text, "location = /health").contains("Upgrade"));
    assert!(block(&text, "map $http_upgrade $laud_upgrade").contains("default \"\";"));
}

#[test]
fn keeps_only_good_answers() {
    let text = text(|gateway| {
        gateway.routes[2].cache = Some(Cache::Immutable(31_536_000_000));
        gateway.routes[1].cache = Some(Cache::Never);
    });
    let map = block(&text, "map $status $laud_cache_31536000_immutable");
    assert!(
        map.contains("default no-store;") && map.contains("200 \"public, max-age=31536000, immutable\";")
    );
    assert!(block(&text, "location = /health").contains("add_header Cache-Control no-store always;"));
    assert!(block(&text, "location = /health").contains("proxy_hide_header Cache-Control;"));
}

#[test]
fn streams_what_does_not_fit() {
    let text = text(|gateway| {
        gateway.routes[0].body = 50 << 20;
        gateway.routes[0].buffering = false;
        gateway.routes[0].timeout = 300_000;
    });
    let api = block(&text, "location ^~ /api/");
    for line in [
        "client_max_body_size 50m;",
        "proxy_request_buffering off;",
        "proxy_buffering off;",
        "proxy_read_timeout 5m;",
    ] {
        assert!(api.contains(line), "{line}");
    }
}

#[test]
fn believes_trusted_proxies_alone() {
    assert!(!text(|_| {}).contains("real_ip"));
    let trusting = text(|gateway| {
        gateway.trusted_proxies = vec!["203.0.113.0/24".into()];
        gateway.certificate = None;
    });
    assert!(
        trusting.contains("set_real_ip_from 203.0.113.0/24;") && trusting.contains("real_ip_recursive on;")
    );
    assert!(trusting.contains("proxy_set_header X-Forwarded-Proto $laud_scheme;"));
    assert!(!trusting.contains("proxy_add_x_forwarded_for"));
}

#[test]
fn logs_no_query() {
    let text = text(|_| {});
    let format = text.lines().find(|line| line.contains("log_format")).expect("a format");
    assert!(format.contains("escape=json") && format.contains("$laud_path"));
    assert!(!format.contains("$request_uri") && !format.contains("$args") && !format.contains("referer"));
}

#[test]
fn writes_a_snippet_for_the_host() {
    let mut plan = plan();
    plan.gateways[0].runs_on = RunsOn::Host;
    plan.gateways[0].http_port = 80;
    plan.gateways[0].https_port = 443;
    let files = files(&plan);
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].path, "nginx/edge/shop-production-edge.conf");
    let text = &files[0].content;
    assert!(!text.contains("events") && !text.contains("default_server") && !text.contains("resolver"));
    assert!(text.contains("server 127.0.0.1:18000 max_fails=0;"));
    assert!(text.contains("ssl_certificate /etc/letsencrypt/live/shop.example/fullchain.pem;"));
    assert!(text.contains("listen [::]:443 ssl;") && text.contains("listen 127.0.0.1:8081;"));
    assert!(text.contains("if ($laud_shop_production_edge_foreign)"));
}

#[test]
fn takes_the_containers_limit_of_open_files() {
    let mut plan = plan();
    plan.services[0].ulimits = thin_vec![Ulimit { name: "nofile".into(), soft: 1024, hard: 4096 }];
    let text = files(&plan).swap_remove(0).content;
    assert!(text.contains("worker_rlimit_nofile 4096;") && text.contains("worker_connections 2048;"));
}

#[test]
fn reads_the_certificate_where_it_lies() {
    let own = text(|gateway| {
        gateway.certificate = Some(Certificate::Files {
            certificate: "/srv/tls/a b.pem".into(),
            key: "/srv/tls/key.pem".into(),
        });
    });
    assert!(own.contains("ssl_certificate \"/srv/tls/a b.pem\";") && !own.contains("acme-challenge"));
    let managed = text(|_| {});
    assert!(managed.contains("ssl_certificate_key /etc/nginx/tls/shop.example/privkey.pem;"));
}
