//! Calls and constructs of plain functions.

use super::*;

impl Compiler<'_> {
    /// A call or construct of a plain function: arguments `args..args+count` in the frame.
    pub(super) fn call(&mut self, callee: VmReg, receiver: Receiver, args: i32, count: u32, s: u32) {
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
