//! Messages over standard input and output: a head with the length, then JSON.
//!
//! What is no message is logged and passed over, so that one bad client
//! message ends nothing; a length that no message has is not reserved.

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{Connection, ErrorCode, Message, RequestId, Response};
use std::io::{self, BufRead, Read, Write};
use std::thread::{self, JoinHandle};

/// The most bytes of one message: a whole buffer of 50 MB, with every
/// character escaped, still fits.
const LONGEST: u64 = 512 << 20;

/// The longest line of a head.
const LONGEST_LINE: u64 = 64 << 10;

/// The connection over this process's standard streams, and the thread that
/// writes what is left when the connection is dropped.
pub(crate) fn connect() -> io::Result<(Connection, JoinHandle<()>)> {
    let (sender, outgoing) = unbounded();
    let (incoming, receiver) = unbounded();
    let answers = sender.clone();
    // It ends with standard input, or with the process; nobody waits for it.
    thread::Builder::new().name("read".to_owned()).spawn(move || {
        read_all(&mut io::stdin().lock(), &incoming, &answers);
    })?;
    let writer = thread::Builder::new()
        .name("write".to_owned())
        .spawn(move || write_all(&mut io::stdout().lock(), &outgoing))?;
    Ok((Connection { sender, receiver }, writer))
}

/// A message that never comes over a wire: it tells the writer that all is said.
pub(crate) const END: &str = "$/laud/end";

fn write_all(to: &mut impl Write, outgoing: &Receiver<Message>) {
    for message in outgoing {
        let ends = matches!(&message, Message::Notification(one) if one.method == END);
        // When nobody reads any more, the end of standard input comes soon.
        if ends || message.write(to).is_err() {
            return;
        }
    }
}

/// Reads to the end of the input.
fn read_all(from: &mut impl BufRead, incoming: &Sender<Message>, answers: &Sender<Message>) {
    loop {
        let text = match read_text(from) {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                eprintln!("laud lsp: passed over what is no message: {error}");
                continue;
            }
            Err(error) => {
                eprintln!("laud lsp: standard input cannot be read: {error}");
                return;
            }
        };
        let sent = match serde_json::from_slice::<Message>(&text) {
            Ok(message) => incoming.send(message).is_ok(),
            Err(error) => {
                eprintln!("laud lsp: passed over what is no message: {error}");
                refusal(&text).is_none_or(|refusal| answers.send(refusal).is_ok())
            }
        };
        if !sent {
            return;
        }
    }
}

/// The answer to a request that is none, if it says at least who asks.
fn refusal(text: &[u8]) -> Option<Message> {
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    let id: RequestId = serde_json::from_value(value.get("id")?.clone()).ok()?;
    let words = "the message is no request".to_owned();
    Some(Response::new_err(id, ErrorCode::InvalidRequest as i32, words).into())
}

/// The content of the next message; `None` at the end of the input.
fn read_text(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        if from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        match (line.split_once(':'), length) {
            _ if line.is_empty() => match length {
                Some(_) => break,
                // Between messages, empty lines mean nothing.
                None => continue,
            },
            (Some((name, value)), _) if name.trim().eq_ignore_ascii_case("content-length") => {
                length = Some(value.trim().parse().map_err(|_| invalid("a length that is no number"))?);
            }
            (Some(_), _) => {}
            (None, _) => return Err(invalid("a line that is of no head")),
        }
    }
    let length = length.unwrap_or_default();
    let mut text = Vec::new();
    let taken = from.by_ref().take(length.min(LONGEST)).read_to_end(&mut text)?;
    if length > LONGEST {
        io::copy(&mut from.by_ref().take(length - LONGEST), &mut io::sink())?;
        return Err(invalid("a message of too many bytes"));
    }
    if (taken as u64) < length {
        return Ok(None);
    }
    Ok(Some(text))
}

fn invalid(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let ((incoming, got), (answers, said)) = (unbounded(), unbounded());
        read_all(&mut io::BufReader::new(bytes), &incoming, &answers);
        drop((incoming, answers));
        let shown = |from: Receiver<Message>| {
            from.iter().filter_map(|one| serde_json::to_string(&one).ok()).collect()
        };
        (shown(got), shown(said))
    }

    fn message(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        let good = r#"{"method":"exit","params":null}"#;
        for bad in [
            "rubbish\r\n\r\n".to_owned(),
            message("{"),
            message("\u{7f}"),
            "content-length: x\r\n\r\n".to_owned(),
        ] {
            let (got, said) = read((bad.clone() + &message(r#"{"method":"exit"}"#)).as_bytes());
            assert_eq!((got.len(), said.len()), (1, 0), "{bad:?}: {got:?}");
            assert!(got[0].contains("exit"), "{good}");
        }
        assert_eq!(read(b"Content-Length: 99\r\n\r\n{}").0.len(), 0);
        assert_eq!(read(b"\xff\xfe\r\n").0.len(), 0);
    }

    #[test]
    fn who_asks_wrongly_gets_an_answer() {
        let (got, said) = read(message(r#"{"id":7,"method":5}"#).as_bytes());
        assert!(got.is_empty());
        assert!(said[0].contains(r#""id":7"#) && said[0].contains("-32600"), "{said:?}");
    }
}
