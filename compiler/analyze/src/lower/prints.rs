//! Fingerprints of what declarations are: one that has the same as before is
//! to others what it was.

use super::Lower;
use crate::eval::{FieldState, Slot};
use crate::value::{ImageSource, ImageValue, Piece, RecordValue, Value};
use crate::world::InstanceId;
use laud_syntax::FileId;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// Where a declaration is, whatever its number: where the entry at the top of
/// a file starts, and which it is of what that is made of.
type Home = ((FileId, u32), u32);

impl Lower<'_, '_, '_> {
    /// What there is of a declaration: the kinds of its parts, in order.
    pub(super) fn shape(&self, range: Range<usize>) -> u64 {
        let mut hasher = FxHasher::default();
        for id in &self.all[range] {
            let instance = self.eval.instance(*id);
            (instance.kind.0, instance.external, instance.name()).hash(&mut hasher);
            (instance.parent.map(|parent| self.home(parent)), instance.item).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// What others see of a declaration whose values are worked out, but for what is written in it.
    pub(super) fn print(&self, range: Range<usize>) -> u64 {
        let mut hasher = FxHasher::default();
        for id in &self.all[range] {
            let instance = self.eval.instance(*id);
            for field in instance.fields() {
                (field.param, field.span).hash(&mut hasher);
                if let FieldState::Done(value) = &field.state {
                    self.hash(value, &mut hasher);
                }
            }
            for out in 0..self.eval.world.kind(instance.kind).outs.len() {
                if let Some(Slot::Done(value)) = self.eval.known_out(*id, out) {
                    self.hash(value, &mut hasher);
                }
            }
        }
        hasher.finish()
    }

    fn home(&self, id: InstanceId) -> Home {
        let mut top = id;
        while let Some(parent) = self.eval.instance(top).parent {
            top = parent;
        }
        let place = self.eval.instance(top).entry().map(|entry| entry.span).unwrap_or_default();
        ((place.file, place.start), self.ordinals.get(id.index()).copied().unwrap_or(u32::MAX))
    }

    fn hash(&self, value: &Value<'_>, hasher: &mut FxHasher) {
        std::mem::discriminant(value).hash(hasher);
        match value {
            Value::Error | Value::None | Value::App | Value::Environment | Value::Unknown(_) => {}
            Value::Bool(value) => value.hash(hasher),
            Value::Int(value) => value.hash(hasher),
            Value::Float(value) | Value::Percent(value) => value.to_bits().hash(hasher),
            Value::Bytes(value) | Value::Duration(value) => value.hash(hasher),
            Value::Rate { count, per } => (count, per).hash(hasher),
            Value::Cpu(value) => value.hash(hasher),
            Value::Text(text) => text.hash(hasher),
            Value::Pieces(pieces) => pieces.iter().for_each(|piece| self.hash_piece(piece, hasher)),
            Value::Image(image) => self.hash_image(image, hasher),
            Value::Query(query) => (&query.text, query.span).hash(hasher),
            Value::List(items) => {
                items.len().hash(hasher);
                items.iter().for_each(|item| self.hash(item, hasher));
            }
            Value::Map(map) => {
                map.len().hash(hasher);
                for (key, (value, span)) in map.iter() {
                    (key, span).hash(hasher);
                    self.hash(value, hasher);
                }
            }
            Value::Record(record) => self.hash_record(record, hasher),
            Value::Variant(variant) => {
                (variant.name(), variant.span).hash(hasher);
                variant.fields.iter().for_each(|fields| self.hash_record(fields, hasher));
            }
            Value::Instance(id) | Value::Itself(id) => self.home(*id).hash(hasher),
            Value::Metrics(id) => id.hash(hasher),
            Value::Kind(id) => id.hash(hasher),
        }
    }

    fn hash_piece(&self, piece: &Piece, hasher: &mut FxHasher) {
        std::mem::discriminant(piece).hash(hasher);
        match piece {
            Piece::Literal(text) | Piece::AlertLabel(text) => text.hash(hasher),
            Piece::Host(id) | Piece::Secret(id) | Piece::SecretFile(id) | Piece::Setting(id) => {
                self.home(*id).hash(hasher);
            }
            Piece::Port(id, number) => (self.home(*id), number).hash(hasher),
            Piece::AlertValue(format) => std::mem::discriminant(format).hash(hasher),
            Piece::Unknown | Piece::UnknownSecret => {}
        }
    }

    fn hash_image(&self, image: &ImageValue<'_>, hasher: &mut FxHasher) {
        self.home(image.service).hash(hasher);
        match &image.source {
            ImageSource::Built(build) => self.hash_record(build, hasher),
            ImageSource::Pulled(reference) => reference.hash(hasher),
        }
    }

    fn hash_record(&self, record: &RecordValue<'_>, hasher: &mut FxHasher) {
        record.span.hash(hasher);
        record.fields.iter().for_each(|field| self.hash(field, hasher));
    }
}
