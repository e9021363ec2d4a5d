//! What an environment becomes, and which line of it comes from where.

use camino::Utf8Path;
use laud_analyze::{Files, Program};
use laud_emit::{Context, File};
use laud_plan::Causes;
use laud_syntax::{FileId, Parsed, Span, ast};
use std::ops::Range;

/// The files of one environment, with the places of the spec that cause their lines.
#[derive(Debug)]
pub struct Emitted {
    /// The environment.
    pub environment: String,
    /// The files, in order of path.
    pub files: Vec<File>,
    causes: Causes,
}

impl Emitted {
    /// Emits an environment; `None` if it has errors. `spec_root` is the way
    /// from the environment's folder to the spec's, as of a build.
    pub fn new(program: &Program, disk: &dyn Files, environment: &str, spec_root: &str) -> Option<Self> {
        let plan = program.plan_to_ask(disk, environment)?;
        let mut files = Vec::new();
        laud_emit::emit(&plan, Context { spec_root }, &mut |file| files.push(file));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Some(Self { environment: environment.to_owned(), files, causes: plan.causes })
    }

    /// The file at a path below the environment's folder.
    pub fn file(&self, path: &str) -> Option<&File> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        Some(&self.files[index])
    }

    /// The places that cause a line (from 0), the one that has the most to do
    /// with it first; none for a comment at the top that every such file has.
    pub fn places<'a>(&'a self, file: &'a File, line: u32) -> &'a [Span] {
        let next = file.origins.partition_point(|(start, _)| *start <= line);
        match next.checked_sub(1).and_then(|index| file.origins.get(index)) {
            Some((_, origin)) => self.causes.places(origin),
            None => &[],
        }
    }

    /// The lines of a file (from 0) that something within a place causes.
    pub fn lines(&self, file: &File, within: Span) -> Vec<Range<u32>> {
        let end = u32::try_from(file.content.lines().count()).unwrap_or(u32::MAX);
        let is_within = |place: &Span| {
            place.file() == within.file() && within.start() <= place.start() && place.end() <= within.end()
        };
        let mut found: Vec<Range<u32>> = Vec::new();
        for (index, (start, origin)) in file.origins.iter().enumerate() {
            let until = file.origins.get(index + 1).map_or(end, |(next, _)| *next).min(end);
            if *start >= until || !self.causes.places(origin).iter().any(is_within) {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end == *start => last.end = until,
                _ => found.push(*start..until),
            }
        }
        found
    }
}

/// What is around a place of a file: the entries that it is in, the innermost
/// first, each as the span that what it sets is within.
pub fn around(parsed: &Parsed, offset: u32) -> Vec<Span> {
    let mut spans = Vec::new();
    enter(&parsed.file.entries, offset, &mut spans);
    spans.reverse();
    spans
}

/// The environment in whose block a place is.
pub fn environment_at(parsed: &Parsed, offset: u32) -> Option<&str> {
    parsed.file.entries.iter().find_map(|entry| match &entry.node {
        ast::Node::Environment(environment) if entry.span.touches(offset) => {
            Some(environment.name.text.as_str())
        }
        _ => None,
    })
}

fn enter(entries: &[ast::Entry], offset: u32, spans: &mut Vec<Span>) {
    let Some(entry) = entries.iter().find(|entry| entry.span.touches(offset)) else { return };
    spans.push(entry.span);
    match &entry.node {
        ast::Node::Kind(kind) => enter(&kind.body.entries, offset, spans),
        ast::Node::Environment(environment) => enter(&environment.body.entries, offset, spans),
        ast::Node::Decl(decl) => decl.body.iter().for_each(|body| enter(&body.entries, offset, spans)),
        ast::Node::Block(block) => enter(&block.body.entries, offset, spans),
        ast::Node::If(branch) => {
            enter(&branch.then.entries, offset, spans);
            branch.otherwise.iter().for_each(|body| enter(&body.entries, offset, spans));
        }
        ast::Node::For(each) => enter(&each.body.entries, offset, spans),
        ast::Node::Field(field) => enter_value(&field.value, offset, spans),
        ast::Node::Param(param) => {
            param.default.iter().for_each(|value| enter_value(value, offset, spans));
        }
        ast::Node::Let(value) => enter_value(&value.value, offset, spans),
        ast::Node::Raw(_)
        | ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Type(_)
        | ast::Node::Metrics(_)
        | ast::Node::Out(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::Error => {}
    }
}

/// The entries and items of a value that is made of some.
fn enter_value(value: &ast::Expr, offset: u32, spans: &mut Vec<Span>) {
    match &value.node {
        ast::ExprNode::Record(body) => enter(&body.entries, offset, spans),
        ast::ExprNode::Tagged(tagged) => enter(&tagged.body.entries, offset, spans),
        ast::ExprNode::List(items) => {
            let mut items = items.iter().map(ast::ListItem::expr);
            if let Some(item) = items.find(|item| item.span.touches(offset)) {
                spans.push(item.span);
                enter_value(item, offset, spans);
            }
        }
        _ => {}
    }
}

/// The file of a program at a path, as the program names it.
pub fn file_named(program: &Program, path: &Utf8Path) -> Option<FileId> {
    let sources = program.sources();
    let path = laud_analyze::normal(path);
    program.own_files().find(|file| laud_analyze::normal(&sources.get(*file).name) == path)
}
