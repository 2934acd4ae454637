//! Runtime functions and the interpreter as the slow halves of templates, and the out-of-line parts.

use super::*;

impl Compiler<'_> {
    /// The whole instruction through the interpreter's handler, in line.
    pub(super) fn interpret(&mut self) {
        let offset = self.at.offset;
        self.emit_interpret(offset);
        self.check_exception(offset);
    }
    pub(super) fn emit_interpret(&mut self, offset: u32) {
        let m = &mut self.m;
        m.mov(RCX, ACC);
        m.mov(RDI, ISOLATE);
        m.mov(RSI, FP);
        m.mov64(RDX, offset as u64);
        m.call_mem(state(abi::INTERPRET_ONE));
    }
    /// A label whose out-of-line part interprets the current instruction and goes on behind it.
    pub(super) fn slow(&mut self) -> Label {
        let from = self.m.new_label();
        let resume = self.next_label();
        self.cold.push(Cold::Interpret { from, offset: self.at.offset, resume });
        from
    }
    /// A label whose out-of-line part calls a runtime function and goes on behind the instruction.
    pub(super) fn slow_call(&mut self, op: RuntimeOp, args: &[Arg]) -> Label {
        self.push_runtime(op, args, false)
    }
    /// As `slow_call`, for instructions that leave the accumulator alone.
    pub(super) fn slow_store_call(&mut self, op: RuntimeOp, args: &[Arg]) -> Label {
        self.push_runtime(op, args, true)
    }
    fn push_runtime(&mut self, op: RuntimeOp, args: &[Arg], keep_acc: bool) -> Label {
        let (from, resume) = (self.m.new_label(), self.next_label());
        let call = RuntimeCall { op, args: args.into() };
        self.cold.push(Cold::Runtime { from, offset: self.at.offset, call, keep_acc, resume });
        from
    }
    /// The instruction as a call of a runtime function, in line.
    pub(super) fn runtime(&mut self, op: RuntimeOp, args: &[Arg]) {
        let offset = self.at.offset;
        self.emit_runtime(offset, &RuntimeCall { op, args: args.into() });
        self.check_exception(offset);
    }
    /// As `runtime`, for instructions that leave the accumulator alone; the result goes to RCX.
    pub(super) fn runtime_store(&mut self, op: RuntimeOp, args: &[Arg]) {
        let offset = self.at.offset;
        self.emit_runtime_store(offset, &RuntimeCall { op, args: args.into() });
    }
    /// Result (or EXCEPTION) in RAX. The accumulator is read before anything is clobbered.
    pub(super) fn emit_runtime(&mut self, offset: u32, call: &RuntimeCall) {
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
    /// The accumulator waits on the native stack, which pins it; the result goes to RCX.
    pub(super) fn emit_runtime_store(&mut self, offset: u32, call: &RuntimeCall) {
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
    pub(super) fn load_argument(&mut self, r: Reg, a: Arg) {
        match a {
            Arg::Reg(v) => self.load_reg(r, v),
            Arg::Acc => self.m.mov(r, ACC),
            Arg::Constant(n) => self.m.load(r, mem(CONSTANTS, 8 * n as i32)),
            Arg::Vector => self.m.load(r, word(frame::FEEDBACK)),
            Arg::Data => self.m.load(r, word(frame::FUNCTION_DATA)),
            Arg::Bits(bits) => self.m.mov64(r, bits),
        }
    }
    pub(super) fn cold_parts(&mut self) {
        let parts = std::mem::take(&mut self.cold);
        for part in parts {
            match part {
                Cold::Interpret { from, offset, resume } => {
                    self.m.bind(from);
                    self.emit_interpret(offset);
                    self.check_exception(offset);
                    self.m.jump(resume);
                }
                Cold::Runtime { from, offset, call, keep_acc, resume } => {
                    self.m.bind(from);
                    if keep_acc {
                        self.emit_runtime_store(offset, &call);
                    } else {
                        self.emit_runtime(offset, &call);
                        self.check_exception(offset);
                    }
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
}
