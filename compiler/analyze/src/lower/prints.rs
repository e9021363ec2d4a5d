//! Fingerprints of what declarations are: one that has the same as before is
//! to others what it was.

use super::Lower;
use crate::eval::{FieldState, LayerSource, Slot};
use crate::value::{ImageSource, ImageValue, Piece, RecordValue, Value};
use crate::world::InstanceId;
use laud_syntax::Span;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// What an instance is of, whatever its number: its declaration, wherever that
/// stands, and which it is of what that is made of.
type Home = (u32, u32);

/// The fingerprints of a declaration whose values are worked out.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Prints {
    /// Of all that others may read in it, and where it stands.
    pub(super) all: Option<u64>,
    /// Of what it shows to all: its outputs and ports, wherever they stand.
    pub(super) face: Option<u64>,
}

impl Lower<'_, '_, '_> {
    /// What there is of a declaration: the kinds of its parts, in order, and
    /// what others than the declaration itself set in it.
    pub(super) fn shape(&self, range: Range<usize>) -> u64 {
        let mut hasher = FxHasher::default();
        for id in &self.all[range] {
            let instance = self.eval.instance(*id);
            (instance.kind.0, instance.external, instance.name()).hash(&mut hasher);
            (instance.parent.map(|parent| self.ordinal(parent)), instance.item).hash(&mut hasher);
            if instance.parent.is_none() && instance.layer(1).is_some() {
                instance.doc().hash(&mut hasher);
                self.layers(*id).for_each(|span| self.hash_written(span, &mut hasher));
            }
        }
        hasher.finish()
    }

    /// Where what an environment sets in a declaration at the top stands.
    pub(super) fn layers(&self, id: InstanceId) -> impl Iterator<Item = Span> {
        let layers = (1..).map_while(move |index| self.eval.instance(id).layer(index));
        layers.filter_map(|layer| match layer.source {
            LayerSource::Decl(decl) => Some(decl.span()),
            LayerSource::Body(body) => Some(body.span),
            LayerSource::Entry(entry, _) => Some(entry.span),
            LayerSource::Dropped => None,
        })
    }

    fn hash_written(&self, span: Span, hasher: &mut FxHasher) {
        (span, self.eval.world.loaded.sources.slice(span)).hash(hasher);
    }

    /// What others see of a declaration whose values are worked out, but for what is written in it.
    pub(super) fn prints(&self, range: Range<usize>) -> Prints {
        let port = self.eval.world.primitives.port;
        let (mut all, mut face) = (FxHasher::default(), FxHasher::default());
        for id in &self.all[range] {
            let instance = self.eval.instance(*id);
            let is_port = Some(instance.kind) == port;
            instance.span().hash(&mut all);
            for field in instance.fields() {
                (field.param, field.span).hash(&mut all);
                if let FieldState::Done(value) = &field.state {
                    self.hash(value, &mut all);
                    if is_port {
                        field.param.hash(&mut face);
                        self.hash(value, &mut face);
                    }
                }
            }
            for out in 0..self.eval.world.kind(instance.kind).outs.len() {
                if let Some(Slot::Done(value)) = self.eval.known_out(*id, out) {
                    out.hash(&mut face);
                    self.hash(value, &mut face);
                }
            }
        }
        face.finish().hash(&mut all);
        Prints { all: Some(all.finish()), face: Some(face.finish()) }
    }

    fn home(&self, id: InstanceId) -> Home {
        let owner = self.eval.reads.as_ref().map(|reads| reads.owner_of(id) as usize);
        let serial = owner.and_then(|owner| self.serials.get(owner));
        (serial.copied().unwrap_or(u32::MAX), self.ordinal(id))
    }

    fn ordinal(&self, id: InstanceId) -> u32 {
        self.ordinals.get(id.index()).copied().unwrap_or(u32::MAX)
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
