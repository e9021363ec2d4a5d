//! Compose files: the compose-spec's schema, and docker compose itself.

use super::{run, tool};
use crate::snapshot::expect_all;
use crate::system::{Environment, environments};
use camino::Utf8Path;
use laud_plan::Plan;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

const FILE: &str = "compose.yaml";

fn with_compose() -> Vec<&'static Environment> {
    environments().filter(|environment| environment.files.contains_key(FILE)).collect()
}

#[test]
fn every_file_is_of_the_schema() {
    let Some(check) = tool("check-jsonschema") else { return };
    let paths: Vec<String> = with_compose().iter().map(|e| e.folder.join(FILE).into_string()).collect();
    // One process for all: it starts slowly.
    let mut args = vec!["--builtin-schema", "vendor.compose-spec"];
    args.extend(paths.iter().map(String::as_str));
    expect_all([run(&check, Utf8Path::new("/"), &args).map(drop)]);
}

#[test]
fn docker_compose_reads_what_was_meant() {
    let Some(compose) = tool("docker-compose") else { return };
    expect_all(with_compose().into_iter().map(|environment| reads(&compose, environment)));
}

/// What docker compose makes of a file must be what the plan says.
fn reads(compose: &Utf8Path, environment: &Environment) -> Result<(), String> {
    let secrets = environment.folder.join(".env");
    fs::write(&secrets, variables(&environment.plan)).expect("an env file can be written");
    let args = ["--env-file", ".env", "-f", FILE, "--profile", "*", "config", "--format", "json"];
    let output = run(compose, &environment.folder, &args);
    fs::remove_file(&secrets).expect("an env file can be removed");
    let output = output?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !said.trim().is_empty() {
        return Err(format!("{}: docker compose warns: {said}", environment.name));
    }
    let read: Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", environment.name))?;
    let services =
        read["services"].as_object().ok_or_else(|| format!("{}: no services", environment.name))?;
    let (there, meant): (BTreeSet<&str>, BTreeSet<&str>) = (
        services.keys().map(String::as_str).collect(),
        environment.plan.services.iter().map(|service| service.name.as_str()).collect(),
    );
    if read["name"] != environment.plan.project() || !meant.is_subset(&there) {
        return Err(format!(
            "{}: {} has {there:?}, and {meant:?} were meant",
            environment.name, read["name"]
        ));
    }
    Ok(())
}

/// A value for everything that the one who deploys gives.
fn variables(plan: &Plan) -> String {
    let secrets = plan.secrets.iter().map(|secret| format!("{}=s3cret\n", secret.variable));
    let settings = plan.settings.iter().filter(|setting| setting.default.is_none());
    secrets.chain(settings.map(|setting| format!("{}=1\n", setting.variable))).collect()
}
