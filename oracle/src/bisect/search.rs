//! The search for the step that a divergence hangs on. Called by `attribute`.
//!
//! Steps are what the compilers ask permission for, in the order in which they ask: compiling a function
//! at all, the feedback it may use, inlining, the rewrites of the passes. `good` steps permitted and all
//! others refused agrees, one more does not: that one is the culprit.

use std::collections::BTreeSet;

use crate::trial::{Answer, Done, Runner, Sign, Trial};

/// The step found, and what was permitted just before it.
#[derive(Clone, Debug)]
pub struct Found {
    pub step: Done,
    /// With these permitted only, the runs agree.
    pub before: Vec<u64>,
}

/// Does trials and counts them.
pub struct Counter<'a> {
    pub runner: &'a dyn Runner,
    pub runs: usize,
}

impl Counter<'_> {
    pub fn run(&mut self, trial: &Trial) -> Answer {
        self.runs += 1;
        self.runner.run(trial)
    }
    /// Whether the trial shows what is being looked for: the same kind of thing, or worse.
    pub fn is_bad(&mut self, trial: &Trial) -> bool {
        self.run(trial).sign.is_bad()
    }
    fn is_bad_with(&mut self, trial: &Trial, allowed: &[u64]) -> bool {
        self.is_bad(&Trial { allowed: Some(allowed.to_vec()), ..trial.clone() })
    }
}

/// Each step once.
fn distinct(steps: Vec<Done>) -> Vec<Done> {
    let mut seen = BTreeSet::new();
    steps.into_iter().filter(|s| seen.insert(s.id)).collect()
}

fn ids(steps: &[Done]) -> Vec<u64> {
    steps.iter().map(|s| s.id).collect()
}

/// Searches; None when the divergence is there with no step permitted at all. Also the number of steps.
pub fn search(c: &mut Counter<'_>, trial: &Trial, sign: &Sign) -> (Option<Found>, usize) {
    if c.is_bad_with(trial, &[]) {
        return (None, 0);
    }
    if matches!(sign, Sign::Differs(_)) {
        let answer = c.run(&Trial { record: true, ..trial.clone() });
        let steps = distinct(answer.rewrites);
        // runs that differ from time to time fall through to the other way
        if !steps.is_empty() && c.is_bad_with(trial, &ids(&steps)) {
            return (halve(c, trial, &[], &steps), steps.len());
        }
    }
    by_levels(c, trial)
}

/// The first of `steps` that is one too many on top of `base`, given that all of them are.
fn halve(c: &mut Counter<'_>, trial: &Trial, base: &[u64], steps: &[Done]) -> Option<Found> {
    let with = |n: usize| [base, &ids(&steps[..n])].concat();
    let (mut good, mut bad) = (0, steps.len());
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if c.is_bad_with(trial, &with(middle)) { bad = middle } else { good = middle }
    }
    Some(Found { step: steps.get(good)?.clone(), before: with(good) })
}

/// Where the bad run leaves no list behind (it dies): permits what was refused, level by level, until
/// that goes wrong.
fn by_levels(c: &mut Counter<'_>, trial: &Trial) -> (Option<Found>, usize) {
    const LEVELS: usize = 60;
    let mut permitted: Vec<u64> = Vec::new();
    for _ in 0..LEVELS {
        let answer = c.run(&Trial { record: true, allowed: Some(permitted.clone()), ..trial.clone() });
        if answer.sign.is_bad() {
            // not the same from run to run
            return (None, permitted.len());
        }
        let next = distinct(answer.refused);
        if next.is_empty() {
            break;
        }
        let all = [permitted.as_slice(), &ids(&next)].concat();
        if c.is_bad_with(trial, &all) {
            let steps = permitted.len() + next.len();
            return (halve(c, trial, &permitted, &next), steps);
        }
        permitted = all;
    }
    (None, permitted.len())
}
