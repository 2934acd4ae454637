//! Bytecode and Facts to graph, in one pass of abstract interpretation.
//!
//! Each interpreter frame place (register, parameter, accumulator, context...) maps to a node in
//! any representation. Blocks are visited in bytecode order; merges wait for their forward
//! predecessors, loop headers get a phi for every live place that the loop assigns. Feedback picks
//! speculative nodes, each behind a guard with the frame state of its instruction; anything else
//! becomes a runtime call. All guards of an instruction come before its first effect.
//!
//! `builder/` holds the opcodes by group; `opcodes.rs` there is the table of methods.

mod arithmetic;
mod calls;
mod control;
pub mod conversions;
mod elements;
mod opcodes;
mod properties;
mod suspension;

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use tierproof_base::faults::{Fault, fault};
use tierproof_bytecode::instruction::frame;
use tierproof_bytecode::{CodeTemplate, FunctionKind, Reg};

use crate::facts::{
    CallTarget, CellId, ConstantFact, Dependency, Facts, FunctionFacts, FunctionIndex, ShapeSet, SlotFacts,
};
use crate::frame_state::{Checkpoint, DeoptReason, FrameId, FrameSlot, FrameState};
use crate::graph::{BlockId, Edge, Graph, NodeId, Terminator};
use crate::liveness::Liveness;
use crate::node::{Immediate, Op, alias};
use crate::types::Types;

/// Knobs of one compile.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Loop header to start at (OSR), or the function's entry.
    pub osr_offset: Option<u32>,
    /// Leave for the interpreter at sites that never ran (else: generic operation).
    pub deopt_on_uninitialized: bool,
    /// Inlining depth (0: none).
    pub inline_depth: u32,
    /// Largest bytecode of one inlined function, and of all together.
    pub inline_bytes: usize,
    pub inline_total: usize,
}

impl BuildOptions {
    pub fn midtier() -> BuildOptions {
        BuildOptions {
            osr_offset: None,
            deopt_on_uninitialized: true,
            inline_depth: 0,
            inline_bytes: 0,
            inline_total: 0,
        }
    }
    pub fn toptier() -> BuildOptions {
        BuildOptions {
            osr_offset: None,
            deopt_on_uninitialized: true,
            inline_depth: 5,
            inline_bytes: 300,
            inline_total: 1200,
        }
    }
}

/// Refusal to compile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bailout {
    pub reason: String,
    pub function: String,
    pub offset: u32,
}

impl std::fmt::Display for Bailout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {} at {}", self.reason, self.function, self.offset)
    }
}

pub(crate) type Step = Result<(), Bailout>;

/// Value of each frame place: this, context, callee, new.target, accumulator, parameters, registers.
#[derive(Clone, PartialEq)]
struct Env {
    values: Vec<Option<NodeId>>,
    params: u32,
}

const THIS: usize = 0;
const CONTEXT: usize = 1;
const CALLEE: usize = 2;
const NEW_TARGET: usize = 3;
const ACCUMULATOR: usize = 4;
const FIRST_PARAM: usize = 5;

impl Env {
    fn index(&self, slot: FrameSlot) -> Option<usize> {
        if slot == FrameSlot::ACCUMULATOR {
            return Some(ACCUMULATOR);
        }
        match slot.0 {
            frame::THIS => Some(THIS),
            frame::CONTEXT => Some(CONTEXT),
            frame::CALLEE => Some(CALLEE),
            frame::NEW_TARGET => Some(NEW_TARGET),
            r if r >= 0 => Some(FIRST_PARAM + self.params as usize + r as usize),
            r => Some(FIRST_PARAM + Reg(r).as_param()? as usize),
        }
    }
    fn slot(&self, index: usize) -> FrameSlot {
        match index {
            THIS => FrameSlot(frame::THIS),
            CONTEXT => FrameSlot(frame::CONTEXT),
            CALLEE => FrameSlot(frame::CALLEE),
            NEW_TARGET => FrameSlot(frame::NEW_TARGET),
            ACCUMULATOR => FrameSlot::ACCUMULATOR,
            i if i < FIRST_PARAM + self.params as usize => FrameSlot(Reg::param((i - FIRST_PARAM) as u32).0),
            i => FrameSlot((i - FIRST_PARAM - self.params as usize) as i32),
        }
    }
}

/// What is known about a value at the current place.
#[derive(Clone, Default, PartialEq)]
struct Known {
    /// The types it can have, if narrower than what the node says.
    types: Option<Types>,
    /// The same value in other representations.
    int32: Option<NodeId>,
    float64: Option<NodeId>,
    truncated: Option<NodeId>,
    tagged: Option<NodeId>,
    string: Option<NodeId>,
    not_hole: Option<NodeId>,
    /// Guarded shape (until the next effect on shapes), with the guard.
    shape: Option<(ShapeSet, NodeId)>,
    header: Option<(u16, NodeId)>,
}

/// Key under which the prototype epoch that was checked is known.
const EPOCH: NodeId = NodeId(u32::MAX);

type KnownMap = FxHashMap<NodeId, Known>;

/// A jump waiting for its target.
struct Incoming {
    source: BlockId,
    edge: usize,
    env: Env,
    known: KnownMap,
    /// The exception edge of a call.
    exception: bool,
}

struct LoopInfo {
    /// Offset of the last JumpLoop to the header.
    end: u32,
    /// Env indices assigned within.
    assigned: FxHashSet<usize>,
}

struct Header {
    block: BlockId,
    /// Env indices with a phi, in parameter order.
    phis: Vec<usize>,
    /// A further parameter says where to go on in the loop; see `suspension`.
    resumable: bool,
}

/// One function being built: the outermost one or an inlined one.
struct Function<'f> {
    index: FunctionIndex,
    facts: &'f FunctionFacts,
    template: &'f CodeTemplate,
    liveness: Rc<Liveness>,
    loops: FxHashMap<u32, LoopInfo>,
    env: Env,
    env_version: u32,
    frame_cache: Option<(u32, u32, FrameId)>,
    pending: FxHashMap<u32, (BlockId, Vec<Incoming>)>,
    headers: FxHashMap<u32, Header>,
    /// Of functions that can be suspended, once their start has been built.
    suspension: Option<suspension::Suspension>,
    offset: u32,
    next_offset: u32,
    /// Inlined: frame state of the caller, and where returns go.
    caller_frame: Option<FrameId>,
    returns: Vec<(BlockId, NodeId, KnownMap)>,
    /// Inlined: arguments passed; known to be a construct call or not. None: outermost.
    inlined: Option<InlineKind>,
    /// Words of frames below this one's registers, counted from the outermost registers' start.
    base_words: u32,
    /// Parameter values at entry; opcodes that read the frame need them unchanged.
    original_params: Vec<Option<NodeId>>,
}

#[derive(Clone, Copy)]
struct InlineKind {
    argc: u32,
    construct: bool,
}

pub struct Builder<'f, 'a> {
    facts: &'f Facts,
    options: BuildOptions,
    graph: Graph,
    block: BlockId,
    reachable: bool,
    known: KnownMap,
    functions: Vec<Function<'f>>,
    inlined_bytes: usize,
    constants: FxHashMap<Op, NodeId>,
    /// What closures made here are closures of.
    closures: FxHashMap<NodeId, &'f CallTarget>,
    /// Functions that turned out not to be inlinable.
    not_inlinable: FxHashSet<FunctionIndex>,
    fuel: &'a mut tierproof_base::Fuel,
}

/// Builds the graph of `facts.functions[0]`.
pub fn build(
    facts: &Facts,
    options: &BuildOptions,
    fuel: &mut tierproof_base::Fuel,
) -> Result<Graph, Bailout> {
    let function = facts.function(FunctionIndex(0));
    let mut not_inlinable = FxHashSet::default();
    let mut graph = loop {
        let mut b = Builder {
            facts,
            options: options.clone(),
            graph: Graph::new(function.name.clone()),
            block: BlockId(0),
            reachable: true,
            known: KnownMap::default(),
            functions: Vec::new(),
            inlined_bytes: 0,
            constants: FxHashMap::default(),
            closures: FxHashMap::default(),
            not_inlinable: not_inlinable.clone(),
            fuel: &mut *fuel,
        };
        match b.build_outermost() {
            Ok(()) => break b.graph,
            // A function that cannot be inlined is called instead.
            Err(bailout) if b.functions.len() > 1 => {
                if !not_inlinable.insert(b.functions[1].index) {
                    return Err(bailout);
                }
            }
            Err(bailout) => return Err(bailout),
        }
    };
    remove_trivial_phis(&mut graph);
    remove_unreachable(&mut graph);
    Ok(graph)
}

impl<'f> Builder<'f, '_> {
    fn f(&self) -> &Function<'f> {
        self.functions.last().expect("a function is being built")
    }
    fn f_mut(&mut self) -> &mut Function<'f> {
        self.functions.last_mut().expect("a function is being built")
    }
    fn bailout<T>(&self, reason: impl Into<String>) -> Result<T, Bailout> {
        let f = self.f();
        Err(Bailout { reason: reason.into(), function: f.facts.name.clone(), offset: f.offset })
    }

    // --- nodes

    fn emit(&mut self, op: Op, inputs: &[NodeId]) -> NodeId {
        debug_assert!(self.reachable);
        if op.is_constant() {
            // Constants live in the entry block, one of each.
            if let Some(&n) = self.constants.get(&op) {
                return n;
            }
            let n = self.graph.new_node(op.clone(), inputs, 0);
            let entry = self.graph.entry;
            let at = self.constants.len();
            self.graph.block_mut(entry).nodes.insert(at, n);
            self.constants.insert(op, n);
            return n;
        }
        let site = self.functions.last().map_or(0, |f| f.offset);
        let n = self.graph.new_node(op, inputs, site);
        self.graph.block_mut(self.block).nodes.push(n);
        n
    }
    /// A node that deopts to the current instruction.
    fn emit_checked(&mut self, op: Op, inputs: &[NodeId]) -> NodeId {
        let frame = self.frame_at();
        let n = self.emit(op, inputs);
        self.graph.node_mut(n).frame = Some(frame);
        n
    }
    /// A node that may throw or come back to invalidated code; its result goes to `result`.
    fn emit_call(&mut self, op: Op, inputs: &[NodeId], result: Option<FrameSlot>) -> NodeId {
        self.emit_call_with_second(op, inputs, result, None)
    }
    fn emit_call_with_second(
        &mut self,
        op: Op,
        inputs: &[NodeId],
        result: Option<FrameSlot>,
        second: Option<FrameSlot>,
    ) -> NodeId {
        let frame = self.frame_after(result, second);
        let n = self.emit(op, inputs);
        self.graph.node_mut(n).frame = Some(frame);
        let info = self.graph.op(n).info();
        let (throws, writes) = (info.throws, info.writes);
        if writes & alias::SHAPE != 0 {
            self.forget_shapes();
        }
        if throws {
            self.exception_edge(n);
        }
        n
    }
    /// Ends the block behind a call whose exceptions a handler in this or a calling frame catches.
    fn exception_edge(&mut self, call: NodeId) {
        let Some((level, target)) = self.functions.iter().enumerate().rev().find_map(|(level, f)| {
            let handler = f.template.handler_for(f.offset)?;
            Some((level, handler.target))
        }) else {
            return;
        };
        let normal = self.graph.new_block();
        let handler = self.target_block(level, target);
        let source = self.block;
        self.graph.block_mut(source).terminator =
            Terminator::Invoke { call, normal: Edge::to(normal), handler: Edge::to(handler) };
        let env = self.functions[level].env.clone();
        let known = self.known.clone();
        let incoming = Incoming { source, edge: 1, env, known, exception: true };
        self.functions[level].pending.get_mut(&target).expect("made by target_block").1.push(incoming);
        self.block = normal;
    }
    fn runtime(&mut self, function: crate::RuntimeOp, immediates: [u32; 2], inputs: &[NodeId]) -> NodeId {
        self.runtime_into(function, immediates, inputs, Some(FrameSlot::ACCUMULATOR))
    }
    fn runtime_into(
        &mut self,
        function: crate::RuntimeOp,
        immediates: [u32; 2],
        inputs: &[NodeId],
        result: Option<FrameSlot>,
    ) -> NodeId {
        let tagged: Vec<NodeId> = inputs.iter().map(|&n| self.tagged(n)).collect();
        let op = Op::runtime(function, immediates);
        if op.info().throws { self.emit_call(op, &tagged, result) } else { self.emit(op, &tagged) }
    }
    fn forget_shapes(&mut self) {
        self.known.retain(|_, k| {
            k.shape = None;
            k.header = None;
            *k != Known::default()
        });
    }
    fn immediate(&mut self, value: Immediate) -> NodeId {
        self.emit(Op::ConstImmediate { value }, &[])
    }
    fn undefined(&mut self) -> NodeId {
        self.immediate(Immediate::Undefined)
    }
    fn cell(&mut self, cell: CellId) -> NodeId {
        self.emit(Op::ConstCell { cell }, &[])
    }
    fn constant_fact(&mut self, fact: ConstantFact) -> Result<NodeId, Bailout> {
        Ok(match fact {
            ConstantFact::Number(v) => self.number_constant(v),
            ConstantFact::Cell(cell) => self.cell(cell),
            ConstantFact::Undefined => self.undefined(),
            ConstantFact::Null => self.immediate(Immediate::Null),
            ConstantFact::Bool(value) => self.emit(Op::ConstBool { value }, &[]),
            ConstantFact::Opaque => return self.bailout("opaque constant"),
        })
    }
    fn number_constant(&mut self, v: f64) -> NodeId {
        if v as i32 as f64 == v && (v != 0.0 || v.is_sign_positive()) {
            self.emit(Op::ConstInt32 { value: v as i32 }, &[])
        } else {
            self.emit(Op::ConstFloat64 { bits: v.to_bits() }, &[])
        }
    }
    fn template_constant(&mut self, index: u32) -> Result<NodeId, Bailout> {
        let Some(&fact) = self.f().facts.constants.get(index as usize) else {
            return self.bailout("constant index out of range");
        };
        self.constant_fact(fact)
    }
    fn depend_on_all(&mut self, dependencies: &[Dependency]) {
        for &d in dependencies {
            if let Dependency::PrototypeEpoch(epoch) = d {
                let known = (epoch as u16, NodeId(epoch));
                if self.known.get(&EPOCH).and_then(|k| k.header) != Some(known) {
                    self.emit_checked(Op::CheckEpoch { epoch }, &[]);
                    self.know(EPOCH).header = Some(known);
                }
            } else {
                self.graph.depend_on(d);
            }
        }
    }
    /// The feedback vector argument of generic operations.
    fn vector(&mut self) -> NodeId {
        match self.f().facts.vector {
            Some(cell) => self.cell(cell),
            None => self.undefined(),
        }
    }
    fn function_data(&mut self) -> NodeId {
        let data = self.f().facts.data;
        self.cell(data)
    }
    fn slot_facts(&self, slot: u32) -> &'f SlotFacts {
        self.f().facts.slots.get(slot as usize).unwrap_or(&SlotFacts::Megamorphic)
    }
    /// Whether a guard of this kind already failed at this instruction.
    fn failed(&self, reason: DeoptReason) -> bool {
        self.f().facts.has_failed(self.f().offset, reason)
    }
    /// Leaves for the interpreter if the site never ran; true when it did so.
    fn leave_if_uninitialized(&mut self, slot: u32) -> bool {
        let leave = matches!(self.slot_facts(slot), SlotFacts::Uninitialized | SlotFacts::Operands(0))
            && self.options.deopt_on_uninitialized
            && !self.failed(DeoptReason::InsufficientFeedback);
        if leave {
            self.deopt(DeoptReason::InsufficientFeedback);
        }
        leave
    }
    fn deopt(&mut self, reason: DeoptReason) {
        let frame = self.frame_at();
        self.terminate(Terminator::Deopt { reason, frame });
    }
    fn terminate(&mut self, terminator: Terminator) {
        self.graph.block_mut(self.block).terminator = terminator;
        self.reachable = false;
    }

    // --- environment

    fn read(&mut self, reg: Reg) -> Result<NodeId, Bailout> {
        self.read_slot(FrameSlot(reg.0))
    }
    fn read_slot(&mut self, slot: FrameSlot) -> Result<NodeId, Bailout> {
        let env = &self.f().env;
        match env.index(slot).and_then(|i| env.values.get(i).copied().flatten()) {
            Some(n) => Ok(n),
            None => self.bailout(format!("{slot} has no value")),
        }
    }
    fn acc(&mut self) -> Result<NodeId, Bailout> {
        self.read_slot(FrameSlot::ACCUMULATOR)
    }
    fn write(&mut self, slot: FrameSlot, value: NodeId) {
        let f = self.f_mut();
        if let Some(i) = f.env.index(slot)
            && i < f.env.values.len()
        {
            f.env.values[i] = Some(value);
            f.env_version += 1;
        }
    }
    fn set_acc(&mut self, value: NodeId) {
        self.write(FrameSlot::ACCUMULATOR, value);
    }
    fn context(&mut self) -> Result<NodeId, Bailout> {
        self.read_slot(FrameSlot(frame::CONTEXT))
    }

    // --- frame states

    fn frame_values(&self, level: usize, live: impl Fn(FrameSlot) -> bool) -> Vec<(FrameSlot, NodeId)> {
        let f = &self.functions[level];
        let mut values = Vec::new();
        for (i, v) in f.env.values.iter().enumerate() {
            let Some(v) = *v else { continue };
            let slot = f.env.slot(i);
            let needed = match i {
                THIS | CONTEXT => true,
                CALLEE | NEW_TARGET => f.inlined.is_some(),
                i if i >= FIRST_PARAM && i < FIRST_PARAM + f.env.params as usize && f.inlined.is_some() => {
                    true
                }
                i if i >= FIRST_PARAM
                    && i < FIRST_PARAM + f.env.params as usize
                    && f.original_params[i - FIRST_PARAM] != Some(v) =>
                {
                    true
                }
                _ => live(slot),
            };
            if needed {
                values.push((slot, v));
            }
        }
        values.sort_by_key(|v| v.0);
        values
    }
    /// Frame state that executes the current instruction.
    fn frame_at(&mut self) -> FrameId {
        let offset = self.f().offset;
        self.frame_at_offset(offset)
    }
    fn frame_at_offset(&mut self, offset: u32) -> FrameId {
        let f = self.f();
        if let Some((o, version, frame)) = f.frame_cache
            && o == offset
            && version == f.env_version
        {
            return frame;
        }
        let values = self.frame_values(self.functions.len() - 1, |s| f.liveness.is_live(offset, s));
        let state = FrameState {
            function: self.frame_function(),
            offset,
            checkpoint: Checkpoint::At,
            values,
            argc: f.inlined.map_or(0, |k| k.argc),
            caller: f.caller_frame,
        };
        let id = self.graph.new_frame(state);
        let f = self.f_mut();
        f.frame_cache = Some((offset, f.env_version, id));
        id
    }
    /// The function that frame states of the topmost function rebuild.
    fn frame_function(&self) -> FunctionIndex {
        let back = if fault(Fault::F006) && self.functions.len() > 2 { 2 } else { 1 };
        self.functions[self.functions.len() - back].index
    }
    /// Frame state behind the current instruction, whose result goes to `result`.
    fn frame_after(&mut self, result: Option<FrameSlot>, second: Option<FrameSlot>) -> FrameId {
        let f = self.f();
        let (offset, next) = (f.offset, f.next_offset);
        let values = self.frame_values(self.functions.len() - 1, |s| {
            Some(s) != result
                && Some(s) != second
                && (f.liveness.is_live(next, s)
                    || (s != FrameSlot::ACCUMULATOR
                        && f.liveness.is_live(offset, s)
                        && f.template.handler_for(offset).is_some()))
        });
        let state = FrameState {
            function: f.index,
            offset,
            checkpoint: Checkpoint::After { result, second },
            values,
            argc: f.inlined.map_or(0, |k| k.argc),
            caller: f.caller_frame,
        };
        self.graph.new_frame(state)
    }

    // --- functions

    fn enter_function(
        &mut self,
        index: FunctionIndex,
        env: Env,
        inlined: Option<InlineKind>,
        caller: Option<FrameId>,
        base: u32,
    ) {
        let facts = self.facts;
        let function = facts.function(index);
        let liveness = Rc::new(Liveness::new(&function.template));
        let loops = control::find_loops(&function.template, &liveness, &env);
        let original_params = env.values[FIRST_PARAM..FIRST_PARAM + env.params as usize].to_vec();
        self.graph.frame_words = self.graph.frame_words.max(base + function.template.register_count);
        self.functions.push(Function {
            index,
            facts: function,
            template: &function.template,
            liveness,
            loops,
            env,
            env_version: 0,
            frame_cache: None,
            pending: FxHashMap::default(),
            headers: FxHashMap::default(),
            suspension: None,
            offset: 0,
            next_offset: 0,
            caller_frame: caller,
            returns: Vec::new(),
            inlined,
            base_words: base,
            original_params,
        });
    }

    fn build_outermost(&mut self) -> Step {
        let facts = self.facts;
        let function = facts.function(FunctionIndex(0));
        let template = &function.template;
        let entry = self.graph.new_block();
        self.graph.entry = entry;
        self.block = entry;
        let params = template.param_count;
        let mut env =
            Env { values: vec![None; FIRST_PARAM + (params + template.register_count) as usize], params };
        self.graph.osr_offset = self.options.osr_offset;
        self.graph.own_words = template.register_count;
        let osr = self.options.osr_offset;
        let liveness = Liveness::new(template);
        for i in 0..env.values.len() {
            let slot = env.slot(i);
            let value = match i {
                ACCUMULATOR => continue,
                i if i >= FIRST_PARAM + params as usize && osr.is_none() => {
                    if !liveness.is_live(0, slot) {
                        continue;
                    }
                    self.undefined()
                }
                _ => {
                    if osr.is_some_and(|o| !liveness.is_live(o, slot)) {
                        continue;
                    }
                    match (i, function.function, function.context) {
                        (CALLEE, Some(cell), _) => self.cell(cell),
                        (CONTEXT, _, Some(cell)) if osr.is_none() => self.cell(cell),
                        (CONTEXT, _, _) if osr.is_none() => {
                            let callee = env.values[CALLEE];
                            match callee {
                                Some(callee) => self.emit(Op::FunctionContext, &[callee]),
                                None => continue,
                            }
                        }
                        _ => self.emit(Op::FrameWord { index: slot.0 }, &[]),
                    }
                }
            };
            env.values[i] = Some(value);
        }
        if env.values[CONTEXT].is_none() {
            // The callee comes after the context in the environment's order.
            let callee = env.values[CALLEE].expect("the callee is always there");
            env.values[CONTEXT] = Some(self.emit(Op::FunctionContext, &[callee]));
        }
        if osr.is_none() && template.uses_this && !template.strict && is_sloppy_this(template.kind) {
            let this = env.values[THIS].expect("this is always there");
            env.values[THIS] = Some(self.emit(Op::CoerceThis, &[this]));
        }
        self.enter_function(FunctionIndex(0), env, None, None, 0);
        let start = osr.unwrap_or(0);
        if osr.is_some_and(|o| !self.f().loops.contains_key(&o)) {
            return self.bailout("OSR entry is no loop header");
        }
        self.f_mut().offset = start;
        let frame = self.frame_at_offset(start);
        if osr.is_none() {
            let tick = self.emit(Op::Tick, &[]);
            self.graph.node_mut(tick).frame = Some(frame);
        }
        let enter = self.emit(Op::EnterFrame, &[]);
        self.graph.node_mut(enter).frame = Some(frame);
        self.build_body(start)?;
        self.functions.pop();
        Ok(())
    }
}

/// Whether `this` of a sloppy function of this kind is coerced.
fn is_sloppy_this(kind: FunctionKind) -> bool {
    kind != FunctionKind::Script
}

/// Keeps in `k` only what `other` says as well.
fn meet(k: &mut Known, other: &Known) {
    k.types = match (k.types, other.types) {
        (Some(a), Some(b)) => Some(a | b),
        _ => None,
    };
    fn same<T: PartialEq>(a: &mut Option<T>, b: &Option<T>) {
        if a != b {
            *a = None;
        }
    }
    same(&mut k.int32, &other.int32);
    same(&mut k.float64, &other.float64);
    same(&mut k.truncated, &other.truncated);
    same(&mut k.tagged, &other.tagged);
    same(&mut k.string, &other.string);
    same(&mut k.not_hole, &other.not_hole);
    same(&mut k.shape, &other.shape);
    same(&mut k.header, &other.header);
}

/// Replaces phis whose inputs are all the same value (or themselves) by that value.
pub fn remove_trivial_phis(graph: &mut Graph) -> bool {
    let mut any = false;
    loop {
        let skeleton = crate::analysis::Skeleton::new(graph);
        let mut replacements = crate::graph::Replacements::new();
        let mut drops: Vec<(BlockId, usize)> = Vec::new();
        for &b in &skeleton.order {
            for (i, &phi) in graph.block(b).params.iter().enumerate() {
                let mut unique = None;
                let mut trivial = true;
                for &p in &skeleton.predecessors[b.0 as usize] {
                    for e in graph.block(p).terminator.edges() {
                        if e.target == b {
                            let arg = replacements.get(e.args[i]);
                            if arg != phi && unique.is_some_and(|u| u != arg) {
                                trivial = false;
                            }
                            if arg != phi {
                                unique = Some(arg);
                            }
                        }
                    }
                }
                if let (true, Some(value)) = (trivial, unique) {
                    replacements.set(phi, value);
                    drops.push((b, i));
                }
            }
        }
        if drops.is_empty() {
            return any;
        }
        any = true;
        for &(b, i) in drops.iter().rev() {
            remove_param(graph, b, i);
        }
        replacements.apply(graph);
    }
}

/// Takes parameter `index` of `block` and the matching edge arguments away.
pub fn remove_param(graph: &mut Graph, block: BlockId, index: usize) {
    graph.block_mut(block).params.remove(index);
    for b in 0..graph.blocks.len() {
        for e in graph.blocks[b].terminator.edges_mut() {
            if e.target == block {
                e.args.remove(index);
            }
        }
    }
}

/// Empties blocks that cannot be reached and clears loop marks without back edge.
pub fn remove_unreachable(graph: &mut Graph) {
    let skeleton = crate::analysis::Skeleton::new(graph);
    for b in graph.block_ids() {
        if !skeleton.is_reachable(b) {
            *graph.block_mut(b) =
                crate::graph::Block { terminator: Terminator::Unreachable, ..Default::default() };
        } else if graph.block(b).loop_header && skeleton.latches(b).is_empty() {
            graph.block_mut(b).loop_header = false;
            graph.block_mut(b).entry_frame = None;
        }
    }
}
