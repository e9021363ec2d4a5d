//! What the language server keeps from one edit to the next changes nothing:
//! after any edits, it finds what it would find in a file just opened.

use crate::place::{folders, repository};
use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::{Files, Memory};
use laud_ide::Workspace;
use laud_syntax::Diagnostic;
use std::fmt::Write;

/// What is typed.
const WORDS: [&str; 27] = [
    "x",
    "1",
    " ",
    "\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "`",
    "=",
    ".",
    ",",
    "/",
    "// so\n",
    "\n}\n",
    "none",
    "service new {\n  image = \"a:1\"\n}\n",
    "let more = 1\n",
    "drop ",
    "because \"so\"",
    "_",
    "w3",
    "service ",
    "secret w4\n",
    "drop w2\n",
    "let first = w5.addr\n",
];

/// Numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

/// The findings of a file's system, and what is said of a place in it.
fn seen(
    workspace: &mut Workspace<'_>,
    path: &Utf8Path,
    at: u32,
) -> (Vec<Diagnostic>, Option<String>, Vec<String>) {
    let system = workspace.system_of(path);
    let hover = system.file(path).and_then(|file| laud_ide::hover(&system, file, at)).map(|hover| hover.text);
    let offers = laud_ide::completions(workspace, path, at).into_iter().map(|one| one.text).collect();
    (system.findings.clone(), hover, offers)
}

/// Makes so many edits in the files of a system, and compares after each.
fn edits(disk: &Memory, folder: &Utf8Path, files: &[Utf8PathBuf], seed: u64, count: usize) {
    let mut random = Random(seed);
    let mut kept = Workspace::new(disk);
    kept.add_root(folder);
    let read = |path: &Utf8PathBuf| String::from_utf8(disk.read(path).expect("it is there")).expect("a text");
    let mut texts: Vec<String> = files.iter().map(read).collect();
    let mut history: Vec<(usize, String)> = Vec::new();
    for step in 0..count {
        let which = random.below(files.len());
        let text = &mut texts[which];
        let mut at = random.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match random.below(8) {
            // Back to where it was.
            0 | 1 if !history.is_empty() => {
                if let Some((which, old)) = history.pop() {
                    texts[which] = old;
                }
            }
            0 => *text = read(&files[which]),
            2 => {
                history.push((which, text.clone()));
                let mut end = (at + 1 + random.below(30)).min(text.len());
                while !text.is_char_boundary(end) {
                    end += 1;
                }
                text.replace_range(at..end, "");
            }
            3 => {
                history.push((which, text.clone()));
                // A line twice, or in another place.
                let lines: Vec<&str> = text.lines().collect();
                let line = lines.get(random.below(lines.len()));
                let line = line.map_or_else(String::new, |line| format!("\n{line}\n"));
                text.insert_str(at, &line);
            }
            _ => {
                history.push((which, text.clone()));
                text.insert_str(at, WORDS[random.below(WORDS.len())]);
            }
        }
        // A spec with many mistakes is soon nothing but mistakes.
        if history.len() > 8 {
            history.clear();
            texts = files.iter().map(read).collect();
        }
        let mut fresh = Workspace::new(disk);
        fresh.add_root(folder);
        for (path, text) in files.iter().zip(&texts) {
            kept.set(path, text.as_str());
            fresh.set(path, text.as_str());
        }
        let path = &files[which];
        let at = at.min(texts[which].len()) as u32;
        let (now, then) = (seen(&mut kept, path, at), seen(&mut fresh, path, at));
        assert_eq!(now, then, "step {step} of seed {seed} in {path}:\n{}", texts[which]);
    }
}

/// What the declarations of a generated system are made by.
const KINDS: &str = "secret key
kind web {
  image : Image
  next : Text = \"none\"
  listens : Port
  after : List<service> = []
  service main {
    image = image
    port http = listens
    health = off because \"a test\"
    limits { memory = 64MiB }
    env { NEXT = next, KEY = \"http://{key}@x\" }
    needs = after
  }
  out addr = \"{main.host}:{main.http}\"
  out http = main.http
  if listens > 8005 {
    volume data { at = \"/data\" }
  }
  alert down { when = promql`up{service=\"${self.name}\"} == 0`, severity = warning, summary = \"down\" }
}
";

/// A declaration that refers to others before it.
fn declaration(index: usize) -> String {
    let before = index.saturating_sub(1);
    let next = if index == 0 { "\"none\"".to_owned() } else { format!("\"{{w{before}.addr}}\"") };
    let after = if index > 2 { format!("[w{}.main, w{before}.main]", index / 2) } else { "[]".to_owned() };
    format!(
        "web w{index} {{\n  image = \"web:1.{index}\"\n  next = {next}\n  listens = {}\n  after = {after}\n}}\n",
        8000 + index
    )
}

/// What refers to so many declarations, and the environments.
fn around(count: usize) -> String {
    let mut text = String::from("let first = w0.addr\nsetting mode : Text = first\n");
    text.push_str("service front {\n  image = \"nginx:1\"\n  tier = edge\n  health = off because \"a test\"\n  env { FIRST = first, AT = \"{w4.main.http}\" }\n}\n");
    text.push_str("proxy edge {\n  server = front\n  domain = \"many.example\"\n  tls = self_signed\n");
    for index in 0..count {
        let _ = writeln!(text, "  route \"/w{index}/\" -> w{index}.http");
    }
    text.push_str("  for port in [w5.http] {\n    route \"/turn/\" -> port\n  }\n");
    text.push_str(
        "  if w4.listens > 8003 { route \"/at/\" -> w4.http } else { route \"/at/\" -> w5.http }\n",
    );
    text.push_str("}\nenvironment production {}\n");
    text.push_str(
        "environment staging {\n  w1.listens = 9000\n  w2.next = \"{w3.addr}\"\n  drop edge.\"/w7/\"\n  drop w7\n  service more {\n    image = \"a:1\"\n  }\n  external web w9 {\n    addr = \"there:1\"\n  }\n}\n",
    );
    text
}

/// A system of many declarations that refer to one another.
fn generated(count: usize) -> String {
    let declarations: String = (0..count).map(declaration).collect();
    ["app many\nuse std/monitoring { monitoring }\n", KINDS, &declarations, &around(count)].concat()
}

/// The same in as many files, which use one another.
fn divided(count: usize) -> Memory {
    let mut disk = Memory::new();
    disk.insert("/w/kinds.laud", KINDS);
    let mut uses = String::new();
    for index in 0..count {
        let text = declaration(index);
        let used =
            (0..index).map(|other| format!("w{other}")).filter(|other| text.contains(&format!("{other}.")));
        let used: String = used.map(|other| format!("use ./{other} {{ {other} }}\n")).collect();
        disk.insert(format!("/w/w{index}.laud"), format!("use ./kinds {{ web }}\n{used}{text}"));
        let _ = writeln!(uses, "use ./w{index} {{ w{index} }}");
    }
    disk.insert("/w/main.laud", ["app many\nuse ./kinds { web }\n", &uses, &around(count)].concat());
    disk
}

#[test]
fn what_is_kept_is_what_is_found_anew() {
    let text = generated(12);
    let disk = Memory::from_iter([("/w/main.laud", text.as_str())]);
    for seed in 0..3 {
        edits(&disk, "/w".into(), &["/w/main.laud".into()], seed, 120);
    }
}

#[test]
#[ignore = "long: for those who change what is kept"]
fn what_is_kept_is_what_is_found_anew_for_long() {
    let text = generated(12);
    let disk = Memory::from_iter([("/w/main.laud", text.as_str())]);
    let many = divided(12);
    let files: Vec<Utf8PathBuf> = many.iter().map(|(path, _)| path.to_owned()).collect();
    let first = std::env::var("KEPT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1_000);
    for seed in first..first + 100 {
        edits(&disk, "/w".into(), &["/w/main.laud".into()], seed, 120);
        edits(&many, "/w".into(), &files, seed, 120);
    }
}

#[test]
fn what_is_kept_of_many_files_is_what_is_found_anew() {
    let disk = divided(10);
    let files: Vec<Utf8PathBuf> = disk.iter().map(|(path, _)| path.to_owned()).collect();
    for seed in 0..2 {
        edits(&disk, "/w".into(), &files, seed, 120);
    }
}

#[test]
fn what_is_kept_of_the_examples_is_what_is_found_anew() {
    for (seed, folder) in folders(&repository().join("examples")).into_iter().enumerate() {
        let mut disk = Memory::new();
        let root = Utf8PathBuf::from("/w");
        for path in crate::place::files(&folder) {
            disk.insert(
                root.join(path.strip_prefix(&folder).expect("it is in there")),
                std::fs::read(&path).expect("it is a file"),
            );
        }
        let files: Vec<Utf8PathBuf> = disk
            .iter()
            .map(|(path, _)| path.to_owned())
            .filter(|path| path.extension() == Some("laud"))
            .collect();
        edits(&disk, &root, &files, seed as u64, 60);
    }
}
