//! Names that targets carry: of declarations, which become service names and
//! host names (labels of at most 63 characters, RFC 1035 section 2.3.4; an
//! underscore becomes a hyphen where it must), and of environment variables
//! (POSIX.1-2017, Base Definitions, section 8.1).

use super::{Fault, first_bad, shown};

/// Checks a name that every target can carry: `[a-z][a-z0-9_]*`, at most 63
/// characters.
pub fn name(text: &str) -> Result<(), Fault> {
    let rule = "A name is made of lower-case letters, digits and `_`, and starts with a letter.";
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if let Some((at, c)) = first_bad(text, good) {
        let offer = text.to_lowercase().replace(['-', '.', ' '], "_");
        let fault = Fault::new(at..at + c.len_utf8(), format!("{} in a name", shown(c)), rule);
        return Err(fault.offer_good(text, offer, |offer| name(offer).is_ok()));
    }
    match text.chars().next() {
        None => Err(Fault::whole(text, "an empty name", rule)),
        Some(c) if !c.is_ascii_lowercase() => {
            Err(Fault::new(0..1, format!("a name that starts with {}", shown(c)), rule))
        }
        Some(_) if text.len() > 63 => {
            let problem = format!("a name of {} characters", text.len());
            Err(Fault::whole(text, problem, "A name has at most 63 characters."))
        }
        Some(_) => Ok(()),
    }
}

/// Checks the name of an environment variable: `[A-Za-z_][A-Za-z0-9_]*`.
pub fn env_name(text: &str) -> Result<(), Fault> {
    let rule =
        "An environment variable is named with letters, digits and `_`, and does not start with a digit.";
    if let Some((at, c)) = first_bad(text, |c| c.is_ascii_alphanumeric() || c == '_') {
        let offer = text.replace(['-', '.', ' '], "_");
        let fault =
            Fault::new(at..at + c.len_utf8(), format!("{} in an environment variable", shown(c)), rule);
        return Err(fault.offer_good(text, offer, |offer| env_name(offer).is_ok()));
    }
    match text.chars().next() {
        None => Err(Fault::whole(text, "an environment variable without a name", rule)),
        Some(c) if c.is_ascii_digit() => {
            Err(Fault::new(0..1, "an environment variable that starts with a digit", rule))
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names() {
        assert_eq!(name("db_2"), Ok(()));
        assert_eq!(env_name("_POSTGRES_db2"), Ok(()));
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| name(text).err().map(|fault| fault.range);
        assert_eq!(range(""), Some(0..0));
        assert_eq!(range("2db"), Some(0..1));
        assert_eq!(range("_db"), Some(0..1));
        assert_eq!(range("my-db"), Some(2..3));
        assert_eq!(range(&"x".repeat(64)), Some(0..64));
        assert_eq!(env_name("A B").err().map(|fault| fault.range), Some(1..2));
        assert_eq!(env_name("1A").err().map(|fault| fault.range), Some(0..1));
        assert_eq!(env_name("").err().map(|fault| fault.range), Some(0..0));
    }

    #[test]
    fn offers_a_name() {
        assert_eq!(name("My-db").err().and_then(|fault| fault.offer), Some("my_db".to_owned()));
        assert_eq!(name("größe").err().and_then(|fault| fault.offer), None);
        assert_eq!(env_name("A-B").err().and_then(|fault| fault.offer), Some("A_B".to_owned()));
    }
}
