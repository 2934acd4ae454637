//! The supervisor: starts and replaces workers, writes everything down, hands findings to the desk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tierproof_oracle::trial::pool::describe;
use tierproof_oracle::{Outcome, Report};

use super::corpus::{self, Corpus};
use super::findings::{self, Desk, Kept, Verdict};
use super::journal::{self, Journal, Line, Raw, Settings};
use super::worker::{Event, Order, Worker, WorkerArgs, start};
use super::{HANG, Tally};

/// What to do.
pub struct Plan {
    pub seed: u64,
    pub jobs: usize,
    pub ticks: u64,
    /// Programs to begin with.
    pub corpus: Option<PathBuf>,
    pub fault: Option<String>,
    pub time: Duration,
    /// Stop at the first finding.
    pub first: bool,
    pub resume: bool,
    pub reduce: bool,
    /// Leave out what is known to be at fault.
    pub mask: bool,
    /// Progress on a terminal.
    pub show: bool,
    pub out: PathBuf,
    /// The reference votes on every so manieth program; 0: on none.
    pub reference: u64,
}

/// What came of it.
#[derive(Serialize)]
pub struct Done {
    pub tally: Tally,
    pub kept: Vec<Kept>,
    /// Findings that there was no time for; the journal has them.
    pub open: Vec<Raw>,
}

/// A program is done again when its worker was killed, but not for ever: it may be the cause.
const KILLS: u32 = 5;
/// Progress is written down this often.
const PROGRESS: Duration = Duration::from_secs(1);
/// After the time is over, findings are still worked up for this long.
const OVERTIME: Duration = Duration::from_secs(60);

/// The desk's thread and what it says.
struct Office {
    findings: Option<Sender<Raw>>,
    verdicts: Receiver<(Raw, Result<Verdict, String>, f64)>,
    waiting: Vec<Raw>,
}

impl Office {
    fn open(plan: &Plan, past: &journal::Past) -> Result<Office, String> {
        let mut known = past.like.clone();
        for k in &past.kept {
            *known.entry(k.key()).or_default() += 1;
        }
        let pool = crate::bisect::pool(plan.jobs, Duration::from_secs(20))?;
        let mut desk = Desk { pool, out: plan.out.clone(), reduce: plan.reduce, known };
        let (findings, inbox) = channel::<Raw>();
        let (outbox, verdicts) = channel();
        std::thread::spawn(move || {
            for raw in inbox {
                let begin = Instant::now();
                let verdict = desk.take(raw.clone());
                if outbox.send((raw, verdict, begin.elapsed().as_secs_f64())).is_err() {
                    return;
                }
            }
        });
        Ok(Office { findings: Some(findings), verdicts, waiting: Vec::new() })
    }
    fn hand_in(&mut self, raw: Raw) {
        if let Some(f) = &self.findings
            && f.send(raw.clone()).is_ok()
        {
            self.waiting.push(raw);
        }
    }
}

struct Campaign<'a> {
    plan: &'a Plan,
    journal: Journal,
    tally: Tally,
    kept: Vec<Kept>,
    next_seeds: Vec<u64>,
    /// The program that each worker was killed at, and how often.
    killed_at: Vec<Option<(u64, u32)>>,
    masks: BTreeSet<String>,
    seen: BTreeSet<String>,
    office: Office,
    /// What workers have kept.
    corpus: Corpus,
    /// Files of its entries, and what a new worker is told of them.
    kept_programs: BTreeMap<usize, (PathBuf, Order)>,
    /// Directories of programs that workers run first.
    begin_with: Vec<PathBuf>,
    workers: Vec<Worker>,
    sender: Sender<Event>,
    begin: Instant,
    /// Seconds of earlier runs.
    before: f64,
}

/// Runs a campaign.
pub fn campaign(plan: &Plan) -> Result<Done, String> {
    std::fs::create_dir_all(&plan.out).map_err(|e| format!("{}: {e}", plan.out.display()))?;
    let past = journal::read(&plan.out);
    let settings =
        Settings { seed: plan.seed, jobs: plan.jobs, ticks: plan.ticks, fault: plan.fault.clone() };
    let same = past.settings.as_ref() == Some(&settings);
    if plan.resume && past.settings.is_some() && !same {
        return Err(format!("{}: the campaign there has other settings", plan.out.display()));
    }
    let mut journal = Journal::open(&plan.out)?;
    journal.write(&Line::Started(settings))?;
    let goes_on = plan.resume && same && past.next_seeds.len() == plan.jobs;
    let corpus = corpus::directory(&plan.out);
    let place = |p: &PathBuf| std::fs::canonicalize(p).ok();
    if !goes_on && corpus.is_dir() && plan.corpus.as_ref().and_then(place) != place(&corpus) {
        // another campaign's: this one is to go the same way as if it were alone
        std::fs::remove_dir_all(&corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
    }
    let first = plan.seed.wrapping_mul(1_000_003);
    let next_seeds = match goes_on {
        true => past.next_seeds.clone(),
        false => (0..plan.jobs as u64).map(|i| first.wrapping_add(i)).collect(),
    };
    let (sender, receiver) = channel();
    let mut c = Campaign {
        plan,
        journal,
        tally: if goes_on { past.tally.clone() } else { Tally::default() },
        kept: Vec::new(),
        next_seeds,
        killed_at: vec![None; plan.jobs],
        masks: BTreeSet::new(),
        seen: BTreeSet::new(),
        office: Office::open(plan, &past)?,
        corpus: Corpus::default(),
        kept_programs: BTreeMap::new(),
        begin_with: plan.corpus.iter().cloned().chain(goes_on.then_some(corpus)).collect(),
        workers: Vec::new(),
        sender,
        begin: Instant::now(),
        before: if goes_on { past.tally.seconds } else { 0.0 },
    };
    if plan.resume {
        c.masks.extend(
            past.kept.iter().filter_map(|k| k.attribution.as_ref()?.mask.clone()).filter(|_| plan.mask),
        );
        c.seen.extend(past.kept.iter().map(|k| k.raw.id()));
        past.open.into_iter().for_each(|raw| c.office.hand_in(raw));
    }
    c.run(&receiver)?;
    let open = std::mem::take(&mut c.office.waiting);
    Ok(Done { tally: c.tally, kept: c.kept, open })
}

impl Campaign<'_> {
    fn arguments(&self, worker: usize) -> WorkerArgs {
        WorkerArgs {
            first_seed: self.next_seeds[worker],
            step: self.plan.jobs as u64,
            ticks: self.plan.ticks,
            corpus: Vec::new(),
            fault: self.plan.fault.clone(),
            mask: self.masks.iter().cloned().collect(),
            reference: self.plan.reference,
        }
    }

    fn run(&mut self, events: &Receiver<Event>) -> Result<(), String> {
        for i in 0..self.plan.jobs {
            let args = WorkerArgs { corpus: self.begin_with.clone(), ..self.arguments(i) };
            let w = start(i, &args, &self.sender)?;
            self.workers.push(w);
        }
        let bar = if std::io::stderr().is_terminal() && self.plan.show {
            let style = ProgressStyle::with_template("{spinner} {elapsed} {wide_msg}");
            ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        } else {
            ProgressBar::hidden()
        };
        let (mut written, mut awake) = (Instant::now(), Instant::now());
        let result = loop {
            if self.begin.elapsed() >= self.plan.time || (self.plan.first && self.has_found()) {
                break Ok(());
            }
            if let Ok(event) = events.recv_timeout(Duration::from_millis(200))
                && let Err(e) = self.take(event)
            {
                break Err(e);
            }
            if let Err(e) = self.verdicts(Duration::ZERO) {
                break Err(e);
            }
            // a supervisor that was stopped itself knows nothing about its workers
            let slept = awake.elapsed() > HANG / 3;
            awake = Instant::now();
            for w in &mut self.workers {
                if slept {
                    w.believe_alive();
                }
                if !w.hung && w.silent_for() > HANG {
                    // its reader reports the end
                    let _ = w.child.kill();
                    w.hung = true;
                }
            }
            if written.elapsed() > PROGRESS {
                written = Instant::now();
                if let Err(e) = self.progress() {
                    break Err(e);
                }
                bar.set_message(self.tally.line());
                bar.tick();
            }
        };
        self.workers.iter_mut().for_each(Worker::stop);
        // what was reported before the end counts
        while let Ok(event) = events.try_recv() {
            if let Event::Found { seed, report, program } = event {
                self.found(seed, &report, program)?;
            }
        }
        self.progress()?;
        bar.set_message("working findings up");
        let overtime = Instant::now();
        while !self.office.waiting.is_empty() && overtime.elapsed() < OVERTIME {
            if self.plan.first && self.has_found() {
                break;
            }
            self.verdicts(Duration::from_millis(100))?;
        }
        self.progress()?;
        bar.finish_and_clear();
        result
    }

    /// With a planted fault, only what is due to the fault counts.
    fn has_found(&self) -> bool {
        self.kept.iter().any(|k| !k.not_the_fault)
    }

    fn take(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Done { worker, seed, executed, rows, uncaught, endless, kind } => {
                self.next_seeds[worker] = seed + self.plan.jobs as u64;
                let t = &mut self.tally;
                t.programs += 1;
                t.rows += rows;
                t.runs += executed;
                t.uncaught += u64::from(uncaught);
                t.endless += u64::from(endless);
                t.invalid += u64::from(kind == 'i');
                t.unsupported += u64::from(kind == 'n');
                t.slow += u64::from(kind == 't');
                Ok(())
            }
            Event::Cell(cell) => self.journal.write(&Line::Cell(cell)),
            Event::Kept { worker, program, reached } => self.keep(worker, &program, &reached),
            Event::Found { seed, report, program } => self.found(seed, &report, program),
            Event::Ended { worker, seed, row, program } => self.ended(worker, seed, row, program),
        }
    }

    /// A worker has kept a program: it goes to disk, and to the other workers.
    fn keep(&mut self, worker: usize, program: &str, reached: &[String]) -> Result<(), String> {
        let Ok(parsed) = tierproof_generator::ir::text::parse(program) else { return Ok(()) };
        let (numbers, new) = self.corpus.note(reached);
        let kept = self.corpus.keep(parsed, numbers);
        let Some(entry) = kept.entry else { return Ok(()) };
        let dir = corpus::directory(&self.plan.out);
        std::fs::create_dir_all(&dir).map_err(|e| format!("{}: {e}", dir.display()))?;
        let name = corpus::file_name(program);
        let path = dir.join(&name);
        crate::files::write_atomically(&path, program)?;
        let order = Order::Program(program.to_owned(), reached.to_vec());
        self.kept_programs.insert(entry, (path, order.clone()));
        for old in kept.gone {
            if let Some((f, _)) = self.kept_programs.remove(&old) {
                // the next campaign only has a program too many
                let _ = std::fs::remove_file(f);
            }
        }
        if !new.is_empty() {
            self.journal.write(&Line::Reached(name, new))?;
        }
        self.tally.reached = self.corpus.reached() as u64;
        self.tally.corpus = self.corpus.len() as u64;
        for (i, w) in self.workers.iter_mut().enumerate() {
            if i != worker {
                w.tell(&order);
            }
        }
        Ok(())
    }

    /// A worker is gone: what it was doing is a finding, unless the program is just slow.
    fn ended(
        &mut self,
        worker: usize,
        seed: u64,
        row: String,
        program: Option<String>,
    ) -> Result<(), String> {
        let status = self.workers[worker].child.wait().map_err(|e| e.to_string())?;
        let hung = self.workers[worker].hung;
        let in_reference = row.is_empty() || row.starts_with("tier=interpreter");
        let how = match hung {
            true => format!("hung (no end after {} s)", HANG.as_secs()),
            false => format!("crashed ({})", describe(status)),
        };
        // killed from outside, most likely: the program is done again
        let killed = !hung && describe(status) == "signal 9";
        let before = self.killed_at[worker].filter(|k| k.0 == seed).map_or(0, |k| k.1);
        self.killed_at[worker] = killed.then_some((seed, before + 1));
        let killed = killed && before < KILLS;
        if hung && in_reference {
            self.tally.slow += 1;
        } else if !killed {
            let report = Report {
                program: format!("seed-{seed}.js"),
                outcome: Outcome::Crashed(format!("{how} in row [{row}]")),
                rows: vec![],
            };
            self.found(seed, &report, program)?;
        }
        self.tally.programs += u64::from(!killed);
        self.next_seeds[worker] = if killed { seed } else { seed + self.plan.jobs as u64 };
        self.workers[worker] = start(worker, &self.arguments(worker), &self.sender)?;
        for (_, order) in self.kept_programs.values() {
            self.workers[worker].tell(order);
        }
        Ok(())
    }

    /// Writes a finding down, then hands it to the desk.
    fn found(&mut self, seed: u64, report: &Report, program: Option<String>) -> Result<(), String> {
        let fault = self.plan.fault.as_deref();
        let Some(raw) = findings::raw(seed, report, fault, self.plan.ticks, program) else { return Ok(()) };
        if self.seen.insert(raw.id()) {
            self.tally.reported += 1;
            self.journal.write(&Line::Found(raw.clone()))?;
            self.office.hand_in(raw);
        }
        Ok(())
    }

    /// Takes what the desk has decided, waiting for it for some time.
    fn verdicts(&mut self, wait: Duration) -> Result<(), String> {
        let mut next = self.office.verdicts.recv_timeout(wait).ok();
        while let Some((raw, verdict, seconds)) = next.take() {
            self.office.waiting.retain(|w| w.id() != raw.id());
            self.tally.desk_seconds += seconds;
            match verdict? {
                Verdict::Kept(kept) => {
                    self.journal.write(&Line::Kept(kept.clone()))?;
                    let mask = kept.attribution.as_ref().and_then(|a| a.mask.clone());
                    if let Some(kind) = mask.filter(|_| self.plan.mask) {
                        self.workers.iter_mut().for_each(|w| w.tell(&Order::Mask(kind.clone())));
                        self.masks.insert(kind);
                    }
                    self.kept.push(*kept);
                }
                Verdict::Like(key) => {
                    self.tally.duplicates += 1;
                    self.journal.write(&Line::Like(raw.id(), key))?;
                }
            }
            next = self.office.verdicts.try_recv().ok();
        }
        Ok(())
    }

    fn progress(&mut self) -> Result<(), String> {
        self.tally.seconds = self.before + self.begin.elapsed().as_secs_f64();
        self.journal.write(&Line::Progress(self.next_seeds.clone(), self.tally.clone()))
    }
}
