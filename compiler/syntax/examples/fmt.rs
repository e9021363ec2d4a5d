//! scratch
use std::io::Read;
fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).ok();
    let parsed = laud_syntax::parse(laud_syntax::FileId(0), &text);
    print!("{}", laud_syntax::format(&text, &parsed));
}
