//! `laud fmt`: specs laid out in the one canonical way.

use crate::args::{Fmt, Format};
use crate::disk::{Disk, WithStdin};
use crate::failure::{Failure, reason};
use crate::findings::count;
use crate::parallel;
use crate::render::{Checkout, Paint, annotation};
use crate::report::{Reporter, Status};
use crate::terminal::Style;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, ReadError};
use laud_syntax::{Diagnostic, FileId, Sources, code, format, gather, parse};
use similar::{ChangeTag, TextDiff};
use std::fs;
use std::io::{self, Write};

pub(super) fn run(args: &Fmt, reporter: Reporter) -> Result<Status, Failure> {
    let from_stdin = args.paths.iter().any(|path| path == "-");
    if from_stdin && args.paths.len() > 1 {
        return Err(
            Failure::usage("standard input is formatted alone").help("Name files and folders, or `-`.")
        );
    }
    let mut run = Run { args, reporter, sources: Sources::default(), diagnostics: Vec::new(), changed: 0 };
    let ids = if from_stdin {
        run.read(&WithStdin::read(), vec![WithStdin::path()])
    } else {
        run.read(&Disk, find(&args.paths)?)
    };
    let formatted = parallel::map(&ids, |id| formatted(*id, &run.sources));
    for (id, (text, diagnostics)) in ids.iter().zip(formatted) {
        run.diagnostics.extend(diagnostics);
        if from_stdin && !args.check && !args.diff {
            reporter.terminal.print(&text)?;
        } else {
            run.settle(*id, &text)?;
        }
    }
    run.finish(ids.len())
}

fn formatted(id: FileId, sources: &Sources) -> (String, Vec<Diagnostic>) {
    let text = &sources.get(id).text;
    let parsed = parse(id, text);
    (format(text, &parsed), parsed.diagnostics)
}

struct Run<'a> {
    args: &'a Fmt,
    reporter: Reporter,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    changed: usize,
}

impl Run<'_> {
    /// Reads what can be read, and reports the rest.
    fn read(&mut self, files: &dyn Files, paths: Vec<Utf8PathBuf>) -> Vec<FileId> {
        let texts = parallel::map(&paths, |path| read_text(files, path));
        let mut ids = Vec::new();
        for (path, text) in paths.into_iter().zip(texts) {
            match text {
                Ok(text) => ids.push(self.sources.add(path, text)),
                Err(diagnostic) => self.diagnostics.push(diagnostic),
            }
        }
        ids
    }

    /// Writes a file that changes, or says that it would.
    fn settle(&mut self, id: FileId, text: &str) -> Result<(), Failure> {
        let source = self.sources.get(id);
        if text == &*source.text {
            return Ok(());
        }
        self.changed += 1;
        let terminal = self.reporter.terminal;
        if self.args.diff {
            let mut after = Sources::default();
            let after_id = after.add(&source.name, text);
            let (before, after) = (source.shown_text(), after.get(after_id).shown_text());
            return terminal.print(&diff(&source.name, before, after, terminal.out));
        }
        if self.args.check && self.reporter.format == Format::Github {
            let line = first_difference(&source.text, text);
            let path = Checkout::here().path(&source.name);
            let properties = [("file", path), ("line", line.to_string()), ("title", "laud fmt".to_owned())];
            return terminal.print(&annotation("error", &properties, "`laud fmt` would change this line"));
        }
        if self.args.check {
            return terminal.print(&format!("{}\n", source.name));
        }
        replace(&source.name, text).map_err(|error| Failure::write(&source.name, &error))
    }

    fn finish(self, files: usize) -> Result<Status, Failure> {
        let diagnostics = gather(self.diagnostics, &self.sources);
        self.reporter.show_text(&diagnostics, &self.sources)?;
        let looking = self.args.check || self.args.diff;
        if self.changed > 0 && !self.reporter.terminal.quiet {
            let what = if looking { "would change" } else { "changed" };
            self.reporter.terminal.say(&format!("{} of {} {what}\n", self.changed, count(files, "file")))?;
        }
        let differs = looking && self.changed > 0;
        Ok(if differs { Status::Found } else { Status::of(&diagnostics) })
    }
}

/// The first line (from 1) in which two texts are not the same.
fn first_difference(before: &str, after: &str) -> usize {
    let same = before.lines().zip(after.lines()).take_while(|(before, after)| before == after).count();
    // Where only the end differs, the last line that there is.
    (same + 1).min(before.lines().count().max(1))
}

/// The files that are named, and all `.laud` files in the folders that are,
/// hidden folders and links to folders left out; each once.
fn find(paths: &[Utf8PathBuf]) -> Result<Vec<Utf8PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        match Disk.kind(path) {
            Some(FileKind::Folder) => walk(path, &mut found)?,
            Some(FileKind::File | FileKind::Other) => found.push(path.clone()),
            None => return Err(Failure::read(path, ReadError::NotFound)),
        }
    }
    let mut once = std::collections::HashSet::new();
    found.retain(|path| once.insert(path.clone()));
    Ok(found)
}

fn walk(folder: &Utf8Path, found: &mut Vec<Utf8PathBuf>) -> Result<(), Failure> {
    let names = Disk.list(folder).map_err(|error| Failure::read(folder, error))?;
    for name in names {
        let path = if folder == "." { Utf8PathBuf::from(&name) } else { folder.join(&name) };
        let Ok(about) = fs::symlink_metadata(&path) else { continue };
        let is_skipped = name.starts_with('.') || name == "node_modules";
        if about.is_dir() && !is_skipped {
            walk(&path, found)?;
        } else if !about.is_dir()
            && path.extension() == Some("laud")
            && Disk.kind(&path) == Some(FileKind::File)
        {
            found.push(path);
        }
    }
    Ok(())
}

/// A file's text, or what is wrong with the file.
fn read_text(files: &dyn Files, path: &Utf8Path) -> Result<String, Diagnostic> {
    let bytes = files.read(path).map_err(|error| {
        let code = if matches!(error, ReadError::TooLarge { .. }) {
            &code::FILE_TOO_LARGE
        } else {
            &code::UNREADABLE_FILE
        };
        Diagnostic::without_place(code, format!("`{path}` cannot be read: {error}"))
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Diagnostic::without_place(&code::NOT_UTF8, format!("`{path}` is not UTF-8: see its byte {at}"))
            .help("Save the file as UTF-8.")
    })
}

/// Puts a text in place of a file's in one step. A link stays a link.
fn replace(path: &Utf8Path, text: &str) -> io::Result<()> {
    let real = path.canonicalize_utf8()?;
    let folder = real.parent().ok_or_else(|| io::Error::other(reason(&io::ErrorKind::NotFound.into())))?;
    let mut file = tempfile::Builder::new().prefix(".laud-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&real)?.permissions())?;
    file.persist(&real)?;
    Ok(())
}

/// What would change, as `diff -u` says it.
fn diff(path: &Utf8Path, before: &str, after: &str, style: Style) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut out = format!(
        "{}\n{}\n",
        Paint::Heading.on(&format!("--- {path}"), style),
        Paint::Heading.on(&format!("+++ {path}"), style)
    );
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        out.push_str(&format!("{}\n", Paint::Note.on(&hunk.header().to_string(), style)));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            out.push_str(&match change.tag() {
                ChangeTag::Delete => Paint::Gone.on(&format!("-{line}"), style),
                ChangeTag::Insert => Paint::New.on(&format!("+{line}"), style),
                ChangeTag::Equal => format!(" {line}"),
            });
            out.push('\n');
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_as_diff_says_them() {
        insta::assert_snapshot!(diff("a.laud".into(), "a\nb\nc", "a\nB\nc\n", Style::PLAIN), @r"
        --- a.laud
        +++ a.laud
        @@ -1,3 +1,3 @@
         a
        -b
        -c
        \ No newline at end of file
        +B
        +c
        ");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_the_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().expect("a temporary folder");
        let folder = Utf8Path::from_path(folder.path()).expect("UTF-8");
        let (file, link) = (folder.join("a.laud"), folder.join("b.laud"));
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink("a.laud", &link).expect("a link");
        replace(&link, "new").expect("it is replaced");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "new");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o640);
    }
}
