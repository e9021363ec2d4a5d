//! The page that the language was designed by.

use crate::meaning::parsed;
use laud_syntax::format;

const NORTH_STAR: &str = include_str!("north_star.laud");

#[test]
fn it_parses() {
    assert_eq!(parsed(NORTH_STAR).diagnostics, []);
}

#[test]
fn it_is_formatted() {
    let formatted = format(NORTH_STAR, &parsed(NORTH_STAR));
    assert_eq!(formatted, NORTH_STAR);
}
