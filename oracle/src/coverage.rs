//! Coverage of meaning: what of the engine a run has reached, as texts that are the same from run to run and
//! from program to program. Campaigns keep programs that reach something new.
//!
//! Counted are kinds of rewrites and pairs of them that follow each other, deopts (reason, opcode, inlined frames),
//! entries that caches took by their state, refusals to compile, and OSR.

use std::collections::BTreeSet;

use tierproof_base::schedule::TierMode;
use tierproof_base::{Schedule, Tier};
use tierproof_vm::TierStats;

use crate::matrix::Limits;

/// Whether a row notes its rewrites: only one does, because that takes time.
pub(crate) fn records(limits: &Limits, schedule: &Schedule) -> bool {
    limits.coverage && schedule.tier == TierMode::Forced(Tier::Toptier)
}

/// What a run has reached.
pub fn reached(stats: &TierStats) -> Vec<String> {
    let mut out = BTreeSet::new();
    out.extend(stats.rewrites.iter().map(|r| format!("rewrite {r}")));
    out.extend(stats.rewrite_pairs.iter().map(|p| format!("pair {p}")));
    out.extend(
        stats
            .deopt_depths
            .keys()
            .map(|(reason, opcode, depth)| format!("deopt {reason}, {opcode}, depth {depth}")),
    );
    out.extend(stats.cache_steps.iter().map(|s| format!("cache {s}")));
    out.extend(stats.bailouts.iter().map(|(reason, _)| format!("bailout {reason}")));
    if stats.osr_entries > 0 {
        out.insert("osr".into());
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{Outcome, Program, named_rows, run_rows};
    use tierproof_vm::Engine;

    #[test]
    fn a_program_reaches_what_it_does() {
        let source = "function g(x) { return x + 1; } function f(x) { return g(x) * 2; }
            for (let i = 0; i < 200; i++) probe(f(i)); probe(f('s')); let o = {x: 1}; for (let i = 0; i < 5; i++) probe(o.x);";
        let program = Program { name: "t.js".into(), source: source.into(), defines: vec![] };
        let rows = named_rows("").unwrap();
        let run = |coverage| {
            let limits = Limits { coverage, ticks: Some(100_000), ..Limits::default() };
            Engine::on_big_stack(|| run_rows(&program, &rows, &limits))
        };
        let with = run(true);
        assert_eq!(with.outcome, Outcome::Agree);
        let all: BTreeSet<&str> = with.rows.iter().flat_map(|r| &r.reached).map(|s| s.as_str()).collect();
        for wanted in ["rewrite INLINE", "pair ", "deopt ", "depth 1", "cache LoadInline into an empty cache"]
        {
            assert!(all.iter().any(|r| r.contains(wanted)), "{wanted} in {all:#?}");
        }
        assert_eq!(run(true).rows[3].reached, with.rows[3].reached);
        assert!(run(false).rows.iter().all(|r| r.reached.is_empty()));
    }
}
