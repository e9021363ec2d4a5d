//! Durations and sizes in units that nginx reads back exactly.

/// Milliseconds as an nginx time: `90s`, `1h`, `250ms`.
pub(super) fn time(milliseconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    match UNITS.iter().find(|(unit, _)| milliseconds > 0 && milliseconds.is_multiple_of(*unit)) {
        Some((unit, name)) => (milliseconds / unit).to_string() + name,
        None => milliseconds.to_string() + "ms",
    }
}

/// Bytes as an nginx size: `50m`, `1k`, `1g`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")];
    match UNITS.iter().find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => (bytes / unit).to_string() + name,
        None => bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_largest_unit_that_is_exact() {
        assert_eq!(
            [250, 1_000, 90_000, 300_000, 3_600_000, 86_400_000].map(time),
            ["250ms", "1s", "90s", "5m", "1h", "1d"]
        );
        assert_eq!(
            [1, 1024, 1500, 50 << 20, 1 << 30, (1 << 30) + 1024].map(size),
            ["1", "1k", "1500", "50m", "1g", "1048577k"]
        );
    }
}
