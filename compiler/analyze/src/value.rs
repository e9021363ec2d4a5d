//! Values, as evaluation makes them.

use crate::eval::Template;
use crate::types::{Enum, Record, Type};
use crate::world::{InstanceId, KindId, MetricsId};
use indexmap::IndexMap;
use laud_plan::{Origin, ValueFormat};
use laud_syntax::Span;
use lean_string::LeanStr;
use rustc_hash::FxBuildHasher;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A value. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Value<'p> {
    /// Where an error was reported; silences what follows from it.
    Error,
    /// A value of which only the type is known, in the check of a kind.
    Unknown(Type<'p>),
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Bytes(u64),
    /// Milliseconds.
    Duration(u64),
    Percent(f64),
    Rate {
        count: u64,
        per: u64,
    },
    /// Thousandths of a core.
    Cpu(u32),
    /// A text known when compiled.
    Text(LeanStr),
    /// A text with parts that only a target or the deploy can fill in.
    Pieces(Rc<Vec<Piece>>),
    Image(Rc<ImageValue<'p>>),
    Query(Rc<Query>),
    List(Rc<Vec<Value<'p>>>),
    Map(Rc<Map<'p>>),
    Record(Rc<RecordValue<'p>>),
    Variant(Rc<VariantValue<'p>>),
    /// A declaration.
    Instance(InstanceId),
    Metrics(MetricsId),
    /// A kind's name, which is no value but in an error message.
    Kind(KindId),
    /// `app`
    App,
    /// `environment`
    Environment,
    /// `self`, in a kind that is only checked.
    Itself(InstanceId),
}

/// A map from texts, each value with the place that sets it.
pub(crate) type Map<'p> = IndexMap<LeanStr, (Value<'p>, Span), FxBuildHasher>;

/// A part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Literal(LeanStr),
    /// The host name of a service.
    Host(InstanceId),
    /// The number of a port of a service.
    Port(InstanceId, u16),
    Secret(InstanceId),
    SecretFile(InstanceId),
    Setting(InstanceId),
    AlertLabel(LeanStr),
    AlertValue(ValueFormat),
    /// Text that is not known, in the check of a kind.
    Unknown,
    /// A secret that is not known, in the check of a kind.
    UnknownSecret,
}

/// The image of a service, as others take it; a reference that is written out is a text.
#[derive(Debug)]
pub(crate) struct ImageValue<'p> {
    /// The service that declares it.
    pub(crate) service: InstanceId,
    pub(crate) source: ImageSource<'p>,
}

/// Where an image comes from.
#[derive(Debug)]
pub(crate) enum ImageSource<'p> {
    Built(Rc<RecordValue<'p>>),
    Pulled(LeanStr),
}

/// A query of Prometheus.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) span: Span,
    pub(crate) template: Arc<Template>,
}

/// A record of a known type.
#[derive(Debug)]
pub(crate) struct RecordValue<'p> {
    pub(crate) ty: Rc<Record<'p>>,
    /// In the order of the type's fields.
    pub(crate) fields: Vec<Value<'p>>,
    pub(crate) span: Span,
    /// Where each field comes from, if that was asked for.
    pub(crate) origins: Box<[Origin]>,
}

/// A variant of a known enum.
#[derive(Debug)]
pub(crate) struct VariantValue<'p> {
    pub(crate) ty: Rc<Enum<'p>>,
    pub(crate) index: usize,
    pub(crate) fields: Option<Rc<RecordValue<'p>>>,
    pub(crate) span: Span,
}

impl<'p> RecordValue<'p> {
    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Value<'p> {
        let index = self.ty.fields.iter().position(|field| field.name == name);
        index.map_or(Value::Error, |index| self.fields[index].clone())
    }

    /// Where a field comes from, if that was asked for.
    pub(crate) fn origin(&self, name: &str) -> Option<Origin> {
        let index = self.ty.fields.iter().position(|field| field.name == name)?;
        self.origins.get(index).copied()
    }
}

impl<'p> VariantValue<'p> {
    pub(crate) fn name(&self) -> &str {
        &self.ty.variants[self.index].name
    }

    /// The value of a field of the variant.
    pub(crate) fn get(&self, name: &str) -> Value<'p> {
        self.fields.as_ref().map_or(Value::None, |fields| fields.get(name))
    }
}

impl<'p> Value<'p> {
    pub(crate) fn text(text: impl Into<LeanStr>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn pieces(pieces: Vec<Piece>) -> Self {
        match pieces.as_slice() {
            [] => Self::Text(LeanStr::default()),
            [Piece::Literal(text)] => Self::Text(text.clone()),
            _ => Self::Pieces(Rc::new(pieces)),
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        matches!(self, Self::Error)
    }

    /// Whether it, or a part of it, is only known by type.
    pub(crate) fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Pieces(pieces) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Unknown | Piece::UnknownSecret))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Value<'_> {
    /// The type of the value and, for scalars, the value, for messages. Secrets have no value here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error => f.write_str("an error"),
            Self::Unknown(ty) => write!(f, "`{ty}`"),
            Self::None => f.write_str("`none`"),
            Self::Bool(_) => f.write_str("`Bool`"),
            Self::Int(_) => f.write_str("`Int`"),
            Self::Float(_) => f.write_str("`Float`"),
            Self::Bytes(_) => f.write_str("`Bytes`"),
            Self::Duration(_) => f.write_str("`Duration`"),
            Self::Percent(_) => f.write_str("`Percent`"),
            Self::Rate { .. } => f.write_str("`Rate`"),
            Self::Cpu(_) => f.write_str("`Cpu`"),
            Self::Text(_) | Self::Pieces(_) => f.write_str("`Text`"),
            Self::Image(_) => f.write_str("`Image`"),
            Self::Query(_) => f.write_str("`PromQL`"),
            Self::List(_) => f.write_str("a list"),
            Self::Map(_) => f.write_str("a map"),
            Self::Record(record) => write!(f, "`{}`", Type::Record(record.ty.clone())),
            Self::Variant(variant) => write!(f, "the variant `{}`", variant.name()),
            Self::Instance(_) | Self::Itself(_) => f.write_str("a declaration"),
            Self::Metrics(_) => f.write_str("`Metrics`"),
            Self::Kind(_) => f.write_str("a kind"),
            Self::App => f.write_str("the app"),
            Self::Environment => f.write_str("the environment"),
        }
    }
}
