//! From a name to where its type is declared, where it came into the file, and
//! where it is given its values.

use crate::system::System;
use laud_analyze::SymbolSort;
use laud_syntax::{FileId, Span, ast};
use std::collections::BTreeSet;

/// Where the types of what is named at a place are declared: the kind of a
/// declaration, the type of a field or value.
pub fn type_definition(system: &System, file: FileId, offset: u32) -> Vec<Span> {
    let Some((_, symbol)) = system.names().at(file, offset) else { return Vec::new() };
    system.names().types(symbol.span).to_vec()
}

/// Where the name at a place came into its file: in a `use`, or where it is declared.
pub fn declaration(system: &System, file: FileId, offset: u32) -> Option<Span> {
    let (place, symbol) = system.names().at(file, offset)?;
    let written = system.program().sources().slice(place);
    let entries = &system.program().parsed(file).file.entries;
    let names = entries.iter().filter_map(|entry| match &entry.node {
        ast::Node::Use(used) => used.names.as_ref(),
        _ => None,
    });
    let taken = names.flatten().find_map(|name| {
        let here = name.alias.as_ref().unwrap_or(&name.name);
        (here.text == written && here.span != place && is_of(system, here.span, symbol.span))
            .then_some(here.span)
    });
    Some(taken.unwrap_or(symbol.span))
}

fn is_of(system: &System, place: Span, symbol: Span) -> bool {
    system.names().at(place.file(), place.start()).is_some_and(|(_, found)| found.span == symbol)
}

/// Where what is named at a place takes shape: the declarations of a kind, the
/// changes to a declaration, the entries that set a field.
pub fn implementations(system: &System, file: FileId, offset: u32) -> Vec<Span> {
    let Some((_, symbol)) = system.names().at(file, offset) else { return Vec::new() };
    let mut shapes = Shapes::default();
    for file in system.program().own_files() {
        shapes.entries(&system.program().parsed(file).file.entries);
    }
    let places = system.names().places(symbol.span);
    match symbol.sort {
        SymbolSort::Kind => {
            let made = |place: Span| shapes.made.iter().find(|(kind, _)| *kind == place);
            places.filter_map(|place| made(place).map(|(_, name)| *name)).collect()
        }
        SymbolSort::Declaration
        | SymbolSort::Parameter
        | SymbolSort::Field
        | SymbolSort::Output
        | SymbolSort::Let => places.filter(|place| shapes.set.contains(place)).collect(),
        SymbolSort::Type
        | SymbolSort::Variant
        | SymbolSort::Metrics
        | SymbolSort::Environment
        | SymbolSort::Variable => Vec::new(),
    }
}

/// What entries make and set.
#[derive(Default)]
struct Shapes {
    /// The kinds of declarations, each with the place of the declaration's name.
    made: Vec<(Span, Span)>,
    /// The names in paths that set something.
    set: BTreeSet<Span>,
}

impl Shapes {
    fn entries(&mut self, entries: &[ast::Entry]) {
        entries.iter().for_each(|entry| self.entry(entry));
    }

    fn entry(&mut self, entry: &ast::Entry) {
        match &entry.node {
            ast::Node::Kind(kind) => self.entries(&kind.body.entries),
            ast::Node::Environment(environment) => self.entries(&environment.body.entries),
            ast::Node::Decl(decl) => {
                self.made.push((decl.kind.span, decl.name_span()));
                if decl.external {
                    self.set.insert(decl.name_span());
                }
                decl.body.iter().for_each(|body| self.entries(&body.entries));
            }
            ast::Node::Field(field) => {
                self.path(&field.path);
                self.value(&field.value);
            }
            ast::Node::Block(block) => {
                self.path(&block.path);
                self.entries(&block.body.entries);
            }
            ast::Node::Drop(drop) => self.path(&drop.path),
            ast::Node::If(branch) => {
                self.entries(&branch.then.entries);
                branch.otherwise.iter().for_each(|body| self.entries(&body.entries));
            }
            ast::Node::For(each) => self.entries(&each.body.entries),
            ast::Node::Let(value) => self.value(&value.value),
            ast::Node::Param(param) => param.default.iter().for_each(|value| self.value(value)),
            ast::Node::Out(out) => out.value.iter().for_each(|value| self.value(value)),
            ast::Node::Spread(value) => self.value(value),
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Type(_)
            | ast::Node::Metrics(_)
            | ast::Node::Raw(_)
            | ast::Node::Error => {}
        }
    }

    fn path(&mut self, path: &[ast::Ident]) {
        self.set.extend(path.iter().map(|name| name.span));
    }

    /// The entries of the record that a value is.
    fn value(&mut self, value: &ast::Expr) {
        match &value.node {
            ast::ExprNode::Record(body) => self.entries(&body.entries),
            ast::ExprNode::Tagged(tagged) => self.entries(&tagged.body.entries),
            ast::ExprNode::List(items) => items.iter().for_each(|item| self.value(item.expr())),
            ast::ExprNode::None
            | ast::ExprNode::Bool(_)
            | ast::ExprNode::Int(_)
            | ast::ExprNode::Float(_)
            | ast::ExprNode::Quantity(_)
            | ast::ExprNode::Text(_)
            | ast::ExprNode::Embedded(_)
            | ast::ExprNode::Comprehension(_)
            | ast::ExprNode::Name(_)
            | ast::ExprNode::Member(_)
            | ast::ExprNode::Index(_)
            | ast::ExprNode::Call(_)
            | ast::ExprNode::Unary(..)
            | ast::ExprNode::Binary(_)
            | ast::ExprNode::If(_)
            | ast::ExprNode::Error => {}
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
use ./team { box as case }
case one { size = large, room { wide = 2 } }
let other = one
environment e { one.size = small, drop one.room }
";

    /// The texts, with their lines, of the places that `ask` gives for the `count`th `word`.
    fn at(word: &str, count: usize, ask: impl Fn(&System, FileId, u32) -> Vec<Span>) -> Vec<(u32, String)> {
        let team = "use ./sizes { Size }\nkind box { size : Size, room : { wide : Int }? }\n";
        let sizes = "type Size = enum { small, large }\n";
        let disk =
            Memory::from_iter([("/w/main.laud", MAIN), ("/w/team.laud", team), ("/w/sizes.laud", sizes)]);
        let mut workspace = Workspace::new(&disk);
        let (system, file) = workspace.file("/w/main.laud".into()).expect("a system");
        let (offset, _) = MAIN.match_indices(word).nth(count).expect("the word is there");
        let sources = system.program().sources();
        let shown = |span: Span| (sources.position(span).line, sources.slice(span).to_owned());
        ask(&system, file, offset as u32).into_iter().map(shown).collect()
    }

    #[test]
    fn a_name_leads_to_its_type() {
        assert_eq!(at("one {", 0, type_definition), [(2, "box".to_owned())]);
        assert_eq!(at("other", 0, type_definition), [(2, "box".to_owned())]);
        assert_eq!(at("size =", 0, type_definition), [(1, "Size".to_owned())]);
        assert_eq!(at("large", 0, type_definition), [(1, "Size".to_owned())]);
        assert_eq!(at("wide", 0, type_definition), []);
        assert_eq!(at("app", 0, type_definition), []);
    }

    #[test]
    fn a_name_leads_to_where_it_is_taken() {
        let of = |word, count| {
            at(word, count, |system, file, at| declaration(system, file, at).into_iter().collect())
        };
        assert_eq!(of("case", 1), [(2, "case".to_owned())]);
        assert_eq!(of("case", 0), [(2, "box".to_owned())]);
        assert_eq!(of("one.size", 0), [(3, "one".to_owned())]);
    }

    #[test]
    fn a_name_leads_to_what_gives_it_shape() {
        assert_eq!(at("case", 1, implementations), [(3, "one".to_owned())]);
        assert_eq!(at("one {", 0, implementations), [(5, "one".to_owned()), (5, "one".to_owned())]);
        assert_eq!(at("size =", 0, implementations), [(3, "size".to_owned()), (5, "size".to_owned())]);
        assert_eq!(at("wide", 0, implementations), [(3, "wide".to_owned())]);
    }
}
