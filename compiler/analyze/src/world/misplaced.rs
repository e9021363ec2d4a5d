//! Fields where declarations or parameters stand: at the top of a file, and in a kind.

use super::{World, standard_module_of};
use laud_syntax::{Diagnostic, Span, ast, code};

/// Reports the fields at the top of files, once it is known which names are kinds.
pub(super) fn report_fields(world: &mut World<'_>) {
    let loaded = world.loaded;
    for (module, info) in loaded.modules.iter().enumerate() {
        let files = info.files.iter().map(|file| &loaded.files[file.0 as usize].file);
        for entry in files.flat_map(|file| &file.entries) {
            let path = match &entry.node {
                // Reported where it was read.
                ast::Node::Field(field) if matches!(field.value.node, ast::ExprNode::Error) => continue,
                ast::Node::Field(field) => &field.path,
                ast::Node::Block(block) => &block.path,
                _ => continue,
            };
            world.nameless[module] |= is_nameless(world, path);
            misplaced_field(world, entry.span, path);
        }
    }
}

/// Whether it is a declaration that lacks its name: `redis { … }`.
fn is_nameless(world: &World<'_>, path: &[ast::Ident]) -> bool {
    matches!(path, [name] if is_kind(world, name))
}

fn is_kind(world: &World<'_>, name: &ast::Ident) -> bool {
    world.lookup_kind(name.span.file(), &name.text).is_some() || standard_module_of(&name.text).is_some()
}

fn misplaced_field(world: &World<'_>, span: Span, path: &[ast::Ident]) {
    let Some(name) = path.first() else { return };
    let (at, help) = match path {
        [_] => (span, misplaced_help(world, name)),
        _ => (name.span, format!("Set it where `{}` is declared, or in an environment.", name.text)),
    };
    let path: Vec<&str> = path.iter().map(|name| name.text.as_str()).collect();
    let message = format!("the field `{}` belongs in a declaration", path.join("."));
    world.report(Diagnostic::new(&code::MISPLACED, at, message).help(help));
}

/// What is meant by a field at the top of a file.
fn misplaced_help(world: &World<'_>, ident: &ast::Ident) -> String {
    let name = ident.text.as_str();
    match name {
        "services" | "volumes" | "secrets" => {
            let one = name.trim_end_matches('s');
            format!("Each is declared by itself: `{one} NAME {{ … }}`.")
        }
        "networks" => "Networks follow from the references and from `tier`; none is declared.".to_owned(),
        "version" => "A spec has no version: leave it out.".to_owned(),
        "production" | "prod" | "staging" | "development" | "dev" | "test" | "local" => {
            format!("An environment is `environment {name} {{ … }}`.")
        }
        "app" => "A system is named by `app NAME`.".to_owned(),
        _ if is_kind(world, ident) => {
            format!("A declaration has a name: `{name} NAME {{ … }}`.")
        }
        _ => format!("A declaration is `KIND NAME {{ … }}`; a value with a name is `let {name} = …`."),
    }
}

/// What is wrong with a field in a kind: it is a parameter without its type, or a
/// declaration without its name.
pub(super) fn in_kind(world: &World<'_>, entry: &ast::Entry, path: &[ast::Ident]) -> Diagnostic {
    let name = path.first().map_or("", |name| name.text.as_str());
    let message = format!("the field `{name}` does not belong in a kind");
    let help = match &entry.node {
        _ if world.lookup_kind(entry.span.file(), name).is_some() => {
            format!("A declaration has a name: `{name} NAME {{ … }}`.")
        }
        ast::Node::Field(field) => {
            let ty = match &field.value.node {
                ast::ExprNode::Bool(_) => "Bool",
                ast::ExprNode::Int(_) => "Int",
                ast::ExprNode::Float(_) => "Float",
                ast::ExprNode::Text(_) => "Text",
                ast::ExprNode::Quantity(ast::Quantity::Bytes(_)) => "Bytes",
                ast::ExprNode::Quantity(ast::Quantity::Duration(_)) => "Duration",
                ast::ExprNode::Quantity(ast::Quantity::Percent(_)) => "Percent",
                ast::ExprNode::Quantity(ast::Quantity::Rate { .. }) => "Rate",
                _ => "TYPE",
            };
            format!(
                "A parameter has a type: `{name} : {ty} = …`; a value of the kind's own is `let {name} = …`."
            )
        }
        _ => "A kind holds parameters (`name : Type = default`), declarations, `let`, `if`, `for` and `out`."
            .to_owned(),
    };
    Diagnostic::new(&code::MISPLACED, entry.span, message).help(help)
}
