//! Units: what systemd itself reads in them.

use super::{run, tool};
use crate::snapshot::expect_all;
use crate::system::{Environment, environments};

#[test]
fn systemd_takes_every_unit() {
    let Some(analyze) = tool("systemd-analyze") else { return };
    expect_all(environments().map(|environment| {
        let units = units(environment);
        if units.is_empty() {
            return Ok(());
        }
        // `docker.service` need not be on this machine.
        let mut args = vec!["verify", "--man=no", "--recursive-errors=no"];
        args.extend(units.iter().map(String::as_str));
        run(&analyze, &environment.folder, &args).map(drop)
    }));
}

/// The units of an environment, as paths in its folder.
fn units(environment: &Environment) -> Vec<String> {
    let units = environment.files.keys().filter(|path| path.starts_with("systemd/"));
    units.map(|path| format!("./{path}")).collect()
}
