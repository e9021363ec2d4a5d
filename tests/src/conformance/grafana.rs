//! Dashboards, against the types of Grafana's own schema.

use super::{run, tool};
use crate::snapshot::expect_all;
use crate::system::environments;
use camino::Utf8Path;

#[test]
fn every_dashboard_is_of_the_schema() {
    let Some(check) = tool("check-dashboard") else { return };
    let mut paths: Vec<String> = Vec::new();
    for environment in environments() {
        let dashboards = environment.files.keys().filter(|path| path.starts_with("grafana/dashboards/"));
        paths.extend(dashboards.map(|path| environment.folder.join(path).into_string()));
    }
    if paths.is_empty() {
        return;
    }
    // One process for all: it starts slowly.
    let args: Vec<&str> = paths.iter().map(String::as_str).collect();
    expect_all([run(&check, Utf8Path::new("/"), &args).map(drop)]);
}
