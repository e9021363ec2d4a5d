//! What a service of the plan becomes in `compose.yaml`.

use super::document::Map;
use super::frame::Frame;
use super::mounts::{Below, ComposeDevice, TmpfsLine, Volume, volume};
use super::parts::Parts;
use super::units::{Bytes, Cores, Duration};
use super::words::{Escaped, Value};
use super::{DEFAULT_RELEASE, JOBS_PROFILE, RELEASE};
use crate::yaml::Marked;
use laud_plan::{
    Build, Condition, Health, HttpClient, Image, Interface, Limits, Mount, Need, Port, Protocol, Restart,
    SecretId, Service, Test, Text,
};
use lean_string::LeanStr;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt::{self, Display};
use thin_vec::ThinVec;

/// How much of a container's output is kept: so many files of such a size.
const LOG_FILES: (&str, &str) = ("5", "10m");

/// A service, in the order of reading: what runs, what it is given, whom it
/// meets, how it lives, what it may do, what it may use.
#[derive(Serialize)]
pub(super) struct Compose<'a> {
    image: Marked<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_policy: Option<Marked<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<Marked<ComposeBuild<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<Marked<[&'static str; 1]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entrypoint: Option<Marked<Vec<Marked<Value<'a>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Marked<Vec<Marked<Value<'a>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    working_dir: Option<Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env_file: Vec<Marked<Escaped<String>>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    environment: Map<'a, Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    volumes: Vec<Marked<Volume<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tmpfs: Option<Marked<Vec<Marked<Escaped<TmpfsLine<'a>>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    networks: Map<'a, Attachment<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ports: Vec<Marked<PublishedPort>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra_hosts: Option<Marked<Vec<Marked<Escaped<HostLine<'a>>>>>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    depends_on: Map<'a, Marked<Dependency>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<Marked<Healthcheck<'a>>>,
    restart: Marked<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_signal: Option<Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_grace_period: Option<Marked<Duration>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    init: Option<Marked<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_only: Option<Marked<bool>>,
    cap_drop: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    cap_add: Option<Marked<Vec<Marked<Value<'a>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_opt: Option<Marked<[&'static str; 1]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    privileged: Option<Marked<bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pid: Option<Marked<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    devices: Option<Marked<Vec<Marked<ComposeDevice<'a>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sysctls: Option<Marked<Map<'a, Marked<Value<'a>>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ulimits: Option<Marked<Map<'a, Marked<ComposeUlimit>>>>,
    mem_limit: Marked<Bytes>,
    memswap_limit: Marked<Bytes>,
    cpus: Marked<Cores>,
    pids_limit: Marked<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shm_size: Option<Marked<Bytes>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deploy: Option<Deploy>,
    logging: Logging,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Marked<Map<'a, Marked<Value<'a>>>>>,
}

/// What a service becomes.
pub(super) fn service<'a>(frame: &Frame<'a>, id: u32, service: &'a Service) -> Compose<'a> {
    let plan = frame.plan;
    let Limits { memory, cpu, pids } = service.limits;
    let of = Parts { origin: service.origin, origins: &service.origins };
    let literal = |path, text: &'a Option<LeanStr>| of.maybe(path, text.as_deref().map(Value::literal));
    let words = |path, words: &'a Option<ThinVec<Text>>| {
        words.as_ref().map(|words| of.items(path, words.iter(), |text| Value::new(plan, text)))
    };
    let from = source(&service.image);
    Compose {
        image: of.mark(from, image(frame, &service.image)),
        pull_policy: of.maybe(from, pull_policy(&service.image)),
        build: build(frame, id, &service.image),
        platform: literal("platform", &service.platform),
        profiles: of.maybe("job", service.is_on_demand().then_some([JOBS_PROFILE])),
        entrypoint: words("entrypoint", &service.entrypoint),
        command: words("command", &service.command),
        working_dir: literal("working_dir", &service.working_dir),
        env_file: env_file(service),
        environment: environment(frame, service),
        secrets: secrets(frame, id),
        volumes: service.mounts.iter().map(|mount| volume(frame, mount)).collect(),
        tmpfs: of.list("tmpfs", service.tmpfs.iter(), |tmpfs| Escaped(TmpfsLine(tmpfs))),
        network_mode: service.networks.is_empty().then_some("none"),
        networks: networks(service),
        ports: service.ports.iter().filter_map(published).collect(),
        extra_hosts: extra_hosts(of, service),
        depends_on: depends_on(frame, &service.needs),
        healthcheck: service.health.as_ref().map(|health| healthcheck(frame, of, health)),
        restart: of.mark("restart", restart(service)),
        stop_signal: literal("stop_signal", &service.stop_signal),
        stop_grace_period: of.maybe("stop_grace", service.stop_grace.map(Duration)),
        init: of.maybe("init", service.init.then_some(true)),
        user: literal("user", &service.user),
        read_only: of.maybe("read_only", service.read_only.then_some(true)),
        cap_drop: ["ALL"],
        cap_add: of.list("allow", service.capabilities.iter(), |name| Value::literal(name)),
        security_opt: of
            .maybe("new_privileges", (!service.new_privileges).then_some(["no-new-privileges:true"])),
        privileged: of.maybe("privileged", service.privileged.then_some(true)),
        pid: of.maybe("host_pid", service.host_pid.then_some("host")),
        devices: of.list("devices", service.devices.iter(), ComposeDevice::new),
        sysctls: of
            .map("sysctls", service.sysctls.iter().map(|(key, value)| (&**key, Value::literal(value)))),
        ulimits: ulimits(of, service),
        mem_limit: of.mark("limits.memory", Bytes(memory)),
        // The sum of memory and swap, so that there is no swap.
        memswap_limit: of.mark("limits.memory", Bytes(memory)),
        cpus: of.mark("limits.cpu", Cores(cpu)),
        pids_limit: of.mark("limits.pids", pids),
        shm_size: of.maybe("shm_size", service.shm_size.map(Bytes)),
        deploy: deploy(of, service),
        logging: Logging::default(),
        labels: of.map("labels", service.labels.iter().map(|(key, text)| (&**key, Value::new(plan, text)))),
    }
}

/// The field that says which image it is.
fn source(image: &Image) -> &'static str {
    match image {
        Image::Pinned(_) => "image",
        Image::Built(_) => "build",
    }
}

/// The number of a port as a text: compose takes ranges there too.
struct PortText(u16);

impl Serialize for PortText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The reference of an image. The release is compose's to fill in.
fn image<'a>(frame: &Frame<'_>, image: &'a Image) -> Cow<'a, str> {
    match image {
        Image::Pinned(reference) => Cow::Borrowed(reference),
        Image::Built(build) => {
            Cow::Owned(format!("{}/{}:${{{RELEASE}:-{DEFAULT_RELEASE}}}", frame.project, build.name))
        }
    }
}

/// What is built here is in no registry: compose must not ask one for it. It
/// builds what is missing, and only that, so that an earlier release can start
/// again without being built anew from today's source.
fn pull_policy(image: &Image) -> Option<&'static str> {
    match image {
        Image::Pinned(_) => None,
        Image::Built(_) => Some("never"),
    }
}

/// How an image is built.
#[derive(Serialize)]
struct ComposeBuild<'a> {
    context: Marked<Escaped<Below<'a>>>,
    dockerfile: Marked<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Marked<Value<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Marked<Map<'a, Marked<Value<'a>>>>>,
}

fn build<'a>(frame: &Frame<'a>, id: u32, image: &'a Image) -> Option<Marked<ComposeBuild<'a>>> {
    let build = match image {
        Image::Pinned(_) => return None,
        Image::Built(build) => build,
    };
    let is_builder = frame.builders.get(build.name.as_str()) == Some(&id);
    is_builder.then(|| Marked::new(build.origin, compose_build(frame, build)))
}

fn compose_build<'a>(frame: &Frame<'a>, build: &'a Build) -> ComposeBuild<'a> {
    let of = Parts { origin: build.origin, origins: &build.origins };
    let context = Below { folder: frame.context.spec_root, path: &build.context };
    let args = build.args.iter().map(|(name, text)| (name.as_str(), Value::new(frame.plan, text)));
    ComposeBuild {
        context: of.mark("context", Escaped(context)),
        dockerfile: of.mark("dockerfile", Value::literal(&build.dockerfile)),
        target: of.maybe("target", build.target.as_deref().map(Value::literal)),
        args: of.map("args", args),
    }
}

/// What makes its container anew when something else is mounted.
fn env_file(service: &Service) -> Vec<Marked<Escaped<String>>> {
    let file = |(path, mount): (String, &Mount)| {
        let of = Parts { origin: mount.origin, origins: &mount.origins };
        of.mark("generated", Escaped(format!("./{path}")))
    };
    crate::revision::of(service).into_iter().map(file).collect()
}

fn environment<'a>(frame: &Frame<'a>, service: &'a Service) -> Map<'a, Marked<Value<'a>>> {
    let entries = service.env.iter();
    Map(entries
        .map(|(name, text, origin)| (name.as_str(), Marked::new(*origin, Value::new(frame.plan, text))))
        .collect())
}

fn secrets<'a>(frame: &Frame<'a>, id: u32) -> Vec<&'a str> {
    let name = |secret: &SecretId| frame.plan.secret(*secret).name.as_str();
    frame.secret_files(id).iter().map(name).collect()
}

/// What a service is called on a network, besides its name.
#[derive(Serialize)]
struct Attachment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    aliases: Option<Marked<Vec<Marked<Value<'a>>>>>,
}

/// A map even without aliases, so that raw content can add to it.
fn networks(service: &Service) -> Map<'_, Attachment<'_>> {
    let of = Parts { origin: service.origin, origins: &service.origins };
    let aliases = || of.list("aliases", service.aliases.iter(), |alias| Value::literal(alias));
    Map(service.networks.iter().map(|name| (name.as_str(), Attachment { aliases: aliases() })).collect())
}

/// A port that the host publishes.
#[derive(Serialize)]
struct PublishedPort {
    target: Marked<u16>,
    published: Marked<PortText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_ip: Option<Marked<&'static str>>,
    protocol: Marked<&'static str>,
}

fn published(port: &Port) -> Option<Marked<PublishedPort>> {
    let publish = port.publish?;
    let of = Parts { origin: port.origin, origins: &port.origins };
    let host_ip = match publish.interface {
        Interface::Loopback => Some("127.0.0.1"),
        Interface::Ipv4 => Some("0.0.0.0"),
        Interface::Any => None,
    };
    let protocol = match port.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
    };
    let published = PublishedPort {
        target: of.mark("value", port.number),
        published: of.mark("publish.port", PortText(publish.port)),
        host_ip: of.maybe("publish", host_ip),
        protocol: of.mark("protocol", protocol),
    };
    Some(Marked::new(port.origin, published))
}

/// A line of `/etc/hosts`. A list, because one name may have two addresses.
struct HostLine<'a>(&'a (LeanStr, LeanStr));

impl Display for HostLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.0, self.0.1)
    }
}

fn extra_hosts<'a>(
    of: Parts<'_>,
    service: &'a Service,
) -> Option<Marked<Vec<Marked<Escaped<HostLine<'a>>>>>> {
    let lines = service.extra_hosts.iter();
    let lines = lines.map(|line| of.entry("extra_hosts", &line.0, Escaped(HostLine(line))));
    (!service.extra_hosts.is_empty()).then(|| of.mark("extra_hosts", lines.collect()))
}

#[derive(Serialize)]
struct Dependency {
    condition: &'static str,
}

fn depends_on<'a>(frame: &Frame<'a>, needs: &[Need]) -> Map<'a, Marked<Dependency>> {
    let entry = |need: &Need| {
        let condition = match need.condition {
            Condition::Started => "service_started",
            Condition::Healthy => "service_healthy",
            Condition::Completed => "service_completed_successfully",
        };
        (frame.plan.service(need.service).name.as_str(), Marked::new(need.origin, Dependency { condition }))
    };
    Map(needs.iter().map(entry).collect())
}

#[derive(Serialize)]
struct Healthcheck<'a> {
    test: Marked<Vec<Value<'a>>>,
    interval: Marked<Duration>,
    timeout: Marked<Duration>,
    retries: Marked<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_period: Option<Marked<Duration>>,
}

/// A request as a command, to 127.0.0.1: `localhost` may be ::1, where nothing listens.
fn request(client: HttpClient, port: u16, path: &str, timeout: u64) -> Vec<Value<'static>> {
    use Value::{Made, Plain};
    let url = Made(format!("http://127.0.0.1:{port}{path}"));
    let seconds = (timeout / 1000).max(1).to_string();
    let none = Plain("/dev/null");
    match client {
        HttpClient::Wget => {
            vec![Plain("wget"), Plain("-q"), Plain("-T"), Made(seconds), Plain("-O"), none, url]
        }
        HttpClient::Curl => {
            vec![Plain("curl"), Plain("-fsS"), Plain("--max-time"), Made(seconds), Plain("-o"), none, url]
        }
        HttpClient::Python => {
            let script =
                format!("import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout={seconds})");
            vec![Plain("python"), Plain("-c"), Made(script), url]
        }
        HttpClient::Node => {
            let script =
                "fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
            vec![Plain("node"), Plain("-e"), Plain(script), url]
        }
    }
}

fn healthcheck<'a>(frame: &Frame<'a>, of: Parts<'_>, health: &'a Health) -> Marked<Healthcheck<'a>> {
    let of = Parts { origin: health.origin, ..of };
    let head = if matches!(health.test, Test::Shell(_)) { "CMD-SHELL" } else { "CMD" };
    let mut test = vec![Value::Plain(head)];
    match &health.test {
        Test::Exec(_) | Test::Shell(_) => test.extend(Value::list(frame.plan, health.test.texts())),
        Test::Http { client, port, path } => test.extend(request(*client, *port, path, health.timeout)),
    }
    let healthcheck = Healthcheck {
        test: of.mark("health.test", test),
        interval: of.mark("health.interval", Duration(health.interval)),
        timeout: of.mark("health.timeout", Duration(health.timeout)),
        retries: of.mark("health.retries", health.retries),
        start_period: of
            .maybe("health.start_period", (health.start_period > 0).then_some(Duration(health.start_period))),
    };
    Marked::new(health.origin, healthcheck)
}

/// A job that was started again whenever it ended would never have ended.
fn restart(service: &Service) -> &'static str {
    match (&service.job, service.restart) {
        (Some(_), _) | (None, Restart::No) => "no",
        (None, Restart::UnlessStopped) => "unless-stopped",
        (None, Restart::OnFailure) => "on-failure",
    }
}

#[derive(Serialize)]
struct ComposeUlimit {
    soft: i64,
    hard: i64,
}

fn ulimits<'a>(of: Parts<'_>, service: &'a Service) -> Option<Marked<Map<'a, Marked<ComposeUlimit>>>> {
    let entry = |(index, each): (usize, &'a laud_plan::Ulimit)| {
        let limit = ComposeUlimit { soft: each.soft, hard: each.hard };
        (each.name.as_str(), of.entry("ulimits", index, limit))
    };
    let entries = service.ulimits.iter().enumerate().map(entry);
    (!service.ulimits.is_empty()).then(|| of.mark("ulimits", Map(entries.collect())))
}

#[derive(Serialize)]
struct Deploy {
    #[serde(skip_serializing_if = "Option::is_none")]
    replicas: Option<Marked<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<Marked<Resources>>,
}

#[derive(Serialize)]
struct Resources {
    reservations: Reservations,
}

#[derive(Serialize)]
struct Reservations {
    devices: [Gpus; 1],
}

#[derive(Serialize)]
struct Gpus {
    driver: &'static str,
    count: GpuCount,
    capabilities: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(untagged)]
enum GpuCount {
    All(&'static str),
    Some(u32),
}

/// Replicas where one is not enough, and GPUs, in the form that every compose 2
/// takes: the shorter `gpus` is of 2.30.
fn deploy(of: Parts<'_>, service: &Service) -> Option<Deploy> {
    let replicas = of.maybe("replicas", (service.replicas != 1).then_some(service.replicas));
    let resources = service.gpus.map(|gpus| {
        let count = if gpus == 0 { GpuCount::All("all") } else { GpuCount::Some(gpus) };
        let devices = [Gpus { driver: "nvidia", count, capabilities: ["gpu"] }];
        of.mark("gpus", Resources { reservations: Reservations { devices } })
    });
    (replicas.is_some() || resources.is_some()).then_some(Deploy { replicas, resources })
}

/// Logs as docker keeps them by itself, but not without end.
#[derive(Serialize)]
struct Logging {
    driver: &'static str,
    options: LogOptions,
}

#[derive(Serialize)]
struct LogOptions {
    #[serde(rename = "max-file")]
    max_file: &'static str,
    #[serde(rename = "max-size")]
    max_size: &'static str,
}

impl Default for Logging {
    fn default() -> Self {
        let (max_file, max_size) = LOG_FILES;
        Self { driver: "json-file", options: LogOptions { max_file, max_size } }
    }
}
