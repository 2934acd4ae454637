//! Bodies of the runtime functions that compiled code calls (declared in `ssa::runtime_op`), and the
//! table of their addresses. They are thin: conversion from the C signature to the runtime's
//! operations, which every tier shares.

use tierproof_bytecode::template::TypeOfLiteral;
use tierproof_bytecode::{RuntimeFunction, SlotKind};
use tierproof_heap::{FunctionDataRef, FunctionRef, ObjectRef, StringRef, TaggedArrayRef, Value};
use tierproof_runtime::convert::{self, BinaryOp, CompareOp, UnaryOp};
use tierproof_runtime::isolate::JitState;
use tierproof_runtime::iteration::IteratorRecord;
use tierproof_runtime::stack::Frame;
use tierproof_runtime::{Isolate, JsResult, PropertyKey, Thrown};
use tierproof_ssa::runtime_op::RuntimeOp;

type State = *mut JitState;

/// The isolate behind a JitState pointer.
///
/// # Safety
/// `state` is the first field of a live isolate, and compiled code holds no other reference to it.
#[inline(always)]
unsafe fn isolate<'a>(state: State) -> &'a mut Isolate {
    // SAFETY: promised by the caller.
    unsafe { &mut *(state as *mut Isolate) }
}

#[inline(always)]
fn value(bits: u64) -> Value {
    Value::from_bits(bits)
}
#[inline(always)]
fn bits(r: JsResult) -> u64 {
    match r {
        Ok(v) => v.to_bits(),
        Err(Thrown) => Value::EXCEPTION.to_bits(),
    }
}
#[inline(always)]
fn unit(r: JsResult<()>) -> u64 {
    bits(r.map(|()| Value::UNDEFINED))
}
#[inline(always)]
fn boolean(r: JsResult<bool>) -> u64 {
    bits(r.map(Value::from_bool))
}

/// Defines `extern "C" fn name(state, args: u64...) -> u64` with `cx` and the arguments as Values.
macro_rules! ops {
    ($($name:ident($cx:ident $(, $arg:ident)* $(; $imm:ident)*) $body:expr;)*) => {
        $(extern "C" fn $name(state: State $(, $arg: u64)* $(, $imm: u64)*) -> u64 {
            // SAFETY: compiled code passes its isolate.
            let $cx = unsafe { isolate(state) };
            $(let $arg = value($arg);)*
            $body
        })*
    };
}

fn slot_kind(vector_owner: Frame, slot: u64) -> SlotKind {
    let info = tierproof_runtime::function::info(vector_owner.function_data());
    info.template.slots.get(slot as usize).copied().unwrap_or(SlotKind::StoreNamed { strict: true })
}

/// First word of a slot in its vector.
fn word(slot: u64) -> usize {
    slot as usize * tierproof_bytecode::feedback::SLOT_WORDS as usize
}

/// Runs `f` over a copy of the arguments: they lie where the callee's frame is about to be pushed.
fn with_arguments(state: State, argv: u64, count: u64, f: impl FnOnce(&mut Isolate, &[Value]) -> u64) -> u64 {
    // SAFETY: compiled code passes its isolate, and a pointer to `count` Values above its frame.
    let (cx, given) =
        unsafe { (isolate(state), std::slice::from_raw_parts(argv as *const Value, count as usize)) };
    let mut few = [Value::UNDEFINED; 16];
    if given.len() <= few.len() {
        few[..given.len()].copy_from_slice(given);
        return f(cx, &few[..given.len()]);
    }
    let many = tierproof_heap::RootedVec::new(&mut cx.heap, given.to_vec());
    f(cx, &many)
}

ops! {
    op_add(cx, a, b) bits(cx.add(a, b));
    op_sub(cx, a, b) bits(cx.binary(BinaryOp::Sub, a, b));
    op_mul(cx, a, b) bits(cx.binary(BinaryOp::Mul, a, b));
    op_div(cx, a, b) bits(cx.binary(BinaryOp::Div, a, b));
    op_mod(cx, a, b) bits(cx.binary(BinaryOp::Mod, a, b));
    op_exp(cx, a, b) bits(cx.binary(BinaryOp::Exp, a, b));
    op_or(cx, a, b) bits(cx.binary(BinaryOp::BitwiseOr, a, b));
    op_xor(cx, a, b) bits(cx.binary(BinaryOp::BitwiseXor, a, b));
    op_and(cx, a, b) bits(cx.binary(BinaryOp::BitwiseAnd, a, b));
    op_shl(cx, a, b) bits(cx.binary(BinaryOp::ShiftLeft, a, b));
    op_sar(cx, a, b) bits(cx.binary(BinaryOp::ShiftRight, a, b));
    op_shr(cx, a, b) bits(cx.binary(BinaryOp::ShiftRightLogical, a, b));
    op_inc(cx, a) bits(cx.unary(UnaryOp::Inc, a));
    op_dec(cx, a) bits(cx.unary(UnaryOp::Dec, a));
    op_negate(cx, a) bits(cx.unary(UnaryOp::Negate, a));
    op_not(cx, a) bits(cx.unary(UnaryOp::BitwiseNot, a));
    op_to_number(cx, a) bits(cx.unary(UnaryOp::ToNumber, a));
    op_to_numeric(cx, a) bits(cx.to_numeric(a));
    op_to_string(cx, a) bits(cx.to_string(a).map(Value::from));
    op_to_property_key(cx, a) bits(cx.property_key_value(a));
    op_to_object(cx, a) bits(cx.to_object(a).map(Value::from));
    op_equal(cx, a, b) boolean(cx.loose_equals(a, b));
    op_less(cx, a, b) boolean(cx.compare(CompareOp::LessThan, a, b));
    op_greater(cx, a, b) boolean(cx.compare(CompareOp::GreaterThan, a, b));
    op_less_equal(cx, a, b) boolean(cx.compare(CompareOp::LessThanOrEqual, a, b));
    op_greater_equal(cx, a, b) boolean(cx.compare(CompareOp::GreaterThanOrEqual, a, b));
    op_inherits_from(cx, a, b) match cx.inherits_from(a, b) {
        Some(yes) => yes as u64,
        None => 2,
    };
    op_instance_of(cx, a, b) boolean(cx.instance_of(a, b));
    op_in(cx, a, b) boolean(cx.has_property_value(a, b));
    op_strict_equal(cx, a, b) cx.strict_equals(a, b) as u64;
    op_to_boolean(_cx, a) convert::to_boolean(a) as u64;
    op_type_of(cx, a) Value::from(convert::type_of(cx, a)).to_bits();
    op_test_type_of(cx, a; literal) {
        let s = convert::type_of(cx, a);
        let want = TypeOfLiteral::from_number(literal as u32).map_or("", |l| l.text());
        (s.one_byte() == Some(want.as_bytes())) as u64
    };
    op_binary_recording(cx, a, b, vector; slot; operator) {
        let r = cx.binary_recording(BinaryOp::ALL[operator as usize], a, b, vector.cast(), word(slot));
        bits(r)
    };
    op_compare_recording(cx, a, b, vector; slot; operator) {
        boolean(cx.compare_recording(CompareOp::ALL[operator as usize], a, b, vector.cast(), word(slot)))
    };
    op_equal_recording(cx, a, b, vector; slot) {
        boolean(cx.loose_equals_recording(a, b, vector.cast(), word(slot)))
    };
    op_strict_equal_recording(cx, a, b, vector; slot) {
        Value::from_bool(cx.strict_equals_recording(a, b, vector.cast(), word(slot))).to_bits()
    };
    op_instance_of_recording(cx, v, target, vector; slot) {
        boolean(cx.instance_of_recording(v, target, vector.cast(), word(slot)))
    };
    op_iterator_open_recording(cx, iterable, vector; slot) {
        bits(cx.iterator_open_recording(iterable, vector.cast(), word(slot)).map(|r| {
            cx.jit.second_result = r.next;
            r.iterator
        }))
    };
    op_string_concat(cx, a, b) bits(cx.concat(a.cast(), b.cast()).map(Value::from));
    op_string_equal(cx, a, b) cx.strings_equal(a.cast(), b.cast()) as u64;
    op_string_less(cx, a, b) (cx.compare_strings(a.cast(), b.cast()) == std::cmp::Ordering::Less) as u64;
    op_char_code_at(cx, s, i) cx.char_at(s.cast(), i.as_smi() as usize) as u64;
    op_char_at(cx, s, i) {
        let u = cx.char_at(s.cast::<StringRef>(), i.as_smi() as usize);
        Value::from(cx.single_character(u)).to_bits()
    };
    op_from_char_code(cx, c) Value::from(cx.single_character(c.as_smi() as u16)).to_bits();
    op_get_named(cx, o, name, vector; slot) match vector.try_as::<TaggedArrayRef>() {
        Some(v) => bits(cx.load_named_ic(o, name, v, word(slot))),
        None => bits(cx.get_value(o, PropertyKey::Name(name))),
    };
    op_set_named(cx, o, name, v, vector; slot) {
        let strict = slot_kind_of(cx, vector, slot).is_strict();
        match vector.try_as::<TaggedArrayRef>() {
            Some(f) => unit(cx.store_named_ic(o, name, v, f, word(slot), strict)),
            None => unit(cx.put_value(o, PropertyKey::Name(name), v, strict)),
        }
    };
    op_define_named(cx, o, name, v, vector; slot) match (o.try_as::<ObjectRef>(), vector.try_as::<TaggedArrayRef>()) {
        (Some(o), Some(f)) => unit(cx.define_named_ic(o, name, v, f, word(slot))),
        (Some(o), None) => unit(cx.create_data_property_or_throw(o, PropertyKey::Name(name), v)),
        _ => unit(Err(cx.type_error("Cannot define a property on a primitive"))),
    };
    op_get_keyed(cx, o, key, vector; slot) match vector.try_as::<TaggedArrayRef>() {
        Some(v) => bits(cx.load_keyed_ic(o, key, v, word(slot))),
        None => bits(cx.to_property_key(key).and_then(|k| cx.get_value(o, k))),
    };
    op_get_present(cx, o, key, vector; slot) bits(cx.load_present_ic(o.cast(), key, vector.cast(), word(slot)));
    op_set_keyed(cx, o, key, v, vector; slot; strict) match vector.try_as::<TaggedArrayRef>() {
        Some(f) => unit(cx.store_keyed_ic(o, key, v, f, word(slot), strict != 0)),
        None => unit(cx.to_property_key(key).and_then(|k| cx.put_value(o, k, v, strict != 0))),
    };
    op_define_keyed(cx, o, key, v; flags) match o.try_as::<ObjectRef>() {
        Some(o) => unit(cx.define_keyed_own(o, key, v, flags as u32)),
        None => unit(Err(cx.type_error("Cannot define a property on a primitive"))),
    };
    op_define_accessor(cx, o, key, f; flags) unit(cx.define_accessor(o.cast(), key, f, flags as u32));
    op_store_in_array_literal(cx, a, i, v) {
        let r = cx.to_property_key(i).and_then(|k| cx.create_data_property(a.cast(), k, v)).map(|_| ());
        unit(r)
    };
    op_set_literal_prototype(cx, o, p) {
        if p.is_object() || p.is_null() { boolean(cx.set_prototype_of(o.cast(), p)) } else { Value::UNDEFINED.to_bits() }
    };
    op_delete(cx, o, key; strict) boolean(cx.delete_property(o, key, strict != 0));
    op_get_super(cx, receiver, home, key) bits(cx.get_super_property(receiver, home, key));
    op_set_super(cx, receiver, home, key, v; strict) unit(cx.set_super_property(receiver, home, key, v, strict != 0));
    op_get_global(cx, name, vector; slot; inside_typeof) {
        bits(cx.load_global_ic(name, vector.cast(), word(slot), inside_typeof != 0))
    };
    op_set_global(cx, name, v, vector; slot) {
        let strict = slot_kind_of(cx, vector, slot).is_strict();
        unit(cx.store_global_ic(name, v, vector.cast(), word(slot), strict))
    };
    op_call_with_array(cx, callee, receiver, array) {
        if !cx.is_callable(callee) { return unit(Err(cx.not_callable(callee))); }
        let list = cx.array_values(array);
        bits(cx.call(callee, receiver, list.as_slice()))
    };
    op_construct_with_array(cx, callee, array, new_target) {
        let list = cx.array_values(array);
        bits(cx.construct(callee, list.as_slice(), new_target))
    };
    op_get_super_constructor(cx, f) bits(cx.get_super_constructor(f));
    op_construct_forward(cx, callee, new_target) {
        let f = Frame::at(cx.jit.fp);
        let n = f.argc() as usize;
        let mut list = tierproof_runtime::List::with_capacity(cx, n);
        for i in 0..n {
            list.push(cx, f.arg(i));
        }
        bits(cx.construct(callee, list.as_slice(), new_target))
    };
    op_create_this(cx, _constructor, new_target) bits(cx.create_this(new_target).map(Value::from));
    op_home_object(_cx, f) f.cast::<FunctionRef>().home_object().to_bits();
    op_create_context(cx, parent; slots; kind) cx.create_context(slots as usize, parent, kind as u32).to_bits();
    op_create_closure(cx, data, context, vector; template; slot) {
        Value::from(cx.create_closure(data.cast(), template as u32, context, vector.cast(), word(slot))).to_bits()
    };
    op_array_literal(cx, data, vector; constant; slot) {
        bits(cx.create_array_literal(data.cast(), constant as usize, vector.cast(), word(slot)))
    };
    op_empty_array(cx, _vector; _slot) Value::from(cx.new_empty_array()).to_bits();
    op_object_literal(cx, data, vector; constant; slot) {
        bits(cx.create_object_literal(data.cast(), constant as usize, vector.cast(), word(slot)))
    };
    op_empty_object(cx) {
        let shape = cx.realm.plain_object_shape;
        Value::from(cx.heap.allocate_object(shape.0, 4)).to_bits()
    };
    op_regexp_literal(cx, _data, _vector, pattern, flags; _slot) bits(cx.create_regexp_literal(pattern, flags));
    op_template_object(cx, data, vector; constant; slot) {
        bits(cx.get_template_object(data.cast(), constant as usize, vector.cast(), word(slot)))
    };
    op_mapped_arguments(cx, data, context; constant) {
        let f = Frame::at(cx.jit.fp);
        f.set(tierproof_bytecode::instruction::frame::CONTEXT, context);
        bits(cx.create_mapped_arguments(f, data.cast(), constant as usize))
    };
    op_unmapped_arguments(cx) bits(cx.create_unmapped_arguments(Frame::at(cx.jit.fp)));
    op_rest_parameter(cx; start) bits(cx.create_rest_parameter(Frame::at(cx.jit.fp), start as usize));
    op_allocate_object(cx; shape; inline_slots) {
        Value::from(cx.heap.allocate_object(shape as u32, inline_slots as usize)).to_bits()
    };
    op_allocate_internal(cx; size; header) Value::from(cx.heap.allocate_cleared(size as usize, header)).to_bits();
    op_iterator_open(cx, iterable) bits(cx.get_iterator(iterable).map(|r| {
        cx.jit.second_result = r.next;
        r.iterator
    }));
    op_iterator_next(cx, iterator, next) bits(cx.iterator_step(IteratorRecord { iterator, next }).map(|v| {
        cx.jit.second_result = v.unwrap_or(Value::UNDEFINED);
        Value::from_bool(v.is_none())
    }));
    op_iterator_close(cx, iterator; suppress) {
        if suppress != 0 {
            cx.iterator_close_quietly(iterator);
            if cx.termination.is_some() { Value::EXCEPTION.to_bits() } else { Value::UNDEFINED.to_bits() }
        } else {
            unit(cx.iterator_close(iterator))
        }
    };
    op_for_in_prepare(cx, o) bits(cx.for_in_prepare(o));
    op_for_in_next(cx, state_cell) bits(cx.for_in_next(state_cell));
    op_load_module_cell(_cx, cell) cell.cast::<tierproof_heap::PropertyCellRef>().value_slot().to_bits();
    op_store_module_cell(cx, cell, v) {
        cell.cast::<tierproof_heap::PropertyCellRef>().set_value_slot(&mut cx.heap, v);
        Value::UNDEFINED.to_bits()
    };
    op_create_generator(cx) bits(cx.create_generator(Frame::at(cx.jit.fp)));
    op_suspend_generator(cx, generator; point) {
        cx.suspend_generator(Frame::at(cx.jit.fp), generator, point as u32);
        Value::UNDEFINED.to_bits()
    };
    op_restore_generator(cx, generator) cx.restore_generator(Frame::at(cx.jit.fp), generator) as u64;
    op_throw(cx, v) unit(Err(cx.throw(v)));
    op_throw_hole(cx, name) {
        let n = PropertyKey::Name(name).describe(cx);
        unit(Err(cx.reference_error(&format!("Cannot access '{n}' before initialization"))))
    };
    op_throw_super_not_called(cx) unit(Err(cx.super_not_called()));
    op_throw_super_called(cx) unit(Err(cx.reference_error("Super constructor may only be called once")));
    op_throw_const(cx, _name) unit(Err(cx.type_error("Assignment to constant variable.")));
    op_array_push(cx, push, this, v) match this.try_as::<ObjectRef>().and_then(|o| cx.push_dense(o, v)) {
        Some(n) => Value::smi(n as i32).to_bits(),
        None => bits(cx.call(push, this, &[v])),
    };
    op_to_this(cx, v) {
        if v.is_object() || v.is_hole() { return v.to_bits(); }
        let o = if v.is_nullish() { Ok(cx.realm.global) } else { cx.to_object(v) };
        bits(o.map(Value::from))
    };
    op_stack_overflow(cx) cx.stack_overflow().to_bits();
    op_remember(cx, owner) {
        cx.heap.remember(owner.as_cell());
        0
    };
    op_tick(cx) unit(cx.tick_event());
}

/// The call target must be callable; the message names it as the source does.
extern "C" fn op_call(state: State, argv: u64, count: u64) -> u64 {
    with_arguments(state, argv, count, |cx, a| {
        if !cx.is_callable(a[0]) {
            return unit(Err(not_callable(cx, a[0])));
        }
        bits(cx.call(a[0], a[1], &a[2..]))
    })
}
extern "C" fn op_construct(state: State, argv: u64, count: u64) -> u64 {
    with_arguments(state, argv, count, |cx, a| bits(cx.construct(a[0], &a[2..], a[1])))
}
extern "C" fn op_call_runtime(state: State, argv: u64, count: u64, number: u64) -> u64 {
    with_arguments(state, argv, count, |cx, a| {
        let data: FunctionDataRef = Frame::at(cx.jit.fp).function_data();
        match RuntimeFunction::from_number(number as u32) {
            Some(f) => bits(cx.call_runtime(f, data, a)),
            None => unit(Err(cx.type_error("unknown runtime function"))),
        }
    })
}
extern "C" fn float64_mod(a: f64, b: f64) -> f64 {
    convert::modulo(a, b)
}
extern "C" fn float64_pow(a: f64, b: f64) -> f64 {
    convert::power(a, b)
}
extern "C" fn float64_to_int32(d: f64) -> u64 {
    convert::double_to_int32(d) as u32 as u64
}
extern "C" fn unbound() -> u64 {
    // Reached only when a row has no body: a bug that must not pass silently.
    eprintln!("internal error: call of an unbound runtime function");
    std::process::abort()
}

/// TypeError for a call in the running frame, naming the callee as the source has it.
pub fn not_callable(cx: &mut Isolate, callee: Value) -> Thrown {
    cx.callee_not_callable(callee)
}

fn slot_kind_of(cx: &Isolate, vector: Value, slot: u64) -> SlotKind {
    // Inlined code passes its own function's vector; the slot kinds are those of the function that
    // owns it, which the vector's first user word names.
    match vector.try_as::<TaggedArrayRef>() {
        Some(v) => cx.slot_kind(v, slot as usize),
        None => slot_kind(Frame::at(cx.jit.fp), slot),
    }
}

/// Address of a row's body; None for the rows that `vm` binds (Math functions, Deopt).
fn address(op: RuntimeOp) -> Option<usize> {
    macro_rules! bind {
        ($($row:ident => $f:ident,)*) => {
            match op { $(RuntimeOp::$row => $f as *const () as usize,)* _ => return None }
        };
    }
    Some(bind! {
        Add => op_add, Sub => op_sub, Mul => op_mul, Div => op_div, Mod => op_mod, Exp => op_exp,
        BitwiseOr => op_or, BitwiseXor => op_xor, BitwiseAnd => op_and, ShiftLeft => op_shl,
        ShiftRight => op_sar, ShiftRightLogical => op_shr, Inc => op_inc, Dec => op_dec, Negate => op_negate,
        BitwiseNot => op_not, ToNumber => op_to_number, ToNumeric => op_to_numeric, ToStringValue => op_to_string,
        ToPropertyKey => op_to_property_key, ToObject => op_to_object, Equal => op_equal, LessThan => op_less,
        GreaterThan => op_greater, LessThanOrEqual => op_less_equal, GreaterThanOrEqual => op_greater_equal,
        InstanceOf => op_instance_of, In => op_in, StrictEqual => op_strict_equal, InheritsFrom => op_inherits_from, ToBoolean => op_to_boolean,
        TypeOf => op_type_of, TestTypeOf => op_test_type_of, StringConcat => op_string_concat,
        StringEqual => op_string_equal, StringLess => op_string_less, StringCharCodeAt => op_char_code_at,
        StringCharAt => op_char_at, StringFromCharCode => op_from_char_code, Float64Mod => float64_mod,
        Float64Pow => float64_pow, GetNamed => op_get_named, SetNamed => op_set_named,
        DefineNamedOwn => op_define_named, GetKeyed => op_get_keyed, GetPresent => op_get_present, SetKeyed => op_set_keyed,
        DefineKeyedOwn => op_define_keyed, DefineAccessor => op_define_accessor,
        StoreInArrayLiteral => op_store_in_array_literal, SetLiteralPrototype => op_set_literal_prototype,
        DeleteProperty => op_delete, GetSuperProperty => op_get_super, SetSuperProperty => op_set_super,
        GetGlobal => op_get_global, SetGlobal => op_set_global, Call => op_call, CallWithArray => op_call_with_array,
        Construct => op_construct, ConstructWithArray => op_construct_with_array,
        GetSuperConstructor => op_get_super_constructor, ConstructForwardArgs => op_construct_forward,
        CallRuntimeFunction => op_call_runtime, CreateThis => op_create_this, HomeObject => op_home_object,
        CreateContext => op_create_context, CreateClosure => op_create_closure, CreateArrayLiteral => op_array_literal,
        CreateEmptyArrayLiteral => op_empty_array, CreateObjectLiteral => op_object_literal,
        CreateEmptyObjectLiteral => op_empty_object, CreateRegExpLiteral => op_regexp_literal,
        GetTemplateObject => op_template_object, CreateMappedArguments => op_mapped_arguments,
        CreateUnmappedArguments => op_unmapped_arguments, CreateRestParameter => op_rest_parameter,
        AllocateObject => op_allocate_object, AllocateInternal => op_allocate_internal,
        BinaryRecording => op_binary_recording, CompareRecording => op_compare_recording,
        EqualRecording => op_equal_recording, StrictEqualRecording => op_strict_equal_recording,
        InstanceOfRecording => op_instance_of_recording, IteratorOpenRecording => op_iterator_open_recording,
        IteratorOpen => op_iterator_open, IteratorNext => op_iterator_next, IteratorClose => op_iterator_close,
        ForInPrepare => op_for_in_prepare, ForInNext => op_for_in_next, CreateGenerator => op_create_generator, SuspendGenerator => op_suspend_generator,
        LoadModuleCell => op_load_module_cell, StoreModuleCell => op_store_module_cell,
        RestoreGenerator => op_restore_generator, Throw => op_throw, ReThrow => op_throw,
        ThrowReferenceError => op_throw_hole, ThrowSuperNotCalled => op_throw_super_not_called,
        ThrowSuperAlreadyCalled => op_throw_super_called, ThrowConstAssign => op_throw_const,
        ArrayPush => op_array_push, ToThis => op_to_this, ThrowStackOverflow => op_stack_overflow,
        Float64ToInt32 => float64_to_int32, Remember => op_remember, Tick => op_tick,
    })
}

/// The table for `JitState.runtime_table`; `extra` binds the rows that live in other crates.
pub fn table(extra: impl Fn(RuntimeOp) -> Option<usize>) -> Box<[usize]> {
    RuntimeOp::ALL
        .iter()
        .map(|&op| extra(op).or_else(|| address(op)).unwrap_or(unbound as *const () as usize))
        .collect()
}

/// Rows without a body under `extra` (for the test that there are none).
pub fn unbound_rows(extra: impl Fn(RuntimeOp) -> Option<usize>) -> Vec<&'static str> {
    RuntimeOp::ALL
        .iter()
        .filter(|&&op| extra(op).or_else(|| address(op)).is_none())
        .map(|op| op.name())
        .collect()
}
