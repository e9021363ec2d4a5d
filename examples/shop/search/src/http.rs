//! As much of HTTP/1.1 as two services of one system need of each other.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Option<Duration> = Some(Duration::from_secs(5));

/// Answers one request: `handle` turns the target into status, type and body.
pub fn serve(mut stream: TcpStream, handle: impl FnOnce(&str) -> (u16, &'static str, String)) {
    let _ = stream.set_read_timeout(PATIENCE);
    let Ok(head) = read_head(&stream) else { return };
    let mut words = head.split(' ');
    let (status, kind, body) = match (words.next(), words.next()) {
        (Some("GET" | "HEAD"), Some(target)) => handle(target),
        _ => (405, "text/plain", "only GET\n".into()),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// The first line of a request; the headers are read and let go.
fn read_head(stream: &TcpStream) -> Result<String> {
    let mut reader = BufReader::new(stream.take(16 * 1024));
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    Ok(first)
}

/// The body at `http://host:port/path`.
pub fn get(url: &str) -> Result<String> {
    let rest = url.strip_prefix("http://").ok_or_else(|| Error::other("not an http:// URL"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(PATIENCE)?;
    write!(stream, "GET /{path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4 * 1024 * 1024).read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| Error::other("no answer"))?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        status => Err(Error::other(format!("answered {}", status.unwrap_or("nothing")))),
    }
}

/// `a+b%20c` as `a b c`.
pub fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = std::str::from_utf8(tail.get(..2).unwrap_or_default()).ok();
        match (first, code.and_then(|code| u8::from_str_radix(code, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(first),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
