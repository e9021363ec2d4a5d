//! A field that an environment should have another value of.

use super::{Action, ActionSort, Spec, touch};
use crate::layout::Edit;
use laud_syntax::{Span, ast};

pub(super) fn actions(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let at = part.at_start();
    let declared = spec.parsed.file.entries.iter().find(|entry| touch(entry.span, at));
    let Some(ast::Node::Decl(decl)) = declared.map(|entry| &entry.node) else { return Vec::new() };
    let ast::DeclName::Ident(name) = &decl.name else { return Vec::new() };
    let Some((path, value)) = decl.body.as_ref().and_then(|body| field(&body.entries, at)) else {
        return Vec::new();
    };
    // Where it is not the main file, its names may stand for something else, or nothing.
    let environments: Vec<&ast::Environment> =
        spec.parsed.file.entries.iter().filter_map(environment).collect();
    if !spec.is_free(value.span) {
        return Vec::new();
    }
    let path: Vec<&str> = std::iter::once(name).chain(path).map(|name| name.text.as_str()).collect();
    let text = format!("{} = {}", path.join("."), unindented(spec, value.span));
    let open = environments.into_iter().filter(|environment| !sets(&environment.body.entries, &path));
    let edits: Vec<(&str, Edit)> =
        open.map(|one| (one.name.text.as_str(), spec.append(&one.body, &text))).collect();
    let field = path.join(".");
    let one = |(name, edit): &(&str, Edit)| {
        let title = format!("Change `{field}` in `{name}`");
        spec.action(title, ActionSort::Rewrite, vec![edit.clone()])
    };
    let mut found: Vec<Action> = edits.iter().map(one).collect();
    if edits.len() > 1 {
        let all = edits.into_iter().map(|(_, edit)| edit).collect();
        found.push(spec.action(format!("Change `{field}` in every environment"), ActionSort::Rewrite, all));
    }
    found
}

fn environment(entry: &ast::Entry) -> Option<&ast::Environment> {
    match &entry.node {
        ast::Node::Environment(environment) => Some(environment),
        _ => None,
    }
}

/// The field at a place, with the path to it.
fn field(entries: &[ast::Entry], at: Span) -> Option<(Vec<&ast::Ident>, &ast::Expr)> {
    let entry = entries.iter().find(|entry| touch(entry.span, at))?;
    match &entry.node {
        ast::Node::Field(field) if field.because.is_none() => Some((names(&field.path)?, &field.value)),
        ast::Node::Block(block) => {
            let (rest, value) = self::field(&block.body.entries, at)?;
            Some((names(&block.path)?.into_iter().chain(rest).collect(), value))
        }
        // What a part of a declaration is called is a step of the path to it.
        ast::Node::Decl(decl) => match &decl.name {
            ast::DeclName::Ident(name) => {
                let (rest, value) = self::field(&decl.body.as_ref()?.entries, at)?;
                Some((std::iter::once(name).chain(rest).collect(), value))
            }
            ast::DeclName::Label(_) => None,
        },
        _ => None,
    }
}

/// The steps of a path; nothing if one is a key that is no name.
fn names(path: &[ast::Ident]) -> Option<Vec<&ast::Ident>> {
    let is_name =
        |name: &ast::Ident| name.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    path.iter().map(|name| is_name(name).then_some(name)).collect()
}

/// Whether entries set what a path leads to, or something around it.
fn sets(entries: &[ast::Entry], path: &[&str]) -> bool {
    entries.iter().any(|entry| {
        let steps = match &entry.node {
            ast::Node::Field(field) => &field.path,
            ast::Node::Block(block) => &block.path,
            _ => return false,
        };
        let fits = steps.len() <= path.len() && steps.iter().zip(path).all(|(step, name)| step.text == *name);
        match &entry.node {
            ast::Node::Block(block) => fits && sets(&block.body.entries, &path[steps.len()..]),
            _ => fits,
        }
    })
}

/// A part of the file as it would stand at the start of a line.
fn unindented(spec: &Spec<'_>, part: Span) -> String {
    let indentation = format!("\n{}", spec.indentation(part.start()));
    spec.slice(part).replace(&indentation, "\n")
}
