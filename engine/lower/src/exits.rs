//! The one emitter of exits: descriptors, and the cold blocks that store live values and leave.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use tierproof_base::faults::{Fault, fault};
use tierproof_bytecode::instruction::frame;
use tierproof_heap::Value as JsValue;
use tierproof_ssa::{Checkpoint, DeoptReason, FrameId, FrameSlot, NodeId, Op, Repr, RuntimeOp};

use crate::abi::{EXIT_BUFFER_WORDS, state};
use crate::emitter::{Emitter, PendingExit, immediate_bits};
use crate::{ExitDescriptor, ExitFrame, ExitValue};

impl Emitter<'_, '_> {
    /// Exit before an operation; shared by guards with the same frame state and reason.
    pub fn eager_exit(&mut self, frame: FrameId, reason: DeoptReason) -> Block {
        if let Some(&block) = self.eager_cache.get(&(frame, reason)) {
            return block;
        }
        let block = self.new_exit(frame, reason, false, &[]);
        self.eager_cache.insert((frame, reason), block);
        block
    }
    /// The exit of a node that declares one.
    pub fn exit_of(&mut self, n: NodeId) -> Result<Block, String> {
        let node = self.graph.node(n);
        let name = node.op.info().name;
        let frame = node.frame.ok_or_else(|| format!("{name} without frame state"))?;
        let reason = node.op.reason().ok_or_else(|| format!("{name} without reason"))?;
        Ok(self.eager_exit(frame, reason))
    }

    /// Words from the outermost frame's registers to those of the innermost frame of the chain,
    /// and the words of that frame's own registers.
    pub fn frame_place(&self, frame: FrameId) -> (u32, u32) {
        let chain: Vec<_> = self.graph.frame_chain(frame).map(|(_, f)| (f.function, f.argc)).collect();
        let mut base = 0;
        let mut own = 0;
        for (i, &(function, argc)) in chain.iter().rev().enumerate() {
            let template = &self.facts.function(function).template;
            if i > 0 {
                base += own + template.param_count.max(argc) + 1 + frame::HEADER_WORDS as u32;
            }
            own = template.register_count;
        }
        (base, own)
    }

    fn new_exit(
        &mut self,
        frame: FrameId,
        reason: DeoptReason,
        lazy: bool,
        results: &[(FrameSlot, Value)],
    ) -> Block {
        let block = self.cold_block();
        let id = self.exits.len() as u32;
        let mut stores: Vec<Value> = Vec::new();
        let mut seen: Vec<NodeId> = Vec::new();
        let graph = self.graph;
        let chain: Vec<FrameId> = graph.frame_chain(frame).map(|(id, _)| id).collect();
        let mut frames = Vec::new();
        for (depth, &id) in chain.iter().enumerate() {
            let f = graph.frame(id);
            let mut values = Vec::new();
            for &(slot, n) in &f.values {
                let value = match *graph.op(n) {
                    Op::ConstInt32 { value } | Op::ConstSmi { value } => {
                        ExitValue::Bits(JsValue::smi(value).to_bits())
                    }
                    Op::ConstFloat64 { bits } | Op::ConstNumber { bits } => {
                        ExitValue::Bits(JsValue::number(f64::from_bits(bits)).to_bits())
                    }
                    Op::ConstBool { value } => ExitValue::Bits(JsValue::from_bool(value).to_bits()),
                    Op::ConstImmediate { value } => ExitValue::Bits(immediate_bits(value)),
                    Op::ConstCell { cell } => ExitValue::Constant(self.constant_index(cell)),
                    // Conversions are undone by the deoptimizer.
                    Op::Int32ToTagged | Op::Float64ToTagged | Op::BoolToTagged | Op::Uint32ToTagged => {
                        self.buffer_value(graph.input(n, 0), &mut stores, &mut seen)
                    }
                    _ => self.buffer_value(n, &mut stores, &mut seen),
                };
                let value = match value {
                    ExitValue::Buffer { index, repr: Repr::Int32 }
                        if fault(Fault::F007) && reason == DeoptReason::Overflow =>
                    {
                        ExitValue::Buffer { index, repr: Repr::Tagged }
                    }
                    v => v,
                };
                values.push((slot, value));
            }
            if depth == 0 {
                for &(slot, value) in results {
                    values.push((slot, ExitValue::Buffer { index: stores.len() as u32, repr: Repr::Tagged }));
                    stores.push(value);
                    seen.push(NodeId(u32::MAX));
                }
                values.sort_by_key(|v| v.0);
            }
            let (base_words, _) = self.frame_place(id);
            frames.push(ExitFrame {
                function: f.function,
                offset: f.offset,
                checkpoint: f.checkpoint,
                argc: f.argc,
                base_words,
                values,
            });
        }
        frames.reverse();
        self.exits.push(ExitDescriptor { reason, lazy, frames });
        self.exit_states.push(Some(frame));
        self.pending.push(PendingExit { block, id, stores });
        block
    }
    fn buffer_value(&mut self, n: NodeId, stores: &mut Vec<Value>, seen: &mut Vec<NodeId>) -> ExitValue {
        let repr = self.graph.repr(n);
        if self.graph.op(n).is_constant() {
            // A conversion of a constant that no pass has folded.
            return match *self.graph.op(n) {
                Op::ConstInt32 { value } => ExitValue::Bits(JsValue::smi(value).to_bits()),
                Op::ConstFloat64 { bits } => ExitValue::Bits(JsValue::number(f64::from_bits(bits)).to_bits()),
                Op::ConstBool { value } => ExitValue::Bits(JsValue::from_bool(value).to_bits()),
                _ => ExitValue::Bits(JsValue::UNDEFINED.to_bits()),
            };
        }
        let index = match seen.iter().position(|&s| s == n) {
            Some(i) => i,
            None => {
                let value = self.val(n);
                stores.push(value);
                seen.push(n);
                stores.len() - 1
            }
        };
        ExitValue::Buffer { index: index as u32, repr }
    }

    /// Leaves when the code was invalidated during the call `n`, with its result.
    pub fn lazy_check(&mut self, n: NodeId, result: Option<Value>) -> Result<(), String> {
        let frame = self.graph.node(n).frame.ok_or("call without frame state")?;
        let mut results = Vec::new();
        if let Checkpoint::After { result: to, second } = self.graph.frame(frame).checkpoint {
            let ignored = fault(Fault::F008) && !self.is_used(n);
            if let (Some(slot), Some(result)) = (to, result)
                && !ignored
            {
                results.push((slot, result));
            }
            if let Some(slot) = second {
                let v = self.load(types::I64, self.isolate, state::SECOND_RESULT);
                results.push((slot, v));
            }
        }
        let flag = self.load(types::I8, self.table, 0);
        let exit = self.new_exit(frame, DeoptReason::Invalidated, true, &results);
        self.leave_if(flag, exit);
        if self.options.inject_deopts {
            let due = self.count_checkpoint();
            let exit = self.new_exit(frame, DeoptReason::Injected, true, &results);
            self.leave_if(due, exit);
        }
        Ok(())
    }
    /// Whether an operation (not only frame states and phis) uses the value.
    fn is_used(&self, n: NodeId) -> bool {
        self.graph.blocks.iter().any(|b| {
            b.nodes.iter().any(|&m| self.graph.node(m).inputs.contains(&n))
                || b.terminator.operand() == Some(n)
        })
    }
    /// Counts an eager checkpoint and leaves when it is its turn.
    pub fn inject(&mut self, n: NodeId) -> Result<(), String> {
        let frame = self.graph.node(n).frame.ok_or("guard without frame state")?;
        let due = self.count_checkpoint();
        let exit = self.eager_exit(frame, DeoptReason::Injected);
        self.leave_if(due, exit);
        Ok(())
    }
    fn count_checkpoint(&mut self) -> Value {
        let left = self.load(types::I32, self.isolate, state::DEOPT_COUNTDOWN);
        let left = self.b.ins().iadd_imm_s(left, -1);
        self.store(left, self.isolate, state::DEOPT_COUNTDOWN);
        self.b.ins().icmp_imm_s(IntCC::Equal, left, 0)
    }
    /// Writes where we are into the frame: bytecode offset of the outermost frame in the low half,
    /// number of the exit that describes all frames plus one in the upper half; frame size of the
    /// innermost (maybe inlined) frame, so that its callees stand where they would without inlining.
    pub fn store_position(&mut self, frame: FrameId) {
        let outermost = self.graph.frame_chain(frame).last().map_or(0, |(_, f)| f.offset);
        let position = match self.graph.frame(frame).caller {
            Some(_) => crate::position_word(self.options.code_id, self.position_exit(frame)),
            None => 0,
        };
        let word = self.bits(outermost as u64 | (position as u64) << 32);
        self.store(word, self.fp, 8 * tierproof_bytecode::instruction::frame::OFFSET);
        if self.graph.frame_words > self.graph.own_words {
            let (base, own) = self.frame_place(frame);
            self.store_frame_words(base + own);
        }
    }
    /// A descriptor that only says which frames stand here; never taken as an exit.
    fn position_exit(&mut self, frame: FrameId) -> u32 {
        let id = self.exits.len() as u32;
        let chain: Vec<FrameId> = self.graph.frame_chain(frame).map(|(id, _)| id).collect();
        let mut frames: Vec<ExitFrame> = chain
            .iter()
            .map(|&id| {
                let f = self.graph.frame(id);
                ExitFrame {
                    function: f.function,
                    offset: f.offset,
                    checkpoint: f.checkpoint,
                    argc: f.argc,
                    base_words: self.frame_place(id).0,
                    values: Vec::new(),
                }
            })
            .collect();
        frames.reverse();
        self.exits.push(ExitDescriptor { reason: DeoptReason::Invalidated, lazy: true, frames });
        self.exit_states.push(None);
        id
    }

    /// An exit stores its values, together with others of the same values, and leaves with its number as
    /// all do.
    pub fn finish_exits(&mut self) {
        let mut exits = std::mem::take(&mut self.pending);
        if exits.is_empty() {
            return;
        }
        // equal ones side by side; the order among them is that of their numbers
        exits.sort_by(|a, b| a.stores.cmp(&b.stores));
        let leave = self.numbered_block();
        for group in exits.chunk_by(|a, b| a.stores == b.stores) {
            let shared = (group.len() > 1).then(|| self.numbered_block());
            for exit in group {
                self.b.switch_to_block(exit.block);
                let number = self.b.ins().iconst(types::I64, exit.id as i64);
                if let Some((block, _)) = shared {
                    self.b.ins().jump(block, &[number.into()]);
                } else {
                    self.store_values(&exit.stores);
                    self.b.ins().jump(leave.0, &[number.into()]);
                }
            }
            if let Some((block, number)) = shared {
                self.b.switch_to_block(block);
                self.store_values(&group[0].stores);
                self.b.ins().jump(leave.0, &[number.into()]);
            }
        }
        self.b.switch_to_block(leave.0);
        let code = self.b.ins().iconst(types::I64, self.options.code_id as i64);
        let result = self
            .call_raw(RuntimeOp::Deopt, &[self.isolate, self.fp, code, leave.1], Some(types::I64))
            .expect("returns a Value");
        self.b.ins().return_(&[result]);
    }
    /// A cold block that takes the number of an exit.
    fn numbered_block(&mut self) -> (Block, Value) {
        let block = self.cold_block();
        (block, self.b.append_block_param(block, types::I64))
    }
    fn store_values(&mut self, stores: &[Value]) {
        for (i, &value) in stores.iter().enumerate() {
            let mut value = value;
            if fault(Fault::F007) && self.b.func.dfg.value_type(value) == types::I32 {
                value = self.b.ins().uextend(types::I64, value);
            }
            self.store(value, self.isolate, state::EXIT_BUFFER + 8 * i as i32);
        }
        self.flush_ticks();
    }
    /// Whether some exit has more values than the buffer holds.
    pub fn exits_too_large(&self) -> bool {
        self.pending.iter().any(|p| p.stores.len() > EXIT_BUFFER_WORDS)
    }
}
