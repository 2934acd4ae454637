//! Import, text form and lifting against each other, on everything there is to import.

use super::*;
use crate::rules;

/// Scenario programs.
fn scenarios(seeds: u64) -> impl Iterator<Item = (u64, &'static str, String)> {
    let names: Vec<_> =
        rules::RULES.iter().filter(|r| r.kind == rules::Kind::Scenario).map(|r| r.name).collect();
    names.into_iter().flat_map(move |name| {
        (0..seeds).filter_map(move |s| Some((s, name, crate::of_scenario(name, s)?.to_string())))
    })
}

#[test]
fn nearly_all_scenarios_can_be_imported_and_come_back() {
    let (mut count, mut failed) = (0, Vec::new());
    for (seed, name, text) in scenarios(12) {
        count += 1;
        match import(&text) {
            Ok(p) => {
                let back = text::parse(&p.to_string()).unwrap_or_else(|e| panic!("{name} {seed}: {e}\n{p}"));
                assert_eq!(back, p, "{name} {seed}");
                let lifted = lift(&p);
                assert!(
                    tierproof_syntax::parse(lifted.as_bytes(), "lifted.js").is_ok(),
                    "{name} {seed}:\n{text}\n{lifted}"
                );
                let again = import(&lifted).unwrap_or_else(|e| panic!("{name} {seed}: {e}\n{lifted}"));
                assert!(again.code.len() <= p.code.len() + p.code.len() / 2, "{name} {seed}: grows");
            }
            Err(e) => failed.push(format!("{name} {seed}: {e}")),
        }
    }
    assert!(failed.len() * 20 < count, "{} of {count}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn generated_programs_are_well_formed_and_parse() {
    for seed in 0..600 {
        let p = generators::program(&mut crate::Choices::from_seed(seed));
        verify(&p).unwrap_or_else(|e| panic!("{seed}: {e}\n{p}"));
        let lifted = lift(&p);
        if let Err(e) = tierproof_syntax::parse(lifted.as_bytes(), "lifted.js") {
            panic!("{seed}: {e}\n{lifted}");
        }
        assert_eq!(text::parse(&p.to_string()).as_ref(), Ok(&p), "{seed}");
        if seed % 10 == 0 {
            import(&lifted).unwrap_or_else(|e| panic!("{seed}: {e}\n{lifted}"));
        }
    }
}

#[test]
fn every_generator_is_used() {
    // each has an operation of its own, or is found by the count of its calls
    let mut ops = std::collections::BTreeSet::new();
    for seed in 0..400 {
        ops.extend(generators::program(&mut crate::Choices::from_seed(seed)).code.into_iter().map(|i| i.op));
    }
    let rare = [
        Op::SuperCallSpread,
        Op::SuperGet,
        Op::SuperSet,
        Op::Source,
        Op::SourceValue,
        Op::Default,
        Op::UseStrict,
        Op::NewSpread,
        Op::CallSpread,
        Op::CallIndex,
        Op::CallOptional,
        Op::ComputedMethod,
        Op::ClassComputedMethod,
        Op::ComputedProperty,
        Op::SpreadProperty,
        Op::Prototype,
        Op::StaticBlock,
        Op::YieldStar,
        Op::AsyncGenerator,
        Op::AsyncArrow,
        Op::ForAwait,
        Op::UpdateIndex,
        Op::StepIndex,
        Op::NewTarget,
        Op::Scope,
    ];
    let missing: Vec<_> = op::ALL.iter().filter(|o| !ops.contains(o) && !rare.contains(o)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
