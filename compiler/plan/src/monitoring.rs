//! What is measured, judged and shown: scrape targets, alerts, dashboards.

use crate::{Origin, Origins, ServiceId, Text};
use lean_string::LeanStr;
use smallvec::SmallVec;
use std::sync::Arc;
use thin_vec::ThinVec;

/// The Prometheus of the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Scraper {
    /// Its service.
    pub service: ServiceId,
    /// The number of its HTTP port.
    pub port: u16,
    /// Time between two scrapes.
    pub scrape_interval: u64,
    /// Time between two evaluations of the rules.
    pub evaluation_interval: u64,
    /// How long samples are kept.
    pub retention: u64,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// The job by which probes are scraped.
pub const PROBE_JOB: &str = "probe";

/// A port of a service that answers with metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct ScrapeTarget {
    /// The job, the same in every environment: `postgres`, `backend`.
    pub job: LeanStr,
    /// The name of what is measured: `db`; the label `service`.
    pub subject: LeanStr,
    /// The service that answers.
    pub service: ServiceId,
    /// The number of its port.
    pub port: u16,
    /// The path: `/metrics`.
    pub path: LeanStr,
    /// Time between two scrapes, if not the scraper's.
    pub interval: Option<u64>,
    /// What to ask with, `__param_…`.
    pub params: Vec<(LeanStr, LeanStr)>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// The blackbox exporter.
#[derive(Clone, Debug, PartialEq)]
pub struct Prober {
    /// Its service.
    pub service: ServiceId,
    /// The number of its HTTP port.
    pub port: u16,
}

/// Something that is asked from outside, as a user would.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// What is probed; the label `service`.
    pub subject: LeanStr,
    /// The URL, literal.
    pub url: LeanStr,
    /// The module of the blackbox configuration: `http_2xx`.
    pub module: LeanStr,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// A recording rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The metric that it makes: `job:requests:rate5m`.
    pub name: LeanStr,
    /// The expression.
    pub expression: Box<str>,
    /// Labels, in order of name.
    pub labels: Vec<(LeanStr, LeanStr)>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// An alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its name in CamelCase: `DbDown`. Unique in the environment.
    pub name: LeanStr,
    /// Which group it belongs to.
    pub group: AlertGroup,
    /// What it is about; the label `service`.
    pub subject: LeanStr,
    /// The expression; fires for each series that it gives.
    pub expression: Box<str>,
    /// How long it must hold.
    pub hold: u64,
    /// How long it keeps firing after it no longer holds.
    pub keep: u64,
    /// How grave.
    pub severity: Severity,
    /// One line.
    pub summary: Text,
    /// What to look at; may be empty.
    pub description: Text,
    /// Further labels, in order of name.
    pub labels: ThinVec<(LeanStr, LeanStr)>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// A group of alerts; a rule file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertGroup {
    /// Slow or failing answers.
    Performance,
    /// Memory, CPU, disk, connections.
    Resources,
    /// Things that are down.
    Health,
    /// Things that look like an attack or a lapse.
    Security,
    /// The monitoring itself.
    Monitoring,
}

impl AlertGroup {
    /// Every group, in order.
    pub const ALL: [Self; 5] =
        [Self::Performance, Self::Resources, Self::Health, Self::Security, Self::Monitoring];

    /// Its name in the spec and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Resources => "resources",
            Self::Health => "health",
            Self::Security => "security",
            Self::Monitoring => "monitoring",
        }
    }
}

/// How grave an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Wakes someone.
    Critical,
    /// Is looked at in working hours.
    Warning,
    /// Is there to be seen.
    Info,
}

impl Severity {
    /// Its name in the spec and in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// The Grafana of the system.
#[derive(Clone, Debug, PartialEq)]
pub struct Grafana {
    /// Its service.
    pub service: ServiceId,
    /// The number of its HTTP port.
    pub port: u16,
    /// The uid of its Prometheus datasource.
    pub datasource: LeanStr,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// A dashboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Dashboard {
    /// Its file name and the end of its uid: `overview`, `postgres`.
    pub name: LeanStr,
    /// Its title.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// Tags.
    pub tags: Vec<LeanStr>,
    /// Rows of panels.
    pub rows: Vec<Arc<Row>>,
}

/// A row of panels under one title.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its title: the instance that it is about. Empty for panels without a row.
    pub title: LeanStr,
    /// The panels, in order.
    pub panels: Vec<Panel>,
}

/// A panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Its title.
    pub title: LeanStr,
    /// What it shows and what to do about it.
    pub description: LeanStr,
    /// How it shows it.
    pub kind: PanelKind,
    /// The unit of its values.
    pub unit: PanelUnit,
    /// What it asks.
    pub queries: SmallVec<[Query; 1]>,
    /// From which values on it is another colour, ascending.
    pub thresholds: ThinVec<Threshold>,
    /// The least value of the axis.
    pub min: Option<f64>,
    /// The greatest value of the axis.
    pub max: Option<f64>,
    /// Whether series are stacked.
    pub stacked: bool,
    /// Columns of 24; the layout chooses when `None`.
    pub width: Option<u8>,
    /// The declaration.
    pub origin: Origin,
}

/// How a panel shows its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelKind {
    /// Lines over time.
    Timeseries,
    /// One big number.
    Stat,
    /// Rows of the latest values.
    Table,
}

/// The unit of a panel's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelUnit {
    /// A plain number.
    Number,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// A ratio from 0 to 1.
    Ratio,
    /// Requests per second.
    RequestsPerSecond,
    /// Operations per second.
    OperationsPerSecond,
    /// 1 is up, 0 is down.
    UpDown,
}

/// A query of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The expression, in which `$__rate_interval` may stand.
    pub expression: Box<str>,
    /// The legend, with labels as [`Part::AlertLabel`](crate::Part::AlertLabel).
    pub legend: Text,
    /// Whether only the latest value is asked for.
    pub instant: bool,
}

/// From which value on a panel is another colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// From this value on.
    pub from: f64,
    /// How grave that is; `None` is fine.
    pub severity: Option<Severity>,
}
