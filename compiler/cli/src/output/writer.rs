//! An emitted file on its way to the disk, piece by piece.
//!
//! As long as it is the same as the file that is there, it is compared; from the
//! first difference on it is written to the temporary folder, behind a copy of
//! what was the same. So a file of any size needs the memory of one piece, and
//! one that does not change is read once and never written.

use super::manifest::Measure;
use super::stage::{Fate, Stage};
use super::system;
use laud_emit::Sink;
use laud_plan::Origin;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::mem;

/// The most bytes that are compared at once.
const PIECE: usize = 16 << 10;

/// Takes the files that one thread emits.
pub(crate) struct Writer<'s> {
    stage: &'s Stage<'s>,
    path: String,
    measure: Measure,
    way: Way,
    /// What the file that is there has in the place of a piece.
    buffer: Vec<u8>,
}

/// Where the text of a file goes.
enum Way {
    /// It is compared with the file that is there.
    Compare(There),
    /// Into the temporary folder.
    Write(File),
    /// Nowhere: nothing will come of the build.
    Drop,
}

/// The file that is there.
struct There {
    file: File,
    about: Metadata,
}

impl<'s> Writer<'s> {
    pub(super) fn new(stage: &'s Stage<'_>) -> Self {
        Self { stage, path: String::new(), measure: Measure::default(), way: Way::Drop, buffer: Vec::new() }
    }

    fn start(&self) -> io::Result<Way> {
        Ok(match self.stage.fate(&self.path)? {
            Fate::Compared(file, about) => Way::Compare(There { file, about }),
            Fate::Written => self.create()?,
            Fate::Refused => Way::Drop,
        })
    }

    fn create(&self) -> io::Result<Way> {
        Ok(self.stage.create(&self.path)?.map_or(Way::Drop, Way::Write))
    }

    /// Goes on from where the file turns out to be another than the one that is
    /// there, after so many bytes.
    fn depart(&self, mut there: There, same: u64) -> io::Result<Way> {
        if !self.stage.may_change(&self.path, there.about.len())? {
            return Ok(Way::Drop);
        }
        let mut way = self.create()?;
        if let Way::Write(file) = &mut way {
            there.file.rewind()?;
            io::copy(&mut there.file.take(same), file)?;
        }
        Ok(way)
    }

    fn take(&mut self, text: &[u8]) -> io::Result<()> {
        self.way = match mem::replace(&mut self.way, Way::Drop) {
            Way::Compare(mut there) => {
                let before = self.measure.size() - text.len() as u64;
                if there.goes_on_with(text, self.measure.size(), &mut self.buffer)? {
                    Way::Compare(there)
                } else {
                    let mut way = self.depart(there, before)?;
                    if let Way::Write(file) = &mut way {
                        file.write_all(text)?;
                    }
                    way
                }
            }
            Way::Write(mut file) => {
                file.write_all(text)?;
                Way::Write(file)
            }
            Way::Drop => Way::Drop,
        };
        Ok(())
    }

    /// Whether the file, which has come whole, is another than the one that was there.
    fn close(&mut self) -> io::Result<bool> {
        match mem::replace(&mut self.way, Way::Drop) {
            // One that containers may not read is made anew, whatever took its permissions.
            Way::Compare(there)
                if there.about.len() == self.measure.size() && system::is_for_all(&there.about) =>
            {
                Ok(false)
            }
            Way::Compare(there) => self.depart(there, self.measure.size()).map(|_written| true),
            Way::Write(_) | Way::Drop => Ok(true),
        }
    }
}

impl There {
    /// Whether it has a text next, which ends after so many of its bytes.
    fn goes_on_with(&mut self, text: &[u8], end: u64, buffer: &mut Vec<u8>) -> io::Result<bool> {
        if end > self.about.len() {
            return Ok(false);
        }
        for piece in text.chunks(PIECE) {
            if buffer.len() < piece.len() {
                buffer.reserve_exact(PIECE - buffer.len());
                buffer.resize(piece.len(), 0);
            }
            let found = &mut buffer[..piece.len()];
            match self.file.read_exact(found) {
                Ok(()) if found == piece => {}
                Ok(()) => return Ok(false),
                // Someone else has cut it.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

impl Sink for Writer<'_> {
    fn begin(&mut self, path: &str) {
        path.clone_into(&mut self.path);
        self.way = self.start().unwrap_or_else(|error| {
            self.stage.fail(path, &error);
            Way::Drop
        });
    }

    fn text(&mut self, text: &str) {
        self.measure.add(text.as_bytes());
        if let Err(error) = self.take(text.as_bytes()) {
            self.stage.fail(&self.path, &error);
        }
    }

    // What is written to the disk does not say where it came from.
    fn origin(&mut self, _: u32, _: Origin) {}

    fn end(&mut self) {
        match self.close() {
            Ok(is_changed) => {
                self.stage.done(&self.path, mem::take(&mut self.measure).entry(), is_changed);
            }
            Err(error) => self.stage.fail(&self.path, &error),
        }
    }
}
