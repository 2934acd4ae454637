//! Programs for the differential tests: valid by construction, bounded, deterministic, and aimed at
//! what a JIT compiler gets wrong.
//!
//! Everything is decided by `Choices`: bytes (libFuzzer) or a seed (campaigns). `rules` is the one
//! table of what can be generated; a rule is one function, registered with weight, kind and contexts
//! on one line. Rules write JavaScript in a line convention (one statement a line, `{` at line ends,
//! `}` at line starts) that `Program` reads back into a tree, on which the mutators work. What they
//! compute goes to the host function `probe`, which is cheap and tells -0, NaN and types apart.

pub mod choices;
pub mod context;
mod expressions;
pub mod ir;
pub mod mutate;
pub mod program;
mod rules;
mod scenarios_arrays;
mod scenarios_control;
mod scenarios_effects;
mod scenarios_numbers;
mod scenarios_objects;
mod statements;
mod template;

pub use choices::Choices;
pub use mutate::mutate;
pub use program::Program;

use context::Context;

/// A program from choices.
pub fn generate(choices: Choices) -> Program {
    let mut cx = Context::new(choices);
    let parts = 1 + cx.choices.below(4) / 3;
    let mut text = String::new();
    for _ in 0..parts {
        let rule = rules::pick(&mut cx, rules::Kind::Scenario);
        let part = (rule.build)(&mut cx);
        text.push_str(&part);
        if !part.ends_with('\n') {
            text.push('\n');
        }
    }
    text.push_str("print(\"end\");\n");
    Program::parse(&text)
}

/// The program of a seed, mutated now and then.
pub fn from_seed(seed: u64) -> Program {
    let mut program = generate(Choices::from_seed(seed));
    let mut choices = Choices::from_seed(seed ^ 0x5DEE_CE66_D1CE_4E5B);
    if choices.chance(35) {
        let other = generate(Choices::from_seed(seed.wrapping_add(0x9E37_79B9)));
        for _ in 0..1 + choices.below(3) {
            mutate(&mut program, &other, &mut choices);
        }
    }
    program
}

/// One scenario, the first whose name contains `word`, from a seed.
pub fn of_scenario(word: &str, seed: u64) -> Option<Program> {
    let rule = rules::RULES.iter().find(|r| r.kind == rules::Kind::Scenario && r.name.contains(word))?;
    let mut cx = Context::new(Choices::from_seed(seed));
    Some(Program::parse(&((rule.build)(&mut cx) + "\nprint(\"end\");\n")))
}

/// Names and weights of the scenarios.
pub fn scenarios() -> impl Iterator<Item = (&'static str, u32)> {
    rules::RULES.iter().filter(|r| r.kind == rules::Kind::Scenario).map(|r| (r.name, r.weight))
}

/// The program of arbitrary bytes.
pub fn from_bytes(bytes: &[u8]) -> Program {
    generate(Choices::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_program() {
        for seed in 0..50 {
            assert_eq!(from_seed(seed).to_string(), from_seed(seed).to_string());
        }
    }

    #[test]
    fn any_bytes_give_a_bounded_program() {
        for n in 0..64 {
            let bytes: Vec<u8> = (0..n).map(|i| (i * 37 + n) as u8).collect();
            let text = from_bytes(&bytes).to_string();
            assert!(text.contains("print(\"end\")") && text.len() < 200_000);
        }
    }

    #[test]
    fn every_rule_is_reachable_and_brackets_balance() {
        let mut used = std::collections::BTreeSet::new();
        for seed in 0..3000 {
            let mut cx = Context::new(Choices::from_seed(seed));
            let rule = rules::pick(&mut cx, rules::Kind::Scenario);
            used.insert(rule.name);
            let text = (rule.build)(&mut cx);
            let count = |c: char| text.chars().filter(|&x| x == c).count();
            assert_eq!(count('{'), count('}'), "{}:\n{text}", rule.name);
            assert_eq!(count('('), count(')'), "{}:\n{text}", rule.name);
            let again = Program::parse(&text);
            assert_eq!(Program::parse(&again.body()).body(), again.body(), "{}", rule.name);
        }
        let missing: Vec<_> = rules::RULES
            .iter()
            .filter(|r| r.kind == rules::Kind::Scenario && !used.contains(r.name))
            .map(|r| r.name)
            .collect();
        assert!(missing.is_empty(), "never used: {missing:?}");
    }

    #[test]
    fn nothing_nondeterministic_is_generated() {
        for seed in 0..500 {
            let text = from_seed(seed).to_string();
            for word in ["Math.random", "Date", "performance", "async ", "eval("] {
                assert!(!text.contains(word), "{word} in seed {seed}");
            }
        }
    }
}
