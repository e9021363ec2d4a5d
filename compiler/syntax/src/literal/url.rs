//! Absolute URLs with a host, by the generic syntax of RFC 3986 section 3:
//! `scheme://[user[:password]@]host[:port][/path][?query][#fragment]`.

use super::path::check_percent;
use super::{Fault, first_bad, shown};
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize};
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser};

/// A URL and its parts, percent-encoded as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'t> {
    /// `https`, `postgresql`
    pub scheme: &'t str,
    /// What stands before the first `:` of the part before `@`.
    pub user: Option<&'t str>,
    /// What stands after that `:`.
    pub password: Option<&'t str>,
    /// A domain, a service name, or an address; IPv6 in brackets.
    pub host: &'t str,
    /// The port, where one is given.
    pub port: Option<u16>,
    /// From the first slash after the host on; may be empty.
    pub path: &'t str,
    /// After `?`.
    pub query: Option<&'t str>,
    /// After `#`.
    pub fragment: Option<&'t str>,
}

const FORM: &str = "A URL is written `scheme://host`, as in `https://example.com/path`.";

/// Checks an absolute URL.
pub fn url(text: &str) -> Result<Url<'_>, Fault> {
    if let Some((at, c)) = first_bad(text, |c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c)) {
        let help = "Write it percent-encoded, as in `%20` for a space.";
        return Err(Fault::new(at..at + c.len_utf8(), format!("{} in a URL", shown(c)), help));
    }
    check_percent(text)?;
    let Ok((rest, scheme)) = scheme(text) else { return Err(no_scheme(text)) };
    let Ok((rest, (authority, path, query, fragment))) = parts(rest) else {
        return Err(Fault::at(text, rest, "a URL without a host", FORM));
    };
    if !rest.is_empty() {
        return Err(Fault::at(text, rest, "a second `#` in a URL", FORM));
    }
    let start = scheme.len() + 3;
    let (userinfo, location) = match authority.rsplit_once('@') {
        Some((userinfo, location)) => (Some(userinfo), location),
        None => (None, authority),
    };
    let (host, port) = split_port(location);
    let host_start = start + authority.len() - location.len();
    check_host(host, host_start)?;
    let port = port.map(|port| check_port(port, host_start + host.len() + 1)).transpose()?;
    let (user, password) = match userinfo.map(|info| (info, info.split_once(':'))) {
        None => (None, None),
        Some((user, None)) => (Some(user), None),
        Some((_, Some((user, password)))) => (Some(user), Some(password)),
    };
    if let Some(at) = userinfo.and_then(|info| info.find('@')) {
        let help = "Write it as `%40` in a user or a password.";
        return Err(Fault::new(start + at..start + at + 1, "a second `@` in a URL", help));
    }
    Ok(Url { scheme, user, password, host, port, path, query, fragment })
}

/// `https://`, without what follows the name.
fn scheme(text: &str) -> IResult<&str, &str> {
    let name = recognize(pair(
        take_while1(|c: char| c.is_ascii_alphabetic()),
        take_while(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c)),
    ));
    terminated(name, tag("://")).parse(text)
}

type Parts<'t> = (&'t str, &'t str, Option<&'t str>, Option<&'t str>);

/// What follows `://`.
fn parts(rest: &str) -> IResult<&str, Parts<'_>> {
    (
        take_while1(|c: char| !"/?#".contains(c)),
        take_while(|c: char| !"?#".contains(c)),
        opt(preceded(char('?'), take_while(|c: char| c != '#'))),
        opt(preceded(char('#'), take_while(|c: char| c != '#'))),
    )
        .parse(rest)
}

fn no_scheme(text: &str) -> Fault {
    if text.is_empty() {
        return Fault::whole(text, "an empty URL", FORM);
    }
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let fault = Fault::new(0..0, "a URL without a scheme", FORM);
    let offer = format!("https://{text}");
    fault.offer_good(text, offer, |offer| host.contains('.') && url(offer).is_ok())
}

fn split_port(location: &str) -> (&str, Option<&str>) {
    match location.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        Some(_) | None => (location, None),
    }
}

fn check_host(host: &str, start: usize) -> Result<(), Fault> {
    if let Some(address) = host.strip_prefix('[') {
        let address =
            address.strip_suffix(']').and_then(|address| address.parse::<std::net::Ipv6Addr>().ok());
        return match address {
            Some(_) => Ok(()),
            None => {
                let help = "An IPv6 address stands in brackets, as in `http://[::1]/`.";
                Err(Fault::new(start..start + host.len(), "no IPv6 address", help))
            }
        };
    }
    if host.is_empty() {
        return Err(Fault::new(start..start, "a URL without a host", FORM));
    }
    let help = "A host is made of letters, digits, hyphens, `_` and dots.";
    match first_bad(host, |c| c.is_ascii_alphanumeric() || "-_.".contains(c)) {
        Some((at, c)) => {
            Err(Fault::new(start + at..start + at + 1, format!("{} in the host of a URL", shown(c)), help))
        }
        None if host.split('.').any(str::is_empty) => {
            Err(Fault::new(start..start + host.len(), "an empty label in the host of a URL", help))
        }
        None => Ok(()),
    }
}

fn check_port(port: &str, start: usize) -> Result<u16, Fault> {
    super::port(port).map_err(|fault| fault.shifted(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_it_apart() {
        let expected = Url {
            scheme: "postgresql",
            user: Some("user"),
            password: Some("p%40:ss"),
            host: "db_1",
            port: Some(5432),
            path: "/laud",
            query: Some("a=b?c"),
            fragment: Some("d"),
        };
        assert_eq!(url("postgresql://user:p%40:ss@db_1:5432/laud?a=b?c#d"), Ok(expected));
        for text in [
            "https://a.example",
            "redis://:x@cache:6379/0",
            "http://[::1]:80/",
            "s3://bucket/key",
            "amqp://h",
        ] {
            assert!(url(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn points_at_what_is_wrong() {
        let range = |text: &str| url(text).err().map(|fault| fault.range);
        assert_eq!(range(""), Some(0..0));
        assert_eq!(range("https:///x"), Some(8..9));
        assert_eq!(range("https://"), Some(8..8));
        assert_eq!(range("https://a b"), Some(9..10));
        assert_eq!(range("https://a:0/"), Some(10..11));
        assert_eq!(range("https://a:/"), Some(10..10));
        assert_eq!(range("https://a..b/"), Some(8..12));
        assert_eq!(range("https://u@p@h/"), Some(9..10));
        assert_eq!(range("https://[::g]/"), Some(8..13));
        assert_eq!(range("https://a/%zz"), Some(10..11));
        assert_eq!(range("https://a/#b#c"), Some(12..13));
        assert_eq!(range("https://a*b/"), Some(9..10));
    }

    #[test]
    fn offers_a_scheme() {
        let offer = url("hooks.example/x").err().and_then(|fault| fault.offer);
        assert_eq!(offer, Some("https://hooks.example/x".to_owned()));
    }
}
