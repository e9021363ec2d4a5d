//! From an environment to its plan, and the rules of the graph.
//!
//! First the outline: what there is, so that everything has its number and
//! name. Then, declaration by declaration, what each says: its values are
//! worked out, become a part of the plan, and are let go of, so that a large
//! system needs no more memory than its plan and its outline. Several threads
//! may each take runs of the declarations ([`Shares`]); their outlines are the same.
//! At last, with all in one plan, the rules of the graph.

mod addresses;
mod again;
mod dashboards;
mod gateway;
mod jobs;
mod metrics;
mod monitoring;
mod mounts;
mod names;
mod needs;
mod origins;
mod parts;
mod prints;
mod probes;
mod read;
mod redirects;
mod routes;
mod rules;
mod service;
mod share;
mod sources;

use crate::eval::reads::Owner;
use crate::eval::{Eval, LatePart};
use crate::world::{InstanceId, KindId, KindSlot};
use again::Outlined;
pub(crate) use again::{Again, Change, ChangedName, KeptPlan};
use dashboards::Panels;
use laud_plan as plan;
use laud_plan::{Plan, SecretId, ServiceId, SettingId};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use metrics::{Asked, Export, Exports};
pub(crate) use metrics::{COMMON_LABELS, SYNTHETIC, series_of};
use monitoring::Monitoring;
use needs::StatedNeeds;
use routes::Routes;
use rustc_hash::FxHashMap;
pub(crate) use share::{Part, Shared, Shares};
use std::ops::Range;

/// What lowering gives; what the evaluation found is the evaluation's.
pub(crate) struct Lowered {
    /// The plan. Where values are errors it lacks them.
    pub(crate) plan: Plan,
    /// What the rules found.
    pub(crate) found: Vec<Diagnostic>,
    /// What the rules miss, which says nothing where whole declarations may be missing.
    pub(crate) missed: Vec<Diagnostic>,
}

/// The lowering of one environment.
pub(crate) struct Lower<'e, 'w, 'p> {
    pub(crate) eval: &'e mut Eval<'w, 'p>,
    plan: Plan,
    found: Vec<Diagnostic>,
    missed: Vec<Diagnostic>,
    /// Every instance, owners before what they own, in the order of the spec.
    all: Vec<InstanceId>,
    /// By declaration at the top: which of them it is made of.
    declarations: Vec<Range<usize>>,
    /// By instance, if someone asks: which it is of those that its declaration is made of.
    ordinals: Vec<u32>,
    /// Those of the declaration that is lowered, if it has a gateway.
    routes: Routes,
    /// By declaration at the top, if someone asks: its number from one edit to the next.
    serials: Vec<u32>,
    /// By declaration at the top, if someone asks: how it was outlined.
    outlined: Vec<Outlined>,
    /// What the declaration exports that is outlined, if someone asks.
    exported: Vec<Export>,
    /// Those of each primitive kind, in order.
    by_kind: FxHashMap<KindId, Vec<InstanceId>>,
    services: FxHashMap<InstanceId, ServiceId>,
    secrets: FxHashMap<InstanceId, SecretId>,
    settings: FxHashMap<InstanceId, SettingId>,
    gateways: FxHashMap<InstanceId, u32>,
    /// By service: the instance.
    service_instances: Vec<InstanceId>,
    /// By service: what it says that it needs.
    stated_needs: Vec<StatedNeeds>,
    /// By service: where it stands, and the tiers whose networks it is on, as bits.
    tiers: Vec<(u8, u8)>,
    names: FxHashMap<InstanceId, LeanStr>,
    /// What was said last of a service, and what became of it.
    last_doc: Option<(&'p str, LeanStr)>,
    /// Which host names are taken, and by what.
    host_names: FxHashMap<LeanStr, Span>,
    /// What is exported, as far as the outline has come.
    exports: Exports,
    /// The queries that ask for metrics, and where they are written.
    asked: Asked,
    monitoring: Monitoring,
    panels: Panels,
}

/// How much room the lists of a plan need that most of it is in.
#[derive(Clone, Copy, Default)]
struct Room {
    services: usize,
    targets: usize,
    alerts: usize,
}

impl Room {
    fn reserve(self, plan: &mut Plan, stated_needs: &mut Vec<StatedNeeds>, tiers: &mut Vec<(u8, u8)>) {
        plan.services.reserve_exact(self.services);
        stated_needs.reserve_exact(self.services);
        tiers.reserve_exact(self.services);
        plan.targets.reserve_exact(self.targets);
        plan.alerts.reserve_exact(self.alerts);
    }
}

impl<'e, 'w, 'p> Lower<'e, 'w, 'p> {
    /// What there is, before anything is lowered. `whole` makes room for all of it.
    pub(crate) fn outlined(
        eval: &'e mut Eval<'w, 'p>,
        environment: &'p ast::Environment,
        whole: bool,
    ) -> Self {
        let mut lower = Self::new(eval, environment);
        lower.outline();
        if whole {
            lower.reserve();
        }
        lower.find_whole();
        lower
    }

    /// Works out what of the whole the declarations depend on.
    fn find_whole(&mut self) {
        self.name_variables();
        self.find_monitoring();
    }

    /// Lowers all declarations of an environment whose instances are made.
    pub(crate) fn alone(eval: &'e mut Eval<'w, 'p>, environment: &'p ast::Environment) -> Self {
        let mut lower = Self::outlined(eval, environment, true);
        let declarations = std::mem::take(&mut lower.declarations);
        lower.lower_run(&declarations);
        lower
    }

    fn lower_run(&mut self, declarations: &[Range<usize>]) {
        for range in declarations {
            self.lower_declaration(range.clone());
        }
    }

    /// Completes the plan, once every share is in it.
    pub(crate) fn finish(mut self, environment: &'p ast::Environment) -> Lowered {
        self.finish_monitoring();
        self.finish_dashboards();
        self.lower_raws(environment);
        self.mark_secrets();
        self.connect();
        self.check_rules(environment);
        if let Some(trace) = &mut self.eval.trace {
            self.plan.causes = std::mem::take(&mut trace.causes);
        }
        Lowered { plan: self.plan, found: self.found, missed: self.missed }
    }

    pub(crate) fn new(eval: &'e mut Eval<'w, 'p>, environment: &'p ast::Environment) -> Self {
        let (app, description) = eval.world.app.map_or(("app", ""), |(name, doc)| (name.text.as_str(), doc));
        let named = eval.world.app.map_or(environment.name.span, |(name, _)| name.span);
        let plan = Plan {
            app: LeanStr::from(app),
            description: description.to_owned(),
            environment: environment.name.text.clone(),
            origin: named,
            ..Plan::default()
        };
        Self {
            eval,
            plan,
            found: Vec::new(),
            missed: Vec::new(),
            all: Vec::new(),
            declarations: Vec::new(),
            ordinals: Vec::new(),
            serials: Vec::new(),
            outlined: Vec::new(),
            exported: Vec::new(),
            routes: Routes::default(),
            by_kind: FxHashMap::default(),
            services: FxHashMap::default(),
            secrets: FxHashMap::default(),
            settings: FxHashMap::default(),
            gateways: FxHashMap::default(),
            service_instances: Vec::new(),
            stated_needs: Vec::new(),
            tiers: Vec::new(),
            names: FxHashMap::default(),
            last_doc: None,
            host_names: FxHashMap::default(),
            exports: Exports::default(),
            asked: Asked::default(),
            monitoring: Monitoring::default(),
            panels: Panels::default(),
        }
    }

    /// Lists every instance; names the services, and gives them, the secrets
    /// and the settings their ids.
    fn outline(&mut self) {
        for id in self.eval.top.clone() {
            self.outline_declaration(id);
        }
    }

    fn outline_declaration(&mut self, id: InstanceId) {
        let start = self.all.len();
        let before = self.eval.turn(self.declarations.len() as Owner);
        self.eval.outline_all(id, &mut self.all);
        let range = start..self.all.len();
        for index in range.clone() {
            self.number(self.all[index]);
        }
        self.eval.release_all(self.all[range.clone()].iter().copied());
        self.declarations.push(range);
        self.eval.turn(before);
    }

    /// Makes room for what the outline has, so that nothing grows as it is filled.
    fn reserve(&mut self) {
        self.room().reserve(&mut self.plan, &mut self.stated_needs, &mut self.tiers);
    }

    /// The same for a run of the declarations.
    fn reserve_run(&mut self, declarations: &[Range<usize>]) {
        let (Some(first), Some(last)) = (declarations.first(), declarations.last()) else { return };
        let primitives = self.eval.world.primitives;
        let mut room = Room::default();
        for id in &self.all[first.start..last.end] {
            let kind = Some(self.eval.instance(*id).kind);
            room.services += usize::from(kind == primitives.service);
            room.targets += usize::from(kind == primitives.scrape);
            room.alerts += usize::from(kind == primitives.alert) + self.eval.late_alerts(*id);
        }
        room.reserve(&mut self.plan, &mut self.stated_needs, &mut self.tiers);
    }

    /// How much there is of all that the outline has.
    fn room(&mut self) -> Room {
        let primitives = self.eval.world.primitives;
        let count = |kind: KindSlot| kind.and_then(|kind| self.by_kind.get(&kind)).map_or(0, Vec::len);
        let (targets, alerts) = (count(primitives.scrape), count(primitives.alert));
        let late = self.all.iter().map(|id| self.eval.late_alerts(*id)).sum::<usize>();
        Room { services: self.service_instances.len(), targets, alerts: alerts + late }
    }

    /// Names what is of a primitive kind, and notes what it exports.
    fn number(&mut self, id: InstanceId) {
        let (kind, external) = (self.eval.instance(id).kind, self.eval.instance(id).external);
        self.note_exports(id);
        if !self.eval.world.kind(kind).ast.primitive {
            return;
        }
        self.give_number(id, kind, external);
        if self.services.contains_key(&id) {
            self.name_service(id);
        }
    }

    /// Gives what is of a primitive kind its number.
    fn give_number(&mut self, id: InstanceId, kind: KindId, external: bool) {
        self.by_kind.entry(kind).or_default().push(id);
        let (kind, primitives) = (Some(kind), self.eval.world.primitives);
        if kind == primitives.service && !external {
            self.services.insert(id, ServiceId(self.service_instances.len() as u32));
            self.service_instances.push(id);
        } else if kind == primitives.secret {
            self.secrets.insert(id, SecretId(self.secrets.len() as u32));
        } else if kind == primitives.setting {
            self.settings.insert(id, SettingId(self.settings.len() as u32));
        } else if kind == primitives.proxy {
            self.gateways.insert(id, self.gateways.len() as u32);
        }
    }

    /// Works out a declaration at the top and all that it is made of, and lets go of it.
    fn lower_declaration(&mut self, range: Range<usize>) {
        let faults = self.faults();
        let parts = self.eval.parts_with_late(self.all[range.start]);
        let made = || {
            parts.iter().filter_map(|part| match part {
                LatePart::Made(id) => Some(*id),
                LatePart::Moulded(..) => None,
            })
        };
        self.force_parts(made());
        for part in &parts {
            match part {
                LatePart::Made(id) => self.lower_instance(*id),
                LatePart::Moulded(mould, owner) => {
                    self.eval.take_over(mould, *owner);
                    self.work_out(mould.parts.iter().map(|(id, _)| *id));
                }
            }
        }
        // What is wrong in each of them is told of each.
        if self.faults() == faults {
            self.eval.make_moulds();
        }
        self.eval.release_all(made());
        self.eval.let_go_of_late();
    }

    /// How much was found to be wrong so far.
    fn faults(&self) -> usize {
        self.eval.diagnostics.len() + self.found.len() + self.missed.len()
    }

    fn work_out(&mut self, parts: impl Iterator<Item = InstanceId> + Clone) {
        self.force_parts(parts.clone());
        parts.for_each(|id| self.lower_instance(id));
    }

    fn force_parts(&mut self, parts: impl Iterator<Item = InstanceId>) {
        let route = self.eval.world.primitives.route;
        for id in parts {
            // A gateway may have thousands of routes, and takes them one by one.
            if Some(self.eval.instance(id).kind) != route {
                self.eval.force_own(id);
            }
        }
    }

    fn lower_instance(&mut self, id: InstanceId) {
        let primitives = self.eval.world.primitives;
        let kind = Some(self.eval.instance(id).kind);
        if kind == primitives.service {
            if self.services.contains_key(&id) {
                self.lower_service(id);
            }
        } else if kind == primitives.proxy {
            self.lower_gateway(id);
        } else if kind == primitives.scrape {
            self.lower_target(id);
        } else if kind == primitives.probe {
            self.lower_probe(id);
        } else if kind == primitives.recording {
            self.lower_recording(id);
        } else if kind == primitives.alert {
            self.lower_alert(id);
        } else if kind == primitives.query {
            self.check_query(id);
        } else if kind == primitives.panel {
            self.lower_panel(id);
        } else if kind == primitives.route && !self.eval.instance(id).released {
            // No gateway took it, and it may be wrong all the same.
            self.eval.force_own(id);
        }
    }

    /// Where the author declared it: its own name, or that of the declaration
    /// whose kind, of the standard library, makes it.
    fn author_of(&self, id: InstanceId) -> Span {
        let instance = self.eval.instance(id);
        match instance.parent {
            Some(parent) if self.eval.world.is_standard(instance.span().file()) => self.author_of(parent),
            Some(_) | None => instance.span(),
        }
    }

    /// Where the author set a field: on the instance, or on one that hands its
    /// field of that name on to it.
    fn author_of_field(&mut self, id: InstanceId, field: &'static str) -> Span {
        let span = self.eval.span_of(id, field);
        let parent = self.eval.instance(id).parent;
        match parent.filter(|_| self.eval.world.is_standard(span.file())) {
            Some(parent) if self.eval.field(parent, field).is_some() => self.author_of_field(parent, field),
            Some(_) => self.author_of(id),
            None => span,
        }
    }

    /// The instances of a primitive kind, in order.
    fn of_kind(&self, kind: KindSlot) -> Vec<InstanceId> {
        kind.and_then(|kind| self.by_kind.get(&kind)).cloned().unwrap_or_default()
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Reports what is missed, if nothing that is wrong elsewhere may hide it.
    fn report_missed(&mut self, diagnostic: Diagnostic) {
        self.missed.push(diagnostic);
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
    fn waive(&mut self, id: InstanceId, field: &'static str, subject: &LeanStr, what: impl Into<String>) {
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
    fn reason_of(&mut self, id: InstanceId, field: &'static str) -> Option<&'p ast::Text> {
        let own = self.eval.field(id, field).map(|field| field.because);
        match (own, self.eval.instance(id).parent) {
            (Some(Some(because)), _) => Some(because),
            (_, Some(parent)) if self.eval.field(parent, field).is_some() => self.reason_of(parent, field),
            _ => None,
        }
    }

    fn report_unreasoned(&mut self, field: &'static str, what: &str, span: Span) {
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
