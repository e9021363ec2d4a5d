//! The findings of a run, counted.

use laud_syntax::{Code, Diagnostic};

/// How many findings there are of each level, and what to read first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Findings that stop the build.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
    /// The code of the first error, or of the first warning.
    pub first: Option<&'static Code>,
}

impl Count {
    /// Counts.
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        let errors = diagnostics.iter().filter(|d| d.is_error()).count();
        let first = diagnostics.iter().find(|d| d.is_error()).or(diagnostics.first());
        Self { errors, warnings: diagnostics.len() - errors, first: first.map(|d| d.code) }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("no errors"),
            (errors, 0) => f.write_str(&count(errors, "error")),
            (0, warnings) => f.write_str(&count(warnings, "warning")),
            (errors, warnings) => write!(f, "{}, {}", count(errors, "error"), count(warnings, "warning")),
        }
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn count(number: usize, of: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {of}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, Span, code};

    fn error(start: u32) -> Diagnostic {
        Diagnostic::new(&code::UNKNOWN_NAME, Span::new(FileId(0), start, start + 1), "unknown")
    }

    #[test]
    fn counts_in_words() {
        let warning = Diagnostic::without_place(&code::UNUSED_LET, "w");
        assert_eq!(Count::of(&[error(0), error(1), warning.clone()]).to_string(), "2 errors, 1 warning");
        assert_eq!(Count::of(&[warning]).to_string(), "1 warning");
        assert_eq!(Count::of(&[]).to_string(), "no errors");
    }
}
