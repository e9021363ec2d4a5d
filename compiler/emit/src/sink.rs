//! Where emitted files go: piece by piece, so that none need be held whole.

use crate::File;
use laud_plan::Origin;

/// Takes the files of a target, one after the other, as they are written.
///
/// Of each file come its path, then its text in pieces that end where lines
/// end, with origins in between, then its end.
pub trait Sink {
    /// A file begins.
    fn begin(&mut self, path: &str);

    /// The next piece of its text.
    fn text(&mut self, text: &str);

    /// From this line of it (from 0) up to the next of which this is told, the
    /// text is caused by that place of the spec. Lines ascend; the text of one
    /// may have come already, or come later.
    fn origin(&mut self, line: u32, origin: Origin);

    /// It is whole.
    fn end(&mut self);
}

impl File {
    /// Hands it to a sink.
    pub fn give(&self, sink: &mut dyn Sink) {
        sink.begin(&self.path);
        self.origins.iter().for_each(|(line, origin)| sink.origin(*line, *origin));
        sink.text(&self.content);
        sink.end();
    }
}

/// Puts files together, for whoever wants them whole.
pub struct Whole<F> {
    take: F,
    file: File,
}

impl<F: FnMut(File)> Whole<F> {
    /// A sink that gives each file to `take`.
    pub fn new(take: F) -> Self {
        Self { take, file: File::default() }
    }
}

impl<F: FnMut(File)> Sink for Whole<F> {
    fn begin(&mut self, path: &str) {
        self.file.path = path.to_owned();
    }

    fn text(&mut self, text: &str) {
        self.file.content.push_str(text);
    }

    fn origin(&mut self, line: u32, origin: Origin) {
        self.file.origins.push((line, origin));
    }

    fn end(&mut self) {
        (self.take)(std::mem::take(&mut self.file));
    }
}

/// For those who want to know how a file would come out, and not the file.
pub(crate) struct Nowhere;

impl Sink for Nowhere {
    fn begin(&mut self, _: &str) {}
    fn text(&mut self, _: &str) {}
    fn origin(&mut self, _: u32, _: Origin) {}
    fn end(&mut self) {}
}
