//! Load elimination: a load whose value was stored or loaded before, with nothing in between that
//! could change it, is that value.
//!
//! before                                   after
//!   StoreSlot v1, v2                         StoreSlot v1, v2
//!   v3: Tagged = LoadSlot v1                 (v3 is v2)
//!
//! Forward over the skeleton; a block starts with what all its predecessors agree on, a loop header
//! with what its loop does not write. Two objects may always be the same, except that fresh
//! allocations differ from each other and from whatever existed before.

use rustc_hash::FxHashMap;
use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::facts::{CellId, SlotPlace};
use tierproof_ssa::graph::Replacements;
use tierproof_ssa::node::alias;
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{BlockId, Facts, Graph, NodeId, Op, RuntimeOp};

use crate::effects::{clobbers, writers, writes};

pub const LOAD_ELIMINATION: Pass = Pass { name: "LOAD_ELIMINATION", run };

/// A known place of memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Place {
    Slot(NodeId, SlotPlace),
    Context(NodeId, u32),
    Global(CellId),
    Element(NodeId, NodeId),
    DoubleElement(NodeId, NodeId),
}

impl Place {
    /// Whether this node may change the place (of any object).
    fn is_written_by(self, graph: &Graph, writer: NodeId) -> bool {
        match self {
            Place::Slot(_, place) => clobbers(graph, writer, &Op::LoadSlot { place }),
            Place::Context(_, index) => clobbers(graph, writer, &Op::LoadContext { index }),
            Place::Global(cell) => clobbers(graph, writer, &Op::LoadGlobalCell { cell }),
            Place::Element(..) | Place::DoubleElement(..) => writes(graph, writer) & self.class() != 0,
        }
    }
    fn class(self) -> u16 {
        match self {
            Place::Slot(..) => alias::SLOTS,
            Place::Context(..) => alias::CONTEXT,
            Place::Global(_) => alias::GLOBAL,
            Place::Element(..) => alias::ELEMENTS,
            Place::DoubleElement(..) => alias::DOUBLES,
        }
    }
}

type Memory = FxHashMap<Place, NodeId>;

fn is_fresh(graph: &Graph, n: NodeId) -> bool {
    matches!(graph.op(n), Op::AllocateObject { .. } | Op::AllocateArrayIterator { .. })
}

/// Whether a store to `a` can change `b`.
fn may_alias(graph: &Graph, a: Place, b: Place) -> bool {
    let objects =
        |x: NodeId, y: NodeId| x == y || !(is_fresh(graph, x) && is_fresh(graph, y) || fault(Fault::F031));
    match (a, b) {
        (Place::Slot(x, p), Place::Slot(y, q)) => p == q && objects(x, y),
        (Place::Context(_, i), Place::Context(_, j)) => i == j,
        (Place::Global(c), Place::Global(d)) => c == d,
        (Place::Element(_, i), Place::Element(_, j))
        | (Place::DoubleElement(_, i), Place::DoubleElement(_, j)) => match (graph.op(i), graph.op(j)) {
            (Op::ConstInt32 { value: x }, Op::ConstInt32 { value: y }) => x == y,
            _ => i == j || !fault(Fault::F032),
        },
        _ => false,
    }
}

fn calls_function(op: &Op) -> bool {
    matches!(op, Op::CallKnown { .. } | Op::CallRuntime { function: RuntimeOp::Call, .. })
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let mut at_end: FxHashMap<BlockId, Memory> = FxHashMap::default();
    let mut replacements = Replacements::new();
    let name = graph.name.clone();
    for &b in &skeleton.order {
        let predecessors = &skeleton.predecessors[b.0 as usize];
        let is_header = predecessors.iter().any(|&p| skeleton.dominates(b, p));
        let mut memory = Memory::default();
        let forward: Vec<BlockId> =
            predecessors.iter().copied().filter(|&p| !(is_header && skeleton.dominates(b, p))).collect();
        if forward.iter().all(|p| at_end.contains_key(p))
            && let Some((first, rest)) = forward.split_first()
        {
            memory = at_end[first].clone();
            for p in rest {
                let other = &at_end[p];
                memory.retain(|k, v| other.get(k) == Some(v));
            }
        }
        if is_header {
            let writers = writers(graph, &skeleton.blocks_of_loop(b));
            memory.retain(|k, _| !writers.iter().any(|&w| k.is_written_by(graph, w)));
        }
        for i in 0..graph.block(b).nodes.len() {
            let n = graph.block(b).nodes[i];
            for k in 0..graph.node(n).inputs.len() {
                let input = graph.node(n).inputs[k];
                graph.node_mut(n).inputs[k] = replacements.get(input);
            }
            let node = graph.node(n);
            let object = |k: usize| {
                let o = graph.strip_guards(node.inputs[k]);
                // The array stands for its elements, whatever elements it has by now.
                if fault(Fault::F047) && matches!(graph.op(o), Op::LoadElements) {
                    return graph.strip_guards(graph.input(o, 0));
                }
                o
            };
            let loaded = match node.op {
                Op::LoadSlot { place } => Some(Place::Slot(object(0), place)),
                Op::LoadContext { index } => Some(Place::Context(object(0), index)),
                Op::LoadGlobalCell { cell } => Some(Place::Global(cell)),
                Op::LoadElement => Some(Place::Element(object(0), object(1))),
                Op::LoadDoubleElement => Some(Place::DoubleElement(object(0), object(1))),
                _ => None,
            };
            if let Some(place) = loaded {
                match memory.get(&place) {
                    Some(&value) if fuel.allow(&name, "LOAD_ELIMINATION", node.op.info().name, node.site) => {
                        replacements.set(n, value)
                    }
                    Some(_) => {}
                    None => {
                        memory.insert(place, n);
                    }
                }
                continue;
            }
            let stored = match node.op {
                Op::StoreSlot { place } => Some((Place::Slot(object(0), place), Some(node.inputs[1]))),
                Op::StoreContext { index } => Some((Place::Context(object(0), index), Some(node.inputs[1]))),
                Op::StoreGlobalCell { cell } => Some((Place::Global(cell), Some(node.inputs[0]))),
                Op::StoreElement => Some((Place::Element(object(0), object(1)), Some(node.inputs[2]))),
                Op::StoreSmiElement => Some((Place::Element(object(0), object(1)), None)),
                // A load gives the canonical NaN back, which no program can tell from another.
                Op::StoreDoubleElement => {
                    Some((Place::DoubleElement(object(0), object(1)), Some(node.inputs[2])))
                }
                _ => None,
            };
            if let Some((place, value)) = stored {
                memory.retain(|&k, _| !may_alias(graph, place, k));
                if let Some(value) = value {
                    memory.insert(place, value);
                }
                continue;
            }
            if let Op::AllocateObject { slots, .. } = node.op {
                for k in 0..slots {
                    let place = SlotPlace::Inline(24 + 8 * k);
                    memory.insert(Place::Slot(n, place), node.inputs[k as usize]);
                }
                continue;
            }
            let mut writes = writes(graph, n);
            if fault(Fault::F047) && calls_function(&node.op) {
                writes &= !(alias::ELEMENTS | alias::DOUBLES);
            }
            if writes != 0 {
                memory.retain(|k, _| k.class() & writes == 0);
            }
        }
        at_end.insert(b, memory);
    }
    let changed = !replacements.is_empty();
    replacements.apply(graph);
    changed
}
