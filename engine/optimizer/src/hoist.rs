//! Loop-invariant code motion: what gives the same result in every iteration is computed before
//! the loop; guards that every iteration passes are checked once, there.
//!
//! before                                   after
//!   b1(v3):   ; loop header                  v4: Tagged = CheckShape v1, s7
//!     v4: Tagged = CheckShape v1, s7           eager WrongShape @entry of the loop
//!     v5: Tagged = LoadSlot v4               v5: Tagged = LoadSlot v4
//!     ...                                    b1(v3): ...
//!
//! Loads depend on their guards through their inputs, so they never come before them; a moved
//! guard leaves through the frame state of the loop's entry. A guard that failed there before is
//! not moved again.

use rustc_hash::FxHashSet;
use tierproof_base::Fuel;
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::facts::FunctionIndex;
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{BlockId, Facts, Graph, NodeId, Op, Terminator};

use crate::effects::{clobbers, writers};

pub const HOIST: Pass = Pass { name: "HOIST", run };

fn run(graph: &mut Graph, facts: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let mut headers: Vec<BlockId> =
        skeleton.order.iter().copied().filter(|&b| !skeleton.latches(b).is_empty()).collect();
    // Inner loops first: what leaves them may leave the outer ones too.
    headers.sort_by_key(|&b| std::cmp::Reverse(skeleton.loop_depth[b.0 as usize]));
    let mut any = false;
    for header in headers {
        any |= hoist_loop(graph, facts, fuel, &skeleton, header);
    }
    any
}

fn hoist_loop(
    graph: &mut Graph,
    facts: &Facts,
    fuel: &mut Fuel,
    skeleton: &Skeleton,
    header: BlockId,
) -> bool {
    let latches = skeleton.latches(header);
    let outside: Vec<BlockId> = skeleton.predecessors[header.0 as usize]
        .iter()
        .copied()
        .filter(|p| !skeleton.dominates(header, *p))
        .collect();
    let [preheader] = outside[..] else { return false };
    if !matches!(graph.block(preheader).terminator, Terminator::Jump(_)) {
        return false;
    }
    let body = skeleton.blocks_of_loop(header);
    let writers = writers(graph, &body);
    let mut inside: FxHashSet<NodeId> = FxHashSet::default();
    for &b in &body {
        let block = graph.block(b);
        inside.extend(block.params.iter().chain(&block.nodes));
    }
    let entry_frame = graph.block(header).entry_frame;
    let name = graph.name.clone();
    let mut any = false;
    for &b in &body {
        let always = latches.iter().all(|&l| skeleton.dominates(b, l));
        let nodes = graph.block(b).nodes.clone();
        for n in nodes {
            if graph.node(n).inputs.iter().any(|i| inside.contains(i)) {
                continue;
            }
            let op = graph.op(n);
            let info = op.info();
            let changes = info.reads != 0 && writers.iter().any(|&w| clobbers(graph, w, op));
            if !op.is_mergeable() || op.is_constant() || changes {
                continue;
            }
            let movable = if info.eager.is_some() {
                always && entry_frame.is_some_and(|f| !failed_before(graph, facts, f, n))
            } else if info.reads != 0 || is_guarded_load(op) {
                reads_are_guarded(graph, n)
            } else {
                always || is_cheap(op)
            };
            if !movable || !fuel.allow(&name, "HOIST", graph.op(n).info().name, graph.node(n).site) {
                continue;
            }
            if graph.op(n).info().eager.is_some() {
                graph.node_mut(n).frame = entry_frame;
            }
            graph.block_mut(b).nodes.retain(|&x| x != n);
            graph.append(preheader, n);
            inside.remove(&n);
            any = true;
        }
    }
    any
}

/// Whether this guard failed at the loop's entry in an earlier version of the code.
fn failed_before(graph: &Graph, facts: &Facts, entry: tierproof_ssa::FrameId, n: NodeId) -> bool {
    let state = graph.frame(entry);
    let Some(reason) = graph.op(n).reason() else { return true };
    facts.function(FunctionIndex(state.function.0)).has_failed(state.offset, reason)
}

/// Loads of immutable memory: declared pure, but they need their input to be what it claims.
fn is_guarded_load(op: &Op) -> bool {
    matches!(op, Op::LoadElementsLength | Op::StringLength | Op::StringCharCodeAt)
}

/// Whether everything the load relies on is said by its inputs.
fn reads_are_guarded(graph: &Graph, n: NodeId) -> bool {
    let input = |i: usize| graph.op(graph.input(n, i));
    match graph.op(n) {
        Op::LoadSlot { .. } => {
            matches!(input(0), Op::CheckShape { .. } | Op::CheckHeader { .. } | Op::AllocateObject { .. })
        }
        Op::LoadElements | Op::LoadArrayLength | Op::LoadTypedLength => {
            matches!(input(0), Op::CheckHeader { .. } | Op::CheckShape { .. })
        }
        Op::LoadElementsLength => matches!(input(0), Op::LoadElements),
        Op::LoadElement | Op::LoadDoubleElement => {
            matches!(input(0), Op::LoadElements) && matches!(input(1), Op::CheckBounds)
        }
        Op::LoadTypedInt32 { .. } | Op::LoadTypedUint32 | Op::LoadTypedFloat64 { .. } => {
            matches!(input(0), Op::CheckHeader { .. }) && matches!(input(1), Op::CheckBounds)
        }
        Op::StringLength => matches!(input(0), Op::CheckString),
        Op::StringCharCodeAt => matches!(input(0), Op::CheckString) && matches!(input(1), Op::CheckBounds),
        Op::LoadContext { .. } | Op::LoadGlobalCell { .. } | Op::TestShape { .. } | Op::TestHeader { .. } => {
            true
        }
        _ => false,
    }
}

/// Worth computing even when the loop might not need it.
fn is_cheap(op: &Op) -> bool {
    !matches!(
        op,
        Op::Float64Call { .. }
            | Op::CallPureBool { .. }
            | Op::CallRuntimePure { .. }
            | Op::StrictEqual
            | Op::ToBoolean
            | Op::TestTypeOf { .. }
            // Trap unless the proof they rely on holds.
            | Op::UnsafeInt32Mod
    )
}
