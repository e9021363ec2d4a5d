//! What is known of a query.

use laud_promql::{Never, Query, Shape, asked, check};

fn query(text: &str) -> Query {
    check(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn metrics_have_names_matchers_and_places() {
    let text = "sum by (code) (rate(http_requests_total{job=\"a\", code=~\"5..\"}[5m])) / up{env='x'}";
    let query = query(text);
    let names: Vec<_> = query.asked.metrics.iter().map(|metric| metric.name.as_deref()).collect();
    assert_eq!(names, [Some("http_requests_total"), Some("up")]);
    let matcher = &query.asked.metrics[0].matchers[1];
    assert_eq!((matcher.label.as_str(), matcher.value.as_str()), ("code", "5.."));
    assert_eq!(&text[matcher.value_range.clone()], "\"5..\"");
    assert_eq!(&text[query.asked.metrics[1].range.clone()], "up{env='x'}");
    assert_eq!((query.asked.labels[0].name.as_str(), query.asked.labels[0].metrics.clone()), ("code", 0..1));
}

#[test]
fn the_words_alone_tell_what_is_asked() {
    let text = "rate(a{b=\"c\"}[5m] offset 1h) / on (d) e[$__rate_interval]";
    assert!(check(text).is_err());
    let asks = asked(text).expect("the words fit");
    assert_eq!((asks.metrics.len(), asks.labels.len(), asks.durations), (2, 1, 66 * 60_000));
    let good = "sum by (d) (rate(a{b=\"c\"}[5m]))";
    assert_eq!(asked(good), Ok(query(good).asked));
    assert!(asked("sum(").is_err());
}

#[test]
fn functions_of_one_type_take_the_selector_that_is_their_argument() {
    let query =
        query("rate (a[5m]) + increase( # all\n {job='b'}[5m]) + delta(c[5m]) / rate(sum(d)[5m:1m]) + e");
    let taken =
        query.asked.metrics.iter().map(|metric| metric.taken.as_ref().map(|taken| (taken.name, taken.other)));
    let taken: Vec<_> = taken.collect();
    assert_eq!(
        taken,
        [Some(("rate", "deriv")), Some(("increase", "delta")), Some(("delta", "increase")), None, None]
    );
}

#[test]
fn labels_are_about_the_metrics_around_them() {
    let query = query("a / on (x) group_left (y) b + sum(c) by (z)");
    let about: Vec<_> =
        query.asked.labels.iter().map(|label| (label.name.as_str(), label.metrics.clone())).collect();
    assert_eq!(about, [("x", 0..2), ("y", 0..2), ("z", 2..3)]);
}

#[test]
fn a_metric_may_be_named_by_a_matcher() {
    assert_eq!(query("{__name__=\"up\"}").asked.metrics[0].name.as_deref(), Some("up"));
    assert_eq!(query("{__name__=~\"u.\"}").asked.metrics[0].name, None);
}

#[test]
fn carried_labels_follow_the_operators() {
    let may =
        |text: &str, label: &str| query(text).answer.carried.may_have(label, |_| label.starts_with("own"));
    assert!(may("up", "own") && !may("up", "else"));
    assert!(may("sum by (own) (up)", "own") && !may("sum by (own) (up)", "own2"));
    assert!(may("sum without (own) (up)", "own2") && !may("sum without (own) (up)", "own"));
    assert!(!may("sum(up)", "own"));
    assert!(may("topk(3, up)", "own"));
    assert!(may("count_values(\"v\", up)", "v"));
    assert!(may("absent(up{job=\"a\"})", "job") && !may("absent(up{job=~\"a\"})", "job"));
    assert!(may("a > on (own) b", "own") && !may("a > on (own) b", "own2"));
    assert!(
        may("a * on (own) group_left (extra) b", "extra") && may("a * on (own) group_left (extra) b", "own2")
    );
    assert!(may("label_replace(up, \"new\", \"$1\", \"own\", \"(.*)\")", "new"));
    assert!(!may("histogram_quantile(0.9, sum by (le, own) (rate(x[5m])))", "le"));
    assert!(!may("1 - vector(2)", "own") && may("1 - up", "own"));
    assert!(may("sum by (a) (up) or up", "own"));
}

#[test]
fn ranges_add_up_along_the_deepest_way() {
    let minutes = |text: &str| query(text).answer.longest_range.map(|range| range / 60_000);
    assert_eq!(minutes("up"), None);
    assert_eq!(minutes("rate(x[5m] offset 1h) + rate(y[1m])"), Some(65));
    assert_eq!(minutes("max_over_time(rate(x[5m])[1h:1m])"), Some(65));
    assert_eq!(minutes("x offset -1h"), None);
}

#[test]
fn filters_are_told_from_measures() {
    for text in
        ["up == 0", "a and b", "(a > 1) * 2", "sum(a > 1)", "absent(up)", "a > 1 or b > 1", "-(a < 0)"]
    {
        assert!(query(text).answer.is_filter, "{text}");
    }
    for text in ["up", "up == bool 0", "a + b", "a or b > 1", "rate(x[5m])"] {
        assert!(!query(text).answer.is_filter, "{text}");
    }
}

#[test]
fn what_never_fires_is_known_only_when_it_is_certain() {
    let never = |text: &str| query(text).answer.never;
    let comparison = |words: &str| Some(Never::False { comparison: words.to_owned() });
    assert_eq!(never("vector(1) > 2"), comparison("1 > 2"));
    assert_eq!(never("sum(vector(1) > 2) * 3"), comparison("1 > 2"));
    assert_eq!(never("up and (vector(2 * 3) == 5)"), comparison("6 == 5"));
    assert_eq!(never("(2 > vector(1)) > 1.5"), comparison("1 > 1.5"));
    assert_eq!(never("up > NaN"), Some(Never::NotANumber));
    for text in [
        "vector(1) < 2",
        "up > 2",
        "absent(vector(1) > 2)",
        "up or vector(1) > 2",
        "up != NaN",
        "up unless vector(1) > 2",
    ] {
        assert_eq!(never(text), None, "{text}");
    }
}

#[test]
fn grafana_s_variables_are_found() {
    let text = "rate(x[$__rate_interval])";
    let query = query(text);
    assert_eq!(query.grafana.map(|range| &text[range]), Some("$__rate_interval"));
    assert!(check("up{a=\"$__interval\"}").is_ok_and(|query| query.grafana.is_none()));
}

#[test]
fn shapes_are_told() {
    assert_eq!(query("1 + 1").answer.result, Shape::Scalar);
    assert_eq!(query("\"a\"").answer.result, Shape::String);
    assert_eq!(query("x[5m]").answer.result, Shape::RangeVector);
    assert_eq!(query("x").answer.result, Shape::InstantVector);
}

#[test]
fn errors_stand_where_the_mistake_is() {
    let cases = [
        ("sum(rate(x))", "rate(x)"),
        ("up == 1 and nosuch(up)", "nosuch"),
        ("up{job=\"a\" env=\"b\"}", "env"),
        ("up{job=~\"(\"}", "\"(\""),
        ("a + (1 and b)", "1 and b"),
        ("x[5m1h]", "5m1h"),
        ("up{a=\"b\\.c\"}", "\\."),
        ("up ==", ""),
        ("topk(up)", "topk(up)"),
        ("1 + limitk(2, up)", "limitk"),
        ("up{a=\"b\" or c=\"d\"}", "or"),
    ];
    for (text, place) in cases {
        let error = check(text).expect_err(text);
        assert_eq!(&text[error.range.clone()], place, "{text}: {error}");
    }
}

#[test]
fn size_is_bounded() {
    let deep = format!("{}x{}", "(".repeat(5_000), ")".repeat(5_000));
    let long = vec!["x"; 5_000].join(" + ");
    let signs = "-".repeat(50_000) + "x";
    let lists = format!("sum by ({}) (x)", vec!["a"; 5_000].join(","));
    for text in [deep, long, signs] {
        assert!(check(&text).is_err());
    }
    assert!(check(&lists).is_ok());
    assert!(check(&format!("{}x{}", "(".repeat(90), ")".repeat(90))).is_ok());
    assert!(check(&vec!["x"; 400].join(" + ")).is_ok());
}
