//! The table: one method per opcode, in the order of the opcode table.
#![allow(non_snake_case)]

use tierproof_bytecode::instruction::{OpcodeHandler, frame};
use tierproof_bytecode::{Constant, FunctionKind, Reg, TypeOfLiteral};

use super::arithmetic::Binary;
use super::{Builder, CALLEE, FIRST_PARAM, NEW_TARGET, Step, THIS};
use crate::RuntimeOp;
use crate::facts::SlotFacts;
use crate::frame_state::FrameSlot;
use crate::graph::{Edge, NodeId, Terminator};
use crate::node::{Condition, GeneratorWord, Immediate, Op, Repr};
use crate::types::Types;

impl Builder<'_, '_> {
    fn jump_target(&self, relative: i32) -> u32 {
        (self.f().offset as i32 + relative) as u32
    }
    fn jump_if(&mut self, condition: NodeId, when: bool, relative: i32) -> Step {
        let target = self.jump_target(relative);
        if let &Op::ConstBool { value } = self.graph.op(condition) {
            if value == when {
                self.jump_to(target);
            }
            return Ok(());
        }
        self.branch_to(condition, when, target);
        Ok(())
    }
    /// A runtime call that always throws.
    fn throw(&mut self, function: RuntimeOp, inputs: &[NodeId]) -> Step {
        self.runtime(function, [0, 0], inputs);
        self.terminate(Terminator::Unreachable);
        Ok(())
    }
    /// Throws when `condition` is `when`, else goes on.
    fn throw_if(&mut self, condition: NodeId, when: bool, function: RuntimeOp, inputs: &[NodeId]) -> Step {
        if let &Op::ConstBool { value } = self.graph.op(condition) {
            return if value == when { self.throw(function, inputs) } else { Ok(()) };
        }
        let (bad, good) = (self.graph.new_block(), self.graph.new_block());
        let (on_true, on_false) = if when { (bad, good) } else { (good, bad) };
        let source = self.block;
        self.graph.block_mut(source).terminator =
            Terminator::Branch { condition, on_true: Edge::to(on_true), on_false: Edge::to(on_false) };
        let known = self.known.clone();
        self.block = bad;
        self.throw(function, inputs)?;
        self.known = known;
        self.block = good;
        self.reachable = true;
        Ok(())
    }
    fn is_hole(&mut self, v: NodeId) -> NodeId {
        if self.graph.repr(v) != Repr::Tagged || self.types(v).excludes(Types::HOLE) {
            return self.emit(Op::ConstBool { value: false }, &[]);
        }
        self.is_immediate(v, Immediate::Hole)
    }
    fn walk_context(&mut self, context: NodeId, depth: u32) -> NodeId {
        let mut at = context;
        for _ in 0..depth {
            at = self.emit(Op::ContextParent, &[at]);
        }
        at
    }
    fn acc_binary(&mut self, op: Binary, lhs: Reg, slot: u32) -> Step {
        let (l, r) = (self.read(lhs)?, self.acc()?);
        self.binary(op, l, r, slot)
    }
    fn acc_runtime(&mut self, function: RuntimeOp) -> Step {
        let v = self.acc()?;
        let v = self.runtime(function, [0, 0], &[v]);
        self.set_acc(v);
        Ok(())
    }
    fn range(&mut self, first: Reg, count: u32) -> Result<Vec<NodeId>, super::Bailout> {
        (0..count as i32).map(|i| self.read(Reg(first.0 + i))).collect()
    }
    fn needs_own_frame(&mut self) -> Step {
        if self.f().inlined.is_some() { self.bailout("reads its frame, inlined") } else { Ok(()) }
    }
    /// Opcodes that read the frame in memory need the parameters as they were passed, and a frame.
    fn needs_real_frame(&mut self) -> Step {
        self.needs_own_frame()?;
        let f = self.f();
        let env = &f.env;
        for (i, original) in f.original_params.iter().enumerate() {
            if env.values[FIRST_PARAM + i] != *original {
                return self.bailout("parameter assigned before the frame is read");
            }
        }
        Ok(())
    }
    fn two_results(&mut self, function: RuntimeOp, inputs: &[NodeId], first: FrameSlot, second: FrameSlot) {
        let inputs: Vec<NodeId> = inputs.iter().map(|&n| self.tagged(n)).collect();
        let op = Op::runtime(function, [0, 0]);
        let a = self.emit_call_with_second(op, &inputs, Some(first), Some(second));
        let b = self.emit(Op::LoadSecondResult, &[]);
        self.write(first, a);
        self.write(second, b);
    }
    fn compare_op(&mut self, condition: Condition, lhs: Reg, slot: u32) -> Step {
        let l = self.read(lhs)?;
        self.compare(condition, l, slot)
    }
    /// What the function yields for `value` (constructors yield `this` unless it is an object).
    fn return_value(&mut self, value: NodeId) -> Result<NodeId, super::Bailout> {
        let kind = self.f().template.kind;
        if !matches!(kind, FunctionKind::Normal | FunctionKind::BaseConstructor)
            || self.f().inlined.is_some_and(|k| !k.construct)
        {
            return Ok(value);
        }
        let value = self.tagged(value);
        let (this, new_target) = (self.f().env.values[THIS], self.f().env.values[NEW_TARGET]);
        let (Some(this), Some(new_target)) = (this, new_target) else { return Ok(value) };
        let this = self.tagged(this);
        if self.f().inlined.is_some() {
            return Ok(self.emit(Op::SelectObject, &[value, this]));
        }
        let undefined = self.undefined();
        let called = self.emit(Op::TaggedSame, &[new_target, undefined]);
        self.diamond(called, |_| Ok(value), |b| Ok(b.emit(Op::SelectObject, &[value, this])))
    }
}

impl OpcodeHandler for Builder<'_, '_> {
    type Output = Step;

    fn Wide(&mut self) -> Step {
        self.bailout("prefix alone")
    }
    fn ExtraWide(&mut self) -> Step {
        self.bailout("prefix alone")
    }
    fn LdaZero(&mut self) -> Step {
        self.LdaSmi(0)
    }
    fn LdaSmi(&mut self, value: i32) -> Step {
        let v = self.emit(Op::ConstInt32 { value }, &[]);
        self.set_acc(v);
        Ok(())
    }
    fn LdaUndefined(&mut self) -> Step {
        let v = self.undefined();
        self.set_acc(v);
        Ok(())
    }
    fn LdaNull(&mut self) -> Step {
        let v = self.immediate(Immediate::Null);
        self.set_acc(v);
        Ok(())
    }
    fn LdaTheHole(&mut self) -> Step {
        let v = self.immediate(Immediate::Hole);
        self.set_acc(v);
        Ok(())
    }
    fn LdaTrue(&mut self) -> Step {
        let v = self.emit(Op::ConstBool { value: true }, &[]);
        self.set_acc(v);
        Ok(())
    }
    fn LdaFalse(&mut self) -> Step {
        let v = self.emit(Op::ConstBool { value: false }, &[]);
        self.set_acc(v);
        Ok(())
    }
    fn LdaConstant(&mut self, constant: u32) -> Step {
        let v = self.template_constant(constant)?;
        self.set_acc(v);
        Ok(())
    }
    fn Ldar(&mut self, src: Reg) -> Step {
        let v = self.read(src)?;
        self.set_acc(v);
        Ok(())
    }
    fn Star(&mut self, dst: Reg) -> Step {
        let v = self.acc()?;
        self.write(FrameSlot(dst.0), v);
        Ok(())
    }
    fn Mov(&mut self, src: Reg, dst: Reg) -> Step {
        let v = self.read(src)?;
        self.write(FrameSlot(dst.0), v);
        Ok(())
    }
    fn LdaGlobal(&mut self, name: u32, slot: u32) -> Step {
        self.load_global(name, slot, false)
    }
    fn LdaGlobalInsideTypeof(&mut self, name: u32, slot: u32) -> Step {
        self.load_global(name, slot, true)
    }
    fn StaGlobal(&mut self, name: u32, slot: u32) -> Step {
        self.store_global(name, slot)
    }
    fn LdaContextSlot(&mut self, context: Reg, index: u32, depth: u32) -> Step {
        let c = self.read(context)?;
        let c = self.walk_context(c, depth);
        let v = self.emit(Op::LoadContext { index }, &[c]);
        self.set_acc(v);
        Ok(())
    }
    fn StaContextSlot(&mut self, context: Reg, index: u32, depth: u32) -> Step {
        let c = self.read(context)?;
        let c = self.walk_context(c, depth);
        let v = self.acc()?;
        let v = self.tagged(v);
        self.emit(Op::StoreContext { index }, &[c, v]);
        Ok(())
    }
    fn LdaModuleCell(&mut self, context: Reg, index: u32, depth: u32) -> Step {
        let c = self.read(context)?;
        let c = self.walk_context(c, depth);
        let cell = self.emit(Op::LoadContext { index }, &[c]);
        let v = self.runtime(RuntimeOp::LoadModuleCell, [0, 0], &[cell]);
        self.set_acc(v);
        Ok(())
    }
    fn StaModuleCell(&mut self, context: Reg, index: u32, depth: u32) -> Step {
        let c = self.read(context)?;
        let c = self.walk_context(c, depth);
        let cell = self.emit(Op::LoadContext { index }, &[c]);
        let v = self.acc()?;
        self.runtime_into(RuntimeOp::StoreModuleCell, [0, 0], &[cell, v], None);
        Ok(())
    }
    fn LdaCurrentContextSlot(&mut self, index: u32) -> Step {
        let c = self.context()?;
        let v = self.emit(Op::LoadContext { index }, &[c]);
        self.set_acc(v);
        Ok(())
    }
    fn StaCurrentContextSlot(&mut self, index: u32) -> Step {
        let c = self.context()?;
        let v = self.acc()?;
        let v = self.tagged(v);
        self.emit(Op::StoreContext { index }, &[c, v]);
        Ok(())
    }
    fn CreateContext(&mut self, slots: u32, kind: u32) -> Step {
        let c = self.context()?;
        let v = self.runtime(RuntimeOp::CreateContext, [slots, kind], &[c]);
        self.set_acc(v);
        Ok(())
    }
    fn PushContext(&mut self, saved: Reg) -> Step {
        let old = self.context()?;
        let new = self.acc()?;
        let new = self.tagged(new);
        self.write(FrameSlot(saved.0), old);
        self.write(FrameSlot(frame::CONTEXT), new);
        Ok(())
    }
    fn PopContext(&mut self, saved: Reg) -> Step {
        let v = self.read(saved)?;
        self.write(FrameSlot(frame::CONTEXT), v);
        Ok(())
    }
    fn ThrowReferenceErrorIfHole(&mut self, name: u32) -> Step {
        let v = self.acc()?;
        let hole = self.is_hole(v);
        let name = self.template_constant(name)?;
        self.throw_if(hole, true, RuntimeOp::ThrowReferenceError, &[name])?;
        if self.reachable {
            self.narrow(v, Types::ANY - Types::HOLE);
        }
        Ok(())
    }
    fn ThrowSuperNotCalledIfHole(&mut self) -> Step {
        let v = self.acc()?;
        let hole = self.is_hole(v);
        self.throw_if(hole, true, RuntimeOp::ThrowSuperNotCalled, &[])
    }
    fn ThrowSuperAlreadyCalledIfNotHole(&mut self) -> Step {
        let v = self.acc()?;
        let hole = self.is_hole(v);
        self.throw_if(hole, false, RuntimeOp::ThrowSuperAlreadyCalled, &[])
    }
    fn ThrowConstAssign(&mut self, name: u32) -> Step {
        let name = self.template_constant(name)?;
        self.throw(RuntimeOp::ThrowConstAssign, &[name])
    }
    fn LdaHomeObject(&mut self) -> Step {
        let Some(callee) = self.f().env.values[CALLEE] else { return self.bailout("no callee") };
        let v = self.runtime(RuntimeOp::HomeObject, [0, 0], &[callee]);
        self.set_acc(v);
        Ok(())
    }
    fn Add(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Add, lhs, slot)
    }
    fn Sub(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Sub, lhs, slot)
    }
    fn Mul(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Mul, lhs, slot)
    }
    fn Div(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Div, lhs, slot)
    }
    fn Mod(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Mod, lhs, slot)
    }
    fn Exp(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Exp, lhs, slot)
    }
    fn BitwiseOr(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Or, lhs, slot)
    }
    fn BitwiseXor(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::Xor, lhs, slot)
    }
    fn BitwiseAnd(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::And, lhs, slot)
    }
    fn ShiftLeft(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::ShiftLeft, lhs, slot)
    }
    fn ShiftRight(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::ShiftRight, lhs, slot)
    }
    fn ShiftRightLogical(&mut self, lhs: Reg, slot: u32) -> Step {
        self.acc_binary(Binary::ShiftRightLogical, lhs, slot)
    }
    fn AddSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Add, value, slot)
    }
    fn SubSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Sub, value, slot)
    }
    fn MulSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Mul, value, slot)
    }
    fn DivSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Div, value, slot)
    }
    fn ModSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Mod, value, slot)
    }
    fn BitwiseOrSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Or, value, slot)
    }
    fn BitwiseXorSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::Xor, value, slot)
    }
    fn BitwiseAndSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::And, value, slot)
    }
    fn ShiftLeftSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::ShiftLeft, value, slot)
    }
    fn ShiftRightSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::ShiftRight, value, slot)
    }
    fn ShiftRightLogicalSmi(&mut self, value: i32, slot: u32) -> Step {
        self.binary_smi(Binary::ShiftRightLogical, value, slot)
    }
    fn Inc(&mut self, slot: u32) -> Step {
        self.step(Binary::Add, slot)
    }
    fn Dec(&mut self, slot: u32) -> Step {
        self.step(Binary::Sub, slot)
    }
    fn Negate(&mut self, slot: u32) -> Step {
        self.negate(slot)
    }
    fn BitwiseNot(&mut self, slot: u32) -> Step {
        self.bitwise_not(slot)
    }
    fn ToNumber(&mut self, slot: u32) -> Step {
        self.convert_to_number(RuntimeOp::ToNumber, slot)
    }
    fn ToNumeric(&mut self, slot: u32) -> Step {
        self.convert_to_number(RuntimeOp::ToNumeric, slot)
    }
    fn ToStringValue(&mut self) -> Step {
        let v = self.acc()?;
        if self.types(v).is(Types::STRING) {
            return Ok(());
        }
        self.acc_runtime(RuntimeOp::ToStringValue)
    }
    fn ToPropertyKey(&mut self) -> Step {
        let v = self.acc()?;
        if self.types(v).is(Types::STRING | Types::SYMBOL | Types::SMI) {
            return Ok(());
        }
        self.acc_runtime(RuntimeOp::ToPropertyKey)
    }
    fn ToObject(&mut self) -> Step {
        let v = self.acc()?;
        if self.types(v).is(Types::OBJECT) {
            return Ok(());
        }
        self.acc_runtime(RuntimeOp::ToObject)
    }
    fn LogicalNot(&mut self) -> Step {
        let v = self.acc()?;
        let b = self.boolean(v);
        let n = match *self.graph.op(b) {
            Op::ConstBool { value } => self.emit(Op::ConstBool { value: !value }, &[]),
            Op::BoolNot => self.graph.input(b, 0),
            _ => self.emit(Op::BoolNot, &[b]),
        };
        self.set_acc(n);
        Ok(())
    }
    fn TypeOf(&mut self) -> Step {
        self.acc_runtime(RuntimeOp::TypeOf)
    }
    fn TestEqual(&mut self, lhs: Reg, slot: u32) -> Step {
        let l = self.read(lhs)?;
        self.loose_equal(l, slot)
    }
    fn TestEqualStrict(&mut self, lhs: Reg, slot: u32) -> Step {
        let l = self.read(lhs)?;
        self.strict_equal(l, slot)
    }
    fn TestLessThan(&mut self, lhs: Reg, slot: u32) -> Step {
        self.compare_op(Condition::Less, lhs, slot)
    }
    fn TestGreaterThan(&mut self, lhs: Reg, slot: u32) -> Step {
        self.compare_op(Condition::Greater, lhs, slot)
    }
    fn TestLessThanOrEqual(&mut self, lhs: Reg, slot: u32) -> Step {
        self.compare_op(Condition::LessEqual, lhs, slot)
    }
    fn TestGreaterThanOrEqual(&mut self, lhs: Reg, slot: u32) -> Step {
        self.compare_op(Condition::GreaterEqual, lhs, slot)
    }
    fn TestInstanceOf(&mut self, lhs: Reg, slot: u32) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let (l, r) = (self.read(lhs)?, self.acc()?);
        if let Some(v) = self.known_instance_of(l, r, slot) {
            self.set_acc(v);
            return Ok(());
        }
        let v = self.runtime(RuntimeOp::InstanceOf, [0, 0], &[l, r]);
        self.set_acc(v);
        Ok(())
    }
    fn TestIn(&mut self, lhs: Reg, _slot: u32) -> Step {
        let (l, r) = (self.read(lhs)?, self.acc()?);
        let v = self.runtime(RuntimeOp::In, [0, 0], &[l, r]);
        self.set_acc(v);
        Ok(())
    }
    fn TestNull(&mut self) -> Step {
        self.test_immediate(Immediate::Null)
    }
    fn TestUndefined(&mut self) -> Step {
        self.test_immediate(Immediate::Undefined)
    }
    fn TestNullish(&mut self) -> Step {
        let v = self.acc()?;
        let c = self.is_nullish(v);
        self.set_acc(c);
        Ok(())
    }
    fn TestTypeOf(&mut self, literal: u32) -> Step {
        let v = self.acc()?;
        let v = self.tagged(v);
        let c = match TypeOfLiteral::ALL.get(literal as usize) {
            Some(TypeOfLiteral::Number) => self.emit(Op::TestNumber, &[v]),
            Some(TypeOfLiteral::String) => self.emit(Op::TestString, &[v]),
            _ => self.emit(Op::TestTypeOf { literal }, &[v]),
        };
        self.set_acc(c);
        Ok(())
    }
    fn Jump(&mut self, target: i32) -> Step {
        let target = self.jump_target(target);
        self.jump_to(target);
        Ok(())
    }
    fn JumpLoop(&mut self, target: i32, _depth: u32, _slot: u32) -> Step {
        let target = self.jump_target(target);
        self.jump_loop(target)
    }
    fn JumpIfTrue(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.boolean_value(v);
        self.jump_if(c, true, target)
    }
    fn JumpIfFalse(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.boolean_value(v);
        self.jump_if(c, false, target)
    }
    fn JumpIfToBooleanTrue(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.boolean(v);
        self.jump_if(c, true, target)
    }
    fn JumpIfToBooleanFalse(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.boolean(v);
        self.jump_if(c, false, target)
    }
    fn JumpIfNull(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_immediate(v, Immediate::Null);
        self.jump_if(c, true, target)
    }
    fn JumpIfNotNull(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_immediate(v, Immediate::Null);
        self.jump_if(c, false, target)
    }
    fn JumpIfUndefined(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_immediate(v, Immediate::Undefined);
        self.jump_if(c, true, target)
    }
    fn JumpIfNotUndefined(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_immediate(v, Immediate::Undefined);
        self.jump_if(c, false, target)
    }
    fn JumpIfNullish(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_nullish(v);
        self.jump_if(c, true, target)
    }
    fn JumpIfNotNullish(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_nullish(v);
        self.jump_if(c, false, target)
    }
    fn JumpIfHole(&mut self, target: i32) -> Step {
        let v = self.acc()?;
        let c = self.is_hole(v);
        self.jump_if(c, true, target)
    }
    fn SwitchOnSmi(&mut self, table: u32, count: u32, base: i32) -> Step {
        // The accumulator is a Smi by contract, whatever its representation here.
        let v = self.acc()?;
        let value = self.int32(v);
        let targets: Vec<u32> =
            self.f().template.jump_tables[table as usize..(table + count) as usize].to_vec();
        let cases: Vec<Edge> = targets.iter().enumerate().map(|(i, &t)| self.edge_to(t, i)).collect();
        let next = self.graph.new_block();
        self.terminate(Terminator::Switch { value, base, cases, default: Edge::to(next) });
        self.block = next;
        self.reachable = true;
        Ok(())
    }
    fn GetNamedProperty(&mut self, object: Reg, name: u32, slot: u32) -> Step {
        let object = self.read(object)?;
        self.get_named(object, name, slot)
    }
    fn SetNamedProperty(&mut self, object: Reg, name: u32, slot: u32) -> Step {
        let object = self.read(object)?;
        self.set_named(object, name, slot, RuntimeOp::SetNamed)
    }
    fn DefineNamedOwn(&mut self, object: Reg, name: u32, slot: u32) -> Step {
        let object = self.read(object)?;
        self.set_named(object, name, slot, RuntimeOp::DefineNamedOwn)
    }
    fn GetKeyedProperty(&mut self, object: Reg, slot: u32) -> Step {
        let (object, key) = (self.read(object)?, self.acc()?);
        self.get_keyed(object, key, slot)
    }
    fn GetPresentElement(&mut self, object: Reg, slot: u32) -> Step {
        let (object, key) = (self.read(object)?, self.acc()?);
        self.get_present(object, key, slot)
    }
    fn SetKeyedProperty(&mut self, object: Reg, key: Reg, slot: u32) -> Step {
        let (object, key) = (self.read(object)?, self.read(key)?);
        self.set_keyed(object, key, slot)
    }
    fn DefineKeyedOwn(&mut self, object: Reg, key: Reg, flags: u32, _slot: u32) -> Step {
        let (object, key, value) = (self.read(object)?, self.read(key)?, self.acc()?);
        self.runtime_into(RuntimeOp::DefineKeyedOwn, [flags, 0], &[object, key, value], None);
        Ok(())
    }
    fn DefineAccessor(&mut self, object: Reg, key: Reg, flags: u32) -> Step {
        let (object, key, value) = (self.read(object)?, self.read(key)?, self.acc()?);
        self.runtime_into(RuntimeOp::DefineAccessor, [flags, 0], &[object, key, value], None);
        Ok(())
    }
    fn StaInArrayLiteral(&mut self, array: Reg, index: Reg, _slot: u32) -> Step {
        let (array, index, value) = (self.read(array)?, self.read(index)?, self.acc()?);
        self.runtime_into(RuntimeOp::StoreInArrayLiteral, [0, 0], &[array, index, value], None);
        Ok(())
    }
    fn SetLiteralPrototype(&mut self, object: Reg) -> Step {
        let (object, value) = (self.read(object)?, self.acc()?);
        self.runtime_into(RuntimeOp::SetLiteralPrototype, [0, 0], &[object, value], None);
        Ok(())
    }
    fn DeleteProperty(&mut self, object: Reg, strict: u32) -> Step {
        let (object, key) = (self.read(object)?, self.acc()?);
        let v = self.runtime(RuntimeOp::DeleteProperty, [strict, 0], &[object, key]);
        self.set_acc(v);
        Ok(())
    }
    fn GetSuperProperty(&mut self, receiver: Reg, home: Reg) -> Step {
        let (receiver, home, key) = (self.read(receiver)?, self.read(home)?, self.acc()?);
        let v = self.runtime(RuntimeOp::GetSuperProperty, [0, 0], &[receiver, home, key]);
        self.set_acc(v);
        Ok(())
    }
    fn SetSuperProperty(&mut self, receiver: Reg, home: Reg, key: Reg, strict: u32) -> Step {
        let (receiver, home, key) = (self.read(receiver)?, self.read(home)?, self.read(key)?);
        let value = self.acc()?;
        self.runtime_into(RuntimeOp::SetSuperProperty, [strict, 0], &[receiver, home, key, value], None);
        Ok(())
    }
    fn CallProperty(&mut self, callee: Reg, args: Reg, count: u32, slot: u32) -> Step {
        let callee = self.read(callee)?;
        let args = self.range(args, count)?;
        self.call(callee, args[0], &args[1..], slot)
    }
    fn CallUndefinedReceiver(&mut self, callee: Reg, args: Reg, count: u32, slot: u32) -> Step {
        let callee = self.read(callee)?;
        let args = self.range(args, count)?;
        let this = self.undefined();
        self.call(callee, this, &args, slot)
    }
    fn CallWithArray(&mut self, callee: Reg, receiver: Reg, array: Reg, _slot: u32) -> Step {
        let (callee, receiver, array) = (self.read(callee)?, self.read(receiver)?, self.read(array)?);
        let v = self.runtime(RuntimeOp::CallWithArray, [0, 0], &[callee, receiver, array]);
        self.set_acc(v);
        Ok(())
    }
    fn Construct(&mut self, callee: Reg, args: Reg, count: u32, slot: u32) -> Step {
        let (callee, new_target) = (self.read(callee)?, self.acc()?);
        let args = self.range(args, count)?;
        self.construct(callee, new_target, &args, slot)
    }
    fn ConstructWithArray(&mut self, callee: Reg, array: Reg, _slot: u32) -> Step {
        let (callee, array, new_target) = (self.read(callee)?, self.read(array)?, self.acc()?);
        let v = self.runtime(RuntimeOp::ConstructWithArray, [0, 0], &[callee, array, new_target]);
        self.set_acc(v);
        Ok(())
    }
    fn GetSuperConstructor(&mut self, function: Reg) -> Step {
        let function = self.read(function)?;
        let v = self.runtime(RuntimeOp::GetSuperConstructor, [0, 0], &[function]);
        self.set_acc(v);
        Ok(())
    }
    fn ConstructForwardArgs(&mut self, callee: Reg, _slot: u32) -> Step {
        self.needs_real_frame()?;
        let (callee, new_target) = (self.read(callee)?, self.acc()?);
        let v = self.runtime(RuntimeOp::ConstructForwardArgs, [0, 0], &[callee, new_target]);
        self.set_acc(v);
        Ok(())
    }
    fn CallRuntime(&mut self, function: u32, args: Reg, count: u32) -> Step {
        use tierproof_bytecode::RuntimeFunction as R;
        match R::from_number(function) {
            None => return self.bailout("unknown runtime function"),
            // These look at the running frame's function.
            Some(R::DirectEval | R::MappedParameters | R::DeclareGlobals | R::ImportCall | R::ImportMeta) => {
                self.needs_real_frame()?
            }
            _ => {}
        }
        let args = self.range(args, count)?;
        let v = self.runtime(RuntimeOp::CallRuntimeFunction, [function, 0], &args);
        self.set_acc(v);
        Ok(())
    }
    fn CreateClosure(&mut self, template: u32, slot: u32) -> Step {
        let data = self.function_data();
        let context = self.context()?;
        let vector = self.vector();
        let v = self.runtime(RuntimeOp::CreateClosure, [template, slot], &[data, context, vector]);
        if let SlotFacts::Closure(target) = self.slot_facts(slot) {
            self.closures.insert(v, target);
        }
        self.set_acc(v);
        Ok(())
    }
    fn CreateArrayLiteral(&mut self, boilerplate: u32, slot: u32) -> Step {
        let (data, vector) = (self.function_data(), self.vector());
        let v = self.runtime(RuntimeOp::CreateArrayLiteral, [boilerplate, slot], &[data, vector]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateEmptyArrayLiteral(&mut self, slot: u32) -> Step {
        let vector = self.vector();
        let v = self.runtime(RuntimeOp::CreateEmptyArrayLiteral, [slot, 0], &[vector]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateObjectLiteral(&mut self, boilerplate: u32, slot: u32) -> Step {
        if let SlotFacts::ObjectLiteral { shape, slots, values } = self.slot_facts(slot)
            && values.len() == *slots as usize
        {
            let mut inputs = Vec::new();
            for v in values {
                let v = match v {
                    Some(fact) => self.constant_fact(*fact)?,
                    None => self.undefined(),
                };
                inputs.push(self.tagged(v));
            }
            let v = self.emit(Op::AllocateObject { shape: *shape, slots: *slots }, &inputs);
            let mut shapes = crate::facts::ShapeSet::new();
            shapes.push(*shape);
            self.know(v).shape = Some((shapes, v));
            self.set_acc(v);
            return Ok(());
        }
        let (data, vector) = (self.function_data(), self.vector());
        let v = self.runtime(RuntimeOp::CreateObjectLiteral, [boilerplate, slot], &[data, vector]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateEmptyObjectLiteral(&mut self) -> Step {
        let v = self.runtime(RuntimeOp::CreateEmptyObjectLiteral, [0, 0], &[]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateRegExpLiteral(&mut self, pattern: u32, flags: u32, slot: u32) -> Step {
        let (data, vector) = (self.function_data(), self.vector());
        let (pattern, flags) = (self.template_constant(pattern)?, self.template_constant(flags)?);
        let v = self.runtime(RuntimeOp::CreateRegExpLiteral, [slot, 0], &[data, vector, pattern, flags]);
        self.set_acc(v);
        Ok(())
    }
    fn GetTemplateObject(&mut self, template: u32, slot: u32) -> Step {
        let (data, vector) = (self.function_data(), self.vector());
        let v = self.runtime(RuntimeOp::GetTemplateObject, [template, slot], &[data, vector]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateMappedArguments(&mut self, mapping: u32) -> Step {
        self.needs_real_frame()?;
        if !matches!(self.f().template.constants.get(mapping as usize), Some(Constant::MappedParameters(_))) {
            return self.bailout("no parameter mapping");
        }
        let (data, context) = (self.function_data(), self.context()?);
        let v = self.runtime(RuntimeOp::CreateMappedArguments, [mapping, 0], &[data, context]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateUnmappedArguments(&mut self) -> Step {
        self.needs_real_frame()?;
        let v = self.runtime(RuntimeOp::CreateUnmappedArguments, [0, 0], &[]);
        self.set_acc(v);
        Ok(())
    }
    fn CreateRestParameter(&mut self, start: u32) -> Step {
        // What it reads are no parameters.
        self.needs_own_frame()?;
        let v = self.runtime(RuntimeOp::CreateRestParameter, [start, 0], &[]);
        self.set_acc(v);
        Ok(())
    }
    fn IteratorOpen(&mut self, iterable: Reg, pair: Reg, slot: u32) -> Step {
        let iterable = self.read(iterable)?;
        if self.open_array(iterable, pair, slot) {
            return Ok(());
        }
        self.two_results(RuntimeOp::IteratorOpen, &[iterable], FrameSlot(pair.0), FrameSlot(pair.0 + 1));
        Ok(())
    }
    fn IteratorNext(&mut self, pair: Reg, value: Reg, slot: u32) -> Step {
        let (iterator, next) = (self.read(pair)?, self.read(Reg(pair.0 + 1))?);
        if self.leave_if_uninitialized(slot) || self.array_step(iterator, next, FrameSlot(value.0), slot)? {
            return Ok(());
        }
        self.two_results(
            RuntimeOp::IteratorNext,
            &[iterator, next],
            FrameSlot::ACCUMULATOR,
            FrameSlot(value.0),
        );
        Ok(())
    }
    fn IteratorClose(&mut self, iterator: Reg, suppress: u32) -> Step {
        let iterator = self.read(iterator)?;
        self.runtime_into(RuntimeOp::IteratorClose, [suppress, 0], &[iterator], None);
        Ok(())
    }
    fn ForInPrepare(&mut self, object: Reg, state: Reg) -> Step {
        let object = self.read(object)?;
        let v = self.runtime_into(RuntimeOp::ForInPrepare, [0, 0], &[object], Some(FrameSlot(state.0)));
        self.write(FrameSlot(state.0), v);
        Ok(())
    }
    fn ForInNext(&mut self, state: Reg, _slot: u32) -> Step {
        let state = self.read(state)?;
        let v = self.runtime(RuntimeOp::ForInNext, [0, 0], &[state]);
        self.set_acc(v);
        Ok(())
    }
    fn ArgumentCount(&mut self) -> Step {
        let v = match self.f().inlined {
            Some(kind) => self.emit(Op::ConstInt32 { value: kind.argc as i32 }, &[]),
            None => self.emit(Op::Argc, &[]),
        };
        self.set_acc(v);
        Ok(())
    }
    fn CreateGenerator(&mut self) -> Step {
        let v = self.runtime(RuntimeOp::CreateGenerator, [0, 0], &[]);
        self.set_acc(v);
        Ok(())
    }
    fn SuspendGenerator(&mut self, generator: Reg, resume: u32) -> Step {
        let generator = self.read(generator)?;
        self.suspend(generator, resume)
    }
    fn ResumeGenerator(&mut self, generator: Reg, mode: Reg) -> Step {
        let generator = self.read(generator)?;
        let value = self.emit(Op::GeneratorInput { word: GeneratorWord::Value }, &[generator]);
        let how = self.emit(Op::GeneratorInput { word: GeneratorWord::Mode }, &[generator]);
        self.narrow(how, Types::SMI);
        self.write(FrameSlot(mode.0), how);
        self.set_acc(value);
        Ok(())
    }
    fn SwitchOnGeneratorState(&mut self, generator: Reg, table: u32, count: u32) -> Step {
        let generator = self.read(generator)?;
        self.resume_or_start(generator, table as usize, count as usize);
        Ok(())
    }
    fn Return(&mut self) -> Step {
        let v = self.acc()?;
        let v = self.return_value(v)?;
        if self.f().inlined.is_some() {
            let (block, known) = (self.block, self.known.clone());
            self.f_mut().returns.push((block, v, known));
            self.reachable = false;
        } else {
            let v = self.tagged(v);
            self.terminate(Terminator::Return(v));
        }
        Ok(())
    }
    fn Throw(&mut self) -> Step {
        let v = self.acc()?;
        self.throw(RuntimeOp::Throw, &[v])
    }
    fn ReThrow(&mut self) -> Step {
        let v = self.acc()?;
        self.throw(RuntimeOp::ReThrow, &[v])
    }
    fn Debugger(&mut self) -> Step {
        Ok(())
    }
}
