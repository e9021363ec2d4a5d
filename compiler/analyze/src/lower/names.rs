//! The names that things have in the targets, and their clashes.

use super::Lower;
use crate::shown::{a, scalar};
use crate::types::{TextForm, Type};
use crate::value::Value;
use crate::world::{InstanceId, type_of};
use laud_plan as plan;
use laud_syntax::{Diagnostic, Span, ast, code};
use lean_string::LeanStr;
use rustc_hash::FxHashMap;

impl<'p> Lower<'_, '_, 'p> {
    /// Names and lowers secrets and settings.
    pub(super) fn name_variables(&mut self) {
        let primitives = self.eval.world.primitives;
        let mut variables: FxHashMap<LeanStr, Span> = FxHashMap::default();
        for id in self.of_kind(primitives.secret) {
            let name = self.eval.full_name(id);
            let author = self.author_of(id);
            self.claim(&mut variables, &name, author, "variable");
            let origin = self.variable_origin(id, author);
            self.names.insert(id, name.clone());
            let description = self.description(id);
            let variable = name.to_uppercase();
            self.plan.secrets.push(plan::Secret { variable, name, description, in_url: false, origin });
        }
        for id in self.of_kind(primitives.setting) {
            let name = self.eval.full_name(id);
            let author = self.author_of(id);
            self.claim(&mut variables, &name, author, "variable");
            let origin = self.variable_origin(id, author);
            let setting = self.setting(id, name.to_uppercase(), origin);
            self.plan.settings.push(setting);
        }
    }

    /// Marks the secrets that become part of a URL, which every value may do.
    pub(super) fn mark_secrets(&mut self) {
        let secrets = self.of_kind(self.eval.world.primitives.secret);
        for (secret, id) in self.plan.secrets.iter_mut().zip(&secrets) {
            secret.in_url = self.eval.in_url.contains(id);
        }
    }

    /// Gives a service its host name.
    pub(super) fn name_service(&mut self, id: InstanceId) {
        let name = LeanStr::from(self.eval.full_name(id).replace('_', "-"));
        let span = self.author_of(id);
        self.give_host_name(id, name, span);
    }

    /// Gives a service that host name, unless it is another's.
    pub(super) fn give_host_name(&mut self, id: InstanceId, name: LeanStr, span: Span) {
        if name.len() > 63 {
            let message = format!("the host name `{name}` is longer than 63 characters");
            self.report(
                Diagnostic::new(&code::BAD_NAME, span, message).help("Shorten the names that it is made of."),
            );
        }
        let mut taken = std::mem::take(&mut self.host_names);
        self.claim(&mut taken, &name, span, "service");
        self.host_names = taken;
        self.names.insert(id, name);
    }

    /// Reports a name that something else has.
    pub(super) fn claim(
        &mut self,
        taken: &mut FxHashMap<LeanStr, Span>,
        name: &LeanStr,
        span: Span,
        what: &str,
    ) {
        match taken.get(name) {
            Some(first) => {
                let first = *first;
                self.report(
                    Diagnostic::new(
                        &code::NAME_CLASH,
                        span,
                        format!("two things would be the {what} `{name}`"),
                    )
                    .related(first, "the other")
                    .help("Give one of them another name."),
                );
            }
            None => {
                taken.insert(name.clone(), span);
            }
        }
    }

    /// Where a secret or a setting comes from, with what its description is made of.
    fn variable_origin(&mut self, id: InstanceId, author: Span) -> Span {
        let description = self.origins(id).of("description");
        let all: Vec<Span> = std::iter::once(author).chain(description).collect();
        let trace = self.eval.trace.as_mut();
        trace.and_then(|trace| trace.causes.join(&all)).unwrap_or(author)
    }

    /// The description: what stands after the name, or the doc comment.
    fn description(&mut self, id: InstanceId) -> String {
        match self.eval.get(id, "description") {
            Value::Text(text) if !text.is_empty() => text.to_string(),
            _ => self.eval.instance(id).doc().to_owned(),
        }
    }

    fn setting(&mut self, id: InstanceId, variable: LeanStr, origin: Span) -> plan::Setting {
        let description = self.description(id);
        let decl = self.eval.decl_of(id);
        let ty = decl.and_then(|decl| decl.ty.as_deref());
        let name =
            ty.map_or("Text".to_owned(), |ty| self.eval.world.loaded.sources.slice(ty.span).to_owned());
        let default =
            decl.and_then(|decl| decl.value.as_ref()).and_then(|value| self.setting_default(value, ty));
        if let Some(ty) = ty
            && !is_one_value(&type_of(self.eval.world, ty))
        {
            self.report(
                Diagnostic::new(&code::WRONG_TYPE, ty.span, format!("a setting cannot be {}", a(&name))).help(
                    "It is one value in `.env`; one that may be left out has a default, such as `= \"\"`.",
                ),
            );
        }
        plan::Setting { variable, description, ty: name, default, origin }
    }

    fn setting_default(&mut self, value: &'p ast::Expr, ty: Option<&'p ast::TypeExpr>) -> Option<String> {
        let default = self.eval.setting_default(value, ty);
        match &default {
            Value::Text(text) => Some(text.to_string()),
            Value::Error => None,
            default => scalar(default).or_else(|| {
                let message = "the default of a setting must be known when the spec is compiled";
                self.report(Diagnostic::new(&code::DEPLOY_TIME_VALUE, value.span, message));
                None
            }),
        }
    }
}

/// Whether a value of the type fits in one variable.
fn is_one_value(ty: &Type<'_>) -> bool {
    if ty.is_optional() {
        return false;
    }
    match ty.bare() {
        Type::Enum(of) => of.variants.iter().all(|variant| variant.fields.is_none()),
        Type::Text(form) => *form != TextForm::SourcePath,
        Type::Any
        | Type::Bool
        | Type::Int
        | Type::Float
        | Type::Bytes
        | Type::Duration
        | Type::Percent
        | Type::Rate
        | Type::Cpu
        | Type::Port => true,
        Type::Image
        | Type::PromQl
        | Type::AlertText
        | Type::EnvValue
        | Type::Data
        | Type::Metrics
        | Type::List(_)
        | Type::Map(_)
        | Type::Optional(_)
        | Type::Secret(_)
        | Type::Record(_)
        | Type::Kinds(_)
        | Type::Range(_)
        | Type::Matching(_) => false,
    }
}
