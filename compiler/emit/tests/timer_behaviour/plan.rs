//! A plan of one job, and the calendars of its timer.

use laud_emit::{Context, File, Whole, systemd};
use laud_plan::*;
use laud_syntax::literal;

/// The values of `OnCalendar=` for a schedule.
pub(crate) fn calendars(schedule: &str) -> Vec<String> {
    let cron = literal::cron(schedule).expect("a schedule");
    let trigger = Trigger::Schedule(Schedule { text: schedule.into(), cron, origin: Origin::default() });
    let plan = Plan {
        app: "shop".into(),
        environment: "test".into(),
        services: vec![job(trigger)],
        ..Plan::default()
    };
    assert_eq!(systemd::check(&plan), []);
    let mut found = Vec::new();
    let mut sink = Whole::new(|file: File| {
        let lines = file.content.lines().filter_map(|line| line.strip_prefix("OnCalendar="));
        found.extend(lines.map(str::to_owned));
    });
    systemd::emit(&plan, Context { spec_root: "../.." }, &mut sink);
    found
}

fn job(trigger: Trigger) -> Service {
    Service {
        restart: Restart::No,
        job: Some(Box::new(Job { trigger })),
        ..laud_rig::plan::service("sweep", Origin::default())
    }
}
