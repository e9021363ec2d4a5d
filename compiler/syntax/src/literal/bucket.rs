//! Names of S3 buckets, by "Bucket naming rules" of the Amazon S3 user guide
//! (general purpose buckets), which MinIO follows.

use super::{Fault, first_bad, shown};

const RULE: &str = "A bucket is named with 3 to 63 lower-case letters, digits, dots and hyphens.";

/// Checks the name of a bucket.
pub fn bucket(text: &str) -> Result<(), Fault> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if let Some((at, c)) = first_bad(text, good) {
        let offer = text.to_lowercase().replace('_', "-");
        let fault = Fault::new(at..at + c.len_utf8(), format!("{} in the name of a bucket", shown(c)), RULE);
        return Err(fault.offer_good(text, offer, |offer| bucket(offer).is_ok()));
    }
    if text.len() < 3 || text.len() > 63 {
        return Err(Fault::whole(text, format!("a bucket's name of {} characters", text.len()), RULE));
    }
    let edge = |c: Option<char>| c.is_some_and(|c| !c.is_ascii_alphanumeric());
    let help = "A bucket's name starts and ends with a letter or a digit.";
    if edge(text.chars().next()) {
        return Err(Fault::new(0..1, "a bucket's name with a sign at its edge", help));
    }
    if edge(text.chars().next_back()) {
        return Err(Fault::new(text.len() - 1..text.len(), "a bucket's name with a sign at its edge", help));
    }
    if let Some(at) = text.find("..") {
        return Err(Fault::new(at..at + 2, "two dots in a row in a bucket's name", RULE));
    }
    if text.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err(Fault::whole(text, "an address as a bucket's name", "Write a name that is no address."));
    }
    check_reserved(text)
}

/// Beginnings and ends that Amazon keeps for itself.
fn check_reserved(text: &str) -> Result<(), Fault> {
    let starts = ["xn--", "sthree-", "amzn-s3-demo-"];
    let ends = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];
    let help = "Amazon keeps it for itself; choose another.";
    if let Some(start) = starts.into_iter().find(|start| text.starts_with(start)) {
        return Err(Fault::new(0..start.len(), "a reserved start of a bucket's name", help));
    }
    match ends.into_iter().find(|end| text.ends_with(end)) {
        Some(end) => {
            Err(Fault::new(text.len() - end.len()..text.len(), "a reserved end of a bucket's name", help))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names() {
        for text in ["laudatorai", "a.b-c", "123", "x".repeat(63).as_str()] {
            assert_eq!(bucket(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| bucket(text).err().map(|fault| fault.range);
        assert_eq!(range("laudatorai_staging"), Some(10..11));
        assert_eq!(range("ab"), Some(0..2));
        assert_eq!(range(&"x".repeat(64)), Some(0..64));
        assert_eq!(range("-ab"), Some(0..1));
        assert_eq!(range("ab."), Some(2..3));
        assert_eq!(range("a..b"), Some(1..3));
        assert_eq!(range("10.0.0.1"), Some(0..8));
        assert_eq!(range("xn--abc"), Some(0..4));
    }

    #[test]
    fn offers_a_name() {
        let offer = bucket("Laudatorai_staging").err().and_then(|fault| fault.offer);
        assert_eq!(offer, Some("laudatorai-staging".to_owned()));
    }
}
