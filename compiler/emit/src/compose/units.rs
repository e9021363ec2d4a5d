//! Durations, sizes and shares as compose writes them.

use serde::{Serialize, Serializer};
use std::fmt::{self, Display};

/// A duration in milliseconds: `1m30s`, `500ms`, `0s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duration(pub(super) u64);

impl Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut left = self.0;
        for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)] {
            if left >= size {
                (left / size).fmt(f)?;
                f.write_str(unit)?;
                left %= size;
            }
        }
        Ok(())
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A size in bytes, in the largest binary unit that is exact: `512m`, `1536k`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = [("g", 1_u64 << 30), ("m", 1 << 20), ("k", 1 << 10)]
            .into_iter()
            .find(|(_, size)| self.0 > 0 && self.0.is_multiple_of(*size))
            .unwrap_or(("b", 1));
        (self.0 / size).fmt(f)?;
        f.write_str(unit)
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// CPU in thousandths of a core, as cores: `0.5`, `2.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cores(pub(super) u32);

impl Serialize for Cores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_sums_of_units() {
        let written = [0, 1, 999, 1_000, 1_500, 90_000, 3_600_000, 86_400_000, 3_661_001];
        let expected = ["0s", "1ms", "999ms", "1s", "1s500ms", "1m30s", "1h", "24h", "1h1m1s1ms"];
        assert_eq!(written.map(|each| Duration(each).to_string()), expected);
    }

    #[test]
    fn sizes_are_exact() {
        let written = [0, 1, 1023, 1024, 1 << 20, (1 << 20) + 1, 3 << 29, 16 << 30];
        let expected = ["0b", "1b", "1023b", "1k", "1m", "1048577b", "1536m", "16g"];
        assert_eq!(written.map(|each| Bytes(each).to_string()), expected);
    }
}
