//! The labels that a result carries, as far as the query alone tells.

use lean_string::LeanStr;
use promql_parser::label::{METRIC_NAME, MatchOp};
use promql_parser::parser::token::{T_COUNT_VALUES, T_LAND, T_LOR, T_LUNLESS};
use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, VectorSelector,
};
use std::collections::BTreeSet;

/// The labels of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    /// These at most, and no others: after `by`, `on`, or from a constant.
    Only(BTreeSet<LeanStr>),
    /// Those of the series asked for, more or less some.
    Series {
        /// Whose labels, by their place in [`Query::metrics`](crate::Query::metrics).
        metrics: BTreeSet<usize>,
        /// Labels that are gone.
        without: BTreeSet<LeanStr>,
        /// Labels that came from elsewhere.
        plus: BTreeSet<LeanStr>,
    },
}

impl Carried {
    /// Whether a series of the result may have the label, given which labels
    /// each metric has.
    pub fn may_have(&self, label: &str, mut has: impl FnMut(usize) -> bool) -> bool {
        match self {
            Self::Only(labels) => labels.contains(label),
            Self::Series { metrics, without, plus } => {
                plus.contains(label)
                    || (!without.contains(label) && metrics.iter().any(|metric| has(*metric)))
            }
        }
    }

    fn nothing() -> Self {
        Self::Only(BTreeSet::new())
    }

    fn without<'a>(mut self, labels: impl IntoIterator<Item = &'a str>) -> Self {
        for label in labels {
            match &mut self {
                Self::Only(only) => drop(only.remove(label)),
                Self::Series { without, plus, .. } => {
                    plus.remove(label);
                    without.insert(label.into());
                }
            }
        }
        self
    }

    fn plus<'a>(mut self, labels: impl IntoIterator<Item = &'a str>) -> Self {
        for label in labels {
            match &mut self {
                Self::Only(all) | Self::Series { plus: all, .. } => drop(all.insert(label.into())),
            }
        }
        self
    }

    /// The labels of either: what only one side lacks is not gone.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(one), Self::Only(two)) => Self::Only(&one | &two),
            (Self::Only(only), Self::Series { metrics, without, plus })
            | (Self::Series { metrics, without, plus }, Self::Only(only)) => {
                Self::Series { metrics, without, plus: &plus | &only }
            }
            (
                Self::Series { metrics: m1, without: w1, plus: p1 },
                Self::Series { metrics: m2, without: w2, plus: p2 },
            ) => Self::Series { metrics: &m1 | &m2, without: &w1 & &w2, plus: &p1 | &p2 },
        }
    }
}

/// The labels of a tree's result.
pub(crate) fn carried(tree: &Expr) -> Carried {
    walk(tree, &mut 0)
}

/// Selectors are counted as they come, which is the order of the text.
fn walk(tree: &Expr, next: &mut usize) -> Carried {
    match tree {
        Expr::Aggregate(aggregate) => aggregation(aggregate, next),
        Expr::Unary(unary) => walk(&unary.expr, next).without([METRIC_NAME]),
        Expr::Binary(binary) => operation(binary, next),
        Expr::Paren(paren) => walk(&paren.expr, next),
        Expr::Subquery(subquery) => walk(&subquery.expr, next),
        Expr::Call(call) => function(call, next),
        Expr::VectorSelector(_) | Expr::MatrixSelector(_) => {
            *next += 1;
            let metrics = BTreeSet::from([*next - 1]);
            Carried::Series { metrics, without: BTreeSet::new(), plus: BTreeSet::from([METRIC_NAME.into()]) }
        }
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => Carried::nothing(),
    }
}

fn names(modifier: &LabelModifier) -> impl Iterator<Item = &str> {
    modifier.labels().labels.iter().map(String::as_str)
}

fn aggregation(aggregate: &AggregateExpr, next: &mut usize) -> Carried {
    if let Some(param) = &aggregate.param {
        walk(param, next);
    }
    let inner = walk(&aggregate.expr, next);
    // `topk` and `bottomk` choose series and leave them as they are.
    let name = aggregate.op.to_string();
    if matches!(name.as_str(), "topk" | "bottomk") {
        return inner;
    }
    let grouped = match &aggregate.modifier {
        Some(by @ LabelModifier::Include(_)) => {
            // A label that nothing below carries is not made by grouping.
            let kept = names(by).filter(|label| match &inner {
                Carried::Only(labels) => labels.contains(*label),
                Carried::Series { .. } => true,
            });
            Carried::nothing().plus(kept)
        }
        Some(without @ LabelModifier::Exclude(_)) => inner.without(names(without)).without([METRIC_NAME]),
        None => Carried::nothing(),
    };
    match aggregate.param.as_deref() {
        Some(Expr::StringLiteral(label)) if aggregate.op.id() == T_COUNT_VALUES => {
            grouped.plus([label.val.as_str()])
        }
        Some(_) | None => grouped,
    }
}

fn operation(binary: &BinaryExpr, next: &mut usize) -> Carried {
    let left = walk(&binary.lhs, next);
    let right = walk(&binary.rhs, next);
    let is_number = |side: &Expr| side.value_type() == promql_parser::parser::value::ValueType::Scalar;
    let keeps_name = binary.op.is_comparison_operator() && !binary.return_bool();
    let named = |carried: Carried| if keeps_name { carried } else { carried.without([METRIC_NAME]) };
    match binary.op.id() {
        T_LAND | T_LUNLESS => return left,
        T_LOR => return left.or(right),
        _other => {}
    }
    if is_number(&binary.rhs) {
        return named(left);
    }
    if is_number(&binary.lhs) {
        return named(right);
    }
    let Some(modifier) = &binary.modifier else {
        return named(left);
    };
    match (&modifier.card, &modifier.matching) {
        (VectorMatchCardinality::ManyToOne(extra), _) => {
            named(left).plus(extra.labels.iter().map(String::as_str))
        }
        (VectorMatchCardinality::OneToMany(extra), _) => {
            named(right).plus(extra.labels.iter().map(String::as_str))
        }
        (_, Some(on @ LabelModifier::Include(_))) => Carried::nothing().plus(names(on)),
        (_, Some(ignoring @ LabelModifier::Exclude(_))) => named(left).without(names(ignoring)),
        (_, None) => named(left),
    }
}

fn function(call: &Call, next: &mut usize) -> Carried {
    let arguments: Vec<&Expr> = call.args.args.iter().map(AsRef::as_ref).collect();
    let all: Vec<Carried> = arguments.iter().map(|argument| walk(argument, next)).collect();
    let text = |index: usize| match arguments.get(index) {
        Some(Expr::StringLiteral(literal)) => Some(literal.val.as_str()),
        Some(_) | None => None,
    };
    // The one argument that is no number and no text is whose labels stay.
    let series = arguments.iter().zip(all).find(|(argument, _)| {
        use promql_parser::parser::value::ValueType::{Matrix, Vector};
        matches!(argument.value_type(), Vector | Matrix)
    });
    let Some((argument, series)) = series else {
        return Carried::nothing();
    };
    match call.func.name {
        "absent" | "absent_over_time" => Carried::nothing().plus(equalities(argument)),
        "vector" | "scalar" => Carried::nothing(),
        "label_replace" | "label_join" => series.plus(text(1)),
        "histogram_quantile" => series.without(["le", METRIC_NAME]),
        "sort" | "sort_desc" | "last_over_time" => series,
        _other => series.without([METRIC_NAME]),
    }
}

/// The labels that `absent` makes up: those of equality matchers.
fn equalities(argument: &Expr) -> Vec<&str> {
    let selector: Option<&VectorSelector> = match argument {
        Expr::VectorSelector(selector) => Some(selector),
        Expr::MatrixSelector(selector) => Some(&selector.vs),
        Expr::Paren(paren) => return equalities(&paren.expr),
        Expr::Aggregate(_)
        | Expr::Unary(_)
        | Expr::Binary(_)
        | Expr::Subquery(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::Call(_)
        | Expr::Extension(_) => None,
    };
    let matchers = selector.into_iter().flat_map(|selector| &selector.matchers.matchers);
    let equal = matchers.filter(|matcher| matcher.op == MatchOp::Equal && matcher.name != METRIC_NAME);
    equal.map(|matcher| matcher.name.as_str()).collect()
}
