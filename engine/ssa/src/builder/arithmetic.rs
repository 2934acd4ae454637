//! Arithmetic, comparison and unary opcodes.

use super::{Builder, Step};
use crate::RuntimeOp;
use crate::facts::{SlotFacts, operands};
use crate::frame_state::DeoptReason;
use crate::graph::NodeId;
use crate::node::{Condition, Immediate, Op, Repr};
use crate::types::Types;

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Exp,
    Or,
    Xor,
    And,
    ShiftLeft,
    ShiftRight,
    ShiftRightLogical,
}

/// How the operands of an operation may be treated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Class {
    Smi,
    Number,
    String,
    Generic,
}

impl Builder<'_, '_> {
    fn classify(&self, slot: u32, inputs: &[NodeId]) -> Class {
        let mask = match self.slot_facts(slot) {
            SlotFacts::Operands(mask) => *mask,
            SlotFacts::Uninitialized => 0,
            _ => operands::OTHER,
        };
        let numeric = inputs.iter().all(|&n| self.is_number(n));
        let smi = inputs.iter().all(|&n| self.is_int32_like(n));
        let class = if mask == 0 {
            if numeric { Class::Number } else { Class::Generic }
        } else if mask & !operands::SMI == 0 {
            if smi { Class::Smi } else { Class::Number }
        } else if mask & !(operands::SMI | operands::NUMBER) == 0 || numeric {
            Class::Number
        } else if mask == operands::STRING {
            Class::String
        } else {
            Class::Generic
        };
        // A guard that failed here before is not tried again.
        let possible = |n: &NodeId, t: Types| !self.types(*n).excludes(t);
        match class {
            Class::Smi | Class::Number
                if !numeric
                    && (self.failed(DeoptReason::NotANumber)
                        || !inputs.iter().all(|n| possible(n, Types::NUMBER))) =>
            {
                Class::Generic
            }
            Class::Smi if self.failed(DeoptReason::NotASmi) || self.failed(DeoptReason::NotAnInt32) => {
                Class::Number
            }
            Class::String
                if self.failed(DeoptReason::NotAString)
                    || !inputs.iter().all(|n| possible(n, Types::STRING)) =>
            {
                Class::Generic
            }
            c => c,
        }
    }
    fn wants_feedback(&mut self, slot: u32, inputs: &[NodeId]) -> bool {
        !inputs.iter().all(|&n| self.is_number(n)) && self.leave_if_uninitialized(slot)
    }

    pub(super) fn binary(&mut self, op: Binary, lhs: NodeId, rhs: NodeId, slot: u32) -> Step {
        if self.wants_feedback(slot, &[lhs, rhs]) {
            return Ok(());
        }
        let class = self.classify(slot, &[lhs, rhs]);
        let value = match (op, class) {
            (Binary::Add, Class::String) => {
                let (a, b) = (self.string(lhs), self.string(rhs));
                self.runtime(RuntimeOp::StringConcat, [0, 0], &[a, b])
            }
            (_, Class::String | Class::Generic) => self.generic_binary(op, lhs, rhs),
            (
                Binary::Or
                | Binary::Xor
                | Binary::And
                | Binary::ShiftLeft
                | Binary::ShiftRight
                | Binary::ShiftRightLogical,
                class,
            ) => {
                let smi = class == Class::Smi;
                let (a, b) = (self.truncated(lhs, smi), self.truncated(rhs, smi));
                let node = match op {
                    Binary::Or => Op::Int32Or,
                    Binary::Xor => Op::Int32Xor,
                    Binary::And => Op::Int32And,
                    Binary::ShiftLeft => Op::Int32ShiftLeft,
                    Binary::ShiftRight => Op::Int32ShiftRight,
                    _ => Op::Int32ShiftRightLogical,
                };
                self.emit(node, &[a, b])
            }
            (Binary::Add | Binary::Sub | Binary::Mul, Class::Smi) if !self.overflowed() => {
                let (a, b) = (self.int32(lhs), self.int32(rhs));
                let node = match op {
                    Binary::Add => Op::CheckedInt32Add,
                    Binary::Sub => Op::CheckedInt32Sub,
                    _ => Op::CheckedInt32Mul,
                };
                self.emit_checked(node, &[a, b])
            }
            (Binary::Mod, Class::Smi) if !self.overflowed() => {
                let (a, b) = (self.int32(lhs), self.int32(rhs));
                self.emit_checked(Op::CheckedInt32Mod, &[a, b])
            }
            (_, _) => {
                let (a, b) = (self.float64(lhs), self.float64(rhs));
                let node = match op {
                    Binary::Add => Op::Float64Add,
                    Binary::Sub => Op::Float64Sub,
                    Binary::Mul => Op::Float64Mul,
                    Binary::Div => Op::Float64Div,
                    Binary::Mod => Op::Float64Call { function: RuntimeOp::Float64Mod },
                    _ => Op::Float64Call { function: RuntimeOp::Float64Pow },
                };
                self.emit(node, &[a, b])
            }
        };
        self.set_acc(value);
        Ok(())
    }
    /// Whether integer arithmetic already failed here.
    fn overflowed(&self) -> bool {
        [
            DeoptReason::Overflow,
            DeoptReason::MinusZero,
            DeoptReason::LostPrecision,
            DeoptReason::DivisionByZero,
        ]
        .iter()
        .any(|&r| self.failed(r))
    }
    fn generic_binary(&mut self, op: Binary, lhs: NodeId, rhs: NodeId) -> NodeId {
        let function = match op {
            Binary::Add => RuntimeOp::Add,
            Binary::Sub => RuntimeOp::Sub,
            Binary::Mul => RuntimeOp::Mul,
            Binary::Div => RuntimeOp::Div,
            Binary::Mod => RuntimeOp::Mod,
            Binary::Exp => RuntimeOp::Exp,
            Binary::Or => RuntimeOp::BitwiseOr,
            Binary::Xor => RuntimeOp::BitwiseXor,
            Binary::And => RuntimeOp::BitwiseAnd,
            Binary::ShiftLeft => RuntimeOp::ShiftLeft,
            Binary::ShiftRight => RuntimeOp::ShiftRight,
            Binary::ShiftRightLogical => RuntimeOp::ShiftRightLogical,
        };
        self.runtime(function, [0, 0], &[lhs, rhs])
    }
    pub(super) fn binary_smi(&mut self, op: Binary, value: i32, slot: u32) -> Step {
        let lhs = self.acc()?;
        let rhs = self.emit(Op::ConstInt32 { value }, &[]);
        self.binary(op, lhs, rhs, slot)
    }
    /// `Inc` and `Dec`.
    pub(super) fn step(&mut self, op: Binary, slot: u32) -> Step {
        let value = self.acc()?;
        if self.wants_feedback(slot, &[value]) {
            return Ok(());
        }
        let one = self.emit(Op::ConstInt32 { value: 1 }, &[]);
        match self.classify(slot, &[value]) {
            Class::Smi | Class::Number => self.binary(op, value, one, slot),
            _ => {
                let function = if op == Binary::Add { RuntimeOp::Inc } else { RuntimeOp::Dec };
                let v = self.runtime(function, [0, 0], &[value]);
                self.set_acc(v);
                Ok(())
            }
        }
    }
    pub(super) fn negate(&mut self, slot: u32) -> Step {
        let value = self.acc()?;
        if self.wants_feedback(slot, &[value]) {
            return Ok(());
        }
        let result = match self.classify(slot, &[value]) {
            Class::Smi if !self.overflowed() => {
                let v = self.int32(value);
                self.emit_checked(Op::CheckedInt32Negate, &[v])
            }
            Class::Smi | Class::Number => {
                let v = self.float64(value);
                self.emit(Op::Float64Negate, &[v])
            }
            _ => self.runtime(RuntimeOp::Negate, [0, 0], &[value]),
        };
        self.set_acc(result);
        Ok(())
    }
    pub(super) fn bitwise_not(&mut self, slot: u32) -> Step {
        let value = self.acc()?;
        if self.wants_feedback(slot, &[value]) {
            return Ok(());
        }
        let result = match self.classify(slot, &[value]) {
            c @ (Class::Smi | Class::Number) => {
                let v = self.truncated(value, c == Class::Smi);
                self.emit(Op::Int32Not, &[v])
            }
            _ => self.runtime(RuntimeOp::BitwiseNot, [0, 0], &[value]),
        };
        self.set_acc(result);
        Ok(())
    }
    pub(super) fn convert_to_number(&mut self, function: RuntimeOp, slot: u32) -> Step {
        let value = self.acc()?;
        if self.is_number(value) {
            return Ok(());
        }
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let result = match self.classify(slot, &[value]) {
            Class::Smi => {
                let _ = self.int32(value);
                return Ok(());
            }
            Class::Number => {
                let v = self.tagged(value);
                let checked = self.emit_checked(Op::CheckNumber, &[v]);
                self.narrow(v, Types::NUMBER);
                checked
            }
            _ => self.runtime(function, [0, 0], &[value]),
        };
        self.set_acc(result);
        Ok(())
    }

    // --- comparison

    pub(super) fn compare(&mut self, condition: Condition, lhs: NodeId, slot: u32) -> Step {
        let rhs = self.acc()?;
        if self.wants_feedback(slot, &[lhs, rhs]) {
            return Ok(());
        }
        let result = match self.classify(slot, &[lhs, rhs]) {
            Class::Smi => {
                let (a, b) = (self.int32(lhs), self.int32(rhs));
                self.emit(Op::Int32Compare { condition }, &[a, b])
            }
            Class::Number => self.compare_numbers(condition, lhs, rhs),
            Class::String => {
                let (a, b) = (self.string(lhs), self.string(rhs));
                match condition {
                    Condition::Equal => {
                        self.emit(Op::CallPureBool { function: RuntimeOp::StringEqual }, &[a, b])
                    }
                    Condition::Less => {
                        self.emit(Op::CallPureBool { function: RuntimeOp::StringLess }, &[a, b])
                    }
                    Condition::Greater => {
                        self.emit(Op::CallPureBool { function: RuntimeOp::StringLess }, &[b, a])
                    }
                    Condition::GreaterEqual => {
                        let less = self.emit(Op::CallPureBool { function: RuntimeOp::StringLess }, &[a, b]);
                        self.emit(Op::BoolNot, &[less])
                    }
                    _ => {
                        let greater =
                            self.emit(Op::CallPureBool { function: RuntimeOp::StringLess }, &[b, a]);
                        self.emit(Op::BoolNot, &[greater])
                    }
                }
            }
            Class::Generic => {
                let function = match condition {
                    Condition::Less => RuntimeOp::LessThan,
                    Condition::Greater => RuntimeOp::GreaterThan,
                    Condition::LessEqual => RuntimeOp::LessThanOrEqual,
                    Condition::GreaterEqual => RuntimeOp::GreaterThanOrEqual,
                    _ => RuntimeOp::Equal,
                };
                self.runtime(function, [0, 0], &[lhs, rhs])
            }
        };
        self.set_acc(result);
        Ok(())
    }
    fn compare_numbers(&mut self, condition: Condition, lhs: NodeId, rhs: NodeId) -> NodeId {
        if self.graph.repr(lhs) == Repr::Int32 && self.graph.repr(rhs) == Repr::Int32 {
            return self.emit(Op::Int32Compare { condition }, &[lhs, rhs]);
        }
        let (a, b) = (self.float64(lhs), self.float64(rhs));
        self.emit(Op::Float64Compare { condition }, &[a, b])
    }
    pub(super) fn strict_equal(&mut self, lhs: NodeId, slot: u32) -> Step {
        let rhs = self.acc()?;
        // Never throws: without feedback the generic test does.
        let class = match self.slot_facts(slot) {
            SlotFacts::Operands(0) | SlotFacts::Uninitialized => Class::Generic,
            _ => self.classify(slot, &[lhs, rhs]),
        };
        let both = |b: &Self, t: Types| b.types(lhs).is(t) || b.types(rhs).is(t);
        // Identity decides for everything but numbers, strings and BigInts.
        let identity = Types::OBJECT | Types::SYMBOL | Types::UNDEFINED | Types::NULL | Types::BOOLEAN;
        let result = if self.is_number(lhs) && self.is_number(rhs) {
            self.compare_numbers(Condition::Equal, lhs, rhs)
        } else if both(self, identity) {
            let (a, b) = (self.tagged(lhs), self.tagged(rhs));
            self.emit(Op::TaggedSame, &[a, b])
        } else {
            match class {
                Class::Smi => {
                    let (a, b) = (self.int32(lhs), self.int32(rhs));
                    self.emit(Op::Int32Compare { condition: Condition::Equal }, &[a, b])
                }
                Class::Number => self.compare_numbers(Condition::Equal, lhs, rhs),
                Class::String => {
                    let (a, b) = (self.string(lhs), self.string(rhs));
                    self.emit(Op::CallPureBool { function: RuntimeOp::StringEqual }, &[a, b])
                }
                Class::Generic => {
                    let (a, b) = (self.tagged(lhs), self.tagged(rhs));
                    self.emit(Op::StrictEqual, &[a, b])
                }
            }
        };
        self.set_acc(result);
        Ok(())
    }
    pub(super) fn loose_equal(&mut self, lhs: NodeId, slot: u32) -> Step {
        let rhs = self.acc()?;
        for (a, b) in [(lhs, rhs), (rhs, lhs)] {
            if matches!(
                self.graph.op(a),
                Op::ConstImmediate { value: Immediate::Undefined | Immediate::Null }
            ) {
                let v = self.tagged(b);
                let result = self.emit(Op::TaggedIsNullish, &[v]);
                self.set_acc(result);
                return Ok(());
            }
        }
        let (tl, tr) = (self.types(lhs), self.types(rhs));
        let same_kind = [Types::BOOLEAN, Types::OBJECT, Types::SYMBOL];
        if same_kind.iter().any(|&t| tl.is(t) && tr.is(t)) {
            return self.strict_equal(lhs, slot);
        }
        self.compare(Condition::Equal, lhs, slot)
    }
    /// `acc = acc === constant`.
    pub(super) fn test_immediate(&mut self, value: Immediate) -> Step {
        let v = self.acc()?;
        let condition = self.is_immediate(v, value);
        self.set_acc(condition);
        Ok(())
    }
    pub(super) fn is_immediate(&mut self, v: NodeId, value: Immediate) -> NodeId {
        if self.graph.repr(v) != Repr::Tagged {
            return self.emit(Op::ConstBool { value: false }, &[]);
        }
        let c = self.immediate(value);
        self.emit(Op::TaggedSame, &[v, c])
    }
    pub(super) fn is_nullish(&mut self, v: NodeId) -> NodeId {
        if self.graph.repr(v) != Repr::Tagged {
            return self.emit(Op::ConstBool { value: false }, &[]);
        }
        self.emit(Op::TaggedIsNullish, &[v])
    }
}
