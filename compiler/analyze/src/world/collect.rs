//! First walk: what each file declares, under which name.

use super::{Alias, AliasId, Decl, DeclId, Def, Kind, KindId, LetId, MetricsId, World};
use crate::load::{ModuleId, PRELUDE};
use laud_syntax::{Diagnostic, FileId, Span, ast, code, literal};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// Fills the world's tables from every file, in order.
pub(super) fn collect<'p>(world: &mut World<'p>) {
    let loaded = world.loaded;
    for (module, info) in loaded.modules.iter().enumerate() {
        for file in &info.files {
            for entry in &loaded.files[file.0 as usize].file.entries {
                collect_entry(world, ModuleId(module as u32), *file, entry);
            }
        }
    }
    collect_primitives(world);
    if let (None, Some(main)) = (world.app, loaded.main) {
        let parsed = &loaded.files[main.0 as usize];
        if !parsed.file.entries.is_empty() && !world.is_misspelt("app") {
            let span = parsed.file.entries[0].span.at_start();
            world.report(
                Diagnostic::new(&code::MISSING_APP, span, "the system has no name")
                    .help("Start the file with `app NAME`."),
            );
        }
    }
}

fn collect_entry<'p>(world: &mut World<'p>, module: ModuleId, file: FileId, entry: &'p ast::Entry) {
    let is_main = world.loaded.main == Some(file);
    match &entry.node {
        ast::Node::App(name) => collect_app(world, is_main, name, &entry.doc),
        ast::Node::Kind(kind) => {
            let id = KindId(world.kinds.len() as u32);
            world.kinds.push(new_kind(kind, &entry.doc, world.loaded.modules[module.0 as usize].standard));
            declare(world, module, &kind.name, Def::Kind(id));
            if kind.primitive && module != PRELUDE {
                let message = "only the compiler's own prelude declares primitive kinds";
                world.report(
                    Diagnostic::new(&code::MISPLACED, kind.name.span, message).help("Leave out `primitive`."),
                );
            }
        }
        ast::Node::Type(alias) => {
            let id = AliasId(world.aliases.len() as u32);
            world.aliases.push(Alias { ast: alias, ty: OnceCell::new() });
            declare(world, module, &alias.name, Def::Alias(id));
        }
        ast::Node::Let(value) => {
            let id = LetId(world.lets.len() as u32);
            world.lets.push(value);
            declare(world, module, &value.name, Def::Let(id));
        }
        ast::Node::Metrics(metrics) => {
            let id = MetricsId(world.metrics.len() as u32);
            world.metrics.push(metrics);
            declare(world, module, &metrics.name, Def::Metrics(id));
        }
        ast::Node::Environment(environment) => collect_environment(world, is_main, environment),
        ast::Node::Decl(decl) => collect_decl(world, module, entry, decl),
        ast::Node::Raw(raw) => world.raws.push(raw),
        ast::Node::Use(_) | ast::Node::Error => {}
        ast::Node::Param(param) => {
            let message =
                format!("the parameter `{}` belongs in a kind, not at the top of a file", param.name.text);
            let help = format!(
                "A declaration is `KIND {name} {{ … }}`, a value `let {name} = …`.",
                name = param.name.text
            );
            world.report(Diagnostic::new(&code::MISPLACED, entry.span, message).help(help));
        }
        ast::Node::Out(out) => {
            misplaced(world, entry.span, &format!("the output `{}`", out.name.text), "a kind")
        }
        // Reported where it was read.
        ast::Node::Field(field) if matches!(field.value.node, ast::ExprNode::Error) => {}
        // What it is depends on which names are kinds.
        ast::Node::Field(_) | ast::Node::Block(_) => {}
        ast::Node::Spread(_) => misplaced(world, entry.span, "a spread", "a body"),
        ast::Node::Drop(_) => misplaced(world, entry.span, "`drop`", "an `environment`"),
        ast::Node::If(_) => misplaced_flow(
            world,
            entry.span,
            "`if`",
            "What an environment alone has is declared in it: `environment NAME { … }`.",
        ),
        ast::Node::For(_) => misplaced_flow(
            world,
            entry.span,
            "`for`",
            "Put it into a kind, and declare one of that: `kind NAME { for … { … } }`.",
        ),
    }
}

fn misplaced(world: &World<'_>, span: Span, what: &str, place: &str) {
    world.report(Diagnostic::new(
        &code::MISPLACED,
        span,
        format!("{what} belongs in {place}, not at the top of a file"),
    ));
}

fn misplaced_flow(world: &World<'_>, span: Span, word: &str, help: &str) {
    let message = format!("{word} belongs in a body, not at the top of a file");
    world.report(Diagnostic::new(&code::MISPLACED, span, message).help(help));
}

fn collect_app<'p>(world: &mut World<'p>, is_main: bool, name: &'p ast::Ident, doc: &'p str) {
    match world.app {
        _ if !is_main => world.report(
            Diagnostic::new(&code::MISPLACED, name.span, "`app` belongs in the main file, not in a module")
                .help("Leave it out: a module is part of whichever system uses it."),
        ),
        Some((first, _)) => world.report(
            Diagnostic::new(&code::DUPLICATE_NAME, name.span, "the app is named twice")
                .again(first.span)
                .help("Keep one of them."),
        ),
        None => {
            check_name(world, name);
            world.app = Some((name, doc));
        }
    }
}

fn collect_environment<'p>(world: &mut World<'p>, is_main: bool, environment: &'p ast::Environment) {
    let name = &environment.name;
    if !is_main {
        world.report(
            Diagnostic::new(
                &code::MISPLACED,
                name.span,
                "environments belong in the main file, not in a module",
            )
            .help("Move it there; from the main file it can change what the module declares."),
        );
        return;
    }
    if let Some(first) = world.environments.iter().find(|other| other.name.text == name.text) {
        world.report(
            Diagnostic::new(
                &code::DUPLICATE_NAME,
                name.span,
                format!("the environment `{}` is declared twice", name.text),
            )
            .again(first.name.span)
            .help("Put the entries of both into one."),
        );
        return;
    }
    check_name(world, name);
    world.environments.push(environment);
}

fn collect_decl<'p>(world: &mut World<'p>, module: ModuleId, entry: &'p ast::Entry, decl: &'p ast::Decl) {
    if decl.is_nameless() {
        world.nameless[module.0 as usize] = true;
        return;
    }
    let id = DeclId(world.decls.len() as u32);
    world.decls.push(Decl { decl, entry });
    match &decl.name {
        ast::DeclName::Ident(name) => {
            declare(world, module, name, Def::Decl(id));
            check_name(world, name);
        }
        // A label, such as a panel's title, is no name that others could use.
        ast::DeclName::Label(_) => {}
    }
}

/// Declares what has its name in quotes, as other languages have it, under that
/// name, and reports it.
pub(super) fn declare_quoted(world: &mut World<'_>, index: usize, label: &ast::Text) {
    let decl = world.decls[index].decl;
    let Some(name) = quoted_name(decl, label) else { return };
    let message = format!("expected the name of the `{}`, found a text", decl.kind.text);
    world.report(
        Diagnostic::new(&code::UNEXPECTED_TOKEN, label.span, message).help("Write it without quotes.").fix(
            format!("Change to `{}`", name.text),
            label.span,
            name.text.as_str(),
        ),
    );
    let module = world.module_of(decl.kind.span.file());
    declare(world, module, &name, Def::Decl(DeclId(index as u32)));
}

/// The name that stands in quotes, as other languages have it. The label of a
/// route or a panel is none that others could use.
fn quoted_name(decl: &ast::Decl, label: &ast::Text) -> Option<ast::Ident> {
    let text = label.literal().filter(|text| bad_name(text, label.span).is_none())?;
    let is_named = !["route", "panel"].contains(&decl.kind.text.as_str());
    is_named.then_some(ast::Ident { text, span: label.span })
}

/// Names become host names and parts of file names: letters, digits, `_`, at most 40.
pub(super) fn check_name(world: &World<'_>, name: &ast::Ident) {
    if let Some(bad) = bad_written_name(&name.text, name.span).filter(|_| !name.text.is_empty()) {
        world.report(bad);
    }
}

/// What is wrong with a name that stands there as it is, with the one that was meant.
pub(crate) fn bad_written_name(name: &str, span: Span) -> Option<Diagnostic> {
    let bad = bad_name(name, span)?;
    let offer = literal::name(name).err().and_then(|fault| fault.offer);
    Some(match offer.filter(|offer| bad_name(offer, span).is_none()) {
        Some(offer) => bad.fix(format!("Name it `{offer}`"), span, offer),
        None => bad,
    })
}

/// What is wrong with a name that stands there.
pub(crate) fn bad_name(name: &str, span: Span) -> Option<Diagnostic> {
    let good = name.len() <= 40
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('_')
        && !name.contains("__")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let bad = || {
        Diagnostic::new(&code::BAD_NAME, span, format!("`{name}` is a name that a target cannot carry"))
            .help("A name is 1 to 40 lower-case letters, digits and single `_`, starts with a letter and does not end in `_`.")
    };
    (!good).then(bad)
}

fn declare(world: &mut World<'_>, module: ModuleId, name: &ast::Ident, def: Def) {
    if name.text.is_empty() {
        return;
    }
    let names = &mut world.names[module.0 as usize];
    if let Some((_, first)) = names.get(&name.text) {
        let diagnostic =
            Diagnostic::new(&code::DUPLICATE_NAME, name.span, format!("`{}` is declared twice", name.text))
                .again(*first)
                .help("Give one of them another name.");
        world.report(diagnostic);
        return;
    }
    names.insert(name.text.clone(), (def, name.span));
}

fn new_kind<'p>(ast: &'p ast::Kind, doc: &'p str, standard: bool) -> Kind<'p> {
    Kind {
        ast,
        doc,
        name: ast.name.text.clone(),
        standard,
        params: Vec::new(),
        outs: Vec::new(),
        members: FxHashMap::default(),
        labelled: Vec::new(),
        slots: Vec::new(),
        required: Vec::new(),
        lost: Vec::new(),
    }
}

fn collect_primitives(world: &mut World<'_>) {
    let find = |name: &str| match world.names[PRELUDE.0 as usize].get(name) {
        Some((Def::Kind(kind), _)) => Some(*kind),
        Some(_) | None => None,
    };
    world.primitives = super::Primitives {
        service: find("service"),
        port: find("port"),
        scrape: find("scrape"),
        volume: find("volume"),
        file: find("file"),
        secret: find("secret"),
        setting: find("setting"),
        route: find("route"),
        proxy: find("proxy"),
        alert: find("alert"),
        recording: find("recording"),
        panel: find("panel"),
        query: find("query"),
        scraper: find("scraper"),
        prober: find("prober"),
        probe: find("probe"),
        viewer: find("viewer"),
    };
}

/// The name, for tables that are filled later.
pub(super) fn own(name: &ast::Ident) -> LeanStr {
    name.text.clone()
}
