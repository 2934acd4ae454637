//! The deopt sweep: the same program again and again, each time leaving optimised code at another
//! checkpoint. Called by `tierproof gate` and `diff --sweep`.
//!
//! `deopt=at:K` leaves at the K-th checkpoint that a run reaches. How many there are is searched first (by
//! doubling, then halving); all are tried where the budget allows, else evenly spread ones. Every run has its
//! rebuilt frames checked.

use tierproof_base::schedule::DeoptMode;
use tierproof_base::{Schedule, Tier};

use crate::matrix::{Limits, Outcome, Program, Report, Row, run_rows_with};

/// Runs the sweep in one tier with at most `most` places. Must be called on a big stack. `before` is told of
/// each row about to run.
pub fn sweep(
    program: &Program,
    tier: Tier,
    most: usize,
    limits: &Limits,
    mut before: impl FnMut(&Row),
) -> Report {
    let reference = Row { name: "interpreter".into(), schedule: Schedule::forced(Tier::Interpreter) };
    let row = |k: u32| Row {
        name: format!("deopt at {k}"),
        schedule: Schedule { deopt: DeoptMode::At(k), frame_check: true, ..Schedule::forced(tier) },
    };
    let mut run = |rows: &[Row]| {
        run_rows_with(program, rows, limits, |r, _| {
            before(r);
            true
        })
    };
    let left = |r: &Report| {
        r.rows.last().is_some_and(|r| r.deopt_cells.iter().any(|c| c.0 == tierproof_vm::INJECTED))
    };
    // the number of checkpoints: the last K that is reached
    let (mut reached, mut beyond) = (0u32, 1u32);
    loop {
        let report = run(&[reference.clone(), row(beyond)]);
        if report.outcome != Outcome::Agree {
            return report;
        }
        if !left(&report) {
            break;
        }
        reached = beyond;
        let Some(next) = beyond.checked_mul(2) else { break };
        beyond = next;
    }
    while beyond - reached > 1 {
        let middle = reached + (beyond - reached) / 2;
        let report = run(&[reference.clone(), row(middle)]);
        if report.outcome != Outcome::Agree {
            return report;
        }
        if left(&report) { reached = middle } else { beyond = middle }
    }
    let count = (reached as usize).min(most.max(1));
    let places = (0..count).map(|i| (1 + i as u64 * reached as u64 / count.max(1) as u64) as u32);
    let rows: Vec<Row> = std::iter::once(reference).chain(places.map(row)).collect();
    run(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_vm::Engine;

    const HOT: &str =
        "function f(o, n) { let s = 0; for (let i = 0; i < n; i++) s = (s + o.a * i) | 0; return s; }
        for (let i = 0; i < 30; i++) probe(f({ a: i }, 6)); print(f({ a: 2.5 }, 9));";

    #[test]
    fn every_place_is_left_from_and_the_last_is_found() {
        let program = Program { name: "t.js".into(), source: HOT.into(), defines: vec![] };
        let mut rows = Vec::new();
        let report = Engine::on_big_stack(|| {
            sweep(&program, Tier::Toptier, 25, &Limits::default(), |r| rows.push(r.name.clone()))
        });
        assert_eq!(report.outcome, Outcome::Agree);
        assert_eq!(report.rows.len(), 26);
        let injected = |r: &crate::RowReport| r.deopt_cells.iter().any(|c| c.0 == tierproof_vm::INJECTED);
        assert!(report.rows[1..].iter().all(injected), "{report:#?}");
        assert!(rows.len() > 40);
    }

    #[test]
    fn a_program_without_optimised_code_has_an_empty_sweep() {
        let program = Program { name: "t.js".into(), source: b"print(1)".to_vec(), defines: vec![] };
        let report = Engine::on_big_stack(|| sweep(&program, Tier::Midtier, 9, &Limits::default(), |_| {}));
        assert_eq!((report.rows.len(), report.outcome), (1, Outcome::Agree));
    }
}
