//! `laud init`: a first spec that works.

use crate::args::Init;
use crate::failure::Failure;
use crate::report::{Reporter, Status};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::ErrorKind;

/// The files of a first spec, by path.
const FILES: &[(&str, &str)] = &[
    ("main.laud", include_str!("../first/main.laud")),
    ("site/index.html", include_str!("../first/index.html")),
    (".gitignore", include_str!("../first/gitignore")),
];

/// What stands for the app's name in them.
const NAME: &str = "first_app";

pub(super) fn run(args: &Init, reporter: Reporter) -> Result<Status, Failure> {
    let folder = &args.folder;
    expect_empty(folder)?;
    let name = app_name(folder);
    for (path, content) in FILES {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| Failure::write(parent, &error))?;
        // A dotfile of theirs may be there already.
        if !path.exists() {
            fs::write(&path, content.replace(NAME, &name)).map_err(|error| Failure::write(&path, &error))?;
        }
    }
    if !reporter.terminal.quiet {
        let (place, deploy) = match folder.as_str() {
            "." => (String::new(), "deploy/local".into()),
            folder => (format!(" {folder}"), Utf8Path::new(folder).join("deploy/local")),
        };
        reporter.terminal.print(&format!(
            "{} is a first spec of {name}.\n\n  \
             laud check{place}   says whether it holds together\n  \
             laud build{place}   writes the files that run it\n\n\
             Then `docker compose -f {deploy}/compose.yaml up` serves it at http://localhost:8080.\n",
            folder.join("main.laud"),
        ))?;
    }
    Ok(Status::Fine)
}

/// Refuses a folder in which something stands, dotfiles such as `.git` aside.
fn expect_empty(folder: &Utf8Path) -> Result<(), Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::read(folder, crate::failure::reason(&error))),
    };
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Failure::read(folder, crate::failure::reason(&error)))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    match names.first() {
        None => Ok(()),
        Some(first) => {
            let more = if names.len() > 1 { format!(" and {} more", names.len() - 1) } else { String::new() };
            let failure = Failure::usage(format!("`{folder}` is not empty: it has `{first}`{more}"));
            Err(failure.help("Give a new folder: `laud init hello`."))
        }
    }
}

/// A name for the app that every target can carry, from the folder's.
fn app_name(folder: &Utf8Path) -> String {
    let folder = folder.canonicalize_utf8().unwrap_or_else(|_| Utf8PathBuf::from(folder));
    let letters = folder.file_name().unwrap_or_default().chars().map(|letter| match letter {
        'a'..='z' | '0'..='9' => letter,
        'A'..='Z' => letter.to_ascii_lowercase(),
        _ => '_',
    });
    let name: String = letters.collect();
    let name: Vec<&str> = name.split('_').filter(|part| !part.is_empty()).collect();
    let name = name.join("_");
    let name = name.trim_start_matches(|letter: char| !letter.is_ascii_lowercase());
    let name: String = name.chars().take(30).collect();
    if name.is_empty() { "hello".to_owned() } else { name.trim_end_matches('_').to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_app_after_the_folder() {
        for (folder, name) in [
            ("shop", "shop"),
            ("My Shop 2!", "my_shop_2"),
            ("2go", "go"),
            ("日本", "hello"),
            ("a--b_", "a_b"),
        ] {
            assert_eq!(app_name(Utf8Path::new("/none").join(folder).as_path()), name);
        }
    }
}
