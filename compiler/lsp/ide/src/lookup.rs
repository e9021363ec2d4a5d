//! What the name at a place stands for: its words, its home, its other places.

use crate::layout::Edit;
use crate::system::System;
use crate::workspace::Workspace;
use camino::Utf8Path;
use laud_analyze::{Symbol, SymbolSort};
use laud_syntax::{FileId, Span, ast, has_errors};

/// What is said of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The name.
    pub span: Span,
    /// What it is, in Markdown.
    pub text: String,
}

/// What the name at a place is.
pub fn hover(system: &System, file: FileId, offset: u32) -> Option<Hover> {
    let (span, symbol) = system.name_at(file, offset)?;
    let mut text = format!("```laud\n{}\n```\n", signature(&symbol));
    if !symbol.doc.is_empty() {
        text.push_str(&format!("\n{}\n", symbol.doc));
    }
    Some(Hover { span, text })
}

/// A symbol as it would be declared.
fn signature(symbol: &Symbol) -> String {
    let Symbol { name, sort, ty, default, .. } = symbol;
    let of_type = if ty.is_empty() { String::new() } else { format!(" : {ty}") };
    let default = default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
    match sort {
        SymbolSort::Kind | SymbolSort::Environment | SymbolSort::Metrics => format!("{} {name}", sort.word()),
        SymbolSort::Type => format!("type {name} = {ty}"),
        SymbolSort::Declaration => format!("{ty} {name}"),
        SymbolSort::Let => format!("let {name}{of_type}"),
        SymbolSort::Output => format!("out {name}{of_type}"),
        SymbolSort::Variant => name.to_string(),
        SymbolSort::Parameter | SymbolSort::Field | SymbolSort::Variable => {
            format!("{name}{of_type}{default}")
        }
    }
}

/// Where the name at a place is declared; for the path of a `use`, the start of the module.
pub fn definition(system: &System, file: FileId, offset: u32) -> Option<Span> {
    if let Some((_, symbol)) = system.names().at(file, offset) {
        return Some(symbol.span);
    }
    let module = used(system, file).find(|(span, _)| span.touches(offset));
    module.map(|(_, file)| Span::new(file, 0, 0))
}

/// Every place that names what the name at a place stands for.
pub fn references(system: &System, file: FileId, offset: u32, declaration: bool) -> Vec<Span> {
    let Some((_, symbol)) = system.names().at(file, offset) else { return Vec::new() };
    let places = system.names().places(symbol.span);
    places.filter(|place| declaration || *place != symbol.span).collect()
}

/// The paths of the `use`s of a file that lead to files of the system's own, and the first of these.
pub(crate) fn links(system: &System, file: FileId) -> Vec<(Span, FileId)> {
    used(system, file).filter(|(_, first)| system.path(*first).is_some()).collect()
}

/// The paths of the `use`s of a file, and the first file to which each leads.
fn used(system: &System, file: FileId) -> impl Iterator<Item = (Span, FileId)> {
    let entries = &system.program().parsed(file).file.entries;
    let paths = entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Use(used) => Some(used.path.span),
        _ => None,
    });
    paths.filter_map(|path| Some((path, system.program().used(path).first().copied()?)))
}

/// The name at a place, if it can be another.
pub fn renamable(system: &System, file: FileId, offset: u32) -> Result<Span, String> {
    let Some((span, symbol)) = system.names().at(file, offset) else {
        return Err("there is no name here that could be another".to_owned());
    };
    if system.path(symbol.span.file()).is_none() {
        return Err(format!("`{}` is of the standard library", symbol.name));
    }
    if system.program().sources().slice(span) != symbol.name {
        return Err(format!("this is `{}` under another name", symbol.name));
    }
    Ok(span)
}

/// The edits that give another name to what the name at a place stands for, in
/// every file of its system, or why it cannot have it.
pub fn rename(
    workspace: &Workspace<'_>,
    system: &System,
    file: FileId,
    offset: u32,
    name: &str,
) -> Result<Vec<Edit>, String> {
    renamable(system, file, offset)?;
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(format!("`{name}` is no name: it is made of letters, digits and `_`"));
    }
    let sources = system.program().sources();
    let Some((_, symbol)) = system.names().at(file, offset) else { return Ok(Vec::new()) };
    let places: Vec<Span> = system.names().places(symbol.span).collect();
    // Where it is taken under another name, that one stays.
    let edits: Vec<Edit> = places
        .iter()
        .filter(|place| sources.slice(**place) == symbol.name)
        .map(|span| Edit { span: *span, text: name.to_owned() })
        .collect();
    let mut texts = Vec::new();
    for own in system.program().own_files() {
        let mut text = sources.get(own).text.to_string();
        for edit in edits.iter().rev().filter(|edit| edit.span.file() == own) {
            text.replace_range(edit.span.range(), &edit.text);
        }
        texts.extend(system.path(own).map(|path| (path, text)));
    }
    let after = workspace.with(&system.main, texts);
    let new = after.findings.iter().filter(|one| one.is_error()).count();
    let old = system.findings.iter().filter(|one| one.is_error()).count();
    if has_errors(&after.findings) && new > old {
        let known =
            |one: &&laud_syntax::Diagnostic| system.findings.iter().any(|old| old.message == one.message);
        let first = after.findings.iter().find(|one| one.is_error() && !known(one));
        return Err(first.map_or_else(|| format!("`{name}` is taken"), |one| one.message.clone()));
    }
    // One that already has the name may have taken places over without an error.
    let moved = symbol_after(symbol.span, &edits);
    if after.names().places(moved).count() != places.len() {
        return Err(format!("`{name}` stands for something else already"));
    }
    Ok(edits)
}

/// Where a name is declared once the edits are made.
fn symbol_after(symbol: Span, edits: &[Edit]) -> Span {
    let before =
        edits.iter().filter(|edit| edit.span.file() == symbol.file() && edit.span.start() < symbol.start());
    let shift: i64 =
        before.map(|edit| edit.text.len() as i64 - i64::from(edit.span.end() - edit.span.start())).sum();
    let length = edits.first().map_or(0, |edit| edit.text.len() as u32);
    let start = u32::try_from(i64::from(symbol.start()) + shift).unwrap_or_default();
    symbol.with(start, start + length)
}

impl Workspace<'_> {
    /// The system of a file, and the file in it.
    pub fn file(&mut self, path: &Utf8Path) -> Option<(std::sync::Arc<System>, FileId)> {
        let system = self.system_of(path);
        let file = system.file(path)?;
        Some((system, file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    const MAIN: &str = "app a\nuse ./team\n/// The store.\nlet store = 1\nlet both = [store, shared]\nlet other = both\nenvironment e {}\n";

    fn with<T>(word: &str, ask: impl FnOnce(&Workspace<'_>, &System, FileId, u32) -> T) -> T {
        let disk = Memory::from_iter([("/w/main.laud", MAIN), ("/w/team.laud", "let shared = 2\n")]);
        let mut workspace = Workspace::new(&disk);
        let (system, file) = workspace.file("/w/main.laud".into()).expect("a system");
        ask(&workspace, &system, file, MAIN.find(word).expect("it is there") as u32)
    }

    #[test]
    fn a_name_says_what_it_is() {
        let found = with("store,", |_, system, file, at| hover(system, file, at));
        assert_eq!(found.expect("words").text, "```laud\nlet store : Int\n```\n\nThe store.\n");
        assert_eq!(with("app", |_, system, file, at| hover(system, file, at)), None);
    }

    #[test]
    fn a_path_leads_to_its_module() {
        let found = with("./team", |_, system, file, at| {
            definition(system, file, at).map(|span| system.path(span.file()))
        });
        assert_eq!(found, Some(Some("/w/team.laud".into())));
    }

    #[test]
    fn a_name_is_changed_everywhere_or_nowhere() {
        let renamed =
            |word, name| with(word, |workspace, system, file, at| rename(workspace, system, file, at, name));
        let edits = renamed("shared", "common").expect("edits");
        assert_eq!(edits.iter().map(|edit| edit.span.file().0).collect::<Vec<_>>().len(), 2);
        assert_eq!(renamed("store,", "shop").map(|edits| edits.len()), Ok(2));
        assert_eq!(renamed("store,", "both").expect_err("a clash"), "`both` is declared twice");
        assert_eq!(
            renamed("store,", "a b").expect_err("no name"),
            "`a b` is no name: it is made of letters, digits and `_`"
        );
        assert!(renamed("app", "b").is_err());
    }
}
