//! The reference as a voter: it evaluates the program, and what it saw is compared with row one line by
//! line, probe by probe, and by how the program ended.

use tierproof_reference::{Ending, Limits, Observed, Probe, evaluate};
use tierproof_runtime::probes::{IMMEDIATE, KEPT, OBJECT, OTHER, STRING, describe};
use tierproof_runtime::strings::hash_units;

use super::{Vote, legal, limited};
use crate::matrix::Program;
use crate::observation::{End, Observation};
use crate::state::State;
use crate::verdict::Verdict;

/// Evaluates the program and compares.
pub fn vote(program: &Program, row_one: &Observation) -> Vote {
    if let Some(abstention) = limited(row_one) {
        return abstention;
    }
    let seen = evaluated(program, row_one);
    Vote { verdict: compare_with(row_one, &seen, None), observation: observation(&seen) }
}

/// What the reference sees.
pub fn evaluated(program: &Program, row_one: &Observation) -> Observed {
    evaluate(&program.source, &program.name, &program.defines, limits(row_one))
}

/// A program may not take the reference much longer than it took the interpreter.
fn limits(row_one: &Observation) -> Limits {
    let d = Limits::default();
    Limits { steps: d.steps.min(5_000_000 + row_one.ticks.saturating_mul(400)), ..d }
}

/// The verdict on row one. With `help`, what the reference saw of the program: where that is opaque the two
/// may differ, and where it does not know the program, in the texts of errors.
pub fn compare_with(row_one: &Observation, seen: &Observed, help: Option<&Observed>) -> Verdict {
    if let Ending::NotComparable(what) = &seen.end {
        return Verdict::NotComparable(what.clone());
    }
    const NOTHING: &str = "(nothing)";
    let (a, b) = (&row_one.lines, &seen.lines);
    for i in 0..a.len().max(b.len()) {
        match (a.get(i), b.get(i)) {
            (Some(x), Some(y)) if legal::matches(y, x) => {}
            (Some(x), Some(y)) if help.is_some_and(|h| opaque_line(h, i, x, y)) => {}
            (x, y) => {
                let place = format!("printed line {}", i + 1);
                let reference = y.map_or(NOTHING.to_owned(), |y| legal::shown(y));
                let engine = x.map_or(NOTHING, String::as_str);
                return Verdict::differs("reference lines", place, engine, &reference);
            }
        }
    }
    compare_probes(row_one, seen, help).unwrap_or_else(|| compare_ends(&row_one.end, &seen.end))
}

/// Whether two different lines are both what the reference printed opaquely, or name the same kind of error.
fn opaque_line(help: &Observed, i: usize, x: &str, y: &str) -> bool {
    if let Some(pattern) = help.lines.get(i) {
        return legal::is_opaque(pattern) && legal::matches(pattern, x) && legal::matches(pattern, y);
    }
    let head = |line: &str| line.find("Error: ").map(|at| line[..at].to_owned());
    matches!(help.end, Ending::NotComparable(_)) && head(x).is_some() && head(x) == head(y)
}

/// The first probe that differs. Objects are only known to be objects; behind the last word that is kept
/// one by one there is no comparison.
fn compare_probes(row_one: &Observation, seen: &Observed, help: Option<&Observed>) -> Option<Verdict> {
    let (a, b) = (&row_one.probes, &seen.probes);
    for i in 0..a.len().max(b.len()).min(KEPT - 1) {
        let same = match (a.get(i), b.get(i)) {
            (Some(&word), Some(probe)) => is_word(probe, word) || opaque(help, i),
            _ => false,
        };
        if !same {
            let engine = a.get(i).map_or("(nothing)".to_owned(), |&w| describe(w));
            let reference = b.get(i).map_or("(nothing)".to_owned(), text);
            let place = format!("probe {}", i + 1);
            return Some(Verdict::differs("reference probes", place, &engine, &reference));
        }
    }
    None
}

fn opaque(help: Option<&Observed>, i: usize) -> bool {
    let probe = help.and_then(|h| h.probes.get(i));
    matches!(probe, Some(Probe::String(s)) if s.contains(&tierproof_reference::OPAQUE))
}

/// Whether the engine's word is that of the reference's value.
fn is_word(probe: &Probe, word: u64) -> bool {
    let mark = word & 0xFFFF << 48;
    match probe {
        Probe::Undefined => word == IMMEDIATE,
        Probe::Null => word == IMMEDIATE | 1,
        Probe::Boolean(b) => word == IMMEDIATE | if *b { 2 } else { 3 },
        Probe::Number(n) if n.is_nan() => word == f64::NAN.to_bits() & !(1 << 63),
        Probe::Number(n) => word == n.to_bits(),
        Probe::String(s) if s.contains(&tierproof_reference::OPAQUE) => mark == STRING,
        Probe::String(s) => {
            word == STRING | (s.len() as u64 & 0xFFFF) << 32 | u64::from(hash_units(s.iter().copied()))
        }
        Probe::Other => mark == OTHER,
        Probe::Object => mark == OBJECT,
    }
}

fn text(probe: &Probe) -> String {
    match probe {
        Probe::Undefined => "undefined".into(),
        Probe::Null => "null".into(),
        Probe::Boolean(b) => b.to_string(),
        Probe::Number(n) if *n == 0.0 && n.is_sign_negative() => "-0".into(),
        Probe::Number(n) => n.to_string(),
        Probe::String(s) => format!("{:?}", legal::shown(&String::from_utf16_lossy(s))),
        Probe::Other => "a symbol or BigInt".into(),
        Probe::Object => "an object".into(),
    }
}

fn compare_ends(engine: &End, reference: &Ending) -> Verdict {
    let differs = || {
        let shown = legal::shown(&end(reference).to_string());
        Verdict::differs("reference end", "end of the program", &engine.to_string(), &shown)
    };
    match (engine, reference) {
        // completion values of one line are primitives, printed alike
        (End::Completed(_), Ending::Completed(None)) => Verdict::Same,
        (End::Completed(text), Ending::Completed(Some(value))) => {
            if text.trim_end() == value || is_string(text, value) { Verdict::Same } else { differs() }
        }
        (End::Threw { .. }, Ending::Threw(None)) => Verdict::Same,
        (End::Threw { value, .. }, Ending::Threw(Some(text))) if is_string(value, text) => Verdict::Same,
        (End::Threw { text, .. }, Ending::Threw(Some(pattern))) => {
            let thrown = text.strip_prefix("Uncaught ").unwrap_or(text);
            if legal::matches(pattern, thrown) { Verdict::Same } else { differs() }
        }
        (End::Syntax { .. }, Ending::Syntax) => Verdict::Same,
        _ => differs(),
    }
}

/// Whether the canonical text is of this string, as far as the reference knows it.
fn is_string(canonical: &str, text: &str) -> bool {
    let unknown = legal::is_opaque(text) || text.contains(char::REPLACEMENT_CHARACTER);
    canonical.starts_with('"')
        && (unknown || crate::state::quoted(text.encode_utf16()) == canonical.trim_end())
}

fn end(e: &Ending) -> End {
    match e {
        Ending::Completed(v) => End::Completed(v.clone().unwrap_or_else(|| "an object".into())),
        Ending::Threw(v) => {
            End::Threw { text: v.clone().unwrap_or_else(|| "an object".into()), value: String::new() }
        }
        Ending::Syntax => End::Syntax { message: "does not parse".into(), line: 0, column: 0 },
        Ending::NotComparable(what) => End::Terminated(format!("not comparable: {what}")),
    }
}

/// What the reference saw, for people.
pub fn observation(seen: &Observed) -> Observation {
    Observation {
        lines: seen.lines.iter().map(|l| legal::shown(l)).collect(),
        probes: Vec::new(),
        end: end(&seen.end),
        state: State::default(),
        ticks: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::run_once;
    use tierproof_base::{Schedule, Tier};
    use tierproof_vm::Engine;

    fn verdict(engine: &str, reference: &str) -> Verdict {
        let program = |s: &str| Program { name: "t.js".into(), source: s.into(), defines: vec![] };
        let limits = crate::Limits { ticks: Some(100_000), ..Default::default() };
        let interpreter = Schedule::forced(Tier::Interpreter);
        let row_one = Engine::on_big_stack(|| run_once(&program(engine), &interpreter, &limits).0);
        vote(&program(reference), &row_one).verdict
    }

    #[test]
    fn the_same_program_agrees() {
        for p in [
            "print(1, 'a', -0, [1, , 2], {}); probe(-0); probe('x'); probe({}); probe(10n); probe(NaN); 'é'",
            "try { null.x } catch (e) { print(e.message, e.name); probe(e.message) }",
            "let s = Symbol('a'); probe(s); throw new RangeError('x' + 1)",
            "throw {}",
            "throw ''",
            "throw 'it\\'s \\u00e9'",
            "'it\\'s'",
            "undefinedName",
            "function* g() { yield 1; yield* [2, 3] } print([...g()]); Promise.resolve(1).then(print)",
            "async function f() { for await (const x of [1, Promise.resolve(2)]) print(x); } f(); 1.5",
            "0.1 + 0.2",
            "1 / 0",
            "1022090149760075",
            "1e21",
            "-0",
        ] {
            assert_eq!(verdict(p, p), Verdict::Same, "{p}");
        }
    }

    #[test]
    fn planted_differences_are_caught() {
        for (a, b) in [
            ("print(1)", "print(2)"),
            ("print(1); print(2)", "print(1)"),
            ("probe(0)", "probe(-0)"),
            ("probe('a')", "probe('b')"),
            ("probe({})", "probe('b')"),
            ("probe(1); probe(2)", "probe(1)"),
            ("throw new TypeError('a')", "throw new TypeError('b')"),
            ("null.x", "undefinedName"),
            ("1", "2"),
            ("'a'", "'b'"),
            ("throw 'a'", "throw 'b'"),
            ("throw ''", "throw 1"),
            ("1", "throw 1"),
        ] {
            assert!(verdict(a, b).difference().is_some(), "{a} against {b}");
        }
    }

    #[test]
    fn what_it_does_not_know_it_does_not_judge() {
        for (p, what) in [
            ("print(/a/.test('a'))", "regular expression"),
            ("new Date(0)", "Date"),
            ("for (;;) ;", "row one ended early"),
            ("(function f() { f() })()", "limit: recursion"),
            ("try { null.x } catch (e) { print(e.message.length) }", "text that belongs"),
        ] {
            let Verdict::NotComparable(reason) = verdict(p, p) else { panic!("{p}: {:?}", verdict(p, p)) };
            assert!(reason.starts_with(what), "{p}: {reason}");
        }
    }
}
