//! `laud build`: the files of each environment.

use crate::args::{Build, Format};
use crate::compile::{Compiled, Selection, compile_path};
use crate::failure::Failure;
use crate::findings::count;
use crate::output::{self, Output, Stage, Written};
use crate::parallel;
use crate::progress::Progress;
use crate::render;
use crate::report::{Reporter, Status};
use camino::{Utf8Path, Utf8PathBuf};
use laud_emit::Context;
use laud_plan::Plan;
use laud_syntax::{Diagnostic, has_errors};
use serde::Serialize;

pub(super) fn run(args: &Build, reporter: Reporter) -> Result<Status, Failure> {
    if args.path == "-" {
        let failure = Failure::usage("what is built has a folder, and standard input has none");
        return Err(failure.help("Name the spec's file or folder, or use `laud check -`."));
    }
    let selection =
        if args.environments.is_empty() { Selection::All } else { Selection::Named(&args.environments) };
    let progress = Progress::start("building", reporter.terminal.progress);
    let mut compiled = compile_path(&args.path, selection);
    let written = if has_errors(&compiled.diagnostics) { Vec::new() } else { write(args, &mut compiled)? };
    drop(progress);
    let status = report(&compiled, &written, reporter);
    compiled.leave();
    status
}

/// Writes the plans; what is in the way joins what was found before.
fn write(args: &Build, compiled: &mut Compiled) -> Result<Vec<Written>, Failure> {
    let root = compiled.program.root();
    let out = args.out.clone().unwrap_or_else(|| root.join("deploy"));
    let (from, to) = (absolute(&out)?, absolute(root)?);
    let folders: Vec<Folder> =
        compiled.plans.iter().map(|plan| Folder::new(plan, &out, &from, &to)).collect();
    let emits: Vec<_> =
        compiled.plans.iter().zip(&folders).map(|(plan, folder)| emit(plan, &folder.way_back)).collect();
    let outputs: Vec<Output<'_>> = compiled
        .plans
        .iter()
        .zip(&folders)
        .zip(&emits)
        .map(|((plan, folder), emit)| Output {
            app: &plan.app,
            environment: &plan.environment,
            folder: folder.path.clone(),
            shown: folder.shown.clone(),
            emit,
        })
        .collect();
    Ok(output::write(&out, &outputs, args.force).unwrap_or_else(|in_the_way| {
        compiled.diagnostics.extend(in_the_way);
        Vec::new()
    }))
}

/// An environment's folder.
struct Folder {
    /// As people call it.
    shown: Utf8PathBuf,
    /// Absolute.
    path: Utf8PathBuf,
    /// From it to the spec's folder.
    way_back: String,
}

impl Folder {
    fn new(plan: &Plan, out: &Utf8Path, absolute_out: &Utf8Path, root: &Utf8Path) -> Self {
        let path = absolute_out.join(plan.environment.as_str());
        // The folder may be there already, as a link to another place.
        let path = path.canonicalize_utf8().unwrap_or(path);
        let way_back = output::relative(&path, root);
        Self { shown: out.join(plan.environment.as_str()), path, way_back }
    }
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    output::absolute(path).map_err(|error| Failure::io(format_args!("cannot find `{path}`"), &error))
}

/// What gives a plan's files.
fn emit<'a>(plan: &'a Plan, spec_root: &'a str) -> impl Fn(&Stage<'_>) + Sync + 'a {
    move |stage| {
        let context = Context { spec_root };
        parallel::targets(|target| target.emit(plan, context, &mut stage.writer()));
    }
}

/// What `build --format json` prints.
#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<render::Finding<'a>>,
    written: Vec<WrittenEntry<'a>>,
}

/// What was written for one environment.
#[derive(Serialize)]
struct WrittenEntry<'a> {
    environment: &'a str,
    folder: &'a str,
    files: usize,
    bytes: u64,
    changed: usize,
    unchanged: usize,
    removed: usize,
}

fn report(compiled: &Compiled, written: &[Written], reporter: Reporter) -> Result<Status, Failure> {
    let sources = compiled.program.sources();
    let shown: Vec<Diagnostic> = reporter.wanted(&compiled.diagnostics);
    match reporter.format {
        Format::Json => {
            let written = written.iter().map(|written| WrittenEntry {
                environment: &written.environment,
                folder: written.folder.as_str(),
                files: written.files,
                bytes: written.bytes,
                changed: written.changed,
                unchanged: written.files - written.changed,
                removed: written.removed,
            });
            let document =
                Document { diagnostics: render::values(&shown, sources), written: written.collect() };
            reporter.terminal.print(&render::json_text(&document))?;
        }
        Format::Sarif | Format::Gitlab => {
            reporter.show(&compiled.diagnostics, sources)?;
        }
        Format::Human | Format::Short | Format::Github => {
            reporter.show_text(&shown, sources)?;
            if !reporter.terminal.quiet {
                let lines: String = written.iter().map(|written| line(written, reporter.format)).collect();
                reporter.terminal.print(&lines)?;
            }
        }
    }
    Ok(Status::of(&compiled.diagnostics))
}

fn line(written: &Written, format: Format) -> String {
    let Written { environment, folder, files, bytes, changed, removed, .. } = written;
    let mut details = match files - changed {
        0 => String::new(),
        unchanged if unchanged == *files => ", unchanged".to_owned(),
        unchanged => format!(", {unchanged} unchanged"),
    };
    if *removed > 0 {
        details.push_str(&format!(", {removed} removed"));
    }
    let files = count(*files, "file");
    match format {
        Format::Short => format!("{folder}: {files}, {bytes} bytes{details}\n"),
        Format::Human | Format::Json | Format::Sarif | Format::Github | Format::Gitlab => {
            format!("{environment}: {files}, {}{details}, in {folder}\n", size(*bytes))
        }
    }
}

/// A size as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => count(bytes as usize, "byte"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_was_written() {
        let mut written = Written {
            environment: "staging".into(),
            folder: "deploy/staging".into(),
            files: 12,
            bytes: 35_328,
            changed: 4,
            removed: 1,
        };
        assert_eq!(
            line(&written, Format::Human),
            "staging: 12 files, 34.5 KiB, 8 unchanged, 1 removed, in deploy/staging\n"
        );
        assert_eq!(
            line(&written, Format::Short),
            "deploy/staging: 12 files, 35328 bytes, 8 unchanged, 1 removed\n"
        );
        written.changed = 12;
        written.removed = 0;
        assert_eq!(line(&written, Format::Human), "staging: 12 files, 34.5 KiB, in deploy/staging\n");
        written.changed = 0;
        assert_eq!(
            line(&written, Format::Human),
            "staging: 12 files, 34.5 KiB, unchanged, in deploy/staging\n"
        );
    }
}
