//! Random numeric functions: the graph evaluates to the same result after each pass, for every
//! claim about types that the feedback may make.

mod numeric;

use numeric::{Writer, arguments, facts, number, outcome};
use tierproof_base::{Fuel, Random};
use tierproof_ssa::Graph;
use tierproof_ssa::builder::{BuildOptions, build};
use tierproof_ssa::evaluate::Outcome;
use tierproof_ssa::facts::operands;

#[test]
fn every_pass_keeps_the_result() {
    let mut interesting = 0;
    let programs = std::env::var("PROGRAMS").ok().and_then(|v| v.parse().ok()).unwrap_or(300);
    for seed in 0..programs {
        let mut writer = Writer { random: Random::new(seed), out: String::new(), loops: 0 };
        let source = writer.function();
        let mut random = writer.random;
        let generic = facts(&source, || operands::OTHER);
        let mut fuel = Fuel::unlimited();
        let reference = build(&generic, &BuildOptions::toptier(), &mut fuel).expect("builds");
        for round in 0..4 {
            let typed = facts(&source, || match round {
                0 => operands::SMI,
                1 => operands::NUMBER,
                _ => *random.pick(&[
                    operands::SMI,
                    operands::SMI | operands::NUMBER,
                    operands::NUMBER,
                    operands::OTHER,
                    operands::STRING,
                    0,
                ]),
            });
            let mut inputs = Vec::new();
            for _ in 0..6 {
                let args = arguments(&mut random);
                let wanted = outcome(&reference, &args);
                inputs.push((args, wanted));
            }
            let mut graph = build(&typed, &BuildOptions::toptier(), &mut fuel).expect("builds");
            let mut check = |name: &str, graph: &Graph| {
                if let Err(e) = tierproof_ssa::verify::verify(graph) {
                    panic!(
                        "seed {seed} round {round} after {name}: {e}\n{source}\n{}",
                        tierproof_ssa::print::print(graph, name)
                    );
                }
                for (args, wanted) in &inputs {
                    match (wanted, outcome(graph, args)) {
                        (_, Outcome::Exit { .. }) | (Outcome::OutOfFuel, _) => {}
                        (Outcome::Return(w), Outcome::Return(got)) if *w == got => interesting += 1,
                        (w, got) => panic!(
                            "seed {seed} round {round} after {name}: {got:?} instead of {w:?} for {:?}\n{source}\n{}",
                            args.iter().map(|&a| number(a)).collect::<Vec<_>>(),
                            tierproof_ssa::print::print(graph, name)
                        ),
                    }
                }
            };
            check("BUILD", &graph);
            for pass in tierproof_optimizer::TOPTIER {
                (pass.run)(&mut graph, &typed, &mut fuel);
                check(pass.name, &graph);
            }
        }
    }
    assert!(interesting > 1000, "only {interesting} evaluations returned");
}
