//! What tests put around real programs: where these are, ports, clients, stubs
//! of what stands before and behind them, and emitted files changed so far as
//! they must be to run on this machine.
//!
//! Loopback alone; each thing that is started ends when it is dropped.

mod client;
mod dns;
mod exporter;
mod nginx;
pub mod plan;
mod port;
mod prometheus;
mod server;
mod tool;
mod upstream;

pub use client::{Answer, ask, connect, curl, fetch, flood, send};
pub use dns::Dns;
pub use exporter::Exporter;
pub use nginx::{Binary, Folder, Moved, Running, binaries, loopback};
pub use port::free_port;
pub use prometheus::{Prometheus, REPLICAS};
pub use server::Server;
pub use tool::tool;
pub use upstream::Upstream;

use std::thread::sleep;
use std::time::Duration;

/// Whether it becomes true within half a minute.
pub fn eventually(mut test: impl FnMut() -> bool) -> bool {
    (0..600).any(|_| {
        let done = test();
        if !done {
            sleep(Duration::from_millis(50));
        }
        done
    })
}
