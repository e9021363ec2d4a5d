//! For people: the source, what is said of it, and what to do.

use super::patch::{Change, patch};
use super::short::level;
use super::snippet::snippet;
use super::visible;
use crate::terminal::Style;
use laud_syntax::{Diagnostic, Fix, Level, Sources};
use textwrap::{Options, WordSeparator, WordSplitter};

/// Every finding with its source, one after the other, a blank line after each.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    diagnostics.iter().map(|diagnostic| report(diagnostic, sources, style) + "\n").collect()
}

fn report(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let paint = match diagnostic.level {
        Level::Error => Paint::Error,
        Level::Warning => Paint::Warning,
    };
    let title = format!("{}[{}]:", level(diagnostic.level), diagnostic.code.id);
    let mut out = paragraph(&title, paint, &diagnostic.message, 0, style);
    out.push_str(&snippet(diagnostic, sources, style));
    for note in &diagnostic.notes {
        out.push_str(&paragraph("note:", Paint::Note, note, 2, style));
    }
    if let Some(help) = &diagnostic.help {
        out.push_str(&paragraph("help:", Paint::Help, help, 2, style));
    }
    // One fix beside a help is what the help speaks of, and needs no title.
    let titled = diagnostic.help.is_none() || diagnostic.fixes.len() > 1;
    for fix in &diagnostic.fixes {
        out.push_str(&suggestion(fix, titled, sources, style));
    }
    if !diagnostic.environments.is_empty() {
        out.push_str(&paragraph("in", Paint::Note, &diagnostic.environments.join(", "), 2, style));
    }
    out
}

fn suggestion(fix: &Fix, titled: bool, sources: &Sources, style: Style) -> String {
    let changes = patch(fix, sources);
    let mut out = String::new();
    if titled || changes.is_empty() {
        out.push_str(&paragraph("fix:", Paint::Help, &fix.title, 2, style));
    }
    for change in changes {
        let (paint, sign, number, text) = match change {
            Change::Gone(number, text) => (Paint::Gone, '-', number, text),
            Change::New(number, text) => (Paint::New, '+', number, text),
        };
        out.push_str(&format!("        {number} {}\n", paint.on(&format!("{sign} {text}"), style)));
    }
    out
}

/// A coloured word and the prose after it, wrapped, with a hanging indent.
fn paragraph(word: &str, paint: Paint, prose: &str, indent: usize, style: Style) -> String {
    let hanging = if indent == 0 { 2 } else { indent + word.len() + 1 };
    let first = " ".repeat(indent + word.len() + 1);
    let rest = " ".repeat(hanging);
    let options = Options::new(style.width)
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let prose = visible(prose);
    let prose = if indent == 0 { prose.replace('\n', " ") } else { prose.into_owned() };
    // The word's place was kept free, since its colour has no width.
    let filled = textwrap::fill(&prose, options);
    let text = filled.get(first.len()..).unwrap_or("");
    format!("{}{} {text}\n", " ".repeat(indent), paint.on(word, style)).replace(" \n", "\n")
}

/// What a piece of text is, for its colour.
#[derive(Clone, Copy)]
pub(crate) enum Paint {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// A fact.
    Note,
    /// What to do.
    Help,
    /// What goes.
    Gone,
    /// What comes.
    New,
    /// A heading.
    Heading,
}

impl Paint {
    /// The text, in its colour if the stream has any.
    pub(crate) fn on(self, text: &str, style: Style) -> String {
        let code = match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Note => "2",
            Self::Help => "1;36",
            Self::Gone => "31",
            Self::New => "32",
            Self::Heading => "1",
        };
        if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_syntax::{FileId, Span, code};

    const PLAIN: Style = Style::PLAIN;

    fn sources(text: &str) -> (Sources, FileId) {
        let mut sources = Sources::default();
        let file = sources.add("main.laud", text);
        (sources, file)
    }

    fn unknown(file: FileId, start: u32, end: u32) -> Diagnostic {
        let token = Span::new(file, start, end);
        Diagnostic::new(&code::UNKNOWN_FIELD, token, "unknown field `memroy`")
            .label("not a field of `Limits`")
    }

    #[test]
    fn a_whole_report() {
        let (sources, file) = sources("postgres db {\n  limits { memroy = 1GiB }\n}\n");
        let token = Span::new(file, 25, 31);
        let mut found = unknown(file, 25, 31)
            .related(Span::new(file, 9, 11), "in this declaration")
            .note(
                "`Limits` has the fields `memory`, `cpu` and `pids`, and each of them may be set on its own",
            )
            .near("memroy", token, ["memory"]);
        found.environments = vec!["staging".to_owned(), "production".to_owned()];
        insta::assert_snapshot!(human(&[found], &sources, PLAIN), @r"
        error[L0204]: unknown field `memroy`
           ╭─[main.laud:2:12]
         1 │ postgres db {
           ·          ─┬
           ·           ╰── in this declaration
         2 │   limits { memroy = 1GiB }
           ·            ───┬──
           ·               ╰── not a field of `Limits`
         3 │ }
           ╰────
          note: `Limits` has the fields `memory`, `cpu` and `pids`, and each of them may
                be set on its own
          help: There is `memory`, which is near.
                2 - limits { memroy = 1GiB }
                2 + limits { memory = 1GiB }
          in staging, production
        ");
    }

    #[test]
    fn ascii_and_colour() {
        let (sources, file) = sources("app a\nlet b = nme\n");
        let found = unknown(file, 14, 17);
        let ascii = Style { unicode: false, ..PLAIN };
        insta::assert_snapshot!(human(std::slice::from_ref(&found), &sources, ascii), @r"
        error[L0204]: unknown field `memroy`
           ,-[main.laud:2:9]
         1 | app a
         2 | let b = nme
           :         ^|^
           :          `-- not a field of `Limits`
           `----
        ");
        let colour = human(&[found], &sources, Style { color: true, ..PLAIN });
        assert!(colour.starts_with("\u{1b}[1;31merror[L0204]:\u{1b}[0m unknown field"), "{colour:?}");
        assert!(colour.contains("\u{1b}[31mnot a field"), "{colour:?}");
    }

    #[test]
    fn tabs_and_wide_letters_keep_the_marks_in_place() {
        let (sources, file) = sources("\tlet 日本 = nme\n");
        insta::assert_snapshot!(human(&[unknown(file, 14, 17)], &sources, PLAIN), @r"
        error[L0204]: unknown field `memroy`
           ╭─[main.laud:1:11]
         1 │     let 日本 = nme
           ·                ─┬─
           ·                 ╰── not a field of `Limits`
           ╰────
        ");
    }

    #[test]
    fn another_file_has_its_own_box_after_the_first() {
        let mut sources = Sources::default();
        let other = sources.add("team.laud", "app b\nlet x = 1\n");
        let main = sources.add("main.laud", "use ./team\nlet x = 2\n");
        let found = Diagnostic::new(&code::DUPLICATE_NAME, Span::new(main, 15, 16), "`x` is declared twice")
            .label("again")
            .related(Span::new(other, 10, 11), "first here");
        insta::assert_snapshot!(human(&[found], &sources, PLAIN), @r"
        error[L0209]: `x` is declared twice
           ╭─[main.laud:2:5]
         1 │ use ./team
         2 │ let x = 2
           ·     ┬
           ·     ╰── again
           ╰────
           ╭─[team.laud:2:5]
         1 │ app b
         2 │ let x = 1
           ·     ┬
           ·     ╰── first here
           ╰────
        ");
    }

    #[test]
    fn the_end_of_the_file_can_be_pointed_at() {
        let (sources, file) = sources("a {\n  b\n");
        let found = Diagnostic::new(&code::UNCLOSED_BRACKET, Span::new(file, 8, 8), "`{` is not closed")
            .label("`}` is missing here")
            .related(Span::new(file, 2, 3), "opened here");
        insta::assert_snapshot!(human(&[found], &sources, PLAIN), @r"
        error[L0104]: `{` is not closed
           ╭─[main.laud:3:1]
         1 │ a {
           ·   ┬
           ·   ╰── opened here
         2 │   b
         3 │ 
           · ▲
           · ╰── `}` is missing here
           ╰────
        ");
    }

    #[test]
    fn a_finding_without_a_place_is_a_line() {
        let found = Diagnostic::without_place(&code::UNREADABLE_FILE, "cannot read `a\u{1b}[2J.laud`")
            .help("Look there.");
        insta::assert_snapshot!(human(&[found], &Sources::default(), PLAIN), @r"
        error[L0001]: cannot read `a\u{1b}[2J.laud`
          help: Look there.
        ");
    }
}
