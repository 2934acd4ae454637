//! The stable text form of a graph (grammar: STYLE, section 3). Values are numbered by position.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::analysis::Skeleton;
use crate::frame_state::{Checkpoint, FrameId};
use crate::graph::{BlockId, Edge, Graph, NodeId, Terminator};

struct Printer<'a> {
    graph: &'a Graph,
    names: FxHashMap<NodeId, u32>,
    blocks: FxHashMap<BlockId, u32>,
    out: String,
}

/// Prints the reachable part of a graph under a title such as `sum@toptier after GVN`.
pub fn print(graph: &Graph, title: &str) -> String {
    let skeleton = Skeleton::new(graph);
    let mut p =
        Printer { graph, names: FxHashMap::default(), blocks: FxHashMap::default(), out: String::new() };
    for (i, &b) in skeleton.order.iter().enumerate() {
        p.blocks.insert(b, i as u32);
        let block = graph.block(b);
        for &n in block.params.iter().chain(&block.nodes) {
            let next = p.names.len() as u32;
            p.names.insert(n, next);
        }
    }
    let _ = writeln!(p.out, "function {title}");
    for d in &graph.dependencies {
        let _ = writeln!(p.out, "; depends on {d:?}");
    }
    for &b in &skeleton.order {
        p.block(b, &skeleton);
    }
    p.out
}

impl Printer<'_> {
    fn value(&self, n: NodeId) -> String {
        match self.names.get(&n) {
            Some(i) => format!("v{i}"),
            None => format!("?{}", n.0),
        }
    }
    fn values(&self, list: &[NodeId]) -> String {
        list.iter().map(|&n| self.value(n)).collect::<Vec<_>>().join(", ")
    }
    fn edge(&self, e: &Edge) -> String {
        let name = self.blocks.get(&e.target).map_or_else(|| "b?".to_string(), |i| format!("b{i}"));
        if e.args.is_empty() { name } else { format!("{name}({})", self.values(&e.args)) }
    }
    fn frame(&self, id: FrameId) -> String {
        let mut parts = Vec::new();
        for (_, f) in self.graph.frame_chain(id) {
            let values = f
                .values
                .iter()
                .map(|(s, n)| format!("{s}: {}", self.value(*n)))
                .collect::<Vec<_>>()
                .join(", ");
            let after = match f.checkpoint {
                Checkpoint::At => String::new(),
                Checkpoint::After { result: None, .. } => " after".into(),
                Checkpoint::After { result: Some(s), second: None } => format!(" after into {s}"),
                Checkpoint::After { result: Some(s), second: Some(t) } => format!(" after into {s}, {t}"),
            };
            let function = if f.function.0 == 0 { String::new() } else { format!(" f{}", f.function.0) };
            parts.push(format!("@{}{after}{function} {{{values}}}", f.offset));
        }
        parts.join(" < ")
    }
    fn block(&mut self, b: BlockId, skeleton: &Skeleton) {
        let block = self.graph.block(b);
        let params = block
            .params
            .iter()
            .map(|&n| format!("{}: {}", self.value(n), self.graph.repr(n).name()))
            .collect::<Vec<_>>()
            .join(", ");
        let params = if params.is_empty() { params } else { format!("({params})") };
        let mut from: Vec<u32> =
            skeleton.predecessors[b.0 as usize].iter().filter_map(|p| self.blocks.get(p).copied()).collect();
        from.sort_unstable();
        let from = from.iter().map(|i| format!(" b{i}")).collect::<String>();
        let mut notes = Vec::new();
        if block.loop_header {
            notes.push("loop header".to_string());
        }
        if !from.is_empty() {
            notes.push(format!("from{from}"));
        }
        let notes = if notes.is_empty() { String::new() } else { format!("  ; {}", notes.join(", ")) };
        let _ = writeln!(self.out, "b{}{params}:{notes}", self.blocks[&b]);
        for &n in &block.nodes {
            self.node(n);
        }
        let line = match &block.terminator {
            Terminator::None => "?".to_string(),
            Terminator::Jump(e) => format!("jump {}", self.edge(e)),
            Terminator::Branch { condition, on_true, on_false } => {
                format!("branch {}, {}, {}", self.value(*condition), self.edge(on_true), self.edge(on_false))
            }
            Terminator::Switch { value, base, cases, default } => {
                let cases = cases.iter().map(|e| self.edge(e)).collect::<Vec<_>>().join(", ");
                format!("switch {} - {base}, [{cases}], {}", self.value(*value), self.edge(default))
            }
            Terminator::Invoke { call, normal, handler } => {
                format!("invoke {}, {}, {}", self.value(*call), self.edge(normal), self.edge(handler))
            }
            Terminator::Return(v) => format!("return {}", self.value(*v)),
            Terminator::Deopt { reason, frame } => format!("deopt {} {}", reason.name(), self.frame(*frame)),
            Terminator::Unreachable => "unreachable".to_string(),
        };
        let _ = writeln!(self.out, "    {line}");
    }
    fn node(&mut self, n: NodeId) {
        let node = self.graph.node(n);
        let info = node.op.info();
        let repr = node.op.repr();
        let mut line = if repr == crate::node::Repr::None {
            format!("    {}", info.name)
        } else {
            format!("    {}: {} = {}", self.value(n), repr.name(), info.name)
        };
        let immediates = node.op.immediates();
        if !immediates.is_empty() {
            let _ = write!(line, " {immediates}");
            if !node.inputs.is_empty() {
                line.push(',');
            }
        }
        if !node.inputs.is_empty() {
            let _ = write!(line, " {}", self.values(&node.inputs));
        }
        let _ = writeln!(self.out, "{line}");
        if let Some(frame) = node.frame {
            let what = if info.eager.is_some() {
                format!("eager {}", node.op.reason().map_or("?", |r| r.name()))
            } else {
                "lazy".to_string()
            };
            let _ = writeln!(self.out, "      {what} {}", self.frame(frame));
        }
    }
}
