//! The conformance suite under the reference evaluator: how much it answers, and whether rightly.
//!
//! `cargo run --release -p tierproof-oracle --example reference_conformance -- test262 [PATTERN] [--every N]`

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tierproof_oracle::conformance::reference::Reference;
use tierproof_oracle::conformance::{Metadata, Outcome, Suite, suite};

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let every = arguments.iter().position(|a| a == "--every").and_then(|i| arguments.get(i + 1));
    let every: usize = every.and_then(|n| n.parse().ok()).unwrap_or(1);
    let root = arguments.first().ok_or("want the directory of test262")?;
    let pattern = arguments.get(1).filter(|a| !a.starts_with("--")).map_or("language/", String::as_str);
    let found = Suite::open(Path::new(root))?;
    let wanted = |path: &String| {
        let source = std::fs::read_to_string(found.root.join("test").join(path)).unwrap_or_default();
        suite::matches(pattern, path) && !found.is_proposal(&Metadata::parse(&source).features)
    };
    let tests: Vec<String> = found.tests()?.into_iter().filter(wanted).step_by(every.max(1)).collect();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Outcome)>> = Mutex::default();
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                let mut reference = Reference::new(found.clone());
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(test) = tests.get(i) else { return };
                    let outcome = reference.run(test);
                    if let Ok(mut r) = results.lock() {
                        r.push((i, outcome));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().map_err(|e| e.to_string())?;
    results.sort_by_key(|r| r.0);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, outcome) in &results {
        *counts.entry(Outcome::KINDS[outcome.kind()]).or_default() += 1;
        match outcome {
            Outcome::Unsupported(what) => *reasons.entry(what).or_default() += 1,
            Outcome::Fail(what) | Outcome::Crash(what) => println!("{}: {what}", tests[*i]),
            _ => {}
        }
    }
    let mut list: Vec<_> = reasons.into_iter().collect();
    list.sort_by_key(|e| std::cmp::Reverse(e.1));
    for (what, n) in list.iter().take(40) {
        println!("{n:>6} not comparable: {what}");
    }
    let passed = counts.get("pass").copied().unwrap_or(0);
    let wrong = counts.get("fail").copied().unwrap_or(0) + counts.get("crash").copied().unwrap_or(0);
    println!("{} tests: {counts:?}", results.len());
    println!(
        "{:.2}% answered, {:.2}% of the answers right",
        100.0 * (passed + wrong) as f64 / results.len().max(1) as f64,
        100.0 * passed as f64 / (passed + wrong).max(1) as f64
    );
    Ok(())
}
