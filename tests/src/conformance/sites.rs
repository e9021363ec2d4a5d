//! Static sites, run by a real nginx: it takes their configuration, and sends
//! a client nowhere but where the client has come from.

use super::expect_each;
use crate::system::systems;
use laud_rig::{Binary, Folder, Moved, Running, ask, binaries, free_port};
use std::collections::BTreeMap;

/// What is asked for, with what the gateway says of it, and where that leads.
const ASKED: [(&str, &str, u16, &str); 5] = [
    ("/docs", "", 301, "/docs/"),
    ("/docs?page=2", "", 301, "/docs/?page=2"),
    ("/docs", "X-Forwarded-Prefix: /help\n", 301, "/help/docs/"),
    ("/a%20b", "", 301, "/a%20b/"),
    ("/docs/", "", 200, ""),
];

#[test]
fn a_folder_is_found_where_it_was_asked_for() {
    let Some(binary) = binaries().pop() else { return };
    let environments = systems().iter().flat_map(|system| &system.environments);
    let sites: Vec<(String, &str)> = environments
        .flat_map(|environment| {
            let files = environment.files.iter().filter(|(path, text)| {
                path.ends_with("/conf/nginx.conf") && text.contains("root /usr/share/nginx/html;")
            });
            files.map(|(path, text)| (format!("{}, {path}", environment.name), text.as_str()))
        })
        .collect();
    assert!(!sites.is_empty(), "no example has a site");
    expect_each(sites, |(name, conf)| wrong_in(&binary, &name, conf));
}

fn wrong_in(binary: &Binary, name: &str, conf: &str) -> Vec<String> {
    let port = free_port();
    let moved = Moved { ports: BTreeMap::from([(8080, port)]), ..Moved::default() };
    let conf = conf.replace("/usr/share/nginx/html", "site");
    let files = [
        ("nginx.conf", conf.as_str()),
        ("mime.types", "types { text/html html; }\n"),
        ("site/index.html", "home"),
        ("site/docs/index.html", "docs"),
        ("site/a b/index.html", "spaced"),
    ];
    let _nginx = Running::start(binary, Folder::new(files, &moved), "nginx.conf", port);
    let mut wrong = Vec::new();
    for (path, headers, status, location) in ASKED {
        let answer = ask(port, "site.example", &format!("GET {path}\n{headers}"));
        let got = (answer.status, answer.all("location").concat());
        if got != (status, location.to_owned()) {
            wrong.push(format!("{name}: {path} with `{}` leads to {got:?}", headers.trim_end()));
        }
    }
    wrong
}
