//! The table: one template per opcode, in the order of the opcode table.

use super::*;

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
        self.load_keyed(RuntimeOp::GetKeyed, object, s);
    }
    fn GetPresentElement(&mut self, object: VmReg, s: u32) {
        self.load_keyed(RuntimeOp::GetPresent, object, s);
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
    fn ArgumentCount(&mut self) {
        self.m.load32(ACC, word(frame::ARGC));
        self.m.or(ACC, TAG);
    }
    fn CreateGenerator(&mut self) {
        self.runtime(RuntimeOp::CreateGenerator, &[]);
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
