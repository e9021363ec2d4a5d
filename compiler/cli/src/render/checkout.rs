//! Paths as a service that holds the repository takes them: from its root.

use camino::{Utf8Path, Utf8PathBuf};
use laud_analyze::normal;
use std::env;

/// Where jobs are told the root of the repository.
const VARIABLES: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The checkout that a job works on.
#[derive(Clone, Debug, Default)]
pub struct Checkout {
    /// Its root and where the run stands in it, both absolute.
    places: Option<(Utf8PathBuf, Utf8PathBuf)>,
}

impl Checkout {
    /// The one in which this run stands, or the folder itself where nothing says more.
    pub(crate) fn here() -> Self {
        let absolute = |path: Utf8PathBuf| path.canonicalize_utf8().unwrap_or(path);
        let named = VARIABLES.into_iter().filter_map(|variable| env::var(variable).ok());
        let here = env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
        Self::new(named.map(|root| absolute(root.into())).collect(), here.map(absolute))
    }

    /// The first of the roots that holds the place.
    fn new(roots: Vec<Utf8PathBuf>, here: Option<Utf8PathBuf>) -> Self {
        let places = here.map(|here| {
            let root = roots.into_iter().find(|root| root.is_absolute() && here.starts_with(root));
            (root.unwrap_or_else(|| here.clone()), here)
        });
        Self { places }
    }

    /// A file, as from the root; one that is not below it stays as it is named.
    pub(crate) fn path(&self, name: &Utf8Path) -> String {
        let Some((root, here)) = &self.places else { return name.as_str().replace('\\', "/") };
        let whole = normal(&here.join(name));
        whole.strip_prefix(root).unwrap_or(name).as_str().replace('\\', "/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_root() {
        let deep = Checkout::new(vec!["/else".into(), "/repo".into()], Some("/repo/infra".into()));
        for (name, path) in [
            ("main.laud", "infra/main.laud"),
            ("../team/a.laud", "team/a.laud"),
            ("/repo/infra/main.laud", "infra/main.laud"),
            ("/elsewhere/main.laud", "/elsewhere/main.laud"),
            ("../../main.laud", "../../main.laud"),
        ] {
            assert_eq!(deep.path(name.into()), path);
        }
        let alone = Checkout::new(vec!["/else".into()], Some("/repo/infra".into()));
        assert_eq!(alone.path("main.laud".into()), "main.laud");
        assert_eq!(Checkout::default().path("main.laud".into()), "main.laud");
    }
}
