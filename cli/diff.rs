//! `tierproof diff` and `tierproof replay`: programs under all schedules, each in a worker process.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tierproof_oracle::{End, Outcome, Report};

use crate::options::Common;
use crate::render::{self, Judged};
use crate::worker::{self, Instead};
use crate::{COULD_NOT_RUN, FOUND, OK, USAGE, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, or directories of .js files
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    /// Run everything in this process (a crash ends it)
    #[arg(long)]
    in_process: bool,
    #[command(flatten)]
    instead: Instead,
    /// Programs at the same time
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Seconds after which a program counts as hung
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
}

#[derive(clap::Args)]
pub struct ReplayArgs {
    /// The finding: its first comment holds the schedule
    file: PathBuf,
    #[command(flatten)]
    common: Common,
    /// Run in this process (a crash ends it)
    #[arg(long)]
    in_process: bool,
    /// Run it so many times, and say how many gave the same verdict
    #[arg(long, default_value_t = 1, value_name = "N")]
    times: usize,
}

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let found = match files::collect(&args.paths) {
        Ok(f) => f,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(COULD_NOT_RUN);
        }
    };
    // wrong schedule text is an error of usage, not of each program
    tierproof_oracle::named_rows(&args.common.modifiers())?;
    crate::options::combine(&[&args.common.words()])?;
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = if args.in_process { 1 } else { args.jobs.unwrap_or(default).max(1) };
    let timeout = Duration::from_secs(args.timeout.max(1));
    let how = How {
        common: &args.common,
        in_process: args.in_process,
        jobs,
        timeout,
        replay: false,
        instead: args.instead,
    };
    Ok(run_all(&found, &how))
}

pub fn replay(args: ReplayArgs) -> Result<i32, String> {
    args.common.apply_fault()?;
    if !args.file.is_file() {
        eprintln!("error: {}: no such file", args.file.display());
        return Ok(COULD_NOT_RUN);
    }
    let source = files::read(&args.file)?;
    let head = crate::options::head_schedule(&source).transpose()?;
    if head.is_none() && args.common.words().is_empty() {
        eprintln!("error: {}: no `// schedule:` comment, and no --schedule", args.file.display());
        return Ok(USAGE);
    }
    let how = How {
        common: &args.common,
        in_process: args.in_process,
        jobs: 1,
        timeout: Duration::from_secs(600),
        replay: true,
        instead: Instead::default(),
    };
    if args.times > 1 {
        return Ok(repeat(&args.file, args.times, &how));
    }
    Ok(run_all(&[args.file], &how))
}

/// Runs a program again and again, each time in a fresh process; whether the verdict is always the same.
fn repeat(file: &Path, times: usize, how: &How<'_>) -> i32 {
    let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
    let how = How { jobs, ..*how };
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for j in judge_all(&vec![file.to_owned(); times], &how, |_| {}) {
        let verdict = match &j.report.outcome {
            Outcome::CouldNotRun(why) => why.clone(),
            _ => render::details(&j).unwrap_or_else(|| "agree".into()),
        };
        *verdicts.entry(verdict).or_default() += 1;
    }
    let mut by_count: Vec<(&String, &usize)> = verdicts.iter().collect();
    by_count.sort_by_key(|v| std::cmp::Reverse(v.1));
    for (verdict, n) in &by_count {
        anstream::println!("{n} of {times}: {}", verdict.trim_end());
    }
    let agrees = |v: &String| v == "agree";
    if by_count.len() == 1 && verdicts.keys().all(agrees) { OK } else { FOUND }
}

/// How programs are run.
pub struct How<'a> {
    pub common: &'a Common,
    pub in_process: bool,
    pub jobs: usize,
    pub timeout: Duration,
    pub replay: bool,
    pub instead: Instead,
}

fn run_all(paths: &[PathBuf], how: &How<'_>) -> i32 {
    let json_wanted = how.common.json;
    let all = judge_all(paths, how, |j| {
        if !json_wanted {
            show(j);
        }
    });
    if json_wanted {
        println!("{}", json(&all));
    } else if all.len() > 1 {
        anstream::println!("{}", render::summary(&all));
    }
    if all.iter().any(|j| j.is_finding()) {
        FOUND
    } else if all.iter().any(|j| matches!(j.report.outcome, Outcome::CouldNotRun(_))) {
        COULD_NOT_RUN
    } else {
        OK
    }
}

/// Runs programs, some at the same time; `each` is told of them in order.
pub fn judge_all(paths: &[PathBuf], how: &How<'_>, each: impl Fn(&Judged)) -> Vec<Judged> {
    let &How { common, in_process, jobs, timeout, replay, instead } = how;
    let bar = if std::io::stderr().is_terminal() && !common.json && paths.len() > 1 {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {msg}");
        ProgressBar::new(paths.len() as u64)
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    } else {
        ProgressBar::hidden()
    };
    let one = |path: &Path| {
        let arguments = worker::Args { file: path.to_owned(), common: common.clone(), replay, instead };
        let report = if in_process {
            worker::run(&arguments, false).unwrap_or_else(|e| Report {
                program: path.display().to_string(),
                outcome: Outcome::CouldNotRun(e),
                rows: vec![],
            })
        } else {
            in_worker(&arguments, timeout)
        };
        judge(report, path, common)
    };
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut done: Vec<Option<Judged>> = paths.iter().map(|_| None).collect();
    let mut printed = 0;
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(paths.len()) {
            let (sender, next, one) = (sender.clone(), &next, &one);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(i) else { return };
                    if sender.send((i, one(path))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for (i, judged) in receiver {
            bar.inc(1);
            bar.set_message(judged.report.program.clone());
            done[i] = Some(judged);
            while let Some(Some(j)) = done.get(printed) {
                printed += 1;
                bar.suspend(|| each(j));
            }
        }
    });
    bar.finish_and_clear();
    done.into_iter().flatten().collect()
}

fn show(j: &Judged) {
    anstream::println!("{}", render::verdict_line(j));
    if let Some(d) = render::details(j) {
        anstream::println!("{d}");
    }
}

/// Compares the reference row's lines with what the program is known to print, and notes the replay command.
fn judge(report: Report, path: &Path, common: &Common) -> Judged {
    let mut unexpected = None;
    let mut expected_ok = false;
    if let (Outcome::Agree, Some(first)) = (&report.outcome, report.rows.first())
        && let Ok(source) = files::read(path)
    {
        let scale = common.define.iter().find(|d| d.0 == "BENCH_SCALE").map(|d| d.1);
        if let Some(expected) = files::expected(path, &source, scale) {
            unexpected = expected.deviation(&first.observation.lines);
            if let (Some((_, _, got)), End::Threw { .. } | End::Terminated(_)) =
                (&mut unexpected, &first.observation.end)
            {
                got.push_str(&format!(" (then {})", first.observation.end));
            }
            expected_ok = unexpected.is_none();
        }
    }
    let mut again = String::from("tierproof replay");
    let row = match &report.outcome {
        // other engines are no schedule
        Outcome::Diverges { row, .. }
            if report.rows.get(*row).is_some_and(|r| common.engine.contains(&r.name)) =>
        {
            None
        }
        Outcome::Diverges { row, .. } => report.rows.get(*row).map(|r| r.schedule.clone()),
        Outcome::Crashed(how) => how.split_once('[').map(|p| p.1.trim_end_matches(']').to_owned()),
        _ => None,
    };
    match row {
        Some(schedule) => again.push_str(&format!(" --schedule '{schedule}'")),
        None => again = "tierproof diff".into(),
    }
    for e in &common.engine {
        again.push_str(&format!(" --engine '{e}'"));
    }
    for (k, v) in &common.define {
        again.push_str(&format!(" --define {k}={v}"));
    }
    if let Some(n) = common.heap_limit {
        again.push_str(&format!(" --heap-limit {n}"));
    }
    if let Some(f) = &common.fault {
        again.push_str(&format!(" --fault {f}"));
    }
    again.push_str(&format!(" {}", path.display()));
    Judged { report, unexpected, expected_ok, again }
}

fn json(all: &[Judged]) -> String {
    let list: Vec<serde_json::Value> = all
        .iter()
        .map(|j| {
            serde_json::json!({
                "program": j.report.program,
                "outcome": j.report.outcome,
                "unexpected_output": j.unexpected,
                "rows": j.report.rows,
                "replay": j.is_finding().then_some(&j.again),
            })
        })
        .collect();
    serde_json::Value::Array(list).to_string()
}

/// One program in a process of its own.
pub fn in_worker(args: &worker::Args, timeout: Duration) -> Report {
    let program = args.file.display().to_string();
    let failed = |outcome| Report { program: program.clone(), outcome, rows: vec![] };
    let exe = match std::env::current_exe() {
        Ok(e) => e,
        Err(e) => return failed(Outcome::CouldNotRun(format!("own executable: {e}"))),
    };
    let mut command = Command::new(exe);
    command.arg("diff-worker").args(args.common.to_arguments());
    if args.replay {
        command.arg("--replay");
    }
    command.args(args.instead.to_arguments());
    let spawned =
        command.arg(&args.file).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn();
    let mut child = match spawned {
        Ok(c) => c,
        Err(e) => return failed(Outcome::CouldNotRun(format!("worker: {e}"))),
    };
    let Some(mut pipe) = child.stdout.take() else {
        return failed(Outcome::CouldNotRun("worker without output".into()));
    };
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = pipe.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Ok(status),
            Ok(None) if start.elapsed() > timeout => {
                let _ = child.kill();
                let _ = child.wait();
                break Err(format!("hung (no end after {} s)", timeout.as_secs()));
            }
            Ok(None) => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            Err(e) => break Err(e.to_string()),
        }
    };
    let text = reader.join().unwrap_or_default();
    let row = text.lines().filter_map(|l| l.strip_prefix(worker::ROW)).next_back();
    let place = row.map_or(String::new(), |r| {
        let (name, schedule) = r.split_once(" tier=").unwrap_or((r, ""));
        format!(" in row {name} [tier={schedule}]")
    });
    match status {
        Ok(s) if s.success() => match text.lines().next_back().map(serde_json::from_str::<Report>) {
            Some(Ok(report)) => report,
            _ => failed(Outcome::Crashed(format!("worker sent no report{place}"))),
        },
        Ok(s) => failed(Outcome::Crashed(format!(
            "crashed ({}){place}",
            tierproof_oracle::trial::pool::describe(s)
        ))),
        Err(how) => failed(Outcome::Crashed(format!("{how}{place}"))),
    }
}
