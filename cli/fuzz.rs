//! `tierproof fuzz`: a campaign of worker processes over generated programs. A worker that crashes is
//! a finding and is replaced; findings are reduced and written atomically as self-contained programs.

use std::collections::{BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tierproof_base::faults::FAULTS;
use tierproof_base::{GcMode, Random};
use tierproof_generator::from_seed;
use tierproof_oracle::matrix::{Limits, Program, run_rows, run_rows_with};
use tierproof_oracle::{End, Outcome, Report, Row, named_rows, reduce};
use tierproof_vm::Engine;

use crate::options::combine;
use crate::{FOUND, OK, diff};

#[derive(clap::Args)]
pub struct Args {
    /// How long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the sequence of programs starts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Directory for findings
    #[arg(long, value_name = "DIR", default_value = "findings")]
    out: PathBuf,
    /// Worker processes
    #[arg(long)]
    jobs: Option<usize>,
    /// Tick limit of each run
    #[arg(long, default_value_t = 100_000)]
    ticks: u64,
    /// Stop at the first finding
    #[arg(long)]
    first: bool,
    /// Hunt the planted faults, one after the other, and report the time to each (build with `--features faults`)
    #[arg(long)]
    faults: bool,
    /// Switch one planted fault on
    #[arg(long, value_name = "ID")]
    fault: Option<String>,
    /// Do not shrink findings
    #[arg(long)]
    no_reduce: bool,
    /// Output for machines
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Clone)]
pub struct WorkerArgs {
    #[arg(long)]
    first_seed: u64,
    #[arg(long)]
    step: u64,
    #[arg(long)]
    ticks: u64,
    #[arg(long)]
    fault: Option<String>,
}

/// A worker silent for this long hangs.
const HANG: Duration = Duration::from_secs(30);
/// Longer programs get no rows that collect all the time.
const GC_TICKS: u64 = 10_000;
/// A program whose reference run takes longer (milliseconds) is left out.
const SLOW: f64 = 500.0;
/// Time for shrinking one finding.
const REDUCE: Duration = Duration::from_secs(20);
const HEAP: usize = 256 << 20;

/// Top-level loops of generated programs only drive: unless a row asks for it, they are not compiled.
const NO_DRIVER_OSR: &str = "osr-budget=300";

/// The rows of a seed: the four tiers, then one or two schedules with random modifiers. All checks that
/// cost much (collections, the verifier, frame checks, OSR everywhere) are drawn, so that most programs are cheap.
fn rows(seed: u64) -> Vec<Row> {
    let mut rows = named_rows(NO_DRIVER_OSR).unwrap_or_default();
    // `jit-fuzzing` is drawn like the others
    rows.truncate(4);
    let mut random = Random::new(seed.wrapping_mul(3));
    for i in 0..2 {
        if i == 1 && random.below(4) > 0 {
            break;
        }
        let words = drawn_row(&mut random);
        if let Ok(schedule) = words.parse() {
            rows.push(Row { name: words, schedule });
        }
    }
    rows
}

fn drawn_row(random: &mut Random) -> String {
    let tier = *random.pick(&["toptier", "toptier", "midtier", "jit-fuzzing", "jit-fuzzing"]);
    let mut words = format!("tier={tier}");
    let n = random.below(9) + 1;
    match random.below(5) {
        0 | 1 => words.push_str(&format!(" deopt=every:{}", random.pick(&[1, 2, 3, 7, 20, 50]))),
        2 => words.push_str(&format!(" deopt=at:{}", 1 + random.below(200))),
        _ => {}
    }
    match random.below(6) {
        // the heap verifier sees a missing barrier at the next collection
        0 | 1 => words.push_str(&format!(" gc=every:{} verify=on", n * 40)),
        2 => words.push_str(" gc=stress-move"),
        _ => {}
    }
    match random.below(6) {
        0 => words.push_str(&format!(" feedback=lies:{}", random.below(1000))),
        1 => words.push_str(&format!(" install=after:{}", random.below(300))),
        2 => words.push_str(" frame-check=on"),
        _ => {}
    }
    match random.below(3) {
        0 => words.push_str(&format!(" osr-budget={n} midtier-budget={} toptier-budget={}", n * 3, n * 5)),
        1 => {}
        _ => words.push_str(&format!(" {NO_DRIVER_OSR}")),
    }
    words
}

fn program(seed: u64) -> Program {
    Program {
        name: format!("seed-{seed}.js"),
        source: from_seed(seed).to_string().into_bytes(),
        defines: vec![],
    }
}

/// Hidden `fuzz-worker`: programs until the parent goes away. Prints `s SEED` before each program,
/// `r SCHEDULE` before each row, `d SEED EXECUTED ROWS UNCAUGHT` after each, and the report of a finding
/// as a line of JSON.
pub fn worker(args: WorkerArgs) -> Result<i32, String> {
    if let Some(f) = &args.fault {
        tierproof_base::faults::switch_on(f)?;
    }
    let limits = Limits {
        heap_bytes: Some(HEAP),
        ticks: Some(args.ticks),
        reference_millis: Some(SLOW),
        ..Limits::default()
    };
    // panics are findings, and reported as such
    std::panic::set_hook(Box::new(|_| {}));
    Engine::on_big_stack(|| {
        let out = std::io::stdout();
        let mut seed = args.first_seed;
        loop {
            let say = |text: String| {
                let mut o = out.lock();
                writeln!(o, "{text}").and_then(|_| o.flush()).is_ok()
            };
            if !say(format!("s {seed}")) {
                return Ok(OK);
            }
            let report = run_rows_with(&program(seed), &rows(seed), &limits, |r, reference| {
                let ticks = reference.map_or(0, |r| r.observation.ticks);
                let affordable = r.schedule.gc == GcMode::Normal || ticks <= GC_TICKS;
                affordable && say(format!("r {}", r.schedule))
            });
            let executed = report.rows.iter().filter(|r| r.executed).count();
            if matches!(report.outcome, Outcome::Diverges { .. } | Outcome::Crashed(_)) {
                let json = serde_json::to_string(&report).map_err(|e| e.to_string())?;
                say(json);
            }
            let kind = match report.outcome {
                Outcome::NotSupported(_) => "n",
                Outcome::CouldNotRun(_) => "i",
                Outcome::TooSlow(_) => "t",
                _ => "d",
            };
            let uncaught =
                report.rows.first().is_some_and(|r| matches!(r.observation.end, End::Threw { .. }));
            if !say(format!("{kind} {seed} {executed} {} {}", report.rows.len(), u8::from(uncaught))) {
                return Ok(OK);
            }
            seed += args.step;
        }
    })
}

/// What a worker's reader thread tells the campaign.
enum Event {
    Done {
        executed: u64,
        rows: u64,
        uncaught: bool,
        /// As the worker says: `d`one, `n`ot supported, `i`nvalid, `t`oo slow.
        kind: char,
    },
    Found {
        seed: u64,
        report: Box<Report>,
    },
    /// The worker's output ended while `seed` was under way.
    Ended {
        worker: usize,
        seed: u64,
        row: String,
    },
}

struct Worker {
    child: Child,
    /// When its reader last saw a program begin; kept by the reader, because the campaign may be busy.
    last_sign: Arc<Mutex<Instant>>,
    hung: bool,
}

impl Worker {
    fn silent_for(&self) -> Duration {
        self.last_sign.lock().map_or(Duration::ZERO, |t| t.elapsed())
    }
}

fn start(index: usize, args: &WorkerArgs, events: &Sender<Event>) -> Result<Worker, String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(exe);
    command.args([
        "fuzz-worker".to_owned(),
        format!("--first-seed={}", args.first_seed),
        format!("--step={}", args.step),
        format!("--ticks={}", args.ticks),
    ]);
    command.args(args.fault.iter().map(|f| format!("--fault={f}")));
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|e| e.to_string())?;
    let pipe = child.stdout.take().ok_or("worker without output")?;
    let events = events.clone();
    let first = args.first_seed;
    let last_sign = Arc::new(Mutex::new(Instant::now()));
    let sign = last_sign.clone();
    std::thread::spawn(move || {
        let (mut seed, mut row) = (first, String::new());
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let event = match line.split_once(' ') {
                Some(("s", s)) => {
                    seed = s.parse().unwrap_or(seed);
                    row.clear();
                    if let Ok(mut t) = sign.lock() {
                        *t = Instant::now();
                    }
                    continue;
                }
                Some(("r", r)) => {
                    row = r.to_owned();
                    continue;
                }
                Some((kind @ ("d" | "n" | "i" | "t"), rest)) => {
                    let mut numbers = rest.split(' ').skip(1).map(|n| n.parse().unwrap_or(0));
                    let mut next = || numbers.next().unwrap_or(0);
                    let (executed, rows, uncaught) = (next(), next(), next() > 0);
                    Event::Done { executed, rows, uncaught, kind: kind.chars().next().unwrap_or('d') }
                }
                _ => match serde_json::from_str(&line) {
                    Ok(report) => Event::Found { seed, report: Box::new(report) },
                    Err(_) => continue,
                },
            };
            if events.send(event).is_err() {
                return;
            }
        }
        let _ = events.send(Event::Ended { worker: index, seed, row });
    });
    Ok(Worker { child, last_sign, hung: false })
}

/// What a campaign did.
#[derive(Default, serde::Serialize)]
struct Tally {
    programs: u64,
    /// Rows run, and those of them that entered their tier.
    rows: u64,
    runs: u64,
    /// Programs that ended with an uncaught exception.
    uncaught: u64,
    invalid: u64,
    unsupported: u64,
    /// Programs whose reference run alone took too long.
    slow: u64,
    seconds: f64,
    findings: Vec<String>,
    duplicates: u64,
    /// With a planted fault: findings that are there without it, too.
    not_the_fault: Vec<String>,
}

pub fn main(args: Args) -> Result<i32, String> {
    if args.faults {
        return hunt(&args);
    }
    if let Some(f) = &args.fault {
        tierproof_base::faults::switch_on(f)?;
        tierproof_base::faults::switch_off();
    }
    let tally = campaign(&args, args.fault.as_deref(), Duration::from_secs(args.seconds), args.first, 0)?;
    if args.json {
        println!("{}", serde_json::to_string(&tally).map_err(|e| e.to_string())?);
    } else {
        println!("{}", line(&tally));
        for f in &tally.findings {
            println!("finding: {f}\n    tierproof replay {}", f.split(" (").next().unwrap_or(f));
        }
    }
    Ok(if tally.findings.is_empty() { OK } else { FOUND })
}

fn line(t: &Tally) -> String {
    let part = |n: u64, of: u64| 100.0 * n as f64 / of.max(1) as f64;
    format!(
        "{} programs in {:.0} s ({:.1}/s), {} rows ({:.1}% entered their tier), {:.1}% without uncaught exception, \
         {} invalid, {} not supported, {} too slow, {} findings, {} duplicates",
        t.programs,
        t.seconds,
        t.programs as f64 / t.seconds.max(0.001),
        t.rows,
        part(t.runs, t.rows),
        100.0 - part(t.uncaught, t.programs),
        t.invalid,
        t.unsupported,
        t.slow,
        t.findings.len(),
        t.duplicates
    )
}

/// All planted faults in turn; each gets the same share of the time that is left.
fn hunt(args: &Args) -> Result<i32, String> {
    // a build without faults says so at once
    tierproof_base::faults::switch_on(FAULTS[0].1)?;
    tierproof_base::faults::switch_off();
    let begin = Instant::now();
    let mut found = 0;
    let left = || Duration::from_secs(args.seconds).saturating_sub(begin.elapsed());
    let mut missing: VecDeque<_> = FAULTS.iter().collect();
    let mut tried = 0;
    while let Some(fault) = missing.pop_front() {
        let (_, id, unit, text) = fault;
        // what some did not need is for the others, and for those not found at first
        let parts = (missing.len() + 1) as u32 + u32::from(tried < FAULTS.len());
        let each = (left() / parts).max(Duration::from_secs(1));
        let tally = campaign(args, Some(id), each, true, (tried / FAULTS.len()) as u64)?;
        tried += 1;
        let verdict = match tally.findings.first() {
            Some(f) => {
                found += 1;
                format!("found after {:.1} s, {} programs: {f}", tally.seconds, tally.programs)
            }
            None => format!("NOT found in {:.0} s, {} programs", tally.seconds, tally.programs),
        };
        println!("{id} ({unit}: {text})\n    {verdict}");
        if tally.findings.is_empty() && left() > Duration::from_secs(10) {
            missing.push_back(fault);
        }
        for other in &tally.not_the_fault {
            println!("    without the fault, too: {other}");
        }
    }
    println!("{found} of {} faults found in {:.0} s", FAULTS.len(), begin.elapsed().as_secs_f64());
    Ok(if found == FAULTS.len() { OK } else { FOUND })
}

/// One campaign; each `round` goes through other seeds.
fn campaign(
    args: &Args,
    fault: Option<&str>,
    time: Duration,
    stop_at_first: bool,
    round: u64,
) -> Result<Tally, String> {
    std::fs::create_dir_all(&args.out).map_err(|e| format!("{}: {e}", args.out.display()))?;
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = args.jobs.unwrap_or(default).max(1);
    let start_of_seeds = args.seed.wrapping_mul(1_000_003).wrapping_add(round.wrapping_mul(500_000));
    let arguments = |first_seed: u64| WorkerArgs {
        first_seed,
        step: jobs as u64,
        ticks: args.ticks,
        fault: fault.map(str::to_owned),
    };
    let (sender, receiver): (Sender<Event>, Receiver<Event>) = channel();
    let mut workers = Vec::new();
    for i in 0..jobs {
        workers.push(start(i, &arguments(start_of_seeds + i as u64), &sender)?);
    }
    let bar = if std::io::stderr().is_terminal() && !args.json {
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
        ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
    } else {
        ProgressBar::hidden()
    };
    let begin = Instant::now();
    let mut tally = Tally::default();
    let mut seen = BTreeSet::new();
    while begin.elapsed() < time {
        let event = receiver.recv_timeout(Duration::from_millis(200)).ok();
        match event {
            Some(Event::Done { executed, rows, uncaught, kind }) => {
                tally.programs += 1;
                tally.rows += rows;
                tally.runs += executed;
                tally.uncaught += u64::from(uncaught);
                tally.invalid += u64::from(kind == 'i');
                tally.unsupported += u64::from(kind == 'n');
                tally.slow += u64::from(kind == 't');
                if tally.programs.is_multiple_of(20) {
                    tally.seconds = begin.elapsed().as_secs_f64();
                    bar.set_message(line(&tally));
                }
            }
            Some(Event::Found { seed, report }) => keep(args, fault, seed, *report, &mut seen, &mut tally)?,
            Some(Event::Ended { worker, seed, row }) => {
                let status = workers[worker].child.wait().map_err(|e| e.to_string())?;
                let first = row.is_empty() || row.starts_with("tier=interpreter");
                if workers[worker].hung && first {
                    tally.programs += 1;
                    tally.slow += 1;
                    workers[worker] = start(worker, &arguments(seed + jobs as u64), &sender)?;
                    continue;
                }
                let how = match workers[worker].hung {
                    true => format!("hung (no end after {} s)", HANG.as_secs()),
                    false => format!("crashed ({})", diff::describe(status)),
                };
                let report = Report {
                    program: format!("seed-{seed}.js"),
                    outcome: Outcome::Crashed(format!("{how} in row [{row}]")),
                    rows: vec![],
                };
                tally.programs += 1;
                keep(args, fault, seed, report, &mut seen, &mut tally)?;
                workers[worker] = start(worker, &arguments(seed + jobs as u64), &sender)?;
            }
            None => {}
        }
        for w in &mut workers {
            if !w.hung && w.silent_for() > HANG {
                // its reader reports the end
                let _ = w.child.kill();
                w.hung = true;
            }
        }
        if stop_at_first && !tally.findings.is_empty() {
            break;
        }
    }
    tally.seconds = begin.elapsed().as_secs_f64();
    for w in &mut workers {
        let _ = w.child.kill();
        let _ = w.child.wait();
    }
    bar.finish_and_clear();
    Ok(tally)
}

/// Reduces a finding and writes it, unless its like was written already.
fn keep(
    args: &Args,
    fault: Option<&str>,
    seed: u64,
    report: Report,
    seen: &mut BTreeSet<String>,
    tally: &mut Tally,
) -> Result<(), String> {
    let (schedule, what, key) = match &report.outcome {
        Outcome::Diverges { row, difference } => {
            let r = &report.rows[*row];
            let what = format!(
                "{}: {}\n//   interpreter: {}\n//   {}: {}",
                difference.check,
                difference.place,
                one_line(&difference.expected),
                r.name,
                one_line(&difference.actual)
            );
            (r.schedule.clone(), what, format!("{} {}", difference.check, r.name))
        }
        Outcome::Crashed(how) => {
            let row = how.split_once('[').map_or("", |p| p.1.trim_end_matches(']'));
            (row.to_owned(), how.clone(), how.clone())
        }
        _ => return Ok(()),
    };
    // the same kind in the same tier is most likely the same bug; five examples are enough
    let tier = schedule.split_whitespace().next().unwrap_or("");
    let kind = key.split_whitespace().next().unwrap_or("").to_owned();
    let like = |n: usize| format!("{kind} {tier} {n}");
    let Some(n) = (0..5).find(|&n| !seen.contains(&like(n))) else {
        tally.duplicates += 1;
        return Ok(());
    };
    seen.insert(like(n));
    let mut text = from_seed(seed).to_string();
    let real = fault.is_some() && !agrees_without_fault(args, &text, &schedule)?;
    let fault = fault.filter(|_| !real);
    if !args.no_reduce && combine(&[&schedule]).is_ok() {
        text = match &report.outcome {
            Outcome::Diverges { difference, .. } => {
                reduce_divergence(args, &text, &schedule, fault, &difference.check)?
            }
            _ => reduce_crash(&text, &schedule, args.ticks, fault, &args.out),
        };
    }
    let name = format!("{}-{seed}.js", if fault.is_some() { fault.unwrap_or("") } else { "finding" });
    let path = args.out.join(&name);
    let fault_option = fault.map_or(String::new(), |f| format!(" --fault {f}"));
    let content = format!(
        "// schedule: {schedule} ticks={}\n// {what}\n// replay: tierproof replay{fault_option} {}\n{text}",
        args.ticks,
        path.display()
    );
    write_atomically(&path, &content)?;
    let list = if real { &mut tally.not_the_fault } else { &mut tally.findings };
    list.push(format!("{} ({})", path.display(), what.lines().next().unwrap_or("")));
    Ok(())
}

/// Whether a finding under a planted fault is due to the fault: without it, the rows agree.
fn agrees_without_fault(args: &Args, text: &str, schedule: &str) -> Result<bool, String> {
    let file = args.out.join(format!(".without-fault-{}.js", std::process::id()));
    write_atomically(&file, text)?;
    let common = crate::options::Common {
        schedule: vec![schedule.to_owned()],
        ticks: Some(args.ticks),
        heap_limit: Some(HEAP),
        ..Default::default()
    };
    let report = diff::in_worker(&crate::worker::Args { file: file.clone(), common, replay: true }, HANG);
    let _ = std::fs::remove_file(&file);
    Ok(report.outcome == Outcome::Agree)
}

/// Shrinks a diverging program in a process of its own, which a candidate may bring down: what it had
/// reached by then stands in the file.
fn reduce_divergence(
    args: &Args,
    text: &str,
    schedule: &str,
    fault: Option<&str>,
    check: &str,
) -> Result<String, String> {
    let file = args.out.join(format!(".reducing-{}.js", std::process::id()));
    write_atomically(&file, text)?;
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut command = Command::new(exe);
    command.args(["fuzz-reduce", "--schedule", schedule, "--check", check]);
    command.arg(format!("--ticks={}", args.ticks)).arg(&file);
    command.args(fault.iter().map(|f| format!("--fault={f}")));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    let start = Instant::now();
    while child.try_wait().map_err(|e| e.to_string())?.is_none() {
        if start.elapsed() > REDUCE {
            let _ = child.kill();
            let _ = child.wait();
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let reduced = std::fs::read_to_string(&file).unwrap_or_else(|_| text.to_owned());
    let _ = std::fs::remove_file(&file);
    Ok(reduced)
}

#[derive(clap::Args, Clone)]
pub struct ReduceArgs {
    file: PathBuf,
    #[arg(long)]
    schedule: String,
    #[arg(long)]
    check: String,
    #[arg(long)]
    ticks: u64,
    #[arg(long)]
    fault: Option<String>,
}

/// Hidden `fuzz-reduce`: shrinks a file in place while the same check fails under the schedule.
pub fn reducer(args: ReduceArgs) -> Result<i32, String> {
    if let Some(f) = &args.fault {
        tierproof_base::faults::switch_on(f)?;
    }
    let text = std::fs::read_to_string(&args.file).map_err(|e| e.to_string())?;
    let rows = reduce_rows(combine(&[&args.schedule])?);
    let limits = Limits { heap_bytes: Some(HEAP), ticks: Some(args.ticks), ..Limits::default() };
    Engine::on_big_stack(|| {
        reduce::reduce(&text, 2000, |candidate| {
            let p = Program { source: candidate.as_bytes().to_vec(), ..Program::default() };
            let r = run_rows(&p, &rows, &limits);
            matches!(&r.outcome, Outcome::Diverges { difference: d, .. } if d.check == args.check)
                && write_atomically(&args.file, candidate).is_ok()
        })
    });
    Ok(OK)
}

fn reduce_rows(bad: tierproof_base::Schedule) -> Vec<Row> {
    let reference = tierproof_base::Schedule::forced(tierproof_base::Tier::Interpreter);
    vec![Row { name: "interpreter".into(), schedule: reference }, Row { name: "bad".into(), schedule: bad }]
}

/// Shrinks a crashing program; each attempt is a process, so fewer attempts.
fn reduce_crash(text: &str, schedule: &str, ticks: u64, fault: Option<&str>, dir: &Path) -> String {
    let Ok(exe) = std::env::current_exe() else { return text.to_owned() };
    let file = dir.join(format!(".reducing-{}.js", std::process::id()));
    let reduced = reduce::reduce(text, 80, |candidate| {
        if std::fs::write(&file, candidate).is_err() {
            return false;
        }
        let mut command = Command::new(&exe);
        command.arg("diff-worker").arg(format!("--schedule={schedule}")).arg(format!("--ticks={ticks}"));
        command.arg(format!("--heap-limit={HEAP}")).arg("--replay").arg(&file);
        command.args(fault.iter().map(|f| format!("--fault={f}")));
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|s| s.code().is_none())
    });
    let _ = std::fs::remove_file(&file);
    reduced
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

fn write_atomically(path: &Path, content: &str) -> Result<(), String> {
    let temporary = path.with_extension("tmp");
    std::fs::write(&temporary, content)
        .and_then(|_| std::fs::rename(&temporary, path))
        .map_err(|e| format!("{}: {e}", path.display()))
}
