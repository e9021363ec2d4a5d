//! Services and jobs: what runs in containers.

use crate::{Image, Mount, Origin, Origins, ServiceId, Text};
use laud_syntax::literal::Cron;
use lean_string::LeanStr;
use std::sync::Arc;
use thin_vec::ThinVec;

/// A service, or a job when [`Service::job`] is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its name and host name, a DNS label unique in the environment: `db`, `db-exporter`.
    pub name: LeanStr,
    /// The kind that declares it, as the spec names it: `postgres`.
    pub kind: LeanStr,
    /// What it is, in words; may be empty.
    pub description: LeanStr,
    /// The image.
    pub image: Image,
    /// The command, in place of the image's.
    pub command: Option<ThinVec<Text>>,
    /// The entrypoint, in place of the image's.
    pub entrypoint: Option<ThinVec<Text>>,
    /// Environment variables, names unique, in order of name.
    pub env: Vec<(LeanStr, Text, Origin)>,
    /// Ports that it listens on.
    pub ports: Vec<Port>,
    /// How its health is told.
    pub health: Option<Health>,
    /// Volumes, files and folders.
    pub mounts: ThinVec<Mount>,
    /// What it may use.
    pub limits: Limits,
    /// How many containers.
    pub replicas: u32,
    /// What must be up before it starts; each service once.
    pub needs: Vec<Need>,
    /// The networks that it is on, by name, in the order of the plan's list;
    /// most services are on those that another is on.
    pub networks: Arc<[LeanStr]>,
    /// `uid`, `uid:gid` or a name; `None` leaves the image's own user.
    pub user: Option<LeanStr>,
    /// Whether the root file system is read-only.
    pub read_only: bool,
    /// Writable folders in memory.
    pub tmpfs: ThinVec<Tmpfs>,
    /// Capabilities given back after all are dropped: `CHOWN`.
    pub capabilities: ThinVec<LeanStr>,
    /// Whether setuid programs may gain privileges; needs a waiver.
    pub new_privileges: bool,
    /// Whether the container is privileged; needs a waiver.
    pub privileged: bool,
    /// Whether it shares the host's process ids; needs a waiver.
    pub host_pid: bool,
    /// When it is started again.
    pub restart: Restart,
    /// How long it may take to stop.
    pub stop_grace: Option<u64>,
    /// The signal that stops it.
    pub stop_signal: Option<LeanStr>,
    /// Whether a small init reaps its children.
    pub init: bool,
    /// The working folder.
    pub working_dir: Option<LeanStr>,
    /// Size of `/dev/shm`.
    pub shm_size: Option<u64>,
    /// Resource limits of the kernel, by name: `nofile`.
    pub ulimits: ThinVec<Ulimit>,
    /// Kernel parameters of its namespaces.
    pub sysctls: ThinVec<(LeanStr, LeanStr)>,
    /// Devices of the host.
    pub devices: ThinVec<Device>,
    /// How many GPUs; `None` for none, 0 for all.
    pub gpus: Option<u32>,
    /// Lines of `/etc/hosts`: name and address (or `host-gateway`).
    pub extra_hosts: ThinVec<(LeanStr, LeanStr)>,
    /// Further host names on its networks.
    pub aliases: ThinVec<LeanStr>,
    /// The platform: `linux/arm64`.
    pub platform: Option<LeanStr>,
    /// Labels of the container, in order of name.
    pub labels: ThinVec<(LeanStr, Text)>,
    /// Set when it is a job.
    pub job: Option<Box<Job>>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

impl Service {
    /// Whether it is a job that no start of the system runs: all but those that
    /// must have run before other services start.
    pub fn is_on_demand(&self) -> bool {
        match self.job.as_ref().map(|job| &job.trigger) {
            None | Some(Trigger::BeforeStart) => false,
            Some(Trigger::AfterDeploy | Trigger::Manual | Trigger::Schedule(_)) => true,
        }
    }
}

/// A port that a service listens on.
#[derive(Clone, Debug, PartialEq)]
pub struct Port {
    /// Its name: `http`.
    pub name: LeanStr,
    /// Its number in the container.
    pub number: u16,
    /// The transport.
    pub protocol: Protocol,
    /// Where the host publishes it, if it does.
    pub publish: Option<Publish>,
    /// The declaration.
    pub origin: Origin,
    /// Where its parts were set.
    pub origins: Origins,
}

/// A transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP
    Tcp,
    /// UDP
    Udp,
}

/// A port of the host that leads to a port of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Which addresses of the host.
    pub interface: Interface,
    /// Which port of the host.
    pub port: u16,
}

/// Addresses of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interface {
    /// 127.0.0.1 alone.
    Loopback,
    /// Those of IPv4; with a waiver.
    Ipv4,
    /// All of them; with a waiver.
    Any,
}

/// How a container's health is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The command.
    pub test: Test,
    /// Time between two tests.
    pub interval: u64,
    /// Time that one test may take.
    pub timeout: u64,
    /// Failures in a row that make it unhealthy.
    pub retries: u32,
    /// Time after the start in which failures do not count.
    pub start_period: u64,
    /// The declaration.
    pub origin: Origin,
}

/// The command of a health check.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A program of the image and its arguments.
    Exec(Vec<Text>),
    /// A line for the image's shell.
    Shell(Text),
    /// A request to the container itself, which an answer of success passes.
    Http {
        /// The program of the image that makes it.
        client: HttpClient,
        /// The port that is asked.
        port: u16,
        /// The path, with the query if there is one.
        path: LeanStr,
    },
}

/// A program that can make a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpClient {
    /// wget, BusyBox's too.
    Wget,
    /// curl.
    Curl,
    /// Python 3.
    Python,
    /// Node.js 18 or later.
    Node,
}

impl Test {
    /// The texts that the author wrote.
    pub fn texts(&self) -> &[Text] {
        match self {
            Self::Exec(words) => words,
            Self::Shell(line) => std::slice::from_ref(line),
            Self::Http { .. } => &[],
        }
    }
}

/// What a container may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Memory, in bytes. Swap is the same, so that there is none.
    pub memory: u64,
    /// CPU, in thousandths of a core.
    pub cpu: u32,
    /// Processes and threads.
    pub pids: u32,
}

/// Something that must be up before a service starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// What.
    pub service: ServiceId,
    /// How far it must be.
    pub condition: Condition,
    /// The reference that needs it.
    pub origin: Origin,
}

/// How far a needed service must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Its container runs.
    Started,
    /// Its health check passes.
    Healthy,
    /// It has ended well; for jobs.
    Completed,
}

/// A network of the project.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its name: `edge`, `app`, `data`, `monitoring`.
    pub name: LeanStr,
    /// Whether it has no way out of the host.
    pub internal: bool,
}

/// A writable folder in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Tmpfs {
    /// Where, absolute.
    pub at: LeanStr,
    /// Its size in bytes.
    pub size: u64,
    /// Its mode, as octal digits: `1777`.
    pub mode: LeanStr,
    /// The owner's uid, if not root.
    pub uid: Option<u32>,
    /// The owner's gid, if not root.
    pub gid: Option<u32>,
}

/// When a container is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// Whenever it ends, unless it was stopped by hand.
    UnlessStopped,
    /// When it ends with a failure.
    OnFailure,
    /// Never.
    No,
}

/// A resource limit of the kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ulimit {
    /// `nofile`, `nproc`, `memlock`, …
    pub name: LeanStr,
    /// The soft limit; -1 is unlimited.
    pub soft: i64,
    /// The hard limit; -1 is unlimited.
    pub hard: i64,
}

/// A device of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its path on the host.
    pub host: LeanStr,
    /// Its path in the container.
    pub at: LeanStr,
    /// `r`, `rw`, `rwm`.
    pub permissions: LeanStr,
}

/// What makes a service a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// When it runs.
    pub trigger: Trigger,
}

/// When a job runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Before the services that need it start: a migration.
    BeforeStart,
    /// After each deploy.
    AfterDeploy,
    /// When someone asks for it.
    Manual,
    /// By a schedule.
    Schedule(Schedule),
}

/// A cron schedule, in UTC.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// As it is written: `0 3 * * mon-fri`, `@daily`.
    pub text: LeanStr,
    /// What it means.
    pub cron: Cron,
    /// The trigger.
    pub origin: Origin,
}

/// A safeguard that the author gave up, with the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// What it is about: the service's, gateway's or target's name.
    pub subject: LeanStr,
    /// What is given up: `capabilities CHOWN, SETUID`, `read-only root file system`.
    pub what: String,
    /// Why.
    pub because: String,
    /// The field.
    pub origin: Origin,
}
