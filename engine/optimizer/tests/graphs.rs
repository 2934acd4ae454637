//! Snapshots of graphs: as built, and after the toptier's passes.

mod numeric;

use tierproof_base::Fuel;
use tierproof_ssa::builder::{BuildOptions, build};
use tierproof_ssa::facts::operands;
use tierproof_ssa::pipeline::{Watch, run};
use tierproof_ssa::print::print;

fn text(source: &str, mask: u8) -> String {
    let facts = numeric::facts(source, || mask);
    let mut fuel = Fuel::unlimited();
    let mut graph = build(&facts, &BuildOptions::toptier(), &mut fuel).expect("builds");
    let mut out = format!("{source}\n\n{}", print(&graph, "f@toptier after BUILD"));
    run(tierproof_optimizer::TOPTIER, &mut graph, &facts, &mut fuel, &mut Watch::default())
        .expect("verifies");
    out.push('\n');
    out.push_str(&print(&graph, "f@toptier after all passes"));
    out
}

#[test]
fn counting_loop() {
    insta::assert_snapshot!(text(
        "function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }",
        operands::SMI
    ));
}

#[test]
fn hash_without_overflow_checks() {
    insta::assert_snapshot!(text(
        "function f(n) { let h = 7; for (let i = 0; i < n; i++) h = (h * 31 + i) | 0; return h; }",
        operands::SMI | operands::NUMBER
    ));
}

#[test]
fn never_executed_branch_leaves() {
    insta::assert_snapshot!(text("function f(a, b) { if (a === b) return a % b; return a / b; }", 0));
}
