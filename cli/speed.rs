//! `tierproof speed`: the tiers against each other and against other engines, in one interleaved run.
//!
//! Every program runs in processes of its own, engine after engine, round after round. The figure is
//! the CPU time of the main thread (compiler and collector threads of other engines left out), the
//! median of the rounds, less that of an empty program. Ratios of one run mean something, seconds do
//! not: the machine may be busy. Used by people who touch a hot path; benchmarks with an
//! `expected.txt` beside them are checked against it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::{COULD_NOT_RUN, FOUND, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, or directories of .js files; the first line `// group: NAME` puts a program into a group
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// Another engine, e.g. --against "node=node" --against "ignition=node --no-opt --no-maglev --no-sparkplug"
    #[arg(long, value_name = "NAME=COMMAND")]
    against: Vec<String>,
    /// Rounds
    #[arg(long, default_value_t = 3, value_name = "N")]
    runs: usize,
    /// Only programs whose name contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Output for machines
    #[arg(long)]
    json: bool,
}

struct Competitor {
    name: String,
    words: Vec<String>,
}

/// Shorter times are not told apart.
const FLOOR: f64 = 0.0005;

pub fn main(args: Args) -> Result<i32, String> {
    let mut engines = own_engines()?;
    for a in &args.against {
        let (name, command) = a.split_once('=').ok_or_else(|| format!("`{a}` is not NAME=COMMAND"))?;
        let words: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(format!("`{a}` names no command"));
        }
        engines.push(Competitor { name: name.into(), words });
    }
    let mut programs = match files::collect(&args.paths) {
        Ok(f) => f,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(COULD_NOT_RUN);
        }
    };
    programs.retain(|p| args.filter.as_ref().is_none_or(|f| p.to_string_lossy().contains(f.as_str())));
    let empty = std::env::temp_dir().join(format!("tierproof-empty-{}.js", std::process::id()));
    std::fs::write(&empty, "").map_err(|e| format!("{}: {e}", empty.display()))?;
    let bar = ProgressBar::new((args.runs * engines.len() * (programs.len() + 1)) as u64)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg} {eta}").expect("a constant"));
    let mut times: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for _ in 0..args.runs.max(1) {
        for (p, path) in std::iter::once(&empty).chain(&programs).enumerate() {
            let wanted = expected_line(path);
            for (e, engine) in engines.iter().enumerate() {
                bar.set_message(format!("{} {}", engine.name, stem(path)));
                bar.inc(1);
                match measure(engine, path) {
                    Ok((seconds, out)) => {
                        if wanted.as_ref().is_some_and(|w| *w != out.trim_end()) {
                            wrong.push(format!(
                                "{} on {}: printed {:?}",
                                stem(path),
                                engine.name,
                                out.trim_end()
                            ));
                        }
                        times.entry((p, e)).or_default().push(seconds);
                    }
                    Err(message) => wrong.push(format!("{} on {}: {message}", stem(path), engine.name)),
                }
            }
        }
    }
    bar.finish_and_clear();
    let _ = std::fs::remove_file(&empty);
    wrong.sort();
    wrong.dedup();
    let net = |p: usize, e: usize| -> Option<f64> {
        let empty = median(times.get(&(0, e))?);
        Some((median(times.get(&(p + 1, e))?) - empty).max(FLOOR))
    };
    report(&args, &engines, &programs, &net);
    for w in &wrong {
        eprintln!("error: {w}");
    }
    Ok(if wrong.is_empty() { OK } else { FOUND })
}

fn own_engines() -> Result<Vec<Competitor>, String> {
    let me = std::env::current_exe().map_err(|e| format!("where is this program: {e}"))?;
    let own = |name: &str, rest: [&str; 3]| Competitor {
        name: name.into(),
        words: std::iter::once(me.display().to_string()).chain(rest.map(String::from)).collect(),
    };
    Ok(vec![
        own("interpreter", ["run", "--tier", "interpreter"]),
        own("baseline", ["run", "--tier", "baseline"]),
        own("midtier", ["run", "--schedule", "up-to=midtier install=background"]),
        own("toptier", ["run", "--schedule", "install=background"]),
    ])
}

/// Seconds of CPU of the main thread, and what was printed.
fn measure(engine: &Competitor, path: &Path) -> Result<(f64, String), String> {
    let out = tempfile().map_err(|e| format!("no temporary file: {e}"))?;
    let reader = out.1.clone();
    let mut child = Command::new(&engine.words[0])
        .args(&engine.words[1..])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(out.0)
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("cannot start {}: {e}", engine.words[0]))?;
    let id = child.id();
    // The process is looked at before it is waited for: its times go with it.
    let stat = format!("/proc/{id}/stat");
    loop {
        let text = std::fs::read_to_string(&stat).map_err(|e| format!("{stat}: {e}"))?;
        if text.rsplit(')').next().is_some_and(|t| t.trim_start().starts_with('Z')) {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let schedstat = std::fs::read_to_string(format!("/proc/{id}/task/{id}/schedstat"));
    let status = child.wait().map_err(|e| e.to_string())?;
    let printed = std::fs::read_to_string(&reader).unwrap_or_default();
    let _ = std::fs::remove_file(&reader);
    if !status.success() {
        return Err(format!("ended with {status}"));
    }
    let nanos: f64 = schedstat
        .ok()
        .and_then(|s| s.split_whitespace().next()?.parse().ok())
        .ok_or("this system does not tell the time of a thread")?;
    Ok((nanos / 1e9, printed))
}

fn tempfile() -> std::io::Result<(std::fs::File, PathBuf)> {
    let path = std::env::temp_dir().join(format!("tierproof-speed-{}.out", std::process::id()));
    Ok((std::fs::File::create(&path)?, path))
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The line that `expected.txt` beside the program holds for it.
fn expected_line(path: &Path) -> Option<String> {
    let text = std::fs::read_to_string(path.with_file_name("expected.txt")).ok()?;
    let start = format!("{}: ", stem(path));
    text.lines().find(|l| l.starts_with(&start)).map(str::to_owned)
}

fn group(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().and_then(|l| l.strip_prefix("// group: ")).unwrap_or("other").trim().to_owned()
}

fn median(times: &[f64]) -> f64 {
    let mut t = times.to_vec();
    t.sort_by(f64::total_cmp);
    t.get(t.len() / 2).copied().unwrap_or(f64::NAN)
}

fn geometric_mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|r| r.ln()).sum::<f64>() / ratios.len() as f64).exp()
}

fn report(
    args: &Args,
    engines: &[Competitor],
    programs: &[PathBuf],
    net: &dyn Fn(usize, usize) -> Option<f64>,
) {
    if args.json {
        let rows: Vec<_> = programs
            .iter()
            .enumerate()
            .map(|(p, path)| {
                let seconds: BTreeMap<&str, Option<f64>> =
                    engines.iter().enumerate().map(|(e, c)| (c.name.as_str(), net(p, e))).collect();
                serde_json::json!({ "program": stem(path), "group": group(path), "seconds": seconds })
            })
            .collect();
        println!("{}", serde_json::Value::from(rows));
        return;
    }
    print!("{:<16} {:<9}", "seconds", "group");
    engines.iter().for_each(|e| print!(" {:>11}", e.name));
    println!();
    for (p, path) in programs.iter().enumerate() {
        print!("{:<16} {:<9}", stem(path), group(path));
        for e in 0..engines.len() {
            match net(p, e) {
                Some(t) => print!(" {t:>11.4}"),
                None => print!(" {:>11}", "-"),
            }
        }
        println!();
    }
    let mut groups: Vec<String> = programs.iter().map(|p| group(p)).collect();
    groups.sort();
    groups.dedup();
    println!("\nspeed ratios, geometric means over the programs that both ran");
    print!("{:<26} {:>8}", "", "all");
    groups.iter().for_each(|g| print!(" {g:>9}"));
    println!();
    let mut pairs: Vec<(usize, usize)> = vec![(1, 0), (2, 1), (3, 2)];
    for other in 4..engines.len() {
        pairs.extend((0..4).map(|own| (own, other)));
    }
    for (a, b) in pairs {
        print!("{:<26}", format!("{} / {}", engines[a].name, engines[b].name));
        for only in std::iter::once(None).chain(groups.iter().map(Some)) {
            let ratios: Vec<f64> = programs
                .iter()
                .enumerate()
                .filter(|(_, path)| only.is_none_or(|g| group(path) == *g))
                .filter_map(|(p, _)| Some(net(p, b)? / net(p, a)?))
                .collect();
            let width = if only.is_none() { 9 } else { 10 };
            match ratios.is_empty() {
                true => print!("{:>width$}", "-"),
                false => print!("{:>width$.2}", geometric_mean(&ratios)),
            }
        }
        println!();
    }
}
