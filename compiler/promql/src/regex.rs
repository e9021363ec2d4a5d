//! What Rust's regexes take and RE2, which Prometheus uses, does not, or reads
//! otherwise. The parser compiles every regex with Rust's; this looks at the
//! rest.

/// The most repetitions that RE2 counts.
const MOST_REPEATS: u32 = 1_000;

/// What RE2 would not take.
pub(crate) fn check(regex: &str) -> Result<(), String> {
    let mut rest = regex;
    let mut repeated = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => escape(rest)?,
            '[' => class(rest)?,
            '(' => group(rest)?,
            '*' | '+' | '?' | '{' => repeat(rest, repeated)?,
            other => other.len_utf8(),
        };
        repeated = matches!(first, '*' | '+' | '?') || (first == '{' && length > 1);
        rest = &rest[length..];
    }
    Ok(())
}

/// The length of the escape at the start.
fn escape(rest: &str) -> Result<usize, String> {
    let Some(second) = rest.chars().nth(1) else {
        return Err("a regex that ends in the middle of an escape".to_owned());
    };
    let after = &rest[1 + second.len_utf8()..];
    let known = match second {
        'b' => !after.starts_with('{'),
        'p' | 'P' => is_category(after),
        'A' | 'B' | 'z' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'a' | 'f' | 't' | 'r' | 'n' | 'v' | 'x' => true,
        '<' | '>' => false,
        other => other.is_ascii_punctuation(),
    };
    if known {
        Ok(1 + second.len_utf8())
    } else {
        Err(format!("RE2 does not know `\\{second}` as it is meant here"))
    }
}

/// `L`, `{L}`, `{Lu}`: general categories, by the names that both know.
fn is_category(after: &str) -> bool {
    let name = match after.strip_prefix('{') {
        Some(inner) => inner.split('}').next().unwrap_or("").trim_start_matches('^'),
        None => after.get(..1).unwrap_or(""),
    };
    matches!(name.len(), 1 | 2) && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The length of the class at the start.
fn class(rest: &str) -> Result<usize, String> {
    let mut at = 1 + usize::from(rest[1..].starts_with('^'));
    // A bracket in first place is a literal one.
    at += usize::from(rest[at..].starts_with(']'));
    while let Some(first) = rest[at..].chars().next() {
        let here = &rest[at..];
        at += match first {
            ']' => return Ok(at + 1),
            '\\' => escape(here)?,
            '[' if here.starts_with("[:") => here.find(":]").map_or(1, |end| end + 2),
            '[' => return Err("a `[` within a regex's `[…]` must be written `\\[`".to_owned()),
            '&' | '~' | '-' if here[1..].starts_with(first) => {
                return Err(format!(
                    "`{first}{first}` within a regex's `[…]` means different things to different readers"
                ));
            }
            other => other.len_utf8(),
        };
    }
    Err("a regex with a `[` that is not closed".to_owned())
}

/// The length of the group's opening at the start.
fn group(rest: &str) -> Result<usize, String> {
    let Some(after) = rest.strip_prefix("(?") else {
        return Ok(1);
    };
    if after.starts_with("P<") || after.starts_with('<') {
        return Ok(2);
    }
    let flags = after.split([':', ')']).next().unwrap_or("");
    match flags.chars().find(|flag| !"imsU-".contains(*flag)) {
        None => Ok(2 + flags.len()),
        Some(flag) => Err(format!("RE2 does not know the flag `{flag}` of a regex")),
    }
}

/// The length of the repetition at the start; 1 for a brace that is none.
fn repeat(rest: &str, repeated: bool) -> Result<usize, String> {
    let length = match rest.strip_prefix('{') {
        None => 1,
        Some(inner) => match counts(inner) {
            None => return Ok(1),
            Some((most, _)) if most > MOST_REPEATS => {
                return Err(format!("RE2 repeats no more than {MOST_REPEATS} times"));
            }
            Some((_, length)) => 1 + length,
        },
    };
    if repeated {
        return Err("a regex that repeats a repetition: put the first in `(…)`".to_owned());
    }
    // The mark of a lazy repetition belongs to it.
    Ok(length + usize::from(rest[length..].starts_with('?')))
}

/// The greatest count of `2}`, `2,}` or `2,3}`, and its length.
fn counts(inner: &str) -> Option<(u32, usize)> {
    let end = inner.find('}')?;
    let (least, most) = inner[..end].split_once(',').unwrap_or((&inner[..end], ""));
    let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Some(digits.parse().unwrap_or(u32::MAX)),
        false => None,
    };
    let least: u32 = number(least).filter(|_| !least.is_empty())?;
    let most: u32 = if most.is_empty() { 0 } else { number(most)? };
    Some((least.max(most), end + 1))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_both_know_passes() {
        let good = [
            "5..",
            "a|b",
            "(?i)get",
            "[^]a]",
            "[[:alpha:]]+",
            r"a\.b\\",
            r"\p{Lu}\pL",
            "a{2,3}?",
            "a{x}",
            "(?P<n>a)(?<m>b)",
            "a+?b*",
            "",
            r"[\[\-]",
            "x{1000}",
            "é",
        ];
        for regex in good {
            assert_eq!(check(regex), Ok(()), "{regex}");
        }
    }

    #[test]
    fn what_only_rust_knows_does_not() {
        let bad = [
            "a**",
            "a+*",
            "a{2}{3}",
            "a{1001}",
            "a{2,1001}",
            "(?x)a",
            "(?u:a)",
            r"\<a",
            r"\b{start}",
            r"\u0041",
            "[a&&b]",
            "[a[b]]",
            "[a",
            r"\p{Greek}",
            "a\\",
        ];
        for regex in bad {
            assert!(check(regex).is_err(), "{regex}");
        }
    }
}
