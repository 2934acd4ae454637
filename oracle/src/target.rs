//! What the fuzz targets call: bytes in, a panic when something is wrong.

use tierproof_base::Schedule;
use tierproof_base::schedule::{DeoptMode, Install, TierMode};
use tierproof_base::{Feedback, GcMode, Tier};
use tierproof_vm::Engine;

use crate::matrix::{Limits, Outcome, Program, Row, named_rows, run_rows};

fn limits() -> Limits {
    Limits { heap_bytes: Some(128 << 20), ticks: Some(200_000), ..Limits::default() }
}

fn check(source: &[u8], rows: &[Row]) {
    let program = Program { name: "fuzz.js".into(), source: source.to_vec(), defines: vec![] };
    let report = Engine::on_big_stack(|| run_rows(&program, rows, &limits()));
    match report.outcome {
        Outcome::Diverges { row, difference } => panic!(
            "divergence\n// schedule: {}\n{difference:#?}\n{}",
            report.rows[row].schedule,
            String::from_utf8_lossy(source)
        ),
        Outcome::Crashed(how) => panic!("{how}\n{}", String::from_utf8_lossy(source)),
        _ => {}
    }
}

/// The program under the five schedules.
pub fn differential(source: &[u8]) {
    check(source, &named_rows("").unwrap_or_default());
}

/// One of the seed programs under the schedule these bytes spell.
pub fn schedule(bytes: &[u8]) {
    let mut at = 0;
    let mut next = || {
        at += 1;
        bytes.get(at - 1).copied().unwrap_or(0)
    };
    let source = SEEDS[next() as usize % SEEDS.len()];
    let schedule = schedule_from(&mut next);
    let rows = [
        Row { name: "interpreter".into(), schedule: Schedule::forced(Tier::Interpreter) },
        Row { name: "fuzzed".into(), schedule },
    ];
    check(source.as_bytes(), &rows);
}

/// A generated program compiled from facts that the bytes make up: what feedback claims, when code is
/// installed, which rewrites may act. `program` is made of the rest of the bytes.
pub fn facts(bytes: &[u8], program: impl FnOnce(&[u8]) -> String) {
    let (head, rest) = bytes.split_at(bytes.len().min(12));
    let mut at = 0;
    let mut next = || {
        at += 1;
        head.get(at - 1).copied().unwrap_or(0)
    };
    let lies = u32::from(next()) << 8 | u32::from(next());
    let schedule = Schedule { feedback: Feedback::Lies(lies), ..schedule_from(&mut next) };
    let rows = [
        Row { name: "interpreter".into(), schedule: Schedule::forced(Tier::Interpreter) },
        Row { name: "facts".into(), schedule },
    ];
    check(program(rest).as_bytes(), &rows);
}

/// Text as a schedule, and as the head of a kept finding: what parses prints as itself.
pub fn schedule_text(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(s) = text.trim().parse::<Schedule>() {
        assert_eq!(s.to_string().parse::<Schedule>().as_ref(), Ok(&s), "{s}");
    }
    for line in text.lines().filter_map(|l| l.strip_prefix("// schedule:")) {
        if let Ok(s) = line.trim().parse::<Schedule>() {
            assert_eq!(s.to_string().parse::<Schedule>().as_ref(), Ok(&s), "{s}");
        }
    }
}

/// Any schedule that terminates in reasonable time.
pub fn schedule_from(next: &mut impl FnMut() -> u8) -> Schedule {
    let tier = match next() % 6 {
        0 => TierMode::Forced(Tier::Baseline),
        1 => TierMode::Forced(Tier::Midtier),
        2 => TierMode::Forced(Tier::Toptier),
        3 => TierMode::JitFuzzing,
        4 => TierMode::Normal,
        _ => TierMode::Forced(Tier::Toptier),
    };
    let mut s: Schedule = format!("tier={tier}").parse().unwrap_or_default();
    s.deopt = match next() % 4 {
        0 => DeoptMode::Every(1 + next() as u32),
        1 => DeoptMode::At(1 + next() as u32),
        _ => DeoptMode::Natural,
    };
    s.gc = match next() % 8 {
        0 => GcMode::Every(20 + next() as u32),
        1 => GcMode::StressMove,
        _ => GcMode::Normal,
    };
    s.feedback = if next() & 1 == 0 { Feedback::Real } else { Feedback::Lies(next() as u32) };
    s.install = if next() & 3 == 0 { Install::After(4 * next() as u32) } else { Install::Sync };
    let mut budget = || 1 + next() as u32 % 64;
    s.baseline_budget = budget();
    s.midtier_budget = budget();
    s.toptier_budget = budget();
    s.osr_budget = budget();
    s.fuel = if next() & 7 == 0 { Some(next() as u64) } else { None };
    s
}

/// Small programs with something for every part of the compilers.
const SEEDS: &[&str] = &[
    include_str!("../../corpus/seeds/numbers.js"),
    include_str!("../../corpus/seeds/shapes.js"),
    include_str!("../../corpus/seeds/elements.js"),
    include_str!("../../corpus/seeds/closures.js"),
    include_str!("../../corpus/seeds/classes.js"),
    include_str!("../../corpus/seeds/exceptions.js"),
    include_str!("../../corpus/seeds/osr.js"),
    include_str!("../../corpus/seeds/conversions.js"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_from_bytes_have_a_text_form() {
        for n in 0..200u8 {
            let mut x = n;
            let s = schedule_from(&mut || {
                x = x.wrapping_mul(37).wrapping_add(11);
                x
            });
            assert_eq!(s.to_string().parse::<Schedule>().as_ref(), Ok(&s));
        }
    }

    #[test]
    fn the_targets_accept_empty_input() {
        schedule(&[]);
        differential(b"print(1)");
        facts(&[], |_| "print(1)".into());
        facts(&[1, 2, 3, 4], |rest| format!("print({})", rest.len()));
        schedule_text(b"tier=toptier deopt=every:3\n// schedule: tier=midtier fuel=7");
    }
}
