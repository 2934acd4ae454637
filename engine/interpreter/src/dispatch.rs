//! The interpreter loop.
//!
//! `run::<1>` executes instructions with one-byte operands until the entry frame returns; the
//! prefixes call `run::<2>` and `run::<4>`, the same handlers with wider operands, for a single
//! instruction. `ONE` stops after one instruction in any width: what baseline code calls for every
//! operation it does not inline, so that both tiers share handlers and feedback. The machine state lives in local variables (never behind a reference), so that it
//! stays in registers; everything uncommon is in `slow`. With the `-tail-dup` flags of
//! `.cargo/config.toml` each handler ends in its own indirect jump (guarded by `tests/dispatch.rs`).

#![allow(clippy::missing_safety_doc)]

use tierproof_bytecode::Opcode;
use tierproof_bytecode::instruction::frame;
use tierproof_heap::{
    ArrayRef, CellKind, ElementsKind, FunctionRef, ObjectRef, PropertyCellRef, StringRef, TaggedArrayRef,
    Value, layout,
};
use tierproof_runtime::convert::{BinaryOp, CompareOp, UnaryOp, double_to_int32, modulo, to_boolean};
use tierproof_runtime::feedback::operand;
use tierproof_runtime::ic::CacheOp;
use tierproof_runtime::stack::{Frame, kind};
use tierproof_runtime::{Isolate, RealmId};

use crate::frames::{Entered, construct_result, enter, load_state, unwind, vector};
use crate::interpreter_entry;
use crate::slow;

/// Registers of the virtual machine.
#[derive(Clone, Copy)]
pub struct State {
    /// The current instruction's opcode byte (behind a prefix).
    pub pc: *const u8,
    pub acc: Value,
    pub fp: *mut Value,
    /// Words of the feedback vector.
    pub feedback: *mut Value,
    pub constants: *const Value,
    /// First byte of the bytecode.
    pub code: *const u8,
}

/// How `run` ended.
pub struct Outcome {
    pub state: State,
    /// The entry frame has returned; `state.acc` is its value or EXCEPTION.
    pub done: bool,
}

#[inline(always)]
unsafe fn signed<const W: usize>(pc: *const u8, i: usize) -> i32 {
    // SAFETY: verified bytecode has all operands of the opcode.
    unsafe {
        let p = pc.add(1 + i * W);
        match W {
            1 => *p as i8 as i32,
            2 => p.cast::<i16>().read_unaligned() as i32,
            _ => p.cast::<i32>().read_unaligned(),
        }
    }
}
#[inline(always)]
unsafe fn unsigned<const W: usize>(pc: *const u8, i: usize) -> u32 {
    // SAFETY: as in `signed`.
    unsafe {
        let p = pc.add(1 + i * W);
        match W {
            1 => *p as u32,
            2 => p.cast::<u16>().read_unaligned() as u32,
            _ => p.cast::<u32>().read_unaligned(),
        }
    }
}

/// Raw 64-bit field of a cell.
#[inline(always)]
unsafe fn field(cell: Value, offset: i32) -> Value {
    // SAFETY: callers have checked the cell's kind and pass an offset of that kind.
    unsafe { (cell.to_bits() as *const u8).add(offset as usize).cast::<Value>().read() }
}
#[inline(always)]
unsafe fn field_u32(cell: Value, offset: i32) -> u32 {
    // SAFETY: as in `field`.
    unsafe { (cell.to_bits() as *const u8).add(offset as usize).cast::<u32>().read() }
}
#[inline(always)]
unsafe fn kind_and_aux(cell: Value) -> u16 {
    // SAFETY: every cell has a header.
    unsafe { (cell.to_bits() as *const u8).add(layout::HEADER_KIND as usize).cast::<u16>().read() }
}

const PACKED_SMI: u16 = layout::kind_and_aux(CellKind::Array, ElementsKind::PackedSmi as u8);
const HOLEY_ANY: u16 = layout::kind_and_aux(CellKind::Array, ElementsKind::HoleyAny as u8);

/// Executes instructions; see the module comment.
pub unsafe fn run<const W: usize, const ONE: bool>(cx: *mut Isolate, s: State) -> Outcome {
    let State { mut pc, mut acc, mut fp, mut feedback, mut constants, mut code } = s;

    macro_rules! state {
        () => {
            State { pc, acc, fp, feedback, constants, code }
        };
    }
    macro_rules! reload {
        ($s:expr) => {{
            let s: State = $s;
            pc = s.pc;
            acc = s.acc;
            fp = s.fp;
            feedback = s.feedback;
            constants = s.constants;
            code = s.code;
        }};
    }
    macro_rules! proceed {
        () => {
            if W == 1 && !ONE {
                continue;
            } else {
                return Outcome { state: state!(), done: false };
            }
        };
    }
    macro_rules! next {
        ($operands:expr) => {{
            pc = pc.add(1 + $operands * W);
            proceed!()
        }};
    }
    macro_rules! start {
        () => {
            if W == 1 { pc } else { pc.sub(1) }
        };
    }
    macro_rules! jump {
        ($i:expr) => {{
            pc = start!().offset(signed::<W>(pc, $i) as isize);
            proceed!()
        }};
    }
    macro_rules! reg {
        ($i:expr) => {
            *fp.offset(signed::<W>(pc, $i) as isize)
        };
    }
    macro_rules! uimm {
        ($i:expr) => {
            unsigned::<W>(pc, $i)
        };
    }
    macro_rules! imm {
        ($i:expr) => {
            signed::<W>(pc, $i)
        };
    }
    macro_rules! constant {
        ($i:expr) => {
            *constants.add(unsigned::<W>(pc, $i) as usize)
        };
    }
    // First feedback word of the slot operand.
    macro_rules! slot {
        ($i:expr) => {
            unsigned::<W>(pc, $i) as usize * tierproof_bytecode::feedback::SLOT_WORDS as usize
        };
    }
    macro_rules! save_offset {
        () => {
            *fp.offset(frame::OFFSET as isize) = Value::from_bits(start!().offset_from(code) as u64)
        };
    }
    macro_rules! unwind {
        () => {{
            if ONE {
                acc = Value::EXCEPTION;
                return Outcome { state: state!(), done: true };
            }
            match unwind(cx, fp) {
                Some(s) => {
                    reload!(s);
                    proceed!()
                }
                None => {
                    acc = Value::EXCEPTION;
                    return Outcome { state: state!(), done: true };
                }
            }
        }};
    }
    // A slow path: anything that can call, throw or allocate.
    macro_rules! slow {
        ($e:expr) => {{
            save_offset!();
            match $e {
                Ok(v) => v,
                Err(_) => unwind!(),
            }
        }};
    }
    macro_rules! throw {
        ($e:expr) => {{
            save_offset!();
            let _ = $e;
            unwind!()
        }};
    }
    // Adds operand bits to the slot's first word.
    macro_rules! record {
        ($i:expr, $bits:expr) => {{
            let word = feedback.add(slot!($i));
            let old = (*word).to_bits();
            if old & $bits as u64 != $bits as u64 {
                *word = Value::from_bits(old | $bits as u64);
            }
        }};
    }
    macro_rules! arithmetic {
        ($op:ident, $a:expr, $b:expr, $slot:expr, $n:expr, $checked:ident, $double:expr) => {{
            let (a, b) = ($a, $b);
            if a.is_smi() && b.is_smi() {
                if let Some(r) = a.as_smi().$checked(b.as_smi()) {
                    record!($slot, operand::SMI);
                    acc = Value::smi(r);
                    next!($n);
                }
            }
            if a.is_number() && b.is_number() {
                record!($slot, operand::NUMBER);
                let f: fn(f64, f64) -> f64 = $double;
                acc = Value::double(f(a.as_number(), b.as_number()));
                next!($n);
            }
            acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::$op, a, b, slot!($slot)));
            next!($n)
        }};
    }
    macro_rules! multiply {
        ($a:expr, $b:expr, $slot:expr, $n:expr) => {{
            let (a, b) = ($a, $b);
            if a.is_smi() && b.is_smi() {
                let (x, y) = (a.as_smi(), b.as_smi());
                if let Some(r) = x.checked_mul(y)
                    && (r != 0 || (x | y) >= 0)
                {
                    record!($slot, operand::SMI);
                    acc = Value::smi(r);
                    next!($n);
                }
            }
            if a.is_number() && b.is_number() {
                record!($slot, operand::NUMBER);
                acc = Value::double(a.as_number() * b.as_number());
                next!($n);
            }
            acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::Mul, a, b, slot!($slot)));
            next!($n)
        }};
    }
    macro_rules! divide {
        ($a:expr, $b:expr, $slot:expr, $n:expr) => {{
            let (a, b) = ($a, $b);
            if a.is_smi() && b.is_smi() {
                let (x, y) = (a.as_smi(), b.as_smi());
                if y > 0 && x % y == 0 && (x != 0 || y > 0) {
                    record!($slot, operand::SMI);
                    acc = Value::smi(x / y);
                    next!($n);
                }
            }
            if a.is_number() && b.is_number() {
                record!($slot, operand::NUMBER);
                acc = Value::double(a.as_number() / b.as_number());
                next!($n);
            }
            acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::Div, a, b, slot!($slot)));
            next!($n)
        }};
    }
    macro_rules! remainder {
        ($a:expr, $b:expr, $slot:expr, $n:expr) => {{
            let (a, b) = ($a, $b);
            if a.is_smi() && b.is_smi() {
                let (x, y) = (a.as_smi(), b.as_smi());
                if x >= 0 && y > 0 {
                    record!($slot, operand::SMI);
                    acc = Value::smi(x % y);
                    next!($n);
                }
            }
            if a.is_number() && b.is_number() {
                record!($slot, operand::NUMBER);
                acc = Value::double(modulo(a.as_number(), b.as_number()));
                next!($n);
            }
            acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::Mod, a, b, slot!($slot)));
            next!($n)
        }};
    }
    // Integer operators: |f| takes two i32 and gives the result Value.
    macro_rules! bitwise {
        ($op:ident, $a:expr, $b:expr, $slot:expr, $n:expr, $f:expr) => {{
            let (a, b) = ($a, $b);
            let f: fn(i32, i32) -> Value = $f;
            if a.is_smi() && b.is_smi() {
                let r = f(a.as_smi(), b.as_smi());
                record!($slot, if r.is_smi() { operand::SMI } else { operand::SMI | operand::NUMBER });
                acc = r;
                next!($n);
            }
            if a.is_number() && b.is_number() {
                record!($slot, operand::NUMBER);
                acc = f(double_to_int32(a.as_number()), double_to_int32(b.as_number()));
                next!($n);
            }
            acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::$op, a, b, slot!($slot)));
            next!($n)
        }};
    }
    macro_rules! compare {
        ($op:ident, $f:tt) => {{
            let (a, b) = (reg!(0), acc);
            if a.is_smi() && b.is_smi() {
                record!(1, operand::SMI);
                acc = Value::from_bool(a.as_smi() $f b.as_smi());
                next!(2);
            }
            if a.is_number() && b.is_number() {
                record!(1, operand::NUMBER);
                acc = Value::from_bool(a.as_number() $f b.as_number());
                next!(2);
            }
            acc = slow!(slow::compare(&mut *cx, fp, CompareOp::$op, a, b, slot!(1)));
            next!(2)
        }};
    }
    macro_rules! jump_if {
        ($c:expr) => {{
            if $c {
                jump!(0)
            }
            next!(1)
        }};
    }
    // Records a call target: same target, one more; otherwise out of line.
    macro_rules! record_call {
        ($callee:expr, $i:expr) => {{
            let word = feedback.add(slot!($i));
            let count = word.add(1);
            if *word == $callee && (*count).is_smi() && (*count).as_smi() < i32::MAX {
                *count = Value::smi((*count).as_smi() + 1);
            } else {
                (*cx).record_call(vector(fp), slot!($i), $callee);
            }
        }};
    }
    // Pushes a frame for an interpreted callee and continues there; `$n` operands to skip on return.
    macro_rules! call {
        ($callee:expr, $this:expr, $args:expr, $argc:expr, $slot:expr, $n:expr) => {{
            let callee: Value = $callee;
            record_call!(callee, $slot);
            let args: *const Value = $args;
            let argc: usize = $argc;
            let this: Value = $this;
            if callee.is_cell() && callee.as_cell().kind() == CellKind::Function {
                let data = callee.cast::<FunctionRef>().function_data();
                if slow::is_plain_call_target(data) {
                    push_and_enter!(callee, data, this, args, argc, Value::UNDEFINED, $n);
                }
            }
            acc = slow!(slow::call(&mut *cx, callee, this, std::slice::from_raw_parts(args, argc)));
            next!($n)
        }};
    }
    macro_rules! push_and_enter {
        ($callee:expr, $data:expr, $this:expr, $args:expr, $argc:expr, $new_target:expr, $n:expr) => {{
            let data = $data;
            let mut formal = data.counter0();
            if formal < 0 {
                slow!((*cx).ensure_compiled(data));
                formal = data.counter0();
            }
            let size = Frame::at(fp).size();
            let n = $argc.max(formal as usize);
            if n <= 256 {
                let next_offset = start!().offset_from(code) as u64 + (1 + $n * W) as u64 + (W > 1) as u64;
                *fp.offset(frame::OFFSET as isize) =
                    Value::from_bits(start!().offset_from(code) as u64 | next_offset << 32);
                let new = fp.add(size + n + 1 + frame::HEADER_WORDS as usize);
                for i in 0..$argc {
                    *new.offset(frame::FIRST_PARAM as isize - i as isize) = *$args.add(i);
                }
                for i in $argc..n {
                    *new.offset(frame::FIRST_PARAM as isize - i as isize) = Value::UNDEFINED;
                }
                *new.offset(frame::THIS as isize) = $this;
                *new.offset(frame::CALLEE as isize) = $callee;
                *new.offset(frame::NEW_TARGET as isize) = $new_target;
                *new.offset(frame::ARGC as isize) = Value::from_bits($argc as u64);
                *new.offset(frame::CALLER_FP as isize) = Value::from_bits(fp as u64);
                let ours = data.entry() == interpreter_entry as *const () as usize;
                if !ONE && ours && (*cx).realm.id == RealmId::FIRST {
                    match enter(cx, new, data, kind::JS) {
                        Ok(Entered::Interpret(s)) => {
                            reload!(s);
                            proceed!()
                        }
                        Ok(Entered::Done(v)) => {
                            acc = v;
                            (*cx).jit.fp = fp;
                            next!($n)
                        }
                        Err(_) => {
                            (*cx).jit.fp = fp;
                            unwind!()
                        }
                    }
                }
                match (*cx).enter(data, new) {
                    Ok(v) => {
                        acc = v;
                        next!($n)
                    }
                    Err(_) => unwind!(),
                }
            }
        }};
    }

    // SAFETY (for the whole body): the bytecode has been verified (operands, registers, constants
    // and slots in range, jumps to instruction starts); `fp` is a complete frame; feedback and
    // constants arrays never move; values in registers are kept alive by the precisely scanned frame.
    unsafe {
        loop {
            debug_assert!((*pc as usize) < Opcode::ALL.len());
            let opcode = std::mem::transmute::<u8, Opcode>(*pc);
            match opcode {
                Opcode::Wide | Opcode::ExtraWide => {
                    if W != 1 {
                        std::hint::unreachable_unchecked()
                    }
                    let inner = State { pc: pc.add(1), acc, fp, feedback, constants, code };
                    let out = if opcode == Opcode::Wide {
                        run::<2, ONE>(cx, inner)
                    } else {
                        run::<4, ONE>(cx, inner)
                    };
                    reload!(out.state);
                    if out.done {
                        return Outcome { state: state!(), done: true };
                    }
                    proceed!()
                }
                Opcode::LdaZero => {
                    acc = Value::smi(0);
                    next!(0)
                }
                Opcode::LdaSmi => {
                    acc = Value::smi(imm!(0));
                    next!(1)
                }
                Opcode::LdaUndefined => {
                    acc = Value::UNDEFINED;
                    next!(0)
                }
                Opcode::LdaNull => {
                    acc = Value::NULL;
                    next!(0)
                }
                Opcode::LdaTheHole => {
                    acc = Value::HOLE;
                    next!(0)
                }
                Opcode::LdaTrue => {
                    acc = Value::TRUE;
                    next!(0)
                }
                Opcode::LdaFalse => {
                    acc = Value::FALSE;
                    next!(0)
                }
                Opcode::LdaConstant => {
                    acc = constant!(0);
                    next!(1)
                }
                Opcode::Ldar => {
                    acc = reg!(0);
                    next!(1)
                }
                Opcode::Star => {
                    reg!(0) = acc;
                    next!(1)
                }
                Opcode::Mov => {
                    reg!(1) = reg!(0);
                    next!(2)
                }
                Opcode::LdaGlobal | Opcode::LdaGlobalInsideTypeof => {
                    let cached = *feedback.add(slot!(1));
                    if cached.is_cell() {
                        let v = field(cached, layout::PROPERTY_CELL_VALUE);
                        if !v.is_hole() {
                            acc = v;
                            next!(2);
                        }
                    }
                    let inside_typeof = opcode == Opcode::LdaGlobalInsideTypeof;
                    acc = slow!(slow::load_global(&mut *cx, fp, constant!(0), slot!(1), inside_typeof));
                    next!(2)
                }
                Opcode::StaGlobal => {
                    let cached = *feedback.add(slot!(1));
                    if cached.is_cell() && !field(cached, layout::PROPERTY_CELL_VALUE).is_hole() {
                        cached.cast::<PropertyCellRef>().set_value_slot(&mut (*cx).heap, acc);
                        next!(2);
                    }
                    slow!(slow::store_global(&mut *cx, fp, constant!(0), acc, slot!(1)));
                    next!(2)
                }
                Opcode::LdaContextSlot => {
                    let mut c = reg!(0);
                    for _ in 0..uimm!(2) {
                        c = field(c, layout::CONTEXT_PARENT);
                    }
                    acc = field(c, layout::ARRAY_DATA + 8 * uimm!(1) as i32);
                    next!(3)
                }
                Opcode::StaContextSlot => {
                    let mut c = reg!(0);
                    for _ in 0..uimm!(2) {
                        c = field(c, layout::CONTEXT_PARENT);
                    }
                    c.cast::<TaggedArrayRef>().set(&mut (*cx).heap, uimm!(1) as usize, acc);
                    next!(3)
                }
                Opcode::LdaCurrentContextSlot => {
                    let c = *fp.offset(frame::CONTEXT as isize);
                    acc = field(c, layout::ARRAY_DATA + 8 * uimm!(0) as i32);
                    next!(1)
                }
                Opcode::StaCurrentContextSlot => {
                    let c = *fp.offset(frame::CONTEXT as isize);
                    c.cast::<TaggedArrayRef>().set(&mut (*cx).heap, uimm!(0) as usize, acc);
                    next!(1)
                }
                Opcode::LdaModuleCell => {
                    acc = slow::module_cell(reg!(0), uimm!(1), uimm!(2)).value_slot();
                    next!(3)
                }
                Opcode::StaModuleCell => {
                    let cell = slow::module_cell(reg!(0), uimm!(1), uimm!(2));
                    cell.set_value_slot(&mut (*cx).heap, acc);
                    next!(3)
                }
                Opcode::CreateContext => {
                    save_offset!();
                    let parent = *fp.offset(frame::CONTEXT as isize);
                    acc = (*cx).create_context(uimm!(0) as usize, parent, uimm!(1));
                    next!(2)
                }
                Opcode::PushContext => {
                    reg!(0) = *fp.offset(frame::CONTEXT as isize);
                    *fp.offset(frame::CONTEXT as isize) = acc;
                    next!(1)
                }
                Opcode::PopContext => {
                    *fp.offset(frame::CONTEXT as isize) = reg!(0);
                    next!(1)
                }
                Opcode::ThrowReferenceErrorIfHole => {
                    if acc.is_hole() {
                        throw!(slow::throw_hole(&mut *cx, constant!(0)))
                    }
                    next!(1)
                }
                Opcode::ThrowSuperNotCalledIfHole => {
                    if acc.is_hole() {
                        throw!((*cx).super_not_called())
                    }
                    next!(0)
                }
                Opcode::ThrowSuperAlreadyCalledIfNotHole => {
                    if !acc.is_hole() {
                        throw!((*cx).reference_error("Super constructor may only be called once"))
                    }
                    next!(0)
                }
                Opcode::ThrowConstAssign => throw!(slow::throw_const_assign(&mut *cx, constant!(0))),
                Opcode::Add => {
                    let (a, b) = (reg!(0), acc);
                    if let (Some(x), Some(y)) = (a.try_as::<StringRef>(), b.try_as::<StringRef>()) {
                        acc = slow!(slow::add_strings(&mut *cx, fp, x, y, slot!(1)));
                        next!(2);
                    }
                    arithmetic!(Add, a, b, 1, 2, checked_add, |a, b| a + b)
                }
                Opcode::Sub => arithmetic!(Sub, reg!(0), acc, 1, 2, checked_sub, |a, b| a - b),
                Opcode::Mul => multiply!(reg!(0), acc, 1, 2),
                Opcode::Div => divide!(reg!(0), acc, 1, 2),
                Opcode::Mod => remainder!(reg!(0), acc, 1, 2),
                Opcode::Exp => {
                    acc = slow!(slow::binary(&mut *cx, fp, BinaryOp::Exp, reg!(0), acc, slot!(1)));
                    next!(2)
                }
                Opcode::BitwiseOr => bitwise!(BitwiseOr, reg!(0), acc, 1, 2, |a, b| Value::smi(a | b)),
                Opcode::BitwiseXor => bitwise!(BitwiseXor, reg!(0), acc, 1, 2, |a, b| Value::smi(a ^ b)),
                Opcode::BitwiseAnd => bitwise!(BitwiseAnd, reg!(0), acc, 1, 2, |a, b| Value::smi(a & b)),
                Opcode::ShiftLeft => {
                    bitwise!(ShiftLeft, reg!(0), acc, 1, 2, |a, b| Value::smi(a.wrapping_shl(b as u32)))
                }
                Opcode::ShiftRight => {
                    bitwise!(ShiftRight, reg!(0), acc, 1, 2, |a, b| Value::smi(a.wrapping_shr(b as u32)))
                }
                Opcode::ShiftRightLogical => {
                    bitwise!(ShiftRightLogical, reg!(0), acc, 1, 2, |a, b| Value::number(
                        (a as u32).wrapping_shr(b as u32) as f64
                    ))
                }
                Opcode::AddSmi => arithmetic!(Add, acc, Value::smi(imm!(0)), 1, 2, checked_add, |a, b| a + b),
                Opcode::SubSmi => arithmetic!(Sub, acc, Value::smi(imm!(0)), 1, 2, checked_sub, |a, b| a - b),
                Opcode::MulSmi => multiply!(acc, Value::smi(imm!(0)), 1, 2),
                Opcode::DivSmi => divide!(acc, Value::smi(imm!(0)), 1, 2),
                Opcode::ModSmi => remainder!(acc, Value::smi(imm!(0)), 1, 2),
                Opcode::BitwiseOrSmi => {
                    bitwise!(BitwiseOr, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::smi(a | b))
                }
                Opcode::BitwiseXorSmi => {
                    bitwise!(BitwiseXor, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::smi(a ^ b))
                }
                Opcode::BitwiseAndSmi => {
                    bitwise!(BitwiseAnd, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::smi(a & b))
                }
                Opcode::ShiftLeftSmi => {
                    bitwise!(ShiftLeft, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::smi(
                        a.wrapping_shl(b as u32)
                    ))
                }
                Opcode::ShiftRightSmi => {
                    bitwise!(ShiftRight, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::smi(
                        a.wrapping_shr(b as u32)
                    ))
                }
                Opcode::ShiftRightLogicalSmi => {
                    bitwise!(ShiftRightLogical, acc, Value::smi(imm!(0)), 1, 2, |a, b| Value::number(
                        (a as u32).wrapping_shr(b as u32) as f64
                    ))
                }
                Opcode::Inc => {
                    if acc.is_smi()
                        && let Some(r) = acc.as_smi().checked_add(1)
                    {
                        record!(0, operand::SMI);
                        acc = Value::smi(r);
                        next!(1);
                    }
                    acc = slow!(slow::unary(&mut *cx, fp, UnaryOp::Inc, acc, slot!(0)));
                    next!(1)
                }
                Opcode::Dec => {
                    if acc.is_smi()
                        && let Some(r) = acc.as_smi().checked_sub(1)
                    {
                        record!(0, operand::SMI);
                        acc = Value::smi(r);
                        next!(1);
                    }
                    acc = slow!(slow::unary(&mut *cx, fp, UnaryOp::Dec, acc, slot!(0)));
                    next!(1)
                }
                Opcode::Negate => {
                    if acc.is_smi() && acc.as_smi() != 0 && acc.as_smi() != i32::MIN {
                        record!(0, operand::SMI);
                        acc = Value::smi(-acc.as_smi());
                        next!(1);
                    }
                    if acc.is_number() {
                        record!(0, operand::NUMBER);
                        acc = Value::double(-acc.as_number());
                        next!(1);
                    }
                    acc = slow!(slow::unary(&mut *cx, fp, UnaryOp::Negate, acc, slot!(0)));
                    next!(1)
                }
                Opcode::BitwiseNot => {
                    if acc.is_smi() {
                        record!(0, operand::SMI);
                        acc = Value::smi(!acc.as_smi());
                        next!(1);
                    }
                    acc = slow!(slow::unary(&mut *cx, fp, UnaryOp::BitwiseNot, acc, slot!(0)));
                    next!(1)
                }
                op @ (Opcode::ToNumber | Opcode::ToNumeric) => {
                    if acc.is_smi() {
                        record!(0, operand::SMI);
                        next!(1);
                    }
                    if acc.is_double() {
                        record!(0, operand::NUMBER);
                        next!(1);
                    }
                    let op = if op == Opcode::ToNumber { UnaryOp::ToNumber } else { UnaryOp::ToNumeric };
                    acc = slow!(slow::unary(&mut *cx, fp, op, acc, slot!(0)));
                    next!(1)
                }
                Opcode::ToStringValue => {
                    if !acc.is_string() {
                        acc = slow!(slow::to_string(&mut *cx, acc));
                    }
                    next!(0)
                }
                Opcode::ToPropertyKey => {
                    acc = slow!(slow::to_property_key(&mut *cx, acc));
                    next!(0)
                }
                Opcode::ToObject => {
                    if !acc.is_object() {
                        acc = slow!((*cx).to_object(acc)).into();
                    }
                    next!(0)
                }
                Opcode::LogicalNot => {
                    acc = Value::from_bool(!to_boolean(acc));
                    next!(0)
                }
                Opcode::TypeOf => {
                    acc = tierproof_runtime::convert::type_of(&*cx, acc).into();
                    next!(0)
                }
                Opcode::TestEqual => {
                    let (a, b) = (reg!(0), acc);
                    if a.is_smi() && b.is_smi() {
                        record!(1, operand::SMI);
                        acc = Value::from_bool(a == b);
                        next!(2);
                    }
                    acc = slow!(slow::loose_equals(&mut *cx, fp, a, b, slot!(1)));
                    next!(2)
                }
                Opcode::TestEqualStrict => {
                    let (a, b) = (reg!(0), acc);
                    if a.is_smi() && b.is_smi() {
                        record!(1, operand::SMI);
                        acc = Value::from_bool(a == b);
                        next!(2);
                    }
                    acc = slow::strict_equals(&mut *cx, fp, a, b, slot!(1));
                    next!(2)
                }
                Opcode::TestLessThan => compare!(LessThan, <),
                Opcode::TestGreaterThan => compare!(GreaterThan, >),
                Opcode::TestLessThanOrEqual => compare!(LessThanOrEqual, <=),
                Opcode::TestGreaterThanOrEqual => compare!(GreaterThanOrEqual, >=),
                Opcode::TestInstanceOf => {
                    acc = slow!(slow::instance_of(&mut *cx, fp, reg!(0), acc, slot!(1)));
                    next!(2)
                }
                Opcode::TestIn => {
                    acc = Value::from_bool(slow!((*cx).has_property_value(reg!(0), acc)));
                    next!(2)
                }
                Opcode::TestNull => {
                    acc = Value::from_bool(acc.is_null());
                    next!(0)
                }
                Opcode::TestUndefined => {
                    acc = Value::from_bool(acc.is_undefined());
                    next!(0)
                }
                Opcode::TestNullish => {
                    acc = Value::from_bool(acc.is_nullish());
                    next!(0)
                }
                Opcode::TestTypeOf => {
                    acc = slow::type_of_test(&mut *cx, acc, uimm!(0));
                    next!(1)
                }
                Opcode::Jump => jump!(0),
                Opcode::JumpLoop => {
                    (*cx).jit.ticks -= 1;
                    if (*cx).jit.ticks <= 0 {
                        slow!((*cx).tick_event());
                    }
                    let data =
                        (*fp.offset(frame::FUNCTION_DATA as isize)).cast::<tierproof_heap::FunctionDataRef>();
                    let budget = data.counter1() - 1;
                    data.set_counter1(budget);
                    if budget < 0 {
                        save_offset!();
                        let target = start!().offset(imm!(0) as isize).offset_from(code) as u32;
                        // Whoever takes the frame over rewrites its kind.
                        let entry = Frame::at(fp).kind() == kind::ENTRY;
                        if let Some(r) = slow::budget_at_loop(cx, fp, target) {
                            (*cx).jit.fp = fp;
                            match r {
                                // The function has returned from optimised code.
                                Ok(v) => {
                                    let caller = *fp.offset(frame::CALLER_FP as isize);
                                    (*cx).jit.fp = caller.to_bits() as *mut Value;
                                    if entry {
                                        acc = v;
                                        return Outcome { state: state!(), done: true };
                                    }
                                    let resume =
                                        Frame::at(caller.to_bits() as *mut Value).raw(frame::OFFSET) >> 32;
                                    reload!(load_state(caller.to_bits() as *mut Value, resume as u32, v));
                                    proceed!()
                                }
                                Err(_) => {
                                    // The frame is finished: unwind from its caller.
                                    let caller = Frame::at(fp).caller();
                                    (*cx).jit.fp = caller;
                                    if entry {
                                        acc = Value::EXCEPTION;
                                        return Outcome { state: state!(), done: true };
                                    }
                                    fp = caller;
                                    unwind!()
                                }
                            }
                        }
                    }
                    jump!(0)
                }
                Opcode::JumpIfTrue => jump_if!(acc.is_true()),
                Opcode::JumpIfFalse => jump_if!(acc.is_false()),
                Opcode::JumpIfToBooleanTrue => jump_if!(to_boolean(acc)),
                Opcode::JumpIfToBooleanFalse => jump_if!(!to_boolean(acc)),
                Opcode::JumpIfNull => jump_if!(acc.is_null()),
                Opcode::JumpIfNotNull => jump_if!(!acc.is_null()),
                Opcode::JumpIfUndefined => jump_if!(acc.is_undefined()),
                Opcode::JumpIfNotUndefined => jump_if!(!acc.is_undefined()),
                Opcode::JumpIfNullish => jump_if!(acc.is_nullish()),
                Opcode::JumpIfNotNullish => jump_if!(!acc.is_nullish()),
                Opcode::JumpIfHole => jump_if!(acc.is_hole()),
                Opcode::SwitchOnSmi => {
                    let at = (acc.as_smi() as i64) - imm!(2) as i64;
                    if at >= 0 && at < uimm!(1) as i64 {
                        pc = code.add(slow::jump_table(fp, uimm!(0) as usize + at as usize));
                        proceed!()
                    }
                    next!(3)
                }
                Opcode::SwitchOnGeneratorState => {
                    let generator = reg!(0);
                    if generator.is_cell() {
                        let at = (*cx).restore_generator(Frame::at(fp), generator);
                        pc = code.add(slow::jump_table(fp, uimm!(1) as usize + at as usize));
                        proceed!()
                    }
                    next!(3)
                }
                Opcode::GetNamedProperty => {
                    let v = reg!(0);
                    let w = feedback.add(slot!(2));
                    if v.is_cell()
                        && (*w).to_bits() == Value::NUMBER_TAG | field_u32(v, layout::HEADER_SHAPE) as u64
                    {
                        let h = (*w.add(1)).to_bits() as u32;
                        let at = (h >> 8) as i32 * 8;
                        if h as u8 == CacheOp::LoadInline as u8 {
                            acc = field(v, layout::OBJECT_INLINE_SLOTS + at);
                            next!(3);
                        }
                        if h as u8 == CacheOp::LoadHolder as u8
                            && (*w.add(3)).to_bits() as u32 == (*cx).jit.prototype_epoch
                        {
                            acc = field(*w.add(2), layout::OBJECT_INLINE_SLOTS + at);
                            next!(3);
                        }
                        if h as u8 == CacheOp::LoadOutOfLine as u8 {
                            acc = field(field(v, layout::OBJECT_SLOTS), layout::ARRAY_DATA + at);
                            next!(3);
                        }
                        if h as u8 == CacheOp::ArrayLength as u8 {
                            let n = v.cast::<ArrayRef>().length();
                            if n <= i32::MAX as u32 {
                                acc = Value::smi(n as i32);
                                next!(3);
                            }
                        }
                    }
                    acc = slow!(slow::load_named(&mut *cx, fp, v, constant!(1), slot!(2)));
                    next!(3)
                }
                Opcode::SetNamedProperty => {
                    let v = reg!(0);
                    let w = feedback.add(slot!(2));
                    if v.is_cell()
                        && (*w).to_bits() == Value::NUMBER_TAG | field_u32(v, layout::HEADER_SHAPE) as u64
                    {
                        let h = (*w.add(1)).to_bits() as u32;
                        let at = (h >> 8) as usize;
                        if h as u8 == CacheOp::StoreInline as u8 {
                            v.cast::<ObjectRef>().set_inline_slot(&mut (*cx).heap, at, acc);
                            next!(3);
                        }
                        if h as u8 == CacheOp::StoreTransition as u8
                            && (*w.add(3)).to_bits() as u32 == (*cx).jit.prototype_epoch
                            && at < v.cast::<ObjectRef>().inline_slots()
                        {
                            let o = v.cast::<ObjectRef>();
                            o.set_inline_slot(&mut (*cx).heap, at, acc);
                            o.set_shape((*w.add(2)).to_bits() as u32);
                            next!(3);
                        }
                    }
                    slow!(slow::store_named(&mut *cx, fp, v, constant!(1), acc, slot!(2)));
                    next!(3)
                }
                Opcode::DefineNamedOwn => {
                    let v = reg!(0);
                    let w = feedback.add(slot!(2));
                    if v.is_cell()
                        && (*w).to_bits() == Value::NUMBER_TAG | field_u32(v, layout::HEADER_SHAPE) as u64
                    {
                        let h = (*w.add(1)).to_bits() as u32;
                        if h as u8 == CacheOp::StoreInline as u8 {
                            v.cast::<ObjectRef>().set_inline_slot(&mut (*cx).heap, (h >> 8) as usize, acc);
                            next!(3);
                        }
                    }
                    slow!(slow::define_named(&mut *cx, fp, v, constant!(1), acc, slot!(2)));
                    next!(3)
                }
                Opcode::GetKeyedProperty | Opcode::GetPresentElement => {
                    let (v, key) = (reg!(0), acc);
                    if v.is_cell() && key.is_smi() {
                        let ka = kind_and_aux(v);
                        if (PACKED_SMI..=HOLEY_ANY).contains(&ka) && ka as u8 == CellKind::Array as u8 {
                            let elements = field(v, layout::OBJECT_ELEMENTS);
                            let i = key.as_smi() as u32;
                            let kind = (ka >> 8) as u8;
                            if elements.is_cell() && i < field_u32(elements, layout::ARRAY_LENGTH) {
                                let raw = field(elements, layout::ARRAY_DATA + 8 * i as i32);
                                let is_double = kind == ElementsKind::PackedDouble as u8
                                    || kind == ElementsKind::HoleyDouble as u8;
                                let hole = if is_double {
                                    raw.to_bits() == layout::HOLE_NAN_BITS
                                } else {
                                    raw.is_hole()
                                };
                                if !hole {
                                    let word = feedback.add(slot!(1));
                                    if (*word).to_bits() & (1u64 << kind) == 0 {
                                        slow::note_keyed(&mut *cx, fp, slot!(1), 1 << kind);
                                    }
                                    acc = if is_double {
                                        Value::double(f64::from_bits(raw.to_bits()))
                                    } else {
                                        raw
                                    };
                                    next!(2);
                                }
                            }
                        }
                    }
                    acc = if opcode == Opcode::GetKeyedProperty {
                        slow!(slow::load_keyed(&mut *cx, fp, v, key, slot!(1)))
                    } else {
                        slow!(slow::load_present(&mut *cx, fp, v, key, slot!(1)))
                    };
                    next!(2)
                }
                Opcode::SetKeyedProperty => {
                    let (v, key) = (reg!(0), reg!(1));
                    if v.is_cell() && key.is_smi() {
                        let ka = kind_and_aux(v);
                        let kind = (ka >> 8) as u8;
                        if ka as u8 == CellKind::Array as u8 && kind < ElementsKind::Dictionary as u8 {
                            let i = key.as_smi() as u32;
                            let a = v.cast::<ArrayRef>();
                            let word = feedback.add(slot!(2));
                            let elements = a.object().elements();
                            // an array may have a length and no storage
                            if i < a.length() && (*word).to_bits() & (1u64 << kind) != 0 && elements.is_cell()
                            {
                                let is_double = kind == ElementsKind::PackedDouble as u8
                                    || kind == ElementsKind::HoleyDouble as u8;
                                if is_double {
                                    let d = elements.cast::<tierproof_heap::DoubleArrayRef>();
                                    if acc.is_number() && (i as usize) < d.len() && !d.is_hole(i as usize) {
                                        d.set(i as usize, acc.as_number());
                                        next!(3);
                                    }
                                } else if kind >= ElementsKind::PackedAny as u8 || acc.is_smi() {
                                    let e = elements.cast::<TaggedArrayRef>();
                                    if (i as usize) < e.len() && !e.get(i as usize).is_hole() {
                                        e.set(&mut (*cx).heap, i as usize, acc);
                                        next!(3);
                                    }
                                }
                            }
                        }
                    }
                    slow!(slow::store_keyed(&mut *cx, fp, v, key, acc, slot!(2)));
                    next!(3)
                }
                Opcode::DefineKeyedOwn => {
                    slow!(slow::define_keyed(&mut *cx, reg!(0), reg!(1), acc, uimm!(2)));
                    next!(4)
                }
                Opcode::DefineAccessor => {
                    slow!((*cx).define_accessor(reg!(0).cast(), reg!(1), acc, uimm!(2)));
                    next!(3)
                }
                Opcode::StaInArrayLiteral => {
                    slow!(slow::store_in_array_literal(&mut *cx, reg!(0), reg!(1), acc));
                    next!(3)
                }
                Opcode::SetLiteralPrototype => {
                    if acc.is_object() || acc.is_null() {
                        slow!((*cx).set_prototype_of(reg!(0).cast(), acc));
                    }
                    next!(1)
                }
                Opcode::DeleteProperty => {
                    acc = Value::from_bool(slow!((*cx).delete_property(reg!(0), acc, uimm!(1) == 1)));
                    next!(2)
                }
                Opcode::GetSuperProperty => {
                    acc = slow!((*cx).get_super_property(reg!(0), reg!(1), acc));
                    next!(2)
                }
                Opcode::SetSuperProperty => {
                    slow!((*cx).set_super_property(reg!(0), reg!(1), reg!(2), acc, uimm!(3) == 1));
                    next!(4)
                }
                Opcode::LdaHomeObject => {
                    acc = slow::home_object(fp);
                    next!(0)
                }
                Opcode::CallProperty => {
                    let base = fp.offset(signed::<W>(pc, 1) as isize);
                    call!(reg!(0), *base, base.add(1), uimm!(2) as usize - 1, 3, 4)
                }
                Opcode::CallUndefinedReceiver => {
                    let base = fp.offset(signed::<W>(pc, 1) as isize);
                    call!(reg!(0), Value::UNDEFINED, base, uimm!(2) as usize, 3, 4)
                }
                Opcode::CallWithArray => {
                    record_call!(reg!(0), 3);
                    acc = slow!(slow::call_with_array(&mut *cx, reg!(0), reg!(1), reg!(2)));
                    next!(4)
                }
                Opcode::Construct => {
                    let callee = reg!(0);
                    record_call!(callee, 3);
                    let args: *const Value = fp.offset(signed::<W>(pc, 1) as isize);
                    let argc = uimm!(2) as usize;
                    let new_target = acc;
                    if callee.is_cell() && callee.as_cell().kind() == CellKind::Function {
                        let data = callee.cast::<FunctionRef>().function_data();
                        if tierproof_runtime::function::flags(data)
                            & tierproof_runtime::function::data_flags::CONSTRUCTOR
                            != 0
                        {
                            let this = slow!((*cx).this_for_construct(data, new_target));
                            push_and_enter!(callee, data, this, args, argc, new_target, 4);
                        }
                    }
                    acc = slow!((*cx).construct(callee, std::slice::from_raw_parts(args, argc), new_target));
                    next!(4)
                }
                Opcode::ConstructWithArray => {
                    record_call!(reg!(0), 2);
                    acc = slow!(slow::construct_with_array(&mut *cx, reg!(0), reg!(1), acc));
                    next!(3)
                }
                Opcode::GetSuperConstructor => {
                    acc = slow!((*cx).get_super_constructor(reg!(0)));
                    next!(1)
                }
                Opcode::ConstructForwardArgs => {
                    record_call!(reg!(0), 1);
                    acc = slow!(slow::construct_forward(&mut *cx, fp, reg!(0), acc));
                    next!(2)
                }
                Opcode::CallRuntime => {
                    let args: *const Value = fp.offset(signed::<W>(pc, 1) as isize);
                    let n = uimm!(2) as usize;
                    acc = slow!(slow::call_runtime(
                        &mut *cx,
                        fp,
                        uimm!(0),
                        std::slice::from_raw_parts(args, n)
                    ));
                    next!(3)
                }
                Opcode::CreateClosure => {
                    save_offset!();
                    acc = slow::create_closure(&mut *cx, fp, uimm!(0), slot!(1));
                    next!(2)
                }
                Opcode::CreateArrayLiteral => {
                    let data = Frame::at(fp).function_data();
                    acc = slow!((*cx).create_array_literal(data, uimm!(0) as usize, vector(fp), slot!(1)));
                    next!(2)
                }
                Opcode::CreateEmptyArrayLiteral => {
                    save_offset!();
                    acc = (*cx).new_empty_array().into();
                    next!(1)
                }
                Opcode::CreateObjectLiteral => {
                    let data = Frame::at(fp).function_data();
                    acc = slow!((*cx).create_object_literal(data, uimm!(0) as usize, vector(fp), slot!(1)));
                    next!(2)
                }
                Opcode::CreateEmptyObjectLiteral => {
                    save_offset!();
                    let shape = (*cx).realm.plain_object_shape;
                    acc = (*cx).heap.allocate_object(shape.0, 4).into();
                    next!(0)
                }
                Opcode::CreateRegExpLiteral => {
                    acc = slow!((*cx).create_regexp_literal(constant!(0), constant!(1)));
                    next!(3)
                }
                Opcode::GetTemplateObject => {
                    let data = Frame::at(fp).function_data();
                    acc = slow!((*cx).get_template_object(data, uimm!(0) as usize, vector(fp), slot!(1)));
                    next!(2)
                }
                Opcode::CreateMappedArguments => {
                    let f = Frame::at(fp);
                    acc = slow!((*cx).create_mapped_arguments(f, f.function_data(), uimm!(0) as usize));
                    next!(1)
                }
                Opcode::CreateUnmappedArguments => {
                    acc = slow!((*cx).create_unmapped_arguments(Frame::at(fp)));
                    next!(0)
                }
                Opcode::CreateRestParameter => {
                    acc = slow!((*cx).create_rest_parameter(Frame::at(fp), uimm!(0) as usize));
                    next!(1)
                }
                Opcode::IteratorOpen => {
                    let r = slow!(slow::iterator_open(&mut *cx, fp, reg!(0), slot!(2)));
                    let pair = fp.offset(signed::<W>(pc, 1) as isize);
                    *pair = r.iterator;
                    *pair.add(1) = r.next;
                    next!(3)
                }
                Opcode::IteratorNext => {
                    let pair = fp.offset(signed::<W>(pc, 0) as isize);
                    let (done, value) =
                        slow!(slow::iterator_next(&mut *cx, fp, *pair, *pair.add(1), slot!(2)));
                    reg!(1) = value;
                    acc = done;
                    next!(3)
                }
                Opcode::IteratorClose => {
                    slow!(slow::iterator_close(&mut *cx, reg!(0), uimm!(1) == 1));
                    next!(2)
                }
                Opcode::ForInPrepare => {
                    let state = slow!((*cx).for_in_prepare(reg!(0)));
                    reg!(1) = state;
                    next!(2)
                }
                Opcode::ForInNext => {
                    acc = slow!((*cx).for_in_next(reg!(0)));
                    next!(2)
                }
                Opcode::ArgumentCount => {
                    acc = Value::smi(Frame::at(fp).argc() as i32);
                    next!(0)
                }
                Opcode::CreateGenerator => {
                    acc = slow!((*cx).create_generator(Frame::at(fp)));
                    next!(0)
                }
                Opcode::ResumeGenerator => {
                    let (value, mode) = slow::received(reg!(0));
                    reg!(1) = mode;
                    acc = value;
                    next!(2)
                }
                Opcode::Return | Opcode::SuspendGenerator => {
                    if opcode == Opcode::SuspendGenerator {
                        (*cx).suspend_generator(Frame::at(fp), reg!(0), uimm!(1));
                    } else if !(*fp.offset(frame::NEW_TARGET as isize)).is_undefined() {
                        acc = construct_result(fp, acc);
                    }
                    let caller = (*fp.offset(frame::CALLER_FP as isize)).to_bits() as *mut Value;
                    (*cx).jit.fp = caller;
                    if Frame::at(fp).kind() == kind::ENTRY {
                        return Outcome { state: state!(), done: true };
                    }
                    let resume = Frame::at(caller).raw(frame::OFFSET) >> 32;
                    reload!(load_state(caller, resume as u32, acc));
                    proceed!()
                }
                Opcode::Throw | Opcode::ReThrow => throw!((*cx).throw(acc)),
                Opcode::Debugger => next!(0),
            }
        }
    }
}
