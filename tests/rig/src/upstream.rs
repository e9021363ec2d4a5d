//! What stands behind a gateway: an upstream that tells what reached it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How long anything here waits for a peer.
const PATIENCE: Duration = Duration::from_secs(10);

const SWITCHING: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

/// An upstream. It answers with its name, the request line and the headers,
/// one a line; to an upgrade with 101, and then with what it is sent; with
/// another status if the query asks for one: `?answer=503`. `?answer=101` ends
/// an upgraded connection at once.
pub struct Upstream {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Upstream {
    /// Starts one on a port of loopback; `name` is the first line of what it answers.
    pub fn start(name: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port of loopback");
        Self::on(listener, name)
    }

    /// Starts one on a listener.
    pub fn on(listener: TcpListener, name: &str) -> Self {
        let address = listener.local_addr().expect("a bound listener");
        let name: Arc<str> = name.into();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let name = Arc::clone(&name);
                let stopped = Arc::clone(&stopped);
                thread::spawn(move || serve(&name, stream, &stopped));
            }
        });
        Self { address, stop }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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
fn serve(name: &str, stream: TcpStream, stopped: &AtomicBool) -> Option<()> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let head = head(&mut reader)?;
        if stopped.load(Ordering::Relaxed) {
            return None;
        }
        let says = |words: &str| head.iter().any(|line| line.eq_ignore_ascii_case(words));
        if says("Upgrade: websocket") && says("Connection: upgrade") {
            writer.write_all(SWITCHING).ok()?;
            return if asked(&head) == Some(101) { None } else { echo(&mut reader, &mut writer) };
        }
        let body = format!("{name}\n{}\n", head.join("\n"));
        discard(&mut reader, &head)?;
        let status = asked(&head).filter(|status| *status >= 200).unwrap_or(200);
        let length = body.len();
        let body = if head[0].starts_with("HEAD ") { "" } else { &body };
        let answer = format!(
            "HTTP/1.1 {status} Stub\r\nContent-Length: {length}\r\nContent-Type: text/plain\r\nCache-Control: private\r\n\
             Expires: Thu, 01 Jan 1970 00:00:00 GMT\r\nX-Content-Type-Options: wrong\r\nX-Powered-By: stub\r\n\
             X-Own: kept\r\n\r\n{body}"
        );
        writer.write_all(answer.as_bytes()).ok()?;
    }
}

/// The status that the request asks for.
fn asked(head: &[String]) -> Option<u16> {
    let (_, rest) = head.first()?.split_once("?answer=")?;
    rest.get(..3)?.parse().ok()
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
    let mut buffer = [0; 256];
    loop {
        let count = reader.read(&mut buffer).ok().filter(|count| *count > 0)?;
        writer.write_all(&buffer[..count]).ok()?;
    }
}
