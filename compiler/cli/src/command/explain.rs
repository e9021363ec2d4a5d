//! `laud explain`: the page of a code, or the list of all.

use crate::args::Explain;
use crate::failure::Failure;
use crate::render::Paint;
use crate::report::{Reporter, Status};
use crate::terminal::Style;
use laud_syntax::near::nearest;
use laud_syntax::{ALL_CODES, find_code};

/// How codes start, and what those have in common.
const GROUPS: &[(&str, &str)] = &[
    ("L00", "Reading files"),
    ("L01", "Syntax"),
    ("L02", "Names and modules"),
    ("L03", "Types"),
    ("L04", "Values"),
    ("L05", "The system as a whole"),
    ("L06", "Environments"),
    ("L07", "What a target cannot express"),
    ("L08", "Output"),
];

pub(super) fn run(args: &Explain, reporter: Reporter) -> Result<Status, Failure> {
    let style = reporter.terminal.out;
    let text = match &args.code {
        Some(id) => page(id, style)?,
        None => list(style),
    };
    reporter.terminal.print(&text)?;
    Ok(Status::Fine)
}

fn page(id: &str, style: Style) -> Result<String, Failure> {
    match find_code(id) {
        Some(code) => Ok(shown(code.page, style)),
        None => {
            let upper = id.to_ascii_uppercase();
            let near = nearest(&upper, ALL_CODES.iter().map(|code| code.id)).and_then(find_code);
            let failure = Failure::usage(format!("there is no code `{id}`"));
            Err(match near {
                Some(code) => failure.help(format!("There is `{}`, which is near: {}.", code.id, code.title)),
                None => failure.help("`laud explain` without a code lists them all."),
            })
        }
    }
}

/// A page; its headings stand out where there are colours.
fn shown(page: &str, style: Style) -> String {
    let mut in_code = false;
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        in_code ^= line.starts_with("```");
        match line.trim_start_matches('#') {
            title if title.len() < line.len() && style.color && !in_code => {
                out.push_str(&Paint::Heading.on(title.trim_start(), style));
            }
            _ => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

fn list(style: Style) -> String {
    let mut text = String::new();
    for (start, title) in GROUPS {
        let codes: Vec<_> = ALL_CODES.iter().filter(|code| code.id.starts_with(start)).collect();
        if codes.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", Paint::Heading.on(title, style)));
        for code in codes {
            text.push_str(&format!("  {}  {}\n", Paint::Help.on(code.id, style), code.title));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_listed_in_a_group() {
        let listed = list(Style::PLAIN);
        for code in ALL_CODES {
            assert!(
                listed.contains(&format!("  {}  {}\n", code.id, code.title)),
                "{} is in no group",
                code.id
            );
        }
    }

    #[test]
    fn a_code_is_found_in_any_case() {
        assert!(page("l0204", Style::PLAIN).is_ok());
    }

    #[test]
    fn headings_stand_out_but_not_in_code() {
        let colour = Style { color: true, ..Style::PLAIN };
        assert_eq!(shown("# A\n```sh\n# b\n```\n", colour), "\u{1b}[1mA\u{1b}[0m\n```sh\n# b\n```\n");
        assert_eq!(shown("# A\n", Style::PLAIN), "# A\n");
    }

    #[test]
    fn an_unknown_code_brings_a_near_one() {
        match page("L0240", Style::PLAIN) {
            Err(Failure::Usage(words, Some(help))) => {
                assert_eq!(words, "there is no code `L0240`");
                assert!(help.starts_with("There is `L02"), "{help}");
            }
            other => panic!("{other:?}"),
        }
    }
}
