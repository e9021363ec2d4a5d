//! What could be done at a place, with the edits that do it. What is a
//! refactoring compiles to what it compiled to before.

mod convert;
mod extract;
mod fill;
mod organise;
mod overlay;
mod relocate;

use crate::layout::Edit;
use crate::system::System;
use crate::uses;
use crate::workspace::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{Comment, FileId, Parsed, Span, ast, code};
use lean_string::LeanStr;

/// Something that could be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub title: String,
    /// What sort of thing it is.
    pub sort: ActionSort,
    /// The finding that it mends, by its place.
    pub mends: Option<Span>,
    /// What changes, file by file.
    pub changes: Vec<Change>,
}

/// What changes in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: Utf8PathBuf,
    /// Its text; `None` if the file is not there yet.
    pub text: Option<LeanStr>,
    /// The edits, in order of place.
    pub edits: Vec<Edit>,
}

/// What sort of thing an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionSort {
    /// It mends a finding.
    Fix,
    /// It writes the same in another way.
    Rewrite,
    /// It gives a name to what is there.
    Extract,
    /// It puts something elsewhere.
    Move,
    /// It puts the `use`s in order.
    Organise,
    /// It mends all that can be mended without a choice.
    FixAll,
}

/// A file that is asked about.
struct Spec<'s> {
    workspace: &'s Workspace<'s>,
    system: &'s System,
    file: FileId,
    path: Utf8PathBuf,
    text: LeanStr,
    parsed: &'s Parsed,
}

/// What could be done in a part of a file that is of one of these sorts; all, if none is named.
pub fn actions(
    workspace: &mut Workspace<'_>,
    path: &Utf8Path,
    start: u32,
    end: u32,
    wanted: &[ActionSort],
) -> Vec<Action> {
    let Some((system, file)) = workspace.file(path) else { return Vec::new() };
    let text = system.program().sources().get(file).text.clone();
    let path = laud_analyze::normal(path);
    let parsed = system.program().parsed(file);
    let spec = Spec { workspace, system: &system, file, path, text, parsed };
    let part = Span::new(file, start, end);
    let wants = |sort: ActionSort| wanted.is_empty() || wanted.contains(&sort);
    let mut found = Vec::new();
    if wants(ActionSort::Fix) {
        found.extend(fill::actions(&spec, part));
        found.extend(take_kinds(&spec, part));
        found.extend(organise::remove(&spec, part));
    }
    if wants(ActionSort::Rewrite) {
        found.extend(convert::actions(&spec, part));
        found.extend(overlay::actions(&spec, part));
    }
    if wants(ActionSort::Extract) {
        found.extend(extract::actions(&spec, part));
    }
    if wants(ActionSort::Move) {
        found.extend(relocate::actions(&spec, part));
    }
    if wants(ActionSort::Organise) {
        found.extend(organise::organise(&spec));
    }
    if wants(ActionSort::FixAll) {
        found.extend(organise::fix_all(&spec));
    }
    found
}

impl Spec<'_> {
    /// An action with edits in this file alone.
    fn action(&self, title: impl Into<String>, sort: ActionSort, edits: Vec<Edit>) -> Action {
        Action { title: title.into(), sort, mends: None, changes: vec![self.change(edits)] }
    }

    fn change(&self, mut edits: Vec<Edit>) -> Change {
        edits.sort_by_key(|edit| edit.span);
        Change { path: self.path.clone(), text: Some(self.text.clone()), edits }
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where the line of a byte starts.
    fn line_start(&self, offset: u32) -> u32 {
        let before = self.text.get(..offset as usize).unwrap_or_default();
        before.rfind('\n').map_or(0, |at| at as u32 + 1)
    }

    /// Where the line of a byte ends, before its line break.
    fn line_end(&self, offset: u32) -> u32 {
        let after = self.text.get(offset as usize..).unwrap_or_default();
        after.find('\n').map_or(self.text.len() as u32, |at| offset + at as u32)
    }

    /// The spaces at the start of the line of a byte.
    fn indentation(&self, offset: u32) -> &str {
        let start = self.line_start(offset) as usize;
        let line = &self.text[start..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// What puts an entry at the end of a body.
    fn append(&self, body: &ast::Body, entry: &str) -> Edit {
        let close = body.span.end().saturating_sub(1);
        let is_closed = self.slice(body.span).ends_with('}');
        let at = if is_closed { close } else { body.span.end() };
        let point = |at: u32| body.span.with(at, at);
        let outer = self.indentation(body.span.start()).to_owned();
        let indented = entry.replace('\n', &format!("\n{outer}  "));
        if self.slice(body.span).contains('\n') {
            // In a line of its own, below what is there, comments included.
            let line = self.line_start(at);
            let is_alone = self.text[line as usize..at as usize].trim().is_empty();
            let (at, text) = match is_alone {
                true => (line, format!("{outer}  {indented}\n")),
                false => (at, format!("\n{outer}  {indented}\n{outer}")),
            };
            return Edit { span: point(at), text };
        }
        match body.entries.last() {
            None if entry.contains('\n') => {
                Edit { span: body.span, text: format!("{{\n{outer}  {indented}\n{outer}}}") }
            }
            None => Edit { span: body.span, text: format!("{{ {entry} }}") },
            Some(last) => Edit { span: last.span.at_end(), text: format!(", {entry}") },
        }
    }

    /// An entry with the comments that are about it: those right above it, and the one behind it.
    fn with_comments(&self, entry: &ast::Entry) -> Span {
        let mut span = entry.span;
        let above = self
            .parsed
            .comments
            .iter()
            .rev()
            .filter(|comment| comment.own_line && comment.span.end() <= span.start());
        let mut start = span.start();
        for comment in above {
            let between = self.text.get(comment.span.end() as usize..start as usize).unwrap_or_default();
            if between.trim().is_empty() && between.matches('\n').count() == 1 {
                start = comment.span.start();
            } else {
                break;
            }
        }
        span = span.with_start(start);
        let end = self.line_end(span.end());
        let behind = |comment: &&Comment| {
            !comment.own_line && span.end() <= comment.span.start() && comment.span.end() <= end
        };
        if let Some(comment) = self.parsed.comments.iter().find(behind) {
            span = span.with_end(comment.span.end());
        }
        span
    }

    /// Whether every name in a part of the file stands for the same at the top of
    /// the file: it is declared there, or a variant, or of no file of the system's own.
    fn is_free(&self, part: Span) -> bool {
        let tops: Vec<Span> = self
            .parsed
            .file
            .entries
            .iter()
            .filter_map(|entry| name_of(entry))
            .map(|name| name.span)
            .collect();
        self.named_in(part).iter().all(|(place, symbol)| {
            let is_top = symbol.file() == self.file && tops.contains(symbol);
            let is_within =
                part.start() <= symbol.start() && symbol.end() <= part.end() && symbol.file() == self.file;
            // What stands behind a dot is a part of what stands before it.
            let is_part = self.text[..place.start() as usize].ends_with('.');
            let is_ours = self.system.path(symbol.file()).is_some() && symbol.file() == self.file;
            is_top || is_within || is_part || !is_ours
        })
    }

    /// The names in a part of the file, each with the place that declares it.
    fn named_in(&self, part: Span) -> Vec<(Span, Span)> {
        let names = self.system.names().of_file(self.file);
        let inside = names.filter(|(place, _)| part.start() <= place.start() && place.end() <= part.end());
        inside.map(|(place, symbol)| (place, symbol.span)).collect()
    }

    /// A name like the one that is wanted, which the file does not have.
    fn new_name(&self, wanted: &str) -> String {
        let tokens = laud_syntax::lexer::lex(self.file, &self.text).tokens;
        let taken = |name: &str| tokens.iter().any(|token| self.slice(token.span) == name);
        let more = (2..).map(|number| format!("{wanted}_{number}"));
        std::iter::once(wanted.to_owned()).chain(more).find(|name| !taken(name)).unwrap_or_default()
    }
}

/// The name that an entry at the top of a file declares.
fn name_of(entry: &ast::Entry) -> Option<&ast::Ident> {
    match &entry.node {
        ast::Node::Kind(kind) => Some(&kind.name),
        ast::Node::Type(alias) => Some(&alias.name),
        ast::Node::Let(value) => Some(&value.name),
        ast::Node::Metrics(metrics) => Some(&metrics.name),
        ast::Node::Decl(decl) => match &decl.name {
            ast::DeclName::Ident(name) => Some(name),
            ast::DeclName::Label(_) => None,
        },
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Environment(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Field(_)
        | ast::Node::Block(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::If(_)
        | ast::Node::For(_)
        | ast::Node::Raw(_)
        | ast::Node::Error => None,
    }
}

/// Whether two parts of a file have a place in common, be it an end.
fn touch(one: Span, other: Span) -> bool {
    one.file() == other.file() && one.start() <= other.end() && other.start() <= one.end()
}

/// Takes the kinds from the library that the file names and does not take.
fn take_kinds(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let unknown = spec.system.findings.iter().filter(|finding| *finding.code == code::UNKNOWN_KIND);
    let mut found = Vec::new();
    for span in unknown.filter_map(|finding| finding.span).filter(|span| touch(*span, part)) {
        let name = spec.slice(span);
        let module = laud_stdlib::MODULES.iter().find_map(|file| {
            let (folder, kind) = file.path.rsplit_once('/')?;
            (kind == name).then(|| format!("std/{folder}"))
        });
        if let Some(module) = module {
            let edit = uses::take(&spec.text, spec.parsed, &module, name);
            let action = spec.action(format!("Take `{name}` from `{module}`"), ActionSort::Fix, vec![edit]);
            found.push(Action { mends: Some(span), ..action });
        }
    }
    found
}

#[cfg(test)]
mod tests;
