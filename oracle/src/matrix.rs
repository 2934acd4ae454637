//! The forced-tier matrix: one program under many schedules in one process, a fresh engine per row,
//! all on one thread with a large native stack. Row one is the reference.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tierproof_base::fuel::{Permits, Rewrite};
use tierproof_base::schedule::{TierMode, Voter};
use tierproof_base::{Schedule, Tier};
use tierproof_heap::Value;
use tierproof_runtime::attrs;
use tierproof_vm::frame_check::{FrameRecord, Moment};
use tierproof_vm::{Engine, Options, Script, TierStats, Trace};

use crate::checks;
use crate::coverage;
use crate::observation::{End, Observation};
use crate::state::Baseline;
use crate::verdict::{Difference, Verdict};
use crate::voters;

/// A program and what the host defines for it.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub name: String,
    pub source: Vec<u8>,
    /// Global numbers set before it runs.
    pub defines: Vec<(String, f64)>,
}

/// Limits of each run.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    pub heap_bytes: Option<usize>,
    /// Used where the row's schedule sets none.
    pub ticks: Option<u64>,
    /// When row one takes longer, the others are not run.
    pub reference_millis: Option<f64>,
    pub permits: Permits,
    /// Keep the printed graph of every optimised function after this pass.
    pub keep_ir: Option<String>,
    pub trace: Trace,
    /// Say in each row what of the engine it has reached; see `coverage`.
    pub coverage: bool,
    /// Commands of other engines that vote on row one, `{}` being the program's file.
    pub engines: Vec<String>,
}

/// How long another engine may take for a program.
const ENGINE_TIME: Duration = Duration::from_secs(30);

/// One schedule of a matrix.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: String,
    pub schedule: Schedule,
}

/// The five well-known schedules, each with `modifiers` (schedule text without `tier=`) applied.
pub fn named_rows(modifiers: &str) -> Result<Vec<Row>, String> {
    Schedule::named()
        .into_iter()
        .map(|(name, s)| {
            let schedule = format!("{s} {modifiers}").parse()?;
            Ok(Row { name: name.into(), schedule })
        })
        .collect()
}

/// What one row did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowReport {
    pub name: String,
    pub schedule: String,
    pub observation: Observation,
    /// Part of the ticks in each tier, 0 to 1, interpreter first.
    pub shares: [f64; 4],
    /// Part of the ticks in the row's own tier (any tier above the interpreter when it has none).
    pub own_share: f64,
    /// Whether the row entered its tier at all. If not, its verdict says nothing about the tier.
    pub executed: bool,
    pub deopts: u64,
    /// Reason, opcode and tier of each kind of deopt that happened.
    pub deopt_cells: Vec<(String, String, String)>,
    pub osr_entries: u64,
    pub stack_overflows: u64,
    /// Functions with bytecode.
    pub functions: u64,
    pub compiles: u64,
    pub bailouts: Vec<(String, u64)>,
    pub millis: f64,
    /// What of the engine it has reached (with `Limits::coverage`).
    pub reached: Vec<String>,
    /// Against row one.
    pub verdict: Verdict,
    /// Not the engine: the reference, or another engine named by its command.
    pub voter: bool,
}

/// The summary of a program's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every row agrees with row one.
    Agree,
    Diverges {
        row: usize,
        difference: Difference,
    },
    /// Outside what the engine supports: the construct.
    NotSupported(String),
    /// The engine crashed or hung: which row, how.
    Crashed(String),
    /// Row one took longer than the limit, in milliseconds; the others were not run.
    TooSlow(u64),
    /// It could not run at all.
    CouldNotRun(String),
}

/// All rows of one program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub program: String,
    pub outcome: Outcome,
    pub rows: Vec<RowReport>,
}

impl Report {
    /// Rows that never entered their tier.
    pub fn not_executed(&self) -> impl Iterator<Item = &RowReport> {
        self.rows.iter().filter(|r| !r.executed)
    }
}

/// One run: the observation and the engine's counters. Must be called on a big stack.
pub fn run_once(program: &Program, schedule: &Schedule, limits: &Limits) -> (Observation, TierStats) {
    let run = run_watching(program, schedule, limits, Vec::new());
    (run.observation, run.stats)
}

/// What one run yields.
pub struct Run {
    pub observation: Observation,
    pub stats: TierStats,
    /// Frames that deopts have rebuilt (with `frame-check=on`).
    pub rebuilt: Vec<FrameRecord>,
    /// Frames found at the watched moments.
    pub watched: Vec<FrameRecord>,
    /// Rewrites done (when `Limits::permits` records).
    pub rewrites: Vec<Rewrite>,
    /// Rewrites asked for and refused (likewise).
    pub refused: Vec<Rewrite>,
    /// Graphs kept (see `Limits::keep_ir`).
    pub kept_ir: Vec<String>,
}

/// One run that dumps the interpreter's frames at the given moments. Must be called on a big stack.
pub fn run_watching(
    program: &Program,
    schedule: &Schedule,
    limits: &Limits,
    watch_frames: Vec<(Moment, usize)>,
) -> Run {
    run_sharing(&mut None, program, schedule, limits, watch_frames)
}

/// The same; what the program is when parsed is taken from `parsed`, or left there for the next run.
fn run_sharing(
    parsed: &mut Option<Script>,
    program: &Program,
    schedule: &Schedule,
    limits: &Limits,
    watch_frames: Vec<(Moment, usize)>,
) -> Run {
    let mut schedule = schedule.clone();
    schedule.ticks = schedule.ticks.or(limits.ticks);
    let mut options = Options {
        schedule,
        trace: limits.trace.clone(),
        watch_frames,
        permits: limits.permits.clone(),
        keep_ir: limits.keep_ir.clone(),
        ..Options::default()
    };
    if limits.heap_bytes.is_some() {
        options.limits.heap_bytes = limits.heap_bytes;
    }
    let run = AssertUnwindSafe(|| {
        let mut engine = Engine::recycled(&options);
        let baseline = Baseline::take(&mut engine.cx);
        define(&mut engine, &program.defines);
        let script = match parsed {
            Some(script) => Ok(script.clone()),
            None => engine.compile(&program.source, &program.name).inspect(|s| *parsed = Some(s.clone())),
        };
        let result = script.and_then(|s| engine.run_source(s));
        let observation = Observation::take(&mut engine, &baseline, result);
        Run {
            observation,
            stats: engine.stats(),
            rebuilt: engine.rebuilt_frames(),
            watched: engine.watched_frames(),
            rewrites: engine.rewrites(),
            refused: engine.refused_rewrites(),
            kept_ir: engine.kept_ir(),
        }
    });
    catch_unwind(run).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|s| s.to_string()))
            .unwrap_or_else(|| "panic".into());
        Run {
            observation: Observation::panicked(message),
            stats: TierStats::default(),
            rebuilt: Vec::new(),
            watched: Vec::new(),
            rewrites: Vec::new(),
            refused: Vec::new(),
            kept_ir: Vec::new(),
        }
    })
}

/// Defines global numbers.
pub fn define(engine: &mut Engine, defines: &[(String, f64)]) {
    let global = engine.cx.realm.global;
    for (name, value) in defines {
        let key = engine.cx.key(name);
        // a fresh global object accepts every property
        let _ = engine.cx.define_own(global, key, Value::number(*value), attrs::ALL);
    }
}

/// Runs the program under every row and compares each with the first. Must be called on a big stack.
pub fn run_rows(program: &Program, rows: &[Row], limits: &Limits) -> Report {
    run_rows_with(program, rows, limits, |_, _| true)
}

/// The same, calling `before` with each row about to run and what row one has done; a row that it refuses
/// is left out.
pub fn run_rows_with(
    program: &Program,
    rows: &[Row],
    limits: &Limits,
    mut before: impl FnMut(&Row, Option<&RowReport>) -> bool,
) -> Report {
    let mut out: Vec<RowReport> = Vec::with_capacity(rows.len());
    let mut parsed = None;
    for row in rows {
        if !before(row, out.first()) {
            continue;
        }
        let start = Instant::now();
        if let (Voter::Reference, Some(first)) = (row.schedule.voter, out.first()) {
            let vote = voters::reference::vote(program, &first.observation);
            out.push(vote_row(row, vote, start.elapsed().as_secs_f64() * 1e3));
            continue;
        }
        let recording = coverage::records(limits, &row.schedule).then(|| {
            let permits = Permits { kinds: true, ..limits.permits.clone() };
            Limits { permits, ..limits.clone() }
        });
        let limits = recording.as_ref().unwrap_or(limits);
        let Run { observation, stats, rebuilt, .. } =
            run_sharing(&mut parsed, program, &row.schedule, limits, Vec::new());
        let millis = start.elapsed().as_secs_f64() * 1e3;
        let mut verdict = match out.first() {
            None => Verdict::Same,
            Some(first) => checks::compare(&first.observation, &observation),
        };
        if verdict == Verdict::Same && !rebuilt.is_empty() {
            verdict = checks::frames::check(program, limits, &rebuilt);
        }
        if verdict == Verdict::Same {
            verdict = checks::churn::check(&stats);
        }
        let reached = if limits.coverage { coverage::reached(&stats) } else { Vec::new() };
        out.push(RowReport { reached, ..report_row(row, observation, &stats, millis, verdict) });
        if out.len() == 1
            && let Some(outcome) = unusable(&out[0].observation).or_else(|| {
                limits.reference_millis.filter(|&most| millis > most).map(|_| Outcome::TooSlow(millis as u64))
            })
        {
            return Report { program: program.name.clone(), outcome, rows: out };
        }
    }
    for command in &limits.engines {
        let Some(first) = out.first() else { break };
        let start = Instant::now();
        let vote = voters::engines::vote(program, command, ENGINE_TIME, &first.observation);
        let row = Row { name: command.clone(), schedule: Schedule::default() };
        out.push(vote_row(&row, vote, start.elapsed().as_secs_f64() * 1e3));
    }
    let outcome = match out.iter().enumerate().find_map(|(i, r)| Some((i, r.verdict.difference()?))) {
        Some((row, difference)) => Outcome::Diverges { row, difference: difference.clone() },
        None => Outcome::Agree,
    };
    Report { program: program.name.clone(), outcome, rows: out }
}

/// The row of a voter; one that does not answer counts as not executed.
fn vote_row(row: &Row, vote: voters::Vote, millis: f64) -> RowReport {
    let voters::Vote { observation, verdict } = vote;
    let executed = !matches!(verdict, Verdict::NotComparable(_));
    let mut report = report_row(row, observation, &TierStats::default(), millis, verdict);
    report.executed = executed;
    report.own_share = if executed { 1.0 } else { 0.0 };
    report.voter = true;
    report
}

fn report_row(
    row: &Row,
    observation: Observation,
    stats: &TierStats,
    millis: f64,
    verdict: Verdict,
) -> RowReport {
    let shares = Tier::ALL.map(|t| stats.share(t));
    let own_share = match row.schedule.tier {
        TierMode::Forced(t) => stats.share(t),
        TierMode::Normal | TierMode::JitFuzzing => shares[1..].iter().sum(),
    };
    let executed = match row.schedule.tier {
        TierMode::Forced(Tier::Interpreter) => true,
        TierMode::Forced(t) => stats.ticks[t as usize] > 0,
        TierMode::Normal | TierMode::JitFuzzing => stats.ticks[1..].iter().any(|&n| n > 0),
    };
    RowReport {
        name: row.name.clone(),
        schedule: row.schedule.to_string(),
        observation,
        shares,
        own_share,
        executed,
        deopts: stats.deopts,
        deopt_cells: stats
            .deopt_cells
            .keys()
            .map(|(reason, opcode, tier)| (reason.to_string(), opcode.to_string(), tier.name().to_owned()))
            .collect(),
        osr_entries: stats.osr_entries,
        stack_overflows: stats.stack_overflows,
        functions: stats.functions,
        compiles: stats.compiles[1..].iter().map(|c| c.compiles).sum(),
        bailouts: stats.bailouts.clone(),
        millis,
        reached: Vec::new(),
        verdict,
        voter: false,
    }
}

/// Standard globals outside the supported slice, whose absence is not the program's fault.
const LATER_GLOBALS: &[&str] = &["Intl"];

/// Whether the reference run shows that the program is outside what the engine supports, or failed.
pub(crate) fn unusable(o: &Observation) -> Option<Outcome> {
    const MARK: &str = "not supported yet: ";
    let construct = |text: &str| text.split_once(MARK).map(|(_, c)| Outcome::NotSupported(c.into()));
    match &o.end {
        End::Syntax { message, line, column } => construct(message)
            .or_else(|| Some(Outcome::CouldNotRun(format!("SyntaxError: {message} ({line}:{column})")))),
        End::Threw { text, .. } => construct(text).or_else(|| {
            let name = text.strip_prefix("ReferenceError: ")?.strip_suffix(" is not defined")?;
            LATER_GLOBALS.contains(&name).then(|| Outcome::NotSupported(format!("global {name}")))
        }),
        End::Panicked(m) => Some(Outcome::Crashed(format!("engine panic: {m}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(source: &str) -> Report {
        let program = Program { name: "t.js".into(), source: source.into(), defines: vec![] };
        let limits = Limits { ticks: Some(100_000), heap_bytes: Some(64 << 20), ..Limits::default() };
        Engine::on_big_stack(|| run_rows(&program, &named_rows("").unwrap(), &limits))
    }

    #[test]
    fn agreement_and_state() {
        let r = report(
            "var a = [1, , -0, 0.5]; let o = {x: 1, get y() { return 2 }, me: a}; a.o = o; print('hi')",
        );
        assert_eq!(r.outcome, Outcome::Agree, "{r:#?}");
        let state = &r.rows[0].observation.state.text;
        assert!(state.contains("<1 holes>, -0, 0.5, length 4"), "{state}");
        assert!(state.contains("let \"o\": #"), "{state}");
        assert_eq!(r.rows[0].observation.lines, ["hi"]);
    }

    #[test]
    fn rows_differ_when_the_program_does() {
        // a planted divergence: two programs pretending to be one
        let run = |source: &str| report(source).rows.swap_remove(0).observation;
        let base = "var o = {a: 1}; function f() {} print(1);";
        let a = run(base);
        for other in [
            "var o = {a: 1}; function f() {} print(2);",
            "var o = {a: -1}; function f() {} print(1);",
            "var o = {a: 1}; function f(x) {} print(1);",
            "var o = {b: 1}; function f() {} print(1);",
            "var o = {a: 1}; function f() {} print(1); null.x",
            "var o = {a: 1}; function f() {} print(1); for (var i = 0; i < 3; i++);",
            "var o = Object.create(null); o.a = 1; function f() {} print(1);",
            "var o = {a: 1}; function f() {} print(1); Object.prototype.z = f",
        ] {
            assert!(checks::compare(&a, &run(other)).difference().is_some(), "{other}");
        }
        assert_eq!(checks::compare(&a, &run(base)), Verdict::Same);
    }

    #[test]
    fn limits_end_a_program_the_same_way_in_every_row() {
        let r = report("for (;;) {}");
        assert_eq!(r.outcome, Outcome::Agree);
        assert_eq!(r.rows[0].observation.end, End::ticks_exhausted());
        let r = report("var a = []; for (;;) a.push(new Array(1000).fill(1))");
        assert_eq!(r.rows[0].observation.end, r.rows[4].observation.end, "{:?}", r.outcome);
    }

    #[test]
    fn unsupported_and_broken_programs_are_told_apart() {
        assert!(matches!(report("@decorated class A {}").outcome, Outcome::NotSupported(_)));
        assert!(matches!(report("var x = ;").outcome, Outcome::CouldNotRun(_)));
    }
}
