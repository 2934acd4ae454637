//! How reports look on a terminal.

use owo_colors::OwoColorize;
use tierproof_oracle::{Difference, End, Outcome, Report, RowReport, Verdict};

/// A report and what it is checked against beyond the rows.
pub struct Judged {
    pub report: Report,
    /// The printed lines are not the expected ones: place, expected, actual.
    pub unexpected: Option<(String, String, String)>,
    /// There was an expectation, and it held.
    pub expected_ok: bool,
    /// The command that shows a divergence again.
    pub again: String,
}

impl Judged {
    /// Whether this is a finding.
    pub fn is_finding(&self) -> bool {
        self.unexpected.is_some()
            || matches!(self.report.outcome, Outcome::Diverges { .. } | Outcome::Crashed(_))
    }
}

/// One line per program.
pub fn verdict_line(j: &Judged) -> String {
    let name = &j.report.program;
    let rows = shares(&j.report.rows);
    let label = |text: &str| format!("{text:<13}");
    match &j.report.outcome {
        _ if j.unexpected.is_some() => format!("{} {name}  {rows}", label("WRONG OUTPUT").red().bold()),
        Outcome::Agree => {
            let executed = j.report.rows.iter().filter(|r| r.executed).count();
            let expected = if j.expected_ok { ", output as expected" } else { "" };
            let note = format!("({executed} of {} rows{expected})", j.report.rows.len());
            format!("{} {name}  {rows}  {}", label("agree").green(), note.dimmed())
        }
        Outcome::Diverges { row, difference } => format!(
            "{} {name}  {} at {}  {rows}",
            label("DIVERGES").red().bold(),
            j.report.rows[*row].name,
            difference.place
        ),
        Outcome::NotSupported(c) => format!("{} {name}  {c}", label("not supported").yellow()),
        Outcome::Crashed(c) => format!("{} {name}  {c}", label("CRASHED").red().bold()),
        Outcome::TooSlow(ms) => format!("{} {name}  {ms} ms", label("too slow").yellow()),
        Outcome::CouldNotRun(c) => format!("{} {name}  {c}", label("could not run").yellow()),
    }
}

/// Each row's share of ticks in its own tier.
fn shares(rows: &[RowReport]) -> String {
    let parts: Vec<String> = rows
        .iter()
        .map(|r| {
            if r.voter {
                let answer = match &r.verdict {
                    Verdict::Same => "agrees".into(),
                    Verdict::Differs(_) => "differs".red().to_string(),
                    Verdict::NotComparable(why) => format!("not comparable ({why})").yellow().to_string(),
                };
                format!("{}: {answer}", r.name)
            } else if !r.executed {
                format!("{} {}", r.name, "not executed".yellow())
            } else {
                let extra = if r.deopts > 0 { format!(" ({} deopts)", r.deopts) } else { String::new() };
                format!("{} {:.0}%{extra}", r.name, r.own_share * 100.0)
            }
        })
        .collect();
    parts.join("  ")
}

/// The first differing observation side by side, and the command that replays it.
pub fn details(j: &Judged) -> Option<String> {
    let (title, rows) = match (&j.unexpected, &j.report.outcome) {
        (Some((place, want, got)), _) => (place.clone(), [("expected", want), ("printed", got)]),
        (None, Outcome::Diverges { row, difference: Difference { check, place, expected, actual } }) => (
            format!("{place} (check `{check}`)"),
            [("interpreter", expected), (j.report.rows[*row].name.as_str(), actual)],
        ),
        (None, Outcome::Crashed(how)) => {
            return Some(format!("  {how}\n  replay: {}", j.again));
        }
        _ => return None,
    };
    let width = rows.iter().map(|r| r.0.len()).max().unwrap_or(0);
    let mut out = format!("  {title}\n");
    for (name, text) in rows {
        out.push_str(&format!("    {name:<width$} | {text}\n"));
    }
    if let Outcome::Diverges { row, .. } = &j.report.outcome {
        out.push_str(&format!("  schedule: {}\n", j.report.rows[*row].schedule));
    }
    out.push_str(&format!("  replay: {}", j.again));
    Some(out)
}

/// Counts, the rows' mean shares, and the programs that are not supported.
pub fn summary(all: &[Judged]) -> String {
    let count = |f: &dyn Fn(&Judged) -> bool| all.iter().filter(|j| f(j)).count();
    let agree = count(&|j| !j.is_finding() && j.report.outcome == Outcome::Agree);
    let found = count(&|j| j.is_finding());
    let unsupported = count(&|j| matches!(j.report.outcome, Outcome::NotSupported(_)));
    let failed = count(&|j| matches!(j.report.outcome, Outcome::CouldNotRun(_)));
    let mut out = format!(
        "\n{} programs: {agree} agree, {found} diverge or crash, {unsupported} not supported, {failed} could not run\n",
        all.len()
    );
    let mut names: Vec<&str> = Vec::new();
    for r in all.iter().flat_map(|j| &j.report.rows) {
        if !names.contains(&r.name.as_str()) {
            names.push(&r.name);
        }
    }
    if !names.is_empty() {
        out.push_str(
            "\nrow            programs  not executed  mean share  ended early  deopts  compiles     ms\n",
        );
    }
    for name in names {
        let rows: Vec<&RowReport> =
            all.iter().flat_map(|j| &j.report.rows).filter(|r| r.name == name).collect();
        let executed: Vec<&&RowReport> = rows.iter().filter(|r| r.executed).collect();
        let mean = executed.iter().fold(0.0, |a, r| a + r.own_share) / (executed.len().max(1)) as f64;
        let early = rows.iter().filter(|r| matches!(r.observation.end, End::Terminated(_))).count();
        out.push_str(&format!(
            "{name:<14} {:>8}  {:>12}  {:>9.0}%  {early:>11}  {:>6}  {:>8}  {:>5.0}\n",
            rows.len(),
            rows.len() - executed.len(),
            mean * 100.0,
            rows.iter().map(|r| r.deopts).sum::<u64>(),
            rows.iter().map(|r| r.compiles).sum::<u64>(),
            rows.iter().map(|r| r.millis).sum::<f64>(),
        ));
    }
    out.push_str(&not_comparable(all));
    if unsupported > 0 {
        out.push_str("\nnot supported:\n");
        for j in all {
            if let Outcome::NotSupported(c) = &j.report.outcome {
                out.push_str(&format!("  {}: {c}\n", j.report.program));
            }
        }
    }
    out
}

/// How many programs each voter could not judge, by reason.
fn not_comparable(all: &[Judged]) -> String {
    let mut reasons: std::collections::BTreeMap<(&str, &str), u64> = Default::default();
    for r in all.iter().flat_map(|j| &j.report.rows).filter(|r| r.voter) {
        if let Verdict::NotComparable(why) = &r.verdict {
            *reasons.entry((&r.name, why)).or_default() += 1;
        }
    }
    let mut list: Vec<_> = reasons.into_iter().collect();
    list.sort_by_key(|e| std::cmp::Reverse(e.1));
    let mut out = String::new();
    if !list.is_empty() {
        out.push_str("\nnot comparable:\n");
    }
    for ((name, why), n) in list {
        out.push_str(&format!("  {n:>5}  {name}: {why}\n"));
    }
    out
}
