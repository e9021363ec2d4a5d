//! Durations as Prometheus reads and writes them.

/// Units from large to small. Years and weeks are left out: `90d` is easier
/// to read than `12w6d`.
const UNITS: [(u64, &str); 5] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];

/// A duration of milliseconds: `1h30m`, `15s`, `1500ms`, `0s`.
///
/// Anything below ten seconds that is not whole seconds is milliseconds
/// alone, which is how people write it.
pub(super) fn duration(milliseconds: u64) -> String {
    if milliseconds == 0 {
        return "0s".to_owned();
    }
    if milliseconds < 10_000 && !milliseconds.is_multiple_of(1_000) {
        return format!("{milliseconds}ms");
    }
    let mut text = String::with_capacity(8);
    let mut rest = milliseconds;
    for (size, unit) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            text.push_str(&count.to_string());
            text.push_str(unit);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_read_as_people_write_them() {
        let cases = [
            (0, "0s"),
            (15_000, "15s"),
            (1_500, "1500ms"),
            (250, "250ms"),
            (5_400_000, "1h30m"),
            (86_400_000, "1d"),
            (30 * 86_400_000, "30d"),
            (61_001, "1m1s1ms"),
        ];
        for (milliseconds, expected) in cases {
            assert_eq!(duration(milliseconds), expected);
        }
    }
}
