//! Every planted fault is found through its witness program, and the witness agrees without it.
//! Each run is a process of its own: a fault is switched on for a whole process and may crash it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tierproof_base::faults::FAULTS;

fn witness(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/faults/{id}.js"))
}

/// Exit code and output of `tierproof diff`.
fn diff(program: &Path, options: &[&str]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .arg("diff")
        .args(options)
        .arg(program)
        .output()
        .expect("the binary runs");
    (
        out.status.code(),
        String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr),
    )
}

#[test]
fn every_fault_has_a_witness_and_every_witness_a_fault() {
    let mut found: Vec<String> = std::fs::read_dir(witness("F001").parent().unwrap())
        .unwrap()
        .map(|e| e.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let known: Vec<&str> = FAULTS.iter().map(|f| f.1).collect();
    assert_eq!(found, known);
}

#[test]
fn witnesses_agree_without_their_fault() {
    for f in FAULTS {
        for options in [&[][..], &["--schedule", "frame-check=on deopt=every:5"]] {
            let (code, text) = diff(&witness(f.1), options);
            assert_eq!(code, Some(0), "{} {options:?}\n{text}", f.1);
        }
    }
}

#[test]
fn witnesses_fail_under_their_fault() {
    for f in FAULTS {
        let (code, text) = diff(&witness(f.1), &["--fault", f.1]);
        assert_eq!(code, Some(1), "{}\n{text}", f.1);
    }
}

#[test]
fn a_fault_changes_nothing_without_its_precondition() {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/seeds/labels.js");
    for f in FAULTS {
        let (code, text) = diff(&program, &["--fault", f.1]);
        assert_eq!(code, Some(0), "{}\n{text}", f.1);
    }
}

#[test]
fn bisect_names_the_pass_at_fault() {
    for (id, schedule, wanted) in [
        ("F001", "tier=toptier deopt=every:3", "culprit: SIMPLIFY in f"),
        ("F022", "tier=midtier", "culprit: TRUNCATION in f"),
        ("F028", "tier=toptier", "culprit: RANGE in f"),
        ("F029", "tier=toptier", "culprit: GVN in f"),
        ("F047", "tier=toptier", "culprit: LOAD_ELIMINATION in"),
        ("F015", "tier=midtier", "culprit: none of the rewrites"),
    ] {
        let out = Command::new(env!("CARGO_BIN_EXE_tierproof"))
            .args(["bisect", "--fault", id, "--schedule", schedule])
            .arg(witness(id))
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(text.starts_with(wanted), "{id} under {schedule}: {text}");
    }
}
