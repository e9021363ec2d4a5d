//! What an editor waits for: `cargo bench -p laud-tests --bench typing` types
//! into specs of 100, 1,000 and 10,000 lines and into a workspace of 200 files,
//! and prints how long the findings, completions and hovers take, and what
//! memory the server has. `-- EDITS` sets how many edits it makes in each.

mod editor;
mod workload;

use editor::{Document, Editor};
use std::path::PathBuf;
use std::time::Duration;

/// So many files are in the workspace that has many.
const FILES: usize = 200;

/// Every so many edits, something is asked as well.
const ASKED: usize = 10;

fn main() {
    let edits = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000);
    let folder = tempfile::tempdir().expect("a folder");
    println!(
        "| spec | findings p50 | p99 | most | completion p99 | hover p50 | p99 | memory before | after {edits} edits |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    // A second number is that of the lines, or of the files.
    let only: Option<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).nth(1);
    for lines in [100, 1_000, 10_000].into_iter().filter(|lines| only.is_none_or(|only| only == *lines)) {
        let texts = vec![("main.laud".to_owned(), workload::lines(lines))];
        measure(&format!("{lines} lines"), folder.path().join(lines.to_string()), &texts, edits);
    }
    if only.is_some_and(|only| only != FILES) {
        return;
    }
    measure("200 files", folder.path().join("files"), &workload::files(FILES), edits);
}

/// Types into each of the files in turn, and prints a line of the table.
fn measure(name: &str, folder: PathBuf, texts: &[(String, String)], edits: usize) {
    std::fs::create_dir_all(&folder).expect("a folder for the spec");
    for (name, text) in texts {
        std::fs::write(folder.join(name), text).expect("a spec can be written");
    }
    // Another server can be measured alike.
    let server = std::env::var("LAUD_SERVER").unwrap_or(env!("CARGO_BIN_EXE_laud-under-test").to_owned());
    let mut editor = Editor::start(&server, &folder);
    // As in an editor, a few are open.
    let open = texts.iter().rev().take(5).map(|(name, _)| folder.join(name));
    let mut documents: Vec<Document> = open.map(|path| editor.open(&path)).collect();
    let mut typist = Typist { random: 1, ..Typist::default() };
    typist.type_into(&mut editor, &mut documents, edits.min(100));
    let before = editor.memory();
    let mut typist = Typist { random: 2, ..Typist::default() };
    typist.type_into(&mut editor, &mut documents, edits);
    let after = editor.memory();
    let Typist { findings, completions, hovers, .. } = &mut typist;
    let ms = |times: &mut Vec<Duration>, share: f64| {
        times.sort_unstable();
        let at = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
        times.get(at).map_or_else(String::new, |time| format!("{:.1} ms", time.as_secs_f64() * 1e3))
    };
    println!(
        "| {name} | {} | {} | {} | {} | {} | {} | {} MB | {} MB |",
        ms(findings, 0.5),
        ms(findings, 0.99),
        ms(findings, 1.0),
        ms(completions, 0.99),
        ms(hovers, 0.5),
        ms(hovers, 0.99),
        before / 1024,
        after / 1024
    );
    if std::env::var_os("TYPING_KINDS").is_some() {
        for (kind, times) in &mut typist.kinds {
            println!(
                "    {kind}: {} of them, {} {} {}",
                times.len(),
                ms(times, 0.5),
                ms(times, 0.99),
                ms(times, 1.0)
            );
        }
    }
    editor.leave();
}

/// Someone who types, and what they waited for.
#[derive(Default)]
struct Typist {
    random: u64,
    edits: usize,
    findings: Vec<Duration>,
    completions: Vec<Duration>,
    hovers: Vec<Duration>,
    /// The findings, by what was typed.
    kinds: std::collections::BTreeMap<&'static str, Vec<Duration>>,
    kind: &'static str,
}

impl Typist {
    fn type_into(&mut self, editor: &mut Editor, documents: &mut [Document], edits: usize) {
        while self.edits < edits {
            let which = self.random(documents.len());
            let document = &mut documents[which];
            // A declaration somewhere in the file, and what to do to it.
            let declarations: Vec<usize> =
                document.text.match_indices("\napi ").map(|(at, _)| at + 1).collect();
            let Some(at) = declarations.get(self.random(declarations.len())).copied() else { continue };
            match self.random(8) {
                // Its own name, on which others depend.
                0 => self.letters("name", editor, document, at + "api svc0".len(), "1"),
                1 => self.letters_after("reference", editor, document, at, "needs    = [svc", "9"),
                2 => self.letters_after("number", editor, document, at, "listens  = ", "1"),
                3 => self.letters_after("text", editor, document, at, "LOG_LEVEL    = \"", "more "),
                4 => self.letters_after("syntax", editor, document, at, "env {\n", "{ \"["),
                5 => self.letters_after("field", editor, document, at, "  errors   = ", "x"),
                6 => self.letters("comment", editor, document, at, "// why it is so\n"),
                _ => {
                    let number = self.random(1_000);
                    let new = format!(
                        "service new{number} {{\n  image = \"a:1\"\n  health = off because \"new\"\n}}\n"
                    );
                    self.letters("declaration", editor, document, at, &new);
                }
            }
        }
    }

    fn letters_after(
        &mut self,
        kind: &'static str,
        editor: &mut Editor,
        document: &mut Document,
        at: usize,
        after: &str,
        text: &str,
    ) {
        if let Some(found) = document.text[at..].find(after) {
            self.letters(kind, editor, document, at + found + after.len(), text);
        }
    }

    /// Types a text letter by letter, and takes it back.
    fn letters(
        &mut self,
        kind: &'static str,
        editor: &mut Editor,
        document: &mut Document,
        at: usize,
        text: &str,
    ) {
        self.kind = kind;
        for (index, letter) in text.char_indices() {
            let here = at + index;
            self.edit(editor, document, here, 0, letter.encode_utf8(&mut [0; 4]));
        }
        self.edit(editor, document, at, text.len(), "");
    }

    fn edit(&mut self, editor: &mut Editor, document: &mut Document, at: usize, old: usize, new: &str) {
        self.edits += 1;
        if self.edits.is_multiple_of(ASKED) {
            editor.change(document, at, old, new);
            self.completions.push(editor.time(document, "textDocument/completion", at + new.len()).0);
            // From letter to letter, people take longer than the findings do.
            editor.settle(document);
            return;
        }
        let time = editor.type_in(document, at, old, new);
        self.findings.push(time);
        self.kinds.entry(self.kind).or_default().push(time);
        if self.edits % ASKED == 1 {
            // Over a name that is set: its values in each environment are told.
            let field = document.text[at..].find("replicas = ").map_or(at, |field| at + field);
            self.hovers.push(editor.time(document, "textDocument/hover", field).0);
        }
    }

    /// A number below another: the same in every run.
    fn random(&mut self, below: usize) -> usize {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) as usize % below.max(1)
    }
}
