//! Compiles the generated parser and its scanner.

fn main() {
    let mut parser = cc::Build::new();
    parser.std("c11").include("src").flag_if_supported("-Wno-unused");
    for source in ["src/parser.c", "src/scanner.c"] {
        parser.file(source);
        println!("cargo:rerun-if-changed={source}");
    }
    parser.compile("tree-sitter-laud");
}
