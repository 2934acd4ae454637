//! The deoptimizer: from an exit of optimised code to interpreter frames.
//!
//! Optimised code has stored its live values into `JitState.exit_buffer` and calls `deopt` with the
//! code and exit numbers. The exit's descriptor says, for each frame from the outermost in, where
//! every live place comes from. Frames are rebuilt in place on the VM stack (optimised code has
//! reserved the room), the innermost is resumed in the interpreter, and the result of the outermost
//! becomes the optimised function's result. Nothing here allocates on the heap before the frames are
//! complete, so the buffer needs no rooting.

use tierproof_base::schedule::DeoptMode;
use tierproof_bytecode::instruction::{decode, frame};
use tierproof_heap::{FunctionDataRef, FunctionRef, Value};
use tierproof_lower::{ExitDescriptor, ExitValue};
use tierproof_runtime::function::{data_words, info};
use tierproof_runtime::stack::{Frame, kind};
use tierproof_runtime::{Isolate, JitState};
use tierproof_ssa::{Checkpoint, DeoptReason, FrameSlot, Repr};

use crate::tiering::{function_name, tiering};

/// Entry of the deoptimizer, called by optimised code; see the module comment.
pub extern "C" fn deopt(state: *mut JitState, fp: *mut Value, code: u64, exit: u64) -> u64 {
    // SAFETY: optimised code passes its isolate, of which `state` is the first field.
    let cx = unsafe { &mut *(state as *mut Isolate) };
    let (code, exit) = (code as u32, exit as usize);
    let (innermost, offset, acc, reason, lazy) = rebuild(cx, fp, code, exit);
    let site = Frame::at(innermost).function_data();
    trace(cx, code, site, offset.0, reason, lazy);
    let frames = tiering(cx).optimiser.codes[code as usize].code.exits[exit].frames.len();
    if cx.schedule.frame_check {
        crate::frame_check::record(cx, innermost, offset.1, acc, frames);
    }
    if reason == DeoptReason::Injected {
        cx.jit.deopt_countdown = match cx.schedule.deopt {
            DeoptMode::Every(n) => n,
            _ => 0,
        };
    }
    crate::optimise::note_deopt(cx, code, site, offset.0, reason, frames - 1);
    // SAFETY: the frames from `innermost` down to the outermost, an entry frame, are complete.
    unsafe { tierproof_interpreter::resume(cx, innermost, offset.1, acc).to_bits() }
}

fn trace(cx: &mut Isolate, code: u32, site: FunctionDataRef, offset: u32, reason: DeoptReason, lazy: bool) {
    let t = tiering(cx);
    if t.trace.deopt {
        let tier = if t.optimiser.codes[code as usize].tier == tierproof_base::Tier::Toptier {
            "TOPTIER"
        } else {
            "MIDTIER"
        };
        let how = if lazy { "lazy " } else { "" };
        eprintln!(
            "[{how}bailout (reason: {}): deoptimizing <{}>, <Code {tier}>, bytecode offset {offset}]",
            reason.text(),
            function_name(site)
        );
    }
}

/// Rebuilds the frames; the innermost frame pointer, (offset of the exit, offset to resume at), the
/// accumulator, and why.
fn rebuild(
    cx: &mut Isolate,
    fp: *mut Value,
    code: u32,
    exit: usize,
) -> (*mut Value, (u32, u32), Value, DeoptReason, bool) {
    let c = &tiering(cx).optimiser.codes[code as usize];
    let descriptor: ExitDescriptor = c.code.exits[exit].clone();
    let cells: Vec<u64> = descriptor
        .frames
        .iter()
        .map(|f| c.cells[c.facts.functions[f.function.0 as usize].data.0 as usize])
        .collect();
    // Raw words, not roots: nothing below allocates on the heap.
    let table: Vec<u64> = c.table.to_vec();
    let buffer = &cx.jit.exit_buffer;
    let read = |v: ExitValue| match v {
        ExitValue::Bits(bits) => Value::from_bits(bits),
        ExitValue::Constant(n) => Value::from_bits(table_word(&table, n)),
        ExitValue::Buffer { index, repr } => boxed(buffer[index as usize], repr),
    };
    let mut acc = Value::UNDEFINED;
    let mut innermost = fp;
    let mut resume = (0, 0);
    let last = descriptor.frames.len() - 1;
    for (depth, f) in descriptor.frames.iter().enumerate() {
        let new = Frame::at(fp.wrapping_add(f.base_words as usize));
        let data = Value::from_bits(cells[depth]).cast::<FunctionDataRef>();
        let i = info(data);
        if depth > 0 {
            let n = f.argc.max(i.param_count) as i32;
            for k in 0..n {
                new.set(frame::FIRST_PARAM - k, Value::UNDEFINED);
            }
            new.set(frame::THIS, Value::UNDEFINED);
            new.set(frame::NEW_TARGET, Value::UNDEFINED);
            new.set_raw(frame::CALLER_FP, innermost as u64);
            new.set_raw(frame::ARGC, f.argc as u64);
        }
        for r in 0..i.registers as i32 {
            new.set(r, Value::UNDEFINED);
        }
        let mut context = None;
        acc = Value::UNDEFINED;
        for &(slot, v) in &f.values {
            let v = read(v);
            if slot == FrameSlot::ACCUMULATOR {
                acc = v;
            } else if slot.0 == frame::CONTEXT {
                context = Some(v);
            } else {
                new.set(slot.0, v);
            }
        }
        new.set(frame::FUNCTION_DATA, data.into());
        new.set(frame::FEEDBACK, data.tagged(data_words::FEEDBACK));
        let context = match context {
            Some(v) => v,
            None if depth == 0 => new.get(frame::CONTEXT),
            None => new.callee().cast::<FunctionRef>().context(),
        };
        new.set(frame::CONTEXT, context);
        let next = decode(&i.template.bytecode, f.offset).map_or(f.offset, |i| i.next_offset());
        new.set_raw(frame::OFFSET, f.offset as u64 | (next as u64) << 32);
        new.set_size_and_kind(i.registers as usize, if depth == 0 { kind::ENTRY } else { kind::JS });
        innermost = new.fp();
        if depth == last {
            resume = match f.checkpoint {
                Checkpoint::At => (f.offset, f.offset),
                Checkpoint::After { .. } => (f.offset, next),
            };
        }
    }
    (innermost, resume, acc, descriptor.reason, descriptor.lazy)
}

fn table_word(table: &[u64], n: u32) -> u64 {
    table[n as usize + tierproof_lower::abi::TABLE_HEADER_WORDS as usize]
}

/// The Value of raw bits in a representation.
fn boxed(bits: u64, repr: Repr) -> Value {
    match repr {
        Repr::Int32 => Value::smi(bits as u32 as i32),
        Repr::Uint32 => Value::number(bits as u32 as f64),
        Repr::Float64 => Value::number(f64::from_bits(bits)),
        Repr::Bool => Value::from_bool(bits & 0xFF != 0),
        _ => Value::from_bits(bits),
    }
}

/// `Hooks::expand_frame`: the functions and offsets an optimised frame stands for, innermost first.
pub fn expand_frame(cx: &mut Isolate, fp: *mut Value) -> Vec<(FunctionDataRef, u32)> {
    let f = Frame::at(fp);
    let word = f.raw(frame::OFFSET);
    let position = (word >> 32) as u32;
    if position == 0 {
        return vec![(f.function_data(), f.offset())];
    }
    let data = f.function_data();
    let t = tiering(cx);
    let (ids, exit) = tierproof_lower::codes_of_position(position, t.optimiser.codes.len());
    for id in ids {
        let c = &t.optimiser.codes[id];
        if c.data == Value::from(data).to_bits()
            && let Some(d) = c.code.exits.get(exit)
            && d.frames.first().is_some_and(|o| o.offset == word as u32)
        {
            return d
                .frames
                .iter()
                .rev()
                .map(|x| {
                    let cell = c.cells[c.facts.functions[x.function.0 as usize].data.0 as usize];
                    (Value::from_bits(cell).cast::<FunctionDataRef>(), x.offset)
                })
                .collect();
        }
    }
    vec![(data, f.offset())]
}
