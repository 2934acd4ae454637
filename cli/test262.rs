//! `tierproof test262`: runs a copy of the conformance suite in worker processes, so that a crash or a
//! hang costs one test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;
use serde::{Deserialize, Serialize};
use tierproof_oracle::conformance::{Executor, Metadata, Outcome, Results, Suite, Tiers, suite};
use tierproof_oracle::{Row, named_rows};
use tierproof_vm::Engine;

use crate::options::combine;
use crate::{COULD_NOT_RUN, FOUND, OK};
use tierproof_oracle::trial::pool::describe;

#[derive(clap::Args, Clone)]
pub struct Args {
    /// A copy of https://github.com/tc39/test262
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// interpreter, baseline, midtier, toptier, jit-fuzzing or normal
    #[arg(long, value_name = "NAME", default_value = "interpreter")]
    tier: String,
    /// Under all five schedules, which must behave alike
    #[arg(long)]
    all_tiers: bool,
    /// Further schedule fields, e.g. "gc=stress-move"
    #[arg(long, value_name = "TEXT", default_value = "")]
    schedule: String,
    /// Only tests whose path below test/ matches (`*` and `?`; without either, any part of it)
    #[arg(long, value_name = "GLOB")]
    filter: Vec<String>,
    /// Only so many of the tests, drawn by --seed
    #[arg(long, value_name = "N")]
    sample: Option<usize>,
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Write the results here
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Show what has changed since these results
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Worker processes
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Another engine: a command that is given DIR, reads a test's path per line and answers as a worker
    /// does, e.g. "node --experimental-vm-modules oracle/hosts/node262.cjs"
    #[arg(long, value_name = "COMMAND")]
    engine: Option<String>,
    /// Ticks (calls and back edges) that each run of a test may take
    #[arg(long, value_name = "N", default_value_t = 40_000_000)]
    ticks: u64,
    /// Seconds after which a test counts as hung
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    /// Directory levels in the table
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: usize,
    /// No list of failures
    #[arg(long)]
    quiet: bool,
}

/// Memory of each realm.
const HEAP_BYTES: usize = 1 << 30;
/// Tests a worker runs before it is replaced.
const TESTS_PER_WORKER: usize = 2000;

impl Args {
    fn rows(&self) -> Result<Vec<Row>, String> {
        let modifiers = format!("ticks={} {}", self.ticks, self.schedule);
        if self.all_tiers {
            return named_rows(&modifiers);
        }
        let schedule = combine(&[&format!("tier={}", self.tier), &modifiers])?;
        Ok(vec![Row { name: self.tier.clone(), schedule }])
    }
}

pub fn main(args: Args) -> Result<i32, String> {
    let rows = args.rows()?;
    let suite = match Suite::open(&args.dir) {
        Ok(s) => s,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(COULD_NOT_RUN);
        }
    };
    let former: Option<Results> = match &args.compare {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            Some(serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?)
        }
        None => None,
    };
    let (tests, proposals) = choose(&args, &suite)?;
    let start = Instant::now();
    let (outcomes, tiers) = run_all(&args, &tests)?;
    let results = Results {
        suite: suite.commit.clone(),
        schedules: match &args.engine {
            Some(command) => vec![command.clone()],
            None => rows.iter().map(|r| r.schedule.to_string()).collect(),
        },
        proposals,
        tests: outcomes,
        tiers,
    };
    if !args.quiet {
        results.failures().for_each(|line| println!("{line}"));
    }
    println!("{}", results.table(args.depth));
    print!("{}", results.tiers.text());
    let commit = results.suite.as_deref().unwrap_or("unknown commit");
    println!(
        "test262 {commit}, {proposals} tests of proposals left out, {:.0} s",
        start.elapsed().as_secs_f64()
    );
    if let Some(former) = &former {
        show_changes(&results, former);
    }
    if let Some(path) = &args.json {
        let text = serde_json::to_string_pretty(&results).map_err(|e| e.to_string())?;
        std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(if results.tests.values().all(|o| *o == Outcome::Pass) { OK } else { FOUND })
}

fn show_changes(results: &Results, former: &Results) {
    let changes = results.changes_since(former);
    for path in &changes.broken {
        println!("{} {path}: {}", "broken".red(), results.tests[path].text());
    }
    for path in &changes.fixed {
        println!("{} {path}", "fixed".green());
    }
    println!(
        "{} fixed, {} broken, {} added, {} gone",
        changes.fixed.len(),
        changes.broken.len(),
        changes.added,
        changes.gone
    );
}

/// The tests to run, and how many were left out as proposals.
fn choose(args: &Args, suite: &Suite) -> Result<(Vec<String>, usize), String> {
    let mut tests = suite.tests()?;
    if !args.filter.is_empty() {
        tests.retain(|t| args.filter.iter().any(|f| suite::matches(f, t)));
    }
    let before = tests.len();
    tests.retain(|t| {
        let text = std::fs::read(suite.root.join("test").join(t)).unwrap_or_default();
        !suite.is_proposal(&Metadata::parse(&String::from_utf8_lossy(&text)).features)
    });
    let proposals = before - tests.len();
    if let Some(n) = args.sample {
        tests = suite::sample(tests, n, args.seed);
    }
    if tests.is_empty() {
        return Err("no test matches".into());
    }
    Ok((tests, proposals))
}

fn run_all(args: &Args, tests: &[String]) -> Result<(BTreeMap<String, Outcome>, Tiers), String> {
    let bar = if std::io::stderr().is_terminal() {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} (eta {eta}) {msg}");
        ProgressBar::new(tests.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = args.jobs.unwrap_or(default).clamp(1, tests.len());
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(0);
    let done = Mutex::new((BTreeMap::new(), Tiers::default()));
    let error = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let mut worker: Option<Worker> = None;
                while let Some(test) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Answer { outcome, tiers } = match run_in(&mut worker, args, test) {
                        Ok(a) => a,
                        Err(message) => {
                            *error.lock().expect("no thread panics") = Some(message);
                            return;
                        }
                    };
                    if outcome != Outcome::Pass {
                        failed.fetch_add(1, Ordering::Relaxed);
                    }
                    bar.inc(1);
                    bar.set_message(format!("{} not passed", failed.load(Ordering::Relaxed)));
                    let mut done = done.lock().expect("no thread panics");
                    done.0.insert(test.clone(), outcome);
                    done.1.add(&tiers);
                }
            });
        }
    });
    bar.finish_and_clear();
    match error.into_inner().expect("no thread panics") {
        Some(message) => Err(message),
        None => Ok(done.into_inner().expect("no thread panics")),
    }
}

/// A worker's answer, a line of JSON.
#[derive(Serialize, Deserialize)]
struct Answer {
    outcome: Outcome,
    #[serde(default)]
    tiers: Tiers,
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Answer {
        Answer { outcome, tiers: Tiers::default() }
    }
}

/// A worker process and the answers it sends.
struct Worker {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<String>,
    tests: usize,
}

impl Worker {
    fn start(args: &Args) -> Result<Worker, String> {
        let mut command = match &args.engine {
            Some(words) => {
                let mut words = words.split_whitespace();
                let mut command = Command::new(words.next().ok_or("--engine is empty")?);
                command.args(words).arg(&args.dir);
                command
            }
            None => own_worker(args)?,
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("worker: {e}"))?;
        let requests = child.stdin.take().ok_or("worker without input")?;
        let output = child.stdout.take().ok_or("worker without output")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Worker { child, requests, answers, tests: 0 })
    }
}

fn own_worker(args: &Args) -> Result<Command, String> {
    let exe = std::env::current_exe().map_err(|e| format!("own executable: {e}"))?;
    let mut command = Command::new(exe);
    command.arg("test262-worker").arg(&args.dir);
    command.args(["--tier", &args.tier, "--ticks", &args.ticks.to_string()]);
    command.arg(format!("--schedule={}", args.schedule));
    if args.all_tiers {
        command.arg("--all-tiers");
    }
    Ok(command)
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One test in the thread's worker, which is started when there is none.
fn run_in(slot: &mut Option<Worker>, args: &Args, test: &str) -> Result<Answer, String> {
    let mut worker = match slot.take() {
        Some(w) if w.tests < TESTS_PER_WORKER => w,
        _ => Worker::start(args)?,
    };
    worker.tests += 1;
    let sent = writeln!(worker.requests, "{test}").and_then(|()| worker.requests.flush());
    let answer = match sent {
        Ok(()) => worker.answers.recv_timeout(Duration::from_secs(args.timeout.max(1))),
        Err(_) => Err(RecvTimeoutError::Disconnected),
    };
    match answer {
        Ok(line) => {
            *slot = Some(worker);
            Ok(serde_json::from_str(&line)
                .unwrap_or_else(|e| Outcome::Crash(format!("answer `{line}`: {e}")).into()))
        }
        Err(RecvTimeoutError::Timeout) => {
            Ok(Outcome::Limit(format!("hung (no end after {} s)", args.timeout)).into())
        }
        Err(RecvTimeoutError::Disconnected) => {
            let how = worker.child.wait().map_or("worker lost".into(), describe);
            Ok(Outcome::Crash(how).into())
        }
    }
}

/// Hidden command `test262-worker`: a path per line on standard input, an `Answer` per line.
pub fn worker(args: Args) -> Result<i32, String> {
    let rows = args.rows()?;
    let suite = Suite::open(&args.dir)?;
    std::panic::set_hook(Box::new(|_| {}));
    Engine::on_big_stack(|| {
        let mut executor = Executor::new(suite, rows, HEAP_BYTES);
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let outcome = executor.run(&line);
            let answer = Answer { outcome, tiers: executor.take_tiers() };
            let text = serde_json::to_string(&answer).map_err(|e| e.to_string())?;
            println!("{text}");
            std::io::stdout().flush().map_err(|e| e.to_string())?;
        }
        Ok(OK)
    })
}
