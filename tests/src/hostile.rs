//! Strings that try to be something else. Whatever a user writes as text is
//! that text in every target, or is refused with a code.
//!
//! One spec holds a text in every place where a target takes one. It is
//! compiled with a hostile text in each; those that are refused are taken back,
//! and the others are read from the output as the target's reader reads them.

mod nginx;
mod reading;

use laud::{Compiled, Selection, Style};
use laud_analyze::Memory;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reading::{Output, PLACES};

/// The spec; `@name@` is where the text of that place goes, one to a line.
const SPEC: &str = include_str!("hostile/main.laud");

/// What no place may refuse, since every target can carry it.
const HARMLESS: &str = "x";

/// Texts that readers are known to take for something else.
const PIECES: &[&str] = &[
    "no",
    "Yes",
    "null",
    "~",
    "22:22",
    "1e3",
    "0x1f",
    "0755",
    "1_000",
    "2024-01-01",
    ".inf",
    "=",
    "<<",
    "- ",
    ": ",
    " #",
    "# ",
    "?",
    "|",
    ">",
    "&a",
    "*a",
    "!!str",
    "%TAG",
    "@",
    "`id`",
    "$",
    "$$",
    "$x",
    "${X}",
    "${X:-y}",
    "$(x)",
    "$5",
    "'",
    "\"",
    "'\"'",
    "\\",
    "\\n",
    "\\\"",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "\r\n",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{feff}",
    "\u{202e}",
    "é",
    "日本",
    "🦀",
    "{",
    "}",
    "{{",
    "}}",
    "{{ .X }}",
    "{{ $value }}",
    "{% x %}",
    "%s",
    "%h",
    "[[x]]",
    ";",
    "; return 200",
    "(",
    ")",
    "[",
    "]",
    ",",
    "</script>",
    "<b>",
    "--",
    "*/",
    "<!--",
    "\"}",
    "'}'",
    " ",
    "a",
    "Z",
    "0",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..6).prop_map(|pieces| pieces.concat())
}

#[test]
fn every_text_stays_what_it_is() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(40);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    });
    let texts = prop::collection::vec(text(), PLACES.len());
    let result = runner.run(&texts, |texts| survive(texts).map_err(TestCaseError::fail));
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn each_piece_stays_what_it_is_everywhere() {
    for piece in PIECES {
        if let Err(words) = survive(vec![format!("a{piece}b"); PLACES.len()]) {
            panic!("{piece:?}: {words}");
        }
    }
}

/// Whether each text is in its place as it is, or refused there.
fn survive(mut texts: Vec<String>) -> Result<(), String> {
    let mut compiled = compile(&texts);
    // What one stage refuses hides what the next would; each round is a stage.
    for _ in 0..4 {
        let refused = refused(&compiled)?;
        if refused.is_empty() {
            break;
        }
        for place in refused {
            HARMLESS.clone_into(&mut texts[place]);
        }
        compiled = compile(&texts);
    }
    if compiled.plans.len() != 1 {
        return Err(report(&compiled));
    }
    let output = Output::new(&compiled.plans[0]);
    for (place, text) in PLACES.iter().zip(&texts) {
        let read = (place.read)(&output, text)?;
        if read != *text {
            return Err(format!("{}: {text:?} was written, and {read:?} is read", place.name));
        }
    }
    output.check()
}

fn compile(texts: &[String]) -> Compiled {
    let mut spec = SPEC.to_owned();
    for (place, text) in PLACES.iter().zip(texts) {
        let mark = format!("@{}@", place.name);
        assert_eq!(spec.matches(&mark).count(), 1, "{mark} stands once in the spec");
        spec = spec.replace(&mark, &literal(text));
    }
    let files = Memory::from_iter([("main.laud", spec.as_str()), ("source/Dockerfile", "FROM scratch\n")]);
    laud::compile(&files, "main.laud".into(), Selection::All)
}

/// The text as it is written in a spec.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' | '{' | '}' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '$' => out.push_str("\\u{24}"),
            letter if letter.is_control() || !letter.is_ascii() => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(letter)))
            }
            letter => out.push(letter),
        }
    }
    out + "\""
}

/// The places whose texts are refused: an error stands on their line.
fn refused(compiled: &Compiled) -> Result<Vec<usize>, String> {
    let mut places = Vec::new();
    for error in compiled.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        let line = error.span.map(|span| compiled.program.sources().position(span).line);
        let marked = line.and_then(|line| SPEC.lines().nth(line as usize - 1));
        let place = marked
            .and_then(|line| PLACES.iter().position(|place| line.contains(&format!("@{}@", place.name))));
        places.push(place.ok_or_else(|| report(compiled))?);
    }
    Ok(places)
}

fn report(compiled: &Compiled) -> String {
    laud::render::human(&compiled.diagnostics, compiled.program.sources(), Style::PLAIN)
}

/// What may be refused where, so that refusing is no way out.
#[test]
fn what_a_target_can_carry_is_not_refused() {
    let fine = "it's \"fine\": 100% of $5 {x} #1; é 日本 🦀 \\ <b> & so on";
    let compiled = compile(&vec![fine.to_owned(); PLACES.len()]);
    let refused = refused(&compiled).unwrap_or_else(|words| panic!("{words}"));
    let names: Vec<&str> = refused.into_iter().map(|place| PLACES[place].name).collect();
    // The env file has no way to quote a quote that all its readers take.
    assert_eq!(names, ["setting_default"], "{}", report(&compiled));
}
