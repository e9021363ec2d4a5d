//! When an `OnCalendar=` elapses, read as systemd.time(7) says; of its forms,
//! those that have a date, a time without seconds, and UTC.

use crate::time::Minute;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// For each part, which values fit.
pub(crate) struct Calendar {
    /// From Monday on.
    weekdays: Vec<bool>,
    months: Vec<bool>,
    days: Vec<bool>,
    hours: Vec<bool>,
    minutes: Vec<bool>,
}

impl Calendar {
    pub(crate) fn new(text: &str) -> Self {
        let rest = text.strip_suffix(":00 UTC").unwrap_or_else(|| panic!("in UTC, on the minute: {text}"));
        let words: Vec<&str> = rest.split(' ').collect();
        let (weekdays, date, time) = match words[..] {
            [weekdays, date, time] => (Some(weekdays), date, time),
            [date, time] => (None, date, time),
            _ => panic!("a date and a time: {text}"),
        };
        let (months, days) =
            date.strip_prefix("*-").and_then(|date| date.split_once('-')).expect("of any year");
        let (hours, minutes) = time.split_once(':').expect("a time");
        Self {
            weekdays: (0..7).map(|day| weekdays.is_none_or(|list| has_weekday(list, day))).collect(),
            months: (0..=12).map(|month| has(months, month)).collect(),
            days: (0..=31).map(|day| has(days, day)).collect(),
            hours: (0..24).map(|hour| has(hours, hour)).collect(),
            minutes: (0..60).map(|minute| has(minutes, minute)).collect(),
        }
    }

    pub(crate) fn is_due(&self, at: &Minute) -> bool {
        self.weekdays[(at.weekday as usize + 6) % 7]
            && self.months[at.month as usize]
            && self.days[at.day as usize]
            && self.hours[at.hour as usize]
            && self.minutes[at.minute as usize]
    }
}

/// `Mon`, `Mon..Fri`, in a list.
fn has_weekday(list: &str, day: usize) -> bool {
    let number = |name: &str| WEEKDAYS.iter().position(|each| *each == name).expect("a weekday");
    list.split(',').any(|part| {
        let (from, to) = part.split_once("..").unwrap_or((part, part));
        assert!(number(from) <= number(to), "systemd takes no range over Sunday: {list}");
        (number(from)..=number(to)).contains(&day)
    })
}

/// `*`, or a list of `04`, `04..09`, `04/2`, `04..09/2`.
fn has(list: &str, value: u32) -> bool {
    let number = |text: &str| text.parse::<u32>().expect("a number");
    list == "*"
        || list.split(',').any(|part| {
            let (range, step) = match part.split_once('/') {
                Some((range, step)) => (range, Some(number(step))),
                None => (part, None),
            };
            let (from, to) = match range.split_once("..") {
                Some((from, to)) => (number(from), number(to)),
                // With a step, on without end.
                None => (number(range), if step.is_some() { u32::MAX } else { number(range) }),
            };
            (from..=to).contains(&value) && (value - from).is_multiple_of(step.unwrap_or(1))
        })
}
