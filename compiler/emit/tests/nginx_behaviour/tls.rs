//! TLS as Mozilla's guideline has it.

use crate::gateway::Gateway;
use crate::plan::DOMAIN;
use laud_plan::TlsProfile;
use laud_rig::{binaries, curl, tool};
use std::process::Command;

#[test]
fn sslyze_finds_the_intermediate_guideline_kept() {
    let Some(sslyze) = tool("sslyze") else { return };
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let out = Command::new(&sslyze)
            .args(["--mozilla_config", "intermediate", "--sni", DOMAIN])
            .arg(format!("127.0.0.1:{}", gateway.ports.https))
            .output()
            .expect("sslyze runs");
        let said = String::from_utf8_lossy(&out.stdout);
        let verdict = said.split("COMPLIANCE").last().unwrap_or_default();
        let faults: Vec<&str> = verdict.lines().filter(|line| line.trim_start().starts_with("* ")).collect();
        assert!(
            matches!(faults.as_slice(), [one] if one.contains("certificate_path_validation")),
            "{binary:?}: {said}"
        );
    }
}

#[test]
fn versions_follow_the_profile() {
    for binary in binaries() {
        for (profile, version_12) in [(TlsProfile::Intermediate, true), (TlsProfile::Modern, false)] {
            let gateway = Gateway::start(&binary, |plan| plan.gateways[0].profile = profile);
            let with =
                |most: &str| curl(gateway.ports.https, DOMAIN, "/api/", &["--tls-max", most]).is_some();
            assert_eq!(
                [with("1.1"), with("1.2"), with("1.3")],
                [false, version_12, true],
                "{binary:?} {profile:?}"
            );
        }
    }
}

#[test]
fn http2_is_spoken() {
    for binary in binaries() {
        let gateway = Gateway::start(&binary, |_| {});
        let first = |flag| curl(gateway.ports.https, DOMAIN, "/api/", &[flag]).expect("a handshake").protocol;
        assert_eq!([first("--http2"), first("--http1.1")], ["HTTP/2", "HTTP/1.1"], "{binary:?}");
    }
}
