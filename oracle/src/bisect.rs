//! Bisection: which rewrite of the optimiser makes a program diverge. Called by `tierproof bisect` and tests.
//!
//! The rewrites that the bad schedule does are recorded in order; the longest prefix of them that
//! still agrees is searched by halving, all others being forbidden. The rewrite behind it is the culprit.

use std::collections::BTreeSet;
use std::sync::Arc;

use tierproof_base::fuel::RewriteId;
use tierproof_base::{Schedule, Tier};
use tierproof_vm::Rewrites;

use crate::matrix::{Limits, Outcome, Program, Row, run_rows, run_watching};

/// What a divergence hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Culprit {
    /// This rewrite: with all before it the rows agree, with it they do not.
    Rewrite {
        id: RewriteId,
        /// Pass, function and site.
        text: String,
        /// Forbidding this rewrite alone is enough for agreement.
        alone: bool,
    },
    /// The rows diverge with all rewrites forbidden: the builder, lowering, a deopt or the runtime.
    NoRewrite,
    /// The rows agree.
    Agrees,
}

/// The answer, with how much work it was.
#[derive(Clone, Debug)]
pub struct Bisection {
    pub culprit: Culprit,
    /// Different rewrites under the bad schedule.
    pub rewrites: usize,
    pub runs: usize,
}

/// Searches the rewrite that makes `program` diverge under `bad`. Must be called on a big stack.
pub fn bisect(program: &Program, bad: &Schedule, limits: &Limits) -> Bisection {
    let reference = Row { name: "interpreter".into(), schedule: Schedule::forced(Tier::Interpreter) };
    let rows = [reference, Row { name: "bad".into(), schedule: bad.clone() }];
    let mut runs = 0;
    let mut diverges = |allowed: Option<&[RewriteId]>| {
        runs += 1;
        let allowed = allowed.map(|ids| Arc::new(ids.iter().copied().collect::<BTreeSet<_>>()));
        let limits = Limits { rewrites: Rewrites { allowed, record: false }, ..limits.clone() };
        matches!(run_rows(program, &rows, &limits).outcome, Outcome::Diverges { .. } | Outcome::Crashed(_))
    };
    if !diverges(None) {
        return Bisection { culprit: Culprit::Agrees, rewrites: 0, runs };
    }
    let record = Limits { rewrites: Rewrites { allowed: None, record: true }, ..limits.clone() };
    let mut seen = BTreeSet::new();
    let mut done = run_watching(program, bad, &record, Vec::new()).rewrites;
    done.retain(|r| seen.insert(r.0));
    let ids: Vec<RewriteId> = done.iter().map(|r| r.0).collect();
    // agrees with `good` rewrites, diverges with `all`
    let (mut good, mut all) = (0, ids.len());
    let culprit = if all == 0 || diverges(Some(&[])) {
        Culprit::NoRewrite
    } else {
        while all - good > 1 {
            let middle = good + (all - good) / 2;
            if diverges(Some(&ids[..middle])) { all = middle } else { good = middle }
        }
        let (id, text) = done[good].clone();
        let others: Vec<RewriteId> = ids.iter().copied().filter(|&i| i != id).collect();
        Culprit::Rewrite { id, text, alone: !diverges(Some(&others)) }
    };
    Bisection { culprit, rewrites: ids.len(), runs: runs + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_vm::Engine;

    fn program(source: &str) -> Program {
        Program { name: "t.js".into(), source: source.into(), defines: vec![] }
    }

    const HOT: &str =
        "function f(a, b) { let s = 0; for (let i = 0; i < 9; i++) s = (s + a * 2 + b) | 0; return s; }
        for (let i = 0; i < 40; i++) probe(f(i, 3));";

    #[test]
    fn agreement_has_no_culprit() {
        let b = Engine::on_big_stack(|| {
            bisect(&program(HOT), &Schedule::forced(Tier::Toptier), &Limits::default())
        });
        assert_eq!(b.culprit, Culprit::Agrees);
    }

    #[test]
    fn forbidden_rewrites_are_not_done() {
        Engine::on_big_stack(|| {
            let run = |allowed| {
                let limits = Limits { rewrites: Rewrites { allowed, record: true }, ..Limits::default() };
                let run = run_watching(&program(HOT), &Schedule::forced(Tier::Toptier), &limits, Vec::new());
                (run.rewrites, run.observation)
            };
            let (all, observation) = run(None);
            assert!(all.len() > 3, "{all:?}");
            let one = all[0].0;
            let (some, same) = run(Some(Arc::new(BTreeSet::from([one]))));
            assert!(!some.is_empty() && some.iter().all(|r| r.0 == one), "{some:?}");
            assert_eq!(observation, same);
        });
    }

    #[test]
    fn what_is_no_rewrite_is_said_to_be_none() {
        // runs out of ticks under the bad schedule only
        let mut bad = Schedule::forced(Tier::Toptier);
        bad.ticks = Some(50);
        let b = Engine::on_big_stack(|| bisect(&program(HOT), &bad, &Limits::default()));
        assert_eq!(b.culprit, Culprit::NoRewrite);
    }
}
