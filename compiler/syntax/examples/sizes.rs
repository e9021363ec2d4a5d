//! scratch
use laud_syntax::ast::*;

fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default(); s.split(" ").next().and_then(|x| x.parse::<f64>().ok()).unwrap_or(0.0) / 1e9 }
fn main() {
    println!("Entry {} Node {} Expr {} ExprNode {} TypeExpr {} Field {} Text {} Ident {} Decl {}", size_of::<Entry>(), size_of::<Node>(), size_of::<Expr>(), size_of::<ExprNode>(), size_of::<TypeExpr>(), size_of::<Field>(), size_of::<Text>(), size_of::<Ident>(), size_of::<Decl>());
    let unit = include_str!("../tests/syntax/north_star.laud");
    let t = cpu();
    let n = 3000;
    let mut k = 0;
    for _ in 0..n { let l = laud_syntax::lexer::lex(laud_syntax::FileId(0), unit); k += l.tokens.len(); }
    println!("lex {:.0} MB/s", (n * unit.len()) as f64 / 1e6 / (cpu() - t));
    let t = cpu();
    for _ in 0..n { let l = laud_syntax::parse(laud_syntax::FileId(0), unit); k += l.file.entries.len(); }
    println!("parse+drop {:.0} MB/s {k}", (n * unit.len()) as f64 / 1e6 / (cpu() - t));
    let t = cpu();
    let p = laud_syntax::parse(laud_syntax::FileId(0), unit);
    for _ in 0..n/10 { k += laud_syntax::format(unit, &p).len(); }
    println!("format {:.0} MB/s {k}", (n/10 * unit.len()) as f64 / 1e6 / (cpu() - t));
}
