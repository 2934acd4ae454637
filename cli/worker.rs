//! Hidden command `diff-worker`: one program under its rows in this process; rows and the report go
//! to standard output as lines. A crash here is a finding of the parent, not its end.

use std::io::Write;
use std::path::PathBuf;

use tierproof_base::schedule::Voter;
use tierproof_base::{Schedule, Tier};
use tierproof_oracle::matrix::{self, Program, Report, Row};
use tierproof_oracle::{Outcome, named_rows};
use tierproof_vm::Engine;

use crate::options::{Common, combine, head_schedule};
use crate::{OK, files};

#[derive(clap::Args, Clone)]
pub struct Args {
    pub file: PathBuf,
    #[command(flatten)]
    pub common: Common,
    /// Only the reference and the schedule given by options and head comment
    #[arg(long)]
    pub replay: bool,
    #[command(flatten)]
    pub instead: Instead,
}

/// What to run instead of the matrix.
#[derive(clap::Args, Clone, Copy, Default)]
pub struct Instead {
    /// Instead of the matrix: leave optimised code at up to N checkpoints of each program, one a run
    #[arg(long, value_name = "N")]
    pub sweep: Option<usize>,
    /// Instead of the matrix: each function in a tier of its own, up to N ways
    #[arg(long, value_name = "N", conflicts_with = "sweep")]
    pub tier_maps: Option<usize>,
}

impl Instead {
    /// The options that say so.
    pub fn to_arguments(self) -> impl Iterator<Item = String> {
        let sweep = self.sweep.map(|n| format!("--sweep={n}"));
        sweep.into_iter().chain(self.tier_maps.map(|n| format!("--tier-maps={n}")))
    }
}

/// Prefix of the line that announces a row.
pub const ROW: &str = "row ";

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let report = run(&args, true)?;
    let text = serde_json::to_string(&report).map_err(|e| e.to_string())?;
    println!("{text}");
    Ok(OK)
}

/// Runs the program's rows here.
pub fn run(args: &Args, announce: bool) -> Result<Report, String> {
    let name = args.file.display().to_string();
    let source = match files::read(&args.file) {
        Ok(s) => s,
        Err(message) => {
            return Ok(Report { program: name, outcome: Outcome::CouldNotRun(message), rows: vec![] });
        }
    };
    let rows = rows(args, &source)?;
    let program = Program { name, source, defines: args.common.define.clone() };
    let limits = args.common.limits();
    let tell = |row: &Row| {
        if announce {
            println!("{ROW}{} {}", row.name, row.schedule);
            let _ = std::io::stdout().flush();
        }
    };
    Ok(Engine::on_big_stack(|| match args.instead {
        Instead { sweep: Some(most), .. } => sweep(&program, most, &limits, tell),
        Instead { tier_maps: Some(most), .. } => {
            tierproof_oracle::tier_maps::explore(&program, most, &limits, tell)
        }
        _ => matrix::run_rows_with(&program, &rows, &limits, |row, _| {
            tell(row);
            true
        }),
    }))
}

/// The sweeps of both optimising tiers as one report.
fn sweep(program: &Program, most: usize, limits: &matrix::Limits, tell: impl Fn(&Row)) -> Report {
    let mut first = tierproof_oracle::sweep::sweep(program, Tier::Toptier, most, limits, &tell);
    if first.outcome == Outcome::Agree {
        let second = tierproof_oracle::sweep::sweep(program, Tier::Midtier, most, limits, &tell);
        if let Outcome::Diverges { .. } = second.outcome {
            return second;
        }
        first.rows.extend(second.rows.into_iter().skip(1));
    }
    first
}

/// The rows: all named schedules; or the reference and one schedule, if options name a tier.
fn rows(args: &Args, source: &[u8]) -> Result<Vec<Row>, String> {
    let head = head_schedule(source).transpose()?;
    let modifiers = args.common.modifiers();
    let reference_ticks: String = modifiers
        .split_whitespace()
        .filter(|w| w.starts_with("ticks=") || w.starts_with("random-seed="))
        .collect();
    if args.replay || args.common.names_tier() {
        let head = head.map(|s| s.to_string()).unwrap_or_default();
        let schedule = combine(&[&head, &args.common.words()])?;
        let mut reference = combine(&["tier=interpreter", &reference_ticks])?;
        reference.ticks = schedule.ticks;
        reference.random_seed = schedule.random_seed;
        let name = match (schedule.voter, args.replay) {
            (Voter::Reference, _) => "reference".into(),
            (_, true) => "replay".into(),
            (_, false) => schedule.tier.to_string(),
        };
        let mut rows = vec![Row { name: "interpreter".into(), schedule: reference }, Row { name, schedule }];
        rows.extend(args.common.reference.then(reference_row));
        return Ok(rows);
    }
    let mut rows = named_rows(&modifiers)?;
    if let Some(mut schedule) = head {
        if args.common.ticks.is_some() {
            schedule.ticks = args.common.ticks;
        } else if schedule.ticks.is_some() {
            rows.iter_mut().for_each(|r| r.schedule.ticks = schedule.ticks);
        }
        rows.push(match schedule.voter {
            Voter::Reference => reference_row(),
            Voter::Engine => Row { name: "head comment".into(), schedule },
        });
    }
    if args.common.reference && rows.iter().all(|r| r.schedule.voter == Voter::Engine) {
        rows.push(reference_row());
    }
    Ok(rows)
}

/// The row of the reference evaluator.
pub fn reference_row() -> Row {
    let schedule = Schedule { voter: Voter::Reference, ..Schedule::forced(Tier::Interpreter) };
    Row { name: "reference".into(), schedule }
}
