//! Rates: nginx counts whole requests per second or per minute, and nothing else.

use laud_plan::RateLimit;

/// The rate as nginx writes it, exactly: `10r/s`, `90r/m`. `None` if it
/// is no whole number of requests per second or minute.
pub(super) fn rate(limit: RateLimit) -> Option<String> {
    if limit.count == 0 || limit.per == 0 {
        return None;
    }
    whole(limit, 1_000)
        .map(|count| format!("{count}r/s"))
        .or_else(|| whole(limit, 60_000).map(|count| format!("{count}r/m")))
}

/// Requests per `span` milliseconds, if that is a whole number that nginx can hold.
fn whole(limit: RateLimit, span: u64) -> Option<u64> {
    let product = limit.count.checked_mul(span)?;
    let count = product / limit.per;
    (product.is_multiple_of(limit.per) && count <= 2_000_000).then_some(count)
}

/// The whole rates per minute around one that nginx cannot count, for the help.
pub(super) fn around(limit: RateLimit) -> Option<(u64, u64)> {
    let below = limit.count.checked_mul(60_000)?.checked_div(limit.per)?;
    Some((below, below + 1))
}

/// After how many seconds a refused client may ask again: the time that one
/// request takes out of the rate, in whole seconds.
pub(super) fn retry_after(limit: RateLimit) -> u64 {
    limit.per.div_ceil(limit.count.max(1)).div_ceil(1_000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(count: u64, per: u64) -> RateLimit {
        RateLimit { count, per, burst: 0 }
    }

    #[test]
    fn converts_exactly_or_not_at_all() {
        assert_eq!(rate(limit(10, 1_000)).as_deref(), Some("10r/s"));
        assert_eq!(rate(limit(600, 60_000)).as_deref(), Some("10r/s"));
        assert_eq!(rate(limit(100, 60_000)).as_deref(), Some("100r/m"));
        assert_eq!(rate(limit(600, 3_600_000)).as_deref(), Some("10r/m"));
        assert_eq!(rate(limit(1_000, 3_600_000)), None);
        assert_eq!(rate(limit(0, 1_000)), None);
        assert_eq!(around(limit(1_000, 3_600_000)), Some((16, 17)));
    }

    #[test]
    fn tells_when_to_come_back() {
        assert_eq!(retry_after(limit(10, 1_000)), 1);
        assert_eq!(retry_after(limit(1, 60_000)), 60);
        assert_eq!(retry_after(limit(7, 60_000)), 9);
    }
}
