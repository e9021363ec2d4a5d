//! Paths: in a container, of a source beside the spec, and of requests (the
//! `path-absolute` of RFC 3986 section 3.3).

use super::{Fault, first_bad, shown};

/// Checks an absolute path in a container: `/var/lib/postgresql`.
pub fn container_path(text: &str) -> Result<(), Fault> {
    if !text.starts_with('/') {
        let fault =
            Fault::new(0..0, "a path that does not start with `/`", "Write the whole path, from `/` on.");
        // From where a relative one is meant, nobody knows.
        let is_relative = text.starts_with('.');
        let offer = format!("/{text}");
        return Err(fault.offer_good(text, offer, |offer| !is_relative && container_path(offer).is_ok()));
    }
    check_characters(text)?;
    check_segments(text, 1)?;
    match text.strip_suffix('/') {
        Some(shorter) if !shorter.is_empty() => {
            let range = shorter.len()..text.len();
            Err(Fault::new(range, "a slash at the end of a path", "Leave the last slash out.").offer(shorter))
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks the path of a source, relative to the spec: `./backend`, `.`.
pub fn source_path(text: &str) -> Result<(), Fault> {
    if text == "." || text == "./" {
        return Ok(());
    }
    let help = "Write it relative to this file, as in `./backend`.";
    let Some(rest) = text.strip_prefix("./") else {
        let fault = Fault::new(0..0, "a source path that does not start with `./`", help);
        let absolute = text.starts_with('/') || text.starts_with('~');
        let offer = format!("./{text}");
        return Err(fault.offer_good(text, offer, |offer| !absolute && source_path(offer).is_ok()));
    };
    check_characters(text)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    check_segments(&text[..2 + rest.len()], 2)
}

/// Characters that a path cannot carry to every target.
fn check_characters(text: &str) -> Result<(), Fault> {
    match first_bad(text, |c| !c.is_control() && c != '\\' && c != ':') {
        None => Ok(()),
        Some((at, c)) => {
            let help = match c {
                '\\' => "Folders are separated by `/`.",
                ':' => "A colon would separate two paths where volumes are mounted; leave it out.",
                _ => "Leave it out.",
            };
            Err(Fault::new(at..at + c.len_utf8(), format!("{} in a path", shown(c)), help))
        }
    }
}

/// No empty, `.` or `..` folders from `start` on.
fn check_segments(text: &str, start: usize) -> Result<(), Fault> {
    let mut at = start;
    let segments = text[start..].split('/').collect::<Vec<_>>();
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        let problem = match *segment {
            "" if !last => Some("two slashes in a row in a path"),
            "." => Some("a `.` within a path"),
            ".." => Some("a `..` in a path"),
            _ => None,
        };
        if let Some(problem) = problem {
            let range = if segment.is_empty() { at - 1..at + 1 } else { at..at + segment.len() };
            return Err(Fault::new(range, problem, "Write the path without detours."));
        }
        at += segment.len() + 1;
    }
    Ok(())
}

/// Checks the path of a request or a route: `/api/`.
pub fn http_path(text: &str) -> Result<(), Fault> {
    if !text.starts_with('/') {
        let fault =
            Fault::new(0..0, "a path that does not start with `/`", "Write the whole path, from `/` on.");
        let offer = format!("/{text}");
        let is_url = text.contains("://");
        return Err(fault.offer_good(text, offer, |offer| !is_url && http_path(offer).is_ok()));
    }
    let segment = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/%".contains(c);
    if let Some((at, c)) = first_bad(text, segment) {
        let help = match c {
            '?' => "A path has no query; leave out what starts with `?`.",
            '#' => "A path has no fragment; leave out what starts with `#`.",
            _ => "Write it percent-encoded, as in `%20` for a space.",
        };
        return Err(Fault::new(at..at + c.len_utf8(), format!("{} in a path", shown(c)), help));
    }
    check_percent(text)
}

/// Checks the path of a route: that of a request, as it is and no pattern of
/// one. `*` and a segment that starts with `:` are legal in a request's path, and
/// whoever writes them in a route has another router's patterns in mind.
pub fn route_path(text: &str) -> Result<(), Fault> {
    let good = |offer: &String| route_path(offer).is_ok();
    http_path(text).map_err(|fault| Fault { offer: fault.offer.filter(good), ..fault })?;
    let parameter = text.find("/:").map(|at| at + 1);
    let Some(at) = text.find('*').into_iter().chain(parameter).min() else { return Ok(()) };
    let below = &text[..=text[..at].rfind('/').unwrap_or(0)];
    let end = text[at..].find('/').map_or(text.len(), |length| at + length);
    let help = format!("A route has no patterns: `{below}` takes everything below it.");
    Err(Fault::new(at..end, "a pattern in the path of a route", help).offer(below))
}

/// Every `%` is followed by two hexadecimal digits (RFC 3986 section 2.1).
pub(super) fn check_percent(text: &str) -> Result<(), Fault> {
    for (at, _) in text.match_indices('%') {
        let digits = text.as_bytes().get(at + 1..at + 3);
        if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
            let help = "Two hexadecimal digits follow a `%`; the sign itself is `%25`.";
            return Err(Fault::new(at..at + 1, "a `%` that encodes nothing", help));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Check = fn(&str) -> Result<(), Fault>;

    fn range(check: Check, text: &str) -> Option<std::ops::Range<usize>> {
        check(text).err().map(|fault| fault.range)
    }

    #[test]
    fn container_paths_are_absolute() {
        assert_eq!(container_path("/var/lib/my data"), Ok(()));
        assert_eq!(container_path("/"), Ok(()));
        assert_eq!(range(container_path, "var"), Some(0..0));
        assert_eq!(range(container_path, "/a/../b"), Some(3..5));
        assert_eq!(range(container_path, "/a//b"), Some(2..4));
        assert_eq!(range(container_path, "/a:b"), Some(2..3));
        assert_eq!(range(container_path, "/a/"), Some(2..3));
        assert_eq!(range(container_path, "/a\n"), Some(2..3));
    }

    #[test]
    fn source_paths_are_relative() {
        for text in ["./backend", "./a/b/", ".", "./"] {
            assert_eq!(source_path(text), Ok(()), "{text}");
        }
        assert_eq!(range(source_path, "/backend"), Some(0..0));
        assert_eq!(range(source_path, "./../x"), Some(2..4));
        assert_eq!(range(source_path, "./a//b"), Some(3..5));
        assert_eq!(source_path("backend").err().and_then(|fault| fault.offer), Some("./backend".to_owned()));
    }

    #[test]
    fn routes_have_no_patterns() {
        for text in ["/", "/api/", "/v1/files:batch", "/robots.txt"] {
            assert_eq!(route_path(text), Ok(()), "{text}");
        }
        let fault = |text| route_path(text).err().map(|fault| (fault.range, fault.offer.unwrap_or_default()));
        assert_eq!(fault("/api/*"), Some((5..6, "/api/".to_owned())));
        assert_eq!(fault("/a/*/b/*"), Some((3..4, "/a/".to_owned())));
        assert_eq!(fault("/img*.png"), Some((4..9, "/".to_owned())));
        assert_eq!(fault("/users/:id/posts"), Some((7..10, "/users/".to_owned())));
        assert_eq!(fault("api"), Some((0..0, "/api".to_owned())));
    }

    #[test]
    fn request_paths_have_no_query() {
        for text in ["/", "/api/", "/_next/static/%20", "/a;b=c"] {
            assert_eq!(http_path(text), Ok(()), "{text}");
        }
        assert_eq!(range(http_path, "/a?b"), Some(2..3));
        assert_eq!(range(http_path, "/a#b"), Some(2..3));
        assert_eq!(range(http_path, "/a b"), Some(2..3));
        assert_eq!(range(http_path, "/a%2"), Some(2..3));
        assert_eq!(range(http_path, "/{a}"), Some(1..2));
        assert_eq!(range(http_path, ""), Some(0..0));
    }
}
