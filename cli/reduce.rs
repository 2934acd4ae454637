//! `tierproof reduce`: the smallest program and plainest schedule that still show a finding, for this engine
//! or (with `--command`) for any program that takes a file.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tierproof_oracle::bisect::attribute;
use tierproof_oracle::reduce::engine::SameBug;
use tierproof_oracle::reduce::{Candidate, Judge, Limits, Work, reduce, tokens};
use tierproof_oracle::trial::pool::Pool;
use tierproof_oracle::trial::{Runner, Sign, Trial};

use crate::bisect::{pool, trial_of};
use crate::options::Common;
use crate::{COULD_NOT_RUN, FOUND, OK, USAGE, files};

#[derive(clap::Args)]
pub struct Args {
    /// The finding; the schedule that shows it stands in its first comment or in options
    file: PathBuf,
    #[command(flatten)]
    common: Common,
    /// How long at most
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the result goes (default: beside the file, as NAME.min.EXTENSION)
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Candidates at the same time
    #[arg(long)]
    jobs: Option<usize>,
    /// Do not insist on the same part of the engine being at fault
    #[arg(long)]
    any_culprit: bool,
    /// Reduce for this command instead, `{}` being the file: interesting as long as it fails the same way
    #[arg(long, value_name = "COMMAND {}")]
    command: Option<String>,
    /// With --command: the exit code that is interesting (default: that of the file itself)
    #[arg(long, value_name = "CODE")]
    status: Option<i32>,
    /// With --command: text that standard error must contain
    #[arg(long, value_name = "TEXT")]
    stderr: Option<String>,
    /// With --command: text that standard output must contain
    #[arg(long, value_name = "TEXT")]
    stdout: Option<String>,
    /// With --command: seconds after which it counts as hung
    #[arg(long, default_value_t = 10)]
    timeout: u64,
}

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    if !args.file.is_file() {
        eprintln!("error: {}: no such file", args.file.display());
        return Ok(COULD_NOT_RUN);
    }
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = args.jobs.unwrap_or(default).max(1);
    match &args.command {
        Some(command) => external(&args, command, jobs),
        None => engine(&args, jobs),
    }
}

/// What a finding of this engine was reduced to.
pub struct Reduced {
    pub candidate: Candidate,
    pub work: Work,
}

/// Candidates of a finding may take this many ticks more than the finding itself, at least.
const TICKS: u64 = 1000;

/// Reduces what `trial` shows. `mask` is the kind of step that must stay at fault.
pub fn reduce_trial(
    pool: &Pool,
    trial: &Trial,
    sign: &Sign,
    mask: Option<String>,
    time: Duration,
    progress: &(dyn Fn(&Candidate, &Work) + Sync),
) -> Reduced {
    let start = Candidate { text: trial.source.clone(), schedule: trial.schedule.clone() };
    let ticks = pool.run(&Trial { schedule: "tier=interpreter".into(), ..trial.clone() }).ticks.max(TICKS);
    // loops without end are common among candidates
    let like = Trial { ticks: trial.ticks.or(Some(4 * ticks)), ..trial.clone() };
    let judge = SameBug { runner: pool, like, sign: sign.clone(), mask, ticks };
    let limits = Limits { time, attempts: usize::MAX, progress };
    let (candidate, work) = reduce(&start, &judge, &limits);
    Reduced { candidate, work }
}

fn engine(args: &Args, jobs: usize) -> Result<i32, String> {
    let trial = trial_of(&args.file, &args.common)?;
    let begin = Instant::now();
    let pool = pool(jobs, Duration::from_secs(20))?;
    let first = pool.run(&trial);
    if !first.sign.is_bad() {
        eprintln!("nothing to reduce: under `{}` the program {}", trial.schedule, first.sign);
        return Ok(COULD_NOT_RUN);
    }
    let culprit = if args.any_culprit { None } else { attribute(&pool, &trial) };
    let mask = culprit.as_ref().and_then(|c| c.mask.clone());
    let left = Duration::from_secs(args.seconds).saturating_sub(begin.elapsed());
    let shown = Shown::new(&trial.source);
    let r = reduce_trial(&pool, &trial, &first.sign, mask, left, &|c, w| shown.update(c, w));
    shown.bar.finish_and_clear();
    let key = culprit.map_or(String::new(), |c| format!("\n// culprit: {}", c.key));
    let what = first.difference.map_or(first.sign.to_string(), |d| format!("{}: {}", d.check, d.place));
    let fault = args.common.fault.as_ref().map_or(String::new(), |f| format!("--fault {f} "));
    let path = output(args);
    let content = format!(
        "// schedule: {}\n// {}{key}\n// replay: tierproof replay {fault}{}\n{}",
        r.candidate.schedule,
        what.replace('\n', " "),
        path.display(),
        without_head(&r.candidate.text)
    );
    files::write_atomically(&path, &content)?;
    report(&trial.source, &r.candidate.text, &r.work, begin, &path);
    Ok(OK)
}

/// Without the comments that a finding starts with.
pub fn without_head(text: &str) -> String {
    let body: Vec<&str> = text.lines().skip_while(|l| l.starts_with("//") || l.trim().is_empty()).collect();
    body.join("\n") + "\n"
}

fn output(args: &Args) -> PathBuf {
    args.output.clone().unwrap_or_else(|| {
        let extension = args.file.extension().map_or("js".into(), |e| e.to_string_lossy().into_owned());
        args.file.with_extension(format!("min.{extension}"))
    })
}

fn report(before: &str, after: &str, work: &Work, begin: Instant, path: &Path) {
    println!(
        "{} tokens -> {} tokens in {:.1} s ({} candidates, {} taken): {}",
        tokens::count(before),
        tokens::count(after),
        begin.elapsed().as_secs_f64(),
        work.attempts,
        work.accepted,
        path.display()
    );
}

/// The state of a reduction on a terminal.
struct Shown {
    bar: ProgressBar,
    before: usize,
}

impl Shown {
    fn new(text: &str) -> Shown {
        let bar = if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        } else {
            ProgressBar::hidden()
        };
        Shown { bar, before: tokens::count(text) }
    }
    fn update(&self, c: &Candidate, w: &Work) {
        self.bar.set_message(format!(
            "{} of {} tokens, {} candidates, {}",
            tokens::count(&c.text),
            self.before,
            w.attempts,
            c.schedule
        ));
        self.bar.tick();
    }
}

/// How a command ended, as far as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ending {
    Exit(String),
    Hung,
}

struct External<'a> {
    args: &'a Args,
    command: &'a str,
    wanted: Ending,
    jobs: usize,
    dir: PathBuf,
    extension: String,
    number: std::sync::atomic::AtomicUsize,
}

impl External<'_> {
    /// Runs the command on a text; its ending, and whether the texts wanted are there.
    fn run(&self, text: &str) -> Option<(Ending, bool)> {
        let n = self.number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let base = self.dir.join(format!("candidate-{n}"));
        let path = |e: &str| base.with_extension(e);
        let file = path(&self.extension);
        let (out, err) = (path("stdout"), path("stderr"));
        std::fs::write(&file, text).ok()?;
        let line = self.command.replace("{}", &format!("'{}'", file.display()));
        let spawned = Command::new("/bin/sh")
            .args(["-c", &format!("exec {line}")])
            .stdin(Stdio::null())
            .stdout(std::fs::File::create(&out).ok()?)
            .stderr(std::fs::File::create(&err).ok()?)
            .spawn();
        let mut child = spawned.ok()?;
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        let ending = loop {
            match child.try_wait().ok()? {
                Some(status) => break Ending::Exit(tierproof_oracle::trial::pool::describe(status)),
                None if start.elapsed() > Duration::from_secs(self.args.timeout) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    break Ending::Hung;
                }
                None => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let has = |wanted: &Option<String>, path: &Path| {
            let read = || String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
            wanted.as_ref().is_none_or(|w| read().contains(w))
        };
        let texts = has(&self.args.stderr, &err) && has(&self.args.stdout, &out);
        for p in [file, out, err] {
            let _ = std::fs::remove_file(p);
        }
        Some((ending, texts))
    }
}

impl Judge for External<'_> {
    fn interesting(&self, c: &Candidate) -> bool {
        self.run(&c.text).is_some_and(|(ending, texts)| texts && ending == self.wanted)
    }
    fn width(&self) -> usize {
        self.jobs
    }
}

fn external(args: &Args, command: &str, jobs: usize) -> Result<i32, String> {
    if !command.contains("{}") {
        eprintln!("error: --command wants `{{}}` where the file goes");
        return Ok(USAGE);
    }
    let begin = Instant::now();
    let text = String::from_utf8_lossy(&files::read(&args.file)?).into_owned();
    let dir = std::env::temp_dir().join(format!("tierproof-reduce-{}", std::process::id()));
    std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
    let extension = args.file.extension().map_or("js".into(), |e| e.to_string_lossy().into_owned());
    let mut judge = External {
        args,
        command,
        wanted: Ending::Hung,
        jobs,
        dir: dir.clone(),
        extension,
        number: Default::default(),
    };
    let first = judge.run(&text);
    let wanted = match (args.status, &first) {
        (Some(code), _) => Some(Ending::Exit(format!("exit code {code}"))),
        (None, Some((ending, _))) => Some(ending.clone()),
        (None, None) => None,
    };
    let fails = match (&first, &wanted) {
        (Some((ending, texts)), Some(w)) => {
            let ordinary = *w == Ending::Exit("exit code 0".into());
            *texts
                && ending == w
                && (!ordinary || args.stderr.is_some() || args.stdout.is_some() || args.status.is_some())
        }
        _ => false,
    };
    let code = match wanted {
        Some(wanted) if fails => {
            judge.wanted = wanted;
            let shown = Shown::new(&text);
            let progress = |c: &Candidate, w: &Work| shown.update(c, w);
            let limits =
                Limits { time: Duration::from_secs(args.seconds), attempts: usize::MAX, progress: &progress };
            let start = Candidate { text: text.clone(), schedule: String::new() };
            let (best, work) = reduce(&start, &judge, &limits);
            shown.bar.finish_and_clear();
            let path = output(args);
            files::write_atomically(&path, &best.text)?;
            report(&text, &best.text, &work, begin, &path);
            OK
        }
        _ => {
            eprintln!("nothing to reduce: the command does not fail that way on {}", args.file.display());
            FOUND
        }
    };
    let _ = std::fs::remove_dir_all(&dir);
    Ok(code)
}
