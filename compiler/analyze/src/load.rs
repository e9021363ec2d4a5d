//! From the main file to all modules that it uses, each parsed once.
//!
//! A module is a file (`./team` is `team.laud`) or a folder, whose files share
//! their names. Of a folder of the standard library, only the files are read
//! that carry the names that are taken. What these use is asked first; the rest
//! is unpacked at last, all files at once on several threads.

mod standard;

use crate::eval::Templates;
use crate::files::{FileKind, Files, ReadError, normal};
use crate::patterns::Patterns;
use crate::world::standard_module_of;
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{
    Again, Diagnostic, FileId, Parsed, Roomy, Sources, Span, ast, code, parallel, parse, parse_again,
};
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

/// All files of a program, parsed.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) sources: Sources,
    /// By [`FileId`].
    pub(crate) files: Vec<Arc<Parsed>>,
    /// By [`FileId`], if the program is analysed again and again: its text with
    /// room, and which entries are which of before.
    pub(crate) rooms: Vec<Option<Room>>,
    /// By [`FileId`]: the module that the file is of.
    pub(crate) module_of: Vec<ModuleId>,
    pub(crate) modules: Vec<Module>,
    /// What each `use` leads to, by the span of its path.
    pub(crate) uses: FxHashMap<Span, ModuleId>,
    pub(crate) main: Option<FileId>,
    pub(crate) root: Utf8PathBuf,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) templates: Templates,
    pub(crate) patterns: Patterns,
}

/// What is known of a file that is parsed again after each edit.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) roomy: Roomy,
    /// By entry: which it was.
    pub(crate) before: Vec<Option<usize>>,
    /// Which of the names that it takes or declares it uses, once that was asked.
    pub(crate) used: OnceLock<FxHashSet<LeanStr>>,
}

/// A module, by its index in [`Loaded::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ModuleId(pub(crate) u32);

/// A module's files.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) standard: bool,
    pub(crate) files: Vec<FileId>,
}

/// The module that every file sees without a `use`.
pub(crate) const PRELUDE: ModuleId = ModuleId(0);

/// Reads what every program needs.
pub(crate) fn read_ahead() {
    standard::prelude();
}

/// Reads and parses everything that `main` needs.
pub(crate) fn load(files: &dyn Files, main: &Utf8Path) -> Loaded {
    load_from(files, main, None, false)
}

/// Reads and parses everything that `main` needs, but for what is known of the standard library.
pub(crate) fn load_known(files: &dyn Files, main: &Utf8Path) -> Loaded {
    load_from(files, main, None, true)
}

/// Reads everything that `main` needs, and parses what is not as it was in `before`.
pub(crate) fn load_again(files: &dyn Files, main: &Utf8Path, before: Loaded) -> Loaded {
    load_from(files, main, Some(before), true)
}

fn load_from(files: &dyn Files, main: &Utf8Path, before: Option<Loaded>, again: bool) -> Loaded {
    let mut loader = Loader {
        files,
        out: Loaded::default(),
        names: FxHashMap::default(),
        open: Vec::new(),
        unparsed: Vec::new(),
        before,
        again,
    };
    loader.add_module(true);
    loader.add_standard(PRELUDE, "std/prelude.laud".into(), &laud_stdlib::PRELUDE);
    loader.load_main(main);
    loader.parse_standard();
    loader.out
}

impl Loaded {
    /// The names of the environments, in order, as far as they stand where they belong.
    pub(crate) fn environments(&self) -> Vec<LeanStr> {
        let main = self.main.map_or(&[][..], |main| &self.files[main.0 as usize].file.entries);
        let mut names: Vec<LeanStr> = Vec::new();
        for entry in main {
            if let ast::Node::Environment(environment) = &entry.node
                && !names.contains(&environment.name.text)
            {
                names.push(environment.name.text.clone());
            }
        }
        names
    }

    /// The files that see what a module declares: its own, and those that use it.
    pub(crate) fn sees(&self, module: ModuleId) -> FxHashSet<FileId> {
        let own = &self.modules[module.0 as usize].files;
        let users = self.uses.iter().filter(|(_, used)| **used == module).map(|(path, _)| path.file());
        own.iter().copied().chain(users).collect()
    }

    /// Takes what is known of a file, if it has that number and name.
    fn take(&mut self, id: FileId, name: &Utf8Path) -> Option<(Room, Arc<Parsed>)> {
        let index = id.0 as usize;
        let is_it = self.sources.iter().nth(index).is_some_and(|(_, source)| source.name == name);
        let room = self.rooms.get_mut(index).filter(|_| is_it)?.take()?;
        Some((room, std::mem::take(&mut self.files[index])))
    }

    /// What is known of its files, for when they are looked at with other texts.
    pub(crate) fn known(&self) -> Self {
        let (sources, files, rooms) = (self.sources.clone(), self.files.clone(), self.rooms.clone());
        Self { sources, files, rooms, ..Self::default() }
    }
}

struct Loader<'f> {
    files: &'f dyn Files,
    out: Loaded,
    names: FxHashMap<LeanStr, ModuleId>,
    /// The modules whose `use`s are being followed, with the spans that led to them.
    open: Vec<(ModuleId, Option<Span>)>,
    /// The files of the standard library of which only the first lines are parsed.
    unparsed: Vec<(FileId, &'static laud_stdlib::File)>,
    /// If the program is analysed again and again: how it was, or nothing at first.
    before: Option<Loaded>,
    /// Whether programs are loaded again and again, so that the library is worth keeping.
    again: bool,
}

impl Loader<'_> {
    fn load_main(&mut self, main: &Utf8Path) {
        let path = match self.files.kind(main) {
            Some(FileKind::Folder) => main.join("main.laud"),
            Some(FileKind::File | FileKind::Other) | None => main.to_owned(),
        };
        self.out.root = path.parent().map(Utf8Path::to_owned).unwrap_or_default();
        let module = self.add_module(false);
        // As those who use it would name it.
        let name = normal(&path);
        self.names
            .insert(LeanStr::from(name.as_str().strip_suffix(".laud").unwrap_or(name.as_str())), module);
        match read(self.files, &path) {
            Ok(text) => {
                let file = self.add_text(module, path, text);
                self.out.main = Some(file);
                if self.out.files[file.0 as usize].file.entries.is_empty()
                    && self.out.files[file.0 as usize].diagnostics.is_empty()
                {
                    let span = Span::new(file, 0, 0);
                    self.out.diagnostics.push(
                        Diagnostic::new(&code::EMPTY_FILE, span, "the file holds no declaration")
                            .help("Start with `app NAME`, or let `laud init` write a first spec."),
                    );
                }
                self.follow(module, None);
            }
            Err(error) => self.out.diagnostics.push(unreadable(&path, &error)),
        }
    }

    fn add_module(&mut self, standard: bool) -> ModuleId {
        let id = ModuleId(self.out.modules.len() as u32);
        self.out.modules.push(Module { standard, files: Vec::new() });
        id
    }

    fn add_text(&mut self, module: ModuleId, name: Utf8PathBuf, text: String) -> FileId {
        if self.before.is_some() {
            return self.add_again(module, name, &text);
        }
        // What was read gives its room back before there is a tree.
        let id = self.out.sources.add(name, text);
        let text = self.out.sources.get(id).text.clone();
        let mut parsed = parse(id, &text);
        self.out.diagnostics.append(&mut parsed.diagnostics);
        self.add_parsed(module, Arc::new(parsed), None);
        id
    }

    /// Adds a file, of which what is as it was is not parsed.
    fn add_again(&mut self, module: ModuleId, name: Utf8PathBuf, text: &str) -> FileId {
        let id = FileId(self.out.files.len() as u32);
        let known = self.before.as_mut().and_then(|before| before.take(id, &name));
        let (room, parsed) = match known {
            // Of many files, most are as they were.
            Some((room, parsed)) if *room.roomy.plain == *text => {
                let before = (0..parsed.file.entries.len()).map(Some).collect();
                (Room { before, ..room }, parsed)
            }
            known => {
                let before = known.map(|(room, parsed)| (room.roomy, Arc::unwrap_or_clone(parsed)));
                let Again { roomy, parsed, before } = parse_again(id, before, text);
                (Room { roomy, before, used: OnceLock::new() }, Arc::new(parsed))
            }
        };
        self.out.sources.add(name, room.roomy.text.clone());
        self.out.diagnostics.extend(parsed.diagnostics.iter().cloned());
        self.add_parsed(module, parsed, Some(room));
        id
    }

    fn add_parsed(&mut self, module: ModuleId, parsed: Arc<Parsed>, room: Option<Room>) {
        self.out.modules[module.0 as usize].files.push(parsed.file.id);
        self.out.files.push(parsed);
        self.out.rooms.push(room);
        self.out.module_of.push(module);
    }

    /// Adds a file of the standard library, which is parsed later but for what it uses.
    fn add_standard(&mut self, module: ModuleId, name: Utf8PathBuf, file: &'static laud_stdlib::File) {
        let id = self.out.sources.add_standard(name, file.text);
        let known = self.again.then(|| standard::known(id, file.text)).flatten();
        if let Some(known) = known {
            self.out.diagnostics.extend(known.diagnostics.iter().cloned());
            self.add_parsed(module, known, None);
            return;
        }
        self.add_parsed(module, Arc::new(standard::uses(id, file)), None);
        self.unparsed.push((id, file));
    }

    fn parse_standard(&mut self) {
        // Who keeps the library for an editor may look at all of it, with its comments.
        let read = |(id, file): &(FileId, &'static laud_stdlib::File)| match self.again {
            true => Arc::new(parse(*id, file.text)),
            false => standard::tree(*id, file),
        };
        // What is large and starts late ends late.
        self.unparsed.sort_by_key(|(_, file)| Reverse(file.tree.len()));
        let all = parallel::map(&self.unparsed, read);
        for (parsed, (_, file)) in all.into_iter().zip(&self.unparsed) {
            self.out.diagnostics.extend(parsed.diagnostics.iter().cloned());
            if self.again {
                standard::know(file.text, &parsed);
            }
            let id = parsed.file.id;
            self.out.files[id.0 as usize] = parsed;
        }
    }

    /// Loads what the files of a module use, reporting circles.
    fn follow(&mut self, module: ModuleId, from: Option<Span>) {
        self.open.push((module, from));
        let mut index = 0;
        while let Some(file) = self.out.modules[module.0 as usize].files.get(index).copied() {
            index += 1;
            for (path, names) in uses(&self.out.files[file.0 as usize].file) {
                self.follow_use(file, &path, names.as_deref());
            }
        }
        self.open.pop();
    }

    fn follow_use(&mut self, file: FileId, path: &ast::Ident, names: Option<&[LeanStr]>) {
        let Some(key) = self.module_key(file, path) else { return };
        if let Some(module) = self.names.get(&key).copied() {
            self.out.uses.insert(path.span, module);
            if let Some(at) = self.open.iter().position(|(open, _)| *open == module) {
                if self.open.len() > 1 || self.open[at].0 == module {
                    self.report_cycle(at, path.span);
                }
                return;
            }
            self.load_more(module, &key, names);
            return;
        }
        let standard = key.starts_with("std/");
        let module = self.add_module(standard);
        self.names.insert(key.clone(), module);
        self.out.uses.insert(path.span, module);
        let found =
            if standard { self.load_standard(module, &key, names) } else { self.load_local(module, &key) };
        match found {
            Ok(()) => self.follow(module, Some(path.span)),
            Err(error) => self.report_missing(path, names, &error),
        }
    }

    /// A standard folder that was read in part is read further.
    fn load_more(&mut self, module: ModuleId, key: &str, names: Option<&[LeanStr]>) {
        let folder = key.strip_prefix("std/").unwrap_or(key);
        let has = |name: &LeanStr| self.has_standard(module, &format!("{folder}/{name}"));
        let is_standard = self.out.modules[module.0 as usize].standard && module != PRELUDE;
        if is_standard && !names.is_some_and(|names| names.iter().all(has)) {
            let before = self.out.modules[module.0 as usize].files.len();
            let _ = self.load_standard(module, key, names);
            if self.out.modules[module.0 as usize].files.len() > before {
                self.follow(module, None);
            }
        }
    }

    fn load_standard(
        &mut self,
        module: ModuleId,
        key: &str,
        names: Option<&[LeanStr]>,
    ) -> Result<(), Unread> {
        let folder = key.strip_prefix("std/").unwrap_or(key);
        let inside: Vec<&laud_stdlib::File> = laud_stdlib::MODULES
            .iter()
            .filter(|file| {
                file.path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .collect();
        if inside.is_empty() {
            return Err(Unread::Io(ReadError::NotFound));
        }
        let stem = |path: &'static str| path.rsplit('/').next().unwrap_or(path);
        let all_stems = names
            .is_some_and(|names| names.iter().all(|name| inside.iter().any(|file| stem(file.path) == *name)));
        let mut wanted: Vec<&laud_stdlib::File> = inside
            .iter()
            .copied()
            .filter(|file| {
                !all_stems || names.is_some_and(|names| names.iter().any(|name| name == stem(file.path)))
            })
            .filter(|file| !self.has_standard(module, file.path))
            .collect();
        // What a file names stands beside it, in the same module. With a file that is there, that is, too.
        let is_in = |wanted: &[&laud_stdlib::File], path: &str| wanted.iter().any(|file| file.path == path);
        let mut at = 0;
        while let Some(file) = wanted.get(at).copied() {
            at += 1;
            for other in inside.iter().filter(|other| file.names.contains(&stem(other.path))) {
                if !is_in(&wanted, other.path) && !self.has_standard(module, other.path) {
                    wanted.push(other);
                }
            }
        }
        for file in inside.into_iter().filter(|file| is_in(&wanted, file.path)) {
            let name = format!("std/{}.laud", file.path);
            // As texts: to compare paths is to take them to pieces, over and over.
            if !self.out.sources.iter().any(|(_, source)| source.name.as_str() == name) {
                self.add_standard(module, name.into(), file);
            }
        }
        Ok(())
    }

    /// Whether a module has a file of the standard library already.
    fn has_standard(&self, module: ModuleId, path: &str) -> bool {
        let is_it =
            |name: &str| name.strip_prefix("std/").and_then(|name| name.strip_suffix(".laud")) == Some(path);
        let mut files = self.out.modules[module.0 as usize].files.iter();
        files.any(|file| is_it(self.out.sources.get(*file).name.as_str()))
    }

    fn load_local(&mut self, module: ModuleId, key: &str) -> Result<(), Unread> {
        let file = Utf8PathBuf::from(format!("{key}.laud"));
        if self.files.kind(&file) == Some(FileKind::File) {
            self.refuse_too_many(1)?;
            let text = read(self.files, &file)?;
            self.add_text(module, file, text);
            return Ok(());
        }
        let folder = Utf8Path::new(key);
        if self.files.kind(folder) != Some(FileKind::Folder) {
            return Err(Unread::Io(ReadError::NotFound));
        }
        let names: Vec<String> =
            self.files.list(folder)?.into_iter().filter(|name| name.ends_with(".laud")).collect();
        if names.is_empty() {
            return Err(Unread::Io(ReadError::NotFound));
        }
        self.refuse_too_many(names.len())?;
        for name in names {
            let path = folder.join(name);
            match read(self.files, &path) {
                Ok(text) => {
                    self.add_text(module, path, text);
                }
                Err(error) => self.out.diagnostics.push(unreadable(&path, &error)),
            }
        }
        Ok(())
    }

    fn refuse_too_many(&self, more: usize) -> Result<(), Unread> {
        if self.out.files.len() + more > MOST_FILES { Err(Unread::TooMany) } else { Ok(()) }
    }

    /// What a `use` names: `std/data`, or a path from where the compiler stands.
    fn module_key(&mut self, file: FileId, path: &ast::Ident) -> Option<LeanStr> {
        let text = path.text.as_str();
        if text == "std" || text.starts_with("std/") {
            return Some(path.text.clone());
        }
        if text.starts_with("./") || text.starts_with("../") {
            let here = &self.out.sources.get(file).name;
            let folder = here.parent().unwrap_or(Utf8Path::new(""));
            let joined = normal(&folder.join(text.strip_suffix(".laud").unwrap_or(text)));
            return Some(LeanStr::from(joined.as_str()));
        }
        if !text.is_empty() {
            self.out.diagnostics.push(
                Diagnostic::new(&code::UNKNOWN_MODULE, path.span, format!("there is no module `{text}`"))
                    .help(format!("A module is `std/…` or a path from this file: `./{text}`.")),
            );
        }
        None
    }

    fn report_cycle(&mut self, at: usize, span: Span) {
        let used = self.out.sources.slice(span).to_owned();
        let mut diagnostic =
            Diagnostic::new(&code::IMPORT_CYCLE, span, format!("`{used}` uses this file in turn"))
                .label("closes the circle")
                .help("Move what both need to a third module that uses neither.");
        for (_, from) in &self.open[at + 1..] {
            if let Some(from) = from {
                diagnostic = diagnostic.related(*from, "used here");
            }
        }
        self.out.diagnostics.push(diagnostic);
    }

    fn report_missing(&mut self, path: &ast::Ident, names: Option<&[LeanStr]>, error: &Unread) {
        let text = &path.text;
        if !matches!(error, Unread::Io(ReadError::NotFound)) {
            let mut diagnostic = unreadable(Utf8Path::new(text.as_str()), error);
            diagnostic.span = Some(path.span);
            self.out.diagnostics.push(diagnostic);
            return;
        }
        let mut folders: Vec<String> = self.beside(path);
        for file in laud_stdlib::MODULES {
            let name = format!("std/{}", file.path.split('/').next().unwrap_or(file.path));
            if !folders.contains(&name) {
                folders.push(name);
            }
        }
        let diagnostic =
            Diagnostic::new(&code::UNKNOWN_MODULE, path.span, format!("there is no module `{text}`"))
                .maybe_help((!text.starts_with("std")).then(|| {
                    format!("Neither `{text}.laud` nor a folder `{text}` with `.laud` files is there.")
                }))
                .near(text, path.span, folders.iter().map(String::as_str));
        self.out.diagnostics.push(match diagnostic.help {
            Some(_) => diagnostic,
            None => in_library(diagnostic, path, names.unwrap_or_default(), &folders),
        });
    }

    /// The modules in the folder of one that is not there, as a `use` would name them.
    fn beside(&self, path: &ast::Ident) -> Vec<String> {
        let Some((folder, _)) = path.text.rsplit_once('/') else { return Vec::new() };
        let here = &self.out.sources.get(path.span.file()).name;
        let place = normal(&here.parent().unwrap_or(Utf8Path::new("")).join(folder));
        let place = if place.as_str().is_empty() { Utf8PathBuf::from(".") } else { place };
        let names = self.files.list(&place).unwrap_or_default();
        names
            .iter()
            .filter(|name| !name.starts_with('.'))
            .filter_map(|name| match name.strip_suffix(".laud") {
                Some("main") => None,
                Some(stem) => Some(format!("{folder}/{stem}")),
                None if self.files.kind(&place.join(name)) == Some(FileKind::Folder) => {
                    Some(format!("{folder}/{name}"))
                }
                None => None,
            })
            .collect()
    }
}

/// Says where the standard library has what is taken from a module of it that
/// is not there, or what has the module's own name; if nothing has, which modules there are.
fn in_library(
    diagnostic: Diagnostic,
    path: &ast::Ident,
    names: &[LeanStr],
    modules: &[String],
) -> Diagnostic {
    let last = path.text.rsplit('/').next().unwrap_or_default();
    let meant = names.iter().map(LeanStr::as_str).chain([last]);
    let found = meant.filter_map(|name| Some((name, standard_module_of(name)?))).next();
    match found {
        Some((name, module)) => diagnostic.help(format!("`{name}` is in `{module}`.")).fix(
            format!("Change to `{module}`"),
            path.span,
            module,
        ),
        None => {
            let modules: Vec<String> = modules.iter().map(|module| format!("`{module}`")).collect();
            diagnostic.help(format!("There are: {}.", modules.join(", ")))
        }
    }
}

/// The words of a text, whatever they stand for.
pub(crate) fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |letter: char| !u8::try_from(letter).is_ok_and(is_in_word);
    text.split(is_between).filter(|word| !word.is_empty())
}

fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a text has that name as a word of its own.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| is_in_word(*byte));
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, word).any(|at| {
        !is_part(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && !is_part(bytes.get(at + word.len()))
    })
}

fn uses(file: &ast::File) -> Vec<(ast::Ident, Option<Vec<LeanStr>>)> {
    file.entries
        .iter()
        .filter_map(|entry| match &entry.node {
            ast::Node::Use(used) => {
                let names = used
                    .names
                    .as_ref()
                    .map(|names| names.iter().map(|name| name.name.text.clone()).collect());
                Some((used.path.clone(), names))
            }
            _ => None,
        })
        .collect()
}

/// Why a module's text is not there.
enum Unread {
    Io(ReadError),
    /// The offset of the first byte that is not UTF-8.
    NotUtf8(usize),
    /// With its files the program has more than there can be.
    TooMany,
}

/// So many files may a program have; there is room for all of the standard library's beside them.
const MOST_FILES: usize = FileId::LAST.0 as usize - laud_stdlib::MODULES.len() - 1;

impl From<ReadError> for Unread {
    fn from(error: ReadError) -> Self {
        Self::Io(error)
    }
}

fn read(files: &dyn Files, path: &Utf8Path) -> Result<String, Unread> {
    let bytes = files.read(path)?;
    String::from_utf8(bytes).map_err(|error| Unread::NotUtf8(error.utf8_error().valid_up_to()))
}

fn unreadable(path: &Utf8Path, error: &Unread) -> Diagnostic {
    match error {
        Unread::NotUtf8(at) => {
            Diagnostic::without_place(&code::NOT_UTF8, format!("`{path}` is not UTF-8: see its byte {at}"))
                .help("Save the file as UTF-8.")
        }
        Unread::TooMany => {
            let problem = format!("with `{path}`, the program has more than {MOST_FILES} files");
            Diagnostic::without_place(&code::FILE_TOO_LARGE, problem)
        }
        Unread::Io(error @ ReadError::TooLarge { .. }) => {
            Diagnostic::without_place(&code::FILE_TOO_LARGE, format!("`{path}` is too large: {error}"))
        }
        Unread::Io(error) => {
            Diagnostic::without_place(&code::UNREADABLE_FILE, format!("`{path}` cannot be read: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_files_than_there_can_be_are_refused() {
        let mut files = crate::Memory::new();
        files.insert("main.laud", "app a\nuse ./many\n");
        for file in 0..MOST_FILES {
            files.insert(format!("many/{file}.laud"), "");
        }
        let loaded = load(&files, "main.laud".into());
        let [one] = loaded.diagnostics.as_slice() else { panic!("one error: {:?}", loaded.diagnostics) };
        assert_eq!((one.code.id, one.span), ("L0003", Some(Span::new(FileId(1), 10, 16))));
    }

    #[test]
    fn finds_whole_words() {
        assert!(has_word("a postgres {", "postgres"));
        assert!(!has_word("a postgres_exporter, my_postgres", "postgres"));
        assert!(!has_word("", "postgres"));
    }
}
