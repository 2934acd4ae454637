//! `tierproof run --batch`: the driver protocol. One JSON object a line on standard input is one job, one
//! line on standard output its answer, in order; nothing else goes there. Each job has an engine of its
//! own, so that nothing can leak from one into another.
//!
//! Request: `{"id": 7, "files": ["a.js", "test.js"], "main": 1, "module": false, "async": false,
//! "prefix": ""}`. The files run in order in one realm; `files[main]` (default: the last) is the
//! program, `prefix` stands before its text. With `async` the job ends when a line is printed that
//! begins with `Test262:Async`.
//!
//! Answer: `{"id": 7, "ok": false, "phase": "runtime", "name": "TypeError", "message": "...", "out": []}`;
//! `phase` is `parse`, `resolution` or `runtime`, or `request` when there was nothing to run, and null
//! with `ok`. A limit has the name `Terminated`, a failure of the engine `InternalError`.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tierproof_oracle::conformance::Failure;
use tierproof_oracle::matrix::define;
use tierproof_syntax::Source;
use tierproof_vm::{Engine, Options, Printer, ScriptError, Termination, test262_host};

use crate::OK;

/// What every job has in common.
pub struct Settings {
    pub options: Options,
    pub define: Vec<(String, f64)>,
    /// Jobs get `$262`, and uncaught errors a line on standard error.
    pub test262: bool,
    pub time_limit: Option<Duration>,
}

#[derive(Deserialize)]
struct Request {
    files: Vec<String>,
    main: Option<usize>,
    #[serde(default)]
    module: bool,
    #[serde(default, rename = "async")]
    asynchronous: bool,
    #[serde(default)]
    prefix: String,
}

/// What an asynchronous test prints at its end begins like this.
const ASYNC_END: &str = "Test262:Async";
/// Bytes a job may print.
const MAX_OUTPUT: usize = 64 << 20;
/// Files kept parsed.
const MAX_CACHED: usize = 512;

/// Answers requests until the input ends. Must be called on a big stack.
pub fn serve(input: impl BufRead, mut output: impl Write, settings: &Settings) -> Result<i32, String> {
    let mut server = Server { settings, parsed: HashMap::new() };
    for line in input.split(b'\n') {
        let line = line.map_err(|e| format!("standard input: {e}"))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = serde_json::to_string(&server.answer(&line)).map_err(|e| e.to_string())?;
        // an error: whoever asked has gone
        if writeln!(output, "{answer}").and_then(|()| output.flush()).is_err() {
            break;
        }
    }
    Ok(OK)
}

struct Server<'s> {
    settings: &'s Settings,
    /// Harness files by name, with the text they were parsed from.
    parsed: HashMap<String, (Vec<u8>, Rc<Source>)>,
}

/// How a job ended, unless well.
enum Bad {
    Request(String),
    Failure(Failure),
    Internal(String),
}

#[derive(Default)]
struct Printed {
    lines: Vec<String>,
    bytes: usize,
}

impl Server<'_> {
    fn answer(&mut self, line: &[u8]) -> Answer {
        let value: Value = match serde_json::from_slice(line) {
            Ok(v) => v,
            Err(e) => return answer(Value::Null, Err(Bad::Request(format!("not JSON: {e}"))), vec![]),
        };
        let id = value.get("id").cloned().unwrap_or(Value::Null);
        let request: Request = match serde_json::from_value(value) {
            Ok(r) => r,
            Err(e) => return answer(id, Err(Bad::Request(e.to_string())), vec![]),
        };
        let printed = Arc::new(Mutex::new(Printed::default()));
        let result = match catch_unwind(AssertUnwindSafe(|| self.run(&request, &printed))) {
            Ok(result) => result,
            Err(panic) => Err(Bad::Internal(tierproof_oracle::conformance::panic_text(&*panic))),
        };
        if let (Err(Bad::Failure(f)), true) = (&result, self.settings.test262) {
            announce(f);
        }
        let lines = match printed.lock() {
            Ok(mut p) => std::mem::take(&mut p.lines),
            Err(poisoned) => std::mem::take(&mut poisoned.into_inner().lines),
        };
        answer(id, result, lines)
    }

    fn run(&mut self, request: &Request, printed: &Arc<Mutex<Printed>>) -> Result<(), Bad> {
        let main = request.main.unwrap_or(request.files.len().saturating_sub(1));
        if main >= request.files.len() {
            return Err(Bad::Request(format!("no file {main} among {}", request.files.len())));
        }
        let mut texts = Vec::new();
        for name in &request.files {
            let text = crate::files::read(std::path::Path::new(name));
            texts.push(text.map_err(|e| Bad::Request(format!("cannot read {e}")))?);
        }
        texts[main].splice(0..0, request.prefix.bytes());
        let mut options = self.settings.options.clone();
        options.printer = Some(printer(printed.clone(), request.asynchronous));
        let mut engine = Engine::recycled(&options);
        define(&mut engine, &self.settings.define);
        if self.settings.test262 {
            test262_host::install(&mut engine);
        }
        let _watchdog = self.settings.time_limit.map(|limit| engine.interrupt().after(limit));
        for (i, (name, text)) in request.files.iter().zip(&texts).enumerate() {
            let result = if i != main {
                self.parse(&engine, name, text).and_then(|source| engine.run_source(source))
            } else if request.module {
                engine.run_module(text, name)
            } else {
                engine.run(text, name)
            };
            match result {
                Ok(_) => {}
                Err(ScriptError::Terminated(Termination::Exit(0))) => return Ok(()),
                Err(ScriptError::Terminated(Termination::Internal(m))) => return Err(Bad::Internal(m)),
                Err(e) => return Err(Bad::Failure(Failure::of(&mut engine, &e))),
            }
        }
        Ok(())
    }

    fn parse(&mut self, engine: &Engine, name: &str, text: &[u8]) -> Result<Rc<Source>, ScriptError> {
        if let Some((known, source)) = self.parsed.get(name)
            && known == text
        {
            return Ok(source.clone());
        }
        let source = engine.compile(text, name)?;
        if self.parsed.len() >= MAX_CACHED {
            self.parsed.clear();
        }
        self.parsed.insert(name.to_owned(), (text.to_vec(), source.clone()));
        Ok(source)
    }
}

fn printer(printed: Arc<Mutex<Printed>>, asynchronous: bool) -> Printer {
    Printer(Arc::new(move |line| {
        let mut p = printed.lock().map_err(|_| Termination::Internal("printing has failed".into()))?;
        p.bytes += line.len() + 1;
        if p.bytes > MAX_OUTPUT {
            return Err(Termination::OutOfMemory);
        }
        p.lines.push(line.to_owned());
        if asynchronous && line.starts_with(ASYNC_END) { Err(Termination::Exit(0)) } else { Ok(()) }
    }))
}

/// The line on standard error that tells of an uncaught error.
pub fn announce(failure: &Failure) {
    eprintln!("#test262 {}", json!({ "phase": failure.phase, "name": failure.name }));
}

/// The line a job is answered by.
#[derive(Serialize)]
struct Answer {
    id: Value,
    ok: bool,
    phase: Option<Value>,
    name: Option<String>,
    message: Option<String>,
    out: Vec<String>,
}

fn answer(id: Value, result: Result<(), Bad>, out: Vec<String>) -> Answer {
    let (phase, name, message) = match result {
        Ok(()) => return Answer { id, ok: true, phase: None, name: None, message: None, out },
        Err(Bad::Failure(f)) => (json!(f.phase), f.name, f.message),
        Err(Bad::Internal(m)) => (json!("runtime"), "InternalError".into(), m),
        Err(Bad::Request(m)) => (json!("request"), "RequestError".into(), m),
    };
    Answer { id, ok: false, phase: Some(phase), name: Some(name), message: Some(message), out }
}
