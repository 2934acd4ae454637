//! Global value numbering: a node whose value already exists at this place is that value.
//!
//! before                                   after
//!   v3: Tagged = CheckShape v1, s7           v3: Tagged = CheckShape v1, s7
//!   v4: Tagged = LoadSlot v3                 v4: Tagged = LoadSlot v3
//!   v5: Tagged = CheckShape v1, s7           (v5 is v3, v6 is v4)
//!   v6: Tagged = LoadSlot v5
//!
//! Guards hand on the value they check, so in keys it stands for them: a length read behind a check of
//! the shape is the one read behind a check of the elements kind (and range analysis sees that).
//!
//! Nodes that read memory carry the versions of the alias classes they read in their key. Versions
//! are followed through the skeleton: a merge of equal versions keeps them, a loop header gets new
//! ones for the classes written in its loop.

use rustc_hash::FxHashMap;
use tierproof_base::Fuel;
use tierproof_base::faults::{Fault, fault};
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::graph::{Inputs, Replacements};
use tierproof_ssa::pipeline::Pass;
use tierproof_ssa::{BlockId, Facts, Graph, NodeId, Op};

use crate::effects::{block_writes, writes};

pub const GVN: Pass = Pass { name: "GVN", run };

/// Number of alias classes.
pub const CLASSES: usize = 10;

/// Version of each alias class.
pub type Versions = [u32; CLASSES];

#[derive(PartialEq, Eq, Hash)]
struct Key {
    op: Op,
    inputs: Inputs,
    versions: Vec<u32>,
}

fn run(graph: &mut Graph, _: &Facts, fuel: &mut Fuel) -> bool {
    let skeleton = Skeleton::new(graph);
    let mut replacements = Replacements::new();
    let mut table: FxHashMap<Key, Vec<(NodeId, BlockId)>> = FxHashMap::default();
    let mut at_end: FxHashMap<BlockId, Versions> = FxHashMap::default();
    let mut next_version = 1;
    let name = graph.name.clone();
    for &b in &skeleton.order {
        let mut versions = entry_versions(graph, &skeleton, b, &at_end, &mut next_version);
        for i in 0..graph.block(b).nodes.len() {
            let n = graph.block(b).nodes[i];
            for k in 0..graph.node(n).inputs.len() {
                let input = graph.node(n).inputs[k];
                graph.node_mut(n).inputs[k] = replacements.get(input);
            }
            let info = graph.op(n).info();
            if graph.op(n).is_mergeable() {
                let mut inputs: Inputs = graph.node(n).inputs.iter().map(|&i| guarded(graph, i)).collect();
                if is_commutative(graph.op(n)) {
                    inputs.sort();
                }
                let key = Key {
                    op: key_op(graph.op(n)),
                    inputs,
                    versions: (0..CLASSES)
                        .filter(|c| info.reads >> c & 1 != 0)
                        .map(|c| versions[c])
                        .collect(),
                };
                let entries = table.entry(key).or_default();
                if let Some(&(first, _)) = entries.iter().find(|(_, block)| skeleton.dominates(*block, b)) {
                    if fuel.allow(&name, "GVN", graph.op(n).info().name, graph.node(n).site) {
                        replacements.set(n, first);
                        continue;
                    }
                } else {
                    entries.push((n, b));
                }
            }
            let writes = writes(graph, n);
            for (c, version) in versions.iter_mut().enumerate() {
                if writes >> c & 1 != 0 {
                    *version = next_version;
                    next_version += 1;
                }
            }
        }
        at_end.insert(b, versions);
    }
    let changed = !replacements.is_empty();
    replacements.apply(graph);
    changed
}

/// The value that a chain of guards hands on.
fn guarded(graph: &Graph, mut n: NodeId) -> NodeId {
    while graph.op(n).info().passes_through {
        n = graph.input(n, 0);
    }
    n
}

fn entry_versions(
    graph: &Graph,
    skeleton: &Skeleton,
    b: BlockId,
    at_end: &FxHashMap<BlockId, Versions>,
    next: &mut u32,
) -> Versions {
    let mut versions = [0; CLASSES];
    let predecessors = &skeleton.predecessors[b.0 as usize];
    let mut known = predecessors.iter().filter_map(|p| at_end.get(p));
    if let Some(first) = known.next() {
        versions = *first;
        for other in known {
            for c in 0..CLASSES {
                if versions[c] != other[c] {
                    versions[c] = *next;
                    *next += 1;
                }
            }
        }
    }
    let is_header = predecessors.iter().any(|&p| skeleton.dominates(b, p));
    if is_header {
        let writes = skeleton.blocks_of_loop(b).iter().fold(0, |w, &x| w | block_writes(graph, x));
        for (c, version) in versions.iter_mut().enumerate() {
            if writes >> c & 1 != 0 {
                *version = *next;
                *next += 1;
            }
        }
    } else if predecessors.iter().any(|p| !at_end.contains_key(p)) && b != graph.entry {
        // A back edge that is none of a natural loop: assume nothing.
        for version in &mut versions {
            *version = *next;
            *next += 1;
        }
    }
    versions
}

/// The operation as it stands in the key.
fn key_op(op: &Op) -> Op {
    match op {
        Op::CheckedInt32Add if fault(Fault::F029) => Op::Int32Add,
        Op::CheckedInt32Sub if fault(Fault::F029) => Op::Int32Sub,
        Op::CheckedInt32Mul if fault(Fault::F029) => Op::Int32Mul,
        _ => op.clone(),
    }
}

fn is_commutative(op: &Op) -> bool {
    matches!(
        op,
        Op::CheckedInt32Add
            | Op::CheckedInt32Mul
            | Op::Int32Add
            | Op::Int32Mul
            | Op::Int32And
            | Op::Int32Or
            | Op::Int32Xor
            | Op::Float64Add
            | Op::Float64Mul
            | Op::TaggedSame
    )
}
