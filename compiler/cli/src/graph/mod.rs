//! A drawing of one environment: what runs, on which networks, who reaches
//! whom, who waits for whom, who watches whom. In the order of the plan.

mod dot;
mod mermaid;

pub(crate) use dot::dot;
pub(crate) use mermaid::mermaid;

use laud_plan::{Action, Condition, Gateway, Image, Interface, Location, Plan, RunsOn, Service, ServiceId};

/// Boxes and arrows.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    title: String,
    nodes: Vec<Node>,
    networks: Vec<Network>,
    edges: Vec<Edge>,
}

/// A box: its lines, the first its name.
#[derive(Debug)]
struct Node {
    lines: Vec<String>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// The world outside.
    World,
    /// What faces it.
    Gateway,
    /// What keeps running.
    Service,
    /// What runs and ends.
    Job,
}

/// A network and the nodes that are at home on it.
#[derive(Debug)]
struct Network {
    label: String,
    nodes: Vec<usize>,
}

/// An arrow from one node to another.
#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    lines: Vec<String>,
    style: Line,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Requests.
    Route,
    /// Waiting for the other to be up.
    Need,
    /// Reading the other's metrics.
    Scrape,
}

/// Draws an environment.
pub(crate) fn draw(plan: &Plan) -> Drawing {
    let mut drawing =
        Drawing { title: format!("{} in {}", plan.app, plan.environment), ..Drawing::default() };
    for service in &plan.services {
        let node = service_node(plan, service);
        drawing.nodes.push(node);
    }
    for network in &plan.networks {
        let home = |(index, service): (usize, &Service)| {
            (service.networks.first() == Some(&network.name)).then_some(index)
        };
        let nodes: Vec<usize> = plan.services.iter().enumerate().filter_map(home).collect();
        let label = if network.internal {
            format!("{} (no way out)", network.name)
        } else {
            network.name.to_string()
        };
        if !nodes.is_empty() {
            drawing.networks.push(Network { label, nodes });
        }
    }
    drawing.add_ways_in(plan);
    drawing.add_needs(plan);
    drawing.add_scrapes(plan);
    drawing
}

fn service_node(plan: &Plan, service: &Service) -> Node {
    let is_gateway = |gateway: &Gateway| matches!(gateway.runs_on, RunsOn::Container(id) if std::ptr::eq(plan.service(id), service));
    let mut lines = vec![service.name.to_string()];
    lines.push(match &service.image {
        Image::Pinned(reference) => reference.to_string(),
        Image::Built(build) => format!("built from {}", build.context),
    });
    if service.replicas > 1 {
        lines.push(format!("{} replicas", service.replicas));
    }
    if service.networks.len() > 1 {
        lines.push(format!("also on {}", service.networks[1..].join(", ")));
    }
    let shape = match &service.job {
        Some(_) => Shape::Job,
        None if plan.gateways.iter().any(is_gateway) => Shape::Gateway,
        None => Shape::Service,
    };
    Node { lines, shape }
}

impl Drawing {
    /// From the world through gateways and published ports to services.
    fn add_ways_in(&mut self, plan: &Plan) {
        let mut ways: Vec<(usize, String)> = Vec::new();
        for gateway in &plan.gateways {
            let node = match gateway.runs_on {
                RunsOn::Container(ServiceId(index)) => index as usize,
                RunsOn::Host => {
                    let lines = vec![gateway.name.to_string(), "nginx of the host".to_owned()];
                    self.nodes.push(Node { lines, shape: Shape::Gateway });
                    self.nodes.len() - 1
                }
            };
            ways.push((node, gateway.domain.to_string()));
            for route in &gateway.routes {
                let (Location::Prefix(path) | Location::Exact(path)) = &route.location;
                match &route.action {
                    Action::Proxy(upstream) => {
                        self.connect(node, upstream.service.0 as usize, path, Line::Route)
                    }
                    Action::Redirect { .. } | Action::Respond { .. } => {}
                }
            }
        }
        for (index, service) in plan.services.iter().enumerate() {
            let open = service
                .ports
                .iter()
                .filter_map(|port| port.publish)
                .filter(|p| p.interface != Interface::Loopback);
            if !ways.iter().any(|(node, _)| *node == index) {
                ways.extend(open.map(|publish| (index, format!("port {}", publish.port))));
            }
        }
        if ways.is_empty() {
            return;
        }
        let world = self.nodes.len();
        self.nodes.push(Node { lines: vec!["the world".to_owned()], shape: Shape::World });
        for (node, words) in ways {
            self.connect(world, node, &words, Line::Route);
        }
    }

    fn add_needs(&mut self, plan: &Plan) {
        for (index, service) in plan.services.iter().enumerate() {
            for need in &service.needs {
                let words = match need.condition {
                    Condition::Started => "started",
                    Condition::Healthy => "healthy",
                    Condition::Completed => "completed",
                };
                self.connect(index, need.service.0 as usize, words, Line::Need);
            }
        }
    }

    fn add_scrapes(&mut self, plan: &Plan) {
        let Some(scraper) = &plan.scraper else {
            return;
        };
        for target in &plan.targets {
            self.connect(scraper.service.0 as usize, target.service.0 as usize, &target.job, Line::Scrape);
        }
    }

    /// Adds an arrow, or its words to the one that is there.
    fn connect(&mut self, from: usize, to: usize, words: &str, style: Line) {
        let alike = |edge: &&mut Edge| (edge.from, edge.to, edge.style) == (from, to, style);
        match self.edges.iter_mut().find(alike) {
            Some(edge) if edge.lines.iter().any(|line| line == words) => {}
            Some(edge) => edge.lines.push(words.to_owned()),
            None => self.edges.push(Edge { from, to, lines: vec![words.to_owned()], style }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A drawing with every shape and line, and text that would escape if it could.
    pub(super) fn drawing() -> Drawing {
        let node =
            |lines: &[&str], shape| Node { lines: lines.iter().map(|&line| line.into()).collect(), shape };
        let edge = |from, to, lines: &[&str], style| Edge {
            from,
            to,
            lines: lines.iter().map(|&line| line.into()).collect(),
            style,
        };
        Drawing {
            title: "shop in production".into(),
            nodes: vec![
                node(&["edge", "nginx:1.30"], Shape::Gateway),
                node(&["api", "built from a\"b\\c<d>#`", "2 replicas"], Shape::Service),
                node(&["migrate", "built from ."], Shape::Job),
                node(&["the world"], Shape::World),
            ],
            networks: vec![
                Network { label: "edge".into(), nodes: vec![0] },
                Network { label: "data (no way out)".into(), nodes: vec![1, 2] },
            ],
            edges: vec![
                edge(0, 1, &["/api/", "/\"];x-->y"], Line::Route),
                edge(3, 0, &["shop.example"], Line::Route),
                edge(1, 2, &["completed"], Line::Need),
                edge(0, 1, &["api"], Line::Scrape),
            ],
        }
    }

    #[test]
    fn arrows_between_the_same_two_are_one() {
        let mut drawing = Drawing::default();
        drawing.connect(0, 1, "/a/", Line::Route);
        drawing.connect(0, 1, "healthy", Line::Need);
        drawing.connect(0, 1, "/b/", Line::Route);
        drawing.connect(0, 1, "/a/", Line::Route);
        let lines: Vec<_> = drawing.edges.iter().map(|edge| edge.lines.join(" ")).collect();
        assert_eq!(lines, ["/a/ /b/", "healthy"]);
    }
}
