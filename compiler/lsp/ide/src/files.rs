//! The files of one compilation: open buffers before the disk, and a record of
//! all that was asked for, so that it is known which change touches it.

use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{FileKind, Files, ReadError, normal};
use lean_string::LeanStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The most bytes that a buffer may have to be looked at: what the command
/// line reads of a file, 16 MiB.
pub const LIMIT: usize = 16 << 20;

/// Texts that stand in for files, by absolute path.
pub(crate) type Buffers = BTreeMap<Utf8PathBuf, LeanStr>;

/// What the disk said of paths, until something there changes.
pub(crate) type Known = Mutex<BTreeMap<String, Answer>>;

/// What is known of a path, as far as it was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    content: Option<Result<Content, ReadError>>,
    kind: Option<Option<FileKind>>,
    list: Option<Result<Arc<[String]>, ReadError>>,
}

/// What is in a file.
#[derive(Clone, Debug)]
enum Content {
    /// As it is open.
    Open(LeanStr),
    /// As it is on the disk.
    Disk(Arc<[u8]>),
}

impl Content {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Open(text) => text.as_bytes(),
            Self::Disk(bytes) => bytes,
        }
    }
}

/// The files as one program sees them, from its folder.
pub(crate) struct View<'w> {
    /// The program's folder; names of files are relative to it.
    pub(crate) folder: &'w Utf8Path,
    /// What is open.
    pub(crate) buffers: &'w Buffers,
    /// What is not.
    pub(crate) disk: &'w dyn Files,
    /// What the disk said before.
    pub(crate) known: &'w Known,
    /// Every path that was asked for, whether something is there or not, and the answer.
    pub(crate) asked: Mutex<BTreeMap<String, Answer>>,
}

impl<'w> View<'w> {
    pub(crate) fn new(
        folder: &'w Utf8Path,
        buffers: &'w Buffers,
        disk: &'w dyn Files,
        known: &'w Known,
    ) -> Self {
        Self { folder, buffers, disk, known, asked: Mutex::default() }
    }

    /// What was asked and answered.
    pub(crate) fn into_answers(self) -> Answers {
        let asked = self.asked.into_inner().unwrap_or_else(PoisonError::into_inner);
        Answers { folder: self.folder.to_owned(), asked }
    }

    /// The answer to a question about a path, which is noted.
    fn answer<T: Clone>(
        &self,
        path: &Utf8Path,
        part: impl Fn(&mut Answer) -> &mut Option<T>,
        find: impl FnOnce(&Utf8Path) -> T,
    ) -> T {
        let path = normal(&self.folder.join(path));
        let answer = find(&path);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *part(asked.entry(path.into_string()).or_default()) = Some(answer.clone());
        answer
    }

    /// What the disk says of a path, asked once.
    fn of_disk<T: Clone>(
        &self,
        path: &Utf8Path,
        part: impl Fn(&mut Answer) -> &mut Option<T>,
        ask: impl FnOnce(&dyn Files) -> T,
    ) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = match known.get_mut(path.as_str()) {
            Some(answer) => answer,
            None => known.entry(path.to_string()).or_default(),
        };
        part(answer).get_or_insert_with(|| ask(self.disk)).clone()
    }

    /// What is open below a folder.
    fn below<'a>(&'a self, folder: &'a Utf8Path) -> impl Iterator<Item = &'a Utf8Path> {
        self.buffers.keys().filter_map(move |path| path.strip_prefix(folder).ok())
    }
}

impl Files for View<'_> {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let content = self.answer(
            path,
            |answer| &mut answer.content,
            |path| match self.buffers.get(path) {
                Some(text) if text.len() > LIMIT => {
                    Err(ReadError::TooLarge { size: text.len() as u64, limit: LIMIT as u64 })
                }
                Some(text) => Ok(Content::Open(text.clone())),
                None => self.of_disk(
                    path,
                    |answer| &mut answer.content,
                    |disk| disk.read(path).map(|bytes| Content::Disk(bytes.into())),
                ),
            },
        );
        content.map(|content| content.bytes().to_vec())
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        self.answer(
            path,
            |answer| &mut answer.kind,
            |path| {
                if self.buffers.contains_key(path) {
                    return Some(FileKind::File);
                }
                let is_above = || self.below(path).next().is_some().then_some(FileKind::Folder);
                self.of_disk(path, |answer| &mut answer.kind, |disk| disk.kind(path)).or_else(is_above)
            },
        )
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        let names = self.answer(
            folder,
            |answer| &mut answer.list,
            |folder| {
                let open = self.below(folder).filter_map(|rest| rest.iter().next()).map(str::to_owned);
                let open: BTreeSet<String> = open.collect();
                let listed =
                    self.of_disk(folder, |answer| &mut answer.list, |disk| disk.list(folder).map(Into::into));
                match listed {
                    Ok(names) => {
                        let all: BTreeSet<String> = open.into_iter().chain(names.iter().cloned()).collect();
                        Ok(all.into_iter().collect())
                    }
                    Err(_) if !open.is_empty() => Ok(open.into_iter().collect()),
                    Err(error) => Err(error),
                }
            },
        );
        names.map(|names| names.to_vec())
    }
}

/// Whether a path is another or below it. As texts: to compare paths is to
/// take them to pieces, over and over.
pub(crate) fn is_below(path: &str, above: &Utf8Path) -> bool {
    let rest = path.strip_prefix(above.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || above.as_str().ends_with('/'))
}

/// What was asked of a view, with the answers: who asks the same is answered the same.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    folder: Utf8PathBuf,
    asked: BTreeMap<String, Answer>,
}

impl Answers {
    /// Whether an answer would be another if something at or below the path changed.
    pub(crate) fn depend_on(&self, path: &Utf8Path) -> bool {
        let lists = || path.parent().is_some_and(|folder| self.asked.contains_key(folder.as_str()));
        let below = || self.asked.keys().any(|asked| is_below(asked, path));
        self.asked.contains_key(path.as_str()) || lists() || below()
    }

    fn get(&self, path: &Utf8Path) -> Option<&Answer> {
        self.asked.get(normal(&self.folder.join(path)).as_str())
    }
}

impl Files for Answers {
    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let content = self.get(path).and_then(|answer| answer.content.as_ref());
        match content {
            Some(Ok(content)) => Ok(content.bytes().to_vec()),
            Some(Err(error)) => Err(error.clone()),
            None => Err(ReadError::NotFound),
        }
    }

    fn kind(&self, path: &Utf8Path) -> Option<FileKind> {
        self.get(path).and_then(|answer| answer.kind).flatten()
    }

    fn list(&self, folder: &Utf8Path) -> Result<Vec<String>, ReadError> {
        let list =
            self.get(folder).and_then(|answer| answer.list.clone()).unwrap_or(Err(ReadError::NotFound));
        list.map(|names| names.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use laud_analyze::Memory;

    #[test]
    fn a_buffer_stands_before_the_disk() {
        let disk = Memory::from_iter([("/w/main.laud", "disk"), ("/w/other.laud", "disk")]);
        let buffers =
            Buffers::from_iter([("/w/main.laud".into(), "open".into()), ("/w/new/a.laud".into(), "".into())]);
        let known = Known::default();
        let view = View::new("/w".into(), &buffers, &disk, &known);
        assert_eq!(view.read("main.laud".into()), Ok(b"open".to_vec()));
        assert_eq!(view.read("./new/../other.laud".into()), Ok(b"disk".to_vec()));
        assert_eq!(view.kind("new".into()), Some(FileKind::Folder));
        assert_eq!(view.list("".into()), Ok(vec!["main.laud".into(), "new".into(), "other.laud".into()]));
        assert_eq!(view.kind("nothing".into()), None);
        let answers = view.into_answers();
        assert!(answers.depend_on("/w/new".into()) && answers.depend_on("/w/nothing".into()));
        assert!(!answers.depend_on("/v".into()));
        assert_eq!(answers.read("main.laud".into()), Ok(b"open".to_vec()));
        assert_eq!(answers.kind("nothing".into()), None);
    }

    #[test]
    fn a_buffer_may_be_too_large() {
        let buffers = Buffers::from_iter([("/main.laud".into(), " ".repeat(LIMIT + 1).into())]);
        let (disk, known) = (Memory::new(), Known::default());
        let view = View::new("/".into(), &buffers, &disk, &known);
        assert!(matches!(view.read("main.laud".into()), Err(ReadError::TooLarge { .. })));
    }
}
