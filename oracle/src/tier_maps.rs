//! Tier maps: each function in a tier of its own, so that calls, exceptions and deopts go between all pairs of
//! tiers. Called by `diff --tier-maps`.
//!
//! All maps of programs with few functions are run. For others a covering array is: maps in which any two
//! functions meet in every pair of tiers.

use std::collections::BTreeSet;

use tierproof_base::schedule::TierMap;
use tierproof_base::{Random, Schedule, Tier};

use crate::matrix::{Limits, Outcome, Program, Report, Row, run_rows_with};

/// Candidates that a map of a covering array is picked from.
const CANDIDATES: usize = 30;

/// Runs the program under at most `most` maps. Must be called on a big stack. `before` is told of each row
/// about to run.
pub fn explore(program: &Program, most: usize, limits: &Limits, mut before: impl FnMut(&Row)) -> Report {
    let mut run = |rows: &[Row]| {
        run_rows_with(program, rows, limits, |r, _| {
            before(r);
            true
        })
    };
    let reference = Row { name: "interpreter".into(), schedule: Schedule::forced(Tier::Interpreter) };
    let first = run(std::slice::from_ref(&reference));
    let (Outcome::Agree, Some(seen)) = (&first.outcome, first.rows.first()) else { return first };
    let functions = (seen.functions as usize).clamp(1, TierMap::MOST);
    let row = |map: TierMap| Row {
        name: format!("tiers {map}"),
        schedule: Schedule { tiers: map, ..Schedule::forced(Tier::Toptier) },
    };
    let rows: Vec<Row> = std::iter::once(reference).chain(maps(functions, most).map(row)).collect();
    run(&rows)
}

/// At most so many maps of so many functions.
fn maps(functions: usize, most: usize) -> impl Iterator<Item = TierMap> {
    let all = Tier::ALL.len().pow(functions as u32);
    let lists = if all <= most { every(functions, all) } else { covering(functions, most) };
    lists.into_iter().filter_map(|tiers| TierMap::new(&tiers))
}

fn every(functions: usize, all: usize) -> Vec<Vec<Tier>> {
    let digit = |n: usize, i: usize| Tier::ALL[n / Tier::ALL.len().pow(i as u32) % Tier::ALL.len()];
    (0..all).map(|n| (0..functions).map(|i| digit(n, i)).collect()).collect()
}

/// Greedy: each map is the one of some random ones that has most pairs which are still missing.
fn covering(functions: usize, most: usize) -> Vec<Vec<Tier>> {
    let pairs_of = |tiers: &[Tier]| -> Vec<(usize, usize, Tier, Tier)> {
        (0..functions)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| (i, j, tiers[i], tiers[j]))
            .collect()
    };
    let wanted = functions * functions.saturating_sub(1) / 2 * Tier::ALL.len().pow(2);
    let mut random = Random::new(functions as u64);
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    while seen.len() < wanted && out.len() < most {
        let candidates = (0..CANDIDATES)
            .map(|_| -> Vec<Tier> { (0..functions).map(|_| *random.pick(&Tier::ALL)).collect() });
        let news = |c: &Vec<Tier>| pairs_of(c).iter().filter(|p| !seen.contains(*p)).count();
        let Some(best) = candidates.max_by_key(news) else { break };
        seen.extend(pairs_of(&best));
        out.push(best);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_vm::Engine;

    #[test]
    fn few_functions_go_through_all_maps_and_many_through_all_pairs() {
        let three: BTreeSet<Vec<Tier>> = every(3, 64).into_iter().collect();
        assert_eq!(three.len(), 64);
        let eight = covering(8, 1000);
        assert!((16..80).contains(&eight.len()), "{}", eight.len());
        for (i, j) in [(0, 1), (3, 7), (6, 7)] {
            let pairs: BTreeSet<(Tier, Tier)> = eight.iter().map(|m| (m[i], m[j])).collect();
            assert_eq!(pairs.len(), 16);
        }
        assert_eq!(maps(8, 5).count(), 5);
    }

    #[test]
    fn every_function_stays_in_its_tier() {
        let source = "function g(x) { if (x === 77) throw x; return x * 2; }
            function f(n) { let s = 0; for (let i = 0; i < n; i++) { try { s += g(i); } catch (e) { s -= e; } } return s; }
            for (let i = 0; i < 30; i++) probe(f(i * 3)); print(f(100));";
        let program = Program { name: "t.js".into(), source: source.into(), defines: vec![] };
        let limits = Limits::default();
        let report = Engine::on_big_stack(|| explore(&program, 100, &limits, |_| {}));
        assert_eq!((report.rows.len(), &report.outcome), (65, &Outcome::Agree));
        let share = |map: &str, tier: Tier| {
            let row = report.rows.iter().find(|r| r.name == format!("tiers {map}")).expect(map);
            row.shares[tier as usize]
        };
        assert!(share("000", Tier::Interpreter) > 0.99 && share("010", Tier::Interpreter) > 0.3);
        assert!(share("003", Tier::Toptier) > 0.2 && share("003", Tier::Midtier) == 0.0);
        assert!(share("011", Tier::Baseline) > 0.8 && share("011", Tier::Toptier) == 0.0);
    }
}
