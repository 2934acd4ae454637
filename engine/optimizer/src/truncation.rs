//! Arithmetic whose result is only wanted modulo 2^32 needs no overflow checks and no doubles.
//!
//! before                                   after
//!   v3: Int32 = CheckedInt32Add v1, v2       v3: Int32 = Int32Add v1, v2
//!   v4: Int32 = Int32Or v3, zero             v4: Int32 = Int32Or v3, zero
//!
//! Valid as long as JavaScript's double arithmetic would have been exact: the magnitude of every
//! intermediate result stays within 2^53.

use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::encoding::exact_int32;
use tierproof_ssa::graph::Replacements;
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{Facts, Graph, NodeId, Op, Repr};

pub const TRUNCATION: Pass = Pass { name: "TRUNCATION", run };

const EXACT: f64 = 9007199254740992.0;
const INT: f64 = 2147483648.0;
/// Operations looked through.
const DEPTH: u32 = 6;

/// A value modulo 2^32, to be built.
enum Plan {
    /// An int32 that exists.
    Value(NodeId),
    Constant(i32),
    Apply(Op, Box<Plan>, Box<Plan>),
}

/// Which inputs a node takes modulo 2^32.
fn truncates(op: &Op) -> bool {
    matches!(
        op,
        Op::Int32And
            | Op::Int32Or
            | Op::Int32Xor
            | Op::Int32Not
            | Op::Int32ShiftLeft
            | Op::Int32ShiftRight
            | Op::Int32ShiftRightLogical
            | Op::Int32Mul
            | Op::StoreTypedInt32 { .. }
    )
}

/// The value of `n` modulo 2^32 and a bound of its magnitude as a real number.
fn plan(graph: &Graph, n: NodeId, depth: u32) -> Option<(Plan, f64)> {
    let node = graph.node(n);
    let binary = |op: Op, magnitude: fn(f64, f64) -> f64| -> Option<(Plan, f64)> {
        let (a, x) = plan(graph, node.inputs[0], depth - 1)?;
        let (b, y) = plan(graph, node.inputs[1], depth - 1)?;
        let m = magnitude(x, y);
        (m <= EXACT || fault(Fault::F026)).then(|| (Plan::Apply(op, Box::new(a), Box::new(b)), m))
    };
    if depth > 0 {
        let found = match node.op {
            Op::CheckedInt32Add | Op::Float64Add => binary(Op::Int32Add, |x, y| x + y),
            Op::CheckedInt32Sub | Op::Float64Sub => binary(Op::Int32Sub, |x, y| x + y),
            Op::CheckedInt32Mul | Op::Float64Mul => binary(Op::Int32Mul, |x, y| x * y),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    match node.op {
        Op::ConstInt32 { value } => Some((Plan::Constant(value), (value as f64).abs())),
        Op::ConstFloat64 { bits } => {
            let value = exact_int32(f64::from_bits(bits))?;
            Some((Plan::Constant(value), (value as f64).abs()))
        }
        Op::Int32ToFloat64 => Some((Plan::Value(node.inputs[0]), INT)),
        Op::Float64Add | Op::Float64Sub | Op::Float64Mul => None,
        _ if node.op.repr() == Repr::Int32 => Some((Plan::Value(n), INT)),
        _ => None,
    }
}

fn make(
    graph: &mut Graph,
    plan: Plan,
    site: u32,
    out: &mut Vec<NodeId>,
    constants: &mut Vec<NodeId>,
) -> NodeId {
    match plan {
        Plan::Value(n) => n,
        Plan::Constant(value) => {
            let n = graph.new_node(Op::ConstInt32 { value }, &[], 0);
            constants.push(n);
            n
        }
        Plan::Apply(op, a, b) => {
            let a = make(graph, *a, site, out, constants);
            let b = make(graph, *b, site, out, constants);
            let n = graph.new_node(op, &[a, b], site);
            out.push(n);
            n
        }
    }
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let name = graph.name.clone();
    let mut replacements = Replacements::new();
    let mut constants = Vec::new();
    let mut changed = false;
    for &b in &skeleton.order {
        let nodes = graph.block(b).nodes.clone();
        let mut out = Vec::with_capacity(nodes.len());
        for n in nodes {
            let op = graph.op(n).clone();
            let site = graph.node(n).site;
            if op == Op::TruncateFloat64ToInt32 {
                let input = graph.input(n, 0);
                if let Some((p @ Plan::Apply(..), _)) = plan(graph, input, DEPTH)
                    && fuel.allow(&name, "TRUNCATION", graph.op(input).info().name, site)
                {
                    let value = make(graph, p, site, &mut out, &mut constants);
                    replacements.set(n, value);
                    changed = true;
                    continue;
                }
            } else if truncates(&op) {
                // The last input of a store, all inputs of the rest.
                let first = if matches!(op, Op::StoreTypedInt32 { .. }) { 2 } else { 0 };
                let clamps =
                    matches!(op, Op::StoreTypedInt32 { kind: tierproof_ssa::facts::TypedKind::Uint8Clamped });
                for i in first..graph.node(n).inputs.len() {
                    let input = graph.node(n).inputs[i];
                    let checked = matches!(
                        graph.op(input),
                        Op::CheckedInt32Add | Op::CheckedInt32Sub | Op::CheckedInt32Mul
                    );
                    if checked
                        && !clamps
                        && let Some((p @ Plan::Apply(..), _)) = plan(graph, input, DEPTH)
                        && fuel.allow(&name, "TRUNCATION", graph.op(input).info().name, site)
                    {
                        if fault(Fault::F022) && *graph.op(input) == Op::CheckedInt32Add {
                            graph.node_mut(input).op = Op::Int32Add;
                            graph.node_mut(input).frame = None;
                            changed = true;
                            continue;
                        }
                        let value = make(graph, p, site, &mut out, &mut constants);
                        graph.node_mut(n).inputs[i] = value;
                        changed = true;
                    }
                }
            }
            out.push(n);
        }
        graph.block_mut(b).nodes = out;
    }
    let entry = graph.entry;
    graph.block_mut(entry).nodes.splice(0..0, constants);
    replacements.apply(graph);
    changed
}
