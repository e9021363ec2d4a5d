//! `raw nginx`.

use super::fixture::plan;
use super::{block, files};
use crate::fixture::at;
use crate::nginx::check;
use laud_plan::{Data, Part, Plan, Raw, SecretId, Text};

fn with(content: Data) -> Plan {
    let mut plan = plan();
    plan.raws.push(Raw {
        service: None,
        gateway: Some(0),
        target: "nginx".into(),
        content,
        because: "a test".into(),
        origin: at(40),
    });
    plan
}

fn map(entries: &[(&str, Data)]) -> Data {
    Data::Map(entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
}

fn word(text: &str) -> Data {
    Data::Text(Text::literal(text))
}

fn refused(content: Data) -> Vec<(&'static str, Option<String>)> {
    check(&with(content)).into_iter().map(|diagnostic| (diagnostic.code.id, diagnostic.help)).collect()
}

fn codes(content: Data) -> Vec<&'static str> {
    refused(content).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn stands_after_the_models_own() {
    let plan = with(map(&[
        (
            "location = /basic",
            map(&[("auth_basic", word("the \"team\"")), ("return", Data::List(vec![Data::Int(204)]))]),
        ),
        (
            "error_page",
            Data::List(vec![
                Data::List(vec![Data::Int(404), word("/404")]),
                Data::List(vec![Data::Int(500), word("/500")]),
            ]),
        ),
        ("msie_padding", Data::Bool(false)),
    ]));
    let text = files(&plan).swap_remove(0).content;
    assert!(block(&text, "location = /basic").contains("auth_basic \"the \\\"team\\\"\";"));
    assert!(
        text.contains("error_page 404 /404;\n        error_page 500 /500;\n        msie_padding off;"),
        "{text}"
    );
}

#[test]
fn cannot_undo_a_safeguard() {
    for name in
        ["add_header", "server_tokens", "ssl_protocols", "autoindex", "merge_slashes", "return", "include"]
    {
        assert_eq!(codes(map(&[(name, word("on"))])), ["L0703"], "{name}");
    }
    let inner = map(&[("location /x/", map(&[("add_header", Data::List(vec![word("A"), word("b")]))]))]);
    assert_eq!(codes(inner), ["L0703"]);
}

#[test]
fn is_what_nginx_takes() {
    let near = refused(map(&[("eror_page", word("x"))]));
    assert_eq!(near, [("L0702", Some("There is `error_page`, which is near.".to_owned()))]);
    assert_eq!(codes(map(&[("proxy_pass", word("http://a"))])), ["L0702"]);
    assert_eq!(codes(map(&[("etag", word("maybe"))])), ["L0702"]);
    assert_eq!(codes(map(&[("etag", Data::List(Vec::new()))])), ["L0702"]);
    assert_eq!(codes(map(&[("location", word("/y/"))])), ["L0702"]);
    assert_eq!(codes(map(&[("location /api/", map(&[]))])), ["L0702"]);
    assert_eq!(codes(map(&[("location ~ \\.png$", map(&[]))])), ["L0702"]);
    assert_eq!(codes(word("x")), ["L0702"]);
    assert_eq!(codes(map(&[("send_timeout", word("5min"))])), ["L0702"]);
    let twice = Data::List(vec![Data::List(vec![word("/a")]), Data::List(vec![word("/b")])]);
    assert_eq!(codes(map(&[("root", twice)])), ["L0702"]);
    assert_eq!(codes(map(&[("location /y/", map(&[("location /y/z/", map(&[]))]))])), ["L0702"]);
}

#[test]
fn holds_no_value_of_deploy_time() {
    let secret = Data::Text(Text { parts: [Part::Secret(SecretId(0))].into_iter().collect() });
    assert_eq!(codes(map(&[("auth_basic", secret)])), ["L0702"]);
    let mut lost = with(map(&[]));
    lost.raws[0].gateway = None;
    assert_eq!(check(&lost).len(), 1);
}

#[test]
fn waits_for_the_version_that_has_it() {
    let content = map(&[("max_headers", Data::Int(100))]);
    assert_eq!(codes(content.clone()), [""; 0]);
    let mut old = with(content);
    old.gateways[0].version = laud_plan::NginxVersion::V1_28;
    assert_eq!(check(&old).len(), 1);
}
