//! Paths of the disk as the protocol names them, and back.

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Uri;
use std::fmt::Write;
use std::str::FromStr;

/// The path that a URI names. What is on no disk, such as a file that was never
/// saved, has its URI for a path.
pub(crate) fn path(uri: &Uri) -> Utf8PathBuf {
    let text = uri.as_str();
    let Some(rest) = text.strip_prefix("file://") else { return text.into() };
    // Between the slashes there may be a host, which is this one.
    let rest = rest.find('/').map_or("", |at| &rest[at..]);
    let path = decoded(rest);
    // `/c:/specs` is the way to write a path with a drive.
    match path.as_bytes() {
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => path[1..].into(),
        _ => path.into(),
    }
}

/// The URI of a path.
pub(crate) fn uri(path: &Utf8Path) -> Option<Uri> {
    let path = path.as_str().replace('\\', "/");
    if !path.starts_with('/') && path.as_bytes().get(1).is_none_or(|second| *second != b':') {
        return Uri::from_str(&path).ok();
    }
    let mut text = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte))
            }
            // Writing to memory does not fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    Uri::from_str(&text).ok()
}

/// A text with each `%41` read; one that is none stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(after.first()), hex(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for place in ["/a/b c/ä%41#?.laud", "/", "c:/specs/main.laud", "untitled:Untitled-1"] {
            let there = uri(place.into()).expect("it has a URI");
            assert_eq!(path(&there), place, "{}", there.as_str());
        }
    }

    #[test]
    fn other_spellings_are_read() {
        let read = |text: &str| path(&Uri::from_str(text).expect("a URI")).into_string();
        assert_eq!(read("file:///c%3A/specs/a.laud"), "c:/specs/a.laud");
        assert_eq!(read("file://localhost/a%20b"), "/a b");
        assert_eq!(read("file:///a%ff"), "/a\u{fffd}");
    }
}
