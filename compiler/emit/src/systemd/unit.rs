//! The files: from a job to its units.

use super::calendar::calendars;
use crate::File;
use handlebars::Handlebars;
use laud_plan::{Condition, Plan, Schedule, Service};
use serde::Serialize;
use std::sync::LazyLock;

/// The names of the templates.
const SERVICE: &str = "systemd.service";
const TIMER: &str = "systemd.timer";

/// The templates of this target. They show names and times alone, none of
/// which has a character that means something in a unit.
static REGISTRY: LazyLock<Handlebars<'static>> = LazyLock::new(|| {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.register_escape_fn(handlebars::no_escape);
    for (name, text) in laud_stdlib::TEMPLATES.iter().filter(|(name, _)| [SERVICE, TIMER].contains(name)) {
        registry
            .register_template_string(name, text)
            .expect("a template of the standard library is well formed");
    }
    registry
});

/// How long docker lets a container take to stop, in milliseconds, where
/// nothing else is said (`docker stop`).
const STOP_GRACE: u64 = 10_000;

/// How much longer systemd waits than docker, in seconds.
const STOP_MARGIN: u64 = 30;

/// What both templates show.
#[derive(Serialize)]
struct Page<'a> {
    app: &'a str,
    environment: &'a str,
    job: &'a str,
    /// The unit's name, without the ending.
    unit: &'a str,
    /// Services that must be healthy before it runs.
    awaited: Vec<&'a str>,
    /// Seconds that it may take to stop.
    stop: u64,
    /// The schedule, as it is written.
    schedule: &'a str,
    /// The schedule, as systemd has it.
    calendars: Vec<String>,
}

impl<'a> Page<'a> {
    fn new(plan: &'a Plan, job: &'a Service, unit: &'a str) -> Self {
        let awaited = job.needs.iter().filter(|need| need.condition == Condition::Healthy);
        Self {
            app: &plan.app,
            environment: &plan.environment,
            job: &job.name,
            unit,
            awaited: awaited.map(|need| plan.service(need.service).name.as_str()).collect(),
            stop: job.stop_grace.unwrap_or(STOP_GRACE).div_ceil(1000) + STOP_MARGIN,
            schedule: "",
            calendars: Vec::new(),
        }
    }

    fn render(&self, template: &str) -> String {
        REGISTRY.render(template, self).expect("a template asks only for what a page has")
    }
}

/// The name of a job's units, unique on a host as its project is.
fn name(plan: &Plan, job: &Service) -> String {
    format!("{}-{}", plan.project(), job.name)
}

/// The service that runs a job once.
///
/// # Panics
/// If the template asks for what a page does not have; a test renders it.
pub(super) fn service(plan: &Plan, job: &Service) -> File {
    let unit = name(plan, job);
    let content = Page::new(plan, job, &unit).render(SERVICE);
    let mut origins = vec![(0, job.origin)];
    let mut lines = (0..).zip(content.lines());
    let stop = lines.find(|(_, line)| line.starts_with("TimeoutStopSec="));
    if let (Some((line, _)), true) = (stop, job.at("stop_grace") != job.origin) {
        origins.extend([(line, job.at("stop_grace")), (line + 1, job.origin)]);
    }
    File { path: format!("systemd/{unit}.service"), content, origins }
}

/// The timer that starts the service.
///
/// # Panics
/// If the template asks for what a page does not have; a test renders it.
pub(super) fn timer(plan: &Plan, job: &Service, schedule: &Schedule) -> File {
    let unit = name(plan, job);
    let page = Page {
        schedule: &schedule.text,
        calendars: calendars(&schedule.cron),
        ..Page::new(plan, job, &unit)
    };
    let content = page.render(TIMER);
    let is_calendar = |(number, line): (u32, &str)| line.starts_with("OnCalendar=").then_some(number);
    let mut lines = (0..).zip(content.lines()).filter_map(is_calendar);
    let mut origins = vec![(0, job.origin)];
    if let Some(first) = lines.next() {
        let last = lines.last().unwrap_or(first);
        origins.extend([(first, schedule.origin), (last + 1, job.origin)]);
    }
    File { path: format!("systemd/{unit}.timer"), content, origins }
}
