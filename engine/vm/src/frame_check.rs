//! The frame check: what a deopt rebuilds must be what the interpreter has at the same moment.
//!
//! (tick, function, offset) names a moment of an execution in every tier. With `frame-check=on` each
//! deopt logs the frames it has rebuilt: live registers, accumulator, `this`, scopes, and the inlined
//! callers. A replay of the same program in the interpreter, stepping instruction by instruction,
//! dumps its own frames at the logged moments; the two texts must be equal. Dumps are canonical:
//! objects are numbered in order of appearance, so identity between slots is compared as well.

use rustc_hash::FxHashMap;
use tierproof_bytecode::FunctionKind;
use tierproof_bytecode::instruction::frame;
use tierproof_bytecode::liveness::Liveness;
use tierproof_heap::{
    ArrayRef, CellKind, FunctionDataRef, ObjectRef, StringRef, TaggedArrayRef, TypedArrayRef, Value,
};
use tierproof_runtime::function::{function_kind, info};
use tierproof_runtime::stack::Frame;
use tierproof_runtime::{Isolate, ShapeId};

/// A moment of an execution.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Moment {
    pub tick: u64,
    /// Source and number of the innermost function.
    pub function: u64,
    pub offset: u32,
}

/// Frames at a moment, one text each, innermost first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameRecord {
    pub moment: Moment,
    pub frames: Vec<String>,
}

/// Deopts logged at most per run.
pub const MAX_RECORDS: usize = 2000;

/// State of the check in one engine.
#[derive(Default)]
pub struct FrameCheck {
    /// What deopts have rebuilt.
    pub log: Vec<FrameRecord>,
    /// Moments to look for while stepping, with the number of frames to dump.
    pub watch: FxHashMap<Moment, usize>,
    /// What was found there.
    pub seen: Vec<FrameRecord>,
    liveness: FxHashMap<(u64, u32), std::rc::Rc<Liveness>>,
}

fn state(cx: &mut Isolate) -> &mut FrameCheck {
    &mut crate::tiering::tiering(cx).frame_check
}

/// Logs the frames rebuilt by a deopt. `fp` is the innermost, about to execute `offset`.
pub fn record(cx: &mut Isolate, fp: *mut Value, offset: u32, acc: Value, frames: usize) {
    if state(cx).log.len() >= MAX_RECORDS {
        return;
    }
    let record = dump(cx, fp, offset, acc, frames);
    state(cx).log.push(record);
}

/// The step hook: dumps frames at watched moments.
pub fn step(cx: &mut Isolate, fp: *mut Value, offset: u32, acc: Value) {
    let function = Frame::at(fp).function_data().template();
    let moment = Moment { tick: cx.ticks_taken(), function, offset };
    let Some(frames) = state(cx).watch.get(&moment).copied() else { return };
    let record = dump(cx, fp, offset, acc, frames);
    state(cx).seen.push(record);
}

fn dump(cx: &mut Isolate, fp: *mut Value, offset: u32, acc: Value, frames: usize) -> FrameRecord {
    let data = Frame::at(fp).function_data();
    let moment = Moment { tick: cx.ticks_taken(), function: data.template(), offset };
    let mut names = Names::default();
    let mut out = Vec::with_capacity(frames);
    let mut at = fp;
    for depth in 0..frames {
        // The same moment may come by in an outer activation, which has fewer callers.
        if at.is_null() || !Frame::at(at).is_js() || !Frame::at(at).callee().is_cell() {
            break;
        }
        let f = Frame::at(at);
        // A caller goes on behind its call, when the result is in the accumulator.
        let (from, acc) = if depth == 0 { (offset, Some(acc)) } else { (next_offset(f), None) };
        out.push(dump_frame(cx, f, from, acc, &mut names));
        at = f.caller();
    }
    FrameRecord { moment, frames: out }
}

/// Offset behind the call that a frame is in.
fn next_offset(f: Frame) -> u32 {
    let code = &info(f.function_data()).template.bytecode;
    tierproof_bytecode::instruction::decode(code, f.offset()).map_or(0, |i| i.next_offset())
}

/// Numbers of objects, in order of first appearance.
#[derive(Default)]
struct Names(FxHashMap<u64, usize>);

fn liveness(cx: &mut Isolate, data: FunctionDataRef) -> std::rc::Rc<Liveness> {
    let key = (data.template(), 0);
    if let Some(l) = state(cx).liveness.get(&key) {
        return l.clone();
    }
    let l = std::rc::Rc::new(Liveness::compute(&info(data).template));
    state(cx).liveness.insert(key, l.clone());
    l
}

fn dump_frame(cx: &mut Isolate, f: Frame, offset: u32, acc: Option<Value>, names: &mut Names) -> String {
    let data = f.function_data();
    let template = info(data).template.clone();
    let live = liveness(cx, data);
    let at = live.live_in(offset);
    let mut text = format!("{} @{offset}", crate::tiering::function_name(data));
    if let Some(acc) = acc
        && at.accumulator()
    {
        text.push_str(&format!(" acc={}", show(cx, acc, 3, names)));
    }
    let registers: Vec<_> = at.registers().collect();
    for r in registers {
        if r.is_local() || r.as_param().is_some_and(|p| p < template.param_count) {
            let v = f.get(r.index());
            text.push_str(&format!(" {r}={}", show(cx, v, 3, names)));
        }
    }
    if template.uses_this && function_kind(data) != FunctionKind::DerivedConstructor {
        let this = f.this();
        text.push_str(&format!(" this={}", show(cx, this, 2, names)));
    }
    let context = f.get(frame::CONTEXT);
    text.push_str(&format!(" scope={}", show(cx, context, 2, names)));
    text
}

fn show(cx: &mut Isolate, v: Value, depth: u32, names: &mut Names) -> String {
    if v.is_number() {
        let n = v.as_number();
        return if n == 0.0 && n.is_sign_negative() { "-0".into() } else { n.to_string() };
    }
    if !v.is_cell() {
        return match v {
            Value::UNDEFINED => "undefined".into(),
            Value::NULL => "null".into(),
            Value::TRUE => "true".into(),
            Value::FALSE => "false".into(),
            Value::HOLE => "hole".into(),
            other => format!("#{:x}", other.to_bits()),
        };
    }
    let cell = v.as_cell();
    if let Some(s) = v.try_as::<StringRef>() {
        let n = s.len();
        if n > 200 {
            return format!("string of {n}");
        }
        return format!("{:?}", tierproof_runtime::strings::to_rust(cx, s));
    }
    let known = names.0.len();
    let mut fresh = false;
    let number = *names.0.entry(v.to_bits()).or_insert_with(|| {
        fresh = true;
        known
    });
    let kind = cell.kind();
    let head = format!("{}#{number}", kind.name());
    if !fresh || depth == 0 {
        return head;
    }
    let mut parts = Vec::new();
    match kind {
        CellKind::Context => {
            let c = v.cast::<TaggedArrayRef>();
            for i in 0..c.len() {
                let d = if i == 0 { depth - 1 } else { depth.min(2) };
                parts.push(show(cx, c.get(i), d, names));
            }
        }
        CellKind::Function => {
            let d = v.cast::<tierproof_heap::FunctionRef>().function_data();
            parts.push(format!("{:x}", d.template()));
        }
        _ if kind.is_object() => {
            let o = v.cast::<ObjectRef>();
            let properties = cx.shapes.properties(ShapeId(o.shape()));
            for (key, p) in properties.iter().take(12) {
                let name = tierproof_runtime::PropertyKey::Name(*key).describe(cx);
                let value = cx.load_slot(o, p.slot);
                let value = match value.try_as::<tierproof_heap::PropertyCellRef>() {
                    Some(c) => c.value_slot(),
                    None => value,
                };
                parts.push(format!("{name}:{}", show(cx, value, depth - 1, names)));
            }
            if kind == CellKind::TypedArray {
                parts.push(format!("length {}", v.cast::<TypedArrayRef>().length()));
            } else {
                if let Some(a) = v.try_as::<ArrayRef>() {
                    parts.push(format!("length {}", a.length()));
                }
                for i in 0..cx.elements_capacity(o).min(8) {
                    if let Some(e) = cx.dense_element(o, i) {
                        parts.push(format!("{i}:{}", show(cx, e, depth - 1, names)));
                    }
                }
            }
        }
        _ => {}
    }
    format!("{head}{{{}}}", parts.join(" "))
}

/// Compares what deopts rebuilt with what the interpreter had; the first difference as
/// (what the interpreter has, what was rebuilt), both with the moment.
pub fn compare(rebuilt: &[FrameRecord], seen: &[FrameRecord]) -> Option<(String, String)> {
    let mut by_moment: FxHashMap<Moment, Vec<&FrameRecord>> = FxHashMap::default();
    for s in seen {
        by_moment.entry(s.moment).or_default().push(s);
    }
    for r in rebuilt {
        let at = format!("tick {} offset {}", r.moment.tick, r.moment.offset);
        let Some(found) = by_moment.get(&r.moment) else {
            return Some((format!("{at}: the interpreter never is there"), r.frames.join(" <- ")));
        };
        if found.iter().any(|f| f.frames == r.frames) {
            continue;
        }
        for (i, (want, got)) in found[0].frames.iter().zip(&r.frames).enumerate() {
            if want != got {
                return Some((format!("{at} frame {i}: {want}"), format!("{at} frame {i}: {got}")));
            }
        }
        return Some((
            format!("{at}: {} frames", found[0].frames.len()),
            format!("{at}: {} frames", r.frames.len()),
        ));
    }
    None
}
