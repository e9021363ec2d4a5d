//! What an environment knows of itself: whether anything in it is of a kind.

use super::instance::Progress;
use super::reads::SHAPE;
use super::{Asked, Eval, Slot};
use crate::types::Type;
use crate::value::Value;
use crate::world::{InstanceId, KindId, KindSlot};
use laud_syntax::ast;

impl<'p> Eval<'_, 'p> {
    pub(super) fn environment_member(&mut self, name: &'p ast::Ident) -> Value<'p> {
        let primitives = self.world.primitives;
        match name.text.as_str() {
            "name" => match self.environment {
                Some(environment) => Value::Text(environment.name.text.clone()),
                None => Value::pieces(vec![crate::value::Piece::Unknown]),
            },
            "monitored" => self.is_present(primitives.scraper, name),
            "probed" => self.is_present(primitives.prober, name),
            _ => self.report_no_member("environment", name, ["name", "monitored", "probed"]),
        }
    }

    /// Whether something in the environment makes one of the kind.
    fn is_present(&mut self, kind: KindSlot, name: &'p ast::Ident) -> Value<'p> {
        let Some(kind) = kind.filter(|_| !self.is_check()) else { return Value::Unknown(Type::Bool) };
        self.note_read(SHAPE);
        match self.present.get(&kind) {
            Some(Slot::Done(known)) => return known.clone(),
            Some(Slot::Busy) => return self.cycle(name.span, &name.text),
            None => {}
        }
        self.present.insert(kind, Slot::Busy);
        let value = self.guard(name.span, Asked::Named(SHAPE, &name.text), |eval| {
            let makes = eval.top.clone().into_iter().map(|id| eval.makes(id, kind));
            let known: Option<Vec<bool>> = makes.collect();
            match known {
                Some(known) if known.contains(&true) => Value::Bool(true),
                // One that may be missing because of an error is not known not to be there.
                Some(_) if eval.top.iter().any(|id| eval.may_lack(*id, kind)) => Value::Error,
                Some(_) => Value::Bool(false),
                None => eval.cycle(name.span, &name.text),
            }
        });
        self.present.insert(kind, Slot::Done(value.clone()));
        value
    }

    /// Whether an error may keep a declaration from making one of the kind.
    fn may_lack(&self, id: InstanceId, wanted: KindId) -> bool {
        let instance = self.instance(id);
        Self::contains(self.world, instance.kind, wanted)
            && (instance.may_lack_parts()
                || instance.children.iter().any(|child| self.may_lack(*child, wanted)))
    }

    /// Whether a declaration is of the kind or makes one; `None` where that is what is asked in it.
    fn makes(&mut self, id: InstanceId, wanted: KindId) -> Option<bool> {
        let kind = self.instance(id).kind;
        if kind == wanted {
            return Some(true);
        }
        if self.instance(id).external || !Self::contains(self.world, kind, wanted) {
            return Some(false);
        }
        self.make_children(id);
        if self.instance(id).progress < Progress::Children {
            return None;
        }
        let mut found = false;
        for child in self.instance(id).children.clone() {
            found |= self.makes(child, wanted)?;
        }
        Some(found)
    }
}
