//! Texts by the position that they would take.

use laud_plan::{Header, Origin};
use laud_syntax::{Diagnostic, code};

/// nginx reads its file through a buffer of 4 KiB, which a token must fit;
/// each `$` grows to the variable that holds it.
const LONGEST: usize = 4_000;
/// A path may also become a pattern, in which each character is up to four.
const LONGEST_PATH: usize = 900;

/// Headers that nginx writes itself, or that belong to one connection.
const RESERVED: [&str; 15] = [
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Date",
    "Keep-Alive",
    "Location",
    "Proxy-Authenticate",
    "Retry-After",
    "Server",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "X-Request-ID",
];

/// A header's name and value.
pub(super) fn header(header: &Header, origin: Origin) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let name = header.name.as_str();
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) || name.contains(['$', '`']) {
        let message = format!("`{}` is no name of a header", name.escape_debug());
        out.push(Diagnostic::new(&code::BAD_TEXT, origin, message));
    }
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        let message = format!("nginx sends `{name}` itself");
        out.push(Diagnostic::new(&code::BAD_TEXT, origin, message).help("Leave it out."));
    }
    out.extend(one_line(&header.value, &format!("the value of `{}`", name.escape_debug()), origin));
    out
}

/// A text in one line: a line break would begin another header.
pub(in crate::nginx) fn one_line(value: &str, what: &str, origin: Origin) -> Option<Diagnostic> {
    if value.contains(['\n', '\r', '\t']) {
        let message = format!("{what} has a line break or tab, which a header cannot carry");
        return Some(Diagnostic::new(&code::BAD_TEXT, origin, message).help("Write it in one line."));
    }
    text(value, what, origin)
}

/// A text of any lines.
pub(super) fn text(value: &str, what: &str, origin: Origin) -> Option<Diagnostic> {
    if let Some(c) = value.chars().find(|c| c.is_control() && !['\n', '\r', '\t'].contains(c)) {
        let message = format!("{what} has the control character U+{:04X}", u32::from(c));
        return Some(Diagnostic::new(&code::BAD_TEXT, origin, message));
    }
    let length: usize = value.chars().map(printed).sum();
    (length > LONGEST).then(|| {
        let message = format!("{what} is longer than nginx can read, which is {LONGEST} bytes");
        Diagnostic::new(&code::BAD_TEXT, origin, message)
    })
}

/// How many bytes a character takes in the file.
fn printed(c: char) -> usize {
    match c {
        '$' => "${laud_dollar}".len(),
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        other => other.len_utf8(),
    }
}

/// A name of the gateway; more than a plain name would be a pattern to nginx.
pub(super) fn domain(name: &str, origin: Origin) -> Option<Diagnostic> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    let good = !name.is_empty() && name.len() <= 253 && name.chars().all(plain);
    (!good || name.starts_with('.') || name.ends_with('.')).then(|| {
        let message = format!("`{}` is no plain domain name", name.escape_debug());
        Diagnostic::new(&code::BAD_DOMAIN, origin, message)
            .help("Write it in lower case, without a wildcard; an international name in its `xn--` form.")
    })
}

/// A path as nginx compares it: decoded, with single slashes, without dots and query.
pub(super) fn path(path: &str, origin: Origin) -> Option<Diagnostic> {
    let never = path.contains("//")
        || path.split('/').any(|segment| segment == "." || segment == "..")
        || path.contains(['%', '?', '#'])
        || path.chars().any(|c| c.is_control());
    (!path.starts_with('/') || never || path.len() > LONGEST_PATH).then(|| {
        let message = format!("no request would match the path `{}`", path.escape_debug());
        Diagnostic::new(&code::BAD_PATH, origin, message)
            .note("nginx compares decoded paths, without query, with `//`, `/./` and `/../` resolved")
            .help("Write it decoded, from the first `/` on.")
    })
}

/// A path of a file, in which nginx would take `$` for a variable.
pub(super) fn file_path(path: &str, origin: Origin) -> Option<Diagnostic> {
    let good = path.starts_with('/') && !path.contains('$') && !path.chars().any(char::is_control);
    (!good || path.len() > LONGEST_PATH).then(|| {
        let message = format!("`{}` is no path that nginx can open", path.escape_debug());
        Diagnostic::new(&code::BAD_PATH, origin, message).help("Write an absolute path without `$`.")
    })
}

/// A network range.
pub(super) fn range(range: &str, origin: Origin) -> Option<Diagnostic> {
    let (address, length) = match range.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (range, None),
    };
    let address: Option<std::net::IpAddr> = address.parse().ok();
    let longest = address.map_or(0, |address| if address.is_ipv4() { 32 } else { 128 });
    let fits = length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= longest));
    (address.is_none() || !fits).then(|| {
        Diagnostic::new(&code::BAD_CIDR, origin, format!("`{}` is no network range", range.escape_debug()))
    })
}

/// Where a redirect leads.
pub(super) fn redirect(to: &str, origin: Origin) -> Option<Diagnostic> {
    let known = ["/", "http://", "https://"].iter().any(|start| to.starts_with(start));
    if !known || !to.chars().all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c)) {
        let message = format!("`{}` is no place that a redirect can lead to", to.escape_debug());
        return Some(
            Diagnostic::new(&code::BAD_URL, origin, message)
                .help("Write a path or an `https://` URL, percent-encoded where it must be."),
        );
    }
    text(to, "the URL", origin)
}
