//! Jobs of others: what a declaration offers is not there before the jobs that
//! it runs before the start. A database has its extensions then, a store its
//! buckets, a role its password.

use super::Lower;
use crate::world::InstanceId;
use laud_plan::{Condition, Need, Service, ServiceId, Trigger};
use laud_syntax::{Diagnostic, Span, code};
use rustc_hash::{FxHashMap, FxHashSet};

type Jobs = FxHashMap<InstanceId, Vec<ServiceId>>;

impl Lower<'_, '_, '_> {
    /// Lets whoever refers to a part of a declaration, has a secret of it, or
    /// runs its image, wait for its jobs.
    pub(super) fn wait_for_jobs(&mut self) {
        let jobs = self.jobs_by_owner();
        if jobs.is_empty() {
            return;
        }
        let mut secrets: Vec<(u32, InstanceId)> =
            self.secrets.iter().map(|(id, secret)| (secret.0, *id)).collect();
        secrets.sort_unstable();
        for index in 0..self.plan.services.len() {
            let id = ServiceId(index as u32);
            let image = self.image_from(id);
            for (service, origin) in self.jobs_before(id, &jobs, &secrets, image) {
                if !self.waits_for(service, id) {
                    self.plan.services[index].needs.push(Need {
                        service,
                        condition: Condition::Completed,
                        origin,
                    });
                }
            }
        }
    }

    /// Reports what the author has run before the start of nothing.
    pub(super) fn check_jobs_before(&mut self) {
        let awaited: FxHashSet<ServiceId> = self
            .plan
            .services
            .iter()
            .flat_map(|service| &service.needs)
            .filter(|need| need.condition == Condition::Completed)
            .map(|need| need.service)
            .collect();
        for index in 0..self.plan.services.len() {
            let id = ServiceId(index as u32);
            if !awaited.contains(&id) && is_before_start(self.service(id)) {
                self.report_unawaited(self.service_instances[index]);
            }
        }
    }

    fn report_unawaited(&mut self, instance: InstanceId) {
        let world = self.eval.world;
        let parent = self.eval.instance(instance).parent;
        // The prelude's kind `job` makes the service that runs.
        let is_job = |id: &InstanceId| {
            let kind = world.kind(self.eval.instance(*id).kind);
            kind.standard && kind.name == "job"
        };
        let own = self.eval.instance(parent.filter(is_job).unwrap_or(instance));
        // What a kind of the library runs before the start, it runs for those that refer to it.
        if world.is_standard(own.span().file()) {
            return;
        }
        let message = format!("nothing waits for `{}`, which is to run before the start", own.name());
        self.report_missed(
            Diagnostic::new(&code::UNAWAITED_JOB, own.span(), message)
                .label("runs beside what it is meant for")
                .help(format!(
                    "Add `needs = [{}]` to each service that must not start before it.",
                    own.name()
                )),
        );
    }

    /// By declaration: the jobs in it that run before the start.
    fn jobs_by_owner(&self) -> Jobs {
        let mut jobs = Jobs::default();
        for (service, instance) in self.plan.services.iter().zip(&self.service_instances) {
            if is_before_start(service) {
                for owner in self.owners(*instance) {
                    jobs.entry(owner).or_default().push(self.services[instance]);
                }
            }
        }
        jobs
    }

    /// What a declaration stands in, from the inside out.
    fn owners(&self, id: InstanceId) -> impl Iterator<Item = InstanceId> {
        std::iter::successors(self.eval.instance(id).parent, |owner| self.eval.instance(*owner).parent)
    }

    /// The service whose image a service runs, if that is another's: a worker runs
    /// the code of the application, which counts on what its jobs have done.
    fn image_from(&self, id: ServiceId) -> Option<(InstanceId, Span)> {
        let (service, origin) = self.stated_needs[id.0 as usize].image?;
        Some((self.service_instances[service.0 as usize], origin))
    }

    /// The jobs of others that a service must wait for, beyond those that it waits for anyway.
    fn jobs_before(
        &self,
        id: ServiceId,
        jobs: &Jobs,
        secrets: &[(u32, InstanceId)],
        image: Option<(InstanceId, Span)>,
    ) -> Vec<(ServiceId, Span)> {
        let service = self.service(id);
        let around: Vec<InstanceId> = self.owners(self.service_instances[id.0 as usize]).collect();
        let parts =
            service.needs.iter().map(|need| (self.service_instances[need.service.0 as usize], need.origin));
        let of_secrets = service.env.iter().flat_map(|(_, text, origin)| {
            text.secrets().chain(text.secret_files()).map(|secret| (secrets[secret.0 as usize].1, *origin))
        });
        let mut found: Vec<(ServiceId, Span)> = Vec::new();
        for (part, origin) in parts.chain(of_secrets).chain(image) {
            let owner = self.owners(part).take_while(|owner| !around.contains(owner)).last();
            for job in owner.and_then(|owner| jobs.get(&owner)).into_iter().flatten() {
                let waits = |other: ServiceId| {
                    other == *job || self.service(other).needs.iter().any(|need| need.service == *job)
                };
                let known = *job == id || found.iter().any(|(other, _)| other == job);
                if !known && !service.needs.iter().any(|need| waits(need.service)) {
                    found.push((*job, origin));
                }
            }
        }
        found
    }

    /// Whether a service waits for another, perhaps by way of others.
    pub(super) fn waits_for(&self, from: ServiceId, other: ServiceId) -> bool {
        let mut seen = FxHashSet::from_iter([from]);
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == other {
                return true;
            }
            let next = self.service(at).needs.iter().map(|need| need.service);
            open.extend(next.filter(|next| seen.insert(*next)));
        }
        false
    }
}

fn is_before_start(service: &Service) -> bool {
    matches!(&service.job, Some(job) if matches!(job.trigger, Trigger::BeforeStart))
}
