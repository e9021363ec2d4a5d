//! When cron would run, read off the schedule as crontab(5) says.

use crate::time::Minute;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// A schedule: for each field, which values fit.
pub(crate) struct Cron {
    minutes: Vec<bool>,
    hours: Vec<bool>,
    days: Vec<bool>,
    months: Vec<bool>,
    weekdays: Vec<bool>,
    /// Whether a day that fits one of the two fields is enough.
    either: bool,
}

impl Cron {
    pub(crate) fn new(schedule: &str) -> Self {
        let fields: Vec<&str> = schedule.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else { panic!("five fields: {schedule}") };
        let table = |field: &str, low: u32, high: u32, names: &[&str], first: u32| -> Vec<bool> {
            (0..=high).map(|value| fits(field, value, (low, high), names, first)).collect()
        };
        let mut on = table(weekdays, 0, 7, &WEEKDAYS, 0);
        on[0] |= on[7];
        Self {
            minutes: table(minutes, 0, 59, &[], 0),
            hours: table(hours, 0, 23, &[], 0),
            days: table(days, 1, 31, &[], 0),
            months: table(months, 1, 12, &MONTHS, 1),
            weekdays: on,
            either: !days.starts_with('*') && !weekdays.starts_with('*'),
        }
    }

    pub(crate) fn is_due(&self, at: &Minute) -> bool {
        let by_date = self.days[at.day as usize];
        let by_weekday = self.weekdays[at.weekday as usize];
        let day = if self.either { by_date || by_weekday } else { by_date && by_weekday };
        day && self.minutes[at.minute as usize]
            && self.hours[at.hour as usize]
            && self.months[at.month as usize]
    }
}

/// Whether a value fits a field: one of the parts of its list.
fn fits(field: &str, value: u32, (low, high): (u32, u32), names: &[&str], first: u32) -> bool {
    let number =
        |word: &str| match names.iter().zip(first..).find(|(name, _)| name.eq_ignore_ascii_case(word)) {
            Some((_, number)) => number,
            None => word.parse().expect("a number"),
        };
    field.split(',').any(|part| {
        let (range, step) = part.split_once('/').unwrap_or((part, "1"));
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from), number(to)),
            None if range == "*" => (low, high),
            None => (number(range), number(range)),
        };
        (from..=to).contains(&value) && (value - from).is_multiple_of(number(step))
    })
}
