//! One suite, many schedules: every program of the corpus and of the test directories runs under
//! the table of schedules below; all rows must agree, and print what the program's `//> ` lines say.

use std::path::{Path, PathBuf};

use tierproof_base::schedule::from_head_comment;
use tierproof_oracle::matrix::{Limits, Program, run_rows};
use tierproof_oracle::{Outcome, Row, named_rows};
use tierproof_vm::Engine;

/// Rows beyond the five named schedules.
const MORE: &[&str] = &[
    "tier=interpreter gc=every:50",
    "tier=toptier gc=every:50",
    "tier=jit-fuzzing deopt=every:50",
    "tier=toptier feedback=lies:7",
    "tier=midtier feedback=lies:3 deopt=every:7",
    "tier=jit-fuzzing install=after:40",
];

fn rows(directory: &str, source: &str) -> Vec<Row> {
    let mut rows = named_rows("").unwrap();
    let mut add = |text: &str| rows.push(Row { name: text.into(), schedule: text.parse().unwrap() });
    MORE.iter().for_each(|t| add(t));
    match directory {
        "tests/gc" => ["baseline", "toptier"].iter().for_each(|t| add(&format!("tier={t} gc=stress-move"))),
        "tests/deopt" => {
            for n in [1, 2, 3, 5] {
                add(&format!("tier=toptier deopt=every:{n}"));
                add(&format!("tier=midtier deopt=at:{n}"));
            }
        }
        "tests/osr" => add("tier=toptier osr-budget=1"),
        _ => {}
    }
    if let Some(head) = from_head_comment(source) {
        add(&head.unwrap().to_string());
    }
    rows
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(directory)
        .map(|d| d.filter_map(|e| Some(e.ok()?.path())).collect())
        .unwrap_or_default();
    out.retain(|p| p.extension().is_some_and(|e| e == "js"));
    out.sort();
    out
}

fn run_directory(directory: &str, at_least: usize) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = files(&root.join(directory));
    assert!(all.len() >= at_least, "{directory}: only {} programs", all.len());
    let mut wrong = Vec::new();
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let program = Program { name: name.clone(), source: text.clone().into_bytes(), defines: vec![] };
        // A tick limit of the head comment is one of the program: it ends in every row at the same moment.
        let head = from_head_comment(&text).and_then(|h| h.ok());
        let ticks = head.and_then(|h| h.ticks).unwrap_or(20_000_000);
        let limits = Limits { ticks: Some(ticks), heap_bytes: Some(256 << 20), ..Limits::default() };
        let rows = rows(directory, &text);
        let report = Engine::on_big_stack(|| run_rows(&program, &rows, &limits));
        match &report.outcome {
            Outcome::Agree => {}
            Outcome::Diverges { row, difference } => {
                wrong.push(format!("{name}: {} diverges: {difference:#?}", report.rows[*row].schedule));
            }
            other => wrong.push(format!("{name}: {other:?}")),
        }
        let expected: Vec<&str> = text
            .lines()
            .filter_map(|l| l.strip_prefix("//>"))
            .map(|l| l.strip_prefix(' ').unwrap_or(l))
            .collect();
        let printed: Vec<&str> = report
            .rows
            .first()
            .map(|r| r.observation.lines.iter().flat_map(|l| l.split('\n')).collect())
            .unwrap_or_default();
        if !expected.is_empty() && expected != printed {
            wrong.push(format!("{name}: printed {printed:#?}, expected {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn seeds() {
    run_directory("corpus/seeds", 40);
}
#[test]
fn regressions() {
    run_directory("corpus/regressions", 0);
}
#[test]
fn fault_witnesses_agree_without_their_fault() {
    run_directory("corpus/faults", 0);
}
#[test]
fn language() {
    run_directory("tests/language", 20);
}
#[test]
fn gc() {
    run_directory("tests/gc", 5);
}
#[test]
fn deopt() {
    run_directory("tests/deopt", 8);
}
#[test]
fn osr() {
    run_directory("tests/osr", 6);
}
