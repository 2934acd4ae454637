//! The graph evaluator: runs any graph, before or after any pass, node by node.
//!
//! Control flow, numbers and conversions are its own; memory, cells and runtime functions come from
//! a [`Machine`]. If the evaluation of the last graph is right and the machine code is not, the
//! fault is in lowering; otherwise the first pass whose graph evaluates differently is named.

use rustc_hash::FxHashMap;

use crate::encoding as enc;
use crate::frame_state::{DeoptReason, FrameId, FrameSlot};
use crate::graph::{Edge, Graph, NodeId, Terminator};
use crate::node::{Condition, Immediate, Op, Repr};

/// A value in its representation.
#[derive(Clone, Copy, Debug)]
pub enum Val {
    Tagged(u64),
    Int32(i32),
    Uint32(u32),
    Float64(f64),
    Bool(bool),
    None,
}

impl Val {
    /// Of a word that holds this representation in its low bits; None for what is no value.
    pub fn of_bits(repr: Repr, bits: u64) -> Option<Val> {
        Some(match repr {
            Repr::Tagged => Val::Tagged(bits),
            Repr::Int32 => Val::Int32(bits as i32),
            Repr::Uint32 => Val::Uint32(bits as u32),
            Repr::Float64 => Val::Float64(f64::from_bits(bits)),
            Repr::Bool => Val::Bool(bits & 0xFF != 0),
            Repr::None | Repr::Any => return None,
        })
    }
    /// The word.
    pub fn bits(self) -> u64 {
        match self {
            Val::Tagged(v) => v,
            Val::Int32(v) => v as u32 as u64,
            Val::Uint32(v) => v as u64,
            Val::Float64(v) => v.to_bits(),
            Val::Bool(v) => v as u64,
            Val::None => 0,
        }
    }
    fn tagged(self) -> u64 {
        match self {
            Val::Tagged(v) => v,
            other => unreachable!("{other:?} instead of Tagged"),
        }
    }
    fn int32(self) -> i32 {
        match self {
            Val::Int32(v) => v,
            other => unreachable!("{other:?} instead of Int32"),
        }
    }
    fn uint32(self) -> u32 {
        match self {
            Val::Uint32(v) => v,
            other => unreachable!("{other:?} instead of Uint32"),
        }
    }
    fn float64(self) -> f64 {
        match self {
            Val::Float64(v) => v,
            other => unreachable!("{other:?} instead of Float64"),
        }
    }
    fn bool(self) -> bool {
        match self {
            Val::Bool(v) => v,
            other => unreachable!("{other:?} instead of Bool"),
        }
    }
    /// As the interpreter would hold it.
    pub fn boxed(self) -> u64 {
        match self {
            Val::Tagged(v) => v,
            Val::Int32(v) => enc::smi(v),
            Val::Uint32(v) => enc::number(v as f64),
            Val::Float64(v) => enc::number(v),
            Val::Bool(v) => enc::boolean(v),
            Val::None => enc::immediate(Immediate::Undefined),
        }
    }
}

/// What a machine answers.
pub enum Answer {
    Value(Val),
    /// A guard failed.
    Fails,
    /// An exception is pending in the machine.
    Throws,
    /// A call came back and the code is invalid: leave lazily with its result.
    Invalidated(u64),
}

/// Memory, cells and the runtime.
pub trait Machine {
    /// Nodes that are neither numeric nor control flow: constants of cells, frame words, guards on
    /// cells, loads, stores, allocation, calls, entry nodes.
    fn execute(&mut self, op: &Op, inputs: &[Val]) -> Answer;
    /// Called at every block; false ends the evaluation (`Outcome::OutOfFuel`).
    fn step(&mut self) -> bool;
}

/// How an evaluation ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    Return(u64),
    Throw,
    /// Left for the interpreter with these places of the frame chain (innermost first).
    Exit {
        reason: DeoptReason,
        frame: FrameId,
        frames: Vec<Vec<(FrameSlot, u64)>>,
    },
    OutOfFuel,
}

enum Step {
    Value(Val),
    Exit(DeoptReason),
    Throws,
    Invalidated(u64),
}

/// Runs the graph from its entry.
pub fn evaluate(graph: &Graph, machine: &mut dyn Machine) -> Outcome {
    let mut values: FxHashMap<NodeId, Val> = FxHashMap::default();
    let mut block = graph.entry;
    loop {
        if !machine.step() {
            return Outcome::OutOfFuel;
        }
        let b = graph.block(block);
        let mut thrown = false;
        for &n in &b.nodes {
            let node = graph.node(n);
            let inputs: Vec<Val> = node.inputs.iter().map(|i| values[i]).collect();
            match evaluate_node(&node.op, &inputs, machine) {
                Step::Value(v) => {
                    values.insert(n, v);
                }
                Step::Exit(reason) => {
                    let frame = node.frame.expect("verified: guards have frame states");
                    return exit(graph, &values, reason, frame);
                }
                Step::Invalidated(result) => {
                    values.insert(n, Val::Tagged(result));
                    let frame = node.frame.expect("verified: calls have frame states");
                    return exit(graph, &values, DeoptReason::Invalidated, frame);
                }
                Step::Throws => {
                    if !matches!(b.terminator, Terminator::Invoke { call, .. } if call == n) {
                        return Outcome::Throw;
                    }
                    thrown = true;
                }
            }
        }
        let edge = match &b.terminator {
            Terminator::None => unreachable!("verified: blocks have terminators"),
            Terminator::Jump(e) => e,
            Terminator::Branch { condition, on_true, on_false } => {
                if values[condition].bool() {
                    on_true
                } else {
                    on_false
                }
            }
            Terminator::Switch { value, base, cases, default } => {
                let i = values[value].int32() as i64 - *base as i64;
                usize::try_from(i).ok().and_then(|i| cases.get(i)).unwrap_or(default)
            }
            Terminator::Invoke { normal, handler, .. } => {
                if thrown {
                    handler
                } else {
                    normal
                }
            }
            Terminator::Return(v) => return Outcome::Return(values[v].tagged()),
            Terminator::Deopt { reason, frame } => return exit(graph, &values, *reason, *frame),
            Terminator::Unreachable => return Outcome::Throw,
        };
        take(graph, &mut values, edge);
        block = edge.target;
    }
}

fn take(graph: &Graph, values: &mut FxHashMap<NodeId, Val>, edge: &Edge) {
    let args: Vec<Val> = edge.args.iter().map(|a| values[a]).collect();
    for (&p, v) in graph.block(edge.target).params.iter().zip(args) {
        values.insert(p, v);
    }
}

fn exit(graph: &Graph, values: &FxHashMap<NodeId, Val>, reason: DeoptReason, frame: FrameId) -> Outcome {
    let frames = graph
        .frame_chain(frame)
        .map(|(_, f)| f.values.iter().map(|&(s, n)| (s, values[&n].boxed())).collect())
        .collect();
    Outcome::Exit { reason, frame, frames }
}

fn evaluate_node(op: &Op, inputs: &[Val], machine: &mut dyn Machine) -> Step {
    match numeric(op, inputs) {
        Some(Some(v)) => Step::Value(v),
        Some(None) => Step::Exit(op.reason().expect("only guards fail")),
        None => match machine.execute(op, inputs) {
            Answer::Value(v) => Step::Value(v),
            Answer::Fails => Step::Exit(op.reason().expect("only guards fail")),
            Answer::Throws => Step::Throws,
            Answer::Invalidated(v) => Step::Invalidated(v),
        },
    }
}

fn min_max(a: f64, b: f64, min: bool) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() == min { a } else { b }
    } else if (a < b) == min {
        a
    } else {
        b
    }
}

/// Numbers: `None` for other nodes, `Some(None)` for a guard that fails.
pub fn numeric(op: &Op, inputs: &[Val]) -> Option<Option<Val>> {
    use Val::{Bool, Float64, Int32, Tagged, Uint32};
    let t = |i: usize| inputs[i].tagged();
    let n = |i: usize| inputs[i].int32();
    let x = |i: usize| inputs[i].float64();
    let condition = |c: &Condition, a: i64, b: i64| Bool(c.holds(a, b));
    Some(Some(match op {
        Op::ConstInt32 { value } => Int32(*value),
        Op::ConstFloat64 { bits } => Float64(f64::from_bits(*bits)),
        Op::ConstBool { value } => Bool(*value),
        Op::ConstSmi { value } => Tagged(enc::smi(*value)),
        Op::ConstNumber { bits } => Tagged(enc::number(f64::from_bits(*bits))),
        Op::ConstImmediate { value } => Tagged(enc::immediate(*value)),
        Op::CheckedSmiUntag => {
            if !enc::is_smi(t(0)) {
                return Some(None);
            }
            Int32(t(0) as i32)
        }
        Op::UnsafeSmiUntag => Int32(t(0) as i32),
        Op::CheckedNumberToFloat64 | Op::CheckedTruncateToInt32 | Op::CheckedNumberToInt32
            if !enc::is_number(t(0)) =>
        {
            return Some(None);
        }
        Op::CheckedNumberToFloat64 | Op::UnsafeNumberToFloat64 => Float64(enc::as_number(t(0))),
        Op::CheckedTruncateToInt32 | Op::UnsafeTruncateToInt32 => Int32(enc::to_int32(enc::as_number(t(0)))),
        Op::CheckedNumberToInt32 => match enc::exact_int32(enc::as_number(t(0))) {
            Some(v) => Int32(v),
            None => return Some(None),
        },
        Op::CheckedFloat64ToInt32 => match enc::exact_int32(x(0)) {
            Some(v) => Int32(v),
            None => return Some(None),
        },
        Op::TruncateFloat64ToInt32 => Int32(enc::to_int32(x(0))),
        Op::CheckedUint32ToInt32 => match i32::try_from(inputs[0].uint32()) {
            Ok(v) => Int32(v),
            Err(_) => return Some(None),
        },
        Op::UnsafeUint32ToInt32 => Int32(inputs[0].uint32() as i32),
        Op::Int32ToUint32 => Uint32(n(0) as u32),
        Op::Int32ToFloat64 => Float64(n(0) as f64),
        Op::Uint32ToFloat64 => Float64(inputs[0].uint32() as f64),
        Op::Int32ToTagged | Op::Uint32ToTagged | Op::Float64ToTagged | Op::BoolToTagged => {
            Tagged(inputs[0].boxed())
        }
        Op::CheckedInt32Add => return Some(n(0).checked_add(n(1)).map(Int32)),
        Op::CheckedInt32Sub => return Some(n(0).checked_sub(n(1)).map(Int32)),
        Op::CheckedInt32Mul => {
            let r = n(0).checked_mul(n(1)).filter(|&r| r != 0 || (n(0) >= 0 && n(1) >= 0));
            return Some(r.map(Int32));
        }
        Op::CheckedInt32Div => {
            let exact = n(0).checked_rem(n(1)) == Some(0) && !(n(0) == 0 && n(1) < 0);
            return Some(n(0).checked_div(n(1)).filter(|_| exact).map(Int32));
        }
        Op::CheckedInt32Mod => {
            if n(1) == 0 {
                return Some(None);
            }
            let r = n(0).wrapping_rem(n(1));
            return Some((r != 0 || n(0) >= 0).then_some(Int32(r)));
        }
        Op::UnsafeInt32Mod => Int32((n(0) as u32).checked_rem(n(1) as u32)? as i32),
        Op::CheckedInt32Negate => return Some(n(0).checked_neg().filter(|&r| r != 0).map(Int32)),
        Op::CheckedInt32Abs => return Some(n(0).checked_abs().map(Int32)),
        Op::Int32Add => Int32(n(0).wrapping_add(n(1))),
        Op::Int32Sub => Int32(n(0).wrapping_sub(n(1))),
        Op::Int32Mul => Int32(n(0).wrapping_mul(n(1))),
        Op::Int32And => Int32(n(0) & n(1)),
        Op::Int32Or => Int32(n(0) | n(1)),
        Op::Int32Xor => Int32(n(0) ^ n(1)),
        Op::Int32Not => Int32(!n(0)),
        Op::Int32ShiftLeft => Int32(n(0).wrapping_shl(n(1) as u32)),
        Op::Int32ShiftRight => Int32(n(0).wrapping_shr(n(1) as u32)),
        Op::Int32ShiftRightLogical => Uint32((n(0) as u32).wrapping_shr(n(1) as u32)),
        Op::Int32Clz => Int32(n(0).leading_zeros() as i32),
        Op::Int32Min => Int32(n(0).min(n(1))),
        Op::Int32Max => Int32(n(0).max(n(1))),
        Op::Float64Add => Float64(x(0) + x(1)),
        Op::Float64Sub => Float64(x(0) - x(1)),
        Op::Float64Mul => Float64(x(0) * x(1)),
        Op::Float64Div => Float64(x(0) / x(1)),
        Op::Float64Negate => Float64(-x(0)),
        Op::Float64Abs => Float64(x(0).abs()),
        Op::Float64Sqrt => Float64(x(0).sqrt()),
        Op::Float64Floor => Float64(x(0).floor()),
        Op::Float64Ceil => Float64(x(0).ceil()),
        Op::Float64Trunc => Float64(x(0).trunc()),
        Op::Float64Round => {
            let up = x(0).ceil();
            Float64(if up - x(0) > 0.5 { up - 1.0 } else { up })
        }
        Op::Float64Min => Float64(min_max(x(0), x(1), true)),
        Op::Float64Max => Float64(min_max(x(0), x(1), false)),
        Op::Float64Fround => Float64(x(0) as f32 as f64),
        Op::Float64Call { function: crate::RuntimeOp::Float64Mod } => Float64(x(0) % x(1)),
        Op::Int32Compare { condition: c } => condition(c, n(0) as i64, n(1) as i64),
        Op::Uint32Compare { condition: c } => {
            condition(c, inputs[0].uint32() as i64, inputs[1].uint32() as i64)
        }
        Op::Float64Compare { condition: c } => Bool(c.holds(x(0), x(1))),
        Op::Float64ToBool => Bool(x(0) != 0.0 && !x(0).is_nan()),
        Op::TaggedSame => Bool(t(0) == t(1)),
        Op::TaggedIsNullish => Bool(t(0) & !8 == enc::immediate(Immediate::Null)),
        Op::TestNumber => Bool(enc::is_number(t(0))),
        Op::BoolNot => Bool(!inputs[0].bool()),
        Op::CheckNumber => return Some(enc::is_number(t(0)).then_some(inputs[0])),
        Op::CheckBoolean => return Some((t(0) & !1 == enc::boolean(false)).then_some(inputs[0])),
        Op::CheckNotHole => return Some((t(0) != enc::immediate(Immediate::Hole)).then_some(inputs[0])),
        Op::HoleToUndefined => {
            if t(0) == enc::immediate(Immediate::Hole) {
                Tagged(enc::immediate(Immediate::Undefined))
            } else {
                inputs[0]
            }
        }
        Op::CheckBounds => return Some(((n(0) as u32) < inputs[1].uint32()).then_some(inputs[0])),
        Op::CheckTrue { .. } => return Some(inputs[0].bool().then_some(Val::None)),
        Op::DependOn { .. } => Val::None,
        Op::StrictEqual | Op::ToBoolean if inputs.iter().all(|v| !enc::is_cell(v.tagged())) => {
            if matches!(op, Op::StrictEqual) {
                let numbers = enc::is_number(t(0)) && enc::is_number(t(1));
                Bool(if numbers { enc::as_number(t(0)) == enc::as_number(t(1)) } else { t(0) == t(1) })
            } else if enc::is_number(t(0)) {
                let v = enc::as_number(t(0));
                Bool(v != 0.0 && !v.is_nan())
            } else {
                Bool(t(0) == enc::boolean(true))
            }
        }
        _ => return None,
    }))
}
