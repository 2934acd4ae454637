//! A campaign's worker process, and the supervisor's end of the pipe to it.
//!
//! The worker goes through its seeds until its input ends, which is when the supervisor is gone. It prints
//! `s SEED` before each program, `p JSON` with its text when the seed alone does not make it, `r SCHEDULE`
//! before each row, `c JSON` for a kind of deopt it has not seen before, `k JSON` for a program it keeps, the
//! report of a finding as a line of JSON, and `d SEED EXECUTED ROWS UNCAUGHT ENDLESS` after each program.
//! The supervisor sends orders: kinds of steps that are known to be at fault, to be left out from then on,
//! and programs that other workers have kept.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tierproof_oracle::matrix::{Limits, run_rows_with};
use tierproof_oracle::{End, Outcome, Report};
use tierproof_vm::Engine;

use super::HEAP;
use super::corpus;
use super::rows::{affordable, program, rows};
use super::source::Source;
use crate::OK;
use crate::worker::reference_row;

#[derive(clap::Args, Clone)]
pub struct WorkerArgs {
    #[arg(long)]
    pub first_seed: u64,
    #[arg(long)]
    pub step: u64,
    #[arg(long)]
    pub ticks: u64,
    /// Directories of programs to begin with
    #[arg(long)]
    pub corpus: Vec<PathBuf>,
    #[arg(long)]
    pub fault: Option<String>,
    /// Kinds of steps that may not act
    #[arg(long)]
    pub mask: Vec<String>,
    /// The reference votes on every N-th program
    #[arg(long, default_value_t = 0)]
    pub reference: u64,
}

/// A program whose reference run takes longer (milliseconds) is left out.
const SLOW: f64 = 500.0;

/// A kind of deopt, and a program that shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    pub reason: String,
    pub opcode: String,
    pub tier: String,
    pub seed: u64,
    /// Bytes of the program.
    pub size: usize,
}

/// Hidden `fuzz-worker`.
pub fn main(args: WorkerArgs) -> Result<i32, String> {
    if let Some(f) = &args.fault {
        tierproof_base::faults::switch_on(f)?;
    }
    let orders = Arc::new(Mutex::new(args.mask.iter().cloned().map(Order::Mask).collect::<Vec<_>>()));
    let heard = orders.clone();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if let (Ok(mut o), Ok(order)) = (heard.lock(), serde_json::from_str(&line)) {
                o.push(order);
            }
        }
        std::process::exit(OK)
    });
    // panics are findings, and reported as such
    std::panic::set_hook(Box::new(|_| {}));
    Engine::on_big_stack(|| programs(&args, &orders))
}

/// What the supervisor tells a worker.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Leave steps of this kind out.
    Mask(String),
    /// This program reaches all that.
    Program(String, Vec<String>),
}

fn programs(args: &WorkerArgs, orders: &Mutex<Vec<Order>>) -> Result<i32, String> {
    let mut limits = Limits {
        heap_bytes: Some(HEAP),
        ticks: Some(args.ticks),
        reference_millis: Some(SLOW),
        coverage: true,
        ..Limits::default()
    };
    let mut source = Source::default();
    for dir in &args.corpus {
        source.begin_with(corpus::read(dir));
    }
    let mut masked = BTreeSet::new();
    let mut cells = BTreeSet::new();
    let out = std::io::stdout();
    let say = |text: String| {
        let mut o = out.lock();
        writeln!(o, "{text}").and_then(|_| o.flush()).is_ok()
    };
    let mut seed = args.first_seed;
    loop {
        for order in orders.lock().map(|mut o| std::mem::take(&mut *o)).unwrap_or_default() {
            match order {
                Order::Mask(kind) => {
                    masked.insert(kind);
                    limits.permits.masked = Arc::new(masked.clone());
                }
                Order::Program(text, reached) => source.learn(&text, &reached),
            }
        }
        if !say(format!("s {seed}")) {
            return Ok(OK);
        }
        let (made, from) = source.next(seed, &limits);
        if !from.seed_alone {
            say(format!("p {}", serde_json::to_string(&made.text).map_err(|e| e.to_string())?));
        }
        let program = program(seed, made.text.clone());
        let mut rows = rows(seed);
        if args.reference > 0 && (seed / args.step.max(1)).is_multiple_of(args.reference) {
            rows.push(reference_row());
        }
        let report = run_rows_with(&program, &rows, &limits, |r, reference| {
            reference.is_none_or(|seen| affordable(&r.schedule, seen)) && say(format!("r {}", r.schedule))
        });
        for (reason, opcode, tier) in report.rows.iter().flat_map(|r| &r.deopt_cells) {
            if cells.insert((reason.clone(), opcode.clone(), tier.clone())) {
                let (reason, opcode, tier) = (reason.clone(), opcode.clone(), tier.clone());
                let cell = Cell { reason, opcode, tier, seed, size: program.source.len() };
                say(format!("c {}", serde_json::to_string(&cell).map_err(|e| e.to_string())?));
            }
        }
        let executed = report.rows.iter().filter(|r| r.executed).count();
        if matches!(report.outcome, Outcome::Diverges { .. } | Outcome::Crashed(_)) {
            say(serde_json::to_string(&report).map_err(|e| e.to_string())?);
        }
        let end = report.rows.first().map(|r| &r.observation.end);
        let endless = end == Some(&End::ticks_exhausted());
        // what runs into the limit costs most and has variations that do so, too
        if !endless && let Some((text, reached)) = source.note(made, &report) {
            say(format!("k {}", serde_json::to_string(&(text, reached)).map_err(|e| e.to_string())?));
        }
        let kind = match report.outcome {
            Outcome::NotSupported(_) => "n",
            Outcome::CouldNotRun(_) => "i",
            Outcome::TooSlow(_) => "t",
            _ => "d",
        };
        let uncaught = u8::from(matches!(end, Some(End::Threw { .. })));
        let endless = u8::from(endless);
        if !say(format!("{kind} {seed} {executed} {} {uncaught} {endless}", report.rows.len())) {
            return Ok(OK);
        }
        if !from.extra {
            seed += args.step;
        }
    }
}

/// What a worker's reader thread tells the campaign.
pub enum Event {
    Done {
        worker: usize,
        seed: u64,
        executed: u64,
        rows: u64,
        uncaught: bool,
        endless: bool,
        /// As the worker says: `d`one, `n`ot supported, `i`nvalid, `t`oo slow.
        kind: char,
    },
    /// A program and what it reaches.
    Kept {
        worker: usize,
        program: String,
        reached: Vec<String>,
    },
    Found {
        seed: u64,
        report: Box<Report>,
        program: Option<String>,
    },
    Cell(Cell),
    /// The worker's output ended while `seed` was under way.
    Ended {
        worker: usize,
        seed: u64,
        row: String,
        program: Option<String>,
    },
}

/// A running worker.
pub struct Worker {
    pub child: Child,
    input: Option<ChildStdin>,
    /// When its reader last saw a program begin; kept by the reader, because the campaign may be busy.
    last_sign: Arc<Mutex<Instant>>,
    pub hung: bool,
}

impl Worker {
    pub fn silent_for(&self) -> Duration {
        self.last_sign.lock().map_or(Duration::ZERO, |t| t.elapsed())
    }
    /// Waits for its next sign as long as from now on.
    pub fn believe_alive(&self) {
        if let Ok(mut t) = self.last_sign.lock() {
            *t = Instant::now();
        }
    }
    /// Gives an order, which holds from the next program on.
    pub fn tell(&mut self, order: &Order) {
        if let (Some(i), Ok(text)) = (&mut self.input, serde_json::to_string(order)) {
            // a worker that has died is noticed by its reader
            let _ = writeln!(i, "{text}");
        }
    }
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a worker, whose reader sends to `events`.
pub fn start(index: usize, args: &WorkerArgs, events: &Sender<Event>) -> Result<Worker, String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(exe);
    command.args([
        "fuzz-worker".to_owned(),
        format!("--first-seed={}", args.first_seed),
        format!("--step={}", args.step),
        format!("--ticks={}", args.ticks),
        format!("--reference={}", args.reference),
    ]);
    command.args(args.corpus.iter().map(|c| format!("--corpus={}", c.display())));
    command.args(args.fault.iter().map(|f| format!("--fault={f}")));
    command.args(args.mask.iter().map(|m| format!("--mask={m}")));
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|e| e.to_string())?;
    let pipe = child.stdout.take().ok_or("worker without output")?;
    let input = child.stdin.take();
    let events = events.clone();
    let first = args.first_seed;
    let last_sign = Arc::new(Mutex::new(Instant::now()));
    let sign = last_sign.clone();
    std::thread::spawn(move || {
        let (mut seed, mut row, mut program) = (first, String::new(), None);
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let event = match line.split_once(' ') {
                Some(("s", s)) => {
                    seed = s.parse().unwrap_or(seed);
                    row.clear();
                    program = None;
                    if let Ok(mut t) = sign.lock() {
                        *t = Instant::now();
                    }
                    continue;
                }
                Some(("r", r)) => {
                    row = r.to_owned();
                    continue;
                }
                Some(("p", text)) => {
                    program = serde_json::from_str::<String>(text).ok();
                    continue;
                }
                Some(("k", kept)) => match serde_json::from_str(kept) {
                    Ok((program, reached)) => Event::Kept { worker: index, program, reached },
                    Err(_) => continue,
                },
                Some(("c", c)) => match serde_json::from_str(c) {
                    Ok(cell) => Event::Cell(cell),
                    Err(_) => continue,
                },
                Some((kind @ ("d" | "n" | "i" | "t"), rest)) => {
                    let mut numbers = rest.split(' ').map(|n| n.parse().unwrap_or(0));
                    let mut next = || numbers.next().unwrap_or(0);
                    let (seed, executed, rows) = (next(), next(), next());
                    let (uncaught, endless) = (next() > 0, next() > 0);
                    let kind = kind.chars().next().unwrap_or('d');
                    Event::Done { worker: index, seed, executed, rows, uncaught, endless, kind }
                }
                _ => match serde_json::from_str(&line) {
                    Ok(report) => Event::Found { seed, report: Box::new(report), program: program.clone() },
                    Err(_) => continue,
                },
            };
            if events.send(event).is_err() {
                return;
            }
        }
        let _ = events.send(Event::Ended { worker: index, seed, row, program });
    });
    Ok(Worker { child, input, last_sign, hung: false })
}
