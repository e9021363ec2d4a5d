//! Expressions that give nothing whatever is measured. Only what is certain
//! is said: constants are folded, and metrics may have any value.

use promql_parser::parser::token::{
    T_ADD, T_DIV, T_EQLC, T_GTE, T_GTR, T_LAND, T_LOR, T_LSS, T_LTE, T_LUNLESS, T_MOD, T_MUL, T_NEQ, T_POW,
    T_SUB,
};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{BinaryExpr, Expr};

/// Why an expression gives nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Never {
    /// A comparison of two numbers that does not hold: `vector(1) > 2`.
    False {
        /// The comparison, with the numbers that it came to: `1 > 2`.
        comparison: String,
    },
    /// A comparison with a number that is none, which never holds.
    NotANumber,
}

/// What is known of a result.
enum Known {
    /// Nothing: it depends on what is measured.
    Unknown,
    /// It is this number, if it is anything.
    Number(f64),
    /// It is empty.
    Empty(Never),
}

/// Why the expression gives nothing, if that is certain.
pub(crate) fn never(tree: &Expr) -> Option<Never> {
    match known(tree) {
        Known::Empty(never) => Some(never),
        Known::Unknown | Known::Number(_) => None,
    }
}

fn known(tree: &Expr) -> Known {
    match tree {
        Expr::NumberLiteral(number) => Known::Number(number.val),
        Expr::Paren(paren) => known(&paren.expr),
        Expr::Unary(unary) => match known(&unary.expr) {
            Known::Number(number) => Known::Number(-number),
            other => other,
        },
        Expr::Binary(binary) => operation(binary),
        Expr::Call(call) if call.func.name == "vector" => {
            call.args.args.first().map_or(Known::Unknown, |argument| known(argument))
        }
        // An aggregation of nothing is nothing, and so is what a function
        // makes of it. `absent` and `scalar` are the ones that are not so, and
        // any other that might be is let be.
        Expr::Aggregate(aggregate) => empty(&aggregate.expr),
        Expr::Call(_)
        | Expr::Subquery(_)
        | Expr::StringLiteral(_)
        | Expr::VectorSelector(_)
        | Expr::MatrixSelector(_)
        | Expr::Extension(_) => Known::Unknown,
    }
}

fn empty(tree: &Expr) -> Known {
    match known(tree) {
        Known::Empty(never) => Known::Empty(never),
        Known::Number(_) | Known::Unknown => Known::Unknown,
    }
}

fn operation(binary: &BinaryExpr) -> Known {
    let (left, right) = (known(&binary.lhs), known(&binary.rhs));
    let filled = binary
        .modifier
        .as_ref()
        .is_some_and(|modifier| modifier.fill_values.lhs.is_some() || modifier.fill_values.rhs.is_some());
    if filled {
        return Known::Unknown;
    }
    match (binary.op.id(), left, right) {
        (T_LOR, Known::Empty(never), Known::Empty(_)) => Known::Empty(never),
        (T_LOR, _, _) => Known::Unknown,
        (T_LUNLESS, Known::Empty(never), _) => Known::Empty(never),
        (T_LUNLESS, _, _) => Known::Unknown,
        (_, Known::Empty(never), _) | (_, _, Known::Empty(never)) => Known::Empty(never),
        (T_LAND, _, _) => Known::Unknown,
        (_, Known::Number(left), Known::Number(right)) => folded(binary, left, right),
        (_, Known::Number(number), Known::Unknown) | (_, Known::Unknown, Known::Number(number)) => {
            // NaN is unequal to all, so that `!=` alone holds.
            let compared = binary.op.is_comparison_operator() && !binary.return_bool();
            let never = compared && number.is_nan() && binary.op.id() != T_NEQ;
            if never { Known::Empty(Never::NotANumber) } else { Known::Unknown }
        }
        (_, Known::Unknown, Known::Unknown) => Known::Unknown,
    }
}

fn folded(binary: &BinaryExpr, left: f64, right: f64) -> Known {
    let number = match binary.op.id() {
        T_ADD => left + right,
        T_SUB => left - right,
        T_MUL => left * right,
        T_DIV => left / right,
        T_MOD => left % right,
        T_POW => left.powf(right),
        _other => return compared(binary, left, right),
    };
    Known::Number(number)
}

fn compared(binary: &BinaryExpr, left: f64, right: f64) -> Known {
    let holds = match binary.op.id() {
        T_EQLC => left == right,
        T_NEQ => left != right,
        T_GTR => left > right,
        T_LSS => left < right,
        T_GTE => left >= right,
        T_LTE => left <= right,
        _other => return Known::Unknown,
    };
    if binary.return_bool() {
        return Known::Number(f64::from(u8::from(holds)));
    }
    if holds {
        // A filter passes on the value of the side that is a vector.
        let right_stays = binary.lhs.value_type() == ValueType::Scalar;
        return Known::Number(if right_stays { right } else { left });
    }
    Known::Empty(Never::False { comparison: format!("{left} {} {right}", binary.op) })
}
