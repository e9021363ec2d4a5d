//! Types as written.

use super::{Body, Doc, Expr, Ident, Text};
use crate::packed;
use crate::span::Span;
use lean_string::LeanStr;
use serde::{Deserialize, Serialize};

/// A type as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct TypeExpr {
    /// Where.
    pub span: Span,
    /// What it is.
    pub node: TypeNode,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum TypeNode {
    /// `Int`, `Limits`, `postgres`
    Named(#[serde(deserialize_with = "packed::text")] LeanStr),
    /// `List<T>`, `Map<T>`, `Secret<T>`
    Generic(Ident, Vec<TypeExpr>),
    /// `T?`
    Optional(Box<TypeExpr>),
    /// `enum { a, b { x : Int } }`
    Enum(Vec<Variant>),
    /// `{ x : Int, y : Text = "…" }`: entries are parameters.
    Record(Body),
    /// `a | b`: one of several kinds.
    Union(Vec<TypeExpr>),
    /// `Int in 14..18`, both ends included.
    Range {
        /// The type that is narrowed.
        base: Box<TypeExpr>,
        /// The least value.
        low: Box<Expr>,
        /// The greatest value.
        high: Box<Expr>,
    },
    /// `Text matching "[a-z]+"`: the whole text matches the regular expression.
    Matching {
        /// The type that is narrowed.
        base: Box<TypeExpr>,
        /// The regular expression.
        pattern: Text,
    },
    /// Text that is no type; an error was reported for it.
    Error,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Variant {
    /// The `///` text before it.
    pub doc: Doc,
    /// Its name.
    pub name: Ident,
    /// Its fields: entries are parameters.
    pub fields: Option<Body>,
}
