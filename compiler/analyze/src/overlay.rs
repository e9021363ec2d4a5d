//! The declarations of one environment: those of the files, as the environment
//! changes, adds and drops them.

use crate::eval::{Eval, Layer, LayerSource, Scope};
use crate::shown::a;
use crate::world::{Def, InstanceId};
use laud_syntax::{Diagnostic, Span, ast, code};

/// The fields that an environment has itself.
const OWN_FIELDS: [&str; 1] = ["host"];

/// Makes the instances of an environment's declarations.
pub(crate) fn instantiate<'p>(eval: &mut Eval<'_, 'p>, environment: &'p ast::Environment) {
    let changes = read_changes(eval, environment);
    let world = eval.world;
    for decl in &world.decls {
        let dropped = changes.dropped.iter().any(|dropped| std::ptr::eq(*dropped, decl.decl));
        let replacement = changes.replaced.iter().find(|(replaced, ..)| std::ptr::eq(*replaced, decl.decl));
        match replacement {
            Some((_, external, doc)) => {
                if let Some(id) = make_external(eval, decl, external, doc) {
                    eval.by_decl.insert(std::ptr::from_ref(decl.decl), id);
                }
            }
            None if dropped => {}
            None => {
                if let Some(id) = make(eval, decl.decl, decl.entry) {
                    eval.by_decl.insert(std::ptr::from_ref(decl.decl), id);
                }
            }
        }
    }
    for (decl, entry) in &changes.added {
        let made = make(eval, decl, entry);
        if let ast::DeclName::Ident(name) = &decl.name {
            match made {
                Some(id) => drop(eval.added.insert(name.text.clone(), id)),
                None => drop(eval.lost.insert(name.text.clone())),
            }
        }
    }
    for entry in &environment.body.entries {
        apply(eval, entry);
    }
}

/// What an environment does to whole declarations, of whichever file they are.
struct Changes<'p> {
    dropped: Vec<&'p ast::Decl>,
    replaced: Vec<(&'p ast::Decl, &'p ast::Decl, &'p str)>,
    added: Vec<(&'p ast::Decl, &'p ast::Entry)>,
}

fn read_changes<'p>(eval: &mut Eval<'_, 'p>, environment: &'p ast::Environment) -> Changes<'p> {
    let mut changes = Changes { dropped: Vec::new(), replaced: Vec::new(), added: Vec::new() };
    for entry in &environment.body.entries {
        match &entry.node {
            ast::Node::Drop(drop) => read_drop(eval, drop, &mut changes),
            ast::Node::Decl(decl) if decl.is_nameless() => eval.nameless = true,
            ast::Node::Decl(decl) => {
                let ast::DeclName::Ident(name) = &decl.name else {
                    changes.added.push((decl, entry));
                    continue;
                };
                match base_decl(eval, name.span, &name.text) {
                    Some(base) if decl.external => changes.replaced.push((base, decl, &entry.doc)),
                    // With another word before it, it is not declared again.
                    Some(base) if eval.world.kind_of(&decl.kind).is_err() => {
                        let unknown = eval.world.kind_of(&decl.kind).err().flatten();
                        eval.diagnostics
                            .extend(unknown.map(|unknown| overlay_word(unknown, decl, name, base)));
                    }
                    Some(first) => {
                        let message =
                            format!("`{}` is declared outside of the environment already", name.text);
                        eval.report(
                            Diagnostic::new(&code::REDECLARED, name.span, message)
                                .related(first.name_span(), "declared here")
                                .help(format!(
                                    "To change it here, write `{} {{ … }}`; to run it elsewhere, `external {} {} {{ … }}`.",
                                    name.text, decl.kind.text, name.text
                                )),
                        );
                    }
                    None => changes.added.push((decl, entry)),
                }
            }
            _ => {}
        }
    }
    changes
}

/// What to do where a word before the name of what the files declare is no kind.
fn overlay_word(unknown: Diagnostic, decl: &ast::Decl, name: &ast::Ident, base: &ast::Decl) -> Diagnostic {
    let help = match decl.kind.text.as_str() {
        "delete" | "remove" | "disable" | "without" | "unset" | "no" => {
            format!("What the environment does not have is dropped: `drop {}`.", name.text)
        }
        "external" => {
            format!("Say of which kind it is: `external {} {} {{ … }}`.", base.kind.text, name.text)
        }
        _ => format!("To change it here, write `{} {{ … }}`.", name.text),
    };
    Diagnostic { fixes: Vec::new(), ..unknown.help(help) }
}

fn read_drop<'p>(eval: &mut Eval<'_, 'p>, drop: &'p ast::Drop, changes: &mut Changes<'p>) {
    let Some(name) = dropped(drop) else { return };
    match base_decl(eval, name.span, &name.text) {
        Some(base) => changes.dropped.push(base),
        None => unknown_path(eval, name, "drop"),
    }
}

/// The declaration that is dropped, if that is a whole one.
fn dropped(drop: &ast::Drop) -> Option<&ast::Ident> {
    match (&drop.path[..], &drop.name) {
        ([name], None) => Some(name),
        ([_], Some(ast::DeclName::Ident(name))) => Some(name),
        _ => None,
    }
}

fn base_decl<'p>(eval: &Eval<'_, 'p>, span: Span, name: &str) -> Option<&'p ast::Decl> {
    match eval.world.lookup(span.file(), name) {
        Some(Def::Decl(id)) => Some(eval.world.decl(id).decl),
        Some(Def::Kind(_) | Def::Alias(_) | Def::Let(_) | Def::Metrics(_)) | None => None,
    }
}

fn make<'p>(eval: &mut Eval<'_, 'p>, decl: &'p ast::Decl, entry: &'p ast::Entry) -> Option<InstanceId> {
    let kind = match eval.world.kind_of(&decl.kind) {
        Ok(kind) => kind,
        Err(unknown) => {
            eval.diagnostics.extend(unknown);
            return None;
        }
    };
    let name = eval.decl_name(kind, decl, Scope::default())?;
    let id = eval.add_instance(kind, name, None, entry, Scope::default());
    eval.top.push(id);
    Some(id)
}

/// A declaration of the files that the environment has elsewhere: what the
/// files say of it holds, but for what the environment says, and nothing runs.
fn make_external<'p>(
    eval: &mut Eval<'_, 'p>,
    base: &crate::world::Decl<'p>,
    external: &'p ast::Decl,
    doc: &'p str,
) -> Option<InstanceId> {
    let id = make(eval, base.decl, base.entry)?;
    let kind = eval.world.lookup_kind(external.kind.span.file(), &external.kind.text);
    if kind != Some(eval.instance(id).kind) {
        let diagnostic = match kind {
            None => eval.world.unknown_kind(&external.kind),
            Some(_) => {
                let message = format!(
                    "`{}` is {}, not {}",
                    eval.instance(id).name(),
                    a(&base.decl.kind.text),
                    a(&external.kind.text)
                );
                Diagnostic::new(&code::WRONG_TYPE, external.kind.span, message)
                    .related(base.decl.kind.span, "declared here")
                    .help("What is elsewhere has the kind of what it stands for, so that every reference stays as it is.")
            }
        };
        eval.report(diagnostic);
        return Some(id);
    }
    eval.instance_mut(id).make_external(external, doc);
    Some(id)
}

/// One entry of an environment, as a layer on what it changes.
fn apply<'p>(eval: &mut Eval<'_, 'p>, entry: &'p ast::Entry) {
    let (path, source) = match &entry.node {
        ast::Node::Field(field) => (&field.path, LayerSource::Entry(entry, 1)),
        ast::Node::Block(block) if block.path.len() == 1 => (&block.path, LayerSource::Body(&block.body)),
        ast::Node::Block(block) => (&block.path, LayerSource::Entry(entry, 1)),
        ast::Node::Drop(drop) if drop.path.len() > 1 => (&drop.path, LayerSource::Entry(entry, 1)),
        ast::Node::Drop(_) | ast::Node::Decl(_) | ast::Node::Raw(_) | ast::Node::Error => return,
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
        | ast::Node::If(_)
        | ast::Node::For(_) => {
            if let ast::Node::Let(value) = &entry.node {
                eval.lost.insert(value.name.text.clone());
            }
            if let ast::Node::If(_) | ast::Node::For(_) = &entry.node {
                let message = "an environment says what is so in it: there is nothing to ask or repeat";
                let help =
                    "`if` and `for` stand within what it changes or declares: `web { env { for … } }`.";
                eval.report(Diagnostic::new(&code::MISPLACED, entry.span, message).help(help));
                return;
            }
            eval.report(
                Diagnostic::new(&code::MISPLACED, entry.span, "this does not belong in an environment")
                    .help("An environment changes (`db.limits.memory = 1GiB`), adds (`KIND NAME { … }`) and drops (`drop NAME`)."),
            );
            return;
        }
    };
    let Some(name) = path.first() else { return };
    if OWN_FIELDS.contains(&name.text.as_str()) || name.text.is_empty() {
        return;
    }
    let target = match base_decl(eval, name.span, &name.text) {
        // Reported where it is declared.
        Some(decl) if eval.world.kind_of(&decl.kind).is_err() => return,
        Some(decl) => match eval.by_decl.get(&std::ptr::from_ref(decl)) {
            Some(id) => Some(*id),
            None => return report_dropped(eval, name),
        },
        None => eval.added.get(&name.text).copied(),
    };
    match target {
        Some(_) if path.len() == 1 && matches!(entry.node, ast::Node::Field(_)) => {
            let message = format!("`{}` is a declaration, which cannot be set to a value", name.text);
            let help = match base_decl(eval, name.span, &name.text).map(|decl| decl.kind.text.as_str()) {
                Some("setting") => {
                    "What an environment gives a setting stands in its `.env`; what is known now is a `let`."
                        .to_owned()
                }
                Some("secret") => {
                    "It is given at deploy time, in the `.env` of the environment: leave it out.".to_owned()
                }
                Some(_) | None => format!("Change what is in it: `{} {{ … }}`.", name.text),
            };
            eval.report(Diagnostic::new(&code::WRONG_TYPE, name.span, message).help(help));
        }
        Some(id) => eval.instance_mut(id).push_layer(Layer { source, scope: Scope::default() }),
        // Where no value could be read, that was reported.
        None if is_unread(entry) => {
            eval.nameless |= eval.world.lookup_kind(name.span.file(), &name.text).is_some();
        }
        None => unknown_path(eval, name, "change"),
    }
}

/// Whether an entry is a field of which no value could be read.
fn is_unread(entry: &ast::Entry) -> bool {
    matches!(&entry.node, ast::Node::Field(field) if matches!(field.value.node, ast::ExprNode::Error))
}

/// Reports a change to what the environment drops.
fn report_dropped(eval: &mut Eval<'_, '_>, name: &ast::Ident) {
    let message = format!("`{}` is dropped here, so there is nothing to change", name.text);
    let diagnostic = Diagnostic::new(&code::UNKNOWN_PATH, name.span, message)
        .help("Keep one of them: the change, or the `drop`.");
    eval.report(tell_drop(diagnostic, eval.environment, &name.text));
}

/// Adds to what is wrong where an environment drops a declaration.
pub(crate) fn tell_drop(
    diagnostic: Diagnostic,
    environment: Option<&ast::Environment>,
    name: &str,
) -> Diagnostic {
    let entries = environment.map_or(&[][..], |environment| &environment.body.entries);
    let drop = entries.iter().find(|entry| match &entry.node {
        ast::Node::Drop(drop) => dropped(drop).is_some_and(|dropped| dropped.text == name),
        _ => false,
    });
    match drop {
        Some(entry) => diagnostic.related(entry.span, "dropped here"),
        None => diagnostic,
    }
}

fn unknown_path(eval: &mut Eval<'_, '_>, name: &ast::Ident, verb: &str) {
    if eval.lost.contains(&name.text) || eval.is_nameless(name.span) {
        return;
    }
    if let Some(kind) = eval.world.lookup_kind(name.span.file(), &name.text)
        && verb == "change"
    {
        eval.nameless = true;
        let message = format!("`{}` is a kind, and what is declared has a name", name.text);
        let diagnostic = Diagnostic::new(&code::UNKNOWN_PATH, name.span, message);
        let names = eval.world.declared_of(name.span.file(), |of| of == kind);
        let add = format!("`{} NAME {{ … }}`", name.text);
        eval.report(match &names[..] {
            [] => diagnostic.help(format!("Give it one: {add}.")),
            [one] => diagnostic
                .help(format!(
                    "To change the one there is, write its name alone; another one is added by {add}."
                ))
                .fix(format!("Change `{one}`"), name.span, *one),
            [..] => diagnostic
                .help(format!("To change one, write its name alone; another one is added by {add}.")),
        });
        return;
    }
    let mut names = eval.world.visible(name.span.file(), |def| matches!(def, Def::Decl(_)));
    names.extend(OWN_FIELDS);
    let diagnostic = Diagnostic::new(
        &code::UNKNOWN_PATH,
        name.span,
        format!("the system has no `{}` to {verb}", name.text),
    )
    .near(&name.text, name.span, names);
    let help = match (&diagnostic.help, verb) {
        (Some(_), _) => None,
        (None, "drop") => Some("Leave it out: an environment drops what the files declare.".to_owned()),
        (None, _) => Some(format!("To add it, declare it: `KIND {} {{ … }}`.", name.text)),
    };
    eval.report(diagnostic.maybe_help(help));
}
