//! One engine instance: an isolate with builtins, and running scripts in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::interrupt::Interrupt;
use crate::stats::TierStats;
use tierproof_base::Schedule;
use tierproof_base::fuel::RewriteId;
use tierproof_heap::{ObjectRef, Value};
use tierproof_runtime::errors::TraceFrame;
use tierproof_runtime::{Isolate, JsResult, Limits, Printer, RealmId, Termination};
use tierproof_syntax::SyntaxError;

/// How to set an engine up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub schedule: Schedule,
    pub limits: Limits,
    /// Takes the lines of `print` at once; None collects them.
    pub printer: Option<Printer>,
    /// What `Date` reads; None for a clock that advances with the ticks.
    pub clock: Option<fn() -> f64>,
    pub trace: Trace,
    /// Moments at which the interpreter dumps its frames (see `frame_check`), with how many frames.
    pub watch_frames: Vec<(crate::frame_check::Moment, usize)>,
    pub rewrites: Rewrites,
}

/// Which rewrites the optimising tiers may do, and whether to record those they do.
#[derive(Clone, Debug, Default)]
pub struct Rewrites {
    /// None: all.
    pub allowed: Option<Arc<BTreeSet<RewriteId>>>,
    pub record: bool,
}

/// What to print on standard error while running.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Bytecode of each function when it is first compiled.
    pub bytecode: bool,
    /// SSA: after the named pass, or (empty name) after all.
    pub ir: Option<String>,
    /// Disassembly of machine code.
    pub code: bool,
    pub opt: bool,
    pub deopt: bool,
}

/// Why a script did not complete normally.
#[derive(Debug)]
pub enum ScriptError {
    /// It does not parse (or uses something not supported yet).
    Syntax(Box<SyntaxError>),
    /// An exception nobody caught: `Name: message`, and where it was thrown.
    Exception { text: String, trace: Vec<TraceFrame>, stack: String },
    /// Ended by a limit.
    Terminated(Termination),
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ScriptError::Syntax(e) => write!(f, "SyntaxError: {}", e.message),
            ScriptError::Exception { text, .. } => f.write_str(text),
            ScriptError::Terminated(t) => write!(f, "Terminated: {t}"),
        }
    }
}

/// Normal completion of a script.
#[derive(Clone, Copy, Debug)]
pub struct Completion(pub Value);

/// An engine instance. Not Send: it belongs to the thread that made it.
pub struct Engine {
    pub cx: Box<Isolate>,
    /// The last module failed before its evaluation: loading or linking.
    pub link_failed: bool,
}

/// Native stack for running JavaScript: the VM stack limit is reached long before it.
pub const NATIVE_STACK: usize = 512 << 20;

impl Engine {
    /// A fresh isolate and realm. Must be used on the calling thread, whose native stack should be
    /// at least `NATIVE_STACK` (see [`Engine::on_big_stack`]).
    pub fn new(options: &Options) -> Engine {
        let mut cx = Isolate::new(options.schedule.clone(), options.limits.clone());
        cx.hooks.interpreter_entry = tierproof_interpreter::interpreter_entry as *const () as usize;
        cx.jit.interpret_one = tierproof_interpreter::interpret_one as *const () as usize;
        cx.printer = options.printer.clone();
        cx.hooks.resolve_module = crate::loader::resolve;
        cx.hooks.read_module = crate::loader::read;
        cx.hooks.parse_json = tierproof_builtins::json_parse;
        cx.clock = options.clock;
        crate::tiering::install(&mut cx, options);
        tierproof_builtins::install(&mut cx);
        Engine { cx, link_failed: false }
    }

    /// Frames that deopts have rebuilt (with `frame-check=on`).
    pub fn rebuilt_frames(&mut self) -> Vec<crate::frame_check::FrameRecord> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).frame_check.log)
    }
    /// Frames found at the watched moments.
    pub fn watched_frames(&mut self) -> Vec<crate::frame_check::FrameRecord> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).frame_check.seen)
    }

    /// Rewrites that compiles have done, in order (when recording).
    pub fn rewrites(&mut self) -> Vec<(RewriteId, String)> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).optimiser.rewrites_done)
    }

    /// What ends this engine's program from another thread.
    pub fn interrupt(&self) -> Interrupt {
        Interrupt::new(self.cx.interrupt.clone())
    }

    /// Counters of this engine so far.
    pub fn stats(&mut self) -> TierStats {
        crate::tiering::final_stats(&mut self.cx)
    }

    /// Runs `f` on a native stack (lazily committed) that no JavaScript recursion can exhaust.
    pub fn on_big_stack<R>(f: impl FnOnce() -> R) -> R {
        stacker::grow(NATIVE_STACK, f)
    }

    /// Parses and runs a script in the realm.
    pub fn run(&mut self, source: &[u8], name: &str) -> Result<Completion, ScriptError> {
        let parsed = tierproof_syntax::parse(source, name).map_err(|e| ScriptError::Syntax(Box::new(e)))?;
        self.run_source(parsed)
    }

    /// Runs a module; `name` is the path that its imports are relative to.
    pub fn run_module(&mut self, source: &[u8], name: &str) -> Result<Completion, ScriptError> {
        let parsed =
            tierproof_syntax::parse_module(source, name).map_err(|e| ScriptError::Syntax(Box::new(e)))?;
        self.cx.jit.exception = Value::UNDEFINED;
        let base = 0u64;
        self.cx.set_native_stack_base(std::hint::black_box(&base) as *const u64 as usize);
        let linked = self.cx.load_main_module(parsed).and_then(|m| self.cx.link_module(m).map(|()| m));
        self.link_failed = linked.is_err();
        let promise = linked.and_then(|m| self.cx.evaluate_module(m));
        let ran = promise.is_ok();
        // rooted by the module
        let done = self.finish(promise)?;
        let Some(p) = tierproof_runtime::promise::as_promise(done.0).filter(|_| ran) else { return Ok(done) };
        if tierproof_runtime::promise::state_of(p) == tierproof_runtime::promise::state::REJECTED {
            self.cx.jit.exception = tierproof_runtime::promise::result_of(p);
            return Err(self.uncaught());
        }
        Ok(Completion(Value::UNDEFINED))
    }

    /// Runs a parsed script in the realm.
    pub fn run_source(
        &mut self,
        parsed: std::rc::Rc<tierproof_syntax::Source>,
    ) -> Result<Completion, ScriptError> {
        self.cx.jit.exception = Value::UNDEFINED;
        self.link_failed = false;
        let base = 0u64;
        self.cx.set_native_stack_base(std::hint::black_box(&base) as *const u64 as usize);
        let global = self.cx.realm.global.into();
        let result = self.cx.script_function(parsed).and_then(|f| self.cx.call(f.into(), global, &[]));
        self.finish(result)
    }

    /// A further realm with its own globals and builtins, in the same heap. Functions of such realms run in
    /// the interpreter only; they live as long as the engine.
    pub fn create_realm(&mut self) -> RealmId {
        self.cx.create_realm(tierproof_builtins::install)
    }

    /// As [`Engine::run`], in another realm of this engine.
    ///
    /// ```
    /// use tierproof_vm::{Engine, Options, RealmId};
    /// Engine::on_big_stack(|| {
    ///     let mut engine = Engine::new(&Options::default());
    ///     let other = engine.create_realm();
    ///     engine.run(b"var here = 'first'", "a.js").unwrap();
    ///     engine.run_in(other, b"var here = 'other'", "b.js").unwrap();
    ///     engine.run(b"print(here)", "c.js").unwrap();
    ///     engine.run_in(other, b"print(here)", "d.js").unwrap();
    ///     assert_eq!(engine.cx.output, ["first", "other"]);
    ///     assert!(engine.run_in(RealmId::FIRST, b"null.x", "e.js").is_err());
    /// });
    /// ```
    pub fn run_in(&mut self, realm: RealmId, source: &[u8], name: &str) -> Result<Completion, ScriptError> {
        let back = self.cx.switch_realm(realm);
        let result = self.run(source, name);
        self.cx.switch_realm(back);
        result
    }

    /// Drains the job queue after a script, then says how the script ended.
    fn finish(&mut self, result: JsResult) -> Result<Completion, ScriptError> {
        if self.cx.termination.is_some() {
            self.cx.jobs.clear();
            return Err(self.uncaught());
        }
        // the exception that ended the script, if one did, survives the jobs
        let pending = self.cx.jit.exception;
        let drained = self.cx.drain_jobs();
        if drained.is_err() {
            return Err(self.uncaught());
        }
        self.cx.jit.exception = pending;
        match result {
            Ok(v) => Ok(Completion(v)),
            Err(_) => Err(self.uncaught()),
        }
    }

    fn uncaught(&mut self) -> ScriptError {
        let cx = &mut *self.cx;
        if let Some(t) = cx.termination.take() {
            if t == Termination::Interrupted {
                cx.interrupt.store(false, std::sync::atomic::Ordering::Relaxed);
            }
            return ScriptError::Terminated(t);
        }
        // it stays there, rooted, for whoever wants to look at the object
        let e = cx.jit.exception;
        let (text, stack) = match e.try_as::<ObjectRef>() {
            Some(o) if o.kind() == tierproof_heap::CellKind::Error => {
                let key = cx.realm.names.stack;
                let stack = cx.data_property_text(o, key).unwrap_or_default();
                (cx.error_header(o), stack)
            }
            _ => {
                let text = match cx.to_rust_string(e) {
                    Ok(t) => t,
                    Err(_) => cx.describe(e),
                };
                cx.jit.exception = e;
                (format!("Uncaught {text}"), String::new())
            }
        };
        ScriptError::Exception { text, trace: Vec::new(), stack }
    }
}
