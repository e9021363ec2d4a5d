//! TLS as Mozilla's guideline has it, of every gateway with a certificate.

use super::live::{Live, gateways};
use crate::conformance::tool;
use crate::snapshot::expect_all;
use laud_plan::{RunsOn, TlsProfile};
use laud_rig::{Binary, binaries};
use std::process::Command;

#[test]
fn sslyze_finds_the_guideline_kept() {
    let Some(sslyze) = tool("sslyze") else { return };
    let all = binaries();
    for (profile, name) in [(TlsProfile::Intermediate, "intermediate"), (TlsProfile::Modern, "modern")] {
        let lives: Vec<Live> = runs(&all, profile);
        let targets =
            lives.iter().map(|live| format!("{}:{}{{127.0.0.1}}", live.gateway.domain, live.port()));
        // One process for all: it starts slowly.
        let out = Command::new(&sslyze).args(["--mozilla_config", name]).args(targets).output();
        let out = out.expect("sslyze runs");
        let said = String::from_utf8_lossy(&out.stdout);
        let verdict = said.split("COMPLIANCE").last().unwrap_or_default();
        expect_all(lives.iter().map(|live| {
            let head = format!("{}:{}", live.gateway.domain, live.port());
            let own =
                verdict.split(&head).nth(1).ok_or_else(|| format!("sslyze leaves {head} out: {said}"))?;
            let own = own.lines().skip(1).take_while(|line| line.is_empty() || line.starts_with("      "));
            let faults: Vec<&str> = own.filter(|line| line.trim_start().starts_with("* ")).collect();
            // The certificate is made for the test, and nobody vouches for it.
            match faults.as_slice() {
                [one] if one.contains("certificate_path_validation") => Ok(()),
                _ => Err(format!("{}: {name}: {said}", live.name)),
            }
        }));
    }
}

/// The gateways of a profile, each run by what it is for.
fn runs(binaries: &[Binary], profile: TlsProfile) -> Vec<Live> {
    let mut lives = Vec::new();
    for (environment, gateway) in gateways() {
        let is_run = gateway.certificate.is_some()
            && gateway.profile == profile
            && environment.name.starts_with("examples/")
            && matches!(gateway.runs_on, RunsOn::Container(_));
        let binary = binaries.iter().find(|binary| binary.version >= gateway.version);
        lives.extend(binary.filter(|_| is_run).map(|binary| Live::start(binary, environment, gateway)));
    }
    lives
}
