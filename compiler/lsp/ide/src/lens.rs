//! What is said above a declaration: which routes lead to it, which alerts
//! watch it, what depends on it; and above an environment, that it can be shown.

use crate::hierarchy::dependents;
use crate::system::System;
use crate::watched::Watched;
use laud_syntax::{FileId, Span, ast};
use std::collections::BTreeSet;

/// How many paths of routes are named.
const MOST_PATHS: usize = 3;

/// Something that is said above a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name that it is about.
    pub span: Span,
    /// What is said.
    pub title: String,
    /// What it leads to.
    pub action: LensAction,
}

/// What a lens leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LensAction {
    /// To places.
    Places(Vec<Span>),
    /// To what an environment becomes.
    Preview(String),
    /// Nowhere: what it speaks of is in no file of the system's own.
    Nothing,
}

/// What is said above the lines of a file.
pub fn lenses(system: &System, watched: &Watched, file: FileId) -> Vec<Lens> {
    let routes: Vec<Route> = system
        .program()
        .own_files()
        .flat_map(|file| routes(&system.program().parsed(file).file.entries))
        .collect();
    let mut found = Vec::new();
    for entry in &system.program().parsed(file).file.entries {
        match &entry.node {
            ast::Node::Decl(decl) => {
                if let ast::DeclName::Ident(name) = &decl.name {
                    declaration(system, watched, name, &routes, &mut found);
                }
            }
            ast::Node::Environment(environment) => {
                let name = &environment.name;
                let action = LensAction::Preview(name.text.to_string());
                found.push(Lens { span: name.span, title: "preview".to_owned(), action });
            }
            _ => {}
        }
    }
    found
}

fn declaration(
    system: &System,
    watched: &Watched,
    name: &ast::Ident,
    routes: &[Route],
    found: &mut Vec<Lens>,
) {
    let places: BTreeSet<Span> = system.names().places(name.span).collect();
    let leading: Vec<&Route> = routes
        .iter()
        .filter(|route| {
            places.iter().any(|place| {
                place.file() == route.target.file()
                    && route.target.start() <= place.start()
                    && place.end() <= route.target.end()
            })
        })
        .collect();
    if !leading.is_empty() {
        let paths: Vec<&str> = leading
            .iter()
            .take(MOST_PATHS)
            .map(|route| system.program().sources().slice(route.label).trim_matches('"'))
            .collect();
        let more = if leading.len() > MOST_PATHS { ", …" } else { "" };
        let title = format!("{}: {}{more}", count(leading.len(), "route", "routes"), paths.join(", "));
        let action = LensAction::Places(leading.iter().map(|route| route.label).collect());
        found.push(Lens { span: name.span, title, action });
    }
    let alerts = watched.of(&name.text);
    if !alerts.is_empty() {
        // Those that the declaration's kind brings have no place but the declaration itself.
        let own: BTreeSet<Span> = alerts
            .iter()
            .map(|(_, origin)| *origin)
            .filter(|origin| *origin != name.span && system.path(origin.file()).is_some())
            .collect();
        let own: Vec<Span> = own.into_iter().collect();
        let names: BTreeSet<&str> = alerts.iter().map(|(name, _)| name.as_str()).collect();
        let action = if own.is_empty() { LensAction::Nothing } else { LensAction::Places(own) };
        found.push(Lens { span: name.span, title: count(names.len(), "alert", "alerts"), action });
    }
    let edges = dependents(system, name.span);
    if !edges.is_empty() {
        let who: BTreeSet<&str> = edges.iter().map(|edge| edge.node.name.as_str()).collect();
        let title =
            if who.len() == 1 { "1 depends on it".to_owned() } else { format!("{} depend on it", who.len()) };
        let places = edges.into_iter().flat_map(|edge| edge.places).collect();
        found.push(Lens { span: name.span, title, action: LensAction::Places(places) });
    }
}

fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// A route that leads somewhere.
struct Route {
    label: Span,
    target: Span,
}

/// The routes of entries, wherever they stand.
fn routes(entries: &[ast::Entry]) -> Vec<Route> {
    entries.iter().flat_map(route).collect()
}

fn route(entry: &ast::Entry) -> Vec<Route> {
    match &entry.node {
        ast::Node::Decl(decl) => {
            let target = decl.target.as_ref().filter(|_| decl.kind.text == "route");
            let own = target.map(|target| Route { label: decl.name_span(), target: target.span });
            let inner = decl.body.iter().flat_map(|body| routes(&body.entries));
            own.into_iter().chain(inner).collect()
        }
        ast::Node::Block(block) => routes(&block.body.entries),
        ast::Node::Environment(environment) => routes(&environment.body.entries),
        ast::Node::Kind(kind) => routes(&kind.body.entries),
        ast::Node::If(branch) => {
            let otherwise = branch.otherwise.iter().flat_map(|body| routes(&body.entries));
            routes(&branch.then.entries).into_iter().chain(otherwise).collect()
        }
        ast::Node::For(each) => routes(&each.body.entries),
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Type(_)
        | ast::Node::Let(_)
        | ast::Node::Metrics(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Field(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::Raw(_)
        | ast::Node::Error => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use laud_analyze::Memory;

    #[test]
    fn a_service_says_what_leads_to_it() {
        let text = "app a\nuse std/data { postgres }\nuse std/monitoring { monitoring }\nuse std/web { gateway }\n\
            postgres db { limits { memory = 256MiB } }\n\
            service web { image = \"a/b:1\", port http = 80, health = http { port = http, with = wget }, \
            limits { memory = 64MiB }, env { URL = db.url } }\n\
            gateway edge { domain = \"a.example\", tls = self_signed, route \"/\" -> web.http, route \"/b/\" -> web.http }\n\
            environment e { monitoring watch {} }\n";
        let disk = Memory::from_iter([("/main.laud", text)]);
        let mut workspace = Workspace::new(&disk);
        let (system, file) = workspace.file("/main.laud".into()).expect("a system");
        assert_eq!(system.findings, []);
        let watched = workspace.watched(&system.main);
        let shown: Vec<String> = lenses(&system, &watched, file)
            .into_iter()
            .map(|lens| format!("{}: {}", &text[lens.span.range()], lens.title))
            .filter(|shown| !shown.contains("alerts"))
            .collect();
        assert_eq!(
            shown,
            ["db: 1 depends on it", "web: 2 routes: /, /b/", "web: 1 depends on it", "e: preview"]
        );
        let alerts = lenses(&system, &watched, file).into_iter().find(|lens| lens.title.contains("alerts"));
        let alerts = alerts.expect("the library watches the database");
        assert_eq!((&text[alerts.span.range()], alerts.action), ("db", LensAction::Nothing));
    }
}
