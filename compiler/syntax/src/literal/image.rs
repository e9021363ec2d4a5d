//! Image references, by the grammar of the distribution project
//! (`github.com/distribution/reference`, `reference.go`), and which of them
//! are pinned.

use super::{Fault, shown};
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded};
use nom::{IResult, Parser};

/// A reference and its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image<'t> {
    /// `ghcr.io`, `localhost:5000`; none is Docker Hub.
    pub registry: Option<&'t str>,
    /// `library/postgres`, `postgres`, `grafana/grafana`.
    pub repository: &'t str,
    /// `17.2-alpine`
    pub tag: Option<&'t str>,
    /// `sha256:` and 64 digits.
    pub digest: Option<&'t str>,
}

const REPOSITORY: &str = "A repository is made of lower-case letters and digits, with single `.`, `_`, `__` or hyphens between them.";
const PINNED: &str = "Pin the image to a version, as in `postgres:17.2`, or to a digest.";

/// Checks an image reference that is pinned: by a tag that is not `latest`, or
/// by a digest.
pub fn image(text: &str) -> Result<Image<'_>, Fault> {
    if let Some(at) = text.find("://") {
        let help = "Write the image without a scheme, as in `ghcr.io/owner/name:1.2`.";
        return Err(Fault::new(0..at + 3, "a URL where an image belongs", help));
    }
    let (registry, rest) = split_registry(text);
    if let Some(registry) = registry {
        check_registry(registry)?;
    }
    let (rest, repository) = match repository(rest) {
        Ok(parsed) => parsed,
        Err(_) => return Err(bad_repository(text, rest)),
    };
    if text.len() - rest.len() > 255 {
        let problem = "an image name of more than 255 characters";
        return Err(Fault::new(0..text.len() - rest.len(), problem, "Use a shorter name."));
    }
    let (rest, tag) = match rest.strip_prefix(':') {
        Some(after) => tag(text, after).map(|(rest, tag)| (rest, Some(tag)))?,
        None => (rest, None),
    };
    let digest = match rest.strip_prefix('@') {
        Some(digest) => Some(check_digest(text, digest)?),
        None if rest.is_empty() => None,
        None => return Err(bad_rest(text, rest, tag.is_some())),
    };
    let image = Image { registry, repository, tag, digest };
    check_pinned(text, image)?;
    Ok(image)
}

/// What stands before the first slash is a registry if it looks like a host:
/// with a dot, a port, an upper-case letter, or the name `localhost`.
fn split_registry(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest))
            if first.contains(['.', ':'])
                || first == "localhost"
                || first.bytes().any(|byte| byte.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        Some(_) | None => (None, text),
    }
}

fn check_registry(registry: &str) -> Result<(), Fault> {
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        Some(_) | None => (registry, None),
    };
    let help = "A registry is a host with an optional port, as in `registry.example:5000`.";
    if let Some(port) = port
        && (port.is_empty() || super::port(port).is_err())
    {
        let start = host.len() + 1;
        return Err(Fault::new(start..start + port.len(), format!("`{port}` is no port"), help));
    }
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let good = match address {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.parse::<std::net::Ipv4Addr>().is_ok() || super::domain(host).is_ok_and(|d| !d.wildcard),
    };
    if good {
        Ok(())
    } else {
        Err(Fault::new(0..host.len(), format!("`{host}` is no host of a registry"), help))
    }
}

fn repository(rest: &str) -> IResult<&str, &str> {
    recognize(pair(component, many0_count(preceded(char('/'), component)))).parse(rest)
}

/// Letters and digits, with separators between them.
fn component(rest: &str) -> IResult<&str, &str> {
    recognize(pair(alphanumeric, many0_count(pair(separator, alphanumeric)))).parse(rest)
}

fn alphanumeric(rest: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).parse(rest)
}

fn separator(rest: &str) -> IResult<&str, &str> {
    nom::branch::alt((
        recognize(char('.')),
        recognize(pair(char('_'), opt(char('_')))),
        take_while1(|c: char| c == '-'),
    ))
    .parse(rest)
}

fn tag<'t>(text: &str, after: &'t str) -> Result<(&'t str, &'t str), Fault> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first: IResult<&str, &str> =
        recognize(pair(take_while1(word), take_while(|c: char| word(c) || c == '.' || c == '-')))
            .parse(after);
    let start = text.len() - after.len();
    match first {
        Ok((_, tag)) if tag.len() > 128 => {
            let range = start..start + tag.len();
            Err(Fault::new(range, "a tag of more than 128 characters", "Use a shorter tag."))
        }
        Ok(parsed) => Ok(parsed),
        Err(_) => {
            let problem = match after.chars().next() {
                Some(c) => format!("a tag that starts with {}", shown(c)),
                None => "an empty tag".to_owned(),
            };
            Err(Fault::at(text, after, problem, "A tag starts with a letter, a digit or `_`."))
        }
    }
}

fn check_digest<'t>(text: &str, digest: &'t str) -> Result<&'t str, Fault> {
    let range = text.len() - digest.len()..text.len();
    let help = "A digest is `sha256:` and 64 digits from 0 to f.";
    let Some(hex) = digest.strip_prefix("sha256:") else {
        return Err(Fault::new(range, "a digest that is not of SHA-256", help));
    };
    let good =
        hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let problem = match hex.len() {
        64 => "a digest with other characters than 0 to f".to_owned(),
        length => format!("a digest of {length} digits"),
    };
    if good { Ok(digest) } else { Err(Fault::new(range.start + 7..range.end, problem, help)) }
}

fn bad_repository(text: &str, rest: &str) -> Fault {
    match rest.chars().next() {
        Some(c) if c.is_ascii_uppercase() => {
            Fault::at(text, rest, "an upper-case letter in an image name", REPOSITORY)
        }
        Some(c) => Fault::at(text, rest, format!("{} at the start of an image name", shown(c)), REPOSITORY),
        None => Fault::at(text, rest, "an image without a name", REPOSITORY),
    }
}

fn bad_rest(text: &str, rest: &str, after_tag: bool) -> Fault {
    let c = rest.chars().next().unwrap_or(' ');
    if after_tag {
        let help = "A tag is made of letters, digits, `_`, `.` and hyphens.";
        return Fault::at(text, rest, format!("{} in a tag", shown(c)), help);
    }
    if c.is_ascii_uppercase() {
        let lower = text.to_ascii_lowercase();
        let fault = Fault::at(text, rest, "an upper-case letter in an image name", REPOSITORY);
        return fault.offer_good(text, lower, |lower| image(lower).is_ok());
    }
    Fault::at(text, rest, format!("{} in an image name", shown(c)), REPOSITORY)
}

fn check_pinned(text: &str, image: Image<'_>) -> Result<(), Fault> {
    match (image.tag, image.digest) {
        (_, Some(_)) => Ok(()),
        (Some("latest"), None) => {
            let range = text.len() - "latest".len()..text.len();
            Err(Fault::new(range, "an image that is not pinned: `latest` is another one tomorrow", PINNED))
        }
        (Some(_), None) => Ok(()),
        (None, None) => {
            Err(Fault::new(text.len()..text.len(), "an image that is not pinned: it has no tag", PINNED))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_it_apart() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let text = format!("localhost:5000/team/a.b-c__d:1.2_x@{digest}");
        let expected = Image {
            registry: Some("localhost:5000"),
            repository: "team/a.b-c__d",
            tag: Some("1.2_x"),
            digest: Some(&digest),
        };
        assert_eq!(image(&text), Ok(expected));
        let expected =
            Image { registry: None, repository: "grafana/grafana", tag: Some("11.3.0"), digest: None };
        assert_eq!(image("grafana/grafana:11.3.0"), Ok(expected));
        assert_eq!(image("ghcr.io/a/b:1").map(|image| image.registry), Ok(Some("ghcr.io")));
        assert!(image(&format!("postgres@{digest}")).is_ok());
        assert!(image("[::1]:5000/a:1").is_ok());
    }

    #[test]
    fn wants_a_pin() {
        let range = |text| image(text).err().map(|fault| fault.range);
        assert_eq!(range("postgres"), Some(8..8));
        assert_eq!(range("postgres:latest"), Some(9..15));
        assert_eq!(range("localhost:5000/a"), Some(16..16));
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| image(text).err().map(|fault| fault.range);
        assert_eq!(range(""), Some(0..0));
        assert_eq!(range("Postgres:17"), Some(0..1));
        assert_eq!(range("a/B:1"), Some(1..2));
        assert_eq!(range("a..b:1"), Some(1..2));
        assert_eq!(range("a___b:1"), Some(1..2));
        assert_eq!(range("a:"), Some(2..2));
        assert_eq!(range("a:-1"), Some(2..3));
        assert_eq!(range("a:1+2"), Some(3..4));
        assert_eq!(range("a@md5:00"), Some(2..8));
        assert_eq!(range("a@sha256:00"), Some(9..11));
        assert_eq!(range("a.b:99999/c:1"), Some(4..9));
        assert_eq!(range("a b:1"), Some(1..2));
        assert_eq!(range("https://ghcr.io/a:1"), Some(0..8));
    }
}
