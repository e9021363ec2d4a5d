//! Whatever is typed, wherever, in whatever order: the server answers, and its
//! text is the client's.

mod client;

use client::Client;
use laud_lsp::Ended;
use proptest::prelude::*;
use serde_json::{Value, json};

const MAIN: &str = "file:///w/main.laud";
const TEAM: &str = "file:///w/team.laud";

const SPEC: &str = "\
/// A shop.
app shop

use ./team
use std/data { postgres, redis as cache }

postgres db { limits { memory = 256MiB } }
service web {
  image = \"a/b:1.{version}\"
  port http = 8080
  env { URL = db.url, \"ä🦀\" = \"x\" }
  limits { memory = 64MiB }
}

environment local { web.limits.memory = 128MiB }
";

const PIECES: &[&str] = &[
    "",
    "a",
    "{",
    "}",
    "\"",
    "\n",
    " = ",
    ".",
    "é",
    "🦀",
    "\r",
    "\r\n",
    "`",
    "[",
    "]",
    "//",
    "environment x {}",
    "\t",
    "(",
    "use ./team\n",
    "kind k {}",
    "service s ",
    "\u{0}",
    "...",
    "->",
    "if true {",
    "\"\"\"",
    "1GiB",
];

const METHODS: &[&str] = &[
    "formatting",
    "rangeFormatting",
    "documentSymbol",
    "foldingRange",
    "selectionRange",
    "semanticTokens/full",
    "codeAction",
    "completion",
    "hover",
    "definition",
    "references",
    "rename",
    "prepareRename",
    "documentLink",
    "documentHighlight",
    "semanticTokens/range",
    "semanticTokens/full/delta",
    "onTypeFormatting",
    "typeDefinition",
    "declaration",
    "implementation",
    "signatureHelp",
    "codeLens",
    "prepareCallHierarchy",
];

/// What a client does.
#[derive(Clone, Debug)]
enum Step {
    Change { file: bool, from: (u32, u32), to: (u32, u32), piece: usize },
    Ask { file: bool, method: usize, at: (u32, u32) },
    Look,
    Close(bool),
    Open(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..20_u32, 0..40_u32);
    prop_oneof![
        6 => (any::<bool>(), place(), place(), 0..PIECES.len())
            .prop_map(|(file, from, to, piece)| Step::Change { file, from, to, piece }),
        4 => (any::<bool>(), place(), place(), 0..PIECES.len())
            .prop_map(|(file, from, _, piece)| Step::Change { file, from, to: from, piece }),
        6 => (any::<bool>(), 0..METHODS.len(), place()).prop_map(|(file, method, at)| Step::Ask { file, method, at }),
        2 => Just(Step::Look),
        1 => any::<bool>().prop_map(Step::Close),
        1 => any::<bool>().prop_map(Step::Open),
    ]
}

fn name(main: bool) -> &'static str {
    if main { MAIN } else { TEAM }
}

fn params(uri: &str, (line, character): (u32, u32)) -> Value {
    let place = json!({ "line": line, "character": character });
    let range = json!({ "start": place, "end": { "line": line + 1, "character": 0 } });
    json!({
        "textDocument": { "uri": uri }, "position": place, "positions": [place], "range": range, "newName": "other",
        "options": { "tabSize": 2, "insertSpaces": true },
        "context": { "diagnostics": [], "includeDeclaration": true, "triggerKind": 1, "isRetrigger": false },
        "ch": if character % 2 == 0 { "}" } else { "\n" }, "previousResultId": "1"
    })
}

fn follow(client: &mut Client, step: &Step) {
    match step {
        Step::Change { file, from, to, piece } => client.change(name(*file), *from, *to, PIECES[*piece]),
        Step::Ask { file, method, at } => {
            let answer = client.ask(&format!("textDocument/{}", METHODS[*method]), params(name(*file), *at));
            let code = answer.as_ref().err().map(|(code, _)| *code);
            assert!(code.is_none_or(|code| code == -32803), "{}: {answer:?}", METHODS[*method]);
        }
        Step::Look => drop(client.codes(MAIN)),
        Step::Close(file) => {
            client.tell("textDocument/didClose", json!({ "textDocument": { "uri": name(*file) } }))
        }
        Step::Open(file) => client.open(name(*file), if *file { SPEC } else { "let version = 2\n" }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_typed_ends_the_server(steps in prop::collection::vec(step(), 1..40)) {
        let mut client = Client::ready(&[("/w/team.laud", "let version = 1\n")]);
        client.open(MAIN, SPEC);
        for step in &steps {
            follow(&mut client, step);
        }
        client.open(MAIN, "app a\nenvironment e {}\n");
        prop_assert_eq!(client.codes(MAIN), Vec::<String>::new());
        prop_assert_eq!(client.leave(), Ended::Well);
    }
}
