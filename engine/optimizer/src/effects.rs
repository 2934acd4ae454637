//! What nodes write, as the passes see it.

use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::node::alias;
use tierproof_ssa::{BlockId, Graph, NodeId, Op, RuntimeOp};

/// Alias classes that a node writes.
pub fn writes(graph: &Graph, n: NodeId) -> u16 {
    let node = graph.node(n);
    if fault(Fault::F014)
        && matches!(node.op, Op::CallRuntime { function: RuntimeOp::SetKeyed, .. })
        && node.inputs.get(1).is_some_and(|&key| is_number(graph.op(key)))
    {
        // The elements, and the property that a key like -1 stands for; not the world.
        return alias::SHAPE | alias::ELEMENTS_POINTER | alias::ELEMENTS | alias::DOUBLES | alias::LENGTH;
    }
    node.op.info().writes
}

/// Alias classes that some node of a block writes.
pub fn block_writes(graph: &Graph, block: BlockId) -> u16 {
    graph.block(block).nodes.iter().fold(0, |w, &n| w | writes(graph, n))
}

fn is_number(op: &Op) -> bool {
    matches!(op, Op::Int32ToTagged | Op::Float64ToTagged | Op::ConstSmi { .. } | Op::ConstNumber { .. })
}
