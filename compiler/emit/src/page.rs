//! A file of lines on its way to a sink.

use crate::Sink;
use laud_plan::Origin;

/// About so many bytes go to the sink at once: enough for a system call to be
/// worth it, and little enough to stay in the processor's cache until then.
pub(crate) const PIECE: usize = 64 << 10;

/// The line in work, what of the lines before has not gone yet, and what
/// caused them.
pub(crate) struct Page<'s> {
    sink: &'s mut dyn Sink,
    /// The text that has not gone yet; its end is the line in work.
    pub(crate) text: String,
    /// The number of the line in work.
    line: u32,
    /// The cause of the line in work, if it is known.
    cause: Option<Origin>,
    /// The cause of the line before.
    told: Option<Origin>,
}

impl<'s> Page<'s> {
    /// The file at `path`, with a head of whole lines and its cause; the head
    /// may be empty.
    pub(crate) fn new(sink: &'s mut dyn Sink, path: &str, head: &str, cause: Option<Origin>) -> Self {
        sink.begin(path);
        let mut text = String::with_capacity(PIECE + PIECE / 8);
        text.push_str(head);
        let line = head.bytes().filter(|byte| *byte == b'\n').count() as u32;
        let told = cause.filter(|_| line > 0);
        told.into_iter().for_each(|cause| sink.origin(0, cause));
        Self { sink, text, line, cause, told }
    }

    /// Ends the line in work.
    pub(crate) fn end_line(&mut self) {
        self.text.push('\n');
        if self.told != self.cause {
            self.told = self.cause;
            self.cause.into_iter().for_each(|cause| self.sink.origin(self.line, cause));
        }
        self.line += 1;
        if self.text.len() >= PIECE {
            self.sink.text(&self.text);
            self.text.clear();
        }
    }

    /// From the line in work on, `origin` is the cause; another may take its
    /// place before the line ends.
    pub(crate) fn caused_by(&mut self, origin: Origin) {
        self.cause = Some(origin);
    }

    /// Hands over what is left.
    pub(crate) fn finish(self) {
        self.sink.text(&self.text);
        self.sink.end();
    }
}

/// Appends so many blanks.
pub(crate) fn push_blanks(out: &mut String, count: usize) {
    const BLANKS: &str = "                                ";
    let mut left = count;
    while left > BLANKS.len() {
        out.push_str(BLANKS);
        left -= BLANKS.len();
    }
    out.push_str(&BLANKS[..left]);
}
