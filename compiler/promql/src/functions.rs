//! What PromQL can be asked with, for those who write it.
//! <https://prometheus.io/docs/prometheus/latest/querying/functions/>

/// A function, an aggregation, or a word of PromQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub signature: &'static str,
    /// What it gives.
    pub doc: &'static str,
}

macro_rules! known {
    ($($name:literal $signature:literal $doc:literal)*) => {
        &[$(Known { name: $name, signature: $signature, doc: $doc }),*]
    };
}

/// The functions of Prometheus 3 that are no experiments, in order of name.
pub static FUNCTIONS: &[Known] = known! {
    "abs" "abs(v instant-vector)" "Without the sign."
    "absent" "absent(v instant-vector)" "1 where there is no such series, else nothing."
    "absent_over_time" "absent_over_time(v range-vector)" "1 where there was no such series in the range."
    "acos" "acos(v instant-vector)" "The arccosine, in radians."
    "acosh" "acosh(v instant-vector)" "The inverse hyperbolic cosine."
    "asin" "asin(v instant-vector)" "The arcsine, in radians."
    "asinh" "asinh(v instant-vector)" "The inverse hyperbolic sine."
    "atan" "atan(v instant-vector)" "The arctangent, in radians."
    "atanh" "atanh(v instant-vector)" "The inverse hyperbolic tangent."
    "avg_over_time" "avg_over_time(v range-vector)" "The average over the range."
    "ceil" "ceil(v instant-vector)" "Up to the next whole number."
    "changes" "changes(v range-vector)" "How often the value changed in the range."
    "clamp" "clamp(v instant-vector, min scalar, max scalar)" "Not below `min` and not above `max`."
    "clamp_max" "clamp_max(v instant-vector, max scalar)" "Not above `max`."
    "clamp_min" "clamp_min(v instant-vector, min scalar)" "Not below `min`."
    "cos" "cos(v instant-vector)" "The cosine."
    "cosh" "cosh(v instant-vector)" "The hyperbolic cosine."
    "count_over_time" "count_over_time(v range-vector)" "How many samples there are in the range."
    "day_of_month" "day_of_month(v instant-vector)" "The day of the month, in UTC, from 1."
    "day_of_week" "day_of_week(v instant-vector)" "The day of the week, in UTC; 0 is Sunday."
    "day_of_year" "day_of_year(v instant-vector)" "The day of the year, in UTC, from 1."
    "days_in_month" "days_in_month(v instant-vector)" "How many days the month has, in UTC."
    "deg" "deg(v instant-vector)" "From radians to degrees."
    "delta" "delta(v range-vector)" "How far a gauge moved over the range."
    "deriv" "deriv(v range-vector)" "How fast a gauge moves, per second, by linear regression."
    "exp" "exp(v instant-vector)" "The exponential function."
    "floor" "floor(v instant-vector)" "Down to the next whole number."
    "histogram_avg" "histogram_avg(v instant-vector)" "The average of a native histogram."
    "histogram_count" "histogram_count(v instant-vector)" "The count of a native histogram."
    "histogram_fraction" "histogram_fraction(lower scalar, upper scalar, v instant-vector)" "Which part of the observations lies between two values."
    "histogram_quantile" "histogram_quantile(q scalar, v instant-vector)" "The quantile `q` of a histogram: `histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))`."
    "histogram_stddev" "histogram_stddev(v instant-vector)" "The estimated standard deviation of a native histogram."
    "histogram_stdvar" "histogram_stdvar(v instant-vector)" "The estimated variance of a native histogram."
    "histogram_sum" "histogram_sum(v instant-vector)" "The sum of a native histogram."
    "hour" "hour(v instant-vector)" "The hour of the day, in UTC."
    "idelta" "idelta(v range-vector)" "The difference of the last two samples of a gauge."
    "increase" "increase(v range-vector)" "How far a counter rose over the range, resets left out."
    "irate" "irate(v range-vector)" "How fast a counter rises, per second, by its last two samples."
    "label_join" "label_join(v instant-vector, to string, separator string, from string, …)" "With a label of the values of others."
    "label_replace" "label_replace(v instant-vector, to string, replacement string, from string, regex string)" "With a label made of another by a regex."
    "last_over_time" "last_over_time(v range-vector)" "The last sample in the range."
    "ln" "ln(v instant-vector)" "The natural logarithm."
    "log10" "log10(v instant-vector)" "The decimal logarithm."
    "log2" "log2(v instant-vector)" "The binary logarithm."
    "max_over_time" "max_over_time(v range-vector)" "The largest value in the range."
    "min_over_time" "min_over_time(v range-vector)" "The smallest value in the range."
    "minute" "minute(v instant-vector)" "The minute of the hour, in UTC."
    "month" "month(v instant-vector)" "The month of the year, in UTC, from 1."
    "pi" "pi()" "The number π."
    "predict_linear" "predict_linear(v range-vector, t scalar)" "The value of a gauge in `t` seconds, by linear regression."
    "present_over_time" "present_over_time(v range-vector)" "1 for each series that was there in the range."
    "quantile_over_time" "quantile_over_time(q scalar, v range-vector)" "The quantile `q` of the values in the range."
    "rad" "rad(v instant-vector)" "From degrees to radians."
    "rate" "rate(v range-vector)" "How fast a counter rises, per second, over the range."
    "resets" "resets(v range-vector)" "How often a counter was reset in the range."
    "round" "round(v instant-vector, to scalar = 1)" "To the nearest multiple of `to`."
    "scalar" "scalar(v instant-vector)" "The value of the only series."
    "sgn" "sgn(v instant-vector)" "1, 0 or -1: the sign."
    "sin" "sin(v instant-vector)" "The sine."
    "sinh" "sinh(v instant-vector)" "The hyperbolic sine."
    "sort" "sort(v instant-vector)" "In ascending order of value."
    "sort_desc" "sort_desc(v instant-vector)" "In descending order of value."
    "sqrt" "sqrt(v instant-vector)" "The square root."
    "stddev_over_time" "stddev_over_time(v range-vector)" "The standard deviation of the values in the range."
    "stdvar_over_time" "stdvar_over_time(v range-vector)" "The variance of the values in the range."
    "sum_over_time" "sum_over_time(v range-vector)" "The sum of the values in the range."
    "tan" "tan(v instant-vector)" "The tangent."
    "tanh" "tanh(v instant-vector)" "The hyperbolic tangent."
    "time" "time()" "The time of the evaluation, in seconds since 1970."
    "timestamp" "timestamp(v instant-vector)" "The time of each sample, in seconds since 1970."
    "vector" "vector(s scalar)" "A series without labels, of that value."
    "year" "year(v instant-vector)" "The year, in UTC."
};

/// What makes one series of several.
pub static AGGREGATIONS: &[Known] = known! {
    "avg" "avg by (label) (v instant-vector)" "The average."
    "bottomk" "bottomk(k scalar, v instant-vector)" "The `k` smallest."
    "count" "count by (label) (v instant-vector)" "How many there are."
    "count_values" "count_values(label string, v instant-vector)" "How many have each value."
    "group" "group by (label) (v instant-vector)" "1 for each group."
    "max" "max by (label) (v instant-vector)" "The largest."
    "min" "min by (label) (v instant-vector)" "The smallest."
    "quantile" "quantile(q scalar, v instant-vector)" "The quantile `q`."
    "stddev" "stddev by (label) (v instant-vector)" "The standard deviation."
    "stdvar" "stdvar by (label) (v instant-vector)" "The variance."
    "sum" "sum by (label) (v instant-vector)" "The sum."
    "topk" "topk(k scalar, v instant-vector)" "The `k` largest."
};

/// Words that stand between or behind queries.
pub static WORDS: &[Known] = known! {
    "and" "a and b" "The series of `a` that `b` has as well."
    "bool" "a > bool b" "0 or 1 instead of leaving series out."
    "by" "sum by (label) (v)" "One group for each value of these labels."
    "group_left" "a * on (label) group_left (more) b" "Several of `a` to one of `b`."
    "group_right" "a * on (label) group_right (more) b" "One of `a` to several of `b`."
    "ignoring" "a / ignoring (label) b" "Pairs by all labels but these."
    "offset" "v offset 5m" "As it was so long ago."
    "on" "a / on (label) b" "Pairs by these labels alone."
    "or" "a or b" "The series of both, `a` first."
    "unless" "a unless b" "The series of `a` that `b` does not have."
    "without" "sum without (label) (v)" "One group for each value of all labels but these."
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a query is read, for every argument that it could have.
    fn is_known(name: &str) -> bool {
        [
            "",
            "x",
            "1",
            "x[5m]",
            "1, x",
            "x, 1",
            "1, x[5m]",
            "x[5m], 1",
            "x, 0, 1",
            "0, 1, x",
            "\"a\", x",
            "x, \"a\", \",\", \"b\"",
            "x, \"a\", \"$1\", \"b\", \"(.*)\"",
        ]
        .iter()
        .any(|arguments| crate::check(&format!("{name}({arguments})")).is_ok())
    }

    #[test]
    fn every_function_is_one() {
        for known in FUNCTIONS.iter().chain(AGGREGATIONS) {
            assert!(is_known(known.name), "{}", known.name);
            assert!(known.signature.starts_with(known.name) && known.doc.ends_with('.'), "{}", known.name);
        }
        assert!(FUNCTIONS.is_sorted_by_key(|known| known.name));
    }
}
