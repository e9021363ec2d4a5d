//! scratch
use laud_analyze::{Memory, analyze};
fn main() {
    let mut text = String::from("app a\nenvironment e {}\n");
    for f in ["data", "web", "node", "python", "monitoring", "service", "mail", "runtime", "metrics"] {
        text.push_str(&format!("use std/{f}\n"));
    }
    let files = Memory::from_iter([("main.laud", text)]);
    let p = analyze(&files, "main.laud".into());
    for d in p.diagnostics().iter().chain(&p.check_standard(&files)) {
        let place = d
            .span
            .map(|s| {
                let src = p.sources().get(s.file);
                let pos = src.position(s.start);
                format!("{}:{}:{}", src.name, pos.line, pos.column)
            })
            .unwrap_or_default();
        println!("{place} {} {}", d.code.id, d.message);
    }
}
