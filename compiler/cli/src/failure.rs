//! What ends a command before it is done, other than findings in a spec.

use camino::Utf8Path;
use std::io;

/// Why a command could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that cannot be: what, and what to do.
    Usage(String, Option<String>),
    /// A file, a folder or a stream did not do what was asked of it.
    Io(String),
    /// Nobody reads the output any more, so that there is nothing left to do.
    Closed,
}

impl Failure {
    /// A wrong command line.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::Usage(what.into(), None)
    }

    /// Says what to do.
    pub(crate) fn help(self, words: impl Into<String>) -> Self {
        match self {
            Self::Usage(what, _) => Self::Usage(what, Some(words.into())),
            Self::Io(_) | Self::Closed => self,
        }
    }

    /// What failed, and what the system says.
    pub(crate) fn io(what: impl std::fmt::Display, error: &io::Error) -> Self {
        Self::Io(format!("{what}: {}", reason(error)))
    }

    /// A file that could not be read.
    pub(crate) fn read(path: &Utf8Path, error: impl std::fmt::Display) -> Self {
        Self::Io(format!("cannot read `{path}`: {error}"))
    }

    /// A file that could not be written.
    pub(crate) fn write(path: &Utf8Path, error: &io::Error) -> Self {
        Self::io(format_args!("cannot write `{path}`"), error)
    }
}

/// What the system says, in lower case and without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or(&words);
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_lower_case_fragments() {
        assert_eq!(reason(&io::Error::from_raw_os_error(13)), "permission denied");
        assert_eq!(reason(&io::Error::other("disk on fire")), "disk on fire");
    }
}
