//! Functions that can be suspended (generators, async functions): how their code is entered again.
//!
//! A resumption calls the function with the generator in the word of `new.target`. The first
//! instruction then puts the saved registers back into the frame's words and asks for the resume
//! point, a number. The point may lie in loops, and a loop must have one header: so the header of a
//! loop with resume points in it has a parameter that says where to go on (-1: nowhere, the loop is
//! entered or repeated as written) and dispatches on it, from the outermost loop inwards:
//!
//!   b0:  v1 = TaggedSame generator, undefined; Branch -> b1 (start), b2
//!   b2:  v2: Int32 = RestoreGenerator generator; Switch v2 -> b3 (points in the loop), ...
//!   b3:  Jump b4(undefined, v2)
//!   b4(v3, v4: Int32):  ; loop header, v4 = point
//!        Switch v4 -> b5 (point 1), default b6 (the loop as written)
//!   b5:  v5 = FrameWord r0; ... goes on behind the suspension with the words of the frame
//!
//! Values from before the loop do not dominate it any more, and what they were found to be may not
//! hold for a frame that comes from another tier: everything but places that are never written gets
//! a parameter of the header. What a suspension saves is written into
//! the frame's words first: the registers that are live at its resume point, undefined for the rest.

use rustc_hash::FxHashMap;
use tierproof_base::faults::{Fault, fault};
use tierproof_bytecode::Reg;
use tierproof_bytecode::instruction::frame;

use super::{ACCUMULATOR, Builder, CONTEXT, Env, FIRST_PARAM, KnownMap, Step};
use crate::frame_state::FrameSlot;
use crate::graph::{BlockId, Edge, NodeId, Terminator};
use crate::node::{Immediate, Op, Repr};

/// Resumption of the function being built.
pub(super) struct Suspension {
    /// Bytecode offset of each resume point.
    points: Vec<u32>,
    /// The environment at the function's start.
    start: Env,
    /// Places of the environment that the function never writes.
    unwritten: Vec<bool>,
    /// By loop header: the block from which the loop is entered to go on in it, and the resume point.
    entries: FxHashMap<u32, (BlockId, NodeId)>,
}

impl Builder<'_, '_> {
    /// `SwitchOnGeneratorState`: starts the function when `generator` is undefined, else goes on at
    /// the generator's resume point.
    pub(super) fn resume_or_start(&mut self, generator: NodeId, table: usize, count: usize) {
        let template = self.f().template;
        let points: Vec<u32> = template.jump_tables.iter().skip(table).take(count).copied().collect();
        let start = self.f().env.clone();
        let undefined = self.immediate(Immediate::Undefined);
        let starts = self.emit(Op::TaggedSame, &[generator, undefined]);
        let own = FIRST_PARAM + start.params as usize;
        let mut unwritten = vec![true; start.values.len()];
        unwritten[own..].fill(false);
        unwritten[CONTEXT] = false;
        for r in self.f().liveness.instructions.iter().flat_map(|i| i.writes()) {
            if let Some(i) = start.index(FrameSlot(r.0)) {
                unwritten[i] = false;
            }
        }
        self.f_mut().suspension =
            Some(Suspension { points, start: start.clone(), unwritten, entries: FxHashMap::default() });
        let (body, resumed) = (self.graph.new_block(), self.graph.new_block());
        self.terminate(Terminator::Branch {
            condition: starts,
            on_true: Edge::to(body),
            on_false: Edge::to(resumed),
        });
        self.block = resumed;
        self.reachable = true;
        let point = self.emit(Op::RestoreGenerator, &[generator]);
        self.dispatch(point, None, None);
        self.block = body;
        self.reachable = true;
        self.set_env(start);
    }

    /// Whether a resume point lies in the loop with this header. One that stands right before the
    /// header has the header's offset.
    pub(super) fn is_resumed_inside(&self, header: u32) -> bool {
        let f = self.f();
        let end = f.loops[&header].end;
        f.suspension.as_ref().is_some_and(|s| s.points.iter().any(|&p| header < p && p <= end))
    }
    /// Whether a place of the environment holds the same value on every way through the function.
    pub(super) fn is_unwritten(&self, index: usize) -> bool {
        self.f().suspension.as_ref().is_some_and(|s| s.unwritten[index])
    }
    /// The resume point that stands for none.
    pub(super) fn not_resumed(&mut self) -> NodeId {
        self.emit(Op::ConstInt32 { value: -1 }, &[])
    }

    /// At a loop that only resumptions reach: makes its entry the current block.
    pub(super) fn enter_by_resumption(&mut self, offset: u32) -> bool {
        let Some(&(block, _)) = self.f().suspension.as_ref().and_then(|s| s.entries.get(&offset)) else {
            return false;
        };
        self.block = block;
        self.reachable = true;
        let env = self.restored(offset);
        self.set_env(env);
        true
    }
    /// Jumps to the header of a loop with resume points, from `source` with these arguments, and
    /// from where resumptions come from.
    pub(super) fn enter_resumable_loop(
        &mut self,
        offset: u32,
        source: BlockId,
        header: BlockId,
        mut args: Vec<NodeId>,
    ) {
        let entry = self.f().suspension.as_ref().and_then(|s| s.entries.get(&offset)).copied();
        if let Some((block, point)) = entry
            && block != source
        {
            let mut args = vec![self.undefined(); args.len()];
            args.push(point);
            self.graph.block_mut(block).terminator = Terminator::Jump(Edge { target: header, args });
        }
        args.push(match entry {
            Some((block, point)) if block == source => point,
            _ => self.not_resumed(),
        });
        self.graph.block_mut(source).terminator = Terminator::Jump(Edge { target: header, args });
    }
    /// Adds the resume point to a loop header's parameters and dispatches on it; the current block
    /// is the loop as written afterwards.
    pub(super) fn dispatch_in_loop(&mut self, offset: u32, header: BlockId) {
        let point = self.graph.add_param(header, Repr::Int32);
        let end = self.f().loops[&offset].end;
        let body = self.graph.new_block();
        self.dispatch(point, Some((offset, end)), Some(body));
        self.block = body;
        self.reachable = true;
        self.known = KnownMap::default();
    }

    /// Ends the block by going to the resume points in a loop (None: in the function); `otherwise`
    /// for the others, of which there are none in the whole function.
    fn dispatch(&mut self, point: NodeId, within: Option<(u32, u32)>, otherwise: Option<BlockId>) {
        let at = (self.block, self.f().env.clone());
        self.known = KnownMap::default();
        let inside = |offset: u32| within.is_none_or(|(start, end)| start < offset && offset <= end);
        let points = self.f().suspension.as_ref().map(|s| s.points.clone()).unwrap_or_default();
        let mut cases = Vec::with_capacity(points.len());
        for offset in points {
            cases.push(match inside(offset).then(|| self.outermost_loop(offset, within)) {
                None => otherwise,
                Some(Some(header)) => Some(self.loop_entry(header, point)),
                Some(None) => Some(self.resume_block(offset)),
            });
        }
        (self.block, self.reachable) = (at.0, true);
        self.set_env(at.1);
        let default = otherwise.or(cases.last().copied().flatten());
        let Some(default) = default else {
            // Nothing ever suspends.
            return self.terminate(Terminator::Unreachable);
        };
        let cases = cases.into_iter().map(|b| Edge::to(b.unwrap_or(default))).collect();
        self.terminate(Terminator::Switch { value: point, base: 0, cases, default: Edge::to(default) });
    }
    /// Header of the outermost loop around `offset` that lies in the loop `within`.
    fn outermost_loop(&self, offset: u32, within: Option<(u32, u32)>) -> Option<u32> {
        let loops = self.f().loops.iter();
        loops
            .filter(|(start, l)| **start < offset && offset <= l.end)
            .map(|(start, _)| *start)
            .filter(|&start| within.is_none_or(|(outer, _)| outer < start))
            .min()
    }
    fn loop_entry(&mut self, header: u32, point: NodeId) -> BlockId {
        if let Some(&(block, _)) = self.f().suspension.as_ref().and_then(|s| s.entries.get(&header)) {
            return block;
        }
        let block = self.graph.new_block();
        if let Some(s) = &mut self.f_mut().suspension {
            s.entries.insert(header, (block, point));
        }
        block
    }
    /// A block that takes the restored values out of the frame and goes on at `offset`.
    fn resume_block(&mut self, offset: u32) -> BlockId {
        let block = self.graph.new_block();
        self.block = block;
        self.reachable = true;
        let env = self.restored(offset);
        self.set_env(env);
        self.jump_to(offset);
        block
    }
    /// The environment at `offset` after a restoration: what is live, from the frame's words.
    fn restored(&mut self, offset: u32) -> Env {
        let Some(s) = &self.f().suspension else { return self.f().env.clone() };
        let mut env = s.start.clone();
        env.values[ACCUMULATOR] = None;
        let own = FIRST_PARAM + env.params as usize;
        for i in 0..env.values.len() {
            let slot = env.slot(i);
            let live = i == CONTEXT
                || i >= FIRST_PARAM && !self.is_unwritten(i) && self.f().liveness.is_live(offset, slot);
            if live {
                env.values[i] = Some(self.emit(Op::FrameWord { index: slot.0 }, &[]));
            } else if i >= own {
                env.values[i] = None;
            }
        }
        env
    }
    fn set_env(&mut self, env: Env) {
        let f = self.f_mut();
        f.env = env;
        f.env_version += 1;
    }

    /// `SuspendGenerator`: saves the frame and returns the accumulator.
    pub(super) fn suspend(&mut self, generator: NodeId, point: u32) -> Step {
        let result = self.acc()?;
        let result = self.tagged(result);
        let generator = self.tagged(generator);
        let offset = self.f().offset;
        let mut words = Vec::new();
        for i in 0..self.f().env.values.len() {
            let env = &self.f().env;
            let slot = env.slot(i);
            let saved = slot.0 >= 0 || matches!(slot.0, frame::THIS | frame::CONTEXT) || i >= FIRST_PARAM;
            if !saved || slot == FrameSlot::ACCUMULATOR {
                continue;
            }
            let unchanged = Reg(slot.0).as_param().is_some() && i >= FIRST_PARAM;
            let v = env.values[i].filter(|_| slot.0 < 0 || self.f().liveness.is_live(offset, slot));
            match v {
                Some(v) if unchanged && self.f().original_params.get(i - FIRST_PARAM) == Some(&Some(v)) => {}
                Some(v) if fault(Fault::F075) && matches!(self.graph.op(v), Op::Phi { .. }) => {}
                Some(v) => words.push((slot.0, v)),
                None => words.push((slot.0, self.undefined())),
            }
        }
        for (index, v) in words {
            let v = self.tagged(v);
            self.emit(Op::StoreFrameWord { index }, &[v]);
        }
        self.emit(Op::SuspendGenerator { point }, &[generator]);
        self.terminate(Terminator::Return(result));
        Ok(())
    }
}
