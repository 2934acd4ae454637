//! The graph: a control-flow skeleton of blocks, each with parameters (phis) and ordered nodes.
//!
//! Every node stands in exactly one block; pure nodes may be moved by passes. A frame state is
//! referenced by the node or terminator that may leave through it, and its values count as uses.

use smallvec::SmallVec;

use crate::facts::Dependency;
use crate::frame_state::{DeoptReason, FrameId, FrameState};
use crate::node::{Op, Repr};

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub u32);

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct BlockId(pub u32);

pub type Inputs = SmallVec<[NodeId; 3]>;

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub op: Op,
    pub inputs: Inputs,
    /// Where it deopts to (eager), or how to leave after it (lazy).
    pub frame: Option<FrameId>,
    /// Bytecode offset it comes from, in the function of its frame; site number of its rewrites.
    pub site: u32,
}

/// A control-flow edge with the arguments for the target's parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub target: BlockId,
    pub args: Vec<NodeId>,
}

impl Edge {
    pub fn to(target: BlockId) -> Edge {
        Edge { target, args: Vec::new() }
    }
}

/// How a block ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Terminator {
    /// Not yet set.
    None,
    Jump(Edge),
    /// Bool condition.
    Branch {
        condition: NodeId,
        on_true: Edge,
        on_false: Edge,
    },
    /// Int32 selector: `cases[value - base]`, else `default`.
    Switch {
        value: NodeId,
        base: i32,
        cases: Vec<Edge>,
        default: Edge,
    },
    /// `call` is the block's last node and may throw: its value exists on the normal edge only.
    Invoke {
        call: NodeId,
        normal: Edge,
        handler: Edge,
    },
    /// Tagged result of the function.
    Return(NodeId),
    /// Leave for the interpreter.
    Deopt {
        reason: DeoptReason,
        frame: FrameId,
    },
    /// Behind a call that always throws.
    Unreachable,
}

impl Terminator {
    pub fn edges(&self) -> SmallVec<[&Edge; 2]> {
        match self {
            Terminator::Jump(e) => SmallVec::from_slice(&[e]),
            Terminator::Branch { on_true, on_false, .. } => SmallVec::from_slice(&[on_true, on_false]),
            Terminator::Switch { cases, default, .. } => cases.iter().chain([default]).collect(),
            Terminator::Invoke { normal, handler, .. } => SmallVec::from_slice(&[normal, handler]),
            _ => SmallVec::new(),
        }
    }
    pub fn edges_mut(&mut self) -> SmallVec<[&mut Edge; 2]> {
        match self {
            Terminator::Jump(e) => SmallVec::from_iter([e]),
            Terminator::Branch { on_true, on_false, .. } => SmallVec::from_iter([on_true, on_false]),
            Terminator::Switch { cases, default, .. } => cases.iter_mut().chain([default]).collect(),
            Terminator::Invoke { normal, handler, .. } => SmallVec::from_iter([normal, handler]),
            _ => SmallVec::new(),
        }
    }
    /// Nodes used directly (not those of edges or frames).
    pub fn operand(&self) -> Option<NodeId> {
        match *self {
            Terminator::Branch { condition, .. } => Some(condition),
            Terminator::Switch { value, .. } => Some(value),
            Terminator::Return(v) => Some(v),
            _ => None,
        }
    }
    pub fn operand_mut(&mut self) -> Option<&mut NodeId> {
        match self {
            Terminator::Branch { condition, .. } => Some(condition),
            Terminator::Switch { value, .. } => Some(value),
            Terminator::Return(v) => Some(v),
            _ => None,
        }
    }
}

/// A basic block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Phi nodes.
    pub params: Vec<NodeId>,
    /// Ordered nodes, without the parameters.
    pub nodes: Vec<NodeId>,
    pub terminator: Terminator,
    pub loop_header: bool,
    /// Loop headers: frame state of the loop's entry, in terms of values that exist before the
    /// loop; lets passes hoist guards.
    pub entry_frame: Option<FrameId>,
}

impl Default for Block {
    fn default() -> Block {
        Block {
            params: Vec::new(),
            nodes: Vec::new(),
            terminator: Terminator::None,
            loop_header: false,
            entry_frame: None,
        }
    }
}

/// A function (with what was inlined into it) under compilation.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    pub name: String,
    pub nodes: Vec<Node>,
    pub blocks: Vec<Block>,
    pub frames: Vec<FrameState>,
    pub entry: BlockId,
    /// The loop header's offset, if this graph starts in the middle of the function.
    pub osr_offset: Option<u32>,
    /// Facts that the code relies on.
    pub dependencies: Vec<Dependency>,
    /// Words the VM stack frame needs for the deepest inlined frame (registers of the function itself included).
    pub frame_words: u32,
    /// Registers of the outermost function.
    pub own_words: u32,
    /// Nodes whose declared effects a search does not believe.
    pub doubted: Vec<NodeId>,
}

impl Graph {
    pub fn new(name: String) -> Graph {
        Graph {
            name,
            nodes: Vec::new(),
            blocks: Vec::new(),
            frames: Vec::new(),
            entry: BlockId(0),
            osr_offset: None,
            dependencies: Vec::new(),
            frame_words: 0,
            own_words: 0,
            doubted: Vec::new(),
        }
    }
    #[inline]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
    #[inline]
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }
    #[inline]
    pub fn op(&self, id: NodeId) -> &Op {
        &self.nodes[id.0 as usize].op
    }
    #[inline]
    pub fn repr(&self, id: NodeId) -> Repr {
        self.nodes[id.0 as usize].op.repr()
    }
    #[inline]
    pub fn input(&self, id: NodeId, i: usize) -> NodeId {
        self.nodes[id.0 as usize].inputs[i]
    }
    #[inline]
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }
    #[inline]
    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }
    pub fn frame(&self, id: FrameId) -> &FrameState {
        &self.frames[id.0 as usize]
    }
    pub fn new_block(&mut self) -> BlockId {
        self.blocks.push(Block::default());
        BlockId(self.blocks.len() as u32 - 1)
    }
    /// A node that is in no block yet.
    pub fn new_node(&mut self, op: Op, inputs: &[NodeId], site: u32) -> NodeId {
        self.nodes.push(Node { op, inputs: Inputs::from_slice(inputs), frame: None, site });
        NodeId(self.nodes.len() as u32 - 1)
    }
    pub fn new_frame(&mut self, state: FrameState) -> FrameId {
        self.frames.push(state);
        FrameId(self.frames.len() as u32 - 1)
    }
    pub fn add_param(&mut self, block: BlockId, repr: Repr) -> NodeId {
        let phi = self.new_node(Op::Phi { repr }, &[], 0);
        self.block_mut(block).params.push(phi);
        phi
    }
    pub fn depend_on(&mut self, dependency: Dependency) {
        if !self.dependencies.contains(&dependency) {
            self.dependencies.push(dependency);
        }
    }
    pub fn block_ids(&self) -> impl Iterator<Item = BlockId> + use<> {
        (0..self.blocks.len() as u32).map(BlockId)
    }
    /// Frames from this one outwards.
    pub fn frame_chain(&self, frame: FrameId) -> impl Iterator<Item = (FrameId, &FrameState)> {
        let mut next = Some(frame);
        std::iter::from_fn(move || {
            let id = next?;
            let state = self.frame(id);
            next = state.caller;
            Some((id, state))
        })
    }
    /// Rewrites every use (inputs, edges, terminators, frames) through `map`.
    pub fn rewrite_uses(&mut self, mut map: impl FnMut(NodeId) -> NodeId) {
        for node in &mut self.nodes {
            for input in &mut node.inputs {
                *input = map(*input);
            }
        }
        for block in &mut self.blocks {
            if let Some(v) = block.terminator.operand_mut() {
                *v = map(*v);
            }
            for edge in block.terminator.edges_mut() {
                for arg in &mut edge.args {
                    *arg = map(*arg);
                }
            }
        }
        for frame in &mut self.frames {
            for (_, v) in &mut frame.values {
                *v = map(*v);
            }
        }
    }
    /// A constant node, in the entry block so that it dominates everything.
    pub fn constant(&mut self, op: Op) -> NodeId {
        debug_assert!(op.is_constant());
        let entry = self.entry;
        if let Some(&n) = self.block(entry).nodes.iter().find(|&&n| *self.op(n) == op) {
            return n;
        }
        let n = self.new_node(op, &[], 0);
        self.block_mut(entry).nodes.insert(0, n);
        n
    }
    /// Appends a node to a block, before a throwing call that ends it.
    pub fn append(&mut self, block: BlockId, n: NodeId) {
        let b = self.block_mut(block);
        match b.terminator {
            Terminator::Invoke { .. } => {
                let at = b.nodes.len() - 1;
                b.nodes.insert(at, n);
            }
            _ => b.nodes.push(n),
        }
    }
    /// The value behind guards that hand it through.
    pub fn strip_guards(&self, mut n: NodeId) -> NodeId {
        while self.op(n).info().passes_through {
            n = self.input(n, 0);
        }
        n
    }
}

/// Replacements collected by a pass and applied at its end.
#[derive(Default)]
pub struct Replacements {
    map: rustc_hash::FxHashMap<NodeId, NodeId>,
}

impl Replacements {
    pub fn new() -> Replacements {
        Replacements::default()
    }
    pub fn set(&mut self, old: NodeId, new: NodeId) {
        if old != new {
            self.map.insert(old, new);
        }
    }
    /// What stands for `node` now.
    pub fn get(&self, node: NodeId) -> NodeId {
        let mut at = node;
        while let Some(&next) = self.map.get(&at) {
            at = next;
        }
        at
    }
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
    pub fn contains(&self, node: NodeId) -> bool {
        self.map.contains_key(&node)
    }
    /// Rewrites all uses and takes the replaced nodes out of their blocks.
    pub fn apply(self, graph: &mut Graph) {
        if self.map.is_empty() {
            return;
        }
        graph.rewrite_uses(|n| self.get(n));
        for block in &mut graph.blocks {
            block.nodes.retain(|n| !self.map.contains_key(n));
        }
    }
}
