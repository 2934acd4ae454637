//! The tiering manager: decides when a function moves up, keeps its code, and answers the budget hook.
//!
//! Every FunctionData has a countdown of ticks (calls and back edges) that interpreter and baseline
//! take from; when it runs out they ask here. The thresholds are fields of the Schedule. Forced
//! schedules go straight to their tier and no further. Per-function state lives in a table; the
//! FunctionData's second flags word holds its index + 1.

use tierproof_base::Tier;
use tierproof_base::schedule::TierMode;
use tierproof_baseline::FunctionTraits;
use tierproof_heap::{FunctionDataRef, RootVisitor, Value};
use tierproof_jit::CodeRange;
use tierproof_runtime::function::{data_flags, flags, info};
use tierproof_runtime::realms::realm_of;
use tierproof_runtime::stack::Frame;
use tierproof_runtime::{Isolate, RealmId, VmExtension};

use crate::code_space::CodeSpace;
use crate::stats::TierStats;

/// Baseline code of a function.
pub struct BaselineEntry {
    pub range: CodeRange,
    /// (loop header offset, address of its entry stub).
    pub loops: Vec<(u32, usize)>,
}

/// What the manager knows of one function.
#[derive(Default)]
pub struct FunctionState {
    pub baseline: Option<BaselineEntry>,
    /// Baseline code is not permitted.
    pub baseline_refused: bool,
    /// Ticks the lower tiers have taken since feedback exists.
    pub ticks: u64,
    /// The countdown's value when it was last set, and the tier that takes from it.
    pub slice: i32,
    /// Ticks already attributed of the current slice.
    pub tier: u8,
    /// First interrupt seen: there is feedback.
    pub warm: bool,
    pub optimised: crate::optimise::OptimisedState,
}

impl FunctionState {
    fn wants_baseline(&self) -> bool {
        self.baseline.is_none() && !self.baseline_refused
    }
}

/// Everything above the interpreter.
pub struct Tiering {
    pub code: CodeSpace,
    pub functions: Vec<FunctionState>,
    pub stats: TierStats,
    pub optimiser: crate::optimise::Optimiser,
    pub frame_check: crate::frame_check::FrameCheck,
    pub trace: crate::engine::Trace,
}

impl VmExtension for Tiering {
    fn trace(&mut self, visitor: &mut dyn RootVisitor) {
        self.optimiser.trace(visitor);
    }
    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

/// The manager of an isolate that has one.
pub fn tiering(cx: &mut Isolate) -> &mut Tiering {
    cx.extension
        .as_mut()
        .and_then(|e| e.as_any().downcast_mut::<Tiering>())
        .expect("isolates made by Engine have a tiering manager")
}

/// Index of the function's state, made on first use.
pub fn state_index(cx: &mut Isolate, data: FunctionDataRef) -> usize {
    let word = data.data_flags2();
    if word as u32 != 0 {
        return word as u32 as usize - 1;
    }
    let t = tiering(cx);
    t.functions.push(FunctionState::default());
    let n = t.functions.len();
    data.set_data_flags2(word | n as u64);
    n - 1
}

/// Name of a function for traces.
pub fn function_name(data: FunctionDataRef) -> String {
    let name = String::from_utf16_lossy(&info(data).template.name);
    if name.is_empty() { "<anonymous>".into() } else { name }
}

/// The highest tier the function may have.
pub fn ceiling(cx: &Isolate, data: FunctionDataRef) -> Tier {
    let s = &cx.schedule;
    if s.tiers.is_empty() { s.top() } else { s.top().min(s.tiers.of(info(data).template.id)) }
}

/// Never interrupt this function again.
const NEVER: i32 = i32::MAX;

/// The budget hook (`Hooks::budget`): `offset` is a loop header's, None at a function's entry;
/// `from_baseline` tells who asks. Returns an entry that takes the frame over, or 0.
pub fn budget(cx: &mut Isolate, fp: *mut Value, offset: Option<u32>, from_baseline: bool) -> usize {
    let data = Frame::at(fp).function_data();
    let index = state_index(cx, data);
    let schedule = cx.schedule.clone();
    let top = ceiling(cx, data);
    account(cx, index, data, from_baseline);
    crate::compile_queue::poll(cx);
    if top == Tier::Interpreter || tiering(cx).code.memory.is_none() || flags(data) & data_flags::BUILTIN != 0
    {
        set_budget(cx, index, data, NEVER);
        return 0;
    }
    let forced_optimised = matches!(schedule.tier, TierMode::Forced(Tier::Midtier | Tier::Toptier));
    if realm_of(data) != RealmId::FIRST {
        tiering(cx).stats.note_bailout("secondary realm");
        set_budget(cx, index, data, NEVER);
        return 0;
    }
    // Baseline comes first, except where an optimising tier is forced (its bailouts fall back to it).
    let wants_baseline = !forced_optimised
        || top == Tier::Baseline
        || flags(data) & data_flags::NO_OPTIMIZE != 0
        || tierproof_runtime::function::flow(data).suspends();
    if wants_baseline && tiering(cx).functions[index].wants_baseline() {
        let warm = tiering(cx).functions[index].ticks >= schedule.baseline_budget as u64;
        if !warm && !matches!(schedule.tier, TierMode::Forced(_)) {
            let left = (schedule.baseline_budget as u64 - tiering(cx).functions[index].ticks).max(1);
            set_budget(cx, index, data, left.min(NEVER as u64) as i32);
            return 0;
        }
        compile_baseline(cx, index, data);
    }
    // Optimising tiers.
    if top >= Tier::Midtier && flags(data) & data_flags::NO_OPTIMIZE == 0 {
        let entry = crate::optimise::consider(cx, data, index, offset);
        if entry != 0 {
            tiering(cx).stats.osr_entries += 1;
            return entry;
        }
    } else {
        set_budget(cx, index, data, NEVER);
    }
    if from_baseline {
        return 0;
    }
    // From the interpreter into baseline code.
    let t = tiering(cx);
    let Some(b) = &t.functions[index].baseline else { return 0 };
    match offset {
        None => {
            // The prologue has run already; the stub for offset 0 does not exist, so baseline starts
            // with the next call.
            0
        }
        Some(at) => {
            let entry = b.loops.iter().find(|l| l.0 == at).map_or(0, |l| l.1);
            if entry != 0 {
                t.stats.osr_entries += 1;
                t.functions[index].tier = Tier::Baseline as u8;
            }
            entry
        }
    }
}

/// Books the ticks taken since the countdown was set.
pub fn account(cx: &mut Isolate, index: usize, data: FunctionDataRef, from_baseline: bool) {
    let left = data.counter1();
    let feedback_budget = cx.schedule.feedback_budget as i32;
    let t = tiering(cx);
    let f = &mut t.functions[index];
    if !f.warm {
        // The first slice was the feedback budget.
        f.warm = true;
        f.slice = feedback_budget;
    }
    let taken = (f.slice as i64 - left as i64).max(0) as u64;
    f.ticks += taken;
    let tier = match lower_tier(f) {
        Tier::Midtier => Tier::Midtier,
        _ if from_baseline => Tier::Baseline,
        _ => Tier::Interpreter,
    };
    t.stats.ticks[tier as usize] += taken;
    f.slice = left;
}

/// The tier that takes from a function's countdown.
fn lower_tier(f: &FunctionState) -> Tier {
    let o = &f.optimised;
    if o.installed.is_some() || o.osr.iter().any(|o| o.1 == Tier::Midtier) {
        Tier::Midtier
    } else if f.baseline.is_some() {
        Tier::Baseline
    } else {
        Tier::Interpreter
    }
}

/// Sets the countdown.
pub fn set_budget(cx: &mut Isolate, index: usize, data: FunctionDataRef, budget: i32) {
    data.set_counter1(budget);
    tiering(cx).functions[index].slice = budget;
}

/// Gives the function baseline code now, unless it has better.
pub fn request_baseline(cx: &mut Isolate, data: FunctionDataRef) {
    let index = state_index(cx, data);
    let t = tiering(cx);
    let f = &t.functions[index];
    let has_code = f.baseline.is_some() || f.optimised.installed.is_some();
    if t.code.memory.is_some() && !has_code && realm_of(data) == RealmId::FIRST {
        compile_baseline(cx, index, data);
    }
}

fn compile_baseline(cx: &mut Isolate, index: usize, data: FunctionDataRef) {
    if !crate::permits::may_compile(cx, data, Tier::Baseline, None) {
        tiering(cx).functions[index].baseline_refused = true;
        return;
    }
    let i = info(data);
    let start = std::time::Instant::now();
    let interpreted = crate::permits::interpreted(cx, data);
    let code = tierproof_baseline::compile(
        &i.template,
        FunctionTraits { coerce_this: i.coerce_this, returns_this: i.returns_this },
        &interpreted,
    );
    let nanos = start.elapsed().as_nanos() as u64;
    let bytecode = i.template.bytecode.len() as u64;
    let t = tiering(cx);
    if t.trace.code {
        eprintln!(
            "--- baseline code of {} ---\n{}",
            function_name(data),
            tierproof_jit::disassembly::disassemble(&code.bytes)
        );
    }
    let Some(range) = t.code.memory.as_mut().and_then(|m| m.publish(&code.bytes)) else { return };
    t.stats.note_compile(Tier::Baseline, nanos, bytecode, code.bytes.len() as u64);
    let loops = code.loop_entries.iter().map(|l| (l.0, range.address + l.1 as usize)).collect();
    t.functions[index].baseline = Some(BaselineEntry { range, loops });
    data.set_entry(range.address);
}

/// Sets an isolate up with a tiering manager and the runtime functions of compiled code.
pub fn install(cx: &mut Isolate, code: CodeSpace, options: &crate::engine::Options) {
    // the tables stay where they are when the space moves
    cx.jit.runtime_table = code.runtime_table.as_ptr();
    cx.jit.preserving_table = code.preserving_table.as_ptr();
    cx.hooks.budget = budget;
    cx.hooks.invalidate = crate::optimise::invalidate;
    cx.hooks.expand_frame = Some(crate::deopt::expand_frame);
    cx.jit.deopt_countdown = match cx.schedule.deopt {
        tierproof_base::schedule::DeoptMode::Natural => 0,
        tierproof_base::schedule::DeoptMode::Every(n) | tierproof_base::schedule::DeoptMode::At(n) => n,
    };
    if !options.watch_frames.is_empty() {
        cx.hooks.step = Some(crate::frame_check::step);
    }
    cx.extension = Some(Box::new(Tiering {
        code,
        functions: Vec::new(),
        stats: TierStats::default(),
        optimiser: Default::default(),
        frame_check: Default::default(),
        trace: options.trace.clone(),
    }));
    tiering(cx).optimiser.permits = options.permits.clone();
    tiering(cx).optimiser.keep_ir = options.keep_ir.clone();
    tiering(cx).frame_check.watch = options.watch_frames.iter().copied().collect();
}

/// Counters with everything booked up to now.
pub fn final_stats(cx: &mut Isolate) -> TierStats {
    let mut open = Vec::new();
    cx.heap.walk(&mut |cell| {
        if let Some(d) = cell.try_as::<FunctionDataRef>()
            && flags(d) & data_flags::BUILTIN == 0
            && d.counter0() >= 0
        {
            open.push((d.data_flags2() as u32, d.counter1()));
        }
    });
    let feedback_budget = cx.schedule.feedback_budget as i64;
    let total = cx.ticks_taken();
    let mode = cx.schedule.tier;
    let (functions, bytes) =
        (cx.functions.len() as u64, cx.functions.values().map(|f| f.template.bytecode.len() as u64).sum());
    let cache_steps = cx.cache_steps.labels().collect();
    let stack_overflows = cx.stack_overflows;
    let t = tiering(cx);
    let mut stats = TierStats { cache_steps, stack_overflows, ..t.stats.clone() };
    for (index, left) in open {
        match t.functions.get((index as usize).wrapping_sub(1)) {
            Some(f) => {
                let tier = lower_tier(f);
                stats.ticks[tier as usize] += (f.slice as i64 - left as i64).max(0) as u64;
            }
            None => stats.ticks[0] += (feedback_budget - left as i64).max(0) as u64,
        }
    }
    // What the lower tiers did not take passed in optimised code.
    let optimised = total.saturating_sub(stats.ticks[0] + stats.ticks[1]);
    let mid = match mode {
        TierMode::Forced(Tier::Midtier) => optimised,
        TierMode::Forced(_) => 0,
        _ => stats.ticks[Tier::Midtier as usize].min(optimised),
    };
    stats.ticks[Tier::Midtier as usize] = mid;
    stats.ticks[Tier::Toptier as usize] = optimised - mid;
    stats.functions = functions;
    stats.compiles[0].bytecode_bytes = bytes;
    stats
}
