//! Paths: of emitted files within their folder, and from one folder to another.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use std::io;

/// Whether a path of an emitted file leads to a file within its folder, and
/// is spelt in the one way that it can be.
pub(super) fn is_inside(path: &str) -> bool {
    let plain = |name: &str| !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', '\0']);
    path.split('/').all(plain)
        && Utf8Path::new(path).components().all(|c| matches!(c, Utf8Component::Normal(_)))
}

/// The absolute path, links followed as far as there is something to follow.
pub(crate) fn absolute(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    let path = if path.as_str().is_empty() { Utf8Path::new(".") } else { path };
    match path.canonicalize_utf8() {
        Ok(found) => Ok(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => Ok(absolute(parent)?.join(name)),
            // It ends in `..`, and what that would lead out of is not there.
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// The way from one absolute folder to another, `/`-separated; `.` if they are
/// one, and the absolute path itself if there is no way.
pub(crate) fn relative(from: &Utf8Path, to: &Utf8Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    if from.first() != to.first() {
        return to.iter().collect::<Utf8PathBuf>().into_string().replace('\\', "/");
    }
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let down = to[shared..].iter().map(|component| component.as_str());
    let way: Vec<&str> = up.chain(down).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_emitted_path_leads_out() {
        for good in ["compose.yaml", ".env.example", "nginx/conf.d/a b.conf", "files/..x/y"] {
            assert!(is_inside(good), "{good}");
        }
        for bad in ["", "/a", "../a", "a/../b", "a/./b", "./a", "a//b", "a/", "a\\b", "a\0b"] {
            assert!(!is_inside(bad), "{bad:?}");
        }
    }

    #[test]
    fn finds_the_way() {
        let way = |from: &str, to: &str| relative(from.into(), to.into());
        assert_eq!(way("/a/deploy/staging", "/a"), "../..");
        assert_eq!(way("/srv/x/staging", "/home/me/spec"), "../../../home/me/spec");
        assert_eq!(way("/a", "/a"), ".");
        assert_eq!(way("/", "/a/b"), "a/b");
    }

    #[test]
    fn what_is_not_there_yet_has_a_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let real =
            Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("it is there")).expect("UTF-8");
        assert_eq!(absolute(&real.join("deploy/staging")).expect("a place"), real.join("deploy/staging"));
        assert_eq!(absolute(&real.join("./x/../y")).ok(), None, "x is not there to leave");
    }
}
