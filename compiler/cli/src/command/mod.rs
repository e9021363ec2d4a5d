//! The commands, a file each.

mod build;
mod check;
mod completions;
mod explain;
mod fmt;
mod graph;
mod init;
mod lsp;
mod place;

use crate::args::Command;
use crate::failure::Failure;
use crate::report::{Reporter, Status};

/// Does what a command is for.
pub(crate) fn run(command: Command, reporter: Reporter) -> Result<Status, Failure> {
    match command {
        Command::Check(args) => check::run(&args, reporter),
        Command::Build(args) => build::run(&args, reporter),
        Command::Fmt(args) => fmt::run(&args, reporter),
        Command::Graph(args) => graph::run(&args, reporter),
        Command::Where(args) => place::run(&args, reporter),
        Command::Explain(args) => explain::run(&args, reporter),
        Command::Init(args) => init::run(&args, reporter),
        Command::Lsp(_) => lsp::run(),
        Command::Completions(args) => completions::run(&args, reporter),
        Command::Man => completions::man(reporter),
    }
}
