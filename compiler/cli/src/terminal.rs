//! Standard output and standard error: whether they are terminals, their
//! colours and width, and what happens when nobody listens any more.

use crate::args::{ColorChoice, Global};
use crate::failure::Failure;
use std::io::{ErrorKind, IsTerminal, Write};

/// The two streams and what is known of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// How standard output takes text.
    pub out: Style,
    /// How standard error takes text.
    pub err: Style,
    /// Whether progress may be shown on standard error.
    pub progress: bool,
    /// Whether only errors are shown.
    pub quiet: bool,
}

/// How a stream takes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours are understood and wanted.
    pub color: bool,
    /// Whether boxes may be drawn with more than ASCII.
    pub unicode: bool,
    /// Columns to wrap prose at.
    pub width: usize,
    /// Columns after which source lines are cut around what they are shown
    /// for; `None` where a reader can scroll.
    pub cut: Option<usize>,
}

impl Style {
    /// Without colours, for 80 columns: what tests and files get.
    pub const PLAIN: Self = Self { color: false, unicode: true, width: 80, cut: None };

    fn of(stream: &impl IsTerminal, columns: Option<usize>, choice: ColorChoice) -> Self {
        let terminal = stream.is_terminal();
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => terminal && !is_set("NO_COLOR") && !is_dumb(),
        };
        let columns = columns.filter(|_| terminal);
        let width = columns.map_or(Self::PLAIN.width, |columns| columns.clamp(40, 120));
        Self { color, unicode: has_unicode(), width, cut: columns }
    }
}

impl Terminal {
    /// As the options, the environment and the streams say.
    pub(crate) fn new(global: Global) -> Self {
        let columns = columns_of_terminal();
        let out = Style::of(&std::io::stdout(), columns, global.color);
        let err = Style::of(&std::io::stderr(), columns, global.color);
        let progress = std::io::stderr().is_terminal() && !global.quiet && !is_dumb();
        Self { out, err, progress, quiet: global.quiet }
    }

    /// Writes to standard output.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        write_all(&mut std::io::stdout().lock(), text)
    }

    /// Writes to standard error.
    pub(crate) fn say(&self, text: &str) -> Result<(), Failure> {
        write_all(&mut std::io::stderr().lock(), text)
    }
}

fn write_all(stream: &mut impl Write, text: &str) -> Result<(), Failure> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::Closed),
        Err(error) => Err(Failure::io("cannot write to the terminal or pipe", &error)),
    }
}

/// Whether a variable is there and says something.
fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether the locale, if one is set, is of UTF-8.
fn has_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os).find(|v| !v.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The terminal's columns, from whichever stream is one.
#[cfg(unix)]
fn columns_of_terminal() -> Option<usize> {
    let streams =
        [rustix::termios::tcgetwinsize(std::io::stderr()), rustix::termios::tcgetwinsize(std::io::stdout())];
    streams.into_iter().flatten().map(|size| usize::from(size.ws_col)).find(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn columns_of_terminal() -> Option<usize> {
    None
}
