//! The server as a client sees it.

mod client;

use client::Client;
use laud_lsp::Ended;
use serde_json::{Value, json};

const MAIN: &str = "file:///w/main.laud";
const TEAM: &str = "file:///w/team.laud";

const SPEC: &str = "app shop\n\nuse ./team\n\nenvironment local {}\n";

fn document(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

fn code(answer: Result<Value, (i32, String)>) -> i32 {
    answer.expect_err("it fails").0
}

#[test]
fn a_client_comes_and_goes() {
    let mut client = Client::new(&[]);
    let said = client.initialize(Value::Null);
    assert_eq!(said["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(said["serverInfo"]["name"], "laud");
    assert_eq!(client.leave(), Ended::Well);
    assert_eq!(Client::ready(&[]).exit(), Ended::Abruptly);
}

#[test]
fn requests_out_of_order_are_refused() {
    let mut client = Client::new(&[]);
    assert_eq!(code(client.ask("textDocument/formatting", document(MAIN))), -32002);
    client.initialize(Value::Null);
    assert_eq!(code(client.ask("initialize", json!({ "capabilities": {} }))), -32600);
    assert_eq!(code(client.ask("textDocument/unheardOf", Value::Null)), -32601);
    assert_eq!(code(client.ask("textDocument/formatting", json!({ "textDocument": 5 }))), -32602);
    client.tell("textDocument/unheardOf", Value::Null);
    client.tell("textDocument/didOpen", json!([1, 2]));
    client.tell("$/cancelRequest", json!({ "id": 999 }));
    client.ask("shutdown", Value::Null).expect("it shuts down");
    assert_eq!(code(client.ask("textDocument/formatting", document(MAIN))), -32600);
    assert_eq!(client.exit(), Ended::Well);
}

#[test]
fn a_request_can_be_taken_back() {
    let mut client = Client::ready(&[]);
    // While it compiles a large file, what follows waits.
    client.open(MAIN, &format!("{SPEC}{}", "let a = [1]\n".repeat(20_000)));
    let mut asked = document(MAIN);
    asked["options"] = json!({ "tabSize": 2, "insertSpaces": true });
    let slow = client.request("textDocument/formatting", asked.clone());
    let taken_back = client.request("textDocument/formatting", asked);
    client.tell("$/cancelRequest", json!({ "id": taken_back }));
    assert!(client.answer(slow).is_ok());
    assert_eq!(code(client.answer(taken_back)), -32800);
}

#[test]
fn findings_come_and_go() {
    let mut client = Client::ready(&[("/w/main.laud", SPEC)]);
    assert_eq!(client.codes(MAIN), ["L0207"], "the root's system, with nothing open");
    client.open(TEAM, "let shared = 1\nlet other = nothing\n");
    assert_eq!(client.codes(MAIN), Vec::<String>::new(), "a buffer is a file");
    assert_eq!(client.codes(TEAM), ["L0201"], "a module is of the main file that uses it");
    client.change(TEAM, (1, 12), (1, 19), "2");
    assert_eq!(client.codes(TEAM), Vec::<String>::new());
    client.change(TEAM, (1, 12), (1, 13), "é🦀nothing");
    assert_eq!(client.found(TEAM)[0]["range"]["start"], json!({ "line": 1, "character": 12 }));
    client.tell("textDocument/didClose", document(TEAM));
    assert_eq!(client.codes(MAIN), ["L0207"]);
    assert_eq!(client.codes(TEAM), Vec::<String>::new(), "what is gone has no findings");
}

#[test]
fn a_finding_says_all() {
    let mut client = Client::new(&[]);
    client.initialize(json!({ "pages": "https://example.org/{code}" }));
    let text = "app a\nservice web { imagee = \"a:1\" }\nlet a = 1\nlet a = 2\nenvironment local {}\nenvironment prod {}\n";
    client.open(MAIN, text);
    let found = client.found(MAIN);
    let of =
        |code: &str| found.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{found:#?}"));
    let field = of("L0204");
    assert_eq!(field["codeDescription"]["href"], "https://example.org/L0204");
    assert_eq!(field["source"], "laud");
    let message = field["message"].as_str().expect("words");
    assert!(message.ends_with("\nhelp: There is `image`, which is near.\nin local, prod"), "{message}");
    assert_eq!(field["data"][0]["edits"][MAIN][0]["newText"], "image");
    let twice = of("L0209");
    assert_eq!(
        twice["relatedInformation"][0]["location"]["range"]["start"],
        json!({ "line": 2, "character": 4 })
    );
}

#[test]
fn what_is_unused_is_faint() {
    let mut client = Client::ready(&[]);
    client.open(MAIN, "app a\nuse std/data { redis }\nservice w { image = \"a:1\", health = off because \"a test\", limits { memory = 64MiB } }\nenvironment e {}\n");
    let found = client.found(MAIN);
    let unused = found.iter().find(|one| one["severity"] == 2).unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(unused["tags"], json!([1]));
}

#[test]
fn a_fix_is_an_action() {
    let mut client = Client::ready(&[]);
    client.open(MAIN, "app a\nservice web { imagee = \"a:1\" }\nenvironment local {}\n");
    let range = json!({ "start": { "line": 1, "character": 16 }, "end": { "line": 1, "character": 16 } });
    let mut params =
        json!({ "textDocument": { "uri": MAIN }, "range": range, "context": { "diagnostics": [] } });
    let actions = client.ask("textDocument/codeAction", params.clone()).expect("actions");
    assert_eq!(actions[0]["title"], "Change to `image`");
    assert_eq!(actions[0]["edit"]["changes"][MAIN][0]["newText"], "image");
    params["context"]["only"] = json!(["source.organizeImports"]);
    assert_eq!(client.ask("textDocument/codeAction", params), Ok(json!([])));
}

#[test]
fn files_come_and_go_on_disk() {
    let mut client = Client::ready(&[("/w/main.laud", SPEC), ("/w/lib/a.laud", "let x = 1\n")]);
    client.open("file:///w/lib/a.laud", "let x = \n");
    assert_eq!(
        client.codes("file:///w/lib/a.laud"),
        ["L0101"],
        "a file without a main file is looked at alone"
    );
    let change =
        json!({ "changes": [{ "uri": "file:///w/lib", "type": 3 }, { "uri": "file:///gone", "type": 3 }] });
    client.tell("workspace/didChangeWatchedFiles", change);
    client.tell(
        "workspace/didChangeWorkspaceFolders",
        json!({ "event": { "added": [], "removed": [{ "uri": "file:///w", "name": "w" }] } }),
    );
    assert_eq!(client.codes(MAIN), Vec::<String>::new(), "what is no root any more");
    assert_eq!(client.codes("file:///w/lib/a.laud"), ["L0101"]);
}

#[test]
fn places_beyond_the_end_mean_nothing() {
    let mut client = Client::ready(&[]);
    client.open(MAIN, "app  a\n");
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let range = json!({ "start": far, "end": far });
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let file = json!({ "uri": MAIN });
    let asked = json!({ "textDocument": file, "range": range, "options": options, "positions": [far], "context": { "diagnostics": [] } });
    for method in [
        "rangeFormatting",
        "selectionRange",
        "codeAction",
        "formatting",
        "documentSymbol",
        "foldingRange",
        "semanticTokens/full",
    ] {
        let answer = client.ask(&format!("textDocument/{method}"), asked.clone());
        assert!(answer.is_ok(), "{method}: {answer:?}");
        let mut other = asked.clone();
        other["textDocument"]["uri"] = json!("file:///not/open.laud");
        assert!(client.ask(&format!("textDocument/{method}"), other).is_ok(), "{method}");
    }
    client.change(MAIN, (9, 9), (99, 99), "environment e {}\n");
    assert_eq!(client.codes(MAIN), Vec::<String>::new());
}

#[test]
fn a_huge_buffer_is_refused_in_a_finding() {
    let mut client = Client::ready(&[]);
    client.open(MAIN, &"// fifty megabytes\n".repeat(50 << 20 >> 4));
    assert_eq!(client.codes(MAIN), ["L0003"]);
    assert_eq!(client.ask("textDocument/documentSymbol", document(MAIN)), Ok(Value::Null));
    client.open(MAIN, "app a\nenvironment e {}\n");
    assert_eq!(client.codes(MAIN), Vec::<String>::new());
}

#[test]
fn environments_are_looked_at_together() {
    let spec = r#"app a
use std/service { plain }
use std/web { gateway }
plain web { image = "web:1.0", port = 80, with = wget, limits { memory = 64MiB } }
gateway edge {
  domain = "shop.example"
  tls = acme { email = "ops@shop.example" }
  route "/" -> web.http
}
environment production {}
environment staging {
}
"#;
    let mut client = Client::ready(&[]);
    client.open(MAIN, spec);
    assert_eq!(client.codes(MAIN), ["L0519"]);
    client.change(MAIN, (10, 21), (10, 21), "\n  edge.domain = \"staging.shop.example\"");
    assert_eq!(client.codes(MAIN), Vec::<String>::new());
    client.change(MAIN, (11, 17), (11, 25), "");
    assert_eq!(client.codes(MAIN), ["L0519"]);
}

#[test]
fn what_was_never_saved_is_checked() {
    let mut client = Client::ready(&[]);
    client.open("untitled:Untitled-1", "app a\nlet x = nothing\nenvironment e {}\n");
    assert_eq!(client.codes("untitled:Untitled-1"), ["L0201"]);
}

/// A disk on which nothing can be read without a panic.
struct Broken;

impl laud_analyze::Files for Broken {
    fn read(&self, path: &camino::Utf8Path) -> Result<Vec<u8>, laud_analyze::ReadError> {
        panic!("`{path}` is read")
    }

    fn kind(&self, path: &camino::Utf8Path) -> Option<laud_analyze::FileKind> {
        panic!("`{path}` is looked at")
    }

    fn list(&self, folder: &camino::Utf8Path) -> Result<Vec<String>, laud_analyze::ReadError> {
        panic!("`{folder}` is listed")
    }
}

#[test]
fn a_panic_is_an_answer() {
    let mut client = Client::on(Broken);
    client.initialize(Value::Null);
    client.open("file:///w/other.laud", "app a\n");
    let mut asked = document("file:///w/other.laud");
    asked["position"] = json!({ "line": 0, "character": 0 });
    assert_eq!(code(client.ask("textDocument/hover", asked)), -32603);
    assert!(client.ask("textDocument/documentSymbol", document("file:///w/other.laud")).is_ok());
    assert_eq!(client.leave(), Ended::Well);
}
