//! Where a worker's programs come from: fresh ones of seeds, and variations of those kept. Everything follows
//! from the seed and from what the worker has run before, so one worker goes the same way each time.

use std::collections::VecDeque;

use tierproof_base::{Schedule, Tier};
use tierproof_generator::{Choices, Made, Origin, from_seed, ir, vary, vary_text};
use tierproof_oracle::Report;
use tierproof_oracle::matrix::{Limits, run_once};

use super::corpus::Corpus;
use super::rows::program;

/// Percent of programs that are variations, and of those the ones made by looking at run-time values.
const VARIED: u32 = 25;
const EXPLORED: u32 = 8;
const PROBED: u32 = 4;
/// Percent of variations that are made of texts, where there are any that cannot be imported.
const TEXTS: u32 = 5;

/// How a program came about.
#[derive(Clone, Copy, Debug)]
pub struct From {
    /// The seed alone makes it.
    pub seed_alone: bool,
    /// It comes in between: the seed's turn is still to come.
    pub extra: bool,
}

/// Makes programs, and learns from what they reached.
#[derive(Default)]
pub struct Source {
    corpus: Corpus,
    /// To be run before anything else.
    waiting: VecDeque<Made>,
    /// Programs that could not be imported.
    texts: Vec<String>,
}

impl Source {
    /// Programs to be run first, and varied.
    pub fn begin_with(&mut self, programs: Vec<Made>) {
        self.texts.extend(programs.iter().filter(|m| m.ir.is_none()).map(|m| m.text.clone()));
        self.waiting.extend(programs);
    }

    /// The next program.
    pub fn next(&mut self, seed: u64, limits: &Limits) -> (Made, From) {
        if let Some(made) = self.waiting.pop_front() {
            return (made, From { seed_alone: false, extra: true });
        }
        let mut choices = Choices::from_seed(seed ^ 0x5DEE_CE66_D1CE_4E5B);
        if choices.chance(VARIED)
            && let Some(made) = self.variation(seed, &mut choices, limits)
        {
            return (made, From { seed_alone: false, extra: false });
        }
        (from_seed(seed), From { seed_alone: true, extra: false })
    }

    fn variation(&self, seed: u64, choices: &mut Choices, limits: &Limits) -> Option<Made> {
        if !self.texts.is_empty() && choices.chance(TEXTS) {
            let (one, other) = (choices.pick(&self.texts), choices.pick(&self.texts));
            return Some(vary_text(one, other, seed));
        }
        let (one, other) = (self.corpus.pick(choices)?, self.corpus.pick(choices)?);
        let mut run = |text: &str| {
            let limits = Limits { coverage: false, ..limits.clone() };
            run_once(&program(seed, text.to_owned()), &Schedule::forced(Tier::Interpreter), &limits).0.lines
        };
        let changed = match choices.below(100) {
            n if n < EXPLORED => ir::explore::explore(one, choices, &mut run),
            n if n < EXPLORED + PROBED => ir::explore::probe(one, choices, &mut run),
            _ => None,
        };
        Some(match changed {
            Some(p) => Made::of_ir(p, Origin::Mutated),
            None => vary(one, other, seed),
        })
    }

    /// Books what a program has reached. If it is kept: its text in the IR, and what it reaches.
    pub fn note(&mut self, made: Made, report: &Report) -> Option<(String, Vec<String>)> {
        let reached: Vec<String> = report.rows.iter().flat_map(|r| r.reached.iter().cloned()).collect();
        let (numbers, new) = self.corpus.note(&reached);
        match made.ir {
            Some(p) => {
                if !self.corpus.wants(&numbers, p.code.len()) {
                    return None;
                }
                let text = p.to_string();
                self.corpus.keep(p, numbers).entry.map(|_| (text, reached))
            }
            // whether its IR reaches the same is seen when that has run
            None => {
                if !new.is_empty()
                    && let Ok(p) = ir::import(&made.text)
                {
                    self.waiting.push_back(Made::of_ir(p, Origin::Mutated));
                }
                None
            }
        }
    }

    /// Takes over what another worker has kept.
    pub fn learn(&mut self, text: &str, reached: &[String]) {
        if let Ok(p) = ir::text::parse(text) {
            let (numbers, _) = self.corpus.note(reached);
            self.corpus.keep(p, numbers);
        }
    }
}
