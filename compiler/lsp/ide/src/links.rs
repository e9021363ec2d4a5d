//! Places of a file that lead out of it: to modules, to what a spec names on
//! disk, and to pages that its comments name.

use crate::lookup::links;
use crate::system::System;
use crate::workspace::Workspace;
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, normal};
use laud_syntax::{Comment, FileId, Span, ast};

/// A place that leads somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The place.
    pub span: Span,
    /// Where it leads.
    pub target: Target,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To a file of the program.
    File(FileId),
    /// To a file or folder on disk.
    Path(Utf8PathBuf),
    /// To a page.
    Page(String),
}

/// What the places of a file lead to, in order of place.
pub fn document_links(workspace: &Workspace<'_>, system: &System, file: FileId) -> Vec<Link> {
    let mut found: Vec<Link> = links(system, file)
        .into_iter()
        .map(|(span, file)| Link { span, target: Target::File(file) })
        .collect();
    let folder = system.main.parent().unwrap_or(Utf8Path::new(""));
    let at = |path: &str| {
        let path = normal(&folder.join(path));
        workspace.kind(&path).map(|kind| (path, kind))
    };
    let paths: Vec<(Span, &str)> = system.names().paths(file).collect();
    for (span, path) in &paths {
        let Some((path, kind)) = at(path) else { continue };
        // A folder cannot be read, and of one that is built its Dockerfile says the most.
        let dockerfile = path.join("Dockerfile");
        let is_built = kind == FileKind::Folder && workspace.kind(&dockerfile) == Some(FileKind::File);
        let target = Target::Path(if is_built { dockerfile } else { path });
        found.push(Link { span: inside(*span), target });
    }
    let parsed = system.program().parsed(file);
    for (span, name) in dockerfiles(&parsed.file.entries) {
        let beside = paths.iter().filter(|(place, _)| is_within(*place, span.body));
        let built = beside.filter_map(|(_, folder)| at(&format!("{folder}/{name}")));
        found.extend(
            built.map(|(path, _)| Link { span: inside(span.text), target: Target::Path(path) }).next(),
        );
    }
    let text = &system.program().sources().get(file).text;
    found.extend(parsed.comments.iter().flat_map(|comment| pages(comment, text)));
    found.sort_by_key(|link| link.span);
    found
}

/// A text without its quotes.
fn inside(text: Span) -> Span {
    if text.end() - text.start() >= 2 { text.with(text.start() + 1, text.end() - 1) } else { text }
}

fn is_within(place: Span, body: Span) -> bool {
    body.start() <= place.start() && place.end() <= body.end()
}

/// A text, and the body in which it stands.
struct InBody {
    text: Span,
    body: Span,
}

/// The Dockerfiles that builds name, which are within the folder that is named beside them.
fn dockerfiles(entries: &[ast::Entry]) -> Vec<(InBody, String)> {
    let mut found = Vec::new();
    for entry in entries {
        bodies(entry, &mut |body| {
            for entry in &body.entries {
                let ast::Node::Field(field) = &entry.node else { continue };
                let ast::ExprNode::Text(text) = &field.value.node else { continue };
                let is_one = matches!(&*field.path, [name] if name.text == "dockerfile");
                if let (true, Some(name)) = (is_one, text.literal()) {
                    found.push((InBody { text: text.span, body: body.span }, name.to_string()));
                }
            }
        });
    }
    found
}

/// Shows every body below an entry.
fn bodies<'a>(entry: &'a ast::Entry, see: &mut dyn FnMut(&'a ast::Body)) {
    let mut body = |body: &'a ast::Body| {
        see(body);
        body.entries.iter().for_each(|entry| bodies(entry, see));
    };
    match &entry.node {
        ast::Node::Kind(kind) => body(&kind.body),
        ast::Node::Environment(environment) => body(&environment.body),
        ast::Node::Decl(decl) => decl.body.iter().for_each(body),
        ast::Node::Block(block) => body(&block.body),
        ast::Node::If(branch) => {
            body(&branch.then);
            branch.otherwise.iter().for_each(body);
        }
        ast::Node::For(each) => body(&each.body),
        ast::Node::Field(field) => {
            if let ast::ExprNode::Record(record) = &field.value.node {
                body(record);
            }
        }
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Type(_)
        | ast::Node::Let(_)
        | ast::Node::Metrics(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::Raw(_)
        | ast::Node::Error => {}
    }
}

/// The pages that a comment names.
fn pages(comment: &Comment, file: &str) -> Vec<Link> {
    let text = comment.text(file);
    // It is what stands last in the comment's place.
    let start = comment.span.end() - text.len() as u32;
    let schemes = text.match_indices("http").map(|(at, _)| at);
    let page = |at: usize| {
        let rest = &text[at..];
        let is_page = rest.starts_with("https://") || rest.starts_with("http://");
        let is_end = |letter: char| letter.is_whitespace() || "<>\"`|".contains(letter);
        let url = rest.split(is_end).next().unwrap_or_default();
        // What closes the sentence or the bracket around it is not of the page.
        let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'']);
        let url = if url.contains('(') { url } else { url.trim_end_matches(')') };
        let is_page = is_page && url.split_once("://").is_some_and(|(_, host)| !host.is_empty());
        let from = start + at as u32;
        let span = comment.span.with(from, from + url.len() as u32);
        is_page.then(|| Link { span, target: Target::Page(url.to_owned()) })
    };
    schemes.filter_map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    const MAIN: &str = "\
app a
use ./team
// See https://example.org/a_(b), or http://x.
service web { build = { context = \"./web\" } }
service api { build { context = \"./api\", dockerfile = \"Dockerfile.dev\" } }
service conf { file c { at = \"/c\", from = \"./conf.d/c.conf\" }, build { context = \"./gone\" } }
environment e {}
";

    #[test]
    fn places_lead_out_of_a_file() {
        let disk = Memory::from_iter([
            ("/w/main.laud", MAIN),
            ("/w/team.laud", "let x = 1\n"),
            ("/w/web/Dockerfile", ""),
            ("/w/api/Dockerfile.dev", ""),
            ("/w/conf.d/c.conf", ""),
        ]);
        let mut workspace = Workspace::new(&disk);
        let (system, file) = workspace.file("/w/main.laud".into()).expect("a system");
        let links = document_links(&workspace, &system, file);
        let shown = links.into_iter().map(|link| {
            let target = match link.target {
                Target::File(file) => system.path(file).map(Utf8PathBuf::into_string).unwrap_or_default(),
                Target::Path(path) => path.into_string(),
                Target::Page(page) => page,
            };
            format!("{} -> {target}", &MAIN[link.span.range()])
        });
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [
                "./team -> /w/team.laud",
                "https://example.org/a_(b) -> https://example.org/a_(b)",
                "http://x -> http://x",
                "./web -> /w/web/Dockerfile",
                "./api -> /w/api",
                "Dockerfile.dev -> /w/api/Dockerfile.dev",
                "./conf.d/c.conf -> /w/conf.d/c.conf",
            ]
        );
    }
}
