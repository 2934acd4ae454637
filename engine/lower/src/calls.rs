//! Rules: calls of functions and of the runtime.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use tierproof_bytecode::instruction::frame;
use tierproof_heap::{CellKind, layout};
use tierproof_runtime::function::data_flags;
use tierproof_ssa::{BlockId, NodeId, Op, RuntimeOp};

use crate::abi::MAX_ARGUMENTS;
use crate::emitter::Emitter;

impl Emitter<'_, '_> {
    /// Words of the frame that a call at `n` stands in, counted from our `fp`.
    fn words_at(&self, n: NodeId) -> i32 {
        match self.graph.node(n).frame {
            Some(f) => {
                let (base, own) = self.frame_place(f);
                (base + own) as i32
            }
            None => self.graph.frame_words as i32,
        }
    }
    fn runtime_call(
        &mut self,
        n: NodeId,
        function: RuntimeOp,
        immediates: [u32; 2],
    ) -> Result<Value, String> {
        let info = function.info();
        let inputs = self.graph.node(n).inputs.clone();
        if inputs.len() > MAX_ARGUMENTS {
            return Err("too many arguments".into());
        }
        let mut args = vec![self.isolate];
        match info.args {
            Some(count) => {
                if inputs.len() != count as usize {
                    return Err(format!("{} takes {count} arguments, not {}", info.name, inputs.len()));
                }
                for &i in &inputs {
                    args.push(self.val(i));
                }
            }
            None => {
                let words = self.words_at(n);
                for (k, &i) in inputs.iter().enumerate() {
                    let v = self.val(i);
                    self.store(v, self.fp, 8 * (words + k as i32));
                }
                args.push(self.b.ins().iadd_imm_s(self.fp, 8 * words as i64));
                args.push(self.b.ins().iconst(types::I64, inputs.len() as i64));
            }
        }
        for &imm in &immediates[..info.immediates as usize] {
            args.push(self.b.ins().iconst(types::I64, imm as i64));
        }
        Ok(self.call_raw(function, &args, Some(types::I64)).expect("has a result"))
    }
    /// Arguments and header words that the caller of a function writes, then the call.
    fn function_call(
        &mut self,
        n: NodeId,
        data: tierproof_ssa::CellId,
        formal: u32,
    ) -> Result<Value, String> {
        let inputs = self.graph.node(n).inputs.clone();
        let [callee, new_target, this, args @ ..] = &inputs[..] else {
            return Err("call without callee".into());
        };
        let count = args.len().max(formal as usize);
        if count > MAX_ARGUMENTS {
            return Err("too many arguments".into());
        }
        let undefined = self.undefined();
        let (callee, new_target, this) = (self.val(*callee), self.val(*new_target), self.val(*this));
        let mut values: Vec<Value> = args.iter().map(|&a| self.val(a)).collect();
        values.resize(count, undefined);
        let data = self.cell(data);
        Ok(self.enter_function(self.words_at(n), callee, data, new_target, this, &values, args.len()))
    }
    /// Writes arguments (padded to the callee's formal count already) and header behind our frame of
    /// `words` words, and calls the entry of the FunctionData.
    fn enter_function(
        &mut self,
        words: i32,
        callee: Value,
        data: Value,
        new_target: Value,
        this: Value,
        args: &[Value],
        argc: usize,
    ) -> Value {
        let new_fp = words + args.len() as i32 + 1 + frame::HEADER_WORDS;
        let at = |index: i32| 8 * (new_fp + index);
        for (i, &v) in args.iter().enumerate() {
            self.store(v, self.fp, at(frame::FIRST_PARAM - i as i32));
        }
        self.store(this, self.fp, at(frame::THIS));
        let argc = self.b.ins().iconst(types::I64, argc as i64);
        self.store(argc, self.fp, at(frame::ARGC));
        self.store(new_target, self.fp, at(frame::NEW_TARGET));
        self.store(callee, self.fp, at(frame::CALLEE));
        self.store(self.fp, self.fp, at(frame::CALLER_FP));
        let entry = self.load(types::I64, data, layout::FUNCTION_DATA_ENTRY);
        let callee_fp = self.b.ins().iadd_imm_s(self.fp, 8 * new_fp as i64);
        let signature = self.signature(&[types::I64, types::I64], Some(types::I64));
        let call = self.b.ins().call_indirect(signature, entry, &[self.isolate, callee_fp]);
        self.b.inst_results(call)[0]
    }

    /// A call of whatever it is: straight to the entry of a plain function that has its arguments, by
    /// the runtime otherwise.
    fn any_call(&mut self, n: NodeId) -> Result<Value, String> {
        let inputs = self.graph.node(n).inputs.clone();
        let [callee, this, args @ ..] = &inputs[..] else { return Err("call without callee".into()) };
        if args.len() > MAX_ARGUMENTS {
            return Err("too many arguments".into());
        }
        let f = self.val(*callee);
        let slow = self.cold_block();
        let done = self.b.create_block();
        let result = self.b.append_block_param(done, types::I64);
        self.leave_unless_cell(f, slow);
        let kind = self.load(types::I8, f, layout::HEADER_KIND);
        let other = self.b.ins().icmp_imm_u(IntCC::NotEqual, kind, CellKind::Function as i64);
        self.leave_if(other, slow);
        let data = self.load(types::I64, f, layout::FUNCTION_DATA);
        let flags = self.load(types::I8, data, layout::FUNCTION_DATA_FLAGS);
        let class = self.b.ins().band_imm_u(flags, data_flags::CLASS_CONSTRUCTOR as i64);
        self.leave_if(class, slow);
        // The formal count, or -1 when the function was not compiled yet: both unsigned beyond ours.
        let formal = self.load(types::I32, data, layout::FUNCTION_DATA_COUNTER0);
        let short = self.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, formal, args.len() as i64);
        self.leave_if(short, slow);
        let undefined = self.undefined();
        let this = self.val(*this);
        let args: Vec<Value> = args.iter().map(|&a| self.val(a)).collect();
        let fast = self.enter_function(self.words_at(n), f, data, undefined, this, &args, args.len());
        self.b.ins().jump(done, &[fast.into()]);
        self.b.switch_to_block(slow);
        let generic = self.runtime_call(n, RuntimeOp::Call, [0, 0])?;
        self.b.ins().jump(done, &[generic.into()]);
        self.b.switch_to_block(done);
        Ok(result)
    }

    /// Lowers `n` if its rule stands here.
    pub fn call(&mut self, n: NodeId, block: BlockId) -> Result<bool, String> {
        let op = self.graph.op(n);
        match *op {
            Op::CallKnown { .. } | Op::CallRuntime { .. } => {
                let frame = self.graph.node(n).frame.ok_or("call without frame state")?;
                self.flush_ticks();
                self.store_position(frame);
                let result = match *op {
                    Op::CallKnown { data, formal } => self.function_call(n, data, formal)?,
                    Op::CallRuntime { function: RuntimeOp::Call, .. } => self.any_call(n)?,
                    Op::CallRuntime { function, immediates } => self.runtime_call(n, function, immediates)?,
                    _ => unreachable!("matched above"),
                };
                self.reload_ticks();
                self.after_call(n, block, result, true)?;
            }
            Op::CallRuntimeNoJs { function, immediates } => {
                self.flush_ticks();
                if let Some(frame) = self.graph.node(n).frame {
                    self.store_position(frame);
                }
                let result = self.runtime_call(n, function, immediates)?;
                // compiling a regular expression takes some
                self.reload_ticks();
                self.after_call(n, block, result, false)?;
            }
            Op::CallRuntimePure { function, immediates } => {
                let result = self.runtime_call(n, function, immediates)?;
                self.values.insert(n, result);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
