//! Natives that move functions between tiers, and those that tell where a function is.

use tierproof_base::Tier;
use tierproof_base::schedule::{DeoptMode, Install};
use tierproof_bytecode::SlotKind;
use tierproof_heap::{FunctionDataRef, FunctionRef, ObjectRef, TaggedArrayRef, Value};
use tierproof_runtime::function::{data_flags, data_words, flags, info};
use tierproof_runtime::stack::{Frame, kind};
use tierproof_runtime::{Args, Isolate, JsResult};

use crate::optimise;
use crate::tiering::{self, state_index, tiering};

/// Bits of `%GetOptimizationStatus`, as V8 numbers them.
mod status_bits {
    pub const IS_FUNCTION: i32 = 1 << 0;
    pub const NEVER_OPTIMIZE: i32 = 1 << 1;
    /// Also: the schedule keeps functions from being optimised; tests then assert nothing.
    pub const MAYBE_DEOPTED: i32 = 1 << 3;
    pub const OPTIMIZED: i32 = 1 << 4;
    pub const MIDTIER: i32 = 1 << 5;
    pub const TOPTIER: i32 = 1 << 6;
    pub const INTERPRETED: i32 = 1 << 7;
    pub const OPTIMIZING_CONCURRENTLY: i32 = 1 << 10;
    pub const IS_EXECUTING: i32 = 1 << 11;
    pub const TOPMOST_FRAME_IS_TOPTIER: i32 = 1 << 12;
    pub const BASELINE: i32 = 1 << 15;
    pub const TOPMOST_FRAME_IS_INTERPRETED: i32 = 1 << 16;
    pub const TOPMOST_FRAME_IS_BASELINE: i32 = 1 << 17;
    pub const IS_LAZY: i32 = 1 << 18;
    pub const TOPMOST_FRAME_IS_MIDTIER: i32 = 1 << 19;
}

/// The JavaScript function in argument `i`.
fn function(args: Args, i: usize) -> Option<FunctionDataRef> {
    let d = args.get(i).try_as::<FunctionRef>()?.function_data();
    (flags(d) & data_flags::BUILTIN == 0).then_some(d)
}

/// The innermost JavaScript frame.
fn caller(cx: &Isolate) -> Option<Frame> {
    frames(cx).next()
}
fn frames(cx: &Isolate) -> impl Iterator<Item = Frame> {
    let mut at = cx.jit.fp;
    std::iter::from_fn(move || {
        while !at.is_null() {
            let f = Frame::at(at);
            at = f.caller();
            if f.is_js() && f.callee().is_cell() {
                return Some(f);
            }
        }
        None
    })
}

fn tier_of(cx: &mut Isolate, d: FunctionDataRef) -> Tier {
    let index = state_index(cx, d);
    let t = tiering(cx);
    let f = &t.functions[index];
    match f.optimised.installed {
        Some(code) => t.optimiser.codes[code as usize].tier,
        None if f.baseline.is_some() => Tier::Baseline,
        None => Tier::Interpreter,
    }
}

/// `%PrepareFunctionForOptimization(f)`: bytecode and feedback vector.
pub fn prepare(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(d) = function(args, 0) {
        cx.ensure_compiled(d)?;
    }
    Ok(Value::UNDEFINED)
}

/// Gives the function code of this tier, or the highest below it that the schedule allows.
fn compile(cx: &mut Isolate, d: FunctionDataRef, tier: Tier) -> JsResult<()> {
    cx.ensure_compiled(d)?;
    match tier.min(cx.schedule.top()) {
        Tier::Interpreter => {}
        Tier::Baseline => tiering::request_baseline(cx, d),
        tier => optimise::request(cx, d, tier),
    }
    Ok(())
}
fn compile_argument(cx: &mut Isolate, args: Args, tier: Tier) -> JsResult {
    if let Some(d) = function(args, 0) {
        compile(cx, d, tier)?;
    }
    Ok(Value::UNDEFINED)
}
pub fn compile_baseline(cx: &mut Isolate, args: Args) -> JsResult {
    compile_argument(cx, args, Tier::Baseline)
}
pub fn optimize_midtier(cx: &mut Isolate, args: Args) -> JsResult {
    compile_argument(cx, args, Tier::Midtier)
}
pub fn optimize_toptier(cx: &mut Isolate, args: Args) -> JsResult {
    compile_argument(cx, args, Tier::Toptier)
}

/// `%TierupFunction(f)`: one tier up.
pub fn tier_up(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(d) = function(args, 0) {
        let next = match tier_of(cx, d) {
            Tier::Interpreter => Tier::Baseline,
            Tier::Baseline => Tier::Midtier,
            _ => Tier::Toptier,
        };
        compile(cx, d, next)?;
    }
    Ok(Value::UNDEFINED)
}

/// `%OptimizeOsr(depth)`: the calling function, or one further out, asks for optimised code at its next
/// back edge.
pub fn optimize_osr(cx: &mut Isolate, args: Args) -> JsResult {
    let depth = if args.get(0).is_smi() { args.get(0).as_smi().max(0) as usize } else { 0 };
    let frame = frames(cx).nth(depth);
    if let Some(f) = frame {
        optimise::heat(cx, f.function_data());
    }
    Ok(Value::UNDEFINED)
}
/// `%BaselineOsr()`: the calling function gets baseline code, entered at its next back edge.
pub fn baseline_osr(cx: &mut Isolate, _: Args) -> JsResult {
    if let Some(f) = caller(cx) {
        let d = f.function_data();
        compile(cx, d, Tier::Baseline)?;
        let index = state_index(cx, d);
        tiering::set_budget(cx, index, d, 0);
    }
    Ok(Value::UNDEFINED)
}

/// `%NeverOptimizeFunction(f)`
pub fn never_optimize(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(d) = function(args, 0) {
        cx.ensure_compiled(d)?;
        optimise::discard_all(cx, d, "never to be optimized");
        d.set_data_flags(flags(d) | data_flags::NO_OPTIMIZE);
    }
    Ok(Value::UNDEFINED)
}
/// `%DeoptimizeFunction(f)`: its activations leave at their next return from a call.
pub fn deoptimize_function(cx: &mut Isolate, args: Args) -> JsResult {
    if let Some(d) = function(args, 0) {
        optimise::discard_all(cx, d, "asked for by the program");
    }
    Ok(Value::UNDEFINED)
}
/// `%DeoptimizeNow()`: the same for the calling function.
pub fn deoptimize_now(cx: &mut Isolate, _: Args) -> JsResult {
    if let Some(f) = caller(cx) {
        optimise::discard_all(cx, f.function_data(), "asked for by the program");
    }
    Ok(Value::UNDEFINED)
}

/// `%ClearFunctionFeedback(f)`: its caches and profiles are as in the beginning. What a site has to
/// remember (closures, templates, literals) stays.
pub fn clear_feedback(cx: &mut Isolate, args: Args) -> JsResult {
    let Some(d) = function(args, 0).filter(|d| d.counter0() >= 0) else { return Ok(Value::UNDEFINED) };
    let Some(vector) = d.tagged(data_words::FEEDBACK).try_as::<TaggedArrayRef>() else {
        return Ok(Value::UNDEFINED);
    };
    let i = info(d);
    for (n, slot) in i.template.slots.iter().enumerate() {
        if matches!(slot, SlotKind::Closure | SlotKind::Literal) {
            continue;
        }
        for word in i.slot_words[n]..i.slot_words.get(n + 1).copied().unwrap_or(i.slot_words[n]) {
            let first = word == i.slot_words[n];
            let v = if first && slot.is_counter() { Value::smi(0) } else { Value::UNDEFINED };
            vector.set(&mut cx.heap, word as usize, v);
        }
    }
    let index = state_index(cx, d);
    tiering(cx).functions[index].optimised.failed.clear();
    Ok(Value::UNDEFINED)
}

/// `%FinalizeOptimization()`: what is being compiled in the background is installed.
pub fn finalize(cx: &mut Isolate, _: Args) -> JsResult {
    crate::compile_queue::wait(cx);
    Ok(Value::UNDEFINED)
}

/// `%GetOptimizationStatus(f)`
pub fn status(cx: &mut Isolate, args: Args) -> JsResult {
    use status_bits::*;
    if args.get(0).try_as::<ObjectRef>().is_none_or(|_| !cx.is_callable(args.get(0))) {
        return Ok(Value::smi(0));
    }
    let mut bits = IS_FUNCTION;
    if cx.schedule.top() < Tier::Toptier || cx.schedule.deopt != DeoptMode::Natural {
        bits |= MAYBE_DEOPTED;
    }
    let Some(d) = function(args, 0) else { return Ok(Value::smi(bits)) };
    if flags(d) & data_flags::NO_OPTIMIZE != 0 {
        bits |= NEVER_OPTIMIZE;
    }
    if d.counter0() < 0 {
        bits |= IS_LAZY;
    }
    bits |= match tier_of(cx, d) {
        Tier::Interpreter => INTERPRETED,
        Tier::Baseline => BASELINE,
        Tier::Midtier => OPTIMIZED | MIDTIER,
        Tier::Toptier => OPTIMIZED | TOPTIER,
    };
    let index = state_index(cx, d);
    if !tiering(cx).functions[index].optimised.pending.is_empty() {
        bits |= OPTIMIZING_CONCURRENTLY;
    }
    let frame = frames(cx).find(|f| f.function_data() == d);
    if let Some(f) = frame {
        bits |= IS_EXECUTING;
        bits |= match tier_of_frame(cx, f) {
            Tier::Interpreter => TOPMOST_FRAME_IS_INTERPRETED,
            Tier::Baseline => TOPMOST_FRAME_IS_BASELINE,
            Tier::Midtier => TOPMOST_FRAME_IS_MIDTIER,
            Tier::Toptier => TOPMOST_FRAME_IS_TOPTIER,
        };
    }
    Ok(Value::smi(bits))
}

/// The tier a frame runs in. Interpreter and baseline share frames: a function with baseline code
/// counts as running it.
fn tier_of_frame(cx: &mut Isolate, f: Frame) -> Tier {
    let d = f.function_data();
    let index = state_index(cx, d);
    let t = tiering(cx);
    let state = &t.functions[index];
    match f.kind() {
        kind::OPTIMISED => {
            let newest = state.optimised.osr.last().map(|o| o.1);
            let installed = state.optimised.installed.map(|c| t.optimiser.codes[c as usize].tier);
            newest.max(installed).unwrap_or(Tier::Toptier)
        }
        kind::ENTRY => Tier::Interpreter,
        _ if state.baseline.is_some() => Tier::Baseline,
        _ => Tier::Interpreter,
    }
}

fn is_tier(cx: &mut Isolate, args: Args, tier: Tier) -> JsResult {
    let is = function(args, 0).is_some_and(|d| tier_of(cx, d) == tier);
    Ok(Value::from_bool(is))
}
pub fn is_interpreter(cx: &mut Isolate, args: Args) -> JsResult {
    is_tier(cx, args, Tier::Interpreter)
}
pub fn is_baseline(cx: &mut Isolate, args: Args) -> JsResult {
    is_tier(cx, args, Tier::Baseline)
}
pub fn is_midtier(cx: &mut Isolate, args: Args) -> JsResult {
    is_tier(cx, args, Tier::Midtier)
}
pub fn is_toptier(cx: &mut Isolate, args: Args) -> JsResult {
    is_tier(cx, args, Tier::Toptier)
}
/// `%GetTierName(f)`: ours alone.
pub fn name(cx: &mut Isolate, args: Args) -> JsResult {
    match function(args, 0) {
        Some(d) => {
            let tier = tier_of(cx, d);
            Ok(cx.string(&optimise::tier_name(tier).to_lowercase()).into())
        }
        None => Ok(Value::UNDEFINED),
    }
}
pub fn is_being_interpreted(cx: &mut Isolate, _: Args) -> JsResult {
    let frame = caller(cx);
    Ok(Value::from_bool(
        frame.is_some_and(|f| f.kind() != kind::OPTIMISED && tier_of_frame(cx, f) == Tier::Interpreter),
    ))
}
pub fn frame_is_toptier(cx: &mut Isolate, _: Args) -> JsResult {
    let frame = caller(cx);
    Ok(Value::from_bool(frame.is_some_and(|f| tier_of_frame(cx, f) == Tier::Toptier)))
}
pub fn baseline_enabled(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::from_bool(cx.schedule.top() >= Tier::Baseline))
}
pub fn midtier_enabled(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::from_bool(cx.schedule.top() >= Tier::Midtier))
}
pub fn toptier_enabled(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::from_bool(cx.schedule.top() >= Tier::Toptier))
}
pub fn is_concurrent(cx: &mut Isolate, _: Args) -> JsResult {
    Ok(Value::from_bool(cx.schedule.install == Install::Background))
}
