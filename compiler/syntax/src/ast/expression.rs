//! Expressions.

use super::{Body, Ident, Text};
use crate::packed;
use crate::span::Span;
use lean_string::LeanStr;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Expr {
    /// Where, parentheses left out.
    pub span: Span,
    /// What it is.
    pub node: ExprNode,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ExprNode {
    /// `none`
    None,
    /// `true`, `false`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `0.5`
    Float(f64),
    /// `512MiB`, `500ms`, `99.9%`, `10/s`
    Quantity(Quantity),
    /// `"…"`
    Text(Text),
    /// `` promql`…` ``
    Embedded(Box<Embedded>),
    /// `[a, ...b]`
    List(Box<[ListItem]>),
    /// `[x for y in z if c]`
    Comprehension(Box<Comprehension>),
    /// `{ a = 1, "b" = 2 }`
    Record(Box<Body>),
    /// `acme { email = "…" }`, `env { A = "…" }`
    Tagged(Box<Tagged>),
    /// `db`
    Name(#[serde(deserialize_with = "packed::text")] LeanStr),
    /// `db.host`
    Member(Box<Member>),
    /// `xs[0]`, `m["k"]`
    Index(Box<Index>),
    /// `join(xs, ",")`
    Call(Box<Call>),
    /// `not x`, `-x`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`
    Binary(Box<Binary>),
    /// `if c then a else b`
    If(Box<IfExpr>),
    /// Text that is no expression; an error was reported for it.
    Error,
}

/// A number with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Quantity {
    /// Bytes: `B`, `KiB`, `MiB`, `GiB`, `TiB` (powers of 1024), `kB`, `MB`, `GB`, `TB` (of 1000).
    Bytes(u64),
    /// Milliseconds: `ms`, `s`, `m`, `h`, `d`, `w`, and sums such as `1h30m`.
    Duration(u64),
    /// Percent: `99.9%` is `99.9`.
    Percent(f64),
    /// A count per time: `10/s`, `600/m`, `5/h`, `1/d`.
    Rate {
        /// How many.
        count: u64,
        /// Per how many milliseconds, of which there are no more than in a week.
        per: u32,
    },
}

/// `` promql`sum(rate(x{job="${job}"}[5m])) > ${limit}` ``
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Embedded {
    /// `promql`, or another language's name.
    pub language: Ident,
    /// The content; here an interpolation is `${…}`.
    pub content: Text,
    /// What was made of it when the library was built.
    pub prepared: PreparedBytes,
}

impl fmt::Debug for Embedded {
    /// As it is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").field("language", &self.language).field("content", &self.content).finish()
    }
}

/// What someone made of a part of the library, for their own use; mostly
/// nothing. It follows from the part, so that trees are the same with or without.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct PreparedBytes(&'static [u8]);

impl From<Vec<u8>> for PreparedBytes {
    /// Of the library, which stays.
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.leak())
    }
}

impl PreparedBytes {
    /// The bytes, if there are any.
    pub fn bytes(self) -> Option<&'static [u8]> {
        (!self.0.is_empty()).then_some(self.0)
    }
}

impl PartialEq for PreparedBytes {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum ListItem {
    /// One value.
    Value(Expr),
    /// `...xs`
    Spread(Box<Expr>),
}

impl ListItem {
    /// The value, or what is spread.
    pub fn expr(&self) -> &Expr {
        match self {
            Self::Value(value) => value,
            Self::Spread(list) => list,
        }
    }
}

/// `[value for variable in list if condition]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Comprehension {
    /// What each gives.
    pub value: Expr,
    /// The variable; for maps, the key.
    pub variable: Ident,
    /// `for key, value in map`: the value's variable.
    pub second: Option<Ident>,
    /// What is walked through.
    pub list: Expr,
    /// Which are taken.
    pub condition: Option<Expr>,
}

/// `acme { email = "…" }`: a variant of an enum with its fields, or a named record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Tagged {
    /// The variant's name.
    pub tag: Ident,
    /// Its fields.
    pub body: Body,
}

/// `of.name`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Member {
    /// What has the member.
    pub of: Expr,
    /// The member's name.
    pub name: Ident,
}

/// `of[index]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Index {
    /// What is indexed.
    pub of: Expr,
    /// The position or key.
    pub index: Expr,
}

/// `function(arguments)`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Call {
    /// The function's name.
    pub function: Ident,
    /// Its arguments, by position.
    pub arguments: Box<[Expr]>,
}

/// An operator with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// `left op right`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// The left operand.
    pub left: Expr,
    /// The right operand.
    pub right: Expr,
}

/// An operator with two operands, from loosest to tightest:
/// `??`, then `or`, `and`, comparisons (which do not chain), `+ -`, `* /`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BinaryOp {
    /// `??`: the right value where the left is `none`.
    Default,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`: an item of a list, or a key of a map
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// `if condition then then else otherwise`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct IfExpr {
    /// The condition.
    pub condition: Expr,
    /// The value when it holds.
    pub then: Expr,
    /// The value when it does not.
    pub otherwise: Expr,
}
