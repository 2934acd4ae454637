//! The fuzzing project's files: what `fuzz/oss-fuzz/build.sh` leaves for the fuzzing infrastructure, with a
//! stand-in for the compiler, and dictionaries that know everything there is.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use tierproof_generator::ir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn stems(dir: &str, extension: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(Path::new(ROOT).join(dir)).expect(dir);
    let paths = files.map(|f| f.expect("an entry").path());
    paths
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .filter_map(|p| Some(p.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn the_build_script_leaves_all_targets_with_seeds_and_dictionaries() {
    let dir = tempfile::tempdir().unwrap();
    let (out, built) = (dir.path().join("out"), dir.path().join("built"));
    std::fs::create_dir_all(&out).unwrap();
    std::fs::create_dir_all(&built).unwrap();
    let targets = stems("fuzz/fuzz_targets", "rs");
    // the stand-in makes what the compiler would
    let make = format!(
        "touch {}",
        targets.iter().map(|t| built.join(t).display().to_string()).collect::<Vec<_>>().join(" ")
    );
    let o = Command::new("bash")
        .args(["-eu", ".clusterfuzzlite/build.sh"])
        .current_dir(ROOT)
        .env("OUT", &out)
        .env("FUZZ_BUILD", make)
        .env("FUZZ_TARGET_DIR", &built)
        .output()
        .expect("bash runs");
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    for t in &targets {
        assert!(out.join(t).is_file() && out.join(format!("{t}.options")).is_file(), "{t}");
    }
    for (target, file) in [
        ("differential", "differential_seed_corpus.zip"),
        ("ir_text", "ir_text.dict"),
        ("import", "import_seed_corpus.zip"),
        ("regexp", "regexp.dict"),
        ("schedule_text", "schedule_text.dict"),
    ] {
        let size = std::fs::metadata(out.join(file)).map_or(0, |m| m.len());
        assert!(size > 100, "{target}: {file} has {size} bytes");
    }
}

#[test]
fn every_target_is_declared_once() {
    let manifest = std::fs::read_to_string(Path::new(ROOT).join("fuzz/Cargo.toml")).unwrap();
    let declared: Vec<&str> = manifest
        .lines()
        .filter_map(|l| l.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
        .collect();
    let all = stems("fuzz/fuzz_targets", "rs");
    assert_eq!(declared.iter().map(|d| d.to_string()).collect::<BTreeSet<_>>(), all);
    assert_eq!(declared.len(), all.len());
}

#[test]
fn the_dictionary_of_the_ir_knows_every_operation() {
    let text = std::fs::read_to_string(Path::new(ROOT).join("fuzz/dictionaries/ir.dict")).unwrap();
    let missing: Vec<&str> =
        ir::op::ALL.iter().map(|o| o.name()).filter(|n| !text.contains(&format!("\"{n}\""))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_corpus_reads_and_prints_as_it_is() {
    let mut count = 0;
    for stem in stems("corpus/ir", "ir") {
        let text = std::fs::read_to_string(Path::new(ROOT).join(format!("corpus/ir/{stem}.ir"))).unwrap();
        let p = ir::text::parse(&text).unwrap_or_else(|e| panic!("{stem}: {e}"));
        assert_eq!(p.to_string(), text, "{stem}");
        count += 1;
    }
    assert!(count >= 20, "{count}");
}
