//! The standard library: it only embeds. The kinds are laud, one file each;
//! the templates are handlebars.

/// The kinds and types that are there without a `use`.
pub static PRELUDE: &str = include_str!("../prelude.laud");

/// Every module file: its path under `std/`, without `.laud`, and its text, in order of path.
pub static MODULES: &[(&str, &str)] = &[
    ("data/minio", include_str!("../std/data/minio.laud")),
    ("data/postgres", include_str!("../std/data/postgres.laud")),
    ("data/queue", include_str!("../std/data/queue.laud")),
    ("data/redis", include_str!("../std/data/redis.laud")),
    ("mail/mailpit", include_str!("../std/mail/mailpit.laud")),
    ("metrics/blackbox_exporter", include_str!("../std/metrics/blackbox_exporter.laud")),
    ("metrics/blackbox_probe", include_str!("../std/metrics/blackbox_probe.laud")),
    ("metrics/cadvisor_metrics", include_str!("../std/metrics/cadvisor_metrics.laud")),
    ("metrics/celery_exporter", include_str!("../std/metrics/celery_exporter.laud")),
    ("metrics/fastapi_instrumentator", include_str!("../std/metrics/fastapi_instrumentator.laud")),
    ("metrics/grafana_metrics", include_str!("../std/metrics/grafana_metrics.laud")),
    ("metrics/minio_metrics", include_str!("../std/metrics/minio_metrics.laud")),
    ("metrics/nginx_exporter", include_str!("../std/metrics/nginx_exporter.laud")),
    ("metrics/node_exporter", include_str!("../std/metrics/node_exporter.laud")),
    ("metrics/postgres_exporter", include_str!("../std/metrics/postgres_exporter.laud")),
    ("metrics/prometheus_metrics", include_str!("../std/metrics/prometheus_metrics.laud")),
    ("metrics/redis_exporter", include_str!("../std/metrics/redis_exporter.laud")),
    ("monitoring/blackbox", include_str!("../std/monitoring/blackbox.laud")),
    ("monitoring/cadvisor", include_str!("../std/monitoring/cadvisor.laud")),
    ("monitoring/grafana", include_str!("../std/monitoring/grafana.laud")),
    ("monitoring/monitoring", include_str!("../std/monitoring/monitoring.laud")),
    ("monitoring/node_exporter", include_str!("../std/monitoring/node_exporter.laud")),
    ("monitoring/prometheus", include_str!("../std/monitoring/prometheus.laud")),
    ("monitoring/website", include_str!("../std/monitoring/website.laud")),
    ("node/nextjs", include_str!("../std/node/nextjs.laud")),
    ("python/celery", include_str!("../std/python/celery.laud")),
    ("python/fastapi", include_str!("../std/python/fastapi.laud")),
    ("runtime/go_runtime", include_str!("../std/runtime/go_runtime.laud")),
    ("runtime/python_runtime", include_str!("../std/runtime/python_runtime.laud")),
    ("service/plain", include_str!("../std/service/plain.laud")),
    ("web/gateway", include_str!("../std/web/gateway.laud")),
    ("web/static", include_str!("../std/web/static.laud")),
];

/// Every template: its name and its text.
pub static TEMPLATES: &[(&str, &str)] = &[
    ("env.example", include_str!("../templates/env.example.hbs")),
    ("env.example.entries", include_str!("../templates/env.example.entries.hbs")),
    ("env.example.head", include_str!("../templates/env.example.head.hbs")),
    ("env.example.secrets", include_str!("../templates/env.example.secrets.hbs")),
    ("systemd.service", include_str!("../templates/systemd.service.hbs")),
    ("systemd.timer", include_str!("../templates/systemd.timer.hbs")),
];
