//! Values as text: percent-encoding (RFC 3986 section 2), and bytes and
//! durations in laud's own spelling.

/// Percent-encodes whatever is not unreserved (RFC 3986 section 2.3), so that
/// it stays what it is as user, password or path segment of a URL.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Bytes in the largest unit that comes out even: `512MiB`, `1500B`.
pub fn render_bytes(bytes: u64) -> String {
    let units = [("TiB", 1_u64 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let fits = units.into_iter().find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor));
    let (unit, factor) = fits.unwrap_or(("B", 1));
    format!("{}{unit}", bytes / factor)
}

/// Milliseconds as a sum of units: `1h30m`, `500ms`, `0s`. Weeks are given in
/// days, which are easier to compare.
pub fn render_duration(milliseconds: u64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
    let mut rest = milliseconds;
    let mut out = String::new();
    for (unit, factor) in units {
        if rest >= factor {
            out.push_str(&format!("{}{unit}", rest / factor));
            rest %= factor;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes() {
        assert_eq!(percent_encode("p@ss:w/ö %~"), "p%40ss%3Aw%2F%C3%B6%20%25~");
    }

    #[test]
    fn renders_quantities() {
        assert_eq!(render_bytes(512 << 20), "512MiB");
        assert_eq!(render_bytes(1500), "1500B");
        assert_eq!(render_bytes(0), "0B");
        assert_eq!(render_duration(5_400_000), "1h30m");
        assert_eq!(render_duration(604_800_000), "7d");
        assert_eq!(render_duration(1500), "1s500ms");
        assert_eq!(render_duration(0), "0s");
    }
}
