//! The walk over the graph: blocks, edges, values, entry, and the table of rules by node.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, BlockCall, InstBuilder, JumpTableData, MemFlagsData, SigRef, Signature, Type,
    Value, types,
};
use cranelift_codegen::isa::{CallConv, TargetIsa};
use cranelift_frontend::{FunctionBuilder, Variable};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use tierproof_base::faults::{Fault, fault, unguarded};
use tierproof_bytecode::instruction::frame;
use tierproof_heap::Value as JsValue;
use tierproof_heap::layout;
use tierproof_runtime::generators::words;
use tierproof_ssa::analysis::Skeleton;
use tierproof_ssa::{
    BlockId, CellId, DeoptReason, Edge, Facts, FrameId, FunctionIndex, GeneratorWord, Graph, Immediate,
    NodeId, Op, Repr, RuntimeOp, Terminator,
};

use crate::abi::{self, state};
use crate::{ExitDescriptor, LowerOptions};

/// What the code needs besides its bytes.
pub struct Tables {
    pub exits: Vec<ExitDescriptor>,
    pub constants: Vec<CellId>,
    pub evaluated: Vec<Op>,
    /// The frame state of each exit; None for those that are no exits.
    pub exit_states: Vec<Option<FrameId>>,
}

/// An exit whose block is still to be filled.
pub(crate) struct PendingExit {
    pub block: Block,
    pub id: u32,
    /// Values to store, in buffer order.
    pub stores: Vec<Value>,
}

pub(crate) struct Emitter<'a, 'b> {
    pub b: FunctionBuilder<'b>,
    pub graph: &'a Graph,
    pub facts: &'a Facts,
    pub options: &'a LowerOptions,
    pub values: FxHashMap<NodeId, Value>,
    blocks: FxHashMap<BlockId, Block>,
    pub isolate: Value,
    pub fp: Value,
    /// Base of the constant table.
    pub table: Value,
    pub ticks: Variable,
    pub exits: Vec<ExitDescriptor>,
    pub exit_states: Vec<Option<FrameId>>,
    pub evaluated: Vec<Op>,
    pub pending: Vec<PendingExit>,
    pub eager_cache: FxHashMap<(FrameId, DeoptReason), Block>,
    pub constants: Vec<CellId>,
    constant_index: FxHashMap<CellId, u32>,
    exception_return: Option<Block>,
    /// The reason of the node's own guard, if that is left out (see `base::faults`).
    unguarded: Option<DeoptReason>,
    signatures: FxHashMap<(Vec<Type>, Option<Type>), SigRef>,
}

pub(crate) fn repr_type(repr: Repr) -> Type {
    match repr {
        Repr::Int32 | Repr::Uint32 => types::I32,
        Repr::Float64 => types::F64,
        Repr::Bool => types::I8,
        _ => types::I64,
    }
}

pub(crate) fn trusted() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Flags of loads that give the same result wherever they stand.
pub(crate) fn constant_memory() -> MemFlagsData {
    MemFlagsData::trusted().with_readonly().with_can_move()
}

pub(crate) fn immediate_bits(value: Immediate) -> u64 {
    match value {
        Immediate::Undefined => JsValue::UNDEFINED,
        Immediate::Null => JsValue::NULL,
        Immediate::True => JsValue::TRUE,
        Immediate::False => JsValue::FALSE,
        Immediate::Hole => JsValue::HOLE,
    }
    .to_bits()
}

/// Fills the function and returns its tables.
pub fn emit(
    mut b: FunctionBuilder<'_>,
    graph: &Graph,
    facts: &Facts,
    options: &LowerOptions,
    isa: &Arc<dyn TargetIsa>,
) -> Result<Tables, String> {
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (isolate, fp) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    let tables = b.ins().load(types::I64, constant_memory(), isolate, state::CODE_TABLES);
    let table = b.ins().load(types::I64, constant_memory(), tables, 8 * options.code_id as i32);
    let ticks = b.declare_var(types::I64);
    let start = b.ins().load(types::I64, trusted(), isolate, state::TICKS);
    b.def_var(ticks, start);
    let mut e = Emitter {
        b,
        graph,
        facts,
        options,
        values: FxHashMap::default(),
        blocks: FxHashMap::default(),
        isolate,
        fp,
        table,
        ticks,
        exits: Vec::new(),
        exit_states: Vec::new(),
        evaluated: Vec::new(),
        pending: Vec::new(),
        eager_cache: FxHashMap::default(),
        constants: Vec::new(),
        constant_index: FxHashMap::default(),
        exception_return: None,
        unguarded: None,
        signatures: FxHashMap::default(),
    };
    e.function()?;
    if e.exits_too_large() {
        return Err("too many live values at an exit".into());
    }
    if e.exits.len() >= crate::MAX_EXITS {
        return Err("too many exits".into());
    }
    e.finish_exits();
    e.finish_exception_return();
    e.b.seal_all_blocks();
    e.b.finalize(isa.frontend_config());
    Ok(Tables { exits: e.exits, constants: e.constants, evaluated: e.evaluated, exit_states: e.exit_states })
}

impl Emitter<'_, '_> {
    fn function(&mut self) -> Result<(), String> {
        let graph = self.graph;
        let skeleton = Skeleton::new(graph);
        for &block in &skeleton.order {
            let clif = self.b.create_block();
            self.blocks.insert(block, clif);
            for &param in &graph.block(block).params {
                let value = self.b.append_block_param(clif, repr_type(graph.repr(param)));
                self.values.insert(param, value);
            }
        }
        let first = self.blocks[&graph.entry];
        self.b.ins().jump(first, &[]);
        for &block in &skeleton.order {
            let clif = self.blocks[&block];
            self.b.switch_to_block(clif);
            for &n in &graph.block(block).nodes {
                self.node(n, block)?;
            }
            self.terminator(block)?;
        }
        Ok(())
    }

    // --- values

    /// The machine value of a node; constants are made where they are used.
    pub fn val(&mut self, n: NodeId) -> Value {
        if let Some(&v) = self.values.get(&n) {
            return v;
        }
        match *self.graph.op(n) {
            Op::ConstInt32 { value } => self.b.ins().iconst(types::I32, value as u32 as i64),
            Op::ConstFloat64 { bits } => self.b.ins().f64const(f64::from_bits(bits)),
            Op::ConstBool { value } => self.b.ins().iconst(types::I8, value as i64),
            Op::ConstSmi { value } => self.smi(value),
            Op::ConstNumber { bits } => self.bits(JsValue::number(f64::from_bits(bits)).to_bits()),
            Op::ConstImmediate { value } => self.bits(immediate_bits(value)),
            Op::ConstCell { cell } => self.cell(cell),
            ref op => unreachable!("{op:?} has no value yet"),
        }
    }
    pub fn bits(&mut self, bits: u64) -> Value {
        self.b.ins().iconst(types::I64, bits as i64)
    }
    pub fn smi(&mut self, value: i32) -> Value {
        self.bits(JsValue::smi(value).to_bits())
    }
    pub fn undefined(&mut self) -> Value {
        self.bits(JsValue::UNDEFINED.to_bits())
    }
    pub fn constant_index(&mut self, cell: CellId) -> u32 {
        if let Some(&i) = self.constant_index.get(&cell) {
            return i;
        }
        let i = self.constants.len() as u32;
        self.constants.push(cell);
        self.constant_index.insert(cell, i);
        i
    }
    /// Loads a cell of the constant table. Not `readonly`: the collector may move the cell.
    pub fn cell(&mut self, cell: CellId) -> Value {
        let index = self.constant_index(cell);
        let offset = 8 * (abi::TABLE_HEADER_WORDS + index as i32);
        self.b.ins().load(types::I64, trusted(), self.table, offset)
    }
    pub fn load(&mut self, ty: Type, base: Value, offset: i32) -> Value {
        self.b.ins().load(ty, trusted(), base, offset)
    }
    pub fn store(&mut self, value: Value, base: Value, offset: i32) {
        self.b.ins().store(trusted(), value, base, offset);
    }
    pub fn frame_word(&mut self, index: i32) -> Value {
        self.load(types::I64, self.fp, 8 * index)
    }
    pub fn heap(&mut self) -> Value {
        self.b.ins().load(types::I64, constant_memory(), self.isolate, state::HEAP)
    }
    pub fn signature(&mut self, params: &[Type], returns: Option<Type>) -> SigRef {
        let key = (params.to_vec(), returns);
        if let Some(&s) = self.signatures.get(&key) {
            return s;
        }
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params = params.iter().map(|&t| AbiParam::new(t)).collect();
        signature.returns = returns.iter().map(|&t| AbiParam::new(t)).collect();
        let s = self.b.import_signature(signature);
        self.signatures.insert(key, s);
        s
    }
    /// Calls a runtime function with raw arguments; no exception check.
    pub fn call_raw(&mut self, function: RuntimeOp, args: &[Value], returns: Option<Type>) -> Option<Value> {
        let types: Vec<Type> = args.iter().map(|&a| self.b.func.dfg.value_type(a)).collect();
        let signature = self.signature(&types, returns);
        let table =
            self.b.ins().load(self::types::I64, constant_memory(), self.isolate, state::RUNTIME_TABLE);
        let target = self.b.ins().load(self::types::I64, constant_memory(), table, 8 * function as i32);
        let call = self.b.ins().call_indirect(signature, target, args);
        self.b.inst_results(call).first().copied()
    }

    /// As `call_raw` in a cold block that goes on afterwards: through the stub that changes no register.
    /// The first argument is the isolate.
    pub fn call_cold(&mut self, function: RuntimeOp, args: &[Value]) -> Value {
        let mut signature = Signature::new(CallConv::PreserveAll);
        signature.params = args.iter().map(|&a| AbiParam::new(self.b.func.dfg.value_type(a))).collect();
        let signature = self.b.import_signature(signature);
        let table = self.b.ins().load(types::I64, constant_memory(), self.isolate, state::PRESERVING_TABLE);
        let target = self.b.ins().load(types::I64, constant_memory(), table, 8 * function as i32);
        self.b.ins().call_indirect(signature, target, args);
        self.load(types::I64, self.isolate, state::SLOW_RESULT)
    }

    // --- control flow

    fn edge(&mut self, edge: &Edge) -> (Block, Vec<BlockArg>) {
        let block = self.blocks[&edge.target];
        let args = edge.args.iter().map(|&a| BlockArg::Value(self.val(a))).collect();
        (block, args)
    }
    pub fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }
    /// Goes on in a new block when `condition` is false, to `target` when true.
    pub fn leave_if(&mut self, condition: Value, target: Block) {
        if self.left_out(target) {
            return;
        }
        let next = self.b.create_block();
        self.b.ins().brif(condition, target, &[], next, &[]);
        self.b.switch_to_block(next);
    }
    pub fn leave_unless(&mut self, condition: Value, target: Block) {
        if self.left_out(target) {
            return;
        }
        let next = self.b.create_block();
        self.b.ins().brif(condition, next, &[], target, &[]);
        self.b.switch_to_block(next);
    }
    /// Whether this is the exit of a guard that a planted fault leaves out.
    pub fn left_out(&self, exit: Block) -> bool {
        self.unguarded.is_some_and(|reason| {
            self.eager_cache.iter().any(|(&(_, r), &block)| block == exit && r == reason)
        })
    }
    pub fn flush_ticks(&mut self) {
        let ticks = self.b.use_var(self.ticks);
        self.store(ticks, self.isolate, state::TICKS);
    }
    pub fn reload_ticks(&mut self) {
        let ticks = self.load(types::I64, self.isolate, state::TICKS);
        self.b.def_var(self.ticks, ticks);
    }
    /// The block that returns to the caller with an exception; ticks stand in memory there.
    pub fn exception_return(&mut self) -> Block {
        if let Some(block) = self.exception_return {
            return block;
        }
        let block = self.cold_block();
        self.exception_return = Some(block);
        block
    }
    fn finish_exception_return(&mut self) {
        if let Some(block) = self.exception_return {
            self.b.switch_to_block(block);
            self.epilogue();
            let exception = self.bits(JsValue::EXCEPTION.to_bits());
            self.b.ins().return_(&[exception]);
        }
    }
    /// `JitState.fp` back to the caller's.
    fn epilogue(&mut self) {
        let caller = self.frame_word(frame::CALLER_FP);
        self.store(caller, self.isolate, state::FP);
    }

    fn terminator(&mut self, block: BlockId) -> Result<(), String> {
        let graph = self.graph;
        match &graph.block(block).terminator {
            Terminator::None => return Err("block without terminator".into()),
            Terminator::Jump(edge) => {
                let (target, args) = self.edge(edge);
                self.b.ins().jump(target, &args);
            }
            Terminator::Branch { condition, on_true, on_false } => {
                let condition = self.val(*condition);
                let (yes, yes_args) = self.edge(on_true);
                let (no, no_args) = self.edge(on_false);
                self.b.ins().brif(condition, yes, &yes_args, no, &no_args);
            }
            Terminator::Switch { value, base, cases, default } => {
                let value = self.val(*value);
                let index = self.b.ins().iadd_imm_s(value, -(*base as i64));
                let mut calls = Vec::new();
                for edge in cases.iter().chain([default]) {
                    let (target, args) = self.edge(edge);
                    calls.push(BlockCall::new(target, args, &mut self.b.func.dfg.value_lists));
                }
                let default = calls.pop().expect("the default is always there");
                let table = self.b.create_jump_table(JumpTableData::new(default, &calls));
                self.b.ins().br_table(index, table);
            }
            // The call's rule has jumped to both already.
            Terminator::Invoke { .. } => {}
            Terminator::Return(value) => {
                let value = self.val(*value);
                self.flush_ticks();
                self.epilogue();
                self.b.ins().return_(&[value]);
            }
            Terminator::Deopt { reason, frame } => {
                let exit = self.eager_exit(*frame, *reason);
                self.b.ins().jump(exit, &[]);
            }
            Terminator::Unreachable => {
                self.b.ins().trap(cranelift_codegen::ir::TrapCode::unwrap_user(1));
            }
        }
        Ok(())
    }
    /// Behind a call: to the handler or out on an exception, out when invalidated, on otherwise.
    pub fn after_call(&mut self, n: NodeId, block: BlockId, result: Value, lazy: bool) -> Result<(), String> {
        let graph = self.graph;
        let is_exception = self.b.ins().icmp_imm_u(IntCC::Equal, result, JsValue::EXCEPTION.to_bits() as i64);
        let invoke = match &graph.block(block).terminator {
            Terminator::Invoke { call, normal, handler } if *call == n => Some((normal, handler)),
            _ => None,
        };
        match invoke {
            Some((_, handler)) => {
                let (target, args) = self.edge(handler);
                let next = self.b.create_block();
                self.b.ins().brif(is_exception, target, &args, next, &[]);
                self.b.switch_to_block(next);
            }
            None if fault(Fault::F078)
                && matches!(graph.op(n), Op::CallRuntime { function: RuntimeOp::GetKeyed, .. }) => {}
            None => {
                let out = self.exception_return();
                self.leave_if(is_exception, out);
            }
        }
        self.values.insert(n, result);
        if lazy {
            self.lazy_check(n, Some(result))?;
        }
        if let Some((normal, _)) = invoke {
            let (target, args) = self.edge(normal);
            self.b.ins().jump(target, &args);
        }
        Ok(())
    }

    // --- entry

    /// Stack check and header; `JitState.fp` becomes ours.
    fn enter_frame(&mut self, n: NodeId) -> Result<(), String> {
        let graph = self.graph;
        let limit = self.load(types::I64, self.isolate, state::STACK_LIMIT);
        let refuse = |e: &mut Self, words: u32| {
            let end = e.b.ins().iadd_imm_s(e.fp, 8 * words as i64);
            e.b.ins().icmp(IntCC::UnsignedGreaterThan, end, limit)
        };
        if graph.osr_offset.is_none() {
            let full = refuse(self, graph.own_words);
            let overflow = self.cold_block();
            let next = self.b.create_block();
            self.b.ins().brif(full, overflow, &[], next, &[]);
            self.b.switch_to_block(overflow);
            self.flush_ticks();
            let result = self.call_raw(RuntimeOp::ThrowStackOverflow, &[self.isolate], Some(types::I64));
            let result = result.expect("returns EXCEPTION");
            self.b.ins().return_(&[result]);
            self.b.switch_to_block(next);
            self.store(self.fp, self.isolate, state::FP);
            let function = self.facts.function(FunctionIndex(0));
            let data = self.cell(function.data);
            self.store(data, self.fp, 8 * frame::FUNCTION_DATA);
            let vector = match function.vector {
                Some(cell) => self.cell(cell),
                None => self.undefined(),
            };
            self.store(vector, self.fp, 8 * frame::FEEDBACK);
            let callee = self.frame_word(frame::CALLEE);
            let context = self.load(types::I64, callee, layout::FUNCTION_CONTEXT);
            self.store(context, self.fp, 8 * frame::CONTEXT);
            let zero = self.bits(0);
            self.store(zero, self.fp, 8 * frame::OFFSET);
        }
        self.store_frame_words(graph.own_words);
        if self.options.count_budget && graph.osr_offset.is_none() {
            let out = self.spend_budget();
            let slow = self.cold_block();
            let next = self.b.create_block();
            self.b.ins().brif(out, slow, &[], next, &[]);
            self.b.switch_to_block(slow);
            self.flush_ticks();
            self.call_raw(RuntimeOp::Budget, &[self.isolate, self.fp], None);
            self.reload_ticks();
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(next);
        }
        if graph.frame_words > graph.own_words {
            let full = refuse(self, graph.frame_words);
            let frame = graph.node(n).frame.ok_or("EnterFrame without frame state")?;
            let exit = self.eager_exit(frame, DeoptReason::StackLimit);
            self.leave_if(full, exit);
        }
        Ok(())
    }
    /// Upper half of the argc word: frame size and kind.
    pub fn store_frame_words(&mut self, words: u32) {
        let word = words | abi::FRAME_KIND_OPTIMIZED << 24;
        let word = self.b.ins().iconst(types::I32, word as i64);
        self.store(word, self.fp, 8 * frame::ARGC + 4);
    }
    /// Counts the function's interrupt budget down; whether it ran out.
    fn spend_budget(&mut self) -> Value {
        let data = self.cell(self.facts.function(FunctionIndex(0)).data);
        let left = self.load(types::I32, data, layout::FUNCTION_DATA_COUNTER1);
        let left = self.b.ins().iadd_imm_s(left, -1);
        self.store(left, data, layout::FUNCTION_DATA_COUNTER1);
        self.b.ins().icmp_imm_s(IntCC::SignedLessThan, left, 0)
    }
    fn tick(&mut self, n: NodeId) -> Result<(), String> {
        let frame = self.graph.node(n).frame.ok_or("Tick without frame state")?;
        let state = self.graph.frame(frame);
        if self.options.count_budget && state.offset != 0 && state.caller.is_none() {
            let out = self.spend_budget();
            let exit = self.eager_exit(frame, DeoptReason::TierUp);
            let next = self.b.create_block();
            // The exit resumes behind the tick: take it first.
            let taken = self.cold_block();
            let ask = self.cold_block();
            self.b.ins().brif(out, ask, &[], next, &[]);
            self.b.switch_to_block(ask);
            self.flush_ticks();
            self.store_position(frame);
            let offset = self.b.ins().iconst(types::I64, state.offset as i64);
            let better = self.call_cold(RuntimeOp::LoopBudget, &[self.isolate, self.fp, offset]);
            self.reload_ticks();
            self.b.ins().brif(better, taken, &[], next, &[]);
            self.b.switch_to_block(taken);
            let ticks = self.b.use_var(self.ticks);
            let ticks = self.b.ins().iadd_imm_s(ticks, -1);
            self.b.def_var(self.ticks, ticks);
            self.b.ins().jump(exit, &[]);
            self.b.switch_to_block(next);
        }
        let ticks = self.b.use_var(self.ticks);
        let ticks = self.b.ins().iadd_imm_s(ticks, -1);
        self.b.def_var(self.ticks, ticks);
        let out = self.b.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, ticks, 0);
        let slow = self.cold_block();
        let next = self.b.create_block();
        self.b.ins().brif(out, slow, &[], next, &[]);
        self.b.switch_to_block(slow);
        self.flush_ticks();
        self.store_position(frame);
        let result = self.call_cold(RuntimeOp::Tick, &[self.isolate]);
        self.reload_ticks();
        let is_exception = self.b.ins().icmp_imm_u(IntCC::Equal, result, JsValue::EXCEPTION.to_bits() as i64);
        let unwind = self.exception_return();
        self.leave_if(is_exception, unwind);
        self.lazy_check(n, None)?;
        self.b.ins().jump(next, &[]);
        self.b.switch_to_block(next);
        Ok(())
    }

    // --- the table of rules

    fn node(&mut self, n: NodeId, block: BlockId) -> Result<(), String> {
        let op = self.graph.op(n);
        if op.is_constant() {
            return Ok(());
        }
        self.unguarded = op.reason().filter(|_| unguarded(op.info().name));
        if self.options.inject_deopts && op.info().eager.is_some() && !matches!(op, Op::EnterFrame) {
            self.inject(n)?;
        }
        if self.evaluated(n)?
            || self.arithmetic(n)?
            || self.check(n)?
            || self.memory(n)?
            || self.call(n, block)?
        {
            return Ok(());
        }
        let value = match op {
            Op::FrameWord { index } => self.frame_word(*index),
            Op::Argc => self.load(types::I32, self.fp, 8 * frame::ARGC),
            Op::EnterFrame => return self.enter_frame(n),
            Op::Tick => return self.tick(n),
            Op::DependOn { .. } => return Ok(()),
            Op::CheckEpoch { epoch } => {
                let now = self.load(types::I32, self.isolate, state::PROTOTYPE_EPOCH);
                let bad = self.b.ins().icmp_imm_u(IntCC::NotEqual, now, *epoch as i64);
                let exit = self.exit_of(n)?;
                self.leave_if(bad, exit);
                return Ok(());
            }
            Op::TakeException => {
                // EXCEPTION again for terminations, which no handler catches.
                let signature = self.signature(&[types::I64], Some(types::I64));
                let take = self.load(types::I64, self.isolate, state::TAKE_EXCEPTION);
                let call = self.b.ins().call_indirect(signature, take, &[self.isolate]);
                let v = self.b.inst_results(call)[0];
                let termination =
                    self.b.ins().icmp_imm_u(IntCC::Equal, v, JsValue::EXCEPTION.to_bits() as i64);
                let out = self.exception_return();
                self.leave_if(termination, out);
                v
            }
            Op::RestoreGenerator => {
                let generator = self.val(self.graph.input(n, 0));
                let point = self
                    .call_raw(RuntimeOp::RestoreGenerator, &[self.isolate, generator], Some(types::I64))
                    .expect("returns the point");
                self.b.ins().ireduce(types::I32, point)
            }
            Op::StoreFrameWord { index } => {
                let v = self.val(self.graph.input(n, 0));
                self.store(v, self.fp, 8 * index);
                return Ok(());
            }
            Op::SuspendGenerator { point } => {
                let generator = self.val(self.graph.input(n, 0));
                let point = self.b.ins().iconst(types::I64, *point as i64);
                self.call_raw(
                    RuntimeOp::SuspendGenerator,
                    &[self.isolate, generator, point],
                    Some(types::I64),
                );
                return Ok(());
            }
            Op::GeneratorInput { word } => {
                let word = match word {
                    GeneratorWord::Value => words::VALUE,
                    GeneratorWord::Mode => words::MODE,
                };
                let generator = self.val(self.graph.input(n, 0));
                self.load(types::I64, generator, layout::OBJECT_INTERNAL + 8 * word as i32)
            }
            Op::LoadSecondResult => self.load(types::I64, self.isolate, state::SECOND_RESULT),
            op => return Err(format!("no lowering rule for {}", op.info().name)),
        };
        self.values.insert(n, value);
        Ok(())
    }
}
