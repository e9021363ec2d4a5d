//! Content in Prometheus' own words, merged into `prometheus.yml`.
//!
//! Jobs are added to the plan's; keys that laud does not write are added as
//! they are. What laud writes stays.

use crate::text::{Resolved, Tree, texts};
use crate::yaml::{Content, Marked, Over, Overlay};
use laud_plan::{Data, Plan, Raw};
use laud_syntax::near::nearest;
use laud_syntax::{Diagnostic, code};
use lean_string::LeanStr;
use std::collections::HashSet;

/// The name by which authors ask for this target.
const TARGET: &str = "prometheus";

/// The list that authors may add to.
const JOBS: &str = "scrape_configs";

/// Keys that Prometheus 3 has and laud does not write.
const FREE: [&str; 8] = [
    "alerting",
    "otlp",
    "remote_read",
    "remote_write",
    "runtime",
    "scrape_config_files",
    "storage",
    "tracing",
];

/// Keys that laud writes.
const OWN: [&str; 2] = ["global", "rule_files"];

/// What authors add.
pub(super) type Added<'a> = Tree<'a, Resolved<'a>>;

/// Every key of the raw content, with what asked for it.
fn entries(plan: &Plan) -> impl Iterator<Item = (&Raw, &LeanStr, &Data)> {
    plan.raws.iter().filter(|raw| raw.target == TARGET).flat_map(|raw| {
        let entries = match &raw.content {
            Data::Map(entries) => entries.as_slice(),
            Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => &[],
        };
        entries.iter().map(move |(key, data)| (raw, key, data))
    })
}

/// The jobs of authors.
pub(super) fn jobs(plan: &Plan) -> impl Iterator<Item = Marked<Added<'_>>> {
    let lists = entries(plan).filter(|(_, key, _)| *key == JOBS);
    lists.flat_map(move |(raw, _, data)| {
        items(data).iter().map(move |data| Marked::new(raw.origin, Tree { data, words: Resolved(plan) }))
    })
}

/// The further keys of authors; of one that stands twice, the first.
pub(super) fn overlay(plan: &Plan) -> Overlay<Added<'_>> {
    let mut overlay = Overlay::default();
    for (raw, key, data) in entries(plan).filter(|(_, key, _)| FREE.contains(&key.as_str())) {
        let content = Content::Leaf(Tree { data, words: Resolved(plan) });
        let over = Over { path: key.to_string(), origin: raw.origin, content };
        // `check` has refused a second one.
        let _first_stays = overlay.put(key, over);
    }
    overlay
}

fn items(data: &Data) -> &[Data] {
    match data {
        Data::List(items) => items,
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::Map(_) => &[],
    }
}

/// What of the raw content cannot stand.
pub(super) fn check(plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut keys = HashSet::new();
    let mut jobs: HashSet<&str> = plan.scrape_jobs().collect();
    for raw in plan.raws.iter().filter(|raw| raw.target == TARGET) {
        check_texts(plan, raw, &mut found);
    }
    for (raw, key, data) in entries(plan) {
        if key == JOBS {
            check_jobs(raw, data, &mut jobs, &mut found);
        } else if OWN.contains(&key.as_str()) {
            let message = format!("`{key}` of prometheus.yml is written by laud");
            found.push(Diagnostic::new(&code::RAW_UNDOES, raw.origin, message));
        } else if !FREE.contains(&key.as_str()) {
            found.push(unknown(raw, key));
        } else if !keys.insert(key) {
            found.push(bad(raw, format!("`{key}` stands in raw content twice")));
        }
    }
    found
}

fn bad(raw: &Raw, message: String) -> Diagnostic {
    Diagnostic::new(&code::BAD_RAW, raw.origin, message)
}

fn unknown(raw: &Raw, key: &str) -> Diagnostic {
    let near = nearest(key, FREE.into_iter().chain([JOBS]));
    bad(raw, format!("prometheus.yml has no `{key}`"))
        .maybe_help(near.map(|near| format!("There is `{near}`, which is near.")))
}

/// Prometheus looks nothing up: a value of the deploy cannot get in.
fn check_texts(plan: &Plan, raw: &Raw, found: &mut Vec<Diagnostic>) {
    texts(&raw.content, &mut |text| {
        for secret in text.secrets() {
            let message =
                format!("the secret `{}` would be shown in prometheus.yml", plan.secret(secret).variable);
            let diagnostic = Diagnostic::new(&code::SECRET_SHOWN, raw.origin, message);
            found.push(diagnostic.help("Name its file, in a key like `password_file`."));
        }
        if let Some(variable) = super::deploy_time(plan, text)
            && text.secrets().next().is_none()
        {
            let message =
                format!("`{variable}` is known only at deploy time, and Prometheus cannot look it up");
            found.push(Diagnostic::new(&code::DEPLOY_TIME_VALUE, raw.origin, message));
        }
    });
}

fn check_jobs<'a>(raw: &Raw, data: &'a Data, jobs: &mut HashSet<&'a str>, found: &mut Vec<Diagnostic>) {
    if !matches!(data, Data::List(_)) {
        found.push(bad(raw, format!("`{JOBS}` takes a list")));
    }
    for item in items(data) {
        match job_name(item) {
            None => found.push(bad(raw, format!("each of `{JOBS}` needs a `job_name`"))),
            Some(name) if !jobs.insert(name) => {
                found.push(bad(raw, format!("there is a job `{name}` already")));
            }
            Some(_) => {}
        }
    }
}

fn job_name(job: &Data) -> Option<&str> {
    let entries = match job {
        Data::Map(entries) => entries,
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) | Data::List(_) => {
            return None;
        }
    };
    entries.iter().find_map(|(key, value)| match value {
        Data::Text(text) if key == "job_name" => text.as_literal(),
        Data::Text(_)
        | Data::Null
        | Data::Bool(_)
        | Data::Int(_)
        | Data::Float(_)
        | Data::List(_)
        | Data::Map(_) => None,
    })
}
