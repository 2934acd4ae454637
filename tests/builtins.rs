//! Runs every `tests/builtins/*.js` and compares what it prints with the `.txt` file beside it, in the
//! interpreter, with the default tiering, and with collections at every few allocations.

use std::path::{Path, PathBuf};

use tierproof_base::{GcMode, Schedule, Tier};
use tierproof_vm::{Engine, Options};

fn programs() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/builtins");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .expect("the directory exists")
        .map(|e| e.expect("a readable entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "js"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn output(path: &Path, source: &str, schedule: &Schedule) -> Vec<String> {
    Engine::on_big_stack(|| {
        let mut engine = Engine::new(&Options { schedule: schedule.clone(), ..Options::default() });
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let result = engine.run(source.as_bytes(), &name);
        let mut lines: Vec<String> =
            engine.cx.output.iter().flat_map(|l| l.split('\n').map(str::to_string)).collect();
        if let Err(e) = result {
            lines.push(e.to_string());
        }
        lines
    })
}

fn check(schedule: &Schedule, what: &str) {
    for path in programs() {
        let source = std::fs::read_to_string(&path).expect("a readable program");
        let text = std::fs::read_to_string(path.with_extension("txt")).expect("the expected output");
        let expected: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
        let actual = output(&path, &source, schedule);
        for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
            assert_eq!(a, e, "{what}: {}, line {} of the output", path.display(), i + 1);
        }
        assert_eq!(actual.len(), expected.len(), "{what}: {}, number of lines", path.display());
    }
}

#[test]
fn interpreter() {
    check(&Schedule::forced(Tier::Interpreter), "interpreter");
}

#[test]
fn default_tiering() {
    check(&Schedule::default(), "default");
}

#[test]
fn frequent_collections() {
    let schedule = Schedule { gc: GcMode::Every(97), ..Schedule::forced(Tier::Interpreter) };
    check(&schedule, "collections");
}
