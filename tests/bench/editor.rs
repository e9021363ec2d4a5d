//! An editor at the pipes of a `laud lsp` process: it types, asks, and looks at the clock.

use laud_rig::Server;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A server, and the numbers of what it was asked and told.
pub(crate) struct Editor {
    server: Server,
    number: i64,
    version: i64,
}

/// A document as the editor has it: it counts columns in bytes.
pub(crate) struct Document {
    /// Its name in the protocol.
    pub(crate) uri: String,
    /// Its text.
    pub(crate) text: String,
}

impl Editor {
    /// Starts a server in a folder.
    pub(crate) fn start(server: &str, folder: &Path) -> Self {
        let mut command = Command::new(server);
        command.args(["lsp", "--stdio"]);
        let mut editor = Self { server: Server::start(&mut command), number: 0, version: 0 };
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8"] },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true },
                "completion": { "completionItem": { "snippetSupport": true } }
            }
        });
        let folders = json!([{ "uri": uri(folder), "name": "bench" }]);
        let params = json!({ "processId": null, "capabilities": capabilities, "workspaceFolders": folders });
        editor.ask("initialize", params);
        editor.server.tell("initialized", json!({}));
        editor
    }

    /// Opens a file of the folder.
    pub(crate) fn open(&mut self, path: &Path) -> Document {
        let text = std::fs::read_to_string(path).expect("the file is there");
        let document = Document { uri: uri(path), text };
        let opened =
            json!({ "uri": document.uri, "languageId": "laud", "version": 0, "text": document.text });
        self.server.tell("textDocument/didOpen", json!({ "textDocument": opened }));
        self.settle(&document);
        document
    }

    /// Puts a text in place of so many bytes; gives when the server was told.
    pub(crate) fn change(&mut self, document: &mut Document, at: usize, old: usize, new: &str) -> Instant {
        let range = json!({ "start": document.position(at), "end": document.position(at + old) });
        document.text.replace_range(at..at + old, new);
        self.version += 1;
        let named = json!({ "uri": document.uri, "version": self.version });
        let changes = json!([{ "range": range, "text": new }]);
        let start = Instant::now();
        self.server
            .tell("textDocument/didChange", json!({ "textDocument": named, "contentChanges": changes }));
        start
    }

    /// How long it takes from a change until its findings are there; where they
    /// stay as they were, the server says nothing, and the answer to what is asked behind counts.
    pub(crate) fn type_in(&mut self, document: &mut Document, at: usize, old: usize, new: &str) -> Duration {
        let start = self.change(document, at, old, new);
        self.settle(document).unwrap_or_else(Instant::now).duration_since(start)
    }

    /// Waits until all is looked at; gives when the findings of the document came, if they did.
    pub(crate) fn settle(&mut self, document: &Document) -> Option<Instant> {
        // Asked for what mends them, the server looks for findings first.
        let start = json!({ "line": 0, "character": 0 });
        let number = self.request(
            "textDocument/codeAction",
            json!({
                "textDocument": { "uri": document.uri },
                "range": { "start": start, "end": start },
                "context": { "diagnostics": [], "only": ["none"] }
            }),
        );
        let mut published = None;
        loop {
            let message = self.server.receive();
            if message["method"] == "textDocument/publishDiagnostics" {
                published = Some(Instant::now());
            } else if message["id"] == number {
                return published;
            }
        }
    }

    /// How long a request about a place takes, and how many bytes its answer has.
    pub(crate) fn time(&mut self, document: &Document, method: &str, at: usize) -> (Duration, usize) {
        let params = json!({ "textDocument": { "uri": document.uri }, "position": document.position(at) });
        let start = Instant::now();
        let answer = self.ask(method, params);
        (start.elapsed(), answer["result"].to_string().len())
    }

    /// The memory that the server has, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.server.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }

    /// Leaves.
    pub(crate) fn leave(mut self) {
        self.ask("shutdown", Value::Null);
        self.server.tell("exit", Value::Null);
        self.server.process.wait().expect("the server ends");
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let number = self.request(method, params);
        loop {
            let message = self.server.receive();
            if message["id"] == number && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message;
            }
        }
    }

    fn request(&mut self, method: &str, params: Value) -> i64 {
        self.number += 1;
        self.server.send(json!({ "id": self.number, "method": method, "params": params }));
        self.number
    }
}

impl Document {
    fn position(&self, at: usize) -> Value {
        let before = &self.text[..at];
        let line = before.bytes().filter(|byte| *byte == b'\n').count();
        json!({ "line": line, "character": at - before.rfind('\n').map_or(0, |line| line + 1) })
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
