//! The generator's programs in the engine: imports behave as what they were imported from, generated
//! programs end well, and in time.

use tierproof_base::{Schedule, Tier};
use tierproof_generator::{Choices, ir, of_scenario, scenarios};
use tierproof_oracle::matrix::{Limits, Program, run_once};
use tierproof_oracle::{End, Observation};
use tierproof_vm::Engine;

fn run(name: &str, source: &str) -> Observation {
    let limits = Limits { ticks: Some(100_000), heap_bytes: Some(128 << 20), ..Limits::default() };
    let program = Program { name: name.into(), source: source.into(), defines: vec![] };
    Engine::on_big_stack(|| run_once(&program, &Schedule::forced(Tier::Interpreter), &limits).0)
}

/// What a program says; not how it says it (names of functions stand in messages and states).
fn said(o: &Observation) -> (Vec<String>, usize, bool) {
    (o.lines.clone(), o.probes.len(), matches!(o.end, End::Completed(_)))
}

fn imports_alike(name: &str, text: &str) -> Result<bool, String> {
    // variables of a script are properties of the global object only there
    if text.contains("globalThis") {
        return Ok(false);
    }
    let Ok(program) = ir::import(text) else { return Ok(false) };
    let lifted = ir::lift(&program);
    let (a, b) = (run(name, text), run(name, &lifted));
    if said(&a) == said(&b) && a.probes.iter().zip(&b.probes).all(|(x, y)| x == y) {
        return Ok(true);
    }
    Err(format!("{name}: {:?} and {:?}\n{text}\n----\n{lifted}", said(&a), said(&b)))
}

#[test]
fn imported_programs_behave_as_before() {
    let (mut wrong, mut done) = (Vec::new(), 0);
    for (name, _) in scenarios() {
        for seed in 0..4 {
            let text = of_scenario(name, seed).expect("a scenario").to_string();
            match imports_alike(&format!("{name} {seed}"), &text) {
                Ok(imported) => done += usize::from(imported),
                Err(e) => wrong.push(e),
            }
        }
    }
    assert!(done > 150, "{done} imported");
    assert!(wrong.is_empty(), "{} of {done}:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// How many of so many programs end with an exception that nobody caught, or do not end in time; with examples.
fn ends(count: u64, program: impl Fn(u64) -> String) -> (u64, u64, String) {
    let (mut threw, mut endless, mut shown) = (0, 0, std::collections::BTreeMap::<String, (u64, u64)>::new());
    for seed in 0..count {
        let o = run(&format!("{seed}"), &program(seed));
        let text = match &o.end {
            End::Completed(_) => continue,
            End::Threw { text, .. } => {
                threw += 1;
                text.clone()
            }
            other => {
                endless += u64::from(*other == End::ticks_exhausted());
                other.to_string()
            }
        };
        let e = shown.entry(text).or_insert((0, seed));
        e.0 += 1;
    }
    let shown: Vec<String> = shown.iter().map(|(t, (n, s))| format!("{n} x {t} (seed {s})")).collect();
    (threw, endless, shown.join("\n"))
}

#[test]
fn programs_of_the_ir_end_without_exceptions_and_in_time() {
    let count = 600;
    let (threw, endless, shown) =
        ends(count, |seed| ir::lift(&ir::generators::program(&mut Choices::from_seed(seed))));
    println!("{threw} of {count} threw, {endless} endless\n{shown}");
    assert!(threw * 100 <= count * 15, "{threw} of {count}:\n{shown}");
    assert!(endless <= count.div_ceil(1000), "{endless} of {count}:\n{shown}");
}

#[test]
fn programs_of_campaigns_end_without_exceptions_and_in_time() {
    let count = 1000;
    let (threw, endless, shown) = ends(count, |seed| tierproof_generator::from_seed(seed).text);
    println!("{threw} of {count} threw, {endless} endless\n{shown}");
    assert!(threw * 100 <= count * 15, "{threw} of {count}:\n{shown}");
    assert!(endless <= count.div_ceil(1000), "{endless} of {count}:\n{shown}");
}
