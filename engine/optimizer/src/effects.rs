//! What nodes write, as the passes see it.

use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::node::alias;
use tierproof_ssa::{BlockId, Graph, NodeId, Op, RuntimeOp};

/// Alias classes that a node writes.
pub fn writes(graph: &Graph, n: NodeId) -> u16 {
    if graph.doubted.contains(&n) { alias::WORLD } else { declared(graph, n) }
}

/// Asks for each node that claims to write something, but not everything, whether the claim may be
/// believed: the passes treat the others as if they wrote everything. Called before the first pass.
pub fn doubt(graph: &mut Graph, fuel: &mut Fuel) {
    if fuel.permits.is_free() {
        return;
    }
    let mut doubted = Vec::new();
    for b in graph.block_ids() {
        for &n in &graph.block(b).nodes {
            let (declared, node) = (declared(graph, n), graph.node(n));
            let claims = declared != 0 && declared != alias::WORLD;
            if claims && !fuel.allow(&graph.name, "EFFECTS", node.op.info().name, node.site) {
                doubted.push(n);
            }
        }
    }
    graph.doubted = doubted;
}

fn declared(graph: &Graph, n: NodeId) -> u16 {
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

/// The nodes of these blocks that write anything.
pub fn writers(graph: &Graph, blocks: &[BlockId]) -> Vec<NodeId> {
    let nodes = blocks.iter().flat_map(|&b| &graph.block(b).nodes);
    nodes.copied().filter(|&n| writes(graph, n) != 0).collect()
}

/// Whether the writer can change what a load of `reads` classes by `reader` sees. Finer than the
/// classes: named slots, context slots and global cells of different places are different memory.
pub fn clobbers(graph: &Graph, writer: NodeId, reader: &Op) -> bool {
    if writes(graph, writer) & reader.info().reads == 0 {
        return false;
    }
    match (graph.op(writer), reader) {
        (Op::StoreSlot { place: a }, Op::LoadSlot { place: b }) => a == b,
        (Op::StoreContext { index: a }, Op::LoadContext { index: b }) => a == b,
        (Op::StoreGlobalCell { cell: a }, Op::LoadGlobalCell { cell: b }) => a == b,
        _ => true,
    }
}

fn is_number(op: &Op) -> bool {
    matches!(op, Op::Int32ToTagged | Op::Float64ToTagged | Op::ConstSmi { .. } | Op::ConstNumber { .. })
}
