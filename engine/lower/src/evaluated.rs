//! Nodes on numbers done by the graph evaluator instead of machine code (`arithmetic=evaluated`): what
//! agrees so and does not otherwise was built and optimised rightly, and lowered wrongly. Called by `emitter`.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use tierproof_ssa::evaluate::{Val, numeric};
use tierproof_ssa::{NodeId, Op, Repr, RuntimeOp};

use crate::abi::state;
use crate::emitter::{Emitter, repr_type};

/// More inputs no node on numbers has.
pub const MAX_INPUTS: usize = 2;

/// Whether the evaluator does the node on its own.
fn is_numeric(op: &Op) -> bool {
    let inputs = op.info().inputs;
    let samples: Option<Vec<Val>> = inputs.iter().map(|&r| Val::of_bits(r, 0x1000)).collect();
    match samples {
        Some(samples) if !inputs.is_empty() && inputs.len() <= MAX_INPUTS => numeric(op, &samples).is_some(),
        _ => false,
    }
}

impl Emitter<'_, '_> {
    /// Emits a call of the evaluator for a node that it knows.
    pub fn evaluated(&mut self, n: NodeId) -> Result<bool, String> {
        let graph = self.graph;
        let node = graph.node(n);
        if !self.options.evaluate || !is_numeric(&node.op) {
            return Ok(false);
        }
        let code = self.b.ins().iconst(types::I64, self.options.code_id as i64);
        let index = self.b.ins().iconst(types::I64, self.evaluated.len() as i64);
        self.evaluated.push(node.op.clone());
        let mut args = vec![self.isolate, code, index];
        for &input in &node.inputs {
            let word = self.word(input);
            args.push(word);
        }
        args.resize(3 + MAX_INPUTS, self.isolate);
        let fails = self.call_raw(RuntimeOp::Evaluate, &args, Some(types::I64)).expect("returns a flag");
        if node.op.reason().is_some() {
            let exit = self.exit_of(n)?;
            self.leave_if(fails, exit);
        }
        let repr = graph.repr(n);
        if repr != Repr::None {
            let value = self.load(repr_type(repr), self.isolate, state::EXIT_BUFFER);
            self.values.insert(n, value);
        }
        Ok(true)
    }

    /// The value of a node as a word, the narrow ones in the low bits.
    fn word(&mut self, n: NodeId) -> Value {
        let value = self.val(n);
        match repr_type(self.graph.repr(n)) {
            types::F64 => self.b.ins().bitcast(types::I64, MemFlagsData::new(), value),
            types::I64 => value,
            _ => self.b.ins().uextend(types::I64, value),
        }
    }
}
