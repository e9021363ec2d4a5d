//! The plan: the resolved system of one environment, as every target sees it.
//!
//! A plan is made by `laud-analyze` and read by `laud-emit`; it holds no syntax
//! and no target. It is tight: what its types allow, every target can emit, or
//! refuses before anything is written. References are indices that resolve by
//! construction; every item carries its [`Origin`].
//!
//! Units: durations are milliseconds, sizes bytes, CPU thousandths of a core.

mod gateway;
mod image;
mod monitoring;
mod mount;
mod origin;
mod renumber;
mod service;
mod text;

pub use gateway::{
    Action, Cache, Certificate, Gateway, Header, Location, NginxVersion, RateLimit, Route, RunsOn,
    TlsProfile, Upstream,
};
pub use image::{Build, Image};
pub use monitoring::{
    Alert, AlertGroup, Dashboard, Grafana, PROBE_JOB, Panel, PanelKind, PanelUnit, Probe, Prober, Query,
    Recording, Row, ScrapeTarget, Scraper, Severity, Threshold,
};
pub use mount::{Content, Data, File, Mount, MountSource};
pub use origin::{Causes, Origin, Origins, is_one};
pub use renumber::Numbers;
pub use service::{
    Condition, Device, Health, HttpClient, Interface, Job, Limits, Need, Network, Port, Protocol, Publish,
    Restart, Schedule, Service, Test, Tmpfs, Trigger, Ulimit, Waiver,
};
pub use text::{Part, Text, ValueFormat};

use lean_string::LeanStr;

/// A service, by its index in [`Plan::services`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);

/// A secret, by its index in [`Plan::secrets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId(pub u32);

/// A setting, by its index in [`Plan::settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SettingId(pub u32);

/// The whole system in one environment. Lists are in the order of the spec,
/// and so is the output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The app's name: `laudatorai`.
    pub app: LeanStr,
    /// The app's doc comment.
    pub description: String,
    /// The environment's name: `production`.
    pub environment: LeanStr,
    /// The host that it runs on, as far as the author tells of it.
    pub host: Option<Host>,
    /// Networks that at least one service is on.
    pub networks: Vec<Network>,
    /// Services and jobs.
    pub services: Vec<Service>,
    /// Secrets, given at deploy time.
    pub secrets: Vec<Secret>,
    /// Settings, given at deploy time.
    pub settings: Vec<Setting>,
    /// Gateways.
    pub gateways: Vec<Gateway>,
    /// The Prometheus of the system, if it has one.
    pub scraper: Option<Scraper>,
    /// What Prometheus scrapes.
    pub targets: Vec<ScrapeTarget>,
    /// The blackbox exporter, if there is one.
    pub prober: Option<Prober>,
    /// What is probed from outside; empty without a prober.
    pub probes: Vec<Probe>,
    /// Recording rules.
    pub recordings: Vec<Recording>,
    /// Alerts.
    pub alerts: Vec<Alert>,
    /// The Grafana of the system, if it has one.
    pub grafana: Option<Grafana>,
    /// Dashboards.
    pub dashboards: Vec<Dashboard>,
    /// Files with content of their own, mounted by services.
    pub files: Vec<File>,
    /// Content in a target's own words.
    pub raws: Vec<Raw>,
    /// Safeguards that the author gave up, each with a reason.
    pub waivers: Vec<Waiver>,
    /// Where the app is named: the origin of what is of no one declaration.
    pub origin: Origin,
    /// What origins of several places stand for.
    pub causes: Causes,
}

/// What an environment says of the host that it runs on.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// The name by which other environments share it.
    pub name: Option<LeanStr>,
    /// Its memory, in bytes.
    pub memory: u64,
    /// Its processors, in thousandths.
    pub cpu: u32,
    /// Where that is said.
    pub origin: Origin,
}

/// A value that only the one who deploys knows. It never appears in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Secret {
    /// The variable that gives it: `DB_PASSWORD`.
    pub variable: LeanStr,
    /// The name of its file under `/run/secrets/`: `db_password`.
    pub name: LeanStr,
    /// What it is and where to get it.
    pub description: String,
    /// Whether it becomes part of a URL, so that it must be of unreserved
    /// characters (RFC 3986, section 2.3) alone.
    pub in_url: bool,
    /// The declaration.
    pub origin: Origin,
}

/// A value given at deploy time that is no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The variable that gives it: `SMTP_HOST`.
    pub variable: LeanStr,
    /// What it means.
    pub description: String,
    /// Its type, as people read it: `Domain`.
    pub ty: String,
    /// Its value when nothing is given; without one it is required.
    pub default: Option<String>,
    /// The declaration.
    pub origin: Origin,
}

/// Content in a target's own words, for what the language lacks.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw {
    /// The service it is about, if it stands in one.
    pub service: Option<ServiceId>,
    /// The gateway it is about, if it stands in one.
    pub gateway: Option<u32>,
    /// Which target: `compose`, `nginx`, `prometheus`, `grafana`.
    pub target: LeanStr,
    /// The content: a map.
    pub content: Data,
    /// Why.
    pub because: String,
    /// The declaration.
    pub origin: Origin,
}

impl Plan {
    /// The compose project: `laudatorai-production`.
    pub fn project(&self) -> String {
        format!("{}-{}", self.app.replace('_', "-"), self.environment.replace('_', "-"))
    }

    /// What the memory limits of all that runs add up to, in bytes.
    pub fn memory(&self) -> u64 {
        self.running().map(|service| service.limits.memory * u64::from(service.replicas)).sum()
    }

    /// The jobs by which something is scraped, as often as each has targets: the label `job`.
    pub fn scrape_jobs(&self) -> impl Iterator<Item = &str> {
        let probes = (!self.probes.is_empty()).then_some(PROBE_JOB);
        self.targets.iter().map(|target| target.job.as_str()).chain(probes)
    }

    /// What runs for as long as the system does: services, and not jobs.
    pub fn running(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().filter(|service| service.job.is_none())
    }

    /// A service of this plan.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.0 as usize]
    }

    /// A secret of this plan.
    pub fn secret(&self, id: SecretId) -> &Secret {
        &self.secrets[id.0 as usize]
    }

    /// A setting of this plan.
    pub fn setting(&self, id: SettingId) -> &Setting {
        &self.settings[id.0 as usize]
    }
}
