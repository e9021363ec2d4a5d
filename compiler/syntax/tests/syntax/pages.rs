//! The pages of the syntax errors show what they say.

use crate::meaning::parsed;
use laud_syntax::{ALL_CODES, Code, code};

/// The blocks of laud in a page; a code that one must show stands after `laud`.
fn examples(page: &str) -> Vec<&str> {
    let blocks = page.split("```laud").skip(1).filter_map(|rest| rest.split_once('\n'));
    blocks.filter_map(|(_, rest)| rest.split("```\n").next()).collect()
}

/// Whether its example would be as long as its name says, or hold what no page
/// may hold.
fn is_hard_to_show(code: &Code) -> bool {
    [&code::TOO_DEEP, &code::CONTROL_CHARACTER].contains(&code)
}

#[test]
fn the_first_example_shows_the_error_and_the_others_do_not() {
    let syntax = ALL_CODES.iter().filter(|code| code.id.starts_with("L01") && !is_hard_to_show(code));
    for code in syntax {
        let found =
            |text: &str| -> Vec<&str> { parsed(text).diagnostics.iter().map(|d| d.code.id).collect() };
        let examples = examples(code.page);
        let [wrong, right @ ..] = examples.as_slice() else { panic!("{} has no example", code.id) };
        assert!(found(wrong).contains(&code.id), "{} shows {:?}", code.id, found(wrong));
        for example in right {
            assert_eq!(found(example), [""; 0], "{}", code.id);
        }
    }
}

#[test]
fn every_page_opens_with_its_title() {
    for code in ALL_CODES {
        let title = format!("# {}: {}", code.id, code.title);
        assert_eq!(code.page.lines().next(), Some(title.as_str()));
    }
}
