//! The workload of the benchmarks: a system of N services.
//!
//! Each service has an image, a port, replicas, limits, a health check, a
//! route, one or two dependencies, five environment variables (one of which is
//! another service's address), three alerts and three panels.

use std::fmt::Write;

const HEAD: &str = r#"/// A system of many services, to measure the compiler with.
app bench

metrics api_metrics {
  http_requests_total           : counter { code }
  http_request_duration_seconds : histogram
}

/// An HTTP service with its alerts and panels.
kind api {
  image     : Image
  listens   : Port
  replicas  : Int in 1..100
  memory    : Bytes
  cpu       : Cpu
  health    : HttpPath
  env       : Map<EnvValue>
  needs     : List<service> = []
  errors    : Percent
  latency   : Duration
  down_for  : Duration

  service main {
    image    = image
    replicas = replicas
    port http = listens
    env      { ...env }
    health   = http { port = main.http, path = health, with = wget }
    limits   { memory = memory, cpu = cpu }
    needs    = needs
    user     = "10001"
    scrape metrics { port = main.http, exports = [api_metrics] }
  }
  out http = main.http
  out addr = "{main.host}:{main.http}"

  alert failing {
    when     = promql`sum(rate(http_requests_total{service="${self.name}",code=~"5.."}[5m])) / sum(rate(http_requests_total{service="${self.name}"}[5m])) > ${errors}`
    for      = 5m
    severity = critical
    group    = performance
    summary  = "{self.name}: too many errors"
  }
  alert slow {
    when     = promql`histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="${self.name}"}[5m]))) > ${latency}`
    for      = 10m
    severity = warning
    group    = performance
    summary  = "{self.name}: slow answers"
  }
  alert down {
    when     = promql`up{service="${self.name}"} == 0`
    for      = down_for
    severity = critical
    summary  = "{self.name}: down"
  }
  panel "Requests" {
    description = "Requests per second."
    unit        = requests_per_second
    query rate  = promql`sum(rate(http_requests_total{service="${self.name}"}[$__rate_interval]))`
  }
  panel "Errors" {
    description = "Failed requests per second."
    unit        = requests_per_second
    query rate  = promql`sum(rate(http_requests_total{service="${self.name}",code=~"5.."}[$__rate_interval]))`
  }
  panel "Latency" {
    description = "The 95th percentile."
    unit        = seconds
    query p95   = promql`histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{service="${self.name}"}[$__rate_interval])))`
  }
}

service prom {
  image  = "prom/prometheus:v3.5.0"
  port http = 9090
  health = off because "it is there to be measured, not to run"
  limits { memory = 1GiB }
}
scraper prometheus { server = prom, port = prom.http }

service shown {
  image  = "grafana/grafana:12.1.0"
  port http = 3000
  health = off because "it is there to be measured, not to run"
  limits { memory = 512MiB }
}
viewer grafana { server = shown, port = shown.http }

service front {
  image  = "nginxinc/nginx-unprivileged:1.30.0"
  tier   = edge
  health = off because "it is there to be measured, not to run"
  limits { memory = 256MiB }
}

"#;

/// The spec of a system of `count` services.
pub(crate) fn spec(count: usize) -> String {
    let mut out = String::from(HEAD);
    for index in 0..count {
        service(&mut out, index);
    }
    out.push_str("proxy edge {\n  server = front\n  domain = \"bench.example\"\n  tls    = self_signed\n");
    for index in 0..count {
        let _ = writeln!(out, "  route \"/svc{index:05}/\" -> svc{index:05}.http");
    }
    out.push_str("}\n\nenvironment production {}\n");
    out
}

/// The workload in two environments, as long as it takes to have so many lines.
#[allow(dead_code, reason = "not every benchmark needs it")]
pub(crate) fn lines(lines: usize) -> String {
    const OF_SERVICE: usize = 21;
    let rest = HEAD.lines().count() + 7;
    spec((lines.saturating_sub(rest) / OF_SERVICE).max(3)) + STAGING
}

/// The workload in two environments, over so many files with their names.
#[allow(dead_code, reason = "not every benchmark needs it")]
pub(crate) fn files(count: usize) -> Vec<(String, String)> {
    let whole = spec(count) + STAGING;
    let head = HEAD.replacen("app bench\n", "", 1);
    let (kinds, rest) = head.split_at(head.find("service prom {").unwrap_or_default());
    let mut files = vec![("kinds.laud".to_owned(), kinds.to_owned())];
    let mut uses = String::from("app bench\nuse ./kinds { api }\n");
    for index in 0..count {
        let mut text = String::from("use ./kinds { api }\n");
        let mut declaration = String::new();
        service(&mut declaration, index);
        for other in (0..index).rev().map(|other| format!("svc{other:05}")) {
            if declaration.contains(&other) {
                let _ = writeln!(text, "use ./{other} {{ {other} }}");
            }
        }
        text.push('\n');
        text.push_str(&declaration);
        let _ = writeln!(uses, "use ./svc{index:05} {{ svc{index:05} }}");
        files.push((format!("svc{index:05}.laud"), text));
    }
    let proxy = &whole[whole.find("proxy edge {").unwrap_or_default()..];
    files.push(("main.laud".to_owned(), uses + "\n" + rest + proxy));
    files
}

const STAGING: &str =
    "environment staging {\n  svc00001.replicas = 1\n  svc00002.env { LOG_LEVEL = \"debug\" }\n}\n";

fn service(out: &mut String, i: usize) {
    let memory = 128 << (i % 3);
    let upstream = match i.checked_sub(1) {
        Some(before) => format!("http://{{svc{before:05}.addr}}"),
        None => "http://origin.example:80".to_owned(),
    };
    let mut needs: Vec<String> =
        i.checked_sub(1).map(|before| format!("svc{before:05}")).into_iter().collect();
    if i >= 3 && i / 2 + 1 != i {
        needs.push(format!("svc{:05}", i / 2));
    }
    let _ = write!(
        out,
        "api svc{i:05} {{
  image    = \"registry.local/team/svc{i:05}:1.{}.{}\"
  listens  = {}
  replicas = {}
  memory   = {memory}MiB
  cpu      = 0.{}
  health   = \"/healthz\"
  needs    = [{}]
  env {{
    LOG_LEVEL    = \"info\"
    REGION       = \"eu-{}\"
    CACHE_TTL    = \"{}\"
    PORT         = \"{}\"
    UPSTREAM_URL = \"{upstream}\"
  }}
  errors   = {}%
  latency  = {}ms
  down_for = {}m
}}

",
        i % 7,
        i % 11,
        8000 + i % 50000,
        1 + i % 4,
        1 + i % 9,
        needs.join(", "),
        i % 3,
        30 + i % 90,
        8000 + i,
        1 + i % 10,
        100 + 50 * (i % 8),
        1 + i % 5,
    );
}
