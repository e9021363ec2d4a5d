//! Diagnostics made visible: for people, one line each, for programs, and for services that hold a repository.
//!
//! Renderers only render: what is said, in which order and how grave it is
//! was decided before.

mod checkout;
mod excerpt;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod patch;
mod sarif;
mod short;
mod snippet;

pub use checkout::Checkout;
pub(crate) use github::annotation;
pub use github::github;
pub use gitlab::gitlab;
pub(crate) use human::Paint;
pub use human::human;
pub use json::json;
pub(crate) use json::{Finding, SpanEntry, span, text as json_text, values};
pub use sarif::sarif;
pub use short::short;
pub(crate) use snippet::places;

/// Text that no terminal takes for a command: control characters, but for the
/// line break, and characters that change the direction of writing are shown
/// by their number.
pub(crate) fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\t' => shown.push_str("    "),
            letter if is_hidden(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown.into()
}

/// Whether a terminal would do something other than show it.
pub(crate) fn is_hidden(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn no_text_commands_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\r\u{202e}c"), "a\\u{1b}[31mb\\u{d}\\u{202e}c");
        assert_eq!(visible("grüß 日本 🦀"), "grüß 日本 🦀");
    }
}
