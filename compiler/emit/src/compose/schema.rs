//! What compose-spec knows: the keys of the places where raw content may go,
//! with their coarse types, and whose they are.
//!
//! Facts of `schema/compose-spec.json` in compose-go v2.9.1, which is in docker
//! compose v2.40.3. Below the keys listed here the tool itself is the judge.

use laud_plan::Data;

/// A key.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// The shapes of value that it takes, as bits.
    pub(super) takes: Shapes,
    pub(super) rule: Rule,
}

/// Whose a key is.
pub(super) enum Rule {
    /// Anyone's, as long as laud has not set it.
    Free,
    /// A safeguard: it stays as laud writes it, or leaves it out.
    Safeguard,
    /// The language has a field for it.
    Field,
    /// A map with these keys.
    Inside(&'static [Key]),
    /// A map of names to maps with these keys.
    Each(&'static [Key]),
}

/// A set of shapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Shapes(u8);

const NULL: Shapes = Shapes(1);
const BOOL: Shapes = Shapes(2);
const NUMBER: Shapes = Shapes(4);
const TEXT: Shapes = Shapes(8);
const LIST: Shapes = Shapes(16);
const MAP: Shapes = Shapes(32);

/// Compose reads truth values and numbers in texts too, after interpolation.
const SWITCH: Shapes = BOOL.or(TEXT);
const AMOUNT: Shapes = NUMBER.or(TEXT);
const PAIRS: Shapes = MAP.or(LIST);
const WORDS: Shapes = TEXT.or(LIST);

impl Shapes {
    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it takes a value.
    pub(super) fn take(self, data: &Data) -> bool {
        self.0 & Self::of(data).0 != 0
    }

    fn of(data: &Data) -> Self {
        match data {
            Data::Null => NULL,
            Data::Bool(_) => BOOL,
            Data::Int(_) | Data::Float(_) => NUMBER,
            Data::Text(_) => TEXT,
            Data::List(_) => LIST,
            Data::Map(_) => MAP,
        }
    }

    /// In words: `a list or a map`.
    pub(super) fn words(self) -> String {
        let names = [
            (NULL, "nothing"),
            (BOOL, "a truth value"),
            (NUMBER, "a number"),
            (TEXT, "a text"),
            (LIST, "a list"),
            (MAP, "a map"),
        ];
        let mine: Vec<&str> =
            names.iter().filter(|(shape, _)| self.0 & shape.0 != 0).map(|(_, name)| *name).collect();
        mine.join(" or ")
    }
}

/// In words, what a value is.
pub(super) fn shape_of(data: &Data) -> String {
    Shapes::of(data).words()
}

const fn free(name: &'static str, takes: Shapes) -> Key {
    Key { name, takes, rule: Rule::Free }
}

const fn field(name: &'static str, takes: Shapes) -> Key {
    Key { name, takes, rule: Rule::Field }
}

const fn safe(name: &'static str, takes: Shapes) -> Key {
    Key { name, takes, rule: Rule::Safeguard }
}

const fn inside(name: &'static str, keys: &'static [Key]) -> Key {
    Key { name, takes: MAP, rule: Rule::Inside(keys) }
}

const fn each(name: &'static str, keys: &'static [Key]) -> Key {
    Key { name, takes: MAP, rule: Rule::Each(keys) }
}

/// The keys of the whole file.
pub(super) static TOP: &[Key] = &[
    each("configs", CONFIG),
    safe("include", LIST),
    each("models", MODEL),
    field("name", TEXT),
    each("networks", NETWORK),
    field("secrets", MAP),
    field("services", MAP),
    field("version", TEXT),
    each("volumes", VOLUME),
];

/// The keys of a service.
pub(super) static SERVICE: &[Key] = &[
    free("annotations", PAIRS),
    free("attach", SWITCH),
    free("blkio_config", MAP),
    inside("build", BUILD),
    safe("cap_add", LIST),
    safe("cap_drop", LIST),
    free("cgroup", TEXT),
    free("cgroup_parent", TEXT),
    field("command", WORDS.or(NULL)),
    free("configs", LIST),
    // Two environments on one host would fight for it.
    safe("container_name", TEXT),
    safe("cpu_count", AMOUNT),
    safe("cpu_percent", AMOUNT),
    safe("cpu_period", AMOUNT),
    safe("cpu_quota", AMOUNT),
    free("cpu_rt_period", AMOUNT),
    free("cpu_rt_runtime", AMOUNT),
    free("cpu_shares", AMOUNT),
    safe("cpus", AMOUNT),
    free("cpuset", TEXT),
    free("credential_spec", MAP),
    field("depends_on", PAIRS),
    inside("deploy", DEPLOY),
    free("develop", MAP.or(NULL)),
    free("device_cgroup_rules", LIST),
    field("devices", LIST),
    free("dns", WORDS),
    free("dns_opt", LIST),
    free("dns_search", WORDS),
    free("domainname", TEXT),
    field("entrypoint", WORDS.or(NULL)),
    free("env_file", WORDS),
    field("environment", PAIRS),
    free("expose", LIST),
    safe("extends", TEXT.or(MAP)),
    free("external_links", LIST),
    field("extra_hosts", PAIRS),
    field("gpus", WORDS),
    free("group_add", LIST),
    inside("healthcheck", HEALTHCHECK),
    free("hostname", TEXT),
    field("image", TEXT),
    field("init", SWITCH),
    free("ipc", TEXT),
    free("isolation", TEXT),
    free("label_file", WORDS),
    free("labels", MAP),
    free("links", LIST),
    safe("logging", MAP),
    free("mac_address", TEXT),
    safe("mem_limit", AMOUNT),
    free("mem_reservation", AMOUNT),
    free("mem_swappiness", AMOUNT),
    safe("memswap_limit", AMOUNT),
    free("models", PAIRS),
    safe("network_mode", TEXT),
    each("networks", ATTACHMENT),
    free("oom_kill_disable", SWITCH),
    free("oom_score_adj", AMOUNT),
    safe("pid", TEXT.or(NULL)),
    safe("pids_limit", AMOUNT),
    field("platform", TEXT),
    safe("ports", LIST),
    free("post_start", LIST),
    free("pre_stop", LIST),
    safe("privileged", SWITCH),
    field("profiles", LIST),
    safe("provider", MAP),
    field("pull_policy", TEXT),
    free("pull_refresh_after", TEXT),
    safe("read_only", SWITCH),
    field("restart", TEXT),
    free("runtime", TEXT),
    field("scale", AMOUNT),
    field("secrets", LIST),
    safe("security_opt", LIST),
    field("shm_size", AMOUNT),
    free("stdin_open", SWITCH),
    field("stop_grace_period", TEXT),
    field("stop_signal", TEXT),
    free("storage_opt", MAP),
    field("sysctls", PAIRS),
    field("tmpfs", WORDS),
    free("tty", SWITCH),
    field("ulimits", MAP),
    // It hands the container the engine's own socket.
    safe("use_api_socket", BOOL),
    safe("user", TEXT),
    free("userns_mode", TEXT),
    free("uts", TEXT),
    field("volumes", LIST),
    safe("volumes_from", LIST),
    field("working_dir", TEXT),
];

static BUILD: &[Key] = &[
    free("additional_contexts", PAIRS),
    field("args", PAIRS),
    free("cache_from", LIST),
    free("cache_to", LIST),
    field("context", TEXT),
    field("dockerfile", TEXT),
    field("dockerfile_inline", TEXT),
    free("entitlements", LIST),
    free("extra_hosts", PAIRS),
    free("isolation", TEXT),
    free("labels", PAIRS),
    free("network", TEXT),
    free("no_cache", SWITCH),
    free("platforms", LIST),
    safe("privileged", SWITCH),
    free("provenance", SWITCH),
    free("pull", SWITCH),
    free("sbom", SWITCH),
    free("secrets", LIST),
    free("shm_size", AMOUNT),
    free("ssh", PAIRS),
    free("tags", LIST),
    field("target", TEXT),
    free("ulimits", MAP),
];

static DEPLOY: &[Key] = &[
    free("endpoint_mode", TEXT),
    free("labels", PAIRS),
    free("mode", TEXT),
    free("placement", MAP),
    field("replicas", AMOUNT),
    inside("resources", RESOURCES),
    field("restart_policy", MAP),
    free("rollback_config", MAP),
    free("update_config", MAP),
];

static RESOURCES: &[Key] = &[safe("limits", MAP), free("reservations", MAP)];

static HEALTHCHECK: &[Key] = &[
    safe("disable", SWITCH),
    field("interval", TEXT),
    field("retries", AMOUNT),
    free("start_interval", TEXT),
    field("start_period", TEXT),
    field("test", WORDS),
    field("timeout", TEXT),
];

static ATTACHMENT: &[Key] = &[
    field("aliases", LIST),
    free("driver_opts", MAP),
    free("gw_priority", NUMBER),
    free("interface_name", TEXT),
    free("ipv4_address", TEXT),
    free("ipv6_address", TEXT),
    free("link_local_ips", LIST),
    free("mac_address", TEXT),
    free("priority", NUMBER),
];

static NETWORK: &[Key] = &[
    free("attachable", SWITCH),
    free("driver", TEXT),
    free("driver_opts", MAP),
    free("enable_ipv4", SWITCH),
    free("enable_ipv6", SWITCH),
    free("external", SWITCH.or(MAP)),
    free("internal", SWITCH),
    free("ipam", MAP),
    free("labels", PAIRS),
    free("name", TEXT),
];

static VOLUME: &[Key] = &[
    free("driver", TEXT),
    free("driver_opts", MAP),
    free("external", SWITCH.or(MAP)),
    free("labels", PAIRS),
    free("name", TEXT),
];

static CONFIG: &[Key] = &[
    free("content", TEXT),
    free("environment", TEXT),
    free("external", SWITCH.or(MAP)),
    free("file", TEXT),
    free("labels", PAIRS),
    free("name", TEXT),
    free("template_driver", TEXT),
];

static MODEL: &[Key] =
    &[free("context_size", NUMBER), free("model", TEXT), free("name", TEXT), free("runtime_flags", LIST)];
