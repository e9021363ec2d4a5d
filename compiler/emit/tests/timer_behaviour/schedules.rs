//! Schedules to try: every form of every field.

use proptest::prelude::*;
use proptest::sample::select;

const MONTHS: &[&str] = &["jan", "Feb", "MAR", "apr", "jun", "dec"];
const WEEKDAYS: &[&str] = &["sun", "Mon", "TUE", "wed", "thu", "fri", "sat"];

/// A schedule that laud takes.
pub(crate) fn schedule() -> impl Strategy<Value = String> {
    let fields = (
        field(0, 59, &[]),
        field(0, 23, &[]),
        field(1, 31, &[]),
        field(1, 12, MONTHS),
        field(0, 7, WEEKDAYS),
    );
    let text = fields.prop_map(|(minutes, hours, days, months, weekdays)| {
        format!("{minutes} {hours} {days} {months} {weekdays}")
    });
    text.prop_filter("a day that there is", |text| laud_syntax::literal::cron(text).is_ok())
}

fn field(low: u32, high: u32, names: &'static [&'static str]) -> BoxedStrategy<String> {
    let list = proptest::collection::vec(part(low, high, names), 1..4).prop_map(|parts| parts.join(","));
    prop_oneof![2 => Just("*".to_owned()), 3 => list].boxed()
}

fn part(low: u32, high: u32, names: &'static [&'static str]) -> BoxedStrategy<String> {
    let range = || (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b)));
    let stepped = (prop_oneof![range(), Just("*".to_owned())], 1..=high)
        .prop_map(|(range, step)| format!("{range}/{step}"));
    let number = (low..=high).prop_map(|value| value.to_string());
    match names {
        [] => prop_oneof![3 => number, 2 => range(), 2 => stepped].boxed(),
        names => {
            let name = select(names).prop_map(str::to_owned);
            prop_oneof![2 => number, 2 => range(), 2 => stepped, 2 => name].boxed()
        }
    }
}
