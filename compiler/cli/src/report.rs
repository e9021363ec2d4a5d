//! What a run ends with: findings shown in the format that was asked for, and
//! the exit code that says the same to scripts.

use crate::args::Format;
use crate::failure::Failure;
use crate::findings::Count;
use crate::render::{self, Checkout, Paint};
use crate::terminal::Terminal;
use laud_syntax::{Diagnostic, Sources, code};

/// How a command ended, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All is well.
    Fine,
    /// There are errors, or differences.
    Found,
    /// The command line is wrong, or something cannot be read or written.
    Refused,
}

impl Status {
    /// The exit code.
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Fine => 0,
            Self::Found => 1,
            Self::Refused => 2,
        }
    }

    /// What the findings say. Those about what was asked for, and not about
    /// what a spec holds, mean that the command line is wrong.
    pub(crate) fn of(diagnostics: &[Diagnostic]) -> Self {
        let about_asking = [&code::UNREADABLE_FILE, &code::UNKNOWN_ENVIRONMENT, &code::UNWRITABLE];
        let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).peekable();
        if errors.peek().is_none() {
            return Self::Fine;
        }
        let refused = |error: &Diagnostic| error.span.is_none() && about_asking.contains(&error.code);
        if errors.all(refused) { Self::Refused } else { Self::Found }
    }
}

/// Shows findings in one format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reporter {
    /// The format.
    pub(crate) format: Format,
    /// The streams.
    pub(crate) terminal: Terminal,
}

impl Reporter {
    /// Shows findings.
    pub(crate) fn show(&self, diagnostics: &[Diagnostic], sources: &Sources) -> Result<Status, Failure> {
        let wanted = self.wanted(diagnostics);
        match self.format {
            Format::Json => self.terminal.print(&render::json(&wanted, sources))?,
            Format::Sarif => self.terminal.print(&render::sarif(&wanted, sources, &Checkout::here()))?,
            Format::Gitlab => {
                self.terminal.print(&render::gitlab(&wanted, sources, &Checkout::here()))?;
                // The report has nothing without a place; whoever reads the log has it.
                let nowhere = |found: &&Diagnostic| found.place(sources).is_none();
                let nowhere: Vec<Diagnostic> = wanted.iter().filter(nowhere).cloned().collect();
                self.terminal.say(&render::short(&nowhere, sources))?;
            }
            Format::Human | Format::Short | Format::Github => self.show_text(&wanted, sources)?,
        }
        Ok(Status::of(diagnostics))
    }

    /// Shows findings as text, whatever the format, where standard output is for something else.
    pub(crate) fn show_text(&self, diagnostics: &[Diagnostic], sources: &Sources) -> Result<(), Failure> {
        if diagnostics.is_empty() {
            return Ok(());
        }
        let style = self.terminal.err;
        match self.format {
            Format::Short => self.terminal.say(&render::short(diagnostics, sources)),
            Format::Github => self.terminal.say(&render::github(diagnostics, sources, &Checkout::here())),
            Format::Human | Format::Json | Format::Sarif | Format::Gitlab => {
                let mut text = render::human(diagnostics, sources, style);
                if !self.terminal.quiet {
                    text.push_str(&self.summary(diagnostics));
                }
                self.terminal.say(&text)
            }
        }
    }

    /// The findings that are to be shown.
    pub(crate) fn wanted(&self, diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
        diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error() || !self.terminal.quiet)
            .cloned()
            .collect()
    }

    fn summary(&self, diagnostics: &[Diagnostic]) -> String {
        let count = Count::of(diagnostics);
        let paint = if count.errors > 0 { Paint::Error } else { Paint::Warning };
        let more =
            count.first.map_or_else(String::new, |code| format!("; `laud explain {}` tells more", code.id));
        format!("{}{more}\n", paint.on(&count.to_string(), self.terminal.err))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, Span};

    #[test]
    fn a_wrong_path_is_not_a_wrong_spec() {
        let missing = Diagnostic::without_place(&code::UNREADABLE_FILE, "no such file");
        let used = Diagnostic::new(&code::UNREADABLE_FILE, Span::new(FileId(0), 0, 1), "no such file");
        let warning = Diagnostic::without_place(&code::UNUSED_LET, "unused");
        assert_eq!(Status::of(&[]), Status::Fine);
        assert_eq!(Status::of(std::slice::from_ref(&warning)), Status::Fine);
        assert_eq!(Status::of(&[missing.clone(), warning]), Status::Refused);
        assert_eq!(Status::of(&[missing, used]), Status::Found);
    }
}
