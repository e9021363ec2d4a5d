//! An nginx configuration as nginx reads it: directives of words.

/// The directives of every block, one after the other; a block's head is one.
pub(super) fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut directives = Vec::new();
    let mut words = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            letter if letter.is_ascii_whitespace() => {}
            '#' => while rest.next().is_some_and(|letter| letter != '\n') {},
            ';' | '{' => directives.push(std::mem::take(&mut words)),
            '}' if words.is_empty() => {}
            '}' => return Err(format!("a brace closes within {words:?}")),
            '"' | '\'' => {
                words.push(quoted(letter, &mut rest)?);
                if rest.peek().is_some_and(|next| !next.is_ascii_whitespace() && !";{)".contains(*next)) {
                    return Err(format!("something stands right after {words:?}"));
                }
            }
            letter => words.push(bare(letter, &mut rest)),
        }
    }
    if words.is_empty() { Ok(directives) } else { Err(format!("{words:?} does not end")) }
}

fn quoted(quote: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let mut word = String::new();
    while let Some(letter) = rest.next() {
        match letter {
            '\\' => match rest.next() {
                Some(next @ ('"' | '\'' | '\\')) => word.push(next),
                Some('t') => word.push('\t'),
                Some('r') => word.push('\r'),
                Some('n') => word.push('\n'),
                Some(next) => word.extend(['\\', next]),
                None => return Err("a backslash at the end".to_owned()),
            },
            letter if letter == quote => return Ok(word),
            letter => word.push(letter),
        }
    }
    Err(format!("{word:?} is not closed"))
}

fn bare(first: char, rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut word = String::from(first);
    while let Some(next) = rest.peek().copied() {
        // A brace right after a dollar sign is of a variable's name.
        let is_end = next.is_ascii_whitespace() || next == ';' || (next == '{' && !word.ends_with('$'));
        if is_end {
            break;
        }
        rest.next();
        match (next, rest.peek()) {
            ('\\', Some('"' | '\'' | '\\')) => word.extend(rest.next()),
            _ => word.push(next),
        }
    }
    word
}

#[test]
fn words_are_read_as_nginx_does() {
    let config = "a \"b;\\\"\" 'c {' ${d}e; # f;\ng { h \\\"i; }\n";
    let expected = [vec!["a", "b;\"", "c {", "${d}e"], vec!["g"], vec!["h", "\\\"i"]];
    assert_eq!(read(config).expect("it is read"), expected);
    assert!(read("a \"b\"c;").is_err());
    assert!(read("a \"b").is_err());
}
