//! Ports of this machine.

use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that no other test is given, below those that the system gives to
/// clients: one of these could be taken again before a server listens on it.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let start = process::id() % 100 * 100 + u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = 20_000 + (start % 12_000) as u16;
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}
