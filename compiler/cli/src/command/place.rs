//! `laud where`: from an emitted line to the place of the spec that causes it,
//! and from a place of the spec to the lines that it causes.

use crate::args::{Format, Where};
use crate::disk::Disk;
use crate::failure::Failure;
use crate::output::{self, Lost, Mine};
use crate::render::{self, Paint};
use crate::report::{Reporter, Status};
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files};
use laud_ide::{Emitted, System, Workspace, around};
use laud_syntax::{FileId, Span, has_errors};
use serde::Serialize;
use std::fs;
use std::sync::Arc;

/// A place on the command line.
struct Asked<'a> {
    path: &'a Utf8Path,
    /// From 1.
    line: u32,
    /// From 1.
    column: Option<u32>,
}

pub(super) fn run(args: &Where, reporter: Reporter) -> Result<Status, Failure> {
    let asked = read(&args.place)?;
    match asked.path.extension() {
        Some("laud") => forwards(args, &asked, reporter),
        Some(_) | None => backwards(args, &asked, reporter),
    }
}

/// `path:line` or `path:line:column`.
fn read(place: &str) -> Result<Asked<'_>, Failure> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    let last = place.rsplit_once(':').and_then(|(path, end)| Some((path, number(end)?)));
    let Some((path, end)) = last else {
        let failure = Failure::usage(format!("`{place}` is no place"));
        return Err(
            failure.help("Name a file and a line: `deploy/production/compose.yaml:42`, `main.laud:16:22`.")
        );
    };
    Ok(match path.rsplit_once(':').and_then(|(path, line)| Some((path, number(line)?))) {
        Some((path, line)) => Asked { path: path.into(), line, column: Some(end) },
        None => Asked { path: path.into(), line: end, column: None },
    })
}

/// Everything that is there to be asked, from the whole disk.
fn workspace() -> Workspace<'static> {
    let mut workspace = Workspace::new(&Disk);
    // A file is of the nearest main file above it that uses it.
    workspace.add_root("/".into());
    workspace
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let found = path.canonicalize_utf8();
    found.map_err(|error| Failure::io(format_args!("cannot read `{path}`"), &error))
}

/// The main file that `--spec` names.
fn main_file(path: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let path = absolute(path)?;
    Ok(if Disk.kind(&path) == Some(FileKind::Folder) { path.join("main.laud") } else { path })
}

/// A path as people call it who stand in the working folder.
fn called(path: &Utf8Path) -> String {
    let here = std::env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    let here = here.and_then(|here| here.canonicalize_utf8().ok());
    match here.filter(|here| path.starts_with(here.parent().unwrap_or(here))) {
        Some(here) => output::relative(&here, path),
        None => path.to_string(),
    }
}

/// From a place of the spec.
fn forwards(args: &Where, asked: &Asked<'_>, reporter: Reporter) -> Result<Status, Failure> {
    let path = absolute(asked.path)?;
    let mut workspace = workspace();
    let main = args.spec.as_deref().map(main_file).transpose()?;
    let system = workspace.system_of(main.as_deref().unwrap_or(&path));
    let Some(file) = system.file(&path) else {
        let failure =
            Failure::usage(format!("`{}` is not of the system of `{}`", asked.path, called(&system.main)));
        return Err(failure.help("`--spec` names the main file of the system that uses it."));
    };
    if has_errors(&system.findings) {
        return reporter.show(&system.findings, system.program().sources());
    }
    let offset = offset(&system, file, asked)?;
    let spans = around(system.program().parsed(file), offset);
    let wanted = |name: &str| args.environments.is_empty() || args.environments.iter().any(|one| one == name);
    check_environments(args, &system)?;
    let environments = system.program().environments();
    let asked_of = environments.iter().filter(|name| wanted(name));
    let all: Vec<Arc<Emitted>> = asked_of.filter_map(|name| workspace.emitted(&system, name)).collect();
    // The innermost that causes anything, wherever it does.
    let caused_by = |span: &Span| all.iter().map(|one| caused(one, *span)).collect::<Vec<_>>();
    let lines = spans.iter().map(caused_by).find(|lines| lines.iter().any(|lines| !lines.is_empty()));
    let lines = lines.unwrap_or_else(|| vec![Vec::new(); all.len()]);
    let found: Vec<_> = all.iter().zip(lines).collect();
    let deploy = system.main.parent().unwrap_or("".into()).join("deploy");
    let lines: Vec<EnvironmentLines> = found
        .iter()
        .map(|(emitted, lines)| {
            let folder = called(&deploy.join(&emitted.environment));
            let line = |(path, line, text): &(String, u32, String)| LineEntry {
                file: format!("{folder}/{path}"),
                line: *line,
                text: text.clone(),
            };
            let environment = emitted.environment.clone();
            EnvironmentLines { environment, lines: lines.iter().map(line).collect() }
        })
        .collect();
    show_lines(asked, &lines, reporter)
}

fn check_environments(args: &Where, system: &System) -> Result<(), Failure> {
    let all = system.program().environments();
    match args.environments.iter().find(|name| !all.iter().any(|known| known == *name)) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
            let failure = Failure::usage(format!("there is no environment `{unknown}`"));
            Err(failure.help(format!("The spec has {}.", names.join(", "))))
        }
    }
}

/// The byte that a place on the command line means: of a line alone, where its text starts.
fn offset(system: &System, file: FileId, asked: &Asked<'_>) -> Result<u32, Failure> {
    let source = system.program().sources().get(file);
    let count = u32::try_from(source.text.lines().count()).unwrap_or(u32::MAX);
    if asked.line > count {
        return Err(past_the_end(asked.path, count));
    }
    let text = source.line(asked.line);
    let column = match asked.column {
        Some(column) => column as usize - 1,
        None => text.chars().take_while(|c| c.is_whitespace()).count(),
    };
    let within: usize = text.chars().take(column).map(char::len_utf8).sum();
    Ok(source.line_starts()[asked.line as usize - 1] + u32::try_from(within).unwrap_or_default())
}

fn past_the_end(path: &Utf8Path, count: u32) -> Failure {
    Failure::usage(format!("`{path}` has {}", crate::findings::count(count as usize, "line")))
}

/// Each line that something within a place causes: the file, the number from 1, and the text.
fn caused(emitted: &Emitted, within: Span) -> Vec<(String, u32, String)> {
    let mut found = Vec::new();
    for file in &emitted.files {
        let lines: Vec<&str> = file.content.lines().collect();
        for number in emitted.lines(file, within).into_iter().flatten() {
            let text = lines.get(number as usize).copied().unwrap_or_default();
            found.push((file.path.clone(), number + 1, text.to_owned()));
        }
    }
    found
}

/// The lines that a place causes in one environment.
#[derive(Serialize)]
struct EnvironmentLines {
    environment: String,
    lines: Vec<LineEntry>,
}

/// A line of an emitted file.
#[derive(Serialize)]
struct LineEntry {
    file: String,
    /// From 1.
    line: u32,
    text: String,
}

fn show_lines(asked: &Asked<'_>, all: &[EnvironmentLines], reporter: Reporter) -> Result<Status, Failure> {
    let style = reporter.terminal.out;
    let count: usize = all.iter().map(|one| one.lines.len()).sum();
    if count == 0 && reporter.format != Format::Json && !reporter.terminal.quiet {
        let place = format!("{}:{}", asked.path, asked.line);
        reporter.terminal.say(&format!("no emitted line comes from {}\n", render::visible(&place)))?;
    }
    let text = match reporter.format {
        Format::Json => render::json_text(&all),
        Format::Short => {
            let line = |one: &LineEntry| format!("{}:{}: {}\n", one.file, one.line, one.text);
            all.iter().flat_map(|one| &one.lines).map(line).collect()
        }
        // What is for findings alone says nothing of places.
        Format::Human | Format::Sarif | Format::Github | Format::Gitlab => {
            let mut text = String::new();
            for one in all.iter().filter(|one| !one.lines.is_empty()) {
                text.push_str(&format!("{}\n", Paint::Heading.on(&one.environment, style)));
                let width = one.lines.iter().map(|one| one.file.len() + digits(one.line) + 1).max();
                for LineEntry { file, line, text: emitted } in &one.lines {
                    let place = format!("{file}:{line}");
                    let width = width.unwrap_or_default();
                    text.push_str(&format!("  {place:width$}  {}\n", emitted.trim_end()));
                }
            }
            text
        }
    };
    reporter.terminal.print(&if reporter.format == Format::Json {
        text
    } else {
        render::visible(&text).into_owned()
    })?;
    Ok(Status::Fine)
}

fn digits(number: u32) -> usize {
    number.to_string().len()
}

/// From an emitted line.
fn backwards(args: &Where, asked: &Asked<'_>, reporter: Reporter) -> Result<Status, Failure> {
    let path = absolute(asked.path)?;
    let Mine { environment, folder, name } = output::mine(&path).map_err(|lost| refuse(asked.path, &lost))?;
    let main = match &args.spec {
        Some(spec) => main_file(spec)?,
        None => spec_above(&folder).ok_or_else(|| {
            Failure::usage(format!("there is no main.laud above `{}`", called(&folder)))
                .help("`--spec` names the spec that it was built from.")
        })?,
    };
    let mut workspace = workspace();
    let system = workspace.system_of(&main);
    if has_errors(&system.findings) {
        return reporter.show(&system.findings, system.program().sources());
    }
    let root = main.parent().unwrap_or("".into());
    let way = output::relative(&folder, root);
    let emitted = Emitted::new(system.program(), &Rooted(root), &environment, &way);
    let now = fs::read_to_string(&path).map_err(|error| Failure::read(asked.path, error))?;
    let Some(emitted) = emitted else {
        return Err(Failure::usage(format!("the spec has no environment `{environment}` any more")));
    };
    let file = emitted.file(&name).filter(|file| file.content == now);
    let Some(file) = file else {
        let failure = Failure::usage(format!("`{}` is not what the spec becomes now", asked.path));
        return Err(failure.help("Build it anew with `laud build`, and ask again."));
    };
    let lines: Vec<&str> = file.content.lines().collect();
    let Some(text) = lines.get(asked.line as usize - 1) else {
        return Err(past_the_end(asked.path, u32::try_from(lines.len()).unwrap_or(u32::MAX)));
    };
    show_places(asked, &environment, text, emitted.places(file, asked.line - 1), &system, reporter)
}

/// The disk, seen from a spec's folder.
struct Rooted<'a>(&'a Utf8Path);

impl Files for Rooted<'_> {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, laud_analyze::ReadError> {
        Disk.read(&self.0.join(path))
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        Disk.kind(&self.0.join(path))
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, laud_analyze::ReadError> {
        Disk.list(&self.0.join(folder))
    }
}

fn refuse(path: &Utf8Path, lost: &Lost) -> Failure {
    match lost {
        Lost::NoManifest => Failure::usage(format!("`{path}` is not of a folder that laud wrote"))
            .help("Name a line of a file below `deploy/`, or a place in a `.laud` file."),
        Lost::NotListed => Failure::usage(format!("`{path}` was not written by laud")),
        Lost::Edited => Failure::usage(format!("`{path}` was edited since laud wrote it"))
            .help("Its lines are not those that the spec causes; `laud build --force` writes it anew."),
        Lost::Unreadable(error) => Failure::read(path, error),
    }
}

/// The nearest `main.laud` in a folder or above it.
fn spec_above(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut mains = folder.ancestors().map(|folder| folder.join("main.laud"));
    mains.find(|main| Disk.kind(main) == Some(FileKind::File))
}

/// Where an emitted line comes from.
#[derive(Serialize)]
struct Document<'a> {
    file: &'a str,
    line: u32,
    environment: &'a str,
    text: &'a str,
    /// The nearest first.
    causes: Vec<render::SpanEntry<'a>>,
}

fn show_places(
    asked: &Asked<'_>,
    environment: &str,
    text: &str,
    places: &[Span],
    system: &Arc<System>,
    reporter: Reporter,
) -> Result<Status, Failure> {
    let sources = system.program().sources();
    let style = reporter.terminal.out;
    let shown = match reporter.format {
        Format::Json => render::json_text(&Document {
            file: asked.path.as_str(),
            line: asked.line,
            environment,
            text,
            causes: places.iter().map(|place| render::span(*place, sources)).collect(),
        }),
        Format::Short => {
            let line = |place: &Span| {
                let (at, source) = (sources.position(*place), sources.get(place.file()));
                format!("{}:{}:{}: {}\n", source.name, at.line, at.column, source.line(at.line).trim())
            };
            render::visible(&places.iter().map(line).collect::<String>()).into_owned()
        }
        // What is for findings alone says nothing of places.
        Format::Human | Format::Sarif | Format::Github | Format::Gitlab => {
            let head = format!("{}:{} in {environment}", asked.path, asked.line);
            let mut shown = format!("{}\n    {}\n", Paint::Heading.on(&head, style), text.trim_start());
            match places {
                [] => shown.push_str("  stands in every such file\n"),
                _ => {
                    let words = |index| if index == 0 { "from here" } else { "with this" };
                    let labels: Vec<(Span, &str)> =
                        places.iter().enumerate().map(|(index, place)| (*place, words(index))).collect();
                    shown.push_str(&render::places(&labels, sources, style));
                }
            }
            shown
        }
    };
    reporter.terminal.print(&shown)?;
    Ok(Status::Fine)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_place_is_a_file_a_line_and_perhaps_a_column() {
        let read = |text| read(text).ok().map(|asked| (asked.path.as_str(), asked.line, asked.column));
        assert_eq!(read("a/b.yaml:42"), Some(("a/b.yaml", 42, None)));
        assert_eq!(read("main.laud:16:22"), Some(("main.laud", 16, Some(22))));
        assert_eq!(read("a:b:3"), Some(("a:b", 3, None)));
        for bad in ["main.laud", "main.laud:", "main.laud:0", "main.laud:x", "42", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
