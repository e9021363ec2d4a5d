//! What a declaration sets or declares that its kind does not have.

use super::Eval;
use crate::shown::a;
use crate::world::{InstanceId, Kind, Member};
use laud_syntax::{Diagnostic, Span, ast, code};

impl<'w, 'p> Eval<'w, 'p> {
    pub(super) fn unknown_field(&mut self, id: InstanceId, name: &ast::Ident) {
        if name.text.is_empty() {
            return;
        }
        let instance = self.instance(id);
        let kind = self.world.kind(instance.kind);
        if kind.lost.contains(&name.text) {
            return;
        }
        let mut names: Vec<&str> = kind.params.iter().map(|param| param.name.as_str()).collect();
        if instance.external {
            names.extend(kind.outs.iter().map(|out| out.ast.name.text.as_str()));
        }
        let mut parts: Vec<&str> =
            instance.items.iter().map(|(_, item)| self.instance(*item).name().as_str()).collect();
        parts.extend(kind.members.iter().filter_map(|(name, member)| match member {
            Member::Child(_) => Some(name.as_str()),
            Member::Param(_) | Member::Out(_) | Member::Let(_) => None,
        }));
        parts.sort_unstable();
        let code = if self.is_overlay(id, name.span) { &code::UNKNOWN_PATH } else { &code::UNKNOWN_FIELD };
        let message = format!("`{}` has no field `{}`", kind.name, name.text);
        let diagnostic =
            Diagnostic::new(code, name.span, message).help(format!("It has: {}.", names.join(", ")));
        let mut nameless = false;
        let (diagnostic, meant) = match (self.made_part(id, &name.text), self.other_form(id, &name.text)) {
            (Some(help), _) => (diagnostic.help(help), None),
            (None, Some((ours, help))) => {
                nameless = ours.is_none() && self.slot_of(id, &name.text).is_some();
                let diagnostic = diagnostic.help(help);
                let diagnostic = match ours.filter(|_| is_renamed(&name.text)) {
                    Some(ours) => diagnostic.fix(format!("Change to `{ours}`"), name.span, ours),
                    None => diagnostic,
                };
                (diagnostic, ours)
            }
            (None, None) => {
                let near = || names.iter().chain(&parts).copied();
                (
                    diagnostic.near(&name.text, name.span, near()),
                    laud_syntax::near::nearest(&name.text, near()),
                )
            }
        };
        // One that is written under another name is not missing as well.
        let meant = kind.params.iter().position(|param| Some(param.name.as_str()) == meant);
        self.report(diagnostic);
        if nameless {
            self.instance_mut(id).lose_names();
        }
        if let Some(index) = meant {
            self.instance_mut(id).rare_mut().meant.push(index as u32);
        }
    }

    /// What to do where a value is given for what the kind makes.
    fn made_part(&self, id: InstanceId, name: &str) -> Option<String> {
        let Member::Child(decl) = self.world.kind(self.instance(id).kind).members.get(name)? else {
            return None;
        };
        Some(match decl.kind.text.as_str() {
            "secret" => {
                "It is a secret that is there already, and given at deploy time: leave it out.".to_owned()
            }
            kind => format!("It is there already; to change it, write `{kind} {name} {{ … }}`."),
        })
    }

    /// Whether a place is an environment's change to what the files declare.
    fn is_overlay(&self, id: InstanceId, span: Span) -> bool {
        self.instance(id).layer(1).is_some()
            && self.environment.is_some_and(|environment| {
                let body = environment.body.span;
                body.contains(span)
            })
    }

    /// Whether a name is part of a path by which an environment changes what the
    /// files declare, rather than of a value or of what it declares itself.
    pub(super) fn is_path_of_overlay(&self, name: Span) -> bool {
        self.environment.is_some_and(|environment| {
            let changes = environment.body.entries.iter();
            changes
                .filter(|entry| !matches!(entry.node, ast::Node::Decl(_)))
                .any(|entry| is_in_path(entry, name))
        })
    }

    /// The kind of that name of which a declaration takes others.
    fn slot_of(&self, id: InstanceId, name: &str) -> Option<&'w Kind<'p>> {
        let world = self.world;
        let slots = &world.kind(self.instance(id).kind).slots;
        slots.iter().map(|(slot, _)| world.kind(*slot)).find(|slot| slot.name == name)
    }

    /// The field that the kind has for what the other was meant to be, if it is one, and how it is said.
    fn other_form(&self, id: InstanceId, name: &str) -> Option<(Option<&'static str>, String)> {
        let kind = self.world.kind(self.instance(id).kind);
        let slot = |name: &str| self.slot_of(id, name);
        if let Some(slot) = slot(name) {
            let has_value = slot.params.iter().any(|param| param.name == "value");
            let help = match has_value {
                true => format!("Declare it: `{name} NAME = …`."),
                false => format!("Declare it: `{name} NAME {{ … }}`."),
            };
            return Some((None, help));
        }
        let is_there =
            |ours: &str| slot(ours).is_some() || kind.params.iter().any(|param| param.name == ours);
        if let Some((ours, help)) = foreign_field(name).iter().find(|(ours, _)| is_there(ours)) {
            return Some((Some(*ours), (*help).to_owned()));
        }
        let (beside, help) = needless_field(name)?;
        beside.iter().any(|ours| is_there(ours)).then(|| (None, help.to_owned()))
    }

    /// Reports what stands after a declaration's name where its kind has no field for it.
    pub(super) fn unknown_head(&mut self, id: InstanceId, field: &'static str, span: Span) {
        let info = self.world.kind(self.instance(id).kind);
        let kind = info.name.clone();
        let takes = |name: &str| info.params.iter().any(|param| param.name == name);
        let (what, help) = match field {
            "value" if kind == "secret" => ("no value", "It is given at deploy time; leave the value out."),
            "value" if takes("target") => ("no `=` after its name", "What it leads to is written `-> …`."),
            "value" if takes("at") => {
                ("no `=` after its name", "Say where in the container: `{ at = \"/…\" }`.")
            }
            "value" => ("no `=` after its name", "Set its fields in braces: `{ … }`."),
            "target" if takes("value") => ("no `->` after its name", "Its value is written `= …`."),
            "target" => ("no `->` after its name", "Set its fields in braces: `{ … }`."),
            _ => ("no text after its name", "Set its fields in braces: `{ … }`."),
        };
        let message = format!("{} takes {what}", a(&kind));
        self.report(Diagnostic::new(&code::UNKNOWN_FIELD, span, message).help(help));
        // Whatever it says may be what is missed.
        self.instance_mut(id).rare_mut().meant.extend(0..info.params.len() as u32);
    }

    /// Reports a word before a name that is no kind, and may be a field.
    pub(super) fn unknown_kind_here(&mut self, id: InstanceId, decl: &ast::Decl, unknown: Diagnostic) {
        let kind = self.world.kind(self.instance(id).kind);
        let is_field = kind.params.iter().any(|param| param.name == decl.kind.text);
        self.report(match is_field {
            true => {
                let message = format!("expected `=` or `{{` after the field `{}`", decl.kind.text);
                Diagnostic::new(&code::UNEXPECTED_TOKEN, decl.name_span(), message)
                    .help(format!("A field is set by `{} = …`.", decl.kind.text))
            }
            false => unknown,
        });
    }

    pub(super) fn report_no_slot(&mut self, id: InstanceId, decl: &ast::Decl, name: &str) {
        let world = self.world;
        let kind = world.kind(self.instance(id).kind);
        let mut made: Vec<&str> = kind.made_of(&decl.kind.text).collect();
        made.sort_unstable();
        let message = match made.is_empty() {
            true => format!("`{}` takes no `{}`", kind.name, decl.kind.text),
            false => format!("`{}` makes no {} `{name}`", kind.name, decl.kind.text),
        };
        let span = if made.is_empty() { decl.kind.span } else { decl.name_span() };
        let others = world.kinds.iter().filter(|other| {
            other.slots.iter().any(|(slot, _)| world.kind(*slot).name == decl.kind.text)
                && (other.ast.primitive || !other.standard)
        });
        let others: Vec<String> = others.map(|other| format!("`{}`", other.name)).collect();
        let is_field = kind.params.iter().any(|param| param.name == decl.kind.text);
        let help = match made.is_empty() {
            true if is_field => format!("It is a field of {}: `{} = …`.", a(&kind.name), decl.kind.text),
            true if decl.kind.text == "route" => "A `route` is part of a `gateway`.".to_owned(),
            true if others.is_empty() => format!("Declare the {} at the top of the file.", decl.kind.text),
            true => format!("A `{}` is part of a {}.", decl.kind.text, others.join(" or a ")),
            false => format!("It makes: {}.", made.join(", ")),
        };
        let mut diagnostic = Diagnostic::new(&code::UNKNOWN_FIELD, span, message).help(help);
        if let (true, Some(value)) = (is_field && made.is_empty(), &decl.value) {
            let between = span.with(decl.kind.span.end(), value.span.start());
            diagnostic = diagnostic.fix(format!("Set the field `{}`", decl.kind.text), between, " = ");
        }
        self.report(diagnostic.near(name, decl.name_span(), made));
    }
}

/// Whether a name stands in the path of an entry, or of one in its body.
fn is_in_path(entry: &ast::Entry, name: Span) -> bool {
    let within = |body: &ast::Body| body.entries.iter().any(|entry| is_in_path(entry, name));
    let at = |path: &[ast::Ident]| path.iter().any(|part| part.span == name);
    match &entry.node {
        ast::Node::Field(field) => at(&field.path),
        ast::Node::Block(block) => at(&block.path) || within(&block.body),
        ast::Node::Drop(drop) => at(&drop.path),
        ast::Node::Decl(decl) => decl.body.as_ref().is_some_and(within),
        ast::Node::If(branch) => within(&branch.then) || branch.otherwise.as_ref().is_some_and(within),
        ast::Node::For(each) => within(&each.body),
        _ => false,
    }
}

/// For a field that other tools have: the fields that laud has, of which a kind
/// has the one or the other, and what to do.
fn foreign_field(name: &str) -> &'static [(&'static str, &'static str)] {
    match name {
        "depends_on" | "links" | "requires" => &[(
            "needs",
            "A reference is a dependency, so nothing need be said; what is not referred to stands in `needs`.",
        )],
        "environment" | "env_file" | "envs" | "variables" => {
            &[("env", "Environment variables stand in `env { NAME = … }`.")]
        }
        "healthcheck" | "health_check" => {
            &[("health", "A health check is `health = http { … }`, `exec { … }` or `shell { … }`.")]
        }
        "health_path" | "healthcheck_path" | "health_url" => &[(
            "health",
            "What a health check asks for is `health = \"/…\"`, or `health = http { path = \"/…\", … }` of a `service`.",
        )],
        "metrics" | "prometheus" | "metrics_port" => &[
            (
                "metrics_path",
                "It is asked at `metrics_path` once it `exports = [NAME]`, which is a `metrics NAME { … }`.",
            ),
            ("scrape", "It is asked by a `scrape NAME { port = …, exports = […] }`."),
        ],
        "root" | "folder" | "directory" | "dir" => {
            &[("files", "What is served is a folder beside the spec: `files = \"./…\"`.")]
        }
        "mem_limit" | "memory" | "cpu" | "cpus" | "resources" | "deploy" => {
            &[("limits", "What it may use stands in `limits { memory = …, cpu = … }`.")]
        }
        "count" | "instances" | "scale" => {
            &[("replicas", "How many containers there are is `replicas = …`.")]
        }
        "build" | "context" => &[
            ("source", "What is built is a folder with a Dockerfile: `source = \"./…\"`."),
            ("build", "What is built is `build { context = \"./…\" }`."),
        ],
        "rewrite" | "trim_prefix" => {
            &[("strip_prefix", "`strip_prefix` takes a prefix off, and `redirect` sends elsewhere.")]
        }
        "rate_limit" | "limit_req" => &[("rate", "How often a client may ask is `rate = 10/s`.")],
        "proxy_pass" | "backend" | "upstream" | "to" | "forward_to" | "service" => {
            &[("target", "What answers stands behind the path: `route \"/\" -> NAME.http`.")]
        }
        "client_max_body_size" | "max_body_size" => {
            &[("body", "The largest body of a request is `body = 10MiB`.")]
        }
        "cap_add" | "capabilities" => {
            &[("allow", "Capabilities are given back by `allow = […] because \"…\"`.")]
        }
        "network" | "networks" | "network_mode" => {
            &[("tier", "Networks follow from the references and from `tier`.")]
        }
        "expose" | "listen" => &[("port", "A port is declared: `port http = 8080`.")],
        "ports" | "publish" => &[(
            "local_port",
            "The world comes in by a `gateway`; for programs of the host, `local_port = …` is a port of 127.0.0.1.",
        )],
        "mounts" | "bind" => {
            &[("file", "Data is `volume NAME { at = … }`, a file is `file NAME { at = …, from = … }`.")]
        }
        "container_name" | "hostname" | "host" | "server_name" | "domains" | "hosts" => &[
            (
                "domain",
                "The name that it answers to is `domain = \"…\"`; names that lead there are `aliases`.",
            ),
            ("aliases", "It is reached by the name of its declaration; further names are `aliases`."),
        ],
        "expr" | "expression" | "condition" => &[("when", "What it fires on is `when`, a query: promql`…`.")],
        "schedule" | "cron" | "when" => {
            &[("run", "When it runs is `run = schedule { cron = \"…\" }`, in UTC.")]
        }
        "path" | "target" | "destination" | "mount" | "mount_path" | "container_path" => {
            &[("at", "Where it is in the container is `at = \"/…\"`.")]
        }
        "source" | "src" | "name" => &[
            ("from", "A file beside the spec is `from = \"./…\"`."),
            ("of", "The volume that is mounted, or the service whose image is run, is `of = NAME`."),
        ],
        "content" | "contents" => {
            &[("text", "What is in it is `text = \"…\"`, or `yaml` or `json` for data.")]
        }
        "status" | "code" | "return" => &[(
            "redirect",
            "Another place is `redirect = \"/\"`, for now with `permanent = false`; a fixed answer is `respond`.",
        )],
        "ssl" | "https" | "certificate" | "certificates" | "cert" | "ssl_certificate" | "letsencrypt" => {
            &[("tls", "Certificates are `tls = acme { email = \"…\" }`, `self_signed` or `files { … }`.")]
        }
        "spa" => {
            &[("single_page", "What is no file is answered with the first page by `single_page = true`.")]
        }
        "stop_grace_period" | "stop_timeout" | "grace_period" => {
            &[("stop_grace", "How long it may take to end is `stop_grace = 30s`.")]
        }
        "db" | "dbname" | "database_name" => {
            &[("database", "The name of its database is `database = \"…\"`.")]
        }
        "annotations" | "message" => &[("summary", "What it says is its `summary` and its `description`.")],
        _ => &[],
    }
}

/// Whether a field that other tools have is set to what laud's is set to.
fn is_renamed(name: &str) -> bool {
    matches!(
        name,
        "environment"
            | "envs"
            | "variables"
            | "depends_on"
            | "rate_limit"
            | "count"
            | "instances"
            | "scale"
            | "expr"
            | "expression"
            | "db"
            | "dbname"
            | "database_name"
            | "mount_path"
            | "container_path"
            | "content"
            | "contents"
            | "spa"
            | "stop_grace_period"
            | "stop_timeout"
            | "grace_period"
    )
}

/// For a variant that other tools have: what it is here.
pub(super) fn foreign_variant(name: &str) -> Option<&'static str> {
    Some(match name {
        "always" => "unless_stopped",
        "never" => "no",
        "page" | "high" | "error" | "fatal" => "critical",
        "before_deploy" | "pre_deploy" | "predeploy" | "on_start" | "init" => "before_start",
        "after_start" | "post_deploy" | "postdeploy" => "after_deploy",
        "letsencrypt" | "lets_encrypt" | "certbot" => "acme",
        _ => return None,
    })
}

/// For a field that other tools have, and none of laud's kinds: the fields beside
/// which it is looked for, and why there is none.
fn needless_field(name: &str) -> Option<(&'static [&'static str], &'static str)> {
    Some(match name {
        "restart" | "restart_policy" => (
            &["limits"],
            "It is started again whenever it ends; only a `service` has a `restart` of its own.",
        ),
        "logging" => (&["restart"], "Logs are rotated as it is: five files of 10 MB each."),
        "notify" | "receiver" | "receivers" | "channel" | "email" | "alert_email" | "alerts_to" | "slack"
        | "webhook" | "pagerduty" => (
            &["severity", "dashboards"],
            "Nobody is told yet: Prometheus evaluates alerts, and Grafana shows them.",
        ),
        "size" | "storage" | "storage_size" | "disk" | "disk_size" | "capacity" => (
            &["at", "limits"],
            "A volume of Docker has no size: what is in it may take what the host's disk has.",
        ),
        "backup" | "backups" => {
            (&["limits"], "Nothing is backed up yet; a `job` with `run = schedule { … }` can do it.")
        }
        "rate_limit" | "limit_req" | "rate" => (
            &["routes"],
            "How often a client may ask is said of a route: `route \"/\" -> NAME.http { rate = 10/s }`.",
        ),
        "client_max_body_size" | "max_body_size" | "body" => (
            &["routes"],
            "The largest body of a request is said of a route: `route \"/\" -> NAME.http { body = 10MiB }`.",
        ),
        "burst" | "timeout" | "connect_timeout" | "read_timeout" | "websocket" | "cache" | "buffering"
        | "allow" => (&["routes"], "It is said of a route: `route \"/\" -> NAME.http { … }`."),
        "gzip" | "compress" | "compression" => (&["routes"], "Answers are compressed as it is."),
        "http2" => (&["routes"], "HTTP/2 is spoken as it is."),
        "hsts" | "security_headers" | "csp" => (
            &["headers"],
            "Security headers are sent as it is; one is changed by its name: `headers { \"X-NAME\" = \"…\" }`.",
        ),
        "cors" | "cors_origins" | "allow_origin" => (
            &["headers"],
            "Which sites may ask is said by the service, or by `headers { \"Access-Control-Allow-Origin\" = \"…\" }`.",
        ),
        "auth" | "basic_auth" | "auth_basic" => (
            &["allow", "routes"],
            "A gateway asks for no passwords; from where clients may come is `allow = [\"10.0.0.0/8\"]` of a route.",
        ),
        "method" | "methods" => (&["target"], "A route takes requests of every method."),
        _ => return None,
    })
}
