//! `tierproof faults --guards`: guard mutation. The guards of one operation of optimised code after the other are
//! left out; counted is whether the corpus notices, and if it does not, whether a campaign does.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use tierproof_base::faults::GUARD;

use super::campaign::{Plan, campaign};
use super::hunt::FaultsArgs;
use crate::page::{escape, page, table};
use crate::{FOUND, OK, files};

/// One kind of guard.
#[derive(Clone, Debug, Serialize)]
struct Row {
    guard: String,
    /// The program of the corpus that noticed first.
    corpus: Option<String>,
    /// Seconds until a campaign noticed, and the check that did.
    campaign: Option<(f64, String)>,
}

/// Runs the score. Exit code 1 when nothing noticed that some guard was left out.
pub fn hunt(args: &FaultsArgs) -> Result<i32, String> {
    let names: Vec<&str> =
        tierproof_vm::guards().filter(|n| args.only.is_empty() || args.only.iter().any(|o| o == n)).collect();
    let begin = Instant::now();
    let mut rows = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let fault = format!("{GUARD}{name}");
        let mut row = Row { guard: name.to_string(), corpus: noticed(args, &fault)?, campaign: None };
        if row.corpus.is_none() {
            let left = Duration::from_secs(args.seconds).saturating_sub(begin.elapsed());
            let share = (left / (names.len() - i) as u32).max(Duration::from_secs(1));
            row.campaign = hunted(args, &fault, share)?;
        }
        if !args.json {
            println!("{}", line(&row).join("  "));
        }
        rows.push(row);
    }
    let text = summary(&rows);
    let report = args.out.join("guards.html");
    std::fs::create_dir_all(&args.out).map_err(|e| e.to_string())?;
    let all: Vec<Vec<String>> = rows.iter().map(line).collect();
    let body = format!("<p>{}</p>{}", escape(&text), table(&["guard", "noticed by"], &all));
    files::write_atomically(&report, &page("Guards left out", &body))?;
    if args.json {
        println!("{}", serde_json::to_string(&rows).map_err(|e| e.to_string())?);
    } else {
        println!("{text}\nreport: {}", report.display());
    }
    Ok(if rows.iter().all(|r| r.corpus.is_some() || r.campaign.is_some()) { OK } else { FOUND })
}

/// The first program of the corpus that a run without the guard diverges or crashes on.
fn noticed(args: &FaultsArgs, fault: &str) -> Result<Option<String>, String> {
    for part in ["seeds", "regressions", "faults"] {
        let dir = args.corpus.join(part);
        if !dir.is_dir() {
            return Err(format!("{}: no such directory (--corpus)", dir.display()));
        }
        let exe = std::env::current_exe().map_err(|e| e.to_string())?;
        let out = Command::new(exe)
            .args(["diff", "--fault", fault])
            .arg(&dir)
            .stderr(Stdio::null())
            .output()
            .map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&out.stdout);
        let bad = text.lines().find(|l| l.starts_with("DIVERGES") || l.starts_with("CRASHED"));
        if let Some(line) = bad {
            return Ok(Some(line.split_whitespace().nth(1).unwrap_or_default().to_owned()));
        }
    }
    Ok(None)
}

fn hunted(args: &FaultsArgs, fault: &str, time: Duration) -> Result<Option<(f64, String)>, String> {
    let plan = Plan {
        seed: args.seeds.first().copied().unwrap_or(1).wrapping_mul(1000),
        jobs: args.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get())).max(1),
        ticks: args.ticks,
        corpus: None,
        fault: Some(fault.into()),
        time,
        first: true,
        resume: false,
        reduce: false,
        mask: false,
        show: false,
        reference: 0,
        out: args.out.join(fault.replace(':', "-")),
    };
    let done = campaign(&plan)?;
    let found = done.kept.into_iter().find(|k| !k.not_the_fault);
    Ok(found.map(|k| (done.tally.seconds, k.raw.check)))
}

fn line(r: &Row) -> Vec<String> {
    let by = match (&r.corpus, &r.campaign) {
        (Some(program), _) => format!("corpus: {program}"),
        (None, Some((seconds, check))) => format!("campaign: {check}, {seconds:.1} s"),
        (None, None) => "NOBODY".into(),
    };
    vec![r.guard.clone(), by]
}

fn summary(rows: &[Row]) -> String {
    let corpus = rows.iter().filter(|r| r.corpus.is_some()).count();
    let campaign = rows.iter().filter(|r| r.campaign.is_some()).count();
    let of = rows.len();
    format!("{} of {of} noticed: {corpus} by the corpus, {campaign} by a campaign", corpus + campaign)
}
