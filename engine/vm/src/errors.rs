//! How programs fail, as the embedder sees it: syntax errors, uncaught exceptions with their traces and
//! what they name as causes, limits.

use tierproof_heap::{ArrayRef, CellKind, ObjectRef, Value};
use tierproof_runtime::errors::TraceFrame;
use tierproof_runtime::{Isolate, Termination};
use tierproof_syntax::SyntaxError;

/// Errors inside errors that are described at most: in depth, and side by side.
const MAX_DEPTH: usize = 8;
const MAX_ERRORS: usize = 16;

/// Why a script did not complete normally.
#[derive(Clone, Debug)]
pub enum ScriptError {
    /// It does not parse: nothing of it has run.
    Syntax(Box<SyntaxError>),
    /// An exception nobody caught.
    Exception(Box<Exception>),
    /// Ended by a limit, an interrupt, or itself.
    Terminated(Termination),
}

/// An exception, described when it got out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception {
    /// `Name: message` of an error, `Uncaught value` otherwise.
    pub text: String,
    /// The functions that were running when the error was made, innermost first; empty when something
    /// else than an error was thrown.
    pub trace: Vec<TraceFrame>,
    /// Its `cause`, and the `errors` of an AggregateError.
    pub related: Vec<Related>,
    /// Nobody handled the rejection of a promise with this.
    pub rejection: bool,
}

/// An error that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// `cause` or `errors[0]`.
    pub label: String,
    pub exception: Exception,
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ScriptError::Syntax(e) => write!(f, "SyntaxError: {}", e.message),
            ScriptError::Exception(e) => f.write_str(&e.text),
            ScriptError::Terminated(t) => write!(f, "Terminated: {t}"),
        }
    }
}

impl std::error::Error for ScriptError {}

impl From<SyntaxError> for ScriptError {
    fn from(e: SyntaxError) -> ScriptError {
        ScriptError::Syntax(Box::new(e))
    }
}

/// Describes what was thrown. Runs no JavaScript.
pub(crate) fn describe(cx: &mut Isolate, thrown: Value) -> Exception {
    let kept = cx.jit.exception;
    let e = exception(cx, thrown, 0);
    cx.jit.exception = kept;
    e
}

fn exception(cx: &mut Isolate, v: Value, depth: usize) -> Exception {
    let error = v.try_as::<ObjectRef>().filter(|o| o.kind() == CellKind::Error);
    let Some(o) = error else {
        let text = tierproof_builtins::inspect::inspect(cx, v);
        let text = if depth == 0 { format!("Uncaught {text}") } else { text };
        return Exception { text, ..Exception::default() };
    };
    let names = cx.realm.names;
    let stack = cx.data_property_text(o, names.stack).unwrap_or_default();
    let mut out = Exception {
        text: cx.error_header(o),
        trace: stack.lines().filter_map(TraceFrame::parse).collect(),
        ..Exception::default()
    };
    if depth >= MAX_DEPTH {
        return out;
    }
    let own = |cx: &mut Isolate, key| cx.get_own_property(o, key).ok().flatten()?.value_if_data();
    if let Some(cause) = own(cx, names.cause) {
        out.related.push(Related { label: "cause".into(), exception: exception(cx, cause, depth + 1) });
    }
    if let Some(errors) = own(cx, names.errors).and_then(|v| v.try_as::<ArrayRef>()) {
        for i in 0..(errors.length() as usize).min(MAX_ERRORS) {
            let v = cx.get_own_element(errors.object(), i as u32).and_then(|p| p.value_if_data());
            let exception = exception(cx, v.unwrap_or(Value::UNDEFINED), depth + 1);
            out.related.push(Related { label: format!("errors[{i}]"), exception });
        }
    }
    out
}
