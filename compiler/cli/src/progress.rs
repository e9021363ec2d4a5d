//! What takes long says so, on a terminal.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Work shorter than this needs no words.
const PATIENCE: Duration = Duration::from_millis(400);

/// A line on standard error while work goes on; it goes when this is dropped.
pub(crate) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Says, after a while, what is being done; never where `wanted` is false.
    pub(crate) fn start(what: &str, wanted: bool) -> Self {
        if !wanted {
            return Self(None);
        }
        let line = format!("\r{what} …");
        let (done, is_done) = channel();
        let watch = move || {
            if is_done.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let _ = std::io::stderr().write_all(line.as_bytes());
            let _ = is_done.recv();
            let _ = std::io::stderr().write_all(b"\r\x1b[K");
        };
        let thread = std::thread::Builder::new().spawn(watch).ok();
        Self(thread.map(|thread| (done, thread)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.0.take() {
            drop(done);
            let _ = thread.join();
        }
    }
}
