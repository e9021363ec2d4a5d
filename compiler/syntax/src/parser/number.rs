//! Numbers and their units, from text to value.

use crate::ast::{ExprNode, Quantity};
use crate::diagnostic::{Code, Diagnostic, code};
use crate::near;
use crate::span::Span;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{consumed, opt};
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

/// What is wrong with a number.
#[derive(Debug)]
pub(super) enum Fault {
    /// `99999999999999999999`
    TooLarge,
    /// `1.2.3`
    TwoDots,
    /// `512Mib`, with the number before the unit.
    UnknownUnit { number: String, unit: String },
    /// `0.5B`: not a whole number of the smallest unit, which is named.
    NotWhole(&'static str),
    /// `1.5/s`
    FractionalRate,
    /// `30m1h`
    Unordered,
    /// `1h30`
    LacksUnit,
}

/// A decimal number without unit or sign, exactly as written.
#[derive(Clone, Copy)]
struct Decimal<'t> {
    source: &'t str,
    whole: &'t str,
    fraction: Option<&'t str>,
}

const BYTES: [(&str, u64); 9] = [
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

const DURATIONS: [(&str, u32); 6] =
    [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

/// The unit that a word is, or stands for where others write it in another way.
pub(super) fn unit(word: &str) -> Option<&'static str> {
    let bytes = BYTES.iter().map(|(name, _)| *name);
    let known = bytes.chain(DURATIONS.iter().map(|(name, _)| *name)).find(|name| *name == word);
    known.or_else(|| meant(word))
}

/// The unit of time that a word stands for: `m` for `min` and `minutes`.
pub fn time_unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "s" | "sec" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        "w" | "week" | "weeks" => "w",
        _ => return None,
    })
}

/// A count without what it counts, as other tools have it in a rate, and whether that stands there: `20r`.
pub(super) fn counted(count: &str) -> (&str, bool) {
    let digits = count.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    match is_counted(&count[digits.len()..]) {
        true => (digits, true),
        false => (count, false),
    }
}

/// Whether a word says what a rate counts.
pub(super) fn is_counted(word: &str) -> bool {
    matches!(word, "r" | "req" | "reqs" | "request" | "requests")
}

/// The value of a number as the lexer took it.
pub(super) fn read(text: &str) -> Result<ExprNode, Fault> {
    let Ok((rest, decimal)) = decimal(text) else { return Err(Fault::TwoDots) };
    let quantity = match rest.bytes().next() {
        None => return plain(decimal),
        Some(b'.') => return Err(Fault::TwoDots),
        Some(b'%') if rest.len() == 1 => Quantity::Percent(decimal.float()?),
        Some(b'/') => rate(decimal, &rest[1..])?,
        Some(_) => match factor(&BYTES, rest) {
            Some(factor) => Quantity::Bytes(decimal.exact(factor, "byte")?),
            None => Quantity::Duration(duration(decimal, rest)?),
        },
    };
    Ok(ExprNode::Quantity(quantity))
}

fn decimal(text: &str) -> IResult<&str, Decimal<'_>> {
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    consumed(pair(take_while1(digits), opt(preceded(char('.'), take_while1(digits)))))
        .map(|(source, (whole, fraction))| Decimal { source, whole, fraction })
        .parse(text)
}

fn plain(decimal: Decimal<'_>) -> Result<ExprNode, Fault> {
    match decimal.fraction {
        Some(_) => decimal.float().map(ExprNode::Float),
        None => {
            let value = decimal.scaled(1).ok_or(Fault::TooLarge)?;
            i64::try_from(value).map(ExprNode::Int).map_err(|_| Fault::TooLarge)
        }
    }
}

fn rate(count: Decimal<'_>, unit: &str) -> Result<Quantity, Fault> {
    if count.fraction.is_some() {
        return Err(Fault::FractionalRate);
    }
    let count = count.scaled(1).ok_or(Fault::TooLarge)?;
    let per = factor(&DURATIONS, unit).unwrap_or(1000);
    Ok(Quantity::Rate { count, per })
}

/// The milliseconds of `1` and `h30m`: a number, and the rest with its unit.
fn duration(first: Decimal<'_>, after: &str) -> Result<u64, Fault> {
    let mut number = first;
    let mut rest = after;
    let mut least = u32::MAX;
    let mut sum = 0_u64;
    loop {
        let unknown = || Fault::UnknownUnit { number: number.source.into(), unit: rest.into() };
        let (tail, unit) = letters(rest).map_err(|_| unknown())?;
        if unit.is_empty() {
            return Err(Fault::LacksUnit);
        }
        let factor = factor(&DURATIONS, unit).ok_or_else(unknown)?;
        if factor >= least {
            return Err(Fault::Unordered);
        }
        least = factor;
        sum = sum.checked_add(number.exact(factor.into(), "millisecond")?).ok_or(Fault::TooLarge)?;
        if tail.is_empty() {
            return Ok(sum);
        }
        (rest, number) = decimal(tail).map_err(|_| unknown())?;
    }
}

fn letters(rest: &str) -> IResult<&str, &str> {
    take_while(|c: char| !c.is_ascii_digit()).parse(rest)
}

fn factor<F: Copy>(units: &[(&str, F)], unit: &str) -> Option<F> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

impl Decimal<'_> {
    /// The whole part times a factor, if it fits.
    fn scaled(self, factor: u64) -> Option<u64> {
        digits(self.whole)
            .try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit))?
            .checked_mul(factor)
    }

    /// The number times a factor, if it comes out even in the smallest unit.
    fn exact(self, factor: u64, smallest: &'static str) -> Result<u64, Fault> {
        let whole = self.scaled(factor).ok_or(Fault::TooLarge)?;
        let part = self.scaled_fraction(factor).ok_or(Fault::NotWhole(smallest))?;
        whole.checked_add(part).ok_or(Fault::TooLarge)
    }

    /// The part after the dot times a factor, if that is a whole number.
    fn scaled_fraction(self, factor: u64) -> Option<u64> {
        let fraction = self.fraction.unwrap_or_default().trim_end_matches(['0', '_']);
        let mut numerator = 0_u128;
        let mut denominator = 1_u128;
        for digit in digits(fraction) {
            numerator = numerator.checked_mul(10)?.checked_add(u128::from(digit))?;
            denominator = denominator.checked_mul(10)?;
        }
        let scaled = numerator.checked_mul(u128::from(factor))?;
        if scaled.is_multiple_of(denominator) { u64::try_from(scaled / denominator).ok() } else { None }
    }

    fn float(self) -> Result<f64, Fault> {
        let mut text: String = self.whole.chars().filter(|c| *c != '_').collect();
        text.push('.');
        text.extend(self.fraction.unwrap_or("0").chars().filter(|c| *c != '_'));
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            Ok(_) | Err(_) => Err(Fault::TooLarge),
        }
    }
}

fn digits(text: &str) -> impl Iterator<Item = u64> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| u64::from(byte - b'0'))
}

impl Fault {
    /// The report, for the number at `span`.
    pub(super) fn diagnostic(&self, span: Span) -> Diagnostic {
        let report = |code: &'static Code, message: &str, label: &str, help: &str| {
            Diagnostic::new(code, span, message).label(label).help(help)
        };
        match self {
            Self::TooLarge => report(
                &code::BAD_NUMBER,
                "a number that is too large",
                "does not fit in 64 bits",
                "Use a smaller number, or a larger unit.",
            ),
            Self::TwoDots => report(
                &code::BAD_NUMBER,
                "a number with more than one dot",
                "not a number",
                "A version or an address is a text: put it in double quotes.",
            ),
            Self::NotWhole(smallest) => report(
                &code::BAD_NUMBER,
                &format!("not a whole number of {smallest}s"),
                &format!("less than a {smallest} is left over"),
                "Use a smaller unit, or a number that comes out even.",
            ),
            Self::FractionalRate => report(
                &code::BAD_NUMBER,
                "a rate with a fraction",
                "a rate counts whole numbers",
                "Count over a longer time: `30/m` is one every two seconds.",
            ),
            Self::Unordered => report(
                &code::BAD_NUMBER,
                "a duration whose parts are out of order",
                "a unit is not smaller than the one before",
                "Write the larger units first, each once, as in `1h30m`.",
            ),
            Self::LacksUnit => report(
                &code::BAD_NUMBER,
                "a duration whose last part has no unit",
                "a unit is missing at the end",
                "Write a unit after each number, as in `1h30m`.",
            ),
            Self::UnknownUnit { number, unit } => unknown_unit(span, number, unit),
        }
    }
}

fn unknown_unit(span: Span, number: &str, unit: &str) -> Diagnostic {
    let length = unit.len() as u32;
    let place = span.with_start(span.end().saturating_sub(length).max(span.start()));
    let diagnostic = Diagnostic::new(&code::UNKNOWN_UNIT, place, format!("unknown unit `{unit}`"));
    let known = BYTES.iter().map(|(name, _)| *name).chain(DURATIONS.iter().map(|(name, _)| *name));
    if let Some(days) = days(unit) {
        let diagnostic = diagnostic.label("not always as long");
        return match number.parse().ok().and_then(|count: u32| count.checked_mul(days)) {
            Some(all) => diagnostic.help(format!("Count in days: `{all}d`.")).fix(
                format!("Change to `{all}d`"),
                span,
                format!("{all}d"),
            ),
            None => diagnostic.help(format!("Count in days: one is about `{days}d`.")),
        };
    }
    let hexadecimal = number == "0" && unit.starts_with(['x', 'b', 'o']);
    match meant(unit).or_else(|| near::nearest(unit, known)) {
        _ if hexadecimal => diagnostic.label("no unit").help("Numbers are written in decimal digits."),
        Some(name) => diagnostic
            .label(format!("perhaps `{name}`"))
            .help(format!("Write `{number}{name}`."))
            .fix(format!("Change to `{name}`"), place, name),
        None => diagnostic.label("no unit of laud's").help(
            "Bytes are written with B, KiB, MiB, GiB, TiB, kB, MB, GB or TB, durations with ms, s, m, h, d or w, \
             percentages with % and rates with /s, /m, /h or /d; what counts has no unit, and a name does not \
             start with a digit.",
        ),
    }
}

/// How many days a unit has, more or less, that laud has not because it is not always as long.
fn days(unit: &str) -> Option<u32> {
    match unit {
        "mo" | "month" | "months" => Some(30),
        "y" | "yr" | "year" | "years" => Some(365),
        _ => None,
    }
}

/// The unit that others write in another way.
fn meant(unit: &str) -> Option<&'static str> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "k" | "ki" | "kib" | "kibibytes" => "KiB",
        "mi" | "mib" | "mebibytes" => "MiB",
        "g" | "gi" | "gib" | "gibibytes" => "GiB",
        "t" | "ti" | "tib" => "TiB",
        "kb" => "kB",
        "mb" => "MB",
        "gb" => "GB",
        "tb" => "TB",
        "b" | "byte" | "bytes" => "B",
        "msec" | "msecs" | "millis" | "milliseconds" => "ms",
        "sec" | "secs" | "second" | "seconds" => "s",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "day" | "days" => "d",
        "week" | "weeks" | "wk" => "w",
        "pct" | "percent" => "%",
        "rps" | "qps" | "ps" => "/s",
        "rpm" => "/m",
        _ if unit == "M" => "MiB",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Option<Quantity> {
        match read(text) {
            Ok(ExprNode::Quantity(quantity)) => Some(quantity),
            Ok(_) | Err(_) => None,
        }
    }

    #[test]
    fn reads_plain_numbers() {
        assert!(matches!(read("42"), Ok(ExprNode::Int(42))));
        assert!(matches!(read("1_000"), Ok(ExprNode::Int(1000))));
        assert!(matches!(read("9223372036854775807"), Ok(ExprNode::Int(i64::MAX))));
        assert!(matches!(read("0.5"), Ok(ExprNode::Float(half)) if half == 0.5));
    }

    #[test]
    fn reads_units() {
        assert_eq!(quantity("512MiB"), Some(Quantity::Bytes(512 << 20)));
        assert_eq!(quantity("1.5GiB"), Some(Quantity::Bytes(3 << 29)));
        assert_eq!(quantity("0.125KiB"), Some(Quantity::Bytes(128)));
        assert_eq!(quantity("500ms"), Some(Quantity::Duration(500)));
        assert_eq!(quantity("1h30m"), Some(Quantity::Duration(5_400_000)));
        assert_eq!(quantity("0.5s"), Some(Quantity::Duration(500)));
        assert_eq!(quantity("99.9%"), Some(Quantity::Percent(99.9)));
        assert_eq!(quantity("600/m"), Some(Quantity::Rate { count: 600, per: 60_000 }));
    }

    #[test]
    fn refuses_what_is_no_number() {
        assert!(matches!(read("9223372036854775808"), Err(Fault::TooLarge)));
        assert!(matches!(read("99999999999TiB"), Err(Fault::TooLarge)));
        assert!(matches!(read("1.2.3"), Err(Fault::TwoDots)));
        assert!(matches!(read("1.23456789B"), Err(Fault::NotWhole("byte"))));
        assert!(matches!(read("0.5/s"), Err(Fault::FractionalRate)));
        assert!(matches!(read("30m1h"), Err(Fault::Unordered)));
        assert!(matches!(read("1h30"), Err(Fault::LacksUnit)));
        assert!(matches!(read("0x1F"), Err(Fault::UnknownUnit { .. })));
    }

    #[test]
    fn offers_the_unit_that_was_meant() {
        for (text, unit) in [("512Mib", "MiB"), ("10sec", "s"), ("5mins", "m"), ("2G", "GiB"), ("3KB", "kB")]
        {
            let Err(fault) = read(text) else { panic!("{text} is read") };
            let diagnostic = fault.diagnostic(Span::default());
            assert_eq!(diagnostic.fixes[0].edits[0].1, unit, "{text}");
        }
    }
}
