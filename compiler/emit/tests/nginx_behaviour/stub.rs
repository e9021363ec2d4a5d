//! What stands behind the gateway: an upstream that tells what reached it, and
//! a DNS server in place of Docker's.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long anything here waits for a peer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An upstream. It answers with its name, the request line and the headers,
/// one a line; to an upgrade with 101, and then with what it is sent.
pub(crate) struct Upstream {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Upstream {
    /// Starts one; `name` is the first line of what it answers.
    pub(crate) fn start(name: &'static str, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                thread::spawn(move || serve(name, stream));
            }
        });
        Self { address, stop }
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread, so that it sees the word.
        drop(TcpStream::connect_timeout(&self.address, PATIENCE));
    }
}

/// Serves one connection until its end; an error ends it too.
fn serve(name: &str, stream: TcpStream) -> Option<()> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let head = head(&mut reader)?;
        if head.iter().any(|line| line.eq_ignore_ascii_case("upgrade: websocket")) {
            return echo(&mut reader, &mut writer);
        }
        let body = format!("{name}\n{}\n", head.join("\n"));
        discard(&mut reader, &head)?;
        let length = body.len();
        write!(
            writer,
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nContent-Type: text/plain\r\nCache-Control: private\r\n\
             Expires: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-Content-Type-Options: wrong\r\nX-Powered-By: stub\r\n\
             X-Own: kept\r\n\r\n{body}"
        )
        .ok()?;
    }
}

/// The request line and the headers.
fn head(reader: &mut impl BufRead) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => return Some(lines),
            line => lines.push(line.to_owned()),
        }
    }
}

fn discard(reader: &mut impl Read, head: &[String]) -> Option<()> {
    let length =
        head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    std::io::copy(&mut reader.take(length.unwrap_or(0)), &mut std::io::sink()).ok().map(drop)
}

fn echo(reader: &mut impl Read, writer: &mut TcpStream) -> Option<()> {
    writer
        .write_all(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        .ok()?;
    let mut buffer = [0; 256];
    loop {
        let count = reader.read(&mut buffer).ok().filter(|count| *count > 0)?;
        writer.write_all(&buffer[..count]).ok()?;
    }
}

/// A DNS server on loopback that knows IPv4 addresses of some names.
pub(crate) struct Dns {
    /// Its port.
    pub(crate) port: u16,
    names: Arc<Mutex<BTreeMap<String, Vec<Ipv4Addr>>>>,
    stop: Arc<AtomicBool>,
}

impl Dns {
    /// Starts one that knows no name.
    pub(crate) fn start() -> Self {
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
    pub(crate) fn know(&self, name: &str, addresses: &[Ipv4Addr]) {
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
