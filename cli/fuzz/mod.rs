//! `tierproof fuzz`: a campaign of worker processes over generated programs. A worker that crashes is a
//! finding and is replaced; findings are attributed, reduced and written as self-contained programs.
//!
//! `campaign` supervises, `corpus` keeps programs that reach something new, `worker` is the other end of the pipe, `journal` survives kills, `findings` works
//! findings up, `report` makes a page of it, `hunt` measures the whole with planted faults.

mod campaign;
mod corpus;
mod findings;
mod guards;
mod hunt;
mod journal;
mod report;
mod rows;
mod source;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use campaign::{Plan, campaign};
pub use hunt::{FaultsArgs, hunt};
pub use worker::{WorkerArgs, main as worker};

use crate::{FOUND, OK};

/// A worker silent for this long hangs.
const HANG: Duration = Duration::from_secs(30);
/// Heap of each run.
const HEAP: usize = 256 << 20;

#[derive(clap::Args)]
pub struct Args {
    /// How long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the sequence of programs starts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Directory for findings and the campaign's journal
    #[arg(long, value_name = "DIR", default_value = "findings")]
    out: PathBuf,
    /// Go on where the campaign with the same settings in the same directory was stopped or killed
    #[arg(long)]
    resume: bool,
    /// Worker processes
    #[arg(long)]
    jobs: Option<usize>,
    /// Programs to begin with: a directory of IR (`.ir`) and JavaScript (`.js`); those of earlier campaigns
    /// are in DIR/corpus
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Tick limit of each run
    #[arg(long, default_value_t = 100_000)]
    ticks: u64,
    /// Stop at the first finding
    #[arg(long)]
    first: bool,
    /// Switch one planted fault on
    #[arg(long, value_name = "ID")]
    fault: Option<String>,
    /// The reference evaluator votes on a quarter of the programs
    #[arg(long)]
    reference: bool,
    /// Do not shrink findings
    #[arg(long)]
    no_reduce: bool,
    /// Go on doing what is known to be at fault
    #[arg(long)]
    no_mask: bool,
    /// Write the campaign up as a page (default: DIR/report.html)
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    report: Option<Option<PathBuf>>,
    /// Output for machines
    #[arg(long)]
    json: bool,
}

/// Counts of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    pub programs: u64,
    /// Rows run, and those of them that entered their tier.
    pub rows: u64,
    pub runs: u64,
    /// Programs that ended with an uncaught exception.
    pub uncaught: u64,
    /// Programs that ran into the tick limit.
    pub endless: u64,
    pub invalid: u64,
    pub unsupported: u64,
    /// Programs whose reference run alone took too long.
    pub slow: u64,
    pub seconds: f64,
    /// Findings that workers have reported, and those like others.
    pub reported: u64,
    pub duplicates: u64,
    /// Time spent on working findings up.
    pub desk_seconds: f64,
    /// Different things of the engine reached, and programs kept for that.
    pub reached: u64,
    pub corpus: u64,
}

impl Tally {
    /// One line.
    fn line(&self) -> String {
        let part = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
        format!(
            "{} programs in {:.0} s ({:.1}/s), {} rows ({:.1}% entered their tier), {:.1}% without uncaught \
             exception, {:.2}% endless, {} invalid, {} not supported, {} too slow, {} things reached by {} kept \
             programs, {} reported, {} like others",
            self.programs,
            self.seconds,
            self.programs as f64 / self.seconds.max(0.001),
            self.rows,
            part(self.runs, self.rows),
            100.0 - part(self.uncaught, self.programs),
            part(self.endless, self.programs),
            self.invalid,
            self.unsupported,
            self.slow,
            self.reached,
            self.corpus,
            self.reported,
            self.duplicates
        )
    }
}

pub fn main(args: Args) -> Result<i32, String> {
    if let Some(f) = &args.fault {
        tierproof_base::faults::switch_on(f)?;
        tierproof_base::faults::switch_off();
    }
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let plan = Plan {
        seed: args.seed,
        jobs: args.jobs.unwrap_or(default).max(1),
        ticks: args.ticks,
        corpus: args.corpus.clone(),
        fault: args.fault.clone(),
        time: Duration::from_secs(args.seconds),
        first: args.first,
        resume: args.resume,
        reduce: !args.no_reduce,
        mask: !args.no_mask,
        show: !args.json,
        out: args.out.clone(),
        reference: if args.reference { 4 } else { 0 },
    };
    let done = campaign(&plan)?;
    if let Some(path) = &args.report {
        let path = path.clone().unwrap_or_else(|| args.out.join("report.html"));
        crate::files::write_atomically(&path, &report::page(&journal::read(&args.out)))?;
        if !args.json {
            println!("report: {}", path.display());
        }
    }
    if args.json {
        println!("{}", serde_json::to_string(&done).map_err(|e| e.to_string())?);
    } else {
        println!("{}", done.tally.line());
        for k in &done.kept {
            println!(
                "finding: {} ({})\n    {} tokens, {}\n    tierproof replay {}",
                k.file.display(),
                findings::one_line(&k.raw.what),
                k.tokens,
                k.key(),
                k.file.display()
            );
        }
        for r in &done.open {
            println!("finding: seed {} [{}], to be worked up with --resume", r.seed, r.schedule);
        }
    }
    Ok(if done.kept.is_empty() && done.open.is_empty() { OK } else { FOUND })
}
