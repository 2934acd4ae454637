//! Programs for the differential tests: valid by construction, bounded, deterministic, and aimed at
//! what a JIT compiler gets wrong.
//!
//! Everything is decided by `Choices`: bytes (libFuzzer) or a seed (campaigns). Programs come from two tables:
//! `ir::generators` writes operations of the program IR, `rules` has the scenarios, which are JavaScript with
//! holes and become IR by import. Mutation works on the IR (`ir::mutate`); a scenario that cannot be imported
//! is mutated line by line. What programs compute goes to the host function `probe`, which is cheap and tells
//! -0, NaN and types apart.

pub mod choices;
pub mod context;
mod expressions;
pub mod ir;
pub mod mutate;
pub mod program;
mod rules;
mod scenarios_arrays;
mod scenarios_builtins;
mod scenarios_control;
mod scenarios_effects;
mod scenarios_numbers;
mod scenarios_objects;
mod scenarios_protocols;
mod statements;
pub mod target;
mod template;

pub use choices::Choices;
pub use mutate::mutate;
pub use program::Program;

use context::Context;

/// How a program was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Scenarios, as they are written.
    Scenario,
    /// Scenarios, mutated on the IR, or by lines if they could not be imported.
    Mutated,
    /// Operations of the IR.
    Generated,
}

/// A program to be run, and its IR when it has one.
#[derive(Clone, Debug)]
pub struct Made {
    pub text: String,
    pub ir: Option<ir::Program>,
    pub origin: Origin,
}

impl Made {
    /// A program of the IR as JavaScript.
    pub fn of_ir(p: ir::Program, origin: Origin) -> Made {
        Made { text: ir::lift(&p), ir: Some(p), origin }
    }
}

impl std::fmt::Display for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Percent of all programs that are scenarios as they stand, and that are scenarios with mutations.
const PLAIN: u32 = 62;
const MUTATED: u32 = 20;

/// Text of one to two scenarios.
fn scenario_text(choices: Choices) -> (String, Choices) {
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
    (text, cx.choices)
}

/// A program from choices.
pub fn generate(mut choices: Choices) -> Made {
    let kind = choices.below(100);
    if kind >= PLAIN + MUTATED {
        let mut p = ir::generators::program(&mut choices);
        if choices.chance(50) {
            let other = partner(&mut choices);
            mutations(&mut p, &other, &mut choices);
        }
        return Made::of_ir(p, Origin::Generated);
    }
    let (text, mut choices) = scenario_text(choices);
    if kind < PLAIN {
        // laid out as the line convention has it
        return Made { text: Program::parse(&text).to_string(), ir: None, origin: Origin::Scenario };
    }
    match ir::import(&text) {
        Ok(mut p) => {
            let other = partner(&mut choices);
            mutations(&mut p, &other, &mut choices);
            Made::of_ir(p, Origin::Mutated)
        }
        Err(_) => {
            let other = scenario_text(choices.clone()).0;
            vary_text(&text, &other, u64::from(choices.below(1 << 16)))
        }
    }
}

/// A program to take pieces from.
fn partner(choices: &mut Choices) -> ir::Program {
    if choices.chance(50) {
        let (text, rest) = scenario_text(choices.clone());
        *choices = rest;
        if let Ok(p) = ir::import(&text) {
            return p;
        }
    }
    ir::generators::program(choices)
}

fn mutations(p: &mut ir::Program, other: &ir::Program, choices: &mut Choices) {
    for _ in 0..1 + choices.below(4) {
        ir::mutate::mutate(p, other, choices);
    }
}

/// The program of a seed.
pub fn from_seed(seed: u64) -> Made {
    generate(Choices::from_seed(seed))
}

/// One more program from one there is, with pieces of another.
pub fn vary(p: &ir::Program, other: &ir::Program, seed: u64) -> Made {
    let mut p = p.clone();
    mutations(&mut p, other, &mut Choices::from_seed(seed));
    Made::of_ir(p, Origin::Mutated)
}

/// The same for texts that cannot be imported: line by line.
pub fn vary_text(text: &str, other: &str, seed: u64) -> Made {
    let (mut p, other) = (Program::parse(text), Program::parse(other));
    let mut choices = Choices::from_seed(seed);
    for _ in 0..1 + choices.below(3) {
        mutate(&mut p, &other, &mut choices);
    }
    Made { text: p.to_string(), ir: None, origin: Origin::Mutated }
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
pub fn from_bytes(bytes: &[u8]) -> Made {
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
            assert!(text.contains("end") && text.len() < 200_000);
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
            for word in ["Math.random", "Date.now", "new Date", "performance", "eval("] {
                assert!(!text.contains(word), "{word} in seed {seed}");
            }
        }
    }
}
