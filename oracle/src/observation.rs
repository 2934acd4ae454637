//! What a run yields: printed lines, how it ended, the final global state, ticks. Plain data.

use std::fmt;

use serde::{Deserialize, Serialize};
use tierproof_runtime::Termination;
use tierproof_vm::{Completion, Engine, ScriptError};

use crate::state::{self, Baseline, State};

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Normally, with this completion value (canonical text).
    Completed(String),
    /// With an exception nobody caught: `Name: message`, and the canonical text of the thrown value.
    Threw { text: String, value: String },
    /// It does not parse, or is not supported yet.
    Syntax { message: String, line: u32, column: u32 },
    /// By a limit or a failed internal check.
    Terminated(String),
    /// The engine itself failed.
    Panicked(String),
}

impl End {
    pub fn out_of_memory() -> End {
        End::Terminated(Termination::OutOfMemory.to_string())
    }
    pub fn ticks_exhausted() -> End {
        End::Terminated(Termination::TicksExhausted.to_string())
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Completed(v) => write!(f, "completed: {v}"),
            End::Threw { text, .. } => write!(f, "threw {text}"),
            End::Syntax { message, line, column } => write!(f, "SyntaxError: {message} ({line}:{column})"),
            End::Terminated(reason) => write!(f, "terminated: {reason}"),
            End::Panicked(message) => write!(f, "engine panic: {message}"),
        }
    }
}

/// Everything that can be observed of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    pub lines: Vec<String>,
    /// What went to the host function `probe`, one word each.
    #[serde(skip)]
    pub probes: Vec<u64>,
    pub end: End,
    pub state: State,
    pub ticks: u64,
}

impl Observation {
    /// Observes an engine after a run. `baseline` was taken before it.
    pub fn take(
        engine: &mut Engine,
        baseline: &Baseline,
        result: Result<Completion, ScriptError>,
    ) -> Observation {
        let ticks = engine.cx.ticks_taken();
        let lines = std::mem::take(&mut engine.cx.output);
        let probes = std::mem::take(&mut engine.cx.probes);
        if engine.cx.schedule.verify
            && engine.cx.heap.problem.is_none()
            && let Err(problem) = engine.cx.heap.verify()
        {
            engine.cx.heap.problem = Some(format!("heap verifier at the end: {problem}"));
        }
        if let Some(problem) = engine.cx.heap.problem.clone() {
            // a broken heap is not walked
            return Observation { lines, probes, ..Observation::panicked(problem) };
        }
        let end = match result {
            Ok(Completion(v)) => End::Completed(state::describe(&mut engine.cx, baseline, v).text),
            Err(ScriptError::Syntax(e)) => {
                End::Syntax { message: e.message.clone(), line: e.line, column: e.column }
            }
            Err(ScriptError::Exception(e)) => {
                let v = engine.cx.jit.exception;
                End::Threw { text: e.text, value: state::describe(&mut engine.cx, baseline, v).text }
            }
            Err(ScriptError::Terminated(t)) => match t {
                Termination::Internal(m) => End::Panicked(m),
                limit => End::Terminated(limit.to_string()),
            },
        };
        let state = if end == End::out_of_memory() {
            State::default()
        } else {
            state::globals(&mut engine.cx, baseline)
        };
        Observation { lines, probes, end, state, ticks }
    }

    /// A run that brought the engine down.
    pub fn panicked(message: String) -> Observation {
        Observation {
            lines: Vec::new(),
            probes: Vec::new(),
            end: End::Panicked(message),
            state: State::default(),
            ticks: 0,
        }
    }

    #[cfg(test)]
    pub(crate) fn for_test(lines: &[&str]) -> Observation {
        Observation {
            lines: lines.iter().map(|s| s.to_string()).collect(),
            probes: Vec::new(),
            end: End::Completed("undefined".into()),
            state: State::default(),
            ticks: 10,
        }
    }
}
