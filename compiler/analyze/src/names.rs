//! What editors ask of names: what the name at a place stands for, where else
//! it is named, and what could stand at a place.
//!
//! The evaluator resolves names as values need them, in one environment; here
//! the same rules are followed over the text, once, for every place and without
//! a value. What only a value could tell, such as the key of a map that a
//! spread brings, has no place in here.

mod around;
mod base;
mod body;
mod exports;
mod expr;
mod fit;
mod home;
mod offer;
mod sample;
mod scope;

pub use around::{Body, BodyField};
pub use exports::Export;
pub use offer::{Fill, Offer, OfferSort, offers};
pub use sample::{Form, Sample, SampleField};

use crate::Program;
use crate::world::World;
use laud_syntax::{FileId, Span, ast};
use lean_string::LeanStr;
use scope::{Scope, Walker};
use std::collections::BTreeMap;

/// Every name of a program's own files that stands for something.
#[derive(Debug, Default)]
pub struct Names {
    /// What is named, by the place that declares it.
    symbols: BTreeMap<Span, Symbol>,
    /// Where, in order of place: the name, and the place that declares it.
    places: BTreeMap<Span, Span>,
    /// By the place that declares something, the names of its types.
    types: BTreeMap<Span, Vec<Span>>,
    /// Texts that lead to a file or folder beside the spec.
    paths: Vec<(Span, LeanStr)>,
}

/// Something that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: LeanStr,
    /// What it is.
    pub sort: SymbolSort,
    /// Where its name is declared.
    pub span: Span,
    /// Its type, or a declaration's kind, as it would be written; may be empty.
    pub ty: String,
    /// Its default, as written.
    pub default: Option<String>,
    /// Its doc comment.
    pub doc: String,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolSort {
    /// A kind.
    Kind,
    /// A type.
    Type,
    /// A variant of an enum.
    Variant,
    /// A `let`.
    Let,
    /// A set of metrics.
    Metrics,
    /// An environment.
    Environment,
    /// A declaration of a kind.
    Declaration,
    /// A parameter of a kind.
    Parameter,
    /// An output of a kind.
    Output,
    /// A field of a record type.
    Field,
    /// The variable of a loop.
    Variable,
}

impl SymbolSort {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Type => "type",
            Self::Variant => "variant",
            Self::Let => "let",
            Self::Metrics => "metrics",
            Self::Environment => "environment",
            Self::Declaration => "declaration",
            Self::Parameter => "parameter",
            Self::Output => "output",
            Self::Field => "field",
            Self::Variable => "variable",
        }
    }
}

impl Names {
    /// What the name at a place stands for, and where the name stands.
    pub fn at(&self, file: FileId, offset: u32) -> Option<(Span, &Symbol)> {
        let last = Span::new(file, offset, u32::MAX);
        let (place, symbol) = self.places.range(..=last).next_back()?;
        let touches = place.file() == file && place.touches(offset);
        let symbol = self.symbols.get(symbol).filter(|_| touches)?;
        Some((*place, symbol))
    }

    /// Every place that names what is declared at `symbol`, that place included.
    pub fn places(&self, symbol: Span) -> impl Iterator<Item = Span> {
        self.places.iter().filter(move |(_, of)| **of == symbol).map(|(place, _)| *place)
    }

    /// Every place at which something of a file is named, in order, with what is named.
    pub fn of_file(&self, file: FileId) -> impl Iterator<Item = (Span, &Symbol)> {
        let here = self.places.range(Span::new(file, 0, 0)..=Span::new(file, u32::MAX, u32::MAX));
        here.filter_map(|(place, symbol)| Some((*place, self.symbols.get(symbol)?)))
    }

    /// Where the types of what is declared at `symbol` are declared: the kinds
    /// of a declaration, the type of a value.
    pub fn types(&self, symbol: Span) -> &[Span] {
        self.types.get(&symbol).map_or(&[][..], Vec::as_slice)
    }

    /// The texts of a file that lead to a file or folder beside the spec, and the paths.
    pub fn paths(&self, file: FileId) -> impl Iterator<Item = (Span, &str)> {
        self.paths
            .iter()
            .filter(move |(span, _)| span.file() == file)
            .map(|(span, path)| (*span, path.as_str()))
    }

    fn add(&mut self, place: Span, symbol: Symbol) {
        if place.start() < place.end() {
            self.places.insert(place, symbol.span);
            self.symbols.entry(symbol.span).or_insert(symbol);
        }
    }
}

impl Program {
    /// Every name of the program's own files that stands for something.
    pub fn names(&self) -> Names {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut walker = Walker::new(&world, None);
            for file in self.own_files() {
                walker.walk_file(&self.loaded.files[file.0 as usize].file);
            }
            walker.names
        })
    }

    /// What the name at a byte of a file stands for, and where the name stands.
    pub fn name_at(&self, file: FileId, offset: u32) -> Option<(Span, Symbol)> {
        crate::on_large_stack(|| {
            let world = World::new(&self.loaded);
            let mut walker = Walker::new(&world, None);
            walker.walk_at(&self.loaded.files[file.0 as usize].file, offset);
            walker.names.at(file, offset).map(|(span, symbol)| (span, symbol.clone()))
        })
    }

    /// The files of the module that a `use` leads to, by the place of its path.
    pub fn used(&self, path: Span) -> &[FileId] {
        let module = self.loaded.uses.get(&path);
        module.map_or(&[][..], |module| &self.loaded.modules[module.0 as usize].files)
    }
}

impl<'p> Walker<'_, 'p> {
    /// Walks through what stands at a byte of a file alone.
    pub(crate) fn walk_at(&mut self, file: &'p ast::File, offset: u32) {
        for entry in file.entries.iter().filter(|entry| entry.span.touches(offset)) {
            self.walk_top(entry, &Scope::default());
        }
    }

    pub(crate) fn walk_file(&mut self, file: &'p ast::File) {
        let scope = Scope::default();
        for entry in &file.entries {
            self.walk_top(entry, &scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Memory, analyze};

    const MAIN: &str = "\
app shop
use std/data { postgres, redis as cache }
use ./team
/// A box.
kind box {
  /// How large.
  size : Size = small
  let twice = size
  service inner { image = image, limits { memory = 64MiB } }
  image : Image
  out host : Text = inner.host
}
type Size = enum { small, large }
postgres db { limits { memory = 256MiB } }
cache c {}
box one { size = large, image = \"a:1\" }
let urls = [one.host, shared, db.limits.memory]
service web { port http = 80, health = http { port = http }, env { A = [u for u in urls][0] } }
let at = web.http
environment local { one.size = small, db.limits { memory = 1GiB }, web.http { value = 81 } }
";

    /// For the `count`th `word`, the line and text of what it stands for, and how often that is named.
    fn at(word: &str, count: usize) -> Option<(u32, String, usize)> {
        let files = Memory::from_iter([("main.laud", MAIN), ("team.laud", "let shared = \"x\"\n")]);
        let program = analyze(&files, "main.laud".into());
        let main = program.own_files().next().expect("a main file");
        let (offset, _) = MAIN.match_indices(word).nth(count).expect("the word is there");
        let names = program.names();
        let (_, symbol) = names.at(main, offset as u32)?;
        let text = program.sources().slice(symbol.span).to_owned();
        Some((program.sources().position(symbol.span).line, text, names.places(symbol.span).count()))
    }

    #[track_caller]
    fn expect(word: &str, count: usize, line: u32, text: &str, places: usize) {
        assert_eq!(at(word, count), Some((line, text.to_owned(), places)), "{word}");
    }

    #[test]
    fn names_lead_to_what_declares_them() {
        expect("one.host", 0, 16, "one", 3);
        expect("host, shared", 0, 11, "host", 2);
        expect("shared", 0, 1, "shared", 2);
        expect("db.limits.memory", 0, 14, "db", 3);
        expect("size\n", 0, 7, "size", 4);
        expect("large", 1, 13, "large", 2);
        expect("small", 0, 13, "small", 3);
        expect("Size", 0, 13, "Size", 2);
        expect("inner.host", 0, 9, "inner", 2);
        expect("image,", 0, 10, "image", 3);
        expect("http }", 0, 18, "http", 4);
        expect("http\nenv", 0, 18, "http", 4);
        expect("u for", 0, 18, "u", 2);
        expect("urls]", 0, 17, "urls", 2);
        expect("box one", 0, 5, "box", 2);
        expect("one.size", 0, 16, "one", 3);
        assert_eq!(at("shop", 0), None);
    }

    #[test]
    fn names_of_the_library_are_known() {
        let found = |word, count| at(word, count).map(|(_, text, places)| (text, places));
        assert_eq!(found("postgres db", 0), Some(("postgres".to_owned(), 2)));
        assert_eq!(found("cache c", 0), Some(("redis".to_owned(), 3)));
        assert_eq!(found("memory = 1GiB", 0), Some(("memory".to_owned(), 4)));
        assert_eq!(found("health", 0).map(|found| found.0), Some("health".to_owned()));
    }
}
