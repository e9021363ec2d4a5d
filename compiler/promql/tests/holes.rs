//! Values in holes: whatever they are, they stay what they are.

use laud_promql::{Hole, MatchOp, Query, Quote, Template, escape, holes};
use proptest::prelude::*;

const DOUBLE: Hole = Hole::String(Quote::Double);
const REGEX: Hole = Hole::Regex(Quote::Double);

#[test]
fn a_place_decides_what_belongs_in_it() {
    let cases: [(&[&str], &[Hole]); 12] = [
        (&["up{job=\"", "\"} == 0"], &[DOUBLE]),
        (&["up{job!='", "', a=`", "`}"], &[Hole::String(Quote::Single), Hole::String(Quote::Back)]),
        (&["up{job=~\"a|", "|", "\"}"], &[REGEX, REGEX]),
        (&["rate(x[", "]) > ", ""], &[Hole::Duration, Hole::Number]),
        (&["max_over_time(x[1h:", "]) offset -", ""], &[Hole::Duration, Hole::Duration]),
        (&["x offset ", " > 1"], &[Hole::Duration]),
        (&["rate(", "[5m])"], &[Hole::Identifier]),
        (&["", "_total{", "=\"a\"}"], &[Hole::Identifier, Hole::Identifier]),
        (&["sum by (job, ", ") (x)"], &[Hole::Identifier]),
        (&["topk(", ", x) * ", ""], &[Hole::Number, Hole::Number]),
        (&["job_", " > 1"], &[Hole::Identifier]),
        (&["label_replace(x, \"a\", \"b\", \"", "\", \"", "\")"], &[DOUBLE, REGEX]),
    ];
    for (pieces, expected) in cases {
        assert_eq!(holes(pieces), expected, "{pieces:?}");
    }
}

#[test]
fn places_without_a_safe_way_are_refused() {
    let bad: [&[&str]; 9] = [
        &["up{job=", "}"],
        &["up{job=\"\\", "\"}"],
        &["up{job=~\"\\\\", "\"}"],
        &["up{job=~\"[", "]\"}"],
        &["up{job=~\"", "*\"}"],
        &["up{job=~\"", "{2}\"}"],
        &["up # ", ""],
        &["label_replace(x, \"a\", \"", "\", \"b\", \"c\")"],
        &["label_replace(x, \"a\", \"b\", \"c\", \"(.*", "+)\")"],
    ];
    for pieces in bad {
        assert!(Template::new(pieces.iter().copied()).is_err(), "{pieces:?}");
    }
}

fn filled(pieces: &[&str], value: &str) -> Option<Query> {
    let template = Template::new(pieces.iter().copied()).ok()?;
    template.fill(&[value]).ok()?.check().ok()
}

proptest! {
    #[test]
    fn a_text_stays_that_text(value in "\\PC*|[\\x00-\\x7f]*") {
        for pieces in [["up{a=\"", "\"}"], ["up{a='", "'}"]] {
            let query = filled(&pieces, &value).expect("any text has its escape");
            prop_assert_eq!(&query.asked.metrics[0].matchers[0].value, &value);
            prop_assert_eq!(query.asked.metrics.len(), 1);
            prop_assert_eq!(query.asked.metrics[0].matchers[0].op, MatchOp::Equal);
        }
        if let Some(query) = filled(&["up{a=`", "`}"], &value) {
            prop_assert_eq!(&query.asked.metrics[0].matchers[0].value, &value);
        }
    }

    #[test]
    fn a_text_in_a_regex_matches_itself_alone(value in "\\PC*|[\\x00-\\x7f]*", other in "\\PC*") {
        for pieces in [["up{a=~\"", "\"}"], ["up{a=~'", "'}"], ["up{a=~`", "`}"]] {
            let query = filled(&pieces, &value).expect("any text has its escape");
            let pattern = &query.asked.metrics[0].matchers[0].value;
            // What Prometheus makes of it: anchored, and a dot takes a line feed.
            let regex = regex::Regex::new(&format!("^(?s:{pattern})$")).expect("it compiles");
            prop_assert!(regex.is_match(&value));
            prop_assert_eq!(regex.is_match(&other), other == value);
        }
    }

    #[test]
    fn no_value_opens_a_variable_of_grafana(value in "[$\\[\\]{}_a-z`\"\\\\]*") {
        for hole in [DOUBLE, REGEX, Hole::String(Quote::Back), Hole::Regex(Quote::Back)] {
            if let Ok(text) = escape(hole, &value) {
                prop_assert!(!text.contains("[["));
                let dollar_name = text.split('$').skip(1).any(|rest| {
                    rest.starts_with(|c: char| c == '{' || c == '_' || c.is_alphanumeric())
                });
                prop_assert!(!dollar_name, "{}", text);
            }
        }
    }

    #[test]
    fn a_number_is_one_number(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
        let text = escape(Hole::Number, &value.to_string()).expect("a number");
        let read: f64 = text.trim_matches(['(', ')']).parse().expect("it reads");
        prop_assert_eq!(read, value);
        prop_assert!(filled(&["x ^ ", " > 1"], &value.to_string()).is_some());
    }

    #[test]
    fn no_text_makes_the_check_panic(text in "\\PC{0,60}|[a-z(){}\\[\\]0-9 \"=~+*^@:.$_]{0,60}") {
        drop(laud_promql::check(&text));
    }

    #[test]
    fn no_pieces_make_the_template_panic(pieces in proptest::collection::vec("[a-z(){}\\[\\]\"=~ \\\\`é]{0,8}", 1..5)) {
        if let Ok(template) = Template::new(&pieces) {
            drop(template.check());
        }
    }
}
