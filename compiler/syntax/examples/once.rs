//! scratch
fn main() {
    let unit = include_str!("../tests/syntax/north_star.laud");
    let what = std::env::args().nth(1).unwrap_or_default();
    let mut text = String::new();
    while text.len() < 10_000_000 { text.push_str(unit); text.push('\n'); }
    let cpu = || { let s = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default(); s.split(' ').next().and_then(|x| x.parse::<f64>().ok()).unwrap_or(0.0) / 1e9 };
    let mb = text.len() as f64 / 1e6;
    for _ in 0..6 {
        let t = cpu();
        if what == "lex" { std::hint::black_box(laud_syntax::lexer::lex(laud_syntax::FileId(0), &text)); println!("lex {:.0}", mb / (cpu() - t)); }
        else { let p = laud_syntax::parse(laud_syntax::FileId(0), &text); let b = cpu(); println!("parse {:.0} MB/s cpu", mb / (b - t)); drop(p); println!("drop {:.3}", cpu() - b); }
    }
}
