//! Fields that must be set and are not: one, or all of a declaration.

use super::{Action, ActionSort, Spec, touch};
use crate::layout::Edit;
use laud_analyze::{Sample, SampleField};
use laud_syntax::{Diagnostic, Span, ast, code};

pub(super) fn actions(spec: &Spec<'_>, part: Span) -> Vec<Action> {
    let missing = spec.system.findings.iter().filter(|finding| *finding.code == code::MISSING_FIELD);
    let missing: Vec<Missing<'_>> = missing.filter_map(|finding| Missing::of(spec, finding)).collect();
    let around = |missing: &&Missing<'_>| touch(missing.span, part);
    let mut found: Vec<Action> = Vec::new();
    for one in missing.iter().filter(around) {
        let action = spec.action(format!("Add `{}`", one.field), ActionSort::Fix, vec![one.edit(spec)]);
        if !found.iter().any(|other| other.title == action.title && other.changes == action.changes) {
            found.push(Action { mends: Some(one.span), ..action });
        }
    }
    let Some(entry) = spec.parsed.file.entries.iter().find(|entry| touch(entry.span, part)) else {
        return found;
    };
    let mut all: Vec<&Missing<'_>> = Vec::new();
    for one in missing.iter().filter(|one| touch(entry.span, one.span)) {
        if !all.iter().any(|other| (other.span, &other.field) == (one.span, &one.field)) {
            all.push(one);
        }
    }
    if all.len() > 1 {
        let names: Vec<String> = all.iter().map(|one| format!("`{}`", one.field)).collect();
        let edits = together(spec, &all);
        found.push(spec.action(
            format!("Add all that is missing: {}", names.join(", ")),
            ActionSort::Fix,
            edits,
        ));
    }
    found
}

/// The edits of several, those of one body in one.
fn together(spec: &Spec<'_>, all: &[&Missing<'_>]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut done: Vec<Span> = Vec::new();
    for one in all {
        if done.contains(&one.span) {
            continue;
        }
        done.push(one.span);
        let of_one_body: Vec<&str> =
            all.iter().filter(|other| other.span == one.span).map(|other| other.entry.as_str()).collect();
        let is_one_line =
            one.body.is_some_and(|body| !body.entries.is_empty() && !spec.slice(body.span).contains('\n'));
        let between = if is_one_line { ", " } else { "\n" };
        let joined = Missing { entry: of_one_body.join(between), field: String::new(), ..**one };
        edits.push(joined.edit(spec));
    }
    edits
}

/// A field that is missing.
struct Missing<'s> {
    /// Where that is reported.
    span: Span,
    field: String,
    /// The entry that sets it.
    entry: String,
    /// The body in which it belongs, or the declaration that has none.
    body: Option<&'s ast::Body>,
    end: u32,
}

impl<'s> Missing<'s> {
    fn of(spec: &Spec<'s>, finding: &Diagnostic) -> Option<Self> {
        let span = finding.span.filter(|span| span.file() == spec.file)?;
        // The help shows the entry that is missing: "Add `memory = …` (Bytes)."
        let help = finding.help.as_deref()?;
        let field =
            help.split('`').skip(1).step_by(2).find_map(|quoted| quoted.split_once(['=', '{']))?.0.trim();
        let owner = owner(&spec.parsed.file.entries, span)?;
        let offset = owner.body.map_or(owner.end, |body| body.span.start() + 1);
        let known = spec
            .system
            .program()
            .body_at(spec.file, offset)
            .filter(|known| owner.body.is_some_and(|body| body.span == known.span));
        let entry = match known {
            Some(known) => {
                let field = known.fields.into_iter().find(|known| known.symbol.name == field)?;
                let sample = SampleField {
                    name: field.symbol.name.to_string(),
                    opens: field.opens,
                    value: field.sample,
                };
                written(&sample)?
            }
            // Without a body nothing of it is known but what the help says.
            None => return None,
        };
        Some(Self { span, field: field.to_owned(), entry, body: owner.body, end: owner.end })
    }

    fn edit(&self, spec: &Spec<'_>) -> Edit {
        match self.body {
            Some(body) => spec.append(body, &self.entry),
            None => {
                let span = self.span.with(self.end, self.end);
                Edit { span, text: format!(" {{ {} }}", self.entry) }
            }
        }
    }
}

/// What a field is missing in.
#[derive(Clone, Copy)]
struct Owner<'s> {
    body: Option<&'s ast::Body>,
    end: u32,
}

/// What is reported at a place: the declaration of that name, the block of that path, the record there.
fn owner(entries: &[ast::Entry], span: Span) -> Option<Owner<'_>> {
    entries.iter().filter(|entry| touch(entry.span, span)).find_map(|entry| match &entry.node {
        ast::Node::Decl(decl) if decl.name_span() == span => {
            Some(Owner { body: decl.body.as_ref(), end: entry.span.end() })
        }
        ast::Node::Decl(decl) => decl.body.as_ref().and_then(|body| owner(&body.entries, span)),
        ast::Node::Block(block) => {
            let is_it = block.path.iter().any(|name| name.span == span);
            if is_it { Some(of_body(&block.body)) } else { owner(&block.body.entries, span) }
        }
        ast::Node::Field(field) => in_value(&field.value, span),
        ast::Node::Let(value) => in_value(&value.value, span),
        ast::Node::Environment(environment) => owner(&environment.body.entries, span),
        ast::Node::Kind(kind) => owner(&kind.body.entries, span),
        ast::Node::If(branch) => owner(&branch.then.entries, span)
            .or_else(|| branch.otherwise.as_ref().and_then(|body| owner(&body.entries, span))),
        ast::Node::For(each) => owner(&each.body.entries, span),
        ast::Node::App(_)
        | ast::Node::Use(_)
        | ast::Node::Type(_)
        | ast::Node::Metrics(_)
        | ast::Node::Param(_)
        | ast::Node::Out(_)
        | ast::Node::Spread(_)
        | ast::Node::Drop(_)
        | ast::Node::Raw(_)
        | ast::Node::Error => None,
    })
}

fn of_body(body: &ast::Body) -> Owner<'_> {
    Owner { body: Some(body), end: body.span.end() }
}

fn in_value(value: &ast::Expr, span: Span) -> Option<Owner<'_>> {
    let body = match &value.node {
        ast::ExprNode::Record(body) => body,
        ast::ExprNode::Tagged(tagged) => &tagged.body,
        ast::ExprNode::List(items) => {
            return items.iter().find_map(|item| in_value(item.expr(), span));
        }
        _ => return None,
    };
    if body.span == span || value.span == span { Some(of_body(body)) } else { owner(&body.entries, span) }
}

/// A field as it would be written; nothing where nothing is known to start from.
fn written(field: &SampleField) -> Option<String> {
    match &field.value {
        Sample::Fields(fields) if field.opens => Some(format!("{} {}", field.name, body(fields)?)),
        sample => Some(format!("{} = {}", field.name, value(sample)?)),
    }
}

fn body(fields: &[SampleField]) -> Option<String> {
    let fields: Option<Vec<String>> = fields.iter().map(written).collect();
    let fields = fields?.join(", ");
    Some(if fields.is_empty() { "{}".to_owned() } else { format!("{{ {fields} }}") })
}

fn value(sample: &Sample) -> Option<String> {
    match sample {
        Sample::Value(text) => (!text.is_empty()).then(|| text.clone()),
        Sample::Quoted(text) => Some(format!("\"{text}\"")),
        Sample::Query(text) => Some(format!("promql`{text}`")),
        Sample::Choice(words) => words.first().cloned(),
        Sample::Fields(fields) => body(fields),
        Sample::Variant(name, fields) => Some(format!("{name} {}", body(fields)?)),
    }
}
