//! Running a program: the entry points of the crate.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::agent::{Abrupt, Agent};
use crate::values::{Kind, Value};
use crate::{Limits, Probe};

/// Native stack of an evaluation.
const STACK: usize = 256 << 20;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Normally; the completion value's text when it is a primitive.
    Completed(Option<String>),
    /// With an exception: `Name: message` of an error (opaque where the implementation chooses), or the text
    /// of another value; `None` when an object has no text without running code.
    Threw(Option<String>),
    /// It does not parse.
    Syntax,
    /// Outside of what the evaluator does: the construct.
    NotComparable(String),
}

/// What an evaluation yields.
#[derive(Clone, Debug)]
pub struct Observed {
    pub lines: Vec<String>,
    pub probes: Vec<Probe>,
    pub end: Ending,
    /// Steps that it took.
    pub steps: u64,
}

/// Evaluates a script and the jobs it leaves. `defines` are global numbers set before.
pub fn evaluate(source: &[u8], name: &str, defines: &[(String, f64)], limits: Limits) -> Observed {
    evaluate_all(&[(source, name)], defines, limits)
}

/// Evaluates scripts one after the other in one realm; an exception ends it, jobs run after the last.
pub fn evaluate_all(sources: &[(&[u8], &str)], defines: &[(String, f64)], limits: Limits) -> Observed {
    let run = || {
        stacker::grow(STACK, || {
            let agent = Agent::new(limits, STACK);
            for (name, value) in defines {
                let Ok(global) = agent.global() else { break };
                if let crate::environments::Record::Global(_, g) = &global.record {
                    let p = crate::values::Property::data(*value, "wec");
                    agent.object_mut(g.object).properties.insert(name.as_str().into(), p);
                }
            }
            let end = ending(&agent, sources);
            let observed = Observed {
                lines: agent.lines.take(),
                probes: agent.probes.take(),
                end,
                steps: agent.steps_taken(),
            };
            agent.tear_down();
            observed
        })
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
        let end = Ending::NotComparable(format!("the reference failed: {text}"));
        Observed { lines: Vec::new(), probes: Vec::new(), end, steps: 0 }
    })
}

fn ending(agent: &Agent, sources: &[(&[u8], &str)]) -> Ending {
    let mut last = Value::Undefined;
    for (source, name) in sources {
        let parsed = match tierproof_syntax::parse(source, name) {
            Ok(p) => p,
            Err(e) if e.message.starts_with("not supported yet") => return Ending::NotComparable(e.message),
            Err(_) => return Ending::Syntax,
        };
        match agent.script_evaluation(&parsed) {
            Ok(v) => last = v,
            Err(e) => {
                // jobs run all the same, as a host does
                let jobs = agent.run_jobs();
                return match jobs {
                    Err(Abrupt::Outside(what)) => Ending::NotComparable(what.to_string()),
                    _ => abrupt(agent, e),
                };
            }
        }
    }
    match agent.run_jobs() {
        Ok(()) => Ending::Completed(primitive_text(&last)),
        Err(e) => abrupt(agent, e),
    }
}

fn abrupt(agent: &Agent, e: Abrupt) -> Ending {
    match e {
        Abrupt::Outside(what) => Ending::NotComparable(what.to_string()),
        Abrupt::Throw(v) | Abrupt::Return(v) => Ending::Threw(match &v {
            Value::Object(o) if matches!(agent.object(*o).kind, Kind::Error) => {
                let text = |key: &str| agent.get(*o, &key.into()).and_then(|v| agent.to_string(&v));
                match (text("name"), text("message")) {
                    (Ok(name), Ok(message)) if message.is_empty() => Some(name.to_string()),
                    (Ok(name), Ok(message)) => Some(format!("{name}: {message}")),
                    _ => None,
                }
            }
            other => primitive_text(other),
        }),
    }
}

fn primitive_text(v: &Value) -> Option<String> {
    Some(match v {
        Value::Undefined => "undefined".into(),
        Value::Null => "null".into(),
        Value::Boolean(b) => b.to_string(),
        Value::Number(n) if *n == 0.0 && n.is_sign_negative() => "-0".into(),
        Value::Number(n) => crate::values::number_to_string(*n),
        Value::String(s) => s.to_string(),
        Value::Symbol(_) | Value::BigInt(_) | Value::Object(_) => return None,
    })
}
