//! Services and jobs.

use super::Lower;
use super::read::{as_bytes, as_duration, as_int, as_port, as_record, variant_name};
use crate::eval::BUILT;
use crate::shown::paragraph;
use crate::value::{ImageSource, RecordValue, Value, VariantValue};
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{HttpClient, Image, Text};
use laud_syntax::{Diagnostic, Span, ast, code, literal};
use lean_string::LeanStr;
use std::rc::Rc;
use std::sync::Arc;
use thin_vec::ThinVec;

/// The tiers, by the bit that stands for each.
pub(super) const TIERS: [(&str, bool); 4] =
    [("edge", false), ("app", false), ("data", true), ("monitoring", true)];

impl<'p> Lower<'_, '_, 'p> {
    pub(super) fn lower_service(&mut self, id: InstanceId) {
        let tier = tier_of(&self.eval.get(id, "tier"));
        let mut on = 1 << tier;
        for joined in self.list_field(id, "joins") {
            on |= 1 << tier_of(&joined);
        }
        self.tiers.push((tier, on));
        let service = self.service_of(id);
        self.plan.services.push(service);
        self.state_needs(id);
    }

    fn service_of(&mut self, id: InstanceId) -> plan::Service {
        let name = self.names[&id].clone();
        let (origin, mut origins) = (self.author_of(id), self.origins(id));
        let test = ["health.command", "health.port", "health.path", "health.timeout"];
        self.join_origins(&mut origins, "health.test", &test);
        let job = self.job(id);
        let replicas =
            as_int(&self.eval.get(id, "replicas")).and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
        let user = self.user(id, &name);
        let (capabilities, read_only) = (self.capabilities(id, &name), self.read_only(id, &name));
        plan::Service {
            kind: self.owner_kind(id),
            description: self.owner_doc(id),
            image: self.image(id, &name),
            command: self.texts(id, "command"),
            entrypoint: self.texts(id, "entrypoint"),
            env: self.env(id),
            ports: self.ports(id, &name),
            health: self.health(id, &name, job.is_some()),
            mounts: self.mounts(id, &name, replicas),
            limits: self.limits(id),
            replicas,
            needs: Vec::new(),
            networks: Arc::default(),
            user,
            read_only,
            tmpfs: self.tmpfs(id),
            capabilities,
            new_privileges: self.waived(id, "new_privileges", &name, "no new privileges"),
            privileged: self.waived(id, "privileged", &name, "an unprivileged container"),
            host_pid: self.waived(id, "host_pid", &name, "its own process ids"),
            restart: self.restart(id, job.is_some()),
            stop_grace: as_duration(&self.eval.get(id, "stop_grace")),
            stop_signal: self.optional_literal(id, "stop_signal"),
            init: self.bool_field(id, "init"),
            working_dir: self.optional_literal(id, "working_dir"),
            shm_size: as_bytes(&self.eval.get(id, "shm_size")),
            ulimits: self.ulimits(id),
            sysctls: self
                .literal_map(id, "sysctls")
                .into_iter()
                .map(|(key, value, _)| (key, value))
                .collect(),
            devices: self.devices(id, &name),
            gpus: as_int(&self.eval.get(id, "gpus")).and_then(|gpus| u32::try_from(gpus).ok()),
            extra_hosts: self
                .literal_map(id, "extra_hosts")
                .into_iter()
                .map(|(key, value, _)| (key, value))
                .collect(),
            aliases: self.literals(id, "aliases"),
            platform: self.optional_literal(id, "platform"),
            labels: self.labels(id),
            job,
            origin,
            origins,
            name,
        }
    }

    /// The kind that the author wrote: the outermost one that makes this.
    fn owner_kind(&self, id: InstanceId) -> LeanStr {
        let owner = self.eval.instance(id).parent.unwrap_or(id);
        self.eval.world.kind(self.eval.instance(owner).kind).name.clone()
    }

    /// The first paragraph of the doc comment: its own, its owner's, or that of the kind.
    fn owner_doc(&mut self, id: InstanceId) -> LeanStr {
        let instance = self.eval.instance(id);
        let owner = instance.parent;
        let own = instance.doc();
        let is_primary = owner.is_some_and(|owner| self.eval.primary_service(owner) == Some(id));
        let doc = match owner {
            Some(owner) if is_primary => {
                let owner = self.eval.instance(owner);
                if owner.doc().is_empty() { self.eval.world.kind(owner.kind).doc } else { owner.doc() }
            }
            Some(_) | None => own,
        };
        // Neighbours are often of one kind, and then share its words.
        match &self.last_doc {
            Some((before, words)) if std::ptr::eq(*before, doc) => words.clone(),
            Some(_) | None => {
                let words = LeanStr::from(paragraph(doc));
                self.last_doc = Some((doc, words.clone()));
                words
            }
        }
    }

    fn image(&mut self, id: InstanceId, name: &LeanStr) -> Image {
        let build = self.eval.get(id, "build");
        if build.is_error() {
            return Image::Pinned(LeanStr::default());
        }
        match (as_record(&build), self.eval.get(id, "image")) {
            (Some(build), Value::None | Value::Error) => {
                self.check_context(id, &build);
                self.build(id, &build, name)
            }
            (Some(_), _) => {
                let at = self.eval.span_of(id, "image");
                let message = format!("`{name}` has both an `image` and a `build`");
                self.report(Diagnostic::new(&code::DUPLICATE_FIELD, at, message).help("Keep one of them."));
                Image::Pinned(LeanStr::default())
            }
            (None, Value::Image(image)) => match &image.source {
                ImageSource::Built(build) => {
                    let owner = self.names.get(&image.service).cloned().unwrap_or_else(|| name.clone());
                    self.build(id, build, &owner)
                }
                ImageSource::Pulled(reference) => Image::Pinned(reference.clone()),
            },
            (None, Value::None) => {
                let diagnostic = self.image_of_a_build(id).unwrap_or_else(|| {
                    let message = format!("`{name}` has neither an `image` nor a `build`");
                    Diagnostic::new(&code::MISSING_FIELD, self.author_of(id), message)
                        .help("Add `image = \"name:tag\"`, or `build { context = \"./…\" }`.")
                });
                self.report(diagnostic);
                Image::Pinned(LeanStr::default())
            }
            (None, value) => {
                let at = self.eval.span_of(id, "image");
                Image::Pinned(self.literal(&value, at))
            }
        }
    }

    /// What is wrong if the image is to be the `image` of a service that builds its own.
    fn image_of_a_build(&self, id: InstanceId) -> Option<Diagnostic> {
        let entries = &self.eval.instance(id).decl()?.body.as_ref()?.entries;
        let (of, image) = entries.iter().find_map(|entry| match &entry.node {
            ast::Node::Field(field) if field.path.len() == 1 && field.path[0].text == "image" => {
                match &field.value.node {
                    ast::ExprNode::Member(member) if member.name.text == "image" => {
                        Some((&member.of, &member.name))
                    }
                    _ => None,
                }
            }
            _ => None,
        })?;
        let of = self.eval.world.loaded.sources.slice(of.span);
        let message = format!("`{of}` builds its image, and names none");
        let help = format!("What it builds is `{of}.{BUILT}`.");
        Some(Diagnostic::new(&code::MISSING_FIELD, image.span, message).help(help).fix(
            format!("Change to `{BUILT}`"),
            image.span,
            BUILT,
        ))
    }

    fn build(&mut self, id: InstanceId, build: &Rc<RecordValue<'p>>, name: &LeanStr) -> Image {
        let context = self.literal(&build.get("context"), build.span);
        let dockerfile = self.literal(&build.get("dockerfile"), build.span);
        let target = match build.get("target") {
            Value::None => None,
            value => Some(self.literal(&value, build.span)),
        };
        let args = match build.get("args") {
            Value::Map(args) => {
                args.iter().map(|(key, (value, _))| (key.clone(), self.text(value))).collect()
            }
            _ => Vec::new(),
        };
        Image::Built(Box::new(plan::Build {
            name: name.clone(),
            context,
            dockerfile,
            target,
            args,
            origin: self.own(id, build.span),
            origins: self.build_origins(id, build),
        }))
    }

    /// Where the parts of a build were set, which may be another service's.
    fn build_origins(&self, id: InstanceId, build: &Rc<RecordValue<'p>>) -> plan::Origins {
        let mut origins = plan::Origins::default();
        for (field, origin) in build.ty.fields.iter().zip(&build.origins) {
            if self.eval.is_own(*origin) {
                origins.note(field.name.clone(), *origin);
            }
        }
        if let Value::Map(args) = build.get("args") {
            for (key, (_, origin)) in args.iter() {
                origins.note(format!("args.{key}"), self.own(id, *origin));
            }
        }
        origins
    }

    fn texts(&mut self, id: InstanceId, field: &'static str) -> Option<ThinVec<Text>> {
        match self.eval.get(id, field) {
            Value::List(items) => Some(items.iter().map(|item| self.text(item)).collect()),
            _ => None,
        }
    }

    fn literals(&mut self, id: InstanceId, field: &'static str) -> ThinVec<LeanStr> {
        let span = self.eval.span_of(id, field);
        let items = self.list_field(id, field);
        items.iter().map(|item| self.literal(item, span)).collect()
    }

    fn env(&mut self, id: InstanceId) -> Vec<(LeanStr, Text, Span)> {
        let Value::Map(map) = self.eval.get(id, "env") else { return Vec::new() };
        let mut env: Vec<(LeanStr, Text, Span)> = Vec::with_capacity(map.len());
        for (name, (value, span)) in map.iter() {
            // IEEE Std 1003.1-2024, 8.1: letters, digits and `_`, not starting with a digit.
            let good = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !name.starts_with(|first: char| first.is_ascii_digit());
            if !good {
                let message = format!("`{name}` cannot be the name of an environment variable");
                self.report(
                    Diagnostic::new(&code::BAD_ENV_NAME, *span, message)
                        .help("Such a name has letters, digits and `_`, and does not start with a digit."),
                );
            }
            let text = self.text(value);
            env.push((name.clone(), text, self.own(id, *span)));
        }
        env.sort_by(|a, b| a.0.cmp(&b.0));
        env
    }

    fn labels(&mut self, id: InstanceId) -> ThinVec<(LeanStr, Text)> {
        let Value::Map(map) = self.eval.get(id, "labels") else { return ThinVec::new() };
        let mut labels: ThinVec<(LeanStr, Text)> =
            map.iter().map(|(name, (value, _))| (name.clone(), self.text(value))).collect();
        labels.sort_by(|a, b| a.0.cmp(&b.0));
        labels
    }

    fn ports(&mut self, id: InstanceId, service: &LeanStr) -> Vec<plan::Port> {
        let instances = self.instances_field(id, "ports");
        let mut ports: Vec<plan::Port> = Vec::with_capacity(instances.len());
        for port in instances {
            let (origin, origins) = (self.author_of(port), self.origins(port));
            let number = as_port(&self.eval.get(port, "value")).unwrap_or(0);
            let protocol = match variant_name(&self.eval.get(port, "protocol")) {
                "udp" => plan::Protocol::Udp,
                _ => plan::Protocol::Tcp,
            };
            let same =
                |other: &&plan::Port| number != 0 && other.number == number && other.protocol == protocol;
            if let Some(first) = ports.iter().find(same) {
                let diagnostic = Diagnostic::new(
                    &code::NAME_CLASH,
                    origin,
                    format!("`{service}` listens on port {number} twice"),
                )
                .related(first.origin, "first here")
                .help("Keep one of them, or give one another number.");
                self.report(diagnostic);
            }
            let publish = self.publish(port, service);
            ports.push(plan::Port {
                name: self.eval.instance(port).name().clone(),
                number,
                protocol,
                publish,
                origin,
                origins,
            });
        }
        ports
    }

    fn publish(&mut self, port: InstanceId, service: &LeanStr) -> Option<plan::Publish> {
        let Value::Variant(variant) = self.eval.get(port, "publish") else { return None };
        let number = as_port(&variant.get("port"))?;
        let (interface, which) = match variant.name() {
            "any" => (plan::Interface::Any, "address"),
            "ipv4" => (plan::Interface::Ipv4, "IPv4 address"),
            _ => return Some(plan::Publish { interface: plan::Interface::Loopback, port: number }),
        };
        let given_up = format!("port {number} published on every {which} of the host");
        self.waive(port, "publish", service, given_up);
        Some(plan::Publish { interface, port: number })
    }

    fn health(&mut self, id: InstanceId, service: &LeanStr, job: bool) -> Option<plan::Health> {
        let origin = self.eval.span_of(id, "health");
        let origin = self.own(id, origin);
        let variant = match self.eval.get(id, "health") {
            Value::Variant(variant) => variant,
            Value::Error => return None,
            _ if job => return None,
            _ => {
                let message = format!("`{service}` has no health check");
                self.report(
                    Diagnostic::new(&code::MISSING_FIELD, self.author_of(id), message)
                        .help("Add `health = http { … }`, `exec { … }` or `shell { … }`, or `health = off because \"…\"`."),
                );
                return None;
            }
        };
        let test = match variant.name() {
            "exec" => match variant.get("command") {
                Value::List(items) => plan::Test::Exec(items.iter().map(|item| self.text(item)).collect()),
                _ => return None,
            },
            "shell" => {
                let command = variant.get("command");
                plan::Test::Shell(self.text(&command))
            }
            "http" => self.http_test(&variant)?,
            _ => {
                if !job {
                    self.waive(id, "health", service, "a health check");
                }
                return None;
            }
        };
        let time = |field: &'static str| as_duration(&variant.get(field)).unwrap_or(0);
        Some(plan::Health {
            test,
            interval: time("interval"),
            timeout: time("timeout"),
            retries: as_int(&variant.get("retries")).and_then(|n| u32::try_from(n).ok()).unwrap_or(5),
            start_period: time("start_period"),
            origin,
        })
    }

    fn http_test(&mut self, variant: &Rc<VariantValue<'p>>) -> Option<plan::Test> {
        let Value::Instance(port) = variant.get("port") else { return None };
        let (_, port) = self.port_of(port)?;
        let client = match variant_name(&variant.get("with")) {
            "wget" => HttpClient::Wget,
            "curl" => HttpClient::Curl,
            "python" => HttpClient::Python,
            _ => HttpClient::Node,
        };
        Some(plan::Test::Http { client, port, path: self.literal(&variant.get("path"), variant.span) })
    }

    fn limits(&mut self, id: InstanceId) -> plan::Limits {
        let Some(limits) = as_record(&self.eval.get(id, "limits")) else {
            return plan::Limits { memory: 0, cpu: 0, pids: 0 };
        };
        plan::Limits {
            memory: as_bytes(&limits.get("memory")).unwrap_or(0),
            cpu: match limits.get("cpu") {
                Value::Cpu(millis) => millis,
                _ => 0,
            },
            pids: as_int(&limits.get("pids")).and_then(|pids| u32::try_from(pids).ok()).unwrap_or(0),
        }
    }

    fn user(&mut self, id: InstanceId, service: &LeanStr) -> Option<LeanStr> {
        let user = self.optional_literal(id, "user")?;
        let name = user.split(':').next().unwrap_or("");
        if matches!(name, "root" | "0") {
            self.waive(id, "user", service, "a user other than root");
        }
        Some(user)
    }

    fn capabilities(&mut self, id: InstanceId, service: &LeanStr) -> ThinVec<LeanStr> {
        let capabilities: ThinVec<LeanStr> =
            self.list_field(id, "allow").iter().map(|item| LeanStr::from(variant_name(item))).collect();
        if !capabilities.is_empty() {
            self.waive(id, "allow", service, format!("capabilities {}", capabilities.join(", ")));
        }
        capabilities
    }

    fn read_only(&mut self, id: InstanceId, service: &LeanStr) -> bool {
        let read_only = self.bool_field(id, "read_only");
        if !read_only {
            self.waive(id, "read_only", service, "a read-only root file system");
        }
        read_only
    }

    /// A safeguard that `true` gives up.
    fn waived(&mut self, id: InstanceId, field: &'static str, service: &LeanStr, what: &str) -> bool {
        let given_up = self.bool_field(id, field);
        if given_up {
            self.waive(id, field, service, what);
        }
        given_up
    }

    fn tmpfs(&mut self, id: InstanceId) -> ThinVec<plan::Tmpfs> {
        let records: Vec<Rc<RecordValue<'p>>> =
            self.list_field(id, "tmpfs").iter().filter_map(as_record).collect();
        records
            .iter()
            .map(|record| {
                let number = |field: &'static str| {
                    as_int(&record.get(field)).and_then(|id| u32::try_from(id).ok()).filter(|id| *id != 0)
                };
                plan::Tmpfs {
                    at: self.literal(&record.get("at"), record.span),
                    size: as_bytes(&record.get("size")).unwrap_or(0),
                    mode: self.literal(&record.get("mode"), record.span),
                    uid: number("uid"),
                    gid: number("gid"),
                }
            })
            .collect()
    }

    fn ulimits(&mut self, id: InstanceId) -> ThinVec<plan::Ulimit> {
        let records: Vec<Rc<RecordValue<'p>>> =
            self.list_field(id, "ulimits").iter().filter_map(as_record).collect();
        let ulimit = |record: &Rc<RecordValue<'p>>| {
            let soft = as_int(&record.get("soft")).unwrap_or(-1);
            plan::Ulimit {
                name: LeanStr::from(variant_name(&record.get("name"))),
                soft,
                hard: as_int(&record.get("hard")).unwrap_or(soft),
            }
        };
        records.iter().map(ulimit).collect()
    }

    fn devices(&mut self, id: InstanceId, service: &LeanStr) -> ThinVec<plan::Device> {
        let records: Vec<Rc<RecordValue<'p>>> =
            self.list_field(id, "devices").iter().filter_map(as_record).collect();
        if !records.is_empty() {
            self.waive(id, "devices", service, "devices of the host");
        }
        records
            .iter()
            .map(|record| {
                let host = self.literal(&record.get("host"), record.span);
                let at = match record.get("at") {
                    Value::None => host.clone(),
                    value => self.literal(&value, record.span),
                };
                plan::Device { host, at, permissions: self.literal(&record.get("permissions"), record.span) }
            })
            .collect()
    }

    fn restart(&mut self, id: InstanceId, job: bool) -> plan::Restart {
        let set = self.eval.field(id, "restart").is_some();
        match variant_name(&self.eval.get(id, "restart")) {
            _ if job && !set => plan::Restart::No,
            "on_failure" => plan::Restart::OnFailure,
            "no" => plan::Restart::No,
            _ => plan::Restart::UnlessStopped,
        }
    }

    fn job(&mut self, id: InstanceId) -> Option<Box<plan::Job>> {
        let Value::Variant(trigger) = self.eval.get(id, "job") else { return None };
        let trigger = match trigger.name() {
            "before_start" => plan::Trigger::BeforeStart,
            "after_deploy" => plan::Trigger::AfterDeploy,
            "schedule" => plan::Trigger::Schedule(self.schedule(&trigger)?),
            _ => plan::Trigger::Manual,
        };
        Some(Box::new(plan::Job { trigger }))
    }

    /// What is no schedule has been reported where its type was asked for.
    fn schedule(&mut self, trigger: &Rc<VariantValue<'p>>) -> Option<plan::Schedule> {
        let text = self.literal(&trigger.get("cron"), trigger.span);
        let cron = literal::cron(&text).ok()?;
        Some(plan::Schedule { text, cron, origin: trigger.span })
    }
}

fn tier_of(value: &Value<'_>) -> u8 {
    let name = variant_name(value);
    TIERS.iter().position(|(tier, _)| *tier == name).unwrap_or(1) as u8
}
