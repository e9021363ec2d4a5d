//! Jobs: services that end.

use laud_plan::{Plan, Trigger};

/// A comment on the jobs that `docker compose up` leaves alone, a line each;
/// nothing if there are none.
pub(super) fn comment(plan: &Plan) -> String {
    let lines = plan.services.iter().filter_map(|service| {
        let when = match &service.job.as_ref()?.trigger {
            Trigger::BeforeStart => return None,
            Trigger::AfterDeploy => "after each deploy".to_owned(),
            Trigger::Manual => "when someone asks for it".to_owned(),
            Trigger::Schedule(schedule) => format!("by its timer in systemd/: {} in UTC", schedule.text),
        };
        Some(format!("# - {}: {when}\n", service.name))
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "# Jobs do not start with the rest; `docker compose run --rm NAME` runs one. Each is due\n{lines}"
    )
}
