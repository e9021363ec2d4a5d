//! scratch
use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).ok();
    let parsed = laud_syntax::parse(laud_syntax::FileId(0), &text);
    if std::env::args().nth(1).is_some() { println!("{:#?}", parsed.file.entries); }
    let mut sources = laud_syntax::Sources::default();
    sources.add("x.laud", text.as_str());
    for d in &parsed.diagnostics {
        let at = d.span.map(|s| sources.position(s));
        println!("{} {:?} {} | {} | {:?}", d.code.id, at.map(|p| (p.line, p.column)), d.message, d.label, d.help);
        for f in &d.fixes { println!("     fix {}: {:?}", f.title, f.edits); }
    }
}
