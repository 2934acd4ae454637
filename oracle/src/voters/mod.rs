//! Voters beside the engine's own schedules: the reference evaluator and other engines. Their opinion on
//! a program is compared with row one of the matrix, as far as the language fixes what is to be seen.
//!
//! A row whose schedule says `voter=reference` is run by the reference (`reference::vote`), so replay,
//! reduction and campaigns know it like any other; other engines are named by a command (`engines::vote`).

pub mod engines;
pub mod legal;
pub mod reference;

use crate::observation::{End, Observation};
use crate::verdict::Verdict;

/// What a voter saw, in the form of an observation, and its verdict on row one.
#[derive(Clone, Debug)]
pub struct Vote {
    pub observation: Observation,
    pub verdict: Verdict,
}

impl Vote {
    /// Nothing to compare, and why.
    fn abstains(reason: impl Into<String>) -> Vote {
        let reason = reason.into();
        let end = End::Terminated(reason.clone());
        let observation = Observation { end, ..Observation::panicked(String::new()) };
        Vote { observation, verdict: Verdict::NotComparable(reason) }
    }
}

/// Why row one cannot be compared with a voter that has no such limits.
fn limited(row_one: &Observation) -> Option<Vote> {
    match &row_one.end {
        End::Terminated(limit) => Some(Vote::abstains(format!("row one ended early: {limit}"))),
        _ => None,
    }
}
