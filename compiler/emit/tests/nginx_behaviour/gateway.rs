//! A running gateway of the plan of these tests, before stub upstreams.

use crate::plan::Ports;
use laud_emit::{Context, Whole, nginx};
use laud_plan::{Plan, RunsOn};
use laud_rig::{Binary, Dns, Folder, Moved, Running, Upstream, free_port};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Deref;
use std::thread::sleep;
use std::time::Duration;

/// Ports of loopback that were free a moment ago.
pub(crate) fn free_ports() -> Ports {
    let next = free_port;
    Ports { http: next(), https: next(), status: next(), backend: next(), frontend: next(), dead: next() }
}

/// Emits the plan and puts its nginx files into a folder, with names found at `dns`.
pub(crate) fn folder(plan: &Plan, dns: u16) -> Folder {
    assert_eq!(nginx::check(plan), [], "the plan is refused");
    let mut files = Vec::new();
    let mut sink = Whole::new(|file| files.push((file.path, file.content)));
    nginx::emit(plan, Context { spec_root: "../.." }, &mut sink);
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Folder::new(files, &Moved { dns, ..Moved::default() })
}

/// A gateway with its upstreams, which end with it.
pub(crate) struct Gateway {
    /// Its ports.
    pub(crate) ports: Ports,
    /// The DNS server that it asks; it knows `backend` and `frontend`.
    pub(crate) dns: Dns,
    /// Two replicas of the backend, and the frontend.
    _upstreams: Vec<Upstream>,
    nginx: Running,
}

impl Gateway {
    /// Starts a gateway and waits until it listens, and knows its upstreams.
    pub(crate) fn start(binary: &Binary, change: impl FnOnce(&mut Plan)) -> Self {
        let mut ports = free_ports();
        let (upstreams, backend, frontend) = upstreams();
        (ports.backend, ports.frontend) = (backend, frontend);
        let dns = Dns::start();
        let first = Ipv4Addr::LOCALHOST;
        dns.know("backend", &[first, Ipv4Addr::new(127, 0, 0, 2)]);
        dns.know("frontend", &[first]);
        let mut plan = crate::plan::plan(binary.version, ports);
        change(&mut plan);
        let folder = folder(&plan, dns.port);
        let file = match plan.gateways[0].runs_on {
            RunsOn::Container(_) => "nginx/edge/nginx.conf",
            RunsOn::Host => folder.host(),
        };
        let nginx = Running::start(binary, folder, file, ports.http);
        sleep(Duration::from_millis(300));
        Self { ports, dns, _upstreams: upstreams, nginx }
    }
}

impl Deref for Gateway {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.nginx
    }
}

/// Two replicas on one port of two addresses, and a frontend.
fn upstreams() -> (Vec<Upstream>, u16, u16) {
    let (first, second, backend) = (0..20)
        .find_map(|_| {
            let first = TcpListener::bind("127.0.0.1:0").ok()?;
            let port = first.local_addr().ok()?.port();
            Some((first, TcpListener::bind(("127.0.0.2", port)).ok()?, port))
        })
        .expect("a port that is free on two addresses");
    let third = Upstream::start("frontend");
    let frontend = third.address().port();
    (vec![Upstream::on(first, "backend 1"), Upstream::on(second, "backend 2"), third], backend, frontend)
}
