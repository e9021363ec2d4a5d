//! The list of what a build wrote, by which later builds know their own files.

use super::place;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// The manifest's name in the environment's folder.
pub(super) const NAME: &str = "laud.manifest.json";

/// The files of the last build; no times, so that the same input gives the same bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Manifest {
    /// By path, in order.
    pub(super) files: BTreeMap<String, Entry>,
}

/// A file as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// SHA-256, in hex.
    pub(super) sha256: String,
    /// In bytes.
    pub(super) size: u64,
}

#[derive(Serialize, Deserialize)]
struct Document<'a> {
    laud: &'a str,
    app: &'a str,
    environment: &'a str,
    files: Vec<FileEntry<'a>>,
}

#[derive(Serialize, Deserialize)]
struct FileEntry<'a> {
    path: &'a str,
    sha256: &'a str,
    size: u64,
}

/// The environment that a manifest is of.
pub(super) fn environment(text: &str) -> Option<String> {
    let document: Document<'_> = serde_json::from_str(text).ok()?;
    Some(document.environment.to_owned())
}

impl Manifest {
    /// Reads what a build wrote; `None` when it is not that.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let document: Document<'_> = serde_json::from_str(text).ok()?;
        let mut files = BTreeMap::new();
        for file in document.files {
            // The paths are removed if they are not written again, so they must be within the folder.
            if !place::is_inside(file.path) {
                return None;
            }
            files.insert(file.path.to_owned(), Entry { sha256: file.sha256.to_owned(), size: file.size });
        }
        Some(Self { files })
    }

    /// The manifest as a file.
    pub(super) fn to_text(&self, app: &str, environment: &str) -> String {
        let files = self.files.iter().map(|(path, entry)| FileEntry {
            path,
            sha256: &entry.sha256,
            size: entry.size,
        });
        let laud = env!("CARGO_PKG_VERSION");
        crate::render::json_text(&Document { laud, app, environment, files: files.collect() })
    }
}

/// An entry in the making, as the file's bytes come.
#[derive(Default)]
pub(super) struct Measure {
    hash: Sha256,
    size: u64,
}

impl Measure {
    /// The next bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// How many there were.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The file as it is now that all have come.
    pub(super) fn entry(self) -> Entry {
        Entry { sha256: hex(&self.hash.finalize()), size: self.size }
    }
}

impl Entry {
    /// What a file on disk is.
    pub(super) fn read(mut from: impl Read) -> io::Result<Self> {
        let mut measure = Measure::default();
        let mut buffer = vec![0; 64 << 10];
        loop {
            match from.read(&mut buffer)? {
                0 => return Ok(measure.entry()),
                count => measure.add(&buffer[..count]),
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_was_written() {
        let entry = Entry::read("x: 1\n".as_bytes()).expect("memory can be read");
        let manifest = Manifest { files: BTreeMap::from([("a/b.yml".to_owned(), entry)]) };
        let text = manifest.to_text("shop", "production");
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"
        {
          "laud": "VERSION",
          "app": "shop",
          "environment": "production",
          "files": [
            {
              "path": "a/b.yml",
              "sha256": "d09edadd173a8bbc233d47dcafc30cc876af2fb569812f2bbe0e92a1905bbce8",
              "size": 5
            }
          ]
        }
        "#);
        assert_eq!(Manifest::parse(&text), Some(manifest));
    }

    #[test]
    fn a_path_out_of_the_folder_is_no_manifest() {
        for path in ["../x", "/etc/passwd", "a/../../x", "", "a//b", "./a"] {
            let text = format!(
                r#"{{"laud":"","app":"","environment":"","files":[{{"path":"{path}","sha256":"","size":0}}]}}"#
            );
            assert_eq!(Manifest::parse(&text), None, "{path}");
        }
    }

    #[test]
    fn hashes_alike_in_pieces_and_at_once() {
        let content = "ü".repeat(100_000);
        let mut measure = Measure::default();
        content.as_bytes().chunks(1_001).for_each(|piece| measure.add(piece));
        assert_eq!(measure.size(), 200_000);
        assert_eq!(measure.entry(), Entry::read(content.as_bytes()).expect("memory can be read"));
    }
}
