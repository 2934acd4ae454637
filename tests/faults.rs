//! Every planted fault is found through its witness program, and the witness agrees without it.
//! Each run is a process of its own: a fault is switched on for a whole process and may crash it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tierproof_base::faults::FAULTS;

/// Faults whose witness is attributed to another unit than the one they are planted in.
const MISNAMED: &[&str] = &["F078"];

/// Faults that the exit verifier sees.
const VERIFIED: &[&str] = &["F007", "F008"];

fn witness(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/faults/{id}.js"))
}

fn run_diff(program: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tierproof"));
    command.arg("diff").args(options).arg(program).output().expect("the binary runs")
}

/// Exit code and output of `tierproof diff`.
fn diff(program: &Path, options: &[&str]) -> (Option<i32>, String) {
    let out = run_diff(program, options);
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
        for schedule in ["", "frame-check=on deopt=every:5", "verify=on", "arithmetic=evaluated"] {
            let options = ["--schedule", schedule];
            let (code, text) = diff(&witness(f.1), &options);
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
fn exits_are_verified_and_arithmetic_can_be_evaluated() {
    for id in VERIFIED {
        let (code, text) = diff(&witness(id), &["--fault", id, "--schedule", "verify=on"]);
        assert!(code == Some(1) && text.contains("exit verifier"), "{id}: {text}");
    }
    for id in ["F025", "F063"] {
        let (code, text) = diff(&witness(id), &["--fault", id, "--schedule", "arithmetic=evaluated"]);
        assert_eq!(code, Some(0), "{id}: {text}");
    }
}

#[test]
fn a_fault_changes_nothing_without_its_precondition() {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/seeds/labels.js");
    for f in FAULTS {
        let (code, text) = diff(&program, &["--fault", f.1]);
        // debug builds verify exits always, and see what is wrong with one before it is taken
        let seen = VERIFIED.contains(&f.1) && text.contains("exit verifier");
        assert!(code == Some(0) || seen, "{}\n{text}", f.1);
    }
}

/// The first row that diverges or crashes under the fault.
fn bad_schedule(id: &str) -> String {
    // What a crash says on standard error is not part of the report.
    let text = run_diff(&witness(id), &["--fault", id, "--json"]).stdout;
    let text = String::from_utf8_lossy(&text);
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let first = &all[0];
    if let Some(row) = first["outcome"]["Diverges"]["row"].as_u64() {
        return first["rows"][row as usize]["schedule"].as_str().expect("a schedule").to_owned();
    }
    let how = first["outcome"]["Crashed"].as_str().unwrap_or_else(|| panic!("{id}: {text}"));
    how.split_once('[').expect("a row").1.trim_end_matches(']').to_owned()
}

fn bisect(id: &str, schedule: &str) -> serde_json::Value {
    let out = Command::new(env!("CARGO_BIN_EXE_tierproof"))
        .args(["bisect", "--json", "--fault", id, "--schedule", schedule])
        .arg(witness(id))
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{id} under {schedule}: {e}: {text}"))
}

#[test]
fn bisect_names_the_unit_at_fault() {
    let mut wrong = Vec::new();
    for f in FAULTS {
        let schedule = bad_schedule(f.1);
        let a = bisect(f.1, &schedule);
        if a["unit"] != f.2 {
            wrong.push(format!("{} under {schedule}: {} instead of {}", f.1, a["key"], f.2));
        }
    }
    assert!(wrong.len() <= MISNAMED.len(), "{wrong:#?}");
    assert!(wrong.iter().all(|w| MISNAMED.contains(&&w[..4])), "{wrong:#?}");
}

#[test]
fn a_step_comes_with_the_graph_around_it() {
    let a = bisect("F028", "tier=toptier");
    assert_eq!((&a["step"]["pass"], &a["mask"]), (&"RANGE".into(), &"RANGE CheckedInt32Mul".into()));
    let (before, after) = (a["ir"][0].as_str().unwrap(), a["ir"][1].as_str().unwrap());
    assert!(before.contains("CheckedInt32Mul") && before.len() != after.len(), "{before}\n{after}");
}

#[test]
fn witnesses_are_reduced_to_a_few_tokens() {
    let dir = tempfile::tempdir().unwrap();
    for (id, schedule, most) in [
        ("F022", "tier=midtier", 60),
        ("F029", "tier=toptier", 75),
        ("F047", "tier=toptier frame-check=on", 75),
    ] {
        let output = dir.path().join(format!("{id}.js"));
        let out = Command::new(env!("CARGO_BIN_EXE_tierproof"))
            .args(["reduce", "--seconds", "120", "--fault", id, "--schedule", schedule, "--output"])
            .args([&output, &witness(id)])
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(out.status.success(), "{id}: {said}{}", String::from_utf8_lossy(&out.stderr));
        let text = std::fs::read_to_string(&output).expect("a result");
        let tokens = tierproof_oracle::reduce::tokens::count(&text);
        assert!(tokens <= most, "{id}: {tokens} tokens\n{text}");
        // what is not needed has left the schedule, too
        let head = text.lines().next().unwrap_or_default();
        assert!(head.starts_with("// schedule: tier=") && !head.contains("frame-check"), "{head}");
        let replayed = Command::new(env!("CARGO_BIN_EXE_tierproof"))
            .args(["replay", "--fault", id])
            .arg(&output)
            .output()
            .expect("the binary runs");
        assert_eq!(replayed.status.code(), Some(1), "{id}: {text}");
    }
}
