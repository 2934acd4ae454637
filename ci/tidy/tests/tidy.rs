//! The repository is tidy; and each check finds what it is for.

use std::fs;
use std::path::Path;

use tierproof_tidy::*;

fn expect_none(name: &str, list: Vec<Complaint>) {
    let text: Vec<String> =
        list.iter().map(|c| format!("{}:{}: {}", c.file.display(), c.line, c.text)).collect();
    assert!(list.is_empty(), "{name}:\n{}", text.join("\n"));
}

#[test]
fn dependency_direction() {
    expect_none("dependencies", dependencies(&root()));
}
#[test]
fn module_headers() {
    expect_none("headers", headers(&root()));
    for c in sizes(&root()) {
        println!("{}: {}", c.file.display(), c.text);
    }
}
#[test]
fn safety() {
    expect_none("SAFETY comments", safety_comments(&root()));
}
#[test]
fn collections() {
    expect_none("raw collections", raw_collections(&root()));
}
#[test]
fn snapshots() {
    expect_none("orphan snapshots", orphan_snapshots(&root()));
}
#[test]
fn machine_paths() {
    expect_none("words", words(&root()));
}
#[test]
fn regressions_have_heads() {
    expect_none("corpus", corpus_heads(&root()));
}

#[test]
fn planted_untidiness_is_found() {
    let dir = std::env::temp_dir().join(format!("tidy-{}", std::process::id()));
    let put = |path: &str, text: &str| {
        let p = dir.join(path);
        fs::create_dir_all(p.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(p, text).unwrap();
    };
    put(
        "engine/base/Cargo.toml",
        "[dependencies]\ntierproof-vm.workspace = true\ncranelift-codegen = \"1\"\n",
    );
    put("engine/base/src/lib.rs", "pub fn f() { unsafe { g() } }\nstruct S { v: Vec<Value> }\n");
    put("snapshots/bytecode/gone.snap", "");
    put("corpus/regressions/a.js", "print(1)");
    put("notes.md", &["see /wo", "rk/x"].concat());
    assert_eq!(dependencies(&dir).len(), 2);
    assert_eq!(headers(&dir).len(), 1);
    assert_eq!(safety_comments(&dir).len(), 1);
    assert_eq!(raw_collections(&dir).len(), 1);
    assert_eq!(orphan_snapshots(&dir).len(), 1);
    assert_eq!(words(&dir).len(), 1);
    assert_eq!(corpus_heads(&dir).len(), 1);
    fs::remove_dir_all(&dir).unwrap();
}
