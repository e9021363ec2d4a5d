//! The systemd target: a service and a timer for each job that has a schedule.
//!
//! What it relies on in systemd (251 and newer) and in docker compose 2, tried
//! with 252 and v2.40.3:
//!
//! - No path may be written down, so units are linked from where they lie, and
//!   `%Y`, the folder of the linked file, leads to the environment's.
//!   `WorkingDirectory=` takes no path with `..` in it; a command does.
//! - `docker compose run` without `--no-deps` runs migrations again, and takes
//!   up whatever a build has changed since the last deploy: a job that is due
//!   must do neither.
//! - When `docker compose run` is told to end, it leaves its container running;
//!   so the container has the unit's name, and `ExecStopPost=` stops it.
//!
//! `calendar` holds the translation of schedules, `unit` the files.

mod calendar;
mod unit;

use crate::{Context, Sink};
use laud_plan::{Plan, Schedule, Service, Trigger};
use laud_syntax::{Diagnostic, code};
use std::collections::BTreeSet;

/// What of the plan it cannot express.
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    let waits = scheduled(plan).flat_map(|(job, _)| job.needs.iter().map(move |need| (job, need)));
    let waits = waits.map(|(job, need)| (job, plan.service(need.service), need.origin));
    let in_vain = waits.filter(|(_, needed, _)| needed.is_on_demand());
    in_vain
        .map(|(job, needed, origin)| {
            let (job, needed) = (&job.name, &needed.name);
            let message =
                format!("`{job}` has a schedule and waits for the job `{needed}`, which has its own time");
            Diagnostic::new(&code::TARGET_LACKS, origin, message)
                .note("A timer runs its job alone.")
                .help(format!("Make one job of the two, or do not wait for `{needed}`."))
        })
        .collect()
}

/// Where it writes.
pub fn places(plan: &Plan) -> BTreeSet<String> {
    scheduled(plan).map(|_| "systemd/".to_owned()).collect()
}

/// Its files.
pub fn emit(plan: &Plan, _context: Context<'_>, sink: &mut dyn Sink) {
    for (job, schedule) in scheduled(plan) {
        unit::service(plan, job).give(sink);
        unit::timer(plan, job, schedule).give(sink);
    }
}

/// The jobs that have a schedule.
fn scheduled(plan: &Plan) -> impl Iterator<Item = (&Service, &Schedule)> {
    plan.services.iter().filter_map(|service| match &service.job.as_ref()?.trigger {
        Trigger::Schedule(schedule) => Some((service, schedule)),
        Trigger::BeforeStart | Trigger::AfterDeploy | Trigger::Manual => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, DB, MIGRATE, WORKER};
    use crate::{File, Whole};
    use laud_plan::{Condition, Job, Need, ServiceId};

    const CLEANUP: u32 = 7;

    /// The fixture with a job that needs its database, its migration and its worker.
    fn plan(schedule: &str) -> Plan {
        let mut plan = fixture::plan();
        let conditions =
            [(DB, Condition::Healthy), (MIGRATE, Condition::Completed), (WORKER, Condition::Started)];
        plan.services.push(Service {
            job: Some(Box::new(Job { trigger: Trigger::Schedule(fixture::schedule(schedule, 161)) })),
            needs: conditions.map(|(service, condition)| fixture::need(service, condition, 162)).to_vec(),
            stop_grace: Some(90_500),
            ..fixture::service("clean-up", 160)
        });
        plan
    }

    fn emitted(plan: &Plan) -> Vec<File> {
        assert_eq!(check(plan), []);
        let mut files = Vec::new();
        emit(plan, Context { spec_root: "../.." }, &mut Whole::new(|file| files.push(file)));
        files
    }

    /// The lines that are no comments, and no empty ones.
    fn lines(file: &File) -> Vec<&str> {
        file.content.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    }

    #[test]
    fn only_jobs_with_a_schedule_have_units() {
        assert_eq!(emitted(&fixture::plan()), []);
        let paths = emitted(&plan("0 3 * * *")).into_iter().map(|file| file.path);
        let unit = "systemd/shop-production-clean-up";
        assert_eq!(paths.collect::<Vec<_>>(), [format!("{unit}.service"), format!("{unit}.timer")]);
    }

    #[test]
    fn a_service_runs_its_job_alone_and_once_what_it_needs_is_up() {
        let [service, _] = emitted(&plan("0 3 * * *")).try_into().expect("two files");
        let lines = lines(&service);
        let of = |key: &str| {
            let values = lines.iter().filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            values.collect::<Vec<_>>()
        };
        assert_eq!(of("Type"), ["oneshot"]);
        let run = "docker compose --project-directory=%Y/.. run --rm --no-deps --name=%N clean-up";
        assert_eq!(of("ExecStart"), [run]);
        let [wait] = of("ExecStartPre")[..] else { panic!("{lines:?}") };
        assert!(
            wait.ends_with("--format \"{{.Health}}\" db | grep -qx starting; do sleep 1; done' sh %Y/..")
        );
        assert_eq!(of("TimeoutStopSec"), ["121s"]);
        assert_eq!(service.origins, [(0, fixture::at(160))]);
    }

    #[test]
    fn a_job_that_waits_for_nobody_does_not_ask() {
        let mut plan = plan("0 3 * * *");
        plan.services[CLEANUP as usize].needs.clear();
        assert!(!emitted(&plan)[0].content.contains("ExecStartPre"));
    }

    #[test]
    fn a_timer_has_a_line_for_each_way_to_be_due_and_says_where_it_is_from() {
        let [_, timer] = emitted(&plan("0 3 1 * mon")).try_into().expect("two files");
        let expected = [
            "[Unit]",
            "Description=When the job clean-up of shop in production is due",
            "[Timer]",
            "OnCalendar=*-*-01 03:00:00 UTC",
            "OnCalendar=Mon *-*-* 03:00:00 UTC",
            "AccuracySec=1s",
            "Persistent=true",
            "[Install]",
            "WantedBy=timers.target",
        ];
        assert_eq!(lines(&timer), expected);
        let from_schedule = timer.content.lines().zip(0..).filter(|(line, _)| line.starts_with("OnCalendar"));
        let numbers: Vec<u32> = from_schedule.map(|(_, number)| number).collect();
        let [first, last] = numbers[..] else { panic!("{numbers:?}") };
        let job = fixture::at(160);
        assert_eq!(timer.origins, [(0, job), (first, fixture::at(161)), (last + 1, job)]);
    }

    #[test]
    fn waiting_for_a_job_that_has_its_own_time_is_refused() {
        let mut plan = plan("0 3 * * *");
        plan.services.push(Service {
            job: Some(Box::new(Job { trigger: Trigger::Manual })),
            ..fixture::service("export", 170)
        });
        let need = Need { service: ServiceId(8), ..fixture::need(DB, Condition::Completed, 171) };
        plan.services[CLEANUP as usize].needs.push(need);
        let found = check(&plan);
        let message = "`clean-up` has a schedule and waits for the job `export`, which has its own time";
        let [diagnostic] = &found[..] else { panic!("{found:?}") };
        assert_eq!((diagnostic.code.id, diagnostic.message.as_str()), ("L0701", message));
        assert_eq!(diagnostic.span, Some(fixture::at(171)));
    }
}
