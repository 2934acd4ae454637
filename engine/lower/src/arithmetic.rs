//! Rules: conversions, arithmetic, comparisons.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, Value, types};
use tierproof_base::faults::{Fault, fault};
use tierproof_heap::Value as JsValue;
use tierproof_ssa::node::Condition;
use tierproof_ssa::{DeoptReason, NodeId, Op, RuntimeOp};

use crate::emitter::Emitter;

fn signed(c: Condition) -> IntCC {
    match c {
        Condition::Equal => IntCC::Equal,
        Condition::NotEqual => IntCC::NotEqual,
        Condition::Less => IntCC::SignedLessThan,
        Condition::LessEqual => IntCC::SignedLessThanOrEqual,
        Condition::Greater => IntCC::SignedGreaterThan,
        Condition::GreaterEqual => IntCC::SignedGreaterThanOrEqual,
    }
}
fn float(c: Condition) -> FloatCC {
    match c {
        Condition::Equal => FloatCC::Equal,
        Condition::NotEqual => FloatCC::NotEqual,
        Condition::Less => FloatCC::LessThan,
        Condition::LessEqual => FloatCC::LessThanOrEqual,
        Condition::Greater => FloatCC::GreaterThan,
        Condition::GreaterEqual => FloatCC::GreaterThanOrEqual,
    }
}

const TAG: i64 = JsValue::NUMBER_TAG as i64;

impl Emitter<'_, '_> {
    pub fn is_smi(&mut self, v: Value) -> Value {
        self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThanOrEqual, v, TAG)
    }
    pub fn is_number(&mut self, v: Value) -> Value {
        let bits = self.b.ins().band_imm_u(v, TAG);
        self.b.ins().icmp_imm_u(IntCC::NotEqual, bits, 0)
    }
    pub fn tag_int(&mut self, v: Value) -> Value {
        let wide = self.b.ins().uextend(types::I64, v);
        self.b.ins().bor_imm_u(wide, TAG)
    }
    pub fn untag_int(&mut self, v: Value) -> Value {
        self.b.ins().ireduce(types::I32, v)
    }
    /// Double of a Value known to be a number.
    pub fn unbox_number(&mut self, v: Value) -> Value {
        self.unbox_number_or(v, None)
    }
    /// Double of a number; leaves through `exit` when it is none. Small integers are out of line:
    /// they would cost doubles a conversion and a move between register files.
    fn unbox_number_or(&mut self, v: Value, exit: Option<Block>) -> Value {
        let bits = self.b.ins().iadd_imm_s(v, -(JsValue::DOUBLE_OFFSET as i64));
        let bound = JsValue::NUMBER_TAG - JsValue::DOUBLE_OFFSET;
        let double = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, bits, bound as i64);
        let from_bits = self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits);
        let other = self.cold_block();
        let next = self.b.create_block();
        let result = self.b.append_block_param(next, types::F64);
        self.b.ins().brif(double, next, &[from_bits.into()], other, &[]);
        self.b.switch_to_block(other);
        if let Some(exit) = exit.filter(|&e| !self.left_out(e)) {
            let smi = self.is_smi(v);
            let convert = self.cold_block();
            self.b.ins().brif(smi, convert, &[], exit, &[]);
            self.b.switch_to_block(convert);
        }
        let int = self.untag_int(v);
        let from_int = self.b.ins().fcvt_from_sint(types::F64, int);
        self.b.ins().jump(next, &[from_int.into()]);
        self.b.switch_to_block(next);
        result
    }
    pub fn canonical_bits(&mut self, x: Value) -> Value {
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), x);
        let ordered = self.b.ins().fcmp(FloatCC::Ordered, x, x);
        let nan = self.bits(0x7FF8_0000_0000_0000);
        self.b.ins().select(ordered, bits, nan)
    }
    /// (int32 by saturation, whether it is exactly the double and not -0).
    fn exact_int(&mut self, x: Value) -> (Value, Value) {
        let int = self.b.ins().fcvt_to_sint_sat(types::I32, x);
        let back = self.b.ins().fcvt_from_sint(types::F64, int);
        let a = self.b.ins().bitcast(types::I64, MemFlagsData::new(), back);
        let b = self.b.ins().bitcast(types::I64, MemFlagsData::new(), x);
        let exact = self.b.ins().icmp(IntCC::Equal, a, b);
        (int, exact)
    }
    pub fn box_double(&mut self, x: Value) -> Value {
        let bits = self.canonical_bits(x);
        self.b.ins().iadd_imm_u(bits, JsValue::DOUBLE_OFFSET as i64)
    }
    /// As `box_double`, but integers become Smis: for results that mostly are ones, so that the
    /// sites they reach keep seeing Smis.
    fn box_integral(&mut self, x: Value) -> Value {
        let (int, exact) = self.exact_int(x);
        let smi = self.tag_int(int);
        let double = self.box_double(x);
        self.b.ins().select(exact, smi, double)
    }
    /// ToInt32 of a double.
    pub fn truncate(&mut self, x: Value) -> Value {
        let wide = self.b.ins().fcvt_to_sint_sat(types::I64, x);
        // Saturated (also infinities, not NaN): the slow way.
        let a = self.b.ins().icmp_imm_s(IntCC::Equal, wide, i64::MAX);
        let b = self.b.ins().icmp_imm_s(IntCC::Equal, wide, i64::MIN);
        let saturated = self.b.ins().bor(a, b);
        let fast = self.b.ins().ireduce(types::I32, wide);
        let slow = self.cold_block();
        let next = self.b.create_block();
        let result = self.b.append_block_param(next, types::I32);
        self.b.ins().brif(saturated, slow, &[], next, &[fast.into()]);
        self.b.switch_to_block(slow);
        let exact = self.call_cold(RuntimeOp::Float64ToInt32, &[self.isolate, x]);
        let exact = self.b.ins().ireduce(types::I32, exact);
        self.b.ins().jump(next, &[exact.into()]);
        self.b.switch_to_block(next);
        result
    }
    /// ToInt32 of a Value known to be a number.
    fn truncate_number(&mut self, v: Value) -> Value {
        let smi = self.is_smi(v);
        let int = self.untag_int(v);
        let other = self.b.create_block();
        let next = self.b.create_block();
        let result = self.b.append_block_param(next, types::I32);
        self.b.ins().brif(smi, next, &[int.into()], other, &[]);
        self.b.switch_to_block(other);
        let x = self.unbox_number(v);
        let slow = self.truncate(x);
        self.b.ins().jump(next, &[slow.into()]);
        self.b.switch_to_block(next);
        result
    }
    fn min_max(&mut self, x: Value, y: Value, min: bool) -> Value {
        if fault(Fault::F025) {
            let less = self.b.ins().fcmp(if min { FloatCC::LessThan } else { FloatCC::GreaterThan }, x, y);
            return self.b.ins().select(less, x, y);
        }
        // Cranelift's fmin and fmax agree with Math.min and Math.max on NaN and signed zeros.
        if min { self.b.ins().fmin(x, y) } else { self.b.ins().fmax(x, y) }
    }

    /// Lowers `n` if its rule stands here.
    pub fn arithmetic(&mut self, n: NodeId) -> Result<bool, String> {
        let op = self.graph.op(n);
        let inputs = self.graph.node(n).inputs.clone();
        macro_rules! v {
            ($i:expr) => {
                self.val(inputs[$i])
            };
        }
        macro_rules! un {
            ($f:ident) => {{
                let a = v!(0);
                self.b.ins().$f(a)
            }};
        }
        macro_rules! bin {
            ($f:ident) => {{
                let (a, b) = (v!(0), v!(1));
                self.b.ins().$f(a, b)
            }};
        }
        macro_rules! shift {
            ($f:ident) => {{
                let (a, b) = (v!(0), v!(1));
                let b = self.b.ins().band_imm_u(b, 31);
                self.b.ins().$f(a, b)
            }};
        }
        macro_rules! overflow {
            ($f:ident) => {{
                let (a, b) = (v!(0), v!(1));
                let (r, o) = self.b.ins().$f(a, b);
                let exit = self.exit_of(n)?;
                self.leave_if(o, exit);
                r
            }};
        }
        let value = match op {
            // --- conversions
            Op::CheckedSmiUntag => {
                let a = v!(0);
                let ok = self.is_smi(a);
                let exit = self.exit_of(n)?;
                self.leave_unless(ok, exit);
                self.untag_int(a)
            }
            Op::UnsafeSmiUntag => {
                let a = v!(0);
                self.untag_int(a)
            }
            Op::CheckedNumberToFloat64 => {
                let a = v!(0);
                let exit = self.exit_of(n)?;
                self.unbox_number_or(a, Some(exit))
            }
            Op::UnsafeNumberToFloat64 => {
                let a = v!(0);
                self.unbox_number(a)
            }
            Op::CheckedNumberToInt32 => {
                let a = v!(0);
                let smi = self.is_smi(a);
                let int = self.untag_int(a);
                let exit = self.exit_of(n)?;
                let other = self.b.create_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I32);
                self.b.ins().brif(smi, next, &[int.into()], other, &[]);
                self.b.switch_to_block(other);
                let number = self.is_number(a);
                self.leave_unless(number, exit);
                let x = self.unbox_number(a);
                let (int, exact) = self.exact_int(x);
                self.leave_unless(exact, exit);
                self.b.ins().jump(next, &[int.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::CheckedTruncateToInt32 => {
                let a = v!(0);
                let ok = self.is_number(a);
                let exit = self.exit_of(n)?;
                self.leave_unless(ok, exit);
                self.truncate_number(a)
            }
            Op::UnsafeTruncateToInt32 => {
                let a = v!(0);
                self.truncate_number(a)
            }
            Op::CheckedFloat64ToInt32 => {
                let a = v!(0);
                let (int, exact) = self.exact_int(a);
                let exit = self.exit_of(n)?;
                self.leave_unless(exact, exit);
                int
            }
            Op::TruncateFloat64ToInt32 => {
                let a = v!(0);
                self.truncate(a)
            }
            Op::CheckedUint32ToInt32 => {
                let a = v!(0);
                let bad = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
                let exit = self.exit_of(n)?;
                self.leave_if(bad, exit);
                a
            }
            Op::UnsafeUint32ToInt32 | Op::Int32ToUint32 => v!(0),
            Op::Int32ToFloat64 => {
                let a = v!(0);
                self.b.ins().fcvt_from_sint(types::F64, a)
            }
            Op::Uint32ToFloat64 if fault(Fault::F063) => {
                let a = v!(0);
                self.b.ins().fcvt_from_sint(types::F64, a)
            }
            Op::Uint32ToFloat64 => {
                let a = v!(0);
                let wide = self.b.ins().uextend(types::I64, a);
                self.b.ins().fcvt_from_sint(types::F64, wide)
            }
            Op::Int32ToTagged => {
                let a = v!(0);
                self.tag_int(a)
            }
            Op::Uint32ToTagged => {
                let a = v!(0);
                let smi = self.tag_int(a);
                let wide = self.b.ins().uextend(types::I64, a);
                let x = self.b.ins().fcvt_from_sint(types::F64, wide);
                let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), x);
                let double = self.b.ins().iadd_imm_u(bits, JsValue::DOUBLE_OFFSET as i64);
                let large = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
                self.b.ins().select(large, double, smi)
            }
            Op::Float64ToTagged => {
                let a = v!(0);
                match self.graph.op(self.graph.input(n, 0)) {
                    Op::Float64Floor
                    | Op::Float64Ceil
                    | Op::Float64Trunc
                    | Op::Float64Round
                    | Op::Float64Div
                    | Op::Float64Call { .. } => self.box_integral(a),
                    _ => self.box_double(a),
                }
            }
            Op::BoolToTagged => {
                let a = v!(0);
                let wide = self.b.ins().uextend(types::I64, a);
                self.b.ins().bor_imm_u(wide, JsValue::FALSE.to_bits() as i64)
            }
            // --- int32 arithmetic
            Op::CheckedInt32Add => overflow!(sadd_overflow),
            Op::CheckedInt32Sub => overflow!(ssub_overflow),
            Op::CheckedInt32Mul => {
                let r = overflow!(smul_overflow);
                // Zero with a negative operand is -0.
                let (a, b) = (v!(0), v!(1));
                let signs = self.b.ins().bor(a, b);
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, r, 0);
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
                let bad = self.b.ins().band(zero, negative);
                let exit = self.exit_of(n)?;
                self.leave_if(bad, exit);
                r
            }
            Op::CheckedInt32Div => {
                let (a, b) = (v!(0), v!(1));
                let exit = self.exit_of(n)?;
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, b, 0);
                self.leave_if(zero, exit);
                let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, b, -1);
                let smallest = self.b.ins().icmp_imm_s(IntCC::Equal, a, i32::MIN as i64);
                let overflow = self.b.ins().band(minus_one, smallest);
                self.leave_if(overflow, exit);
                let dividend_zero = self.b.ins().icmp_imm_s(IntCC::Equal, a, 0);
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, b, 0);
                let minus_zero = self.b.ins().band(dividend_zero, negative);
                self.leave_if(minus_zero, exit);
                let q = self.b.ins().sdiv(a, b);
                let back = self.b.ins().imul(q, b);
                let exact = self.b.ins().icmp(IntCC::Equal, back, a);
                self.leave_unless(exact, exit);
                q
            }
            Op::CheckedInt32Mod => {
                let (a, b) = (v!(0), v!(1));
                let exit = self.exit_of(n)?;
                let zero = self.b.ins().icmp_imm_s(IntCC::Equal, b, 0);
                self.leave_if(zero, exit);
                // Division by -1 would trap for the smallest number; the remainder by -1 is the one by 1.
                let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, b, -1);
                let one = self.b.ins().iconst(types::I32, 1);
                let divisor = self.b.ins().select(minus_one, one, b);
                let r = self.b.ins().srem(a, divisor);
                let is_zero = self.b.ins().icmp_imm_s(IntCC::Equal, r, 0);
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
                let bad = self.b.ins().band(is_zero, negative);
                self.leave_if(bad, exit);
                r
            }
            Op::UnsafeInt32Mod => bin!(urem),
            Op::CheckedInt32Negate => {
                let a = v!(0);
                let exit = self.exit_of(n)?;
                // 0 gives -0, the smallest number has no negation: both are zero without the sign bit.
                let low = self.b.ins().band_imm_u(a, 0x7FFF_FFFF);
                let bad = self.b.ins().icmp_imm_s(IntCC::Equal, low, 0);
                self.leave_if(bad, exit);
                self.b.ins().ineg(a)
            }
            Op::CheckedInt32Abs => {
                let a = v!(0);
                let exit = self.exit_of(n)?;
                let bad = self.b.ins().icmp_imm_s(IntCC::Equal, a, i32::MIN as i64);
                self.leave_if(bad, exit);
                self.b.ins().iabs(a)
            }
            Op::Int32Add => bin!(iadd),
            Op::Int32Sub => bin!(isub),
            Op::Int32Mul => bin!(imul),
            Op::Int32And => bin!(band),
            Op::Int32Or => bin!(bor),
            Op::Int32Xor => bin!(bxor),
            Op::Int32Not => un!(bnot),
            Op::Int32ShiftLeft => shift!(ishl),
            Op::Int32ShiftRight => shift!(sshr),
            Op::Int32ShiftRightLogical => shift!(ushr),
            Op::Int32Clz => un!(clz),
            Op::Int32Min => bin!(smin),
            Op::Int32Max => bin!(smax),
            // --- doubles
            Op::Float64Add => bin!(fadd),
            Op::Float64Sub => bin!(fsub),
            Op::Float64Mul => bin!(fmul),
            Op::Float64Div => bin!(fdiv),
            Op::Float64Negate => un!(fneg),
            Op::Float64Abs => un!(fabs),
            Op::Float64Sqrt => un!(sqrt),
            Op::Float64Floor => un!(floor),
            Op::Float64Ceil => un!(ceil),
            Op::Float64Trunc => un!(trunc),
            Op::Float64Round => {
                // ceil(x), minus one when that lies more than one half above x; keeps -0.
                let x = v!(0);
                let up = self.b.ins().ceil(x);
                let one = self.b.ins().f64const(1.0);
                let half = self.b.ins().f64const(0.5);
                let distance = self.b.ins().fsub(up, x);
                let far = self.b.ins().fcmp(FloatCC::GreaterThan, distance, half);
                let down = self.b.ins().fsub(up, one);
                self.b.ins().select(far, down, up)
            }
            Op::Float64Min | Op::Float64Max => {
                let (a, b) = (v!(0), v!(1));
                self.min_max(a, b, matches!(op, Op::Float64Min))
            }
            Op::Float64Fround => {
                let x = v!(0);
                let narrow = self.b.ins().fdemote(types::F32, x);
                self.b.ins().fpromote(types::F64, narrow)
            }
            Op::Float64Call { function } => {
                let args: Vec<Value> = inputs.iter().map(|&i| self.val(i)).collect();
                self.call_raw(*function, &args, Some(types::F64)).expect("has a result")
            }
            // --- comparisons
            Op::Int32Compare { condition } => {
                let (a, b) = (v!(0), v!(1));
                self.b.ins().icmp(signed(*condition), a, b)
            }
            Op::Uint32Compare { condition } => {
                let (a, b) = (v!(0), v!(1));
                self.b.ins().icmp(signed(*condition).unsigned(), a, b)
            }
            Op::Float64Compare { condition } => {
                let (a, b) = (v!(0), v!(1));
                self.b.ins().fcmp(float(*condition), a, b)
            }
            Op::Float64ToBool => {
                let a = v!(0);
                let zero = self.b.ins().f64const(0.0);
                self.b.ins().fcmp(FloatCC::OrderedNotEqual, a, zero)
            }
            Op::TaggedSame => {
                let (a, b) = (v!(0), v!(1));
                self.b.ins().icmp(IntCC::Equal, a, b)
            }
            Op::TaggedIsNullish => {
                let a = v!(0);
                let masked = self.b.ins().band_imm_s(a, !0x8);
                self.b.ins().icmp_imm_u(IntCC::Equal, masked, JsValue::NULL.to_bits() as i64)
            }
            Op::BoolNot => {
                let a = v!(0);
                self.b.ins().icmp_imm_u(IntCC::Equal, a, 0)
            }
            Op::CheckTrue { reason } => {
                let a = v!(0);
                let frame = self.graph.node(n).frame.ok_or("CheckTrue without frame state")?;
                let exit = self.eager_exit(frame, *reason);
                self.leave_unless(a, exit);
                return Ok(true);
            }
            Op::CheckBounds => {
                let (index, length) = (v!(0), v!(1));
                let fine = self.b.ins().icmp(IntCC::UnsignedLessThan, index, length);
                let exit = self.exit_of(n)?;
                self.leave_unless(fine, exit);
                index
            }
            Op::CheckInvalidated => {
                let flag = self.load(types::I8, self.table, 0);
                let frame = self.graph.node(n).frame.ok_or("CheckInvalidated without frame state")?;
                let exit = self.eager_exit(frame, DeoptReason::Invalidated);
                self.leave_if(flag, exit);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.values.insert(n, value);
        Ok(true)
    }
}
