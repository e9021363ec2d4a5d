//! Quantiles of which Prometheus makes nothing of use, without a word.

use crate::carried::{Carried, carried};
use crate::check::children;
use promql_parser::parser::token::T_QUANTILE;
use promql_parser::parser::{Expr, UnaryExpr};

/// The first quantile that is none: the function's name, and why.
pub(crate) fn fault(tree: &Expr) -> Option<(&'static str, String)> {
    let here = match tree {
        Expr::Call(call) => match (call.func.name, call.args.args.as_slice()) {
            (name @ "histogram_quantile", [share, buckets]) => {
                out_of_range(share).or_else(|| without_buckets(buckets)).map(|words| (name, words))
            }
            (name @ "quantile_over_time", [share, _]) => out_of_range(share).map(|words| (name, words)),
            _ => None,
        },
        Expr::Aggregate(aggregate) if aggregate.op.id() == T_QUANTILE => {
            aggregate.param.as_ref().and_then(|share| out_of_range(share)).map(|words| ("quantile", words))
        }
        _ => None,
    };
    here.or_else(|| children(tree).into_iter().find_map(fault))
}

/// Prometheus gives an infinite value then.
/// <https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile>
fn out_of_range(share: &Expr) -> Option<String> {
    let value = constant(share)?;
    (!(0.0..=1.0).contains(&value)).then(|| {
        let meant = if value > 1.0 && value <= 100.0 {
            format!(": write `{}`", value / 100.0)
        } else {
            String::new()
        };
        format!("a quantile of {value} is not from 0 to 1{meant}")
    })
}

fn constant(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::NumberLiteral(number) => Some(number.val),
        Expr::Paren(paren) => constant(&paren.expr),
        Expr::Unary(UnaryExpr { expr }) => constant(expr).map(|value| -value),
        _ => None,
    }
}

/// Buckets are told apart by `le`: without it there are none, and no series comes of it. Histograms
/// without buckets of their own names need no label.
fn without_buckets(buckets: &Expr) -> Option<String> {
    let is_gone = match carried(buckets) {
        Carried::Only(labels) => !labels.contains("le"),
        Carried::Series { without, plus, .. } => without.contains("le") && !plus.contains("le"),
    };
    let words = "`histogram_quantile` takes its buckets by the label `le`, which is gone there: keep it, as in `by (le)`";
    (is_gone && all_buckets(buckets)).then(|| words.to_owned())
}

/// Whether all that is asked for are buckets.
fn all_buckets(tree: &Expr) -> bool {
    let is_bucket = |name: &Option<String>| name.as_ref().is_some_and(|name| name.ends_with("_bucket"));
    match tree {
        Expr::VectorSelector(selector) => is_bucket(&selector.name),
        Expr::MatrixSelector(matrix) => is_bucket(&matrix.vs.name),
        _ => children(tree)
            .into_iter()
            .filter(|child| !matches!(child, Expr::NumberLiteral(_) | Expr::StringLiteral(_)))
            .all(all_buckets),
    }
}
