//! Finds products by the words in their names and texts. It keeps the catalog
//! in memory, and needs nothing but the standard library.

mod http;
mod metrics;

use metrics::Metrics;
use std::net::TcpListener;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// How long the catalog is taken to be the same.
const FRESH: Duration = Duration::from_secs(30);

/// After how long it is asked for again when it could not be read.
const AGAIN: Duration = Duration::from_secs(2);

/// The catalog as it was last read: one line of JSON for each product.
type Catalog = Arc<RwLock<Vec<String>>>;

fn main() {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8080".into());
    let url = std::env::var("CATALOG_URL").expect("CATALOG_URL says where the catalog is");
    let catalog = Catalog::default();
    let refreshed = catalog.clone();
    std::thread::spawn(move || {
        loop {
            match http::get(&format!("{url}/products")) {
                Ok(body) => {
                    *refreshed.write().unwrap() = products(&body);
                    std::thread::sleep(FRESH);
                }
                Err(error) => {
                    eprintln!("the catalog cannot be read: {error}");
                    std::thread::sleep(AGAIN);
                }
            }
        }
    });
    let metrics = Arc::new(Metrics::default());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).expect("the port is free");
    for stream in listener.incoming().flatten() {
        let (catalog, metrics) = (catalog.clone(), metrics.clone());
        std::thread::spawn(move || {
            http::serve(stream, |target| {
                let start = Instant::now();
                let (path, query) = target.split_once('?').unwrap_or((target, ""));
                match path {
                    "/healthz" => (200, "text/plain", "ok\n".into()),
                    "/metrics" => (200, "text/plain; version=0.0.4", metrics.text()),
                    "/search" => {
                        let words = http::decode(query.strip_prefix("q=").unwrap_or("")).to_lowercase();
                        let body = find(&catalog.read().unwrap(), &words);
                        metrics.add("/search", 200, start.elapsed());
                        (200, "application/json", body)
                    }
                    _ => {
                        metrics.add("other", 404, start.elapsed());
                        (404, "text/plain", "there is nothing here\n".into())
                    }
                }
            });
        });
    }
}

/// The objects of a flat JSON list, each as its own text.
fn products(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut escaped) = (None, false, false);
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => start = Some(at),
            '}' if !quoted => {
                if let Some(start) = start.take() {
                    found.push(body[start..=at].to_owned());
                }
            }
            _ => {}
        }
    }
    found
}

/// The products that have all the words, as a JSON list.
fn find(catalog: &[String], words: &str) -> String {
    let hits: Vec<&str> = catalog
        .iter()
        .filter(|product| {
            let text = product.to_lowercase();
            words.split_whitespace().all(|word| text.contains(word))
        })
        .map(String::as_str)
        .collect();
    format!("[{}]", hits.join(","))
}
