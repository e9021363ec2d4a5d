//! Near names: what someone who wrote an unknown name may have meant.

/// The candidate nearest to `wrong`, if one is near enough: at most a third of
/// its letters away (at least one edit), and not in all of them. The first of
/// equals in the given order.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = wrong.chars().count();
    let mut limit = (letters / 3).max(1);
    let mut yardstick = Yardstick::new(wrong);
    let mut best = None;
    for candidate in candidates {
        let Some(away) = yardstick.distance(candidate, limit) else { continue };
        if away < letters.max(candidate.chars().count()) {
            best = Some(candidate);
            // From here on only what is nearer is of interest.
            match away.checked_sub(1) {
                Some(nearer) => limit = nearer,
                None => break,
            }
        }
    }
    best
}

/// A name from which others are measured, with the room for that: there may be
/// as many of both as a system has declarations.
struct Yardstick {
    name: Vec<char>,
    other: Vec<char>,
    /// Three rows of the table of distances, the last of them at hand.
    rows: [Vec<usize>; 3],
}

impl Yardstick {
    fn new(name: &str) -> Self {
        let name = name.chars().flat_map(char::to_lowercase).collect();
        Self { name, other: Vec::new(), rows: Default::default() }
    }

    /// Edits to another name (optimal string alignment: a swap of neighbours is
    /// one), case folded; `None` if they are more than `limit`.
    fn distance(&mut self, other: &str, limit: usize) -> Option<usize> {
        let Self { name: a, other: b, rows } = self;
        b.clear();
        b.extend(other.chars().flat_map(char::to_lowercase));
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        for row in rows.iter_mut() {
            row.clear();
            row.extend(0..=b.len());
        }
        let mut least_before = 0;
        for i in 1..=a.len() {
            rows.rotate_left(1);
            let [before, last, row] = &mut *rows;
            row[0] = i;
            for j in 1..=b.len() {
                let change = usize::from(a[i - 1] != b[j - 1]);
                row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    row[j] = row[j].min(before[j - 2] + 1);
                }
            }
            // What follows is made of these two rows, and of more.
            let least = row.iter().copied().min().unwrap_or(0);
            if least.min(least_before) > limit {
                return None;
            }
            least_before = least;
        }
        rows[2].last().copied().filter(|away| *away <= limit)
    }
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
        assert_eq!(nearest("abcdef", ["abcxyf", "abxdef", "abcdfe", "abcdeg"]), Some("abxdef"));
    }

    /// The whole table, as the definition has it.
    fn distance(a: &str, b: &str) -> usize {
        let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
        let (a, b) = (fold(a), fold(b));
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                let is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let ways = [
                    (i > 0).then(|| table[i - 1][j] + 1),
                    (j > 0).then(|| table[i][j - 1] + 1),
                    (i > 0 && j > 0).then(|| table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1])),
                    is_swap.then(|| table[i - 2][j - 2] + 1),
                ];
                table[i][j] = ways.into_iter().flatten().min().unwrap_or(0);
            }
        }
        table[a.len()][b.len()]
    }

    proptest::proptest! {
        #[test]
        fn distances_are_those_of_the_definition(names in proptest::collection::vec("[abAÄ]{0,7}", 2..6), limit in 0..5_usize) {
            // One after another, since the room is used again.
            let mut yardstick = Yardstick::new(&names[0]);
            for other in &names[1..] {
                let meant = Some(distance(&names[0], other)).filter(|away| *away <= limit);
                proptest::prop_assert_eq!(yardstick.distance(other, limit), meant, "{} {}", &names[0], other);
            }
        }
    }
}
