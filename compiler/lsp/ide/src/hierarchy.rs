//! Who depends on whom: a reference is a dependency, so the places that name
//! something are what it is needed by.

use crate::system::System;
use laud_analyze::SymbolSort;
use laud_syntax::{FileId, Span, ast};
use std::collections::BTreeMap;

/// Something that depends on others, or that others depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name or label.
    pub name: String,
    /// Its kind or what sort of thing it is, and the environment, if it is of one alone.
    pub detail: String,
    /// What sort of thing it is.
    pub sort: SymbolSort,
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
}

/// One end of a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// What is at this end.
    pub node: Node,
    /// Where the one that depends names the other.
    pub places: Vec<Span>,
}

/// What depends and is depended upon at a place: what is named there, or else
/// what the place is in.
pub fn node(system: &System, file: FileId, offset: u32) -> Option<Node> {
    let map = Map::new(system);
    let named = system.names().at(file, offset).and_then(|(_, symbol)| map.home(symbol.span));
    let around = || map.around(Span::new(file, offset, offset));
    named.or_else(around).map(|holder| holder.node.clone())
}

/// What depends on what is declared by a name, and where.
pub fn dependents(system: &System, name: Span) -> Vec<Edge> {
    let map = Map::new(system);
    let Some(node) = map.home(name) else { return Vec::new() };
    let places = system.names().places(node.node.name_span);
    gather(places.filter_map(|place| Some((map.around(place)?, place))), node.owner)
}

/// What it depends on that is declared by a name, and where it names that.
pub fn dependencies(system: &System, name: Span) -> Vec<Edge> {
    let map = Map::new(system);
    let Some(node) = map.home(name) else { return Vec::new() };
    let names = system.names();
    let inside = map.holders.iter().filter(|holder| holder.owner == node.owner);
    let named = inside.flat_map(|holder| {
        let here = names.of_file(holder.node.span.file());
        let here = here.filter(|(place, _)| holder.node.span.contains(*place));
        here.filter(|(place, _)| map.around(*place).is_some_and(|around| std::ptr::eq(around, holder)))
    });
    gather(named.filter_map(|(place, symbol)| Some((map.home(symbol.span)?, place))), node.owner)
}

/// One edge for each node, in order of its first place; none to the owner itself.
fn gather<'m>(ends: impl Iterator<Item = (&'m Holder, Span)>, owner: Span) -> Vec<Edge> {
    let mut edges: BTreeMap<(Span, Span), Edge> = BTreeMap::new();
    let mut order = Vec::new();
    for (holder, place) in ends.filter(|(holder, _)| holder.owner != owner) {
        let key = (holder.owner, holder.node.span);
        let edge = edges.entry(key).or_insert_with(|| {
            order.push(key);
            Edge { node: holder.node.clone(), places: Vec::new() }
        });
        edge.places.push(place);
    }
    order.into_iter().filter_map(|key| edges.remove(&key)).collect()
}

/// A part of a file that belongs to something with a name.
struct Holder {
    node: Node,
    /// The name that declares what the part belongs to: for a change in an
    /// environment, that of what is changed.
    owner: Span,
    /// The part that it is in, by its index.
    within: Option<usize>,
}

/// All such parts of a system's own files, in order of place; one that is within
/// another comes after it.
struct Map<'s> {
    system: &'s System,
    holders: Vec<Holder>,
    /// By the name that declares it: the part that does.
    homes: BTreeMap<Span, usize>,
}

impl<'s> Map<'s> {
    fn new(system: &'s System) -> Self {
        let mut map = Self { system, holders: Vec::new(), homes: BTreeMap::new() };
        for file in system.program().own_files() {
            for entry in &system.program().parsed(file).file.entries {
                map.entry(entry);
            }
        }
        map.holders.sort_by_key(|holder| {
            (holder.node.span.file(), holder.node.span.start(), std::cmp::Reverse(holder.node.span.end()))
        });
        let mut open: Vec<usize> = Vec::new();
        for index in 0..map.holders.len() {
            let span = map.holders[index].node.span;
            while let Some(last) = open.last()
                && !map.holders[*last].node.span.contains(span)
            {
                open.pop();
            }
            map.holders[index].within = open.last().copied();
            open.push(index);
            let holder = &map.holders[index];
            if holder.owner == holder.node.name_span {
                map.homes.entry(holder.owner).or_insert(index);
            }
        }
        map
    }

    fn entry(&mut self, entry: &ast::Entry) {
        match &entry.node {
            ast::Node::Kind(kind) => {
                self.add(entry.span, kind.name.span, SymbolSort::Kind, "kind");
                // Of what a kind makes, each part depends by itself.
                self.parts(&kind.body.entries);
            }
            ast::Node::Let(value) => self.add(entry.span, value.name.span, SymbolSort::Let, "let"),
            ast::Node::Metrics(metrics) => {
                self.add(entry.span, metrics.name.span, SymbolSort::Metrics, "metrics");
            }
            ast::Node::Type(alias) => self.add(entry.span, alias.name.span, SymbolSort::Type, "type"),
            ast::Node::Decl(decl) => {
                self.add(entry.span, decl.name_span(), SymbolSort::Declaration, &decl.kind.text);
            }
            ast::Node::Environment(environment) => {
                self.add(entry.span, environment.name.span, SymbolSort::Environment, "environment");
                for entry in &environment.body.entries {
                    self.change(entry, &environment.name.text);
                }
            }
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Param(_)
            | ast::Node::Out(_)
            | ast::Node::Field(_)
            | ast::Node::Block(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_)
            | ast::Node::If(_)
            | ast::Node::For(_)
            | ast::Node::Raw(_)
            | ast::Node::Error => {}
        }
    }

    /// What a kind makes.
    fn parts(&mut self, entries: &[ast::Entry]) {
        for entry in entries {
            match &entry.node {
                ast::Node::Decl(_) => self.entry(entry),
                ast::Node::If(branch) => {
                    self.parts(&branch.then.entries);
                    branch.otherwise.iter().for_each(|body| self.parts(&body.entries));
                }
                ast::Node::For(each) => self.parts(&each.body.entries),
                ast::Node::App(_)
                | ast::Node::Use(_)
                | ast::Node::Kind(_)
                | ast::Node::Type(_)
                | ast::Node::Let(_)
                | ast::Node::Metrics(_)
                | ast::Node::Environment(_)
                | ast::Node::Param(_)
                | ast::Node::Out(_)
                | ast::Node::Field(_)
                | ast::Node::Block(_)
                | ast::Node::Spread(_)
                | ast::Node::Drop(_)
                | ast::Node::Raw(_)
                | ast::Node::Error => {}
            }
        }
    }

    /// An entry of an environment: a declaration of its own, or a change to one.
    fn change(&mut self, entry: &ast::Entry, environment: &str) {
        let changed = match &entry.node {
            ast::Node::Decl(decl) => Some((decl.name_span(), decl.kind.text.to_string())),
            ast::Node::Field(field) => field.path.first().map(|name| (name.span, String::new())),
            ast::Node::Block(block) => block.path.first().map(|name| (name.span, String::new())),
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Kind(_)
            | ast::Node::Type(_)
            | ast::Node::Let(_)
            | ast::Node::Metrics(_)
            | ast::Node::Environment(_)
            | ast::Node::Param(_)
            | ast::Node::Out(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_)
            | ast::Node::If(_)
            | ast::Node::For(_)
            | ast::Node::Raw(_)
            | ast::Node::Error => None,
        };
        let Some((name, kind)) = changed else { return };
        let symbol = self.system.names().at(name.file(), name.start()).map(|(_, symbol)| symbol);
        let Some(symbol) = symbol.filter(|symbol| symbol.sort == SymbolSort::Declaration) else { return };
        let (owner, kind) = (symbol.span, if kind.is_empty() { symbol.ty.clone() } else { kind });
        self.add(entry.span, name, SymbolSort::Declaration, &format!("{kind} in {environment}"));
        if let Some(holder) = self.holders.last_mut() {
            holder.owner = owner;
        }
    }

    fn add(&mut self, span: Span, name: Span, sort: SymbolSort, detail: &str) {
        let text = self.system.program().sources().slice(name).trim_matches('"').to_owned();
        if text.is_empty() {
            return;
        }
        let node = Node { name: text, detail: detail.to_owned(), sort, span, name_span: name };
        self.holders.push(Holder { node, owner: name, within: None });
    }

    /// The part that declares a name, or that around what does.
    fn home(&self, name: Span) -> Option<&Holder> {
        let own = self.homes.get(&name).map(|index| &self.holders[*index]);
        own.or_else(|| self.around(name))
    }

    /// The innermost part around a place.
    fn around(&self, place: Span) -> Option<&Holder> {
        let key = |holder: &Holder| (holder.node.span.file(), holder.node.span.start());
        let after = self.holders.partition_point(|holder| key(holder) <= (place.file(), place.start()));
        let mut index = after.checked_sub(1)?;
        loop {
            let holder = &self.holders[index];
            if holder.node.span.contains(place) {
                return Some(holder);
            }
            index = holder.within?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;
    use laud_analyze::Memory;

    const MAIN: &str = "\
app a
use ./team
service db { port sql = 5432 }
let url = \"http://{db.host}:{db.sql}/\"
service web { port http = 80, health = http { port = http }, env { URL = url, DB = db.host } }
panel \"p\" { description = shared }
environment local { web.env.OTHER = shared }
environment other {}
";
    const TEAM: &str = "let shared = \"x\"\nkind box { a : Text, service one { env { A = a } }, service two { env { ONE = one.host } } }\n";

    fn with<T>(word: &str, count: usize, ask: impl Fn(&System, Node) -> T) -> T {
        let disk = Memory::from_iter([("/w/main.laud", MAIN), ("/w/team.laud", TEAM)]);
        let mut workspace = Workspace::new(&disk);
        let (path, text) = if MAIN.contains(word) { ("/w/main.laud", MAIN) } else { ("/w/team.laud", TEAM) };
        let (system, file) = workspace.file(path.into()).expect("a system");
        let (offset, _) = text.match_indices(word).nth(count).expect("the word is there");
        let node = node(&system, file, offset as u32).expect("a node");
        ask(&system, node)
    }

    fn shown(edges: Vec<Edge>) -> Vec<String> {
        edges
            .into_iter()
            .map(|edge| format!("{} {} {}", edge.node.detail, edge.node.name, edge.places.len()))
            .collect()
    }

    #[test]
    fn what_is_named_is_what_is_depended_upon() {
        let name = |word, count| with(word, count, |_, node| format!("{} {}", node.detail, node.name));
        assert_eq!(name("db.host", 0), "service db");
        assert_eq!(name("http }", 0), "service web");
        assert_eq!(name("OTHER", 0), "service in local web");
        assert_eq!(name("local", 0), "environment local");
        assert_eq!(name("panel", 0), "panel p");
    }

    #[test]
    fn dependencies_go_both_ways_and_across_modules() {
        let to = |word, count| with(word, count, |system, node| shown(dependencies(system, node.name_span)));
        let from = |word, count| with(word, count, |system, node| shown(dependents(system, node.name_span)));
        assert_eq!(to("web", 0), ["let url 1", "service db 1", "let shared 1"]);
        assert_eq!(to("url =", 0), ["service db 3"]);
        assert_eq!(to("two", 0), ["service one 1"]);
        assert_eq!(from("db {", 0), ["let url 2", "service web 1"]);
        assert_eq!(from("shared }", 0), ["panel p 1", "service in local web 1"]);
        assert_eq!(from("one {", 0), ["service two 1"]);
    }
}
