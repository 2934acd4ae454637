//! Numbers: operators, comparisons, boxing.

use super::*;

impl Compiler<'_> {
    /// Adds bits to a slot's first word (a Smi).
    pub(super) fn record(&mut self, s: u32, bits: u32) {
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
    pub(super) fn box_double(&mut self) {
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
    pub(super) fn unbox_number(&mut self, x: Reg, r: Reg, slow: Label) {
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
    pub(super) fn arithmetic(&mut self, op: RuntimeOp, s: u32, slow: Label) {
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
    pub(super) fn divide(&mut self, s: u32, slow: Label) {
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
    pub(super) fn remainder(&mut self, s: u32, slow: Label) {
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
    pub(super) fn bitwise(&mut self, op: RuntimeOp, s: u32, slow: Label) {
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
    pub(super) fn slow_binary(&mut self, op: RuntimeOp, lhs: Arg, rhs: Arg, s: u32) -> Label {
        let number = op as u16 - RuntimeOp::Add as u16;
        debug_assert!((number as usize) < BinaryOp::ALL.len());
        let args = [lhs, rhs, Arg::Vector, Arg::Bits(s as u64), Arg::Bits(number as u64)];
        self.slow_call(RuntimeOp::BinaryRecording, &args)
    }
    pub(super) fn binary(&mut self, op: RuntimeOp, lhs: VmReg, s: u32) {
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
    pub(super) fn binary_smi(&mut self, op: RuntimeOp, v: i32, s: u32) {
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
    pub(super) fn compare(&mut self, smi: Cond, lhs: VmReg, s: u32) {
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
    pub(super) fn equality(&mut self, lhs: VmReg, s: u32) {
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
    pub(super) fn step(&mut self, by: i32, s: u32) {
        let slow = self.slow();
        self.jump_unless_smi(ACC, slow);
        self.m.mov32(RDX, ACC);
        self.m.add32_imm(RDX, by as u32);
        self.m.jump_if(Cond::Overflow, slow);
        self.m.mov(ACC, RDX);
        self.m.or(ACC, TAG);
        self.record(s, operand::SMI);
    }
}
