//! The templates.
//!
//! Code layout: prologue, instructions in bytecode order, then the out-of-line parts (slow paths,
//! exception handlers' entries, loop entry stubs). Slow paths restore nothing: all state is in the
//! frame and the accumulator.

use smallvec::SmallVec;
use tierproof_bytecode::instruction::{Reg as VmReg, decode_all, dispatch, frame};
use tierproof_bytecode::template::TypeOfLiteral;
use tierproof_bytecode::{CodeTemplate, Instruction, OpcodeHandler};
use tierproof_heap::{CellKind, ElementsKind, Value, layout};
use tierproof_runtime::convert::{BinaryOp, CompareOp};
use tierproof_runtime::feedback::operand;
use tierproof_runtime::function::{data_flags, data_words};
use tierproof_runtime::generators::words;
use tierproof_runtime::ic::{CacheOp, keyed};
use tierproof_runtime::isolate::abi;
use tierproof_runtime::iteration::array_iterator_kind;
use tierproof_runtime::typed_array::ElementType;
use tierproof_ssa::runtime_op::RuntimeOp;

use crate::masm::*;

/// Machine code of one function.
pub struct BaselineCode {
    pub bytes: Vec<u8>,
    /// (bytecode offset of a loop header, code offset of its entry stub).
    pub loop_entries: Vec<(u32, u32)>,
    /// Code offset of each instruction, ascending by bytecode offset (for printing).
    pub positions: Vec<(u32, u32)>,
}

/// What the compiler must know beyond the template.
#[derive(Clone, Copy, Debug)]
pub struct FunctionTraits {
    pub coerce_this: bool,
    pub returns_this: bool,
}

/// Compiles a function. Never fails: every opcode has a template.
pub fn compile(template: &CodeTemplate, traits: FunctionTraits) -> BaselineCode {
    let mut c = Compiler {
        m: Masm::default(),
        template,
        labels: Vec::new(),
        cold: Vec::new(),
        handlers: Vec::new(),
        at: Instruction {
            offset: 0,
            opcode: tierproof_bytecode::Opcode::Debugger,
            operands: [0; 4],
            size: 0,
        },
        exit: Label::default(),
        throw: Label::default(),
        traits,
    };
    c.labels = vec![None; template.bytecode.len() + 1];
    c.exit = c.m.new_label();
    c.throw = c.m.new_label();
    c.prologue();
    let mut positions = Vec::new();
    let mut loops = Vec::new();
    for i in decode_all(&template.bytecode) {
        let l = c.label_at(i.offset);
        c.m.bind(l);
        positions.push((i.offset, c.m.code.len() as u32));
        c.at = i;
        dispatch(&mut c, &i);
        if i.opcode == tierproof_bytecode::Opcode::JumpLoop
            && let Some(t) = i.jump_target()
            && !loops.contains(&t)
        {
            loops.push(t);
        }
    }
    c.epilogue();
    c.cold_parts();
    let stubs: Vec<(u32, Label)> = loops.iter().map(|&t| (t, c.loop_stub(t))).collect();
    let (bytes, labels) = c.m.finish();
    let loop_entries = stubs.into_iter().map(|(t, l)| (t, labels[l.index()])).collect();
    BaselineCode { bytes, loop_entries, positions }
}

/// What a call's `this` is.
#[derive(Clone, Copy)]
enum Receiver {
    Undefined,
    Register(VmReg),
    /// A construct with new.target in the accumulator, equal to the callee.
    Construct,
}

/// Argument of a runtime function.
#[derive(Clone, Copy)]
enum Arg {
    Reg(VmReg),
    Acc,
    Constant(u32),
    /// The feedback vector, the FunctionData of the running function.
    Vector,
    Data,
    Bits(u64),
}

/// A call of a runtime function with arguments from the frame.
struct RuntimeCall {
    op: RuntimeOp,
    args: SmallVec<[Arg; 6]>,
}

/// An out-of-line part.
enum Cold {
    /// `interpret_one` for the instruction, then on to the next one (or `resume`).
    Interpret { from: Label, offset: u32, resume: Label },
    /// A runtime function, then on to `resume`.
    Runtime { from: Label, offset: u32, call: RuntimeCall, resume: Label },
    /// As `Runtime`, keeping the accumulator.
    Store { from: Label, offset: u32, call: RuntimeCall, resume: Label },
    /// A tick is due; then back.
    Tick { from: Label, offset: u32, resume: Label },
    /// The budget of a loop ran out: ask for better code, continue there or back.
    Budget { from: Label, offset: u32, target: u32, resume: Label },
    /// ToBoolean of the accumulator, then to one of two places.
    ToBoolean { from: Label, if_true: Label, if_false: Label },
}

struct Compiler<'a> {
    m: Masm,
    template: &'a CodeTemplate,
    /// Label of each bytecode offset, made on demand.
    labels: Vec<Option<Label>>,
    cold: Vec<Cold>,
    /// (handler row, label of its entry sequence).
    handlers: Vec<(usize, Label)>,
    at: Instruction,
    exit: Label,
    throw: Label,
    traits: FunctionTraits,
}

const UNDEFINED: i32 = Value::UNDEFINED.to_bits() as i32;
const HOLE: i32 = Value::HOLE.to_bits() as i32;
const TRUE: i32 = Value::TRUE.to_bits() as i32;
const FALSE: i32 = Value::FALSE.to_bits() as i32;
const NULL: i32 = Value::NULL.to_bits() as i32;
const EXCEPTION: i32 = Value::EXCEPTION.to_bits() as i32;
const SLOT_BYTES: i32 = 8 * tierproof_bytecode::feedback::SLOT_WORDS as i32;

fn word(index: i32) -> Mem {
    mem(FP, 8 * index)
}
fn slot(slot: u32, word: i32) -> Mem {
    mem(FEEDBACK, slot as i32 * SLOT_BYTES + 8 * word)
}
fn state(offset: i32) -> Mem {
    mem(ISOLATE, offset)
}

impl Compiler<'_> {
    fn label_at(&mut self, offset: u32) -> Label {
        match self.labels[offset as usize] {
            Some(l) => l,
            None => {
                let l = self.m.new_label();
                self.labels[offset as usize] = Some(l);
                l
            }
        }
    }
    fn next_label(&mut self) -> Label {
        self.label_at(self.at.next_offset())
    }
    fn target(&mut self, jump: i32) -> Label {
        self.label_at((self.at.offset as i32 + jump) as u32)
    }

    fn save_registers(&mut self) {
        let m = &mut self.m;
        m.push(RBP);
        m.mov(RBP, RSP);
        for r in [RBX, R12, R13, R14, R15] {
            m.push(r);
        }
        m.sub_imm(RSP, 8);
        m.mov(ISOLATE, RDI);
        m.mov(FP, RSI);
        m.mov64(TAG, Value::NUMBER_TAG);
    }
    /// FEEDBACK and CONSTANTS from the FunctionData in `data`.
    fn load_tables(&mut self, data: Reg) {
        let m = &mut self.m;
        m.load(FEEDBACK, mem(data, layout::FUNCTION_DATA_TAGGED + 8 * data_words::FEEDBACK as i32));
        m.load(CONSTANTS, mem(data, layout::FUNCTION_DATA_TAGGED + 8 * data_words::CONSTANTS as i32));
    }
    fn advance_tables(&mut self) {
        self.m.add_imm(FEEDBACK, layout::ARRAY_DATA);
        self.m.add_imm(CONSTANTS, layout::ARRAY_DATA);
    }

    fn prologue(&mut self) {
        let size = self.template.register_count as i32;
        let (tick, ticked, overflow) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        let body = self.m.new_label();
        self.save_registers();
        let m = &mut self.m;
        m.sub_mem_imm(state(abi::TICKS), 1);
        m.jump_if(Cond::LessEqual, tick);
        m.bind(ticked);
        m.lea(RCX, word(size));
        m.cmp_mem(RCX, state(abi::STACK_LIMIT));
        m.jump_if(Cond::Above, overflow);
        m.store(state(abi::FP), FP);
        m.load(RDX, word(frame::CALLEE));
        m.load(RCX, mem(RDX, layout::FUNCTION_CONTEXT));
        m.store(word(frame::CONTEXT), RCX);
        m.load(RCX, mem(RDX, layout::FUNCTION_DATA));
        m.store(word(frame::FUNCTION_DATA), RCX);
        m.store_imm(word(frame::OFFSET), 0);
        m.store32_imm(mem(FP, 8 * frame::ARGC + 4), size as u32);
        self.load_tables(RCX);
        self.m.store(word(frame::FEEDBACK), FEEDBACK);
        self.advance_tables();
        for r in 0..size {
            if r < 16 {
                self.m.store_imm(word(r), UNDEFINED);
            }
        }
        if size > 16 {
            // The rest in a loop.
            let m = &mut self.m;
            m.lea(RAX, word(16));
            m.lea(RDX, word(size));
            let top = m.here();
            m.store_imm(mem(RAX, 0), UNDEFINED);
            m.add_imm(RAX, 8);
            m.cmp(RAX, RDX);
            m.jump_if(Cond::Below, top);
        }
        if self.traits.coerce_this {
            let (slow, done) = (self.m.new_label(), self.m.new_label());
            self.m.load(RAX, word(frame::THIS));
            self.jump_unless_cell(RAX, slow);
            self.m.cmp8_mem_imm(mem(RAX, layout::HEADER_KIND), CellKind::FIRST_OBJECT as u8);
            self.m.jump_if(Cond::AboveEqual, done);
            self.m.bind(slow);
            self.m.mov(RSI, RAX);
            self.call_runtime(RuntimeOp::ToThis);
            self.m.cmp_imm(RAX, EXCEPTION);
            let throw = self.throw;
            self.m.jump_if(Cond::Equal, throw);
            self.m.store(word(frame::THIS), RAX);
            self.m.bind(done);
            self.m.load(RCX, word(frame::FUNCTION_DATA));
        }
        // Budget: better code may be waiting.
        let budget = self.m.new_label();
        let m = &mut self.m;
        m.load(RCX, word(frame::FUNCTION_DATA));
        m.sub32_mem_imm(mem(RCX, layout::FUNCTION_DATA_COUNTER1), 1);
        m.jump_if(Cond::Sign, budget);
        m.jump(body);
        // Out of line, before the body.
        m.bind(tick);
        self.call_runtime(RuntimeOp::Tick);
        let m = &mut self.m;
        m.cmp_imm(RAX, EXCEPTION);
        m.jump_if(Cond::NotEqual, ticked);
        let leave = m.new_label();
        m.jump(leave);
        m.bind(overflow);
        self.call_runtime(RuntimeOp::ThrowStackOverflow);
        self.m.bind(leave);
        // The frame was never entered: JitState.fp is still the caller's.
        self.restore_and_return();
        self.m.bind(budget);
        self.m.mov_imm_sx(RSI, -1);
        self.call_budget();
        self.m.test(RAX, RAX);
        self.m.jump_if(Cond::Equal, body);
        self.take_over();
        self.m.bind(body);
    }

    /// Calls `budget(isolate, offset or -1)`; the answer in RAX is 0 or an entry.
    fn call_budget(&mut self) {
        self.m.mov(RDI, ISOLATE);
        self.m.call_mem(state(abi::BUDGET));
    }
    /// Calls the entry in RAX with this frame and returns what it returns.
    fn take_over(&mut self) {
        let m = &mut self.m;
        m.mov(RCX, RAX);
        m.mov(RDI, ISOLATE);
        m.mov(RSI, FP);
        m.call_reg(RCX);
        m.load(RCX, word(frame::CALLER_FP));
        m.store(state(abi::FP), RCX);
        self.restore_and_return();
    }
    fn restore_and_return(&mut self) {
        let m = &mut self.m;
        m.add_imm(RSP, 8);
        for r in [R15, R14, R13, R12, RBX, RBP] {
            m.pop(r);
        }
        m.ret();
    }
    fn epilogue(&mut self) {
        let (exit, throw) = (self.exit, self.throw);
        self.m.bind(throw);
        self.m.mov_imm_sx(RAX, EXCEPTION);
        self.m.bind(exit);
        self.m.load(RCX, word(frame::CALLER_FP));
        self.m.store(state(abi::FP), RCX);
        self.restore_and_return();
    }

    fn call_runtime(&mut self, op: RuntimeOp) {
        let m = &mut self.m;
        m.mov(RDI, ISOLATE);
        m.load(RAX, state(abi::RUNTIME_TABLE));
        m.call_mem(mem(RAX, 8 * op as i32));
    }
    /// Where an exception at the current instruction goes.
    fn exception_target(&mut self, offset: u32) -> Label {
        let Some(row) = self.template.handlers.iter().position(|h| h.start <= offset && offset < h.end)
        else {
            return self.throw;
        };
        if let Some(h) = self.handlers.iter().find(|h| h.0 == row) {
            return h.1;
        }
        let l = self.m.new_label();
        self.handlers.push((row, l));
        l
    }
    fn check_exception(&mut self, offset: u32) {
        let target = self.exception_target(offset);
        self.m.cmp_imm(RAX, EXCEPTION);
        self.m.jump_if(Cond::Equal, target);
    }

    /// The whole instruction through the interpreter's handler, in line.
    fn interpret(&mut self) {
        let offset = self.at.offset;
        self.emit_interpret(offset);
        self.check_exception(offset);
    }
    fn emit_interpret(&mut self, offset: u32) {
        let m = &mut self.m;
        m.mov(RCX, ACC);
        m.mov(RDI, ISOLATE);
        m.mov(RSI, FP);
        m.mov64(RDX, offset as u64);
        m.call_mem(state(abi::INTERPRET_ONE));
    }
    /// A label whose out-of-line part interprets the current instruction and goes on behind it.
    fn slow(&mut self) -> Label {
        let from = self.m.new_label();
        let resume = self.next_label();
        self.cold.push(Cold::Interpret { from, offset: self.at.offset, resume });
        from
    }

    /// A label whose out-of-line part calls a runtime function and goes on behind the instruction.
    fn slow_call(&mut self, op: RuntimeOp, args: &[Arg]) -> Label {
        let resume = self.next_label();
        self.slow_call_to(op, args, resume)
    }
    fn slow_call_to(&mut self, op: RuntimeOp, args: &[Arg], resume: Label) -> Label {
        let from = self.m.new_label();
        let call = RuntimeCall { op, args: args.into() };
        self.cold.push(Cold::Runtime { from, offset: self.at.offset, call, resume });
        from
    }
    /// The instruction as a call of a runtime function, in line.
    fn runtime(&mut self, op: RuntimeOp, args: &[Arg]) {
        let offset = self.at.offset;
        self.emit_runtime(offset, &RuntimeCall { op, args: args.into() });
        self.check_exception(offset);
    }
    /// Result (or EXCEPTION) in RAX. The accumulator is read before anything is clobbered.
    fn emit_runtime(&mut self, offset: u32, call: &RuntimeCall) {
        const REGISTERS: [Reg; 5] = [RSI, RDX, RCX, R8, R9];
        self.m.store_imm(word(frame::OFFSET), offset as i32);
        let on_stack = call.args.len().saturating_sub(REGISTERS.len());
        debug_assert!(on_stack <= 2);
        if on_stack % 2 == 1 {
            self.m.push(RAX);
        }
        for &a in call.args.iter().skip(REGISTERS.len()).rev() {
            self.load_argument(RDX, a);
            self.m.push(RDX);
        }
        for (&a, r) in call.args.iter().zip(REGISTERS) {
            self.load_argument(r, a);
        }
        self.call_runtime(call.op);
        if on_stack != 0 {
            self.m.add_imm(RSP, 8 * on_stack.next_multiple_of(2) as i32);
        }
    }
    /// As `slow_call` and `runtime`, for instructions that leave the accumulator alone.
    fn slow_store_call(&mut self, op: RuntimeOp, args: &[Arg]) -> Label {
        let resume = self.next_label();
        let from = self.m.new_label();
        let call = RuntimeCall { op, args: args.into() };
        self.cold.push(Cold::Store { from, offset: self.at.offset, call, resume });
        from
    }
    fn runtime_store(&mut self, op: RuntimeOp, args: &[Arg]) {
        let offset = self.at.offset;
        self.emit_runtime_store(offset, &RuntimeCall { op, args: args.into() });
    }
    /// The accumulator waits on the native stack, which pins it; the result goes to RCX.
    fn emit_runtime_store(&mut self, offset: u32, call: &RuntimeCall) {
        self.m.push(ACC);
        self.m.push(ACC);
        self.emit_runtime(offset, call);
        self.m.mov(RCX, RAX);
        self.m.pop(ACC);
        self.m.pop(ACC);
        let target = self.exception_target(offset);
        self.m.cmp_imm(RCX, EXCEPTION);
        self.m.jump_if(Cond::Equal, target);
    }
    fn literal(&mut self, op: RuntimeOp, boilerplate: u32, s: u32) {
        self.runtime(op, &[Arg::Data, Arg::Vector, Arg::Bits(boilerplate as u64), Arg::Bits(s as u64)]);
    }
    fn load_argument(&mut self, r: Reg, a: Arg) {
        match a {
            Arg::Reg(v) => self.load_reg(r, v),
            Arg::Acc => self.m.mov(r, ACC),
            Arg::Constant(n) => self.m.load(r, mem(CONSTANTS, 8 * n as i32)),
            Arg::Vector => self.m.load(r, word(frame::FEEDBACK)),
            Arg::Data => self.m.load(r, word(frame::FUNCTION_DATA)),
            Arg::Bits(bits) => self.m.mov64(r, bits),
        }
    }

    fn cold_parts(&mut self) {
        let parts = std::mem::take(&mut self.cold);
        for part in parts {
            match part {
                Cold::Interpret { from, offset, resume } => {
                    self.m.bind(from);
                    self.emit_interpret(offset);
                    self.check_exception(offset);
                    self.m.jump(resume);
                }
                Cold::Runtime { from, offset, call, resume } => {
                    self.m.bind(from);
                    self.emit_runtime(offset, &call);
                    self.check_exception(offset);
                    self.m.jump(resume);
                }
                Cold::Store { from, offset, call, resume } => {
                    self.m.bind(from);
                    self.emit_runtime_store(offset, &call);
                    self.m.jump(resume);
                }
                Cold::Tick { from, offset, resume } => {
                    self.m.bind(from);
                    self.m.store_imm(word(frame::OFFSET), offset as i32);
                    self.call_runtime(RuntimeOp::Tick);
                    self.check_exception(offset);
                    self.m.jump(resume);
                }
                Cold::Budget { from, offset, target, resume } => {
                    self.m.bind(from);
                    self.m.store_imm(word(frame::OFFSET), offset as i32);
                    self.m.mov64(RSI, target as u64);
                    self.call_budget();
                    self.m.test(RAX, RAX);
                    self.m.jump_if(Cond::Equal, resume);
                    self.take_over();
                }
                Cold::ToBoolean { from, if_true, if_false } => {
                    self.m.bind(from);
                    self.m.push(ACC);
                    self.m.push(ACC);
                    self.m.mov(RSI, ACC);
                    self.call_runtime(RuntimeOp::ToBoolean);
                    self.m.mov(RCX, RAX);
                    self.m.pop(ACC);
                    self.m.pop(ACC);
                    self.m.test32_imm(RCX, 1);
                    self.m.jump_if(Cond::NotEqual, if_true);
                    self.m.jump(if_false);
                }
            }
        }
        // Entries of exception handlers.
        let handlers = std::mem::take(&mut self.handlers);
        for (row, l) in handlers {
            let h = self.template.handlers[row];
            self.m.bind(l);
            self.m.mov(RDI, ISOLATE);
            self.m.call_mem(state(abi::TAKE_EXCEPTION));
            self.m.cmp_imm(RAX, EXCEPTION);
            let throw = self.throw;
            self.m.jump_if(Cond::Equal, throw);
            self.m.store(state(abi::FP), FP);
            self.m.load(RCX, word(h.context.index()));
            self.m.store(word(frame::CONTEXT), RCX);
            let target = self.label_at(h.target);
            self.m.jump(target);
        }
    }

    /// Entry at a loop header: an `Entry` that takes over a complete frame.
    fn loop_stub(&mut self, target: u32) -> Label {
        let l = self.m.here();
        self.save_registers();
        self.m.store(state(abi::FP), FP);
        self.m.load(RCX, word(frame::FUNCTION_DATA));
        self.load_tables(RCX);
        self.advance_tables();
        let header = self.label_at(target);
        self.m.jump(header);
        l
    }

    // --- pieces of templates

    fn load_reg(&mut self, r: Reg, v: VmReg) {
        self.m.load(r, word(v.index()));
    }
    fn store_reg(&mut self, v: VmReg, r: Reg) {
        self.m.store(word(v.index()), r);
    }
    fn set_acc(&mut self, v: Value) {
        let bits = v.to_bits();
        if bits <= i32::MAX as u64 {
            self.m.mov64(ACC, bits);
        } else if bits == Value::NUMBER_TAG {
            self.m.mov(ACC, TAG);
        } else {
            self.m.mov64(ACC, bits);
        }
    }
    /// Smi test: unsigned value >= NUMBER_TAG.
    fn jump_unless_smi(&mut self, r: Reg, l: Label) {
        self.m.cmp(r, TAG);
        self.m.jump_if(Cond::Below, l);
    }
    /// Cell test: no bit of NUMBER_TAG | 2. Clobbers R8.
    fn jump_unless_cell(&mut self, r: Reg, l: Label) {
        self.m.lea(R8, mem(TAG, Value::IMMEDIATE_BIT as i32));
        self.m.test(r, R8);
        self.m.jump_if(Cond::NotEqual, l);
    }
    /// Adds bits to a slot's first word (a Smi).
    fn record(&mut self, s: u32, bits: u32) {
        let done = self.m.new_label();
        let m = &mut self.m;
        if bits.is_power_of_two() {
            m.test32_mem_imm(slot(s, 0), bits);
            m.jump_if(Cond::NotEqual, done);
        }
        m.or32_mem_imm(slot(s, 0), bits);
        m.bind(done);
    }
    /// Boxes the double in XMM0 into ACC (canonicalising NaN). Clobbers RCX.
    fn box_double(&mut self) {
        let (nan, done) = (self.m.new_label(), self.m.new_label());
        let m = &mut self.m;
        m.ucomisd(0, 0);
        m.jump_if(Cond::Parity, nan);
        m.movq_from_xmm(ACC, 0);
        m.mov64(RCX, Value::DOUBLE_OFFSET);
        m.add(ACC, RCX);
        m.jump(done);
        m.bind(nan);
        m.mov64(ACC, Value::double(f64::NAN).to_bits());
        m.bind(done);
    }
    /// Number in `r` into an XMM register, or to `slow`. Clobbers R8.
    fn unbox_number(&mut self, x: Reg, r: Reg, slow: Label) {
        let (smi, done) = (self.m.new_label(), self.m.new_label());
        let m = &mut self.m;
        m.cmp(r, TAG);
        m.jump_if(Cond::AboveEqual, smi);
        m.test(r, TAG);
        m.jump_if(Cond::Equal, slow);
        m.mov64(R8, Value::DOUBLE_OFFSET.wrapping_neg());
        m.add(R8, r);
        m.movq_to_xmm(x, R8);
        m.jump(done);
        m.bind(smi);
        m.cvtsi2sd(x, r);
        m.bind(done);
    }

    /// Add, Sub, Mul with lhs in RCX and rhs in ACC (both clobberable copies).
    fn arithmetic(&mut self, op: RuntimeOp, s: u32, slow: Label) {
        let next = self.next_label();
        let double = self.m.new_label();
        // RCX = lhs, RAX = rhs; the slow path needs ACC intact, so work in RDX.
        self.jump_unless_smi(RCX, double);
        self.jump_unless_smi(RAX, double);
        let m = &mut self.m;
        m.mov32(RDX, RCX);
        match op {
            RuntimeOp::Add => m.add32(RDX, RAX),
            RuntimeOp::Sub => m.sub32(RDX, RAX),
            _ => m.mul32(RDX, RAX),
        }
        m.jump_if(Cond::Overflow, double);
        if op == RuntimeOp::Mul {
            // A zero product of a negative factor is -0.
            let fine = m.new_label();
            m.test32(RDX, RDX);
            m.jump_if(Cond::NotEqual, fine);
            m.mov32(RSI, RCX);
            m.or32(RSI, RAX);
            m.jump_if(Cond::Sign, double);
            m.bind(fine);
        }
        m.mov(RAX, RDX);
        m.or(RAX, TAG);
        self.record(s, operand::SMI);
        self.m.jump(next);
        self.m.bind(double);
        self.unbox_number(0, RCX, slow);
        self.unbox_number(1, RAX, slow);
        match op {
            RuntimeOp::Add => self.m.addsd(0, 1),
            RuntimeOp::Sub => self.m.subsd(0, 1),
            RuntimeOp::Mul => self.m.mulsd(0, 1),
            _ => self.m.divsd(0, 1),
        }
        self.box_double();
        self.record(s, operand::NUMBER);
    }
    fn divide(&mut self, s: u32, slow: Label) {
        let next = self.next_label();
        let double = self.m.new_label();
        self.jump_unless_smi(RCX, double);
        self.jump_unless_smi(RAX, double);
        let m = &mut self.m;
        // Exact quotients of a positive divisor stay small integers.
        m.test32(RAX, RAX);
        m.jump_if(Cond::LessEqual, double);
        m.mov(RSI, RAX);
        m.mov32(RAX, RCX);
        m.cdq_idiv(RSI);
        m.test32(RDX, RDX);
        let inexact = m.new_label();
        m.jump_if(Cond::NotEqual, inexact);
        m.or(RAX, TAG);
        self.record(s, operand::SMI);
        self.m.jump(next);
        self.m.bind(inexact);
        self.m.mov(RAX, RSI);
        self.m.bind(double);
        self.unbox_number(0, RCX, slow);
        self.unbox_number(1, RAX, slow);
        self.m.divsd(0, 1);
        self.box_double();
        self.record(s, operand::NUMBER);
    }
    fn remainder(&mut self, s: u32, slow: Label) {
        self.jump_unless_smi(RCX, slow);
        self.jump_unless_smi(RAX, slow);
        let m = &mut self.m;
        m.test32(RCX, RCX);
        m.jump_if(Cond::Sign, slow);
        m.test32(RAX, RAX);
        m.jump_if(Cond::LessEqual, slow);
        m.mov32(RSI, RAX);
        m.mov32(RAX, RCX);
        m.cdq_idiv(RSI);
        m.mov32(RAX, RDX);
        m.or(RAX, TAG);
        self.record(s, operand::SMI);
    }
    /// Int32 operators with Smi operands in RCX (lhs) and RAX (rhs).
    fn bitwise(&mut self, op: RuntimeOp, s: u32, slow: Label) {
        self.jump_unless_smi(RCX, slow);
        self.jump_unless_smi(RAX, slow);
        let m = &mut self.m;
        match op {
            RuntimeOp::BitwiseOr => m.or32(RAX, RCX),
            RuntimeOp::BitwiseXor => m.xor32(RAX, RCX),
            RuntimeOp::BitwiseAnd => m.and32(RAX, RCX),
            _ => {
                m.mov32(RDX, RCX);
                m.mov32(RCX, RAX);
                match op {
                    RuntimeOp::ShiftLeft => m.shl32_cl(RDX),
                    RuntimeOp::ShiftRight => m.sar32_cl(RDX),
                    _ => {
                        m.shr32_cl(RDX);
                        m.test32(RDX, RDX);
                        // Beyond int32: the result is a double.
                        m.jump_if(Cond::Sign, slow);
                    }
                }
                m.mov32(RAX, RDX);
            }
        }
        m.mov32(RAX, RAX);
        m.or(RAX, TAG);
        self.record(s, operand::SMI);
    }
    /// Arguments of the recording row of a binary operator.
    fn slow_binary(&mut self, op: RuntimeOp, lhs: Arg, rhs: Arg, s: u32) -> Label {
        let number = op as u16 - RuntimeOp::Add as u16;
        debug_assert!((number as usize) < BinaryOp::ALL.len());
        let args = [lhs, rhs, Arg::Vector, Arg::Bits(s as u64), Arg::Bits(number as u64)];
        self.slow_call(RuntimeOp::BinaryRecording, &args)
    }
    fn binary(&mut self, op: RuntimeOp, lhs: VmReg, s: u32) {
        self.load_reg(RCX, lhs);
        let slow = self.slow_binary(op, Arg::Reg(lhs), Arg::Acc, s);
        match op {
            RuntimeOp::Add | RuntimeOp::Sub | RuntimeOp::Mul => self.arithmetic(op, s, slow),
            RuntimeOp::Div => self.divide(s, slow),
            RuntimeOp::Mod => self.remainder(s, slow),
            RuntimeOp::Exp => self.m.jump(slow),
            _ => self.bitwise(op, s, slow),
        }
    }
    fn binary_smi(&mut self, op: RuntimeOp, v: i32, s: u32) {
        // The slow path wants the left-hand side in the accumulator.
        let slow = self.slow_binary(op, Arg::Acc, Arg::Bits(Value::smi(v).to_bits()), s);
        match op {
            RuntimeOp::Add | RuntimeOp::Sub => {
                let (double, next) = (self.m.new_label(), self.next_label());
                self.jump_unless_smi(RAX, double);
                self.m.mov32(RDX, RAX);
                if op == RuntimeOp::Add {
                    self.m.add32_imm(RDX, v as u32);
                } else {
                    self.m.sub32_imm(RDX, v as u32);
                }
                self.m.jump_if(Cond::Overflow, slow);
                self.m.mov(RAX, RDX);
                self.m.or(RAX, TAG);
                self.record(s, operand::SMI);
                self.m.jump(next);
                self.m.bind(double);
                self.unbox_number(0, RAX, slow);
                self.m.mov64(RDX, (v as f64).to_bits());
                self.m.movq_to_xmm(1, RDX);
                if op == RuntimeOp::Add {
                    self.m.addsd(0, 1);
                } else {
                    self.m.subsd(0, 1);
                }
                self.box_double();
                self.record(s, operand::NUMBER);
            }
            RuntimeOp::BitwiseOr | RuntimeOp::BitwiseXor | RuntimeOp::BitwiseAnd => {
                self.jump_unless_smi(RAX, slow);
                match op {
                    RuntimeOp::BitwiseOr => self.m.or32_imm(RAX, v as u32),
                    RuntimeOp::BitwiseXor => self.m.xor32_imm(RAX, v as u32),
                    _ => self.m.and32_imm(RAX, v as u32),
                }
                self.m.or(RAX, TAG);
                self.record(s, operand::SMI);
            }
            RuntimeOp::ShiftLeft | RuntimeOp::ShiftRight | RuntimeOp::ShiftRightLogical => {
                self.jump_unless_smi(RAX, slow);
                let by = (v & 31) as u8;
                self.m.mov32(RDX, RAX);
                match op {
                    RuntimeOp::ShiftLeft => self.m.shl32_imm(RDX, by),
                    RuntimeOp::ShiftRight => self.m.sar32_imm(RDX, by),
                    _ => {
                        self.m.shr32_imm(RDX, by);
                        self.m.test32(RDX, RDX);
                        self.m.jump_if(Cond::Sign, slow);
                    }
                }
                self.m.mov32(RAX, RDX);
                self.m.or(RAX, TAG);
                self.record(s, operand::SMI);
            }
            RuntimeOp::Mul => {
                let (double, next) = (self.m.new_label(), self.next_label());
                self.jump_unless_smi(RAX, double);
                self.m.mov64(RDX, v as u32 as u64);
                self.m.mul32(RDX, RAX);
                self.m.jump_if(Cond::Overflow, double);
                self.m.test32(RDX, RDX);
                self.m.jump_if(Cond::Equal, double);
                self.m.mov32(RAX, RDX);
                self.m.or(RAX, TAG);
                self.record(s, operand::SMI);
                self.m.jump(next);
                self.m.bind(double);
                self.unbox_number(0, RAX, slow);
                self.m.mov64(RDX, (v as f64).to_bits());
                self.m.movq_to_xmm(1, RDX);
                self.m.mulsd(0, 1);
                self.box_double();
                self.record(s, operand::NUMBER);
            }
            RuntimeOp::Mod if v > 0 => {
                self.jump_unless_smi(RAX, slow);
                self.m.test32(RAX, RAX);
                self.m.jump_if(Cond::Sign, slow);
                self.m.mov64(RSI, v as u64);
                self.m.mov32(RAX, RAX);
                self.m.cdq_idiv(RSI);
                self.m.mov32(RAX, RDX);
                self.m.or(RAX, TAG);
                self.record(s, operand::SMI);
            }
            RuntimeOp::Div => {
                self.unbox_number(0, RAX, slow);
                // Small integers that divide exactly are the interpreter's business.
                self.m.cmp(RAX, TAG);
                self.m.jump_if(Cond::AboveEqual, slow);
                self.m.mov64(RDX, (v as f64).to_bits());
                self.m.movq_to_xmm(1, RDX);
                self.m.divsd(0, 1);
                self.box_double();
                self.record(s, operand::NUMBER);
            }
            _ => self.m.jump(slow),
        }
    }
    /// Leaves a comparison result in ACC.
    fn compare(&mut self, smi: Cond, lhs: VmReg, s: u32) {
        let relation = match smi {
            Cond::Less => CompareOp::LessThan,
            Cond::Greater => CompareOp::GreaterThan,
            Cond::LessEqual => CompareOp::LessThanOrEqual,
            _ => CompareOp::GreaterThanOrEqual,
        };
        let args = [Arg::Reg(lhs), Arg::Acc, Arg::Vector, Arg::Bits(s as u64), Arg::Bits(relation as u64)];
        let slow = self.slow_call(RuntimeOp::CompareRecording, &args);
        let next = self.next_label();
        let double = self.m.new_label();
        self.load_reg(RCX, lhs);
        self.jump_unless_smi(RCX, double);
        self.jump_unless_smi(RAX, double);
        self.m.cmp32(RCX, RAX);
        self.m.set(smi, RAX);
        self.m.or32_imm(RAX, FALSE as u32);
        self.record(s, operand::SMI);
        self.m.jump(next);
        self.m.bind(double);
        self.unbox_number(0, RCX, slow);
        self.unbox_number(1, RAX, slow);
        // ucomisd sets CF for "less" and for NaN; comparing the other way round turns < into >.
        let (a, b, cond) = match smi {
            Cond::Less => (1, 0, Cond::Above),
            Cond::LessEqual => (1, 0, Cond::AboveEqual),
            Cond::Greater => (0, 1, Cond::Above),
            _ => (0, 1, Cond::AboveEqual),
        };
        self.m.ucomisd(a, b);
        self.m.set(cond, RAX);
        self.m.or32_imm(RAX, FALSE as u32);
        self.record(s, operand::NUMBER);
    }
    fn equality(&mut self, lhs: VmReg, s: u32) {
        let args = [Arg::Reg(lhs), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        let slow = self.slow_call(RuntimeOp::EqualRecording, &args);
        self.load_reg(RCX, lhs);
        self.jump_unless_smi(RCX, slow);
        self.jump_unless_smi(RAX, slow);
        self.m.cmp(RCX, RAX);
        self.m.set(Cond::Equal, RAX);
        self.m.or32_imm(RAX, FALSE as u32);
        self.record(s, operand::SMI);
    }
    /// ACC = (ACC == immediate).
    fn test_immediate(&mut self, bits: i32) {
        self.m.cmp_imm(ACC, bits);
        self.m.set(Cond::Equal, ACC);
        self.m.or32_imm(ACC, FALSE as u32);
    }
    /// Nullish: null is 0x02, undefined 0x0A. Sets Equal when nullish; clobbers RCX.
    fn compare_nullish(&mut self) {
        self.m.mov(RCX, ACC);
        self.m.mov64(RDX, !8u64);
        self.m.and(RCX, RDX);
        self.m.cmp_imm(RCX, NULL);
    }
    fn jump_to_boolean(&mut self, jump: i32, sense: bool) {
        let target = self.target(jump);
        let next = self.next_label();
        let (if_true, if_false) = if sense { (target, next) } else { (next, target) };
        let from = self.m.new_label();
        self.cold.push(Cold::ToBoolean { from, if_true, if_false });
        let m = &mut self.m;
        m.cmp_imm(ACC, TRUE);
        m.jump_if(Cond::Equal, if_true);
        m.cmp_imm(ACC, FALSE);
        m.jump_if(Cond::Equal, if_false);
        m.cmp(ACC, TAG);
        m.jump_if(Cond::Equal, if_false);
        m.jump_if(Cond::Above, if_true);
        m.cmp_imm(ACC, UNDEFINED);
        m.jump_if(Cond::Equal, if_false);
        m.cmp_imm(ACC, NULL);
        m.jump_if(Cond::Equal, if_false);
        m.jump(from);
    }
    fn jump_immediate(&mut self, jump: i32, bits: i32, c: Cond) {
        let target = self.target(jump);
        self.m.cmp_imm(ACC, bits);
        self.m.jump_if(c, target);
    }
    /// Finds the cache entry for the shape of the receiver in RCX, monomorphic or polymorphic: RDI
    /// points at its words, the handler goes to RDX. Clobbers RSI, R8.
    fn check_cache(&mut self, s: u32, slow: Label) {
        self.jump_unless_cell(RCX, slow);
        let hit = self.m.new_label();
        self.m.load32(RDX, mem(RCX, layout::HEADER_SHAPE));
        self.m.or(RDX, TAG);
        self.m.lea(RDI, slot(s, 0));
        self.m.cmp_mem(RDX, mem(RDI, 0));
        self.m.jump_if(Cond::Equal, hit);
        // Several entries stand in an array; anything else in the word is a miss.
        self.m.load(RSI, mem(RDI, 0));
        self.jump_unless_cell(RSI, slow);
        self.m.load32(R8, mem(RSI, layout::ARRAY_LENGTH));
        self.m.lea(RDI, mem(RSI, layout::ARRAY_DATA));
        let next = self.m.here();
        self.m.cmp_mem(RDX, mem(RDI, 0));
        self.m.jump_if(Cond::Equal, hit);
        self.m.add_imm(RDI, SLOT_BYTES);
        self.m.sub32_imm(R8, tierproof_bytecode::feedback::SLOT_WORDS);
        self.m.jump_if(Cond::Greater, next);
        self.m.jump(slow);
        self.m.bind(hit);
        self.m.load32(RDX, mem(RDI, 8));
    }
    /// Stores RAX into the tagged word at `place` of the object in RCX, with the write barrier.
    /// Keeps RAX. Clobbers RDX, RSI, RDI, R8.
    fn store_with_barrier(&mut self, place: Mem) {
        let done = self.m.new_label();
        let m = &mut self.m;
        m.store(place, RAX);
        m.load_u8(RSI, mem(RCX, layout::HEADER_GC));
        m.and32_imm(RSI, layout::GC_BARRIER_MASK as u32);
        m.cmp32_imm(RSI, layout::GC_BARRIER_DUE as u32);
        m.jump_if(Cond::NotEqual, done);
        m.load(RDI, state(abi::HEAP));
        m.mov(RSI, RAX);
        m.load(R8, mem(RDI, layout::HEAP_NURSERY_BASE));
        m.sub(RSI, R8);
        m.cmp_mem(RSI, mem(RDI, layout::HEAP_NURSERY_SIZE));
        m.jump_if(Cond::AboveEqual, done);
        m.push(RAX);
        m.push(RAX);
        m.mov(RDI, ISOLATE);
        m.mov(RSI, RCX);
        m.call_mem(state(abi::REMEMBER));
        m.pop(RAX);
        m.pop(RAX);
        m.bind(done);
    }
    /// RCX = the context `depth` hops out of the one in `r`.
    fn walk_contexts(&mut self, r: VmReg, depth: u32) {
        self.load_reg(RCX, r);
        for _ in 0..depth {
            self.m.load(RCX, mem(RCX, layout::CONTEXT_PARENT));
        }
    }

    /// A call or construct of a plain function: arguments `args..args+count` in the frame.
    fn call(&mut self, callee: VmReg, receiver: Receiver, args: i32, count: u32, s: u32) {
        let slow = self.slow();
        let offset = self.at.offset;
        let size = self.template.register_count as i32;
        self.load_reg(RCX, callee);
        // The recorded target (this closure, its code, or "many"): count it; anything else records
        // out of line.
        let recorded = self.m.new_label();
        self.jump_unless_cell(RCX, slow);
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::Function as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load(RDX, mem(RCX, layout::FUNCTION_DATA));
        self.m.cmp_mem(RCX, slot(s, 0));
        self.m.jump_if(Cond::Equal, recorded);
        self.m.cmp_mem(RDX, slot(s, 0));
        self.m.jump_if(Cond::Equal, recorded);
        self.m.cmp_mem_imm(slot(s, 0), HOLE);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.bind(recorded);
        if matches!(receiver, Receiver::Construct) {
            // new.target is the accumulator; `this` is made for base constructors called as such.
            self.m.cmp(RAX, RCX);
            self.m.jump_if(Cond::NotEqual, slow);
            let (base, made) = (self.m.new_label(), self.m.new_label());
            self.m.test8_mem_imm(mem(RDX, layout::FUNCTION_DATA_FLAGS), data_flags::CONSTRUCTOR as u8);
            self.m.jump_if(Cond::Equal, slow);
            self.m.movsx32_mem(R8, mem(RDX, layout::FUNCTION_DATA_COUNTER0));
            self.m.test(R8, R8);
            self.m.jump_if(Cond::Sign, slow);
            self.m.add32_mem_imm(slot(s, 1), 1);
            let hole_flags = (data_flags::BUILTIN | data_flags::DERIVED) as u8;
            self.m.test8_mem_imm(mem(RDX, layout::FUNCTION_DATA_FLAGS), hole_flags);
            self.m.jump_if(Cond::Equal, base);
            self.m.mov64(R9, Value::HOLE.to_bits());
            self.m.jump(made);
            self.m.bind(base);
            let create = RuntimeCall {
                op: RuntimeOp::CreateThis,
                args: SmallVec::from_slice(&[Arg::Reg(callee), Arg::Acc]),
            };
            self.emit_runtime(offset, &create);
            self.check_exception(offset);
            self.m.mov(R9, RAX);
            self.load_reg(RCX, callee);
            self.m.load(RDX, mem(RCX, layout::FUNCTION_DATA));
            self.m.bind(made);
        } else {
            self.m.add32_mem_imm(slot(s, 1), 1);
            self.m.test8_mem_imm(mem(RDX, layout::FUNCTION_DATA_FLAGS), data_flags::CLASS_CONSTRUCTOR as u8);
            self.m.jump_if(Cond::NotEqual, slow);
        }
        // R8 = max(argc, formal); uncompiled functions (-1) go the slow way.
        self.m.movsx32_mem(R8, mem(RDX, layout::FUNCTION_DATA_COUNTER0));
        self.m.test(R8, R8);
        self.m.jump_if(Cond::Sign, slow);
        let (padded, pad) = (self.m.new_label(), self.m.new_label());
        // RSI = the new frame when no padding is needed.
        self.m.cmp_imm(R8, count as i32);
        self.m.jump_if(Cond::Greater, pad);
        self.m.lea(RSI, word(size + count as i32 + 1 + frame::HEADER_WORDS));
        self.m.jump(padded);
        self.m.bind(pad);
        // Fill [top, top + formal - argc) with undefined; the stack has slack for formals.
        self.m.lea(RSI, mem_index(FP, R8, 8 * (size + 1 + frame::HEADER_WORDS)));
        self.m.lea(RDI, word(size));
        let fill = self.m.here();
        self.m.store_imm(mem(RDI, 0), UNDEFINED);
        self.m.add_imm(RDI, 8);
        self.m.sub_imm(R8, 1);
        self.m.cmp_imm(R8, count as i32);
        self.m.jump_if(Cond::Greater, fill);
        self.m.bind(padded);
        for i in 0..count as i32 {
            self.m.load(RAX, word(args + i));
            self.m.store(mem(RSI, 8 * (frame::FIRST_PARAM - i)), RAX);
        }
        match receiver {
            Receiver::Register(r) => {
                self.load_reg(RAX, r);
                self.m.store(mem(RSI, 8 * frame::THIS), RAX);
            }
            Receiver::Undefined => self.m.store_imm(mem(RSI, 8 * frame::THIS), UNDEFINED),
            Receiver::Construct => self.m.store(mem(RSI, 8 * frame::THIS), R9),
        }
        self.m.store(mem(RSI, 8 * frame::CALLEE), RCX);
        match receiver {
            Receiver::Construct => self.m.store(mem(RSI, 8 * frame::NEW_TARGET), RCX),
            _ => self.m.store_imm(mem(RSI, 8 * frame::NEW_TARGET), UNDEFINED),
        }
        self.m.store_imm(mem(RSI, 8 * frame::ARGC), count as i32);
        self.m.store(mem(RSI, 8 * frame::CALLER_FP), FP);
        self.m.store_imm(word(frame::OFFSET), offset as i32);
        self.m.mov(RDI, ISOLATE);
        self.m.call_mem(mem(RDX, layout::FUNCTION_DATA_ENTRY));
        self.check_exception(offset);
    }
}

#[allow(non_snake_case)]
impl OpcodeHandler for Compiler<'_> {
    type Output = ();

    fn Wide(&mut self) {}
    fn ExtraWide(&mut self) {}
    fn LdaZero(&mut self) {
        self.set_acc(Value::smi(0));
    }
    fn LdaSmi(&mut self, value: i32) {
        self.set_acc(Value::smi(value));
    }
    fn LdaUndefined(&mut self) {
        self.set_acc(Value::UNDEFINED);
    }
    fn LdaNull(&mut self) {
        self.set_acc(Value::NULL);
    }
    fn LdaTheHole(&mut self) {
        self.set_acc(Value::HOLE);
    }
    fn LdaTrue(&mut self) {
        self.set_acc(Value::TRUE);
    }
    fn LdaFalse(&mut self) {
        self.set_acc(Value::FALSE);
    }
    fn LdaConstant(&mut self, constant: u32) {
        self.m.load(ACC, mem(CONSTANTS, 8 * constant as i32));
    }
    fn Ldar(&mut self, src: VmReg) {
        self.load_reg(ACC, src);
    }
    fn Star(&mut self, dst: VmReg) {
        self.store_reg(dst, ACC);
    }
    fn Mov(&mut self, src: VmReg, dst: VmReg) {
        self.load_reg(RCX, src);
        self.store_reg(dst, RCX);
    }
    fn LdaGlobal(&mut self, _name: u32, s: u32) {
        let slow = self.slow();
        self.m.load(RCX, slot(s, 0));
        self.jump_unless_cell(RCX, slow);
        self.m.load(RCX, mem(RCX, layout::PROPERTY_CELL_VALUE));
        self.m.cmp_imm(RCX, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov(ACC, RCX);
    }
    fn LdaGlobalInsideTypeof(&mut self, name: u32, s: u32) {
        self.LdaGlobal(name, s);
    }
    fn StaGlobal(&mut self, _name: u32, s: u32) {
        let slow = self.slow();
        self.m.load(RCX, slot(s, 0));
        self.jump_unless_cell(RCX, slow);
        self.m.cmp_mem_imm(mem(RCX, layout::PROPERTY_CELL_VALUE), HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.store_with_barrier(mem(RCX, layout::PROPERTY_CELL_VALUE));
    }
    fn LdaContextSlot(&mut self, context: VmReg, index: u32, depth: u32) {
        self.walk_contexts(context, depth);
        self.m.load(ACC, mem(RCX, layout::ARRAY_DATA + 8 * index as i32));
    }
    fn StaContextSlot(&mut self, context: VmReg, index: u32, depth: u32) {
        self.walk_contexts(context, depth);
        self.store_with_barrier(mem(RCX, layout::ARRAY_DATA + 8 * index as i32));
    }
    fn LdaModuleCell(&mut self, context: VmReg, index: u32, depth: u32) {
        self.walk_contexts(context, depth);
        self.m.load(RCX, mem(RCX, layout::ARRAY_DATA + 8 * index as i32));
        self.m.load(ACC, mem(RCX, layout::PROPERTY_CELL_VALUE));
    }
    fn StaModuleCell(&mut self, context: VmReg, index: u32, depth: u32) {
        self.walk_contexts(context, depth);
        self.m.load(RCX, mem(RCX, layout::ARRAY_DATA + 8 * index as i32));
        self.store_with_barrier(mem(RCX, layout::PROPERTY_CELL_VALUE));
    }
    fn LdaCurrentContextSlot(&mut self, index: u32) {
        self.LdaContextSlot(VmReg::CONTEXT, index, 0);
    }
    fn StaCurrentContextSlot(&mut self, index: u32) {
        self.StaContextSlot(VmReg::CONTEXT, index, 0);
    }
    fn CreateContext(&mut self, slots: u32, kind: u32) {
        let args = [Arg::Reg(VmReg::CONTEXT), Arg::Bits(slots as u64), Arg::Bits(kind as u64)];
        self.runtime(RuntimeOp::CreateContext, &args);
    }
    fn PushContext(&mut self, saved: VmReg) {
        self.load_reg(RCX, VmReg::CONTEXT);
        self.store_reg(saved, RCX);
        self.store_reg(VmReg::CONTEXT, ACC);
    }
    fn PopContext(&mut self, saved: VmReg) {
        self.load_reg(RCX, saved);
        self.store_reg(VmReg::CONTEXT, RCX);
    }
    fn ThrowReferenceErrorIfHole(&mut self, _name: u32) {
        let slow = self.slow();
        self.m.cmp_imm(ACC, HOLE);
        self.m.jump_if(Cond::Equal, slow);
    }
    fn ThrowSuperNotCalledIfHole(&mut self) {
        self.ThrowReferenceErrorIfHole(0);
    }
    fn ThrowSuperAlreadyCalledIfNotHole(&mut self) {
        let slow = self.slow();
        self.m.cmp_imm(ACC, HOLE);
        self.m.jump_if(Cond::NotEqual, slow);
    }
    fn ThrowConstAssign(&mut self, _name: u32) {
        self.interpret();
    }
    fn Add(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Add, lhs, s);
    }
    fn Sub(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Sub, lhs, s);
    }
    fn Mul(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Mul, lhs, s);
    }
    fn Div(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Div, lhs, s);
    }
    fn Mod(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Mod, lhs, s);
    }
    fn Exp(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::Exp, lhs, s);
    }
    fn BitwiseOr(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::BitwiseOr, lhs, s);
    }
    fn BitwiseXor(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::BitwiseXor, lhs, s);
    }
    fn BitwiseAnd(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::BitwiseAnd, lhs, s);
    }
    fn ShiftLeft(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::ShiftLeft, lhs, s);
    }
    fn ShiftRight(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::ShiftRight, lhs, s);
    }
    fn ShiftRightLogical(&mut self, lhs: VmReg, s: u32) {
        self.binary(RuntimeOp::ShiftRightLogical, lhs, s);
    }
    fn AddSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::Add, value, s);
    }
    fn SubSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::Sub, value, s);
    }
    fn MulSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::Mul, value, s);
    }
    fn DivSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::Div, value, s);
    }
    fn ModSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::Mod, value, s);
    }
    fn BitwiseOrSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::BitwiseOr, value, s);
    }
    fn BitwiseXorSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::BitwiseXor, value, s);
    }
    fn BitwiseAndSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::BitwiseAnd, value, s);
    }
    fn ShiftLeftSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::ShiftLeft, value, s);
    }
    fn ShiftRightSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::ShiftRight, value, s);
    }
    fn ShiftRightLogicalSmi(&mut self, value: i32, s: u32) {
        self.binary_smi(RuntimeOp::ShiftRightLogical, value, s);
    }
    fn Inc(&mut self, s: u32) {
        self.step(1, s);
    }
    fn Dec(&mut self, s: u32) {
        self.step(-1, s);
    }
    fn Negate(&mut self, s: u32) {
        let slow = self.slow();
        self.jump_unless_smi(ACC, slow);
        // 0 (-0) and the smallest integer leave the range.
        self.m.test32_imm(ACC, 0x7FFF_FFFF);
        self.m.jump_if(Cond::Equal, slow);
        self.m.neg32(ACC);
        self.m.or(ACC, TAG);
        self.record(s, operand::SMI);
    }
    fn BitwiseNot(&mut self, s: u32) {
        let slow = self.slow();
        self.jump_unless_smi(ACC, slow);
        self.m.not32(ACC);
        self.m.or(ACC, TAG);
        self.record(s, operand::SMI);
    }
    fn ToNumber(&mut self, s: u32) {
        let slow = self.slow();
        self.jump_unless_smi(ACC, slow);
        self.record(s, operand::SMI);
    }
    fn ToNumeric(&mut self, s: u32) {
        self.ToNumber(s);
    }
    fn ToStringValue(&mut self) {
        self.runtime(RuntimeOp::ToStringValue, &[Arg::Acc]);
    }
    fn ToPropertyKey(&mut self) {
        let slow = self.slow_call(RuntimeOp::ToPropertyKey, &[Arg::Acc]);
        self.jump_unless_smi(ACC, slow);
    }
    fn ToObject(&mut self) {
        self.runtime(RuntimeOp::ToObject, &[Arg::Acc]);
    }
    fn LogicalNot(&mut self) {
        let slow = self.slow();
        self.m.mov(RCX, ACC);
        self.m.mov64(RDX, !1u64);
        self.m.and(RCX, RDX);
        self.m.cmp_imm(RCX, FALSE);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.xor32_imm(ACC, 1);
    }
    fn TypeOf(&mut self) {
        self.runtime(RuntimeOp::TypeOf, &[Arg::Acc]);
    }
    fn TestEqual(&mut self, lhs: VmReg, s: u32) {
        self.equality(lhs, s);
    }
    fn TestEqualStrict(&mut self, lhs: VmReg, s: u32) {
        let args = [Arg::Reg(lhs), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        let slow = self.slow_call(RuntimeOp::StrictEqualRecording, &args);
        let next = self.next_label();
        let (other, immediate, yes, no) =
            (self.m.new_label(), self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.load_reg(RCX, lhs);
        self.jump_unless_smi(RCX, other);
        self.jump_unless_smi(RAX, other);
        self.m.cmp(RCX, RAX);
        self.m.set(Cond::Equal, RAX);
        self.m.or32_imm(RAX, FALSE as u32);
        self.record(s, operand::SMI);
        self.m.jump(next);
        // Neither a number: undefined, null and booleans by their bits, objects by identity.
        self.m.bind(other);
        self.m.test(RCX, TAG);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.test(RAX, TAG);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.test32_imm(RCX, Value::IMMEDIATE_BIT as u32);
        self.m.jump_if(Cond::NotEqual, immediate);
        self.m.test32_imm(RAX, Value::IMMEDIATE_BIT as u32);
        self.m.jump_if(Cond::NotEqual, immediate);
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::FIRST_OBJECT as u8);
        self.m.jump_if(Cond::Below, slow);
        self.m.cmp8_mem_imm(mem(RAX, layout::HEADER_KIND), CellKind::FIRST_OBJECT as u8);
        self.m.jump_if(Cond::Below, slow);
        self.record(s, operand::OBJECT);
        self.m.cmp(RCX, RAX);
        self.m.jump_if(Cond::Equal, yes);
        self.m.jump(no);
        self.m.bind(immediate);
        // What the other operand is was recorded by whoever first saw it here.
        self.m.test32_mem_imm(slot(s, 0), operand::ODDBALL);
        self.m.jump_if(Cond::Equal, slow);
        self.m.cmp(RCX, RAX);
        self.m.jump_if(Cond::Equal, yes);
        self.m.bind(no);
        self.set_acc(Value::FALSE);
        self.m.jump(next);
        self.m.bind(yes);
        self.set_acc(Value::TRUE);
    }
    fn TestLessThan(&mut self, lhs: VmReg, s: u32) {
        self.compare(Cond::Less, lhs, s);
    }
    fn TestGreaterThan(&mut self, lhs: VmReg, s: u32) {
        self.compare(Cond::Greater, lhs, s);
    }
    fn TestLessThanOrEqual(&mut self, lhs: VmReg, s: u32) {
        self.compare(Cond::LessEqual, lhs, s);
    }
    fn TestGreaterThanOrEqual(&mut self, lhs: VmReg, s: u32) {
        self.compare(Cond::GreaterEqual, lhs, s);
    }
    fn TestInstanceOf(&mut self, lhs: VmReg, s: u32) {
        let args = [Arg::Reg(lhs), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        self.runtime(RuntimeOp::InstanceOfRecording, &args);
    }
    fn TestIn(&mut self, lhs: VmReg, _s: u32) {
        self.runtime(RuntimeOp::In, &[Arg::Reg(lhs), Arg::Acc]);
    }
    fn TestNull(&mut self) {
        self.test_immediate(NULL);
    }
    fn TestUndefined(&mut self) {
        self.test_immediate(UNDEFINED);
    }
    fn TestNullish(&mut self) {
        self.compare_nullish();
        self.m.set(Cond::Equal, ACC);
        self.m.or32_imm(ACC, FALSE as u32);
    }
    fn TestTypeOf(&mut self, literal: u32) {
        match TypeOfLiteral::from_number(literal) {
            Some(TypeOfLiteral::Number) => {
                self.m.test(ACC, TAG);
                self.m.set(Cond::NotEqual, ACC);
                self.m.or32_imm(ACC, FALSE as u32);
            }
            _ => {
                self.runtime(RuntimeOp::TestTypeOf, &[Arg::Acc, Arg::Bits(literal as u64)]);
                self.m.or32_imm(ACC, FALSE as u32);
            }
        }
    }
    fn Jump(&mut self, target: i32) {
        let l = self.target(target);
        self.m.jump(l);
    }
    fn JumpLoop(&mut self, target: i32, _depth: u32, _s: u32) {
        let header = self.target(target);
        let offset = self.at.offset;
        let (tick, ticked, budget) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.cold.push(Cold::Tick { from: tick, offset, resume: ticked });
        let header_offset = (offset as i32 + target) as u32;
        self.cold.push(Cold::Budget { from: budget, offset, target: header_offset, resume: header });
        self.m.sub_mem_imm(state(abi::TICKS), 1);
        self.m.jump_if(Cond::LessEqual, tick);
        self.m.bind(ticked);
        self.m.load(RCX, word(frame::FUNCTION_DATA));
        self.m.sub32_mem_imm(mem(RCX, layout::FUNCTION_DATA_COUNTER1), 1);
        self.m.jump_if(Cond::Sign, budget);
        self.m.jump(header);
    }
    fn JumpIfTrue(&mut self, target: i32) {
        self.jump_immediate(target, TRUE, Cond::Equal);
    }
    fn JumpIfFalse(&mut self, target: i32) {
        self.jump_immediate(target, FALSE, Cond::Equal);
    }
    fn JumpIfToBooleanTrue(&mut self, target: i32) {
        self.jump_to_boolean(target, true);
    }
    fn JumpIfToBooleanFalse(&mut self, target: i32) {
        self.jump_to_boolean(target, false);
    }
    fn JumpIfNull(&mut self, target: i32) {
        self.jump_immediate(target, NULL, Cond::Equal);
    }
    fn JumpIfNotNull(&mut self, target: i32) {
        self.jump_immediate(target, NULL, Cond::NotEqual);
    }
    fn JumpIfUndefined(&mut self, target: i32) {
        self.jump_immediate(target, UNDEFINED, Cond::Equal);
    }
    fn JumpIfNotUndefined(&mut self, target: i32) {
        self.jump_immediate(target, UNDEFINED, Cond::NotEqual);
    }
    fn JumpIfNullish(&mut self, target: i32) {
        let l = self.target(target);
        self.compare_nullish();
        self.m.jump_if(Cond::Equal, l);
    }
    fn JumpIfNotNullish(&mut self, target: i32) {
        let l = self.target(target);
        self.compare_nullish();
        self.m.jump_if(Cond::NotEqual, l);
    }
    fn JumpIfHole(&mut self, target: i32) {
        self.jump_immediate(target, HOLE, Cond::Equal);
    }
    fn SwitchOnSmi(&mut self, table: u32, count: u32, base: i32) {
        for i in 0..count {
            let target = self.template.jump_tables[(table + i) as usize];
            let l = self.label_at(target);
            self.m.cmp32_imm(ACC, (base + i as i32) as u32);
            self.m.jump_if(Cond::Equal, l);
        }
    }
    fn GetNamedProperty(&mut self, object: VmReg, name: u32, s: u32) {
        let args = [Arg::Reg(object), Arg::Constant(name), Arg::Vector, Arg::Bits(s as u64)];
        let slow = self.slow_call(RuntimeOp::GetNamed, &args);
        let next = self.next_label();
        let (holder, holder_inline, out_of_line) =
            (self.m.new_label(), self.m.new_label(), self.m.new_label());
        let (array_length, string_length) = (self.m.new_label(), self.m.new_label());
        self.load_reg(RCX, object);
        self.check_cache(s, slow);
        let m = &mut self.m;
        m.mov32(RSI, RDX);
        m.shr32_imm(RSI, 8);
        m.cmp8_imm(RDX, CacheOp::LoadInline as u8);
        m.jump_if(Cond::NotEqual, holder);
        m.load(ACC, mem_index(RCX, RSI, layout::OBJECT_INLINE_SLOTS));
        m.jump(next);
        m.bind(holder);
        // LoadHolder and LoadHolderOutOfLine stand side by side.
        m.lea(R8, mem(RDX, -(CacheOp::LoadHolder as i32)));
        m.cmp8_imm(R8, 1);
        m.jump_if(Cond::Above, out_of_line);
        m.load32(R9, mem(RDI, 24));
        m.cmp32_mem(R9, state(abi::PROTOTYPE_EPOCH));
        m.jump_if(Cond::NotEqual, slow);
        m.load(RCX, mem(RDI, 16));
        m.cmp8_imm(R8, 0);
        m.jump_if(Cond::Equal, holder_inline);
        m.load(RCX, mem(RCX, layout::OBJECT_SLOTS));
        m.load(ACC, mem_index(RCX, RSI, layout::ARRAY_DATA));
        m.jump(next);
        m.bind(holder_inline);
        m.load(ACC, mem_index(RCX, RSI, layout::OBJECT_INLINE_SLOTS));
        m.jump(next);
        m.bind(out_of_line);
        m.cmp8_imm(RDX, CacheOp::LoadOutOfLine as u8);
        m.jump_if(Cond::NotEqual, array_length);
        m.load(RCX, mem(RCX, layout::OBJECT_SLOTS));
        m.load(ACC, mem_index(RCX, RSI, layout::ARRAY_DATA));
        m.jump(next);
        m.bind(array_length);
        m.cmp8_imm(RDX, CacheOp::ArrayLength as u8);
        m.jump_if(Cond::NotEqual, string_length);
        m.load32(RDX, mem(RCX, layout::JS_ARRAY_LENGTH));
        m.test32(RDX, RDX);
        m.jump_if(Cond::Sign, slow);
        m.mov(ACC, RDX);
        m.or(ACC, TAG);
        m.jump(next);
        m.bind(string_length);
        m.cmp8_imm(RDX, CacheOp::StringLength as u8);
        m.jump_if(Cond::NotEqual, slow);
        m.load32(ACC, mem(RCX, layout::STRING_LENGTH));
        m.or(ACC, TAG);
    }
    fn SetNamedProperty(&mut self, object: VmReg, name: u32, s: u32) {
        let slow = self.slow_store(RuntimeOp::SetNamed, object, name, s);
        self.store_named(object, s, slow);
    }
    fn DefineNamedOwn(&mut self, object: VmReg, name: u32, s: u32) {
        let slow = self.slow_store(RuntimeOp::DefineNamedOwn, object, name, s);
        self.store_named(object, s, slow);
    }
    fn GetKeyedProperty(&mut self, object: VmReg, s: u32) {
        let args = [Arg::Reg(object), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        let slow = self.slow_call(RuntimeOp::GetKeyed, &args);
        let next = self.next_label();
        let double = self.m.new_label();
        self.load_reg(RCX, object);
        self.jump_unless_cell(RCX, slow);
        self.jump_unless_smi(ACC, slow);
        let array = self.m.new_label();
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::TypedArray as u8);
        self.m.jump_if(Cond::NotEqual, array);
        self.typed_load(s, slow);
        self.m.jump(next);
        self.m.bind(array);
        self.element_prologue(s, slow);
        // RDI = elements kind, RSI = elements, RDX = index.
        self.m.mov32(RDX, ACC);
        self.m.cmp32_mem(RDX, mem(RSI, layout::ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RCX, mem_index(RSI, RDX, layout::ARRAY_DATA));
        // Double kinds are 2 and 3.
        self.m.mov32(R8, RDI);
        self.m.shr32_imm(R8, 1);
        self.m.cmp32_imm(R8, 1);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp_imm(RCX, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov(ACC, RCX);
        self.m.jump(next);
        self.m.bind(double);
        self.m.mov64(R8, layout::HOLE_NAN_BITS);
        self.m.cmp(RCX, R8);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov64(R8, Value::DOUBLE_OFFSET);
        self.m.add(RCX, R8);
        self.m.mov(ACC, RCX);
    }
    fn SetKeyedProperty(&mut self, object: VmReg, key: VmReg, s: u32) {
        let strict = self.template.slots[s as usize].is_strict();
        let args = [
            Arg::Reg(object),
            Arg::Reg(key),
            Arg::Acc,
            Arg::Vector,
            Arg::Bits(s as u64),
            Arg::Bits(strict as u64),
        ];
        let slow = self.slow_store_call(RuntimeOp::SetKeyed, &args);
        let next = self.next_label();
        let (double, any) = (self.m.new_label(), self.m.new_label());
        self.load_reg(RCX, object);
        self.jump_unless_cell(RCX, slow);
        self.load_reg(RDX, key);
        self.jump_unless_smi(RDX, slow);
        let array = self.m.new_label();
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::TypedArray as u8);
        self.m.jump_if(Cond::NotEqual, array);
        self.typed_store(s, slow);
        self.m.jump(next);
        self.m.bind(array);
        self.element_prologue(s, slow);
        self.m.mov32(RDX, RDX);
        self.m.cmp32_mem(RDX, mem(RCX, layout::JS_ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.cmp32_mem(RDX, mem(RSI, layout::ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.cmp32_imm(RDI, ElementsKind::PackedAny as u32);
        self.m.jump_if(Cond::AboveEqual, any);
        self.m.cmp32_imm(RDI, ElementsKind::PackedDouble as u32);
        self.m.jump_if(Cond::AboveEqual, double);
        // Smi elements take Smis only.
        self.jump_unless_smi(ACC, slow);
        self.m.load(R8, mem_index(RSI, RDX, layout::ARRAY_DATA));
        self.m.cmp_imm(R8, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.store(mem_index(RSI, RDX, layout::ARRAY_DATA), ACC);
        self.m.jump(next);
        self.m.bind(any);
        self.m.load(R8, mem_index(RSI, RDX, layout::ARRAY_DATA));
        self.m.cmp_imm(R8, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov(RCX, RSI);
        self.store_with_barrier(mem_index(RCX, RDX, layout::ARRAY_DATA));
        self.m.jump(next);
        self.m.bind(double);
        self.m.load(RCX, mem_index(RSI, RDX, layout::ARRAY_DATA));
        self.m.mov64(R8, layout::HOLE_NAN_BITS);
        self.m.cmp(RCX, R8);
        self.m.jump_if(Cond::Equal, slow);
        self.unbox_number(0, ACC, slow);
        self.m.movq_from_xmm(RCX, 0);
        self.m.store(mem_index(RSI, RDX, layout::ARRAY_DATA), RCX);
    }
    fn DefineKeyedOwn(&mut self, object: VmReg, key: VmReg, flags: u32, _s: u32) {
        let args = [Arg::Reg(object), Arg::Reg(key), Arg::Acc, Arg::Bits(flags as u64)];
        self.runtime_store(RuntimeOp::DefineKeyedOwn, &args);
    }
    fn DefineAccessor(&mut self, _object: VmReg, _key: VmReg, _flags: u32) {
        self.interpret();
    }
    fn StaInArrayLiteral(&mut self, array: VmReg, index: VmReg, _s: u32) {
        self.runtime_store(RuntimeOp::StoreInArrayLiteral, &[Arg::Reg(array), Arg::Reg(index), Arg::Acc]);
    }
    fn SetLiteralPrototype(&mut self, _object: VmReg) {
        self.interpret();
    }
    fn DeleteProperty(&mut self, object: VmReg, strict: u32) {
        let args = [Arg::Reg(object), Arg::Acc, Arg::Bits(strict as u64)];
        self.runtime(RuntimeOp::DeleteProperty, &args);
    }
    fn GetSuperProperty(&mut self, _receiver: VmReg, _home: VmReg) {
        self.interpret();
    }
    fn SetSuperProperty(&mut self, _receiver: VmReg, _home: VmReg, _key: VmReg, _strict: u32) {
        self.interpret();
    }
    fn LdaHomeObject(&mut self) {
        self.load_reg(RCX, VmReg::CALLEE);
        self.m.load(ACC, mem(RCX, layout::FUNCTION_HOME_OBJECT));
    }
    fn CallProperty(&mut self, callee: VmReg, args: VmReg, count: u32, s: u32) {
        self.call(callee, Receiver::Register(args), args.index() + 1, count - 1, s);
    }
    fn CallUndefinedReceiver(&mut self, callee: VmReg, args: VmReg, count: u32, s: u32) {
        self.call(callee, Receiver::Undefined, args.index(), count, s);
    }
    fn CallWithArray(&mut self, _callee: VmReg, _receiver: VmReg, _array: VmReg, _s: u32) {
        self.interpret();
    }
    fn Construct(&mut self, callee: VmReg, args: VmReg, count: u32, s: u32) {
        self.call(callee, Receiver::Construct, args.index(), count, s);
    }
    fn ConstructWithArray(&mut self, _callee: VmReg, _array: VmReg, _s: u32) {
        self.interpret();
    }
    fn GetSuperConstructor(&mut self, _function: VmReg) {
        self.interpret();
    }
    fn ConstructForwardArgs(&mut self, _callee: VmReg, _s: u32) {
        self.interpret();
    }
    fn CallRuntime(&mut self, _function: u32, _args: VmReg, _count: u32) {
        self.interpret();
    }
    fn CreateClosure(&mut self, template: u32, s: u32) {
        let args = [
            Arg::Data,
            Arg::Reg(VmReg::CONTEXT),
            Arg::Vector,
            Arg::Bits(template as u64),
            Arg::Bits(s as u64),
        ];
        self.runtime(RuntimeOp::CreateClosure, &args);
    }
    fn CreateArrayLiteral(&mut self, boilerplate: u32, s: u32) {
        self.literal(RuntimeOp::CreateArrayLiteral, boilerplate, s);
    }
    fn CreateEmptyArrayLiteral(&mut self, s: u32) {
        self.runtime(RuntimeOp::CreateEmptyArrayLiteral, &[Arg::Vector, Arg::Bits(s as u64)]);
    }
    fn CreateObjectLiteral(&mut self, boilerplate: u32, s: u32) {
        self.literal(RuntimeOp::CreateObjectLiteral, boilerplate, s);
    }
    fn CreateEmptyObjectLiteral(&mut self) {
        self.runtime(RuntimeOp::CreateEmptyObjectLiteral, &[]);
    }
    fn CreateRegExpLiteral(&mut self, _pattern: u32, _flags: u32, _s: u32) {
        self.interpret();
    }
    fn GetTemplateObject(&mut self, _template: u32, _s: u32) {
        self.interpret();
    }
    fn CreateMappedArguments(&mut self, _mapping: u32) {
        self.interpret();
    }
    fn CreateUnmappedArguments(&mut self) {
        self.interpret();
    }
    fn CreateRestParameter(&mut self, start: u32) {
        self.runtime(RuntimeOp::CreateRestParameter, &[Arg::Bits(start as u64)]);
    }
    fn IteratorOpen(&mut self, iterable: VmReg, pair: VmReg, s: u32) {
        let args = [Arg::Reg(iterable), Arg::Vector, Arg::Bits(s as u64)];
        self.runtime_store(RuntimeOp::IteratorOpenRecording, &args);
        self.store_reg(pair, RCX);
        self.m.load(RCX, state(abi::SECOND_RESULT));
        self.store_reg(VmReg(pair.0 + 1), RCX);
    }
    fn IteratorNext(&mut self, pair: VmReg, value: VmReg, s: u32) {
        let slow = self.slow();
        let next = self.next_label();
        self.array_step(pair, value, s, slow, next);
    }
    fn IteratorClose(&mut self, _iterator: VmReg, _suppress: u32) {
        self.interpret();
    }
    fn ForInPrepare(&mut self, object: VmReg, state: VmReg) {
        self.runtime_store(RuntimeOp::ForInPrepare, &[Arg::Reg(object)]);
        self.store_reg(state, RCX);
    }
    fn ForInNext(&mut self, state: VmReg, _s: u32) {
        self.runtime(RuntimeOp::ForInNext, &[Arg::Reg(state)]);
    }
    fn CreateGenerator(&mut self) {
        self.interpret();
    }
    fn SuspendGenerator(&mut self, generator: VmReg, resume: u32) {
        self.m.push(ACC);
        self.m.push(ACC);
        self.load_reg(RSI, generator);
        self.m.mov64(RDX, resume as u64);
        self.call_runtime(RuntimeOp::SuspendGenerator);
        self.m.pop(ACC);
        self.m.pop(ACC);
        let exit = self.exit;
        self.m.jump(exit);
    }
    fn ResumeGenerator(&mut self, generator: VmReg, mode: VmReg) {
        const INTERNAL: i32 = layout::OBJECT_INTERNAL;
        self.load_reg(RCX, generator);
        self.m.load(RDX, mem(RCX, INTERNAL + 8 * words::MODE as i32));
        self.store_reg(mode, RDX);
        self.m.load(ACC, mem(RCX, INTERNAL + 8 * words::VALUE as i32));
    }
    fn SwitchOnGeneratorState(&mut self, generator: VmReg, table: u32, count: u32) {
        let next = self.next_label();
        self.load_reg(RSI, generator);
        self.m.cmp_imm(RSI, UNDEFINED);
        self.m.jump_if(Cond::Equal, next);
        self.call_runtime(RuntimeOp::RestoreGenerator);
        for i in 0..count {
            let target = self.template.jump_tables[(table + i) as usize];
            let l = self.label_at(target);
            self.m.cmp32_imm(RAX, i);
            self.m.jump_if(Cond::Equal, l);
        }
    }
    fn Return(&mut self) {
        let exit = self.exit;
        if self.traits.returns_this {
            let (plain, this) = (self.m.new_label(), self.m.new_label());
            self.m.cmp_mem_imm(word(frame::NEW_TARGET), UNDEFINED);
            self.m.jump_if(Cond::Equal, plain);
            self.jump_unless_cell(ACC, this);
            self.m.cmp8_mem_imm(mem(ACC, layout::HEADER_KIND), CellKind::FIRST_OBJECT as u8);
            self.m.jump_if(Cond::AboveEqual, plain);
            self.m.bind(this);
            self.m.load(ACC, word(frame::THIS));
            self.m.bind(plain);
        }
        self.m.jump(exit);
    }
    fn Throw(&mut self) {
        self.interpret();
    }
    fn ReThrow(&mut self) {
        self.interpret();
    }
    fn Debugger(&mut self) {}
}

impl Compiler<'_> {
    fn step(&mut self, by: i32, s: u32) {
        let slow = self.slow();
        self.jump_unless_smi(ACC, slow);
        self.m.mov32(RDX, ACC);
        self.m.add32_imm(RDX, by as u32);
        self.m.jump_if(Cond::Overflow, slow);
        self.m.mov(ACC, RDX);
        self.m.or(ACC, TAG);
        self.record(s, operand::SMI);
    }
    /// Common part of typed-array accesses: receiver in RCX, Smi index in `index`. RDI = element type
    /// (one that the site has recorded), RSI = data, RDX = index in bounds. Clobbers R8.
    fn typed_prologue(&mut self, s: u32, index: Reg, slow: Label) {
        self.m.load_u8(RDI, mem(RCX, layout::HEADER_AUX));
        self.m.lea(R8, mem(RDI, keyed::TYPED.trailing_zeros() as i32));
        self.m.load32(RSI, slot(s, 0));
        self.m.bit_test(RSI, R8);
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.mov32(RDX, index);
        self.m.cmp_mem(RDX, mem(RCX, layout::TYPED_ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RSI, mem(RCX, layout::TYPED_ARRAY_DATA));
    }
    /// ACC = element ACC of the typed array in RCX: bytes, int32 and double in line.
    fn typed_load(&mut self, s: u32, slow: Label) {
        self.typed_prologue(s, ACC, slow);
        let (int32, double, done) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.m.cmp32_imm(RDI, ElementType::Int32 as u32);
        self.m.jump_if(Cond::Equal, int32);
        self.m.cmp32_imm(RDI, ElementType::Float64 as u32);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp32_imm(RDI, ElementType::Uint8 as u32);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load_u8(ACC, mem_scaled(RSI, RDX, 1));
        self.m.or(ACC, TAG);
        self.m.jump(done);
        self.m.bind(int32);
        self.m.load32(ACC, mem_scaled(RSI, RDX, 4));
        self.m.or(ACC, TAG);
        self.m.jump(done);
        self.m.bind(double);
        self.m.load(RCX, mem_scaled(RSI, RDX, 8));
        self.m.movq_to_xmm(0, RCX);
        self.box_double();
        self.m.bind(done);
    }
    /// Element RDX of the typed array in RCX = ACC.
    fn typed_store(&mut self, s: u32, slow: Label) {
        self.typed_prologue(s, RDX, slow);
        let (int32, double, done) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.m.cmp32_imm(RDI, ElementType::Float64 as u32);
        self.m.jump_if(Cond::Equal, double);
        self.jump_unless_smi(ACC, slow);
        self.m.cmp32_imm(RDI, ElementType::Int32 as u32);
        self.m.jump_if(Cond::Equal, int32);
        self.m.cmp32_imm(RDI, ElementType::Uint8 as u32);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.store8(mem_scaled(RSI, RDX, 1), ACC);
        self.m.jump(done);
        self.m.bind(int32);
        self.m.store32(mem_scaled(RSI, RDX, 4), ACC);
        self.m.jump(done);
        self.m.bind(double);
        self.unbox_number(0, ACC, slow);
        self.m.movq_from_xmm(RCX, 0);
        self.m.store(mem_scaled(RSI, RDX, 8), RCX);
        self.m.bind(done);
    }
    /// A store through the cache: existing slots, and in-object slots that a transition adds.
    fn store_named(&mut self, object: VmReg, s: u32, slow: Label) {
        let (transition, out_of_line) = (self.m.new_label(), self.m.new_label());
        let next = self.next_label();
        self.load_reg(RCX, object);
        self.check_cache(s, slow);
        self.m.cmp8_imm(RDX, CacheOp::StoreInline as u8);
        self.m.jump_if(Cond::NotEqual, transition);
        self.m.shr32_imm(RDX, 8);
        self.store_with_barrier(mem_index(RCX, RDX, layout::OBJECT_INLINE_SLOTS));
        self.m.jump(next);
        self.m.bind(transition);
        self.m.cmp8_imm(RDX, CacheOp::StoreOutOfLine as u8);
        self.m.jump_if(Cond::Equal, out_of_line);
        self.m.cmp8_imm(RDX, CacheOp::StoreTransition as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load32(R8, mem(RDI, 24));
        self.m.cmp32_mem(R8, state(abi::PROTOTYPE_EPOCH));
        self.m.jump_if(Cond::NotEqual, slow);
        // In-object slots only, of plain objects (whose flags byte counts them).
        self.m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::Object as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.shr32_imm(RDX, 8);
        self.m.load_u8(RSI, mem(RCX, layout::HEADER_FLAGS));
        self.m.cmp32(RDX, RSI);
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load32(RSI, mem(RDI, 16));
        self.m.store32(mem(RCX, layout::HEADER_SHAPE), RSI);
        self.store_with_barrier(mem_index(RCX, RDX, layout::OBJECT_INLINE_SLOTS));
        self.m.jump(next);
        self.m.bind(out_of_line);
        self.m.shr32_imm(RDX, 8);
        self.m.load(RCX, mem(RCX, layout::OBJECT_SLOTS));
        self.store_with_barrier(mem_index(RCX, RDX, layout::ARRAY_DATA));
        self.m.jump(next);
    }
    /// Out-of-line part of a named store: the accumulator stays what it was.
    fn slow_store(&mut self, op: RuntimeOp, object: VmReg, name: u32, s: u32) -> Label {
        let args = [Arg::Reg(object), Arg::Constant(name), Arg::Acc, Arg::Vector, Arg::Bits(s as u64)];
        self.slow_store_call(op, &args)
    }
    /// `IteratorNext` of an untouched values iterator over an array of a recorded kind (the short cut
    /// of `runtime::iteration`).
    fn array_step(&mut self, pair: VmReg, value: VmReg, s: u32, slow: Label, next: Label) {
        let word = |n: i32| mem(RAX, layout::OBJECT_INTERNAL + 8 * n);
        let (double, done, loaded) = (self.m.new_label(), self.m.new_label(), self.m.new_label());
        self.load_reg(RAX, pair);
        self.jump_unless_cell(RAX, slow);
        self.m.cmp8_mem_imm(mem(RAX, layout::HEADER_KIND), CellKind::ArrayIterator as u8);
        self.m.jump_if(Cond::NotEqual, slow);
        self.load_reg(RDX, VmReg(pair.0 + 1));
        self.m.cmp_mem(RDX, state(abi::ARRAY_ITERATOR_NEXT));
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.lea(RDX, mem(TAG, array_iterator_kind::VALUES));
        self.m.cmp_mem(RDX, word(2));
        self.m.jump_if(Cond::NotEqual, slow);
        self.m.load(RCX, word(0));
        self.jump_unless_cell(RCX, slow);
        self.element_prologue(s, slow);
        self.m.load(RDX, word(1));
        self.jump_unless_smi(RDX, slow);
        self.m.mov32(RDX, RDX);
        self.m.cmp32_mem(RDX, mem(RCX, layout::JS_ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, done);
        self.m.cmp32_mem(RDX, mem(RSI, layout::ARRAY_LENGTH));
        self.m.jump_if(Cond::AboveEqual, slow);
        self.m.load(RCX, mem_index(RSI, RDX, layout::ARRAY_DATA));
        // PackedDouble and HoleyDouble are 2 and 3.
        self.m.shr32_imm(RDI, 1);
        self.m.cmp32_imm(RDI, 1);
        self.m.jump_if(Cond::Equal, double);
        self.m.cmp_imm(RCX, HOLE);
        self.m.jump_if(Cond::Equal, slow);
        self.m.bind(loaded);
        // The position stays a Smi: it is below the capacity.
        self.m.add32_mem_imm(word(1), 1);
        self.store_reg(value, RCX);
        self.set_acc(Value::FALSE);
        self.m.jump(next);
        self.m.bind(double);
        self.m.mov64(R8, layout::HOLE_NAN_BITS);
        self.m.cmp(RCX, R8);
        self.m.jump_if(Cond::Equal, slow);
        self.m.mov64(R8, Value::DOUBLE_OFFSET);
        self.m.add(RCX, R8);
        self.m.jump(loaded);
        self.m.bind(done);
        self.m.store_imm(word(0), UNDEFINED);
        self.m.store_imm(mem(FP, 8 * value.index()), UNDEFINED);
        self.set_acc(Value::TRUE);
    }
    /// Receiver cell in RCX: an array whose kind the site has already recorded. RDI = elements kind,
    /// RSI = elements. Clobbers R8.
    fn element_prologue(&mut self, s: u32, slow: Label) {
        let m = &mut self.m;
        m.cmp8_mem_imm(mem(RCX, layout::HEADER_KIND), CellKind::Array as u8);
        m.jump_if(Cond::NotEqual, slow);
        m.load_u8(RDI, mem(RCX, layout::HEADER_AUX));
        m.cmp32_imm(RDI, ElementsKind::Dictionary as u32);
        m.jump_if(Cond::AboveEqual, slow);
        // Recorded kinds are bits of the slot's first word.
        m.load32(RSI, slot(s, 0));
        m.bit_test(RSI, RDI);
        m.jump_if(Cond::AboveEqual, slow);
        m.load(RSI, mem(RCX, layout::OBJECT_ELEMENTS));
        self.jump_unless_cell(RSI, slow);
    }
}
