//! Reads the library's files when it is built, so that nobody who uses it has
//! to: packs their trees, and lists the files.

use laud_promql::Prepared;
use laud_syntax::{FileId, ast, pack_library, parse_library};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where the modules stand.
const MODULES: &str = "std";

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=prelude.laud");
    println!("cargo::rerun-if-changed={MODULES}");
    fs::write(out.join("prelude.rs"), embedded("prelude", "prelude.laud", &[], &out)?)?;
    let mut modules = String::from("&[\n");
    for folder in names(Path::new(MODULES))? {
        let inside = names(&Path::new(MODULES).join(&folder))?;
        let stems: Vec<&str> = inside.iter().filter_map(|name| name.strip_suffix(".laud")).collect();
        for stem in &stems {
            let path = format!("{folder}/{stem}");
            let file = embedded(&path, &format!("{MODULES}/{path}.laud"), &stems, &out)?;
            writeln!(modules, "{file},").expect("a string takes everything");
        }
    }
    modules.push_str("]\n");
    fs::write(out.join("modules.rs"), modules)
}

/// What is in a folder, in order, but for what is hidden.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let name =
        |entry: io::Result<fs::DirEntry>| entry.map(|entry| entry.file_name().to_string_lossy().into());
    let mut names: Vec<String> = fs::read_dir(folder)?.map(name).collect::<io::Result<_>>()?;
    names.retain(|name| !name.starts_with('.'));
    names.sort_unstable();
    Ok(names)
}

/// A file as an expression of Rust, with its tree beside it. A file with errors
/// has an empty tree: whoever uses it reads its text, and tells them.
fn embedded(path: &str, place: &str, beside: &[&str], out: &Path) -> io::Result<String> {
    let text = fs::read_to_string(place)?;
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    let own = path.rsplit('/').next();
    let names: Vec<&str> =
        beside.iter().copied().filter(|stem| Some(*stem) != own && words.contains(stem)).collect();
    let tree = out.join(path.replace('/', "-")).with_extension("tree");
    let line = format!(
        "File {{ path: {path:?}, text: include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})), \
         tree: include_bytes!({tree:?}), names: &{names:?} }}",
        format!("/{place}")
    );
    let packed = pack_library(&parse_library(FileId::default(), text.leak(), query));
    fs::write(tree, packed.unwrap_or_default())?;
    Ok(line)
}

/// What is known of a query of a file with this text.
fn query(embedded: &ast::Embedded, text: &str) -> Vec<u8> {
    let (pieces, starts) = embedded.content.pieces(text);
    Prepared::new(pieces, starts).and_then(|query| query.to_bytes()).unwrap_or_default()
}
