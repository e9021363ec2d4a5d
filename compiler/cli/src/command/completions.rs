//! `laud completions` and `laud man`: what a shell and `man` know of laud.

use crate::args::{Cli, Completions};
use crate::failure::Failure;
use crate::report::{Reporter, Status};
use clap::CommandFactory;

pub(super) fn run(args: &Completions, reporter: Reporter) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "laud", &mut script);
    reporter.terminal.print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Fine)
}

pub(super) fn man(reporter: Reporter) -> Result<Status, Failure> {
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(Cli::command()).render(&mut page);
    reporter.terminal.print(&String::from_utf8_lossy(&page))?;
    Ok(Status::Fine)
}
