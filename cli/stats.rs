//! `tierproof stats`: compile cost, code size and bytecode size, per tier, over programs; and what a
//! fresh isolate and a fresh realm cost.

use std::path::PathBuf;
use std::time::Instant;

use tierproof_base::Tier;
use tierproof_oracle::matrix::{Program, run_once};
use tierproof_oracle::named_rows;
use tierproof_vm::{Engine, Options, TierStats, constructs};

use crate::options::Common;
use crate::{COULD_NOT_RUN, OK, files};

#[derive(clap::Args)]
pub struct Args {
    /// Programs, or directories of .js files
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
}

pub fn main(args: Args) -> Result<i32, String> {
    args.common.apply_fault()?;
    let found = match files::collect(&args.paths) {
        Ok(f) => f,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(COULD_NOT_RUN);
        }
    };
    let rows = named_rows(&args.common.modifiers())?;
    let mut totals: Vec<TierStats> = vec![TierStats::default(); 4];
    for path in &found {
        let source = files::read(path)?;
        let name = path.display().to_string();
        let program = Program { name, source, defines: args.common.define.clone() };
        for (total, row) in totals.iter_mut().zip(&rows) {
            let limits = args.common.limits();
            let (_, stats) = Engine::on_big_stack(|| run_once(&program, &row.schedule, &limits));
            total.add(&stats);
        }
    }
    if args.common.json {
        println!("{}", json(&totals));
        return Ok(OK);
    }
    println!(
        "tier         compiles  bytecode kB  ms per kB of bytecode  code kB  code/bytecode  deopts  bailouts"
    );
    for tier in Tier::ALL.into_iter().skip(1) {
        let t = &totals[tier as usize];
        let c = t.compiles[tier as usize];
        let kb = c.bytecode_bytes as f64 / 1024.0;
        println!(
            "{:<12} {:>8}  {kb:>11.1}  {:>21.3}  {:>7.1}  {:>13.1}  {:>6}  {:>8}",
            tier.name(),
            c.compiles,
            ratio(c.nanos as f64 / 1e6, kb),
            c.code_bytes as f64 / 1024.0,
            ratio(c.code_bytes as f64 / 1024.0, kb),
            t.deopts,
            t.bailouts.iter().map(|b| b.1).sum::<u64>(),
        );
    }
    let bytecode = totals[0].compiles[0];
    println!(
        "\nbytecode: {} functions, {:.1} bytes per function",
        totals[0].functions,
        ratio(bytecode.bytecode_bytes as f64, totals[0].functions as f64)
    );
    let cost = Engine::on_big_stack(realm_cost);
    println!("fresh isolate with its realm: {:.0} us, {:.0} kB of heap", cost.isolate_us, cost.isolate_kb);
    println!("the same out of what the last one has left: {:.0} us", cost.recycled_us);
    println!("fresh realm in an isolate: {:.0} us, {:.0} kB of heap", cost.realm_us, cost.realm_kb);
    for tier in [Tier::Midtier, Tier::Toptier] {
        println!("\n{tier}", tier = tier.name());
        print!("{}", constructs::table(&totals[tier as usize].constructs));
    }
    let mut reasons: Vec<&(String, u64)> = totals.iter().flat_map(|t| &t.bailouts).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    for (reason, n) in reasons.iter().take(20) {
        println!("bailout: {reason} x{n}");
    }
    Ok(OK)
}

/// Time (median) and heap of what every program starts with.
struct RealmCost {
    isolate_us: f64,
    recycled_us: f64,
    isolate_kb: f64,
    realm_us: f64,
    realm_kb: f64,
}

fn realm_cost() -> RealmCost {
    const ROUNDS: usize = 51;
    let microseconds = |run: &mut dyn FnMut()| {
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                run();
                start.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    };
    let used = |engine: &Engine| engine.cx.heap.used_bytes() as f64 / 1024.0;
    let isolate_us = microseconds(&mut || drop(Engine::new(&Options::default())));
    let recycled_us = microseconds(&mut || drop(Engine::recycled(&Options::default())));
    let mut engine = Engine::new(&Options::default());
    let isolate_kb = used(&engine);
    engine.create_realm();
    let realm_kb = used(&engine) - isolate_kb;
    let realm_us = microseconds(&mut || {
        engine.create_realm();
    });
    RealmCost { isolate_us, recycled_us, isolate_kb, realm_us, realm_kb }
}

fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

fn json(totals: &[TierStats]) -> String {
    let tiers: Vec<serde_json::Value> = Tier::ALL
        .into_iter()
        .map(|tier| {
            let (t, c) = (&totals[tier as usize], totals[tier as usize].compiles[tier as usize]);
            serde_json::json!({
                "tier": tier.name(), "compiles": c.compiles, "nanos": c.nanos,
                "bytecode_bytes": c.bytecode_bytes, "code_bytes": c.code_bytes,
                "functions": t.functions, "deopts": t.deopts, "osr_entries": t.osr_entries, "bailouts": t.bailouts,
                "constructs": t.constructs,
            })
        })
        .collect();
    serde_json::Value::Array(tiers).to_string()
}
