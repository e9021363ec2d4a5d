//! Rules over environments: what two of them cannot both have, each of which is good alone.

use laud_plan::{Interface, Origin, Plan, Protocol, RunsOn};
use laud_syntax::{Diagnostic, code};
use lean_string::LeanStr;
use std::collections::{BTreeMap, BTreeSet};

/// What an environment takes of the world that others may take as well.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    environment: LeanStr,
    host: Option<Host>,
    /// By port of the host: the service, and where it is published.
    ports: BTreeMap<(u16, Protocol), (LeanStr, Origin)>,
    domains: Vec<Domain>,
}

/// A host with a name, by which environments share it.
#[derive(Clone, Debug, PartialEq)]
struct Host {
    name: LeanStr,
    origin: Origin,
    /// What it has, in bytes.
    memory: u64,
    /// Its processors, in thousandths.
    cpu: u32,
    /// What the limits of the environment add up to, in bytes.
    needed: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct Domain {
    name: LeanStr,
    /// Whether it leads to another.
    is_alias: bool,
    origin: Origin,
    /// The host's ports at which the gateway answers; none in an nginx that the host runs.
    ports: Vec<u16>,
}

impl Claims {
    /// What an environment takes.
    pub fn of(plan: &Plan) -> Self {
        let host = plan.host.as_ref().and_then(|host| {
            let (name, needed) = (host.name.clone()?, plan.memory());
            Some(Host { name, origin: host.origin, memory: host.memory, cpu: host.cpu, needed })
        });
        let mut ports = BTreeMap::new();
        for service in &plan.services {
            for port in &service.ports {
                if let Some(publish) = port.publish {
                    let taken = (publish.port, port.protocol);
                    ports.entry(taken).or_insert_with(|| (service.name.clone(), port.origin));
                }
            }
        }
        Self { environment: plan.environment.clone(), host, ports, domains: domains(plan) }
    }
}

/// The domains at which the world reaches a system, but for those whose
/// author says why others may have them too.
fn domains(plan: &Plan) -> Vec<Domain> {
    let mut domains = Vec::new();
    for gateway in plan.gateways.iter().filter(|gateway| !gateway.shares_domain) {
        let ports = match gateway.runs_on {
            RunsOn::Host => Some(Vec::new()),
            RunsOn::Container(id) => {
                let published = plan.service(id).ports.iter().filter_map(|port| port.publish);
                let open = published.filter(|publish| publish.interface != Interface::Loopback);
                Some(open.map(|publish| publish.port).collect::<Vec<_>>()).filter(|ports| !ports.is_empty())
            }
        };
        let Some(mut ports) = ports else { continue };
        ports.sort_unstable();
        let aliases = gateway.aliases.iter().map(|alias| (alias, true, gateway.aliases_origin));
        let names = std::iter::once((&gateway.domain, false, gateway.domain_origin)).chain(aliases);
        let names = names.filter(|(name, ..)| !is_local(name));
        domains.extend(names.map(|(name, is_alias, origin)| Domain {
            name: name.clone(),
            is_alias,
            origin,
            ports: ports.clone(),
        }));
    }
    domains
}

/// Whether a domain is another host's for each who asks (RFC 6761, sections 6.2 and 6.3).
fn is_local(domain: &str) -> bool {
    ["localhost", "test"].contains(&domain.rsplit('.').next().unwrap_or(domain))
}

/// What is wrong with environments side by side, in the order of the spec.
pub fn check_together(claims: &[Claims]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut clashing = Vec::new();
    for (index, later) in claims.iter().enumerate() {
        let clash = claims[..index].iter().find_map(|earlier| port_clash(earlier, later));
        clashing.push(clash.is_some());
        found.extend(clash);
        let uneven = claims[..index].iter().find_map(|earlier| uneven(earlier, later));
        // How much fits a host of two sizes, nobody knows.
        found.extend(uneven.or_else(|| overfull(&claims[..=index])));
    }
    // Of two on one port of one host, that is said.
    let apart = claims.iter().zip(clashing).filter(|(_, clashes)| !clashes).map(|(claims, _)| claims);
    found.extend(shared_domains(apart));
    found
}

/// The host of the later environment, if it is the earlier one's.
fn shared_host<'c>(earlier: &Claims, later: &'c Claims) -> Option<&'c Host> {
    let host = later.host.as_ref()?;
    earlier.host.as_ref().filter(|other| other.name == host.name).map(|_| host)
}

fn port_clash(earlier: &Claims, later: &Claims) -> Option<Diagnostic> {
    let host = shared_host(earlier, later)?;
    let both = later.ports.iter().filter_map(|(port, taken)| Some((port, taken, earlier.ports.get(port)?)));
    let both: Vec<_> = both.collect();
    let (_, (service, origin), (other, first)) = both.first()?;
    let ports: Vec<String> = both.iter().map(|((port, _), ..)| port.to_string()).collect();
    let word = if ports.len() == 1 { "port" } else { "ports" };
    let message = format!(
        "`{}` and `{}` both publish {word} {} on the host `{}`",
        earlier.environment,
        later.environment,
        ports.join(" and "),
        host.name
    );
    let mut diagnostic = Diagnostic::new(&code::PORT_CLASH, host.origin, message)
        .label("the same host")
        .related(*first, format!("`{other}` of `{}` is published here", earlier.environment));
    if origin != first {
        diagnostic =
            diagnostic.related(*origin, format!("`{service}` of `{}` is published here", later.environment));
    }
    Some(
        diagnostic
            .help("Publish them on other ports in one of the environments, or give it a host of its own."),
    )
}

/// What is wrong if the host is of one size for the earlier environment, and of another for the later one.
fn uneven(earlier: &Claims, later: &Claims) -> Option<Diagnostic> {
    let (host, other) = (shared_host(earlier, later)?, earlier.host.as_ref()?);
    let (has, had) = match (host.memory != other.memory, host.cpu != other.cpu) {
        (true, _) => (mebibytes(host.memory), mebibytes(other.memory)),
        (_, true) => (processors(host.cpu), processors(other.cpu)),
        (false, false) => return None,
    };
    let message = format!(
        "the host `{}` has {had} in `{}`, and {has} in `{}`",
        host.name, earlier.environment, later.environment
    );
    Some(
        Diagnostic::new(&code::UNEVEN_HOST, host.origin, message)
            .label("the same host, of another size")
            .related(other.origin, format!("the host of `{}`", earlier.environment))
            .help("Give it one size everywhere, as in a `let` for both, or name another host."),
    )
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

fn processors(thousandths: u32) -> String {
    format!("{} cores", f64::from(thousandths) / 1000.0)
}

fn shared_domains<'c>(claims: impl Iterator<Item = &'c Claims>) -> Vec<Diagnostic> {
    // Domains before aliases, by name and the ports at which that is answered.
    type Name<'c> = (bool, &'c LeanStr, &'c [u16]);
    let mut taken: BTreeMap<Name<'_>, Vec<(&LeanStr, Origin)>> = BTreeMap::new();
    for claims in claims {
        for domain in &claims.domains {
            let key = (domain.is_alias, &domain.name, domain.ports.as_slice());
            let by = taken.entry(key).or_default();
            // What one environment says twice is another matter.
            if by.last().is_none_or(|(last, _)| *last != &claims.environment) {
                by.push((&claims.environment, domain.origin));
            }
        }
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for ((is_alias, domain, _), mut by) in taken {
        // Who has another's domain has its aliases as well.
        by.retain(|(name, _)| !is_alias || !told.contains(name));
        let [first @ .., (last, origin)] = by.as_slice() else { continue };
        if first.is_empty() {
            continue;
        }
        told.extend(first.iter().map(|(name, _)| *name));
        let names: Vec<String> = first.iter().map(|(name, _)| format!("`{name}`")).collect();
        let message =
            format!("{} and `{last}` answer for `{domain}`, which leads to one host", names.join(", "));
        let mut diagnostic = Diagnostic::new(&code::SHARED_DOMAIN, *origin, message);
        for (name, other) in first.iter().filter(|(_, other)| other != origin) {
            diagnostic = diagnostic.related(*other, format!("the domain of `{name}`"));
        }
        found.push(diagnostic.help(
            "Set another domain in each of the environments, or say with `because` why they have the same.",
        ));
    }
    found
}

/// What is wrong if all that the last environment shares its host with does not fit in it.
fn overfull(claims: &[Claims]) -> Option<Diagnostic> {
    let host = claims.last()?.host.as_ref()?;
    let sharing: Vec<(&LeanStr, &Host)> = claims
        .iter()
        .filter_map(|claims| Some((&claims.environment, claims.host.as_ref()?)))
        .filter(|(_, other)| other.name == host.name)
        .collect();
    let needed: u64 = sharing.iter().map(|(_, other)| other.needed).sum();
    // One that does not fit alone is told of alone, and one of another size as that.
    let told = |other: &Host| other.needed > host.memory || other.memory != host.memory;
    if sharing.len() < 2 || needed <= host.memory || sharing.iter().any(|(_, other)| told(other)) {
        return None;
    }
    let names: Vec<String> =
        sharing[..sharing.len() - 1].iter().map(|(name, _)| format!("`{name}`")).collect();
    let last = &claims.last()?.environment;
    let message = format!(
        "the limits of {} and `{last}` add up to {} MiB, and the host `{}` has {}",
        names.join(", "),
        needed.div_ceil(1 << 20),
        host.name,
        mebibytes(host.memory)
    );
    let mut diagnostic = Diagnostic::new(&code::LIMITS_EXCEED_HOST, host.origin, message);
    for (name, other) in sharing.iter().rev().skip(1) {
        diagnostic = diagnostic.related(other.origin, format!("`{name}` is on it as well"));
    }
    Some(diagnostic.help("Lower limits or replicas, or give one of them a host of its own."))
}
