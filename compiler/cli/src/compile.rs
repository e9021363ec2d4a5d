//! From a main file to the plans of its environments: what every command starts with.

use crate::disk::{Disk, WithStdin};
use crate::parallel;
use camino::Utf8Path;
use laud_analyze::{Claims, Files, Program, analyze_and_plan, check_together};
use laud_plan::Plan;
use laud_syntax::near::nearest;
use laud_syntax::{Diagnostic, code, gather};
use lean_string::LeanStr;

/// A spec, analyzed, with the plans of the environments that were asked for.
pub struct Compiled {
    /// The program.
    pub program: Program,
    /// The plans, in the order of the spec; those that could be made.
    pub plans: Vec<Plan>,
    /// Everything that was found, in order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Leaves it in memory, at the end of the process: to free so many values
    /// one by one takes longer than any of them is still of use.
    pub(crate) fn leave(self) {
        std::mem::forget(self);
    }
}

/// Which environments are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Selection<'a> {
    /// All of them.
    All,
    /// The first that is declared.
    First,
    /// These.
    Named(&'a [String]),
}

/// Compiles what a path on the command line stands for.
pub(crate) fn compile_path(path: &Utf8Path, selection: Selection<'_>) -> Compiled {
    match path.as_str() {
        "-" => compile(&WithStdin::read(), &WithStdin::path(), selection),
        // So that people read `main.laud`, and not `./main.laud`.
        "." | "./" => compile(&Disk, Utf8Path::new(""), selection),
        _ => compile(&Disk, path, selection),
    }
}

/// Parses, resolves, checks, plans, and asks every target what it cannot express.
pub fn compile(files: &dyn Files, main: &Utf8Path, selection: Selection<'_>) -> Compiled {
    let mut unknown = Vec::new();
    let choose = |all: &[LeanStr]| {
        let (chosen, wrong) = select(all, selection);
        unknown = wrong;
        chosen
    };
    let (program, planned) = analyze_and_plan(files, main, choose, |environment, planned| {
        let mut found = planned.diagnostics;
        if let Some(plan) = &planned.plan {
            found.extend(parallel::targets(|target| target.check(plan)).into_iter().flatten());
        }
        for diagnostic in &mut found {
            if diagnostic.environments.is_empty() {
                diagnostic.environments.push(environment.to_string());
            }
        }
        (planned.plan, found)
    });
    let mut diagnostics = program.diagnostics().to_vec();
    diagnostics.extend(unknown);
    let mut plans = Vec::new();
    for (plan, found) in planned {
        plans.extend(plan);
        diagnostics.extend(found);
    }
    let claims: Vec<Claims> = plans.iter().map(Claims::of).collect();
    diagnostics.extend(check_together(&claims));
    Compiled { plans, diagnostics: gather(diagnostics, program.sources()), program }
}

/// The environments that were asked for and are there, and what is wrong with the others.
fn select(all: &[LeanStr], selection: Selection<'_>) -> (Vec<LeanStr>, Vec<Diagnostic>) {
    let named = match selection {
        Selection::All => return (all.to_vec(), Vec::new()),
        Selection::First => return (all.iter().take(1).cloned().collect(), Vec::new()),
        Selection::Named(names) => names,
    };
    // With nothing declared, what is wrong with that says more than this would.
    let is_known = |name: &String| all.is_empty() || all.iter().any(|known| known == name);
    let unknown =
        named.iter().filter(|name| !is_known(name)).map(|name| unknown_environment(name, all)).collect();
    (all.iter().filter(|name| named.iter().any(|wanted| *name == wanted)).cloned().collect(), unknown)
}

fn unknown_environment(name: &str, all: &[LeanStr]) -> Diagnostic {
    let names: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    let help = match nearest(name, all.iter().map(LeanStr::as_str)) {
        Some(near) => format!("There is `{near}`, which is near."),
        None => format!("The spec has {}.", names.join(", ")),
    };
    Diagnostic::without_place(&code::UNKNOWN_ENVIRONMENT, format!("unknown environment `{name}`")).help(help)
}
