//! Out-of-line halves of the handlers: everything that is not the common case.

use tierproof_bytecode::instruction::frame;
use tierproof_bytecode::template::TypeOfLiteral;
use tierproof_bytecode::{RuntimeFunction, SlotKind};
use tierproof_heap::{FunctionDataRef, FunctionRef, ObjectRef, StringRef, Value};
use tierproof_runtime::convert::{BinaryOp, CompareOp, UnaryOp};
use tierproof_runtime::feedback::operand;
use tierproof_runtime::function::{data_flags, flags, info};
use tierproof_runtime::ic::keyed;
use tierproof_runtime::iteration::IteratorRecord;
use tierproof_runtime::stack::Frame;
use tierproof_runtime::{Isolate, JsResult, PropertyKey};

use crate::frames::{Entered, call_entry, load_state, vector};

#[cold]
#[inline(never)]
pub fn coerce_this(cx: &mut Isolate, f: Frame) -> JsResult<()> {
    let this = f.this();
    let new = if this.is_nullish() {
        cx.realm.global
    } else if this.is_hole() {
        return Ok(());
    } else {
        cx.to_object(this)?
    };
    f.set(frame::THIS, new.into());
    Ok(())
}

#[cold]
#[inline(never)]
pub unsafe fn budget_at_entry(cx: *mut Isolate, fp: *mut Value, data: FunctionDataRef) -> JsResult<Entered> {
    // SAFETY: the frame is complete; a returned address is an entry that takes it over.
    unsafe {
        let _ = data;
        let entry = ((*cx).hooks.budget)(&mut *cx, fp, None, false);
        if entry != 0 {
            return call_entry(cx, entry, fp).map(Entered::Done);
        }
        Ok(Entered::Interpret(load_state(fp, 0, Value::UNDEFINED)))
    }
}

/// Back edge with an exhausted budget: the result when optimised code took over.
#[cold]
#[inline(never)]
pub unsafe fn budget_at_loop(cx: *mut Isolate, fp: *mut Value, offset: u32) -> Option<JsResult> {
    // SAFETY: as above; an OSR entry takes the frame over and returns the function's result.
    unsafe {
        let entry = ((*cx).hooks.budget)(&mut *cx, fp, Some(offset), false);
        (entry != 0).then(|| call_entry(cx, entry, fp))
    }
}

fn slot_kind(fp: *mut Value, w: usize) -> SlotKind {
    info(Frame::at(fp).function_data()).template.slots[w / tierproof_bytecode::feedback::SLOT_WORDS as usize]
}

/// Generic arithmetic with feedback at word `w`.
#[inline(never)]
pub fn binary(cx: &mut Isolate, fp: *mut Value, op: BinaryOp, a: Value, b: Value, w: usize) -> JsResult {
    cx.binary_recording(op, a, b, vector(fp), w)
}

/// Unary operators with feedback at word `w`.
#[inline(never)]
pub fn unary(cx: &mut Isolate, fp: *mut Value, op: UnaryOp, a: Value, w: usize) -> JsResult {
    cx.unary_recording(op, a, vector(fp), w)
}

#[inline(never)]
pub fn compare(cx: &mut Isolate, fp: *mut Value, op: CompareOp, a: Value, b: Value, w: usize) -> JsResult {
    cx.compare_recording(op, a, b, vector(fp), w).map(Value::from_bool)
}

#[inline(never)]
pub fn loose_equals(cx: &mut Isolate, fp: *mut Value, a: Value, b: Value, w: usize) -> JsResult {
    cx.loose_equals_recording(a, b, vector(fp), w).map(Value::from_bool)
}

#[inline(never)]
pub fn strict_equals(cx: &mut Isolate, fp: *mut Value, a: Value, b: Value, w: usize) -> Value {
    Value::from_bool(cx.strict_equals_recording(a, b, vector(fp), w))
}

#[inline(never)]
pub fn load_named(cx: &mut Isolate, fp: *mut Value, receiver: Value, name: Value, w: usize) -> JsResult {
    cx.load_named_ic(receiver, name, vector(fp), w)
}
#[inline(never)]
pub fn store_named(
    cx: &mut Isolate,
    fp: *mut Value,
    receiver: Value,
    name: Value,
    value: Value,
    w: usize,
) -> JsResult<()> {
    let strict = slot_kind(fp, w).is_strict();
    cx.store_named_ic(receiver, name, value, vector(fp), w, strict)
}
#[inline(never)]
pub fn define_named(
    cx: &mut Isolate,
    fp: *mut Value,
    o: Value,
    name: Value,
    value: Value,
    w: usize,
) -> JsResult<()> {
    match o.try_as::<ObjectRef>() {
        Some(o) => cx.define_named_ic(o, name, value, vector(fp), w),
        None => Err(cx.type_error("Cannot define a property on a primitive")),
    }
}
#[inline(never)]
pub fn load_keyed(cx: &mut Isolate, fp: *mut Value, receiver: Value, key: Value, w: usize) -> JsResult {
    cx.load_keyed_ic(receiver, key, vector(fp), w)
}
/// `GetPresentElement` with feedback at word `w`.
#[inline(never)]
pub fn load_present(cx: &mut Isolate, fp: *mut Value, object: Value, key: Value, w: usize) -> JsResult {
    cx.load_present_ic(object.cast(), key, vector(fp), w)
}
#[inline(never)]
pub fn store_keyed(
    cx: &mut Isolate,
    fp: *mut Value,
    receiver: Value,
    key: Value,
    value: Value,
    w: usize,
) -> JsResult<()> {
    let strict = slot_kind(fp, w).is_strict();
    cx.store_keyed_ic(receiver, key, value, vector(fp), w, strict)
}
#[inline(never)]
pub fn define_keyed(cx: &mut Isolate, o: Value, key: Value, value: Value, flags: u32) -> JsResult<()> {
    match o.try_as::<ObjectRef>() {
        Some(o) => cx.define_keyed_own(o, key, value, flags),
        None => Err(cx.type_error("Cannot define a property on a primitive")),
    }
}
#[inline(never)]
pub fn load_global(cx: &mut Isolate, fp: *mut Value, name: Value, w: usize, inside_typeof: bool) -> JsResult {
    cx.load_global_ic(name, vector(fp), w, inside_typeof)
}
#[inline(never)]
pub fn store_global(cx: &mut Isolate, fp: *mut Value, name: Value, value: Value, w: usize) -> JsResult<()> {
    let strict = slot_kind(fp, w).is_strict();
    cx.store_global_ic(name, value, vector(fp), w, strict)
}

/// `StaInArrayLiteral`.
#[inline(never)]
pub fn store_in_array_literal(cx: &mut Isolate, a: Value, index: Value, value: Value) -> JsResult<()> {
    let key = cx.to_property_key(index)?;
    cx.create_data_property(a.cast(), key, value)?;
    Ok(())
}

#[inline(never)]
pub fn instance_of(cx: &mut Isolate, fp: *mut Value, v: Value, target: Value, w: usize) -> JsResult {
    cx.instance_of_recording(v, target, vector(fp), w).map(Value::from_bool)
}

#[inline(never)]
pub fn type_of_test(cx: &mut Isolate, v: Value, literal: u32) -> Value {
    let s = tierproof_runtime::convert::type_of(cx, v);
    let want = TypeOfLiteral::from_number(literal).map_or("", |l| l.text());
    Value::from_bool(s.one_byte() == Some(want.as_bytes()))
}

#[inline(never)]
pub fn call_runtime(cx: &mut Isolate, fp: *mut Value, number: u32, args: &[Value]) -> JsResult {
    let data = Frame::at(fp).function_data();
    match RuntimeFunction::from_number(number) {
        Some(f) => cx.call_runtime(f, data, args),
        None => Err(cx.type_error("unknown runtime function")),
    }
}

/// Any call that is not of an interpreted closure: builtins, other tiers, bound functions, errors.
#[inline(never)]
pub fn call(cx: &mut Isolate, callee: Value, this: Value, args: &[Value]) -> JsResult {
    if !cx.is_callable(callee) {
        return Err(cx.callee_not_callable(callee));
    }
    cx.call(callee, this, args)
}

#[inline(never)]
pub fn call_with_array(cx: &mut Isolate, callee: Value, this: Value, array: Value) -> JsResult {
    if !cx.is_callable(callee) {
        return Err(cx.callee_not_callable(callee));
    }
    let list = cx.array_values(array);
    cx.call(callee, this, list.as_slice())
}

#[inline(never)]
pub fn construct_with_array(cx: &mut Isolate, callee: Value, array: Value, new_target: Value) -> JsResult {
    let list = cx.array_values(array);
    cx.construct(callee, list.as_slice(), new_target)
}

/// `ConstructForwardArgs`.
#[inline(never)]
pub fn construct_forward(cx: &mut Isolate, fp: *mut Value, callee: Value, new_target: Value) -> JsResult {
    let f = Frame::at(fp);
    let n = f.argc() as usize;
    let mut list = tierproof_runtime::List::with_capacity(cx, n);
    for i in 0..n {
        list.push(cx, f.arg(i));
    }
    cx.construct(callee, list.as_slice(), new_target)
}

#[inline(never)]
pub fn create_closure(cx: &mut Isolate, fp: *mut Value, template: u32, w: usize) -> Value {
    let f = Frame::at(fp);
    let context = f.get(frame::CONTEXT);
    cx.create_closure(f.function_data(), template, context, vector(fp), w).into()
}

/// `IteratorOpen`: notes when the iterable is no array (the slot is shared with `IteratorNext`).
#[inline(never)]
pub fn iterator_open(
    cx: &mut Isolate,
    fp: *mut Value,
    iterable: Value,
    w: usize,
) -> JsResult<IteratorRecord> {
    cx.iterator_open_recording(iterable, vector(fp), w)
}

/// `IteratorNext`: (done, value); notes the elements kinds of arrays, as keyed loads do.
#[inline(never)]
pub fn iterator_next(
    cx: &mut Isolate,
    fp: *mut Value,
    iterator: Value,
    next: Value,
    w: usize,
) -> JsResult<(Value, Value)> {
    if let Some((kind, value)) = cx.dense_iterator_step(iterator, next) {
        let seen = vector(fp).get(w);
        if !seen.is_smi() || seen.as_smi() & 1 << kind as u8 == 0 {
            note_keyed(cx, fp, w, 1 << kind as u8);
        }
        return Ok((Value::from_bool(value.is_none()), value.unwrap_or(Value::UNDEFINED)));
    }
    note_keyed(cx, fp, w, keyed::OTHER);
    Ok(match cx.iterator_step(IteratorRecord { iterator, next })? {
        Some(v) => (Value::FALSE, v),
        None => (Value::TRUE, Value::UNDEFINED),
    })
}

/// `IteratorClose`.
#[inline(never)]
pub fn iterator_close(cx: &mut Isolate, iterator: Value, suppress: bool) -> JsResult<()> {
    if suppress {
        cx.iterator_close_quietly(iterator);
        return if cx.termination.is_some() { Err(tierproof_runtime::Thrown) } else { Ok(()) };
    }
    cx.iterator_close(iterator)
}

/// Named helpers for the throwing opcodes.
#[cold]
#[inline(never)]
pub fn throw_hole(cx: &mut Isolate, name: Value) -> tierproof_runtime::Thrown {
    let n = PropertyKey::Name(name).describe(cx);
    cx.reference_error(&format!("Cannot access '{n}' before initialization"))
}
#[cold]
#[inline(never)]
pub fn throw_const_assign(cx: &mut Isolate, _name: Value) -> tierproof_runtime::Thrown {
    cx.type_error("Assignment to constant variable.")
}

/// `ToStringValue` of a template literal.
#[inline(never)]
pub fn to_string(cx: &mut Isolate, v: Value) -> JsResult {
    Ok(cx.to_string(v)?.into())
}
#[inline(never)]
pub fn to_property_key(cx: &mut Isolate, v: Value) -> JsResult {
    cx.property_key_value(v)
}

/// Whether interpreting a call of this function inline is allowed: a compiled, ordinary closure.
#[inline(always)]
pub fn is_plain_call_target(data: FunctionDataRef) -> bool {
    flags(data) & data_flags::CLASS_CONSTRUCTOR == 0
}

/// The module cell in a context slot.
#[inline(always)]
pub fn module_cell(context: Value, index: u32, depth: u32) -> tierproof_heap::PropertyCellRef {
    let mut c = context.cast::<tierproof_heap::TaggedArrayRef>();
    for _ in 0..depth {
        c = c.parent().cast();
    }
    c.get(index as usize).cast()
}

/// Bytecode offset in entry `i` of the function's jump tables.
#[inline(never)]
pub fn jump_table(fp: *mut Value, i: usize) -> usize {
    info(Frame::at(fp).function_data()).template.jump_tables[i] as usize
}

/// `ResumeGenerator`: (value sent in, mode).
#[inline(never)]
pub fn received(generator: Value) -> (Value, Value) {
    use tierproof_runtime::generators::words;
    let g = generator.cast::<ObjectRef>();
    (g.internal(words::VALUE), g.internal(words::MODE))
}

/// Home object of the running function.
pub fn home_object(fp: *mut Value) -> Value {
    Frame::at(fp).callee().cast::<FunctionRef>().home_object()
}

/// Feedback of an elements access done inline.
#[cold]
#[inline(never)]
pub fn note_keyed(cx: &mut Isolate, fp: *mut Value, w: usize, bits: i32) {
    cx.note(vector(fp), w, bits);
}

/// `a + b` for two strings.
#[inline(never)]
pub fn add_strings(cx: &mut Isolate, fp: *mut Value, a: StringRef, b: StringRef, w: usize) -> JsResult {
    cx.record_operands(vector(fp), w, operand::STRING);
    Ok(cx.concat(a, b)?.into())
}
