//! Going through everything, so that every error is found whether or not
//! something asks for the value.

use super::late::may_hold_raw;
use super::{Eval, Instance, Scope};
use crate::shown::a;
use crate::types::Type;
use crate::world::{InstanceId, Kind, KindId};
use laud_syntax::{Diagnostic, ast, code};

impl<'p> Eval<'_, 'p> {
    /// Evaluates all that an instance has, and all that it is made of.
    fn force(&mut self, id: InstanceId) {
        self.force_own(id);
        for index in 0..self.instance(id).items.len() {
            self.force(self.instance(id).items[index].1);
        }
        for index in 0..self.instance(id).children.len() {
            self.force(self.instance(id).children[index]);
        }
    }

    /// Evaluates all that an instance has itself.
    pub(crate) fn force_own(&mut self, id: InstanceId) {
        self.collect_fields(id);
        self.force_fields(id);
        let kind = self.instance(id).kind;
        let world = self.world;
        if world.kind(kind).ast.primitive {
            return;
        }
        self.make_children(id);
        self.report_unused_overlays(id);
        let external = self.instance(id).external;
        for index in 0..world.kind(kind).outs.len() {
            // What an external does not give and nobody asks for need not be there.
            if !external || self.instance(id).given(index).is_some() {
                self.out(id, index);
            }
        }
    }

    /// Makes what an instance is made of, without its values; its raw content
    /// is of the whole, whoever lowers it.
    pub(crate) fn outline(&mut self, id: InstanceId) {
        let instance = self.instance(id);
        let kind = self.world.kind(instance.kind);
        let body = || instance.decl().and_then(|decl| decl.body.as_ref());
        if !kind.ast.primitive
            || !kind.slots.is_empty()
            || body().is_some_and(may_hold_raw)
            || instance.layer(1).is_some()
        {
            self.make_children(id);
        }
    }

    /// Makes all that an instance is made of, and lists it: owners before what they own.
    pub(crate) fn outline_all(&mut self, id: InstanceId, all: &mut Vec<InstanceId>) {
        self.list_parts(id, all, |eval, id| {
            eval.outline(id);
            eval.instance_mut(id).fit();
        });
    }

    /// Lists an instance and all that it is made of, which `make` makes: owners
    /// before what they own.
    fn list_parts(&mut self, id: InstanceId, all: &mut Vec<InstanceId>, make: fn(&mut Self, InstanceId)) {
        all.push(id);
        make(self, id);
        for index in 0..self.instance(id).children.len() {
            self.list_parts(self.instance(id).children[index], all, make);
        }
        for index in 0..self.instance(id).items.len() {
            self.list_parts(self.instance(id).items[index].1, all, make);
        }
    }

    fn force_fields(&mut self, id: InstanceId) {
        let world = self.world;
        let kind = world.kind(self.instance(id).kind);
        // What is worked out may ask for a default, which then stands behind the others.
        let mut at = 0;
        while at < self.instance(id).fields.len() {
            self.work_out(id, at);
            at += 1;
        }
        let fields = &self.instance(id).fields;
        let is_set = |index: &usize| fields.find(*index).is_some();
        let mut missing: Vec<usize> = kind.required.iter().copied().filter(|index| !is_set(index)).collect();
        let checked_root = self.is_check() && self.instance(id).parent.is_none();
        if missing.is_empty() || self.instance(id).external || checked_root {
            return;
        }
        let items = &self.instance(id).items;
        missing.retain(|index| !items.iter().any(|(param, _)| *param as usize == *index));
        missing.retain(|index| !self.instance(id).is_meant(*index));
        // One that is written as a declaration, `port http = 80`, is reported as that.
        let body = self.instance(id).decl().and_then(|decl| decl.body.as_ref());
        let declared = body.map_or(&[][..], |body| &body.entries).iter().filter_map(ast::Entry::decl);
        let declared: Vec<&str> = declared.map(|decl| decl.kind.text.as_str()).collect();
        missing.retain(|index| {
            let name = kind.params[*index].name.as_str();
            !declared.contains(&name) || self.takes_declared(kind, name)
        });
        if !missing.is_empty() {
            self.report_missing(id, &missing);
        }
    }

    /// Whether a kind takes declarations of another, or makes some that can be changed.
    fn takes_declared(&self, kind: &Kind<'_>, other: &str) -> bool {
        kind.slots.iter().any(|(slot, _)| self.world.kind(*slot).name == other)
            || kind.made_of(other).next().is_some()
            || kind.labelled.iter().any(|child| child.kind.text == other)
    }

    fn report_missing(&mut self, id: InstanceId, missing: &[usize]) {
        let world = self.world;
        let instance = self.instance(id);
        let kind = world.kind(instance.kind);
        let names: Vec<&str> = missing.iter().map(|index| kind.params[*index].name.as_str()).collect();
        let help: Vec<String> = missing
            .iter()
            .map(|index| {
                let param = &kind.params[*index];
                match param.ty.bare() {
                    Type::Record(record) if record.fields.iter().any(|field| field.default.is_none()) => {
                        let fields: Vec<String> = record
                            .fields
                            .iter()
                            .filter(|field| field.is_needed())
                            .map(|field| format!("{} = …", field.name))
                            .collect();
                        format!("`{} {{ {} }}`", param.name, fields.join(", "))
                    }
                    _ => format!("`{} = …` ({})", param.name, param.ty.with_choice()),
                }
            })
            .collect();
        let message = missing_words(&names, &format!(" of `{}`", instance.name()));
        let it = if names.len() == 1 { "it" } else { "them" };
        let diagnostic = Diagnostic::new(&code::MISSING_FIELD, instance.span(), message)
            .label(format!("{} needs {it}", a(&kind.name)))
            .help(format!("Add {}.", help.join(", ")));
        self.report(diagnostic);
    }

    /// Checks a kind by itself: its parameters are unknown.
    pub(crate) fn check_kind(&mut self, kind: KindId) {
        let world = self.world;
        let info = world.kind(kind);
        let id = InstanceId::new(self.instances.len());
        self.instances.push(Instance::unknown(kind, &info.ast.name));
        let scope = Scope::of(id);
        for param in &info.params {
            if let Some(default) = &param.ast.default {
                self.eval(default, &param.ty, scope);
            }
        }
        if info.ast.primitive {
            return;
        }
        self.make_children(id);
        for index in 0..self.instance(id).children.len() {
            self.force(self.instance(id).children[index]);
        }
        for index in 0..info.outs.len() {
            self.out(id, index);
        }
        for entry in &info.ast.body.entries {
            if let ast::Node::Let(value) = &entry.node {
                self.remember_let(id, value);
            }
        }
    }
}

/// `a` is missing; `a`, `b` and `c` are missing.
pub(super) fn missing_words(names: &[&str], of: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [one] => format!("{one}{of} is missing"),
        [first @ .., last] => format!("{} and {last}{of} are missing", first.join(", ")),
        [] => String::new(),
    }
}
