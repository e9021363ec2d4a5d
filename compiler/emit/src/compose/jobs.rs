//! Jobs: services that end.

use laud_plan::{Service, Trigger};

/// Whether it is a job that `docker compose up` must leave alone: all but those
/// that must have run before other services start.
pub(super) fn is_on_demand(service: &Service) -> bool {
    match service.job.as_ref().map(|job| &job.trigger) {
        None | Some(Trigger::BeforeStart) => false,
        Some(Trigger::AfterDeploy | Trigger::Manual | Trigger::Schedule(_)) => true,
    }
}
