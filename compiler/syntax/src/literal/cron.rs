//! Cron schedules: the five fields of POSIX `crontab` with the ranges, steps,
//! names and `@` words of Vixie cron (crontab(5)).

use super::Fault;
use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::{char, digit1};
use nom::combinator::{opt, value};
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

/// A schedule, field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron {
    /// 0 to 59.
    pub minutes: CronField,
    /// 0 to 23.
    pub hours: CronField,
    /// 1 to 31.
    pub days: CronField,
    /// 1 to 12.
    pub months: CronField,
    /// 0 (Sunday) to 6.
    pub weekdays: CronField,
}

/// The values of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CronField {
    bits: u64,
    /// Whether it starts with `*`, so that it restricts nothing or is a step.
    /// Where neither the days nor the weekdays do, a day that fits one of the
    /// two counts; otherwise it must fit both (crontab(5)).
    pub any: bool,
}

impl CronField {
    /// Whether the field has that value.
    pub fn contains(self, value: u32) -> bool {
        value < 64 && self.bits & (1 << value) != 0
    }

    /// The values, least first.
    pub fn values(self) -> impl Iterator<Item = u32> {
        (0..64).filter(move |value| self.contains(*value))
    }
}

/// What a field may hold.
struct Rule {
    what: &'static str,
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

const RULES: [Rule; 5] = [
    Rule { what: "minute", low: 0, high: 59, names: &[] },
    Rule { what: "hour", low: 0, high: 23, names: &[] },
    Rule { what: "day", low: 1, high: 31, names: &[] },
    Rule {
        what: "month",
        low: 1,
        high: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Rule { what: "weekday", low: 0, high: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const WORDS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

const FORM: &str =
    "A schedule has five fields: minute, hour, day, month and weekday, as in `30 4 * * mon-fri`.";

/// Checks a schedule: `30 4 * * mon-fri`, `*/15 * * * *`, `@daily`.
pub fn cron(text: &str) -> Result<Cron, Fault> {
    if text.starts_with('@') {
        return word(text);
    }
    let fields = fields(text);
    if fields.len() != 5 {
        let problem =
            format!("a schedule of {} field{}", fields.len(), if fields.len() == 1 { "" } else { "s" });
        let help = match fields.len() {
            6 => {
                "A schedule has no seconds and no year: its five fields are minute, hour, day, month and weekday."
            }
            _ => FORM,
        };
        return Err(Fault::whole(text, problem, help));
    }
    let mut parsed = [CronField { bits: 0, any: false }; 5];
    for ((slot, (start, source)), rule) in parsed.iter_mut().zip(fields).zip(&RULES) {
        *slot = field(source, rule).map_err(|fault| fault.shifted(start))?;
    }
    let [minutes, hours, days, months, mut weekdays] = parsed;
    if weekdays.contains(7) {
        weekdays.bits = (weekdays.bits | 1) & 0x7f;
    }
    let schedule = Cron { minutes, hours, days, months, weekdays };
    if schedule.has_day() { Ok(schedule) } else { Err(no_day(text)) }
}

impl Cron {
    /// Whether any year has a day that it names.
    fn has_day(self) -> bool {
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let by_weekday = !self.weekdays.any;
        let fits = |month: u32| self.days.values().any(|day| day <= lengths[month as usize - 1]);
        by_weekday || self.months.values().any(fits)
    }
}

fn no_day(text: &str) -> Fault {
    let fields = fields(text);
    let (start, end) = (fields[2].0, fields[3].0 + fields[3].1.len());
    Fault::new(start..end, "a day that none of its months has", "Choose a day that the month has.")
}

fn word(text: &str) -> Result<Cron, Fault> {
    match WORDS.into_iter().find(|(word, _)| *word == text) {
        Some((_, meant)) => cron(meant),
        None => {
            let words = WORDS.into_iter().map(|(word, _)| word);
            let fault = Fault::whole(
                text,
                format!("`{text}` is no schedule"),
                "There are `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.",
            );
            Err(match crate::near::nearest(text, words) {
                Some(near) => fault.offer(near),
                None => fault,
            })
        }
    }
}

/// The fields and where each starts.
fn fields(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    let mut fields = Vec::new();
    for field in text.split([' ', '\t']) {
        if !field.is_empty() {
            fields.push((start, field));
        }
        start += field.len() + 1;
    }
    fields
}

/// A part of a field, as written.
#[derive(Clone, Copy)]
enum Span<'t> {
    Any,
    One(&'t str),
    Range(&'t str, &'t str),
}

fn field(source: &str, rule: &Rule) -> Result<CronField, Fault> {
    let mut bits = 0;
    let mut start = 0;
    for part in source.split(',') {
        bits |= values(part, rule).map_err(|fault| fault.shifted(start))?;
        start += part.len() + 1;
    }
    Ok(CronField { bits, any: source.starts_with('*') })
}

/// The values of one part, as bits.
fn values(part: &str, rule: &Rule) -> Result<u64, Fault> {
    let what = rule.what;
    let malformed = |rest: &str| {
        let help = "Write a number, a range such as `1-5`, `*`, or one of them with a step, such as `*/15`.";
        Fault::at(part, rest, format!("no {what}"), help)
    };
    let (rest, (span, step)) = match piece(part) {
        Ok(parsed) => parsed,
        Err(_) => return Err(malformed(part)),
    };
    if !rest.is_empty() {
        return Err(malformed(rest));
    }
    let (low, high) = match span {
        Span::Any => (rule.low, if rule.high == 7 { 6 } else { rule.high }),
        Span::One(only) if step.is_some() => {
            let help = format!(
                "A step follows a range or `*`: write `{only}-{}/{}`.",
                rule.high,
                step.unwrap_or("1")
            );
            return Err(Fault::whole(part, "a step after a single value", help));
        }
        Span::One(only) => {
            let only = number(only, 0, rule)?;
            (only, only)
        }
        Span::Range(low, high) => (number(low, 0, rule)?, number(high, low.len() + 1, rule)?),
    };
    if low > high {
        return Err(Fault::whole(
            part,
            "a range that ends before it starts",
            "Write the lesser value first.",
        ));
    }
    let step = match step.map(str::parse::<u32>) {
        None => 1,
        Some(Ok(step)) if step > 0 && step <= rule.high => step,
        Some(_) => {
            let at = part.find('/').map_or(0, |at| at + 1);
            let help = format!("A step is a number from 1 to {}.", rule.high);
            return Err(Fault::new(at..part.len(), "no step", help));
        }
    };
    Ok((low..=high).step_by(step as usize).fold(0, |bits, value| bits | 1 << value))
}

/// `*`, `5`, `1-5`, `mon-fri`, each with an optional step.
fn piece(part: &str) -> IResult<&str, (Span<'_>, Option<&str>)> {
    let range =
        pair(word_or_number, opt(preceded(char('-'), word_or_number))).map(|(low, high)| match high {
            Some(high) => Span::Range(low, high),
            None => Span::One(low),
        });
    pair(alt((value(Span::Any, char('*')), range)), opt(preceded(char('/'), digit1))).parse(part)
}

fn word_or_number(rest: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_alphanumeric()).parse(rest)
}

/// The value of a number or a name that starts at `start` in its part.
fn number(source: &str, start: usize, rule: &Rule) -> Result<u32, Fault> {
    let range = start..start + source.len();
    let named = rule.names.iter().position(|name| name.eq_ignore_ascii_case(source));
    if let Some(index) = named {
        return Ok(index as u32 + rule.low);
    }
    match source.parse::<u32>() {
        Ok(number) if (rule.low..=rule.high).contains(&number) => Ok(number),
        Ok(_) | Err(_) => {
            let help = match rule.names {
                [] => format!("The {} is a number from {} to {}.", rule.what, rule.low, rule.high),
                [first, ..] => {
                    format!(
                        "The {} is a number from {} to {}, or a name such as `{first}`.",
                        rule.what, rule.low, rule.high
                    )
                }
            };
            Err(Fault::new(range, format!("`{source}` is no {}", rule.what), help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(field: CronField) -> Vec<u32> {
        field.values().collect()
    }

    #[test]
    fn reads_schedules() {
        let Ok(schedule) = cron("*/20 4,6 1-3 jan MON-fri/2") else { panic!("it is a schedule") };
        assert_eq!(values(schedule.minutes), [0, 20, 40]);
        assert_eq!(values(schedule.hours), [4, 6]);
        assert_eq!(values(schedule.days), [1, 2, 3]);
        assert_eq!(values(schedule.months), [1]);
        assert_eq!(values(schedule.weekdays), [1, 3, 5]);
        assert!(!schedule.weekdays.any);
        assert_eq!(cron("@daily"), cron("0 0 * * *"));
        assert_eq!(cron("0  0 * * 7").map(|schedule| values(schedule.weekdays)), Ok(vec![0]));
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| cron(text).err().map(|fault| fault.range);
        assert_eq!(range(""), Some(0..0));
        assert_eq!(range("* * * *"), Some(0..7));
        assert_eq!(range("60 * * * *"), Some(0..2));
        assert_eq!(range("0 1,25 * * *"), Some(4..6));
        assert_eq!(range("0 0 0 * *"), Some(4..5));
        assert_eq!(range("0 0 * foo *"), Some(6..9));
        assert_eq!(range("*/0 * * * *"), Some(2..3));
        assert_eq!(range("5/10 * * * *"), Some(0..4));
        assert_eq!(range("5-1 * * * *"), Some(0..3));
        assert_eq!(range("0 0 31 2,4 *"), Some(4..10));
        assert_eq!(range("1,, * * * *"), Some(2..2));
        assert_eq!(range("1! * * * *"), Some(1..2));
        assert_eq!(range("@dayly"), Some(0..6));
    }
}
