//! The emitted gateways before stub upstreams, run by every nginx that is
//! there: what a client sees is what the plan says.
//!
//! Loopback alone; ports that were free a moment before; each test ends the
//! processes that it started.

mod accepted;
mod gateway;
mod limits;
mod names;
mod plan;
mod proxied;
mod texts;
mod tls;

use laud_rig::Answer;
use plan::SECURITY;

/// Asserts that the answer carries every security header once.
fn assert_secure(answer: &Answer, what: &str) {
    for (name, value) in SECURITY {
        assert_eq!(answer.all(name), [value], "{name} of {what}: {answer:?}");
    }
}
