//! What several blocks have in common, under one name: `let common = { … }`, and
//! `...common` where it stood.

use super::{Action, ActionSort, Spec};
use crate::layout::Edit;
use laud_syntax::{Span, ast};
use std::collections::BTreeMap;

pub(super) fn actions(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let mut blocks = Vec::new();
    for (index, entry) in spec.parsed.file.entries.iter().enumerate() {
        if let ast::Node::Decl(decl) = &entry.node {
            decl.body.iter().for_each(|body| collect(index, &body.entries, &mut blocks));
        }
    }
    let inner =
        |block: &&Block<'_>| block.body.span.start() <= part.start() && part.end() <= block.body.span.end();
    let Some(here) =
        blocks.iter().filter(inner).min_by_key(|block| block.body.span.end() - block.body.span.start())
    else {
        return Vec::new();
    };
    match part.start() == part.end() {
        true => shared(spec, here, &blocks),
        false => selected(spec, here, &blocks, part),
    }
    .into_iter()
    .collect()
}

/// A block of keys and values.
struct Block<'s> {
    /// The entry at the top of the file in which it stands.
    top: usize,
    /// Its name: `env`, `labels`.
    name: &'s str,
    body: &'s ast::Body,
}

/// The blocks of a declaration, those of the declarations in it included.
fn collect<'s>(top: usize, entries: &'s [ast::Entry], blocks: &mut Vec<Block<'s>>) {
    for entry in entries {
        match &entry.node {
            ast::Node::Block(block) => {
                if let Some(name) = block.path.last() {
                    blocks.push(Block { top, name: &name.text, body: &block.body });
                }
                collect(top, &block.body.entries, blocks);
            }
            ast::Node::Field(ast::Field {
                path,
                value: ast::Expr { node: ast::ExprNode::Record(body), .. },
                ..
            }) => {
                if let Some(name) = path.last() {
                    blocks.push(Block { top, name: &name.text, body });
                }
            }
            ast::Node::Decl(decl) => {
                decl.body.iter().for_each(|body| collect(top, &body.entries, blocks));
            }
            _ => {}
        }
    }
}

/// What a block has in common with most others of its name.
fn shared(spec: &Spec<'_>, here: &Block<'_>, blocks: &[Block<'_>]) -> Option<Action> {
    let mine = fields(here.body);
    let others =
        blocks.iter().filter(|other| other.name == here.name && !std::ptr::eq(other.body, here.body));
    let others: Vec<(&Block<'_>, BTreeMap<&str, &ast::Entry>)> =
        others.map(|other| (other, fields(other.body))).collect();
    let is_same = |key: &str, entry: &ast::Entry, other: &BTreeMap<&str, &ast::Entry>| {
        other.get(key).is_some_and(|other| spec.slice(other.span) == spec.slice(entry.span))
    };
    let common = |other: &BTreeMap<&str, &ast::Entry>| -> Vec<&str> {
        mine.iter().filter(|(key, entry)| is_same(key, entry, other)).map(|(key, _)| *key).collect()
    };
    // The block that has most in common with this one says what is shared.
    let best = others.iter().map(|(_, other)| common(other)).max_by_key(Vec::len)?;
    if best.len() < 2 {
        return None;
    }
    let with: Vec<&Block<'_>> = others
        .iter()
        .filter(|(_, other)| {
            best.iter().all(|key| mine.get(key).is_some_and(|entry| is_same(key, entry, other)))
        })
        .map(|(block, _)| *block)
        .collect();
    let entries = here
        .body
        .entries
        .iter()
        .filter(|entry| key(entry).is_some_and(|key| best.contains(&key)))
        .collect::<Vec<_>>();
    extract(spec, here, &entries, &with, format!("Share {} fields with {}", best.len(), places(with.len())))
}

fn places(count: usize) -> String {
    if count == 1 { "another block".to_owned() } else { format!("{count} other blocks") }
}

/// The fields that are selected, and the same fields in other blocks.
fn selected(spec: &Spec<'_>, here: &Block<'_>, blocks: &[Block<'_>], part: Span) -> Option<Action> {
    let entries: Vec<&ast::Entry> = here
        .body
        .entries
        .iter()
        .filter(|entry| entry.span.start() < part.end() && part.start() < entry.span.end())
        .collect();
    if entries.is_empty() || !entries.iter().all(|entry| key(entry).is_some()) {
        return None;
    }
    let has_all = |other: &&Block<'_>| {
        let other = fields(other.body);
        entries.iter().all(|entry| {
            key(entry)
                .and_then(|key| other.get(key))
                .is_some_and(|same| spec.slice(same.span) == spec.slice(entry.span))
        })
    };
    let same = blocks.iter().filter(|other| other.name == here.name && !std::ptr::eq(other.body, here.body));
    let with: Vec<&Block<'_>> = same.filter(has_all).collect();
    extract(spec, here, &entries, &with, "Give the selected fields a name".to_owned())
}

fn extract(
    spec: &Spec<'_>,
    here: &Block<'_>,
    entries: &[&ast::Entry],
    with: &[&Block<'_>],
    title: String,
) -> Option<Action> {
    // What a field means must not depend on where it stands.
    if !entries.iter().all(|entry| spec.is_free(entry.span)) || !is_map(spec, here.body) {
        return None;
    }
    let blocks: Vec<&Block<'_>> = std::iter::once(here).chain(with.iter().copied()).collect();
    // The fields move before the others of their blocks, which must not spread over them.
    if blocks.iter().any(|block| block.body.entries.iter().any(|entry| key(entry).is_none())) {
        return None;
    }
    let name = spec.new_name("common");
    let lines: Vec<String> = entries
        .iter()
        .map(|entry| {
            let whole = spec.with_comments(entry);
            let indentation = format!("\n{}", spec.indentation(entry.span.start()));
            spec.slice(whole).replace(&indentation, "\n").replace('\n', "\n  ")
        })
        .collect();
    let keys: Vec<&str> = entries.iter().filter_map(|entry| key(entry)).collect();
    let mut edits: Vec<Edit> = blocks
        .iter()
        .flat_map(|block| replaced(spec, block.body, &keys, &name, std::ptr::eq(block.body, here.body)))
        .collect();
    let top = blocks.iter().map(|block| block.top).min().unwrap_or(here.top);
    let before = spec.with_comments(&spec.parsed.file.entries[top]).at_start();
    let text = format!("let {name} = {{\n  {}\n}}\n\n", lines.join("\n  "));
    edits.push(Edit { span: before, text });
    Some(spec.action(title, ActionSort::Extract, edits))
}

/// Whether a block is of keys that anyone may choose: a spread of a map may stand in it.
fn is_map(spec: &Spec<'_>, body: &ast::Body) -> bool {
    // Of a record the fields are known.
    spec.system
        .program()
        .body_at(spec.file, body.span.start() + 1)
        .is_none_or(|known| known.span != body.span)
}

/// Some fields of a block, with the comments about them, replaced by a spread.
/// Comments of a block that only has the same fields stay where they are.
fn replaced(spec: &Spec<'_>, body: &ast::Body, keys: &[&str], name: &str, with_comments: bool) -> Vec<Edit> {
    let fields: Vec<&ast::Entry> =
        body.entries.iter().filter(|entry| key(entry).is_some_and(|key| keys.contains(&key))).collect();
    let mut edits = Vec::new();
    for (index, entry) in fields.iter().enumerate() {
        let span = if with_comments { spec.with_comments(entry) } else { entry.span };
        if index == 0 {
            edits.push(Edit { span, text: format!("...{name}") });
            continue;
        }
        // With its line, or with the comma before or behind it.
        let start = spec.line_start(span.start());
        let end = spec.line_end(span.end());
        let is_alone = spec.text[start as usize..span.start() as usize].trim().is_empty()
            && spec.text[span.end() as usize..end as usize].trim().trim_matches(',').is_empty();
        let span = if is_alone {
            let end = (end + 1).min(spec.text.len() as u32);
            span.with(start, end)
        } else {
            let before = spec.text[..span.start() as usize].trim_end();
            match before.ends_with(',') {
                true => span.with_start(before.len() as u32 - 1),
                false => span,
            }
        };
        edits.push(Edit { span, text: String::new() });
    }
    edits
}

/// The key that an entry sets, if that is all it does.
fn key(entry: &ast::Entry) -> Option<&str> {
    match &entry.node {
        ast::Node::Field(ast::Field { path, because: None, .. }) => match &**path {
            [name] => Some(&name.text),
            _ => None,
        },
        _ => None,
    }
}

fn fields(body: &ast::Body) -> BTreeMap<&str, &ast::Entry> {
    body.entries.iter().filter_map(|entry| Some((key(entry)?, entry))).collect()
}
