//! Dead code elimination: nodes and phis whose values nothing needs, and which do nothing else.
//!
//! before                                   after
//!   v2: Tagged = Int32ToTagged v1            return v9
//!   return v9

use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::builder::{remove_param, remove_unreachable};
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{BlockId, Facts, FrameId, Graph, NodeId, Op, Terminator};

pub const DEAD_CODE: Pass = Pass { name: "DEAD_CODE", run };

/// Arithmetic guards: they protect only their own result. Guards on an existing value (its type or
/// range) stay even when their result is unused: other nodes may rely on what they have established.
fn guards_own_result(op: &Op) -> bool {
    matches!(
        op,
        Op::CheckedInt32Add
            | Op::CheckedInt32Sub
            | Op::CheckedInt32Mul
            | Op::CheckedInt32Div
            | Op::CheckedInt32Mod
            | Op::CheckedInt32Negate
            | Op::CheckedInt32Abs
    )
}

/// Planted fault F019: generic arithmetic without a handler is taken to have no effect.
fn is_arithmetic_call(graph: &Graph, b: BlockId, n: NodeId) -> bool {
    use tierproof_ssa::RuntimeOp::*;
    fault(Fault::F019)
        && matches!(graph.op(n), Op::CallRuntime { function: Add | Sub | Mul | Div | Mod, .. })
        && !matches!(graph.block(b).terminator, Terminator::Invoke { .. })
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    remove_unreachable(graph);
    if !fuel.allow(&graph.name, "DEAD_CODE", "Graph", graph.osr_offset.map_or(0, |o| o + 1)) {
        return false;
    }
    let skeleton = Skeleton::new(graph);
    let mut live = vec![false; graph.nodes.len()];
    let mut frames = vec![false; graph.frames.len()];
    let mut work: Vec<NodeId> = Vec::new();
    let mut frame_work: Vec<FrameId> = Vec::new();
    for &b in &skeleton.order {
        let block = graph.block(b);
        for &n in &block.nodes {
            let op = graph.op(n);
            let needed = !op.is_removable() && !guards_own_result(op) && !matches!(op, Op::Phi { .. });
            if needed && !is_arithmetic_call(graph, b, n) {
                work.push(n);
            }
        }
        work.extend(block.terminator.operand());
        if let Terminator::Deopt { frame, .. } = block.terminator {
            frame_work.push(frame);
        }
        frame_work.extend(block.entry_frame);
    }
    loop {
        while let Some(f) = frame_work.pop() {
            if !std::mem::replace(&mut frames[f.0 as usize], true) {
                let state = graph.frame(f);
                work.extend(state.values.iter().map(|v| v.1));
                frame_work.extend(state.caller);
            }
        }
        let Some(n) = work.pop() else { break };
        if std::mem::replace(&mut live[n.0 as usize], true) {
            continue;
        }
        let node = graph.node(n);
        work.extend(node.inputs.iter().copied());
        frame_work.extend(node.frame);
        if matches!(node.op, Op::Phi { .. }) {
            for &b in &skeleton.order {
                let Some(i) = graph.block(b).params.iter().position(|&p| p == n) else { continue };
                for &p in &skeleton.predecessors[b.0 as usize] {
                    for e in graph.block(p).terminator.edges() {
                        if e.target == b {
                            work.push(e.args[i]);
                        }
                    }
                }
                break;
            }
        }
    }
    let mut changed = false;
    for &b in &skeleton.order {
        for i in (0..graph.block(b).params.len()).rev() {
            if !live[graph.block(b).params[i].0 as usize] {
                remove_param(graph, b, i);
                changed = true;
            }
        }
        let before = graph.block(b).nodes.len();
        graph.block_mut(b).nodes.retain(|n| live[n.0 as usize]);
        changed |= graph.block(b).nodes.len() != before;
    }
    changed
}
