//! The rules of a system as a graph.

use super::Lower;
use super::read::{as_bytes, as_record};
use crate::types::Type;
use crate::value::Value;
use crate::world::InstanceId;
use laud_plan::ServiceId;
use laud_syntax::{Diagnostic, Span, ast, code};
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

/// Two ports on one of the host.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Clash {
    /// The services that they are of.
    id: ServiceId,
    other: ServiceId,
    /// Where the author wrote of each.
    at: Span,
    first: Span,
    /// Whether it is one port, of a service with replicas.
    itself: bool,
}

impl<'p> Lower<'_, '_, 'p> {
    pub(super) fn check_rules(&mut self, environment: &'p ast::Environment) {
        self.check_start_order();
        self.check_jobs_before();
        self.check_host_ports();
        self.check_probes();
        self.check_addresses();
        self.check_host(environment);
    }

    /// Services that wait for each other never start.
    fn check_start_order(&mut self) {
        let mut graph: DiGraph<ServiceId, ()> = DiGraph::new();
        let nodes: Vec<NodeIndex> =
            (0..self.plan.services.len()).map(|index| graph.add_node(ServiceId(index as u32))).collect();
        for (index, service) in self.plan.services.iter().enumerate() {
            for need in &service.needs {
                graph.add_edge(nodes[index], nodes[need.service.0 as usize], ());
            }
        }
        let mut circles: Vec<Vec<ServiceId>> = petgraph::algo::kosaraju_scc(&graph)
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|component| component.into_iter().map(|node| graph[node]).collect())
            .collect();
        for circle in &mut circles {
            circle.sort();
        }
        circles.sort();
        for circle in circles {
            self.report_circle(&circle);
        }
    }

    /// Reports the shortest way round from the first service of a circle.
    fn report_circle(&mut self, circle: &[ServiceId]) {
        let first = circle[0];
        let mut came_from: FxHashMap<ServiceId, (ServiceId, laud_syntax::Span)> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([first]);
        while let Some(at) = queue.pop_front() {
            for need in &self.service(at).needs {
                if circle.contains(&need.service) && !came_from.contains_key(&need.service) {
                    came_from.insert(need.service, (at, need.origin));
                    queue.push_back(need.service);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = first;
        while let Some((from, origin)) = came_from.get(&at) {
            way.push((*from, at, *origin));
            at = *from;
            if at == first {
                break;
            }
        }
        way.reverse();
        let names: Vec<String> = std::iter::once(first)
            .chain(way.iter().map(|(_, to, _)| *to))
            .map(|id| format!("`{}`", self.service(id).name))
            .collect();
        let Some((_, _, origin)) = way.first().copied() else { return };
        let mut diagnostic = Diagnostic::new(
            &code::START_CYCLE,
            origin,
            format!("these services wait for each other: {}", names.join(" -> ")),
        )
        .label(format!("{} waits for {}", names[0], names[1]))
        .help("Take one of these references out, or let one find the other later, by itself.");
        for (from, to, origin) in way.iter().skip(1) {
            let words = format!("`{}` waits for `{}`", self.service(*from).name, self.service(*to).name);
            diagnostic = diagnostic.related(*origin, words);
        }
        self.report(diagnostic);
    }

    /// A port of the host leads to one service.
    fn check_host_ports(&mut self) {
        let mut taken: FxHashMap<(u16, laud_plan::Protocol), (ServiceId, InstanceId, Span)> =
            FxHashMap::default();
        let mut clashes: Vec<(Clash, Vec<String>)> = Vec::new();
        for index in 0..self.plan.services.len() {
            let id = ServiceId(index as u32);
            if self.service(id).ports.iter().all(|port| port.publish.is_none()) {
                continue;
            }
            let instances = self.instances_field(self.service_instances[index], "ports");
            for (port, instance) in instances.into_iter().enumerate() {
                let Some(port) = self.service(id).ports.get(port) else { continue };
                let (Some(publish), protocol) = (port.publish, port.protocol) else { continue };
                let at = self.author_of(instance);
                let (other, before, first) =
                    *taken.entry((publish.port, protocol)).or_insert((id, instance, at));
                let itself = before == instance;
                if itself && self.service(id).replicas < 2 {
                    continue;
                }
                let key = Clash { id, other, at, first, itself };
                match clashes.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, ports)) => ports.push(publish.port.to_string()),
                    None => clashes.push((key, vec![publish.port.to_string()])),
                }
            }
        }
        for (clash, ports) in clashes {
            self.report_port_clash(&clash, &ports);
        }
        self.check_gateways_alone();
    }

    fn report_port_clash(&mut self, clash: &Clash, ports: &[String]) {
        let Clash { id, other, at, first, itself } = *clash;
        let (name, other_name) = (&self.service(id).name, &self.service(other).name);
        let ports = match ports {
            [port] => format!("port {port}"),
            ports => format!("ports {}", ports.join(" and ")),
        };
        let message = if itself {
            format!("the replicas of `{name}` would all be on {ports} of the host")
        } else if id == other {
            format!("`{name}` is on {ports} of the host twice")
        } else {
            format!("`{name}` and `{other_name}` are both on {ports} of the host")
        };
        let diagnostic = Diagnostic::new(&code::PORT_CLASH, at, message);
        let diagnostic = match at == first {
            true => diagnostic.label("published here"),
            false => diagnostic.label("and here").related(first, "published here"),
        };
        self.report(diagnostic.help(match itself {
            true => "Keep one replica, or publish no port: a gateway reaches all replicas without.",
            false => "Publish one of them on another port.",
        }));
    }

    /// Two gateways of the host's own nginx must not have one domain.
    fn check_gateways_alone(&mut self) {
        let mut clashes = Vec::new();
        for (index, gateway) in self.plan.gateways.iter().enumerate() {
            let names = |gateway: &laud_plan::Gateway| {
                let mut names = gateway.aliases.clone();
                names.push(gateway.domain.clone());
                names
            };
            for other in &self.plan.gateways[..index] {
                if let Some(domain) = names(gateway).iter().find(|name| names(other).contains(name)) {
                    clashes.push((gateway.origin, other.origin, domain.clone()));
                }
            }
        }
        for (origin, first, domain) in clashes {
            self.report(
                Diagnostic::new(&code::NAME_CLASH, origin, format!("two gateways answer for `{domain}`"))
                    .related(first, "the other")
                    .help("Give one of them another domain."),
            );
        }
    }

    /// The sum of all limits must fit in the host.
    fn check_host(&mut self, environment: &'p ast::Environment) {
        let Some((value, span)) = self.eval.environment_field(environment, "host") else { return };
        let Some(host) = as_record(&value) else { return };
        let memory = as_bytes(&host.get("memory")).unwrap_or(u64::MAX);
        let Value::Cpu(cpu) = host.get("cpu") else { return };
        let name = match host.get("name") {
            Value::Text(name) => Some(name),
            _ => None,
        };
        self.plan.host = Some(laud_plan::Host { name, memory, cpu, origin: span });
        let needed = self.plan.memory();
        let cores: u64 = self
            .plan
            .running()
            .map(|service| u64::from(service.limits.cpu) * u64::from(service.replicas))
            .sum();
        let mut largest: Vec<(u64, String)> = self
            .plan
            .running()
            .map(|service| (service.limits.memory * u64::from(service.replicas), service.name.to_string()))
            .collect();
        largest.sort_by(|a, b| b.cmp(a));
        if needed > memory {
            let top = &largest[..largest.len().min(3)];
            let (shift, unit) = binary_unit(top.iter().map(|(bytes, _)| *bytes).chain([needed, memory]));
            let shown = |bytes: u64| format!("{} {unit}", bytes >> shift);
            let top: Vec<String> =
                top.iter().map(|(bytes, name)| format!("`{name}` {}", shown(*bytes))).collect();
            self.report(
                Diagnostic::new(
                    &code::LIMITS_EXCEED_HOST,
                    span,
                    format!("the limits add up to {}, and the host has {}", shown(needed), shown(memory)),
                )
                .note(format!("the largest: {}", top.join(", ")))
                .help("Lower limits or replicas, or give the host more."),
            );
        }
        if cores > u64::from(cpu) {
            // CPU is shared by time, so a sum over the host slows things down but ends nothing.
            let message = format!(
                "the CPU limits add up to {} cores, and the host has {}",
                cores_text(cores),
                cores_text(cpu.into())
            );
            let mut diagnostic = Diagnostic::new(&code::LIMITS_EXCEED_HOST, span, message);
            diagnostic.level = laud_syntax::Level::Warning;
            self.report(diagnostic.help("Under full load services will wait for one another."));
        }
    }
}

/// The largest unit of which all of these sizes are whole numbers, so that they
/// can be compared: its bits and its name.
fn binary_unit(sizes: impl Iterator<Item = u64>) -> (u32, &'static str) {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let whole = sizes.map(u64::trailing_zeros).min().unwrap_or_default();
    units.into_iter().find(|(bits, _)| *bits <= whole).unwrap_or((0, "B"))
}

fn cores_text(millis: u64) -> String {
    (millis as f64 / 1000.0).to_string()
}

impl<'p> crate::eval::Eval<'_, 'p> {
    /// A field of an environment itself, with where it is set.
    pub(crate) fn environment_field(
        &mut self,
        environment: &'p ast::Environment,
        name: &str,
    ) -> Option<(Value<'p>, laud_syntax::Span)> {
        let ty = self.environment_type()?;
        let Type::Record(record) = &ty else { return None };
        let field = record.fields.iter().find(|field| field.name == name)?;
        let parts = environment_parts(environment, name);
        let (_, span) = parts.first()?;
        let span = *span;
        let value = self.eval_environment_field(parts, &field.ty, span);
        Some((value, span))
    }
}

/// What sets a field of the environment itself.
fn environment_parts<'p>(
    environment: &'p ast::Environment,
    name: &str,
) -> Vec<(&'p ast::Entry, laud_syntax::Span)> {
    let mut parts = Vec::new();
    for entry in &environment.body.entries {
        let path = match &entry.node {
            ast::Node::Field(field) => &field.path,
            ast::Node::Block(block) => &block.path,
            _ => continue,
        };
        if let Some(first) = path.first()
            && first.text == name
        {
            parts.push((entry, first.span));
        }
    }
    parts
}
