//! Mail addresses: the dot-atom form of RFC 5322 section 3.4.1, with the
//! lengths of RFC 5321 section 4.5.3.1. Quoted local parts and address literals
//! are left out; no certificate authority and no receiver takes them.

use super::{Fault, domain, first_bad, shown};

const RULE: &str = "A mail address is written `name@domain`.";

/// Checks a mail address.
pub fn email(text: &str) -> Result<(), Fault> {
    let Some((local, host)) = text.rsplit_once('@') else {
        return Err(Fault::new(text.len()..text.len(), "a mail address without `@`", RULE));
    };
    if local.is_empty() {
        return Err(Fault::new(0..0, "a mail address without a name before `@`", RULE));
    }
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    if let Some((at, c)) = first_bad(local, atom) {
        return Err(Fault::new(at..at + c.len_utf8(), format!("{} in a mail address", shown(c)), RULE));
    }
    let dot = if local.starts_with('.') { Some(0) } else { local.find("..") };
    let dot = dot.or_else(|| local.ends_with('.').then(|| local.len() - 1));
    if let Some(at) = dot {
        let help = "Dots stand one by one between other characters.";
        return Err(Fault::new(at..at + 1, "a misplaced dot in a mail address", help));
    }
    if local.len() > 64 {
        let help = "At most 64 characters stand before `@`.";
        return Err(Fault::new(0..local.len(), format!("a name of {} characters", local.len()), help));
    }
    let start = local.len() + 1;
    let checked = domain(host).map_err(|fault| fault.shifted(start))?;
    if checked.wildcard || !host.contains('.') {
        let help = "Write a whole domain after `@`, as in `ops@example.com`.";
        return Err(Fault::new(start..text.len(), "no domain of a mail address", help));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses() {
        for text in ["ops@laudator.example", "a.b+c@x.y", "o'neil@x.co"] {
            assert_eq!(email(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| email(text).err().map(|fault| fault.range);
        assert_eq!(range("ops"), Some(3..3));
        assert_eq!(range("@x.y"), Some(0..0));
        assert_eq!(range("a b@x.y"), Some(1..2));
        assert_eq!(range("a..b@x.y"), Some(1..2));
        assert_eq!(range("a@x_y.z"), Some(3..4));
        assert_eq!(range("a@localhost"), Some(2..11));
    }
}
