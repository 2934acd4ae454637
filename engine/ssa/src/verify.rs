//! Graph verifier: run after every pass in debug builds and under `verify=on`.

use std::fmt::Arguments;

use rustc_hash::FxHashMap;

use crate::analysis::Skeleton;
use crate::frame_state::FrameId;
use crate::graph::{BlockId, Edge, Graph, NodeId, Terminator};
use crate::node::{Op, Repr};

/// Checks that every use is dominated by its definition and has the declared representation,
/// that edges match parameters, and that nodes which may leave carry a frame state.
pub fn verify(graph: &Graph) -> Result<(), String> {
    let skeleton = Skeleton::new(graph);
    let mut place: FxHashMap<NodeId, (BlockId, usize)> = FxHashMap::default();
    for &b in &skeleton.order {
        let block = graph.block(b);
        for (i, &n) in block.params.iter().chain(&block.nodes).enumerate() {
            if place.insert(n, (b, i)).is_some() {
                return Err(format!("node {} stands in two places", n.0));
            }
            if matches!(graph.op(n), Op::Phi { .. }) != (i < block.params.len()) {
                return Err(format!("node {}: phis are block parameters and only they", n.0));
            }
        }
    }
    let v = Verifier { graph, skeleton: &skeleton, place: &place };
    for &b in &skeleton.order {
        v.block(b)?;
    }
    Ok(())
}

struct Verifier<'a> {
    graph: &'a Graph,
    skeleton: &'a Skeleton,
    place: &'a FxHashMap<NodeId, (BlockId, usize)>,
}

impl Verifier<'_> {
    /// `what` is only put together when something is wrong: this runs for every input of every node.
    fn use_at(&self, what: Arguments<'_>, n: NodeId, block: BlockId, index: usize) -> Result<(), String> {
        let Some(&(b, i)) = self.place.get(&n) else {
            return Err(format!(
                "{what}: node {} ({}) is in no reachable block",
                n.0,
                self.graph.op(n).info().name
            ));
        };
        let fine = if b == block { i < index } else { self.skeleton.dominates(b, block) };
        if fine {
            Ok(())
        } else {
            Err(format!("{what}: node {} ({}) does not dominate its use", n.0, self.graph.op(n).info().name))
        }
    }
    fn frame(&self, what: Arguments<'_>, id: FrameId, block: BlockId, index: usize) -> Result<(), String> {
        for (_, f) in self.graph.frame_chain(id) {
            for &(slot, n) in &f.values {
                self.use_at(format_args!("{what}, frame slot {slot}"), n, block, index)?;
                if self.graph.repr(n) == Repr::None {
                    return Err(format!("{what}: frame slot {slot} holds no value"));
                }
            }
        }
        Ok(())
    }
    fn edge(&self, e: &Edge, block: BlockId, index: usize) -> Result<(), String> {
        let params = &self.graph.block(e.target).params;
        if params.len() != e.args.len() {
            return Err(format!(
                "edge to block {}: {} arguments for {} parameters",
                e.target.0,
                e.args.len(),
                params.len()
            ));
        }
        for (&a, &p) in e.args.iter().zip(params) {
            self.use_at(format_args!("edge argument"), a, block, index)?;
            if self.graph.repr(a) != self.graph.repr(p) {
                return Err(format!("edge argument {} has the wrong representation for {}", a.0, p.0));
            }
        }
        Ok(())
    }
    fn block(&self, b: BlockId) -> Result<(), String> {
        let graph = self.graph;
        let block = graph.block(b);
        let base = block.params.len();
        for (i, &n) in block.nodes.iter().enumerate() {
            let node = graph.node(n);
            let info = node.op.info();
            let what = format_args!("node {} {}", n.0, info.name);
            if node.inputs.len() < info.inputs.len()
                || (info.variadic.is_none() && node.inputs.len() > info.inputs.len())
            {
                return Err(format!("{what}: {} inputs", node.inputs.len()));
            }
            for (k, &input) in node.inputs.iter().enumerate() {
                self.use_at(what, input, b, base + i)?;
                let expected = info.inputs.get(k).copied().or(info.variadic).unwrap_or(Repr::Any);
                if expected != Repr::Any && graph.repr(input) != expected {
                    return Err(format!(
                        "{what}: input {k} is {} instead of {}",
                        graph.repr(input).name(),
                        expected.name()
                    ));
                }
            }
            if (info.eager.is_some() || info.lazy) && node.frame.is_none() {
                return Err(format!("{what}: no frame state"));
            }
            if let Some(frame) = node.frame {
                self.frame(what, frame, b, base + i)?;
            }
        }
        let end = base + block.nodes.len();
        if let Some(v) = block.terminator.operand() {
            self.use_at(format_args!("terminator"), v, b, end)?;
        }
        match &block.terminator {
            Terminator::None => return Err(format!("block {} has no terminator", b.0)),
            Terminator::Branch { condition, .. } if graph.repr(*condition) != Repr::Bool => {
                return Err(format!("block {}: the condition is no Bool", b.0));
            }
            Terminator::Switch { value, .. } if graph.repr(*value) != Repr::Int32 => {
                return Err(format!("block {}: the selector is no Int32", b.0));
            }
            Terminator::Return(v) if graph.repr(*v) != Repr::Tagged => {
                return Err(format!("block {}: returns no Tagged", b.0));
            }
            Terminator::Deopt { frame, .. } => self.frame(format_args!("deopt"), *frame, b, end)?,
            Terminator::Invoke { call, handler, .. } => {
                if block.nodes.last() != Some(call) {
                    return Err(format!("block {}: the call is not the last node", b.0));
                }
                if handler.args.contains(call) {
                    return Err(format!(
                        "block {}: the call's value does not exist on the handler edge",
                        b.0
                    ));
                }
            }
            _ => {}
        }
        for e in block.terminator.edges() {
            self.edge(e, b, end)?;
        }
        if block.loop_header
            && let Some(frame) = block.entry_frame
        {
            for (_, f) in graph.frame_chain(frame) {
                for &(slot, n) in &f.values {
                    self.use_at(format_args!("loop entry frame, slot {slot}"), n, b, 0)?;
                }
            }
        }
        Ok(())
    }
}
