//! The programs behind the snapshots: files of `tests/snapshot_programs/<kind>`, one per area of the
//! language, in sections that begin with `//# name`. Used by the snapshot tests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A program of an area.
pub struct Section {
    pub name: String,
    pub text: String,
}

fn directory(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshot_programs").join(kind)
}

/// Areas that have a file.
pub fn areas(kind: &str) -> Vec<String> {
    let files = std::fs::read_dir(directory(kind)).expect("the directory is there");
    let mut names: Vec<String> = files
        .map(|f| f.expect("readable").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The programs of an area, in the file's order.
pub fn sections(kind: &str, area: &str) -> Vec<Section> {
    let path = directory(kind).join(area).with_extension("js");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut sections: Vec<Section> = Vec::new();
    for part in text.split("\n//# ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap_or_else(|| panic!("{area}: section without text"));
        assert!(sections.iter().all(|s| s.name != name), "{area}: two sections are called {name}");
        sections.push(Section { name: name.into(), text: text.trim().into() });
    }
    assert!(!sections.is_empty(), "{}: no sections", path.display());
    sections
}

/// Runs `check` on each program of an area; says at the end which failed, so that one run leaves all
/// pending snapshots.
pub fn check_all(kind: &str, area: &str, check: impl Fn(&Section)) {
    let mut failed = Vec::new();
    for section in sections(kind, area) {
        if catch_unwind(AssertUnwindSafe(|| check(&section))).is_err() {
            failed.push(section.name);
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {kind}/{area} differ: {}; review with `cargo insta review`, by groups with `tierproof review`",
        failed.len(),
        failed.join(", ")
    );
}

/// Compares a text with `snapshots/<folder>/<name>.snap`.
pub fn compare(folder: &str, s: &Section, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("{}/snapshots/{folder}", env!("CARGO_MANIFEST_DIR")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(&s.text);
    settings.bind(|| insta::assert_snapshot!(s.name.as_str(), text));
}

/// One test for each area of a kind, so that they run beside each other, and one that no area is left out.
macro_rules! area_tests {
    ($kind:literal, $check:ident: $($area:ident),* $(,)?) => {
        $(
            #[test]
            fn $area() {
                sections::check_all($kind, stringify!($area), |s| $check(stringify!($area), s));
            }
        )*
        #[test]
        fn every_area_has_its_test() {
            assert_eq!(sections::areas($kind), [$(stringify!($area)),*]);
        }
    };
}
pub(crate) use area_tests;
