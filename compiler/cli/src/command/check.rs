//! `laud check`: what is wrong with a spec.

use crate::args::{Check, Format};
use crate::compile::{Selection, compile_path};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::report::{Reporter, Status};

pub(super) fn run(args: &Check, reporter: Reporter) -> Result<Status, Failure> {
    let progress = Progress::start("checking", reporter.terminal.progress);
    let compiled = compile_path(&args.path, Selection::All);
    drop(progress);
    let status = reporter.show(&compiled.diagnostics, compiled.program.sources())?;
    if status == Status::Fine && reporter.format == Format::Human && !reporter.terminal.quiet {
        let names: Vec<&str> = compiled.plans.iter().map(|plan| plan.environment.as_str()).collect();
        let app = compiled.plans.first().map_or("the spec", |plan| plan.app.as_str());
        reporter.terminal.say(&format!("{app} is fine in {}\n", names.join(", ")))?;
    }
    compiled.leave();
    Ok(status)
}
