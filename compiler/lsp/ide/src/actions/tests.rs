//! What the actions make of specs, and that a refactoring changes nothing of what is emitted.

use super::*;
use crate::workspace::Workspace;
use laud_analyze::{Files, Memory, analyze};
use std::collections::BTreeMap;

/// The files of a workspace, in which `main.laud` has a cursor or a selection.
struct Case {
    files: BTreeMap<Utf8PathBuf, String>,
    start: u32,
    end: u32,
}

impl Case {
    fn new(main: &str, others: &[(&str, &str)]) -> Self {
        let start = main.find("<|>").expect("a cursor");
        let main = main.replacen("<|>", "", 1);
        let end = main.find("<|>").unwrap_or(start);
        let main = main.replacen("<|>", "", 1);
        let mut files: BTreeMap<Utf8PathBuf, String> =
            others.iter().map(|(path, text)| (format!("/w/{path}").into(), (*text).to_owned())).collect();
        files.insert("/w/main.laud".into(), main);
        Self { files, start: start as u32, end: end as u32 }
    }

    fn actions(&self, sort: ActionSort) -> Vec<Action> {
        let disk: Memory = self.files.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
        let mut workspace = Workspace::new(&disk);
        actions(&mut workspace, "/w/main.laud".into(), self.start, self.end, &[sort])
    }

    /// The files once an action is done.
    fn done(&self, action: &Action) -> BTreeMap<Utf8PathBuf, String> {
        let mut files = self.files.clone();
        for change in &action.changes {
            let text = files.entry(change.path.clone()).or_default();
            assert_eq!(change.text.as_deref().unwrap_or_default(), text.as_str());
            for edit in change.edits.iter().rev() {
                text.replace_range(edit.span.range(), &edit.text);
            }
        }
        files
    }

    /// The main file once the action of that title is done; nothing of what is emitted may have changed.
    #[track_caller]
    fn same(&self, sort: ActionSort, title: &str) -> String {
        let found = self.actions(sort);
        let titles: Vec<&str> = found.iter().map(|action| action.title.as_str()).collect();
        let action = found.iter().find(|action| action.title == title);
        let done = self.done(action.unwrap_or_else(|| panic!("there is no `{title}` in {titles:?}")));
        assert_eq!(emitted(&self.files), emitted(&done), "{}", done[Utf8Path::new("/w/main.laud")]);
        done[Utf8Path::new("/w/main.laud")].clone()
    }
}

/// What is emitted for every environment, each service for itself, so that their order does not count.
fn emitted(files: &BTreeMap<Utf8PathBuf, String>) -> Vec<String> {
    let disk: Memory = files.iter().map(|(path, text)| (path.clone(), text.as_str())).collect();
    let program = analyze(&disk as &dyn Files, "/w/main.laud".into());
    let errors: Vec<&str> =
        program.diagnostics().iter().filter(|one| one.is_error()).map(|one| one.message.as_str()).collect();
    assert_eq!(errors, Vec::<&str>::new());
    let mut lines = Vec::new();
    for environment in program.environments() {
        let planned = program.plan(&disk, &environment);
        let plan = planned.plan.unwrap_or_else(|| panic!("{:#?}", planned.diagnostics));
        let mut services: Vec<String> = plan
            .services
            .iter()
            .map(|service| {
                let env: Vec<String> =
                    service.env.iter().map(|(name, value, _)| format!("{name}={}", shown(value))).collect();
                let needs: Vec<&str> =
                    service.needs.iter().map(|need| plan.service(need.service).name.as_str()).collect();
                format!(
                    "{environment} {} {:?} {} {env:?} {needs:?} {:?}",
                    service.name, service.limits, service.replicas, service.networks
                )
            })
            .collect();
        services.sort();
        lines.extend(services);
    }
    lines
}

fn shown(text: &laud_plan::Text) -> String {
    // Indices depend on order; the parts' forms do not.
    format!("{text:?}").chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

const WEB: &str =
    "service web {\n  image = \"a/b:1\"\n  health = off because \"a test\"\n  limits { memory = 64MiB }\n";

#[test]
fn a_unit_is_another() {
    let case = Case::new(&format!("app a\n{}  stop_grace = 60<|>s\n}}\nenvironment e {{}}\n", WEB), &[]);
    assert!(case.same(ActionSort::Rewrite, "Write it as `1m`").contains("stop_grace = 1m\n"));
}

#[test]
fn a_field_is_changed_in_environments() {
    let main = format!(
        "app a\n{}  replicas = <|>2 // two\n}}\nenvironment e {{}}\nenvironment f {{\n  // Less.\n  web.limits.memory = 32MiB\n}}\nenvironment g {{ web.replicas = 3 }}\n",
        WEB
    );
    let case = Case::new(&main, &[]);
    let done = case.same(ActionSort::Rewrite, "Change `web.replicas` in every environment");
    assert!(done.contains("environment e { web.replicas = 2 }"), "{done}");
    assert!(done.contains("  // Less.\n  web.limits.memory = 32MiB\n  web.replicas = 2\n}"), "{done}");
    assert!(!case.actions(ActionSort::Rewrite).iter().any(|action| action.title.contains("`g`")));
}

#[test]
fn what_is_shared_gets_a_name() {
    let env = "  env {\n    // For all.\n    LEVEL = \"info\"\n    HOST = db.host // there\n    OWN = \"1\"\n  }\n}\n";
    let other = WEB.replace("service web", "service other");
    let db = WEB.replace("service web", "service db");
    let main = format!(
        "app a\n\n{db}}}\n\n{WEB}{}\n{other}{env}\nenvironment e {{}}\n",
        env.replace("OWN", "O<|>WN").replace("\"1\"", "\"2\"")
    );
    let case = Case::new(&main, &[]);
    let done = case.same(ActionSort::Extract, "Share 2 fields with another block");
    assert!(
        done.contains(
            "let common = {\n  // For all.\n  LEVEL = \"info\"\n  HOST = db.host // there\n}\n\nservice web {"
        ),
        "{done}"
    );
    assert_eq!(done.matches("...common").count(), 2, "{done}");
    let main =
        main.replace("<|>", "").replacen("LEVEL", "<|>LEVEL", 1).replacen("\"info\"", "\"info\"<|>", 1);
    let done = Case::new(&main, &[]).same(ActionSort::Extract, "Give the selected fields a name");
    assert!(done.contains("let common = {\n  // For all.\n  LEVEL = \"info\"\n}"), "{done}");
    let inline = format!(
        "app a\n{WEB}  port http = 80\n  env {{ <|>A = http, B = \"x\"<|> }}\n}}\nenvironment e {{}}\n"
    );
    assert_eq!(Case::new(&inline, &[]).actions(ActionSort::Extract), [], "the port is the service's own");
}

#[test]
fn a_declaration_moves_with_what_it_needs() {
    let main = "app a\n\nuse std/data { postgres, redis }\nuse ./team { level }\n\n/// The store.\n// Kept small.\npostgres d<|>b { limits { memory = 256MiB } } // ours\n\nredis cache { limits { memory = 64MiB } }\n\nenvironment e { db.limits.memory = 300MiB }\n";
    let case = Case::new(main, &[("team.laud", "let level = 1\n")]);
    let done = case.same(ActionSort::Move, "Move `db` to a module of its own, `./db`");
    assert!(done.contains("use std/data { redis }\nuse ./db { db }\nuse ./team { level }\n"), "{done}");
    assert!(!done.contains("store"), "{done}");
    let found = case.actions(ActionSort::Move);
    let into =
        found.iter().find(|action| action.title == "Move `db` to `./team`").expect("a module that is used");
    let team = case.done(into)[Utf8Path::new("/w/team.laud")].clone();
    assert_eq!(
        team,
        "use std/data { postgres }\n\nlet level = 1\n\n/// The store.\n// Kept small.\npostgres db { limits { memory = 256MiB } } // ours\n"
    );
    case.same(ActionSort::Move, "Move `db` to `./team`");
    let stays = main.replace("256MiB", "size").replace("environment", "let size = 1GiB\n\nenvironment");
    assert_eq!(Case::new(&stays, &[("team.laud", "let level = 1\n")]).actions(ActionSort::Move), []);
}

#[test]
fn uses_are_put_in_order() {
    let main = "app a\n\n<|>use ./team { two }\n// Data.\nuse std/data { redis, postgres } // both\nuse ./team { one }\n\npostgres db { limits { memory = 256MiB } }\nlet x = [one, two, x]\nenvironment e {}\n";
    let case = Case::new(main, &[("team.laud", "let one = 1\nlet two = 2\n")]);
    let found = case.actions(ActionSort::Organise);
    let done = case.done(&found[0]);
    let main = &done[Utf8Path::new("/w/main.laud")];
    assert!(main.starts_with("app a\n\n// Data.\nuse std/data { postgres"), "{main}");
    assert!(main.contains("use ./team   { one, two }\n\npostgres db"), "{main}");
    let again = Case::new(&format!("<|>{main}"), &[("team.laud", "let one = 1\nlet two = 2\n")]);
    assert_eq!(again.actions(ActionSort::Organise), [], "{main}");
}

#[test]
fn what_is_not_used_is_left() {
    let main = "app a\n\nuse std/data { postgres, red<|>is }\n\npostgres db { limits { memory = 256MiB } }\n\nenvironment e {}\n";
    let case = Case::new(main, &[]);
    let done = case.same(ActionSort::Fix, "Do not take `redis`");
    assert!(done.contains("use std/data { postgres }\n\npostgres"), "{done}");
    assert!(case.same(ActionSort::Organise, "Organise the `use`s").contains("use std/data { postgres }\n"));
}

#[test]
fn what_is_missing_is_added() {
    let main = "app a\n\nservice web {\n  image = \"a/b:1\"\n  port http = 80\n  health = http { port = http }\n  limits { cp<|>u = 1 } // small\n}\n\nenvironment e {}\n";
    let case = Case::new(main, &[]);
    let found = case.actions(ActionSort::Fix);
    let all = found.iter().find(|action| action.title.starts_with("Add all")).expect("several are missing");
    let done = case.done(all);
    let main = &done[Utf8Path::new("/w/main.laud")];
    assert!(main.contains("health = http { port = http, with = wget }"), "{main}");
    assert!(main.contains("limits { cpu = 1, memory = 256MiB } // small"), "{main}");
    emitted(&done);
}

#[test]
fn all_is_mended_that_leaves_no_choice() {
    let main = "app a\n\nservice web {\n  imagee = \"a/b:1\"\n  health = off because \"a test\"\n  limits { memry = 64MiB }\n}\n\nenvironment e {}<|>\n";
    let case = Case::new(main, &[]);
    let found = case.actions(ActionSort::FixAll);
    emitted(&case.done(&found[0]));
    let unknown =
        Case::new("app a\n\npost<|>gres db { limits { memory = 256MiB } }\n\nenvironment e {}\n", &[]);
    let found = unknown.actions(ActionSort::Fix);
    let taken = found
        .iter()
        .find(|action| action.title == "Take `postgres` from `std/data`")
        .expect("it is in the library");
    emitted(&unknown.done(taken));
}

#[test]
fn nothing_is_done_where_nothing_is() {
    let disk = Memory::new();
    let mut workspace = Workspace::new(&disk);
    assert_eq!(actions(&mut workspace, "/nowhere.laud".into(), 0, 9, &[]), []);
    for main in ["", "app", "service w {", "env {{{<|>", "let x = 1s"] {
        let main = if main.contains("<|>") { main.to_owned() } else { format!("{main}<|>") };
        let case = Case::new(&main, &[]);
        for sort in [
            ActionSort::Fix,
            ActionSort::Rewrite,
            ActionSort::Extract,
            ActionSort::Move,
            ActionSort::Organise,
            ActionSort::FixAll,
        ] {
            case.actions(sort).iter().for_each(|action| drop(case.done(action)));
        }
    }
}
