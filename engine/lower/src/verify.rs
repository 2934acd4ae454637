//! The exit verifier (`verify=on`): each exit of the code restores the places that its frame state lists,
//! no others, from what the graph says, in the representation that it has. Called by `lower`.

use std::collections::BTreeMap;

use tierproof_ssa::evaluate::numeric;
use tierproof_ssa::{CellId, Checkpoint, FrameId, FrameSlot, Graph, NodeId, Op, Repr};

use crate::emitter::Tables;
use crate::{ExitFrame, ExitValue};

/// An error says what is wrong with which exit.
pub fn verify(graph: &Graph, tables: &Tables) -> Result<(), String> {
    for (number, (exit, state)) in tables.exits.iter().zip(&tables.exit_states).enumerate() {
        let Some(state) = state else { continue };
        let chain: Vec<FrameId> = graph.frame_chain(*state).map(|(id, _)| id).collect();
        if chain.len() != exit.frames.len() {
            return Err(format!("exit {number} has {} frames, not {}", exit.frames.len(), chain.len()));
        }
        let mut buffer = BTreeMap::new();
        for (depth, (frame, &id)) in exit.frames.iter().rev().zip(&chain).enumerate() {
            check_frame(graph, frame, id, exit.lazy && depth == 0, &tables.constants, &mut buffer)
                .map_err(|e| format!("exit {number} ({}) at {}: {e}", exit.reason.text(), frame.offset))?;
        }
    }
    Ok(())
}

fn check_frame(
    graph: &Graph,
    frame: &ExitFrame,
    id: FrameId,
    lazy: bool,
    constants: &[CellId],
    buffer: &mut BTreeMap<u32, NodeId>,
) -> Result<(), String> {
    let state = graph.frame(id);
    if (frame.function, frame.offset, frame.argc) != (state.function, state.offset, state.argc) {
        return Err("resumes elsewhere".into());
    }
    // what a call that has come back leaves
    let results: Vec<FrameSlot> = match state.checkpoint {
        Checkpoint::After { result, second } if lazy => result.into_iter().chain(second).collect(),
        _ => Vec::new(),
    };
    let mut places: BTreeMap<FrameSlot, ExitValue> = BTreeMap::new();
    for &(slot, value) in &frame.values {
        if places.insert(slot, value).is_some() {
            return Err(format!("{slot:?} is restored twice"));
        }
    }
    for slot in &results {
        match places.remove(slot) {
            Some(ExitValue::Buffer { repr: Repr::Tagged, .. }) => {}
            other => return Err(format!("the result for {slot:?} comes from {other:?}")),
        }
    }
    for &(slot, node) in state.values.iter().filter(|v| !results.contains(&v.0)) {
        let value = places.remove(&slot).ok_or_else(|| format!("{slot:?} is not restored"))?;
        check_value(graph, node, value, constants, buffer)
            .ok_or_else(|| format!("{slot:?}, {node:?}, comes from {value:?}"))?;
    }
    match places.pop_first() {
        Some((slot, _)) => Err(format!("{slot:?} is restored, and is no part of the frame state")),
        None => Ok(()),
    }
}

/// Some if the value is the node's.
fn check_value(
    graph: &Graph,
    node: NodeId,
    value: ExitValue,
    constants: &[CellId],
    buffer: &mut BTreeMap<u32, NodeId>,
) -> Option<()> {
    let boxing = matches!(
        graph.op(node),
        Op::Int32ToTagged | Op::Uint32ToTagged | Op::Float64ToTagged | Op::BoolToTagged
    );
    let unboxed = if boxing { graph.input(node, 0) } else { node };
    let right = match (graph.op(unboxed), value) {
        (Op::ConstCell { cell }, ExitValue::Constant(i)) => constants.get(i as usize) == Some(cell),
        (op, ExitValue::Bits(bits)) => {
            op.is_constant() && numeric(op, &[]).flatten().is_some_and(|v| v.boxed() == bits)
        }
        (op, ExitValue::Buffer { index, repr }) => {
            !op.is_constant()
                && repr == graph.repr(unboxed)
                && *buffer.entry(index).or_insert(unboxed) == unboxed
        }
        _ => false,
    };
    right.then_some(())
}
