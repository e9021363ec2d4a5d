//! Records and maps, from the bodies and paths that set them.

use super::children::Condition;
use super::instance::FieldPart;
use super::{Eval, Scope};
use crate::types::{Enum, Record, Type};
use crate::value::{Map, RecordValue, Value};
use indexmap::IndexMap;
use laud_plan::Origin;
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxBuildHasher;
use smallvec::{SmallVec, smallvec};
use std::rc::Rc;

/// Something that sets entries of a record or a map.
#[derive(Clone)]
enum Source<'p> {
    Body(&'p ast::Body, Scope),
    Path(&'p ast::Entry, u32, Scope),
}

/// Takes the entries of a body one by one: a name, where it stands, and what it is set to.
trait Sink<'p> {
    fn set(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident, part: FieldPart<'p>);
    fn drop(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident);
    /// What follows comes from elsewhere, and may set again what was set.
    fn next_source(&mut self);
    /// Something is spread of which it is not known what it sets.
    fn fill(&mut self, value: &Value<'p>, span: Span);
}

/// The name of the only variant that has all the fields which a body sets.
fn variant_of<'t>(body: &ast::Body, ty: &'t Enum<'_>) -> Option<&'t str> {
    let set = body.entries.iter().map(|entry| match &entry.node {
        ast::Node::Field(field) => field.path.first(),
        ast::Node::Block(block) => block.path.first(),
        _ => None,
    });
    let set: Vec<&ast::Ident> = set.collect::<Option<_>>()?;
    let mut fitting = ty.variants.iter().filter(|variant| {
        let fields = variant.fields.as_ref().map_or(&[][..], |record| &record.fields);
        set.iter().all(|name| fields.iter().any(|field| field.name == name.text))
    });
    match (fitting.next(), fitting.next()) {
        (Some(variant), None) => Some(&variant.name),
        _ => None,
    }
}

impl<'p> Eval<'_, 'p> {
    /// The value of a field from everything that sets it. `default` is what it is
    /// without that, `none` if there is nothing.
    pub(super) fn eval_parts(
        &mut self,
        parts: &[FieldPart<'p>],
        ty: &Type<'p>,
        span: Span,
        default: impl FnOnce(&mut Self) -> Value<'p>,
    ) -> Value<'p> {
        let mut base: Option<Value<'p>> = None;
        let mut sources: Vec<Source<'p>> = Vec::new();
        for part in parts {
            let value = match part {
                FieldPart::Assign(expr, scope) => self.eval(expr, ty, *scope),
                FieldPart::Text(text, scope) => {
                    let value = self.eval_text(text, ty, *scope);
                    self.coerce(value, ty, text.span)
                }
                FieldPart::Value(value, span) => self.coerce(value.clone(), ty, *span),
                FieldPart::Body(body, scope) => {
                    sources.push(Source::Body(body, *scope));
                    continue;
                }
                FieldPart::Path(entry, skip, scope) => {
                    sources.push(Source::Path(entry, *skip, *scope));
                    continue;
                }
            };
            base = Some(value);
            sources.clear();
        }
        if sources.is_empty() {
            return base.unwrap_or(Value::Error);
        }
        let base = base.unwrap_or_else(|| default(self));
        self.open(&sources, ty, span, base)
    }

    /// A body where a value of the type is expected.
    pub(super) fn eval_body(
        &mut self,
        body: &'p ast::Body,
        ty: &Type<'p>,
        scope: Scope,
        base: Value<'p>,
    ) -> Value<'p> {
        self.open(&[Source::Body(body, scope)], ty, body.span, base)
    }

    fn open(&mut self, sources: &[Source<'p>], ty: &Type<'p>, span: Span, base: Value<'p>) -> Value<'p> {
        match ty.bare() {
            Type::Record(record) => {
                let base = match base {
                    Value::Record(base) => Base::Known(base),
                    Value::Unknown(_) => Base::Unknown,
                    Value::Error => Base::Error,
                    _ => Base::Defaults,
                };
                self.open_record(sources, record, span, &base)
            }
            Type::Map(value) => self.open_map(sources, value, base),
            Type::Any => self.open_map(sources, &Type::Any, base),
            Type::Data => self.open_map(sources, &Type::Data, base),
            Type::Enum(_) => match base {
                Value::Variant(variant) if variant.fields.is_some() => {
                    self.open_variant(sources, &variant, span)
                }
                _ => self.not_a_record(sources, ty, span),
            },
            _ => self.not_a_record(sources, ty, span),
        }
    }

    fn open_variant(
        &mut self,
        sources: &[Source<'p>],
        variant: &Rc<crate::value::VariantValue<'p>>,
        span: Span,
    ) -> Value<'p> {
        let Some(fields) = &variant.fields else { return Value::Error };
        match self.open_record(sources, &fields.ty.clone(), span, &Base::Known(fields.clone())) {
            Value::Record(fields) => Value::Variant(Rc::new(crate::value::VariantValue {
                ty: variant.ty.clone(),
                index: variant.index,
                fields: Some(fields),
                span: variant.span,
            })),
            other => other,
        }
    }

    fn not_a_record(&mut self, sources: &[Source<'p>], ty: &Type<'p>, span: Span) -> Value<'p> {
        let (span, body) = match sources.first() {
            Some(Source::Path(entry, ..)) => (entry.span, None),
            Some(Source::Body(body, _)) => (span, Some(*body)),
            None => (span, None),
        };
        if let Type::EnvValue = ty.bare() {
            let message = "an environment variable holds text, and this is a record";
            self.report(
                Diagnostic::new(&code::WRONG_TYPE, span, message)
                    .help("Set a variable for each of its fields."),
            );
            return Value::Error;
        }
        let diagnostic = Diagnostic::new(&code::WRONG_TYPE, span, format!("expected `{ty}`, found a record"))
            .label(format!("takes `{ty}`"));
        let diagnostic = match ty.bare() {
            Type::Enum(ty) => {
                let diagnostic = diagnostic.help(ty.choice());
                match body.and_then(|body| Some((body, variant_of(body, ty)?))) {
                    Some((body, name)) if body.span == span => {
                        diagnostic.fix(format!("Make it `{name}`"), span.at_start(), format!("{name} "))
                    }
                    Some((_, name)) => {
                        diagnostic.fix(format!("Make it `{name}`"), span.at_end(), format!(" = {name}"))
                    }
                    None => diagnostic,
                }
            }
            _ => {
                let help = self.type_help(&Value::Error, ty);
                diagnostic.help(help.unwrap_or_else(|| "Set it with `= value`.".to_owned()))
            }
        };
        self.report(diagnostic);
        Value::Error
    }

    fn open_record(
        &mut self,
        sources: &[Source<'p>],
        ty: &Rc<Record<'p>>,
        span: Span,
        base: &Base<'p>,
    ) -> Value<'p> {
        let parts = vec![(span, Parts::new()); ty.fields.len()];
        let mut sink = RecordSink {
            ty: ty.clone(),
            parts,
            seen: Vec::new(),
            dropped: Vec::new(),
            meant: Vec::new(),
            strays: false,
        };
        for source in sources {
            sink.next_source();
            self.walk_source(source, &mut sink);
        }
        let mut fields = Vec::with_capacity(ty.fields.len());
        let mut missing: Vec<&str> = Vec::new();
        let mut origins: Vec<Origin> = Vec::new();
        for (index, field) in ty.fields.iter().enumerate() {
            let (at, parts) = &sink.parts[index];
            let base = if sink.dropped.contains(&index) { &Base::Defaults } else { base };
            let from_base = |eval: &mut Self| match (base, &field.default) {
                (Base::Known(record), _) => record.fields[index].clone(),
                (Base::Unknown, _) => Value::Unknown(field.ty.clone()),
                (Base::Error, _) => Value::Error,
                (Base::Defaults, Some(default)) => eval.eval(default, &field.ty, Scope::default()),
                (Base::Defaults, None) => Value::None,
            };
            let lacks = matches!(base, Base::Defaults) && field.is_needed();
            let value = match parts.is_empty() {
                false => self.eval_parts(parts, &field.ty, *at, from_base),
                true if lacks => {
                    // One that is written under another name is not missing as well.
                    if !sink.meant.contains(&index) {
                        missing.push(&field.name);
                    }
                    Value::Error
                }
                true => from_base(self),
            };
            fields.push(value);
            if self.is_traced() {
                let known = match base {
                    Base::Known(record) => record.origins.get(index).copied(),
                    Base::Unknown | Base::Error | Base::Defaults => None,
                };
                origins.push(match parts.is_empty() {
                    false => self.parts_origin(parts, *at),
                    true => known.unwrap_or(field.ast.name.span),
                });
            }
        }
        // One under a name that nothing is near to may be what is missing.
        if !missing.is_empty() && !sink.strays {
            self.report_missing_fields(ty, &missing, span);
        }
        Value::Record(Rc::new(RecordValue { ty: ty.clone(), fields, span, origins: origins.into() }))
    }

    fn report_missing_fields(&mut self, ty: &Rc<Record<'p>>, missing: &[&str], span: Span) {
        let of = ty.name.as_ref().map_or(String::new(), |name| format!(" of `{name}`"));
        let needed: Vec<String> = ty
            .fields
            .iter()
            .filter(|field| missing.contains(&field.name.as_str()))
            .map(|field| format!("`{} = …` ({})", field.name, field.ty.with_choice()))
            .collect();
        self.report(
            Diagnostic::new(&code::MISSING_FIELD, span, super::force::missing_words(missing, &of))
                .help(format!("Add {}.", needed.join(", "))),
        );
    }

    fn open_map(&mut self, sources: &[Source<'p>], value: &Type<'p>, base: Value<'p>) -> Value<'p> {
        let mut sink = MapSink { is_wrong: base.is_error(), ..MapSink::default() };
        if let Value::Map(map) = &base {
            let known = map.iter().map(|(key, (value, span))| {
                (key.clone(), (*span, smallvec![FieldPart::Value(value.clone(), *span)]))
            });
            sink.parts.extend(known);
        }
        for source in sources {
            sink.next_source();
            self.walk_source(source, &mut sink);
        }
        self.map_of(sink, value)
    }

    fn map_of(&mut self, sink: MapSink<'p>, ty: &Type<'p>) -> Value<'p> {
        let mut map = Map::with_capacity_and_hasher(sink.parts.len(), FxBuildHasher);
        for (key, (span, parts)) in sink.parts {
            let value = self.eval_parts(&parts, ty, span, |_| Value::None);
            let span = if self.is_traced() { self.parts_origin(&parts, span) } else { span };
            map.insert(key, (value, span));
        }
        if sink.is_wrong { Value::Error } else { Value::Map(Rc::new(map)) }
    }

    fn walk_source(&mut self, source: &Source<'p>, sink: &mut dyn Sink<'p>) {
        match source {
            Source::Body(body, scope) => self.walk_entries(&body.entries, *scope, sink),
            Source::Path(entry, skip, scope) => self.walk_entry(entry, *skip, *scope, sink),
        }
    }

    fn walk_entries(&mut self, entries: &'p [ast::Entry], scope: Scope, sink: &mut dyn Sink<'p>) {
        for entry in entries {
            self.walk_entry(entry, 0, scope, sink);
        }
    }

    fn walk_entry(&mut self, entry: &'p ast::Entry, skip: u32, scope: Scope, sink: &mut dyn Sink<'p>) {
        match &entry.node {
            ast::Node::Field(field) => {
                if let Some(name) = field.path.get(skip as usize) {
                    let last = skip as usize + 1 == field.path.len();
                    let part = match last {
                        true => FieldPart::Assign(&field.value, scope),
                        false => FieldPart::Path(entry, skip + 1, scope),
                    };
                    sink.set(self, name, part);
                }
            }
            ast::Node::Block(block) => {
                if let Some(name) = block.path.get(skip as usize) {
                    let last = skip as usize + 1 == block.path.len();
                    let part = match last {
                        true => FieldPart::Body(&block.body, scope),
                        false => FieldPart::Path(entry, skip + 1, scope),
                    };
                    sink.set(self, name, part);
                }
            }
            ast::Node::Spread(expr) => self.walk_spread(expr, scope, sink),
            ast::Node::If(branch) => match self.condition(&branch.condition, scope) {
                Condition::Holds => self.walk_entries(&branch.then.entries, scope, sink),
                Condition::Fails => {
                    if let Some(otherwise) = &branch.otherwise {
                        self.walk_entries(&otherwise.entries, scope, sink);
                    }
                }
                // Which fields it sets, no one knows.
                Condition::Error => sink.fill(&Value::Error, entry.span),
                Condition::Unknown => {
                    let narrowed = self.narrow(&branch.condition, scope);
                    self.walk_entries(&branch.then.entries, narrowed, sink);
                    if let Some(otherwise) = &branch.otherwise {
                        // Either may set the same field, so the second way is walked for its errors alone.
                        let mut other = MapSink::default();
                        self.walk_entries(&otherwise.entries, scope, &mut other);
                        self.map_of(other, &Type::Any);
                    }
                }
            },
            ast::Node::For(each) => {
                match self.turns(&each.list, &each.variable, each.value.as_ref(), scope) {
                    Some(turns) => {
                        for scope in turns {
                            self.walk_entries(&each.body.entries, scope, sink);
                        }
                    }
                    None => sink.fill(&Value::Error, entry.span),
                }
            }
            ast::Node::Drop(drop) => {
                if let Some(name) = drop.path.get(skip as usize) {
                    match skip as usize + 1 == drop.path.len() {
                        true => sink.drop(self, name),
                        false => sink.set(self, name, FieldPart::Path(entry, skip + 1, scope)),
                    }
                }
            }
            ast::Node::Error => {}
            ast::Node::Decl(decl) => {
                let message = format!("a declaration, `{}`, does not belong in a record", decl.kind.text);
                self.report(
                    Diagnostic::new(&code::MISPLACED, decl.kind.span, message)
                        .help("A field is set by `name = value`."),
                );
            }
            ast::Node::App(_)
            | ast::Node::Use(_)
            | ast::Node::Kind(_)
            | ast::Node::Type(_)
            | ast::Node::Let(_)
            | ast::Node::Metrics(_)
            | ast::Node::Environment(_)
            | ast::Node::Param(_)
            | ast::Node::Out(_)
            | ast::Node::Raw(_) => self.report_misplaced(entry),
        }
    }

    fn walk_spread(&mut self, expr: &'p ast::Expr, scope: Scope, sink: &mut dyn Sink<'p>) {
        match self.eval_spread(expr, scope) {
            Value::Map(map) => {
                for (key, (value, span)) in map.iter() {
                    let name = ast::Ident { text: key.clone(), span: expr.span };
                    sink.set(self, &name, FieldPart::Value(value.clone(), *span));
                }
            }
            Value::Record(record) => {
                for (field, value) in record.ty.fields.iter().zip(&record.fields) {
                    let name = ast::Ident { text: field.name.clone(), span: expr.span };
                    let span = record.origin(&field.name).unwrap_or(expr.span);
                    sink.set(self, &name, FieldPart::Value(value.clone(), span));
                }
            }
            Value::Unknown(Type::Record(record)) => {
                for field in &record.fields {
                    let name = ast::Ident { text: field.name.clone(), span: expr.span };
                    sink.set(self, &name, FieldPart::Value(Value::Unknown(field.ty.clone()), expr.span));
                }
            }
            value @ (Value::Error | Value::Unknown(_)) => sink.fill(&value, expr.span),
            Value::None => {}
            other => {
                let message = format!("expected a record or a map to spread, found {other}");
                self.report(Diagnostic::new(&code::WRONG_TYPE, expr.span, message));
            }
        }
    }
}

/// What sets a field: one thing, as a rule.
type Parts<'p> = SmallVec<[FieldPart<'p>; 1]>;

/// What a record's fields are when nothing sets them.
enum Base<'p> {
    Known(Rc<RecordValue<'p>>),
    Unknown,
    Error,
    Defaults,
}

struct RecordSink<'p> {
    ty: Rc<Record<'p>>,
    /// By field: where it was last set, and by what.
    parts: Vec<(Span, Parts<'p>)>,
    /// The fields that the source at hand has set.
    seen: Vec<usize>,
    /// The fields that go back to their defaults.
    dropped: Vec<usize>,
    /// The fields that were set under names that are near to theirs.
    meant: Vec<usize>,
    /// Whether something was set under a name that no field's is near to.
    strays: bool,
}

impl<'p> Sink<'p> for RecordSink<'p> {
    fn set(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident, part: FieldPart<'p>) {
        match self.ty.fields.iter().position(|field| field.name == name.text) {
            Some(index) => {
                let (at, parts) = &mut self.parts[index];
                let assigns = matches!(part, FieldPart::Assign(..));
                if assigns && self.seen.contains(&index) {
                    let diagnostic = Diagnostic::new(
                        &code::DUPLICATE_FIELD,
                        name.span,
                        format!("`{}` is set twice", name.text),
                    )
                    .again(*at)
                    .help("Keep one of them.");
                    eval.report(diagnostic);
                    return;
                }
                if assigns {
                    self.seen.push(index);
                }
                *at = name.span;
                if assigns {
                    parts.clear();
                }
                parts.push(part);
            }
            None if name.text.is_empty() => {}
            None => {
                let names = || self.ty.fields.iter().map(|field| field.name.as_str());
                let near = laud_syntax::near::nearest(&name.text, names());
                let near = near.and_then(|near| names().position(|other| other == near));
                self.strays |= near.is_none();
                self.meant.extend(near);
                self.report_unknown(eval, name);
            }
        }
    }

    fn next_source(&mut self) {
        self.seen.clear();
    }

    fn fill(&mut self, value: &Value<'p>, span: Span) {
        for (field, (at, parts)) in self.ty.fields.iter().zip(&mut self.parts) {
            *at = span;
            parts.push(FieldPart::Value(unknown_as(value, &field.ty), span));
        }
    }

    fn drop(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident) {
        match self.ty.fields.iter().position(|field| field.name == name.text) {
            Some(index) => {
                self.parts[index].1.clear();
                self.dropped.push(index);
            }
            None => self.report_unknown(eval, name),
        }
    }
}

impl<'p> RecordSink<'p> {
    fn report_unknown(&self, eval: &mut Eval<'_, 'p>, name: &ast::Ident) {
        let of = self.ty.name.as_ref().map_or("the record".to_owned(), |name| format!("`{name}`"));
        let names: Vec<&str> = self.ty.fields.iter().map(|field| field.name.as_str()).collect();
        let message = format!("{of} has no field `{}`", name.text);
        let code =
            if eval.is_path_of_overlay(name.span) { &code::UNKNOWN_PATH } else { &code::UNKNOWN_FIELD };
        let diagnostic = Diagnostic::new(code, name.span, message)
            .help(format!("It has: {}.", names.join(", ")))
            .near(&name.text, name.span, names);
        eval.report(diagnostic);
    }
}

#[derive(Default)]
struct MapSink<'p> {
    /// By key: where it was last set, and by what.
    parts: IndexMap<LeanStr, (Span, Parts<'p>), FxBuildHasher>,
    /// The keys that the body at hand has set.
    seen: Vec<(LeanStr, Span)>,
    /// Whether an error keeps some of its keys from being known.
    is_wrong: bool,
}

impl<'p> Sink<'p> for MapSink<'p> {
    fn set(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident, part: FieldPart<'p>) {
        if name.text.is_empty() {
            return;
        }
        if matches!(part, FieldPart::Assign(..)) {
            if let Some((_, first)) =
                self.seen.iter().find(|(seen, first)| *seen == name.text && *first != name.span)
            {
                let diagnostic = Diagnostic::new(
                    &code::DUPLICATE_FIELD,
                    name.span,
                    format!("`{}` is set twice", name.text),
                )
                .again(*first)
                .help("Keep one of them.");
                eval.report(diagnostic);
                return;
            }
            self.seen.push((name.text.clone(), name.span));
        }
        let (at, parts) = self.parts.entry(name.text.clone()).or_default();
        *at = match &part {
            FieldPart::Value(_, span) => *span,
            _ => name.span,
        };
        // What is set anew need not be known: it may refer to what is not there.
        if matches!(part, FieldPart::Assign(..) | FieldPart::Value(..)) {
            parts.clear();
        }
        parts.push(part);
    }

    fn next_source(&mut self) {
        self.seen.clear();
    }

    fn fill(&mut self, value: &Value<'p>, _span: Span) {
        self.is_wrong |= value.is_error();
    }

    fn drop(&mut self, eval: &mut Eval<'_, 'p>, name: &ast::Ident) {
        if self.parts.shift_remove(&name.text).is_none() {
            let diagnostic = Diagnostic::new(
                &code::UNKNOWN_PATH,
                name.span,
                format!("there is no `{}` to drop", name.text),
            )
            .near(&name.text, name.span, self.parts.keys().map(LeanStr::as_str));
            eval.report(diagnostic);
        }
    }
}

/// A value of the type of which nothing is known, or the error that was reported.
pub(super) fn unknown_as<'p>(value: &Value<'p>, ty: &Type<'p>) -> Value<'p> {
    match value {
        Value::Error => Value::Error,
        _ => Value::Unknown(ty.clone()),
    }
}
