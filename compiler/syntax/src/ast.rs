//! The tree of one file.
//!
//! A file is a list of entries, and so is every body in braces: there is one
//! [`Entry`] type for both, so that the parser, the formatter and the editor
//! treat them alike; what may stand where is checked later, with a clear
//! message, not refused by the grammar. The tree is a value of its file alone:
//! it holds no names resolved and no types. Comments are not in it: they stand
//! beside it in [`Parsed`](crate::Parsed).
//!
//! Shapes, in the order of [`Node`]:
//!
//! ```text
//! app laudatorai
//! use std/data { postgres, redis as cache }        use ./team
//! kind NAME { entries }                            primitive kind NAME { entries }   (prelude only)
//! type NAME = TYPE
//! let NAME = EXPR
//! metrics NAME { pg_up : gauge, pg_locks : gauge { datname, mode } }
//! environment NAME { entries }
//! [external] KIND NAME|"label" ["description"] [: TYPE] [-> EXPR] [= EXPR] [{ entries }] [because "…"]
//! NAME : TYPE [= EXPR]                             (a parameter; in kinds and record types)
//! out NAME [: TYPE] [= EXPR]
//! a.b.c = EXPR [because "…"]
//! a.b.c { entries }
//! ...EXPR
//! drop a.b   |   drop KIND NAME|"label"
//! if EXPR { entries } [else { entries } | else if …]
//! for NAME in EXPR { entries }
//! raw TARGET { entries } because "…"
//! ```
//!
//! Entries are separated by a line break or a comma. A declaration's kind and
//! name stand on one line, as do a postfix `(`, `[`, `{` and what it follows;
//! a binary operator may open the next line.

mod expression;
mod metrics;
mod path;
mod text;
mod types;

pub use expression::*;
pub use metrics::*;
pub use path::*;
pub(crate) use text::Part;
pub use text::{Text, TextPart};
pub use types::*;

use crate::packed;
use crate::span::{FileId, Span};
use lean_string::LeanStr;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// The whole text.
    pub span: Span,
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Ident {
    /// The name.
    #[serde(deserialize_with = "packed::text")]
    pub text: LeanStr,
    /// Where.
    pub span: Span,
}

/// The text of a doc comment. Most entries have none, so that it takes little
/// room where it is not.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Doc(#[serde(deserialize_with = "packed::boxed_text")] Option<Box<LeanStr>>);

impl From<LeanStr> for Doc {
    fn from(text: LeanStr) -> Self {
        Self((!text.is_empty()).then(|| Box::new(text)))
    }
}

impl std::fmt::Debug for Doc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&**self, f)
    }
}

impl std::ops::Deref for Doc {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_ref().map_or("", |text| text)
    }
}

/// What stands between the braces of a body, braces included in the span.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Body {
    /// The entries, in order.
    pub entries: Box<[Entry]>,
    /// From `{` to `}`.
    pub span: Span,
    /// Whether there is nothing in it but fields under one name each.
    pub plain: bool,
}

impl fmt::Debug for Body {
    /// Without what follows from the entries.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("entries", &self.entries).field("span", &self.span).finish()
    }
}

impl Body {
    /// A body of these entries.
    pub(crate) fn new(entries: Box<[Entry]>, span: Span) -> Self {
        let plain = entries.iter().all(Entry::is_plain);
        Self { entries, span, plain }
    }
}

/// One entry of a file or of a body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Entry {
    /// The text of the `///` lines before it, joined by line breaks, each
    /// without its `/// `; empty when there are none.
    pub doc: Doc,
    /// The entry itself, without its doc comment.
    pub span: Span,
    /// What it is.
    pub node: Node,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Node {
    /// `app NAME`
    App(Ident),
    /// `use …`
    Use(Box<Use>),
    /// `kind NAME { … }`
    Kind(Box<Kind>),
    /// `type NAME = …`
    Type(Box<TypeAlias>),
    /// `let NAME = …`
    Let(Box<Let>),
    /// `metrics NAME { … }`
    Metrics(Box<Metrics>),
    /// `environment NAME { … }`
    Environment(Box<Environment>),
    /// `KIND NAME …`
    Decl(Box<Decl>),
    /// `NAME : TYPE = …`
    Param(Box<Param>),
    /// `out NAME : TYPE = …`
    Out(Box<Out>),
    /// `a.b = …`
    Field(Field),
    /// `a.b { … }`
    Block(Block),
    /// `...expr`
    Spread(Expr),
    /// `drop …`
    Drop(Box<Drop>),
    /// `if … { … } else { … }`
    If(Box<IfEntry>),
    /// `for x in … { … }`
    For(Box<ForEntry>),
    /// `raw compose { … } because "…"`
    Raw(Box<Raw>),
    /// Text that is no entry; an error was reported for it.
    Error,
}

/// `use std/data { postgres, redis as cache }`, or `use ./team` for all it offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Use {
    /// The module as written: `std/data`, `./team`, `../shared/kinds`.
    pub path: Ident,
    /// The names taken; `None` takes all.
    pub names: Option<Vec<UseName>>,
}

/// A name in a `use`, perhaps under another name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct UseName {
    /// The name in the module.
    pub name: Ident,
    /// The name here, if another.
    pub alias: Option<Ident>,
}

/// `kind NAME { … }`: parameters, what it becomes, and its outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Kind {
    /// Whether the compiler itself gives it meaning (prelude only).
    pub primitive: bool,
    /// Its name.
    pub name: Ident,
    /// Parameters, nested declarations, lets, outs, conditionals.
    pub body: Body,
}

/// `type NAME = TYPE`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct TypeAlias {
    /// Its name.
    pub name: Ident,
    /// What it stands for.
    pub ty: TypeExpr,
}

/// `let NAME = EXPR`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Let {
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `environment NAME { … }`: an overlay of the file's declarations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Environment {
    /// Its name.
    pub name: Ident,
    /// What it changes, adds and drops.
    pub body: Body,
}

/// `KIND NAME …`: a declaration of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Decl {
    /// Whether `external` stands before it: it has the outputs and runs nothing.
    pub external: bool,
    /// The kind's name.
    pub kind: Ident,
    /// Its own name or label.
    pub name: DeclName,
    /// The text after the name: a description.
    pub description: Option<Box<Text>>,
    /// The type after `:`, for settings and secrets.
    pub ty: Option<Box<TypeExpr>>,
    /// What stands after `->`; sets the parameter `target`.
    pub target: Option<Box<Expr>>,
    /// What stands after `=`; sets the parameter `value`.
    pub value: Option<Box<Expr>>,
    /// The fields.
    pub body: Option<Body>,
    /// The reason after `because`.
    pub because: Option<Box<Text>>,
}

/// How a declaration is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum DeclName {
    /// `db`
    Ident(Ident),
    /// `"/api/"`, `"queue_{q}"`
    Label(Box<Text>),
}

/// `NAME : TYPE = DEFAULT`: a parameter of a kind or a field of a record type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeExpr,
    /// Its default; without one it is required, unless the type is optional.
    pub default: Option<Expr>,
}

/// `out NAME : TYPE = EXPR`: what a kind offers to those who refer to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Out {
    /// Its name.
    pub name: Ident,
    /// Its type, where it is not left to inference.
    pub ty: Option<TypeExpr>,
    /// Its value; only primitive kinds have outputs without one.
    pub value: Option<Expr>,
}

/// `a.b.c = EXPR`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Field {
    /// The path, one name or more. A key that is no name is a text: `"X-Key" = …`.
    pub path: Path,
    /// The value.
    pub value: Expr,
    /// The reason after `because`.
    pub because: Option<Box<Text>>,
}

/// `a.b.c { … }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Block {
    /// The path, one name or more.
    pub path: Path,
    /// What is set in it.
    pub body: Body,
}

/// `drop a.b`, or `drop route "/api/"`: takes away what the base has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Drop {
    /// The path. With a `label`, its last name is the kind: `drop edge.route "/"`.
    pub path: Path,
    /// The label or second name of what is dropped.
    pub name: Option<DeclName>,
}

/// `if … { … } else { … }` among entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct IfEntry {
    /// The condition.
    pub condition: Expr,
    /// The entries when it holds.
    pub then: Body,
    /// The entries when it does not. `else if` is a body of one `If` entry.
    pub otherwise: Option<Body>,
}

/// `for x in … { … }` among entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ForEntry {
    /// The variable; for maps, the key.
    pub variable: Ident,
    /// `for key, value in map`: the value's variable.
    pub value: Option<Ident>,
    /// What is walked through.
    pub list: Expr,
    /// The entries for each.
    pub body: Body,
}

/// `raw TARGET { … } because "…"`: what the language lacks, in the target's own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Raw {
    /// `compose`, `nginx`, `prometheus` or `grafana`.
    pub target: Ident,
    /// The content.
    pub body: Body,
    /// Why; its absence is reported in the check.
    pub because: Option<Box<Text>>,
}

impl Entry {
    /// Whether it is a field under one name.
    fn is_plain(&self) -> bool {
        matches!(&self.node, Node::Field(field) if field.path.len() == 1)
    }

    /// The declaration that it is, if it is one.
    pub fn decl(&self) -> Option<&Decl> {
        match &self.node {
            Node::Decl(decl) => Some(decl),
            _ => None,
        }
    }
}

impl Decl {
    /// Where the declaration's name or label stands.
    pub fn name_span(&self) -> Span {
        match &self.name {
            DeclName::Ident(ident) => ident.span,
            DeclName::Label(text) => text.span,
        }
    }

    /// Whether no name could be read, which was reported.
    pub fn is_nameless(&self) -> bool {
        matches!(&self.name, DeclName::Ident(ident) if ident.text.is_empty())
    }

    /// From its kind to the last of its parts.
    pub fn span(&self) -> Span {
        let texts = [&self.description, &self.because].into_iter().flatten().map(|text| text.span);
        let values = [&self.target, &self.value].into_iter().flatten().map(|value| value.span);
        let rest = self.ty.iter().map(|ty| ty.span).chain(self.body.iter().map(|body| body.span));
        let first = self.kind.span.to(self.name_span());
        texts
            .chain(values)
            .chain(rest)
            .fold(first, |all, part| if part.end() > all.end() { all.to(part) } else { all })
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use super::*;

    /// A large system has more than a hundred thousand entries, so that eight
    /// bytes of one are a megabyte of a build: what is rare stands behind a pointer.
    #[test]
    fn nodes_are_small() {
        let sizes = [
            ("Entry", size_of::<Entry>(), 80),
            ("Field", size_of::<Field>(), 64),
            ("Block", size_of::<Block>(), 56),
            ("Path", size_of::<Path>(), 24),
            ("Expr", size_of::<Expr>(), 32),
            ("Text", size_of::<Text>(), 24),
            ("ListItem", size_of::<ListItem>(), 32),
            ("Decl", size_of::<Decl>(), 128),
        ];
        for (name, size, most) in sizes {
            assert!(size <= most, "{name} takes {size} bytes, and not {most}");
        }
    }
}
