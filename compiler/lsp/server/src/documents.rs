//! Open documents: their texts as the client sees them, edit by edit.

use crate::position::{Encoding, Lines};
use crate::tokens::Given;
use crate::uri;
use camino::{Utf8Path, Utf8PathBuf};
use laud_syntax::{FileId, Parsed, parse};
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::BTreeMap;

/// What is open, by path.
#[derive(Default)]
pub(crate) struct Documents(BTreeMap<Utf8PathBuf, Document>);

/// An open document.
pub(crate) struct Document {
    /// Its name, as the client spells it.
    pub(crate) uri: Uri,
    /// The client's number of this text.
    pub(crate) version: i32,
    /// Its text.
    pub(crate) lines: Lines,
    /// Its tree, once it was asked for.
    parsed: Option<Parsed>,
    /// The colours that the client has.
    pub(crate) given: Given,
    /// What was last offered to be written, its documentation as far as it is long.
    pub(crate) offered: Vec<String>,
}

impl Documents {
    pub(crate) fn open(&mut self, uri: &Uri, version: i32, text: String, encoding: Encoding) -> Utf8PathBuf {
        let path = uri::path(uri);
        let lines = Lines::new(text.into(), encoding);
        let document = Document {
            uri: uri.clone(),
            version,
            lines,
            parsed: None,
            given: Given::default(),
            offered: Vec::new(),
        };
        self.0.insert(path.clone(), document);
        path
    }

    pub(crate) fn close(&mut self, path: &Utf8Path) {
        self.0.remove(path);
    }

    pub(crate) fn get(&self, path: &Utf8Path) -> Option<&Document> {
        self.0.get(path)
    }

    pub(crate) fn get_mut(&mut self, path: &Utf8Path) -> Option<&mut Document> {
        self.0.get_mut(path)
    }

    /// The name of a file: as the client spells it, if it is open.
    pub(crate) fn uri(&self, path: &Utf8Path) -> Option<Uri> {
        self.0.get(path).map(|document| document.uri.clone()).or_else(|| uri::uri(path))
    }
}

impl Document {
    /// Makes a change. What lies beyond the text is its end.
    pub(crate) fn change(&mut self, change: &TextDocumentContentChangeEvent, encoding: Encoding) {
        match change.range {
            None => self.lines = Lines::new(change.text.clone().into(), encoding),
            Some(range) => {
                let start = self.lines.offset_or_end(range.start);
                let end = self.lines.offset_or_end(range.end).max(start);
                self.lines.replace(start..end, &change.text);
            }
        }
        self.parsed = None;
    }

    /// Its text and tree; nothing if it is longer than any spec.
    pub(crate) fn parsed(&mut self) -> Option<(&Lines, &Parsed)> {
        if self.lines.text.len() > laud_ide::LIMIT {
            return None;
        }
        let parsed = self.parsed.get_or_insert_with(|| parse(FileId(0), &self.lines.text));
        Some((&self.lines, parsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use std::str::FromStr;

    #[test]
    fn edits_are_made_in_turn() {
        let mut documents = Documents::default();
        let uri = Uri::from_str("file:///a%20b.laud").expect("a URI");
        let path = documents.open(&uri, 1, "äb\ncd\n".to_owned(), Encoding::Utf16);
        assert_eq!(path, "/a b.laud");
        let document = documents.get_mut(&path).expect("it is open");
        let mut edit = |from: (u32, u32), to: (u32, u32), text: &str| {
            let range = Some(Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1)));
            let change = TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() };
            document.change(&change, Encoding::Utf16);
            document.lines.text.to_string()
        };
        assert_eq!(edit((0, 1), (0, 1), "x"), "äxb\ncd\n");
        assert_eq!(edit((0, 2), (1, 1), ""), "äxd\n");
        assert_eq!(edit((9, 9), (10, 0), "end"), "äxd\nend");
        assert_eq!(edit((1, 3), (0, 0), "!"), "äxd\nend!", "the wrong way round");
    }
}
