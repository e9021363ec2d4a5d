//! Probes of gateways that are here: one that is always turned away is an alert
//! that never ends.

use super::Lower;
use super::redirects::Answers;
use laud_plan::{Action, Gateway, Probe};
use laud_syntax::{Diagnostic, code, literal};
use std::net::IpAddr;

impl Lower<'_, '_, '_> {
    pub(super) fn check_probes(&mut self) {
        let turned_away: Vec<Diagnostic> = self
            .plan
            .probes
            .iter()
            .filter_map(|probe| {
                let asked = |gateway| Some((gateway, path_of(probe, gateway)?));
                let (gateway, path) = self.plan.gateways.iter().find_map(asked)?;
                turned_away(probe, gateway, path)
            })
            .collect();
        turned_away.into_iter().for_each(|diagnostic| self.report_missed(diagnostic));
    }
}

/// The path that a probe asks a gateway for, if it does.
fn path_of<'p>(probe: &'p Probe, gateway: &Gateway) -> Option<&'p str> {
    let scheme = if gateway.certificate.is_some() { "https://" } else { "http://" };
    let rest = probe.url.strip_prefix(scheme)?.strip_prefix(gateway.domain.as_str())?;
    let rest = match gateway.public_https_port {
        port if gateway.certificate.is_some() && port != 443 => {
            rest.strip_prefix(':')?.strip_prefix(port.to_string().as_str())?
        }
        _ => rest,
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    match path {
        "" => Some("/"),
        path => path.starts_with('/').then_some(path),
    }
}

fn turned_away(probe: &Probe, gateway: &Gateway, path: &str) -> Option<Diagnostic> {
    let Some(route) = Answers::of(gateway).to(path).map(|at| &gateway.routes[at]) else {
        let message = format!("the probe of `{}` finds nothing: no route leads to `{path}`", gateway.name);
        return Some(
            Diagnostic::new(&code::PROBE_TURNED_AWAY, probe.origin, message)
                .help("Set `probe_path` to a path that is answered."),
        );
    };
    let (problem, label) = match route.action {
        Action::Respond { status, .. } if !(200..300).contains(&status) => {
            ("always finds an error", format!("`{path}` is answered with {status}"))
        }
        _ if !route.allow.is_empty() && !route.allow.iter().any(|range| may_be_dockers(range)) => {
            ("is never let in", "only those in `allow` may come here".to_owned())
        }
        _ => return None,
    };
    let message = format!("the probe of `{}` {problem}", gateway.name);
    Some(Diagnostic::new(&code::PROBE_TURNED_AWAY, probe.origin, message).related(route.origin, label).help(
        "It comes from a container of this host. Give it a path that is for all: \
         `route \"/ping\" { respond { status = 200 } }` and `probe_path = \"/ping\"`.",
    ))
}

/// Whether a network has addresses that Docker gives to its own networks, from
/// which containers come: 172.16.0.0/12 and 192.168.0.0/16, if nobody has set others.
fn may_be_dockers(range: &str) -> bool {
    let Ok(literal::Cidr { address: IpAddr::V4(address), prefix }) = literal::cidr(range) else {
        return false;
    };
    let meets = |other: u32, bits: u8| {
        let bits = bits.min(prefix);
        bits == 0 || (address.to_bits() ^ other) >> (32 - bits) == 0
    };
    meets(0xac10_0000, 12) || meets(0xc0a8_0000, 16)
}
