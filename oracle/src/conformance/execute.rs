//! Running one test: its variants under one schedule, or under several that must behave alike.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use tierproof_base::Schedule;
use tierproof_runtime::Termination;
use tierproof_syntax::Source;
use tierproof_vm::{Completion, Engine, Options, ScriptError};

use super::failure::Failure;
use super::metadata::Metadata;
use super::{Outcome, Suite, Tiers};
use crate::checks;
use crate::matrix::Row;
use crate::observation::Observation;
use crate::state::Baseline;

/// Text in a message that marks what the engine does not support.
const UNSUPPORTED: &str = "not supported yet: ";
/// What an asynchronous test prints at its end.
const COMPLETE: &str = "Test262:AsyncTestComplete";
const FAILURE: &str = "Test262:AsyncTestFailure:";

/// Runs tests of a suite one by one; harness files are parsed once.
pub struct Executor {
    suite: Suite,
    rows: Vec<Row>,
    heap_bytes: usize,
    harness: HashMap<String, Rc<Source>>,
    tiers: RefCell<Tiers>,
}

impl Executor {
    /// `rows`: the schedules; more than one are compared with the first.
    pub fn new(suite: Suite, rows: Vec<Row>, heap_bytes: usize) -> Executor {
        Executor { suite, rows, heap_bytes, harness: HashMap::new(), tiers: RefCell::default() }
    }

    /// What the optimising tiers compiled and refused since this was asked last.
    pub fn take_tiers(&self) -> Tiers {
        self.tiers.take()
    }

    /// Runs a test, given by its path below `test/`. Must be called on a big stack.
    pub fn run(&mut self, path: &str) -> Outcome {
        let source = match std::fs::read_to_string(self.suite.root.join("test").join(path)) {
            Ok(s) => s,
            Err(e) => return Outcome::Unsupported(format!("unreadable: {e}")),
        };
        let metadata = Metadata::parse(&source);
        let harness = match self.harness_for(&metadata) {
            Ok(h) => h,
            Err(outcome) => return outcome,
        };
        for &strict in metadata.variants() {
            let outcome = self.run_variant(path, &source, &metadata, &harness, strict);
            if outcome != Outcome::Pass {
                return match strict {
                    true => prefixed(outcome, "strict: "),
                    false => outcome,
                };
            }
        }
        Outcome::Pass
    }

    fn harness_for(&mut self, metadata: &Metadata) -> Result<Vec<Rc<Source>>, Outcome> {
        let mut names: Vec<&str> = Vec::new();
        if !metadata.has("raw") {
            names.extend(["assert.js", "sta.js"]);
            if metadata.has("async") {
                names.push("doneprintHandle.js");
            }
            names.extend(metadata.includes.iter().map(String::as_str));
        }
        let mut out: Vec<Rc<Source>> = Vec::new();
        for name in names {
            if !self.harness.contains_key(name) {
                let text = std::fs::read(self.suite.root.join("harness").join(name))
                    .map_err(|e| Outcome::Unsupported(format!("harness/{name}: {e}")))?;
                let source =
                    tierproof_syntax::parse(&text, name).map_err(|e| syntax_failure(name, &e.message))?;
                self.harness.insert(name.to_owned(), source);
            }
            out.push(self.harness[name].clone());
        }
        Ok(out)
    }

    fn run_variant(
        &self,
        path: &str,
        source: &str,
        metadata: &Metadata,
        harness: &[Rc<Source>],
        strict: bool,
    ) -> Outcome {
        let text = if strict { format!("\"use strict\";\n{source}") } else { source.to_owned() };
        let compare = self.rows.len() > 1;
        let mut reference: Option<Observation> = None;
        let mut first = Outcome::Pass;
        for row in &self.rows {
            let run =
                AssertUnwindSafe(|| self.run_once(path, &text, metadata, harness, &row.schedule, compare));
            let (outcome, observation) = match catch_unwind(run) {
                Ok(r) => r,
                Err(panic) => return Outcome::Crash(format!("{}: {}", row.name, panic_text(&*panic))),
            };
            if let Outcome::Crash(_) = outcome {
                return prefixed(outcome, &format!("{}: ", row.name));
            }
            match (&reference, observation) {
                (Some(reference), Some(o)) => {
                    if let Some(d) = checks::compare(reference, &o).difference() {
                        return Outcome::Diverges(format!(
                            "{}: {} at {}: {} / {}",
                            row.name, d.check, d.place, d.expected, d.actual
                        ));
                    }
                }
                (None, o) => {
                    if first == Outcome::Pass {
                        first = outcome;
                    }
                    reference = o;
                }
                _ => {}
            }
        }
        first
    }

    fn run_once(
        &self,
        path: &str,
        text: &str,
        metadata: &Metadata,
        harness: &[Rc<Source>],
        schedule: &Schedule,
        observe: bool,
    ) -> (Outcome, Option<Observation>) {
        let mut options = Options { schedule: schedule.clone(), ..Options::default() };
        options.limits.heap_bytes = Some(self.heap_bytes);
        let mut engine = Engine::recycled(&options);
        let baseline = observe.then(|| Baseline::take(&mut engine.cx));
        tierproof_vm::test262_host::install(&mut engine);
        engine.cx.agent.can_block = !metadata.has("CanBlockIsFalse");
        for source in harness {
            if let Err(e) = engine.run_source(source.clone()) {
                return (unexpected(&e, source.name()), None);
            }
        }
        let full = self.suite.root.join("test").join(path).display().to_string();
        let result = match metadata.has("module") {
            true => engine.run_module(text.as_bytes(), &full),
            false => engine.run(text.as_bytes(), &full),
        };
        let outcome = judge(&mut engine, metadata, &result);
        // several agents race: only the outcome is to be the same
        let baseline = baseline.filter(|_| !tierproof_vm::test262_agents::has_agents(&engine.cx));
        self.tiers.borrow_mut().note(&engine.stats());
        let observation = baseline.map(|b| Observation::take(&mut engine, &b, result));
        (outcome, observation)
    }
}

fn prefixed(outcome: Outcome, prefix: &str) -> Outcome {
    let text = format!("{prefix}{}", outcome.text());
    match outcome {
        Outcome::Pass => Outcome::Pass,
        Outcome::Fail(_) => Outcome::Fail(text),
        Outcome::Unsupported(_) => Outcome::Unsupported(text),
        Outcome::Limit(_) => Outcome::Limit(text),
        Outcome::Crash(_) => Outcome::Crash(text),
        Outcome::Diverges(_) => Outcome::Diverges(text),
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    match (panic.downcast_ref::<String>(), panic.downcast_ref::<&str>()) {
        (Some(s), _) => s.clone(),
        (_, Some(s)) => (*s).to_owned(),
        _ => "panic".into(),
    }
}

fn syntax_failure(name: &str, message: &str) -> Outcome {
    match message.split_once(UNSUPPORTED) {
        Some((_, what)) => Outcome::Unsupported(what.to_owned()),
        None => Outcome::Fail(format!("{name}: SyntaxError: {message}")),
    }
}

/// The outcome of an error that no test expects.
fn unexpected(e: &ScriptError, place: &str) -> Outcome {
    match e {
        ScriptError::Syntax(e) => syntax_failure(place, &e.message),
        ScriptError::Exception(x) => match x.text.split_once(UNSUPPORTED) {
            Some((_, what)) => Outcome::Unsupported(what.to_owned()),
            None => Outcome::Fail(x.text.clone()),
        },
        ScriptError::Terminated(Termination::Internal(m)) => Outcome::Crash(m.clone()),
        ScriptError::Terminated(_) => Outcome::Limit(e.to_string()),
    }
}

fn judge(engine: &mut Engine, metadata: &Metadata, result: &Result<Completion, ScriptError>) -> Outcome {
    let Some((phase, expected)) = &metadata.negative else {
        return match result {
            Err(e) => unexpected(e, "test"),
            Ok(_) if metadata.has("async") => asynchronous(&engine.cx.output),
            Ok(_) => Outcome::Pass,
        };
    };
    let error = match result {
        Ok(_) => return Outcome::Fail(format!("no error, expected {expected} ({phase:?})")),
        Err(e @ ScriptError::Terminated(_)) => return unexpected(e, "test"),
        Err(e) => e,
    };
    let failure = Failure::of(engine, error);
    if failure.message.contains(UNSUPPORTED) {
        unexpected(error, "test")
    } else if failure.name == *expected && failure.phase == *phase {
        Outcome::Pass
    } else {
        Outcome::Fail(format!("{error}, expected {expected} ({phase:?})"))
    }
}

fn asynchronous(lines: &[String]) -> Outcome {
    match lines.iter().find(|l| l.starts_with("Test262:Async")) {
        Some(l) if l == COMPLETE => Outcome::Pass,
        Some(l) => {
            let text = l.strip_prefix(FAILURE).unwrap_or(l);
            match text.split_once(UNSUPPORTED) {
                Some((_, what)) => Outcome::Unsupported(what.to_owned()),
                None => Outcome::Fail(text.to_owned()),
            }
        }
        None => Outcome::Fail("asynchronous test did not call $DONE".into()),
    }
}
