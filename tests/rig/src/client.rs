//! A client: bytes over TCP, and curl where TLS is spoken.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

/// An answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// `HTTP/2`
    pub protocol: String,
    /// The status; 0 without an answer.
    pub status: u16,
    /// The headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// What follows them.
    pub body: String,
}

impl Answer {
    /// The values of a header, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let mine = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().filter(mine).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether the upstream says that it was asked this, in one line.
    pub fn saw(&self, line: &str) -> bool {
        self.body.lines().any(|seen| seen.eq_ignore_ascii_case(line))
    }

    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap_or_default().split(' ');
        let protocol = first.next().unwrap_or_default().to_owned();
        let status = first.next().and_then(|word| word.parse().ok());
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { protocol, status: status.unwrap_or(0), headers, body: body.to_owned() }
    }
}

/// Sends a request and reads until the other side closes.
pub fn ask(port: u16, host: &str, request: &str) -> Answer {
    let (line, rest) = request.split_once('\n').unwrap_or((request, ""));
    let headers = rest.lines().map(|line| format!("{line}\r\n")).collect::<String>();
    send(port, &format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n"))
}

/// Sends bytes and reads until the other side closes.
pub fn send(port: u16, bytes: &str) -> Answer {
    let mut stream = connect(port);
    // A gateway that closes at once leaves nothing to read, which is an answer too.
    drop(stream.write_all(bytes.as_bytes()));
    let mut out = Vec::new();
    drop(stream.read_to_end(&mut out));
    Answer::read(&String::from_utf8_lossy(&out))
}

/// A connection to loopback.
pub fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the gateway listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream
}

/// Asks over TLS: the name in the handshake is the URL's. `None` if there was
/// no handshake.
pub fn curl(port: u16, name: &str, path: &str, more: &[&str]) -> Option<Answer> {
    fetch("https", port, name, path, more)
}

/// Asks by curl, over the scheme that is named.
pub fn fetch(scheme: &str, port: u16, name: &str, path: &str, more: &[&str]) -> Option<Answer> {
    let out = Command::new("curl")
        .args(["-q", "-sk", "-i", "--max-time", "15", "--noproxy", "*"])
        .args(["--resolve", &format!("{name}:{port}:127.0.0.1")])
        .args(more)
        .arg(format!("{scheme}://{name}:{port}{path}"))
        .output()
        .expect("curl runs");
    // 35: no handshake.
    (out.status.code() != Some(35)).then(|| Answer::read(&String::from_utf8_lossy(&out.stdout)))
}

/// Asks for a path so many times in a row, as one client over one connection,
/// for the heads of the answers.
pub fn flood(scheme: &str, port: u16, name: &str, path: &str, count: u32, more: &[&str]) -> Vec<Answer> {
    let out = Command::new("curl")
        .args(["-q", "-sk", "-I", "--max-time", "60", "--noproxy", "*"])
        .args(["--resolve", &format!("{name}:{port}:127.0.0.1")])
        .args(more)
        .arg(format!("{scheme}://{name}:{port}{path}?[1-{count}]"))
        .output()
        .expect("curl runs");
    let text = String::from_utf8_lossy(&out.stdout);
    text.split("\r\n\r\n").filter(|head| !head.is_empty()).map(Answer::read).collect()
}
