//! Interesting for the engine: the same kind of thing still happens and, where attribution has named a kind
//! of step, it still goes away when steps of that kind are refused. So reduction cannot slip to another bug.

use super::{Candidate, Judge};
use crate::trial::{Runner, Sign, Trial};

/// Judges candidates by trials.
pub struct SameBug<'a> {
    pub runner: &'a dyn Runner,
    /// Everything but text and schedule.
    pub like: Trial,
    pub sign: Sign,
    /// The kind of step that must be at fault, if attribution has found one.
    pub mask: Option<String>,
    /// Programs that take more ticks in the interpreter are not wanted.
    pub ticks: u64,
}

impl Judge for SameBug<'_> {
    fn interesting(&self, c: &Candidate) -> bool {
        // a limit that is part of the schedule is no property of the finding
        let schedule = match c.schedule.contains("ticks=") {
            true => format!("{} ticks={}", c.schedule, self.like.ticks.unwrap_or(self.ticks)),
            false => c.schedule.clone(),
        };
        let trial = Trial { source: c.text.clone(), schedule, ..self.like.clone() };
        let answer = self.runner.run(&trial);
        if answer.sign != self.sign || answer.ticks > self.ticks {
            return false;
        }
        self.mask.as_ref().is_none_or(|mask| {
            let masked = Trial { masked: vec![mask.clone()], ..trial };
            !self.runner.run(&masked).sign.is_bad()
        })
    }
    fn width(&self) -> usize {
        self.runner.width()
    }
}
