//! The standard library: it only embeds. The kinds are laud, one file each;
//! the templates are handlebars.

/// A file of the library.
#[derive(Debug)]
pub struct File {
    /// Its path under `std/`, without `.laud`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Its tree, packed when the library was built; empty if the text has errors.
    pub tree: &'static [u8],
    /// The files beside it that its text names, without folder and `.laud`.
    pub names: &'static [&'static str],
}

/// The kinds and types that are there without a `use`.
pub static PRELUDE: File = include!(concat!(env!("OUT_DIR"), "/prelude.rs"));

/// Every file of a module, in order of path.
pub static MODULES: &[File] = include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// Every template: its name and its text.
pub static TEMPLATES: &[(&str, &str)] = &[
    ("env.example", include_str!("../templates/env.example.hbs")),
    ("env.example.entries", include_str!("../templates/env.example.entries.hbs")),
    ("env.example.head", include_str!("../templates/env.example.head.hbs")),
    ("env.example.secrets", include_str!("../templates/env.example.secrets.hbs")),
    ("systemd.service", include_str!("../templates/systemd.service.hbs")),
    ("systemd.timer", include_str!("../templates/systemd.timer.hbs")),
];
