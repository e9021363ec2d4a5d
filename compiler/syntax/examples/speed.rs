//! scratch
use std::time::Instant;
fn main() {
    let unit = include_str!("../tests/syntax/north_star.laud");
    let mut text = String::new();
    while text.len() < 10_000_000 { text.push_str(unit); text.push('\n'); }
    let mb = text.len() as f64 / 1e6;
    for _ in 0..5 {
        let t = Instant::now();
        let lexed = laud_syntax::lexer::lex(laud_syntax::FileId(0), &text);
        let a = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let parsed = laud_syntax::parse(laud_syntax::FileId(0), &text);
        let b = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let f = laud_syntax::format(&text, &parsed);
        let c = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let n = parsed.diagnostics.len(); drop(parsed);
        let d = t.elapsed().as_secs_f64();
        println!("{mb:.1} MB lex {:.0} MB/s ({} tokens) parse {:.0} MB/s format {:.0} MB/s drop {:.3}s {} {}", mb/a, lexed.tokens.len(), mb/b, mb/c, d, n, f.len());
    }
}
