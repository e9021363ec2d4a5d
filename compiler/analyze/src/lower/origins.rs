//! Where the parts of the plan come from, for those who ask.

use super::Lower;
use crate::value::Value;
use crate::world::InstanceId;
use laud_plan::{Origin, Origins};

impl<'p> Lower<'_, '_, 'p> {
    /// Where the parts of an instance were set, if origins are worked out.
    pub(super) fn origins(&mut self, id: InstanceId) -> Origins {
        let mut origins = Origins::default();
        if !self.eval.is_traced() {
            return origins;
        }
        let world = self.eval.world;
        for (index, param) in world.kind(self.eval.instance(id).kind).params.iter().enumerate() {
            let value = self.eval.param(id, index);
            // What is not set is of the declaration.
            let Some(origin) = self.eval.field_origin(id, index) else { continue };
            let origin = self.own(id, origin);
            origins.note(param.name.clone(), origin);
            self.note_parts(id, &param.name, &value, &mut origins);
            let items: Vec<Origin> = self.eval.item_origins(id, index).to_vec();
            for (index, item) in items.into_iter().enumerate() {
                let item = if self.eval.is_own(item) { item } else { origin };
                origins.note(format!("{}.{index}", param.name), item);
            }
        }
        origins
    }

    /// Notes the origin of what a target makes of several parts.
    pub(super) fn join_origins(&mut self, origins: &mut Origins, path: &'static str, of: &[&str]) {
        let parts: Vec<Origin> = of.iter().filter_map(|part| origins.of(part)).collect();
        let trace = self.eval.trace.as_mut();
        if let Some(joined) = trace.and_then(|trace| trace.causes.join(&parts)) {
            origins.note(path, joined);
        }
    }

    /// The parts of a value that has parts.
    fn note_parts(&mut self, id: InstanceId, path: &str, value: &Value<'p>, origins: &mut Origins) {
        let record = match value {
            Value::Record(record) => record,
            Value::Variant(variant) => match &variant.fields {
                Some(fields) => fields,
                None => return,
            },
            Value::Map(map) => {
                for (key, (_, origin)) in map.iter() {
                    origins.note(format!("{path}.{key}"), self.own(id, *origin));
                }
                return;
            }
            _ => return,
        };
        for ((field, value), origin) in record.ty.fields.iter().zip(&record.fields).zip(&record.origins) {
            // A default is of whoever set the record.
            let path = format!("{path}.{}", field.name);
            if self.eval.is_own(*origin) {
                origins.note(path.clone(), *origin);
            }
            self.note_parts(id, &path, value, origins);
        }
    }

    /// An origin, or the author's declaration in place of one in the standard library.
    pub(super) fn own(&self, id: InstanceId, origin: Origin) -> Origin {
        if self.eval.is_own(origin) { origin } else { self.author_of(id) }
    }
}
