//! A DNS server in place of Docker's.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A DNS server on loopback that knows IPv4 addresses of some names.
pub struct Dns {
    /// Its port.
    pub port: u16,
    names: Arc<Mutex<BTreeMap<String, Vec<Ipv4Addr>>>>,
    stop: Arc<AtomicBool>,
}

impl Dns {
    /// Starts one that knows no name.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port of loopback");
        socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
        let port = socket.local_addr().expect("a bound socket").port();
        let names = Arc::new(Mutex::new(BTreeMap::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (known, stopped) = (Arc::clone(&names), Arc::clone(&stop));
        thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let mut query = [0; 512];
                if let Ok((length, peer)) = socket.recv_from(&mut query)
                    && let Some(answer) = answer(&query[..length], &known)
                {
                    drop(socket.send_to(&answer, peer));
                }
            }
        });
        Self { port, names, stop }
    }

    /// Tells it the addresses of a name.
    pub fn know(&self, name: &str, addresses: &[Ipv4Addr]) {
        self.names.lock().expect("the names").insert(name.to_owned(), addresses.to_vec());
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The answer to a query for one name (RFC 1035, section 4).
fn answer(query: &[u8], names: &Mutex<BTreeMap<String, Vec<Ipv4Addr>>>) -> Option<Vec<u8>> {
    let mut labels = Vec::new();
    let mut at = 12;
    while let Some(length) = query.get(at).copied().filter(|length| *length > 0) {
        let end = at + 1 + usize::from(length);
        labels.push(String::from_utf8_lossy(query.get(at + 1..end)?).into_owned());
        at = end;
    }
    let question = query.get(12..at + 5)?;
    let names = names.lock().ok()?;
    let addresses = names.get(&labels.join("."));
    let count = u8::try_from(addresses.map_or(0, Vec::len)).ok()?;
    let mut out = query.get(..2)?.to_vec();
    out.extend([0x81, if addresses.is_some() { 0x80 } else { 0x83 }, 0, 1, 0, count, 0, 0, 0, 0]);
    out.extend(question);
    for address in addresses.into_iter().flatten() {
        // The name of the question, an IPv4 address, for one second.
        out.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]);
        out.extend(address.octets());
    }
    Some(out)
}
