//! `tierproof faults`: the mutation score. Each planted fault is hunted by a campaign of its own; counted are
//! those found, the time it took, and whether attribution names the unit that the fault was planted in.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;
use tierproof_base::faults::{FAULTS, NOT_APPLICABLE};

use super::campaign::{Plan, campaign};
use super::findings::Kept;
use super::guards;
use crate::page::{page, table};
use crate::{FOUND, OK, files};

#[derive(clap::Args)]
pub struct FaultsArgs {
    /// How long, for all seeds together
    #[arg(long, default_value_t = 1800)]
    pub seconds: u64,
    /// One round for each
    #[arg(long, value_delimiter = ',', default_value = "1")]
    pub seeds: Vec<u64>,
    /// Only these faults, or with --guards these operations
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub only: Vec<String>,
    /// Leave out the guards of one operation of optimised code after the other instead: does the corpus
    /// notice, and if not, a campaign?
    #[arg(long)]
    pub guards: bool,
    /// What the corpus is, for --guards
    #[arg(long, value_name = "DIR", default_value = "corpus")]
    pub corpus: PathBuf,
    /// Directory for findings and the report
    #[arg(long, value_name = "DIR", default_value = "faults")]
    pub out: PathBuf,
    /// Worker processes
    #[arg(long)]
    pub jobs: Option<usize>,
    /// Tick limit of each run
    #[arg(long, default_value_t = 100_000)]
    pub ticks: u64,
    /// Output for machines
    #[arg(long)]
    pub json: bool,
}

/// One fault in one round.
#[derive(Clone, Debug, Serialize)]
struct Row {
    id: String,
    unit: String,
    seed: u64,
    /// Time and programs until the finding, or in vain.
    seconds: f64,
    programs: u64,
    found: Option<Kept>,
    /// Attribution has named the unit.
    right: bool,
}

/// Runs the score. Exit code 1 when a fault was not found.
pub fn hunt(args: FaultsArgs) -> Result<i32, String> {
    // a build without faults says so at once
    tierproof_base::faults::switch_on(FAULTS[0].1)?;
    tierproof_base::faults::switch_off();
    if args.guards {
        return guards::hunt(&args);
    }
    if let Some(unknown) = args.only.iter().find(|o| !FAULTS.iter().any(|f| f.1 == o.as_str())) {
        return Err(format!("no fault `{unknown}`"));
    }
    let mut rows = Vec::new();
    for (i, &seed) in args.seeds.iter().enumerate() {
        let left = args.seconds / args.seeds.len() as u64;
        round(&args, seed, Duration::from_secs(left), i, &mut rows)?;
    }
    let text = summary(&rows);
    std::fs::create_dir_all(&args.out).map_err(|e| e.to_string())?;
    files::write_atomically(&args.out.join("report.html"), &html(&rows))?;
    if args.json {
        println!("{}", serde_json::to_string(&rows).map_err(|e| e.to_string())?);
    } else {
        print!("{text}");
        println!("report: {}", args.out.join("report.html").display());
    }
    Ok(if rows.iter().all(|r| r.found.is_some()) { OK } else { FOUND })
}

/// All faults in turn; each gets the same share of the time that is left, those not found at first what
/// the others did not need.
fn round(
    args: &FaultsArgs,
    seed: u64,
    time: Duration,
    number: usize,
    rows: &mut Vec<Row>,
) -> Result<(), String> {
    let begin = Instant::now();
    let left = || time.saturating_sub(begin.elapsed());
    let wanted = |id: &str| args.only.is_empty() || args.only.iter().any(|o| o == id);
    let mut missing: VecDeque<_> = FAULTS.iter().filter(|f| wanted(f.1)).collect();
    let (count, mut tried) = (missing.len(), 0);
    let mut spent: BTreeMap<&str, (f64, u64)> = BTreeMap::new();
    while let Some(fault) = missing.pop_front() {
        let (_, id, unit, _) = *fault;
        let parts = (missing.len() + 1) as u32 + u32::from(tried < count);
        let each = (left() / parts).max(Duration::from_secs(1));
        let default = std::thread::available_parallelism().map_or(1, |n| n.get());
        let again = (tried / count.max(1)) as u64;
        let plan = Plan {
            // rounds and second tries go through other programs
            seed: seed.wrapping_mul(1000).wrapping_add(again),
            jobs: args.jobs.unwrap_or(default).max(1),
            ticks: args.ticks,
            corpus: None,
            fault: Some(id.into()),
            time: each,
            first: true,
            resume: false,
            reduce: true,
            mask: false,
            show: false,
            // the tiers agree on what is wrong in all of them
            reference: u64::from(matches!(unit, "runtime" | "ic")),
            out: args.out.join(format!("round-{number}")).join(format!("{id}-{again}")),
        };
        let done = campaign(&plan)?;
        tried += 1;
        let total = spent.entry(id).or_default();
        let found = done.kept.iter().find(|k| !k.not_the_fault).cloned();
        // working the finding up is not part of the time to find it
        total.0 += (done.tally.seconds - found.as_ref().map_or(0.0, |k| k.bisect_seconds + k.reduce_seconds))
            .max(0.0);
        total.1 += done.tally.programs;
        if found.is_none() && left() > Duration::from_secs(10) {
            missing.push_back(fault);
            continue;
        }
        let (seconds, programs) = *total;
        let named = found.as_ref().and_then(|k| k.attribution.as_ref()).map(|a| a.unit.clone());
        let row = Row {
            id: id.into(),
            unit: unit.into(),
            seed,
            seconds,
            programs,
            right: named.as_deref() == Some(unit),
            found,
        };
        if !args.json {
            println!("{}", line(&row).join("  "));
        }
        rows.push(row);
    }
    Ok(())
}

const HEAD: [&str; 9] =
    ["fault", "unit", "seed", "seconds", "programs", "found by", "named", "tokens", "bisect and reduce s"];

fn line(r: &Row) -> Vec<String> {
    let mut out = vec![
        r.id.clone(),
        r.unit.clone(),
        r.seed.to_string(),
        format!("{:.1}", r.seconds),
        r.programs.to_string(),
    ];
    match &r.found {
        None => out.extend(["NOT found".into(), "-".into(), "-".into(), "-".into()]),
        Some(k) => {
            let key = k.key();
            out.push(k.raw.check.clone());
            out.push(if r.right { key } else { format!("WRONG {key}") });
            out.push(format!("{}", k.tokens));
            out.push(format!("{:.1}", k.bisect_seconds + k.reduce_seconds));
        }
    }
    out
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// Bounds of a share at 95% confidence (Wilson score interval), in percent.
fn interval(hits: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 100.0);
    }
    let (n, z) = (of as f64, 1.96);
    let p = hits as f64 / n;
    let (middle, spread) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    let scale = 100.0 / (1.0 + z * z / n);
    (((middle - spread) * scale).max(0.0), ((middle + spread) * scale).min(100.0))
}

fn summary(rows: &[Row]) -> String {
    let found: Vec<&Kept> = rows.iter().filter_map(|r| r.found.as_ref()).collect();
    let right = rows.iter().filter(|r| r.right).count();
    let (low, high) = interval(found.len(), rows.len());
    let percent = |n: usize, of: usize| 100.0 * n as f64 / of.max(1) as f64;
    let times = rows.iter().filter(|r| r.found.is_some()).map(|r| r.seconds).collect();
    let of = |f: fn(&Kept) -> f64| median(found.iter().map(|k| f(k)).collect());
    format!(
        "{} of {} found ({:.0}%, 95% interval {low:.0} to {high:.0}), {right} of those attributed to the right unit \
         ({:.0}%)\nmedians: {:.1} s to find, {:.1} s to attribute, {:.1} s to reduce, {:.0} tokens\n",
        found.len(),
        rows.len(),
        percent(found.len(), rows.len()),
        percent(right, found.len()),
        median(times),
        of(|k| k.bisect_seconds),
        of(|k| k.reduce_seconds),
        of(|k| k.tokens as f64)
    )
}

fn html(rows: &[Row]) -> String {
    let mut units: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for r in rows {
        let u = units.entry(&r.unit).or_default();
        u.0 += 1;
        u.1 += usize::from(r.found.is_some());
        u.2 += usize::from(r.right);
    }
    let by_unit: Vec<Vec<String>> = units
        .iter()
        .map(|(unit, n)| vec![unit.to_string(), n.0.to_string(), n.1.to_string(), n.2.to_string()])
        .collect();
    let all: Vec<Vec<String>> = rows.iter().map(line).collect();
    let mut body = format!("<pre>{}</pre>\n<h2>By unit</h2>\n", crate::page::escape(&summary(rows)));
    body.push_str(&table(&["unit", "hunted", "found", "named"], &by_unit));
    body.push_str("<h2>All</h2>\n");
    body.push_str(&table(&HEAD, &all));
    body.push_str("<h2>Not applicable</h2>\n");
    let none: Vec<Vec<String>> =
        NOT_APPLICABLE.iter().map(|(ids, why)| vec![ids.join(" "), why.to_string()]).collect();
    body.push_str(&table(&["entries of the catalogue", "why the engine has none"], &none));
    body.push_str("<h2>Reduced programs</h2>\n");
    for (r, k) in rows.iter().filter_map(|r| Some((r, r.found.as_ref()?))) {
        let text = format!("// {} {}\n// schedule: {}\n{}", r.id, k.key(), k.schedule, k.program);
        body.push_str(&format!("<pre>{}</pre>\n", crate::page::escape(&text)));
    }
    page("Planted faults", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_an_interval() {
        let (low, high) = interval(8, 10);
        assert!((48.0..50.0).contains(&low) && (94.0..95.0).contains(&high), "{low} {high}");
        assert_eq!(interval(0, 0), (0.0, 100.0));
        assert!(interval(10, 10).1 > 99.9);
    }
}
