//! Results over a suite: a table by directory, the list of failures, a file, and what has changed
//! since a former file.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use tierproof_vm::TierStats;
use tierproof_vm::constructs::{self, ConstructTable};

use super::Outcome;

/// Results by path, with what they were made from.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Results {
    /// Commit of the suite.
    pub suite: Option<String>,
    pub schedules: Vec<String>,
    /// Tests left out because they belong to proposals.
    pub proposals: usize,
    pub tests: BTreeMap<String, Outcome>,
    /// Under all schedules together.
    #[serde(default)]
    pub tiers: Tiers,
}

/// What the optimising tiers compiled and refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tiers {
    pub constructs: ConstructTable,
    /// Refusals by reason.
    pub bailouts: BTreeMap<String, u64>,
}

impl Tiers {
    /// Adds what an engine did.
    pub fn note(&mut self, stats: &TierStats) {
        let bailouts = stats.bailouts.iter().cloned().collect();
        self.add(&Tiers { constructs: stats.constructs.clone(), bailouts });
    }
    pub fn add(&mut self, other: &Tiers) {
        for (construct, (asked, refused)) in &other.constructs {
            let count = self.constructs.entry(construct.clone()).or_default();
            count.0 += asked;
            count.1 += refused;
        }
        for (reason, n) in &other.bailouts {
            *self.bailouts.entry(reason.clone()).or_default() += n;
        }
    }
    /// The tables as text; empty when nothing was compiled.
    pub fn text(&self) -> String {
        if self.constructs.is_empty() {
            return String::new();
        }
        let mut out = format!("\noptimising tiers\n{}", constructs::table(&self.constructs));
        let mut reasons: Vec<_> = self.bailouts.iter().collect();
        reasons.sort_by_key(|(reason, n)| (std::cmp::Reverse(**n), reason.as_str()));
        for (reason, n) in reasons {
            let _ = writeln!(out, "bailout: {reason} x{n}");
        }
        out
    }
}

/// What differs between two results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub fixed: Vec<String>,
    pub broken: Vec<String>,
    pub added: usize,
    pub gone: usize,
}

impl Results {
    /// How many tests of each kind of outcome.
    pub fn counts(&self) -> [usize; Outcome::KINDS.len()] {
        let mut out = [0; Outcome::KINDS.len()];
        self.tests.values().for_each(|o| out[o.kind()] += 1);
        out
    }

    /// One line per directory, `depth` components deep.
    pub fn table(&self, depth: usize) -> String {
        let mut rows: BTreeMap<String, [usize; Outcome::KINDS.len()]> = BTreeMap::new();
        for (path, outcome) in &self.tests {
            let parts: Vec<&str> = path.split('/').collect();
            let directories = &parts[..parts.len().saturating_sub(1)];
            for d in 1..=depth.min(directories.len()) {
                rows.entry(directories[..d].join("/")).or_default()[outcome.kind()] += 1;
            }
        }
        rows.insert("~total".into(), self.counts());
        let width = rows.keys().map(String::len).max().unwrap_or(0);
        let mut out = format!("{:width$}  {:>7}  {:>6}", "directory", "passed", "of");
        for kind in &Outcome::KINDS[1..] {
            let _ = write!(out, "  {kind:>11}");
        }
        for (name, counts) in &rows {
            let total: usize = counts.iter().sum();
            let share = counts[0] as f64 * 100.0 / (total.max(1)) as f64;
            let name = name.trim_start_matches('~');
            let _ = write!(out, "\n{name:width$}  {share:>6.2}%  {total:>6}");
            for &n in &counts[1..] {
                let text = if n == 0 { String::new() } else { n.to_string() };
                let _ = write!(out, "  {text:>11}");
            }
        }
        out
    }

    /// Everything that did not pass, one line each.
    pub fn failures(&self) -> impl Iterator<Item = String> {
        self.tests.iter().filter(|t| *t.1 != Outcome::Pass).map(|(path, o)| {
            let text: String = o.text().lines().next().unwrap_or("").chars().take(200).collect();
            format!("{:11} {path}: {text}", Outcome::KINDS[o.kind()])
        })
    }

    /// What has changed since `former`.
    pub fn changes_since(&self, former: &Results) -> Changes {
        let mut out = Changes::default();
        for (path, now) in &self.tests {
            match former.tests.get(path) {
                None => out.added += 1,
                Some(before) if (*before == Outcome::Pass) != (*now == Outcome::Pass) => {
                    let list = if *now == Outcome::Pass { &mut out.fixed } else { &mut out.broken };
                    list.push(path.clone());
                }
                Some(_) => {}
            }
        }
        out.gone = former.tests.keys().filter(|p| !self.tests.contains_key(*p)).count();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(tests: &[(&str, Outcome)]) -> Results {
        Results {
            tests: tests.iter().map(|(p, o)| (p.to_string(), o.clone())).collect(),
            ..Results::default()
        }
    }

    #[test]
    fn tables_and_changes() {
        let bad = || Outcome::Fail("x".into());
        let a = results(&[("a/b/1.js", Outcome::Pass), ("a/c/2.js", bad()), ("d/3.js", Outcome::Pass)]);
        let b = results(&[("a/b/1.js", bad()), ("a/c/2.js", Outcome::Pass), ("e/4.js", bad())]);
        let table = a.table(2);
        assert!(
            table.contains("50.00%") && table.contains("66.67%") && table.lines().count() == 6,
            "{table}"
        );
        let c = b.changes_since(&a);
        assert_eq!((c.fixed.len(), c.broken.len(), c.added, c.gone), (1, 1, 1, 1));
        assert_eq!(a.failures().collect::<Vec<_>>(), ["fail        a/c/2.js: x"]);
    }
}
