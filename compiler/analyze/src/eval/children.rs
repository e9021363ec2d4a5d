//! What an instance's kind makes: its children, and the turns of loops.

use super::instance::{LayerSource, Progress};
use super::late::Left;
use super::{Eval, Scope};
use crate::types::Type;
use crate::value::Value;
use crate::world::{InstanceId, KindId, bad_name, bad_written_name};
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;

/// What came of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Holds,
    Fails,
    /// The check goes both ways.
    Unknown,
    /// It has an error, which was reported: what stands under it may be there or not.
    Error,
}

impl<'p> Eval<'_, 'p> {
    /// Makes what the instance's kind declares, but for what is left for later.
    pub(crate) fn make_children(&mut self, id: InstanceId) {
        self.collect_structure(id);
        if self.instance(id).progress != Progress::Fields {
            return;
        }
        self.instance_mut(id).progress = Progress::MakingChildren;
        let world = self.world;
        let kind = world.kind(self.instance(id).kind);
        if !kind.ast.primitive {
            let (scope, left) = (Scope::of(id), self.left(id));
            let later = left.as_deref().unwrap_or_default();
            self.on_behalf_of(id, |eval| eval.make_entries(id, &kind.ast.body.entries, scope, later));
        }
        let progress = if self.late.is_some() { Progress::Children } else { Progress::AllChildren };
        self.instance_mut(id).progress = progress;
    }

    /// Makes what entries declare, but for what is `left` for later.
    fn make_entries(
        &mut self,
        id: InstanceId,
        entries: &'p [ast::Entry],
        scope: Scope,
        mut left: &[Left<'p>],
    ) {
        for (at, entry) in entries.iter().enumerate() {
            if let Some((_, rest)) = left.split_first().filter(|(next, _)| next.at == at) {
                left = rest;
                continue;
            }
            match &entry.node {
                ast::Node::Decl(decl) => self.make_child(id, entry, decl, scope),
                ast::Node::If(branch) => match self.condition(&branch.condition, scope) {
                    Condition::Holds => self.make_entries(id, &branch.then.entries, scope, &[]),
                    Condition::Fails => {
                        if let Some(otherwise) = &branch.otherwise {
                            self.make_entries(id, &otherwise.entries, scope, &[]);
                        }
                    }
                    Condition::Unknown => {
                        let narrowed = self.narrow(&branch.condition, scope);
                        self.make_entries(id, &branch.then.entries, narrowed, &[]);
                        if let Some(otherwise) = &branch.otherwise {
                            self.make_entries(id, &otherwise.entries, scope, &[]);
                        }
                    }
                    Condition::Error => self.instance_mut(id).lose_parts(),
                },
                ast::Node::For(each) => {
                    match self.turns(&each.list, &each.variable, each.value.as_ref(), scope) {
                        Some(turns) => {
                            for scope in turns {
                                self.make_entries(id, &each.body.entries, scope, &[]);
                            }
                        }
                        None => self.instance_mut(id).lose_parts(),
                    }
                }
                ast::Node::Raw(raw) => self.instance_mut(id).push_raw(raw),
                _ => {}
            }
        }
    }

    pub(super) fn make_child(
        &mut self,
        id: InstanceId,
        entry: &'p ast::Entry,
        decl: &'p ast::Decl,
        scope: Scope,
    ) {
        let kind = match self.world.made_kind(&decl.kind) {
            Ok(kind) => kind,
            Err(unknown) => return self.diagnostics.extend(unknown),
        };
        let primitives = self.world.primitives;
        if self.instance(id).external && Some(kind) != primitives.secret && Some(kind) != primitives.setting {
            return;
        }
        let Some(name) = self.decl_name(kind, decl, scope) else {
            return self.instance_mut(id).lose_parts();
        };
        let mut layers = Vec::new();
        if !self.instance(id).overlays().is_empty() {
            for overlay in &mut self.instance_mut(id).rare_mut().overlays {
                if overlay.name == name {
                    overlay.used = true;
                    layers.push(overlay.layer);
                }
            }
        }
        if layers.iter().any(|layer| matches!(layer.source, LayerSource::Dropped)) {
            return;
        }
        let child = self.add_instance(kind, name, Some(id), entry, scope);
        for layer in layers {
            self.instance_mut(child).push_layer(layer);
        }
        self.instance_mut(id).children.push(child);
    }

    /// The name or label of a declaration of a kind. A route has a path for a
    /// label and a panel a title; that of whatever else is its name.
    pub(crate) fn decl_name(&mut self, kind: KindId, decl: &'p ast::Decl, scope: Scope) -> Option<LeanStr> {
        match &decl.name {
            ast::DeclName::Ident(name) if name.text.is_empty() => None,
            ast::DeclName::Ident(name) => Some(name.text.clone()),
            ast::DeclName::Label(text) => match self.eval_text(text, &Type::TEXT, scope) {
                Value::Text(name) => self.is_label(kind, text, &name).then_some(name),
                Value::Unknown(_) | Value::Pieces(_) if self.is_check() => {
                    Some(LeanStr::from_static_str("unknown"))
                }
                Value::Error => None,
                _ => {
                    self.report(Diagnostic::new(
                        &code::DEPLOY_TIME_VALUE,
                        text.span,
                        "a name must be known when the spec is compiled",
                    ));
                    None
                }
            },
        }
    }

    /// Whether a label will do for a declaration of a kind; reports what will not.
    fn is_label(&mut self, kind: KindId, text: &ast::Text, label: &str) -> bool {
        let primitives = self.world.primitives;
        if [primitives.route, primitives.panel].contains(&Some(kind)) {
            return true;
        }
        let bad = match text.literal() {
            Some(_) => bad_written_name(label, text.span),
            None => bad_name(label, text.span),
        };
        let Some(bad) = bad else { return true };
        self.report(bad);
        false
    }

    /// Whether a condition holds.
    pub(crate) fn condition(&mut self, condition: &'p ast::Expr, scope: Scope) -> Condition {
        match self.eval(condition, &Type::Bool, scope) {
            Value::Bool(true) => Condition::Holds,
            Value::Bool(false) => Condition::Fails,
            Value::Unknown(_) => Condition::Unknown,
            _ => Condition::Error,
        }
    }

    /// The scopes of a loop's turns; `None` where an error keeps the list from being known.
    pub(crate) fn turns(
        &mut self,
        list: &'p ast::Expr,
        variable: &ast::Ident,
        second: Option<&ast::Ident>,
        scope: Scope,
    ) -> Option<Vec<Scope>> {
        let pairs: Vec<(Value<'p>, Option<Value<'p>>)> = match self.eval(list, &Type::Any, scope) {
            Value::List(items) if second.is_none() => items.iter().map(|item| (item.clone(), None)).collect(),
            Value::List(items) => {
                let numbered = items.iter().enumerate();
                numbered.map(|(index, item)| (Value::Int(index as i64), Some(item.clone()))).collect()
            }
            Value::Map(map) => {
                map.iter().map(|(key, (value, _))| (Value::Text(key.clone()), Some(value.clone()))).collect()
            }
            Value::Unknown(ty) => match ty.required() {
                Type::List(item) if second.is_none() => vec![(Value::Unknown(item.as_ref().clone()), None)],
                Type::List(item) => {
                    vec![(Value::Unknown(Type::Int), Some(Value::Unknown(item.as_ref().clone())))]
                }
                Type::Map(value) => {
                    vec![(Value::Unknown(Type::TEXT), Some(Value::Unknown(value.as_ref().clone())))]
                }
                Type::Any => vec![(Value::Unknown(Type::Any), Some(Value::Unknown(Type::Any)))],
                other => {
                    let message = format!("expected a list or a map to go through, found `{other}`");
                    self.report(Diagnostic::new(&code::WRONG_TYPE, list.span, message));
                    return None;
                }
            },
            Value::Error => return None,
            other => {
                let message = format!("expected a list or a map to go through, found {other}");
                self.report(Diagnostic::new(&code::WRONG_TYPE, list.span, message));
                return None;
            }
        };
        let mut scopes = Vec::with_capacity(pairs.len());
        for (first, other) in pairs {
            let mut inner = self.with_local(scope, variable.text.clone(), first);
            if let (Some(name), Some(value)) = (second, other) {
                inner = self.with_local(inner, name.text.clone(), value);
            }
            scopes.push(inner);
        }
        Some(scopes)
    }

    /// Reports changes to what the kind did not make after all.
    pub(crate) fn report_unused_overlays(&mut self, id: InstanceId) {
        let unused: Vec<(LeanStr, Span)> = self
            .instance(id)
            .overlays()
            .iter()
            .filter(|overlay| !overlay.used)
            .map(|o| (o.name.clone(), o.span))
            .collect();
        if self.instance(id).external || self.instance(id).may_lack_parts() {
            return;
        }
        for (name, span) in unused {
            let message = format!("`{}` has no `{name}` here to change", self.instance(id).name());
            self.report(
                Diagnostic::new(&code::UNKNOWN_PATH, span, message)
                    .help("It is declared under a condition that does not hold."),
            );
        }
    }

    /// Whether a kind, or what it is made of, has a primitive of that kind.
    pub(crate) fn contains(world: &crate::world::World<'_>, kind: KindId, wanted: KindId) -> bool {
        let mut seen = vec![kind];
        let mut at = 0;
        while let Some(kind) = seen.get(at).copied() {
            if kind == wanted {
                return true;
            }
            for (_, inner) in crate::world::made_of(world, kind) {
                if !seen.contains(&inner) {
                    seen.push(inner);
                }
            }
            at += 1;
        }
        false
    }
}
