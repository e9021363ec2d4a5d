//! Laud in jobs and hooks: what it prints for services is what they take, and the action, the hooks and the snippets of
//! `docs/guides/ci.md` do what they say, as far as they run without those services.

mod action;
mod formats;
mod guide;
mod hooks;

use crate::process::ran;
use camino::Utf8Path;
use serde_json::Value;
use std::process::Command;

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// Whether a schema of `check-jsonschema`'s own holds for a file; nothing where the tool is missing.
fn holds(schema: &str, file: &Utf8Path) {
    let Some(tool) = laud_rig::tool("check-jsonschema") else { return };
    let (code, said) = ran(Command::new(tool).args(["--builtin-schema", schema, file.as_str()]));
    assert_eq!(code, 0, "{schema}: {said}");
}
