//! Something that is declared at the top of a file, put into a module of its
//! own or into one that the file uses, and taken from there.

use super::{Action, ActionSort, Change, Spec, name_of, touch};
use crate::layout::{Edit, changes};
use crate::uses;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::FileKind;
use laud_syntax::lexer::lex;
use laud_syntax::{FileId, Parsed, Span, ast, parse};

/// The most modules that are offered.
const MOST: usize = 5;

pub(super) fn actions(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let found = spec.parsed.file.entries.iter().find_map(|entry| {
        let name = name_of(entry).filter(|name| touch(name.span, part))?;
        Some((entry, name))
    });
    let Some((entry, name)) = found else { return Vec::new() };
    let Some(taken) = needs(spec, entry, name) else { return Vec::new() };
    let Some(folder) = spec.path.parent() else { return Vec::new() };
    let mut found = Vec::new();
    for (module, path) in modules(spec).into_iter().take(MOST) {
        found.extend(into(spec, entry, name, &taken, &module, &path));
    }
    let path = folder.join(format!("{}.laud", name.text));
    // Beside what was never saved there is no place for a file.
    let is_saved = spec.workspace.disk().kind(&spec.path) == Some(FileKind::File);
    if is_saved && spec.workspace.kind(&path).is_none() {
        found.extend(into(spec, entry, name, &taken, &format!("./{}", name.text), &path));
    }
    found
}

/// A name that an entry needs from a module: the module as the file names it, and the name as it takes it.
struct Needed {
    module: String,
    /// The file of the module, if it is one of the system's own.
    own: Option<Utf8PathBuf>,
    name: String,
}

/// What an entry needs from modules; nothing if it cannot go, because it needs
/// what its file declares, or because others name it where it is.
fn needs(spec: &Spec<'_>, entry: &ast::Entry, name: &ast::Ident) -> Option<Vec<Needed>> {
    let within = |span: Span| {
        span.file() == spec.file && entry.span.start() <= span.start() && span.end() <= entry.span.end()
    };
    let mut needed: Vec<Needed> = Vec::new();
    // A module must not use the file that uses it.
    for (place, symbol) in spec.named_in(entry.span) {
        let is_part = spec.text[..place.start() as usize].ends_with('.');
        if symbol.file() == spec.file {
            let is_top = spec.parsed.file.entries.iter().filter_map(name_of).any(|top| top.span == symbol);
            if is_top && !within(symbol) && !is_part {
                return None;
            }
            continue;
        }
        let written = spec.slice(place);
        let used = spec.parsed.file.entries.iter().find_map(|entry| match &entry.node {
            ast::Node::Use(used) => taken_as(spec, used, written, symbol).map(|name| (used, name)),
            _ => None,
        });
        if let Some((used, name)) = used
            && !needed.iter().any(|other| other.name == name)
        {
            let own =
                spec.system.program().used(used.path.span).first().and_then(|file| spec.system.path(*file));
            needed.push(Needed { module: used.path.text.to_string(), own, name });
        }
    }
    // What takes it from here would have to take it from there.
    let elsewhere = spec.system.names().places(name.span).any(|place| place.file() != spec.file);
    // `app` and the environment are of whoever asks, but a path in a text is of the main file's folder.
    (!elsewhere).then_some(needed)
}

/// How a `use` takes what is declared at `symbol`, if it takes it as `written`.
fn taken_as(spec: &Spec<'_>, used: &ast::Use, written: &str, symbol: Span) -> Option<String> {
    let is_of = |place: Span| {
        spec.system.names().at(place.file(), place.start()).is_some_and(|(_, found)| found.span == symbol)
    };
    match &used.names {
        Some(names) => names.iter().find_map(|name| {
            let here = name.alias.as_ref().unwrap_or(&name.name);
            (here.text == written && is_of(here.span)).then(|| match &name.alias {
                Some(alias) => format!("{} as {}", name.name.text, alias.text),
                None => name.name.text.to_string(),
            })
        }),
        None => {
            spec.system.program().used(used.path.span).contains(&symbol.file()).then(|| written.to_owned())
        }
    }
}

/// The modules that the file uses, each a file of the system's own.
fn modules(spec: &Spec<'_>) -> Vec<(String, Utf8PathBuf)> {
    let paths = spec.parsed.file.entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Use(used) => Some(&used.path),
        _ => None,
    });
    let mut found: Vec<(String, Utf8PathBuf)> = Vec::new();
    for path in paths {
        let [file] = spec.system.program().used(path.span) else { continue };
        if let Some(own) = spec.system.path(*file)
            && !found.iter().any(|(_, other)| *other == own)
        {
            found.push((path.text.to_string(), own));
        }
    }
    found
}

fn into(
    spec: &Spec<'_>,
    entry: &ast::Entry,
    name: &ast::Ident,
    needed: &[Needed],
    module: &str,
    path: &Utf8Path,
) -> Option<Action> {
    let text = spec.workspace.read(path);
    if text.is_none() && spec.workspace.kind(path).is_some() {
        return None;
    }
    // A module that is needed cannot need what it is needed for, unless it is the one.
    let whole = spec.with_comments(entry);
    let moved = spec.slice(whole);
    let target = target(spec, text.as_deref(), moved, needed, path)?;
    let source = source(spec, whole, entry, name, needed, module)?;
    let title = match text {
        Some(_) => format!("Move `{}` to `{module}`", name.text),
        None => format!("Move `{}` to a module of its own, `{module}`", name.text),
    };
    let change = Change { path: path.to_owned(), text, edits: target };
    Some(Action { title, sort: ActionSort::Move, mends: None, changes: vec![change, spec.change(source)] })
}

/// What comes into the module.
fn target(
    spec: &Spec<'_>,
    text: Option<&str>,
    moved: &str,
    needed: &[Needed],
    path: &Utf8Path,
) -> Option<Vec<Edit>> {
    let folder = path.parent()?;
    let before = text.unwrap_or_default();
    let mut after = before.to_owned();
    let end = after.trim_end().len();
    after.truncate(end);
    after.push_str(if end == 0 { "" } else { "\n\n" });
    after.push_str(moved);
    after.push('\n');
    for one in needed.iter().filter(|one| one.own.as_deref() != Some(path)) {
        let module = match &one.own {
            Some(own) => relative(folder, own)?,
            None => one.module.clone(),
        };
        let parsed = parse(FileId(0), &after);
        if takes(&parsed.file.entries, &module, &one.name) {
            continue;
        }
        let edit = uses::take(&after, &parsed, &module, &one.name);
        after.replace_range(edit.span.range(), &edit.text);
    }
    // A module that uses the file in turn would close a circle.
    let uses_back = parse(FileId(0), &after).file.entries.iter().any(|entry| match &entry.node {
        ast::Node::Use(used) => {
            let path = laud_analyze::normal(&folder.join(format!("{}.laud", used.path.text)));
            path == spec.path
        }
        _ => false,
    });
    (!uses_back).then(|| changes(before, &after, FileId(0)))
}

/// Whether entries take a name from a module.
fn takes(entries: &[ast::Entry], module: &str, name: &str) -> bool {
    entries.iter().any(|entry| match &entry.node {
        ast::Node::Use(used) if used.path.text == module => used.names.as_ref().is_none_or(|names| {
            names.iter().any(|one| match &one.alias {
                Some(alias) => format!("{} as {}", one.name.text, alias.text) == name,
                None => one.name.text == name,
            })
        }),
        _ => false,
    })
}

/// The file without the entry, the empty lines behind it, and the names that only it needed.
fn source(
    spec: &Spec<'_>,
    whole: Span,
    entry: &ast::Entry,
    name: &ast::Ident,
    needed: &[Needed],
    module: &str,
) -> Option<Vec<Edit>> {
    let (before, rest) = (spec.text.get(..whole.start() as usize)?, spec.text.get(whole.end() as usize..)?);
    let rest = rest.trim_start_matches(['\n', '\r', ' ', '\t']);
    let mut text = match rest {
        "" => format!("{}\n", before.trim_end()),
        rest => [before, rest].concat(),
    };
    let edit = |text: &mut String, edit: Edit| text.replace_range(edit.span.range(), &edit.text);
    let others = spec.system.names().of_file(spec.file).any(|(place, symbol)| {
        symbol.span == name.span && !(entry.span.start() <= place.start() && place.end() <= entry.span.end())
    });
    // A declaration is there because it is taken, whether or not something names it.
    let is_needed = others || matches!(entry.node, ast::Node::Decl(_));
    if is_needed && !takes(&spec.parsed.file.entries, module, &name.text) {
        let parsed = parse(FileId(0), &text);
        let taken = uses::take(&text, &parsed, module, &name.text);
        edit(&mut text, taken);
    }
    for one in needed {
        let here = one.name.rsplit(' ').next().unwrap_or(&one.name);
        let parsed = parse(FileId(0), &text);
        if !mentions(&text, &parsed, here)
            && let Some(left) = uses::leave(&text, &parsed, &one.module, here)
        {
            edit(&mut text, left);
        }
    }
    Some(changes(&spec.text, &text, spec.file))
}

/// Whether a name stands in a file outside of its `use`s.
fn mentions(text: &str, parsed: &Parsed, name: &str) -> bool {
    let uses = parsed.file.entries.iter().filter(|entry| matches!(entry.node, ast::Node::Use(_)));
    let uses: Vec<Span> = uses.map(|entry| entry.span).collect();
    let in_use =
        |span: Span| uses.iter().any(|used| used.start() <= span.start() && span.end() <= used.end());
    let tokens = lex(FileId(0), text).tokens;
    tokens.iter().any(|token| text.get(token.span.range()) == Some(name) && !in_use(token.span))
}

/// The path of a module, as a file in a folder names it.
fn relative(folder: &Utf8Path, file: &Utf8Path) -> Option<String> {
    let stem = file.as_str().strip_suffix(".laud")?;
    let (mut up, mut base) = (0, folder);
    loop {
        if let Ok(rest) = Utf8Path::new(stem).strip_prefix(base) {
            let dots = if up == 0 { "./".to_owned() } else { "../".repeat(up) };
            return Some(format!("{dots}{rest}"));
        }
        up += 1;
        base = base.parent()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_named_from_a_folder() {
        let named = |folder: &str, file: &str| relative(folder.into(), file.into());
        assert_eq!(named("/w", "/w/a.laud").as_deref(), Some("./a"));
        assert_eq!(named("/w/b", "/w/a.laud").as_deref(), Some("../a"));
        assert_eq!(named("/w/b", "/w/c/a.laud").as_deref(), Some("../c/a"));
        assert_eq!(named("/w/b", "/w/a.txt"), None);
    }
}
