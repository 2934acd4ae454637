//! What becomes of a finding: is it due to the planted fault, which part of the engine is at fault, is it
//! like a known one, and how small does it get. Runs beside the campaign, on trials in worker processes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tierproof_generator::from_seed;
use tierproof_oracle::bisect::{Attribution, attribute};
use tierproof_oracle::reduce::tokens;
use tierproof_oracle::trial::pool::Pool;
use tierproof_oracle::trial::{Runner, Sign, Trial};
use tierproof_oracle::{Outcome, Report};

use super::HEAP;
use super::journal::Raw;
use crate::{files, reduce};

/// Time for shrinking one finding.
const REDUCE: Duration = Duration::from_secs(30);
/// Examples kept of one kind of bug.
const EXAMPLES: u64 = 2;

/// A finding that was worked up and written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub raw: Raw,
    pub file: PathBuf,
    /// None: it could not be shown again.
    pub attribution: Option<Attribution>,
    /// The finding is there without the planted fault, too.
    pub not_the_fault: bool,
    pub schedule: String,
    pub program: String,
    pub tokens_before: usize,
    pub tokens: usize,
    pub bisect_seconds: f64,
    pub reduce_seconds: f64,
    /// Candidates judged.
    pub candidates: usize,
}

impl Kept {
    /// What groups findings.
    pub fn key(&self) -> String {
        self.attribution
            .as_ref()
            .map_or_else(|| format!("not shown again: {}", self.raw.check), |a| a.key.clone())
    }
}

/// A worker's report as a finding; None when it is none.
pub fn raw(
    seed: u64,
    report: &Report,
    fault: Option<&str>,
    ticks: u64,
    program: Option<String>,
) -> Option<Raw> {
    let (schedule, check, what, expected, actual) = match &report.outcome {
        Outcome::Diverges { row, difference: d } => {
            let what = format!("{}: {}", d.check, d.place);
            (report.rows[*row].schedule.clone(), d.check.clone(), what, d.expected.clone(), d.actual.clone())
        }
        Outcome::Crashed(how) => {
            let row = how.split_once('[').map_or("", |p| p.1.trim_end_matches(']'));
            (row.to_owned(), "crash".into(), how.clone(), String::new(), String::new())
        }
        _ => return None,
    };
    Some(Raw {
        seed,
        schedule,
        check,
        what,
        expected,
        actual,
        fault: fault.map(str::to_owned),
        ticks,
        program,
    })
}

/// The program and schedule of a finding.
fn trial(raw: &Raw) -> Trial {
    Trial {
        name: format!("seed-{}.js", raw.seed),
        source: raw.program.clone().unwrap_or_else(|| from_seed(raw.seed).text),
        schedule: format!("{} ticks={}", raw.schedule, raw.ticks),
        heap_bytes: Some(HEAP),
        fault: raw.fault.clone(),
        ..Trial::default()
    }
}

/// What was decided about a finding.
pub enum Verdict {
    Kept(Box<Kept>),
    /// Like others with this key.
    Like(String),
}

/// Works findings up, one after the other.
pub struct Desk {
    pub pool: Pool,
    pub out: PathBuf,
    /// Shrink them?
    pub reduce: bool,
    /// How many there are of each kind.
    pub known: BTreeMap<String, u64>,
}

impl Desk {
    /// Decides about one finding, and writes its file if it is to be kept.
    pub fn take(&mut self, mut raw: Raw) -> Result<Verdict, String> {
        let mut trial = trial(&raw);
        let begin = Instant::now();
        let not_the_fault =
            raw.fault.is_some() && self.pool.run(&Trial { fault: None, ..trial.clone() }).sign.is_bad();
        if not_the_fault {
            trial.fault = None;
        }
        let mut attribution = attribute(&self.pool, &trial);
        let mut bisect_seconds = begin.elapsed().as_secs_f64();
        let key =
            attribution.as_ref().map_or_else(|| format!("not shown again: {}", raw.check), |a| a.key.clone());
        let seen = self.known.entry(key.clone()).or_default();
        *seen += 1;
        if *seen > EXAMPLES {
            return Ok(Verdict::Like(key));
        }
        let begin = Instant::now();
        let tokens_before = tokens::count(&trial.source);
        let (mut schedule, mut program, mut candidates) = (trial.schedule.clone(), trial.source.clone(), 0);
        if let (true, Some(a)) = (self.reduce, &attribution) {
            let time = if a.sign == Sign::Hung { REDUCE * 4 } else { REDUCE };
            let r = reduce::reduce_trial(&self.pool, &trial, &a.sign, a.mask.clone(), time, &|_, _| {});
            (schedule, program, candidates) = (r.candidate.schedule, r.candidate.text, r.work.attempts);
            if !schedule.contains("ticks=") {
                schedule.push_str(&format!(" ticks={}", raw.ticks));
            }
        }
        let reduce_seconds = begin.elapsed().as_secs_f64();
        if candidates > 0 {
            // what is said of a finding is said of the program that is kept, which has less to confuse
            let begin = Instant::now();
            let reduced = Trial { source: program.clone(), schedule: schedule.clone(), ..trial };
            if let Some(d) = self.pool.run(&reduced).difference {
                raw.what = format!("{}: {}", d.check, d.place);
                (raw.expected, raw.actual) = (d.expected, d.actual);
            }
            if let Some(a) = attribute(&self.pool, &reduced) {
                if a.key != key {
                    *self.known.entry(a.key.clone()).or_default() += 1;
                }
                attribution = Some(a);
            }
            bisect_seconds += begin.elapsed().as_secs_f64();
        }
        let name = match raw.fault.as_ref().filter(|_| !not_the_fault) {
            Some(f) => format!("{f}-{}.js", raw.seed),
            None => format!("finding-{}.js", raw.seed),
        };
        let kept = Kept {
            file: self.out.join(name),
            tokens: tokens::count(&program),
            reduce_seconds,
            raw,
            attribution,
            not_the_fault,
            schedule,
            program,
            tokens_before,
            bisect_seconds,
            candidates,
        };
        write(&kept, &kept.file)?;
        Ok(Verdict::Kept(Box::new(kept)))
    }
}

/// The finding as a file that can be replayed.
fn write(k: &Kept, path: &Path) -> Result<(), String> {
    let fault = k.raw.fault.as_ref().filter(|_| !k.not_the_fault);
    let fault = fault.map_or(String::new(), |f| format!(" --fault {f}"));
    let sides = match k.raw.expected.is_empty() && k.raw.actual.is_empty() {
        true => String::new(),
        false => format!(
            "\n//   interpreter: {}\n//   other: {}",
            one_line(&k.raw.expected),
            one_line(&k.raw.actual)
        ),
    };
    let content = format!(
        "// schedule: {}\n// {}{sides}\n// culprit: {}\n// replay: tierproof replay{fault} {}\n{}",
        k.schedule,
        one_line(&k.raw.what),
        k.key(),
        path.display(),
        k.program
    );
    files::write_atomically(path, &content)
}

/// Text without line breaks.
pub fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
