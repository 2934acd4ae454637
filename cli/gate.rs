//! `tierproof gate`: everything a change must pass, in a fixed time, as one command for a pull request.
//!
//! Corpus under the matrix, deopt sweep, further checks by command (snapshots), planted faults through their
//! witnesses where the build has them, and fresh programs. The answer is a page of text, and for machines
//! JUnit XML and annotations of GitHub.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tierproof_base::faults::FAULTS;
use tierproof_oracle::Outcome;

use crate::diff::{How, judge_all};
use crate::fuzz::{Plan, campaign};
use crate::options::Common;
use crate::page::escape;
use crate::render::{self, Judged};
use crate::worker::Instead;
use crate::{FOUND, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, or directories of .js files, for matrix and sweep
    #[arg(value_name = "FILE|DIR", default_values = ["corpus/seeds", "corpus/regressions"])]
    paths: Vec<PathBuf>,
    /// Witness programs of the planted faults, named ID.js
    #[arg(long, value_name = "DIR", default_value = "corpus/faults")]
    witnesses: PathBuf,
    /// A further check, e.g. "snapshots=cargo test --test snapshots": it passes when the command does
    #[arg(long, value_name = "NAME=COMMAND")]
    check: Vec<String>,
    /// Seconds of fresh programs
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the sequence of fresh programs starts; change it from run to run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Checkpoints of each program at which optimised code is left, one a run
    #[arg(long, default_value_t = 20)]
    sweep: usize,
    /// Processes at the same time
    #[arg(long)]
    jobs: Option<usize>,
    /// Directory for findings of the fresh programs
    #[arg(long, value_name = "DIR", default_value = "findings")]
    out: PathBuf,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the summary to a file, too
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Annotations of GitHub (default: when run there)
    #[arg(long)]
    github: bool,
}

/// One thing that passed or did not.
struct Case {
    name: String,
    file: Option<PathBuf>,
    /// What is wrong.
    failure: Option<String>,
}

/// A step of the gate.
struct Step {
    name: String,
    /// What was done, in a few words.
    note: String,
    cases: Vec<Case>,
    seconds: f64,
}

impl Step {
    fn failures(&self) -> usize {
        self.cases.iter().filter(|c| c.failure.is_some()).count()
    }
}

pub fn main(args: Args) -> Result<i32, String> {
    let paths = files::collect(&args.paths)?;
    let default = std::thread::available_parallelism().map_or(1, |n| n.get());
    let jobs = args.jobs.unwrap_or(default).max(1);
    let mut steps = Vec::new();
    let mut step = |name: &str, run: &mut dyn FnMut() -> Result<(Vec<Case>, String), String>| {
        let begin = Instant::now();
        let (cases, note) = run()?;
        let s = Step { name: name.into(), note, cases, seconds: begin.elapsed().as_secs_f64() };
        eprintln!("{}: {} of {} failed in {:.0} s", s.name, s.failures(), s.cases.len(), s.seconds);
        steps.push(s);
        Ok::<(), String>(())
    };
    step("matrix", &mut || Ok((programs(&paths, jobs, None), "each program under all schedules".into())))?;
    step("deopt sweep", &mut || {
        let note =
            format!("each program, leaving optimised code at {} checkpoints of both tiers", args.sweep);
        Ok((programs(&paths, jobs, Some(args.sweep)), note))
    })?;
    for check in &args.check {
        let (name, command) = check.split_once('=').ok_or("--check wants NAME=COMMAND")?;
        step(name, &mut || Ok((vec![further(name, command)], format!("`{command}`"))))?;
    }
    if tierproof_base::faults::switch_on(FAULTS[0].1).is_ok() {
        tierproof_base::faults::switch_off();
        step("planted faults", &mut || {
            Ok((witnesses(&args.witnesses, jobs), "each found through its witness".into()))
        })?;
    }
    step("fresh programs", &mut || fresh(&args, jobs))?;
    let text = summary(&steps);
    print!("{text}");
    if let Some(path) = &args.summary {
        files::write_atomically(path, &text)?;
    }
    if let Some(path) = &args.junit {
        files::write_atomically(path, &junit(&steps))?;
    }
    if args.github || std::env::var_os("GITHUB_ACTIONS").is_some() {
        print!("{}", annotations(&steps));
    }
    Ok(if steps.iter().all(|s| s.failures() == 0) { OK } else { FOUND })
}

/// Programs under the matrix, or the sweep.
fn programs(paths: &[PathBuf], jobs: usize, sweep: Option<usize>) -> Vec<Case> {
    let common = Common {
        ticks: Some(2_000_000),
        heap_limit: Some(512 << 20),
        reference: sweep.is_none(),
        ..Common::default()
    };
    let timeout = Duration::from_secs(120);
    let instead = Instead { sweep, ..Instead::default() };
    let how = How { common: &common, in_process: false, jobs, timeout, replay: false, instead };
    judge_all(paths, &how, |_| {}).iter().zip(paths).map(|(j, path)| case(j, path)).collect()
}

fn case(j: &Judged, path: &Path) -> Case {
    let failure = match (&j.report.outcome, j.is_finding()) {
        (_, true) => Some(render::details(j).unwrap_or_else(|| "differs".into())),
        (Outcome::CouldNotRun(why), _) => Some(why.clone()),
        _ => None,
    };
    Case { name: path.display().to_string(), file: Some(path.to_owned()), failure }
}

fn further(name: &str, command: &str) -> Case {
    // Snapshot tests are to leave what they found, on build machines too: it is grouped below.
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]).stdin(Stdio::null()).env("INSTA_UPDATE", "new").env("INSTA_FORCE_PASS", "0");
    let output = shell.output();
    let failure = match output {
        Ok(o) if o.status.success() => None,
        Ok(o) => {
            let text = String::from_utf8_lossy(&o.stdout).into_owned() + &String::from_utf8_lossy(&o.stderr);
            let lines: Vec<&str> = text.lines().collect();
            let end = || lines[lines.len().saturating_sub(30)..].join("\n");
            Some(crate::review::pending_text(Path::new("snapshots")).unwrap_or_else(end))
        }
        Err(e) => Some(e.to_string()),
    };
    Case { name: name.into(), file: None, failure }
}

/// Each fault must be noticed, and nothing without it.
fn witnesses(dir: &Path, jobs: usize) -> Vec<Case> {
    FAULTS
        .iter()
        .map(|f| {
            let path = dir.join(format!("{}.js", f.1));
            let run = |fault: Option<String>| {
                let common = Common { fault, ..Common::default() };
                let timeout = Duration::from_secs(120);
                let how = How {
                    common: &common,
                    in_process: false,
                    jobs,
                    timeout,
                    replay: false,
                    instead: Instead::default(),
                };
                judge_all(std::slice::from_ref(&path), &how, |_| {}).iter().any(Judged::is_finding)
            };
            let failure = match (path.is_file(), run(Some(f.1.into())), run(None)) {
                (false, ..) => Some("no witness".into()),
                (_, false, _) => Some("the fault is not noticed".into()),
                (_, _, true) => Some("diverges without the fault".into()),
                _ => None,
            };
            Case { name: f.1.into(), file: Some(path), failure }
        })
        .collect()
}

fn fresh(args: &Args, jobs: usize) -> Result<(Vec<Case>, String), String> {
    let plan = Plan {
        seed: args.seed,
        jobs,
        ticks: 100_000,
        corpus: None,
        fault: None,
        time: Duration::from_secs(args.seconds),
        first: false,
        resume: false,
        reduce: true,
        mask: true,
        show: false,
        out: args.out.clone(),
        reference: 8,
    };
    let done = campaign(&plan)?;
    let mut cases: Vec<Case> = done
        .kept
        .iter()
        .map(|k| Case {
            name: k.key(),
            file: Some(k.file.clone()),
            failure: Some(format!(
                "{}\nculprit: {}\nschedule: {}\n{}",
                k.raw.what,
                k.key(),
                k.schedule,
                k.program
            )),
        })
        .collect();
    cases.extend(done.open.iter().map(|r| Case {
        name: format!("seed {}", r.seed),
        file: None,
        failure: Some(format!("{} [{}]", r.what, r.schedule)),
    }));
    let t = &done.tally;
    let note = format!("{} programs, {} rows, seed {}", t.programs, t.rows, args.seed);
    if cases.is_empty() {
        cases.push(Case { name: format!("{} programs", t.programs), file: None, failure: None });
    }
    Ok((cases, note))
}

/// The page, in Markdown.
fn summary(steps: &[Step]) -> String {
    let failed: usize = steps.iter().map(Step::failures).sum();
    let mut out =
        format!("# Gate: {}\n\n", if failed == 0 { "passed".into() } else { format!("{failed} failures") });
    out.push_str("| step | cases | failed | seconds | what |\n|---|---|---|---|---|\n");
    for s in steps {
        let (cases, failures) = (s.cases.len(), s.failures());
        out.push_str(&format!("| {} | {cases} | {failures} | {:.1} | {} |\n", s.name, s.seconds, s.note));
    }
    const MOST: usize = 10;
    let all = || steps.iter().flat_map(|s| s.cases.iter().map(move |c| (s, c)));
    for (s, c) in all().filter(|(_, c)| c.failure.is_some()).take(MOST) {
        let text = c.failure.as_deref().unwrap_or_default();
        out.push_str(&format!("\n## {}: {}\n\n```\n{}\n```\n", s.name, c.name, text.trim_end()));
    }
    if failed > MOST {
        out.push_str(&format!("\n{} more\n", failed - MOST));
    }
    out
}

fn junit(steps: &[Step]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    // control characters have no place in XML, not even escaped
    let clean = |text: &str| {
        let plain: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        escape(&plain)
    };
    for s in steps {
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" time=\"{:.3}\">\n",
            clean(&s.name),
            s.cases.len(),
            s.failures(),
            s.seconds
        ));
        for c in &s.cases {
            let (suite, name) = (clean(&s.name), clean(&c.name));
            match &c.failure {
                None => out.push_str(&format!("    <testcase classname=\"{suite}\" name=\"{name}\"/>\n")),
                Some(f) => out.push_str(&format!(
                    "    <testcase classname=\"{suite}\" name=\"{name}\"><failure>{}</failure></testcase>\n",
                    clean(f)
                )),
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn annotations(steps: &[Step]) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = String::new();
    for (s, c) in steps.iter().flat_map(|s| s.cases.iter().map(move |c| (s, c))) {
        let Some(f) = &c.failure else { continue };
        let file = c
            .file
            .as_ref()
            .map_or(String::new(), |p| format!(" file={},", property(&p.display().to_string())));
        let title = property(&format!("{}: {}", s.name, c.name));
        out.push_str(&format!(
            "::error{}title={title}::{}\n",
            if file.is_empty() { " " } else { &file },
            data(f)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Vec<Step> {
        let failure = Some("a < b\n100%\u{1}".to_owned());
        let cases = vec![
            Case { name: "ok".into(), file: None, failure: None },
            Case { name: "bad".into(), file: Some("x,y.js".into()), failure },
        ];
        vec![Step { name: "matrix".into(), note: "n".into(), cases, seconds: 1.0 }]
    }

    #[test]
    fn machines_get_what_they_can_read() {
        let xml = junit(&steps());
        assert!(
            xml.contains("tests=\"2\" failures=\"1\"") && xml.contains("a &lt; b\n100%</failure>"),
            "{xml}"
        );
        let lines = annotations(&steps());
        assert_eq!(lines, "::error file=x%2Cy.js,title=matrix%3A bad::a < b%0A100%25\u{1}\n");
    }

    #[test]
    fn the_page_names_failures() {
        let page = summary(&steps());
        assert!(page.starts_with("# Gate: 1 failures") && page.contains("## matrix: bad"), "{page}");
    }
}
