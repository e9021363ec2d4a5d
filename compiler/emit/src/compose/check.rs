//! What of a plan compose cannot express.

use super::fault::{Fault, Taker};
use super::words::can_be_default;
use super::{RELEASE, builds, env_example, raw};
use laud_plan::{Health, Image, MountSource, Origin, Part, Plan, Service, Text};
use laud_syntax::Diagnostic;
use rustc_hash::FxHashSet;

/// Variables that shells and login programs set.
const SHELL: [&str; 18] = [
    "EDITOR", "HOME", "HOSTNAME", "IFS", "LANG", "LOGNAME", "MAIL", "OLDPWD", "PATH", "PS1", "PWD", "SHELL",
    "SHLVL", "TERM", "TMPDIR", "TZ", "USER", "_",
];

/// How the variables of docker's client and its builder start.
const DOCKER: [&str; 4] = ["COMPOSE_", "DOCKER_", "BUILDKIT_", "BUILDX_"];

pub(super) fn check(plan: &Plan) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let internal = plan.networks.iter().filter(|network| network.internal);
    let internal: FxHashSet<&str> = internal.map(|network| network.name.as_str()).collect();
    for service in &plan.services {
        check_texts(plan, service, &mut faults);
        check_needs(plan, service, &mut faults);
        check_ports(&internal, service, &mut faults);
        check_paths(service, &mut faults);
        faults.extend(service.health.iter().flat_map(check_health));
    }
    check_variables(plan, &mut faults);
    faults.extend(raw::faults(plan));
    faults.into_iter().map(Fault::into_diagnostic).collect()
}

fn check_texts<'a>(plan: &'a Plan, service: &'a Service, faults: &mut Vec<Fault<'a>>) {
    for (text, place, origin) in shown_texts(service) {
        faults.extend(text.secrets().map(|id| {
            let secret = &plan.secret(id).variable;
            Fault::SecretShown { secret, place, origin }
        }));
    }
    let places = shown_texts(service).map(|(text, _, origin)| (text, origin));
    let env = service.env.iter().map(|(_, text, origin)| (text, *origin));
    let alerts = places.chain(env).filter(|(text, _)| text.parts.iter().any(is_of_alert));
    faults.extend(alerts.map(|(_, origin)| Fault::AlertPart { service: &service.name, origin }));
}

fn is_of_alert(part: &Part) -> bool {
    match part {
        Part::AlertLabel(_) | Part::AlertValue(_) => true,
        Part::Literal(_)
        | Part::Host(_)
        | Part::Port(..)
        | Part::Secret(_)
        | Part::SecretFile(_)
        | Part::Setting(_) => false,
    }
}

/// The texts of a service that anyone who may list containers can read.
fn shown_texts(service: &Service) -> impl Iterator<Item = (&Text, &'static str, Origin)> {
    let origin = service.origin;
    let commands = service.command.iter().chain(&service.entrypoint).flatten();
    let commands = commands.map(move |text| (text, "a command line", origin));
    let labels = service.labels.iter().map(move |(_, text)| (text, "a label", origin));
    let health = service
        .health
        .iter()
        .flat_map(|health| health.test.texts().iter().map(|text| (text, "a health check", health.origin)));
    let args = match &service.image {
        Image::Pinned(_) => None,
        Image::Built(build) => Some(build),
    };
    let args = args
        .into_iter()
        .flat_map(|build| build.args.iter().map(|(_, text)| (text, "an argument of a build", build.origin)));
    commands.chain(labels).chain(health).chain(args)
}

fn check_needs<'a>(plan: &'a Plan, service: &'a Service, faults: &mut Vec<Fault<'a>>) {
    if service.is_on_demand() {
        return;
    }
    for need in &service.needs {
        let needed = plan.service(need.service);
        if needed.is_on_demand() {
            let (service, job, origin) = (&service.name, &needed.name, need.origin);
            faults.push(Fault::NeedsOnDemand { service, job, origin });
        }
    }
}

fn check_ports<'a>(internal: &FxHashSet<&str>, service: &'a Service, faults: &mut Vec<Fault<'a>>) {
    let name = service.name.as_str();
    let published = || service.ports.iter().filter_map(|port| Some((port, port.publish?)));
    if service.networks.is_empty() {
        let port = published().map(|(port, _)| ("a published port", port.origin));
        let alias = service.aliases.first().map(|_| ("an alias", service.origin));
        faults.extend(port.chain(alias).map(|(what, origin)| Fault::NoNetwork {
            service: name,
            what,
            origin,
        }));
        return;
    }
    let all_internal = service.networks.iter().all(|name| internal.contains(name.as_str()));
    for (port, publish) in published() {
        if all_internal {
            faults.push(Fault::InternalOnly { service: name, port: port.number, origin: port.origin });
        }
        if service.replicas > 1 {
            faults.push(Fault::SharedPort { service: name, port: publish.port, origin: port.origin });
        }
    }
}

/// What every container has of its own. With anything else in its place, Docker 20.10 starts none.
const OWN: [&str; 3] = ["/", "/dev", "/proc"];

fn check_paths<'a>(service: &'a Service, faults: &mut Vec<Fault<'a>>) {
    let tmpfs = service.tmpfs.iter().filter(|tmpfs| tmpfs.at.contains(':'));
    faults.extend(tmpfs.map(|tmpfs| Fault::Colon {
        what: "folder in memory",
        path: &tmpfs.at,
        origin: service.origin,
    }));
    let mounted = service.mounts.iter().map(|mount| {
        // Docker lets some files of /proc be covered, and no folder.
        let is_inside = mount.at.starts_with("/proc/") && matches!(mount.source, MountSource::Volume(_));
        (is_inside, &mount.at, mount.origin)
    });
    let in_memory = service.tmpfs.iter().map(|tmpfs| (false, &tmpfs.at, service.origin));
    let own = mounted.chain(in_memory).filter(|(is_inside, at, _)| *is_inside || OWN.contains(&at.as_str()));
    faults.extend(own.map(|(_, path, origin)| Fault::OwnPlace { path, origin }));
}

fn check_health<'a>(health: &'a Health) -> impl Iterator<Item = Fault<'a>> {
    let zeros = [
        (health.interval == 0, "an interval"),
        (health.timeout == 0, "a timeout"),
        (health.retries == 0, "retries"),
    ];
    let origin = health.origin;
    let zeros = zeros.into_iter().filter(|(zero, _)| *zero);
    zeros.map(move |(_, what)| Fault::ZeroHealth { what, origin })
}

fn check_variables<'a>(plan: &'a Plan, faults: &mut Vec<Fault<'a>>) {
    let secrets = plan.secrets.iter().map(|secret| (secret.variable.as_str(), secret.origin));
    let settings = plan.settings.iter().map(|setting| (setting.variable.as_str(), setting.origin));
    for (variable, origin) in secrets.chain(settings) {
        if let Some(by) = taker(plan, variable) {
            faults.push(Fault::TakenVariable { variable, by, origin });
        }
    }
    for setting in &plan.settings {
        let unfit = setting.default.as_deref().and_then(unfit_character);
        if let Some(character) = unfit {
            let (variable, origin) = (setting.variable.as_str(), setting.origin);
            faults.push(Fault::UnfitDefault { variable, character, origin });
        }
    }
}

fn taker(plan: &Plan, variable: &str) -> Option<Taker> {
    if variable == RELEASE && builds(plan) {
        Some(Taker::Release)
    } else if DOCKER.iter().any(|start| variable.starts_with(start)) {
        Some(Taker::Docker)
    } else {
        SHELL.contains(&variable).then_some(Taker::Shell)
    }
}

/// The first character of a default that one of its two places cannot carry.
fn unfit_character(default: &str) -> Option<char> {
    let mut characters = default.chars();
    let is_unfit = |character: &char| {
        let text = character.encode_utf8(&mut [0; 4]).to_owned();
        !can_be_default(&text) || !env_example::can_quote(&text)
    };
    match characters.find(|character| *character != '\\' && is_unfit(character)) {
        Some(character) => Some(character),
        None => (!env_example::can_quote(default)).then_some('\\'),
    }
}
