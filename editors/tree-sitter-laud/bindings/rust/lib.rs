//! The grammar of laud, for editors and other programs that use tree-sitter.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_laud() -> *const ();
}

/// The language, for `tree_sitter::Parser::set_language`.
// SAFETY: the function is that of the parser in src/parser.c, which the build script compiles.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_laud) };

/// The kinds of nodes, as JSON.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");

/// What is shown in which colour.
pub const HIGHLIGHTS: &str = include_str!("../../queries/highlights.scm");

/// Where other languages stand.
pub const INJECTIONS: &str = include_str!("../../queries/injections.scm");

/// Which name is defined where.
pub const LOCALS: &str = include_str!("../../queries/locals.scm");
