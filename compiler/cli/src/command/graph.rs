//! `laud graph`: a drawing of one environment.

use crate::args::{Graph, GraphLanguage};
use crate::compile::{Selection, compile_path};
use crate::failure::Failure;
use crate::graph::{dot, draw, mermaid};
use crate::report::{Reporter, Status};
use laud_syntax::has_errors;

pub(super) fn run(args: &Graph, reporter: Reporter) -> Result<Status, Failure> {
    let selection = args
        .environment
        .as_ref()
        .map_or(Selection::First, |name| Selection::Named(std::slice::from_ref(name)));
    let compiled = compile_path(&args.path, selection);
    let status = Status::of(&compiled.diagnostics);
    let (Some(plan), false) = (compiled.plans.first(), has_errors(&compiled.diagnostics)) else {
        return reporter.show(&compiled.diagnostics, compiled.program.sources());
    };
    // Standard output is the drawing's alone.
    reporter.show_text(&reporter.wanted(&compiled.diagnostics), compiled.program.sources())?;
    let others = compiled.program.environments().len() - 1;
    if args.environment.is_none() && others > 0 && !reporter.terminal.quiet {
        reporter.terminal.say(&format!("this is {}; `--env` draws another\n", plan.environment))?;
    }
    let drawing = draw(plan);
    reporter.terminal.print(&match args.language {
        GraphLanguage::Dot => dot(&drawing),
        GraphLanguage::Mermaid => mermaid(&drawing),
    })?;
    Ok(status)
}
