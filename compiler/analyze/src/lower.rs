//! From an evaluated environment to its plan, and the rules of the graph.

mod dashboards;
mod gateway;
mod jobs;
mod metrics;
mod monitoring;
mod mounts;
mod names;
mod needs;
mod read;
mod rules;
mod service;

use crate::eval::Eval;
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{Plan, SecretId, ServiceId, SettingId};
use laud_syntax::{Diagnostic, Span, ast, code};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The plan of an environment. Where values are errors it lacks them, and is of
/// use for the rules alone; `partial` says that whole declarations may be missing.
pub(crate) fn lower<'p>(eval: &mut Eval<'_, 'p>, environment: &'p ast::Environment, partial: bool) -> Plan {
    let mut lower = Lower::new(eval, environment, partial);
    lower.collect();
    lower.name_things();
    lower.lower_services();
    lower.lower_gateways();
    lower.lower_monitoring();
    lower.lower_dashboards();
    lower.lower_raws(environment);
    lower.connect();
    lower.check_rules(environment);
    lower.plan
}

/// The lowering of one environment.
pub(crate) struct Lower<'e, 'w, 'p> {
    pub(crate) eval: &'e mut Eval<'w, 'p>,
    plan: Plan,
    /// Whether whole declarations may be missing, so that nothing can be said of what is not there.
    partial: bool,
    /// Every instance, owners before what they own, in the order of the spec.
    all: Vec<InstanceId>,
    services: FxHashMap<InstanceId, ServiceId>,
    secrets: FxHashMap<InstanceId, SecretId>,
    settings: FxHashMap<InstanceId, SettingId>,
    gateways: FxHashMap<InstanceId, u32>,
    /// By service: the instance.
    service_instances: Vec<InstanceId>,
    /// By service: where it stands, and the tiers whose networks it is on, as bits.
    tiers: Vec<(u8, u8)>,
    names: FxHashMap<InstanceId, SmolStr>,
}

impl<'e, 'w, 'p> Lower<'e, 'w, 'p> {
    fn new(eval: &'e mut Eval<'w, 'p>, environment: &'p ast::Environment, partial: bool) -> Self {
        let (app, description) = eval.world.app.map_or(("app", ""), |(name, doc)| (name.text.as_str(), doc));
        let plan = Plan {
            app: SmolStr::from(app),
            description: description.to_owned(),
            environment: environment.name.text.clone(),
            ..Plan::default()
        };
        Self {
            eval,
            plan,
            partial,
            all: Vec::new(),
            services: FxHashMap::default(),
            secrets: FxHashMap::default(),
            settings: FxHashMap::default(),
            gateways: FxHashMap::default(),
            service_instances: Vec::new(),
            tiers: Vec::new(),
            names: FxHashMap::default(),
        }
    }

    /// Lists every instance, and gives the services, secrets and settings their ids.
    fn collect(&mut self) {
        for id in self.eval.top.clone() {
            self.collect_instance(id);
        }
        let primitives = self.eval.world.primitives;
        for id in &self.all {
            let kind = Some(self.eval.instance(*id).kind);
            if kind == primitives.service && !self.eval.instance(*id).external {
                self.services.insert(*id, ServiceId(self.service_instances.len() as u32));
                self.service_instances.push(*id);
            } else if kind == primitives.secret {
                self.secrets.insert(*id, SecretId(self.secrets.len() as u32));
            } else if kind == primitives.setting {
                self.settings.insert(*id, SettingId(self.settings.len() as u32));
            } else if kind == primitives.proxy {
                self.gateways.insert(*id, self.gateways.len() as u32);
            }
        }
    }

    fn collect_instance(&mut self, id: InstanceId) {
        self.all.push(id);
        for child in self.eval.instance(id).children.clone() {
            self.collect_instance(child);
        }
        for (_, item) in self.eval.instance(id).items.clone() {
            self.collect_instance(item);
        }
    }

    /// Where the author declared it: its own name, or that of the declaration
    /// whose kind, of the standard library, makes it.
    fn author_of(&self, id: InstanceId) -> Span {
        let instance = self.eval.instance(id);
        match instance.parent {
            Some(parent) if self.eval.world.is_standard(instance.span.file) => self.author_of(parent),
            Some(_) | None => instance.span,
        }
    }

    /// Where the author set a field: on the instance, or on one that hands its
    /// field of that name on to it.
    fn author_of_field(&mut self, id: InstanceId, field: &str) -> Span {
        let span = self.eval.span_of(id, field);
        let parent = self.eval.instance(id).parent;
        match parent.filter(|_| self.eval.world.is_standard(span.file)) {
            Some(parent) if self.eval.field(parent, field).is_some() => self.author_of_field(parent, field),
            Some(_) => self.author_of(id),
            None => span,
        }
    }

    /// The instances of a primitive kind, in order.
    fn of_kind(&self, kind: crate::world::KindSlot) -> Vec<InstanceId> {
        self.all.iter().copied().filter(|id| Some(self.eval.instance(*id).kind) == kind).collect()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.eval.report(diagnostic);
    }

    fn service(&self, id: ServiceId) -> &plan::Service {
        self.plan.service(id)
    }

    fn lower_raws(&mut self, environment: &'p ast::Environment) {
        let world = self.eval.world;
        let of_environment = environment.body.entries.iter().filter_map(|entry| match &entry.node {
            ast::Node::Raw(raw) => Some(raw.as_ref()),
            _ => None,
        });
        let mut raws: Vec<(Option<InstanceId>, &'p ast::Raw)> =
            world.raws.iter().copied().chain(of_environment).map(|raw| (None, raw)).collect();
        for id in &self.all {
            raws.extend(self.eval.instance(*id).raws().iter().map(|raw| (Some(*id), *raw)));
        }
        for (owner, raw) in raws {
            self.lower_raw(owner, raw);
        }
    }

    fn lower_raw(&mut self, owner: Option<InstanceId>, raw: &'p ast::Raw) {
        const TARGETS: [&str; 4] = ["compose", "nginx", "prometheus", "grafana"];
        if !TARGETS.contains(&raw.target.text.as_str()) {
            let diagnostic = Diagnostic::new(
                &code::BAD_RAW,
                raw.target.span,
                format!("there is no target `{}`", raw.target.text),
            )
            .near(&raw.target.text, raw.target.span, TARGETS);
            self.report(diagnostic);
            return;
        }
        if raw.target.text == "prometheus" && self.plan.scraper.is_none() {
            // As with alerts: an environment may do without what another has.
            if !self.drops_monitoring() {
                self.report(
                    Diagnostic::new(
                        &code::NO_SCRAPER,
                        raw.target.span,
                        "nothing reads this: the environment has no Prometheus",
                    )
                    .help("Add `use std/monitoring { monitoring }` and `monitoring watch {}`."),
                );
            }
            return;
        }
        let service =
            owner.and_then(|id| self.eval.primary_service(id)).and_then(|id| self.services.get(&id).copied());
        let gateway = owner.and_then(|id| self.proxy_of(id));
        let Some(because) = &raw.because else {
            self.report(
                Diagnostic::new(&code::UNREASONED, raw.target.span, "raw content needs a reason")
                    .help("Add `because \"…\"` after it: the reason is carried to the output."),
            );
            return;
        };
        let content = self.eval.raw_content(&raw.body, owner);
        let content = self.data(&content);
        let because = self.reason(because);
        let subject =
            service.map(|id| self.service(id).name.clone()).unwrap_or_else(|| raw.target.text.clone());
        self.plan.waivers.push(plan::Waiver {
            subject,
            what: format!("raw {} content", raw.target.text),
            because: because.clone(),
            origin: raw.target.span,
        });
        self.plan.raws.push(plan::Raw {
            service,
            gateway,
            target: raw.target.text.clone(),
            content,
            because,
            origin: raw.target.span,
        });
    }

    /// The gateway that an instance is, or makes.
    fn proxy_of(&self, id: InstanceId) -> Option<u32> {
        if let Some(gateway) = self.gateways.get(&id) {
            return Some(*gateway);
        }
        self.eval.instance(id).children.iter().find_map(|child| self.gateways.get(child).copied())
    }

    /// The words after `because`.
    fn reason(&mut self, text: &'p ast::Text) -> String {
        match self.eval.eval_text(text, &crate::types::Type::TEXT, crate::eval::Scope::default()) {
            crate::value::Value::Text(text) => text.to_string(),
            _ => self.eval.world.loaded.sources.slice(text.span).trim_matches('"').to_owned(),
        }
    }

    /// Notes a safeguard that is given up, or reports that no reason is given.
    fn waive(&mut self, id: InstanceId, field: &str, subject: &SmolStr, what: impl Into<String>) {
        let span = self.author_of_field(id, field);
        let because = self.reason_of(id, field).or_else(|| self.eval.decl_because(id));
        let what = what.into();
        match because {
            Some(text) => {
                let because = self.reason(text);
                self.plan.waivers.push(plan::Waiver {
                    subject: subject.clone(),
                    what,
                    because,
                    origin: span,
                });
            }
            None => self.report_unreasoned(field, &what, span),
        }
    }

    /// The reason after a field: its own, or that of the owner's field of that
    /// name, which is where the author wrote it if the kind only hands it on.
    fn reason_of(&mut self, id: InstanceId, field: &str) -> Option<&'p ast::Text> {
        let own = self.eval.field(id, field).map(|field| field.because);
        match (own, self.eval.instance(id).parent) {
            (Some(Some(because)), _) => Some(because),
            (_, Some(parent)) if self.eval.field(parent, field).is_some() => self.reason_of(parent, field),
            _ => None,
        }
    }

    fn report_unreasoned(&mut self, field: &str, what: &str, span: Span) {
        self.report(
            Diagnostic::new(
                &code::UNREASONED,
                span,
                format!("`{field}` gives up a safeguard ({what}) without a reason"),
            )
            .help("Add `because \"…\"` after it: the reason is carried to the output."),
        );
    }
}
