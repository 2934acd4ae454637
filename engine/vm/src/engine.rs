//! One engine instance: an isolate with builtins, and running scripts in it.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::api::{Context, JsValue, Throw};
use crate::code_space::CodeSpace;
use crate::errors::{self, Exception, ScriptError};
use crate::interrupt::Interrupt;
use crate::stats::TierStats;
use tierproof_base::Schedule;
use tierproof_base::fuel::{Permits, Rewrite};
use tierproof_heap::Value;
use tierproof_runtime::image::Remains;
use tierproof_runtime::{Isolate, JsResult, Limits, ModuleLoader, Printer, RealmId, Termination, promise};

/// How to set an engine up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub schedule: Schedule,
    pub limits: Limits,
    /// Takes the lines of `print` at once; None collects them.
    pub printer: Option<Printer>,
    /// Takes the lines of `console.error` and `console.warn`; None drops them.
    pub error_printer: Option<Printer>,
    /// What `Date` reads; None for a clock that advances with the ticks.
    pub clock: Option<fn() -> f64>,
    pub trace: Trace,
    /// Leave queued jobs (promise reactions) to [`Engine::run_jobs`]; otherwise every run drains them.
    pub manual_jobs: bool,
    /// Let programs call V8's `%Name(...)` functions (see `natives`).
    pub natives: bool,
    /// Moments at which the interpreter dumps its frames (see `frame_check`), with how many frames.
    pub watch_frames: Vec<(crate::frame_check::Moment, usize)>,
    /// Which rewrites the compilers may do, and whether to record those they do.
    pub permits: Permits,
    /// Keep the printed graph of every optimised function after this pass.
    pub keep_ir: Option<String>,
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

/// A parsed script.
pub type Script = Rc<tierproof_syntax::Source>;

/// Normal completion of a script. The raw value is good until something allocates; embedders take
/// [`Engine::eval`].
#[derive(Clone, Copy, Debug)]
pub struct Completion(pub Value);

/// An engine instance: an isolate with one realm. Not Send: it belongs to the thread that made it.
pub struct Engine {
    pub cx: ManuallyDrop<Box<Isolate>>,
    /// The last module failed before its evaluation: loading or linking.
    pub link_failed: bool,
    manual_jobs: bool,
}

/// What is left of an engine.
struct LeftOver {
    isolate: Remains,
    code: CodeSpace,
}

thread_local! {
    static LEFT_OVER: Cell<Option<LeftOver>> = const { Cell::new(None) };
}

/// Native stack for running JavaScript: the VM stack limit is reached long before it.
pub const NATIVE_STACK: usize = 512 << 20;

impl Drop for Engine {
    /// Leaves the memory of an engine made by `recycled` to the next one.
    fn drop(&mut self) {
        // SAFETY: nobody uses it after this.
        let mut cx = unsafe { ManuallyDrop::take(&mut self.cx) };
        // a panic may have left anything behind
        if cx.image.is_some() && !std::thread::panicking() {
            let mut code = std::mem::take(&mut crate::tiering::tiering(&mut cx).code);
            code.clear();
            if let Some(isolate) = cx.take_apart() {
                LEFT_OVER.set(Some(LeftOver { isolate, code }));
            }
        }
    }
}

impl Engine {
    /// A fresh isolate and realm, for the calling thread. Running takes `NATIVE_STACK` bytes of native
    /// stack, lazily committed; when the thread has less, each run makes itself one (or they share that
    /// of [`Engine::on_big_stack`]).
    pub fn new(options: &Options) -> Engine {
        Engine::with_realm(options).complete(options)
    }

    /// As `new`, out of what is left of the last engine of this kind that this thread is done with. What
    /// programs can see is the same; making it takes some microseconds instead of half a millisecond.
    ///
    /// ```
    /// use tierproof_vm::{Engine, Options};
    /// for _ in 0..3 {
    ///     let mut engine = Engine::recycled(&Options::default());
    ///     engine.run(b"print(Object.prototype.x); Object.prototype.x = 1", "a.js").unwrap();
    ///     assert_eq!(engine.cx.output, ["undefined"]);
    /// }
    /// ```
    pub fn recycled(options: &Options) -> Engine {
        if let Some(LeftOver { isolate, code }) = LEFT_OVER.take()
            && isolate.fit(&options.limits)
        {
            let cx = isolate.revive(options.schedule.clone(), &options.limits);
            return Engine::around(cx, code, options).complete(options);
        }
        let mut engine = Engine::with_realm(options);
        engine.cx.keep_image();
        engine.complete(options)
    }

    /// A new isolate with the builtins every program finds.
    fn with_realm(options: &Options) -> Engine {
        let cx = Isolate::new(options.schedule.clone(), options.limits.clone());
        let mut engine = Engine::around(cx, CodeSpace::new(), options);
        tierproof_builtins::install(&mut engine.cx);
        engine
    }

    /// What differs from engine to engine comes last, behind all that an image keeps.
    fn complete(mut self, options: &Options) -> Engine {
        self.cx.finish_realm();
        if options.natives {
            crate::natives::install(&mut self.cx);
        }
        self
    }

    fn around(mut cx: Box<Isolate>, code: CodeSpace, options: &Options) -> Engine {
        cx.hooks.interpreter_entry = tierproof_interpreter::interpreter_entry as *const () as usize;
        cx.jit.interpret_one = tierproof_interpreter::interpret_one as *const () as usize;
        cx.printer = options.printer.clone();
        cx.error_printer = options.error_printer.clone();
        cx.loader = Rc::new(crate::loader::FileLoader);
        cx.hooks.array_species = tierproof_builtins::array_species;
        cx.hooks.parse_json = tierproof_builtins::json_parse;
        cx.clock = options.clock;
        crate::tiering::install(&mut cx, code, options);
        Engine { cx: ManuallyDrop::new(cx), link_failed: false, manual_jobs: options.manual_jobs }
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
    pub fn rewrites(&mut self) -> Vec<Rewrite> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).optimiser.done)
    }
    /// Rewrites that were asked for and refused, in order (when recording).
    pub fn refused_rewrites(&mut self) -> Vec<Rewrite> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).optimiser.refused)
    }
    /// Graphs kept (see `Options::keep_ir`), in the order of the compiles.
    pub fn kept_ir(&mut self) -> Vec<String> {
        std::mem::take(&mut crate::tiering::tiering(&mut self.cx).optimiser.kept_ir)
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

    /// Parses a script; what runs it may be another engine of the same thread.
    pub fn compile(&self, source: &[u8], name: &str) -> Result<Script, ScriptError> {
        Ok(tierproof_syntax::parse_in(source, name, self.cx.dialect)?)
    }

    /// Parses and runs a script in the realm, then the jobs; its completion value. `name` is what error
    /// messages call it, and what its imports are relative to.
    pub fn eval(&mut self, source: &[u8], name: &str) -> Result<JsValue, ScriptError> {
        let script = self.compile(source, name)?;
        self.run_to(|engine| engine.script(script), JsValue::new)
    }

    /// As `eval`, with the raw completion value.
    pub fn run(&mut self, source: &[u8], name: &str) -> Result<Completion, ScriptError> {
        let script = self.compile(source, name)?;
        self.run_source(script)
    }

    /// Runs a parsed script in the realm, then the jobs.
    pub fn run_source(&mut self, script: Script) -> Result<Completion, ScriptError> {
        self.run_to(|engine| engine.script(script), |_, v| Completion(v))
    }

    /// Runs a module, then the jobs; `name` is the path that its imports are relative to.
    pub fn run_module(&mut self, source: &[u8], name: &str) -> Result<Completion, ScriptError> {
        let parsed = tierproof_syntax::parse_module_in(source, name, self.cx.dialect)?;
        let mut ran = false;
        let run = |engine: &mut Engine| {
            let cx = &mut *engine.cx;
            let linked = cx.load_main_module(parsed).and_then(|m| cx.link_module(m).map(|()| m));
            engine.link_failed = linked.is_err();
            let promise = linked.and_then(|m| engine.cx.evaluate_module(m));
            ran = promise.is_ok();
            promise
        };
        let state = |_: &mut Isolate, v: Value| {
            promise::as_promise(v).map(|p| (promise::state_of(p), promise::result_of(p)))
        };
        // the module keeps its promise alive
        let promise = self.run_to(run, state)?;
        if let Some((state, reason)) = promise.filter(|p| ran && p.0 == promise::state::REJECTED) {
            debug_assert_eq!(state, promise::state::REJECTED);
            self.cx.jit.exception = reason;
            return Err(self.uncaught());
        }
        Ok(Completion(Value::UNDEFINED))
    }

    /// Operations on the realm from outside. Jobs that they queue wait for the next run, or for
    /// [`Engine::run_jobs`].
    pub fn with<R>(
        &mut self,
        f: impl FnOnce(&mut Context<'_>) -> Result<R, Throw>,
    ) -> Result<R, ScriptError> {
        self.enter(|engine| match f(&mut Context::inside(&mut engine.cx)) {
            Ok(r) => Ok(r),
            Err(_) => Err(engine.uncaught()),
        })
    }

    /// Runs queued jobs (promise reactions) until none is left.
    pub fn run_jobs(&mut self) -> Result<(), ScriptError> {
        self.enter(|engine| engine.cx.drain_jobs().map_err(|_| engine.uncaught()))
    }
    /// Whether jobs are queued. Runs leave some only with [`Options::manual_jobs`].
    pub fn has_jobs(&self) -> bool {
        !self.cx.jobs.is_empty()
    }

    /// The next promise that was rejected and that nobody has handled up to now, as an exception.
    pub fn unhandled_rejection(&mut self) -> Option<ScriptError> {
        self.enter(|engine| {
            let p = engine.cx.take_unhandled_rejection()?;
            let reason = promise::result_of(p);
            engine.cx.jit.exception = reason;
            let e = errors::describe(&mut engine.cx, reason);
            Some(ScriptError::Exception(Box::new(Exception { rejection: true, ..e })))
        })
    }

    /// What the last run threw; undefined when it ended well.
    pub fn thrown(&mut self) -> JsValue {
        let v = self.cx.jit.exception;
        JsValue::new(&mut self.cx, v)
    }

    /// From now on scripts may declare `let`, `const` and classes again, as people do in a REPL.
    pub fn allow_redeclaration(&mut self) {
        self.cx.redeclare = true;
    }

    /// Text of a script, module or `eval` by name, the latest if there are several.
    pub fn source_text(&self, name: &str) -> Option<String> {
        self.cx.sources.iter().rev().find(|s| s.name() == name).map(|s| s.text().to_owned())
    }

    /// Where modules come from, from now on. Files by default.
    pub fn set_module_loader(&mut self, loader: impl ModuleLoader + 'static) {
        self.cx.loader = Rc::new(loader);
    }

    /// From now on programs may take this many more ticks (calls and back edges); None: any number.
    pub fn set_tick_limit(&mut self, limit: Option<u64>) {
        self.cx.set_tick_limit(limit);
    }

    fn script(&mut self, script: Script) -> JsResult {
        let global = self.cx.realm.global.into();
        let f = self.cx.script_function(script)?;
        self.cx.call(f.into(), global, &[])
    }

    /// Runs `f` and the jobs; `convert` sees the result while it is still safe from the collector.
    fn run_to<R>(
        &mut self,
        f: impl FnOnce(&mut Engine) -> JsResult,
        convert: impl FnOnce(&mut Isolate, Value) -> R,
    ) -> Result<R, ScriptError> {
        self.cx.jit.exception = Value::UNDEFINED;
        self.link_failed = false;
        self.enter(|engine| {
            let result = f(engine);
            let completion = engine.finish(result)?;
            Ok(convert(&mut engine.cx, completion.0))
        })
    }

    /// Runs `f` with enough native stack, of which all of `f`'s part is scanned for values.
    fn enter<R>(&mut self, f: impl FnOnce(&mut Engine) -> R) -> R {
        /// Its frame lies below that of its caller, and so does everything `f` does.
        #[inline(never)]
        fn below<R>(engine: &mut Engine, f: impl FnOnce(&mut Engine) -> R) -> R {
            f(engine)
        }
        stacker::maybe_grow(NATIVE_STACK / 4 * 3, NATIVE_STACK, || {
            let base = 0u64;
            self.cx.set_native_stack_base(std::hint::black_box(&base) as *const u64 as usize);
            below(self, f)
        })
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
        if !self.manual_jobs && self.cx.drain_jobs().is_err() {
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
        let thrown = cx.jit.exception;
        ScriptError::Exception(Box::new(errors::describe(cx, thrown)))
    }
}
