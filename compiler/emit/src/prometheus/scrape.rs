//! Scrape configurations: which addresses are asked, and the labels that
//! their series carry.
//!
//! A job keeps its name in every environment, so that rules and dashboards
//! do; the environment is a label. Targets of one job that must be asked
//! differently become a scrape configuration each, all with the label `job`
//! of the first.

use super::duration::duration;
use super::raw::{self, Added};
use crate::yaml::Marked;
use laud_plan::{PROBE_JOB, Plan, Probe, Prober, ScrapeTarget};
use lean_string::LeanStr;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A `scrape_config`, by whomever.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Job<'a> {
    /// Of the plan.
    Planned(ScrapeConfig<'a>),
    /// Of raw content.
    Raw(Added<'a>),
}

/// A `scrape_config` of the plan.
#[derive(Serialize)]
pub(super) struct ScrapeConfig<'a> {
    job_name: Marked<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scrape_interval: Option<Marked<String>>,
    metrics_path: Marked<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    params: BTreeMap<&'a str, Marked<Vec<&'a str>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    static_configs: Vec<Marked<StaticConfig<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dns_sd_configs: Vec<Marked<DnsConfig<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relabel_configs: Vec<Relabel<'a>>,
}

/// A `static_config`: one address and its labels.
#[derive(Serialize)]
struct StaticConfig<'a> {
    targets: [Marked<String>; 1],
    labels: StaticLabels<'a>,
}

#[derive(Serialize)]
struct StaticLabels<'a> {
    env: &'a str,
    service: Marked<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a str>,
    #[serde(rename = "__param_module", skip_serializing_if = "Option::is_none")]
    module: Option<Marked<&'a str>>,
}

/// A `dns_sd_config`: every container behind one name.
#[derive(Serialize)]
struct DnsConfig<'a> {
    names: [&'a str; 1],
    r#type: &'static str,
    port: u16,
    refresh_interval: &'static str,
}

/// A `relabel_config`.
#[derive(Serialize)]
struct Relabel<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source_labels: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regex: Option<String>,
    target_label: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement: Option<Cow<'a, str>>,
}

/// What targets must share to be in one scrape configuration.
#[derive(PartialEq, Eq, Hash)]
struct Shape<'a> {
    job: &'a str,
    path: &'a str,
    interval: Option<u64>,
    params: &'a [(LeanStr, LeanStr)],
}

/// Every scrape configuration of a plan, in the order of the spec; those of
/// raw content last.
pub(super) fn scrape_configs(plan: &Plan) -> Vec<Marked<Job<'_>>> {
    let groups = group(&plan.targets);
    let mut names = JobNames::reserve(plan);
    let mut configs: Vec<_> =
        groups.iter().map(|(shape, targets)| scraped(plan, shape, targets, &mut names)).collect();
    if let Some(prober) = &plan.prober
        && let [first, ..] = plan.probes.as_slice()
    {
        configs.push(Marked::new(first.origin, probed(plan, prober, &mut names)));
    }
    let planned = configs.into_iter().map(|config| Marked::new(config.origin, Job::Planned(config.value)));
    let raw = raw::jobs(plan).map(|job| Marked::new(job.origin, Job::Raw(job.value)));
    planned.chain(raw).collect()
}

fn group(targets: &[ScrapeTarget]) -> Vec<(Shape<'_>, Vec<&ScrapeTarget>)> {
    let mut groups: Vec<(Shape<'_>, Vec<&ScrapeTarget>)> = Vec::new();
    let mut places: FxHashMap<Shape<'_>, usize> = FxHashMap::default();
    for target in targets {
        let place = *places.entry(shape(target)).or_insert_with(|| {
            groups.push((shape(target), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(target);
    }
    groups
}

fn shape(target: &ScrapeTarget) -> Shape<'_> {
    Shape { job: &target.job, path: &target.path, interval: target.interval, params: &target.params }
}

/// Hands out the names of scrape configurations, which must be unique.
struct JobNames<'a> {
    jobs: FxHashSet<&'a str>,
    taken: FxHashSet<String>,
    /// The least number that may still be free, by job.
    numbers: FxHashMap<String, u32>,
}

impl<'a> JobNames<'a> {
    fn reserve(plan: &'a Plan) -> Self {
        Self {
            jobs: plan.targets.iter().map(|target| target.job.as_str()).collect(),
            taken: FxHashSet::default(),
            numbers: FxHashMap::default(),
        }
    }

    /// The job itself, or `job/2` when it is taken. A name that another job
    /// will want is never given away.
    fn take(&mut self, job: &str) -> String {
        if self.taken.insert(job.to_owned()) {
            return job.to_owned();
        }
        let number = self.numbers.entry(job.to_owned()).or_insert(1);
        loop {
            *number += 1;
            let name = format!("{job}/{number}");
            if !self.jobs.contains(name.as_str()) && self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn scraped<'a>(
    plan: &'a Plan,
    shape: &Shape<'a>,
    targets: &[&'a ScrapeTarget],
    names: &mut JobNames<'_>,
) -> Marked<ScrapeConfig<'a>> {
    let job_name = names.take(shape.job);
    let job = (job_name != shape.job).then_some(shape.job);
    let (replicated, single): (Vec<&ScrapeTarget>, Vec<&ScrapeTarget>) =
        targets.iter().partition(|target| plan.service(target.service).replicas > 1);
    // What they share, the first of them says.
    let first = targets[0];
    let config = ScrapeConfig {
        job_name: Marked::new(first.at("job"), job_name),
        scrape_interval: shape.interval.map(|time| Marked::new(first.at("interval"), duration(time))),
        metrics_path: Marked::new(first.at("path"), shape.path),
        params: params(first, shape.params),
        static_configs: single.iter().map(|target| static_config(plan, target, job)).collect(),
        dns_sd_configs: replicated.iter().map(|target| dns_config(plan, target)).collect(),
        relabel_configs: relabel_replicated(plan, &replicated, job),
    };
    Marked::new(first.origin, config)
}

fn params<'a>(
    target: &ScrapeTarget,
    params: &'a [(LeanStr, LeanStr)],
) -> BTreeMap<&'a str, Marked<Vec<&'a str>>> {
    let mut map: BTreeMap<&str, Marked<Vec<&str>>> = BTreeMap::new();
    for (name, value) in params {
        let fresh = || Marked::new(target.at_key("params", name), Vec::new());
        map.entry(name).or_insert_with(fresh).value.push(value);
    }
    map
}

fn static_config<'a>(
    plan: &'a Plan,
    target: &'a ScrapeTarget,
    job: Option<&'a str>,
) -> Marked<StaticConfig<'a>> {
    let address = format!("{}:{}", plan.service(target.service).name, target.port);
    let service = Marked::new(target.at("subject"), target.subject.as_str());
    let labels = StaticLabels { env: &plan.environment, service, job, module: None };
    let targets = [Marked::new(target.at("port"), address)];
    Marked::new(target.origin, StaticConfig { targets, labels })
}

/// A name with several containers behind it answers with all their addresses;
/// asked as one target, each scrape would hit another of them.
fn dns_config<'a>(plan: &'a Plan, target: &'a ScrapeTarget) -> Marked<DnsConfig<'a>> {
    let config = DnsConfig {
        names: [&plan.service(target.service).name],
        r#type: "A",
        port: target.port,
        refresh_interval: "15s",
    };
    Marked::new(target.origin, config)
}

/// Found targets carry no labels of their own: they get them by the name and
/// the port that they were found under.
fn relabel_replicated<'a>(
    plan: &'a Plan,
    replicated: &[&'a ScrapeTarget],
    job: Option<&'a str>,
) -> Vec<Relabel<'a>> {
    if replicated.is_empty() {
        return Vec::new();
    }
    let constant = |target_label, value: &'a str| Relabel {
        source_labels: Vec::new(),
        regex: None,
        target_label,
        replacement: Some(escape_dollars(value)),
    };
    let mut rules = vec![constant("env", &plan.environment)];
    rules.extend(job.map(|job| constant("job", job)));
    rules.extend(replicated.iter().map(|target| Relabel {
        source_labels: vec!["__meta_dns_name", "__address__"],
        regex: Some(format!("{};.+:{}", plan.service(target.service).name, target.port)),
        target_label: "service",
        replacement: Some(escape_dollars(&target.subject)),
    }));
    rules
}

/// The job of the blackbox exporter: each URL is a target whose address
/// becomes a parameter, and the exporter takes its place.
fn probed<'a>(plan: &'a Plan, prober: &Prober, names: &mut JobNames<'_>) -> ScrapeConfig<'a> {
    let exporter = format!("{}:{}", plan.service(prober.service).name, prober.port);
    let copy = |from, target_label| Relabel {
        source_labels: vec![from],
        regex: None,
        target_label,
        replacement: None,
    };
    let origin = plan.probes.first().map_or(plan.origin, |first| first.origin);
    ScrapeConfig {
        job_name: Marked::new(origin, names.take(PROBE_JOB)),
        scrape_interval: None,
        metrics_path: Marked::new(origin, "/probe"),
        params: BTreeMap::new(),
        static_configs: plan.probes.iter().map(|probe| probe_config(plan, probe)).collect(),
        dns_sd_configs: Vec::new(),
        relabel_configs: vec![
            copy("__address__", "__param_target"),
            copy("__param_target", "instance"),
            Relabel {
                source_labels: Vec::new(),
                regex: None,
                target_label: "__address__",
                replacement: Some(Cow::Owned(exporter)),
            },
        ],
    }
}

fn probe_config<'a>(plan: &'a Plan, probe: &'a Probe) -> Marked<StaticConfig<'a>> {
    let labels = StaticLabels {
        env: &plan.environment,
        service: Marked::new(probe.at("subject"), probe.subject.as_str()),
        job: None,
        module: Some(Marked::new(probe.at("module"), probe.module.as_str())),
    };
    let targets = [Marked::new(probe.at("url"), probe.url.to_string())];
    Marked::new(probe.origin, StaticConfig { targets, labels })
}

/// A replacement stands in for capture groups: `$` is written `$$`.
fn escape_dollars(text: &str) -> Cow<'_, str> {
    if text.contains('$') { Cow::Owned(text.replace('$', "$$")) } else { Cow::Borrowed(text) }
}
