//! Words that open a block in other languages, and what laud has for them.

/// What laud says for a word that other languages have for the same, with the same after it.
pub(super) fn our_word(word: &str) -> Option<&'static str> {
    match word {
        "env" | "stage" | "workspace" => Some("environment"),
        "location" => Some("route"),
        "remove" | "delete" | "unset" => Some("drop"),
        _ => None,
    }
}

/// What laud has for a word that opens a block in other languages.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    Some(match our_word(word).unwrap_or(word) {
        "import" | "include" | "require" | "module" => {
            "What a module has is taken from it by `use std/service { plain }`, or `use ./team { … }`."
        }
        "variable" => "What is given at deploy time is a `secret` or a `setting`; what is known is a `let`.",
        "local" | "const" | "var" => "A value with a name is `let NAME = …`.",
        "output" => {
            "A value needs no output: refer to it where it is due, as in `edge.url`; a kind's is `out NAME = …`."
        }
        "environment" => "An environment is `environment NAME { … }`.",
        "cronjob" | "cron" | "task" | "timer" => {
            "What runs by a schedule is a `job` with `run = schedule { cron = \"…\" }`."
        }
        "resource" | "data" | "provider" | "terraform" => {
            "What runs is declared by its kind, as in `postgres NAME { … }`; there are no providers."
        }
        "route" => "What answers at a path is `route \"/\" -> NAME.http`, in a `gateway`.",
        "return" => "What a kind offers is `out NAME = …`; a route that leads elsewhere has a `redirect`.",
        "redirect" | "rewrite" => {
            "What leads elsewhere is a route: `route \"/old/\" { redirect = \"/new/\" }`, in a `gateway`."
        }
        "header" => "Headers are a map: `headers { \"X-NAME\" = \"…\" }`.",
        "server" | "upstream" | "ingress" | "proxy" | "nginx" | "caddy" | "traefik" => {
            "What faces the world is a `gateway` of `std/web`, with a `route` for each path."
        }
        "database" => "A database is a `postgres` of `std/data`.",
        "cache" | "memcache" | "memcached" => "A cache is a `redis` of `std/data`.",
        "broker" => "What holds tasks until they are done is a `queue` of `std/data`.",
        "bucket" | "s3" | "storage" => "Buckets are those of a `minio` of `std/data`.",
        "worker" => "What works off a queue is a `celery` of `std/python`, or a `service` without a port.",
        "container" | "deployment" | "pod" => {
            "What runs in a container is a `service`, or a `plain` of `std/service`."
        }
        "drop" => "What is declared elsewhere is taken away by `drop NAME`, or `drop route \"/\"`.",
        "add" | "new" | "override" => {
            "What an environment declares is added by that, and what is declared is changed by its name alone: `NAME { … }`."
        }
        "network" => "Networks follow from the references and from `tier`; none is declared.",
        "record" | "recording_rule" | "rule" => {
            "What is recorded is a `recording NAME { metric = \"…\", value = promql`…` }`; what fires is an `alert`."
        }
        "notify" | "receiver" | "contact" => {
            "There are no receivers yet: Prometheus and Grafana show what fires."
        }
        "slo" | "objective" => {
            "There are no objectives yet: an `alert` on the quantile or the share says when one is missed."
        }
        _ => return None,
    })
}
