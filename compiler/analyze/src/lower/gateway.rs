//! Gateways and their routes.

use super::Lower;
use super::read::{as_bytes, as_duration, as_int, as_port, as_record, variant_name};
use crate::value::Value;
use crate::world::InstanceId;
use laud_plan as plan;
use laud_syntax::literal::Fault;
use laud_syntax::{Diagnostic, Span, code};
use lean_string::LeanStr;

impl Lower<'_, '_, '_> {
    pub(super) fn lower_gateway(&mut self, id: InstanceId) {
        let gateway = self.gateway(id);
        self.check_redirects(&gateway);
        self.plan.gateways.push(gateway);
    }

    fn gateway(&mut self, id: InstanceId) -> plan::Gateway {
        let (origin, mut origins) = (self.author_of(id), self.origins(id));
        self.join_origins(&mut origins, "authority", &["domain", "public_https_port", "tls"]);
        self.join_origins(&mut origins, "certificate", &["domain", "tls"]);
        self.join_origins(&mut origins, "names", &["domain", "aliases"]);
        let name = self.gateway_name(id);
        let server = match self.eval.get(id, "server") {
            Value::Instance(server) => self.services.get(&server).copied(),
            _ => None,
        };
        let instances = self.instances_field(id, "routes");
        let routes = self.lower_routes(&instances);
        let may_lack = |id: InstanceId| self.eval.instance(id).may_lack_parts();
        let lacks = may_lack(id) || self.eval.instance(id).parent.is_some_and(may_lack);
        if !lacks && matches!(self.eval.get(id, "routes"), Value::List(routes) if routes.is_empty()) {
            self.report(
                Diagnostic::new(
                    &code::EMPTY_GATEWAY,
                    self.author_of(id),
                    format!("the gateway `{name}` has no route"),
                )
                .help("Add one: `route \"/\" -> service.port`."),
            );
        }
        let domain = self.literal_field(id, "domain");
        self.check_names(id, "domain", std::slice::from_ref(&domain));
        let (domain_origin, shares_domain) = self.author_of_domain(id);
        let aliases = self.literal_list(id, "aliases");
        self.check_names(id, "aliases", &aliases);
        let port = |lower: &mut Self, field: &'static str| as_port(&lower.eval.get(id, field)).unwrap_or(0);
        let headers = self.headers(id);
        plan::Gateway {
            certificate: self.certificate(id, &name),
            runs_on: server.map_or(plan::RunsOn::Host, plan::RunsOn::Container),
            version: match self.literal_field(id, "nginx").as_str() {
                "1.22" => plan::NginxVersion::V1_22,
                "1.28" => plan::NginxVersion::V1_28,
                _ => plan::NginxVersion::V1_30,
            },
            post_quantum: self.bool_field(id, "post_quantum"),
            domain,
            domain_origin,
            shares_domain,
            aliases,
            aliases_origin: self.author_of_field(id, "aliases"),
            profile: match variant_name(&self.eval.get(id, "profile")) {
                "modern" => plan::TlsProfile::Modern,
                _ => plan::TlsProfile::Intermediate,
            },
            http_port: port(self, "http_port"),
            https_port: port(self, "https_port"),
            public_https_port: port(self, "public_https_port"),
            status_port: port(self, "status_port"),
            headers,
            trusted_proxies: self.literal_list(id, "trusted_proxies"),
            connections: as_int(&self.eval.get(id, "connections"))
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            routes,
            origin,
            origins,
            name,
        }
    }

    /// Where the author set the domain, and whether a reason stands beside it.
    fn author_of_domain(&mut self, id: InstanceId) -> (Span, bool) {
        let parent = self.eval.instance(id).parent;
        let owner = parent.filter(|parent| self.eval.field(*parent, "domain").is_some()).unwrap_or(id);
        let origin = self.author_of_field(id, "domain");
        let field = self.eval.field(owner, "domain");
        (origin, field.is_some_and(|field| field.because.is_some()))
    }

    /// The name of a gateway: its owner's, if it is the only one in it.
    fn gateway_name(&mut self, id: InstanceId) -> LeanStr {
        let alone = self.eval.instance(id).parent.filter(|parent| {
            let kind = self.eval.instance(id).kind;
            let siblings = &self.eval.instance(*parent).children;
            siblings.iter().filter(|sibling| self.eval.instance(**sibling).kind == kind).count() == 1
        });
        LeanStr::from(self.eval.full_name(alone.unwrap_or(id)).replace('_', "-"))
    }

    fn literal_list(&mut self, id: InstanceId, field: &'static str) -> Vec<LeanStr> {
        let span = self.eval.span_of(id, field);
        self.list_field(id, field).iter().map(|item| self.literal(item, span)).collect()
    }

    fn headers(&mut self, id: InstanceId) -> Vec<plan::Header> {
        let mut headers = Vec::new();
        for (name, value, span) in self.literal_map(id, "headers") {
            self.check_header(&name, &value, span);
            headers.push(plan::Header { name, value });
        }
        headers
    }

    /// RFC 9110, 5.1 and 5.5: a name is a token, a value is one line of visible characters.
    fn check_header(&mut self, name: &str, value: &str, span: Span) {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            self.report(
                Diagnostic::new(&code::BAD_TEXT, span, format!("`{name}` cannot be the name of a header"))
                    .help("A header's name has letters, digits and `-`."),
            );
        }
        if value.chars().any(|c| c.is_control()) {
            self.report(
                Diagnostic::new(
                    &code::BAD_TEXT,
                    span,
                    format!("the value of the header `{name}` is not one line"),
                )
                .help("Take line breaks and control characters out."),
            );
        }
    }

    /// A gateway answers to names that are written out. No public authority
    /// certifies an internal name (CA/Browser Forum, Baseline Requirements,
    /// 4.2.2), and one without a dot is no other.
    fn check_names(&mut self, id: InstanceId, field: &'static str, names: &[LeanStr]) {
        let is_public = variant_name(&self.eval.get(id, "tls")) == "acme";
        for name in names.iter().filter(|name| !name.is_empty()) {
            let (message, help) = if name.starts_with("*.") {
                (
                    format!("`{name}` is no name that a gateway can answer to"),
                    "Write each name out: a gateway takes no wildcard.",
                )
            } else if is_public && !name.contains('.') {
                (
                    format!("no public authority certifies `{name}`, which has no dot"),
                    "Write the whole name, or certify it yourself: `tls = self_signed`.",
                )
            } else {
                continue;
            };
            let span = self.author_of_field(id, field);
            self.report(Diagnostic::new(&code::BAD_DOMAIN, span, message).help(help));
        }
    }

    fn certificate(&mut self, id: InstanceId, name: &LeanStr) -> Option<plan::Certificate> {
        let Value::Variant(tls) = self.eval.get(id, "tls") else { return None };
        match tls.name() {
            "acme" => Some(plan::Certificate::Acme { email: self.literal(&tls.get("email"), tls.span) }),
            "self_signed" => Some(plan::Certificate::SelfSigned),
            "files" => Some(plan::Certificate::Files {
                certificate: self.literal(&tls.get("certificate"), tls.span),
                key: self.literal(&tls.get("key"), tls.span),
            }),
            _ => {
                // The reason stands where the author chose it, which may be on the owner's field of that name.
                let owner = self.eval.instance(id).parent.unwrap_or(id);
                let at = if self.eval.field(owner, "tls").is_some() { owner } else { id };
                self.waive(at, "tls", name, "encryption between the world and the gateway");
                None
            }
        }
    }

    pub(super) fn route(&mut self, id: InstanceId) -> Option<plan::Route> {
        let (origin, mut origins) = (self.author_of(id), self.origins(id));
        self.join_origins(&mut origins, "limit", &["rate", "burst"]);
        self.join_origins(&mut origins, "kept", &["cache", "cache.for"]);
        self.join_origins(&mut origins, "redirection", &["redirect", "permanent"]);
        self.join_origins(&mut origins, "answer", &["respond.status", "respond.body"]);
        let path = self.eval.instance(id).name().clone();
        if let Err(fault) = laud_syntax::literal::route_path(&path) {
            self.report_route_path(&path, fault, origin);
            return None;
        }
        let location =
            if path.ends_with('/') { plan::Location::Prefix(path) } else { plan::Location::Exact(path) };
        let action = self.action(id, origin)?;
        let duration =
            |lower: &mut Self, field: &'static str| as_duration(&lower.eval.get(id, field)).unwrap_or(0);
        Some(plan::Route {
            location,
            action,
            strip_prefix: self.optional_literal(id, "strip_prefix"),
            rate: self.rate(id),
            body: as_bytes(&self.eval.get(id, "body")).unwrap_or(0),
            connect_timeout: duration(self, "connect_timeout"),
            timeout: duration(self, "timeout"),
            cache: self.cache(id),
            websocket: self.bool_field(id, "websocket"),
            buffering: self.bool_field(id, "buffering"),
            allow: self.literal_list(id, "allow").into(),
            headers: self.headers(id).into(),
            origin,
            origins,
        })
    }

    /// Reports what is wrong with a route's path: at the very characters, where it stands as it is.
    fn report_route_path(&mut self, path: &str, fault: Fault, origin: Span) {
        let as_written = self.eval.world.loaded.sources.slice(origin) == format!("\"{path}\"");
        let inner = |at: usize| origin.start() + 1 + at as u32;
        let place = match as_written && !fault.range.is_empty() {
            true => origin.with(inner(fault.range.start), inner(fault.range.end)),
            false => origin,
        };
        let diagnostic = Diagnostic::new(&code::BAD_PATH, place, fault.problem)
            .label("the path of a route")
            .help(fault.expected);
        self.report(match fault.offer {
            Some(offer) if as_written => {
                diagnostic.fix(format!("Change to `{offer}`"), origin, format!("\"{offer}\""))
            }
            Some(_) | None => diagnostic,
        });
    }

    fn action(&mut self, id: InstanceId, origin: Span) -> Option<plan::Action> {
        let target = match self.eval.get(id, "target") {
            Value::Instance(port) => self.port_of(port),
            _ => None,
        };
        if target.is_none()
            && let Value::Instance(port) = self.eval.get(id, "target")
        {
            if self.eval.get(port, "value").is_error() {
                return None;
            }
            self.report(
                Diagnostic::new(
                    &code::NOT_DEPLOYED,
                    origin,
                    "a route leads to what runs here, and this is external",
                )
                .help("Run a service here that passes the requests on, or `redirect` to the other place."),
            );
            return None;
        }
        if ["target", "redirect", "respond"].into_iter().any(|field| self.eval.get(id, field).is_error()) {
            return None;
        }
        let redirect = self.optional_literal(id, "redirect");
        let respond = as_record(&self.eval.get(id, "respond"));
        match (target, redirect, respond) {
            (Some((service, port)), None, None) => {
                Some(plan::Action::Proxy(plan::Upstream { service, port }))
            }
            (None, Some(to), None) => {
                if to.chars().any(|c| c.is_control() || c == ' ') || to.is_empty() {
                    let span = self.eval.span_of(id, "redirect");
                    self.report(Diagnostic::new(
                        &code::BAD_URL,
                        span,
                        format!("`{to}` is no place to redirect to"),
                    ));
                }
                Some(plan::Action::Redirect { to, permanent: self.bool_field(id, "permanent") })
            }
            (None, None, Some(respond)) => Some(plan::Action::Respond {
                status: as_int(&respond.get("status"))
                    .and_then(|status| u16::try_from(status).ok())
                    .unwrap_or(200),
                body: self.literal(&respond.get("body"), respond.span),
            }),
            _ => {
                self.report(
                    Diagnostic::new(
                        &code::MISSING_FIELD,
                        origin,
                        "a route has one of `->`, `redirect` and `respond`",
                    )
                    .help("Say what answers: `route \"/\" -> service.port`."),
                );
                None
            }
        }
    }

    fn rate(&mut self, id: InstanceId) -> Option<plan::RateLimit> {
        let burst =
            as_int(&self.eval.get(id, "burst")).and_then(|burst| u32::try_from(burst).ok()).unwrap_or(0);
        match self.eval.get(id, "rate") {
            Value::Rate { count, per } => Some(plan::RateLimit { count, per, burst }),
            _ => None,
        }
    }

    fn cache(&mut self, id: InstanceId) -> Option<plan::Cache> {
        let Value::Variant(cache) = self.eval.get(id, "cache") else { return None };
        let time = as_duration(&cache.get("for")).unwrap_or(0);
        Some(match cache.name() {
            "immutable" => plan::Cache::Immutable(time),
            "public" => plan::Cache::For(time),
            _ => plan::Cache::Never,
        })
    }
}
