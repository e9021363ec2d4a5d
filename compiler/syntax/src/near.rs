//! Near names: what someone who wrote an unknown name may have meant.

/// The candidate nearest to `wrong`, if one is near enough: at most a third of
/// its letters away (at least one edit), and not in all of them. The first of
/// equals in the given order.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = wrong.chars().count();
    let limit = (letters / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let away = distance(wrong, candidate, limit);
        let all = letters.max(candidate.chars().count());
        if away <= limit && away < all && best.is_none_or(|(least, _)| away < least) {
            best = Some((away, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Edits between two names (optimal string alignment: a swap of neighbours is
/// one), case folded; anything over `limit` is `limit + 1`.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    if a.len().abs_diff(b.len()) > limit {
        return limit + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()].min(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_nearest() {
        assert_eq!(nearest("memroy", ["cpu", "memory"]), Some("memory"));
        assert_eq!(nearest("db", ["cache", "files"]), None);
        assert_eq!(nearest("Limits", ["limits"]), Some("limits"));
        assert_eq!(nearest("x", ["B", "s"]), None);
        assert_eq!(nearest("d", ["s", "db"]), Some("db"));
    }
}
