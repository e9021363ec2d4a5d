//! A client in the same process, for tests: it asks, and keeps what it is told.

use camino::Utf8PathBuf;
use laud_analyze::{Files, Memory};
use laud_lsp::{Ended, serve};
use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::thread::{self, JoinHandle};

/// A client, and the server that it talks to, with files in memory.
pub(crate) struct Client {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    number: i32,
    /// The findings that it was told of, by file.
    pub(crate) findings: BTreeMap<String, Vec<Value>>,
}

impl Client {
    /// A client that has said nothing yet.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::on(Memory::from_iter(files.iter().map(|(path, text)| (Utf8PathBuf::from(path), *text))))
    }

    /// A client that has said nothing yet, of a server on that disk.
    pub(crate) fn on(disk: impl Files + Send + 'static) -> Self {
        let (connection, other) = Connection::memory();
        let server = thread::spawn(move || serve(&other, &disk, None));
        Self { connection, server: Some(server), number: 0, findings: BTreeMap::new() }
    }

    /// A client that has introduced itself, and works in `/w`.
    pub(crate) fn ready(files: &[(&str, &str)]) -> Self {
        let mut client = Self::new(files);
        client.initialize(json!({}));
        client
    }

    /// Introduces itself; gives what the server can do.
    pub(crate) fn initialize(&mut self, options: Value) -> Value {
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-16"] },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true },
                "completion": { "completionItem": { "snippetSupport": true } }
            }
        });
        let folders = json!([{ "uri": "file:///w", "name": "w" }]);
        let params = json!({
            "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders,
            "initializationOptions": options
        });
        let answer = self.ask("initialize", params).expect("it is initialized");
        self.tell("initialized", json!({}));
        answer
    }

    /// Tells something.
    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params });
    }

    /// Sends a request without waiting for its answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> i32 {
        self.number += 1;
        self.send(Request { id: self.number.into(), method: method.to_owned(), params });
        self.number
    }

    fn send(&self, message: impl Into<Message>) {
        self.connection.sender.send(message.into()).expect("the server listens");
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&mut self, number: i32) -> Result<Value, (i32, String)> {
        loop {
            match self.connection.receiver.recv().expect("the server answers") {
                Message::Response(Response { id, response_result }) if id == number.into() => {
                    return response_result.map_err(|error| (error.code, error.message));
                }
                Message::Notification(one) if one.method == "textDocument/publishDiagnostics" => {
                    let uri = one.params["uri"].as_str().expect("a URI").to_owned();
                    let findings = one.params["diagnostics"].as_array().expect("a list").clone();
                    self.findings.insert(uri, findings);
                }
                Message::Response(_) | Message::Request(_) | Message::Notification(_) => {}
            }
        }
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        let number = self.request(method, params);
        self.answer(number)
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "laud", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Puts a text between two places of a file.
    pub(crate) fn change(&mut self, uri: &str, from: (u32, u32), to: (u32, u32), text: &str) {
        let place = |at: (u32, u32)| json!({ "line": at.0, "character": at.1 });
        let change = json!({ "range": { "start": place(from), "end": place(to) }, "text": text });
        let document = json!({ "uri": uri, "version": 2 });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// The findings of a file, once the server has nothing more to do.
    pub(crate) fn found(&mut self, uri: &str) -> Vec<Value> {
        // Asked for what mends them, the server looks for findings first.
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let params =
            json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
        self.ask("textDocument/codeAction", params).expect("findings");
        self.findings.get(uri).cloned().unwrap_or_default()
    }

    /// The codes of the findings of a file.
    pub(crate) fn codes(&mut self, uri: &str) -> Vec<String> {
        self.found(uri).iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
    }

    /// Leaves as it should.
    pub(crate) fn leave(mut self) -> Ended {
        self.ask("shutdown", Value::Null).expect("it shuts down");
        self.exit()
    }

    /// Leaves.
    pub(crate) fn exit(mut self) -> Ended {
        self.tell("exit", Value::Null);
        self.server.take().expect("it runs").join().expect("the server does not panic")
    }
}
