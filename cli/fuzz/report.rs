//! A campaign as a page: rates, findings by culprit, and the table of deopts.

use std::collections::{BTreeMap, BTreeSet};

use tierproof_oracle::bisect::line_difference;

use super::findings::Kept;
use super::journal::Past;
use crate::page::{escape, page as whole, plot, table};

/// The page of what a journal says.
pub fn page(past: &Past) -> String {
    let mut out = format!("<p>{}</p>\n", escape(&past.tally.line()));
    let share = 100.0 * past.tally.desk_seconds / past.tally.seconds.max(0.001);
    out.push_str(&format!("<p>Working findings up took {share:.1}% of the time of one core.</p>\n"));
    let points: Vec<(f64, f64)> = past.history.iter().map(|h| (h.0, h.1 as f64)).collect();
    out.push_str("<h2>Programs over time</h2>\n");
    out.push_str(&plot(&points, "seconds", "programs"));
    let points: Vec<(f64, f64)> = past.history.iter().map(|h| (h.0, h.2 as f64)).collect();
    out.push_str("<h2>Coverage over time</h2>\n");
    out.push_str(&plot(&points, "seconds", "things reached"));
    out.push_str("<h2>Findings by culprit</h2>\n");
    let mut groups: BTreeMap<String, Vec<&Kept>> = BTreeMap::new();
    for k in &past.kept {
        groups.entry(k.key()).or_default().push(k);
    }
    if groups.is_empty() {
        out.push_str("<p>None.</p>\n");
    }
    for (key, list) in &groups {
        let more = past.like.get(key).copied().unwrap_or(0);
        out.push_str(&format!("<h3>{}</h3><p>{} kept, {more} more like them</p>\n", escape(key), list.len()));
        list.iter().for_each(|k| out.push_str(&finding(k)));
    }
    for r in &past.open {
        out.push_str(&format!(
            "<p>Not worked up: seed {} [{}] {}</p>\n",
            r.seed,
            escape(&r.schedule),
            escape(&r.what)
        ));
    }
    out.push_str(&cells(past));
    out.push_str(&reached(past));
    whole("Tierproof campaign", &out)
}

fn finding(k: &Kept) -> String {
    let mut out = format!(
        "<p><b>{}</b>: {}<br>schedule: <code>{}</code><br>{} of {} tokens, attributed in {:.1} s, reduced in {:.1} s</p>\n",
        escape(&k.file.display().to_string()),
        escape(&k.raw.what),
        escape(&k.schedule),
        k.tokens,
        k.tokens_before,
        k.bisect_seconds,
        k.reduce_seconds
    );
    out.push_str(&format!("<pre>{}</pre>\n", escape(&k.program)));
    if !(k.raw.expected.is_empty() && k.raw.actual.is_empty()) {
        let row = vec![k.raw.expected.clone(), k.raw.actual.clone()];
        out.push_str(&table(&["interpreter", "under the schedule"], &[row]));
    }
    let Some(a) = &k.attribution else { return out };
    if let Some(step) = &a.step {
        out.push_str(&format!("<p>Step: {}</p>\n", escape(&step.to_string())));
    }
    for e in &a.evidence {
        out.push_str(&format!("<p>{}</p>\n", escape(e)));
    }
    if let Some((before, after)) = &a.ir {
        let diff = escape(&line_difference(before, after));
        out.push_str(&format!(
            "<details><summary>Graph without and with the step</summary><pre>{diff}</pre></details>\n"
        ));
    }
    out
}

/// What was reached, by kind, with the program that did first; pairs are only counted.
fn reached(past: &Past) -> String {
    let mut kinds: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for (thing, file) in &past.reached {
        let (kind, what) = thing.split_once(' ').unwrap_or((thing, ""));
        kinds.entry(kind).or_default().push(vec![what.to_owned(), file.clone()]);
    }
    let mut out = String::new();
    for (kind, rows) in &kinds {
        out.push_str(&format!("<h2>Reached: {} of kind {}</h2>\n", rows.len(), escape(kind)));
        if *kind != "pair" {
            out.push_str(&table(&["what", "first by"], rows));
        }
    }
    out
}

/// Reason x opcode, for each tier the seed of the smallest program that shows it.
fn cells(past: &Past) -> String {
    let opcodes: BTreeSet<&str> = past.cells.keys().map(|k| k.1.as_str()).collect();
    let mut rows = Vec::new();
    let reasons: BTreeSet<&str> = past.cells.keys().map(|k| k.0.as_str()).collect();
    for reason in &reasons {
        for opcode in &opcodes {
            let seed = |tier: &str| {
                let key = (reason.to_string(), opcode.to_string(), tier.to_owned());
                past.cells.get(&key).map(|c| format!("seed {} ({} bytes)", c.seed, c.size))
            };
            let (mid, top) = (seed("midtier"), seed("toptier"));
            if mid.is_some() || top.is_some() {
                let text = |s: Option<String>| s.unwrap_or_else(|| "-".into());
                rows.push(vec![reason.to_string(), opcode.to_string(), text(mid), text(top)]);
            }
        }
    }
    let never: Vec<&str> = tierproof_vm::deopt_reasons().filter(|r| !reasons.contains(r)).collect();
    let nowhere: Vec<&str> = tierproof_vm::opcodes().filter(|o| !opcodes.contains(o)).collect();
    let list = |names: &[&str]| if names.is_empty() { "none".into() } else { escape(&names.join("; ")) };
    format!(
        "<h2>Deopts reached: {} of reason x opcode x tier</h2>\n{}<p>Reasons without any: {}</p>\n\
         <p>Opcodes that none went on with (those that only move values or jump cannot be): {}</p>\n",
        past.cells.len(),
        table(&["reason", "goes on with", "midtier", "toptier"], &rows),
        list(&never),
        list(&nowhere)
    )
}
