//! `.pre-commit-hooks.yaml`, by pre-commit itself, in a repository of a team.

use crate::place::{repository, scratch};
use crate::process::{command, programs, ran};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

const BAD: &str = "app   shop\n\nservice web { imagee = \"a:1\" }\n\nenvironment staging {}\n";

fn git(folder: &Utf8Path, args: &[&str]) {
    let mut git = command("git", folder);
    git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"]).args(args).current_dir(folder);
    let (code, said) = ran(&mut git);
    assert_eq!(code, 0, "git {args:?}: {said}");
}

/// A repository with what hooks need of this one, a team's with a bad spec, and the programs that both find.
fn repositories(name: &str) -> (Utf8PathBuf, Utf8PathBuf, Utf8PathBuf) {
    let folder = scratch(name);
    let (ours, team) = (folder.join("laud"), folder.join("team"));
    for file in [".pre-commit-hooks.yaml", "ci/hook.sh", "compiler/cli/Cargo.toml"] {
        let place = ours.join(file);
        fs::create_dir_all(place.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::copy(repository().join(file), place).expect("a file can be copied");
    }
    fs::create_dir_all(team.join("infra")).expect("a folder can be made");
    fs::write(team.join("infra/main.laud"), BAD).expect("a spec can be written");
    for repository in [&ours, &team] {
        git(repository, &["init", "--quiet"]);
        git(repository, &["add", "."]);
        git(repository, &["commit", "--quiet", "--message", "All"]);
    }
    (ours, team, programs(&folder))
}

/// Tries a hook on the whole of the team's repository.
fn attempt(hook: &str, (ours, team, bin): &(Utf8PathBuf, Utf8PathBuf, Utf8PathBuf)) -> Option<(i32, String)> {
    let tool = laud_rig::tool("pre-commit")?;
    let mut tried = command(tool, bin);
    tried.args(["try-repo", ours.as_str(), hook, "--all-files", "--verbose", "--color", "never"]);
    tried.env("PRE_COMMIT_HOME", team.join(".git/pre-commit"));
    Some(ran(tried.current_dir(team)))
}

#[test]
fn the_manifest_is_one() {
    let Some(tool) = laud_rig::tool("pre-commit") else { return };
    let manifest = repository().join(".pre-commit-hooks.yaml");
    let (code, said) = ran(command(tool, repository()).args(["validate-manifest", manifest.as_str()]));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn hooks_check_and_format() {
    let all = repositories("hooks-system");
    let spec = all.1.join("infra/main.laud");
    // Nobody says where the system is, so that it is looked for where the hook stands.
    let Some((code, said)) = attempt("laud-check-system", &all) else { return };
    assert!(code != 0 && said.contains("error[L0001]"), "{said}");
    fs::rename(&spec, all.1.join("main.laud")).expect("it can be moved");
    git(&all.1, &["add", "."]);
    let (code, said) = attempt("laud-check-system", &all).expect("it is there");
    assert!(code != 0 && said.contains("main.laud:3:15: error[L0204]"), "{said}");
    let (code, said) = attempt("laud-fmt-system", &all).expect("it is there");
    assert!(code != 0 && said.contains("files were modified by this hook"), "{said}");
    let formatted = fs::read_to_string(all.1.join("main.laud")).expect("it is there");
    assert!(formatted.starts_with("app shop\n"), "{formatted}");
    git(&all.1, &["add", "."]);
    let (code, said) = attempt("laud-fmt-system", &all).expect("it is there");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn hooks_that_build_do_so_once() {
    let all = repositories("hooks-build");
    fs::rename(all.1.join("infra/main.laud"), all.1.join("main.laud")).expect("it can be moved");
    git(&all.1, &["add", "."]);
    fs::remove_file(all.2.join("laud")).expect("it is there");
    super::action::cargo(&all.2);
    let Some((code, said)) = attempt("laud-check", &all) else { return };
    assert!(code != 0 && said.contains("main.laud:3:15: error[L0204]"), "{said}");
    assert!(said.contains("cargo install --quiet --locked --path"), "{said}");
    // The script by itself, a second time: it is built already.
    let script = all.0.join("ci/hook.sh");
    for is_first in [true, false] {
        let (code, said) =
            ran(command(&script, &all.2).args(["check", "--format", "short"]).current_dir(&all.1));
        assert_eq!((code, said.contains("cargo install")), (1, is_first), "{said}");
    }
}
