//! Durations of PromQL, in milliseconds.

/// Units from large to small, as they must follow one another.
const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// The longest that is believed: a hundred years. Longer ones overflow in one
/// reader or another.
const LONGEST: u64 = 100 * 365 * 86_400_000;

/// A duration of milliseconds as Prometheus reads it: `1h30m`, `500ms`, `0s`.
pub fn duration(milliseconds: u64) -> String {
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    let mut rest = milliseconds;
    // `90d` is easier to read than `12w6d`: no years, no weeks.
    for (unit, size) in &UNITS[2..] {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push_str(unit);
        }
    }
    text
}

/// The milliseconds of `1h30m`: units in falling order, each once.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let mut total: u64 = 0;
    let mut rest = text;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (_, size) = units.find(|(unit, _)| *unit == &rest[..letters])?;
        rest = &rest[letters..];
        total = total.checked_add(count.checked_mul(*size)?)?;
    }
    (total <= LONGEST).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for milliseconds in [1, 999, 1_500, 5_400_000, 86_400_000, 90 * 86_400_000 + 1] {
            assert_eq!(parse(&duration(milliseconds)), Some(milliseconds));
        }
    }

    #[test]
    fn only_prometheus_durations_are_read() {
        assert_eq!(parse("1w2d"), Some(9 * 86_400_000));
        for wrong in ["1.5h", "5", "h", "1m1h", "1h1h", "5µs", "200y", "99999999999999999999s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
