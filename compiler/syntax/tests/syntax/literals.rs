//! What the checks of special texts must survive, and what they may offer.

use laud_syntax::literal::{self, Fault};
use proptest::prelude::*;

/// A check by what it says of a text.
type Check = fn(&str) -> Option<Fault>;

/// Every check, by name.
const CHECKS: [(&str, Check); 12] = [
    ("bucket", |text| literal::bucket(text).err()),
    ("cidr", |text| literal::cidr(text).err()),
    ("container_path", |text| literal::container_path(text).err()),
    ("cron", |text| literal::cron(text).err()),
    ("domain", |text| literal::domain(text).err()),
    ("email", |text| literal::email(text).err()),
    ("env_name", |text| literal::env_name(text).err()),
    ("image", |text| literal::image(text).err()),
    ("name", |text| literal::name(text).err()),
    ("route_path", |text| literal::route_path(text).err()),
    ("source_path", |text| literal::source_path(text).err()),
    ("url", |text| literal::url(text).err()),
];

/// Texts of any characters, and of those that mean something to a check.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,20}",
        "[a-zA-Z0-9_./:@*%$=+,?# äßİ-]{0,24}",
        "[a-z0-9]{1,4}([./:@_-]{1,3}[a-zA-Z0-9äİ=*]{0,4}){0,5}",
        "(https?://)?[a-z0-9.-]{1,12}(:[0-9]{0,6})?(/[a-zA-Z0-9ä%*:]{0,6}){0,3}",
        "([0-9]{1,3}[.]){3}[0-9]{1,3}(/[0-9]{0,3})?",
        "([0-9*]{1,2}([-/,][0-9]{1,2})? ){4}[0-9a-zA-Z*]{1,4}",
    ]
}

/// A fault is within the text, and what it offers is good.
fn check_faults(text: &str) {
    for (name, check) in CHECKS {
        let Some(fault) = check(text) else { continue };
        assert!(text.get(fault.range.clone()).is_some(), "{name}: {:?} of {text:?}", fault.range);
        if let Some(offer) = fault.offer {
            assert!(offer != text, "{name}: {text:?} is offered for itself");
            assert!(check(&offer).is_none(), "{name}: {offer:?} is offered for {text:?}");
        }
    }
}

/// What was offered and was not good, or was asked of without end.
#[test]
fn offers_were_bad_for_these() {
    ["0@*", "¡.", "größe", "a=b", "$x", "ä", "İ"].into_iter().for_each(check_faults);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn offers_are_good(text in texts()) {
        check_faults(&text);
    }
}
