//! What is the same in each instance of a kind, and taken over from one to the next.
//!
//! An alert or a panel of a kind differs from one instance to the next in what
//! it says of its owner: a name in a query, a limit. So once one was made and
//! nothing was wrong in it, the next owner does not have its own, but takes it
//! over: what is written out keeps its value, and what names something is
//! worked out for the new owner, where it is looked up as it would be.

use super::instance::{FieldPart, FieldSlot, FieldState};
use super::{Eval, Scope};
use crate::value::Value;
use crate::world::{InstanceId, is_closed};
use laud_syntax::{Span, ast};
use rustc_hash::FxHashMap;

/// A part of a kind's instances, and what stands in its body.
#[derive(Debug)]
pub(crate) struct Mould<'p> {
    /// The instances, the part first, each with the fields that are set.
    pub(crate) parts: Vec<(InstanceId, Vec<Moulded<'p>>)>,
}

/// A field that is set in each of the instances.
#[derive(Debug)]
pub(crate) struct Moulded<'p> {
    param: u32,
    span: Span,
    because: Option<&'p ast::Text>,
    as_it_is: AsItIs<'p>,
}

/// What is the same for all.
#[derive(Debug)]
enum AsItIs<'p> {
    /// Its value.
    Value(Value<'p>),
    /// What is written, which names something.
    Part(FieldPart<'p>),
}

impl<'p> Moulded<'p> {
    fn of(&self, owner: InstanceId) -> FieldSlot<'p> {
        let state = match &self.as_it_is {
            AsItIs::Value(value) => FieldState::Done(value.clone()),
            AsItIs::Part(part) => FieldState::Set(part.of(owner)),
        };
        FieldSlot { param: self.param, span: self.span, because: self.because, state }
    }
}

impl<'p> Eval<'_, 'p> {
    /// Makes a mould of a part of an instance, which is worked out; `None` if
    /// there is more to it than its fields.
    pub(super) fn mould(&mut self, part: InstanceId, owner: InstanceId) -> Option<Mould<'p>> {
        let mut parts = Vec::new();
        self.add_to_mould(part, owner, &mut parts)?;
        Some(Mould { parts })
    }

    fn add_to_mould(
        &mut self,
        id: InstanceId,
        owner: InstanceId,
        parts: &mut Vec<(InstanceId, Vec<Moulded<'p>>)>,
    ) -> Option<()> {
        let instance = self.instance(id);
        if !instance.is_plain() || instance.external || !instance.children.is_empty() {
            return None;
        }
        let done = instance.fields().iter().filter_map(|field| match &field.state {
            FieldState::Done(value) => Some((field.param, value.clone())),
            FieldState::Set(_) | FieldState::Layered(_) | FieldState::Busy => None,
        });
        let done: FxHashMap<u32, Value<'p>> = done.collect();
        // As they are written, before they are worked out.
        self.release(id);
        self.collect_fields(id);
        let params = &self.world.kind(self.instance(id).kind).params;
        let is_of_owner = |scope: &Scope| scope.of == Some(owner) && scope.locals.is_none();
        let mut fields = Vec::new();
        for field in self.instance(id).fields() {
            let FieldState::Set(part) = &field.state else { return None };
            let closed = match part {
                FieldPart::Assign(expr, scope) if is_of_owner(scope) => {
                    is_closed(expr, &params[field.param as usize].ty)
                }
                FieldPart::Text(text, scope) if is_of_owner(scope) => text.literal().is_some(),
                FieldPart::Body(_, scope) | FieldPart::Path(_, _, scope) if is_of_owner(scope) => false,
                _ => return None,
            };
            let as_it_is = match done.get(&field.param).filter(|_| closed) {
                Some(value) => AsItIs::Value(value.clone()),
                None => AsItIs::Part(part.clone()),
            };
            fields.push(Moulded { param: field.param, span: field.span, because: field.because, as_it_is });
        }
        parts.push((id, fields));
        for (_, item) in self.instance(id).items.clone() {
            self.add_to_mould(item, owner, parts)?;
        }
        Some(())
    }

    /// Gives a mould to an owner, for which its fields are worked out when they are asked for.
    pub(crate) fn take_over(&mut self, mould: &Mould<'p>, owner: InstanceId) {
        for (index, (id, fields)) in mould.parts.iter().enumerate() {
            let parent = (index == 0).then_some(owner);
            self.instance_mut(*id).take_over(owner, parent, fields.iter().map(|field| field.of(owner)));
        }
    }
}
