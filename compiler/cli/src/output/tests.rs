//! What may and what may not happen to an environment's folder.

use super::manifest::Manifest;
use super::*;
use laud_emit::Sink;
use laud_syntax::Diagnostic;
use std::collections::BTreeMap;

/// A folder for output that is gone when the test is over.
struct Scene {
    out: Utf8PathBuf,
    _keep: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let keep = tempfile::tempdir().expect("a temporary folder");
        let out =
            Utf8PathBuf::from_path_buf(keep.path().canonicalize().expect("it is there")).expect("UTF-8");
        Self { out: out.join("deploy"), _keep: keep }
    }

    fn folder(&self) -> Utf8PathBuf {
        self.out.join("staging")
    }

    fn build(&self, files: &[(&str, &str)]) -> Result<Written, Vec<Diagnostic>> {
        self.build_with(files, false)
    }

    fn build_with(&self, files: &[(&str, &str)], force: bool) -> Result<Written, Vec<Diagnostic>> {
        let emit = |stage: &Stage<'_>| give(stage, files);
        let output = Output {
            app: "shop",
            environment: "staging",
            folder: self.folder(),
            shown: Utf8PathBuf::from("deploy/staging"),
            emit: &emit,
        };
        write(&self.out, &[output], force).map(|mut written| written.remove(0))
    }

    fn put(&self, path: &str, content: &str) {
        let path = self.folder().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    }

    fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.folder().join(path)).ok()
    }

    /// Every file in the environment's folder, the manifest left out.
    fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.folder(), "", &mut files);
        files.remove(manifest::NAME);
        files
    }

    /// The names in the output's folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.out).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }
}

fn collect(folder: &Utf8Path, within: &str, files: &mut BTreeMap<String, String>) {
    for entry in folder.read_dir_utf8().expect("a folder") {
        let entry = entry.expect("an entry");
        let path = format!("{within}{}", entry.file_name());
        if entry.path().is_dir() {
            collect(entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read_to_string(entry.path()).expect("a file"));
        }
    }
}

/// Emits files line by line.
fn give(stage: &Stage<'_>, files: &[(&str, &str)]) {
    let mut writer = stage.writer();
    for (path, content) in files {
        writer.begin(path);
        content.split_inclusive('\n').for_each(|line| writer.text(line));
        writer.end();
    }
}

fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, content)| ((*path).to_owned(), (*content).to_owned())).collect()
}

fn codes(refused: Result<Written, Vec<Diagnostic>>) -> Vec<(&'static str, String)> {
    let found = refused.expect_err("something is in the way");
    found.into_iter().map(|diagnostic| (diagnostic.code.id, diagnostic.message)).collect()
}

const FIRST: &[(&str, &str)] =
    &[("compose.yaml", "a: 1\n"), ("nginx/nginx.conf", "x;\n"), ("nginx/old.conf", "o;\n")];
const SECOND: &[(&str, &str)] =
    &[("compose.yaml", "a: 2\n"), ("nginx/nginx.conf", "x;\n"), ("rules/new.yml", "n\n")];

#[test]
fn writes_all_and_says_so() {
    let scene = Scene::new();
    let written = scene.build(FIRST).expect("nothing is in the way");
    assert_eq!(scene.files(), map(FIRST));
    assert_eq!(scene.names(), ["staging"]);
    assert_eq!((written.files, written.bytes, written.changed, written.removed), (3, 11, 3, 0));
}

#[test]
fn a_second_build_changes_only_what_changed() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    let before =
        fs::metadata(scene.folder().join("nginx/nginx.conf")).expect("a file").modified().expect("a time");
    let written = scene.build(SECOND).expect("nothing is in the way");
    assert_eq!(scene.files(), map(SECOND));
    assert_eq!(scene.names(), ["staging"]);
    assert_eq!((written.changed, written.removed), (2, 1));
    let after =
        fs::metadata(scene.folder().join("nginx/nginx.conf")).expect("a file").modified().expect("a time");
    assert_eq!(before, after);
}

#[cfg(unix)]
#[test]
fn folders_and_unchanged_files_stay_the_very_same() {
    use std::os::unix::fs::MetadataExt;
    let scene = Scene::new();
    let inode = |path: &str| fs::symlink_metadata(scene.folder().join(path)).expect("it is there").ino();
    scene.build(FIRST).expect("nothing is in the way");
    scene.put("secrets/key", "k");
    let paths = ["", "nginx", "nginx/nginx.conf", "secrets", "secrets/key"];
    let before = paths.map(inode);
    scene.build(SECOND).expect("nothing is in the way");
    // Whoever has a folder mounted, or has changed into it, sees the new output.
    assert_eq!(paths.map(inode), before);
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    let time = |path: &str| {
        fs::metadata(scene.folder().join(path)).expect("it is there").modified().expect("a time")
    };
    let before = [time(""), time("compose.yaml"), time(manifest::NAME)];
    let written = scene.build(FIRST).expect("nothing is in the way");
    assert_eq!((written.files, written.changed), (3, 0));
    assert_eq!([time(""), time("compose.yaml"), time(manifest::NAME)], before);
}

#[test]
fn a_file_that_changes_after_its_beginning_is_whole() {
    let same = "same\n".repeat(100_000);
    let contents = ["", "a\n", "b\n", "b\nmore\n"].map(|end| format!("{same}{end}"));
    for before in &contents {
        for after in contents.iter().filter(|after| *after != before) {
            let scene = Scene::new();
            scene.build(&[("large", before)]).expect("nothing is in the way");
            let written = scene.build(&[("large", after)]).expect("nothing is in the way");
            assert_eq!((written.changed, written.bytes), (1, after.len() as u64));
            assert_eq!(scene.files(), map(&[("large", after)]));
            let again = scene.build(&[("large", after)]).expect("nothing is in the way");
            assert_eq!(again.changed, 0);
        }
    }
}

#[test]
fn what_laud_did_not_write_survives() {
    let scene = Scene::new();
    scene.put(".env", "SECRET=1\n");
    scene.put("nginx/mine.conf", "mine;\n");
    scene.put("tls/live/cert.pem", "pem\n");
    scene.build(FIRST).expect("nothing is in the way");
    scene.build(SECOND).expect("nothing is in the way");
    let mut expected = map(SECOND);
    expected.extend(map(&[
        (".env", "SECRET=1\n"),
        ("nginx/mine.conf", "mine;\n"),
        ("tls/live/cert.pem", "pem\n"),
    ]));
    assert_eq!(scene.files(), expected);
    assert_eq!(scene.names(), ["staging"]);
}

#[test]
fn a_foreign_file_stops_the_build() {
    let scene = Scene::new();
    scene.put("compose.yaml", "mine: 1\n");
    scene.put("nginx/nginx.conf", "mine;\n");
    let before = scene.files();
    assert_eq!(
        codes(scene.build(FIRST)),
        [
            ("L0801", "`deploy/staging/compose.yaml` was not written by laud".to_owned()),
            ("L0801", "`deploy/staging/nginx/nginx.conf` was not written by laud".to_owned()),
        ]
    );
    assert_eq!(scene.files(), before);
    assert_eq!(scene.names(), ["staging"]);
    scene.build_with(FIRST, true).expect("force overwrites");
    assert_eq!(scene.files(), map(FIRST));
}

#[test]
fn a_file_of_the_same_bytes_is_adopted() {
    let scene = Scene::new();
    scene.put("compose.yaml", "a: 1\n");
    scene.build(FIRST).expect("nothing would be overwritten");
    scene.build(SECOND).expect("it is laud's now");
    assert_eq!(scene.files(), map(SECOND));
}

#[test]
fn an_edited_file_stops_the_build() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    scene.put("compose.yaml", "a: 1 # mine\n");
    scene.put("nginx/old.conf", "mine;\n");
    let before = scene.files();
    assert_eq!(
        codes(scene.build(SECOND)),
        [
            ("L0802", "`deploy/staging/compose.yaml` was edited since laud wrote it".to_owned()),
            ("L0802", "`deploy/staging/nginx/old.conf` was edited since laud wrote it".to_owned()),
        ]
    );
    assert_eq!(scene.files(), before);
    scene.build_with(SECOND, true).expect("force overwrites");
    assert_eq!(scene.files(), map(SECOND));
}

#[test]
fn an_edit_that_is_what_would_be_written_is_fine() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    scene.put("compose.yaml", "a: 2\n");
    scene.build(SECOND).expect("nothing would be overwritten");
}

#[test]
fn a_removed_file_comes_back_and_is_no_edit() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    fs::remove_file(scene.folder().join("compose.yaml")).expect("it was there");
    scene.build(FIRST).expect("nothing is in the way");
    assert_eq!(scene.files(), map(FIRST));
}

#[test]
fn a_folder_in_the_way_is_never_removed() {
    let scene = Scene::new();
    scene.put("compose.yaml/data", "mine");
    let refused = codes(scene.build_with(FIRST, true));
    assert_eq!(
        refused,
        [("L0801", "`deploy/staging/compose.yaml` is a folder, and laud writes a file of that name".into())]
    );
    assert_eq!(scene.read("compose.yaml/data").as_deref(), Some("mine"));
}

#[cfg(unix)]
#[test]
fn no_link_leads_the_output_elsewhere() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new();
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(scene.folder()).expect("a folder");
    symlink(elsewhere.path(), scene.folder().join("nginx")).expect("a link");
    symlink(elsewhere.path().join("c"), scene.folder().join("compose.yaml")).expect("a link");
    let refused = codes(scene.build(FIRST));
    assert_eq!(refused[0], ("L0801", "`deploy/staging/compose.yaml` was not written by laud".into()));
    assert_eq!(refused[1], ("L0801", "`deploy/staging/nginx` was not written by laud".into()));
    scene.build_with(FIRST, true).expect("force takes the place of links");
    assert_eq!(scene.files(), map(FIRST));
    assert_eq!(fs::read_dir(elsewhere.path()).expect("a folder").count(), 0);
}

#[test]
fn a_manifest_that_is_none_is_foreign() {
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    scene.put(manifest::NAME, "<<<<<<< mine\n");
    assert_eq!(codes(scene.build(FIRST))[0].0, "L0801");
    scene.build_with(SECOND, true).expect("force overwrites");
    // Without a manifest, nothing tells that the old file was laud's.
    let mut expected = map(SECOND);
    expected.extend(map(&[("nginx/old.conf", "o;\n")]));
    assert_eq!(scene.files(), expected);
}

#[test]
fn a_path_that_leads_out_is_refused() {
    let scene = Scene::new();
    for path in ["../x", "/tmp/x", "a/../../x", "laud.manifest.json"] {
        assert_eq!(codes(scene.build(&[(path, "x")]))[0].0, "L0803", "{path}");
    }
    assert!(!scene.out.join("x").exists());
}

#[test]
fn one_output_in_the_way_stops_all() {
    let scene = Scene::new();
    fs::create_dir_all(scene.out.join("b")).expect("a folder");
    fs::write(scene.out.join("b/compose.yaml"), "mine").expect("a file");
    let emit = |stage: &Stage<'_>| give(stage, &[("compose.yaml", "a")]);
    let output = |environment| Output {
        app: "shop",
        environment,
        folder: scene.out.join(environment),
        shown: Utf8PathBuf::from(environment),
        emit: &emit,
    };
    write(&scene.out, &[output("a"), output("b")], false).expect_err("b has a foreign file");
    assert_eq!(scene.names(), ["b"]);
}

#[test]
fn files_take_the_place_of_folders_of_files() {
    let scene = Scene::new();
    scene.build(&[("a", "1"), ("b/c", "2")]).expect("nothing is in the way");
    scene.build(&[("a/x", "1")]).expect("`a` was laud's");
    assert_eq!(scene.files(), map(&[("a/x", "1")]));
    assert_eq!(fs::read_dir(scene.folder()).expect("a folder").count(), 2, "the empty folder is gone");
}

/// The states that a killed build leaves, and the next build.
mod killed {
    use super::*;

    fn aside(scene: &Scene) -> Utf8PathBuf {
        scene.out.join(".laud-staging-0123abcd")
    }

    #[test]
    fn while_it_was_staging() {
        let scene = Scene::new();
        scene.build(FIRST).expect("nothing is in the way");
        fs::create_dir(aside(&scene)).expect("a folder");
        fs::write(aside(&scene).join(".laud-stand-in"), "").expect("a mark");
        fs::write(aside(&scene).join("compose.yaml"), "a: ").expect("half a file");
        assert_eq!(scene.files(), map(FIRST));
        scene.build(SECOND).expect("it heals");
        assert_eq!(scene.files(), map(SECOND));
        assert_eq!(scene.names(), ["staging"]);
    }

    #[test]
    fn before_it_had_marked_anything() {
        let scene = Scene::new();
        fs::create_dir_all(aside(&scene)).expect("a folder");
        scene.build(FIRST).expect("it heals");
        assert_eq!(scene.files(), map(FIRST));
        assert_eq!(scene.names(), ["staging"]);
    }

    #[test]
    fn before_the_first_output_had_its_name() {
        let scene = Scene::new();
        scene.build(FIRST).expect("nothing is in the way");
        fs::rename(scene.folder(), aside(&scene)).expect("it moves");
        scene.build(SECOND).expect("it heals");
        assert_eq!(scene.files(), map(SECOND));
        assert_eq!(scene.names(), ["staging"]);
    }

    #[cfg(unix)]
    #[test]
    fn with_another_folder_standing_in() {
        use std::os::unix::fs::{MetadataExt, symlink};
        let scene = Scene::new();
        scene.put(".env", "SECRET=1\n");
        scene.build(FIRST).expect("nothing is in the way");
        let real = fs::metadata(scene.folder()).expect("a folder").ino();
        // The new output, whole by links, as it is after the first exchange.
        fs::rename(scene.folder(), aside(&scene)).expect("it moves");
        fs::create_dir_all(scene.folder().join("nginx")).expect("a folder");
        scene.put(".laud-stand-in", ".laud-staging-0123abcd");
        scene.put("compose.yaml", "a: 2\n");
        scene.put("rules/new.yml", "n\n");
        let text =
            Manifest::parse(&fs::read_to_string(aside(&scene).join(manifest::NAME)).expect("a manifest"));
        let mut kept = text.expect("it parses");
        kept.files.remove("nginx/old.conf");
        scene.put(manifest::NAME, &kept.to_text("shop", "staging"));
        symlink("../.laud-staging-0123abcd/.env", scene.folder().join(".env")).expect("a link");
        symlink("../../.laud-staging-0123abcd/nginx/nginx.conf", scene.folder().join("nginx/nginx.conf"))
            .expect("a link");
        // Someone works on in it, not knowing.
        scene.put("notes.txt", "mine\n");

        scene.build(SECOND).expect("it heals");
        let mut expected = map(SECOND);
        expected.extend(map(&[(".env", "SECRET=1\n"), ("notes.txt", "mine\n")]));
        assert_eq!(scene.files(), expected);
        assert_eq!(scene.names(), ["staging"]);
        assert_eq!(fs::metadata(scene.folder()).expect("a folder").ino(), real);
        assert!(!fs::symlink_metadata(scene.folder().join(".env")).expect("a file").is_symlink());
    }

    #[test]
    fn while_it_was_renaming_one_by_one() {
        let scene = Scene::new();
        scene.build(FIRST).expect("nothing is in the way");
        let manifest = Manifest {
            files: SECOND
                .iter()
                .map(|(path, content)| {
                    let entry = manifest::Entry::read(content.as_bytes()).expect("memory can be read");
                    ((*path).to_owned(), entry)
                })
                .collect(),
        };
        fs::create_dir_all(aside(&scene).join("rules")).expect("a folder");
        for (path, content) in [
            (".laud-stand-in", ""),
            (".laud-renaming", ""),
            ("compose.yaml", "a: 2\n"),
            ("rules/new.yml", "n\n"),
        ] {
            fs::write(aside(&scene).join(path), content).expect("a file");
        }
        fs::write(aside(&scene).join(manifest::NAME), manifest.to_text("shop", "staging")).expect("a file");
        // One file had arrived.
        scene.put("compose.yaml", "a: 2\n");
        scene.build(SECOND).expect("it heals");
        assert_eq!(scene.files(), map(SECOND));
        assert_eq!(scene.names(), ["staging"]);
    }

    #[test]
    fn a_folder_of_someone_else_is_left_alone() {
        let scene = Scene::new();
        for name in [".laud-staging-mine", ".laud-staging-0123abcd", ".laud-staging-eu-0123abcd"] {
            fs::create_dir_all(scene.out.join(name)).expect("a folder");
            fs::write(scene.out.join(name).join("keep"), "mine").expect("a file");
        }
        scene.build(FIRST).expect("nothing is in the way");
        scene.build(SECOND).expect("nothing is in the way");
        assert_eq!(
            scene.names(),
            [".laud-staging-0123abcd", ".laud-staging-eu-0123abcd", ".laud-staging-mine", "staging"]
        );
    }
}

/// Containers read what is mounted as users of their own.
#[cfg(unix)]
#[test]
fn everyone_may_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Utf8Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let set = |path: &Utf8Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    // The umask is the whole process's: what a strict one makes of files is done to them here.
    let scene = Scene::new();
    scene.build(FIRST).expect("nothing is in the way");
    let (file, folder) = (scene.folder().join("nginx/nginx.conf"), scene.folder().join("nginx"));
    assert_eq!((mode(&file), mode(&folder)), (0o644, 0o755));
    set(&file, 0o600);
    let written = scene.build(FIRST).expect("nothing is in the way");
    assert_eq!((written.changed, mode(&file)), (1, 0o644));
    set(&folder, 0o700);
    scene.build(SECOND).expect("nothing is in the way");
    assert_eq!(mode(&folder), 0o700, "what is there stays as someone has set it");
    assert_eq!(mode(&scene.folder().join("rules")), 0o755);
}
