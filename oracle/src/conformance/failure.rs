//! An uncaught error as conformance suites speak of it: in which phase, named how. The executor judges
//! negative tests by it, `tierproof run --batch` and `--test262` report it.

use serde::{Deserialize, Serialize};
use tierproof_heap::{ObjectRef, StringRef, Value};
use tierproof_runtime::Isolate;
use tierproof_vm::{Engine, ScriptError};

use super::Phase;

/// An uncaught error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub phase: Phase,
    /// The thrown object's own `name`, else its constructor's, else an inherited `name`; empty for
    /// primitives, whose text is the message. `Terminated` when a limit ended the run.
    pub name: String,
    pub message: String,
}

impl Failure {
    /// What `error`, which `engine` has just returned, is. Runs no JavaScript: getters and proxies
    /// count as absent.
    pub fn of(engine: &mut Engine, error: &ScriptError) -> Failure {
        let (phase, name, message) = match error {
            ScriptError::Syntax(e) => (Phase::Parse, "SyntaxError".into(), e.message.clone()),
            ScriptError::Terminated(t) => (Phase::Runtime, "Terminated".into(), t.to_string()),
            ScriptError::Exception(_) => {
                let phase = if engine.link_failed { Phase::Resolution } else { Phase::Runtime };
                let cx = &mut *engine.cx;
                let thrown = cx.jit.exception;
                let (name, message) = name_and_message(cx, thrown);
                // looking may have thrown in between
                cx.jit.exception = thrown;
                (phase, name, message)
            }
        };
        Failure { phase, name, message }
    }
}

fn name_and_message(cx: &mut Isolate, thrown: Value) -> (String, String) {
    let names = cx.realm.names;
    if let Some(s) = thrown.try_as::<StringRef>() {
        return (String::new(), tierproof_runtime::strings::to_rust(cx, s));
    }
    let Some(o) = thrown.try_as::<ObjectRef>() else { return (String::new(), cx.describe(thrown)) };
    let own = match tierproof_runtime::proxy::is_proxy(o) {
        true => None,
        false => cx.get_own_property(o, names.name).ok().flatten().map(|_| ()),
    };
    let named = own.and_then(|()| cx.data_property_text(o, names.name));
    let constructor = |cx: &mut Isolate| {
        let c = cx.data_property(o, names.constructor)?.try_as()?;
        cx.data_property_text(c, names.name).filter(|n| !n.is_empty())
    };
    let name = named.or_else(|| constructor(cx)).or_else(|| cx.data_property_text(o, names.name));
    let message = cx.data_property_text(o, names.message).unwrap_or_default();
    (name.unwrap_or_default(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tierproof_vm::Options;

    fn failure(source: &str) -> Failure {
        Engine::on_big_stack(|| {
            let mut engine = Engine::new(&Options::default());
            match engine.run(source.as_bytes(), "t.js") {
                Ok(_) => panic!("{source} does not throw"),
                Err(e) => Failure::of(&mut engine, &e),
            }
        })
    }

    #[test]
    fn names_and_messages_of_what_may_be_thrown() {
        for (source, name, message) in [
            ("throw new TypeError('m')", "TypeError", "m"),
            (
                "function Test262Error(m) { this.message = m; } throw new Test262Error('t')",
                "Test262Error",
                "t",
            ),
            ("class E extends Error {} throw new E('x')", "E", "x"),
            ("throw Object.assign(new Error('y'), { name: 'Own' })", "Own", "y"),
            ("throw 'text'", "", "text"),
            ("throw Symbol('s')", "", "Symbol(s)"),
            ("throw undefined", "", "undefined"),
            ("throw { get name() { throw 1 }, get message() { for (;;); } }", "Object", ""),
            ("throw Object.create(null)", "", ""),
            ("throw new Proxy({}, { get() { throw 1 }, getOwnPropertyDescriptor() { throw 2 } })", "", ""),
            ("throw function named() {}", "named", ""),
            ("null.x", "TypeError", "Cannot read properties of null (reading 'x')"),
        ] {
            let f = failure(source);
            assert_eq!(
                (f.phase, f.name.as_str(), f.message.as_str()),
                (Phase::Runtime, name, message),
                "{source}"
            );
        }
        let f = failure("let x; let x;");
        assert_eq!((f.phase, f.name.as_str()), (Phase::Parse, "SyntaxError"));
    }
}
