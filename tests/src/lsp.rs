//! The language server: as a process, with an editor at its standard streams,
//! and asked once, for the cases in `golden/lsp/`.

use crate::cli::{GOOD, LAUD};
use crate::place::scratch;
use camino::Utf8Path;
use laud_analyze::Files;
use laud_rig::Server;
use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Stdio};

/// An editor that started the server.
struct Editor {
    server: Server,
}

impl Editor {
    fn start(cache: &Utf8Path) -> Self {
        let mut command = Command::new(LAUD);
        command.env("XDG_CACHE_HOME", cache).args(["lsp", "--stdio"]).stderr(Stdio::null());
        Self { server: Server::start(&mut command) }
    }

    /// The next message that passes.
    fn wait(&mut self, pass: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.server.receive();
            if pass(&message) {
                return message;
            }
        }
    }

    fn ask(&mut self, id: i32, method: &str, params: Value) -> Value {
        self.server.send(json!({ "id": id, "method": method, "params": params }));
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.server.tell(method, params);
    }

    /// The codes of a file's findings, when they are next published.
    fn findings(&mut self, uri: &str) -> Vec<String> {
        let is_it = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
        };
        let message = self.wait(is_it);
        let found = message["params"]["diagnostics"].as_array().expect("a list");
        found.iter().map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
    }

    fn exit(mut self) -> Option<i32> {
        self.tell("exit", Value::Null);
        self.server.process.wait().expect("the server ends").code()
    }
}

#[test]
fn an_editor_writes_a_spec() {
    let folder = scratch("lsp/editor");
    fs::write(folder.join("main.laud"), GOOD).expect("a spec can be written");
    let root = format!("file://{folder}");
    let uri = format!("{root}/main.laud");
    let mut editor = Editor::start(&folder);
    let capabilities = json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } });
    let folders = json!([{ "uri": root, "name": "shop" }]);
    let said =
        editor.ask(1, "initialize", json!({ "capabilities": capabilities, "workspaceFolders": folders }));
    assert_eq!(said["result"]["capabilities"]["positionEncoding"], "utf-8");
    editor.tell("initialized", json!({}));
    let text = GOOD.replace("image  = ", "imagee = ");
    let document = json!({ "uri": uri, "languageId": "laud", "version": 1, "text": text });
    editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
    assert!(editor.findings(&uri).contains(&"L0204".to_owned()));

    // Standard input may hold rubbish; what follows it is read.
    editor.server.write("Content-Length: 2\r\n\r\n{]rubbish\r\n");
    let line = text.lines().position(|line| line.contains("imagee")).expect("it is there");
    let range = json!({ "start": { "line": line, "character": 7 }, "end": { "line": line, "character": 8 } });
    let document = json!({ "uri": uri, "version": 2 });
    let change = json!({ "range": range, "text": "    " });
    editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    assert_eq!(editor.findings(&uri), Vec::<String>::new());

    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let formatted = editor.ask(
        2,
        "textDocument/formatting",
        json!({ "textDocument": { "uri": uri }, "options": options }),
    );
    let edits = formatted["result"].as_array().expect("edits");
    assert_eq!(edits.len(), 1, "{edits:?}");
    assert_eq!(edits[0]["range"]["start"]["line"], line);
    assert_eq!(editor.ask(3, "shutdown", Value::Null)["result"], Value::Null);
    assert_eq!(editor.exit(), Some(0));
}

#[test]
fn an_editor_is_led_into_the_standard_library_and_on() {
    let folder = scratch("lsp/library");
    let uri = format!("file://{folder}/main.laud");
    let text = "app shop\nuse std/data { postgres }\npostgres db {}\nenvironment e {}\n";
    let mut editor = Editor::start(&folder.join("cache"));
    editor.ask(1, "initialize", json!({ "capabilities": {} }));
    let open = |uri: &str, text: &str| json!({ "textDocument": { "uri": uri, "languageId": "laud", "version": 1, "text": text } });
    editor.tell("textDocument/didOpen", open(&uri, text));
    let mut lead = |id, uri: &str, (line, character): (u32, usize)| {
        let place = json!({ "line": line, "character": character });
        let asked = json!({ "textDocument": { "uri": uri }, "position": place });
        let found = editor.ask(id, "textDocument/definition", asked)["result"].take();
        let uri = found["uri"].as_str().expect("a file").to_owned();
        let text = fs::read_to_string(uri.trim_start_matches("file://")).expect("it can be read");
        let line = found["range"]["start"]["line"].as_u64().expect("a line") as usize;
        let line = text.lines().nth(line).expect("the line is there").to_owned();
        if id == 2 {
            editor.tell("textDocument/didOpen", open(&uri, &text));
        }
        (uri, text, line)
    };
    let (postgres, library, line) = lead(2, &uri, (2, 3));
    assert!(postgres.ends_with("/std/data/postgres.laud"), "{postgres}");
    assert_eq!(line, "kind postgres {");
    let (module, ..) = lead(5, &uri, (1, 6));
    assert_eq!(module, postgres, "of the module, what is taken");
    // From there it goes on, and its own findings are nobody's.
    let used = library.lines().next().expect("a line");
    let exporter = used.find("postgres_exporter").expect("it is taken");
    let (metrics, _, line) = lead(3, &postgres, (0, exporter));
    assert!(metrics.ends_with("/std/metrics/postgres_exporter.laud"), "{metrics}");
    assert!(line.starts_with("metrics postgres_exporter"), "{line}");
    let change = json!({ "text": text.replace("db {}", "db { versio = 18 }") });
    let document = json!({ "uri": uri, "version": 2 });
    editor.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    let published = editor.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!(published["params"]["uri"], uri);
    editor.ask(4, "shutdown", Value::Null);
    assert_eq!(editor.exit(), Some(0));
}

#[test]
fn an_editor_that_only_leaves_is_told_so_by_the_exit_code() {
    let folder = scratch("lsp/leaves");
    assert_eq!(Editor::start(&folder).exit(), Some(1));
    let Server { mut process, to, from } = Editor::start(&folder).server;
    drop((to, from));
    assert_eq!(process.wait().expect("the server ends").code(), Some(1));
}

/// What a cursor is written as.
const CURSOR: &str = "<|>";

/// What a request about the cursor's place in a file is answered, as JSON. The
/// request is named as its method, words joined by `_`: `folding_range`. A second
/// cursor is the end of a range. `about` is the rest of the case's name, which
/// searches look for.
pub(crate) fn answer(files: &dyn Files, request: &str, about: &str, text: &str) -> String {
    let (start, rest) = text
        .split_once(CURSOR)
        .map_or((0, text.to_owned()), |(before, after)| (before.len(), [before, after].concat()));
    let (end, text) = rest
        .split_once(CURSOR)
        .map_or((start, rest.clone()), |(before, after)| (before.len(), [before, after].concat()));
    let place = position(&text, start);
    let typed = text[..start].chars().next_back().unwrap_or_default().to_string();
    // Relative, so that no answer names a place of this machine.
    let uri = "main.laud";
    let mut params = json!({
        "textDocument": { "uri": uri }, "position": place, "positions": [place], "newName": "renamed",
        "range": { "start": place, "end": position(&text, end) }, "options": { "tabSize": 2, "insertSpaces": true },
        "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false },
        "ch": typed, "query": about, "previousResultId": "1"
    });
    // What a request has besides.
    if let Ok(more) = files.read("params.json".into()) {
        let more: Value = serde_json::from_slice(&more).expect("`params.json` is JSON");
        for (key, value) in more.as_object().expect("`params.json` is an object") {
            params[key] = value.clone();
        }
    }
    let document = json!({ "uri": uri, "languageId": "laud", "version": 1, "text": text });
    let open = Say::Tell("textDocument/didOpen", json!({ "textDocument": document }));
    let ask = |method: &str, params: Value| Say::Ask(method.to_owned(), params);
    let call = |method: &str| {
        let prepare = ask("textDocument/prepareCallHierarchy", params.clone());
        let items = last_answer(files, vec![open.clone(), prepare]);
        ask(&format!("callHierarchy/{method}"), json!({ "item": items[0] }))
    };
    let asked = match request {
        "semantic_tokens" => vec![ask("textDocument/semanticTokens/full", params)],
        "semantic_tokens_range" => vec![ask("textDocument/semanticTokens/range", params)],
        "semantic_tokens_delta" => {
            let change = json!({ "range": { "start": place, "end": place }, "text": "1 + " });
            let document = json!({ "uri": uri, "version": 2 });
            let change = json!({ "textDocument": document, "contentChanges": [change] });
            vec![
                ask("textDocument/semanticTokens/full", params.clone()),
                Say::Tell("textDocument/didChange", change),
                ask("textDocument/semanticTokens/full/delta", params),
            ]
        }
        "preview" | "origin" => vec![ask(&format!("laud/{request}"), params)],
        "workspace_symbol" => vec![ask("workspace/symbol", params)],
        "incoming_calls" | "outgoing_calls" => vec![call(&camel(request))],
        _ => vec![ask(&format!("textDocument/{}", camel(request)), params)],
    };
    let answer = last_answer(files, std::iter::once(open.clone()).chain(asked).collect());
    serde_json::to_string_pretty(&answer).expect("JSON") + "\n"
}

/// The place of a byte, in the units of UTF-16.
fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let column = before.rsplit('\n').next().unwrap_or_default().chars().map(char::len_utf16).sum::<usize>();
    json!({ "line": before.matches('\n').count(), "character": column })
}

/// What a client says.
#[derive(Clone)]
enum Say {
    Tell(&'static str, Value),
    Ask(String, Value),
}

/// What the last question is answered, of a server that is new and is left afterwards.
fn last_answer(files: &dyn Files, said: Vec<Say>) -> Value {
    let capabilities = json!({
        "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] } },
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
        "experimental": { "commands": { "commands": ["laud.preview", "laud.references"] } }
    });
    let initialize = Say::Ask("initialize".to_owned(), json!({ "capabilities": capabilities }));
    let (client, server) = Connection::memory();
    let mut number = 0;
    for say in std::iter::once(initialize).chain(said).chain([Say::Tell("exit", Value::Null)]) {
        let message: Message = match say {
            Say::Tell(method, params) => Notification { method: method.to_owned(), params }.into(),
            Say::Ask(method, params) => {
                number += 1;
                Request { id: number.into(), method, params }.into()
            }
        };
        client.sender.send(message).expect("it listens");
    }
    laud_lsp::serve(&server, files, None);
    drop(server);
    let answers = client.receiver.iter().filter_map(|message| match message {
        Message::Response(response) if response.id == number.into() => Some(response.response_result),
        Message::Response(_) | Message::Request(_) | Message::Notification(_) => None,
    });
    match answers.last().expect("an answer") {
        Ok(value) => value,
        Err(error) => json!({ "error": error.message }),
    }
}

fn camel(words: &str) -> String {
    let mut out = String::new();
    for (index, word) in words.split('_').enumerate() {
        let (first, rest) = word.split_at(usize::from(index > 0 && !word.is_empty()));
        out.push_str(&(first.to_ascii_uppercase() + rest));
    }
    out
}
