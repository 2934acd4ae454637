//! A trial: one program under one schedule against the interpreter, as plain data in and out, so that it
//! can be done by another process. Reduction and bisection are made of trials.
//!
//! `run` does one here; `pool::Pool` keeps worker processes that do them (a crash is an answer there);
//! `serve` is the worker's loop. `Here` and `Pool` are interchangeable through `Runner`.

pub mod pool;

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tierproof_base::fuel::{Permits, Rewrite, RewriteId};
use tierproof_base::schedule::Voter;
use tierproof_base::{Schedule, Tier};
use tierproof_vm::Engine;

use crate::checks;
use crate::matrix::{Limits, Program, run_watching};
use crate::observation::{End, Observation};
use crate::verdict::{Difference, Verdict};

/// What to try.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub name: String,
    pub source: String,
    /// Text form.
    pub schedule: String,
    /// Global numbers set before the program runs.
    pub defines: Vec<(String, f64)>,
    /// Tick limit where the schedule has none.
    pub ticks: Option<u64>,
    pub heap_bytes: Option<usize>,
    /// Planted fault to switch on.
    pub fault: Option<String>,
    /// Rewrites by id: only these (None: all), and not these.
    pub allowed: Option<Vec<u64>>,
    pub denied: Vec<u64>,
    /// Kinds of rewrites that may not act.
    pub masked: Vec<String>,
    /// Whether the answer lists the rewrites done and refused.
    pub record: bool,
    /// Tell of each deopt, for the answer of a run that dies.
    pub trace_deopt: bool,
    /// Whether a frame that a deopt has rebuilt wrongly (with `frame-check=on`) goes before all other differences.
    pub frames_first: bool,
    /// Pass whose graphs the answer contains.
    pub keep_ir: Option<String>,
}

/// What kind of thing happened. Two findings with equal signs may still be different bugs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Sign {
    /// Both runs look the same.
    Agrees,
    /// This check tells them apart.
    Differs(String),
    /// The engine noticed that something is wrong: a panic, a failed verification. Numbers are left out.
    Panicked(String),
    /// The process died: how.
    Crashed(String),
    /// No answer in time.
    Hung,
    /// The program does not run at all in the interpreter: does not parse, not supported, panics there.
    Unusable,
}

impl Sign {
    /// Whether something is wrong with the engine.
    pub fn is_bad(&self) -> bool {
        !matches!(self, Sign::Agrees | Sign::Unusable)
    }
    /// One word.
    pub fn word(&self) -> &str {
        match self {
            Sign::Agrees => "agrees",
            Sign::Differs(check) => check,
            Sign::Panicked(_) => "panic",
            Sign::Crashed(_) => "crash",
            Sign::Hung => "hang",
            Sign::Unusable => "unusable",
        }
    }
}

impl std::fmt::Display for Sign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Sign::Differs(check) => write!(f, "differs in {check}"),
            Sign::Panicked(m) => write!(f, "panics: {m}"),
            Sign::Crashed(how) => write!(f, "crashes: {how}"),
            other => f.write_str(other.word()),
        }
    }
}

/// What came of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub sign: Sign,
    pub difference: Option<Difference>,
    /// Ticks of the interpreter's run.
    pub ticks: u64,
    pub rewrites: Vec<Done>,
    /// Rewrites that were asked for and not permitted.
    pub refused: Vec<Done>,
    pub ir: Vec<String>,
    /// What a worker that died said at the end.
    pub last_words: Vec<String>,
}

impl Answer {
    /// Without details.
    pub fn of(sign: Sign) -> Answer {
        Answer {
            sign,
            difference: None,
            ticks: 0,
            rewrites: Vec::new(),
            refused: Vec::new(),
            ir: Vec::new(),
            last_words: Vec::new(),
        }
    }
}

impl Answer {
    fn judge(&mut self, verdict: Verdict) {
        self.sign = match verdict {
            Verdict::Differs(d) => {
                let sign = Sign::Differs(d.check.clone());
                self.difference = Some(d);
                sign
            }
            Verdict::Same | Verdict::NotComparable(_) => Sign::Agrees,
        };
    }
}

/// A rewrite that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub id: u64,
    pub pass: String,
    pub what: String,
    pub function: String,
    pub site: u32,
}

impl Done {
    /// Pass and what it acts on.
    pub fn kind(&self) -> String {
        format!("{} {}", self.pass, self.what)
    }
}

impl From<Rewrite> for Done {
    fn from(r: Rewrite) -> Done {
        Done { id: r.id.0, pass: r.pass.into(), what: r.what, function: r.function, site: r.site }
    }
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} in {} at {}", self.pass, self.what, self.function, self.site)
    }
}

/// Whoever does trials.
pub trait Runner: Sync {
    fn run(&self, trial: &Trial) -> Answer;
    /// Trials worth asking for at the same time.
    fn width(&self) -> usize {
        1
    }
}

/// Trials in this process; a crash ends it.
pub struct Here;

impl Runner for Here {
    fn run(&self, trial: &Trial) -> Answer {
        Engine::on_big_stack(|| run(trial, &mut None))
    }
}

/// The interpreter's run of the program last tried.
pub struct Reference {
    trial: Trial,
    observation: Observation,
}

fn permits(t: &Trial) -> Permits {
    let set = |ids: &[u64]| Arc::new(ids.iter().copied().map(RewriteId).collect::<BTreeSet<_>>());
    Permits {
        allowed: t.allowed.as_deref().map(set),
        denied: set(&t.denied),
        masked: Arc::new(t.masked.iter().cloned().collect()),
        kinds: false,
        record: t.record,
    }
}

/// Does one trial in this process. Must be called on a big stack. `last` saves interpreter runs of
/// trials that differ in the other schedule or in permissions only.
pub fn run(trial: &Trial, last: &mut Option<Reference>) -> Answer {
    tierproof_base::faults::switch_off();
    if let Some(f) = &trial.fault
        && tierproof_base::faults::switch_on(f).is_err()
    {
        return Answer::of(Sign::Unusable);
    }
    let Ok(mut schedule) = trial.schedule.parse::<Schedule>() else { return Answer::of(Sign::Unusable) };
    schedule.ticks = schedule.ticks.or(trial.ticks);
    let program = Program {
        name: trial.name.clone(),
        source: trial.source.clone().into_bytes(),
        defines: trial.defines.clone(),
    };
    let mut reference = Schedule::forced(Tier::Interpreter);
    (reference.ticks, reference.random_seed) = (schedule.ticks, schedule.random_seed);
    let limits = Limits { heap_bytes: trial.heap_bytes, ..Limits::default() };
    let key = Trial {
        schedule: reference.to_string(),
        allowed: None,
        denied: vec![],
        masked: vec![],
        record: false,
        trace_deopt: false,
        frames_first: false,
        keep_ir: None,
        ..trial.clone()
    };
    let known = last.take().filter(|l| l.trial == key);
    let r = known.unwrap_or_else(|| {
        let observation = run_watching(&program, &reference, &limits, Vec::new()).observation;
        Reference { trial: key, observation }
    });
    let answer = against(&program, &schedule, &limits, trial, &r.observation);
    *last = Some(r);
    answer
}

fn against(
    program: &Program,
    schedule: &Schedule,
    limits: &Limits,
    trial: &Trial,
    reference: &Observation,
) -> Answer {
    let mut answer = Answer { ticks: reference.ticks, ..Answer::of(Sign::Unusable) };
    if crate::matrix::unusable(reference).is_some() {
        return answer;
    }
    if schedule.voter == Voter::Reference {
        let vote = crate::voters::reference::vote(program, reference);
        answer.judge(vote.verdict);
        return answer;
    }
    let mut with = Limits { permits: permits(trial), keep_ir: trial.keep_ir.clone(), ..limits.clone() };
    with.trace.deopt = trial.trace_deopt;
    let run = run_watching(program, schedule, &with, Vec::new());
    answer.rewrites = run.rewrites.into_iter().map(Done::from).collect();
    answer.refused = run.refused.into_iter().map(Done::from).collect();
    answer.ir = run.kept_ir;
    if let End::Panicked(message) = &run.observation.end {
        answer.sign = Sign::Panicked(without_numbers(message));
        return answer;
    }
    let mut verdict = checks::compare(reference, &run.observation);
    if (verdict == Verdict::Same || trial.frames_first) && !run.rebuilt.is_empty() {
        let limits = Limits { ticks: schedule.ticks, ..limits.clone() };
        let frames = checks::frames::check(program, &limits, &run.rebuilt);
        if frames.difference().is_some() {
            verdict = frames;
        }
    }
    if verdict == Verdict::Same {
        verdict = checks::churn::check(&run.stats);
    }
    answer.judge(verdict);
    answer
}

/// A message without addresses, counts and names of cells, so that the same failure reads the same.
fn without_numbers(message: &str) -> String {
    let line = message.lines().next().unwrap_or("");
    let mut out = String::new();
    for word in line.split_inclusive([' ', ',', ':', '(', ')', '[', ']']) {
        if word.contains(|c: char| c.is_ascii_digit()) {
            out.push('#');
            out.extend(word.chars().last().filter(|c| !c.is_ascii_alphanumeric()));
        } else {
            out.push_str(word);
        }
    }
    out
}

/// The worker's loop: a trial as a line of JSON in, its answer as a line of JSON out, until the input ends.
pub fn serve(input: impl BufRead, mut output: impl Write) -> std::io::Result<()> {
    let mut last = None;
    for line in input.lines() {
        let trial: Trial = serde_json::from_str(&line?)?;
        let answer = Engine::on_big_stack(|| run(&trial, &mut last));
        writeln!(output, "{}", serde_json::to_string(&answer)?)?;
        output.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOT: &str = "function f(a) { let s = 0; for (let i = 0; i < 20; i++) s += a; return s; }
        for (let i = 0; i < 20; i++) probe(f(i)); print(f(2));";

    fn trial(source: &str, schedule: &str) -> Trial {
        Trial { source: source.into(), schedule: schedule.into(), ..Trial::default() }
    }

    #[test]
    fn signs() {
        assert_eq!(Here.run(&trial(HOT, "tier=toptier")).sign, Sign::Agrees);
        assert_eq!(Here.run(&trial("print(1", "tier=toptier")).sign, Sign::Unusable);
        assert_eq!(Here.run(&trial(HOT, "tier=warp")).sign, Sign::Unusable);
    }

    #[test]
    fn every_kind_of_permission_is_asked_for_and_obeyed() {
        let all = Here.run(&Trial { record: true, ..trial(HOT, "tier=jit-fuzzing") });
        let kinds: BTreeSet<&str> = all.rewrites.iter().map(|r| r.pass.as_str()).collect();
        for wanted in ["COMPILE", "BASELINE", "FEEDBACK", "SIMPLIFY"] {
            assert!(kinds.contains(wanted), "{wanted} in {kinds:?}");
        }
        let none = Here.run(&Trial { allowed: Some(vec![]), record: true, ..trial(HOT, "tier=jit-fuzzing") });
        assert_eq!((none.sign, none.rewrites), (Sign::Agrees, vec![]));
        for masked in ["COMPILE midtier", "BASELINE *", "FEEDBACK *"] {
            let t = Trial { masked: vec![masked.into()], record: true, ..trial(HOT, "tier=jit-fuzzing") };
            let a = Here.run(&t);
            assert_eq!(a.sign, Sign::Agrees, "{masked}");
            let hit = |r: &Done| r.kind() == masked || masked == format!("{} *", r.pass);
            assert!(!a.rewrites.is_empty() && !a.rewrites.iter().any(hit), "{masked}: {:?}", a.rewrites);
        }
    }

    #[test]
    fn served_trials_come_back_in_order() {
        let lines: Vec<String> = [trial(HOT, "tier=midtier"), trial("][", "tier=midtier")]
            .iter()
            .map(|t| serde_json::to_string(t).unwrap())
            .collect();
        let mut out = Vec::new();
        serve(lines.join("\n").as_bytes(), &mut out).unwrap();
        let signs: Vec<Sign> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|l| serde_json::from_str::<Answer>(l).unwrap().sign)
            .collect();
        assert_eq!(signs, [Sign::Agrees, Sign::Unusable]);
    }

    #[test]
    fn messages_are_compared_without_numbers() {
        assert_eq!(without_numbers("cell 0x7f00 of shape 12: bad header"), "cell # of shape #: bad header");
    }
}
