//! Domains: letters, digits and hyphens, as RFC 1035 section 2.3.1 has them and
//! RFC 1123 section 2.1 widens them; a wildcard as in RFC 6125 section 6.4.3,
//! for a whole leftmost label only.

use super::{Fault, first_bad, shown};

/// A domain and its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain<'t> {
    /// Whether it starts with `*.`.
    pub wildcard: bool,
    /// The name, without the wildcard.
    pub name: &'t str,
}

const LABELS: &str = "A domain is made of labels of letters, digits and hyphens with dots between them.";

/// Checks a domain: `laudator.example`, `*.laudator.example`, `localhost`.
pub fn domain(text: &str) -> Result<Domain<'_>, Fault> {
    let (wildcard, name) = match text.strip_prefix("*.") {
        Some(name) => (true, name),
        None => (false, text),
    };
    let start = text.len() - name.len();
    if name.is_empty() {
        return Err(Fault::new(start..start, "a domain without a name", LABELS));
    }
    if let Some(fault) = not_a_domain(text) {
        return Err(fault);
    }
    if name.len() > 253 {
        let problem = format!("a domain of {} characters", name.len());
        return Err(Fault::whole(text, problem, "A domain has at most 253 characters."));
    }
    let mut at = start;
    for label in name.split('.') {
        check_label(label, at)?;
        at += label.len() + 1;
    }
    if is_address(name) {
        return Err(Fault::whole(
            text,
            "an address where a domain belongs",
            "Write a name; its last label is no number.",
        ));
    }
    Ok(Domain { wildcard, name })
}

/// What is often written for a domain.
fn not_a_domain(text: &str) -> Option<Fault> {
    if let Some(at) = text.find("://") {
        let host = text[at + 3..].split(['/', ':', '?', '#']).next().unwrap_or_default();
        let problem = "a URL where a domain belongs";
        let fault = Fault::new(0..at + 3, problem, "Write the domain alone, without scheme and path.");
        return Some(fault.offer_good(text, host, |host| domain(host).is_ok()));
    }
    let dot = text.strip_suffix('.').filter(|name| !name.is_empty() && !name.ends_with('.'))?;
    let range = dot.len()..text.len();
    let fault = Fault::new(range, "a dot at the end of a domain", "Leave the last dot out.");
    Some(fault.offer_good(text, dot, |dot| domain(dot).is_ok()))
}

fn check_label(label: &str, start: usize) -> Result<(), Fault> {
    let whole = start..start + label.len();
    if label.is_empty() {
        return Err(Fault::new(whole, "an empty label in a domain", LABELS));
    }
    if let Some((at, c)) = first_bad(label, |c| c.is_ascii_alphanumeric() || c == '-') {
        let range = start + at..start + at + c.len_utf8();
        let help = match c {
            '_' => "A domain has hyphens, not underscores.",
            '*' => "A wildcard stands alone before the first dot, as in `*.example.com`.",
            c if !c.is_ascii() => {
                "Write an international domain in its ASCII form, which starts with `xn--`."
            }
            _ => LABELS,
        };
        return Err(Fault::new(range, format!("{} in a domain", shown(c)), help));
    }
    if label.len() > 63 {
        let problem = format!("a label of {} characters", label.len());
        return Err(Fault::new(whole, problem, "A label has at most 63 characters."));
    }
    let hyphen = if label.starts_with('-') { Some(start) } else { None };
    let hyphen = hyphen.or(if label.ends_with('-') { Some(start + label.len() - 1) } else { None });
    match hyphen {
        Some(at) => {
            let help = "A label starts and ends with a letter or a digit.";
            Err(Fault::new(at..at + 1, "a hyphen at the edge of a label", help))
        }
        None => Ok(()),
    }
}

fn is_address(name: &str) -> bool {
    name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Option<std::ops::Range<usize>> {
        domain(text).err().map(|fault| fault.range)
    }

    #[test]
    fn takes_domains() {
        for text in
            ["laudator.example", "localhost", "a.b-c.d1", "xn--bcher-kva.example", "3com.com", "A.Example"]
        {
            assert_eq!(domain(text), Ok(Domain { wildcard: false, name: text }));
        }
        assert_eq!(domain("*.a.example"), Ok(Domain { wildcard: true, name: "a.example" }));
    }

    #[test]
    fn points_at_what_is_wrong() {
        assert_eq!(range(""), Some(0..0));
        assert_eq!(range("a..b"), Some(2..2));
        assert_eq!(range("a.b_c"), Some(3..4));
        assert_eq!(range("-a.b"), Some(0..1));
        assert_eq!(range("a-.b"), Some(1..2));
        assert_eq!(range("a.*.b"), Some(2..3));
        assert_eq!(range("bücher.example"), Some(1..3));
        assert_eq!(range("127.0.0.1"), Some(0..9));
        assert_eq!(range(&format!("{}.a", "x".repeat(64))), Some(0..64));
        assert_eq!(range(&["abc"; 70].join(".")), Some(0..279));
        assert_eq!(range("*."), Some(2..2));
    }

    #[test]
    fn offers_the_domain_that_was_meant() {
        let offer = |text| domain(text).err().and_then(|fault| fault.offer);
        assert_eq!(offer("https://a.example/b"), Some("a.example".to_owned()));
        assert_eq!(offer("a.example."), Some("a.example".to_owned()));
    }
}
