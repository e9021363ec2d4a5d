//! Expressions that Prometheus takes, and those that it does not.

use laud_promql::check;

/// The lines of the corpus: sign and expression.
fn corpus() -> impl Iterator<Item = (char, &'static str)> {
    let lines = include_str!("expressions.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let sign = line.chars().next()?;
        let rest = line[1..].strip_prefix(' ').unwrap_or("");
        let expression = if sign == '!' { rest.split("  #").next().unwrap_or(rest) } else { rest };
        Some((sign, expression))
    })
}

#[test]
fn every_expression_is_judged_as_the_corpus_says() {
    let wrong: Vec<String> = corpus()
        .filter_map(|(sign, expression)| match (sign, check(expression)) {
            ('+', Err(error)) => Some(format!("{expression}: {error}")),
            ('-' | '!', Ok(_)) => Some(format!("{expression}: taken")),
            _ => None,
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_error_has_a_place_and_words() {
    for (sign, expression) in corpus().filter(|(sign, _)| *sign != '+') {
        let Err(error) = check(expression) else {
            continue;
        };
        assert!(
            error.range.start <= error.range.end && error.range.end <= expression.len(),
            "{sign} {error}"
        );
        assert!(
            expression.is_char_boundary(error.range.start) && expression.is_char_boundary(error.range.end)
        );
        assert!(
            !error.message.is_empty() && !error.message.ends_with('.'),
            "{expression}: {}",
            error.message
        );
    }
}

#[test]
fn every_prefix_is_read_without_panic() {
    for (_, expression) in corpus() {
        for end in (0..expression.len()).filter(|end| expression.is_char_boundary(*end)) {
            drop(check(&expression[..end]));
        }
    }
}
