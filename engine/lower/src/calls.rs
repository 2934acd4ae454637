//! Rules: calls of functions and of the runtime.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use tierproof_bytecode::instruction::frame;
use tierproof_heap::layout;
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
        let new_fp = self.words_at(n) + count as i32 + 1 + frame::HEADER_WORDS;
        let at = |index: i32| 8 * (new_fp + index);
        for i in 0..count {
            let v = match args.get(i) {
                Some(&a) => self.val(a),
                None => self.undefined(),
            };
            self.store(v, self.fp, at(frame::FIRST_PARAM - i as i32));
        }
        let v = self.val(*this);
        self.store(v, self.fp, at(frame::THIS));
        let argc = self.b.ins().iconst(types::I64, args.len() as i64);
        self.store(argc, self.fp, at(frame::ARGC));
        let v = self.val(*new_target);
        self.store(v, self.fp, at(frame::NEW_TARGET));
        let v = self.val(*callee);
        self.store(v, self.fp, at(frame::CALLEE));
        self.store(self.fp, self.fp, at(frame::CALLER_FP));
        let data = self.cell(data);
        let entry = self.load(types::I64, data, layout::FUNCTION_DATA_ENTRY);
        let callee_fp = self.b.ins().iadd_imm_s(self.fp, 8 * new_fp as i64);
        let signature = self.signature(&[types::I64, types::I64], Some(types::I64));
        let call = self.b.ins().call_indirect(signature, entry, &[self.isolate, callee_fp]);
        Ok(self.b.inst_results(call)[0])
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
