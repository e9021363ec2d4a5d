//! Large files, parsed in runs of whole declarations, on several threads.
//!
//! It takes less time, and less memory: only the tokens of a run are there at
//! once. What a run gives is what the whole file gives there, as long as there
//! is nothing to report; so a file with a finding in any run is parsed again
//! as a whole.

use super::balance::is_balanced;
use super::{Parsed, Parser, shape};
use crate::ast;
use crate::lexer::{self, Comment, Lexed, Token, TokenKind};
use crate::parallel;
use crate::span::{FileId, Span};

/// Files of fewer bytes are parsed sooner than threads start.
pub(super) const WORTH_RUNS: usize = 128 << 10;

/// How many bytes a run has at least: so few that its tokens stay in a core's cache.
pub(super) const RUN: usize = 32 << 10;

/// The tree of a file without any findings; `None` where a run has one.
pub(super) fn parse_runs(id: FileId, text: &str, size: usize) -> Option<Parsed> {
    let runs = runs(text, size);
    let mut entries = Vec::new();
    let mut comments = Vec::new();
    for run in parallel::map(&runs, |run| parse_run(id, &text[..run.1], run.0)) {
        let (more, beside) = run?;
        entries.extend(more);
        comments.extend(beside);
    }
    let span = Span::new(id, 0, text.len() as u32);
    Some(Parsed { file: ast::File { id, entries, span }, comments, diagnostics: Vec::new() })
}

/// Where runs start and end: after a `}` that is all of its line, which most
/// probably ends a declaration.
fn runs(text: &str, size: usize) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let least = (start + size).min(text.len());
        let rest = &text.as_bytes()[least..];
        let end = rest.windows(3).position(|three| three == b"\n}\n");
        let end = end.map_or(text.len(), |at| least + at + 3);
        runs.push((start, end));
        start = end;
    }
    runs
}

/// The entries and comments of a run, if nothing is to be reported and what
/// stands before it cannot go on in it.
pub(super) fn parse_run(id: FileId, text: &str, start: usize) -> Option<(Vec<ast::Entry>, Vec<Comment>)> {
    let Lexed { tokens, comments, diagnostics } = lexer::lex_run(id, text, start);
    if !opens(text, &tokens, start) || !diagnostics.is_empty() || !is_balanced(&tokens) {
        return None;
    }
    let mut parser = Parser::new(id, text, &tokens, &comments, diagnostics);
    let entries = parser.parse_entries();
    (parser.diagnostics.is_empty() && parser.at_kind(TokenKind::End)).then_some((entries, comments))
}

/// Whether what stands before these tokens, which start at a byte of a file, cannot go on in them.
pub(super) fn opens(text: &str, tokens: &[Token], start: usize) -> bool {
    match tokens.first() {
        Some(first) if first.kind == TokenKind::Ident => {
            start == 0 || !shape::CONTINUATIONS.contains(&&text[first.span.range()])
        }
        Some(first) => start == 0 || first.kind == TokenKind::End,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_whole;
    use super::*;

    /// Every way in which the end of a declaration can look like that of a run.
    const HARD: &str = r#"
/// One.
a one {
  x = 1
}
// between

/// Two,
/// with more.

b two {
  y = [
    1, 2,
  ]
} because "so"
let z = {
  k = 1
}
  and true
let q = promql`
}
  up`
c three {
  t = """
}
    """
}
/// The last.
d "four" "five" -> z {}
"#;

    #[test]
    fn runs_give_what_the_whole_gives() {
        let north_star = include_str!("../../tests/syntax/north_star.laud");
        let plain = north_star.replace("\n", "\r\n");
        for text in [
            north_star,
            &plain,
            HARD,
            "",
            "\n",
            "a b {\n}\n",
            "a b {\n}\n}\nc d {\n}\n",
            "\u{feff}a b {\n}\n",
        ] {
            let whole = parse_whole(FileId(0), text);
            for size in [1, 7, 50, 200, 1 << 20] {
                match parse_runs(FileId(0), text, size) {
                    Some(parsed) => assert_eq!(parsed, whole, "in runs of {size}: {text}"),
                    // It is parsed as a whole then, which is right as well, and must not be the rule.
                    None => {
                        assert!(!whole.diagnostics.is_empty() || text == HARD || text.starts_with('\u{feff}'))
                    }
                }
            }
        }
    }

    #[test]
    fn most_files_have_runs() {
        let north_star = include_str!("../../tests/syntax/north_star.laud");
        assert!(runs(north_star, 1).len() > 5);
        assert!(parse_runs(FileId(0), north_star, 1).is_some());
    }
}
