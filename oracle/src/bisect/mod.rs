//! Attribution: which part of the engine a divergence hangs on. Called by `tierproof bisect`, `reduce`,
//! `faults` and campaigns.
//!
//! First the lowest tier that shows it, then the single step (`search`), then evidence that tells the
//! parts apart which such a step goes through: the frame check and the exit verifier for exits, the heap
//! verifier for barriers, the graph evaluator for lowering, Cranelift's own optimiser for code generation, the
//! declared effects for the passes that trust them.

mod search;

use tierproof_base::schedule::{DeoptMode, Install};
use tierproof_base::{Feedback, GcMode, Schedule, Tier};

use crate::trial::{Done, Runner, Sign, Trial};
use search::{Counter, Found};

/// What was found out about a divergence.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Attribution {
    pub sign: Sign,
    /// The part of the engine at fault; see [`UNITS`].
    pub unit: String,
    /// Lowest tier that shows it (`interpreter`: no compiler is needed).
    pub tier: String,
    /// The step that makes the difference, if one does.
    pub step: Option<Done>,
    /// Refusing this step alone is enough.
    pub alone: bool,
    /// The kind of step whose absence makes the rows agree; for masking and for reduction.
    pub mask: Option<String>,
    /// Names the mistake independent of program and place: equal keys, most likely the same bug.
    pub key: String,
    /// Fields of the schedule without which the rows agree.
    pub needs: Vec<String>,
    /// What else was seen, a sentence each.
    pub evidence: Vec<String>,
    /// The graph after the step's pass without and with the step.
    pub ir: Option<(String, String)>,
    /// Steps that the bad run takes, and trials done.
    pub steps: usize,
    pub runs: usize,
}

/// Units by the pass that a step belongs to.
pub const UNITS: &[(&str, &str)] = &[
    ("INLINE", "inliner"),
    ("EFFECTS", "effects"),
    ("TRUNCATION", "truncation"),
    ("PHI_REPRESENTATION", "phi-representation"),
    ("SIMPLIFY", "simplify"),
    ("GVN", "gvn"),
    ("LOAD_ELIMINATION", "load-elim"),
    ("HOIST", "hoist"),
    ("RANGE", "range"),
    ("DEAD_CODE", "dead-code"),
    ("ASSUME", "deps"),
    ("BASELINE", "baseline"),
];

/// Attributes what `trial` shows; None when its runs agree.
pub fn attribute(runner: &dyn Runner, trial: &Trial) -> Option<Attribution> {
    let mut c = Counter { runner, runs: 0 };
    let first = c.run(trial);
    if !first.sign.is_bad() {
        return None;
    }
    let schedule: Schedule = trial.schedule.parse().ok()?;
    let tier = lowest_tier(&mut c, trial, &schedule);
    let needs = needed_fields(&mut c, trial, &schedule);
    let mut a = Attribution {
        sign: first.sign.clone(),
        unit: String::new(),
        tier: tier.name().into(),
        step: None,
        alone: false,
        mask: None,
        key: String::new(),
        needs,
        evidence: first.difference.iter().map(|d| d.place.clone()).collect(),
        ir: None,
        steps: 0,
        runs: 0,
    };
    if only_without_caches(&mut c, trial, &schedule) {
        a.evidence.push("the interpreter does otherwise without caches".into());
        a.unit = "ic".into();
    } else if tier == Tier::Interpreter {
        a.unit = if a.needs.iter().any(|f| f.starts_with("gc=")) { "gc" } else { "runtime" }.into();
    } else {
        let (found, steps) = search::search(&mut c, trial, &first.sign);
        a.steps = steps;
        match found {
            Some(f) => explain(&mut c, trial, f, &mut a),
            None => name_without_step(&mut c, trial, tier, &mut a),
        }
    }
    a.key = match &a.mask {
        Some(kind) => format!("{}: {kind}", a.unit),
        None => format!("{}: {} in {}", a.unit, a.sign.word(), a.tier),
    };
    a.runs = c.runs;
    Some(a)
}

/// Whether the interpreter disagrees with itself when it does not remember what its caches have seen.
fn only_without_caches(c: &mut Counter<'_>, trial: &Trial, schedule: &Schedule) -> bool {
    let mut interpreter = Schedule { ticks: schedule.ticks, ..Schedule::forced(Tier::Interpreter) };
    let mut is_bad = |caches| {
        interpreter.caches = caches;
        c.is_bad(&Trial { schedule: interpreter.to_string(), ..trial.clone() })
    };
    is_bad(false) && !is_bad(true)
}

fn with(trial: &Trial, words: &str) -> Trial {
    Trial { schedule: format!("{} {words}", trial.schedule), ..trial.clone() }
}

/// The lowest limit on tiers under which the runs still disagree.
fn lowest_tier(c: &mut Counter<'_>, trial: &Trial, schedule: &Schedule) -> Tier {
    Tier::ALL
        .into_iter()
        .filter(|&t| t < schedule.top())
        .find(|&t| c.is_bad(&with(trial, &format!("up-to={}", t.name()))))
        .unwrap_or(schedule.top())
}

/// Fields that cannot be left out.
fn needed_fields(c: &mut Counter<'_>, trial: &Trial, schedule: &Schedule) -> Vec<String> {
    let without: [(bool, fn(&mut Schedule)); 6] = [
        (schedule.gc != GcMode::Normal, |s| s.gc = GcMode::Normal),
        (schedule.deopt != DeoptMode::Natural, |s| s.deopt = DeoptMode::Natural),
        (schedule.feedback != Feedback::Real, |s| s.feedback = Feedback::Real),
        (schedule.install != Install::Sync, |s| s.install = Install::Sync),
        (schedule.frame_check, |s| s.frame_check = false),
        (schedule.verify, |s| s.verify = false),
    ];
    let text = schedule.to_string();
    let mut out = Vec::new();
    for (_, change) in without.into_iter().filter(|w| w.0) {
        let mut s = schedule.clone();
        change(&mut s);
        let less = s.to_string();
        if !c.is_bad(&Trial { schedule: less.clone(), ..trial.clone() }) {
            let kept: Vec<&str> = less.split_whitespace().collect();
            out.extend(text.split_whitespace().filter(|w| !kept.contains(w)).map(str::to_owned));
        }
    }
    out
}

/// Names the unit behind a step.
fn explain(c: &mut Counter<'_>, trial: &Trial, found: Found, a: &mut Attribution) {
    let step = uncovered(c, trial, &found).unwrap_or_else(|| found.step.clone());
    let found = match step == found.step {
        true => found,
        false => {
            a.evidence.push(format!("shows only after {}", found.step));
            let at = found.before.iter().position(|&id| id == step.id).unwrap_or(found.before.len());
            Found { step: step.clone(), before: found.before[..at].to_vec() }
        }
    };
    a.alone = !c.is_bad(&Trial { denied: vec![step.id], ..trial.clone() });
    a.mask = Some(step.kind());
    let unit = UNITS.iter().find(|u| u.0 == step.pass).map(|u| u.1);
    let verified = verified(c, trial, a);
    match (step.pass.as_str(), unit) {
        // code made again and again: what was learnt is not remembered
        _ if a.sign == Sign::Differs("churn".into()) => a.unit = "feedback".into(),
        _ if verified.is_some() => a.unit = verified.unwrap_or_default().into(),
        _ if machine_code_is_wrong(c, trial, a) => {}
        ("GVN" | "LOAD_ELIMINATION" | "HOIST", Some(unit)) => match wrong_effect(c, trial) {
            Some(kind) => {
                a.evidence.push(format!("{} trusts what the node says it writes", step.pass));
                a.unit = "effects".into();
                a.mask = Some(kind);
            }
            None => a.unit = unit.into(),
        },
        (_, Some(_)) | ("FEEDBACK", _) if a.needs.iter().any(|f| f.starts_with("install=")) => {
            a.unit = "compile-queue".into();
        }
        (_, Some(unit)) => a.unit = unit.into(),
        ("COMPILE", _) if step.what == "baseline" => a.unit = "baseline".into(),
        _ => speculation(c, trial, a),
    }
    let pass = match step.pass.as_str() {
        "FEEDBACK" | "ASSUME" | "INLINE" | "COMPILE" => "BUILD",
        pass => pass,
    };
    a.ir = graphs(c, trial, &found, pass);
    a.step = Some(step);
}

/// Some steps let mistakes show that earlier rewrites have made: the last such rewrite without whose kind the
/// rows agree. Those steps are removing dead code, merging guards of one value (which cannot be wrong itself),
/// and feedback for what the code did not get to when it was compiled before.
fn uncovered(c: &mut Counter<'_>, trial: &Trial, found: &Found) -> Option<Done> {
    let step = &found.step;
    let uncovers = match step.pass.as_str() {
        "DEAD_CODE" | "FEEDBACK" => true,
        "GVN" => tierproof_vm::guards_value(&step.what),
        _ => false,
    };
    if !uncovers {
        return None;
    }
    let answer = c.run(&Trial { record: true, allowed: Some(found.before.clone()), ..trial.clone() });
    let rewrites =
        ["TRUNCATION", "PHI_REPRESENTATION", "SIMPLIFY", "GVN", "LOAD_ELIMINATION", "HOIST", "RANGE"];
    let mut seen = std::collections::BTreeSet::new();
    let same_function = |r: &&Done| r.function == step.function && rewrites.contains(&r.pass.as_str());
    answer
        .rewrites
        .iter()
        .rev()
        .filter(same_function)
        .filter(|r| r.pass != step.pass)
        .filter(|r| seen.insert(r.kind()))
        .find(|r| !c.is_bad(&Trial { masked: vec![r.kind()], ..trial.clone() }))
        .cloned()
}

/// The kind of declared effect that must not be believed for the rows to agree.
fn wrong_effect(c: &mut Counter<'_>, trial: &Trial) -> Option<String> {
    let masked = |kind: String| Trial { masked: vec![kind], ..trial.clone() };
    if c.is_bad(&masked("EFFECTS *".into())) {
        return None;
    }
    let answer = c.run(&Trial { record: true, ..trial.clone() });
    let mut kinds: Vec<String> =
        answer.rewrites.iter().filter(|r| r.pass == "EFFECTS").map(Done::kind).collect();
    // the passes know stores by name, whatever these say
    kinds.retain(|k| !k.starts_with("EFFECTS Store"));
    kinds.sort();
    kinds.dedup();
    kinds.into_iter().find(|k| !c.is_bad(&masked(k.clone())))
}

/// A compile that goes wrong with a piece of feedback and before any pass: lowering, or else the builder, whose
/// work frame states are; that exits do what these say is verified.
fn speculation(c: &mut Counter<'_>, trial: &Trial, a: &mut Attribution) {
    if let Some(unit) = badly_lowered(c, trial, a) {
        a.unit = unit.into();
        return;
    }
    let frames = c.run(&Trial { frames_first: true, ..with(trial, "frame-check=on") });
    if let Some(d) = frames.difference.filter(|d| d.check == "frames") {
        a.evidence.push(format!("a deopt rebuilds {} instead of {}", d.actual, d.expected));
    }
    a.unit = "graph-build".into();
}

/// Whether the same graphs do right when the graph evaluator or Cranelift's other ways to make code take part.
fn machine_code_is_wrong(c: &mut Counter<'_>, trial: &Trial, a: &mut Attribution) -> bool {
    // what else goes wrong may do so by chance
    if !matches!(a.sign, Sign::Differs(_)) {
        return false;
    }
    let ways = ["cranelift=none", "cranelift=speed", "cranelift=quick", "arithmetic=evaluated"];
    let Some(way) = ways.into_iter().find(|w| !c.is_bad(&with(trial, w))) else { return false };
    a.evidence.push(format!("agrees with {way}"));
    a.unit = if way.starts_with("cranelift=") { "codegen" } else { "lowering" }.into();
    true
}

/// What the engine's verifiers say when they are switched on, as evidence; the unit, if that names it.
fn verified(c: &mut Counter<'_>, trial: &Trial, a: &mut Attribution) -> Option<&'static str> {
    let sign = match &a.sign {
        Sign::Panicked(_) => a.sign.clone(),
        _ => c.run(&with(trial, "verify=on gc=every:20")).sign,
    };
    let Sign::Panicked(message) = sign else { return None };
    let unit = match UNITS.iter().find(|u| message.contains(&format!("graph verifier after {}", u.0))) {
        Some(pass) => Some(pass.1),
        None if message.contains("exit verifier") => Some("lowering"),
        None if message.contains("graph verifier") => Some("graph-build"),
        None => None,
    };
    a.evidence.push(message);
    unit
}

/// A missing barrier, or a crash behind an exit that code went through by itself.
fn badly_lowered(c: &mut Counter<'_>, trial: &Trial, a: &mut Attribution) -> Option<&'static str> {
    if a.evidence.iter().any(|e| e.contains("heap verifier")) {
        return Some("lowering");
    }
    if matches!(a.sign, Sign::Crashed(_)) {
        let dying = c.run(&Trial { trace_deopt: true, ..trial.clone() });
        let deopt = dying.last_words.iter().rev().find(|l| l.contains("bailout (reason: "));
        if let Some(line) = deopt.filter(|l| !l.contains(tierproof_vm::INJECTED)) {
            a.evidence.push(format!("the last deopt before the crash: {line}"));
            return Some("lowering");
        }
    }
    None
}

/// The runs disagree with nothing permitted, or not every time.
fn name_without_step(c: &mut Counter<'_>, trial: &Trial, tier: Tier, a: &mut Attribution) {
    a.evidence.push("no single step makes the difference".into());
    let verified = verified(c, trial, a);
    a.unit = match verified.or_else(|| badly_lowered(c, trial, a)) {
        Some(unit) => unit.into(),
        None if a.needs.iter().any(|f| f.starts_with("gc=")) => "gc".into(),
        None if tier == Tier::Baseline => "baseline".into(),
        None => "runtime".into(),
    };
}

/// The first graph after `pass` that the step changes, without it and with it.
fn graphs(c: &mut Counter<'_>, trial: &Trial, found: &Found, pass: &str) -> Option<(String, String)> {
    let keep =
        |allowed: Vec<u64>| Trial { keep_ir: Some(pass.into()), allowed: Some(allowed), ..trial.clone() };
    let before = c.run(&keep(found.before.clone())).ir;
    let after = c.run(&keep([found.before.as_slice(), &[found.step.id]].concat())).ir;
    let at = (0..before.len().max(after.len())).find(|&i| before.get(i) != after.get(i))?;
    let text = |list: &[String]| list.get(at).cloned().unwrap_or_default();
    Some((text(&before), text(&after)))
}

/// Lines of two texts as one, `-` for those only in the first, `+` for those only in the second, with
/// some lines around.
pub fn line_difference(a: &str, b: &str) -> String {
    let diff = similar::TextDiff::from_lines(a, b);
    diff.unified_diff().context_radius(3).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{Answer, Here};

    const HOT: &str = "function g(x) { return x * 2; }
        function f(a, b) { let s = 0; for (let i = 0; i < 9; i++) s = (s + g(a) + b) | 0; return s; }
        for (let i = 0; i < 40; i++) probe(f(i, 3));";

    fn trial(schedule: &str) -> Trial {
        Trial { source: HOT.into(), schedule: schedule.into(), ..Trial::default() }
    }

    #[test]
    fn agreement_has_no_attribution() {
        assert_eq!(attribute(&Here, &trial("tier=toptier")), None);
    }

    /// The engine itself, except that it goes wrong whenever all of the given kinds have been done.
    struct Planted {
        kinds: &'static [&'static str],
        how: Sign,
    }

    impl Runner for Planted {
        fn run(&self, trial: &Trial) -> Answer {
            let mut answer = Here.run(&Trial { record: true, ..trial.clone() });
            if self.kinds.iter().all(|k| answer.rewrites.iter().any(|r| r.kind() == *k)) {
                match self.how {
                    Sign::Crashed(_) => return Answer::of(self.how.clone()),
                    _ => answer.sign = self.how.clone(),
                }
            }
            answer
        }
    }

    #[test]
    fn a_planted_step_is_named_whether_its_run_answers_or_dies() {
        let all = Here.run(&Trial { record: true, ..trial("tier=jit-fuzzing") }).rewrites;
        let of_pass = |pass: &str| {
            let kind = all.iter().find(|r| r.pass == pass).map(Done::kind).expect("a step of each pass");
            let list: &'static [&'static str] = Box::leak(Box::new([&*Box::leak(kind.into_boxed_str())]));
            list
        };
        for how in [Sign::Differs("probes".into()), Sign::Crashed("signal 11".into())] {
            for (pass, unit) in [
                ("SIMPLIFY", "simplify"),
                ("BASELINE", "baseline"),
                ("INLINE", "inliner"),
                ("FEEDBACK", "graph-build"),
            ] {
                let kinds = of_pass(pass);
                let planted = Planted { kinds, how: how.clone() };
                let a = attribute(&planted, &trial("tier=jit-fuzzing"))
                    .unwrap_or_else(|| panic!("{kinds:?} are not among the steps"));
                assert_eq!(a.unit, unit, "{a:?}");
                assert!(kinds.contains(&a.mask.as_deref().unwrap_or("")), "{a:?}");
                assert!(a.runs < 80, "{a:?}");
            }
        }
    }

    #[test]
    fn what_is_no_step_is_said_to_be_none() {
        let planted = Planted { kinds: &[], how: Sign::Differs("lines".into()) };
        let a = attribute(&planted, &trial("tier=toptier deopt=every:3")).unwrap();
        assert_eq!(
            (a.step, a.mask, a.unit.as_str(), a.tier.as_str()),
            (None, None, "runtime", "interpreter")
        );
    }

    #[test]
    fn graphs_of_a_rewrite_differ() {
        let planted = Planted { kinds: &["GVN CheckInt32"], how: Sign::Differs("probes".into()) };
        let all = Here.run(&Trial { record: true, ..trial("tier=toptier") });
        let some = all.rewrites.iter().find(|r| r.pass == "GVN" || r.pass == "SIMPLIFY").unwrap().kind();
        let kinds: &'static [&'static str] = Box::leak(Box::new([&*Box::leak(some.into_boxed_str())]));
        let a = attribute(&Planted { kinds, ..planted }, &trial("tier=toptier")).unwrap();
        let (before, after) = a.ir.expect("graphs");
        assert!(!before.is_empty() && line_difference(&before, &after).contains("\n-"), "{before}\n{after}");
    }
}
