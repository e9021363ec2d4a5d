//! Formatting is idempotent, loses nothing and changes no meaning.

use crate::generate;
use crate::meaning::{content, parsed, tree};
use laud_syntax::format;
use proptest::prelude::*;

fn formatted(text: &str) -> String {
    format(text, &parsed(text))
}

/// What holds for every text, whether it parses or not.
fn check_any(text: &str) {
    let once = formatted(text);
    assert_eq!(content(&once), content(text), "something got lost in\n{text}\n--- formatted\n{once}");
    assert_eq!(formatted(&once), once, "not idempotent on\n{text:?}");
}

/// What holds for texts that parse.
fn check_valid(text: &str) {
    check_any(text);
    let once = formatted(text);
    assert_eq!(tree(&once), tree(text), "the meaning changed in\n{text}\n--- formatted\n{once}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1024)))]

    #[test]
    fn programs_keep_their_meaning(text in generate::program()) {
        check_valid(&text);
    }

    #[test]
    fn broken_programs_lose_nothing(text in generate::program(), at in any::<prop::sample::Index>(), what in "[{}\\[\\]()\"`@=,.:\n]") {
        let mut broken = text.clone();
        let mut place = at.index(text.len() + 1);
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        broken.insert_str(place, &what);
        check_any(&broken);
    }

    #[test]
    fn soups_lose_nothing(text in generate::soup()) {
        check_any(&text);
    }
}
