//! Cron schedules as `OnCalendar=` has them (systemd.time(7)).
//!
//! Cron divides days into those of the month and those of the week: a day that
//! fits one of them counts, where both are restricted. An `OnCalendar=` takes
//! the days that fit both; but a timer may have several, so there are two.

use laud_syntax::literal::{Cron, CronField};
use std::fmt::{self, Display};
use std::ops::RangeInclusive;

/// The weekdays as systemd orders and names them, with their numbers in cron.
const WEEKDAYS: [(&str, u32); 7] =
    [("Mon", 1), ("Tue", 2), ("Wed", 3), ("Thu", 4), ("Fri", 5), ("Sat", 6), ("Sun", 0)];

/// The values of `OnCalendar=` that together are due when a schedule is.
pub(super) fn calendars(cron: &Cron) -> Vec<String> {
    let days = Values::new(cron.days, 1, 31);
    let weekdays = Weekdays(cron.weekdays);
    if cron.days.any || cron.weekdays.any {
        return vec![calendar(cron, Some(weekdays), Some(days))];
    }
    if days.is_all() || weekdays.is_all() {
        return vec![calendar(cron, None, None)];
    }
    vec![calendar(cron, None, Some(days)), calendar(cron, Some(weekdays), None)]
}

/// The times of a schedule on some days: those of the week and of the month
/// that are not left out.
fn calendar(cron: &Cron, weekdays: Option<Weekdays>, days: Option<Values>) -> String {
    let weekdays = match weekdays {
        Some(weekdays) if !weekdays.is_all() => format!("{weekdays} "),
        Some(_) | None => String::new(),
    };
    let days = days.map_or("*".to_owned(), |days| days.to_string());
    let months = Values::new(cron.months, 1, 12);
    let (hours, minutes) = (Values::new(cron.hours, 0, 23), Values::new(cron.minutes, 0, 59));
    format!("{weekdays}*-{months}-{days} {hours}:{minutes}:00 UTC")
}

/// The weekdays of a schedule.
struct Weekdays(CronField);

impl Weekdays {
    fn is_all(&self) -> bool {
        WEEKDAYS.iter().all(|(_, number)| self.0.contains(*number))
    }
}

impl Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = WEEKDAYS.iter().zip(0..).filter(|((_, number), _)| self.0.contains(*number));
        let places: Vec<u32> = there.map(|(_, place)| place).collect();
        let name = |place: u32| WEEKDAYS[place as usize].0.to_owned();
        f.write_str(&ranges(&places, name))
    }
}

/// The values of one part of a date or time.
struct Values {
    values: Vec<u32>,
    all: RangeInclusive<u32>,
}

impl Values {
    fn new(field: CronField, low: u32, high: u32) -> Self {
        Self { values: field.values().collect(), all: low..=high }
    }

    fn is_all(&self) -> bool {
        self.values.iter().copied().eq(self.all.clone())
    }

    /// The first, the last and the distance, if there are three or more at one distance.
    fn steps(&self) -> Option<(u32, u32, u32)> {
        let [first, second, _, ..] = self.values[..] else { return None };
        let last = *self.values.last()?;
        let step = second - first;
        let even = self.values.windows(2).all(|pair| pair[1] - pair[0] == step);
        (even && step > 1).then_some((first, last, step))
    }
}

impl Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.steps() {
            _ if self.is_all() => f.write_str("*"),
            // systemd 252 takes `01/9` too, and forgets the first day after a year's end.
            Some((first, last, step)) => write!(f, "{first:02}..{last:02}/{step}"),
            None => f.write_str(&ranges(&self.values, |value| format!("{value:02}"))),
        }
    }
}

/// Values in a list, with three or more that follow each other as a range.
fn ranges(values: &[u32], show: impl Fn(u32) -> String) -> String {
    let runs = values.chunk_by(|before, after| before + 1 == *after);
    let parts = runs.flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{}..{}", show(*first), show(*last))],
        few => few.iter().map(|value| show(*value)).collect(),
    });
    parts.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::literal;

    fn of(schedule: &str) -> Vec<String> {
        calendars(&literal::cron(schedule).expect("a schedule"))
    }

    #[test]
    fn one_line_where_days_are_restricted_at_most_one_way() {
        let cases = [
            ("* * * * *", "*-*-* *:*:00 UTC"),
            ("30 4 * * *", "*-*-* 04:30:00 UTC"),
            ("*/15 * * * *", "*-*-* *:00..45/15:00 UTC"),
            ("7-37/10 8-18/2 * * *", "*-*-* 08..18/2:07..37/10:00 UTC"),
            ("0,1,2,30,31 */12 * * *", "*-*-* 00,12:00..02,30,31:00 UTC"),
            ("0 0 1 1,jul-sep *", "*-01,07..09-01 00:00:00 UTC"),
            ("0 0 */10 * *", "*-*-01..31/10 00:00:00 UTC"),
            ("0 5 * * 1-5", "Mon..Fri *-*-* 05:00:00 UTC"),
            ("0 5 * * sat,sun", "Sat,Sun *-*-* 05:00:00 UTC"),
            ("0 5 * * 0-2", "Mon,Tue,Sun *-*-* 05:00:00 UTC"),
            ("0 5 * * 5-7", "Fri..Sun *-*-* 05:00:00 UTC"),
            ("@weekly", "Sun *-*-* 00:00:00 UTC"),
        ];
        for (schedule, calendar) in cases {
            assert_eq!(of(schedule), [calendar], "{schedule}");
        }
    }

    #[test]
    fn two_lines_where_a_day_may_fit_either_way() {
        let both = ["*-03-13 06:00:00 UTC", "Fri *-03-* 06:00:00 UTC"];
        assert_eq!(of("0 6 13 3 fri"), both);
    }

    #[test]
    fn a_restriction_that_leaves_every_day_makes_the_other_one_void() {
        for schedule in ["0 6 1-31 * fri", "0 6 13 * 0-6", "0 6 13 * 1-7"] {
            assert_eq!(of(schedule), ["*-*-* 06:00:00 UTC"], "{schedule}");
        }
    }

    #[test]
    fn a_step_over_all_days_is_no_restriction() {
        assert_eq!(of("0 6 */2 * fri"), ["Fri *-*-01..31/2 06:00:00 UTC"]);
        assert_eq!(of("0 6 13 * */2"), ["Tue,Thu,Sat,Sun *-*-13 06:00:00 UTC"]);
    }
}
