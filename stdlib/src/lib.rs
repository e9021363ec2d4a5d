//! The standard library: it only embeds. The kinds are laud, one file each;
//! the templates are handlebars.

/// The kinds and types that are there without a `use`.
pub static PRELUDE: &str = include_str!("../prelude.laud");

/// Every module file: its path under `std/`, without `.laud`, and its text, in order of path.
pub static MODULES: &[(&str, &str)] = &[];

/// Every template: its name and its text.
pub static TEMPLATES: &[(&str, &str)] = &[];
