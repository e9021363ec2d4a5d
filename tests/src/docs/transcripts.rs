//! Transcripts in the pages: what `$ laud check` and `$ laud build` are said to
//! print of the last spec before them is what they print.

use super::{Snippet, is_code, pages, snippets};
use crate::cli::laud_in;
use crate::place::{scratch, shown};
use crate::snapshot::{blessing, expect_all};
use camino::Utf8Path;
use std::fs;

#[test]
fn every_transcript_is_true() {
    expect_all(pages().enumerate().map(|(number, page)| {
        let text = fs::read_to_string(&page).expect("a page can be read");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut wrong = Vec::new();
        for (index, said) in transcripts(&text).into_iter().enumerate().rev() {
            let printed = run(&said, &snippets(&text), &scratch(&format!("transcripts-{number}-{index}")));
            if printed != said.output {
                let (command, output) = (&said.command, printed.join("\n"));
                wrong.push(format!("{}:{}: `{command}` prints\n{output}", shown(&page), said.line));
            }
            lines.splice(said.line..said.line + said.output.len(), printed);
        }
        if blessing() && !wrong.is_empty() {
            fs::write(&page, lines.join("\n") + "\n").expect("a page can be written");
            return Ok(());
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }));
}

/// A command in a block of text, and what stands below it.
#[derive(Debug, PartialEq)]
struct Said {
    /// The line of the page (from 1) on which the command stands.
    line: usize,
    command: String,
    output: Vec<String>,
}

fn transcripts(page: &str) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let (mut in_block, mut in_text, mut is_ours) = (false, false, false);
    for (line, number) in page.lines().zip(1..) {
        if let Some(info) = line.strip_prefix("```") {
            in_text = !in_block && info == "text";
            (in_block, is_ours) = (!in_block, false);
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| in_text) {
            is_ours = ["laud check", "laud build"].iter().any(|ours| command.starts_with(ours));
            if is_ours {
                found.push(Said { line: number, command: command.to_owned(), output: Vec::new() });
            }
        } else if is_ours && let Some(said) = found.last_mut() {
            said.output.push(line.to_owned());
        }
    }
    found
}

/// What the command prints in a place where the spec before it lies, and what
/// that names.
fn run(said: &Said, snippets: &[Snippet], place: &Utf8Path) -> Vec<String> {
    let args: Vec<&str> = said.command.split_whitespace().skip(1).collect();
    let folder = place.join(args.iter().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or(&"."));
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    for snippet in snippets.iter().take_while(|snippet| snippet.line < said.line) {
        if snippet.words.iter().any(|word| is_code(word)) {
            continue;
        }
        match snippet.words.iter().find(|word| word.ends_with(".laud")) {
            Some(name) => write(name, &snippet.text),
            None => {
                write("main.laud", &snippet.text);
                snippet.words.iter().for_each(|beside| write(beside, ""));
            }
        }
    }
    let ran = laud_in(place, &args);
    format!("{}{}", ran.stdout, ran.stderr).lines().map(str::to_owned).collect()
}

#[test]
fn commands_of_ours_are_found() {
    let page = "```text\n$ laud check x\nfine\n$ docker ps\nno\n```\n```sh\n$ laud build\n```\n";
    let said = Said { line: 2, command: "laud check x".to_owned(), output: vec!["fine".to_owned()] };
    assert_eq!(transcripts(page), [said]);
}
