//! Timers against the schedules that they stand for: in every minute of a year
//! a timer is due when cron would run, by evaluators of both that know nothing
//! of the translation, and by systemd's own.

mod calendar;
mod cron;
mod plan;
mod schedules;
mod time;

use calendar::Calendar;
use camino::Utf8Path;
use cron::Cron;
use laud_rig::tool;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use schedules::schedule;
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;
use time::{Minute, minutes};

/// A year that has every date.
static LEAP_YEAR: LazyLock<Vec<Minute>> = LazyLock::new(|| minutes(2028..=2028).collect());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_timer_is_due_when_cron_would_run(schedule in schedule()) {
        let cron = Cron::new(&schedule);
        let calendars = plan::calendars(&schedule);
        let timer: Vec<Calendar> = calendars.iter().map(|text| Calendar::new(text)).collect();
        for minute in &LEAP_YEAR[..] {
            let by_timer = timer.iter().any(|calendar| calendar.is_due(minute));
            if by_timer != cron.is_due(minute) {
                prop_assert!(false, "{schedule} {calendars:?} {minute}");
            }
        }
    }
}

/// What is least alike in cron and systemd: steps, lists, names, both kinds of days.
const SCHEDULES: [&str; 16] = [
    "* * * * *",
    "*/7 * * * *",
    "3-40/9,50 */5 * * *",
    "30 4 * * *",
    "0 0,12 1-7 * *",
    "15 6 */9 * *",
    "0 5 * jan,jun-AUG *",
    "0 5 31 * *",
    "0 5 29 2 *",
    "0 5 * * mon-fri",
    "0 5 * * 0",
    "0 5 * * 5-7",
    "0 5 * * 1-5/2",
    "0 5 13 * fri",
    "0 5 1-7,20-31/3 */5 sun,wed",
    "0 5 */2 * mon",
];

#[test]
fn systemd_is_of_the_same_mind() {
    let Some(program) = tool("systemd-analyze") else { return };
    let years: Vec<Minute> = minutes(2028..=2029).collect();
    let mut runner = TestRunner::deterministic();
    let more = (0..24).map(|_| schedule().new_tree(&mut runner).expect("a schedule").current());
    for schedule in SCHEDULES.map(str::to_owned).into_iter().chain(more) {
        let cron = Cron::new(&schedule);
        for start in ["2028-01-01 00:00", "2028-12-20 12:00"] {
            let found = plan::calendars(&schedule);
            let found: Vec<Vec<String>> = found.iter().map(|each| elapses(&program, start, each)).collect();
            // Each line is known up to its last time; together, up to the least of them.
            let end =
                found.iter().filter_map(|times| times.last()).min().map_or(END, String::as_str).min(END);
            let is_known = |time: &String| time.as_str() > start && time.as_str() <= end;
            let by_timer: BTreeSet<String> =
                found.iter().flatten().filter(|time| is_known(time)).cloned().collect();
            let due = years.iter().filter(|minute| cron.is_due(minute)).map(|minute| minute.to_string());
            let due: BTreeSet<String> = due.filter(is_known).collect();
            assert_eq!(by_timer, due, "{schedule}");
        }
    }
}

/// The last minute that is looked at.
const END: &str = "2029-12-31 23:59";

/// The first times after a start, each as `2028-01-31 23:59`.
fn elapses(program: &Utf8Path, start: &str, calendar: &str) -> Vec<String> {
    let base = format!("--base-time={start}:00 UTC");
    let arguments = ["calendar", &base, "--iterations=60", calendar];
    let output = Command::new(program).args(arguments).env("TZ", "UTC").output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{calendar}: {}", String::from_utf8_lossy(&output.stderr));
    // `       Iter. #2: Sun 2028-01-02 03:00:00 UTC`, after `    Next elapse: …`
    let lines =
        text.lines().map(str::trim_start).filter(|line| line.starts_with("Next") || line.starts_with("Iter"));
    let times = lines.filter_map(|line| line.strip_suffix(":00 UTC")?.rsplit_once(": "));
    times.filter_map(|(_, time)| time.split_once(' ')).map(|(_, time)| time.to_owned()).collect()
}
