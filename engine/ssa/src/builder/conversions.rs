//! A value in the representation that its user wants: free, by conversion, or behind a guard.

use super::{Builder, Known};
use crate::facts::CellFact;
use crate::frame_state::DeoptReason;
use crate::graph::{Graph, NodeId};
use crate::node::{Condition, Immediate, Op, Repr};
use crate::types::Types;

/// Types of cells: what a shape guard says by itself.
pub const HEAP_TYPES: Types = Types::OBJECT.union(Types::STRING).union(Types::SYMBOL).union(Types::BIGINT);

/// What a node's value can be by the node alone.
pub fn node_types(graph: &Graph, n: NodeId) -> Types {
    let node = graph.node(n);
    match &node.op {
        Op::ConstInt32 { .. } | Op::ConstSmi { .. } | Op::Int32ToTagged => Types::SMI,
        Op::ConstFloat64 { .. } | Op::ConstNumber { .. } | Op::Float64ToTagged | Op::Uint32ToTagged => {
            Types::NUMBER
        }
        Op::ConstBool { .. } | Op::BoolToTagged | Op::CheckBoolean => Types::BOOLEAN,
        Op::ConstImmediate { value } => match value {
            Immediate::Undefined => Types::UNDEFINED,
            Immediate::Null => Types::NULL,
            Immediate::True | Immediate::False => Types::BOOLEAN,
            Immediate::Hole => Types::HOLE,
        },
        Op::CheckNumber => Types::NUMBER,
        Op::CheckString => Types::STRING,
        Op::CheckShape { .. }
        | Op::CheckHeader { .. }
        | Op::CheckFunctionData { .. }
        | Op::AllocateObject { .. }
        | Op::AllocateArrayIterator { .. } => Types::OBJECT,
        Op::CoerceThis => Types::OBJECT,
        Op::CallRuntimePure { function: crate::RuntimeOp::TypeOf, .. }
        | Op::CallRuntimeNoJs { function: crate::RuntimeOp::StringConcat, .. }
        | Op::CallRuntimeNoJs { function: crate::RuntimeOp::StringCharAt, .. }
        | Op::CallRuntimeNoJs { function: crate::RuntimeOp::StringFromCharCode, .. }
        | Op::CallRuntime { function: crate::RuntimeOp::ToStringValue, .. } => Types::STRING,
        Op::CallRuntime { function, .. } => {
            use crate::RuntimeOp::*;
            match function {
                Equal | LessThan | GreaterThan | LessThanOrEqual | GreaterThanOrEqual | InstanceOf | In => {
                    Types::BOOLEAN
                }
                Construct | ConstructWithArray => Types::OBJECT,
                // Some answer with the hole for "none".
                CallRuntimeFunction | GetPresent | LoadModuleCell => Types::ANY - Types::INTERNAL,
                _ => Types::ANY - Types::HOLE - Types::INTERNAL,
            }
        }
        Op::CallRuntimeNoJs { function, .. } => {
            use crate::RuntimeOp::*;
            match function {
                CreateClosure
                | CreateArrayLiteral
                | CreateEmptyArrayLiteral
                | CreateObjectLiteral
                | CreateEmptyObjectLiteral
                | CreateRegExpLiteral
                | CreateMappedArguments
                | CreateUnmappedArguments
                | CreateRestParameter
                | AllocateObject
                | CreateThis
                | ToObject => Types::OBJECT,
                _ => Types::ANY,
            }
        }
        Op::LoadElements | Op::ContextParent | Op::FunctionContext => Types::INTERNAL,
        op => match op.repr() {
            Repr::Int32 => Types::SMI,
            Repr::Uint32 | Repr::Float64 => Types::NUMBER,
            Repr::Bool => Types::BOOLEAN,
            _ => Types::ANY,
        },
    }
}

impl Builder<'_, '_> {
    /// Whether speculating on an object makes sense for this value.
    pub(super) fn may_be_object(&self, n: NodeId) -> bool {
        self.graph.repr(n) == Repr::Tagged && !self.types(n).excludes(Types::OBJECT)
    }
    pub(super) fn types(&self, n: NodeId) -> Types {
        let types = self.unconditional_types(n);
        match self.known.get(&n).and_then(|k| k.types) {
            Some(k) => types & k,
            None => types,
        }
    }
    /// Types by the value itself, wherever it is used.
    fn unconditional_types(&self, n: NodeId) -> Types {
        let mut types = node_types(&self.graph, n);
        if let &Op::ConstCell { cell } = self.graph.op(n) {
            types = match self.facts.cell(cell) {
                CellFact::String { .. } => Types::STRING,
                CellFact::Function { .. } | CellFact::Object => Types::OBJECT,
                CellFact::Symbol => Types::SYMBOL,
                CellFact::BigInt => Types::BIGINT,
                _ => Types::INTERNAL,
            };
        }
        types
    }
    pub(super) fn know(&mut self, n: NodeId) -> &mut Known {
        self.known.entry(n).or_default()
    }
    pub(super) fn narrow(&mut self, n: NodeId, types: Types) {
        let now = self.types(n) & types;
        self.know(n).types = Some(now);
    }
    fn known_of(&self, n: NodeId) -> Option<&Known> {
        self.known.get(&n)
    }

    /// The Value form; always possible.
    pub(super) fn tagged(&mut self, n: NodeId) -> NodeId {
        let op = match self.graph.repr(n) {
            Repr::Int32 => {
                if let &Op::ConstInt32 { value } = self.graph.op(n) {
                    return self.emit(Op::ConstSmi { value }, &[]);
                }
                if matches!(self.graph.op(n), Op::CheckedSmiUntag | Op::UnsafeSmiUntag) {
                    return self.graph.input(n, 0);
                }
                Op::Int32ToTagged
            }
            Repr::Uint32 => Op::Uint32ToTagged,
            Repr::Float64 => {
                if let &Op::ConstFloat64 { bits } = self.graph.op(n) {
                    return self.emit(Op::ConstNumber { bits }, &[]);
                }
                Op::Float64ToTagged
            }
            Repr::Bool => {
                if let &Op::ConstBool { value } = self.graph.op(n) {
                    return self.immediate(if value { Immediate::True } else { Immediate::False });
                }
                Op::BoolToTagged
            }
            _ => return n,
        };
        if let Some(t) = self.known_of(n).and_then(|k| k.tagged) {
            return t;
        }
        let t = self.emit(op, &[n]);
        self.know(n).tagged = Some(t);
        t
    }
    /// Whether the value is a number in some unboxed form or by its types.
    pub(super) fn is_number(&self, n: NodeId) -> bool {
        matches!(self.graph.repr(n), Repr::Int32 | Repr::Uint32 | Repr::Float64)
            || self.types(n).is(Types::NUMBER)
    }
    /// Whether taking it as an int32 needs no float guard.
    pub(super) fn is_int32_like(&self, n: NodeId) -> bool {
        match self.graph.repr(n) {
            Repr::Int32 => true,
            Repr::Tagged => {
                !self.types(n).excludes(Types::SMI) && !matches!(self.graph.op(n), Op::ConstNumber { .. })
            }
            _ => false,
        }
    }
    /// An int32 equal to the number, guarded.
    pub(super) fn int32(&mut self, n: NodeId) -> NodeId {
        match self.graph.repr(n) {
            Repr::Int32 => return n,
            Repr::Uint32 | Repr::Float64 | Repr::Bool | Repr::Tagged => {}
            _ => unreachable!("no value"),
        }
        if let Some(i) = self.known_of(n).and_then(|k| k.int32) {
            return i;
        }
        let i = match self.graph.repr(n) {
            Repr::Uint32 => self.emit_checked(Op::CheckedUint32ToInt32, &[n]),
            Repr::Float64 => self.emit_checked(Op::CheckedFloat64ToInt32, &[n]),
            Repr::Bool => {
                let t = self.tagged(n);
                self.emit_checked(Op::CheckedSmiUntag, &[t])
            }
            _ => {
                if let &Op::ConstSmi { value } = self.graph.op(n) {
                    return self.emit(Op::ConstInt32 { value }, &[]);
                }
                if self.types(n).is(Types::SMI) {
                    self.emit(Op::UnsafeSmiUntag, &[n])
                } else if self.types(n).is(Types::NUMBER) || self.failed(DeoptReason::NotASmi) {
                    self.emit_checked(Op::CheckedNumberToInt32, &[n])
                } else {
                    let i = self.emit_checked(Op::CheckedSmiUntag, &[n]);
                    self.narrow(n, Types::SMI);
                    i
                }
            }
        };
        self.know(n).int32 = Some(i);
        i
    }
    /// The number as a double; guarded when it may be something else.
    pub(super) fn float64(&mut self, n: NodeId) -> NodeId {
        if self.graph.repr(n) == Repr::Float64 {
            return n;
        }
        if let Some(v) = self.known_of(n).and_then(|k| k.float64) {
            return v;
        }
        let v = match self.graph.repr(n) {
            Repr::Int32 => {
                if let &Op::ConstInt32 { value } = self.graph.op(n) {
                    return self.emit(Op::ConstFloat64 { bits: (value as f64).to_bits() }, &[]);
                }
                self.emit(Op::Int32ToFloat64, &[n])
            }
            Repr::Uint32 => self.emit(Op::Uint32ToFloat64, &[n]),
            Repr::Bool => {
                let t = self.tagged(n);
                self.emit_checked(Op::CheckedNumberToFloat64, &[t])
            }
            _ => match *self.graph.op(n) {
                Op::ConstNumber { bits } => return self.emit(Op::ConstFloat64 { bits }, &[]),
                Op::ConstSmi { value } => {
                    return self.emit(Op::ConstFloat64 { bits: (value as f64).to_bits() }, &[]);
                }
                _ => {
                    if let Some(i) = self.known_of(n).and_then(|k| k.int32) {
                        self.emit(Op::Int32ToFloat64, &[i])
                    } else if self.types(n).is(Types::NUMBER) {
                        self.emit(Op::UnsafeNumberToFloat64, &[n])
                    } else {
                        let v = self.emit_checked(Op::CheckedNumberToFloat64, &[n]);
                        self.narrow(n, Types::NUMBER);
                        v
                    }
                }
            },
        };
        self.know(n).float64 = Some(v);
        v
    }
    /// ToInt32 of a number; guarded when it may be something else.
    pub(super) fn truncated(&mut self, n: NodeId, smi_only: bool) -> NodeId {
        match self.graph.repr(n) {
            Repr::Int32 => return n,
            Repr::Uint32 => return self.emit(Op::UnsafeUint32ToInt32, &[n]),
            Repr::Float64 => return self.emit(Op::TruncateFloat64ToInt32, &[n]),
            Repr::Bool => {
                let t = self.tagged(n);
                return self.emit_checked(Op::CheckedTruncateToInt32, &[t]);
            }
            _ => {}
        }
        if let &Op::ConstNumber { bits } = self.graph.op(n) {
            let c = self.emit(Op::ConstFloat64 { bits }, &[]);
            return self.emit(Op::TruncateFloat64ToInt32, &[c]);
        }
        if let Some(k) = self.known_of(n) {
            if let Some(i) = k.int32.or(k.truncated) {
                return i;
            }
            if let Some(v) = k.float64 {
                return self.emit(Op::TruncateFloat64ToInt32, &[v]);
            }
        }
        if self.types(n).is(Types::SMI) || (smi_only && !self.failed(DeoptReason::NotASmi)) {
            return self.int32(n);
        }
        let i = if self.types(n).is(Types::NUMBER) {
            self.emit(Op::UnsafeTruncateToInt32, &[n])
        } else {
            let i = self.emit_checked(Op::CheckedTruncateToInt32, &[n]);
            self.narrow(n, Types::NUMBER);
            i
        };
        self.know(n).truncated = Some(i);
        i
    }
    /// A string, guarded.
    pub(super) fn string(&mut self, n: NodeId) -> NodeId {
        let n = self.tagged(n);
        if let Some(s) = self.known_of(n).and_then(|k| k.string) {
            return s;
        }
        // What only the place in the control flow says is no reason to skip the guard: loads must
        // depend on it by their input, so that nothing can move them above it.
        if self.unconditional_types(n).is(Types::STRING) {
            return n;
        }
        let s = self.emit_checked(Op::CheckString, &[n]);
        self.know(n).string = Some(s);
        self.narrow(n, Types::STRING);
        s
    }
    /// ToBoolean.
    pub(super) fn boolean(&mut self, n: NodeId) -> NodeId {
        match self.graph.repr(n) {
            Repr::Bool => return n,
            Repr::Int32 => {
                let zero = self.emit(Op::ConstInt32 { value: 0 }, &[]);
                return self.emit(Op::Int32Compare { condition: Condition::NotEqual }, &[n, zero]);
            }
            Repr::Uint32 => {
                let i = self.emit(Op::UnsafeUint32ToInt32, &[n]);
                return self.boolean(i);
            }
            Repr::Float64 => return self.emit(Op::Float64ToBool, &[n]),
            _ => {}
        }
        if let Some(&Known { int32: Some(i), .. }) = self.known_of(n) {
            return self.boolean(i);
        }
        let types = self.types(n);
        match *self.graph.op(n) {
            Op::ConstImmediate { value } => {
                return self.emit(Op::ConstBool { value: value == Immediate::True }, &[]);
            }
            Op::ConstSmi { value } => return self.emit(Op::ConstBool { value: value != 0 }, &[]),
            Op::BoolToTagged => return self.graph.input(n, 0),
            _ => {}
        }
        if types.is(Types::BOOLEAN) {
            let yes = self.immediate(Immediate::True);
            return self.emit(Op::TaggedSame, &[n, yes]);
        }
        if types.is(Types::OBJECT | Types::SYMBOL) && !types.is_empty() {
            return self.emit(Op::ConstBool { value: true }, &[]);
        }
        if types.is(Types::UNDEFINED | Types::NULL) && !types.is_empty() {
            return self.emit(Op::ConstBool { value: false }, &[]);
        }
        self.emit(Op::ToBoolean, &[n])
    }
    /// The truth value of something known to be a boolean (the accumulator of `JumpIfTrue`).
    pub(super) fn boolean_value(&mut self, n: NodeId) -> NodeId {
        self.boolean(n)
    }
}
