//! Entering, leaving, resuming and unwinding interpreter frames.

use tierproof_bytecode::instruction::frame;
use tierproof_heap::{FunctionDataRef, FunctionRef, ObjectRef, TaggedArrayRef, Value, layout};
use tierproof_runtime::function::info;
use tierproof_runtime::isolate::JitState;
use tierproof_runtime::stack::{Frame, kind};
use tierproof_runtime::{Entry, Isolate, JsResult, Thrown};

use crate::dispatch::{State, run};

/// Entry of every function that runs in the interpreter.
pub extern "C" fn interpreter_entry(state: *mut JitState, fp: *mut Value) -> u64 {
    let cx = state as *mut Isolate;
    // SAFETY: entries are called with the isolate's JitState (its first field) and a frame pushed by
    // the caller; see docs/calling-convention.md.
    unsafe {
        let data = Frame::at(fp).callee().cast::<FunctionRef>().function_data();
        match enter(cx, fp, data, kind::ENTRY) {
            Ok(Entered::Interpret(s)) => run_to_return(cx, s).to_bits(),
            Ok(Entered::Done(v)) => v.to_bits(),
            Err(Thrown) => Value::EXCEPTION.to_bits(),
        }
    }
}

unsafe fn run_to_return(cx: *mut Isolate, s: State) -> Value {
    // SAFETY: passed on.
    unsafe {
        match (*cx).hooks.step {
            None => run::<1, false>(cx, s).state.acc,
            Some(step) => run_stepping(cx, s, step),
        }
    }
}

/// As `run`, calling the hook before every instruction.
#[cold]
unsafe fn run_stepping(
    cx: *mut Isolate,
    mut s: State,
    step: fn(&mut Isolate, *mut Value, u32, Value),
) -> Value {
    // SAFETY: passed on.
    unsafe {
        loop {
            step(&mut *cx, s.fp, s.pc.offset_from(s.code) as u32, s.acc);
            let out = run::<1, true>(cx, s);
            s = out.state;
            if out.done {
                if !s.acc.is_exception() {
                    return s.acc;
                }
                match unwind(cx, s.fp) {
                    Some(handler) => s = handler,
                    None => return Value::EXCEPTION,
                }
            }
        }
    }
}

/// Result of a prologue.
pub enum Entered {
    Interpret(State),
    /// Optimised code took the frame over and has returned.
    Done(Value),
}

/// The prologue (order fixed by the calling convention): tick, stack limit, header, registers, `this`.
///
/// # Safety
/// `fp` is a frame pushed for a call of `data`'s function.
#[inline(always)]
pub unsafe fn enter(cx: *mut Isolate, fp: *mut Value, data: FunctionDataRef, k: u64) -> JsResult<Entered> {
    // SAFETY: the frame's words lie inside the VM stack (checked before any register is written).
    unsafe {
        (*cx).jit.ticks -= 1;
        if (*cx).jit.ticks <= 0 {
            (*cx).tick_event()?;
        }
        if data.counter0() < 0 {
            (*cx).ensure_compiled(data)?;
        }
        let i = info(data);
        let size = i.registers as usize;
        if fp.add(size) > (*cx).jit.stack_limit {
            return Err((*cx).overflow_error());
        }
        (*cx).jit.fp = fp;
        let f = Frame::at(fp);
        let function = f.callee().cast::<FunctionRef>();
        f.set(frame::CONTEXT, function.context());
        f.set_raw(frame::OFFSET, 0);
        f.set(frame::FUNCTION_DATA, data.into());
        let vector = data.tagged(tierproof_runtime::function::data_words::FEEDBACK);
        f.set(frame::FEEDBACK, vector);
        f.set_size_and_kind(size, k);
        for r in 0..size {
            *fp.add(r) = Value::UNDEFINED;
        }
        if i.coerce_this {
            let this = f.this();
            if !this.is_object() {
                crate::slow::coerce_this(&mut *cx, f)?;
            }
        }
        let budget = data.counter1() - 1;
        data.set_counter1(budget);
        if budget < 0 {
            return crate::slow::budget_at_entry(cx, fp, data);
        }
        Ok(Entered::Interpret(load_state(fp, 0, Value::UNDEFINED)))
    }
}

/// Start of the data of an immovable tagged array.
#[inline(always)]
pub fn data_pointer(array: Value) -> *mut Value {
    array.as_cell().as_ptr().wrapping_add(layout::ARRAY_DATA as usize).cast()
}

/// Interpreter state for the frame at `fp`, at a bytecode offset.
///
/// # Safety
/// `fp` is a frame of a compiled function with its header written.
#[inline(always)]
pub unsafe fn load_state(fp: *mut Value, offset: u32, acc: Value) -> State {
    // SAFETY: promised by the caller; constants and feedback never move.
    unsafe {
        let data = (*fp.offset(frame::FUNCTION_DATA as isize)).cast::<FunctionDataRef>();
        let code = info(data).code;
        State {
            pc: code.add(offset as usize),
            acc,
            fp,
            feedback: data_pointer(*fp.offset(frame::FEEDBACK as isize)),
            constants: data_pointer(data.tagged(tierproof_runtime::function::data_words::CONSTANTS)),
            code,
        }
    }
}

/// Finds the handler for the exception under way, popping frames; None when the entry frame has
/// been popped too.
#[cold]
#[inline(never)]
pub fn unwind(cx: *mut Isolate, fp: *mut Value) -> Option<State> {
    // SAFETY: called by the interpreter with its isolate and current frame.
    unsafe {
        let cx = &mut *cx;
        let mut f = Frame::at(fp);
        loop {
            if cx.termination.is_none()
                && let Some(h) = info(f.function_data()).template.handler_for(f.offset())
            {
                f.set(frame::CONTEXT, f.get(h.context.index()));
                let e = cx.take_exception().ok()?;
                cx.jit.fp = f.fp();
                return Some(load_state(f.fp(), h.target, e));
            }
            let entry = f.kind() == kind::ENTRY;
            cx.jit.fp = f.caller();
            if entry {
                return None;
            }
            f = Frame::at(f.caller());
        }
    }
}

/// Continues the frame at `fp` (header and registers in place, marked as entry frame or below one)
/// at a bytecode offset with this accumulator, to the return of the entry frame. Where deopts and
/// generator resumption land.
///
/// # Safety
/// The frames from `fp` down to the next entry frame are complete interpreter frames.
pub unsafe fn resume(cx: *mut Isolate, fp: *mut Value, offset: u32, acc: Value) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        (*cx).jit.fp = fp;
        run_to_return(cx, load_state(fp, offset, acc))
    }
}

/// As `resume`, with an exception under way at the frame's current offset.
///
/// # Safety
/// As for `resume`.
pub unsafe fn resume_throw(cx: *mut Isolate, fp: *mut Value) -> Value {
    // SAFETY: promised by the caller.
    unsafe {
        (*cx).jit.fp = fp;
        match unwind(cx, fp) {
            Some(s) => run_to_return(cx, s),
            None => Value::EXCEPTION,
        }
    }
}

/// The value a `Return` yields in a construct frame.
#[cold]
#[inline(never)]
pub fn construct_result(fp: *mut Value, acc: Value) -> Value {
    let f = Frame::at(fp);
    if acc.try_as::<ObjectRef>().is_none() && info(f.function_data()).returns_this { f.this() } else { acc }
}

/// Calls an entry address.
///
/// # Safety
/// `entry` is the address of an entry, `fp` a frame pushed for it.
#[inline(always)]
pub unsafe fn call_entry(cx: *mut Isolate, entry: usize, fp: *mut Value) -> JsResult {
    // SAFETY: promised by the caller.
    let v = unsafe {
        let entry: Entry = std::mem::transmute::<usize, Entry>(entry);
        Value::from_bits(entry(cx as *mut JitState, fp))
    };
    if v.is_exception() { Err(Thrown) } else { Ok(v) }
}

/// The feedback vector of the frame.
#[inline(always)]
pub fn vector(fp: *mut Value) -> TaggedArrayRef {
    Frame::at(fp).get(frame::FEEDBACK).cast()
}

/// Executes the one instruction at `offset` of the frame at `fp` and returns the new accumulator, or
/// EXCEPTION. Not for jumps and returns. Called by baseline code.
pub extern "C" fn interpret_one(state: *mut JitState, fp: *mut Value, offset: u64, acc: u64) -> u64 {
    // SAFETY: baseline code passes its isolate, its own frame and an offset of its bytecode.
    unsafe {
        run::<1, true>(state as *mut Isolate, load_state(fp, offset as u32, Value::from_bits(acc)))
            .state
            .acc
            .to_bits()
    }
}
