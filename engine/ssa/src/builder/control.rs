//! Control flow: branches and merges, loops, exception handlers, and the order in which a function's
//! instructions are built.

use rustc_hash::{FxHashMap, FxHashSet};
use tierproof_bytecode::instruction::{Opcode, dispatch, frame};
use tierproof_bytecode::{CodeTemplate, Reg};

use super::{ACCUMULATOR, Bailout, Builder, CONTEXT, Env, Header, Incoming, Known, LoopInfo, Step, meet};
use crate::frame_state::FrameSlot;
use crate::graph::{BlockId, Edge, NodeId, Terminator};
use crate::liveness::Liveness;
use crate::node::{Op, Repr};

impl Builder<'_, '_> {
    /// The block of a forward jump target in the function at `level`.
    pub(super) fn target_block(&mut self, level: usize, offset: u32) -> BlockId {
        if let Some((block, _)) = self.functions[level].pending.get(&offset) {
            return *block;
        }
        let block = self.graph.new_block();
        self.functions[level].pending.insert(offset, (block, Vec::new()));
        block
    }
    pub(super) fn top(&self) -> usize {
        self.functions.len() - 1
    }
    /// Registers the current block's edge number `edge` as a jump to `offset`; returns the block.
    pub(super) fn edge_to(&mut self, offset: u32, edge: usize) -> Edge {
        let level = self.top();
        let block = self.target_block(level, offset);
        let incoming = Incoming {
            source: self.block,
            edge,
            env: self.f().env.clone(),
            known: self.known.clone(),
            exception: false,
        };
        self.f_mut().pending.get_mut(&offset).expect("made by target_block").1.push(incoming);
        Edge::to(block)
    }
    pub(super) fn jump_to(&mut self, offset: u32) {
        let edge = self.edge_to(offset, 0);
        self.terminate(Terminator::Jump(edge));
    }
    /// Branches to the bytecode at `offset` when `condition` is `when`, else goes on in a new block.
    pub(super) fn branch_to(&mut self, condition: NodeId, when: bool, offset: u32) {
        let taken = self.edge_to(offset, if when { 0 } else { 1 });
        let next = self.graph.new_block();
        let (on_true, on_false) = if when { (taken, Edge::to(next)) } else { (Edge::to(next), taken) };
        self.terminate(Terminator::Branch { condition, on_true, on_false });
        self.block = next;
        self.reachable = true;
    }
    /// Adds conversions at the end of `block`, before a throwing call that ends it.
    pub(super) fn insert_at_end(&mut self, block: BlockId, op: Op, input: NodeId) -> NodeId {
        let n = self.graph.new_node(op, &[input], 0);
        let b = self.graph.block_mut(block);
        match b.terminator {
            Terminator::Invoke { .. } => {
                let at = b.nodes.len() - 1;
                b.nodes.insert(at, n);
            }
            _ => b.nodes.push(n),
        }
        n
    }
    pub(super) fn convert_at_end(&mut self, block: BlockId, value: NodeId, to: Repr) -> NodeId {
        let from = self.graph.repr(value);
        let op = match (from, to) {
            (a, b) if a == b => return value,
            (Repr::Int32, Repr::Tagged) => {
                if let &Op::ConstInt32 { value } = self.graph.op(value) {
                    return self.emit(Op::ConstSmi { value }, &[]);
                }
                Op::Int32ToTagged
            }
            (Repr::Uint32, Repr::Tagged) => Op::Uint32ToTagged,
            (Repr::Float64, Repr::Tagged) => Op::Float64ToTagged,
            (Repr::Bool, Repr::Tagged) => Op::BoolToTagged,
            (Repr::Int32, Repr::Float64) => Op::Int32ToFloat64,
            (Repr::Uint32, Repr::Float64) => Op::Uint32ToFloat64,
            (a, b) => unreachable!("no conversion from {} to {}", a.name(), b.name()),
        };
        self.insert_at_end(block, op, value)
    }
    /// Common representation of merged values.
    pub(super) fn merged_repr(&self, values: &[NodeId]) -> Repr {
        let first = self.graph.repr(values[0]);
        if values.iter().all(|&v| self.graph.repr(v) == first) {
            return first;
        }
        let numeric = |v: &NodeId| matches!(self.graph.repr(*v), Repr::Int32 | Repr::Uint32 | Repr::Float64);
        if values.iter().all(numeric) { Repr::Float64 } else { Repr::Tagged }
    }
    /// Starts the block of `offset` from its pending jumps.
    pub(super) fn start_merge(&mut self, block: BlockId, incoming: Vec<Incoming>, offset: u32) {
        self.block = block;
        self.reachable = true;
        let mut env = incoming[0].env.clone();
        for i in 0..env.values.len() {
            let slot = env.slot(i);
            if !self.f().liveness.is_live(offset, slot) {
                env.values[i] = None;
                continue;
            }
            if incoming[0].exception && i == ACCUMULATOR {
                env.values[i] = None;
                continue;
            }
            let values: Option<Vec<NodeId>> = incoming.iter().map(|inc| inc.env.values[i]).collect();
            let Some(values) = values else {
                env.values[i] = None;
                continue;
            };
            if values.iter().all(|&v| v == values[0]) {
                continue;
            }
            let repr = self.merged_repr(&values);
            let phi = self.graph.add_param(block, repr);
            for (inc, &v) in incoming.iter().zip(&values) {
                let v = self.convert_at_end(inc.source, v, repr);
                self.graph.block_mut(inc.source).terminator.edges_mut()[inc.edge].args.push(v);
            }
            env.values[i] = Some(phi);
        }
        let mut sources = incoming.iter();
        let mut known = sources.next().map(|i| i.known.clone()).unwrap_or_default();
        for inc in sources {
            known.retain(|n, k| {
                let Some(other) = inc.known.get(n) else { return false };
                meet(k, other);
                *k != Known::default()
            });
        }
        self.known = known;
        let f = self.f_mut();
        f.env = env;
        f.env_version += 1;
    }
    /// Starts a loop at `offset`: the current block jumps to the header.
    pub(super) fn start_loop(&mut self, offset: u32) {
        let level = self.top();
        let resumable = self.is_resumed_inside(offset);
        let entry_frame = (!resumable).then(|| self.frame_at_offset(offset));
        let header = self.graph.new_block();
        let source = self.block;
        let f = &self.functions[level];
        let assigned = &f.loops[&offset].assigned;
        let mut phis = Vec::new();
        for i in 0..f.env.values.len() {
            if f.env.values[i].is_some()
                && (assigned.contains(&i) || resumable && !self.is_unwritten(i))
                && f.liveness.is_live(offset, f.env.slot(i))
            {
                phis.push(i);
            }
        }
        let dead: Vec<usize> =
            (0..f.env.values.len()).filter(|&i| !f.liveness.is_live(offset, f.env.slot(i))).collect();
        let mut args = Vec::new();
        for &i in &phis {
            let v = self.functions[level].env.values[i].expect("checked above");
            args.push(self.convert_at_end(source, v, Repr::Tagged));
        }
        if resumable {
            self.enter_resumable_loop(offset, source, header, args);
        } else {
            self.graph.block_mut(source).terminator = Terminator::Jump(Edge { target: header, args });
        }
        let b = self.graph.block_mut(header);
        b.loop_header = true;
        b.entry_frame = entry_frame;
        for &i in &phis {
            let phi = self.graph.add_param(header, Repr::Tagged);
            self.functions[level].env.values[i] = Some(phi);
        }
        for i in dead {
            self.functions[level].env.values[i] = None;
        }
        self.forget_shapes();
        let f = self.f_mut();
        f.env_version += 1;
        f.headers.insert(offset, Header { block: header, phis, resumable });
        self.block = header;
        if resumable {
            self.dispatch_in_loop(offset, header);
        }
    }
    /// The back edge to the loop header at `offset`.
    pub(super) fn jump_loop(&mut self, offset: u32) -> Step {
        // The tick belongs to the jump: resume at the header.
        let frame = self.frame_at_offset(offset);
        let tick = self.emit(Op::Tick, &[]);
        self.graph.node_mut(tick).frame = Some(frame);
        let level = self.top();
        let Some(header) = self.functions[level].headers.get(&offset) else {
            if level == 0 && self.graph.osr_offset.is_some_and(|osr| offset < osr) {
                // The loop around the OSR entry begins with its next iteration, see `build_body`.
                self.jump_to(offset);
                return Ok(());
            }
            return self.bailout("back edge to a header that was not reached");
        };
        let (target, phis, resumable) = (header.block, header.phis.clone(), header.resumable);
        let source = self.block;
        let mut args = Vec::new();
        for i in phis {
            let Some(v) = self.functions[level].env.values[i] else {
                return self.bailout("loop value lost");
            };
            args.push(self.convert_at_end(source, v, Repr::Tagged));
        }
        if resumable {
            args.push(self.not_resumed());
        }
        self.terminate(Terminator::Jump(Edge { target, args }));
        Ok(())
    }
    /// An if-then-else inside one instruction: `condition` chooses; both arms give one value.
    pub(super) fn diamond(
        &mut self,
        condition: NodeId,
        then: impl FnOnce(&mut Self) -> Result<NodeId, Bailout>,
        otherwise: impl FnOnce(&mut Self) -> Result<NodeId, Bailout>,
    ) -> Result<NodeId, Bailout> {
        let (yes, no, join) = (self.graph.new_block(), self.graph.new_block(), self.graph.new_block());
        self.graph.block_mut(self.block).terminator =
            Terminator::Branch { condition, on_true: Edge::to(yes), on_false: Edge::to(no) };
        let before = self.known.clone();
        self.block = yes;
        let a = then(self)?;
        let (a_end, a_reachable) = (self.block, self.reachable);
        let a_known = std::mem::replace(&mut self.known, before);
        self.block = no;
        self.reachable = true;
        let b = otherwise(self)?;
        let (b_end, b_reachable) = (self.block, self.reachable);
        match (a_reachable, b_reachable) {
            (false, false) => {
                self.reachable = false;
                Ok(b)
            }
            (true, false) => {
                self.block = a_end;
                self.known = a_known;
                self.reachable = true;
                Ok(a)
            }
            (false, true) => Ok(b),
            (true, true) => {
                let repr = self.merged_repr(&[a, b]);
                for (end, v) in [(a_end, a), (b_end, b)] {
                    let v = self.convert_at_end(end, v, repr);
                    self.graph.block_mut(end).terminator =
                        Terminator::Jump(Edge { target: join, args: vec![v] });
                }
                self.known.retain(|n, k| {
                    let Some(other) = a_known.get(n) else { return false };
                    meet(k, other);
                    *k != Known::default()
                });
                self.block = join;
                Ok(self.graph.add_param(join, repr))
            }
        }
    }

    /// Builds the instructions of the topmost function from `start` on.
    ///
    /// An OSR entry lies in the middle of the loops around its own. Of each of them, from the inside
    /// out, the rest of the iteration that is under way is built first; its back edge enters the loop,
    /// which is then built as a whole:
    ///
    ///   a: while (..) { b: while (..) {..} .. }   entered at b   ->   b: while (..) {..} ..  a: while (..) {..}
    pub(super) fn build_body(&mut self, start: u32) -> Step {
        let mut from = start;
        loop {
            let around = self.f().loops.iter().filter(|(header, l)| **header < from && from <= l.end);
            let around = around.map(|(&header, l)| (header, l.end)).max();
            self.build_range(from, around.map_or(u32::MAX, |(_, end)| end))?;
            let Some((header, _)) = around else { break };
            from = header;
        }
        if self.f().pending.values().any(|p| !p.1.is_empty()) {
            return self.bailout("jump to code that was passed already");
        }
        Ok(())
    }
    /// Builds the instructions from `start` to the one at `end`, which control does not fall out of.
    pub(super) fn build_range(&mut self, start: u32, end: u32) -> Step {
        let liveness = self.f().liveness.clone();
        let first = match liveness.position(start) {
            Some(p) => p,
            None => return self.bailout("no instruction at the start"),
        };
        let handlers: FxHashMap<u32, Reg> =
            self.f().template.handlers.iter().map(|h| (h.target, h.context)).collect();
        for instruction in liveness.instructions[first..].iter().take_while(|i| i.offset <= end) {
            let offset = instruction.offset;
            {
                let f = self.f_mut();
                f.offset = offset;
                f.next_offset = instruction.next_offset();
            }
            if let Some((block, mut incoming)) = self.f_mut().pending.remove(&offset) {
                if self.reachable {
                    incoming.push(self.fall_into(block));
                }
                let (exceptions, mut jumps): (Vec<_>, Vec<_>) =
                    incoming.into_iter().partition(|i| i.exception);
                if !exceptions.is_empty() {
                    // An empty handler begins where the code behind the `try` does.
                    let handler = if jumps.is_empty() { block } else { self.graph.new_block() };
                    for i in &exceptions {
                        self.graph.block_mut(i.source).terminator.edges_mut()[i.edge].target = handler;
                    }
                    self.start_merge(handler, exceptions, offset);
                    self.start_handler(offset, handlers.get(&offset).copied())?;
                    if !jumps.is_empty() {
                        jumps.push(self.fall_into(block));
                    }
                }
                if !jumps.is_empty() {
                    self.start_merge(block, jumps, offset);
                }
            }
            if !self.reachable && !self.enter_by_resumption(offset) {
                continue;
            }
            if self.f().loops.contains_key(&offset) {
                self.start_loop(offset);
            }
            dispatch(self, instruction)?;
        }
        if self.reachable {
            return self.bailout("control falls off the end");
        }
        Ok(())
    }
    /// Ends the current block by a jump to `block`.
    pub(super) fn fall_into(&mut self, block: BlockId) -> Incoming {
        let incoming = Incoming {
            source: self.block,
            edge: 0,
            env: self.f().env.clone(),
            known: self.known.clone(),
            exception: false,
        };
        self.terminate(Terminator::Jump(Edge::to(block)));
        incoming
    }
    pub(super) fn start_handler(&mut self, offset: u32, context: Option<Reg>) -> Step {
        let exception = self.emit(Op::TakeException, &[]);
        self.set_acc(exception);
        if let Some(context) = context {
            let context = self.read(context)?;
            let context = self.tagged(context);
            self.write(FrameSlot(frame::CONTEXT), context);
        }
        let frame = self.frame_at_offset(offset);
        let check = self.emit(Op::CheckInvalidated, &[]);
        self.graph.node_mut(check).frame = Some(frame);
        Ok(())
    }
}

pub(super) fn find_loops(
    template: &CodeTemplate,
    liveness: &Liveness,
    env: &Env,
) -> FxHashMap<u32, LoopInfo> {
    let mut loops: FxHashMap<u32, LoopInfo> = FxHashMap::default();
    for i in &liveness.instructions {
        if i.opcode == Opcode::JumpLoop
            && let Some(target) = i.jump_target()
        {
            let info =
                loops.entry(target).or_insert_with(|| LoopInfo { end: 0, assigned: FxHashSet::default() });
            info.end = info.end.max(i.offset);
        }
    }
    for (&start, info) in &mut loops {
        let mut context_changes = template.handlers.iter().any(|h| h.target >= start && h.target <= info.end);
        for i in &liveness.instructions {
            if i.offset < start || i.offset > info.end {
                continue;
            }
            context_changes |= matches!(i.opcode, Opcode::PushContext | Opcode::PopContext);
            for r in i.writes() {
                info.assigned.extend(env.index(FrameSlot(r.0)));
            }
            if i.opcode.info().acc.writes() {
                info.assigned.insert(ACCUMULATOR);
            }
        }
        if !template.handlers.is_empty() {
            info.assigned.insert(ACCUMULATOR);
        }
        if context_changes {
            info.assigned.insert(CONTEXT);
        }
    }
    loops
}
