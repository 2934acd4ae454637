//! Evaluates programs with the reference: prints their lines and how they ended.
//!
//! `cargo run --release -p tierproof-reference --example evaluate -- FILE...`

use tierproof_reference::{Ending, Limits, evaluate};

fn main() {
    for file in std::env::args().skip(1) {
        let source = match std::fs::read(&file) {
            Ok(s) => s,
            Err(e) => {
                eprintln!("{file}: {e}");
                continue;
            }
        };
        let observed = evaluate(&source, &file, &[], Limits::default());
        for line in &observed.lines {
            println!("{line}");
        }
        let (probes, steps) = (observed.probes.len(), observed.steps);
        let note = match observed.end {
            Ending::Completed(_) => "completed".into(),
            Ending::Threw(text) => format!("threw {}", text.unwrap_or_else(|| "an object".into())),
            Ending::Syntax => "does not parse".into(),
            Ending::NotComparable(what) => format!("not comparable: {what}"),
        };
        eprintln!("{file}: {note} ({probes} probes, {steps} steps)");
    }
}
