//! Modules and files: what a `use` or the text of a path could lead to.

use super::{Offer, OfferSort, offer, plain};
use crate::files::{FileKind, Files, normal};
use crate::load::Loaded;
use crate::names::SymbolSort;
use crate::names::scope::Walker;
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{FileId, ast, parse};
use std::collections::BTreeSet;

/// The most entries of a folder that are offered.
const MOST_ENTRIES: usize = 500;

/// The modules that a `use` of a file could take, once so much of the path is typed.
pub(super) fn modules(files: &dyn Files, loaded: &Loaded, file: FileId, typed: &str) -> Vec<Offer> {
    let folders = laud_stdlib::MODULES.iter().filter_map(|file| file.path.rsplit_once('/'));
    let names: BTreeSet<String> = folders.map(|(folder, _)| format!("std/{folder}")).collect();
    let standard = names.iter().map(|name| plain(name, OfferSort::Module, 2));
    let source = &loaded.sources.get(file).name;
    let home = source.parent().unwrap_or(Utf8Path::new(""));
    let shown = match typed.rsplit_once('/') {
        Some((shown, _)) if shown.starts_with('.') => shown,
        _ => ".",
    };
    let folder = normal(&home.join(shown));
    let mut found: Vec<Offer> = standard.collect();
    for (name, kind) in entries(files, &folder) {
        let path = folder.join(&name);
        let module = match (kind, name.strip_suffix(".laud")) {
            (FileKind::File, Some(stem)) if stem != "main" && normal(source) != normal(&path) => stem,
            (FileKind::Folder, None) if has_specs(files, &path) => name.as_str(),
            _ => continue,
        };
        found.push(plain(&format!("{shown}/{module}"), OfferSort::Module, 1));
    }
    found
}

/// The files and folders beside the spec, once so much of the path is typed.
pub(super) fn paths(files: &dyn Files, loaded: &Loaded, typed: &str) -> Vec<Offer> {
    let shown = typed.rsplit_once('/').map_or(".", |(shown, _)| if shown.is_empty() { "." } else { shown });
    let entries = entries(files, &normal(&loaded.root.join(shown)));
    let make = |(name, kind): (String, FileKind)| match kind {
        FileKind::Folder => plain(&format!("{shown}/{name}"), OfferSort::Folder, 1),
        FileKind::File | FileKind::Other => plain(&format!("{shown}/{name}"), OfferSort::File, 2),
    };
    entries.into_iter().map(make).collect()
}

/// What is in a folder, hidden things left out.
fn entries(files: &dyn Files, folder: &Utf8Path) -> Vec<(String, FileKind)> {
    let folder = if folder.as_str().is_empty() { Utf8PathBuf::from(".") } else { folder.to_owned() };
    let names = files.list(&folder).unwrap_or_default().into_iter().filter(|name| !name.starts_with('.'));
    names
        .take(MOST_ENTRIES)
        .filter_map(|name| Some((name.clone(), files.kind(&folder.join(name))?)))
        .collect()
}

fn has_specs(files: &dyn Files, folder: &Utf8Path) -> bool {
    files.list(folder).unwrap_or_default().iter().any(|name| name.ends_with(".laud") && name != "main.laud")
}

impl<'p> Walker<'_, 'p> {
    /// The names that a `use` could take and has not.
    pub(super) fn taken(&mut self, used: &'p ast::Use) -> Vec<Offer> {
        let world = self.world;
        let folder = used.path.text.strip_prefix("std/");
        let standard = laud_stdlib::MODULES
            .iter()
            .filter(|file| file.path.rsplit_once('/').is_some_and(|(module, _)| folder == Some(module)));
        let mut found: Vec<Offer> = standard.flat_map(|file| standard_names(file.path, file.text)).collect();
        let module = world.loaded.uses.get(&used.path.span);
        let files = module.map(|module| &world.loaded.modules[module.0 as usize].files);
        if let (Some(files), None) = (files, folder) {
            let here = files.first().map(|file| world.own_names(*file)).unwrap_or_default();
            for def in here {
                found.extend(self.definition(def).map(|meaning| offer(meaning.symbol, 1)));
            }
        }
        let taken: BTreeSet<&str> = used.names.iter().flatten().map(|name| name.name.text.as_str()).collect();
        found.retain(|offer| !taken.contains(offer.name.as_str()));
        found
    }
}

/// What a file of the standard library declares, that by which it is called first.
fn standard_names(path: &str, text: &str) -> Vec<Offer> {
    let stem = path.rsplit('/').next().unwrap_or(path);
    let parsed = parse(FileId(0), text);
    let names = parsed.file.entries.iter().filter_map(|entry| {
        let (name, sort) = match &entry.node {
            ast::Node::Kind(kind) => (&kind.name, SymbolSort::Kind),
            ast::Node::Type(alias) => (&alias.name, SymbolSort::Type),
            ast::Node::Metrics(metrics) => (&metrics.name, SymbolSort::Metrics),
            ast::Node::Let(value) => (&value.name, SymbolSort::Let),
            _ => return None,
        };
        let rank = if name.text == stem { 1 } else { 2 };
        Some(Offer { doc: entry.doc.to_string(), ..plain(&name.text, OfferSort::Symbol(sort), rank) })
    });
    names.collect()
}
