//! What is known of a query once it is checked.

use crate::carried::Carried;
use crate::fire::Never;
use lean_string::LeanStr;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A checked query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What it asks.
    pub asked: Asked,
    /// What it gives.
    pub answer: Answer,
    /// Where the first of Grafana's variables stands. Only panels may have any.
    pub grafana: Option<Range<usize>>,
}

/// What a query asks. The words alone tell, without the types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Asked {
    /// The series that it asks for, in the order of the text.
    pub metrics: Vec<MetricUse>,
    /// The labels that it names outside of matchers, in the order of the text.
    pub labels: Vec<LabelUse>,
    /// All its durations together, in milliseconds: it looks no further back.
    pub durations: u64,
}

/// What a query gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The shape of its result.
    pub result: Shape,
    /// The labels that its result carries.
    pub carried: Carried,
    /// How far it looks back, in milliseconds: ranges, offsets and subqueries
    /// added up along the deepest way. `None` if it asks only for now.
    pub longest_range: Option<u64>,
    /// Whether it gives only some of the series that it asks for: a comparison
    /// without `bool`, `and`, `unless`, or `or` of such. An alert whose
    /// expression is no filter fires for whatever exists.
    pub is_filter: bool,
    /// Why it gives nothing, whatever is measured.
    pub never: Option<Never>,
}

/// The shape of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One number.
    Scalar,
    /// One value for each of many series.
    InstantVector,
    /// Many values for each of many series.
    RangeVector,
    /// A text.
    String,
}

/// Series that a query asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct MetricUse {
    /// The metric; `None` if the matchers name it by a regex or not at all.
    pub name: Option<LeanStr>,
    /// Where the name stands; the whole selector without a name.
    pub name_range: Range<usize>,
    /// The matchers, in the order of the text; those of `__name__` too.
    pub matchers: Vec<Matcher>,
    /// Where the selector stands, with its matchers.
    pub range: Range<usize>,
    /// The function that it is the first argument of, if that is for one type of metrics alone.
    pub taken: Option<Taken>,
}

/// A function that is for one type of metrics.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Its name.
    pub name: &'static str,
    /// What it takes the metric for.
    pub what: MetricType,
    /// Where its name stands.
    pub range: Range<usize>,
    /// The function that does the like for metrics of the other type.
    pub other: &'static str,
}

/// What a metric does with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetricType {
    /// It grows, and starts again at 0.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// A matcher: `code=~"5.."`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matcher {
    /// The label.
    pub label: LeanStr,
    /// Where the label stands.
    pub label_range: Range<usize>,
    /// How the value is compared.
    pub op: MatchOp,
    /// The value, without its quotes and escapes.
    pub value: String,
    /// Where the value stands, with its quotes.
    pub value_range: Range<usize>,
}

/// How a matcher compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Regex,
    /// `!~`
    NotRegex,
}

/// A label in `by`, `without`, `on`, `ignoring`, `group_left` or `group_right`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelUse {
    /// The label.
    pub name: LeanStr,
    /// Where it stands.
    pub range: Range<usize>,
    /// The metrics that it is about, by their place in [`Query::metrics`]: all
    /// below the aggregation, or on both sides of the operator. At least one
    /// of them should have the label.
    pub metrics: Range<usize>,
}

/// Why a text is no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromqlError {
    /// Where, in bytes of the text. Empty at a place where something is missing.
    pub range: Range<usize>,
    /// What is wrong: a lower-case fragment without a final dot.
    pub message: String,
}

impl PromqlError {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into() }
    }
}

impl std::fmt::Display for PromqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (bytes {}..{})", self.message, self.range.start, self.range.end)
    }
}

impl std::error::Error for PromqlError {}
