//! A Prometheus over a folder of emitted files, with a stub in the place of
//! every exporter.

use crate::{Exporter, free_port};
use camino::Utf8Path;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long everything may take to be up, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(180);

/// Addresses that a replicated service's name is taken to have.
pub const REPLICAS: [&str; 2] = ["192.0.2.1", "192.0.2.2"];

/// A running Prometheus, which ends when this is dropped.
pub struct Prometheus {
    /// By the address that the configuration names: what answers there.
    pub exporters: BTreeMap<String, Exporter>,
    process: Child,
    port: u16,
    _data: TempDir,
}

impl Prometheus {
    /// Starts Prometheus on the `prometheus.yml` of a folder. Every address
    /// leads to a stub, names of replicated services to one for each replica,
    /// and every interval is a second; nothing else is changed.
    pub fn start(program: &Utf8Path, folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("prometheus.yml")).expect("prometheus.yml");
        let mut config: Value = serde_yaml::from_str(&text).expect("it is YAML");
        let exporters = redirect(&mut config);
        let data = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.join("redirected.yml"), config.to_string()).expect("a file");
        let port = free_port();
        let process = Command::new(program)
            .arg(format!("--config.file={}", folder.join("redirected.yml").display()))
            .arg(format!("--storage.tsdb.path={}", data.path().display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--log.level=warn")
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        Self { exporters, process, port, _data: data }
    }

    /// The active targets once all are up, as its API shows them.
    pub fn targets_up(&self) -> Vec<Value> {
        let targets = self.wait("targets?state=active", |data| {
            let targets = data["activeTargets"].as_array()?;
            let up = targets.iter().all(|target| target["health"] == "up");
            (up && targets.len() >= self.exporters.len()).then(|| targets.clone())
        });
        targets.unwrap_or_else(|last| panic!("not all targets are up: {last:#}"))
    }

    /// The rules once all were evaluated well.
    pub fn rules_ok(&self) -> Vec<Value> {
        let rules = self.wait("rules", |data| {
            let groups = data["groups"].as_array()?.iter();
            let rules: Vec<Value> =
                groups.filter_map(|group| group["rules"].as_array()).flatten().cloned().collect();
            (!rules.is_empty() && rules.iter().all(|rule| rule["health"] == "ok")).then_some(rules)
        });
        rules.unwrap_or_else(|last| panic!("not all rules are well: {last:#}"))
    }

    /// A query as Prometheus itself reads it: a tree of JSON.
    pub fn parse(&self, query: &str) -> Result<Value, String> {
        self.asked("parse_query", query)
    }

    /// What a query gives now.
    pub fn query(&self, query: &str) -> Result<Value, String> {
        self.asked("query", query)
    }

    fn asked(&self, what: &str, query: &str) -> Result<Value, String> {
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = self.get(&format!("{what}?query={encoded}")).unwrap_or_default();
        let is_good = answer["status"] == "success";
        if is_good { Ok(answer["data"].clone()) } else { Err(format!("{query}: {}", answer["error"])) }
    }

    /// What a look at the API gives once it gives something; else the last look.
    fn wait<T>(&self, path: &str, look: impl Fn(&Value) -> Option<T>) -> Result<T, Value> {
        let start = Instant::now();
        let mut last = Value::Null;
        while start.elapsed() < PATIENCE {
            if let Some(answer) = self.get(path) {
                last = answer["data"].clone();
                if let Some(found) = look(&last) {
                    return Ok(found);
                }
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err(last)
    }

    fn get(&self, path: &str) -> Option<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        write!(stream, "GET /api/v1/{path} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Sends every address to a stub by a last relabelling, so that all that comes
/// before it is tried as it is.
fn redirect(config: &mut Value) -> BTreeMap<String, Exporter> {
    for key in ["scrape_interval", "scrape_timeout", "evaluation_interval"] {
        config["global"][key] = json!("1s");
    }
    let mut exporters = BTreeMap::new();
    for job in config["scrape_configs"].as_array_mut().expect("scrape configurations") {
        let job = job.as_object_mut().expect("a map");
        if job.contains_key("scrape_interval") {
            job.insert("scrape_interval".to_owned(), json!("1s"));
        }
        let found = job.remove("dns_sd_configs");
        let found: Vec<Value> =
            found.iter().filter_map(Value::as_array).flatten().flat_map(replicas).collect();
        let configs = job.entry("static_configs").or_insert_with(|| json!([]));
        configs.as_array_mut().expect("a list").extend(found);
        let mut addresses = addresses(configs);
        let rules = job.entry("relabel_configs").or_insert_with(|| json!([])).as_array_mut().expect("a list");
        let replaced = rules.iter().filter(|rule| rule["target_label"] == "__address__");
        let replaced: Vec<String> =
            replaced.filter_map(|rule| rule["replacement"].as_str().map(str::to_owned)).collect();
        if !replaced.is_empty() {
            addresses = replaced;
        }
        for address in addresses {
            let stub = exporters.entry(address.clone()).or_insert_with(Exporter::start);
            rules.push(json!({
                "source_labels": ["__address__"],
                "regex": address.replace('.', "\\."),
                "target_label": "__address__",
                "replacement": stub.address.to_string(),
            }));
        }
    }
    exporters
}

/// What the discovery of a name would find.
fn replicas(config: &Value) -> Vec<Value> {
    let found = |address| {
        json!({
            "targets": [format!("{address}:{}", config["port"])],
            "labels": { "__meta_dns_name": config["names"][0] },
        })
    };
    REPLICAS.into_iter().map(found).collect()
}

fn addresses(configs: &Value) -> Vec<String> {
    let targets = configs.as_array().into_iter().flatten().filter_map(|config| config["targets"].as_array());
    targets.flatten().filter_map(|target| target.as_str().map(str::to_owned)).collect()
}
