//! What an environment changes: the declaration of the base, and the way to the part of it.

use laud_syntax::ast;

/// A part of a declaration of the base.
#[derive(Clone)]
pub(super) struct Base<'p> {
    decl: &'p ast::Decl,
    path: Vec<&'p str>,
}

impl<'p> Base<'p> {
    /// The part of a declaration at the end of a path.
    pub(super) fn new(decl: &'p ast::Decl, path: &'p [ast::Ident]) -> Self {
        Self { decl, path: path.iter().map(|name| name.text.as_str()).collect() }
    }

    /// A part of this one.
    pub(super) fn part(&self, path: &'p [ast::Ident]) -> Self {
        let mut inner = self.clone();
        inner.path.extend(path.iter().map(|name| name.text.as_str()));
        inner
    }

    /// What the base sets a part of it to.
    pub(super) fn value(&self, path: &[&str]) -> Option<&'p ast::Expr> {
        let path: Vec<&str> = self.path.iter().chain(path).copied().collect();
        find(self.decl.body.as_ref().map_or(&[][..], |body| &body.entries), &path)
    }

    /// The names that the base sets in it, in order.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut found = Vec::new();
        keys(self.decl.body.as_ref().map_or(&[][..], |body| &body.entries), &self.path, &mut found);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|key| seen.insert(key.clone()));
        found
    }
}

/// What entries set at the end of a path; the last of them wins.
fn find<'p>(entries: &'p [ast::Entry], path: &[&str]) -> Option<&'p ast::Expr> {
    entries.iter().rev().find_map(|entry| match &entry.node {
        ast::Node::Field(field) => {
            let rest = after(&field.path, path)?;
            match &field.value.node {
                _ if rest.is_empty() => Some(&field.value),
                ast::ExprNode::Record(body) => find(&body.entries, rest),
                _ => None,
            }
        }
        ast::Node::Block(block) => {
            let rest = after(&block.path, path).filter(|rest| !rest.is_empty())?;
            find(&block.body.entries, rest)
        }
        _ => None,
    })
}

fn keys(entries: &[ast::Entry], path: &[&str], found: &mut Vec<String>) {
    for entry in entries {
        let (steps, inner) = match &entry.node {
            ast::Node::Field(field) => match &field.value.node {
                ast::ExprNode::Record(body) => (&field.path, Some(&body.entries)),
                _ => (&field.path, None),
            },
            ast::Node::Block(block) => (&block.path, Some(&block.body.entries)),
            _ => continue,
        };
        if path.is_empty() {
            found.extend(steps.first().map(|name| name.text.to_string()));
        } else if let Some(rest) = after(steps, path) {
            inner.into_iter().for_each(|entries| keys(entries, rest, found));
        } else if let Some(next) = next_step(steps, path) {
            found.push(next);
        }
    }
}

/// What is left of a path behind the steps of an entry.
fn after<'a, 'b>(steps: &[ast::Ident], path: &'a [&'b str]) -> Option<&'a [&'b str]> {
    let starts = steps.len() <= path.len() && steps.iter().zip(path).all(|(step, name)| step.text == *name);
    starts.then(|| &path[steps.len()..])
}

/// The step of an entry behind a path.
fn next_step(steps: &[ast::Ident], path: &[&str]) -> Option<String> {
    let starts = path.len() < steps.len() && steps.iter().zip(path).all(|(step, name)| step.text == *name);
    starts.then(|| steps[path.len()].text.to_string())
}
