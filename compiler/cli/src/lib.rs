//! The laud command: arguments, the disk, diagnostics made visible, output
//! written, exit codes. Everything else is in the crates below.
//!
//! A command reads as the pipeline: compile, show what was found, then do what
//! it is for. The library exists for the binary and for tests, which render
//! diagnostics as the binary does.

mod args;
mod command;
mod compile;
mod disk;
mod failure;
mod findings;
mod graph;
mod memory;
mod output;
mod panic;
mod parallel;
mod progress;
pub mod render;
mod report;
mod terminal;

pub use compile::{Compiled, Selection, compile};
pub use disk::Disk;
pub use findings::Count;
pub use laud_syntax::gather;
pub use terminal::Style;

use args::Cli;
use clap::Parser;
use clap::error::ErrorKind;
use failure::Failure;
use report::{Reporter, Status};
use terminal::Terminal;

/// Runs the command line of this process, and ends it: what it has goes back to
/// the system whole, and not piece by piece.
pub fn main() -> ! {
    panic::install();
    parallel::lead(|| {
        // Another thread reads what is needed whatever the spec says, while this one reads the arguments.
        if std::env::args_os().nth(1).is_some_and(|command| command == "build") {
            parallel::begin(read_ahead);
        }
        let status = match Cli::try_parse() {
            Ok(cli) => run(cli),
            Err(error) => refuse(&error),
        };
        std::process::exit(status.code())
    })
}

/// Reads what a build needs in any case.
fn read_ahead() {
    laud_analyze::read_ahead();
    laud_emit::read_templates();
}

fn run(cli: Cli) -> Status {
    let terminal = Terminal::new(cli.global);
    let reporter = Reporter { format: cli.global.format, terminal };
    command::run(cli.command, reporter).unwrap_or_else(|failure| complain(&failure, terminal))
}

/// What clap has to say: help and version are no errors.
fn refuse(error: &clap::Error) -> Status {
    // Nobody may be listening, which changes nothing.
    let _ = error.print();
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked { Status::Fine } else { Status::Refused }
}

fn complain(failure: &Failure, terminal: Terminal) -> Status {
    let (words, help) = match failure {
        // As for any filter: whoever stopped reading has what was wanted.
        Failure::Closed => return Status::Fine,
        Failure::Io(words) => (words, None),
        Failure::Usage(words, help) => (words, help.as_deref()),
    };
    let word = render::Paint::Error.on("error:", terminal.err);
    let help = help.map_or_else(String::new, |help| {
        format!("  {} {}\n", render::Paint::Help.on("help:", terminal.err), render::visible(help))
    });
    let _ = terminal.say(&format!("{word} {}\n{help}", render::visible(words)));
    Status::Refused
}
