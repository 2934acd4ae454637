//! `tierproof bisect`: the part of the engine that a divergence or crash hangs on, and the hidden
//! `trial-worker` in which the runs of bisection and reduction happen.

use std::path::PathBuf;
use std::time::Duration;

use tierproof_oracle::bisect::{Attribution, attribute, line_difference};
use tierproof_oracle::trial::pool::Pool;
use tierproof_oracle::trial::{self, Trial};

use crate::options::{Common, combine, head_schedule};
use crate::{COULD_NOT_RUN, FOUND, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// The finding; the bad schedule stands in its first comment or in options
    file: PathBuf,
    #[command(flatten)]
    common: Common,
    /// Do not print the graphs around the guilty step
    #[arg(long)]
    no_ir: bool,
}

/// Worker processes for trials.
pub fn pool(jobs: usize, timeout: Duration) -> Result<Pool, String> {
    let exe = std::env::current_exe().map_err(|e| e.to_string())?;
    Ok(Pool::new(exe, &["trial-worker"], jobs, timeout))
}

/// Hidden `trial-worker`.
pub fn worker() -> Result<i32, String> {
    // panics are answers
    std::panic::set_hook(Box::new(|_| {}));
    trial::serve(std::io::stdin().lock(), std::io::stdout()).map_err(|e| e.to_string())?;
    Ok(OK)
}

/// The trial that a file and options ask for.
pub fn trial_of(file: &std::path::Path, common: &Common) -> Result<Trial, String> {
    let source = files::read(file)?;
    let head = head_schedule(&source).transpose()?.map(|s| s.to_string()).unwrap_or_default();
    let bad = combine(&[&head, &common.words()])?;
    Ok(Trial {
        name: file.display().to_string(),
        source: String::from_utf8_lossy(&source).into_owned(),
        schedule: bad.to_string(),
        defines: common.define.clone(),
        ticks: common.ticks,
        heap_bytes: common.heap_limit,
        fault: common.fault.clone(),
        ..Trial::default()
    })
}

/// 0: a part is named with the step at fault; 1: only a part; 3: it does not diverge.
pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let trial = trial_of(&args.file, &args.common)?;
    let pool = pool(1, Duration::from_secs(60))?;
    let Some(a) = attribute(&pool, &trial) else {
        println!("the rows agree");
        return Ok(COULD_NOT_RUN);
    };
    if args.common.json {
        println!("{}", serde_json::to_string(&a).map_err(|e| e.to_string())?);
    } else {
        print!("{}", text(&a, !args.no_ir));
    }
    Ok(if a.step.is_some() { OK } else { FOUND })
}

/// An attribution for people.
pub fn text(a: &Attribution, ir: bool) -> String {
    let mut out = String::new();
    match &a.step {
        Some(step) => out.push_str(&format!("culprit: {step}  [rewrite {:016x}]\n", step.id)),
        None => out.push_str("culprit: no single step\n"),
    }
    out.push_str(&format!("  unit: {}\n  key: {}\n  {}; lowest tier: {}\n", a.unit, a.key, a.sign, a.tier));
    if !a.needs.is_empty() {
        out.push_str(&format!("  needs: {}\n", a.needs.join(" ")));
    }
    if a.step.is_some() && !a.alone {
        out.push_str("  it needs others: without it alone the rows still diverge\n");
    }
    for e in &a.evidence {
        out.push_str(&format!("  {e}\n"));
    }
    out.push_str(&format!("  {} steps, {} runs\n", a.steps, a.runs));
    if let (true, Some((before, after))) = (ir, &a.ir) {
        out.push_str("graph without and with the step:\n");
        out.push_str(&line_difference(before, after));
    }
    out
}
