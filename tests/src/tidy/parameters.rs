//! Every parameter of every kind is set in some case of emitted output, so that
//! what becomes of it is seen.

use crate::place::{folders, repository, specs};
use laud_syntax::ast::{Body, Decl, DeclName, Entry, Node, Param, TypeNode};
use laud_syntax::{FileId, parse};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Kinds that only the standard library declares: their parameters are those
/// of the kinds that are made of them.
const WITHIN_THE_LIBRARY: &[&str] = &["proxy", "scraper", "prober", "viewer"];

#[test]
fn every_parameter_has_a_case() {
    let mut set = BTreeSet::new();
    for case in folders(&repository().join("golden/emit")) {
        let texts =
            specs(&case).into_iter().map(|path| fs::read_to_string(path).expect("a spec can be read"));
        let entries: Vec<Entry> = texts.flat_map(|text| parse(FileId(0), &text).file.entries).collect();
        let mut settings = Settings { kinds: BTreeMap::new(), set: &mut set };
        settings.name_all(&entries);
        settings.entries(None, &entries);
    }
    let library = laud_stdlib::MODULES.iter().chain([&laud_stdlib::PRELUDE]);
    let entries = library.flat_map(|file| parse(FileId(0), file.text).file.entries);
    let kinds = entries.filter_map(|entry| match entry.node {
        Node::Kind(kind) => Some(kind),
        _ => None,
    });
    let without =
        kinds.filter(|kind| !WITHIN_THE_LIBRARY.contains(&kind.name.text.as_str())).flat_map(|kind| {
            let is_set = |what: &str| set.contains(&(kind.name.text.to_string(), what.to_owned()));
            let params = kind.body.entries.iter().filter_map(|entry| match &entry.node {
                Node::Param(param) => Some(param),
                _ => None,
            });
            let missing = params.filter(|param| {
                !is_set(&param.name.text) && !collected(param).is_some_and(|of| is_set(&format!("{of} …")))
            });
            missing.map(|param| format!("{}.{}", kind.name.text, param.name.text)).collect::<Vec<_>>()
        });
    super::expect_none(without, "a parameter is set in a case of golden/emit");
}

/// The kind whose declarations within a body a parameter collects.
fn collected(param: &Param) -> Option<&str> {
    match &param.ty.node {
        TypeNode::Generic(list, of) if list.text == "List" => match &of.first()?.node {
            TypeNode::Named(name) => Some(name),
            _ => None,
        },
        TypeNode::Optional(of) => match &of.node {
            TypeNode::Named(name) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

/// What the specs of a case set: a kind and a parameter, or a kind and the kind
/// of what is declared in it.
struct Settings<'s> {
    /// The kind of each declaration of the case, by name or label.
    kinds: BTreeMap<String, String>,
    set: &'s mut BTreeSet<(String, String)>,
}

impl Settings<'_> {
    fn name_all(&mut self, entries: &[Entry]) {
        for entry in entries {
            if let Node::Decl(decl) = &entry.node {
                self.kinds.insert(name(decl), decl.kind.text.to_string());
            }
            bodies(&entry.node).into_iter().for_each(|body| self.name_all(&body.entries));
        }
    }

    fn set(&mut self, kind: &str, what: impl Into<String>) {
        self.set.insert((kind.to_owned(), what.into()));
    }

    /// What entries set of the declaration of a kind, or, outside of one, of
    /// those that they name.
    fn entries(&mut self, kind: Option<&str>, entries: &[Entry]) {
        for entry in entries {
            match &entry.node {
                Node::Decl(decl) => {
                    if let Some(kind) = kind {
                        self.set(kind, format!("{} …", decl.kind.text));
                    }
                    self.declaration(decl);
                }
                Node::Field(field) => {
                    self.path(kind, field.path.iter().map(|name| name.text.as_str()).collect())
                }
                Node::Block(block) => {
                    let path: Vec<&str> = block.path.iter().map(|name| name.text.as_str()).collect();
                    let of = match (kind, path.as_slice()) {
                        (None, [name]) => self.kinds.get(*name).cloned(),
                        _ => None,
                    };
                    self.path(kind, path);
                    if of.is_some() {
                        self.entries(of.as_deref(), &block.body.entries);
                    }
                }
                Node::If(_) | Node::For(_) => {
                    bodies(&entry.node).into_iter().for_each(|body| self.entries(kind, &body.entries));
                }
                node => bodies(node).into_iter().for_each(|body| self.entries(None, &body.entries)),
            }
        }
    }

    fn declaration(&mut self, decl: &Decl) {
        let kind = decl.kind.text.as_str();
        let parts = [
            ("description", decl.description.is_some()),
            ("target", decl.target.is_some()),
            ("value", decl.value.is_some()),
        ];
        parts.iter().filter(|(_, is_there)| *is_there).for_each(|(part, _)| self.set(kind, *part));
        decl.body.iter().for_each(|body| self.entries(Some(kind), &body.entries));
    }

    fn path(&mut self, kind: Option<&str>, path: Vec<&str>) {
        match (kind, path.as_slice()) {
            (Some(kind), [name, ..]) => self.set(kind, *name),
            (None, [of, name, ..]) => {
                if let Some(kind) = self.kinds.get(*of).cloned() {
                    self.set(&kind, *name);
                }
            }
            (_, _) => {}
        }
    }
}

fn name(decl: &Decl) -> String {
    match &decl.name {
        DeclName::Ident(name) => name.text.to_string(),
        DeclName::Label(label) => label.literal().unwrap_or_default().to_string(),
    }
}

/// The bodies in which a node holds entries.
fn bodies(node: &Node) -> Vec<&Body> {
    match node {
        Node::Kind(kind) => vec![&kind.body],
        Node::Environment(environment) => vec![&environment.body],
        Node::Decl(decl) => decl.body.iter().collect(),
        Node::Block(block) => vec![&block.body],
        Node::If(entry) => [&entry.then].into_iter().chain(&entry.otherwise).collect(),
        Node::For(entry) => vec![&entry.body],
        _ => Vec::new(),
    }
}
