//! Second walk: imports, the types of parameters, and what is in each kind.

use super::collect::{check_name, declare_quoted, own};
use super::{AliasId, Def, Kind, KindId, Member, Out, Param, World};
use super::{narrowed, union};
use crate::types::{Enum, Field, Record, Type, Variant};
use laud_syntax::{Diagnostic, FileId, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;

/// Resolves imports, then kinds.
pub(super) fn resolve(world: &mut World<'_>) {
    resolve_imports(world);
    note_labels(world);
    super::misplaced::report_fields(world);
    for index in 0..world.kinds.len() {
        resolve_kind(world, KindId(index as u32));
    }
    for index in 0..world.aliases.len() {
        alias_type(world, AliasId(index as u32));
    }
    check_kind_cycles(world);
}

/// Checks what sets of metrics say: types, names, and which sets they take over.
/// Those are checked of which `pass` holds, by whether they are standard.
pub(crate) fn check_metrics(world: &World<'_>, pass: impl Fn(bool) -> bool) {
    const TYPES: [&str; 4] = ["counter", "gauge", "histogram", "summary"];
    for set in world.metrics.iter().filter(|set| pass(world.is_standard(set.span.file()))) {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        for entry in &set.entries {
            let (name, ty) = match entry {
                ast::MetricEntry::Metric { name, ty, labels, .. } => {
                    report_twice(world, "label", None, labels.iter());
                    (name, ty)
                }
                ast::MetricEntry::Spread(name) => {
                    check_metrics_spread(world, name);
                    continue;
                }
            };
            if !ty.text.is_empty() && !TYPES.contains(&ty.text.as_str()) {
                let diagnostic =
                    Diagnostic::new(&code::UNKNOWN_TYPE, ty.span, format!("a metric is no `{}`", ty.text))
                        .help(format!("It is one of: {}.", TYPES.join(", ")));
                world.report(diagnostic.near(&ty.text, ty.span, TYPES));
            }
            match seen.get(name.text.as_str()) {
                Some(first) => world.report(
                    Diagnostic::new(
                        &code::DUPLICATE_NAME,
                        name.span,
                        format!("`{}` is declared twice", name.text),
                    )
                    .again(*first)
                    .help("Keep one of them, with the labels of both."),
                ),
                None => drop(seen.insert(&name.text, name.span)),
            }
        }
    }
}

fn check_metrics_spread(world: &World<'_>, name: &ast::Ident) {
    let known = matches!(world.lookup(name.span.file(), &name.text), Some(Def::Metrics(_)));
    if known || name.text.is_empty() || world.is_missing(name.span.file(), &name.text) {
        return;
    }
    let names = world.visible(name.span.file(), |def| matches!(def, Def::Metrics(_)));
    let message = format!("there is no set of metrics `{}`", name.text);
    world.report(Diagnostic::new(&code::UNKNOWN_NAME, name.span, message).near(&name.text, name.span, names));
}

/// The words that may open an entry where a kind stands as well.
pub(super) const OPENING_WORDS: [&str; 10] =
    ["app", "use", "kind", "type", "let", "metrics", "environment", "external", "drop", "raw"];

/// A kind of the standard library with nearly that name, and its module.
pub(super) fn near_standard_kind(name: &str) -> Option<(&'static str, String)> {
    let stems = laud_stdlib::MODULES.iter().filter_map(|file| file.path.rsplit_once('/'));
    let near = laud_syntax::near::nearest(name, stems.map(|(_, stem)| stem))?;
    standard_module_of(near).map(|module| (near, module))
}

/// The standard module that has a kind of that name: `std/data` for `postgres`.
pub(crate) fn standard_module_of(name: &str) -> Option<String> {
    laud_stdlib::MODULES.iter().find_map(|file| {
        let (folder, stem) = file.path.rsplit_once('/')?;
        (stem == name).then(|| format!("std/{folder}"))
    })
}

/// Whoever comes from elsewhere names things by labels: `resource "postgres" "db"`.
/// If its kind is not there, that is reported, and nothing of what refers to it;
/// if it is there, the label is taken for the name.
fn note_labels(world: &mut World<'_>) {
    for index in 0..world.decls.len() {
        let decl = world.decls[index].decl;
        let file = decl.kind.span.file();
        let ast::DeclName::Label(label) = &decl.name else { continue };
        if world.lookup_kind(file, &decl.kind.text).is_some() {
            declare_quoted(world, index, label);
        } else {
            let names = [Some(&**label), decl.description.as_deref()].into_iter().flatten();
            world.missing[file.0 as usize].extend(names.filter_map(ast::Text::literal));
        }
    }
}

fn resolve_imports(world: &mut World<'_>) {
    let loaded = world.loaded;
    for (file, parsed) in loaded.files.iter().enumerate() {
        for entry in &parsed.file.entries {
            if let ast::Node::Use(used) = &entry.node {
                resolve_use(world, FileId(file as u32), used);
            }
        }
    }
}

fn resolve_use(world: &mut World<'_>, file: FileId, used: &ast::Use) {
    let module = world.loaded.uses.get(&used.path.span).copied();
    let module = module.filter(|module| !world.loaded.modules[module.0 as usize].files.is_empty());
    let Some(module) = module else {
        let missing = &mut world.missing[file.0 as usize];
        match &used.names {
            Some(names) => {
                missing.extend(names.iter().map(|name| own(name.alias.as_ref().unwrap_or(&name.name))))
            }
            None => drop(missing.insert(LeanStr::from_static_str("*"))),
        }
        return;
    };
    let Some(names) = &used.names else {
        let mut all: Vec<_> = world.names[module.0 as usize].clone().into_iter().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (name, (def, _)) in all {
            import(world, file, name, def, used.path.span);
        }
        return;
    };
    for name in names {
        match world.names[module.0 as usize].get(&name.name.text).copied() {
            Some((def, _)) => {
                let here = name.alias.as_ref().unwrap_or(&name.name);
                import(world, file, own(here), def, here.span);
            }
            // What should have been named there, nobody knows.
            None if name.name.text.is_empty() => {
                world.missing[file.0 as usize].insert(LeanStr::from_static_str("*"));
            }
            None => {
                let near = report_not_in_module(world, module, name, &used.path.text);
                world.missing[file.0 as usize].extend(near);
                world.missing[file.0 as usize].insert(own(name.alias.as_ref().unwrap_or(&name.name)));
            }
        }
    }
}

/// Reports a name that a module does not have. Gives the one that was probably meant.
fn report_not_in_module(
    world: &World<'_>,
    module: crate::load::ModuleId,
    name: &ast::UseName,
    path: &str,
) -> Option<LeanStr> {
    let own = world.names[module.0 as usize].keys().map(LeanStr::as_str);
    let standard = laud_stdlib::MODULES.iter().filter_map(|file| {
        let (folder, stem) = file.path.rsplit_once('/')?;
        (path.strip_prefix("std/") == Some(folder)).then_some(stem)
    });
    let mut there: Vec<&str> = own.chain(standard).collect();
    there.sort_unstable();
    there.dedup();
    let mut diagnostic = Diagnostic::new(
        &code::NOT_IN_MODULE,
        name.name.span,
        format!("there is no `{}` in `{path}`", name.name.text),
    )
    .near(&name.name.text, name.name.span, there.iter().copied());
    if diagnostic.help.is_none()
        && let Some(other) = standard_module_of(&name.name.text)
    {
        diagnostic = diagnostic.help(format!("`{}` is in `{other}`.", name.name.text));
    }
    if diagnostic.help.is_none() && path.starts_with("std/") {
        diagnostic = diagnostic.maybe_help(super::foreign::kind(&name.name.text).map(str::to_owned));
    }
    if diagnostic.help.is_none() && !there.is_empty() {
        diagnostic = diagnostic.help(format!("It has: {}.", there.join(", ")));
    }
    world.report(diagnostic);
    laud_syntax::near::nearest(&name.name.text, there.iter().copied()).map(LeanStr::from)
}

fn import(world: &mut World<'_>, file: FileId, name: LeanStr, def: Def, span: Span) {
    let module = world.module_of(file);
    let before =
        world.names[module.0 as usize].get(&name).or_else(|| world.imports[file.0 as usize].get(&name));
    if let Some((other, first)) = before
        && *other != def
    {
        let diagnostic =
            Diagnostic::new(&code::DUPLICATE_NAME, span, format!("`{name}` is in this file already"))
                .related(*first, "first here")
                .help(format!("Take it under another name: `{name} as other_{name}`."));
        world.report(diagnostic);
        return;
    }
    world.imports[file.0 as usize].insert(name, (def, span));
}

fn resolve_kind<'p>(world: &mut World<'p>, id: KindId) {
    let ast = world.kind(id).ast;
    let mut parts = Parts::default();
    parts.members.reserve(ast.body.entries.len());
    collect_members(world, &ast.body.entries, &mut parts, ast.primitive);
    let mut slots = Vec::new();
    for (index, param) in parts.params.iter().enumerate() {
        if let Type::List(item) = param.ty.required()
            && let Type::Kinds(kinds) = item.as_ref()
        {
            // A list of services is one of references; only the parts of a kind are declared in place.
            slots.extend(kinds.iter().map(|(kind, _)| (*kind, index)));
        }
    }
    let service = world.primitives.service;
    slots.retain(|(kind, _)| Some(*kind) != service);
    for (_, index) in &slots {
        parts.params[*index].takes = true;
    }
    let must_be_set = |param: &Param<'p>| param.ast.default.is_none() && !param.ty.is_optional();
    let kind: &mut Kind<'p> = &mut world.kinds[id.0 as usize];
    kind.required = (0..parts.params.len()).filter(|index| must_be_set(&parts.params[*index])).collect();
    kind.params = parts.params;
    kind.outs = parts.outs;
    kind.members = parts.members;
    kind.labelled = parts.labelled;
    kind.lost = parts.lost;
    kind.slots = slots;
}

#[derive(Default)]
struct Parts<'p> {
    params: Vec<Param<'p>>,
    outs: Vec<Out<'p>>,
    members: FxHashMap<LeanStr, Member<'p>>,
    labelled: Vec<&'p ast::Decl>,
    lost: Vec<LeanStr>,
}

fn collect_members<'p>(world: &World<'p>, entries: &'p [ast::Entry], parts: &mut Parts<'p>, primitive: bool) {
    for entry in entries {
        match &entry.node {
            ast::Node::Param(param) => {
                let ty = type_of(world, &param.ty);
                let closed = param.default.as_ref().is_some_and(|default| is_closed(default, &ty));
                if add_member(world, parts, &param.name, Member::Param(parts.params.len())) {
                    let name = own(&param.name);
                    let (doc, constant) = (&*entry.doc, OnceCell::new());
                    parts.params.push(Param { ast: param, doc, name, ty, constant, closed, takes: false });
                }
            }
            ast::Node::Out(out) => {
                let ty = out.ty.as_ref().map(|ty| type_of(world, ty));
                if out.value.is_none() && !primitive {
                    let message = format!("the output `{}` has no value", out.name.text);
                    world.report(
                        Diagnostic::new(&code::MISSING_FIELD, out.name.span, message)
                            .help("Give it one behind its type: `out NAME : TYPE = …`."),
                    );
                }
                if add_member(world, parts, &out.name, Member::Out(parts.outs.len())) {
                    parts.outs.push(Out { ast: out, doc: &entry.doc, ty });
                }
            }
            ast::Node::Let(value) => drop(add_member(world, parts, &value.name, Member::Let(value))),
            ast::Node::Decl(decl) => match &decl.name {
                ast::DeclName::Ident(name) => {
                    check_name(world, name);
                    add_member(world, parts, name, Member::Child(decl));
                }
                ast::DeclName::Label(_) => parts.labelled.push(decl),
            },
            ast::Node::If(branch) => {
                collect_members(world, &branch.then.entries, parts, primitive);
                if let Some(otherwise) = &branch.otherwise {
                    collect_members(world, &otherwise.entries, parts, primitive);
                }
            }
            // What a loop declares has a name of its own in each turn, and no one name for all.
            ast::Node::For(_) | ast::Node::Raw(_) | ast::Node::Error => {}
            ast::Node::Field(ast::Field { path, .. }) | ast::Node::Block(ast::Block { path, .. }) => {
                parts.lost.extend(path.first().map(own));
                let unread = |field: &ast::Field| matches!(field.value.node, ast::ExprNode::Error);
                if !matches!(&entry.node, ast::Node::Field(field) if unread(field)) {
                    world.report(super::misplaced::in_kind(world, entry, path));
                }
            }
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Kind(_)
            | ast::Node::Type(_)
            | ast::Node::Metrics(_)
            | ast::Node::Environment(_)
            | ast::Node::Spread(_)
            | ast::Node::Drop(_) => {
                world.report(
                    Diagnostic::new(&code::MISPLACED, entry.span, "this does not belong in a kind")
                        .help("A kind holds parameters (`name : Type = default`), declarations, `let`, `if`, `for` and `out`."),
                );
            }
        }
    }
}

/// Whether the name was free.
fn add_member<'p>(world: &World<'p>, parts: &mut Parts<'p>, name: &ast::Ident, member: Member<'p>) -> bool {
    if name.text.is_empty() {
        return false;
    }
    if let Some(first) = parts.members.get(&name.text) {
        let at = match first {
            Member::Param(index) => parts.params[*index].ast.name.span,
            Member::Out(index) => parts.outs[*index].ast.name.span,
            Member::Let(value) => value.name.span,
            Member::Child(decl) => decl.name_span(),
        };
        let both_children = matches!((first, member), (Member::Child(_), Member::Child(_)));
        if !both_children {
            world.report(
                Diagnostic::new(
                    &code::DUPLICATE_NAME,
                    name.span,
                    format!("`{}` is declared twice", name.text),
                )
                .again(at)
                .help("Give one of them another name."),
            );
        }
        return false;
    }
    parts.members.insert(name.text.clone(), member);
    true
}

/// Whether what is written has the same value everywhere: it names nothing but variants.
pub(crate) fn is_closed(expr: &ast::Expr, ty: &Type<'_>) -> bool {
    match &expr.node {
        ast::ExprNode::None
        | ast::ExprNode::Bool(_)
        | ast::ExprNode::Int(_)
        | ast::ExprNode::Float(_)
        | ast::ExprNode::Quantity(_) => true,
        ast::ExprNode::Text(text) => text.literal().is_some(),
        ast::ExprNode::Name(name) => match ty.bare() {
            Type::Enum(ty) => ty.variants.iter().any(|variant| variant.name == *name),
            _ => false,
        },
        ast::ExprNode::List(items) => items.iter().all(|item| match (item, ty.bare()) {
            (ast::ListItem::Value(value), Type::List(inner)) => is_closed(value, inner),
            (ast::ListItem::Value(_) | ast::ListItem::Spread(_), _) => false,
        }),
        ast::ExprNode::Record(body) => body.entries.is_empty(),
        ast::ExprNode::Embedded(_)
        | ast::ExprNode::Comprehension(_)
        | ast::ExprNode::Tagged(_)
        | ast::ExprNode::Member(_)
        | ast::ExprNode::Index(_)
        | ast::ExprNode::Call(_)
        | ast::ExprNode::Unary(..)
        | ast::ExprNode::Binary(_)
        | ast::ExprNode::If(_)
        | ast::ExprNode::Error => false,
    }
}

/// The type that a type expression means.
pub(crate) fn type_of<'p>(world: &World<'p>, ty: &'p ast::TypeExpr) -> Type<'p> {
    named_type_of(world, ty, None)
}

fn named_type_of<'p>(world: &World<'p>, ty: &'p ast::TypeExpr, name: Option<LeanStr>) -> Type<'p> {
    match &ty.node {
        ast::TypeNode::Named(text) => lookup_type(world, text, ty.span),
        ast::TypeNode::Generic(head, arguments) => generic_type(world, head, arguments),
        ast::TypeNode::Optional(inner) => Type::Optional(Rc::new(type_of(world, inner))),
        ast::TypeNode::Enum(variants) => {
            let names = variants.iter().map(|variant| &variant.name);
            report_twice(world, "variant", Some("Give one of them another name."), names);
            let variants = variants.iter().map(|variant| Variant {
                ast: variant,
                name: own(&variant.name),
                fields: variant
                    .fields
                    .as_ref()
                    .map(|body| Rc::new(record_of(world, body, Some(own(&variant.name))))),
            });
            Type::Enum(Rc::new(Enum { name, variants: variants.collect() }))
        }
        ast::TypeNode::Record(body) => Type::Record(Rc::new(record_of(world, body, name))),
        ast::TypeNode::Union(alternatives) => union::of(world, alternatives, ty.span),
        ast::TypeNode::Range { base, low, high } => {
            narrowed::in_range(world, type_of(world, base), base.span, low, high)
        }
        ast::TypeNode::Matching { base, pattern } => {
            narrowed::matching(world, type_of(world, base), base.span, pattern)
        }
        ast::TypeNode::Error => Type::Any,
    }
}

/// Reports what stands twice in a list of names, each of which is a `what`.
fn report_twice<'n>(
    world: &World<'_>,
    what: &str,
    help: Option<&str>,
    names: impl Iterator<Item = &'n ast::Ident> + Clone,
) {
    for (index, name) in names.clone().enumerate() {
        if let Some(first) = names.clone().take(index).find(|other| other.text == name.text) {
            let message = format!("the {what} `{}` is declared twice", name.text);
            world.report(
                Diagnostic::new(&code::DUPLICATE_NAME, name.span, message)
                    .again(first.span)
                    .maybe_help(help.map(str::to_owned)),
            );
        }
    }
}

/// What a type is, for what is none.
const NO_TYPE: &str = "A type is `Int`, `Text`, `Bytes`, …, a `type` of yours, or a kind; words to choose from are \
                       `enum { a, b }`.";

fn lookup_type<'p>(world: &World<'p>, name: &LeanStr, span: Span) -> Type<'p> {
    if let Some(ty) = Type::builtin(name) {
        return ty;
    }
    match world.lookup(span.file(), name) {
        Some(Def::Kind(kind)) => Type::Kinds([(kind, name.clone())].into()),
        Some(Def::Alias(alias)) => alias_type(world, alias),
        Some(Def::Let(_) | Def::Metrics(_) | Def::Decl(_)) => {
            world.report(
                Diagnostic::new(&code::UNKNOWN_TYPE, span, format!("`{name}` is a value, not a type"))
                    .help(NO_TYPE),
            );
            Type::Any
        }
        None if name.is_empty() || world.is_missing(span.file(), name) => Type::Any,
        None => {
            let diagnostic = Diagnostic::new(&code::UNKNOWN_TYPE, span, format!("there is no type `{name}`"));
            world.report(match foreign_type(name) {
                Some(ours) => diagnostic.help(format!("It is called `{ours}`.")).fix(
                    format!("Change to `{ours}`"),
                    span,
                    ours,
                ),
                None => {
                    let mut names =
                        world.visible(span.file(), |def| matches!(def, Def::Kind(_) | Def::Alias(_)));
                    names.extend(Type::BUILTIN_NAMES);
                    let help = match standard_module_of(name) {
                        Some(module) => format!("Add `use {module} {{ {name} }}` at the top of the file."),
                        None => NO_TYPE.to_owned(),
                    };
                    diagnostic.help(help).near(name, span, names)
                }
            });
            Type::Any
        }
    }
}

/// What laud calls a type that other languages have.
fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "varchar" => "Text",
        "integer" | "number" | "long" | "i64" | "u32" => "Int",
        "double" | "decimal" | "f64" => "Float",
        "boolean" => "Bool",
        "size" | "memory" => "Bytes",
        "time" | "timeout" | "interval" | "seconds" => "Duration",
        "regex" => "Text matching \"…\"",
        "hostname" | "fqdn" => "Domain",
        "uri" => "Url",
        "object" | "json" | "yaml" | "dict" => "Data",
        _ => return None,
    })
}

pub(super) fn alias_type<'p>(world: &World<'p>, alias: AliasId) -> Type<'p> {
    let info = &world.aliases[alias.0 as usize];
    if let Some(ty) = info.ty.get() {
        return ty.clone();
    }
    if mentions(world, &info.ast.ty, alias, &mut Vec::new()) {
        let span = info.ast.name.span;
        world.report(
            Diagnostic::new(&code::KIND_CYCLE, span, format!("the type `{}` contains itself", info.ast.name.text))
                .help("A type has an end: write each level as a type of its own, or take `Data` for a tree of any depth."),
        );
        let _ = info.ty.set(Type::Any);
        return Type::Any;
    }
    let ty = named_type_of(world, &info.ast.ty, Some(own(&info.ast.name)));
    info.ty.get_or_init(|| ty).clone()
}

/// Whether a type, followed through aliases, comes back to `alias`.
fn mentions(world: &World<'_>, ty: &ast::TypeExpr, alias: AliasId, seen: &mut Vec<AliasId>) -> bool {
    let in_params = |body: &ast::Body, seen: &mut Vec<AliasId>| {
        body.entries.iter().any(|entry| match &entry.node {
            ast::Node::Param(param) => mentions(world, &param.ty, alias, seen),
            _ => false,
        })
    };
    match &ty.node {
        ast::TypeNode::Named(name) => match world.lookup(ty.span.file(), name) {
            Some(Def::Alias(other)) if Type::builtin(name).is_none() => {
                if other == alias {
                    return true;
                }
                if seen.contains(&other) || world.aliases[other.0 as usize].ty.get().is_some() {
                    return false;
                }
                seen.push(other);
                mentions(world, &world.aliases[other.0 as usize].ast.ty, alias, seen)
            }
            Some(_) | None => false,
        },
        ast::TypeNode::Generic(_, arguments) => {
            arguments.iter().any(|argument| mentions(world, argument, alias, seen))
        }
        ast::TypeNode::Optional(inner) => mentions(world, inner, alias, seen),
        ast::TypeNode::Enum(variants) => {
            variants.iter().any(|variant| variant.fields.as_ref().is_some_and(|body| in_params(body, seen)))
        }
        ast::TypeNode::Record(body) => in_params(body, seen),
        ast::TypeNode::Union(alternatives) => {
            alternatives.iter().any(|other| mentions(world, other, alias, seen))
        }
        ast::TypeNode::Range { base, .. } | ast::TypeNode::Matching { base, .. } => {
            mentions(world, base, alias, seen)
        }
        ast::TypeNode::Error => false,
    }
}

fn record_of<'p>(world: &World<'p>, body: &'p ast::Body, name: Option<LeanStr>) -> Record<'p> {
    let mut fields: Vec<Field<'p>> = Vec::new();
    for entry in &body.entries {
        match &entry.node {
            ast::Node::Param(param) if fields.iter().any(|field| field.name == param.name.text) => {
                let message = format!("the field `{}` is declared twice", param.name.text);
                world.report(Diagnostic::new(&code::DUPLICATE_NAME, param.name.span, message));
            }
            ast::Node::Param(param) => fields.push(Field {
                ast: param,
                doc: &entry.doc,
                name: own(&param.name),
                ty: type_of(world, &param.ty),
                default: param.default.as_ref(),
            }),
            ast::Node::Error => {}
            _ => world.report(
                Diagnostic::new(&code::MISPLACED, entry.span, "a record type holds fields alone")
                    .help("A field is `name : Type`, or `name : Type = default`."),
            ),
        }
    }
    Record { name, fields }
}

fn generic_type<'p>(world: &World<'p>, head: &ast::Ident, arguments: &'p [ast::TypeExpr]) -> Type<'p> {
    let make: fn(Rc<Type<'p>>) -> Type<'p> = match head.text.as_str() {
        "List" => Type::List,
        "Map" => Type::Map,
        "Secret" => Type::Secret,
        other => {
            let diagnostic =
                Diagnostic::new(&code::UNKNOWN_TYPE, head.span, format!("there is no type `{other}<…>`"));
            let help = match other {
                "Option" | "Optional" | "Maybe" => "A value that may be `none` has the type `T?`.",
                "Array" | "Vec" | "Set" | "Seq" => "A list is written `List<T>`.",
                "Dict" | "HashMap" | "Record" | "Object" => "A map from texts is written `Map<T>`.",
                _ => "There are `List<T>`, `Map<T>` and `Secret<T>`.",
            };
            world.report(diagnostic.help(help).near(other, head.span, ["List", "Map", "Secret"]));
            return Type::Any;
        }
    };
    let [argument] = arguments else {
        let message = format!("`{}` takes one type", head.text);
        world.report(
            Diagnostic::new(&code::WRONG_ARGUMENTS, head.span, message)
                .help(format!("Write `{}<Text>`.", head.text)),
        );
        return Type::Any;
    };
    make(Rc::new(type_of(world, argument)))
}

/// Reports kinds that contain themselves, each circle once.
fn check_kind_cycles(world: &World<'_>) {
    let mut state = vec![0u8; world.kinds.len()];
    for index in 0..world.kinds.len() {
        visit_kind(world, KindId(index as u32), &mut state, &mut Vec::new());
    }
}

fn visit_kind(world: &World<'_>, id: KindId, state: &mut [u8], path: &mut Vec<(KindId, Span)>) {
    if state[id.0 as usize] == 2 {
        return;
    }
    state[id.0 as usize] = 1;
    for (span, kind) in made_of(world, id) {
        path.push((id, span));
        if state[kind.0 as usize] == 1 {
            let start = path.iter().position(|(open, _)| *open == kind).unwrap_or(0);
            let mut diagnostic = Diagnostic::new(
                &code::KIND_CYCLE,
                path[start].1,
                format!("the kind `{}` contains itself", world.kind(kind).name),
            )
            .help("A kind is made of other kinds; take the inner declaration out, or refer to one by a parameter.");
            for (_, span) in &path[start + 1..] {
                diagnostic = diagnostic.related(*span, "by way of this");
            }
            world.report(diagnostic);
            world.endless.borrow_mut().extend(path[start..].iter().map(|(open, _)| *open));
        } else {
            visit_kind(world, kind, state, path);
        }
        path.pop();
    }
    state[id.0 as usize] = 2;
}

/// The kinds of the declarations in a kind's body, with where they stand.
pub(crate) fn made_of(world: &World<'_>, id: KindId) -> Vec<(Span, KindId)> {
    let mut found = Vec::new();
    collect_made_of(world, &world.kind(id).ast.body.entries, &mut found);
    found
}

fn collect_made_of(world: &World<'_>, entries: &[ast::Entry], found: &mut Vec<(Span, KindId)>) {
    for entry in entries {
        match &entry.node {
            ast::Node::Decl(decl) => {
                if let Some(kind) = world.lookup_kind(decl.kind.span.file(), &decl.kind.text) {
                    found.push((decl.kind.span, kind));
                }
            }
            ast::Node::If(branch) => {
                collect_made_of(world, &branch.then.entries, found);
                if let Some(otherwise) = &branch.otherwise {
                    collect_made_of(world, &otherwise.entries, found);
                }
            }
            ast::Node::For(each) => collect_made_of(world, &each.body.entries, found),
            _ => {}
        }
    }
}
