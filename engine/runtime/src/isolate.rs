//! The isolate: one engine instance with its heap, shapes, realm and VM stack.
//!
//! `JitState` comes first and has a fixed layout, because compiled code of every tier reads and
//! writes it (offsets in [`abi`]); the rest is Rust's business. All code that touches the heap gets
//! `&mut Isolate` (by convention named `cx`).

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;
use tierproof_base::{GcMode, Schedule};
use tierproof_heap::{
    CellRef, FunctionDataRef, FunctionRef, GcSchedule, Heap, HeapConfig, ObjectRef, RootProvider,
    RootVisitor, TraceRoots, Value,
};

use crate::function::FunctionInfo;
use crate::ic::StubCache;
use crate::intern::InternTable;
use crate::realm::Realm;
use crate::shapes::Shapes;
use crate::stack::VmStack;

/// Size of the buffer through which optimised code hands live values to the deoptimizer.
pub const EXIT_BUFFER_WORDS: usize = 1024;

/// What compiled code sees of the isolate; a pointer to it is every entry's first argument.
#[repr(C)]
pub struct JitState {
    /// Frame pointer of the running JavaScript or builtin frame.
    pub fp: *mut Value,
    /// Frames must end below this.
    pub stack_limit: *mut Value,
    /// Counts down to the next tick event.
    pub ticks: i64,
    /// The exception under way, valid while `Value::EXCEPTION` is being returned.
    pub exception: Value,
    /// The heap (nursery cursor first, see `heap::layout`).
    pub heap: *mut Heap,
    /// Addresses of the runtime functions, indexed by their number.
    pub runtime_table: *const usize,
    /// Entries of the same functions that change no register (`jit::preserving_stubs`).
    pub preserving_table: *const usize,
    /// What the last of those returned.
    pub slow_result: u64,
    /// Constant tables of optimised code, indexed by code id.
    pub code_tables: *const *mut u64,
    /// Prototype epoch (mirrors `Shapes::prototype_epoch`).
    pub prototype_epoch: u32,
    /// Checkpoints until the next injected deopt (0: injection off).
    pub deopt_countdown: u32,
    /// Second result of runtime functions that have two.
    pub second_result: Value,
    /// %ArrayIteratorPrototype%.next, while iteration of arrays may take the short cut.
    pub array_iterator_next: Value,
    /// `interpret_one` of the interpreter.
    pub interpret_one: usize,
    /// `extern "C" fn(state, loop header offset or -1) -> entry or 0`: the budget hook for compiled code.
    pub budget: usize,
    /// `extern "C" fn(state) -> exception`, EXCEPTION again for terminations.
    pub take_exception: usize,
    /// `extern "C" fn(state, owner)`: write barrier, slow half.
    pub remember: usize,
    pub exit_buffer: [u64; EXIT_BUFFER_WORDS],
}

/// Byte offsets into `JitState`.
pub mod abi {
    use super::JitState;
    use std::mem::offset_of;
    pub const FP: i32 = offset_of!(JitState, fp) as i32;
    pub const STACK_LIMIT: i32 = offset_of!(JitState, stack_limit) as i32;
    pub const TICKS: i32 = offset_of!(JitState, ticks) as i32;
    pub const EXCEPTION: i32 = offset_of!(JitState, exception) as i32;
    pub const HEAP: i32 = offset_of!(JitState, heap) as i32;
    pub const RUNTIME_TABLE: i32 = offset_of!(JitState, runtime_table) as i32;
    pub const PRESERVING_TABLE: i32 = offset_of!(JitState, preserving_table) as i32;
    pub const SLOW_RESULT: i32 = offset_of!(JitState, slow_result) as i32;
    pub const CODE_TABLES: i32 = offset_of!(JitState, code_tables) as i32;
    pub const PROTOTYPE_EPOCH: i32 = offset_of!(JitState, prototype_epoch) as i32;
    pub const DEOPT_COUNTDOWN: i32 = offset_of!(JitState, deopt_countdown) as i32;
    pub const SECOND_RESULT: i32 = offset_of!(JitState, second_result) as i32;
    pub const ARRAY_ITERATOR_NEXT: i32 = offset_of!(JitState, array_iterator_next) as i32;
    pub const BUDGET: i32 = offset_of!(JitState, budget) as i32;
    pub const TAKE_EXCEPTION: i32 = offset_of!(JitState, take_exception) as i32;
    pub const REMEMBER: i32 = offset_of!(JitState, remember) as i32;
    pub const INTERPRET_ONE: i32 = offset_of!(JitState, interpret_one) as i32;
    pub const EXIT_BUFFER: i32 = offset_of!(JitState, exit_buffer) as i32;
}

/// Entry of compiled code, interpreter and builtins alike.
pub type Entry = extern "C" fn(*mut JitState, *mut Value) -> u64;

/// Why execution ended without an exception that JavaScript could catch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Termination {
    TicksExhausted,
    OutOfMemory,
    /// Somebody outside asked for it (see `Isolate::interrupt`).
    Interrupted,
    /// The program itself, or a host function for it: `quit(code)`.
    Exit(i32),
    /// An internal error found by a check; never expected.
    Internal(String),
}

impl std::fmt::Display for Termination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Termination::TicksExhausted => f.write_str("ticks exhausted"),
            Termination::OutOfMemory => f.write_str("out of memory"),
            Termination::Interrupted => f.write_str("interrupted"),
            Termination::Exit(code) => write!(f, "exit with code {code}"),
            Termination::Internal(m) => write!(f, "internal error: {m}"),
        }
    }
}

/// Takes the lines of `print`; an error ends the program.
#[derive(Clone)]
pub struct Printer(pub Arc<dyn Fn(&str) -> Result<(), Termination> + Send + Sync>);

impl std::fmt::Debug for Printer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Printer")
    }
}

/// Marker of a throw under way; the value is in `JitState.exception`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thrown;

/// Result of anything that may throw.
pub type JsResult<T = Value> = Result<T, Thrown>;

/// What the VM (tiering manager, deoptimizer) plugs in.
pub struct Hooks {
    /// Entry of functions that run in the interpreter.
    pub interpreter_entry: usize,
    /// A function's interrupt budget ran out, at a call (`offset` None) or a back edge. May install
    /// code and set a new budget, and may return an address to continue at (an `Entry` that takes the
    /// frame over and returns the function's result). The flag says that baseline code asks.
    pub budget: fn(&mut Isolate, *mut Value, Option<u32>, bool) -> usize,
    /// Shapes or cells that optimised code relied on changed.
    pub invalidate: fn(&mut Isolate, Invalidated),
    /// The functions and offsets an optimised frame stands for, innermost first (None: as in the header).
    pub expand_frame: Option<ExpandFrame>,
    /// ArraySpeciesCreate of an array and a length; the hole when that is a plain array.
    pub array_species: fn(&mut Isolate, ObjectRef, u64) -> JsResult,
    /// An awaited promise is settled: continue the suspended function with the value, or throw it there.
    pub resume_await: fn(&mut Isolate, ObjectRef, Value, bool) -> JsResult<()>,
    /// The function that `%name` calls.
    pub native: fn(&mut Isolate, name: &str) -> Option<crate::function::NativeFn>,
    /// `JSON.parse` of a string, for JSON modules.
    pub parse_json: fn(&mut Isolate, Value) -> JsResult,
    /// Called by the interpreter before each instruction: frame, offset, accumulator.
    pub step: Option<fn(&mut Isolate, *mut Value, u32, Value)>,
}

/// See [`Hooks::expand_frame`].
pub type ExpandFrame = fn(&mut Isolate, *mut Value) -> Vec<(tierproof_heap::FunctionDataRef, u32)>;

/// A broken dependency.
#[derive(Clone, Copy, Debug)]
pub enum Invalidated {
    Shape(crate::shapes::ShapeId),
    /// A property cell's value, or the `prototype` property of a function cell.
    Cell(CellRef),
    /// Some prototype object has got elements.
    ArrayProtector,
}

fn no_budget(cx: &mut Isolate, fp: *mut Value, _: Option<u32>, _: bool) -> usize {
    crate::stack::Frame::at(fp).function_data().set_counter1(i32::MAX);
    let _ = cx;
    0
}
extern "C" fn budget_from_code(state: *mut JitState, offset: u64) -> u64 {
    // SAFETY: compiled code passes its isolate, of which `state` is the first field.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let at = if offset == u64::MAX { None } else { Some(offset as u32) };
    (cx.hooks.budget)(cx, cx.jit.fp, at, true) as u64
}
extern "C" fn take_exception_from_code(state: *mut JitState) -> u64 {
    // SAFETY: as above.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    match cx.take_exception() {
        Ok(v) => v.to_bits(),
        Err(Thrown) => Value::EXCEPTION.to_bits(),
    }
}
extern "C" fn remember_from_code(state: *mut JitState, owner: u64) {
    // SAFETY: as above; `owner` is a cell.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    cx.heap.remember(Value::from_bits(owner).as_cell());
}

fn no_native(_: &mut Isolate, _: &str) -> Option<crate::function::NativeFn> {
    None
}
fn no_json(cx: &mut Isolate, _: Value) -> JsResult {
    Err(cx.syntax_error("not supported yet: JSON modules"))
}
fn no_invalidate(_: &mut Isolate, _: Invalidated) {}

/// One engine instance.
#[repr(C)]
pub struct Isolate {
    pub jit: JitState,
    pub heap: Box<Heap>,
    pub shapes: Shapes,
    pub strings: InternTable,
    /// The current realm; `realms` has the others.
    pub realm: Realm,
    /// All realms by number once there are several; the current one's place is empty.
    pub realms: Vec<Realm>,
    /// No prototype object has (or had) elements.
    pub array_protector: bool,
    pub stack: VmStack,
    pub stub_cache: StubCache,
    /// How often the stack was full.
    pub stack_overflows: u64,
    pub schedule: Schedule,
    pub hooks: Hooks,
    pub termination: Option<Termination>,
    /// Lines printed by `print`, in order, unless `printer` takes them.
    pub output: Vec<String>,
    /// What the program gave to the host function `probe` (see `probes`).
    pub probes: Vec<u64>,
    pub printer: Option<Printer>,
    /// Takes the lines of `console.error`; None drops them.
    pub error_printer: Option<Printer>,
    /// Set from any thread, it ends the program at the next tick event.
    pub interrupt: Arc<AtomicBool>,
    /// Ticks still allowed beyond the current countdown (None: unlimited).
    pub tick_reserve: Option<u64>,
    /// What the countdown was last set to.
    pub tick_slice: i64,
    /// Ticks taken before the current slice.
    pub ticks_before: u64,
    /// Pending promise jobs.
    pub jobs: VecDeque<CellRef>,
    pub modules: crate::modules::Modules,
    /// What programs may contain beyond the language.
    pub dialect: tierproof_syntax::Dialect,
    /// Finds and reads modules.
    pub loader: Rc<dyn crate::modules::ModuleLoader>,
    /// Promises rejected while nobody handled it, oldest first (see `promise::note_unhandled`).
    pub unhandled: VecDeque<CellRef>,
    /// Closures of the embedder that functions call, by number.
    pub host_functions: Vec<HostFunction>,
    /// The source that code of an `eval` or `Function` belongs to, by number of source.
    pub parents_of_sources: FxHashMap<u32, u32>,
    /// Functions that `%name` has called, one per Rust function and realm.
    pub native_functions: Vec<FunctionRef>,
    /// FunctionData of builtin closures, one per Rust function (FunctionData never move).
    pub closure_data: Vec<FunctionDataRef>,
    pub cache_steps: crate::ic::CacheSteps,
    /// Milliseconds since 1970; None for a logical clock that advances with the ticks.
    pub clock: Option<fn() -> f64>,
    /// Views of buffers, weakly held.
    pub views: crate::typed_array::Views,
    /// Memory outside the heap that array buffers use.
    pub blocks: crate::shared_memory::Blocks,
    pub agent: crate::agents::Agent,
    /// Milliseconds by which waiting has moved the logical clock on.
    pub waited: f64,
    /// Nesting of internal methods through proxies.
    pub proxy_depth: u32,
    pub regexps: crate::regexp::Programs,
    /// Compiled functions by (source, template), so that closures of one source share templates.
    pub functions: FxHashMap<(u32, u32), Rc<FunctionInfo>>,
    /// Every compiled function; a feedback vector's user word is an index into this.
    pub compiled: Vec<Rc<FunctionInfo>>,
    pub sources: Vec<Rc<tierproof_syntax::Source>>,
    /// Extra state of the VM crate (code registry, compile queue).
    pub extension: Option<Box<dyn VmExtension>>,
    pub random: tierproof_base::Random,
    /// How often a constructor's `prototype` has changed after it was used.
    pub prototype_changes: u64,
    /// This isolate before it ran anything (see `image`).
    pub image: Option<Box<crate::image::IsolateImage>>,
    /// Scripts may declare `let`, `const` and classes again (REPL): a new binding takes the place.
    pub redeclare: bool,
    pub symbol_count: u32,
    pub hash_count: u32,
}

/// A function of the embedder.
pub type HostFunction = Rc<dyn Fn(&mut Isolate, crate::function::Args) -> JsResult>;

/// State that crates above `runtime` attach to the isolate.
pub trait VmExtension {
    fn trace(&mut self, visitor: &mut dyn RootVisitor);
    fn as_any(&mut self) -> &mut dyn std::any::Any;
}

/// Limits of an isolate.
#[derive(Clone, Debug)]
pub struct Limits {
    pub heap_bytes: Option<usize>,
    /// VM stack size in words.
    pub stack_words: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { heap_bytes: Some(4 << 30), stack_words: 1 << 17 }
    }
}

/// A heap under the limits. It collects on its own account only, until the realm is finished.
pub(crate) fn heap_config(schedule: &Schedule, limits: &Limits) -> HeapConfig {
    HeapConfig {
        limit: limits.heap_bytes,
        schedule: GcSchedule::Normal,
        verify: schedule.verify,
        report_problems: true,
        ..HeapConfig::default()
    }
}

/// Ticks between two looks at tick events when nothing is due. Bounds what a program may allocate
/// beyond its limit before it is ended.
const TICK_SLICE: i64 = 1 << 12;

impl Isolate {
    /// A bare isolate with a realm that holds no builtins yet. Whoever installs them calls `finish_realm`.
    pub fn new(schedule: Schedule, limits: Limits) -> Box<Isolate> {
        let heap = Box::new(Heap::new(heap_config(&schedule, &limits)));
        let mut cx = Isolate::around(heap, VmStack::new(limits.stack_words), schedule);
        crate::realm::create(&mut cx);
        cx
    }

    /// The first realm has all that it begins with; from now on collections go by the schedule.
    pub fn finish_realm(&mut self) {
        self.heap.set_schedule(match self.schedule.gc {
            GcMode::Normal => GcSchedule::Normal,
            GcMode::Every(n) => GcSchedule::EveryN(n),
            GcMode::StressMove => GcSchedule::StressMove,
        });
    }

    /// An isolate without a realm.
    pub(crate) fn around(mut heap: Box<Heap>, stack: VmStack, schedule: Schedule) -> Box<Isolate> {
        let mut cx = Box::new(Isolate {
            jit: JitState {
                fp: stack.base(),
                stack_limit: stack.limit(),
                ticks: 0,
                exception: Value::UNDEFINED,
                heap: &mut *heap,
                runtime_table: std::ptr::null(),
                preserving_table: std::ptr::null(),
                slow_result: 0,
                code_tables: std::ptr::null(),
                prototype_epoch: 1,
                deopt_countdown: 0,
                second_result: Value::UNDEFINED,
                array_iterator_next: Value::HOLE,
                interpret_one: 0,
                budget: budget_from_code as *const () as usize,
                take_exception: take_exception_from_code as *const () as usize,
                remember: remember_from_code as *const () as usize,
                exit_buffer: [0; EXIT_BUFFER_WORDS],
            },
            heap,
            shapes: Shapes::new(),
            strings: InternTable::default(),
            realm: Realm::empty(),
            realms: Vec::new(),
            array_protector: true,
            stack,
            stub_cache: StubCache::default(),
            stack_overflows: 0,
            tick_reserve: schedule.ticks,
            random: tierproof_base::Random::new(schedule.random_seed as u64),
            schedule,
            hooks: Hooks {
                interpreter_entry: 0,
                budget: no_budget,
                invalidate: no_invalidate,
                native: no_native,
                parse_json: no_json,
                array_species: |_, _, _| Ok(Value::HOLE),
                resume_await: Isolate::resume_awaiting,
                expand_frame: None,
                step: None,
            },
            termination: None,
            output: Vec::new(),
            probes: Vec::new(),
            printer: None,
            error_printer: None,
            interrupt: Arc::default(),
            tick_slice: 0,
            ticks_before: 0,
            jobs: VecDeque::new(),
            modules: Default::default(),
            dialect: Default::default(),
            loader: Rc::new(crate::modules::NoLoader),
            unhandled: VecDeque::new(),
            host_functions: Vec::new(),
            parents_of_sources: FxHashMap::default(),
            native_functions: Vec::new(),
            closure_data: Vec::new(),
            cache_steps: Default::default(),
            clock: None,
            views: Default::default(),
            blocks: Default::default(),
            agent: Default::default(),
            waited: 0.0,
            proxy_depth: 0,
            regexps: Default::default(),
            functions: FxHashMap::default(),
            compiled: Vec::new(),
            sources: Vec::new(),
            extension: None,
            prototype_changes: 0,
            image: None,
            redeclare: false,
            symbol_count: 0,
            hash_count: 0,
        });
        cx.stack.init_bottom_frame();
        cx.refill_ticks();
        let provider: *mut Isolate = &mut *cx;
        // SAFETY: the isolate is boxed and owns the heap, so it outlives every collection.
        unsafe { cx.heap.add_root_provider(provider as *mut dyn RootProvider) };
        cx
    }

    /// Must be called on the thread that runs JavaScript, before running: everything below this
    /// frame on the native stack is scanned conservatively.
    pub fn set_native_stack_base(&mut self, base: usize) {
        self.heap.set_stack_base(base);
    }

    fn refill_ticks(&mut self) {
        let slice = match &mut self.tick_reserve {
            None => TICK_SLICE,
            Some(left) => {
                let n = (*left).min(TICK_SLICE as u64);
                *left -= n;
                n as i64
            }
        };
        self.tick_slice = slice;
        self.jit.ticks = slice;
    }

    /// From now on the program may take this many more ticks; None: any number.
    pub fn set_tick_limit(&mut self, limit: Option<u64>) {
        self.ticks_before += (self.tick_slice - self.jit.ticks) as u64;
        self.tick_reserve = limit;
        self.refill_ticks();
    }

    /// Ticks taken so far: logical time, the same in every tier.
    pub fn ticks_taken(&self) -> u64 {
        self.ticks_before + (self.tick_slice - self.jit.ticks) as u64
    }

    /// The countdown reached zero: account, and end the program when its ticks are used up.
    #[cold]
    pub fn tick_event(&mut self) -> JsResult<()> {
        self.ticks_before += (self.tick_slice - self.jit.ticks) as u64;
        self.tick_slice = 0;
        self.jit.ticks = 0;
        if let Some(problem) = self.heap.problem.clone() {
            return Err(self.terminate(Termination::Internal(problem)));
        }
        if self.heap.oom_pending {
            return Err(self.terminate(Termination::OutOfMemory));
        }
        if self.interrupt.load(Ordering::Relaxed) {
            return Err(self.terminate(Termination::Interrupted));
        }
        if self.tick_reserve == Some(0) {
            return Err(self.terminate(Termination::TicksExhausted));
        }
        self.refill_ticks();
        Ok(())
    }

    /// Ends the program; no JavaScript handler sees it.
    #[cold]
    pub fn terminate(&mut self, reason: Termination) -> Thrown {
        self.termination.get_or_insert(reason);
        self.jit.exception = Value::UNDEFINED;
        Thrown
    }

    /// Throws a value.
    #[cold]
    pub fn throw(&mut self, value: Value) -> Thrown {
        self.jit.exception = value;
        Thrown
    }

    /// The exception of a `Thrown` that JavaScript or a builtin now handles; Err again for terminations.
    pub fn take_exception(&mut self) -> JsResult {
        if self.termination.is_some() {
            return Err(Thrown);
        }
        Ok(std::mem::replace(&mut self.jit.exception, Value::UNDEFINED))
    }

    /// Keeps the mirrored epoch right and reports broken shape dependencies; call after any change of a prototype.
    #[inline]
    pub fn sync_epoch(&mut self) {
        if self.jit.prototype_epoch != self.shapes.prototype_epoch {
            self.jit.prototype_epoch = self.shapes.prototype_epoch;
            while let Some(shape) = self.shapes.broken.pop() {
                (self.hooks.invalidate)(self, Invalidated::Shape(shape));
            }
        }
    }

    /// Some prototype has (or may have) elements: holes no longer read as undefined without looking.
    pub fn drop_array_protector(&mut self) {
        if self.array_protector {
            self.array_protector = false;
            (self.hooks.invalidate)(self, Invalidated::ArrayProtector);
        }
    }

    /// The time in whole milliseconds since 1970.
    pub fn now(&self) -> f64 {
        const START: f64 = 1_767_225_600_000.0;
        const TICKS_PER_MILLISECOND: u64 = 10_000;
        match self.clock {
            Some(clock) => clock().floor(),
            None => START + (self.ticks_taken() / TICKS_PER_MILLISECOND) as f64 + self.waited.floor(),
        }
    }

    /// A fresh deterministic identity hash.
    pub fn next_hash(&mut self) -> u32 {
        self.hash_count = self.hash_count.wrapping_add(1);
        self.hash_count.wrapping_mul(0x9E37_79B1) | 1
    }
}

impl RootProvider for Isolate {
    fn trace_roots(&mut self, v: &mut dyn RootVisitor) {
        v.value(&mut self.jit.exception);
        v.value(&mut self.jit.second_result);
        v.value(&mut self.jit.array_iterator_next);
        let top = self.jit.fp;
        self.stack.trace(top, v);
        self.shapes.trace(v);
        self.realm.trace(v);
        for realm in &mut self.realms {
            realm.trace(v);
        }
        self.stub_cache.clear();
        self.modules.trace(v);
        self.jobs.trace_roots(v);
        self.unhandled.trace_roots(v);
        self.agent.trace(v);
        for f in &mut self.native_functions {
            f.trace_roots(v);
        }
        for data in &mut self.closure_data {
            data.trace_roots(v);
        }
        if let Some(e) = &mut self.extension {
            e.trace(v);
        }
    }
    fn trace_weak_tables(&mut self, visit: &mut dyn FnMut(&mut dyn tierproof_heap::WeakTable)) {
        visit(&mut self.strings);
        visit(&mut self.views);
        visit(&mut self.blocks);
    }
}
