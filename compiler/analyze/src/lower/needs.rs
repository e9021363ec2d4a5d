//! References as dependencies: start order and shared networks.

use super::Lower;
use super::service::TIERS;
use crate::value::Value;
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{Condition, MountSource, Need, ServiceId};
use laud_syntax::{Diagnostic, Span, code};
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::sync::Arc;

/// What a service says that it needs, besides what it refers to.
#[derive(Clone)]
pub(super) struct StatedNeeds {
    pub(super) services: SmallVec<[ServiceId; 4]>,
    /// The service whose image it runs, if that is another's, and where it says so.
    pub(super) image: Option<(ServiceId, Span)>,
    /// Where it says so.
    origin: Span,
    /// Where the author declared the service.
    pub(super) author: Span,
}

impl Lower<'_, '_, '_> {
    /// Notes what a service says that it needs.
    pub(super) fn state_needs(&mut self, id: InstanceId) {
        let needs = self.instances_field(id, "needs");
        if needs.contains(&id) {
            let span = self.author_of_field(id, "needs");
            let diagnostic = Diagnostic::new(&code::START_CYCLE, span, "a service that waits for itself");
            self.report(diagnostic.help("Take it out of its own `needs`."));
        }
        let services = needs.iter().filter_map(|need| self.services.get(need).copied()).collect();
        let image = match self.eval.get(id, "image") {
            Value::Image(image) => self.services.get(&image.service).copied(),
            _ => None,
        };
        let image = image.map(|service| (service, self.author_of_field(id, "image")));
        let (origin, author) = (self.author_of_field(id, "needs"), self.author_of(id));
        self.stated_needs.push(StatedNeeds { services, image, origin, author });
    }

    /// Works out what each service needs, and the networks on which they meet.
    pub(super) fn connect(&mut self) {
        let files = self.services_in_files();
        for index in 0..self.plan.services.len() {
            let id = ServiceId(index as u32);
            let needs = self.needs_of(id, &files);
            for need in &needs {
                self.join(id, need.service);
            }
            self.plan.services[index].needs = needs;
        }
        self.wait_for_jobs();
        self.connect_monitoring();
        self.name_networks();
    }

    /// By path: the services that a file names, and where.
    fn services_in_files(&self) -> FxHashMap<LeanStr, Vec<(ServiceId, Span)>> {
        let named = |file: &plan::File| {
            content_services(&file.content).into_iter().map(|other| (other, file.origin)).collect()
        };
        self.plan.files.iter().map(|file| (file.path.clone(), named(file))).collect()
    }

    fn needs_of(&self, id: ServiceId, files: &FxHashMap<LeanStr, Vec<(ServiceId, Span)>>) -> Vec<Need> {
        let StatedNeeds { services, origin, author, .. } = &self.stated_needs[id.0 as usize];
        let mut found: Vec<(ServiceId, Span)> = services.iter().map(|other| (*other, *origin)).collect();
        let author = *author;
        let service = self.service(id);
        for (_, value, span) in &service.env {
            found.extend(value.services().map(|other| (other, *span)));
        }
        let lists = [&service.command, &service.entrypoint];
        for text in lists.into_iter().flatten().flatten() {
            found.extend(text.services().map(|other| (other, author)));
        }
        for (_, value) in &service.labels {
            found.extend(value.services().map(|other| (other, author)));
        }
        for mount in &service.mounts {
            if let MountSource::Generated(path) = &mount.source {
                found.extend(files.get(path).into_iter().flatten());
            }
        }
        for gateway in &self.plan.gateways {
            if gateway.runs_on == plan::RunsOn::Container(id) {
                found.extend(gateway.routes.iter().filter_map(|route| match &route.action {
                    plan::Action::Proxy(upstream) => Some((upstream.service, route.origin)),
                    plan::Action::Redirect { .. } | plan::Action::Respond { .. } => None,
                }));
            }
        }
        // In order, and each once: a gateway may lead to thousands.
        let mut seen = FxHashSet::from_iter([id]);
        found.retain(|(other, _)| seen.insert(*other));
        let need = |(service, origin)| Need { service, condition: self.condition(service), origin };
        found.into_iter().map(need).collect()
    }

    fn condition(&self, id: ServiceId) -> Condition {
        let service = self.service(id);
        match (&service.job, &service.health) {
            (Some(_), _) => Condition::Completed,
            (None, Some(_)) => Condition::Healthy,
            (None, None) => Condition::Started,
        }
    }

    /// Puts `id` on the network where `other` stands.
    fn join(&mut self, id: ServiceId, other: ServiceId) {
        let tier = self.tiers[other.0 as usize].0;
        self.tiers[id.0 as usize].1 |= 1 << tier;
    }

    fn connect_monitoring(&mut self) {
        let Some(scraper) = self.plan.scraper.as_ref().map(|scraper| scraper.service) else { return };
        let targets: Vec<ServiceId> = self.plan.targets.iter().map(|target| target.service).collect();
        let prober = self.plan.prober.as_ref().map(|prober| prober.service);
        let viewer = self.plan.grafana.as_ref().map(|grafana| grafana.service);
        for service in targets.into_iter().chain(prober).chain(viewer) {
            if service != scraper {
                self.join(service, scraper);
            }
        }
    }

    fn name_networks(&mut self) {
        let mut used = 0;
        let mut known: FxHashMap<u8, Arc<[LeanStr]>> = FxHashMap::default();
        for (service, (_, on)) in self.plan.services.iter_mut().zip(&self.tiers) {
            used |= on;
            service.networks = known.entry(*on).or_insert_with(|| names(*on)).clone();
        }
        self.plan.networks = TIERS
            .iter()
            .enumerate()
            .filter(|(bit, _)| used & (1 << bit) != 0)
            .map(|(_, (name, internal))| plan::Network {
                name: LeanStr::from_static_str(name),
                internal: *internal,
            })
            .collect();
    }
}

fn names(on: u8) -> Arc<[LeanStr]> {
    let tiers = TIERS.iter().enumerate().filter(|(bit, _)| on & (1 << bit) != 0);
    tiers.map(|(_, (name, _))| LeanStr::from_static_str(name)).collect()
}

fn content_services(content: &plan::Content) -> Vec<ServiceId> {
    let mut found = Vec::new();
    content.each_text(&mut |text| found.extend(text.services()));
    found
}
