//! Rules: type tests and guards on Values and cells.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use tierproof_heap::Value as JsValue;
use tierproof_heap::{CellKind, layout};
use tierproof_ssa::{NodeId, Op, RuntimeOp};

use crate::emitter::Emitter;

impl Emitter<'_, '_> {
    /// Leaves for `target` unless `v` is a cell.
    pub fn leave_unless_cell(&mut self, v: Value, target: Block) {
        let bits = self.b.ins().band_imm_u(v, JsValue::NOT_CELL_MASK as i64);
        let immediate = self.b.ins().icmp_imm_u(IntCC::NotEqual, bits, 0);
        self.leave_if(immediate, target);
    }
    fn kind(&mut self, cell: Value) -> Value {
        self.load(types::I8, cell, layout::HEADER_KIND)
    }
    fn kind_in(&mut self, cell: Value, first: CellKind, last: Option<CellKind>) -> Value {
        let kind = self.kind(cell);
        match last {
            Some(last) => {
                let relative = self.b.ins().iadd_imm_s(kind, -(first as i64));
                self.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, relative, last as i64 - first as i64)
            }
            None => self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThanOrEqual, kind, first as i64),
        }
    }
    /// A Bool computed for cells by `test`, false for the rest.
    fn test_cell(&mut self, v: Value, test: impl FnOnce(&mut Self) -> Value) -> Value {
        let bits = self.b.ins().band_imm_u(v, JsValue::NOT_CELL_MASK as i64);
        let is_cell = self.b.ins().icmp_imm_u(IntCC::Equal, bits, 0);
        let yes = self.b.create_block();
        let next = self.b.create_block();
        let result = self.b.append_block_param(next, types::I8);
        let no = self.b.ins().iconst(types::I8, 0);
        self.b.ins().brif(is_cell, yes, &[], next, &[no.into()]);
        self.b.switch_to_block(yes);
        let value = test(self);
        self.b.ins().jump(next, &[value.into()]);
        self.b.switch_to_block(next);
        result
    }
    /// A pure runtime function with a Bool result.
    fn call_bool(&mut self, function: RuntimeOp, args: &[Value]) -> Value {
        let mut all = vec![self.isolate];
        all.extend_from_slice(args);
        let r = self.call_raw(function, &all, Some(types::I64)).expect("has a result");
        self.b.ins().ireduce(types::I8, r)
    }

    /// Lowers `n` if its rule stands here.
    pub fn check(&mut self, n: NodeId) -> Result<bool, String> {
        let op = self.graph.op(n);
        let inputs = self.graph.node(n).inputs.clone();
        let value = match op {
            Op::CheckShape { shapes } => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                self.leave_unless_cell(v, exit);
                let shape = self.load(types::I32, v, layout::HEADER_SHAPE);
                match &shapes[..] {
                    [one] => {
                        let bad = self.b.ins().icmp_imm_u(IntCC::NotEqual, shape, one.0 as i64);
                        self.leave_if(bad, exit);
                    }
                    many => {
                        let next = self.b.create_block();
                        for s in many {
                            let other = self.b.create_block();
                            let good = self.b.ins().icmp_imm_u(IntCC::Equal, shape, s.0 as i64);
                            self.b.ins().brif(good, next, &[], other, &[]);
                            self.b.switch_to_block(other);
                        }
                        self.b.ins().jump(exit, &[]);
                        self.b.switch_to_block(next);
                    }
                }
                v
            }
            Op::CheckHeader { header } => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                self.leave_unless_cell(v, exit);
                let word = self.load(types::I16, v, layout::HEADER_KIND);
                let bad = self.b.ins().icmp_imm_u(IntCC::NotEqual, word, *header as i64);
                self.leave_if(bad, exit);
                v
            }
            Op::CheckString => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                self.leave_unless_cell(v, exit);
                let string = self.kind_in(v, CellKind::FIRST_STRING, Some(CellKind::LAST_STRING));
                self.leave_unless(string, exit);
                v
            }
            Op::CheckNumber => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                let number = self.is_number(v);
                self.leave_unless(number, exit);
                v
            }
            Op::CheckBoolean => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                let masked = self.b.ins().band_imm_s(v, !1);
                let bad = self.b.ins().icmp_imm_u(IntCC::NotEqual, masked, JsValue::FALSE.to_bits() as i64);
                self.leave_if(bad, exit);
                v
            }
            Op::CheckValue { cell } => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                let cell = self.cell(*cell);
                let bad = self.b.ins().icmp(IntCC::NotEqual, v, cell);
                self.leave_if(bad, exit);
                v
            }
            Op::CheckFunctionData { data } => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                self.leave_unless_cell(v, exit);
                let kind = self.kind(v);
                let bad = self.b.ins().icmp_imm_u(IntCC::NotEqual, kind, CellKind::Function as i64);
                self.leave_if(bad, exit);
                let found = self.load(types::I64, v, layout::FUNCTION_DATA);
                let data = self.cell(*data);
                let bad = self.b.ins().icmp(IntCC::NotEqual, found, data);
                self.leave_if(bad, exit);
                v
            }
            Op::CheckNotHole => {
                let v = self.val(inputs[0]);
                let exit = self.exit_of(n)?;
                let hole = self.b.ins().icmp_imm_u(IntCC::Equal, v, JsValue::HOLE.to_bits() as i64);
                self.leave_if(hole, exit);
                v
            }
            Op::HoleToUndefined => {
                let v = self.val(inputs[0]);
                let hole = self.b.ins().icmp_imm_u(IntCC::Equal, v, JsValue::HOLE.to_bits() as i64);
                let undefined = self.undefined();
                self.b.ins().select(hole, undefined, v)
            }
            Op::TestShape { shape } => {
                let v = self.val(inputs[0]);
                self.test_cell(v, |e| {
                    let found = e.load(types::I32, v, layout::HEADER_SHAPE);
                    e.b.ins().icmp_imm_u(IntCC::Equal, found, shape.0 as i64)
                })
            }
            Op::TestHeader { header } => {
                let v = self.val(inputs[0]);
                self.test_cell(v, |e| {
                    let found = e.load(types::I16, v, layout::HEADER_KIND);
                    e.b.ins().icmp_imm_u(IntCC::Equal, found, *header as i64)
                })
            }
            Op::TestString => {
                let v = self.val(inputs[0]);
                self.test_cell(v, |e| e.kind_in(v, CellKind::FIRST_STRING, Some(CellKind::LAST_STRING)))
            }
            Op::TestNumber => {
                let v = self.val(inputs[0]);
                self.is_number(v)
            }
            Op::TestValue { cell } => {
                let v = self.val(inputs[0]);
                let cell = self.cell(*cell);
                self.b.ins().icmp(IntCC::Equal, v, cell)
            }
            Op::SelectObject => {
                let (a, b) = (self.val(inputs[0]), self.val(inputs[1]));
                let object = self.test_cell(a, |e| e.kind_in(a, CellKind::FIRST_OBJECT, None));
                self.b.ins().select(object, a, b)
            }
            Op::CoerceThis => {
                let v = self.val(inputs[0]);
                let object = self.test_cell(v, |e| e.kind_in(v, CellKind::FIRST_OBJECT, None));
                let slow = self.cold_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I64);
                self.b.ins().brif(object, next, &[v.into()], slow, &[]);
                self.b.switch_to_block(slow);
                let coerced = self.call_cold(RuntimeOp::ToThis, &[self.isolate, v]);
                self.b.ins().jump(next, &[coerced.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::ToBoolean => {
                let v = self.val(inputs[0]);
                // Booleans here, the rest in the runtime.
                let masked = self.b.ins().band_imm_s(v, !1);
                let boolean = self.b.ins().icmp_imm_u(IntCC::Equal, masked, JsValue::FALSE.to_bits() as i64);
                let low = self.b.ins().ireduce(types::I8, v);
                let low = self.b.ins().band_imm_u(low, 1);
                let slow = self.b.create_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I8);
                self.b.ins().brif(boolean, next, &[low.into()], slow, &[]);
                self.b.switch_to_block(slow);
                let r = self.call_bool(RuntimeOp::ToBoolean, &[v]);
                self.b.ins().jump(next, &[r.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::StrictEqual => {
                let (a, b) = (self.val(inputs[0]), self.val(inputs[1]));
                // The same bits: equal unless NaN. Different bits: different unless both are numbers
                // or both cells (strings and BigInts compare by content).
                let same = self.b.ins().icmp(IntCC::Equal, a, b);
                let equal = self.b.create_block();
                let different = self.b.create_block();
                let slow = self.b.create_block();
                let next = self.b.create_block();
                let result = self.b.append_block_param(next, types::I8);
                self.b.ins().brif(same, equal, &[], different, &[]);
                self.b.switch_to_block(equal);
                let nan = JsValue::double(f64::NAN).to_bits() as i64;
                let not_nan = self.b.ins().icmp_imm_u(IntCC::NotEqual, a, nan);
                self.b.ins().jump(next, &[not_nan.into()]);
                self.b.switch_to_block(different);
                let number = self.is_number(a);
                let other_number = self.is_number(b);
                let one_number = self.b.ins().bxor(number, other_number);
                let immediate = |e: &mut Self, v: Value| {
                    let bits = e.b.ins().band_imm_u(v, JsValue::NOT_CELL_MASK as i64);
                    e.b.ins().icmp_imm_u(IntCC::Equal, bits, JsValue::IMMEDIATE_BIT as i64)
                };
                let ia = immediate(self, a);
                let ib = immediate(self, b);
                let either = self.b.ins().bor(ia, ib);
                let no = self.b.ins().bor(one_number, either);
                let zero = self.b.ins().iconst(types::I8, 0);
                self.b.ins().brif(no, next, &[zero.into()], slow, &[]);
                self.b.switch_to_block(slow);
                let r = self.call_bool(RuntimeOp::StrictEqual, &[a, b]);
                let r = self.b.ins().icmp_imm_u(IntCC::NotEqual, r, 0);
                self.b.ins().jump(next, &[r.into()]);
                self.b.switch_to_block(next);
                result
            }
            Op::InheritsFrom => {
                let (v, prototype) = (self.val(inputs[0]), self.val(inputs[1]));
                let args = [self.isolate, v, prototype];
                let r =
                    self.call_raw(RuntimeOp::InheritsFrom, &args, Some(types::I64)).expect("has a result");
                self.b.ins().ireduce(types::I32, r)
            }
            Op::TestTypeOf { literal } => {
                let v = self.val(inputs[0]);
                let literal = self.b.ins().iconst(types::I64, *literal as i64);
                self.call_bool(RuntimeOp::TestTypeOf, &[v, literal])
            }
            Op::CallPureBool { function } => {
                let args: Vec<Value> = inputs.iter().map(|&i| self.val(i)).collect();
                self.call_bool(*function, &args)
            }
            _ => return Ok(false),
        };
        self.values.insert(n, value);
        Ok(true)
    }
}
