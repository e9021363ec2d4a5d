//! From values to the plan's own types.

use super::Lower;
use crate::value::{Piece, RecordValue, Value};
use crate::world::InstanceId;
use laud_plan as plan;
use laud_plan::{Data, Part, Text};
use laud_syntax::{Diagnostic, Span, code};
use lean_string::LeanStr;
use std::rc::Rc;

impl<'p> Lower<'_, '_, 'p> {
    pub(super) fn text(&mut self, value: &Value<'p>) -> Text {
        match value {
            Value::Text(text) => Text::literal(text.clone()),
            Value::Pieces(pieces) => {
                let mut text = Text::default();
                for piece in pieces.iter() {
                    if let Some(part) = self.part(piece) {
                        text.push(part);
                    }
                }
                text
            }
            Value::Int(value) => Text::literal(value.to_string()),
            _ => Text::default(),
        }
    }

    fn part(&self, piece: &Piece) -> Option<Part> {
        Some(match piece {
            Piece::Literal(text) => Part::Literal(text.clone()),
            Piece::Host(id) => Part::Host(*self.services.get(id)?),
            Piece::Port(id, number) => Part::Port(*self.services.get(id)?, *number),
            Piece::Secret(id) => Part::Secret(*self.secrets.get(id)?),
            Piece::SecretFile(id) => Part::SecretFile(*self.secrets.get(id)?),
            Piece::Setting(id) => Part::Setting(*self.settings.get(id)?),
            Piece::AlertLabel(name) => Part::AlertLabel(Box::new(name.clone())),
            Piece::AlertValue(format) => Part::AlertValue(*format),
            Piece::Unknown | Piece::UnknownSecret => return None,
        })
    }

    /// A text that must be known now: host names and ports are filled in.
    pub(super) fn literal(&mut self, value: &Value<'p>, span: Span) -> LeanStr {
        match value {
            Value::Text(text) => text.clone(),
            Value::Pieces(pieces) => {
                let mut out = String::new();
                for piece in pieces.iter() {
                    match piece {
                        Piece::Literal(text) => out.push_str(text),
                        Piece::Host(id) => out.push_str(self.names.get(id).map_or("", LeanStr::as_str)),
                        Piece::Port(_, number) => out.push_str(&number.to_string()),
                        Piece::SecretFile(id) => {
                            out.push_str("/run/secrets/");
                            out.push_str(self.names.get(id).map_or("", LeanStr::as_str));
                        }
                        Piece::Secret(_)
                        | Piece::Setting(_)
                        | Piece::AlertLabel(_)
                        | Piece::AlertValue(_)
                        | Piece::Unknown
                        | Piece::UnknownSecret => {
                            self.report(
                                Diagnostic::new(&code::DEPLOY_TIME_VALUE, span, "this must be known when the spec is compiled")
                                    .help("A setting is given at deploy time; use a `let`, or a value that differs by environment."),
                            );
                            return LeanStr::default();
                        }
                    }
                }
                LeanStr::from(out)
            }
            Value::Int(value) => LeanStr::from(value.to_string()),
            _ => LeanStr::default(),
        }
    }

    /// A field that is a text known now.
    pub(super) fn literal_field(&mut self, id: InstanceId, field: &'static str) -> LeanStr {
        let value = self.eval.get(id, field);
        let span = self.eval.span_of(id, field);
        self.literal(&value, span)
    }

    /// A field that is a text known now, if it is set.
    pub(super) fn optional_literal(&mut self, id: InstanceId, field: &'static str) -> Option<LeanStr> {
        match self.eval.get(id, field) {
            Value::None | Value::Error => None,
            value => {
                let span = self.eval.span_of(id, field);
                Some(self.literal(&value, span))
            }
        }
    }

    pub(super) fn bool_field(&mut self, id: InstanceId, field: &'static str) -> bool {
        matches!(self.eval.get(id, field), Value::Bool(true))
    }

    pub(super) fn duration_field(&mut self, id: InstanceId, field: &'static str) -> u64 {
        as_duration(&self.eval.get(id, field)).unwrap_or(0)
    }

    pub(super) fn list_field(&mut self, id: InstanceId, field: &'static str) -> Vec<Value<'p>> {
        match self.eval.get(id, field) {
            Value::List(items) => items.as_ref().clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn instances_field(&mut self, id: InstanceId, field: &'static str) -> Vec<InstanceId> {
        match self.eval.get(id, field) {
            Value::List(items) => items.iter().filter_map(as_instance).collect(),
            _ => Vec::new(),
        }
    }

    /// A field that is a map of texts known now, with where each is set, in order of the spec.
    pub(super) fn literal_map(
        &mut self,
        id: InstanceId,
        field: &'static str,
    ) -> Vec<(LeanStr, LeanStr, Span)> {
        let Value::Map(map) = self.eval.get(id, field) else { return Vec::new() };
        map.iter().map(|(key, (value, span))| (key.clone(), self.literal(value, *span), *span)).collect()
    }

    /// A tree of plain data.
    pub(super) fn data(&mut self, value: &Value<'p>) -> Data {
        match value {
            Value::Bool(value) => Data::Bool(*value),
            Value::Int(value) => Data::Int(*value),
            Value::Float(value) if value.is_finite() => Data::Float(*value),
            Value::Text(_) | Value::Pieces(_) => Data::Text(self.text(value)),
            Value::List(items) => Data::List(items.iter().map(|item| self.data(item)).collect()),
            Value::Map(map) => {
                Data::Map(map.iter().map(|(key, (value, _))| (key.clone(), self.data(value))).collect())
            }
            _ => Data::Null,
        }
    }

    /// The number of a port's instance, with the service that it is of.
    pub(super) fn port_of(&mut self, id: InstanceId) -> Option<(plan::ServiceId, u16)> {
        let number = as_port(&self.eval.get(id, "value"))?;
        let service = self.eval.instance(id).parent?;
        Some((*self.services.get(&service)?, number))
    }
}

pub(super) fn as_instance(value: &Value<'_>) -> Option<InstanceId> {
    match value {
        Value::Instance(id) => Some(*id),
        _ => None,
    }
}

pub(super) fn as_duration(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Duration(millis) => Some(*millis),
        _ => None,
    }
}

pub(super) fn as_int(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Int(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn as_float(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        Value::Int(value) => Some(*value as f64),
        _ => None,
    }
}

pub(super) fn as_bytes(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Bytes(bytes) => Some(*bytes),
        _ => None,
    }
}

pub(super) fn as_port(value: &Value<'_>) -> Option<u16> {
    match value {
        Value::Int(number) => u16::try_from(*number).ok(),
        Value::Pieces(pieces) => match pieces.as_slice() {
            [Piece::Port(_, number)] => Some(*number),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn as_record<'p>(value: &Value<'p>) -> Option<Rc<RecordValue<'p>>> {
    match value {
        Value::Record(record) => Some(record.clone()),
        _ => None,
    }
}

/// The name of an enum's variant.
pub(super) fn variant_name<'v>(value: &'v Value<'_>) -> &'v str {
    match value {
        Value::Variant(variant) => variant.name(),
        _ => "",
    }
}
