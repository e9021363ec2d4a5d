//! What lowering asks of evaluation beyond the fields of instances.

use super::instance::FieldPart;
use super::{Eval, Scope};
use crate::types::Type;
use crate::value::Value;
use crate::world::{Def, InstanceId, LetId};
use laud_syntax::{Span, ast};

impl<'p> Eval<'_, 'p> {
    /// The declaration that an instance is of.
    pub(crate) fn decl_of(&self, id: InstanceId) -> Option<&'p ast::Decl> {
        self.instance(id).decl()
    }

    /// The reason that stands after the declaration itself.
    pub(crate) fn decl_because(&self, id: InstanceId) -> Option<&'p ast::Text> {
        self.decl_of(id).and_then(|decl| decl.because.as_deref())
    }

    /// The default of a setting, as its type.
    pub(crate) fn setting_default(
        &mut self,
        value: &'p ast::Expr,
        ty: Option<&'p ast::TypeExpr>,
    ) -> Value<'p> {
        let ty = ty.map_or(Type::TEXT, |ty| crate::world::type_of(self.world, ty));
        self.eval(value, &ty, Scope::default())
    }

    /// The content of a `raw` block.
    pub(crate) fn raw_content(&mut self, body: &'p ast::Body, owner: Option<InstanceId>) -> Value<'p> {
        // Raw content in a kind's own body sees the kind's names; in an instance's body it does not.
        let of = owner.filter(|id| {
            let kind = self.world.kind(self.instance(*id).kind);
            let around = kind.ast.body.span;
            around.contains(body.span)
        });
        let scope = Scope { of, ..Scope::default() };
        self.eval_body(body, &Type::Data, scope, Value::None)
    }

    /// The type of an environment's own fields.
    pub(crate) fn environment_type(&self) -> Option<Type<'p>> {
        match self.world.lookup(laud_syntax::FileId(0), "EnvironmentFields") {
            Some(Def::Alias(alias)) => Some(self.world.alias_type(alias)),
            Some(_) | None => None,
        }
    }

    /// The value of an environment's own field, from the entries that set it.
    pub(crate) fn eval_environment_field(
        &mut self,
        entries: Vec<(&'p ast::Entry, Span)>,
        ty: &Type<'p>,
        span: Span,
    ) -> Value<'p> {
        let parts: Vec<FieldPart<'p>> = entries
            .into_iter()
            .map(|(entry, _)| match &entry.node {
                ast::Node::Field(field) if field.path.len() == 1 => {
                    FieldPart::Assign(&field.value, Scope::default())
                }
                ast::Node::Block(block) if block.path.len() == 1 => {
                    FieldPart::Body(&block.body, Scope::default())
                }
                _ => FieldPart::Path(entry, 1, Scope::default()),
            })
            .collect();
        self.eval_parts(&parts, ty, span, |_| Value::None)
    }
}

impl<'p> Eval<'_, 'p> {
    /// Evaluates the `let`s of files, whether or not something uses them.
    pub(crate) fn force_lets(&mut self) {
        for index in 0..self.world.lets.len() {
            self.file_let(LetId(index as u32));
        }
    }
}
