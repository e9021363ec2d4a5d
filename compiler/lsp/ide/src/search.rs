//! Symbols of the whole workspace, by a part of their names.

use crate::symbols::{Symbol, symbols};
use crate::workspace::Workspace;
use camino::Utf8PathBuf;
use laud_syntax::{FileId, Parsed, parse};
use lean_string::LeanStr;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::collections::BTreeSet;

/// The most symbols that are given: nobody reads on.
const MOST: usize = 512;

/// A symbol of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: Utf8PathBuf,
    /// The file's text, of which the symbol's places are.
    pub text: LeanStr,
    /// The symbol, without what it declares in turn.
    pub symbol: Symbol,
    /// The name of what declares it; empty at the top of a file.
    pub container: String,
}

/// The symbols whose names have the letters of a query in that order, the best
/// first: of every system, and of every spec below the folders that are open.
pub fn search(workspace: &mut Workspace<'_>, query: &str) -> Vec<Found> {
    let mut hits = Hits {
        pattern: Pattern::parse(query, CaseMatching::Smart, Normalization::Smart),
        matcher: Matcher::new(Config::DEFAULT),
        letters: Vec::new(),
        found: Vec::new(),
    };
    let mut seen: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    for system in workspace.systems() {
        for file in system.program().own_files() {
            let Some(path) = system.path(file).filter(|path| seen.insert(path.clone())) else { continue };
            let text = &system.program().sources().get(file).text;
            hits.add_file(&path, text, system.program().parsed(file));
        }
    }
    for path in workspace.specs().into_iter().filter(|path| !seen.contains(path)) {
        let Some(text) = workspace.read(&path) else { continue };
        let parsed = parse(FileId(0), &text);
        hits.add_file(&path, &text, &parsed);
    }
    hits.best()
}

struct Hits {
    pattern: Pattern,
    matcher: Matcher,
    /// Room for a name's letters.
    letters: Vec<char>,
    /// With how well each fits.
    found: Vec<(u32, Found)>,
}

impl Hits {
    fn add_file(&mut self, path: &Utf8PathBuf, text: &LeanStr, parsed: &Parsed) {
        self.add(path, text, symbols(text, parsed), "");
    }

    fn add(&mut self, path: &Utf8PathBuf, text: &LeanStr, symbols: Vec<Symbol>, container: &str) {
        for mut symbol in symbols {
            let children = std::mem::take(&mut symbol.children);
            self.add(path, text, children, &symbol.name);
            let name = Utf32Str::new(&symbol.name, &mut self.letters);
            if let Some(score) = self.pattern.score(name, &mut self.matcher) {
                let (path, text, container) = (path.clone(), text.clone(), container.to_owned());
                self.found.push((score, Found { path, text, symbol, container }));
            }
        }
    }

    /// Those that fit best, and among equals the shorter names first.
    fn best(mut self) -> Vec<Found> {
        let place = |one: &Found| (one.path.clone(), one.symbol.span.start());
        self.found.sort_by_cached_key(|(score, one)| {
            (u32::MAX - score, one.symbol.name.len(), one.symbol.name.clone(), place(one))
        });
        self.found.into_iter().take(MOST).map(|(_, one)| one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    #[test]
    fn names_are_found_by_some_of_their_letters() {
        let disk = Memory::from_iter([
            (
                "/w/main.laud",
                "app shop\nuse ./lib/team\nservice backend {}\nenvironment e { backend.replicas = 2 }\n",
            ),
            ("/w/lib/team.laud", "kind backup { keep : Int }\n"),
            ("/w/lib/unused.laud", "let back = 1\n"),
            ("/w/node_modules/x/a.laud", "let backward = 1\n"),
            ("/w/.git/a.laud", "let backward = 1\n"),
            ("/w/notes.txt", "let backward = 1\n"),
        ]);
        let mut workspace = Workspace::new(&disk);
        workspace.add_root("/w".into());
        workspace.set("/w/lib/unused.laud".into(), "let back_again = 1\n");
        let mut names = |query: &str| -> Vec<String> {
            search(&mut workspace, query).into_iter().map(|one| one.symbol.name).collect()
        };
        assert_eq!(names("back"), ["backup", "backend", "back_again", "backend.replicas"]);
        assert_eq!(names("bkd"), ["backend", "backend.replicas"]);
        assert_eq!(names("kp"), ["keep", "backup", "backend.replicas"]);
        assert_eq!(names("nothing"), Vec::<String>::new());
        assert_eq!(names("").len(), 7);
    }
}
