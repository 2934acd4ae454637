//! The list of checks. Order is the order of reporting: the first that differs names the divergence.

pub mod churn;
mod end;
pub mod frames;
mod lines;
mod probes;
mod state;
mod ticks;

use crate::observation::Observation;
use crate::verdict::Verdict;

/// A check: reference first.
pub type Check = fn(&Observation, &Observation) -> Verdict;

/// All checks by name.
pub const CHECKS: &[(&str, Check)] = &[
    ("crash", end::crash),
    ("lines", lines::check),
    ("probes", probes::check),
    ("end", end::check),
    ("state", state::check),
    ("ticks", ticks::check),
];

/// The first difference any check finds; else the first reason why a comparison was not possible.
pub fn compare(reference: &Observation, other: &Observation) -> Verdict {
    let mut answer = Verdict::Same;
    for (_, check) in CHECKS {
        match check(reference, other) {
            Verdict::Same => {}
            d @ Verdict::Differs(_) => return d,
            n @ Verdict::NotComparable(_) => {
                if answer == Verdict::Same {
                    answer = n;
                }
            }
        }
    }
    answer
}
