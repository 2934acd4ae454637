//! Calls, construction, inlining and known builtins.

use super::{
    ACCUMULATOR, Bailout, Builder, CALLEE, CONTEXT, Env, FIRST_PARAM, InlineKind, NEW_TARGET, Step, THIS,
    is_sloppy_this, meet,
};
use crate::RuntimeOp;
use crate::facts::{CallTarget, CellFact, FunctionIndex, KnownBuiltin, SlotFacts};
use crate::frame_state::{DeoptReason, FrameSlot};
use crate::graph::{Edge, NodeId, Terminator};
use crate::liveness::Liveness;
use crate::node::{Condition, Immediate, Op, Repr};
use crate::types::Types;
use tierproof_base::faults::{Fault, fault};
use tierproof_bytecode::Opcode;
use tierproof_bytecode::instruction::frame;

/// Bytecode of a function that may be inlined into itself.
const MAX_RECURSIVE_BYTES: usize = 120;

impl Builder<'_, '_> {
    pub(super) fn call(&mut self, callee: NodeId, this: NodeId, args: &[NodeId], slot: u32) -> Step {
        if let Some(&target) = self.closures.get(&callee)
            && let Some(data) = target.data
        {
            // Whatever the feedback says of other calls.
            let value = self.call_code(data, callee, this, args, target, Some(FrameSlot::ACCUMULATOR))?;
            self.set_acc(value);
            return Ok(());
        }
        // Builtins call for everybody: what their sites have seen says nothing.
        if !self.f().facts.builtin && self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        let facts = self.slot_facts(slot);
        let value = match facts {
            SlotFacts::Call { target, .. } if !self.target_failed() && !self.f().facts.builtin => {
                self.call_target(callee, this, args, target, Some(FrameSlot::ACCUMULATOR))?
            }
            _ => self.generic_call(callee, this, args, Some(FrameSlot::ACCUMULATOR)),
        };
        self.set_acc(value);
        Ok(())
    }
    fn target_failed(&self) -> bool {
        self.failed(DeoptReason::WrongCallTarget) || self.failed(DeoptReason::WrongValue)
    }
    fn generic_call(
        &mut self,
        callee: NodeId,
        this: NodeId,
        args: &[NodeId],
        result: Option<FrameSlot>,
    ) -> NodeId {
        let mut inputs = vec![callee, this];
        inputs.extend_from_slice(args);
        self.runtime_into(RuntimeOp::Call, [0, 0], &inputs, result)
    }
    /// The callee behind a guard that it is the target, or None if nothing can be guarded.
    fn guard_target(&mut self, callee: NodeId, target: &CallTarget) -> Option<NodeId> {
        if let &Op::ConstCell { cell } = self.graph.op(callee) {
            let data = match self.facts.cell(cell) {
                CellFact::Function { data } => *data,
                _ => None,
            };
            let same = target.function == Some(cell) || (data.is_some() && data == target.data);
            return same.then_some(callee);
        }
        if !self.may_be_object(callee) {
            return None;
        }
        if let Some(cell) = target.function {
            self.emit_checked(Op::CheckValue { cell }, &[callee]);
            return Some(self.cell(cell));
        }
        let data = target.data?;
        Some(self.emit_checked(Op::CheckFunctionData { data }, &[callee]))
    }
    /// Calls `target` (guarding `callee`), inlined or direct or through the runtime.
    pub(super) fn call_target(
        &mut self,
        callee: NodeId,
        this: NodeId,
        args: &[NodeId],
        target: &CallTarget,
        result: Option<FrameSlot>,
    ) -> Result<NodeId, Bailout> {
        if let (Some(builtin), Some(_)) = (target.builtin, target.function)
            && self.can_replace(builtin, this, args)
            && let Some(callee) = self.guard_target(callee, target)
        {
            // the call overflows the stack where it would if it took place
            let f = self.f();
            let base = f.base_words + f.template.register_count + args.len() as u32 + 1;
            let end = base + (frame::HEADER_WORDS + frame::BUILTIN_CHARGE) as u32;
            self.graph.frame_words = self.graph.frame_words.max(end);
            return self.replace_builtin(builtin, callee, this, args);
        }
        let (Some(data), true) = (target.data, target.callable) else {
            return Ok(self.generic_call(callee, this, args, result));
        };
        let Some(callee) = self.guard_target(callee, target) else {
            return Ok(self.generic_call(callee, this, args, result));
        };
        self.call_code(data, callee, this, args, target, result)
    }
    /// Calls `callee`, which is a closure of `data`.
    fn call_code(
        &mut self,
        data: crate::CellId,
        callee: NodeId,
        this: NodeId,
        args: &[NodeId],
        target: &CallTarget,
        result: Option<FrameSlot>,
    ) -> Result<NodeId, Bailout> {
        if result.is_some()
            && let Some(index) = target.facts
            && self.may_inline(index, false)
        {
            let undefined = self.undefined();
            return self.inline(index, callee, undefined, this, args, false);
        }
        let undefined = self.undefined();
        Ok(self.call_known(data, target.formal, callee, undefined, this, args, result))
    }
    fn call_known(
        &mut self,
        data: crate::CellId,
        formal: u32,
        callee: NodeId,
        new_target: NodeId,
        this: NodeId,
        args: &[NodeId],
        result: Option<FrameSlot>,
    ) -> NodeId {
        let mut inputs = vec![callee, new_target, this];
        inputs.extend_from_slice(args);
        let inputs: Vec<NodeId> = inputs.iter().map(|&n| self.tagged(n)).collect();
        self.emit_call(Op::CallKnown { data, formal }, &inputs, result)
    }

    pub(super) fn construct(
        &mut self,
        callee: NodeId,
        new_target: NodeId,
        args: &[NodeId],
        slot: u32,
    ) -> Step {
        if self.leave_if_uninitialized(slot) {
            return Ok(());
        }
        if let SlotFacts::Construct(facts) = self.slot_facts(slot)
            && callee == new_target
            && !self.target_failed()
            && let (Some(function), Some(data)) = (facts.target.function, facts.target.data)
            && facts.target.builtin.is_none()
            && let Some(callee) = self.guard_target(callee, &facts.target)
        {
            debug_assert!(self.is_cell_constant(callee, function) || !self.is_undefined_constant(callee));
            let this = if facts.derived {
                self.immediate(Immediate::Hole)
            } else if let Some((shape, slots)) = facts.initial {
                self.depend_on_all(&facts.dependencies);
                let undefined = self.undefined();
                let values = vec![undefined; slots as usize];
                let this = self.emit(Op::AllocateObject { shape, slots }, &values);
                self.know(this).shape = Some((smallvec::smallvec![shape], this));
                this
            } else {
                // Neither its failure nor its repetition can be told: it only reads the function's prototype.
                self.runtime(RuntimeOp::CreateThis, [0, 0], &[callee, callee])
            };
            let value = match facts.target.facts {
                Some(index) if !facts.derived && self.may_inline(index, true) => {
                    self.inline(index, callee, callee, this, args, true)?
                }
                _ => self.call_known(
                    data,
                    facts.target.formal,
                    callee,
                    callee,
                    this,
                    args,
                    Some(FrameSlot::ACCUMULATOR),
                ),
            };
            if self.reachable {
                self.set_acc(value);
            }
            return Ok(());
        }
        let mut inputs = vec![callee, new_target];
        inputs.extend_from_slice(args);
        let v = self.runtime(RuntimeOp::Construct, [0, 0], &inputs);
        self.set_acc(v);
        Ok(())
    }

    /// `value instanceof target` for a target whose answer is known to be the ordinary one.
    pub(super) fn known_instance_of(&mut self, value: NodeId, target: NodeId, slot: u32) -> Option<NodeId> {
        let SlotFacts::InstanceOf { function, shape, prototype, dependencies } = self.slot_facts(slot) else {
            return None;
        };
        use DeoptReason::*;
        if !self.may_be_object(target)
            || [WrongValue, WrongShape, UnreachableCase].iter().any(|&r| self.failed(r))
        {
            return None;
        }
        if !self.is_cell_constant(target, *function) {
            self.emit_checked(Op::CheckValue { cell: *function }, &[target]);
        }
        let target = self.cell(*function);
        self.check_shapes(target, &smallvec::smallvec![*shape]);
        self.depend_on_all(dependencies);
        let (value, prototype) = (self.tagged(value), self.cell(*prototype));
        let answer = self.emit(Op::InheritsFrom, &[value, prototype]);
        let two = self.emit(Op::ConstInt32 { value: 2 }, &[]);
        let ordinary = self.emit(Op::Int32Compare { condition: Condition::Less }, &[answer, two]);
        self.emit_checked(Op::CheckTrue { reason: UnreachableCase }, &[ordinary]);
        let one = self.emit(Op::ConstInt32 { value: 1 }, &[]);
        Some(self.emit(Op::Int32Compare { condition: Condition::Equal }, &[answer, one]))
    }

    // --- inlining

    fn may_inline(&mut self, index: FunctionIndex, construct: bool) -> bool {
        let facts = self.facts;
        let function = facts.function(index);
        let template = &function.template;
        let size = template.bytecode.len();
        // Small recursive functions once into themselves: that halves their calls.
        let recursion = if size <= MAX_RECURSIVE_BYTES { 1 } else { 0 };
        if self.functions.len() > self.options.inline_depth as usize
            || size > self.options.inline_bytes
            || self.inlined_bytes + size > self.options.inline_total
            || self.functions.iter().filter(|f| f.index == index).count() > recursion
            || self.not_inlinable.contains(&index)
            || (template.kind.is_class_constructor() && !construct)
            || (construct && !template.kind.is_constructor())
        {
            return false;
        }
        let supported = tierproof_bytecode::instruction::decode_all(&template.bytecode).all(|i| {
            !matches!(
                i.opcode,
                Opcode::CreateMappedArguments
                    | Opcode::CreateUnmappedArguments
                    | Opcode::CreateRestParameter
                    | Opcode::ConstructForwardArgs
                    | Opcode::CreateGenerator
                    | Opcode::SwitchOnGeneratorState
                    | Opcode::SuspendGenerator
                    | Opcode::ResumeGenerator
            )
        });
        let site = self.f().offset;
        supported
            && self.fuel.allow(
                &self.graph.name,
                "INLINE",
                "Call",
                site.wrapping_add((self.functions.len() as u32) << 24),
            )
    }

    fn inline(
        &mut self,
        index: FunctionIndex,
        callee: NodeId,
        new_target: NodeId,
        this: NodeId,
        args: &[NodeId],
        construct: bool,
    ) -> Result<NodeId, Bailout> {
        let facts = self.facts;
        let function = facts.function(index);
        let template = &function.template;
        self.inlined_bytes += template.bytecode.len();
        // The callee's return value becomes the call's result.
        let caller = self.frame_after(Some(FrameSlot::ACCUMULATOR), None);
        let argc = args.len() as u32;
        let params = template.param_count.max(argc);
        let mut env =
            Env { values: vec![None; FIRST_PARAM + (params + template.register_count) as usize], params };
        let this = self.tagged(this);
        let this = if template.uses_this
            && !template.strict
            && is_sloppy_this(template.kind)
            && !self.types(this).is(Types::OBJECT)
        {
            self.emit(Op::CoerceThis, &[this])
        } else {
            this
        };
        env.values[THIS] = Some(this);
        env.values[CALLEE] = Some(self.tagged(callee));
        env.values[NEW_TARGET] = Some(self.tagged(new_target));
        let exact = function.function.is_some_and(|f| self.is_cell_constant(callee, f));
        env.values[CONTEXT] = Some(match function.context {
            Some(cell) if exact => self.cell(cell),
            _ if fault(Fault::F042) && self.f().env.values[CONTEXT].is_some() => {
                self.f().env.values[CONTEXT].expect("just tested")
            }
            _ => self.emit(Op::FunctionContext, &[callee]),
        });
        let undefined = self.undefined();
        for i in 0..params as usize {
            env.values[FIRST_PARAM + i] = Some(args.get(i).copied().unwrap_or(undefined));
        }
        let liveness = Liveness::new(template);
        for i in FIRST_PARAM + params as usize..env.values.len() {
            if liveness.is_live(0, env.slot(i)) {
                env.values[i] = Some(undefined);
            }
        }
        debug_assert!(env.values[ACCUMULATOR].is_none());
        let f = self.f();
        let base = f.base_words + f.template.register_count + params + 1 + frame::HEADER_WORDS as u32;
        let depth = self.functions.len();
        self.enter_function(index, env, Some(InlineKind { argc, construct }), Some(caller), base);
        let at_entry = self.frame_at_offset(0);
        let tick = self.emit(Op::Tick, &[]);
        self.graph.node_mut(tick).frame = Some(at_entry);
        self.build_body(0)?;
        let returns = std::mem::take(&mut self.f_mut().returns);
        self.functions.truncate(depth);
        self.finish_inline(returns)
    }
    fn finish_inline(
        &mut self,
        returns: Vec<(crate::BlockId, NodeId, super::KnownMap)>,
    ) -> Result<NodeId, Bailout> {
        let Some(((block, value, known), rest)) = returns.split_first() else {
            self.reachable = false;
            return Ok(self.constants.values().copied().min().expect("undefined was made"));
        };
        self.reachable = true;
        self.known = known.clone();
        if rest.is_empty() {
            self.block = *block;
            return Ok(*value);
        }
        let values: Vec<NodeId> = returns.iter().map(|r| r.1).collect();
        let repr = self.merged_repr(&values);
        let join = self.graph.new_block();
        for (block, value, known) in &returns {
            let v = self.convert_at_end(*block, *value, repr);
            self.graph.block_mut(*block).terminator = Terminator::Jump(Edge { target: join, args: vec![v] });
            self.known.retain(|n, k| {
                let Some(other) = known.get(n) else { return false };
                meet(k, other);
                *k != super::Known::default()
            });
        }
        self.block = join;
        Ok(self.graph.add_param(join, repr))
    }

    // --- known builtins

    fn can_replace(&self, builtin: KnownBuiltin, this: NodeId, args: &[NodeId]) -> bool {
        use KnownBuiltin::*;
        let numeric = |n: &NodeId| {
            self.is_number(*n)
                || (!self.types(*n).excludes(Types::NUMBER) && !self.failed(DeoptReason::NotANumber))
        };
        let integer = |n: &NodeId| {
            numeric(n)
                && ![
                    DeoptReason::NotASmi,
                    DeoptReason::LostPrecision,
                    DeoptReason::NotAnInt32,
                    DeoptReason::OutOfBounds,
                ]
                .iter()
                .any(|&r| self.failed(r))
        };
        match builtin {
            MathMin | MathMax | MathImul | MathPow | MathAtan2 => args.len() == 2 && args.iter().all(numeric),
            StringCharCodeAt | StringCharAt => {
                args.len() == 1
                    && args.iter().all(integer)
                    && !self.types(this).excludes(Types::STRING)
                    && self.graph.repr(this) == Repr::Tagged
                    && !self.failed(DeoptReason::NotAString)
            }
            StringFromCharCode => args.len() == 1 && args.iter().all(numeric),
            ArrayPush => args.len() == 1,
            _ => args.len() == 1 && args.iter().all(numeric),
        }
    }
    fn replace_builtin(
        &mut self,
        builtin: KnownBuiltin,
        callee: NodeId,
        this: NodeId,
        args: &[NodeId],
    ) -> Result<NodeId, Bailout> {
        use KnownBuiltin::*;
        let is_int = |b: &Self, n: NodeId| b.graph.repr(n) == Repr::Int32;
        let float_call = |b: &mut Self, function: RuntimeOp| {
            let inputs: Vec<NodeId> = args.iter().map(|&a| b.float64(a)).collect();
            b.emit(Op::Float64Call { function }, &inputs)
        };
        let float_op = |b: &mut Self, op: Op| {
            let x = b.float64(args[0]);
            b.emit(op, &[x])
        };
        Ok(match builtin {
            MathAbs if is_int(self, args[0]) && !self.failed(DeoptReason::Overflow) => {
                self.emit_checked(Op::CheckedInt32Abs, &[args[0]])
            }
            MathAbs => float_op(self, Op::Float64Abs),
            MathFloor | MathCeil | MathTrunc | MathRound if is_int(self, args[0]) => args[0],
            MathFloor => float_op(self, Op::Float64Floor),
            MathCeil => float_op(self, Op::Float64Ceil),
            MathTrunc => float_op(self, Op::Float64Trunc),
            MathRound => float_op(self, Op::Float64Round),
            MathSqrt => float_op(self, Op::Float64Sqrt),
            MathFround => float_op(self, Op::Float64Fround),
            MathMin | MathMax => {
                let min = builtin == MathMin;
                if is_int(self, args[0]) && is_int(self, args[1]) {
                    self.emit(if min { Op::Int32Min } else { Op::Int32Max }, args)
                } else {
                    let (a, b) = (self.float64(args[0]), self.float64(args[1]));
                    self.emit(if min { Op::Float64Min } else { Op::Float64Max }, &[a, b])
                }
            }
            MathImul => {
                let (a, b) = (self.truncated(args[0], false), self.truncated(args[1], false));
                self.emit(Op::Int32Mul, &[a, b])
            }
            MathClz32 => {
                let a = self.truncated(args[0], false);
                self.emit(Op::Int32Clz, &[a])
            }
            MathPow => float_call(self, RuntimeOp::Float64Pow),
            MathSin => float_call(self, RuntimeOp::MathSin),
            MathCos => float_call(self, RuntimeOp::MathCos),
            MathTan => float_call(self, RuntimeOp::MathTan),
            MathAsin => float_call(self, RuntimeOp::MathAsin),
            MathAcos => float_call(self, RuntimeOp::MathAcos),
            MathAtan => float_call(self, RuntimeOp::MathAtan),
            MathAtan2 => float_call(self, RuntimeOp::MathAtan2),
            MathExp => float_call(self, RuntimeOp::MathExp),
            MathExpm1 => float_call(self, RuntimeOp::MathExpm1),
            MathLog => float_call(self, RuntimeOp::MathLog),
            MathLog1p => float_call(self, RuntimeOp::MathLog1p),
            MathLog2 => float_call(self, RuntimeOp::MathLog2),
            MathLog10 => float_call(self, RuntimeOp::MathLog10),
            MathCbrt => float_call(self, RuntimeOp::MathCbrt),
            MathSinh => float_call(self, RuntimeOp::MathSinh),
            MathCosh => float_call(self, RuntimeOp::MathCosh),
            MathTanh => float_call(self, RuntimeOp::MathTanh),
            StringCharCodeAt | StringCharAt => {
                let s = self.string(this);
                let index = self.int32(args[0]);
                let length = self.emit(Op::StringLength, &[s]);
                let length = self.emit(Op::Int32ToUint32, &[length]);
                let index = self.emit_checked(Op::CheckBounds, &[index, length]);
                if builtin == StringCharCodeAt {
                    self.emit(Op::StringCharCodeAt, &[s, index])
                } else {
                    self.runtime(RuntimeOp::StringCharAt, [0, 0], &[s, index])
                }
            }
            StringFromCharCode => {
                let code = self.truncated(args[0], false);
                let mask = self.emit(Op::ConstInt32 { value: 0xFFFF }, &[]);
                let code = self.emit(Op::Int32And, &[code, mask]);
                self.runtime(RuntimeOp::StringFromCharCode, [0, 0], &[code])
            }
            ArrayPush => self.runtime(RuntimeOp::ArrayPush, [0, 0], &[callee, this, args[0]]),
        })
    }
}
