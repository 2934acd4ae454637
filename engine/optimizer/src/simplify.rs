//! Local simplification: constant folding, identities, conversions that undo each other, guards
//! that cannot fail, branches on constants.
//!
//! before                                   after
//!   v2: Tagged = Int32ToTagged v1            ...
//!   v3: Int32 = CheckedSmiUntag v2           (uses of v3 become v1)
//!
//! One match over nodes by their algebra; effects are never looked at, because only nodes without
//! any are replaced.

use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::builder::conversions::node_types;
use tierproof_ssa::builder::{remove_trivial_phis, remove_unreachable};
use tierproof_ssa::encoding::{exact_int32 as exact_int, to_int32};
use tierproof_ssa::graph::{Replacements, Terminator};
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::types::Types;
use tierproof_ssa::{BlockId, Edge, Facts, Graph, Immediate, NodeId, Op};

pub const SIMPLIFY: Pass = Pass { name: "SIMPLIFY", run };

enum Action {
    /// Another node stands for this one.
    Use(NodeId),
    /// A constant does.
    Constant(Op),
    /// The node becomes this one.
    Become(Op, Vec<NodeId>),
}
use Action::{Become, Constant, Use};

fn int(value: i32) -> Action {
    Constant(Op::ConstInt32 { value })
}
fn float(value: f64) -> Action {
    Constant(Op::ConstFloat64 { bits: value.to_bits() })
}
fn boolean(value: bool) -> Action {
    Constant(Op::ConstBool { value })
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    let mut any = false;
    let name = graph.name.clone();
    for _ in 0..4 {
        let skeleton = Skeleton::new(graph);
        let mut replacements = Replacements::new();
        let mut changed = false;
        for &b in &skeleton.order {
            for i in 0..graph.block(b).nodes.len() {
                let n = graph.block(b).nodes[i];
                if graph.op(n).is_constant() {
                    continue;
                }
                for k in 0..graph.node(n).inputs.len() {
                    let input = graph.node(n).inputs[k];
                    graph.node_mut(n).inputs[k] = replacements.get(input);
                }
                let Some(action) = simplify(graph, n) else { continue };
                if !fuel.allow(&name, "SIMPLIFY", graph.op(n).info().name, graph.node(n).site) {
                    continue;
                }
                changed = true;
                match action {
                    Use(value) => replacements.set(n, value),
                    Constant(op) => {
                        // Not inserted yet: `i` must stay valid in the entry block.
                        let c = graph.new_node(op, &[], 0);
                        replacements.set(n, c);
                        pending(graph, c);
                        if fault(Fault::F001) && graph.node(n).inputs.len() == 2 {
                            drop_operands(graph, &skeleton, b, i);
                        }
                    }
                    Become(op, inputs) => {
                        let node = graph.node_mut(n);
                        if op.info().eager.is_none() {
                            node.frame = None;
                        }
                        node.op = op;
                        node.inputs = inputs.into_iter().collect();
                    }
                }
            }
        }
        place_pending(graph);
        replacements.apply(graph);
        changed |= fold_branches(graph, fuel, &name);
        changed |= remove_trivial_phis(graph);
        any |= changed;
        if !changed {
            break;
        }
    }
    any
}

/// Planted fault F001: the operands of node `i` of block `b` die for all frame states behind it.
fn drop_operands(graph: &mut Graph, skeleton: &Skeleton, b: BlockId, i: usize) {
    let operands = graph.node(graph.block(b).nodes[i]).inputs.clone();
    let dead = graph.new_node(Op::ConstImmediate { value: Immediate::Undefined }, &[], 0);
    pending(graph, dead);
    for &block in &skeleton.order {
        let behind = match block == b {
            true => i + 1,
            false if skeleton.dominates(b, block) => 0,
            false => continue,
        };
        for k in behind..graph.block(block).nodes.len() {
            let n = graph.block(block).nodes[k];
            let Some(mut state) = graph.node(n).frame.map(|f| graph.frame(f).clone()) else { continue };
            let mut any = false;
            for (_, v) in &mut state.values {
                let is_operand = |x: NodeId| operands.contains(&x);
                let (op, inputs) = (graph.op(*v), &graph.node(*v).inputs);
                let boxed = matches!(op, Op::Int32ToTagged | Op::Float64ToTagged) && is_operand(inputs[0]);
                let unboxed = operands.iter().any(|&o| {
                    matches!(
                        graph.op(o),
                        Op::CheckedSmiUntag | Op::UnsafeSmiUntag | Op::CheckedNumberToFloat64
                    ) && graph.input(o, 0) == *v
                });
                if is_operand(*v) || boxed || unboxed {
                    *v = dead;
                    any = true;
                }
            }
            if any {
                graph.node_mut(n).frame = Some(graph.new_frame(state));
            }
        }
    }
}

/// New constants wait behind the last block, so that no index shifts while walking.
fn pending(graph: &mut Graph, c: NodeId) {
    if !matches!(graph.blocks.last(), Some(b) if b.terminator == Terminator::None) {
        graph.new_block();
    }
    graph.blocks.last_mut().expect("made above").nodes.push(c);
}
fn place_pending(graph: &mut Graph) {
    if matches!(graph.blocks.last(), Some(b) if b.terminator == Terminator::None) {
        let made = graph.blocks.pop().expect("checked above").nodes;
        let entry = graph.entry;
        graph.block_mut(entry).nodes.splice(0..0, made);
    }
}

fn const_int(graph: &Graph, n: NodeId) -> Option<i32> {
    match *graph.op(n) {
        Op::ConstInt32 { value } => Some(value),
        _ => None,
    }
}
fn const_float(graph: &Graph, n: NodeId) -> Option<f64> {
    match *graph.op(n) {
        Op::ConstFloat64 { bits } => Some(f64::from_bits(bits)),
        _ => None,
    }
}

fn simplify(graph: &Graph, n: NodeId) -> Option<Action> {
    let node = graph.node(n);
    let inputs = &node.inputs;
    let op_of = |i: usize| graph.op(inputs[i]);
    let inner = |i: usize| graph.input(inputs[i], 0);
    let ints = || Some((const_int(graph, inputs[0])?, const_int(graph, inputs[1])?));
    let floats = || Some((const_float(graph, inputs[0])?, const_float(graph, inputs[1])?));
    let right = || const_int(graph, *inputs.get(1)?);
    let left = || const_int(graph, *inputs.first()?);
    Some(match &node.op {
        // --- conversions
        Op::CheckedSmiUntag | Op::UnsafeSmiUntag | Op::CheckedNumberToInt32 => match *op_of(0) {
            Op::Int32ToTagged => Use(inner(0)),
            Op::ConstSmi { value } => int(value),
            Op::Float64ToTagged if !matches!(node.op, Op::UnsafeSmiUntag) => {
                Become(Op::CheckedFloat64ToInt32, vec![inner(0)])
            }
            Op::Float64ToTagged => Become(Op::TruncateFloat64ToInt32, vec![inner(0)]),
            Op::CheckNumber => Become(node.op.clone(), vec![inner(0)]),
            _ => return None,
        },
        Op::CheckedNumberToFloat64 | Op::UnsafeNumberToFloat64 => match *op_of(0) {
            Op::Int32ToTagged => Become(Op::Int32ToFloat64, vec![inner(0)]),
            Op::Uint32ToTagged => Become(Op::Uint32ToFloat64, vec![inner(0)]),
            Op::Float64ToTagged => Use(inner(0)),
            Op::ConstSmi { value } => float(value as f64),
            Op::ConstNumber { bits } => Constant(Op::ConstFloat64 { bits }),
            Op::CheckNumber if node.op == Op::CheckedNumberToFloat64 => {
                Become(Op::UnsafeNumberToFloat64, vec![inputs[0]])
            }
            _ => return None,
        },
        Op::CheckedTruncateToInt32 | Op::UnsafeTruncateToInt32 => match *op_of(0) {
            Op::Int32ToTagged => Use(inner(0)),
            Op::Uint32ToTagged => Become(Op::UnsafeUint32ToInt32, vec![inner(0)]),
            Op::Float64ToTagged => Become(Op::TruncateFloat64ToInt32, vec![inner(0)]),
            Op::ConstSmi { value } => int(value),
            _ => return None,
        },
        Op::CheckedFloat64ToInt32 => match *op_of(0) {
            Op::Int32ToFloat64 => Use(inner(0)),
            Op::ConstFloat64 { bits } => int(exact_int(f64::from_bits(bits))?),
            _ => return None,
        },
        Op::TruncateFloat64ToInt32 => match *op_of(0) {
            Op::Int32ToFloat64 => Use(inner(0)),
            Op::Uint32ToFloat64 => Become(Op::UnsafeUint32ToInt32, vec![inner(0)]),
            Op::ConstFloat64 { bits } => int(to_int32(f64::from_bits(bits))),
            // Sums of two int32 are exact in doubles.
            ref sum @ (Op::Float64Add | Op::Float64Sub) => {
                let small = |v: NodeId| match *graph.op(v) {
                    Op::Int32ToFloat64 => Some(Ok(graph.input(v, 0))),
                    Op::ConstFloat64 { bits } => exact_int(f64::from_bits(bits)).map(Err),
                    _ => None,
                };
                let (a, b) = (small(inner(0))?, small(graph.input(inputs[0], 1))?);
                let (Ok(a), Ok(b)) = (a, b) else { return None };
                let op = if *sum == Op::Float64Add { Op::Int32Add } else { Op::Int32Sub };
                Become(op, vec![a, b])
            }
            _ => return None,
        },
        Op::Int32ToFloat64 => float(left()? as f64),
        Op::Int32ToTagged => match *op_of(0) {
            Op::ConstInt32 { value } => Constant(Op::ConstSmi { value }),
            Op::CheckedSmiUntag | Op::UnsafeSmiUntag => Use(inner(0)),
            _ => return None,
        },
        Op::Float64ToTagged => match *op_of(0) {
            Op::ConstFloat64 { bits } => match exact_int(f64::from_bits(bits)) {
                Some(value) => Constant(Op::ConstSmi { value }),
                None => Constant(Op::ConstNumber { bits }),
            },
            Op::Int32ToFloat64 => Become(Op::Int32ToTagged, vec![inner(0)]),
            Op::UnsafeNumberToFloat64 | Op::CheckedNumberToFloat64 => Use(inner(0)),
            _ => return None,
        },
        Op::BoolToTagged => match *op_of(0) {
            Op::ConstBool { value } => {
                Constant(Op::ConstImmediate { value: if value { Immediate::True } else { Immediate::False } })
            }
            _ => return None,
        },
        // --- int32
        Op::CheckedInt32Add | Op::Int32Add => match (ints(), left(), right()) {
            (Some((a, b)), ..) => match (a.checked_add(b), &node.op) {
                (Some(v), _) => int(v),
                (None, Op::Int32Add) => int(a.wrapping_add(b)),
                _ => return None,
            },
            (_, Some(0), _) => Use(inputs[1]),
            (_, _, Some(0)) => Use(inputs[0]),
            _ => return None,
        },
        Op::CheckedInt32Sub | Op::Int32Sub => match (ints(), right()) {
            (Some((a, b)), _) => match (a.checked_sub(b), &node.op) {
                (Some(v), _) => int(v),
                (None, Op::Int32Sub) => int(a.wrapping_sub(b)),
                _ => return None,
            },
            (_, Some(0)) => Use(inputs[0]),
            _ => return None,
        },
        Op::CheckedInt32Mul => match (ints(), left(), right()) {
            (Some((a, b)), ..) => {
                let v = a.checked_mul(b)?;
                if v == 0 && (a < 0 || b < 0) {
                    return None;
                }
                int(v)
            }
            (_, Some(1), _) => Use(inputs[1]),
            (_, _, Some(1)) => Use(inputs[0]),
            _ => return None,
        },
        Op::Int32Mul => match (ints(), left(), right()) {
            (Some((a, b)), ..) => int(a.wrapping_mul(b)),
            (_, Some(1), _) => Use(inputs[1]),
            (_, _, Some(1)) => Use(inputs[0]),
            _ => return None,
        },
        Op::CheckedInt32Mod => {
            let (a, b) = ints()?;
            if b == 0 || (a < 0 && a.wrapping_rem(b) == 0) {
                return None;
            }
            int(a.wrapping_rem(b))
        }
        Op::Int32And => match (ints(), left(), right()) {
            (Some((a, b)), ..) => int(a & b),
            (_, Some(-1), _) => Use(inputs[1]),
            (_, _, Some(-1)) => Use(inputs[0]),
            (_, Some(0), _) | (_, _, Some(0)) => int(0),
            _ if inputs[0] == inputs[1] => Use(inputs[0]),
            _ => return None,
        },
        Op::Int32Or => match (ints(), left(), right()) {
            (Some((a, b)), ..) => int(a | b),
            (_, Some(0), _) => Use(inputs[1]),
            (_, _, Some(0)) => Use(inputs[0]),
            _ if inputs[0] == inputs[1] => Use(inputs[0]),
            _ => return None,
        },
        Op::Int32Xor => match (ints(), left(), right()) {
            (Some((a, b)), ..) => int(a ^ b),
            (_, Some(0), _) => Use(inputs[1]),
            (_, _, Some(0)) => Use(inputs[0]),
            _ if inputs[0] == inputs[1] => int(0),
            _ => return None,
        },
        Op::Int32Not => match *op_of(0) {
            Op::ConstInt32 { value } => int(!value),
            Op::Int32Not => Use(inner(0)),
            _ => return None,
        },
        Op::Int32ShiftLeft => match (ints(), right()) {
            (Some((a, b)), _) => int(a.wrapping_shl(b as u32 & 31)),
            (_, Some(b)) if b & 31 == 0 => Use(inputs[0]),
            _ => return None,
        },
        Op::Int32ShiftRight => match (ints(), right()) {
            (Some((a, b)), _) => int(a >> (b & 31)),
            (_, Some(b)) if b & 31 == 0 => Use(inputs[0]),
            _ => return None,
        },
        // A logical shift by something gives a value below 2^31.
        Op::CheckedUint32ToInt32 => match op_of(0) {
            Op::Int32ShiftRightLogical
                if const_int(graph, graph.input(inputs[0], 1)).is_some_and(|c| c & 31 != 0) =>
            {
                Become(Op::UnsafeUint32ToInt32, vec![inputs[0]])
            }
            Op::Int32ToUint32 if matches!(graph.op(inner(0)), Op::StringLength) => Use(inner(0)),
            _ => return None,
        },
        Op::UnsafeUint32ToInt32 if matches!(op_of(0), Op::Int32ToUint32) => Use(inner(0)),
        Op::Int32ToUint32 if matches!(op_of(0), Op::UnsafeUint32ToInt32) => Use(inner(0)),
        Op::Int32Min => {
            let (a, b) = ints()?;
            int(a.min(b))
        }
        Op::Int32Max => {
            let (a, b) = ints()?;
            int(a.max(b))
        }
        // --- doubles
        Op::Float64Add => {
            let (a, b) = floats()?;
            float(a + b)
        }
        Op::Float64Sub => match (floats(), const_float(graph, inputs[1])) {
            (Some((a, b)), _) => float(a - b),
            (_, Some(b)) if b == 0.0 && b.is_sign_positive() => Use(inputs[0]),
            _ => return None,
        },
        Op::Float64Mul => match (floats(), const_float(graph, inputs[1])) {
            (Some((a, b)), _) => float(a * b),
            (_, Some(1.0)) => Use(inputs[0]),
            _ => return None,
        },
        Op::Float64Div => match (floats(), const_float(graph, inputs[1])) {
            (Some((a, b)), _) => float(a / b),
            (_, Some(1.0)) => Use(inputs[0]),
            _ => return None,
        },
        Op::Float64Negate => float(-const_float(graph, inputs[0])?),
        Op::Float64Abs => float(const_float(graph, inputs[0])?.abs()),
        // Integers are their own roundings.
        Op::Float64Floor | Op::Float64Ceil | Op::Float64Trunc | Op::Float64Round
            if matches!(op_of(0), Op::Int32ToFloat64 | Op::Uint32ToFloat64) =>
        {
            Use(inputs[0])
        }
        // --- comparisons
        Op::Int32Compare { condition } => match ints() {
            Some((a, b)) => boolean(condition.holds(a, b)),
            None if inputs[0] == inputs[1] => boolean(condition.holds(0, 0)),
            None => return None,
        },
        Op::Float64Compare { condition } => match floats() {
            Some((a, b)) => boolean(condition.holds(a, b)),
            None => {
                let narrow = |v: NodeId| match *graph.op(v) {
                    Op::Int32ToFloat64 => Some(graph.input(v, 0)),
                    _ => None,
                };
                Become(
                    Op::Int32Compare { condition: *condition },
                    vec![narrow(inputs[0])?, narrow(inputs[1])?],
                )
            }
        },
        Op::Float64ToBool => match *op_of(0) {
            Op::ConstFloat64 { bits } => {
                let v = f64::from_bits(bits);
                boolean(v != 0.0 && !v.is_nan())
            }
            _ => return None,
        },
        Op::BoolNot => match *op_of(0) {
            Op::ConstBool { value } => boolean(!value),
            Op::BoolNot => Use(inner(0)),
            Op::Int32Compare { condition } => {
                let input = inputs[0];
                Become(Op::Int32Compare { condition: condition.negated() }, graph.node(input).inputs.to_vec())
            }
            _ => return None,
        },
        Op::ToBoolean => match *op_of(0) {
            Op::BoolToTagged => Use(inner(0)),
            Op::ConstImmediate { value } => boolean(value == Immediate::True),
            Op::ConstSmi { value } => boolean(value != 0),
            Op::Float64ToTagged => Become(Op::Float64ToBool, vec![inner(0)]),
            Op::AllocateObject { .. } => boolean(true),
            _ => return None,
        },
        Op::TaggedSame => {
            let truth = |i: usize| match *op_of(i) {
                Op::ConstImmediate { value: Immediate::True } => Some(true),
                Op::ConstImmediate { value: Immediate::False } => Some(false),
                _ => None,
            };
            match (op_of(0), op_of(1)) {
                _ if inputs[0] == inputs[1] => boolean(true),
                (Op::BoolToTagged, _) if truth(1) == Some(true) => Use(inner(0)),
                (Op::BoolToTagged, _) if truth(1) == Some(false) => Become(Op::BoolNot, vec![inner(0)]),
                (Op::ConstImmediate { value: a }, Op::ConstImmediate { value: b }) => boolean(a == b),
                _ => {
                    let (a, b) = (node_types(graph, inputs[0]), node_types(graph, inputs[1]));
                    if a.is_empty() || b.is_empty() || !a.excludes(b) {
                        return None;
                    }
                    boolean(false)
                }
            }
        }
        Op::TaggedIsNullish => {
            let types = node_types(graph, inputs[0]);
            let nullish = Types::UNDEFINED | Types::NULL;
            if types.is_empty() {
                return None;
            } else if types.is(nullish) {
                boolean(true)
            } else if types.excludes(nullish) {
                boolean(false)
            } else {
                return None;
            }
        }
        Op::StrictEqual => {
            let (a, b) = (node_types(graph, inputs[0]), node_types(graph, inputs[1]));
            if a.is_empty() || b.is_empty() {
                return None;
            }
            if a.is(Types::NUMBER) && b.is(Types::NUMBER) {
                return None;
            }
            let identity = Types::OBJECT | Types::SYMBOL | Types::UNDEFINED | Types::NULL | Types::BOOLEAN;
            if a.is(identity) || b.is(identity) {
                Become(Op::TaggedSame, inputs.to_vec())
            } else {
                return None;
            }
        }
        // --- guards
        Op::CheckNumber if node_types(graph, inputs[0]).is(Types::NUMBER) => Use(inputs[0]),
        Op::CheckString if node_types(graph, inputs[0]).is(Types::STRING) => Use(inputs[0]),
        Op::CheckBoolean if node_types(graph, inputs[0]).is(Types::BOOLEAN) => Use(inputs[0]),
        Op::CheckNotHole | Op::HoleToUndefined if node_types(graph, inputs[0]).excludes(Types::HOLE) => {
            Use(inputs[0])
        }
        Op::CheckValue { cell } if matches!(*op_of(0), Op::ConstCell { cell: c } if c == *cell) => {
            Use(inputs[0])
        }
        // Twice against the same length.
        Op::CheckBounds if matches!(op_of(0), Op::CheckBounds) && graph.input(inputs[0], 1) == inputs[1] => {
            Use(inputs[0])
        }
        Op::SelectObject if node_types(graph, inputs[0]).is(Types::OBJECT) => Use(inputs[0]),
        Op::SelectObject if node_types(graph, inputs[0]).excludes(Types::OBJECT) => Use(inputs[1]),
        Op::CoerceThis if node_types(graph, inputs[0]).is(Types::OBJECT) => Use(inputs[0]),
        _ => return None,
    })
}

/// Branches on constants and negations; blocks without effect between two jumps stay.
fn fold_branches(graph: &mut Graph, fuel: &mut Fuel, name: &str) -> bool {
    let mut any = false;
    for b in graph.block_ids() {
        let terminator = graph.block(b).terminator.clone();
        let new = match terminator {
            Terminator::Branch { condition, on_true, on_false } => match *graph.op(condition) {
                Op::ConstBool { value } => Terminator::Jump(if value { on_true } else { on_false }),
                Op::BoolNot => Terminator::Branch {
                    condition: graph.input(condition, 0),
                    on_true: on_false,
                    on_false: on_true,
                },
                _ => continue,
            },
            Terminator::Switch { value, base, cases, default } => match const_int(graph, value) {
                Some(v) => {
                    let index = (v as i64 - base as i64) as usize;
                    let edge: Edge = cases.into_iter().nth(index).unwrap_or(default);
                    Terminator::Jump(edge)
                }
                None => continue,
            },
            _ => continue,
        };
        if fuel.allow(name, "SIMPLIFY", "Branch", b.0 | 1 << 31) {
            graph.block_mut(b).terminator = new;
            any = true;
        }
    }
    if any {
        remove_unreachable(graph);
    }
    any
}
