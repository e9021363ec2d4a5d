//! Parsing survives every text, and gives back what valid ones say.

use crate::generate;
use crate::meaning::parsed;
use proptest::prelude::*;

const NORTH_STAR: &str = include_str!("north_star.laud");

/// Every span lies within the text, at boundaries of characters.
fn check_spans(text: &str) {
    let parsed = parsed(text);
    for diagnostic in &parsed.diagnostics {
        let places = diagnostic.related.iter().map(|(span, _)| *span).chain(diagnostic.span);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|(span, _)| *span);
        for span in places.chain(edits) {
            assert!(text.get(span.range()).is_some(), "{diagnostic:?} is no place in {text:?}");
        }
    }
    for entry in &parsed.file.entries {
        assert!(text.get(entry.span.range()).is_some(), "{entry:?} is no place in {text:?}");
    }
}

#[test]
fn every_prefix_of_the_north_star_parses() {
    for (at, _) in NORTH_STAR.char_indices() {
        check_spans(&NORTH_STAR[..at]);
    }
}

#[test]
fn gaps_in_the_north_star_parses() {
    for (at, character) in NORTH_STAR.char_indices().step_by(3) {
        let mut text = NORTH_STAR.to_owned();
        text.replace_range(at..at + character.len_utf8(), "");
        check_spans(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(512)))]

    #[test]
    fn any_text_parses(text in "\\PC*") {
        check_spans(&text);
    }

    #[test]
    fn any_characters_parse(text in any::<String>()) {
        check_spans(&text);
    }

    #[test]
    fn any_soup_parses(text in generate::soup()) {
        check_spans(&text);
    }

    #[test]
    fn generated_programs_have_no_errors(text in generate::program()) {
        let parsed = parsed(&text);
        prop_assert!(parsed.diagnostics.is_empty(), "{:#?}\n{}", parsed.diagnostics, text);
    }

    #[test]
    fn any_prefix_of_a_program_parses(text in generate::program(), part in 0.0..1.0) {
        let mut end = (text.len() as f64 * part) as usize;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        check_spans(&text[..end]);
    }
}
