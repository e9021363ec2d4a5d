//! Neovim with the folder in its runtime path, where there is a Neovim.

use super::grammar;
use crate::place::{repository, scratch};
use camino::Utf8Path;
use std::fs;
use std::process::Command;

/// Writes what Neovim makes of the file at hand. Colours need a newer Neovim than the rest.
const SCRIPT: &str = r#"
local found = { vim.bo.filetype, vim.bo.formatprg }
if vim.fn.has("nvim-0.9") == 1 then
  local tree = vim.treesitter.get_parser(0, "laud"):parse()[1]:root()
  table.insert(found, tostring(vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil))
  table.insert(found, tostring(tree:has_error()))
  for _, name in ipairs({ "highlights", "injections", "locals", "folds", "indents", "textobjects" }) do
    assert(vim.treesitter.query.get("laud", name), name)
  end
  assert(vim.fn.foldlevel(3) == 1, "a body is a fold")
end
vim.fn.writefile(found, "found")
"#;

#[test]
fn neovim_opens_a_spec() {
    let folder = scratch("neovim");
    if Command::new("nvim").arg("--version").output().is_err() || !compile(&folder) {
        eprintln!("skipped: there is no nvim, or no C compiler");
        return;
    }
    fs::write(folder.join("main.laud"), "app a\nservice b {\n  image = \"c\"\n}\n")
        .expect("it can be written");
    fs::write(folder.join("script.lua"), SCRIPT).expect("it can be written");
    let plugin = repository().join("editors/neovim");
    let output = Command::new("nvim")
        .args(["--headless", "--clean", "--cmd", &format!("set rtp+={plugin},{folder}")])
        .args(["main.laud", "-c", "luafile script.lua", "-c", "qa!"])
        .current_dir(&folder)
        .output()
        .expect("nvim runs");
    let found = fs::read_to_string(folder.join("found")).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr);
    let found: Vec<&str> = found.lines().collect();
    assert!(
        matches!(found.as_slice(), ["laud", "laud fmt -"] | ["laud", "laud fmt -", "true", "false"]),
        "{found:?}\n{said}"
    );
}

/// Compiles the grammar as the README has it.
fn compile(folder: &Utf8Path) -> bool {
    fs::create_dir(folder.join("parser")).expect("a folder can be made");
    let source = grammar().join("src");
    let status = Command::new("cc")
        .args(["-shared", "-fPIC", "-O0", "-I", source.as_str()])
        .args([source.join("parser.c"), source.join("scanner.c")])
        .args(["-o", folder.join("parser/laud.so").as_str()])
        .status();
    status.is_ok_and(|status| status.success())
}
