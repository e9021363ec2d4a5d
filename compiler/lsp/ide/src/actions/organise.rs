//! What is done to a whole file: its `use`s in order, and all that can be mended.

use super::{Action, ActionSort, Spec, touch};
use crate::layout::Edit;
use crate::uses;
use laud_syntax::{Diagnostic, FileId, Parsed, Span, ast, code, format, parse};

/// Takes out the names that are taken from a module and not used.
pub(super) fn remove(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let unused = unused(spec);
    let here = unused.iter().filter(|(_, span)| touch(*span, part));
    let make = |(name, span): &(String, Span)| {
        let edit = arranged(spec, &[*span])?;
        let action = spec.action(format!("Do not take `{name}`"), ActionSort::Fix, vec![edit]);
        Some(Action { mends: Some(*span), ..action })
    };
    here.filter_map(make).collect()
}

/// Puts the `use`s in order, each module once, and takes out what is not used.
pub(super) fn organise(spec: &Spec<'_>) -> Option<Action> {
    let unused: Vec<Span> = unused(spec).into_iter().map(|(_, span)| span).collect();
    let edit = arranged(spec, &unused)?;
    (spec.slice(edit.span) != edit.text)
        .then(|| spec.action("Organise the `use`s", ActionSort::Organise, vec![edit]))
}

/// Makes every fix of a finding of the file that leaves no choice.
pub(super) fn fix_all(spec: &Spec<'_>) -> Option<Action> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut mended = 0;
    for finding in &spec.system.findings {
        let [fix] = &finding.fixes[..] else { continue };
        let new: Vec<Edit> =
            fix.edits.iter().map(|(span, text)| Edit { span: *span, text: text.clone() }).collect();
        let is_here = new.iter().all(|edit| edit.span.file() == spec.file);
        let is_apart = new.iter().all(|edit| edits.iter().all(|other| !overlap(edit.span, other.span)));
        if is_here && is_apart && !new.is_empty() {
            edits.extend(new);
            mended += 1;
        }
    }
    (mended > 0).then(|| spec.action("Mend all that leaves no choice", ActionSort::FixAll, edits))
}

/// Whether two edits could not both be made: they change the same bytes, or put something in one place.
fn overlap(one: Span, other: Span) -> bool {
    one.start() < other.end() && other.start() < one.end() || one.start() == other.start()
}

/// The names that the file takes and does not use.
fn unused(spec: &Spec<'_>) -> Vec<(String, Span)> {
    let is_unused = |finding: &&Diagnostic| *finding.code == code::UNUSED_IMPORT;
    let spans = spec.system.findings.iter().filter(is_unused).filter_map(|finding| finding.span);
    spans.filter(|span| span.file() == spec.file).map(|span| (spec.slice(span).to_owned(), span)).collect()
}

/// The `use`s of the file in order, without the names at some places; nothing
/// if something else stands between them.
fn arranged(spec: &Spec<'_>, without: &[Span]) -> Option<Edit> {
    let entries = &spec.parsed.file.entries;
    let is_use = |entry: &ast::Entry| matches!(entry.node, ast::Node::Use(_));
    let first = entries.iter().position(is_use)?;
    let last = entries.iter().rposition(is_use)?;
    let taken = read(&spec.text, spec.parsed, &entries[first..=last], |entry| spec.with_comments(entry))?;
    let start = spec.with_comments(&entries[first]).start();
    let span = entries[first].span.with(start, spec.with_comments(&entries[last]).end());
    let text = write(taken, |name| without.contains(&name));
    if text.is_empty() {
        // The lines go as well.
        let rest = spec.text.get(span.end() as usize..).unwrap_or_default();
        let breaks = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        return Some(Edit { span: span.with_end(span.end() + breaks as u32), text });
    }
    let text = format(&text, &parse(FileId(0), &text)).trim_end().to_owned();
    Some(Edit { span, text })
}

/// A `use` line with the comments about it.
struct Taken {
    module: String,
    /// Each as it is written, with the place of the name that the file has for
    /// it; `None` takes all.
    names: Option<Vec<(String, Span)>>,
    /// The comments above it, line by line.
    above: Vec<String>,
    /// The comment behind it.
    behind: String,
}

/// Reads `use` lines; nothing if something else is among them. `whole` gives a
/// line with the comments about it.
fn read(
    text: &str,
    parsed: &Parsed,
    entries: &[ast::Entry],
    whole: impl Fn(&ast::Entry) -> Span,
) -> Option<Vec<Taken>> {
    let mut taken = Vec::new();
    let mut end = None;
    for entry in entries {
        let ast::Node::Use(used) = &entry.node else { return None };
        let span = whole(entry);
        let slice = |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
        // A comment that is about none of them has no place among them when they move, nor has one inside.
        let is_plain = parsed.comments.iter().all(|comment| {
            !(entry.span.start() < comment.span.start() && comment.span.end() <= entry.span.end())
        });
        if !is_plain || end.is_some_and(|end| !slice(end, span.start()).trim().is_empty()) {
            return None;
        }
        end = Some(span.end());
        let names = used.names.as_ref().map(|names| {
            let one = |name: &ast::UseName| match &name.alias {
                Some(alias) => (format!("{} as {}", name.name.text, alias.text), alias.span),
                None => (name.name.text.to_string(), name.name.span),
            };
            names.iter().map(one).collect()
        });
        taken.push(Taken {
            module: used.path.text.to_string(),
            names,
            above: slice(span.start(), entry.span.start())
                .lines()
                .map(|line| line.trim().to_owned())
                .collect(),
            behind: slice(entry.span.end(), span.end()).trim().to_owned(),
        });
    }
    Some(taken)
}

/// Writes `use` lines in order, each module once, without the names at some places.
fn write(taken: Vec<Taken>, is_out: impl Fn(Span) -> bool) -> String {
    let mut lines: Vec<Taken> = Vec::new();
    for mut one in taken {
        if let Some(names) = &mut one.names {
            names.retain(|(_, place)| !is_out(*place));
            if names.is_empty() {
                continue;
            }
        }
        let same = lines
            .iter_mut()
            .find(|line| line.module == one.module && line.names.is_some() == one.names.is_some());
        match same {
            Some(line) => {
                line.names.iter_mut().for_each(|names| names.extend(one.names.take().into_iter().flatten()));
                line.above.extend(one.above);
                let behind =
                    [std::mem::take(&mut line.behind), one.behind].into_iter().filter(|one| !one.is_empty());
                line.behind = behind.collect::<Vec<_>>().join(" ");
            }
            None => lines.push(one),
        }
    }
    lines.sort_by(|a, b| uses::key(&a.module).cmp(&uses::key(&b.module)));
    let mut text = String::new();
    for line in lines {
        line.above
            .iter()
            .filter(|above| !above.is_empty())
            .for_each(|above| text.push_str(&format!("{above}\n")));
        text.push_str(&format!("use {}", line.module));
        if let Some(mut names) = line.names {
            names.sort();
            names.dedup_by(|next, before| next.0 == before.0);
            let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
            text.push_str(&format!(" {{ {} }}", names.join(", ")));
        }
        text.push_str(&if line.behind.is_empty() { "\n".to_owned() } else { format!(" {}\n", line.behind) });
    }
    text
}
