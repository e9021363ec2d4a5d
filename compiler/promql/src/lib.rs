//! PromQL as laud needs it: is it a query, what does it ask, and how does a
//! value get into it without leaving its place.
//!
//! [`check`] parses a finished query; [`Template`] is one with holes. The
//! types are checked by `promql-parser`, which knows every function but has no
//! positions, is more generous than Prometheus 3, and trusts its input's size.
//! So a query is read twice: [`scan`] and [`syntax`] here cut it into words
//! with their places, find the first that does not fit, note what is asked,
//! and keep out what would hurt the parser.

mod carried;
mod check;
mod duration;
mod escape;
mod fire;
mod functions;
mod prepared;
mod quantile;
mod query;
mod regex;
mod scan;
mod syntax;
mod template;
mod unquote;

pub use carried::Carried;
pub use check::{asked, check};
pub use duration::duration;
pub use escape::{EscapeError, escape};
pub use fire::Never;
pub use functions::{AGGREGATIONS, FUNCTIONS, Known, WORDS};
pub use prepared::Prepared;
pub use query::{
    Answer, Asked, LabelUse, MatchOp, Matcher, MetricType, MetricUse, PromqlError, Query, Shape, Taken,
};
pub use template::{Filled, Hole, Place, Quote, Template, holes};
