//! The binary as a process: what it prints where, its exit codes, and what it
//! leaves on disk.

use crate::place::scratch;
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// The binary, as cargo has just built it.
pub(crate) const LAUD: &str = env!("CARGO_BIN_EXE_laud-under-test");

/// What a run of the binary came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary in a folder.
pub(crate) fn laud_in(folder: &Utf8Path, args: &[&str]) -> Ran {
    run(laud_command(folder, args), "")
}

fn laud_command(folder: &Utf8Path, args: &[&str]) -> Command {
    let mut command = Command::new(LAUD);
    command.args(args).current_dir(folder).env_remove("NO_COLOR").env("LANG", "C.UTF-8").env_remove("LC_ALL");
    command
}

fn run(mut command: Command, stdin: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    // It may end without having read everything.
    let _ = child.stdin.take().expect("it is piped").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the binary prints UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A spec with two environments that builds.
pub(crate) const GOOD: &str = r#"/// A shop.
app shop

service web {
  image  = "nginxinc/nginx-unprivileged:1.30.0"
  port http = 8080
  health = http { port = http, path = "/", with = wget }
  limits { memory = 64MiB }
}

environment staging {}

environment production {
  web.limits.memory = 128MiB
}
"#;

/// A spec with two errors.
const BAD: &str = "app shop\n\nservice web { imagee = \"a:1\" }\n\nenvironment staging {}\n";

/// A folder with a spec.
pub(crate) fn spec(name: &str, text: &str) -> Utf8PathBuf {
    let folder = scratch(&format!("cli/{name}"));
    fs::write(folder.join("main.laud"), text).expect("a spec can be written");
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn a_good_spec_is_fine() {
    let folder = spec("good", GOOD);
    for args in [&["check"][..], &["check", "."], &["check", "main.laud"], &["check", "--format", "short"]] {
        let ran = laud_in(&folder, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(laud_in(&folder, &["check"]).stderr, "shop is fine in staging, production\n");
    assert_eq!(laud_in(&folder, &["check", "--quiet"]).stderr, "");
    assert_eq!(laud_in(&folder, &["check", "--format=json"]).stdout, "[]\n");
}

/// The stacks are large because values may need one another deep, and smaller where there is no room for them.
#[test]
#[cfg(target_os = "linux")]
fn little_memory_is_enough() {
    let folder = scratch("cli/memory");
    let chain: String = (1..3_900).rev().map(|n| format!("let x{n} = x{}\n", n - 1)).collect();
    fs::write(folder.join("main.laud"), format!("{GOOD}let last = x3899\n{chain}let x0 = 1\n"))
        .expect("it is written");
    // Room for all stacks, for the first thread's alone, and for none of that size.
    for (kib, code) in [(4_000_000, 0), (1_500_000, 0), (700_000, 1)] {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -v {kib} && exec {LAUD} check .")]).current_dir(&folder);
        let ran = run(command, "");
        let is_deep = ran.stderr.contains("values need one another too deep");
        assert_eq!((ran.code, is_deep), (code, code == 1), "{kib} KiB: {}", ran.stderr);
    }
}

#[test]
fn errors_are_exit_code_1_in_every_format() {
    let folder = spec("bad", BAD);
    let human = laud_in(&folder, &["check"]);
    assert_eq!((human.code, human.stdout.as_str()), (1, ""));
    assert!(human.stderr.contains("error[L0204]: "), "{}", human.stderr);
    assert!(human.stderr.contains("╭─[main.laud:3:15]"), "{}", human.stderr);
    assert!(human.stderr.contains("`laud explain L0"), "{}", human.stderr);

    let short = laud_in(&folder, &["check", "--format=short"]);
    assert_eq!((short.code, short.stdout.as_str()), (1, ""));
    assert!(
        short.stderr.lines().any(|line| line.starts_with("main.laud:3:15: error[L0204]: ")),
        "{}",
        short.stderr
    );

    let machine = laud_in(&folder, &["check", "--format=json"]);
    assert_eq!((machine.code, machine.stderr.as_str()), (1, ""));
    let found = json(&machine.stdout);
    let wrong =
        found.as_array().and_then(|all| all.iter().find(|one| one["code"] == "L0204")).expect("it is found");
    assert_eq!(wrong["start"], serde_json::json!({ "line": 3, "column": 15, "offset": 24 }));
    assert_eq!(wrong["file"], "main.laud");
}

#[test]
fn no_format_shows_a_secret() {
    let text = "app shop\n\nsecret   key = \"s3cr3t\"\nsecret other = 's3cr3t'\n\nenvironment staging {\n  key = \"s3cr3t\"\n}\n";
    let folder = spec("secret", text);
    for args in [
        &["check"][..],
        &["check", "--format=short"],
        &["check", "--format=json"],
        &["check", "--format=sarif"],
        &["check", "--format=github"],
        &["check", "--format=gitlab"],
        &["build", "--format=json"],
        &["fmt", "--diff"],
    ] {
        let ran = laud_in(&folder, args);
        let said = ran.stdout + &ran.stderr;
        assert_eq!(ran.code, 1, "{args:?}: {said}");
        assert!(!said.contains("s3cr3t"), "{args:?}: {said}");
    }
}

/// A strict umask, as one has who has just made `.env`, takes nothing from containers.
#[test]
fn a_build_may_be_read_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = spec("strict-umask", GOOD);
    let mut shell = Command::new("sh");
    shell.args(["-c", "umask 077 && exec \"$0\" build", LAUD]).current_dir(&folder);
    assert_eq!(run(shell, "").code, 0);
    let mode = |path: &str| {
        let about = fs::metadata(folder.join("deploy").join(path)).expect("it is there");
        about.permissions().mode() & 0o777
    };
    assert_eq!(mode("production/compose.yaml"), 0o644);
}

#[test]
fn a_build_with_errors_writes_nothing() {
    let folder = spec("bad-build", BAD);
    assert_eq!(laud_in(&folder, &["build"]).code, 1);
    let machine = laud_in(&folder, &["build", "--format=json"]);
    assert_eq!(machine.code, 1);
    assert_eq!(json(&machine.stdout)["written"], Value::Array(Vec::new()));
    assert!(!folder.join("deploy").exists());
}

#[test]
fn standard_input_is_checked_and_formatted() {
    let folder = scratch("cli/stdin");
    let pipe = |args: &[&str], text: &str| run(laud_command(&folder, args), text);
    assert_eq!(pipe(&["check", "-"], GOOD).code, 0);
    let bad = pipe(&["check", "-", "--format=short"], BAD);
    assert!(bad.stderr.contains("<stdin>:3:15: error[L0204]: "), "{}", bad.stderr);
    let formatted = pipe(&["fmt", "-"], "app   shop\nlet a=1 // why\n");
    assert_eq!((formatted.code, formatted.stdout.as_str()), (0, "app shop\nlet a = 1 // why\n"));
    assert_eq!(pipe(&["fmt", "-", "--check"], "app   shop\n").code, 1);
    assert_eq!(pipe(&["fmt", "-", "--check"], "app shop\n").code, 0);
    assert_eq!(pipe(&["build", "-"], GOOD).code, 2);
}

#[test]
fn fmt_writes_only_what_changes() {
    let folder = spec("fmt", "app   shop\n");
    fs::create_dir_all(folder.join("sub/.hidden")).expect("a folder");
    fs::write(folder.join("sub/team.laud"), "let a = 1\n").expect("a file");
    fs::write(folder.join("sub/.hidden/x.laud"), "let   a=1\n").expect("a file");
    let looked = laud_in(&folder, &["fmt", "--check"]);
    assert_eq!((looked.code, looked.stdout.as_str()), (1, "main.laud\n"));
    let diff = laud_in(&folder, &["fmt", "--diff"]);
    assert_eq!(diff.code, 1);
    assert!(diff.stdout.contains("-app   shop\n+app shop\n"), "{}", diff.stdout);
    assert_eq!(fs::read_to_string(folder.join("main.laud")).expect("a file"), "app   shop\n");
    assert_eq!(laud_in(&folder, &["fmt"]).code, 0);
    assert_eq!(fs::read_to_string(folder.join("main.laud")).expect("a file"), "app shop\n");
    assert_eq!(fs::read_to_string(folder.join("sub/.hidden/x.laud")).expect("a file"), "let   a=1\n");
    let again = laud_in(&folder, &["fmt", "--check"]);
    assert_eq!((again.code, again.stdout.as_str(), again.stderr.as_str()), (0, "", ""));
}

#[test]
fn fmt_goes_as_far_as_a_file_parses() {
    let folder = spec("fmt-broken", "app   shop\nlet a = = 1\nlet   b=2\n");
    let ran = laud_in(&folder, &["fmt"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("error[L01"), "{}", ran.stderr);
    assert_eq!(
        fs::read_to_string(folder.join("main.laud")).expect("a file"),
        "app shop\nlet a = = 1\nlet b = 2\n"
    );
}

#[test]
fn a_build_says_what_it_wrote() {
    let folder = spec("build", GOOD);
    let first = laud_in(&folder, &["build"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let lines: Vec<&str> = first.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", first.stdout);
    assert!(lines[0].starts_with("staging: ") && lines[0].ends_with(", in deploy/staging"), "{}", lines[0]);
    assert!(lines[1].starts_with("production: "), "{}", lines[1]);
    let again = laud_in(&folder, &["build", "--format=json"]);
    let document = json(&again.stdout);
    for written in document["written"].as_array().expect("a list") {
        assert_eq!((&written["changed"], &written["removed"]), (&0.into(), &0.into()));
        assert_eq!(written["unchanged"], written["files"]);
    }
    assert_eq!(laud_in(&folder, &["build", "--quiet"]).stdout, "");
    let manifest =
        json(&fs::read_to_string(folder.join("deploy/production/laud.manifest.json")).expect("a manifest"));
    assert_eq!((&manifest["app"], &manifest["environment"]), (&"shop".into(), &"production".into()));
}

#[test]
fn environments_are_chosen_by_name() {
    let folder = spec("env", GOOD);
    assert_eq!(laud_in(&folder, &["build", "--env", "staging"]).code, 0);
    assert!(
        folder.join("deploy/staging/compose.yaml").exists() && !folder.join("deploy/production").exists()
    );
    assert_eq!(laud_in(&folder, &["build", "--env", "staging,production", "--out", "other"]).code, 0);
    let unknown = laud_in(&folder, &["build", "--env", "prodction"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("error[L0602]: unknown environment `prodction`"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("There is `production`, which is near."), "{}", unknown.stderr);
}

#[test]
fn the_output_is_the_same_from_everywhere() {
    let folder = spec("where/spec", GOOD);
    let above = folder.parent().expect("a parent");
    assert_eq!(laud_in(&folder, &["build", "--out", "../here"]).code, 0);
    assert_eq!(laud_in(above, &["build", "spec", "--out", "there"]).code, 0);
    let main = folder.join("main.laud");
    assert_eq!(
        laud_in("/".into(), &["build", main.as_str(), "--out", above.join("absolute").as_str()]).code,
        0
    );
    for other in ["there", "absolute"] {
        for file in crate::place::files(&above.join("here")) {
            let path = file.strip_prefix(above.join("here")).expect("it is in there");
            let same =
                fs::read(&file).expect("a file") == fs::read(above.join(other).join(path)).expect("a file");
            assert!(same, "{other}/{path}");
        }
    }
}

#[test]
fn foreign_and_edited_files_are_named_and_kept() {
    let folder = spec("kept", GOOD);
    let compose = folder.join("deploy/staging/compose.yaml");
    fs::create_dir_all(folder.join("deploy/staging")).expect("a folder");
    fs::write(&compose, "mine: true\n").expect("a file");
    let foreign = laud_in(&folder, &["build"]);
    assert_eq!(foreign.code, 1);
    assert!(foreign.stderr.contains("error[L0801]: `deploy/staging/compose.yaml`"), "{}", foreign.stderr);
    assert!(!folder.join("deploy/production").exists(), "nothing is written when one environment is refused");
    assert_eq!(laud_in(&folder, &["build", "--force"]).code, 0);

    fs::write(folder.join("deploy/staging/.env"), "KEY=1\n").expect("a file");
    let emitted = fs::read_to_string(&compose).expect("a file");
    fs::write(&compose, format!("{emitted}# mine\n")).expect("a file");
    fs::write(folder.join("main.laud"), GOOD.replace("64MiB", "65MiB")).expect("a file");
    let edited = laud_in(&folder, &["build", "--format=json"]);
    assert_eq!(edited.code, 1);
    assert_eq!(json(&edited.stdout)["diagnostics"][0]["code"], "L0802");
    assert!(fs::read_to_string(&compose).expect("a file").ends_with("# mine\n"));
    assert_eq!(laud_in(&folder, &["build", "--force"]).code, 0);
    assert!(!fs::read_to_string(&compose).expect("a file").ends_with("# mine\n"));
    assert_eq!(fs::read_to_string(folder.join("deploy/staging/.env")).expect("a file"), "KEY=1\n");
}

#[test]
fn what_cannot_be_written_is_exit_code_2() {
    let folder = spec("unwritable", GOOD);
    for out in ["main.laud", "main.laud/deploy", "/proc/none", "/dev/null/x"] {
        let ran = laud_in(&folder, &["build", "--out", out]);
        assert_eq!(ran.code, 2, "{out}: {}", ran.stderr);
    }
    let ran = laud_in(&folder, &["build", "--out", "main.laud"]);
    assert!(ran.stderr.starts_with("error[L0803]: cannot write `main.laud`"), "{}", ran.stderr);
}

#[test]
fn a_path_that_is_no_spec_is_exit_code_2() {
    let folder = scratch("cli/paths");
    fs::create_dir_all(folder.join("empty")).expect("a folder");
    for (path, code) in [("none.laud", "L0001"), ("empty", "L0001"), ("none/none", "L0001")] {
        let ran = laud_in(&folder, &["check", path]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("error[{code}]: ")), "{path}: {}", ran.stderr);
    }
    assert_eq!(laud_in(&folder, &["fmt", "none.laud"]).code, 2);
    assert_eq!(laud_in(&folder, &["build", "none.laud"]).code, 2);
}

#[test]
fn files_that_are_no_spec_have_their_code() {
    let folder = scratch("cli/content");
    fs::write(folder.join("empty.laud"), "").expect("a file");
    fs::write(folder.join("latin.laud"), b"app caf\xe9\n").expect("a file");
    fs::write(folder.join("control.laud"), "app a\n\u{1b}[2J\n").expect("a file");
    fs::File::create(folder.join("large.laud")).and_then(|file| file.set_len(50 << 20)).expect("a file");
    for (path, code) in
        [("empty.laud", "L0004"), ("latin.laud", "L0002"), ("large.laud", "L0003"), ("control.laud", "L0005")]
    {
        let ran = laud_in(&folder, &["check", path]);
        assert_eq!(ran.code, 1, "{path}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("error[{code}]: ")), "{path}: {}", ran.stderr);
        assert!(!ran.stderr.contains('\u{1b}'), "{path}: {}", ran.stderr);
    }
    for path in ["latin.laud", "large.laud"] {
        assert_eq!(laud_in(&folder, &["fmt", path]).code, 1, "{path}");
    }
    assert_eq!(fs::read(folder.join("latin.laud")).expect("a file"), b"app caf\xe9\n");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = spec("denied", GOOD);
    fs::set_permissions(folder.join("main.laud"), fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::File::open(folder.join("main.laud")).is_ok() {
        // Whoever runs the tests may read everything, so that there is nothing to see.
        return;
    }
    let ran = laud_in(&folder, &["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the permission is missing"), "{}", ran.stderr);
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let folder = spec("colour", BAD);
    let has_colour = |args: &[&str], variable: Option<&str>| {
        let mut command = laud_command(&folder, args);
        if let Some(value) = variable {
            command.env("NO_COLOR", value);
        }
        run(command, "").stderr.contains('\u{1b}')
    };
    assert!(!has_colour(&["check"], None));
    assert!(has_colour(&["check", "--color", "always"], None));
    assert!(!has_colour(&["check", "--color", "never"], None));
    assert!(!has_colour(&["check"], Some("1")));
    assert!(
        has_colour(&["check", "--color", "always"], Some("1")),
        "what is said on the command line goes first"
    );
}

#[test]
fn a_locale_without_unicode_gets_plain_boxes() {
    let folder = spec("ascii", BAD);
    let mut command = laud_command(&folder, &["check"]);
    command.env("LC_ALL", "C");
    let ran = run(command, "");
    assert!(ran.stderr.contains(",-[main.laud:3:9]"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(['│', '╭', '╰', '─', '┬']), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = spec("pipe", GOOD);
    let script = format!("'{LAUD}' explain | head -n 0; echo ${{PIPESTATUS[0]}}");
    let output = Command::new("bash").args(["-c", &script]).current_dir(&folder).output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let folder = spec("full", GOOD);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("it is there");
    let status =
        laud_command(&folder, &["explain"]).stdout(full).stderr(Stdio::null()).status().expect("it runs");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn codes_are_explained() {
    let folder = scratch("cli/explain");
    let page = laud_in(&folder, &["explain", "l0204"]);
    assert_eq!(page.code, 0);
    assert!(page.stdout.starts_with("# L0204: "), "{}", page.stdout);
    let list = laud_in(&folder, &["explain"]);
    for code in laud_syntax::ALL_CODES {
        assert!(list.stdout.contains(code.id), "{}", code.id);
    }
    let unknown = laud_in(&folder, &["explain", "L9999"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
}

#[test]
fn a_first_spec_works() {
    let folder = scratch("cli/init");
    fs::create_dir_all(folder.join("with dotfiles/.git")).expect("a folder");
    for place in ["hello", "with dotfiles"] {
        let made = laud_in(&folder, &["init", place]);
        assert_eq!(made.code, 0, "{}", made.stderr);
        let checked = laud_in(&folder, &["check", place]);
        assert_eq!(checked.code, 0, "{}", checked.stderr);
        assert!(checked.stderr.contains(" is fine in "), "{}", checked.stderr);
        assert_eq!(laud_in(&folder, &["build", place]).code, 0);
        assert_eq!(laud_in(&folder, &["fmt", "--check", place]).code, 0);
    }
    let again = laud_in(&folder, &["init", "hello"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.starts_with("error: `hello` is not empty"), "{}", again.stderr);
}

#[test]
fn a_system_is_drawn_the_same_each_time() {
    let folder = spec("graph", GOOD);
    let dot = laud_in(&folder, &["graph"]);
    assert_eq!(dot.code, 0);
    assert!(dot.stdout.starts_with("digraph \"shop in staging\" {"), "{}", dot.stdout);
    assert_eq!(laud_in(&folder, &["graph"]).stdout, dot.stdout);
    let mermaid = laud_in(&folder, &["graph", "--as", "mermaid", "--env", "production"]);
    assert!(mermaid.stdout.contains("title: \"shop in production\""), "{}", mermaid.stdout);
    assert_eq!(laud_in(&spec("graph-bad", BAD), &["graph"]).code, 1);
}

#[test]
fn shells_and_man_are_served() {
    let folder = scratch("cli/shells");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = laud_in(&folder, &["completions", shell]);
        assert!(script.code == 0 && script.stdout.contains("laud"), "{shell}");
    }
    assert!(laud_in(&folder, &["man"]).stdout.contains(".TH laud"));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let folder = scratch("cli/usage");
    for args in [
        &[][..],
        &["bui"],
        &["check", "--format", "xml"],
        &["check", "a", "b"],
        &["fmt", "-", "a"],
        &["completions", "sh"],
    ] {
        let ran = laud_in(&folder, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
    }
    assert_eq!(laud_in(&folder, &["--help"]).code, 0);
    assert_eq!(laud_in(&folder, &["--version"]).stdout, format!("laud {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_emitted_line_knows_its_place_and_a_place_its_lines() {
    let folder = spec("where", GOOD);
    assert_eq!(laud_in(&folder, &["build"]).code, 0);
    let compose = fs::read_to_string(folder.join("deploy/production/compose.yaml")).expect("it was written");
    let line = 1 + compose.lines().position(|line| line.contains("mem_limit")).expect("it is there");
    let place = format!("deploy/production/compose.yaml:{line}");

    let human = laud_in(&folder, &["where", &place]);
    assert_eq!((human.code, human.stderr.as_str()), (0, ""));
    assert!(human.stdout.contains("mem_limit: \"128m\""), "{}", human.stdout);
    assert!(human.stdout.contains("main.laud:14:14]"), "{}", human.stdout);
    let short = laud_in(&folder, &["where", &place, "--format=short"]);
    assert_eq!(short.stdout, "main.laud:14:14: web.limits.memory = 128MiB\n");
    let found = json(&laud_in(&folder, &["where", &place, "--format=json"]).stdout);
    assert_eq!(found["environment"], "production");
    assert_eq!(found["causes"][0]["start"]["line"], 14);

    // The declaration's own limit holds in staging alone.
    let short = laud_in(&folder, &["where", "main.laud:8:14", "--format=short"]);
    let all: Vec<&str> = short.stdout.lines().collect();
    assert_eq!(all.len(), 2, "{}", short.stdout);
    let line = all[0].strip_prefix("deploy/staging/compose.yaml:").expect("a line of staging");
    assert!(line.ends_with("    mem_limit: \"64m\""), "{line}");
    let human = laud_in(&folder, &["where", "main.laud:14", "--env=production"]);
    assert!(human.stdout.starts_with("production\n  deploy/production/compose.yaml:"), "{}", human.stdout);
    let found = json(&laud_in(&folder, &["where", "main.laud:6", "--format=json"]).stdout);
    assert_eq!(found.as_array().map(Vec::len), Some(2));
}

#[test]
fn where_says_why_it_knows_nothing_of_a_line() {
    let folder = spec("where-lost", GOOD);
    assert_eq!(laud_in(&folder, &["build"]).code, 0);
    let compose = folder.join("deploy/staging/compose.yaml");
    let refused = |args: &[&str], words: &str| {
        let ran = laud_in(&folder, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
    };
    refused(&["where", "main.laud"], "`main.laud` is no place");
    refused(&["where", "main.laud:99"], "has 15 lines");
    refused(&["where", "missing.laud:1"], "cannot read `missing.laud`");
    refused(&["where", "main.laud:3", "--env=nowhere"], "there is no environment `nowhere`");
    refused(&["where", "deploy/staging/compose.yaml:9999"], "has ");
    fs::write(folder.join("deploy/staging/mine.txt"), "x\n").expect("it can be written");
    refused(&["where", "deploy/staging/mine.txt:1"], "was not written by laud");
    fs::write(folder.join("mine.txt"), "x\n").expect("it can be written");
    refused(&["where", "mine.txt:1"], "is not of a folder that laud wrote");

    let text = fs::read_to_string(&compose).expect("it was written");
    fs::write(&compose, text.replace("64m", "65m")).expect("it can be written");
    refused(&["where", "deploy/staging/compose.yaml:5"], "was edited since laud wrote it");
    fs::write(&compose, text).expect("it can be written");
    fs::write(folder.join("main.laud"), GOOD.replace("64MiB", "65MiB")).expect("it can be written");
    refused(&["where", "deploy/staging/compose.yaml:5"], "is not what the spec becomes now");
    fs::write(folder.join("main.laud"), BAD).expect("it can be written");
    assert_eq!(laud_in(&folder, &["where", "main.laud:3"]).code, 1);
}
