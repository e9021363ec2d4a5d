//! nginx configurations: nginx takes them, of the version that they are for and
//! of every newer one, and gixy finds nothing in them.

use super::gateways::{gateways, staged};
use super::tool;
use crate::snapshot::{all_right, expect_all};
use crate::system::Environment;
use laud_plan::Gateway;
use laud_rig::{Binary, Moved, binaries};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn nginx_takes_every_configuration() {
    let binaries = binaries();
    expect_all(gateways().map(|(environment, gateway)| taken(&binaries, environment, gateway)));
}

/// What the nginxes say that are new enough for a gateway's configuration.
fn taken(binaries: &[Binary], environment: &Environment, gateway: &Gateway) -> Result<(), String> {
    let mut wrong = Vec::new();
    let (folder, file) = staged(environment, gateway, &Moved::default());
    for binary in binaries.iter().filter(|binary| binary.version >= gateway.version) {
        let what = format!("{}, `{}`, {:?}", environment.name, gateway.name, binary.version);
        match folder.test(binary, &file) {
            // A newer nginx tells that the older one's words are old.
            Ok(said) if binary.version == gateway.version && said.contains("[warn]") => {
                wrong.push(format!("{what} warns: {said}"));
            }
            Ok(_) => {}
            Err(said) => wrong.push(format!("{what} refuses: {said}")),
        }
    }
    all_right(wrong)
}

/// A finding of gixy that is no fault.
struct Explained {
    /// What gixy calls it.
    plugin: &'static str,
    /// Which gateways may have it.
    of: fn(&Gateway) -> bool,
    /// Why it is none.
    because: &'static str,
}

const EXPLAINED: &[Explained] = &[Explained {
    plugin: "ssl_ecdh_curve",
    of: |gateway| gateway.post_quantum,
    because: "X25519MLKEM768 needs OpenSSL 3.5, which the plan says that this nginx has; nginx itself takes it above",
}];

#[test]
fn gixy_finds_nothing_unexplained() {
    let Some(gixy) = tool("gixy") else { return };
    let all: Vec<(String, &Environment, &Gateway)> = gateways()
        .flat_map(|(environment, gateway)| {
            let folder = format!("nginx/{}/", gateway.name);
            let paths = environment.files.keys().filter(move |path| path.starts_with(&folder));
            let paths = paths.filter(|path| path.ends_with(".conf"));
            paths.map(move |path| (environment.folder.join(path).into_string(), environment, gateway))
        })
        .collect();
    // One process for all: it starts slowly.
    let paths = all.iter().map(|(path, ..)| path);
    let output = Command::new(&gixy).args(["-f", "json"]).args(paths).output().expect("gixy runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.trim().is_empty(), "gixy cannot read a configuration: {said}");
    let found: Vec<Value> = serde_json::from_slice(&output.stdout).expect("gixy writes JSON");
    let mut used = BTreeSet::new();
    expect_all(found.iter().map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default();
        let of = all.iter().find(|(path, ..)| path == text("path"));
        let (_, environment, gateway) = of.ok_or_else(|| format!("gixy speaks of {finding}"))?;
        let known = EXPLAINED.iter().find(|known| known.plugin == text("plugin") && (known.of)(gateway));
        match known {
            Some(known) => {
                used.insert(known.plugin);
                Ok(())
            }
            None => Err(format!(
                "{}, `{}`: {} ({}): {}",
                environment.name,
                gateway.name,
                text("plugin"),
                text("severity"),
                text("reason")
            )),
        }
    }));
    let unused = EXPLAINED.iter().filter(|known| !used.contains(known.plugin));
    expect_all(unused.map(|known| {
        Err(format!("gixy no longer finds {}, so this reason can go: {}", known.plugin, known.because))
    }));
}
