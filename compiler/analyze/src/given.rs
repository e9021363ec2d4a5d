//! What a program gives to secrets by their names: `db.password = "…"`. It is an
//! error, and what reports it, or anything beside it, must not show the value.

use crate::world::{Def, KindId, Member, World};
use laud_syntax::{Span, ast};

/// Where the values stand.
pub(crate) fn given_to_secrets(world: &World<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    for decl in &world.decls {
        of_decl(world, decl.decl, &mut found);
    }
    for kind in world.kinds.iter().filter(|kind| !kind.standard) {
        of_made(world, &kind.ast.body, &mut found);
    }
    for environment in &world.environments {
        of_environment(world, &environment.body, &mut found);
    }
    found
}

/// What a kind's own text, or an environment, declares.
fn of_made(world: &World<'_>, body: &ast::Body, found: &mut Vec<Span>) {
    for entry in &body.entries {
        match &entry.node {
            ast::Node::Decl(decl) => of_decl(world, decl, found),
            ast::Node::If(branch) => {
                of_made(world, &branch.then, found);
                branch.otherwise.iter().for_each(|otherwise| of_made(world, otherwise, found));
            }
            ast::Node::For(each) => of_made(world, &each.body, found),
            _ => {}
        }
    }
}

fn of_decl(world: &World<'_>, decl: &ast::Decl, found: &mut Vec<Span>) {
    if let (Some(kind), Some(body)) = (kind_of(world, decl), &decl.body) {
        of_body(world, body, kind, found);
    }
}

fn of_environment(world: &World<'_>, body: &ast::Body, found: &mut Vec<Span>) {
    of_made(world, body, found);
    for entry in &body.entries {
        let path = match &entry.node {
            ast::Node::Field(field) => &field.path,
            ast::Node::Block(block) => &block.path,
            _ => continue,
        };
        let Some((first, rest)) = path.split_first() else { continue };
        if let Some(kind) = kind_of_name(world, body, first) {
            of_entry(world, entry, rest, kind, found);
        }
    }
}

/// The kind of what a name in an environment stands for.
fn kind_of_name(world: &World<'_>, environment: &ast::Body, name: &ast::Ident) -> Option<KindId> {
    let own = environment.entries.iter().find_map(|entry| match &entry.node {
        ast::Node::Decl(decl) if matches!(&decl.name, ast::DeclName::Ident(own) if own.text == name.text) => {
            Some(decl.as_ref())
        }
        _ => None,
    });
    let decl = match (own, world.lookup(name.span.file(), &name.text)) {
        (Some(own), _) => own,
        (None, Some(Def::Decl(id))) => world.decl(id).decl,
        (None, _) => return None,
    };
    kind_of(world, decl)
}

fn kind_of(world: &World<'_>, decl: &ast::Decl) -> Option<KindId> {
    world.lookup_kind(decl.kind.span.file(), &decl.kind.text)
}

fn of_body(world: &World<'_>, body: &ast::Body, kind: KindId, found: &mut Vec<Span>) {
    for entry in &body.entries {
        match &entry.node {
            ast::Node::Field(field) => of_entry(world, entry, &field.path, kind, found),
            ast::Node::Block(block) => of_entry(world, entry, &block.path, kind, found),
            ast::Node::Decl(decl) => of_decl(world, decl, found),
            ast::Node::If(branch) => {
                of_body(world, &branch.then, kind, found);
                branch.otherwise.iter().for_each(|otherwise| of_body(world, otherwise, kind, found));
            }
            ast::Node::For(each) => of_body(world, &each.body, kind, found),
            _ => {}
        }
    }
}

/// An entry of which these names of the path are left, in a declaration of the kind.
fn of_entry(world: &World<'_>, entry: &ast::Entry, path: &[ast::Ident], kind: KindId, found: &mut Vec<Span>) {
    let mut kind = kind;
    for name in path {
        if Some(kind) == world.primitives.secret {
            break;
        }
        let Some(Member::Child(child)) = world.kind(kind).members.get(&name.text) else { return };
        let Some(inner) = kind_of(world, child) else { return };
        kind = inner;
    }
    let secret = Some(kind) == world.primitives.secret;
    match &entry.node {
        ast::Node::Field(field) if secret => {
            let described = field.path.last().is_some_and(|name| name.text == "description");
            found.extend((!described).then_some(field.value.span));
        }
        ast::Node::Block(block) => of_body(world, &block.body, kind, found),
        _ => {}
    }
}
