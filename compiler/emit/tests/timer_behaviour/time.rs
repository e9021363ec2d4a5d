//! Minutes, with all that a schedule may ask of them.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

/// A minute of UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Minute {
    year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
    /// 0 is Sunday.
    pub(crate) weekday: u32,
    pub(crate) hour: u32,
    pub(crate) minute: u32,
}

/// `2028-01-31 23:59`, so that the order of texts is that of time.
impl Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, .. } = self;
        write!(f, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// Every minute of some years.
pub(crate) fn minutes(years: RangeInclusive<u32>) -> impl Iterator<Item = Minute> {
    let dates = years.flat_map(|year| (1..=12).map(move |month| (year, month)));
    let dates = dates.flat_map(|(year, month)| (1..=length(year, month)).map(move |day| (year, month, day)));
    dates.flat_map(|(year, month, day)| {
        let weekday = weekday(year, month, day);
        let times = (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute)));
        times.map(move |(hour, minute)| Minute { year, month, day, weekday, hour, minute })
    })
}

fn length(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// By Sakamoto's method.
fn weekday(year: u32, month: u32, day: u32) -> u32 {
    let year = if month < 3 { year - 1 } else { year };
    let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month as usize - 1];
    (year + year / 4 - year / 100 + year / 400 + shift + day) % 7
}

#[test]
fn weekdays_are_those_of_the_calendar() {
    assert_eq!(
        [weekday(2028, 1, 1), weekday(2028, 2, 29), weekday(2000, 1, 1), weekday(2026, 11, 22)],
        [6, 2, 6, 0]
    );
    assert_eq!(minutes(2028..=2028).count(), 366 * 24 * 60);
    assert_eq!(minutes(2027..=2027).last().expect("a minute").to_string(), "2027-12-31 23:59");
}
