//! The words of a raw key, split as nginx splits a line: quotes hold blanks
//! together, and a `)` after one stands alone.

/// The words; `None` if a quote is not closed or runs into a word.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = if first == '"' || first == '\'' { quoted(rest, first)? } else { bare(rest) };
        words.push(word);
        rest = after.trim_start();
    }
    Some(words)
}

fn bare(text: &str) -> (String, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let after = &text[at + 1..];
            let apart = after.is_empty() || after.starts_with([' ', '\t', ')']);
            return apart.then_some((word, after));
        }
        match (c, chars.peek()) {
            ('\\', Some((_, escaped @ ('"' | '\'' | '\\')))) => {
                word.push(*escaped);
                chars.next();
            }
            _ => word.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_nginx_does() {
        let words = |text| split(text).map(|words| words.join("|"));
        assert_eq!(words("($a ~* \"bad \\\"bot\")").as_deref(), Some("($a|~*|bad \"bot|)"));
        assert_eq!(words(" = '/a b' ").as_deref(), Some("=|/a b"));
        assert_eq!(words("").as_deref(), Some(""));
        assert_eq!(words("\"open"), None);
        assert_eq!(words("\"a\"b"), None);
    }
}
