//! The templates.
//!
//! Code layout: prologue, instructions in bytecode order, then the out-of-line parts (slow paths,
//! exception handlers' entries, loop entry stubs). Slow paths restore nothing: all state is in the
//! frame and the accumulator.

use smallvec::SmallVec;
mod arithmetic;
mod calls;
mod cold;
mod opcodes;
mod properties;

use tierproof_base::faults::{Fault, fault};
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

/// Compiles a function. Never fails: every opcode has a template. Instructions at the offsets of
/// `interpreted` (ascending) get no template but a call of the interpreter; see [`can_be_interpreted`].
pub fn compile(template: &CodeTemplate, traits: FunctionTraits, interpreted: &[u32]) -> BaselineCode {
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
        if interpreted.binary_search(&i.offset).is_ok() && can_be_interpreted(&i) {
            c.interpret();
        } else {
            dispatch(&mut c, &i);
        }
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

/// Whether an instruction may be left to the interpreter: it goes on with the next one.
pub fn can_be_interpreted(i: &Instruction) -> bool {
    use tierproof_bytecode::Opcode;
    let effects = i.opcode.info().effects;
    !effects.jumps && !effects.ends && i.opcode != Opcode::ResumeGenerator
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
    /// A runtime function, its result or (`keep_acc`) what was there in the accumulator, then on to `resume`.
    Runtime { from: Label, offset: u32, call: RuntimeCall, keep_acc: bool, resume: Label },
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
            m.lea(RDX, word(if fault(Fault::F067) { size - 1 } else { size }));
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
    fn literal(&mut self, op: RuntimeOp, boilerplate: u32, s: u32) {
        self.runtime(op, &[Arg::Data, Arg::Vector, Arg::Bits(boilerplate as u64), Arg::Bits(s as u64)]);
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
}
