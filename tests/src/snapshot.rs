//! Expected files: compared byte by byte, and written anew with `LAUD_BLESS=1`.

use crate::place::{files, shown};
use camino::Utf8Path;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::fs;

/// Whether expected files are written instead of compared.
pub(crate) fn blessing() -> bool {
    std::env::var_os("LAUD_BLESS").is_some_and(|value| value == "1")
}

/// Compares a text with what is expected; gives the difference in words.
pub(crate) fn compare(expected: &Utf8Path, text: &str) -> Result<(), String> {
    let before = fs::read_to_string(expected).ok();
    if before.as_deref() == Some(text) {
        return Ok(());
    }
    if blessing() {
        fs::create_dir_all(expected.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(expected, text).expect("what is expected can be written");
        return Ok(());
    }
    let name = shown(expected);
    Err(match before {
        None => format!("{name} is missing; it would be:\n{}", shorten(text)),
        Some(before) => {
            let diff = TextDiff::from_lines(before.as_str(), text);
            shorten(&diff.unified_diff().context_radius(2).header(name.as_str(), "now").to_string())
                .to_string()
        }
    })
}

/// Compares the files below a folder with what is expected there, whole.
pub(crate) fn compare_folder(expected: &Utf8Path, now: &BTreeMap<String, String>) -> Result<(), String> {
    let mut wrong = Vec::new();
    for file in files(expected) {
        let path = file.strip_prefix(expected).expect("it is in there");
        if !now.contains_key(path.as_str()) {
            if blessing() {
                fs::remove_file(&file).expect("a file can be removed");
            } else {
                wrong.push(format!("{} is not emitted any more", shown(&file)));
            }
        }
    }
    wrong.extend(now.iter().filter_map(|(path, content)| compare(&expected.join(path), content).err()));
    all_right(wrong)
}

/// Nothing wrong, or all that is.
pub(crate) fn all_right(wrong: Vec<String>) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// Panics with everything that is wrong, and says how to accept it.
pub(crate) fn expect_all(results: impl IntoIterator<Item = Result<(), String>>) {
    let wrong: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    assert!(
        wrong.is_empty(),
        "{} differ; if that is meant, run `LAUD_BLESS=1 cargo test -p laud-tests`\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    let lines: Vec<&str> = text.lines().collect();
    let more = if lines.len() > MOST {
        format!("\n… and {} lines more", lines.len() - MOST)
    } else {
        String::new()
    };
    lines[..lines.len().min(MOST)].join("\n") + &more
}
